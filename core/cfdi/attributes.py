"""Kinds of XML attributes: how each is read, written, and when its value cannot stand in a document.

The facets are those of the official schemas (cfdv40.xsd, tdCFDI.xsd, Pagos20.xsd, implocal.xsd). Reading is lenient
where a stamped document may differ harmlessly (surplus blanks), refuses what is no value; `problem` is strict.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..money import decimals_of, plain
from ..values import MOST_DIGITS, Problem, breaks_xml, collapsed, decimal_of, is_endless

_INTEGER = re.compile(r"\+?[0-9]{1,9}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")

MISSING = Problem("MX-FORM-01")
WRONG_TYPE = Problem("MX-FORM-05", is_unusable=True)


def _breaks_xml(text: str) -> bool:
    """Characters that cannot stand in XML, or the pipe, which would break the original string."""
    return not text.isalnum() and ("|" in text or breaks_xml(text))


@dataclass(frozen=True, slots=True)
class Text:
    """A text of `shortest` (at least 1) to `longest` characters; the pipe would break the original string.

    `pattern` names the characters that are allowed, so none that cannot stand in XML, and no pipe. `keeps_space` for
    the few attributes whose blanks are part of the value.
    """

    longest: int
    shortest: int = 1
    pattern: re.Pattern[str] | None = None
    keeps_space: bool = False

    def read(self, text: str) -> str:
        return text if self.keeps_space else collapsed(text)

    def write(self, value: str) -> str:
        return value if self.keeps_space or value.isalnum() else collapsed(value)

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, str):
            return WRONG_TYPE
        text = value if self.keeps_space else collapsed(value)
        if not self.shortest <= len(text) <= self.longest:
            if not text:
                return MISSING
            return Problem("MX-FORM-02", (("longest", str(self.longest)), ("length", str(len(text)))))
        is_legal = not _breaks_xml(text) if self.pattern is None else self.pattern.fullmatch(text)
        return None if is_legal else Problem("MX-FORM-03")


@dataclass(frozen=True, slots=True)
class Code:
    """A key of a catalogue; whether it exists there is the task of the rule that has SAT's code for it."""

    read = staticmethod(collapsed)
    write = staticmethod(collapsed)

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, str):
            return WRONG_TYPE
        return Problem("MX-FORM-03") if _breaks_xml(value) else None


@dataclass(frozen=True, slots=True)
class Blob:
    """Base64 or other machine text of any length, possibly empty (a seal before sealing)."""

    read = staticmethod(collapsed)
    write = staticmethod(collapsed)

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, str):
            return WRONG_TYPE
        return Problem("MX-FORM-03") if _breaks_xml(value) else None


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal; `least` and `decimals` are the facets minInclusive and fractionDigits."""

    decimals: int = 6
    least: Decimal = Decimal(0)

    def read(self, text: str) -> Decimal:
        return decimal_of(collapsed(text))

    write = staticmethod(plain)

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, Decimal) or not value.is_finite():
            return WRONG_TYPE
        text = str(value)  # its parts cost much more, and nearly every number has few digits and is in range
        is_short = len(text) <= MOST_DIGITS and len(text.partition(".")[2]) <= self.decimals and "E" not in text
        return None if is_short and value >= self.least else self._closer_look(value)

    def _closer_look(self, value: Decimal) -> Problem | None:
        if is_endless(value):
            return Problem("MX-FORM-04", (("value", str(value)[:40]),), is_unusable=True)
        if value < self.least or decimals_of(value) > self.decimals:
            return Problem("MX-FORM-04", (("value", plain(value)), ("decimals", str(self.decimals))))
        return None


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, text: str) -> int:
        text = collapsed(text)
        if not _INTEGER.fullmatch(text):
            raise ValueError("not a whole number")
        return int(text)

    def write(self, value: int) -> str:
        return str(value)

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return WRONG_TYPE
        if not self.least <= value <= self.most:
            return Problem("MX-FORM-04", (("value", str(value)),))
        return None


@dataclass(frozen=True, slots=True)
class Moment:
    """Legal local time, to the second, without zone (t_FechaH: years 2010 to 2099)."""

    def read(self, text: str) -> datetime:
        text = collapsed(text)
        if not _MOMENT.fullmatch(text):
            raise ValueError("not a local time")
        return datetime.fromisoformat(text)

    def write(self, value: datetime) -> str:
        return value.replace(tzinfo=None, microsecond=0).isoformat()

    def problem(self, value: Any) -> Problem | None:
        if not isinstance(value, datetime):
            return WRONG_TYPE
        if value.tzinfo is not None or value.microsecond or not 2010 <= value.year <= 2099:
            return Problem("MX-FORM-03")
        return None
