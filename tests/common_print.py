"""CFDI of every shape for the print: content that invoices of Odoo reach only through much data, or not yet.

The documents have the shape of stamped ones; their seals are only as long as real ones, for nobody verifies them here.
"""
import base64
import hashlib
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from ..core.cfdi import build
from ..core.cfdi import model as cfdi

D = Decimal
UUID = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"


def a_seal(seed: str) -> str:
    """Return base64 of 256 bytes, the length of a seal by an RSA key of 2048 bits."""
    return base64.b64encode(b"".join(hashlib.sha256(f"{seed}{i}".encode()).digest() for i in range(8))).decode()


def iva(base, rate="0.160000"):
    base = D(base)
    return cfdi.TrasladoConcepto(
        base=base, impuesto="002", tipo_factor="Tasa", tasa_o_cuota=D(rate),
        importe=(base * D(rate)).quantize(D("0.01")))


def withheld(base, impuesto, rate):
    base = D(base)
    return cfdi.RetencionConcepto(
        base=base, impuesto=impuesto, tipo_factor="Tasa", tasa_o_cuota=D(rate),
        importe=(base * D(rate)).quantize(D("0.01")))


def a_line(description="Servicio de consultoría en sistemas", amount="1000.00", **values):
    return cfdi.Concepto(**{
        "clave_prod_serv": "81111500", "no_identificacion": "CONS-01", "cantidad": D("1"), "clave_unidad": "E48",
        "unidad": "Servicio", "descripcion": description, "valor_unitario": D(amount), "importe": D(amount),
        "objeto_imp": "02", "traslados": (iva(amount),), **values})


def summary(lines) -> cfdi.Impuestos:
    """Return the summary of the taxes of `lines`, one row for each tax and rate."""
    charged, kept = {}, {}
    for line in lines:
        for tax in line.traslados:
            key = (tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota)
            base, amount = charged.get(key, (D(0), None))
            charged[key] = (base + tax.base, None if tax.importe is None else (amount or D(0)) + tax.importe)
        for tax in line.retenciones:
            kept[tax.impuesto] = kept.get(tax.impuesto, D(0)) + tax.importe
    amounts = [amount for _base, amount in charged.values() if amount is not None]
    return cfdi.Impuestos(
        total_impuestos_trasladados=sum(amounts) if amounts else None,
        total_impuestos_retenidos=sum(kept.values()) if kept else None,
        retenciones=tuple(cfdi.Retencion(impuesto=tax, importe=amount) for tax, amount in kept.items()),
        traslados=tuple(
            cfdi.Traslado(base=base, impuesto=tax, tipo_factor=factor, tasa_o_cuota=rate, importe=amount)
            for (tax, factor, rate), (base, amount) in charged.items()))


def a_cfdi(*lines, **values) -> cfdi.Comprobante:
    """Return a stamped invoice of `lines`; `values` replace or add attributes."""
    lines = lines or (a_line(),)
    taxes = summary(lines)
    sub_total = sum((line.importe for line in lines), D(0)).quantize(D("0.01"))
    discount = sum((line.descuento for line in lines if line.descuento is not None), D(0)).quantize(D("0.01"))
    total = sub_total - discount + (taxes.total_impuestos_trasladados or 0) - (taxes.total_impuestos_retenidos or 0)
    document = cfdi.Comprobante(
        serie="A", folio="1042", fecha=datetime(2026, 3, 14, 10, 22, 33), sello=a_seal("emisor"), forma_pago="03",
        no_certificado="30001000000500003416", certificado=base64.b64encode(b"certificate").decode(),
        condiciones_de_pago="Contado", sub_total=sub_total, descuento=discount or None, moneda="MXN", total=total,
        tipo_de_comprobante="I", exportacion="01", metodo_pago="PUE", lugar_expedicion="42501",
        emisor=cfdi.Emisor(rfc="EKU9003173C9", nombre="ESCUELA KEMPER URGATE", regimen_fiscal="601"),
        receptor=cfdi.Receptor(
            rfc="URE180429TM6", nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA", domicilio_fiscal_receptor="86991",
            regimen_fiscal_receptor="601", uso_cfdi="G03"),
        conceptos=tuple(lines), impuestos=taxes,
        timbre=cfdi.TimbreFiscalDigital(
            uuid=UUID, fecha_timbrado=datetime(2026, 3, 14, 10, 22, 41), rfc_prov_certif="SAN010101AB1",
            sello_cfd=a_seal("emisor"), no_certificado_sat="30001000000500003456", sello_sat=a_seal("sat")))
    return replace(document, **values)


