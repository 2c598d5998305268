"""The layout of a provider: the shipped map, what it says of each type of document, both forms."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from core.dian import catalogs, layout
from core.dian.layout import LayoutField
from core.dian.layout_sources import SCOPES, SOURCES
from core.dian.model import AllowanceCharge, ExchangeRate, TaxTotal
from core.errors import InvalidDocument
from core.xmlio.parse import parse_untrusted
from tests_core.dian_models import CASH, D, a_document, a_line, a_tax, bags
from tests_core.dian_strategies import disturbed
from tests_core.official import examples

KINDS = ("01", "02", "03", "04", "05", "91", "92", "95")
ROOTS = {"91": "NOTA", "92": "NOTA", "05": "DOCUMENTO_SOPORTE", "95": "DOCUMENTO_SOPORTE"}
CHEAP = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
PATIENT = settings(max_examples=examples(60), deadline=None)
OPEN, VALUE = re.compile(r"\((\w+)\)"), re.compile(r"([A-Z]+_\d+):([^;]*);")


def as_tree(xml):
    """(name, [(field, text)], [groups]) of the XML form."""

    def read(node):
        return (
            node.tag,
            [(child.tag, child.text or "") for child in node if re.search(r"_\d+$", child.tag)],
            [read(child) for child in node if not re.search(r"_\d+$", child.tag)],
        )

    return read(parse_untrusted(xml))


def from_text(text):
    """The same of the text form, as a reader would take it apart: nothing of a value may look like a mark."""

    def read(name, at):
        values, groups = [], []
        while not text.startswith(f"(/{name})", at):
            opened, value = OPEN.match(text, at), VALUE.match(text, at)
            assert opened or value, text[at : at + 40]
            if value:
                values.append(value.groups())
                at = value.end()
            else:
                group, at = read(opened[1], opened.end())
                groups.append(group)
        return (name, values, groups), at + len(name) + 3

    root = re.match(r"\[(\w+)\]", text)
    groups, at = [], root.end()
    while not text.startswith(f"[/{root[1]}]", at):
        opened = OPEN.match(text, at)
        group, at = read(opened[1], opened.end())
        groups.append(group)
    assert at + len(root[1]) + 3 == len(text)
    return (root[1], [], groups)


def values_of(xml, path):
    return [node.text for node in parse_untrusted(xml).iterfind(path)]


# --- the shipped map -----------------------------------------------------------------------------------------------


def test_the_shipped_map_has_no_findings_and_every_value_exists():
    fields = layout.default_fields()
    assert len(fields) > 150
    assert layout.check(fields) == []
    assert [row.source for row in fields if not row.is_constant and row.source not in SOURCES] == []
    groups = {row.group for row in fields}
    assert {"ENC", "EMI/TAC", "ADQ/ILA", "TOT", "TIM/IMP", "DRF", "MEP", "REF", "ITE/TII/IIM", "PRO", "CDN"} <= groups


def test_every_value_has_a_label_and_a_scope():
    assert [name for name, source in SOURCES.items() if not source.label or source.scope not in SCOPES] == []
    labels = [source.label for source in SOURCES.values()]
    assert len(set(labels)) == len(labels)  # people choose by them


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_has_its_root_and_what_identifies_it(kind):
    document = a_document(kind)
    xml = layout.to_xml(document)
    assert parse_untrusted(xml).tag == ROOTS.get(kind, "FACTURA") == layout.root_of(kind)
    assert values_of(xml, "ENC/ENC_6") == [document.id]
    assert values_of(xml, "ENC/ENC_9") == [kind]
    assert values_of(xml, "ENC/ENC_7") == ["2026-11-20"]
    assert values_of(xml, "ENC/ENC_8") == ["09:30:15-05:00"]
    assert values_of(xml, "TOT/TOT_5") == ["238.00"]
    assert values_of(xml, "ITE/ITE_1") == ["1"]
    assert bool(values_of(xml, "DRF/DRF_1")) is catalogs.DOCUMENT_TYPE[kind].has_range
    assert bool(values_of(xml, "REF/REF_4")) is (kind in ("91", "92", "95"))
    assert bool(values_of(xml, "ITE/IBS/IBS_1")) is (kind == "05")


@pytest.mark.parametrize("kind", ["05", "95"])
def test_a_support_document_is_issued_by_its_buyer(kind):
    document = a_document(kind)
    xml = layout.to_xml(document)
    assert values_of(xml, "ENC/ENC_2") == values_of(xml, "ADQ/ADQ_2") == [document.customer.company_id.number]
    assert values_of(xml, "PRO/PRO_2") == [document.supplier.company_id.number]
    assert values_of(xml, "EMI/EMI_2") == values_of(xml, "ENC/ENC_3") == []


def test_the_kinds_of_notes_are_told_apart():
    kinds = {kind: values_of(layout.to_xml(a_document(kind)), "ENC/ENC_1")[0] for kind in KINDS}
    assert kinds == {
        "01": "INVOIC", "02": "INVOIC", "03": "INVOIC", "04": "INVOIC", "91": "NC", "92": "ND", "05": "DS", "95": "NC",
    }  # fmt: skip


def test_groups_repeat_with_what_they_hold():
    taxes = (a_tax("200.00"), a_tax("100.00", "5.00"))
    lines = (a_line(id="1", tax_totals=taxes), a_line(id="2", tax_totals=()), a_line(id="3"))
    held = replace(a_tax("38.00", "15.00"), subtotals=(replace(a_tax().subtotals[0], percent=D("15.00")),))
    document = a_document(
        lines=lines, withholding_tax_totals=(held,), payment_means=(CASH, CASH), notes=("Uno", "Dos"),
        tax_totals=(TaxTotal(tax_amount=D("43.00"), subtotals=(*taxes[0].subtotals, *taxes[1].subtotals)),),
    )  # fmt: skip
    xml = layout.to_xml(document)
    root = parse_untrusted(xml)
    assert [len(line.findall("TII")) for line in root.findall("ITE")] == [2, 0, 1]
    assert values_of(xml, "TIM/TIM_1") == ["false", "true"]
    assert [len(tax.findall("IMP")) for tax in root.findall("TIM")] == [2, 1]
    assert values_of(xml, "NOT/NOT_1") == ["Uno", "Dos"]
    assert len(root.findall("MEP")) == 2


def test_what_a_document_does_not_have_is_not_written():
    xml = layout.to_xml(a_document())
    root = parse_untrusted(xml)
    assert [node for node in root.iter() if not len(node) and not (node.text or "").strip()] == []
    assert root.find("TDC") is root.find("DSC") is root.find("TOT/TOT_10") is None


def test_discounts_advances_and_other_currencies_have_their_groups():
    discount = AllowanceCharge(
        id="1", charge_indicator=False, reason_code="01", reason="Pago; pronto", amount=D("10.00"),
        multiplier_factor_numeric=D("5.00"), base_amount=D("200.00"),
    )  # fmt: skip
    rate = ExchangeRate(source_currency_code="COP", target_currency_code="USD", calculation_rate=D("4000.00"))
    document = a_document(allowance_charges=(discount,), payment_exchange_rate=rate, lines=(a_line(),))
    total = replace(document.monetary_total, allowance_total_amount=D("10.00"), payable_amount=D("228.00"))
    xml = layout.to_xml(replace(document, monetary_total=total))
    assert values_of(xml, "DSC/DSC_1") == ["false"] and values_of(xml, "DSC/DSC_3") == ["10.00"]
    assert values_of(xml, "TOT/TOT_9") == ["10.00"] and values_of(xml, "TOT/TOT_10") == ["COP"]
    assert values_of(xml, "TDC/TDC_1") == ["USD"] and values_of(xml, "TDC/TDCE/TDCE_13") == ["0.06"]


def test_a_tax_per_unit_has_values_of_its_own():
    document = a_document(lines=(a_line(tax_totals=(bags("2.00", "66.00"),)),), tax_totals=(bags("2.00", "66.00"),))
    more = (LayoutField("TIM/IMP", 7, "tax.part.units"), LayoutField("TIM/IMP", 8, "tax.part.per_unit"))
    xml = layout.to_xml(document, (*layout.default_fields(), *more))
    assert values_of(xml, "TIM/IMP/IMP_7") == ["2.00"] and values_of(xml, "TIM/IMP/IMP_8") == ["66.00"]
    assert values_of(xml, "TIM/IMP/IMP_6") == []


# --- both forms ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_say_the_same(kind):
    document = a_document(kind)
    tree = as_tree(layout.to_xml(document))
    expected = (tree[0], tree[1], [_replaced(group) for group in tree[2]])
    assert from_text(layout.to_text(document)) == expected


def _replaced(group):
    return (group[0], [(name, text.replace(";", ",")) for name, text in group[1]], [_replaced(g) for g in group[2]])


MARKS = st.sampled_from([";", ":", "(/ITE)", "[/FACTURA]", "((/ENC))", "ITE_1:9;", "(", "]", "a", "\n"])
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40) | st.lists(MARKS).map("".join)


@PATIENT
@given(text=TEXTS)
def test_no_text_of_people_breaks_the_line(text):
    line = a_line(item=replace(a_line().item, descriptions=(text,)))
    document = a_document(lines=(line,), notes=(text,))
    tree = from_text(layout.to_text(document))
    (item,) = [group for group in tree[2] if group[0] == "ITE"]
    shown = dict(item[1]).get("ITE_11", "")
    assert not set(";:\n\r\t") & set(shown)
    assert not re.search(r"[(\[]/?[A-Z_]{3,}[)\]]", shown)  # a reader may look for the marks first
    assert len(shown) <= len(text)
    if text.isalnum():
        assert shown == text


@PATIENT
@given(text=TEXTS)
def test_xml_keeps_every_text(text):
    line = a_line(item=replace(a_line().item, descriptions=(text,)))
    xml = layout.to_xml(a_document(lines=(line,)))
    found = values_of(xml, "ITE/ITE_11")
    assert found == ([text.strip()] if text.strip() else [])
    assert etree.tostring(parse_untrusted(xml), encoding="unicode").startswith("<FACTURA>")


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ufffe", "\ud800"])
def test_a_sign_that_xml_cannot_hold_is_refused_in_both_forms(sign):
    document = a_document(lines=(a_line(item=replace(a_line().item, descriptions=(f"a{sign}b",))),))
    for write in (layout.to_xml, layout.to_text):
        with pytest.raises(InvalidDocument):
            write(document)


def test_a_time_keeps_its_colons_and_lists_get_commas():
    text = layout.to_text(a_document())
    assert "ENC_8:09:30:15-05:00;" in text
    assert "TAC_1:O-13,O-15;" in text


@CHEAP
@given(disturbed())
def test_every_document_is_written_in_both_forms_or_refused(document):
    try:
        tree = from_text(layout.to_text(document))
    except InvalidDocument:
        with pytest.raises(InvalidDocument):
            layout.to_xml(document)
        return
    assert [group[0] for group in tree[2]] == [group[0] for group in as_tree(layout.to_xml(document))[2]]


# --- editing the map -----------------------------------------------------------------------------------------------


def test_a_row_more_changes_the_layout():
    fields = (*layout.default_fields(), LayoutField("EMI", 25, "seller.activity"), LayoutField("XYZ", 1, "=fijo"))
    xml = layout.to_xml(a_document(), fields)
    assert values_of(xml, "XYZ") == []  # a group of fixed texts only is no group
    fields = (*fields, LayoutField("XYZ", 2, "line.brand"), LayoutField("ITE", 14, "=x", ("91",)))
    branded = a_document(lines=(a_line(item=replace(a_line().item, brand_names=("M & Ñ",))),))
    xml = layout.to_xml(branded, fields)
    assert values_of(xml, "XYZ/XYZ_2") == ["M & Ñ"] and values_of(xml, "XYZ/XYZ_1") == ["fijo"]
    assert values_of(xml, "ITE/ITE_14") == []


BAD = {
    "CO-LAYOUT-01": [LayoutField("ENC", 1, "document.nothing")],
    "CO-LAYOUT-02": [LayoutField("ENC>", 1, "document.type")],
    "CO-LAYOUT-03": [LayoutField("ENC", 1, "document.type"), LayoutField("ENC", 1, "=x", ("91",))],
    "CO-LAYOUT-04": [LayoutField("ENC", 1, "line.number"), LayoutField("ENC", 2, "tax.amount")],
    "CO-LAYOUT-05": [LayoutField("ENC", 1, "document.type", ("77",))],
    "CO-LAYOUT-06": [],
}


@pytest.mark.parametrize("code", BAD)
def test_a_map_that_cannot_work_is_told_and_not_used(code):
    assert {finding.code for finding in layout.check(BAD[code])} == {code}
    with pytest.raises(InvalidDocument):
        layout.to_xml(a_document("91"), BAD[code])


@pytest.mark.parametrize(
    "fields",
    [
        [LayoutField("ITE", 1, "line.number"), LayoutField("ITE/TIM", 1, "tax.amount")],
        [LayoutField("A/B", 1, "=x")],
        [LayoutField("ENC", 0, "=x")],
        [LayoutField("ENC", 100, "=x")],
        [LayoutField("ENC/ABC/ABC/ABC/ABC", 1, "=x")],
        [LayoutField("<a>", 1, "=x")],
        [LayoutField("enc", 1, "=x")],
        [LayoutField("ENC", 1, "=x")] * 2,
        [LayoutField("ENC", number % 99 + 1, "=x") for number in range(1_001)],
        [LayoutField("ENC", 1, "=a\x00")],
        [LayoutField("ENC", 1, "=\ud800")],
        [LayoutField("ENC", 1, "= ")],
        [LayoutField("ENC", 1, "=" + "x" * 201)],
    ],
)
def test_more_maps_that_cannot_work(fields):
    assert layout.check(fields)


GOOD_ROWS = st.builds(
    LayoutField,
    st.sampled_from(["ENC", "ITE", "ITE/TII", "ITE/TII/IIM", "TIM", "TIM/IMP"]),
    st.integers(1, 99),
    st.sampled_from(sorted(SOURCES)) | st.text(max_size=5).map("={}".format),
    st.lists(st.sampled_from(KINDS), max_size=2).map(tuple),
)
BAD_ROWS = st.builds(
    LayoutField,
    st.sampled_from(["ENC", "abc", "", "A" * 9]),
    st.integers(-1, 101),
    st.text(max_size=5) | st.sampled_from(sorted(SOURCES)),
    st.lists(st.sampled_from([*KINDS, "x"]), max_size=2).map(tuple),
)


@PATIENT
@given(fields=st.lists(GOOD_ROWS, min_size=1, max_size=5) | st.lists(BAD_ROWS, max_size=3))
def test_every_map_is_refused_or_works(fields):
    if layout.check(fields):
        return
    for kind in ("01", "91", "05"):
        document = a_document(kind)
        xml, text = layout.to_xml(document, fields), layout.to_text(document, fields)
        assert as_tree(xml)[0] == from_text(text)[0] == layout.root_of(kind)
