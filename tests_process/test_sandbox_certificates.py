"""Certificates look like SAT's, and the authority checks who sealed, with what, and when."""

from __future__ import annotations

import base64
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from lxml import etree

from tests_process import cfdi_samples as samples
from tests_process.cfdi_samples import ISSUER, PERSON, Answer, invoice, local_now
from tests_process.sandbox_client import SandboxProcess, SandboxRefused

RFC, NAME = ISSUER["rfc"], ISSUER["name"]


def subject(certificate: x509.Certificate, oid) -> list[str]:
    return [attribute.value for attribute in certificate.subject.get_attributes_for_oid(oid)]


def test_a_csd_has_the_shape_of_a_real_one(authority):
    issued = authority.issue_csd(RFC, NAME, branch="SUCURSAL NORTE", password="clave secreta ñ")
    certificate = x509.load_der_x509_certificate(issued.cer)
    assert certificate.serial_number.to_bytes(20, "big").decode() == issued.serial
    assert issued.serial.isdigit() and len(issued.serial) == 20
    assert subject(certificate, NameOID.X500_UNIQUE_IDENTIFIER)[0].split()[0] == RFC
    assert subject(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) == ["SUCURSAL NORTE"]
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.data_encipherment) == (True, True, False)
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    key = load_der_private_key(issued.key, "clave secreta ñ".encode())
    assert key.public_key() == certificate.public_key()
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(authority.file("ca.cer")))


def test_an_efirma_differs_from_a_csd_where_the_real_one_does(authority):
    issued = authority.issue_efirma(PERSON["rfc"], PERSON["name"], curp="CUSC850516HJCRLS09")
    certificate = x509.load_der_x509_certificate(issued.cer)
    assert subject(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) == []
    assert subject(certificate, NameOID.X500_UNIQUE_IDENTIFIER) == [PERSON["rfc"]]
    assert subject(certificate, NameOID.SERIAL_NUMBER) == ["CUSC850516HJCRLS09"]
    assert subject(certificate, NameOID.COUNTRY_NAME) == ["MX"]
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.data_encipherment and usage.key_agreement
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(purposes) == {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH}


def test_openssl_opens_the_key_file_with_the_password_only(authority, tmp_path):
    issued = authority.issue_csd(RFC, NAME, password="12345678a")
    file = tmp_path / "csd.key"
    file.write_bytes(issued.key)
    command = ["openssl", "pkcs8", "-inform", "DER", "-in", file, "-out", tmp_path / "out.pem", "-passin"]
    assert subprocess.run([*command, "pass:12345678a"], capture_output=True).returncode == 0
    assert subprocess.run([*command, "pass:12345678b"], capture_output=True).returncode != 0
    shape = subprocess.run(["openssl", "asn1parse", "-inform", "DER", "-in", file], capture_output=True, text=True)
    assert "PBES2" in shape.stdout and "des-ede3-cbc" in shape.stdout


def test_a_changed_document_no_longer_fits_its_seal(market, csd):
    xml = invoice(csd).replace(b"Computadora", b"Calculadora")
    assert Answer(market.send(xml)).codes == ["302"]
    assert Answer(market.send(invoice(csd).replace(b'Sello="', b'Sello="AAAA'))).codes == ["302"]


