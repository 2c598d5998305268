"""What the printed representation of a DIAN document shows (Res. 000165 of 2023, art. 11; annex 1.9, 11.7).

Every fiscal value is read from the signed XML and DIAN's ApplicationResponse: records may have changed since. The words
beside codes come from DIAN's lists. A template only has to set it out.
"""
from dataclasses import dataclass
from typing import ClassVar

from ..core.dian import catalogs, identity, read, response
from ..core.dian.model import AllowanceCharge, DocumentReference, Line, Party
from ..core.dian.model import Document as DianDocument
from ..core.errors import InvalidDocument
from ..core.words import amount_in_words
from ..core.xmlio.parse import OWN_LIMITS
from . import dian_print_text as text
from . import dian_print_totals as totals
from .print_columns import Columns, columns
from .print_parts import Label, PrintedLine, PrintedTax, PrintedTotal, labels

TITLES = {
    "01": "Factura electrónica de venta",
    "02": "Factura electrónica de venta de exportación",
    "03": "Factura electrónica de venta, transcripción de contingencia",
    "04": "Factura electrónica de venta en contingencia",
    "91": "Nota crédito electrónica",
    "92": "Nota débito electrónica",
    "05": "Documento soporte en adquisiciones efectuadas a no obligados a facturar",
    "95": "Nota de ajuste al documento soporte en adquisiciones efectuadas a no obligados a facturar",
}
CONCEPTS = {"91": catalogs.CREDIT_CONCEPT, "92": catalogs.DEBIT_CONCEPT, "95": catalogs.SUPPORT_CONCEPT}
SOFTWARE_NAME = "Odoo, l10n_mx_co_edi"
LEGEND = "Representación gráfica de un documento electrónico validado por la DIAN"
LEGEND_UNANSWERED = "Representación gráfica de un documento electrónico"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDian:
    """The page as data; all texts are ready to print. `key` is the CUFE, CUDE or CUDS, whichever `key_name` says."""
    heads: ClassVar[tuple[str, str, str]] = ("Código", "", "Valor total")
    total_name: ClassVar[str] = "Total a pagar"
    words_name: ClassVar[str] = "Valor en letras"

    title: str
    number: str
    key_name: str
    key: str
    party_titles: tuple[str, str]
    issuer_name: str
    issuer_short_name: str
    issuer_nit: str
    issuer: tuple[Label, ...]
    receiver_name: str
    receiver: tuple[Label, ...]
    document: tuple[Label, ...]
    authorization: tuple[Label, ...]
    notes: tuple[Label, ...]
    related: tuple[Label, ...]
    exchange: tuple[Label, ...]
    lines: tuple[PrintedLine, ...]
    columns: Columns
    totals: tuple[PrintedTotal, ...]
    currency: str
    total: str
    after_total: tuple[PrintedTotal, ...]
    words: str
    software: str
    qr_text: str
    legend: str


def printed(xml: bytes, answer: bytes = b"") -> PrintedDian:
    """Return what to print of a signed Invoice, CreditNote or DebitNote.

    :param answer: DIAN's ApplicationResponse, empty where DIAN has not answered (contingency)
    :raises InvalidDocument: not such a document, not identified by a CUFE, CUDE or CUDS, or the answer is another's
    """
    document = read.parse(xml, limits=OWN_LIMITS)
    if not document.uuid or document.monetary_total is None:
        raise InvalidDocument("UUID", "not an issued document")
    validated = response.read(answer) if answer else None
    if validated and validated.key != document.uuid.lower():
        raise InvalidDocument("ApplicationResponse", "of another document")
    is_support = catalogs.DOCUMENT_TYPE[document.type_code].is_support
    issuer = identity.issuer(document)
    other = document.supplier if is_support else document.customer
    lines = tuple(_line(line) for line in document.lines)
    name = _name(issuer)
    return PrintedDian(
        title=TITLES[document.type_code], number=document.id,
        key_name=document.uuid_scheme_name.partition("-")[0] or "CUFE", key=document.uuid,
        party_titles=("Adquirente", "Vendedor no obligado a facturar") if is_support else ("Emisor", "Adquirente"),
        issuer_name=name, issuer_short_name=text.short(name, 90),
        issuer_nit=" ".join(text.identification(issuer.company_id)), issuer=_party(issuer),
        receiver_name=_name(other), receiver=_party(other),
        document=_document(document, validated), authorization=_authorization(document),
        notes=tuple(Label(name="Nota", value=note) for note in document.notes if note.strip()),
        related=tuple(_related(document)), exchange=totals.exchange(document),
        lines=lines, columns=columns(lines),
        totals=tuple(totals.steps(document)), currency=document.document_currency_code,
        total=text.amount(document.monetary_total.payable_amount),
        after_total=tuple(totals.after_total(document)),
        words=amount_in_words(
            document.monetary_total.payable_amount, document.document_currency_code,
            closing="M/CTE" if document.document_currency_code == "COP" else ""),
        software=_software(document, issuer), qr_text=identity.qr_text(document),
        legend=LEGEND if validated else LEGEND_UNANSWERED)


