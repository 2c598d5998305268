"""What Finkok says, and what we make of it."""

import hashlib
import logging
import traceback

import pytest

from core import clock
from core.errors import InDoubt, Misconfigured, NotSent, TransportError
from core.transports import registry
from core.transports.base import (
    AlreadyStamped,
    Balance,
    Category,
    Credentials,
    Incident,
    NotFound,
    Pending,
    Refused,
    Stamped,
)
from core.transports.pac_finkok import CAPABILITIES, Finkok
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)

UUID = bad.UUID
XML = b"<cfdi:Comprobante/>"
USER, PASSWORD = "vogel-user@example.mx", 'vogel <pass> & "word"'


@pytest.fixture(autouse=True)
def short_delays():
    with clock.overridden(connect_timeout=1, read_timeout=1, total_timeout=3, lookup_attempts=3, lookup_pause=2):
        yield


def client(server, **options):
    return Finkok(server.url, Credentials(USER, PASSWORD), **options)


def stamp(*bodies):
    with bad.serving(bad.answers(*bodies)) as server:
        finkok = client(server)
        return finkok.stamp(XML, key="k"), finkok.exchanges


def stamp_doubt(body):
    with bad.serving(bad.answer(body)) as server:
        finkok = client(server)
        with pytest.raises(InDoubt) as caught:
            finkok.stamp(XML, key="k")
        assert finkok.exchanges[-1].outcome == f"in_doubt:{caught.value.params['reason']}"
        return caught.value.params["reason"], finkok.exchanges[-1]


# --- stamp ---------------------------------------------------------------------------------------------------------


def test_a_stamp_is_handed_on_as_the_bytes_that_came():
    result, exchanges = stamp(bad.success())
    assert result == Stamped(xml=bad.stamped_document().encode(), uuid=UUID)
    (exchange,) = exchanges
    assert (exchange.operation, exchange.outcome, exchange.http_status) == ("stamp", "stamped", 200)
    assert exchange.request_sha256 == hashlib.sha256(XML).hexdigest()
    assert exchange.authority_message == "Comprobante timbrado satisfactoriamente"


def test_a_stamp_may_come_with_warnings_which_are_kept():
    result, _exchanges = stamp(bad.success(incidents=bad.incident("CFDI40999", "aviso", extra="nada")))
    assert isinstance(result, Stamped)
    assert result.incidents == (
        Incident(code="CFDI40999", message="aviso", extra="nada", registered="2026-11-20T10:11:12"),
    )


def test_a_stamp_counts_even_if_the_status_text_is_another():
    result, _exchanges = stamp(bad.receipt(xml=bad.stamped_document(), uuid=UUID.lower(), status="OK"))
    assert isinstance(result, Stamped) and result.uuid == UUID


def test_a_stamp_without_uuid_beside_it_is_read_from_the_document():
    result, _exchanges = stamp(bad.receipt(xml=bad.stamped_document(), status="x"))
    assert isinstance(result, Stamped) and result.uuid == UUID


def test_the_whole_answer_with_a_stamp_is_archived():
    document = bad.stamped_document().replace("ñ", "ñ" * 60_000)
    result, exchanges = stamp(bad.receipt(xml=document, uuid=UUID))
    assert result.xml == document.encode()
    assert len(exchanges[0].response) > 100_000


@pytest.mark.parametrize(
    "body",
    [
        bad.receipt(uuid=UUID, status="Comprobante timbrado satisfactoriamente"),
        bad.receipt(status="Comprobante timbrado satisfactoriamente"),
        bad.receipt(uuid=UUID),
        bad.receipt(uuid=UUID, incidents=bad.incident("705")),
        bad.receipt(status="Comprobante timbrado satisfactoriamente", incidents=bad.incident("705")),
    ],
)
def test_a_success_without_stamp_is_in_doubt(body):
    assert stamp_doubt(body)[0] == "success_without_stamp"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (bad.stamped_document("5B0C1D6E-0000-4000-8000-000000000002"), "no_valid_stamp"),
        (bad.stamped_document("5B0C1D6E-0000-4000-8000-00000000000"), "no_valid_stamp"),
        (bad.stamped_document(""), "no_valid_stamp"),
        (bad.stamped_document(stamps=0), "no_valid_stamp"),
        (bad.stamped_document(stamps=2), "no_valid_stamp"),
        ("<cut", "unreadable_stamp"),
        ("<!DOCTYPE x><x/>", "unreadable_stamp"),
        ("UExBSU4=", "unreadable_stamp"),
    ],
)
def test_a_stamp_that_is_none_is_in_doubt(document, reason):
    assert stamp_doubt(bad.receipt(xml=document, uuid=UUID, status="ok"))[0] == reason


