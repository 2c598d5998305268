"""Certificates of SAT (CSD and e.firma) and their private keys: inspection at upload, signing afterwards.

A CSD seals documents; an e.firma is the person's signature and must not be used for that. `inspect` never raises for
any bytes. Findings:

    MX-CERT-01 the file is no certificate            MX-CERT-08 key too weak, too large or not RSA
    MX-CERT-02 e.firma where a CSD is needed         MX-CERT-09 expires soon (warning)
    MX-CERT-03 wrong password                        MX-CERT-10 neither CSD nor e.firma (warning)
    MX-CERT-04 key of another certificate            MX-CERT-11 the file is no private key
    MX-CERT-05 expired                               MX-CERT-12 no RFC in the certificate
    MX-CERT-06 not yet valid                         MX-CERT-13 serial number is not 20 digits
    MX-CERT-07 RFC of another company
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from . import der
from .enums import TextEnum
from .errors import CertificateError
from .findings import Finding
from .rfc import is_well_formed, normalise

_COMMON_NAME, _SERIAL_NUMBER, _ORGANIZATIONAL_UNIT = "2.5.4.3", "2.5.4.5", "2.5.4.11"
_NAME, _UNIQUE_IDENTIFIER = "2.5.4.41", "2.5.4.45"
_CURP = re.compile(r"[A-Z][A-Z]{3}[0-9]{6}[HMX][A-Z]{5}[A-Z0-9][0-9]")
_MIN_BITS, _MAX_BITS = 2048, 4096
_MAX_CERTIFICATE = 16 * 1024
_MAX_KEY = 4 * 1024  # an encrypted key of 4096 bits has 2.5 kB; checking a larger one takes seconds
_MAX_KEY_FILE = 64 * 1024  # beyond it nothing is read: ten megabytes of zeros are five million nodes
_MAX_PASSWORD = 256
_MAX_ITERATIONS = 1_000_000  # SAT writes 2048; a file may ask for 2**31
_SOON = timedelta(days=30)


class CertificateKind(TextEnum):
    CSD = "csd"
    EFIRMA = "efirma"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport:
    """What a certificate says. `serial_number` is SAT's number of 20 digits ('' when it has none); times are aware."""

    kind: CertificateKind = CertificateKind.UNKNOWN
    rfc: str = ""
    holder_name: str = ""
    curp: str = ""
    serial_number: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    issuer: str = ""
    findings: tuple[Finding, ...] = ()


def inspect(
    cer: bytes,
    key: bytes | None = None,
    password: str | None = None,
    *,
    at: datetime,
    expected_rfc: str | None = None,
) -> CertificateReport:
    """Read a certificate (DER), and check it for sealing at the moment `at` (aware).

    With `key` (PKCS#8 DER) and `password` the pair is checked too; with `expected_rfc` the owner.
    """
    try:
        certificate = load_certificate(cer)
        report = _read(cer, certificate)
    except CertificateError as error:
        return CertificateReport(findings=(Finding.error(error.reason, "certificate", detail=error.detail),))
    findings = [
        *_check_identity(report, expected_rfc),
        *_check_time(certificate, at),
        *_check_public_key(certificate),
        *(_check_private_key(certificate, key, password) if key is not None else ()),
    ]
    return replace(report, findings=tuple(findings))


def load_private_key(key_der: bytes, password: str | None) -> RSAPrivateKey:
    """The RSA key of a `.key` file of SAT (PKCS#8 DER, encrypted; a clear one is taken too).

    :raises CertificateError: reason MX-CERT-03, MX-CERT-08 or MX-CERT-11.
    """
    encrypted = _check_key_file(key_der)
    passwords = _password_bytes(password) if encrypted else [None]
    for candidate in passwords:
        try:
            loaded = serialization.load_der_private_key(key_der, candidate)
        except UnsupportedAlgorithm:
            raise CertificateError("MX-CERT-11", "unsupported encryption") from None
        except (ValueError, TypeError):
            continue
        if not isinstance(loaded, RSAPrivateKey):
            raise CertificateError("MX-CERT-08", "not an RSA key")
        if not _MIN_BITS <= loaded.key_size <= _MAX_BITS:
            raise CertificateError("MX-CERT-08", f"{loaded.key_size} bits")
        return loaded
    raise CertificateError("MX-CERT-03" if encrypted else "MX-CERT-11")


