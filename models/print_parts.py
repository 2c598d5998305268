"""What the printed representations of both countries are made of: texts that are ready to be set out."""
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A value with its legal name in front."""
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTotal:
    """A step on the way to the total; `note` is the base of a tax."""
    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTax:
    """A tax of a line; `amount` is empty where the tax is exempt."""
    name: str
    rate: str
    base: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPart:
    """A component of a line."""
    quantity: str
    unit: str
    description: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line; `tax_object` is what the law says about its taxes as a whole, where it says something."""
    product_code: str
    number: str
    quantity: str
    unit_code: str
    unit: str
    description: str
    unit_price: str
    discount: str
    amount: str
    tax_object: str = ""
    taxes: tuple[PrintedTax, ...]
    labels: tuple[Label, ...]
    parts: tuple[PrintedPart, ...] = ()


def labels(*pairs: tuple[str, str | None]) -> tuple[Label, ...]:
    """Absent values leave no empty label behind."""
    return tuple(Label(name=name, value=value) for name, value in pairs if value)
