"""Keys, passwords and addresses that nobody should send (bad input, rows 80 to 82): typed, and at a bounded price."""

import time
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from core import der
from core.certificates import inspect
from core.errors import Misconfigured
from core.transports import registry
from tests_core.conftest import PASSWORD, make_certificate

NOW = datetime.now(timezone.utc)
MAX_MILLISECONDS = 200


@pytest.fixture(scope="module")
def csd():
    return make_certificate()


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(value: int) -> bytes:
    return tlv(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def rsa_key(*numbers: int) -> bytes:
    """An unencrypted PKCS#8 file with these numbers of an RSA key, which no library would make."""
    algorithm = tlv(0x30, bytes.fromhex("06092a864886f70d010101") + b"\x05\x00")
    return tlv(0x30, integer(0) + algorithm + tlv(0x04, tlv(0x30, b"".join(map(integer, (0, *numbers))))))


def prime_after(start: int) -> int:
    number = start | 1
    while any(pow(base, number - 1, number) != 1 for base in (2, 3, 5, 7, 11)):
        number += 2
    return number


def key_of_512_bits() -> bytes:
    p, q = prime_after(2**255), prime_after(2**255 + 2**200)
    exponent = pow(65537, -1, (p - 1) * (q - 1))
    return rsa_key(p * q, 65537, exponent, p, q, exponent % (p - 1), exponent % (q - 1), pow(q, -1, p))


def key_of_16384_bits() -> bytes:
    """Its numbers only have the size: whoever calculated with them would need seconds to find out."""
    odd, half = 2**16383 + 1, 2**8191 + 1
    return rsa_key(odd, 65537, odd, half, half + 2, half, half, half)


def pkcs8(key) -> bytes:
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, encryption)


KEYS = {
    "80 RSA of 16,384 bits": (key_of_16384_bits, "MX-CERT-08"),
    "80b RSA of 512 bits": (key_of_512_bits, "MX-CERT-08"),
    "80c elliptic curve": (lambda: pkcs8(ec.generate_private_key(ec.SECP256R1())), "MX-CERT-08"),
    "80d Ed25519": (lambda: pkcs8(ed25519.Ed25519PrivateKey.generate()), "MX-CERT-08"),
    "80e no key": (lambda: b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", "MX-CERT-11"),
    "80f a PDF": (lambda: b"%PDF-1.7\n" + bytes(1_000), "MX-CERT-11"),
    "80g empty": (lambda: b"", "MX-CERT-11"),
    "80h ten megabytes": (lambda: bytes(10_000_000), "MX-CERT-11"),
    "80i ten megabytes that begin like a key": (lambda: tlv(0x30, integer(0) + tlv(0x30, bytes(10**7))), "MX-CERT-11"),
}


def codes_and_price(*arguments) -> tuple[list[str], float]:
    prices = []
    for _attempt in range(3):  # the best of three: another process may have taken the caches
        start = time.process_time()
        report = inspect(*arguments, at=NOW)
        prices.append((time.process_time() - start) * 1000)
    return [finding.code for finding in report.findings], min(prices)


@pytest.mark.parametrize("name", KEYS)
def test_a_file_that_is_no_usable_key_is_named(csd, name):
    make, code = KEYS[name]
    codes, price = codes_and_price(csd.cer, make(), PASSWORD)
    assert codes == [code]
    assert price <= MAX_MILLISECONDS


def test_80_a_certificate_of_16384_bits_is_named(csd):
    huge = rsa.RSAPublicNumbers(65537, 2**16383 + 1).public_key()
    name = x509.load_der_x509_certificate(csd.cer).subject
    builder = x509.CertificateBuilder(name, name, huge, 1, NOW - timedelta(days=9), NOW + timedelta(days=900))
    cer = builder.sign(csd.private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    codes, price = codes_and_price(cer, csd.key, PASSWORD)
    assert "MX-CERT-08" in codes
    assert price <= MAX_MILLISECONDS


@pytest.mark.parametrize(
    "password",
    ["x" * 1_000_000, PASSWORD + "\0", "\0", "\0" * 1_000_000, "ñ" * 1_000_000, "\ud800", "\u202e" + PASSWORD],
    ids=[
        "81 a megabyte", "81b NUL", "81c only NUL", "81d a megabyte of NUL", "81e accents", "81f half a pair",
        "81g turned",
    ],
)
def test_a_password_that_is_none_is_a_wrong_password(csd, password):
    codes, price = codes_and_price(csd.cer, csd.key, password)
    assert codes == ["MX-CERT-03"]
    assert price <= MAX_MILLISECONDS


@pytest.mark.parametrize("service", registry.SERVICES)
@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data", "https://169.254.169.254", "file:///etc/passwd", "http://10.0.0.1",
        "https://[fe80::1]", "http://0.0.0.0", "http://2130706433.example.invalid", "http://localhost.example.invalid",
        "http://127.0.0.1@example.invalid", "http://example.invalid#@127.0.0.1", "http://example.invalid\\@127.0.0.1",
        "ftp://127.0.0.1", "javascript:alert(1)", "//127.0.0.1",
    ],
)
def test_82_an_override_leads_to_this_machine_or_nowhere(service, address):
    credentials = registry.Credentials("user", "password")
    with pytest.raises(Misconfigured):
        registry.stamper(service, "production", credentials=credentials, base_url_override=address)


@pytest.mark.parametrize("service", registry.SERVICES.values(), ids=list(registry.SERVICES))
def test_82_the_addresses_of_the_providers_are_constants_and_encrypted(service):
    assert set(service.hosts) == {"test", "production"}
    for hosts in service.hosts.values():
        for address in hosts.values() if isinstance(hosts, dict) else [hosts]:
            assert str(address).startswith("https://")
