"""What becomes of a CSD after its upload: reminders before its end, and what SAT answers about it.

SAT's list of issuers cannot be asked for; what is known comes from the providers' answers to documents. A new CSD that
the list does not have yet is tried again by itself. One that is restricted or without effect stops sealing until a
new one is uploaded or a person says that it was cleared up.
"""
import logging
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core import clock
from ..core.cfdi import csd
from ..core.findings import Finding, blocking
from .finding_texts import alerts, describe
from .transaction import commit

_logger = logging.getLogger(__name__)

ACTIVITY_TYPE = "l10n_mx_co_edi.mail_activity_type_certificate"
MEXICO = ZoneInfo("America/Mexico_City")
STANDINGS = [
    (csd.Standing.WAITING, "Not Yet in SAT's List"),
    (csd.Standing.RESTRICTED, "Restricted"),
    (csd.Standing.REVOKED, "Without Effect"),
]
CODES = {csd.Standing.WAITING: "MX-CSD-03", csd.Standing.RESTRICTED: "MX-CSD-04", csd.Standing.REVOKED: "MX-CSD-05"}


def _now():
    """The moment by the product's clock, as columns hold it."""
    return clock.utc_now().replace(tzinfo=None, microsecond=0)


class Certificate(models.Model):
    _name = "l10n_mx_co_edi.certificate"
    _inherit = ["l10n_mx_co_edi.certificate", "mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"

    standing = fields.Selection(
        STANDINGS, "SAT's Answer", readonly=True, copy=False,
        help="Why SAT does not let this CSD seal although its dates allow it, from the provider's last answer.")
    standing_since = fields.Datetime("Since", readonly=True, copy=False)
    next_try = fields.Datetime("Next Try", readonly=True, copy=False)
    reminded = fields.Integer(
        "Last Reminder", readonly=True, copy=False, default=-1,
        help="For how many days before its end people were reminded last; -1: not yet.")
    alerts = fields.Json(compute="_compute_alerts")

    # ------------------------------------------------------------------
    # What is said about it
    # ------------------------------------------------------------------

    @api.depends("not_before", "not_after", "standing", "next_try")
    def _compute_status(self):
        # EXTENDS certificate
        super()._compute_status()
        for certificate in self.filtered(lambda certificate: certificate.status in ("valid", "soon")):
            certificate.status = certificate._standing_now() or certificate.status

    @api.depends_context("lang")
    @api.depends("not_before", "not_after", "standing", "next_try")
    def _compute_alerts(self):
        for certificate in self:
            certificate.alerts = certificate.kind == "csd" and alerts(self.env, certificate._findings())

    def _standing_now(self):
        """Return the `Standing` that holds now: waiting ends with the 72 hours, whatever was answered before."""
        self.ensure_one()
        waiting = self.standing == csd.Standing.WAITING
        if waiting and _now() >= csd.listed_by(self.not_before):
            return None
        return self.standing or None

    def _is_stopped(self):
        """Tell whether nothing may be sealed with it now; while it waits for SAT's list, one try is let through."""
        standing = self._standing_now()
        if standing == csd.Standing.WAITING:
            return bool(self.next_try and self.next_try > _now())
        return bool(standing)

    def _last_day(self):
        return self.not_after.replace(tzinfo=timezone.utc).astimezone(MEXICO).date()

    def _findings(self):
        """Return what people should know about this CSD before something is sealed."""
        self.ensure_one()
        standing, last_day, now = self._standing_now(), self._last_day(), clock.utc_now()
        known = {"number": self.serial_number or "", "date": format_date(self.env, last_day)}
        if self.not_after <= _now():
            return [Finding.error("MX-CSD-01", "Certificado", **known)]
        if standing == csd.Standing.WAITING:
            until = fields.Datetime.context_timestamp(self, csd.listed_by(self.not_before))
            return [Finding.warning("MX-CSD-03", "Certificado", **known, until=until.strftime("%Y-%m-%d %H:%M"))]
        if standing:
            return [Finding.error(CODES[standing], "Certificado", **known)]
        today = now.astimezone(MEXICO).date()
        step = csd.reminder(last_day, today)
        if step is None or self._successor():
            return []
        severity = Finding.warning if csd.is_soon(last_day, today) else Finding.info
        return [severity("MX-CSD-02", "Certificado", **known, days=str((last_day - today).days))]

    def _successor(self):
        """Return a CSD of the same company that can seal for longer."""
        return self.sudo().search([
            ("company_id", "=", self.company_id.id), ("kind", "=", "csd"), ("secret_id", "!=", False),
            ("not_after", ">", self.not_after)], limit=1)

    # ------------------------------------------------------------------
    # Answers of the provider
    # ------------------------------------------------------------------

    def _note_refusal(self, code):
        """Remember what a provider's refusal says about this CSD; returns its `Standing`, None if it says nothing."""
        self.ensure_one()
        now = _now()
        standing = csd.standing(code, self.not_before, self.not_after, now)
        if not standing:
            return None
        values = {"standing": standing}
        if standing == csd.Standing.WAITING:
            values["next_try"] = now + timedelta(seconds=clock.delays().lco_retry)
        if self.standing != standing:
            values["standing_since"] = now
        changed = self.standing != standing
        self.sudo().write(values)
        if changed:
            _logger.info("CSD %s: %s after the answer %s", self.serial_number, standing, code)
            self._ask_administrators()
        return standing

    def _note_accepted(self):
        """A document sealed with it was stamped: whatever was said before is over."""
        if self.standing:
            self._clear(_("SAT accepts this CSD again."))

    def _clear(self, message):
        self.sudo().write({"standing": False, "standing_since": False, "next_try": False})
        self.sudo().activity_unlink([ACTIVITY_TYPE])
        self.sudo().message_post(body=message)
        self.env["l10n_mx_co_edi.document"]._trigger_drain()

    def action_cleared(self):
        """An administrator's word that SAT lets this CSD seal again: what waited for it goes.

        :raise UserError: the user is no administrator
        """
        self.check_access("write")
        if not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may lift the stop of a CSD."))
        for certificate in self:
            certificate._clear(_("%(user)s said that it was cleared up with SAT.", user=self.env.user.name))
        return True

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _words(self):
        """Return (summary, note) for people about the one thing that is wrong or due."""
        finding = self._findings()[0]
        summaries = {
            "MX-CSD-01": _("The CSD has expired"), "MX-CSD-02": _("The CSD expires soon"),
            "MX-CSD-03": _("SAT does not know the CSD yet"), "MX-CSD-04": _("SAT does not let the company issue"),
            "MX-CSD-05": _("The CSD was left without effect"),
        }
        return summaries[finding.code], describe(self.env, finding)["message"]

    def _administrators(self):
        """Return whom a CSD concerns: the administrators of electronic invoicing, else its officers, else anybody's."""
        users = self.env["res.users"].sudo()
        for group in ("group_administrator", "group_officer"):
            found = users.search([
                ("all_group_ids", "in", self.env.ref(f"l10n_mx_co_edi.{group}").id), ("share", "=", False),
                ("company_ids", "in", self.company_id.id)])
            if found:
                return found
        return users.search([("all_group_ids", "in", self.env.ref("base.group_system").id), ("share", "=", False)])

    def _ask_administrators(self):
        """Give each an activity in place of an earlier one about this CSD, in their own language."""
        certificate = self.sudo()
        certificate.activity_unlink([ACTIVITY_TYPE])
        for user in certificate._administrators():
            summary, note = certificate.with_context(lang=user.lang)._words()
            certificate.activity_schedule(ACTIVITY_TYPE, summary=summary, note=note, user_id=user.id)

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Remind of CSDs that end, once for each step, and never of one that has a successor."""
        today = clock.utc_now().astimezone(MEXICO).date()
        limit = _now() + timedelta(days=max(csd.REMINDERS) + 1)
        for certificate in self.sudo().search(
                [("kind", "=", "csd"), ("secret_id", "!=", False), ("not_after", "<=", limit)]):
            if certificate._take_reminder(today):
                certificate._ask_administrators()
            commit(self.env)
        self.env["l10n_mx_co_edi.document"]._resume_for_certificates()

    def _take_reminder(self, today):
        """Note that the step of today is done; False if it was done before, by whomever, or is not due."""
        step = csd.reminder(self._last_day(), today)
        if step is None or not self.company_id._l10n_mx_co_edi_issues_cfdi() or self._successor():
            return False
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset(["reminded"])
        if 0 <= self.reminded <= step:
            return False
        self.reminded = step
        # a stop is the news already, and stays with people until it is over
        return not self._standing_now() or step == csd.EXPIRED

    @api.model
    def _import_csd(self, company, cer, key, password):
        # EXTENDS certificate
        certificate = super()._import_csd(company, cer, key, password)
        older = self.sudo().search([
            ("company_id", "=", company.id), ("kind", "=", "csd"), ("id", "!=", certificate.id),
            ("not_after", "<=", certificate.not_after)])
        older.activity_unlink([ACTIVITY_TYPE])
        self.env["l10n_mx_co_edi.document"]._trigger_drain()
        return certificate


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_csd_findings(self):
        """Return what should be known about the CSD that seals for this company; empty where it has none at all."""
        self.ensure_one()
        certificates = self.env["l10n_mx_co_edi.certificate"].sudo()
        current = certificates._current_csd(self)
        if current:
            return current._findings()
        last = certificates.search([
            ("company_id", "=", self._l10n_mx_co_edi_owner_of_csd().id), ("kind", "=", "csd"),
            ("secret_id", "!=", False)], order="not_after desc", limit=1)
        return blocking(last._findings()) if last else []

    def _l10n_mx_co_edi_csd_stop(self):
        """Return the finding for which nothing may be sealed now, None if something may, or if there is no CSD."""
        current = self.env["l10n_mx_co_edi.certificate"]._current_csd(self)
        if current and not current._is_stopped():
            return None
        return next(iter(self._l10n_mx_co_edi_csd_findings()), None)
