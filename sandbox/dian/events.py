"""Events about validated invoices: the ApplicationResponse of the buyer, or of the seller for a tacit acceptance.

Codes from the annexes (1.9 and RADIAN 1.1). Their numbers for wrong parties and for a wrong order of events are not
published with their texts where we could read them: AAF01, AAG01, AAH07, LGC03, LGC04 and LGC12 are our reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from ..problems import Problem
from . import response
from .bill import Bill, Paper
from .names import DIAN_NIT
from .register import Kept
from .rules import header
from .rules.context import BOGOTA, Check, Examination

PROFILE = "DIAN 2.1: ApplicationResponse de la Factura Electrónica de Venta"
LONGEST_NUMBER = 50
RECEIPT, CLAIM, GOODS, EXPRESS, TACIT = "030", "031", "032", "033", "034"
CODES = (RECEIPT, CLAIM, GOODS, EXPRESS, TACIT)
CLAIM_CONCEPTS = ("01", "02", "03", "04")
# what has to be registered before, what must not be, and the codes that say so
BEFORE = {GOODS: RECEIPT, CLAIM: GOODS, EXPRESS: GOODS, TACIT: GOODS}
AGAINST = {CLAIM: ((EXPRESS, TACIT), "LGC03"), EXPRESS: ((CLAIM, TACIT), "LGC04"), TACIT: ((CLAIM, EXPRESS), "LGC04")}
CREDIT = "2"
_RESPONSE = "cac:DocumentResponse/cac:Response/"
_REFERENCE = "cac:DocumentResponse/cac:DocumentReference/"


class EventPaper(Paper):
    """One event, as its sender wrote it."""

    shapes = ("ApplicationResponse",)
    prefix = "A"
    kind = "96"

    @cached_property
    def issuer(self) -> str:
        return self.text("cac:SenderParty/cac:PartyTaxScheme/cbc:CompanyID")

    @cached_property
    def other(self) -> str:
        return self.text("cac:ReceiverParty/cac:PartyTaxScheme/cbc:CompanyID")

    @cached_property
    def code(self) -> str:
        return self.text(f"{_RESPONSE}cbc:ResponseCode")

    @cached_property
    def concept(self) -> str:
        return self.text(f"{_RESPONSE}cbc:ResponseCode/@listID")

    @cached_property
    def named(self) -> str:
        """The key of the invoice it speaks of."""
        return self.text(f"{_REFERENCE}cbc:UUID").lower()

    @cached_property
    def moment(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.text("//xades:SigningTime").replace("Z", "+00:00"))
        except ValueError:
            return None


def literals(examination: Examination) -> Iterator[Problem]:
    paper = examination.bill
    if paper.text("cbc:UBLVersionID") != "UBL 2.1":
        yield examination.wrong("AD01", "UBLVersionID no contiene el literal UBL 2.1.")
    if paper.text("cbc:CustomizationID") != "1":
        yield examination.wrong("AD02", "CustomizationID no indica un tipo de operación permitido.")
    if paper.text("cbc:ProfileID") != PROFILE:
        yield examination.wrong("AD03", f"ProfileID no contiene el literal {PROFILE!r}.")
    if paper.text("cbc:ProfileExecutionID") != ("1" if examination.production else "2"):
        yield examination.wrong("AD04", "ProfileExecutionID no corresponde al ambiente de destino.")
    taken = examination.register.event_number_is_taken(paper.issuer, paper.code, paper.number)
    if taken or not 0 < len(paper.number) <= LONGEST_NUMBER:
        yield examination.wrong("AD05", "El número del evento ya fue usado o no es válido.")


def dates(examination: Examination) -> Iterator[Problem]:
    paper = examination.bill
    if paper.text("//xades:SigningTime")[:10] != paper.text("cbc:IssueDate"):
        yield examination.wrong("AD09e", "La fecha de emisión no es igual a la fecha de firma del evento.")
    if paper.moment is None or paper.moment.tzinfo is None:
        return
    if paper.moment > examination.now:
        yield Problem("DC24", "El evento está firmado en el futuro.")
    invoice = _invoice(examination)
    if invoice is not None and paper.moment.astimezone(BOGOTA).date().isoformat() < invoice.text("cbc:IssueDate"):
        yield Problem("DC24a", "El evento es anterior a la fecha de la factura.")
    receipts = [event for event in examination.register.events_of(paper.named) if event.code == RECEIPT]
    if paper.code == GOODS and any(paper.moment < datetime.fromisoformat(event.time) for event in receipts):
        yield Problem("DC24b", "El recibo del bien es anterior al acuse de recibo.")


def what_it_says(examination: Examination) -> Iterator[Problem]:
    paper = examination.bill
    if paper.code not in CODES or (paper.code == CLAIM and paper.concept not in CLAIM_CONCEPTS):
        yield examination.wrong("AH03", "El código del evento o el concepto del reclamo no está en la lista.")
    kept = examination.register.by_key(paper.named)
    if kept is None:
        yield examination.wrong("AH07", "El documento referenciado no existe en los registros de la DIAN.")
        return
    sender, receiver = parties(kept, paper.code)
    if paper.issuer != sender:
        yield examination.wrong("AF01", f"Quien genera el evento no es {sender}.")
    if paper.other != receiver:
        yield examination.wrong("AG01", f"El receptor del evento no es {receiver}.")


def parties(kept: Kept, code: str) -> tuple[str, str]:
    """Who sends an event about the document, and to whom."""
    return (kept.issuer, DIAN_NIT) if code == TACIT else (kept.receiver, kept.issuer)


def order(examination: Examination) -> Iterator[Problem]:
    """Logical rules: an event once, of a credit sale, after the one it needs and not against another."""
    paper, register = examination.bill, examination.register
    invoice = _invoice(examination)
    if invoice is None:
        return
    if invoice.text("cac:PaymentMeans/cbc:ID") != CREDIT:
        yield Problem("LGC62", "La factura es de contado: no admite eventos.")
    there = {event.code for event in register.events_of(paper.named)}
    if paper.code in there:
        yield Problem("LGC01", "El evento ya fue registrado para este documento.")
        return
    needed = BEFORE.get(paper.code)
    if needed and needed not in there:
        yield Problem("LGC12", f"No se ha registrado antes el evento {needed}.")
    against, code = AGAINST.get(paper.code, ((), ""))
    if there & set(against):
        yield Problem(code, "El documento ya tiene un evento que lo impide.")


def fingerprint(examination: Examination) -> Iterator[Problem]:
    """The CUDE of an event (annex RADIAN 1.1, 11)."""
    paper = examination.bill
    software = examination.register.get("software", paper.text(header.SOFTWARE_ID))
    if software is None:
        return
    parts = (
        paper.number, paper.text("cbc:IssueDate"), paper.text("cbc:IssueTime"), paper.issuer, paper.other, paper.code,
        paper.text(f"{_REFERENCE}cbc:ID"), paper.text(f"{_REFERENCE}cbc:DocumentTypeCode"), str(software["pin"]),
    )
    if paper.key != hashlib.sha384("".join(parts).encode()).hexdigest():
        yield examination.wrong("AD06", "Valor del CUDE no está calculado correctamente.")


def _invoice(examination: Examination) -> Bill | None:
    kept = examination.register.by_key(examination.bill.named)
    bill = Bill.read(kept.document) if kept is not None else None
    return bill if isinstance(bill, Bill) else None


RULES: tuple[Check, ...] = (literals, dates, header.software, what_it_says, order, fingerprint)
NAMES = response.NAMES
