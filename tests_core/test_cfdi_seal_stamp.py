"""Seals and stamps: good ones pass, every single change is seen, and each question is answered alone."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from core.certificates import RsaSigner
from core.cfdi import build, cadena, read, seal, stamp
from core.errors import CertificateError, CoreError, InvalidDocument, XmlRefused
from core.xmlio.parse import OWN_LIMITS
from tests_core.cfdi_models import a_line, an_invoice
from tests_core.test_cfdi_read_write import LOCAL, a_payment, a_stamp

NOW = datetime.now(timezone.utc)
TFD = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"


@pytest.fixture(scope="module")
def pair(certificate):
    return certificate()


@pytest.fixture(scope="module")
def pac(certificate):
    return certificate(rfc="SAN010101AB1", name="PAC", serial_number="30001000000500003456", slot=1)


@pytest.fixture(scope="module")
def signer(pair):
    return RsaSigner(pair.cer, pair.private_key)


@pytest.fixture(scope="module")
def sealed(signer) -> bytes:
    return seal.seal(an_invoice(), signer)


def stamped_by(pac, xml: bytes, **changes: str) -> bytes:
    """What a PAC does: a TFD in the Complemento, signed with its own key."""
    content = read.parse(xml)
    tfd = a_stamp(sello_cfd=content.sello, sello_sat="", **changes)
    text = cadena.tfd_string(build.to_xml(replace(content, timbre=tfd)))
    signature = pac.private_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return build.to_xml(replace(content, timbre=replace(tfd, sello_sat=base64.b64encode(signature).decode())))


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


# --- seal ----------------------------------------------------------------------------------------------------------


def test_a_sealed_document_carries_number_certificate_and_seal(sealed, pair):
    content = read.parse(sealed)
    assert content.no_certificado == pair.serial_number
    assert base64.b64decode(content.certificado) == pair.cer
    assert seal.verify(sealed) == []


def test_sealing_replaces_whatever_seal_the_model_had(signer, sealed):
    again = seal.seal(read.parse(sealed), signer)
    assert again == sealed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'Total="232.00"', b'Total="232.01"'),
        (b'Cantidad="2.000000"', b'Cantidad="2.00000"'),
        (b"Cigarros", b"Cigarro"),
        (b'NoCertificado="3', b'NoCertificado="4'),
    ],
)
def test_any_change_of_the_content_breaks_the_seal(sealed, old, new):
    assert old in sealed
    assert codes(seal.verify(sealed.replace(old, new))) == ["CFDI40102"]


@pytest.mark.parametrize("changed", [b'Sello="AAAA"', b'Sello="no base64!"', b'Sello="\xc3\xb1"'])
def test_another_text_as_seal_is_refused(sealed, changed):
    start = sealed.index(b'Sello="')
    end = sealed.index(b'"', start + 7) + 1
    assert codes(seal.verify(sealed[:start] + changed + sealed[end:])) == ["CFDI40102"]


def test_line_breaks_inside_the_base64_do_not_matter(sealed):
    start = sealed.index(b'Sello="') + 20
    assert seal.verify(sealed[:start] + b"&#10; " + sealed[start:]) == []


def test_no_seal_and_no_certificate_are_told_apart(sealed):
    assert codes(seal.verify(build.to_xml(an_invoice()))) == ["MX-SEAL-01"]
    content = read.parse(sealed)
    assert codes(seal.verify(build.to_xml(replace(content, certificado="AAAA")))) == ["CFDI40106"]
    assert codes(seal.verify(build.to_xml(replace(content, certificado="")))) == ["CFDI40106"]


def test_a_seal_over_an_unknown_complement_cannot_be_checked(sealed):
    node = b'<cfdi:Complemento><x:Y xmlns:x="urn:x"/></cfdi:Complemento></cfdi:Comprobante>'
    assert codes(seal.verify(sealed.replace(b"</cfdi:Comprobante>", node))) == ["MX-SEAL-02"]


def test_addenda_and_stamp_leave_the_seal_alone(sealed, pac):
    assert seal.verify(stamped_by(pac, sealed)) == []
    assert (
        seal.verify(sealed.replace(b"</cfdi:Comprobante>", b"<cfdi:Addenda><a/></cfdi:Addenda></cfdi:Comprobante>"))
        == []
    )


@pytest.mark.parametrize("document", [an_invoice(impuestos_locales=LOCAL), a_payment()], ids=["implocal", "P"])
def test_documents_with_complements_are_sealed_too(document, signer):
    assert seal.verify(seal.seal(document, signer)) == []


def test_a_stamped_document_is_not_sealed_again(signer):
    with pytest.raises(InvalidDocument):
        seal.seal(an_invoice(timbre=a_stamp()), signer)


def test_the_key_of_another_certificate_makes_no_document(pair, pac):
    with pytest.raises(CertificateError) as refused:
        seal.seal(an_invoice(), RsaSigner(pair.cer, pac.private_key))
    assert refused.value.reason == "MX-CERT-04"


def test_a_wrong_pair_makes_no_document_the_second_time_either(pair, pac):
    wrong = RsaSigner(pair.cer, pac.private_key)
    for _ in range(2):
        with pytest.raises(CertificateError):
            seal.seal(an_invoice(), wrong)


def test_a_signer_that_changes_its_certificate_is_proven_anew(pair, pac):
    changing = RsaSigner(pair.cer, pair.private_key)
    assert seal.verify(seal.seal(an_invoice(), changing)) == []
    changing.certificate_der = pac.cer
    with pytest.raises(CertificateError) as refused:
        seal.seal(an_invoice(), changing)
    assert refused.value.reason == "MX-CERT-04"


def test_a_certificate_without_sat_number_makes_no_document(certificate):
    odd = certificate(serial_number="ABC")
    with pytest.raises(CertificateError):
        seal.seal(an_invoice(), RsaSigner(odd.cer, odd.private_key))


# --- trust ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AC DE PRUEBA")])
    return key, _issue(key.public_key(), name, key, 1)


def _issue(public_key, subject: x509.Name, issuer_key, serial: int) -> bytes:
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AC DE PRUEBA")])
    builder = x509.CertificateBuilder(
        issuer, subject, public_key, serial, NOW - timedelta(days=9), NOW + timedelta(days=900)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def issued(pair, authority) -> bytes:
    """The pair's certificate, issued by the authority."""
    original = x509.load_der_x509_certificate(pair.cer)
    builder = x509.CertificateBuilder(
        x509.load_der_x509_certificate(authority[1]).subject,
        original.subject,
        original.public_key(),
        original.serial_number,
        original.not_valid_before_utc,
        original.not_valid_after_utc,
        list(original.extensions),
    )
    return builder.sign(authority[0], hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_csd_of_the_issuer_by_a_known_authority_is_trusted(pair, authority, issued):
    sealed = seal.seal(an_invoice(), RsaSigner(issued, pair.private_key))
    assert seal.trust(sealed, NOW, [authority[1]]) == []


def test_a_certificate_that_nobody_known_issued_is_not_trusted(sealed, authority, certificate):
    """Self-signed, with the issuer's RFC and the authority's name."""
    assert codes(seal.trust(sealed, NOW, [authority[1]])) == ["308"]
    assert codes(seal.trust(sealed, NOW, [b"no certificate"])) == ["308"]


def test_without_authorities_the_issuer_is_left_open(sealed):
    [finding] = seal.trust(sealed, NOW)
    assert (finding.code, finding.severity) == ("MX-SEAL-03", "warning")


@pytest.mark.parametrize("days", [-101, 1361])
def test_a_certificate_is_good_in_its_time_only(sealed, days):
    assert "305" in codes(seal.trust(sealed, NOW + timedelta(days=days)))


def test_a_certificate_of_another_taxpayer_is_seen(signer):
    foreign = seal.seal(an_invoice(emisor=replace(an_invoice().emisor, rfc="IXS7607092R5")), signer)
    assert seal.verify(foreign) == []
    assert "303" in codes(seal.trust(foreign, NOW))


def test_an_efirma_is_no_csd(certificate):
    efirma = certificate(kind="efirma")
    sealed = seal.seal(an_invoice(), RsaSigner(efirma.cer, efirma.private_key))
    assert seal.verify(sealed) == []
    assert "306" in codes(seal.trust(sealed, NOW))


def test_a_number_that_is_not_the_certificates_is_seen(sealed):
    other = sealed.replace(b'NoCertificado="3', b'NoCertificado="4')
    assert "CFDI40106" in codes(seal.trust(other, NOW))


def test_a_document_without_certificate_is_not_trusted():
    assert codes(seal.trust(build.to_xml(an_invoice()), NOW)) == ["CFDI40106"]


# --- stamp ---------------------------------------------------------------------------------------------------------


def test_a_stamp_is_read(sealed, pac):
    assert stamp.read(sealed) is None
    found = stamp.read(stamped_by(pac, sealed))
    assert (found.uuid, found.rfc_prov_certif) == (a_stamp().uuid, "SAN010101AB1")


def test_a_good_stamp_belongs_and_verifies(sealed, pac):
    stamped = stamped_by(pac, sealed)
    assert stamp.belongs(sealed, stamped) == []
    assert stamp.verify(stamped, [pac.cer]) == []


def test_the_stamp_goes_into_a_complemento_that_is_there_already(signer, pac):
    sent = seal.seal(an_invoice(impuestos_locales=LOCAL), signer)
    assert stamp.belongs(sent, stamped_by(pac, sent)) == []


def test_prefixes_declarations_and_indentation_may_differ(sealed, pac):
    root = etree.fromstring(stamped_by(pac, sealed))
    etree.indent(root)
    root.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "urn:a b.xsd")
    text = etree.tostring(root).replace(b"cfdi:", b"c:").replace(b"xmlns:cfdi", b"xmlns:c")
    assert stamp.belongs(sealed, text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'Total="232.00"', b'Total="232.0"'),
        (b"Cigarros", b"cigarros"),
        (b"</cfdi:Conceptos>", b"</cfdi:Conceptos><cfdi:Impuestos/>"),
        (b"</cfdi:Comprobante>", b"<cfdi:Addenda><a/></cfdi:Addenda></cfdi:Comprobante>"),
        (b"</cfdi:Emisor>", b"x</cfdi:Emisor>"),
        (b' FormaPago="03"', b""),
    ],
)
def test_a_changed_document_around_the_stamp_is_seen(sealed, pac, old, new):
    stamped = stamped_by(pac, sealed).replace(b"<cfdi:Emisor", b"<cfdi:Emisor")
    if old not in stamped:
        stamped = stamped.replace(
            b'RegimenFiscal="601"/><cfdi:Receptor', b'RegimenFiscal="601"></cfdi:Emisor><cfdi:Receptor'
        )
    assert old in stamped
    assert "MX-TFD-05" in codes(stamp.belongs(sealed, stamped.replace(old, new, 1)))


