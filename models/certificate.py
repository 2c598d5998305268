import base64
import hashlib
import logging
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core import certificates, clock, findings
from .finding_texts import describe

_logger = logging.getLogger(__name__)

KEY_FIELD = "private_key"
# (database, secret id, write date) -> (loaded at, signer). Loading and checking an RSA key costs a hundred times
# more than one signature, so the opened key stays in this process for a few minutes; nothing else keeps it.
_SIGNERS = {}


def _forget_old_signers(now):
    limit = clock.delays().key_cache
    for key in [key for key, (loaded_at, _signer) in _SIGNERS.items() if (now - loaded_at).total_seconds() > limit]:
        del _SIGNERS[key]


class Certificate(models.Model):
    """A public certificate, whoever's it is; where its private key is ours, the key lies in the vault.

    Certificates are only added. A new CSD does not replace the old one: documents sealed with the old one keep
    pointing to it, and the newest valid one is chosen at the moment of sealing.
    """
    _name = "l10n_mx_co_edi.certificate"
    _description = "Electronic Invoicing Certificate"
    _order = "company_id, kind, not_after desc, id desc"
    _rec_name = "serial_number"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [("csd", "CSD (seals invoices)"), ("efirma", "e.firma"), ("dian", "DIAN"), ("mail", "Mail"),
         ("customer", "Customer")],
        required=True, readonly=True)
    content = fields.Binary("Certificate File", attachment=False, required=True, readonly=True)
    holder_name = fields.Char("Holder", readonly=True)
    tax_id = fields.Char("RFC / NIT", readonly=True, help="Tax number of the holder, as the certificate states it.")
    serial_number = fields.Char(
        "Certificate Number", readonly=True, index=True, help="The 20 digits that each invoice names (NoCertificado).")
    issuer = fields.Char(readonly=True)
    not_before = fields.Datetime("Valid From", readonly=True)
    not_after = fields.Datetime("Valid Until", readonly=True)
    fingerprint = fields.Char("SHA-256", readonly=True)
    secret_id = fields.Many2one(
        "l10n_mx_co_edi.secret", "Private Key", readonly=True, ondelete="restrict", groups=fields.NO_ACCESS)
    has_key = fields.Boolean("With Private Key", compute="_compute_has_key", compute_sudo=True)
    active = fields.Boolean(default=True)
    status = fields.Selection(
        [("valid", "Valid"), ("soon", "Expires Soon"), ("future", "Not Yet Valid"), ("expired", "Expired"),
         ("waiting", "Not Yet in SAT's List"), ("restricted", "Restricted"), ("revoked", "Without Effect")],
        compute="_compute_status")
    days_left = fields.Integer(compute="_compute_status", help="Days until the certificate expires.")

    _one_per_company = models.UniqueIndex(
        "(company_id, fingerprint)", "This certificate is already registered for the company.")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("secret_id")
    def _compute_has_key(self):
        for certificate in self:
            certificate.has_key = bool(certificate.secret_id)

    @api.depends("not_before", "not_after")
    def _compute_status(self):
        now = clock.utc_now().replace(tzinfo=None, microsecond=0)
        for certificate in self:
            left = (certificate.not_after or now) - now
            certificate.days_left = max(left.days, 0)
            if left <= timedelta():
                certificate.status = "expired"
            elif certificate.not_before > now:
                certificate.status = "future"
            else:
                certificate.status = "soon" if left.days <= 60 else "valid"

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(_("Certificates are kept as evidence of the documents they sealed. Archive it instead."))

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def _inspect_csd(self, company, cer, key=None, password=None):
        """Return the core's report on an uploaded CSD of `company` as it is now; never raises for any bytes."""
        return certificates.inspect(
            cer, key, password, at=clock.utc_now(), expected_rfc=company.sudo().partner_id.vat or None)

    @api.model
    def _import_csd(self, company, cer, key, password):
        """Register the CSD (certificate, private key and password) of `company`, all as bytes but the password.

        :return: the certificate
        :raise UserError: the inspector found something that makes it unusable, with every reason
        """
        report = self._inspect_csd(company, cer, key, password)
        problems = findings.blocking(report.findings)
        if problems:
            raise UserError("\n".join(describe(self.env, problem)["message"] for problem in problems))
        private_key = certificates.load_private_key(key, password)
        fingerprint = hashlib.sha256(cer).hexdigest()
        certificate = self.sudo().with_context(active_test=False).search(
            [("company_id", "=", company.id), ("fingerprint", "=", fingerprint)], limit=1)
        certificate = certificate or self.sudo().create({
            "company_id": company.id,
            "kind": "csd",
            "content": base64.b64encode(cer),
            "holder_name": report.holder_name,
            "tax_id": report.rfc,
            "serial_number": report.serial_number,
            "issuer": report.issuer,
            "not_before": report.not_before.replace(tzinfo=None),
            "not_after": report.not_after.replace(tzinfo=None),
            "fingerprint": fingerprint,
        })
        certificate.write({"active": True, "secret_id": self.env["l10n_mx_co_edi.secret"]._store(
            company, KEY_FIELD, certificates.export_unencrypted_der(private_key),
            res_model=self._name, res_id=certificate.id).id})
        _logger.info("CSD %s registered for company %s", certificate.serial_number, company.id)
        return certificate

    @api.model
    def _current_csd(self, company, at=None):
        """Return the CSD that seals for `company` at the aware moment `at`, or nothing: the newest valid one, whether
        SAT lets it or not, as older ones fall with it.
        """
        at = (at or clock.utc_now()).replace(tzinfo=None)
        owner = company._l10n_mx_co_edi_owner_of_csd()
        valid = self.sudo().search([
            ("company_id", "=", owner.id), ("kind", "=", "csd"), ("secret_id", "!=", False),
            ("not_before", "<=", at), ("not_after", ">", at)], order="not_before desc, id desc")
        if valid[:1].standing == "waiting":
            # until SAT's list has the new one, an older one seals
            return valid.filtered(lambda certificate: not certificate.standing)[:1] or valid[:1]
        return valid[:1]

    def _der(self):
        """Return the certificate as it was issued (DER)."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).content)

    def _signer(self):
        """Return the core's signer for this certificate, with the key from this process's short-lived cache."""
        self.ensure_one()
        secret = self.sudo().secret_id
        cache_key = (self.env.cr.dbname, secret.id, secret.write_date)
        now = clock.utc_now()
        loaded_at, signer = _SIGNERS.get(cache_key, (None, None))
        if loaded_at is None or (now - loaded_at).total_seconds() > clock.delays().key_cache:
            _forget_old_signers(now)
            signer = certificates.RsaSigner(self._der(), certificates.load_trusted_der(secret._reveal()))
            _SIGNERS[cache_key] = (now, signer)
        return signer
