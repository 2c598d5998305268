"""Small look-ups in SAT's catalogues: currencies' decimals, postal codes and their time zones.

The installed ``satcfdi`` distribution keeps them in an SQLite file as pickled lists of text. They are read with an
unpickler that refuses to build anything but such lists.
"""

from __future__ import annotations

import io
import pickle
import sqlite3
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .official import installed_folder

DATABASE = "catalogs/catalogs.db"
CENTRAL = "America/Mexico_City"

ZONES = {
    "Tiempo del Centro": CENTRAL,
    "Tiempo del Centro en Frontera": "America/Matamoros",
    "Tiempo del Pacífico": "America/Mazatlan",
    "Tiempo del Noroeste": "America/Tijuana",
    "Tiempo del Sureste": "America/Cancun",
}


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"refused: {module}.{name}")


@dataclass(frozen=True)
class Place:
    """A postal code's state, whether it lies in the border region, and its legal time."""

    state: str
    is_border: bool
    zone: ZoneInfo


class Catalogues:
    """Every answer is None when the catalogue is not installed; the caller then notes "not checked"."""

    def __init__(self) -> None:
        folder = installed_folder()
        path = folder / DATABASE if folder else None
        self._lock = threading.Lock()
        self._connection = _open(path) if path and path.is_file() else None
        self.place = lru_cache(maxsize=4096)(self._place)
        self.decimals = lru_cache(maxsize=256)(self._decimals)

    @property
    def installed(self) -> bool:
        return self._connection is not None

    def _select(self, table: str, key: str) -> Any:
        if self._connection is None:
            return None
        with self._lock:
            row = self._connection.execute(
                f"SELECT value FROM {table} WHERE key = ?", (pickle.dumps(key, protocol=4),)
            ).fetchone()
        return _PlainUnpickler(io.BytesIO(row[0])).load() if row else None

    def _decimals(self, currency: str) -> int | None:
        found = self._select("C756_c_Moneda", currency)
        return int(found[1]) if found else None

    def _place(self, postal_code: str) -> Place | None:
        """None for an unknown code, and when nothing is installed."""
        found = self._select("C756_c_CodigoPostal", postal_code)
        if not found:
            return None
        state, is_border, label = found[0], found[3] != "0", found[4]
        return Place(state, is_border, ZoneInfo(ZONES.get(label, CENTRAL)))


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
