"""The process: where it listens, what it survives, what it refuses to talk to."""

from __future__ import annotations

import http.client
import io
import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests_process.cfdi_samples import BUYER, ISSUER, Answer, invoice
from tests_process.sandbox_client import ROOT, SandboxProcess

LOGIN = {"username": "sandbox", "password": "sandbox"}


def run(*options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "sandbox", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)


def test_it_listens_on_loopback_only(tmp_path):
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.com"):
        ended = run("--host", host, "--port", "0", "--state-dir", str(tmp_path))
        assert ended.returncode == 2 and "loopback" in ended.stderr + "loopback" * ("IP address" in ended.stderr)
        assert ended.stdout == ""


def test_it_ends_cleanly_and_keeps_what_matters(tmp_path):
    process = SandboxProcess(tmp_path / "state")
    with process:
        process.register(ISSUER, BUYER)
        process.control("accounts", {"username": "kept", "password": "p", "credits": 7})
        process.control("settings", {"strict_limits": True})
        csd = process.issue_csd(ISSUER["rfc"], ISSUER["name"])
        revoked = process.issue_csd(ISSUER["rfc"], ISSUER["name"])
        process.control("revoke", {"serial": revoked.serial})
        xml = invoice(csd)
        first = Answer(process.send(xml, username="kept", password="p"))
        files = process.file("ca.cer"), process.file("pac.cer"), process.file("ledger.csv")
        assert process.stop() == 0
    with process:
        assert (process.file("ca.cer"), process.file("pac.cer"), process.file("ledger.csv")) == files
        again = Answer(process.send(xml, username="kept", password="p"))
        assert (again.codes, again.uuid, again.xml) == (["307"], first.uuid, first.xml)
        assert Answer(process.send(invoice(csd), username="kept", password="p")).codes == []
        assert Answer(process.send(invoice(revoked))).codes == ["304"]
        assert [row["credits"] for row in process.control("accounts")] == [5, -1]
        assert process.control("settings")["strict_limits"] is True


def test_every_answered_stamp_survives_a_crash(tmp_path):
    """kill -9 while 16 callers stamp: what was answered is in the ledger, and nothing is there twice."""
    process = SandboxProcess(tmp_path / "state", light=True).start()
    csd = process.issue_csd(ISSUER["rfc"], ISSUER["name"])
    documents = [invoice(csd) for _index in range(400)]

    def send(xml: bytes) -> str:
        try:
            return Answer(process.send(xml)).uuid
        except (OSError, http.client.HTTPException):
            return ""

    with ThreadPoolExecutor(16) as pool:
        answers = [pool.submit(send, xml) for xml in documents]
        while sum(answer.done() for answer in answers) < 100:
            time.sleep(0.005)
        process.process.kill()
        answered = {answer.result() for answer in answers} - {""}
    process.kill()
    assert 100 <= len(answered) < 400
    with process:
        rows = process.ledger()
        assert answered <= {row["uuid"] for row in rows}
        assert len({row["sha256"] for row in rows}) == len(rows)
        for xml in documents:
            assert Answer(process.send(xml)).uuid
        assert len(process.ledger()) == 400


def test_the_light_mode_checks_seal_and_duplicates_only(tmp_path, csd):
    with SandboxProcess(tmp_path, light=True) as process:
        own = process.issue_csd(ISSUER["rfc"], ISSUER["name"])
        xml = invoice(own, Total="1.00")
        stamped = Answer(process.send(xml))
        assert stamped.stamp.get("UUID") == stamped.uuid
        assert process.calls()[-1]["not_checked"] == ["everything but the seal (light mode)"]
        assert Answer(process.send(xml)).codes == ["307"]
        assert Answer(process.send(xml.replace(b"1.00", b"2.00"))).codes == ["302"]
        assert len(process.ledger()) == 1


