"""Rules about totals, discounts, charges and advances of the document (FAU02 to FAU14, DAU01)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ...findings import Finding
from .. import amounts, catalogs
from ..model import AllowanceCharge, Document
from .common import ZERO, totals_path
from .registry import error, rule

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_ANNEX_1_9 = date(2024, 5, 1)  # Res. 000008 of 2024: annex 1.9 is mandatory from that day
_DISCOUNTS, _CHARGES = ("00", "01"), ("02", "03")


@rule("FAU01", "DAU01")
def totals_are_there(document: Document) -> Iterator[Finding]:
    if document.monetary_total is None:
        yield error(document, "FAU01", totals_path(document, "PayableAmount"))


def _compared(document: Document, code: str, name: str, found: Decimal | None, expected: Decimal) -> Iterator[Finding]:
    """An absent total is zero."""
    if (found or ZERO) != expected:
        yield error(document, code, totals_path(document, name), value=found or ZERO, expected=expected)


@rule("FAU02")
def gross_amount_is_the_sum_of_the_lines(document: Document) -> Iterator[Finding]:
    if total := document.monetary_total:
        expected = sum((line.line_extension_amount for line in document.lines), ZERO)
        yield from _compared(document, "FAU02", "LineExtensionAmount", total.line_extension_amount, expected)


@rule("FAU04")
def base_is_the_sum_of_the_bases_of_the_lines(document: Document) -> Iterator[Finding]:
    """Lines without a tax group (excluded) have none, so that it may be less than the gross amount."""
    if total := document.monetary_total:
        expected = sum((amounts.taxable(line) for line in document.lines), ZERO)
        yield from _compared(document, "FAU04", "TaxExclusiveAmount", total.tax_exclusive_amount, expected)


@rule("FAU06")
def amount_with_taxes_is_gross_plus_taxes(document: Document) -> Iterator[Finding]:
    """Withholdings are not taxes of the header."""
    if total := document.monetary_total:
        expected = total.line_extension_amount + sum((tax.tax_amount for tax in document.tax_totals), ZERO)
        yield from _compared(document, "FAU06", "TaxInclusiveAmount", total.tax_inclusive_amount, expected)


@rule("FAU08", "FAU10")
def discounts_and_charges_have_their_details(document: Document) -> Iterator[Finding]:
    if total := document.monetary_total:
        discounts = sum((row.amount for row in document.allowance_charges if not row.charge_indicator), ZERO)
        charges = sum((row.amount for row in document.allowance_charges if row.charge_indicator), ZERO)
        yield from _compared(document, "FAU08", "AllowanceTotalAmount", total.allowance_total_amount, discounts)
        yield from _compared(document, "FAU10", "ChargeTotalAmount", total.charge_total_amount, charges)


@rule("FAU14")
def amount_to_pay_is_total_less_discounts_plus_charges(document: Document) -> Iterator[Finding]:
    """Neither advances nor withholdings change it."""
    if total := document.monetary_total:
        expected = (
            total.tax_inclusive_amount
            - (total.allowance_total_amount or ZERO)
            + (total.charge_total_amount or ZERO)
            + (total.payable_rounding_amount or ZERO)
        )
        yield from _compared(document, "FAU14", "PayableAmount", total.payable_amount, expected)


@rule("CO-PREPAID-01", valid_from=_ANNEX_1_9)
def advances_have_their_details(document: Document) -> Iterator[Finding]:
    """PrepaidAmount is informative since annex 1.9; how advances are to be shown may change again."""
    if total := document.monetary_total:
        expected = sum((row.paid_amount for row in document.prepaid_payments), ZERO)
        if document.prepaid_payments or total.prepaid_amount:
            yield from _compared(document, "CO-PREPAID-01", "PrepaidAmount", total.prepaid_amount, expected)


def incomplete(row: AllowanceCharge) -> str:
    """The name of the element that is missing or does not fit, "" when all is well."""
    if not (row.reason or "").strip():
        return "AllowanceChargeReason"
    if row.reason_code is not None and row.reason_code not in (_CHARGES if row.charge_indicator else _DISCOUNTS):
        return "AllowanceChargeReasonCode"
    if row.multiplier_factor_numeric is not None and row.base_amount is None:
        return "BaseAmount"
    if not row.charge_indicator and row.base_amount is not None and row.amount > row.base_amount:
        return "Amount"
    if row.multiplier_factor_numeric is not None and row.base_amount is not None:
        expected = row.base_amount * row.multiplier_factor_numeric / _HUNDRED
        # the percentage is written with few decimals, so that the amount may differ by what they lack
        if abs(expected - row.amount) > _CENT + row.base_amount * _CENT / _HUNDRED:
            return "MultiplierFactorNumeric"
    return ""


@rule("CO-ALLOW-01")
def discounts_and_charges_are_complete(document: Document) -> Iterator[Finding]:
    for index, row in enumerate(document.allowance_charges):
        if name := incomplete(row):
            yield error(document, "CO-ALLOW-01", f"AllowanceCharge[{index}].{name}")


@rule("CO-ALLOW-02")
def tip_is_a_charge(document: Document) -> Iterator[Finding]:
    for index, row in enumerate(document.allowance_charges):
        if (row.reason or "").strip().lower() == catalogs.TIP.lower() and not row.charge_indicator:
            yield error(document, "CO-ALLOW-02", f"AllowanceCharge[{index}].ChargeIndicator")
