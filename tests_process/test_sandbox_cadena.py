"""The sandbox's CADENA: it signs what its customers send, has DIAN validate it, and tells what came of it."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPException

import pytest
from cryptography import x509
from lxml import etree
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

from sandbox.dian.schema import installed_folder
from tests_process import dian_shop
from tests_process import provider_samples as cadena
from tests_process.dian_samples import SELLER, Sample
from tests_process.dian_shop import new_number

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def provider(authority_process):
    """The sandbox with a company whose documents go through CADENA."""
    dian_shop.open_dian(authority_process)
    cadena.open_cadena(authority_process)
    return authority_process


def test_a_document_is_signed_validated_and_handed_out_in_its_container(provider):
    sample = Sample()
    sent = cadena.unsigned(sample)
    told = cadena.post(provider, sent)
    assert (told.status, told.content["statusCode"], told.content["uuid"]) == (200, 200, sample.cufe), told.content
    document, word = cadena.parts(told.document)
    assert document == provider.file(f"document/{sample.cufe}.xml")
    assert b"<cbc:ResponseCode>02</cbc:ResponseCode>" in word
    assert sample.cufe.encode() in word
    call = provider.control("calls", method="GET")[-1]
    assert (call["service"], call["operation"], call["verdict"]) == ("cadena", "send", "validated")
    assert call["not_checked"] == []
    assert call["checked"] == ["schema", "sender", "duplicate", "extensions", "signature", "rules"]
    row, = provider.ledger()
    assert (row["uuid"], row["pac"], row["folio"], row["rfc"]) == (sample.cufe, "cadena", sample.number, SELLER)
    assert row["sha256"] == hashlib.sha256(sent).hexdigest()


def test_the_container_and_the_document_fit_dians_schemas(provider):
    told = cadena.post(provider, cadena.unsigned(Sample()))
    for data, name in ((told.document, "AttachedDocument"), (cadena.parts(told.document)[0], "Invoice")):
        schema = etree.XMLSchema(etree.parse(str(installed_folder() / f"UBL-{name}-2.1.xsd")))
        schema.assertValid(etree.fromstring(data))
    assert b"<![CDATA[" in told.document


def test_the_container_is_signed_by_the_provider(provider):
    container = cadena.post(provider, cadena.unsigned(Sample())).document
    for data, nit in ((container, cadena.CADENA), (cadena.parts(container)[1], "800197268")):
        text = etree.fromstring(data).findtext(".//{*}X509Certificate")
        certificate = x509.load_der_x509_certificate(base64.b64decode(text))
        assert certificate.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER)[0].value == nit
        config = XAdESSignatureConfiguration(require_x509=True)
        XAdESVerifier().verify(data, x509_cert=certificate, expect_references=3, expect_config=config)


def test_what_was_sent_is_known_after_a_restart(provider):
    sent = cadena.post(provider, cadena.unsigned(Sample()))
    provider.stop()
    provider.start()
    assert cadena.query(provider, Sample().number).document == sent.document


def test_of_two_at_once_one_is_validated(provider):
    documents = [cadena.unsigned(Sample(moment=Sample().moment - timedelta(seconds=lag))) for lag in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda document: cadena.post(provider, document), documents))
    assert sorted(one.status for one in told) == [200, 409, 409, 409]
    assert len(provider.ledger()) == 1


def test_a_document_of_yesterday_is_signed_with_its_own_day(provider):
    sample = Sample(moment=datetime.now(cadena.dian_samples.BOGOTA) - timedelta(days=1))
    told = cadena.post(provider, cadena.unsigned(sample))
    assert told.status == 200, told.content
    signed_at = etree.fromstring(cadena.parts(told.document)[0]).findtext(".//{*}SigningTime")
    assert signed_at == sample.moment.isoformat(timespec="seconds")


def test_the_same_number_again_is_409_with_the_first_document(provider):
    first = cadena.post(provider, cadena.unsigned(Sample()))
    again = cadena.post(provider, cadena.unsigned(Sample()))
    other = cadena.post(provider, cadena.unsigned(Sample(moment=Sample().moment - timedelta(seconds=90))))
    for told in (again, other):
        assert (told.status, told.content["statusCode"], told.document) == (409, 409, first.document)
    assert len(provider.ledger()) == 1


def test_the_query_finds_by_the_whole_number_or_prefix_and_digits(provider):
    number = new_number()
    sent = cadena.post(provider, cadena.unsigned(Sample(number=number)))
    for told in (
        cadena.query(provider, number), cadena.query(provider, number.removeprefix("SETP"), prefijo="SETP"),
    ):
        assert (told.status, told.document) == (200, sent.document)
    for told in (
        cadena.query(provider, new_number()), cadena.query(provider, number, nit_emisor="901002488"),
        cadena.query(provider, number, codigo_tipo_documento="91"),
    ):
        assert (told.status, told.document) == (404, b"")
    assert cadena.query(provider, "").status == 400


def test_rules_come_with_dians_words_and_nothing_is_kept(provider):
    told = cadena.post(provider, cadena.unsigned(Sample(payable="119001.00")))
    assert (told.status, told.rules) == (400, ["FAU14"])
    assert told.content["errorReason"][0].startswith("Regla: FAU14, Rechazo: PayableAmount")
    assert (cadena.query(provider, Sample().number).status, provider.ledger()) == (404, [])


@pytest.mark.parametrize(("was", "becomes", "rule"), [
    (cadena.CADENA_SOFTWARE, cadena.SOFTWARE, "FAB24b"),
    (f">{cadena.CADENA}<", f">{SELLER}<", "FAB19b"),
])
def test_a_document_names_the_provider_and_its_software(provider, was, becomes, rule):
    told = cadena.post(provider, cadena.unsigned(Sample()).replace(was.encode(), becomes.encode()))
    assert (told.status, told.rules) == (400, [rule])


def test_the_security_code_is_made_with_the_providers_pin(provider):
    code = hashlib.sha384(f"{cadena.CADENA_SOFTWARE}{cadena.CADENA_PIN}{Sample().number}".encode()).hexdigest()
    told = cadena.post(provider, cadena.unsigned(Sample()).replace(code.encode(), b"0" * 96))
    assert (told.status, told.rules) == (400, ["FAB27b"])


def test_the_range_is_associated_with_the_providers_software(provider):
    for software in (cadena.SOFTWARE, ""):
        provider.control("dian/associate", {"nit": SELLER, "prefix": "SETP", "software": software})
        told = cadena.post(provider, cadena.unsigned(Sample()))
        assert (told.status, told.rules) == (400, ["FAD05e"])


def test_what_is_signed_already_is_not_taken(provider, dian_signers):
    told = cadena.post(provider, dian_shop.signed(Sample(), dian_signers["seller"]))
    assert (told.status, told.rules) == (400, ["ZE01"])


def test_tokens_and_partners(provider):
    document = cadena.unsigned(Sample())
    as_partner = {"Partnership-Id": cadena.PARTNER}
    refused = [
        cadena.post(provider, document, token=""),
        cadena.post(provider, document, token=cadena.PRODUCTION_TOKEN),
        cadena.post(provider, document, path=cadena.ALLIED),
        cadena.post(provider, document, path=cadena.ALLIED, token=cadena.PARTNER_TOKEN),
        cadena.post(provider, document, cadena.ALLIED, cadena.PARTNER_TOKEN, {"Partnership-Id": "1"}),
        cadena.query(provider, Sample().number, token="x"),
    ]
    assert [told.status for told in refused] == [401] * 6
    assert provider.ledger() == []
    sent = cadena.post(provider, document, path=cadena.ALLIED, token=cadena.PARTNER_TOKEN, headers=as_partner)
    assert sent.status == 200
    assert cadena.query(provider, Sample().number, token=cadena.PARTNER_TOKEN).status == 401
    found = cadena.query(provider, Sample().number, token=cadena.PARTNER_TOKEN, headers=as_partner)
    assert (found.status, found.document) == (200, sent.document)


def test_production_is_a_place_of_its_own(provider):
    assert cadena.post(
        provider, cadena.unsigned(Sample()), path=cadena.IN_PRODUCTION, token=cadena.PRODUCTION_TOKEN
    ).rules == ["FAD04"]
    sent = Sample(environment="1")
    told = cadena.post(provider, cadena.unsigned(sent), path=cadena.IN_PRODUCTION, token=cadena.PRODUCTION_TOKEN)
    assert (told.status, told.content["uuid"]) == (200, sent.cufe)
    assert cadena.query(provider, sent.number, stage="v1", token=cadena.PRODUCTION_TOKEN).status == 200


def test_a_test_set_ends_with_409_without_document(provider):
    row = {"id": "set-9", "nit": SELLER, "software": cadena.CADENA_SOFTWARE, "needed": 1}
    provider.control("dian/register", {"kind": "test_set", "row": row})
    as_partner = {"Partnership-Id": cadena.PARTNER}

    def send(identity: str) -> cadena.Told:
        headers = as_partner | {"Set-Test-Id": identity}
        return cadena.post(
            provider, cadena.unsigned(Sample(number=new_number())), path=cadena.TEST_SET, token=cadena.PARTNER_TOKEN,
            headers=headers,
        )

    assert send("set-0").content["errorMessage"] == "Set de prueba con identificador set-0 no existe."
    assert send("set-9").status == 200
    closed = send("set-9")
    assert (closed.status, closed.document) == (409, b"")
    assert closed.content["errorMessage"] == "Set de prueba con identificador set-9 se encuentra Aceptado."
    assert len(provider.ledger()) == 1


def test_ranges_as_dian_tells_them(provider):
    def ask(software: str, nit: str = SELLER, stage: str = "v1") -> dict:
        query = f"softwareCode={software}&accountCodeVendor={cadena.CADENA}&accountCode={nit}"
        status, body = provider.request("GET", f"/{stage}/vp/consulta/rango-numeracion?{query}")
        assert status == 200
        return json.loads(body)

    row, = ask(cadena.CADENA_SOFTWARE)["ResponseList"]["NumberRangeResponse"]
    assert (row["Prefix"], row["FromNumber"], row["ResolutionNumber"]) == ("SETP", 990000000, "18760000001")
    for asked, code in (((cadena.SOFTWARE,), "302"), ((cadena.CADENA_SOFTWARE, "901002488"), "404")):
        told = ask(*asked)
        assert (told["OperationCode"], told["ResponseList"]) == (code, None)


def test_a_lost_answer_left_the_document_there(provider):
    provider.script({"drop_after_stamp": True}, service="cadena", operation="send")
    with pytest.raises((urllib.error.URLError, HTTPException, ConnectionError)):
        cadena.post(provider, cadena.unsigned(Sample()))
    assert len(provider.ledger()) == 1
    provider.script({"storage_lag": 60}, service="cadena", operation="find")
    assert cadena.query(provider, Sample().number).status == 404  # available later than it was taken
    assert cadena.query(provider, Sample().number).status == 200
    assert cadena.post(provider, cadena.unsigned(Sample())).status == 409


@pytest.mark.parametrize(("action", "status", "kept"), [
    ({"http_status": 502}, 502, 0),
    ({"http_status": 502, "after_stamp": True}, 502, 1),
    ({"html_page": True}, 200, 0),
    ({"senv_fault": True}, 500, 0),
    ({"expire_token": True}, 401, 0),
    ({"refuse": {"code": "404", "message": "No existe."}}, 404, 0),
    ({"refuse": {"code": "FAU14", "message": "Otro total."}}, 400, 0),
    ({"in_progress": True}, 202, 1),
])
def test_ordered_faults(provider, action, status, kept):
    provider.script(action, service="cadena")
    headers = {"efacturaAuthorizationToken": cadena.TOKEN, "Content-Type": "text/plain"}
    body = base64.b64encode(cadena.unsigned(Sample()))
    assert provider.request("POST", cadena.OWN, body, headers)[0] == status
    assert len(provider.ledger()) == kept


@pytest.mark.parametrize("body", [
    b"", b"===", b"PGE+", base64.b64encode(b"<Invoice/>"), base64.b64encode(b"not xml"), "ñ".encode(), b"\xff\xfe",
    base64.b64encode(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    base64.b64encode(b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'),
])
@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_nonsense_is_400(provider, body, content_type):
    headers = {"efacturaAuthorizationToken": cadena.TOKEN, "Content-Type": content_type}
    status, answer = provider.request("POST", cadena.OWN, body, headers)
    assert (status, json.loads(answer)["statusCode"]) == (400, 400)


def test_a_json_string_of_base64_is_taken_too(provider):
    headers = {"efacturaAuthorizationToken": cadena.TOKEN, "Content-Type": "application/json"}
    body = json.dumps(base64.b64encode(cadena.unsigned(Sample())).decode()).encode()
    assert provider.request("POST", cadena.OWN, body, headers)[0] == 200


def test_the_wrong_method_or_place(provider):
    assert provider.request("GET", cadena.OWN)[0] == 405
    assert provider.request("POST", "/v1/vp-hab/documentos/proceso/alianzas", b"x")[0] == 404
    assert provider.request("POST", "/staging/vp/documentos/proceso/otro", b"x")[0] == 404
