"""The sandbox stamps what is right, exactly once, with a stamp that anybody can verify."""

from __future__ import annotations

import base64
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from tests_process import cfdi_samples as samples
from tests_process.cfdi_samples import Answer, invoice


def test_a_valid_invoice_is_stamped_and_everything_else_was_checked(market, csd):
    xml = invoice(csd)
    answer = Answer(market.send(xml))
    assert (answer.status, answer.codes) == (200, [])
    assert answer.text("CodEstatus") == "Comprobante timbrado satisfactoriamente"
    assert answer.stamp.get("UUID") == answer.uuid
    call = market.calls()[-1]
    assert call["not_checked"] == ["what each ClaveProdServ but fuels requires (CFDI40163, CFDI40164)"]
    assert call["checked"] == ["schema", "certificate", "seal", "date", "rules"]


def test_the_stamp_verifies_with_the_published_certificate_of_the_provider(market, csd):
    answer = Answer(market.send(invoice(csd)))
    pac = x509.load_der_x509_certificate(market.file("pac.cer"))
    pac.verify_directly_issued_by(x509.load_der_x509_certificate(market.file("ca.cer")))
    signature = base64.b64decode(answer.stamp.get("SelloSAT"))
    text = samples.stamp_string(answer.stamp).encode()
    pac.public_key().verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    assert answer.stamp.get("NoCertificadoSAT") == pac.serial_number.to_bytes(20, "big").decode()
    assert answer.stamp.get("SelloCFD") == etree.fromstring(answer.xml).get("Sello")
    schema = etree.XMLSchema(etree.parse(str(samples.schemas() / "TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd")))
    schema.assertValid(etree.fromstring(etree.tostring(answer.stamp)))


def test_nothing_but_the_stamp_is_added_to_the_bytes(market, csd):
    xml = invoice(csd)
    stamped = Answer(market.send(xml)).xml
    head, tail = xml[: -len(b"</cfdi:Comprobante>")], b"</cfdi:Complemento></cfdi:Comprobante>"
    assert stamped.startswith(head + b"<cfdi:Complemento><tfd:TimbreFiscalDigital ")
    assert stamped.endswith(b"/>" + tail)


def test_the_stamp_joins_other_complements_and_stays_before_the_addenda(market, csd):
    def edit(root):
        complement = etree.SubElement(root, samples.tag("Complemento"))
        local = "{http://www.sat.gob.mx/implocal}"
        taxes = etree.SubElement(complement, f"{local}ImpuestosLocales", nsmap={"implocal": local[1:-1]})
        samples.change(taxes, version="1.0", TotaldeRetenciones="0.00", TotaldeTraslados="10.00")
        one = etree.SubElement(taxes, f"{local}TrasladosLocales")
        samples.change(one, ImpLocTrasladado="ISH", TasadeTraslado="1.00", Importe="10.00")
        addenda = etree.SubElement(root, samples.tag("Addenda"))
        etree.SubElement(addenda, "pedido", numero="<4711>")

    xml = invoice(csd, edit, Total="1170.00")
    answer = Answer(market.send(xml))
    assert answer.codes == []
    stamp = re.search(rb"<tfd:TimbreFiscalDigital [^>]*/>", answer.xml).group()
    assert answer.xml.replace(stamp, b"", 1) == xml
    root = etree.fromstring(answer.xml)
    assert [etree.QName(node).localname for node in root][-2:] == ["Complemento", "Addenda"]
    assert [etree.QName(node).localname for node in root[-2]] == ["ImpuestosLocales", "TimbreFiscalDigital"]


def test_carriage_returns_survive_the_way_back(market, csd):
    xml = invoice(csd).replace(b"?>\n<cfdi", b"?>\r\n<cfdi").replace(b"<cfdi:Conceptos>", b"<cfdi:Conceptos>\r\n ")
    stamped = Answer(market.send(xml)).xml
    assert stamped.count(b"\r\n") == 2


def test_the_same_bytes_are_never_stamped_twice(market, csd):
    xml = invoice(csd)
    first = Answer(market.send(xml))
    again = Answer(market.send(xml))
    assert again.codes == ["307"]
    assert (again.uuid, again.xml) == (first.uuid, first.xml)
    assert again.text("CodEstatus") == "Comprobante timbrado previamente"
    assert [row["uuid"] for row in market.ledger()] == [first.uuid]


def test_the_same_seal_in_other_bytes_is_the_same_document(market, csd):
    xml = invoice(csd)
    first = Answer(market.send(xml))
    again = Answer(market.send(xml.replace(b"?>\n", b"?>\n\n")))
    assert (again.codes, again.uuid) == (["307"], first.uuid)
    assert len(market.ledger()) == 1


def test_of_many_simultaneous_requests_with_one_document_one_gets_the_stamp(market, csd):
    xml = invoice(csd)
    with ThreadPoolExecutor(32) as pool:
        answers = [Answer(answer) for answer in pool.map(lambda _index: market.send(xml), range(64))]
    assert sorted(tuple(answer.codes) for answer in answers) == [()] + [("307",)] * 63
    assert len({answer.uuid for answer in answers}) == 1
    assert len(market.ledger()) == 1


