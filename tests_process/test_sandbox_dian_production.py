"""The way from the test set to production, in one sandbox: what GetNumberingRange and the service say at each step."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import pytest

from core.transports.base import Refused
from core.transports.dian import Dian
from core.transports.dian_answers import AlreadyProcessed, Validated
from sandbox.dian.register import DianRegister
from sandbox.store import Store
from tests_process.dian_samples import RANGE, SELLER, SELLER_NAME, SOFTWARE, ZIP_NAME, Sample, packed
from tests_process.dian_shop import new_number, rules, send, signed
from tests_process.sandbox_client import SandboxRefused

pytestmark = pytest.mark.timeout(120)
MAIL = {"mailbox": "recepcion@example.co"}
LIVE = RANGE | {"resolution": "18764000000001", "prefix": "FE", "first": 1, "last": 500, "environment": "1"}


@pytest.fixture
def both(dian):
    """A service that is habilitación and production in one; the company is in habilitación, its test range too."""
    dian.control("settings", {"dian_both": True})
    for kind, row in (
        ("taxpayer", {"nit": SELLER, "name": SELLER_NAME, **MAIL, "production": False}),
        ("range", RANGE | {"environment": "2"}),
    ):
        dian.control("dian/register", {"kind": kind, "row": row})
    return dian


def asked(dian, seller) -> tuple[str, list[str]]:
    found = Dian(dian.url, seller).numbering_ranges(SELLER, SELLER, SOFTWARE)
    return found.code, [row.prefix for row in found.ranges]


def test_from_the_test_set_to_production(both, seller):
    assert asked(both, seller) == ("404", [])
    assert "no se encuentra habilitado" in str(send(both, seller, signed(Sample(environment="1"), seller)))
    with pytest.raises(SandboxRefused, match="no test set"):
        both.control("dian/synchronize", {"nit": SELLER})
    document = signed(Sample(number=new_number()), seller)
    Dian(both.url, seller).send_test_set(ZIP_NAME, packed(document), "set-1")

    both.control("dian/synchronize", {"nit": SELLER})
    assert asked(both, seller) == ("404", [])  # the numbering was not requested yet
    both.control("dian/register", {"kind": "range", "row": LIVE | {"software": ""}})
    assert asked(both, seller) == ("302", [])  # and now it is not associated
    both.control("dian/associate", {"nit": SELLER, "prefix": "FE", "software": SOFTWARE})
    assert asked(both, seller) == ("100", ["FE"])
    both.control("dian/associate", {"nit": SELLER, "prefix": "FE"})
    assert asked(both, seller) == ("302", [])  # an association can be lost


def test_a_provider_tells_the_ranges_of_the_same_service(both):
    def told():
        query = f"accountCode={SELLER}&softwareCode={SOFTWARE}"
        _status, body = both.request("GET", f"/staging/vp/consulta/rango-numeracion?{query}")
        return json.loads(body)["OperationCode"]

    both.control("dian/register", {"kind": "range", "row": LIVE})
    assert told() == "404"  # the test range is no answer
    both.control("dian/register", {"kind": "taxpayer", "row": {"nit": SELLER, "name": SELLER_NAME, **MAIL}})
    assert told() == "100"


def test_the_document_says_for_which_of_the_two_it_is(both, seller):
    both.control("dian/register", {"kind": "taxpayer", "row": {"nit": SELLER, "name": SELLER_NAME, **MAIL}})
    assert isinstance(send(both, seller, signed(Sample(number=new_number()), seller)), Validated)
    # the test range is none of production's
    assert rules(send(both, seller, signed(Sample(number=new_number(), environment="1"), seller))) == ["FAB05b"]


@pytest.mark.parametrize("code", ["302", "404"])
def test_no_ranges_can_be_ordered(dian, seller, code):
    dian.script({"refuse": {"code": code, "message": "x"}}, operation="GetNumberingRange")
    assert asked(dian, seller) == (code, [])
    assert asked(dian, seller) == ("100", ["SETP"])


def test_numbers_of_the_two_are_not_the_same_numbers(both, seller):
    both.control("dian/register", {"kind": "taxpayer", "row": {"nit": SELLER, "name": SELLER_NAME, **MAIL}})
    both.control("dian/register", {"kind": "range", "row": RANGE})
    for environment in ("2", "1"):
        sent = signed(Sample(environment=environment), seller)
        assert isinstance(send(both, seller, sent), Validated)
        again = signed(Sample(environment=environment, quantity="2.000"), seller)
        assert isinstance(send(both, seller, again), AlreadyProcessed)
    assert [row["folio"] for row in both.ledger()] == [Sample().number] * 2


def test_a_range_that_is_not_associated_takes_no_invoice(dian, seller):
    dian.control("dian/associate", {"nit": SELLER, "prefix": "SETP"})
    assert rules(send(dian, seller, signed(Sample(), seller))) == ["FAD05e"]


def test_without_the_setting_each_service_is_itself(dian, seller):
    dian.control("dian/register", {"kind": "range", "row": LIVE})
    assert asked(dian, seller) == ("100", ["SETP"])
    dian.control("settings", {"dian_production": True})
    assert asked(dian, seller) == ("100", ["SETP", "FE"])
    assert rules(send(dian, seller, signed(Sample(), seller))) == ["FAD04"]


@pytest.mark.parametrize(("row", "words"), [
    ({"id": "set-2", "nit": "901002488"}, f"no corresponde al emisor con NIT {SELLER}"),
    ({"id": "set-2", "nit": SELLER, "software": "another"}, f"no corresponde al software {SOFTWARE}"),
    ({"id": "set-2", "nit": SELLER, "family": "support"}, "no es para documentos de tipo 01"),
    ({"id": "set-2", "nit": SELLER, "state": "Rechazado"}, "se encuentra Rechazado"),
])
def test_a_test_set_is_of_one_issuer_software_and_family(dian, seller, row, words):
    dian.control("dian/register", {"kind": "test_set", "row": row})
    document = signed(Sample(), seller)
    told = Dian(dian.url, seller).send_test_set(ZIP_NAME, packed(document), "set-2")
    assert words in str(told), told
    assert dian.ledger() == []


def test_a_set_counts_documents_of_its_family(dian, seller):
    row = {"id": "set-2", "nit": SELLER, "software": SOFTWARE, "needed": 1, "family": "support"}
    dian.control("dian/register", {"kind": "test_set", "row": row})
    document = signed(Sample(), seller)
    Dian(dian.url, seller).send_test_set(ZIP_NAME, packed(document), "set-1")
    states = {one["id"]: one.get("state") for one in dian.control("dian/register", method="GET")["test_set"]}
    assert states == {"set-1": "Aceptado", "set-2": None}


@pytest.mark.parametrize("row", [
    {"kind": "range", "row": RANGE | {"environment": "3"}},
    {"kind": "taxpayer", "row": {"nit": SELLER, "production": "no"}},
    {"kind": "test_set", "row": {"id": "x", "family": "payroll"}},
    {"kind": "provider", "row": {"service": "another", "token": "x"}},
    {"kind": "provider", "row": {"token": "x"}},
    {"kind": "provider", "row": {"service": "cadena", "token": "x", "software": "s"}},
    {"kind": "provider", "row": {"service": "cadena", "token": "x", "nit": "890.930.534", "software": "s"}},
    {"kind": "range", "row": RANGE | {"first": "one"}},
    {"kind": "test_set", "row": {"id": "x", "needed": -1}},
])
def test_wrong_rows_are_told(dian, row):
    with pytest.raises(SandboxRefused):
        dian.control("dian/register", row)


@pytest.mark.parametrize(("path", "payload"), [
    ("dian/associate", {"nit": SELLER, "prefix": "NONE", "software": SOFTWARE}),
    ("dian/associate", {"prefix": "SETP"}),
    ("dian/synchronize", {"nit": "1"}),
    ("dian/synchronize", {"nit": SELLER, "production": "yes"}),
])
def test_wrong_steps_are_told(dian, path, payload):
    with pytest.raises(SandboxRefused):
        dian.control(path, payload)


def test_the_refusal_of_production_is_one_of_dians(both, seller):
    told = send(both, seller, signed(Sample(environment="1"), seller))
    assert isinstance(told, Refused)
    assert told.code == "89"


def test_documents_of_an_earlier_version_stay(tmp_path):
    """They had one register for both environments; a number of theirs is taken in both."""
    file = tmp_path / "sandbox.sqlite"
    names = (
        *("key", "issuer", "kind", "number", "sha256", "time", "total", "currency", "receiver"),
        *("document", "response"),
    )
    with sqlite3.connect(file) as connection:
        columns = ", ".join(f"{name} TEXT NOT NULL" for name in names)
        connection.execute(
            f"CREATE TABLE dian_documents (id INTEGER PRIMARY KEY, {columns}, UNIQUE (issuer, kind, number))"
        )
        connection.execute(f"INSERT INTO dian_documents VALUES (1, {', '.join('?' * len(names))})", names)
    for _start in range(2):
        store = Store(file)
        register = DianRegister(store)
        old = register.by_number("issuer", "kind", "number", "1")
        assert (old.key, old.provider, old.environment) == ("key", "", "")
        assert register.by_number("issuer", "kind", "number", "2") == old
        indexes = {row["name"] for row in store.query("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert "dian_documents_reference" in indexes
        store.close()
    register = DianRegister(store := Store(file))
    assert register.keep(replace(old, key="new", environment="1"))
    assert not register.keep(replace(old, key="other", environment="1"))
    store.close()
