"""What differs between kinds of documents, behind one small interface.

A strategy is stateless. Its ORM-facing methods (`findings`, `prepare`, `job`) run in a transaction and call nobody;
the `Job` that it returns holds only bytes and core objects, so that it can run in a thread without the ORM.
"""
import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from odoo.exceptions import UserError

from ..core.findings import Finding
from ..core.states import Event


class Refused(UserError):
    """What was found blocks the document: nothing was sealed."""

    def __init__(self, message: str, found: list[Finding]):
        super().__init__(message)
        self.findings = found


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A document that passed every check: its frozen content, its signed bytes and the columns that describe it."""
    content: Any
    signed: bytes
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a call ended in, in terms of the life cycle.

    `event` is None where nothing was learnt: the state stays, and the next attempt is scheduled.
    `pause` names why sending should stop until a person acts (credentials, account, certificate). `answer` is the
    authority's own signed word where it is a file beside the document (DIAN's ApplicationResponse); `notifications` and
    `rejections` are its remarks, each with `code` and `message`. A provider that works on a document names it by
    `track_id`, and may give the buyer's `container`. `service` names who was called, where it was not the one that the
    document goes to.
    """
    event: Event | None
    exchanges: tuple = ()
    stamped: bytes = b""
    uuid: str = ""
    stamped_at: datetime | None = None
    code: str = ""
    message: str = ""
    pause: str = ""
    recovered: bool = False
    answer: bytes = b""
    notifications: tuple[dict[str, str], ...] = ()
    rejections: tuple[dict[str, str], ...] = ()
    track_id: str = ""
    container: bytes = b""
    service: str = ""


class Job(Protocol):
    """One send or one recovery, ready to run without the ORM; it never raises for trouble of the service."""
    operation: str

    def run(self) -> Outcome: ...


class Strategy(Protocol):
    def today(self, move): ...
    def findings(self, move) -> list[Finding]: ...
    def prepare(self, documents, refused=None) -> Iterator[tuple[Any, Prepared]]: ...
    def job(self, document) -> Job: ...
    def file_name(self, document) -> str: ...
    def is_stamp_of(self, signed: bytes, stamped: bytes, uuid: str, values=None) -> bool: ...
    def explain(self, document) -> str: ...
    def answers(self, document) -> list[Finding]: ...


_STRATEGIES: dict[str, Strategy] = {}


def register(*kinds: str) -> Callable[[type], type]:
    """Register the decorated strategy for `kinds`."""
    def decorate(cls: type) -> type:
        _STRATEGIES.update(dict.fromkeys(kinds, cls()))
        return cls
    return decorate


def stamp_values(outcome: Outcome) -> dict[str, Any]:
    """Return the columns of a document that hold the stamp of `outcome`."""
    return {
        "stamped_xml": base64.b64encode(outcome.stamped),
        "uuid": outcome.uuid,
        "stamped_at": outcome.stamped_at,
        **({"answer_xml": base64.b64encode(outcome.answer)} if outcome.answer else {}),
    }


def for_kind(kind: str) -> Strategy:
    return _STRATEGIES[kind]
