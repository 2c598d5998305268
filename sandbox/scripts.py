"""Scripted misbehaviour: which call is to go wrong, how, and how often.

A script is ``{"match": {...}, "action": {...}, "times": 1, "skip": 0, "probability": 1.0}``.

match        any of service (finkok, sw, dian, cadena, facturatech, sat), operation, serie, folio, rfc, receiver,
             sha256, username; values may use ``*`` and ``?``
times        how many matching calls are hit (-1: all); default 1
skip         how many matching calls pass unharmed before the first hit; default 0
probability  chance per matching call, drawn from the sandbox's seeded generator

The first script that matches and is not used up decides; its action may combine:

delay_before        ms to wait before the call is looked at
delay_after_stamp   ms to wait between the ledger's commit and the answer
drop_before         true: close the connection without processing the call
drop_after_stamp    true: process the call, then close the connection without an answer
reset_mid_answer    true: process, send half of the answer, reset the connection (RST)
truncate            true or number of bytes: process, announce the full length, send only that much
slow_drip           true or {"bytes": 1, "every_ms": 1000}: process, then send the answer in drops
http_status         503 or {"status": 503, "retry_after": 5}: an HTML error page instead of the answer
html_page           true: HTTP 200 with a login page
xml_bomb            true: HTTP 200 with an entity bomb
senv_fault          true or text: HTTP 500 with a SOAP fault (SW: with its JSON)
refuse              {"code": "402", "message": "..."}: a business refusal
no_credits          true: the account has no stamps left
empty_307           seconds since the stamp during which 307 comes without XML and UUID (SW: without data)
lookup_603          seconds since the stamp during which ``stamped`` does not find it
storage_lag         seconds since the stamp during which SW's storage, or a technology provider, does not show it
batch_pending       seconds during which DIAN's GetStatusZip says that a batch is still being validated
in_progress         true: DIAN has the document (a sent one is processed) and says that it is still being validated
status_lag          seconds since the validation during which DIAN's look-ups do not find the document (66), SAT's (602)
security_fault      true: DIAN's WS-Security fault, as of a clock that is wrong or a certificate that it does not know
expire_token        true: SW's token is not accepted (any more)
wrong_tfd           true: stamped and in the ledger, but the answer carries the stamp of another document
no_tfd              true: stamped, but the XML in the answer has no stamp
bad_uuid            true: stamped, but the UUID in the answer is malformed
bad_sat_seal        true: stamped, but the provider's signature in the answer does not verify
altered_file        true: a technology provider hands out its signed file with a word changed, so its signature is wrong
after_stamp         true: http_status, html_page, xml_bomb and senv_fault come after the document was processed
"""

from __future__ import annotations

import fnmatch
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .problems import SandboxError

MATCHABLE = ("service", "operation", "serie", "folio", "rfc", "receiver", "sha256", "username")
NUMBERS = ("delay_before", "delay_after_stamp", "empty_307", "lookup_603", "storage_lag", "batch_pending", "status_lag")
FLAGS = (
    "drop_before",
    "drop_after_stamp",
    "reset_mid_answer",
    "html_page",
    "xml_bomb",
    "no_credits",
    "wrong_tfd",
    "no_tfd",
    "bad_uuid",
    "bad_sat_seal",
    "altered_file",
    "after_stamp",
    "expire_token",
    "in_progress",
    "security_fault",
)
MIXED = ("truncate", "slow_drip", "http_status", "senv_fault", "refuse")
LARGEST = 10**9
NEED_A_STAMP = {"empty_307", "lookup_603", "storage_lag", "status_lag"}


@dataclass(frozen=True)
class Facts:
    """What a script can match on; ``known`` says whether the ledger already holds the document."""

    operation: str
    username: str = ""
    serie: str = ""
    folio: str = ""
    rfc: str = ""
    receiver: str = ""
    sha256: str = ""
    known: bool = False
    service: str = ""


@dataclass(frozen=True)
class Plan:
    """The action chosen for one call; an empty one changes nothing."""

    script: int = 0
    action: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.action)

    def __contains__(self, key: str) -> bool:
        return bool(self.action.get(key))

    def number(self, key: str) -> float:
        return float(self.action.get(key) or 0)

    def get(self, key: str) -> Any:
        return self.action.get(key)


