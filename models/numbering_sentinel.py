"""Looks after the numbers of Colombian companies every night: asks DIAN for the ranges, and says in time what ends.

Each company has a minute of its own between one and five in the morning in Colombia, so that the databases of many
companies do not ask DIAN at the same moment. The night is noted before DIAN is asked: whatever goes wrong with one
company, the next run goes on with the others.
"""
import logging
import zlib
from datetime import datetime, timedelta, timezone

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core import clock
from ..core.dian.cufe import COLOMBIA
from ..core.errors import CoreError
from ..core.transports.base import Refused
from .company_dian import SERVICE
from .transaction import commit, in_test

_logger = logging.getLogger(__name__)

FIRST_HOUR, MINUTES = 1, 240
MOST_TIME = timedelta(minutes=5)
TOLD_AFTER = 3  # nights in a row without an answer


def _now():
    """The moment by the product's clock, as columns hold it."""
    return clock.utc_now().replace(tzinfo=None, microsecond=0)


class NumberingWatch(models.Model):
    """When DIAN was asked for the ranges of a company, and how often in vain."""
    _name = "l10n_mx_co_edi.numbering.watch"
    _inherit = ["mail.thread", "l10n_mx_co_edi.reminding"]
    _mail_post_access = "read"
    _description = "Nightly Look at a Company's Numbering"
    _rec_name = "company_id"
    _order = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    asked_at = fields.Datetime("Last Asked", readonly=True)
    answered_at = fields.Datetime("Last Answer", readonly=True)
    next_at = fields.Datetime("Next Look", readonly=True, index=True)
    failures = fields.Integer("Nights without Answer", readonly=True)
    problem = fields.Text("Last Problem", readonly=True)

    _once = models.UniqueIndex("(company_id)", "A company's numbering is looked after once.")

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    @api.model
    def _of(self, company):
        """Return the watch of `company`, made at the first time."""
        watch = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return watch or self.sudo().create({"company_id": company.id})

    @api.model_create_multi
    def create(self, vals_list):
        watches = super().create(vals_list)
        for watch in watches.filtered(lambda watch: not watch.next_at):
            watch.next_at = watch._next_night()
        return watches

    def _next_night(self):
        """Return the next moment that is this company's own."""
        self.ensure_one()
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        minute = zlib.crc32(f"{database}/{self.company_id.id}".encode()) % MINUTES
        now = clock.utc_now().astimezone(COLOMBIA)
        night = now.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0) + timedelta(minutes=minute)
        if night <= now:
            night += timedelta(days=1)
        return night.astimezone(timezone.utc).replace(tzinfo=None)

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_look(self):
        """Look after the companies whose moment has come, one after the other, as long as the time lasts."""
        deadline = clock.utc_now() + MOST_TIME
        with_ranges = self.env["l10n_mx_co_edi.numbering.range"].sudo().search([]).company_id
        for company in with_ranges | self.env["res.company"].sudo().search([
                ("l10n_mx_co_edi_environment", "!=", False)]):
            if company._l10n_mx_co_edi_issues_dian():
                self._of(company)
        commit(self.env)
        due = self.sudo().search([("next_at", "<=", _now())], order="next_at, id")
        for number, watch in enumerate(due):
            if number and clock.utc_now() >= deadline:
                self._trigger(_now())
                return
            watch._look()
        soonest = self.sudo().search([("next_at", "!=", False)], order="next_at", limit=1)
        if soonest:
            self._trigger(soonest.next_at)

    @api.model
    def _trigger(self, moment):
        cron = self.env.ref("l10n_mx_co_edi.ir_cron_numbering", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(at=moment)

    def _look(self):
        """Ask for the ranges of one company where that is possible, and tell people what ends; never raises for what
        DIAN, the connection or a setting brings about.
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            return  # another process is at it
        self.invalidate_recordset()
        if not self.next_at or self.next_at > _now():
            return
        self.next_at = self._next_night()
        commit(self.env)
        company = self.company_id
        if not company._l10n_mx_co_edi_issues_dian():
            return
        if company._l10n_mx_co_edi_may_ask_for_ranges():
            self._ask()
        self.env["l10n_mx_co_edi.numbering.range"].sudo()._review(company)
        commit(self.env)

    def _ask(self):
        started = _now()
        self.asked_at = started
        commit(self.env)
        problem = ""
        try:
            self.company_id._l10n_mx_co_edi_fetch_ranges()
        except (UserError, CoreError) as error:
            if not in_test():
                self.env.cr.rollback()
            problem = str(error)
        self.invalidate_recordset()
        if self.answered_at and self.answered_at >= started:
            return  # also where DIAN names no range: that was an answer
        _logger.info("the numbering ranges of company %s could not be asked: %s", self.company_id.id, problem)
        self.write({"failures": self.failures + 1, "problem": problem})
        if self.failures == TOLD_AFTER:
            self._ask_administrators()
        commit(self.env)

    @api.model
    def _note_answer(self, company):
        """DIAN answered, whoever asked."""
        watch = self._of(company)
        was_told = watch.failures >= TOLD_AFTER
        watch.write({"answered_at": _now(), "failures": 0, "problem": False})
        if was_told:
            watch._ask_no_more()

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _activity_type(self):
        # EXTENDS reminding
        return "l10n_mx_co_edi.mail_activity_type_numbering_watch"

    def _words(self):
        # EXTENDS reminding
        return _("DIAN's numbering ranges could not be asked for"), _(
            "For %(count)s nights DIAN has given no answer about the numbering ranges of %(company)s. Invoices are not "
            "touched by that, but a range that ends may go unnoticed. Press \"Check Everything\" in the settings of "
            "electronic invoicing. Last problem: %(problem)s",
            count=self.failures, company=self.company_id.name, problem=self.problem or "?")


class NumberingRange(models.Model):
    _inherit = "l10n_mx_co_edi.numbering.range"

    @api.model
    def _store_answer(self, company, environment, answer, source="dian"):
        # EXTENDS numbering_range: count the answers that do not name a range any more
        result = super()._store_answer(company, environment, answer, source)
        if isinstance(answer, Refused):
            return result
        named = {(row.resolution, row.prefix or "", str(row.first)) for row in answer.ranges}
        for numbering in self.sudo().search(
                [("company_id", "=", company.id), ("environment", "=", environment), ("fetched_at", "!=", False)]):
            is_named = (numbering.resolution, numbering.prefix or "", numbering.first) in named
            numbering._note_named(is_named)
        self.env["l10n_mx_co_edi.numbering.watch"]._note_answer(company)
        self.sudo()._withdraw_cured(company)
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_may_ask_for_ranges(self):
        """Tell whether there is what it takes to ask for the ranges; who has not come so far is not bothered."""
        self.ensure_one()
        service = self._l10n_mx_co_edi_dian_service()
        if not self._l10n_mx_co_edi_nit() or not self._l10n_mx_co_edi_settings().l10n_mx_co_edi_dian_software:
            return False
        if service != SERVICE:
            return self._l10n_mx_co_edi_tells_ranges(service) and not self._l10n_mx_co_edi_provider_findings(service)
        return bool(self.env["l10n_mx_co_edi.certificate"]._current_dian(self))


def long_ago(moment: datetime | None, hours: int) -> bool:
    """Tell whether the naive UTC `moment` is unknown or at least so many hours past."""
    return not moment or moment <= _now() - timedelta(hours=hours)
