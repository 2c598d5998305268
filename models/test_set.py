"""DIAN's test set (habilitación): what the company has to show before it may issue, done from one screen.

An administrator types what DIAN's portal gave; officers run the set. What is sent are documents of their own
(`l10n_mx_co_edi.test.document`): no invoice, no journal entry, no number of a journal, nothing in any report.
"""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.dian import trial
from ..core.dian.model import InvoiceControl
from ..core.transports.base import Refused
from . import test_set_steps
from .company_dian import SOFTWARE_PIN
from .document import ENVIRONMENTS
from .numbering_range import KEY_LENGTH, TECHNICAL_KEY, colombian_today

# of DIAN's public test range, which is the same for every company
PUBLIC_KEY = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"
PUBLIC_DAYS = ("2019-01-19", "2030-01-19")
STATES = [
    ("setup", "Preparation"),
    ("probe", "Probe"),
    ("running", "Test Documents"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]
SIGNED_WITH = {"software", "resolution", "prefix", "first", "last", "credit_prefix", "debit_prefix"}
GONE = ("rejected", "unused")  # documents that count no more: others take their place, with other numbers


class TestSet(models.Model):
    """One set of test documents, as DIAN's portal names it. It can be left and taken up again at any time."""
    _name = "l10n_mx_co_edi.test.set"
    _inherit = ["mail.thread", test_set_steps.MODEL]
    _description = "Test Set of DIAN"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company)
    country_code = fields.Char(related="company_id.account_fiscal_country_id.code", string="Country Code")
    environment = fields.Selection(
        [row for row in ENVIRONMENTS if row[0] != "production"], required=True,
        default=lambda self: self._default_environment(),
        help="Where the test documents go: DIAN's environment for tests (habilitación), or a sandbox of your own.")
    state = fields.Selection(STATES, required=True, readonly=True, default="setup", tracking=True, copy=False)
    verdict = fields.Text("DIAN's Verdict", readonly=True, copy=False)
    stopped = fields.Text("Stopped Because", readonly=True, copy=False)
    is_running = fields.Boolean("Goes On by Itself", readonly=True, copy=False)

    # what DIAN's portal gave
    software = fields.Char(
        "Software ID", default=lambda self: self.env.company._l10n_mx_co_edi_settings().l10n_mx_co_edi_dian_software,
        help="Identifier that DIAN gave to the company's own software (SoftwareID).")
    pin = fields.Char(
        "PIN", compute="_compute_typed", inverse="_inverse_pin",
        help="PIN of the software, as chosen in DIAN's portal. Stored encrypted and never shown again.")
    has_pin = fields.Boolean("PIN Stored", compute="_compute_secrets", compute_sudo=True)
    identifier = fields.Char(
        "Test Set ID", copy=False, tracking=True,
        help="Identifier of the set (TestSetId), copied from the software's page in DIAN's portal.")
    invoice_count = fields.Integer("Invoices Wanted", help="As the portal shows it for this set.")
    credit_count = fields.Integer("Credit Notes Wanted", help="As the portal shows it for this set.")
    debit_count = fields.Integer("Debit Notes Wanted", help="As the portal shows it for this set.")

    # numbering of the tests
    resolution = fields.Char(help="Number of the authorisation of the test range.")
    prefix = fields.Char()
    first = fields.Char("From")
    last = fields.Char("To")
    valid_from = fields.Date()
    valid_to = fields.Date("Valid Until")
    key = fields.Char(
        "Technical Key", compute="_compute_typed", inverse="_inverse_key",
        help="40 hexadecimal digits. Stored encrypted and never shown again.")
    has_key = fields.Boolean("Technical Key Stored", compute="_compute_secrets", compute_sudo=True)
    credit_prefix = fields.Char("Prefix of Credit Notes", default="NC")
    debit_prefix = fields.Char("Prefix of Debit Notes", default="ND")

    # what happens in DIAN's portals, see test_set_cards
    card_issuer = fields.Boolean("Registered as Issuer", copy=False, tracking=True)
    card_mode = fields.Boolean("Operation Mode Chosen", copy=False, tracking=True)
    card_date = fields.Boolean("Go-Live Date Chosen", copy=False, tracking=True)
    card_sync = fields.Boolean("Taken to Production", copy=False, tracking=True)
    card_numbering = fields.Boolean("Numbering Requested", compute="_compute_request_cards")
    card_prefix = fields.Boolean("Prefix Associated", compute="_compute_request_cards")

    document_ids = fields.One2many("l10n_mx_co_edi.test.document", "set_id", "Test Documents", readonly=True)
    problem = fields.Text("What to Do", compute="_compute_problem")

    @api.model
    def _default_environment(self):
        environment = self.env.company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
        return environment if environment in ("sandbox", "test") else "test"

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("identifier", "company_id")
    def _compute_name(self):
        for test_set in self:
            short = (test_set.identifier or "").partition("-")[0]
            test_set.name = _("Test set %(identifier)s", identifier=short) if short else _("Test set without ID yet")

    def _compute_typed(self):
        self.pin = self.key = False

    @api.depends("company_id", "software")
    def _compute_secrets(self):
        for test_set in self:
            test_set.has_pin = bool(test_set._secret_holder(SOFTWARE_PIN))
            test_set.has_key = bool(test_set._secret_holder(TECHNICAL_KEY))

    def _secret_holder(self, name):
        """Return the secret of this set; of the PIN, else the company's, where the software is the company's."""
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        company = self.company_id
        own = secrets._find(company, name, self._name, self._origin.id) if self._origin else secrets
        if own or name != SOFTWARE_PIN:
            return own
        settings = company._l10n_mx_co_edi_settings()
        same = self.software and self.software == settings.l10n_mx_co_edi_dian_software
        return secrets._find(settings, name) if same else secrets

    def _secret(self, name):
        """Return the secret as text for immediate use, empty when there is none."""
        secret = self._secret_holder(name)
        return secret._reveal().decode() if secret else ""

    def _inverse_pin(self):
        for test_set in self.filtered("pin"):
            pin, test_set.pin = test_set.pin.strip(), False
            test_set._keep_secret(SOFTWARE_PIN, pin)

    def _inverse_key(self):
        for test_set in self.filtered("key"):
            key, test_set.key = test_set.key.strip(), False
            if len(key) != KEY_LENGTH or set(key.lower()) - set("0123456789abcdef"):
                raise ValidationError(_(
                    "The technical key has 40 hexadecimal digits (0 to 9, a to f); this one has %(count)s characters. "
                    "Copy it once more from DIAN's portal.", count=len(key)))
            test_set._keep_secret(TECHNICAL_KEY, key)

    def _keep_secret(self, name, value):
        self.env["l10n_mx_co_edi.secret"]._store(
            self.company_id, name, value, res_model=self._name, res_id=self.id)
        self.invalidate_recordset(["has_pin", "has_key"])

    @api.depends("document_ids.state", "document_ids.problem", "stopped", "company_id", "software", "identifier")
    @api.depends_context("lang")
    def _compute_problem(self):
        for test_set in self:
            current = test_set.document_ids.filtered(lambda document: not document.is_former and document.problem)
            probes = current.filtered("is_probe").sorted("id")[-1:]
            if test_set.probe_state == "accepted":
                probes = probes.browse()
            others = current.filtered(lambda row: not row.is_probe and row.state not in ("sent", "unused"))
            shown = probes | others.sorted("id")[-3:]
            texts = [test_set.stopped or "", *(f"{row.name}: {row.problem}" for row in shown)]
            test_set.problem = "\n".join(text for text in texts if text) or False

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_country(self):
        for test_set in self:
            if test_set.company_id.account_fiscal_country_id.code != "CO":
                raise ValidationError(_("Only Colombian companies have a test set at DIAN."))

    @api.constrains("identifier", "software")
    def _check_identifiers(self):
        for test_set in self:
            for label, value in ((_("Test Set ID"), test_set.identifier), (_("Software ID"), test_set.software)):
                if value and not trial.is_identifier(value):
                    raise ValidationError(_(
                        "%(label)s \"%(value)s\" is not complete: it has 32 digits or letters a to f in five groups "
                        "(8-4-4-4-12). Copy it once more from DIAN's portal.", label=label, value=value))

    @api.constrains("first", "last", "prefix", "credit_prefix", "debit_prefix")
    def _check_numbering(self):
        for test_set in self:
            for number in (test_set.first, test_set.last):
                if number and not (number.isascii() and number.isdigit() and len(number) <= 10):
                    raise ValidationError(_("From and To are numbers without prefix, of at most ten digits."))
            if test_set.first and test_set.last and int(test_set.first) > int(test_set.last):
                raise ValidationError(_("The test range ends before it begins."))
            for prefix in (test_set.prefix, test_set.credit_prefix, test_set.debit_prefix):
                if prefix and not (prefix.isascii() and prefix.isalnum() and len(prefix) <= 4):
                    raise ValidationError(_("A prefix has at most four letters or digits."))
            if len({test_set.prefix, test_set.credit_prefix, test_set.debit_prefix}) < 3:
                raise ValidationError(_("Invoices, credit notes and debit notes need three different prefixes."))

    @api.constrains("invoice_count", "credit_count", "debit_count")
    def _check_counts(self):
        for test_set in self:
            if min(test_set.invoice_count, test_set.credit_count, test_set.debit_count) < 0:
                raise ValidationError(_("The number of test documents cannot be negative."))
            if max(test_set.invoice_count, test_set.credit_count, test_set.debit_count) > 500:
                raise ValidationError(_("A set has at most 500 test documents of one kind here."))

    def write(self, vals):
        vals = self._stripped(vals)
        if vals.keys() & {"company_id", "environment"} and self.document_ids:
            raise UserError(_("This set has documents, so it stays with its company and environment."))
        closed = self.filtered(lambda test_set: test_set.state in ("accepted", "rejected"))
        anew = closed.filtered(lambda test_set: vals.get("identifier") not in (None, test_set.identifier))
        outdated = self.filtered(lambda test_set: test_set._signs_differently(vals))
        result = super().write(vals)
        for test_set in outdated:
            test_set._live_or_probe().filtered(lambda row: row.state in ("pending", "signed")).sudo()._drop()
        for test_set in anew:  # the way on after a rejection
            test_set._restart()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._stripped(vals) for vals in vals_list])

    def _signs_differently(self, vals):
        """Tell whether what was signed, or has a number, before these values would be refused after them."""
        self.ensure_one()
        changed = {name for name in SIGNED_WITH & vals.keys() if (vals[name] or False) != (self[name] or False)}
        return bool(changed or vals.get("pin") or vals.get("key"))

    @staticmethod
    def _stripped(vals):
        """Identifiers are pasted, often with a blank around them."""
        pasted = {name: vals[name].strip() for name in ("identifier", "software") if vals.get(name)}
        return {**vals, **pasted}

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.document_ids:
            raise UserError(_("A test set with documents is kept: its numbers must not be used a second time."))

    def _restart(self):
        """Begin again with another TestSetId: what was made for the old one counts no more, its numbers stay used."""
        documents = self.sudo().document_ids
        documents.filtered(lambda document: document.state in ("pending", "signed"))._drop()
        documents.write({"is_former": True})
        self.sudo().write({"state": "running", "verdict": False, "is_running": False})

    # ------------------------------------------------------------------
    # Numbering
    # ------------------------------------------------------------------

    def _check_role(self, administrator=False):
        group = "group_administrator" if administrator else "group_officer"
        if not self.env.su and not self.env.user.has_group(f"l10n_mx_co_edi.{group}"):
            raise UserError(
                _("Only an administrator of electronic invoicing may set up the test set.") if administrator else
                _("Only an officer of electronic invoicing may run the test set."))

    def action_public_range(self):
        """Take DIAN's public test range; the portal shows whether it is the one of this set."""
        self.ensure_one()
        self._check_role(administrator=True)
        public = trial.PUBLIC_RANGE
        self.write({
            "resolution": public.invoice_authorization, "prefix": public.prefix, "first": str(public.from_number),
            "last": str(public.to_number), "valid_from": PUBLIC_DAYS[0], "valid_to": PUBLIC_DAYS[1]})
        self._keep_secret(TECHNICAL_KEY, PUBLIC_KEY)

    def action_fetch_range(self):
        """Ask DIAN, or the provider that can tell, for the range that is associated with the software for tests."""
        self.ensure_one()
        self._check_role(administrator=True)
        company = self.company_id
        if not company._l10n_mx_co_edi_tells_ranges(self.service):
            raise UserError(_(
                "This provider does not tell numbering ranges. Take the public test range, or type what DIAN's portal "
                "shows."))
        if not self.software:
            raise UserError(_("Enter the NIT of the company and its Software ID first."))
        answer = company._l10n_mx_co_edi_ask_ranges(
            lambda _environment, _source, found: self._store_range(found), environment=self.environment,
            software=self.software, service=self.service)
        if isinstance(answer, Refused) or not answer.ranges:
            raise UserError(_(
                "DIAN knows no test range for this software. Take the public one, or type what the portal shows. "
                "DIAN's answer: %(message)s", message=answer.message or answer.code))

    def _store_range(self, answer):
        if isinstance(answer, Refused) or not answer.ranges:
            return
        today = colombian_today(self.env)
        # another range of the software may have ended
        row = min(answer.ranges, key=lambda row: bool(row.valid_to and row.valid_to < today))
        self.write({
            "resolution": row.resolution, "prefix": row.prefix or False, "first": str(row.first),
            "last": str(row.last), "valid_from": row.valid_from, "valid_to": row.valid_to})
        if len(row.technical_key) == KEY_LENGTH:
            self._keep_secret(TECHNICAL_KEY, row.technical_key)

    def _control(self):
        """Return the test range as documents repeat it."""
        return InvoiceControl(
            invoice_authorization=self.resolution, start_date=self.valid_from or None, end_date=self.valid_to or None,
            prefix=self.prefix or None, from_number=int(self.first), to_number=int(self.last))

    def _prefix_of(self, kind):
        return {trial.CREDIT_NOTE: self.credit_prefix, trial.DEBIT_NOTE: self.debit_prefix}.get(kind, self.prefix) or ""

    def _check_ready(self):
        if lacking := self._lacking():
            raise UserError(_("Enter first: %(missing)s.", missing=", ".join(lacking)))

    # ------------------------------------------------------------------
    # Size
    # ------------------------------------------------------------------

    def _wanted(self):
        return dict(zip(trial.KINDS, (self.invoice_count, self.credit_count, self.debit_count), strict=True))

    def _live(self):
        """Return the documents that count for this set."""
        return self.document_ids.filtered(
            lambda document: not document.is_probe and not document.is_former and document.state not in GONE)

    def _live_or_probe(self):
        """Return everything that was made for this set and may still change."""
        return self.document_ids.filtered(lambda document: not document.is_former and document.state not in GONE)
