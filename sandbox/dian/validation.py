"""Prior validation: what DIAN does with one document, and where it keeps what it validated."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..authority import Authority
from ..calls import Call
from ..problems import Problem, SandboxError
from . import events, response, signature
from .bill import Bill, Paper
from .register import FAMILIES, DianRegister, Kept, KeptEvent
from .rules import header, notes, parties, taxes, totals
from .rules.context import NOTIFICATION, Check, Examination
from .schema import Schemas

ACCEPTED = "Aceptado"
CLOSED = (ACCEPTED, "Rechazado")
RULES: tuple[Check, ...] = (
    header.literals,
    header.number,
    header.dates,
    header.software,
    notes.references,
    parties.identified,
    parties.registered,
    parties.qualities,
    parties.addresses,
    parties.delivery,
    parties.payment,
    parties.exchange,
    totals.numbers,
    totals.lines,
    totals.administration,
    taxes.lines,
    taxes.header,
    totals.totals,
    header.fingerprint,
)


Stages = tuple[tuple[str, list[Check]], ...]


@dataclass(frozen=True)
class Through:
    """The technology provider that brings a document, its customer's account, and what it received itself."""

    provider: str = ""
    account: str = ""
    sha256: str = ""


_NOBODY = Through()


@dataclass
class Verdict:
    """``kept`` is set when it is valid; ``problems`` also hold notices; ``key`` and ``number`` are the document's."""

    kept: Kept | KeptEvent | None = None
    problems: list[Problem] = field(default_factory=list)
    key: str = ""
    number: str = ""

    def as_row(self) -> dict[str, Any]:
        """What a batch keeps of it; the document itself is in the register."""
        return {"key": self.key, "number": self.number, "problems": [vars(problem) for problem in self.problems]}


