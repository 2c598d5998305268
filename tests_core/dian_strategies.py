"""Hypothesis strategies for DIAN's documents: whatever an ordinary company may sell, and what may go wrong in it."""

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from core.dian import amounts
from core.dian.model import (
    AllowanceCharge,
    DeliveryTerms,
    Document,
    ExchangeRate,
    Identification,
    ItemIdentification,
    PaymentMeans,
    Period,
    PrepaidPayment,
    PricingReference,
    TaxScheme,
    TaxTotal,
)
from tests_core.dian_models import BUYER, CASH, CONSUMER, FOREIGNER, PERSON, a_document, a_line, a_tax, at_home, bags

D = Decimal
INC, RETE_IVA, RETE_ICA = (TaxScheme(id=code, name=name) for code, name in (
    ("04", "INC"), ("05", "ReteIVA"), ("07", "ReteICA")))  # fmt: skip
RETE_RENTA, ICA, ICUI = (TaxScheme(id=code, name=name) for code, name in (
    ("06", "ReteRenta"), ("03", "ICA"), ("35", "ICUI")))  # fmt: skip
DISCOUNT = AllowanceCharge(
    id="1", charge_indicator=False, reason_code="00", reason="Descuento", amount=D("20.00"), base_amount=D("200.00")
)
TIP = AllowanceCharge(id="1", charge_indicator=True, reason_code="03", reason="Propina", amount=D("10.00"))
TYPES = ("01", "02", "03", "04", "05", "91", "92", "95")
AIU = "Contrato de servicios AIU por concepto de: aseo"
_DAY = date(2026, 11, 20)
CODES = (
    ItemIdentification(number="50211502", scheme_id="001", scheme_name="UNSPSC", scheme_agency_id="10"),
    ItemIdentification(number="7701234567897", scheme_id="010", scheme_name="GTIN", scheme_agency_id="9"),
    ItemIdentification(number="0901110000", scheme_id="020", scheme_name="Partida Arancelarias"),
    ItemIdentification(number="T-1", scheme_id="999", scheme_name="Estándar de adopción del contribuyente"),
)

_PRICES = st.one_of(st.decimals("0.01", "9999999", places=2), st.decimals("0.000001", "99999", places=6))
_QUANTITIES = st.one_of(st.integers(1, 500).map(D), st.decimals("0.001", "999", places=3))
_RATES = st.sampled_from([None, "0.00", "5.00", "19.00"])


@st.composite
def lines(draw: st.DrawFn, number: int) -> Any:
    """Any price, quantity, discount, charge; IVA of every kind, other taxes, amounts by unit, withholdings, gifts."""
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
    is_gift = not rows and draw(st.integers(0, 5)) == 0
    base = extension
    if is_gift:
        price, extension = D("0.00"), D("0.00")
    item = replace(a_line().item, standard_item_id=draw(st.sampled_from(CODES)))
    return a_line(
        id=str(number), price_amount=price, quantity=quantity, base_quantity=quantity, allowance_charges=tuple(rows),
        line_extension_amount=extension, item=item, **draw(_line_taxes(base, quantity)),
        pricing_reference=PricingReference(price_amount=D("10.00"), price_type_code="01") if is_gift else None,
        **draw(st.sampled_from([{}, {"unit_code": "KGM", "base_quantity_unit": "KGM"}])),
    )  # fmt: skip


