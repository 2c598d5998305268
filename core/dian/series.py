"""Numbers of documents: a prefix and a counter, as DIAN authorises them for invoices (rules FAB10 to FAB12, FAD05).

Accounting programs find the counter of "FE20" and 1 by looking for the last letter, which is wrong here: prefixes may
end in a digit, and DIAN allows ten digits. So a number is always split by a series that is known.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .model import InvoiceControl

LAST_OF_NOTES = 999_999_999
LONGEST_PREFIX = 4
COLUMN_DIGITS = 9
KEY_LENGTH = 40
_CHUNK = 10**COLUMN_DIGITS
_COUNTER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_KEY = re.compile(rf"[0-9a-fA-F]{{{KEY_LENGTH}}}", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9]*", re.ASCII)
_NOTE_PREFIX = re.compile(rf"[A-Z0-9]{{0,{LONGEST_PREFIX - 1}}}[A-Z]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a series whose numbers share what stands in front of their last nine digits."""

    prefix: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers `prefix` + `first` to `prefix` + `last`; notes have one without an end."""

    prefix: str = ""
    first: int = 1
    last: int = LAST_OF_NOTES

    def number_of(self, text: str) -> int | None:
        """The counter in `text`, None when it is no number of this series."""
        if not text.startswith(self.prefix):
            return None
        digits = text[len(self.prefix) :]
        if not _COUNTER.fullmatch(digits):
            return None
        return int(digits) if self.first <= int(digits) <= self.last else None

    def has_prefix_of(self, text: str) -> bool:
        """Whether `text` is this prefix and a counter, in the range or not."""
        return text.startswith(self.prefix) and bool(_COUNTER.fullmatch(text[len(self.prefix) :]))

    def text(self, number: int) -> str:
        return f"{self.prefix}{number}"

    def columns(self, number: int) -> tuple[str, int]:
        """`number` as two database columns: a text and an integer of at most nine digits."""
        high, low = divmod(number, _CHUNK)
        return f"{self.prefix}{high or ''}", low

    def number_in(self, prefix: str, counter: int) -> int | None:
        """The number whose `columns` these are; None when it is not of this series."""
        high = prefix[len(self.prefix) :]
        if not prefix.startswith(self.prefix) or (high and not _COUNTER.fullmatch(high)):
            return None
        number = int(high or 0) * _CHUNK + counter
        return number if self.first <= number <= self.last else None

    def chunks(self) -> Iterator[Chunk]:
        """The series as it lies in the two columns, the highest numbers first."""
        for high in range(self.last // _CHUNK, self.first // _CHUNK - 1, -1):
            yield Chunk(
                prefix=f"{self.prefix}{high or ''}",
                low=self.first % _CHUNK if high == self.first // _CHUNK else 0,
                high=self.last % _CHUNK if high == self.last // _CHUNK else _CHUNK - 1,
            )

    def meets(self, other: "Series") -> bool:
        """Whether the same text can be a number of both, such as FE21 of "FE" and of "FE2"."""
        short, long = sorted((self, other), key=lambda series: len(series.prefix))
        between = long.prefix[len(short.prefix) :]
        if not long.prefix.startswith(short.prefix) or (between and not _COUNTER.fullmatch(between)):
            return False
        for digits in range(len(str(long.first)), len(str(long.last)) + 1):
            shift = int(between or 0) * 10**digits
            low = shift + max(long.first, 10 ** (digits - 1))
            high = shift + min(long.last, 10**digits - 1)
            if low <= high and low <= short.last and short.first <= high:
                return True
        return False


def of_range(control: InvoiceControl) -> Series:
    """The numbers that DIAN authorised with a range."""
    return Series(control.prefix or "", control.from_number or 1, control.to_number or LAST_OF_NOTES)


def is_prefix(text: str) -> bool:
    """Whether DIAN accepts `text` in front of a number: letters and digits only (FAD05a)."""
    return bool(_PREFIX.fullmatch(text))


def is_technical_key(text: str) -> bool:
    """Whether a range of invoices can be used with it: exactly 40 hexadecimal digits.

    A key that arrived cut off makes a CUFE like any other, which DIAN refuses (FAD06); so it is looked at on the
    range, where a person can do something about it, and not where the hash is made.
    """
    return bool(_KEY.fullmatch(text))


def is_note_prefix(text: str) -> bool:
    """Whether notes may be numbered with it: at most four capitals and digits, the last one a letter."""
    return bool(_NOTE_PREFIX.fullmatch(text))


def free_prefix(base: str, taken: frozenset[str]) -> str:
    """The first of NC, NCA, NCB ... NCZ, NCAA ... that nobody has.

    Two journals must not both issue NC1: DIAN counts the numbers of the company, not those of a journal.

    :param base: two letters.
    """
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    candidates = (base, *(base + one for one in letters), *(base + one + two for one in letters for two in letters))
    return next((prefix for prefix in candidates if prefix not in taken), base)
