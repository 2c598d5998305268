"""What people are told about a numbering range: its end in days or numbers, and what DIAN's answers say about it."""
from datetime import timedelta

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.tools import SQL, format_date

from ..core.dian import burn
from ..core.findings import Finding
from ..core.reminders import EXPIRED, reminder
from .finding_texts import alerts, describe
from .numbering_range import KEY_LENGTH, colombian_today
from .numbering_sentinel import _now, long_ago

USED_UP, RUNNING_OUT, OVER, ENDING = "CO-WATCH-01", "CO-WATCH-02", "CO-WATCH-03", "CO-WATCH-04"
UNNAMED, KEY_CUT = "CO-WATCH-05", "CO-WATCH-06"
LOST_AFTER = 2  # answers in a row
APART_HOURS = 1  # that two of them count as two
FORECAST_DAYS = 30  # a forecast that is farther away is no news
WARNED_DAYS = 15  # before the last number, invoices warn
WHERE = "DianExtensions.InvoiceControl"


class NumberingRange(models.Model):
    _name = "l10n_mx_co_edi.numbering.range"
    _inherit = ["l10n_mx_co_edi.numbering.range", "l10n_mx_co_edi.reminding"]
    _mail_post_access = "read"

    per_day = fields.Float(
        "Used a Day", digits=(16, 1), readonly=True,
        help="Numbers that the journal used a day lately: the faster pace of the last 30 and the last 90 days.")
    forecast_day = fields.Date(
        "Used Up On", readonly=True,
        help="When the last number is gone if invoices go on at this pace, after the ranges of the same journal that "
             "end earlier.")
    unnamed = fields.Integer(
        "Answers without It", readonly=True,
        help="How many of DIAN's answers in a row did not name this range although earlier ones did.")
    unnamed_at = fields.Datetime(readonly=True)
    told = fields.Json(readonly=True)
    alerts = fields.Json(compute="_compute_alerts")

    @api.depends("forecast_day", "unnamed", "key_length", "valid_to", "journal_id")
    @api.depends_context("lang")
    def _compute_alerts(self):
        for numbering in self:
            found = alerts(self.env, numbering._notices().values())
            # what is open needs no link to itself
            numbering.alerts = found and {
                key: {**alert, "action": None, "action_text": ""} for key, alert in found.items()}

    # ------------------------------------------------------------------
    # Forecast
    # ------------------------------------------------------------------

    @api.model
    def _usage_of(self, journals, today):
        """Return what the journals numbered lately, by journal id, from one query."""
        moves = self.env["account.move"]
        moves.flush_model(
            ["journal_id", "posted_before", "move_type", "debit_origin_id", "invoice_date", "date"])
        rows = self.env.execute_query(SQL(
            """SELECT journal_id, COUNT(*), COUNT(*) FILTER (WHERE COALESCE(invoice_date, date) > %(short)s),
                      MIN(COALESCE(invoice_date, date))
                 FROM account_move
                WHERE journal_id IN %(journals)s AND posted_before
                  AND (move_type = 'in_invoice' OR (move_type = 'out_invoice' AND debit_origin_id IS NULL))
                  AND COALESCE(invoice_date, date) > %(long)s AND COALESCE(invoice_date, date) <= %(today)s
             GROUP BY journal_id""",
            journals=tuple(journals.ids) or (0,), today=today, short=today - timedelta(days=burn.SHORT),
            long=today - timedelta(days=burn.LONG)))
        return {journal: burn.Usage(long, short, first) for journal, long, short, first in rows}

    def _forecast(self, today):
        """Write down how long the numbers last; ranges of one journal are used one after the other."""
        usage = self._usage_of(self.journal_id, today)
        for journal, ranges in self.grouped("journal_id").items():
            known, left = usage.get(journal.id, burn.Usage()), 0
            for numbering in ranges.sorted(lambda row: row._turn()):
                left += numbering._numbers_left() if numbering._gives_numbers(today) else 0
                day = burn.forecast(known, left, today) if numbering._gives_numbers(today) else None
                values = {"per_day": float(round(known.per_day(today), 1)), "forecast_day": day or False}
                if any(numbering[name] != value for name, value in values.items()):
                    numbering.write(values)

    def _turn(self):
        """Return what ranges of one journal are used in the order of."""
        return (self.valid_to or fields.Date.to_date("9999-12-31"), self.id)

    # ------------------------------------------------------------------
    # What DIAN names
    # ------------------------------------------------------------------

    def _note_named(self, is_named):
        """Count the answers that leave this range out; two within an hour are one, as DIAN's register is copied."""
        self.ensure_one()
        if is_named:
            if self.unnamed:
                self.write({"unnamed": 0, "unnamed_at": False})
        elif long_ago(self.unnamed_at, APART_HOURS):
            self.write({"unnamed": self.unnamed + 1, "unnamed_at": _now()})

    # ------------------------------------------------------------------
    # Notices
    # ------------------------------------------------------------------

    def _is_watched(self):
        """Tell whether invoices take their numbers from this range now."""
        self.ensure_one()
        company = self.company_id.sudo()
        return bool(
            self.journal_id.sudo().active and company._l10n_mx_co_edi_issues_dian()
            and self.environment == company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
            and self.enabled)

    def _heir(self):
        """Return a range that invoices of the journal go on with after this one, ready or soon to be.

        Of two that are both in force the one that ends later is the other's, so that they do not silence each other.
        """
        others = self.sudo().search([
            ("journal_id", "=", self.journal_id.id), ("environment", "=", self.environment), ("id", "!=", self.id)])
        is_empty = int(self.left) <= 0
        return others.filtered(lambda row: (
            (is_empty or row._turn() > self._turn()) and row.unnamed < LOST_AFTER
            and row.state in ("ready", "soon", "future")))[:1]

    def _notices(self):
        """Return what people should know about this range: the findings by the step of the reminders and code."""
        self.ensure_one()
        if not self._is_watched() or self._heir():
            return {}
        today, found = colombian_today(self.env), {}
        known = {"range": self.display_name, "left": self.left}
        step = reminder(self.valid_to, today) if self.valid_to else None
        if step == EXPIRED:
            return {(step, OVER): Finding.error(OVER, WHERE, **known, date=format_date(self.env, self.valid_to))}
        if step is not None:
            found[step, ENDING] = Finding.warning(
                ENDING, WHERE, **known, date=format_date(self.env, self.valid_to), days=(self.valid_to - today).days)
        found |= self._notices_of_numbers(today, known)
        if self.unnamed >= LOST_AFTER:
            found[EXPIRED, UNNAMED] = Finding.error(UNNAMED, WHERE, **known)
        if self._needs_key() and self.key_length not in (0, KEY_LENGTH):
            found[EXPIRED, KEY_CUT] = Finding.error(KEY_CUT, WHERE, **known, length=self.key_length)
        return dict(sorted(found.items()))

    def _notices_of_numbers(self, today, known):
        if int(self.left) <= 0:
            return {(EXPIRED, USED_UP): Finding.error(USED_UP, WHERE, **known)}
        step = reminder(self.forecast_day, today) if self.forecast_day else None
        if step is None or step > FORECAST_DAYS:
            return {}
        return {(max(step, 1), RUNNING_OUT): Finding.warning(
            RUNNING_OUT, WHERE, **known, date=format_date(self.env, max(self.forecast_day, today)),
            per_day=f"{self.per_day:.1f}")}

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _activity_type(self):
        # EXTENDS reminding
        return "l10n_mx_co_edi.mail_activity_type_numbering"

    def _summary(self, finding):
        """Return one line about a notice, for the list of activities and the journal's card."""
        date = finding.params.get("date", "")
        return {
            USED_UP: _("No number is left"),
            RUNNING_OUT: _("The numbers run out about %(date)s", date=date),
            OVER: _("The numbering expired on %(date)s", date=date),
            ENDING: _("The numbering expires on %(date)s", date=date),
            UNNAMED: _("DIAN no longer names the numbering range"),
            KEY_CUT: _("The technical key is cut off"),
        }[finding.code]

    def _words(self):
        # EXTENDS reminding
        found = list(self._notices().values())
        texts = [describe(self.env, finding) for finding in found]
        link = Markup('<a href="/odoo/action-l10n_mx_co_edi.action_test_set">%s</a>') % _(
            "Open the assistant, which shows each step")
        note = Markup("").join(Markup("<p>%s</p>") % text["message"] for text in texts) + link
        return self._summary(found[0]), note

    @api.model
    def _review(self, company):
        """Bring the forecast of the company's ranges up to date, and tell people what is new or has become urgent."""
        today = colombian_today(self.env)
        ranges = self.search([("company_id", "=", company.id)])
        ranges.filtered("journal_id")._forecast(today)
        for numbering in ranges:
            numbering._tell()

    def _tell(self):
        told, found = self.told or {}, {}
        for step, code in self._notices():
            found[code] = min(step, told.get(code, step))
        if found == told:
            return
        self.told = found or False
        is_news = any(code not in told or step < told[code] for code, step in found.items())
        if not found:
            self._ask_no_more()
        elif is_news or self.activity_ids.filtered(
                lambda activity: activity.activity_type_id == self.env.ref(self._activity_type())):
            self._ask_administrators()

    @api.model
    def _withdraw_cured(self, company):
        """Take back what is settled, as soon as it is; what is new waits for the night."""
        for numbering in self.search([("company_id", "=", company.id), ("told", "!=", False)]):
            if not numbering._notices():
                numbering._tell()

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"journal_id", "valid_to", "last", "enabled"}:
            for company in self.company_id:
                self.sudo()._withdraw_cured(company)
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_end_findings(self, numbering):
        # EXTENDS account_move_numbering: the last numbers may go within days although there are many
        yield from super()._l10n_mx_co_edi_end_findings(numbering)
        soon = numbering.state != "soon" and numbering.forecast_day and (
            numbering.forecast_day - colombian_today(self.env)).days <= WARNED_DAYS
        if not soon and numbering.unnamed < LOST_AFTER:
            return
        for finding in numbering._notices().values():
            if finding.code == UNNAMED or (soon and finding.code == RUNNING_OUT):
                yield Finding.warning(finding.code, WHERE, **finding.params)


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _get_journal_dashboard_data_batched(self):
        # EXTENDS account: what is wrong or due with the numbers, before an invoice cannot be confirmed
        data = super()._get_journal_dashboard_data_batched()
        for journal in self.filtered(lambda journal: journal.type in ("sale", "purchase")):
            notice = journal._l10n_mx_co_edi_numbers() and journal._l10n_mx_co_edi_notice()
            data[journal.id]["l10n_mx_co_edi_numbering"] = notice or False
        return data

    def _l10n_mx_co_edi_notice(self):
        """Return the most urgent notice about the numbers of this journal as its card shows it, or nothing."""
        ranges = self._l10n_mx_co_edi_ranges().filtered("enabled")
        if not ranges:
            return {"text": _("No numbering range of DIAN"), "level": "danger"}
        found = [(step, numbering, finding) for numbering in ranges
                 for (step, _code), finding in numbering._notices().items()]
        if not found:
            return None
        step, numbering, finding = min(found, key=lambda row: row[0])
        return {
            "text": numbering._summary(finding), "title": describe(self.env, finding)["message"],
            "level": "danger" if step == EXPIRED else "warning"}

    def action_l10n_mx_co_edi_open_ranges(self):
        """Open the ranges of this journal, as the notice on its card does; its form for who may not see the list."""
        self.ensure_one()
        if not self.env.user.has_group("l10n_mx_co_edi.group_viewer"):
            return self._get_records_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_numbering_range")
        return {**action, "domain": [("journal_id", "in", [*self.ids, False])]}
