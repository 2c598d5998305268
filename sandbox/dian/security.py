"""WS-Security as the service's policy asks for it: a timestamp that holds, and the address signed by a certificate.

Verified with xmlsec, which the product does not use for signing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime, timedelta

from lxml import etree

from .envelope import Fault
from .names import ADDRESSING, DS, SOAP12

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
THUMBPRINT = "#ThumbprintSHA1"
SKEW = timedelta(minutes=5)
_WRONG = "An error occurred when verifying security for the message."


class Unverifiable(Exception):
    """xmlsec is not installed: the signature was not checked."""


def check(root: etree._Element, address: str, now: datetime, known: dict[str, bytes]) -> bytes:
    """The certificate (DER) that signed the call.

    :param known: certificates by SHA-1 thumbprint (hex), for callers that only name theirs.
    :raises Fault: InvalidSecurity, as the service says for every reason alike.
    """
    header = root.find(f"{{{SOAP12}}}Header")
    security = None if header is None else header.find(f"{{{WSSE}}}Security")
    to = None if header is None else header.find(f"{{{ADDRESSING}}}To")
    if security is None or to is None or (to.text or "") != address:
        raise Fault("InvalidSecurity", _WRONG)
    _check_time(security, now)
    certificate = _certificate(security, known)
    signature = security.find(f"{{{DS}}}Signature")
    references = security.findall(f"{{{DS}}}Signature/{{{DS}}}SignedInfo/{{{DS}}}Reference")
    identity = to.get(f"{{{WSU}}}Id")
    if signature is None or not identity or f"#{identity}" not in [reference.get("URI") for reference in references]:
        raise Fault("InvalidSecurity", _WRONG)
    _verify(root, signature, certificate)
    return certificate


def _check_time(security: etree._Element, now: datetime) -> None:
    texts = [security.findtext(f"{{{WSU}}}Timestamp/{{{WSU}}}{name}") or "" for name in ("Created", "Expires")]
    try:
        created, expires = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in texts)
    except ValueError:
        raise Fault("InvalidSecurity", _WRONG) from None
    if created.tzinfo is None or expires.tzinfo is None or created > now + SKEW or expires < now:
        raise Fault("InvalidSecurity", _WRONG)


def _certificate(security: etree._Element, known: dict[str, bytes]) -> bytes:
    """By the token in the header, or by the thumbprint of one that was seen before."""
    token = security.find(f"{{{WSSE}}}BinarySecurityToken")
    reference = security.find(f"{{{DS}}}Signature/{{{DS}}}KeyInfo/{{{WSSE}}}SecurityTokenReference")
    try:
        if token is not None:
            named = None if reference is None else reference.find(f"{{{WSSE}}}Reference")
            if named is None or named.get("URI") != f"#{token.get(f'{{{WSU}}}Id')}":
                raise Fault("InvalidSecurity", _WRONG)
            return base64.b64decode("".join((token.text or "").split()), validate=True)
        name = None if reference is None else reference.find(f"{{{WSSE}}}KeyIdentifier")
        if name is None or not name.get("ValueType", "").endswith(THUMBPRINT):
            raise Fault("InvalidSecurity", _WRONG)
        return known[base64.b64decode((name.text or "").strip(), validate=True).hex()]
    except (binascii.Error, ValueError, KeyError):
        raise Fault("InvalidSecurity", _WRONG) from None


def _verify(root: etree._Element, signature: etree._Element, certificate: bytes) -> None:
    try:
        import xmlsec
    except ImportError:
        raise Unverifiable from None
    context = xmlsec.SignatureContext()
    try:
        context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertDer, None)
        for node in root.iter("*"):
            if node.get(f"{{{WSU}}}Id"):
                context.register_id(node, "Id", WSU)
        context.verify(signature)
    except (xmlsec.Error, xmlsec.InternalError):
        raise Fault("InvalidSecurity", _WRONG) from None


def thumbprint(certificate: bytes) -> str:
    return hashlib.sha1(certificate, usedforsecurity=False).hexdigest()
