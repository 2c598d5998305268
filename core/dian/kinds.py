"""Kinds of values in DIAN's XML: how each is read, written, and when it cannot stand in a document.

Reading is lenient where an accepted document may differ harmlessly (blanks, surplus zeros), refuses what is no value of
the kind; `problem` is strict.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Protocol

from .. import values
from ..money import decimals_of, plain
from ..values import MOST_DIGITS, Problem, breaks_xml, collapsed, decimal_of, is_endless

_INTEGER = re.compile(r"\+?[0-9]{1,18}", re.ASCII)
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)

MISSING = Problem("CO-FORM-01")
WRONG_TYPE = Problem("CO-FORM-05", is_unusable=True)


class Kind(values.Kind, Protocol):
    """`is_amount`: its element has the attribute currencyID."""

    @property
    def is_amount(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text of `shortest` to `longest` characters."""

    longest: int = 5000
    shortest: int = 1
    is_amount: bool = False

    def read(self, text: str) -> str:
        return text.strip()

    def write(self, value: str) -> str:
        return value

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, str):
            return WRONG_TYPE
        if value.isalnum() and len(value) <= self.longest:
            return None
        if not value.strip() and self.shortest:
            return MISSING
        if not self.shortest <= len(value) <= self.longest:
            return Problem("CO-FORM-02", (("longest", str(self.longest)), ("length", str(len(value)))))
        return Problem("CO-FORM-03") if breaks_xml(value) else None


# of the few attributes whose form the schema knows
_FORMS = {"languageID": re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)}


def attribute_problem(name: str, value: Any, *, is_present: bool) -> Problem | None:
    """Why an attribute cannot stand; whether it is a code of its list is the matter of rules.

    :param is_present: its element is written. A measure cannot stand without its unit.
    """
    if value is None:
        return MISSING if is_present and name == "unitCode" else None
    if not isinstance(value, str):
        return WRONG_TYPE
    is_wrong = breaks_xml(value) or (name in _FORMS and not _FORMS[name].fullmatch(value))
    return Problem("CO-FORM-03") if is_wrong else None


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal with `shown` to `decimals` decimals; negative is VLR01 unless `signed`."""

    decimals: int = 2
    shown: int = 2
    signed: bool = False
    is_amount: bool = False

    def read(self, text: str) -> Decimal:
        return decimal_of(text.strip())

    def write(self, value: Decimal) -> str:
        text = str(value)
        if text[-3:-2] == "." and self.shown == 2 and text != "-0.00":  # as nearly all are
            return text
        text = plain(value)
        _whole, point, decimals = text.partition(".")
        if len(decimals) >= self.shown:
            return text
        return f"{text}{'' if point else '.'}{'0' * (self.shown - len(decimals))}"

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, Decimal):
            return WRONG_TYPE
        text = str(value)  # its parts cost much more, and nearly every number is short and not negative
        if len(text) <= MOST_DIGITS and text[0].isdigit() and "E" not in text and (
            len(text.partition(".")[2]) <= self.decimals
        ):
            return None
        if not value.is_finite():
            return WRONG_TYPE
        if is_endless(value):
            return Problem("CO-FORM-04", (("value", str(value)[:40]),), is_unusable=True)
        if value < 0 and not self.signed:
            return Problem("VLR01", (("value", plain(value)),))
        if decimals_of(value) > self.decimals and decimals_of(value.normalize()) > self.decimals:
            return Problem("CO-FORM-04", (("value", plain(value)), ("decimals", str(self.decimals))))
        return None


@dataclass(frozen=True, slots=True)
class Integer:
    is_amount: bool = False

    def read(self, text: str) -> int:
        if not _INTEGER.fullmatch(text.strip()):
            raise ValueError("not a whole number")
        return int(text)

    def write(self, value: int) -> str:
        return str(value)

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return WRONG_TYPE
        return None if 0 <= value < 10**MOST_DIGITS else Problem("CO-FORM-04", (("value", str(value)[:40]),))


@dataclass(frozen=True, slots=True)
class Flag:
    is_amount: bool = False

    def read(self, text: str) -> bool:
        value = {"true": True, "1": True, "false": False, "0": False}.get(text.strip())
        if value is None:
            raise ValueError("neither true nor false")
        return value

    def write(self, value: bool) -> str:
        return "true" if value else "false"

    def problem(self, value: Any) -> Problem | None:
        return None if isinstance(value, bool) else WRONG_TYPE


@dataclass(frozen=True, slots=True)
class Day:
    """A date; a zone behind it is dropped."""

    is_amount: bool = False

    def read(self, text: str) -> date:
        found = _DATE.fullmatch(text.strip())
        if not found:
            raise ValueError("not a date")
        return date.fromisoformat(found[1])

    def write(self, value: date) -> str:
        return value.isoformat()[:10]

    def problem(self, value: Any) -> Problem | None:
        return None if isinstance(value, date) else WRONG_TYPE


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day to the second, with its zone when it has one."""

    is_amount: bool = False

    def read(self, text: str) -> time:
        found = _TIME.fullmatch(text.strip())
        if not found:
            raise ValueError("not a time")
        zone = "+00:00" if found[2] == "Z" else found[2] or ""
        return time.fromisoformat(text.strip()[:8] + zone)

    def write(self, value: time) -> str:
        return value.isoformat("seconds")

    def problem(self, value: Any) -> Problem | None:
        return None if isinstance(value, time) else WRONG_TYPE


@dataclass(frozen=True, slots=True)
class Collapsed(Text):
    """A text whose white space means nothing: codes, identifiers."""

    def read(self, text: str) -> str:
        return collapsed(text)


CODE = Collapsed(200)
NAME = Text(450)
NOTE = Text()
AMOUNT = Number(is_amount=True)
SIGNED_AMOUNT = Number(signed=True, is_amount=True)
PRICE = Number(decimals=6, is_amount=True)
PERCENT = Number(decimals=5)
QUANTITY = Number(decimals=6)
RATE = Number(decimals=6)
INTEGER, FLAG, DAY, HOUR = Integer(), Flag(), Day(), Hour()
