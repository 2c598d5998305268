"""SOAP 1.2 as the service speaks it: one operation in, one result or fault out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from ..document import Unreadable, parse
from ..reply import Reply
from .names import ACTION, ADDRESSING, ARRAYS, CONTRACTS, SERVICE, SOAP12

MAX_MESSAGE = 64 * 1024 * 1024
CONTENT_TYPE = "application/soap+xml; charset=utf-8"
OPERATIONS = {
    "SendBillSync": ("fileName", "contentFile"),
    "SendBillAsync": ("fileName", "contentFile"),
    "SendTestSetAsync": ("fileName", "contentFile", "testSetId"),
    "SendEventUpdateStatus": ("contentFile",),
    "GetStatus": ("trackId",),
    "GetStatusZip": ("trackId",),
    "GetStatusEvent": ("trackId",),
    "GetXmlByDocumentKey": ("trackId",),
    "GetNumberingRange": ("accountCode", "accountCodeT", "softwareCode"),
    "GetExchangeEmails": (),
    "GetAcquirer": ("identificationType", "identificationNumber"),
}
_ACTION = re.compile(r'action\s*=\s*"([^"]*)"')


class Fault(Exception):
    """The message is refused as a message; `subcode` is the service's own name for the reason."""

    def __init__(self, subcode: str, text: str) -> None:
        super().__init__(text)
        self.subcode = subcode


@dataclass(frozen=True)
class Message:
    """A call: its whole tree (for the signature), the operation and its parameters."""

    root: etree._Element
    operation: str
    parameters: dict[str, str]


def read(body: bytes, content_type: str) -> Message:
    """Checks content type, action, envelope, operation and parameters.

    The action stands in the content type, in the header and in the body's element: all three have to agree.
    """
    media, _semicolon, _rest = content_type.partition(";")
    if media.strip().lower() != "application/soap+xml":
        raise Fault("UnsupportedMedia", f"Content Type {media} was not supported by service")
    root = _envelope(body)
    wrapper = list(root.find(f"{{{SOAP12}}}Body"))
    if len(wrapper) != 1:
        raise Fault("InvalidBody", "The body must hold exactly one element")
    name = etree.QName(wrapper[0])
    if name.namespace != SERVICE or name.localname not in OPERATIONS:
        raise Fault("ActionNotSupported", f"The operation {name.localname} is not known")
    action = _ACTION.search(content_type)
    header = (root.findtext(f"{{{SOAP12}}}Header/{{{ADDRESSING}}}Action") or "").strip()
    said = {action.group(1) if action else "", header}
    if said != {ACTION + name.localname}:
        raise Fault("ActionMismatch", f"The action is not that of {name.localname}")
    parameters = {}
    for child in wrapper[0].iterchildren("*"):
        parameter = etree.QName(child)
        if parameter.namespace != SERVICE or parameter.localname not in OPERATIONS[name.localname]:
            raise Fault("DeserializationFailed", f"Unexpected element {parameter.localname}")
        parameters[parameter.localname] = (child.text or "").strip()
    return Message(root, name.localname, parameters)


def _envelope(body: bytes) -> etree._Element:
    try:
        root = parse(body, MAX_MESSAGE)
    except Unreadable as error:
        raise Fault("InvalidMessage", str(error)) from error
    if root.tag != f"{{{SOAP12}}}Envelope" or root.find(f"{{{SOAP12}}}Body") is None:
        raise Fault("VersionMismatch", "Not a SOAP 1.2 envelope")
    return root


def member(prefix: str, name: str, value: str | None) -> str:
    """One member of a result; None is a nil, as the real service writes it."""
    if value is None:
        return f'<{prefix}:{name} i:nil="true"/>'
    return f"<{prefix}:{name}>{escape(value)}</{prefix}:{name}>"


def strings(prefix: str, name: str, values: list[str]) -> str:
    items = "".join(f"<c:string>{escape(value)}</c:string>" for value in values)
    return f'<{prefix}:{name} xmlns:c="{ARRAYS}">{items}</{prefix}:{name}>'


def answer(operation: str, kind: str, content: str) -> Reply:
    """``content`` is the already escaped inside of the result, with the prefix ``b`` for its contract ``kind``."""
    body = (
        f'<s:Envelope xmlns:s="{SOAP12}" xmlns:a="{ADDRESSING}"><s:Header>'
        f'<a:Action s:mustUnderstand="1">{ACTION}{operation}Response</a:Action></s:Header><s:Body>'
        f'<{operation}Response xmlns="{SERVICE}"><{operation}Result xmlns:b="{CONTRACTS}{kind}"'
        f' xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{content}</{operation}Result></{operation}Response>'
        "</s:Body></s:Envelope>"
    )
    return Reply(200, body.encode("utf-8"), CONTENT_TYPE, close=True)


def fault(message: str, subcode: str = "InternalServiceFault") -> Reply:
    side = "Receiver" if subcode == "InternalServiceFault" else "Sender"
    body = (
        f'<s:Envelope xmlns:s="{SOAP12}" xmlns:a="{ADDRESSING}"><s:Body><s:Fault><s:Code><s:Value>s:{side}</s:Value>'
        f"<s:Subcode><s:Value>a:{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(message)}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
    )
    return Reply(500, body.encode("utf-8"), CONTENT_TYPE, close=True)
