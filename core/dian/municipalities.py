"""Colombia's municipalities by the code of DANE's Divipola, which DIAN's documents use (annex 1.9, 13.4.3).

The table is made by `dev/update-catalogs`. It helps people to find a code and gives the name; a code that it does not
have may be newer than the table.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from . import catalogs

FILE = Path(__file__).parent.parent / "data" / "municipalities.tsv"
BOGOTA = "11001"
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset({"de", "del", "la", "las", "los", "el", "y"})


@dataclass(frozen=True, slots=True)
class Municipality:
    """Code of five digits, of which two are the department, DANE's name, and other names that people use."""

    code: str
    name: str
    other_names: str = ""

    @property
    def department(self) -> str:
        """The department's name as DIAN lists it."""
        return catalogs.DEPARTMENT[self.code[:2]].name

    @property
    def label(self) -> str:
        """With the department, as the names of municipalities repeat: "Rionegro, Antioquia"."""
        return self.name if self.code == BOGOTA else f"{self.name}, {self.department}"


def find(code: str | None) -> Municipality | None:
    """The municipality of a code, None where the table does not have it."""
    return table().get(code or "")


@lru_cache(maxsize=4096)
def named(city: str | None, department: str | None = None) -> Municipality | None:
    """The only municipality that a city can be; None where there is none, or several.

    Accents, capitals and articles make no difference, and "Bogotá", "Bogotá D.C." or "Cúcuta" are understood: a name
    that is part of one official name only is that one. The department decides between equal names.
    """
    words = _words(city)
    if not words:
        return None
    places = [place for place in table().values() if not department or _is_department(place, department)]
    for fits in (lambda name: name == words, lambda name: name[-len(words) :] == words,
                 lambda name: name[: len(words)] == words):  # fmt: skip
        found = [place for place in places if fits(_words(place.name))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def search(text: str, limit: int) -> list[Municipality]:
    """Municipalities whose code begins with the text, or whose names or department have all its words' beginnings."""
    text = text.strip()
    if text.isdigit():
        return [place for code, place in table().items() if code.startswith(text)][:limit]
    wanted = _words(text)
    found = []
    for place in table().values():
        name, department = _words(place.name), _words(place.department)
        if all(any(word.startswith(part) for word in (*name, *department)) for part in wanted):
            in_name = sum(any(word.startswith(part) for word in name) for part in wanted)
            # the capital of a department has the number 001
            found.append((-in_name, not place.code.endswith("001"), len(name), place.code, place))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])[:limit]]


@lru_cache(maxsize=1)
def table() -> Mapping[str, Municipality]:
    """All municipalities by code."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if line[:1].isdigit())
    return MappingProxyType({row[0]: Municipality(*row) for row in rows})


def _is_department(place: Municipality, department: str) -> bool:
    """Whether the department, as somebody may write it ("Bogotá D.C.", "San Andrés"), is the place's."""
    here, asked = _words(place.department), _words(department)
    size = min(len(here), len(asked))
    return here[:size] == asked[:size]


@lru_cache(maxsize=4096)
def _words(text: str | None) -> tuple[str, ...]:
    """Words in small letters without accents, articles, and the letters D.C. of Bogotá."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", (text or "").lower()) if not unicodedata.combining(letter)
    )
    plain = re.sub(r"\bd\.? ?c\b\.?", " ", plain)
    return tuple(word for word in _WORD.findall(plain) if word not in _SMALL)
