"""Reading numbers and nodes the way the rules speak of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal

from lxml import etree

from .. import names
from .context import Context

NUMBER = re.compile(r"-?\d+(\.\d+)?")
ZERO = Decimal(0)
SIX = 6


def tag(name: str) -> str:
    return f"{{{names.CFDI}}}{name}"


def number(node: etree._Element | None, attribute: str) -> Decimal | None:
    """None when the attribute is missing, or no plain decimal (which the schema reports)."""
    text = "" if node is None else node.get(attribute, "").strip()
    return Decimal(text) if NUMBER.fullmatch(text) else None


def decimals(node: etree._Element, attribute: str) -> int:
    """Decimals as written: ``1.50`` has two."""
    return len(node.get(attribute, "").strip().partition(".")[2])


def total(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), ZERO)


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def truncated(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)


def raised(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_CEILING)


def lines(context: Context) -> Iterator[tuple[str, etree._Element]]:
    """Every Concepto with its place."""
    for index, node in enumerate(context.document.root.iterfind(f"{tag('Conceptos')}/{tag('Concepto')}")):
        yield f"Conceptos[{index}]", node


def transferred(line: etree._Element) -> list[etree._Element]:
    return line.findall(f"{tag('Impuestos')}/{tag('Traslados')}/{tag('Traslado')}")


def withheld(line: etree._Element) -> list[etree._Element]:
    return line.findall(f"{tag('Impuestos')}/{tag('Retenciones')}/{tag('Retencion')}")


def complement(context: Context, namespace: str) -> etree._Element | None:
    """The first element of that namespace in the document's Complemento."""
    return next(context.document.root.iterfind(f"{tag('Complemento')}/{{{namespace}}}*"), None)


def is_kind(context: Context, kinds: str) -> bool:
    """``is_kind(context, "TP")``: TipoDeComprobante is one of these letters."""
    kind = context.document["TipoDeComprobante"]
    return len(kind) == 1 and kind in kinds
