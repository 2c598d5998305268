from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.errors import VaultError
from ..core.vault import MasterKey, SecretContext, Vault
from .server_options import option


class Secret(models.Model):
    """A private key, password or technical key, as ciphertext that is worth nothing without the master key.

    The master key lies outside the database (odoo.conf or environment) and every ciphertext is bound to the
    database, model, record and field it belongs to: a stolen dump, or a ciphertext moved to another company, opens
    nothing. Nobody reads this model: the few methods that need a secret ask for it here, under `sudo`, and never
    store the answer.
    """
    _name = "l10n_mx_co_edi.secret"
    _description = "Encrypted Secret"
    _rec_name = "name"
    _order = "company_id, name"

    name = fields.Char("Field", required=True, readonly=True, help="What the secret is: for example pac_password.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Integer("Record", required=True, readonly=True)
    ciphertext = fields.Binary(attachment=False, readonly=True, copy=False, groups=fields.NO_ACCESS)
    master_key = fields.Char(
        "Master Key", readonly=True, copy=False, help="Fingerprint of the master key that closes this secret.")

    _one_per_field = models.Constraint(
        "UNIQUE (company_id, res_model, res_id, name)", "This secret is already stored.")

    @api.model
    def _vault(self):
        """Return the vault opened by the server's master key.

        :raise UserError: no usable master key is configured
        """
        try:
            return Vault([MasterKey.from_sources(text=option("kek"), path=option("kek_file"))])
        except VaultError as error:
            raise UserError(_(
                "No master key protects the passwords and private keys of electronic invoicing.\n\n"
                "Ask the server's administrator to add a line kek_file = /path/to/key to the section "
                "[l10n_mx_co_edi] of odoo.conf (or the variable L10N_MX_CO_EDI_KEK_FILE). See the README, "
                "\"Master key\".\n\nDetail: %(detail)s", detail=error)) from error

    def _context_of(self) -> SecretContext:
        self.ensure_one()
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return SecretContext(database=database, model=self.res_model, record=str(self.res_id), field=self.name)

    @api.model
    def _find(self, company, name, res_model=None, res_id=None):
        return self.sudo().search([
            ("company_id", "=", company.id), ("name", "=", name),
            ("res_model", "=", res_model or company._name), ("res_id", "=", res_id or company.id)], limit=1)

    @api.model
    def _store(self, company, name, plaintext, res_model=None, res_id=None):
        """Encrypt `plaintext` (text or bytes) as the field `name` of the record and return the secret."""
        if isinstance(plaintext, str):
            plaintext = plaintext.encode()
        vault = self._vault()
        secret = self._find(company, name, res_model, res_id) or self.sudo().create({
            "name": name, "company_id": company.id,
            "res_model": res_model or company._name, "res_id": res_id or company.id})
        secret.write({
            "ciphertext": vault.seal(plaintext, secret._context_of()),
            "master_key": vault.fingerprint,
        })
        return secret

    @api.model
    def _has(self, company, name, res_model=None, res_id=None) -> bool:
        return bool(self._find(company, name, res_model, res_id).ciphertext)

    def _reveal(self) -> bytes:
        """Return the plaintext; the caller uses it at once and never stores, logs or returns it.

        :raise UserError: the secret was closed with another master key, or copied from another database
        """
        self.ensure_one()
        try:
            # a form asks for the sizes of files instead of their content
            ciphertext = self.sudo().with_context(bin_size=False).ciphertext
            return self._vault().open(bytes(ciphertext), self._context_of())
        except VaultError as error:
            raise UserError(_(
                "The secret \"%(name)s\" of %(company)s cannot be opened with this server's master key. It was stored "
                "with another key, or this database is a copy. Restore the right master key, or type the "
                "secret in again in the settings.",
                name=self.name, company=self.company_id.name)) from error

    @api.model
    def _reveal_text(self, company, name) -> str:
        secret = self._find(company, name)
        return secret._reveal().decode() if secret.ciphertext else ""

    def copy_data(self, default=None):
        raise AccessError(_("Secrets cannot be copied."))
