"""The sandbox's Facturatech: it makes the UBL of its layout, signs, has DIAN validate, and tells what came of it."""

from __future__ import annotations

import base64
import hashlib
import urllib.error
from http.client import HTTPException

import pytest
from lxml import etree

from sandbox.dian.schema import installed_folder
from tests_process import dian_shop
from tests_process import layout_samples as ftech
from tests_process.dian_samples import BUYER, SELLER, Sample
from tests_process.dian_shop import new_number

pytestmark = pytest.mark.timeout(120)
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CBC = f"{{{UBL}CommonBasicComponents-2}}"


@pytest.fixture
def provider(authority_process):
    """The sandbox with a company whose documents go through Facturatech."""
    dian_shop.open_dian(authority_process)
    ftech.open_facturatech(authority_process)
    return authority_process


def invoice(sample: Sample | None = None) -> bytes:
    return ftech.as_xml(ftech.factura(sample or Sample()))


def test_an_invoice_is_made_signed_validated_and_handed_out(provider):
    sample = Sample()
    sent = invoice(sample)
    taken = ftech.upload(provider, sent)
    assert (taken.status, taken.code, taken.name) == (200, "201", "FtechAction.uploadInvoiceFileResponse"), taken
    state = ftech.call(provider, "documentStatusFile", transaccionID=taken.fields["transaccionID"])
    assert (state.code, state.fields["status"], state.error) == ("200", "SIGNED_XML", "")
    assert ftech.download(provider, sample.number, "getCUFEFile").fields["resourceData"] == sample.cufe
    document = base64.b64decode(ftech.download(provider, sample.number).fields["resourceData"])
    assert document == provider.file(f"document/{sample.cufe}.xml")
    schema = etree.XMLSchema(etree.parse(str(installed_folder() / "UBL-Invoice-2.1.xsd")))
    schema.assertValid(etree.fromstring(document))
    row, = provider.ledger()
    assert (row["pac"], row["account"], row["folio"]) == ("facturatech", ftech.USER, sample.number)
    assert row["sha256"] == hashlib.sha256(sent).hexdigest()
    call = provider.control("calls", method="GET")[0]
    assert (call["operation"], call["verdict"], call["not_checked"]) == ("uploadInvoiceFile", "validated", [])


@pytest.mark.parametrize("in_base64", [False, True])
def test_the_one_line_form_makes_the_same_document(provider, in_base64):
    sample = Sample()
    text = ftech.as_text(ftech.factura(sample))
    given = base64.b64encode(text.encode()).decode() if in_base64 else text
    assert ftech.call(provider, "uploadInvoiceFileLayout", layout=given).code == "201"
    row, = provider.ledger()
    assert (row["uuid"], row["sha256"]) == (sample.cufe, hashlib.sha256(text.encode()).hexdigest())


def test_notes_and_support_documents(provider):
    sale = Sample()
    ftech.upload(provider, invoice(sale))
    for kind in ("91", "92"):
        note = ftech.as_xml(ftech.nota(Sample(number=f"N{kind}1"), kind, sale, sale.cufe), "NOTA")
        assert ftech.upload(provider, note).code == "201"
    support = Sample(number=new_number())
    taken = ftech.upload(provider, ftech.as_xml(ftech.soporte(support), "DOCUMENTO_SOPORTE"), ftech.SUPPORT)
    assert (taken.code, taken.name) == ("201", "uploadDocumentResponse")
    found = ftech.call(
        provider, "downloadXML", ftech.SUPPORT, prefix="SETP", number=support.number.removeprefix("SETP")
    )
    assert b"CUDS-SHA384" in base64.b64decode(found.fields["documentBase64"])
    assert [row["kind"] for row in provider.ledger()] == ["01", "91", "92", "05"]
    assert provider.ledger()[-1]["receiver"] == ftech.VENDOR


