"""Numbers are split by their series: prefixes that end in a digit, ten digits, overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dian import series
from core.dian.series import Series

FE20 = Series("FE20", 1, 5000)
LONG = Series("FE", 999_999_990, 9_999_999_999)
PREFIXES = st.text("AF12", max_size=3)
SERIES = st.builds(
    lambda prefix, first, length: Series(prefix, first, first + length), PREFIXES, st.integers(1, 300),
    st.integers(0, 300))  # fmt: skip


def test_a_prefix_that_ends_in_a_digit_is_split_right():
    assert FE20.number_of("FE201") == 1
    assert FE20.number_of("FE2010") == 10
    for text in ("FE20", "FE2001", "FE205001", "FE21", "FE20-1", "fe201", ""):
        assert FE20.number_of(text) is None, text


def test_ten_digits_lie_in_two_columns():
    assert LONG.columns(999_999_999) == ("FE", 999_999_999)
    assert LONG.columns(1_000_000_000) == ("FE1", 0)
    assert LONG.columns(9_876_543_210) == ("FE9", 876_543_210)
    assert LONG.number_in("FE9", 876_543_210) == 9_876_543_210
    assert LONG.number_in("FEX", 1) is None
    assert LONG.number_in("FE", 5) is None
    chunks = list(LONG.chunks())
    assert (chunks[0].prefix, chunks[0].low, chunks[0].high) == ("FE9", 0, 999_999_999)
    assert (chunks[-1].prefix, chunks[-1].low, chunks[-1].high) == ("FE", 999_999_990, 999_999_999)
    assert [(chunk.prefix, chunk.low, chunk.high) for chunk in FE20.chunks()] == [("FE20", 1, 5000)]


@given(SERIES, st.integers(0, 300))
def test_text_and_columns_lead_back_to_the_number(numbers, distance):
    number = numbers.first + min(distance, numbers.last - numbers.first)
    assert numbers.number_of(numbers.text(number)) == number
    assert numbers.number_in(*numbers.columns(number)) == number


@given(SERIES, SERIES)
def test_two_series_meet_where_a_text_belongs_to_both(one, other):
    texts = {one.text(number) for number in range(one.first, one.last + 1)}
    both = any(other.text(number) in texts for number in range(other.first, other.last + 1))
    assert one.meets(other) == other.meets(one) == both


def test_without_a_prefix_the_counter_is_the_number():
    assert Series("", 1, 100).number_of("57") == 57
    assert Series("", 1, 100).columns(57) == ("", 57)
    assert Series("", 1, 100).meets(Series("5", 1, 9))


def test_prefixes_of_notes():
    assert series.is_note_prefix("NC")
    assert series.is_note_prefix("N1C")
    assert not any(series.is_note_prefix(text) for text in ("", "NC2", "nc", "NC/", "ABCDE", "ÑC"))
    assert not any(series.is_prefix(text) for text in ("FE-", "F E", "FÉ"))
    assert series.is_prefix("fe2")
    assert series.free_prefix("NC", frozenset()) == "NC"
    assert series.free_prefix("NC", frozenset({"NC", "NCA"})) == "NCB"
    single = {f"ND{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    assert series.free_prefix("ND", frozenset({"ND", *single})) == "NDAA"


def test_the_series_of_a_range():
    control = series.InvoiceControl(invoice_authorization="1", prefix="FE", from_number=5, to_number=9)
    assert series.of_range(control) == Series("FE", 5, 9)


@pytest.mark.parametrize(
    ("key", "whole"),
    [
        ("0123456789abcdef0123456789ABCDEF01234567", True),
        ("0123456789abcdef0123456789abcdef0123456", False),
        ("0123456789abcdef0123456789abcdef012345678", False),
        ("0123456789abcdef0123456789abcdef0123456g", False),
        ("0123456789abcdef0123456789abcdef01234567\n", False),
        ("", False),
    ],
)
def test_a_technical_key_has_exactly_forty_hexadecimal_digits(key, whole):
    assert series.is_technical_key(key) is whole
