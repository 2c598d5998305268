"""The arithmetic of Anexo 20: six-decimal lines, sums rounded once.

`close` (see `closing` for what to feed it) makes lines that add up to the totals of the accounting entry; `summary`
and `totals` add them up. The header is never forced: a cent that does not fit is moved into the lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..money import round_half_up
from .closing import (
    CUOTA,
    EXENTO,
    RETENCION,
    TRASLADO,
    Closed,
    ClosedLine,
    ClosedTax,
    LineDraft,
    Targets,
    TaxDraft,
    TaxTarget,
    close,
)
from .model import Concepto, Impuestos, ImpuestosLocales, Retencion, Traslado

__all__ = [
    "CUOTA",
    "EXENTO",
    "RETENCION",
    "TRASLADO",
    "Closed",
    "ClosedLine",
    "ClosedTax",
    "LineDraft",
    "Targets",
    "TaxDraft",
    "TaxTarget",
    "Totals",
    "close",
    "summary",
    "totals",
]


_ZERO = Decimal(0)
_NOTHING = (_ZERO, _ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Header amounts at the decimals of the currency; `descuento` None when no line has one."""

    sub_total: Decimal
    descuento: Decimal | None
    total: Decimal


def summary(conceptos: Iterable[Concepto], decimals: int) -> Impuestos | None:
    """The node Impuestos: one Traslado per (Impuesto, TipoFactor, TasaOCuota), one Retencion per Impuesto.

    Sums are exact and rounded once. TotalImpuestosTrasladados is absent when every row is Exento.
    """
    traslados: dict[tuple[str, str, Decimal | None], tuple[Decimal, Decimal]] = {}
    retenciones: dict[str, Decimal] = {}
    for concepto in conceptos:
        for tax in concepto.traslados:
            key = (tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota)
            base, importe = traslados.get(key, _NOTHING)
            traslados[key] = (base + tax.base, importe if tax.importe is None else importe + tax.importe)
        for held in concepto.retenciones:
            retenciones[held.impuesto] = retenciones.get(held.impuesto, _ZERO) + held.importe
    if not traslados and not retenciones:
        return None
    charged = tuple(_traslado_row(key, base, importe, decimals) for key, (base, importe) in traslados.items())
    held_rows = tuple(
        Retencion(impuesto=impuesto, importe=round_half_up(importe, decimals))
        for impuesto, importe in retenciones.items()
    )
    return Impuestos(
        total_impuestos_retenidos=_sum((row.importe for row in held_rows), decimals) if held_rows else None,
        total_impuestos_trasladados=(
            _sum((row.importe for row in charged if row.importe is not None), decimals)
            if any(row.importe is not None for row in charged)
            else None
        ),
        retenciones=held_rows,
        traslados=charged,
    )


def _traslado_row(key: tuple[str, str, Decimal | None], base: Decimal, importe: Decimal, decimals: int) -> Traslado:
    impuesto, tipo_factor, tasa_o_cuota = key
    return Traslado(
        base=round_half_up(base, decimals),
        impuesto=impuesto,
        tipo_factor=tipo_factor,
        tasa_o_cuota=tasa_o_cuota,
        importe=None if tipo_factor == EXENTO else round_half_up(importe, decimals),
    )


def totals(
    conceptos: Iterable[Concepto],
    impuestos: Impuestos | None,
    decimals: int,
    impuestos_locales: ImpuestosLocales | None = None,
) -> Totals:
    """SubTotal, Descuento and Total from the lines, the summary rows and the local taxes (CFDI40108, 40111, 40119)."""
    conceptos = tuple(conceptos)
    sub_total = _sum((concepto.importe for concepto in conceptos), decimals)
    discounts = [concepto.descuento for concepto in conceptos if concepto.descuento is not None]
    descuento = _sum(discounts, decimals) if discounts else None
    total = sub_total - (descuento or 0)
    if impuestos:
        total += (impuestos.total_impuestos_trasladados or 0) - (impuestos.total_impuestos_retenidos or 0)
    if impuestos_locales:
        total += impuestos_locales.total_de_traslados - impuestos_locales.total_de_retenciones
    return Totals(sub_total=sub_total, descuento=descuento, total=round_half_up(total, decimals))


def _sum(values: Iterable[Decimal], decimals: int) -> Decimal:
    return round_half_up(sum(values, _ZERO), decimals)
