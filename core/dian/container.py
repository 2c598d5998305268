"""What the buyer of a Colombian document gets: the AttachedDocument in its ZIP (annex 1.9, 6.6 and 15.1).

It holds the signed document and DIAN's signed answer byte by byte, as CDATA. Everything else in it is read from those
two, so that nothing can contradict them.
"""

import io
import re
import zipfile
from datetime import datetime
from html import escape

from lxml import etree

from ..errors import InvalidDocument
from ..xmlio.parse import OWN_LIMITS, Limits, parse_untrusted

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
MAX_PACKAGE = 2 * 1024 * 1024  # bytes of the ZIP that may be mailed (annex 1.9, 15.1)
_CBC = f"{{{UBL}CommonBasicComponents-2}}"
_CAC = f"{{{UBL}CommonAggregateComponents-2}}"
_VALIDATOR = "Unidad Especial Dirección de Impuestos y Aduanas Nacionales"
LIMITS = Limits(size=8 * 1024 * 1024, elements=200_000, all_attributes=600_000, text=6 * 1024 * 1024)
_ROOT = f"{{{UBL}AttachedDocument-2}}AttachedDocument"
_TEXT = f"{_CAC}Attachment/{_CAC}ExternalReference/{_CBC}Description"
_PARTS = (_TEXT, f"{_CAC}ParentDocumentLineReference/{_CAC}DocumentReference/{_TEXT}")


def attached_document(document: bytes, response: bytes, *, identity: str, issued: datetime) -> bytes:
    """The container with an empty place for its own signature, to be signed by `xades_sign.sign`.

    :param document: the signed invoice or note.
    :param response: DIAN's ApplicationResponse that validated it.
    :param identity: number of the container, of the issuer's own choice.
    :param issued: aware, in Colombia's time.
    :raises InvalidDocument: one of the two lacks what the container needs, or could not be carried byte by byte.
    :raises XmlRefused: one of the two is not acceptable as XML.
    """
    for name, data in (("document", document), ("response", response)):
        if b"\r" in data:  # every XML reader turns it into a line feed, and the signature inside would break
            raise InvalidDocument(name, "a raw carriage return does not survive in CDATA")
    root, answer = (parse_untrusted(data, limits=OWN_LIMITS) for data in (document, response))
    _check_same_key(root, answer)
    number, environment = _text(root, "ID"), _text(root, "ProfileExecutionID")
    body = "".join((
        "<cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID><cbc:CustomizationID>Documentos adjuntos</cbc:CustomizationID>",
        "<cbc:ProfileID>Factura Electrónica de Venta</cbc:ProfileID>",
        f"<cbc:ProfileExecutionID>{escape(environment)}</cbc:ProfileExecutionID><cbc:ID>{escape(identity)}</cbc:ID>",
        f"<cbc:IssueDate>{issued.date().isoformat()}</cbc:IssueDate>",
        f"<cbc:IssueTime>{issued.isoformat(timespec='seconds').partition('T')[2]}</cbc:IssueTime>",
        "<cbc:DocumentType>Contenedor de Factura Electrónica</cbc:DocumentType>",
        f"<cbc:ParentDocumentID>{escape(number)}</cbc:ParentDocumentID>",
        _party(root, "AccountingSupplierParty", "SenderParty"),
        _party(root, "AccountingCustomerParty", "ReceiverParty"),
        _attachment(document),
        _validation(root, answer, response, number),
    ))
    return _ENVELOPE.format(body=body).encode("utf-8")


def contents(container: bytes, *, needs_answer: bool = True) -> tuple[bytes, bytes]:
    """The document and DIAN's answer inside a container, byte by byte.

    Signatures are not checked: that is the matter of `xades`, for each of the three.

    :param needs_answer: False accepts a container without DIAN's answer, which is then b"".
    :raises InvalidDocument: no container, one of them is missing or stands twice, or the answer is another document's.
    :raises XmlRefused: the container or one of them is not acceptable as XML.
    """
    root = parse_untrusted(container, limits=LIMITS)
    if root.tag != _ROOT:
        raise InvalidDocument("AttachedDocument", "another root")
    document = _part(root, _PARTS[0])
    if not needs_answer and root.find(_PARTS[1]) is None:
        return document, b""
    response = _part(root, _PARTS[1])
    _check_same_key(*(parse_untrusted(data, limits=LIMITS) for data in (document, response)))
    return document, response


def _part(root: etree._Element, path: str) -> bytes:
    """The one text at `path`: of two, another reader could take the other one."""
    found = root.findall(path)
    if len(found) != 1 or len(found[0]) or not (found[0].text or "").strip():
        raise InvalidDocument("Attachment", "not exactly one document and one answer of DIAN")
    return str(found[0].text).encode("utf-8")


def _check_same_key(document: etree._Element, answer: etree._Element) -> None:
    """:raises InvalidDocument: DIAN's answer names another document."""
    key = (document.findtext(f"{_CBC}UUID") or "").strip()
    path = f"{_CAC}DocumentResponse/{_CAC}DocumentReference/{_CBC}UUID"
    if any((node.text or "").strip() != key for node in answer.findall(path)):
        raise InvalidDocument("ApplicationResponse", "the answer is about another document")


