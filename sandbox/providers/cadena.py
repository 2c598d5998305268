"""CADENA S.A.'s REST services: documents (own and of a partner's customers), query, numbering ranges.

Known from working clients are the addresses, the headers, the body (UBL without signature, base64) and the answer's
``statusCode``, ``uuid`` and ``document``. The other keys, and the words outside DIAN's rules, are ours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
from .desk import PRODUCTION, TEST, Account, Desk, account_name, altered, refusals
from .uploads import Upload

SERVICE = "cadena"
TOKEN, PARTNER, TEST_SET = "efacturaauthorizationtoken", "partnership-id", "set-test-id"
PATH = re.compile(r"/(?P<stage>v1|staging)/(?P<product>vp|vp-hab)/(?P<rest>[a-z/-]+?)/?")
OPERATIONS = {
    ("POST", "documentos/proceso/sincrono"): "send",
    ("POST", "documentos/proceso/alianzas"): "send",
    ("GET", "consulta/documentos"): "find",
    ("GET", "consulta/rango-numeracion"): "ranges",
}
METHODS = {rest: method for method, rest in OPERATIONS}
MAX_DIGITS = 3
NO_TOKEN = "No se informó el token de autorización o no es válido."
NO_PARTNER = "Partnership-Id no corresponde a una alianza de este token."
NOT_BASE64 = "El cuerpo no es el documento UBL en base64."
NOT_FOUND = "El documento consultado no existe."
IN_PROGRESS = "Documento en proceso de validación."


@dataclass
class _Turn:
    """One call on its way through. ``door`` is the answer to a caller who is not let in."""

    request: Request
    operation: str
    environment: str
    log: Call
    account: Account | None = None
    door: Reply | None = None
    document: bytes | Problem = b""
    found: Upload | None = None
    plan: Plan = field(default_factory=Plan)


class Cadena:
    def __init__(self, authority: Authority, stopping: threading.Event, validation: Validation) -> None:
        self._authority = authority
        self._stopping = stopping
        self._desk = Desk(SERVICE, authority, validation)
        self._operations: dict[str, Callable[[_Turn], Reply]] = {
            "send": self._send,
            "find": self._find,
            "ranges": self._ranges,
        }

    def handle(self, request: Request) -> Reply | None:
        """None when the path is not one of the provider's."""
        match = PATH.fullmatch(request.path)
        if match is None or match["rest"] not in METHODS or (match["stage"], match["product"]) == ("v1", "vp-hab"):
            return None
        started = time.monotonic()
        operation = OPERATIONS.get((request.method, match["rest"]), "?")
        log = Call(SERVICE, operation, self._authority.clock.real().isoformat(timespec="milliseconds"))
        if operation == "?":
            reply = _said(405, "Método no permitido.")
        else:
            environment = PRODUCTION if match["stage"] == "v1" else TEST
            reply = self._answer(_Turn(request, operation, environment, log))
        log.http_status = reply.status
        log.milliseconds = round((time.monotonic() - started) * 1000)
        self._authority.calls.add(log)
        return reply

    def _answer(self, turn: _Turn) -> Reply:
        self._open(turn)
        early = faults.before(turn.plan, self._stopping, _fault)
        if early is not None:
            turn.log.verdict = "no_answer" if early.damage else "fault"
            return early
        reply = self._refused_at_the_door(turn) or self._operations[turn.operation](turn)
        damaged = faults.after(turn.plan, reply, self._stopping, _fault)
        if damaged.damage and damaged.damage.drop:
            turn.log.verdict = f"{turn.log.verdict}, no_answer"
        return damaged

    def _open(self, turn: _Turn) -> None:
        turn.account, turn.door = self._login(turn)
        log = turn.log
        log.account = account_name(turn.account) if turn.account else ""
        if turn.operation == "send" and turn.door is None:
            turn.document = _document(turn.request)
            bill = Bill.read(turn.document) if isinstance(turn.document, bytes) else turn.document
            if isinstance(bill, Bill):
                log.rfc, log.serie, log.folio, log.sha256 = bill.issuer, bill.kind, bill.number, bill.sha256
                turn.found = self._known(turn, bill.issuer, bill.number, (bill.kind,))
        elif turn.operation == "find" and turn.account is not None:
            turn.found = self._asked_for(turn)
        known = turn.found is not None and turn.found.is_valid
        turn.plan = self._authority.scripts.take(
            Facts(turn.operation, log.account, log.serie, log.folio, log.rfc, "", log.sha256, known, SERVICE)
        )
        log.script, log.injected = turn.plan.script, sorted(turn.plan.action)

    def _login(self, turn: _Turn) -> tuple[Account | None, Reply | None]:
        """By the token; a partner also says who it is.

        Ranges are told without a token, and with that of tests in production, as clients ask for them.
        """
        request, token = turn.request, turn.request.headers.get(TOKEN, "").strip()
        accounts = self._desk.accounts(turn.environment if turn.operation != "ranges" else "")
        if turn.operation == "ranges" and not token:
            return None, None
        good = [row for row in accounts if token and str(row.get("token") or "").lower() == token.lower()]
        if not good:
            return None, _said(401, NO_TOKEN)
        partner = str(good[0].get("partner") or "")
        # that of test sets is the only route for them, whoever sends
        of_partners = request.path.rstrip("/").endswith("/vp/documentos/proceso/alianzas")
        must_say = bool(partner) and turn.operation != "ranges" and not request.path.rstrip("/").endswith("/sincrono")
        if (of_partners and not partner) or (must_say and request.headers.get(PARTNER, "").strip() != partner):
            return good[0], _said(401, NO_PARTNER)
        return good[0], None

    def _refused_at_the_door(self, turn: _Turn) -> Reply | None:
        planned = faults.refusal(turn.plan)
        if "expire_token" in turn.plan and turn.door is None:
            turn.door = _said(401, NO_TOKEN)
        if turn.door is not None:
            turn.log.verdict = "refused"
            return turn.door
        return self._refused(turn, [planned]) if planned is not None else None

    # -- documents

    def _send(self, turn: _Turn) -> Reply:
        if isinstance(turn.document, Problem):
            turn.log.verdict, turn.log.problems = "refused", [turn.document.as_dict()]
            return _said(400, turn.document.message)
        if turn.found is not None and turn.found.is_valid:
            return self._already(turn, turn.found)
        account, sha256 = turn.account or {}, hashlib.sha256(turn.document).hexdigest()
        test_set = ""
        if turn.environment == TEST:
            test_set = turn.request.headers.get(TEST_SET, "").strip() or str(account.get("test_set") or "")
        upload = self._desk.take(account, turn.document, sha256, turn.environment, turn.log, test_set)
        turn.log.uuid, turn.log.sha256 = upload.key, sha256
        if upload.is_valid:
            turn.log.verdict = "validated"
            turn.log.problems = [problem.as_dict() for problem in upload.problems]
            return _said(202, IN_PROGRESS) if "in_progress" in turn.plan else _told(200, upload, turn.plan)
        if any(problem.code == "90" for problem in upload.problems):  # two requests at once, or not through us
            known = self._known(turn, upload.issuer, upload.number, (upload.kind,))
            if known is not None and known.is_valid:
                return self._already(turn, known)
        return self._refused(turn, refusals(upload))

    def _already(self, turn: _Turn, upload: Upload) -> Reply:
        turn.log.verdict, turn.log.uuid = "duplicate", upload.key
        return _told(409, upload, turn.plan)

    def _refused(self, turn: _Turn, problems: list[Problem]) -> Reply:
        """DIAN's rules with 400; 409 for a document that was there before and for a test set with its verdict."""
        turn.log.verdict = "duplicate" if problems[0].code == "90" else "refused"
        turn.log.problems = [problem.as_dict() for problem in problems]
        first = problems[0]
        if first.code.isdecimal() and len(first.code) == MAX_DIGITS:  # a status that was ordered
            return _said(int(first.code), first.message)
        if first.code in ("2", "89"):
            return _said(409 if first.code == "2" else 400, first.message)
        status = 409 if first.code == "90" else 400
        return _said(status, "Documento con errores en campos mandatorios.", [answers.rule(one) for one in problems])

    # -- look-ups

    def _asked_for(self, turn: _Turn) -> Upload | None:
        query, log = turn.request.query, turn.log
        nit, number = query.get("nit_emisor", ""), query.get("id_documento", "")
        kind, prefix = query.get("codigo_tipo_documento", ""), query.get("prefijo", "")
        log.rfc, log.serie, log.folio = nit, kind, number
        kinds = tuple(one for one in FAMILIES["invoice"] if one < "05") if kind == "01" else (kind,)
        for name in dict.fromkeys((number, f"{prefix}{number}")):
            found = self._known(turn, nit, name, kinds)
            if found is not None and found.is_valid:
                log.folio = name
                return found
        return None

    def _known(self, turn: _Turn, issuer: str, number: str, kinds: tuple[str, ...]) -> Upload | None:
        if turn.account is None:
            return None
        found = self._desk.by_number(turn.account, turn.environment, number, kinds)
        return found if found is not None and found.issuer == issuer else None

    def _find(self, turn: _Turn) -> Reply:
        if not (turn.log.rfc and turn.log.folio and turn.log.serie):
            turn.log.verdict = "refused"
            return _said(400, "Se requieren nit_emisor, id_documento y codigo_tipo_documento.")
        found, plan = turn.found, turn.plan
        lag = max(plan.number("status_lag"), plan.number("storage_lag"))
        if found is None or self._desk.age(found) < lag:
            turn.log.verdict = "not_found"
            return _said(404, NOT_FOUND)
        if "in_progress" in plan:
            return _said(202, IN_PROGRESS)
        turn.log.verdict, turn.log.uuid = "found", found.key
        return _told(200, found, turn.plan)

    def _ranges(self, turn: _Turn) -> Reply:
        """GetNumberingRange as the provider passes it on, in the names of DIAN's service."""
        query = turn.request.query
        production = turn.environment == PRODUCTION or self._authority.settings.dian_both
        code, rows = self._desk.validation.ranges_of(
            query.get("accountCode", ""), query.get("softwareCode", ""), production=production
        )
        turn.log.verdict = "found" if rows else "not_found"
        written = [{name: row.get(key, "") for name, key in answers.RANGE_MEMBERS} for row in rows]
        content = {
            "OperationCode": code,
            "OperationDescription": answers.RANGES_TEXTS[code],
            "ResponseList": {"NumberRangeResponse": written} if rows else None,
        }
        return _json(200, {"statusCode": 200, **content})


def _document(request: Request) -> bytes | Problem:
    """The UBL: base64 as text, or as a JSON string of it."""
    try:
        text = request.body.decode("ascii")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
            text = json.loads(text)
        return base64.b64decode("".join(text.split()), validate=True) or Problem("400", NOT_BASE64)
    except (UnicodeDecodeError, binascii.Error, ValueError, RecursionError, AttributeError):
        return Problem("400", NOT_BASE64)


def _told(status: int, upload: Upload, plan: Plan) -> Reply:
    content = altered(upload.container) if "altered_file" in plan else upload.container
    document = base64.b64encode(content).decode("ascii")
    return _json(status, {"statusCode": status, "uuid": upload.key, "document": document})


def _said(status: int, message: str, rules: list[str] | None = None) -> Reply:
    return _json(status, {"statusCode": status, "errorMessage": message, "errorReason": rules or []})


def _fault(text: str) -> Reply:
    """The service's own failure, in place of a SOAP fault."""
    return _said(500, text)


def _json(status: int, content: dict[str, Any]) -> Reply:
    body = json.dumps(content, ensure_ascii=False).encode("utf-8")
    return Reply(status, body, "application/json; charset=utf-8", close=True)
