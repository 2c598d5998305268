"""What a technology provider of Colombia speaks (Facturatech, CADENA): one contract, whatever its wire is.

A provider signs with its own certificate, hands the document to DIAN and gives back what it signed. So nothing can be
known about the key before: a document is looked up by issuer, prefix, number and type (`Asked`), and whether what was
found is ours is for the caller to prove (`core.dian.provider_proof`). No provider promises that a second upload of a
document is the first one: nothing goes up again before a look-up.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeVar

from .. import clock
from ..errors import InDoubt, Misconfigured, XmlRefused
from ..xmlio.parse import Limits, parse_untrusted
from .base import Category, Exchange, Incident, NotFound, Refused
from .dian_answers import TEST_SET, AlreadyProcessed, InProgress, NumberingRanges, SetClosed, rule_incident

UBL, LAYOUT = "ubl", "layout"  # what a provider takes
LAYOUT_FORMS = ("xml", "text", "text64")
SUPPORT_KINDS = frozenset({"05", "95"})
SHOWN = 2_000  # characters of a foreign text that are handed on; the whole answer is in the exchange

_KEY = re.compile(r"[0-9a-f]{96}", re.ASCII)
_DOCUMENT_LIMITS = Limits(size=25 * 1024 * 1024, elements=200_000, all_attributes=1_000_000, text=12 * 1024 * 1024)
_WORDS = (
    (
        re.compile(r"\busuario|contrase|password|credencial|autentica|\btoken\b|unauthori[sz]ed", re.IGNORECASE),
        Category.CREDENTIALS,
    ),
    (
        re.compile(
            r"no (est[aá] )?(autorizad|habilitad|activ)|(folio|cr[eé]dito|saldo)s?\b.{0,20}(agotad|insuficient)|"
            r"sin (folios|cr[eé]ditos|saldo)|forbidden",
            re.IGNORECASE,
        ),
        Category.ACCOUNT,
    ),
)
_KNOWN_BEFORE = re.compile(
    r"\bya\b.{0,40}(firmad|procesad|emitid|registrad|transmitid|enviad|utilizad|usad|existe)|existe un documento|"
    r"(firmad|procesad|emitid)o? (previa|anterior)mente|duplicad|status de procesamiento",
    re.IGNORECASE,
)
DUPLICATE = "90"  # DIAN's rule about a number that it has validated
_GATEWAY = frozenset({"http_502", "http_503", "http_504"})
_RULES = re.compile(r"(?=\bRegla:)", re.IGNORECASE)
FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document is looked up by: the issuer's NIT without check digit, the two parts of its number, its type."""

    nit: str
    prefix: str
    number: int
    type_code: str

    @property
    def name(self) -> str:
        """The number as cbc:ID has it."""
        return f"{self.prefix}{self.number}"

    @property
    def is_support(self) -> bool:
        return self.type_code in SUPPORT_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSigned:
    """The provider signed the document and DIAN took it.

    `document` is the file exactly as it came: the signed document, the container (AttachedDocument) with it and DIAN's
    answer, or a ZIP of one; `core.dian.provider_proof.unpack` takes it apart. `container` and `application_response`
    are what came beside it, where a service gives them. `key` is the CUFE, CUDE or CUDS as the answer says it, empty
    where it does not. `recovered` says that an earlier call made it.
    """

    document: bytes = field(repr=False)
    key: str
    container: bytes = field(default=b"", repr=False)
    application_response: bytes = field(default=b"", repr=False)
    code: str = ""
    message: str = ""
    recovered: bool = False
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessWorks:
    """The harmless call was answered. `credits` are the documents left, None where the service does not tell."""

    outcome: ClassVar[str] = "answered"

    code: str = ""
    message: str = ""
    credits: int | None = None


ProviderResult = ProviderSigned | InProgress | AlreadyProcessed | SetClosed | NotFound | Refused | NumberingRanges


@dataclass(frozen=True, slots=True)
class ProviderCapabilities:
    """`payload`: UBL or LAYOUT, what `send` takes. `has_ranges`: the service tells the numbering ranges."""

    payload: str
    has_ranges: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOptions:
    """What a company agreed with its provider. Nothing here is secret.

    :param partner: CADENA: NIT of the partner ("alianza") whose contract is used; empty for one's own documents.
    :param test_set: the TestSetId while DIAN's set of test documents runs; CADENA has a route of its own for that.
        That the id goes along as header Set-Test-Id is known of payroll only and taken over from there.
    :param provider_nit: NIT of the provider, which owns the software that the ranges are associated with; empty for
        the service's own.
    :param layout_form: Facturatech: "xml" the vocabulary as XML in base64 (what most clients do), "text" its one-line
        form as it is, "text64" the same in base64. The manual does not say which of the last two is meant.
    :param waits: called with the seconds to wait before a look-up is repeated; without it every look-up is one call
        and the caller decides about the pause.
    """

    partner: str = ""
    test_set: str = ""
    provider_nit: str = ""
    layout_form: str = "xml"
    waits: Callable[[clock.Seconds], None] | None = None


