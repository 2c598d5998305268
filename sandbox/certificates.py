"""Makes certificates the way SAT's own look: subject, serial number, usages, encrypted key file.

A CSD seals documents and has an OU; an e.firma has none, has the country and an e-mail address, and carries the
additional key usages. Serial numbers are twenty ASCII digits, written as the integer of those bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:  # before cryptography 43
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

OID_NAME = x509.ObjectIdentifier("2.5.4.41")
PBKDF2_ROUNDS = 2048


@dataclass(frozen=True)
class Holder:
    """Who a certificate is issued to; ``branch`` becomes the OU of a CSD and is None for an e.firma."""

    rfc: str
    name: str
    representative_rfc: str
    curp: str
    branch: str | None
    email: str = "contribuyente@sandbox.invalid"

    @property
    def is_company(self) -> bool:
        return len(self.rfc) == 12


@dataclass(frozen=True)
class Validity:
    not_before: datetime
    not_after: datetime


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def serial_integer(digits: str) -> int:
    return int.from_bytes(digits.encode("ascii"), "big")


def serial_digits(certificate: x509.Certificate) -> str:
    """Empty when the serial is not twenty digits, as in certificates that are not SAT's."""
    number = certificate.serial_number
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return raw.decode("ascii") if len(raw) == 20 and raw.isdigit() else ""


def subject_rfc(certificate: x509.Certificate) -> str:
    """The RFC is the text up to the first space of x500UniqueIdentifier; companies add their representative."""
    attributes = certificate.subject.get_attributes_for_oid(NameOID.X500_UNIQUE_IDENTIFIER)
    words = str(attributes[0].value).split() if attributes else []
    return words[0].upper() if words else ""


def is_csd(certificate: x509.Certificate) -> bool:
    """OU is the first test, the absence of dataEncipherment the cross-check."""
    if not certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME):
        return False
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature and not usage.data_encipherment


def authority_name() -> x509.Name:
    return _name(
        (NameOID.COMMON_NAME, "AC SANDBOX SIN VALIDEZ"),
        (NameOID.ORGANIZATION_NAME, "AUTORIDAD CERTIFICADORA DE PRUEBAS"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "SANDBOX LOCAL"),
        (NameOID.EMAIL_ADDRESS, "oscar.martinez@sandbox.invalid"),
        (NameOID.STREET_ADDRESS, "3ra. cerrada de Cádiz"),
        (NameOID.POSTAL_CODE, "06370"),
        (NameOID.COUNTRY_NAME, "MX"),
        (NameOID.STATE_OR_PROVINCE_NAME, "CIUDAD DE MEXICO"),
        (NameOID.LOCALITY_NAME, "COYOACAN"),
        (NameOID.X500_UNIQUE_IDENTIFIER, "SBX010101AA1"),
    )


def holder_name(holder: Holder) -> x509.Name:
    rfc, curp = holder.rfc, holder.curp
    if holder.is_company:
        rfc, curp = f"{holder.rfc} / {holder.representative_rfc}", f" / {holder.curp}"
    pairs = [
        (OID_NAME, holder.name),
        (NameOID.COMMON_NAME, holder.name[:64]),
        (NameOID.ORGANIZATION_NAME, holder.name),
    ]
    if holder.branch is None:
        pairs += [(NameOID.COUNTRY_NAME, "MX"), (NameOID.EMAIL_ADDRESS, holder.email)]
    pairs += [(NameOID.X500_UNIQUE_IDENTIFIER, rfc), (NameOID.SERIAL_NUMBER, curp)]
    if holder.branch is not None:
        pairs.append((NameOID.ORGANIZATIONAL_UNIT_NAME, holder.branch))
    return _name(*pairs)


def _name(*pairs: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def self_signed_authority(key: rsa.RSAPrivateKey, serial: str, validity: Validity) -> x509.Certificate:
    name = authority_name()
    builder = _builder(name, name, key.public_key(), serial, validity)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, hashes.SHA256())


def issue(
    issuer: x509.Certificate,
    issuer_key: rsa.RSAPrivateKey,
    holder: Holder,
    public_key: rsa.RSAPublicKey,
    serial: str,
    validity: Validity,
) -> x509.Certificate:
    builder = _builder(issuer.subject, holder_name(holder), public_key, serial, validity)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    if holder.branch is None:
        usage = _usage(digital_signature=True, content_commitment=True, data_encipherment=True, key_agreement=True)
        purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(usage, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    else:
        usage = _usage(digital_signature=True, content_commitment=True)
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def issue_for_signatures(
    issuer: x509.Certificate,
    issuer_key: rsa.RSAPrivateKey,
    nit: str,
    name: str,
    public_key: rsa.RSAPublicKey,
    serial: str,
    validity: Validity,
) -> x509.Certificate:
    """A Colombian company's certificate: its NIT in serialNumber, usable for signatures only."""
    subject = _name(
        (NameOID.COMMON_NAME, name[:64]),
        (NameOID.ORGANIZATION_NAME, name),
        (NameOID.SERIAL_NUMBER, nit),
        (NameOID.COUNTRY_NAME, "CO"),
    )
    builder = _builder(issuer.subject, subject, public_key, serial, validity)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    usage = _usage(digital_signature=True, content_commitment=True)
    return builder.add_extension(usage, critical=True).sign(issuer_key, hashes.SHA256())


def _builder(
    issuer: x509.Name, subject: x509.Name, public_key: rsa.RSAPublicKey, serial: str, validity: Validity
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(serial_integer(serial))
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    usages = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{usage: granted.get(usage, False) for usage in usages})


def encrypted_pkcs8(key: rsa.RSAPrivateKey, password: str) -> bytes:
    """PKCS#8 DER encrypted with PBES2, PBKDF2-HMAC-SHA1 and DES-EDE3-CBC: what SAT's key files really contain.

    ``cryptography`` only writes AES, and a product that was tested with AES alone may fail on the real files.
    """
    clear = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    salt, vector = os.urandom(8), os.urandom(8)
    derived = PBKDF2HMAC(hashes.SHA1(), 24, salt, PBKDF2_ROUNDS).derive(password.encode("utf-8"))
    padder = padding.PKCS7(64).padder()
    encryptor = Cipher(TripleDES(derived), modes.CBC(vector)).encryptor()
    secret = encryptor.update(padder.update(clear) + padder.finalize()) + encryptor.finalize()
    pbkdf2 = _sequence(_oid("2a864886f70d01050c"), _sequence(_octets(salt), _integer(PBKDF2_ROUNDS)))
    cipher = _sequence(_oid("2a864886f70d0307"), _octets(vector))
    algorithm = _sequence(_oid("2a864886f70d01050d"), _sequence(pbkdf2, cipher))
    return _sequence(algorithm, _octets(secret))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _octets(value: bytes) -> bytes:
    return _der(0x04, value)


def _oid(hexadecimal: str) -> bytes:
    return _der(0x06, bytes.fromhex(hexadecimal))


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
