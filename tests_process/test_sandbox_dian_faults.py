"""What goes wrong between DIAN and its caller, ordered from the sandbox: what the client makes of it, what stays."""

from __future__ import annotations

import time

import pytest

from core import clock
from core.dian import xades
from core.errors import InDoubt, Misconfigured, NotSent
from core.transports.base import Category, NotFound, Refused
from core.transports.dian import Dian
from core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed, Validated
from tests_process import dian_samples as samples
from tests_process.dian_samples import BUYER, SELLER, SOFTWARE, ZIP_NAME, Sample, packed
from tests_process.dian_shop import new_number, open_dian, rules, send, signed
from tests_process.sandbox_client import SandboxProcess, SandboxRefused

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def sample() -> Sample:
    return Sample(number=new_number())


def order(dian, action: dict, times: int = 1, **match) -> None:
    dian.script(action, times=times, service="dian", **match)


# After these DIAN has the document, and the caller cannot know it: the next question finds it
@pytest.mark.parametrize("fault", [
    {"drop_after_stamp": True},
    {"reset_mid_answer": True},
    {"truncate": True},
    {"senv_fault": "La consulta excede el tiempo", "after_stamp": True},
    {"http_status": 500, "after_stamp": True},
    {"http_status": 502, "after_stamp": True},
    {"http_status": {"status": 503, "retry_after": 7}, "after_stamp": True},
    {"html_page": True, "after_stamp": True},
    {"xml_bomb": True, "after_stamp": True},
], ids=str)
def test_an_answer_lost_after_the_validation_is_doubt_and_is_found(dian, seller, sample, fault):
    document = signed(sample, seller)
    order(dian, fault, operation="SendBillSync")
    with pytest.raises(InDoubt):
        send(dian, seller, document)
    found = Dian(dian.url, seller).status(sample.cufe)
    assert isinstance(found, Validated) and found.key == sample.cufe and found.application_response
    assert isinstance(send(dian, seller, document), AlreadyProcessed)
    assert [row["uuid"] for row in dian.ledger()] == [sample.cufe]


# After these DIAN has nothing, which the caller cannot know either
@pytest.mark.parametrize("fault", [
    {"drop_before": True},
    {"senv_fault": True},
    {"http_status": 500},
    {"http_status": 502},
    {"http_status": 507},
    {"html_page": True},
], ids=str)
def test_a_call_lost_before_is_doubt_and_leaves_nothing(dian, seller, sample, fault):
    document = signed(sample, seller)
    order(dian, fault, operation="SendBillSync")
    with pytest.raises(InDoubt):
        send(dian, seller, document)
    assert dian.ledger() == []
    assert isinstance(Dian(dian.url, seller).status(sample.cufe), NotFound)
    assert isinstance(send(dian, seller, document), Validated)


def test_a_slow_answer_is_doubt_and_is_found(dian, seller, sample):
    document = signed(sample, seller)
    order(dian, {"delay_after_stamp": 60_000}, operation="SendBillSync")
    with clock.overridden(read_timeout=2, total_timeout=4), pytest.raises(InDoubt):
        send(dian, seller, document)
    deadline = time.monotonic() + 60
    while not dian.ledger() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert isinstance(Dian(dian.url, seller).status(sample.cufe), Validated)


def test_an_answer_in_drops_still_is_one(dian, seller, sample):
    order(dian, {"slow_drip": {"bytes": 4096, "every_ms": 20}}, operation="SendBillSync")
    assert isinstance(send(dian, seller, signed(sample, seller)), Validated)


def test_a_security_fault_is_ours_to_mend_and_takes_nothing(dian, seller, sample):
    order(dian, {"security_fault": True})
    with pytest.raises(Misconfigured) as caught:
        send(dian, seller, signed(sample, seller))
    assert caught.value.params["reason"] == "security" and dian.ledger() == []


def test_a_forbidden_call_is_not_doubt(dian, seller, sample):
    order(dian, {"http_status": 403})
    with pytest.raises(Misconfigured):
        send(dian, seller, signed(sample, seller))


