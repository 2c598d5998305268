"""What follows an answer: the invoice's state, the copies of the legal file, the delivery, and telling people.

All of it happens in transactions of its own, after the answer is committed: none of it can undo or delay the answer,
and a crash in between is made good by the next run (`follow_up` marks what is left to do).
"""
import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import UserError

from ..core import clock
from ..core.states import State
from .transaction import commit

_logger = logging.getLogger(__name__)

FOLLOW_UP_LIMIT = 50
FOLLOW_UP_TRIES = 5


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    def _follow_up_moves(self, deliver=True):
        """Let the invoices follow their documents, one transaction each; others may be at it at the same time.

        Each try is noted and committed first: whatever it dies of, the next run goes on with the others, and gives up
        on this one after some tries.
        """
        for document in self.sudo():
            if document._take_follow_up():
                document._follow_up(deliver)
            commit(self.env)

    def _take_follow_up(self):
        """Take the document for following up, unless somebody else is at it; True if it was taken."""
        self.ensure_one()
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset()
        if not self.follow_up:
            return False
        self.write({"follow_up_tries": self.follow_up_tries + 1, "follow_up_after": self._lease_end()})
        commit(self.env)
        return True

    def _lease_end(self):
        return fields.Datetime.now() + timedelta(seconds=clock.delays().lease)

    @api.model
    def _follow_up_pending(self):
        """Make good what a crash or another process left behind."""
        now = fields.Datetime.now()
        self.sudo().search(
            [("follow_up", "=", True), ("follow_up_tries", "<", FOLLOW_UP_TRIES),
             "|", ("follow_up_after", "=", False), ("follow_up_after", "<=", now)],
            order="id", limit=FOLLOW_UP_LIMIT)._follow_up_moves()

    def _follow_up(self, deliver):
        """Bring the invoice up to date; `follow_up` falls with the last step, in the same transaction.

        Where the caller delivers by itself, the wish stays for the length of a lease, in case the caller dies.
        """
        self.ensure_one()
        self.move_id._l10n_mx_co_edi_refresh_state()
        if self.move_id and self.state in (State.VALID, State.CANCELLED):
            self.move_id._l10n_mx_co_edi_drop_stale_print(self)
        if self.move_id and self.state == State.VALID:
            self._copy_to_move()
            self.move_id._l10n_mx_co_edi_close_activities()
            if deliver and self.delivery:
                self._deliver()
        elif self.move_id and self.state == State.REJECTED:
            self._tell_refused()
        left_to_caller = bool(not deliver and self.delivery and self.state == State.VALID)
        self.write({
            "follow_up": left_to_caller,
            "follow_up_after": self._lease_end() if left_to_caller else False,
            "follow_up_tries": 0,
        })

    # ------------------------------------------------------------------
    # Files and delivery
    # ------------------------------------------------------------------

    def _copy_to_move(self):
        """Attach a copy of the legal XML to the invoice, for mail, portal and people; the original stays here."""
        attachments = self.env["ir.attachment"].with_user(SUPERUSER_ID)
        domain = [("res_model", "=", "account.move"), ("res_id", "=", self.move_id.id), ("name", "=", self.xml_name)]
        if not attachments.search_count(domain, limit=1):
            # Only the superuser may store application/xml: for others Odoo turns it into plain text.
            attachments.create({
                "name": self.xml_name,
                "raw": self._stamped_bytes(),
                "mimetype": "application/xml",
                "res_model": "account.move",
                "res_id": self.move_id.id,
                "description": f"{'DIAN' if self._is_dian() else 'CFDI'} {self.uuid}",
            })

    def _deliver(self):
        """Carry out the wish to print and send that waited for the document to become valid."""
        wish = dict(self.delivery)
        author = self.env["res.users"].browse(wish.pop("user_id", SUPERUSER_ID)).exists() or self.env.user
        sender = self.env["account.move.send"].with_user(author).with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                sender._generate_and_send_invoices(
                    self.move_id.with_user(author), allow_raising=False, **sender._l10n_mx_co_edi_settings_of(wish))
        except UserError as error:
            self.delivery = False
            _logger.info("document %s is valid, its delivery failed", self.id)
            self.move_id._l10n_mx_co_edi_ask_person(
                _("The invoice is valid but could not be sent to the customer"), str(error))

    def _delivered(self):
        """The wish to send these documents is fulfilled, by whatever way."""
        self.filtered("delivery").write({"delivery": False, "follow_up": False, "follow_up_after": False})

    # ------------------------------------------------------------------
    # Telling people
    # ------------------------------------------------------------------

    def _tell_refused(self):
        self.move_id._l10n_mx_co_edi_ask_person(_("The electronic document was refused"), self.last_error or "")

    def _pause(self, outcome):
        """Somebody has to look after the account first: keep the document waiting and tell the administrator once."""
        self.write({"hold_reason": outcome.message or outcome.code})
        if self.move_id:
            self.move_id._l10n_mx_co_edi_ask_person(
                _("Sending waits: DIAN refuses our account or certificate")
                if self._is_dian() and not self._is_of_provider() else _(
                    "Sending waits: the provider refuses our account"), self.last_error or outcome.message)

    @api.model
    def _warn_unsent(self):
        """Tell a person about documents that wait for longer than the warning limit, long before the 72 hours end."""
        limit = fields.Datetime.now() - timedelta(hours=clock.delays().warn_unsent_hours)
        waiting = self.sudo().search([
            ("state", "in", [State.READY, State.SENDING, State.AWAITING, State.IN_DOUBT]),
            ("issued_at", "<=", limit),
            ("unsent_warned", "=", False)], limit=FOLLOW_UP_LIMIT)
        for document in waiting:
            document.unsent_warned = True
            document._warn_about_waiting()
        commit(self.env)

    def _warn_about_waiting(self):
        if self._is_dian():
            self.move_id._l10n_mx_co_edi_ask_person(
                _("DIAN has still not validated the document"),
                _("%(name)s has been waiting since %(date)s.", name=self.name, date=self.issued_at))
            return
        self.move_id._l10n_mx_co_edi_ask_person(
            _("The invoice is still not stamped"),
            _("%(name)s has been waiting since %(date)s. The SAT accepts it for 72 hours after that moment.",
              name=self.name, date=self.issued_at))
