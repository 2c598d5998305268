"""Scripted faults happen as ordered, to whom they were ordered for, and never falsify the ledger."""

from __future__ import annotations

import http.client
import time
import urllib.error
from datetime import datetime

import pytest
from lxml import etree

from tests_process.cfdi_samples import Answer, invoice, stamp_string
from tests_process.sandbox_client import SandboxRefused

LOST = (urllib.error.URLError, ConnectionError, http.client.HTTPException)


def folio(xml: bytes) -> str:
    return etree.fromstring(xml).get("Folio")


def test_an_answer_lost_after_the_stamp_leaves_one_stamp_to_be_found(market, csd):
    xml = invoice(csd)
    market.script({"drop_after_stamp": True}, folio=folio(xml), operation="stamp")
    with pytest.raises(LOST):
        market.send(xml)
    (row,) = market.ledger()
    assert market.calls()[-1]["verdict"] == "stamped, no_answer"
    assert Answer(market.send(xml, "stamped")).uuid == row["uuid"]
    assert Answer(market.send(xml)).codes == ["307"]
    assert market.faults() == {"drop_after_stamp": 1}


def test_a_connection_dropped_before_leaves_nothing(market, csd):
    xml = invoice(csd)
    market.script({"drop_before": True}, folio=folio(xml))
    with pytest.raises(LOST):
        market.send(xml)
    assert market.ledger() == []
    assert Answer(market.send(xml)).codes == []


def test_a_reset_or_a_cut_answer_is_no_answer_but_a_stamp(market, csd):
    for fault in ({"reset_mid_answer": True}, {"truncate": True}, {"truncate": 40}):
        xml = invoice(csd)
        market.script(fault, folio=folio(xml))
        with pytest.raises(LOST):
            market.send(xml)
        assert Answer(market.send(xml, "stamped")).uuid == market.ledger()[-1]["uuid"]
    assert len(market.ledger()) == 3


def test_a_reset_is_a_reset_on_the_wire(market, csd):
    xml = invoice(csd)
    market.script({"reset_mid_answer": True}, folio=folio(xml))
    with pytest.raises((ConnectionResetError, urllib.error.URLError)) as lost:
        market.send(xml)
    assert isinstance(getattr(lost.value, "reason", lost.value), ConnectionResetError)


def test_a_slow_answer_comes_in_drops(market, csd):
    market.script({"slow_drip": {"bytes": 500, "every_ms": 50}}, operation="stamp")
    started = time.monotonic()
    answer = Answer(market.send(invoice(csd)))
    drops = len(answer.body) / 500
    assert answer.uuid and time.monotonic() - started > 0.05 * (drops - 1)
    market.script({"slow_drip": True}, operation="stamp")
    with pytest.raises((TimeoutError, *LOST)):
        market.send(invoice(csd), timeout=0.5)


@pytest.mark.parametrize("key", ["delay_before", "delay_after_stamp"])
def test_a_delay_is_waited(market, csd, key):
    xml = invoice(csd)
    market.script({key: 400}, folio=folio(xml))
    started = time.monotonic()
    assert Answer(market.send(xml)).codes == []
    assert time.monotonic() - started >= 0.4


def test_a_caller_that_gave_up_during_the_delay_finds_its_stamp(market, csd):
    xml = invoice(csd)
    market.script({"delay_after_stamp": 1500}, folio=folio(xml))
    with pytest.raises((TimeoutError, *LOST)):
        market.send(xml, timeout=0.5)
    assert Answer(market.send(xml, "stamped")).uuid == market.ledger()[0]["uuid"]


def test_a_delayed_call_that_is_then_dropped_never_stamps(market, csd):
    xml = invoice(csd)
    market.script({"delay_before": 300, "drop_before": True}, folio=folio(xml))
    with pytest.raises(LOST):
        market.send(xml)
    assert market.ledger() == []


def test_307_stays_empty_for_the_ordered_seconds(market, csd):
    xml = invoice(csd)
    market.script({"empty_307": 1.5}, times=-1, folio=folio(xml), operation="stamp")
    market.script({"lookup_603": 1.0}, times=-1, folio=folio(xml), operation="stamped")
    first = Answer(market.send(xml))
    assert first.uuid
    empty = Answer(market.send(xml))
    assert (empty.codes, empty.uuid, empty.xml) == (["307"], "", b"")
    assert Answer(market.send(xml, "stamped")).codes == ["603"]
    stamped_at = datetime.fromisoformat(market.ledger()[0]["time"])
    while datetime.now(stamped_at.tzinfo).timestamp() - stamped_at.timestamp() < 1.6:
        time.sleep(0.05)
    assert Answer(market.send(xml)).uuid == first.uuid
    assert Answer(market.send(xml, "stamped")).uuid == first.uuid


