"""Whatever the rules accept: DIAN's sums hold in the XML and the official schema takes it; one cent more shows."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from core.dian import build, rules
from core.dian.model import Document
from core.findings import blocking
from tests_core.dian_strategies import disturbed, documents, leaves, put
from tests_core.official import examples
from tests_core.test_dian_read_write import schema_errors

D = Decimal
_CHEAP = settings(
    max_examples=examples(40), deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SLOT = b"<ext:ExtensionContent></ext:ExtensionContent>"
_FILLED = b'<ext:ExtensionContent><x xmlns="urn:x"/></ext:ExtensionContent>'


def _number(node: etree._Element, path: str) -> Decimal:
    """An amount of the XML; an absent one is zero."""
    return D(node.findtext(path) or "0")


def _sum(nodes: list[etree._Element], path: str) -> Decimal:
    return sum((_number(node, path) for node in nodes), D(0))


def _allowances(node: etree._Element, indicator: str) -> Decimal:
    rows = [row for row in node.findall("{*}AllowanceCharge") if row.findtext("{*}ChargeIndicator") == indicator]
    return _sum(rows, "{*}Amount")


def _rows(node: etree._Element, group: str) -> list[tuple[tuple[str | None, ...], Decimal, Decimal]]:
    """Each TaxSubtotal: what makes it a row of its own, base, tax."""
    return [
        ((
            row.findtext("{*}TaxCategory/{*}TaxScheme/{*}ID"), row.findtext("{*}TaxCategory/{*}Percent"),
            row.findtext("{*}PerUnitAmount"),
        ), _number(row, "{*}TaxableAmount"), _number(row, "{*}TaxAmount"))
        for row in node.findall(f"{{*}}{group}/{{*}}TaxSubtotal")
    ]  # fmt: skip


def _added(nodes: list[etree._Element], group: str) -> dict[tuple[str | None, ...], tuple[Decimal, Decimal]]:
    found: dict[tuple[str | None, ...], tuple[Decimal, Decimal]] = {}
    for node in nodes:
        for key, base, tax in _rows(node, group):
            old = found.get(key, (D(0), D(0)))
            found[key] = (old[0] + base, old[1] + tax)
    return found


def _check_line(line: etree._Element) -> None:
    gross = _number(line, "{*}Price/{*}PriceAmount") * _number(line, "{*}Price/{*}BaseQuantity")
    exact = gross - _allowances(line, "false") + _allowances(line, "true")
    # FAV06: cut, not rounded
    assert _number(line, "{*}LineExtensionAmount") == exact.quantize(D("0.01"), "ROUND_DOWN")
    for group in ("TaxTotal", "WithholdingTaxTotal"):
        for total in line.findall(f"{{*}}{group}"):
            assert _number(total, "{*}TaxAmount") == _sum(total.findall("{*}TaxSubtotal"), "{*}TaxAmount")  # FAX02
        keys = [key for key, _base, _tax in _rows(line, group)]
        assert len(set(keys)) == len(keys)  # FAX04
        for (_scheme, percent, _unit), base, tax in _rows(line, group):
            assert percent is None or abs(base * D(percent) / 100 - tax) <= D("0.01")  # FAX07


def check_arithmetic(xml: bytes) -> None:
    """The annex's sums, told from the XML by nothing of the core."""
    root = etree.fromstring(xml)
    lines = [node for node in root if etree.QName(node).localname.endswith("Line")]
    total = next(node for node in root if etree.QName(node).localname.endswith("MonetaryTotal"))
    for line in lines:
        _check_line(line)
    for group in ("TaxTotal", "WithholdingTaxTotal"):
        if any(line.findall(f"{{*}}{group}") for line in lines) or group == "TaxTotal":
            assert _added([root], group) == _added(lines, group)  # FAS01b, FAS05, FAT01
        schemes = [node.findtext("{*}TaxSubtotal/{*}TaxCategory/{*}TaxScheme/{*}ID") for node in root.findall(
            f"{{*}}{group}")]
        assert len(set(schemes)) == len(schemes)  # FAS01a
        for node in root.findall(f"{{*}}{group}"):
            assert _number(node, "{*}TaxAmount") == _sum(node.findall("{*}TaxSubtotal"), "{*}TaxAmount")  # FAS02
    taxes = _sum(root.findall("{*}TaxTotal"), "{*}TaxAmount")
    gross, inclusive = _number(total, "{*}LineExtensionAmount"), _number(total, "{*}TaxInclusiveAmount")
    assert gross == _sum(lines, "{*}LineExtensionAmount")  # FAU02
    bases = [[base for _key, base, _tax in _rows(line, "TaxTotal")] for line in lines]
    assert _number(total, "{*}TaxExclusiveAmount") == sum((max(row, default=D(0)) for row in bases), D(0))  # FAU04
    assert inclusive == gross + taxes  # FAU06
    discounts, charges = _allowances(root, "false"), _allowances(root, "true")
    assert _number(total, "{*}AllowanceTotalAmount") == discounts  # FAU08
    assert _number(total, "{*}ChargeTotalAmount") == charges  # FAU10
    rounding = _number(total, "{*}PayableRoundingAmount")
    assert _number(total, "{*}PayableAmount") == inclusive - discounts + charges + rounding  # FAU14


@_CHEAP
@given(documents())
def test_a_drawn_document_is_accepted_and_its_sums_are_those_of_the_annex(document: Document) -> None:
    assert blocking(rules.check(document)) == []
    check_arithmetic(build.to_xml(document))


@_CHEAP
@given(disturbed())
def test_schema_and_sums_hold_for_whatever_the_rules_accept(document: Document) -> None:
    assume(not blocking(rules.check(document)))
    xml = build.to_xml(document)
    assert xml.count(_SLOT) == 1
    assert schema_errors(xml.replace(_SLOT, _FILLED)) == []
    check_arithmetic(xml)


@_CHEAP
@given(disturbed())
def test_what_is_written_is_canonical(document: Document) -> None:
    """So that the signature's digest is that of the bytes; libxml2's C14N is the judge."""
    assume(not any(finding.code in ("CO-FORM-03", "CO-FORM-05") for finding in rules.check(document)))
    xml = build.to_xml(document)
    assert _DECLARATION + etree.tostring(etree.fromstring(xml).getroottree(), method="c14n") == xml


# what decides about sums: these amounts of the head and of the lines
_COUNTED = {
    "line_extension_amount", "tax_exclusive_amount", "tax_inclusive_amount", "payable_amount", "tax_amount",
    "allowance_total_amount", "charge_total_amount", "prepaid_amount", "paid_amount",
}  # fmt: skip


@_CHEAP
@given(documents(), st.data())
def test_one_cent_more_anywhere_is_found(document: Document, data: st.DataObject) -> None:
    counted = [(path, value) for path, value in leaves(document) if path[-1] in _COUNTED and value is not None]
    path, value = data.draw(st.sampled_from(counted))
    found = {finding.code for finding in blocking(rules.check(put(document, path, value + D("0.01"))))}
    assert found, path