def test_the_seal_is_checked_against_openssl(market, csd, tmp_path):
    """The same seal, judged by a third party: what the sandbox accepts, ``openssl`` accepts too."""
    xml = invoice(csd)
    assert Answer(market.send(xml)).codes == []
    root = etree.fromstring(xml)
    (tmp_path / "text").write_text(samples.original_string(root), encoding="utf-8")
    (tmp_path / "seal").write_bytes(base64.b64decode(root.get("Sello")))
    key = x509.load_der_x509_certificate(csd.cer).public_key()
    (tmp_path / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "seal", "text"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout.strip() == "Verified OK"


def test_an_efirma_does_not_seal_documents(market):
    assert Answer(market.send(invoice(market.issue_efirma(RFC, NAME)))).codes == ["306"]


def test_a_certificate_of_somebody_else_does_not_seal_ours(market):
    assert Answer(market.send(invoice(market.issue_csd("AAA010101AAA", "OTRA EMPRESA")))).codes == ["303"]


def test_a_certificate_of_another_authority_is_not_trusted(market, tmp_path):
    with SandboxProcess(tmp_path / "elsewhere", light=True) as other:
        foreign = other.issue_csd(RFC, NAME)
    assert Answer(market.send(invoice(foreign))).codes == ["308"]


def test_what_is_no_certificate_is_told_as_such(market, csd):
    xml = invoice(csd)
    start = xml.index(b'Certificado="MII') + len('Certificado="')
    broken = xml[:start] + b"AAAA" + xml[start:]
    assert Answer(market.send(broken)).codes == ["CFDI40106"]
    other_number = invoice(csd).replace(csd.serial.encode(), b"3" * 20)
    assert Answer(market.send(other_number)).codes == ["CFDI40106"]


def test_a_revoked_certificate_is_refused_until_it_is_reinstated(market):
    issued = market.issue_csd(RFC, NAME)
    market.control("revoke", {"serial": issued.serial})
    assert Answer(market.send(invoice(issued))).codes == ["304"]
    market.control("revoke", {"serial": issued.serial, "revoked": False})
    assert Answer(market.send(invoice(issued))).codes == []


def test_the_date_must_lie_within_the_validity_of_the_certificate(market):
    now = datetime.now(timezone.utc)
    expired = market.issue_csd(RFC, NAME, not_before=(now - timedelta(days=10)).isoformat(), days_valid=9)
    early = market.issue_csd(RFC, NAME, not_before=(now + timedelta(days=1)).isoformat())
    assert Answer(market.send(invoice(expired))).codes == ["305"]
    assert Answer(market.send(invoice(early))).codes == ["305"]


def test_an_issuer_without_obligations_is_refused(market, csd):
    market.control("lco", {"rfc": RFC, "obligations": 0})
    assert Answer(market.send(invoice(csd))).codes == ["402"]
    market.control("lco", {"rfc": RFC, "obligations": 1})
    assert Answer(market.send(invoice(csd))).codes == []


def test_a_new_csd_is_in_the_list_of_issuers_only_after_its_hours(market):
    issued = market.issue_csd(RFC, NAME, listed_after_hours=48, days_valid=30)
    later = invoice(issued, Fecha=local_now(timedelta(hours=48)))
    assert Answer(market.send(invoice(issued))).codes == ["402"]
    market.control("clock", {"offset_seconds": 48 * 3600 + 60})
    assert Answer(market.send(later)).codes == []
    market.control("clock", {"reset": True})
    assert Answer(market.send(invoice(issued, Folio="77"))).codes == ["402"]
    market.control("lco", {"serial": issued.serial})
    assert Answer(market.send(invoice(issued, Folio="77"))).codes == []
    with pytest.raises(SandboxRefused):
        market.control("lco", {"serial": "3" * 20})


def test_a_csd_that_ended_after_the_date_of_the_document_is_refused_too(market):
    start = datetime.now(timezone.utc) - timedelta(days=10)
    issued = market.issue_csd(RFC, NAME, not_before=start.isoformat(), days_valid=11)
    xml = invoice(issued)
    market.control("clock", {"offset_seconds": 2 * 86400})
    assert Answer(market.send(xml)).codes == ["304"]


@pytest.mark.parametrize(
    ("offset", "codes"),
    [
        (timedelta(hours=-71, minutes=-59), []),
        (timedelta(hours=-72, minutes=-1), ["401"]),
        (timedelta(minutes=4), []),
        (timedelta(minutes=6), ["401"]),
    ],
)
def test_the_date_may_be_72_hours_old_and_five_minutes_ahead(market, csd, offset, codes):
    long = market.issue_csd(RFC, NAME, not_before="2020-01-01T00:00:00", days_valid=9000)
    assert Answer(market.send(invoice(long, Fecha=local_now(offset)))).codes == codes


def test_the_date_is_the_local_time_of_the_place_of_issue(market, csd):
    """Tijuana is one or two hours behind central Mexico, Cancún one hour ahead."""
    ahead = local_now(timedelta(minutes=50))
    assert Answer(market.send(invoice(csd, Fecha=ahead, LugarExpedicion="77500"))).codes == []
    assert Answer(market.send(invoice(csd, Fecha=ahead, LugarExpedicion="42501"))).codes == ["401"]
    assert Answer(market.send(invoice(csd, Fecha=local_now(), LugarExpedicion="22000"))).codes == ["401"]


def test_the_clock_can_be_moved_for_every_date_check(market, csd):
    xml = invoice(csd)
    market.control("clock", {"offset_seconds": 73 * 3600})
    assert Answer(market.send(xml)).codes == ["401"]
    market.control("clock", {"reset": True})
    assert Answer(market.send(xml)).codes == []
    later = datetime.now(timezone.utc) + timedelta(days=30)
    market.control("clock", {"now": later.isoformat()})
    local = later.astimezone(samples.CENTRAL).replace(tzinfo=None, microsecond=0).isoformat()
    stamped = Answer(market.send(invoice(csd, Fecha=local)))
    assert stamped.codes == []
    assert stamped.stamp.get("FechaTimbrado")[:16] >= local[:16]


def test_old_dates_have_their_own_code(market):
    old = market.issue_csd(RFC, NAME, not_before="2010-01-01T00:00:00", days_valid=9000)
    assert Answer(market.send(invoice(old, Fecha="2011-06-01T10:00:00"))).codes == ["403"]


def test_the_control_interface_explains_what_it_does_not_understand(authority):
    for request in ({"rfc": RFC}, {"rfc": RFC, "name": NAME, "kind": "x"}, {"rfc": RFC, "name": NAME, "days": 1}):
        with pytest.raises(SandboxRefused) as refusal:
            authority.control("issue", request)
        assert refusal.value.status == 400 and "error" in refusal.value.text


def test_who_is_issued_a_certificate_is_known_but_never_overwritten(authority):
    authority.register(ISSUER)
    authority.issue_csd(RFC, "OTRO NOMBRE")
    authority.issue_csd("AAA010101AAA", "EMPRESA NUEVA")
    names = {row["rfc"]: row["name"] for row in authority.control("taxpayers")}
    assert names == {RFC: NAME, "AAA010101AAA": "EMPRESA NUEVA"}