def stamped_xml(*lines, **values) -> bytes:
    return build.to_xml(a_cfdi(*lines, **values))


def a_rich_cfdi() -> cfdi.Comprobante:
    """Return an invoice with everything that the printed representation has a place for."""
    beer = a_line(
        "Cerveza artesanal, caja de 24 botellas", "2400.00", clave_prod_serv="50202201", no_identificacion="CER-24",
        clave_unidad="XBX", unidad="Caja", cantidad=D("4"), valor_unitario=D("600.00"), descuento=D("120.00"),
        informacion_aduanera=("15  48  3009  0001234",), traslados=(
            cfdi.TrasladoConcepto(base=D("2280.00"), impuesto="003", tipo_factor="Tasa", tasa_o_cuota=D("0.265000"),
                                  importe=D("604.20")),
            iva("2884.20")))
    fees = a_line(
        "Honorarios profesionales", "10000.00", clave_prod_serv="80121600",
        retenciones=(withheld("10000.00", "001", "0.100000"), withheld("10000.00", "002", "0.106667")))
    rent = a_line(
        "Renta de local comercial", "8000.00", clave_prod_serv="80131500",
        cuenta_predial=("15956011002", "15956011003"),
        traslados=(cfdi.TrasladoConcepto(base=D("8000.00"), impuesto="002", tipo_factor="Exento"),),
        a_cuenta_terceros=cfdi.ACuentaTerceros(
            rfc_a_cuenta_terceros="CACX7605101P8", nombre_a_cuenta_terceros="XOCHILT CASAS CHAVEZ",
            regimen_fiscal_a_cuenta_terceros="606", domicilio_fiscal_a_cuenta_terceros="36257"))
    fuel = a_line(
        "Gasolina regular", "500.00", clave_prod_serv="15101514", clave_unidad="LTR", unidad="Litro",
        cantidad=D("21.276596"), valor_unitario=D("23.500000"), importe=D("500.000006"), traslados=(
            cfdi.TrasladoConcepto(base=D("21.276596"), impuesto="003", tipo_factor="Cuota", tasa_o_cuota=D("6.455500"),
                                  importe=D("137.35")), iva("500.00")))
    kit = a_line(
        "Kit de herramienta", "900.00", clave_prod_serv="27111700", clave_unidad="KT", unidad="Kit", objeto_imp="02",
        partes=(cfdi.Parte(clave_prod_serv="27111701", no_identificacion="DES-1", cantidad=D("6"), unidad="Pieza",
                           descripcion="Desarmador", valor_unitario=D("50.00"), importe=D("300.00"),
                           informacion_aduanera=("15  48  3009  0001235",)),))
    document = a_cfdi(
        beer, fees, rent, fuel, kit,
        cfdi_relacionados=(
            cfdi.CfdiRelacionados(tipo_relacion="04", uuids=("A39DA66B-52CA-49E3-879B-5C05185B0EF7",)),
            cfdi.CfdiRelacionados(tipo_relacion="07", uuids=(
                "0BE0F1A2-7C3E-4E09-9D8E-5C31F0A20C11", "1C1A3B5D-33F0-4A0B-8B4F-0D9B9A0D2E22"))),
        informacion_global=cfdi.InformacionGlobal(periodicidad="04", meses="03", anio=2026),
        impuestos_locales=cfdi.ImpuestosLocales(
            total_de_retenciones=D("50.00"), total_de_traslados=D("240.00"),
            retenciones=(cfdi.RetencionLocal(
                imp_loc_retenido="Cedular", tasa_de_retencion=D("0.50"), importe=D("50.00")),),
            traslados=(cfdi.TrasladoLocal(
                imp_loc_trasladado="ISH", tasa_de_traslado=D("3.00"), importe=D("240.00")),)))
    return replace(document, total=document.total + D("190.00"))
