"""When what a support document covers was bought (Resolución 000167 de 2021, art. 2): one operation, or one week's.

DIAN allows a document for each operation, or one for all operations of a week with the same seller. Each line carries
the day of its purchase (InvoicePeriod/StartDate) and which of the two it is (DescriptionCode).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ..findings import Finding

PER_OPERATION, WEEKLY = "1", "2"
_DAYS = 7


def check_days(days: Sequence[date], issued: date, *, is_weekly: bool) -> Iterator[Finding]:
    """What is wrong with the days of the lines.

    :param days: one for each line.
    :param issued: the day of the document, in Colombia.
    """
    if not days:
        return
    for number, day in enumerate(days):
        if day > issued:
            yield Finding.error("CO-DS-11", f"InvoiceLine[{number}].InvoicePeriod.StartDate", value=day, issued=issued)
    first, last = min(days), max(days)
    if not is_weekly and first != last:
        yield Finding.error("CO-DS-12", "InvoiceLine", first=first, last=last)
    elif (last - first).days >= _DAYS:
        yield Finding.error("CO-DS-13", "InvoiceLine", first=first, last=last)
    elif is_weekly and issued > end_of_week(last):
        yield Finding.warning("CO-DS-14", "IssueDate", last=last, until=end_of_week(last))


def end_of_week(day: date) -> date:
    """The Sunday of the week of `day`."""
    return day + timedelta(days=6 - day.weekday())
