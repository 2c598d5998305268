"""The sandbox's second provider by hand, without any code of the product: every path, every answer, one ledger."""

from __future__ import annotations

import base64
import json
import sqlite3

import pytest
from lxml import etree

from tests_process.cfdi_samples import ISSUER, invoice
from tests_process.sandbox_client import SandboxProcess

ACCOUNT = {"username": "sandbox", "password": "sandbox"}
EARLIER = "307. El comprobante contiene un timbre previo."
KEY_REUSED = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."


def ask(market, method, path, body=None, **headers):
    status, answer = market.request(
        method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
    )
    return status, json.loads(answer)


def token(market, user="sandbox", password="sandbox"):
    body = json.dumps({"user": user, "password": password}).encode()
    status, answer = ask(market, "POST", "/v2/security/authenticate", body, Content_Type="application/json")
    assert status == 200, answer
    return answer["data"]["token"]


def form(xml: bytes, name: str = "xml") -> tuple[bytes, str]:
    head = f'--b1\r\nContent-Disposition: form-data; name="{name}"; filename="xml"\r\nContent-Type: text/xml\r\n\r\n'
    return head.encode() + xml + b"\r\n--b1--\r\n", "multipart/form-data; boundary=b1"


def post(market, xml, path="/v4/cfdi33/stamp/v2", bearer=None, part="xml", **headers):
    body, content_type = form(xml, part)
    bearer = token(market) if bearer is None else bearer
    return ask(market, "POST", path, body, Content_Type=content_type, Authorization=f"Bearer {bearer}", **headers)


def test_a_login_gives_a_token_of_three_parts_with_its_end(market):
    body = json.dumps({"user": "sandbox", "password": "sandbox"}).encode()
    _status, answer = ask(market, "POST", "/v2/security/authenticate", body)
    assert answer["status"] == "success" and len(answer["data"]["token"].split(".")) == 3
    assert answer["data"]["expires_in"] > 1_700_000_000
    status, answer = ask(market, "POST", "/security/authenticate", b"", user="sandbox", password="sandbox")
    assert status == 200 and answer["data"]["token"]


@pytest.mark.parametrize("body", [b'{"user":"sandbox","password":"x"}', b"", b"[1]", b"{", b'{"user":1}'])
def test_a_wrong_login_is_refused(market, body):
    status, answer = ask(market, "POST", "/v2/security/authenticate", body)
    assert (status, answer["status"], answer["data"]) == (400, "error", None)
    assert answer["message"].startswith("AU2000 - ")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "AU4101 - El token proporcionado viene vacio."),
        ("Bearer ", "AU4101 - El token proporcionado viene vacio."),
        ("Bearer abc", "El token debe contener 3 partes"),
        ("Bearer a.b.c.", "El token debe contener 3 partes"),
        ("Bearer a.b.c", "AU4000 - No fue posible validar el token."),
        ("Basic x", "AU4101 - El token proporcionado viene vacio."),
    ],
)
def test_a_bad_token_is_refused_everywhere(market, csd, header, message):
    body, content_type = form(invoice(csd))
    for method, path, data in (
        ("POST", "/v4/cfdi33/stamp/v2", body),
        ("GET", "/management/v2/api/users/balance", None),
        ("GET", "/datawarehouse/v1/live/5b0c1d6e-0000-4000-8000-000000000001", None),
    ):
        status, answer = ask(market, method, path, data, Content_Type=content_type, Authorization=header)
        assert (status, answer["message"]) == (401, message)
    assert market.ledger() == []


