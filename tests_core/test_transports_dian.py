"""DIAN's service: the signed header judged by xmlsec, and every answer that is known, read into its meaning."""

import base64
import hashlib
from datetime import date, datetime, timezone

import pytest
import xmlsec
from lxml import etree

from core import clock
from core.certificates import RsaSigner
from core.errors import InDoubt, Misconfigured, NotSent
from core.transports import dian
from core.transports.base import Category, NotFound, Refused
from core.transports.dian_answers import (
    Acquirer,
    AlreadyProcessed,
    Downloaded,
    Event,
    InProgress,
    SetClosed,
    Validated,
)
from core.transports.wsse import KeyName
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(60)

KEY = "a" * 96
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSA = "http://www.w3.org/2005/08/addressing"
DS = "http://www.w3.org/2000/09/xmldsig#"
TYPES = "http://schemas.datacontract.org/2004/07/"
RESPONSE = b"<ApplicationResponse/>"


@pytest.fixture(autouse=True)
def short_delays():
    with clock.overridden(connect_timeout=2, read_timeout=10, total_timeout=20):
        yield


@pytest.fixture(scope="module")
def pair(certificate):
    return certificate(rfc="NIT 901002487-0", name="COMERCIAL INVENTADA SAS")


@pytest.fixture(scope="module")
def signer(pair):
    return RsaSigner(pair.cer, pair.private_key)


def soap(operation: str, content: str, kind: str = "DianResponse") -> str:
    return f"""<s:Envelope xmlns:s="{SOAP}" xmlns:a="{WSA}"><s:Header><a:Action s:mustUnderstand="1">x</a:Action>
    </s:Header><s:Body><{operation}Response xmlns="http://wcf.dian.colombia"><{operation}Result xmlns:b="{TYPES}{kind}"
    xmlns:i="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:c="http://schemas.microsoft.com/2003/10/Serialization/Arrays">{content}</{operation}Result>
    </{operation}Response></s:Body></s:Envelope>"""


def response(valid="false", status="", description="", message="", errors=(), key="", xml=b"", number="") -> str:
    lines = "".join(f"<c:string>{error}</c:string>" for error in errors)
    return f"""<b:ErrorMessage>{lines}</b:ErrorMessage><b:IsValid>{valid}</b:IsValid>
    <b:StatusCode>{status}</b:StatusCode>
    <b:StatusDescription>{description}</b:StatusDescription><b:StatusMessage>{message}</b:StatusMessage>
    <b:XmlBase64Bytes>{base64.b64encode(xml).decode()}</b:XmlBase64Bytes><b:XmlBytes i:nil="true"/>
    <b:XmlDocumentKey>{key}</b:XmlDocumentKey><b:XmlFileName>{number}</b:XmlFileName>"""


def accepted(**changed) -> str:
    return response(**{
        "valid": "true", "status": "00", "description": "Procesado Correctamente.", "key": KEY.upper(), "xml": RESPONSE,
        "message": "La Factura electrónica SETP990000001, ha sido autorizada.", "number": "SETP990000001", **changed,
    })


def ask(signer, operation, content, method, *arguments, kind="DianResponse", status="200 OK", secrets=()):
    body = soap(operation, content, kind) if content.startswith("<b:") else content
    with bad.serving(bad.answer(body, status)) as server:
        client = dian.Dian(server.url, signer, secrets=secrets)
        return getattr(client, method)(*arguments), client.exchanges


def send(signer, content, **options):
    return ask(signer, "SendBillSync", content, "send_bill", "z1.zip", b"PK", b"<Invoice/>", **options)


