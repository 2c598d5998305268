"""The last step of the assistant: the ranges of production, their journals, and the company that issues with them.

DIAN knows no range of production before it was requested, associated with the software and taken over, which takes
hours after the clicks in its portals. So asking may fail for days without anything being wrong: what is missing is
said, and it is asked again by itself, less and less often, until there is an answer or nobody can be waiting any more.
The sandbox stands in for production where a set was made in it: everything is the same, the environment stays.
"""
import logging
from datetime import datetime, time, timedelta, timezone

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html

from ..core import clock
from ..core.dian.cufe import COLOMBIA
from .company_dian import SOFTWARE_PIN
from .numbering_range import USABLE, colombian_today
from .numbering_range_kind import INVOICE, SUPPORT
from .test_set_steps import STEPS  # also loads the steps first: the last one is extended here
from .transaction import commit, in_test

_logger = logging.getLogger(__name__)

PRODUCTION, SANDBOX = "production", "sandbox"
# the words that the manual waits for; nobody would look for them in another language
DONE = "Se ha realizado el Paso a PRODUCTIVO exitosamente."
LADDER = tuple(timedelta(minutes=minutes) for minutes in (10, 20, 30, 60, 120, 240, 360))  # the last one repeats
MOST_DAYS = 5
NO_PREFIX, NO_RANGE = "302", "404"


