"""Names of the places behind postal codes, and the towns that keep another clock than SAT's label says.

Both files are made by `dev/update-catalogs` and decide nothing by themselves: names help people to find a code, and the
label of c_CodigoPostal decides the time zone (`core.clock`) unless whoever runs the product asks for the exceptions.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

_DATA = Path(__file__).parent.parent / "data"
PLACES = _DATA / "postal_places.tsv"
EXCEPTIONS = _DATA / "zone_exceptions.tsv"


@dataclass(frozen=True, slots=True)
class Place:
    """Municipality and locality; the locality may be empty."""

    municipality: str
    locality: str

    @property
    def name(self) -> str:
        """ "Juárez, Ciudad Juárez", or the municipality alone where both are the same."""
        return ", ".join(dict.fromkeys(part for part in (self.municipality, self.locality) if part))


def place(code: str) -> Place | None:
    """What the postal code's place is called; None where SAT's table does not tell, nor that of its neighbours."""
    found = _find(PLACES, code)
    return Place(*found) if found else None


def exceptional_zone(code: str, day: date) -> ZoneInfo | None:
    """The zone of the clocks in the town itself on that day, None where it is that of SAT's label."""
    found = _find(EXCEPTIONS, code)
    if found is None or day < date.fromisoformat(found[0]):
        return None
    return ZoneInfo(found[1])


def _find(path: Path, code: str) -> tuple[str, ...] | None:
    firsts, runs = _runs(path)
    index = bisect_right(firsts, code) - 1
    if index < 0 or len(code) != 5 or code > runs[index][0]:
        return None
    return runs[index][1:]


@lru_cache(maxsize=2)
def _runs(path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """First codes, and per run: last code and the two columns of the file."""
    firsts, runs = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line[:1].isdigit():
            first, last, one, other = line.split("\t")
            firsts.append(first)
            runs.append((last, one, other))
    return firsts, runs
