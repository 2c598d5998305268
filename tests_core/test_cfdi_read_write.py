"""Reading and writing: what is written, what is refused, and that nothing is lost on the way."""

import contextlib
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from core.cfdi import build, cadena, read, rules, seal, stamp
from core.cfdi.model import (
    Comprobante,
    DoctoRelacionado,
    ImpuestosLocales,
    Pago,
    Pagos,
    RetencionDR,
    RetencionLocal,
    RetencionP,
    TimbreFiscalDigital,
    TotalesPagos,
    TrasladoDR,
    TrasladoLocal,
    TrasladoP,
)
from core.errors import CoreError, InvalidDocument, UnknownComplement, XmlRefused
from tests_core import official
from tests_core.cfdi_models import a_line, an_invoice

D = Decimal
CFDI = "{http://www.sat.gob.mx/cfd/4}"
UUID = "5fb2822e-396d-4725-8521-cda4bdd20ccf"


def a_stamp(**changes: object) -> TimbreFiscalDigital:
    stamp = TimbreFiscalDigital(
        uuid=UUID,
        fecha_timbrado=datetime(2026, 3, 2, 12, 1, 30),
        rfc_prov_certif="SAN010101AB1",
        leyenda="Comprobante de prueba",
        sello_cfd="c2VsbG8=",
        no_certificado_sat="30001000000500003456",
        sello_sat="c2F0",
    )
    return replace(stamp, **changes)


def a_payment() -> Comprobante:
    """A receipt for two payments in different currencies, with every node that Pagos 2.0 has."""
    documento = DoctoRelacionado(
        id_documento=UUID,
        serie="F",
        folio="7",
        moneda_dr="USD",
        equivalencia_dr=D("0.0500000000"),
        num_parcialidad=12,
        imp_saldo_ant=D("116.00"),
        imp_pagado=D("58.00"),
        imp_saldo_insoluto=D("58.00"),
        objeto_imp_dr="02",
        retenciones_dr=(
            RetencionDR(
                base_dr=D("50.00"),
                impuesto_dr="001",
                tipo_factor_dr="Tasa",
                tasa_o_cuota_dr=D("0.012500"),
                importe_dr=D("0.625000"),
            ),
        ),
        traslados_dr=(
            TrasladoDR(
                base_dr=D("50.00"),
                impuesto_dr="002",
                tipo_factor_dr="Tasa",
                tasa_o_cuota_dr=D("0.160000"),
                importe_dr=D("8.00"),
            ),
            TrasladoDR(base_dr=D("1.00"), impuesto_dr="003", tipo_factor_dr="Exento"),
        ),
    )
    plain = replace(documento, moneda_dr="MXN", equivalencia_dr=None, retenciones_dr=(), traslados_dr=())
    first = Pago(
        fecha_pago=datetime(2026, 3, 1, 12, 0, 0),
        forma_de_pago_p="03",
        moneda_p="MXN",
        tipo_cambio_p=D("1"),
        monto=D("1160.00"),
        num_operacion="SPEI  77",
        rfc_emisor_cta_ord="XEXX010101000",
        nom_banco_ord_ext="BANK OF X",
        cta_ordenante="0123456789",
        rfc_emisor_cta_ben="AAA010101AAA",
        cta_beneficiario="012345678901234567",
        tipo_cad_pago="01",
        cert_pago="AAAA",
        cad_pago="cadena",
        sello_pago="AAAA",
        documentos=(documento, plain),
        retenciones_p=(RetencionP(impuesto_p="001", importe_p=D("12.500000")),),
        traslados_p=(
            TrasladoP(
                base_p=D("1000"),
                impuesto_p="002",
                tipo_factor_p="Tasa",
                tasa_o_cuota_p=D("0.160000"),
                importe_p=D("160"),
            ),
        ),
    )
    totals = TotalesPagos(
        total_retenciones_isr=D("12.50"),
        total_traslados_base_iva16=D("1000.00"),
        total_traslados_impuesto_iva16=D("160.00"),
        monto_total_pagos=D("2320.00"),
    )
    second = Pago(
        fecha_pago=datetime(2026, 3, 2, 12, 0, 0),
        forma_de_pago_p="01",
        moneda_p="MXN",
        monto=D("1160.00"),
        documentos=(plain,),
    )
    line = replace(
        a_line(traslados=()),
        clave_prod_serv="84111506",
        cantidad=D("1"),
        clave_unidad="ACT",
        descripcion="Pago",
        valor_unitario=D("0"),
        importe=D("0"),
        objeto_imp="01",
    )
    return replace(
        an_invoice(),
        tipo_de_comprobante="P",
        moneda="XXX",
        forma_pago=None,
        metodo_pago=None,
        sub_total=D("0"),
        total=D("0"),
        impuestos=None,
        conceptos=(line,),
        receptor=replace(an_invoice().receptor, uso_cfdi="CP01"),
        pagos=Pagos(totales=totals, pagos=(first, second)),
    )


