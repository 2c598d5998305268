"""The elements below the head and the lines: parties, taxes, references, extensions (UBL 2.1, order of the XSDs)."""

from . import model, names
from .kinds import AMOUNT, CODE, DAY, FLAG, HOUR, INTEGER, NAME, NOTE, PERCENT, PRICE, QUANTITY, RATE, SIGNED_AMOUNT
from .nodes import Row, leaf, node, spec, value

AGENCY = (("schemeAgencyID", names.AGENCY_ID), ("schemeAgencyName", names.AGENCY_NAME))
_SOURCE = (
    ("listAgencyID", "6"),
    ("listAgencyName", names.SOURCE_AGENCY_NAME),
    ("listSchemeURI", names.SOURCE_SCHEME),
)


def identification(path: str, field: str) -> Row:
    """A number of a person or company, with its type and check digit."""
    return value(
        path, field, model.Identification, "number", CODE, AGENCY, schemeID="scheme_id", schemeName="scheme_name"
    )


TAX_SCHEME = spec(model.TaxScheme, leaf("cbc:ID", "id", CODE), leaf("cbc:Name", "name", CODE))

ADDRESS = spec(
    model.Address,
    leaf("cbc:ID", "id", CODE),
    leaf("cbc:CityName", "city_name", NAME),
    leaf("cbc:PostalZone", "postal_zone", CODE),
    leaf("cbc:CountrySubentity", "country_subentity", NAME),
    leaf("cbc:CountrySubentityCode", "country_subentity_code", CODE),
    leaf("cac:AddressLine/cbc:Line", "lines", NAME, many=True),
    leaf("cac:Country/cbc:IdentificationCode", "country_code", CODE),
    leaf("cac:Country/cbc:Name", "country_name", NAME, languageID="country_language"),
)

LEGAL_ENTITY = spec(
    model.LegalEntity,
    leaf("cbc:RegistrationName", "registration_name", NAME),
    identification("cbc:CompanyID", "company_id"),
    leaf("cac:CorporateRegistrationScheme/cbc:ID", "registration_prefix", CODE),
    leaf("cac:CorporateRegistrationScheme/cbc:Name", "registration_name_id", CODE),
)

CONTACT = spec(
    model.Contact,
    leaf("cbc:Name", "name", NAME),
    leaf("cbc:Telephone", "telephone", NAME),
    leaf("cbc:Telefax", "telefax", NAME),
    leaf("cbc:ElectronicMail", "electronic_mail", NAME),
    leaf("cbc:Note", "note", NOTE),
)

_SCHEME = "cac:Party/cac:PartyTaxScheme"
PARTY = spec(
    model.Party,
    leaf("cbc:AdditionalAccountID", "additional_account_id", CODE),
    leaf("cac:Party/cbc:IndustryClassificationCode", "industry_classification_code", CODE),
    identification("cac:Party/cac:PartyIdentification/cbc:ID", "identification"),
    leaf("cac:Party/cac:PartyName/cbc:Name", "names", NAME, many=True),
    node("cac:Party/cac:PhysicalLocation/cac:Address", "physical_location", ADDRESS),
    leaf(f"{_SCHEME}/cbc:RegistrationName", "registration_name", NAME),
    identification(f"{_SCHEME}/cbc:CompanyID", "company_id"),
    leaf(f"{_SCHEME}/cbc:TaxLevelCode", "tax_level_code", CODE, listName="tax_level_list"),
    node(f"{_SCHEME}/cac:RegistrationAddress", "registration_address", ADDRESS),
    node(f"{_SCHEME}/cac:TaxScheme", "tax_scheme", TAX_SCHEME),
    node("cac:Party/cac:PartyLegalEntity", "legal_entity", LEGAL_ENTITY),
    node("cac:Party/cac:Contact", "contact", CONTACT),
)

_CONTROL, _SOFTWARE = "sts:AuthorizedInvoices", "sts:SoftwareProvider"
INVOICE_CONTROL = spec(
    model.InvoiceControl,
    leaf("sts:InvoiceAuthorization", "invoice_authorization", CODE),
    leaf("sts:AuthorizationPeriod/cbc:StartDate", "start_date", DAY),
    leaf("sts:AuthorizationPeriod/cbc:EndDate", "end_date", DAY),
    leaf(f"{_CONTROL}/sts:Prefix", "prefix", CODE),
    leaf(f"{_CONTROL}/sts:From", "from_number", INTEGER),
    leaf(f"{_CONTROL}/sts:To", "to_number", INTEGER),
)

