"""Rules about the tax summary and the local taxes (CFDI40201 to CFDI40221)."""

from collections.abc import Iterator
from decimal import Decimal

from ...findings import Finding
from ...money import decimals_of
from .. import amounts
from ..catalogs import IMPUESTO, TIPO_FACTOR, find
from ..model import Comprobante, Impuestos, Retencion, Traslado
from .common import day, decimals
from .registry import rule

EXENTO = "Exento"
NOTHING = Impuestos()


def _summary(c: Comprobante) -> Impuestos:
    return c.impuestos or NOTHING


@rule("CFDI40201")
def no_summary_without_money(c: Comprobante) -> Iterator[Finding]:
    if c.tipo_de_comprobante in ("T", "P") and c.impuestos is not None:
        yield Finding.error("CFDI40201", "Impuestos", tipo=c.tipo_de_comprobante)


@rule("CFDI40202", "CFDI40204", "CFDI40210", "CFDI40214", "CFDI40220")
def summary_amounts_fit_the_currency(c: Comprobante) -> Iterator[Finding]:
    summary, allowed = _summary(c), decimals(c)
    written: list[tuple[str, str, Decimal | None]] = [
        ("CFDI40202", "Impuestos.TotalImpuestosRetenidos", summary.total_impuestos_retenidos),
        ("CFDI40204", "Impuestos.TotalImpuestosTrasladados", summary.total_impuestos_trasladados),
    ]
    for index, held in enumerate(summary.retenciones):
        written.append(("CFDI40210", f"Impuestos.Retenciones[{index}].Importe", held.importe))
    for index, row in enumerate(summary.traslados):
        written.append(("CFDI40214", f"Impuestos.Traslados[{index}].Base", row.base))
        written.append(("CFDI40220", f"Impuestos.Traslados[{index}].Importe", row.importe))
    for code, where, amount in written:
        if amount is not None and decimals_of(amount) > allowed:
            yield Finding.error(code, where, value=amount, decimals=allowed)


@rule("CFDI40203", "CFDI40206")
def withheld_total_is_the_sum_of_its_rows(c: Comprobante) -> Iterator[Finding]:
    summary, where = _summary(c), "Impuestos.TotalImpuestosRetenidos"
    if bool(summary.retenciones) != (summary.total_impuestos_retenidos is not None):
        yield Finding.error("CFDI40206", where)
    elif summary.total_impuestos_retenidos is not None:
        expected = sum((row.importe for row in summary.retenciones), Decimal(0))
        if summary.total_impuestos_retenidos != expected:
            yield Finding.error("CFDI40203", where, value=summary.total_impuestos_retenidos, expected=expected)


@rule("CFDI40209")
def withheld_rows_have_their_total(c: Comprobante) -> Iterator[Finding]:
    """The same as CFDI40206, which SAT asks of the node, asked of each row."""
    summary = _summary(c)
    if summary.total_impuestos_retenidos is None:
        for index, held in enumerate(summary.retenciones):
            yield Finding.error("CFDI40209", f"Impuestos.Retenciones[{index}].Importe", value=held.importe)


@rule("CFDI40205", "CFDI40212")
def charged_total_is_the_sum_of_its_rows(c: Comprobante) -> Iterator[Finding]:
    summary, where = _summary(c), "Impuestos.TotalImpuestosTrasladados"
    charged = [row.importe for row in summary.traslados if row.importe is not None]
    if summary.total_impuestos_trasladados is None:
        if charged:
            yield Finding.error("CFDI40212", where)
        return
    expected = sum(charged, Decimal(0))
    if not summary.traslados or summary.total_impuestos_trasladados != expected:
        yield Finding.error("CFDI40205", where, value=summary.total_impuestos_trasladados, expected=expected)


@rule("CFDI40207", "CFDI40217", "CFDI40219")
def summary_keys_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    for index, held in enumerate(_summary(c).retenciones):
        if find(IMPUESTO, held.impuesto, day(c)) is None:
            yield Finding.error("CFDI40207", f"Impuestos.Retenciones[{index}].Impuesto", value=held.impuesto)
    for index, row in enumerate(_summary(c).traslados):
        where = f"Impuestos.Traslados[{index}]"
        if find(IMPUESTO, row.impuesto, day(c)) is None:
            yield Finding.error("CFDI40217", f"{where}.Impuesto", value=row.impuesto)
        if find(TIPO_FACTOR, row.tipo_factor, day(c)) is None:
            yield Finding.error("CFDI40219", f"{where}.TipoFactor", value=row.tipo_factor)


