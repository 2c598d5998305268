"""What Facturatech says, and what we make of it."""

import base64
import hashlib
import logging
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from core import clock
from core.errors import InDoubt, Misconfigured, NotSent, TransportError
from core.transports import facturatech_answers as answers
from core.transports import facturatech_wire as wire
from core.transports import registry
from core.transports.base import Category, Credentials, NotFound, Refused
from core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed
from core.transports.http import HttpAnswer
from core.transports.provider import AccessWorks, Asked, ProviderOptions, ProviderSigned, facturatech_password_hash
from core.transports.record import Journal, Redactor
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)

USER, PASSWORD = "vogel901002487", "Vogel & <clave>"
HASH = facturatech_password_hash(PASSWORD)
KEY = "ab" * 48
TRACK = "TR-0001"
XML = "<FACTURA><ENC><ENC_6>SETP1ñ</ENC_6></ENC></FACTURA>".encode()
SIGNED = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cbc="urn:oasis:names:specification:'
    f'ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>SETP1</cbc:ID><cbc:UUID>{KEY}</cbc:UUID></Invoice>'
).encode()
FILE = base64.b64encode(SIGNED).decode()
INVOICE, SUPPORT = Asked("901002487", "SETP", 990000123, "01"), Asked("901002487", "SEDS", 7, "05")
TAKEN = "Solicitud transmitida con éxito"
ABSENT = {"code": "404", "success": "false", "error": "Recurso no encontrado"}


@pytest.fixture(autouse=True)
def short_delays():
    # patient, as a loaded machine answers late; the tests of silence are not
    with clock.overridden(connect_timeout=5, read_timeout=10, total_timeout=20, lookup_attempts=3, lookup_pause=0):
        yield


def client(server, environment="sandbox", credentials=None, secrets=(), **options):
    return registry.provider(
        "facturatech",
        environment,
        credentials=credentials or Credentials(USER, HASH),
        options=ProviderOptions(**options),
        base_url_override=server.url,
        secrets=secrets,
    )


