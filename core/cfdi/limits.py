"""SAT's limits for a calculated amount: how far Importe may lie from its product (CFDI40167, CFDI40180, CFDI40186).

d is the number of decimals *written* in an attribute; each factor may be off by half a unit of its last decimal:
    line Importe  (Cantidad - 10^-dc/2) * (ValorUnitario - 10^-dv/2)  ..  (Cantidad + 10^-dc/2 - 10^-12) * (...)
    tax Importe   (Base - 10^-db/2) * TasaOCuota                      ..  (Base + 10^-db/2 - 10^-12) * TasaOCuota
The lower limit is truncated and the upper one rounded up, at the decimals of the currency; PACs that do so at six
decimals leave a far smaller window, so `places=6` is the strict reading. Everything is exact integer arithmetic.
"""

from decimal import ROUND_FLOOR, Context, Decimal

from ..money import decimals_of

_PICO = 12  # the formula's own 10^-12
_TEN_TO = tuple(10**power for power in range(2 * _PICO + 1))
# two numbers of 18 integer digits at 12 decimals multiply without rounding
_EXACT = Context(prec=100)
_UNITS = tuple(Decimal(1).scaleb(-places) for places in range(_PICO + 1))


def units(value: Decimal, places: int) -> int:
    """The value counted in 10^-places, truncated towards zero."""
    return int(_EXACT.scaleb(value, places))


def from_units(count: int, places: int) -> Decimal:
    """The Decimal that has exactly `places` decimals."""
    return _EXACT.scaleb(Decimal(count), -places)


def importe_limits(
    cantidad: Decimal, valor_unitario: Decimal, places: int, *, written: int | None = None
) -> tuple[Decimal, Decimal]:
    """Lowest and highest Importe of a line (CFDI40167), with `places` decimals.

    :param written: count the factors as written with so many decimals, whatever they show.
    """
    low, high = _line_products(cantidad, valor_unitario, written)
    return _truncated(low, places), _raised(high, places)


def impuesto_limits(
    base: Decimal, tasa_o_cuota: Decimal, places: int, *, written: int | None = None
) -> tuple[Decimal, Decimal]:
    """Lowest and highest Importe of a tax of a line (CFDI40180, CFDI40186), with `places` decimals."""
    low, high = _tax_products(base, tasa_o_cuota, written)
    return _truncated(low, places), _raised(high, places)


def importe_fits(cantidad: Decimal, valor_unitario: Decimal, importe: Decimal, places: int) -> bool:
    """Whether Importe lies within `importe_limits`."""
    if _is_next_to(_EXACT.multiply(cantidad, valor_unitario), importe, places):
        return True
    low, high = importe_limits(cantidad, valor_unitario, places)
    return low <= importe <= high


def impuesto_fits(base: Decimal, tasa_o_cuota: Decimal, importe: Decimal, places: int) -> bool:
    """Whether Importe lies within `impuesto_limits`."""
    if _is_next_to(_EXACT.multiply(base, tasa_o_cuota), importe, places):
        return True
    low, high = impuesto_limits(base, tasa_o_cuota, places)
    return low <= importe <= high


def _is_next_to(product: Decimal, importe: Decimal, places: int) -> bool:
    """What nearly every amount is: within the unit of the currency that its exact product lies in.

    That is always inside the limits: they lie below and above the product, truncated and raised to that unit. Both
    factors must be positive for it.
    """
    if product <= 0:
        return False
    if product == importe:
        return True
    floor = product.quantize(_UNITS[places], ROUND_FLOOR, _EXACT)
    return floor <= importe <= floor + _UNITS[places]


def _line_products(cantidad: Decimal, valor_unitario: Decimal, written: int | None) -> tuple[int, int]:
    quantity, half_quantity = _with_half(cantidad, written)
    price, half_price = _with_half(valor_unitario, written)
    low = (quantity - half_quantity) * (price - half_price)
    return low, (quantity + half_quantity - 1) * (price + half_price - 1)


def _tax_products(base: Decimal, tasa_o_cuota: Decimal, written: int | None) -> tuple[int, int]:
    amount, half = _with_half(base, written)
    rate = units(tasa_o_cuota, _PICO)
    return (amount - half) * rate, (amount + half - 1) * rate


def _with_half(value: Decimal, written: int | None) -> tuple[int, int]:
    """The value in 10^-12 and half a unit of its last written decimal."""
    whole, _point, fraction = str(value).partition(".")
    decimals = len(fraction)
    if decimals > _PICO or not (whole + fraction).isdigit():  # an exponent, a sign
        decimals, pico = decimals_of(value), units(value, _PICO)
    else:
        pico = int(whole + fraction) * _TEN_TO[_PICO - decimals]
    return pico, _TEN_TO[max(0, _PICO - (decimals if written is None else written))] // 2


def _truncated(product: int, places: int) -> Decimal:
    scale = _TEN_TO[2 * _PICO - places]
    return from_units(product // scale if product >= 0 else -(-product // scale), places)


def _raised(product: int, places: int) -> Decimal:
    return from_units(-(-product // _TEN_TO[2 * _PICO - places]), places)