def test_the_stamp_of_another_document_does_not_belong(sealed, signer, pac):
    other = seal.seal(an_invoice(folio="2"), signer)
    assert codes(stamp.belongs(sealed, stamped_by(pac, other))) == ["MX-TFD-04", "MX-TFD-05"]
    swapped = build.to_xml(replace(read.parse(sealed), timbre=stamp.read(stamped_by(pac, other))))
    assert codes(stamp.belongs(sealed, swapped)) == ["MX-TFD-04"]
    assert codes(stamp.verify(swapped, [pac.cer])) == ["MX-TFD-04"]


def test_no_stamp_two_stamps_and_a_malformed_uuid_are_told_apart(sealed, pac):
    assert codes(stamp.belongs(sealed, sealed)) == ["MX-TFD-01"]
    assert codes(stamp.verify(sealed, [pac.cer])) == ["MX-TFD-01"]
    root = etree.fromstring(stamped_by(pac, sealed))
    found = root.find(f".//{TFD}")
    found.getparent().append(etree.fromstring(etree.tostring(found)))
    twice = etree.tostring(root)
    assert codes(stamp.belongs(sealed, twice)) == ["MX-TFD-02"]
    with pytest.raises(InvalidDocument):
        stamp.read(twice)
    wrong = stamped_by(pac, sealed).replace(a_stamp().uuid.encode(), b"5fb2822e-396d-4725-8521-cda4bdd20ccg")
    assert codes(stamp.belongs(sealed, wrong)) == ["MX-TFD-03"]