def envelope(operation, fields, *, fault=""):
    """As NuSOAP writes it: everything but the result is qualified, by names that change."""
    inner = "".join(f'<{name} xsi:type="xsd:string">{bad.escaped(text)}</{name}>' for name, text in fields.items())
    content = fault or (
        f'<ns1:{operation}Response xmlns:ns1="urn:https://ws.facturatech.co/v2/demo/">'
        f'<return xsi:type="tns:Response_ws">{inner}</return></ns1:{operation}Response>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope '
        'xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:tns="urn:https://ws.facturatech.co/v2/demo/">'
        f"<SOAP-ENV:Body>{content}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )


FAULT = (
    "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>Operation '' is not defined in the WSDL"
    "</faultstring></SOAP-ENV:Fault>"
)


def operation_of(request):
    body = etree.fromstring(request.partition(b"\r\n\r\n")[2]).find("{*}Body")
    return etree.QName(body[0]).localname


class Service:
    """Answers by operation (without the prefix); a list is given one after the other, the last one stays."""

    def __init__(self, **answers):
        self.answers = {name: list(given) if isinstance(given, list) else [given] for name, given in answers.items()}
        self.asked = []

    def __call__(self, connection, request):
        operation = operation_of(request)
        name = operation.rpartition(".")[2]
        self.asked.append(name)
        waiting = self.answers[name]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(answer):
            answer(connection, request)
        elif isinstance(answer, dict):
            connection.sendall(bad.http(envelope(operation, answer)))
        else:
            connection.sendall(bad.http(*answer) if isinstance(answer, tuple) else bad.http(answer))


def ask(what, service, **options):
    """The result or the error of one call, the exchanges, the requests and what was asked."""
    with bad.serving(service) as server:
        facturatech = client(server, **options)
        try:
            result = what(facturatech)
        except TransportError as error:
            result = error
        return result, facturatech.exchanges, server.requests


def send(answer, asked=INVOICE, payload=XML, **options):
    service = Service(uploadInvoiceFile=answer, uploadInvoiceFileLayout=answer, uploadDocument=answer)
    return ask(lambda client: client.send(payload, asked=asked), service, **options)


def follow(asked=INVOICE, track=TRACK, **answers):
    service = Service(**answers)
    result, exchanges, _requests = ask(lambda client: client.follow(track, asked=asked), service)
    return result, exchanges, service.asked


def find(asked=INVOICE, waits=None, **answers):
    service = Service(**answers)
    result, exchanges, _requests = ask(lambda client: client.find(asked), service, waits=waits)
    return result, exchanges, service.asked


def taken(**more):
    return {"code": "201", "success": TAKEN, "transaccionID": TRACK, "error": "", **more}


# --- the message ---------------------------------------------------------------------------------------------------


def test_the_password_is_stored_as_its_hash_only():
    assert hashlib.sha256(PASSWORD.encode()).hexdigest() == HASH
    assert facturatech_password_hash("ñ") == hashlib.sha256("ñ".encode()).hexdigest()


def test_the_envelope_is_rpc_with_unqualified_parameters():
    result, exchanges, requests = send(taken())
    assert result == InProgress(track_id=TRACK, message=TAKEN)
    head, _blank, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v2/demo/index.php HTTP/1.1\r\n")
    assert b'\r\nSOAPAction: "urn:https://ws.facturatech.co/v2/demo/#FtechAction.uploadInvoiceFile"\r\n' in head
    assert b"\r\nContent-Type: text/xml; charset=utf-8\r\n" in head
    call = etree.fromstring(body)[1][0]
    assert call.tag == "{urn:https://ws.facturatech.co/v2/demo/}FtechAction.uploadInvoiceFile"
    assert [node.tag for node in call] == ["username", "password", "xmlBase64"]
    assert {node.get("{http://www.w3.org/2001/XMLSchema-instance}type") for node in call} == {"xsd:string"}
    assert [call[0].text, call[1].text] == [USER, HASH]
    assert base64.b64decode(call[2].text) == XML
    assert (exchanges[0].operation, exchanges[0].outcome) == ("uploadInvoiceFile", "in_progress")
    assert exchanges[0].request_sha256 == hashlib.sha256(XML).hexdigest()


def test_each_environment_and_product_has_its_address():
    for environment, stage in (("sandbox", "demo"), ("test", "demo"), ("production", "pro")):
        _result, _exchanges, requests = send(taken(), environment=environment)
        assert requests[0].startswith(f"POST /v2/{stage}/index.php ".encode())
        _result, _exchanges, requests = send(taken(), asked=SUPPORT, environment=environment)
        assert requests[0].startswith(f"POST /v1/{stage}/ ".encode())
        assert f'"urn:https://ws-dse.facturatech.co/v1/{stage}/#uploadDocument"'.encode() in requests[0]
        assert operation_of(requests[0]) == "uploadDocument"


def test_without_an_override_each_product_has_its_host():
    credentials = Credentials(USER, HASH)
    for environment in ("test", "production"):
        made = registry.provider("facturatech", environment, credentials=credentials, options=ProviderOptions())
        hosts = [made._address(product).partition("/v")[0] for product in (wire.INVOICES, wire.SUPPORT_DOCUMENTS)]
        assert hosts == ["https://ws.facturatech.co", "https://ws-dse.facturatech.co"]


@pytest.mark.parametrize(
    ("form", "expected"), [("text", "[FACTURA](ENC)ñ[/FACTURA]"), ("text64", "W0ZBQ1RVUkFdKEVOQynDsVsvRkFDVFVSQV0=")]
)
def test_the_one_line_form_has_an_operation_of_its_own(form, expected):
    payload = "[FACTURA](ENC)ñ[/FACTURA]".encode()
    _result, _exchanges, requests = send(taken(), payload=payload, layout_form=form)
    call = etree.fromstring(requests[0].partition(b"\r\n\r\n")[2])[1][0]
    assert etree.QName(call).localname == "FtechAction.uploadInvoiceFileLayout"
    assert (call[2].tag, call[2].text) == ("layout", expected)


@pytest.mark.parametrize("payload", [b"[FACTURA]", b"\xff", b"[\x00]"])
def test_what_cannot_be_sent_is_told_before_anything_leaves(payload):
    asked = SUPPORT if payload == b"[FACTURA]" else INVOICE
    result, _exchanges, requests = send(taken(), asked=asked, payload=payload, layout_form="text")
    assert isinstance(result, Misconfigured) and not requests


# --- uploads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["transaccionID", "transId", "transactionID"])
@pytest.mark.parametrize("code", ["200", "201"])
def test_an_upload_is_in_progress_under_its_number(name, code):
    result, _exchanges, _requests = send({"code": code, "success": "true", name: TRACK})
    assert isinstance(result, InProgress) and result.track_id == TRACK


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "201", "success": TAKEN},
        {"code": "201", "success": TAKEN, "transaccionID": " "},
        {"code": "", "error": "x"},
        {"error": "x"},
        {},
        {"code": "500", "error": "Error interno"},
        {"code": "299", "transaccionID": TRACK},
        ("<html>502</html>", "502 Bad Gateway"),
        ("<html>Cloudflare</html>", "200 OK"),
        ("", "200 OK"),
        ("", "302 Found"),
        envelope("FtechAction.uploadInvoiceFile", {}, fault=FAULT),
        (envelope("FtechAction.uploadInvoiceFile", {}, fault=FAULT), "500 Internal Server Error"),
        envelope("FtechAction.documentStatusFile", taken()),
        envelope("FtechAction.uploadInvoiceFile", taken())[:-30],
        envelope("FtechAction.uploadInvoiceFile", taken()).replace("<?xml", '<!DOCTYPE a [<!ENTITY x "y">]><?xml'),
        bad.reset_after(b""),
        bad.reset_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
        bad.silence,
    ],
)
def test_an_answer_that_cannot_be_read_leaves_the_upload_in_doubt(answer):
    with clock.overridden(read_timeout=1):
        result, exchanges, requests = send(answer)
    assert isinstance(result, InDoubt), result
    assert len(exchanges) == len(requests) == 1  # and it is never repeated
    assert exchanges[0].outcome.startswith("in_doubt:")