def test_http_errors_and_foreign_pages_stamp_only_when_told_so(market, csd):
    xml = invoice(csd)
    market.script({"http_status": {"status": 503, "retry_after": 7}}, folio=folio(xml))
    status, body = market.send(xml)
    assert (status, b"<html>" in body) == (503, True)
    assert market.ledger() == []
    market.script({"html_page": True, "after_stamp": True}, folio=folio(xml))
    status, body = market.send(xml)
    assert (status, b"Iniciar" in body) == (200, True)
    assert len(market.ledger()) == 1
    market.script({"http_status": 401}, operation="stamped")
    assert market.send(xml, "stamped")[0] == 401


def test_a_fault_is_a_soap_fault_with_status_500(market, csd):
    market.script({"senv_fault": "UnboundLocalError: x"}, operation="stamp")
    answer = Answer(market.send(invoice(csd)))
    assert (answer.status, answer.text("faultcode"), answer.text("faultstring")) == (
        500, "senv:Server", "UnboundLocalError: x")  # fmt: skip


def test_an_entity_bomb_can_be_served(market, csd):
    market.script({"xml_bomb": True})
    status, body = market.send(invoice(csd))
    assert status == 200 and body.count(b"<!ENTITY") == 10 and len(body) < 2000


def test_business_refusals_can_be_ordered(market, csd):
    xml = invoice(csd)
    market.script({"refuse": {"code": "708", "message": "No se pudo conectar al SAT"}}, folio=folio(xml))
    market.script({"no_credits": True}, folio=folio(xml))
    answers = [Answer(market.send(xml)) for _index in range(3)]
    assert [answer.codes for answer in answers] == [["708"], ["718"], []]
    assert answers[0].text("MensajeIncidencia") == "No se pudo conectar al SAT"


def test_spoiled_stamps_are_only_in_the_answer(market, csd):
    xml = invoice(csd)
    seal = etree.fromstring(xml).get("Sello")
    market.script({"wrong_tfd": True}, folio=folio(xml))
    answer = Answer(market.send(xml))
    row = market.ledger()[0]
    assert answer.stamp.get("SelloCFD") != seal and answer.uuid != row["uuid"]
    assert answer.uuid == answer.stamp.get("UUID")
    assert stamp_string(answer.stamp).count("|") == 9
    true = Answer(market.send(xml, "stamped"))
    assert (true.uuid, true.stamp.get("SelloCFD")) == (row["uuid"], seal)
    for fault in ("no_tfd", "bad_uuid", "bad_sat_seal"):
        market.script({fault: True}, operation="stamp")
    naked, short, unsigned = (Answer(market.send(invoice(csd))) for _index in range(3))
    assert naked.stamp is None and naked.uuid == market.ledger()[1]["uuid"]
    assert len(short.uuid) == 35 and short.stamp.get("UUID") == short.uuid
    good = market.file(f"document/{unsigned.uuid}.xml")
    assert unsigned.xml != good and unsigned.uuid.encode() in good


def test_scripts_hit_only_what_matches_as_often_as_ordered(market, csd):
    market.script({"refuse": {"code": "1"}}, serie="B*", times=2, skip=1)
    codes = [Answer(market.send(invoice(csd, Serie=serie))).codes for serie in ("A", "B1", "B2", "A", "BX", "B")]
    assert codes == [[], [], ["1"], [], ["1"], []]
    (script,) = market.control("script")["scripts"]
    assert (script["seen"], script["applied"]) == (4, 2)


def test_scripts_with_a_chance_follow_the_seed(market, csd):
    market.script({"refuse": {"code": "1"}}, times=-1, probability=0.5)
    xml = invoice(csd)
    codes = [Answer(market.send(xml)).codes for _index in range(60)]
    assert 10 < codes.count(["1"]) < 50
    market.control("script", method="DELETE")
    assert Answer(market.send(xml)).codes == ["307"]


@pytest.mark.parametrize("request_", [
    {"match": {"colour": "red"}, "action": {"drop_before": True}},
    {"match": {}, "action": {"explode": True}},
    {"match": {}, "action": {}},
    {"match": {}, "action": {"delay_before": "long"}},
    {"match": {}, "action": {"refuse": "no"}},
    {"match": {}, "action": {"drop_before": True}, "when": "now"},
])  # fmt: skip
def test_a_script_that_makes_no_sense_is_refused(authority, request_):
    with pytest.raises(SandboxRefused) as refusal:
        authority.control("script", request_)
    assert refusal.value.status == 400