def package(files: dict[str, bytes]) -> bytes:
    """The ZIP of the files, by name.

    :raises InvalidDocument: larger than may be mailed.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # a fixed time: the same files make the same package
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    if out.tell() > MAX_PACKAGE:
        raise InvalidDocument("package", f"{out.tell()} bytes, at most {MAX_PACKAGE} may be mailed")
    return out.getvalue()


def mail_subject(nit: str, name: str, number: str, kind: str, trade_name: str, business_line: str = "") -> str:
    """Subject of the delivery: NIT;Nombre;Número;Tipo;Nombre comercial[;Línea de negocio] (annex 1.9, 15.1)."""
    parts = [nit, name, number, kind, trade_name or name, *([business_line] if business_line else [])]
    # the receiver's robot splits at semicolons, and a header has one line
    return ";".join(re.sub(r"[;\s]+", " ", part).strip() for part in parts)


_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<AttachedDocument xmlns="{UBL}AttachedDocument-2" xmlns:cac="{UBL}CommonAggregateComponents-2"'
    f' xmlns:cbc="{UBL}CommonBasicComponents-2" xmlns:ext="{UBL}CommonExtensionComponents-2"'
    ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">'
    "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension>"
    "</ext:UBLExtensions>{body}</AttachedDocument>"
)


def _text(node: etree._Element, name: str) -> str:
    """The text of a basic component below `node`.

    :raises InvalidDocument: it is not there.
    """
    found = node.find(_CBC + name)
    text = "" if found is None else (found.text or "").strip()
    if not text:
        raise InvalidDocument(name, "missing")
    return text


def _party(root: etree._Element, source: str, role: str) -> str:
    """A party by its tax scheme, exactly as the document has it (rule AE28 wants TaxLevelCode with its list)."""
    scheme = root.find(f"{_CAC}{source}/{_CAC}Party/{_CAC}PartyTaxScheme")
    if scheme is None:
        raise InvalidDocument(source, "no PartyTaxScheme")
    parts = [_basic(scheme.find(_CBC + name)) for name in ("RegistrationName", "CompanyID", "TaxLevelCode")]
    tax = scheme.find(f"{_CAC}TaxScheme")
    inner = "" if tax is None else "".join(_basic(tax.find(_CBC + name)) for name in ("ID", "Name"))
    return (
        f"<cac:{role}><cac:PartyTaxScheme>{''.join(parts)}<cac:TaxScheme>{inner}</cac:TaxScheme>"
        f"</cac:PartyTaxScheme></cac:{role}>"
    )


def _basic(node: etree._Element | None) -> str:
    """A basic component written again: name, attributes, text."""
    if node is None:
        return ""
    name = etree.QName(node).localname
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.items())
    return f"<cbc:{name}{attributes}>{escape((node.text or '').strip())}</cbc:{name}>"


def _attachment(data: bytes) -> str:
    """`data` inside CDATA; an end mark in it is split over two sections."""
    text = data.decode("utf-8").replace("]]>", "]]]]><![CDATA[>")
    return (
        "<cac:Attachment><cac:ExternalReference><cbc:MimeCode>text/xml</cbc:MimeCode>"
        f"<cbc:EncodingCode>UTF-8</cbc:EncodingCode><cbc:Description><![CDATA[{text}]]></cbc:Description>"
        "</cac:ExternalReference></cac:Attachment>"
    )


def _validation(root: etree._Element, answer: etree._Element, response: bytes, number: str) -> str:
    """DIAN's answer and when it was given."""
    key = root.find(f"{_CBC}UUID")
    code = answer.findtext(f"{_CAC}DocumentResponse/{_CAC}Response/{_CBC}ResponseCode") or ""
    if key is None or not code:
        raise InvalidDocument("ApplicationResponse", "no key or no response code")
    day, time = _text(answer, "IssueDate"), _text(answer, "IssueTime")
    return (
        "<cac:ParentDocumentLineReference><cbc:LineID>1</cbc:LineID><cac:DocumentReference>"
        f"<cbc:ID>{escape(number)}</cbc:ID>{_basic(key)}<cbc:IssueDate>{escape(day)}</cbc:IssueDate>"
        f"<cbc:DocumentType>ApplicationResponse</cbc:DocumentType>{_attachment(response)}<cac:ResultOfVerification>"
        f"<cbc:ValidatorID>{_VALIDATOR}</cbc:ValidatorID>"
        f"<cbc:ValidationResultCode>{escape(code)}</cbc:ValidationResultCode>"
        f"<cbc:ValidationDate>{escape(day)}</cbc:ValidationDate><cbc:ValidationTime>{escape(time)}</cbc:ValidationTime>"
        "</cac:ResultOfVerification></cac:DocumentReference></cac:ParentDocumentLineReference>"
    )
