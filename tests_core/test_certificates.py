"""Certificates: what the inspector reads, what it refuses, and that no file makes it raise or hang."""

import base64
import time
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import certificates, der
from core.certificates import CertificateKind, RsaSigner, inspect, load_private_key
from core.errors import CertificateError
from core.findings import Severity, blocking

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
START = NOW - timedelta(days=400)


@pytest.fixture(scope="module")
def csd(certificate):
    return certificate(not_before=START)


def codes(report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_good_csd_of_a_company_is_read_completely(csd):
    report = inspect(csd.cer, csd.key, csd.password, at=NOW, expected_rfc="eku-900317-3c9")
    assert report.findings == ()
    assert report.kind is CertificateKind.CSD
    assert report.rfc == "EKU9003173C9"
    assert report.holder_name == "ESCUELA KEMPER URGATE"
    assert report.curp == "VADA800927HSRSRL05"
    assert report.serial_number == "30001000000500003416"
    assert report.issuer == "AC DE PRUEBA"
    assert (report.not_before, report.not_after) == (START, START + timedelta(days=1460))
    assert report.not_before.tzinfo is not None


def test_a_csd_of_a_person_is_read_completely(certificate):
    pair = certificate(rfc="XIQB891116QE4", name="BERENICE XIMO QUEZADA", curp="XIQB891116MGRMZR05", not_before=START)
    report = inspect(pair.cer, pair.key, pair.password, at=NOW, expected_rfc="XIQB891116QE4")
    assert (report.rfc, report.curp, report.findings) == ("XIQB891116QE4", "XIQB891116MGRMZR05", ())


@pytest.mark.parametrize(
    "rfc", ["H&E951128469 / WATM640917J45", "OÑO120726RX3 / VADA800927DJ3", "KIJ0906199R1/VADA800927DJ3"]
)
def test_an_rfc_with_unusual_letters_is_read(certificate, rfc):
    pair = certificate(rfc=rfc, not_before=START)
    assert inspect(pair.cer, at=NOW, expected_rfc=rfc[:12]).findings == ()


def test_an_efirma_is_told_from_a_csd(certificate):
    pair = certificate(kind="efirma", not_before=START)
    report = inspect(pair.cer, pair.key, pair.password, at=NOW)
    assert report.kind is CertificateKind.EFIRMA
    assert codes(report) == ["MX-CERT-02"]
    assert blocking(report.findings)


def _signed(csd, *extensions, subject=None, public_key=None, serial=None) -> bytes:
    name = subject or x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Anybody")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(public_key or csd.private_key.public_key())
    builder = builder.serial_number(serial or int.from_bytes(b"30001000000500003416", "big"))
    builder = builder.not_valid_before(START).not_valid_after(NOW + timedelta(days=500))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(csd.private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_of_nobody_we_know_is_a_warning_and_lacks_an_rfc(csd):
    report = inspect(_signed(csd), at=NOW)
    assert report.kind is CertificateKind.UNKNOWN
    assert [(finding.code, finding.severity) for finding in report.findings] == [
        ("MX-CERT-10", Severity.WARNING),
        ("MX-CERT-12", Severity.ERROR),
    ]


def test_signs_that_contradict_each_other_are_not_guessed(certificate, csd):
    """A branch as in a CSD, and a key that may encipher as in an e.firma."""
    efirma = x509.load_der_x509_certificate(certificate(kind="efirma").cer)
    usage = efirma.extensions.get_extension_for_class(x509.KeyUsage)
    subject = x509.load_der_x509_certificate(csd.cer).subject
    assert inspect(_signed(csd, usage.value, subject=subject), at=NOW).kind is CertificateKind.UNKNOWN


@pytest.mark.parametrize(
    "serial",
    [1, 2**150 + 1, int.from_bytes(b"3000100000050000341A", "big"), int.from_bytes(b"3000100000050000341", "big")],
)
def test_a_serial_number_that_is_not_sats_is_named(csd, serial):
    report = inspect(_signed(csd, serial=serial), at=NOW)
    assert report.serial_number == ""
    assert "MX-CERT-13" in codes(report)


@pytest.mark.parametrize(
    "password", ["wrong", "", None, "12345678A", "12345678a ", "a" * 1_000_000, "12345678a\0", "ñ"], ids=range(8)
)
def test_a_wrong_password_is_named(csd, password):
    report = inspect(csd.cer, csd.key, password, at=NOW)
    assert codes(report) == ["MX-CERT-03"]
    assert not password or len(password) > 20 or password == "ñ" or f"={password}" not in str(report.findings)
    with pytest.raises(CertificateError) as caught:
        load_private_key(csd.key, password)
    assert caught.value.reason == "MX-CERT-03"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_password_with_accents_opens_in_either_encoding(csd, encoding):
    encrypted = csd.private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption("contraseña1".encode(encoding)),
    )
    assert load_private_key(encrypted, "contraseña1").private_numbers() == csd.private_key.private_numbers()


def test_the_key_of_another_certificate_is_named(certificate, csd):
    other = certificate(slot=1, not_before=START)
    assert codes(inspect(csd.cer, other.key, other.password, at=NOW)) == ["MX-CERT-04"]
    assert codes(inspect(other.cer, other.key, other.password, at=NOW)) == []


def test_validity_is_judged_at_the_moment_given(certificate):
    pair = certificate(not_before=START, days=500)
    end = START + timedelta(days=500)
    for moment, expected in (
        (START - timedelta(seconds=1), ["MX-CERT-06"]),
        (START, []),
        (end - timedelta(days=31), []),
        (end - timedelta(days=30), ["MX-CERT-09"]),
        (end, ["MX-CERT-09"]),
        (end + timedelta(seconds=1), ["MX-CERT-05"]),
    ):
        assert codes(inspect(pair.cer, at=moment)) == expected, moment
    assert not blocking(inspect(pair.cer, at=end - timedelta(days=2)).findings)
    assert inspect(pair.cer, at=end - timedelta(days=2)).findings[0].params["days"] == "2"


def test_the_certificate_of_another_company_is_named(csd):
    report = inspect(csd.cer, at=NOW, expected_rfc="XIA190128J61")
    assert codes(report) == ["MX-CERT-07"]
    assert report.findings[0].params == {"rfc": "EKU9003173C9", "expected": "XIA190128J61"}


def test_the_legal_representative_is_not_the_owner(csd):
    assert codes(inspect(csd.cer, at=NOW, expected_rfc="VADA800927DJ3")) == ["MX-CERT-07"]


def test_several_problems_are_all_told(certificate, csd):
    other = certificate(slot=1)
    pair = certificate(kind="efirma", not_before=START, days=10)
    found = codes(inspect(pair.cer, other.key, other.password, at=NOW, expected_rfc="XIA190128J61"))
    assert found == ["MX-CERT-02", "MX-CERT-07", "MX-CERT-05", "MX-CERT-04"]


def _pkcs8(key, password: bytes | None = b"12345678a") -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, encryption)


