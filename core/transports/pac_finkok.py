"""Finkok (Quadrum): SOAP 1.1, user and password in every body, byte-identical documents are one document.

What its answers really look like: a stamp comes as escaped text; incidents may stand beside a stamp (warnings) or alone
(refusal); 307 means "stamped before" and comes with the stamp, without it, and sometimes twice; `stamped` denies a
stamp (603) for the first seconds of its life. So nothing is believed by its status text: a success is a readable stamp.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import clock
from ..errors import InDoubt, Misconfigured
from . import codes
from .base import (
    AlreadyStamped,
    Balance,
    Capabilities,
    Credentials,
    Exchange,
    Incident,
    NotFound,
    Pending,
    Refused,
    Stamped,
)
from .http import HttpClient, check_address
from .record import Call, Journal, Redactor
from .soap import SoapService
from .stamped import UUID, stamp_uuid

CAPABILITIES = Capabilities(recover_by_bytes=True, recover_by_uuid=True, same_bytes_idempotent=True, balance=True)
HOSTS = {
    "production": "https://facturacion.finkok.com",
    "test": "https://demo-facturacion.finkok.com",
}

_SUCCESS = "Comprobante timbrado satisfactoriamente"
_SHOWN = 2_000  # characters of a foreign text that are handed on; the whole answer is in the exchange
_LEADING_CODE = re.compile(r"\s*((?:[A-Z]{2,6})?\d{2,6})\b")
_BAD_LOGIN = re.compile(r"contrase|password|credencial|autentica|authentica|username", re.IGNORECASE)
_UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class _Receipt:
    """AcuseRecepcionCFDI with every text redacted but for the stamped document."""

    xml: bytes = field(repr=False)
    uuid: str
    status: str
    incidents: tuple[Incident, ...]

    def incident(self, code: str) -> Incident | None:
        return next((incident for incident in self.incidents if incident.code == code), None)


class Finkok:
    """See `base.Stamper`.

    :param waiter: called with the seconds to wait between two look-ups of one `find`; without it every `find` is one
        look-up and the caller decides about the pause.
    """

    capabilities = CAPABILITIES

    def __init__(
        self, base_url: str, credentials: Credentials, *, waiter: Callable[[clock.Seconds], None] | None = None
    ) -> None:
        check_address(base_url)
        if not credentials.username or not credentials.password:
            raise Misconfigured(reason="credentials_missing")
        self._credentials = credentials
        self._waiter = waiter
        self._journal = Journal(Redactor((credentials.username, credentials.password)))
        http = HttpClient()
        folder = base_url.rstrip("/") + "/servicios/soap/"
        self._stamping = SoapService("finkok_stamp.wsdl", folder + "stamp", http)
        self._registration = SoapService("finkok_registration.wsdl", folder + "registration", http)

    @property
    def exchanges(self) -> list[Exchange]:
        return self._journal.exchanges

    def stamp(self, xml: bytes, *, key: str) -> Stamped | AlreadyStamped | Refused:
        with self._journal.call("stamp", self._stamping.endpoint, xml) as call:
            receipt = self._receipt(call, "stamp", xml)
            if isinstance(receipt, Refused):
                return call.conclude(receipt)
            previous = receipt.incident(codes.DUPLICATE)
            if receipt.xml:
                uuid = stamp_uuid(receipt.xml, receipt.uuid)
                if previous:
                    return call.conclude(_already(receipt, previous, uuid))
                return call.conclude(Stamped(xml=receipt.xml, uuid=uuid, incidents=receipt.incidents))
            if previous:
                return call.conclude(_already(receipt, previous, receipt.uuid or previous.uuid))
            return call.conclude(_refusal(call, receipt))

    def find(self, xml: bytes, *, key: str, uuid: str | None = None) -> Stamped | NotFound | Refused:
        delays = clock.delays()
        end = time.monotonic() + delays.total_timeout
        found = self._stamped(xml)
        for _attempt in range(1, delays.lookup_attempts if self._waiter else 1):
            if not isinstance(found, NotFound | AlreadyStamped) or time.monotonic() + delays.lookup_pause > end:
                break
            self._waiter(delays.lookup_pause)
            found = self._stamped(xml)
        if uuid and isinstance(found, NotFound | AlreadyStamped):
            found = self._stamped_by_uuid(uuid) or found
        if isinstance(found, AlreadyStamped):
            raise InDoubt(reason="stamp_not_available", detail=found.code)
        return found

    def pending(self, uuid: str) -> Pending | NotFound | Refused:
        """What the service knows about the stamp `uuid` that it made itself.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("query_pending", self._stamping.endpoint) as call:
            result = self._stamping.call(call, "query_pending", uuid=uuid, **self._login())
            if isinstance(result, Refused):
                return call.conclude(result)
            problem, xml = self._text(result.error), (result.xml or "").encode()
            if problem:
                return call.conclude(_denied(problem) or NotFound(code="", message=problem))
            if result.status not in ("S", "F"):
                raise InDoubt(reason="unknown_answer")
            if xml and stamp_uuid(xml, uuid).lower() != uuid.lower():
                raise InDoubt(reason="another_stamp")
            return call.conclude(Pending(uuid=uuid, delivered=result.status == "F", xml=xml or None))

    def balance(self, rfc: str) -> Balance | Refused:
        with self._journal.call("get", self._registration.endpoint) as call:
            login = {f"reseller_{name}": value for name, value in self._login().items()}
            result = self._registration.call(call, "get", taxpayer_id=rfc, **login)
            if isinstance(result, Refused):
                return call.conclude(result)
            user = next((user for user in _items(result.users, "ResellerUser") if _is_of(user, rfc)), None)
            message = self._text(result.message)
            if user is None:
                return call.conclude(_denied(message) or _worded(codes.UNKNOWN_ISSUER, message))
            return call.conclude(_balance(user))

    def _stamped(self, xml: bytes) -> Stamped | AlreadyStamped | NotFound | Refused:
        """One look-up. AlreadyStamped: the stamp exists, but was not handed out."""
        with self._journal.call("stamped", self._stamping.endpoint, xml) as call:
            receipt = self._receipt(call, "stamped", xml)
            if isinstance(receipt, Refused):
                return call.conclude(receipt)
            if receipt.xml:
                uuid = stamp_uuid(receipt.xml, receipt.uuid)
                return call.conclude(Stamped(xml=receipt.xml, uuid=uuid, recovered=True, incidents=receipt.incidents))
            absent, previous = receipt.incident(codes.NO_EARLIER_STAMP), receipt.incident(codes.DUPLICATE)
            if previous:
                return call.conclude(_already(receipt, previous, receipt.uuid or previous.uuid))
            if absent:
                return call.conclude(NotFound(code=absent.code, message=absent.message))
            return call.conclude(_refusal(call, receipt))

    def _stamped_by_uuid(self, uuid: str) -> Stamped | None:
        known = self.pending(uuid)
        if isinstance(known, Pending) and known.xml:
            return Stamped(xml=known.xml, uuid=stamp_uuid(known.xml, uuid), recovered=True)
        return None

    def _receipt(self, call: Call, operation: str, xml: bytes) -> _Receipt | Refused:
        result = self._stamping.call(call, operation, xml=xml, **self._login())
        if isinstance(result, Refused):
            return result
        call.authority_message = self._text(result.CodEstatus)
        incidents = [self._incident(item) for item in _items(result.Incidencias, "Incidencia")]
        if result.faultcode or result.faultstring:
            incidents.append(Incident(code=self._text(result.faultcode), message=self._text(result.faultstring)))
        return _Receipt(
            (result.xml or "").strip().encode(),
            self._text(result.UUID),
            call.authority_message,
            tuple(dict.fromkeys(incidents)),  # 307 may come twice
        )

    def _incident(self, item: Any) -> Incident:
        return Incident(
            code=self._text(item.CodigoError),
            message=self._text(item.MensajeIncidencia),
            extra=self._text(item.ExtraInfo),
            uuid=self._text(item.Uuid),
            registered=self._text(item.FechaRegistro),
        )

    def _text(self, value: object) -> str:
        return self._journal.redactor.text(str(value or "").strip())[:_SHOWN]

    def _login(self) -> dict[str, str]:
        return {"username": self._credentials.username, "password": self._credentials.password}


