"""Sending hundreds or thousands of invoices: what became of each, with the reason and where it is put right."""
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import config

from ..core import clock, findings
from ..models.finding_texts import describe

UNLIMITED_SECONDS = 3600  # what a server without a limit gives to one request
FINISHED = {"valid": "valid", "cancelled": "valid", "rejected": "rejected", "in_doubt": "in_doubt"}


class SendMany(models.TransientModel):
    """The result of one press of the button; nothing here decides anything, so it may be closed at any time."""
    _name = "l10n_mx_co_edi.send.many"
    _description = "Result of Sending Many Invoices"

    queued = fields.Integer("In the Queue", readonly=True)
    waiting = fields.Integer(
        "Waiting", readonly=True,
        help="Not sealed yet: something has to come first, such as stamps of the provider, a usable certificate, or "
             "the validation of the invoice that a note corrects.")
    refused = fields.Integer("Not Accepted", readonly=True, help="Nothing was sealed or sent, and no stamp was used.")
    skipped = fields.Integer(readonly=True, help="There was nothing to send.")
    left = fields.Integer("Not Looked at Yet", readonly=True)
    queued_ids = fields.Json(readonly=True)
    left_ids = fields.Json(readonly=True)
    line_ids = fields.One2many("l10n_mx_co_edi.send.many.line", "result_id", readonly=True)
    progress = fields.Char(compute="_compute_progress")

    @api.depends_context("lang", "company")
    def _compute_display_name(self):
        self.display_name = self._title()

    @api.model
    def _title(self):
        """Return what was done, in words of the active company's country."""
        return _("Sent to DIAN") if self.env.company.account_fiscal_country_id.code == "CO" else _("Sent to SAT")

    @api.depends("queued_ids")
    def _compute_progress(self):
        for result in self:
            groups = self.env["account.move"]._read_group(
                [("id", "in", result.queued_ids or [])], ["l10n_mx_co_edi_state"], ["__count"])
            counts = {"valid": 0, "rejected": 0, "in_doubt": 0, "underway": 0}
            for state, count in groups:
                counts[FINISHED.get(state, "underway")] += count
            result.progress = _(
                "%(valid)s valid, %(underway)s on their way, %(rejected)s rejected, %(in_doubt)s in doubt", **counts)

    @api.model
    def _send(self, moves, wishes=None):
        """Queue `moves` and return the action that shows what became of them."""
        seconds = config["limit_time_real"] or UNLIMITED_SECONDS
        bulk = moves._l10n_mx_co_edi_queue_many(
            wishes, durable=True, deadline=clock.utc_now() + timedelta(seconds=seconds / 2))
        lines = [line for move, error in bulk.refused.items() for line in self._refused_lines(move, error)]
        lines += [
            {"move_id": move.id, "outcome": "waiting", "reason": move.sudo().l10n_mx_co_edi_document_id.last_error}
            for move in bulk.waiting]
        lines += [
            {"move_id": move.id, "outcome": "skipped", "reason": reason} for move, reason in bulk.skipped.items()]
        result = self.create({
            "queued": len(bulk.queued), "waiting": len(bulk.waiting), "refused": len(bulk.refused),
            "skipped": len(bulk.skipped), "left": len(bulk.left),
            "queued_ids": bulk.queued.ids, "left_ids": bulk.left.ids,
            "line_ids": [fields.Command.create(line) for line in lines]})
        return result._get_records_action(name=self._title(), views=[(False, "form")])

    def _refused_lines(self, move, error):
        """Return one line for each reason, with the action that opens the record to correct."""
        problems = findings.blocking(getattr(error, "findings", ()))
        described = [describe(self.env, problem, move) for problem in problems] or [
            {"message": str(error), "action": None, "action_text": ""}]
        return [{
            "move_id": move.id, "outcome": "refused", "reason": text["message"],
            "fix": text["action"], "fix_label": text["action_text"]} for text in described]

    def action_refresh(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_show_queued(self):
        """Open the invoices that were queued, with their state."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice")
        return {
            **action, "name": self._title(), "domain": [("id", "in", self.queued_ids or [])],
            "context": {"default_move_type": "out_invoice", "create": False}}

    def action_go_on(self):
        """Send what time was not left for, and once more what was not accepted."""
        self.ensure_one()
        again = self.line_ids.filtered(lambda line: line.outcome == "refused").move_id
        return self._send(again | self.env["account.move"].browse(self.left_ids or []).exists())


class SendManyLine(models.TransientModel):
    _name = "l10n_mx_co_edi.send.many.line"
    _description = "Invoice that Was Not Sent"

    result_id = fields.Many2one(
        "l10n_mx_co_edi.send.many", "Sent Together", required=True, index=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Customer")
    outcome = fields.Selection(
        [("refused", "Not accepted"), ("waiting", "On Hold"), ("skipped", "Left Out")], "Result", required=True,
        readonly=True)
    reason = fields.Text(readonly=True)
    fix = fields.Json(readonly=True)
    fix_label = fields.Char(readonly=True)

    def action_fix(self):
        """Open the record where it is put right."""
        self.ensure_one()
        return self.fix or self.action_open()

    def action_open(self):
        self.ensure_one()
        return self.move_id._get_records_action()


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_l10n_mx_co_edi_send_many(self):
        """Queue every one of these invoices that can be, and show what became of them."""
        self.check_access("write")
        if not self.env.user.has_group("l10n_mx_co_edi.group_issuer"):
            raise AccessError(_("Only issuers of electronic documents may do this."))
        return self.env["l10n_mx_co_edi.send.many"]._send(self)


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = "account.move.send.batch.wizard"

    def action_send_and_print(self, force_synchronous=False, allow_fallback_pdf=False):
        """Queue what becomes a CFDI at once, in batches; it is printed and mailed as soon as it is valid."""
        # EXTENDS account
        self.ensure_one()
        ours = self.move_ids.filtered(
            lambda move: move.l10n_mx_co_edi_applies and not move._l10n_mx_co_edi_is_valid())
        if force_synchronous or not ours:
            return super().action_send_and_print(
                force_synchronous=force_synchronous, allow_fallback_pdf=allow_fallback_pdf)
        if self.alerts:
            self._raise_danger_alerts(self.alerts)
        others = self.move_ids - ours
        # how each customer gets it is looked up when it is valid, as Odoo's own scheduled sending does
        action = self.env["l10n_mx_co_edi.send.many"]._send(
            ours, {move: {"user_id": self.env.uid} for move in ours})
        if others:
            # Odoo's own method breaks on a single invoice: it gets all of them, and its note on ours is taken back
            super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)
            ours.sending_data = False
        return action
