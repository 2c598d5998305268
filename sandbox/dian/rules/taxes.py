"""Taxes and withholdings of lines and header (annex 1.9: groups AS, AT, AX, AY)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ...problems import Problem
from ..bill import ZERO, Bill
from .context import Examination

# annex 1.9 and what DIAN's validation is seen to take: 2.00, of the document's IVA 5.00
TOLERANCE, IVA_TOLERANCE = Decimal("2.00"), Decimal("5.00")
IVA, RETE_IVA = "01", "05"
WITHHOLDINGS = {"05", "06", "07"}
NAMES = {
    "01": {"IVA"}, "02": {"IC"}, "03": {"ICA"}, "04": {"INC"}, "05": {"ReteIVA"}, "06": {"ReteRenta", "ReteFuente"},
    "07": {"ReteICA"},
}  # fmt: skip
_CATEGORY = "cac:TaxCategory/"
_SCHEME = f"{_CATEGORY}cac:TaxScheme/cbc:"
Key = tuple[str, str]


def header(examination: Examination) -> Iterator[Problem]:
    """Every tribute once, every rate once, and what the lines have, with its sum."""
    bill = examination.bill
    for group, element, one in (("AS", "TaxTotal", "AS01a"), ("AT", "WithholdingTaxTotal", "AT01")):
        found = bill.nodes(f"cac:{element}")
        yield from _groups(examination, found, one, element)
        yield from _sums(examination, found, f"{group}02", f"{group}04", f"{group}07")
        of_lines = [node for line in bill.lines for node in bill.nodes(f"cac:{element}", line)]
        # some issuers state withholdings in the header only
        if group == "AS" or of_lines:
            yield from _compared(examination, found, of_lines, group)


def _compared(
    examination: Examination, found: list[etree._Element], of_lines: list[etree._Element], group: str
) -> Iterator[Problem]:
    bill = examination.bill
    said, wanted = _gathered(bill, found), _gathered(bill, of_lines)
    missing = "AS01b" if group == "AS" else "AT01"
    is_empty = group == "AS" and any(not bill.nodes("cac:TaxSubtotal", node) for node in found)
    for key in sorted(said.keys() ^ wanted.keys()):
        yield from examination.say(missing, " ".join(key))
    if is_empty and said.keys() == wanted.keys():
        yield from examination.say(missing)
    for key in sorted(said.keys() & wanted.keys()):
        base, amount = said[key]
        if base != wanted[key][0] or abs(amount - wanted[key][1]) > TOLERANCE:
            yield from examination.say(f"{group}05", " ".join(key))


def _gathered(bill: Bill, nodes: list[etree._Element]) -> dict[Key, tuple[Decimal, Decimal]]:
    """Base and amount of each tribute and rate."""
    sums: dict[Key, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for node in nodes:
        for row in bill.nodes("cac:TaxSubtotal", node):
            base, amount = sums[_key(bill, row)]
            sums[_key(bill, row)] = (
                base + bill.number_at("cbc:TaxableAmount", row, default=ZERO),
                amount + bill.number_at("cbc:TaxAmount", row),
            )
    return dict(sums)


def _key(bill: Bill, row: etree._Element) -> Key:
    percent = bill.text(f"{_CATEGORY}cbc:Percent", row)
    if percent:
        rate = format(bill.number_at(f"{_CATEGORY}cbc:Percent", row).normalize(), "f")
    else:
        rate = f"por unidad {bill.text('cbc:PerUnitAmount', row)}"
    return bill.text(f"{_SCHEME}ID", row), rate


def lines(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    for line in bill.lines:
        taxes, held = bill.nodes("cac:TaxTotal", line), bill.nodes("cac:WithholdingTaxTotal", line)
        yield from _groups(examination, taxes, "AX01", "TaxTotal")
        yield from _sums(examination, taxes, "AX02", "AX04", "AX07")
        for row in bill.nodes("cac:TaxTotal/cac:TaxSubtotal", line):
            if not bill.text("cbc:TaxableAmount", row) and not bill.text("cbc:PerUnitAmount", row):
                yield from examination.say("AX05")
        wrong = list(_groups(examination, held, "AY10", "WithholdingTaxTotal"))
        yield from (wrong + list(_sums(examination, held, "AY10", "AY10", "AY10")))[:1]
        iva = _of_tribute(bill, taxes, IVA, "cbc:TaxAmount")
        if _of_tribute(bill, held, RETE_IVA, "cbc:TaxableAmount") != iva and any(
            row for row in held if bill.text(f"cac:TaxSubtotal/{_SCHEME}ID", row) == RETE_IVA
        ):
            yield from examination.say("AY05")


def _of_tribute(bill: Bill, nodes: list[etree._Element], tribute: str, path: str) -> Decimal:
    rows = [row for node in nodes for row in bill.nodes("cac:TaxSubtotal", node)]
    return sum(
        (bill.number_at(path, row, default=ZERO) for row in rows if bill.text(f"{_SCHEME}ID", row) == tribute), ZERO
    )


def _groups(examination: Examination, nodes: list[etree._Element], code: str, element: str) -> Iterator[Problem]:
    """Each tribute in one group, with its name, and withholdings among withholdings only."""
    bill = examination.bill
    seen: set[str] = set()
    for node in nodes:
        rows = bill.nodes("cac:TaxSubtotal", node)
        if not rows and code != "AS01a":  # AS01b says it of the header
            yield from examination.say(code)
        tributes = {bill.text(f"{_SCHEME}ID", row) for row in rows}
        names = {(bill.text(f"{_SCHEME}ID", row), bill.text(f"{_SCHEME}Name", row)) for row in rows}
        is_wrong = len(tributes) > 1 or bool(tributes & seen)
        is_wrong = is_wrong or any(name not in NAMES.get(tribute, {name}) for tribute, name in names)
        is_wrong = is_wrong or any((tribute in WITHHOLDINGS) != (element != "TaxTotal") for tribute in tributes)
        if is_wrong:
            yield from examination.say(code, ", ".join(sorted(tributes)))
        seen |= tributes


def _sums(examination: Examination, nodes: list[etree._Element], total: str, once: str, rate: str) -> Iterator[Problem]:
    """A group is the sum of its rows, has each rate once, and each row is its base by its rate."""
    bill, say = examination.bill, examination.say
    for node in nodes:
        rows = bill.nodes("cac:TaxSubtotal", node)
        amounts = [bill.number_at("cbc:TaxAmount", row) for row in rows]
        if rows and bill.number_at("cbc:TaxAmount", node) != sum(amounts, ZERO):
            yield from say(total)
        if any(count > 1 for count in Counter(_key(bill, row) for row in rows).values()):
            yield from say(once)
        for row, amount in zip(rows, amounts, strict=True):
            percent = bill.number_at(f"{_CATEGORY}cbc:Percent", row, default=ZERO)
            expected = bill.number_at("cbc:TaxableAmount", row, default=ZERO) * percent / 100
            if bill.text("cbc:PerUnitAmount", row):
                units = bill.number_at("cbc:BaseUnitMeasure", row, default=ZERO)
                expected = units * bill.number_at("cbc:PerUnitAmount", row)
            is_iva_of_all = rate == "AS07" and bill.text(f"{_SCHEME}ID", row) == IVA
            tolerance = IVA_TOLERANCE if is_iva_of_all else TOLERANCE
            if bill.text("cbc:TaxableAmount", row) and abs(amount - expected) > tolerance:
                yield from say(rate)
