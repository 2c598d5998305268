"""Which tribute of DIAN a tax is, and what can be wrong about it.

The sign and the rate of a tax decide nothing: l10n_co has withholdings with both signs, and rates that were swapped.
"""
import re

from odoo import api, fields, models

from ..core.dian import catalogs, tax_names
from ..core.findings import Finding
from .finding_texts import alerts

KINDS = [
    (tax_names.PERCENT, "Percentage of the base"),
    (tax_names.UNIT, "Amount for each unit"),
    (tax_names.WITHHELD, "Withheld by the buyer"),
    (tax_names.EXCLUDED, "Excluded: shown nowhere"),
    (tax_names.NONE, "Not part of documents"),
]
TAG = re.compile(r"<[^>]+>")
EXEMPT = re.compile(r"EXEN|EXEMPT|\bCUBIERTO|COVERED")
IVA_RATES = (0.0, 5.0, 16.0, 19.0)
INC_RATES = (0.0, 2.0, 4.0, 8.0, 16.0)


class AccountTax(models.Model):
    _inherit = "account.tax"

    l10n_mx_co_edi_tribute = fields.Selection(
        lambda self: [(entry.code, f"{entry.code} - {entry.name}") for entry in catalogs.TRIBUTE.values()],
        "Tribute",
        help="Tributo of DIAN that the tax is in electronic documents. Empty means automatic: what the name, the "
             "description and the group of the tax say.")
    l10n_mx_co_edi_tribute_kind = fields.Selection(
        KINDS, "Written As",
        help="How documents show the tax. Withheld: ReteIVA, ReteRenta and ReteICA, in a group of their own that never "
             "changes what DIAN takes for the total. Excluded: goods outside IVA, which have no tax group at all; "
             "exempt goods have IVA at 0. Empty means automatic.")
    l10n_mx_co_edi_tribute_hint = fields.Char(
        "In Documents", compute="_compute_l10n_mx_co_edi_tribute_hint",
        help="The tribute that documents show for this tax.")
    l10n_mx_co_edi_dian_findings = fields.Json(
        "Review for DIAN", compute="_compute_l10n_mx_co_edi_dian_findings")

    @api.depends("name", "description", "tax_group_id", "amount_type", "country_code", "l10n_mx_co_edi_tribute",
                 "l10n_mx_co_edi_tribute_kind")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_tribute_hint(self):
        for tax in self:
            code, kind = tax._l10n_mx_co_edi_tribute_of() if tax.country_code == "CO" else ("", "")
            words = dict(self._fields["l10n_mx_co_edi_tribute_kind"]._description_selection(self.env)).get(kind, "")
            name = f"{code} {catalogs.TRIBUTE[code].name}" if code else ""
            tax.l10n_mx_co_edi_tribute_hint = ", ".join(part for part in (name, words) if part)

    @api.depends("name", "description", "tax_group_id", "amount", "amount_type", "type_tax_use", "country_code",
                 "price_include_override", "l10n_mx_co_edi_tribute", "l10n_mx_co_edi_tribute_kind")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_dian_findings(self):
        for tax in self:
            tax.l10n_mx_co_edi_dian_findings = (
                tax.country_code == "CO" and tax.type_tax_use != "none"
                and alerts(self.env, tax._l10n_mx_co_edi_check_dian()))

    def _l10n_mx_co_edi_words(self):
        """Return what people call the tax: name and description in the user's language and in English, its group."""
        both = (self, self.with_context(lang="en_US"))
        texts = [*(tax.name for tax in both), *(tax.description for tax in both), self.tax_group_id.name]
        return list(dict.fromkeys(TAG.sub(" ", text) for text in texts if text))

    def _l10n_mx_co_edi_proposed_tribute(self):
        """Return (tribute, kind) that the words of the tax tell, ("", "") when they tell nothing."""
        return tax_names.proposal(*self._l10n_mx_co_edi_words(), is_fixed=self.amount_type == "fixed")

    def _l10n_mx_co_edi_tribute_of(self):
        """Return (code of DIAN's tribute, kind); ("", "") when nobody knows, as for a group, whose taxes count.

        The kind is percent, unit, withheld, excluded (IVA without a group) or none (never in the document).
        """
        self.ensure_one()
        if self.amount_type == "group":
            return "", ""
        code, kind = self.l10n_mx_co_edi_tribute or "", self.l10n_mx_co_edi_tribute_kind or ""
        if code and kind:
            return code, kind
        if not code and kind == tax_names.NONE:
            return "", kind
        proposed, proposed_kind = self._l10n_mx_co_edi_proposed_tribute()
        if not code:
            return (proposed, kind or proposed_kind) if proposed or proposed_kind else ("", "")
        if code == proposed:
            return code, proposed_kind
        return code, tax_names.kind_of(code, is_fixed=self.amount_type == "fixed")

    # ------------------------------------------------------------------
    # Findings
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_check_dian(self, where=""):
        """Return the findings about how this tax would be written in a document of DIAN."""
        self.ensure_one()
        if self.amount_type == "group":
            return []
        code, kind = self._l10n_mx_co_edi_tribute_of()
        if not code:
            return [] if kind == tax_names.NONE else [self._l10n_mx_co_edi_say(Finding.error, "CO-TRIB-01", where)]
        return [self._l10n_mx_co_edi_say(say, number, where) for say, number in self._l10n_mx_co_edi_doubts(code, kind)]

    def _l10n_mx_co_edi_say(self, say, code, where):
        tribute = self._l10n_mx_co_edi_tribute_of()[0]
        return say(code, where, tax=self.name, tax_id=self.id, rate=f"{self.amount:g}",
                   tribute=f"{tribute} {catalogs.TRIBUTE[tribute].name}" if tribute else "")

    def _l10n_mx_co_edi_doubts(self, code, kind):
        """Yield (error or warning, code of the finding) of what does not fit together."""
        is_held = code in catalogs.WITHHOLDING
        proposed, proposed_kind = self._l10n_mx_co_edi_proposed_tribute()
        if proposed and proposed != code:
            yield Finding.warning, "CO-TRIB-02"
        if kind == tax_names.NONE:
            return
        if is_held != (kind == tax_names.WITHHELD):
            yield Finding.error, "CO-TRIB-03"
        elif is_held and self.amount > 0:
            yield Finding.warning, "CO-TRIB-04"
        elif not is_held and self.amount < 0:
            yield Finding.warning, "CO-TRIB-05"
        if (kind == tax_names.UNIT) != (self.amount_type == "fixed"):
            yield Finding.error, "CO-TRIB-06"
        yield from self._l10n_mx_co_edi_rate_doubts(code, kind, proposed_kind)

    def _l10n_mx_co_edi_rate_doubts(self, code, kind, proposed_kind):
        if kind == tax_names.EXCLUDED:
            if self.amount or code != catalogs.IVA:
                yield Finding.error, "CO-TRIB-07"
            elif EXEMPT.search(" ".join(self._l10n_mx_co_edi_words()).upper()):
                yield Finding.warning, "CO-TRIB-08"
        elif code == catalogs.IVA and not self.amount and proposed_kind == tax_names.EXCLUDED:
            yield Finding.warning, "CO-TRIB-09"
        rates = {catalogs.IVA: IVA_RATES, "04": INC_RATES}.get(code)
        if rates and kind == tax_names.PERCENT and abs(self.amount) not in rates:
            yield Finding.warning, "CO-TRIB-10"

    # ------------------------------------------------------------------
    # Companies that had their chart of accounts before the add-on
    # ------------------------------------------------------------------

    @api.model
    def _l10n_mx_co_edi_fill_tributes(self):
        """Give the taxes of l10n_co their tribute in every Colombian chart; what somebody chose stays."""
        for company in self.env["res.company"].sudo().search(
                [("chart_template", "=", "co"), ("parent_id", "=", False)]):
            chart = self.env["account.chart.template"].sudo().with_company(company)
            for xmlid, (code, kind) in tax_names.CHART.items():
                tax = chart.ref(xmlid, raise_if_not_found=False)
                if tax and not tax.l10n_mx_co_edi_tribute and not tax.l10n_mx_co_edi_tribute_kind:
                    tax.write({"l10n_mx_co_edi_tribute": code, "l10n_mx_co_edi_tribute_kind": kind})