LOCAL = ImpuestosLocales(
    total_de_retenciones=D("1.00"),
    total_de_traslados=D("6.00"),
    retenciones=(RetencionLocal(imp_loc_retenido="Cedular", tasa_de_retencion=D("0.50"), importe=D("1.00")),),
    traslados=(TrasladoLocal(imp_loc_trasladado="ISH", tasa_de_traslado=D("3.00"), importe=D("6.00")),),
)
DOCUMENTS = {
    "invoice": an_invoice(),
    "local taxes": an_invoice(impuestos_locales=LOCAL),
    "stamped": an_invoice(timbre=a_stamp()),
    "stamped with local taxes": an_invoice(impuestos_locales=LOCAL, timbre=a_stamp(leyenda=None)),
    "payment": a_payment(),
    "stamped payment": replace(a_payment(), timbre=a_stamp()),
    "addenda": an_invoice(addenda="uno &amp; dos<a></a>"),
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_kind_of_document_comes_back_as_it_was(document):
    assert read.parse(build.to_xml(document)) == document


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_kind_of_document_is_valid_and_has_the_official_string(document):
    numbered = replace(document, no_certificado="3" * 20)
    xml = build.to_xml(numbered)
    assert official.schema_errors(xml) == []
    assert cadena.original_string(xml) == official.original_string(xml)


def test_written_forms_survive():
    """2.50 stays 2.50 and 100 stays 100: the seal covers the text, not the value."""
    forms = a_line(cantidad=D("2"), valor_unitario=D("100"), importe=D("200.0"))
    xml = build.to_xml(replace(an_invoice(conceptos=(forms,)), total=D("232.000"), sub_total=D("2E+2")))
    assert b'Cantidad="2"' in xml and b'Importe="200.0"' in xml and b'Total="232.000"' in xml
    assert b'SubTotal="200"' in xml


def test_zero_is_written_and_none_is_absent():
    xml = build.to_xml(replace(an_invoice(), descuento=D("0.00"), serie=None))
    assert b'Descuento="0.00"' in xml and b"Serie=" not in xml


def test_only_namespaces_in_use_are_declared():
    plain = etree.fromstring(build.to_xml(an_invoice()))
    assert set(plain.nsmap) == {"cfdi", "xsi"}
    assert set(etree.fromstring(build.to_xml(a_payment())).nsmap) == {"cfdi", "xsi", "pago20"}
    assert b"implocal.xsd" in build.to_xml(an_invoice(impuestos_locales=LOCAL))


def test_an_unsealed_document_has_an_empty_seal():
    root = etree.fromstring(build.to_xml(an_invoice()))
    assert (root.get("Sello"), root.get("Certificado"), root.get("NoCertificado")) == ("", "", "")


def test_surplus_blanks_are_collapsed_except_where_they_are_the_value():
    document = an_invoice(
        condiciones_de_pago="  30\n dias ", conceptos=(a_line(informacion_aduanera=("15  48  3009  0001234",)),)
    )
    xml = build.to_xml(document)
    assert b'CondicionesDePago="30 dias"' in xml
    assert b'NumeroPedimento="15  48  3009  0001234"' in xml
    assert read.parse(build.to_xml(a_payment())).pagos.pagos[0].num_operacion == "SPEI  77"


def test_control_characters_are_refused():
    with pytest.raises(XmlRefused) as refused:
        build.to_xml(an_invoice(serie="A\x01"))
    assert refused.value.reason == "control_character"


def test_an_addenda_keeps_its_namespaces_and_stands_alone():
    inner = '<x:Factura xmlns:x="urn:cadena:1" x:folio="1"><x:Linea>uno</x:Linea></x:Factura>'
    xml = build.to_xml(an_invoice(addenda=inner))
    assert read.parse(xml).addenda == inner
    assert cadena.original_string(xml) == cadena.original_string(build.to_xml(an_invoice()))


def test_an_addenda_that_is_no_xml_is_refused():
    with pytest.raises(XmlRefused):
        build.to_xml(an_invoice(addenda="<a>"))


def test_a_foreign_prefix_or_none_is_read_alike():
    xml = build.to_xml(an_invoice())
    renamed = xml.replace(b"<cfdi:", b"<x:").replace(b"</cfdi:", b"</x:").replace(b"xmlns:cfdi", b"xmlns:x")
    default = xml.replace(b"<cfdi:", b"<").replace(b"</cfdi:", b"</").replace(b"xmlns:cfdi", b"xmlns")
    assert read.parse(renamed) == read.parse(default) == an_invoice()


def edited(*edits: tuple[str, str]) -> bytes:
    text = build.to_xml(an_invoice()).decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


INVALID = {
    "another root": (("<cfdi:Comprobante", "<cfdi:Factura"), ("</cfdi:Comprobante", "</cfdi:Factura")),
    "another version": (('Version="4.0"', 'Version="3.3"'),),
    "another namespace": (("cfd/4", "cfd/3"),),
    "missing attribute": ((' Total="232.00"', ""),),
    "missing node": (("<cfdi:Receptor ", "<cfdi:Emisor "),),
    "unknown attribute": ((' Total="232.00"', ' Total="232.00" Totales="1"'),),
    "unknown element": (("<cfdi:Conceptos>", "<cfdi:Conceptos><cfdi:Otro/>"),),
    "not a number": (('Total="232.00"', 'Total="NaN"'),),
    "huge exponent": (('Total="232.00"', 'Total="1e400"'),),
    "Arabic digits": (('Total="232.00"', 'Total="\u0661\u0662"'),),
    "date with a zone": (('12:00:00"', '12:00:00Z"'),),
    "date that does not exist": (("2026-03-02T", "2026-02-30T"),),
    "two summaries": (("</cfdi:Conceptos>", "</cfdi:Conceptos><cfdi:Impuestos/>"),),
}


@pytest.mark.parametrize("edits", INVALID.values(), ids=INVALID)
def test_what_is_no_cfdi_is_refused_with_a_place(edits):
    with pytest.raises(InvalidDocument) as refused:
        read.parse(edited(*edits))
    assert refused.value.where


@pytest.mark.parametrize(
    "edits",
    [
        (
            (
                "</cfdi:Comprobante>",
                '<cfdi:Complemento><d:Donat xmlns:d="urn:d"/></cfdi:Complemento></cfdi:Comprobante>',
            ),
        ),
        (
            (
                "</cfdi:Concepto>",
                '<cfdi:ComplementoConcepto><i:x xmlns:i="urn:i"/></cfdi:ComplementoConcepto></cfdi:Concepto>',
            ),
        ),
    ],
    ids=["of the document", "of a line"],
)
def test_an_unknown_complement_is_an_error_of_its_own(edits):
    for attempt in (read.parse, cadena.original_string):
        with pytest.raises(UnknownComplement) as unknown:
            attempt(edited(*edits))
        assert unknown.value.namespace.startswith("urn:")


def test_a_complement_twice_is_refused():
    twice = build.to_xml(an_invoice(impuestos_locales=LOCAL)).decode()
    node = twice[twice.index("<implocal:") : twice.index("</cfdi:Complemento>")]
    with pytest.raises(InvalidDocument):
        read.parse(twice.replace("</cfdi:Complemento>", node + "</cfdi:Complemento>").encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<pago20:Totales", "<pago20:Otros"),
        ('Version="2.0"', 'Version="1.0"'),
        ('NumParcialidad="12"', 'NumParcialidad="x"'),
    ],
)
def test_a_broken_payment_is_refused(old, new):
    xml = build.to_xml(a_payment()).decode()
    assert old in xml
    with pytest.raises(InvalidDocument):
        read.parse(xml.replace(old, new).encode())


