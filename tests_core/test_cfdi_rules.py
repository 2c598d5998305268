"""Each rule with a document that breaks it and the nearest one that does not."""

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.certificates import RsaSigner
from core.cfdi import catalogs, rules, seal
from core.cfdi.model import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    DoctoRelacionado,
    Impuestos,
    ImpuestosLocales,
    InformacionGlobal,
    Pago,
    Pagos,
    Parte,
    Receptor,
    Retencion,
    RetencionConcepto,
    RetencionP,
    TimbreFiscalDigital,
    TotalesPagos,
    TrasladoConcepto,
    TrasladoDR,
    TrasladoLocal,
)
from core.cfdi.read import parse
from core.cfdi.rules.customs import CUSTOMS_HOUSES
from core.cfdi.rules.registry import DOUBTS
from core.findings import Severity, blocking
from tests_core.cfdi_models import KEMPER, ROBOTICA, a_line, an_invoice, summed
from tests_core.official import examples

D = Decimal
IVA = a_line().traslados[0]
ISR = RetencionConcepto(
    base=D("200.000000"), impuesto="001", tipo_factor="Tasa", tasa_o_cuota=D("0.012500"), importe=D("2.500000")
)
EXEMPT = TrasladoConcepto(base=D("200.000000"), impuesto="002", tipo_factor="Exento")
PUBLIC = Receptor(
    rfc="XAXX010101000",
    nombre="PUBLICO EN GENERAL",
    domicilio_fiscal_receptor="26015",
    regimen_fiscal_receptor="616",
    uso_cfdi="S01",
)
FOREIGNER = replace(
    PUBLIC, rfc="XEXX010101000", nombre="ACME INC", residencia_fiscal="USA", num_reg_id_trib="123456789"
)
PERIOD = InformacionGlobal(periodicidad="04", meses="02", anio=2026)
THIRD = ACuentaTerceros(
    rfc_a_cuenta_terceros="IXS7607092R5",
    nombre_a_cuenta_terceros="INTERNACIONAL XIMBO Y SABORES",
    regimen_fiscal_a_cuenta_terceros="601",
    domicilio_fiscal_a_cuenta_terceros="23004",
)
PART = Parte(
    clave_prod_serv="50211502",
    cantidad=D("2"),
    descripcion="Filtro",
    valor_unitario=D("10.00"),
    importe=D("20.00"),
    informacion_aduanera=("15  48  3009  0001234",),
)
UUID = "5fb2822e-396d-4725-8521-cda4bdd20ccf"
STAMP = TimbreFiscalDigital(
    uuid=UUID,
    fecha_timbrado=datetime(2026, 3, 2, 12, 1),
    rfc_prov_certif="SAN010101AB1",
    sello_cfd="AAAA",
    no_certificado_sat="3" * 20,
    sello_sat="AAAA",
)
_DOCUMENT = DoctoRelacionado(
    id_documento=UUID,
    moneda_dr="MXN",
    num_parcialidad=1,
    imp_saldo_ant=D("232.00"),
    imp_pagado=D("232.00"),
    imp_saldo_insoluto=D("0.00"),
    objeto_imp_dr="02",
    traslados_dr=(TrasladoDR(base_dr=D("200"), impuesto_dr="002", tipo_factor_dr="Exento"),),
)
PAGOS = Pagos(
    totales=TotalesPagos(monto_total_pagos=D("232.00")),
    pagos=(
        Pago(
            fecha_pago=datetime(2026, 3, 2, 12, 0),
            forma_de_pago_p="03",
            moneda_p="MXN",
            monto=D("232.00"),
            documentos=(_DOCUMENT,),
            retenciones_p=(RetencionP(impuesto_p="001", importe_p=D("1")),),
        ),
    ),
)


def receiver(**changes: object) -> Comprobante:
    return an_invoice(receptor=replace(ROBOTICA, **changes))


def line(**changes: object) -> Comprobante:
    return an_invoice(conceptos=(a_line(**changes),))


def charged(**changes: object) -> Comprobante:
    """A document whose only line has a changed Traslado; the summary follows."""
    return line(traslados=(replace(IVA, **changes),))


def held(**changes: object) -> Comprobante:
    return line(retenciones=(replace(ISR, **changes),))


def summary(**changes: object) -> Comprobante:
    """A document whose summary alone is changed."""
    return replace(an_invoice(), impuestos=replace(an_invoice().impuestos, **changes))


def summary_row(**changes: object) -> Comprobante:
    [row] = an_invoice().impuestos.traslados
    return summary(traslados=(replace(row, **changes),))


def held_summary(**changes: object) -> Comprobante:
    invoice = held()
    return replace(invoice, impuestos=replace(invoice.impuestos, **changes))


def exempt_summary(**changes: object) -> Comprobante:
    invoice = line(traslados=(EXEMPT,))
    [row] = invoice.impuestos.traslados
    return replace(invoice, impuestos=replace(invoice.impuestos, traslados=(replace(row, **changes),)))


def transfer(**changes: object) -> Comprobante:
    """A document of type T, which has no money."""
    bare = a_line(traslados=(), objeto_imp="01", valor_unitario=D(0), importe=D(0))
    values = {
        "tipo_de_comprobante": "T",
        "moneda": "XXX",
        "forma_pago": None,
        "metodo_pago": None,
        "conceptos": (bare,),
        "sub_total": D(0),
        "total": D(0),
        "receptor": replace(ROBOTICA, uso_cfdi="S01"),
    }
    return an_invoice(**(values | changes))


