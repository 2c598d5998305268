import base64

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..core.transports.base import Exchange as CoreExchange

OUTCOMES = [
    ("started", "Started"),
    ("stamped", "Stamped"),
    ("already_stamped", "Already Stamped"),
    ("found", "Found"),
    ("not_found", "Not Found"),
    ("refused", "Refused"),
    ("not_sent", "Not Sent"),
    ("in_doubt", "No Answer"),
    ("misconfigured", "Access Refused"),
    ("pending", "Pending"),
    ("balance", "Balance"),
    ("logged_in", "Logged In"),
    ("validated", "Validated"),
    ("already_processed", "Validated Before"),
    ("in_progress", "In Progress"),
    ("set_closed", "Test Set Closed"),
    ("provider_signed", "Signed by the Provider"),
    ("answered", "Answered"),
    ("crashed", "Own Fault"),
    ("lost", "Interrupted"),
]
COMPLETION_FIELDS = {
    "operation", "endpoint", "started", "duration_ms", "http_status", "authority_code", "authority_message",
    "request_sha256", "request", "response", "outcome", "reason"}


class Exchange(models.Model):
    """One call to an authority or provider; nobody edits or deletes it.

    The row is written and committed before the call starts (outcome `started`) and completed once, when the answer
    is known. A row that stays `started` is evidence too: the process died while the call was under way.
    Credentials are masked by the transport before anything reaches this model.
    """
    _name = "l10n_mx_co_edi.exchange"
    _inherit = ["l10n_mx_co_edi.export.guard"]
    _description = "Exchange with an Authority"
    _order = "started desc, id desc"
    _rec_name = "operation"

    document_id = fields.Many2one("l10n_mx_co_edi.document", index=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    service = fields.Char(readonly=True, help="The provider or authority that was called.")
    operation = fields.Char(required=True, readonly=True)
    endpoint = fields.Char("Address", readonly=True)
    started = fields.Datetime(required=True, readonly=True)
    duration_ms = fields.Integer("Duration (ms)", readonly=True)
    http_status = fields.Integer("HTTP Status", readonly=True)
    authority_code = fields.Char("Code", readonly=True)
    authority_message = fields.Text("Message", readonly=True)
    request_sha256 = fields.Char("Request SHA-256", readonly=True)
    request = fields.Binary(attachment=False, readonly=True, groups="l10n_mx_co_edi.group_officer")
    response = fields.Binary(attachment=False, readonly=True, groups="l10n_mx_co_edi.group_officer")
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True, default="started", index=True)
    reason = fields.Char(readonly=True, help="More about the outcome, in the words of the transport.")

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def write(self, vals):
        if set(vals) - COMPLETION_FIELDS or any(exchange.outcome != "started" for exchange in self):
            raise UserError(_("The record of a call to an authority is completed once and never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(_("The record of a call to an authority cannot be deleted."))

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def _start(self, document, operation):
        """Record that `operation` is about to be called for `document`; the caller commits before it calls."""
        return self.sudo().create({
            "document_id": document.id,
            "company_id": document.company_id.id,
            "service": document.service,
            "operation": operation,
            "started": fields.Datetime.now(),
            "request_sha256": document.sha256,
        })

    def _complete(self, exchanges: list[CoreExchange]):
        """Complete this row with the first of `exchanges` and add a row for each further call of the same attempt."""
        self.ensure_one()
        for index, exchange in enumerate(exchanges):
            values = self._values_of(exchange)
            if index == 0:
                self.write(values)
            else:
                self.sudo().create({
                    **values, "document_id": self.document_id.id, "company_id": self.company_id.id,
                    "service": self.service})
        if not exchanges:
            self.write({"outcome": "not_sent"})

    @api.model
    def _record(self, company, service, exchanges: list[CoreExchange], document=None):
        """Record calls that are no attempt to send or recover a document: asking for the balance, or for what an
        authority says of `document`.
        """
        return self.sudo().create([{
            **self._values_of(exchange), "company_id": company.id, "service": service,
            "document_id": document.id if document else False} for exchange in exchanges])

    @api.model
    def _values_of(self, exchange: CoreExchange):
        outcome, _separator, reason = exchange.outcome.partition(":")
        return {
            "operation": exchange.operation,
            "endpoint": exchange.endpoint,
            "started": exchange.started.replace(tzinfo=None),
            "duration_ms": exchange.duration_ms,
            "http_status": exchange.http_status or 0,
            "authority_code": exchange.authority_code,
            "authority_message": exchange.authority_message,
            "request_sha256": exchange.request_sha256,
            "request": base64.b64encode(exchange.request),
            "response": base64.b64encode(exchange.response),
            "outcome": outcome,
            "reason": reason,
        }
