"""Facturatech's SOAP 1.1 as its PHP server speaks it: RPC style, dots in names, of which only the local part counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from .. import names
from ..document import MAX_ENVELOPE, Unreadable, parse
from ..reply import Reply, Request

XSD, XSI = "http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-instance"
ENCODED = "http://schemas.xmlsoap.org/soap/encoding/"
WSDL, WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/", "http://schemas.xmlsoap.org/wsdl/soap/"
CONTENT_TYPE = "text/xml; charset=utf-8"
PREFIX = "FtechAction."
_NUMBER = ("username", "password", "prefijo", "folio")


@dataclass(frozen=True)
class Operation:
    """What it does here, its parameters in order, the type of its result."""

    does: str
    parameters: tuple[str, ...]
    result: str


@dataclass(frozen=True)
class Server:
    """One of the provider's servers: operations by name, and what it calls a transaction, a file and an error."""

    name: str
    namespace: str
    operations: dict[str, Operation]
    transaction: str = "transaccionID"
    file: str = "resourceData"
    error: str = "error"


INVOICES = Server("SERVICES-FACTURATECH", "urn:https://ws.facturatech.co/v2/{stage}/", {
    f"{PREFIX}uploadInvoiceFile": Operation("upload", ("username", "password", "xmlBase64"), "Response_ws"),
    f"{PREFIX}uploadInvoiceFileLayout": Operation("upload", ("username", "password", "layout"), "Response_ws"),
    f"{PREFIX}documentStatusFile": Operation("status", ("username", "password", "transaccionID"), "Response_docs"),
    f"{PREFIX}downloadXMLFile": Operation("xml", _NUMBER, "Response_xml"),
    f"{PREFIX}downloadPDFFile": Operation("pdf", _NUMBER, "Response_pdf"),
    f"{PREFIX}getCUFEFile": Operation("key", _NUMBER, "Response_cufe"),
    f"{PREFIX}getQRFile": Operation("qr", _NUMBER, "Response_qr"),
    f"{PREFIX}checkCredits": Operation("credits", ("username", "password"), "Response_credits"),
})
# its manual is not public; the names are those of clients
SUPPORT_DOCUMENTS = Server("SERVICES-FACTURATECH-DSE", "urn:https://ws-dse.facturatech.co/v1/{stage}/", {
    "uploadDocument": Operation("upload", ("username", "password", "xmlBase64"), "Response_ws"),
    "documentStatus": Operation("status", ("username", "password", "transaccionID"), "Response_docs"),
    "downloadXML": Operation("xml", ("username", "password", "prefix", "number"), "Response_xml"),
    "downloadCUDS": Operation("key", ("username", "password", "prefix", "number"), "Response_cuds"),
}, transaction="transID", file="documentBase64", error="messageError")
ROUTES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[Server, str]]], ...] = (
    (re.compile(r"/v2/(demo|pro)/(index\.php)?"), lambda match: (INVOICES, match[1])),
    (re.compile(r"/21(Pro)?/index\.php"), lambda match: (INVOICES, "pro" if match[1] else "demo")),
    (re.compile(r"/v1/(demo|pro)/(index\.php)?"), lambda match: (SUPPORT_DOCUMENTS, match[1])),
)


class Refused(Exception):
    """The call is wrong as SOAP: a fault, HTTP 500."""


@dataclass(frozen=True)
class SoapCall:
    server: Server
    stage: str
    name: str
    parameters: dict[str, str]

    @property
    def operation(self) -> Operation:
        return self.server.operations[self.name]


def place(path: str) -> tuple[Server, str] | None:
    for pattern, of in ROUTES:
        if match := pattern.fullmatch(path):
            return of(match)
    return None


