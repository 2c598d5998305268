"""What the values of both countries' documents share: reading numbers and texts, and why a value cannot stand.

`cfdi.attributes` and `dian.kinds` say what each kind of value is there, under codes of their own.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

_SPACE = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# a number beyond these bounds is not worth any arithmetic (and could make it endless)
MOST_DIGITS = 18
_MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value cannot stand: code of the finding, its parameters, and whether arithmetic on it is unsafe."""

    code: str
    params: tuple[tuple[str, str], ...] = ()
    is_unusable: bool = False


class Kind(Protocol):
    """What every kind of value can do; `read` raises ValueError when the text is no value of this kind."""

    def read(self, text: str) -> Any: ...

    def write(self, value: Any) -> str: ...

    def problem(self, value: Any) -> Problem | None: ...


def collapsed(text: str) -> str:
    """whiteSpace="collapse" of XML Schema: a no-break space is not white space."""
    if text.isalnum() or (text.isprintable() and "  " not in text and text.strip(" ") == text):
        return text
    return _SPACE.sub(" ", text).strip(" ")


def is_tidy(text: str) -> bool:
    """Surely nothing to collapse. Costs a tenth of a pattern, and nearly every value is; "no" only means: look closer.

    Letters, digits, blanks and other characters that Python calls printable are legal in XML, too.
    """
    return text.isalnum() or (text.isprintable() and "  " not in text and text.strip(" ") == text)


def breaks_xml(text: str) -> bool:
    """Whether it has a character that cannot stand in XML."""
    return not text.isprintable() and _NOT_XML.search(text) is not None


def decimal_of(text: str) -> Decimal:
    """The number that is written there; Decimal() itself would take NaN, 1e400 and Arabic digits.

    :raises ValueError: no decimal number, or one of more than 30 digits.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a decimal number")
    return Decimal(text)


def is_endless(value: Decimal) -> bool:
    """Whether a finite number has so many digits or decimals (1E+999, 1E-999) that nothing may be done with it."""
    exponent = int(value.as_tuple().exponent)
    return bool(value and value.adjusted() >= MOST_DIGITS) or not -_MOST_DECIMALS <= exponent <= MOST_DIGITS
