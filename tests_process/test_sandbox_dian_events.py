"""Events about a validated invoice: what the other party did, as DIAN tells it, and what it refuses to register."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.dian import xades
from core.transports.base import NotFound
from core.transports.dian import Dian
from core.transports.dian_answers import AlreadyProcessed, Events, Validated
from tests_process.dian_samples import BUYER, SELLER, Event, Sample, packed
from tests_process.dian_shop import new_number, rules, send, signed
from tests_process.sandbox_client import SandboxRefused

pytestmark = pytest.mark.timeout(120)
DIAN_NIT, DIAN_NAME = "800197268", "DIAN"
AR_NAME = f"ar0{BUYER}000260000000B.xml"


@pytest.fixture
def invoice(dian, seller) -> Sample:
    """A validated invoice on credit."""
    sample = Sample(number=new_number(), payment_form="2")
    assert isinstance(send(dian, seller, signed(sample, seller)), Validated)
    return sample


def about(invoice: Sample, code: str, **changes) -> Event:
    return Event(code, invoice.cufe, document=invoice.number, **changes)


def tacit(invoice: Sample) -> Event:
    parties = {"sender": SELLER, "receiver": DIAN_NIT, "sender_name": "X", "receiver_name": DIAN_NAME}
    return about(invoice, "034", **parties)


def upload(dian, signer, event: Event, **options):
    document = signed(event, signer, **options)
    return Dian(dian.url, signer).send_event(packed(document, names=(AR_NAME,)), document)


def test_an_invoice_without_events_admits_notes(dian, seller, invoice):
    found = Dian(dian.url, seller).status_event(invoice.cufe)
    assert isinstance(found, Events) and found.events == () and not found.is_accepted


def test_what_the_buyer_did_is_told(dian, seller, invoice):
    for code in ("030", "032", "033"):
        dian.control("dian/event", {"key": invoice.cufe, "code": code})
    found = Dian(dian.url, seller).status_event(invoice.cufe)
    assert [event.code for event in found.events] == ["030", "032", "033"]
    assert found.is_accepted and found.events[0].description == "Acuse de recibo de Factura Electrónica de Venta"
    assert xades.verify(found.application_response) == []
    assert [row["sender"] for row in dian.control("dian/event")] == [BUYER] * 3


@pytest.mark.parametrize(("code", "is_accepted"), [("030", False), ("031", False), ("032", False), ("034", True)])
def test_only_acceptances_close_the_invoice(dian, seller, invoice, code, is_accepted):
    dian.control("dian/event", {"key": invoice.cufe, "code": code})
    found = Dian(dian.url, seller).status_event(invoice.cufe)
    assert (found.codes, found.is_accepted) == ({code}, is_accepted)


def test_events_of_an_unknown_invoice_are_not_found(dian, seller):
    assert isinstance(Dian(dian.url, seller).status_event("a" * 96), NotFound)


@pytest.mark.parametrize("asked", [{"key": "a" * 96, "code": "030"}, {"key": "", "code": "030"}, {"code": "030"}])
def test_an_event_needs_an_invoice(dian, asked):
    with pytest.raises(SandboxRefused):
        dian.control("dian/event", asked)


def test_an_event_is_one_that_exists(dian, invoice):
    with pytest.raises(SandboxRefused, match="030"):
        dian.control("dian/event", {"key": invoice.cufe, "code": "099"})


def test_the_buyer_s_own_events_are_registered(dian, seller, dian_signers, invoice):
    buyer = dian_signers["other"]
    for code in ("030", "032", "033"):
        event = about(invoice, code)
        result = upload(dian, buyer, event)
        assert isinstance(result, Validated), result
        assert result.key == event.cude and xades.verify(result.application_response) == []
    client = Dian(dian.url, seller)
    found = client.status_event(invoice.cufe)
    assert [event.code for event in found.events] == ["030", "032", "033"]
    assert [event.key for event in found.events][-1] == event.cude
    assert client.status(event.cude) == result


def test_the_seller_accepts_tacitly(dian, seller, invoice):
    for code in ("030", "032"):
        dian.control("dian/event", {"key": invoice.cufe, "code": code})
    assert isinstance(upload(dian, seller, tacit(invoice)), Validated)
    assert Dian(dian.url, seller).status_event(invoice.cufe).is_accepted


def test_the_same_event_twice_is_a_recovery(dian, dian_signers, invoice):
    event = about(invoice, "030")
    upload(dian, dian_signers["other"], event)
    assert isinstance(upload(dian, dian_signers["other"], event), AlreadyProcessed)


@pytest.mark.parametrize(("code", "changed", "before", "expected"), [
    ("030", {"version": "2.1"}, (), ["AAD01"]),
    ("030", {"operation": "10"}, (), ["AAD02"]),
    ("030", {"profile": "DIAN 2.1"}, (), ["AAD03"]),
    ("030", {"environment": "1"}, (), ["AAD04"]),
    ("030", {"number": "9" * 51}, (), ["AAD05"]),
    ("030", {"key": "0" * 96}, (), ["AAD06"]),
    ("030", {"pin": "1"}, (), ["AAB27b", "AAD06"]),
    ("030", {"software": "00000000-0000-4000-8000-0000000000bb"}, (), ["AAB24b"]),
    ("030", {"cufe": "a" * 96}, (), ["AAH07"]),
    ("035", {}, (), ["AAH03"]),
    ("031", {}, ("030", "032"), ["AAH03"]),
    ("030", {"receiver": "800197268"}, (), ["AAG01"]),
    ("030", {}, ("030",), ["LGC01"]),
    ("031", {"concept": "01"}, ("030", "032", "033"), ["LGC03"]),
    ("033", {}, ("030", "032", "031"), ["LGC04"]),
    ("032", {}, (), ["LGC12"]),
])
def test_what_is_wrong_with_an_event_has_its_code(dian, dian_signers, invoice, code, changed, before, expected):
    for earlier in before:
        dian.control("dian/event", {"key": invoice.cufe, "code": earlier})
    event = Event(code, **{"cufe": invoice.cufe, "document": invoice.number, **changed})
    assert rules(upload(dian, dian_signers["other"], event)) == expected
    assert [row["code"] for row in dian.control("dian/event")] == list(before)


def test_somebody_else_s_event_is_refused(dian, seller, invoice):
    mine = {"sender": SELLER, "sender_name": "X", "receiver": SELLER}
    assert rules(upload(dian, seller, about(invoice, "030", **mine))) == ["AAF01"]


def test_a_sale_for_cash_has_no_events(dian, seller, dian_signers):
    sample = Sample(number=new_number())
    send(dian, seller, signed(sample, seller))
    assert rules(upload(dian, dian_signers["other"], about(sample, "030"))) == ["LGC62"]


def test_the_day_of_an_event_is_that_of_its_signature(dian, dian_signers, invoice):
    event = about(invoice, "030", moment=invoice.moment)
    buyer = dian_signers["other"]
    assert rules(upload(dian, buyer, event, at=event.moment - timedelta(days=1))) == ["AAD09e", "DC24a"]
    assert rules(upload(dian, buyer, event, at=event.moment + timedelta(days=1))) == ["AAD09e", "DC24"]


def test_goods_are_not_received_before_their_invoice(dian, dian_signers, invoice):
    dian.control("clock", {"offset_seconds": 3600})
    dian.control("dian/event", {"key": invoice.cufe, "code": "030"})
    dian.control("clock", {"reset": True})
    assert rules(upload(dian, dian_signers["other"], about(invoice, "032"))) == ["DC24b"]


def test_the_page_for_people_shows_what_was_validated_and_its_events(dian, invoice):
    dian.control("dian/event", {"key": invoice.cufe, "code": "030"})
    status, page = dian.request("GET", "/")
    assert status == 200
    assert invoice.number.encode() in page and f"/control/document/{invoice.cufe}.xml".encode() in page
    assert b">030<" in page and b"SendBillSync" in page
    assert dian.control("status")["validated"] == 1