@pytest.mark.parametrize("key_name", list(KeyName))
def test_the_header_verifies_with_another_library(key_name, signer, pair):
    with bad.serving(bad.answer(soap("GetStatus", response(status="66", description="TrackId no existe")))) as server:
        client = dian.Dian(server.url, signer, key_name=key_name)
        with clock.frozen(datetime(2026, 11, 20, 15, 0, 0, 123000, tzinfo=timezone.utc)):
            client.status(KEY)
        head, body = server.requests[0].split(b"\r\n\r\n", 1)
        address = server.url + dian.PATH
    action = b"http://wcf.dian.colombia/IWcfDianCustomerServices/GetStatus"
    assert b'content-type: application/soap+xml; charset=utf-8; action="' + action.lower() + b'"' in head.lower()
    root = etree.fromstring(body)
    header = root.find(f"{{{SOAP}}}Header")
    assert header.findtext(f"{{{WSA}}}Action") == action.decode()
    assert header.findtext(f"{{{WSA}}}To") == address
    assert root.findtext(".//{*}GetStatus/{*}trackId") == KEY
    created, expires = (header.findtext(f".//{{{WSU}}}{name}") for name in ("Created", "Expires"))
    fraction = ".123" if key_name is KeyName.THUMBPRINT else ""
    assert (created, expires) == (f"2026-11-20T15:00:00{fraction}Z", f"2026-11-20T15:10:00{fraction}Z")
    named = header.findtext(f".//{{{WSSE}}}BinarySecurityToken") or header.findtext(f".//{{{WSSE}}}KeyIdentifier")
    thumbprint = hashlib.sha1(pair.cer).digest()
    assert base64.b64decode(named) == (pair.cer if key_name is KeyName.REFERENCE else thumbprint)
    verify(root, pair.cer)
    header.find(f"{{{WSA}}}To").text += "x"
    with pytest.raises(xmlsec.VerificationError):
        verify(root, pair.cer)


def verify(root, cer: bytes) -> None:
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(cer, xmlsec.constants.KeyDataFormatCertDer, None)
    context.register_id(root.find(f".//{{{WSA}}}To"), "Id", WSU)
    context.verify(root.find(f".//{{{DS}}}Signature"))


def test_the_prefixes_that_the_signature_includes_are_declared(signer):
    """libxml2 leaves unknown prefixes out silently: a digest that DIAN computes differently."""
    with bad.serving(bad.answer(soap("GetStatus", response(status="66")))) as server:
        dian.Dian(server.url, signer).status(KEY)
        root = etree.fromstring(server.requests[0].split(b"\r\n\r\n", 1)[1])
    to = root.find(f".//{{{WSA}}}To")
    canonical = etree.tostring(to, method="c14n", exclusive=True, inclusive_ns_prefixes=["soap", "wcf"])
    assert b"xmlns:soap=" in canonical and b"xmlns:wcf=" in canonical
    digest = base64.b64encode(hashlib.sha256(canonical).digest()).decode()
    assert root.findtext(f".//{{{DS}}}DigestValue") == digest


def test_a_validated_document_brings_dians_word(signer):
    notes = ("Regla: FAJ43b, Notificación: Nombre informado no corresponde", "Regla: RUT01, Notificación: x")
    result, exchanges = send(signer, accepted(errors=notes))
    assert isinstance(result, Validated) and not result.recovered
    assert (result.key, result.application_response, result.number) == (KEY, RESPONSE, "SETP990000001")
    assert [(note.code, note.extra) for note in result.incidents] == [
        ("FAJ43b", "notification"), ("RUT01", "notification"),
    ]
    exchange, = exchanges
    assert (exchange.operation, exchange.outcome, exchange.authority_code) == ("SendBillSync", "validated", "00")
    assert exchange.request_sha256 == hashlib.sha256(b"<Invoice/>").hexdigest()


@pytest.mark.parametrize(("rules", "code", "category", "retry"), [
    (("FAU14, Rechazo: El valor", "RUT01, Notificación: x"), "FAU14", Category.CONTENT, False),
    (("RUT01, Notificación: x", "ZE02, Rechazo: firma"), "ZE02", Category.CERTIFICATE, False),
    (("FAB24b, Rechazo: software",), "FAB24b", Category.ACCOUNT, True),
    (("SIGNPLGNS, Rechazo: plugin",), "SIGNPLGNS", Category.TEMPORARY, True),
    (("ZE02, Rechazo: firma", "FAU14, Rechazo: valor"), "ZE02", Category.CONTENT, False),
])
def test_a_rejection_names_its_rules_and_who_has_to_act(rules, code, category, retry, signer):
    errors = [f"Regla: {rule}" for rule in rules]
    description = "Validación contiene errores en campos mandatorios."
    result, _exchanges = send(signer, response(status="99", description=description, errors=errors))
    assert isinstance(result, Refused)
    assert (result.code, result.category, result.retry, result.folio_spent) == (code, category, retry, False)
    assert len(result.incidents) == len(rules)


