"""What SW Sapien says, and what we make of it."""

import hashlib
import json
import logging
import traceback
from datetime import date

import pytest

from core import clock
from core.errors import InDoubt, Misconfigured, NotSent, TransportError
from core.transports import codes, registry
from core.transports.base import AlreadyStamped, Balance, Category, Credentials, NotFound, Refused, Stamped
from core.transports.pac_sw import CAPABILITIES, SwSapien
from core.transports.sw_token import TOKENS
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)

UUID = bad.UUID
OTHER_UUID = "5B0C1D6E-0000-4000-8000-000000000002"
USER, PASSWORD = "vogel-user@example.mx", 'vogel <pass> & "word"'
TOKEN = "vogelA.vogelB.vogelC"
SEAL = "c2VsbG8="
XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Folio="ñ&amp;1" Sello="{SEAL}"></cfdi:Comprobante>'
).encode()
TFD = (
    '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1" '
    f'UUID="{UUID}" SelloCFD="{SEAL}"/>'
)
END = "</cfdi:Comprobante>"
CFDI = XML.decode().replace(END, f"<cfdi:Complemento>{TFD}</cfdi:Complemento>{END}")
TIMBRE_PREVIO = "307. El comprobante contiene un timbre previo."
KEY_REUSED = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."


@pytest.fixture(autouse=True)
def short_delays():
    TOKENS.clear()
    with clock.overridden(connect_timeout=1, read_timeout=1, total_timeout=3, lookup_attempts=3, lookup_pause=2):
        yield


def envelope(data=None, message=None, detail=None, status="error"):
    return json.dumps({"data": data, "message": message, "messageDetail": detail, "status": status})


def success(data=None):
    return envelope({"tfd": TFD, "cfdi": CFDI} if data is None else data, status="success")


def login(token=TOKEN, expires=4_000_000_000):
    return envelope({"token": token, "expires_in": expires, "tokeType": "Bearer"}, status="success")


class Route:
    """Answers by path; several answers to one path are given one after the other, the last one stays."""

    def __init__(self, **routes):
        self.routes = {name: list(answers) for name, answers in routes.items()}
        self.asked = []

    def __call__(self, connection, request):
        path = request.split(b" ", 2)[1].decode()
        name = next(
            name
            for name, part in (
                ("login", "/v2/security/authenticate"),
                ("stamp", "/v4/cfdi33/stamp/v2"),
                ("balance", "/users/balance"),
                ("storage", "/datawarehouse/v1/live/"),
                ("download", ""),
            )
            if part in path
        )
        self.asked.append(name)
        waiting = self.routes[name]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(answer):
            answer(connection, request)
        else:
            connection.sendall(bad.http(*answer) if isinstance(answer, tuple) else bad.http(answer))


def client(server, **options):
    return SwSapien(server.url, options.pop("credentials", Credentials(USER, PASSWORD)), **options)


def with_token(server, **options):
    return client(server, credentials=Credentials(token=TOKEN), **options)


def stamp(*answers, **routes):
    """The result or the error, the outcomes of the exchanges and the exchanges."""
    route = Route(**{"login": [login()], "stamp": answers, **routes})
    with bad.serving(route) as server:
        sw = client(server)
        try:
            result = sw.stamp(XML, key="k")
        except TransportError as error:
            result = error
    return result, [exchange.outcome for exchange in sw.exchanges], sw.exchanges


# --- stamp ---------------------------------------------------------------------------------------------------------


def test_a_stamp_is_handed_on_as_the_bytes_that_came():
    result, outcomes, exchanges = stamp(success())
    assert result == Stamped(xml=CFDI.encode(), uuid=UUID)
    assert outcomes == ["logged_in", "stamped"]
    assert (exchanges[1].operation, exchanges[1].http_status) == ("stamp", 200)
    assert exchanges[1].request_sha256 == hashlib.sha256(XML).hexdigest()


def test_the_request_is_one_part_with_our_key_and_the_token():
    route = Route(login=[login()], stamp=[success()])
    with bad.serving(route) as server:
        client(server).stamp(XML, key="a" * 64)
        head, _separator, body = server.requests[1].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines[1:])}
    assert lines[0] == "POST /v4/cfdi33/stamp/v2 HTTP/1.1"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["customid"] == "a" * 64
    boundary = headers["content-type"].partition("boundary=")[2]
    assert (
        body
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="xml"; filename="xml"\r\n'
            "Content-Type: text/xml\r\n\r\n"
        ).encode()
        + XML
        + f"\r\n--{boundary}--\r\n".encode()
    )


