"""What DIAN knows: taxpayers, software, numbering ranges, test sets, and the documents that it validated."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from ..problems import SandboxError
from ..store import Store

FIELDS = {
    # production: false as long as the taxpayer has not been synchronised to production; what is not said is true
    "taxpayer": ("nit", "name", "responsibilities", "mailbox", "cancelled", "production"),
    "software": ("id", "nit", "pin", "provider"),
    # kind: invoice, contingency or support; environment: 1 production, 2 habilitación; empty is good for all. Without
    # software the range was authorised and is not associated yet
    "range": (
        "resolution", "nit", "software", "prefix", "first", "last", "valid_from", "valid_to", "technical_key",
        "resolution_date", "kind", "environment",
    ),
    # family: invoice (with its notes) or support; empty is good for all
    "test_set": ("id", "nit", "software", "needed", "state", "family"),
    "acquirer": ("type", "number", "name", "email"),
    # an account with a technology provider: nit, name, software and pin are the provider's, the rest the customer's
    "provider": (
        "service", "nit", "name", "software", "pin", "username", "password", "token", "partner", "customer",
        "environment", "test_set",
    ),
}
ENVIRONMENTS = ("", "1", "2")
FAMILIES = {"invoice": ("01", "02", "03", "04", "91", "92"), "support": ("05", "95")}
CHOICES = {
    ("range", "kind"): ("", "invoice", "contingency", "support"),
    ("range", "environment"): ENVIRONMENTS,
    ("test_set", "family"): ("", *FAMILIES),
    ("taxpayer", "production"): (True, False),
    ("provider", "environment"): ENVIRONMENTS,
    ("provider", "service"): ("cadena", "facturatech"),
}
WHOLE = {"range": ("first", "last"), "test_set": ("needed",)}
# what of a key may be empty
MAY_BE_EMPTY = ("prefix", "username", "token", "environment")
KEYS = {
    "taxpayer": ("nit",),
    "software": ("id",),
    "range": ("resolution", "prefix", "nit"),
    "test_set": ("id",),
    "acquirer": ("type", "number"),
    "provider": ("service", "username", "token", "environment"),
}


@dataclass(frozen=True)
class Kept:
    """One validated document, with DIAN's signed word about it.

    What a technology provider brought names it and its customer's account; ``sha256`` is then of what the provider
    itself received, as the document is the provider's work.
    """

    key: str
    issuer: str
    kind: str
    number: str
    sha256: str
    time: str
    total: str
    currency: str
    receiver: str
    document: bytes = field(repr=False)
    response: bytes = field(repr=False)
    reference: str = ""  # the key of the document that a note is about
    provider: str = ""
    account: str = ""
    environment: str = ""  # 1 production, 2 habilitación: each has numbers of its own


@dataclass(frozen=True)
class KeptEvent:
    """One event about a validated invoice. ``time`` is the authority's; without ``document`` it was ordered here."""

    key: str
    document_key: str
    code: str
    number: str
    sender: str
    receiver: str
    time: str
    sha256: str = ""
    document: bytes = field(default=b"", repr=False)
    response: bytes = field(default=b"", repr=False)


COLUMNS = tuple(Kept.__dataclass_fields__)
EVENT_COLUMNS = tuple(KeptEvent.__dataclass_fields__)


