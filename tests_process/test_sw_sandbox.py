"""Our client of SW Sapien against the sandbox process, fault by fault; the sandbox's ledger is the judge."""

import dataclasses
import hashlib
import time
from datetime import date, timedelta

import pytest
from lxml import etree

from core import certificates, clock
from core.cfdi import read, seal, stamp
from core.errors import InDoubt, Misconfigured, NotSent
from core.transports import registry
from core.transports.base import AlreadyStamped, Balance, Category, NotFound, Refused, Stamped
from core.transports.sw_token import EARLY, TOKENS
from tests_process import cfdi_samples as samples
from tests_process.cfdi_samples import ISSUER, invoice

PASSWORD = "nobody-may-read-this"
USERNAME = "somebody@example.mx"
UUID = "5B0C1D6E-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def short_delays():
    TOKENS.clear()
    with clock.overridden(connect_timeout=2, read_timeout=1.5, total_timeout=4, lookup_attempts=4, lookup_pause=0.5):
        yield


@pytest.fixture
def sw(market):
    return client(market)


def client(market, username=USERNAME, password=PASSWORD, credits=10, waiter=None, **account):
    market.control("accounts", {"username": username, "password": PASSWORD, "credits": credits, **account})
    return connect(market, registry.Credentials(username, password), waiter)


def connect(market, credentials, waiter=None, service="sw"):
    return registry.stamper(service, "test", credentials=credentials, base_url_override=market.url, waiter=waiter)


def send(sw, xml):
    return sw.stamp(xml, key=hashlib.sha256(xml).hexdigest())


def rows(market, xml):
    sha256 = hashlib.sha256(xml).hexdigest()
    return [row for row in market.ledger() if row["sha256"] == sha256]


def uuids(market, xml):
    """What the ledger holds about these bytes."""
    return [row["uuid"].upper() for row in rows(market, xml)]


def doubt(act, kind=InDoubt):
    with pytest.raises(kind) as caught:
        act()
    return caught.value.params["reason"]


def test_a_document_is_stamped_once_and_the_bytes_in_the_ledger_are_ours(market, sw, csd):
    xml = invoice(csd)
    result = send(sw, xml)
    assert isinstance(result, Stamped) and not result.recovered and result.incidents == ()
    (row,) = rows(market, xml)
    assert (row["uuid"].upper(), row["pac"]) == (result.uuid.upper(), "sw")
    assert market.file(f"document/{result.uuid}.xml") == result.xml
    login, exchange = sw.exchanges
    assert (login.operation, login.outcome) == ("authenticate", "logged_in")
    assert exchange.request_sha256 == hashlib.sha256(xml).hexdigest()
    assert (exchange.outcome, exchange.http_status) == ("stamped", 200)
    assert xml in exchange.request and result.uuid.encode() in exchange.response


def test_the_same_bytes_again_bring_the_same_stamp(market, sw, csd):
    xml = invoice(csd)
    first = send(sw, xml)
    for key in (hashlib.sha256(xml).hexdigest(), "another"):
        again = sw.stamp(xml, key=key)
        assert isinstance(again, AlreadyStamped)
        assert (again.code, again.xml, again.uuid) == ("307", first.xml, first.uuid)
    assert len(uuids(market, xml)) == 1


def test_each_provider_knows_only_what_it_stamped_itself(market, sw, csd):
    xml = invoice(csd)
    first = send(sw, xml)
    other = connect(market, registry.Credentials(USERNAME, PASSWORD), service="finkok")
    assert isinstance(other.find(xml, key="k"), NotFound)
    assert isinstance(other.pending(first.uuid), NotFound)
    second = other.stamp(xml, key="k")
    assert isinstance(second, Stamped) and second.uuid != first.uuid
    assert [row["pac"] for row in rows(market, xml)] == ["sw", "finkok"]
    assert isinstance(sw.find(xml, key="k", uuid=second.uuid), NotFound)


def test_other_bytes_under_the_same_key_never_get_a_second_stamp_nor_the_first(market, sw, csd):
    xml, other = invoice(csd), invoice(csd)
    sw.stamp(xml, key="one")
    assert doubt(lambda: sw.stamp(other, key="one")) == "another_stamp"
    assert sw.exchanges[-1].authority_code == "CFDI3307"
    assert uuids(market, other) == []


