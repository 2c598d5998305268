"""The printed expression and the address in the QR code of a stamped CFDI (Anexo 20, "Código de barras")."""

from decimal import Decimal
from urllib.parse import quote

from ..errors import InvalidDocument
from ..money import plain, round_half_up
from .model import Comprobante

VERIFICATION_URL = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"


def qr_url(comprobante: Comprobante) -> str:
    """Where anybody can verify the document: id, re, rr, tt, fe in SAT's order.

    The two signs of an RFC that an address cannot hold (& and Ñ) are percent-encoded; the seal stands as it is.

    :raises InvalidDocument: the document is not sealed or not stamped.
    """
    uuid, sello = _identity(comprobante)
    issuer, receiver = quote(comprobante.emisor.rfc), quote(comprobante.receptor.rfc)
    return f"{VERIFICATION_URL}?id={uuid}&re={issuer}&rr={receiver}&tt={total_text(comprobante.total)}&fe={sello[-8:]}"


def printed_expression(comprobante: Comprobante) -> str:
    """The question for SAT's status service: ?re, rr, tt, id, fe; & in an RFC is escaped as in XML.

    :raises InvalidDocument: the document is not sealed or not stamped.
    """
    uuid, sello = _identity(comprobante)
    issuer, receiver = (rfc.replace("&", "&amp;") for rfc in (comprobante.emisor.rfc, comprobante.receptor.rfc))
    return f"?re={issuer}&rr={receiver}&tt={total_text(comprobante.total)}&id={uuid}&fe={sello[-8:]}"


def total_text(total: Decimal) -> str:
    """Six decimals without trailing zeros, but at least one: 116 -> 116.0, 116.50 -> 116.5."""
    whole, _point, fraction = plain(round_half_up(total, 6)).partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _identity(comprobante: Comprobante) -> tuple[str, str]:
    if comprobante.timbre is None:
        raise InvalidDocument("Complemento.TimbreFiscalDigital", "not stamped")
    if not comprobante.sello:
        raise InvalidDocument("Sello", "not sealed")
    return comprobante.timbre.uuid, comprobante.sello
