"""The certificate of a Colombian company, in a PKCS#12 file: inspection at upload (annex 1.9, 10.2; rules ZD, ZE).

`inspect` never raises for any bytes. Findings:

    CO-CERT-01 the file is no PKCS#12            CO-CERT-06 expired
    CO-CERT-02 the password does not open it     CO-CERT-07 not valid yet
    CO-CERT-03 no private key or certificate     CO-CERT-08 expires soon (warning)
    CO-CERT-04 key and certificate do not match  CO-CERT-09 not meant for signatures
    CO-CERT-05 key too weak or not RSA           CO-CERT-10 another NIT (warning)
    CO-CERT-11 the chain is not in the file (warning)
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

from .. import der
from ..certificates import subject
from ..errors import CertificateError
from ..findings import Finding, blocking

_MAX_FILE = 64 * 1024
_MAX_PASSWORD = 256
_LEAST_BITS, _MOST_BITS = 2048, 8192
_SOON = timedelta(days=60)
_COMMON_NAME, _ORGANIZATION, _UNIT = "2.5.4.3", "2.5.4.10", "2.5.4.11"
_NUMBER = re.compile(r"(?<![0-9])[0-9]{5,15}(?![0-9])")
_NIT_WITH_CHECK_DIGIT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCertificate:
    """What a PKCS#12 file holds. `chain` are the certificates (DER) above, the nearest first; times are aware.

    `private_key` is set only when nothing blocks its use.
    """

    certificate: bytes = b""
    chain: tuple[bytes, ...] = ()
    private_key: RSAPrivateKey | None = field(default=None, repr=False)
    holder_name: str = ""
    numbers: frozenset[str] = frozenset()
    serial_number: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    findings: tuple[Finding, ...] = ()


def inspect(data: bytes, password: str | None, *, at: datetime, nit: str = "") -> SigningCertificate:
    """Read a PKCS#12 file, and check it for signing at the moment `at` (aware).

    :param nit: the company's, without check digit; '' when it is not known.
    """
    try:
        key, certificate, others = _open(data, password)
        report = _read(certificate, others)
    except CertificateError as error:
        return SigningCertificate(findings=(Finding.error(error.reason, "certificate", detail=error.detail),))
    findings = (
        *_check_key(key, certificate),
        *check_time(certificate, at),
        *_check_usage(certificate),
        *_check_owner(report, nit),
    )
    usable = key if isinstance(key, RSAPrivateKey) and not blocking(findings) else None
    return SigningCertificate(
        certificate=report.certificate,
        chain=report.chain,
        private_key=usable,
        holder_name=report.holder_name,
        numbers=report.numbers,
        serial_number=report.serial_number,
        issuer=report.issuer,
        not_before=report.not_before,
        not_after=report.not_after,
        findings=findings,
    )


def holder_numbers(cer: bytes) -> frozenset[str]:
    """Every number in the holder's names, with and without a check digit behind it.

    The Colombian authorities put the NIT into different attributes (serialNumber, organizationIdentifier, ones of their
    own), some with the check digit; which ones do so is not published in one place.

    :raises CertificateError: reason MX-CERT-01.
    """
    numbers = set()
    for oid, text in subject(cer).items():
        if oid not in (_COMMON_NAME, _ORGANIZATION, _UNIT):
            numbers.update(_NUMBER.findall(text.replace(".", "")))
    return frozenset(numbers | {number[:-1] for number in numbers if len(number) == _NIT_WITH_CHECK_DIGIT})


def _open(data: bytes, password: str | None) -> tuple[object, x509.Certificate, list[x509.Certificate]]:
    """:raises CertificateError: reasons CO-CERT-01, CO-CERT-02, CO-CERT-03."""
    if len(data) > _MAX_FILE or not _looks_like_pkcs12(data):
        raise CertificateError("CO-CERT-01")
    text = password or ""
    if len(text) > _MAX_PASSWORD or "\0" in text:  # the library ends the program's thread at a NUL
        raise CertificateError("CO-CERT-02")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, text.encode("utf-8", "replace"))
    except UnsupportedAlgorithm as error:
        raise CertificateError("CO-CERT-01", "unsupported encryption") from error
    except (ValueError, TypeError):
        raise CertificateError("CO-CERT-02") from None
    if key is None or certificate is None:
        raise CertificateError("CO-CERT-03")
    return key, certificate, list(others)


def _looks_like_pkcs12(data: bytes) -> bool:
    """PFX ::= SEQUENCE { version INTEGER (3), authSafe ... } (RFC 7292, 4)."""
    try:
        parts = der.read(data).children()
    except (ValueError, IndexError):
        return False
    return len(parts) >= 2 and parts[0].tag == der.INTEGER and parts[0].content == b"\x03"


def _read(certificate: x509.Certificate, others: list[x509.Certificate]) -> SigningCertificate:
    cer = certificate.public_bytes(serialization.Encoding.DER)
    names = subject(cer)
    return SigningCertificate(
        certificate=cer,
        chain=_chain(certificate, others),
        holder_name=(names.get(_ORGANIZATION) or names.get(_COMMON_NAME, "")).strip(),
        numbers=holder_numbers(cer),
        serial_number=str(certificate.serial_number),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _chain(certificate: x509.Certificate, others: list[x509.Certificate]) -> tuple[bytes, ...]:
    """The issuers one after the other, as far as the file has them."""
    chain: list[bytes] = []
    current = certificate
    for _step in others:
        above = next((other for other in others if other.subject == current.issuer and other != current), None)
        if above is None or (encoded := above.public_bytes(serialization.Encoding.DER)) in chain:
            break
        chain.append(encoded)
        current = above
    return tuple(chain)


def _check_key(key: object, certificate: x509.Certificate) -> list[Finding]:
    if not isinstance(key, RSAPrivateKey):
        return [Finding.error("CO-CERT-05", "key", detail="not an RSA key")]
    if not _LEAST_BITS <= key.key_size <= _MOST_BITS:
        return [Finding.error("CO-CERT-05", "key", detail=f"{key.key_size} bits")]
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(encoding, form) != certificate.public_key().public_bytes(encoding, form):
        return [Finding.error("CO-CERT-04", "key")]
    return []


def check_time(certificate: x509.Certificate, at: datetime) -> list[Finding]:
    """What is wrong or due about its validity at the moment `at` (aware)."""
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > not_after:
        return [Finding.error("CO-CERT-06", "certificate", not_after=not_after.date().isoformat())]
    if at < not_before:
        return [Finding.error("CO-CERT-07", "certificate", not_before=not_before.date().isoformat())]
    if not_after - at <= _SOON:
        left = (not_after - at).days
        return [Finding.warning("CO-CERT-08", "certificate", not_after=not_after.date().isoformat(), days=left)]
    return []


def _check_usage(certificate: x509.Certificate) -> list[Finding]:
    return [] if may_sign(certificate) else [Finding.error("CO-CERT-09", "certificate")]


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether the key is meant for signatures; a certificate that does not say so may be used for everything."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False
    return usage.digital_signature or usage.content_commitment


def _check_owner(report: SigningCertificate, nit: str) -> list[Finding]:
    """Warnings: where an authority puts the NIT is not known for all of them, and DIAN itself looks (ZE03)."""
    findings = []
    if nit and nit not in report.numbers:
        found = ", ".join(sorted(report.numbers)) or "-"
        findings.append(Finding.warning("CO-CERT-10", "certificate", nit=nit, found=found))
    if not report.chain:
        findings.append(Finding.warning("CO-CERT-11", "certificate"))
    return findings
