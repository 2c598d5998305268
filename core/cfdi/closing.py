"""Closing the lines of a CFDI: their last decimals move inside SAT's limits until the rounded sums are the targets.

How to feed `close` (document currency everywhere, nothing negative: spread negative lines as discounts first):
 - `LineDraft.cantidad` and `LineDraft.importe`: quantity and amount before discount and taxes, *as exact as known*
   (for prices with tax included: the unrounded amount without tax). `valor_unitario` only if it is known better than
   importe / cantidad; six decimals are kept.
 - `LineDraft.descuento`: the discount amount of the line, exact, or None for a line without discount.
 - `TaxDraft.base`: None means importe - descuento of the line, moving with it. Give the exact base where it is another
   one: IVA on top of IEPS (moves with the line), or the quantity of a Cuota (stays as it is).
 - `Targets`: what the entry shows, rounded to the currency: the untaxed amount and each tax. Several targets with the
   same key are added; withholdings are compared per Impuesto, as the summary of a CFDI has one row for each. A tax
   without a target must sum to zero. Discount = SubTotal - untaxed.

Two readings of the limits are tried in turn. The strict one (six decimals) moves amounts by a few millionths; it is
enough wherever the entry was rounded once. The official one (decimals of the currency) reaches entries that were
rounded line by line. Everything inside is integer arithmetic in millionths, so nothing drifts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..findings import Finding
from ..money import round_half_up
from .limits import from_units, importe_limits, impuesto_limits, units

TRASLADO = "traslado"
RETENCION = "retencion"
EXENTO = "Exento"
CUOTA = "Cuota"
PLACES = 6  # decimals of every written line amount
MILLION = 10**PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxDraft:
    """One tax of a line; `tasa_o_cuota` is a fraction (0.16) or pesos per unit, None when `tipo_factor` is Exento."""

    kind: str
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None = None
    base: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One line before rounding; see the module for what goes where."""

    cantidad: Decimal
    importe: Decimal
    valor_unitario: Decimal | None = None
    descuento: Decimal | None = None
    taxes: tuple[TaxDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTarget:
    """A tax total of the entry, positive, rounded to the currency."""

    kind: str
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None = None
    importe: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The totals to hit. `untaxed` is the amount without taxes of the entry, after discounts.

    `sub_total` (before discounts) is chosen so that both it and the discount can be reached when it is None.
    """

    untaxed: Decimal
    sub_total: Decimal | None = None
    taxes: tuple[TaxTarget, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTax:
    """A tax as it is written; `importe` and `tasa_o_cuota` are None for Exento."""

    kind: str
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None
    base: Decimal
    importe: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLine:
    """The amounts of a Concepto, six decimals each; `taxes` in the order of the draft."""

    cantidad: Decimal
    valor_unitario: Decimal
    importe: Decimal
    descuento: Decimal | None
    taxes: tuple[ClosedTax, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """`lines` in the order of the drafts; with findings they are the nearest that SAT's limits allow."""

    lines: tuple[ClosedLine, ...]
    findings: tuple[Finding, ...] = ()


def close(lines: Sequence[LineDraft], targets: Targets, decimals: int) -> Closed:
    """Lines that add up to `targets` at `decimals` (those of the currency), else findings that say what cannot.

    Findings: CFDI40108 sub-total, CFDI40111 discount, CFDI40221 tax, CFDI40211 withholding, each with target and
    reached; MX-AMT-01 a line with a negative amount or without quantity (nothing is moved then).
    """
    findings = tuple(
        Finding.error("MX-AMT-01", f"Conceptos[{index}]", importe=draft.importe, cantidad=draft.cantidad)
        for index, draft in enumerate(lines)
        if draft.importe < 0 or (draft.descuento or 0) < 0 or round_half_up(draft.cantidad, PLACES) <= 0
    )
    if findings:
        return Closed(lines=tuple(_Line(draft, decimals).closed() for draft in lines), findings=findings)
    attempts = (_attempt(lines, targets, decimals, **way) for way in _WAYS)
    first = next(attempts)
    if not first.findings:
        return first
    return next((other for other in attempts if not other.findings), first)


# Whole cents look best and nearly always work. With rates above 100 % a base that moved by half a cent moves its tax by
# more, so the next ways move as little as possible, and let the lines rather than the discounts give way.
_WAYS = (
    {"is_exact": True, "keeps_lines": True},
    {"is_exact": False, "keeps_lines": True},
    {"is_exact": False, "keeps_lines": False},
)


def _attempt(
    lines: Sequence[LineDraft], targets: Targets, decimals: int, *, is_exact: bool, keeps_lines: bool
) -> Closed:
    work = [_Line(draft, decimals) for draft in lines]
    findings = _close_net(work, targets, decimals, is_exact=is_exact, keeps_lines=keeps_lines)
    for line in work:
        line.price_taxes(decimals)
    findings += _close_taxes(work, targets.taxes, decimals)
    return Closed(lines=tuple(line.closed() for line in work), findings=tuple(findings))


class _Amount:
    """One amount in millionths with the window of each reading, strict first."""

    __slots__ = ("value", "windows")

    def __init__(self, value: int, windows: tuple[tuple[int, int], ...]) -> None:
        low, high = windows[0]
        self.value = min(max(value, low), high)
        self.windows = windows


class _Line:
    """A draft being closed."""

    def __init__(self, draft: LineDraft, decimals: int) -> None:
        self.draft = draft
        self.cantidad = round_half_up(draft.cantidad, PLACES)
        price = draft.valor_unitario
        if price is None:
            price = draft.importe / draft.cantidad if draft.cantidad else draft.importe
        self.valor_unitario = round_half_up(price, PLACES)
        windows = tuple(
            _micros(importe_limits(self.cantidad, self.valor_unitario, places, written=PLACES))
            for places in (PLACES, decimals)
        )
        self.importe = _Amount(_micro(draft.importe), windows)
        self.descuento: _Amount | None = None
        self.taxes: list[tuple[TaxDraft, int, _Amount | None]] = []

    def price_discount(self, decimals: int) -> None:
        """SAT has no limits for a discount except the line itself; half a unit of the currency keeps it honest."""
        if self.draft.descuento is None:
            return
        importe = self.importe.value
        if self.draft.descuento >= self.draft.importe:  # given away: must stay so to the last decimal
            self.descuento = _Amount(importe, ((importe, importe),))
            return
        value = min(_micro(self.draft.descuento), importe)
        half = _half(decimals)
        self.descuento = _Amount(value, ((max(0, value - half), min(importe, value + half)),))

    def price_taxes(self, decimals: int) -> None:
        net = self.importe.value - (self.descuento.value if self.descuento else 0)
        drafted_net = _micro(self.draft.importe - (self.draft.descuento or 0))
        for tax in self.draft.taxes:
            base = net
            if tax.base is not None:
                base = _micro(tax.base) if tax.tipo_factor == CUOTA else net + _micro(tax.base) - drafted_net
            amount = None
            if tax.tipo_factor != EXENTO and tax.tasa_o_cuota is not None:
                amount = _tax_amount(base, tax.tasa_o_cuota, decimals)
            self.taxes.append((tax, base, amount))

    def closed(self) -> ClosedLine:
        return ClosedLine(
            cantidad=self.cantidad,
            valor_unitario=self.valor_unitario,
            importe=from_units(self.importe.value, PLACES),
            descuento=None if self.descuento is None else from_units(self.descuento.value, PLACES),
            taxes=tuple(_closed_tax(*entry) for entry in self.taxes),
        )


def _tax_amount(base: int, tasa_o_cuota: Decimal, decimals: int) -> _Amount:
    rate = round_half_up(tasa_o_cuota, PLACES)
    amount, written = base * units(rate, PLACES), from_units(base, PLACES)
    windows = tuple(_micros(impuesto_limits(written, rate, places, written=PLACES)) for places in (PLACES, decimals))
    return _Amount((amount + MILLION // 2) // MILLION, windows)


def _closed_tax(draft: TaxDraft, base: int, amount: _Amount | None) -> ClosedTax:
    return ClosedTax(
        kind=draft.kind,
        impuesto=draft.impuesto,
        tipo_factor=draft.tipo_factor,
        tasa_o_cuota=None if amount is None else round_half_up(draft.tasa_o_cuota, PLACES),
        base=from_units(base, PLACES),
        importe=None if amount is None else from_units(amount.value, PLACES),
    )


def _close_net(
    work: Sequence[_Line], targets: Targets, decimals: int, *, is_exact: bool, keeps_lines: bool
) -> list[Finding]:
    """SubTotal first, then the discount that leaves the untaxed amount."""
    has_discount = any(line.draft.descuento is not None for line in work)
    sub_total = targets.sub_total
    if sub_total is None:
        sub_total = targets.untaxed
        if has_discount:
            sub_total = _chosen_sub_total(work, targets.untaxed, decimals, keeps_lines=keeps_lines)
    importes = [line.importe for line in work]
    findings = _fit(importes, sub_total, decimals, "CFDI40108", "SubTotal", {}, is_exact=is_exact)
    discounts = _price_discounts(work, decimals)
    if findings and has_discount and targets.sub_total is None:
        # the lines do not reach that far: the discount takes the rest
        findings, sub_total = [], _rounded_sum(importes, decimals)
    if has_discount:
        discount = sub_total - targets.untaxed
        findings += _fit(discounts, discount, decimals, "CFDI40111", "Descuento", {}, is_exact=is_exact)
    elif sub_total != targets.untaxed:
        missing = sub_total - targets.untaxed
        findings.append(Finding.error("CFDI40111", "Descuento", target=missing, reached=Decimal(0)))
    return findings


def _chosen_sub_total(work: Sequence[_Line], untaxed: Decimal, decimals: int, *, keeps_lines: bool) -> Decimal:
    """What the lines sum up to, if the discounts can take the difference: SAT limits those least. Else the reverse."""
    natural = _rounded_sum([line.importe for line in work], decimals)
    discounts = _price_discounts(work, decimals)
    aim, half = _micro(natural - untaxed), _half(decimals)
    low, high = (sum(amount.windows[0][side] for amount in discounts) for side in (0, 1))
    if keeps_lines and natural >= untaxed and low < aim + half and high >= aim - half:
        return natural
    return untaxed + round_half_up(_drafted_discount(work), decimals)


def _price_discounts(work: Sequence[_Line], decimals: int) -> list[_Amount]:
    for line in work:
        line.price_discount(decimals)
    return [line.descuento for line in work if line.descuento is not None]


def _drafted_discount(work: Sequence[_Line]) -> Decimal:
    discounts = (min(line.draft.descuento, line.draft.importe) for line in work if line.draft.descuento is not None)
    return sum(discounts, Decimal(0))


def _close_taxes(work: Sequence[_Line], targets: Sequence[TaxTarget], decimals: int) -> list[Finding]:
    groups: dict[TaxKey, list[_Amount]] = {}
    sums: dict[TaxKey, Decimal] = {}
    for line in work:
        for tax, _base, amount in line.taxes:
            if amount is not None:
                groups.setdefault(_key(tax), []).append(amount)
    for target in targets:
        if target.tipo_factor != EXENTO:
            sums[_key(target)] = sums.get(_key(target), Decimal(0)) + target.importe
    findings: list[Finding] = []
    for key in [*groups, *(key for key in sums if key not in groups)]:
        findings += _fit(groups.get(key, []), sums.get(key, Decimal(0)), decimals, *_place(key))
    return findings


TaxKey = tuple[str, str, str, Decimal | None]


def _key(tax: TaxDraft | TaxTarget) -> TaxKey:
    """The summary row that a tax belongs to."""
    if tax.kind == RETENCION:
        return (tax.kind, tax.impuesto, "", None)
    rate = None if tax.tasa_o_cuota is None else round_half_up(tax.tasa_o_cuota, PLACES)
    return (tax.kind, tax.impuesto, tax.tipo_factor, rate)


def _place(key: TaxKey) -> tuple[str, str, dict[str, object]]:
    """Code, path and parameters of a finding about one summary row."""
    kind, impuesto, tipo_factor, tasa = key
    if kind == RETENCION:
        return "CFDI40211", "Impuestos.Retenciones", {"impuesto": impuesto}
    return "CFDI40221", "Impuestos.Traslados", {"impuesto": impuesto, "tipo_factor": tipo_factor, "tasa_o_cuota": tasa}


def _fit(
    amounts: Sequence[_Amount],
    target: Decimal,
    decimals: int,
    code: str,
    where: str,
    named: dict[str, object],
    *,
    is_exact: bool = True,
) -> list[Finding]:
    """Move `amounts` so that their sum rounds to `target`; a finding when no reading of the limits allows it.

    They move as far as the target itself, or just over the edge of what rounds to it (`is_exact` False).
    """
    aim, half = _micro(round_half_up(target, decimals)), _half(decimals)
    for reading in (0, 1, None):
        reached = sum(amount.value for amount in amounts)
        if aim - half <= reached < aim + half:
            return []
        if reading is not None:
            goal = aim if is_exact else min(max(reached, aim - half + 1), aim + half - 1)
            _move(amounts, goal - reached, reading)
    return [Finding.error(code, where, target=target, reached=_rounded_sum(amounts, decimals), **named)]


def _rounded_sum(amounts: Sequence[_Amount], decimals: int) -> Decimal:
    return round_half_up(from_units(sum(amount.value for amount in amounts), PLACES), decimals)


def _move(amounts: Sequence[_Amount], missing: int, reading: int) -> None:
    """Spread `missing` millionths over the amounts in proportion to their room, as far as the room goes."""
    side = 1 if missing > 0 else 0
    rooms = [abs(amount.windows[min(reading, len(amount.windows) - 1)][side] - amount.value) for amount in amounts]
    total_room = sum(rooms)
    wanted = min(abs(missing), total_room)
    if not wanted:
        return
    sign = 1 if missing > 0 else -1
    room_before = 0
    for amount, room in zip(amounts, rooms, strict=True):
        # cumulative shares: each gets a whole number of millionths and the sum is exact
        share = wanted * (room_before + room) // total_room - wanted * room_before // total_room
        amount.value += sign * share
        room_before += room


def _micro(value: Decimal) -> int:
    return units(round_half_up(value, PLACES), PLACES)


def _micros(window: tuple[Decimal, Decimal]) -> tuple[int, int]:
    return units(window[0], PLACES), units(window[1], PLACES)


def _half(decimals: int) -> int:
    return MILLION // 10**decimals // 2
