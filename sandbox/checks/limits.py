"""The tolerance of calculated amounts (Anexo 20, page 76): what the factors may have been before rounding."""

from __future__ import annotations

from decimal import Decimal

from .context import Context
from .reading import SIX, raised, truncated

TINY = Decimal(1).scaleb(-12)


def half(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals) / 2


def product_bounds(first: Decimal, first_decimals: int, second: Decimal, second_decimals: int) -> list[Decimal]:
    """Of quantity and price: both may have been rounded."""
    low = (first - half(first_decimals)) * (second - half(second_decimals))
    high = (first + half(first_decimals) - TINY) * (second + half(second_decimals) - TINY)
    return [low, high]


def tax_bounds(base: Decimal, base_decimals: int, rate: Decimal) -> list[Decimal]:
    """Of base and rate: the rate is exact."""
    return [(base - half(base_decimals)) * rate, (base + half(base_decimals) - TINY) * rate]


def outside(context: Context, amount: Decimal, bounds: list[Decimal], where: str) -> bool:
    """Whether the amount breaks the limits; below the currency's reading, the strict one is only a warning.

    The published rule truncates and raises at the currency's decimals; some providers do it at six.
    """
    if context.strict_limits:
        return not _within(amount, bounds, SIX)
    if not _within(amount, bounds, context.decimals):
        return True
    if not _within(amount, bounds, SIX):
        context.warnings.append(f"{where}: fuera de los límites si se calculan a seis decimales")
    return False


def _within(amount: Decimal, bounds: list[Decimal], places: int) -> bool:
    low, high = bounds
    return truncated(low, places) <= amount <= raised(high, places)
