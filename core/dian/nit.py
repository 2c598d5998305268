"""The check digit of a NIT (DIAN, Orden Administrativa 4 of 1989)."""

import re

_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)

DIAN = "800197268"


def check_digit(number: str) -> str:
    """The check digit of a NIT without it, "" when `number` is not 1 to 15 digits.

    Only a NIT (type 31) has one: the last digit of a cédula is part of the number.
    """
    if not _NUMBER.fullmatch(number):
        return ""
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(number), _WEIGHTS, strict=False)) % 11
    return str(rest if rest < 2 else 11 - rest)