@pytest.mark.parametrize("key", ["", "x" * 101, "clave ñ", " x", "a\r\nb: c"])
def test_a_key_that_is_no_header_is_replaced_by_its_hash(key):
    route = Route(stamp=[success()])
    with bad.serving(route) as server:
        assert isinstance(with_token(server).stamp(XML, key=key), Stamped)
        head = server.requests[0].partition(b"\r\n\r\n")[0]
    assert f"customid: {hashlib.sha256(key.encode()).hexdigest()}".encode() in head


def test_a_stamp_without_document_is_put_into_the_bytes_that_were_sent():
    result, _outcomes, _exchanges = stamp(success({"tfd": f'<?xml version="1.0"?>\n{TFD}', "cfdi": None}))
    assert result == Stamped(xml=CFDI.encode(), uuid=UUID)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<cfdi:Complemento><x/></cfdi:Complemento>", f"<cfdi:Complemento><x/>{TFD}</cfdi:Complemento>"),
        ("<cfdi:Addenda>x</cfdi:Addenda>", f"<cfdi:Complemento>{TFD}</cfdi:Complemento><cfdi:Addenda>x</cfdi:Addenda>"),
    ],
)
def test_a_stamp_alone_goes_where_stamps_go(inside, expected):
    sent = XML.decode().replace(END, inside + END)
    with bad.serving(Route(stamp=[success({"tfd": TFD})])) as server:
        result = with_token(server).stamp(sent.encode(), key="k")
    assert result.xml.decode() == XML.decode().replace(END, expected + END)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"tfd": TFD.replace(SEAL, "b3Rybw==")}, "another_stamp"),
        ({"tfd": TFD.replace(UUID, OTHER_UUID), "cfdi": CFDI}, "no_valid_stamp"),
        ({"cfdi": CFDI.replace(UUID, "5B0C")}, "no_valid_stamp"),
        ({"cfdi": CFDI.replace(TFD, "")}, "no_valid_stamp"),
        ({"cfdi": CFDI.replace(TFD, TFD * 2)}, "no_valid_stamp"),
        ({"cfdi": "<cut"}, "unreadable_stamp"),
        ({"cfdi": "<!DOCTYPE x><x/>"}, "unreadable_stamp"),
        ({"cfdi": "\ud800"}, "unreadable_stamp"),
        ({"tfd": "UExBSU4="}, "unreadable_stamp"),
        ({"cfdi": 7, "tfd": None}, "success_without_stamp"),
        ({}, "success_without_stamp"),
        ([], "success_without_stamp"),
    ],
)
def test_a_success_without_a_stamp_that_can_be_read_is_in_doubt(data, reason):
    result, outcomes, _exchanges = stamp(success(data))
    assert isinstance(result, InDoubt) and result.params["reason"] == reason
    assert outcomes[-1] == f"in_doubt:{reason}"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "unreadable"),
        ("<html>Iniciar sesión</html>", "unreadable"),
        ("[]", "unknown_answer"),
        ('{"status": "maybe"}', "unknown_answer"),
        ('{"status": ["error"]}', "unknown_answer"),
        ("[" * 100_000, "unreadable"),
        ('{"status":"error","n":' + "9" * 5000 + "}", "unreadable"),
        (envelope(), "unknown_answer"),
        (envelope(message="Error no controlado"), "unknown_answer"),
        (envelope(message="CO1000 - Error no controlado"), "authority_code"),
        ((envelope(message="CFDI40102"), "500 Internal Server Error"), "http_500"),
        ((envelope(message="CFDI40102"), "404 Not Found"), "http_404"),
        (("<html/>", "502 Bad Gateway"), "http_502"),
        (("<html/>", "400 Bad Request"), "http_400"),
        (('{"error": "x"}', "400 Bad Request"), "http_400"),
    ],
)
def test_an_answer_that_says_nothing_for_sure_is_in_doubt(answer, reason):
    result, outcomes, _exchanges = stamp(answer)
    assert isinstance(result, InDoubt) and result.params["reason"] == reason
    assert outcomes == ["logged_in", f"in_doubt:{reason}"]


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "500 Internal Server Error"])
def test_an_earlier_stamp_is_handed_on_whatever_the_status(status):
    result, outcomes, exchanges = stamp((envelope({"tfd": TFD, "cfdi": CFDI}, TIMBRE_PREVIO), status))
    assert isinstance(result, AlreadyStamped)
    assert (result.code, result.xml, result.uuid) == ("307", CFDI.encode(), UUID)
    assert (outcomes[-1], exchanges[-1].authority_code) == ("already_stamped", "307")


