"""What becomes of a certificate after its upload: reminders before its end, and what SAT answers about a CSD.

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

from ..core import clock, reminders
from ..core.cfdi import csd
from ..core.findings import Finding, blocking
from .company_dian import SERVICE
from .finding_texts import alerts, describe
from .transaction import commit

_logger = logging.getLogger(__name__)

ACTIVITY_TYPES = {
    "csd": "l10n_mx_co_edi.mail_activity_type_certificate",
    "dian": "l10n_mx_co_edi.mail_activity_type_certificate_dian",
}
ZONES = {"csd": ZoneInfo("America/Mexico_City"), "dian": ZoneInfo("America/Bogota")}
EXPIRED = {"csd": "MX-CSD-01", "dian": "CO-CERT-13"}
ENDING = {"csd": "MX-CSD-02", "dian": "CO-CERT-14"}
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
    _inherit = ["l10n_mx_co_edi.certificate", "mail.thread", "l10n_mx_co_edi.reminding"]
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
            certificate.alerts = certificate.kind in ENDING and alerts(self.env, certificate._findings())

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
        return self.not_after.replace(tzinfo=timezone.utc).astimezone(ZONES[self.kind]).date()

    def _today(self):
        return clock.utc_now().astimezone(ZONES[self.kind]).date()

    def _findings(self):
        """Return what people should know about this certificate before something is sealed or signed."""
        self.ensure_one()
        standing, last_day = self._standing_now(), self._last_day()
        known = {"number": self.serial_number or "", "date": format_date(self.env, last_day)}
        if self.not_after <= _now():
            return [Finding.error(EXPIRED[self.kind], "Certificado", **known)]
        if standing == csd.Standing.WAITING:
            until = fields.Datetime.context_timestamp(self, csd.listed_by(self.not_before))
            return [Finding.warning("MX-CSD-03", "Certificado", **known, until=until.strftime("%Y-%m-%d %H:%M"))]
        if standing:
            return [Finding.error(CODES[standing], "Certificado", **known)]
        today = self._today()
        step = reminders.reminder(last_day, today)
        if step is None or self._successor():
            return []
        severity = Finding.warning if reminders.is_soon(last_day, today) else Finding.info
        return [severity(ENDING[self.kind], "Certificado", **known, days=str((last_day - today).days))]

    def _successor(self):
        """Return a certificate of the same company and kind that can be used for longer."""
        return self.sudo().search([
            ("company_id", "=", self.company_id.id), ("kind", "=", self.kind), ("secret_id", "!=", False),
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
        self._ask_no_more()
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
        # EXTENDS reminding
        finding = self._findings()[0]
        summaries = {
            "MX-CSD-01": _("The CSD has expired"), "MX-CSD-02": _("The CSD expires soon"),
            "MX-CSD-03": _("SAT does not know the CSD yet"), "MX-CSD-04": _("SAT does not let the company issue"),
            "MX-CSD-05": _("The CSD was left without effect"),
            "CO-CERT-13": _("The certificate for DIAN has expired"),
            "CO-CERT-14": _("The certificate for DIAN expires soon"),
        }
        return summaries[finding.code], describe(self.env, finding)["message"]

    def _activity_type(self):
        # EXTENDS reminding
        return ACTIVITY_TYPES[self.kind]

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Remind of certificates that end, once for each step, and never of one that has a successor."""
        limit = _now() + timedelta(days=max(reminders.REMINDERS) + 1)
        for certificate in self.sudo().search(
                [("kind", "in", list(ENDING)), ("secret_id", "!=", False), ("not_after", "<=", limit)]):
            if certificate._take_reminder(certificate._today()):
                certificate._ask_administrators()
            commit(self.env)
        self.env["l10n_mx_co_edi.document"]._resume_for_certificates()

    def _take_reminder(self, today):
        """Note that the step of today is done; False if it was done before, by whomever, or is not due."""
        step = reminders.reminder(self._last_day(), today)
        if step is None or not self._is_needed() or self._successor():
            return False
        if not self.try_lock_for_update():
            return False
        self.invalidate_recordset(["reminded"])
        if 0 <= self.reminded <= step:
            return False
        self.reminded = step
        # a stop is the news already, and stays with people until it is over
        return not self._standing_now() or step == reminders.EXPIRED

    def _is_needed(self):
        """Tell whether its company seals or signs with a certificate of its own now."""
        company = self.company_id
        return company._l10n_mx_co_edi_issues_cfdi() if self.kind == "csd" else company._l10n_mx_co_edi_signs_for_dian()

    @api.model
    def _import_csd(self, company, cer, key, password):
        # EXTENDS certificate
        certificate = super()._import_csd(company, cer, key, password)
        certificate._succeed()
        self.env["l10n_mx_co_edi.document"]._trigger_drain()
        return certificate

    @api.model
    def _import_p12(self, company, data, password):
        # EXTENDS certificate
        certificate = super()._import_p12(company, data, password)
        certificate._succeed()
        return certificate

    def _succeed(self):
        """Nobody has to renew the older ones any more."""
        self.sudo().search([
            ("company_id", "=", self.company_id.id), ("kind", "=", self.kind), ("id", "!=", self.id),
            ("not_after", "<=", self.not_after)])._ask_no_more()


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

    def _l10n_mx_co_edi_signs_for_dian(self):
        """Tell whether this company signs what goes to DIAN itself; a technology provider signs with its own."""
        self.ensure_one()
        return self._l10n_mx_co_edi_issues_dian() and self._l10n_mx_co_edi_dian_service() == SERVICE

    def _l10n_mx_co_edi_dian_certificate_findings(self):
        """Return what should be known about the certificate that signs for this company, or that there is none."""
        self.ensure_one()
        if not self._l10n_mx_co_edi_signs_for_dian():
            return []
        certificates = self.env["l10n_mx_co_edi.certificate"].sudo()
        current = certificates._current_dian(self)
        if current:
            return current._findings()
        last = certificates.search([
            ("company_id", "=", self._l10n_mx_co_edi_owner_of_dian_certificate().id), ("kind", "=", "dian"),
            ("secret_id", "!=", False)], order="not_after desc", limit=1)
        return (blocking(last._findings()) if last else []) or [Finding.error("CO-CERT-12", company=self.name)]