def global_invoice(**changes: object) -> Comprobante:
    return an_invoice(**({"receptor": PUBLIC, "informacion_global": PERIOD} | changes))


def in_currency(moneda: str, tipo_cambio: Decimal | None) -> Comprobante:
    return replace(an_invoice(), moneda=moneda, tipo_cambio=tipo_cambio)


def exported(**changes: object) -> Comprobante:
    return an_invoice(**({"exportacion": "02", "receptor": FOREIGNER} | changes))


def foreigner(**changes: object) -> Comprobante:
    return an_invoice(receptor=replace(FOREIGNER, **changes))


def third(**changes: object) -> Comprobante:
    return line(a_cuenta_terceros=replace(THIRD, **changes))


def part(**changes: object) -> Comprobante:
    return line(partes=(replace(PART, **changes),))


def local(**changes: object) -> Comprobante:
    row = TrasladoLocal(imp_loc_trasladado="ISH", tasa_de_traslado=D("3.00"), importe=D("6.00"))
    taxes = ImpuestosLocales(total_de_retenciones=D("0.00"), total_de_traslados=D("6.00"), traslados=(row,))
    return an_invoice(impuestos_locales=replace(taxes, **changes))


def related(tipo: str) -> Comprobante:
    return an_invoice(cfdi_relacionados=(CfdiRelacionados(tipo_relacion=tipo, uuids=(UUID,)),))


ISSUED_BY_PERSON = replace(KEMPER, rfc="CACX7605101P8", regimen_fiscal="621")
ISR_OF_SERVICES = replace(ISR, tasa_o_cuota=D("0.100000"), importe=D("20.000000"))
SIMPLIFIED = replace(KEMPER, rfc="CACX7605101P8", regimen_fiscal="626")
SOLD_TO_A_SCHOOL = replace(
    ROBOTICA, rfc="WATM640917J45", nombre="WATEMBER TORRES", regimen_fiscal_receptor="612", uso_cfdi="D10"
)
IEPS = replace(IVA, impuesto="003", tasa_o_cuota=D("0.080000"), importe=D("16.000000"))
NO_TAX = {"traslados": (), "retenciones": ()}