def test_an_earlier_stamp_without_data_is_known_as_such():
    result, _outcomes, _exchanges = stamp((envelope(None, TIMBRE_PREVIO), "400 Bad Request"))
    assert isinstance(result, AlreadyStamped) and (result.code, result.xml, result.uuid) == ("307", None, None)


def test_an_earlier_stamp_gets_its_addenda_back():
    addenda = "<cfdi:Addenda><x>ñ</x></cfdi:Addenda>"
    sent = XML.decode().replace(END, addenda + END)
    with bad.serving(Route(stamp=[(envelope({"cfdi": CFDI}, TIMBRE_PREVIO), "400 Bad Request")])) as server:
        result = with_token(server).stamp(sent.encode(), key="k")
    assert result.xml.decode() == CFDI.replace(END, addenda + END)


def test_a_reused_key_hands_on_only_our_own_stamp():
    result, _outcomes, _exchanges = stamp((envelope({"tfd": TFD}, KEY_REUSED), "400 Bad Request"))
    assert (result.code, result.xml, result.uuid) == ("CFDI3307", CFDI.encode(), UUID)
    foreign = envelope({"tfd": TFD.replace(SEAL, "b3Rybw==")}, KEY_REUSED)
    result, _outcomes, _exchanges = stamp((foreign, "400 Bad Request"))
    assert isinstance(result, InDoubt) and result.params["reason"] == "another_stamp"


@pytest.mark.parametrize(
    ("message", "detail", "code", "category", "retry"),
    [
        ("CFDI40102", "El resultado de la digestión debe ser igual", "CFDI40102", Category.CONTENT, False),
        ("CFDI40138 - El uso", None, "CFDI40138", Category.CONTENT, False),
        ("302. Sello mal formado o inválido", None, "302", Category.CONTENT, False),
        ("401. El rango de la fecha de generación no debe ser mayor a 72 horas", None, "401", Category.CONTENT, False),
        ("402 - El RFC del emisor no se encuentra en la LCO", None, "402", Category.CERTIFICATE, True),
        ("El certificado no se encuentra en la LCO.", None, "402", Category.CERTIFICATE, True),
        ("Certificado revocado o caduco.", None, "304", Category.CERTIFICATE, False),
        ("305 - La fecha", None, "305", Category.CERTIFICATE, False),
        ("CC3001 - namespace", None, "CC3001", Category.CONTENT, False),
        ("Xml CFDI33 no proporcionado o viene vacio.", None, "301", Category.CONTENT, False),
        ("El CustomId no es válido o es mayor a 100 caracteres.", None, codes.BAD_KEY, Category.CONTENT, False),
        ("No cuenta con timbres disponibles.", None, "718", Category.ACCOUNT, True),
        ("Saldo insuficiente", None, "718", Category.ACCOUNT, True),
        ("Error al timbrar", "CFDI40147 - postal", "CFDI40147", Category.CONTENT, False),
    ],
)
@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request"])
def test_a_refusal_says_who_has_to_act(message, detail, code, category, retry, status):
    result, outcomes, exchanges = stamp((envelope(None, message, detail), status))
    assert (result.code, result.category, result.retry, result.folio_spent) == (code, category, retry, False)
    assert result.message == (detail if message == code else message)
    assert (outcomes[-1], exchanges[-1].authority_code) == (f"refused:{category}", code)


def test_a_code_that_nobody_knows_proves_nothing_about_the_stamp():
    result, _outcomes, _exchanges = stamp((envelope(None, "XY9999 - nuevo"), "400 Bad Request"))
    assert (result.code, result.category, result.folio_spent) == ("XY9999", Category.CONTENT, None)


