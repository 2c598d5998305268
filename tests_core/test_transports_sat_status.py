"""SAT's status service over real HTTP: what is asked, what comes back, what is no answer."""

import pytest

from core import clock
from core.errors import InDoubt, Misconfigured, NotSent
from core.transports import registry
from core.transports.base import Refused
from core.transports.sat_status import SatStatusService, StatusAnswer
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)

EXPRESSION = "?re=A&amp;B010101AB1&rr=XAXX010101000&tt=116.0&id=5B0C1D6E-0000-4000-8000-000000000001&fe=oxOSjA=="
MEMBERS = (
    "<a:CodigoEstatus>S - Comprobante obtenido satisfactoriamente.</a:CodigoEstatus>"
    "<a:EsCancelable>Cancelable con aceptación</a:EsCancelable><a:Estado> Vigente </a:Estado><a:EstatusCancelacion/>"
)


@pytest.fixture(autouse=True)
def short_delays():
    with clock.overridden(connect_timeout=1, read_timeout=1, total_timeout=3):
        yield


def envelope(content):
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<ConsultaResponse xmlns="http://tempuri.org/">{content}</ConsultaResponse></s:Body></s:Envelope>'
    ).encode()


def result(members):
    namespace = "http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio"
    return envelope(f'<ConsultaResult xmlns:a="{namespace}">{members}</ConsultaResult>')


def test_the_five_fields_are_handed_on_in_sats_words():
    with bad.serving(bad.answer(result(MEMBERS + "<a:ValidacionEFOS>200</a:ValidacionEFOS>"))) as server:
        service = SatStatusService(server.url)
        found = service.ask(EXPRESSION)
    assert found == StatusAnswer(
        code="S - Comprobante obtenido satisfactoriamente.", state="Vigente",
        cancellable="Cancelable con aceptación", cancellation="", efos="200")
    (exchange,) = service.exchanges
    assert (exchange.operation, exchange.outcome, exchange.http_status) == ("Consulta", "answered", 200)


def test_the_question_is_escaped_once_more_as_xml_and_named_in_the_action():
    with bad.serving(bad.answer(result(MEMBERS))) as server:
        assert SatStatusService(server.url).ask(EXPRESSION).efos == ""  # absent in older services
    (request,) = server.requests
    assert b"POST /ConsultaCFDIService.svc " in request
    assert b"http://tempuri.org/IConsultaCFDIService/Consulta" in request
    assert b"?re=A&amp;amp;B010101AB1&amp;rr=XAXX010101000" in request


@pytest.mark.parametrize("body", [b"", b"<html>mantenimiento</html>", envelope(""), b"<a", envelope("<Other/>")])
def test_what_is_no_answer_says_nothing_about_the_document(body):
    with bad.serving(bad.answer(body)) as server, pytest.raises(InDoubt):
        SatStatusService(server.url).ask(EXPRESSION)


def test_trouble_of_the_line_and_of_the_settings_have_their_names():
    with bad.serving(bad.answer(b"", status="503 Service Unavailable")) as server, pytest.raises(InDoubt) as caught:
        SatStatusService(server.url).ask(EXPRESSION)
    assert caught.value.params["reason"] == "http_503"
    with pytest.raises(NotSent):
        SatStatusService(server.url).ask(EXPRESSION)
    for environment, override in (("moon", None), ("production", "https://example.com")):
        with pytest.raises(Misconfigured):
            registry.sat_status_service(environment, base_url_override=override)


def test_a_limiter_is_a_refusal_that_says_when_to_come_back():
    with bad.serving(bad.answer(b"", status="429 Too Many Requests", Retry_After="7")) as server:
        found = SatStatusService(server.url).ask(EXPRESSION)
    assert isinstance(found, Refused) and found.retry_after == 7
