"""Rules about the keys of the large catalogues (CFDI40162, 40165, 40196).

A key that is not here may be newer than the file, so it is a warning that names the file's day. A key that is here and
not in force on the day of Fecha is known to be refused. The shapes of the keys are in `tables`.
"""

from collections.abc import Iterator
from datetime import date

from ...findings import Finding
from .. import keys
from ..attributes import Text
from ..model import Comprobante
from ..tables import PROD_SERV, UNIT
from .common import day
from .registry import rule

PRODUCT = (keys.CLAVE_PROD_SERV, PROD_SERV)
UNIT_OF_MEASURE = (keys.CLAVE_UNIDAD, UNIT)


def _judge(code: str, kind: tuple[str, Text], value: str, where: str, c: Comprobante) -> Iterator[Finding]:
    catalogue, shape = kind
    key = keys.find(catalogue, value)
    if key is None:
        if shape.problem(value) is None:  # else the shape has its own finding
            yield Finding.warning(code, where, value=value, catalogue_date=keys.date_of(catalogue))
    elif not key.in_force(day(c)):
        if key.valid_to is not None and key.valid_to < day(c):
            yield Finding.error(code, where, value=value, valid_to=key.valid_to)
        else:
            yield Finding.error(code, where, value=value, valid_from=key.valid_from)


@rule("CFDI40162", "CFDI40165")
def keys_of_lines_are_in_the_catalogues(c: Comprobante) -> Iterator[Finding]:
    on = day(c)
    for index, line in enumerate(c.conceptos):
        if not _is_in_force(keys.CLAVE_PROD_SERV, line.clave_prod_serv, on):
            where = f"Conceptos[{index}].ClaveProdServ"
            yield from _judge("CFDI40162", PRODUCT, line.clave_prod_serv, where, c)
        if not _is_in_force(keys.CLAVE_UNIDAD, line.clave_unidad, on):
            where = f"Conceptos[{index}].ClaveUnidad"
            yield from _judge("CFDI40165", UNIT_OF_MEASURE, line.clave_unidad, where, c)


def _is_in_force(catalogue: str, value: str, on: date) -> bool:
    key = keys.find(catalogue, value)
    return key is not None and key.in_force(on)


@rule("CFDI40196")
def keys_of_parts_are_in_the_catalogue(c: Comprobante) -> Iterator[Finding]:
    for index, line in enumerate(c.conceptos):
        for number, part in enumerate(line.partes):
            where = f"Conceptos[{index}].Parte[{number}].ClaveProdServ"
            yield from _judge("CFDI40196", PRODUCT, part.clave_prod_serv, where, c)
