"""Switches of the sandbox that survive a restart."""

from __future__ import annotations

import json
from typing import Any

from .problems import SandboxError
from .store import Store

DEFAULTS: dict[str, Any] = {
    # taxpayers that nobody registered are accepted with whatever they say of themselves
    "open_register": False,
    # limits of line and tax amounts at six decimals instead of the currency's
    "strict_limits": False,
    # text of the optional Leyenda of every stamp
    "stamp_legend": "",
    # how long a token of SW is good for
    "token_seconds": 7200,
    # how long after its stamp SAT's status service does not know a document
    "sat_lag_seconds": 0,
    # DIAN answers as its production service instead of as the one for registration
    "dian_production": False,
    # DIAN's service is both in one: a document says itself (ProfileExecutionID) which of the two it is for
    "dian_both": False,
}


class Settings:
    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.query("SELECT value FROM meta WHERE key = 'settings'")
        self._values = DEFAULTS | (json.loads(rows[0]["value"]) if rows else {})

    def __getattr__(self, name: str) -> Any:
        if name in DEFAULTS:
            return self._values[name]
        raise AttributeError(name)

    def all(self) -> dict[str, Any]:
        return dict(self._values)

    def change(self, values: dict[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            if type(value) is not type(DEFAULTS[name]):
                raise SandboxError(f"setting '{name}' must be of type {type(DEFAULTS[name]).__name__}")
        self._save(self._values | values)
        return self.all()

    def reset(self) -> None:
        self._save(dict(DEFAULTS))

    def _save(self, values: dict[str, Any]) -> None:
        data = json.dumps(values)
        self._store.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('settings', ?)", (data,))
        self._values = values
