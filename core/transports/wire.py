"""The connection below `http`: knows whether a byte of the request may have left, and obeys one deadline.

Exceptions of HTTP libraries cannot answer either question: the same "connection aborted" comes from before and after
the request, and their read time-out starts again with every byte that drips in. So the connection itself keeps count.
"""

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .. import clock

_SHORTEST = 1 / 1000  # seconds; 0 would make a socket non-blocking


class DeadlinePassed(TimeoutError):
    """The whole call took longer than it may, whatever the other side was still sending."""


class Progress:
    """What one call has done so far. Seconds."""

    def __init__(self) -> None:
        delays = clock.delays()
        self._read_timeout = delays.read_timeout
        self._connect_timeout = delays.connect_timeout
        self._deadline = time.monotonic() + delays.total_timeout
        self.may_have_left = False

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._deadline

    def connect_patience(self) -> clock.Seconds:
        return self._patience(self._connect_timeout)

    def read_patience(self) -> clock.Seconds:
        return self._patience(self._read_timeout)

    def _patience(self, wanted: clock.Seconds) -> clock.Seconds:
        if self.is_over:
            raise DeadlinePassed("the time for the whole call is over")
        return max(min(wanted, self._deadline - time.monotonic()), _SHORTEST)


_progress: ContextVar[Progress] = ContextVar("progress of the call of this thread")


@contextmanager
def watched() -> Iterator[Progress]:
    """Every connection that this thread opens in the block reports to the progress that is yielded."""
    progress = Progress()
    token = _progress.set(progress)
    try:
        yield progress
    finally:
        _progress.reset(token)


class _Reader(io.RawIOBase):
    """Asks the deadline before it waits for the next bytes, so that a slow drip ends like silence does."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, progress: Progress) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int | None:
        self._sock.settimeout(self._progress.read_patience())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args, **kwargs) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, _progress.get()))


class _Watched:
    """Mixed into urllib3's connections."""

    response_class = _Response

    def connect(self) -> None:
        _progress.get().connect_patience()
        super().connect()

    def request(self, *args, **kwargs) -> None:
        if self.sock is None:
            self.connect()  # here, because http.client would connect inside its first `send`
        _progress.get().read_patience()
        _progress.get().may_have_left = True
        super().request(*args, **kwargs)

    def send(self, data) -> None:
        if self.sock is not None:
            self.sock.settimeout(_progress.get().read_patience())  # urllib3 leaves the connect time-out in force
        super().send(data)


class _Connection(_Watched, HTTPConnection):
    pass


class _SecureConnection(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class Adapter(requests.adapters.HTTPAdapter):
    """Takes the one number that callers pass as time-out for reading, and the connect time-out from `core.clock`."""

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args, **kwargs):
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request, stream=False, timeout=None, **kwargs) -> requests.Response:
        progress = _progress.get()
        timeouts = (progress.connect_patience(), progress.read_patience())
        return super().send(request, stream=stream, timeout=timeouts, **kwargs)