def test_many_documents_at_once_are_each_stamped_once(market, csd):
    documents = [invoice(csd) for _index in range(96)]
    with ThreadPoolExecutor(32) as pool:
        uuids = [Answer(answer).uuid for answer in pool.map(market.send, documents)]
    rows = market.ledger()
    assert len(set(uuids)) == 96
    assert {row["uuid"]: row["sha256"] for row in rows} == {
        uuid: hashlib.sha256(xml).hexdigest() for uuid, xml in zip(uuids, documents, strict=True)
    }


def test_the_ledger_begins_with_the_agreed_columns(market, csd):
    market.send(invoice(csd, Serie="Z", Folio="99"))
    header = market.file("ledger.csv").decode().splitlines()[0]
    assert header.startswith("uuid,sha256,time,")
    row = market.ledger()[0]
    wanted = {"rfc": "EKU9003173C9", "serie": "Z", "folio": "99", "total": "1160.00", "account": "sandbox"}
    assert {name: row[name] for name in wanted} == wanted


def test_look_up_finds_the_stamp_by_the_same_bytes_and_by_uuid(market, csd):
    xml = invoice(csd)
    missing = Answer(market.send(xml, "stamped"))
    assert (missing.codes, missing.uuid) == (["603"], "")
    first = Answer(market.send(xml))
    found = Answer(market.send(xml, "stamped"))
    assert (found.uuid, found.xml) == (first.uuid, first.xml)
    login = {"username": "sandbox", "password": "sandbox"}
    pending = Answer(market.soap("stamp", "query_pending", uuid=first.uuid, **login))
    assert (pending.text("status"), pending.xml) == ("F", first.xml)
    unknown = Answer(market.soap("stamp", "query_pending", uuid="0" * 8 + first.uuid[8:], **login))
    assert unknown.text("error").endswith("No Encontrado")
    malformed = Answer(market.soap("stamp", "query_pending", uuid="no-uuid", **login))
    assert malformed.text("error") == "UUID con formato invalido"


def test_quick_stamp_says_307_without_the_document(market, csd):
    xml = invoice(csd)
    assert Answer(market.send(xml, "quick_stamp")).uuid
    again = Answer(market.send(xml, "quick_stamp"))
    assert (again.codes, again.uuid, again.xml) == (["307"], "", b"")


def test_credits_are_taken_for_stamps_only_and_run_out(market, csd):
    market.control("accounts", {"username": "small", "password": "p", "credits": 2})
    login = {"username": "small", "password": "p"}
    first = invoice(csd)
    assert Answer(market.send(first, **login)).codes == []
    assert Answer(market.send(first, **login)).codes == ["307"]
    assert Answer(market.send(invoice(csd, Total="1.00"), **login)).codes == ["CFDI40119"]
    assert Answer(market.send(invoice(csd), **login)).codes == []
    assert Answer(market.send(invoice(csd), **login)).codes == ["718"]
    assert Answer(market.send(first, **login)).codes == ["307"], "what was paid for is still told"
    reseller = {"reseller_username": "small", "reseller_password": "p", "taxpayer_id": "EKU9003173C9"}
    balance = Answer(market.soap("registration", "get", **reseller))
    assert (balance.text("credit"), balance.text("counter")) == ("0", "2")


def test_simultaneous_stamps_never_spend_more_credits_than_there_are(market, csd):
    market.control("accounts", {"username": "five", "password": "p", "credits": 5})
    documents = [invoice(csd) for _index in range(20)]
    with ThreadPoolExecutor(20) as pool:
        replies = pool.map(lambda xml: market.send(xml, username="five", password="p"), documents)
        answers = [Answer(reply) for reply in replies]
    assert sorted(answer.codes for answer in answers) == [[]] * 5 + [["718"]] * 15
    assert len(market.ledger()) == 5


def test_balance_of_an_unlimited_account_is_minus_one(market):
    reseller = {"reseller_username": "sandbox", "reseller_password": "sandbox", "taxpayer_id": "EKU9003173C9"}
    assert Answer(market.soap("registration", "get", **reseller)).text("credit") == "-1"
    nobody = Answer(market.soap("registration", "get", **reseller | {"taxpayer_id": ""}))
    assert nobody.text("message") == "RFC Invalido"


def test_accounts_decide_who_may_stamp_for_whom(market, csd):
    assert Answer(market.send(invoice(csd), password="wrong")).codes == ["300"]
    assert Answer(market.send(invoice(csd), username="nobody")).codes == ["300"]
    market.control("accounts", {"username": "other", "password": "p", "credits": -1, "rfcs": ["AAA010101AAA"]})
    assert Answer(market.send(invoice(csd), username="other", password="p")).codes == ["702"]
    market.control("accounts", {"username": "other", "suspended": True, "rfcs": None})
    assert Answer(market.send(invoice(csd), username="other", password="p")).codes == ["703"]
    assert market.ledger() == []


def test_what_is_no_cfdi_is_refused_as_structure(market):
    for data in (b"", b"no xml", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff\xfe<\x00a\x00/\x00>\x00"):
        assert Answer(market.send(data)).codes == ["705"], data


def test_a_document_with_a_stamp_is_refused(market, csd):
    stamped = Answer(market.send(invoice(csd))).xml
    assert Answer(market.send(stamped)).codes == ["707"]
