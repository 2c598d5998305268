"""Bearer tokens of SW Sapien: three parts with a signature, good for some time or for ever."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets

from .authority import Authority

HEADER = {"alg": "HS256", "typ": "JWT"}
PARTS = 3


class Tokens:
    """The key lies in the state directory, so that a customer's infinite token survives a restart."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def issue(self, username: str, expires: int | None) -> str:
        """``expires`` is Unix time in seconds; None never."""
        payload = {"sub": username, "exp": expires, "jti": secrets.token_hex(8)}
        content = f"{_encoded(json.dumps(HEADER).encode())}.{_encoded(json.dumps(payload).encode())}"
        return f"{content}.{self._signature(content)}"

    def username(self, token: str) -> str | None:
        """Whose token this is; None when it is not ours or has expired."""
        content, _dot, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(content).encode()):
            return None
        payload = json.loads(_decoded(content.partition(".")[2]))
        expires = payload["exp"]
        return None if expires is not None and expires <= self.now() else str(payload["sub"])

    def now(self) -> int:
        return int(self._authority.clock.real().timestamp())

    def _signature(self, content: str) -> str:
        return _encoded(hmac.digest(self._key(), content.encode("utf-8", "replace"), hashlib.sha256))

    def _key(self) -> bytes:
        store = self._authority.store
        rows = store.query("SELECT value FROM meta WHERE key = 'token_key'")
        if not rows:
            fresh = secrets.token_hex(32)
            store.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('token_key', ?)", (fresh,))
            rows = store.query("SELECT value FROM meta WHERE key = 'token_key'")
        return str(rows[0]["value"]).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