@st.composite
def _line_taxes(draw: st.DrawFn, base: Decimal, quantity: Decimal) -> dict[str, tuple[TaxTotal, ...]]:
    taxes, held = [], []
    iva = draw(_RATES)
    if iva is not None:
        taxes.append(a_tax(str(base), iva))
    if draw(st.booleans()):
        taxes.append(a_tax(str(base), draw(st.sampled_from(["8.00", "16.00"])), INC))
    for scheme, percent in ((ICUI, "20.00"), (ICA, "0.966")):
        if draw(st.integers(0, 4)) == 0:
            taxes.append(a_tax(str(base), percent, scheme))
    if draw(st.integers(0, 4)) == 0:
        taxes.append(bags(str(quantity), "70.00"))
    if iva == "19.00" and draw(st.booleans()):
        held.append(a_tax(str(taxes[0].tax_amount), "15.00", RETE_IVA))
    for scheme, percent in ((RETE_ICA, "0.966"), (RETE_RENTA, "2.50")):
        if draw(st.booleans()):
            held.append(a_tax(str(base), percent, scheme))
    return {"tax_totals": tuple(taxes), "withholding_tax_totals": tuple(held)}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Every type, operation, buyer and means of payment; discounts, charges, advances and an exchange rate."""
    code = draw(st.sampled_from(TYPES))
    drawn = tuple(draw(lines(number)) for number in range(1, draw(st.integers(1, 5)) + 1))
    plain = a_document(code)
    if code in ("91", "92", "95"):
        drawn = tuple(replace(one, withholding_tax_totals=()) for one in drawn)
    if code == "05":
        drawn = tuple(replace(one, period=plain.lines[0].period) for one in drawn)
    if code == "02":
        drawn = tuple(replace(one, item=replace(
            one.item, brand_names=("M",), model_names=("X",), standard_item_id=CODES[2])) for one in drawn)
    rows = draw(st.lists(st.sampled_from([TIP, DISCOUNT]), max_size=2))
    document = a_document(code, lines=drawn, allowance_charges=tuple(rows))
    # a discount of more than everything is no document
    document = document if document.monetary_total.payable_amount >= 0 else a_document(code, lines=drawn)
    return draw(_with_its_head(document))


@st.composite
def _with_its_head(draw: st.DrawFn, document: Document) -> Document:
    code, more = document.type_code, {}
    if code in ("01", "03", "04"):
        document = replace(document, customer=draw(st.sampled_from([BUYER, CONSUMER, PERSON])))
        operation = draw(st.sampled_from(["10", "09", "11"]))
        first = document.lines[0]
        if operation == "09":
            first = replace(first, notes=(AIU,))
        if operation == "11":
            mandator = Identification(number="901002511", scheme_id="3", scheme_name="31")
            first = replace(first, item=replace(first.item, mandator=mandator))
        more = {"customization_id": operation, "lines": (first, *document.lines[1:])}
    elif code == "02":
        more = {"customer": FOREIGNER, "delivery_terms": DeliveryTerms(loss_risk_responsibility_code="FOB")}
    elif code in ("91", "92") and draw(st.booleans()):
        document = at_home(document, Period(start_date=date(2026, 11, 1), end_date=_DAY))
    if draw(st.booleans()):
        due = _DAY + timedelta(days=draw(st.integers(0, 90)))
        more["payment_means"] = (PaymentMeans(id="2", payment_means_code="30", payment_due_date=due), CASH)
    if draw(st.integers(0, 3)) == 0:
        more["payment_exchange_rate"] = ExchangeRate(
            source_currency_code="COP", source_currency_base_rate=D("1.00"), target_currency_code="USD",
            target_currency_base_rate=D("1.00"), calculation_rate=draw(st.decimals("3000", "5000", places=2)), day=_DAY,
        )  # fmt: skip
    if document.root != "CreditNote" and draw(st.integers(0, 3)) == 0:
        paid = PrepaidPayment(id="1", paid_amount=D("0.50"), received_date=_DAY)
        more["prepaid_payments"] = (paid,)
        more["monetary_total"] = replace(document.monetary_total, prepaid_amount=D("0.50"))
    return replace(document, **more)


# --- what may go wrong -----------------------------------------------------------------------------------------------

Path = tuple[str | int, ...]
_TEXTS = st.one_of(
    st.sampled_from(["", " ", "0", "1", "31", "CO", "11001", "a" * 40, "x" * 5001, "ñ 🙂 <&> \"'", "a\tb\nc", "12\r3"]),
    st.text(max_size=12),
)
_DECIMALS = st.sampled_from([
    D(text) for text in ("0", "0.00", "-0.00", "0.01", "-1.00", "1E+3", "0.1234567", "12345678901234567.89", "100")
])  # fmt: skip


def leaves(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value of a model that is no object with fields of its own, with its path; absent ones, too."""
    if is_dataclass(value):
        return [found for field in fields(value) for found in leaves(getattr(value, field.name), (*path, field.name))]
    if isinstance(value, tuple) and value:
        return [found for index, one in enumerate(value) for found in leaves(one, (*path, index))]
    return [(path, value)]


def put(value: Any, path: Path, new: Any) -> Any:
    """The same model with another value at `path`."""
    if not path:
        return new
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], put(value[step], tuple(rest), new), *value[step + 1 :])
    return replace(value, **{step: put(getattr(value, step), tuple(rest), new)})


_EXAMPLES = ((str, ""), (bool, True), (Decimal, D(0)), (int, 0), (date, _DAY))


def _kinds(document: Document, path: Path) -> tuple[Any, ...]:
    """The types that the field at `path` may have."""
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step] if isinstance(step, int) else getattr(holder, step)
    return get_args(get_type_hints(type(holder))[path[-1]]) if isinstance(path[-1], str) else ()


@st.composite
def disturbed(draw: st.DrawFn) -> Document:
    """A document in which one to three values are others: of the right type, but perhaps nonsense."""
    document = draw(documents())
    for _time in range(draw(st.integers(1, 3))):
        path, old = draw(st.sampled_from(leaves(document)))
        if old is None:
            kinds = _kinds(document, path)
            old = next((example for kind, example in _EXAMPLES if kind in kinds), None)
        if isinstance(old, bool):
            new: Any = not old
        elif isinstance(old, Decimal):
            new = draw(_DECIMALS)
        elif isinstance(old, int):
            new = draw(st.sampled_from([0, 1, 10**17, old + 1]))
        elif isinstance(old, date):
            new = draw(st.sampled_from([old + timedelta(days=1), date(1, 1, 1), date(9999, 12, 31)]))
        elif isinstance(old, str):
            new = draw(_TEXTS)
        else:
            continue
        document = put(document, path, new)
    return document
