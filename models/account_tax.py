import re

from odoo import api, fields, models

from ..core.cfdi import catalogs
from ..core.findings import Finding
from ..core.money import to_decimal
from .adapt_mx_lines import IMPUESTOS
from .finding_texts import alerts

# words by which people call a tax; what the CFDI writes are the two fields of l10n_mx
ISR, IEPS = re.compile(r"ISR"), re.compile(r"IEPS")
IVA = re.compile(r"\b(IVA|VAT)\b")
EXEMPT = re.compile(r"EXENT|EXEMPT")
ZERO_RATE = re.compile(r"(^|[^\d.,])0([.,]0+)? ?%")
WITHHELD = re.compile(r"\bRET\b|RETEN|WITHH|\bWH\b")
# the CFDI would call the tax by another name, or charge what is withheld: SAT accepts it, and it is wrong
SURELY_WRONG = ("MX-TAX-01", "MX-TAX-02", "MX-TAX-08")
NAMED = (("MX-TAX-01", ISR, "isr"), ("MX-TAX-02", IEPS, "ieps"), ("MX-TAX-11", IVA, "iva"))


class AccountTax(models.Model):
    """Reads the kind of tax from l10n_mx and points out what its defaults make easy to get wrong.

    l10n_mx calls every new tax IVA with the factor Tasa; nothing else in Odoo notices when that is not so.
    """
    _inherit = "account.tax"

    l10n_mx_co_edi_findings = fields.Json("CFDI Review", compute="_compute_l10n_mx_co_edi_findings")

    @api.depends("name", "amount", "amount_type", "type_tax_use", "country_code", "l10n_mx_tax_type",
                 "l10n_mx_factor_type")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_findings(self):
        for tax in self:
            tax.l10n_mx_co_edi_findings = tax.country_code == "MX" and tax.type_tax_use == "sale" and alerts(
                self.env, [*tax._l10n_mx_co_edi_check(), *tax._l10n_mx_co_edi_check_rate()])

    def _l10n_mx_co_edi_is_withholding(self):
        """Tell whether Mexican customers keep this tax back from what they pay."""
        return self.country_code == "MX" and self.type_tax_use == "sale" and self.amount < 0

    def _l10n_mx_co_edi_check(self, where=""):
        """Return the findings about how this tax would be written in a CFDI."""
        self.ensure_one()
        if self.amount_type == "group":
            return []
        if not self.l10n_mx_tax_type:
            return [Finding.error("MX-TAX-09", where, tax=self.name, tax_id=self.id)]
        codes = [*self._l10n_mx_co_edi_misnamed(), *self._l10n_mx_co_edi_wrong_factor()]
        return [
            (Finding.error if code in SURELY_WRONG else Finding.warning)(code, where, tax=self.name, tax_id=self.id)
            for code in codes]

    def _l10n_mx_co_edi_misnamed(self):
        """Yield the codes of a name that says one thing and fields that say another."""
        name = (self.name or "").upper()
        named = [(code, kind) for code, pattern, kind in NAMED if pattern.search(name)]
        # "IEPS 8% with IVA": one of the kinds that the name holds is enough
        if self.l10n_mx_tax_type not in {kind for _code, kind in named}:
            yield from (code for code, _kind in named[:1])
        if self.amount > 0 and (self.l10n_mx_tax_type == "isr" or WITHHELD.search(name)):
            yield "MX-TAX-08"
        if not self.amount and self.l10n_mx_tax_type != "local":
            says_exempt, is_exempt = EXEMPT.search(name), self.l10n_mx_factor_type == "Exento"
            if says_exempt and not is_exempt:
                yield "MX-TAX-05"
            if is_exempt and not says_exempt and ZERO_RATE.search(name):
                yield "MX-TAX-06"

    def _l10n_mx_co_edi_wrong_factor(self):
        """Yield the codes of a factor that does not fit the computation."""
        factor = self.l10n_mx_factor_type
        if self.l10n_mx_tax_type == "local":
            return
        if not factor and self.l10n_mx_tax_type == "ieps" and self.amount_type == "percent":
            yield "MX-TAX-07"
        if self.amount_type == "fixed" and factor != "Cuota":
            yield "MX-TAX-03"
        if self.amount_type != "fixed" and factor == "Cuota":
            yield "MX-TAX-10"
        if factor == "Exento" and self.amount:
            yield "MX-TAX-04"

    def _l10n_mx_co_edi_check_rate(self):
        """Return a warning if SAT's catalogue has no such rate today; on an invoice the rules say it for its day."""
        impuesto, factor = IMPUESTOS.get(self.l10n_mx_tax_type), self.l10n_mx_factor_type or "Tasa"
        if not impuesto or factor == "Exento" or (self.amount_type == "fixed") != (factor == "Cuota"):
            return []
        is_held = self.amount < 0
        rate = to_decimal(abs(self.amount), 6)
        rate = rate if factor == "Cuota" else to_decimal(rate / 100, 6)
        today = fields.Date.context_today(self)
        if catalogs.rate_allowed(impuesto, factor, rate, retencion=is_held, day=today):
            return []
        return [Finding.warning("CFDI40185" if is_held else "CFDI40179", value=rate)]