@pytest.mark.parametrize("body", [bad.receipt(), bad.receipt(status="Error"), bad.receipt(incidents=bad.incident(""))])
def test_an_answer_that_says_nothing_is_in_doubt(body):
    assert stamp_doubt(body)[0] == "unknown_answer"


def test_a_previous_stamp_with_its_document_is_handed_on():
    body = bad.receipt(xml=bad.stamped_document(), uuid=UUID, incidents=bad.incident("307", "previo"))
    result, exchanges = stamp(body)
    assert (result.code, result.xml, result.uuid) == ("307", bad.stamped_document().encode(), UUID)
    assert isinstance(result, AlreadyStamped)
    assert (exchanges[0].outcome, exchanges[0].authority_code) == ("already_stamped", "307")


def test_a_previous_stamp_without_document_and_said_twice_is_known_once():
    result, _exchanges = stamp(bad.receipt(incidents=bad.incident("307", "previo") * 2))
    assert (result.code, result.xml, result.uuid, len(result.incidents)) == ("307", None, None, 1)


def test_the_uuid_of_a_previous_stamp_may_stand_in_the_incident():
    result, _exchanges = stamp(bad.receipt(incidents=bad.incident("307", uuid=UUID)))
    assert (result.xml, result.uuid) == (None, UUID)


def test_a_malformed_uuid_of_a_previous_stamp_is_dropped():
    result, _exchanges = stamp(bad.receipt(incidents=bad.incident("307", uuid="UUID")))
    assert isinstance(result, AlreadyStamped) and result.uuid is None


def test_a_previous_stamp_wins_over_other_incidents():
    result, _exchanges = stamp(bad.receipt(incidents=bad.incident("705") + bad.incident("307")))
    assert isinstance(result, AlreadyStamped)


@pytest.mark.parametrize(
    ("code", "category", "retry"),
    [
        ("300", Category.CREDENTIALS, True),
        ("501", Category.CREDENTIALS, True),
        ("302", Category.CONTENT, False),
        ("305", Category.CERTIFICATE, False),
        ("401", Category.CONTENT, False),
        ("402", Category.CERTIFICATE, True),
        ("703", Category.ACCOUNT, True),
        ("705", Category.CONTENT, False),
        ("718", Category.ACCOUNT, True),
        ("CFDI40138", Category.CONTENT, False),
    ],
)
def test_a_refusal_says_who_has_to_act(code, category, retry):
    result, exchanges = stamp(bad.receipt(incidents=bad.incident(code, "porque no", extra="cfdi:Emisor")))
    assert (result.code, result.message, result.category, result.retry) == (code, "porque no", category, retry)
    assert result.folio_spent is False and result.incidents[0].extra == "cfdi:Emisor"
    assert (exchanges[0].outcome, exchanges[0].authority_code) == (f"refused:{category}", code)


def test_several_reasons_are_all_kept():
    result, _exchanges = stamp(bad.receipt(incidents=bad.incident("CFDI40138") + bad.incident("CFDI40147", "y")))
    assert (result.code, [incident.code for incident in result.incidents]) == ("CFDI40138", ["CFDI40138", "CFDI40147"])


def test_a_code_that_nobody_knows_proves_nothing_about_the_stamp():
    result, _exchanges = stamp(bad.receipt(incidents=bad.incident("7777", "nuevo")))
    assert (result.category, result.folio_spent) == (Category.CONTENT, None)


def test_sat_out_of_reach_is_in_doubt():
    reason, exchange = stamp_doubt(bad.receipt(incidents=bad.incident("708", "sin SAT")))
    assert reason == "authority_code"
    assert (exchange.authority_code, exchange.authority_message) == ("708", "sin SAT")


def test_an_error_may_stand_in_the_fault_fields():
    more = "<s0:faultcode>300</s0:faultcode><s0:faultstring>login</s0:faultstring>"
    result, _exchanges = stamp(bad.receipt(more=more))
    assert (result.code, result.category) == ("300", Category.CREDENTIALS)


def test_an_error_may_stand_in_the_status_text():
    result, _exchanges = stamp(bad.receipt(status="703 - Cuenta suspendida"))
    assert (result.code, result.message) == ("703", "703 - Cuenta suspendida")


