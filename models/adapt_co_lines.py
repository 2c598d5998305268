"""From invoice lines to the lines of DIAN's document: prices, discounts and taxes that add up to what the books show.

Amounts come from Odoo's tax engine, rounded as they are booked, in pesos; they become Decimal here and are closed by
`core.dian.closing`.
"""
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..core.dian import catalogs, names
from ..core.dian.amounts import cut
from ..core.dian.closing import Closed, ClosedLine, LineDraft, Share, TaxDraft, close, shares_of
from ..core.dian.model import AllowanceCharge, Line, PricingReference
from ..core.findings import Finding
from ..core.money import to_decimal
from .adapt_co_item import item_of, unit_code_of
from .adapt_co_taxes import TaxReader
from .adapt_co_texts import NOTE, clean

CENTS, PRICE_PLACES, QUANTITY_PLACES = 2, 6, 6
ZERO = Decimal("0.00")
COMMERCIAL_VALUE = "01"
CONDITIONAL_DISCOUNT, CONDITIONAL_CHARGE = "01", "03"
NO_DISCOUNT_KINDS = ("early_payment", "non_deductible")


@dataclass
class Booked:
    """One line of the books on its way into the document. `taxes` are drafts, `kinds` the taxes it has in Odoo."""
    base_line: dict
    record: object
    net: Decimal
    taxes: list[TaxDraft]
    shares: list[Share] = field(default_factory=list)

    @property
    def kinds(self):
        """The taxes that a discount lowers: all but those by unit."""
        return frozenset(
            data["tax"].id for data in self.base_line["tax_details"]["taxes_data"]
            if data["tax"].amount_type != "fixed")

    @property
    def is_plain(self):
        """Whether each percentage is one of its own amount, so that what lowers the amount lowers the tax."""
        return all(tax.base is None for tax in self.taxes)

    @property
    def is_counted(self):
        return any(tax.rate.per_unit is not None for tax in self.taxes)


