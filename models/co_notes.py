"""What a note of a Colombian company depends on: the invoice that it corrects, and how much of that is left."""
from dataclasses import replace
from decimal import Decimal

from ..core.dian import catalogs
from ..core.findings import Finding
from ..core.states import LIVE_STATES, State
from .adapt_co import DianAdapter

KINDS = ("co_dian_91", "co_dian_92", "co_dian_95")
CREDITING = ("co_dian_91", "co_dian_95")
WAITS, TOO_MUCH = "CO-NOTE-10", "CO-NOTE-11"
# what the rules say of a reference that is not there yet
_NOT_YET = "0" * 96
_INCOMPLETE = ("CO-REF-01", "CO-REF-03", "CO-REF-04")


def origin_of(move):
    """Return the invoice, or support document, that `move` corrects; empty where it names none."""
    return move.reversed_entry_id if move.move_type in ("out_refund", "in_refund") else move.debit_origin_id


def waits_for(move):
    """Return the invoice that DIAN has to validate before this note may be signed; empty where nothing is missing.

    A note without reference, for a period, waits for nobody.
    """
    if move._l10n_mx_co_edi_kind() not in KINDS or move.l10n_mx_co_edi_dian_operation in catalogs.WITHOUT_REFERENCE:
        return move.browse()
    origin = origin_of(move).sudo()
    if not origin.l10n_mx_co_edi_applies or origin.l10n_mx_co_edi_document_id.state == State.VALID:
        return move.browse()
    return origin


def stand_in(move, document):
    """Return `document` as it will be once its invoice has its CUFE, so that everything else can be judged now."""
    if not waits_for(move):
        return document
    return replace(document, billing_references=tuple(
        reference if reference.invoice is None or reference.invoice.uuid else replace(
            reference, invoice=replace(reference.invoice, uuid=_NOT_YET)) for reference in document.billing_references))


def without_waiting(move, found: list[Finding]) -> list[Finding]:
    """Return `found` without what only says that the invoice has no CUFE yet: the note waits for it."""
    origin = waits_for(move)
    if not origin:
        return found
    rest = [finding for finding in found if finding.code not in _INCOMPLETE]
    return [*rest, Finding.info(WAITS, "BillingReference", name=origin.name or "", related_id=origin.id)]


def findings(move, document) -> list[Finding]:
    """Return what speaks against this note beside the rules of DIAN: it credits more than is left."""
    origin = origin_of(move).sudo()
    if move._l10n_mx_co_edi_kind() not in CREDITING or document.customization_id in catalogs.WITHOUT_REFERENCE:
        return []
    if origin.l10n_mx_co_edi_document_id.state != State.VALID or document.monetary_total is None:
        return []
    left = _left_of(origin, move)
    payable = document.monetary_total.payable_amount
    if payable <= left:
        return []
    return [Finding.error(
        TOO_MUCH, "LegalMonetaryTotal.PayableAmount", amount=f"{payable:,.2f}", left=f"{left:,.2f}", name=origin.name,
        related_id=origin.id)]


def _left_of(origin, note) -> Decimal:
    """Return what is left of a valid invoice: with its debit notes, less the other credit notes that DIAN may have."""
    document = origin.l10n_mx_co_edi_document_id
    others = document.sudo().search([
        ("company_id", "=", document.company_id.id), ("environment", "=", document.environment),
        ("state", "in", list(LIVE_STATES)), ("move_id", "!=", note._origin.id or note.id), ("kind", "in", KINDS),
        "|", ("move_id.reversed_entry_id", "=", origin.id), ("move_id.debit_origin_id", "=", origin.id)])
    signed = [-_amount(other) if other.kind in CREDITING else _amount(other) for other in others]
    return sum(signed, _amount(document)) - sum(map(_payable, _waiting_notes(origin, note)), Decimal(0))


def _waiting_notes(origin, note):
    """Return the credit notes that were confirmed before this one and that DIAN has not had yet."""
    moves = origin.env["account.move"].sudo().search([
        ("reversed_entry_id", "=", origin.id), ("state", "=", "posted"), ("id", "!=", note._origin.id or note.id)])
    return moves.filtered(
        lambda move: (note.state != "posted" or move.id < note.id)
        and move._l10n_mx_co_edi_kind() in CREDITING and move.l10n_mx_co_edi_document_id.state not in LIVE_STATES)


def _payable(move) -> Decimal:
    """Return what a note that is not signed yet will say: Odoo's own total is after withholdings."""
    document, _findings = DianAdapter(move).document()
    return document.monetary_total.payable_amount


def _amount(document) -> Decimal:
    return Decimal(f"{document.total:.2f}")


def corrected_keys(content) -> tuple[str, ...]:
    """Return the CUFE of the invoices that a note corrects: their events are asked for before it is sent."""
    if content.type_code not in ("91", "92"):
        return ()
    return tuple(reference.invoice.uuid for reference in content.billing_references
                 if reference.invoice and reference.invoice.uuid)