@pytest.mark.parametrize("data", [b"", b"<", b"<html/>", b"\xff\xfe<\x00", b"PK\x03\x04", b"<a>" * 100])
def test_anything_else_is_a_typed_error(data):
    for attempt in (read.parse, cadena.original_string, cadena.tfd_string):
        with pytest.raises(CoreError):
            attempt(data)


_RICH = build.to_xml(replace(a_payment(), timbre=a_stamp(), addenda="<a/>", impuestos_locales=LOCAL))


@settings(max_examples=official.examples(200), deadline=None)
@given(
    cuts=st.lists(
        st.tuples(
            st.integers(0, len(_RICH)),
            st.integers(0, 40),
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b'"', b"<", b"/>", b" x='1'", b"\xc2\xa0", b"&#1;", b"&lt;", b"cfdi:", b"<!--", b"]]>"]
                ),
            ),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_mutilated_document_is_read_or_refused_and_nothing_else(cuts):
    xml = _RICH
    for start, length, instead in cuts:
        xml = xml[:start] + instead + xml[start + length :]
    for attempt in (read.parse, cadena.original_string, cadena.tfd_string, seal.verify, stamp.read):
        with contextlib.suppress(CoreError):
            attempt(xml)
    with contextlib.suppress(CoreError):
        stamp.verify(xml, [])
    with contextlib.suppress(CoreError):
        stamp.belongs(_RICH, xml)
    try:
        content = read.parse(xml)
    except CoreError:
        return
    rules.check(content)


def test_five_hundred_lines_take_their_time_in_proportion():
    lines = tuple(a_line(descripcion=f"Articulo {number}") for number in range(500))
    document = an_invoice(conceptos=lines)
    assert read.parse(build.to_xml(document)) == document