EXTENSIONS = spec(
    model.DianExtensions,
    node("sts:InvoiceControl", "invoice_control", INVOICE_CONTROL),
    leaf("sts:InvoiceSource/cbc:IdentificationCode", "source_country", CODE, constants=_SOURCE),
    identification(f"{_SOFTWARE}/sts:ProviderID", "provider"),
    leaf(f"{_SOFTWARE}/sts:SoftwareID", "software_id", CODE, constants=AGENCY),
    leaf("sts:SoftwareSecurityCode", "software_security_code", CODE, constants=AGENCY),
    identification("sts:AuthorizationProvider/sts:AuthorizationProviderID", "authorization_provider"),
    leaf("sts:QRCode", "qr_code", NOTE),
)

PERIOD = spec(
    model.Period,
    leaf("cbc:StartDate", "start_date", DAY),
    leaf("cbc:EndDate", "end_date", DAY),
    leaf("cbc:DescriptionCode", "description_code", CODE),
    leaf("cbc:Description", "description", NAME),
)

DISCREPANCY = spec(
    model.DiscrepancyResponse,
    leaf("cbc:ReferenceID", "reference_id", CODE),
    leaf("cbc:ResponseCode", "response_code", CODE),
    leaf("cbc:Description", "descriptions", NOTE, many=True),
)

_UUID = leaf("cbc:UUID", "uuid", CODE, schemeName="uuid_scheme_name")
REFERENCE = spec(
    model.DocumentReference,
    leaf("cbc:ID", "id", CODE),
    _UUID,
    leaf("cbc:IssueDate", "issue_date", DAY),
    leaf("cbc:DocumentTypeCode", "document_type_code", CODE),
    leaf("cbc:DocumentType", "document_type", NAME),
)
ORDER = spec(
    model.DocumentReference, leaf("cbc:ID", "id", CODE), _UUID, leaf("cbc:IssueDate", "issue_date", DAY)
)
BILLING = spec(
    model.BillingReference,
    node("cac:InvoiceDocumentReference", "invoice", REFERENCE),
    node("cac:CreditNoteDocumentReference", "credit_note", REFERENCE),
    node("cac:DebitNoteDocumentReference", "debit_note", REFERENCE),
)

DELIVERY = spec(
    model.Delivery,
    leaf("cbc:ActualDeliveryDate", "actual_delivery_date", DAY),
    leaf("cbc:ActualDeliveryTime", "actual_delivery_time", HOUR),
    node("cac:DeliveryAddress", "address", ADDRESS),
)
DELIVERY_TERMS = spec(
    model.DeliveryTerms,
    leaf("cbc:ID", "id", CODE),
    leaf("cbc:SpecialTerms", "special_terms", NOTE),
    leaf("cbc:LossRiskResponsibilityCode", "loss_risk_responsibility_code", CODE),
    leaf("cbc:LossRisk", "loss_risk", NAME),
)

PAYMENT_MEANS = spec(
    model.PaymentMeans,
    leaf("cbc:ID", "id", CODE),
    leaf("cbc:PaymentMeansCode", "payment_means_code", CODE),
    leaf("cbc:PaymentDueDate", "payment_due_date", DAY),
    leaf("cbc:PaymentID", "payment_ids", NAME, many=True),
)
PREPAID = spec(
    model.PrepaidPayment,
    leaf("cbc:ID", "id", CODE),
    leaf("cbc:PaidAmount", "paid_amount", AMOUNT),
    leaf("cbc:ReceivedDate", "received_date", DAY),
    leaf("cbc:PaidDate", "paid_date", DAY),
    leaf("cbc:InstructionID", "instruction_id", NAME),
)
ALLOWANCE_CHARGE = spec(
    model.AllowanceCharge,
    leaf("cbc:ID", "id", CODE),
    leaf("cbc:ChargeIndicator", "charge_indicator", FLAG),
    leaf("cbc:AllowanceChargeReasonCode", "reason_code", CODE),
    leaf("cbc:AllowanceChargeReason", "reason", NOTE),
    leaf("cbc:MultiplierFactorNumeric", "multiplier_factor_numeric", PERCENT),
    leaf("cbc:Amount", "amount", AMOUNT),
    leaf("cbc:BaseAmount", "base_amount", AMOUNT),
)
EXCHANGE_RATE = spec(
    model.ExchangeRate,
    leaf("cbc:SourceCurrencyCode", "source_currency_code", CODE),
    leaf("cbc:SourceCurrencyBaseRate", "source_currency_base_rate", RATE),
    leaf("cbc:TargetCurrencyCode", "target_currency_code", CODE),
    leaf("cbc:TargetCurrencyBaseRate", "target_currency_base_rate", RATE),
    leaf("cbc:CalculationRate", "calculation_rate", RATE),
    leaf("cbc:Date", "day", DAY),
)

