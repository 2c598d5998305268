"""Facturatech's SOAP 1.1, RPC style, as its PHP server (NuSOAP) speaks it.

Written and read with lxml and not with zeep, on purpose: operations have a dot in their name, the same server is used
with encoded and with literal messages, and its namespaces differ between environments while only local names count.
A definition would promise more order than there is, and its answers would turn into doubts for nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from ..errors import InDoubt, Misconfigured, XmlRefused
from ..xmlio.parse import parse_untrusted
from ..xmlio.write import legal
from .http import HttpAnswer, verdict_on_status
from .record import Call
from .soap import ANSWER_LIMITS, ENVELOPE_NS

ENCODED = "http://schemas.xmlsoap.org/soap/encoding/"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
_OLD_ENCODING = re.compile(
    rb"<\?xml\s[^>]*?encoding\s*=\s*[\"'](?:iso-8859-1|windows-1252)[\"'][^>]*\?>", re.IGNORECASE
)
_SHOWN_FAULT = 500

Parameter = str | int


@dataclass(frozen=True, slots=True)
class Product:
    """One of Facturatech's servers: `namespace` and `path` with the stage (demo, pro) to fill in, names of operations
    and of what they look a document up by. An operation that is not known is empty.
    """

    host: str
    path: str
    prefix: str
    number: str
    upload: str
    upload_layout: str
    status: str
    download: str
    key: str
    credits: str


INVOICES = Product(
    host="https://ws.facturatech.co",
    path="/v2/{stage}/",
    prefix="prefijo",
    number="folio",
    upload="FtechAction.uploadInvoiceFile",
    upload_layout="FtechAction.uploadInvoiceFileLayout",
    status="FtechAction.documentStatusFile",
    download="FtechAction.downloadXMLFile",
    key="FtechAction.getCUFEFile",
    credits="FtechAction.checkCredits",
)
# Its manual is not public; names as clients use them.
SUPPORT_DOCUMENTS = Product(
    host="https://ws-dse.facturatech.co",
    path="/v1/{stage}/",
    prefix="prefix",
    number="number",
    upload="uploadDocument",
    upload_layout="",
    status="documentStatus",
    download="downloadXML",
    key="downloadCUDS",
    credits="",
)


def namespace(product: Product, stage: str) -> str:
    return f"urn:{product.host}{product.path.format(stage=stage)}"


def request(product: Product, stage: str, operation: str, parameters: Mapping[str, Parameter]) -> bytes:
    """The envelope of a call; an int is sent as xsd:integer, everything else as xsd:string.

    :raises Misconfigured: a value holds a sign that XML cannot; `name` says whose.
    """
    space = namespace(product, stage)
    root = etree.Element(
        f"{{{ENVELOPE_NS}}}Envelope", nsmap={"soapenv": ENVELOPE_NS, "xsi": XSI, "xsd": XSD, "urn": space}
    )
    etree.SubElement(root, f"{{{ENVELOPE_NS}}}Header")
    body = etree.SubElement(root, f"{{{ENVELOPE_NS}}}Body")
    call = etree.SubElement(body, f"{{{space}}}{operation}", {f"{{{ENVELOPE_NS}}}encodingStyle": ENCODED})
    for name, value in parameters.items():
        kind = "xsd:integer" if isinstance(value, int) else "xsd:string"
        try:
            etree.SubElement(call, name, {f"{{{XSI}}}type": kind}).text = legal(str(value))
        except XmlRefused as error:
            raise Misconfigured(reason="not_xml", name=name) from error
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def headers(product: Product, stage: str, operation: str) -> dict[str, str]:
    return {
        "Content-Type": "text/xml; charset=utf-8",
        "Accept": "text/xml",
        "SOAPAction": f'"{namespace(product, stage)}#{operation}"',
    }


def fields(answer: HttpAnswer, operation: str, call: Call) -> dict[str, str]:
    """The texts of an answer by their names in lower case.

    :raises InDoubt: a fault, a page, anything else that is no answer to `operation`; Misconfigured: by HTTP status.
    """
    content = _content(answer.body)
    if content is not None and etree.QName(content).localname == "Fault":
        words = {etree.QName(node).localname: (node.text or "").strip() for node in content}
        call.authority_code = words.get("faultcode", "")[:_SHOWN_FAULT]
        call.authority_message = words.get("faultstring", "")[:_SHOWN_FAULT]
        raise InDoubt(reason="fault", http_status=answer.status, detail=call.authority_message)
    if answer.status != 200:
        raise verdict_on_status(answer)
    if content is None:
        raise InDoubt(reason="unreadable", http_status=answer.status)
    if etree.QName(content).localname != f"{operation}Response":
        raise InDoubt(reason="unknown_answer", http_status=answer.status)
    return {
        etree.QName(node).localname.lower(): (node.text or "").strip()
        for node in content.iterdescendants("*")
        if not len(node)
    }


def _content(body: bytes) -> etree._Element | None:
    """The one element inside the envelope's body; None for what is no envelope."""
    try:
        root = parse_untrusted(_utf8(body), limits=ANSWER_LIMITS)
    except XmlRefused:
        return None
    if etree.QName(root).localname != "Envelope":
        return None
    bodies = [node for node in root if etree.QName(node).localname == "Body"]
    return bodies[0][0] if len(bodies) == 1 and len(bodies[0]) == 1 else None


def _utf8(body: bytes) -> bytes:
    """NuSOAP writes Latin-1 unless its owner told it otherwise, and PHP files like to send blanks ahead."""
    body = body.lstrip(_BEFORE_XML)
    declared = _OLD_ENCODING.match(body)
    if declared is None:
        return body
    return body[declared.end() :].decode("cp1252", "replace").encode()