def test_a_limiter_refuses_for_now():
    limited = bad.answer("", "429 Too Many Requests", Retry_After="3")
    result, outcomes, _exchanges = stamp(limited)
    assert (result.category, result.retry_after, result.folio_spent) == (Category.TEMPORARY, 3, False)
    assert outcomes[-1] == "refused:temporary"


# --- the connection ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (lambda connection, request: None, {"connection_lost", "reset"}),
        (bad.silence, {"read_timeout"}),
        (bad.reset_after(bad.http(success())[:80]), {"reset", "truncated", "connection_lost"}),
        (bad.answer(success(), length=100_000), {"truncated", "read_timeout"}),
        (bad.drip(bad.http(success()), 0.05), {"deadline"}),
        (bad.answer("", "302 Found", Location="https://elsewhere.example/"), {"http_302"}),
    ],
)
def test_an_answer_that_is_lost_is_in_doubt(behaviour, reason):
    result, outcomes, _exchanges = stamp(behaviour)
    assert isinstance(result, InDoubt) and result.params["reason"] in reason
    assert outcomes == ["logged_in", f"in_doubt:{result.params['reason']}"]


def test_an_answer_beyond_the_limit_is_in_doubt(monkeypatch):
    with bad.serving(Route(stamp=[success()])) as server:
        sw = with_token(server)
        sw._http._max_bytes = 100
        with pytest.raises(InDoubt) as caught:
            sw.stamp(XML, key="k")
    assert caught.value.params["reason"] == "too_large"


def test_a_service_that_is_not_there_was_not_sent_to():
    with bad.serving(bad.silence) as server:
        pass
    for sw in (client(server), with_token(server)):
        with pytest.raises(NotSent):
            sw.stamp(XML, key="k")
        assert [exchange.outcome for exchange in sw.exchanges] == ["not_sent:refused"]


# --- the token -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda connection, request: None, {"login_connection_lost", "login_reset"}),
        (bad.silence, {"login_read_timeout"}),
        (("<html/>", "503 Service Unavailable"), {"login_http_503"}),
        ("<html/>", {"login_unreadable"}),
        (envelope({}, status="success"), {"login_success_without_stamp"}),
        (login("dos\r\nHost: x"), {"login_unknown_answer"}),
        (envelope(message="CO1000 - x"), {"login_authority_code"}),
    ],
)
def test_a_login_that_is_lost_leaves_no_doubt_about_the_document(answer, reason):
    result, outcomes, exchanges = stamp(success(), login=[answer])
    assert isinstance(result, NotSent) and result.params["reason"] in reason
    assert len(outcomes) == 1 and outcomes[0].startswith("in_doubt:")
    assert exchanges[0].operation == "authenticate"


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized"])
def test_a_wrong_password_is_a_matter_of_credentials(status):
    message = "AU2000 - El usuario y/o contraseña son inválidos, no se puede autenticar el servicio."
    result, outcomes, _exchanges = stamp(success(), login=[(envelope(message=message), status)])
    assert (result.code, result.category, result.retry) == ("AU2000", Category.CREDENTIALS, True)
    assert outcomes == ["refused:credentials"]


def test_one_login_serves_many_documents_until_shortly_before_its_end():
    with bad.serving(Route(login=[login()], stamp=[success()])) as server:
        for _client in range(3):
            client(server).stamp(XML, key="k")
        assert server.behaviour.asked == ["login", "stamp", "stamp", "stamp"]
        other = client(server, credentials=Credentials(USER, "another"))
        other.stamp(XML, key="k")
        assert server.behaviour.asked[4:] == ["login", "stamp"]
    TOKENS.clear()
    now = int(clock.utc_now().timestamp())
    lasting, useless = (now + 600, 600), (now + 50, 50, "soon", None, True, -5)
    for expires, logins in [(value, 1) for value in lasting] + [(value, 2) for value in useless]:
        TOKENS.clear()
        with bad.serving(Route(login=[login(expires=expires)], stamp=[success()])) as server:
            for _client in range(2):
                client(server).stamp(XML, key="k")
            assert server.behaviour.asked.count("login") == logins, expires


