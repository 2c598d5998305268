"""Rules about what a document speaks of: notes, contingency, means of payment, exchange rate (CAE, CBF, FAN, FAR)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from ...findings import Finding
from .. import catalogs, names
from ..model import BillingReference, Document, DocumentReference
from .common import NOTES, SALES, is_support
from .registry import error, rule, warning

ONE = Decimal(1)
_HASH = re.compile(r"[0-9a-fA-F]{96}", re.ASCII)
_CONCEPTS = {"91": catalogs.CREDIT_CONCEPT, "92": catalogs.DEBIT_CONCEPT, "95": catalogs.SUPPORT_CONCEPT}


def referred(reference: BillingReference) -> DocumentReference | None:
    return reference.invoice or reference.credit_note or reference.debit_note


@rule("CAE02", "CAE04")
def note_without_reference_has_a_period(document: Document) -> Iterator[Finding]:
    """The mirrored codes are DAE02 and DAE04."""
    if document.type_code not in NOTES or document.customization_id not in catalogs.WITHOUT_REFERENCE:
        return
    period = document.invoice_period
    if period is None or period.start_date is None:
        yield error(document, "FAE02", "InvoicePeriod.StartDate")
    if period is None or period.end_date is None:
        yield error(document, "FAE04", "InvoicePeriod.EndDate")


@rule("CBF03a")
def operation_fits_the_reference(document: Document) -> Iterator[Finding]:
    if document.type_code not in NOTES:
        return
    has_reference = bool(document.billing_references)
    wanted = document.customization_id in catalogs.WITH_REFERENCE
    refused = document.customization_id in catalogs.WITHOUT_REFERENCE
    if (wanted and not has_reference) or (refused and has_reference):
        yield error(document, "FBF03a", "BillingReference", value=document.customization_id)


@rule("CO-REF-01", "CO-REF-02")
def reference_is_complete(document: Document) -> Iterator[Finding]:
    """Else DIAN answers CBG04a, DBG04a: it does not know the document."""
    for index, reference in enumerate(document.billing_references):
        where, found = f"BillingReference[{index}]", referred(reference)
        if found is None or not found.id or found.issue_date is None or not _HASH.fullmatch(found.uuid or ""):
            yield error(document, "CO-REF-01", where)
        elif found.issue_date > document.issue_date:
            yield error(document, "CO-REF-02", where, value=found.issue_date, expected=document.issue_date)


@rule("CO-REF-03")
def adjustment_names_its_support_document(document: Document) -> Iterator[Finding]:
    if document.type_code == "95" and not document.billing_references:
        yield error(document, "CO-REF-03", "BillingReference")


@rule("CO-NOTE-01", "CO-NOTE-02", "CO-NOTE-03")
def note_says_why(document: Document) -> Iterator[Finding]:
    concepts = _CONCEPTS.get(document.type_code)
    if concepts is None:
        return
    if not document.discrepancy_responses:
        yield error(document, "CO-NOTE-01", "DiscrepancyResponse", value="")
    for index, response in enumerate(document.discrepancy_responses):
        where = f"DiscrepancyResponse[{index}].ResponseCode"
        if concepts.find(response.response_code, document.issue_date) is None:
            yield error(document, "CO-NOTE-01", where, value=response.response_code)
        is_annulment = document.type_code == "91" and response.response_code == catalogs.ANNULMENT
        if is_annulment and document.customization_id in catalogs.WITHOUT_REFERENCE:
            yield error(document, "CO-NOTE-02", where)
    if len(document.billing_references) > 1:
        yield warning(document, "CO-NOTE-03", "BillingReference", value=len(document.billing_references))


@rule("CO-CONT-01")
def transcription_names_the_paper(document: Document) -> Iterator[Finding]:
    if document.type_code != "03":
        return
    papers = document.additional_document_references
    if not any(paper.id and paper.issue_date and paper.document_type_code for paper in papers):
        yield error(document, "CO-CONT-01", "AdditionalDocumentReference")


@rule("FAN01", "FAN02", "FAN03", "FAN04")
def payment_is_described(document: Document) -> Iterator[Finding]:
    if not document.payment_means:
        yield error(document, "FAN01", "PaymentMeans")
    for index, means in enumerate(document.payment_means):
        where = f"PaymentMeans[{index}]"
        if means.id not in catalogs.PAYMENT_FORM:
            yield error(document, "FAN02", f"{where}.ID", value=means.id or "")
        if catalogs.PAYMENT_MEANS.find(means.payment_means_code, document.issue_date) is None:
            yield error(document, "FAN03", f"{where}.PaymentMeansCode", value=means.payment_means_code)
        if means.id == catalogs.CREDIT and means.payment_due_date is None:
            yield error(document, "FAN04", f"{where}.PaymentDueDate")


@rule("FAR02", "FAR03", "FAR04", "FAR05", "FAR06", "FAR07")
def exchange_rate_is_complete(document: Document) -> Iterator[Finding]:
    """FAR03 only asks for a value: the annex says both that it is 1.00 and that it is not."""
    rate, where = document.payment_exchange_rate, "PaymentExchangeRate"
    if rate is None:
        return
    if rate.source_currency_code != names.COP:
        yield error(document, "FAR02", f"{where}.SourceCurrencyCode", value=rate.source_currency_code)
    if not rate.source_currency_base_rate:
        yield error(document, "FAR03", f"{where}.SourceCurrencyBaseRate")
    if rate.target_currency_code == names.COP or len(rate.target_currency_code) != 3:
        yield error(document, "FAR04", f"{where}.TargetCurrencyCode", value=rate.target_currency_code)
    if rate.target_currency_base_rate != ONE:
        yield error(
            document, "FAR05", f"{where}.TargetCurrencyBaseRate", value=rate.target_currency_base_rate or "",
            expected="1.00",
        )  # fmt: skip
    if not rate.calculation_rate:
        yield error(document, "FAR06", f"{where}.CalculationRate")
    if rate.day is None:
        yield error(document, "FAR07", f"{where}.Date")


@rule("CO-DS-01")
def seller_fits_the_operation(document: Document) -> Iterator[Finding]:
    """Operation 10: a seller in Colombia; 11: one abroad, who has no Colombian identification."""
    if not is_support(document) or document.customization_id not in ("10", "11"):
        return
    seller = document.supplier
    address = seller.physical_location or seller.registration_address
    is_abroad = address is not None and address.country_code not in (None, catalogs.COLOMBIA)
    kind = seller.company_id.scheme_name if seller.company_id else None
    is_foreign = document.customization_id == "11"
    if is_abroad != is_foreign or (is_foreign and kind not in catalogs.FOREIGN_IDENTIFICATIONS):
        yield error(document, "CO-DS-01", "CustomizationID", value=document.customization_id)


@rule("CO-EXP-01")
def export_has_delivery_terms(document: Document) -> Iterator[Finding]:
    if document.type_code not in SALES:
        return
    terms = document.delivery_terms
    code = terms.loss_risk_responsibility_code if terms else None
    if (document.type_code == "02" and code is None) or (code is not None and code not in catalogs.INCOTERM):
        yield warning(document, "CO-EXP-01", "DeliveryTerms.LossRiskResponsibilityCode", value=code or "")
