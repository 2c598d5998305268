"""DIAN documents of every shape for the print: content that invoices of Odoo reach only through much data.

They are identified like issued ones; nobody verifies a signature here, so they have none.
"""
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from ..core.dian import amounts, build, catalogs, identity
from ..core.dian import model as dian
from ..core.dian.cufe import COLOMBIA
from ..tests_process.dian_samples import (
    BUYER,
    BUYER_NAME,
    PIN,
    RESOLUTION,
    SELLER,
    SELLER_NAME,
    SOFTWARE,
    TECHNICAL_KEY,
    check_digit,
)

D = Decimal
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
BOGOTA = dian.Address(
    id="11001", city_name="Bogotá, D.C.", postal_zone="110111", country_subentity="Bogotá",
    country_subentity_code="11", lines=("Calle 1 # 2-3, bodega 4",), country_code="CO", country_name="Colombia",
    country_language="es")
IVA = dian.TaxScheme(id="01", name="IVA")
NOTHING = dian.TaxScheme(id="ZZ", name="No aplica")


def nit(number):
    return dian.Identification(number=number, scheme_id=check_digit(number), scheme_name="31")


def company(number, name, **values):
    return replace(dian.Party(
        additional_account_id="1", industry_classification_code="4690", names=(name,), physical_location=BOGOTA,
        registration_name=name, company_id=nit(number), tax_level_code="O-13;O-15", tax_level_list="48",
        registration_address=BOGOTA, tax_scheme=IVA,
        legal_entity=dian.LegalEntity(
            registration_name=name, company_id=nit(number), registration_prefix="SETP", registration_name_id="123456"),
        contact=dian.Contact(telephone="601 555 0101", electronic_mail="recepcion@example.co")), **values)


def person(number, name, **values):
    return replace(dian.Party(
        additional_account_id="2", names=(name,), physical_location=BOGOTA, registration_name=name,
        company_id=dian.Identification(number=number, scheme_name="13"), tax_level_code="R-99-PN",
        tax_level_list="No aplica", tax_scheme=NOTHING), **values)


def tax(base, percent="19.00", scheme=IVA):
    base, percent = D(base), D(percent)
    amount = amounts.percentage(base, percent)
    return dian.TaxTotal(tax_amount=amount, subtotals=(dian.TaxSubtotal(
        taxable_amount=base, tax_amount=amount, percent=percent, tax_scheme=scheme),))


def withheld(base, iva):
    """Return what a large buyer withholds: IVA (of the IVA), income tax, ICA."""
    return tuple(tax(on, percent, dian.TaxScheme(id=code, name=name)) for on, percent, code, name in (
        (iva, "15.00", "05", "ReteIVA"), (base, "2.50", "06", "ReteRenta"), (base, "0.966", "07", "ReteICA")))


def a_line(description="Tornillo de acero", price="100000.00", quantity="1", **values):
    total = amounts.cut(D(price) * D(quantity))
    return replace(dian.Line(
        id="1", quantity=D(quantity), unit_code="94", line_extension_amount=total, tax_totals=(tax(total),),
        item=dian.Item(descriptions=(description,), standard_item_id=dian.ItemIdentification(
            number="TOR-01", scheme_id="999", scheme_name="Estándar de adopción del contribuyente")),
        price_amount=D(price), base_quantity=D(quantity), base_quantity_unit="94"), **values)


def a_document(type_code="01", *lines, number="SETP990000123", **values):
    """Return an issued document of `lines`; `values` replace or add content."""
    kind = catalogs.DOCUMENT_TYPE[type_code]
    control = dian.InvoiceControl(
        invoice_authorization=RESOLUTION, start_date=date(2019, 1, 19), end_date=date(2030, 1, 19), prefix="SETP",
        from_number=990000000, to_number=995000000)
    seller, buyer = company(SELLER, SELLER_NAME), company(BUYER, BUYER_NAME)
    document = dian.Document(
        type_code=type_code,
        extensions=dian.DianExtensions(
            invoice_control=control if kind.has_range else None, provider=nit(SELLER), software_id=SOFTWARE),
        customization_id=kind.operations[0], profile_id=kind.profile_id, profile_execution_id="2",
        id=number, uuid_scheme_id="2", uuid_scheme_name=kind.hash_name, issue_date=date(2026, 3, 14),
        issue_time=time(10, 22, 33, tzinfo=COLOMBIA), due_date=date(2026, 4, 13), line_count_numeric=len(lines),
        supplier=person("1020304050", "PERSONA INVENTADA") if kind.is_support else seller,
        customer=seller if kind.is_support else buyer,
        payment_means=(dian.PaymentMeans(id="2", payment_means_code="47", payment_due_date=date(2026, 4, 13)),),
        lines=tuple(replace(line, id=str(number)) for number, line in enumerate(lines or (a_line(),), 1)))
    given = {name: values.pop(name) for name in ("allowance_charges",) if name in values}
    document = replace(amounts.summed(replace(document, **given)), **values)
    return identity.identify(document, pin=PIN, technical_key=TECHNICAL_KEY)


def a_note(type_code="91", *lines, **values):
    """Return a note that corrects the invoice of `a_document`."""
    invoice = a_document()
    reference = dian.DocumentReference(
        id=invoice.id, uuid=invoice.uuid, uuid_scheme_name=invoice.uuid_scheme_name, issue_date=invoice.issue_date)
    return a_document(
        type_code, *lines, number="NC45", due_date=None, billing_references=(dian.BillingReference(invoice=reference),),
        discrepancy_responses=(dian.DiscrepancyResponse(
            reference_id=invoice.id, response_code="1", descriptions=("Llegó con el empaque roto",)),), **values)


def answer_to(document) -> bytes:
    """Return what an ApplicationResponse says at least; without signature."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="{UBL}ApplicationResponse-2" xmlns:cac="{UBL}CommonAggregateComponents-2"
 xmlns:cbc="{UBL}CommonBasicComponents-2"><cbc:ID>1</cbc:ID><cbc:IssueDate>{document.issue_date}</cbc:IssueDate>
<cbc:IssueTime>10:22:41-05:00</cbc:IssueTime><cac:DocumentResponse><cac:Response>
<cbc:ResponseCode>02</cbc:ResponseCode><cbc:Description>Documento validado por la DIAN</cbc:Description></cac:Response>
<cac:DocumentReference><cbc:ID>{document.id}</cbc:ID><cbc:UUID>{document.uuid}</cbc:UUID></cac:DocumentReference>
</cac:DocumentResponse></ApplicationResponse>""".encode()


def xml_of(document) -> bytes:
    return build.to_xml(document)