@pytest.mark.parametrize(
    ("fields", "category"),
    [
        ({"code": "409", "error": "El folio no corresponde al rango autorizado"}, Category.CONTENT),
        ({"code": "409", "error": "Regla: FAD06, Rechazo: CUFE; Regla: FAJ44a, Rechazo: NIT"}, Category.CONTENT),
        ({"code": "409", "error": "Usuario o contraseña incorrectos"}, Category.CREDENTIALS),
        ({"code": "409", "error": "Sin folios disponibles"}, Category.ACCOUNT),
        ({"code": "404", "error": "Recurso no encontrado"}, Category.ACCOUNT),
        ({"code": "405", "error": "Método no permitido"}, Category.ACCOUNT),
        ({"code": "401", "error": "x"}, Category.CREDENTIALS),
        ({"code": "409", "messageError": "El nodo PRO_10 es obligatorio"}, Category.CONTENT),
    ],
)
def test_a_refusal_names_who_has_to_act(fields, category):
    result, _exchanges, _requests = send({"success": "false", **fields})
    assert isinstance(result, Refused)
    assert (result.category, result.code, result.retry) == (category, fields["code"], category is not Category.CONTENT)
    assert result.message == (fields.get("error") or fields["messageError"])


def test_several_rules_in_one_text_are_several_incidents():
    rules = "Regla: FAD06, Rechazo: CUFE; Regla: FAU04, Rechazo: b"
    result, _exchanges, _requests = send({"code": "409", "error": rules})
    assert [incident.code for incident in result.incidents] == ["FAD06", "FAU04"]


