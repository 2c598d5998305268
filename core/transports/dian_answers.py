"""What DIAN's service answers, as results, and how its answers are read (colombia.md 4.15; guide of the service).

Decided on IsValid and the messages, never on one code alone: the codes are used in more than one way.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from ..errors import InDoubt, XmlRefused
from ..xmlio.parse import parse_untrusted
from .base import Category, Incident, NotFound, Refused

_SHOWN = 2_000  # characters of a foreign text that are handed on; the whole answer is in the exchange
_RULE = re.compile(
    r"\s*Regla:\s*(?P<code>[\w-]+)\s*,\s*(?P<kind>Rechazo|Notificaci[oó]n)\s*:?\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DUPLICATE = "90"
_NOT_FOUND = ("66", "90")
_REFUSED_FILE = "89"
TEST_SET = re.compile(r"set de prueba.*se encuentra\s+(?P<state>aceptado|rechazado)", re.IGNORECASE | re.DOTALL)
_IN_PROGRESS = re.compile(r"en proceso de validaci[oó]n", re.IGNORECASE)
_NOT_AUTHORISED = re.compile(r"no autorizado", re.IGNORECASE)
# Rules that somebody else than the document's author has to answer for: certificates, the software's registration, DIAN
_CERTIFICATE_RULES = re.compile(r"Z[CDE]\d\d")
_ACCOUNT_RULES = re.compile(r"[A-Z]+B(19|2[0-7])[a-z]?")
_TEMPORARY_RULES = re.compile(r"SIGNPLGNS|ZA02")
_CATEGORIES = (
    (_CERTIFICATE_RULES, Category.CERTIFICATE),
    (_ACCOUNT_RULES, Category.ACCOUNT),
    (_TEMPORARY_RULES, Category.TEMPORARY),
)
_NOTIFICATION = "notification"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{{{_UBL}CommonAggregateComponents-2}}", f"{{{_UBL}CommonBasicComponents-2}}"
_EVENT_CODE = re.compile(r"0\d\d")
_NO_EVENTS = re.compile(r"\b(sin|no)\b.*\beventos?\b", re.IGNORECASE | re.DOTALL)
ACCEPTANCES = frozenset({"033", "034"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """DIAN validated the document: `key` is its CUFE, CUDE or CUDS, `application_response` DIAN's signed word.

    `incidents` are notifications, which do not reject. `recovered` says that an earlier call was validated.
    """

    key: str
    application_response: bytes = field(repr=False)
    number: str = ""
    recovered: bool = False
    code: str = ""
    message: str = ""
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyProcessed:
    """Rule 90: this document was validated before; `GetStatus` and `GetXmlByDocumentKey` hand it out."""

    key: str
    code: str = _DUPLICATE
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InProgress:
    """DIAN has the document and works on it; `track_id` is what to ask for (ZipKey, or the document's key)."""

    track_id: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClosed:
    """The set of test documents has its verdict; nothing more is taken for it."""

    accepted: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingRange:
    """One authorised range. `technical_key` is a secret; days are inclusive and Colombian."""

    resolution: str
    resolution_date: date | None
    prefix: str
    first: int
    last: int
    valid_from: date | None
    valid_to: date | None
    technical_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingRanges:
    """The ranges of an issuer's software; empty when DIAN knows none."""

    outcome: ClassVar[str] = "answered"

    ranges: tuple[NumberingRange, ...]
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """A file that DIAN handed out."""

    outcome: ClassVar[str] = "answered"

    data: bytes = field(repr=False)
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event about an invoice. `code` is 030 receipt, 031 claim, 032 goods or service received, 033 express and 034
    tacit acceptance (annex RADIAN 1.1); `key` its CUDE, where DIAN tells it.
    """

    code: str
    description: str = ""
    day: date | None = None
    number: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The events that DIAN has registered about an invoice, in its order; empty when there are none."""

    outcome: ClassVar[str] = "answered"

    events: tuple[Event, ...] = ()
    application_response: bytes = field(default=b"", repr=False)
    code: str = ""
    message: str = ""

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(event.code for event in self.events)

    @property
    def is_accepted(self) -> bool:
        """Expressly or tacitly: the invoice admits no note any more (annex RADIAN, 7.2)."""
        return bool(self.codes & ACCEPTANCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquirer:
    """What DIAN's register says about a buyer."""

    outcome: ClassVar[str] = "answered"

    name: str
    email: str


DianResult = (
    Validated
    | AlreadyProcessed
    | InProgress
    | SetClosed
    | NumberingRanges
    | Downloaded
    | Acquirer
    | Events
    | NotFound
    | Refused
)


def read_response(response: Any, *, track_id: str = "") -> DianResult:
    """The meaning of a DianResponse.

    :param track_id: what was asked for, for an answer that the work is still going on.
    :raises InDoubt: it contradicts itself or says nothing that is known.
    """
    status, message = text(response.StatusCode), _message(response)
    messages = [text(line) for line in getattr(response.ErrorMessage, "string", None) or ()]
    incidents = tuple(rule_incident(line) for line in messages if line)
    rejections = [incident for incident in incidents if incident.extra != _NOTIFICATION]
    key = text(response.XmlDocumentKey).lower()
    if text(response.IsValid).lower() == "true":
        return _validated(response, key, status, message, incidents)
    if any(incident.code == _DUPLICATE for incident in rejections):
        return AlreadyProcessed(key=key, message=_first(rejections))
    if closed := TEST_SET.search(" ".join([message, *messages])):
        accepted = closed["state"].lower() == "aceptado"
        return SetClosed(accepted=accepted, message=message or closed.group())
    if _IN_PROGRESS.search(message):
        return InProgress(track_id=track_id or key, message=message)
    if status in _NOT_FOUND and not rejections:
        return NotFound(code=status, message=message)
    if rejections and status != _REFUSED_FILE:
        return refused_by_rules(rejections[0].code or status, _first(rejections), incidents)
    if status in (_REFUSED_FILE, "99"):
        words = message or _first(rejections)
        if _NOT_AUTHORISED.search(message):
            return _not_authorised(status, words, incidents)
        return Refused(code=status, message=words, category=Category.CONTENT, incidents=incidents)
    raise InDoubt(reason="unknown_answer", detail=f"{status} {message}"[:200])


def read_events(response: Any, *, track_id: str) -> Events | InProgress | NotFound | Refused:
    """The meaning of GetStatusEvent's answer: DIAN's ApplicationResponse has one DocumentResponse for each event.

    :raises InDoubt: it is neither a list of events nor an answer that is known.
    """
    status, message = text(response.StatusCode), _message(response)
    if text(response.IsValid).lower() != "true":
        if _NO_EVENTS.search(message):
            return Events(code=status, message=message)
        result = read_response(response, track_id=track_id)
        if isinstance(result, InProgress | NotFound | Refused):
            return result
        raise InDoubt(reason="unknown_answer", detail=f"{status} {message}"[:200])
    document = decoded(response.XmlBase64Bytes)
    return Events(
        events=tuple(_events(document)) if document else (), application_response=document, code=status,
        message=message,
    )


def read_upload(response: Any) -> InProgress | SetClosed | AlreadyProcessed | Refused:
    """The meaning of an UploadDocumentResponse (SendBillAsync, SendTestSetAsync): the documents are checked later.

    :raises InDoubt: neither taken nor refused.
    """
    errors = getattr(response.ErrorMessageList, "XmlParamsResponseTrackId", None) or ()
    incidents = tuple(rule_incident(text(error.ProcessedMessage)) for error in errors if error is not None)
    key = next((text(error.DocumentKey).lower() for error in errors if error is not None), "")
    words = " ".join(incident.message for incident in incidents)
    if closed := TEST_SET.search(words):
        return SetClosed(accepted=closed["state"].lower() == "aceptado", message=closed.group())
    if any(incident.code == _DUPLICATE for incident in incidents):
        return AlreadyProcessed(key=key, message=_first(incidents))
    if incidents and _NOT_AUTHORISED.search(words):
        return _not_authorised(incidents[0].code or _REFUSED_FILE, _first(incidents), incidents)
    if incidents:
        return refused_by_rules(incidents[0].code or _REFUSED_FILE, _first(incidents), incidents)
    if zip_key := text(response.ZipKey):
        return InProgress(track_id=zip_key)
    raise InDoubt(reason="unknown_answer", detail="no ZipKey")


def read_ranges(response: Any) -> NumberingRanges:
    """The meaning of a NumberRangeResponseList: 100 with ranges, 302 and 404 without."""
    rows = getattr(response.ResponseList, "NumberRangeResponse", None) or ()
    return NumberingRanges(
        ranges=tuple(_range(row) for row in rows if row is not None and text(row.ResolutionNumber)),
        code=text(response.OperationCode),
        message=text(response.OperationDescription),
    )


def decoded(value: object) -> bytes:
    """The bytes of a base64 field, b"" when there is none.

    :raises InDoubt: it is not base64.
    """
    try:
        return base64.b64decode("".join(str(value or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise InDoubt(reason="unknown_answer", detail="not base64") from None


def text(value: object) -> str:
    return str(value if value is not None else "").strip()[:_SHOWN]


def _events(document: bytes) -> Iterator[Event]:
    try:
        root = parse_untrusted(document)
    except XmlRefused:
        raise InDoubt(reason="unknown_answer", detail="ApplicationResponse") from None
    for node in root.iterfind(f"{_CAC}DocumentResponse"):
        code = text(node.findtext(f"{_CAC}Response/{_CBC}ResponseCode"))
        if not _EVENT_CODE.fullmatch(code):
            continue  # DIAN's own 02 about the document
        yield Event(
            code=code,
            description=text(node.findtext(f"{_CAC}Response/{_CBC}Description")),
            day=day_of(node.findtext(f"{_CAC}Response/{_CBC}EffectiveDate")),
            number=text(node.findtext(f"{_CAC}DocumentReference/{_CBC}ID")),
            key=text(node.findtext(f"{_CAC}DocumentReference/{_CBC}UUID")).lower(),
        )


def _validated(
    response: Any, key: str, status: str, message: str, incidents: tuple[Incident, ...]
) -> Validated:
    document = decoded(response.XmlBase64Bytes)
    if not document or not key:
        raise InDoubt(reason="success_without_answer", detail=f"{status} {message}"[:200])
    return Validated(
        key=key, application_response=document, number=text(response.XmlFileName), code=status, message=message,
        incidents=incidents,
    )


def refused_by_rules(code: str, message: str, incidents: tuple[Incident, ...]) -> Refused:
    """A refusal whose rules tell who has to act."""
    rejections = [incident.code for incident in incidents if incident.extra != _NOTIFICATION]
    for pattern, category in _CATEGORIES:
        if rejections and all(pattern.fullmatch(rule) for rule in rejections):
            retry = category is not Category.CERTIFICATE
            return Refused(code=code, message=message, category=category, incidents=incidents, retry=retry)
    return Refused(code=code, message=message, category=Category.CONTENT, incidents=incidents)


def _not_authorised(code: str, message: str, incidents: tuple[Incident, ...]) -> Refused:
    """The certificate's NIT may not send for the issuer: DIAN's portal, not the document, has to be corrected."""
    return Refused(code=code, message=message, category=Category.ACCOUNT, incidents=incidents, retry=True)


def rule_incident(line: str) -> Incident:
    """`extra` is "notification" for what does not reject."""
    rule = _RULE.match(line)
    if rule is None:
        return Incident(code="", message=line)
    kind = "" if rule["kind"].lower() == "rechazo" else _NOTIFICATION
    return Incident(code=rule["code"], message=rule["text"].strip(), extra=kind)


def _first(incidents: Iterable[Incident]) -> str:
    return next((incident.message for incident in incidents), "")


def _message(response: Any) -> str:
    parts = (text(response.StatusDescription), text(response.StatusMessage))
    return " ".join(dict.fromkeys(part for part in parts if part))


def _range(row: Any) -> NumberingRange:
    return NumberingRange(
        resolution=text(row.ResolutionNumber),
        resolution_date=day_of(row.ResolutionDate),
        prefix=text(row.Prefix),
        first=number_of(row.FromNumber),
        last=number_of(row.ToNumber),
        valid_from=day_of(row.ValidDateFrom),
        valid_to=day_of(row.ValidDateTo),
        technical_key=text(row.TechnicalKey),
    )


def day_of(value: object) -> date | None:
    """The calendar day as DIAN wrote it: never shifted by a time zone (rule FAB07b); None for what is no day."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def number_of(value: object) -> int:
    """:raises InDoubt: not a whole number."""
    if not re.fullmatch(r"[0-9]{1,18}", text(value)):
        raise InDoubt(reason="unknown_answer", detail="range")
    return int(text(value))