def test_a_soap_library_can_use_it_from_its_own_wsdl(market, csd):
    zeep = pytest.importorskip("zeep")
    xml = invoice(csd)
    client = zeep.Client(f"{market.url}/servicios/soap/stamp.wsdl")
    result = client.service.stamp(xml=xml, **LOGIN)
    assert result.CodEstatus == "Comprobante timbrado satisfactoriamente"
    assert result.xml.count(result.UUID) == 1
    assert client.service.stamped(xml=xml, **LOGIN).UUID == result.UUID
    duplicate = client.service.stamp(xml=xml, **LOGIN)
    assert [incident.CodigoError for incident in duplicate.Incidencias.Incidencia] == ["307"]
    assert client.service.query_pending(uuid=result.UUID, **LOGIN).status == "F"
    registration = zeep.Client(f"{market.url}/servicios/soap/registration.wsdl")
    reseller = {"reseller_username": "sandbox", "reseller_password": "sandbox", "taxpayer_id": ISSUER["rfc"]}
    (user,) = registration.service.get(**reseller).users.ResellerUser
    assert (user.credit, user.counter, user.taxpayer_id, user.status) == (-1, 1, ISSUER["rfc"], "A")
    utilities = zeep.Client(f"{market.url}/servicios/soap/utilities.wsdl")
    assert len(utilities.service.datetime(zipcode="22000", **LOGIN).datetime) == 19
    assert utilities.service.report_credit(taxpayer_id="", **LOGIN).result is None
    document = {"uuid": result.UUID, "taxpayer_id": ISSUER["rfc"], "invoice_type": "I", **LOGIN}
    assert utilities.service.get_xml(**document).xml == result.xml
    assert "No Encontrado" in utilities.service.get_xml(**document | {"taxpayer_id": BUYER["rfc"]}).error
    with pytest.raises(zeep.exceptions.Fault):
        market.script({"senv_fault": True})
        client.service.stamp(xml=xml, **LOGIN)


@pytest.mark.parametrize(("service", "operation", "action"), [
    ("stamp", "sign_stamp", "sign_stamp"),
    ("stamp", "stamp", "cancel"),
    ("registration", "add", "add"),
])  # fmt: skip
def test_calls_that_are_wrong_as_soap_are_faults(market, service, operation, action):
    answer = Answer(market.soap(service, operation, action=action, **LOGIN))
    assert (answer.status, answer.text("faultcode")) == (500, "senv:Server")
    assert market.calls()[-1]["verdict"] == "fault"


def test_a_wrong_namespace_parameter_or_envelope_is_a_fault(market):
    good = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:f="http://facturacion.finkok.com/stamp">'
        "<s:Body><f:stamp><f:xml>AA==</f:xml></f:stamp></s:Body></s:Envelope>"
    )
    headers = {"SOAPAction": '"stamp"', "Content-Type": "text/xml"}
    path = "/servicios/soap/stamp"
    assert market.request("POST", path, good.encode(), headers)[0] == 200
    for bad in (good.replace("com/stamp", "com/cancel"), good.replace("f:xml", "f:cfdi"), good[:-5], "{}",
                good.replace("<s:Body>", "<!DOCTYPE s><s:Body>"), good.replace("soap/envelope/", "soap/other/")):
        assert market.request("POST", path, bad.encode(), headers)[0] == 500, bad
    assert market.request("POST", path, good.encode(), {"Content-Type": "text/xml"})[0] == 500


def test_it_talks_to_programs_of_this_machine_only(authority):
    assert authority.request("GET", "/control/status", headers={"Host": "sandbox.example.com"})[0] == 403
    foreign = {"Origin": "https://example.com", "Content-Type": "text/plain"}
    assert authority.request("POST", "/control/reset", b"{}", foreign)[0] == 403
    own = {"Origin": authority.url, "Content-Type": "application/json"}
    assert authority.request("POST", "/control/clock", b'{"reset": true}', own)[0] == 200
    port = authority.url.rsplit(":", 1)[1]
    assert authority.request("GET", "/control/status", headers={"Host": f"localhost:{port}"})[0] == 200


