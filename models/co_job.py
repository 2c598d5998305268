"""Sending and recovering one document of DIAN: bytes in, outcome out, no ORM and no Odoo.

* The bytes go as they were stored, in the ZIP whose name was stored with them. DIAN validates a number once, so the
  same bytes may always go again: rule 90 then says that they arrived before, and the look-up hands out the answer.
* Before a document in doubt is sent again it is looked up by its key (CUFE, CUDE, CUDS).
* An answer is adopted only if it is DIAN's validation of our key (`answer.belongs`); what an earlier call delivered is
  compared with what DIAN has.
* A refusal ends a doubt only with a negative look-up afterwards, and never for the date: that one is true of every
  copy of the document that arrives after its day, whatever became of the first.
"""
import re
from dataclasses import dataclass
from typing import Any

from ..core import clock
from ..core.dian import answer, container, numbering
from ..core.errors import InDoubt, Misconfigured, NotSent, TransportError
from ..core.findings import Finding
from ..core.states import Event, State
from ..core.transports.base import Category, Incident, NotFound, Refused
from ..core.transports.dian_answers import (
    AlreadyProcessed,
    Downloaded,
    Events,
    InProgress,
    SetClosed,
    Validated,
)
from .company_dian import SERVICE
from .strategy import Outcome

# Refusals that say nothing about the document itself: it waits, and somebody looks after account or certificate.
PAUSING = {Category.CREDENTIALS, Category.ACCOUNT, Category.CERTIFICATE}
# IssueDate is not the day of signing, by whatever kind of document (FAD09e, CAD09e, DAD09e, DSAD09e, NSAD09e)
DATE_RULES = re.compile(r"(F|C|D|DS|NS)AD09[a-e]?")
NOTIFICATION = "notification"
SERVICE_CODES = "CO-WS-"  # before a StatusCode of DIAN's service
# Codes of our own, for what DIAN did not say; their texts are in `finding_messages_dian_issuing`.
NOT_SENT, NO_ANSWER, ACCESS, WORKING = "CO-NET-01", "CO-NET-02", "CO-NET-03", "CO-NET-04"
OTHER_DOCUMENT, TAKEN, ACCEPTED_BY_BUYER = "CO-ANS-05", "CO-ANS-06", "CO-NOTE-12"


def rows(incidents) -> tuple[dict[str, str], ...]:
    """Return incidents as they are stored."""
    return tuple({"code": incident.code, "message": incident.message} for incident in incidents)


def is_about_date(refusals) -> bool:
    """Tell whether a refusal (stored rows) is for the date of the document alone."""
    return bool(refusals) and all(DATE_RULES.fullmatch(row["code"]) for row in refusals)


def incidents_of(result) -> dict[str, tuple[dict[str, str], ...]]:
    """Return all that an answer remarks, as it is stored: rejections and notifications apart."""
    notes = [incident for incident in result.incidents if incident.extra == NOTIFICATION]
    others = [incident for incident in result.incidents if incident.extra != NOTIFICATION]
    if isinstance(result, Refused) and not others:
        others = [Incident(code=result.code, message=result.message)]
    return {"notifications": rows(notes), "rejections": rows(others)}


def named(code: str) -> str:
    """Return a code as texts know it: the service numbers its own answers, those of rules have letters."""
    return f"{SERVICE_CODES}{code:0>2}" if code.isdigit() else code


@dataclass
class BuyersEvents:
    """Asks DIAN about the invoices that a note corrects (`keys`): what their buyer has accepted admits none."""
    client: Any
    keys: tuple[str, ...]

    def refusal(self) -> Outcome | None:
        """Return why the note may not go, None where it may. Nothing is sent here."""
        try:
            for key in self.keys:
                result = self.client.status_event(key)
                if isinstance(result, Events) and result.is_accepted:
                    codes = ", ".join(sorted(result.codes))
                    return self._outcome(
                        Event.REFUSED, code=ACCEPTED_BY_BUYER, message=codes,
                        rejections=({"code": ACCEPTED_BY_BUYER, "message": codes},))
                if isinstance(result, Refused) and result.category != Category.CONTENT:
                    return self._not_now(result)
        except TransportError as error:
            pause = "credentials" if isinstance(error, Misconfigured) else ""
            return self._outcome(Event.NOT_SENT, code=ACCESS if pause else NOT_SENT, message=str(error), pause=pause)
        return None

    def _not_now(self, refusal: Refused) -> Outcome:
        pausing = {"pause": refusal.category, **incidents_of(refusal)} if refusal.category in PAUSING else {}
        return self._outcome(Event.NOT_SENT, code=refusal.code, message=refusal.message, **pausing)

    def _outcome(self, event: Event, code: str, **values) -> Outcome:
        return Outcome(
            event=event, exchanges=tuple(self.client.exchanges), code=named(code), service=SERVICE, **values)


