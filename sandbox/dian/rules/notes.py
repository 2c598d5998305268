"""What a note speaks of: the document it changes, why, and how much of it is left."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...problems import Problem
from ..register import Kept
from . import codes
from .context import Examination

NOTES = ("91", "92", "95")
WITH_REFERENCE, WITHOUT_REFERENCE = ("20", "30"), ("22", "32")
CONCEPTS = {"91": "123456", "92": "1234", "95": "12345"}
ANNULMENT = "2"
ACCEPTANCES = ("033", "034")
ADDS = ("92",)
TAKES = ("91", "95")


def references(examination: Examination) -> Iterator[Problem]:
    """A note names the document that it changes, which DIAN knows, or the period that it is about."""
    bill, say = examination.bill, examination.say
    if bill.kind not in NOTES:
        return
    operation, named = bill.text("cbc:CustomizationID"), bill.reference
    for rest, name in (("AE02", "Start"), ("AE04", "End")):
        if operation in WITHOUT_REFERENCE and not bill.text(f"cac:InvoicePeriod/cbc:{name}Date"):
            yield from say(rest)
    concepts = [bill.text("cbc:ResponseCode", node) for node in bill.nodes("cac:DiscrepancyResponse")]
    if not concepts or any(concept not in CONCEPTS[bill.kind] or len(concept) != 1 for concept in concepts):
        yield from say("BF01")
    # what is annulled has a name
    needs_name = operation in WITH_REFERENCE or (bill.kind == "91" and ANNULMENT in concepts)
    if (needs_name and not named) or (operation in WITHOUT_REFERENCE and named):
        yield from say("BF03a", operation)
    kept = examination.register.by_key(named) if named else None
    if kept is not None and kept.environment not in ("", examination.environment):
        kept = None
    if (named or bill.kind == "95") and (kept is None or kept.issuer != bill.issuer):
        yield from say("BG04a", named)
    elif kept is not None:
        yield from _left(examination, kept)


def _left(examination: Examination, kept: Kept) -> Iterator[Problem]:
    """A credit note takes no more than its document and the debit notes about it have left."""
    bill, register = examination.bill, examination.register
    if {event.code for event in register.events_of(kept.key)} & set(ACCEPTANCES):
        yield Problem("ACEPTADA", codes.PLAIN["ACEPTADA"])
    if bill.kind not in TAKES:
        return
    left = Decimal(kept.total)
    for note in register.notes_of(kept.key):
        left += Decimal(note.total) if note.kind in ADDS else -Decimal(note.total)
    if bill.number_at(f"{bill.total_path}/cbc:PayableAmount") > left:
        yield Problem("SALDO", f"{codes.PLAIN['SALDO']} Quedan {left}.")
