"""What is left of the stamps that were bought from the provider, as it said when it was last asked.

Asked are the providers by the scheduled action, by "Test Connection" and nowhere else: whatever shows or uses the
balance reads this table. It decides one thing only: where the package is known to be used up or expired, nothing is
sealed (the 72 hours of a CFDI begin with its date) and nothing is sent, until the provider says otherwise.
"""
import logging
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core import clock
from ..core.errors import TransportError
from ..core.findings import Finding
from ..core.transports import registry
from ..core.transports.base import Balance
from .document import ENVIRONMENTS
from .transaction import assert_nothing_uncommitted, commit, run_durably

_logger = logging.getLogger(__name__)

TRUSTED = timedelta(hours=3)  # an older "used up" stops nothing: the provider may be asked by sending
RECHECK = timedelta(minutes=5)  # while something waits for stamps
MEXICO = ZoneInfo("America/Mexico_City")
STATES = [
    ("unknown", "Not Known"),
    ("enough", "Enough"),
    ("low", "Low"),
    ("used_up", "Used Up"),
    ("expired", "Expired"),
    ("suspended", "Suspended"),
]
BLOCKING = ("used_up", "expired", "suspended")


class StampBalance(models.Model):
    _name = "l10n_mx_co_edi.stamp.balance"
    _inherit = ["l10n_mx_co_edi.export.guard"]
    _description = "Stamps Left at a Provider"
    _rec_name = "provider"
    _order = "company_id, service, environment"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    service = fields.Char(required=True, readonly=True)
    provider = fields.Char("Provider", compute="_compute_provider")
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    checked_at = fields.Datetime("Last Check", readonly=True, help="When the provider last told its balance.")
    credits = fields.Integer("Stamps Left", readonly=True)
    unlimited = fields.Boolean("Billed on Demand", readonly=True)
    used = fields.Integer("Used", readonly=True)
    assigned = fields.Integer("Assigned", readonly=True, help="All stamps that the account was ever given.")
    bought = fields.Integer("Last Package", readonly=True)
    bought_on = fields.Date("Activated", readonly=True)
    expires = fields.Date("Expires", readonly=True, help="Last day on which the stamps of the account can be used.")
    suspended = fields.Boolean(readonly=True)
    problem = fields.Text("Last Problem", readonly=True, help="Why the balance could not be asked for the last time.")
    state = fields.Selection(STATES, compute="_compute_state")

    _once = models.UniqueIndex("(company_id, service, environment)", "There is one balance for each account.")

    @api.depends(
        "checked_at", "credits", "unlimited", "expires", "suspended", "company_id.l10n_mx_co_edi_stamp_warning")
    def _compute_state(self):
        today = clock.utc_now().astimezone(MEXICO).date()
        for balance in self:
            threshold = balance.sudo().company_id.l10n_mx_co_edi_stamp_warning
            if not balance.checked_at:
                balance.state = "unknown"
            elif balance.suspended:
                balance.state = "suspended"
            elif balance.unlimited:
                balance.state = "enough"
            elif balance.expires and balance.expires < today:
                balance.state = "expired"
            elif balance.credits <= 0:
                balance.state = "used_up"
            else:
                balance.state = "low" if balance.credits < threshold else "enough"

    @api.depends("service")
    def _compute_provider(self):
        for balance in self:
            known = registry.SERVICES.get(balance.service)
            balance.provider = known.label if known else balance.service

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------

    @api.model
    def _of(self, company, service=None, environment=None, create=False):
        """Return the balance of the account that `company` uses, empty where nobody asked for it yet."""
        settings = company._l10n_mx_co_edi_settings()
        values = {
            "company_id": settings.id,
            "service": service or settings.l10n_mx_co_edi_pac,
            "environment": environment or settings.l10n_mx_co_edi_environment,
        }
        balance = self.sudo().search([(name, "=", value) for name, value in values.items()], limit=1)
        return self.sudo().create(values) if create and not balance else balance

    def _companies(self):
        """Return the companies that use this account: its own and the branches without settings of their own."""
        self.ensure_one()
        below = self.env["res.company"].sudo().with_context(active_test=False).search(
            [("id", "child_of", self.company_id.id)])
        return below.filtered(lambda company: company._l10n_mx_co_edi_settings() == self.company_id)

    def _is_blocking(self):
        """Tell whether the provider said lately that it will not stamp for this account."""
        fresh = self.checked_at and self.checked_at >= fields.Datetime.now() - TRUSTED
        return bool(fresh and self.state in BLOCKING)

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    def _package(self):
        """Return the name of the package: how many stamps, activated when, good until when, as far as is known."""
        parts = [self.provider]
        count = self.bought or self.assigned
        if count:
            parts.append(_("package of %(count)s stamps", count=count))
        if self.bought_on:
            parts.append(_("activated on %(date)s", date=format_date(self.env, self.bought_on)))
        if self.expires:
            parts.append(_("valid until %(date)s", date=format_date(self.env, self.expires)))
        return ", ".join(parts)

    def _sentence(self):
        """Return one sentence about what is left, with the package it is left of."""
        sentences = {
            "unknown": _("%(package)s: not checked yet."),
            "enough": _("%(package)s: stamps are billed on demand.") if self.unlimited else _(
                "%(package)s: %(credits)s stamps are left."),
            "low": _("%(package)s: only %(credits)s stamps are left."),
            "used_up": _("%(package)s: used up."),
            "expired": _("%(package)s: expired."),
            "suspended": _("%(package)s: the account is suspended."),
        }
        return sentences[self.state] % {"package": self._package(), "credits": self.credits}

    def _findings(self):
        """Return what an invoice should say about the stamps: it waits, or there are few left."""
        if self and self._is_blocking():
            return [Finding.warning("MX-STAMPS-01", message=self._sentence())]
        if self.state == "low":
            return [Finding.warning("MX-STAMPS-02", message=self._sentence())]
        return []

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def _ask(self):
        """Ask the provider and store its answer; returns what went wrong as a sentence, empty if nothing did.

        The call is made while the transaction holds no work, and the answer is committed at once.
        """
        self.ensure_one()
        try:
            client = self.company_id._l10n_mx_co_edi_stamper(self.service, self.environment)
        except UserError as error:
            self.problem = str(error)
            commit(self.env)
            return self.problem
        commit(self.env)
        assert_nothing_uncommitted(self.env)
        problem, answer = "", None
        try:
            answer = client.balance(self.company_id.vat or "")
        except TransportError as error:
            problem = _("The provider could not be reached: %(detail)s", detail=error)
        if not problem and not isinstance(answer, Balance):
            problem = _("The provider refused: %(code)s %(message)s", code=answer.code, message=answer.message)
        run_durably(self.env, partial(self._store, client.exchanges, answer, problem))
        return problem

    def _store(self, exchanges, answer, problem):
        self.env["l10n_mx_co_edi.exchange"]._record(self.company_id, self.service, exchanges)
        if problem:
            self.problem = problem
            return
        self.write({
            "checked_at": fields.Datetime.now(),
            "credits": answer.credits or 0,
            "unlimited": answer.unlimited,
            "used": answer.used or 0,
            "assigned": answer.assigned or 0,
            "bought": answer.bought or self.bought,
            "bought_on": answer.bought_on or self.bought_on,
            "expires": answer.expires or False,
            "suspended": answer.suspended,
            "problem": False,
        })

    @api.model
    def _note_used_up(self, document):
        """A document was refused for want of stamps: that is as good as an answer about the balance."""
        balance = self._of(document.company_id, document.service, document.environment, create=True)
        balance.write({"checked_at": fields.Datetime.now(), "credits": 0, "unlimited": False})
        self._trigger_check(RECHECK)

    def _note_stamped(self):
        """A document was stamped although the package was believed to be used up: it is not."""
        if self and self._is_blocking():
            self.checked_at = False
            self._trigger_check(timedelta())

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Ask for every account in use, and send what waited for stamps that are there now."""
        for balance in self._in_use():
            problem = balance._ask()
            if problem:
                _logger.info("the balance of %s could not be asked: %s", balance.service, problem)
            balance._resume()
            commit(self.env)
        if any(balance._is_blocking() and balance._waiting() for balance in self.sudo().search([])):
            self._trigger_check(RECHECK)

    @api.model
    def _in_use(self):
        """Return the balances of the accounts that companies use now, and of those that documents still wait for."""
        companies = self.env["res.company"].sudo().search([("l10n_mx_co_edi_environment", "!=", False)])
        used = self.sudo().browse()
        for company in companies.filtered(lambda company: company._l10n_mx_co_edi_issues_cfdi()):
            used |= self._of(company, create=True)
        others = self.sudo().search([("id", "not in", used.ids)])
        return used | others.filtered(lambda balance: balance._waiting())

    @api.model
    def _trigger_check(self, delay):
        cron = self.env.ref("l10n_mx_co_edi.ir_cron_stamp_balance", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(at=fields.Datetime.now() + delay)

    # ------------------------------------------------------------------
    # Those who wait
    # ------------------------------------------------------------------

    def _waiting(self):
        """Return the documents that wait for stamps of this account, sealed or not."""
        self.ensure_one()
        return self.env["l10n_mx_co_edi.document"].sudo().search([
            ("company_id", "in", self._companies().ids), ("service", "=", self.service),
            ("environment", "=", self.environment), ("waits_for_stamps", "=", True)], order="id")

    def _resume(self):
        """Send what waited, unless the account still has no stamps."""
        self.ensure_one()
        if not self._is_blocking():
            self._waiting()._resume_after_waiting()

    def action_ask(self):
        """Ask the provider now, as an administrator's button.

        :raise UserError: the provider could not be asked
        """
        self.check_access("read")
        if not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may ask for the balance."))
        for balance in self.sudo():
            problem = balance._ask()
            if problem:
                raise UserError(problem)
            balance._resume()
        return True
