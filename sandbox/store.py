"""One SQLite file for everything that has to survive a restart.

All writes pass through one thread that commits as many waiting requests as it finds together: a commit per
stamp would make the disk, not the code under test, the limit of a load test. A caller is answered only after its
write is committed, so a stamp that left the sandbox is always in the ledger, even after ``kill -9``.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
# what a value that does not fit a column raises: too large an integer, a lone surrogate, an unknown type
UNFIT = (sqlite3.Error, OverflowError, ValueError, TypeError)
Operation = Callable[[sqlite3.Connection], T]

BATCH = 200

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS certificates (
    serial TEXT PRIMARY KEY, rfc TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, cer BLOB NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0, listed_from TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS taxpayers (rfc TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lco (rfc TEXT PRIMARY KEY, obligations INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    username TEXT PRIMARY KEY, password_hash TEXT NOT NULL, credits INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,
    rfcs TEXT, suspended INTEGER NOT NULL DEFAULT 0, expires TEXT NOT NULL DEFAULT '',
    bought INTEGER NOT NULL DEFAULT 0, bought_on TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, seal_sha256 TEXT NOT NULL,
    time TEXT NOT NULL, pac TEXT NOT NULL, account TEXT NOT NULL, rfc TEXT NOT NULL, receiver TEXT NOT NULL,
    kind TEXT NOT NULL, serie TEXT NOT NULL, folio TEXT NOT NULL, total TEXT NOT NULL, currency TEXT NOT NULL,
    issued TEXT NOT NULL, stamped_at TEXT NOT NULL, sat_seal TEXT NOT NULL, stamped BLOB NOT NULL,
    custom_id TEXT NOT NULL DEFAULT '', UNIQUE (pac, sha256), UNIQUE (pac, seal_sha256));
CREATE TABLE IF NOT EXISTS sat_standing (
    uuid TEXT PRIMARY KEY, cancellable TEXT NOT NULL, efos TEXT NOT NULL, request TEXT NOT NULL,
    requested TEXT NOT NULL, earlier INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS dian_register (
    kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS dian_documents (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, issuer TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL,
    sha256 TEXT NOT NULL, time TEXT NOT NULL, total TEXT NOT NULL, currency TEXT NOT NULL, receiver TEXT NOT NULL,
    document BLOB NOT NULL, response BLOB NOT NULL, reference TEXT NOT NULL DEFAULT '',
    provider TEXT NOT NULL DEFAULT '', account TEXT NOT NULL DEFAULT '', environment TEXT NOT NULL DEFAULT '',
    UNIQUE (issuer, kind, number, environment));
CREATE INDEX IF NOT EXISTS dian_documents_reference ON dian_documents (reference) WHERE reference <> '';
CREATE TABLE IF NOT EXISTS dian_events (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document_key TEXT NOT NULL, code TEXT NOT NULL,
    number TEXT NOT NULL, sender TEXT NOT NULL, receiver TEXT NOT NULL, time TEXT NOT NULL, sha256 TEXT NOT NULL,
    document BLOB NOT NULL, response BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS dian_batches (zip_key TEXT PRIMARY KEY, taken REAL NOT NULL, verdicts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS provider_uploads (
    id INTEGER PRIMARY KEY, transaction_id TEXT NOT NULL UNIQUE, service TEXT NOT NULL, account TEXT NOT NULL,
    environment TEXT NOT NULL DEFAULT '', issuer TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL,
    key TEXT NOT NULL, taken REAL NOT NULL,
    problems TEXT NOT NULL, document BLOB NOT NULL, container BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS provider_uploads_number ON provider_uploads (service, account, number);
CREATE INDEX IF NOT EXISTS ledger_custom_id ON ledger (pac, account, custom_id) WHERE custom_id <> '';
"""
# what tables of earlier versions lack
LATER_COLUMNS = {
    "accounts": {
        "expires": "TEXT NOT NULL DEFAULT ''",
        "bought": "INTEGER NOT NULL DEFAULT 0",
        "bought_on": "TEXT NOT NULL DEFAULT ''",
    },
    "certificates": {"listed_from": "TEXT NOT NULL DEFAULT ''"},
    "dian_documents": {
        "reference": "TEXT NOT NULL DEFAULT ''",
        "provider": "TEXT NOT NULL DEFAULT ''",
        "account": "TEXT NOT NULL DEFAULT ''",
        "environment": "TEXT NOT NULL DEFAULT ''",
    },
    "provider_uploads": {"environment": "TEXT NOT NULL DEFAULT ''"},
    "ledger": {"custom_id": "TEXT NOT NULL DEFAULT ''"},
}
# the constraints that tables of earlier versions have in the place of today's
EARLIER_KEYS = {"ledger": "sha256 TEXT NOT NULL UNIQUE", "dian_documents": "UNIQUE (issuer, kind, number)"}