def test_rule_90_is_a_recovery(signer):
    errors = ["Regla: 90, Rechazo: Documento procesado anteriormente."]
    result, _exchanges = send(signer, response(status="99", errors=errors, key=KEY))
    assert result == AlreadyProcessed(key=KEY, message="Documento procesado anteriormente.")


@pytest.mark.parametrize(("given", "code", "category"), [
    ({"status": "89", "description": "Error descomprimiendo el archivo ZIP"}, "89", Category.CONTENT),
    ({"status": "89", "description": "NIT 1 no autorizado a enviar documentos para emisor con NIT 2."}, "89",
     Category.ACCOUNT),
    ({"status": "99", "description": "Validación contiene errores"}, "99", Category.CONTENT),
])
def test_a_refused_file_says_why(given, code, category, signer):
    result, _exchanges = send(signer, response(**given))
    assert isinstance(result, Refused) and (result.code, result.category) == (code, category)
    assert result.message == given["description"]


@pytest.mark.parametrize("status", ["66", "90"])
def test_an_unknown_key_is_not_found(status, signer):
    answer = response(status=status, description="TrackId no existe")
    result, _exchanges = ask(signer, "GetStatus", answer, "status", KEY)
    assert isinstance(result, NotFound) and result.code == status


def test_not_found_is_no_answer_to_sending(signer):
    with pytest.raises(InDoubt):
        send(signer, response(status="66", description="NSU no encontrado"))


def test_a_batch_in_progress_is_asked_for_again(signer):
    row = f"<b:DianResponse>{response(description='Batch en proceso de validación.')}</b:DianResponse>"
    results, _exchanges = ask(signer, "GetStatusZip", row, "status_of_package", "zip-1")
    assert results == (InProgress(track_id="zip-1", message="Batch en proceso de validación."),)


def test_a_batch_tells_about_each_document(signer):
    rows = "".join(
        f"<b:DianResponse>{one}</b:DianResponse>"
        for one in (accepted(), response(status="99", errors=["Regla: FAU14, Rechazo: x"]))
    )
    results, _exchanges = ask(signer, "GetStatusZip", rows, "status_of_package", "zip-1")
    assert [type(result) for result in results] == [Validated, Refused]


@pytest.mark.parametrize(("state", "is_accepted"), [("Aceptado", True), ("Rechazado", False)])
def test_a_closed_test_set_is_an_answer(state, is_accepted, signer):
    words = f"Set de prueba con identificador 1234 se encuentra {state}."
    result, _exchanges = ask(signer, "GetStatus", response(status="2", description=words), "status", KEY)
    assert result == SetClosed(accepted=is_accepted, message=words)


def upload(errors="", key=""):
    nil = "" if errors else ' i:nil="true"'
    return f"""<b:ErrorMessageList xmlns:t="{TYPES}XmlParamsResponseTrackId"{nil}>{errors}</b:ErrorMessageList>
    <b:ZipKey>{key}</b:ZipKey>"""


def upload_error(message):
    return f"""<t:XmlParamsResponseTrackId><t:DocumentKey>{KEY}</t:DocumentKey><t:ProcessedMessage>{message}
    </t:ProcessedMessage><t:SenderCode>1</t:SenderCode><t:Success>false</t:Success></t:XmlParamsResponseTrackId>"""


@pytest.mark.parametrize(("content", "kind"), [
    (upload(key="zip-1"), InProgress),
    (upload(upload_error("Regla: 90, Rechazo: Documento procesado anteriormente.")), AlreadyProcessed),
    (upload(upload_error("Set de prueba con identificador 1 se encuentra Aceptado")), SetClosed),
    (upload(upload_error("Archivo no es valido")), Refused),
])
def test_a_test_document_is_taken_or_refused(content, kind, signer):
    result, exchanges = ask(
        signer, "SendTestSetAsync", content, "send_test_set", "z1.zip", b"PK", "set-1", kind="UploadDocumentResponse"
    )
    assert isinstance(result, kind)
    assert exchanges[0].request_sha256 == hashlib.sha256(b"PK").hexdigest()