# ------------------------------------------------------------------
# Parties
# ------------------------------------------------------------------

def _name(party: Party) -> str:
    return party.registration_name or (party.names[0] if party.names else "")


def _party(party: Party) -> tuple[Label, ...]:
    trade_name = party.names[0] if party.names and party.names[0] != _name(party) else ""
    address = party.physical_location or party.registration_address
    legal, contact = party.legal_entity, party.contact
    return labels(
        text.identification(party.company_id),
        ("Nombre comercial", trade_name),
        ("Tipo de persona", catalogs.ORGANIZATION[party.additional_account_id].name
            if party.additional_account_id in catalogs.ORGANIZATION else ""),
        ("Responsabilidades", text.responsibilities(party.tax_level_code)),
        ("Régimen", text.described(catalogs.REGIME, party.tax_level_list)),
        ("Tributo", f"{party.tax_scheme.id} {text.DASH} {party.tax_scheme.name}" if party.tax_scheme else ""),
        ("Actividad (CIIU)", party.industry_classification_code),
        ("Matrícula mercantil", legal.registration_name_id if legal else ""),
        ("Dirección", text.street(address)),
        ("Municipio", text.place(address)),
        ("Teléfono", contact.telephone if contact else ""),
        ("Correo electrónico", contact.electronic_mail if contact else ""))


def _software(document: DianDocument, issuer: Party) -> str:
    """Who made the software and whose it is: of own software the issuer, else the technology provider."""
    extensions = document.extensions
    provider = " ".join(text.identification(extensions.provider))
    own = issuer.company_id is not None and extensions.provider.number == issuer.company_id.number
    maker = f"{_name(issuer)}, {provider}" if own else provider
    return (
        f"Software: {SOFTWARE_NAME}. Fabricante del software: {maker}"
        + ("" if own else f". Proveedor tecnológico: {provider}"))


# ------------------------------------------------------------------
# Document
# ------------------------------------------------------------------

def _document(document: DianDocument, validated: response.Response | None) -> tuple[Label, ...]:
    is_support = catalogs.DOCUMENT_TYPE[document.type_code].is_support
    means = document.payment_means[0] if document.payment_means else None
    due = document.due_date or (means.payment_due_date if means else None)
    terms, delivery = document.delivery_terms, document.delivery
    period = document.invoice_period
    return labels(
        ("Fecha y hora de generación",
            f"{text.day(document.issue_date)} {document.issue_time.replace(tzinfo=None).isoformat('seconds')}"),
        ("Fecha y hora de validación", text.moment(validated.at) if validated else ""),
        ("Fecha de vencimiento", text.day(due)),
        ("Forma de pago", text.described(catalogs.PAYMENT_FORM, means.id) if means else ""),
        ("Medio de pago", "; ".join(dict.fromkeys(
            text.described(catalogs.PAYMENT_MEANS, row.payment_means_code) for row in document.payment_means))),
        ("Tipo de operación", text.named(
            text.SUPPORT_OPERATIONS if is_support else text.OPERATIONS, document.customization_id)),
        ("Moneda", text.currency(document.document_currency_code)),
        ("Periodo", f"{text.day(period.start_date)} a {text.day(period.end_date)}" if period else ""),
        ("Fecha de causación", text.day(document.tax_point_date)),
        ("Orden de compra", document.order_reference.id if document.order_reference else ""),
        ("Fecha de entrega", text.day(delivery.actual_delivery_date) if delivery else ""),
        ("Condiciones de entrega", " ".join(filter(None, (
            terms.loss_risk_responsibility_code, terms.special_terms, terms.loss_risk))) if terms else ""))