@pytest.mark.parametrize(
    "text",
    [
        "El documento ya ha sido firmado", "Ya existe un documento con ese folio", "Documento firmado previamente",
        "Documento con status de procesamiento", "El folio ya se encuentra utilizado",
        "Regla: 90, Rechazo: Documento procesado anteriormente.",
    ],
)
def test_what_was_uploaded_before_has_to_be_looked_up(text):
    assert isinstance(send({"code": "409", "error": text})[0], AlreadyProcessed)


@pytest.mark.parametrize(("state", "accepted"), [("Aceptado", True), ("Rechazado", False)])
def test_the_verdict_about_the_test_set_is_no_refusal(state, accepted):
    words = f"Set de prueba con identificador 0a1b se encuentra {state}."
    result, exchanges, _requests = send({"code": "409", "error": words})
    assert result == SetClosed(accepted=accepted, message=words.rstrip("."))
    assert exchanges[0].outcome == "set_closed"


def test_nothing_left_when_nobody_listens():
    with bad.serving(bad.silence) as server:
        facturatech = client(server)
    with pytest.raises(NotSent):
        facturatech.send(XML, asked=INVOICE)


# --- following -----------------------------------------------------------------------------------------------------

STATUS_SIGNED = {"code": "201", "status": "SIGNED_XML", "success": "true"}


def test_a_signed_document_is_fetched():
    result, exchanges, asked = follow(
        documentStatusFile=STATUS_SIGNED, downloadXMLFile={"code": "201", "resourceData": FILE}
    )
    assert (result.document, result.key, result.recovered) == (SIGNED, KEY, False)
    assert asked == ["documentStatusFile", "downloadXMLFile"]
    assert [exchange.outcome for exchange in exchanges] == ["answered", "provider_signed"]


def test_a_support_document_may_come_with_its_status():
    status = {"code": "200", "message": "ok", "documentBase64": FILE}
    result, _exchanges, asked = follow(SUPPORT, documentStatus=status)
    assert isinstance(result, ProviderSigned) and result.key == KEY and asked == ["documentStatus"]


def test_a_support_document_is_fetched_by_an_integer():
    service = Service(documentStatus=STATUS_SIGNED, downloadXML={"code": "200", "documentBase64": FILE})
    result, _exchanges, requests = ask(lambda client: client.follow(TRACK, asked=SUPPORT), service)
    assert isinstance(result, ProviderSigned)
    call = etree.fromstring(requests[1].partition(b"\r\n\r\n")[2])[1][0]
    types = {node.tag: node.get("{http://www.w3.org/2001/XMLSchema-instance}type") for node in call}
    assert (types["prefix"], types["number"]) == ("xsd:string", "xsd:integer")
    assert [call.findtext(name) for name in ("prefix", "number")] == ["SEDS", "7"]


@pytest.mark.parametrize(
    "status",
    [
        {"code": "201", "status": "PROCESSING"},
        {"code": "200", "status": "", "success": "Documento recibido"},
        {"code": "200", "status": "processing", "error": "x"},
        {"code": "409", "status": "", "error": "El documento se encuentra en proceso"},
        {"code": "201", "status": "EN_COLA", "success": "Recibido"},
    ],
)
def test_processing_goes_on(status):
    result, _exchanges, _asked = follow(documentStatusFile=status)
    assert isinstance(result, InProgress) and result.track_id == TRACK


@pytest.mark.parametrize(
    "download",
    [ABSENT, {"code": "409", "error": "El documento aún no está disponible"}, {"code": "409", "error": "Conflicto"}],
)
def test_signed_but_not_to_be_fetched_is_in_progress_and_never_a_verdict(download):
    result, _exchanges, _asked = follow(documentStatusFile=STATUS_SIGNED, downloadXMLFile=download)
    assert isinstance(result, InProgress) and result.track_id == TRACK


