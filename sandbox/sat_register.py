"""What SAT's register knows beside the stamp: requests to cancel a CFDI, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .ledger import Entry
from .problems import SandboxError
from .store import Store

NO = "No cancelable"
WITHOUT = "Cancelable sin aceptación"
WITH = "Cancelable con aceptación"
CANCELLABLE = (NO, WITHOUT, WITH)
REQUESTS = ("requested", "accepted", "rejected", "withdrawn")
ANSWER_HOURS = 72  # in which the receiver may answer a first request
GENERIC = ("XAXX010101000", "XEXX010101000")
SMALL = 1000  # MXN: up to this total nobody has to accept


@dataclass(frozen=True)
class Standing:
    """One row: what was ordered for a document. ``requested`` is the authority's time of the request that is open or
    was decided; ``earlier`` how many requests were rejected before it.
    """

    uuid: str
    cancellable: str = ""
    efos: str = "200"
    request: str = ""
    requested: str = ""
    earlier: int = 0


COLUMNS = tuple(field.name for field in fields(Standing))


@dataclass(frozen=True)
class Shown:
    """The words of an answer."""

    state: str
    cancellable: str
    cancellation: str
    efos: str


class SatRegister:
    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self, uuid: str) -> Standing:
        rows = self._store.query(f"SELECT {', '.join(COLUMNS)} FROM sat_standing WHERE uuid = ?", (uuid.upper(),))
        return Standing(*rows[0]) if rows else Standing(uuid.upper())

    def order(self, entry: Entry, now: datetime, *, cancellable: str, efos: str, request: str) -> Standing:
        """What happened to the document: how it may be cancelled, and a step of a request.

        :raises SandboxError: a step that cannot follow, as the answer to a request that nobody made.
        """
        known = self.standing(entry.uuid)
        known = replace(known, cancellable=cancellable or known.cancellable, efos=efos or known.efos)
        if request:
            known = _step(known, entry, request, now)
        marks = ", ".join("?" for _name in COLUMNS)
        statement = f"INSERT OR REPLACE INTO sat_standing ({', '.join(COLUMNS)}) VALUES ({marks})"
        self._store.execute(statement, tuple(getattr(known, name) for name in COLUMNS))
        return known

    def shown(self, entry: Entry, now: datetime) -> Shown:
        """What the service says of a stamped document at the authority's time ``now``."""
        standing = self.standing(entry.uuid)
        how = standing.cancellable or usual(entry)
        if is_cancelled(standing, entry, now):
            return Shown("Cancelado", how, _final_words(standing, entry), standing.efos)
        words = {"requested": "En proceso", "rejected": "Solicitud rechazada"}.get(standing.request, "")
        return Shown("Vigente", how, words, standing.efos)

    def clear(self) -> None:
        self._store.execute("DELETE FROM sat_standing")


def usual(entry: Entry) -> str:
    """How a document may be cancelled of which nothing was ordered: RMF 2.7.1.35, as far as it tells by itself."""
    small = entry.currency == "MXN" and Decimal(entry.total or 0) <= SMALL
    return WITHOUT if entry.kind != "I" or entry.receiver in GENERIC or small else WITH


def is_cancelled(standing: Standing, entry: Entry, now: datetime) -> bool:
    if standing.request == "accepted":
        return True
    if standing.request != "requested":
        return False
    return (standing.cancellable or usual(entry)) == WITHOUT or _has_expired(standing, now)


def _has_expired(standing: Standing, now: datetime) -> bool:
    """Only a first request ends by itself; one after a rejection waits for its answer."""
    since = datetime.fromisoformat(standing.requested)
    return not standing.earlier and now - since >= timedelta(hours=ANSWER_HOURS)


def _final_words(standing: Standing, entry: Entry) -> str:
    if (standing.cancellable or usual(entry)) == WITHOUT:
        return "Cancelado sin aceptación"
    return "Cancelado con aceptación" if standing.request == "accepted" else "Plazo vencido"


def _step(known: Standing, entry: Entry, request: str, now: datetime) -> Standing:
    how = known.cancellable or usual(entry)
    if is_cancelled(known, entry, now):
        raise SandboxError("it is cancelled")
    if request == "requested":
        if how == NO:
            raise SandboxError("it cannot be cancelled: a live document refers to it")
        if known.request == "requested":
            raise SandboxError("a request is open already")
        earlier = known.earlier + (known.request == "rejected")
        moment = now.astimezone(timezone.utc).isoformat(timespec="seconds")
        return replace(known, request=request, requested=moment, earlier=earlier)
    if known.request != "requested":
        raise SandboxError("nobody asked for it to be cancelled")
    return replace(known, request="" if request == "withdrawn" else request)
