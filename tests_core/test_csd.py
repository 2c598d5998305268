"""When somebody is reminded of the end of a CSD, and what a refusal says about it."""

from datetime import date, datetime, timedelta, timezone

import pytest

from core import clock
from core.cfdi import csd

LAST = date(2026, 12, 31)
START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
END = START + timedelta(days=1460)


@pytest.mark.parametrize(
    ("days", "step"),
    [(400, None), (61, None), (60, 60), (31, 60), (30, 30), (16, 30), (15, 15), (8, 15), (7, 7), (1, 1), (0, 1)],
)
def test_the_step_that_has_come(days, step):
    assert csd.reminder(LAST, LAST - timedelta(days=days)) == step


def test_after_the_last_day_it_has_expired():
    assert csd.reminder(LAST, LAST + timedelta(days=1)) == csd.EXPIRED
    assert min(csd.REMINDERS) > csd.EXPIRED, "the order in which they come"


@pytest.mark.parametrize(
    ("code", "hours", "standing"),
    [
        ("402", 0, csd.Standing.WAITING),
        ("402", 71, csd.Standing.WAITING),
        ("402", 72, csd.Standing.RESTRICTED),
        ("304", 1, csd.Standing.REVOKED),
        ("304", 1460 * 24, None),  # its dates tell that it has expired
        ("305", 1, None),
        ("CFDI40102", 1, None),
    ],
)
def test_what_an_answer_says(code, hours, standing):
    assert csd.standing(code, START, END, START + timedelta(hours=hours)) is standing


def test_the_time_of_the_list_is_a_setting():
    with clock.overridden(lco_hours=1):
        assert csd.standing("402", START, END, START + timedelta(hours=2)) is csd.Standing.RESTRICTED
        assert csd.listed_by(START) == START + timedelta(hours=1)


def test_invoices_warn_in_the_last_month():
    assert csd.is_soon(LAST, LAST - timedelta(days=30))
    assert not csd.is_soon(LAST, LAST - timedelta(days=31))
