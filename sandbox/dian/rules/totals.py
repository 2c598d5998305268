"""The arithmetic of lines and totals (annex 1.9: groups AU, AV, AZ, BB, BE)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ...problems import Problem
from ..bill import ZERO, NotANumber
from . import codes
from .context import Check, Examination

LINE_TOLERANCE = Decimal("0.01")
ITEM_SCHEMES = {"001", "010", "020", "999"}
REFERENCE_PRICES = {"01", "02", "03"}
AIU, AIU_WORDS, LONGEST_AIU = "09", "Contrato de servicios AIU por concepto de:", 5000


def numbers(examination: Examination) -> Iterator[Problem]:
    """No amount, quantity or rate is negative; notes take back, lines do not."""
    bill = examination.bill
    for node in bill.nodes("//cbc:*[contains(local-name(), 'Amount') or contains(local-name(), 'Percent')]"):
        if (node.text or "").strip().startswith("-") and etree.QName(node).localname != "PayableRoundingAmount":
            yield Problem("VLR01", f"{codes.PLAIN['VLR01']} ({etree.QName(node).localname})")


def lines(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    for node in bill.lines:
        where = bill.text("cbc:ID", node)
        if bill.number_at(bill.quantity_path, node) <= 0:
            yield from say("AV04b", where)
        else:
            yield from _line_amount(examination, node, where)
        if not bill.text("cac:Item/cbc:Description", node):
            yield from say("AZ02", where)
        standard = "cac:Item/cac:StandardItemIdentification/cbc:ID"
        if not bill.text(standard, node) or bill.text(f"{standard}/@schemeID", node) not in ITEM_SCHEMES:
            yield from say("AZ09", where)
        for row in bill.nodes("cac:AllowanceCharge", node):
            if not bill.text("cbc:AllowanceChargeReason", row) or not bill.text("cbc:BaseAmount", row):
                yield from say("BE01", where)
        for price in bill.nodes("cac:PricingReference/cac:AlternativeConditionPrice", node):
            if bill.text("cbc:PriceTypeCode", price) not in REFERENCE_PRICES:
                yield from say("BB05", where)


def _line_amount(examination: Examination, node: etree._Element, where: str) -> Iterator[Problem]:
    bill = examination.bill
    total = bill.number_at("cbc:LineExtensionAmount", node)
    if total == 0 and bill.nodes("cac:PricingReference", node):
        return
    price, base = bill.number_at("cac:Price/cbc:PriceAmount", node), bill.number_at("cac:Price/cbc:BaseQuantity", node)
    discounts, charges = _allowances(examination, node)
    is_other = abs(total - (price * base - discounts + charges)) > LINE_TOLERANCE
    if is_other or base != bill.number_at(bill.quantity_path, node):
        yield from examination.say("AV06", where)


def administration(examination: Examination) -> Iterator[Problem]:
    """The line of the administration says what the AIU contract is about."""
    bill = examination.bill
    notes = [node.text or "" for node in bill.nodes(f"{bill.line_path}/cbc:Note")]
    words = [note for note in notes if note.startswith(AIU_WORDS)]
    is_short = any(note.strip() == AIU_WORDS or len(note) > LONGEST_AIU for note in words)
    if is_short or (bill.text("cbc:CustomizationID") == AIU and not words):
        yield from examination.say("AV03")


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
    less, more = says["AllowanceTotalAmount"], says["ChargeTotalAmount"] + says["PayableRoundingAmount"]
    payable = says["TaxInclusiveAmount"] - less + more
    for rest, name, value in (
        ("AU02", "LineExtensionAmount", gross),
        ("AU04", "TaxExclusiveAmount", _taxable(examination, says["TaxExclusiveAmount"])),
        ("AU06", "TaxInclusiveAmount", says["LineExtensionAmount"] + taxes),
        ("AU08", "AllowanceTotalAmount", discounts),
        ("AU10", "ChargeTotalAmount", charges),
        ("AU14", "PayableAmount", payable),
    ):
        if says[name] != value:
            yield from examination.say(rest, f"Dice {says[name]} en lugar de {value}.")


def _taxable(examination: Examination, said: Decimal) -> Decimal:
    """The bases of the lines' taxes.

    The annex does not say whether two tributes on one line count twice; both are seen accepted, so both are here.
    """
    bill = examination.bill
    rows = [bill.nodes("cac:TaxTotal/cac:TaxSubtotal", node) for node in bill.lines]
    bases = [[bill.number_at("cbc:TaxableAmount", row, default=ZERO) for row in found] for found in rows]
    once, every = sum((found[0] for found in bases if found), ZERO), sum(map(sum, bases), ZERO)
    return every if said == every else once


def guarded(check: Check, examination: Examination) -> Iterator[Problem]:
    """A number that cannot be read is a matter of the schema: ZB01."""
    try:
        yield from list(check(examination))
    except NotANumber as error:
        yield Problem("ZB01", f"Fallo en el esquema XML del archivo: {error} no es un número.")
