"""Signing a DIAN document: XAdES-EPES, enveloped, in the last extension (annex 1.9, chapter 10; policy v2).

The digests are made by libxml2's C14N over the finished tree, so that KeyInfo and SignedProperties carry the namespaces
that they inherit: leaving those out is the classical cause of DIAN's rule ZE02.
"""

import base64
import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from lxml import etree

from ..certificates import load_certificate
from ..errors import CertificateError, InvalidDocument
from ..signature import Signer
from ..xmlio.parse import OWN_LIMITS, parse_untrusted
from ..xmlio.write import to_bytes
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
from .xades_names import xades as xa


class Role(Enum):
    """Who signs: the issuer with its own software, or a technology provider for it."""

    SUPPLIER = "supplier"
    THIRD_PARTY = "third party"


def sign(
    xml: bytes, signer: Signer, *, signing_time: datetime, chain: Sequence[bytes] = (), role: Role = Role.SUPPLIER
) -> bytes:
    """The signed document; what was not part of the signature's slot is not changed.

    :param xml: the document, whose last UBLExtension holds an empty ExtensionContent.
    :param signing_time: aware; has to be the IssueDate's day in Colombia (rules FAD09e, CAD09e, DAD09e).
    :param chain: certificates (DER) above the signer's, the nearest first.
    :raises InvalidDocument: no empty slot, or signed already.
    :raises CertificateError: the certificate cannot be read, or the key is not the one of the certificate.
    :raises XmlRefused: not acceptable as XML.
    """
    if signing_time.tzinfo is None:
        raise InvalidDocument("SigningTime", "has no time zone")
    root = parse_untrusted(xml, limits=OWN_LIMITS)
    slot = _slot(root)
    document_digest = _digest(root.getroottree())
    identity = f"xmldsig-{uuid.uuid4()}"
    signature = etree.SubElement(slot, ds("Signature"), Id=identity, nsmap={"ds": DS})
    signed_info = etree.SubElement(signature, ds("SignedInfo"))
    value = etree.SubElement(signature, ds("SignatureValue"), Id=f"{identity}-sigvalue")
    key_info = _key_info(signature, identity, signer.certificate_der)
    properties = _properties(signature, identity, [signer.certificate_der, *chain], signing_time, role)
    _fill_signed_info(
        signed_info,
        (f"{identity}-ref0", "", document_digest, None),
        ("", f"#{identity}-keyinfo", _digest(key_info), None),
        ("", f"#{identity}-signedprops", _digest(properties), SIGNED_PROPERTIES_TYPE),
    )
    value.text = _base64(signer.sign(etree.tostring(signed_info, method="c14n", with_comments=False)))
    signed = to_bytes(root)
    # cheap against a document that DIAN refuses without a detail
    if wrong := xades.verify(signed, limits=OWN_LIMITS):
        raise CertificateError("MX-CERT-04", ", ".join(finding.code for finding in wrong))
    return signed


def _slot(root: etree._Element) -> etree._Element:
    """The ExtensionContent that waits for the signature."""
    if root.find(f".//{ds('Signature')}") is not None:
        raise InvalidDocument("UBLExtensions", "signed already")
    extensions = root.find(ext("UBLExtensions"))
    last = None if extensions is None or not len(extensions) else extensions[-1].find(ext("ExtensionContent"))
    if last is None or len(last) or (last.text or "").strip():
        raise InvalidDocument("UBLExtensions", "the last extension is not empty")
    return last


def _key_info(signature: etree._Element, identity: str, certificate: bytes) -> etree._Element:
    key_info = etree.SubElement(signature, ds("KeyInfo"), Id=f"{identity}-keyinfo")
    data = etree.SubElement(key_info, ds("X509Data"))
    etree.SubElement(data, ds("X509Certificate")).text = _base64(certificate)
    return key_info


def _properties(
    signature: etree._Element, identity: str, certificates: Sequence[bytes], signing_time: datetime, role: Role
) -> etree._Element:
    """Object/QualifyingProperties/SignedProperties, in the order of XAdES 1.3.2, 7.2."""
    holder = etree.SubElement(signature, ds("Object"))
    qualifying = etree.SubElement(holder, xa("QualifyingProperties"), Target=f"#{identity}", nsmap={"xades": XADES})
    properties = etree.SubElement(qualifying, xa("SignedProperties"), Id=f"{identity}-signedprops")
    about = etree.SubElement(properties, xa("SignedSignatureProperties"))
    etree.SubElement(about, xa("SigningTime")).text = signing_time.isoformat(timespec="seconds")
    names = etree.SubElement(about, xa("SigningCertificate"))
    for certificate in certificates:
        _certificate(names, certificate)
    _policy(etree.SubElement(about, xa("SignaturePolicyIdentifier")))
    roles = etree.SubElement(etree.SubElement(about, xa("SignerRole")), xa("ClaimedRoles"))
    etree.SubElement(roles, xa("ClaimedRole")).text = role.value
    return properties


def _certificate(parent: etree._Element, der: bytes) -> None:
    loaded = load_certificate(der)
    cert = etree.SubElement(parent, xa("Cert"))
    digest = etree.SubElement(cert, xa("CertDigest"))
    etree.SubElement(digest, ds("DigestMethod"), Algorithm=SHA256)
    etree.SubElement(digest, ds("DigestValue")).text = _base64(hashlib.sha256(der).digest())
    issuer = etree.SubElement(cert, xa("IssuerSerial"))
    etree.SubElement(issuer, ds("X509IssuerName")).text = loaded.issuer.rfc4514_string()
    etree.SubElement(issuer, ds("X509SerialNumber")).text = str(loaded.serial_number)


def _policy(parent: etree._Element) -> None:
    policy = etree.SubElement(parent, xa("SignaturePolicyId"))
    name = etree.SubElement(policy, xa("SigPolicyId"))
    etree.SubElement(name, xa("Identifier")).text = POLICY
    etree.SubElement(name, xa("Description")).text = POLICY_DESCRIPTION
    digest = etree.SubElement(policy, xa("SigPolicyHash"))
    etree.SubElement(digest, ds("DigestMethod"), Algorithm=SHA256)
    etree.SubElement(digest, ds("DigestValue")).text = POLICY_HASHES["sha256"]


def _fill_signed_info(signed_info: etree._Element, *references: tuple[str, str, str, str | None]) -> None:
    """Each reference is (Id, URI, digest, Type); the one without URI is the document around the signature."""
    etree.SubElement(signed_info, ds("CanonicalizationMethod"), Algorithm=C14N)
    etree.SubElement(signed_info, ds("SignatureMethod"), Algorithm=RSA_SHA256)
    for identity, uri, digest, kind in references:
        given = {"Id": identity, "URI": uri, "Type": kind}
        reference = etree.SubElement(
            signed_info, ds("Reference"), {name: text for name, text in given.items() if text or name == "URI"}
        )
        if not uri:
            transforms = etree.SubElement(reference, ds("Transforms"))
            etree.SubElement(transforms, ds("Transform"), Algorithm=ENVELOPED)
        etree.SubElement(reference, ds("DigestMethod"), Algorithm=SHA256)
        etree.SubElement(reference, ds("DigestValue")).text = digest


def _digest(node: etree._Element | etree._ElementTree) -> str:
    return _base64(hashlib.sha256(etree.tostring(node, method="c14n", with_comments=False)).digest())


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
