"""SOAP 1.2 with WS-Addressing and WS-Security as DIAN's service wants them (its WSDL's policy; guide of the service).

Signed is the address (`wsa:To`) and nothing else: transport security protects the rest. Two forms of the key's name are
in use, see `KeyName`. The answer carries no signature, so none is looked for.
"""

import base64
import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from .. import clock
from ..enums import TextEnum
from ..errors import Misconfigured, TransportError
from ..signature import Signer
from ..xmlio.parse import Limits, parse_untrusted
from .http import MAX_ANSWER_BYTES, HttpAnswer, HttpClient
from .record import Call
from .soap import SoapService

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
_WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
_BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"
_X509 = f"{_OASIS}x509-token-profile-1.0#X509v3"
_THUMBPRINT = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_OWN_LIMITS = Limits(size=MAX_ANSWER_BYTES, text=MAX_ANSWER_BYTES)


class KeyName(TextEnum):
    """How the header names the certificate: by a reference to the token in it, or by its SHA-1 thumbprint."""

    REFERENCE = "reference"
    THUMBPRINT = "thumbprint"


class SecuredService(SoapService):
    """A service behind WS-Security: `signer` holds the company's certificate, `body_ns` is the messages' namespace."""

    envelope_ns = SOAP12

    def __init__(
        self, wsdl: str, endpoint: str, http: HttpClient, *, signer: Signer, key_name: KeyName, body_ns: str
    ) -> None:
        super().__init__(wsdl, endpoint, http)
        self._signer = signer
        self._key_name = key_name
        self._body_ns = body_ns

    def _prepare(self, message: Any) -> tuple[bytes, dict[str, str]]:
        action = message.headers["SOAPAction"].strip('"')
        envelope = etree.Element(f"{{{SOAP12}}}Envelope", nsmap={"soap": SOAP12, "wcf": self._body_ns})
        header = etree.SubElement(envelope, f"{{{SOAP12}}}Header", nsmap={"wsa": _ADDRESSING})
        body = etree.SubElement(envelope, f"{{{SOAP12}}}Body")
        body.extend(list(message.content.find(f"{{{SOAP12}}}Body")))
        _fill(header, action, self.endpoint, self._signer.certificate_der, self._key_name)
        return _signed(envelope, self._signer, self._key_name), {
            "Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"',
            "Accept": "application/soap+xml",
        }

    def _fault(self, content: etree._Element) -> tuple[str, str]:
        values = [(node.text or "").strip() for node in content.iterfind(f"{{{SOAP12}}}Code//{{{SOAP12}}}Value")]
        text = content.findtext(f"{{{SOAP12}}}Reason/{{{SOAP12}}}Text") or ""
        return (values[-1].rpartition(":")[2] if values else ""), text.strip()

    def _verdict(self, answer: HttpAnswer, call: Call) -> TransportError:
        verdict = super()._verdict(answer, call)
        # Security is checked before the body is looked at: nothing was taken, and the same request fails again
        if call.authority_code in ("InvalidSecurity", "FailedAuthentication", "InvalidSecurityToken"):
            return Misconfigured(reason="security", http_status=answer.status, detail=call.authority_message)
        return verdict


def _fill(header: etree._Element, action: str, address: str, certificate: bytes, key_name: KeyName) -> None:
    """Everything but the two values that are made from the finished message."""
    identity = uuid.uuid4().hex
    strict = key_name is KeyName.THUMBPRINT
    security = etree.SubElement(header, f"{{{_WSSE}}}Security", nsmap={"wsse": _WSSE, "wsu": _WSU})
    delays = clock.delays()
    _timestamp(security, identity, delays.wsse_lifetime, precise=strict)
    if not strict:
        token = etree.SubElement(
            security, f"{{{_WSSE}}}BinarySecurityToken",
            {"EncodingType": _BASE64, "ValueType": _X509, f"{{{_WSU}}}Id": f"X509-{identity}"},
        )
        token.text = base64.b64encode(certificate).decode("ascii")
    _signature(security, identity, certificate, key_name)
    nodes = [security, etree.SubElement(header, f"{{{_ADDRESSING}}}Action")]
    nodes[-1].text = action
    if strict:
        etree.SubElement(header, f"{{{_ADDRESSING}}}MessageID").text = f"urn:uuid:{uuid.uuid4()}"
        reply = etree.SubElement(header, f"{{{_ADDRESSING}}}ReplyTo")
        etree.SubElement(reply, f"{{{_ADDRESSING}}}Address").text = f"{_ADDRESSING}/anonymous"
    nodes.append(etree.SubElement(header, f"{{{_ADDRESSING}}}To", {f"{{{_WSU}}}Id": f"id-{identity}"}, {"wsu": _WSU}))
    nodes[-1].text = address
    for node in nodes if strict else ():
        node.set(f"{{{SOAP12}}}mustUnderstand", "1")


