"""What CADENA says, and what we make of it."""

import base64
import json
import logging
import traceback
import urllib.parse
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.errors import InDoubt, Misconfigured, NotSent, TransportError
from core.transports import cadena_answers, registry
from core.transports.base import Category, Credentials, NotFound, Refused
from core.transports.dian_answers import AlreadyProcessed, InProgress, NumberingRanges, SetClosed
from core.transports.http import HttpAnswer
from core.transports.provider import AccessWorks, Asked, ProviderOptions, ProviderSigned
from core.transports.record import Redactor
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)

TOKEN = "00000000-vogel-4000-8000-000000000000"
KEY = "ab" * 48
TECHNICAL_KEY = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"
UBL = b'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice>\xc3\xb1</Invoice>'
SIGNED = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cbc="urn:oasis:names:specification:'
    f'ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>SETP1</cbc:ID><cbc:UUID>{KEY}</cbc:UUID></Invoice>'
).encode()
ASKED = Asked("901002487", "SETP", 990000123, "01")
CLOSED = "Set de prueba con identificador 0a1b se encuentra {state}."


@pytest.fixture(autouse=True)
def short_delays():
    # patient, as a loaded machine answers late; the tests of silence are not
    with clock.overridden(connect_timeout=5, read_timeout=10, total_timeout=20, lookup_attempts=3, lookup_pause=0):
        yield


def client(server, environment="sandbox", credentials=None, secrets=(), **options):
    return registry.provider(
        "cadena",
        environment,
        credentials=credentials or Credentials(token=TOKEN),
        options=ProviderOptions(**options),
        base_url_override=server.url,
        secrets=secrets,
    )


def body(**content):
    return json.dumps(content)


def success(**more):
    return body(statusCode=200, uuid=KEY, document=base64.b64encode(SIGNED).decode(), **more)


def ask(what, *answers, **options):
    """The result or the error of one call, and the exchanges; `answers` are given one after the other."""
    waiting = [answer if isinstance(answer, tuple) else (answer,) for answer in answers]

    def behave(connection, request):
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(answer[0]):
            answer[0](connection, request)
        else:
            connection.sendall(bad.http(*answer))

    with bad.serving(behave) as server:
        cadena = client(server, **options)
        try:
            result = what(cadena)
        except TransportError as error:
            result = error
        return result, cadena.exchanges, server.requests


def send(*answers, **options):
    return ask(lambda cadena: cadena.send(UBL, asked=ASKED), *answers, **options)


def find(*answers, **options):
    return ask(lambda cadena: cadena.find(ASKED), *answers, **options)


# --- send ----------------------------------------------------------------------------------------------------------


def test_the_document_goes_as_base64_text_with_the_token():
    result, exchanges, requests = send(success())
    assert result == ProviderSigned(document=SIGNED, key=KEY, code="200")
    head, _blank, sent = requests[0].partition(b"\r\n\r\n")
    assert base64.b64decode(sent, validate=True) == UBL
    assert head.startswith(b"POST /staging/vp/documentos/proceso/sincrono HTTP/1.1\r\n")
    assert b"\r\nefacturaAuthorizationToken: " + TOKEN.encode() in head
    assert b"\r\nContent-Type: text/plain\r\n" in head + b"\r\n"
    assert b"Partnership-Id" not in head and b"Set-Test-Id" not in head
    assert [exchange.outcome for exchange in exchanges] == ["provider_signed"]
    assert exchanges[0].http_status == 200


@pytest.mark.parametrize(
    ("environment", "options", "path"),
    [
        ("production", {}, "/v1/vp/documentos/proceso/sincrono"),
        ("test", {}, "/staging/vp/documentos/proceso/sincrono"),
        ("sandbox", {"partner": "900000017"}, "/staging/vp/documentos/proceso/alianzas"),
        ("production", {"partner": "900000017"}, "/v1/vp/documentos/proceso/alianzas"),
        ("test", {"partner": "900000017", "test_set": "abc"}, "/staging/vp-hab/documentos/proceso/alianzas"),
        ("sandbox", {"test_set": "abc"}, "/staging/vp-hab/documentos/proceso/alianzas"),
    ],
)
def test_each_contract_and_environment_has_its_route(environment, options, path):
    _result, _exchanges, requests = send(success(), environment=environment, **options)
    head = requests[0].partition(b"\r\n\r\n")[0].decode()
    assert head.split(" ")[1] == path
    assert ("Partnership-Id: 900000017" in head) is ("partner" in options)
    assert ("Set-Test-Id: abc" in head) is ("test_set" in options)


