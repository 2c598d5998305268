"""The service that a Colombian company sends with: DIAN itself, or a technology provider that signs and sends for it.

A provider needs an access (token, or user and password) and no certificate of the company. Each service keeps its own
access: what was sent with one is still asked about there after the company has changed to another.
"""
from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.errors import Misconfigured
from ..core.findings import Finding
from ..core.transports import registry
from ..core.transports.base import Credentials
from ..core.transports.provider import UBL, ProviderOptions, facturatech_password_hash
from .company_dian import SERVICE, SOFTWARE_PIN, nit_of
from .company_service import secret_name
from .server_options import endpoint_override, sandbox_url

CADENA, FACTURATECH = "cadena", "facturatech"
SERVICES = [
    (SERVICE, "DIAN itself"),
    (CADENA, "CADENA S.A."),
    (FACTURATECH, "Facturatech"),
]
# parts of the access; of a password only its hash is kept
TOKEN, USERNAME, PASSWORD_HASH = "token", "username", "password_hash"
ACCESS = {CADENA: (TOKEN,), FACTURATECH: (USERNAME, PASSWORD_HASH)}
MISSING = {TOKEN: "CO-PT-01", USERNAME: "CO-PT-02", PASSWORD_HASH: "CO-PT-02"}
CADENA_NIT = "890930534"
XML, TEXT = "xml", "text"
LAYOUT_FORMS = [
    (XML, "XML (usual)"),
    (TEXT, "Text"),
    ("text64", "Text, in base64"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_mx_co_edi_dian_service = fields.Selection(
        SERVICES, "Sent To", default=SERVICE, required=True,
        help="Who signs your documents and hands them to DIAN: your own certificate and DIAN's service, or a "
             "technology provider. Each document stays with the service that it was prepared for.")
    l10n_mx_co_edi_provider_nit = fields.Char(
        "NIT of the Provider", default=CADENA_NIT,
        help="Who owns the software, as documents have to say it. Not certain for every contract: the provider tells "
             "you if it is another one.")
    l10n_mx_co_edi_cadena_partner = fields.Char(
        "NIT of the Alliance",
        help="Partnership-Id: only where the contract with CADENA is one of its alliances. Empty: your own documents.")
    l10n_mx_co_edi_layout_form = fields.Selection(
        LAYOUT_FORMS, "Form of the Layout", default=XML, required=True,
        help="How Facturatech gets a document. Its manual shows XML and text; whether the text goes in base64 is not "
             "certain. Change it only if Facturatech tells you to.")

    # ------------------------------------------------------------------
    # Which
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_dian_service(self):
        """Return the service that new documents of this company go to: dian, cadena, facturatech."""
        self.ensure_one()
        return self._l10n_mx_co_edi_settings().l10n_mx_co_edi_dian_service or SERVICE

    def _l10n_mx_co_edi_provider_nit(self):
        """Return the NIT (without check digit) that documents name as the owner of the software."""
        self.ensure_one()
        settings = self._l10n_mx_co_edi_settings()
        if self._l10n_mx_co_edi_dian_service() == CADENA:
            return nit_of(settings.l10n_mx_co_edi_provider_nit) or CADENA_NIT
        return self._l10n_mx_co_edi_nit()

    def _l10n_mx_co_edi_names_software(self, service=None):
        """Tell whether a document that goes to `service` (the company's if not given) says which software made it, with
        its security code: a layout has no place for it.
        """
        self.ensure_one()
        service = service or self._l10n_mx_co_edi_dian_service()
        return service == SERVICE or registry.PROVIDERS[service].capabilities.payload == UBL

    def _l10n_mx_co_edi_layout_form_of(self, is_support, payload=b""):
        """Return the form of a layout (key of `LAYOUT_FORMS`): the company's, and XML for support documents, as no
        operation is known that takes them as text. What is made already, `payload`, keeps its form.
        """
        self.ensure_one()
        form = XML if is_support else self._l10n_mx_co_edi_settings().l10n_mx_co_edi_layout_form or XML
        if payload and (form == XML) != payload.startswith(b"<"):
            return TEXT if form == XML else XML
        return form

    def _l10n_mx_co_edi_software_pin(self):
        """Return the PIN of the software that documents name, empty where none is stored."""
        self.ensure_one()
        return self.env["l10n_mx_co_edi.secret"].sudo()._reveal_text(self._l10n_mx_co_edi_settings(), SOFTWARE_PIN)

    def _l10n_mx_co_edi_key_of(self, content, environment):
        """Return the technical key of the range that the frozen `content` names, empty where it has or needs none."""
        self.ensure_one()
        control = content.extensions.invoice_control
        if control is None:
            return ""
        numbering = self.env["l10n_mx_co_edi.numbering.range"].sudo().search([
            ("company_id", "in", (self | self.parent_ids).ids), ("environment", "=", environment),
            ("resolution", "=", control.invoice_authorization), ("prefix", "=", control.prefix or False),
            ("first", "=", str(control.from_number))], limit=1)
        return numbering._technical_key() if numbering else ""

    # ------------------------------------------------------------------
    # Access
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_store_provider_access(self, service, **parts):
        """Keep parts of the access to a provider in the vault: `token`, `username`, `password`; empty ones stay.

        Of the password only the hash that the provider asks for is kept.
        """
        self.ensure_one()
        if parts.get("password"):
            parts[PASSWORD_HASH] = facturatech_password_hash(parts["password"])
        for part in ACCESS[service]:
            value = "".join((parts.get(part) or "").split())
            if value:
                self.env["l10n_mx_co_edi.secret"]._store(self, secret_name(service, part), value)

    def _l10n_mx_co_edi_provider_owner(self, service):
        """Return the company whose access to the provider this one uses."""
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        return self._l10n_mx_co_edi_nearest(lambda company: any(
            secrets._has(company, secret_name(service, part)) for part in ACCESS[service]))

    def _l10n_mx_co_edi_provider_findings(self, service):
        """Return what is missing of the access to a provider; nothing for DIAN's own service."""
        self.ensure_one()
        if service not in ACCESS:
            return []
        secrets, owner = self.env["l10n_mx_co_edi.secret"].sudo(), self._l10n_mx_co_edi_provider_owner(service)
        codes = [MISSING[part] for part in ACCESS[service] if not secrets._has(owner, secret_name(service, part))]
        return [Finding.error(code, company=self.name) for code in dict.fromkeys(codes)]

    def _l10n_mx_co_edi_provider(self, service, environment, test_set="", layout_form=None):
        """Return the core's client of a technology provider, with the access from the vault.

        :param test_set: identifier of the set of test documents that they go to, for the registration only
        :param layout_form: of what is sent, the company's where it is not given
        :raise UserError: no access, one that cannot be used, or no master key to open it with
        """
        self.ensure_one()
        if self._l10n_mx_co_edi_provider_findings(service):
            raise UserError(_(
                "%(company)s has no access to its technology provider yet. Enter it under Settings > Invoicing > "
                "Electronic invoicing.", company=self.name))
        settings, owner = self._l10n_mx_co_edi_settings(), self._l10n_mx_co_edi_provider_owner(service)
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        access = {part: secrets._reveal_text(owner, secret_name(service, part)) for part in ACCESS[service]}
        try:
            return registry.provider(
                service, environment,
                credentials=Credentials(
                    username=access.get(USERNAME, ""), password=access.get(PASSWORD_HASH, ""),
                    token=access.get(TOKEN, "")),
                options=ProviderOptions(
                    partner=nit_of(settings.l10n_mx_co_edi_cadena_partner), test_set=test_set or "",
                    provider_nit=nit_of(settings.l10n_mx_co_edi_provider_nit) if service == CADENA else "",
                    layout_form=layout_form or settings.l10n_mx_co_edi_layout_form or XML),
                base_url_override=sandbox_url() if environment == "sandbox" else endpoint_override(service),
                secrets=(self._l10n_mx_co_edi_software_pin(),))
        except Misconfigured as error:
            raise UserError(_(
                "The access to the technology provider cannot be used: %(detail)s Enter it again under Settings > "
                "Invoicing > Electronic invoicing.", detail=error)) from error

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_ask_provider(self, question, store=None, service=None, environment=None):
        """Ask a provider something; see `_l10n_mx_co_edi_ask_service`.

        :param service: whom to ask, the company's if not given; so with `environment`
        """
        self.ensure_one()
        service = service or self._l10n_mx_co_edi_dian_service()
        environment = environment or self._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
        if not environment:
            raise UserError(_("Choose the environment first, under Settings > Invoicing > Electronic invoicing."))
        return self._l10n_mx_co_edi_ask_service(
            service, self._l10n_mx_co_edi_provider(service, environment), question, store,
            self._l10n_mx_co_edi_provider_trouble)

    @api.model
    def _l10n_mx_co_edi_provider_trouble(self, error):
        """Return what went wrong on the way to a provider, and what to do."""
        if isinstance(error, Misconfigured):
            return _(
                "The technology provider does not accept the access that is stored. Enter it again under Settings > "
                "Invoicing > Electronic invoicing. Detail: %(detail)s", detail=error)
        return _(
            "The technology provider could not be reached; try again in some minutes. Detail: %(detail)s", detail=error)

    def _l10n_mx_co_edi_check_provider(self):
        """Make one harmless call with the stored access, and return a sentence for people.

        :raise UserError: what is wrong and what to do
        """
        self.ensure_one()
        answer = self._l10n_mx_co_edi_ask_provider(lambda client: client.check())
        if getattr(answer, "category", ""):
            raise UserError(_(
                "The technology provider answered: %(message)s (%(code)s)", message=answer.message, code=answer.code))
        self._l10n_mx_co_edi_resume_paused(self._l10n_mx_co_edi_dian_service())
        return _("The access to the technology provider works.")

    def _l10n_mx_co_edi_resume_paused(self, service):
        """Make due what waits for the access to this service, now that it works."""
        documents = self.env["l10n_mx_co_edi.document"].sudo()
        waiting = documents.search([
            ("company_id", "child_of", self.id), ("service", "=", service), ("hold_reason", "!=", False),
            ("hold", "=", False), ("state", "in", ("ready", "awaiting", "in_doubt"))])
        waiting.write({"next_attempt_at": fields.Datetime.now(), "hold_reason": False})
        if waiting:
            documents._trigger_drain()
