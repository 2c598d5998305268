"""What the books round and DIAN cuts comes to the same total: whatever is closed, the rules accept."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dian import amounts, rules
from core.dian.closing import ClosedLine, LineDraft, Rate, Share, TaxDraft, close, shares_of, spread
from core.dian.model import Document, TaxScheme
from core.findings import blocking
from tests_core.dian_models import IVA, a_document, a_line
from tests_core.official import examples

D = Decimal
CENT = D("0.01")
IVA_19, IVA_5 = Rate(IVA, D("19.00")), Rate(IVA, D("5.00"))
INC_8 = Rate(TaxScheme(id="04", name="INC"), D("8.00"))
BAGS = Rate(TaxScheme(id="22", name="INC Bolsas"), per_unit=D("70.00"), unit="94")
RETE_IVA = Rate(TaxScheme(id="05", name="ReteIVA"), D("15.00"))
RETE_RENTA = Rate(TaxScheme(id="06", name="ReteRenta"), D("2.50"))
RETE_ICA = Rate(TaxScheme(id="07", name="ReteICA"), D("0.414"))


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def written(drafts: list[LineDraft], lines: list[ClosedLine]) -> Document:
    """The closed lines in a document."""
    return a_document(lines=tuple(
        replace(
            a_line(), id=str(number), quantity=draft.quantity, base_quantity=draft.quantity, price_amount=line.price,
            line_extension_amount=line.line_extension, allowance_charges=line.allowance_charges,
            tax_totals=line.tax_totals, withholding_tax_totals=line.withholding_tax_totals,
        )
        for number, (draft, line) in enumerate(zip(drafts, lines, strict=True), 1)
    ))  # fmt: skip


def rate_of(rate: Rate, quantity: Decimal, net: Decimal) -> Decimal:
    return rate.per_unit * quantity if rate.per_unit is not None else net * rate.percent / 100


@st.composite
def booked(draw: st.DrawFn) -> tuple[list[LineDraft], Decimal, Decimal]:
    """Lines as an accounting program books them, rounding each line or each tax of the document, with their sums."""
    globally = draw(st.booleans())
    raws: dict[Rate, Decimal] = {}
    drafts: list[LineDraft] = []
    for _number in range(draw(st.integers(1, 8))):
        quantity = draw(st.decimals("0.001", "5000", places=3))
        price = draw(st.one_of(st.decimals("0.01", "99999", places=2), st.decimals("0.001", "9999", places=6)))
        percent = draw(st.sampled_from([D("0.00")] * 3 + [D("33.33"), D("10.00"), D("7.50"), D("99.99"), D("-12.5")]))
        net_raw = price * quantity * (100 - percent) / 100
        net = cents(net_raw)
        chosen = draw(st.sampled_from([
            (), (IVA_19,), (IVA_19,), (IVA_5,), (INC_8,), (IVA_19, INC_8), (IVA_19, BAGS), (IVA_19, RETE_RENTA),
            (IVA_19, RETE_IVA, RETE_RENTA, RETE_ICA),
        ]))  # fmt: skip
        taxes = []
        for rate in chosen:
            base = net_raw if globally else net
            raw = base * D("0.0285") if rate == RETE_IVA else rate_of(rate, quantity, base)
            raws[rate] = raws.get(rate, D(0)) + (raw if globally else cents(raw))
            taxes.append(TaxDraft(rate, cents(raw)))
        drafts.append(LineDraft(quantity=quantity, price=price, net=net, percent=percent, taxes=tuple(taxes)))
    if globally:
        drafts = with_sums(drafts, {rate: cents(raw) for rate, raw in raws.items()})
    charged = sum((cents(raw) for rate, raw in raws.items() if not rate.is_withheld), D(0))
    held = sum((cents(raw) for rate, raw in raws.items() if rate.is_withheld), D(0))
    return drafts, sum((draft.net for draft in drafts), D(0)) + charged, held


def with_sums(drafts: list[LineDraft], wanted: dict[Rate, Decimal]) -> list[LineDraft]:
    """The first line of each tax takes what the rounding of the whole leaves."""
    done: set[Rate] = set()
    found = []
    for draft in drafts:
        taxes = []
        for tax in draft.taxes:
            amount = tax.amount
            if tax.rate not in done:
                done.add(tax.rate)
                others = sum(row.amount for one in drafts for row in one.taxes if row.rate == tax.rate)
                amount += wanted[tax.rate] - others
            taxes.append(replace(tax, amount=amount))
        found.append(replace(draft, taxes=tuple(taxes)))
    return found


@settings(max_examples=examples(150), deadline=None)
@given(booked())
def test_the_rules_accept_what_was_closed_and_the_totals_are_those_of_the_books(case):
    drafts, payable, held = case
    closed = close(drafts)
    document = written(drafts, closed.lines)
    assert closed.findings == []
    assert blocking(rules.check(document)) == []
    assert document.monetary_total.payable_amount == payable
    assert sum((total.tax_amount for total in document.withholding_tax_totals), D(0)) == held


def test_a_line_whose_half_cent_the_books_round_up_keeps_its_price_where_it_can():
    exact, rounded = (
        close([LineDraft(quantity=D(quantity), price=D("10.55"), net=D(net))]).lines[0]
        for quantity, net in (("2", "21.10"), ("1.5", "15.83"))
    )  # fmt: skip
    assert exact.price == D("10.55")
    assert (rounded.price, rounded.line_extension) == (D("10.554"), D("15.83"))


def test_a_discount_is_shown_with_its_percentage_and_the_price_that_was_agreed():
    (line,) = close([LineDraft(quantity=D(3), price=D("99.99"), net=D("199.99"), percent=D("33.33"))]).lines
    (row,) = line.allowance_charges
    assert (line.price, row.base_amount, row.amount, row.multiplier_factor_numeric, row.reason_code) == (
        D("99.99"), D("299.97"), D("99.98"), D("33.33"), "00")  # fmt: skip


def test_a_negative_discount_is_a_charge():
    (line,) = close([LineDraft(quantity=D(1), price=D("100.00"), net=D("110.00"), percent=D("-10.00"))]).lines
    (row,) = line.allowance_charges
    assert (row.charge_indicator, row.amount, row.reason_code, row.multiplier_factor_numeric) == (
        True, D("10.00"), "02", D("10.00"))  # fmt: skip


def test_where_no_price_gives_the_cents_of_very_many_units_a_discount_does():
    draft = LineDraft(quantity=D("123456.789"), price=D("1.23"), net=D("151851.86"))
    (line,) = close([draft]).lines
    (row,) = line.allowance_charges
    assert amounts.price_for(draft.net, draft.quantity, draft.price) is None
    assert (row.reason, row.charge_indicator) == ("Ajuste al centavo", False)
    assert row.amount < D("0.13")
    assert blocking(rules.check(written([draft], [line]))) == []


def test_withheld_iva_is_a_percentage_of_the_iva_of_its_line():
    taxes = tuple(TaxDraft(rate, D(amount)) for rate, amount in (
        (RETE_IVA, "2.85"), (IVA_19, "19.00"), (RETE_ICA, "0.41"), (RETE_RENTA, "2.50")))  # fmt: skip
    (line,) = close([LineDraft(quantity=D(1), price=D(100), net=D("100.00"), taxes=taxes)]).lines
    assert [total.subtotals[0].tax_scheme.id for total in line.withholding_tax_totals] == ["05", "06", "07"]
    bases = [total.subtotals[0].taxable_amount for total in line.withholding_tax_totals]
    assert bases == [D("19.00"), D("100.00"), D("100.00")]
    assert [total.tax_amount for total in line.tax_totals] == [D("19.00")]


def test_a_discount_of_its_own_line_lowers_the_bases_of_the_others():
    shares = shares_of(D("10.00"), [D("100.00"), D("200.00"), D("0.01")])
    assert shares == [D("3.34"), D("6.66"), D("0.00")]
    taxed = [
        LineDraft(quantity=D(1), price=net, net=net, shares=(Share("Descuento de cliente", share),),
                  taxes=(TaxDraft(IVA_19, amount),))
        for net, share, amount in zip((D("100.00"), D("200.00")), shares, (D("17.10"), D("38.00")), strict=False)
    ]  # fmt: skip
    closed = close(taxed)
    assert not closed.findings
    document = written(taxed, closed.lines)
    assert document.monetary_total.payable_amount == D("290.00") + D("55.10")
    assert [tax.subtotals[0].taxable_amount for line in closed.lines for tax in line.tax_totals] == [
        D("96.66"), D("193.34")]  # fmt: skip
    assert blocking(rules.check(document)) == []


@pytest.mark.parametrize("amount", ["0.00", "0.01", "33.33", "300.01"])
def test_shares_sum_to_the_discount(amount):
    nets = [D("100.00"), D("0.00"), D("200.01")]
    shares = shares_of(D(amount), nets)
    assert sum(shares) == D(amount)
    assert all(D(0) <= share <= net for share, net in zip(shares, nets, strict=True))
    assert shares_of(D("300.02"), nets) is None


def test_a_tax_that_was_changed_by_hand_is_named_and_not_hidden():
    closed = close([LineDraft(quantity=D(1), price=D(100), net=D("100.00"), taxes=(TaxDraft(IVA_19, D("20.00")),))])
    (finding,) = closed.findings
    assert (finding.code, finding.params["value"], finding.params["expected"]) == ("CO-TAX-05", "20.00", "19.00")
    assert closed.lines[0].tax_totals[0].tax_amount == D("20.00")


def test_cents_move_only_as_far_as_each_line_bears_them():
    exact = [D("1.004"), D("2.006"), D("3.00")]
    assert spread(D("6.01"), exact, [D("1.00"), D("2.01"), D("3.00")]) == [D("1.00"), D("2.01"), D("3.00")]
    assert spread(D("6.03"), exact, [D("1.00"), D("2.01"), D("3.00")]) == [D("1.01"), D("2.01"), D("3.01")]
    assert spread(D("5.99"), exact, [D("2.00"), D("2.01"), D("3.00")]) == [D("1.00"), D("2.00"), D("2.99")]
    assert spread(D("6.05"), exact, [D("1.00"), D("2.01"), D("3.00")]) is None
    assert spread(D("-0.01"), [D(0)], [D(0)]) is None
