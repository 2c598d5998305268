"""Lines of the books as lines of DIAN: the books round, DIAN cuts, and both must come to the same total to the cent.

What the books say is taken as it is: the net amount of each line and the sum of each tax. What is found here is the
price that gives the amount (FAV06) and on which lines the cents of a tax lie, so that each is base by rate (FAX07).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

from ..findings import Finding
from ..money import ceil_to, round_half_up, truncate
from . import catalogs
from .amounts import CENTS, cut, price_for
from .model import AllowanceCharge, TaxScheme, TaxSubtotal, TaxTotal

DISCOUNT, CHARGE = "00", "02"  # not conditional: they change the base of the taxes
DISCOUNT_REASON, CHARGE_REASON, ROUNDING_REASON = "Descuento", "Recargo", "Ajuste al centavo"
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_HUNDRED = Decimal(100)
_PRICE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Rate:
    """What makes a row of taxes: the tribute with its percentage, or with its amount per unit and that unit."""

    scheme: TaxScheme
    percent: Decimal | None = None
    per_unit: Decimal | None = None
    unit: str | None = None

    @property
    def is_withheld(self) -> bool:
        return self.scheme.id in catalogs.WITHHOLDING


@dataclass(frozen=True, slots=True)
class TaxDraft:
    """A tax of a line as booked: `amount` in cents, not negative; `base` only where it is not the line's net amount."""

    rate: Rate
    amount: Decimal
    base: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What a line bears of a discount that the books show as a line of its own."""

    reason: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """A line as booked.

    `net` is its amount without taxes in cents, after `percent` (its own discount, negative for a charge), before
    `shares`. `price` is that of one unit before the discount, at most six decimals: a wish that holds when it fits.
    """

    quantity: Decimal
    price: Decimal
    net: Decimal
    percent: Decimal = _ZERO
    shares: tuple[Share, ...] = ()
    taxes: tuple[TaxDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLine:
    price: Decimal
    line_extension: Decimal
    allowance_charges: tuple[AllowanceCharge, ...] = ()
    tax_totals: tuple[TaxTotal, ...] = ()
    withholding_tax_totals: tuple[TaxTotal, ...] = ()


@dataclass(slots=True)
class Closed:
    """`findings`: the taxes whose booked sum no lines can bear (`tribute`, `value`, `expected`).

    `rounding` is what the books charge beyond the lines' taxes: PayableRoundingAmount.
    """

    lines: list[ClosedLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rounding: Decimal = _ZERO


def close(drafts: Sequence[LineDraft], slack: Decimal = _ZERO) -> Closed:
    """The same lines with prices and taxes that DIAN's arithmetic confirms.

    Quantities are positive and net amounts, less their shares, not negative: the caller keeps others out.

    :param slack: pesos by which each line's tax may be off as it was rounded in another currency before it became
        pesos; that is a rounding of the document, with a warning.
    """
    closed = Closed()
    nets = [draft.net - sum((share.amount for share in draft.shares), _ZERO) for draft in drafts]
    rows = [_Rows() for _draft in drafts]
    # the base of a withheld IVA is the IVA, so that it comes last
    for is_late in (False, True):
        for rate in _rates(drafts):
            if (rate.scheme.id == catalogs.RETE_IVA) is is_late:
                _tax(rate, drafts, nets, rows, closed, slack)
    for draft, net, row in zip(drafts, nets, rows, strict=True):
        price, allowances = _price(draft, net)
        closed.lines.append(
            ClosedLine(
                price=price,
                line_extension=net,
                allowance_charges=allowances,
                tax_totals=row.totals(is_withheld=False),
                withholding_tax_totals=row.totals(is_withheld=True),
            )
        )
    return closed


# --- taxes -----------------------------------------------------------------------------------------------------------


class _Rows:
    """The subtotals of one line."""

    def __init__(self) -> None:
        self.found: list[TaxSubtotal] = []

    def iva(self) -> Decimal:
        return sum((row.tax_amount for row in self.found if row.tax_scheme.id == catalogs.IVA), _ZERO)

    def totals(self, *, is_withheld: bool) -> tuple[TaxTotal, ...]:
        """One group for each tribute."""
        groups: dict[str, list[TaxSubtotal]] = {}
        for row in self.found:
            if (row.tax_scheme.id in catalogs.WITHHOLDING) is is_withheld:
                groups.setdefault(row.tax_scheme.id, []).append(row)
        return tuple(
            TaxTotal(tax_amount=sum((row.tax_amount for row in group), _ZERO), subtotals=tuple(group))
            for _tribute, group in sorted(groups.items())
        )


def _rates(drafts: Sequence[LineDraft]) -> list[Rate]:
    """Each rate once, in the order of the lines."""
    return list(dict.fromkeys(tax.rate for draft in drafts for tax in draft.taxes))


def _tax(
    rate: Rate, drafts: Sequence[LineDraft], nets: Sequence[Decimal], rows: Sequence[_Rows], closed: Closed,
    slack: Decimal,
) -> None:
    """Write one rate into the rows of the lines that have it."""
    bases: dict[int, Decimal] = {}
    booked: dict[int, Decimal] = {}
    for index, draft in enumerate(drafts):
        for tax in draft.taxes:
            if tax.rate == rate:
                own = rows[index].iva() if rate.scheme.id == catalogs.RETE_IVA else nets[index]
                bases[index] = own if tax.base is None else tax.base
                booked[index] = booked.get(index, _ZERO) + tax.amount
    exact = [_exact(rate, drafts[index], base) for index, base in bases.items()]
    total = sum(booked.values(), _ZERO)
    amounts = spread(total, exact, list(booked.values()))
    if amounts is None:
        amounts = _rounded(rate, total, exact, list(booked.values()), closed, slack)
    for (index, base), amount in zip(bases.items(), amounts, strict=True):
        is_counted = rate.per_unit is not None
        rows[index].found.append(
            TaxSubtotal(
                taxable_amount=_ZERO if is_counted else base,
                tax_amount=amount,
                base_unit_measure=drafts[index].quantity if is_counted else None,
                base_unit_code=rate.unit if is_counted else None,
                per_unit_amount=rate.per_unit,
                percent=rate.percent,
                tax_scheme=rate.scheme,
            )
        )


def _rounded(
    rate: Rate, total: Decimal, exact: Sequence[Decimal], booked: list[Decimal], closed: Closed, slack: Decimal
) -> list[Decimal]:
    """The amounts of a tax whose booked sum is not base by rate: calculated within `slack`, else left as booked."""
    whole = [round_half_up(value, CENTS) for value in exact]
    difference = total - sum(whole, _ZERO)
    is_slight = abs(difference) <= (slack + _CENT) * len(exact) if slack else False
    say, code = (Finding.warning, "CO-TAX-08") if is_slight else (Finding.error, "CO-TAX-05")
    closed.findings.append(say(code, "", tribute=rate.scheme.name, value=total, expected=sum(whole, _ZERO)))
    if not is_slight:
        return booked
    if not rate.is_withheld:
        closed.rounding += difference
    return whole


def _exact(rate: Rate, draft: LineDraft, base: Decimal) -> Decimal:
    if rate.per_unit is not None:
        return _EXACT.multiply(rate.per_unit, draft.quantity)
    return _EXACT.divide(_EXACT.multiply(base, rate.percent or _ZERO), _HUNDRED)


def spread(total: Decimal, exact: Sequence[Decimal], wished: Sequence[Decimal]) -> list[Decimal] | None:
    """Amounts in cents that sum to `total`, each not more than a cent from its `exact` value (FAX07), near `wished`.

    :return: None when there are no such amounts.
    """
    lows = [max(ceil_to(value - _CENT, CENTS), _ZERO) for value in exact]
    highs = [max(truncate(value + _CENT, CENTS), _ZERO) for value in exact]
    if not sum(lows, _ZERO) <= total <= sum(highs, _ZERO):
        return None
    found = [min(max(wish, low), high) for wish, low, high in zip(wished, lows, highs, strict=True)]
    missing = total - sum(found, _ZERO)
    for index, amount in enumerate(found):
        moved = min(missing, highs[index] - amount) if missing > 0 else max(missing, lows[index] - amount)
        found[index] = amount + moved
        missing -= moved
    return found


# --- prices and discounts --------------------------------------------------------------------------------------------


def _price(draft: LineDraft, net: Decimal) -> tuple[Decimal, tuple[AllowanceCharge, ...]]:
    """The price of one unit, and the discounts and charges that lead from price by quantity to `net`."""
    gross = _gross(draft)
    price = price_for(gross, draft.quantity, draft.price)
    surplus = _ZERO
    if price is None:
        # of many units no price gives the cents: the next one above does, with the cents as a discount
        price = ceil_to(_EXACT.divide(gross, draft.quantity), _PRICE_DECIMALS)
        surplus = cut(_EXACT.multiply(price, draft.quantity)) - gross
    return price, tuple(_allowances(draft, gross + surplus, surplus))


def _gross(draft: LineDraft) -> Decimal:
    """The amount before the line's own discount: price by quantity, cut, where the percentage then fits."""
    if not draft.percent:
        return draft.net
    gross = cut(_EXACT.multiply(draft.price, draft.quantity))
    if _fits(gross, draft):
        return gross
    return round_half_up(_EXACT.divide(draft.net, 1 - draft.percent / _HUNDRED), CENTS)


