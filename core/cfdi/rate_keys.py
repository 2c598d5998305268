"""Rows of c_TasaOCuota as text, because SAT gives them no key: "003 Tasa 2.000000" or "002 Tasa 0.000000-0.160000 R".

Tax, factor, the only value or the range, and T (traslado), R (retención) or both; without a letter it is both.
"""

import re
from datetime import date
from decimal import Decimal

from . import catalogs
from .catalogs import Rate
from .packed import Key

_KEY = re.compile(r"(00[123]) (Tasa|Cuota) (\d{1,4}\.\d{1,6})(?:-(\d{1,4}\.\d{1,6}))?(?: (T|R|TR))?")
_STEP = Decimal("0.000001")


def parse_rate(code: str, valid_from: date | None = None, valid_to: date | None = None) -> Rate | None:
    """The row that a text stands for, None if it stands for none."""
    match = _KEY.fullmatch(code)
    if not match:
        return None
    impuesto, tipo_factor, first, last, sides = match.groups()
    low, high = Decimal(first), Decimal(last or first)
    if low > high:
        return None
    sides = sides or "TR"
    since = {"valid_from": valid_from} if valid_from else {}
    return Rate(impuesto, tipo_factor, low, high, "T" in sides, "R" in sides, valid_to=valid_to, **since)


def rate_key(rate: Rate) -> Key:
    """The row as a key with a name that people recognise."""
    values = [str(rate.low.quantize(_STEP))] + ([str(rate.high.quantize(_STEP))] if rate.high != rate.low else [])
    sides = "T" * rate.traslado + "R" * rate.retencion
    code = f"{rate.impuesto} {rate.tipo_factor} {'-'.join(values)} {sides}"
    tax = catalogs.find(catalogs.IMPUESTO, rate.impuesto)
    kind = {"T": "traslado", "R": "retención", "TR": "traslado y retención"}.get(sides, "")
    name = f"{tax.spanish if tax else rate.impuesto} {_amount(rate)}, {kind}"
    return Key(code, name, rate.valid_from, rate.valid_to)


def shipped_rates() -> list[Key]:
    """All rows of c_TasaOCuota that the product knows."""
    return [rate_key(rate) for rate in catalogs.TASA_O_CUOTA]


def _amount(rate: Rate) -> str:
    is_rate = rate.tipo_factor == "Tasa"
    shown = [_plain(value * 100 if is_rate else value) for value in (rate.low, rate.high)]
    text = shown[0] if rate.low == rate.high else f"{shown[0]} a {shown[1]}"
    return f"{text} %" if is_rate else f"cuota {text} $"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