def test_a_stamp_that_lacks_an_attribute_cannot_be_read(sealed, pac):
    broken = stamped_by(pac, sealed).replace(b' RfcProvCertif="SAN010101AB1"', b"")
    assert codes(stamp.belongs(sealed, broken)) == ["MX-TFD-08"]


def test_a_stamp_by_an_unknown_or_another_key_is_refused(sealed, pac, pair):
    stamped = stamped_by(pac, sealed)
    assert codes(stamp.verify(stamped, [])) == ["MX-TFD-06"]
    assert codes(stamp.verify(stamped, [pair.cer, b"rubbish"])) == ["MX-TFD-06"]
    later = stamped.replace(b"12:01:30", b"12:01:31")
    assert codes(stamp.verify(later, [pac.cer])) == ["MX-TFD-07"]


def test_a_stamp_outside_the_complemento_is_no_stamp(sealed, pac):
    stamped = stamped_by(pac, sealed)
    moved = stamped.replace(b"<cfdi:Complemento>", b"<cfdi:Addenda>").replace(
        b"</cfdi:Complemento>", b"</cfdi:Addenda>"
    )
    assert "MX-TFD-01" in codes(stamp.belongs(sealed, moved))
    assert stamp.read(moved) is None


@pytest.mark.parametrize("answer", [b"", b"<html><body>502</body></html>", b"not xml"])
def test_an_answer_that_is_no_document_is_a_typed_error(sealed, answer):
    with pytest.raises(CoreError):
        stamp.belongs(sealed, answer)


def test_our_own_document_may_have_thousands_of_lines(signer, pac):
    """It is sealed, recognised when it comes back, and read again; a stranger's of that size is refused."""
    lines = tuple(a_line(descripcion=f"Articulo {number}") for number in range(5_000))
    sent = seal.seal(an_invoice(conceptos=lines), signer)
    assert seal.verify(sent, limits=OWN_LIMITS) == []
    content = read.parse(sent, limits=OWN_LIMITS)
    assert len(content.conceptos) == 5_000
    stamped = build.to_xml(replace(content, timbre=a_stamp(sello_cfd=content.sello)))
    assert stamp.belongs(sent, stamped) == []
    assert stamp.read(stamped).uuid == a_stamp().uuid
    with pytest.raises(XmlRefused):
        read.parse(sent)
