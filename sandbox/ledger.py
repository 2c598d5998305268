"""The only truth about what was stamped: one row per UUID, never two of one provider for the same sealed document."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import dataclass, fields

from .store import Store

PUBLIC = [
    "uuid",
    "sha256",
    "time",
    "pac",
    "account",
    "rfc",
    "receiver",
    "kind",
    "serie",
    "folio",
    "total",
    "currency",
    "issued",
    "stamped_at",
]


@dataclass(frozen=True)
class Entry:
    """``time`` is the machine's UTC time, ``stamped_at`` the stamp's own (movable) local time."""

    uuid: str
    sha256: str
    seal_sha256: str
    time: str
    pac: str
    account: str
    rfc: str
    receiver: str
    kind: str
    serie: str
    folio: str
    total: str
    currency: str
    issued: str
    stamped_at: str
    sat_seal: str
    stamped: bytes
    custom_id: str = ""


# the documents that DIAN validated, in the same columns; ``pac`` is the provider that brought one
DIAN_ROWS = (
    "SELECT key, sha256, time, CASE provider WHEN '' THEN 'dian' ELSE provider END, account, issuer, receiver, kind, "
    "'', number, total, currency, '', '' "
    "FROM dian_documents ORDER BY id"
)
COLUMNS = [field.name for field in fields(Entry)]
INSERT = f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES ({', '.join('?' for _ in COLUMNS)})"
SELECT = f"SELECT {', '.join(COLUMNS)} FROM ledger"


class NoCreditsLeft(Exception):
    """The account ran out between the first look and the stamp."""


class Ledger:
    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, entry: Entry) -> tuple[Entry, bool]:
        """Stores the entry and takes one credit in one transaction.

        Returns the row that holds the document and whether it is the new one: of two simultaneous requests
        with the same document exactly one gets its own stamp.
        """

        def operation(connection: sqlite3.Connection) -> str:
            if _existing(connection, entry) is not None:
                return "known"
            taken = connection.execute(
                "UPDATE accounts SET used = used + 1, credits = credits - (credits > 0) "
                "WHERE username = ? AND credits <> 0",
                (entry.account,),
            ).rowcount
            if not taken:
                return "no credits"
            connection.execute(INSERT, tuple(getattr(entry, name) for name in COLUMNS))
            return "new"

        outcome = self._store.write(operation)
        if outcome == "no credits":
            raise NoCreditsLeft(entry.account)
        if outcome == "new":
            return entry, True
        known = self.find(entry.pac, entry.sha256, entry.seal_sha256)
        if known is None:
            raise RuntimeError("a committed ledger row vanished")
        return known, False

    def find(self, pac: str, sha256: str, seal_sha256: str) -> Entry | None:
        """What the provider ``pac`` stamped: none of them knows what another one did."""
        where = "WHERE pac = ? AND (sha256 = ? OR seal_sha256 = ?) LIMIT 1"
        rows = self._store.query(f"{SELECT} {where}", (pac, sha256, seal_sha256))
        return Entry(*rows[0]) if rows else None

    def by_uuid(self, uuid: str, pac: str | None = None) -> Entry | None:
        rows = self._store.query(f"{SELECT} WHERE uuid = ?", (uuid.upper(),))
        return Entry(*rows[0]) if rows and pac in (None, rows[0]["pac"]) else None

    def by_custom_id(self, pac: str, account: str, custom_id: str, since: str) -> Entry | None:
        """The first document of an account that came under this key after ``since`` (as ``Entry.time``)."""
        where = "WHERE pac = ? AND account = ? AND custom_id = ? AND custom_id <> '' AND time >= ? ORDER BY id LIMIT 1"
        rows = self._store.query(f"{SELECT} {where}", (pac, account, custom_id, since))
        return Entry(*rows[0]) if rows else None

    def last(self, limit: int) -> list[Entry]:
        """Newest first."""
        return [Entry(*row) for row in self._store.query(f"{SELECT} ORDER BY id DESC LIMIT ?", (limit,))]

    def count(self, rfc: str | None = None, pac: str | None = None) -> int:
        where = "WHERE rfc = coalesce(?, rfc) AND pac = coalesce(?, pac)"
        return self._store.query(f"SELECT count(*) FROM ledger {where}", (rfc, pac))[0][0]

    def csv(self) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(PUBLIC)
        stamped = self._store.query(f"SELECT {', '.join(PUBLIC)} FROM ledger ORDER BY id")
        rows = [*map(tuple, stamped), *map(tuple, self._store.query(DIAN_ROWS))]
        # one order for both authorities: what is new is always at the end
        writer.writerows(sorted(rows, key=lambda row: row[PUBLIC.index("time")]))
        return out.getvalue()

    def clear(self) -> None:
        self._store.execute("DELETE FROM ledger")


def _existing(connection: sqlite3.Connection, entry: Entry) -> sqlite3.Row | None:
    return connection.execute(
        "SELECT 1 FROM ledger WHERE pac = ? AND (sha256 = ? OR seal_sha256 = ?)",
        (entry.pac, entry.sha256, entry.seal_sha256),
    ).fetchone()
