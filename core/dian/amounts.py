"""The arithmetic of DIAN (annex 1.9, rules FAU, FAS, FAX, FAV06): lines are cut to two decimals, then summed.

`summed` makes the head of a document from its lines. Withholdings never enter it: PayableAmount is before them, while
an accounting total is often after them. Nothing here decides about a tax; only `percentage` rounds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from ..money import ceil_to, truncate
from .model import AllowanceCharge, Document, Line, MonetaryTotal, TaxSubtotal, TaxTotal

CENTS = 2
_PRICE_DECIMALS = 6
_CENT = Decimal("0.01")
_EXACT = Context(prec=60)
_ZERO = Decimal("0.00")
_HUNDRED = Decimal(100)


def cut(amount: Decimal) -> Decimal:
    """Two decimals, the others cut off."""
    return truncate(amount, CENTS)


def percentage(base: Decimal, percent: Decimal) -> Decimal:
    """A rate of a base, rounded half even to two decimals."""
    return _EXACT.divide(_EXACT.multiply(base, percent), _HUNDRED).quantize(_CENT, ROUND_HALF_EVEN, _EXACT)


def line_extension(line: Line) -> Decimal | None:
    """PriceAmount by BaseQuantity less discounts plus charges, cut (FAV06); None without price or quantity."""
    if line.price_amount is None or line.base_quantity is None:
        return None
    gross = _EXACT.multiply(line.price_amount, line.base_quantity)
    return cut(gross + sum((signed(row) for row in line.allowance_charges), _ZERO))


def price_for(gross: Decimal, quantity: Decimal, price: Decimal | None = None) -> Decimal | None:
    """A unit price with which price by quantity, cut to cents, is exactly `gross` (FAV06); None when there is none.

    Accounting programs round a line, DIAN cuts it. `price` is taken when it fits; else the one with the
    fewest decimals, at most six. More than 10,000 units may have none.

    :param gross: amount of the line before discounts and charges, two decimals, not negative.
    :param quantity: positive.
    """
    if price is not None and cut(_EXACT.multiply(price, quantity)) == gross:
        return price
    for places in range(CENTS, _PRICE_DECIMALS + 1):
        found = ceil_to(_EXACT.divide(gross, quantity), places)
        if cut(_EXACT.multiply(found, quantity)) == gross:
            return found
    return None


def signed(row: AllowanceCharge) -> Decimal:
    """A charge as it is, a discount negative."""
    return row.amount if row.charge_indicator else -row.amount


class Key(NamedTuple):
    """What makes a row of the header: the tribute, its rate, or its amount per unit and unit."""

    scheme: str
    percent: Decimal | None
    per_unit: Decimal | None = None
    unit: str | None = None


def key(row: TaxSubtotal) -> Key:
    """Rates and amounts per unit are compared as numbers: 19.0 is 19.00."""
    return Key(row.tax_scheme.id, row.percent, row.per_unit_amount, row.base_unit_code)


def tax_totals(lines: Iterable[Sequence[TaxTotal]]) -> tuple[TaxTotal, ...]:
    """The header's groups from those of the lines: one for each tribute, one row for each rate (FAS01b, FAS02, FAS07).

    :param lines: the tax_totals, or the withholding_tax_totals, of each line.
    """
    rows: dict[Key, list[TaxSubtotal]] = {}
    for totals in lines:
        for total in totals:
            for row in total.subtotals:
                rows.setdefault(key(row), []).append(row)
    groups: dict[str, list[TaxSubtotal]] = {}
    for same in rows.values():
        groups.setdefault(same[0].tax_scheme.id, []).append(_added(same))
    return tuple(
        TaxTotal(tax_amount=sum((row.tax_amount for row in group), _ZERO), subtotals=tuple(group))
        for group in groups.values()
    )


def _added(rows: Sequence[TaxSubtotal]) -> TaxSubtotal:
    """The sum of rows of the same rate."""
    if len(rows) == 1:
        return rows[0]

    def total(values: list[Decimal | None]) -> Decimal | None:
        known = [value for value in values if value is not None]
        return sum(known[1:], known[0]) if known else None

    return replace(
        rows[0],
        taxable_amount=total([row.taxable_amount for row in rows]),
        tax_amount=sum((row.tax_amount for row in rows[1:]), rows[0].tax_amount),
        base_unit_measure=total([row.base_unit_measure for row in rows]),
    )


def with_line_allowances(document: Document) -> Document:
    """The document with a discount of zero on each line that has none, for who needs one (FBE01).

    No amount changes.
    """
    return replace(document, lines=tuple(
        line if line.allowance_charges else replace(line, allowance_charges=(_no_discount(line),))
        for line in document.lines
    ))  # fmt: skip


def _no_discount(line: Line) -> AllowanceCharge:
    return AllowanceCharge(
        id="1", charge_indicator=False, reason_code="00", reason="Sin descuento", multiplier_factor_numeric=_ZERO,
        amount=_ZERO, base_amount=line.line_extension_amount,
    )  # fmt: skip


def taxable(line: Line) -> Decimal:
    """The base of a line in TaxExclusiveAmount: that of its percentage taxes, once, however many it has.

    A line without tax group (excluded) has none. Of IVA and INC on the same line the larger base counts.
    """
    bases = [
        row.taxable_amount for total in line.tax_totals for row in total.subtotals if row.taxable_amount is not None
    ]
    return max(bases, default=_ZERO)


def monetary_total(
    lines: Sequence[Line],
    taxes: Sequence[TaxTotal],
    allowance_charges: Sequence[AllowanceCharge] = (),
    *,
    prepaid: Decimal | None = None,
    rounding: Decimal | None = None,
) -> MonetaryTotal:
    """LegalMonetaryTotal (FAU02 to FAU14). `prepaid` is informative and does not change what is to be paid."""
    gross = sum((line.line_extension_amount for line in lines), _ZERO)
    inclusive = gross + sum((total.tax_amount for total in taxes), _ZERO)
    discounts = [row.amount for row in allowance_charges if not row.charge_indicator]
    charges = [row.amount for row in allowance_charges if row.charge_indicator]
    return MonetaryTotal(
        line_extension_amount=gross,
        tax_exclusive_amount=sum((taxable(line) for line in lines), _ZERO),
        tax_inclusive_amount=inclusive,
        allowance_total_amount=sum(discounts, _ZERO) if discounts else None,
        charge_total_amount=sum(charges, _ZERO) if charges else None,
        prepaid_amount=prepaid,
        payable_rounding_amount=rounding,
        payable_amount=inclusive - sum(discounts, _ZERO) + sum(charges, _ZERO) + (rounding or _ZERO),
    )


def summed(document: Document) -> Document:
    """The same document with the header that belongs to its lines, discounts and charges.

    Withholdings are summed where the document's root has a place for them: not in notes.
    """
    taxes = tax_totals(line.tax_totals for line in document.lines)
    held = tax_totals(line.withholding_tax_totals for line in document.lines)
    prepaid = sum((row.paid_amount for row in document.prepaid_payments), _ZERO)
    old = document.monetary_total
    return replace(
        document,
        line_count_numeric=len(document.lines),
        tax_totals=taxes,
        withholding_tax_totals=held,
        monetary_total=monetary_total(
            document.lines,
            taxes,
            document.allowance_charges,
            prepaid=prepaid if document.prepaid_payments else None,
            rounding=old.payable_rounding_amount if old else None,
        ),
    )