def test_409_with_the_document_is_a_success_of_before():
    document = base64.b64encode(SIGNED).decode()
    answer = body(statusCode=409, message="Documento procesado anteriormente", document=document)
    result, exchanges, _requests = send((answer, "409 Conflict"))
    assert isinstance(result, ProviderSigned) and result.recovered
    assert (result.document, result.key) == (SIGNED, KEY)  # the key is read where the answer does not tell it
    assert exchanges[0].authority_code == "409"


def test_409_without_the_document_has_to_be_looked_up():
    result, _exchanges, _requests = send((body(statusCode=409, message="Documento duplicado"), "409 Conflict"))
    assert isinstance(result, AlreadyProcessed)
    rule = "Regla: 90, Rechazo: Documento procesado anteriormente."
    assert isinstance(send((body(statusCode=400, errores=[rule]), "400 Bad Request"))[0], AlreadyProcessed)
    words = "El documento SETP1 ya fue procesado"
    assert isinstance(send((body(statusCode=400, message=words), "400 Bad Request"))[0], AlreadyProcessed)


@pytest.mark.parametrize(("state", "accepted"), [("Aceptado", True), ("Rechazado", False)])
@pytest.mark.parametrize("status", ["409 Conflict", "400 Bad Request", "200 OK"])
def test_the_verdict_about_the_test_set_is_no_refusal(state, accepted, status):
    answer = body(statusCode=int(status[:3]), errors=[{"detail": CLOSED.format(state=state)}])
    result, exchanges, _requests = send((answer, status))
    assert isinstance(result, SetClosed) and result.accepted is accepted
    assert exchanges[0].outcome == "set_closed"


def test_the_last_document_of_a_set_is_a_success():
    assert isinstance(send(success(message=CLOSED.format(state="Aceptado")))[0], ProviderSigned)


def test_a_refusal_shows_every_text_and_the_rules():
    answer = body(
        statusCode=400,
        errorMessage="Validación contiene errores en campos mandatorios.",
        errorReason=["Regla: FAD06, Rechazo: Valor del CUFE no está calculado correctamente.", {"x": "otro"}],
        numero=3,
    )
    result, exchanges, _requests = send((answer, "400 Bad Request"))
    assert (result.category, result.code, result.retry, result.folio_spent) == (Category.CONTENT, "400", False, False)
    for text in ("Validación contiene errores", "CUFE no está calculado", "otro"):
        assert text in result.message
    assert "FAD06" in {incident.code for incident in result.incidents}
    assert exchanges[0].outcome == "refused:content"


@pytest.mark.parametrize(
    ("status", "text", "category"),
    [
        ("401 Unauthorized", "Unauthorized", Category.CREDENTIALS),
        ("403 Forbidden", "Forbidden", Category.CREDENTIALS),
        ("400 Bad Request", "El token no corresponde al emisor", Category.CREDENTIALS),
        ("400 Bad Request", "El emisor no está habilitado", Category.ACCOUNT),
        ("400 Bad Request", "Saldo insuficiente", Category.ACCOUNT),
        ("400 Bad Request", "Regla: FAB19, Rechazo: NIT del proveedor", Category.ACCOUNT),
        ("422 X", "El campo cbc:ID es obligatorio", Category.CONTENT),
        ("429 Too Many", "Too many requests", Category.TEMPORARY),
    ],
)
def test_who_has_to_act_is_told_from_status_and_words(status, text, category):
    result, _exchanges, _requests = send((body(message=text), status))
    assert isinstance(result, Refused)
    assert (result.category, result.retry) == (category, category is not Category.CONTENT)


def test_a_limiter_is_told_apart_from_the_service():
    result, _exchanges, _requests = send((lambda c, r: c.sendall(bad.http("", "429 X", Retry_After="7")),))
    assert (result.category, result.retry_after) == (Category.TEMPORARY, 7)


