"""Small questions that several rules ask."""

from collections.abc import Iterator
from datetime import date

from ...findings import Finding
from ...rfc import GENERIC
from ..catalogs import MONEDA
from ..keys import CODIGO_POSTAL, added_postal_code, date_of, is_known_postal_code
from ..model import Comprobante

# the types whose lines carry money
SALES = frozenset("IEN")


def is_sale(c: Comprobante) -> bool:
    return c.tipo_de_comprobante in SALES


def decimals(c: Comprobante) -> int:
    """Decimals of the currency; an unknown one has a finding of its own, so any number will do."""
    return MONEDA.get(c.moneda, 2)


def day(c: Comprobante) -> date:
    """The day by which catalogues are read."""
    return c.fecha.date()


def is_generic(rfc: str) -> bool:
    return rfc in GENERIC


def postal_code_doubts(c: Comprobante, code: str, where: str, value: str) -> Iterator[Finding]:
    """Unknown: a warning that names the day of our catalogue, as SAT adds codes. Not in force: known to be refused."""
    added = added_postal_code(value)
    if added is None:
        if not is_known_postal_code(value):
            yield Finding.warning(code, where, value=value, catalogue_date=date_of(CODIGO_POSTAL))
    elif added.valid_to is not None and added.valid_to < day(c):
        yield Finding.error(code, where, value=value, valid_to=added.valid_to)
    elif not added.in_force(day(c)):
        yield Finding.error(code, where, value=value, valid_from=added.valid_from)
