"""What a refusal says about a CSD."""

from datetime import datetime, timedelta, timezone

import pytest

from core import clock
from core.cfdi import csd

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
END = START + timedelta(days=1460)


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
