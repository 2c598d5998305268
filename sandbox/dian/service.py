"""The service itself: every operation, behind WS-Security, with the same scripted faults as the other services."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from .. import faults
from ..authority import Authority
from ..calls import Call
from ..problems import Problem
from ..reply import Reply, Request
from ..scripts import Facts, Plan
from . import answers, envelope, package, security
from .bill import Bill, Paper
from .events import EventPaper
from .names import PATH
from .register import Kept, KeptEvent
from .signature import holder_numbers
from .validation import CLOSED, Validation, Verdict

SERVICE = "dian"
# what an upload says at once; everything else is told when its package is asked for
AT_THE_DOOR = ("90", "89")
SECURITY = "An error occurred when verifying security for the message."


@dataclass
class _Turn:
    """One call on its way through."""

    message: envelope.Message
    log: Call
    sender: str | None
    plan: Plan
    files: list[tuple[str, bytes]] | Problem
    paper: Paper | None

    @property
    def operation(self) -> str:
        return self.message.operation

    @property
    def track_id(self) -> str:
        return self.message.parameters.get("trackId", "").lower()


class Dian:
    def __init__(self, authority: Authority, stopping: threading.Event) -> None:
        self._authority = authority
        self._stopping = stopping
        self._sets: dict[str, str] = {}  # the test set of a batch
        self._asked: set[str] = set()  # batches whose verdict was asked for
        self.validation = Validation(authority)

    def handle(self, request: Request) -> Reply | None:
        """None when the path is not the service's."""
        if request.path != PATH or request.method != "POST":
            return None
        started = time.monotonic()
        log = Call(SERVICE, "?", self._authority.clock.real().isoformat(timespec="milliseconds"))
        try:
            reply = self._answer(request, log)
        except envelope.Fault as error:
            log.verdict, reply = "fault", envelope.fault(str(error), error.subcode)
            log.problems = [Problem(error.subcode, str(error)).as_dict()]
        log.http_status = reply.status
        log.milliseconds = round((time.monotonic() - started) * 1000)
        self._authority.calls.add(log)
        return reply

    def _answer(self, request: Request, log: Call) -> Reply:
        message = envelope.read(request.body, request.headers.get("content-type", ""))
        log.operation = message.operation
        sender = self._sender(message, request, log)
        turn = self._open(message, log, sender)
        if "security_fault" in turn.plan:
            raise envelope.Fault("InvalidSecurity", SECURITY)
        early = faults.before(turn.plan, self._stopping, envelope.fault)
        if early is not None:
            log.verdict = "no_answer" if early.damage else "fault"
            return early
        reply = self._operations[message.operation](self, turn)
        damaged = faults.after(turn.plan, reply, self._stopping, envelope.fault)
        if damaged.damage and damaged.damage.drop:
            log.verdict = f"{log.verdict}, no_answer"
        return damaged

    def _sender(self, message: envelope.Message, request: Request, log: Call) -> str | None:
        """The numbers of the certificate that signed the call, None when nothing here can verify it."""
        known = {security.thumbprint(cer): cer for cer in self._authority.ca.issued_for_signatures()}
        address = f"{request.base_url}{PATH}"
        try:
            certificate = security.check(message.root, address, self._authority.clock.now(), known)
        except security.Unverifiable:
            log.not_checked.append("message signature (no xmlsec)")
            return None
        seen = self._authority.ca.look_at(certificate)
        if seen is None or not seen.is_ours or self._authority.ca.is_revoked(seen.serial):
            raise envelope.Fault("InvalidSecurity", SECURITY)
        log.account = " ".join(sorted(holder_numbers(x509.load_der_x509_certificate(certificate))))
        return log.account

    def _open(self, message: envelope.Message, log: Call, sender: str | None) -> _Turn:
        parameters = message.parameters
        files: list[tuple[str, bytes]] | Problem = []
        if "contentFile" in parameters:
            limit = package.MAX_FILES if message.operation == "SendBillAsync" else 1
            files = package.unpack(parameters.get("fileName", ""), parameters["contentFile"], limit)
        shape = EventPaper if message.operation == "SendEventUpdateStatus" else Bill
        paper = shape.read(files[0][1]) if isinstance(files, list) and files else None
        key, known = parameters.get("trackId", "").lower(), False
        if isinstance(paper, Paper):
            log.rfc, log.serie, log.folio, log.sha256 = paper.issuer, paper.kind, paper.number, paper.sha256
            key = paper.key
        kept = self.validation.register.by_key(key) if key else None
        if kept is not None:
            log.rfc, log.serie, log.folio, log.sha256, known = kept.issuer, kept.kind, kept.number, kept.sha256, True
        elif key and message.operation == "GetStatusZip":
            known = self.validation.register.batch(key) is not None
        plan = self._authority.scripts.take(
            Facts(message.operation, sender or "", log.serie, log.folio, log.rfc, "", log.sha256, known, SERVICE)
        )
        log.script, log.injected = plan.script, sorted(plan.action)
        return _Turn(message, log, sender, plan, files, paper if isinstance(paper, Paper) else None)

    # -- documents

    def _send_bill(self, turn: _Turn) -> Reply:
        return self._told(turn, self.validation.validate)

    def _send_event(self, turn: _Turn) -> Reply:
        return self._told(turn, self.validation.register_event)

    def _told(self, turn: _Turn, judge: Callable[..., Verdict]) -> Reply:
        """What became of the one document; it is judged also when the answer only says that this goes on."""
        verdict = self._refused(turn) or judge(
            turn.files[0][1], turn.sender, turn.log, production=self._is_production(turn.paper)
        )
        content = self._content(turn, verdict)
        if _is_busy(turn):
            if verdict.kept is None:  # GetStatus tells it later
                self._keep_verdicts(verdict.key, [verdict])
            content = answers.in_progress(verdict.key)
        return answers.response(turn.operation, content)

    def _refused(self, turn: _Turn) -> Verdict | None:
        """What was ordered, or what is wrong with the file itself."""
        planned = faults.refusal(turn.plan)
        if planned is not None:
            key, number = (turn.paper.key, turn.paper.number) if turn.paper else ("", "")
            return Verdict(problems=[planned], key=key, number=number)
        return Verdict(problems=[turn.files]) if isinstance(turn.files, Problem) else None

    def _content(self, turn: _Turn, verdict: Verdict) -> str:
        turn.log.problems = [problem.as_dict() for problem in verdict.problems]
        if verdict.kept is not None:
            turn.log.verdict = "validated"
            is_event = isinstance(verdict.kept, KeptEvent)
            return answers.registered(verdict.kept) if is_event else answers.validated(verdict.kept, verdict.problems)
        codes = {problem.code for problem in verdict.problems}
        turn.log.verdict = "duplicate" if "90" in codes else "refused"
        return answers.rejected(verdict.problems, verdict.key, verdict.number)

    def _send_test_set(self, turn: _Turn) -> Reply:
        identity, operation = turn.message.parameters.get("testSetId", ""), turn.operation
        known = self.validation.register.get("test_set", identity)
        problem = self.validation.refused_by_set(known, identity, turn.paper)
        if known is None or problem is not None:
            turn.log.verdict, turn.log.problems = "refused", [problem.as_dict()] if problem else []
            return answers.upload(operation, None, [problem] if problem else [])
        reply = self._send_batch(turn, test_set=identity)
        self.validation.count_towards(known)
        return reply

    def _send_batch(self, turn: _Turn, test_set: str = "") -> Reply:
        """Taken now, validated at once, told when the batch is asked for (``batch_pending`` seconds later)."""
        operation = turn.operation
        if isinstance(turn.files, Problem):
            return answers.upload(operation, None, [turn.files])
        ordered = self._refused(turn)
        verdicts = [
            ordered or self.validation.validate(
                xml, turn.sender, turn.log, production=not test_set and self._is_production(Bill.read(xml))
            )
            for _name, xml in turn.files
        ]
        refused = [problem for problem in verdicts[0].problems if problem.code in AT_THE_DOOR]
        if refused and len(verdicts) == 1:
            turn.log.verdict = "duplicate" if refused[0].code == "90" else "refused"
            return answers.upload(operation, None, refused, verdicts[0].key)
        zip_key = secrets.token_hex(16)
        self._keep_verdicts(zip_key, verdicts)
        self._sets[zip_key] = test_set
        turn.log.verdict = "taken"
        return answers.upload(operation, zip_key, [])

    def _keep_verdicts(self, key: str, verdicts: list[Verdict]) -> None:
        rows = [verdict.as_row() for verdict in verdicts]
        self.validation.register.keep_batch(key, self._authority.clock.real().timestamp(), rows)

    def _status_of_batch(self, turn: _Turn) -> Reply:
        batch = self.validation.register.batch(turn.track_id)
        if batch is None or self._is_younger(batch[0], turn.plan.number("status_lag")):
            turn.log.verdict = "not_found"
            return answers.responses(turn.operation, [answers.unknown()])
        if _is_busy(turn) or self._is_younger(batch[0], turn.plan.number("batch_pending")):
            return answers.responses(turn.operation, [answers.in_progress()])
        known = self.validation.register.get("test_set", self._sets.get(turn.track_id, "")) or {}
        if known.get("state") in CLOSED and turn.track_id in self._asked:
            turn.log.verdict = "set_closed"
            return answers.responses(turn.operation, [answers.set_closed(str(known["id"]), str(known["state"]))])
        self._asked.add(turn.track_id)
        verdicts = [self.validation.of_batch(row) for row in batch[1]]
        return answers.responses(turn.operation, [self._content(turn, verdict) for verdict in verdicts])

    # -- look-ups

    def _found(self, turn: _Turn) -> Kept | None:
        """The document that is asked for, unless it is not to be found yet."""
        kept = self.validation.register.by_key(turn.track_id)
        if kept is not None:
            taken = datetime.fromisoformat(kept.time).timestamp()
            kept = None if self._is_younger(taken, turn.plan.number("status_lag")) else kept
        turn.log.verdict, turn.log.uuid = ("found" if kept else "not_found"), turn.track_id
        return kept

    def _is_younger(self, taken: float, seconds: float) -> bool:
        return self._authority.clock.real().timestamp() - taken < seconds

    def _status(self, turn: _Turn) -> Reply:
        """Of a document, of an event, or of what was refused while it was still in progress."""
        kept, event = self._found(turn), self.validation.register.event(turn.track_id)
        refused = self.validation.register.batch(turn.track_id) if kept is None and event is None else None
        planned = faults.refusal(turn.plan)
        if planned is not None:
            content = answers.rejected([planned], turn.track_id, "")
        elif _is_busy(turn) and (kept or event or refused):
            content = answers.in_progress()
        elif kept is not None:
            content = answers.validated(kept, self.validation.notices(kept))
        elif event is not None:
            content = answers.registered(event)
        elif refused is not None:
            content = self._content(turn, self.validation.of_batch(refused[1][0]))
        else:
            content = answers.unknown()
        return answers.response(turn.operation, content)

    def _status_of_events(self, turn: _Turn) -> Reply:
        kept = self._found(turn)
        content = answers.events(kept, self.validation.events_word(kept)) if kept else answers.unknown()
        return answers.response(turn.operation, content)

    def _download(self, turn: _Turn) -> Reply:
        return answers.document(turn.operation, self._found(turn))

    def _ranges(self, turn: _Turn) -> Reply:
        """404 for who has no range here, 302 when none of them is associated with the software."""
        asked = turn.message.parameters
        code, rows = self.validation.ranges_of(
            asked.get("accountCode", ""), asked.get("softwareCode", ""),
            production=self._authority.settings.dian_both or self._is_production(None),
        )
        planned = faults.refusal(turn.plan)
        if planned is not None and planned.code in ("302", "404"):
            code, rows = planned.code, []
        turn.log.verdict = "found" if rows else "not_found"
        return answers.ranges(turn.operation, code, rows)

    def _mailboxes(self, turn: _Turn) -> Reply:
        rows = [row for row in self.validation.register.all("taxpayer") if row.get("mailbox")]
        return answers.mailboxes(turn.operation, rows)

    def _acquirer(self, turn: _Turn) -> Reply:
        asked = turn.message.parameters
        key = (asked.get("identificationType", ""), asked.get("identificationNumber", ""))
        return answers.acquirer(turn.operation, self.validation.register.get("acquirer", *key))

    def _is_production(self, paper: object) -> bool:
        """Which of the two services this is; with the setting ``dian_both`` the document says it."""
        settings = self._authority.settings
        if settings.dian_both and isinstance(paper, Paper):
            return paper.text("cbc:ProfileExecutionID") == "1"
        return settings.dian_production

    _operations: dict[str, Callable[[Dian, _Turn], Reply]] = {
        "SendBillSync": _send_bill,
        "SendBillAsync": _send_batch,
        "SendTestSetAsync": _send_test_set,
        "SendEventUpdateStatus": _send_event,
        "GetStatus": _status,
        "GetStatusZip": _status_of_batch,
        "GetStatusEvent": _status_of_events,
        "GetXmlByDocumentKey": _download,
        "GetNumberingRange": _ranges,
        "GetExchangeEmails": _mailboxes,
        "GetAcquirer": _acquirer,
    }


def _is_busy(turn: _Turn) -> bool:
    return "in_progress" in turn.plan