# code, where, the wrong document, the right one
CASES = [
    ("MX-FORM-01", "Receptor.Nombre", receiver(nombre=" "), receiver(nombre="A")),
    ("MX-FORM-01", "Conceptos", an_invoice(conceptos=()), an_invoice()),
    ("MX-FORM-02", "Serie", an_invoice(serie="S" * 26), an_invoice(serie="S" * 25)),
    ("MX-FORM-02", "Conceptos[0].Descripcion", line(descripcion="D" * 1001), line(descripcion="D" * 1000)),
    ("MX-FORM-03", "CondicionesDePago", an_invoice(condiciones_de_pago="a|b"), an_invoice(condiciones_de_pago="a b")),
    ("MX-FORM-03", "Receptor.Nombre", receiver(nombre="A\x0b"), receiver(nombre="A\u00f1")),
    ("MX-RFC-03", "Receptor.Rfc", receiver(rfc="ure180429TM6"), receiver()),
    ("MX-RFC-03", "Receptor.Rfc", receiver(rfc="URE180429TM"), receiver()),
    ("MX-RFC-03", "Emisor.Rfc", an_invoice(emisor=replace(KEMPER, rfc="")), an_invoice()),
    ("MX-NAME-01", "Receptor.Nombre", receiver(nombre="ESCUELA \U0001f600"), receiver(nombre="\u00d1AND\u00da \u00b0")),
    ("MX-NAME-01", "Receptor.Nombre", receiver(nombre="A\u200bB"), receiver(nombre="\u65e5\u672c")),
    ("MX-FORM-04", "Conceptos[0].Cantidad", line(cantidad=D(0)), line(cantidad=D("2.0"))),
    ("MX-FORM-04", "Total", replace(an_invoice(), total=D("-1.00")), an_invoice()),
    ("MX-FORM-05", "Total", replace(an_invoice(), total=D("NaN")), an_invoice()),
    ("MX-FORM-05", "Emisor", replace(an_invoice(), emisor=None), an_invoice()),
    ("MX-ADD-01", "Addenda", an_invoice(addenda="<a>"), an_invoice(addenda="<a/>")),
    ("MX-RFC-01", "Receptor.Rfc", receiver(rfc="URE180429TM5"), receiver(rfc="URE180429TM6")),
    ("MX-RFC-02", "Receptor.Rfc", receiver(rfc="URE180230TM6"), receiver(rfc="URE180429TM6")),
    ("MX-PAY-01", "MetodoPago", an_invoice(metodo_pago=None), an_invoice()),
    ("MX-PAY-02", "FormaPago", an_invoice(forma_pago="99"), an_invoice(forma_pago="99", metodo_pago="PPD")),
    ("MX-LOC-01", "Complemento.ImpuestosLocales.TotaldeTraslados", local(total_de_traslados=D("6.01")), local()),
    ("MX-COMP-01", "Conceptos[0].ClaveProdServ", line(clave_prod_serv="78101802"), line(clave_prod_serv="80141600")),
    ("MX-COMP-01", "Conceptos[0].ClaveProdServ", line(clave_prod_serv="78101501"), line(clave_prod_serv="78111502")),
    ("MX-COMP-02", "Receptor.Nombre", receiver(nombre="MORENA"), receiver(nombre="MORENA Y ASOCIADOS")),
    ("MX-COMP-02", "Receptor.Nombre", receiver(nombre="PARTIDO DEL TRABAJO"), receiver()),
    (
        "MX-COMP-03",
        "Receptor.UsoCFDI",
        an_invoice(receptor=replace(SOLD_TO_A_SCHOOL, uso_cfdi="D04")),
        an_invoice(receptor=replace(SOLD_TO_A_SCHOOL, uso_cfdi="D01")),
    ),
    (
        "MX-COMP-03",
        "Conceptos[0].ClaveProdServ",
        an_invoice(conceptos=(a_line(clave_prod_serv="84101600"),), emisor=replace(KEMPER, regimen_fiscal="603")),
        line(clave_prod_serv="84101600"),
    ),
    ("MX-COMP-04", "Complemento", transfer(tipo_de_comprobante="P"), transfer()),
    ("MX-COMP-04", "Complemento", an_invoice(tipo_de_comprobante="N"), an_invoice()),
    (
        "MX-COMP-05",
        "Conceptos[0].ClaveProdServ",
        an_invoice(conceptos=(a_line(clave_prod_serv="86121503"),), receptor=SOLD_TO_A_SCHOOL),
        an_invoice(conceptos=(a_line(clave_prod_serv="60121100"),), receptor=SOLD_TO_A_SCHOOL),
    ),
    ("CFDI40101", "Fecha", an_invoice(fecha=datetime(2026, 3, 2, 12, 0, 0, 1)), an_invoice()),
    ("CFDI40101", "Fecha", an_invoice(fecha=datetime(2026, 3, 2, tzinfo=timezone.utc)), an_invoice()),
    ("403", "Fecha", an_invoice(fecha=datetime(2011, 12, 31)), an_invoice()),
    ("CFDI40103", "FormaPago", transfer(forma_pago="01"), transfer()),
    ("CFDI40104", "FormaPago", an_invoice(forma_pago="07"), an_invoice(forma_pago="08")),
    ("CFDI40105", "FormaPago", an_invoice(metodo_pago="PPD"), an_invoice(metodo_pago="PPD", forma_pago="99")),
    ("CFDI40106", "Certificado", an_invoice(certificado="AAAA"), an_invoice()),
    ("CFDI40107", "SubTotal", replace(an_invoice(), sub_total=D("200.000")), an_invoice()),
    ("CFDI40108", "SubTotal", replace(an_invoice(), sub_total=D("200.01")), an_invoice()),
    ("CFDI40109", "SubTotal", transfer(sub_total=D(1)), transfer()),
    ("CFDI40110", "Descuento", replace(an_invoice(), descuento=D("200.01")), line(descuento=D("1.00"))),
    ("CFDI40111", "Descuento", replace(line(descuento=D("1.00")), descuento=D("1.01")), line(descuento=D("1.00"))),
    ("CFDI40111", "Descuento", replace(line(descuento=D("1.00")), descuento=None), line(descuento=D("1.00"))),
    ("CFDI40112", "Descuento", replace(line(descuento=D("1.00")), descuento=D("1.000")), line(descuento=D("1.00"))),
    ("CFDI40113", "Moneda", an_invoice(moneda="MXP"), an_invoice()),
    ("CFDI40114", "TipoCambio", in_currency("MXN", D("1.01")), in_currency("MXN", D("1"))),
    ("CFDI40115", "TipoCambio", in_currency("USD", None), in_currency("USD", D("17.1234"))),
    ("CFDI40116", "TipoCambio", transfer(tipo_cambio=D("1")), transfer()),
    ("CFDI40117", "TipoCambio", in_currency("USD", D("17.1234567")), in_currency("USD", D("17.123456"))),
    ("CFDI40119", "Total", replace(an_invoice(), total=D("232.01")), an_invoice()),
    ("CFDI40119", "Total", replace(local(), total=D("232.00")), local()),
    ("CFDI40121", "TipoDeComprobante", an_invoice(tipo_de_comprobante="Q"), an_invoice(tipo_de_comprobante="E")),
    ("CFDI40122", "Exportacion", an_invoice(exportacion="02"), an_invoice(exportacion="04")),
    ("CFDI40123", "Exportacion", an_invoice(exportacion="05"), an_invoice(exportacion="03")),
    ("CFDI40124", "MetodoPago", an_invoice(metodo_pago="PUD"), an_invoice(metodo_pago="PUE")),
    ("CFDI40125", "MetodoPago", transfer(metodo_pago="PUE"), transfer()),
    ("CFDI40126", "LugarExpedicion", an_invoice(lugar_expedicion="00001"), an_invoice(lugar_expedicion="01000")),
    ("CFDI40126", "LugarExpedicion", an_invoice(lugar_expedicion="2601"), an_invoice(lugar_expedicion="01000")),
    ("CFDI40130", "InformacionGlobal", global_invoice(informacion_global=None), global_invoice()),
    (
        "CFDI40131",
        "InformacionGlobal.Periodicidad",
        global_invoice(informacion_global=replace(PERIOD, periodicidad="06")),
        global_invoice(),
    ),
    (
        "CFDI40132",
        "InformacionGlobal.Periodicidad",
        global_invoice(informacion_global=replace(PERIOD, periodicidad="05", meses="13")),
        global_invoice(informacion_global=replace(PERIOD, periodicidad="05", meses="13"), emisor=ISSUED_BY_PERSON),
    ),
    (
        "CFDI40133",
        "InformacionGlobal.Meses",
        global_invoice(informacion_global=replace(PERIOD, meses="19")),
        global_invoice(),
    ),
    (
        "CFDI40134",
        "InformacionGlobal.Meses",
        global_invoice(informacion_global=replace(PERIOD, meses="13")),
        global_invoice(informacion_global=replace(PERIOD, meses="12")),
    ),
    (
        "CFDI40135",
        "InformacionGlobal.Meses",
        global_invoice(informacion_global=replace(PERIOD, periodicidad="05"), emisor=ISSUED_BY_PERSON),
        global_invoice(informacion_global=replace(PERIOD, periodicidad="05", meses="18"), emisor=ISSUED_BY_PERSON),
    ),
    (
        "CFDI40136",
        "InformacionGlobal.Año",
        global_invoice(informacion_global=replace(PERIOD, anio=2020)),
        global_invoice(informacion_global=replace(PERIOD, anio=2021)),
    ),
    ("CFDI40137", "CfdiRelacionados[0].TipoRelacion", related("09"), related("04")),
    (
        "CFDI40140",
        "Emisor.RegimenFiscal",
        an_invoice(emisor=replace(KEMPER, regimen_fiscal="600")),
        an_invoice(),
    ),
    (
        "CFDI40141",
        "Emisor.RegimenFiscal",
        an_invoice(emisor=replace(KEMPER, regimen_fiscal="612")),
        an_invoice(emisor=replace(KEMPER, regimen_fiscal="626")),
    ),
    ("CFDI40146", "Receptor.Rfc", receiver(nombre="PUBLICO EN GENERAL"), receiver(nombre="PUBLICO")),
    (
        "CFDI40147",
        "Receptor.DomicilioFiscalReceptor",
        receiver(domicilio_fiscal_receptor="00001"),
        receiver(domicilio_fiscal_receptor="86991"),
    ),
    (
        "CFDI40149",
        "Receptor.DomicilioFiscalReceptor",
        foreigner(domicilio_fiscal_receptor="86991"),
        foreigner(),
    ),
    ("CFDI40150", "Receptor.ResidenciaFiscal", foreigner(residencia_fiscal="USS"), foreigner()),
    ("CFDI40151", "Receptor.ResidenciaFiscal", receiver(residencia_fiscal="USA"), receiver()),
    ("CFDI40152", "Receptor.ResidenciaFiscal", foreigner(residencia_fiscal="MEX"), foreigner()),
    (
        "CFDI40153",
        "Receptor.ResidenciaFiscal",
        foreigner(residencia_fiscal=None),
        foreigner(residencia_fiscal=None, num_reg_id_trib=None),
    ),
    (
        "CFDI40153",
        "Receptor.ResidenciaFiscal",
        exported(receptor=replace(FOREIGNER, residencia_fiscal=None, num_reg_id_trib=None)),
        foreigner(),
    ),
    ("CFDI40155", "Receptor.NumRegIdTrib", exported(receptor=replace(FOREIGNER, num_reg_id_trib=None)), foreigner()),
    ("CFDI40154", "Receptor.NumRegIdTrib", receiver(num_reg_id_trib="1"), receiver()),
    (
        "CFDI40156",
        "Receptor.NumRegIdTrib",
        foreigner(num_reg_id_trib="12-345678"),
        foreigner(num_reg_id_trib="12-345678", residencia_fiscal="DEU"),
    ),
    ("CFDI40157", "Receptor.RegimenFiscalReceptor", receiver(regimen_fiscal_receptor="628"), receiver()),
    (
        "CFDI40158",
        "Receptor.RegimenFiscalReceptor",
        receiver(regimen_fiscal_receptor="612"),
        receiver(regimen_fiscal_receptor="603"),
    ),
    (
        "CFDI40159",
        "Receptor.RegimenFiscalReceptor",
        foreigner(regimen_fiscal_receptor="612", uso_cfdi="G03"),
        foreigner(),
    ),
    ("CFDI40160", "Receptor.UsoCFDI", receiver(uso_cfdi="P01"), receiver(uso_cfdi="G01")),
    ("CFDI40161", "Receptor.UsoCFDI", receiver(uso_cfdi="D01"), receiver(uso_cfdi="S01")),
    ("CFDI40161", "Receptor.UsoCFDI", foreigner(uso_cfdi="G03"), foreigner(uso_cfdi="S01")),
    ("CFDI40161", "Receptor.UsoCFDI", foreigner(uso_cfdi="G02"), foreigner(uso_cfdi="S01")),
    ("CFDI40162", "Conceptos[0].ClaveProdServ", line(clave_prod_serv="5021150"), line()),
    ("CFDI40165", "Conceptos[0].ClaveUnidad", line(clave_unidad="H 7"), line(clave_unidad="X1w")),
    (
        "CFDI40163",
        "Conceptos[0].ClaveProdServ",
        replace(line(clave_prod_serv="15101514"), fecha=datetime(2026, 4, 24)),
        replace(line(clave_prod_serv="15101514"), fecha=datetime(2026, 4, 23)),
    ),
    (
        "CFDI40164",
        "Conceptos[0].ClaveProdServ",
        line(clave_prod_serv="15101505", objeto_imp="01", **NO_TAX),
        line(clave_prod_serv="15101505"),
    ),
    (
        "CFDI40166",
        "Conceptos[0].ValorUnitario",
        line(valor_unitario=D(0), importe=D(0), objeto_imp="01", **NO_TAX),
        line(valor_unitario=D("0.01"), importe=D("0.02"), objeto_imp="01", **NO_TAX),
    ),
    ("CFDI40167", "Conceptos[0].Importe", line(importe=D("200.020000")), line(importe=D("200.010000"))),
    (
        "CFDI40168",
        "Conceptos[0].Descuento",
        line(descuento=D("1.0000001")),
        line(descuento=D("1.000000")),
    ),
    (
        "CFDI40169",
        "Conceptos[0].Descuento",
        line(descuento=D("200.000001")),
        line(descuento=D("200.000000")),
    ),
    ("CFDI40170", "Conceptos[0].ObjetoImp", line(objeto_imp="09"), line()),
    (
        "CFDI40170",
        "Conceptos[0].ObjetoImp",
        replace(line(objeto_imp="08", **NO_TAX), fecha=datetime(2024, 12, 12)),
        replace(line(objeto_imp="08", **NO_TAX), fecha=datetime(2024, 12, 13)),
    ),
    ("CFDI40171", "Conceptos[0].ObjetoImp", line(**NO_TAX), line(objeto_imp="01", **NO_TAX)),
    ("CFDI40172", "Conceptos[0].ObjetoImp", line(objeto_imp="04"), line(objeto_imp="04", **NO_TAX)),
    ("CFDI40174", "Conceptos[0].Impuestos.Traslados[0].Base", charged(base=D(0), importe=D(0)), charged()),
    ("CFDI40175", "Conceptos[0].Impuestos.Traslados[0].Impuesto", charged(impuesto="004"), charged()),
    ("CFDI40176", "Conceptos[0].Impuestos.Traslados[0].TipoFactor", charged(tipo_factor="tasa"), charged()),
    (
        "CFDI40177",
        "Conceptos[0].Impuestos.Traslados[0].TipoFactor",
        charged(tipo_factor="Exento"),
        charged(tipo_factor="Exento", tasa_o_cuota=None, importe=None),
    ),
    ("CFDI40178", "Conceptos[0].Impuestos.Traslados[0].TipoFactor", charged(importe=None), charged()),
    (
        "CFDI40179",
        "Conceptos[0].Impuestos.Traslados[0].TasaOCuota",
        charged(tasa_o_cuota=D("0.150000"), importe=D("30.000000")),
        charged(tasa_o_cuota=D("0.080000"), importe=D("16.000000")),
    ),
    (
        "CFDI40179",
        "Conceptos[0].Impuestos.Traslados[0].TasaOCuota",
        charged(impuesto="003", tasa_o_cuota=D("0.770000"), importe=D("154.000000")),
        charged(impuesto="003", tasa_o_cuota=D("1.600000"), importe=D("320.000000")),
    ),
    (
        "CFDI40180",
        "Conceptos[0].Impuestos.Traslados[0].Importe",
        charged(importe=D("32.020000")),
        charged(importe=D("32.010000")),
    ),
    ("CFDI40181", "Conceptos[0].Impuestos.Retenciones[0].Base", held(base=D(0), importe=D(0)), held()),
    ("CFDI40182", "Conceptos[0].Impuestos.Retenciones[0].Impuesto", held(impuesto="ISR"), held()),
    ("CFDI40183", "Conceptos[0].Impuestos.Retenciones[0].TipoFactor", held(tipo_factor="Porcentaje"), held()),
    ("CFDI40184", "Conceptos[0].Impuestos.Retenciones[0].TipoFactor", held(tipo_factor="Exento"), held()),
    (
        "CFDI40185",
        "Conceptos[0].Impuestos.Retenciones[0].TasaOCuota",
        held(tasa_o_cuota=D("0.350001"), importe=D("70.000200")),
        held(tasa_o_cuota=D("0.350000"), importe=D("70.000000")),
    ),
    (
        "CFDI40186",
        "Conceptos[0].Impuestos.Retenciones[0].Importe",
        held(importe=D("2.520000")),
        held(importe=D("2.500001")),
    ),
    (
        "CFDI40188",
        "Conceptos[0].ACuentaTerceros.RfcACuentaTerceros",
        third(rfc_a_cuenta_terceros=KEMPER.rfc),
        third(),
    ),
    (
        "CFDI40191",
        "Conceptos[0].ACuentaTerceros.RegimenFiscalACuentaTerceros",
        third(regimen_fiscal_a_cuenta_terceros="000"),
        third(),
    ),
    (
        "CFDI40193",
        "Conceptos[0].ACuentaTerceros.DomicilioFiscalACuentaTerceros",
        third(rfc_a_cuenta_terceros="EXT990101NI1", regimen_fiscal_a_cuenta_terceros="616"),
        third(
            rfc_a_cuenta_terceros="EXT990101NI1",
            regimen_fiscal_a_cuenta_terceros="616",
            domicilio_fiscal_a_cuenta_terceros="26015",
        ),
    ),
    (
        "CFDI140223",
        "Conceptos[0].ACuentaTerceros.RegimenFiscalACuentaTerceros",
        third(rfc_a_cuenta_terceros="EXT990101NI1"),
        third(
            rfc_a_cuenta_terceros="EXT990101NI1",
            regimen_fiscal_a_cuenta_terceros="616",
            domicilio_fiscal_a_cuenta_terceros="26015",
        ),
    ),
    ("CFDI140225", "Conceptos", an_invoice(emisor=SIMPLIFIED), replace(held(), emisor=SIMPLIFIED)),
    (
        "CFDI140225",
        "Conceptos",
        replace(line(retenciones=(ISR_OF_SERVICES,)), emisor=SIMPLIFIED),
        an_invoice(emisor=SIMPLIFIED, receptor=PUBLIC, informacion_global=PERIOD),
    ),
    (
        "CFDI40194",
        "Conceptos[0].InformacionAduanera[0].NumeroPedimento",
        line(informacion_aduanera=("15 48 3009 0001234",)),
        line(informacion_aduanera=("15  48  3009  0001234",)),
    ),
    (
        "CFDI40194",
        "Conceptos[0].InformacionAduanera[0].NumeroPedimento",
        line(informacion_aduanera=("27  48  3009  7001234",)),
        line(informacion_aduanera=("26  48  3009  6001234",)),
    ),
    (
        "CFDI40194",
        "Conceptos[0].InformacionAduanera[0].NumeroPedimento",
        line(informacion_aduanera=("26  49  3009  6001234",)),
        line(informacion_aduanera=("26  48  3009  6001234",)),
    ),
    (
        "CFDI40195",
        "Conceptos[0].InformacionAduanera",
        exported(conceptos=(a_line(informacion_aduanera=PART.informacion_aduanera),)),
        line(informacion_aduanera=PART.informacion_aduanera),
    ),
    ("CFDI40196", "Conceptos[0].Parte[0].ClaveProdServ", part(clave_prod_serv="X"), part()),
    ("CFDI40197", "Conceptos[0].Parte[0].ValorUnitario", part(valor_unitario=D(0), importe=D(0)), part()),
    ("CFDI40198", "Conceptos[0].Parte[0].Importe", part(importe=D("99.00")), part()),
    (
        "CFDI40199",
        "Conceptos[0].Parte[0].InformacionAduanera[0].NumeroPedimento",
        part(informacion_aduanera=("15",)),
        part(),
    ),
    (
        "CFDI40200",
        "Conceptos[0].Parte[0].InformacionAduanera",
        exported(conceptos=(a_line(partes=(PART,)),)),
        part(),
    ),
    ("CFDI40201", "Impuestos", transfer(impuestos=Impuestos()), transfer()),
    (
        "CFDI40202",
        "Impuestos.TotalImpuestosRetenidos",
        held_summary(total_impuestos_retenidos=D("2.500")),
        held_summary(),
    ),
    (
        "CFDI40203",
        "Impuestos.TotalImpuestosRetenidos",
        held_summary(total_impuestos_retenidos=D("2.51")),
        held_summary(),
    ),
    (
        "CFDI40204",
        "Impuestos.TotalImpuestosTrasladados",
        summary(total_impuestos_trasladados=D("32.000")),
        summary(),
    ),
    (
        "CFDI40205",
        "Impuestos.TotalImpuestosTrasladados",
        summary(total_impuestos_trasladados=D("32.01")),
        summary(),
    ),
    (
        "CFDI40206",
        "Impuestos.TotalImpuestosRetenidos",
        held_summary(total_impuestos_retenidos=None),
        held_summary(),
    ),
    (
        "CFDI40207",
        "Impuestos.Retenciones[0].Impuesto",
        held_summary(retenciones=(Retencion(impuesto="1", importe=D("2.50")),)),
        held_summary(),
    ),
    (
        "CFDI40208",
        "Impuestos.Retenciones[1].Impuesto",
        held_summary(retenciones=(Retencion(impuesto="001", importe=D("1.25")),) * 2),
        held_summary(),
    ),
    (
        "CFDI40209",
        "Impuestos.Retenciones[0].Importe",
        held_summary(total_impuestos_retenidos=None),
        held_summary(),
    ),
    (
        "CFDI40210",
        "Impuestos.Retenciones[0].Importe",
        held_summary(retenciones=(Retencion(impuesto="001", importe=D("2.500")),)),
        held_summary(),
    ),
    (
        "CFDI40211",
        "Impuestos.Retenciones[0].Importe",
        held_summary(retenciones=(Retencion(impuesto="001", importe=D("2.51")),)),
        held_summary(),
    ),
    ("CFDI40211", "Impuestos.Retenciones", held_summary(retenciones=()), held_summary()),
    (
        "CFDI40212",
        "Impuestos.TotalImpuestosTrasladados",
        summary(total_impuestos_trasladados=None),
        summary(),
    ),
    ("CFDI40213", "Impuestos.Traslados[0]", exempt_summary(importe=D("0.00")), exempt_summary()),
    ("CFDI40214", "Impuestos.Traslados[0].Base", summary_row(base=D("200.000")), summary_row()),
    ("CFDI40215", "Impuestos.Traslados[0].Base", summary_row(base=D("200.01")), summary_row()),
    ("CFDI40216", "Impuestos.Traslados[0].Base", exempt_summary(base=D("200.01")), exempt_summary()),
    ("CFDI40217", "Impuestos.Traslados[0].Impuesto", summary_row(impuesto="009"), summary_row()),
    (
        "CFDI40218",
        "Impuestos.Traslados[1]",
        summary(traslados=an_invoice().impuestos.traslados * 2),
        summary(),
    ),
    ("CFDI40219", "Impuestos.Traslados[0].TipoFactor", summary_row(tipo_factor="TASA"), summary_row()),
    ("CFDI40220", "Impuestos.Traslados[0].Importe", summary_row(importe=D("32.000")), summary_row()),
    ("CFDI40221", "Impuestos.Traslados[0].Importe", summary_row(importe=D("32.01")), summary_row()),
    ("CFDI40221", "Impuestos.Traslados", summary(traslados=()), summary()),
    (
        "CFDI140226",
        "Conceptos[0].Impuestos",
        line(objeto_imp="06"),
        line(objeto_imp="06", traslados=(), retenciones=(ISR,)),
    ),
    ("CFDI140227", "Conceptos[0].Impuestos", line(objeto_imp="07"), line(objeto_imp="07", traslados=(IEPS,))),
    (
        "CFDI140227",
        "Conceptos[0].Impuestos",
        line(objeto_imp="07", traslados=(IEPS, IVA)),
        line(objeto_imp="07", traslados=(IEPS,)),
    ),
]


