"""What every service speaks: results, capabilities, credentials, the archived form of one call.

A result says what the authority answered. What nobody answered is raised, as exactly one of three (`core.errors`):
`NotSent` nothing was delivered, `InDoubt` it may have been, `Misconfigured` a person has to change our settings.
Nothing that leaves this package (result, exchange, exception) holds a user name or a password of the service.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from ..enums import TextEnum

KEPT_BYTES = 64 * 1024  # of each side of an exchange; the answer that holds a stamp is kept whole


class Category(TextEnum):
    """Who has to act on a refusal: the author of the document, the administrator, the PAC's client, nobody (wait)."""

    CONTENT = "content"
    CREDENTIALS = "credentials"
    ACCOUNT = "account"
    CERTIFICATE = "certificate"
    DUPLICATE = "duplicate"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One remark of the authority, in its own words; a refusal has at least one, a success may carry warnings."""

    code: str
    message: str = ""
    extra: str = ""
    uuid: str = ""
    registered: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """`xml` is the document with its stamp, `uuid` is read from that stamp and not from what stands around it.

    `recovered` says that the stamp was made by an earlier call. Whether it belongs to what was sent is for the caller
    to prove (`core.cfdi.stamp.belongs`): a transport does not know the document.
    """

    xml: bytes = field(repr=False)
    uuid: str
    recovered: bool = False
    code: str = ""
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyStamped:
    """These bytes were stamped before (SAT code 307). Without `xml`, `find` has to fetch it."""

    code: str
    xml: bytes | None = field(default=None, repr=False)
    uuid: str | None = None
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The authority answered no.

    `retry`: the same bytes may be accepted later without any change to them (credentials corrected, stamps bought).
    `folio_spent`: False = proven that no stamp exists because of this call; None = the answer does not prove it (a code
    that is not in the table), so look up before the document is rebuilt. `retry_after` is in seconds.
    """

    code: str
    message: str
    category: Category
    incidents: tuple[Incident, ...] = ()
    retry: bool = False
    folio_spent: bool | None = False
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """The service knows no stamp for what was asked. One such answer proves nothing: services index with delay."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A stamp that exists at the service; `delivered` tells whether SAT has it already."""

    uuid: str
    delivered: bool
    xml: bytes | None = field(default=None, repr=False)
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Stamps left for one RFC; `credits` is None exactly when `unlimited`. `used` counts what was consumed.

    What a service does not tell is None: `expires` is the last day of the package, `assigned` how many stamps the
    account was given in all, `bought` and `bought_on` the last package that was added.
    """

    credits: int | None
    unlimited: bool
    used: int | None = None
    suspended: bool = False
    expires: date | None = None
    assigned: int | None = None
    bought: int | None = None
    bought_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """The service gave a token, for as long as `expires_at` (Unix time, seconds) says."""

    expires_at: int


Result = Stamped | AlreadyStamped | Refused | NotFound | Pending | Balance | LoggedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an adapter can do; strategies and screens ask these flags, never the name of the service."""

    recover_by_bytes: bool = False
    recover_by_uuid: bool = False
    list_by_date: bool = False
    same_bytes_idempotent: bool = False
    cancel_with_signed_request: bool = False
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password at a service, or a token that never expires in place of both; `repr` shows none."""

    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call as it is archived. `request` and `response` are redacted; at most `KEPT_BYTES` of each is kept,
    except of an answer with a stamp.

    `request_sha256` is the hash of the document that was sent, as the ledger of the other side has it; for a call
    without document, of the redacted request (the hash of the real one would let a password be guessed offline).
    `date` is the header Date of the answer, as it came.
    `outcome` is `stamped`, `already_stamped`, `refused:<category>`, `not_found`, `pending`, `balance`, `logged_in`, of
    DIAN `validated`, `already_processed`, `in_progress`, `set_closed`, `answered`, of a provider also
    `provider_signed`, else `not_sent:<reason>`, `in_doubt:<reason>`, `misconfigured:<reason>`, or `crashed` for a fault
    of our own. `retry_after`: the seconds that the service asked to wait, if it did.
    """

    operation: str
    endpoint: str
    started: datetime
    duration_ms: int
    http_status: int | None
    authority_code: str
    authority_message: str
    request_sha256: str
    request: bytes = field(repr=False)
    response: bytes = field(repr=False)
    outcome: str
    date: str = ""
    retry_after: int | None = None


class Stamper(Protocol):
    """A PAC. One object serves one thread.

    Every call appends one `Exchange` (`find` one per look-up), also when it raises.
    `key` identifies the document for services that want an idempotency key of their own; `xml` is always the exact
    sealed bytes, the same for every call about one document.
    """

    capabilities: Capabilities
    exchanges: list[Exchange]

    def stamp(self, xml: bytes, *, key: str) -> Stamped | AlreadyStamped | Refused:
        """Ask for a stamp.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """

    def find(self, xml: bytes, *, key: str, uuid: str | None = None) -> Stamped | NotFound | Refused:
        """Look for the stamp of these bytes. `Refused` here means that the look-up was refused: nothing was learned.

        :raises NotSent, InDoubt, Misconfigured: about the look-up; InDoubt also when the stamp exists but cannot be
            fetched yet.
        """

    def balance(self, rfc: str) -> Balance | Refused:
        """Stamps left for the issuer `rfc`.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
