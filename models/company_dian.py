"""What a Colombian company sends with: identity, software, certificate, and the client of DIAN's service."""
import re

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.errors import Misconfigured, TransportError
from ..core.transports import registry
from .server_options import endpoint_override, sandbox_url
from .transaction import assert_nothing_uncommitted, commit, run_durably

SERVICE = "dian"
SOFTWARE_PIN = "dian_software_pin"
KEY_NAMES = [
    (registry.KeyName.REFERENCE, "Certificate in the message (usual)"),
    (registry.KeyName.THUMBPRINT, "Thumbprint (as DIAN's policy reads)"),
]


def nit_of(vat):
    """Return the number of a NIT without its check digit; Odoo stores "901002487-0"."""
    return re.sub(r"[^0-9]", "", (vat or "").partition("-")[0])


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_mx_co_edi_dian_software = fields.Char(
        "Software ID", help="Identifier that DIAN gave to the company's own software (SoftwareID), in its portal.")
    l10n_mx_co_edi_dian_key_name = fields.Selection(
        KEY_NAMES, "Form of the Signed Messages", default=str(registry.KeyName.REFERENCE), required=True,
        help="How a message to DIAN names the certificate that signed it. Change it only if DIAN answers that the "
             "security of the message cannot be verified although clock and certificate are right.")
    l10n_mx_co_edi_dian_certificate_id = fields.Many2one(
        "l10n_mx_co_edi.certificate", "Certificate in Use (DIAN)",
        compute="_compute_l10n_mx_co_edi_dian_certificate_id",
        help="The newest valid certificate of the company, or of the nearest company above it that has one.")

    @api.depends_context("uid")
    def _compute_l10n_mx_co_edi_dian_certificate_id(self):
        certificates = self.env["l10n_mx_co_edi.certificate"]
        for company in self:
            company.l10n_mx_co_edi_dian_certificate_id = certificates._current_dian(company)

    def _l10n_mx_co_edi_nit(self):
        """Return the NIT that the company issues with, without check digit; empty when it has none."""
        self.ensure_one()
        return nit_of(self._l10n_mx_co_edi_issuer().partner_id.vat)

    def _l10n_mx_co_edi_owner_of_dian_certificate(self):
        """Return the company whose certificate signs for this one."""
        certificates = self.env["l10n_mx_co_edi.certificate"].sudo()
        return self._l10n_mx_co_edi_nearest(lambda company: certificates.search_count(
            [("company_id", "=", company.id), ("kind", "=", "dian")], limit=1))

    def _l10n_mx_co_edi_issues_dian(self):
        """Tell whether invoices of this company go to DIAN: a Colombian company that has chosen an environment."""
        self.ensure_one()
        return self.account_fiscal_country_id.code == "CO" and bool(
            self._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)

    # ------------------------------------------------------------------
    # DIAN's service
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_dian(self, environment=None):
        """Return the core's client of DIAN's service in the company's environment.

        :raise UserError: what is missing, and where it is entered
        """
        settings = self._l10n_mx_co_edi_settings()
        environment = environment or settings.l10n_mx_co_edi_environment
        if not environment:
            raise UserError(_("Choose the environment first, under Settings > Invoicing > Electronic invoicing."))
        certificate = self.env["l10n_mx_co_edi.certificate"]._current_dian(self)
        if not certificate:
            raise UserError(_(
                "%(company)s has no valid certificate. Upload the .p12 file under Settings > Invoicing > Electronic "
                "invoicing.", company=self.name))
        base_url = sandbox_url() if environment == "sandbox" else endpoint_override(SERVICE)
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        try:
            return registry.dian_client(
                environment, certificate._signer(), base_url_override=base_url,
                key_name=registry.KeyName(settings.l10n_mx_co_edi_dian_key_name),
                secrets=(secrets._reveal_text(settings, SOFTWARE_PIN),))
        except Misconfigured as error:
            raise UserError(_("The connection to DIAN is not set up correctly: %(detail)s", detail=error)) from error

    def _l10n_mx_co_edi_ask_dian(self, question, store=None, environment=None):
        """Ask DIAN something; see `_l10n_mx_co_edi_ask_service`.

        :param environment: where to ask, the company's if not given
        """
        return self._l10n_mx_co_edi_ask_service(
            SERVICE, self._l10n_mx_co_edi_dian(environment), question, store, self._l10n_mx_co_edi_dian_trouble)

    def _l10n_mx_co_edi_ask_service(self, service, client, question, store, trouble):
        """Ask a service something that changes nothing there, record the call, and return the answer.

        The call is made while the transaction holds no work; the record and what `store` writes are committed.

        :param question: gets the client, makes one call and returns its result
        :param store: gets the result, in the same transaction as the record; or None
        :param trouble: gets the transport's error, returns what went wrong and what to do
        :raise UserError: the service could not be asked, in the words of `trouble`
        """
        self.ensure_one()
        commit(self.env)
        assert_nothing_uncommitted(self.env)
        problem, answer = "", None
        try:
            answer = question(client)
        except TransportError as error:
            problem = trouble(error)

        def keep():
            self.env["l10n_mx_co_edi.exchange"]._record(self, service, client.exchanges)
            if store and not problem:
                store(answer)

        run_durably(self.env, keep)
        if problem:
            raise UserError(problem)
        return answer

    @api.model
    def _l10n_mx_co_edi_dian_trouble(self, error):
        """Return what went wrong on the way to DIAN, and what to do."""
        if isinstance(error, Misconfigured) and error.params.get("reason") == "security":
            return _(
                "DIAN does not accept the signature of the message. Check that the clock of the server is right, and "
                "that the certificate is the one that is registered at DIAN.")
        return _("DIAN could not be reached; try again in some minutes. Detail: %(detail)s", detail=error)
