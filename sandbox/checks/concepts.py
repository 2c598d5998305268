"""The lines: CFDI40166 to CFDI40173, CFDI40187 to CFDI40198 and the object of tax."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .. import names
from ..problems import Problem
from .context import Context
from .limits import outside, product_bounds
from .parties import NO_OBLIGATIONS
from .reading import ZERO, complement, decimals, is_kind, lines, number, tag, transferred, withheld

INCOME_TAX, VALUE_ADDED_TAX, EXCISE = "001", "002", "003"
WITHOUT_TAXES = ("01", "03", "04", "05")
FUELS = frozenset(["15101505", "15101514", "15101515"])
FUEL_PERMITS_FROM = "2026-04-24"


def amounts(context: Context) -> Iterator[Problem]:
    for where, line in lines(context):
        price, amount = number(line, "ValorUnitario"), number(line, "Importe")
        if price is not None and price <= ZERO and is_kind(context, "IEN"):
            yield Problem("CFDI40166", "El ValorUnitario debe ser mayor que cero.", f"{where}.ValorUnitario")
        if amount is not None and _outside_product(context, line, where):
            message = "El Importe del concepto no se encuentra entre los límites permitidos."
            yield Problem("CFDI40167", message, f"{where}.Importe {amount}")
        discount = number(line, "Descuento")
        if discount is None or amount is None:
            continue
        if decimals(line, "Descuento") > decimals(line, "Importe"):
            message = "El Descuento tiene más decimales que el Importe."
            yield Problem("CFDI40168", message, f"{where}.Descuento")
        if discount > amount:
            yield Problem("CFDI40169", "El Descuento es mayor que el Importe.", f"{where}.Descuento")


def _outside_product(context: Context, node: etree._Element, where: str) -> bool:
    quantity, price, amount = (number(node, name) for name in ("Cantidad", "ValorUnitario", "Importe"))
    if quantity is None or price is None or amount is None:
        return False
    bounds = product_bounds(quantity, decimals(node, "Cantidad"), price, decimals(node, "ValorUnitario"))
    return outside(context, amount, bounds, f"{where}.Importe")


def object_of_tax(context: Context) -> Iterator[Problem]:
    for where, line in lines(context):
        code, taxes = line.get("ObjetoImp", ""), line.find(tag("Impuestos"))
        place = f"{where}.ObjetoImp {code}"
        if code == "02" and taxes is None:
            yield Problem("CFDI40171", "Con ObjetoImp 02 debe existir el nodo Impuestos.", place)
        if code in WITHOUT_TAXES and taxes is not None:
            yield Problem("CFDI40172", "Con este ObjetoImp no debe existir el nodo Impuestos.", place)
        if taxes is not None and not transferred(line) and not withheld(line):
            yield Problem("CFDI40173", "El nodo Impuestos debe tener traslados o retenciones.", f"{where}.Impuestos")
        yield from _partial_object(line, code, place)


def _partial_object(line: etree._Element, code: str, where: str) -> Iterator[Problem]:
    """Keys 06, 07 and 08 of c_ObjetoImp: which taxes may and must be there."""
    given = {node.get("Impuesto") for node in [*transferred(line), *withheld(line)]}
    if code in ("06", "08") and given & {VALUE_ADDED_TAX, EXCISE}:
        yield Problem("CFDI140226", "Con ObjetoImp 06 u 08 no debe haber IVA ni IEPS.", where)
    if code == "07":
        excise = any(node.get("Impuesto") == EXCISE for node in transferred(line))
        if VALUE_ADDED_TAX in given or not excise:
            yield Problem("CFDI140227", "Con ObjetoImp 07 no debe haber IVA y debe haber IEPS.", where)


def fuel_permits(context: Context) -> Iterator[Problem]:
    """HidroYPetro states the permit under which a fuel is sold; its catalogues are in force since that day."""
    if not is_kind(context, "IE") or context.document["Fecha"] < FUEL_PERMITS_FROM:
        return
    for where, line in lines(context):
        permit = line.find(f"{tag('ComplementoConcepto')}/{{{names.FUEL}}}HidroYPetro")
        if line.get("ClaveProdServ") in FUELS and permit is None:
            message = "La ClaveProdServ requiere el complemento HidroYPetro."
            yield Problem("CFDI40163", message, f"{where}.ClaveProdServ {line.get('ClaveProdServ')}")


def third_parties(context: Context) -> Iterator[Problem]:
    for where, line in lines(context):
        node = line.find(tag("ACuentaTerceros"))
        if node is None:
            continue
        place = f"{where}.ACuentaTerceros"
        rfc = node.get("RfcACuentaTerceros", "")
        if rfc in (context.document.issuer, context.document.receiver):
            yield Problem("CFDI40188", "El tercero debe ser distinto del emisor y del receptor.", place)
        if rfc == names.GENERIC_THIRD_PARTY:
            yield from _foreign_third_party(context, node, place)
        elif not context.open_register:
            yield from _third_party(context, node, rfc, place)


def _foreign_third_party(context: Context, node: etree._Element, where: str) -> Iterator[Problem]:
    if node.get("RegimenFiscalACuentaTerceros") != NO_OBLIGATIONS:
        yield Problem("CFDI140223", "El tercero EXT990101NI1 requiere el régimen 616.", where)
    if node.get("DomicilioFiscalACuentaTerceros") != context.document["LugarExpedicion"]:
        yield Problem("CFDI40193", "El domicilio del tercero extranjero es el LugarExpedicion.", where)


def _third_party(context: Context, node: etree._Element, rfc: str, where: str) -> Iterator[Problem]:
    known = context.register.taxpayer(rfc)
    if known is None or not context.register.obligations(rfc):
        yield Problem("CFDI40187", "El RFC del tercero no se encuentra en la lista l_LCO.", where)
    if known is None:
        return
    if known.name and node.get("NombreACuentaTerceros") != known.name:
        yield Problem("CFDI40190", "El nombre del tercero no es el asociado a su RFC.", where)
    if known.postal_code and node.get("DomicilioFiscalACuentaTerceros") != known.postal_code:
        yield Problem("CFDI40193", "El domicilio del tercero no es el asociado a su RFC.", where)


def customs(context: Context) -> Iterator[Problem]:
    has_foreign_trade = complement(context, names.FOREIGN_TRADE) is not None
    for where, line in lines(context):
        if has_foreign_trade and line.find(tag("InformacionAduanera")) is not None:
            message = "El NumeroPedimento no debe existir con Comercio Exterior."
            yield Problem("CFDI40195", message, f"{where}.InformacionAduanera")
        for index, part in enumerate(line.findall(tag("Parte"))):
            place = f"{where}.Partes[{index}]"
            price = number(part, "ValorUnitario")
            if price is not None and price <= ZERO:
                yield Problem("CFDI40197", "El ValorUnitario debe ser mayor que cero.", f"{place}.ValorUnitario")
            if _outside_product(context, part, place):
                yield Problem("CFDI40198", "El Importe no está entre los límites permitidos.", f"{place}.Importe")