def test_a_note_of_production_does_not_know_the_invoices_of_tests(provider):
    sale = Sample()
    ftech.upload(provider, invoice(sale))
    for environment, path, words in (("1", "/v2/pro/", "Regla: CBG04a, Rechazo: "), ("2", ftech.INVOICES, "")):
        note = ftech.nota(Sample(number="N1", environment=environment), "91", sale, sale.cufe)
        told = ftech.upload(provider, ftech.as_xml(note, "NOTA"), path)
        assert told.error.startswith(words) and bool(told.error) == bool(words), told


@pytest.mark.parametrize(("group", "field", "value", "words"), [
    ("TOT", 5, "119001.00", "Regla: FAU14, Rechazo: "),
    ("TOT", 5, "1e400", "Regla: ZB01, Rechazo: "),
    ("TOT", 1, "9" * 300, "Regla: ZB01, Rechazo: "),
    ("TIM", 2, "NaN", "Regla: ZB01, Rechazo: "),
    ("ENC", 20, "1", "Regla: FAD04, Rechazo: "),
    ("ENC", 15, "2", "Regla: FAD16, Rechazo: "),
    ("EMI", 22, "9", "Regla: FAJ24, Rechazo: "),
    ("ADQ", 2, BUYER[:-1] + "1", "ENC_3 "),
    ("ENC", 2, BUYER, "ENC_2 "),
    ("DRF", 1, "18760000009", "Regla: FAB05b, Rechazo: "),
    ("MEP", 1, "99", "Regla: FAN03, Rechazo: "),
    ("MEP", 1, "", "Regla: ZB01, Rechazo: "),
    ("ITE", 11, "", "Regla: FAZ02, Rechazo: "),
    ("ENC", 10, "", "Regla: FAD15a, Rechazo: "),
])
def test_what_the_layout_lacks_or_says_wrong_is_told_in_dians_words(provider, group, field, value, words):
    fields = ftech.factura(Sample())
    fields[group] = {**fields[group], field: value}
    told = ftech.upload(provider, ftech.as_xml(fields))
    assert (told.code, told.status) == ("409", 200)
    assert words in told.error, told.error
    assert provider.ledger() == []
    assert ftech.download(provider, Sample().number).code == "404"


@pytest.mark.parametrize("document", [
    b"", b"text", b"<FACTURA/>", b"<NOTA><ENC><ENC_1>INVOIC</ENC_1><ENC_9>01</ENC_9></ENC></NOTA>",
    b"<FACTURA><ENC><EMI_1>x</EMI_1></ENC></FACTURA>",
    b"<FACTURA><ENC><ENC_1>a</ENC_1><ENC_1>b</ENC_1></ENC></FACTURA>",
    b"<FACTURA><enc/></FACTURA>", b'<FACTURA xmlns="urn:x"/>', b"<!DOCTYPE a [<!ENTITY b 'c'>]><FACTURA>&b;</FACTURA>",
    b"<FACTURA>" + b"<A1>" * 50 + b"</A1>" * 50 + b"</FACTURA>", b"\xff\xfe<\x00",
    b"<FACTURA><ENC><ENC_1>INVOIC</ENC_1><ENC_9>01</ENC_9></ENC></FACTURA>",
    b"<FACTURA><ENC><ENC_1>INVOIC</ENC_1><ENC_9>07</ENC_9></ENC></FACTURA>",
])
def test_a_layout_that_makes_no_sense_is_409(provider, document):
    told = ftech.upload(provider, document)
    assert (told.status, told.code) == (200, "409")
    assert told.error


@pytest.mark.parametrize("layout", [
    "", "hello", "[FACTURA]", "[FACTURA](ENC)ENC_1:INVOIC;(/EMI)[/FACTURA]", "(ENC)ENC_1:a;(/ENC)",
    "[FACTURA][/FACTURA][FACTURA]", "[FACTURA](ENC)ENC_1:a(/ENC)[/FACTURA]", "[FACTURA]" + "(AAA)" * 40,
    "[FACTURA](ENC)EMI_1:a;(/ENC)[/FACTURA]", "[NOTA](FACTURA)(/FACTURA)[/NOTA]", "W0ZBQ1RVUkFd", "[FACTURA](ENC)\x85;",
])
def test_a_line_that_makes_no_sense_is_409(provider, layout):
    told = ftech.call(provider, "uploadInvoiceFileLayout", layout=layout)
    assert (told.status, told.code) == (200, "409")
    assert told.error


