"""Sending and recovering one document through a technology provider: bytes in, outcome out, no ORM and no Odoo.

* The bytes go as they were stored. No provider promises that a second upload is the first one, so nothing is uploaded
  a second time before the number was looked up, whatever became of the first (`attempts`).
* While a document is in doubt it is only looked up: by issuer, prefix, number and type. Only when all look-ups of a
  day say that the provider does not have it, it goes again (`document_today`), after one more look-up.
* What the provider hands out is adopted only if it is proven to be this document (`provider_proof.belongs`): issuer,
  number, type, date, currency, totals, buyer, and the CUFE, CUDE or CUDS recomputed from the signed file.
* A file that its signature does not cover is not adopted either: it would be no legal file for anybody. DIAN's own
  answer vouches for how a signature is built, not for a file that was changed after it.
* Whatever else is found under the number keeps the document in doubt, with the differences in words: a person has to
  look. It is never made into a refusal by the machine, which would free the invoice for a second number.
"""
from dataclasses import dataclass
from typing import Any

from ..core import clock
from ..core.dian import answer, provider_proof, read
from ..core.dian.model import Document
from ..core.errors import CoreError, InDoubt, Misconfigured, NotSent
from ..core.findings import Finding, blocking
from ..core.states import Event, State
from ..core.transports.base import Category, NotFound, Refused
from ..core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed
from ..core.transports.provider import LAYOUT, Asked, ProviderSigned
from .co_job import NOTIFICATION, PAUSING, BuyersEvents, incidents_of, named, rows
from .strategy import Outcome

# Codes of our own, for what nobody said; their texts are in `finding_messages_provider`.
NOT_SENT, NO_ANSWER, ACCESS, WORKING = "CO-PT-03", "CO-PT-04", "CO-PT-05", "CO-PT-06"
OTHER_DOCUMENT, UNREADABLE, UNKNOWN = "CO-PT-07", "CO-PT-08", "CO-PT-09"
REFUSED, ACCOUNT, NOT_TOLD, CLOSED = "CO-PT-12", "CO-PT-13", "CO-PT-14", named("2")
UNSIGNED, VALIDATED_UNSIGNED = "CO-PT-15", "CO-PT-16"


