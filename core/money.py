"""Decimal helpers. Money is Decimal whose exponent is the written form; floats are accepted at the border only."""

import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

from .errors import InvalidAmount

# Anexo 20 allows 18 integer digits and 6 decimals; products of two such numbers must stay exact.
_CONTEXT = Context(prec=60)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?|[+-]?\.[0-9]+([eE][+-]?[0-9]{1,3})?", re.ASCII)


def _exact(value: float | int | str | Decimal) -> Decimal:
    """The number that the value shows: a float counts as its shortest text (0.1 is 0.1), not as its binary value."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise InvalidAmount(value=type(value).__name__)
    else:
        text = value.strip() if isinstance(value, str) else repr(value)
        if not _NUMBER.fullmatch(text):  # Decimal() itself takes "1_0", "NaN" and Arabic digits
            raise InvalidAmount(value=text[:40])
        number = Decimal(text)
    if not number.is_finite():
        raise InvalidAmount(value=str(number)[:40])
    return number


@lru_cache(maxsize=64)
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def _quantize(value: float | int | str | Decimal, places: int, rounding: str) -> Decimal:
    number = _exact(value)
    try:
        result = number.quantize(_unit(places), rounding, _CONTEXT)
    except InvalidOperation as error:
        raise InvalidAmount("The number is too large.", value=str(number)[:40]) from error
    return abs(result) if result.is_zero() else result  # "-0.00" is no legal amount


def to_decimal(value: float | int | str | Decimal, places: int) -> Decimal:
    """`value` as a Decimal with exactly `places` decimals, rounded half up.

    :raises InvalidAmount: not a finite number written with ASCII digits.
    """
    return _quantize(value, places, ROUND_HALF_UP)


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Half away from zero, the rounding of Anexo 20."""
    return _quantize(value, places, ROUND_HALF_UP)


def truncate(value: Decimal, places: int) -> Decimal:
    """Towards zero: SAT's lower limit of a calculated amount."""
    return _quantize(value, places, ROUND_DOWN)


def ceil_to(value: Decimal, places: int) -> Decimal:
    """Towards plus infinity: SAT's upper limit of a calculated amount."""
    return _quantize(value, places, ROUND_CEILING)


def plain(value: Decimal) -> str:
    """The decimal text as it stands in a document: no exponent, trailing zeros kept, no minus on zero."""
    text = str(value)  # three times as fast as format(), and the same unless there is an exponent or a signed zero
    if isinstance(value, Decimal) and value and "E" not in text and value.is_finite():
        return text
    number = _exact(value)
    return format(abs(number) if number.is_zero() else number, "f")


def decimals_of(value: Decimal) -> int:
    """How many decimals the number is written with (0 for 1E+2)."""
    number = _exact(value)
    text = str(number)
    if "E" not in text:  # as_tuple() builds a tuple of digits
        return len(text.partition(".")[2])
    return max(0, -int(number.as_tuple().exponent))
