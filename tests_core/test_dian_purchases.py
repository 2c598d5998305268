"""The days that a support document may cover."""

from datetime import date

from core.dian import purchases

MONDAY, WEDNESDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 22)


def codes(days, issued, is_weekly):
    return [finding.code for finding in purchases.check_days(days, issued, is_weekly=is_weekly)]


def test_one_operation_has_one_day():
    assert codes([MONDAY, MONDAY], WEDNESDAY, False) == []
    assert codes([MONDAY, WEDNESDAY], WEDNESDAY, False) == ["CO-DS-12"]
    assert codes([], WEDNESDAY, False) == []


def test_an_operation_may_be_long_ago_but_not_to_come():
    assert codes([date(2026, 1, 2)], WEDNESDAY, False) == []
    found = list(purchases.check_days([MONDAY, SUNDAY], WEDNESDAY, is_weekly=True))
    assert [(finding.code, finding.where) for finding in found] == [
        ("CO-DS-11", "InvoiceLine[1].InvoicePeriod.StartDate")]


def test_a_week_has_seven_days_and_is_documented_before_it_ends():
    assert codes([MONDAY, SUNDAY], SUNDAY, True) == []
    assert codes([date(2026, 11, 15), SUNDAY], SUNDAY, True) == ["CO-DS-13"]
    assert codes([MONDAY, WEDNESDAY], date(2026, 11, 23), True) == ["CO-DS-14"]
    assert purchases.end_of_week(SUNDAY) == SUNDAY