def read(body: bytes, server: Server, stage: str) -> SoapCall:
    """:raises Refused: no envelope, no operation of this server"""
    try:
        root = parse(body, MAX_ENVELOPE)
    except Unreadable as error:
        raise Refused(f"error in msg parsing: {error}") from error
    content = root.find(f"{{{names.SOAP11}}}Body") if root.tag == f"{{{names.SOAP11}}}Envelope" else None
    wrappers = [] if content is None else list(content.iterchildren("*"))
    if len(wrappers) != 1:
        raise Refused("Not a SOAP 1.1 envelope with one operation")
    name = etree.QName(wrappers[0]).localname
    if name not in server.operations:
        raise Refused(f"Operation '{name}' is not defined in the WSDL for this service")
    # the parameters are of no namespace
    known = server.operations[name].parameters
    children = [child for child in wrappers[0].iterchildren("*") if child.tag in known]
    return SoapCall(server, stage, name, {str(child.tag): "".join(child.itertext()) for child in children})


def answer(call: SoapCall, members: dict[str, str]) -> Reply:
    """``members`` of the unqualified ``return``, in order."""
    space = call.server.namespace.format(stage=call.stage)
    inside = "".join(f'<{name} xsi:type="xsd:string">{_text(text)}</{name}>' for name, text in members.items())
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="{names.SOAP11}" xmlns:xsd="{XSD}" '
        f'xmlns:xsi="{XSI}" xmlns:tns="{space}" SOAP-ENV:encodingStyle="{ENCODED}"><SOAP-ENV:Body>'
        f'<ns1:{call.name}Response xmlns:ns1="{space}"><return xsi:type="tns:{call.operation.result}">{inside}</return>'
        f"</ns1:{call.name}Response></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    return Reply(200, body.encode("utf-8"), CONTENT_TYPE, close=True)


def fault(text: str) -> Reply:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="{names.SOAP11}"><SOAP-ENV:Body>'
        f"<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultactor></faultactor><faultstring>{_text(text)}"
        "</faultstring><detail></detail></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    return Reply(500, body.encode("utf-8"), CONTENT_TYPE, close=True)


def _text(text: str) -> str:
    """What XML cannot hold is left out: it may be a piece of what the caller sent."""
    return escape("".join(sign for sign in text if sign >= " " or sign in "\t\n"))


def wsdl(server: Server, stage: str, request: Request) -> Reply:
    """Our own minimal definition."""
    space, service = server.namespace.format(stage=stage), server.name
    messages, ports, bindings = "", "", ""
    for name, operation in server.operations.items():
        parts = "".join(f'<part name="{one}" type="xsd:string"/>' for one in operation.parameters)
        result = f'<part name="return" type="tns:{operation.result}"/>'
        messages += f'<message name="{name}Request">{parts}</message><message name="{name}Response">{result}</message>'
        ports += (
            f'<operation name="{name}"><input message="tns:{name}Request"/><output message="tns:{name}Response"/>'
            "</operation>"
        )
        body = f'<soap:body use="encoded" namespace="{space}" encodingStyle="{ENCODED}"/>'
        bindings += (
            f'<operation name="{name}"><soap:operation soapAction="{space}#{name}" style="rpc"/>'
            f"<input>{body}</input><output>{body}</output></operation>"
        )
    results = sorted({operation.result for operation in server.operations.values()})
    fields = ("code", "success", server.transaction, "status", server.file, server.error)
    members = "".join(f'<xsd:element name="{one}" type="xsd:string" minOccurs="0"/>' for one in fields)
    types = "".join(f'<xsd:complexType name="{one}"><xsd:all>{members}</xsd:all></xsd:complexType>' for one in results)
    address = quoteattr(f"{request.base_url}{request.path}")
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{WSDL}" xmlns:soap="{WSDL_SOAP}" xmlns:xsd="{XSD}" '
        f'xmlns:tns="{space}" targetNamespace="{space}"><types><xsd:schema targetNamespace="{space}">{types}'
        f'</xsd:schema></types>{messages}<portType name="{service}PortType">{ports}</portType>'
        f'<binding name="{service}Binding" type="tns:{service}PortType"><soap:binding style="rpc" '
        f'transport="http://schemas.xmlsoap.org/soap/http"/>{bindings}</binding><service name="{service}">'
        f'<port name="{service}Port" binding="tns:{service}Binding"><soap:address location={address}/></port></service>'
        "</definitions>"
    )
    return Reply(200, text.encode("utf-8"), CONTENT_TYPE)
