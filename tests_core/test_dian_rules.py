"""Each of DIAN's rules with a document that breaks it and the nearest one that does not."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.certificates import RsaSigner
from core.dian import amounts, build, identity, rules, xades_sign
from core.dian.model import (
    AllowanceCharge,
    Contact,
    Delivery,
    DeliveryTerms,
    Document,
    ExchangeRate,
    Identification,
    ItemIdentification,
    Period,
    PrepaidPayment,
    PricingReference,
    TaxScheme,
    TaxTotal,
)
from core.dian.rules import against, file
from core.dian.rules.registry import code_for
from core.findings import Severity, blocking
from tests_core.dian_models import (
    BOGOTA,
    CONSUMER,
    FOREIGNER,
    KEY,
    NIT_A,
    PERSON,
    PIN,
    RANGE,
    SOFTWARE,
    a_document,
    a_line,
    a_tax,
    at_home,
    bags,
)
from tests_core.dian_strategies import DISCOUNT, INC, RETE_ICA, RETE_IVA, TIP
from tests_core.official import examples

D = Decimal
RATE = ExchangeRate(
    source_currency_code="COP", source_currency_base_rate=D("1.00"), target_currency_code="USD",
    target_currency_base_rate=D("1.00"), calculation_rate=D("4012.55"), day=date(2026, 11, 20),
)  # fmt: skip
NOVEMBER = Period(start_date=date(2026, 11, 1), end_date=date(2026, 11, 30))
NAMED = ItemIdentification(number="0101", scheme_id="020", scheme_agency_id="195")


def at(source: Any, path: str, **changes: object) -> Any:
    """`source` with other values in the object at `path`: "lines.0.item" goes through a tuple."""
    if not path:
        return replace(source, **changes)
    head, _dot, rest = path.partition(".")
    if head.isdigit():
        index = int(head)
        return (*source[:index], at(source[index], rest, **changes), *source[index + 1 :])
    return replace(source, **{head: at(getattr(source, head), rest, **changes)})


def invoice(path: str = "", **changes: object) -> Document:
    return at(a_document(), path, **changes)


def of_type(code: str, path: str = "", **changes: object) -> Document:
    return at(a_document(code), path, **changes)


def line(**changes: object) -> Document:
    """A document whose only line is changed; the header follows."""
    return a_document(lines=(a_line(**changes),))


def header_tax(**changes: object) -> Document:
    return invoice("tax_totals.0", **changes)


def withheld(**changes: object) -> Document:
    """An invoice with ReteIVA of 15 % of its IVA."""
    return line(withholding_tax_totals=(replace(a_tax("38.00", "15.00", RETE_IVA), **changes),))


def held_in_header(**changes: object) -> Document:
    return at(withheld(), "withholding_tax_totals.0", **changes)


def total(**changes: object) -> Document:
    return invoice("monetary_total", **changes)


def home(path: str, **changes: object) -> Document:
    return invoice(path, **changes)


def export(**changes: object) -> Document:
    item = replace(a_line().item, brand_names=("M",), model_names=("X",), standard_item_id=NAMED)
    terms = DeliveryTerms(loss_risk_responsibility_code="FOB")
    document = a_document("02", customer=FOREIGNER, delivery_terms=terms, lines=(a_line(item=item),))
    return replace(document, **changes)


def rate(**changes: object) -> Document:
    return invoice(payment_exchange_rate=replace(RATE, **changes))


def with_control(**changes: object) -> Document:
    return invoice("extensions.invoice_control", **changes)


TWO_RATES = a_document(lines=(a_line(), a_line(id="2", tax_totals=(a_tax(percent="5.00"),))))
DOUBLE = TaxTotal(tax_amount=D("38.00"), subtotals=(a_tax("100.00").subtotals[0], a_tax("100.00").subtotals[0]))
NO_BASE = TaxTotal(tax_amount=D("38.00"), subtotals=(replace(a_tax().subtotals[0], taxable_amount=None),))
CONTROL = "DianExtensions.InvoiceControl"
PROVIDER = "DianExtensions.SoftwareProvider.ProviderID"
SELLER, BUYER_PATH = "AccountingSupplierParty.Party", "AccountingCustomerParty.Party"
PLACE, TAX_PLACE = "PhysicalLocation.Address", "PartyTaxScheme.RegistrationAddress"
SUPPORT_LINE = a_document("05").lines[0]
AIU_NOTE = "Contrato de servicios AIU por concepto de: aseo"


def aiu(*notes: str) -> Document:
    return replace(line(notes=notes), customization_id="09")


def at_address(side: str, field: str, **changes: object) -> Document:
    return invoice(f"{side}.{field}", **changes)


def addresses() -> list[tuple[str, str, Document, Document]]:
    """The eight rules of each side about addresses."""
    found = []
    for side, letters, path in (("supplier", "AJ", SELLER), ("customer", "AK", BUYER_PATH)):
        for field, place, first in (("physical_location", PLACE, 9), ("registration_address", TAX_PLACE, 29)):
            for number, changes, name in (
                (first, {"id": "05001"}, "ID"),
                (first + 1, {"city_name": None}, "CityName"),
                (first + 2, {"country_subentity": "BOGOTA"}, "CountrySubentity"),
                (first + 3, {"country_subentity_code": "01", "id": "01001"}, "CountrySubentityCode"),
            ):
                wrong = at_address(side, field, **changes)
                found.append((f"F{letters}{number:02}", f"{path}.{place}.{name}", wrong, a_document()))
    return found


# code, where it is found, a document that breaks the rule, one that does not
CASES: list[tuple[str, str, Document, Document]] = [
    ("CO-FORM-01", "InvoiceLine[0].Note[0]", line(notes=("",)), line(notes=("x",))),
    ("CO-FORM-02", "Note[0]", invoice(notes=("x" * 5001,)), invoice(notes=("x" * 5000,))),
    ("CO-FORM-03", "Note[0]", invoice(notes=("a\x00",)), invoice(notes=("a\tb\n",))),
    ("CO-FORM-04", "InvoiceLine[0].Price.PriceAmount",
     line(price_amount=D("100.0000001")), line(price_amount=D("100.0000000"))),
    ("CO-FORM-05", "LegalMonetaryTotal.PayableAmount", total(payable_amount=D("NaN")), a_document()),
    ("VLR01", "InvoiceLine[0].Price.PriceAmount", line(price_amount=D("-1.00")), a_document()),
    ("ZB01", "withholding_tax_totals",
     of_type("91", withholding_tax_totals=(a_tax("38.00", "15.00", RETE_IVA),)), a_document("91")),
    ("ZB01", "due_date", of_type("92", due_date=date(2026, 12, 1)), invoice(due_date=date(2026, 12, 1))),
    ("ZB01", "CreditNoteLine[0]",
     of_type("91", "lines.0", withholding_tax_totals=(a_tax("38.00", "15.00", RETE_IVA),)), withheld()),
    # the range and the software
    ("FAB05a", f"{CONTROL}.InvoiceAuthorization", with_control(invoice_authorization=""), a_document()),
    ("FAB05a", f"{CONTROL}.InvoiceAuthorization", invoice("extensions", invoice_control=None), a_document("91")),
    ("DSAB05a", f"{CONTROL}.InvoiceAuthorization", of_type("05", "extensions", invoice_control=None), a_document("05")),
    ("FAB07a", f"{CONTROL}.AuthorizationPeriod.StartDate", with_control(start_date=None), a_document()),
    ("FAB08a", f"{CONTROL}.AuthorizationPeriod.EndDate", with_control(end_date=None), a_document()),
    ("FAB11a", f"{CONTROL}.AuthorizedInvoices.From", with_control(from_number=None), a_document()),
    ("FAB12a", f"{CONTROL}.AuthorizedInvoices.To", with_control(to_number=None), a_document()),
    ("FAB10a", f"{CONTROL}.AuthorizedInvoices.Prefix", with_control(prefix=None),
     at(at(with_control(prefix=None), "", id="990000123"), "supplier.legal_entity", registration_prefix=None)),
    ("FAB10b", f"{CONTROL}.AuthorizedInvoices.Prefix", with_control(prefix="FE"), a_document()),
    ("FAB19a", PROVIDER, invoice("extensions.provider", number=""), a_document()),
    ("FAB22", f"{PROVIDER}.schemeID", invoice("extensions.provider", scheme_id="9"), a_document()),
    ("FAB23", f"{PROVIDER}.schemeName", invoice("extensions.provider", scheme_name="13"), a_document()),
    ("FAB24a", "DianExtensions.SoftwareProvider.SoftwareID", invoice("extensions", software_id=""), a_document()),
    ("FAB31", "DianExtensions.AuthorizationProvider.AuthorizationProviderID",
     invoice("extensions.authorization_provider", number="800197269"), a_document()),
    ("FAB35", "DianExtensions.AuthorizationProvider.AuthorizationProviderID",
     invoice("extensions.authorization_provider", scheme_id="5"), a_document()),
    # the head
    ("FAD01", "UBLVersionID", invoice(ubl_version_id="2.1"), a_document()),
    ("FAD02", "CustomizationID", invoice(customization_id="20"), replace(a_document(), customization_id="12")),
    ("FAD02", "CustomizationID", of_type("03", customization_id="20-REG"),
     of_type("03", customization_id="20-REG", issue_date=date(2026, 4, 30),
             additional_document_references=(replace(
                 a_document("03").additional_document_references[0], issue_date=date(2026, 4, 29)),))),
    ("CAD02a", "CustomizationID", of_type("91", customization_id="10"), a_document("91")),
    ("FAD03", "ProfileID", invoice(profile_id="DIAN 2.1"), a_document()),
    ("NSAD03", "ProfileID", of_type("95", profile_id=a_document("95").profile_id + " "), a_document("95")),
    ("FAD04", "ProfileExecutionID", invoice(profile_execution_id="3"), invoice(profile_execution_id="1")),
    ("FAD05a", "ID", invoice(id="SETP-990000123"), a_document()),
    ("FAD05a", "ID", invoice(id=""), a_document()),
    ("FAD05b", "ID", invoice(id="SETP989999999"), invoice(id="SETP990000000")),
    ("FAD05c", "ID", invoice(id="SETP995000001"), invoice(id="SETP995000000")),
    ("FAD09a", "IssueDate", invoice(issue_date=date(2019, 1, 18)), invoice(issue_date=date(2019, 1, 19))),
    ("FAD09b", "IssueDate", invoice(issue_date=date(2030, 1, 20)), invoice(issue_date=date(2030, 1, 19))),
    ("FAD10", "IssueTime", invoice(issue_time=time(9, 30)), a_document()),
    ("FAD10", "IssueTime", invoice(issue_time=time(14, 30, tzinfo=timezone.utc)), a_document()),
    ("FAD12", "InvoiceTypeCode", invoice(type_code="20"), a_document("04")),
    ("FAD15a", "DocumentCurrencyCode", invoice(document_currency_code="USD"), rate()),
    ("FAD16", "LineCountNumeric", invoice(line_count_numeric=2), a_document()),
    # references
    ("CAE02", "InvoicePeriod.StartDate", at_home(a_document("91"), replace(NOVEMBER, start_date=None)),
     at_home(a_document("91"), NOVEMBER)),
    ("CAE04", "InvoicePeriod.EndDate", at_home(a_document("91"), replace(NOVEMBER, end_date=None)),
     at_home(a_document("91"), NOVEMBER)),
    ("DAE02", "InvoicePeriod.StartDate", replace(at_home(a_document("92"), NOVEMBER), invoice_period=None),
     at_home(a_document("92"), NOVEMBER)),
    ("DAE04", "InvoicePeriod.EndDate", replace(at_home(a_document("92"), NOVEMBER), invoice_period=None),
     at_home(a_document("92"), NOVEMBER)),
    ("CBF03a", "BillingReference", of_type("91", billing_references=()), a_document("91")),
    ("CBF03a", "BillingReference", of_type("91", customization_id="22", invoice_period=NOVEMBER),
     at_home(a_document("91"), NOVEMBER)),
    ("CO-REF-01", "BillingReference[0]", of_type("91", "billing_references.0.invoice", uuid="abc"), a_document("91")),
    ("CO-REF-02", "BillingReference[0]",
     of_type("92", "billing_references.0.invoice", issue_date=date(2026, 11, 21)),
     of_type("92", "billing_references.0.invoice", issue_date=date(2026, 11, 20))),
    ("CO-REF-03", "BillingReference", of_type("95", billing_references=()), a_document("95")),
    ("CO-NOTE-01", "DiscrepancyResponse", of_type("91", discrepancy_responses=()), a_document("91")),
    ("CO-NOTE-01", "DiscrepancyResponse[0].ResponseCode",
     of_type("92", "discrepancy_responses.0", response_code="5"),
     of_type("91", "discrepancy_responses.0", response_code="5")),
    ("CO-NOTE-02", "DiscrepancyResponse[0].ResponseCode",
     at(at_home(a_document("91"), NOVEMBER), "discrepancy_responses.0", response_code="2"),
     of_type("91", "discrepancy_responses.0", response_code="2")),
    ("CO-NOTE-03", "BillingReference",
     of_type("91", billing_references=a_document("91").billing_references * 2), a_document("91")),
    ("CO-CONT-01", "AdditionalDocumentReference", of_type("03", additional_document_references=()), a_document("03")),
    ("FAN01", "PaymentMeans", invoice(payment_means=()), a_document()),
    ("CAN01", "PaymentMeans", of_type("91", payment_means=()), a_document("91")),
    ("FAN02", "PaymentMeans[0].ID", invoice("payment_means.0", id="3"), a_document()),
    ("FAN03", "PaymentMeans[0].PaymentMeansCode", invoice("payment_means.0", payment_means_code="54"),
     invoice("payment_means.0", payment_means_code="ZZZ")),
    ("FAN04", "PaymentMeans[0].PaymentDueDate", invoice("payment_means.0", id="2"),
     invoice("payment_means.0", id="2", payment_due_date=date(2026, 12, 1))),
    ("DAN04", "PaymentMeans[0].PaymentDueDate", of_type("92", "payment_means.0", id="2"), a_document("92")),
    ("FAR02", "PaymentExchangeRate.SourceCurrencyCode", rate(source_currency_code="USD"), rate()),
    ("FAR03", "PaymentExchangeRate.SourceCurrencyBaseRate", rate(source_currency_base_rate=None), rate()),
    ("FAR04", "PaymentExchangeRate.TargetCurrencyCode", rate(target_currency_code="COP"), rate()),
    ("FAR05", "PaymentExchangeRate.TargetCurrencyBaseRate", rate(target_currency_base_rate=D("2.00")), rate()),
    ("FAR06", "PaymentExchangeRate.CalculationRate", rate(calculation_rate=None), rate()),
    ("FAR07", "PaymentExchangeRate.Date", rate(day=None), rate()),
    ("CO-DS-01", "CustomizationID", of_type("05", customization_id="11"),
     of_type("05", customization_id="11", supplier=FOREIGNER)),
    ("CO-EXP-01", "DeliveryTerms.LossRiskResponsibilityCode", export(delivery_terms=None), export()),
    # parties
    *addresses(),
    ("CO-PARTY-01", f"{SELLER}.PartyTaxScheme.RegistrationName", invoice("supplier", registration_name=" "),
     a_document()),
    ("CO-PARTY-02", "AccountingCustomerParty.AdditionalAccountID", invoice("customer", additional_account_id="3"),
     a_document()),
    ("CO-PARTY-03", f"{BUYER_PATH}.PartyTaxScheme.CompanyID",
     invoice(customer=replace(CONSUMER, tax_level_code="O-13")), invoice(customer=CONSUMER)),
    ("CO-PARTY-04", f"{BUYER_PATH}.{PLACE}.PostalZone", home("customer.physical_location", postal_zone="11011"),
     home("customer.physical_location", postal_zone=None)),
    ("CO-PARTY-04", f"{SELLER}.{PLACE}.PostalZone", of_type("05", "supplier.physical_location", postal_zone=None),
     a_document("05")),
    ("FAJ20", f"{SELLER}.PartyTaxScheme.CompanyID", invoice("supplier", company_id=None), a_document()),
    ("FAK20", f"{BUYER_PATH}.PartyTaxScheme.CompanyID", invoice("customer.company_id", number=""), a_document()),
    ("FAJ21", f"{SELLER}.PartyTaxScheme.CompanyID.schemeName",
     invoice("supplier.company_id", scheme_name="13", scheme_id=None), a_document()),
    ("FAK21", f"{BUYER_PATH}.PartyTaxScheme.CompanyID.schemeName", invoice("customer.company_id", scheme_name="99"),
     invoice(customer=PERSON)),
    ("FAJ24", f"{SELLER}.PartyTaxScheme.CompanyID.schemeID", invoice("supplier.company_id", scheme_id="7"),
     a_document()),
    ("FAK24", f"{BUYER_PATH}.PartyTaxScheme.CompanyID.schemeID", invoice("customer.company_id", scheme_id=None),
     invoice(customer=PERSON)),
    ("CO-ID-01", f"{BUYER_PATH}.PartyTaxScheme.CompanyID.schemeID",
     invoice(customer=at(PERSON, "company_id", scheme_id="1")), invoice(customer=PERSON)),
    ("CO-ID-02", f"{BUYER_PATH}.PartyTaxScheme.CompanyID", invoice("customer.company_id", number="901.002.511"),
     a_document()),
    ("CO-ID-03", f"{BUYER_PATH}.PartyTaxScheme.CompanyID",
     invoice("customer.company_id", number="9010024870", scheme_id="9"), a_document()),
    ("FAJ26", f"{SELLER}.PartyTaxScheme.TaxLevelCode", invoice("supplier", tax_level_code="O-48"),
     invoice("supplier", tax_level_code="R-99-PN")),
    ("FAJ26", f"{SELLER}.PartyTaxScheme.TaxLevelCode", invoice("supplier", tax_level_code="R-99-PN;O-13"),
     invoice("supplier", tax_level_code="O-13")),
    ("FAK26", f"{BUYER_PATH}.PartyTaxScheme.TaxLevelCode", invoice("customer", tax_level_code=None), a_document()),
    ("FAJ40", f"{SELLER}.PartyTaxScheme.TaxScheme.ID", invoice("supplier", tax_scheme=None), a_document()),
    ("FAJ41", f"{SELLER}.PartyTaxScheme.TaxScheme.Name", invoice("supplier.tax_scheme", name="Iva"), a_document()),
    ("FAK40", f"{BUYER_PATH}.PartyTaxScheme.TaxScheme.ID", invoice("customer.tax_scheme", id="ZY"), a_document()),
    ("FAK41", f"{BUYER_PATH}.PartyTaxScheme.TaxScheme.Name", invoice("customer.tax_scheme", name="INC"),
     a_document()),
    ("FAJ09", f"{SELLER}.PhysicalLocation", invoice("supplier", physical_location=None), a_document()),
    ("FAJ28", f"{SELLER}.PartyTaxScheme.RegistrationAddress", invoice("supplier", registration_address=None),
     a_document()),
    ("DSAK28", f"{BUYER_PATH}.PartyTaxScheme.RegistrationAddress",
     of_type("05", "customer", registration_address=None), of_type("05", "supplier", registration_address=None)),
    ("FAK09", f"{BUYER_PATH}.{PLACE}.ID",
     invoice(customer=at(FOREIGNER, "physical_location", id="11001")), invoice(customer=FOREIGNER)),
    ("FAJ16", f"{SELLER}.{PLACE}.Country.IdentificationCode", home("supplier.physical_location", country_code="US"),
     a_document()),
    ("FAJ17", f"{SELLER}.{PLACE}.Country.Name", home("supplier.physical_location", country_name="COLOMBIA"),
     a_document()),
    ("FAK17", f"{BUYER_PATH}.{PLACE}.Country.Name", home("customer.physical_location", country_name=None),
     a_document()),
    ("FAJ49", f"{SELLER}.PartyLegalEntity.CorporateRegistrationScheme.ID",
     invoice("supplier.legal_entity", registration_prefix=None), a_document()),
    ("FAJ50", f"{SELLER}.PartyLegalEntity.CorporateRegistrationScheme.ID",
     invoice("supplier.legal_entity", registration_prefix="FE"), a_document()),
    ("FAJ51", f"{SELLER}.PartyLegalEntity.CorporateRegistrationScheme.Name",
     invoice("supplier.legal_entity", registration_name_id="12-34"),
     invoice("supplier.legal_entity", registration_name_id="123456")),
    ("FAJ71", f"{SELLER}.Contact.ElectronicMail", invoice("supplier", contact=None), a_document()),
    ("FAK55", f"{BUYER_PATH}.Contact.ElectronicMail",
     invoice("customer", contact=Contact(electronic_mail="a@b; c@d.co")), invoice("customer", contact=None)),
    ("FAK61", f"{BUYER_PATH}.PartyIdentification.ID", invoice(customer=replace(PERSON, identification=None)),
     invoice(customer=PERSON)),
    ("FAK62", f"{BUYER_PATH}.PartyIdentification.ID.schemeName",
     invoice(customer=replace(PERSON, identification=Identification(number="1020"))), invoice(customer=PERSON)),
    ("FAM02a", "Delivery.DeliveryAddress.ID", invoice(delivery=Delivery(address=replace(BOGOTA, id="1101"))),
     invoice(delivery=Delivery(address=BOGOTA))),
    ("FAM02b", "Delivery.DeliveryAddress.CountrySubentity",
     invoice(delivery=Delivery(address=replace(BOGOTA, country_subentity="Cauca"))),
     invoice(delivery=Delivery(address=FOREIGNER.physical_location))),
    # taxes of lines
    ("FAX01", "InvoiceLine[0].TaxTotal[1]", line(tax_totals=(a_tax(), a_tax(percent="5.00"))),
     line(tax_totals=(a_tax(), a_tax(percent="8.00", scheme=INC)))),
    ("FAX01", "InvoiceLine[0].TaxTotal[0].TaxSubtotal[0].TaxCategory.TaxScheme",
     line(tax_totals=(a_tax(scheme=TaxScheme(id="01", name="INC")),)), a_document()),
    ("FAX01", "InvoiceLine[0].TaxTotal", line(tax_totals=(a_tax("38.00", "15.00", RETE_IVA),)), withheld()),
    ("FAX02", "InvoiceLine[0].TaxTotal[0].TaxAmount", line(tax_totals=(replace(a_tax(), tax_amount=D("38.01")),)),
     a_document()),
    ("FAX04", "InvoiceLine[0].TaxTotal[0].TaxSubtotal", line(tax_totals=(DOUBLE,)), TWO_RATES),
    ("FAX05", "InvoiceLine[0].TaxTotal[0].TaxSubtotal[0].TaxableAmount", line(tax_totals=(NO_BASE,)),
     line(tax_totals=(a_tax(), bags("2", "70.00")))),
    ("FAX07", "InvoiceLine[0].TaxTotal[0].TaxSubtotal[0].TaxAmount", line(tax_totals=(a_tax(amount="38.02"),)),
     line(tax_totals=(a_tax(amount="38.01"),))),
    ("FAY05", "InvoiceLine[0].WithholdingTaxTotal[0].TaxSubtotal.TaxableAmount",
     line(withholding_tax_totals=(a_tax("200.00", "15.00", RETE_IVA),)), withheld()),
    ("DSAY05", "InvoiceLine[0].WithholdingTaxTotal[0].TaxSubtotal.TaxableAmount",
     a_document("05", lines=(replace(SUPPORT_LINE, withholding_tax_totals=(a_tax("200.00", "15.00", RETE_IVA),)),)),
     a_document("05", lines=(replace(SUPPORT_LINE, withholding_tax_totals=(a_tax("38.00", "15.00", RETE_IVA),)),))),
    ("FAY10", "InvoiceLine[0].WithholdingTaxTotal", line(withholding_tax_totals=(a_tax(),)),
     line(withholding_tax_totals=(a_tax("200.00", "0.966", RETE_ICA),))),
    # taxes of the header
    ("FAS01a", "TaxTotal[1]", invoice(tax_totals=(a_tax(), a_tax())), TWO_RATES),
    ("FAS01b", "TaxTotal", invoice(tax_totals=()), line(tax_totals=())),
    ("CAS01b", "TaxTotal", of_type("91", tax_totals=()), a_document("91")),
    ("DAS01b", "TaxTotal[0]", of_type("92", tax_totals=(TaxTotal(tax_amount=D("38.00")),)), a_document("92")),
    ("FAS01b", "TaxTotal[0].TaxSubtotal[0]", header_tax(subtotals=a_tax(percent="5.00").subtotals), a_document()),
    ("FAS02", "TaxTotal[0].TaxAmount", header_tax(tax_amount=D("38.01")), TWO_RATES),
    ("FAS04", "TaxTotal[0].TaxSubtotal", header_tax(subtotals=DOUBLE.subtotals), a_document()),
    ("FAS05", "TaxTotal[0].TaxSubtotal[0].TaxableAmount",
     at(a_document(), "tax_totals.0.subtotals.0", taxable_amount=D("199.99")), a_document()),
    ("FAS07", "TaxTotal[0].TaxSubtotal[0].TaxAmount", header_tax(subtotals=a_tax(amount="43.01").subtotals),
     a_document()),
    ("FAT01", "WithholdingTaxTotal", replace(withheld(), withholding_tax_totals=()), withheld()),
    ("FAT01", "WithholdingTaxTotal", invoice(withholding_tax_totals=(a_tax(),)),
     invoice(withholding_tax_totals=(a_tax("38.00", "15.00", RETE_IVA),))),
    ("FAT02", "WithholdingTaxTotal[0].TaxAmount", held_in_header(tax_amount=D("5.00")), withheld()),
    ("FAT04", "WithholdingTaxTotal[0].TaxSubtotal",
     held_in_header(subtotals=a_tax("38.00", "15.00", RETE_IVA).subtotals * 2), withheld()),
    ("FAT05", "WithholdingTaxTotal[0].TaxSubtotal[0].TaxableAmount",
     at(withheld(), "withholding_tax_totals.0.subtotals.0", taxable_amount=D("200.00")), withheld()),
    ("FAT07", "WithholdingTaxTotal[0].TaxSubtotal[0].TaxAmount",
     at(withheld(), "withholding_tax_totals.0.subtotals.0", tax_amount=D("7.71")), withheld()),
    # totals
    ("FAU01", "LegalMonetaryTotal.PayableAmount", invoice(monetary_total=None), a_document()),
    ("DAU01", "RequestedMonetaryTotal.PayableAmount", of_type("92", monetary_total=None), a_document("92")),
    ("FAU02", "LegalMonetaryTotal.LineExtensionAmount", total(line_extension_amount=D("200.01")), a_document()),
    ("CAU02", "LegalMonetaryTotal.LineExtensionAmount",
     of_type("91", "monetary_total", line_extension_amount=D("200.01")), a_document("91")),
    ("DAU02", "RequestedMonetaryTotal.LineExtensionAmount",
     of_type("92", "monetary_total", line_extension_amount=D("200.01")), a_document("92")),
    ("FAU04", "LegalMonetaryTotal.TaxExclusiveAmount", total(tax_exclusive_amount=D("0.00")), line(tax_totals=())),
    ("FAU06", "LegalMonetaryTotal.TaxInclusiveAmount", total(tax_inclusive_amount=D("200.00")), withheld()),
    ("FAU08", "LegalMonetaryTotal.AllowanceTotalAmount", total(allowance_total_amount=D("1.00")),
     a_document(allowance_charges=(DISCOUNT, TIP))),
    ("FAU10", "LegalMonetaryTotal.ChargeTotalAmount", invoice(allowance_charges=(TIP,)),
     a_document(allowance_charges=(TIP,))),
    ("FAU14", "LegalMonetaryTotal.PayableAmount", total(payable_amount=D("232.30")),
     total(payable_rounding_amount=D("-0.50"), payable_amount=D("237.50"))),
    ("CO-PREPAID-01", "LegalMonetaryTotal.PrepaidAmount", total(prepaid_amount=D("5.00")),
     amounts.summed(invoice(prepaid_payments=(PrepaidPayment(id="1", paid_amount=D("5.00")),)))),
    ("CO-ALLOW-01", "AllowanceCharge[0].AllowanceChargeReason",
     a_document(allowance_charges=(replace(DISCOUNT, reason=None),)), a_document(allowance_charges=(DISCOUNT,))),
    ("CO-ALLOW-01", "AllowanceCharge[0].MultiplierFactorNumeric",
     a_document(allowance_charges=(replace(DISCOUNT, multiplier_factor_numeric=D("11.00")),)),
     a_document(allowance_charges=(replace(DISCOUNT, multiplier_factor_numeric=D("10.00")),))),
    ("CO-ALLOW-02", "AllowanceCharge[0].ChargeIndicator",
     a_document(allowance_charges=(replace(DISCOUNT, reason="Propina"),)), a_document(allowance_charges=(TIP,))),
    # lines
    ("CO-LINE-01", "InvoiceLine[1].ID", a_document(lines=(a_line(), a_line())), TWO_RATES),
    ("FAV03", "InvoiceLine[0].Note", aiu(), aiu(AIU_NOTE)),
    ("CAV03", "CreditNoteLine[0].Note",
     of_type("91", "lines.0", notes=("Contrato de servicios AIU por concepto de:",)),
     of_type("91", "lines.0", notes=(AIU_NOTE,))),
    ("FAV04b", "InvoiceLine[0].InvoicedQuantity", line(quantity=D("0")), a_document()),
    ("FAV06", "InvoiceLine[0].LineExtensionAmount", line(line_extension_amount=D("200.01")),
     line(price_amount=D("100.004999"))),
    ("FAV06", "InvoiceLine[0].Price.BaseQuantity", line(quantity=D("3")), a_document()),
    ("FAV06", "InvoiceLine[0].Price", line(price_amount=None), a_document()),
    ("FBE01", "InvoiceLine[0].AllowanceCharge[0].BaseAmount",
     line(allowance_charges=(replace(DISCOUNT, base_amount=None),), line_extension_amount=D("180.00"),
          tax_totals=(a_tax("180.00"),)),
     line(allowance_charges=(DISCOUNT,), line_extension_amount=D("180.00"), tax_totals=(a_tax("180.00"),))),
    ("CO-GIFT-01", "InvoiceLine[0].PricingReference",
     line(price_amount=D("0.00"), line_extension_amount=D("0.00")),
     line(price_amount=D("0.00"), line_extension_amount=D("0.00"),
          pricing_reference=PricingReference(price_amount=D("100.00"), price_type_code="01"))),
    ("FBB05", "InvoiceLine[0].PricingReference.AlternativeConditionPrice.PriceTypeCode",
     line(pricing_reference=PricingReference(price_amount=D("100.00"))),
     line(pricing_reference=PricingReference(price_amount=D("100.00"), price_type_code="02"))),
    ("FAZ02", "InvoiceLine[0].Item.Description", invoice("lines.0.item", descriptions=()), a_document()),
    ("FAZ09", "InvoiceLine[0].Item.StandardItemIdentification.ID", invoice("lines.0.item", standard_item_id=None),
     a_document()),
    ("CO-EXP-02", "InvoiceLine[0].Item", at(export(), "lines.0.item", model_names=()), export()),
    ("CO-EXP-03", "InvoiceLine[0].Item.StandardItemIdentification.ID",
     at(export(), "lines.0.item.standard_item_id", scheme_id="999"), export()),
    ("CO-MAND-01", "InvoiceLine[0].Item.InformationContentProviderParty", invoice(customization_id="11"),
     at(invoice(customization_id="11"), "lines.0.item",
        mandator=Identification(number="901002511", scheme_id="1", scheme_name="31"))),
    ("CO-DS-02", "InvoiceLine[0].InvoicePeriod", of_type("05", "lines.0", period=None), a_document("05")),
]  # fmt: skip
# codes that never block
DOUBTS = {
    "CO-EXP-01", "CO-EXP-02", "CO-EXP-03", "CO-ID-03", "CO-NOTE-03", "FAJ51", "FAJ71", "FAK26", "FAK55", "FBB05",
}  # fmt: skip


def names_of_cases() -> list[str]:
    counts: dict[str, int] = {}
    names = []
    for code, *_rest in CASES:
        counts[code] = counts.get(code, 0) + 1
        names.append(code if counts[code] == 1 else f"{code}-{counts[code]}")
    return names


@pytest.mark.parametrize(("code", "where", "wrong"), [case[:3] for case in CASES], ids=names_of_cases())
def test_the_wrong_document_is_found(code, where, wrong):
    assert (code, where) in [(finding.code, finding.where) for finding in rules.check(wrong)]


@pytest.mark.parametrize(("code", "right"), [(case[0], case[3]) for case in CASES], ids=names_of_cases())
def test_the_right_document_passes(code, right):
    assert code not in [finding.code for finding in rules.check(right)]
    assert blocking(rules.check(right)) == []


def test_every_code_of_the_registry_has_a_case():
    registered = {code for rule in rules.RULES if not rule.is_final for code in rule.codes}
    assert registered <= {case[0] for case in CASES}
    assert len({rule.name for rule in rules.RULES}) == len(rules.RULES)


def test_doubts_are_warnings_and_errors_block():
    blocked = {code for code, _where, wrong, _right in CASES if code in [f.code for f in blocking(rules.check(wrong))]}
    assert {case[0] for case in CASES} - blocked == DOUBTS
    [finding] = rules.check(of_type("91", profile_id="DIAN 2.1"))
    assert (finding.code, finding.severity) == ("CAD03", Severity.WARNING)


@pytest.mark.parametrize("code", ["01", "03", "04", "05", "91", "92", "95"])
def test_a_plain_document_has_nothing_to_say(code):
    assert rules.check(a_document(code)) == []
    assert rules.check(finished(code), is_final=True) == []


def test_an_export_has_nothing_to_say():
    assert rules.check(export()) == []


def test_a_code_is_the_one_of_the_kind_of_document():
    assert [code_for(kind, "FAU02") for kind in ("01", "91", "92", "05", "95")] == [
        "FAU02", "CAU02", "DAU02", "DSAU02", "NSAU02"]
    assert [code_for("91", code) for code in ("VLR01", "ZB01", "CO-FORM-01", "FBE01")] == [
        "VLR01", "ZB01", "CO-FORM-01", "CBE01"]


# --- the finished document, the company, the file -----------------------------------------------------------------


def finished(code: str = "01", **changes: object) -> Document:
    return identity.identify(replace(a_document(code), **changes), pin=PIN, technical_key=KEY)


@pytest.mark.parametrize(("code", "wrong"), [
    ("FAB27a", at(finished(), "extensions", software_security_code="")),
    ("FAB36", at(finished(), "extensions", qr_code="")),
    ("FAD06", replace(finished(), uuid="A" * 96)),
    ("CO-UUID-01", replace(finished(), uuid_scheme_id="1")),
    ("CO-UUID-01", replace(finished(), uuid_scheme_name="CUDE-SHA384")),
])  # fmt: skip
def test_what_a_finished_document_lacks_is_found_when_it_is_finished(code, wrong):
    assert code in [finding.code for finding in rules.check(wrong, is_final=True)]
    assert code not in [finding.code for finding in rules.check(wrong)]


COMPANY = against.Company(
    range=RANGE, provider=NIT_A, software_id=SOFTWARE, pin=PIN, technical_key=KEY, environment="2",
    signing_day=date(2026, 11, 20),
)  # fmt: skip


@pytest.mark.parametrize(("code", "company"), [
    ("FAB05b", replace(COMPANY, range=replace(RANGE, invoice_authorization="18760000002"))),
    ("FAB07b", replace(COMPANY, range=replace(RANGE, start_date=date(2019, 1, 20)))),
    ("FAB08b", replace(COMPANY, range=replace(RANGE, end_date=date(2030, 1, 18)))),
    ("FAB10b", replace(COMPANY, range=replace(RANGE, prefix="SETT"))),
    ("FAB11b", replace(COMPANY, range=replace(RANGE, from_number=1))),
    ("FAB12b", replace(COMPANY, range=replace(RANGE, to_number=2))),
    ("FAB19b", replace(COMPANY, provider="901002511")),
    ("FAB24b", replace(COMPANY, software_id="0")),
    ("FAB27b", replace(COMPANY, pin="11111")),
    ("FAD04", replace(COMPANY, environment="1")),
    ("FAD06", replace(COMPANY, technical_key=KEY[:-1])),
    ("FAD09e", replace(COMPANY, signing_day=date(2026, 11, 21))),
])
def test_what_the_company_knows_better_is_found(code, company):
    assert [finding.code for finding in against.differences(finished(), company)] == [code]


@pytest.mark.parametrize("company", [COMPANY, against.Company()], ids=["all", "nothing"])
def test_what_the_company_knows_is_right(company):
    assert against.differences(finished(), company) == []
    assert against.differences(a_document(), company) == []


def test_far03_is_what_the_company_found_out():
    """The annex says both that it is 1.00 and that it is not; who knows better says so."""
    document = rate(source_currency_base_rate=D("1.00"))
    known = replace(COMPANY, source_base_rate=D("4012.55"))
    assert [finding.code for finding in against.differences(document, known)] == ["FAR03"]
    assert against.differences(document, replace(COMPANY, source_base_rate=D(1))) == []
    assert against.differences(finished(), known) == []


def test_fbe01_is_asked_of_every_line_where_the_company_found_it_necessary():
    known = replace(COMPANY, needs_line_allowances=True)
    [finding] = against.differences(finished(), known)
    assert (finding.code, finding.where) == ("FBE01", "InvoiceLine[0].AllowanceCharge")
    complete = amounts.with_line_allowances(finished())
    assert against.differences(complete, known) == [] == rules.check(complete)
    assert complete.monetary_total == finished().monetary_total
    assert amounts.with_line_allowances(complete) == complete


def test_a_secret_is_never_told():
    wrong = replace(COMPANY, pin="11111", technical_key="f" * 40)
    told = repr(wrong) + repr(against.differences(finished(), wrong))
    assert "11111" not in told.replace("901111", "") and "f" * 40 not in told


@pytest.fixture(scope="module")
def signer(certificate):
    pair = certificate(rfc=f"NIT {NIT_A}-0", name="COMERCIAL INVENTADA SAS", days=900)
    return RsaSigner(pair.cer, pair.private_key)


def signed(signer, day: int = 20) -> bytes:
    document = finished()
    moment = datetime.combine(document.issue_date.replace(day=day), document.issue_time)
    return xades_sign.sign(build.to_xml(document), signer, signing_time=moment)


def found_in(xml: bytes) -> list[str]:
    return [finding.code for finding in file.check_file(xml)]


def test_a_signed_file_has_nothing_to_say(signer):
    assert file.check_file(signed(signer)) == []
    assert file.check_file(build.to_xml(finished())) == []


def test_only_a_file_that_says_what_was_judged_keeps_its_verdict(monkeypatch):
    judged = finished()
    other = replace(judged, profile_execution_id="9")
    found = [finding.code for finding in file.check_file(build.to_xml(other), judged=judged)]
    assert found and found == found_in(build.to_xml(other))
    asked = []
    monkeypatch.setattr(rules, "check", lambda *args, **options: asked.append(args) or [])
    assert file.check_file(build.to_xml(judged), judged=judged) == [] and not asked
    file.check_file(build.to_xml(judged))
    assert asked


@pytest.mark.parametrize(("code", "change"), [
    ("ZA01", lambda xml: xml + b" " * 500 * 1024),
    ("ZB01", lambda xml: xml.replace(b"Invoice", b"Invoyce")),
    ("ZB01", lambda xml: xml.replace(b">2026-11-20<", b">hoy<", 1)),
    ("ZB02", lambda xml: xml.replace(b"UTF-8", b"ISO-8859-1")),
    ("ZB02", lambda xml: xml[:-9]),
    ("ZE02", lambda xml: xml.replace(b">Tornillo<", b">Tornillos<")),
    ("FAB20", lambda xml: xml.replace(b'ProviderID schemeAgencyID="195"', b'ProviderID schemeAgencyID="6"')),
    ("FAB21", lambda xml: xml.replace(b"CO, DIAN", b"DIAN")),
    ("FAB25", lambda xml: xml.replace(b'SoftwareID schemeAgencyID="195"', b'SoftwareID schemeAgencyID="6"')),
    ("FAB26", lambda xml: xml.replace(b"CO, DIAN", b"DIAN")),
    ("FAU14", lambda xml: xml.replace(b">238.00</cbc:PayableAmount>", b">239.00</cbc:PayableAmount>")),
])  # fmt: skip
def test_what_is_wrong_with_a_file_is_found(code, change, signer):
    xml = signed(signer)
    assert change(xml) != xml
    assert code in found_in(change(xml))
    assert code not in found_in(xml)


def test_what_is_too_large_is_known_before_it_is_signed(signer):
    document = finished()
    large = replace(document, notes=("x" * 5000,) * 102)
    assert [finding.code for finding in file.check_size(large)] == ["ZA01"]
    assert file.check_size(document) == file.check_size(replace(document, notes=("x" * 5000,) * 90)) == []
    room = len(signed(signer)) - len(build.to_xml(document))
    assert 0 < room < 16 * 1024, "what signing adds is counted in"


def test_a_file_signed_on_another_day_is_found(signer):
    assert found_in(signed(signer, day=21)) == ["FAD09e"]


def test_a_file_with_one_extension_is_found():
    xml = build.to_xml(finished())
    slot = b"<ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension>"
    assert slot in xml
    assert found_in(xml.replace(slot, b"")) == ["FAA02"]


def test_an_unfinished_file_is_found():
    assert {"FAB27a", "FAB36", "FAD06"} <= set(found_in(build.to_xml(a_document())))


# --- withholdings ------------------------------------------------------------------------------------------------


def test_no_withholding_enters_the_totals_and_reteiva_is_based_on_the_iva():
    """ReteRenta 2.5 % of the sale, ReteIVA 15 % of the IVA, ReteICA 9.66 per mille, all on one invoice."""
    held = (
        a_tax("38.00", "15.00", RETE_IVA),
        a_tax("200.00", "2.50", TaxScheme(id="06", name="ReteRenta")),
        a_tax("200.00", "0.966", RETE_ICA),
    )
    document = line(withholding_tax_totals=held)
    assert rules.check(document) == []
    assert document.monetary_total == a_document().monetary_total
    assert document.monetary_total.payable_amount == D("238.00")
    assert [row.tax_amount for row in document.withholding_tax_totals] == [D("5.70"), D("5.00"), D("1.93")]
    note = a_document("91", lines=(replace(a_document("91").lines[0], withholding_tax_totals=held),))
    assert {"ZB01"} == {finding.code for finding in rules.check(note)}


def test_the_official_sample_of_a_support_document_squares():
    """3,899,000 + 432,530 = 4,331,530; less 393,799 plus 214,445 is 4,152,176 (DIAN's sample, its amounts only)."""
    nineteen, five = D("1697000.00"), D("2202000.00")
    lines = (
        replace(SUPPORT_LINE, price_amount=nineteen, base_quantity=D(1), quantity=D(1), line_extension_amount=nineteen,
                tax_totals=(a_tax("1697000.00"),)),
        replace(SUPPORT_LINE, id="2", price_amount=five, base_quantity=D(1), quantity=D(1),
                line_extension_amount=five, tax_totals=(a_tax("2202000.00", "5.00"),)),
    )  # fmt: skip
    rows = (
        AllowanceCharge(charge_indicator=False, reason_code="01", reason="Descuento", amount=D("393799.00")),
        AllowanceCharge(charge_indicator=True, reason_code="02", reason="Flete", amount=D("214445.00")),
    )
    document = a_document("05", lines=lines, allowance_charges=rows)
    found = document.monetary_total
    assert (found.line_extension_amount, found.tax_inclusive_amount, found.payable_amount) == (
        D("3899000.00"), D("4331530.00"), D("4152176.00"))
    assert rules.check(document) == []


def test_advances_are_judged_from_the_day_of_annex_1_9_on():
    wrong = at(a_document(), "monetary_total", prepaid_amount=D("50.00"))
    assert [f.code for f in rules.check(replace(wrong, issue_date=date(2024, 5, 1)))] == ["CO-PREPAID-01"]
    assert rules.check(replace(wrong, issue_date=date(2024, 4, 30))) == []


# --- never raises --------------------------------------------------------------------------------------------------

_NONSENSE = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["", "\ud800", "\x00", "01", "91", "ZZ", "31", "R-99-PN", ";"]),
    st.sampled_from([D("NaN"), D("1E+999999"), D("1E-999999"), D("sNaN"), D("-0"), D("0E+50"), D("9" * 40), D("-1")]),
    st.integers(-5, 10**20),
    st.booleans(),
    st.just(()),
    st.just((None, "x")),
    st.just(date(2026, 1, 1)),
    st.just(time(1, 2)),
)


