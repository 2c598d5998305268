"""The way from the subtotal to what is paid on the print of a DIAN document, and what the buyer withholds of it."""
from decimal import ROUND_HALF_UP, Decimal

from ..core.dian.model import Document as DianDocument
from . import dian_print_text as text
from .print_parts import Label, PrintedTotal, labels

_CENT = Decimal("0.01")


def steps(document: DianDocument):
    """Yield the way from the subtotal to PayableAmount, each tribute and rate on its own line."""
    total = document.monetary_total
    yield PrintedTotal(name="Subtotal", value=text.amount(total.line_extension_amount))
    if document.tax_totals:
        yield PrintedTotal(name="Base gravable", value=text.amount(total.tax_exclusive_amount))
    yield from _tributes(document.tax_totals)
    if document.tax_totals and document.allowance_charges:
        yield PrintedTotal(name="Total con tributos", value=text.amount(total.tax_inclusive_amount))
    for row in document.allowance_charges:
        share = text.percent(row.multiplier_factor_numeric) if row.multiplier_factor_numeric else ""
        yield PrintedTotal(
            name="Recargo" if row.charge_indicator else "Descuento",
            note=" ".join(filter(None, (row.reason, share))),
            value=text.amount(row.amount) if row.charge_indicator else text.minus(row.amount))
    if total.payable_rounding_amount:
        yield PrintedTotal(name="Redondeo", value=text.amount(total.payable_rounding_amount))


def after_total(document: DianDocument):
    """Yield what is known beside PayableAmount and not part of it: advances, withholdings, and what is left."""
    total = document.monetary_total
    for row in document.prepaid_payments:
        yield PrintedTotal(
            name="Anticipo", note=text.day(row.received_date or row.paid_date), value=text.amount(row.paid_amount))
    if document.withholding_tax_totals:
        yield from _tributes(document.withholding_tax_totals, text.minus)
        held = sum((row.tax_amount for row in document.withholding_tax_totals), Decimal(0))
        yield PrintedTotal(name="Neto después de retenciones", value=text.amount(total.payable_amount - held))


def _tributes(found, write=text.amount):
    for group in found:
        for row in group.subtotals:
            yield PrintedTotal(
                name=f"{text.tribute(row)} {text.rate(row)}".strip(), note=f"base{text.NBSP}{text.base(row)}",
                value=write(row.tax_amount))


def exchange(document: DianDocument) -> tuple[Label, ...]:
    """The totals in the currency that was agreed, at the rate of the document; empty where that is the peso."""
    rate, total = document.payment_exchange_rate, document.monetary_total
    if rate is None or not rate.calculation_rate:
        return ()
    code = rate.target_currency_code
    if code == document.document_currency_code:
        return ()

    def foreign(value: Decimal) -> str:
        return f"{text.amount((value / rate.calculation_rate).quantize(_CENT, ROUND_HALF_UP))} {code}"

    return labels(
        ("Moneda de la negociación", text.currency(code)),
        ("Tasa de cambio (TRM)", f"1 {code} = {text.amount(rate.calculation_rate)} {document.document_currency_code}"),
        ("Fecha de la tasa", text.day(rate.day)),
        (f"Subtotal en {code}", foreign(total.line_extension_amount)),
        (f"Tributos en {code}", foreign(total.tax_inclusive_amount - total.line_extension_amount)),
        (f"Total a pagar en {code}", foreign(total.payable_amount)))