def names_of_cases() -> list[str]:
    """CFDI40111, CFDI40111-2: names that stay when other cases are added; `dev/rules` shows them."""
    seen: Counter[str] = Counter()
    names = []
    for code, *_rest in CASES:
        seen[code] += 1
        names.append(code if seen[code] == 1 else f"{code}-{seen[code]}")
    return names


@pytest.mark.parametrize(("code", "where", "wrong"), [case[:3] for case in CASES], ids=names_of_cases())
def test_the_wrong_document_is_found(code, where, wrong):
    assert (code, where) in [(finding.code, finding.where) for finding in rules.check(wrong)]


@pytest.mark.parametrize(("code", "right"), [(case[0], case[3]) for case in CASES], ids=names_of_cases())
def test_the_right_document_passes(code, right):
    assert code not in [finding.code for finding in rules.check(right)]
    assert blocking(rules.check(right)) == []


def test_every_code_of_the_registry_and_of_the_shapes_has_a_case():
    registered = {code for rule in rules.RULES for code in rule.codes}
    assert registered <= {case[0] for case in CASES}
    assert len({rule.name for rule in rules.RULES}) == len(rules.RULES)


def test_doubts_are_warnings_and_errors_block():
    blocked = {
        code for code, _where, wrong, _right in CASES if code in [found.code for found in blocking(rules.check(wrong))]
    }
    assert {case[0] for case in CASES} - blocked == DOUBTS
    assert blocking(rules.check(an_invoice(lugar_expedicion="00001"))) == []
    new_rate = charged(impuesto="003", tasa_o_cuota=D("0.770000"), importe=D("154.000000"))
    assert blocking(rules.check(new_rate)) == []


