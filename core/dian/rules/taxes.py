"""Rules about taxes and withholdings of lines and header (FAX, FAY, FAS, FAT).

Header: one TaxTotal for each tribute, one TaxSubtotal for each rate, and exactly what the lines have. The amounts of
lines may be rounded or cut; the header is their sum, so that base by rate fits there within the tolerance of the annex.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ...findings import Finding
from .. import amounts, catalogs
from ..model import Document, TaxScheme, TaxSubtotal, TaxTotal
from .common import ZERO, numbered
from .registry import error, rule

CENT = Decimal("0.01")
TOLERANCE, IVA_TOLERANCE = Decimal("2.00"), Decimal("5.00")
_HUNDRED = Decimal(100)


def _named(total: TaxTotal) -> str:
    return total.subtotals[0].tax_scheme.id if total.subtotals else ""


def _grouped(document: Document, totals: Sequence[TaxTotal], code: str, where: str) -> Iterator[Finding]:
    """Each tribute once, one scheme in a group, its name, a subtotal at least."""
    seen: set[str] = set()
    for index, total in enumerate(totals):
        schemes = {row.tax_scheme.id for row in total.subtotals}
        if len(schemes) != 1 or schemes & seen:
            yield error(document, code, f"{where}[{index}]", value=", ".join(sorted(schemes)))
        seen |= schemes
        for number, row in enumerate(total.subtotals):
            entry = catalogs.TRIBUTE.find(row.tax_scheme.id, document.issue_date)
            if entry is None or not _is_named(row.tax_scheme, entry):
                yield error(
                    document, code, f"{where}[{index}].TaxSubtotal[{number}].TaxCategory.TaxScheme",
                    value=f"{row.tax_scheme.id} {row.tax_scheme.name}", expected=entry.name if entry else "",
                )  # fmt: skip


def _is_named(scheme: TaxScheme, entry: catalogs.Entry) -> bool:
    return (
        scheme.name == entry.name
        or scheme.id == catalogs.OTHER_TRIBUTE
        or scheme.name in catalogs.TRIBUTE_ALIASES.get(scheme.id, ())
    )


def _summed(document: Document, totals: Sequence[TaxTotal], code: str, where: str) -> Iterator[Finding]:
    for index, total in enumerate(totals):
        expected = sum([row.tax_amount for row in total.subtotals], ZERO)
        if total.subtotals and total.tax_amount != expected:
            yield error(document, code, f"{where}[{index}].TaxAmount", value=total.tax_amount, expected=expected)


def _once(document: Document, totals: Sequence[TaxTotal], code: str, where: str) -> Iterator[Finding]:
    for index, total in enumerate(totals):
        if len(total.subtotals) > 1 and len({amounts.key(row) for row in total.subtotals}) != len(total.subtotals):
            yield error(document, code, f"{where}[{index}].TaxSubtotal", value=_named(total))


def _expected(row: TaxSubtotal) -> Decimal | None:
    """What the row's amount should be, exact; None when it says neither rate nor amount per unit."""
    if row.per_unit_amount is not None and row.base_unit_measure is not None:
        return row.per_unit_amount * row.base_unit_measure
    if row.percent is not None and row.taxable_amount is not None:
        return row.taxable_amount * row.percent / _HUNDRED
    return None


def _calculated(
    document: Document, totals: Sequence[TaxTotal], code: str, where: str, *, is_sum: bool = False
) -> Iterator[Finding]:
    for index, total in enumerate(totals):
        for number, row in enumerate(total.subtotals):
            expected, tolerance = _expected(row), CENT
            if is_sum:
                tolerance = IVA_TOLERANCE if row.tax_scheme.id == catalogs.IVA else TOLERANCE
            if expected is None or abs(row.tax_amount - expected) > tolerance:
                here = f"{where}[{index}].TaxSubtotal[{number}].TaxAmount"
                wanted = "" if expected is None else amounts.cut(expected)
                yield error(document, code, here, value=row.tax_amount, expected=wanted)


def _held(totals: Iterable[TaxTotal]) -> bool:
    return any(row.tax_scheme.id in catalogs.WITHHOLDING for total in totals for row in total.subtotals)


# --- lines -----------------------------------------------------------------------------------------------------------


