"""SOAP 1.1, document/literal wrapped, as far as the provider's services need it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from . import names
from .document import MAX_ENVELOPE, Unreadable, parse
from .reply import Reply

RESULT_NAMESPACE = "apps.services.soap.core.views"


class SoapFault(Exception):
    """The call is wrong as SOAP; answered with HTTP 500 and a fault."""


@dataclass(frozen=True)
class SoapCall:
    operation: str
    parameters: dict[str, str]


def read_call(body: bytes, action: str | None, namespace: str, operations: dict[str, tuple[str, ...]]) -> SoapCall:
    """Checks envelope, namespace, operation, parameters and SOAPAction, which is the bare name of the operation."""
    wrapper = _wrapper(body)
    name = etree.QName(wrapper)
    if name.namespace != namespace:
        raise SoapFault(f"Namespace {name.namespace!r} is not {namespace!r}")
    if name.localname not in operations:
        raise SoapFault(f"Method {name.localname!r} not found")
    if action is None or action.strip().strip('"') != name.localname:
        raise SoapFault(f"SOAPAction {action!r} is not the operation {name.localname!r}")
    parameters = {}
    for child in wrapper.iterchildren("*"):
        parameter = etree.QName(child)
        if parameter.namespace != namespace or parameter.localname not in operations[name.localname]:
            raise SoapFault(f"Unexpected element {child.tag!r} in {name.localname!r}")
        parameters[parameter.localname] = child.text or ""
    return SoapCall(name.localname, parameters)


def _wrapper(body: bytes) -> etree._Element:
    try:
        root = parse(body, MAX_ENVELOPE)
    except Unreadable as error:
        raise SoapFault(f"Unreadable envelope: {error}") from error
    content = root.find(f"{{{names.SOAP11}}}Body") if root.tag == f"{{{names.SOAP11}}}Envelope" else None
    if content is None:
        raise SoapFault("Not a SOAP 1.1 envelope")
    wrappers = list(content.iterchildren("*"))
    if len(wrappers) != 1:
        raise SoapFault("The body must hold exactly one element")
    return wrappers[0]


def text(value: str) -> str:
    """A carriage return must travel as a reference, or the caller's parser turns it into a line feed."""
    return escape(value, {"\r": "&#13;"})


def member(name: str, value: str | None) -> str:
    """One member of a result; None leaves it out, as every member is optional."""
    return "" if value is None else f"<s0:{name}>{text(value)}</s0:{name}>"


def answer(namespace: str, operation: str, result: str) -> Reply:
    """``result`` is the already escaped content of ``<operation>Result``."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<senv:Envelope xmlns:senv="{names.SOAP11}" xmlns:tns="{namespace}" xmlns:s0="{RESULT_NAMESPACE}">'
        f"<senv:Body><tns:{operation}Response><tns:{operation}Result>{result}</tns:{operation}Result>"
        f"</tns:{operation}Response></senv:Body></senv:Envelope>"
    )
    return Reply(200, body.encode("utf-8"), close=True)


def fault(message: str) -> Reply:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<senv:Envelope xmlns:senv="{names.SOAP11}"><senv:Body><senv:Fault><faultcode>senv:Server</faultcode>'
        f"<faultstring>{text(message)}</faultstring></senv:Fault></senv:Body></senv:Envelope>"
    )
    return Reply(500, body.encode("utf-8"), close=True)
