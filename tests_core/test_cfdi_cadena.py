"""The original string against the official style sheets, where they are strange too."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from core.cfdi import build, cadena
from core.errors import InvalidDocument
from tests_core import official
from tests_core.cfdi_models import a_line, an_invoice
from tests_core.test_cfdi_read_write import a_payment, a_stamp

CFDI = "http://www.sat.gob.mx/cfd/4"


def test_the_string_of_a_plain_invoice():
    text = cadena.original_string(build.to_xml(an_invoice()))
    assert text == (
        "||4.0|F|1|2026-03-02T12:00:00|03||200.00|MXN|232.00|I|01|PUE|26015|EKU9003173C9|ESCUELA KEMPER URGATE|601|"
        "URE180429TM6|UNIVERSIDAD ROBOTICA ESPAÑOLA|86991|601|G03|50211502|2.000000|H87|Cigarros|100.000000|200.000000|"
        "02|200.000000|002|Tasa|0.160000|32.000000|200.00|002|Tasa|0.160000|32.00|32.00||"
    )


def test_an_absent_required_attribute_leaves_an_empty_field_and_an_optional_one_none():
    xml = build.to_xml(an_invoice()).replace(b' Exportacion="01"', b"").replace(b' Serie="F"', b"")
    assert cadena.original_string(xml) == official.original_string(xml)
    assert "|I||PUE|" in cadena.original_string(xml)


def test_an_empty_optional_attribute_is_a_field():
    xml = build.to_xml(an_invoice(serie=""))
    assert cadena.original_string(xml) == official.original_string(xml)
    assert cadena.original_string(xml).startswith("||4.0||1|")


@settings(max_examples=official.examples(60), deadline=None)
@given(text=st.text(st.sampled_from(list("a\u00a0\u2003\u3000 \t\n\r|ñ&<\"'")), max_size=12))
def test_white_space_is_that_of_xpath(text):
    """Blank, tab, line feed and carriage return only: a no-break space is a letter."""
    root = etree.fromstring(build.to_xml(an_invoice()))
    root.set("CondicionesDePago", text)
    xml = etree.tostring(root, encoding="UTF-8")
    assert cadena.original_string(xml) == official.original_string(xml)


@pytest.mark.parametrize("document", [an_invoice(), a_payment()], ids=["I", "P"])
def test_stamp_addenda_comments_and_indentation_are_no_part_of_it(document):
    bare = cadena.original_string(build.to_xml(document))
    dressed = build.to_xml(replace(document, timbre=a_stamp(), addenda="<a b='1'>x</a>"))
    assert cadena.original_string(dressed) == bare
    commented = dressed.replace(b"<cfdi:Conceptos>", b"<?pi x?>\n <!-- c --><cfdi:Conceptos>\n\t")
    assert cadena.original_string(commented) == bare == official.original_string(commented)


def test_parts_and_their_customs_numbers_come_after_everything_else_of_the_line():
    from core.cfdi.model import Parte

    number = "15  48  3009  0001234"
    part = Parte(clave_prod_serv="01010101", cantidad=1, descripcion="P", informacion_aduanera=(number, number))
    line = a_line(cuenta_predial=("1", "2"), informacion_aduanera=(number,), partes=(replace(part, cantidad=_one()),))
    xml = build.to_xml(an_invoice(conceptos=(line,)))
    text = cadena.original_string(xml)
    assert text == official.original_string(xml)
    shown = "15 48 3009 0001234"
    assert f"|{shown}|1|2|01010101|1|P|{shown}|{shown}|" in text


def _one():
    from decimal import Decimal

    return Decimal(1)


def _shuffled(xml: bytes) -> bytes:
    """The same nodes in another order: the style sheet picks them by name."""
    root = etree.fromstring(xml)
    for node in list(root)[::-1]:
        root.append(node)
    return etree.tostring(root)


def test_the_order_of_nodes_is_the_legal_one_whatever_the_document_does():
    xml = _shuffled(build.to_xml(an_invoice()))
    assert cadena.original_string(xml) == official.original_string(xml)


def test_repeated_nodes_and_several_complements_are_walked_as_the_style_sheet_does():
    root = etree.fromstring(build.to_xml(a_payment()))
    complement = root.find(f"{{{CFDI}}}Complemento")
    root.append(etree.fromstring(etree.tostring(complement)))
    root.append(etree.fromstring(etree.tostring(root.find(f"{{{CFDI}}}Emisor"))))
    xml = etree.tostring(root)
    assert cadena.original_string(xml) == official.original_string(xml)


@pytest.mark.parametrize("leyenda", [None, "Una leyenda  de prueba"])
def test_the_string_of_the_stamp_is_the_official_one(leyenda):
    xml = build.to_xml(an_invoice(timbre=a_stamp(leyenda=leyenda)))
    timbre = etree.fromstring(xml).find(".//{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital")
    assert cadena.tfd_string(xml) == official.tfd_string(timbre)


def test_a_document_without_a_stamp_or_with_two_has_no_string_of_the_stamp():
    with pytest.raises(InvalidDocument):
        cadena.tfd_string(build.to_xml(an_invoice()))
    root = etree.fromstring(build.to_xml(an_invoice(timbre=a_stamp())))
    complement = root.find(f"{{{CFDI}}}Complemento")
    complement.append(etree.fromstring(etree.tostring(complement[0])))
    with pytest.raises(InvalidDocument):
        cadena.tfd_string(etree.tostring(root))
