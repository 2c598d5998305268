"""SW Sapien's REST services: login, stamp, balance, storage."""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from . import faults, sw_answers
from .answers import age_seconds
from .authority import Authority
from .calls import Call
from .document import Received
from .ledger import Entry
from .multipart import part
from .problems import Problem
from .register import Account
from .reply import Reply, Request
from .scripts import Facts, Plan
from .sw_tokens import PARTS, Tokens

PAC = "sw"
KEY_HOURS = 72
LONGEST_KEY = 100
STAMP = re.compile(r"/(?P<family>v4/)?cfdi33/(?P<v2>v2/)?stamp/(?P<version>v[1-4])(?P<b64>/b64)?/?")
STORAGE = re.compile(r"/datawarehouse/v1/live/(?P<uuid>[0-9A-Fa-f-]{36})/?")
FILE = re.compile(r"/datawarehouse/files/(?P<uuid>[0-9A-Fa-f-]{36})\.xml")
ROUTES = {
    ("POST", "/v2/security/authenticate"): "authenticate",
    ("POST", "/security/authenticate"): "authenticate",
    ("GET", "/management/v2/api/users/balance"): "balance",
    ("GET", "/account/balance"): "balance",
}


@dataclass
class _Turn:
    """One call on its way through. ``door`` is the answer to a caller whose token is not good."""

    request: Request
    operation: str
    log: Call
    match: re.Match[str] | None
    account: Account | None = None
    door: Reply | None = None
    received: Received | Problem | None = None
    plan: Plan = field(default_factory=Plan)


