"""The legal content of DIAN's documents as frozen dataclasses (UBL 2.1 as annex 1.9 uses it).

Fields carry the name of the UBL element in snake_case. None means that the element is absent; an empty text or a zero
is written. A Decimal is written with the decimals it has. Amounts are in `document_currency_code`, which DIAN wants to
be COP. The classes check nothing: that is the task of `rules`.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from .. import snapshot
from . import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """A number with its type: `scheme_name` is the type (31 NIT ...), `scheme_id` the check digit, of a NIT only."""

    number: str
    scheme_id: str | None = None
    scheme_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxScheme:
    """Code and name of a tribute; the two are compared as a pair."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`id` is the municipality (DIVIPOLA, 5 digits), `country_subentity_code` its department; neither abroad."""

    id: str | None = None
    city_name: str | None = None
    postal_zone: str | None = None
    country_subentity: str | None = None
    country_subentity_code: str | None = None
    lines: tuple[str, ...] = ()
    country_code: str | None = None
    country_name: str | None = None
    country_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntity:
    """`registration_prefix` is the prefix of the range, `registration_name_id` the matrícula mercantil."""

    registration_name: str | None = None
    company_id: Identification | None = None
    registration_prefix: str | None = None
    registration_name_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    name: str | None = None
    telephone: str | None = None
    telefax: str | None = None
    electronic_mail: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Issuer, buyer or seller. `additional_account_id`: 1 jurídica, 2 natural.

    `identification` (PartyIdentification) is what a natural person needs beside `company_id`. `tax_level_code` holds
    responsibilities joined by ";", `tax_level_list` the regime (48, 49 or "No aplica").
    """

    additional_account_id: str | None = None
    industry_classification_code: str | None = None
    identification: Identification | None = None
    names: tuple[str, ...] = ()
    physical_location: Address | None = None
    registration_name: str | None = None
    company_id: Identification | None = None
    tax_level_code: str | None = None
    tax_level_list: str | None = None
    registration_address: Address | None = None
    tax_scheme: TaxScheme | None = None
    legal_entity: LegalEntity | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceControl:
    """The authorised range: resolution, validity, prefix (None when there is none) and ends."""

    invoice_authorization: str
    start_date: date | None = None
    end_date: date | None = None
    prefix: str | None = None
    from_number: int | None = None
    to_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DianExtensions:
    """The first extension. `provider` owns the software: the issuer itself or its technology provider.

    `software_security_code` and `qr_code` are empty until `identity.identify` has filled them.
    """

    invoice_control: InvoiceControl | None = None
    source_country: str = "CO"
    provider: Identification
    software_id: str
    software_security_code: str = ""
    authorization_provider: Identification = Identification(number="800197268", scheme_id="4", scheme_name="31")
    qr_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Of a note without reference, or of a line of a support document (`description_code` 1 operation, 2 week)."""

    start_date: date | None = None
    end_date: date | None = None
    description_code: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyResponse:
    """Why a note exists: the number it corrects, the concept and its words."""

    reference_id: str | None = None
    response_code: str
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReference:
    """Another document; `uuid_scheme_name` as the schemeName of its own UUID."""

    id: str
    uuid: str | None = None
    uuid_scheme_name: str | None = None
    issue_date: date | None = None
    document_type_code: str | None = None
    document_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingReference:
    """The document that a note speaks of: one of the three."""

    invoice: DocumentReference | None = None
    credit_note: DocumentReference | None = None
    debit_note: DocumentReference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    actual_delivery_date: date | None = None
    actual_delivery_time: time | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """`loss_risk_responsibility_code` is the Incoterm."""

    id: str | None = None
    special_terms: str | None = None
    loss_risk_responsibility_code: str | None = None
    loss_risk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMeans:
    """`id`: 1 contado, 2 crédito, which needs a due date; `payment_means_code` from the list of 75."""

    id: str | None = None
    payment_means_code: str
    payment_due_date: date | None = None
    payment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidPayment:
    """An advance: informative, it does not lower PayableAmount."""

    id: str | None = None
    paid_amount: Decimal
    received_date: date | None = None
    paid_date: date | None = None
    instruction_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """A discount (`charge_indicator` False) or a charge; `multiplier_factor_numeric` in percent of `base_amount`.

    Of the document, it does not change the bases of taxes; of a line, it is part of LineExtensionAmount.
    """

    id: str | None = None
    charge_indicator: bool
    reason_code: str | None = None
    reason: str | None = None
    multiplier_factor_numeric: Decimal | None = None
    amount: Decimal
    base_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """`calculation_rate`: pesos for one unit of the target currency (TRM of `day`)."""

    source_currency_code: str
    source_currency_base_rate: Decimal | None = None
    target_currency_code: str
    target_currency_base_rate: Decimal | None = None
    calculation_rate: Decimal | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSubtotal:
    """One rate of one tribute: base and percent, or units (`base_unit_measure`) and amount per unit.

    The base of a withheld IVA (05) is the IVA itself.
    """

    taxable_amount: Decimal | None = None
    tax_amount: Decimal
    base_unit_measure: Decimal | None = None
    base_unit_code: str | None = None
    per_unit_amount: Decimal | None = None
    percent: Decimal | None = None
    tax_scheme: TaxScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal:
    """One tribute, with a row for each rate."""

    tax_amount: Decimal
    rounding_amount: Decimal | None = None
    subtotals: tuple[TaxSubtotal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MonetaryTotal:
    """LegalMonetaryTotal, of a debit note RequestedMonetaryTotal. Withholdings are in none of its amounts."""

    line_extension_amount: Decimal
    tax_exclusive_amount: Decimal
    tax_inclusive_amount: Decimal
    allowance_total_amount: Decimal | None = None
    charge_total_amount: Decimal | None = None
    prepaid_amount: Decimal | None = None
    payable_rounding_amount: Decimal | None = None
    payable_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingReference:
    """What a gift is worth; `price_type_code` 01 comercial, 02 inventario, 03 otro."""

    price_amount: Decimal
    price_type_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIdentification:
    """Code of an article; `scheme_id` 001 UNSPSC, 010 GTIN, 020 partida arancelaria, 999 own."""

    number: str
    scheme_id: str | None = None
    scheme_name: str | None = None
    scheme_agency_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProperty:
    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`mandator` is for whom is sold in operation 11."""

    descriptions: tuple[str, ...] = ()
    pack_size_numeric: Decimal | None = None
    brand_names: tuple[str, ...] = ()
    model_names: tuple[str, ...] = ()
    sellers_item_id: str | None = None
    standard_item_id: ItemIdentification | None = None
    additional_properties: tuple[ItemProperty, ...] = ()
    mandator: Identification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """InvoiceLine, CreditNoteLine or DebitNoteLine.

    `quantity` and `unit_code` are InvoicedQuantity and its like; `base_quantity` is Price/BaseQuantity, by which
    `price_amount` is multiplied (rule FAV06).
    """

    id: str
    notes: tuple[str, ...] = ()
    quantity: Decimal
    unit_code: str
    line_extension_amount: Decimal
    free_of_charge_indicator: bool | None = None
    period: Period | None = None
    pricing_reference: PricingReference | None = None
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_totals: tuple[TaxTotal, ...] = ()
    withholding_tax_totals: tuple[TaxTotal, ...] = ()
    item: Item
    price_amount: Decimal | None = None
    base_quantity: Decimal | None = None
    base_quantity_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Invoice 01 to 04, credit note 91, debit note 92, support document 05 or its adjustment 95.

    `type_code` is the type; a debit note has no element for it. `issue_time` is aware (-05:00). `supplier` is the
    issuer, of a support document the seller, while its issuer is then `customer`. `uuid` is the CUFE, CUDE or CUDS,
    empty until `identity.identify` has filled it.
    """

    type_code: str
    extensions: DianExtensions
    ubl_version_id: str = names.UBL_VERSION
    customization_id: str
    profile_id: str
    profile_execution_id: str
    id: str
    uuid: str = ""
    uuid_scheme_id: str = ""
    uuid_scheme_name: str = ""
    issue_date: date
    issue_time: time
    due_date: date | None = None
    notes: tuple[str, ...] = ()
    tax_point_date: date | None = None
    document_currency_code: str = names.COP
    line_count_numeric: int
    invoice_period: Period | None = None
    discrepancy_responses: tuple[DiscrepancyResponse, ...] = ()
    order_reference: DocumentReference | None = None
    billing_references: tuple[BillingReference, ...] = ()
    despatch_document_references: tuple[DocumentReference, ...] = ()
    receipt_document_references: tuple[DocumentReference, ...] = ()
    additional_document_references: tuple[DocumentReference, ...] = ()
    supplier: Party
    customer: Party
    delivery: Delivery | None = None
    delivery_terms: DeliveryTerms | None = None
    payment_means: tuple[PaymentMeans, ...] = ()
    prepaid_payments: tuple[PrepaidPayment, ...] = ()
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    payment_exchange_rate: ExchangeRate | None = None
    tax_totals: tuple[TaxTotal, ...] = ()
    withholding_tax_totals: tuple[TaxTotal, ...] = ()
    monetary_total: MonetaryTotal | None = None
    lines: tuple[Line, ...]

    @property
    def root(self) -> str:
        """The name of the root element."""
        return {"91": names.CREDIT_NOTE, "95": names.CREDIT_NOTE, "92": names.DEBIT_NOTE}.get(
            self.type_code, names.INVOICE
        )


# A stored snapshot outlives every release: a change of these classes needs a new version and a migration.
snapshot.register("dian.Document", 1, Document)
