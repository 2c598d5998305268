"""The arithmetic of DIAN's documents: cut, not rounded, and prices that give what the books say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dian import amounts
from core.dian.model import AllowanceCharge
from tests_core.dian_models import a_document, a_line, a_tax, bags
from tests_core.dian_strategies import DISCOUNT, INC, RETE_IVA, TIP

D = Decimal


def test_a_line_is_cut_and_a_rate_is_rounded_half_even():
    assert amounts.cut(D("0.999")) == D("0.99")
    assert amounts.percentage(D("0.50"), D("5.00")) == D("0.02")  # 0.025: to the even cent
    assert amounts.percentage(D("1.50"), D("5.00")) == D("0.08")  # 0.075
    assert amounts.line_extension(a_line(price_amount=D("0.333"), base_quantity=D(3))) == D("0.99")
    assert amounts.line_extension(a_line(allowance_charges=(DISCOUNT, TIP))) == D("190.00")
    assert amounts.line_extension(a_line(price_amount=None)) is None


def test_lines_are_cut_before_they_are_summed():
    """Three times 0.339 is 0.99, not 1.01."""
    lines = tuple(
        a_line(id=str(n), price_amount=D("0.339"), quantity=D(1), base_quantity=D(1), tax_totals=(),
               line_extension_amount=amounts.cut(D("0.339")))
        for n in (1, 2, 3)
    )  # fmt: skip
    assert a_document(lines=lines).monetary_total.line_extension_amount == D("0.99")


def test_the_header_has_one_group_for_each_tribute_and_one_row_for_each_rate():
    totals = amounts.tax_totals([
        (a_tax(), a_tax("200.00", "8.00", INC)), (a_tax("100.00", "5.00"), bags("2", "70.00")),
        (a_tax("50.00", "19.000"), bags("1", "70.00")),
    ])  # fmt: skip
    shown = [
        (row.tax_scheme.id, row.percent, row.taxable_amount, row.tax_amount, row.base_unit_measure)
        for total in totals for row in total.subtotals
    ]  # fmt: skip
    assert shown == [
        ("01", D("19.00"), D("250.00"), D("47.50"), None),
        ("01", D("5.00"), D("100.00"), D("5.00"), None),
        ("04", D("8.00"), D("200.00"), D("16.00"), None),
        ("22", None, D("0.00"), D("210.00"), D("3")),
    ]
    assert [total.tax_amount for total in totals] == [D("52.50"), D("16.00"), D("210.00")]


def test_discounts_charges_and_rounding_change_what_is_paid_and_advances_and_withholdings_do_not():
    line = a_line(withholding_tax_totals=(a_tax("38.00", "15.00", RETE_IVA),))
    taxes = amounts.tax_totals([line.tax_totals])
    total = amounts.monetary_total([line], taxes, (DISCOUNT, TIP), prepaid=D("100.00"), rounding=D("-0.50"))
    assert (total.allowance_total_amount, total.charge_total_amount) == (D("20.00"), D("10.00"))
    assert (total.prepaid_amount, total.payable_rounding_amount) == (D("100.00"), D("-0.50"))
    assert total.tax_inclusive_amount == D("238.00")
    assert total.payable_amount == D("227.50")


def test_the_base_of_a_line_counts_once_however_many_taxes_it_has():
    taxes = (a_tax(), a_tax("200.00", "8.00", INC), bags("2", "70.00"))
    assert amounts.taxable(a_line(tax_totals=taxes)) == D("200.00")
    assert amounts.taxable(a_line(tax_totals=())) == 0


@pytest.mark.parametrize(("gross", "quantity", "price", "expected"), [
    ("100.00", "3", None, "33.334"), ("10.00", "4", None, "2.50"), ("0.00", "5", None, "0.00"),
    ("100.00", "3", "33.333333", "33.334"), ("99.99", "3", "33.333333", "33.333333"), ("0.01", "1000000", None, None),
])  # fmt: skip
def test_a_price_is_found_for_the_amount_of_the_books(gross, quantity, price, expected):
    found = amounts.price_for(D(gross), D(quantity), price and D(price))
    assert (None if found is None else str(found)) == expected


@given(
    st.decimals("0", "99999999", places=2),
    st.one_of(st.integers(1, 10_000).map(D), st.decimals("0.001", "10000", places=3)),
)
def test_every_amount_of_up_to_ten_thousand_units_has_a_price(gross, quantity):
    price = amounts.price_for(gross, quantity)
    line = a_line(price_amount=price, base_quantity=quantity)
    assert amounts.line_extension(line) == gross
    discounted = a_line(
        price_amount=price, base_quantity=quantity,
        allowance_charges=(AllowanceCharge(charge_indicator=True, amount=D("0.01")),),
    )  # fmt: skip
    assert amounts.line_extension(discounted) == gross + D("0.01")
