"""The stamp (Timbre Fiscal Digital 1.1) that a PAC puts into a sealed document.

Findings: MX-TFD-01 no stamp; MX-TFD-02 more than one; MX-TFD-03 the UUID is malformed; MX-TFD-04 SelloCFD is not the
seal of this document; MX-TFD-05 the document around the stamp is not what was sent; MX-TFD-06 the certificate of the
stamp is not among the given ones; MX-TFD-07 SelloSAT is not the signature of the stamp; MX-TFD-08 the stamp cannot be
read.
"""

import re
from collections.abc import Iterable

from lxml import etree

from ..certificates import serial_of
from ..errors import CertificateError, InvalidDocument
from ..findings import Finding
from ..signature import decode_base64, is_signed, public_key
from ..values import collapsed
from ..xmlio.parse import CFDI_LIMITS, OWN_LIMITS, Limits, parse_untrusted
from . import names
from .cadena import normalized, require_comprobante, stamps_of, tfd_string_of
from .model import TimbreFiscalDigital
from .read_complements import read_timbre

_UUID = re.compile(r"[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}")
_WHERE = "Complemento.TimbreFiscalDigital"


def read(xml: bytes) -> TimbreFiscalDigital | None:
    """The stamp of a document, None when it has none.

    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: not a CFDI 4.0, stamped more than once, or not a TFD 1.1.
    """
    stamps = stamps_of(parse_untrusted(xml, limits=OWN_LIMITS))
    if len(stamps) > 1:
        raise InvalidDocument(_WHERE, "more than once")
    return read_timbre(stamps[0]) if stamps else None


def belongs(sent: bytes, stamped: bytes) -> list[Finding]:
    """Whether `stamped` is exactly the document `sent` plus one stamp made for it; no finding when it is.

    Compared is the content: elements, attributes and texts. Prefixes, declarations, indentation, comments and
    schemaLocation may differ.

    :raises XmlRefused: one of them is not acceptable as XML.
    :raises InvalidDocument: one of them is not a CFDI 4.0.
    """
    ours, theirs = (parse_untrusted(xml, limits=OWN_LIMITS) for xml in (sent, stamped))
    require_comprobante(ours)
    findings = _stamp_findings(theirs, normalized(ours.get("Sello", "")))
    if _content(ours) != _content(theirs):
        findings.append(Finding.error("MX-TFD-05", "Comprobante"))
    return findings


def verify(xml: bytes, pac_certificates: Iterable[bytes], *, limits: Limits = CFDI_LIMITS) -> list[Finding]:
    """Whether the document carries one stamp, made for its seal and signed by one of the PAC certificates (DER).

    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: not a CFDI 4.0.
    """
    root = parse_untrusted(xml, limits=limits)
    findings = _stamp_findings(root, normalized(root.get("Sello", "")))
    stamps = stamps_of(root)
    if len(stamps) == 1:
        findings += _signature_findings(stamps[0], pac_certificates)
    return findings


def _signature_findings(stamp: etree._Element, pac_certificates: Iterable[bytes]) -> list[Finding]:
    number = normalized(stamp.get("NoCertificadoSAT", ""))
    key = next((public_key(der) for der in pac_certificates if _serial(der) == number), None)
    if key is None:
        return [Finding.error("MX-TFD-06", f"{_WHERE}.NoCertificadoSAT", serial_number=number)]
    signature = decode_base64(stamp.get("SelloSAT", ""))
    if signature is None or not is_signed(key, signature, tfd_string_of(stamp).encode("utf-8")):
        return [Finding.error("MX-TFD-07", f"{_WHERE}.SelloSAT")]
    return []


def _stamp_findings(root: etree._Element, sello: str) -> list[Finding]:
    """What can be said without a certificate; `sello` is the seal that the stamp must name."""
    stamps = stamps_of(root)
    if len(stamps) != 1:
        return [Finding.error("MX-TFD-02" if stamps else "MX-TFD-01", _WHERE)]
    findings = []
    uuid = normalized(stamps[0].get("UUID", ""))
    if not _UUID.fullmatch(uuid):
        findings.append(Finding.error("MX-TFD-03", f"{_WHERE}.UUID", uuid=uuid[:40]))
    if not sello or normalized(stamps[0].get("SelloCFD", "")) != sello:
        findings.append(Finding.error("MX-TFD-04", f"{_WHERE}.SelloCFD"))
    try:
        read_timbre(stamps[0])
    except InvalidDocument as error:
        findings.append(Finding.error("MX-TFD-08", error.where, problem=error.problem))
    return findings


def _serial(der: bytes) -> str:
    try:
        return serial_of(der)
    except CertificateError:
        return ""


def _content(root: etree._Element) -> list[object]:
    """The document without stamps as a flat list that can be compared; an emptied Complemento does not count."""
    flat: list[object] = []
    _flatten(root, flat)
    return flat


def _flatten(element: etree._Element, flat: list[object]) -> None:
    if element.tag == names.TIMBRE:
        return
    if element.tag == names.COMPLEMENTO and all(node.tag == names.TIMBRE for node in element.iterchildren("*")):
        return
    attributes = {name: collapsed(value) for name, value in element.items() if not name.startswith(f"{{{names.XSI}}}")}
    flat.append((element.tag, attributes, _text(element.text)))
    for node in element.iterchildren("*"):
        _flatten(node, flat)
        if tail := _text(node.tail):  # an empty one would count the places of elements that are left out
            flat.append(tail)
    flat.append("end")


def _text(text: str | None) -> str:
    return collapsed(text or "")
