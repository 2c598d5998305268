"""Which lines of an invoice become lines of DIAN's document, and which become discounts, charges or notes of others."""
from odoo import models

TIP_NAMES = ("propina", "propina voluntaria", "tip")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_dian_lines(self):
        """Return the invoice lines that become InvoiceLine, CreditNoteLine or DebitNoteLine, in the order of print."""
        self.ensure_one()
        return self._l10n_mx_co_edi_sold_lines().filtered(
            lambda line: not line._l10n_mx_co_edi_is_negative() and not line._l10n_mx_co_edi_is_tip())

    def _l10n_mx_co_edi_dian_notes(self):
        """Return the notes of the document, and {line: its notes}.

        A note belongs to the line above it; below a section, or what is no line of its own, to the next line; to the
        document when it stands above all of them or nothing follows.
        """
        self.ensure_one()
        lines = self._l10n_mx_co_edi_dian_lines()
        own, waiting, found, above = [], [], {}, None
        for other in self.invoice_line_ids.sorted("sequence"):
            if other.display_type == "line_note":
                (found[above] if above else waiting).append(other.name or "")
            elif other in lines:
                (found.setdefault(other, []) if found else own).extend(waiting)
                above, waiting = other, []
                found.setdefault(other, [])
            else:
                above = None
        return own + waiting, found

    def _l10n_mx_co_edi_sold_lines(self):
        return self.invoice_line_ids.filtered(lambda line: line.display_type == "product").sorted("sequence")


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _l10n_mx_co_edi_is_negative(self):
        """Tell whether the line takes something from the others: a global discount, a deducted down payment."""
        self.ensure_one()
        return self.price_unit * self.quantity < 0

    def _l10n_mx_co_edi_is_tip(self):
        """A tip is a charge of the document, and not taxed (annex 1.9); people call it by its name."""
        self.ensure_one()
        if self.tax_ids:
            return False
        names = (self.product_id.name, self.name)
        return any((name or "").strip().casefold() in TIP_NAMES for name in names)
