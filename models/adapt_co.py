"""From an invoice to the frozen content of its document of DIAN: the header. Lines and taxes are in `adapt_co_lines`.

This is the only way from Odoo's records into `core.dian`, and the only place where floats become Decimal. It decides
nothing that the law decides: what it produces is judged by `core.dian.rules`.
"""
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from ..core import clock
from ..core.dian import amounts, catalogs, names
from ..core.dian.cufe import COLOMBIA
from ..core.dian.identity import PRODUCTION, TEST
from ..core.dian.model import (
    Delivery,
    DeliveryTerms,
    DianExtensions,
    Document,
    DocumentReference,
    ExchangeRate,
    Identification,
    MonetaryTotal,
    PaymentMeans,
    PrepaidPayment,
)
from ..core.dian.nit import check_digit
from ..core.dian.rules.registry import code_for
from ..core.findings import Finding, blocking
from ..core.money import to_decimal
from .adapt_co_lines import LineAdapter
from .adapt_co_notes import Relations
from .adapt_co_party import party_of
from .adapt_co_texts import NOTE, clean, shortened, without_markup
from .company_dian import SOFTWARE_PIN

EXPORT, PAPER = "02", "03"
CREDIT_NOTE, DEBIT_NOTE, SUPPORT, ADJUSTMENT = "91", "92", "05", "95"
NOTES = (CREDIT_NOTE, DEBIT_NOTE, ADJUSTMENT)
SUPPORTS = (SUPPORT, ADJUSTMENT)
ROOTS = {CREDIT_NOTE: names.CREDIT_NOTE, ADJUSTMENT: names.CREDIT_NOTE, DEBIT_NOTE: names.DEBIT_NOTE}
NO_NUMBER = ("", 0)  # of a draft that would get none: a finding of the numbering says why
PAPER_TYPE = "FTC"  # factura de talonario de contingencia
CASH_MEANS, UNDEFINED_MEANS = "10", "1"
ZERO = Decimal("0.00")
ONE = Decimal("1.00")