def test_a_duplicate_without_data_is_known_as_such(market, sw, csd):
    xml = invoice(csd)
    send(sw, xml)
    market.script({"empty_307": 60}, times=-1, operation="stamp")
    again = send(sw, xml)
    assert isinstance(again, AlreadyStamped) and (again.xml, again.uuid) == (None, None)
    assert market.faults()["empty_307"] == 1


FAULTS_AFTER_THE_STAMP = [
    ({"drop_after_stamp": True}, "reset"),
    ({"reset_mid_answer": True}, "reset"),
    ({"truncate": True}, "truncated"),
    ({"truncate": 10}, "truncated"),
    ({"slow_drip": {"bytes": 1, "every_ms": 100}}, "deadline"),
    ({"delay_after_stamp": 3000}, "read_timeout"),
    ({"html_page": True, "after_stamp": True}, "unreadable"),
    ({"xml_bomb": True, "after_stamp": True}, "unreadable"),
    ({"senv_fault": True, "after_stamp": True}, "http_500"),
    ({"http_status": 502, "after_stamp": True}, "http_502"),
    ({"http_status": {"status": 503, "retry_after": 5}, "after_stamp": True}, "http_503"),
    ({"no_tfd": True}, "no_valid_stamp"),
    ({"bad_uuid": True}, "no_valid_stamp"),
]


@pytest.mark.parametrize(("action", "reason"), FAULTS_AFTER_THE_STAMP, ids=lambda value: str(value))
def test_an_answer_lost_after_the_stamp_is_in_doubt_and_the_same_bytes_bring_that_stamp(
    market, sw, csd, action, reason
):
    xml = invoice(csd)
    market.script(action, operation="stamp", service="sw")
    assert doubt(lambda: send(sw, xml)) in (reason, "connection_lost")
    (uuid,) = uuids(market, xml)
    again = send(sw, xml)
    assert isinstance(again, AlreadyStamped) and again.uuid.upper() == uuid
    assert stamp.belongs(xml, again.xml) == []
    found = sw.find(xml, key="k", uuid=uuid)
    assert isinstance(found, Stamped) and found.recovered and found.xml == again.xml
    assert uuids(market, xml) == [uuid]
    assert sum(market.faults().values()) == 1


@pytest.mark.parametrize(
    "action",
    [
        {"drop_before": True},
        {"http_status": 500},
        {"http_status": {"status": 503, "retry_after": 5}},
        {"html_page": True},
        {"senv_fault": "no controlado"},
        {"delay_before": 3000},
    ],
    ids=str,
)
def test_an_answer_lost_before_the_stamp_is_in_doubt_too_and_the_same_bytes_are_stamped_once(market, sw, csd, action):
    xml = invoice(csd)
    market.script(action, operation="stamp")
    doubt(lambda: send(sw, xml))
    if "delay_before" in action:
        time.sleep(2.5)  # the sandbox stamps what it had received
        assert isinstance(send(sw, xml), AlreadyStamped)
    else:
        assert uuids(market, xml) == []
        assert isinstance(send(sw, xml), Stamped)
    assert len(uuids(market, xml)) == 1


@pytest.mark.parametrize("action", [{"drop_before": True}, {"http_status": 502}, {"delay_after_stamp": 3000}], ids=str)
def test_a_lost_login_leaves_no_doubt(market, sw, csd, action):
    xml = invoice(csd)
    market.script(action, operation="authenticate")
    assert doubt(lambda: send(sw, xml), NotSent).startswith("login_")
    assert isinstance(send(sw, xml), Stamped)


def test_a_known_stamp_that_the_storage_shows_late_is_found_within_the_pauses(market, csd):
    waits = []
    sw = client(market, waiter=lambda seconds: (waits.append(seconds), time.sleep(seconds)))
    xml = invoice(csd)
    first = send(sw, xml)
    market.script({"storage_lag": 1}, times=-1, operation="storage")
    found = sw.find(xml, key="k", uuid=first.uuid)
    assert isinstance(found, Stamped) and (found.uuid, found.xml) == (first.uuid, first.xml)
    assert 1 <= len(waits) <= 3
    market.control("script", method="DELETE")
    market.script({"storage_lag": 600}, times=-1)
    assert isinstance(sw.find(xml, key="k", uuid=first.uuid), NotFound)
    assert isinstance(sw.find(xml, key="k", uuid=UUID), NotFound)


