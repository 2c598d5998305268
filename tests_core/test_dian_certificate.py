"""A company's PKCS#12 file at upload: everything that would make DIAN refuse its signature is said before."""

import random
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given
from hypothesis import strategies as st

from core.dian import certificate

NOW = datetime(2026, 11, 20, 15, tzinfo=timezone.utc)
NIT = "901002487"
PASSWORD = "clave de prueba ñ"
_KEYS = {bits: rsa.generate_private_key(65537, bits) for bits in (1024, 2048)}
_KEYS["ec"] = ec.generate_private_key(ec.SECP256R1())


def issued(
    subject_number=f"NIT {NIT}-0", *, key=2048, days=400, start=-10, usage=True, oid=None, by=None, name="EMPRESA"
):
    """A certificate and its key; `by` is the issuer's."""
    attributes = [
        x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "EMPRESA INVENTADA SAS 123456789"),
        x509.NameAttribute(oid or x509.NameOID.SERIAL_NUMBER, subject_number),
    ]
    signing_key = by[1] if by else _KEYS[2048]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .issuer_name(by[0].subject if by else x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AC DE PRUEBA")]))
        .public_key(_KEYS[key].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=start))
        .not_valid_after(NOW + timedelta(days=start + days))
    )
    flags = dict.fromkeys(
        ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only", "data_encipherment"), False
    )
    if usage is not None:
        usages = x509.KeyUsage(digital_signature=usage, content_commitment=usage, key_encipherment=not usage, **flags)
        builder = builder.add_extension(usages, critical=True)
    return builder.sign(signing_key, hashes.SHA256()), _KEYS[key]


def p12(certificate_and_key, *above, password=PASSWORD, key=None):
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    made, own = certificate_and_key
    return pkcs12.serialize_key_and_certificates(b"x", key or own, made, list(above), encryption)


AUTHORITY = issued("NIT 800000001", name="AC DE PRUEBA")


def codes(report):
    return [finding.code for finding in report.findings]


def test_a_good_file_gives_key_certificate_and_chain():
    root = issued("NIT 800000002", name="AC RAIZ")
    middle = issued("NIT 800000003", name="AC SUBORDINADA", by=root)
    own = issued(by=middle)
    report = certificate.inspect(p12(own, root[0], middle[0]), PASSWORD, at=NOW, nit=NIT)
    assert codes(report) == []
    assert report.private_key.private_numbers() == own[1].private_numbers()
    encoded = [made.public_bytes(serialization.Encoding.DER) for made in (middle[0], root[0])]
    assert list(report.chain) == encoded
    assert report.holder_name == "EMPRESA INVENTADA SAS 123456789"
    assert (report.not_before, report.not_after) == (NOW - timedelta(days=10), NOW + timedelta(days=390))
    assert "private_key" not in repr(report)


@pytest.mark.parametrize(("made", "expected"), [
    (issued(start=-400, days=300, by=AUTHORITY), ["CO-CERT-06"]),
    (issued(start=5, by=AUTHORITY), ["CO-CERT-07"]),
    (issued(days=40, by=AUTHORITY), ["CO-CERT-08"]),
    (issued(usage=False, by=AUTHORITY), ["CO-CERT-09"]),
    (issued(usage=None, by=AUTHORITY), []),
    (issued(key=1024, by=AUTHORITY), ["CO-CERT-05"]),
    (issued(key="ec", by=AUTHORITY), ["CO-CERT-05"]),
    (issued("901002488", by=AUTHORITY), ["CO-CERT-10"]),
], ids=["expired", "future", "soon", "usage", "usage not said", "1024 bits", "EC", "another NIT"])
def test_each_reason_has_its_code(made, expected):
    report = certificate.inspect(p12(made, AUTHORITY[0]), PASSWORD, at=NOW, nit=NIT)
    assert codes(report) == expected
    blocked = bool(expected) and expected[0] not in ("CO-CERT-08", "CO-CERT-10")
    assert (report.private_key is None) == blocked


@pytest.mark.parametrize("text", [NIT, f"NIT{NIT}", f"{NIT}0", "901.002.487-0", f"NIT: {NIT}-0"])
@pytest.mark.parametrize("oid", [x509.NameOID.ORGANIZATION_IDENTIFIER, x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")])
def test_the_nit_is_found_wherever_an_authority_puts_it(text, oid):
    report = certificate.inspect(p12(issued(text, oid=oid, by=AUTHORITY), AUTHORITY[0]), PASSWORD, at=NOW, nit=NIT)
    assert codes(report) == []


def test_a_number_in_the_company_s_name_is_not_its_nit():
    report = certificate.inspect(p12(issued(by=AUTHORITY), AUTHORITY[0]), PASSWORD, at=NOW, nit="123456789")
    assert codes(report) == ["CO-CERT-10"]


def test_the_password_is_told_apart_from_the_file():
    data = p12(issued(by=AUTHORITY), AUTHORITY[0])
    for wrong in ("x", "", None, "a" * 300, "\0"):
        assert codes(certificate.inspect(data, wrong, at=NOW)) == ["CO-CERT-02"]
    for no_file in (b"", b"x" * 100, b"\x30\x03\x02\x01\x05", b"\0" * 100_000):
        assert codes(certificate.inspect(no_file, PASSWORD, at=NOW)) == ["CO-CERT-01"]


def test_a_file_without_key_or_with_another_one():
    made, _key = issued(by=AUTHORITY)
    bare = pkcs12.serialize_key_and_certificates(
        b"x", None, made, None, serialization.BestAvailableEncryption(PASSWORD.encode())
    )
    assert codes(certificate.inspect(bare, PASSWORD, at=NOW)) == ["CO-CERT-03"]


def test_a_file_without_chain_is_a_warning():
    report = certificate.inspect(p12(issued(by=AUTHORITY)), PASSWORD, at=NOW, nit=NIT)
    assert codes(report) == ["CO-CERT-11"] and report.private_key is not None


@given(st.binary(max_size=400), st.text(max_size=20))
def test_no_bytes_raise(data, password):
    assert codes(certificate.inspect(data, password, at=NOW))


def test_no_damaged_file_raises():
    good = p12(issued(by=AUTHORITY), AUTHORITY[0])
    rng = random.Random(20261120)
    for _round in range(150):
        data = bytearray(good)
        for _change in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        report = certificate.inspect(bytes(data[: rng.choice((len(data), rng.randrange(len(data))))]), PASSWORD, at=NOW)
        assert codes(report) or report.private_key