def test_a_door_that_is_closed_takes_nothing(seller, sample, tmp_path_factory):
    with SandboxProcess(tmp_path_factory.mktemp("closed")) as process:
        url = process.url
    with pytest.raises(NotSent):
        Dian(url, seller).send_bill(ZIP_NAME, packed(signed(sample, seller)), b"")


def test_a_document_in_progress_is_asked_for_until_it_is_done(dian, seller, sample):
    order(dian, {"in_progress": True}, operation="SendBillSync")
    order(dian, {"in_progress": True}, times=2, operation="GetStatus")
    taken = send(dian, seller, signed(sample, seller))
    assert isinstance(taken, InProgress) and taken.track_id == sample.cufe
    client = Dian(dian.url, seller)
    answers = [client.status(taken.track_id) for _attempt in range(3)]
    assert [type(answer) for answer in answers] == [InProgress, InProgress, Validated]
    assert dian.faults() == {"in_progress": 3}


def test_a_wrong_document_in_progress_is_refused_when_it_is_asked_for(dian, seller):
    wrong = Sample(number=new_number(), payable="118999.00")
    order(dian, {"in_progress": True}, operation="SendBillSync")
    order(dian, {"in_progress": True}, operation="GetStatus")
    taken = send(dian, seller, signed(wrong, seller))
    client = Dian(dian.url, seller)
    assert [type(client.status(wrong.cufe)), type(taken)] == [InProgress, InProgress]
    assert rules(client.status(wrong.cufe)) == ["FAU14"] and dian.ledger() == []
    corrected = Sample(number=wrong.number, moment=wrong.moment)
    assert isinstance(send(dian, seller, signed(corrected, seller)), Validated)


def test_a_look_up_can_be_told_anything(dian, seller, sample):
    send(dian, seller, signed(sample, seller))
    order(dian, {"refuse": {"code": "SIGNPLGNS", "message": "Ordenado."}}, operation="GetStatus")
    client = Dian(dian.url, seller)
    assert client.status(sample.cufe).category is Category.TEMPORARY
    assert isinstance(client.status(sample.cufe), Validated)


def test_what_is_not_there_yet_is_found_later(dian, seller, sample):
    send(dian, seller, signed(sample, seller))
    order(dian, {"status_lag": 3600}, times=2)
    client = Dian(dian.url, seller)
    found = [client.status(sample.cufe), client.download(sample.cufe), client.status(sample.cufe)]
    assert [type(one) for one in found] == [NotFound, NotFound, Validated]


def test_an_unknown_document_does_not_use_up_a_lag(dian, seller, sample):
    order(dian, {"status_lag": 3600})
    Dian(dian.url, seller).status("a" * 96)
    assert dian.faults() == {}


def test_rule_90_names_the_document_that_was_sent(dian, seller, sample):
    order(dian, {"refuse": {"code": "90", "message": "Documento procesado anteriormente."}})
    result = send(dian, seller, signed(sample, seller))
    assert isinstance(result, AlreadyProcessed) and result.key == sample.cufe


@pytest.mark.parametrize(("code", "category", "retry"), [
    ("SIGNPLGNS", Category.TEMPORARY, True),
    ("ZA02", Category.TEMPORARY, True),
    ("ZC02", Category.CERTIFICATE, False),
    ("ZD02", Category.CERTIFICATE, False),
    ("FAB24b", Category.ACCOUNT, True),
    ("FAU14", Category.CONTENT, False),
])
def test_who_has_to_act_follows_from_the_rule(dian, seller, sample, code, category, retry):
    order(dian, {"refuse": {"code": code, "message": "Ordenado."}})
    document = signed(sample, seller)
    result = send(dian, seller, document)
    assert isinstance(result, Refused) and rules(result) == [code]
    assert (result.code, result.category, result.retry) == (code, category, retry)
    assert isinstance(send(dian, seller, document), Validated)


def test_a_software_that_is_not_registered_is_a_matter_of_the_account(dian, seller, sample):
    dian.control("dian/register", {"kind": "software", "row": {"id": SOFTWARE, "nit": BUYER, "pin": samples.PIN}})
    result = send(dian, seller, signed(sample, seller))
    assert (rules(result), result.category) == (["FAB24b"], Category.ACCOUNT)


