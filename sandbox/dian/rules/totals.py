"""The arithmetic of lines, taxes and totals (annex 1.9: groups AU, AV, AX, AS)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ...problems import Problem
from ..bill import ZERO, NotANumber
from .context import Examination

TAX_TOLERANCE = Decimal("2.00")
LINE_TOLERANCE = Decimal("0.01")
_SUBTOTAL = "cac:TaxSubtotal"
_CATEGORY = "cac:TaxCategory/"


def numbers(examination: Examination) -> Iterator[Problem]:
    """No amount, quantity or rate is negative; notes take back, lines do not."""
    bill = examination.bill
    for node in bill.nodes("//cbc:*[contains(local-name(), 'Amount') or contains(local-name(), 'Percent')]"):
        if (node.text or "").strip().startswith("-") and etree.QName(node).localname != "PayableRoundingAmount":
            yield Problem("VLR01", f"El valor de {etree.QName(node).localname} es negativo.")


def lines(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    for node in bill.lines:
        where = bill.text("cbc:ID", node)
        quantity = bill.number_at(bill.quantity_path, node)
        if quantity <= 0:
            yield examination.wrong("AV04b", "La cantidad de la línea no es superior a cero.", where)
        if not bill.text("cac:Item/cbc:Description", node):
            yield examination.wrong("AZ02", "No se informó la descripción del bien o servicio.", where)
        if not bill.text("cac:Item/cac:StandardItemIdentification/cbc:ID/@schemeID", node):
            yield examination.wrong("AZ09", "No se informó el código estándar del bien o servicio.", where)
        total = bill.number_at("cbc:LineExtensionAmount", node)
        if total == 0 and bill.nodes("cac:PricingReference", node):
            continue
        price = bill.number_at("cac:Price/cbc:PriceAmount", node)
        base = bill.number_at("cac:Price/cbc:BaseQuantity", node)
        discounts, charges = _allowances(examination, node)
        if abs(total - (price * base - discounts + charges)) > LINE_TOLERANCE or base != quantity:
            yield examination.wrong("AV06", "El valor de la línea no es precio por cantidad menos descuentos.", where)


def _allowances(examination: Examination, node: etree._Element) -> tuple[Decimal, Decimal]:
    """Discounts and charges directly below a node."""
    totals = [ZERO, ZERO]
    for row in examination.bill.nodes("cac:AllowanceCharge", node):
        is_charge = examination.bill.text("cbc:ChargeIndicator", row) == "true"
        totals[is_charge] += examination.bill.number_at("cbc:Amount", row)
    return totals[0], totals[1]


def totals(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    says = {
        name: bill.number_at(f"{bill.total_path}/cbc:{name}", default=ZERO)
        for name in (
            *("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "AllowanceTotalAmount"),
            *("ChargeTotalAmount", "PayableRoundingAmount", "PayableAmount"),
        )
    }
    gross = sum((bill.number_at("cbc:LineExtensionAmount", node) for node in bill.lines), ZERO)
    taxes = sum((bill.number_at("cbc:TaxAmount", node) for node in bill.nodes("cac:TaxTotal")), ZERO)
    discounts, charges = _allowances(examination, bill.root)
    payable = says["TaxInclusiveAmount"] - discounts + charges + says["PayableRoundingAmount"]
    for rest, name, value in (
        ("AU02", "LineExtensionAmount", gross),
        ("AU04", "TaxExclusiveAmount", _taxable(examination, says["TaxExclusiveAmount"])),
        ("AU06", "TaxInclusiveAmount", says["LineExtensionAmount"] + taxes),
        ("AU08", "AllowanceTotalAmount", discounts),
        ("AU10", "ChargeTotalAmount", charges),
        ("AU14", "PayableAmount", payable),
    ):
        if says[name] != value:
            yield examination.wrong(rest, f"{name} dice {says[name]} en lugar de {value}.")


def _taxable(examination: Examination, said: Decimal) -> Decimal:
    """The bases of the lines' taxes.

    The annex does not say whether two tributes on one line count twice; both are seen accepted, so both are here.
    """
    bill = examination.bill
    rows = [bill.nodes(f"cac:TaxTotal/{_SUBTOTAL}", node) for node in bill.lines]
    once = sum((bill.number_at("cbc:TaxableAmount", found[0]) for found in rows if found), ZERO)
    every = sum((bill.number_at("cbc:TaxableAmount", row) for found in rows for row in found), ZERO)
    return every if said == every else once


def taxes(examination: Examination) -> Iterator[Problem]:
    """Every (tribute, rate) of the lines stands in the header with its sum, and the other way round."""
    bill = examination.bill
    for groups, element in (("AS", "TaxTotal"), ("AT", "WithholdingTaxTotal")):
        header, of_lines = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
        for node in bill.nodes(f"cac:{element}"):
            yield from _sums(examination, node, groups)
            _gather(examination, node, header)
        for line in bill.lines:
            for node in bill.nodes(f"cac:{element}", line):
                yield from _sums(examination, node, "AX" if element == "TaxTotal" else "AY")
                _gather(examination, node, of_lines)
        for key in sorted({*header, *of_lines}):
            if abs(header[key] - of_lines[key]) > TAX_TOLERANCE or (key in header) != (key in of_lines):
                tribute = " ".join(key)
                yield examination.wrong(f"{groups}01b", f"Las líneas y el encabezado no tienen lo mismo de {tribute}.")


def _gather(examination: Examination, total: etree._Element, into: dict[tuple[str, ...], Decimal]) -> None:
    bill = examination.bill
    for row in bill.nodes(_SUBTOTAL, total):
        key = (
            bill.text(f"{_CATEGORY}cac:TaxScheme/cbc:ID", row),
            bill.text(f"{_CATEGORY}cac:TaxScheme/cbc:Name", row),
            bill.text(f"{_CATEGORY}cbc:Percent", row) or bill.text("cbc:PerUnitAmount", row),
        )
        into[key] += bill.number_at("cbc:TaxAmount", row)


def _sums(examination: Examination, total: etree._Element, group: str) -> Iterator[Problem]:
    bill = examination.bill
    rows = bill.nodes(_SUBTOTAL, total)
    if not rows:
        yield examination.wrong(f"{group}01b", "Un grupo de impuesto no tiene subtotales.")
    if bill.number_at("cbc:TaxAmount", total) != sum((bill.number_at("cbc:TaxAmount", row) for row in rows), ZERO):
        yield examination.wrong(f"{group}02", "El valor del tributo no es la suma de sus subtotales.")
    for row in rows:
        percent = bill.text(f"{_CATEGORY}cbc:Percent", row)
        if not percent:
            continue
        expected = bill.number_at("cbc:TaxableAmount", row) * bill.number_at(f"{_CATEGORY}cbc:Percent", row) / 100
        if abs(bill.number_at("cbc:TaxAmount", row) - expected) > TAX_TOLERANCE:
            yield examination.wrong(f"{group}07", "El valor del tributo no es la base por la tarifa.")


def guarded(check, examination: Examination) -> Iterator[Problem]:
    """A number that cannot be read is a matter of the schema: ZB01."""
    try:
        yield from list(check(examination))
    except NotANumber as error:
        yield Problem("ZB01", f"Fallo en el esquema XML del archivo: {error} no es un número.")
