"""One HTTP call and the exact verdict about it.

| what happened                                                             | verdict                              |
|---------------------------------------------------------------------------|--------------------------------------|
| no name, no route, refused, connect time-out, TLS or proxy, before a byte | NotSent                              |
| answer 200, complete                                                      | the caller reads it                  |
| answer 429 with Retry-After                                               | the caller turns it into "temporary" |
| answer 401 or 403                                                         | Misconfigured                        |
| everything else after the first byte may have left                        | InDoubt                              |

A 429 with Retry-After is written by a limiter in place of the service (RFC 6585), so the document was not taken. A 503
is no such proof, with or without Retry-After: gateways write both after they passed the request on (Varnish does by
default), so it stays InDoubt and only tells how long to wait. Redirects are never followed: the document and the
password would go where nobody meant them to go.
"""

import http.client
import ipaddress
import socket
import ssl
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3.exceptions

from .. import clock
from ..errors import InDoubt, Misconfigured, NotSent, TransportError
from .base import Category, Refused
from .record import Call
from .wire import Adapter, Progress, watched

MAX_ANSWER_BYTES = 25 * 1024 * 1024
MAX_RETRY_AFTER = 24 * 3600  # seconds
_PIECE = 64 * 1024
_TROUBLE = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait, or None when the answer does not say so in a readable way."""
        return _seconds(self.headers.get("retry-after", "").strip())


class HttpClient:
    """Calls one service. For one thread; every call has its own connection, because a connection that was kept can
    break in a way that looks like a lost answer.
    """

    def __init__(self, *, max_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._max_bytes = max_bytes

    def post(self, url: str, body: bytes, headers: Mapping[str, str], call: Call) -> HttpAnswer:
        """The complete answer, whatever its status; what was seen of it is noted in `call` in any case.

        :raises NotSent, InDoubt, Misconfigured: as in the table of this module.
        """
        call.request = body
        return self._call("POST", url, body, headers, call)

    def get(self, url: str, headers: Mapping[str, str], call: Call) -> HttpAnswer:
        """As `post`, without a body."""
        return self._call("GET", url, None, headers, call)

    def _call(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], call: Call) -> HttpAnswer:
        check_address(url)
        with closing(_session(url)) as session, watched() as progress:
            try:
                timeout = clock.delays().read_timeout  # one number: who wraps `Session.send` compares it with numbers
                response = session.request(
                    method, url, data=body, headers=headers, timeout=timeout, stream=True, allow_redirects=False
                )
                with closing(response):
                    return self._read(response, call)
            except _TROUBLE as error:
                raise _verdict(error, progress, url) from error

    def _read(self, response: requests.Response, call: Call) -> HttpAnswer:
        call.http_status = response.status_code
        headers = {name.lower(): value for name, value in response.headers.items()}
        call.date = headers.get("date", "")
        pieces: list[bytes] = []
        size = 0
        try:
            while piece := response.raw.read(_PIECE, decode_content=False):
                pieces.append(piece)
                size += len(piece)
                if size > self._max_bytes:
                    raise InDoubt(reason="too_large", http_status=response.status_code)
        finally:
            call.response = b"".join(pieces)
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdecimal() and int(announced) != size:
            raise InDoubt(reason="truncated", http_status=response.status_code)
        if headers.get("content-encoding", "identity") != "identity":
            raise InDoubt(reason="encoding", http_status=response.status_code)
        return HttpAnswer(response.status_code, headers, call.response)


def check_address(url: str) -> None:
    """Encrypted, or on this machine; without user and password, which would end up in logs.

    :raises Misconfigured: otherwise.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise Misconfigured(reason="address") from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not host or not secure or parts.username is not None or parts.password is not None:
        raise Misconfigured(reason="address", host=host)


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine, by itself and without asking a name server."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def verdict_on_status(answer: HttpAnswer, detail: str = "") -> TransportError:
    """What an answer that is not 200 means, unless it is a 429 with Retry-After."""
    if answer.status in (401, 403):
        return Misconfigured(reason=f"http_{answer.status}", http_status=answer.status, detail=detail)
    return InDoubt(
        reason=f"http_{answer.status}", http_status=answer.status, retry_after=answer.retry_after, detail=detail
    )


def throttled(answer: HttpAnswer) -> Refused | None:
    """The refusal that a 429 with Retry-After is; None for any other answer."""
    if answer.status != 429 or answer.retry_after is None:
        return None
    return Refused(
        code="HTTP429",
        message="Too many requests",
        category=Category.TEMPORARY,
        retry=True,
        folio_spent=False,
        retry_after=answer.retry_after,
    )


def _session(url: str) -> requests.Session:
    session = requests.Session()
    session.mount("http://", Adapter())
    session.mount("https://", Adapter())
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": "l10n_mx_co_edi", "Accept-Encoding": "identity", "Connection": "close"}
    )
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _no_netrc
    # A proxy of the environment is for the world outside, not for this machine
    session.trust_env = not is_loopback(urllib.parse.urlsplit(url).hostname or "")
    return session


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of credentials: without it requests would look for some in ~/.netrc."""
    return request


def _verdict(error: Exception, progress: Progress, url: str) -> TransportError:
    """NotSent or InDoubt, decided by the connection; the reason, for people, by the exceptions."""
    for link in _chain(error):
        if isinstance(link, requests.RequestException):
            link.request = link.response = None  # the body in there holds the password
    host = urllib.parse.urlsplit(url).hostname
    table, default = (_AFTER, "connection_lost") if progress.may_have_left else (_BEFORE, "unreachable")
    reason = "deadline" if progress.is_over else _reason(error, table, default)
    return InDoubt(reason=reason, host=host) if progress.may_have_left else NotSent(reason=reason, host=host)


_BEFORE = (
    (socket.gaierror, "dns"),
    (ssl.SSLError, "tls"),
    (urllib3.exceptions.SSLError, "tls"),
    (urllib3.exceptions.ProxyError, "proxy"),
    (ConnectionRefusedError, "refused"),
    (urllib3.exceptions.ConnectTimeoutError, "connect_timeout"),
    (TimeoutError, "connect_timeout"),
    (urllib3.exceptions.ReadTimeoutError, "connect_timeout"),  # of the handshake
    (ConnectionResetError, "reset"),
)
_AFTER = (
    (http.client.IncompleteRead, "truncated"),
    (urllib3.exceptions.ReadTimeoutError, "read_timeout"),
    (TimeoutError, "read_timeout"),
    (ConnectionResetError, "reset"),
)


def _reason(error: Exception, table: tuple[tuple[type, str], ...], default: str) -> str:
    links = list(_chain(error))
    for kind, reason in table:
        # urllib3 2 makes NewConnectionError (refused) a ConnectTimeoutError for historical reasons
        if any(isinstance(link, kind) and not _only_by_history(link, kind) for link in links):
            return reason
    return default


def _only_by_history(link: BaseException, kind: type) -> bool:
    timeout = urllib3.exceptions.ConnectTimeoutError
    return kind is timeout and isinstance(link, urllib3.exceptions.NewConnectionError)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that it was made from: causes, contexts, `reason` and arguments."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        parts = (link.__cause__, link.__context__, getattr(link, "reason", None), *link.args)
        waiting.extend(part for part in parts if isinstance(part, BaseException))


def _seconds(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return min(int(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return min(max(int((moment - clock.utc_now()).total_seconds()), 0), MAX_RETRY_AFTER)