@dataclass
class ProviderJob:
    """One claimed document; `state` chooses between sending, finding out what became of it, and waiting.

    `payload` are the stored bytes, `content` what they say; `attempts` counts the takings, this one included, and
    `was_refused` says that the last one ended in a refusal of the document.
    `events` asks DIAN about the invoices that a note corrects, where the company can ask DIAN at all.
    """
    client: Any
    payload: bytes
    content: Document
    asked: Asked
    state: State
    attempts: int = 1
    was_refused: bool = False
    track_id: str = ""
    technical_key: str = ""
    pin: str = ""
    events: BuyersEvents | None = None

    @property
    def operation(self) -> str:
        return "send" if self.state == State.SENDING else "look_up"

    def run(self) -> Outcome:
        if self.state == State.SENDING:
            return (self.events and self.events.refusal()) or self._guarded(self._send, Event.DOUBT, Event.NOT_SENT)
        return self._guarded(self._poll if self.state == State.AWAITING else self._recover, None, None)

    def _guarded(self, call, doubt: Event | None, not_sent: Event | None) -> Outcome:
        """Run `call`; what nobody answered becomes one of the two events."""
        try:
            return call()
        except NotSent as error:
            return self._outcome(not_sent, code=NOT_SENT, message=str(error))
        except InDoubt as error:
            return self._outcome(doubt, code=NO_ANSWER, message=str(error))
        except Misconfigured as error:
            return self._outcome(not_sent, code=ACCESS, message=str(error), pause="credentials")

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def _send(self) -> Outcome:
        if self.attempts > 1:
            earlier = self._guarded(self._look_before, Event.NOT_SENT, Event.NOT_SENT)
            if earlier:
                return earlier
        result = self.client.send(self.payload, asked=self.asked)
        if isinstance(result, ProviderSigned):
            return self._adopt(result, Event.ACCEPTED, Event.DOUBT)
        if isinstance(result, InProgress):
            return self._outcome(Event.QUEUED, code=WORKING, message=result.message, track_id=result.track_id)
        if isinstance(result, AlreadyProcessed):
            # whatever goes wrong from here on: the provider has something under this number
            return self._guarded(self._fetch_processed, Event.DOUBT, Event.DOUBT)
        if isinstance(result, SetClosed):
            return self._outcome(Event.NOT_SENT, code=CLOSED, message=result.message, pause=Category.ACCOUNT)
        return self._refused(result)

    def _look_before(self) -> Outcome | None:
        """Look the number up before it is uploaded a second time; None where the provider does not have it."""
        found = self.client.find(self.asked)
        if isinstance(found, ProviderSigned):
            return self._adopt(found, Event.ACCEPTED, Event.DOUBT, recovered=True)
        if isinstance(found, InProgress):
            return self._outcome(Event.QUEUED, code=WORKING, message=found.message, track_id=found.track_id)
        if isinstance(found, NotFound):
            return None
        if self.was_refused and isinstance(found, Refused) and found.category == Category.CONTENT:
            return None  # that there is a refused document under the number is known
        return self._not_now(found, Event.NOT_SENT)

    def _fetch_processed(self) -> Outcome:
        found = self.client.find(self.asked)
        if isinstance(found, ProviderSigned):
            return self._adopt(found, Event.ACCEPTED, Event.DOUBT, recovered=True)
        if isinstance(found, InProgress):
            return self._outcome(Event.QUEUED, code=WORKING, message=found.message, track_id=found.track_id)
        return self._not_now(found, Event.DOUBT)

    def _refused(self, refusal: Refused) -> Outcome:
        """An upload was refused. Whether a number is spent is decided by DIAN; what a provider says is its own."""
        if refusal.category in PAUSING or refusal.category == Category.TEMPORARY:
            return self._not_now(refusal, Event.NOT_SENT)
        if refusal.folio_spent is not False or not self._is_absent():
            return self._outcome(Event.DOUBT, code=REFUSED, message=refusal.message)
        return self._outcome(Event.REFUSED, code=REFUSED, message=refusal.message, **_incidents(refusal))

    def _is_absent(self) -> bool:
        """Tell whether nothing stands under the number after a refusal: an earlier upload may have got there."""
        if self.attempts == 1 or self.state != State.SENDING:
            return True
        found = self.client.find(self.asked)
        return isinstance(found, NotFound) or (
            self.was_refused and isinstance(found, Refused) and found.category == Category.CONTENT)

    # ------------------------------------------------------------------
    # Waiting and recovering
    # ------------------------------------------------------------------

    def _poll(self) -> Outcome:
        """The provider has the document: ask until DIAN has decided."""
        result = self.client.follow(self.track_id, asked=self.asked)
        if isinstance(result, ProviderSigned):
            return self._adopt(result, Event.ACCEPTED, Event.DOUBT)
        if isinstance(result, NotFound):
            return self._outcome(Event.DOUBT, code=UNKNOWN, message=result.message)
        if isinstance(result, Refused) and self._is_verdict(result):
            return self._refused(result)
        return self._not_now(result, None)

    def _is_verdict(self, refusal: Refused) -> bool:
        """Tell whether the answer to a follow-up refuses the document, and not the question.

        One that follows a transaction of its own speaks of that upload; one that asks by the number has to name a rule.
        """
        if refusal.category != Category.CONTENT:
            return False
        follows_upload = bool(self.track_id) and self.client.capabilities.payload == LAYOUT
        return follows_upload or any(row["code"] for row in _incidents(refusal)["rejections"])

    def _recover(self) -> Outcome:
        found = self.client.find(self.asked)
        if isinstance(found, ProviderSigned):
            return self._adopt(found, Event.FOUND, None)
        return self._not_now(found, None)

    def _not_now(self, result, event: Event | None) -> Outcome:
        """A look-up that decides nothing."""
        if isinstance(result, SetClosed):  # said of the account; the document may well be there
            return self._outcome(event, code=CLOSED, message=result.message, pause=Category.ACCOUNT)
        if isinstance(result, InProgress):
            return self._outcome(event, code=WORKING, message=result.message)
        if isinstance(result, NotFound):
            return self._outcome(event, code=UNKNOWN, message=result.message)
        if result.category in PAUSING:
            code = ACCESS if result.category == Category.CREDENTIALS else ACCOUNT
            return self._outcome(event, code=code, message=result.message, pause=result.category)
        is_later = result.category == Category.TEMPORARY
        return self._outcome(event, code=NOT_SENT if is_later else NOT_TOLD, message=result.message)

    # ------------------------------------------------------------------
    # Adopting
    # ------------------------------------------------------------------

    def _adopt(self, result: ProviderSigned, adopted: Event, otherwise: Event | None, recovered=False) -> Outcome:
        try:
            unpacked = provider_proof.unpack(result.document)
            key = read.parse(unpacked.document).uuid
        except CoreError as error:
            return self._outcome(otherwise, code=UNREADABLE, message=str(error))
        if wrong := blocking(self._proof(unpacked.document, key)):
            return self._outcome(otherwise, code=OTHER_DOCUMENT, message=_differences(wrong))
        response = unpacked.application_response or result.application_response
        if response and answer.belongs(response, key):
            response = b""  # what is not DIAN's word about this document is not kept as such
        if wrong := provider_proof.uncovered(unpacked.document, is_validated=bool(response)):
            return self._outcome(
                otherwise, code=VALIDATED_UNSIGNED if response else UNSIGNED,
                message=", ".join(finding.params["problem"] for finding in wrong))
        notes = [incident for incident in result.incidents if incident.extra == NOTIFICATION]
        return self._outcome(
            adopted, code=result.code, message=result.message, stamped=unpacked.document, uuid=key,
            stamped_at=clock.utc_now().replace(tzinfo=None), answer=response,
            container=unpacked.container or result.container, notifications=rows(notes),
            recovered=recovered or result.recovered or adopted == Event.FOUND)

    def _proof(self, signed: bytes, key: str) -> list[Finding]:
        """Return what speaks against `signed` being this document.

        The key that was computed when the document was made proves more than one made of what is stored today: the
        PIN, or the key of the range, may have been replaced since.
        """
        if key and key == self.content.uuid:
            return provider_proof.belongs(self.content, signed)
        return provider_proof.belongs(self.content, signed, technical_key=self.technical_key, pin=self.pin)

    def _outcome(self, event: Event | None, code: str = "", **values) -> Outcome:
        # what a provider numbers its answers with means something else at others: their words are kept, and our codes
        asked = tuple(self.events.client.exchanges) if self.events else ()
        return Outcome(
            event=event, exchanges=(*asked, *self.client.exchanges), code="" if code.isdigit() else code, **values)


def _incidents(refusal: Refused) -> dict:
    """What it was refused for, without the numbers that the provider gives its own answers."""
    found = incidents_of(refusal)
    return {**found, "rejections": tuple(
        {**row, "code": "" if row["code"].isdigit() else row["code"]} for row in found["rejections"])}


def _differences(found) -> str:
    """What differs, as far as the findings tell: place, what was found, what was sent."""
    parts = []
    for finding in found:
        value, expected = finding.params.get("value", ""), finding.params.get("expected", "")
        told = f" {value} ≠ {expected}" if value or expected else ""
        parts.append(f"{finding.where or finding.code}{told}")
    return ", ".join(dict.fromkeys(parts))
