"""What a person decides about a support document: one operation or a week's, and when each thing was bought."""
from odoo import api, fields, models

from ..core.dian import catalogs, purchases
from ..core.dian.model import Period
from ..core.findings import Finding
from . import dian_defaults, dian_selection
from .column_guard import add_empty_columns
from .document import LOCKED_STATES

STORED = ("l10n_mx_co_edi_dian_generation", "l10n_mx_co_edi_dian_purchase_date")
OBLIGED = "48"  # responsable del IVA: who is must invoice


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_dian_generation = fields.Selection(
        [(purchases.PER_OPERATION, "One operation"), (purchases.WEEKLY, "Operations of a week")], "Covers",
        compute="_compute_l10n_mx_co_edi_dian_generation", store=True, readonly=False, copy=False,
        help="DIAN allows one support document for each purchase, or one for all purchases of a week from the same "
             "seller; each line then says when it was bought.")
    l10n_mx_co_edi_dian_purchase_date = fields.Date(
        "Purchased On", copy=False,
        help="When the goods or services were bought. Empty means the date of the document. The lines of a weekly "
             "document have a date of their own.")

    def _auto_init(self):
        add_empty_columns(self, *STORED)
        return super()._auto_init()

    @api.depends("move_type", "company_id", "journal_id")
    def _compute_l10n_mx_co_edi_dian_generation(self):
        for move in self:
            present = move.l10n_mx_co_edi_dian_generation
            if move.l10n_mx_co_edi_state not in LOCKED_STATES:
                is_support = dian_defaults.type_code(move) == dian_defaults.SUPPORT
                present = (present or purchases.PER_OPERATION) if is_support else False
            move.l10n_mx_co_edi_dian_generation = present

    # ------------------------------------------------------------------
    # What the document says
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_purchase_day(self, line, day):
        """Return when `line` was bought; `day` is that of the document."""
        is_weekly = self.l10n_mx_co_edi_dian_generation == purchases.WEEKLY
        own = is_weekly and line.l10n_mx_co_edi_dian_purchase_date
        return own or self.l10n_mx_co_edi_dian_purchase_date or self.invoice_date or day

    def _l10n_mx_co_edi_purchase_period(self, line, day):
        """Return the InvoicePeriod of a line of this support document."""
        code = self.l10n_mx_co_edi_dian_generation or purchases.PER_OPERATION
        return Period(
            start_date=self._l10n_mx_co_edi_purchase_day(line, day), description_code=code,
            description=catalogs.SUPPORT_PERIOD[code].name)

    def _l10n_mx_co_edi_support_findings(self, day=None):
        """Return what is wrong with this bill as a support document, beside what DIAN's rules say."""
        self.ensure_one()
        if dian_defaults.type_code(self) != dian_defaults.SUPPORT:
            return []
        day = day or dian_selection.today()
        days = [self._l10n_mx_co_edi_purchase_day(line, day) for line in self._l10n_mx_co_edi_dian_lines()]
        found = list(purchases.check_days(
            days, max(day, self.invoice_date or day),
            is_weekly=self.l10n_mx_co_edi_dian_generation == purchases.WEEKLY))
        partner = self.commercial_partner_id
        at_home = not partner.country_id or partner.country_id.code == catalogs.COLOMBIA
        if at_home and partner.l10n_mx_co_edi_dian_regime == OBLIGED:
            found.append(Finding.warning("CO-DS-15", "AccountingSupplierParty", seller=partner.display_name))
        return found


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    l10n_mx_co_edi_dian_purchase_date = fields.Date(
        "Purchased On", copy=False, help="When this line of a weekly support document was bought.")

    def _auto_init(self):
        add_empty_columns(self, "l10n_mx_co_edi_dian_purchase_date")
        return super()._auto_init()
