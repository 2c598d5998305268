"""What waits for long: since when, who is told, and what a person may do about it beside sending."""
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import clock
from ..core.states import State
from .document_follow_up import FOLLOW_UP_LIMIT
from .transaction import commit

PENDING = (State.READY, State.SENDING, State.AWAITING)
HELD = (State.READY, State.AWAITING, State.IN_DOUBT)  # what a person may hold: nobody is at it


class Document(models.Model):
    _inherit = "l10n_mx_co_edi.document"

    waiting_since = fields.Datetime(
        readonly=True, copy=False, help="Since when it has been in the outbox or, in doubt, since when it is.")
    told_waiting = fields.Boolean(readonly=True, copy=False, help="A person has been told that it waits.")

    def _waits_from(self, state):
        # EXTENDS document
        values = super()._waits_from(state)
        if state == State.IN_DOUBT or (state == State.READY and not self.waiting_since):
            if self.state != state:
                values.update(waiting_since=fields.Datetime.now(), told_waiting=False)
        elif state not in PENDING:
            values.update(waiting_since=False, told_waiting=False)
        return values

    # ------------------------------------------------------------------
    # Telling people
    # ------------------------------------------------------------------

    @api.model
    def _watch_waiting(self):
        """Tell a person about every document in doubt, and about the oldest of those that wait in each company."""
        limit = fields.Datetime.now() - timedelta(seconds=clock.delays().tell_waiting)
        late = [("waiting_since", "<=", limit), ("told_waiting", "=", False), ("hold", "=", False)]
        for document in self.sudo().search([*late, ("state", "=", State.IN_DOUBT)], limit=FOLLOW_UP_LIMIT):
            document._tell_waiting(_("It is not known yet whether the document was accepted"))
        pending = [("state", "in", PENDING), ("hold", "=", False)]
        for company, oldest in self.sudo()._read_group(
                [*pending, ("waiting_since", "<=", limit)], ["company_id"], ["waiting_since:min"]):
            own = [*pending, ("company_id", "=", company.id)]
            if not self.sudo().search_count([*own, ("told_waiting", "=", True)], limit=1):
                first = self.sudo().search([*own, ("waiting_since", "=", oldest)], limit=1)
                first._tell_waiting(_("Electronic documents have been waiting for some time"))
        commit(self.env)

    def _tell_waiting(self, summary):
        self.told_waiting = True
        if self.move_id:
            self.move_id._l10n_mx_co_edi_ask_person(summary, "\n".join(filter(None, (
                _("%(name)s is safe, nothing has to be done again. It is tried by itself.", name=self.name),
                self.last_error))))

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _check_officer(self):
        """:raise AccessError: the user may not decide about documents, or not see these"""
        self.check_access("read")
        if not self.env.user.has_group("l10n_mx_co_edi.group_officer"):
            raise AccessError(_("Only officers of electronic invoicing may do this."))

    def action_hold(self):
        """Set documents aside until a person sends or releases them."""
        self._check_officer()
        held = self.sudo().try_lock_for_update(allow_referencing=True)
        held.invalidate_recordset()
        held = held.filtered(lambda document: document.state in HELD and not document.hold)
        if not held:
            raise UserError(_("None of these documents waits, so there is nothing to hold."))
        held.write({"hold": True, "hold_reason": _("Held by %(person)s.", person=self.env.user.name)})
        return True

    def action_release(self):
        """Let held documents go again."""
        self._check_officer()
        self.sudo().filtered("hold").write({"hold": False, "hold_reason": False})
        self._trigger_drain()
        return True

    def action_hand_over(self):
        """Give the invoices of these documents to a person, as an activity."""
        self._check_issuer()
        moves = self.move_id
        if not moves:
            raise UserError(_("These documents have no invoice that an activity could stand on."))
        return {
            "type": "ir.actions.act_window", "name": _("Hand to a Person"), "res_model": "mail.activity.schedule",
            "views": [(False, "form")], "target": "new",
            "context": {
                "active_model": moves._name, "active_ids": moves.ids,
                "default_activity_type_id": self.env.ref("mail.mail_activity_data_todo").id},
        }
