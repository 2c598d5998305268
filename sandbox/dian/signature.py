"""The document's own signature, by signxml: an implementation that the product does not use."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from cryptography import x509

from ..ca import CertificateAuthority
from ..problems import Problem
from .names import DS
from .rules.context import Examination

POLICY = "https://facturaelectronica.dian.gov.co/politicadefirma/v2/politicadefirmav2.pdf"
POLICY_SHA256 = "dMoMvtcG5aIzgYo0tIsSQeVJBDnUnfSOfBpxXrmor0Y="
ROLES = ("supplier", "third party")


class Unverifiable(Exception):
    """signxml is not installed: the signature was not checked."""


def check(examination: Examination, ca: CertificateAuthority) -> Iterator[Problem]:
    """Structure (ZE01), value (ZE02), holder (ZE03), authority and validity (ZD) of the signature."""
    bill = examination.bill
    found = list(bill.root.iter(f"{{{DS}}}Signature"))
    if len(found) != 1 or len(found[0].findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")) < 2:
        yield Problem("ZE01", "La firma no tiene la estructura requerida.")
        return
    try:
        text = found[0].findtext(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate") or ""
        der = base64.b64decode("".join(text.split()), validate=True)
        certificate = x509.load_der_x509_certificate(der)
    except (binascii.Error, ValueError):
        yield Problem("ZE01", "El certificado de la firma no se puede leer.")
        return
    yield from _policy(examination)
    if not certificate.not_valid_before_utc <= examination.now <= certificate.not_valid_after_utc:
        yield Problem("ZD02", "El certificado no está vigente.")  # whose signatures signxml does not look at
        return
    if not _is_valid(bill.data, certificate):
        yield Problem("ZE02", "Valor de la firma inválido.")
        return
    seen = ca.look_at(der)
    if seen is None or not seen.is_ours:
        yield Problem("ZD01", "La cadena de certificación no es de una entidad acreditada.")
    elif ca.is_revoked(seen.serial):
        yield Problem("ZD05", "El certificado se encuentra revocado.")
    if not {bill.issuer, _provider(examination)} & holder_numbers(certificate):
        yield Problem("ZE03", "El NIT del certificado no corresponde al emisor ni al proveedor tecnológico.")


def _policy(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    policy = "//xades:SignaturePolicyId/"
    if (
        bill.text(f"{policy}xades:SigPolicyId/xades:Identifier") != POLICY
        or bill.text(f"{policy}xades:SigPolicyHash/ds:DigestValue") != POLICY_SHA256
    ):
        yield Problem("ZE01", "La política de firma no corresponde a la vigente.")
    if bill.text("//xades:ClaimedRole") not in ROLES:
        yield Problem("ZE01", "El rol del firmante no es supplier ni third party.")


def _is_valid(data: bytes, certificate: x509.Certificate) -> bool:
    try:
        from signxml.exceptions import InvalidInput, SignXMLException
        from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier
    except ImportError:
        raise Unverifiable from None
    references = data.count(b":Reference ")
    try:
        XAdESVerifier().verify(
            data, x509_cert=certificate, expect_references=references,
            expect_config=XAdESSignatureConfiguration(require_x509=True),
        )
    except (SignXMLException, InvalidInput, ValueError, KeyError, TypeError, AttributeError):
        # signxml answers odd structures with whatever its own code runs into
        return False
    return True


def _provider(examination: Examination) -> str:
    return examination.bill.text("ext:UBLExtensions//sts:SoftwareProvider/sts:ProviderID")


def holder_numbers(certificate: x509.Certificate) -> set[str]:
    """The digits of the subject's identifiers, as far as they stand: authorities place the NIT differently."""
    numbers = set()
    for attribute in certificate.subject:
        if attribute.oid in (x509.NameOID.SERIAL_NUMBER, x509.NameOID.ORGANIZATION_IDENTIFIER):
            words = str(attribute.value).replace("NIT", " ").replace("-", " ").split()
            numbers.update(word for word in words if word.isdecimal())
    return numbers


