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
    environment: str
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
IN_PLACE = "service = ? AND account = ? AND environment = ?"
Place = tuple[str, str, str]  # service, account, environment
SELECT = f"SELECT {', '.join(COLUMNS)} FROM provider_uploads"


class Uploads:
    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, upload: Upload) -> None:
        values = vars(upload) | {"problems": json.dumps([problem.as_dict() for problem in upload.problems])}
        marks = ", ".join("?" for _name in COLUMNS)
        statement = f"INSERT INTO provider_uploads ({', '.join(COLUMNS)}) VALUES ({marks})"
        self._store.execute(statement, tuple(values[name] for name in COLUMNS))

    def by_transaction(self, place: Place, transaction_id: str) -> Upload | None:
        return self._one(f"{IN_PLACE} AND transaction_id = ?", *place, transaction_id)

    def by_number(self, place: Place, number: str, kinds: tuple[str, ...]) -> Upload | None:
        """The valid one with this number and of these kinds, else the last of the refused ones."""
        marks = ", ".join("?" for _kind in kinds)
        where = f"{IN_PLACE} AND number = ? AND kind IN ({marks}) ORDER BY container = x'', id DESC"
        return self._one(where, *place, number, *kinds)

    def _one(self, where: str, *values: str) -> Upload | None:
        rows = self._store.query(f"{SELECT} WHERE {where} LIMIT 1", values)
        if not rows:
            return None
        row = dict(rows[0])
        row["problems"] = tuple(Problem(**problem) for problem in json.loads(row["problems"]))
        return Upload(**row)
