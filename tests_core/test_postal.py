"""Names of places, the towns with a clock of their own, and postal codes and rates that an installation ended."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core import clock
from core.cfdi import keys, postal, rules
from core.cfdi.catalogs import Rate
from core.cfdi.keys import CODIGO_POSTAL, Additions
from core.cfdi.packed import Key
from core.errors import UnknownPostalCode
from core.findings import Severity
from tests_core.cfdi_models import an_invoice


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("32000", "Juárez"),
        ("32001", "Juárez"),  # without a municipality of its own, between two of Juárez
        ("22000", "Tijuana"),
        ("01000", "Álvaro Obregón, Ciudad de México"),
        ("42501", "Actopan"),
    ],
)
def test_the_name_of_a_place(code, name):
    assert postal.place(code).name.startswith(name)


@pytest.mark.parametrize("code", ["", "0", "99999", "00000", "3200", "320000", "abcde"])
def test_what_has_no_name_has_none(code):
    assert postal.place(code) is None


def test_most_postal_codes_have_a_name():
    codes = [found.code for found in clock.postal_codes()]
    named = sum(postal.place(code) is not None for code in codes)
    assert named / len(codes) > 0.85


def test_only_the_towns_that_the_law_names_keep_another_clock_and_only_since_its_day():
    exceptional = [found for found in clock.postal_codes() if postal.exceptional_zone(found.code, date(2026, 7, 1))]
    assert 500 < len(exceptional) < 1000
    assert {(found.state, found.zone_label) for found in exceptional} == {("CHH", "Tiempo del Centro en Frontera")}
    assert postal.exceptional_zone("32000", date(2022, 11, 29)) is None
    assert postal.exceptional_zone("31000", date(2026, 7, 1)) is None
    assert postal.exceptional_zone("32881", date(2026, 7, 1)) is None, "Ojinaga"


@pytest.mark.parametrize("month", [1, 7])
def test_the_clock_of_the_town_is_an_hour_behind_the_label_and_the_label_decides(month):
    """Behind is safe: a provider refuses what lies in the future by its own clock."""
    noon = datetime(2026, month, 15, 18, tzinfo=timezone.utc)
    town = postal.exceptional_zone("32000", noon.date())
    label = clock.zone_for_postal_code("32000")
    assert (noon.astimezone(label).utcoffset() - noon.astimezone(town).utcoffset()).total_seconds() == 3600
    assert clock.local_fecha("32000", noon).hour == noon.astimezone(label).hour


def test_a_place_that_was_added_writes_fecha_by_its_own_label():
    added = clock.PostalCode("00001", "BCN", "north", "Tiempo del Noroeste")
    assert added.local_fecha(datetime(2026, 1, 15, 18, tzinfo=timezone.utc)) == datetime(2026, 1, 15, 10)
    with pytest.raises(UnknownPostalCode):
        clock.zone_for_postal_code("00001")


@pytest.mark.parametrize("place", ["issue", "receiver"])
@pytest.mark.parametrize(
    ("dates", "severity"),
    [
        ({}, None),
        ({"valid_to": date(2020, 1, 1)}, Severity.ERROR),
        ({"valid_from": date(2990, 1, 1)}, Severity.ERROR),
        ({"valid_from": date(2020, 1, 1), "valid_to": date(2990, 1, 1)}, None),
    ],
)
def test_an_added_postal_code_has_its_dates(place, dates, severity):
    invoice = an_invoice()
    if place == "issue":
        code, changed = "CFDI40126", replace(invoice, lugar_expedicion="00001")
    else:
        receiver = replace(invoice.receptor, domicilio_fiscal_receptor="00001")
        code, changed = "CFDI40147", replace(invoice, receptor=receiver)
    assert [(one.code, one.severity) for one in rules.check(changed)] == [(code, Severity.WARNING)]
    with keys.also(Additions(keys={(CODIGO_POSTAL, "00001"): Key("00001", "nuevo", **dates)})):
        found = rules.check(changed)
    assert [(one.code, one.severity) for one in found] == ([(code, severity)] if severity else [])


def test_a_shipped_rate_can_be_given_its_last_day_on_one_side():
    ended = Rate("003", "Tasa", Decimal("0.08"), Decimal("0.08"), True, False, valid_to=date(2026, 6, 30))
    asked = ("003", "Tasa", Decimal("0.080000"))
    assert keys.rate_allowed(*asked, retencion=False, day=date(2026, 7, 1))
    with keys.also(Additions(rates=(ended,))):
        assert keys.rate_allowed(*asked, retencion=False, day=date(2026, 6, 30))
        assert not keys.rate_allowed(*asked, retencion=False, day=date(2026, 7, 1))
        assert keys.rate_ended(*asked, retencion=False, day=date(2026, 7, 1)) == date(2026, 6, 30)
        assert keys.rate_allowed(*asked, retencion=True, day=date(2026, 7, 1))
        assert keys.rate_allowed("002", "Tasa", Decimal("0.08"), retencion=False, day=date(2026, 7, 1))
        assert keys.rate_ended("002", "Tasa", Decimal("0.08"), retencion=False, day=date(2026, 7, 1)) is None


def test_the_range_of_a_quota_can_be_replaced_by_a_longer_one():
    old = Rate("003", "Cuota", Decimal(0), Decimal("72.1605"), True, True, valid_to=date(2026, 12, 31))
    new = Rate("003", "Cuota", Decimal(0), Decimal("80"), True, True, valid_from=date(2027, 1, 1))
    with keys.also(Additions(rates=(old, new))):
        for amount, day, allowed in (
            ("72", date(2026, 12, 31), True),
            ("72", date(2027, 1, 1), True),
            ("75", date(2026, 12, 31), False),
            ("75", date(2027, 1, 1), True),
        ):
            assert keys.rate_allowed("003", "Cuota", Decimal(amount), retencion=False, day=day) is allowed


def test_an_ended_rate_blocks_and_says_since_when():
    invoice = an_invoice()
    [line] = invoice.conceptos
    tax = line.traslados[0]
    last = date(2020, 1, 1)
    ended = Rate(tax.impuesto, "Tasa", tax.tasa_o_cuota, tax.tasa_o_cuota, True, False, date(2019, 1, 1), last)
    with keys.also(Additions(rates=(ended,))):
        found = [one for one in rules.check(invoice) if one.code == "CFDI40179"]
    assert [(one.severity, one.params["valid_to"]) for one in found] == [(Severity.ERROR, str(last))]