@pytest.mark.parametrize("version", ["v1", "v2", "v3", "v4"])
@pytest.mark.parametrize("family", ["", "v4/"])
@pytest.mark.parametrize("end", ["", "/", "/b64"])
def test_every_version_of_the_answer(market, csd, version, family, end):
    xml = invoice(csd)
    sent = base64.b64encode(xml) if end == "/b64" else xml
    status, answer = post(market, sent, f"/{family}cfdi33/stamp/{version}{end}")
    assert (status, answer["status"]) == (200, "success"), answer
    keys = {"v1": {"tfd"}, "v2": {"tfd", "cfdi"}, "v3": {"cfdi"}}.get(version)
    assert keys is None or set(answer["data"]) == keys
    uuid = market.ledger()[-1]["uuid"]
    for name in {"tfd", "cfdi"} & set(answer["data"]):
        text = answer["data"][name].encode()
        root = etree.fromstring(base64.b64decode(text) if end == "/b64" else text)
        assert uuid in etree.tostring(root).decode()
    if version == "v4":
        assert answer["data"]["uuid"] == uuid


def test_the_received_bytes_are_in_the_ledger_under_the_providers_name(market, csd):
    xml = invoice(csd)
    post(market, xml, customid="k1")
    (row,) = market.ledger()
    assert (row["pac"], row["account"], row["rfc"]) == ("sw", "sandbox", ISSUER["rfc"])
    call = market.calls()[-1]
    assert (call["service"], call["operation"], call["verdict"], call["uuid"]) == (
        "sw",
        "stamp",
        "stamped",
        row["uuid"],
    )


def test_the_same_document_again_is_told_with_data_in_the_families_that_do(market, csd):
    xml = invoice(csd)
    _status, first = post(market, xml, customid="k1")
    for path, key, with_data in (
        ("/v4/cfdi33/stamp/v2", "k1", True),
        ("/v4/cfdi33/stamp/v2", "k2", True),
        ("/cfdi33/v2/stamp/v2", "", True),
        ("/cfdi33/stamp/v2", "", False),
    ):
        status, answer = post(market, xml, path, **({"customid": key} if key else {}))
        assert (status, answer["message"]) == (400, EARLIER)
        assert answer["data"] == (first["data"] if with_data else None)
    assert len(market.ledger()) == 1


def test_a_key_is_one_documents_for_72_hours(market, csd):
    xml = invoice(csd)
    post(market, xml, customid="k1")
    status, answer = post(market, invoice(csd), customid="k1")
    assert (status, answer["message"]) == (400, KEY_REUSED)
    assert market.ledger()[0]["uuid"] in answer["data"]["tfd"] and "cfdi" not in answer["data"]
    assert post(market, invoice(csd), customid="k2")[0] == 200
    assert post(market, invoice(csd))[0] == 200
    assert len(market.ledger()) == 3


@pytest.mark.parametrize("key", ["x" * 101, " "])
def test_a_key_has_1_to_100_characters(market, csd, key):
    status, answer = post(market, invoice(csd), customid=key)
    assert status == 400 and "CustomId" in answer["message"]


@pytest.mark.parametrize(("xml", "part"), [(b"", "xml"), (b"  ", "xml"), (b"<a/>", "otro")])
def test_a_form_without_document(market, xml, part):
    status, answer = post(market, xml, part=part)
    assert (status, answer["message"]) == (400, "Xml CFDI33 no proporcionado o viene vacio.")


def test_a_body_that_is_no_form(market, csd):
    for kind in ("text/xml", "multipart/form-data", "multipart/form-data; boundary=zz"):
        status, answer = ask(
            market,
            "POST",
            "/v4/cfdi33/stamp/v2",
            invoice(csd),
            Content_Type=kind,
            Authorization=f"Bearer {token(market)}",
        )
        assert status == 400 and answer["status"] == "error"


def test_refusals_name_the_matrix_code_or_the_number(market, csd):
    _status, answer = post(market, invoice(csd, Moneda="pesos"))
    assert answer["message"] == "CFDI40113" and answer["messageDetail"]
    _status, answer = post(market, b"<no/>")
    assert answer["message"].startswith("301. ")


