"""Rules about the attributes of Comprobante (CFDI40101 to CFDI40126)."""

from collections.abc import Iterator
from decimal import Decimal

from ...certificates import serial_of
from ...errors import CertificateError
from ...findings import Finding
from ...money import decimals_of
from ...signature import decode_base64, public_key
from .. import amounts
from ..catalogs import EXPORTACION, FORMA_PAGO, METODO_PAGO, MONEDA, TIPO_DE_COMPROBANTE, find
from ..model import Comprobante
from .common import day, decimals, is_sale, postal_code_doubts
from .registry import rule

ONE = Decimal(1)
TO_BE_DEFINED = "99"
FIRST_YEAR = 2012


@rule("403")
def issued_since_there_are_certified_documents(c: Comprobante) -> Iterator[Finding]:
    if c.fecha.year < FIRST_YEAR:
        yield Finding.error("403", "Fecha", value=c.fecha.isoformat())


@rule("CFDI40103")
def forma_pago_only_where_money_is_due(c: Comprobante) -> Iterator[Finding]:
    if c.tipo_de_comprobante in ("T", "N", "P") and c.forma_pago is not None:
        yield Finding.error("CFDI40103", "FormaPago", tipo=c.tipo_de_comprobante)


@rule("CFDI40104")
def forma_pago_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    if c.forma_pago is not None and find(FORMA_PAGO, c.forma_pago, day(c)) is None:
        yield Finding.error("CFDI40104", "FormaPago", value=c.forma_pago)


@rule("CFDI40105")
def deferred_payment_is_to_be_defined(c: Comprobante) -> Iterator[Finding]:
    if c.metodo_pago == "PPD" and c.forma_pago != TO_BE_DEFINED:
        yield Finding.error("CFDI40105", "FormaPago", value=c.forma_pago or "")


@rule("MX-PAY-01")
def payment_is_described(c: Comprobante) -> Iterator[Finding]:
    """CFF 29-A VII c) asks for both; the schema does not."""
    if c.tipo_de_comprobante in ("I", "E"):
        if c.forma_pago is None and c.metodo_pago != "PPD":  # CFDI40105 says it for PPD
            yield Finding.warning("MX-PAY-01", "FormaPago")
        if c.metodo_pago is None:
            yield Finding.warning("MX-PAY-01", "MetodoPago")


@rule("MX-PAY-02")
def single_payment_has_a_form(c: Comprobante) -> Iterator[Finding]:
    if c.metodo_pago == "PUE" and c.forma_pago == TO_BE_DEFINED:
        yield Finding.warning("MX-PAY-02", "FormaPago")


@rule("CFDI40106")
def certificate_is_readable(c: Comprobante) -> Iterator[Finding]:
    """Only once there is a certificate: the rules also run before sealing."""
    if not (c.sello or c.certificado or c.no_certificado):
        return
    der = decode_base64(c.certificado)
    if not der or public_key(der) is None:
        yield Finding.error("CFDI40106", "Certificado")
        return
    try:
        number = serial_of(der)
    except CertificateError:
        number = ""
    if c.no_certificado != number:
        yield Finding.error("CFDI40106", "NoCertificado", value=c.no_certificado, certificate=number)


@rule("CFDI40107", "CFDI40112")
def header_amounts_fit_the_currency(c: Comprobante) -> Iterator[Finding]:
    allowed = decimals(c)
    if decimals_of(c.sub_total) > allowed:
        yield Finding.error("CFDI40107", "SubTotal", value=c.sub_total, decimals=allowed)
    if c.descuento is not None and decimals_of(c.descuento) > allowed:
        yield Finding.error("CFDI40112", "Descuento", value=c.descuento, decimals=allowed)


@rule("CFDI40108", "CFDI40109")
def sub_total_is_the_sum_of_the_lines(c: Comprobante) -> Iterator[Finding]:
    if is_sale(c):
        expected = amounts.totals(c.conceptos, None, decimals(c)).sub_total
        if c.sub_total != expected:
            yield Finding.error("CFDI40108", "SubTotal", value=c.sub_total, expected=expected)
    elif c.tipo_de_comprobante in ("T", "P") and c.sub_total != 0:
        yield Finding.error("CFDI40109", "SubTotal", value=c.sub_total)