def test_a_plain_invoice_has_nothing_to_say():
    assert rules.check(an_invoice()) == []


def test_a_sealed_document_is_checked_with_its_certificate(certificate):
    pair = certificate()
    sealed = parse(seal.seal(an_invoice(), RsaSigner(pair.cer, pair.private_key)))
    assert rules.check(sealed) == []
    other_number = replace(sealed, no_certificado="0" * 20)
    assert [(f.code, f.where) for f in rules.check(other_number)] == [("CFDI40106", "NoCertificado")]


def test_freight_that_may_stay_in_town_is_a_doubt():
    for key in ("78101801", "78101605", "78102205", "78141501", "92121801"):
        [finding] = [found for found in rules.check(line(clave_prod_serv=key)) if found.code == "MX-COMP-01"]
        assert finding.severity is Severity.WARNING, key
    credit_note = replace(line(clave_prod_serv="78101802"), tipo_de_comprobante="E")
    assert "MX-COMP-01" not in {finding.code for finding in rules.check(credit_note)}


def test_doubts_about_customs_documents_never_block():
    strange = replace(PART, informacion_aduanera=("99  99  9999  9999999",))
    document = line(informacion_aduanera=("27  99  0000  0000000",), partes=(strange,))
    assert {finding.code for finding in rules.check(document)} == {"CFDI40194", "CFDI40199"}
    assert blocking(rules.check(document)) == []


