"""Our client of Finkok against the sandbox process, fault by fault; the sandbox's ledger is the judge."""

import dataclasses
import hashlib
import time
from datetime import timedelta

import pytest

from core import certificates, clock
from core.cfdi import read, seal, stamp
from core.errors import InDoubt, Misconfigured, NotSent
from core.transports import registry
from core.transports.base import AlreadyStamped, Balance, Category, NotFound, Pending, Refused, Stamped
from tests_process import cfdi_samples as samples
from tests_process.cfdi_samples import ISSUER, invoice

PASSWORD = "nobody-may-read-this"


@pytest.fixture(autouse=True)
def short_delays():
    with clock.overridden(connect_timeout=2, read_timeout=1.5, total_timeout=4, lookup_attempts=4, lookup_pause=0.5):
        yield


@pytest.fixture
def finkok(market):
    return client(market)


def client(market, username="somebody@example.mx", password=PASSWORD, credits=10, waiter=None, **account):
    market.control("accounts", {"username": username, "password": PASSWORD, "credits": credits, **account})
    credentials = registry.Credentials(username, password)
    return registry.stamper("finkok", "test", credentials=credentials, base_url_override=market.url, waiter=waiter)


def uuids(market, xml):
    """What the ledger holds about these bytes."""
    sha256 = hashlib.sha256(xml).hexdigest()
    return [row["uuid"].upper() for row in market.ledger() if row["sha256"] == sha256]


def doubt(act, kind=InDoubt):
    with pytest.raises(kind) as caught:
        act()
    return caught.value.params["reason"]


def test_a_document_is_stamped_once_and_the_bytes_in_the_ledger_are_ours(market, finkok, csd):
    xml = invoice(csd)
    result = finkok.stamp(xml, key="k")
    assert isinstance(result, Stamped) and not result.recovered and result.incidents == ()
    assert uuids(market, xml) == [result.uuid.upper()]
    assert market.file(f"document/{result.uuid}.xml") == result.xml
    (exchange,) = finkok.exchanges
    assert exchange.request_sha256 == hashlib.sha256(xml).hexdigest()
    assert (exchange.outcome, exchange.http_status) == ("stamped", 200)
    assert result.uuid.encode() in exchange.response


def test_the_same_bytes_again_bring_the_same_stamp(market, finkok, csd):
    xml = invoice(csd)
    first = finkok.stamp(xml, key="k")
    again = finkok.stamp(xml, key="k")
    assert isinstance(again, AlreadyStamped)
    assert (again.code, again.xml, again.uuid) == ("307", first.xml, first.uuid)
    assert len(uuids(market, xml)) == 1


def test_a_duplicate_without_its_document_is_fetched_by_the_look_up(market, finkok, csd):
    xml = invoice(csd)
    first = finkok.stamp(xml, key="k")
    market.script({"empty_307": 60}, times=-1, operation="stamp")
    again = finkok.stamp(xml, key="k")
    assert isinstance(again, AlreadyStamped) and again.xml is None
    found = finkok.find(xml, key="k")
    assert isinstance(found, Stamped) and (found.recovered, found.uuid, found.xml) == (True, first.uuid, first.xml)
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
def test_an_answer_lost_after_the_stamp_is_in_doubt_and_the_look_up_finds_that_stamp(
    market, finkok, csd, action, reason
):
    xml = invoice(csd)
    market.script(action, operation="stamp")
    assert doubt(lambda: finkok.stamp(xml, key="k")) in (reason, "connection_lost")
    (uuid,) = uuids(market, xml)
    found = finkok.find(xml, key="k")
    assert isinstance(found, Stamped) and found.recovered and found.uuid.upper() == uuid
    assert uuids(market, xml) == [uuid]
    assert sum(market.faults().values()) == 1
    assert [exchange.outcome for exchange in finkok.exchanges][1:] == ["stamped"]


