"""Documents of DIAN for tests: a plain one of each type; all parties are invented."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from core.dian import amounts, catalogs, names
from core.dian.cufe import COLOMBIA
from core.dian.model import (
    Address,
    BillingReference,
    Contact,
    DianExtensions,
    DiscrepancyResponse,
    Document,
    DocumentReference,
    Identification,
    InvoiceControl,
    Item,
    ItemIdentification,
    LegalEntity,
    Line,
    Party,
    PaymentMeans,
    Period,
    TaxScheme,
    TaxSubtotal,
    TaxTotal,
)
from core.dian.nit import check_digit

D = Decimal
KEY = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"  # of DIAN's public test range
PIN, SOFTWARE = "75315", "00000000-0000-4000-8000-0000000000aa"
NIT_A, NIT_B = "901002487", "901002511"
BOGOTA = Address(
    id="11001",
    city_name="Bogotá, D.C.",
    postal_zone="110111",
    country_subentity="Bogotá",
    country_subentity_code="11",
    lines=("Calle 1 # 2-3",),
    country_code="CO",
    country_name="Colombia",
    country_language="es",
)
IVA = TaxScheme(id="01", name="IVA")
NOTHING = TaxScheme(id="ZZ", name="No aplica")


def nit(number: str) -> Identification:
    return Identification(number=number, scheme_id=check_digit(number), scheme_name="31")


def company(number: str, name: str, prefix: str | None = None) -> Party:
    return Party(
        additional_account_id="1",
        names=(name,),
        physical_location=BOGOTA,
        registration_name=name,
        company_id=nit(number),
        tax_level_code="O-13;O-15",
        tax_level_list="48",
        registration_address=BOGOTA,
        tax_scheme=IVA,
        legal_entity=LegalEntity(registration_name=name, company_id=nit(number), registration_prefix=prefix),
        contact=Contact(electronic_mail="recepcion@example.com"),
    )


ISSUER = company(NIT_A, "COMERCIAL INVENTADA SAS", "SETP")
BUYER = company(NIT_B, "COMPRAS INVENTADAS SAS")
CONSUMER = Party(
    additional_account_id="2",
    identification=Identification(number="222222222222", scheme_name="13"),
    names=("consumidor final",),
    registration_name="consumidor final",
    company_id=Identification(number="222222222222", scheme_name="13"),
    tax_level_code="R-99-PN",
    tax_level_list="No aplica",
    tax_scheme=NOTHING,
    legal_entity=LegalEntity(
        registration_name="consumidor final", company_id=Identification(number="222222222222", scheme_name="13")
    ),
)
PERSON = replace(
    CONSUMER,
    identification=Identification(number="1020", scheme_name="13"),
    company_id=Identification(number="1020", scheme_name="13"),
    legal_entity=None,
    names=("María Inventada",),
    registration_name="María Inventada",
    physical_location=BOGOTA,
    registration_address=BOGOTA,
)
FOREIGNER = replace(
    BUYER,
    company_id=Identification(number="X-55", scheme_name="50"),
    legal_entity=LegalEntity(
        registration_name="ACME INVENTED INC", company_id=Identification(number="X-55", scheme_name="50")
    ),
    names=("ACME INVENTED INC",),
    registration_name="ACME INVENTED INC",
    tax_level_code="R-99-PN",
    tax_level_list="No aplica",
    tax_scheme=NOTHING,
    physical_location=Address(
        city_name="Miami", lines=("1 Main St",), country_code="US", country_name="Estados Unidos"
    ),
    registration_address=None,
)
RANGE = InvoiceControl(
    invoice_authorization="18760000001",
    start_date=date(2019, 1, 19),
    end_date=date(2030, 1, 19),
    prefix="SETP",
    from_number=990000000,
    to_number=995000000,
)
EXTENSIONS = DianExtensions(invoice_control=RANGE, provider=nit(NIT_A), software_id=SOFTWARE)
CASH = PaymentMeans(id="1", payment_means_code="10")


def a_tax(base: str = "200.00", percent: str = "19.00", scheme: TaxScheme = IVA, amount: str | None = None) -> TaxTotal:
    tax = D(amount) if amount is not None else amounts.percentage(D(base), D(percent))
    row = TaxSubtotal(taxable_amount=D(base), tax_amount=tax, percent=D(percent), tax_scheme=scheme)
    return TaxTotal(tax_amount=tax, subtotals=(row,))


def bags(quantity: str, each: str) -> TaxTotal:
    """INC Bolsas, an amount for each unit."""
    tax = amounts.cut(D(quantity) * D(each))
    row = TaxSubtotal(
        tax_amount=tax,
        taxable_amount=D("0.00"),
        base_unit_measure=D(quantity),
        base_unit_code="94",
        per_unit_amount=D(each),
        tax_scheme=TaxScheme(id="22", name="INC Bolsas"),
    )
    return TaxTotal(tax_amount=tax, subtotals=(row,))


def a_line(**changes: object) -> Line:
    """Two pieces at 100.00 with IVA 19 %."""
    line = Line(
        id="1",
        quantity=D("2.000000"),
        unit_code="94",
        line_extension_amount=D("200.00"),
        tax_totals=(a_tax(),),
        item=Item(
            descriptions=("Tornillo",),
            standard_item_id=ItemIdentification(
                number="T-1", scheme_id="999", scheme_name="Estándar de adopción del contribuyente"
            ),
        ),
        price_amount=D("100.00"),
        base_quantity=D("2.000000"),
        base_quantity_unit="94",
    )
    return replace(line, **changes)


def a_document(type_code: str = "01", **changes: object) -> Document:
    """A valid document of 238.00 COP of this type, its totals following the lines, discounts and charges given."""
    kind = catalogs.DOCUMENT_TYPE[type_code]
    document = Document(
        type_code=type_code,
        extensions=EXTENSIONS if kind.has_range else replace(EXTENSIONS, invoice_control=None),
        customization_id=kind.operations[0],
        profile_id=kind.profile_id,
        profile_execution_id="2",
        id="SETP990000123" if kind.has_range else "NC45",
        uuid_scheme_id="2",
        uuid_scheme_name=kind.hash_name,
        issue_date=date(2026, 11, 20),
        issue_time=time(9, 30, 15, tzinfo=COLOMBIA),
        line_count_numeric=1,
        supplier=ISSUER,
        customer=BUYER,
        payment_means=(CASH,),
        monetary_total=None,
        lines=(a_line(),),
    )
    document = replace(document, **_by_type(type_code))
    given = {name: changes.pop(name) for name in ("lines", "allowance_charges") if name in changes}
    return replace(amounts.summed(replace(document, **given)), **changes)


def _by_type(code: str) -> dict[str, object]:
    invoice = DocumentReference(
        id="SETP990000122", uuid="a" * 96, uuid_scheme_name=names.CUFE, issue_date=date(2026, 11, 19)
    )
    note = {
        "discrepancy_responses": (
            DiscrepancyResponse(reference_id="SETP990000122", response_code="1", descriptions=("Devolución parcial",)),
        ),
        "billing_references": (BillingReference(invoice=invoice),),
        "supplier": replace(ISSUER, legal_entity=replace(ISSUER.legal_entity, registration_prefix="NC")),
    }
    paper = DocumentReference(id="P-1", issue_date=date(2026, 11, 19), document_type_code="FTC")
    line = a_line(period=Period(start_date=date(2026, 11, 20), description_code="1", description="Por operación"))
    support = {
        "supplier": replace(PERSON, tax_scheme=NOTHING),
        "customer": replace(BUYER, company_id=nit(NIT_A)),
        "lines": (line,),
    }
    if code == "03":
        return {"additional_document_references": (paper,)}
    if code == "05":
        return {**support, "due_date": date(2026, 11, 20)}
    if code == "95":
        reference = replace(invoice, uuid_scheme_name=names.CUDS)
        return {**note, **support, "billing_references": (BillingReference(invoice=reference),)}
    return note if code in ("91", "92") else {}


def at_home(document: Document, period: Period) -> Document:
    """A note without reference, for a period."""
    operation = {"91": "22", "92": "32"}[document.type_code]
    return replace(document, customization_id=operation, billing_references=(), invoice_period=period)