def test_the_customs_houses_are_those_of_the_catalogue_and_the_newest_airport():
    assert len(CUSTOMS_HOUSES) == 50
    assert {"01", "20", "47", "84", "85"} <= CUSTOMS_HOUSES
    assert not {"54", "00", "99"} & CUSTOMS_HOUSES


def test_a_rule_is_in_force_on_its_days_only():
    rule = rules.Rule(("X",), lambda c: [], date(2025, 1, 1), date(2025, 12, 31))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [rule.in_force(day) for day in days] == [False, True, True, False]


# --- never raises --------------------------------------------------------------------------------------------------

_NONSENSE = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["", "|", "\ud800", "\x00", "616", "Exento", "Tasa", "PPD", "XXX", "XAXX010101000"]),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from([D("1E+999999"), D("1E-999999"), D("sNaN"), D("-0"), D("0E+50"), D("9" * 40)]),
    st.integers(-5, 10**20),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone.utc)),
    st.sampled_from([(), (None,), ("x",), KEMPER, object()]),
)


_RICH = replace(
    an_invoice(
        conceptos=(
            a_line(
                retenciones=(ISR,),
                descuento=D("1.00"),
                a_cuenta_terceros=THIRD,
                partes=(PART,),
                informacion_aduanera=PART.informacion_aduanera,
                cuenta_predial=("1",),
            ),
            a_line(traslados=(IVA, IEPS, EXEMPT)),
        ),
        informacion_global=PERIOD,
        cfdi_relacionados=related("04").cfdi_relacionados,
        impuestos_locales=local().impuestos_locales,
        addenda="<a/>",
    ),
    timbre=STAMP,
    pagos=PAGOS,
)


