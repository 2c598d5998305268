"""Documents for DIAN's test set (habilitación): valid, small, and obviously no sale.

They are made of the company's own data, so that the set shows what its real documents would be refused for.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from ..enums import TextEnum
from . import amounts, catalogs
from .cufe import COLOMBIA
from .model import (
    BillingReference,
    DianExtensions,
    DiscrepancyResponse,
    Document,
    DocumentReference,
    Identification,
    InvoiceControl,
    Item,
    ItemIdentification,
    Line,
    Party,
    PaymentMeans,
    Period,
    TaxScheme,
    TaxSubtotal,
    TaxTotal,
)
from .nit import check_digit

INVOICE, CREDIT_NOTE, DEBIT_NOTE = "01", "91", "92"
SUPPORT, ADJUSTMENT = "05", "95"
KINDS = (INVOICE, CREDIT_NOTE, DEBIT_NOTE)
FIRSTS = (INVOICE, SUPPORT)  # what has a range of its own, and is there before a note of its family


class Family(TextEnum):
    """DIAN's portal has a set for each family of documents, with a TestSetId of its own."""

    INVOICE = "invoice"
    SUPPORT = "support"


FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {Family.INVOICE: KINDS, Family.SUPPORT: (SUPPORT, ADJUSTMENT)}
)
SUPPORT_PREFIX = "SEDS"  # of the test range of support documents, as DIAN's portal shows it
PUBLIC_RANGE = InvoiceControl(  # the same for every company (DIAN, habilitación)
    invoice_authorization="18760000001", prefix="SETP", from_number=990000000, to_number=995000000,
)  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_UNIT = "94"
_WORDS = "Documento de prueba para la habilitación ante la DIAN; no es una venta"
_IVA, _RATE = "01", Decimal("19.00")
_REASON = {
    CREDIT_NOTE: "Prueba de nota crédito",
    DEBIT_NOTE: "Prueba de nota débito",
    ADJUSTMENT: "Prueba de nota de ajuste",
}
_BY_OPERATION = "1"


def is_identifier(text: str) -> bool:
    """Whether `text` has the shape of a SoftwareID or TestSetId."""
    return bool(_UUID.fullmatch(text))


def first_of(type_code: str) -> str:
    """What a note of this type corrects: an invoice or a support document; of these two the type itself."""
    return next(kinds[0] for kinds in FAMILIES.values() if type_code in kinds)


def document(
    type_code: str,
    *,
    number: str,
    moment: datetime,
    software_id: str,
    environment: str,
    supplier: Party,
    customer: Party,
    control: InvoiceControl | None = None,
    invoice: DocumentReference | None = None,
    turn: int = 1,
    provider: str = "",
) -> Document:
    """A test document of type 01, 91, 92, 05 or 95, not yet identified.

    :param number: with its prefix.
    :param moment: aware, of signing.
    :param supplier: of a support document who sells, its issuer is `customer`.
    :param control: the test range, of an invoice or support document.
    :param invoice: what a note corrects.
    :param turn: makes the amounts of one set differ.
    :param provider: NIT of who owns the software, without check digit; empty means the issuer.
    """
    moment = moment.astimezone(COLOMBIA).replace(microsecond=0)
    kind = catalogs.DOCUMENT_TYPE[type_code]
    plain = Document(
        type_code=type_code,
        extensions=_extensions(
            control if kind.has_range else None, customer if kind.is_support else supplier, provider, software_id
        ),
        customization_id=kind.operations[0],
        profile_id=kind.profile_id,
        profile_execution_id=environment,
        id=number,
        issue_date=moment.date(),
        issue_time=moment.timetz(),
        due_date=moment.date() if type_code in FIRSTS else None,
        notes=(_WORDS,),
        line_count_numeric=1,
        supplier=supplier,
        customer=customer,
        payment_means=(PaymentMeans(id=catalogs.CASH, payment_means_code="10"),),
        lines=(_line(_price(type_code, turn), charges_iva=_charges_iva(supplier), period=_period(type_code, moment)),),
    )
    if type_code not in FIRSTS and invoice is not None:
        reason = DiscrepancyResponse(
            reference_id=invoice.id, response_code="1", descriptions=(_REASON[type_code],)
        )
        plain = replace(
            plain, discrepancy_responses=(reason,), billing_references=(BillingReference(invoice=invoice),)
        )
    return amounts.summed(plain)


def _extensions(control: InvoiceControl | None, issuer: Party, provider: str, software_id: str) -> DianExtensions:
    nit = provider or (issuer.company_id.number if issuer.company_id else "")
    owner = Identification(
        number=nit, scheme_id=check_digit(nit) if nit.isdigit() else None, scheme_name=catalogs.NIT
    )
    return DianExtensions(invoice_control=control, provider=owner, software_id=software_id)


def _period(type_code: str, moment: datetime) -> Period | None:
    """When the line of a support document was bought: on the day of its signature."""
    if type_code != SUPPORT:
        return None
    words = catalogs.SUPPORT_PERIOD[_BY_OPERATION].name
    return Period(start_date=moment.date(), description_code=_BY_OPERATION, description=words)


def _price(type_code: str, turn: int) -> Decimal:
    """Of a note, so little that one invoice has room for every note of a set."""
    price = 100_000 + 100 * (turn % 50) if type_code in FIRSTS else 100 + turn % 50
    return Decimal(price).quantize(Decimal("0.01"))


def _charges_iva(supplier: Party) -> bool:
    return supplier.tax_scheme is not None and supplier.tax_scheme.id in (_IVA, "ZA")


def _line(price: Decimal, *, charges_iva: bool, period: Period | None) -> Line:
    taxes: tuple[TaxTotal, ...] = ()
    if charges_iva:
        tax = amounts.percentage(price, _RATE)
        row = TaxSubtotal(
            taxable_amount=price, tax_amount=tax, percent=_RATE, tax_scheme=TaxScheme(id=_IVA, name="IVA")
        )
        taxes = (TaxTotal(tax_amount=tax, subtotals=(row,)),)
    return Line(
        id="1",
        quantity=Decimal("1.000000"),
        unit_code=_UNIT,
        line_extension_amount=price,
        period=period,
        tax_totals=taxes,
        item=Item(
            descriptions=("Artículo de prueba",),
            standard_item_id=ItemIdentification(
                number="PRUEBA-1", scheme_id="999", scheme_name="Estándar de adopción del contribuyente"
            ),
        ),
        price_amount=price,
        base_quantity=Decimal("1.000000"),
        base_quantity_unit=_UNIT,
    )
