"""What may come back from a SOAP service, and that zeep sees only what the hardened parser accepted."""

import socket
import threading

import pytest
from lxml import etree

from core import clock
from core.errors import InDoubt, Misconfigured
from core.transports import soap
from core.transports.base import Category, Refused
from core.transports.http import HttpClient
from core.transports.record import Call
from tests_core import misbehaving as bad

pytestmark = pytest.mark.timeout(30)

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
    + bad.envelope("<tns:stampResponse><tns:stampResult><s0:xml>&j;</s0:xml></tns:stampResult></tns:stampResponse>")
)


@pytest.fixture(autouse=True)
def short_delays():
    with clock.overridden(connect_timeout=1, read_timeout=2, total_timeout=3):
        yield


def call(server, operation="stamp", **parameters):
    parameters = parameters or {"xml": b"<a/>", "username": "u", "password": "p"}
    record = Call(operation, server.url, b"<a/>")
    service = soap.SoapService("finkok_stamp.wsdl", server.url, HttpClient())
    return service.call(record, operation, **parameters), record


def doubt(body, status="200 OK", kind=InDoubt, **headers):
    record = Call("stamp", "", b"")
    with bad.serving(bad.answer(body, status, **headers)) as server:
        service = soap.SoapService("finkok_stamp.wsdl", server.url, HttpClient())
        with pytest.raises(kind) as caught:
            service.call(record, "stamp", xml=b"<a/>", username="u", password="p")
    return caught.value, record


def test_the_request_has_the_form_that_the_service_knows():
    with bad.serving(bad.answer(bad.success())) as server:
        call(server, xml=b"\xc3\xb1<&>", username="a&b", password='<"')
        head, body = server.requests[0].split(b"\r\n\r\n", 1)
    lines = head.lower().split(b"\r\n")
    assert b'soapaction: "stamp"' in lines and b"content-type: text/xml; charset=utf-8" in lines
    content = etree.fromstring(body).find(".//{*}Body")[0]
    texts = {child.tag: child.text for child in content}
    space = "{http://facturacion.finkok.com/stamp}"
    assert content.tag == f"{space}stamp"
    assert list(texts) == [f"{space}xml", f"{space}username", f"{space}password"]
    assert list(texts.values()) == ["w7E8Jj4=", "a&b", '<"']


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body><h1>Bienvenido</h1><form></form></body></html>", "unknown_answer"),
        ("<!DOCTYPE html><html><head><title>x<br></head></html>", "unreadable"),
        (BOMB, "unreadable"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x">' + bad.success(), "unreadable"),
        ("", "unreadable"),
        ("   ", "unreadable"),
        ("not xml", "unreadable"),
        (bad.success()[:-40], "unreadable"),
        (bad.success().encode("utf-16"), "unreadable"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + bad.success(), "unreadable"),
        (b"\xff\xfe\x00", "unreadable"),
        ("<a>" * 3000 + "</a>" * 3000, "unreadable"),
        (bad.envelope(""), "unknown_answer"),
        (bad.envelope("<tns:stampResponse/><tns:stampResponse/>"), "unknown_answer"),
        (bad.envelope("<tns:cancelResponse/>"), "unknown_answer"),
        (bad.success().replace("/soap/envelope/", "/soap12/envelope/"), "unknown_answer"),
        (bad.envelope("<tns:stampResponse/>"), "empty_answer"),
        (bad.envelope("<tns:stampResponse><tns:stampResult/></tns:stampResponse>"), "empty_answer"),
        (bad.envelope("<tns:stampResponse>text</tns:stampResponse>"), "empty_answer"),
        (bad.fault(), "fault"),
    ],
)
def test_an_answer_that_cannot_be_read_is_in_doubt(body, reason):
    error, record = doubt(body)
    assert error.params["reason"] == reason
    assert record.http_status == 200 and record.response == (body.encode() if isinstance(body, str) else body)


def test_a_bomb_is_refused_without_being_lit():
    import time

    began = time.process_time()
    doubt(BOMB)
    assert time.process_time() - began < 0.5


def test_a_fault_with_500_is_in_doubt_and_says_what_the_service_said():
    error, record = doubt(bad.fault("it broke", "senv:Server"), "500 Internal Server Error")
    assert (error.params["reason"], error.params["detail"]) == ("http_500", "it broke")
    assert (record.authority_code, record.authority_message) == ("senv:Server", "it broke")


@pytest.mark.parametrize("body", ["<html>", "", BOMB, bad.success()])
def test_a_500_is_in_doubt_whatever_it_holds(body):
    assert doubt(body, "500 X")[0].params["reason"] == "http_500"


def test_a_very_long_fault_text_is_cut():
    error, record = doubt(bad.fault("x" * 100_000))
    assert len(error.params["detail"]) == len(record.authority_message) == 500


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_closed_door_is_a_matter_of_settings(status):
    assert doubt("no", status, Misconfigured)[0].params["reason"] == f"http_{status[:3]}"


def test_a_limiter_that_names_a_time_refuses_for_now():
    with bad.serving(bad.answer("slow down", "429 Too Many Requests", Retry_After="9")) as server:
        refused, _record = call(server)
    assert refused == Refused(
        code="HTTP429", message="Too many requests", category=Category.TEMPORARY, retry=True, retry_after=9
    )


def test_a_limiter_that_names_no_time_leaves_doubt():
    assert doubt("slow down", "429 Too Many Requests")[0].params["reason"] == "http_429"


def test_fields_that_a_service_adds_or_reorders_do_not_turn_its_answer_into_doubt():
    body = bad.envelope(
        "<tns:stampResponse><tns:stampResult><s0:New>1</s0:New><s0:UUID>U</s0:UUID><s0:xml>x</s0:xml>"
        "<s0:Other><s0:Deep/></s0:Other></tns:stampResult></tns:stampResponse>"
    )
    with bad.serving(bad.answer(body)) as server:
        result, _record = call(server)
    assert (result.xml, result.UUID, result.CodEstatus) == ("x", "U", None)


@pytest.mark.parametrize("wsdl", sorted(path.name for path in soap.WSDL_FOLDER.glob("*.wsdl")))
def test_a_wsdl_of_ours_loads_without_any_network(wsdl, monkeypatch):
    def forbidden(*_args, **_kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    definition = soap._definition.__wrapped__(wsdl)
    assert [operation for binding in definition.bindings.values() for operation in binding._operations]


@pytest.mark.parametrize("location", ["http://127.0.0.1:9/x.xsd", "/etc/passwd", "../soap.py", "file:///etc/passwd"])
def test_a_wsdl_cannot_import_from_elsewhere(location, tmp_path, monkeypatch):
    text = (soap.WSDL_FOLDER / "finkok_stamp.wsdl").read_text()
    imported = f'<xs:import namespace="apps.services.soap.core.views" schemaLocation="{location}"/>'
    (tmp_path / "evil.wsdl").write_text(
        text.replace('<xs:import namespace="apps.services.soap.core.views"/>', imported)
    )
    monkeypatch.setattr(soap, "WSDL_FOLDER", tmp_path)
    with pytest.raises(Misconfigured):
        soap._definition.__wrapped__("evil.wsdl")


def test_many_threads_share_one_definition_without_mixing_their_documents():
    with bad.serving(lambda connection, request: connection.sendall(bad.http(bad.success()))) as server:
        soap._definition.cache_clear()
        failures = []

        def work(number):
            try:
                for _round in range(5):
                    _result, record = call(server, xml=b"%d" % number, username=f"user{number}", password="p")
                    assert f">user{number}<".encode() in record.request
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
