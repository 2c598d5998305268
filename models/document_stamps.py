"""Documents that wait for stamps: held before they are sealed, postponed where they are sealed already."""
from datetime import timedelta

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.states import Event, State
from ..core.transports import codes
from .document_queue import PAUSE_MINUTES
from .transaction import commit

NO_STAMPS = "MX-STAMPS-01"


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    waits_for_stamps = fields.Boolean(
        "Waiting for Stamps", readonly=True, copy=False,
        help="Goes by itself as soon as the provider has stamps for it.")
    stamp_balance = fields.Char(
        "Stamps Left", compute="_compute_stamp_balance", help="What the provider said when it was last asked.")

    _stampless = models.Index("(company_id) WHERE waits_for_stamps")

    @api.depends("service", "environment", "company_id")
    def _compute_stamp_balance(self):
        balances = self.env["l10n_mx_co_edi.stamp.balance"]
        for document in self:
            balance = not document._is_dian() and balances._of(
                document.company_id, document.service, document.environment)
            document.stamp_balance = balance._sentence() if balance else False

    # ------------------------------------------------------------------
    # Before sealing
    # ------------------------------------------------------------------

    def _not_waiting(self):
        # EXTENDS document_queue
        return super()._not_waiting().filtered(lambda document: document._is_dian() or not document._wait_for_stamps())

    def _wait_for_stamps(self):
        """Hold this document back, not sealed, if the provider is known to have no stamps for it; True if so."""
        self.ensure_one()
        balance = self.env["l10n_mx_co_edi.stamp.balance"]._of(self.company_id, environment=self.environment)
        if not (balance and balance._is_blocking()):
            self.write({"waits_for_stamps": False})
            return False
        if self.state == State.REJECTED:
            self._withdraw()  # what was refused is over; the corrected one waits
        self.write({
            "waits_for_stamps": True,
            "service": balance.service,
            "last_code": NO_STAMPS,
            "last_message": balance._sentence(),
        })
        balance._trigger_check(timedelta())
        self.move_id._l10n_mx_co_edi_ask_person(_("Sending waits: the provider has no stamps left"), self.last_error)
        return True

    def _withdraw(self):
        # EXTENDS document
        super()._withdraw()
        self.sudo().waits_for_stamps = False

    # ------------------------------------------------------------------
    # In the outbox
    # ------------------------------------------------------------------

    @api.model
    def _postpone_without_stamps(self):
        """Let nothing go that was never sent and that the provider is known to have no stamps for.

        A document in doubt is not touched: it may have its stamp already.
        """
        balances = self.env["l10n_mx_co_edi.stamp.balance"].sudo().search([])
        for balance in balances.filtered(lambda balance: balance._is_blocking()):
            self.env.flush_all()
            now = fields.Datetime.now()
            self.env.cr.execute(SQL(
                """UPDATE l10n_mx_co_edi_document
                      SET next_attempt_at = %(later)s, waits_for_stamps = TRUE, last_code = %(code)s,
                          last_message = %(reason)s
                    WHERE id IN (SELECT id FROM l10n_mx_co_edi_document
                                  WHERE state = 'ready' AND hold IS NOT TRUE AND company_id IN %(companies)s
                                    AND service = %(service)s AND environment = %(environment)s
                                    AND (next_attempt_at IS NULL OR next_attempt_at <= %(now)s)
                                    FOR UPDATE SKIP LOCKED)""",
                later=now + timedelta(minutes=PAUSE_MINUTES), code=NO_STAMPS, reason=balance._sentence(), now=now,
                companies=tuple(balance._companies().ids), service=balance.service, environment=balance.environment))
            self.invalidate_model(["next_attempt_at", "waits_for_stamps", "last_code", "last_message"])
        commit(self.env)

    def _pause(self, outcome):
        # EXTENDS document_follow_up
        super()._pause(outcome)
        if outcome.code in codes.NO_STAMPS:
            self.waits_for_stamps = True
            self.env["l10n_mx_co_edi.stamp.balance"]._note_used_up(self)

    def _store_outcome(self, outcome, epoch):
        # EXTENDS document_queue
        super()._store_outcome(outcome, epoch)
        if outcome.event == Event.ACCEPTED and not self._is_dian():
            self.waits_for_stamps = False
            self.env["l10n_mx_co_edi.stamp.balance"]._of(
                self.company_id, self.service, self.environment)._note_stamped()

    # ------------------------------------------------------------------
    # Afterwards
    # ------------------------------------------------------------------

    def _resume_after_waiting(self):
        """Seal what was held back, make due what was postponed, and let the queue send both."""
        now = fields.Datetime.now()
        for document in self.sudo():
            if document.state == State.READY:
                document.write({
                    "waits_for_stamps": False, "next_attempt_at": now, "hold_reason": False,
                    "last_code": False, "last_message": False})
            elif document.state == State.DRAFT:
                document._seal_after_waiting()
            else:
                document.waits_for_stamps = False
            commit(self.env)
        if self:
            self._trigger_drain()

    def _seal_after_waiting(self):
        """Seal the invoice as if it were sent now; a person is told where it cannot be."""
        self.write({"waits_for_stamps": False, "last_code": False, "last_message": False})
        if self.move_id.state != "posted" or self.move_id.l10n_mx_co_edi_document_id != self:
            return
        try:
            with self.env.cr.savepoint():
                self.move_id.with_user(SUPERUSER_ID)._l10n_mx_co_edi_send(synchronously=False)
        except UserError as error:
            self.move_id._l10n_mx_co_edi_ask_person(
                self.move_id._l10n_mx_co_edi_unsealed_summary(), str(error))


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_findings(self):
        # EXTENDS account_move
        found = super()._l10n_mx_co_edi_findings()
        if not self._l10n_mx_co_edi_is_cfdi():
            return found
        return [*found, *self.env["l10n_mx_co_edi.stamp.balance"]._of(self.company_id)._findings()]

    def button_draft(self):
        # EXTENDS account
        result = super().button_draft()
        # whoever takes an invoice back sends it again, or not: it does not go by itself
        self.sudo().l10n_mx_co_edi_document_ids.filtered("waits_for_stamps").waits_for_stamps = False
        return result
