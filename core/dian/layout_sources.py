"""What a field of a provider's layout can hold: values of a document by name, and the parts of it that repeat.

A value belongs to a scope: the document, or a part of it that there may be several of or none (a line, one of its
taxes). The scope of a group's fields says how often the group is written, so that the map needs no column for that.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ..money import round_half_up
from . import catalogs, cufe, identity
from .kinds import AMOUNT, PERCENT, PRICE, QUANTITY
from .model import Address, Document, Identification, Party, TaxTotal

DOCUMENT = ""
_DOTTED = "."
Items = tuple[Any, ...]  # the part of each scope, outermost first


@dataclass(frozen=True, slots=True)
class Source:
    """`label` is for people; `read` takes the document and the parts of `scope`, and answers "" for nothing.

    `is_free` says that people wrote the text: it may hold any sign.
    """

    name: str
    label: str
    scope: str
    read: Callable[[Document, Items], str]
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class WithheldOrNot:
    """A tax of a document or of a line, and whether it is withheld."""

    total: TaxTotal
    is_withheld: bool


def parts(scope: str, document: Document, items: Items) -> tuple[Any, ...]:
    """The parts of a scope inside the part of the scope around it (the last of `items`)."""
    return _PARTS[scope](items[-1] if items else document)


def around(scope: str) -> str:
    """The scope that a scope lies in."""
    return scope.rpartition(_DOTTED)[0]


def _taxes(holder: Any) -> tuple[WithheldOrNot, ...]:
    return (
        *(WithheldOrNot(total, False) for total in holder.tax_totals),
        *(WithheldOrNot(total, True) for total in holder.withholding_tax_totals),
    )


def _one(value: Any) -> tuple[Any, ...]:
    return () if value is None else (value,)


_PARTS: Mapping[str, Callable[[Any], tuple[Any, ...]]] = MappingProxyType(
    {
        "range": lambda document: _one(document.extensions.invoice_control),
        "exchange": lambda document: _one(document.payment_exchange_rate),
        "charge": lambda document: document.allowance_charges,
        "tax": _taxes,
        "tax.part": lambda tax: tax.total.subtotals,
        "note": lambda document: document.notes,
        "order": lambda document: _one(document.order_reference),
        "reference": lambda document: tuple(
            found
            for reference in document.billing_references
            for found in (reference.invoice, reference.credit_note, reference.debit_note)
            if found is not None
        ),
        "reason": lambda document: document.discrepancy_responses,
        "means": lambda document: document.payment_means,
        "prepaid": lambda document: document.prepaid_payments,
        "line": lambda document: document.lines,
        "line.period": lambda line: _one(line.period),
        "line.charge": lambda line: line.allowance_charges,
        "line.code": lambda line: _one(line.item.standard_item_id),
        "line.tax": _taxes,
        "line.tax.part": lambda tax: tax.total.subtotals,
    }
)
SCOPES = frozenset({DOCUMENT, *_PARTS})


# --- values as text --------------------------------------------------------------------------------------------------


def _text(value: str | None) -> str:
    return value or ""


def _day(value: date | None) -> str:
    return value.isoformat()[:10] if value else ""


def _amount(value: Decimal | None) -> str:
    return "" if value is None else AMOUNT.write(value)


def _number(value: Decimal | None) -> str:
    return "" if value is None else QUANTITY.write(value)


def _price(value: Decimal | None) -> str:
    return "" if value is None else PRICE.write(value)


def _flag(value: bool) -> str:
    return "true" if value else "false"


# --- the document ----------------------------------------------------------------------------------------------------

_KINDS = {"91": "NC", "92": "ND", "05": "DS", "95": "NC"}


def _due(document: Document) -> str:
    given = (document.due_date, *(means.payment_due_date for means in document.payment_means))
    return _day(next((day for day in given if day), None))


def _of_total(name: str) -> Callable[[Document], Decimal | None]:
    return lambda document: getattr(document.monetary_total, name) if document.monetary_total else None


def _foreign(amount: Callable[[Document], Decimal | None]) -> Callable[[Document, Items], str]:
    """An amount in the other currency of the exchange rate."""

    def read(document: Document, items: Items) -> str:
        rate, value = items[-1].calculation_rate, amount(document)
        return _amount(round_half_up(value / rate, 2)) if rate and value is not None else ""

    return read


def _all_taxes(document: Document) -> Decimal:
    return sum((total.tax_amount for total in document.tax_totals), Decimal(0))


_HEAD: tuple[tuple[str, str, Callable[[Document], str]], ...] = (
    ("document.kind", "Kind of document (INVOIC, NC, ND, DS)", lambda d: _KINDS.get(d.type_code, "INVOIC")),
    ("document.type", "Type of document (01, 91, 05 …)", lambda d: d.type_code),
    ("document.number", "Number with its prefix", lambda d: d.id),
    ("document.date", "Date of issue", lambda d: _day(d.issue_date)),
    ("document.time", "Time of issue, with -05:00", lambda d: cufe.clock_time(d.issue_time)),
    ("document.due_date", "Due date", _due),
    ("document.currency", "Currency", lambda d: d.document_currency_code),
    ("document.lines", "How many lines", lambda d: str(d.line_count_numeric)),
    ("document.environment", "Environment (1 production, 2 test)", lambda d: d.profile_execution_id),
    ("document.operation", "Type of operation", lambda d: d.customization_id),
    ("document.ubl_version", "Version of UBL", lambda d: d.ubl_version_id),
    ("document.tax_date", "Date of the taxes", lambda d: _day(d.tax_point_date)),
    ("document.period_start", "First day of the period", lambda d: _day(getattr(d.invoice_period, "start_date", None))),
    ("document.period_end", "Last day of the period", lambda d: _day(getattr(d.invoice_period, "end_date", None))),
    ("document.prefix", "Prefix of the issuer's range", lambda d: _prefix(identity.issuer(d))),
)
_TOTALS = (
    ("gross", "Value of the lines before taxes", "line_extension_amount"),
    ("taxable", "Taxable base", "tax_exclusive_amount"),
    ("with_taxes", "Value with taxes", "tax_inclusive_amount"),
    ("allowances", "Discounts of the document", "allowance_total_amount"),
    ("charges", "Charges of the document", "charge_total_amount"),
    ("prepaid", "Advances", "prepaid_amount"),
    ("rounding", "Rounding", "payable_rounding_amount"),
    ("payable", "Amount to pay", "payable_amount"),
)


# --- parties ---------------------------------------------------------------------------------------------------------


def _prefix(party: Party) -> str:
    return _text(party.legal_entity.registration_prefix) if party.legal_entity else ""


def _id(party: Party) -> Identification | None:
    return party.company_id or party.identification


def _identified(name: str) -> Callable[[Party], str]:
    return lambda party: _text(getattr(_id(party), name, ""))


def _contact(name: str) -> Callable[[Party], str]:
    return lambda party: _text(getattr(party.contact, name, ""))


def _where(party: Party) -> Address | None:
    return party.physical_location or party.registration_address


def _legal_where(party: Party) -> Address | None:
    return party.registration_address or party.physical_location


def _regime(party: Party) -> str:
    """48 or 49; "No aplica" is none."""
    return _text(party.tax_level_list) if party.tax_level_list in catalogs.REGIME else ""


_PARTY: tuple[tuple[str, str, Callable[[Party], str], bool], ...] = (
    ("person", "legal person (1) or natural person (2)", lambda p: _text(p.additional_account_id), False),
    ("number", "identification without check digit", _identified("number"), False),
    ("number_type", "type of identification", _identified("scheme_name"), False),
    ("check_digit", "check digit", _identified("scheme_id"), False),
    ("regime", "regime (48, 49)", _regime, False),
    ("name", "legal name", lambda p: _text(p.registration_name or next(iter(p.names), "")), True),
    ("trade_name", "trade name", lambda p: _text(next(iter(p.names), "") or p.registration_name), True),
    ("responsibilities", "responsibilities", lambda p: _text(p.tax_level_code), False),
    ("activity", "economic activity (CIIU)", lambda p: _text(p.industry_classification_code), False),
    ("tribute", "tribute", lambda p: p.tax_scheme.id if p.tax_scheme else "", False),
    ("tribute_name", "name of the tribute", lambda p: p.tax_scheme.name if p.tax_scheme else "", False),
    ("prefix", "prefix of the range", _prefix, False),
    (
        "registration",
        "commercial registration",
        lambda p: _text(p.legal_entity.registration_name_id) if p.legal_entity else "",
        False,
    ),
    ("contact", "name of the contact", _contact("name"), True),
    ("phone", "telephone", _contact("telephone"), True),
    ("email", "e-mail", _contact("electronic_mail"), True),
)
_ADDRESS: tuple[tuple[str, str, Callable[[Address], str], bool], ...] = (
    ("line", "address", lambda a: ", ".join(line for line in a.lines if line), True),
    ("municipality", "code of the municipality", lambda a: _text(a.id), False),
    ("city", "city", lambda a: _text(a.city_name), True),
    ("department", "code of the department", lambda a: _text(a.country_subentity_code), False),
    ("department_name", "name of the department", lambda a: _text(a.country_subentity), True),
    ("postal_code", "postal code", lambda a: _text(a.postal_zone), False),
    ("country", "code of the country", lambda a: _text(a.country_code), False),
    ("country_name", "name of the country", lambda a: _text(a.country_name), True),
)
_ROLES: tuple[tuple[str, str, Callable[[Document], Party]], ...] = (
    ("issuer", "Issuer (who signs)", identity.issuer),
    ("seller", "Seller", lambda document: document.supplier),
    ("buyer", "Buyer", lambda document: document.customer),
)


# --- parts that repeat -----------------------------------------------------------------------------------------------


def _percent(value: Decimal | None) -> str:
    return "" if value is None else PERCENT.write(value)


Row = tuple[str, str, Callable[[Any], str], bool]  # name, label, reader of one part, whether people wrote it

_CHARGE: tuple[Row, ...] = (
    ("is_charge", "Charge (true) or discount (false)", lambda c: _flag(c.charge_indicator), False),
    ("percent", "Percentage", lambda c: _percent(c.multiplier_factor_numeric), False),
    ("amount", "Amount", lambda c: _amount(c.amount), False),
    ("base", "Base", lambda c: _amount(c.base_amount), False),
    ("code", "Code of the reason", lambda c: _text(c.reason_code), False),
    ("reason", "Reason", lambda c: _text(c.reason), True),
    ("id", "Consecutive number", lambda c: _text(c.id), False),
)
_TAX: tuple[Row, ...] = (
    ("is_withheld", "Withheld (true) or not (false)", lambda t: _flag(t.is_withheld), False),
    ("amount", "Amount of the tax", lambda t: _amount(t.total.tax_amount), False),
)
_TAX_PART: tuple[Row, ...] = (
    ("tribute", "Code of the tribute", lambda s: s.tax_scheme.id, False),
    ("tribute_name", "Name of the tribute", lambda s: s.tax_scheme.name, False),
    ("base", "Base", lambda s: _amount(s.taxable_amount), False),
    ("amount", "Amount", lambda s: _amount(s.tax_amount), False),
    ("percent", "Percentage", lambda s: _percent(s.percent), False),
    ("units", "Units of a tax per unit", lambda s: _number(s.base_unit_measure), False),
    ("unit", "Unit of measure of a tax per unit", lambda s: _text(s.base_unit_code), False),
    ("per_unit", "Amount per unit", lambda s: _amount(s.per_unit_amount), False),
)
_REPEATED: Mapping[str, tuple[str, tuple[Row, ...]]] = {
    "range": (
        "Numbering range",
        (
            ("resolution", "Resolution", lambda r: r.invoice_authorization, False),
            ("start", "First day", lambda r: _day(r.start_date), False),
            ("end", "Last day", lambda r: _day(r.end_date), False),
            ("prefix", "Prefix", lambda r: _text(r.prefix), False),
            ("first", "First number", lambda r: "" if r.from_number is None else str(r.from_number), False),
            ("last", "Last number", lambda r: "" if r.to_number is None else str(r.to_number), False),
        ),
    ),
    "exchange": (
        "Exchange rate",
        (
            ("currency", "Other currency", lambda e: e.target_currency_code, False),
            ("rate", "Pesos for one unit of it", lambda e: _number(e.calculation_rate), False),
            ("date", "Day of the rate", lambda e: _day(e.day), False),
        ),
    ),
    "charge": ("Discount or charge", _CHARGE),
    "tax": ("Tax", _TAX),
    "tax.part": ("Rate of a tax", _TAX_PART),
    "note": ("Note", (("text", "Text", lambda n: n, True),)),
    "order": (
        "Purchase order",
        (("number", "Number", lambda o: o.id, True), ("date", "Date", lambda o: _day(o.issue_date), False)),
    ),
    "reference": (
        "Referenced document",
        (
            ("number", "Number with its prefix", lambda r: r.id, False),
            ("date", "Date of issue", lambda r: _day(r.issue_date), False),
            ("key", "CUFE, CUDE or CUDS", lambda r: _text(r.uuid), False),
            ("key_name", "Name of its hash", lambda r: _text(r.uuid_scheme_name), False),
            ("type", "Type of document", lambda r: _text(r.document_type_code), False),
        ),
    ),
    "reason": (
        "Why a note exists",
        (
            ("code", "Code of the concept", lambda r: r.response_code, False),
            ("words", "Words", lambda r: " ".join(r.descriptions), True),
            ("number", "Number that is corrected", lambda r: _text(r.reference_id), False),
        ),
    ),
    "means": (
        "Payment",
        (
            ("code", "Means of payment", lambda m: m.payment_means_code, False),
            ("form", "Form of payment (1 cash, 2 credit)", lambda m: _text(m.id), False),
            ("due_date", "Due date", lambda m: _day(m.payment_due_date), False),
        ),
    ),
    "prepaid": (
        "Advance",
        (
            ("amount", "Amount", lambda p: _amount(p.paid_amount), False),
            ("date", "Day it was received", lambda p: _day(p.received_date), False),
            ("number", "Number", lambda p: _text(p.id), False),
        ),
    ),
    "line": (
        "Line",
        (
            ("number", "Number of the line", lambda x: x.id, False),
            ("quantity", "Quantity", lambda x: _number(x.quantity), False),
            ("unit", "Unit of measure", lambda x: x.unit_code, False),
            ("amount", "Value before taxes", lambda x: _amount(x.line_extension_amount), False),
            ("amount_with_taxes", "Value with taxes", lambda x: _amount(_with_taxes(x)), False),
            ("price", "Price of a unit", lambda x: _price(x.price_amount), False),
            ("description", "Description", lambda x: " ".join(x.item.descriptions), True),
            ("note", "Notes", lambda x: " ".join(x.notes), True),
            ("brand", "Brand", lambda x: ", ".join(x.item.brand_names), True),
            ("model", "Model", lambda x: ", ".join(x.item.model_names), True),
            ("own_code", "Own code of the article", lambda x: _text(x.item.sellers_item_id), True),
            (
                "reference_price",
                "What a gift is worth",
                lambda x: _amount(x.pricing_reference.price_amount) if x.pricing_reference else "",
                False,
            ),
            ("mandator", "NIT of who is sold for", lambda x: x.item.mandator.number if x.item.mandator else "", False),
        ),
    ),
    "line.period": (
        "Purchase of a support document",
        (
            ("date", "Day", lambda p: _day(p.start_date), False),
            ("form", "Per operation (1) or per week (2)", lambda p: _text(p.description_code), False),
            ("form_name", "The same in words", lambda p: _text(p.description), True),
        ),
    ),
    "line.charge": ("Discount or charge of a line", _CHARGE),
    "line.code": (
        "Code of the article",
        (
            ("number", "Code", lambda c: c.number, True),
            ("standard", "Standard (001, 010, 020, 999)", lambda c: _text(c.scheme_id), False),
            ("standard_name", "Name of the standard", lambda c: _text(c.scheme_name), False),
            ("agency", "Agency of the standard", lambda c: _text(c.scheme_agency_id), False),
        ),
    ),
    "line.tax": ("Tax of a line", _TAX),
    "line.tax.part": ("Rate of a tax of a line", _TAX_PART),
}


def _with_taxes(line: Any) -> Decimal:
    return line.line_extension_amount + sum((total.tax_amount for total in line.tax_totals), Decimal(0))


# --- all of them -----------------------------------------------------------------------------------------------------


def _sources() -> Iterator[Source]:
    for name, label, of_document in _HEAD:
        yield Source(name, label, DOCUMENT, _on_document(of_document))
    for name, label, attribute in _TOTALS:
        value = _of_total(attribute)
        yield Source(f"total.{name}", label, DOCUMENT, _on_document(lambda d, value=value: _amount(value(d))))
        yield Source(
            f"total.{name}.currency", f"Currency of: {label}", DOCUMENT,
            _on_document(lambda d, value=value: "" if value(d) is None else d.document_currency_code),
        )  # fmt: skip
        yield Source(f"exchange.{name}", f"{label}, in the other currency", "exchange", _foreign(value))
    yield Source("exchange.taxes", "Taxes, in the other currency", "exchange", _foreign(_all_taxes))
    for role, who, party_of in _ROLES:
        for name, label, of_party, is_free in _PARTY:
            yield _of_party(f"{role}.{name}", f"{who}: {label}", party_of, of_party, is_free)
        for name, label, of_address, is_free in _ADDRESS:
            for kind, words, place in (("address", "", _where), ("fiscal_address", " (fiscal address)", _legal_where)):
                reader = _at(place, of_address)
                yield _of_party(f"{role}.{kind}.{name}", f"{who}: {label}{words}", party_of, reader, is_free)
    for scope, (what, rows) in _REPEATED.items():
        for name, label, of_part, is_free in rows:
            yield Source(f"{scope}.{name}", f"{what}: {label[0].lower()}{label[1:]}", scope, _on_part(of_part), is_free)


def _on_document(reader: Callable[[Document], str]) -> Callable[[Document, Items], str]:
    return lambda document, items: reader(document)


def _on_part(reader: Callable[[Any], str]) -> Callable[[Document, Items], str]:
    return lambda document, items: reader(items[-1])


def _of_party(
    name: str, label: str, party_of: Callable[[Document], Party], reader: Callable[[Party], str], is_free: bool
) -> Source:
    return Source(name, label, DOCUMENT, lambda document, items: reader(party_of(document)), is_free)


def _at(place: Callable[[Party], Address | None], reader: Callable[[Address], str]) -> Callable[[Party], str]:
    def read(party: Party) -> str:
        address = place(party)
        return reader(address) if address else ""

    return read


SOURCES: Mapping[str, Source] = MappingProxyType({source.name: source for source in _sources()})