@pytest.mark.parametrize("login", [
    ("", ""), (ftech.USER, ftech.PASSWORD), (ftech.USER, ftech.HASH.upper()), ("another", ftech.HASH),
])
def test_the_password_travels_as_its_hash(provider, login):
    told = ftech.upload(provider, invoice(), login=login)
    assert (told.code, told.error) == ("409", "Usuario o contraseña no válidos.")
    assert provider.ledger() == []


def test_an_account_may_be_of_one_environment(provider):
    ftech.open_facturatech(provider, environment="1", username="live")
    assert ftech.upload(provider, invoice(), login=("live", ftech.HASH)).error == "Usuario o contraseña no válidos."
    live = invoice(Sample(environment="1"))
    assert ftech.upload(provider, live, "/v2/pro/index.php", login=("live", ftech.HASH)).code == "201"
    of_tests = invoice(Sample(number=new_number()))
    assert ftech.upload(provider, of_tests, "/v2/pro/", login=("live", ftech.HASH)).error.startswith("Regla: FAD04")


def test_each_server_has_its_own_documents(provider):
    assert ftech.upload(provider, invoice(), ftech.SUPPORT).code == "405"
    support = ftech.as_xml(ftech.soporte(Sample()), "DOCUMENTO_SOPORTE")
    assert ftech.upload(provider, support).code == "405"


def test_a_second_upload_of_a_number_is_a_conflict(provider):
    ftech.upload(provider, invoice())
    again = ftech.upload(provider, invoice())
    assert (again.code, again.error) == ("409", f"El documento {Sample().number} ya fue firmado previamente.")
    assert len(provider.ledger()) == 1


def test_what_dian_refuses_later_is_a_state_with_its_words(provider):
    provider.script({"in_progress": True}, service="facturatech", operation="uploadInvoiceFile")
    taken = ftech.upload(provider, invoice(Sample(payable="119001.00")))
    assert taken.code == "201"
    state = ftech.call(provider, "documentStatusFile", transaccionID=taken.fields["transaccionID"])
    assert (state.fields["status"], state.error.split(",")[0]) == ("REJECTED", "Regla: FAU14")
    assert ftech.download(provider, Sample().number).code == "404"


def test_a_document_is_processed_for_some_polls(provider):
    taken = ftech.upload(provider, invoice())
    ask = {"transaccionID": taken.fields["transaccionID"]}
    provider.script({"in_progress": True}, times=2, service="facturatech", operation="documentStatusFile")
    states = [ftech.call(provider, "documentStatusFile", **ask).fields["status"] for _ in range(3)]
    assert states == ["PROCESSING", "PROCESSING", "SIGNED_XML"]
    provider.script({"batch_pending": 600}, service="facturatech", operation="download*")
    assert ftech.download(provider, Sample().number).code == "409"
    assert ftech.download(provider, Sample().number).code == "200"
    provider.script({"storage_lag": 600}, service="facturatech", operation="download*")
    assert ftech.download(provider, Sample().number).code == "404"


def test_a_lost_answer_left_the_document_there(provider):
    provider.script({"drop_after_stamp": True}, service="facturatech", folio=Sample().number)
    with pytest.raises((urllib.error.URLError, HTTPException, ConnectionError)):
        ftech.upload(provider, invoice())
    assert len(provider.ledger()) == 1
    assert ftech.download(provider, Sample().number, "getCUFEFile").code == "200"