@st.composite
def _broken(draw: st.DrawFn) -> Comprobante:
    """A document with one of everything and some fields, at any depth, replaced by nonsense."""
    document = _RICH
    for _ in range(draw(st.integers(1, 4))):
        document = _replace_one(draw, document)
    return document


def _replace_one(draw: st.DrawFn, node: object) -> object:
    if isinstance(node, tuple) and node and draw(st.booleans()):
        index = draw(st.integers(0, len(node) - 1))
        return (*node[:index], _replace_one(draw, node[index]), *node[index + 1 :])
    if is_dataclass(node):
        name = draw(st.sampled_from([field.name for field in fields(node)]))
        return replace(node, **{name: _replace_one(draw, getattr(node, name))})
    return draw(_NONSENSE)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=_broken())
def test_nonsense_gives_findings_and_never_an_exception(document):
    found = rules.check(document)
    assert all(finding.code for finding in found)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "1E+400", "1E-400", "0E+99"])
def test_a_number_that_is_none_blocks(number):
    assert blocking(rules.check(replace(an_invoice(), total=D(number))))


# --- catalogues ----------------------------------------------------------------------------------------------------


def test_the_use_matrix_is_the_one_of_the_catalogue():
    assert catalogs.use_allowed("G03", "601", "M")
    assert not catalogs.use_allowed("G03", "616", "F")
    assert catalogs.use_allowed("G02", "616", "F")
    assert not catalogs.use_allowed("D01", "601", "M")
    assert catalogs.use_allowed("D01", "605", "F")
    assert catalogs.use_allowed("CN01", "605", "F")
    assert not catalogs.use_allowed("CN01", "612", "F")
    assert catalogs.use_allowed("S01", "610", "M")
    assert set(catalogs.REGIMES_OF_USE) == {entry.code for entry in catalogs.USO_CFDI}


