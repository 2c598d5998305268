"""The Mexican taxpayer number (RFC): form, check digit, kind of person.

Pattern: Anexo 20, tdCFDI t_RFC. Check digit: SAT, procedure for the "dígito verificador" (modulus 11 over 12 places).
Some numbers that SAT itself assigned long ago fail the check digit, so a wrong one is worth a warning, never a block.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

GENERIC_NATIONAL = "XAXX010101000"
GENERIC_FOREIGN = "XEXX010101000"
GENERIC = frozenset({GENERIC_NATIONAL, GENERIC_FOREIGN})

_PATTERN = re.compile(r"[A-Z&Ñ]{3,4}([0-9]{2})(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ")}


def normalise(text: str | None) -> str:
    """What people type as it is written in a document: upper case, no separators, no country prefix, composed Ñ.

    Never invents characters: look-alikes from other alphabets stay and fail `is_well_formed`.
    """
    composed = unicodedata.normalize("NFC", text or "").upper()
    compact = re.sub(r"[\s.\-_/]", "", composed)
    if compact.startswith("MX") and not is_well_formed(compact) and is_well_formed(compact[2:]):
        return compact[2:]
    return compact


def is_well_formed(rfc: str) -> bool:
    """Matches the pattern of Anexo 20 and holds a date that exists."""
    return rfc_problem(rfc) in ("", "check_digit")


@lru_cache(maxsize=4096)
def rfc_problem(rfc: str) -> str:
    """'' when nothing is wrong, else empty, length, characters, date or check_digit."""
    if not rfc:
        return "empty"
    if len(rfc) not in (12, 13):
        return "length"
    match = _PATTERN.fullmatch(rfc)
    if not match:
        return "characters"
    if not _date_exists(*map(int, match.groups())):
        return "date"
    return "" if check_digit_ok(rfc) else "check_digit"


def _date_exists(year: int, month: int, day: int) -> bool:
    # the century is not written; 2000 is a leap year and 1900 was not, so the generous one decides
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def check_digit(rfc: str) -> str:
    """The thirteenth character that the first twelve call for; companies are padded with a blank in front."""
    body = rfc[:-1].rjust(12)
    total = sum(_VALUES[character] * (13 - place) for place, character in enumerate(body))
    remainder = total % 11
    if remainder == 0:
        return "0"
    return "A" if remainder == 1 else str(11 - remainder)


def check_digit_ok(rfc: str) -> bool:
    """Whether the last character is the right one; the two generic numbers are right by law."""
    if rfc in GENERIC:
        return True
    if len(rfc) not in (12, 13) or any(character not in _VALUES for character in rfc):
        return False
    return rfc[-1] == check_digit(rfc)


def person_type(rfc: str) -> str:
    """'F' (persona física, 13 characters), 'M' (persona moral, 12) or '' for any other length."""
    return {13: "F", 12: "M"}.get(len(rfc), "")
