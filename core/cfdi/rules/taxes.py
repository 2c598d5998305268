"""Rules about the taxes of a line (CFDI40174 to CFDI40186)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ...findings import Finding
from ..catalogs import IMPUESTO, TIPO_FACTOR, Catalogue
from ..keys import rate_allowed, rate_ended
from ..limits import impuesto_fits, impuesto_limits
from ..model import Comprobante, RetencionConcepto, TrasladoConcepto
from .common import day, decimals
from .registry import rule

EXENTO = "Exento"
IEPS = "003"
# traslado, retención: the matrix has a code of its own for each
BASE = ("CFDI40174", "CFDI40181")
TAX = ("CFDI40175", "CFDI40182")
FACTOR = ("CFDI40176", "CFDI40183")
RATE = ("CFDI40179", "CFDI40185")
AMOUNT = ("CFDI40180", "CFDI40186")


Place = tuple[int, int, int]


def _taxes(c: Comprobante) -> list[tuple[Place, TrasladoConcepto | RetencionConcepto, int]]:
    """Place, tax, and 1 for a withholding."""
    charged = [
        ((line_index, index, 0), tax, 0)
        for line_index, line in enumerate(c.conceptos)
        for index, tax in enumerate(line.traslados)
    ]
    held = [
        ((line_index, index, 1), tax, 1)
        for line_index, line in enumerate(c.conceptos)
        for index, tax in enumerate(line.retenciones)
    ]
    return charged + held if held else charged


def _path(place: Place, name: str) -> str:
    """Written for a finding only: there are five rules for every tax of every line."""
    line_index, index, held = place
    return f"Conceptos[{line_index}].Impuestos.{('Traslados', 'Retenciones')[held]}[{index}].{name}"


@rule(*BASE)
def base_is_positive(c: Comprobante) -> Iterator[Finding]:
    for place, tax, held in _taxes(c):
        if tax.base <= 0:
            yield Finding.error(BASE[held], _path(place, "Base"), value=tax.base)


@rule(*TAX, *FACTOR)
def tax_and_factor_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    known_taxes, known_factors = _in_force(IMPUESTO, day(c)), _in_force(TIPO_FACTOR, day(c))
    for place, tax, held in _taxes(c):
        if tax.impuesto not in known_taxes:
            yield Finding.error(TAX[held], _path(place, "Impuesto"), value=tax.impuesto)
        if tax.tipo_factor not in known_factors:
            yield Finding.error(FACTOR[held], _path(place, "TipoFactor"), value=tax.tipo_factor)


def _in_force(catalogue: Catalogue, on: date) -> set[str]:
    return {entry.code for entry in catalogue if entry.in_force(on)}


@rule("CFDI40177", "CFDI40178", "CFDI40184")
def rate_and_amount_stand_where_the_factor_says(c: Comprobante) -> Iterator[Finding]:
    for place, tax, held in _taxes(c):
        if held:
            if tax.tipo_factor == EXENTO:
                yield Finding.error("CFDI40184", _path(place, "TipoFactor"))
        elif tax.tipo_factor == EXENTO:
            if tax.tasa_o_cuota is not None or tax.importe is not None:
                yield Finding.error("CFDI40177", _path(place, "TipoFactor"))
        elif tax.tasa_o_cuota is None or tax.importe is None:
            yield Finding.error("CFDI40178", _path(place, "TipoFactor"), value=tax.tipo_factor)


@rule(*RATE)
def rate_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    """For IEPS a warning: its rates change by law before the catalogue does."""
    verdicts: dict[tuple[str, str, Decimal, int], bool] = {}  # a document has few rates
    for place, tax, held in _taxes(c):
        if tax.tasa_o_cuota is None or tax.tipo_factor == EXENTO:
            continue
        rate = (tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota, held)
        if rate not in verdicts:
            verdicts[rate] = rate_allowed(*rate[:3], retencion=bool(held), day=day(c))
        if not verdicts[rate]:
            ended = rate_ended(*rate[:3], retencion=bool(held), day=day(c))
            give = Finding.warning if tax.impuesto == IEPS and not ended else Finding.error
            yield give(
                RATE[held],
                _path(place, "TasaOCuota"),
                value=tax.tasa_o_cuota,
                impuesto=tax.impuesto,
                tipo_factor=tax.tipo_factor,
                **({"valid_to": ended} if ended else {}),
            )


@rule(*AMOUNT)
def amount_is_base_by_rate(c: Comprobante) -> Iterator[Finding]:
    places = decimals(c)
    for place, tax, held in _taxes(c):
        if tax.tasa_o_cuota is None or tax.importe is None:
            continue
        if not impuesto_fits(tax.base, tax.tasa_o_cuota, tax.importe, places):
            low, high = impuesto_limits(tax.base, tax.tasa_o_cuota, places)
            yield Finding.error(AMOUNT[held], _path(place, "Importe"), value=tax.importe, low=low, high=high)
