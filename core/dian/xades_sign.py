"""Signing a DIAN document: XAdES-EPES, enveloped, in the last extension (annex 1.9, chapter 10; policy v2).

The signature is written as canonical text at once, with the namespaces that its parts inherit (leaving those out is the
classical cause of DIAN's rule ZE02), and put into the document's own bytes. Nothing of that has to be believed: before
the document is given back, `xades.verify` reads it again and compares every digest with libxml2's C14N.
"""

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from html import escape

from lxml import etree

from ..certificates import load_certificate
from ..errors import CertificateError, InvalidDocument, XmlRefused
from ..signature import Signer
from ..xmlio.parse import OWN_LIMITS, parse_own, parse_untrusted
from . import xades
from .xades_names import (
    C14N,
    DS,
    ENVELOPED,
    POLICY,
    POLICY_DESCRIPTION,
    POLICY_HASHES,
    RSA_SHA256,
    SHA256,
    SIGNED_PROPERTIES_TYPE,
    XADES,
    ds,
    ext,
)

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# of a document that is surely not canonical
_NEVER_CANONICAL = (b"<![CDATA[", b"\r")
_NAMESPACE = re.compile(rb' xmlns(?::([\w.-]+))?="([^"]*)"')
# the empty content of the last extension
_SLOT = re.compile(
    rb"<((?:[\w.-]+:)?)ExtensionContent\s*(?:/>|>\s*</\1ExtensionContent\s*>)"
    rb"(?=\s*</\1UBLExtension\s*>\s*</\1UBLExtensions\s*>)"
)
_METHOD = f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'


class Role(Enum):
    """Who signs: the issuer with its own software, or a technology provider for it."""

    SUPPLIER = "supplier"
    THIRD_PARTY = "third party"


@dataclass(frozen=True, slots=True)
class _Request:
    """What a signature says beside the document: key, SigningTime, certificates (DER), role."""

    signer: Signer
    signing_time: datetime
    certificates: tuple[bytes, ...]
    role: Role


def sign(
    xml: bytes, signer: Signer, *, signing_time: datetime, chain: Sequence[bytes] = (), role: Role = Role.SUPPLIER
) -> bytes:
    """The signed document; what was not part of the signature's slot is the same byte by byte.

    :param xml: the document, whose last UBLExtension holds an empty ExtensionContent.
    :param signing_time: aware; has to be the IssueDate's day in Colombia (rules FAD09e, CAD09e, DAD09e).
    :param chain: certificates (DER) above the signer's, the nearest first.
    :raises InvalidDocument: no empty slot, or signed already.
    :raises CertificateError: the certificate cannot be read, or the key is not the one of the certificate.
    :raises XmlRefused: not acceptable as XML.
    """
    if signing_time.tzinfo is None:
        raise InvalidDocument("SigningTime", "has no time zone")
    request = _Request(signer, signing_time, (signer.certificate_der, *chain), role)
    place = _SLOT.search(xml)
    if place is not None and _may_be_canonical(xml):
        # what our own writer makes is canonical, so that its digest needs no tree; the verification says whether it was
        body = xml[len(_DECLARATION) :]
        signed = _signed(xml, place, _digest(body), _declared(body), request)
        if _is_right(signed):
            return signed
    slot = _slot(parse_untrusted(xml, limits=OWN_LIMITS))
    if place is None:
        raise InvalidDocument("UBLExtensions", "the last extension is not empty")
    document = etree.tostring(slot.getroottree(), method="c14n", with_comments=False)
    namespaces = {prefix or "": escape(uri) for prefix, uri in slot.nsmap.items() if uri}
    signed = _signed(xml, place, _digest(document), namespaces, request)
    # cheap against a document that DIAN refuses without a detail
    if wrong := xades.verify_tree(parse_own(signed)):
        raise CertificateError("MX-CERT-04", ", ".join(finding.code for finding in wrong))
    return signed


def _is_right(signed: bytes) -> bool:
    try:
        return not xades.verify_tree(parse_own(signed))
    except XmlRefused:  # the reader with limits knows better words for it
        return False


def _may_be_canonical(xml: bytes) -> bool:
    return xml.startswith(_DECLARATION) and xml.endswith(b">") and not any(sign in xml for sign in _NEVER_CANONICAL)


def _declared(body: bytes) -> dict[str, str]:
    """The namespaces of the root's tag, by prefix."""
    tag = body[: body.find(b">")]
    return {prefix.decode(): uri.decode("utf-8", "replace") for prefix, uri in _NAMESPACE.findall(tag)}


def _slot(root: etree._Element) -> etree._Element:
    """The ExtensionContent that waits for the signature."""
    if root.find(f".//{ds('Signature')}") is not None:
        raise InvalidDocument("UBLExtensions", "signed already")
    extensions = root.find(ext("UBLExtensions"))
    last = None if extensions is None or not len(extensions) else extensions[-1].find(ext("ExtensionContent"))
    if last is None or len(last) or (last.text or "").strip():
        raise InvalidDocument("UBLExtensions", "the last extension is not empty")
    return last