def test_weak_and_foreign_keys_are_named(certificate, csd):
    weak = certificate(bits=1024, not_before=START)
    assert codes(inspect(weak.cer, weak.key, weak.password, at=NOW)) == ["MX-CERT-08", "MX-CERT-08"]
    elliptic = ec.generate_private_key(ec.SECP256R1())
    assert codes(inspect(csd.cer, _pkcs8(elliptic), "12345678a", at=NOW)) == ["MX-CERT-08"]
    assert "MX-CERT-08" in codes(inspect(_signed(csd, public_key=elliptic.public_key()), at=NOW))


def test_a_huge_key_is_refused_before_it_costs_anything(csd):
    """A real key of 16,384 bits takes minutes to make; its envelope is what the check sees first."""
    envelope = der.read(csd.key).children()
    padded = envelope[1].content + bytes(9_000)
    body = _tlv(0x30, envelope[0].content) + _tlv(0x04, padded)
    start = time.process_time()
    assert codes(inspect(csd.cer, _tlv(0x30, body), "12345678a", at=NOW)) == ["MX-CERT-08"]
    assert time.process_time() - start < 0.05


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def _with_iterations(key: bytes, iterations: int) -> bytes:
    """The same envelope with another number of rounds, every enclosing length rebuilt."""

    def rebuild(node) -> bytes:
        if node.tag == der.INTEGER and int.from_bytes(node.content, "big") >= 2048:
            return _tlv(0x02, iterations.to_bytes(4, "big"))
        return _tlv(node.tag, b"".join(map(rebuild, node.children())) if node.tag & 0x20 else node.content)

    return rebuild(der.read(key))


def test_an_absurd_number_of_iterations_is_refused_before_it_costs_anything(csd):
    start = time.process_time()
    report = inspect(csd.cer, _with_iterations(csd.key, 2**31 - 1), csd.password, at=NOW)
    assert codes(report) == ["MX-CERT-11"]
    assert time.process_time() - start < 0.05
    assert codes(inspect(csd.cer, _with_iterations(csd.key, 5), csd.password, at=NOW)) == ["MX-CERT-03"]


def test_what_is_no_private_key_is_named(csd):
    public = csd.private_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for data in (b"", b"hello", csd.cer, public, csd.key[:-1], b"\x30\x80", bytes(5000), b"PK\x03\x04" + bytes(100)):
        assert codes(inspect(csd.cer, data, csd.password, at=NOW)) == ["MX-CERT-11"], data[:20]


