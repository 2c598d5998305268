"""Rules about the lines (CFDI40166 to 40172, 40188, 40191, 40193, 40197, 40198; CFDI140223, 140226, 140227).

The shapes of ClaveProdServ, ClaveUnidad and NumeroPedimento (CFDI40162, 40165, 40194, 40196, 40199) are in `tables`;
an empty node Impuestos (CFDI40173) cannot be expressed by the model, `file` finds it in the XML.
"""

from collections.abc import Iterator

from ...findings import Finding
from ...money import decimals_of
from ..catalogs import OBJETO_IMP, REGIMEN_FISCAL, find
from ..limits import importe_fits, importe_limits
from ..model import Comprobante
from .common import day, decimals, is_sale
from .registry import rule

IVA, IEPS = "002", "003"
FOREIGN_THIRD_PARTY = "EXT990101NI1"


@rule("CFDI40166")
def price_is_positive(c: Comprobante) -> Iterator[Finding]:
    if is_sale(c):
        for number, line in enumerate(c.conceptos):
            if line.valor_unitario <= 0:
                yield Finding.error("CFDI40166", f"Conceptos[{number}].ValorUnitario", value=line.valor_unitario)


@rule("CFDI40167")
def amount_is_quantity_by_price(c: Comprobante) -> Iterator[Finding]:
    places = decimals(c)
    for number, line in enumerate(c.conceptos):
        if not importe_fits(line.cantidad, line.valor_unitario, line.importe, places):
            low, high = importe_limits(line.cantidad, line.valor_unitario, places)
            yield Finding.error("CFDI40167", f"Conceptos[{number}].Importe", value=line.importe, low=low, high=high)


@rule("CFDI40168", "CFDI40169")
def line_discount_fits_the_line(c: Comprobante) -> Iterator[Finding]:
    for number, line in enumerate(c.conceptos):
        if line.descuento is None:
            continue
        where = f"Conceptos[{number}].Descuento"
        if decimals_of(line.descuento) > decimals_of(line.importe):
            yield Finding.error("CFDI40168", where, value=line.descuento, importe=line.importe)
        if line.descuento > line.importe:
            yield Finding.error("CFDI40169", where, value=line.descuento, importe=line.importe)


@rule("CFDI40170")
def object_of_tax_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    for number, line in enumerate(c.conceptos):
        if find(OBJETO_IMP, line.objeto_imp, day(c)) is None:
            yield Finding.error("CFDI40170", f"Conceptos[{number}].ObjetoImp", value=line.objeto_imp)


@rule("CFDI40171", "CFDI40172")
def taxes_stand_where_the_object_says(c: Comprobante) -> Iterator[Finding]:
    for number, line in enumerate(c.conceptos):
        has_taxes = bool(line.traslados or line.retenciones)
        if line.objeto_imp == "02" and not has_taxes:
            yield Finding.error("CFDI40171", f"Conceptos[{number}].ObjetoImp")
        if line.objeto_imp in ("01", "03", "04", "05") and has_taxes:
            yield Finding.error("CFDI40172", f"Conceptos[{number}].ObjetoImp", value=line.objeto_imp)


@rule("CFDI140226", "CFDI140227")
def objects_without_iva_carry_none(c: Comprobante) -> Iterator[Finding]:
    """06 and 08 take a withholding of ISR at most; 07 must charge IEPS and has no IVA at all."""
    for number, line in enumerate(c.conceptos):
        if line.objeto_imp not in ("06", "07", "08"):
            continue
        charged = {tax.impuesto for tax in line.traslados}
        used = charged | {tax.impuesto for tax in line.retenciones}
        if line.objeto_imp in ("06", "08") and used & {IVA, IEPS}:
            yield Finding.error("CFDI140226", f"Conceptos[{number}].Impuestos", objeto_imp=line.objeto_imp)
        if line.objeto_imp == "07" and (IVA in used or IEPS not in charged):
            yield Finding.error("CFDI140227", f"Conceptos[{number}].Impuestos", objeto_imp=line.objeto_imp)


@rule("CFDI40188", "CFDI40191", "CFDI140223")
def third_party_is_another(c: Comprobante) -> Iterator[Finding]:
    for number, line in enumerate(c.conceptos):
        third = line.a_cuenta_terceros
        if third is None:
            continue
        where = f"Conceptos[{number}].ACuentaTerceros"
        rfc, regime = third.rfc_a_cuenta_terceros, third.regimen_fiscal_a_cuenta_terceros
        if rfc in (c.emisor.rfc, c.receptor.rfc):
            yield Finding.error("CFDI40188", f"{where}.RfcACuentaTerceros", rfc=rfc)
        if find(REGIMEN_FISCAL, regime, day(c)) is None:
            yield Finding.error("CFDI40191", f"{where}.RegimenFiscalACuentaTerceros", value=regime)
        elif rfc == FOREIGN_THIRD_PARTY and regime != "616":
            yield Finding.error("CFDI140223", f"{where}.RegimenFiscalACuentaTerceros", value=regime)


@rule("CFDI40193")
def foreign_third_party_lives_at_the_place_of_issue(c: Comprobante) -> Iterator[Finding]:
    """Of all others only SAT knows the postal code."""
    for number, line in enumerate(c.conceptos):
        third = line.a_cuenta_terceros
        if third is None or third.rfc_a_cuenta_terceros != FOREIGN_THIRD_PARTY:
            continue
        code = third.domicilio_fiscal_a_cuenta_terceros
        if code != c.lugar_expedicion:
            place = f"Conceptos[{number}].ACuentaTerceros.DomicilioFiscalACuentaTerceros"
            yield Finding.error("CFDI40193", place, value=code, expected=c.lugar_expedicion)


@rule("CFDI40197", "CFDI40198")
def parts_add_up(c: Comprobante) -> Iterator[Finding]:
    for number, line in enumerate(c.conceptos):
        for index, part in enumerate(line.partes):
            here = f"Conceptos[{number}].Parte[{index}]"
            if part.valor_unitario is None:
                continue
            if part.valor_unitario <= 0:
                yield Finding.error("CFDI40197", f"{here}.ValorUnitario", value=part.valor_unitario)
            if part.importe is not None:
                low, high = importe_limits(part.cantidad, part.valor_unitario, decimals(c))
                if not low <= part.importe <= high:
                    yield Finding.error("CFDI40198", f"{here}.Importe", value=part.importe, low=low, high=high)