@pytest.mark.parametrize(
    "action",
    [
        {"drop_before": True},
        {"http_status": 500},
        {"http_status": {"status": 503, "retry_after": 5}},
        {"html_page": True},
        {"senv_fault": "local variable referenced before assignment"},
        {"delay_before": 3000},
    ],
    ids=str,
)
def test_an_answer_lost_before_the_stamp_is_in_doubt_too_and_the_same_bytes_are_stamped_once(
    market, finkok, csd, action
):
    xml = invoice(csd)
    market.script(action, operation="stamp")
    doubt(lambda: finkok.stamp(xml, key="k"))
    if "delay_before" in action:
        time.sleep(2.5)  # the sandbox stamps what it had received
        assert isinstance(finkok.find(xml, key="k"), Stamped)
    else:
        assert finkok.find(xml, key="k") == NotFound(code="603", message="El CFDI no contiene un timbre previo")
        assert isinstance(finkok.stamp(xml, key="k"), Stamped)
    assert len(uuids(market, xml)) == 1


def test_a_slow_drip_ends_at_the_deadline_of_the_whole_call(market, finkok, csd):
    market.script({"slow_drip": {"bytes": 1, "every_ms": 100}})
    began = time.monotonic()
    assert doubt(lambda: finkok.stamp(invoice(csd), key="k")) == "deadline"
    assert 3.5 < time.monotonic() - began < 6
    assert 3500 < finkok.exchanges[0].duration_ms < 6000


def test_a_stamp_that_shows_up_late_is_waited_for_and_no_longer(market, csd):
    waits = []
    finkok = client(market, waiter=lambda seconds: (waits.append(seconds), time.sleep(seconds)))
    xml = invoice(csd)
    first = finkok.stamp(xml, key="k")
    market.script({"lookup_603": 1}, times=-1, operation="stamped")
    found = finkok.find(xml, key="k")
    assert isinstance(found, Stamped) and found.uuid == first.uuid
    assert 1 <= len(waits) <= 3 and set(waits) == {0.5}
    market.control("script", method="DELETE")
    market.script({"lookup_603": 600}, times=-1, operation="stamped")
    assert isinstance(finkok.find(xml, key="k"), NotFound)
    known = finkok.find(xml, key="k", uuid=first.uuid)
    assert isinstance(known, Stamped) and known.uuid == first.uuid


def test_a_document_of_our_own_making_is_stamped_and_its_stamp_proves_itself(market, finkok, csd):
    document = read.parse(invoice(csd))
    signer = certificates.RsaSigner(csd.cer, certificates.load_private_key(csd.key, csd.password))
    xml = seal.seal(dataclasses.replace(document, serie="PROPIA", sello=""), signer)
    result = finkok.stamp(xml, key="k")
    assert isinstance(result, Stamped), result
    assert stamp.belongs(xml, result.xml) == []
    assert stamp.verify(result.xml, [market.file("pac.cer")]) == []
    assert stamp.read(result.xml).uuid == result.uuid


def test_the_stamp_of_another_document_is_handed_on_and_does_not_belong(market, finkok, csd):
    """The transport cannot know the document; who adopts the stamp has to ask `belongs`."""
    other, xml = invoice(csd), invoice(csd)
    finkok.stamp(other, key="k")
    market.script({"wrong_tfd": True}, operation="stamp")
    result = finkok.stamp(xml, key="k")
    assert isinstance(result, Stamped) and stamp.belongs(xml, result.xml) != []
    found = finkok.find(xml, key="k")
    assert isinstance(found, Stamped) and stamp.belongs(xml, found.xml) == []


def test_a_wrong_password_is_a_matter_of_credentials_and_shows_in_no_record(market, csd):
    finkok = client(market, password="wrong-" + PASSWORD)
    xml = invoice(csd)
    for result in (finkok.stamp(xml, key="k"), finkok.find(xml, key="k"), finkok.balance(ISSUER["rfc"])):
        assert isinstance(result, Refused)
        assert (result.code, result.category, result.retry) == ("300", Category.CREDENTIALS, True)
    assert finkok.pending("5B0C1D6E-0000-4000-8000-000000000001").code == "300"
    for exchange in finkok.exchanges:
        archived = exchange.request + exchange.response + repr(exchange).encode()
        assert PASSWORD.encode() not in archived and b"somebody@" not in archived and b"***" in exchange.request
    assert uuids(market, xml) == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_is_a_matter_of_settings(market, finkok, csd, status):
    market.script({"http_status": status})
    assert doubt(lambda: finkok.stamp(invoice(csd), key="k"), Misconfigured) == f"http_{status}"
    assert finkok.exchanges[0].outcome == f"misconfigured:http_{status}"


