"""What a provider remembers of each upload, also after a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ..problems import Problem
from ..store import Store


@dataclass(frozen=True)
class Upload:
    """One document that came: ``taken`` is Unix time; without ``problems`` that refuse it, it has its ``container``."""

    transaction_id: str
    service: str
    account: str
    issuer: str
    kind: str
    number: str
    key: str
    taken: float
    problems: tuple[Problem, ...] = ()
    document: bytes = field(default=b"", repr=False)
    container: bytes = field(default=b"", repr=False)

    @property
    def is_valid(self) -> bool:
        return bool(self.container)


COLUMNS = tuple(Upload.__dataclass_fields__)
SELECT = f"SELECT {', '.join(COLUMNS)} FROM provider_uploads"


class Uploads:
    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, upload: Upload) -> None:
        values = vars(upload) | {"problems": json.dumps([problem.as_dict() for problem in upload.problems])}
        marks = ", ".join("?" for _name in COLUMNS)
        statement = f"INSERT INTO provider_uploads ({', '.join(COLUMNS)}) VALUES ({marks})"
        self._store.execute(statement, tuple(values[name] for name in COLUMNS))

    def by_transaction(self, service: str, account: str, transaction_id: str) -> Upload | None:
        where = "service = ? AND account = ? AND transaction_id = ?"
        return self._one(where, service, account, transaction_id)

    def by_number(self, service: str, account: str, number: str, kinds: tuple[str, ...]) -> Upload | None:
        """The valid one with this number, else the last of the refused ones; ``kinds`` empty: whatever kind."""
        marks = ", ".join("?" for _kind in kinds)
        of_kind = f" AND kind IN ({marks})" if kinds else ""
        where = f"service = ? AND account = ? AND number = ?{of_kind} ORDER BY container = x'', id DESC"
        return self._one(where, service, account, number, *kinds)

    def _one(self, where: str, *values: str) -> Upload | None:
        rows = self._store.query(f"{SELECT} WHERE {where} LIMIT 1", values)
        if not rows:
            return None
        row = dict(rows[0])
        row["problems"] = tuple(Problem(**problem) for problem in json.loads(row["problems"]))
        return Upload(**row)
