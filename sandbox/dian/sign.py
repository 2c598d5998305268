"""Signatures of this side: DIAN's under its answers, a technology provider's under its customers' documents."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from ..ca import Identity
from .names import DS, XADES
from .rules.context import BOGOTA
from .signature import POLICY, POLICY_SHA256

ROLE = "third party"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def signed(document: bytes, identity: Identity, moment: datetime) -> bytes:
    """The document with a XAdES-EPES signature in the place of its empty ``ds:Signature``.

    ``moment`` is the signing time that it states. Comes back as it is when signxml is not installed.
    """
    signer = _signer_class()
    if signer is None:
        return document
    key, certificate = identity
    root = signer(moment).sign(etree.fromstring(document), key=key, cert=[certificate])
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@cache
def _signer_class() -> Any:
    try:
        from signxml import CanonicalizationMethod, DigestAlgorithm
        from signxml.xades import XAdESSignaturePolicy, XAdESSigner
    except ImportError:
        return None

    class Signer(XAdESSigner):
        """XAdES 1.3.2 as DIAN's schema has it (SigningCertificate), with the signing time that it is given."""

        def __init__(self, moment: datetime) -> None:
            policy = XAdESSignaturePolicy(
                Identifier=POLICY, Description="Política de firma", DigestMethod=DigestAlgorithm.SHA256,
                DigestValue=POLICY_SHA256,
            )
            algorithm = CanonicalizationMethod.CANONICAL_XML_1_0
            super().__init__(signature_policy=policy, claimed_roles=[ROLE], c14n_algorithm=algorithm)
            self._moment = moment.astimezone(BOGOTA)

        def add_signing_time(self, signed_signature_properties: Any, **more: Any) -> None:
            super().add_signing_time(signed_signature_properties, **more)
            signed_signature_properties[-1].text = self._moment.isoformat(timespec="seconds")

        def add_signing_certificate(
            self, signed_signature_properties: Any, sig_root: Any, signing_settings: Any
        ) -> None:
            signed_signature_properties.append(_signing_certificate(signing_settings.cert_chain[0]))

    return Signer


def _signing_certificate(certificate: x509.Certificate) -> etree._Element:
    element = etree.Element(f"{{{XADES}}}SigningCertificate", nsmap={"xades": XADES, "ds": DS})
    cert = etree.SubElement(element, f"{{{XADES}}}Cert")
    digest = etree.SubElement(cert, f"{{{XADES}}}CertDigest")
    etree.SubElement(digest, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
    value = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    etree.SubElement(digest, f"{{{DS}}}DigestValue").text = base64.b64encode(value).decode("ascii")
    issuer = etree.SubElement(cert, f"{{{XADES}}}IssuerSerial")
    etree.SubElement(issuer, f"{{{DS}}}X509IssuerName").text = certificate.issuer.rfc4514_string()
    etree.SubElement(issuer, f"{{{DS}}}X509SerialNumber").text = str(certificate.serial_number)
    return element


def placeholder() -> etree._Element:
    return etree.Element(f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS})