def test_regimes_belong_to_their_kind_of_person():
    both = {entry.code for entry in catalogs.REGIMEN_FISCAL if entry.persons == "FM"}
    companies = {entry.code for entry in catalogs.REGIMEN_FISCAL if entry.persons == "M"}
    assert both == {"610", "626"}
    assert companies == {"601", "603", "620", "622", "623", "624"}
    assert not catalogs.regime_allowed("601", "")


def test_rates_are_read_by_tax_factor_and_side():
    def allowed(impuesto, factor, rate, retencion=False):
        return catalogs.rate_allowed(impuesto, factor, D(rate), retencion=retencion, day=date(2026, 1, 1))

    assert allowed("002", "Tasa", "0.16") and allowed("002", "Tasa", "0.08") and allowed("002", "Tasa", "0")
    assert not allowed("002", "Tasa", "0.04")
    assert allowed("002", "Tasa", "0.04", retencion=True)
    assert not allowed("001", "Tasa", "0.1")
    assert allowed("003", "Cuota", "72.1605") and not allowed("003", "Cuota", "72.1606")


def test_currencies_know_their_decimals():
    assert [catalogs.MONEDA[code] for code in ("MXN", "USD", "JPY", "XXX", "KWD", "CLF")] == [2, 2, 0, 0, 3, 4]
    assert len(catalogs.MONEDA) == 183 and len(catalogs.PAIS) == 250


def test_codes_of_a_catalogue_are_unique_and_described_in_both_languages():
    for name in dir(catalogs):
        catalogue = getattr(catalogs, name)
        if isinstance(catalogue, tuple) and catalogue and isinstance(catalogue[0], catalogs.Entry):
            codes = [entry.code for entry in catalogue]
            assert len(codes) == len(set(codes)), name
            assert all(entry.english and entry.spanish for entry in catalogue), name


def test_summed_is_what_the_rules_expect():
    assert rules.check(summed(an_invoice())) == []
