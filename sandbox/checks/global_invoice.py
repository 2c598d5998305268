"""InformacionGlobal: CFDI40130 to CFDI40136."""

from __future__ import annotations

from collections.abc import Iterator

from .. import names
from ..problems import Problem
from .context import Context
from .dates import issuing_time
from .reading import is_kind

BIMONTHLY = "05"
REGIME_OF_BIMONTHLY = "621"
BIMESTERS = frozenset(["13", "14", "15", "16", "17", "18"])
OLDEST_YEARS = 5


def information(context: Context) -> Iterator[Problem]:
    node, receiver = context.document.child("InformacionGlobal"), context.document.child("Receptor")
    if node is None:
        is_public = receiver is not None and receiver.get("Nombre") == names.PUBLIC_NAME
        if is_public and is_kind(context, "I") and context.document.receiver == names.GENERIC_NATIONAL:
            yield Problem("CFDI40130", "Falta el nodo InformacionGlobal.", "InformacionGlobal")
        return
    issuer = context.document.child("Emisor")
    period, months, year = node.get("Periodicidad"), node.get("Meses", ""), node.get("Año", "")
    regime = "" if issuer is None else issuer.get("RegimenFiscal")
    if period == BIMONTHLY and regime != REGIME_OF_BIMONTHLY:
        message = "La Periodicidad 05 requiere el régimen 621 del emisor."
        yield Problem("CFDI40132", message, "InformacionGlobal.Periodicidad")
    if period == BIMONTHLY and months not in BIMESTERS:
        yield Problem("CFDI40135", "Con Periodicidad 05 los Meses van de 13 a 18.", "InformacionGlobal.Meses")
    if period != BIMONTHLY and months in BIMESTERS:
        yield Problem("CFDI40134", "Los Meses deben ir de 01 a 12.", "InformacionGlobal.Meses")
    moment = issuing_time(context)
    if moment is not None and not (year.isdigit() and moment.year - OLDEST_YEARS <= int(year) <= moment.year):
        yield Problem("CFDI40136", "El Año no es el en curso ni uno de los cinco anteriores.", "InformacionGlobal.Año")