@pytest.mark.parametrize(
    "refusal",
    [
        (envelope(message="El token debe contener 3 partes"), "401 Unauthorized"),
        (envelope(message="AU4000 - No fue posible validar el token."), "400 Bad Request"),
        (envelope(message="AU4101 - El token proporcionado viene vacio."), "401 Unauthorized"),
        (envelope(message="El token ha expirado"), "401 Unauthorized"),
        ("", "401 Unauthorized"),
    ],
)
def test_a_token_that_ends_on_the_way_is_renewed_once_and_the_same_bytes_go_again(refusal):
    fresh = "nuevoA.nuevoB.nuevoC"
    with bad.serving(Route(login=[login(), login(fresh)], stamp=[refusal, success()])) as server:
        sw = client(server)
        result = sw.stamp(XML, key="k")
        sent = [request for request in server.requests if b"/stamp/" in request.split(b"\r\n")[0]]
    assert isinstance(result, Stamped)
    assert server.behaviour.asked == ["login", "stamp", "login", "stamp"]
    assert TOKEN.encode() in sent[0] and fresh.encode() in sent[1]
    assert sent[0].partition(b"\r\n\r\n")[2] == sent[1].partition(b"\r\n\r\n")[2]


def test_a_token_that_is_never_accepted_is_given_up_after_one_renewal():
    refusal = (envelope(message="El token debe contener 3 partes"), "401 Unauthorized")
    result, outcomes, _exchanges = stamp(refusal)
    assert (result.code, result.category) == ("300", Category.CREDENTIALS)
    assert outcomes == ["logged_in", "refused:credentials"] * 2
    result, outcomes, _exchanges = stamp(("", "401 Unauthorized"))
    assert isinstance(result, Misconfigured) and outcomes[-1] == "misconfigured:http_401"


@pytest.mark.parametrize("answer", ["", envelope(message="Prohibido"), envelope(message="CFDI40102")])
def test_a_closed_door_is_a_matter_of_settings(answer):
    result, _outcomes, _exchanges = stamp((answer, "403 Forbidden"))
    assert isinstance(result, Misconfigured) and result.params["reason"] == "http_403"


def test_an_infinite_token_needs_no_login_and_is_not_renewed():
    with bad.serving(Route(stamp=[success()])) as server:
        assert isinstance(with_token(server).stamp(XML, key="k"), Stamped)
        assert server.behaviour.asked == ["stamp"]
    refusal = (envelope(message="El token debe contener 3 partes"), "401 Unauthorized")
    with bad.serving(Route(stamp=[refusal])) as server:
        result = with_token(server).stamp(XML, key="k")
        assert (result.category, server.behaviour.asked) == (Category.CREDENTIALS, ["stamp"])


# --- find ----------------------------------------------------------------------------------------------------------


def stored(address, uuid=UUID):
    return envelope({"metaData": {}, "records": [{"uuid": uuid.lower(), "urlXml": address}]}, status="success")


def storage(*answers, download=CFDI, patient=False, address=None, uuid=UUID):
    waits = []
    route = Route(login=[login()], storage=list(answers) or [""], download=[download])
    with bad.serving(route) as server:
        if not answers:
            route.routes["storage"] = [stored(address or f"{server.url}/file.xml?sig=vogel-signature")]
        sw = client(server, waiter=waits.append if patient else None)
        try:
            result = sw.find(XML, key="k", uuid=uuid)
        except TransportError as error:
            result = error
    return result, route.asked, waits, server, sw


def test_a_known_uuid_is_fetched_from_the_storage_without_our_token():
    result, asked, _waits, server, sw = storage()
    assert result == Stamped(xml=CFDI.encode(), uuid=UUID, recovered=True)
    assert asked == ["login", "storage", "download"]
    assert TOKEN.encode() in server.requests[1] and TOKEN.encode() not in server.requests[2]
    assert [exchange.outcome for exchange in sw.exchanges] == ["logged_in", "pending", "stamped"]
    assert "vogel-signature" not in sw.exchanges[-1].endpoint


NO_RECORD = envelope({"metaData": {}, "records": []}, status="success")
NO_ADDRESS = (envelope(message="No es posible obtener el url para descargar el XML"), "404 Not Found")


@pytest.mark.parametrize("answer", [NO_RECORD, NO_ADDRESS, stored("https://x", OTHER_UUID), envelope(status="success")])
def test_what_the_storage_does_not_have_is_not_found(answer):
    result, asked, waits, _server, _sw = storage(answer, patient=True)
    assert isinstance(result, NotFound)
    assert (asked.count("storage"), waits) == (3, [2, 2])