def _signed(
    xml: bytes, place: re.Match[bytes], document_digest: str, namespaces: Mapping[str, str], request: _Request
) -> bytes:
    """The document with its signature.

    :param namespaces: what is in scope where the signature stands, as attribute values.
    """
    around = {**namespaces, "ds": DS}
    inside = {**around, "xades": XADES}
    identity = f"xmldsig-{uuid.uuid4()}"
    key_info = f' Id="{identity}-keyinfo">{_key(request.certificates)}</ds:KeyInfo>'
    properties = f' Id="{identity}-signedprops">{_properties(request)}</xades:SignedProperties>'
    transforms = f'<ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"></ds:Transform></ds:Transforms>'
    key_digest = _digest_of("ds:KeyInfo", around, key_info)
    properties_digest = _digest_of("xades:SignedProperties", inside, properties)
    signed_info = "".join((
        f'><ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>',
        f'<ds:SignatureMethod Algorithm="{RSA_SHA256}"></ds:SignatureMethod>',
        _reference(f'Id="{identity}-ref0" URI=""', transforms, document_digest),
        _reference(f'URI="#{identity}-keyinfo"', "", key_digest),
        _reference(f'Type="{SIGNED_PROPERTIES_TYPE}" URI="#{identity}-signedprops"', "", properties_digest),
        "</ds:SignedInfo>",
    ))  # fmt: skip
    value = _base64(request.signer.sign(_canonical("ds:SignedInfo", around, signed_info)))
    for_ds = "" if namespaces.get("ds") == DS else f' xmlns:ds="{DS}"'
    for_xades = "" if namespaces.get("xades") == XADES else f' xmlns:xades="{XADES}"'
    signature = "".join((
        f'<ds:Signature{for_ds} Id="{identity}"><ds:SignedInfo{signed_info}',
        f'<ds:SignatureValue Id="{identity}-sigvalue">{value}</ds:SignatureValue><ds:KeyInfo{key_info}',
        f'<ds:Object><xades:QualifyingProperties{for_xades} Target="#{identity}">',
        f"<xades:SignedProperties{properties}</xades:QualifyingProperties></ds:Object></ds:Signature>",
    ))  # fmt: skip
    name = place[1] + b"ExtensionContent"
    content = b"<%s>%s</%s>" % (name, signature.encode(), name)
    return xml[: place.start()] + content + xml[place.end() :]


def _canonical(tag: str, namespaces: Mapping[str, str], rest: str) -> bytes:
    """An element as C14N writes it at the top: with every namespace in scope, in the order of the prefixes.

    :param rest: its attributes, content and end, canonical already.
    """
    names = [f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in sorted(namespaces.items())]
    return f"<{tag}{''.join(names)}{rest}".encode()


def _digest_of(tag: str, namespaces: Mapping[str, str], rest: str) -> str:
    return _digest(_canonical(tag, namespaces, rest))


def _reference(attributes: str, transforms: str, digest: str) -> str:
    return (
        f"<ds:Reference {attributes}>{transforms}{_METHOD}<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )


def _properties(request: _Request) -> str:
    """SignedSignatureProperties, in the order of XAdES 1.3.2, 7.2."""
    return "".join((
        "<xades:SignedSignatureProperties>",
        f"<xades:SigningTime>{request.signing_time.isoformat(timespec='seconds')}</xades:SigningTime>",
        "<xades:SigningCertificate>",
        *(_certificate(der) for der in request.certificates),
        "</xades:SigningCertificate>",
        _POLICY,
        "<xades:SignerRole><xades:ClaimedRoles><xades:ClaimedRole>",
        request.role.value,
        "</xades:ClaimedRole></xades:ClaimedRoles></xades:SignerRole></xades:SignedSignatureProperties>",
    ))  # fmt: skip


@lru_cache(maxsize=64)
def _key(certificates: tuple[bytes, ...]) -> str:
    """X509Data: the signer's certificate first; verifiers look for those of SigningCertificate among these."""
    found = "".join(f"<ds:X509Certificate>{_base64(der)}</ds:X509Certificate>" for der in certificates)
    return f"<ds:X509Data>{found}</ds:X509Data>"


@lru_cache(maxsize=256)
def _certificate(der: bytes) -> str:
    """:raises CertificateError: it cannot be read."""
    loaded = load_certificate(der)
    issuer = escape(loaded.issuer.rfc4514_string(), quote=False).replace("\r", "&#xD;")
    return "".join((
        f"<xades:Cert><xades:CertDigest>{_METHOD}<ds:DigestValue>{_digest(der)}</ds:DigestValue></xades:CertDigest>",
        f"<xades:IssuerSerial><ds:X509IssuerName>{issuer}</ds:X509IssuerName>",
        f"<ds:X509SerialNumber>{loaded.serial_number}</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>",
    ))  # fmt: skip


_POLICY = "".join((
    "<xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId>",
    f"<xades:Identifier>{POLICY}</xades:Identifier>",
    f"<xades:Description>{POLICY_DESCRIPTION}</xades:Description></xades:SigPolicyId>",
    f"<xades:SigPolicyHash>{_METHOD}<ds:DigestValue>{POLICY_HASHES['sha256']}</ds:DigestValue>",
    "</xades:SigPolicyHash></xades:SignaturePolicyId></xades:SignaturePolicyIdentifier>",
))  # fmt: skip


def _digest(data: bytes) -> str:
    return _base64(hashlib.sha256(data).digest())


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