def test_what_is_too_large_or_unknown_is_refused(authority):
    connection = http.client.HTTPConnection(authority.url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/servicios/soap/stamp")
    connection.putheader("Content-Length", str(100 * 1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    connection.putrequest("POST", "/control/clock")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()
    assert authority.request("GET", "/nowhere")[0] == 404
    assert authority.request("POST", "/control/nowhere", b"{}")[0] == 404
    assert authority.request("POST", "/control/clock", b"not json")[0] == 400
    assert authority.request("POST", "/control/clock", b'{"now": "soon"}')[0] == 400


ODD = [None, True, 0, -1, 10**30, 1e300, 1.5, "", "x", "\ud800", [], ["x"], {}, {"x": 1}]
SHAPES = {
    "issue": {"rfc": "AAA010101AAA", "name": "X", "kind": "csd", "days_valid": 1, "not_before": "2020-01-01",
              "password": "x", "curp": "x", "branch": "x", "email": "x", "representative_rfc": "x"},
    "revoke": {"serial": "1", "revoked": True},
    "taxpayers": {"rfc": "AAA010101AAA", "name": "X", "postal_code": "1", "regimes": [], "resico_mark": 0},
    "lco": {"rfc": "AAA010101AAA", "obligations": 1},
    "accounts": {"username": "u", "password": "p", "credits": 1, "rfcs": [], "suspended": False},
    "script": {"match": {}, "action": {"drop_before": True}, "times": 1, "skip": 0, "probability": 1},
    "clock": {"offset_seconds": 1},
    "settings": {"open_register": True, "strict_limits": True, "stamp_legend": ""},
    "reset": {"what": ["calls"]},
}  # fmt: skip
ACTIONS = ["truncate", "slow_drip", "http_status", "senv_fault", "refuse", "delay_before", "empty_307", "html_page"]


@pytest.mark.parametrize("path", SHAPES)
def test_whatever_the_control_interface_is_given_it_answers_200_or_400(authority, path):
    shape = SHAPES[path]
    odds = ODD[:8:3] + ODD[9:] if path == "issue" else ODD  # every accepted one costs a new key
    requests = [*ODD, *({**shape, key: odd} for key in [*shape, "unknown"] for odd in odds)]
    if path == "script":
        requests += [{"action": {key: odd}} for key in ACTIONS for odd in [*ODD, {"status": "x"}, {"bytes": 0}]]
    for request in requests:
        body = json.dumps(request).encode()
        status, answer = authority.request("POST", f"/control/{path}", body, {"Content-Type": "application/json"})
        assert status in (200, 400), (request, answer)
        assert status == 200 or json.loads(answer)["error"]
    assert authority.control("status")["light"] is False


def test_half_a_request_is_not_processed(market, csd):
    """A caller that dies while it sends has sent nothing."""
    host, port = market.url.removeprefix("http://").split(":")
    before = len(market.calls())
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST /servicios/soap/stamp HTTP/1.1\r\nHost: {host}\r\nContent-Length: 500\r\n\r\n"
        connection.sendall(head.encode() + b"<soapenv:Envelope")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert len(market.calls()) == before


@pytest.mark.parametrize("line", [
    b"GET //[ HTTP/1.1\r\nHost: 127.0.0.1",
    b"GET http://[/ HTTP/1.1\r\nHost: 127.0.0.1",
    b"GET / HTTP/1.1\r\nHost: [",
    b"GET / HTTP/1.1",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \xb2",
    b"BREW / HTTP/1.1\r\nHost: 127.0.0.1",
])  # fmt: skip
def test_odd_requests_are_answered_with_an_error(authority, line):
    host, port = authority.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(line + b"\r\nConnection: close\r\n\r\n")
        assert connection.makefile("rb").readline().split()[1][:1] in b"45"


def test_the_page_for_people_shows_calls_without_secrets_and_escapes_what_came_in(market, csd):
    xml = invoice(csd, Serie="<b>S&amp;", Folio="1")
    assert Answer(market.send(xml)).codes == []
    market.send(xml, password="a-wrong-secret")
    status, page = market.request("GET", "/")
    text = page.decode()
    assert status == 200 and "<b>S" not in text and "&lt;b&gt;S" in text
    assert market.ledger()[0]["uuid"] in text
    assert "a-wrong-secret" not in text + str(market.calls())


def test_real_documents_of_others_get_typed_answers(market):
    """Documents of the corpus, where it is at hand: old, foreign, half-made; none may confuse the authority."""
    corpus = sorted((ROOT.parent / "shared" / "data" / "mx" / "cfdi").glob("*.xml"))
    own = [b"<cfdi:Comprobante xmlns:cfdi='http://www.sat.gob.mx/cfd/4'/>"]
    for name, data in [*((path.name, path.read_bytes()) for path in corpus), *((str(one), one) for one in own)]:
        for operation in ("stamp", "stamped"):
            answer = Answer(market.send(data, operation))
            assert answer.status == 200 and answer.codes and not answer.uuid, name
            assert all(code.isdigit() or code.startswith("CFDI") for code in answer.codes), (name, answer.codes)
    assert market.ledger() == []


def test_nothing_of_the_product_is_imported():
    """The sandbox reads the rules on its own, or it could not catch what we read wrong."""
    code = "import sys, sandbox.cli; print(*[name for name in sys.modules if name.split('.')[0] in ('core', 'odoo')])"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout.strip()) == (0, "")


def test_the_command_of_the_readme_starts_it(tmp_path):
    command = [ROOT / "dev" / "sandbox", "--port", "0", "--state-dir", tmp_path]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, env={"PYTHON": sys.executable}) as process:
        try:
            assert io.TextIOWrapper(process.stdout).readline().startswith("sandbox ready http://127.0.0.1:")
        finally:
            process.terminate()
        assert process.wait(20) == 0
    assert Path(tmp_path, "sandbox.sqlite").exists()
