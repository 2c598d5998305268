"""Secrets at rest: envelope encryption with a master key that never enters the database.

Every secret has its own random data key (AES-256-GCM), wrapped by the master key (AES-256-GCM). Both layers are bound
to database, model, record and field, so that a ciphertext copied to another place does not open.

    "MXCO" | version 1 | master key fingerprint 8 | nonce 12 | wrapped data key 48 | nonce 12 | ciphertext + tag 16

The header and the place are the additional authenticated data of both layers.
"""

import base64
import binascii
import hmac
import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import MasterKeyInvalid, MasterKeyMissing, SecretUnreadable

_MAGIC = b"MXCO\x01"
_KEY, _NONCE, _TAG, _FINGERPRINT = 32, 12, 16, 8
_HEADER = len(_MAGIC) + _FINGERPRINT
_WRAPPED = _KEY + _TAG
_SHORTEST = _HEADER + _NONCE + _WRAPPED + _NONCE + _TAG


@dataclass(frozen=True, slots=True)
class SecretContext:
    """The place of a secret. `database` is the database's UUID, `record` the id of its row."""

    database: str
    model: str
    record: int | str
    field: str

    def encoded(self) -> bytes:
        """Length before each part: no two places give the same bytes."""
        parts = [str(part).encode() for part in (self.database, self.model, self.record, self.field)]
        if not all(parts):
            raise ValueError("a secret needs its whole place")
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class MasterKey:
    """A key of 32 bytes that wraps data keys. Its text never appears in `repr` or in errors."""

    __slots__ = ("_cipher", "_raw_fingerprint")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != _KEY or len(set(raw)) == 1:
            raise MasterKeyInvalid("The master key is not 32 random bytes.")
        self._cipher = AESGCM(raw)
        self._raw_fingerprint = hmac.digest(raw, b"l10n_mx_co_edi master key fingerprint", "sha256")[:_FINGERPRINT]

    @classmethod
    def from_text(cls, text: str) -> "MasterKey":
        """From base64 (either alphabet) or hexadecimal, 32 bytes.

        :raises MasterKeyInvalid:
        """
        compact = text.strip()
        try:
            if re.fullmatch(r"[0-9a-fA-F]{64}", compact):
                return cls(bytes.fromhex(compact))
            standard = compact.replace("-", "+").replace("_", "/")
            return cls(base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True))
        except (binascii.Error, ValueError):
            raise MasterKeyInvalid("The master key is neither base64 nor hexadecimal.") from None

    @classmethod
    def from_sources(cls, text: str | None = None, path: str | os.PathLike[str] | None = None) -> "MasterKey":
        """From a setting or from a file that only its owner can read; the file decides when both are given.

        :raises MasterKeyMissing: neither is given, or the file does not exist.
        :raises MasterKeyInvalid: unreadable file, or one that group or others may read (mode 0600 is needed).
        """
        if path:
            return cls.from_text(_read_private_file(Path(path)))
        if text and text.strip():
            return cls.from_text(text)
        raise MasterKeyMissing()

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal characters that name the key and tell nothing about it."""
        return self._raw_fingerprint.hex()

    def __repr__(self) -> str:
        return f"MasterKey({self.fingerprint})"

    def wrap(self, data_key: bytes, aad: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, data_key, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], aad)


class Vault:
    """Seals with the first master key, opens with any of them."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        if not keys:
            raise MasterKeyMissing()
        self._current = keys[0]
        self._by_fingerprint = {bytes.fromhex(key.fingerprint): key for key in reversed(keys)}

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that seals."""
        return self._current.fingerprint

    def seal(self, plaintext: bytes, context: SecretContext) -> bytes:
        """The secret as ciphertext for this place only; two calls never give the same bytes."""
        header = _MAGIC + bytes.fromhex(self._current.fingerprint)
        aad = header + context.encoded()
        data_key = AESGCM.generate_key(256)
        nonce = os.urandom(_NONCE)
        return header + self._current.wrap(data_key, aad) + nonce + AESGCM(data_key).encrypt(nonce, plaintext, aad)

    def open(self, blob: bytes, context: SecretContext) -> bytes:
        """The secret in clear.

        :raises SecretUnreadable: changed, cut, of an unknown version, or sealed for another place.
        :raises MasterKeyMissing: sealed by a master key that is not configured (params: fingerprint).
        """
        blob = bytes(blob)
        if len(blob) < _SHORTEST or not blob.startswith(_MAGIC):
            raise SecretUnreadable()
        header, body = blob[:_HEADER], blob[_HEADER:]
        key = self._by_fingerprint.get(header[len(_MAGIC) :])
        if key is None:
            raise MasterKeyMissing("No configured key sealed this secret.", fingerprint=fingerprint_of(blob))
        aad = header + context.encoded()
        wrapped, sealed = body[: _NONCE + _WRAPPED], body[_NONCE + _WRAPPED :]
        try:
            data_key = key.unwrap(wrapped, aad)
            return AESGCM(data_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], aad)
        except InvalidTag:
            raise SecretUnreadable() from None

    def rotate(self, blob: bytes, context: SecretContext) -> bytes:
        """The same secret under the first key; a blob that is under it already comes back unchanged, but checked."""
        plaintext = self.open(blob, context)
        if fingerprint_of(blob) == self._current.fingerprint:
            return bytes(blob)
        return self.seal(plaintext, context)


def fingerprint_of(blob: bytes) -> str:
    """The fingerprint of the master key that sealed the blob ('' when it is no blob of ours)."""
    return bytes(blob[len(_MAGIC) : _HEADER]).hex() if bytes(blob[: len(_MAGIC)]) == _MAGIC else ""


def generate_master_key() -> str:
    """A new master key as base64 text, for the administrator to put into a file."""
    return base64.b64encode(secrets.token_bytes(_KEY)).decode()


def _read_private_file(path: Path) -> str:
    try:
        # without O_NONBLOCK a named pipe in its place would hang the start
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())  # of the opened file: a path can be exchanged in between
            if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
                raise MasterKeyInvalid("The master key file may be read by others; set its mode to 0600.", path=path)
            return file.read(4096).decode("ascii")
    except FileNotFoundError:
        raise MasterKeyMissing("The master key file does not exist.", path=path) from None
    except (OSError, UnicodeDecodeError):
        raise MasterKeyInvalid("The master key file cannot be read.", path=path) from None
