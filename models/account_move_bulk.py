"""Hundreds or thousands of invoices into the outbox: in batches, one company after the other, whatever single ones do.

An invoice that may not be sealed, or that somebody else is changing, is named with its reason and leaves the others
alone. No authority is called here: the scheduled actions drain the outbox.
"""
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg2

from odoo import _, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..core import clock
from ..core.states import State
from .document import LOCKED_STATES
from .transaction import commit, holds_uncommitted_work

BATCH = 100


@dataclass
class Bulk:
    """What became of each invoice; the values of `refused` are the errors that say why."""
    queued: Any
    waiting: Any
    left: Any
    refused: dict = field(default_factory=dict)
    skipped: dict = field(default_factory=dict)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_queue_many(self, wishes=None, durable=False, deadline: datetime | None = None) -> Bulk:
        """Seal these invoices and put them into the outbox; never raises for a single one.

        :param wishes: by invoice, how to deliver it once it is valid (see `account.move.send`)
        :param durable: commit after each batch, where the transaction holds nothing of somebody else's
        :param deadline: aware moment after which no further batch is begun; what is left is returned as `left`
        """
        bulk = Bulk(queued=self.browse(), waiting=self.browse(), left=self.browse())
        durable = durable and not holds_uncommitted_work(self.env)
        in_order = self.sorted(lambda move: (move.date, move.sequence_prefix or "", move.sequence_number, move.id))
        for moves in in_order.grouped("company_id").values():
            for ids in split_every(BATCH, moves.ids):
                batch = self.browse(ids)
                if deadline and clock.utc_now() > deadline:
                    bulk.left |= batch
                    continue
                batch._l10n_mx_co_edi_queue_batch(bulk, wishes or {})
                if durable:
                    commit(self.env)
        return bulk

    def _l10n_mx_co_edi_queue_batch(self, bulk, wishes):
        """Do it with one batch of one company, and note in `bulk` what became of each."""
        to_send = self.browse()
        for move in self:
            reason = move._l10n_mx_co_edi_why_not_to_send()
            if reason:
                bulk.skipped[move] = reason
            else:
                to_send |= move
        refused = to_send._l10n_mx_co_edi_prepare_tolerantly()
        bulk.refused.update(refused)
        prepared = to_send - self.browse(move.id for move in refused)
        waiting = prepared.filtered(lambda move: move.sudo().l10n_mx_co_edi_document_id.state == State.DRAFT)
        bulk.waiting |= waiting
        bulk.queued |= prepared - waiting
        for move in self & self.browse(move.id for move in wishes):
            document = move.sudo().l10n_mx_co_edi_document_id
            if document and document.state not in (State.VALID, State.CANCELLED, State.REJECTED):
                document.delivery = wishes[move]
        to_send._l10n_mx_co_edi_refresh_state()
        if prepared:
            self.env["l10n_mx_co_edi.document"]._trigger_drain(all_of_them=True)

    def _l10n_mx_co_edi_why_not_to_send(self):
        """Return why there is nothing to send here, empty where there is."""
        self.ensure_one()
        if not self.l10n_mx_co_edi_applies:
            if self.company_id._l10n_mx_co_edi_issues_cfdi() or self.company_id._l10n_mx_co_edi_issues_dian():
                return _("It is not a customer invoice or credit note.")
            return _("%(company)s does not issue electronic documents.", company=self.company_id.name)
        state = self.sudo().l10n_mx_co_edi_document_id.state
        if state == State.VALID:
            return _("DIAN has validated it already.") if self._l10n_mx_co_edi_is_dian() else _(
                "It is stamped already.")
        if state in (State.READY, *LOCKED_STATES):
            return _("It is on its way already.")
        if self.state == "cancel":
            return _("It is cancelled.")
        return "" if self.state == "posted" else _("It is not confirmed yet.")

    def _l10n_mx_co_edi_prepare_tolerantly(self):
        """Prepare these invoices together, or one by one where the database refuses that; return what was refused.

        :return: the error by invoice
        """
        if not self:
            return {}
        refused = {}
        try:
            with self.env.cr.savepoint():
                self._l10n_mx_co_edi_prepare_batch(refused)
        except (UserError, psycopg2.Error):
            refused = {}
            for move in self:
                try:
                    with self.env.cr.savepoint():
                        move._l10n_mx_co_edi_prepare()
                except UserError as error:
                    refused[move] = error
                except psycopg2.Error as error:
                    refused[move] = UserError(_(
                        "The database could not take it just now (%(detail)s). Send it again.",
                        detail=error.diag.message_primary or type(error).__name__))
        return refused
