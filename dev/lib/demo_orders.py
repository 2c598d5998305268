"""What the demo sells: the orders file (docs/orders.md), read strictly so that a typing error says where it is."""
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from . import demo_orders_co, say
from .demo_reading import build, listed, objects, only

BUILT_IN = Path(__file__).resolve().parents[1] / "orders.json"
GENERIC_NATIONAL = "XAXX010101000"
GENERIC_FOREIGN = "XEXX010101000"
PUBLIC_NAME = "PUBLICO EN GENERAL"
IEPS = ("separate", "in price")
_TAX = re.compile(
    r"(iva|ieps|isr|local)\s*(withheld\b)?\s*(exempt|\d+(?:\.\d+)?)\s*%?\s*(per unit)?\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Tax:
    """A tax by what it is in the CFDI; `amount` is a rate in percent or, per unit, money. None is exempt."""

    kind: str
    amount: Decimal | None
    withheld: bool = False
    per_unit: bool = False
    name: str = ""

    @property
    def factor(self) -> str:
        """TipoFactor of the CFDI."""
        return "Exento" if self.amount is None else "Cuota" if self.per_unit else "Tasa"

    @property
    def signed(self) -> Decimal:
        """The amount as Odoo stores it: withholdings are negative."""
        return -(self.amount or Decimal(0)) if self.withheld else self.amount or Decimal(0)

    @property
    def label(self) -> str:
        """The tax as a person writes it."""
        rate = "exento" if self.amount is None else f"{self.amount.normalize():f}{'' if self.per_unit else '%'}"
        return f"{self.name or self.kind.upper()}{' ret.' if self.withheld else ''} {rate}"


@dataclass(frozen=True)
class Customer:
    """A customer as the register of taxpayers knows it; without `rfc`, a foreigner."""

    id: str
    name: str
    rfc: str = ""
    regime: str = "616"
    postal_code: str = ""
    use: str = ""
    country: str = "MX"
    tax_number: str = ""
    email: str = ""
    ieps: str = "separate"


@dataclass(frozen=True)
class Line:
    """One line; price and discount (percent) before taxes. `tax_object` is ObjetoImp, else it follows the taxes."""

    description: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    taxes: tuple[Tax, ...] = ()
    tax_object: str = ""
    product_code: str = ""
    unit_code: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Order:
    """What becomes one invoice, or one credit note of the order `refund_of`."""

    id: str
    customer: str
    lines: tuple[Line, ...] = ()
    refund_of: str = ""
    currency: str = "MXN"
    rate: Decimal | None = None
    method: str = ""
    form: str = ""
    use: str = ""
    due_days: int = 0
    days_ago: int = 0
    postal_code: str = ""


@dataclass(frozen=True)
class Issuer:
    """The company that sells; the defaults are a test identity published by SAT."""

    rfc: str = "EKU9003173C9"
    name: str = "ESCUELA KEMPER URGATE"
    regime: str = "601"
    postal_code: str = "42501"


@dataclass(frozen=True)
class Book:
    """All of an orders file; `colombia` is what the Colombian company issues."""

    orders: tuple[Order, ...]
    customers: Mapping[str, Customer] = field(default_factory=dict)
    issuer: Issuer = field(default_factory=Issuer)
    colombia: demo_orders_co.Book | None = None


def load(path: Path | None = None) -> Book:
    """Read an orders file.

    :raise Problem: naming the place of what cannot be understood
    """
    try:
        data = json.loads((path or BUILT_IN).read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    except (OSError, ValueError) as error:
        raise say.Problem(f"{path}: {error}") from error
    top = only(data, "the file", {"issuer", "customers", "orders", "colombia"})
    issuer = build(Issuer, top.get("issuer", {}), "issuer")
    customers = [_customer(row, place) for row, place in objects(top, "customers")]
    orders = [_order(row, place, number) for number, (row, place) in enumerate(objects(top, "orders"))]
    colombia = demo_orders_co.read(top["colombia"]) if "colombia" in top else None
    if not (orders or colombia):
        raise say.Problem("the file has no orders")
    book = Book(tuple(orders), {customer.id: customer for customer in customers}, issuer, colombia)
    _check_references(book)
    return book


def _check_references(book: Book) -> None:
    seen: set[str] = set()
    for order in book.orders:
        if order.id in seen:
            raise say.Problem(f"order {order.id}: this id is used twice")
        if order.refund_of and order.refund_of not in seen:
            raise say.Problem(f"order {order.id}: refund_of names no earlier order: {order.refund_of}")
        if not order.refund_of and order.customer not in book.customers:
            raise say.Problem(f"order {order.id}: unknown customer {order.customer!r}")
        if not order.refund_of and not order.lines:
            raise say.Problem(f"order {order.id}: it has no lines")
        seen.add(order.id)


def _customer(row: object, where: str) -> Customer:
    values = dict(only(row, where))
    if values.get("rfc") == GENERIC_NATIONAL:
        values = {"name": PUBLIC_NAME, "use": "S01", **values}
    elif not values.get("rfc"):
        values = {"use": "S01", **values}
    values.setdefault("id", values.get("rfc") or values.get("name"))
    customer = build(Customer, values, where)
    if customer.ieps not in IEPS:
        raise say.Problem(f"{where}.ieps: {customer.ieps!r} is not {' or '.join(map(repr, IEPS))}")
    return customer


def _order(row: object, where: str, index: int) -> Order:
    values = dict(only(row, where))
    lines = objects(values, "lines", where)
    values.setdefault("id", str(index + 1))
    values.setdefault("customer", "")
    for name in ("due_days", "days_ago"):
        if name in values:
            values[name] = int(values[name])
    values["lines"] = tuple(_line(line, place) for line, place in lines)
    return build(Order, values, where)


def _line(row: object, where: str) -> Line:
    values = dict(only(row, where))
    taxes = listed(values.pop("taxes", []), f"{where}.taxes")
    values["taxes"] = tuple(tax(text, f"{where}.taxes[{i}]") for i, text in enumerate(taxes))
    return build(Line, values, where)


def tax(text: object, where: str = "tax") -> Tax:
    """Read one tax: `iva 16`, `iva exempt`, `ieps 8`, `ieps 6.45 per unit`, `isr withheld 10`, `local 3 ISH`.

    :raise Problem: when it is none of these
    """
    found = _TAX.fullmatch(str(text).strip())
    if not found:
        raise say.Problem(f"{where}: {text!r} is no tax; write for example \"iva 16\" or \"isr withheld 10\"")
    kind, withheld, amount, per_unit, name = found.groups()
    exempt = amount.lower() == "exempt"
    return Tax(kind.lower(), None if exempt else Decimal(amount), bool(withheld), bool(per_unit), name.strip())
