"""Rules about lines and articles (FAV, FAZ, FBB, FBE)."""

from collections.abc import Iterator

from ...findings import Finding
from .. import amounts, catalogs
from ..model import Document
from .common import ZERO, is_support, numbered
from .money import incomplete
from .registry import error, rule, warning

AIU = "09"
AIU_WORDS = "Contrato de servicios AIU por concepto de:"
_LONGEST_AIU = 5000
MANDATE, EXPORT = "11", "02"


@rule("CO-LINE-01")
def lines_have_numbers_of_their_own(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for where, line in numbered(document):
        if not line.id or line.id in seen:
            yield error(document, "CO-LINE-01", f"{where}.ID", value=line.id)
        seen.add(line.id)


@rule("FAV03")
def aiu_is_explained(document: Document) -> Iterator[Finding]:
    """On the line of the administration; the wording is the annex's."""
    notes = [(where, note) for where, line in numbered(document) for note in line.notes if note.startswith(AIU_WORDS)]
    if document.customization_id == AIU and not is_support(document) and not notes:
        yield error(document, "FAV03", "InvoiceLine[0].Note", expected=AIU_WORDS)
    for where, note in notes:
        if len(note) > _LONGEST_AIU or note.strip() == AIU_WORDS:
            yield error(document, "FAV03", f"{where}.Note", value=len(note))


@rule("FAV04b")
def quantity_is_positive(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        if line.quantity <= 0:
            yield error(document, "FAV04b", f"{where}.{_quantity(document)}", value=line.quantity)


def _quantity(document: Document) -> str:
    return {"CreditNote": "CreditedQuantity", "DebitNote": "DebitedQuantity"}.get(document.root, "InvoicedQuantity")


@rule("FAV06")
def line_amount_is_price_by_quantity(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        expected = amounts.line_extension(line)
        if expected is None:
            yield error(document, "FAV06", f"{where}.Price")
        elif line.line_extension_amount != expected:
            yield error(
                document, "FAV06", f"{where}.LineExtensionAmount", value=line.line_extension_amount, expected=expected
            )
        elif line.base_quantity != line.quantity or line.base_quantity_unit != line.unit_code:
            value = f"{line.base_quantity} {line.base_quantity_unit or ''}"
            wanted = f"{line.quantity} {line.unit_code}"
            yield error(document, "FAV06", f"{where}.Price.BaseQuantity", value=value, expected=wanted)


@rule("FBE01")
def line_discounts_and_charges_are_complete(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        for index, row in enumerate(line.allowance_charges):
            here, name = f"{where}.AllowanceCharge[{index}]", incomplete(row)
            if name or row.base_amount is None:
                yield error(document, "FBE01", f"{here}.{name or 'BaseAmount'}")


@rule("CO-GIFT-01", "FBB05")
def gift_has_a_price_of_reference(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        reference = line.pricing_reference
        if line.price_amount == ZERO and (reference is None or reference.price_amount <= 0):
            yield error(document, "CO-GIFT-01", f"{where}.PricingReference")
        if reference is not None and reference.price_type_code not in catalogs.REFERENCE_PRICE:
            yield warning(
                document, "FBB05", f"{where}.PricingReference.AlternativeConditionPrice.PriceTypeCode",
                value=reference.price_type_code or "",
            )  # fmt: skip


@rule("FAZ02", "FAZ09")
def article_is_described_and_coded(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        if not line.item.descriptions or not line.item.descriptions[0].strip():
            yield error(document, "FAZ02", f"{where}.Item.Description")
        code = line.item.standard_item_id
        if code is None or not code.number or code.scheme_id not in catalogs.ITEM_CODE:
            value = code.scheme_id or "" if code else ""
            yield error(document, "FAZ09", f"{where}.Item.StandardItemIdentification.ID", value=value)


@rule("CO-EXP-02", "CO-EXP-03")
def exported_article_has_brand_model_and_tariff_code(document: Document) -> Iterator[Finding]:
    if document.type_code != EXPORT:
        return
    for where, line in numbered(document):
        if not line.item.brand_names or not line.item.model_names:
            yield warning(document, "CO-EXP-02", f"{where}.Item")
        code = line.item.standard_item_id
        if code is not None and code.scheme_id != catalogs.TARIFF_CODE:
            yield warning(
                document, "CO-EXP-03", f"{where}.Item.StandardItemIdentification.ID", value=code.scheme_id or ""
            )


@rule("CO-MAND-01")
def mandate_names_the_mandator(document: Document) -> Iterator[Finding]:
    is_mandate = document.customization_id == MANDATE and not is_support(document)
    if is_mandate and not any(line.item.mandator for line in document.lines):
        yield error(document, "CO-MAND-01", "InvoiceLine[0].Item.InformationContentProviderParty")


@rule("CO-DS-02")
def support_line_says_when_it_was_bought(document: Document) -> Iterator[Finding]:
    if document.type_code != "05":
        return
    for where, line in numbered(document):
        period = line.period
        if period is None or period.start_date is None or period.description_code not in catalogs.SUPPORT_PERIOD:
            value = period.description_code or "" if period else ""
            yield error(document, "CO-DS-02", f"{where}.InvoicePeriod", value=value)