class SwSapien:
    def __init__(self, authority: Authority, stopping: threading.Event) -> None:
        self._authority = authority
        self._stopping = stopping
        self._tokens = Tokens(authority)

    def handle(self, request: Request) -> Reply | None:
        """None when the path is not one of the provider's."""
        operation, match = _operation(request)
        if operation is None:
            return None
        started = time.monotonic()
        log = Call(PAC, operation, self._authority.clock.real().isoformat(timespec="milliseconds"))
        reply = self._answer(_Turn(request, operation, log, match))
        log.http_status = reply.status
        log.milliseconds = round((time.monotonic() - started) * 1000)
        self._authority.calls.add(log)
        return reply

    def _answer(self, turn: _Turn) -> Reply:
        self._open(turn)
        early = faults.before(turn.plan, self._stopping, sw_answers.fault)
        if early is not None:
            turn.log.verdict = "no_answer" if early.damage else "fault"
            return early
        operations: dict[str, Callable[[_Turn], Reply]] = {
            "authenticate": self._authenticate,
            "stamp": self._stamp,
            "balance": self._balance,
            "storage": self._storage,
            "download": self._download,
        }
        reply = self._refused_at_the_door(turn) or operations[turn.operation](turn)
        damaged = faults.after(turn.plan, reply, self._stopping, sw_answers.fault)
        if damaged.damage and damaged.damage.drop:
            turn.log.verdict = f"{turn.log.verdict}, no_answer"
        return damaged

    def _open(self, turn: _Turn) -> None:
        facts = Facts(turn.operation, service=PAC)
        if turn.operation not in ("authenticate", "download"):
            turn.account, turn.door = self._login(turn.request)
            turn.log.account = turn.account.username if turn.account else ""
            facts = replace(facts, username=turn.log.account)
        if turn.operation == "stamp":
            turn.received = self._document(turn)
        if isinstance(turn.received, Received):
            document, log = turn.received, turn.log
            log.rfc, log.serie, log.folio = document.issuer, document["Serie"], document["Folio"]
            log.sha256 = document.sha256
            facts = replace(
                facts,
                serie=log.serie,
                folio=log.folio,
                rfc=log.rfc,
                receiver=document.receiver,
                sha256=log.sha256,
                known=self._authority.find(document, PAC) is not None,
            )
        elif turn.match and "uuid" in turn.match.groupdict():
            facts = replace(facts, known=self._authority.ledger.by_uuid(turn.match["uuid"], PAC) is not None)
        turn.plan = self._authority.scripts.take(facts)
        turn.log.script, turn.log.injected = turn.plan.script, sorted(turn.plan.action)

    def _login(self, request: Request) -> tuple[Account | None, Reply | None]:
        kind, _space, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            return None, sw_answers.error(401, sw_answers.NO_TOKEN)
        if len(token.strip().split(".")) != PARTS:
            return None, sw_answers.error(401, sw_answers.NOT_THREE_PARTS)
        username = self._tokens.username(token.strip())
        account = self._authority.register.account(username) if username else None
        return account, None if account else sw_answers.error(401, sw_answers.BAD_TOKEN)

    def _refused_at_the_door(self, turn: _Turn) -> Reply | None:
        refusal = faults.refusal(turn.plan)
        if turn.door is not None:
            turn.log.verdict = "refused"
            return turn.door
        if "expire_token" in turn.plan and turn.account:
            turn.log.verdict = "refused"
            return sw_answers.error(401, sw_answers.BAD_TOKEN)
        return self._refuse(turn, refusal) if refusal else None

    # -- login

    def _authenticate(self, turn: _Turn) -> Reply:
        """User and password as JSON, or as headers (older clients)."""
        username, password = _credentials(turn.request)
        turn.log.account = username
        account = self._authority.register.login(username, password)
        if account is None or account.suspended:
            turn.log.verdict = "refused"
            return sw_answers.error(400, sw_answers.BAD_LOGIN)
        expires = self._tokens.now() + int(self._authority.settings.token_seconds)
        token = self._tokens.issue(username, expires)
        return sw_answers.success({"token": token, "expires_in": expires, "tokeType": "Bearer"})

    # -- stamp

    def _document(self, turn: _Turn) -> Received | Problem | None:
        data = part(turn.request.body, turn.request.headers.get("content-type", ""), "xml")
        if data is None or not data.strip():
            return None
        if turn.match and turn.match["b64"]:
            try:
                data = base64.b64decode(b"".join(data.split()), validate=True)
            except (binascii.Error, ValueError):
                return Problem("705", "XML Estructura inválida", "xml no es base64")
        return Received.read(data)

    def _stamp(self, turn: _Turn) -> Reply:
        if turn.received is None:
            turn.log.verdict = "refused"
            return sw_answers.error(400, sw_answers.NO_XML)
        key = turn.request.headers.get("customid") if turn.match["family"] else None
        if key is not None and not 0 < len(key.strip()) <= LONGEST_KEY:
            turn.log.verdict = "refused"
            return sw_answers.error(400, sw_answers.LONG_KEY if key.strip() else sw_answers.EMPTY_KEY)
        if isinstance(turn.received, Problem):
            return self._refuse(turn, turn.received)
        if self._authority.find(turn.received, PAC) is None:
            other = self._under_the_same_key(turn.account, key)
            if other is not None:
                turn.log.verdict, turn.log.uuid = "duplicate", other.uuid
                return sw_answers.error(400, sw_answers.KEY_REUSED, data={"tfd": sw_answers.tfd_of(other)})
        verdict = self._authority.stamp(turn.received, turn.account, PAC, (key or "").strip())
        turn.log.checked, turn.log.not_checked = verdict.checked, verdict.not_checked
        turn.log.warnings = verdict.warnings
        if verdict.entry is None:
            return self._refuse(turn, *verdict.problems)
        turn.log.uuid = verdict.entry.uuid
        return self._stamped(turn, verdict.entry) if verdict.is_new else self._already(turn, verdict.entry)

    def _under_the_same_key(self, account: Account, key: str | None) -> Entry | None:
        since = (self._authority.clock.real() - timedelta(hours=KEY_HOURS)).isoformat(timespec="milliseconds")
        return self._authority.ledger.by_custom_id(PAC, account.username, key.strip(), since) if key else None

    def _stamped(self, turn: _Turn, entry: Entry) -> Reply:
        turn.log.verdict = "stamped"
        return sw_answers.success(self._data(turn, faults.spoiled(turn.plan, entry, self._authority)))

    def _already(self, turn: _Turn, entry: Entry) -> Reply:
        """The plain family tells nothing but the number; the others hand the earlier stamp out, without Addenda."""
        turn.log.verdict = "duplicate"
        bare = not (turn.match["family"] or turn.match["v2"]) or self._younger(entry, turn.plan.number("empty_307"))
        earlier = replace(entry, stamped=sw_answers.without_addenda(entry.stamped))
        return sw_answers.error(400, sw_answers.EARLIER_STAMP, data=None if bare else self._data(turn, earlier))

    def _data(self, turn: _Turn, entry: Entry) -> dict[str, object]:
        in_base64 = bool(turn.match["b64"])
        return sw_answers.stamp_data(entry, turn.match["version"], in_base64, self._authority.ca.pac_serial)

    # -- balance and storage

    def _balance(self, turn: _Turn) -> Reply:
        expired = self._authority.has_expired(turn.account)
        if turn.request.path.startswith("/account/"):
            return sw_answers.success(sw_answers.legacy_balance(turn.account, expired))
        now = self._authority.local_now().replace(tzinfo=None, microsecond=0).isoformat()
        return sw_answers.success(sw_answers.balance(turn.account, now, expired))

    def _storage(self, turn: _Turn) -> Reply:
        entry = self._authority.ledger.by_uuid(turn.match["uuid"], PAC)
        if (
            entry is None
            or entry.account != turn.account.username
            or self._younger(entry, turn.plan.number("storage_lag"))
        ):
            turn.log.verdict = "not_found"
            return sw_answers.error(404, sw_answers.NOT_STORED)
        turn.log.verdict, turn.log.uuid = "found", entry.uuid
        address = f"{turn.request.base_url}/datawarehouse/files/{entry.uuid}.xml"
        return sw_answers.success(sw_answers.records(entry, address))

    def _download(self, turn: _Turn) -> Reply:
        entry = self._authority.ledger.by_uuid(turn.match["uuid"], PAC)
        if entry is None:
            turn.log.verdict = "not_found"
            return sw_answers.error(404, sw_answers.NOT_STORED)
        turn.log.verdict, turn.log.uuid = "found", entry.uuid
        return Reply(200, faults.spoiled(turn.plan, entry, self._authority).stamped)

    # -- shared

    def _younger(self, entry: Entry, seconds: float) -> bool:
        return bool(seconds) and age_seconds(entry, self._authority.clock.real()) < seconds

    def _refuse(self, turn: _Turn, *problems: Problem) -> Reply:
        """Only the first problem fits into this provider's answer."""
        turn.log.verdict = "refused"
        turn.log.problems = [problem.as_dict() for problem in problems]
        return sw_answers.refused(problems[0])


def _operation(request: Request) -> tuple[str | None, re.Match[str] | None]:
    name = ROUTES.get((request.method, request.path.rstrip("/")))
    if name:
        return name, None
    patterns = {"POST": {"stamp": STAMP}, "GET": {"storage": STORAGE, "download": FILE}}
    for operation, pattern in patterns.get(request.method, {}).items():
        match = pattern.fullmatch(request.path)
        if match:
            return operation, match
    return None, None


def _credentials(request: Request) -> tuple[str, str]:
    if not request.path.startswith("/v2/"):
        return request.headers.get("user", ""), request.headers.get("password", "")
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(data, dict):
        return "", ""
    return str(data.get("user") or ""), str(data.get("password") or "")