def _items(array: Any, name: str) -> list[Any]:
    return [item for item in (getattr(array, name, None) or []) if item is not None]


def _already(receipt: _Receipt, previous: Incident, uuid: str) -> AlreadyStamped:
    return AlreadyStamped(
        code=previous.code,
        xml=receipt.xml or None,
        uuid=uuid if UUID.fullmatch(uuid) else None,
        incidents=receipt.incidents,
    )


def _refusal(call: Call, receipt: _Receipt) -> Refused:
    """A receipt without stamp that says why.

    :raises InDoubt: it does not say why, contradicts itself, or names a code after which a stamp may exist.
    """
    incidents = receipt.incidents or _from_status(receipt.status)
    coded = [incident for incident in incidents if incident.code]
    if receipt.uuid or receipt.status == _SUCCESS:
        raise InDoubt(reason="success_without_stamp", detail=receipt.status)
    if not coded:
        raise InDoubt(reason="unknown_answer", detail=receipt.status)
    first = coded[0]
    call.authority_code, call.authority_message = first.code, first.message
    meanings = [codes.meaning(incident.code) for incident in coded]
    for incident, meaning in zip(coded, meanings, strict=True):
        if meaning.known and not meaning.proves_absence:
            raise InDoubt(reason="authority_code", detail=f"{incident.code} {incident.message}")
    return Refused(
        code=first.code,
        message=first.message,
        category=meanings[0].category,
        incidents=incidents,
        retry=meanings[0].retry,
        folio_spent=False if all(meaning.proves_absence for meaning in meanings) else None,
    )


def _from_status(status: str) -> tuple[Incident, ...]:
    """Some errors come as "nnn - text" in CodEstatus only."""
    code = _LEADING_CODE.match(status)
    return (Incident(code=code.group(1), message=status),) if code else ()


def _denied(message: str) -> Refused | None:
    """These operations say in words what `stamp` says by code; the same code is given to both."""
    return _worded(codes.BAD_LOGIN, message) if _BAD_LOGIN.search(message) else None


def _worded(code: str, message: str) -> Refused:
    meaning = codes.meaning(code)
    return Refused(code=code, message=message, category=meaning.category, retry=meaning.retry)


def _is_of(user: Any, rfc: str) -> bool:
    return str(user.taxpayer_id or "").strip().upper() == rfc.strip().upper()


def _balance(user: Any) -> Balance:
    """:raises InDoubt: the stamps left are not a number."""
    credit, used = str(user.credit or "").strip(), str(user.counter or "").strip()
    if not re.fullmatch(r"-?\d{1,12}", credit):
        raise InDoubt(reason="unknown_answer", detail="credit")
    unlimited = int(credit) == _UNLIMITED
    return Balance(
        credits=None if unlimited else int(credit),
        unlimited=unlimited,
        used=int(used) if used.isdecimal() else None,
        suspended=str(user.status or "").strip().upper() == "S",
    )