def test_a_limiter_refuses_for_now():
    with bad.serving(bad.answer("", "429 Too Many Requests", Retry_After="3")) as server:
        finkok = client(server)
        result = finkok.stamp(XML, key="k")
    assert (result.category, result.retry_after, result.folio_spent) == (Category.TEMPORARY, 3, False)
    assert finkok.exchanges[0].http_status == 429


# --- find ----------------------------------------------------------------------------------------------------------


NONE = bad.receipt("stamped", incidents=bad.incident("603", "El CFDI no contiene un timbre previo"))
HIDDEN = bad.receipt("stamped", incidents=bad.incident("307"))


def find(*bodies, uuid=None, patient=False):
    waits = []
    with bad.serving(bad.answers(*bodies)) as server:
        finkok = client(server, waiter=waits.append if patient else None)
        try:
            result = finkok.find(XML, key="k", uuid=uuid)
        except TransportError as error:
            result = error
        operations = [request.split(b'SOAPAction: "')[1].split(b'"')[0].decode() for request in server.requests]
    assert len(finkok.exchanges) == len(operations)
    return result, operations, waits


def test_a_stamp_that_is_found_was_made_earlier():
    result, operations, _waits = find(bad.success("stamped"))
    assert result == Stamped(xml=bad.stamped_document().encode(), uuid=UUID, recovered=True)
    assert operations == ["stamped"]


def test_without_a_waiter_one_look_up_is_made():
    result, operations, _waits = find(NONE)
    assert result == NotFound(code="603", message="El CFDI no contiene un timbre previo")
    assert operations == ["stamped"]


def test_with_a_waiter_the_look_ups_are_bounded():
    result, operations, waits = find(NONE, patient=True)
    assert isinstance(result, NotFound)
    assert (operations, waits) == (["stamped"] * 3, [2, 2])


def test_a_stamp_that_shows_up_late_is_found():
    result, operations, waits = find(NONE, HIDDEN, bad.success("stamped"), patient=True)
    assert isinstance(result, Stamped) and result.recovered
    assert (len(operations), waits) == (3, [2, 2])


def test_the_look_ups_end_with_the_time_of_one_call():
    with clock.overridden(total_timeout=1, lookup_pause=2):
        _result, operations, waits = find(NONE, patient=True)
    assert (operations, waits) == (["stamped"], [])


def test_a_stamp_that_exists_but_is_not_handed_out_is_in_doubt():
    result, _operations, _waits = find(HIDDEN)
    assert isinstance(result, InDoubt) and result.params["reason"] == "stamp_not_available"


def pending(**fields):
    values = {"status": "S", "xml": bad.escaped(bad.stamped_document()), "uuid": UUID, **fields}
    texts = "".join(f"<s0:{name}>{value}</s0:{name}>" for name, value in values.items())
    return bad.envelope(
        f"<tns:query_pendingResponse><tns:query_pendingResult>{texts}</tns:query_pendingResult></tns:query_pendingResponse>"
    )


def test_a_known_uuid_is_asked_for_when_the_bytes_are_not_found():
    result, operations, _waits = find(NONE, pending(), uuid=UUID)
    assert result == Stamped(xml=bad.stamped_document().encode(), uuid=UUID, recovered=True)
    assert operations == ["stamped", "query_pending"]


def test_a_uuid_that_is_not_known_leaves_the_first_answer():
    body = pending(status="", xml="", uuid="", error=f"UUID {UUID} No Encontrado")
    assert isinstance(find(NONE, body, uuid=UUID)[0], NotFound)
    assert isinstance(find(HIDDEN, body, uuid=UUID)[0], InDoubt)


def test_the_stamp_of_another_uuid_is_not_taken():
    other = bad.escaped(bad.stamped_document("5B0C1D6E-0000-4000-8000-000000000002"))
    result, _operations, _waits = find(NONE, pending(xml=other), uuid=UUID)
    assert isinstance(result, InDoubt)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (bad.receipt("stamped", incidents=bad.incident("300")), Refused),
        (bad.receipt("stamped", incidents=bad.incident("703")), Refused),
        (bad.receipt("stamped", incidents=bad.incident("708")), InDoubt),
        (bad.receipt("stamped", status="Comprobante timbrado satisfactoriamente"), InDoubt),
        (bad.receipt("stamped"), InDoubt),
        (bad.fault(), InDoubt),
    ],
)
def test_a_look_up_that_teaches_nothing_is_never_a_not_found(body, kind):
    result, operations, _waits = find(body, patient=True)
    assert isinstance(result, kind) and operations == ["stamped"]


