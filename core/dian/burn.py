"""How long the numbers of an authorised range last, judged by how many were used lately.

DIAN takes hours to days until a new range can be used (request, signature, association with the software), so people
have to know before the last number is gone.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

LONG, SHORT = 90, 30  # days that are looked back
_LEAST = 7  # a busy first day is no trend
_FARTHEST = 3650  # days; beyond it nothing is forecast


@dataclass(frozen=True, slots=True)
class Usage:
    """Documents numbered in the last `LONG` days, those of the last `SHORT` among them, and the day of the first."""

    long: int = 0
    short: int = 0
    first: date | None = None

    def per_day(self, today: date) -> Fraction:
        """Numbers used a day: the faster of the two paces, so that a busy season is seen as soon as it begins."""
        if not self.long or self.first is None:
            return Fraction(0)
        age = max((today - self.first).days + 1, _LEAST)
        return max(Fraction(self.long, min(age, LONG)), Fraction(self.short, min(age, SHORT)))


def forecast(usage: Usage, left: int, today: date) -> date | None:
    """The day on which the last of `left` numbers is used at this pace; None where it is not in sight."""
    pace = usage.per_day(today)
    if not pace:
        return None
    days = int(max(left, 0) / pace)
    return today + timedelta(days=days) if days <= _FARTHEST else None