def test_what_another_account_stamped_is_not_in_ours(market, sw, csd):
    xml = invoice(csd)
    first = send(sw, xml)
    assert isinstance(client(market, "other@example.mx").find(xml, key="k", uuid=first.uuid), NotFound)


def test_an_addenda_survives_the_recovery(market, sw, csd):
    document = read.parse(invoice(csd))
    addenda = '<a:Pedido xmlns:a="https://example.com/a">ñ</a:Pedido>'
    signer = certificates.RsaSigner(csd.cer, certificates.load_private_key(csd.key, csd.password))
    xml = seal.seal(dataclasses.replace(document, serie="ADD", sello="", addenda=addenda), signer)
    assert b"Addenda" in xml
    first, again = send(sw, xml), send(sw, xml)
    assert isinstance(first, Stamped) and isinstance(again, AlreadyStamped), (first, again)
    for stamped in (first.xml, again.xml):
        assert b"Pedido" in stamped and stamp.belongs(xml, stamped) == []
    assert stamp.verify(again.xml, [market.file("pac.cer")]) == []


def test_the_stamp_of_another_document_is_handed_on_and_does_not_belong(market, sw, csd):
    """The transport cannot know the document; who adopts the stamp has to ask `belongs`."""
    send(sw, invoice(csd))
    xml = invoice(csd)
    market.script({"wrong_tfd": True}, operation="stamp")
    result = send(sw, xml)
    assert isinstance(result, Stamped) and stamp.belongs(xml, result.xml) != []
    again = send(sw, xml)
    assert isinstance(again, AlreadyStamped) and stamp.belongs(xml, again.xml) == []


def test_a_wrong_password_is_a_matter_of_credentials_and_shows_in_no_record(market, csd):
    sw = client(market, password="wrong-" + PASSWORD)
    xml = invoice(csd)
    for result in (send(sw, xml), sw.find(xml, key="k", uuid=UUID), sw.balance(ISSUER["rfc"])):
        assert isinstance(result, Refused)
        assert (result.code, result.category, result.retry) == ("AU2000", Category.CREDENTIALS, True)
    for exchange in sw.exchanges:
        archived = exchange.request + exchange.response + repr(exchange).encode()
        assert PASSWORD.encode() not in archived and b"somebody@" not in archived and b"***" in exchange.request
    assert uuids(market, xml) == []


def test_no_token_is_in_any_record(market, sw, csd):
    send(sw, invoice(csd))
    sw.balance(ISSUER["rfc"])
    token = TOKENS.get(sw._services, sw._credentials).text
    assert len(token.split(".")) == 3
    for exchange in sw.exchanges:
        assert token not in repr(exchange) and token.encode() not in exchange.request + exchange.response
    assert b"***" in sw.exchanges[0].response


def test_an_infinite_token_stands_in_for_user_and_password(market, sw, csd):
    token = market.control("token", {"username": USERNAME})["token"]
    alone = connect(market, registry.Credentials(token=token))
    xml = invoice(csd)
    assert isinstance(send(alone, xml), Stamped)
    assert isinstance(alone.balance(ISSUER["rfc"]), Balance)
    assert [exchange.operation for exchange in alone.exchanges] == ["stamp", "balance"]
    for wrong, code in ((token + "x", "AU4000"), ("a.b.c", "AU4000"), ("abc", "300")):
        result = send(connect(market, registry.Credentials(token=wrong)), invoice(csd))
        assert (result.code, result.category) == (code, Category.CREDENTIALS)