@dataclass
class DianJob:
    """One claimed document; `state` chooses between sending, finding out what became of it, and waiting for DIAN.

    `corrects` are the keys of the invoices that a note corrects: their events are asked for before the note goes.
    """
    client: Any
    signed: bytes
    file_name: str
    key: str
    state: State
    corrects: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        return "send" if self.state == State.SENDING else "look_up"

    def run(self) -> Outcome:
        if self.state == State.SENDING:
            return BuyersEvents(self.client, self.corrects).refusal() or self._guarded(
                self._send, Event.DOUBT, Event.NOT_SENT)
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

    def _deliver(self):
        package = container.package({self.file_name: self.signed})
        return self.client.send_bill(numbering.zip_name(self.file_name), package, self.signed)

    def _send(self) -> Outcome:
        result = self._deliver()
        if isinstance(result, Validated):
            return self._adopt(result, Event.ACCEPTED, Event.DOUBT)
        if isinstance(result, AlreadyProcessed):
            # whatever goes wrong from here on: DIAN has something under this number
            return self._guarded(
                lambda: self._adopt_earlier(result, Event.ACCEPTED, Event.DOUBT), Event.DOUBT, Event.DOUBT)
        if isinstance(result, InProgress):
            return self._outcome(Event.QUEUED, code=WORKING, message=result.message)
        if isinstance(result, SetClosed):
            return self._outcome(Event.NOT_SENT, code="2", message=result.message, pause=Category.ACCOUNT)
        return self._refused(result)

    def _refused(self, refusal: Refused) -> Outcome:
        if refusal.category in PAUSING:
            return self._outcome(
                Event.NOT_SENT, code=refusal.code, message=refusal.message, pause=refusal.category,
                **incidents_of(refusal))
        if refusal.category == Category.TEMPORARY:
            return self._outcome(Event.NOT_SENT, code=refusal.code, message=refusal.message)
        return self._outcome(
            Event.REFUSED, code=refusal.code, message=refusal.message, **incidents_of(refusal))

    # ------------------------------------------------------------------
    # Waiting
    # ------------------------------------------------------------------

    def _poll(self) -> Outcome:
        """DIAN said that it works on the document: ask until it has decided."""
        result = self.client.status(self.key)
        if isinstance(result, Validated):
            return self._adopt(result, Event.ACCEPTED, None)
        if isinstance(result, NotFound):
            return self._outcome(Event.DOUBT, code=result.code, message=result.message)
        if self._is_verdict(result):
            return self._refused(result)
        return self._nothing_learnt(result)

    @staticmethod
    def _is_verdict(result) -> bool:
        """Tell whether a look-up answered with the rules that this document breaks."""
        return isinstance(result, Refused) and result.category == Category.CONTENT and any(
            incident.code and incident.extra != NOTIFICATION for incident in result.incidents)

    # ------------------------------------------------------------------
    # Recovering
    # ------------------------------------------------------------------

    def _recover(self) -> Outcome:
        found = self.client.status(self.key)
        if isinstance(found, Validated):
            return self._adopt_found(found, Event.FOUND, None)
        if isinstance(found, NotFound):
            return self._resend()
        if self._is_verdict(found) and not is_about_date(incidents_of(found)["rejections"]):
            return self._refused(found)
        return self._nothing_learnt(found)

    def _resend(self) -> Outcome:
        """Send the same bytes again: if DIAN validated them it says so, if not it validates them now."""
        result = self._deliver()
        if isinstance(result, Validated):
            return self._adopt(result, Event.FOUND, None)
        if isinstance(result, AlreadyProcessed):
            return self._adopt_earlier(result, Event.FOUND, None)
        if not isinstance(result, Refused) or result.category != Category.CONTENT or is_about_date(
                incidents_of(result)["rejections"]):
            return self._nothing_learnt(result)
        proof = self.client.status(self.key)
        if isinstance(proof, Validated):
            return self._adopt_found(proof, Event.FOUND, None)
        return self._refused(result) if isinstance(proof, NotFound) else self._nothing_learnt(proof)

    def _nothing_learnt(self, result) -> Outcome:
        category = getattr(result, "category", "")
        code = WORKING if isinstance(result, InProgress) else getattr(result, "code", "")
        return self._outcome(
            None, code=code, message=result.message, pause=category if category in PAUSING else "")

    # ------------------------------------------------------------------
    # Adopting
    # ------------------------------------------------------------------

    def _adopt_earlier(self, result: AlreadyProcessed, adopted: Event, otherwise: Event | None) -> Outcome:
        """Rule 90: DIAN validated this number before. Ours, or another document with it?"""
        found = self.client.status(self.key)
        if isinstance(found, Validated):
            return self._adopt_found(found, adopted, otherwise)
        if result.key and result.key != self.key:
            taken = {"code": TAKEN, "message": result.key}
            return self._outcome(Event.REFUSED, code=TAKEN, message=result.key, rejections=(taken,))
        return self._outcome(otherwise, code=result.code, message=result.message)

    def _adopt_found(self, found: Validated, adopted: Event, otherwise: Event | None) -> Outcome:
        """Adopt what an earlier call delivered, if it is what we signed."""
        kept = self.client.download(self.key)
        if isinstance(kept, Downloaded) and not answer.is_same_document(self.signed, kept.data):
            return self._outcome(otherwise, code=OTHER_DOCUMENT, message="")
        return self._adopt(found, adopted, otherwise, recovered=True)

    def _adopt(self, validated: Validated, adopted: Event, otherwise: Event | None, recovered=False) -> Outcome:
        wrong: list[Finding] = answer.belongs(validated.application_response, self.key)
        if wrong:
            params = wrong[0].params
            return self._outcome(
                otherwise, code=wrong[0].code, message=params.get("message") or params.get("value", ""))
        notes = [incident for incident in validated.incidents if incident.extra == NOTIFICATION]
        return self._outcome(
            adopted, code=validated.code, message=validated.message, stamped=self.signed, uuid=self.key,
            stamped_at=clock.utc_now().replace(tzinfo=None), answer=validated.application_response,
            notifications=rows(notes), recovered=recovered or adopted == Event.FOUND)

    def _outcome(self, event: Event | None, code: str = "", **values) -> Outcome:
        return Outcome(event=event, exchanges=tuple(self.client.exchanges), code=named(code), **values)