def test_an_unencrypted_key_is_taken_whatever_the_password(csd):
    clear = _pkcs8(csd.private_key, None)
    for password in (None, "", "anything"):
        assert inspect(csd.cer, clear, password, at=NOW).findings == ()


def test_what_is_no_certificate_is_named_and_never_raises(csd):
    for data in (b"", b"hello", csd.key, csd.cer[:-1], csd.cer + b"\0", bytes(20_000), base64.b64encode(csd.cer)):
        report = inspect(data, csd.key, csd.password, at=NOW)
        assert codes(report) == ["MX-CERT-01"]
        assert (report.kind, report.rfc, report.not_after) == (CertificateKind.UNKNOWN, "", None)


NAME = b"NANDU & CIA"


@pytest.mark.parametrize(
    ("tag", "content", "shown"),
    [
        (0x13, NAME, "NANDU & CIA"),  # PrintableString has no ampersand
        (0x13, b"NAND\xda & CIA", "NANDÚ & CIA"),
        (0x0C, b"NAND\xda & CIA", "NANDÚ & CIA"),  # Latin-1 in a UTF8String
        (0x14, b"NAND\xda & CIA", "NANDÚ & CIA"),
        (0x16, b"NAND\xda & CIA", "NANDÚ & CIA"),
        (0x12, NAME, "NANDU & CIA"),
        (0x1E, "NANDÚ".encode("utf-16-be") + b"\0", "NANDÚ"),  # an odd byte too many
        (0x03, b"\0" + NAME[1:], "ANDU & CIA"),
        (0x04, NAME, "NANDU & CIA"),
        (0x1A, b"\xff\xfe\x00\x01\x02\x03\x04\x05\x06\x07\x08", None),
    ],
)
def test_names_that_a_strict_library_refuses_are_read_all_the_same(certificate, tag, content, shown):
    pair = certificate(name=NAME.decode(), not_before=START)
    assert len(content) == len(NAME)
    weird = pair.cer.replace(b"\x0c\x0b" + NAME, bytes([tag, len(NAME)]) + content)
    assert weird != pair.cer
    report = inspect(weird, pair.key, pair.password, at=NOW, expected_rfc="EKU9003173C9")
    assert codes(report) == []
    assert report.kind is CertificateKind.CSD
    assert report.serial_number == pair.serial_number
    if shown is not None:
        assert report.holder_name.rstrip("\ufffd") == shown
    assert certificates.load_certificate(weird).public_key() == pair.private_key.public_key()


def test_at_least_one_of_those_names_really_breaks_the_library(certificate):
    weird = certificate(name=NAME.decode()).cer.replace(b"\x0c\x0b" + NAME, b"\x0c\x0bNAND\xda & CIA")
    with pytest.raises(ValueError, match="subject"):
        _ = x509.load_der_x509_certificate(weird).subject


def _resigned(cer: bytes, key: rsa.RSAPrivateKey) -> bytes:
    body = der.read(cer).children()[0]
    signed = cer[body.tag_at : body.content_at + len(body.content)]
    algorithm = der.read(cer).children()[1]
    signature = b"\0" + key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return _tlv(0x30, signed + _tlv(0x30, algorithm.content) + _tlv(0x03, signature))


def test_the_issuers_signature_is_judged_on_the_bytes_as_they_are(certificate):
    pair, stranger = certificate(name=NAME.decode(), not_before=START), certificate(slot=1)
    weird = pair.cer.replace(b"\x0c\x0b" + NAME, b"\x13\x0bNAND\xda & CIA")
    key = pair.private_key.public_key()
    assert certificates.is_signed_by(pair.cer, key)
    assert not certificates.is_signed_by(weird, key)  # its names were changed after signing
    assert certificates.is_signed_by(_resigned(weird, pair.private_key), key)
    assert not certificates.is_signed_by(_resigned(weird, stranger.private_key), key)
    assert not certificates.is_signed_by(pair.cer, stranger.private_key.public_key())
    for data in (b"", b"x", pair.cer[:-1]):
        assert not certificates.is_signed_by(data, key)


@pytest.mark.parametrize("tag", [0x13, 0x14, 0x03])
def test_the_rfc_itself_in_a_wrong_string_type_is_read(certificate, tag):
    rfc = b"H&E951128469 / VADA800927DJ3"
    pair = certificate(rfc=rfc.decode(), not_before=START)
    content = rfc if tag != 0x03 else b"\0" + rfc[:-1]
    weird = pair.cer.replace(bytes([0x0C, len(rfc)]) + rfc, bytes([tag, len(rfc)]) + content)
    assert weird != pair.cer
    assert inspect(weird, at=NOW).rfc == "H&E951128469"


