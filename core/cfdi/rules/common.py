"""Small questions that several rules ask."""

from datetime import date

from ...findings import Finding
from ...rfc import GENERIC
from ..catalogs import MONEDA
from ..keys import CODIGO_POSTAL, date_of
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


def postal_code_unknown(code: str, where: str, value: str) -> Finding:
    """A warning that names the day of our catalogue: SAT adds postal codes between two of them."""
    return Finding.warning(code, where, value=value, catalogue_date=date_of(CODIGO_POSTAL))
