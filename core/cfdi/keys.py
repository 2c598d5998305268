"""The large catalogues of CFDI 4.0: which keys there are, and what an installation knows beyond the shipped files.

SAT adds keys between two releases of this product. Whoever runs it may therefore add rows or load a newer file; for as
long as `also` is open, such rows go before the shipped ones. Nothing here is a global switch: the additions belong to
the thread (context) that opened them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from ..clock import postal_code, postal_codes_date
from ..errors import UnknownPostalCode
from . import catalogs
from .packed import Key, Packed, read

CLAVE_PROD_SERV = "clave_prod_serv"
CLAVE_UNIDAD = "clave_unidad"
CODIGO_POSTAL = "codigo_postal"
TASA_O_CUOTA = "tasa_o_cuota"

_DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Additions:
    """What an installation knows beyond the shipped catalogues.

    `keys`: (catalogue, code) -> Key, which replaces the shipped one. `dates`: of catalogues loaded from a newer file.
    """

    keys: Mapping[tuple[str, str], Key] = field(default_factory=lambda: MappingProxyType({}))
    dates: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    rates: tuple[catalogs.Rate, ...] = ()


_NOTHING = Additions()
_additions: ContextVar[Additions] = ContextVar("additions", default=_NOTHING)


@contextmanager
def also(additions: Additions) -> Iterator[None]:
    """Every look-up inside the block knows these rows too, before the shipped ones."""
    token = _additions.set(additions)
    try:
        yield
    finally:
        _additions.reset(token)


@lru_cache(maxsize=4)
def shipped(catalogue: str) -> Packed:
    """The packed file of CLAVE_PROD_SERV or CLAVE_UNIDAD, read once for each process (about 50 ms)."""
    return read(shipped_path(catalogue))


def shipped_path(catalogue: str) -> Path:
    """Where the packed file of a catalogue is, for whoever wants its digest."""
    return _DATA / {CODIGO_POSTAL: "postal_codes.tsv"}.get(catalogue, f"{catalogue}.tsv")


@lru_cache(maxsize=4096)
def _shipped_key(catalogue: str, code: str) -> Key | None:
    return shipped(catalogue).find(code)


def find(catalogue: str, code: str) -> Key | None:
    """The key with this code, in force or not; None if neither the shipped file nor the additions have it."""
    return _additions.get().keys.get((catalogue, code)) or _shipped_key(catalogue, code)


def added_postal_code(code: str) -> Key | None:
    """The row that an installation added for the code; the shipped ones are not kept as keys."""
    return _additions.get().keys.get((CODIGO_POSTAL, code))


def is_known_postal_code(code: str) -> bool:
    """Whether c_CodigoPostal has the code, as far as is known here."""
    if added_postal_code(code):
        return True
    try:
        postal_code(code)
    except UnknownPostalCode:
        return False
    return True


def rate_allowed(impuesto: str, tipo_factor: str, rate: Decimal, *, retencion: bool, day: date) -> bool:
    """Whether c_TasaOCuota has this rate on that day; an added row goes before the shipped one of the same value."""
    added = _additions.get().rates
    if not added:
        return catalogs.rate_allowed(impuesto, tipo_factor, rate, retencion=retencion, day=day)
    kept = [row for row in catalogs.TASA_O_CUOTA if not any(own.replaces(row, retencion=retencion) for own in added)]
    return any(row.allows(impuesto, tipo_factor, rate, retencion=retencion, day=day) for row in (*added, *kept))


def rate_ended(impuesto: str, tipo_factor: str, rate: Decimal, *, retencion: bool, day: date) -> date | None:
    """The last day of a rate that an added row has ended before `day`; None where no row says so."""
    for row in _additions.get().rates:
        last = row.valid_to
        if last and last < day and row.covers(impuesto, tipo_factor, rate, retencion=retencion):
            return last
    return None


def date_of(catalogue: str) -> date:
    """The day of the catalogue in use: a newer file's, else the shipped one's."""
    return _additions.get().dates.get(catalogue) or date_of_shipped(catalogue)


def date_of_shipped(catalogue: str) -> date:
    """The day of the shipped catalogue."""
    if catalogue == TASA_O_CUOTA:
        return catalogs.TASA_O_CUOTA_DATE
    return postal_codes_date() if catalogue == CODIGO_POSTAL else shipped(catalogue).date