def test_who_may_not_send_is_told_so_at_the_door_too(signer):
    words = "NIT 1 no autorizado a enviar documentos para emisor con NIT 2."
    content, kind = upload(upload_error(words)), "UploadDocumentResponse"
    result, _exchanges = ask(signer, "SendBillAsync", content, "send_bills", "z1.zip", b"PK", kind=kind)
    assert (result.code, result.category, result.retry) == ("89", Category.ACCOUNT, True)


def test_ranges_keep_their_days_and_hide_their_keys(signer):
    row = f"""<n:NumberRangeResponse xmlns:n="{TYPES}NumberRangeResponse"><n:FromNumber>990000000</n:FromNumber>
    <n:Prefix>SETP</n:Prefix><n:ResolutionDate>2019-01-19</n:ResolutionDate>
    <n:ResolutionNumber>18760000001</n:ResolutionNumber><n:TechnicalKey>fc8eac422eba16e2</n:TechnicalKey>
    <n:ToNumber>995000000</n:ToNumber><n:ValidDateFrom>2019-01-19T00:00:00</n:ValidDateFrom>
    <n:ValidDateTo>2030-01-19</n:ValidDateTo></n:NumberRangeResponse>"""
    content = f"<b:OperationCode>100</b:OperationCode><b:ResponseList>{row}</b:ResponseList>"
    found, exchanges = ask(
        signer, "GetNumberingRange", content, "numbering_ranges", "901002487", "901002487", "soft",
        kind="NumberRangeResponseList",
    )
    given, = found.ranges
    assert (given.prefix, given.first, given.last, given.technical_key) == (
        "SETP", 990000000, 995000000, "fc8eac422eba16e2",
    )
    assert (given.valid_from, given.valid_to) == (date(2019, 1, 19), date(2030, 1, 19))
    assert b"fc8eac422eba16e2" not in exchanges[0].response and "fc8eac" not in repr(found)


@pytest.mark.parametrize("code", ["302", "404"])
def test_no_ranges_is_an_answer(code, signer):
    content = f'<b:OperationCode>{code}</b:OperationCode><b:ResponseList i:nil="true"/>'
    found, _exchanges = ask(
        signer, "GetNumberingRange", content, "numbering_ranges", "1", "1", "soft", kind="NumberRangeResponseList"
    )
    assert found.ranges == () and found.code == code


def test_the_validated_document_can_be_fetched(signer):
    data = base64.b64encode(b"<Invoice/>").decode()
    content = f"<b:Code>100</b:Code><b:XmlBytesBase64>{data}</b:XmlBytesBase64>"
    result, _exchanges = ask(signer, "GetXmlByDocumentKey", content, "download", KEY, kind="EventResponse")
    assert result == Downloaded(data=b"<Invoice/>", code="100")
    missing = "<b:Code>404</b:Code><b:Message>no existe</b:Message>"
    result, _exchanges = ask(signer, "GetXmlByDocumentKey", missing, "download", KEY, kind="EventResponse")
    assert result == NotFound(code="404", message="no existe")


def test_the_register_knows_a_buyer(signer):
    content = "<b:ReceiverEmail>a@example.co</b:ReceiverEmail><b:ReceiverName>Ana</b:ReceiverName>"
    result, _exchanges = ask(signer, "GetAcquirer", content, "acquirer", "31", "901002487", kind="AdquirerResponse")
    assert result == Acquirer(name="Ana", email="a@example.co")
    missing = "<b:Message>No encontrado</b:Message><b:StatusCode>404</b:StatusCode>"
    result, _exchanges = ask(signer, "GetAcquirer", missing, "acquirer", "13", "1", kind="AdquirerResponse")
    assert result == NotFound(code="404", message="No encontrado")


