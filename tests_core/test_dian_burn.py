"""How long numbers last."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from core.dian.burn import Usage, forecast

TODAY = date(2026, 11, 21)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("usage", "pace"),
    [
        (Usage(), Fraction(0)),
        (Usage(90, 30, ago(89)), Fraction(1)),
        (Usage(90, 60, ago(89)), Fraction(2)),  # it became busier
        (Usage(90, 0, ago(89)), Fraction(1)),  # a quiet month does not hide the season
        (Usage(70, 70, ago(0)), Fraction(10)),  # one day is no trend: counted as a week
        (Usage(40, 40, ago(19)), Fraction(2)),  # begun twenty days ago
        (Usage(1, 0, ago(60)), Fraction(1, 61)),
    ],
)
def test_the_pace(usage, pace):
    assert usage.per_day(TODAY) == pace


@pytest.mark.parametrize(
    ("usage", "left", "day"),
    [
        (Usage(90, 30, ago(89)), 10, TODAY + timedelta(days=10)),
        (Usage(180, 60, ago(89)), 10, TODAY + timedelta(days=5)),
        (Usage(90, 30, ago(89)), 0, TODAY),
        (Usage(90, 30, ago(89)), 5_000_000, None),
        (Usage(), 3, None),
        (Usage(1, 0, ago(89)), 1, TODAY + timedelta(days=90)),
    ],
)
def test_the_day_of_the_last_number(usage, left, day):
    assert forecast(usage, left, TODAY) == day