@pytest.mark.parametrize("method", ["send_bill", "send_bills", "send_test_set"])
def test_who_may_not_send_for_an_issuer_is_told_so(dian, seller, dian_signers, sample, method):
    document = signed(sample, seller)
    client = Dian(dian.url, dian_signers["other"])
    more = {"send_bill": (document,), "send_bills": (), "send_test_set": ("set-1",)}[method]
    result = getattr(client, method)(ZIP_NAME, packed(document), *more)
    assert isinstance(result, Refused), result
    assert (result.code, result.category) == ("89", Category.ACCOUNT)
    assert "no autorizado" in result.message and dian.ledger() == []


def test_a_test_set_that_was_rejected_takes_nothing_more(dian, seller, sample):
    row = {"id": "set-1", "nit": SELLER, "software": SOFTWARE, "needed": 1, "state": "Rechazado"}
    dian.control("dian/register", {"kind": "test_set", "row": row})
    result = Dian(dian.url, seller).send_test_set(ZIP_NAME, packed(signed(sample, seller)), "set-1")
    assert isinstance(result, SetClosed) and not result.accepted and dian.ledger() == []


def test_a_wrong_test_document_is_told_when_it_is_asked_for(dian, seller):
    wrong = Sample(number=new_number(), payable="118999.00")
    client = Dian(dian.url, seller)
    taken = client.send_test_set(ZIP_NAME, packed(signed(wrong, seller)), "set-1")
    result, = client.status_of_package(taken.track_id)
    assert rules(result) == ["FAU14"]
    call = dian.calls()[-1]
    assert (call["operation"], call["verdict"]) == ("GetStatusZip", "refused")


def test_a_package_that_is_not_known_yet(dian, seller, sample):
    client = Dian(dian.url, seller)
    taken = client.send_bills(ZIP_NAME, packed(signed(sample, seller)))
    order(dian, {"status_lag": 3600}, operation="GetStatusZip")
    order(dian, {"in_progress": True}, operation="GetStatusZip")
    found = [client.status_of_package(taken.track_id)[0] for _attempt in range(3)]
    assert [type(one) for one in found] == [NotFound, InProgress, Validated]


def test_a_notification_is_told_again_when_the_document_is_asked_for(dian, seller, sample):
    row = {"nit": SELLER, "name": "OTRO NOMBRE", "mailbox": "a@b.co"}
    dian.control("dian/register", {"kind": "taxpayer", "row": row})
    first = send(dian, seller, signed(sample, seller))
    again = Dian(dian.url, seller).status(sample.cufe)
    assert [one.code for one in first.incidents] == ["FAJ43a"] == [one.code for one in again.incidents]


@pytest.mark.parametrize("action", [{"in_progress": 3}, {"security_fault": "x"}, {"status_lag": "long"}])
def test_a_mistyped_fault_is_refused(dian, action):
    with pytest.raises(SandboxRefused):
        order(dian, action)


def test_everything_survives_a_crash_of_the_sandbox(seller, tmp_path_factory):
    """Its own sandbox: documents, words of DIAN's, packages and events are there after a kill."""
    from tests_process.dian_shop import signer_of

    process = SandboxProcess(tmp_path_factory.mktemp("crash")).start()
    try:
        open_dian(process)
        signer = signer_of(process, SELLER, samples.SELLER_NAME)
        good, wrong = Sample(number=new_number(), payment_form="2"), Sample(number=new_number(), payable="1.00")
        client = Dian(process.url, signer)
        taken = client.send_bills(ZIP_NAME, packed(signed(good, signer), signed(wrong, signer)))
        process.control("dian/event", {"key": good.cufe, "code": "030"})
        before = process.file("ledger.csv")
        process.kill()
        process.start()
        valid, refused = client.status_of_package(taken.track_id)
        assert isinstance(valid, Validated) and xades.verify(valid.application_response) == []
        assert rules(refused) == ["FAU14"]
        assert client.status_event(good.cufe).codes == {"030"}
        assert client.status(good.cufe) == valid
        assert process.file("ledger.csv") == before and good.cufe.encode() in before
    finally:
        process.stop()
