"""Which electronic document an invoice becomes: decided by its company's fiscal country, its type and its journal."""
from odoo import _, api, fields, models
from odoo.fields import Domain

from . import dian_defaults

CFDI_KINDS = {"out_invoice": "mx_cfdi_i", "out_refund": "mx_cfdi_e"}
SALES = ("out_invoice", "out_refund")
SUPPORT = ("in_invoice", "in_refund")
SUPPORT_JOURNAL = "l10n_mx_co_edi_support_document"


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_mx_co_edi_applies = fields.Boolean(
        "Becomes an Electronic Document", compute="_compute_l10n_mx_co_edi_applies",
        search="_search_l10n_mx_co_edi_applies", help="Whether this invoice becomes an electronic document.")

    @api.depends("move_type", "company_id.account_fiscal_country_id", "journal_id")
    def _compute_l10n_mx_co_edi_applies(self):
        for move in self:
            move.l10n_mx_co_edi_applies = bool(move._l10n_mx_co_edi_kind())

    def _search_l10n_mx_co_edi_applies(self, operator, value):
        if operator != "in":
            return NotImplemented
        companies = self.env["res.company"].search([])
        mexican = companies.filtered(lambda company: company._l10n_mx_co_edi_issues_cfdi())
        colombian = companies.filtered(lambda company: company._l10n_mx_co_edi_issues_dian())
        domain = Domain("move_type", "in", SALES) & Domain("company_id", "in", (mexican | colombian).ids)
        if SUPPORT_JOURNAL in self.env["account.journal"]._fields:
            domain |= Domain("move_type", "in", SUPPORT) & Domain("company_id", "in", colombian.ids) & Domain(
                f"journal_id.{SUPPORT_JOURNAL}", "=", True)
        return domain if True in value else ~domain

    def _l10n_mx_co_edi_kind(self) -> str:
        """Return the kind of document that this invoice becomes, empty for none."""
        self.ensure_one()
        if not self.company_id:
            return ""
        if self.company_id._l10n_mx_co_edi_issues_cfdi():
            return CFDI_KINDS.get(self.move_type, "")
        if self.company_id._l10n_mx_co_edi_issues_dian():
            return self._l10n_mx_co_edi_dian_kind()
        return ""

    def _l10n_mx_co_edi_dian_kind(self) -> str:
        """Return which of DIAN's documents this is: an invoice of its type, a note, a support document."""
        code = dian_defaults.type_code(self)
        return f"co_dian_{code}" if code else ""

    def _l10n_mx_co_edi_is_dian(self) -> bool:
        """Tell whether DIAN validates this invoice."""
        return self._l10n_mx_co_edi_kind().startswith("co_")

    def _l10n_mx_co_edi_unsealed_summary(self):
        """Return in a few words that the document of this invoice could not be made, for an activity."""
        return _("The document could not be signed") if self._l10n_mx_co_edi_is_dian() else _(
            "The invoice could not be sealed")

    def _l10n_mx_co_edi_is_cfdi(self) -> bool:
        """Tell whether a provider of the SAT stamps this invoice."""
        return self._l10n_mx_co_edi_kind().startswith("mx_")