_CHANGES = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6)


def _damaged(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    copy = bytearray(data)
    for at, value in changes:
        copy[at % len(copy)] = value
    return bytes(copy)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_CHANGES)
def test_a_damaged_certificate_gives_findings_and_never_an_exception(csd, changes):
    report = inspect(_damaged(csd.cer, changes), at=NOW)
    assert all(code.startswith("MX-CERT-") for code in codes(report))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_CHANGES)
def test_a_damaged_key_never_raises_and_never_opens_as_another(csd, changes):
    key = _damaged(csd.key, changes)
    found = codes(inspect(csd.cer, key, csd.password, at=NOW))
    assert set(found) <= {"MX-CERT-03", "MX-CERT-04", "MX-CERT-08", "MX-CERT-11"}
    assert found or load_private_key(key, csd.password).private_numbers() == csd.private_key.private_numbers()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_named_as_what_they_are_not(data):
    report = inspect(data, data, "x", at=NOW)
    assert codes(report) == ["MX-CERT-01"]
    with pytest.raises(CertificateError):
        load_private_key(data, "x")


def test_the_signer_signs_as_anexo_20_says(csd):
    signer = RsaSigner(csd.cer, load_private_key(csd.key, csd.password))
    text = "||4.0|ñ|&||".encode()
    signature = signer.sign(text)
    csd.private_key.public_key().verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    assert signer.certificate_der == csd.cer
    assert signer.sign(text) == signature


def test_a_kept_key_is_reloaded_fast_and_is_the_same(csd):
    clear = certificates.export_unencrypted_der(csd.private_key)
    assert certificates.load_trusted_der(clear).private_numbers() == csd.private_key.private_numbers()

    def best(load) -> float:
        spent = []
        for _ in range(3):
            start = time.perf_counter()
            load()
            spent.append(time.perf_counter() - start)
        return min(spent)

    checked = best(lambda: load_private_key(csd.key, csd.password))
    assert best(lambda: certificates.load_trusted_der(clear)) < checked / 5


@pytest.mark.parametrize("data", [b"", b"x", bytes(500)])
def test_a_kept_key_that_was_damaged_is_a_typed_error(data):
    with pytest.raises(CertificateError):
        certificates.load_trusted_der(data)


def test_a_kept_key_of_another_kind_is_a_typed_error():
    with pytest.raises(CertificateError):
        certificates.load_trusted_der(_pkcs8(ec.generate_private_key(ec.SECP256R1()), None))


def test_the_number_of_a_certificate(csd):
    assert certificates.serial_of(csd.cer) == "30001000000500003416"
    for data, reason in ((b"x", "MX-CERT-01"), (_signed(csd, serial=5), "MX-CERT-13")):
        with pytest.raises(CertificateError) as caught:
            certificates.serial_of(data)
        assert caught.value.reason == reason


def _oid(*content: int) -> bytes:
    return _tlv(0x06, bytes(content))


def test_an_old_key_encrypted_with_triple_des_opens(csd):
    """SAT's own programs write PBES2 with PBKDF2, 2048 rounds, and DES-EDE3-CBC."""
    salt, vector, password = b"saltsalt", b"iviviviv", b"12345678a"
    secret = PBKDF2HMAC(hashes.SHA1(), 24, salt, 2048).derive(password)
    clear = certificates.export_unencrypted_der(csd.private_key)
    padding_size = 8 - len(clear) % 8
    encryptor = Cipher(TripleDES(secret), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(clear + bytes([padding_size]) * padding_size) + encryptor.finalize()
    pkcs5 = (0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05)
    rounds = _tlv(0x02, (2048).to_bytes(2, "big"))
    derivation = _tlv(0x30, _oid(*pkcs5, 0x0C) + _tlv(0x30, _tlv(0x04, salt) + rounds))
    cipher = _tlv(0x30, _oid(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x07) + _tlv(0x04, vector))
    algorithm = _tlv(0x30, _oid(*pkcs5, 0x0D) + _tlv(0x30, derivation + cipher))
    key = _tlv(0x30, algorithm + _tlv(0x04, sealed))
    assert inspect(csd.cer, key, "12345678a", at=NOW).findings == ()
    assert codes(inspect(csd.cer, key, "12345678b", at=NOW)) == ["MX-CERT-03"]


def test_the_largest_allowed_key_passes():
    key = rsa.generate_private_key(65537, 3072)
    assert load_private_key(_pkcs8(key), "12345678a").key_size == 3072
