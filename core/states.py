"""The life cycle of a fiscal document, for both countries, as data.

    draft --prepared--> ready --claimed--> sending --accepted--> valid
      ^                 ^ ^ |               | | | |
      |                 | | |               | | | +--queued (CO)--> awaiting --accepted--> valid
      +----withdraw-----|-|-+               | | |                      +------refused----> rejected
      |                 | +----not_sent-----+ | +--refused--> rejected
      |                 |                     +--doubt, stale--> in_doubt --found--> valid
      |                 +------absent---------------------------+   +----refused---> rejected
      +--withdraw-- rejected --prepared--> ready

    valid --cancel_claimed (MX)--> cancel_sending --cancelled------> cancelled
                                    | | +---------cancel_refused---> valid
                                    | +-----------cancel_queued----> cancel_pending
                                    +-------------doubt, stale-----> cancel_in_doubt
    awaiting --doubt (CO)--> in_doubt
    cancel_pending, cancel_in_doubt --status_says_cancelled / _valid / _pending--> cancelled / valid / cancel_pending

Contingency, hold, quarantine and reservation are flags, not states. In Colombia a credit note annuls an invoice, so
`valid` is final there. Nothing but `next_state` decides about a new state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .enums import TextEnum
from .errors import IllegalTransition


class State(TextEnum):
    DRAFT = "draft"
    READY = "ready"
    SENDING = "sending"
    AWAITING = "awaiting"
    IN_DOUBT = "in_doubt"
    VALID = "valid"
    REJECTED = "rejected"
    CANCEL_SENDING = "cancel_sending"
    CANCEL_PENDING = "cancel_pending"
    CANCEL_IN_DOUBT = "cancel_in_doubt"
    CANCELLED = "cancelled"


class Event(TextEnum):
    PREPARED = "prepared"
    WITHDRAW = "withdraw"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    DOUBT = "doubt"
    STALE = "stale"
    FOUND = "found"
    ABSENT = "absent"
    CANCEL_CLAIMED = "cancel_claimed"
    CANCEL_QUEUED = "cancel_queued"
    CANCELLED = "cancelled"
    CANCEL_REFUSED = "cancel_refused"
    STATUS_SAYS_CANCELLED = "status_says_cancelled"
    STATUS_SAYS_VALID = "status_says_valid"
    STATUS_SAYS_PENDING = "status_says_pending"


MX_KINDS = frozenset({"mx_cfdi_i", "mx_cfdi_e", "mx_cfdi_p", "mx_cfdi_t", "mx_cfdi_n"})
CO_KINDS = frozenset(
    {f"co_dian_{code}" for code in ("01", "02", "03", "04", "05", "91", "92", "95")} | {"co_dian_event"}
)
KINDS = MX_KINDS | CO_KINDS


@dataclass(frozen=True, slots=True)
class Edge:
    """Where an event leads, for which kinds, and what must have been stored before it may be used."""

    target: State
    kinds: frozenset[str]
    evidence: str


_CHECKED = "no blocking finding; snapshot and sha256 of the signed bytes stored"
_UNTOUCHED = "row lock; no attempt was made, or every attempt is proven not delivered"
_REFUSED = "authority codes in the exchange row"
_BELONGS = "the stamp or ApplicationResponse belongs to our bytes (seal, CUFE, hash)"
_STATUS = "public status query"
_NONE = "none: this is the safe default"

TRANSITIONS: Mapping[tuple[State, Event], Edge] = MappingProxyType(
    {
        (State.DRAFT, Event.PREPARED): Edge(State.READY, KINDS, _CHECKED),
        (State.REJECTED, Event.PREPARED): Edge(State.READY, KINDS, _CHECKED),
        (State.READY, Event.WITHDRAW): Edge(State.DRAFT, KINDS, _UNTOUCHED),
        (State.REJECTED, Event.WITHDRAW): Edge(State.DRAFT, KINDS, "the refusal is stored"),
        (State.READY, Event.CLAIMED): Edge(
            State.SENDING, KINDS, "row lock; attempt row committed before any byte leaves"
        ),
        (State.SENDING, Event.ACCEPTED): Edge(State.VALID, KINDS, _BELONGS),
        (State.SENDING, Event.QUEUED): Edge(State.AWAITING, CO_KINDS, "track id stored"),
        (State.SENDING, Event.REFUSED): Edge(State.REJECTED, KINDS, _REFUSED),
        (State.SENDING, Event.NOT_SENT): Edge(
            State.READY, KINDS, "the transport proves that nothing was delivered; next attempt set"
        ),
        (State.SENDING, Event.DOUBT): Edge(State.IN_DOUBT, KINDS, _NONE),
        (State.SENDING, Event.STALE): Edge(State.IN_DOUBT, KINDS, _NONE),
        (State.AWAITING, Event.ACCEPTED): Edge(State.VALID, CO_KINDS, _BELONGS),
        (State.AWAITING, Event.REFUSED): Edge(State.REJECTED, CO_KINDS, _REFUSED),
        (State.AWAITING, Event.DOUBT): Edge(State.IN_DOUBT, CO_KINDS, "the authority no longer knows it"),
        (State.IN_DOUBT, Event.FOUND): Edge(
            State.VALID, KINDS, "issuer, receiver, total, date and our seal or CUFE match"
        ),
        (State.IN_DOUBT, Event.ABSENT): Edge(
            State.READY, KINDS, "look-ups negative over 24 h; MX: SAT's register empty 72 h after Fecha"
        ),
        (State.IN_DOUBT, Event.REFUSED): Edge(
            State.REJECTED,
            KINDS,
            "the same bytes refused on content by a service that is idempotent for them, and a later negative look-up",
        ),
        (State.VALID, Event.CANCEL_CLAIMED): Edge(
            State.CANCEL_SENDING, MX_KINDS, "reason stored; substitute UUID when the reason is 01"
        ),
        (State.CANCEL_SENDING, Event.CANCEL_QUEUED): Edge(State.CANCEL_PENDING, MX_KINDS, "acknowledgement stored"),
        (State.CANCEL_SENDING, Event.CANCELLED): Edge(State.CANCELLED, MX_KINDS, "acknowledgement stored, code read"),
        (State.CANCEL_SENDING, Event.CANCEL_REFUSED): Edge(State.VALID, MX_KINDS, "code read"),
        (State.CANCEL_SENDING, Event.DOUBT): Edge(State.CANCEL_IN_DOUBT, MX_KINDS, _NONE),
        (State.CANCEL_SENDING, Event.STALE): Edge(State.CANCEL_IN_DOUBT, MX_KINDS, _NONE),
        (State.CANCEL_PENDING, Event.STATUS_SAYS_CANCELLED): Edge(State.CANCELLED, MX_KINDS, _STATUS),
        (State.CANCEL_PENDING, Event.STATUS_SAYS_VALID): Edge(State.VALID, MX_KINDS, _STATUS),
        (State.CANCEL_PENDING, Event.STATUS_SAYS_PENDING): Edge(State.CANCEL_PENDING, MX_KINDS, _STATUS),
        (State.CANCEL_IN_DOUBT, Event.STATUS_SAYS_CANCELLED): Edge(State.CANCELLED, MX_KINDS, _STATUS),
        (State.CANCEL_IN_DOUBT, Event.STATUS_SAYS_VALID): Edge(State.VALID, MX_KINDS, _STATUS),
        (State.CANCEL_IN_DOUBT, Event.STATUS_SAYS_PENDING): Edge(State.CANCEL_PENDING, MX_KINDS, _STATUS),
    }
)

# What the partial unique index of the sources covers: one live document per sale or sum of money.
LIVE_STATES = frozenset(
    {
        State.READY,
        State.SENDING,
        State.AWAITING,
        State.IN_DOUBT,
        State.VALID,
        State.CANCEL_SENDING,
        State.CANCEL_PENDING,
        State.CANCEL_IN_DOUBT,
    }
)
# While a document is in one of these, its move may not change in anything that the snapshot used.
LOCKED_STATES = LIVE_STATES - {State.READY}


def next_state(state: State | str, event: Event | str, kind: str) -> State:
    """The state after `event`.

    :raises IllegalTransition: also for a state, event or kind that does not exist.
    """
    edge = TRANSITIONS.get((state, event))  # type: ignore[arg-type]  # members equal and hash like their text
    if edge is None or kind not in edge.kinds:
        raise IllegalTransition(state=str(state), event=str(event), kind=kind)
    return edge.target
