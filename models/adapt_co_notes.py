"""What a document of DIAN says about others: which one a note corrects and why, and the period it speaks of."""
from datetime import date, timezone

from ..core.dian import catalogs, names
from ..core.dian.cufe import COLOMBIA
from ..core.dian.model import BillingReference, DiscrepancyResponse, DocumentReference, Period
from ..core.findings import Finding
from .adapt_co_texts import NOTE, clean

CONCEPTS = {
    "91": catalogs.CREDIT_CONCEPT, "92": catalogs.DEBIT_CONCEPT, "95": catalogs.SUPPORT_CONCEPT}


class Relations:
    """Operation type, references, reasons and periods of one move's document."""

    def __init__(self, move, type_code: str, day: date):
        self.move, self.type_code, self.day = move, type_code, day
        self.findings: list[Finding] = []
        self.origin = move.debit_origin_id if type_code == "92" else move.reversed_entry_id
        self.operation = move.l10n_mx_co_edi_dian_operation or ""
        self.references = self._references()
        self.reasons = self._reasons()
        self.period = self._period()

    def _references(self) -> tuple[BillingReference, ...]:
        if self.type_code not in CONCEPTS or self.operation in catalogs.WITHOUT_REFERENCE or not self.origin:
            return ()
        origin = self.origin
        number = origin._l10n_mx_co_edi_dian_number()
        document = self._valid_document()
        if not document:
            self.findings.append(Finding.error(
                "CO-REF-04", "BillingReference", number=origin.name or "", related_id=origin.id))
        kind = catalogs.DOCUMENT_TYPE.get(origin.l10n_mx_co_edi_dian_code)
        return (BillingReference(invoice=DocumentReference(
            id="".join(map(str, number)) if number else origin.name or "",
            uuid=document.uuid or "" if document else "",
            uuid_scheme_name=kind.hash_name if kind else names.CUFE,
            issue_date=_colombian_day(document.issued_at) if document else origin.invoice_date)),)

    def _valid_document(self):
        """Return the document of the origin that DIAN accepted, if any; never one of a test."""
        return self.origin.l10n_mx_co_edi_document_id.filtered(lambda document: document.state == "valid")

    def _reasons(self) -> tuple[DiscrepancyResponse, ...]:
        concepts = CONCEPTS.get(self.type_code)
        if concepts is None:
            return ()
        code = self.move.l10n_mx_co_edi_dian_concept or ""
        entry = concepts.find(code, self.day)
        reference = self.references[0].invoice.id if self.references else None
        words = clean(self.move.l10n_mx_co_edi_dian_reason, NOTE) or (entry.name if entry else "")
        return (DiscrepancyResponse(
            reference_id=reference, response_code=code, descriptions=(words,) if words else ()),)

    def _period(self) -> Period | None:
        """Of a note without reference: what it corrects."""
        if self.operation not in catalogs.WITHOUT_REFERENCE:
            return None
        move = self.move
        return Period(
            start_date=move.l10n_mx_co_edi_dian_period_start or None,
            end_date=move.l10n_mx_co_edi_dian_period_end or None)

    def period_of(self, line) -> Period | None:
        """Of a line of a support document: when it was bought."""
        return self.move._l10n_mx_co_edi_purchase_period(line, self.day) if self.type_code == "05" else None


def _colombian_day(moment) -> date:
    """The day in Colombia of a moment as Odoo stores it (UTC)."""
    return moment.replace(tzinfo=timezone.utc).astimezone(COLOMBIA).date()
