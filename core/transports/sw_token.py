"""Tokens of SW Sapien, in the memory of this process only: one login serves every document until it expires."""

import hashlib
import secrets
import threading
from dataclasses import dataclass, field

from .. import clock
from .base import Credentials

EARLY = 60  # seconds before its end at which a token is not used any more
_RELATIVE = 10**9  # a smaller "expires_in" is a duration, a larger one a moment (Unix time)
_SALT = secrets.token_bytes(16)


@dataclass(frozen=True, slots=True)
class Token:
    """`expires_at` is Unix time in seconds."""

    text: str = field(repr=False)
    expires_at: int

    @property
    def is_fresh(self) -> bool:
        return _now() < self.expires_at - EARLY


class Tokens:
    """Shared by the threads of a process. The keys hold no password, only a salted hash of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[bytes, Token] = {}

    def get(self, address: str, credentials: Credentials) -> Token | None:
        """A token that is still good for a call, or None."""
        with self._lock:
            token = self._tokens.get(_key(address, credentials))
        return token if token and token.is_fresh else None

    def put(self, address: str, credentials: Credentials, token: Token) -> None:
        with self._lock:
            self._tokens[_key(address, credentials)] = token

    def drop(self, address: str, credentials: Credentials, text: str) -> None:
        """Forget the token `text`, unless another thread has put a newer one in its place."""
        key = _key(address, credentials)
        with self._lock:
            if key in self._tokens and self._tokens[key].text == text:
                del self._tokens[key]

    def clear(self) -> None:
        with self._lock:
            self._tokens.clear()


TOKENS = Tokens()


def expiry(value: object) -> int:
    """Unix time at which a token ends; a value that cannot be read makes it good for nothing but the present call."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return 0
    return value if value >= _RELATIVE else _now() + value


def _now() -> int:
    return int(clock.utc_now().timestamp())


def _key(address: str, credentials: Credentials) -> bytes:
    parts = (address, credentials.username, credentials.password)
    return hashlib.sha256(_SALT + b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)).digest()