def test_the_balance_new_and_old(market):
    market.control("accounts", {"username": "rest", "password": "p", "credits": 8, "expires": "2031-01-31"})
    bearer = f"Bearer {token(market, 'rest', 'p')}"
    _status, new = ask(market, "GET", "/management/v2/api/users/balance", Authorization=bearer)
    assert (new["data"]["stampsBalance"], new["data"]["stampsAssigned"], new["data"]["unlimited"]) == (8, 8, False)
    assert new["data"]["expirationDate"] == "2031-01-31T00:00:00"
    assert new["data"]["lastTransaction"]["stampsIn"] == 8
    _status, old = ask(market, "GET", "/account/balance", Authorization=bearer)
    assert (old["data"]["saldoTimbres"], old["data"]["fechaExpiracion"]) == (8, "2031-01-31T00:00:00")
    market.control("accounts", {"username": "rest", "expires": "2020-01-31"})
    assert ask(market, "GET", "/account/balance", Authorization=bearer)[1]["data"]["saldoTimbres"] == 0


def test_the_storage_tells_where_the_document_is(market, csd):
    post(market, invoice(csd))
    uuid = market.ledger()[0]["uuid"]
    bearer = f"Bearer {token(market)}"
    _status, answer = ask(market, "GET", f"/datawarehouse/v1/live/{uuid.lower()}", Authorization=bearer)
    (record,) = answer["data"]["records"]
    assert record["uuid"] == uuid.lower()
    status, data = market.request("GET", record["urlXml"].removeprefix(market.url))
    assert status == 200 and data == market.file(f"document/{uuid}.xml")
    market.script({"storage_lag": 60}, times=1)
    assert ask(market, "GET", f"/datawarehouse/v1/live/{uuid}", Authorization=bearer)[0] == 404
    assert market.faults() == {"storage_lag": 1}


def test_tokens_and_ledger_survive_a_restart(tmp_path, market, csd):
    infinite = market.control("token", {"username": "sandbox"})["token"]
    xml = invoice(csd)
    post(market, xml, bearer=infinite)
    market.stop()
    market.start()
    assert post(market, xml, bearer=infinite)[1]["message"] == EARLIER


def test_a_state_folder_of_an_earlier_version_is_adopted(tmp_path):
    """Its ledger was one provider's; the rows stay, and the other provider may stamp the same document."""
    file = tmp_path / "sandbox.sqlite"
    names = ["uuid", "sha256", "seal_sha256", "time", "pac", "account", "rfc", "receiver", "kind", "serie", "folio"]
    names += ["total", "currency", "issued", "stamped_at", "sat_seal", "stamped"]
    with sqlite3.connect(file) as connection:
        columns = ", ".join(
            f"{name} TEXT NOT NULL{' UNIQUE' if name in ('uuid', 'sha256', 'seal_sha256') else ''}" for name in names
        )
        connection.execute(f"CREATE TABLE ledger (id INTEGER PRIMARY KEY, {columns})")
        values = ["finkok" if name == "pac" else f"old-{name}" for name in names]
        connection.execute(f"INSERT INTO ledger ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)
        connection.execute(
            "CREATE TABLE accounts (username TEXT PRIMARY KEY, password_hash TEXT NOT NULL, credits INTEGER NOT NULL, "
            "used INTEGER NOT NULL DEFAULT 0, rfcs TEXT, suspended INTEGER NOT NULL DEFAULT 0)"
        )
        connection.execute("INSERT INTO accounts VALUES ('old', 'x', 5, 2, NULL, 0)")
    for _start in range(2):
        with SandboxProcess(tmp_path, light=True) as sandbox:
            assert [row["uuid"] for row in sandbox.ledger()] == ["old-uuid"]
            account = {row["username"]: row for row in sandbox.control("accounts")}["old"]
            assert (account["credits"], account["used"], account["expires"]) == (5, 2, "")
    with sqlite3.connect(file) as connection:
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'ledger'").fetchone()[0]
        assert "UNIQUE (pac, sha256)" in sql
        assert connection.execute("SELECT custom_id FROM ledger").fetchall() == [("",)]