def _authorization(document: DianDocument) -> tuple[Label, ...]:
    """The range that the number is from, in the words of the law; notes have none."""
    control = document.extensions.invoice_control
    if control is None:
        return ()
    prefix = f", prefijo {control.prefix}" if control.prefix else ""
    return labels(("Autorización de numeración", (
        f"Autorización de numeración de la DIAN n.º {control.invoice_authorization}, vigente desde "
        f"{text.day(control.start_date)} hasta {text.day(control.end_date)}{prefix}, del {control.from_number} al "
        f"{control.to_number}")))


def _related(document: DianDocument):
    """Yield what a note corrects and why, and the other documents that are named."""
    for row in document.billing_references:
        for name, reference in (
                ("Factura referenciada", row.invoice), ("Nota crédito referenciada", row.credit_note),
                ("Nota débito referenciada", row.debit_note)):
            if reference:
                is_support = document.type_code == "95"
                yield Label(name="Documento soporte referenciado" if is_support else name, value=_reference(reference))
    concepts = CONCEPTS.get(document.type_code)
    for reason in document.discrepancy_responses if concepts else ():
        official = concepts[reason.response_code].name if reason.response_code in concepts else ""
        words = [words for words in reason.descriptions if words and words != official]
        yield Label(name="Concepto de la corrección", value=": ".join(
            [text.described(concepts, reason.response_code), *words]))
    for name, references in (
            ("Documento de despacho", document.despatch_document_references),
            ("Documento de recepción", document.receipt_document_references),
            ("Documento adicional", document.additional_document_references)):
        for reference in references:
            yield Label(name=name, value=_reference(reference))


def _reference(reference: DocumentReference) -> str:
    key = (reference.uuid_scheme_name or "CUFE").partition("-")[0]
    return ", ".join(filter(None, (
        " ".join(filter(None, (reference.document_type_code, reference.id))),
        f"del {text.day(reference.issue_date)}" if reference.issue_date else "",
        f"{key} {reference.uuid}" if reference.uuid else "")))


# ------------------------------------------------------------------
# Lines
# ------------------------------------------------------------------

def _line(line: Line) -> PrintedLine:
    code = line.item.standard_item_id
    own = not code or code.scheme_id == catalogs.OWN_CODE
    seller = line.item.sellers_item_id
    discounts = [row.amount for row in line.allowance_charges if not row.charge_indicator]
    return PrintedLine(
        product_code=code.number if code else seller or "",
        number=seller if seller and code and seller != code.number else "" if own else code.scheme_name or "",
        quantity=text.quantity(line.quantity), unit_code=text.unit(line.unit_code), unit="",
        description="\n".join(line.item.descriptions),
        unit_price=text.amount(line.price_amount),
        discount=text.amount(sum(discounts)) if discounts else "",
        amount=text.amount(line.line_extension_amount),
        taxes=tuple(_taxes(line)), labels=_line_labels(line))


def _taxes(line: Line):
    for total in (*line.tax_totals, *line.withholding_tax_totals):
        for row in total.subtotals:
            yield PrintedTax(
                name=text.tribute(row), rate=text.rate(row), base=text.base(row), amount=text.amount(row.tax_amount))


def _line_labels(line: Line) -> tuple[Label, ...]:
    item, price, period = line.item, line.pricing_reference, line.period
    reference = price and text.described(catalogs.REFERENCE_PRICE, price.price_type_code)
    when = period and ", ".join(filter(None, (
        text.day(period.start_date), text.day(period.end_date),
        catalogs.SUPPORT_PERIOD[period.description_code].name
        if period.description_code in catalogs.SUPPORT_PERIOD else period.description)))
    return (
        *(_adjustment(row) for row in line.allowance_charges),
        *labels(
            ("Sin costo, valor de referencia", f"{reference} {text.amount(price.price_amount)}" if price else ""),
            ("Fecha de la operación", when),
            ("Marca", ", ".join(item.brand_names)), ("Modelo", ", ".join(item.model_names)),
            ("Mandante", " ".join(text.identification(item.mandator)) if item.mandator else "")),
        *labels(*((row.name, row.value) for row in item.additional_properties)),
        *labels(*(("Nota", note) for note in line.notes)))


def _adjustment(row: AllowanceCharge) -> Label:
    share = text.percent(row.multiplier_factor_numeric) if row.multiplier_factor_numeric else ""
    return Label(
        name="Recargo" if row.charge_indicator else "Descuento",
        value=" ".join(filter(None, (row.reason, share, text.amount(row.amount)))))