@pytest.mark.parametrize(
    "answer",
    [
        ("<html>Bad gateway</html>", "502 Bad Gateway"),
        (body(message="Internal server error"), "500 Internal Server Error"),
        (body(message="Endpoint request timed out"), "504 Gateway Timeout"),
        ("<html>Cloudflare</html>", "200 OK"),
        ("", "200 OK"),
        ("[1]", "200 OK"),
        ("null", "200 OK"),
        (body(statusCode=200), "200 OK"),
        (body(statusCode=200, document="", uuid=""), "200 OK"),
        (body(statusCode=200, document="%%%", uuid=KEY), "200 OK"),
        (body(statusCode=200, document={"a": 1}, uuid=KEY), "200 OK"),
        (body(statusCode=200, uuid="abc"), "200 OK"),
        ('{"statusCode": 200, "docu', "200 OK"),
        ("[" * 100_000, "200 OK"),
        ("", "302 Found"),
        (body(message="x"), "302 Found"),
        ("<html>", "400 Bad Request"),
    ],
)
def test_an_answer_that_cannot_be_read_leaves_the_upload_in_doubt(answer):
    result, exchanges, _requests = send(answer)
    assert isinstance(result, InDoubt), result
    assert exchanges[0].outcome.startswith("in_doubt:")


@pytest.mark.parametrize("behaviour", [bad.reset_after(b""), bad.silence, bad.reset_after(b"HTTP/1.1 200 OK\r\nCon")])
def test_a_lost_answer_leaves_the_upload_in_doubt(behaviour):
    with clock.overridden(read_timeout=1):
        result, _exchanges, _requests = send((behaviour,))
    assert isinstance(result, InDoubt)


def test_nothing_left_when_nobody_listens():
    with bad.serving(bad.answer(success())) as server:
        cadena = client(server)
    with pytest.raises(NotSent):
        cadena.send(UBL, asked=ASKED)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_page_in_place_of_the_service_is_a_matter_of_settings(status):
    assert isinstance(send(("<html>", status))[0], Misconfigured)


def test_a_success_that_names_the_key_alone_is_in_progress():
    result, _exchanges, _requests = send(body(statusCode=200, uuid=KEY.upper(), message="en proceso"))
    assert result == InProgress(track_id=KEY, message="en proceso")


# --- find and follow -----------------------------------------------------------------------------------------------


def test_a_document_is_looked_up_by_its_number():
    result, exchanges, requests = find(success())
    assert result == ProviderSigned(document=SIGNED, key=KEY, code="200", recovered=True)
    path, _mark, query = requests[0].split(b" ")[1].decode().partition("?")
    assert path == "/staging/vp/consulta/documentos"
    assert dict(urllib.parse.parse_qsl(query)) == {
        "nit_emisor": "901002487", "id_documento": "SETP990000123", "codigo_tipo_documento": "01", "prefijo": "SETP",
    }  # fmt: skip
    assert exchanges[0].operation == "find"


def test_following_an_upload_is_a_look_up():
    result, _exchanges, _requests = ask(lambda cadena: cadena.follow(KEY, asked=ASKED), success())
    assert isinstance(result, ProviderSigned)


@pytest.mark.parametrize(
    "answer",
    [
        (body(statusCode=404, message="Documento no encontrado"), "404 Not Found"),
        (body(statusCode=404, message="x"), "200 OK"),
        (body(statusCode=400, errorMessage="No existe un documento con los datos enviados"), "400 Bad Request"),
        (body(message="Documento no encontrado"), "200 OK"),
    ],
)
def test_absence_is_said_by_code_or_in_words(answer):
    assert isinstance(find(answer)[0], NotFound)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((body(message="El token no existe"), "401 Unauthorized"), Refused),
        ((body(message="Unauthorized. No existe el documento de autorización"), "403 Forbidden"), Refused),
        ((body(statusCode=400, message="El emisor no está habilitado; documento no encontrado"), "400 X"), Refused),
        ((body(message="nit_emisor inválido"), "400 Bad Request"), Refused),
        ((body(message=CLOSED.format(state="Aceptado")), "409 Conflict"), SetClosed),
        ((body(statusCode=200), "200 OK"), InDoubt),
        (("<html>", "404 Not Found"), InDoubt),
        (("<html>", "502 Bad Gateway"), InDoubt),
        ((body(message="x"), "500 Internal Server Error"), InDoubt),
        ((body(statusCode=200, uuid=KEY), "200 OK"), InProgress),
        ((body(statusCode=202, message="Documento en proceso"), "202 Accepted"), InProgress),
    ],
)
def test_a_look_up_that_teaches_nothing_is_never_a_not_found(answer, kind):
    assert isinstance(find(answer)[0], kind)