@pytest.mark.parametrize(("action", "code", "kept"), [
    ({"refuse": {"code": "404", "message": "No encontrado"}}, "404", 0),
    ({"refuse": {"code": "405", "message": "No permitido"}}, "405", 0),
    ({"refuse": {"code": "409", "message": "Set de prueba con identificador x se encuentra Aceptado."}}, "409", 0),
    ({"refuse": {"code": "FAU14", "message": "Otro total."}}, "409", 0),
    ({"expire_token": True}, "409", 0),
    ({"senv_fault": "Caído"}, "", 0),
    ({"senv_fault": True, "after_stamp": True}, "", 1),
])
def test_ordered_answers(provider, action, code, kept):
    provider.script(action, service="facturatech")
    told = ftech.upload(provider, invoice())
    assert (told.code, told.status) == (code, 200 if code else 500)
    assert len(provider.ledger()) == kept


@pytest.mark.parametrize(("action", "status"), [({"http_status": 502}, 502), ({"html_page": True}, 200)])
def test_pages_in_the_place_of_answers(provider, action, status):
    provider.script(action, service="facturatech")
    with pytest.raises((etree.XMLSyntaxError, TypeError)):
        ftech.upload(provider, invoice())
    assert provider.control("calls", method="GET")[-1]["http_status"] == status


def test_a_test_set_ends(provider):
    row = {"id": "set-7", "nit": SELLER, "software": ftech.SOFTWARE, "needed": 1}
    provider.control("dian/register", {"kind": "test_set", "row": row})
    ftech.open_facturatech(provider, test_set="set-7")
    assert ftech.upload(provider, invoice()).code == "201"
    closed = ftech.upload(provider, invoice(Sample(number=new_number())))
    assert (closed.code, closed.error) == ("409", "Set de prueba con identificador set-7 se encuentra Aceptado.")


def test_other_operations(provider):
    sample = Sample()
    ftech.upload(provider, invoice(sample))
    number = sample.number
    assert base64.b64decode(ftech.download(provider, number, "downloadPDFFile").fields["resourceData"])[:5] == b"%PDF-"
    assert ftech.download(provider, number, "getQRFile").fields["resourceData"].endswith(sample.cufe)
    assert ftech.call(provider, "checkCredits").code == "200"
    assert ftech.call(provider, "documentStatusFile", transaccionID="x").code == "404"
    assert ftech.call(provider, "deleteEverything").name == "Fault"


@pytest.mark.parametrize("body", [b"", b"<a/>", b"x" * 100, b"<!DOCTYPE a><a/>", (
    f'<s:Envelope xmlns:s="{ftech.SOAP}"><s:Body/></s:Envelope>'.encode()
)])
def test_no_envelope_is_a_fault(provider, body):
    status, answer = provider.request("POST", ftech.INVOICES, body, {"Content-Type": "text/xml"})
    told = ftech.said(status, answer)
    assert (told.status, told.name) == (500, "Fault")


def test_parameters_have_no_namespace(provider):
    name = "FtechAction.checkCredits"
    body = (
        f'<s:Envelope xmlns:s="{ftech.SOAP}" xmlns:u="urn:x"><s:Body><u:{name}><u:username>{ftech.USER}</u:username>'
        f"<u:password>{ftech.HASH}</u:password></u:{name}></s:Body></s:Envelope>"
    )
    status, answer = provider.request("POST", ftech.INVOICES, body.encode(), {"Content-Type": "text/xml"})
    assert ftech.said(status, answer).error == "Usuario o contraseña no válidos."


def test_its_definition_can_be_had(provider):
    for path, operations in (("/v2/pro/index.php?wsdl", 8), ("/v1/demo/?wsdl", 4)):
        status, body = provider.request("GET", path)
        root = etree.fromstring(body)
        assert (status, len(root.findall(".//{*}portType/{*}operation"))) == (200, operations)


def test_the_key_is_dians_own(provider):
    """Made by the provider from the layout; composed again here from what the document says."""
    sample = Sample(number=new_number())
    ftech.upload(provider, invoice(sample))
    document = base64.b64decode(ftech.download(provider, sample.number).fields["resourceData"])
    assert etree.fromstring(document).findtext(f"{CBC}UUID") == sample.cufe
