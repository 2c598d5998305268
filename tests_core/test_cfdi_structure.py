"""Our judge of the XML's form says what SAT's schema says, about documents spoilt in every way."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from lxml import etree

from core.cfdi import build, catalogs, keys, read, retired_codes, seal, structure
from core.cfdi.model import (
    ACuentaTerceros,
    CfdiRelacionados,
    ImpuestosLocales,
    InformacionGlobal,
    Parte,
    RetencionConcepto,
    RetencionLocal,
    TrasladoLocal,
)
from tests_core import official
from tests_core.cfdi_models import a_line, an_invoice
from tests_core.mutations import mutants
from tests_core.test_cfdi_read_write import a_payment, a_stamp


def documents() -> list[bytes]:
    """Small documents that use every node of the schema, sealed as far as their form goes."""
    part = Parte(
        clave_prod_serv="50211502", no_identificacion="P1", cantidad=D("1"), unidad="Pieza", descripcion="Parte",
        valor_unitario=D("1.50"), importe=D("1.50"), informacion_aduanera=("15  48  3009  0001234",),
    )
    third = ACuentaTerceros(
        rfc_a_cuenta_terceros="IXS7607092R5", nombre_a_cuenta_terceros="INTERNATIONAL XIMBO",
        regimen_fiscal_a_cuenta_terceros="601", domicilio_fiscal_a_cuenta_terceros="26015",
    )
    held = RetencionConcepto(
        base=D("200.000000"), impuesto="001", tipo_factor="Tasa", tasa_o_cuota=D("0.100000"), importe=D("20.000000")
    )
    rich = a_line(
        no_identificacion="A-1", unidad="Pieza", descuento=D("10.00"), retenciones=(held,), a_cuenta_terceros=third,
        informacion_aduanera=("15  48  3009  0001234",), cuenta_predial=("15956011002",), partes=(part, part),
    )
    local = ImpuestosLocales(
        total_de_retenciones=D("1.00"), total_de_traslados=D("2.00"),
        retenciones=(RetencionLocal(imp_loc_retenido="Cedular", tasa_de_retencion=D("1.00"), importe=D("1.00")),),
        traslados=(TrasladoLocal(imp_loc_trasladado="ISH", tasa_de_traslado=D("2.00"), importe=D("2.00")),),
    )
    foreigner = replace(an_invoice().receptor, residencia_fiscal="USA", num_reg_id_trib="123456789")
    models = (
        an_invoice(),
        an_invoice(
            conceptos=(rich, a_line()), impuestos_locales=local, condiciones_de_pago="30 días", confirmacion="A1b2C",
            informacion_global=InformacionGlobal(periodicidad="01", meses="03", anio=2026), timbre=a_stamp(),
            cfdi_relacionados=(
                CfdiRelacionados(tipo_relacion="04", uuids=("123e4567-e89b-12d3-a456-426614174000",) * 2),
            ),
        ),
        an_invoice(moneda="USD", tipo_cambio=D("18.5"), receptor=foreigner),
        a_payment(),
    )
    sealed = {"no_certificado": "30001000000500003416", "certificado": "QUJD", "sello": "QUJD"}
    return [build.to_xml(replace(model, **sealed)) for model in models]


def disagreements(seed: int, count: int) -> tuple[list[bytes], int]:
    """The mutants that we judge otherwise than the schema, and how many are valid by both."""
    schema, different, valid = official.schema(), [], 0
    for mutant in mutants(documents(), seed, count):
        root = etree.fromstring(mutant)
        verdict = structure.is_valid(root)
        if verdict != schema.validate(root):
            different.append(mutant)
        valid += verdict
    return different, valid


def test_every_document_is_valid_as_it_is():
    for xml in documents():
        assert official.schema_errors(xml) == []
        assert structure.check(xml) == []


def test_the_verdict_is_that_of_the_official_schema():
    count = official.examples(300)
    different, valid = disagreements(seed=1, count=count)
    assert different == []
    assert count / 20 < valid < count / 2  # both verdicts are there to disagree about


@pytest.mark.parametrize("kind", ["c_UsoCFDI", "c_RegimenFiscal", "c_TipoRelacion", "c_ClaveUnidad", "c_ClaveProdServ"])
def test_keys_are_those_of_the_official_schema(kind):
    ours = {
        "c_UsoCFDI": {entry.code for entry in catalogs.USO_CFDI} | retired_codes.USO_CFDI,
        "c_RegimenFiscal": {entry.code for entry in catalogs.REGIMEN_FISCAL} | retired_codes.REGIMEN_FISCAL,
        "c_TipoRelacion": {entry.code for entry in catalogs.TIPO_RELACION} | retired_codes.TIPO_RELACION,
        "c_ClaveUnidad": {key.code for key in keys.shipped("clave_unidad")} - retired_codes.CLAVE_UNIDAD_NOT_IN_SCHEMA,
        "c_ClaveProdServ": {key.code for key in keys.shipped("clave_prod_serv")} | retired_codes.CLAVE_PROD_SERV,
    }
    assert ours[kind] == official.enumeration(kind)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b'Moneda="MXN"', b'Moneda="MXX"', "Moneda"),
        (b' Cantidad="2.000000"', b' Cantidad="0"', "Conceptos[0].Cantidad"),
        (b'"50211502"', b'"50211599"', "Conceptos[0].ClaveProdServ"),
        (b'ClaveUnidad="H87"', b'ClaveUnidad="h87"', "Conceptos[0].ClaveUnidad"),
        (b'LugarExpedicion="26015"', b'LugarExpedicion="00001"', "LugarExpedicion"),
        (b"cfdi:Emisor", b"cfdi:Emisora", "Emisora"),
        (b'Impuesto="002"', b'Impuesto="2"', "Conceptos[0].Impuestos.Traslados[0].Impuesto"),
        (b'UUID="', b'UUID="x', "Complemento.TimbreFiscalDigital.UUID"),
    ],
)
def test_a_finding_names_the_place(old, new, where):
    xml = documents()[1 if b"UUID" in old else 0]
    assert old in xml
    assert where in [finding.where for finding in structure.check(xml.replace(old, new))]


def test_what_the_writer_seals_has_the_form(certificate):
    from core.certificates import RsaSigner

    pair = certificate()
    sealed = seal.seal(an_invoice(), RsaSigner(pair.cer, pair.private_key))
    assert structure.check(sealed) == []
    assert read.parse(sealed).total == D("232.00")


def test_an_installation_may_know_more_keys():
    xml = documents()[0].replace(b'"50211502"', b'"50211599"')
    added = keys.Additions(keys={(keys.CLAVE_PROD_SERV, "50211599"): keys.Key("50211599", "Nueva")})
    with keys.also(added):
        assert structure.check(xml) == []
    assert structure.check(xml) != []


@pytest.mark.parametrize("name", ["Complemento", "ComplementoConcepto"])
def test_a_complement_that_is_not_known_is_refused_and_an_addenda_may_hold_anything(name):
    xml = documents()[0]
    holder = b"<cfdi:%s><x/></cfdi:%s>" % (name.encode(), name.encode())
    end = b"</cfdi:Concepto>" if name == "ComplementoConcepto" else b"</cfdi:Comprobante>"
    assert structure.check(xml.replace(end, holder + end, 1)) != []
    addenda = b"<cfdi:Addenda><x y='1'>z</x></cfdi:Addenda></cfdi:Comprobante>"
    assert structure.check(xml.replace(b"</cfdi:Comprobante>", addenda)) == []
