"""The short way to judge an amount never says yes where SAT's limits say no."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from core.cfdi.limits import importe_fits, importe_limits, impuesto_fits, impuesto_limits

_AMOUNTS = st.integers(0, 6).flatmap(lambda places: st.decimals("0", "99999", places=places))
_RATES = st.sampled_from(["0", "0.000000", "0.08", "0.160000", "1.600000", "0.106667", "59.1449"]).map(D)
_STEPS = st.integers(-3, 3)


def _candidates(low: D, high: D, product: D, step: int, places: int) -> list[D]:
    unit = D(1).scaleb(-places)
    return [low + step * unit, high + step * unit, product + step * unit, product + step * D("0.000001")]


@given(_AMOUNTS, _AMOUNTS, st.sampled_from([0, 2, 3, 6]), _STEPS)
def test_the_amount_of_a_line(quantity, price, places, step):
    low, high = importe_limits(quantity, price, places)
    for amount in _candidates(low, high, quantity * price, step, places):
        assert importe_fits(quantity, price, amount, places) == (low <= amount <= high)


@given(_AMOUNTS, _RATES, st.sampled_from([0, 2, 3, 6]), _STEPS)
def test_the_amount_of_a_tax(base, rate, places, step):
    low, high = impuesto_limits(base, rate, places)
    for amount in _candidates(low, high, base * rate, step, places):
        assert impuesto_fits(base, rate, amount, places) == (low <= amount <= high)
