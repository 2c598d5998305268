"""What a check may ask for, and how it says that something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ...problems import Problem
from ..bill import Bill
from ..register import DianRegister
from . import codes

BOGOTA = timezone(timedelta(hours=-5))
NOTIFICATION = "notification"


@dataclass(frozen=True)
class Examination:
    """One document before DIAN: `production` is the environment that was called, `now` DIAN's clock."""

    bill: Bill
    register: DianRegister
    now: datetime
    production: bool

    def code(self, rest: str) -> str:
        """The rule's code for this kind of document: FAU14 is CAU14 on a credit note, DSAU14 on a support document."""
        return f"{self.bill.prefix}{rest}"

    def wrong(self, rest: str, text: str, where: str = "") -> Problem:
        return Problem(self.code(rest), text, where)

    def say(self, rest: str, detail: object = "") -> Iterator[Problem]:
        """The rule of the table with these last letters, if it is one for this kind of document."""
        row = codes.TABLE[rest]
        if self.bill.prefix not in row.kinds:
            return
        text = f"{row.text} {detail}".strip()
        yield Problem(self.code(rest), text, NOTIFICATION if self.bill.prefix in row.notices else "")

    @property
    def range(self) -> dict[str, Any] | None:
        """The registered range that the document names, None when it names none or one that is not known here."""
        prefix = self.bill.text("ext:UBLExtensions//sts:InvoiceControl/sts:AuthorizedInvoices/sts:Prefix")
        known = self.register.range_of(self.bill.issuer, self._resolution, prefix)
        return known if known is not None and self._is_here(known) else None

    @property
    def is_known_resolution(self) -> bool:
        """Whether the issuer has a range of the resolution that the document names, with whatever prefix."""
        mine = (row for row in self.register.all("range") if row["nit"] == self.bill.issuer and self._is_here(row))
        return any(row["resolution"] == self._resolution for row in mine)

    @property
    def environment(self) -> str:
        return "1" if self.production else "2"

    def _is_here(self, row: dict[str, Any]) -> bool:
        return row.get("environment") in (None, "", self.environment)

    @property
    def _resolution(self) -> str:
        return self.bill.text("ext:UBLExtensions//sts:InvoiceControl/sts:InvoiceAuthorization")


Check = Callable[[Examination], Iterator[Problem]]


def check_digit(number: str) -> str:
    """The NIT's check digit, '' of what is no number: weights from the right, modulo eleven (Orden 4 of 1989)."""
    if not number.isdecimal():
        return ""
    weights = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(number), weights)) % 11  # noqa: B905
    return str(rest if rest < 2 else 11 - rest)