def test_a_limiter_refuses_for_now_and_the_same_bytes_go_through_later(market, finkok, csd):
    xml = invoice(csd)
    market.script({"http_status": {"status": 429, "retry_after": 2}})
    result = finkok.stamp(xml, key="k")
    assert (result.category, result.retry_after, result.folio_spent) == (Category.TEMPORARY, 2, False)
    assert isinstance(finkok.stamp(xml, key="k"), Stamped)


def test_without_credits_nothing_is_stamped_until_some_are_bought(market, csd):
    finkok = client(market, credits=0)
    xml = invoice(csd)
    result = finkok.stamp(xml, key="k")
    assert isinstance(result, Refused) and (result.category, result.retry) == (Category.ACCOUNT, True)
    assert uuids(market, xml) == []
    market.control("accounts", {"username": "somebody@example.mx", "password": PASSWORD, "credits": 1})
    assert isinstance(finkok.stamp(xml, key="k"), Stamped)


def test_the_balance_follows_the_stamps(market, csd):
    finkok = client(market, credits=3)
    assert finkok.balance(ISSUER["rfc"]) == Balance(credits=3, unlimited=False, used=0)
    finkok.stamp(invoice(csd), key="k")
    assert finkok.balance(ISSUER["rfc"]) == Balance(credits=2, unlimited=False, used=1)
    assert client(market, "other@example.mx", credits=-1).balance(ISSUER["rfc"]).unlimited


def test_the_balance_of_a_foreign_issuer_is_refused(market):
    result = client(market, rfcs=[ISSUER["rfc"]]).balance("XAXX010101000")
    assert (result.code, result.category) == ("601", Category.ACCOUNT)


def test_a_stamp_can_be_asked_for_by_its_uuid(market, finkok, csd):
    stamp = finkok.stamp(invoice(csd), key="k")
    assert finkok.pending(stamp.uuid) == Pending(uuid=stamp.uuid, delivered=True, xml=stamp.xml)
    assert isinstance(finkok.pending("5B0C1D6E-0000-4000-8000-000000000001"), NotFound)
    assert isinstance(finkok.pending("nonsense"), NotFound)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"Fecha": samples.local_now(timedelta(hours=5))}, "401"),
        ({"Moneda": "pesos"}, "CFDI40113"),
        ({"Total": ""}, "705"),
    ],
)
def test_a_document_that_is_refused_says_so(market, finkok, csd, header, code):
    xml = invoice(csd, **header)
    result = finkok.stamp(xml, key="k")
    assert isinstance(result, Refused)
    assert (result.code, result.category, result.retry, result.folio_spent) == (code, Category.CONTENT, False, False)
    assert result.message and result.incidents[0].code == code
    assert uuids(market, xml) == []


def test_another_certificate_than_the_issuers_is_a_matter_of_certificates(market, finkok):
    other = market.issue_csd("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA")
    result = finkok.stamp(invoice(other), key="k")
    assert (result.code, result.category) == ("303", Category.CERTIFICATE)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("402", Category.CERTIFICATE),
        ("703", Category.ACCOUNT),
        ("305", Category.CERTIFICATE),
        ("7999", Category.CONTENT),
    ],
)
def test_a_scripted_refusal_has_its_category(market, finkok, csd, code, kind):
    market.script({"refuse": {"code": code, "message": "porque no"}})
    result = finkok.stamp(invoice(csd), key="k")
    assert (result.code, result.message, result.category) == (code, "porque no", kind)
    assert result.folio_spent is (None if code == "7999" else False)


def test_a_service_that_cannot_reach_sat_leaves_doubt(market, finkok, csd):
    market.script({"refuse": {"code": "708", "message": "No se pudo conectar al SAT"}})
    assert doubt(lambda: finkok.stamp(invoice(csd), key="k")) == "authority_code"
    assert finkok.exchanges[0].authority_code == "708"


def test_a_service_that_is_down_was_not_sent_to_and_works_again_when_it_is_up(market, csd):
    finkok = client(market)
    xml = invoice(csd)
    market.stop()
    try:
        assert doubt(lambda: finkok.stamp(xml, key="k"), NotSent) == "refused"
    finally:
        market.start()
    assert isinstance(finkok.stamp(xml, key="k"), Stamped)
    assert len(uuids(market, xml)) == 1