def test_a_token_that_ends_on_the_way_is_renewed_and_the_document_stamped_once(market, sw, csd):
    first, second = invoice(csd), invoice(csd)
    send(sw, first)
    market.script({"expire_token": True}, operation="stamp")
    assert isinstance(send(sw, second), Stamped)
    assert [exchange.operation for exchange in sw.exchanges] == [
        "authenticate",
        "stamp",
        "stamp",
        "authenticate",
        "stamp",
    ]
    assert len(uuids(market, second)) == 1 and market.faults() == {"expire_token": 1}
    market.control("settings", {"token_seconds": EARLY - 10})  # good for the call, and too old for the next one
    TOKENS.clear()
    send(sw, invoice(csd))
    before = len(sw.exchanges)
    send(sw, invoice(csd))
    assert [exchange.operation for exchange in sw.exchanges[before:]] == ["authenticate", "stamp"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_is_a_matter_of_settings(market, sw, csd, status):
    market.script({"http_status": status}, times=-1, operation="stamp")
    assert doubt(lambda: send(sw, invoice(csd)), Misconfigured) == f"http_{status}"
    assert sw.exchanges[-1].outcome == f"misconfigured:http_{status}"


def test_a_limiter_refuses_for_now_and_the_same_bytes_go_through_later(market, sw, csd):
    xml = invoice(csd)
    market.script({"http_status": {"status": 429, "retry_after": 2}}, operation="stamp")
    result = send(sw, xml)
    assert (result.category, result.retry_after, result.folio_spent) == (Category.TEMPORARY, 2, False)
    assert isinstance(send(sw, xml), Stamped)


def test_without_stamps_nothing_is_stamped_until_some_are_bought(market, csd):
    yesterday = (date.today() - timedelta(days=2)).isoformat()
    for account in ({"credits": 0}, {"credits": 5, "expires": yesterday}):
        sw = client(market, **account)
        xml = invoice(csd)
        result = send(sw, xml)
        assert (result.code, result.category, result.retry) == ("718", Category.ACCOUNT, True)
        assert sw.balance(ISSUER["rfc"]).credits == 0 and uuids(market, xml) == []
        market.control("accounts", {"username": USERNAME, "credits": 7, "expires": ""})
        assert isinstance(send(sw, xml), Stamped)
    market.script({"no_credits": True}, operation="stamp")
    assert send(sw, invoice(csd)).code == "718"


def test_the_balance_follows_the_stamps(market, csd):
    sw = client(market, credits=3, expires="2031-12-31")
    send(sw, invoice(csd))
    result = sw.balance(ISSUER["rfc"])
    assert dataclasses.replace(result, bought_on=None) == Balance(
        credits=2, unlimited=False, used=1, expires=date(2031, 12, 31), assigned=3, bought=3
    )
    assert abs((result.bought_on - date.today()).days) <= 1
    assert client(market, "other@example.mx", credits=-1).balance(ISSUER["rfc"]).unlimited


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"Fecha": samples.local_now(timedelta(hours=5))}, "401"),
        ({"Moneda": "pesos"}, "CFDI40113"),
        ({"Total": ""}, "301"),
    ],
)
def test_a_document_that_is_refused_says_so(market, sw, csd, header, code):
    xml = invoice(csd, **header)
    result = send(sw, xml)
    assert isinstance(result, Refused)
    assert (result.code, result.category, result.retry, result.folio_spent) == (code, Category.CONTENT, False, False)
    assert result.message and sw.exchanges[-1].http_status == 400
    assert uuids(market, xml) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("402", Category.CERTIFICATE),
        ("305", Category.CERTIFICATE),
        ("CFDI40138", Category.CONTENT),
        ("XX999", Category.CONTENT),
    ],
)
def test_a_scripted_refusal_has_its_category(market, sw, csd, code, kind):
    market.script({"refuse": {"code": code, "message": "porque no"}}, operation="stamp")
    result = send(sw, invoice(csd))
    assert (result.code, result.category) == (code, kind) and "porque no" in result.message
    assert result.folio_spent is (None if code == "XX999" else False)


def test_an_uncontrolled_error_leaves_doubt(market, sw, csd):
    market.script({"refuse": {"code": "CO1000", "message": "Error no controlado"}}, operation="stamp")
    assert doubt(lambda: send(sw, invoice(csd))) == "authority_code"


def test_a_service_that_is_down_was_not_sent_to_and_works_again_when_it_is_up(market, csd):
    sw = client(market)
    send(sw, invoice(csd))
    xml = invoice(csd)
    market.stop()
    try:
        assert doubt(lambda: send(sw, xml), NotSent) == "refused"
    finally:
        market.start()
    assert isinstance(send(sw, xml), Stamped)
    assert len(uuids(market, xml)) == 1


def test_a_document_of_our_own_making_is_stamped_and_its_stamp_proves_itself(market, sw, csd):
    document = read.parse(invoice(csd))
    signer = certificates.RsaSigner(csd.cer, certificates.load_private_key(csd.key, csd.password))
    xml = seal.seal(dataclasses.replace(document, serie="PROPIA", sello=""), signer)
    result = send(sw, xml)
    assert isinstance(result, Stamped), result
    assert stamp.belongs(xml, result.xml) == []
    assert stamp.verify(result.xml, [market.file("pac.cer")]) == []
    assert etree.fromstring(result.xml).get("Serie") == "PROPIA"
