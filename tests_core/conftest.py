"""What every test of the core may use. No test here needs Odoo, and none may reach beyond this machine."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import settings

# the same examples in every run, so that a run says something about the change before it; a long run draws new ones
settings.register_profile("repeatable", derandomize=True)
if not os.environ.get("L10N_MX_CO_EDI_LONG"):
    settings.load_profile("repeatable")

_LOOPBACK = ("127.", "::1", "localhost")
PASSWORD = "12345678a"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection to anything but this machine fails the test that made it."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test of the core connected to {address!r}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    yield


@pytest.fixture(scope="session")
def project_root() -> Path:
    return Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Pair:
    """A certificate as SAT would hand it out, with its key in both forms."""

    cer: bytes
    key: bytes
    password: str
    private_key: rsa.RSAPrivateKey
    serial_number: str


@lru_cache(maxsize=16)
def _private_key(slot: int, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _subject(rfc: str, name: str, kind: str, curp: str, branch: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COMMON_NAME, name),
        x509.NameAttribute(x509.ObjectIdentifier("2.5.4.41"), name),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
        x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, rfc),
    ]
    if curp:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, curp))
    if kind == "csd":
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, branch))
    else:
        attributes.append(x509.NameAttribute(NameOID.COUNTRY_NAME, "MX"))
        attributes.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, "contribuyente@example.mx"))
    return x509.Name(attributes)


def _key_usage(kind: str) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=kind == "efirma",
        key_agreement=kind == "efirma",
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def make_certificate(
    *,
    rfc: str = "EKU9003173C9 / VADA800927DJ3",
    name: str = "ESCUELA KEMPER URGATE",
    kind: str = "csd",
    curp: str = " / VADA800927HSRSRL05",
    branch: str = "SUCURSAL 1",
    serial_number: str = "30001000000500003416",
    not_before: datetime | None = None,
    days: int = 1460,
    password: str = PASSWORD,
    bits: int = 2048,
    slot: int = 0,
) -> Pair:
    """A new certificate with the shape of SAT's (spec of the CSD and e.firma); equal `slot` and `bits` share a key."""
    private_key = _private_key(slot, bits)
    start = not_before or datetime.now(timezone.utc) - timedelta(days=100)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AC DE PRUEBA")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(rfc, name, kind, curp, branch))
        .issuer_name(issuer)
        .public_key(private_key.public_key())
        .serial_number(int.from_bytes(serial_number.encode(), "big"))
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(_key_usage(kind), critical=True)
    )
    if kind == "efirma":
        usages = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    certificate = builder.sign(private_key, hashes.SHA256())
    encryption = serialization.BestAvailableEncryption(password.encode())
    return Pair(
        cer=certificate.public_bytes(serialization.Encoding.DER),
        key=private_key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, encryption),
        password=password,
        private_key=private_key,
        serial_number=serial_number,
    )


@pytest.fixture(scope="session")
def certificate() -> Callable[..., Pair]:
    """The factory `make_certificate`: keyword arguments rfc, name, kind, curp, serial_number, not_before, days, ..."""
    return make_certificate
