"""RSA-SHA256 signatures, the one kind that SAT and DIAN share (Anexo 20: sello; TFD 1.1: SelloSAT; DIAN: XAdES)."""

import base64
import re
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from .certificates import load_certificate
from .errors import CertificateError

_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_BITS = 8192  # a certificate may claim a key whose use takes seconds


class Signer(Protocol):
    """Who can sign, with one key for as long as the object lives; the key never comes here."""

    @property
    def certificate_der(self) -> bytes: ...

    def sign(self, data: bytes) -> bytes: ...


def decode_base64(text: str) -> bytes | None:
    """The bytes of an attribute in base64, None when it is none; line breaks inside are common and harmless."""
    if not text.isprintable() or " " in text:  # half the time of the whole, and most have none
        text = _SPACE.sub("", text)
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, UnicodeEncodeError):
        return None


@lru_cache(maxsize=256)
def public_key(certificate_der: bytes) -> RSAPublicKey | None:
    """The RSA key of a certificate, None when it cannot be read; names and extensions are not looked at."""
    try:
        key = load_certificate(certificate_der).public_key()
    except (CertificateError, ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size <= _MOST_BITS else None


_SHA256 = hashes.SHA256()


def is_signed(
    key: RSAPublicKey, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm = _SHA256
) -> bool:
    """Whether `signature` is the one of `data` by `key` (RSA PKCS#1 v1.5)."""
    try:
        key.verify(signature, data, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True