def export_unencrypted_der(key: RSAPrivateKey) -> bytes:
    """The key in clear, for the vault and nothing else."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def load_trusted_der(key_der: bytes) -> RSAPrivateKey:
    """A key that `inspect` has checked and the vault has kept: loaded without the costly check of its primes.

    :raises CertificateError: reason MX-CERT-11.
    """
    try:
        loaded = serialization.load_der_private_key(key_der, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateError("MX-CERT-11") from None
    if not isinstance(loaded, RSAPrivateKey):
        raise CertificateError("MX-CERT-08", "not an RSA key")
    return loaded


@lru_cache(maxsize=256)
def serial_of(certificate_der: bytes) -> str:
    """NoCertificado: the 20 digits of a certificate of SAT.

    :raises CertificateError: reason MX-CERT-01 or MX-CERT-13.
    """
    serial = _serial(load_certificate(certificate_der))
    if not serial:
        raise CertificateError("MX-CERT-13")
    return serial


def is_signed_by(cer: bytes, issuer_key: RSAPublicKey) -> bool:
    """Whether this key made the certificate's signature; neither names nor dates are looked at."""
    try:
        certificate = load_certificate(cer)
        algorithm = certificate.signature_hash_algorithm
        body = der.read(cer).children()[0]
        signed = cer[body.tag_at : body.content_at + len(body.content)]
        if algorithm is None:
            return False
        issuer_key.verify(certificate.signature, signed, padding.PKCS1v15(), algorithm)
    except (CertificateError, InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


class RsaSigner:
    """Signs with one key: SHA-256, RSA PKCS#1 v1.5 (Anexo 20, sello)."""

    __slots__ = ("__weakref__", "_key", "certificate_der")

    def __init__(self, certificate_der: bytes, private_key: RSAPrivateKey) -> None:
        self.certificate_der = certificate_der
        self._key = private_key

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def load_certificate(cer: bytes) -> x509.Certificate:
    """A certificate as the library's object, also one whose names have a wrong string type (old ones of SAT).

    Use key, dates, serial number and extensions of it. The object of such a certificate holds changed name bytes: for
    the names use `inspect`, for the issuer's signature `is_signed_by`.

    :raises CertificateError: reason MX-CERT-01.
    """
    if len(cer) > _MAX_CERTIFICATE:
        raise CertificateError("MX-CERT-01", "too large")
    for candidate in (bytes, _with_lenient_names):
        try:
            return x509.load_der_x509_certificate(candidate(cer))
        except (ValueError, TypeError, IndexError, UnsupportedAlgorithm, x509.InvalidVersion):
            continue
    raise CertificateError("MX-CERT-01", "not an X.509 certificate in DER")


def subject(cer: bytes) -> dict[str, str]:
    """The holder's names as text: the first value of each attribute, by OID.

    :raises CertificateError: reason MX-CERT-01.
    """
    load_certificate(cer)
    try:
        return _names(cer)[0]
    except (ValueError, IndexError):
        raise CertificateError("MX-CERT-01", "the names cannot be read") from None


def _with_lenient_names(cer: bytes) -> bytes:
    """A copy in which every name is of a string type without rules about its characters; all lengths stay."""
    copy = bytearray(cer)
    for name in _name_nodes(cer):
        for _oid, value in der.name_attributes(name):
            copy[value.tag_at] = der.T61_STRING
    return bytes(copy)


def _read(cer: bytes, certificate: x509.Certificate) -> CertificateReport:
    try:
        subject, issuer = _names(cer)
    except (ValueError, IndexError):
        raise CertificateError("MX-CERT-01", "the names cannot be read") from None
    curp = _CURP.search(subject.get(_SERIAL_NUMBER, ""))
    return CertificateReport(
        kind=_kind(certificate, subject),
        rfc=_rfc(subject),
        holder_name=(subject.get(_NAME) or subject.get(_COMMON_NAME, "")).strip(),
        curp=curp.group() if curp else "",
        serial_number=_serial(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        issuer=issuer.get(_COMMON_NAME, "").strip(),
    )


def _name_nodes(cer: bytes) -> tuple[der.Node, der.Node]:
    """Subject and issuer (RFC 5280, 4.1)."""
    fields = der.read(cer).children()[0].children()
    if fields[0].tag != der.INTEGER:  # the explicit version may be absent
        fields = fields[1:]
    _serial_number, _algorithm, issuer, _validity, subject = fields[:5]
    return subject, issuer


def _names(cer: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Subject and issuer as text, first value per OID, without the library's checks of string types."""
    found = []
    for name in _name_nodes(cer):
        attributes: dict[str, str] = {}
        for oid, value in der.name_attributes(name):
            attributes.setdefault(oid, der.text(value))
        found.append(attributes)
    return found[0], found[1]


def _rfc(subject: dict[str, str]) -> str:
    """Up to the first blank or slash: "EKU9003173C9 / VADA800927DJ3" is company / legal representative."""
    for oid in (_UNIQUE_IDENTIFIER, _SERIAL_NUMBER):
        for part in re.split(r"[\s/]+", subject.get(oid, "").strip()):
            if is_well_formed(normalise(part)):
                return normalise(part)
    return ""


def _kind(certificate: x509.Certificate, subject: dict[str, str]) -> CertificateKind:
    """A CSD names a branch (OU) and only signs; an e.firma has no OU and may also encipher. Both signs must agree."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        enciphers = usage.data_encipherment
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return CertificateKind.UNKNOWN
    has_branch = _ORGANIZATIONAL_UNIT in subject
    if has_branch == enciphers:
        return CertificateKind.UNKNOWN
    return CertificateKind.CSD if has_branch else CertificateKind.EFIRMA


def _serial(certificate: x509.Certificate) -> str:
    """SAT writes its number of 20 digits as ASCII into the serial number."""
    number = certificate.serial_number
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big") if number > 0 else b""
    return raw.decode("ascii") if re.fullmatch(rb"[0-9]{20}", raw) else ""


def _check_identity(report: CertificateReport, expected_rfc: str | None) -> list[Finding]:
    findings = []
    if report.kind is CertificateKind.EFIRMA:
        findings.append(Finding.error("MX-CERT-02", "certificate"))
    elif report.kind is CertificateKind.UNKNOWN:
        findings.append(Finding.warning("MX-CERT-10", "certificate"))
    if not report.serial_number:
        findings.append(Finding.error("MX-CERT-13", "certificate"))
    if not report.rfc:
        findings.append(Finding.error("MX-CERT-12", "certificate"))
    elif expected_rfc is not None and report.rfc != normalise(expected_rfc):
        findings.append(Finding.error("MX-CERT-07", "certificate", rfc=report.rfc, expected=normalise(expected_rfc)))
    return findings


def _check_time(certificate: x509.Certificate, at: datetime) -> list[Finding]:
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > not_after:
        return [Finding.error("MX-CERT-05", "certificate", not_after=not_after.isoformat())]
    if at < not_before:
        return [Finding.error("MX-CERT-06", "certificate", not_before=not_before.isoformat())]
    if not_after - at <= _SOON:
        left = (not_after - at).days
        return [Finding.warning("MX-CERT-09", "certificate", not_after=not_after.isoformat(), days=left)]
    return []


def _public_key(certificate: x509.Certificate) -> RSAPublicKey | None:
    try:
        public_key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return public_key if isinstance(public_key, RSAPublicKey) else None


def _check_public_key(certificate: x509.Certificate) -> list[Finding]:
    public_key = _public_key(certificate)
    if public_key is None:
        return [Finding.error("MX-CERT-08", "certificate", detail="not an RSA key")]
    if not _MIN_BITS <= public_key.key_size <= _MAX_BITS:
        return [Finding.error("MX-CERT-08", "certificate", detail=f"{public_key.key_size} bits")]
    return []


def _check_private_key(certificate: x509.Certificate, key: bytes, password: str | None) -> list[Finding]:
    try:
        loaded = load_private_key(key, password)
    except CertificateError as error:
        return [Finding.error(error.reason, "key", detail=error.detail)]
    public_key = _public_key(certificate)
    if public_key is None or loaded.public_key().public_numbers() != public_key.public_numbers():
        return [Finding.error("MX-CERT-04", "key")]
    return []


def _check_key_file(key_der: bytes) -> bool:
    """Whether the PKCS#8 file is encrypted; refuses what is no key, and what would cost minutes to open."""
    if len(key_der) > _MAX_KEY_FILE:
        raise CertificateError("MX-CERT-11", "the file is too large")
    try:
        first, second, *_rest = der.read(key_der).children()
        encrypted = first.tag == der.SEQUENCE and second.tag == der.OCTET_STRING
        if not encrypted and (first.tag, second.tag) != (der.INTEGER, der.SEQUENCE):
            raise CertificateError("MX-CERT-11")
        costs = list(der.integers(first)) if encrypted else []
    except ValueError:
        raise CertificateError("MX-CERT-11") from None
    if len(key_der) > _MAX_KEY:
        raise CertificateError("MX-CERT-08", "the key is too large")
    if any(cost > _MAX_ITERATIONS for cost in costs):
        raise CertificateError("MX-CERT-11", "the encryption asks for too many iterations")
    return encrypted


def _password_bytes(password: str | None) -> list[bytes]:
    """What the password may have been encoded to: UTF-8, and Latin-1 as older programs of SAT wrote it."""
    if not password or len(password) > _MAX_PASSWORD or "\0" in password:
        raise CertificateError("MX-CERT-03")
    candidates = [password.encode("utf-8", "replace")]
    if not password.isascii():
        candidates.append(password.encode("latin-1", "replace"))
    return candidates
