"""What the printed representation of a CFDI shows (Anexo 20, "Representación impresa"; RMF 2.7.1.7).

Every fiscal value is read from the stamped XML, the one document that is legal: records may have changed since. The
words beside codes come from SAT's catalogues. A template only has to set it out.
"""
from dataclasses import dataclass
from typing import ClassVar

from ..core.cfdi import cadena, catalogs, expression, read
from ..core.cfdi.model import Comprobante, Concepto, Impuestos, TimbreFiscalDigital
from ..core.errors import InvalidDocument
from ..core.words import amount_in_words
from ..core.xmlio.parse import OWN_LIMITS
from . import cfdi_print_text as text
from .print_columns import Columns, columns
from .print_parts import Label, PrintedLine, PrintedPart, PrintedTax, PrintedTotal, labels

LEGEND = "Este documento es una representación impresa de un CFDI"
TITLES = {
    "I": "Factura", "E": "Nota de crédito", "T": "Traslado", "N": "Recibo de nómina", "P": "Recibo de pago"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCfdi:
    """The page as data; all texts are ready to print."""
    heads: ClassVar[tuple[str, str, str]] = ("Clave", "No. ident.", "Importe")
    party_titles: ClassVar[tuple[str, str]] = ("Emisor", "Receptor")
    total_name: ClassVar[str] = "Total"
    words_name: ClassVar[str] = "Total con letra"
    after_total: ClassVar[tuple[PrintedTotal, ...]] = ()

    title: str
    number: str
    uuid: str
    issuer_name: str
    issuer_short_name: str
    issuer_rfc: str
    issuer: tuple[Label, ...]
    receiver_name: str
    receiver_rfc: str
    receiver: tuple[Label, ...]
    document: tuple[Label, ...]
    notes: tuple[Label, ...]
    related: tuple[Label, ...]
    lines: tuple[PrintedLine, ...]
    columns: Columns
    totals: tuple[PrintedTotal, ...]
    currency: str
    total: str
    words: str
    stamp: tuple[Label, ...]
    seals: tuple[Label, ...]
    qr_text: str
    legend: str


def printed(xml: bytes) -> PrintedCfdi:
    """Return what to print of a stamped CFDI 4.0.

    :raises InvalidDocument: not a CFDI 4.0, or not stamped
    :raises UnknownComplement: it holds a complement that cannot be read
    """
    cfdi = read.parse(xml, limits=OWN_LIMITS)
    if cfdi.timbre is None:
        raise InvalidDocument("Complemento.TimbreFiscalDigital", "not stamped")
    decimals = catalogs.MONEDA.get(cfdi.moneda, 2)
    lines = tuple(_line(line, decimals) for line in cfdi.conceptos)
    return PrintedCfdi(
        title=TITLES.get(cfdi.tipo_de_comprobante, "Comprobante"),
        number=" ".join(filter(None, (cfdi.serie, cfdi.folio))),
        uuid=cfdi.timbre.uuid,
        issuer_name=cfdi.emisor.nombre, issuer_short_name=text.short(cfdi.emisor.nombre, 130),
        issuer_rfc=cfdi.emisor.rfc, issuer=_issuer(cfdi),
        receiver_name=cfdi.receptor.nombre, receiver_rfc=cfdi.receptor.rfc, receiver=_receiver(cfdi),
        document=_document(cfdi), notes=labels(("Condiciones de pago", cfdi.condiciones_de_pago)),
        related=_related(cfdi),
        lines=lines, columns=columns(lines),
        totals=tuple(_totals(cfdi, decimals)),
        currency=cfdi.moneda,
        total=text.amount(cfdi.total, decimals),
        words=amount_in_words(cfdi.total, cfdi.moneda),
        stamp=_stamp(cfdi, cfdi.timbre), seals=_seals(xml, cfdi, cfdi.timbre),
        qr_text=expression.qr_url(cfdi), legend=LEGEND)


# ------------------------------------------------------------------
# Head
# ------------------------------------------------------------------

def _issuer(cfdi: Comprobante) -> tuple[Label, ...]:
    return labels(
        ("RFC", cfdi.emisor.rfc),
        ("Régimen fiscal", text.described(catalogs.REGIMEN_FISCAL, cfdi.emisor.regimen_fiscal)),
        ("Lugar de expedición", f"C.P. {cfdi.lugar_expedicion}"),
        ("Núm. de operación del adquirente", cfdi.emisor.fac_atr_adquirente))


def _receiver(cfdi: Comprobante) -> tuple[Label, ...]:
    receiver = cfdi.receptor
    return labels(
        ("RFC", receiver.rfc),
        ("Régimen fiscal", text.described(catalogs.REGIMEN_FISCAL, receiver.regimen_fiscal_receptor)),
        ("Domicilio fiscal", f"C.P. {receiver.domicilio_fiscal_receptor}"),
        ("Uso del CFDI", text.described(catalogs.USO_CFDI, receiver.uso_cfdi)),
        ("Residencia fiscal", text.country(receiver.residencia_fiscal)),
        ("Registro tributario", receiver.num_reg_id_trib))


def _document(cfdi: Comprobante) -> tuple[Label, ...]:
    whole = cfdi.informacion_global
    period = whole and (
        text.described(catalogs.PERIODICIDAD, whole.periodicidad),
        f"{text.described(catalogs.MESES, whole.meses)} {whole.anio}")
    periodicity, month = period or (None, None)
    return labels(
        ("Fecha de expedición", text.moment(cfdi.fecha)),
        ("Tipo de comprobante", text.described(catalogs.TIPO_DE_COMPROBANTE, cfdi.tipo_de_comprobante)),
        ("Serie", cfdi.serie),
        ("Folio", cfdi.folio),
        ("Método de pago", text.described(catalogs.METODO_PAGO, cfdi.metodo_pago)),
        ("Forma de pago", text.described(catalogs.FORMA_PAGO, cfdi.forma_pago)),
        ("Moneda", text.currency(cfdi.moneda)),
        ("Tipo de cambio", text.amount(cfdi.tipo_cambio, 0)),
        ("Exportación", text.described(catalogs.EXPORTACION, cfdi.exportacion)),
        ("Confirmación", cfdi.confirmacion),
        ("Periodicidad", periodicity),
        ("Mes y año", month))


def _related(cfdi: Comprobante) -> tuple[Label, ...]:
    return tuple(
        Label(
            name=text.described(catalogs.TIPO_RELACION, related.tipo_relacion),
            value=", ".join(related.uuids))
        for related in cfdi.cfdi_relacionados)


# ------------------------------------------------------------------
# Lines
# ------------------------------------------------------------------

def _line(line: Concepto, decimals: int) -> PrintedLine:
    return PrintedLine(
        product_code=line.clave_prod_serv,
        number=line.no_identificacion or "",
        quantity=text.quantity(line.cantidad),
        unit_code=line.clave_unidad,
        unit=line.unidad or "",
        description=line.descripcion,
        unit_price=text.amount(line.valor_unitario, decimals),
        discount=text.amount(line.descuento, decimals),
        amount=text.amount(line.importe, decimals),
        tax_object=text.described(catalogs.OBJETO_IMP, line.objeto_imp),
        taxes=tuple(_taxes(line, decimals)),
        labels=_line_labels(line),
        parts=tuple(_part(part, decimals) for part in line.partes))


def _taxes(line: Concepto, decimals: int):
    for prefix, taxes in (("", line.traslados), ("Retención ", line.retenciones)):
        for tax in taxes:
            yield PrintedTax(
                name=f"{prefix}{tax.impuesto} {text.tax_name(tax.impuesto)}",
                rate=text.rate(tax.tipo_factor, tax.tasa_o_cuota),
                base=text.amount(tax.base, decimals),
                amount=text.amount(tax.importe, decimals))


def _line_labels(line: Concepto) -> tuple[Label, ...]:
    third = line.a_cuenta_terceros
    on_behalf = third and (
        f"{third.nombre_a_cuenta_terceros}, RFC {third.rfc_a_cuenta_terceros}, régimen fiscal "
        f"{text.described(catalogs.REGIMEN_FISCAL, third.regimen_fiscal_a_cuenta_terceros)}, "
        f"C.P. {third.domicilio_fiscal_a_cuenta_terceros}")
    return labels(
        ("Pedimento", _joined(line.informacion_aduanera)),
        ("Cuenta predial", _joined(line.cuenta_predial)),
        ("A cuenta de terceros", on_behalf))


def _part(part, decimals: int) -> PrintedPart:
    return PrintedPart(
        quantity=text.quantity(part.cantidad),
        unit=part.unidad or "",
        description=part.descripcion,
        labels=labels(
            ("Clave", part.clave_prod_serv),
            ("No. de identificación", part.no_identificacion),
            ("Valor unitario", text.amount(part.valor_unitario, decimals)),
            ("Importe", text.amount(part.importe, decimals)),
            ("Pedimento", _joined(part.informacion_aduanera))))


def _joined(numbers: tuple[str, ...]) -> str:
    """Put numbers side by side; the double spaces inside a customs number are part of it and must not be broken."""
    return ", ".join(number.replace(" ", text.NBSP) for number in numbers)


# ------------------------------------------------------------------
# Totals
# ------------------------------------------------------------------

def _totals(cfdi: Comprobante, decimals: int):
    """Yield the way from Subtotal to Total, each tax on its own line."""
    yield PrintedTotal(name="Subtotal", value=text.amount(cfdi.sub_total, decimals))
    if cfdi.descuento is not None:
        yield PrintedTotal(name="Descuento", value=_minus(cfdi.descuento, decimals))
    taxes = cfdi.impuestos or Impuestos()
    for tax in taxes.traslados:
        yield PrintedTotal(
            name=f"{text.tax_name(tax.impuesto)} {text.rate(tax.tipo_factor, tax.tasa_o_cuota)}",
            note=f"base {text.amount(tax.base, decimals)}", value=text.amount(tax.importe, decimals) or text.DASH)
    for tax in cfdi.impuestos_locales.traslados if cfdi.impuestos_locales else ():
        yield PrintedTotal(
            name=f"{tax.imp_loc_trasladado} {text.percent(tax.tasa_de_traslado)}", note="impuesto local",
            value=text.amount(tax.importe, decimals))
    for tax in taxes.retenciones:
        yield PrintedTotal(name=f"Retención {text.tax_name(tax.impuesto)}", value=_minus(tax.importe, decimals))
    for tax in cfdi.impuestos_locales.retenciones if cfdi.impuestos_locales else ():
        yield PrintedTotal(
            name=f"Retención {tax.imp_loc_retenido} {text.percent(tax.tasa_de_retencion)}", note="impuesto local",
            value=_minus(tax.importe, decimals))


def _minus(value, decimals: int) -> str:
    return f"\N{MINUS SIGN}{text.amount(value, decimals)}" if value else text.amount(value, decimals)


# ------------------------------------------------------------------
# Stamp
# ------------------------------------------------------------------

def _stamp(cfdi: Comprobante, timbre: TimbreFiscalDigital) -> tuple[Label, ...]:
    return labels(
        ("Folio fiscal (UUID)", timbre.uuid),
        ("Fecha y hora de certificación", text.moment(timbre.fecha_timbrado)),
        ("No. de certificado del emisor", cfdi.no_certificado),
        ("No. de certificado del SAT", timbre.no_certificado_sat),
        ("RFC del proveedor de certificación", timbre.rfc_prov_certif),
        ("Leyenda", timbre.leyenda))


def _seals(xml: bytes, cfdi: Comprobante, timbre: TimbreFiscalDigital) -> tuple[Label, ...]:
    original = cadena.tfd_string(xml, limits=OWN_LIMITS)
    return labels(
        ("Sello digital del CFDI", cfdi.sello),
        ("Sello digital del SAT", timbre.sello_sat),
        ("Cadena original del complemento de certificación digital del SAT", original))
