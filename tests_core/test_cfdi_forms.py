"""Lines that are written at once stand in the document exactly as the ordinary writer would have them."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.cfdi import build, cadena, forms, names
from core.cfdi.model import Concepto, RetencionConcepto, TrasladoConcepto
from core.xmlio.write import Element, Ready, to_bytes
from tests_core.cfdi_models import an_invoice

_NASTY = [
    "",
    " a",
    "a ",
    "a  b",
    "a\tb",
    "|",
    "a|b",
    "<",
    ">",
    '"',
    "&amp;",
    "%",
    "%s",
    "%(x)s",
    "{}",
    "\xa0",
    "90909090001",
]
_TEXTS = st.sampled_from([*_NASTY, "Café", "☕ 😀", "84111506"]) | st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="".join(map(chr, [*range(32), 0xFFFE, 0xFFFF]))),
    max_size=8,
)
_NUMBERS = st.sampled_from(["0", "0.00", "-0.00", "1E+3", "0E-9", "-1.5", "0.000001", "90909090001"]).map(
    D
) | st.decimals("0", "99999", places=6)
_NONE = st.none()
_CHARGED = st.builds(
    TrasladoConcepto,
    base=_NUMBERS, impuesto=_TEXTS, tipo_factor=_TEXTS, tasa_o_cuota=_NONE | _NUMBERS, importe=_NONE | _NUMBERS,
)  # fmt: skip
_HELD = st.builds(
    RetencionConcepto, base=_NUMBERS, impuesto=_TEXTS, tipo_factor=_TEXTS, tasa_o_cuota=_NUMBERS, importe=_NUMBERS
)
_LINES = st.builds(
    Concepto,
    clave_prod_serv=_TEXTS, no_identificacion=_NONE | _TEXTS, cantidad=_NUMBERS, clave_unidad=_TEXTS,
    unidad=_NONE | _TEXTS, descripcion=_TEXTS, valor_unitario=_NUMBERS, importe=_NUMBERS, descuento=_NONE | _NUMBERS,
    objeto_imp=_TEXTS, traslados=st.lists(_CHARGED, max_size=3).map(tuple),
    retenciones=st.lists(_HELD, max_size=2).map(tuple),
    informacion_aduanera=st.sampled_from([(), ("15  48  3009  0001234",)]),
)  # fmt: skip
_TAX = TrasladoConcepto(base=D("20.00"), impuesto="002", tipo_factor="Tasa", tasa_o_cuota=D("0.16"), importe=D("3.20"))
_LINE = Concepto(
    clave_prod_serv="84111506", no_identificacion="A-1", cantidad=D("2.000000"), clave_unidad="H87",
    descripcion="Café con leche", valor_unitario=D("10.00"), importe=D("20.00"), objeto_imp="02",
    traslados=(_TAX,),
)  # fmt: skip


def _by_the_ordinary_writer(document) -> Element:
    root = build.to_tree(document)
    [lines] = root.iterchildren(names.cfdi("Conceptos"))
    lines.children[:] = [build._concepto(line) for line in document.conceptos]
    return root


@given(st.lists(_LINES, min_size=1, max_size=3))
@example([_LINE, replace(_LINE, descripcion="á"), replace(_LINE, descripcion="x|y"), replace(_LINE, importe=D("2E+1"))])
def test_a_line_is_the_same_by_both_ways(lines):
    document = an_invoice(conceptos=tuple(lines))
    root, ordinary = build.to_tree(document), _by_the_ordinary_writer(document)
    xml = to_bytes(root)
    assert xml == to_bytes(ordinary)
    assert cadena.original_string_of(root) == cadena.original_string_of(ordinary)


@pytest.mark.parametrize(
    "line",
    [
        _LINE,
        replace(_LINE, descuento=D("1.00"), no_identificacion=None),
        replace(_LINE, traslados=(), objeto_imp="01"),
        replace(_LINE, traslados=_LINE.traslados * 3, retenciones=(RetencionConcepto(
            base=D("20.00"), impuesto="001", tipo_factor="Tasa", tasa_o_cuota=D("0.1"), importe=D("2.00")),)),
        replace(_LINE, traslados=(replace(_TAX, tipo_factor="Exento", tasa_o_cuota=None, importe=None),)),
    ],
    ids=["usual", "discount", "no tax", "taxes", "exempt"],
)  # fmt: skip
def test_ordinary_lines_take_the_short_way(line):
    assert isinstance(forms.ready(line, build._concepto), Ready)


@pytest.mark.parametrize(
    "change",
    [
        {"descripcion": "a  b"},
        {"descripcion": "a & b"},
        {"descripcion": 'a "b"'},
        {"descripcion": "a\x85b"},
        {"importe": D("-0.00")},
        {"importe": D("1E+3")},
        {"importe": D("NaN")},
        {"importe": 20},
        {"cuenta_predial": ("1",)},
        {"informacion_aduanera": ("15  48  3009  0001234",)},
    ],
    ids=str,
)
def test_what_has_to_be_written_in_another_way_does_not(change):
    assert forms.ready(replace(_LINE, **change), build._concepto) is None