def _places(node: Any, reach: Callable[[Any], Document]) -> list[Callable[[Any], Document]]:
    """A function for each field below `node`, which puts another value there."""
    found = []
    if is_dataclass(node):
        for field in fields(node):
            def put(value: Any, name: str = field.name) -> Document:
                return reach(replace(node, **{name: value}))
            found.append(put)
            found += _places(getattr(node, field.name), put)
    elif isinstance(node, tuple):
        for index, one in enumerate(node):
            def put_one(value: Any, index: int = index) -> Document:
                return reach((*node[:index], value, *node[index + 1 :]))
            found += _places(one, put_one)
    return found


_WITH_ALL = at(withheld(), "", payment_exchange_rate=RATE, delivery=Delivery(address=BOGOTA), allowance_charges=(TIP,))
_PLACES = _places(_WITH_ALL, lambda document: document)


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_PLACES), _NONSENSE)
def test_nonsense_gives_findings_and_never_an_exception(put, value):
    document = put(value)
    assert all(finding.code for finding in rules.check(document, is_final=True))
    if not blocking(rules.check(document, is_final=False)):
        against.differences(document, COMPANY)


@pytest.mark.parametrize(("path", "changes", "code", "where"), [
    ("lines.0", {"unit_code": "9\x08"}, "CO-FORM-03", "InvoiceLine[0].InvoicedQuantity.unitCode"),
    ("customer.physical_location", {"country_language": "español"}, "CO-FORM-03",
     "AccountingCustomerParty.Party.PhysicalLocation.Address.Country.Name.languageID"),
    ("lines.0.tax_totals.0.subtotals.0", {"base_unit_measure": D("2.00")}, "CO-FORM-01",
     "InvoiceLine[0].TaxTotal[0].TaxSubtotal[0].BaseUnitMeasure.unitCode"),
], ids=["control character", "no language", "measure without unit"])
def test_an_attribute_that_the_schema_refuses_is_found(path, changes, code, where):
    found = rules.check(at(a_document(), path, **changes))
    assert (code, where) in [(finding.code, finding.where) for finding in found]


def test_an_attribute_without_its_element_is_looked_at_too():
    """A unit code without units: rules compare it."""
    document = at(withheld(), "withholding_tax_totals.0.subtotals.0", base_unit_code=D("sNaN"))
    found = rules.check(document)
    where = "WithholdingTaxTotal[0].TaxSubtotal[0].BaseUnitMeasure.unitCode"
    assert [(finding.code, finding.where) for finding in found] == [("CO-FORM-05", where)]


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=40), st.integers(0, 6000), st.integers(0, 60))
def test_no_bytes_make_the_file_check_fail(noise, start, length):
    xml = build.to_xml(finished())
    file.check_file(xml[:start] + noise + xml[start + length :])