class LineAdapter:
    """The lines of one move, discounts and charges of its document, and the cash rounding.

    `findings` says what does not fit a document; `held` and `left_out` are what the books have beside the document:
    withholdings (positive), and taxes that never stand in one.
    """

    def __init__(self, move, root: str, *, is_export=False, period_of=None):
        self.move, self.root = move, root
        self.is_export, self.period_of = is_export, period_of
        self.suffix = "_currency" if move.currency_id.name == names.COP else ""
        self.findings: list[Finding] = []
        self.allowance_charges: list[AllowanceCharge] = []
        self.rounding = ZERO
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        by_record = self._sorted_out(base_lines)
        self.records = move._l10n_mx_co_edi_dian_lines()
        _of_document, self.notes = move._l10n_mx_co_edi_dian_notes()
        self.taxes = TaxReader(self.suffix, self.findings, 1.0 if self.suffix else move.invoice_currency_rate or 1.0)
        booked = [self._booked(by_record[line], self._where(number)) for number, line in enumerate(self.records)]
        if not booked:
            self.findings.append(Finding.error("CO-LINE-02", f"{root}Line"))
        self._take_rounding_out_of_taxes(booked)
        for line in move._l10n_mx_co_edi_sold_lines() - self.records:
            self._without_a_line(self._booked(by_record[line], f"{root}Line"), booked)
        self.lines = self._closed(booked)

    @property
    def held(self) -> Decimal:
        return self.taxes.held

    @property
    def left_out(self) -> Decimal:
        return self.taxes.left_out

    def _where(self, number: int) -> str:
        return f"{self.root}Line[{number}]"

    # ------------------------------------------------------------------
    # What the books have
    # ------------------------------------------------------------------

    def _sorted_out(self, base_lines) -> dict:
        """Return the base lines of what was sold by their record; the others change totals without being a line."""
        found = {}
        for base_line in base_lines:
            special = base_line.get("special_type")
            if special == "cash_rounding":
                self.rounding += self._amount(base_line["tax_details"], "total_excluded")
            elif special == "early_payment" and base_line["tax_details"]["taxes_data"]:
                self.findings.append(Finding.error("CO-LINE-04", "LegalMonetaryTotal"))
            elif special not in NO_DISCOUNT_KINDS:
                found[base_line["record"]] = base_line
        return found

    def _amount(self, values: dict, name: str) -> Decimal:
        return to_decimal(values[f"{name}{self.suffix}"], CENTS)

    def _booked(self, base_line: dict, where: str) -> Booked:
        details = base_line["tax_details"]
        net = self._amount(details, "total_excluded") + self._amount(details, "delta_total_excluded")
        record = base_line["record"]
        return Booked(
            base_line=base_line, record=record, net=net,
            taxes=self.taxes.drafts(base_line, net, self._unit_code(record), where))

    def _take_rounding_out_of_taxes(self, booked: list[Booked]):
        """Cash rounding that Odoo adds to the biggest tax is PayableRoundingAmount, not a tax."""
        field_name = "amount_currency" if self.suffix else "balance"
        for line in self.move.line_ids.filtered(lambda line: line.display_type == "rounding" and line.tax_line_id):
            amount = to_decimal(self.move.direction_sign * line[field_name], CENTS)
            self.rounding += amount
            for row in booked:
                if line.tax_line_id.id in row.kinds and self.taxes.lower(row.taxes, line.tax_line_id, amount):
                    break

    # ------------------------------------------------------------------
    # Lines of the books that are no lines of the document
    # ------------------------------------------------------------------

    def _without_a_line(self, row: Booked, booked: list[Booked]):
        if row.net >= 0:
            self._add_charge(row)
        elif not self._discounts_others(row, booked):
            name = clean(row.record.name or row.record.product_id.display_name, 80)
            self.findings.append(Finding.error("CO-LINE-03", f"{self.root}Line", line=name, amount=row.net))

    def _add_charge(self, row: Booked):
        """A tip: in ChargeTotalAmount, in no base."""
        if row.net:
            self.allowance_charges.append(AllowanceCharge(
                id=str(len(self.allowance_charges) + 1), charge_indicator=True, reason_code=CONDITIONAL_CHARGE,
                reason=catalogs.TIP, amount=row.net, base_amount=row.net))

    def _discounts_others(self, row: Booked, booked: list[Booked]) -> bool:
        """Show a negative line as what it does in the books; tell whether that is possible.

        With the taxes of other lines it lowers their bases: it is a discount of those lines. Without taxes it lowers
        the bases of none: that is a discount of the document.
        """
        reason = clean(row.record.name or row.record.product_id.display_name) or "Descuento"
        alike = [other for other in booked if other.kinds == row.kinds and other.net > 0]
        if not self._is_discount(row.record) or row.is_counted:
            return False
        if alike and row.is_plain and all(other.is_plain for other in alike):
            nets = [other.net - sum((share.amount for share in other.shares), ZERO) for other in alike]
            shares = shares_of(-row.net, nets)
            if shares is not None:
                for other, share in zip(alike, shares, strict=True):
                    other.shares.append(Share(reason, share))
                self.taxes.move_to(row.taxes, alike[0].taxes)
                return True
        if row.kinds:
            return False
        self.allowance_charges.append(AllowanceCharge(
            id=str(len(self.allowance_charges) + 1), charge_indicator=False, reason_code=CONDITIONAL_DISCOUNT,
            reason=reason, amount=-row.net, base_amount=max(sum((other.net for other in booked), ZERO), -row.net)))
        return True

    @staticmethod
    def _is_discount(line) -> bool:
        """A negative quantity is a return, which needs a credit note, unless it deducts a down payment."""
        is_advance = "is_downpayment" in line._fields and line.is_downpayment
        return bool(is_advance) or line.quantity > 0

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------

    def _closed(self, booked: list[Booked]) -> tuple[Line, ...]:
        """Lines that cannot be calculated (no quantity) are written as they are: a rule names them."""
        drafts = [self._draft(row) for row in booked]
        closed = self._solved(booked, drafts)
        self.findings += closed.findings
        self.rounding += closed.rounding
        numbers = iter(closed.lines)
        return tuple(
            self._line(number, row, draft, next(numbers) if draft.quantity > 0 else ClosedLine(
                price=draft.price, line_extension=ZERO))
            for number, (row, draft) in enumerate(zip(booked, drafts, strict=True)))

    def _solved(self, booked: list[Booked], drafts: list[LineDraft]) -> Closed:
        """Close the lines; where the books charge the IVA of gifts, its base is what they are worth."""
        closed = close([draft for draft in drafts if draft.quantity > 0], self._slack())
        gifts = {number: row for number, row in enumerate(booked) if self._is_gift(row) and self._bears_iva(row)}
        if gifts and closed.findings:
            worth = [
                replace(draft, taxes=tuple(self._on_its_worth(tax, gifts[number]) for tax in draft.taxes))
                if number in gifts else draft for number, draft in enumerate(drafts)]
            charged = close([draft for draft in worth if draft.quantity > 0], self._slack())
            if not charged.findings:
                return charged
        self.findings += [Finding.warning("CO-GIFT-02", self._where(number)) for number in gifts]
        return closed

    def _on_its_worth(self, tax: TaxDraft, row: Booked) -> TaxDraft:
        is_iva = tax.rate.scheme.id == catalogs.IVA
        return replace(tax, base=cut(self._worth(row) * self._quantity(row))) if is_iva else tax

    @staticmethod
    def _bears_iva(row: Booked) -> bool:
        return any(tax.rate.scheme.id == catalogs.IVA and tax.rate.percent for tax in row.taxes)

    def _slack(self) -> Decimal:
        """A cent of the other currency in pesos: tax and base were rounded there, so by so much a tax may be off."""
        if self.suffix:
            return ZERO
        return to_decimal(self.move.currency_id.rounding / (self.move.invoice_currency_rate or 1.0), CENTS)

    def _draft(self, row: Booked) -> LineDraft:
        base_line = row.base_line
        return LineDraft(
            quantity=self._quantity(row),
            price=ZERO if self._is_gift(row) else self._price(base_line, row.taxes),
            net=row.net,
            percent=ZERO if self._is_gift(row) else _short(to_decimal(base_line["discount"], 5)),
            shares=tuple(row.shares), taxes=tuple(row.taxes))

    def _price(self, base_line: dict, taxes: list[TaxDraft]) -> Decimal:
        """The price of one unit in pesos, before discount, without the taxes that it may include."""
        is_net = not any(data["tax"].price_include for data in base_line["tax_details"]["taxes_data"])
        if is_net:
            rate = 1.0 if self.suffix else base_line["rate"] or 1.0
            return abs(_short(to_decimal(base_line["price_unit"] / rate, PRICE_PLACES)))
        parts = base_line["quantity"] * (1 - base_line["discount"] / 100.0)
        raw = base_line["tax_details"][f"raw_total_excluded{self.suffix}"]
        return abs(_short(to_decimal(raw / parts, PRICE_PLACES))) if parts else ZERO

    @staticmethod
    def _is_gift(row: Booked) -> bool:
        return not row.net and row.base_line["quantity"] > 0

    def _line(self, number: int, row: Booked, draft: LineDraft, numbers: ClosedLine) -> Line:
        item, findings = item_of(row.record, is_export=self.is_export)
        self.findings += [_at(finding, self._where(number)) for finding in findings]
        unit, is_gift = self._unit_code(row.record), self._is_gift(row)
        has_withholdings = self.root == names.INVOICE
        return Line(
            id=str(number + 1),
            notes=tuple(clean(note, NOTE) for note in self.notes.get(row.record, ()) if clean(note, NOTE)),
            quantity=draft.quantity, unit_code=unit,
            line_extension_amount=numbers.line_extension,
            free_of_charge_indicator=None if self.root == names.DEBIT_NOTE else is_gift,
            period=self.period_of(row.record) if self.period_of else None,
            pricing_reference=self._value_of_gift(row) if is_gift else None,
            allowance_charges=numbers.allowance_charges,
            tax_totals=numbers.tax_totals,
            withholding_tax_totals=numbers.withholding_tax_totals if has_withholdings else (),
            item=item,
            price_amount=numbers.price, base_quantity=draft.quantity, base_quantity_unit=unit)

    def _unit_code(self, line) -> str:
        return unit_code_of(line)

    @staticmethod
    def _quantity(row: Booked) -> Decimal:
        return to_decimal(row.base_line["quantity"], QUANTITY_PLACES)

    def _worth(self, row: Booked) -> Decimal:
        """What one unit of a gift is worth: the price before the whole discount, else the sales price of the product.
        """
        line, base_line = row.record, row.base_line
        if base_line["price_unit"]:
            rate = 1.0 if self.suffix else base_line["rate"] or 1.0
            price = base_line["price_unit"] / rate
        else:
            product = line.product_id
            price = product.uom_id._compute_price(product.lst_price, line.product_uom_id) if product else 0.0
        return _short(to_decimal(price, PRICE_PLACES))

    def _value_of_gift(self, row: Booked) -> PricingReference | None:
        worth = self._worth(row)
        return PricingReference(price_amount=worth, price_type_code=COMMERCIAL_VALUE) if worth else None


def _short(number: Decimal) -> Decimal:
    """Without the zeros that nobody typed, two decimals at least."""
    short = number.normalize()
    return short if short.as_tuple().exponent < -CENTS else number.quantize(Decimal("0.01"))


def _at(finding: Finding, where: str) -> Finding:
    """A finding about a line's article, with its place in the document."""
    path = f"{where}.{finding.where}" if finding.where else where
    return Finding(finding.code, finding.severity, path, finding.pairs)