@dataclass
class Script:
    number: int
    match: dict[str, str]
    action: dict[str, Any]
    times: int = 1
    skip: int = 0
    probability: float = 1.0
    seen: int = 0
    applied: int = 0

    def fits(self, facts: Facts) -> bool:
        if self.action.keys() <= NEED_A_STAMP and not facts.known:
            return False
        return all(fnmatch.fnmatchcase(getattr(facts, key), pattern) for key, pattern in self.match.items())

    def take(self, chance: random.Random) -> bool:
        self.seen += 1
        exhausted = 0 <= self.times <= self.applied
        if exhausted or self.seen <= self.skip or chance.random() >= self.probability:
            return False
        self.applied += 1
        return True


class Scripts:
    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._scripts: list[Script] = []
        self._chance = random.Random(seed)
        self._numbers = 0
        self.faults: Counter[str] = Counter()

    def add(self, request: Mapping[str, Any]) -> Script:
        match, action = _checked_match(request.get("match") or {}), _checked_action(request.get("action"))
        times, skip = _number(request, "times", -1, 1), _number(request, "skip", 0, 0)
        probability = _number(request, "probability", 0, 1.0)
        with self._lock:
            self._numbers += 1
            script = Script(self._numbers, match, action, int(times), int(skip), probability)
            self._scripts.append(script)
        return script

    def remove(self, number: int | None = None) -> int:
        """Removes one script, or all; returns how many went."""
        with self._lock:
            before = len(self._scripts)
            self._scripts = [] if number is None else [one for one in self._scripts if one.number != number]
            return before - len(self._scripts)

    def clear(self) -> None:
        """All scripts and their counters."""
        self.remove()
        self.faults.clear()

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return [vars(script).copy() for script in self._scripts]

    def take(self, facts: Facts) -> Plan:
        """The plan for this call; counts what it injects, so that a test can prove that its fault happened."""
        if not self._scripts:
            return Plan()
        with self._lock:
            for script in self._scripts:
                if script.fits(facts) and script.take(self._chance):
                    self.faults.update(key for key in script.action if key != "after_stamp")
                    return Plan(script.number, script.action)
        return Plan()


def _checked_match(match: Any) -> dict[str, str]:
    if not isinstance(match, dict):
        raise SandboxError("'match' must be an object")
    unknown = set(match) - set(MATCHABLE)
    if unknown:
        raise SandboxError(f"unknown in 'match': {', '.join(sorted(unknown))}; known: {', '.join(MATCHABLE)}")
    return {key: str(value) for key, value in match.items() if value is not None}


def _checked_action(action: Any) -> dict[str, Any]:
    if not isinstance(action, dict) or not action:
        raise SandboxError("'action' must be an object with at least one key")
    known = (*NUMBERS, *FLAGS, *MIXED)
    unknown = set(action) - set(known)
    if unknown:
        raise SandboxError(f"unknown in 'action': {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    for key in NUMBERS:
        _number(action, key, 0, 0)
    for key in FLAGS:
        if not isinstance(action.get(key, True), bool):
            raise SandboxError(f"'{key}' must be true or false")
    for key, check in CHECKS.items():
        if key in action:
            check(action[key])
    return dict(action)


def _number(values: Mapping[str, Any], key: str, least: float, default: float) -> float:
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= LARGEST:
        raise SandboxError(f"'{key}' must be a number from {least} to {LARGEST}")
    return value


def _truncate(value: Any) -> None:
    if value is not True:
        _number({"truncate": value}, "truncate", 0, 0)


def _slow_drip(value: Any) -> None:
    if value is True:
        return
    if not isinstance(value, dict) or set(value) - {"bytes", "every_ms"}:
        raise SandboxError("'slow_drip' must be true or an object with 'bytes' and 'every_ms'")
    _number(value, "bytes", 1, 1)
    _number(value, "every_ms", 0, 1000)


def _http_status(value: Any) -> None:
    if not isinstance(value, dict):
        value = {"status": value}
    if set(value) - {"status", "retry_after"} or not 100 <= _number(value, "status", 0, 503) <= 599:
        raise SandboxError("'http_status' must be a status or an object with 'status' and 'retry_after'")
    _number(value, "retry_after", 0, 0)


def _senv_fault(value: Any) -> None:
    if value is not True and not isinstance(value, str):
        raise SandboxError("'senv_fault' must be true or a text")


def _refuse(value: Any) -> None:
    if not isinstance(value, dict) or not value.get("code") or set(value) - {"code", "message", "where"}:
        raise SandboxError("'refuse' must be an object with 'code' and 'message'")


CHECKS: dict[str, Callable[[Any], None]] = {
    "truncate": _truncate,
    "slow_drip": _slow_drip,
    "http_status": _http_status,
    "senv_fault": _senv_fault,
    "refuse": _refuse,
}