def test_without_a_waiter_one_look_up_is_made():
    assert storage(NO_RECORD)[1].count("storage") == 1


@pytest.mark.parametrize("uuid", [None, "", "../../etc", UUID + "/x"])
def test_without_a_uuid_nothing_can_be_asked_and_nothing_was_learned(uuid):
    result, asked, _waits, _server, _sw = storage(uuid=uuid)
    assert isinstance(result, InDoubt) and result.params["reason"] == "no_look_up" and asked == []


@pytest.mark.parametrize(
    ("download", "reason"),
    [
        (("", "404 Not Found"), "stamp_not_available"),
        ("<html>", "unreadable_stamp"),
        (CFDI.replace(UUID, OTHER_UUID), "no_valid_stamp"),
    ],
)
def test_a_file_that_is_not_the_stamp_is_in_doubt(download, reason):
    result = storage(download=download)[0]
    assert isinstance(result, InDoubt) and result.params["reason"] == reason


@pytest.mark.parametrize(
    "address", ["http://storage.example/x", "ftp://storage.example", "https://", 7, None, "https://ñ"]
)
def test_an_address_that_is_not_encrypted_is_not_gone_to(address):
    result, asked, _waits, _server, _sw = storage(stored(address))
    assert isinstance(result, InDoubt) and result.params["reason"] == "stamp_not_available"
    assert asked == ["login", "storage"]


def test_a_service_on_the_network_does_not_send_us_to_this_machine():
    sw = registry.stamper("sw", "test", credentials=Credentials(token=TOKEN))
    assert sw._may_fetch("https://storage.example/x")
    assert not sw._may_fetch("http://127.0.0.1:8069/x") and not sw._may_fetch("https://localhost/x")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((envelope(message="El token debe contener 3 partes"), "401 Unauthorized"), Refused),
        (("", "503 Service Unavailable"), InDoubt),
        ((envelope(message="x"), "500 X"), InDoubt),
        ("<html>", InDoubt),
    ],
)
def test_a_look_up_that_teaches_nothing_is_never_a_not_found(answer, kind):
    assert isinstance(storage(answer)[0], kind)


# --- balance -------------------------------------------------------------------------------------------------------


def balance(body):
    with bad.serving(Route(login=[login()], balance=[body])) as server:
        sw = client(server)
        try:
            return sw.balance("EKU9003173C9"), sw.exchanges
        except TransportError as error:
            return error, sw.exchanges


def stamps(**values):
    data = {
        "idUserBalance": "x",
        "stampsBalance": 25,
        "stampsUsed": 75,
        "stampsAssigned": 100,
        "unlimited": False,
        "expirationDate": "2027-01-31T00:00:00",
        "lastTransaction": None,
        **values,
    }
    return envelope(data, status="success")


BOUGHT = {"folio": 3, "stampsIn": 50, "stampsOut": 0, "date": "2026-11-02T10:11:12.345"}
SPENT = {"folio": 3, "stampsIn": 0, "stampsOut": 1, "date": "2026-11-02T10:11:12.345"}
PACKAGE = {"used": 75, "expires": date(2027, 1, 31), "assigned": 100}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (stamps(), Balance(credits=25, unlimited=False, **PACKAGE)),
        (stamps(stampsBalance=0), Balance(credits=0, unlimited=False, **PACKAGE)),
        (stamps(unlimited=True, stampsBalance=0), Balance(credits=None, unlimited=True, **PACKAGE)),
        (
            stamps(lastTransaction=BOUGHT),
            Balance(credits=25, unlimited=False, bought=50, bought_on=date(2026, 11, 2), **PACKAGE),
        ),
        (stamps(lastTransaction=SPENT), Balance(credits=25, unlimited=False, **PACKAGE)),
        (
            stamps(expirationDate="0001-01-01T00:00:00", stampsUsed="x", stampsAssigned=None, lastTransaction=[1]),
            Balance(credits=25, unlimited=False),
        ),
    ],
)
def test_the_stamps_left_are_told(body, expected):
    result, exchanges = balance(body)
    assert result == expected
    assert (exchanges[-1].operation, exchanges[-1].outcome) == ("balance", "balance")
    assert exchanges[-1].endpoint.endswith("/management/v2/api/users/balance")


@pytest.mark.parametrize("credit", [None, "25", 1.5, True, {}])
def test_a_balance_that_is_no_number_is_in_doubt(credit):
    assert isinstance(balance(stamps(stampsBalance=credit))[0], InDoubt)