@rule("CFDI40208", "CFDI40218")
def summary_rows_are_not_repeated(c: Comprobante) -> Iterator[Finding]:
    seen: set[object] = set()
    for index, held in enumerate(_summary(c).retenciones):
        if held.impuesto in seen:
            yield Finding.error("CFDI40208", f"Impuestos.Retenciones[{index}].Impuesto", value=held.impuesto)
        seen.add(held.impuesto)
    for index, row in enumerate(_summary(c).traslados):
        if _key(row) in seen:
            yield Finding.error("CFDI40218", f"Impuestos.Traslados[{index}]", impuesto=row.impuesto)
        seen.add(_key(row))


@rule("CFDI40211", "CFDI40215", "CFDI40216", "CFDI40221")
def summary_rows_are_the_sums_of_the_lines(c: Comprobante) -> Iterator[Finding]:
    expected = amounts.summary(c.conceptos, decimals(c)) or NOTHING
    yield from _withheld_rows(c, expected.retenciones)
    yield from _charged_rows(c, expected.traslados)


def _withheld_rows(c: Comprobante, rows: tuple[Retencion, ...]) -> Iterator[Finding]:
    expected = {row.impuesto: row.importe for row in rows}
    for index, held in enumerate(_summary(c).retenciones):
        wanted = expected.pop(held.impuesto, Decimal(0))
        if held.importe != wanted:
            where = f"Impuestos.Retenciones[{index}].Importe"
            yield Finding.error("CFDI40211", where, value=held.importe, expected=wanted)
    for impuesto, wanted in expected.items():
        yield Finding.error("CFDI40211", "Impuestos.Retenciones", impuesto=impuesto, value="", expected=wanted)


@rule("CFDI40213")
def summary_rows_are_complete(c: Comprobante) -> Iterator[Finding]:
    for index, row in enumerate(_summary(c).traslados):
        is_exempt = row.tipo_factor == EXENTO
        if is_exempt != (row.tasa_o_cuota is None) or is_exempt != (row.importe is None):
            yield Finding.error("CFDI40213", f"Impuestos.Traslados[{index}]", tipo_factor=row.tipo_factor)


def _charged_rows(c: Comprobante, rows: tuple[Traslado, ...]) -> Iterator[Finding]:
    expected = {_key(row): row for row in rows}
    for index, row in enumerate(_summary(c).traslados):
        where = f"Impuestos.Traslados[{index}]"
        wanted = expected.pop(_key(row), None)
        base, importe = (wanted.base, wanted.importe or 0) if wanted else (Decimal(0), Decimal(0))
        if row.base != base:
            code = "CFDI40216" if row.tipo_factor == EXENTO else "CFDI40215"
            yield Finding.error(code, f"{where}.Base", value=row.base, expected=base)
        if (row.importe or 0) != importe:
            yield Finding.error("CFDI40221", f"{where}.Importe", value=row.importe or 0, expected=importe)
    for row in expected.values():
        code = "CFDI40216" if row.tipo_factor == EXENTO else "CFDI40221"
        yield Finding.error(code, "Impuestos.Traslados", impuesto=row.impuesto, value="", expected=row.importe or "")


@rule("MX-LOC-01")
def local_totals_are_the_sums_of_their_rows(c: Comprobante) -> Iterator[Finding]:
    local = c.impuestos_locales
    if local is None:
        return
    where = "Complemento.ImpuestosLocales"
    held = sum((row.importe for row in local.retenciones), Decimal(0))
    charged = sum((row.importe for row in local.traslados), Decimal(0))
    if local.total_de_retenciones != held:
        yield Finding.error("MX-LOC-01", f"{where}.TotaldeRetenciones", value=local.total_de_retenciones, expected=held)
    if local.total_de_traslados != charged:
        yield Finding.error("MX-LOC-01", f"{where}.TotaldeTraslados", value=local.total_de_traslados, expected=charged)


def _key(row: Traslado) -> tuple[str, str, Decimal | None]:
    return (row.impuesto, row.tipo_factor, row.tasa_o_cuota)