@rule("FAX01")
def line_taxes_are_grouped(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        yield from _grouped(document, line.tax_totals, "FAX01", f"{where}.TaxTotal")
        if _held(line.tax_totals):
            yield error(document, "FAX01", f"{where}.TaxTotal", value="05, 06, 07")


@rule("FAX02")
def line_taxes_are_summed(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        yield from _summed(document, line.tax_totals, "FAX02", f"{where}.TaxTotal")


@rule("FAX04")
def line_has_each_rate_once(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        yield from _once(document, line.tax_totals, "FAX04", f"{where}.TaxTotal")


@rule("FAX05")
def line_tax_has_its_base(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        for index, total in enumerate(line.tax_totals):
            for number, row in enumerate(total.subtotals):
                if row.taxable_amount is None and row.per_unit_amount is None:
                    yield error(document, "FAX05", f"{where}.TaxTotal[{index}].TaxSubtotal[{number}].TaxableAmount")


@rule("FAX07")
def line_tax_is_base_by_rate(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        yield from _calculated(document, line.tax_totals, "FAX07", f"{where}.TaxTotal")


@rule("FAY10")
def line_withholding_agrees(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        if not line.withholding_tax_totals:
            continue
        held, here = line.withholding_tax_totals, f"{where}.WithholdingTaxTotal"
        yield from _grouped(document, held, "FAY10", here)
        yield from _summed(document, held, "FAY10", here)
        yield from _once(document, held, "FAY10", here)
        yield from _calculated(document, held, "FAY10", here)
        if not all(_held([total]) for total in held):
            yield error(document, "FAY10", here, value=", ".join(map(_named, held)))


@rule("FAY05")
def withheld_iva_is_based_on_the_iva(document: Document) -> Iterator[Finding]:
    """DSAY05 in a support document. The base of tribute 05 is the amount of the IVA, not that of the sale."""
    for where, line in numbered(document):
        for index, total in enumerate(line.withholding_tax_totals):
            if _named(total) != catalogs.RETE_IVA:
                continue
            iva = _amount(line.tax_totals, catalogs.IVA)
            base = sum((row.taxable_amount or ZERO for row in total.subtotals), ZERO)
            if base != iva:
                yield error(
                    document, "FAY05", f"{where}.WithholdingTaxTotal[{index}].TaxSubtotal.TaxableAmount", value=base,
                    expected=iva,
                )  # fmt: skip


def _amount(totals: Iterable[TaxTotal], tribute: str) -> Decimal:
    return sum((row.tax_amount for total in totals for row in total.subtotals if row.tax_scheme.id == tribute), ZERO)


# --- header ----------------------------------------------------------------------------------------------------------


@rule("FAS01a")
def header_taxes_are_grouped(document: Document) -> Iterator[Finding]:
    yield from _grouped(document, document.tax_totals, "FAS01a", "TaxTotal")
    if _held(document.tax_totals):
        yield error(document, "FAS01a", "TaxTotal", value="05, 06, 07")


@rule("FAS01b", "FAS05")
def header_taxes_are_those_of_the_lines(document: Document) -> Iterator[Finding]:
    yield from _same(
        document, document.tax_totals, amounts.tax_totals(line.tax_totals for line in document.lines),
        ("FAS01b", "FAS05"), "TaxTotal",
    )  # fmt: skip


@rule("FAS02", "FAS04")
def header_taxes_are_summed_rate_by_rate(document: Document) -> Iterator[Finding]:
    yield from _summed(document, document.tax_totals, "FAS02", "TaxTotal")
    yield from _once(document, document.tax_totals, "FAS04", "TaxTotal")


@rule("FAS07")
def header_tax_is_base_by_rate(document: Document) -> Iterator[Finding]:
    yield from _calculated(document, document.tax_totals, "FAS07", "TaxTotal", is_sum=True)


@rule("FAT01", "FAT05")
def header_withholdings_are_those_of_the_lines(document: Document) -> Iterator[Finding]:
    """Compared where the lines have any: some issuers state withholdings in the header only."""
    held = document.withholding_tax_totals
    yield from _grouped(document, held, "FAT01", "WithholdingTaxTotal")
    if held and not all(_held([total]) for total in held):
        yield error(document, "FAT01", "WithholdingTaxTotal", value=", ".join(map(_named, held)))
    if any(line.withholding_tax_totals for line in document.lines):
        expected = amounts.tax_totals(line.withholding_tax_totals for line in document.lines)
        yield from _same(document, held, expected, ("FAT01", "FAT05"), "WithholdingTaxTotal")


@rule("FAT02", "FAT04", "FAT07")
def header_withholdings_are_summed(document: Document) -> Iterator[Finding]:
    held = document.withholding_tax_totals
    yield from _summed(document, held, "FAT02", "WithholdingTaxTotal")
    yield from _once(document, held, "FAT04", "WithholdingTaxTotal")
    yield from _calculated(document, held, "FAT07", "WithholdingTaxTotal", is_sum=True)


def _same(
    document: Document, found: Sequence[TaxTotal], expected: Sequence[TaxTotal], codes: tuple[str, str], where: str
) -> Iterator[Finding]:
    """`codes`: for a tribute or rate that only one side has, and for a sum that differs."""
    wanted = {amounts.key(row): row for total in expected for row in total.subtotals}
    rows = [
        (f"{where}[{index}].TaxSubtotal[{number}]", row)
        for index, total in enumerate(found)
        for number, row in enumerate(total.subtotals)
    ]
    for index, total in enumerate(found):
        if not total.subtotals:
            yield error(document, codes[0], f"{where}[{index}]", value="")
    for here, row in rows:
        other = wanted.pop(amounts.key(row), None)
        if other is None:
            yield error(document, codes[0], here, value=_words(row))
            continue
        for name, value, sum_of_lines in (
            ("TaxableAmount", row.taxable_amount, other.taxable_amount),
            ("TaxAmount", row.tax_amount, other.tax_amount),
        ):
            if (value or ZERO) != (sum_of_lines or ZERO):
                yield error(document, codes[1], f"{here}.{name}", value=value or ZERO, expected=sum_of_lines or ZERO)
    for row in wanted.values():
        yield error(document, codes[0], where, value="", expected=_words(row))


def _words(row: TaxSubtotal) -> str:
    rate = row.per_unit_amount if row.percent is None else row.percent
    return f"{row.tax_scheme.name} {'' if rate is None else rate}".strip()
