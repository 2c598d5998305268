"""Numbers of identification as people type them: with dots, blanks, and with or without the check digit."""

import re

from . import catalogs, nit

_JOINTS = re.compile(r"[\s.,'’]")
_DASHED = re.compile(r"([0-9]{3,14})-([0-9])", re.ASCII)
_DIGITS = re.compile(r"[0-9]{3,15}", re.ASCII)
_LONGEST_CARD = 10


def compact(text: str | None) -> str:
    """The number without separators of thousands, blanks and the letters NIT or CO in front of it."""
    return re.sub(r"^(NIT|CO)(?=[0-9])", "", _JOINTS.sub("", text or "").replace("–", "-").upper().removesuffix("-"))


def nit_parts(text: str | None) -> tuple[str, str]:
    """Number and check digit of a NIT that was typed with or without it; the digit is "" where there is none.

    A dash decides. Without one the length does: companies have nine digits that begin with 8 or 9; the NIT of a person
    is the cédula, which has up to eight digits, or ten that begin with 1. Where both can be the check digit decides.
    Nine digits from 800 million are a company's, although they could be an old cédula with its digit.
    """
    number = compact(text)
    if dashed := _DASHED.fullmatch(number):
        return dashed[1], dashed[2]
    if not _DIGITS.fullmatch(number) or _is_whole(number):
        return number, ""
    return number[:-1], number[-1]


def _is_whole(number: str) -> bool:
    """Whether the digits are a NIT without check digit."""
    size, first = len(number), number[0]
    if size == 9:
        return first in "89"
    if size > 10 or (size == 10 and first in "189"):
        return size == 10 and first == "1"
    return nit.check_digit(number[:-1]) != number[-1]


def write_nit(text: str | None) -> str:
    """The NIT as Odoo stores it, "901002487-0"; what is no NIT stays as it was, without blanks and dots."""
    number, digit = nit_parts(text)
    if not _DIGITS.fullmatch(number):
        return number
    return f"{number}-{digit or nit.check_digit(number)}"


def has_check_digit(scheme: str, text: str | None) -> bool:
    """Whether a number that is no NIT was typed with the digit that only a NIT has.

    Sure with a dash. Without one only a cédula of eleven digits is: none has more than ten.
    """
    if scheme not in (catalogs.CITIZEN_CARD, "12", "22"):
        return False
    number = compact(text)
    if _DASHED.fullmatch(number):
        return True
    is_long = len(number) == _LONGEST_CARD + 1 and _DIGITS.fullmatch(number) is not None
    return is_long and nit.check_digit(number[:-1]) == number[-1]
