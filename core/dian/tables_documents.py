"""The three roots and their lines, in the order of the official schemas: the orders differ, the elements hardly."""

from . import model, names, tables
from .kinds import AMOUNT, CODE, DAY, FLAG, HOUR, INTEGER, NOTE, PRICE, QUANTITY
from .nodes import Row, Spec, leaf, node, spec

_CURRENCY = (
    ("listAgencyID", "6"),
    ("listAgencyName", names.SOURCE_AGENCY_NAME),
    ("listID", "ISO 4217 Alpha"),
)

_HEAD = (
    leaf("cbc:UBLVersionID", "ubl_version_id", CODE),
    leaf("cbc:CustomizationID", "customization_id", CODE),
    leaf("cbc:ProfileID", "profile_id", CODE),
    leaf("cbc:ProfileExecutionID", "profile_execution_id", CODE),
    leaf("cbc:ID", "id", CODE),
    leaf("cbc:UUID", "uuid", CODE, schemeID="uuid_scheme_id", schemeName="uuid_scheme_name"),
    leaf("cbc:IssueDate", "issue_date", DAY),
    leaf("cbc:IssueTime", "issue_time", HOUR),
)
_NOTES = leaf("cbc:Note", "notes", NOTE, many=True)
_TAX_POINT = leaf("cbc:TaxPointDate", "tax_point_date", DAY)
_COUNTED = (
    leaf("cbc:DocumentCurrencyCode", "document_currency_code", CODE, constants=_CURRENCY),
    leaf("cbc:LineCountNumeric", "line_count_numeric", INTEGER),
    node("cac:InvoicePeriod", "invoice_period", tables.PERIOD),
)
_DISCREPANCY = node("cac:DiscrepancyResponse", "discrepancy_responses", tables.DISCREPANCY, many=True)


def _reference(name: str, field: str) -> Row:
    return node(f"cac:{name}", field, tables.REFERENCE, many=True)


_REFERENCES = (
    node("cac:OrderReference", "order_reference", tables.ORDER),
    node("cac:BillingReference", "billing_references", tables.BILLING, many=True),
    _reference("DespatchDocumentReference", "despatch_document_references"),
    _reference("ReceiptDocumentReference", "receipt_document_references"),
    _reference("AdditionalDocumentReference", "additional_document_references"),
)
_PARTIES = (
    node("cac:AccountingSupplierParty", "supplier", tables.PARTY),
    node("cac:AccountingCustomerParty", "customer", tables.PARTY),
)
_DELIVERY = (
    node("cac:Delivery", "delivery", tables.DELIVERY),
    node("cac:DeliveryTerms", "delivery_terms", tables.DELIVERY_TERMS),
)
_MEANS = node("cac:PaymentMeans", "payment_means", tables.PAYMENT_MEANS, many=True)
_PREPAID = node("cac:PrepaidPayment", "prepaid_payments", tables.PREPAID, many=True)
_ALLOWANCES = node("cac:AllowanceCharge", "allowance_charges", tables.ALLOWANCE_CHARGE, many=True)
_EXCHANGE = node("cac:PaymentExchangeRate", "payment_exchange_rate", tables.EXCHANGE_RATE)
_TAXES = node("cac:TaxTotal", "tax_totals", tables.TAX_TOTAL, many=True)
_WITHHELD = node("cac:WithholdingTaxTotal", "withholding_tax_totals", tables.TAX_TOTAL, many=True)


def _line_head(quantity: str) -> tuple[Row, ...]:
    return (
        leaf("cbc:ID", "id", CODE),
        leaf("cbc:Note", "notes", NOTE, many=True),
        leaf(f"cbc:{quantity}", "quantity", QUANTITY, unitCode="unit_code"),
        leaf("cbc:LineExtensionAmount", "line_extension_amount", AMOUNT),
    )


_FREE = leaf("cbc:FreeOfChargeIndicator", "free_of_charge_indicator", FLAG)
_PERIOD = node("cac:InvoicePeriod", "period", tables.PERIOD)
_PRICING = node("cac:PricingReference", "pricing_reference", tables.PRICING_REFERENCE)
_ITEM = (
    node("cac:Item", "item", tables.ITEM),
    leaf("cac:Price/cbc:PriceAmount", "price_amount", PRICE),
    leaf("cac:Price/cbc:BaseQuantity", "base_quantity", QUANTITY, unitCode="base_quantity_unit"),
)

INVOICE_LINE = spec(
    model.Line, *_line_head("InvoicedQuantity"), _FREE, _PERIOD, _PRICING, _ALLOWANCES, _TAXES, _WITHHELD, *_ITEM
)
CREDIT_NOTE_LINE = spec(
    model.Line, *_line_head("CreditedQuantity"), _FREE, _PERIOD, _PRICING, _TAXES, _ALLOWANCES, *_ITEM
)
DEBIT_NOTE_LINE = spec(model.Line, *_line_head("DebitedQuantity"), _PRICING, _TAXES, _ALLOWANCES, *_ITEM)

DOCUMENTS: dict[str, Spec] = {
    names.INVOICE: spec(
        model.Document,
        *_HEAD,
        leaf("cbc:DueDate", "due_date", DAY),
        leaf("cbc:InvoiceTypeCode", "type_code", CODE),
        _NOTES,
        _TAX_POINT,
        *_COUNTED,
        *_REFERENCES,
        *_PARTIES,
        *_DELIVERY,
        _MEANS,
        _PREPAID,
        _ALLOWANCES,
        _EXCHANGE,
        _TAXES,
        _WITHHELD,
        node("cac:LegalMonetaryTotal", "monetary_total", tables.MONETARY_TOTAL),
        node("cac:InvoiceLine", "lines", INVOICE_LINE, many=True),
    ),
    names.CREDIT_NOTE: spec(
        model.Document,
        *_HEAD,
        _TAX_POINT,
        leaf("cbc:CreditNoteTypeCode", "type_code", CODE),
        _NOTES,
        *_COUNTED,
        _DISCREPANCY,
        *_REFERENCES,
        *_PARTIES,
        *_DELIVERY,
        _MEANS,
        _EXCHANGE,
        _ALLOWANCES,
        _TAXES,
        node("cac:LegalMonetaryTotal", "monetary_total", tables.MONETARY_TOTAL),
        node("cac:CreditNoteLine", "lines", CREDIT_NOTE_LINE, many=True),
    ),
    names.DEBIT_NOTE: spec(
        model.Document,
        *_HEAD,
        _NOTES,
        _TAX_POINT,
        *_COUNTED,
        _DISCREPANCY,
        *_REFERENCES,
        *_PARTIES,
        _PREPAID,
        _ALLOWANCES,
        *_DELIVERY,
        _MEANS,
        _EXCHANGE,
        _TAXES,
        node("cac:RequestedMonetaryTotal", "monetary_total", tables.MONETARY_TOTAL),
        node("cac:DebitNoteLine", "lines", DEBIT_NOTE_LINE, many=True),
    ),
}
