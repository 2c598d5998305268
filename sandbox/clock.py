"""The authority's own clock, which tests can move without touching the machine's."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone


class Clock:
    """UTC time plus an offset; every date check and every stamp reads it, the ledger's ``time`` does not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = timedelta(0)

    @staticmethod
    def real() -> datetime:
        return datetime.now(timezone.utc)

    def now(self) -> datetime:
        with self._lock:
            return self.real() + self._offset

    @property
    def offset_seconds(self) -> float:
        with self._lock:
            return self._offset.total_seconds()

    def shift(self, seconds: float) -> None:
        with self._lock:
            self._offset = timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Naive moments are UTC; the clock keeps running from there."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        with self._lock:
            self._offset = moment - self.real()

    def reset(self) -> None:
        self.shift(0)
