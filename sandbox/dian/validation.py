"""Prior validation: what DIAN does with one document, and where it keeps what it validated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..authority import Authority
from ..calls import Call
from ..problems import Problem
from . import response, signature
from .bill import Bill
from .register import DianRegister, Kept
from .rules import header, parties, totals
from .rules.context import NOTIFICATION, Check, Examination
from .schema import Schemas

RULES: tuple[Check, ...] = (
    header.literals,
    header.number,
    header.dates,
    header.software,
    parties.issuer,
    parties.buyer,
    parties.payment,
    header.references,
    totals.numbers,
    totals.lines,
    totals.taxes,
    totals.totals,
    header.fingerprint,
)


@dataclass
class Verdict:
    """``kept`` is set when the document is valid, now or (``earlier``) before; ``problems`` also hold notices."""

    kept: Kept | None = None
    earlier: bool = False
    problems: list[Problem] = field(default_factory=list)


class Validation:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.register = DianRegister(authority.store)
        self._schemas = Schemas()

    def validate(self, data: bytes, sender: str | None, log: Call, *, production: bool = False) -> Verdict:
        """Stage by stage; a stage is only entered when the ones before found nothing.

        :param sender: numbers of the certificate that signed the call, None when that could not be checked
        """
        bill = Bill.read(data)
        if isinstance(bill, Problem):
            return Verdict(problems=[bill])
        log.rfc, log.serie, log.folio, log.sha256 = bill.issuer, bill.kind, bill.number, bill.sha256
        log.uuid = bill.key
        examination = Examination(bill, self.register, self._authority.clock.now(), production)
        stages: tuple[tuple[str, list[Check]], ...] = (
            ("schema", [self._schema(log)]),
            ("sender", [_sender(sender)]),
            ("duplicate", [_duplicate]),
            ("signature", [self._signature(log)]),
            ("rules", list(RULES)),
        )
        notices: list[Problem] = []
        for name, checks in stages:
            found = [problem for check in checks for problem in totals.guarded(check, examination)]
            notices += [problem for problem in found if problem.where == NOTIFICATION]
            log.checked.append(name)
            if refused := [problem for problem in found if problem.where != NOTIFICATION]:
                return Verdict(problems=refused + notices)
        return self._keep(bill, notices)

    def _keep(self, bill: Bill, notices: list[Problem]) -> Verdict:
        now = self._authority.clock.now()
        kept = Kept(
            key=bill.key,
            issuer=bill.issuer,
            kind=bill.kind,
            number=bill.number,
            sha256=bill.sha256,
            time=self._authority.clock.real().isoformat(timespec="milliseconds"),
            total=bill.text(f"{bill.total_path}/cbc:PayableAmount"),
            currency=bill.text("cbc:DocumentCurrencyCode"),
            receiver=bill.other,
            document=bill.data,
            response=response.build(bill, notices, now, self._authority.ca.dian()),
        )
        if not self.register.keep(kept):  # two requests with the same document at once
            return Verdict(earlier=True, problems=[_PROCESSED])
        return Verdict(kept=kept, problems=notices)

    def _schema(self, log: Call) -> Check:
        def check(examination: Examination) -> Iterator[Problem]:
            error = self._schemas.first_error(examination.bill.root)
            if error is None:
                log.not_checked.append("schema (no official XSD)")
            elif error:
                yield Problem("ZB01", f"Fallo en el esquema XML del archivo: {error}")

        return check

    def _signature(self, log: Call) -> Check:
        def check(examination: Examination) -> Iterator[Problem]:
            try:
                yield from list(signature.check(examination, self._authority.ca))
            except signature.Unverifiable:
                log.not_checked.append("signature (no signxml)")

        return check


_PROCESSED = Problem("90", "Documento procesado anteriormente.")


def _duplicate(examination: Examination) -> Iterator[Problem]:
    """A number that was validated is taken for ever, by whatever document."""
    bill, register = examination.bill, examination.register
    if register.by_key(bill.key) or register.by_number(bill.issuer, bill.kind, bill.number):
        yield _PROCESSED


def _sender(numbers: str | None) -> Check:
    def check(examination: Examination) -> Iterator[Problem]:
        bill = examination.bill
        allowed = {bill.issuer, bill.text("ext:UBLExtensions//sts:SoftwareProvider/sts:ProviderID")}
        if numbers is not None and not allowed & set(numbers.split()):
            text = f"NIT {numbers} no autorizado a enviar documentos para emisor con NIT {bill.issuer}."
            yield Problem("89", text)

    return check
