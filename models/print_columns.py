"""How wide the columns of the printed lines are: amounts must never be cut, so they claim what they need.

The page engine cannot do it: it keeps a line together only if every line is a table of its own, of fixed columns.
"""
from collections.abc import Iterable
from dataclasses import dataclass

# Of the text between the margins of the page, in millimetres
PAGE = 190
# What a description gets at least; where amounts leave less, they are set smaller
LEAST_DESCRIPTION = 45
# Width of a digit of the body text (8.5 points) and of other signs, and the room around a number
DIGIT, SIGN, ROOM = 1.75, 0.8, 3.2
CODE, UNIT = 20, 14
SMALL = 7 / 8.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Widths in millimetres; `details` is where the second row of a line begins. `small` asks for smaller figures."""
    code: float = CODE
    quantity: float
    unit: float = UNIT
    price: float
    discount: float
    amount: float
    tax_base: float
    tax_amount: float
    details: float
    small: bool


def columns(lines: Iterable) -> Columns:
    """Return the columns that hold every figure of these lines (`print_parts.PrintedLine`)."""
    lines = list(lines)
    taxes = [tax for line in lines for tax in line.taxes]
    discounts = [line.discount for line in lines if line.discount]
    widths = {
        "quantity": _widest((line.quantity for line in lines), 16),
        "price": _widest((line.unit_price for line in lines), 24),
        "discount": _widest(discounts, 19) if discounts else 0,
        "amount": _widest((line.amount for line in lines), 25)}
    small = PAGE - CODE - UNIT - sum(widths.values()) < LEAST_DESCRIPTION
    if small:
        widths = {name: width * SMALL for name, width in widths.items()}
    return Columns(
        **widths, small=small,
        tax_base=_widest((f"base {tax.base}" for tax in taxes), 24) * SMALL,
        tax_amount=_widest((tax.amount for tax in taxes), 22) * SMALL,
        details=CODE + UNIT + widths["quantity"] + 1)


def _widest(texts: Iterable[str], least: float) -> float:
    return max([least, *(_width(text) for text in texts)])


def _width(text: str) -> float:
    digits = sum(sign.isalnum() for sign in text)
    return round(digits * DIGIT + (len(text) - digits) * SIGN + ROOM, 1)