def _timestamp(security: etree._Element, identity: str, lifetime: float, *, precise: bool) -> None:
    now = clock.utc_now()
    timestamp = etree.SubElement(security, f"{{{_WSU}}}Timestamp", {f"{{{_WSU}}}Id": f"TS-{identity}"})
    for name, moment in (("Created", now), ("Expires", now + timedelta(seconds=float(lifetime)))):
        etree.SubElement(timestamp, f"{{{_WSU}}}{name}").text = _utc(moment, precise=precise)


def _utc(moment: datetime, *, precise: bool) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if precise else "seconds") + "Z"


def _signature(security: etree._Element, identity: str, certificate: bytes, key_name: KeyName) -> None:
    by_reference = key_name is KeyName.REFERENCE
    signature = etree.SubElement(security, f"{{{_DS}}}Signature", Id=f"SIG-{identity}", nsmap={"ds": _DS})
    info = etree.SubElement(signature, f"{{{_DS}}}SignedInfo")
    method = etree.SubElement(info, f"{{{_DS}}}CanonicalizationMethod", Algorithm=_EXCLUSIVE)
    etree.SubElement(info, f"{{{_DS}}}SignatureMethod", Algorithm=_RSA_SHA256)
    reference = etree.SubElement(info, f"{{{_DS}}}Reference", URI=f"#id-{identity}")
    transforms = etree.SubElement(reference, f"{{{_DS}}}Transforms")
    transform = etree.SubElement(transforms, f"{{{_DS}}}Transform", Algorithm=_EXCLUSIVE)
    if by_reference:
        _inclusive(method, _INFO_PREFIXES)
        _inclusive(transform, _TO_PREFIXES)
    etree.SubElement(reference, f"{{{_DS}}}DigestMethod", Algorithm=_SHA256)
    etree.SubElement(reference, f"{{{_DS}}}DigestValue")
    etree.SubElement(signature, f"{{{_DS}}}SignatureValue")
    key_info = etree.SubElement(signature, f"{{{_DS}}}KeyInfo", Id=f"KI-{identity}")
    token = etree.SubElement(key_info, f"{{{_WSSE}}}SecurityTokenReference", {f"{{{_WSU}}}Id": f"STR-{identity}"})
    if by_reference:
        etree.SubElement(token, f"{{{_WSSE}}}Reference", URI=f"#X509-{identity}", ValueType=_X509)
    else:
        # SHA-1 names a certificate here, it protects nothing (WS-Security 1.1, 7.3)
        thumbprint = hashlib.sha1(certificate, usedforsecurity=False).digest()
        name = etree.SubElement(
            token, f"{{{_WSSE}}}KeyIdentifier", EncodingType=_BASE64, ValueType=_THUMBPRINT
        )
        name.text = base64.b64encode(thumbprint).decode("ascii")


_INFO_PREFIXES, _TO_PREFIXES = ["wsa", "soap", "wcf"], ["soap", "wcf"]


def _inclusive(method: etree._Element, prefixes: list[str]) -> None:
    etree.SubElement(
        method, f"{{{_EXCLUSIVE}}}InclusiveNamespaces", PrefixList=" ".join(prefixes), nsmap={"ec": _EXCLUSIVE}
    )


def _signed(envelope: etree._Element, signer: Signer, key_name: KeyName) -> bytes:
    """The message with digest and signature filled in.

    It is written and read once before: libxml2 only finds the prefixes of `InclusiveNamespaces` in a tree that it has
    parsed itself; in one that was built it leaves them out without a word, and the signature is wrong.
    """
    root = parse_untrusted(etree.tostring(envelope), limits=_OWN_LIMITS)
    by_reference = key_name is KeyName.REFERENCE
    info = root.find(f".//{{{_DS}}}SignedInfo")
    to = root.find(f"{{{SOAP12}}}Header/{{{_ADDRESSING}}}To")
    digest = hashlib.sha256(_canonical(to, _TO_PREFIXES if by_reference else None)).digest()
    info.find(f".//{{{_DS}}}DigestValue").text = base64.b64encode(digest).decode("ascii")
    value = signer.sign(_canonical(info, _INFO_PREFIXES if by_reference else None))
    root.find(f".//{{{_DS}}}SignatureValue").text = base64.b64encode(value).decode("ascii")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _canonical(node: etree._Element, prefixes: list[str] | None) -> bytes:
    return etree.tostring(node, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes)