def test_an_access_that_ends_meanwhile_is_told():
    download = {"code": "409", "error": "Contraseña vencida"}
    result, _exchanges, _asked = follow(documentStatusFile=STATUS_SIGNED, downloadXMLFile=download)
    assert result.category is Category.CREDENTIALS


@pytest.mark.parametrize(
    "status",
    [
        {"code": "201", "status": "ERROR", "error": "Regla: FAD06, Rechazo: CUFE"},
        {"code": "200", "status": "RECHAZADO", "error": ""},
        {"code": "409", "status": "", "error": "Regla: FAD06, Rechazo: CUFE"},
        {"code": "201", "status": "REJECTED_DIAN", "governmentResponseDescription": "Validación contiene errores"},
    ],
)
def test_any_other_state_with_an_error_is_a_refusal(status):
    result, _exchanges, _asked = follow(documentStatusFile=status)
    assert isinstance(result, Refused) and result.category is Category.CONTENT
    assert result.message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (ABSENT, NotFound),
        ({"code": "404", "error": "Usuario no encontrado"}, Refused),
        ({"code": "409", "error": "Set de prueba con identificador x se encuentra Aceptado."}, SetClosed),
        ({"code": "500", "error": "x"}, InDoubt),
        ({}, InDoubt),
        ({"code": "201", "status": "SIGNED_XML", "documentBase64": "%%"}, InDoubt),
        (("<html>", "503 X"), InDoubt),
    ],
)
def test_a_status_that_teaches_nothing_is_no_state(status, kind):
    result, _exchanges, _asked = follow(documentStatusFile=status)
    assert isinstance(result, kind)
    assert not isinstance(result, Refused) or result.category is not Category.CONTENT


def test_without_a_number_the_document_is_looked_up():
    result, _exchanges, asked = follow(track="", downloadXMLFile={"code": "200", "resourceData": FILE})
    assert isinstance(result, ProviderSigned) and result.recovered and asked == ["downloadXMLFile"]


# --- find ----------------------------------------------------------------------------------------------------------


def test_a_document_is_looked_up_by_prefix_and_number():
    service = Service(downloadXMLFile={"code": "201", "success": "ok", "resourceData": FILE})
    result, _exchanges, requests = ask(lambda client: client.find(INVOICE), service)
    assert (result.document, result.key, result.recovered) == (SIGNED, KEY, True)
    call = etree.fromstring(requests[0].partition(b"\r\n\r\n")[2])[1][0]
    assert [call.findtext(name) for name in ("prefijo", "folio")] == ["SETP", "990000123"]


def test_a_number_with_a_key_and_without_a_file_is_in_progress():
    result, _exchanges, asked = find(downloadXMLFile=ABSENT, getCUFEFile={"code": "200", "resourceData": KEY})
    assert isinstance(result, InProgress)
    assert asked == ["downloadXMLFile", "getCUFEFile"]
    result, _exchanges, asked = find(SUPPORT, downloadXML=ABSENT, downloadCUDS={"code": "200", "resourceData": KEY})
    assert isinstance(result, InProgress) and asked == ["downloadXML", "downloadCUDS"]


def test_absent_is_what_both_deny():
    result, exchanges, _asked = find(downloadXMLFile=ABSENT, getCUFEFile=ABSENT)
    assert isinstance(result, NotFound)
    assert [exchange.outcome for exchange in exchanges] == ["not_found", "not_found"]


@pytest.mark.parametrize(
    ("download", "key", "kind"),
    [
        ({"code": "404", "error": "Usuario o contraseña incorrectos"}, ABSENT, Refused),
        (ABSENT, {"code": "401", "error": "x"}, Refused),
        ({"code": "409", "error": "Documento rechazado por la DIAN"}, ABSENT, Refused),
        ({"code": "409", "error": "Documento en proceso"}, ABSENT, InProgress),
        ({"code": "200", "resourceData": ""}, ABSENT, InDoubt),
        ({"code": "200", "resourceData": "%%%"}, ABSENT, InDoubt),
        (ABSENT, {"code": "200", "resourceData": "x"}, InDoubt),
        (ABSENT, ("<html>", "502 X"), InDoubt),
        ({"code": "999"}, ABSENT, InDoubt),
    ],
)
def test_a_look_up_that_teaches_nothing_is_never_a_not_found(download, key, kind):
    assert isinstance(find(downloadXMLFile=download, getCUFEFile=key)[0], kind)


