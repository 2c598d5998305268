"""Decimal helpers: the border where floats become money."""

from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidAmount
from core.money import ceil_to, decimals_of, plain, round_half_up, to_decimal, truncate


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0.285, 2, "0.29"),  # the binary value is below the half; what people see is not
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (-1.005, 2, "-1.01"),
        (1e-7, 6, "0.000000"),
        (1e16, 2, "10000000000000000.00"),
        (123456789012345678, 6, "123456789012345678.000000"),
        ("1.10", 4, "1.1000"),
        (" 5 ", 0, "5"),
        (".5", 1, "0.5"),
        ("5.", 1, "5.0"),
        (Decimal("1E+2"), 2, "100.00"),
        (0.1 + 0.2, 6, "0.300000"),
    ],
)
def test_what_is_shown_becomes_the_amount(value, places, expected):
    assert str(to_decimal(value, places)) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(float("nan"), float("inf"), "NaN", "Infinity", "", "1_000", "1,5", "١٢٣", "0x10", "1e9999", True, None, b"1"),
        *(Decimal("NaN"), Decimal("-Infinity"), "1E-999999999", "9" * 70),
    ],
)
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(InvalidAmount):
        to_decimal(value, 2)


def test_a_refused_amount_is_also_a_value_error_and_says_what_it_saw():
    with pytest.raises(ValueError, match="1,5"):
        to_decimal("1,5", 2)


def test_zero_never_carries_a_minus():
    assert str(to_decimal(-0.001, 2)) == "0.00"
    assert plain(Decimal("-0.00")) == "0.00"
    assert str(truncate(Decimal("-0.009"), 2)) == "0.00"


def test_limits_of_a_calculated_amount_as_in_the_guide_of_sat():
    assert truncate(Decimal("924.224956"), 2) == Decimal("924.22")
    assert ceil_to(Decimal("924.224956"), 2) == Decimal("924.23")
    assert ceil_to(Decimal("924.22"), 2) == Decimal("924.22")
    assert truncate(Decimal("-1.239"), 2) == Decimal("-1.23")
    assert ceil_to(Decimal("-1.239"), 2) == Decimal("-1.23")


@pytest.mark.parametrize(
    ("number", "text", "decimals"),
    [("1E+2", "100", 0), ("1.10", "1.10", 2), ("0.000001", "0.000001", 6), ("1E-6", "0.000001", 6), ("0E+3", "0", 0)],
)
def test_plain_text_has_no_exponent(number, text, decimals):
    assert Decimal(plain(Decimal(number))) == Decimal(text)
    assert "E" not in plain(Decimal(number))
    assert decimals_of(Decimal(number)) == decimals


@given(st.decimals(min_value=-(10**17), max_value=10**17, allow_nan=False), st.integers(0, 6))
def test_roundings_stay_within_one_unit_and_agree_with_their_names(value, places):
    unit = Decimal(1).scaleb(-places)
    low, half, high = truncate(value, places), round_half_up(value, places), ceil_to(value, places)
    with localcontext(Context(prec=60)):  # the usual 28 digits would round the longest of these numbers
        assert abs(half - value) <= unit / 2
        assert 0 <= high - value < unit
        assert abs(low) <= abs(value)
        assert abs(value) - abs(low) < unit
    assert {decimals_of(low), decimals_of(half), decimals_of(high)} == {places}


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_float_with_six_decimals_survives_the_border(value):
    shown = round(value, 4)
    assert to_decimal(shown, 6) == round_half_up(Decimal(repr(shown)), 6)
    assert float(to_decimal(shown, 6)) == pytest.approx(shown, abs=1e-6)
