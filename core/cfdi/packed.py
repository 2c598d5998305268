"""One large catalogue as a file: made by `dev/update-catalogs`, shipped in `core/data`, or loaded by an administrator.

The file is plain text, so that an accountant can read it and a change can be reviewed line by line:

    # l10n_mx_co_edi catalogue 1
    # catalogue: clave_prod_serv
    # title: c_ClaveProdServ (SAT, CFDI 4.0)
    # date: 2026-10-01
    # rows: 52514
    code<TAB>name<TAB>valid_from<TAB>valid_to<TAB>words
    01010101<TAB>No existe en el catálogo

Rows are in the order of their codes; columns that are empty at the end of a line are left out; dates are ISO and
inclusive; `words` are further words under which people look for the key. The bytes stay in memory as they are, with
one number and one position for each row: 52,514 keys take 3 MB instead of 15 as objects.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import CatalogueInvalid

FORMAT = "# l10n_mx_co_edi catalogue 1"
COLUMNS = "code\tname\tvalid_from\tvalid_to\twords"
MAX_BYTES = 32_000_000
_CODE = re.compile(r"[0-9A-Za-z]{1,8}")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a catalogue with SAT's (Spanish) description; dates inclusive, None is open."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    words: str = ""

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Packed:
    """The keys of one file: `len`, iteration in the order of the codes, and `find`."""

    __slots__ = ("_data", "_numbers", "_offsets", "catalogue", "date", "title")

    def __init__(self, data: bytes) -> None:
        """:raises CatalogueInvalid: not a file of this format (reason, and line where there is one)."""
        head, separator, body = data.partition(f"\n{COLUMNS}\n".encode())
        if not separator or not head.startswith(FORMAT.encode()):
            raise CatalogueInvalid(reason="format")
        facts = _facts(head)
        self.catalogue, self.title, self.date = facts["catalogue"], facts["title"], _date(facts["date"], 0)
        self._data = body
        self._numbers, self._offsets = array("Q"), array("I")
        offset = 0
        try:
            for line in body.splitlines(keepends=True):
                self._numbers.append(int(b"1" + line.split(b"\t", 1)[0], 36))
                self._offsets.append(offset)
                offset += len(line)
        except (ValueError, OverflowError):
            raise CatalogueInvalid(reason="code", line=str(len(self._offsets) + 1)) from None
        if len(self) != int(facts["rows"]):
            raise CatalogueInvalid(reason="rows", rows=facts["rows"], found=str(len(self)))

    def __len__(self) -> int:
        return len(self._offsets)

    def __iter__(self) -> Iterator[Key]:
        for number, line in enumerate(self._data.decode().split("\n")[:-1], start=1):
            yield _key(line, number)

    def find(self, code: str) -> Key | None:
        """The key with exactly this code (capitals count), None if the file does not have it."""
        if not _CODE.fullmatch(code):
            return None
        number = int("1" + code, 36)
        index = bisect_left(self._numbers, number)
        # c_ClaveUnidad may have two codes that differ in capitals only; their numbers are the same
        while index < len(self) and self._numbers[index] == number:
            start = self._offsets[index]
            key = _key(self._data[start : self._data.index(b"\n", start)].decode(), index + 1)
            if key.code == code:
                return key
            index += 1
        return None


def read(path: Path) -> Packed:
    """A file that was checked when it was made.

    :raises CatalogueInvalid:
    """
    return Packed(path.read_bytes())


def read_untrusted(data: bytes) -> Packed:
    """A file that somebody hands in: every row is looked at.

    :raises CatalogueInvalid: with the number of the first line that is wrong, counted from the first row.
    """
    if len(data) > MAX_BYTES:
        raise CatalogueInvalid(reason="too_large")
    try:
        data = data.decode("utf-8-sig").replace("\r\n", "\n").encode()
    except UnicodeDecodeError:
        raise CatalogueInvalid(reason="encoding") from None
    packed = Packed(data if data.endswith(b"\n") else data + b"\n")
    before = (0, "")
    for number, key in enumerate(packed, start=1):
        if not _CODE.fullmatch(key.code) or not key.name.strip():
            raise CatalogueInvalid(reason="code", line=str(number))
        here = sort_key(key.code)
        if here <= before:
            raise CatalogueInvalid(reason="order", line=str(number))
        before = here
    return packed


def sort_key(code: str) -> tuple[int, str]:
    """The order of the rows: by length and alphabet without regard to capitals, then capitals first."""
    return int("1" + code, 36), code


def write_row(key: Key) -> str:
    """The line of one key, without its end."""
    cells = (key.code, key.name, key.valid_from or "", key.valid_to or "", key.words)
    return "\t".join(str(cell) for cell in cells).rstrip("\t")


def _facts(head: bytes) -> dict[str, str]:
    """The commented lines above the rows."""
    found = dict(re.findall(r"^# (\w+): (.+)$", head.decode("utf-8", "replace"), re.MULTILINE))
    missing = [name for name in ("catalogue", "title", "date", "rows") if not found.get(name, "").strip()]
    if missing or not found["rows"].isdecimal():
        raise CatalogueInvalid(reason="head", missing=missing[0] if missing else "rows")
    return found


def _key(line: str, number: int) -> Key:
    code, tab, text = line.partition("\t")
    if not tab:
        raise CatalogueInvalid(reason="code", line=str(number))
    name, *rest = text.split("\t")
    if not rest:
        return Key(code, name)
    valid_from, valid_to, words = (*rest, "", "", "")[:3]
    return Key(code, name, _date(valid_from, number), _date(valid_to, number), words)


def _date(text: str, number: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise CatalogueInvalid(reason="date", line=str(number)) from None
