"""The taxes of the lines: CFDI40174 to CFDI40186 and the simplified regime's withholding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from lxml import etree

from ..problems import Problem
from .concepts import EXCISE, INCOME_TAX, VALUE_ADDED_TAX
from .context import Context
from .limits import outside, tax_bounds
from .parties import person
from .reading import ZERO, decimals, lines, number, transferred, withheld

EXEMPT, RATE, QUOTA = "Exento", "Tasa", "Cuota"
TOP_QUOTA = Decimal("72.1605")
SIMPLIFIED, SIMPLIFIED_RATE = "626", Decimal("0.012500")
MUST_NOT, MUST = 1, 2


def _rates(text: str) -> frozenset[Decimal]:
    return frozenset(Decimal(word) for word in text.split())


VAT_RATES = _rates("0 0.08 0.16")
EXCISE_RATES = _rates("0.265 0.30 0.53 0.50 1.60 0.304 0.25 0.09 0.08 0.07 0.06")
EXCISE_TRANSFER_RATES = EXCISE_RATES | _rates("0 0.03")
# the law of 2026 has them, the mirrored catalogue does not yet
UNLISTED_EXCISE_RATES = _rates("2.00 1.00 0.32")


def transfer_rate_allowed(tax: str, factor: str, rate: Decimal) -> bool:
    """c_TasaOCuota for transferred taxes."""
    if tax == VALUE_ADDED_TAX:
        return factor == RATE and rate in VAT_RATES
    if tax == EXCISE:
        return rate in EXCISE_TRANSFER_RATES | UNLISTED_EXCISE_RATES if factor == RATE else ZERO <= rate <= TOP_QUOTA
    return False


def withholding_rate_allowed(tax: str, factor: str, rate: Decimal) -> bool:
    """c_TasaOCuota for withheld taxes."""
    if tax == VALUE_ADDED_TAX:
        return factor == RATE and ZERO <= rate <= Decimal("0.16")
    if tax == INCOME_TAX:
        return factor == RATE and ZERO <= rate <= Decimal("0.35")
    return rate in EXCISE_RATES | UNLISTED_EXCISE_RATES if factor == RATE else ZERO <= rate <= TOP_QUOTA


def transfers(context: Context) -> Iterator[Problem]:
    for where, line in lines(context):
        for index, node in enumerate(transferred(line)):
            place = f"{where}.Impuestos.Traslados[{index}]"
            base = number(node, "Base")
            if base is not None and base <= ZERO:
                yield Problem("CFDI40174", "La Base del traslado debe ser mayor que cero.", f"{place}.Base")
            if node.get("TipoFactor") == EXEMPT:
                if node.get("TasaOCuota") is not None or node.get("Importe") is not None:
                    yield Problem("CFDI40177", "Con Exento no deben existir TasaOCuota ni Importe.", place)
            elif node.get("TasaOCuota") is None or node.get("Importe") is None:
                yield Problem("CFDI40178", "Con Tasa o Cuota deben existir TasaOCuota e Importe.", place)
            else:
                codes = ("CFDI40179", "CFDI40180")
                yield from _rate_and_amount(context, node, place, transfer_rate_allowed, codes)


def withholdings(context: Context) -> Iterator[Problem]:
    for where, line in lines(context):
        for index, node in enumerate(withheld(line)):
            place = f"{where}.Impuestos.Retenciones[{index}]"
            base = number(node, "Base")
            if base is not None and base <= ZERO:
                yield Problem("CFDI40181", "La Base de la retención debe ser mayor que cero.", f"{place}.Base")
            if node.get("TipoFactor") == EXEMPT:
                yield Problem("CFDI40184", "Una retención no puede ser Exento.", f"{place}.TipoFactor")
            else:
                codes = ("CFDI40185", "CFDI40186")
                yield from _rate_and_amount(context, node, place, withholding_rate_allowed, codes)


def _rate_and_amount(
    context: Context,
    node: etree._Element,
    where: str,
    allowed: Callable[[str, str, Decimal], bool],
    codes: tuple[str, str],
) -> Iterator[Problem]:
    base, rate, amount = (number(node, name) for name in ("Base", "TasaOCuota", "Importe"))
    if base is None or rate is None or amount is None:
        return
    factor, tax = node.get("TipoFactor", ""), node.get("Impuesto", "")
    if not allowed(tax, factor, rate) or decimals(node, "TasaOCuota") != 6:
        message = "La TasaOCuota no está en el catálogo c_TasaOCuota para ese impuesto y factor."
        yield Problem(codes[0], message, f"{where}.TasaOCuota {rate}")
    if tax == EXCISE and factor == RATE and rate in UNLISTED_EXCISE_RATES:
        context.warnings.append(f"{where}: tasa {rate} de la ley de 2026, aún no en el catálogo")
    bounds = tax_bounds(base, decimals(node, "Base"), rate)
    if outside(context, amount, bounds, f"{where}.Importe"):
        message = "El Importe del impuesto no se encuentra entre los límites permitidos."
        yield Problem(codes[1], message, f"{where}.Importe {amount}")


def simplified_regime(context: Context) -> Iterator[Problem]:
    """A natural person of regime 626 who invoices a company: the register's mark decides about the withholding."""
    issuer = context.document.child("Emisor")
    if issuer is None or issuer.get("RegimenFiscal") != SIMPLIFIED:
        return
    rfc = context.document.issuer
    if person(rfc) != "F" or person(context.document.receiver) != "M":
        return
    known = context.register.taxpayer(rfc)
    mark = known.resico_mark if known else 0
    rates = [
        number(node, "TasaOCuota")
        for _where, line in lines(context)
        for node in withheld(line)
        if node.get("Impuesto") == INCOME_TAX
    ]
    if mark == MUST_NOT and rates:
        yield Problem("CFDI140224", "No debe existir la retención de ISR.", "Retenciones")
    if mark == MUST and SIMPLIFIED_RATE not in rates:
        yield Problem("CFDI140225", "Debe existir la retención de ISR al 1.25 %.", "Retenciones")
