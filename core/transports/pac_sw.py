"""SW Sapien: REST, a bearer token, JSON envelopes; byte-identical documents are one document, and so are equal keys.

The path `/v4/cfdi33/stamp/v2` is used although the document is a CFDI 4.0: it is the family that takes a key of ours
(header `customid`, remembered for 72 hours) and hands the earlier stamp out together with 307.

There is no look-up by document. What became of a lost answer is asked by sending the same bytes again; a stamp whose
UUID is known can be fetched from the storage. A success is a readable stamp, whatever status and texts say.
"""

import hashlib
import json
import re
import time
import urllib.parse
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from .. import clock
from ..errors import InDoubt, Misconfigured, NotSent
from . import codes, sw_envelope
from .base import (
    AlreadyStamped,
    Balance,
    Capabilities,
    Category,
    Credentials,
    Exchange,
    Incident,
    LoggedIn,
    NotFound,
    Pending,
    Refused,
    Stamped,
)
from .http import HttpAnswer, HttpClient, check_address, is_loopback, throttled, verdict_on_status
from .record import Call, Journal, Redactor
from .stamped import UUID, stamp_uuid
from .sw_document import multipart, stamped_document, with_addenda
from .sw_envelope import Envelope
from .sw_token import TOKENS, Token, expiry

CAPABILITIES = Capabilities(recover_by_uuid=True, same_bytes_idempotent=True, balance=True)
HOSTS = {
    "production": "https://services.sw.com.mx",
    "test": "https://services.test.sw.com.mx",
}
API_HOSTS = {  # balance and storage; anywhere else, as on this machine, they are at the same address
    HOSTS["production"]: "https://api.sw.com.mx",
    HOSTS["test"]: "https://api.test.sw.com.mx",
}
MAX_KEY = 100  # characters of customid

_HANDED_OUT = re.compile(rb'"token"\s*:\s*"([^"]{4,})')
_DUPLICATES = (codes.DUPLICATE, codes.KEY_REUSED)
AnswerT = TypeVar("AnswerT")


