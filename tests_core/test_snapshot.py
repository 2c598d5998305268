"""Snapshots: equal objects give equal text, old texts stay readable, damage is a typed error."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from decimal import Decimal

import pytest

from core import snapshot
from core.enums import TextEnum
from core.errors import SnapshotError


class Colour(TextEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    text: str
    amount: Decimal
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    serie: str | None = None
    fecha: datetime
    day: date = date(2026, 1, 2)
    hour: time = time(10, 0, 5)
    total: Decimal
    count: int = 0
    flag: bool = False
    colour: Colour = Colour.RED
    lines: tuple[Line, ...] = ()
    pair: tuple[str, int] = ("a", 1)
    main: Line | None = None
    extra: dict[str, Decimal] = field(default_factory=dict)


snapshot.register("test.Document", 1, Document)
FULL = Document(
    serie="Ñ",
    fecha=datetime(2026, 3, 1, 9, 8, 7),
    total=Decimal("1.10"),
    lines=(Line(text="café ☕ | \u2028", amount=Decimal("1E+2")), Line(text="", amount=Decimal("-0.000"), note="x")),
    main=Line(text="m", amount=Decimal("0")),
    extra={"b": Decimal("2.50"), "a": Decimal("1")},
)


def test_what_was_dumped_comes_back_equal_with_its_exponents():
    again = snapshot.load(snapshot.dump(FULL))
    assert again == FULL
    assert type(again.lines) is tuple and type(again.colour) is Colour
    assert [str(line.amount) for line in again.lines] == ["1E+2", "-0.000"]
    assert str(again.total) == "1.10"
    assert again.fecha.tzinfo is None


def test_an_aware_moment_stays_aware():
    document = Document(fecha=datetime(2026, 3, 1, tzinfo=timezone.utc), total=Decimal(0))
    assert snapshot.load(snapshot.dump(document)).fecha.utcoffset().total_seconds() == 0


def test_the_text_is_stable_and_readable():
    text = snapshot.dump(Document(fecha=datetime(2026, 3, 1), total=Decimal("5.00"), serie="Ñ"))
    assert text == (
        '{"data":{"colour":"red","count":0,"day":"2026-01-02","extra":{},"fecha":"2026-03-01T00:00:00","flag":false,'
        '"hour":"10:00:05","lines":[],"main":null,"pair":["a",1],"serie":"Ñ","total":"5.00"},'
        '"format":"test.Document","version":1}'
    )


def test_equal_objects_give_equal_text_whatever_the_order_of_a_mapping():
    one = Document(fecha=datetime(2026, 3, 1), total=Decimal(1), extra={"a": Decimal(1), "b": Decimal(2)})
    two = Document(fecha=datetime(2026, 3, 1), total=Decimal(1), extra={"b": Decimal(2), "a": Decimal(1)})
    assert snapshot.dump(one) == snapshot.dump(two)


def _changed(**values: object) -> str:
    document = json.loads(snapshot.dump(FULL))
    for path, value in values.items():
        target = document
        *parents, last = path.split("__")
        for parent in parents:
            target = target[int(parent) if parent.isdigit() else parent]
        if value is KeyError:
            del target[last]
        else:
            target[int(last) if last.isdigit() else last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"data__total": 1.1}, "test.Document.total"),
        ({"data__total": "1,1"}, "test.Document.total"),
        ({"data__total": "NaN"}, "test.Document.total"),
        ({"data__total": None}, "test.Document.total"),
        ({"data__total": KeyError}, "test.Document.total"),
        ({"data__count": True}, "test.Document.count"),
        ({"data__count": "1"}, "test.Document.count"),
        ({"data__flag": 1}, "test.Document.flag"),
        ({"data__serie": 5}, "test.Document.serie"),
        ({"data__fecha": "yesterday"}, "test.Document.fecha"),
        ({"data__fecha": 20260301}, "test.Document.fecha"),
        ({"data__colour": "blue"}, "test.Document.colour"),
        ({"data__lines": {}}, "test.Document.lines"),
        ({"data__lines__1__amount": []}, "test.Document.lines[1].amount"),
        ({"data__lines__0": "x"}, "test.Document.lines[0]"),
        ({"data__pair": ["a"]}, "test.Document.pair"),
        ({"data__extra": []}, "test.Document.extra"),
        ({"data__surprise": 1}, "test.Document.surprise"),
        ({"data": None}, "test.Document"),
    ],
)
def test_data_that_do_not_fit_are_named_by_their_place(change, where):
    with pytest.raises(SnapshotError) as caught:
        snapshot.load(_changed(**change))
    assert caught.value.params["where"] == where


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", '{"format":"test.Document","version":1}', '{"format":"no.X","version":1,"data":{}}'),
        *(_changed(version=2), _changed(version="1"), _changed(version=0), _changed(format=["x"]), _changed(more=1)),
    ],
)
def test_what_is_no_snapshot_of_ours_is_refused(text):
    with pytest.raises(SnapshotError):
        snapshot.load(text)


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), ["list"], object(), b"bytes"])
def test_a_value_without_exact_form_is_not_written(value):
    with pytest.raises(SnapshotError):
        snapshot.dump(Document(fecha=datetime(2026, 3, 1), total=value))


def test_a_class_that_nobody_registered_is_not_written():
    with pytest.raises(SnapshotError):
        snapshot.dump(Line(text="", amount=Decimal(0)))


def test_a_field_added_with_a_default_needs_no_migration():
    document = json.loads(snapshot.dump(FULL))
    for name in ("flag", "pair", "extra"):
        del document["data"][name]
    again = snapshot.load(json.dumps(document))
    assert (again.flag, again.pair, again.extra) == (False, ("a", 1), {})


def test_older_versions_are_lifted_step_by_step():
    @dataclass(frozen=True)
    class Person:
        family: str
        given: str

    steps = {
        1: lambda data: {"name": data["nombre"]},
        2: lambda data: dict(zip(("given", "family"), data["name"].split(" ", 1), strict=True)),
    }
    snapshot.register("test.Person", 3, Person, steps)
    assert snapshot.load('{"format":"test.Person","version":1,"data":{"nombre":"Ana Ruiz"}}') == Person("Ruiz", "Ana")
    assert snapshot.load('{"format":"test.Person","version":2,"data":{"name":"Ana Ruiz"}}') == Person("Ruiz", "Ana")
    assert json.loads(snapshot.dump(Person("Ruiz", "Ana")))["version"] == 3


def test_a_migration_that_meets_damaged_data_is_a_typed_error_too():
    @dataclass(frozen=True)
    class Thing:
        name: str

    snapshot.register("test.Thing", 2, Thing, {1: lambda data: {"name": data["nombre"]}})
    for data in ("{}", "[]", "null"):
        with pytest.raises(SnapshotError):
            snapshot.load(f'{{"format":"test.Thing","version":1,"data":{data}}}')


def test_a_gap_in_the_migrations_and_a_taken_name_are_found_at_registration():
    with pytest.raises(SnapshotError):
        snapshot.register("test.Gap", 4, Line, {1: dict, 3: dict})
    with pytest.raises(SnapshotError):
        snapshot.register("test.Document", 1, Line)
    snapshot.register("test.Document", 1, Document)  # the same again is no error


def test_the_digest_is_plain_sha256():
    assert snapshot.digest(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert snapshot.digest(b"abc").startswith("ba7816bf")
