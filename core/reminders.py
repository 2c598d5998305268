"""When somebody has to be reminded of the end of what is renewed by hand: a certificate, a numbering range."""

from datetime import date

REMINDERS = (60, 30, 15, 7, 1)  # days before the last one
EXPIRED = 0  # the step after the last reminder
_LAST_WEEKS = 30  # days in which invoices warn


def reminder(last_day: date, today: date) -> int | None:
    """The step of `REMINDERS` that has come by `today`, EXPIRED after `last_day`, None while it is too early."""
    left = (last_day - today).days
    if left < 0:
        return EXPIRED
    due = [step for step in REMINDERS if left <= step]
    return min(due) if due else None


def is_soon(last_day: date, today: date) -> bool:
    """Whether invoices should warn, and not only mention, that it ends."""
    return (last_day - today).days <= _LAST_WEEKS
