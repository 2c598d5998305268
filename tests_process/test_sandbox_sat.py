"""SAT's status service of the sandbox, asked by a plain HTTP call and by the product's client."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree

from core.cfdi import expression, read, status
from core.cfdi.status import Cancellable, Request, Standing
from core.transports import registry
from tests_process.cfdi_samples import Answer, invoice
from tests_process.sandbox_client import SandboxRefused

HOUR = 3600
ACTION = "http://tempuri.org/IConsultaCFDIService/Consulta"
FOUND, MALFORMED, UNKNOWN = "S - ", "N - 601", "N - 602"


class Asked:
    """One stamped invoice, and what SAT says of it."""

    def __init__(self, authority, xml: bytes):
        self.authority = authority
        self.stamped = read.parse(Answer(authority.send(xml)).xml)
        self.uuid = self.stamped.timbre.uuid
        self.question = expression.printed_expression(self.stamped)

    def order(self, **what):
        return self.authority.control("sat/standing", {"uuid": self.uuid, **what})

    def words(self, question: str | None = None):
        service = registry.sat_status_service("test", base_url_override=self.authority.url)
        return service.ask(question or self.question)

    def status(self):
        found = self.words()
        return status.read(code=found.code, state=found.state, cancellable=found.cancellable,
                           cancellation=found.cancellation, efos=found.efos)


@pytest.fixture
def asked(market, csd):
    return Asked(market, invoice(csd))


def test_a_stamped_invoice_is_live_and_nobody_asked_to_cancel_it(asked):
    found = asked.status()
    assert (found.standing, found.request, found.names_listed_party) == (Standing.LIVE, Request.NONE, False)
    assert found.may_be_requested
    assert asked.authority.calls()[-1]["verdict"] == "found"


def test_parts_may_come_in_any_order_and_the_end_of_the_seal_may_be_missing(asked):
    parts = asked.question.lstrip("?").split("&")
    assert asked.words("?" + "&".join(reversed(parts))).code.startswith(FOUND)
    assert asked.words("?" + "&".join(parts[:-1])).code.startswith(FOUND)


@pytest.mark.parametrize("name, value", [
    ("id", "5B0C1D6E-0000-4000-8000-000000000001"), ("re", "XAXX010101000"), ("rr", "XEXX010101000"), ("tt", "1.0"),
    ("fe", "AAAAAA=="),
])
def test_anothers_uuid_rfc_total_or_seal_is_not_found(asked, name, value):
    parts = dict(part.split("=", 1) for part in asked.question.lstrip("?").split("&"))
    question = "?" + "&".join(f"{key}={text}" for key, text in {**parts, name: value}.items())
    found = asked.words(question)
    assert found.code.startswith(UNKNOWN) and found.state == "No Encontrado"


@pytest.mark.parametrize("question", ["", "?", "?re=A&rr=B&tt=1&id=2", "?id=5B0C1D6E-0000-4000-8000-000000000001",
                                      "?re=XAXX010101000&rr=XAXX010101000&tt=1e3&id=5B0C1D6E-0000-4000-8000-000000000001"])
def test_what_is_no_expression_is_601(asked, question):
    assert asked.words(question or " ").code.startswith(MALFORMED)


def test_sat_follows_the_provider_with_delay(asked):
    asked.authority.control("settings", {"sat_lag_seconds": 600})
    assert asked.status().standing == Standing.NOT_FOUND
    asked.authority.control("clock", {"offset_seconds": 601})
    assert asked.status().standing == Standing.LIVE


def test_without_acceptance_a_request_cancels_at_once(asked):
    asked.order(cancellable="Cancelable sin aceptación")
    assert asked.status().cancellable == Cancellable.WITHOUT_ACCEPTANCE
    asked.order(request="requested")
    assert (asked.status().standing, asked.status().request) == (Standing.CANCELLED, Request.WITHOUT_ACCEPTANCE)


def test_what_a_live_document_refers_to_cannot_be_cancelled(asked):
    asked.order(cancellable="No cancelable")
    assert asked.status().cancellable == Cancellable.NO and not asked.status().may_be_requested
    with pytest.raises(SandboxRefused):
        asked.order(request="requested")


def test_the_receiver_accepts(asked):
    asked.order(cancellable="Cancelable con aceptación", request="requested")
    assert asked.status().waits_for_receiver
    asked.order(request="accepted")
    assert (asked.status().standing, asked.status().request) == (Standing.CANCELLED, Request.WITH_ACCEPTANCE)
    with pytest.raises(SandboxRefused):
        asked.order(request="rejected")


def test_without_an_answer_the_deadline_cancels_a_first_request(asked):
    asked.order(cancellable="Cancelable con aceptación", request="requested")
    asked.authority.control("clock", {"offset_seconds": 71 * HOUR})
    assert asked.status().waits_for_receiver
    asked.authority.control("clock", {"offset_seconds": 73 * HOUR})
    assert (asked.status().standing, asked.status().request) == (Standing.CANCELLED, Request.EXPIRED)


def test_after_a_rejection_it_may_be_asked_again_and_then_waits_without_end(asked):
    asked.order(cancellable="Cancelable con aceptación", request="requested")
    asked.order(request="rejected")
    assert asked.status().request == Request.REJECTED and asked.status().may_be_requested
    asked.order(request="requested")
    asked.authority.control("clock", {"offset_seconds": 1000 * HOUR})
    assert asked.status().waits_for_receiver


def test_a_listed_party_is_told(asked):
    asked.order(efos="100")
    assert asked.status().names_listed_party


@pytest.mark.parametrize("what", [{"request": "cancel"}, {"cancellable": "si"}, {"request": "accepted"}, {"other": 1}])
def test_mistakes_are_answered_in_words(asked, what):
    with pytest.raises(SandboxRefused):
        asked.order(**what)


def test_the_usual_way_follows_from_the_document(market, csd):
    small = Asked(market, invoice(csd))
    expected = (Cancellable.WITHOUT_ACCEPTANCE if Decimal(small.stamped.total) <= 1000
                else Cancellable.WITH_ACCEPTANCE)
    assert small.status().cancellable == expected


def test_it_can_be_made_to_fail_as_every_service(asked):
    asked.authority.script({"http_status": 503}, service="sat")
    headers = {"SOAPAction": ACTION, "Content-Type": "text/xml; charset=utf-8"}
    code, _body = asked.authority.request("POST", "/ConsultaCFDIService.svc", b"<x/>", headers)
    assert code == 500  # no envelope
    envelope = etree.fromstring(
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><t:Consulta xmlns:t="http://tempuri.org/">'
        "<t:expresionImpresa/></t:Consulta></s:Body></s:Envelope>")
    code, _body = asked.authority.request("POST", "/ConsultaCFDIService.svc", etree.tostring(envelope), headers)
    assert code == 503
    code, _body = asked.authority.request("POST", "/ConsultaCFDIService.svc", etree.tostring(envelope), {})
    assert code == 500  # no action