class Validation:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.register = DianRegister(authority.store)
        self._schemas = Schemas()

    def validate(
        self, data: bytes, sender: str | None, log: Call, *, production: bool = False, through: Through = _NOBODY
    ) -> Verdict:
        """Stage by stage; a stage is only entered when the ones before found nothing.

        :param sender: numbers of the certificate that signed the call, None when that could not be checked
        """
        bill = Bill.read(data)
        if isinstance(bill, Problem):
            return Verdict(problems=[bill])
        log.rfc, log.serie, log.folio, log.sha256 = bill.issuer, bill.kind, bill.number, through.sha256 or bill.sha256
        log.uuid = bill.key
        refused, notices = self._examine(bill, log, production, (
            ("schema", [self._schema(log)]),
            ("sender", [_sender(sender), _in_production]),
            ("duplicate", [_duplicate]),
            ("extensions", [header.extensions]),
            ("signature", [self._signature(log)]),
            ("rules", list(RULES)),
        ))
        if refused:
            return Verdict(problems=refused + notices, key=bill.key, number=bill.number)
        return self._keep(bill, notices, through)

    def ranges_of(self, nit: str, software: str, *, production: bool) -> tuple[str, list[dict[str, Any]]]:
        """Ranges of a taxpayer that are associated with a software, with GetNumberingRange's code."""
        taxpayer = self.register.get("taxpayer", nit) or {}
        environment = "1" if production else "2"
        mine = [
            row for row in self.register.all("range")
            if row["nit"] == nit and row.get("environment") in (None, "", environment)
        ]
        if not mine or (production and taxpayer.get("production") is False):
            return "404", []
        rows = [row for row in mine if row.get("software") and row["software"] == software]
        return "100" if rows else "302", rows

    def refused_by_set(self, known: dict[str, Any] | None, identity: str, paper: Paper | None) -> Problem | None:
        """Why the test set takes nothing (any more), or not this document: DIAN's words where they are known."""
        named = f"Set de prueba con identificador {identity}"
        if known is None:
            return Problem("89", f"{named} no existe.")
        if known.get("state") in CLOSED:
            return Problem("2", f"{named} se encuentra {known['state']}.")
        if not isinstance(paper, Bill):
            return None
        if known.get("nit") not in (None, "", paper.issuer):
            return Problem("89", f"{named} no corresponde al emisor con NIT {paper.issuer}.")
        software = paper.text(header.SOFTWARE_ID)
        if known.get("software") not in (None, "", software):
            return Problem("89", f"{named} no corresponde al software {software}.")
        kinds = FAMILIES.get(str(known.get("family") or ""))
        if kinds and paper.kind not in kinds:
            return Problem("89", f"{named} no es para documentos de tipo {paper.kind}.")
        return None

    def count_towards(self, known: dict[str, Any]) -> None:
        """The set is accepted when as many documents of its taxpayer and family are valid as it needs."""
        kinds = FAMILIES.get(str(known.get("family") or ""))
        rows = [row for row in self.register.rows() if row.issuer == known.get("nit") and row.environment != "1"]
        if len([row for row in rows if not kinds or row.kind in kinds]) >= int(known.get("needed") or 1):
            self.register.save("test_set", known | {"state": ACCEPTED})

    def register_event(self, data: bytes, sender: str | None, log: Call, *, production: bool = False) -> Verdict:
        """As `validate`, for the ApplicationResponse of an event."""
        paper = events.EventPaper.read(data)
        if isinstance(paper, Problem):
            return Verdict(problems=[paper])
        log.rfc, log.serie, log.folio, log.sha256, log.uuid = (
            paper.issuer, paper.code, paper.number, paper.sha256, paper.key,
        )
        refused, notices = self._examine(paper, log, production, (
            ("schema", [self._schema(log)]),
            ("sender", [_sender(sender)]),
            ("duplicate", [_duplicate_event]),
            ("signature", [self._signature(log)]),
            ("rules", list(events.RULES)),
        ))
        kept = self._keep_event(paper) if not refused else None
        if kept is None:
            return Verdict(problems=(refused or [_PROCESSED]) + notices, key=paper.key, number=paper.number)
        return Verdict(kept=kept, problems=notices, key=paper.key, number=paper.number)

    def of_batch(self, row: dict[str, Any]) -> Verdict:
        """The verdict that `Verdict.as_row` kept."""
        problems = [Problem(**problem) for problem in row["problems"]]
        is_valid = all(problem.where == NOTIFICATION for problem in problems)
        kept = self.register.by_key(row["key"]) if is_valid else None
        return Verdict(kept=kept, problems=problems, key=row["key"], number=row["number"])

    def notices(self, kept: Kept) -> list[Problem]:
        """What was notified when it was validated, as DIAN's word about it has kept it."""
        word = response.ApplicationResponse.read(kept.response)
        if isinstance(word, Problem):
            return []
        rows = word.nodes("cac:DocumentResponse/cac:LineResponse/cac:Response")
        said = [(word.text("cbc:ResponseCode", row), word.text("cbc:Description", row)) for row in rows]
        return [Problem(code, text, NOTIFICATION) for code, text in said if code != response.PROCESSED]

    def order_event(self, key: str, code: str, who: str = "") -> KeptEvent:
        """An event that nobody sent: what the other party did, as a test wants it; only its order is not judged.

        :raises SandboxError: no such document, or no such event.
        """
        kept = self.register.by_key(key)
        if kept is None:
            raise SandboxError(f"no validated document has the key {key!r}")
        if code not in events.CODES:
            raise SandboxError(f"'code' must be one of {', '.join(events.CODES)}")
        sender, receiver = events.parties(kept, code)
        moment = self._authority.clock.now().isoformat()
        number = f"{code}{len(self.register.events()) + 1}"
        own = hashlib.sha384(f"{number}{moment}{kept.key}".encode()).hexdigest()
        event = KeptEvent(own, kept.key, code, number, who or sender, receiver, moment)
        self.register.keep_event(event)
        return event

    def events_word(self, kept: Kept) -> bytes:
        """DIAN's list of the events about a document, b"" when there are none."""
        rows = self.register.events_of(kept.key)
        if not rows:
            return b""
        bill = Bill.read(kept.document)
        environment = bill.text("cbc:ProfileExecutionID") if isinstance(bill, Bill) else ""
        return response.of_events(kept, environment, rows, self._authority.clock.now(), self._authority.ca.dian())

    def _examine(
        self, paper: Paper, log: Call, production: bool, stages: Stages
    ) -> tuple[list[Problem], list[Problem]]:
        """What refuses, and what is only notified."""
        examination = Examination(paper, self.register, self._authority.clock.now(), production)
        notices: list[Problem] = []
        for name, checks in stages:
            found = [problem for check in checks for problem in totals.guarded(check, examination)]
            notices += [problem for problem in found if problem.where == NOTIFICATION]
            log.checked.append(name)
            if refused := [problem for problem in found if problem.where != NOTIFICATION]:
                return refused, notices
        return [], notices

    def _keep_event(self, paper: events.EventPaper) -> KeptEvent | None:
        """None when it came twice at once."""
        known = self.register.get("taxpayer", paper.issuer) or {}
        now = self._authority.clock.now()
        receiver = (paper.issuer, str(known.get("name", "")))
        event = KeptEvent(
            key=paper.key,
            document_key=paper.named,
            code=paper.code,
            number=paper.number,
            sender=paper.issuer,
            receiver=paper.other,
            time=(paper.moment or now).isoformat(),
            sha256=paper.sha256,
            document=paper.data,
            response=response.of_event(paper, receiver, now, self._authority.ca.dian()),
        )
        return event if self.register.keep_event(event) else None

    def _keep(self, bill: Bill, notices: list[Problem], through: Through) -> Verdict:
        now = self._authority.clock.now()
        kept = Kept(
            key=bill.key,
            issuer=bill.issuer,
            kind=bill.kind,
            number=bill.number,
            sha256=through.sha256 or bill.sha256,
            time=self._authority.clock.real().isoformat(timespec="milliseconds"),
            total=bill.text(f"{bill.total_path}/cbc:PayableAmount"),
            currency=bill.text("cbc:DocumentCurrencyCode"),
            receiver=bill.other,
            document=bill.data,
            response=response.build(bill, notices, now, self._authority.ca.dian()),
            reference=bill.reference,
            provider=through.provider,
            account=through.account,
            environment=bill.text("cbc:ProfileExecutionID"),
        )
        if not self.register.keep(kept):  # two requests with the same document at once
            return Verdict(problems=[_PROCESSED], key=bill.key, number=bill.number)
        return Verdict(kept=kept, problems=notices, key=bill.key, number=bill.number)

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
    if register.by_key(bill.key) or register.by_number(bill.issuer, bill.kind, bill.number, examination.environment):
        yield _PROCESSED


def _duplicate_event(examination: Examination) -> Iterator[Problem]:
    if examination.register.event(examination.bill.key):
        yield _PROCESSED


def _in_production(examination: Examination) -> Iterator[Problem]:
    """Who was not synchronised to production yet cannot invoice there; the words are our reading."""
    known = examination.register.get("taxpayer", examination.bill.issuer) or {}
    if examination.production and known.get("production") is False:
        text = f"NIT {examination.bill.issuer} no se encuentra habilitado en producción."
        yield Problem("89", text)


def _sender(numbers: str | None) -> Check:
    def check(examination: Examination) -> Iterator[Problem]:
        bill = examination.bill
        allowed = {bill.issuer, bill.text("ext:UBLExtensions//sts:SoftwareProvider/sts:ProviderID")}
        if numbers is not None and not allowed & set(numbers.split()):
            text = f"NIT {numbers} no autorizado a enviar documentos para emisor con NIT {bill.issuer}."
            yield Problem("89", text)

    return check