class Store:
    """Writer thread plus one shared reader; the callers only ever see committed data."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[tuple[Operation[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._writer = self._connect()
        _adopt_earlier_tables(self._writer)
        self._writer.executescript(SCHEMA)
        self._reader = self._connect()
        self._reader_lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def write(self, operation: Operation[T]) -> T:
        """Runs ``operation`` in the writer's transaction; returns, or raises what it raised, after the commit."""
        future: Future[T] = Future()
        self._queue.put((operation, future))
        return future.result()

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """One statement, committed; returns the number of rows it touched."""
        return self.write(lambda connection: connection.execute(sql, parameters).rowcount)

    def query(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        with self._reader_lock:
            return self._reader.execute(sql, parameters).fetchall()

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        with self._reader_lock:
            self._reader.close()
        self._writer.close()

    def _run(self) -> None:
        running = True
        while running:
            batch = self._next_batch()
            running = None not in batch
            self._commit([item for item in batch if item is not None])

    def _next_batch(self) -> list[tuple[Operation[Any], Future[Any]] | None]:
        batch = [self._queue.get()]
        while len(batch) < BATCH and not self._queue.empty():
            batch.append(self._queue.get())
        return batch

    def _commit(self, batch: list[tuple[Operation[Any], Future[Any]]]) -> None:
        results: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for operation, future in batch:
                results.append((future, *self._apply(operation)))
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            results = [(future, None, error) for _operation, future in batch]
        for future, result, failure in results:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

    def _apply(self, operation: Operation[Any]) -> tuple[Any, Exception | None]:
        """A savepoint each, so that one refused write does not take its neighbours' with it."""
        self._writer.execute("SAVEPOINT one")
        try:
            result = operation(self._writer)
        except UNFIT as error:
            self._writer.execute("ROLLBACK TO one")
            self._writer.execute("RELEASE one")
            return None, error
        self._writer.execute("RELEASE one")
        return result, None


def _adopt_earlier_tables(connection: sqlite3.Connection) -> None:
    """Brings the tables of an earlier version up to date: a ledger of one provider only becomes one of several, and
    DIAN's documents of one environment become those of two.
    """
    for table, columns in LATER_COLUMNS.items():
        present = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
        for name in columns.keys() - present if present else ():
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")
    of_table = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    for table, earlier in EARLIER_KEYS.items():
        rows = connection.execute(of_table, (table,)).fetchall()
        if rows and earlier in rows[0]["sql"]:
            _rebuild(connection, table)


def _rebuild(connection: sqlite3.Connection, table: str) -> None:
    """The same rows under the table's new constraints."""
    columns = ", ".join(row["name"] for row in connection.execute(f"PRAGMA table_info({table})"))
    connection.executescript(
        f"BEGIN; ALTER TABLE {table} RENAME TO earlier; {SCHEMA} "
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM earlier; DROP TABLE earlier; COMMIT;"
    )