class TestSet(models.Model):
    _name = "l10n_mx_co_edi.test.set"
    _inherit = ["l10n_mx_co_edi.test.set", "mail.activity.mixin"]

    production_environment = fields.Selection(
        [(PRODUCTION, "Production"), (SANDBOX, "Sandbox (stands in for production)")],
        compute="_compute_production_environment", string="Goes On In")
    production_asked_at = fields.Datetime("Asked On", readonly=True, copy=False)
    production_since = fields.Datetime("Asking Since", readonly=True, copy=False)
    production_next_at = fields.Datetime("Asks Again On", readonly=True, copy=False)
    production_tries = fields.Integer(readonly=True, copy=False)
    production_user_id = fields.Many2one("res.users", "Asked By", readonly=True, copy=False)
    production_code = fields.Char(readonly=True, copy=False)
    production_answer = fields.Text("DIAN's Answer", readonly=True, copy=False)
    production_missing = fields.Text("What Is Missing", compute="_compute_production_missing")
    production_review_id = fields.Many2one(
        "l10n_mx_co_edi.range.review", "Answer to Look At", compute="_compute_production_ranges")
    production_range_ids = fields.Many2many(
        "l10n_mx_co_edi.numbering.range", compute="_compute_production_ranges", string="Ranges of Production")
    production_by_hand = fields.Boolean(compute="_compute_production_by_hand")
    production_lacking = fields.Text("Still Missing", compute="_compute_production_lacking")
    production_done_at = fields.Datetime("In Production Since", readonly=True, copy=False, tracking=True)
    production_done_by_id = fields.Many2one("res.users", "Taken to Production By", readonly=True, copy=False)
    production_verdict = fields.Char("Result", compute="_compute_production_verdict")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("environment")
    def _compute_production_environment(self):
        for test_set in self:
            test_set.production_environment = SANDBOX if test_set.environment == SANDBOX else PRODUCTION

    @api.depends("service")
    def _compute_production_by_hand(self):
        for test_set in self:
            test_set.production_by_hand = not test_set.company_id._l10n_mx_co_edi_tells_ranges(test_set.service)

    @api.depends("production_done_at")
    def _compute_production_verdict(self):
        for test_set in self:
            test_set.production_verdict = test_set.production_done_at and DONE

    @api.depends("company_id", "environment", "production_asked_at")
    def _compute_production_ranges(self):
        for test_set in self:
            test_set.production_review_id = self.env["l10n_mx_co_edi.range.review"]._open_of(
                test_set.company_id, test_set.production_environment)
            test_set.production_range_ids = test_set._production_ranges()

    def _production_ranges(self):
        """Return what is known of the ranges that real documents take their numbers from."""
        known = self.env["l10n_mx_co_edi.numbering.range"].sudo().search([
            ("company_id", "=", self.company_id.id), ("environment", "=", self.production_environment)])
        return known - self._test_ranges()

    def _test_ranges(self):
        """Return the ranges of this set's own test numbering, as far as they are known beside it."""
        return self.env["l10n_mx_co_edi.numbering.range"].sudo().search([
            ("company_id", "=", self.company_id.id), ("environment", "=", self.environment),
            ("resolution", "=", self.resolution or ""), ("prefix", "=", self.prefix or False)])

    @api.depends(
        "production_code", "production_answer", "production_asked_at", "card_date", "card_sync", "card_numbering",
        "card_prefix", "golive_date")
    @api.depends_context("lang")
    def _compute_production_missing(self):
        for test_set in self:
            test_set.production_missing = test_set._missing_step() if test_set.production_asked_at else False

    @api.depends(
        "company_id", "environment", "software", "service", "production_done_at", "production_asked_at",
        "golive_date")
    @api.depends_context("lang")
    def _compute_production_lacking(self):
        for test_set in self:
            lacking = test_set._lacking_for_production()
            test_set.production_lacking = "\n".join(f"• {text}" for text in lacking) or False

    # ------------------------------------------------------------------
    # What is missing, in words
    # ------------------------------------------------------------------

    def _missing_step(self):
        """Return which step an answer without ranges comes from: the first that nobody ticked, else what it says."""
        self.ensure_one()
        if self.production_answer and not self.production_code:
            return self.production_answer  # it could not be asked
        if not self.production_code or self.production_code == "100":
            return False
        if self.golive_date and self.golive_date > colombian_today(self.env):
            return _("The go-live date is %(date)s: until then DIAN's production knows nothing of the company. It is "
                     "asked again by itself on that day.", date=format_date(self.env, self.golive_date))
        for name, words in self._portal_steps().items():
            if not self[name]:
                return words
        if self.production_code == NO_PREFIX:
            return _(
                "No prefix is associated with the software %(software)s yet. DIAN needs about two hours after it was "
                "associated; if it takes longer, look whether it was associated with this software, in production.",
                software=self.software or "?")
        if self.production_code == NO_RANGE:
            return _(
                "DIAN knows no numbering of the company in production. Look whether the request in MUISCA is "
                "definitive and signed (form 1876), and whether the company was taken over to production.")
        return _("DIAN does not give the ranges. Its answer: %(code)s %(message)s", code=self.production_code,
                 message=self.production_answer or "")

    def _portal_steps(self):
        """Return what has to happen in DIAN's portals before, by the card that a person ticks for it."""
        return {
            "card_date": _("Choose the go-live date in DIAN's portal (step 7)."),
            "card_sync": _("Press \"Sincronizar contribuyente a producción\" in DIAN's portal (step 7)."),
            "card_numbering": _("Request the numbering in MUISCA, make it definitive and sign it (step 8)."),
            "card_prefix": _("Associate the prefix with the software in DIAN's portal (step 8)."),
        }

    def _golive_at(self):
        """Return the first moment (UTC, naive) of the go-live date in Colombia, nothing where none was entered."""
        return self.golive_date and datetime.combine(
            self.golive_date, time(), COLOMBIA).astimezone(timezone.utc).replace(tzinfo=None)

    def _needed_kind(self):
        return SUPPORT if self._is_support() else INVOICE

    def _lacking_for_production(self):
        """Return what is missing before the company can be switched, in words."""
        self.ensure_one()
        kind = self._needed_kind()
        fitting = self._production_ranges().filtered(
            lambda row: row.kind == kind and row.kind_confirmed and row.enabled)
        with_journal = fitting.filtered("journal_id")
        future = with_journal.filtered(lambda row: row.state == "future")
        label = dict(self.env["l10n_mx_co_edi.numbering.range"]._fields["kind"]._description_selection(self.env))
        lacking, golive = [], self.golive_date
        if golive and golive > colombian_today(self.env):
            lacking.append(_("the go-live date, %(date)s, is still to come", date=format_date(self.env, golive)))
        if not fitting:
            lacking.append(_("a range of the kind \"%(kind)s\", confirmed by a person", kind=label[kind]))
        elif not with_journal:
            lacking.append(_("a journal for the range"))
        elif not future and not with_journal.filtered(self._gives_numbers):
            lacking.append(_("a range that is valid today and has its technical key"))
        names_software = self.company_id._l10n_mx_co_edi_names_software(self.service)
        if names_software and not self.software:
            lacking.append(_("the Software ID"))
        if names_software and not self.has_pin:
            lacking.append(_("the PIN"))
        if self.company_id._l10n_mx_co_edi_provider_findings(self.service):
            lacking.append(_("the access to the technology provider, in the settings"))
        return lacking

    def _gives_numbers(self, numbering):
        """Tell whether a range is good for this set's service; a provider that gets a layout makes the CUFE itself.

        The range itself judges by the service that the company has now, which is changed only at the end.
        """
        needs_key = self.company_id._l10n_mx_co_edi_names_software(self.service)
        return numbering.state in USABLE and (numbering.state != "no_key" or not needs_key)

    @api.depends("production_done_at", "production_asked_at", "golive_date")
    def _compute_steps(self):
        # EXTENDS: what the last step hangs on
        super()._compute_steps()

    def _lacking_production(self):
        """Return what is missing until real invoices can go to DIAN."""
        lacking = self._lacking_for_production()
        return lacking or ([] if self.production_done_at else [_("the company's switch to production")])

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def action_ask_production(self):
        """Ask for the ranges of production now; without an answer it is asked again by itself."""
        self.ensure_one()
        self._check_role()
        if self.production_by_hand:  # nor would it be told tomorrow
            raise UserError(_(
                "This technology provider has no service that tells the ranges. An administrator types them, as form "
                "1876 shows them."))
        test_set = self.sudo()
        test_set.write({
            "production_since": clock.utc_now().replace(tzinfo=None), "production_tries": 0,
            "production_user_id": self.env.uid})
        review = test_set._ask_production()
        if review and self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            return review.with_env(self.env)._action_open()
        return self._soft_reload()

    def action_stop_asking(self):
        """Do not ask again by itself."""
        self._check_role()
        self.sudo().production_next_at = False

    def _ask_production(self):
        """Ask once, keep what was answered, and settle when to ask again; return the answer to look at, if any."""
        self.ensure_one()
        problem, answer, review = "", None, self.env["l10n_mx_co_edi.range.review"]
        try:
            answer, review = self.company_id._l10n_mx_co_edi_review_ranges(
                self.production_environment, software=self.software, service=self.service)
        except UserError as error:  # the service could not be asked: said, and tried again
            problem = str(error)
        now = clock.utc_now().replace(tzinfo=None)
        tries = self.production_tries + 1
        self.write({
            "production_asked_at": now, "production_tries": tries,
            "production_code": getattr(answer, "code", "") or ("100" if review else "" if problem else NO_RANGE),
            "production_answer": problem or getattr(answer, "message", ""),
            "production_next_at": False if review else self._next_try(now, tries)})
        self._wake_production()
        commit(self.env)
        return review

    def _next_try(self, now, tries):
        """Return when to ask again, nothing once nobody can be waiting any more; before the go-live date, then."""
        golive = self._golive_at()
        if golive and golive > now:
            return golive  # nobody knows the company before
        at = now + LADDER[min(tries, len(LADDER)) - 1]
        since = max(self.production_since or now, golive or datetime.min)
        return at if at <= since + timedelta(days=MOST_DAYS) else False

    def _wake_production(self):
        cron = self.env.ref("l10n_mx_co_edi.ir_cron_test_set_production", raise_if_not_found=False)
        if cron and self.production_next_at:
            cron.sudo()._trigger(at=self.production_next_at)

    @api.model
    def _cron_ask_production(self):
        """Ask for those whose time has come; tell the person who waits, once there is something to do."""
        now = clock.utc_now().replace(tzinfo=None)
        for test_set in self.search([("production_next_at", "<=", now)], order="production_next_at", limit=20):
            review = test_set._ask_production()
            if review or not test_set.production_next_at:
                test_set._tell_who_asked(is_answered=bool(review))
            commit(self.env)
            if not in_test():
                self.env.invalidate_all()

    def _tell_who_asked(self, is_answered):
        """Give whoever asked an activity in their own language; nobody gets a second one of the same words."""
        user = self.production_user_id or self.env.user
        summary, note = self.with_context(lang=user.lang)._words_for_who_asked(is_answered)
        if not self.activity_ids.filtered(lambda activity: activity.summary == summary):
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, note=plaintext2html(note), user_id=user.id)

    def _words_for_who_asked(self, is_answered):
        if is_answered:
            return _("DIAN named the numbering ranges: look at them and store them"), ""
        return _("DIAN has named no numbering range for days"), self.production_missing or ""

    # ------------------------------------------------------------------
    # Looking at the answer, and going to production
    # ------------------------------------------------------------------

    def action_review_production(self):
        """Open the answer that waits for a person."""
        self.ensure_one()
        self._check_role()
        if not self.production_review_id:
            raise UserError(_("There is no answer to look at. Ask DIAN for the ranges first."))
        return self.production_review_id.with_env(self.env)._action_open()

    def action_go_to_production(self):
        """Let the company issue in production with this software, PIN and the ranges that were stored.

        :raise UserError: what is missing, or that there is no master key for the PIN
        """
        self.ensure_one()
        self._check_role(administrator=True)
        if not self._has_verdict():
            raise UserError(_("DIAN has not accepted the test set yet: production comes after it."))
        if lacking := self._lacking_for_production():
            raise UserError(_("Still missing: %(missing)s.", missing=", ".join(lacking)))
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        secrets._vault()  # says what to do where there is no master key
        test_set = self.sudo()
        settings = test_set.company_id._l10n_mx_co_edi_settings()
        if test_set.company_id._l10n_mx_co_edi_names_software(test_set.service):
            secrets._store(settings, SOFTWARE_PIN, test_set._secret(SOFTWARE_PIN))
            settings.l10n_mx_co_edi_dian_software = test_set.software
        settings.l10n_mx_co_edi_dian_service = test_set.service
        if settings.l10n_mx_co_edi_environment != test_set.production_environment:
            settings.l10n_mx_co_edi_environment = test_set.production_environment
        # where the environment stays the same (sandbox), its journals would go on with the test numbers
        if test_set.production_environment == test_set.environment:
            reason = _("Test numbering; the company went to production")
            test_set._test_ranges().with_user(self.env.user)._disable(reason)
        test_set.write({
            "production_done_at": fields.Datetime.now(), "production_done_by_id": self.env.uid,
            "production_next_at": False})
        _logger.info("test set %s: step %s is done", test_set.id, STEPS[-1][0])
        test_set.message_post(body=f"{DONE} ({self.env.user.name})", author_id=self.env.user.partner_id.id)
        return self._soft_reload()