def test_a_look_up_is_repeated_where_somebody_waits():
    waited = []
    downloads = [("<html>", "502 Bad Gateway"), ABSENT, {"code": "200", "resourceData": FILE}]
    result, _exchanges, asked = find(waits=waited.append, downloadXMLFile=downloads, getCUFEFile=ABSENT)
    assert isinstance(result, ProviderSigned)
    assert asked == ["downloadXMLFile", "downloadXMLFile", "getCUFEFile", "downloadXMLFile"]
    assert len(waited) == 2


# --- access --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "credits"),
    [
        ({"code": "200", "success": "true", "resourceData": "1250"}, 1250),
        ({"code": "201", "credits": "0"}, 0),
        ({"code": "200", "success": "true"}, None),
        ({"code": "404", "error": "Recurso no encontrado"}, None),
    ],
)
def test_the_documents_left_are_told_where_they_can_be_read(fields, credits):
    service = Service(checkCredits=fields)
    result, exchanges, _requests = ask(lambda client: client.check(), service)
    assert isinstance(result, AccessWorks) and result.credits == credits
    assert exchanges[0].outcome == "answered"


def test_where_the_balance_does_not_exist_something_else_is_asked():
    fault = envelope("FtechAction.checkCredits", {}, fault=FAULT)
    service = Service(checkCredits=fault, getCUFEFile=ABSENT)
    assert isinstance(ask(lambda client: client.check(), service)[0], AccessWorks)
    service = Service(checkCredits=fault, getCUFEFile={"code": "409", "error": "Contraseña incorrecta"})
    assert ask(lambda client: client.check(), service)[0].category is Category.CREDENTIALS


def test_a_wrong_password_is_found_out():
    service = Service(checkCredits={"code": "409", "error": "Usuario y/o contraseña incorrectos"})
    assert ask(lambda client: client.check(), service)[0].category is Category.CREDENTIALS
    assert isinstance(ask(lambda client: client.check(), Service(checkCredits=("", "503 X")))[0], InDoubt)


def test_it_has_no_ranges():
    with bad.serving(bad.silence) as server, pytest.raises(Misconfigured):
        client(server).numbering_ranges("901002487", "x")
    assert not registry.PROVIDERS["facturatech"].capabilities.has_ranges


# --- spellings of an answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\r\n\xef\xbb\xbf\xef\xbb\xbf \n" + data,
        lambda data: data.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        lambda data: data.decode().replace('"UTF-8"', "'iso-8859-1' standalone='no'").encode("latin-1"),
        lambda data: data.decode().replace("UTF-8", "windows-1252").encode("cp1252"),
        lambda data: data.replace(b'xmlns:ns1="urn:https://ws.facturatech.co/v2/demo/"', b'xmlns:ns1="urn:x"'),
        lambda data: data.replace(b"SOAP-ENV", b"s"),
        lambda data: data.replace(b"<return ", b"<ns1:return ").replace(b"</return>", b"</ns1:return>"),
        lambda data: data.replace(b' xsi:type="xsd:string"', b""),
        lambda data: data[data.index(b"?>") + 2 :],
    ],
)
def test_an_answer_is_read_however_it_is_spelled(change):
    data = change(envelope("FtechAction.uploadInvoiceFile", taken()).encode())
    result, _exchanges, _requests = send(lambda connection, request: connection.sendall(bad.http(data)))
    assert result == InProgress(track_id=TRACK, message=TAKEN)


