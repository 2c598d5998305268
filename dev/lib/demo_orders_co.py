"""What the demo's Colombian company issues: the key `colombia` of the orders file (docs/orders.md), read strictly."""
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from . import say
from .demo_reading import build, objects, only

CONSUMER = "222222222222"
NIT, FOREIGN = "31", "50"
INVOICES, SUPPORT = ("01", "02"), "05"
_TAX = re.compile(
    r"(rete renta|rete iva|rete ica|inc bolsas|iva|inc|ica|icui|ibua)\s*(excluded|\d+(?:\.\d+)?)\s*%?\s*(per unit)?",
    re.IGNORECASE)
TRIBUTES = {
    "iva": "01", "ica": "03", "inc": "04", "rete iva": "05", "rete renta": "06", "rete ica": "07",
    "inc bolsas": "22", "ibua": "34", "icui": "35",
}


@dataclass(frozen=True)
class Tax:
    """A tribute of DIAN's list; `amount` is percent or, per unit, pesos. None is excluded."""

    name: str
    amount: Decimal | None
    per_unit: bool = False

    @property
    def tribute(self) -> str:
        return TRIBUTES[self.name]

    @property
    def kind(self) -> str:
        """How it stands in the document: percent, unit, withheld or excluded."""
        if self.amount is None:
            return "excluded"
        return "withheld" if self.name.startswith("rete") else "unit" if self.per_unit else "percent"

    @property
    def label(self) -> str:
        """The tax as a person writes it."""
        amount = "excluido" if self.amount is None else f"{self.amount.normalize():f}{'' if self.per_unit else '%'}"
        return f"{self.name.title() if self.kind == 'withheld' else self.name.upper()} {amount}"


@dataclass(frozen=True)
class Party:
    """A buyer, or the seller of a support document; `document` is the number without check digit."""

    id: str
    name: str
    document: str = CONSUMER
    document_type: str = "13"
    municipality: str = ""
    address: str = ""
    postal_code: str = ""
    country: str = "CO"
    city: str = ""
    email: str = ""
    responsibilities: str = "R-99-PN"
    regime: str = ""
    tribute: str = "ZZ"


@dataclass(frozen=True)
class Issuer:
    """The company; the defaults are invented."""

    nit: str = "901002487"
    name: str = "COMERCIAL INVENTADA SAS"
    municipality: str = "11001"
    responsibilities: str = "O-13;O-23"
    ciiu: str = "4652"
    matricula: str = "0001234567"


@dataclass(frozen=True)
class Line:
    """One line; price and discount (percent) before taxes."""

    description: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    taxes: tuple[Tax, ...] = ()
    product_code: str = ""
    unit_code: str = ""
    reference: str = ""
    brand: str = ""
    model: str = ""

    def charged(self) -> tuple[Tax, ...]:
        """The taxes with the rates that Odoo computes with: ReteIVA is a part of the IVA, Odoo's of the price."""
        iva = next((tax.amount for tax in self.taxes if tax.name == "iva" and tax.amount), Decimal(0))
        return tuple(
            replace(tax, amount=tax.amount * iva / 100) if tax.name == "rete iva" else tax for tax in self.taxes)


@dataclass(frozen=True)
class Order:
    """What becomes one document; `credits` and `debits` name the earlier order that a note is about."""

    id: str
    party: str = ""
    kind: str = ""
    lines: tuple[Line, ...] = ()
    credits: str = ""
    debits: str = ""
    concept: str = ""
    reason: str = ""
    currency: str = "COP"
    rate: Decimal | None = None
    means: str = ""
    due_days: int = 0

    @property
    def origin(self) -> str:
        return self.credits or self.debits


@dataclass(frozen=True)
class Book:
    """All that is Colombian in an orders file."""

    orders: tuple[Order, ...]
    parties: Mapping[str, Party] = field(default_factory=dict)
    issuer: Issuer = field(default_factory=Issuer)


def read(row: object, where: str = "colombia") -> Book:
    """The orders of this object.

    :raise Problem: naming the place of what cannot be understood
    """
    top = only(row, where, {"issuer", "parties", "orders"})
    issuer = build(Issuer, top.get("issuer", {}), f"{where}.issuer")
    parties = [build(Party, one, place) for one, place in objects(top, "parties", where)]
    orders = [_order(one, place, number) for number, (one, place) in enumerate(objects(top, "orders", where))]
    book = Book(tuple(orders), {party.id: party for party in parties}, issuer)
    _check_references(book)
    return book


def _check_references(book: Book) -> None:
    kinds: dict[str, str] = {}
    for order in book.orders:
        if order.id in kinds:
            raise say.Problem(f"order {order.id}: this id is used twice")
        if order.origin:
            allowed = (*INVOICES, SUPPORT) if order.credits else INVOICES
            if kinds.get(order.origin) not in allowed:
                raise say.Problem(f"order {order.id}: no earlier invoice is called {order.origin}")
        elif order.party not in book.parties:
            raise say.Problem(f"order {order.id}: unknown party {order.party!r}")
        elif not order.lines:
            raise say.Problem(f"order {order.id}: it has no lines")
        kinds[order.id] = order.kind


def _order(row: object, where: str, number: int) -> Order:
    values = dict(only(row, where))
    lines = objects(values, "lines", where)
    values.update(id=values.get("id", str(number + 1)), lines=tuple(_line(line, place) for line, place in lines))
    values["due_days"] = int(values.get("due_days", 0))
    values["kind"] = str(values.get("kind", "" if values.get("credits") or values.get("debits") else "01"))
    order = build(Order, values, where)
    if order.kind not in ("", *INVOICES, SUPPORT):
        raise say.Problem(f"{where}.kind: {order.kind!r} is not 01, 02 or 05; notes are made by credits or debits")
    return order


def _line(row: object, where: str) -> Line:
    values = dict(only(row, where))
    values["taxes"] = tuple(tax(text, place) for text, place in objects(values, "taxes", where))
    return build(Line, values, where)


def tax(text: object, where: str = "tax") -> Tax:
    """Read one tax: `iva 19`, `iva excluded`, `inc 8`, `rete renta 2.5`, `inc bolsas 66 per unit`.

    :raise Problem: when it is none of these
    """
    found = _TAX.fullmatch(str(text).strip())
    if not found:
        raise say.Problem(f"{where}: {text!r} is no tax; write for example \"iva 19\" or \"rete renta 2.5\"")
    name, amount, per_unit = found.groups()
    return Tax(name.lower(), None if amount.lower() == "excluded" else Decimal(amount), bool(per_unit))
