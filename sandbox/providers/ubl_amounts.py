"""Amounts of the document that Facturatech makes: discounts, exchange rate, taxes, totals, lines."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from ..dian.bill import SHAPES
from ..dian.rules.taxes import NAMES
from .layout import Group
from .write import around, money, tag

TRUE = "true"
WORDS = {"999": "Estándar de adopción del contribuyente", "001": "UNSPSC", "010": "GTIN", "020": "Partida Arancelaria"}
TAX_NAMES = {code: sorted(names)[-1] for code, names in NAMES.items()}


def after_parties(layout: Group, shape: str) -> str:
    """Advance, discounts and charges, exchange rate, taxes and totals, in the order of the shape."""
    currency = layout.one("ENC")[10]
    charges = "".join(
        _charge(str(number), row[1], row[3], row[7], row[2], (row[5], row[6]), currency)
        for number, row in enumerate(layout.all("DSC"), 1)
    )
    rate = _exchange(layout)
    before = rate + charges if shape == "CreditNote" else charges + rate
    return before + _taxes(layout.all("TIM"), "IMP", currency, shape) + _totals(layout, shape, currency)


def _charge(
    number: str, is_charge: str, amount: str, base: str, percent: str, reason: tuple[str, str], currency: str
) -> str:
    code, words = reason
    spoken = words or ("Cargo" if is_charge == TRUE else "Descuento")
    return around("AllowanceCharge", "".join((
        tag("ID", number), tag("ChargeIndicator", is_charge or "false"), tag("AllowanceChargeReasonCode", code),
        tag("AllowanceChargeReason", spoken), tag("MultiplierFactorNumeric", percent),
        money("Amount", amount, currency), money("BaseAmount", base, currency),
    )))


def _exchange(layout: Group) -> str:
    group = layout.one("TDC")
    if not group.fields:
        return ""
    return around("PaymentExchangeRate", "".join((
        tag("SourceCurrencyCode", "COP"), tag("SourceCurrencyBaseRate", group[3]),
        tag("TargetCurrencyCode", group[1]), tag("TargetCurrencyBaseRate", "1.00"),
        tag("CalculationRate", group[3]), tag("Date", layout.one("ENC")[7]),
    )))


def _totals(layout: Group, shape: str, currency: str) -> str:
    group = layout.one("TOT")
    return around(SHAPES[shape][0], "".join(
        money(name, group[position], currency)
        for name, position in (
            ("LineExtensionAmount", 1), ("TaxExclusiveAmount", 3), ("TaxInclusiveAmount", 7),
            ("AllowanceTotalAmount", 9), ("ChargeTotalAmount", 11), ("PrepaidAmount", 13),
            ("PayableRoundingAmount", 15), ("PayableAmount", 5),
        )
    ))


def _taxes(groups: list[Group], part: str, currency: str, shape: str) -> str:
    """Taxes first, withholdings after them, which notes do not have."""
    said = {False: "", True: ""}
    for group in groups:
        total, is_withheld = (group[2], group[1]) if part == "IMP" else (group[1], group[3])
        rows = "".join(_subtotal(row, part, currency) for row in group.all(part))
        held = is_withheld.lower() == TRUE
        name = "WithholdingTaxTotal" if held else "TaxTotal"
        said[held] += around(name, money("TaxAmount", total, currency) + rows)
    return said[False] + (said[True] if shape == "Invoice" else "")


def _subtotal(row: Group, part: str, currency: str) -> str:
    base, amount = (row[2], row[4]) if part == "IMP" else (row[4], row[2])
    scheme = around("TaxScheme", tag("ID", row[1]) + tag("Name", TAX_NAMES.get(row[1], row[1])))
    category = around("TaxCategory", tag("Percent", row[6]) + scheme)
    return around(
        "TaxSubtotal", money("TaxableAmount", base, currency) + money("TaxAmount", amount, currency) + category
    )


def lines(layout: Group, shape: str) -> str:
    return "".join(_line(row, shape, layout.one("ENC")[10]) for row in layout.all("ITE"))


def _line(row: Group, shape: str, currency: str) -> str:
    _total, name, quantity = SHAPES[shape]
    unit = f"unitCode={quoteattr(row[4])}"
    bought = row.one("IBS")
    period = "".join((
        tag("StartDate", bought[1]), tag("DescriptionCode", bought[2]), tag("Description", bought[3]),
    ))
    charges = "".join(
        _charge(group[10] or str(number), group[1], group[2], group[7], group[6], ("", ""), currency)
        for number, group in enumerate(row.all("IDE"), 1)
    )
    taxes = _taxes(row.all("TII"), "IIM", currency, shape)
    code = row.one("IAE")
    standard = tag(
        "ID", code[1], f"schemeID={quoteattr(code[2])} schemeName={quoteattr(WORDS.get(code[2], code[2]))}"
    )
    item = tag("Description", row[11]) + around("StandardItemIdentification", standard)
    price = money("PriceAmount", row[7], row[8] or currency) + tag("BaseQuantity", row[27] or row[3], unit)
    return around(name, "".join((
        tag("ID", row[1]), tag(quantity, row[3], unit), money("LineExtensionAmount", row[5], row[6] or currency),
        around("InvoicePeriod", period),
        charges + taxes if shape == "Invoice" else taxes + charges,
        around("Item", item), around("Price", price),
    )))