class DianAdapter:
    """Reads one invoice, note or support document, posted or not yet; `at` is the aware moment of signing."""

    def __init__(self, move, at: datetime | None = None, has_pin: bool | None = None):
        self.move = move.with_company(move.company_id)
        self.company = move.company_id
        self.settings = self.company._l10n_mx_co_edi_settings()
        self._has_pin = has_pin
        self.issuer = self.company._l10n_mx_co_edi_issuer()
        self.partner = move.commercial_partner_id
        self.now = (at or clock.utc_now()).astimezone(COLOMBIA).replace(microsecond=0)
        self.type_code = move.l10n_mx_co_edi_dian_code
        self.root = ROOTS.get(self.type_code, names.INVOICE)
        self.is_support = self.type_code in SUPPORTS

    # ------------------------------------------------------------------
    # What has to be there before anything can be built
    # ------------------------------------------------------------------

    def configuration_findings(self) -> list[Finding]:
        """Return what the company, journal or contact lacks so that no document can be written at all."""
        found = []
        ours, theirs = self._paths()
        if not self.issuer.vat:
            found.append(Finding.error("CO-CONF-01", f"{ours}.Party", company=self.issuer.name))
        if not self.company._l10n_mx_co_edi_names_software():
            pass  # the provider writes its own into the document
        elif not self.settings.l10n_mx_co_edi_dian_software:
            found.append(Finding.error("CO-CONF-02", "DianExtensions.SoftwareProvider", company=self.settings.name))
        elif not self._knows_pin():
            found.append(Finding.error("CO-CONF-06", "DianExtensions.SoftwareProvider", company=self.settings.name))
        numbering = self.move._l10n_mx_co_edi_numbering_findings()
        found += numbering
        if self._needs_range() and not numbering and not self.range:
            found.append(Finding.error(
                "CO-CONF-03", "DianExtensions.InvoiceControl", journal=self.move.journal_id.name))
        if names.COP not in (self.move.currency_id.name, self.company.currency_id.name):
            found.append(Finding.error(
                "CO-CONF-05", "DocumentCurrencyCode", currency=self.company.currency_id.name))
        if not self.partner:
            found.append(Finding.error("CO-PARTY-10", f"{theirs}.Party"))
        return found

    def _knows_pin(self) -> bool:
        """Tell whether the software's PIN is there; whoever signs a batch has looked already."""
        if self._has_pin is None:
            return self.settings.env["l10n_mx_co_edi.secret"]._has(self.settings, SOFTWARE_PIN)
        return self._has_pin

    def _paths(self):
        """Where our data and the partner's stand: of a support document we are the customer."""
        ours, theirs = "AccountingSupplierParty", "AccountingCustomerParty"
        return (theirs, ours) if self.is_support else (ours, theirs)

    # ------------------------------------------------------------------
    # The document
    # ------------------------------------------------------------------

    def document(self) -> tuple[Document, list[Finding]]:
        """Return the document without CUFE, security code and QR, and what could not be expressed exactly."""
        relations = Relations(self.move, self.type_code, self.now.date())
        lines = LineAdapter(
            self.move, self.root, is_export=self.type_code == EXPORT, period_of=relations.period_of)
        prefix, number = self._number()
        (supplier, customer), party_findings = self._parties(prefix)
        document = amounts.summed(Document(
            type_code=self.type_code,
            extensions=self._extensions(),
            customization_id=relations.operation,
            profile_id=catalogs.DOCUMENT_TYPE[self.type_code].profile_id,
            profile_execution_id=self._environment(),
            id=f"{prefix}{number}",
            issue_date=self.now.date(),
            issue_time=self.now.timetz(),
            due_date=self._due_date() if self.root == names.INVOICE else None,
            notes=self._notes(),
            line_count_numeric=len(lines.lines),
            invoice_period=relations.period,
            discrepancy_responses=relations.reasons,
            order_reference=self._order(),
            billing_references=relations.references,
            additional_document_references=self._paper(),
            supplier=supplier,
            customer=customer,
            delivery=self._delivery(),
            delivery_terms=self._delivery_terms(),
            payment_means=(self._payment_means(),),
            prepaid_payments=self._advances(),
            allowance_charges=tuple(lines.allowance_charges),
            payment_exchange_rate=self._exchange_rate(),
            monetary_total=_only_rounding(lines.rounding),
            lines=lines.lines,
        ))
        return document, [
            *party_findings, *relations.findings, *lines.findings, *self._date_finding(), *self._rate_finding(),
            *self._text_findings(), *self._total_finding(document, lines),
            *self.move._l10n_mx_co_edi_support_findings(self.now.date())]

    def _total_finding(self, document: Document, lines: LineAdapter) -> list[Finding]:
        """What is to be paid, less withholdings, is what the books show, to the cent."""
        move = self.move
        total = move.amount_total if move.currency_id.name == names.COP else abs(move.amount_total_signed)
        booked = to_decimal(total, 2) + lines.held - lines.left_out
        payable = document.monetary_total.payable_amount
        found = []
        if payable != booked and not blocking(lines.findings):
            found.append(Finding.error(
                "CO-TOTAL-01", "LegalMonetaryTotal.PayableAmount", total=payable, booked=booked))
        if lines.left_out:
            found.append(Finding.error(
                "CO-TOTAL-02", "LegalMonetaryTotal.PayableAmount", amount=lines.left_out))
        return found

    # ------------------------------------------------------------------
    # Number and software
    # ------------------------------------------------------------------

    def _needs_range(self) -> bool:
        return catalogs.DOCUMENT_TYPE[self.type_code].has_range

    @cached_property
    def range(self):
        """The range that the move's number belongs to, or that of the next number."""
        number = self.move._l10n_mx_co_edi_dian_number()
        return self.move.journal_id._l10n_mx_co_edi_range(
            self.now.date(), number="".join(map(str, number)) if number else None)

    def _number(self) -> tuple[str, int]:
        """Return prefix and number; before the move has one, those that it would get now."""
        move = self.move
        return move._l10n_mx_co_edi_dian_number() or move._l10n_mx_co_edi_next_number() or NO_NUMBER

    def _extensions(self) -> DianExtensions:
        nit = self.company._l10n_mx_co_edi_provider_nit()
        return DianExtensions(
            invoice_control=self.range._control() if self._needs_range() else None,
            provider=Identification(
                number=nit, scheme_id=check_digit(nit) if nit.isdigit() else None, scheme_name=catalogs.NIT),
            software_id=self.settings.l10n_mx_co_edi_dian_software or "")

    def _environment(self) -> str:
        return PRODUCTION if self.settings.l10n_mx_co_edi_environment == "production" else TEST

    # ------------------------------------------------------------------
    # Header
    # ------------------------------------------------------------------

    def _parties(self, prefix: str):
        """Return ((supplier, customer), findings)."""
        theirs, their_findings = party_of(self.partner)
        ours, our_findings = party_of(
            self.issuer.partner_id.commercial_partner_id, is_issuer=True,
            range_prefix=None if self.is_support else prefix or None)
        sides = (theirs, ours) if self.is_support else (ours, theirs)
        our_path, their_path = self._paths()
        return sides, [
            *(_below(our_path, finding) for finding in our_findings),
            *(_below(their_path, finding) for finding in their_findings)]

    def _due_date(self) -> date | None:
        return self.move.invoice_date_due or self.now.date()

    def _notes(self) -> tuple[str, ...]:
        """The notes of no line, the text below the lines, and the amount in the currency that was agreed."""
        move = self.move
        found, _of_lines = move._l10n_mx_co_edi_dian_notes()
        found = [clean(note, NOTE) for note in (*found, without_markup(move.narration))]
        if self.type_code in NOTES:
            found.append(clean(move.ref, NOTE))
        if move.currency_id.name != names.COP:
            total = to_decimal(move.amount_total, move.currency_id.decimal_places)
            found.append(f"Total en {move.currency_id.name}: {total}")
        return tuple(text for text in found if text)

    def _order(self) -> DocumentReference | None:
        """The buyer's order; Odoo writes the reason of a note into the same field."""
        number = clean(self.move.ref, 200)
        if not number or self.type_code in (*NOTES, PAPER) or self.is_support:
            return None
        return DocumentReference(id=number)

    def _paper(self) -> tuple[DocumentReference, ...]:
        """The paper invoice that a document of type 03 transcribes: its number is the reference of the invoice."""
        number = clean(self.move.ref, 200)
        if self.type_code != PAPER or not number:
            return ()
        return (DocumentReference(
            id=number, issue_date=self.move.invoice_date or self.now.date(), document_type_code=PAPER_TYPE),)

    def _delivery(self) -> Delivery | None:
        day = self.move.delivery_date
        return Delivery(actual_delivery_date=day) if day and not self.is_support else None

    def _delivery_terms(self) -> DeliveryTerms | None:
        code = self.move.invoice_incoterm_id.code
        if not code or self.is_support or self.type_code in NOTES:
            return None
        return DeliveryTerms(
            special_terms=clean(self.move.incoterm_location) or None, loss_risk_responsibility_code=code)

    def _payment_means(self) -> PaymentMeans:
        move = self.move
        due = self._due_date()
        form = move.l10n_mx_co_edi_dian_payment_form or (
            catalogs.CREDIT if due > self.now.date() else catalogs.CASH)
        is_credit = form == catalogs.CREDIT
        return PaymentMeans(
            id=form,
            payment_means_code=move.l10n_mx_co_edi_dian_payment_means or (
                UNDEFINED_MEANS if is_credit else CASH_MEANS),
            payment_due_date=due if is_credit else None)

    def _advances(self) -> tuple[PrepaidPayment, ...]:
        """What the customer had paid when the invoice was signed: informative, it lowers nothing (annex 1.9)."""
        move = self.move
        has_none = move.state != "posted" or move.payment_state == "not_paid"
        if has_none or self.root != names.INVOICE or self.is_support or move.currency_id.name != names.COP:
            return ()
        paid = [
            (partial["aml"], to_decimal(partial["amount"], 2))
            for partial in move._get_all_reconciled_invoice_partials()
            if not partial["is_exchange"] and (partial["aml"].payment_id or partial["aml"].statement_line_id)]
        return tuple(
            PrepaidPayment(id=str(number), paid_amount=amount, received_date=line.date, paid_date=line.date)
            for number, (line, amount) in enumerate(paid, 1))

    def _exchange_rate(self) -> ExchangeRate | None:
        """Pesos for one unit of the invoice's currency; the document itself is in pesos."""
        move = self.move
        if move.currency_id.name == names.COP:
            return None
        return ExchangeRate(
            source_currency_code=names.COP, source_currency_base_rate=ONE,
            target_currency_code=move.currency_id.name, target_currency_base_rate=ONE,
            calculation_rate=to_decimal(1 / (move.invoice_currency_rate or 1.0), 6),
            day=move.invoice_date or self.now.date())

    # ------------------------------------------------------------------
    # Findings
    # ------------------------------------------------------------------

    def _date_finding(self) -> list[Finding]:
        """The date of the document is the day of signing; the books must not have another one."""
        day, today = self.move.invoice_date, self.now.date()
        if not day or day == today or self.type_code == PAPER:
            return []
        return [Finding.error(code_for(self.type_code, "FAD09e"), "IssueDate", value=day, expected=today)]

    def _rate_finding(self) -> list[Finding]:
        """Odoo takes 1 for a currency that nobody gave a rate; the document would say that one dollar is one peso."""
        move, currency = self.move, self.move.currency_id
        if currency == self.company.currency_id or move.invoice_currency_rate != 1.0:
            return []
        known = move.env["res.currency.rate"].sudo().search_count([
            ("currency_id", "=", currency.id), ("company_id", "in", (False, self.company.root_id.id))], limit=1)
        return [] if known else [Finding.error("CO-RATE-01", "PaymentExchangeRate", currency=currency.name)]

    def _text_findings(self) -> list[Finding]:
        return shortened(without_markup(self.move.narration), NOTE, "Note")


def _only_rounding(rounding: Decimal) -> MonetaryTotal | None:
    """The totals before they are summed: only what no line says."""
    if not rounding:
        return None
    return MonetaryTotal(
        line_extension_amount=ZERO, tax_exclusive_amount=ZERO, tax_inclusive_amount=ZERO,
        payable_rounding_amount=rounding, payable_amount=ZERO)


def _below(path: str, finding: Finding) -> Finding:
    """A finding about a party, with its place in the document."""
    where = finding.where if finding.where.startswith(path) else f"{path}.{finding.where}".rstrip(".")
    return Finding(finding.code, finding.severity, where, finding.pairs)
