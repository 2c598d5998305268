"""Notes that wait for their invoice: not signed before DIAN has validated it, because they name its CUFE and date."""
from odoo import api, fields, models

from ..core.states import State
from . import co_notes
from .transaction import commit


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    waits_for_invoice = fields.Boolean(
        "Waiting for Its Invoice", readonly=True, copy=False,
        help="Goes by itself as soon as DIAN has validated the invoice that it corrects.")

    _before_invoice = models.Index("(company_id) WHERE waits_for_invoice")

    def _not_waiting(self):
        # EXTENDS document_standing
        free = self.filtered(lambda document: not (document._is_dian() and document._wait_for_invoice()))
        return super(Document, free)._not_waiting()

    def _wait_for_invoice(self):
        """Hold this note back, not signed, if its invoice is not valid yet; True if so."""
        self.ensure_one()
        origin = co_notes.waits_for(self.move_id)
        if not origin:
            self.waits_for_invoice = False
            return False
        if self.state == State.REJECTED:
            self._withdraw()  # what was refused is over; the corrected one waits
        self.write({
            "waits_for_invoice": True, "last_code": co_notes.WAITS, "last_message": origin.name, "rejections": False,
            "notifications": False})
        return True

    def _withdraw(self):
        # EXTENDS document_standing
        super()._withdraw()
        self.sudo().waits_for_invoice = False

    @api.model
    def _before_claiming(self):
        # EXTENDS document_queue
        super()._before_claiming()
        self._resume_notes()

    @api.model
    def _resume_notes(self):
        """Sign and send the notes whose invoice has become valid."""
        waiting = self.sudo().search([("waits_for_invoice", "=", True)], order="id")
        ready = waiting.filtered(lambda document: not co_notes.waits_for(document.move_id))
        if ready:
            ready.waits_for_invoice = False
            ready._resume_after_waiting()
            commit(self.env)

    def _follow_up(self, deliver):
        # EXTENDS document_follow_up
        super()._follow_up(deliver)
        if self.state == State.VALID and self._is_dian() and self.search_count([
                ("waits_for_invoice", "=", True),
                "|", ("move_id.reversed_entry_id", "=", self.move_id.id),
                ("move_id.debit_origin_id", "=", self.move_id.id)], limit=1):
            self._trigger_drain()


class AccountMove(models.Model):
    _inherit = "account.move"

    def button_draft(self):
        # EXTENDS document_standing
        result = super().button_draft()
        # whoever takes a note back sends it again, or not: it does not go by itself
        self.sudo().l10n_mx_co_edi_document_ids.filtered("waits_for_invoice").waits_for_invoice = False
        return result