# --- pending and balance ---------------------------------------------------------------------------------------------


def ask(body, ask_for):
    with bad.serving(bad.answer(body)) as server:
        finkok = client(server)
        try:
            return ask_for(finkok), finkok.exchanges[0]
        except TransportError as error:
            return error, finkok.exchanges[0]


@pytest.mark.parametrize(("status", "delivered"), [("S", False), ("F", True)])
def test_a_pending_stamp_says_whether_sat_has_it(status, delivered):
    result, exchange = ask(pending(status=status), lambda finkok: finkok.pending(UUID))
    assert result == Pending(uuid=UUID, delivered=delivered, xml=bad.stamped_document().encode())
    assert (exchange.operation, exchange.outcome) == ("query_pending", "pending")


@pytest.mark.parametrize("error", ["UUID con formato invalido", f"UUID {UUID} No Encontrado"])
def test_a_stamp_that_is_not_pending_is_not_found(error):
    result, _exchange = ask(pending(status="", xml="", error=error), lambda finkok: finkok.pending(UUID))
    assert result == NotFound(code="", message=error)


def test_a_bad_login_is_told_from_a_missing_stamp():
    body = pending(status="", xml="", error="Usuario o contraseña inválidos")
    result, _exchange = ask(body, lambda finkok: finkok.pending(UUID))
    assert (result.code, result.category) == ("300", Category.CREDENTIALS)


def test_a_pending_answer_with_an_unknown_status_is_in_doubt():
    assert isinstance(ask(pending(status="Q"), lambda finkok: finkok.pending(UUID))[0], InDoubt)


def balance(credit, rfc="EKU9003173C9", message="", users=None, status="A", counter="7"):
    user = (
        f"<s0:ResellerUser><s0:status>{status}</s0:status><s0:counter>{counter}</s0:counter>"
        f"<s0:taxpayer_id>{rfc}</s0:taxpayer_id><s0:credit>{credit}</s0:credit></s0:ResellerUser>"
    )
    content = user if users is None else users
    return bad.envelope(
        f"<tns:getResponse><tns:getResult><s0:message>{message}</s0:message><s0:users>{content}</s0:users>"
        "</tns:getResult></tns:getResponse>",
        "registration",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (balance("25"), Balance(credits=25, unlimited=False, used=7)),
        (balance("0"), Balance(credits=0, unlimited=False, used=7)),
        (balance("-1", counter=""), Balance(credits=None, unlimited=True)),
        (balance("3", status="S"), Balance(credits=3, unlimited=False, used=7, suspended=True)),
        (balance("3", rfc="eku9003173c9 "), Balance(credits=3, unlimited=False, used=7)),
    ],
)
def test_the_stamps_left_are_told(body, expected):
    result, exchange = ask(body, lambda finkok: finkok.balance("EKU9003173C9"))
    assert result == expected
    assert (exchange.operation, exchange.outcome) == ("get", "balance")
    assert exchange.endpoint.endswith("/servicios/soap/registration")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (balance("1", users="", message="RFC Invalido"), "601"),
        (balance("1", rfc="XAXX010101000"), "601"),
        (balance("1", users="", message="Usuario o contraseña incorrectos"), "300"),
        (balance("1", users="", message="Invalid username or password"), "300"),
    ],
)
def test_a_balance_that_is_not_told_is_a_refusal(body, code):
    result, _exchange = ask(body, lambda finkok: finkok.balance("EKU9003173C9"))
    assert isinstance(result, Refused) and result.code == code


@pytest.mark.parametrize("credit", ["", "many", "1.5", "1e3"])
def test_a_balance_that_is_no_number_is_in_doubt(credit):
    assert isinstance(ask(balance(credit), lambda finkok: finkok.balance("EKU9003173C9"))[0], InDoubt)


# --- secrets ---------------------------------------------------------------------------------------------------------


LEAK = f"login({USER!r}, {PASSWORD!r}) failed"
LEAKY = [
    bad.answer(bad.success()),
    bad.answer(bad.fault(bad.escaped(LEAK)), "500 X"),
    bad.answer(bad.fault(bad.escaped(LEAK))),
    bad.answer(bad.receipt(incidents=bad.incident("300", bad.escaped(LEAK), extra=bad.escaped(LEAK)))),
    bad.answer(bad.receipt(status=bad.escaped(LEAK))),
    bad.answer(bad.receipt(incidents=bad.incident("708", bad.escaped(LEAK)))),
    bad.answer(bad.receipt(more=f"<s0:faultcode>{bad.escaped(LEAK)}</s0:faultcode>")),
    bad.answer(bad.escaped(LEAK), "403 Forbidden"),
    bad.answer(LEAK, length=5000),
    bad.answer(f"<html>{bad.escaped(LEAK)}</html>"),
    lambda connection, request: connection.sendall(bad.http(request)),
    lambda connection, request: None,
]