def test_a_look_up_is_repeated_where_somebody_waits():
    waited = []
    absent, gateway = body(statusCode=404, message="No encontrado"), ("<html>", "503 Service Unavailable")
    result, exchanges, _requests = find(absent, gateway, success(), waits=waited.append)
    assert isinstance(result, ProviderSigned)
    assert [exchange.outcome for exchange in exchanges] == ["not_found", "in_doubt:http_503", "provider_signed"]
    assert len(waited) == 2
    result, exchanges, _requests = find(absent, waits=waited.append)
    assert isinstance(result, NotFound) and len(exchanges) == 3
    assert len(find(absent)[1]) == 1  # nobody waits


def test_an_upload_is_never_repeated():
    _result, exchanges, requests = send(("", "503 Service Unavailable"), success(), waits=lambda seconds: None)
    assert len(exchanges) == len(requests) == 1


# --- check and ranges ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        (body(statusCode=404, message="Documento no encontrado"), "404 Not Found"),
        (body(message="id_documento inválido"), "400 Bad Request"),
        (body(statusCode=200), "200 OK"),
    ],
)
def test_the_access_works_where_anything_else_is_refused(answer):
    result, exchanges, requests = ask(lambda cadena: cadena.check(), answer)
    assert isinstance(result, AccessWorks)
    assert requests[0].startswith(b"GET /staging/vp/consulta/documentos?")
    assert exchanges[0].outcome == "answered"


def test_a_wrong_token_is_found_out():
    result, _exchanges, _requests = ask(lambda c: c.check(), (body(message="Unauthorized"), "401 Unauthorized"))
    assert result.category is Category.CREDENTIALS


RANGE = {
    "resolutionNumber": "18764000000001",
    "resolutionDate": "2026-01-05",
    "prefix": "FE",
    "fromNumber": 1,
    "toNumber": "5000",
    "validDateTimeFrom": "2026-01-05T00:00:00",
    "validDateTimeTo": "2028-01-05",
    "technicalKey": TECHNICAL_KEY,
}


def ranges(*answers, **options):
    return ask(lambda cadena: cadena.numbering_ranges("901002487", "soft-1"), *answers, **options)


def test_ranges_are_read_and_their_keys_are_secret():
    answer = body(statusCode=200, numberingRangelist=[RANGE, {**RANGE, "prefix": "FX", "technicalKey": None}, None, {}])
    result, exchanges, requests = ranges(answer)
    first, second = result.ranges
    assert (first.resolution, first.prefix, first.first, first.last) == ("18764000000001", "FE", 1, 5000)
    assert (first.valid_from, first.valid_to) == (date(2026, 1, 5), date(2028, 1, 5))
    assert (first.technical_key, second.technical_key) == (TECHNICAL_KEY, "")
    assert TECHNICAL_KEY not in repr(exchanges) + str([exchange.response for exchange in exchanges])
    path, _mark, query = requests[0].split(b" ")[1].decode().partition("?")
    assert path == "/v1/vp/consulta/rango-numeracion"
    assert dict(urllib.parse.parse_qsl(query)) == {
        "softwareCode": "soft-1", "accountCodeVendor": "890930534", "accountCode": "901002487",
    }  # fmt: skip


def test_ranges_in_the_words_of_dian_are_read_too():
    row = {
        "ResolutionNumber": "1", "Prefix": "", "FromNumber": "1", "ToNumber": "2", "ValidDateFrom": "2026-01-01",
        "ValidDateTo": "x", "TechnicalKey": TECHNICAL_KEY,
    }  # fmt: skip
    answer = body(ResponseList={"NumberRangeResponse": [row]}, OperationCode="100")
    (found,) = ranges(answer)[0].ranges
    assert (found.prefix, found.last, found.valid_to) == ("", 2, None)