@rule("CFDI40110", "CFDI40111")
def discount_is_the_sum_of_the_lines(c: Comprobante) -> Iterator[Finding]:
    if c.descuento is not None and c.descuento > c.sub_total:
        yield Finding.error("CFDI40110", "Descuento", value=c.descuento, sub_total=c.sub_total)
    if is_sale(c):
        expected = amounts.totals(c.conceptos, None, decimals(c)).descuento
        if c.descuento != expected:
            written = ("" if amount is None else amount for amount in (c.descuento, expected))
            yield Finding.error("CFDI40111", "Descuento", **dict(zip(("value", "expected"), written, strict=True)))
    elif any(amount is not None for amount in (c.descuento, *(line.descuento for line in c.conceptos))):
        yield Finding.error("CFDI40111", "Descuento", value=c.descuento or "", expected="")


@rule("CFDI40113")
def currency_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    if c.moneda not in MONEDA:
        yield Finding.error("CFDI40113", "Moneda", value=c.moneda)


@rule("CFDI40114", "CFDI40115", "CFDI40116")
def exchange_rate_fits_the_currency(c: Comprobante) -> Iterator[Finding]:
    if c.moneda == "MXN":
        if c.tipo_cambio not in (None, ONE):
            yield Finding.error("CFDI40114", "TipoCambio", value=c.tipo_cambio)
    elif c.moneda == "XXX":
        if c.tipo_cambio is not None:
            yield Finding.error("CFDI40116", "TipoCambio", value=c.tipo_cambio)
    elif c.tipo_cambio is None:
        yield Finding.error("CFDI40115", "TipoCambio", moneda=c.moneda)


@rule("CFDI40119")
def total_squares(c: Comprobante) -> Iterator[Finding]:
    """By the written header: each part has a rule of its own."""
    expected = c.sub_total - (c.descuento or 0)
    if c.impuestos:
        expected += (c.impuestos.total_impuestos_trasladados or 0) - (c.impuestos.total_impuestos_retenidos or 0)
    if c.impuestos_locales:
        expected += c.impuestos_locales.total_de_traslados - c.impuestos_locales.total_de_retenciones
    if c.total != expected:
        yield Finding.error("CFDI40119", "Total", value=c.total, expected=expected)


@rule("CFDI40121")
def type_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    if find(TIPO_DE_COMPROBANTE, c.tipo_de_comprobante, day(c)) is None:
        yield Finding.error("CFDI40121", "TipoDeComprobante", value=c.tipo_de_comprobante)


@rule("CFDI40122")
def definitive_export_needs_its_complement(c: Comprobante) -> Iterator[Finding]:
    """The model has no foreign trade complement, so a definitive export cannot be complete."""
    if c.exportacion == "02":
        yield Finding.error("CFDI40122", "Exportacion")


@rule("CFDI40123")
def export_in_catalogue(c: Comprobante) -> Iterator[Finding]:
    if find(EXPORTACION, c.exportacion, day(c)) is None:
        yield Finding.error("CFDI40123", "Exportacion", value=c.exportacion)


@rule("CFDI40124", "CFDI40125")
def metodo_pago_fits(c: Comprobante) -> Iterator[Finding]:
    if c.metodo_pago is None:
        return
    if c.tipo_de_comprobante in ("T", "P"):
        yield Finding.error("CFDI40125", "MetodoPago", tipo=c.tipo_de_comprobante)
    if find(METODO_PAGO, c.metodo_pago, day(c)) is None:
        yield Finding.error("CFDI40124", "MetodoPago", value=c.metodo_pago)


@rule("CFDI40126")
def place_of_issue_is_known(c: Comprobante) -> Iterator[Finding]:
    """A warning: SAT adds postal codes between two releases of the packed catalogue."""
    yield from postal_code_doubts(c, "CFDI40126", "LugarExpedicion", c.lugar_expedicion)