def test_a_balance_that_is_not_told_is_a_refusal():
    result, _exchanges = balance((envelope(message="AU4000 - No fue posible validar el token."), "401 X"))
    assert (result.code, result.category) == ("AU4000", Category.CREDENTIALS)
    assert isinstance(balance(("", "500 X"))[0], InDoubt)
    assert isinstance(balance((envelope(message="x"), "500 X"))[0], InDoubt)


# --- secrets ---------------------------------------------------------------------------------------------------------

CANARIES = ("vogel-user", "vogel <pass>", TOKEN, "vogelB")
LEAK = f"login({USER!r}, {PASSWORD!r}) with {TOKEN} failed"
LEAKY = {
    "stamped": Route(login=[login()], stamp=[success()]),
    "words": Route(login=[login()], stamp=[(envelope(None, f"CFDI40102 {LEAK}", LEAK), "400 X")]),
    "unknown": Route(login=[login()], stamp=[(envelope(None, LEAK), "400 X")]),
    "broken": Route(login=[login()], stamp=[(LEAK, "500 X")]),
    "html": Route(login=[login()], stamp=[bad.escaped(LEAK)]),
    "closed": Route(login=[login()], stamp=[(envelope(None, LEAK), "403 X")]),
    "echo": Route(login=[login()], stamp=[lambda connection, request: connection.sendall(bad.http(request))]),
    "login echo": Route(login=[lambda connection, request: connection.sendall(bad.http(request))]),
    "login refused": Route(login=[(envelope(None, f"AU2000 {USER} {PASSWORD}"), "401 X")]),
    "login cut": Route(login=[bad.answer('{"data": {"token": "' + TOKEN, length=5000)]),
    "login not json": Route(login=[login() + "x"]),
    "nobody": Route(login=[login()], stamp=[lambda connection, request: None]),
}


@pytest.mark.parametrize("name", LEAKY)
def test_no_canary_leaves_the_transport(name, caplog):
    caplog.set_level(logging.DEBUG)
    with bad.serving(LEAKY[name]) as server:
        sw = client(server)
        seen = []
        try:
            seen.append(repr(sw.stamp(XML, key="k")))
        except TransportError as error:
            seen += ["".join(traceback.format_exception(error)), repr(error.params)]
    for exchange in sw.exchanges:
        seen += [repr(exchange), exchange.request.decode("latin-1"), exchange.response.decode("latin-1")]
    seen += [record.getMessage() for record in caplog.records]
    # what the server echoes of the request is cut out by the redactor, everything else never held a secret
    text = "\n".join(seen)
    assert not [canary for canary in CANARIES if canary in text]
    assert repr(Credentials(USER, PASSWORD, TOKEN)) == "Credentials()"


# --- how it is made --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "credentials", [Credentials(), Credentials("u", ""), Credentials("", "p"), Credentials("", "p", "")]
)
def test_without_credentials_there_is_no_client(credentials):
    with pytest.raises(Misconfigured) as caught:
        registry.stamper("sw", "test", credentials=credentials)
    assert caught.value.params["reason"] == "credentials_missing"


def test_a_token_that_is_no_header_is_refused():
    with pytest.raises(Misconfigured):
        registry.stamper("sw", "test", credentials=Credentials(token="a\r\nHost: x"))


@pytest.mark.parametrize(
    ("environment", "services", "api"),
    [
        ("production", "https://services.sw.com.mx", "https://api.sw.com.mx"),
        ("test", "https://services.test.sw.com.mx", "https://api.test.sw.com.mx"),
        ("sandbox", "http://127.0.0.1:8899", "http://127.0.0.1:8899"),
    ],
)
def test_each_environment_has_its_addresses(environment, services, api):
    sw = registry.stamper("sw", environment, credentials=Credentials(token=TOKEN))
    assert (sw._services, sw._api) == (services, api)


def test_it_cannot_be_asked_by_bytes_and_says_so():
    assert not CAPABILITIES.recover_by_bytes
    assert CAPABILITIES.same_bytes_idempotent and CAPABILITIES.recover_by_uuid and CAPABILITIES.balance
    assert registry.SERVICES["sw"].takes_token and not registry.SERVICES["finkok"].takes_token
