"""Facturatech's SOAP services for Colombia: it makes the UBL from its own vocabulary, signs, and has DIAN validate.

The names of operations, parameters and fields, the codes (200, 201, 404, 405, 409) and the states are known from
clients; the words are ours where they are not DIAN's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .. import faults
from ..authority import Authority
from ..calls import Call
from ..dian import answers
from ..dian.bill import Bill
from ..dian.register import FAMILIES
from ..dian.validation import Validation
from ..problems import Problem
from ..reply import Reply, Request
from ..scripts import Facts, Plan
from . import facturatech_wire as wire
from . import layout as vocabulary
from . import ubl
from .desk import PRODUCTION, TEST, Account, Desk, altered, refusals
from .layout import Group
from .uploads import Upload

SERVICE = "facturatech"
TAKEN = "Solicitud transmitida con éxito"
BAD_LOGIN = "Usuario o contraseña no válidos."
UNKNOWN = "No se encontró el documento solicitado."
NOT_READY = "El documento se encuentra en proceso, aún no está disponible."
WRONG_SERVER = "Método no permitido para documentos de tipo {kind}."
BEFORE = "El documento {number} ya fue firmado previamente."
SIGNED, PROCESSING, REJECTED = "SIGNED_XML", "PROCESSING", "REJECTED"
CREDITS = "9999"
MAX_DIGITS = 3


@dataclass
class _Turn:
    """One call on its way through."""

    call: wire.SoapCall
    log: Call
    environment: str
    account: Account | None = None
    payload: bytes = b""
    made: tuple[Bill, Group] | Problem | None = None
    found: Upload | None = None
    plan: Plan = field(default_factory=Plan)

    @property
    def server(self) -> wire.Server:
        return self.call.server

    def parameter(self, *names: str) -> str:
        return next((self.call.parameters[name].strip() for name in names if name in self.call.parameters), "")


class Facturatech:
    def __init__(self, authority: Authority, stopping: threading.Event, validation: Validation) -> None:
        self._authority = authority
        self._stopping = stopping
        self._desk = Desk(SERVICE, authority, validation)
        self._operations: dict[str, Callable[[_Turn], Reply]] = {
            "upload": self._upload,
            "status": self._status,
            "xml": self._file,
            "pdf": self._file,
            "key": self._file,
            "qr": self._file,
            "credits": self._credits,
        }

    def handle(self, request: Request) -> Reply | None:
        """None when the path is not one of the provider's."""
        found = wire.place(request.path)
        if found is None:
            return None
        if request.method != "POST":
            return wire.wsdl(*found, request)
        started = time.monotonic()
        log = Call(SERVICE, "?", self._authority.clock.real().isoformat(timespec="milliseconds"))
        try:
            call = wire.read(request.body, *found)
            log.operation = call.name.removeprefix(wire.PREFIX)
            reply = self._answer(_Turn(call, log, PRODUCTION if call.stage == "pro" else TEST))
        except wire.Refused as error:
            log.verdict, reply = "fault", wire.fault(str(error))
        log.http_status = reply.status
        log.milliseconds = round((time.monotonic() - started) * 1000)
        self._authority.calls.add(log)
        return reply

    def _answer(self, turn: _Turn) -> Reply:
        self._open(turn)
        early = faults.before(turn.plan, self._stopping, wire.fault)
        if early is not None:
            turn.log.verdict = "no_answer" if early.damage else "fault"
            return early
        planned = faults.refusal(turn.plan)
        if turn.account is None or "expire_token" in turn.plan:
            turn.log.verdict = "refused"
            reply = self._said(turn, "409", BAD_LOGIN)
        elif planned is not None:
            reply = self._refused(turn, [planned])
        else:
            reply = self._operations[turn.call.operation.does](turn)
        damaged = faults.after(turn.plan, reply, self._stopping, wire.fault)
        if damaged.damage and damaged.damage.drop:
            turn.log.verdict = f"{turn.log.verdict}, no_answer"
        return damaged

    def _open(self, turn: _Turn) -> None:
        turn.account, log = self._login(turn), turn.log
        log.account = turn.parameter("username")[:100]
        does = turn.call.operation.does
        if turn.account is not None and does == "upload":
            turn.made = self._made(turn)
            log.sha256 = hashlib.sha256(turn.payload).hexdigest()
            if not isinstance(turn.made, Problem):
                bill = turn.made[0]
                log.rfc, log.serie, log.folio = bill.issuer, bill.kind, bill.number
                turn.found = self._desk.by_number(turn.account, turn.environment, bill.number, (bill.kind,))
        elif turn.account is not None and does != "credits":
            turn.found = self._asked_for(turn, turn.account)
            if turn.found is not None:
                log.rfc, log.serie, log.folio = turn.found.issuer, turn.found.kind, turn.found.number
        known = turn.found is not None and turn.found.is_valid
        turn.plan = self._authority.scripts.take(
            Facts(log.operation, log.account, log.serie, log.folio, log.rfc, "", log.sha256, known, SERVICE)
        )
        log.script, log.injected = turn.plan.script, sorted(turn.plan.action)

    def _login(self, turn: _Turn) -> Account | None:
        """The password travels as SHA-256 in lower case hex."""
        name, password = turn.parameter("username"), turn.parameter("password")
        rows = self._desk.accounts(turn.environment)
        good = (row for row in rows if name and row.get("username") == name and row.get("password") == password)
        return next(good, None)

    # -- uploads

    def _made(self, turn: _Turn) -> tuple[Bill, Group] | Problem:
        """The UBL of what was uploaded."""
        given = turn.parameter("xmlBase64", "layout")
        if "layout" in turn.call.operation.parameters:
            turn.payload = _layout_bytes(given)
            read = vocabulary.from_text(turn.payload.decode("utf-8", "replace"))
        else:
            try:
                turn.payload = base64.b64decode("".join(given.split()), validate=True)
            except (binascii.Error, ValueError):
                return Problem("409", "xmlBase64 no es base64.")
            read = vocabulary.from_xml(turn.payload)
        if isinstance(read, Problem):
            return read
        kind = ubl.kind_of(read)
        if isinstance(kind, Problem):
            return kind
        if (kind in FAMILIES["support"]) != (turn.server is wire.SUPPORT_DOCUMENTS):
            return Problem("405", WRONG_SERVER.format(kind=kind))
        return self._bill(turn, read, kind)

    def _bill(self, turn: _Turn, read: Group, kind: str) -> tuple[Bill, Group] | Problem:
        account, head, numbering = turn.account or {}, read.one("ENC"), read.one("DRF")
        known = self._desk.validation.register.range_of(head[2], numbering[1], numbering[4]) or {}
        own = (str(account.get(name) or "") for name in ("nit", "software", "pin"))
        maker = ubl.Maker(*own, str(known.get("technical_key") or ""))
        data = ubl.build(read, kind, maker)
        bill = Bill.read(data) if isinstance(data, bytes) else data
        if isinstance(bill, Problem):
            return bill
        for position, said in ((2, bill.issuer), (3, bill.other)):
            if head[position] and head[position] != said:
                return Problem("409", f"ENC_{position} {head[position][:20]} no corresponde a {said[:20]}.")
        return bill, read

    def _upload(self, turn: _Turn) -> Reply:
        if turn.made is None or isinstance(turn.made, Problem):
            return self._refused(turn, [turn.made] if turn.made else [])
        if turn.found is not None and turn.found.is_valid:
            turn.log.verdict, turn.log.uuid = "duplicate", turn.found.key
            return self._said(turn, "409", BEFORE.format(number=turn.found.number))
        account = turn.account or {}
        test_set = str(account.get("test_set") or "") if turn.environment == TEST else ""
        upload = self._desk.take(
            account, turn.made[0].data, turn.log.sha256, turn.environment, turn.log, test_set
        )
        turn.log.uuid = upload.key
        turn.log.problems = [problem.as_dict() for problem in upload.problems]
        if not upload.is_valid and "in_progress" not in turn.plan:
            return self._refused(turn, refusals(upload))
        turn.log.verdict = "validated" if upload.is_valid else "refused"
        members = {"code": "201", "success": TAKEN, turn.server.transaction: upload.transaction_id}
        return wire.answer(turn.call, members | {turn.server.error: ""})

    def _refused(self, turn: _Turn, problems: list[Problem]) -> Reply:
        """409 with DIAN's rules, or the code that was ordered."""
        turn.log.verdict = "refused"
        turn.log.problems = [problem.as_dict() for problem in problems]
        first = problems[0] if problems else Problem("409", "Falta el documento.")
        is_code = first.code.isdecimal() and len(first.code) == MAX_DIGITS
        return self._said(turn, first.code if is_code else "409", _words(problems or [first]))

    # -- look-ups

    def _asked_for(self, turn: _Turn, account: Account) -> Upload | None:
        if turn.call.operation.does == "status":
            return self._desk.by_transaction(account, turn.environment, turn.parameter("transaccionID"))
        number = f"{turn.parameter('prefijo', 'prefix')}{turn.parameter('folio', 'number')}"
        turn.log.folio = number[:40]
        kinds = FAMILIES["support" if turn.server is wire.SUPPORT_DOCUMENTS else "invoice"]
        return self._desk.by_number(account, turn.environment, number, kinds)

    def _is_pending(self, turn: _Turn, found: Upload) -> bool:
        return "in_progress" in turn.plan or self._desk.age(found) < turn.plan.number("batch_pending")

    def _status(self, turn: _Turn) -> Reply:
        found = turn.found
        if found is None:
            turn.log.verdict = "not_found"
            return self._said(turn, "404", UNKNOWN)
        pending = self._is_pending(turn, found)
        state = PROCESSING if pending else SIGNED if found.is_valid else REJECTED
        error = "" if pending or found.is_valid else _words(refusals(found))
        turn.log.verdict = "found"
        members = {"code": "200", "success": TAKEN, "status": state, turn.server.error: error}
        return wire.answer(turn.call, members)

    def _file(self, turn: _Turn) -> Reply:
        """XML, PDF, key or QR text of a signed document; of one that is not ready 409, of any other 404."""
        found = turn.found
        lag = max(turn.plan.number("status_lag"), turn.plan.number("storage_lag"))
        if found is None or not found.is_valid or self._desk.age(found) < lag:
            turn.log.verdict = "not_found"
            return self._said(turn, "404", UNKNOWN)
        if self._is_pending(turn, found):
            turn.log.verdict = "not_found"
            return self._said(turn, "409", NOT_READY)
        turn.log.verdict, turn.log.uuid = "found", found.key
        content = {
            "xml": lambda: _base64(altered(found.document) if "altered_file" in turn.plan else found.document),
            "pdf": lambda: _base64(_pdf(found.number)),
            "key": lambda: found.key,
            "qr": lambda: f"{ubl.QR}{found.key}",
        }[turn.call.operation.does]()
        name = turn.server.file if turn.call.operation.does == "xml" else "resourceData"
        return wire.answer(turn.call, {"code": "200", "success": TAKEN, name: content, turn.server.error: ""})

    def _credits(self, turn: _Turn) -> Reply:
        members = {"code": "200", "success": TAKEN, turn.server.file: CREDITS, turn.server.error: ""}
        return wire.answer(turn.call, members)

    def _said(self, turn: _Turn, code: str, error: str) -> Reply:
        return wire.answer(turn.call, {"code": code, "success": "", turn.server.error: error})


def _words(problems: list[Problem]) -> str:
    """DIAN's rules as DIAN words them; anything else as it is."""
    plain = ("2", "89", "ZE01")
    is_rule = [not problem.code.isdecimal() or problem.code == "90" for problem in problems]
    return " | ".join(
        answers.rule(problem) if rule and problem.code not in plain else problem.message
        for problem, rule in zip(problems, is_rule, strict=True)
    )


def _layout_bytes(given: str) -> bytes:
    """What the line says, out of its base64 if it came in that."""
    text = given.strip()
    if not text.startswith(("[", "(")):
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            pass
    return given.encode("utf-8")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _pdf(number: str) -> bytes:
    """A page with the number on it, enough to be opened."""
    text = f"BT /F1 18 Tf 72 720 Td ({''.join(sign for sign in number if sign.isalnum())}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, places = b"%PDF-1.4\n", []
    for index, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (index, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end
