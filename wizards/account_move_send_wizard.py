from odoo import _, models
from odoo.exceptions import UserError

from ..models.account_move_send import CFDI_KEY, DIAN_KEY
from ..models.transaction import holds_uncommitted_work


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    def action_send_and_print(self, allow_fallback_pdf=False):
        """Stamp first, in transactions of our own; print and mail only what is valid.

        The call is made here only where nothing else is in the transaction, as when a person presses the button.
        Otherwise the invoice is queued: a call in the middle of somebody else's transaction could be repeated.
        """
        # EXTENDS account
        self.ensure_one()
        move = self.move_id
        if not move.l10n_mx_co_edi_applies or move._l10n_mx_co_edi_is_valid() or holds_uncommitted_work(self.env):
            return super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)
        is_dian = move._l10n_mx_co_edi_is_dian()
        if (DIAN_KEY if is_dian else CFDI_KEY) not in (self.extra_edis or ()):
            raise UserError(_(
                "DIAN has not validated %(name)s yet, so it cannot be printed or mailed. Tick DIAN to send it first.",
                name=move.name) if is_dian else _(
                "%(name)s is not stamped yet, so it cannot be printed or mailed. Tick CFDI to stamp it first.",
                name=move.name))
        if self.alerts:
            self._raise_danger_alerts(self.alerts)
        wish = self._l10n_mx_co_edi_wish(move, False, self._get_sending_settings())
        document = move._l10n_mx_co_edi_send(synchronously=True, delivery=wish, deliver=False)
        if document.state == "valid":
            return super().action_send_and_print(allow_fallback_pdf=False)
        if document.state == "rejected":
            raise UserError(document._state_sentence())
        return self._l10n_mx_co_edi_tell(document)

    def _l10n_mx_co_edi_tell(self, document):
        """Close the wizard with one sentence: the invoice is safe, and it is delivered when it becomes valid."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": _("Not sent to the customer yet"),
                "message": document._state_sentence(),
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
