"""Rules about the period of a global invoice and about related documents (CFDI40131 to CFDI40137)."""

from collections.abc import Iterator

from ...findings import Finding
from ..catalogs import MESES, PERIODICIDAD, TIPO_RELACION, find
from ..model import Comprobante
from .common import day
from .registry import rule

BIMONTHLY = "05"
FISCAL_INCORPORATION = "621"
OLDEST_YEARS = 5


@rule("CFDI40131", "CFDI40132")
def period_fits_the_issuer(c: Comprobante) -> Iterator[Finding]:
    if c.informacion_global is None:
        return
    period, where = c.informacion_global.periodicidad, "InformacionGlobal.Periodicidad"
    if find(PERIODICIDAD, period, day(c)) is None:
        yield Finding.error("CFDI40131", where, value=period)
    elif period == BIMONTHLY and c.emisor.regimen_fiscal != FISCAL_INCORPORATION:
        yield Finding.error("CFDI40132", where, regime=c.emisor.regimen_fiscal)


@rule("CFDI40133", "CFDI40134", "CFDI40135")
def months_fit_the_period(c: Comprobante) -> Iterator[Finding]:
    if c.informacion_global is None:
        return
    months, where = c.informacion_global.meses, "InformacionGlobal.Meses"
    is_bimonthly = c.informacion_global.periodicidad == BIMONTHLY
    if find(MESES, months, day(c)) is None:
        yield Finding.error("CFDI40133", where, value=months)
    elif is_bimonthly and months < "13":
        yield Finding.error("CFDI40135", where, value=months)
    elif not is_bimonthly and months > "12":
        yield Finding.error("CFDI40134", where, value=months)


@rule("CFDI40136")
def year_is_recent(c: Comprobante) -> Iterator[Finding]:
    """Against the year of Fecha: the current one or up to five back."""
    if c.informacion_global is None:
        return
    year = c.informacion_global.anio
    if not c.fecha.year - OLDEST_YEARS <= year <= c.fecha.year:
        yield Finding.error("CFDI40136", "InformacionGlobal.Año", value=year)


@rule("CFDI40137")
def relation_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    for index, related in enumerate(c.cfdi_relacionados):
        if find(TIPO_RELACION, related.tipo_relacion, day(c)) is None:
            where = f"CfdiRelacionados[{index}].TipoRelacion"
            yield Finding.error("CFDI40137", where, value=related.tipo_relacion)