# --- secrets and settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "409", "error": f"{USER} {HASH} {HASH.upper()}"},
        {"code": "201", "success": HASH},
        {"code": "777", "error": f"{USER}/{HASH}"},
        (f"<html>{USER} {HASH}</html>", "502 Bad Gateway"),
        envelope("x", {}, fault=FAULT.replace("WSDL", HASH + USER)),
    ],
)
def test_no_secret_leaves_the_adapter(answer, caplog):
    caplog.set_level(logging.DEBUG)
    result, exchanges, requests = send(answer)
    shown = [repr(result), str(result), repr(exchanges), caplog.text]
    shown += [f"{exchange.request!r}{exchange.response!r}" for exchange in exchanges]
    if isinstance(result, TransportError):
        shown.append("".join(traceback.format_exception(result)))
    assert HASH in requests[0].decode()
    for secret in (USER, HASH, PASSWORD):
        assert not [text for text in shown if secret in text]


@pytest.mark.parametrize(
    ("credentials", "options", "reason"),
    [
        (Credentials(token="x"), {}, "credentials_missing"),
        (Credentials(USER, ""), {}, "credentials_missing"),
        (Credentials(USER, PASSWORD), {}, "password_not_hashed"),
        (Credentials(USER, HASH.upper()), {}, "password_not_hashed"),
        (Credentials(USER + "\x00", HASH), {}, "username_malformed"),
        (Credentials(USER, HASH), {"layout_form": "ubl"}, "layout_form"),
    ],
)
def test_settings_that_cannot_work_are_told_at_once(credentials, options, reason):
    with pytest.raises(Misconfigured) as caught, bad.serving(bad.silence) as server:
        client(server, credentials=credentials, **options)
    assert caught.value.params["reason"] == reason


def test_both_providers_are_registered():
    assert set(registry.PROVIDERS) == {"cadena", "facturatech"}
    for service in registry.PROVIDERS.values():
        assert set(service.hosts) == {"production", "test"}
        assert all(address.startswith("https://") for address in service.hosts.values())
    with pytest.raises(Misconfigured):
        registry.provider("other", "test", credentials=Credentials(token="x"), options=ProviderOptions())
    with pytest.raises(Misconfigured):
        registry.provider("cadena", "moon", credentials=Credentials(token="x"), options=ProviderOptions())
    for override in ("http://10.0.0.1", "https://example.invalid", "file:///etc/passwd"):
        with pytest.raises(Misconfigured):
            registry.provider(
                "cadena", "test", credentials=Credentials(token="x"), options=ProviderOptions(),
                base_url_override=override,
            )  # fmt: skip


# --- whatever comes ------------------------------------------------------------------------------------------------

PATIENT = settings(deadline=None)
WORDS = st.sampled_from(["", "200", "201", "404", "405", "409", "SIGNED_XML", "PROCESSING", FILE, KEY, "%", "Ya fue"])
FIELDS = st.dictionaries(
    st.sampled_from(
        ["code", "success", "status", "error", "transaccionid", "resourcedata", "documentbase64", "message", "x"]
    ),
    WORDS | st.text(max_size=10),
)


@PATIENT
@given(FIELDS)
def test_every_answer_is_a_result_or_in_doubt(fields):
    readers = (
        answers.upload, answers.download, answers.key, answers.credits_left, answers.access,
        lambda given: answers.status(given, track_id=TRACK),
    )
    for reader in readers:
        try:
            assert reader(fields) is not None
        except InDoubt as error:
            assert error.params["reason"]


@PATIENT
@given(st.binary(max_size=200), st.sampled_from([200, 404, 500]))
def test_every_body_is_fields_or_in_doubt(data, status):
    journal = Journal(Redactor(()))
    whole = envelope("x", {"code": "201"}).encode()
    for body in (data, whole[: len(whole) // 2] + data + whole[len(whole) // 2 :]):
        with pytest.raises(InDoubt), journal.call("x", "http://127.0.0.1") as call:
            wire.fields(HttpAnswer(status, {}, body), "y", call)
