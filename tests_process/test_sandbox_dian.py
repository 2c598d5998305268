"""The sandbox's DIAN, called by the product's own client: what it validates, and what it refuses and why."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from core import clock
from core.certificates import RsaSigner
from core.dian import xades, xades_sign
from core.errors import InDoubt, Misconfigured
from core.transports.base import Category, NotFound, Refused
from core.transports.dian import Dian
from core.transports.dian_answers import Acquirer, AlreadyProcessed, Downloaded, InProgress, SetClosed, Validated
from core.transports.wsse import KeyName
from tests_process import dian_samples as samples
from tests_process.cfdi_samples import BUYER as CUSTOMER
from tests_process.cfdi_samples import ISSUER, Answer, invoice
from tests_process.dian_samples import BOGOTA, BUYER, SELLER, SOFTWARE, ZIP_NAME, Sample, packed
from tests_process.dian_shop import rules, send, signed

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("key_name", list(KeyName))
def test_a_right_document_is_validated(dian, seller, key_name):
    sample = Sample()
    result = send(dian, seller, signed(sample, seller), key_name=key_name)
    assert isinstance(result, Validated), result
    assert (result.key, result.number, result.incidents) == (sample.cufe, "SETP990000123", ())
    call = dian.control("calls", method="GET")[-1]
    assert (call["verdict"], call["not_checked"]) == ("validated", [])
    assert call["checked"] == ["schema", "sender", "duplicate", "extensions", "signature", "rules"]
    row, = dian.ledger()
    assert (row["uuid"], row["pac"], row["folio"]) == (result.key, "dian", "SETP990000123")
    assert row["sha256"] == hashlib.sha256(dian.file(f"document/{result.key}.xml")).hexdigest()
    assert datetime.fromisoformat(row["time"]).utcoffset() == timedelta(0)


def test_the_ledger_has_one_order_for_both_authorities(dian, seller, csd):
    first = send(dian, seller, signed(Sample(), seller))
    dian.register(ISSUER, CUSTOMER)
    dian.control("lco", {"rfc": ISSUER["rfc"]})
    stamped = Answer(dian.send(invoice(csd)))
    assert stamped.codes == []
    assert [row["uuid"] for row in dian.ledger()] == [first.key, stamped.uuid]


def test_its_word_is_signed_and_names_the_document(dian, seller):
    result = send(dian, seller, signed(Sample(), seller))
    assert xades.verify(result.application_response) == []
    root = etree.fromstring(result.application_response)
    texts = {etree.QName(node).localname: node.text for node in root.find("{*}DocumentResponse").iter("*")}
    assert texts["UUID"] == result.key
    assert root.findtext("{*}DocumentResponse/{*}Response/{*}ResponseCode") == "02"


def test_what_was_lost_can_be_asked_for(dian, seller):
    sample = Sample()
    document = signed(sample, seller)
    dian.control("script", {"match": {"service": "dian"}, "action": {"drop_after_stamp": True}})
    with pytest.raises(InDoubt):
        send(dian, seller, document)
    client = Dian(dian.url, seller)
    found = client.status(sample.cufe)
    assert isinstance(found, Validated) and found.key == sample.cufe
    assert client.download(sample.cufe) == Downloaded(data=document, code="100", message="Acción completada OK")
    again = client.send_bill(ZIP_NAME, packed(document), document)
    assert isinstance(again, AlreadyProcessed) and again.key == sample.cufe
    assert len(dian.ledger()) == 1


def test_a_number_is_taken_for_ever(dian, seller):
    first = Sample()
    send(dian, seller, signed(first, seller))
    second = Sample(moment=first.moment + timedelta(seconds=1))
    assert isinstance(send(dian, seller, signed(second, seller)), AlreadyProcessed)


def test_an_unknown_key_is_not_found(dian, seller):
    client = Dian(dian.url, seller)
    assert isinstance(client.status("a" * 96), NotFound)
    assert isinstance(client.download("a" * 96), NotFound)


@pytest.mark.parametrize(("changed", "expected"), [
    ({"pin": "99999"}, ["FAB27b"]),
    ({"technical_key": "0" * 40}, ["FAD06"]),
    ({"number": "SETP990000001X"}, ["FAB10b"]),
    ({"number": "SETP1"}, ["FAD05b"]),
    ({"number": "SETP995000001"}, ["FAD05c"]),
    ({"number": "SETP-99"}, ["FAD05a"]),
    ({"resolution": "18760000002"}, ["FAB05b"]),
    ({"environment": "1"}, ["FAD04"]),
    ({"tax": "19000.01"}, ["FAU06"]),
    ({"payable": "118999.00"}, ["FAU14"]),
    ({"quantity": "0.000000"}, ["FAV04b"]),
    ({"buyer_digit": "1"}, ["FAK24"]),
])
def test_every_rule_names_its_code(dian, seller, changed, expected):
    result = send(dian, seller, signed(Sample(**changed), seller))
    assert rules(result) == expected
    assert dian.ledger() == []


def test_another_day_than_the_signature_s_is_refused(dian, seller):
    sample = Sample()
    assert rules(send(dian, seller, signed(sample, seller, sample.moment - timedelta(days=1)))) == ["FAD09e"]


def test_a_changed_document_is_refused(dian, seller):
    document = signed(Sample(), seller).replace(b"Servicio", b"Otra cosa")
    result = send(dian, seller, document)
    assert rules(result) == ["ZE02"] and result.category is Category.CERTIFICATE


def test_another_company_s_signature_is_refused(dian, seller, dian_signers):
    assert rules(send(dian, seller, signed(Sample(), dian_signers["other"]))) == ["ZE03"]


def test_another_company_may_not_send(dian, seller, dian_signers):
    result = send(dian, dian_signers["other"], signed(Sample(), seller))
    assert isinstance(result, Refused) and (result.code, result.category) == ("89", Category.ACCOUNT)


def test_what_breaks_the_schema_is_refused_first(dian, seller):
    broken = Sample().xml().replace(b"<cbc:LineCountNumeric>", b"<cbc:Unknown>x</cbc:Unknown><cbc:LineCountNumeric>")
    document = xades_sign.sign(broken, seller, signing_time=datetime.now(BOGOTA))
    assert rules(send(dian, seller, document)) == ["ZB01"]


@pytest.mark.parametrize("package", [
    b"not a zip", packed(), packed(b"<a/>", names=("x.xml",)), packed(b"<a/>", b"<b/>"),
], ids=["no ZIP", "empty", "name", "two files"])
def test_a_wrong_package_is_refused(dian, seller, package):
    result = Dian(dian.url, seller).send_bill(ZIP_NAME, package, b"<a/>")
    assert isinstance(result, Refused) and result.code == "89"


def test_the_header_is_really_verified(dian, seller, dian_signers, certificate_of_nobody):
    with pytest.raises(Misconfigured):
        Dian(dian.url, certificate_of_nobody).status("a" * 96)
    swapped = RsaSigner(seller.certificate_der, certificate_of_nobody._key)
    with pytest.raises(Misconfigured):
        Dian(dian.url, swapped).status("a" * 96)
    with clock.overridden(wsse_lifetime=0), pytest.raises(Misconfigured):
        dian.control("clock", {"offset_seconds": 3600})
        Dian(dian.url, seller).status("a" * 96)


@pytest.fixture(scope="module")
def certificate_of_nobody():
    """A self-signed certificate that no authority knows."""
    from sandbox import certificates

    key = certificates.new_key()
    now = datetime.now(BOGOTA)
    validity = certificates.Validity(now - timedelta(days=1), now + timedelta(days=9))
    made = certificates.self_signed_authority(key, "30001000000500003416", validity)
    return RsaSigner(made.public_bytes(Encoding.DER), key)


def test_a_test_set_is_sent_asked_for_and_closed(dian, seller):
    client = Dian(dian.url, seller)
    document = signed(Sample(), seller)
    dian.control("script", {"match": {"operation": "GetStatusZip"}, "action": {"batch_pending": 3600}})
    taken = client.send_test_set(ZIP_NAME, packed(document), "set-1")
    assert isinstance(taken, InProgress)
    waiting, = client.status_of_package(taken.track_id)
    assert isinstance(waiting, InProgress)
    done, = client.status_of_package(taken.track_id)
    assert isinstance(done, Validated)
    more = client.send_test_set(ZIP_NAME, packed(signed(Sample(number="SETP990000124"), seller)), "set-1")
    assert more == SetClosed(accepted=True, message="Set de prueba con identificador set-1 se encuentra Aceptado")
    closed, = client.status_of_package(taken.track_id)
    assert isinstance(closed, SetClosed) and closed.accepted


def test_many_documents_travel_in_one_package(dian, seller):
    documents = [signed(Sample(number=f"SETP99000020{n}"), seller) for n in range(3)]
    client = Dian(dian.url, seller)
    taken = client.send_bills(ZIP_NAME, packed(*documents))
    results = client.status_of_package(taken.track_id)
    assert [type(result) for result in results] == [Validated] * 3
    assert len(dian.ledger()) == 3


def test_the_register_answers(dian, seller):
    client = Dian(dian.url, seller)
    found = client.numbering_ranges(SELLER, SELLER, SOFTWARE)
    assert [(row.prefix, row.technical_key) for row in found.ranges] == [("SETP", samples.TECHNICAL_KEY)]
    assert client.numbering_ranges(SELLER, SELLER, "another").ranges == ()
    assert client.acquirer("31", BUYER) == Acquirer(name=samples.BUYER_NAME, email="a@example.co")
    assert isinstance(client.acquirer("13", "1"), NotFound)
    assert b"recepcion@example.co" in client.reception_mailboxes().data
