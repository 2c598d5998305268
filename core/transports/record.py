"""Records every call, and lets no secret out: neither into the archived exchange nor into an exception."""

import base64
import hashlib
import html
import json
import re
import time
import urllib.parse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from .. import clock
from ..errors import TransportError
from .base import KEPT_BYTES, Exchange, Refused, Result
from .dian_answers import DianResult
from .provider import AccessWorks, ProviderResult

MASK = "***"
_LONGEST_DATE = 60

ResultT = TypeVar("ResultT", bound=Result | DianResult | ProviderResult | AccessWorks)


class Redactor:
    """Masks secrets wherever they appear, in every spelling that a request or a foreign answer may give them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = {secret for secret in secrets if secret}
        self._pattern = _pattern(self._secrets)

    def learn(self, secret: str) -> None:
        """Mask `secret` too from now on: what a service hands out, as a token."""
        if secret and secret not in self._secrets:
            self._secrets.add(secret)
            self._pattern = _pattern(self._secrets)

    def data(self, value: bytes) -> bytes:
        return self._pattern.sub(MASK.encode(), value) if self._pattern else value

    def text(self, value: str) -> str:
        return self.data(value.encode("utf-8", "replace")).decode("utf-8", "replace")

    def clean(self, error: TransportError) -> None:
        """Mask in place what the exception would show."""
        error.args = tuple(self.text(argument) if isinstance(argument, str) else argument for argument in error.args)
        for name, value in error.params.items():
            if isinstance(value, str):
                error.params[name] = self.text(value)


def _pattern(secrets: Iterable[str]) -> re.Pattern[bytes] | None:
    patterns = {pattern for secret in secrets for pattern in _spellings(secret)}
    longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return re.compile(b"|".join(longest_first), re.IGNORECASE) if longest_first else None


def _spellings(secret: str) -> set[bytes]:
    """Regular expressions for one secret: plain, XML, HTML, URL, JSON, Python source, base64."""
    escaped = html.escape(secret, quote=False)
    texts = {
        secret,
        escaped,
        html.escape(secret),
        escaped.replace('"', "&quot;").replace("'", "&apos;"),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    }
    spellings = {re.escape(text.encode("utf-8", "replace")) for text in texts}
    spellings |= {re.escape(text.encode("latin-1", "ignore")) for text in texts if not text.isascii()} - {b""}
    if len(secret) < 8:  # would otherwise punch holes into base64 and numbers
        return {rb"(?<![0-9A-Za-z])" + spelling + rb"(?![0-9A-Za-z])" for spelling in spellings}
    return spellings


class Call:
    """One call while it happens; the layers below note what they see as soon as they see it."""

    def __init__(self, operation: str, endpoint: str, document: bytes | None) -> None:
        self.operation = operation
        self.endpoint = endpoint
        self.request = b""
        self.response = b""
        self.http_status: int | None = None
        self.date = ""
        self.authority_code = ""
        self.authority_message = ""
        self.outcome = "crashed"
        self.retry_after: int | None = None
        self._document = document
        self._started = clock.utc_now()
        self._began = time.monotonic_ns()
        self._keep_whole = False

    def conclude(self, result: ResultT) -> ResultT:
        """Note the result and hand it on."""
        self.outcome = _outcome(result)
        self.retry_after = getattr(result, "retry_after", None)
        self.authority_code = getattr(result, "code", "") or self.authority_code
        self.authority_message = getattr(result, "message", "") or self.authority_message
        self._keep_whole = any(getattr(result, name, None) for name in ("xml", "document", "application_response"))
        return result

    def exchange(self, redactor: Redactor) -> Exchange:
        request = redactor.data(self.request)
        response = redactor.data(self.response)
        return Exchange(
            operation=self.operation,
            endpoint=redactor.text(self.endpoint),
            started=self._started,
            duration_ms=(time.monotonic_ns() - self._began) // 1_000_000,
            http_status=self.http_status,
            authority_code=redactor.text(self.authority_code),
            authority_message=redactor.text(self.authority_message),
            request_sha256=hashlib.sha256(request if self._document is None else self._document).hexdigest(),
            request=request[:KEPT_BYTES],
            response=response if self._keep_whole else response[:KEPT_BYTES],
            outcome=redactor.text(self.outcome),
            date=self.date[:_LONGEST_DATE],
            retry_after=self.retry_after,
        )


class Journal:
    """The exchanges of one client, in order."""

    def __init__(self, redactor: Redactor) -> None:
        self.exchanges: list[Exchange] = []
        self.redactor = redactor

    @contextmanager
    def call(self, operation: str, endpoint: str, document: bytes | None = None) -> Iterator[Call]:
        """Record what happens in the block, however it ends; a transport error leaves it without secrets."""
        call = Call(operation, endpoint, document)
        try:
            yield call
        except TransportError as error:
            self.redactor.clean(error)
            call.outcome = f"{error.code}:{error.params.get('reason', '')}".rstrip(":")
            call.retry_after = error.params.get("retry_after")
            raise
        finally:
            self.exchanges.append(call.exchange(self.redactor))


def _outcome(result: Result | DianResult | ProviderResult | AccessWorks) -> str:
    if isinstance(result, Refused):
        return f"refused:{result.category}"
    return getattr(result, "outcome", "") or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(result).__name__).lower()
