"""When somebody is reminded of the end of a certificate or a numbering range."""

from datetime import date, timedelta

import pytest

from core import reminders

LAST = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("days", "step"),
    [(400, None), (61, None), (60, 60), (31, 60), (30, 30), (16, 30), (15, 15), (8, 15), (7, 7), (1, 1), (0, 1)],
)
def test_the_step_that_has_come(days, step):
    assert reminders.reminder(LAST, LAST - timedelta(days=days)) == step


def test_after_the_last_day_it_has_expired():
    assert reminders.reminder(LAST, LAST + timedelta(days=1)) == reminders.EXPIRED
    assert min(reminders.REMINDERS) > reminders.EXPIRED, "the order in which they come"


def test_invoices_warn_in_the_last_month():
    assert reminders.is_soon(LAST, LAST - timedelta(days=30))
    assert not reminders.is_soon(LAST, LAST - timedelta(days=31))