def events(*codes: str) -> bytes:
    kinds = ("Aggregate", "Basic")
    cac, cbc = (f"urn:oasis:names:specification:ubl:schema:xsd:Common{kind}Components-2" for kind in kinds)
    rows = "".join(
        f"<c:DocumentResponse><c:Response><b:ResponseCode>{code}</b:ResponseCode><b:Description>x</b:Description>"
        f"<b:EffectiveDate>2026-11-20</b:EffectiveDate></c:Response><c:DocumentReference><b:ID>7</b:ID>"
        f"<b:UUID>ABC</b:UUID></c:DocumentReference></c:DocumentResponse>"
        for code in codes
    )
    return f'<ApplicationResponse xmlns:c="{cac}" xmlns:b="{cbc}">{rows}</ApplicationResponse>'.encode()


def events_of(signer, content):
    return ask(signer, "GetStatusEvent", content, "status_event", KEY)[0]


@pytest.mark.parametrize(("codes", "is_accepted"), [
    (["02", "030", "032"], False), (["030", "032", "033"], True), (["034"], True), (["031"], False),
])
def test_events_say_whether_the_invoice_was_accepted(codes, is_accepted, signer):
    found = events_of(signer, response(valid="true", status="00", key=KEY, xml=events(*codes)))
    assert [event.code for event in found.events] == [code for code in codes if code != "02"]
    assert found.is_accepted is is_accepted
    first = found.events[0]
    assert first == Event(code=first.code, description="x", day=date(2026, 11, 20), number="7", key="abc")


@pytest.mark.parametrize("content", [
    response(valid="true", status="00", key=KEY), response(status="66", description="Sin eventos registrados"),
    response(status="404", description="No se encontraron eventos para el documento"),
])
def test_no_events_is_an_answer(content, signer):
    assert events_of(signer, content).codes == frozenset()


def test_events_of_what_dian_does_not_know_are_not_found(signer):
    assert isinstance(events_of(signer, response(status="66", description="TrackId no existe")), NotFound)


@pytest.mark.parametrize("content", [
    response(valid="true", status="00", key=KEY, xml=b"<broken"),
    response(status="99", errors=["Regla: 90, Rechazo: Documento procesado anteriormente."]),
])
def test_events_that_cannot_be_read_are_doubt(content, signer):
    with pytest.raises(InDoubt):
        events_of(signer, content)


def test_a_day_that_is_none_is_left_out(signer):
    content = response(valid="true", status="00", key=KEY, xml=events("030").replace(b"2026-11-20", b"2026-13-45"))
    assert events_of(signer, content).events[0].day is None


def fault(code: str, text: str) -> str:
    return f"""<s:Envelope xmlns:s="{SOAP}" xmlns:a="x"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode>
    <s:Value>a:{code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason>
    </s:Fault></s:Body></s:Envelope>"""


def test_a_security_fault_is_ours_to_mend_and_nothing_was_taken(signer):
    with pytest.raises(Misconfigured) as caught:
        send(signer, fault("InvalidSecurity", "An error occurred when verifying security"), status="500 Internal")
    assert caught.value.params["reason"] == "security"
    assert "verifying security" in caught.value.params["detail"]


@pytest.mark.parametrize(("content", "status"), [
    (fault("InternalServiceFault", "boom"), "500 Internal"),
    ("<html>busy</html>", "503 Busy"),
    (response(status="77", description="?"), "200 OK"),
    (response(valid="true", status="00", key=KEY), "200 OK"),
    (response(valid="true", status="00", xml=RESPONSE), "200 OK"),
])
def test_everything_else_is_doubt(content, status, signer):
    with pytest.raises(InDoubt):
        send(signer, content, status=status)


def test_a_closed_door_is_not_sent(signer):
    with bad.serving(bad.answer("")) as server:
        url = server.url
    with pytest.raises(NotSent):
        dian.Dian(url, signer).send_bill("z.zip", b"PK", b"<Invoice/>")


def test_nothing_secret_reaches_an_exchange(signer):
    _result, exchanges = send(signer, accepted(message="clave 75315-canary"), secrets=("75315-canary",))
    assert b"75315-canary" not in exchanges[0].response