class SwSapien:
    """See `base.Stamper`.

    :param waiter: called with the seconds to wait between two look-ups of one `find`; without it every `find` is one
        look-up and the caller decides about the pause.
    """

    capabilities = CAPABILITIES

    def __init__(
        self, base_url: str, credentials: Credentials, *, waiter: Callable[[clock.Seconds], None] | None = None
    ) -> None:
        check_address(base_url)
        if not credentials.token and not (credentials.username and credentials.password):
            raise Misconfigured(reason="credentials_missing")
        if not (credentials.token.isascii() and credentials.token.isprintable()):
            raise Misconfigured(reason="token_malformed")  # it goes into a header
        self._credentials = credentials
        self._waiter = waiter
        self._journal = Journal(Redactor((credentials.username, credentials.password, credentials.token)))
        self._http = HttpClient()
        self._services = base_url.rstrip("/")
        self._api = API_HOSTS.get(self._services, self._services)

    @property
    def exchanges(self) -> list[Exchange]:
        return self._journal.exchanges

    def stamp(self, xml: bytes, *, key: str) -> Stamped | AlreadyStamped | Refused:
        return self._with_token(lambda token: self._stamp(xml, key, token))

    def find(self, xml: bytes, *, key: str, uuid: str | None = None) -> Stamped | NotFound | Refused:
        """As `base.Stamper.find`, for a known `uuid` only.

        :raises InDoubt: also without `uuid`: this service cannot be asked, so nothing was learned
        """
        if not uuid or not UUID.fullmatch(uuid):
            raise InDoubt(reason="no_look_up")
        delays = clock.delays()
        end = time.monotonic() + delays.total_timeout
        found = self._with_token(lambda token: self._stored(xml, uuid, token))
        for _attempt in range(1, delays.lookup_attempts if self._waiter else 1):
            if not isinstance(found, NotFound) or time.monotonic() + delays.lookup_pause > end:
                break
            self._waiter(delays.lookup_pause)  # the storage shows a stamp some seconds late
            found = self._with_token(lambda token: self._stored(xml, uuid, token))
        return found

    def balance(self, rfc: str) -> Balance | Refused:
        """The stamps of the account; it is one for every issuer in it, so `rfc` does not matter."""
        return self._with_token(self._balance)

    # ------------------------------------------------------------------
    # Login
    # ------------------------------------------------------------------

    def _with_token(self, ask: Callable[[str], AnswerT | Refused]) -> AnswerT | Refused:
        """Ask with a token; where the service does not take it (any more), once again with a new one."""
        token = self._token()
        if isinstance(token, Refused):
            return token
        try:
            answer = ask(token)
        except Misconfigured as error:
            if self._credentials.token or error.params.get("reason") != "http_401":
                raise
            answer = None
        refused = answer is None or (isinstance(answer, Refused) and answer.category is Category.CREDENTIALS)
        if self._credentials.token or not refused:
            return answer
        TOKENS.drop(self._services, self._credentials, token)
        token = self._token()
        return token if isinstance(token, Refused) else ask(token)

    def _token(self) -> str | Refused:
        """:raises NotSent, Misconfigured: a login that is not answered leaves no doubt about any document."""
        if self._credentials.token:
            return self._credentials.token
        token = TOKENS.get(self._services, self._credentials)
        if token is None:
            try:
                token = self._log_in()
            except InDoubt as error:
                raise NotSent(**{**error.params, "reason": f"login_{error.params.get('reason', '')}"}) from error
            if isinstance(token, Refused):
                return token
            TOKENS.put(self._services, self._credentials, token)
        self._journal.redactor.learn(token.text)
        return token.text

    def _log_in(self) -> Token | Refused:
        url = f"{self._services}/v2/security/authenticate"
        login = {"user": self._credentials.username, "password": self._credentials.password}
        with self._journal.call("authenticate", url) as call:
            try:
                answer = self._http.post(url, json.dumps(login).encode(), {"Content-Type": "application/json"}, call)
            finally:
                for token in _HANDED_OUT.findall(call.response):
                    self._journal.redactor.learn(token.decode("utf-8", "replace"))
            envelope = throttled(answer) or self._read(answer, call)
            if isinstance(envelope, Refused):
                return call.conclude(envelope)
            text = envelope.text("token")
            if not text:
                return call.conclude(_refusal(envelope, call))
            if not (text.isascii() and text.isprintable()):
                raise InDoubt(reason="unknown_answer", detail="token")
            token = Token(text, expiry(envelope.number("expires_in")))
            call.conclude(LoggedIn(expires_at=token.expires_at))
            return token

    # ------------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------------

    def _stamp(self, xml: bytes, key: str, token: str) -> Stamped | AlreadyStamped | Refused:
        url = f"{self._services}/v4/cfdi33/stamp/v2"
        body, content_type = multipart(xml)
        headers = {**_bearer(token), "Content-Type": content_type, "customid": _custom_id(key)}
        with self._journal.call("stamp", url, xml) as call:
            answer = self._http.post(url, body, headers, call)
            envelope = throttled(answer) or self._read(answer, call)
            if isinstance(envelope, Refused):
                return call.conclude(envelope)
            stamped, uuid = stamped_document(xml, envelope)
            incidents = () if envelope.is_success else (_incident(envelope),)
            if not envelope.is_success and envelope.code in _DUPLICATES:
                return call.conclude(
                    AlreadyStamped(code=envelope.code, xml=stamped, uuid=uuid or None, incidents=incidents)
                )
            if stamped:
                return call.conclude(Stamped(xml=stamped, uuid=uuid, incidents=incidents))
            if answer.status not in (200, 400, 401, 403):
                raise verdict_on_status(answer, envelope.message)
            return call.conclude(_refusal(envelope, call))

    def _stored(self, xml: bytes, uuid: str, token: str) -> Stamped | NotFound | Refused:
        url = f"{self._api}/datawarehouse/v1/live/{uuid}"
        with self._journal.call("storage", url) as call:
            answer = self._http.get(url, _bearer(token), call)
            envelope = throttled(answer) or self._read(answer, call)
            if isinstance(envelope, Refused):
                return call.conclude(envelope)
            records = envelope.data.get("records")
            addresses = [
                record.get("urlXml")
                for record in (records if isinstance(records, list) else [])
                if isinstance(record, dict) and str(record.get("uuid", "")).lower() == uuid.lower()
            ]
            if not addresses:
                return call.conclude(_absent(answer, envelope, call))
            call.conclude(Pending(uuid=uuid, delivered=False))  # the document itself comes with the next call
        return self._fetched(xml, uuid, addresses[0])

    def _fetched(self, xml: bytes, uuid: str, address: object) -> Stamped:
        """The document at an address that the storage told; our token does not go there.

        :raises InDoubt: also when the address is not one to go to
        """
        if not isinstance(address, str) or not address.isascii() or not self._may_fetch(address):
            raise InDoubt(reason="stamp_not_available", detail="address")
        # what follows the question mark may be a key to the file
        with self._journal.call("download", address.partition("?")[0]) as call:
            answer = self._http.get(address, {}, call)
            if answer.status != 200:
                raise InDoubt(reason="stamp_not_available", http_status=answer.status)
            stamped = with_addenda(answer.body.strip(), xml)
            return call.conclude(Stamped(xml=stamped, uuid=stamp_uuid(stamped, uuid), recovered=True))

    def _may_fetch(self, address: str) -> bool:
        """Encrypted and not on this machine, unless the service itself is."""
        try:
            check_address(address)
            host = urllib.parse.urlsplit(address).hostname or ""
        except (Misconfigured, ValueError):
            return False
        return is_loopback(urllib.parse.urlsplit(self._services).hostname or "") or not is_loopback(host)

    def _balance(self, token: str) -> Balance | Refused:
        url = f"{self._api}/management/v2/api/users/balance"
        with self._journal.call("balance", url) as call:
            answer = self._http.get(url, _bearer(token), call)
            envelope = throttled(answer) or self._read(answer, call)
            if isinstance(envelope, Refused):
                return call.conclude(envelope)
            if not envelope.is_success:
                if answer.status not in (200, 400, 401, 403):
                    raise verdict_on_status(answer, envelope.message)
                return call.conclude(_refusal(envelope, call))
            return call.conclude(_stamps_left(envelope))

    def _read(self, answer: HttpAnswer, call: Call) -> Envelope:
        envelope = sw_envelope.read(answer, self._journal.redactor)
        call.authority_code, call.authority_message = envelope.code, envelope.message
        return envelope