def _fits(gross: Decimal, draft: LineDraft) -> bool:
    difference = gross - draft.net
    is_possible = difference >= 0 if draft.percent > 0 else difference <= 0
    return is_possible and abs(_EXACT.multiply(gross, draft.percent) / _HUNDRED - difference) <= _CENT


def _allowances(draft: LineDraft, gross: Decimal, surplus: Decimal) -> Iterator[AllowanceCharge]:
    own = gross - surplus - draft.net
    rows = [(DISCOUNT_REASON if own > 0 else CHARGE_REASON, own, abs(draft.percent))] if own else []
    rows += [(share.reason, share.amount, None) for share in draft.shares if share.amount]
    rows += [(ROUNDING_REASON, surplus, None)] if surplus else []
    for number, (reason, amount, percent) in enumerate(rows, 1):
        yield AllowanceCharge(
            id=str(number),
            charge_indicator=amount < 0,
            reason_code=CHARGE if amount < 0 else DISCOUNT,
            reason=reason,
            multiplier_factor_numeric=percent,
            amount=abs(amount),
            base_amount=gross,
        )


def shares_of(amount: Decimal, nets: Sequence[Decimal]) -> list[Decimal] | None:
    """A discount in cents, divided among lines in proportion to their net amounts.

    :return: None when the lines are worth less than the discount.
    """
    whole = sum(nets, _ZERO)
    if amount > whole:
        return None
    found = [cut(_EXACT.divide(_EXACT.multiply(amount, net), whole)) if whole else _ZERO for net in nets]
    missing = amount - sum(found, _ZERO)
    for index, net in enumerate(nets):
        moved = min(missing, net - found[index])
        found[index] += moved
        missing -= moved
    return found
