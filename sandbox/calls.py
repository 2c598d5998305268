"""The log of calls: what was asked, what was decided, what was and what could not be checked. No secrets."""

from __future__ import annotations

import itertools
import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 5000


@dataclass
class Call:
    """``verdict``: stamped, duplicate, found, not_found, refused, answered, fault or no_answer."""

    service: str
    operation: str
    time: str = ""
    number: int = 0
    account: str = ""
    rfc: str = ""
    serie: str = ""
    folio: str = ""
    sha256: str = ""
    uuid: str = ""
    verdict: str = "answered"
    http_status: int = 200
    milliseconds: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    script: int = 0
    injected: list[str] = field(default_factory=list)


class CallLog:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self.verdicts: Counter[str] = Counter()

    def add(self, call: Call) -> None:
        with self._lock:
            call.number = next(self._numbers)
            self._calls.append(call)
            self.verdicts[f"{call.operation} {call.verdict}"] += 1

    def last(self, limit: int, since: int = 0) -> list[dict[str, Any]]:
        """Oldest first; ``since`` leaves out calls up to that number."""
        with self._lock:
            chosen = [call for call in self._calls if call.number > since][-limit:]
        return [asdict(call) for call in chosen]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self.verdicts.clear()
