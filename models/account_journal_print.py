from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _notify_invoice_subscribers(self, invoice, mail_params=None):
        # EXTENDS account: whoever has subscribed to a journal wants invoices, not trials
        if invoice._l10n_mx_co_edi_is_trial():
            return
        super()._notify_invoice_subscribers(invoice, mail_params=mail_params)