# ----------------------------------------------------------------------
# Requests
# ----------------------------------------------------------------------


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def _custom_id(key: str) -> str:
    """`key` as the header takes it; the same key gives the same header, always."""
    if key and len(key) <= MAX_KEY and key.isascii() and key.isprintable() and key == key.strip():
        return key
    return hashlib.sha256(key.encode()).hexdigest()


# ----------------------------------------------------------------------
# Answers
# ----------------------------------------------------------------------


def _incident(envelope: Envelope) -> Incident:
    return Incident(code=envelope.code, message=envelope.message, extra=envelope.detail)


def _refusal(envelope: Envelope, call: Call) -> Refused:
    """An answer without stamp that says why.

    :raises InDoubt: it does not say why, contradicts itself, or names a code after which a stamp may exist.
    :raises Misconfigured: the door is closed, for no reason that is in the table
    """
    if envelope.is_success:
        raise InDoubt(reason="success_without_stamp", detail=envelope.message)
    meaning = codes.meaning(envelope.code, codes.SW_CODES)
    if envelope.http_status in (401, 403) and meaning.category is not Category.CREDENTIALS:
        raise verdict_on_status(HttpAnswer(envelope.http_status, {}, b""), envelope.message)
    if not envelope.code:
        raise InDoubt(reason="unknown_answer", detail=envelope.message)
    if meaning.known and not meaning.proves_absence:
        raise InDoubt(reason="authority_code", detail=f"{envelope.code} {envelope.message}")
    message = envelope.message if envelope.message != envelope.code else envelope.detail or envelope.message
    call.authority_code, call.authority_message = envelope.code, message
    return Refused(
        code=envelope.code,
        message=message,
        category=meaning.category,
        incidents=(_incident(envelope),),
        retry=meaning.retry,
        folio_spent=meaning.folio_spent,
    )


def _absent(answer: HttpAnswer, envelope: Envelope, call: Call) -> NotFound | Refused:
    """:raises InDoubt, Misconfigured: the storage was not looked into"""
    meaning = codes.meaning(envelope.code, codes.SW_CODES)
    if answer.status in (401, 403) or meaning.category is Category.CREDENTIALS:
        return _refusal(envelope, call)
    if answer.status not in (200, 400, 404):
        raise verdict_on_status(answer, envelope.message)
    return NotFound(code=envelope.code, message=envelope.message)


def _stamps_left(envelope: Envelope) -> Balance:
    """:raises InDoubt: the stamps left are not a number."""
    unlimited = envelope.data.get("unlimited") is True
    credit = envelope.number("stampsBalance")
    if credit is None and not unlimited:
        raise InDoubt(reason="unknown_answer", detail="stampsBalance")
    last = envelope.data.get("lastTransaction")
    last = last if isinstance(last, dict) else {}
    bought = last.get("stampsIn")
    is_purchase = isinstance(bought, int) and not isinstance(bought, bool) and bought > 0
    return Balance(
        credits=None if unlimited else credit,
        unlimited=unlimited,
        used=envelope.number("stampsUsed"),
        expires=_day(envelope.data.get("expirationDate")),
        assigned=envelope.number("stampsAssigned"),
        bought=bought if is_purchase else None,
        bought_on=_day(last.get("date")) if is_purchase else None,
    )


def _day(value: object) -> date | None:
    """The day of an ISO date and time; None also for the year 1, which stands for "none"."""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    return day if day.year >= 2000 else None
