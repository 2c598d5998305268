"""What a company sends with: which settings, certificate and provider apply to it, and whether it may send at all."""
from odoo import _, api, models
from odoo.exceptions import UserError, ValidationError

from ..core.errors import Misconfigured
from ..core.transports import registry
from ..core.transports.base import Credentials
from .document import IN_FLIGHT_STATES
from .server_options import endpoint_override, sandbox_url

PAC_USERNAME = "pac_username"
PAC_PASSWORD = "pac_password"
PAC_TOKEN = "pac_token"


def secret_name(service, part):
    """Return under which name a part of the access to a provider is kept.

    Each provider has its own: after a change of provider the former one is still asked about what it may have stamped.
    The first provider's names come from when it was the only one.
    """
    return part if service == "finkok" else f"{service}_{part}"


class ResCompany(models.Model):
    _inherit = "res.company"

    # ------------------------------------------------------------------
    # Branches
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_nearest(self, has_it):
        """Return the nearest of this company and its ancestors for which `has_it` holds, else this company."""
        self.ensure_one()
        company = self.sudo()
        while company:
            if has_it(company):
                return company
            company = company.parent_id
        return self.sudo()

    def _l10n_mx_co_edi_settings(self):
        """Return the company whose environment, provider and switches apply: a branch uses its nearest ancestor's."""
        return self._l10n_mx_co_edi_nearest(lambda company: company.l10n_mx_co_edi_environment)

    def _l10n_mx_co_edi_issuer(self):
        """Return the company that stands in the documents: a branch without a tax number of its own issues as its
        nearest ancestor that has one.
        """
        return self._l10n_mx_co_edi_nearest(lambda company: company.vat)

    def _l10n_mx_co_edi_owner_of_csd(self):
        """Return the company whose CSD seals for this one."""
        certificates = self.env["l10n_mx_co_edi.certificate"].sudo()
        return self._l10n_mx_co_edi_nearest(lambda company: certificates.search_count(
            [("company_id", "=", company.id), ("kind", "=", "csd")], limit=1))

    def _l10n_mx_co_edi_logo(self):
        """Return the logo (base64) of this company or of the nearest one above it; Odoo's "Your logo" is none."""
        company = self._l10n_mx_co_edi_nearest(lambda company: not company.uses_default_logo)
        return not company.uses_default_logo and company.partner_id.with_context(bin_size=False).image_512

    def _l10n_mx_co_edi_issues_cfdi(self):
        """Tell whether invoices of this company become CFDI: a Mexican company that has chosen an environment."""
        self.ensure_one()
        return self.account_fiscal_country_id.code == "MX" and bool(
            self._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)

    # ------------------------------------------------------------------
    # Provider
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_stamper(self, service, environment, waiter=None):
        """Return the core's client of the provider, with the credentials from the vault.

        :raise UserError: no credentials, some that cannot be used, or no master key to open them with
        """
        credentials = self._l10n_mx_co_edi_credentials(service)
        base_url = sandbox_url() if environment == "sandbox" else endpoint_override(service)
        try:
            return registry.stamper(
                service, environment, credentials=credentials, base_url_override=base_url, waiter=waiter)
        except Misconfigured as error:
            raise UserError(_(
                "The access to the provider cannot be used: %(detail)s Enter it again under Settings > Invoicing > "
                "Electronic invoicing.", detail=error)) from error

    def _l10n_mx_co_edi_credentials(self, service):
        """Return the access to a provider: the token, where it takes one and one is stored, else user and password.

        :raise UserError: there is neither, or no master key to open them with
        """
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        with_token = service in registry.SERVICES and registry.SERVICES[service].takes_token
        owner = self._l10n_mx_co_edi_nearest(lambda company: any(
            secrets._has(company, secret_name(service, part)) for part in (PAC_TOKEN, PAC_USERNAME)))
        token, username, password = (
            secrets._reveal_text(owner, secret_name(service, part))
            for part in (PAC_TOKEN, PAC_USERNAME, PAC_PASSWORD))
        if with_token and token:
            return Credentials(token=token)
        if not (username and password):
            raise UserError(_(
                "%(company)s has no access to its provider yet. Enter user and password under Settings > Invoicing > "
                "Electronic invoicing.", company=self.name))
        return Credentials(username, password)

    def _l10n_mx_co_edi_test_pac_connection(self):
        """Ask the provider for the balance, as a harmless call, and return a sentence for people.

        :raise UserError: what is wrong and what to do
        """
        self.ensure_one()
        balance = self.env["l10n_mx_co_edi.stamp.balance"]._of(self, create=True)
        problem = balance._ask()
        if problem:
            raise UserError(problem)
        balance._resume()
        if balance.unlimited:
            return _("The connection works. Stamps are billed on demand.")
        return _("The connection works. %(credits)s stamps are left.", credits=balance.credits)

    def _l10n_mx_co_edi_test_partner(self):
        """Return the only contact that documents outside production are mailed to, empty where none is configured."""
        address = self._l10n_mx_co_edi_settings().l10n_mx_co_edi_test_email
        return self.env["res.partner"].sudo().find_or_create(address) if address else self.env["res.partner"]

    # ------------------------------------------------------------------
    # Environment
    # ------------------------------------------------------------------

    def write(self, vals):
        if "l10n_mx_co_edi_environment" in vals:
            for company in self.filtered(
                    lambda company: company.l10n_mx_co_edi_environment != vals["l10n_mx_co_edi_environment"]):
                company._l10n_mx_co_edi_check_environment_change(vals["l10n_mx_co_edi_environment"])
        return super().write(vals)

    def _l10n_mx_co_edi_check_environment_change(self, environment):
        """Refuse to leave an environment in which the fate of a document is still unknown."""
        self.ensure_one()
        in_flight = self.env["l10n_mx_co_edi.document"].sudo().search([
            ("company_id", "child_of", self.id), ("environment", "=", self.l10n_mx_co_edi_environment),
            ("state", "in", IN_FLIGHT_STATES)], limit=5)
        if in_flight:
            raise ValidationError(_(
                "The environment cannot be changed while documents are on their way or in doubt: %(names)s. Wait until "
                "they are valid or refused.", names=", ".join(in_flight.mapped("name"))))
        if environment == "production":
            self.env["l10n_mx_co_edi.secret"]._vault()
            self._l10n_mx_co_edi_bind_database()

    def _l10n_mx_co_edi_bind_database(self):
        """Remember which database may send in production, closed by the master key: a copy of it must not."""
        self.env["l10n_mx_co_edi.secret"]._store(self, "production_database", self._l10n_mx_co_edi_this_database())

    @api.model
    def _l10n_mx_co_edi_this_database(self):
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{uuid}/{self.env.cr.dbname}"

    def _l10n_mx_co_edi_may_send(self, environment):
        """Tell whether this database is the one that production was switched on in.

        The name is compared as well as the identity, because a plain copy keeps its `database.uuid`.
        """
        if environment != "production":
            return True
        secrets = self.env["l10n_mx_co_edi.secret"]
        try:
            bound_to = secrets._reveal_text(self._l10n_mx_co_edi_settings(), "production_database")
        except UserError:
            return False  # closed for another database or by another master key
        return bound_to == self._l10n_mx_co_edi_this_database()

    def action_l10n_mx_co_edi_confirm_database(self):
        """An administrator's word that this database, and no copy of it, is the one that issues from now on."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may confirm the database."))
        self._l10n_mx_co_edi_settings()._l10n_mx_co_edi_bind_database()
        return True

