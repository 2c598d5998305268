"""The container that a buyer gets: official schema, exact bytes inside, the limits of a delivery."""

import importlib.util
import io
import random
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree

from core.certificates import RsaSigner
from core.dian import container, xades, xades_sign
from core.errors import InvalidDocument
from tests_process.dian_samples import BUYER_NAME, SELLER, Sample

BOGOTA = timezone(timedelta(hours=-5))
AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=BOGOTA)
RESPONSE = f"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="{container.UBL}ApplicationResponse-2" xmlns:cac="{container.UBL}CommonAggregateComponents-2"
 xmlns:cbc="{container.UBL}CommonBasicComponents-2"><cbc:ID>1</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>
<cbc:IssueTime>09:30:20-05:00</cbc:IssueTime><cac:DocumentResponse><cac:Response>
<cbc:ResponseCode>02</cbc:ResponseCode><cbc:Description>]]&gt; ñ</cbc:Description></cac:Response></cac:DocumentResponse>
</ApplicationResponse>""".encode()


@pytest.fixture(scope="module")
def signer(certificate):
    pair = certificate(rfc=f"NIT {SELLER}-0", name="COMERCIAL INVENTADA SAS")
    return RsaSigner(pair.cer, pair.private_key)


@pytest.fixture(scope="module")
def document(signer):
    """A signed invoice with a text that ends a CDATA section, and one that only looks like an entity."""
    xml = Sample(moment=AT).xml().replace(b"Servicio<", "Servicio <![CDATA[a]]]]>&gt; &amp;#13; ñandú 🙂<".encode())
    return xades_sign.sign(xml, signer, signing_time=AT)


@pytest.fixture(scope="module")
def made(document, signer):
    unsigned = container.attached_document(document, RESPONSE, identity="A1", issued=AT)
    return xades_sign.sign(unsigned, signer, signing_time=AT)


def test_the_official_schema_accepts_it(made):
    folder = Path(importlib.util.find_spec("facho").origin).parent / "fe" / "data" / "dian" / "XSD" / "maindoc"
    schema = etree.XMLSchema(etree.parse(str(folder / "UBL-AttachedDocument-2.1.xsd")))
    schema.assertValid(etree.fromstring(made))


def test_both_come_out_byte_by_byte_and_still_verify(made, document):
    assert container.contents(made) == (document, RESPONSE)
    assert xades.verify(made) == []
    assert xades.verify(container.contents(made)[0]) == []


def test_it_says_whose_it_is_and_when_it_was_validated(made):
    root = etree.fromstring(made)
    assert root.findtext("{*}ParentDocumentID") == "SETP990000123"
    assert root.findtext("{*}ReceiverParty/{*}PartyTaxScheme/{*}RegistrationName") == BUYER_NAME
    sender = root.find("{*}SenderParty/{*}PartyTaxScheme")
    assert sender.findtext("{*}CompanyID") == SELLER and sender.find("{*}CompanyID").get("schemeID") == "0"
    assert sender.find("{*}TaxLevelCode").get("listName") == "48"
    verified = {etree.QName(node).localname: node.text for node in root.iter("*")}
    assert (verified["ValidationResultCode"], verified["ValidationTime"]) == ("02", "09:30:20-05:00")
    assert root.findtext("{*}IssueTime") == "09:30:15-05:00"


@pytest.mark.parametrize(("xml", "response"), [
    (Sample().xml(), RESPONSE.replace(b"02<", b"<")),
    (Sample().xml(), RESPONSE.replace(b"IssueTime>", b"IssueHour>")),
    (Sample(number="").xml(), RESPONSE),
    (Sample().xml().replace(b"Servicio", b"Servi\rcio"), RESPONSE),
    (Sample().xml(), RESPONSE.replace(b"\n", b"\r\n")),
], ids=["no verdict", "no time", "no number", "raw CR in the document", "raw CR in the answer"])
def test_what_cannot_be_carried_is_refused(xml, response):
    with pytest.raises(InvalidDocument):
        container.attached_document(xml, response, identity="A1", issued=AT)


def test_a_container_without_an_answer_is_refused(made):
    root = etree.fromstring(made)
    reference = root.find("{*}ParentDocumentLineReference")
    root.remove(reference)
    with pytest.raises(InvalidDocument):
        container.contents(etree.tostring(root))


def _twice(made: bytes) -> bytes:
    """A second document in front of the signed one."""
    start, end = made.index(b"<cac:Attachment>"), made.index(b"</cac:Attachment>") + len(b"</cac:Attachment>")
    return made[:start] + b"<cac:Attachment>" + _INNER + b"</cac:Attachment>" + made[start:end] + made[end:]


_INNER = (b"<cac:ExternalReference><cbc:Description>&lt;Invoice/&gt;</cbc:Description></cac:ExternalReference>")


@pytest.mark.parametrize("change", [
    _twice,
    lambda made: made.replace(b"AttachedDocument", b"AttachedDocuments"),
    lambda made: made.replace(b"<cbc:Description><![CDATA[", b"<cbc:Description><cbc:Note>x</cbc:Note><![CDATA[", 1),
    lambda made: b"<Invoice/>",
], ids=["two documents", "another root", "an element in the text", "no container"])
def test_a_container_that_two_readers_could_read_differently_is_refused(made, change):
    assert change(made) != made
    with pytest.raises(InvalidDocument):
        container.contents(change(made))


def test_the_answer_has_to_be_that_of_the_document(document, signer):
    """Rows 61 and 64: a valid answer of DIAN about another invoice validates nothing."""
    key = etree.fromstring(document).findtext("{*}UUID")
    about = "<cac:DocumentReference><cbc:UUID>{}</cbc:UUID></cac:DocumentReference></cac:DocumentResponse>"
    right, wrong = (RESPONSE.replace(b"</cac:DocumentResponse>", about.format(uuid).encode())
                    for uuid in (key, "f" * 96))
    made = container.attached_document(document, right, identity="A1", issued=AT)
    assert container.contents(made) == (document, right)
    with pytest.raises(InvalidDocument):
        container.attached_document(document, wrong, identity="A1", issued=AT)
    with pytest.raises(InvalidDocument):
        container.contents(made.replace(f"<cbc:UUID>{key}</cbc:UUID>".encode(), b"<cbc:UUID>" + b"f" * 96 +
                                        b"</cbc:UUID>"))


def test_the_document_stays_cdata_when_the_container_is_signed(made):
    """As the annex has it; a reader of texts sees no difference, one of bytes does."""
    assert made.count(b"<cbc:Description><![CDATA[<?xml") == 2


def test_the_package_is_the_same_for_the_same_files():
    files = {"ad1.xml": b"<a/>", "fv1.pdf": b"%PDF"}
    first = container.package(files)
    assert first == container.package(files)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_a_package_too_large_to_mail_is_refused():
    with pytest.raises(InvalidDocument):
        container.package({"a.pdf": random.Random(1).randbytes(container.MAX_PACKAGE)})


def test_the_subject_is_what_the_receivers_robot_splits():
    subject = container.mail_subject(SELLER, "Comercial; Inventada\nSAS", "SETP1", "01", "", "")
    assert subject == f"{SELLER};Comercial Inventada SAS;SETP1;01;Comercial Inventada SAS"
    assert container.mail_subject(SELLER, "A", "1", "91", "B", "Línea") == f"{SELLER};A;1;91;B;Línea"