TAX_SUBTOTAL = spec(
    model.TaxSubtotal,
    leaf("cbc:TaxableAmount", "taxable_amount", AMOUNT),
    leaf("cbc:TaxAmount", "tax_amount", AMOUNT),
    leaf("cbc:BaseUnitMeasure", "base_unit_measure", QUANTITY, unitCode="base_unit_code"),
    leaf("cbc:PerUnitAmount", "per_unit_amount", PRICE),
    leaf("cac:TaxCategory/cbc:Percent", "percent", PERCENT),
    node("cac:TaxCategory/cac:TaxScheme", "tax_scheme", TAX_SCHEME),
)
TAX_TOTAL = spec(
    model.TaxTotal,
    leaf("cbc:TaxAmount", "tax_amount", AMOUNT),
    leaf("cbc:RoundingAmount", "rounding_amount", SIGNED_AMOUNT),
    node("cac:TaxSubtotal", "subtotals", TAX_SUBTOTAL, many=True),
)

MONETARY_TOTAL = spec(
    model.MonetaryTotal,
    leaf("cbc:LineExtensionAmount", "line_extension_amount", AMOUNT),
    leaf("cbc:TaxExclusiveAmount", "tax_exclusive_amount", AMOUNT),
    leaf("cbc:TaxInclusiveAmount", "tax_inclusive_amount", AMOUNT),
    leaf("cbc:AllowanceTotalAmount", "allowance_total_amount", AMOUNT),
    leaf("cbc:ChargeTotalAmount", "charge_total_amount", AMOUNT),
    leaf("cbc:PrepaidAmount", "prepaid_amount", AMOUNT),
    leaf("cbc:PayableRoundingAmount", "payable_rounding_amount", SIGNED_AMOUNT),
    leaf("cbc:PayableAmount", "payable_amount", AMOUNT),
)

PRICING_REFERENCE = spec(
    model.PricingReference,
    leaf("cac:AlternativeConditionPrice/cbc:PriceAmount", "price_amount", PRICE),
    leaf("cac:AlternativeConditionPrice/cbc:PriceTypeCode", "price_type_code", CODE),
)
ITEM = spec(
    model.Item,
    leaf("cbc:Description", "descriptions", NOTE, many=True),
    leaf("cbc:PackSizeNumeric", "pack_size_numeric", QUANTITY),
    leaf("cbc:BrandName", "brand_names", NAME, many=True),
    leaf("cbc:ModelName", "model_names", NAME, many=True),
    leaf("cac:SellersItemIdentification/cbc:ID", "sellers_item_id", CODE),
    value(
        "cac:StandardItemIdentification/cbc:ID", "standard_item_id", model.ItemIdentification, "number", CODE,
        schemeID="scheme_id", schemeName="scheme_name", schemeAgencyID="scheme_agency_id",
    ),
    node(
        "cac:AdditionalItemProperty", "additional_properties",
        spec(model.ItemProperty, leaf("cbc:Name", "name", NAME), leaf("cbc:Value", "value", NOTE)), many=True,
    ),
    identification(
        "cac:InformationContentProviderParty/cac:PowerOfAttorney/cac:AgentParty/cac:PartyIdentification/cbc:ID",
        "mandator",
    ),
)  # fmt: skip