class DianRegister:
    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, kind: str, row: dict[str, Any]) -> dict[str, Any]:
        """Add or replace one row.

        :raises SandboxError: an unknown kind or key, or a missing one.
        """
        if kind not in FIELDS:
            raise SandboxError(f"'kind' must be one of {', '.join(FIELDS)}")
        unknown = set(row) - set(FIELDS[kind])
        missing = [name for name in KEYS[kind] if not str(row.get(name, "")).strip() and name not in MAY_BE_EMPTY]
        if unknown or missing:
            raise SandboxError(f"a {kind} has {', '.join(FIELDS[kind])}; needed: {', '.join(KEYS[kind])}")
        for name, value in row.items():
            if (known := CHOICES.get((kind, name))) is not None and value not in known:
                choices = ", ".join(str(one) for one in known if one != "")
                raise SandboxError(f"'{name}' of a {kind} must be one of {choices}")
        for name in WHOLE.get(kind, ()):
            if not re.fullmatch(r"[0-9]{0,12}", str(row.get(name) or "")):
                raise SandboxError(f"'{name}' of a {kind} must be a whole number")
        key = "|".join(str(row.get(name, "")) for name in KEYS[kind])
        statement = "INSERT OR REPLACE INTO dian_register (kind, key, data) VALUES (?, ?, ?)"
        self._store.execute(statement, (kind, key, json.dumps(row)))
        return row

    def all(self, kind: str) -> list[dict[str, Any]]:
        rows = self._store.query("SELECT data FROM dian_register WHERE kind = ? ORDER BY key", (kind,))
        return [json.loads(row["data"]) for row in rows]

    def get(self, kind: str, *key: str) -> dict[str, Any] | None:
        rows = self._store.query("SELECT data FROM dian_register WHERE kind = ? AND key = ?", (kind, "|".join(key)))
        return json.loads(rows[0]["data"]) if rows else None

    def range_of(self, nit: str, resolution: str, prefix: str) -> dict[str, Any] | None:
        return self.get("range", resolution, prefix, nit)

    def keep(self, kept: Kept) -> bool:
        """False when a document with this key or number is there already."""
        return self._insert("dian_documents", COLUMNS, kept)

    def keep_event(self, event: KeptEvent) -> bool:
        """False when an event with this key is there already."""
        return self._insert("dian_events", EVENT_COLUMNS, event)

    def events_of(self, key: str) -> list[KeptEvent]:
        """In the order in which they came."""
        return self._events("document_key = ?", key.lower())

    def event(self, key: str) -> KeptEvent | None:
        return next(iter(self._events("key = ?", key.lower())), None)

    def event_number_is_taken(self, sender: str, code: str, number: str) -> bool:
        return bool(self._events("sender = ? AND code = ? AND number = ?", sender, code, number))

    def events(self) -> list[KeptEvent]:
        return self._events("1 = 1")

    def by_key(self, key: str) -> Kept | None:
        return self._one("key = ?", key.lower())

    def notes_of(self, key: str) -> list[Kept]:
        """The validated notes about a document."""
        statement = f"SELECT {', '.join(COLUMNS)} FROM dian_documents WHERE reference = ? ORDER BY id"
        return [Kept(*row) for row in self._store.query(statement, (key.lower(),))]

    def by_number(self, issuer: str, kind: str, number: str, environment: str) -> Kept | None:
        where = "issuer = ? AND kind = ? AND number = ? AND environment IN ('', ?)"
        return self._one(where, issuer, kind, number, environment)

    def count(self) -> int:
        return self._store.query("SELECT count(*) FROM dian_documents")[0][0]

    def last(self, limit: int) -> list[Kept]:
        """Newest first."""
        statement = f"SELECT {', '.join(COLUMNS)} FROM dian_documents ORDER BY id DESC LIMIT ?"
        return [Kept(*row) for row in self._store.query(statement, (limit,))]

    def rows(self) -> list[Kept]:
        return [Kept(*row) for row in self._store.query(f"SELECT {', '.join(COLUMNS)} FROM dian_documents ORDER BY id")]

    def keep_batch(self, zip_key: str, taken: float, verdicts: list[dict[str, Any]]) -> None:
        """``taken`` is Unix time."""
        statement = "INSERT OR REPLACE INTO dian_batches (zip_key, taken, verdicts) VALUES (?, ?, ?)"
        self._store.execute(statement, (zip_key, taken, json.dumps(verdicts)))

    def batch(self, zip_key: str) -> tuple[float, list[dict[str, Any]]] | None:
        rows = self._store.query("SELECT taken, verdicts FROM dian_batches WHERE zip_key = ?", (zip_key,))
        return (rows[0]["taken"], json.loads(rows[0]["verdicts"])) if rows else None

    def clear_documents(self) -> None:
        for table in ("dian_documents", "dian_events", "dian_batches", "provider_uploads"):
            self._store.execute(f"DELETE FROM {table}")

    def clear_register(self) -> None:
        self._store.execute("DELETE FROM dian_register")

    def _one(self, where: str, *values: str) -> Kept | None:
        rows = self._store.query(f"SELECT {', '.join(COLUMNS)} FROM dian_documents WHERE {where}", values)
        return Kept(*rows[0]) if rows else None

    def _events(self, where: str, *values: str) -> list[KeptEvent]:
        statement = f"SELECT {', '.join(EVENT_COLUMNS)} FROM dian_events WHERE {where} ORDER BY id"
        return [KeptEvent(*row) for row in self._store.query(statement, values)]

    def _insert(self, table: str, columns: tuple[str, ...], row: object) -> bool:
        marks = ", ".join("?" for _name in columns)
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"

        def operation(connection: sqlite3.Connection) -> bool:
            try:
                connection.execute(statement, tuple(getattr(row, name) for name in columns))
            except sqlite3.IntegrityError:
                return False
            return True

        return self._store.write(operation)