@pytest.mark.parametrize("code", [302, 404])
def test_no_ranges_yet_is_an_answer(code):
    result, _exchanges, _requests = ranges(body(statusCode=code, message="No tiene rangos asociados"))
    assert result == NumberingRanges(ranges=(), code=str(code), message="No tiene rangos asociados")


def test_dians_own_code_says_why_there_are_none():
    answer = body(OperationCode="302", OperationDescription="Sin rangos", ResponseList=None)
    assert ranges(answer)[0] == NumberingRanges(ranges=(), code="302", message="302 | Sin rangos")


def test_a_range_that_cannot_be_read_is_no_range_and_its_key_stays_secret():
    result, exchanges, _requests = ranges(body(statusCode=200, list=[{**RANGE, "fromNumber": "uno"}]))
    assert isinstance(result, InDoubt)
    assert TECHNICAL_KEY.encode() not in exchanges[0].response
    assert TECHNICAL_KEY not in str(result) + exchanges[0].authority_message
    assert isinstance(ranges((body(message="Unauthorized"), "401 X"))[0], Refused)


# --- secrets and settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        (body(statusCode=400, message=f"token {TOKEN} inválido, PIN 75315, {TECHNICAL_KEY}"), "400 Bad Request"),
        (body(statusCode=200, message=TOKEN), "200 OK"),
        (f"<html>{TOKEN} {TECHNICAL_KEY}</html>", "502 Bad Gateway"),
        (f"<html>{TOKEN}</html>", "401 Unauthorized"),
    ],
)
def test_no_secret_leaves_the_adapter(answer, caplog):
    caplog.set_level(logging.DEBUG)
    result, exchanges, requests = send(answer, secrets=(TECHNICAL_KEY, "75315"))
    shown = [repr(result), str(result), repr(exchanges), caplog.text]
    shown += [f"{exchange.request!r}{exchange.response!r}" for exchange in exchanges]
    if isinstance(result, TransportError):
        shown.append("".join(traceback.format_exception(result)))
    assert TOKEN in requests[0].decode()
    for secret in (TOKEN, TECHNICAL_KEY, "75315"):
        assert not [text for text in shown if secret in text]


@pytest.mark.parametrize(
    ("credentials", "options", "reason"),
    [
        (Credentials("user", "password"), {}, "credentials_missing"),
        (Credentials(token="a\r\nb"), {}, "token_malformed"),
        (Credentials(token="ñ"), {}, "token_malformed"),
        (Credentials(token="a"), {"partner": "1\n2"}, "header_malformed"),
        (Credentials(token="a"), {"test_set": " x"}, "header_malformed"),
    ],
)
def test_settings_that_cannot_work_are_told_at_once(credentials, options, reason):
    with pytest.raises(Misconfigured) as caught, bad.serving(bad.silence) as server:
        client(server, credentials=credentials, **options)
    assert caught.value.params["reason"] == reason


def test_a_document_in_an_odd_number_is_asked_for_as_it_is():
    asked = Asked("901002487", "S&P=", 7, "91")
    _result, _exchanges, requests = ask(lambda cadena: cadena.find(asked), success())
    query = requests[0].split(b" ")[1].decode().partition("?")[2]
    assert dict(urllib.parse.parse_qsl(query))["id_documento"] == "S&P=7"


# --- whatever comes ------------------------------------------------------------------------------------------------

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# the names that are looked for, and others
NAMES = st.sampled_from(
    ["statusCode", "uuid", "document", "message", "fromNumber", "resolutionNumber", "toNumber", "technicalKey", "", "x"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


@PATIENT
@given(content=JSON, status=st.sampled_from([200, 201, 400, 401, 404, 409, 429]))
def test_every_json_is_a_result_or_in_doubt(content, status):
    answer = HttpAnswer(status, {}, json.dumps(content).encode())
    read = cadena_answers.read(answer, Redactor(()))
    for reader in (cadena_answers.upload, cadena_answers.lookup, cadena_answers.ranges, cadena_answers.access):
        if read is not None:
            try:
                assert reader(read) is not None
            except InDoubt as error:
                assert error.params["reason"]


@PATIENT
@given(data=st.binary(max_size=200))
def test_every_body_is_read_or_not(data):
    read = cadena_answers.read(HttpAnswer(200, {}, data), Redactor(()))
    assert read is None or isinstance(read.message, str)
