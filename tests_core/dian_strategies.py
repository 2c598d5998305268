"""Hypothesis strategies for DIAN's documents: whatever an ordinary company may sell."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from core.dian import amounts
from core.dian.model import AllowanceCharge, Document, TaxScheme
from tests_core.dian_models import a_document, a_line, a_tax, bags

D = Decimal
INC, RETE_IVA, RETE_ICA = (TaxScheme(id=code, name=name) for code, name in (
    ("04", "INC"), ("05", "ReteIVA"), ("07", "ReteICA")))  # fmt: skip
DISCOUNT = AllowanceCharge(
    id="1", charge_indicator=False, reason_code="00", reason="Descuento", amount=D("20.00"), base_amount=D("200.00")
)
TIP = AllowanceCharge(id="1", charge_indicator=True, reason_code="03", reason="Propina", amount=D("10.00"))

_PRICES = st.one_of(st.decimals("0.01", "9999999", places=2), st.decimals("0.000001", "99999", places=6))
_QUANTITIES = st.one_of(st.integers(1, 500).map(D), st.decimals("0.001", "999", places=3))
_RATES = st.sampled_from([None, "0.00", "5.00", "19.00"])


@st.composite
def lines(draw: st.DrawFn, number: int) -> Any:
    """Any price, quantity, discount and charge; IVA of every kind, INC, an amount for each unit, withholdings."""
    price, quantity = draw(_PRICES), draw(_QUANTITIES)
    gross = price * quantity
    rows = []
    for is_charge in draw(st.lists(st.booleans(), max_size=2)):
        percent = draw(st.sampled_from(["5.00", "10.00", "33.33"]))
        rows.append(AllowanceCharge(
            id=str(len(rows) + 1), charge_indicator=is_charge, reason_code="02" if is_charge else "00", reason="x",
            multiplier_factor_numeric=D(percent), amount=amounts.percentage(gross, D(percent)),
            base_amount=amounts.cut(gross),
        ))  # fmt: skip
    extension = (gross + sum((r.amount if r.charge_indicator else -r.amount for r in rows), D(0)))
    extension = extension.quantize(D("0.01"), "ROUND_DOWN")
    taxes = []
    iva = draw(_RATES)
    if iva is not None:
        taxes.append(a_tax(str(extension), iva))
    if draw(st.booleans()):
        taxes.append(a_tax(str(extension), draw(st.sampled_from(["8.00", "16.00"])), INC))
    if draw(st.integers(0, 4)) == 0:
        taxes.append(bags(str(quantity), "70.00"))
    held = []
    if iva == "19.00" and draw(st.booleans()):
        held.append(a_tax(str(taxes[0].tax_amount), "15.00", RETE_IVA))
    if draw(st.booleans()):
        held.append(a_tax(str(extension), "0.966", RETE_ICA))
    return a_line(
        id=str(number), price_amount=price, quantity=quantity, base_quantity=quantity, allowance_charges=tuple(rows),
        line_extension_amount=extension, tax_totals=tuple(taxes), withholding_tax_totals=tuple(held),
    )  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Document:
    code = draw(st.sampled_from(["01", "04", "91", "92"]))
    drawn = tuple(draw(lines(number)) for number in range(1, draw(st.integers(1, 5)) + 1))
    if code in ("91", "92"):
        drawn = tuple(replace(one, withholding_tax_totals=()) for one in drawn)
    rows = draw(st.lists(st.sampled_from([TIP, DISCOUNT]), max_size=2))
    document = a_document(code, lines=drawn, allowance_charges=tuple(rows))
    # a discount of more than everything is no document
    return document if document.monetary_total.payable_amount >= 0 else a_document(code, lines=drawn)
