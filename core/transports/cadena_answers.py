"""What CADENA answers: any JSON object; the meaning is taken from what is in it, not from where it stands."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ..errors import InDoubt
from .base import Category, Incident, NotFound, Refused
from .dian_answers import (
    AlreadyProcessed,
    InProgress,
    NumberingRange,
    NumberingRanges,
    SetClosed,
    day_of,
    decoded,
    number_of,
    refused_by_rules,
)
from .http import HttpAnswer
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
from .record import Redactor

_MOST_TEXTS = 200  # of one answer: a document has fewer rules broken
_MOST_DEPTH = 12
_SKIPPED = frozenset({"document", "statuscode", "uuid", "technicalkey", "clavetecnica"})
_ABSENT = re.compile(
    r"\bno\b.{0,60}(encontr|exist).{0,60}(document|factura|nota|registro|resultado)|"
    r"(document|factura|nota|registro|resultado).{0,60}\bno\b.{0,60}(encontr|exist)|sin resultados",
    re.IGNORECASE | re.DOTALL,
)
_WORKING = re.compile(r"en proceso|procesando|pendiente|processing", re.IGNORECASE)
_RESOLUTION = ("resolutionnumber", "numeroresolucion")
_FIRST = ("fromnumber", "numerodesde", "desde")
_NO_RANGES = frozenset({"302", "404"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `code` is its statusCode, or the HTTP status; `texts` every text in it, redacted, the document and
    the key left out; `data` is as it came.
    """

    http_status: int
    code: str
    texts: tuple[str, ...]
    data: Mapping[str, object] = field(repr=False)

    @property
    def message(self) -> str:
        return " | ".join(self.texts)[:SHOWN]

    @property
    def statuses(self) -> tuple[str, str]:
        return self.code, str(self.http_status)

    @property
    def is_success(self) -> bool:
        return self.code.startswith("2") and 200 <= self.http_status < 300

    @property
    def key(self) -> str:
        return as_key(_value(self.data, "uuid"))

    def document(self) -> bytes:
        """The document, b"" where there is none.

        :raises InDoubt: something stands in its place that is no base64.
        """
        value = _value(self.data, "document")
        if value is not None and not isinstance(value, str):
            raise InDoubt(reason="unknown_answer", detail="document")
        return decoded(value)