class Provider(Protocol):
    """A technology provider. One object serves one thread; every call appends one `Exchange`, also when it raises.

    Every method raises NotSent, InDoubt, Misconfigured and nothing else. After InDoubt from `send` the provider may
    have the document: only `find` tells.
    """

    capabilities: ProviderCapabilities

    @property
    def exchanges(self) -> list[Exchange]: ...

    def send(
        self, payload: bytes, *, asked: Asked
    ) -> ProviderSigned | InProgress | AlreadyProcessed | SetClosed | Refused:
        """Upload one document; `payload` is unsigned UBL or the layout, as `capabilities` says.

        InProgress and AlreadyProcessed: the provider has it, ask with `follow` or `find`.
        """

    def follow(self, track_id: str, *, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        """What became of an upload. `Refused`: the document was refused, by the provider or by DIAN. `SetClosed`: the
        verdict about the set of test documents was said in place of an answer, so nothing was learned of this one.
        """

    def find(self, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        """Look for the document by its number. `Refused`: the look-up was refused, so nothing was learned; `SetClosed`
        as in `follow`.
        """

    def check(self) -> AccessWorks | Refused:
        """One harmless call: does the access work?"""

    def numbering_ranges(self, nit: str, software_id: str) -> NumberingRanges | Refused:
        """The ranges of the issuer `nit` that are associated with a software.

        :raises Misconfigured: also where the service cannot tell (`capabilities.has_ranges`).
        """


def facturatech_password_hash(password: str) -> str:
    """What Facturatech takes for a password: SHA-256 in lower-case hexadecimal digits. Store this and nothing else."""
    return hashlib.sha256(password.encode("utf-8")).hexdigest()


def check_header_value(value: str, reason: str) -> None:
    """:raises Misconfigured: `value` cannot stand in a header as it is."""
    if not (value.isascii() and value.isprintable() and value == value.strip()):
        raise Misconfigured(reason=reason)


def as_key(value: object) -> str:
    """A CUFE, CUDE or CUDS in lower case, empty for anything else."""
    text = str(value or "").strip().lower()
    return text if _KEY.fullmatch(text) else ""


def key_of(document: bytes) -> str:
    """The key that a signed document or a container names, empty where none can be read. It proves nothing."""
    try:
        root = parse_untrusted(document, limits=_DOCUMENT_LIMITS)
    except XmlRefused:
        return ""
    places = (root, *root.iterfind("{*}ParentDocumentLineReference/{*}DocumentReference"))
    return next((key for place in places if (key := as_key(place.findtext("{*}UUID")))), "")


def closed_set(text: str) -> SetClosed | None:
    """The verdict about the set of test documents, where `text` says one (DIAN's code 2, the provider's 409)."""
    found = TEST_SET.search(text)
    return SetClosed(accepted=found["state"].lower() == "aceptado", message=found.group()[:SHOWN]) if found else None


def category_of(text: str, default: Category = Category.CONTENT) -> Category:
    """Who has to act, as far as words tell."""
    return next((category for words, category in _WORDS if words.search(text)), default)


def incidents_of(texts: Iterable[str]) -> tuple[Incident, ...]:
    """The remarks in `texts`; several of DIAN's rules may stand in one of them."""
    parts = (part.strip() for text in texts for part in _RULES.split(text))
    return tuple(dict.fromkeys(rule_incident(part) for part in parts if part))


def known_before(incidents: Iterable[Incident], words: str) -> bool:
    """Whether a refusal says that the number was uploaded before, by DIAN's rule or in words."""
    rules = {incident.code for incident in incidents if incident.code}
    return DUPLICATE in rules or (not rules and bool(_KNOWN_BEFORE.search(words)))


def repeated(look_up: Callable[[], FoundT], waits: Callable[[clock.Seconds], None] | None) -> FoundT:
    """`look_up` again while it finds nothing or a gateway answers for the service, as long as the delays allow.

    Services show what they have some seconds late. Only for what changes nothing there.
    """
    delays = clock.delays()
    end = time.monotonic() + delays.total_timeout
    left = delays.lookup_attempts if waits else 1
    while True:
        left -= 1
        is_last = waits is None or left <= 0 or time.monotonic() + delays.lookup_pause > end
        try:
            found = look_up()
            if is_last or not isinstance(found, NotFound):
                return found
        except InDoubt as error:
            if is_last or error.params.get("reason") not in _GATEWAY:
                raise
        if waits is not None:
            waits(delays.lookup_pause)
