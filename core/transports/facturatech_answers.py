"""What Facturatech's answers mean: fields by their names in lower case -> results."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..errors import InDoubt
from .base import Category, Incident, NotFound, Refused
from .dian_answers import AlreadyProcessed, InProgress, SetClosed, decoded, refused_by_rules
from .provider import (
    SHOWN,
    AccessWorks,
    ProviderSigned,
    as_key,
    category_of,
    closed_set,
    incidents_of,
    key_of,
    known_before,
)

# NuSOAP's `success` is a sentence; support documents have other names for the same things
MESSAGES = ("error", "messageerror", "governmentresponsedescription", "message", "success")
_TRANSACTION = ("transaccionid", "transid", "transactionid")
_FILE = ("resourcedata", "documentbase64")
_TAKEN = frozenset({"200", "201"})
_ABSENT = "404"
_ERRORS = ("error", "messageerror", "governmentresponsedescription")
_FAILED = re.compile(r"ERROR|RECHAZ|REJECT|FAIL|INVALID|FALL", re.IGNORECASE)
_SIGNED, _PROCESSING = "SIGNED_XML", "PROCESSING"
_WORKING = re.compile(r"en proceso|procesando|processing|pendiente|a[uú]n no", re.IGNORECASE)
_REASONS = {"404": Category.ACCOUNT, "405": Category.ACCOUNT, "401": Category.CREDENTIALS, "403": Category.CREDENTIALS}
_TRUTH = frozenset({"true", "false", "0", "1"})
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SignedThere:
    """The document is signed; its file has to be fetched."""

    outcome: ClassVar[str] = "answered"

    message: str = ""


def upload(given: Fields) -> InProgress | AlreadyProcessed | SetClosed | Refused:
    """What became of an upload.

    :raises InDoubt: taken without a number to ask for, or a code that is not known.
    """
    code, message = _code(given), words(given)
    transaction = _first(given, _TRANSACTION)
    if code in _TAKEN and transaction:
        return InProgress(track_id=transaction, message=message)
    if closed := closed_set(message):
        return closed
    if code in _TAKEN:
        raise InDoubt(reason="success_without_transaction", detail=message)
    incidents = _incidents(given)
    if known_before(incidents, message):
        return AlreadyProcessed(key=as_key(_first(given, _FILE)), code=code, message=message)
    if code not in _REASONS and code != "409":
        raise InDoubt(reason="unknown_answer", detail=f"{code} {message}".strip())
    return _refused(code, message, incidents)


def status(
    given: Fields, *, track_id: str
) -> ProviderSigned | SignedThere | InProgress | SetClosed | NotFound | Refused:
    """What became of a transaction.

    :raises InDoubt: no state is said.
    """
    code, message, state = _code(given), words(given), given.get("status", "").strip().upper()
    if refused := _closed_set(given) or _closed_door(given):
        return refused
    document = _document(given)
    if state == _SIGNED or (not state and code in _TAKEN and document):
        return _signed(given, document, recovered=False) if document else SignedThere(message)
    incidents = _incidents(given)
    if state == _PROCESSING or (not state and (code in _TAKEN or _is_working(code, incidents, message))):
        return InProgress(track_id=track_id, message=message or state)
    if not state and code == _ABSENT:
        return NotFound(code=code, message=message)
    if not state and code != "409":
        raise InDoubt(reason="unknown_answer", detail=f"{code} {message}".strip())
    if state and not _FAILED.search(state) and not _first(given, _ERRORS):
        return InProgress(track_id=track_id, message=message or state)  # a state on the way that we do not know
    return _refused(code, message or state, incidents)


def download(given: Fields) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
    """The signed document by its number.

    :raises InDoubt: a success without file, or a code that is not known.
    """
    if refused := _closed_set(given) or _closed_door(given):
        return refused
    code, document = _code(given), _document(given)
    if code in _TAKEN and document:
        return _signed(given, document, recovered=True)
    return _absent(given, code)


def key(given: Fields) -> InProgress | SetClosed | NotFound | Refused:
    """The key by the number: the document exists.

    :raises InDoubt: a success without key, or a code that is not known.
    """
    if refused := _closed_set(given) or _closed_door(given):
        return refused
    code, found = _code(given), as_key(_first(given, _FILE))
    if code in _TAKEN and found:
        return InProgress(track_id="", message=words(given))
    return _absent(given, code)


def credits_left(given: Fields) -> AccessWorks | Refused:
    """The answer of checkCredits, whose form is not published: the first whole number that is not its code."""
    if refused := _closed_door(given):
        return refused
    numbers = (text for name, text in given.items() if name != "code" and _NUMBER.fullmatch(text))
    left = next(numbers, None)
    return AccessWorks(code=_code(given), message=words(given), credits=None if left is None else int(left))


def access(given: Fields) -> AccessWorks | Refused:
    """Whether the door is open: any answer that speaks of something else came past the password."""
    return _closed_door(given) or AccessWorks(code=_code(given), message=words(given))


def words(given: Fields) -> str:
    """Every text of an answer that is meant for people."""
    return " | ".join(dict.fromkeys(_texts(given)))[:SHOWN]


def _texts(given: Fields) -> list[str]:
    """What is said in words; some answers put a truth value where others have a sentence."""
    texts = (given.get(name, "").strip() for name in MESSAGES)
    return [text for text in texts if text and text.lower() not in _TRUTH]


def _code(given: Fields) -> str:
    return given.get("code", "").strip()[:20]


def _first(given: Fields, names: tuple[str, ...]) -> str:
    return next((given[name].strip() for name in names if given.get(name, "").strip()), "")


def _document(given: Fields) -> bytes:
    """:raises InDoubt: something stands in its place that is no base64."""
    return decoded(_first(given, _FILE))


def _absent(given: Fields, code: str) -> InProgress | NotFound | Refused:
    message = words(given)
    if code == _ABSENT:
        return NotFound(code=code, message=message)
    if _is_working(code, _incidents(given), message):
        return InProgress(track_id="", message=message)
    if code in _TAKEN or (code not in _REASONS and code != "409"):
        raise InDoubt(reason="unknown_answer", detail=f"{code} {message}".strip())
    return _refused(code, message, _incidents(given))


def _is_working(code: str, incidents: tuple[Incident, ...], message: str) -> bool:
    """409 is also what a document gets that is not ready."""
    return code == "409" and not any(row.code for row in incidents) and bool(_WORKING.search(message))


def _closed_set(given: Fields) -> SetClosed | None:
    """The verdict about a test set in place of an answer; it says nothing of a document."""
    return None if _code(given) in _TAKEN else closed_set(words(given))


def _closed_door(given: Fields) -> Refused | None:
    """The refusal of who asks, not of what is asked for; None where it is none."""
    code, message = _code(given), words(given)
    if code in _TAKEN:
        return None
    if closed_set(message):  # the state of the account, not of this document
        return Refused(code=code, message=message, category=Category.ACCOUNT, retry=True)
    is_closed = code in ("401", "403") or category_of(message) is Category.CREDENTIALS
    return _refused(code, message, ()) if is_closed else None


def _refused(code: str, message: str, incidents: tuple[Incident, ...]) -> Refused:
    if any(incident.code for incident in incidents):
        return refused_by_rules(code, message, incidents)
    category = category_of(message, _REASONS.get(code, Category.CONTENT))
    retry = category is not Category.CONTENT
    return Refused(code=code, message=message, category=category, incidents=incidents, retry=retry)


def _incidents(given: Fields) -> tuple[Incident, ...]:
    return incidents_of(_texts(given))


def _signed(given: Fields, document: bytes, *, recovered: bool) -> ProviderSigned:
    return ProviderSigned(
        document=document, key=key_of(document), code=_code(given), message=words(given), recovered=recovered
    )
