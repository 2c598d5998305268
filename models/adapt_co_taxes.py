"""From the taxes of an invoice line to the tributes of DIAN; signs and names of the books are never trusted."""
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ..core.dian import catalogs
from ..core.dian.closing import Rate, TaxDraft
from ..core.dian.model import TaxScheme
from ..core.findings import Finding, blocking
from ..core.money import to_decimal
from .adapt_co_texts import clean

ZERO = Decimal("0.00")
HUNDRED = Decimal(100)
PERCENT, UNIT, WITHHELD, EXCLUDED, NONE = "percent", "unit", "withheld", "excluded", "none"


class TaxReader:
    """Reads the taxes of base lines; sums up what the books have and the document has not."""

    def __init__(self, suffix: str, findings: list[Finding], rate=1.0):
        self.suffix, self.findings, self.rate = suffix, findings, rate
        self.held = self.left_out = ZERO
        self.judged = {}

    def drafts(self, base_line: dict, net: Decimal, unit: str, where: str) -> list[TaxDraft]:
        found: list[TaxDraft] = []
        iva = self._rate_of_iva(base_line)
        for data in base_line["tax_details"]["taxes_data"]:
            tax = data["tax"]
            code, kind = tax._l10n_mx_co_edi_tribute_of()
            amount = to_decimal(data[f"tax_amount{self.suffix}"], 2)
            if not self._is_fit(tax, f"{where}.TaxTotal"):
                continue
            problem = self._problem(tax, kind, amount, net)
            if problem:
                self.findings.append(Finding.error(
                    problem, f"{where}.TaxTotal", tax=tax.name, tax_id=tax.id, amount=amount))
            elif kind == NONE:
                self.left_out += amount
            elif kind == WITHHELD:
                self.held -= amount
                found += self._withheld(tax, code, amount, iva, where)
            elif kind != EXCLUDED:
                found.append(self._charged(data, code, kind, amount, net, unit))
        return list(_merged(found))

    def _is_fit(self, tax, where: str) -> bool:
        """Tell whether the tax can be written; what is doubtful about it is said once, where it is met first."""
        if tax not in self.judged:
            found = tax._l10n_mx_co_edi_check_dian(where)
            self.findings += found
            self.judged[tax] = not blocking(found)
        return self.judged[tax]

    @staticmethod
    def _problem(tax, kind: str, amount: Decimal, net: Decimal) -> str:
        """Return the code of what makes this amount of the tax unfit for a document, "" when it fits."""
        if kind == WITHHELD and amount * net > 0:
            return "CO-TAX-03"
        if kind in (PERCENT, WITHHELD) and tax.amount_type != "percent":
            return "CO-TAX-04"
        if kind in (PERCENT, UNIT) and amount * net < 0:
            return "CO-TAX-06"
        return ""

    def _charged(self, data, code, kind, amount, net, unit) -> TaxDraft:
        tax = data["tax"]
        if kind == UNIT:
            # Odoo takes the amount as one of the invoice's currency
            return TaxDraft(Rate(_scheme(tax, code), per_unit=_percent(abs(tax.amount) / self.rate), unit=unit), amount)
        base = to_decimal(data[f"base_amount{self.suffix}"], 2)
        # other taxes may be part of the base; a cent is only rounding
        is_net = abs(base - net) < Decimal("0.05")
        return TaxDraft(Rate(_scheme(tax, code), percent=_percent(tax.amount)), amount, None if is_net else base)

    def _withheld(self, tax, code, amount, iva, where) -> list[TaxDraft]:
        """Tribute 05 is a percentage of the IVA; Odoo has it as one of the sale (2.85 is 15 % of 19 %)."""
        percent = _percent(abs(tax.amount))
        if code == catalogs.RETE_IVA:
            if not iva:
                self.findings.append(Finding.error("CO-TAX-07", f"{where}.TaxTotal", tax=tax.name, tax_id=tax.id))
                return []
            percent = _percent(percent * HUNDRED / iva)
        return [TaxDraft(Rate(_scheme(tax, code), percent=percent), -amount)]

    @staticmethod
    def _rate_of_iva(base_line) -> Decimal:
        rates = [
            data["tax"].amount for data in base_line["tax_details"]["taxes_data"]
            if data["tax"]._l10n_mx_co_edi_tribute_of() == (catalogs.IVA, PERCENT)]
        return _percent(sum(rates))

    def lower(self, taxes: list[TaxDraft], tax, amount: Decimal) -> bool:
        """Take a cash rounding out of the draft of `tax`; tell whether it was there."""
        code, _kind = tax._l10n_mx_co_edi_tribute_of()
        for index, draft in enumerate(taxes):
            if draft.rate.scheme.id == code and draft.rate.percent == _percent(tax.amount):
                taxes[index] = replace(draft, amount=draft.amount - amount)
                return True
        return False

    @staticmethod
    def move_to(taxes: list[TaxDraft], others: list[TaxDraft]):
        """Add the taxes of a negative line to those of a line that it discounts."""
        negative = {draft.rate: draft.amount for draft in taxes}
        for index, draft in enumerate(others):
            others[index] = replace(draft, amount=draft.amount + negative.get(draft.rate, ZERO))


def _scheme(tax, code: str) -> TaxScheme:
    name = clean(tax.name) if code == catalogs.OTHER_TRIBUTE else catalogs.TRIBUTE[code].name
    return TaxScheme(id=code, name=name)


def _percent(number) -> Decimal:
    """A rate with two to five decimals."""
    exact = to_decimal(number, 5)
    short = exact.normalize()
    return short if short.as_tuple().exponent < -2 else exact.quantize(Decimal("0.01"))


def _merged(drafts: list[TaxDraft]) -> Iterator[TaxDraft]:
    """Two taxes of the same tribute and rate are one row."""
    found: dict[Rate, TaxDraft] = {}
    for draft in drafts:
        known = found.get(draft.rate)
        found[draft.rate] = draft if known is None else replace(known, amount=known.amount + draft.amount)
    yield from found.values()