@pytest.mark.parametrize("behaviour", LEAKY)
def test_no_canary_leaves_the_transport(behaviour, caplog):
    caplog.set_level(logging.DEBUG)
    with bad.serving(behaviour) as server:
        finkok = client(server)
        texts = []
        for act in (
            lambda: finkok.stamp(XML, key="k"),
            lambda: finkok.find(XML, key="k"),
            lambda: finkok.pending(UUID),
            lambda: finkok.balance("EKU9003173C9"),
        ):
            try:
                texts.append(repr(act()))
            except TransportError as error:
                texts += [str(error), repr(error), repr(error.params), repr(error.args)]
                texts += traceback.format_exception(error)
                texts += list(map(_everything, _chain(error)))
        assert any(b"vogel" in request for request in server.requests)
    for exchange in finkok.exchanges:
        texts += [repr(exchange), str(exchange.request), str(exchange.response)]
        assert b"***" in exchange.request
    texts += [repr(finkok), repr(Credentials(USER, PASSWORD)), caplog.text]
    assert len(finkok.exchanges) == 4
    assert [text for text in texts if "vogel" in text] == []


def _chain(error):
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _everything(error):
    request = getattr(error, "request", None)
    return f"{error!r} {error.__dict__} {request and request.body}"


# --- how it is made --------------------------------------------------------------------------------------------------


def test_a_service_that_is_not_there_was_not_sent_to():
    with bad.serving(bad.silence) as server:
        pass
    finkok = client(server)
    with pytest.raises(NotSent):
        finkok.stamp(XML, key="k")
    (exchange,) = finkok.exchanges
    assert (exchange.outcome, exchange.http_status, exchange.response) == ("not_sent:refused", None, b"")


@pytest.mark.parametrize(("user", "password"), [("", "x"), ("x", ""), ("", "")])
def test_without_credentials_there_is_no_client(user, password):
    with pytest.raises(Misconfigured) as caught:
        registry.stamper("finkok", "test", credentials=Credentials(user, password))
    assert caught.value.params["reason"] == "credentials_missing"


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ("production", "https://facturacion.finkok.com/servicios/soap/stamp"),
        ("test", "https://demo-facturacion.finkok.com/servicios/soap/stamp"),
        ("sandbox", "http://127.0.0.1:8899/servicios/soap/stamp"),
    ],
)
def test_each_environment_has_its_address(environment, address):
    finkok = registry.stamper("finkok", environment, credentials=Credentials("u", "p"))
    assert finkok._stamping.endpoint == address


def test_an_override_to_this_machine_works_in_every_environment():
    with bad.serving(bad.answer(bad.success())) as server:
        for environment in ("production", "test", "sandbox"):
            finkok = registry.stamper(
                "finkok", environment, credentials=Credentials("u", "p"), base_url_override=server.url + "/"
            )
            assert isinstance(finkok.stamp(XML, key="k"), Stamped)
        assert all(request.startswith(b"POST /servicios/soap/stamp HTTP/1.1\r\n") for request in server.requests)


@pytest.mark.parametrize("address", ["https://evil.example", "http://evil.example", "http://127.0.0.1.evil.example"])
def test_an_override_cannot_leave_this_machine(address):
    with pytest.raises(Misconfigured):
        registry.stamper("finkok", "production", credentials=Credentials("u", "p"), base_url_override=address)


@pytest.mark.parametrize(("service", "environment"), [("other", "test"), ("finkok", "staging"), ("finkok", "")])
def test_an_unknown_service_or_environment_is_refused(service, environment):
    with pytest.raises(Misconfigured):
        registry.stamper(service, environment, credentials=Credentials("u", "p"))


def test_each_service_declares_what_its_client_can_do():
    for service in registry.SERVICES.values():
        assert service.capabilities is service.client.capabilities
        can_look_up = service.capabilities.recover_by_bytes or service.capabilities.recover_by_uuid
        assert can_look_up == hasattr(service.client, "find")
        assert service.capabilities.balance == hasattr(service.client, "balance")
        assert service.capabilities.cancel_with_signed_request == hasattr(service.client, "cancel")
    assert CAPABILITIES.same_bytes_idempotent
