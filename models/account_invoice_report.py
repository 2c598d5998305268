from odoo import fields, models
from odoo.tools import SQL

from .document import STATES


class AccountInvoiceReport(models.Model):
    """Odoo's analysis of invoices (pivot and graph) by where their CFDI stands: what was sold and is not stamped?"""
    _inherit = "account.invoice.report"

    l10n_mx_co_edi_state = fields.Selection(STATES, "CFDI State", readonly=True)

    # EXTENDS account: what has to be flushed before the query
    _depends = {"account.move": ["l10n_mx_co_edi_state"]}

    def _select(self) -> SQL:
        # EXTENDS account
        return SQL("%s, move.l10n_mx_co_edi_state", super()._select())
