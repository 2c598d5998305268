"""Sending and recovering one CFDI: bytes in, outcome out, no ORM and no Odoo.

The rules of recovery are the heart of "never lost, never twice":

* the bytes go as they were stored; a resend is the same bytes to the same service, which answers 307 with the stamp
  it already gave;
* an answer is adopted only if its stamp covers exactly our bytes (`stamp.belongs`);
* a refusal proves that a document in doubt was not stamped only if the service checks content before anything else it
  could refuse for, and a later look-up is negative as well.
"""
from dataclasses import dataclass
from typing import Any

from ..core import clock
from ..core.cfdi import stamp
from ..core.errors import CoreError, InDoubt, Misconfigured, NotSent
from ..core.states import Event
from ..core.transports.base import AlreadyStamped, Category, NotFound, Refused, Stamped
from .strategy import Outcome

# Refusals that say nothing about the document itself: it waits, and somebody looks after the account.
PAUSING = {Category.CREDENTIALS, Category.ACCOUNT}
# "Fecha out of range" may be checked before "already stamped", so it never proves absence.
NO_EVIDENCE_CODES = {"401"}
# Codes of our own, for what no authority said; their texts are in `finding_messages_issuing`.
NOT_SENT, NO_ANSWER, ACCESS = "MX-NET-01", "MX-NET-02", "MX-NET-03"
FOREIGN_STAMP, STAMP_LATER = "MX-STAMP-01", "MX-STAMP-02"


@dataclass
class CfdiJob:
    """One claimed CFDI: `in_doubt` chooses between sending it and finding out what became of it."""
    client: Any
    signed: bytes
    key: str
    in_doubt: bool

    @property
    def operation(self) -> str:
        return "look_up" if self.in_doubt else "stamp"

    def run(self) -> Outcome:
        try:
            return self._recover() if self.in_doubt else self._send()
        except NotSent as error:
            return self._outcome(None if self.in_doubt else Event.NOT_SENT, code=NOT_SENT, message=str(error))
        except InDoubt as error:
            return self._outcome(None if self.in_doubt else Event.DOUBT, code=NO_ANSWER, message=str(error))
        except Misconfigured as error:
            return self._outcome(
                None if self.in_doubt else Event.NOT_SENT, code=ACCESS, message=str(error), pause="credentials")

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    def _send(self) -> Outcome:
        result = self.client.stamp(self.signed, key=self.key)
        if isinstance(result, Stamped):
            return self._adopt(result.xml, Event.ACCEPTED, Event.DOUBT, result.code)
        if isinstance(result, AlreadyStamped):
            return self._adopt_earlier(result, Event.ACCEPTED, Event.DOUBT)
        return self._refused(result)

    def _refused(self, refusal: Refused) -> Outcome:
        if refusal.category in PAUSING or (refusal.category == Category.CERTIFICATE and refusal.retry):
            return self._outcome(
                Event.NOT_SENT, code=refusal.code, message=refusal.message, pause=refusal.category)
        if refusal.folio_spent is not False:
            # The service answered, but not that there is no stamp (708: it cannot reach the SAT; it may have kept it).
            return self._outcome(Event.DOUBT, code=refusal.code, message=refusal.message)
        if refusal.category == Category.TEMPORARY:
            return self._outcome(Event.NOT_SENT, code=refusal.code, message=refusal.message)
        return self._outcome(Event.REFUSED, code=refusal.code, message=refusal.message)

    # ------------------------------------------------------------------
    # Recovering
    # ------------------------------------------------------------------

    def _recover(self) -> Outcome:
        if not self.client.capabilities.recover_by_bytes:
            # This service cannot be asked about a document: sending the same bytes again is how to ask.
            return self._resend()
        found = self.client.find(self.signed, key=self.key)
        if isinstance(found, Stamped):
            return self._adopt(found.xml, Event.FOUND, None, found.code)
        if isinstance(found, Refused) or not self.client.capabilities.same_bytes_idempotent:
            return self._nothing_learnt(found)
        return self._resend()

    def _nothing_learnt(self, result: Refused | NotFound) -> Outcome:
        category = getattr(result, "category", "")
        return self._outcome(
            None, code=result.code, message=result.message, pause=category if category in PAUSING else "")

    def _resend(self) -> Outcome:
        """Send the same bytes again: a service that stamped them says so, one that did not stamps them now."""
        result = self.client.stamp(self.signed, key=self.key)
        if isinstance(result, Stamped):
            return self._adopt(result.xml, Event.FOUND, None, result.code)
        if isinstance(result, AlreadyStamped):
            return self._adopt_earlier(result, Event.FOUND, None)
        if result.category != Category.CONTENT or result.folio_spent is not False or result.code in NO_EVIDENCE_CODES:
            return self._nothing_learnt(result)
        if not self.client.capabilities.recover_by_bytes:
            return self._nothing_learnt(result)  # without a look-up the refusal alone proves nothing
        proof = self.client.find(self.signed, key=self.key)
        if isinstance(proof, Stamped):
            return self._adopt(proof.xml, Event.FOUND, None, proof.code)
        event = Event.REFUSED if isinstance(proof, NotFound) else None
        return self._outcome(event, code=result.code, message=result.message)

    # ------------------------------------------------------------------
    # Adopting
    # ------------------------------------------------------------------

    def _adopt_earlier(self, result: AlreadyStamped, adopted: Event, otherwise: Event | None) -> Outcome:
        """A duplicate answer may come without the stamp for some seconds: the client looks it up a few times."""
        if result.xml:
            return self._adopt(result.xml, adopted, otherwise, result.code, recovered=True)
        if not (result.uuid or self.client.capabilities.recover_by_bytes):
            return self._outcome(otherwise, code=STAMP_LATER)
        found = self.client.find(self.signed, key=self.key, uuid=result.uuid)
        if isinstance(found, Stamped):
            return self._adopt(found.xml, adopted, otherwise, found.code, recovered=True)
        return self._outcome(otherwise, code=STAMP_LATER, message=found.message)

    def _adopt(self, xml: bytes, adopted: Event, otherwise: Event | None, code: str, recovered=False) -> Outcome:
        try:
            findings = tuple(stamp.belongs(self.signed, xml))
            timbre = None if findings else stamp.read(xml)
        except CoreError as error:
            return self._outcome(otherwise, code=FOREIGN_STAMP, message=str(error))
        if timbre is None:
            reasons = ", ".join(finding.code for finding in findings)
            return self._outcome(
                otherwise, code=FOREIGN_STAMP, message=f"not the stamp of this document ({reasons})")
        return self._outcome(
            adopted, code=code, stamped=xml, uuid=timbre.uuid.upper(),
            stamped_at=clock.utc_now().replace(tzinfo=None),
            recovered=recovered or adopted == Event.FOUND)

    def _outcome(self, event: Event | None, **values) -> Outcome:
        return Outcome(event=event, exchanges=tuple(self.client.exchanges), **values)
