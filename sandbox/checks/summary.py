"""The tax summary of the document: CFDI40201 to CFDI40221, and the credited sums behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from lxml import etree

from ..problems import Problem
from .context import Context
from .reading import ZERO, decimals, is_kind, lines, number, rounded, tag, total, transferred, withheld
from .taxes import EXEMPT

TransferKey = tuple[str, str, Decimal | None]


def presence(context: Context) -> Iterator[Problem]:
    node = context.document.child("Impuestos")
    if node is not None and is_kind(context, "TP"):
        yield Problem("CFDI40201", "En T y P no debe existir el nodo Impuestos.", "Impuestos")


def withheld_total(context: Context) -> Iterator[Problem]:
    node = context.document.child("Impuestos")
    rows = _rows(node, "Retenciones", "Retencion")
    value = number(node, "TotalImpuestosRetenidos")
    if value is None:
        if rows:
            yield Problem("CFDI40206", "Falta TotalImpuestosRetenidos: hay retenciones.", "Impuestos")
        return
    if node is not None and decimals(node, "TotalImpuestosRetenidos") > context.decimals:
        yield Problem("CFDI40202", "TotalImpuestosRetenidos tiene más decimales que la moneda.", "Impuestos")
    expected = total(number(row, "Importe") for row in rows)
    if value != expected:
        message = "TotalImpuestosRetenidos no es la suma de las retenciones."
        yield Problem("CFDI40203", message, f"{value} ≠ {expected}")


def transferred_total(context: Context) -> Iterator[Problem]:
    node = context.document.child("Impuestos")
    rows = [row for row in _rows(node, "Traslados", "Traslado") if row.get("TipoFactor") != EXEMPT]
    value = number(node, "TotalImpuestosTrasladados")
    if value is None:
        if rows:
            yield Problem("CFDI40212", "Falta TotalImpuestosTrasladados: hay traslados.", "Impuestos")
        return
    if node is not None and decimals(node, "TotalImpuestosTrasladados") > context.decimals:
        yield Problem("CFDI40204", "TotalImpuestosTrasladados tiene más decimales que la moneda.", "Impuestos")
    expected = total(number(row, "Importe") for row in rows)
    if value != expected or not rows:
        message = "TotalImpuestosTrasladados no es la suma de los traslados."
        yield Problem("CFDI40205", message, f"{value} ≠ {expected}")


def withheld_rows(context: Context) -> Iterator[Problem]:
    rows = _rows(context.document.child("Impuestos"), "Retenciones", "Retencion")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for _where, line in lines(context):
        for node in withheld(line):
            sums[node.get("Impuesto", "")] += number(node, "Importe") or ZERO
    yield from _repeated((row.get("Impuesto", "") for row in rows), "CFDI40208", "Impuestos.Retenciones")
    for index, row in enumerate(rows):
        where, value = f"Impuestos.Retenciones[{index}]", number(row, "Importe")
        if decimals(row, "Importe") > context.decimals:
            yield Problem("CFDI40210", "El Importe tiene más decimales que la moneda.", where)
        expected = rounded(sums.pop(row.get("Impuesto", ""), ZERO), context.decimals)
        if value is not None and value != expected:
            message = "El Importe no es el redondeo de la suma de las retenciones de los conceptos."
            yield Problem("CFDI40211", message, f"{where} {value} ≠ {expected}")
    for tax in sums:
        yield Problem("CFDI40211", "Falta el resumen de una retención de los conceptos.", tax)


def transferred_rows(context: Context) -> Iterator[Problem]:
    rows = _rows(context.document.child("Impuestos"), "Traslados", "Traslado")
    sums: dict[TransferKey, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for _where, line in lines(context):
        for node in transferred(line):
            pair = sums[_key(node)]
            pair[0] += number(node, "Base") or ZERO
            pair[1] += number(node, "Importe") or ZERO
    yield from _repeated(map(_key, rows), "CFDI40218", "Impuestos.Traslados")
    for index, row in enumerate(rows):
        where, known = f"Impuestos.Traslados[{index}]", _key(row) in sums
        base, amount = sums.pop(_key(row), [ZERO, ZERO])
        if not known:
            yield Problem("CFDI40216", "No hay concepto con ese impuesto, factor y tasa.", where)
            continue
        yield from _transferred_row(context, row, where, base, amount)
    for tax, factor, rate in sums:
        code = "CFDI40215" if factor == EXEMPT else "CFDI40221"
        yield Problem(code, "Falta el resumen de un traslado de los conceptos.", f"{tax} {factor} {rate}")


def _transferred_row(
    context: Context, row: etree._Element, where: str, base: Decimal, amount: Decimal
) -> Iterator[Problem]:
    if row.get("TipoFactor") == EXEMPT and (row.get("TasaOCuota") is not None or row.get("Importe") is not None):
        yield Problem("CFDI40213", "Con Exento solo deben existir Base, Impuesto y TipoFactor.", where)
    checks = (("Base", base, "CFDI40214", "CFDI40215"), ("Importe", amount, "CFDI40220", "CFDI40221"))
    for name, exact, too_fine, differs in checks:
        if row.get(name) is None and row.get("TipoFactor") == EXEMPT:
            continue
        value, expected = number(row, name), rounded(exact, context.decimals)
        if decimals(row, name) > context.decimals:
            yield Problem(too_fine, f"{name} tiene más decimales que la moneda.", where)
        if value != expected:
            message = f"{name} no es el redondeo de la suma de los conceptos."
            yield Problem(differs, message, f"{where} {value} ≠ {expected}")


def _rows(node: etree._Element | None, group: str, name: str) -> list[etree._Element]:
    return [] if node is None else node.findall(f"{tag(group)}/{tag(name)}")


def _key(node: etree._Element) -> TransferKey:
    """Exempt and rate zero are different treatments, so the factor is part of the key."""
    return node.get("Impuesto", ""), node.get("TipoFactor", ""), number(node, "TasaOCuota")


def _repeated(keys: Iterable[object], code: str, where: str) -> Iterator[Problem]:
    if any(count > 1 for count in Counter(keys).values()):
        yield Problem(code, "Hay más de un registro del mismo impuesto.", where)