def read(answer: HttpAnswer, redactor: Redactor) -> Answer | None:
    """The JSON object of an answer; None for everything else."""
    try:
        data = json.loads(answer.body.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    code = _value(data, "statusCode")
    has_code = isinstance(code, (int, str)) and not isinstance(code, bool) and str(code).strip()
    texts = []
    for text in _texts(data):
        shown = redactor.text(text.encode("utf-8", "replace").decode())[:SHOWN]
        if shown and shown not in texts and len(texts) < _MOST_TEXTS:
            texts.append(shown)
    return Answer(answer.status, str(code).strip()[:20] if has_code else str(answer.status), tuple(texts), data)


def upload(answer: Answer) -> ProviderSigned | InProgress | AlreadyProcessed | SetClosed | Refused:
    """What became of an upload.

    :raises InDoubt: a success without document and key, or something in place of the document.
    """
    document = answer.document()
    closed = None if document and answer.is_success else closed_set(" ".join(answer.texts))
    if closed:
        return closed
    if document:
        return _signed(answer, document, recovered="409" in answer.statuses)
    if answer.is_success:
        if not answer.key:
            raise InDoubt(reason="success_without_document", http_status=answer.http_status, detail=answer.message)
        return InProgress(track_id=answer.key, message=answer.message)
    incidents = _incidents(answer)
    has_rules = any(incident.code for incident in incidents)
    if known_before(incidents, answer.message) or (not has_rules and "409" in answer.statuses):
        return AlreadyProcessed(key=answer.key, code=answer.code, message=answer.message)
    return _refused(answer, incidents)


def lookup(answer: Answer) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
    """What a look-up says about a document; the verdict about a test set says nothing of it.

    :raises InDoubt: a success that says nothing.
    """
    document = answer.document()
    if document:
        return _signed(answer, document, recovered=True)
    if closed := closed_set(" ".join(answer.texts)):
        return closed
    if refused := _closed_door(answer):
        return refused
    if "404" in answer.statuses or _ABSENT.search(answer.message):
        return NotFound(code=answer.code, message=answer.message)
    if answer.key or _WORKING.search(answer.message):
        return InProgress(track_id=answer.key, message=answer.message)
    if answer.is_success:
        raise InDoubt(reason="unknown_answer", http_status=answer.http_status, detail=answer.message)
    return _refused(answer, _incidents(answer))


def ranges(answer: Answer) -> NumberingRanges | Refused:
    """The numbering ranges in an answer, wherever they stand in it; 302 and 404 are DIAN's codes for none, which CADENA
    hands on (OperationCode) or says in its own place.

    :raises InDoubt: a range that cannot be read.
    """
    rows = tuple(_range(row) for row in _objects(answer.data) if _is_range(row))
    code = next((code for row in _objects(answer.data) if (code := _text(row, "operationcode"))), answer.code)
    if rows or answer.is_success or code in _NO_RANGES:
        return NumberingRanges(ranges=rows, code=code, message="" if rows else answer.message)
    return _refused(answer, _incidents(answer))


def technical_keys(answer: Answer) -> Iterator[str]:
    """The secrets in an answer, to be masked before anything else is read."""
    for row in _objects(answer.data):
        key = _named(row, "technicalkey", "clavetecnica")
        if isinstance(key, str):
            yield key.strip()


def _is_range(row: Mapping[str, object]) -> bool:
    return bool(_text(row, *_RESOLUTION)) and _named(row, *_FIRST) is not None


def _range(row: Mapping[str, object]) -> NumberingRange:
    return NumberingRange(
        resolution=_text(row, *_RESOLUTION),
        resolution_date=day_of(_text(row, "resolutiondate", "fecharesolucion")),
        prefix=_text(row, "prefix", "prefijo"),
        first=number_of(_named(row, *_FIRST)),
        last=number_of(_named(row, "tonumber", "numerohasta", "hasta")),
        valid_from=day_of(_text(row, "validdatetimefrom", "validdatefrom", "fechadesde", "vigenciadesde")),
        valid_to=day_of(_text(row, "validdatetimeto", "validdateto", "fechahasta", "vigenciahasta")),
        technical_key=_text(row, "technicalkey", "clavetecnica"),
    )


def _named(row: Mapping[str, object], *names: str) -> object:
    """The first value that has one of the names, whatever its capitals and separators."""
    given = {re.sub(r"[\W_]", "", name).lower(): value for name, value in row.items()}
    return next((given[name] for name in names if given.get(name) is not None), None)


def _text(row: Mapping[str, object], *names: str) -> str:
    value = _named(row, *names)
    is_text = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value).strip()[:SHOWN] if is_text else ""


def _signed(answer: Answer, document: bytes, *, recovered: bool) -> ProviderSigned:
    return ProviderSigned(
        document=document,
        key=answer.key or key_of(document),
        code=answer.code,
        message=answer.message,
        recovered=recovered,
        incidents=_incidents(answer),
    )


def access(answer: Answer) -> AccessWorks | Refused:
    """Whether the door is open: any answer that speaks of something else came past the token."""
    return _closed_door(answer) or AccessWorks(code=answer.code, message=answer.message)


def _closed_door(answer: Answer) -> Refused | None:
    """The refusal of who asks, not of what is asked for; None where it is none."""
    if closed_set(" ".join(answer.texts)):  # the state of the account, not of one document
        return Refused(code=answer.code, message=answer.message, category=Category.ACCOUNT, retry=True)
    if answer.is_success:
        return None
    refused = _refused(answer, ())
    return None if refused.category is Category.CONTENT else refused


def _refused(answer: Answer, incidents: tuple[Incident, ...]) -> Refused:
    if any(incident.code for incident in incidents):
        return refused_by_rules(answer.code, answer.message, incidents)
    category = category_of(answer.message)
    if {"401", "403"} & set(answer.statuses):
        category = Category.CREDENTIALS
    elif "429" in answer.statuses:
        category = Category.TEMPORARY
    retry = category is not Category.CONTENT
    return Refused(code=answer.code, message=answer.message, category=category, incidents=incidents, retry=retry)


def _incidents(answer: Answer) -> tuple[Incident, ...]:
    return incidents_of(answer.texts)


def _value(data: Mapping[str, object], name: str) -> object:
    """A value by its name, whatever its capitals."""
    return next((value for key, value in data.items() if key.lower() == name.lower()), None)


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif depth < _MOST_DEPTH and isinstance(value, dict):
        for name, inner in value.items():
            if name.lower() not in _SKIPPED:
                yield from _texts(inner, depth + 1)
    elif depth < _MOST_DEPTH and isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)


def _objects(value: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield value
    if depth < _MOST_DEPTH:
        for part in inner:
            yield from _objects(part, depth + 1)
