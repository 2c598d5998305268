"""The attributes of every node: XML name, field of the model, kind, required or not.

One table serves the reader, the writer and the check of shapes, so that they cannot disagree. The rows stand in the
order in which attributes are written; the legal order of the original string is another matter (see `cadena`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from ..values import Kind, Problem
from . import model
from .attributes import WRONG_TYPE, Blob, Code, Integer, Moment, Number, Text

_UUID = re.compile(r"[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}")
_DOCUMENT_ID = re.compile(_UUID.pattern + r"|[0-9]{3}-[0-9]{2}-[0-9]{9}")
_RFC = re.compile(r"[A-Z&Ñ]{3,4}[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_RFC_COMPANY = re.compile(r"[A-Z&Ñ]{3}[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]")
_BANK_RFC = re.compile("XEXX010101000|" + _RFC_COMPANY.pattern)
_PEDIMENTO = re.compile(r"[0-9]{2}  [0-9]{2}  [0-9]{4}  [0-9]{7}")

CODE, BLOB, MOMENT = Code(), Blob(), Moment()
AMOUNT = Number()
BASE = Number(least=Decimal("0.000001"))
SIGNED_CENTS = Number(decimals=2, least=Decimal(-(10**18)))
CENTS = Number(decimals=2)
RFC = Text(13, 12, _RFC)
RFC_COMPANY = Text(12, 12, _RFC_COMPANY)
UUID = Text(36, 36, _UUID)
POSTAL_CODE = Text(5, 5, re.compile("[0-9]{5}"))
SERIAL = Text(20, 20, re.compile("[0-9]{20}"))
PEDIMENTO = Text(21, 21, _PEDIMENTO, keeps_space=True)
PREDIAL = Text(150, 1, re.compile("[0-9a-zA-Z]+"))
PROD_SERV = Text(8, 8, re.compile("[0-9]{8}"))
UNIT = Text(3, 1, re.compile("[A-Za-z0-9]+"))
ACCOUNT = Text(50, 10, re.compile("[A-Z0-9_]+"))


@dataclass(frozen=True, slots=True)
class Attribute:
    """One row: `code` replaces the finding code of the kind where SAT has its own for the shape."""

    name: str
    field: str
    kind: Kind
    is_required: bool = True
    code: str = ""

    @property
    def absence(self) -> Problem | None:
        """What is wrong with a node that lacks it."""
        return WRONG_TYPE if self.is_required else None


def _rows(*rows: tuple) -> tuple[Attribute, ...]:
    """(XML name, field, kind[, finding code]); a name that ends with "?" is optional."""
    return tuple(
        Attribute(row[0].rstrip("?"), row[1], row[2], not row[0].endswith("?"), row[3] if len(row) > 3 else "")
        for row in rows
    )


COMPROBANTE = _rows(
    ("Serie?", "serie", Text(25)),
    ("Folio?", "folio", Text(40)),
    ("Fecha", "fecha", MOMENT, "CFDI40101"),
    ("Sello", "sello", BLOB),
    ("FormaPago?", "forma_pago", CODE),
    ("NoCertificado", "no_certificado", BLOB),
    ("Certificado", "certificado", BLOB),
    ("CondicionesDePago?", "condiciones_de_pago", Text(1000)),
    ("SubTotal", "sub_total", AMOUNT),
    ("Descuento?", "descuento", AMOUNT),
    ("Moneda", "moneda", CODE),
    ("TipoCambio?", "tipo_cambio", BASE, "CFDI40117"),
    ("Total", "total", AMOUNT),
    ("TipoDeComprobante", "tipo_de_comprobante", CODE),
    ("Exportacion", "exportacion", CODE),
    ("MetodoPago?", "metodo_pago", CODE),
    ("LugarExpedicion", "lugar_expedicion", POSTAL_CODE, "CFDI40126"),
    ("Confirmacion?", "confirmacion", Text(5, 5, re.compile("[0-9a-zA-Z]{5}"))),
)

NODES: dict[type, tuple[Attribute, ...]] = {
    model.Comprobante: COMPROBANTE,
    model.InformacionGlobal: _rows(
        ("Periodicidad", "periodicidad", CODE),
        ("Meses", "meses", CODE),
        ("Año", "anio", Integer(2019, 32767)),
    ),
    model.CfdiRelacionados: _rows(("TipoRelacion", "tipo_relacion", CODE)),
    model.Emisor: _rows(
        ("Rfc", "rfc", RFC, "MX-RFC-03"),
        ("Nombre", "nombre", Text(300)),
        ("RegimenFiscal", "regimen_fiscal", CODE),
        ("FacAtrAdquirente?", "fac_atr_adquirente", Text(10, 10, re.compile("[0-9]{10}"))),
    ),
    model.Receptor: _rows(
        ("Rfc", "rfc", RFC, "MX-RFC-03"),
        ("Nombre", "nombre", Text(300)),
        ("DomicilioFiscalReceptor", "domicilio_fiscal_receptor", POSTAL_CODE),
        ("ResidenciaFiscal?", "residencia_fiscal", CODE),
        ("NumRegIdTrib?", "num_reg_id_trib", Text(40)),
        ("RegimenFiscalReceptor", "regimen_fiscal_receptor", CODE),
        ("UsoCFDI", "uso_cfdi", CODE),
    ),
    model.Concepto: _rows(
        ("ClaveProdServ", "clave_prod_serv", PROD_SERV, "CFDI40162"),
        ("NoIdentificacion?", "no_identificacion", Text(100)),
        ("Cantidad", "cantidad", BASE),
        ("ClaveUnidad", "clave_unidad", UNIT, "CFDI40165"),
        ("Unidad?", "unidad", Text(20)),
        ("Descripcion", "descripcion", Text(1000)),
        ("ValorUnitario", "valor_unitario", AMOUNT),
        ("Importe", "importe", AMOUNT),
        ("Descuento?", "descuento", AMOUNT),
        ("ObjetoImp", "objeto_imp", CODE),
    ),
    model.TrasladoConcepto: _rows(
        ("Base", "base", Number(least=Decimal(-(10**18)))),  # CFDI40174 says that it must be positive
        ("Impuesto", "impuesto", CODE),
        ("TipoFactor", "tipo_factor", CODE),
        ("TasaOCuota?", "tasa_o_cuota", AMOUNT),
        ("Importe?", "importe", AMOUNT),
    ),
    model.RetencionConcepto: _rows(
        ("Base", "base", Number(least=Decimal(-(10**18)))),  # CFDI40181
        ("Impuesto", "impuesto", CODE),
        ("TipoFactor", "tipo_factor", CODE),
        ("TasaOCuota", "tasa_o_cuota", AMOUNT),
        ("Importe", "importe", AMOUNT),
    ),
    model.ACuentaTerceros: _rows(
        ("RfcACuentaTerceros", "rfc_a_cuenta_terceros", RFC),
        ("NombreACuentaTerceros", "nombre_a_cuenta_terceros", Text(300)),
        ("RegimenFiscalACuentaTerceros", "regimen_fiscal_a_cuenta_terceros", CODE),
        ("DomicilioFiscalACuentaTerceros", "domicilio_fiscal_a_cuenta_terceros", POSTAL_CODE),
    ),
    model.Parte: _rows(
        ("ClaveProdServ", "clave_prod_serv", PROD_SERV, "CFDI40196"),
        ("NoIdentificacion?", "no_identificacion", Text(100)),
        ("Cantidad", "cantidad", BASE),
        ("Unidad?", "unidad", Text(20)),
        ("Descripcion", "descripcion", Text(1000)),
        ("ValorUnitario?", "valor_unitario", AMOUNT),
        ("Importe?", "importe", AMOUNT),
    ),
    model.Impuestos: _rows(
        ("TotalImpuestosRetenidos?", "total_impuestos_retenidos", AMOUNT),
        ("TotalImpuestosTrasladados?", "total_impuestos_trasladados", AMOUNT),
    ),
    model.Retencion: _rows(("Impuesto", "impuesto", CODE), ("Importe", "importe", AMOUNT)),
    model.Traslado: _rows(
        ("Base", "base", AMOUNT),
        ("Impuesto", "impuesto", CODE),
        ("TipoFactor", "tipo_factor", CODE),
        ("TasaOCuota?", "tasa_o_cuota", AMOUNT),
        ("Importe?", "importe", AMOUNT),
    ),
    model.ImpuestosLocales: _rows(
        ("TotaldeRetenciones", "total_de_retenciones", SIGNED_CENTS),
        ("TotaldeTraslados", "total_de_traslados", SIGNED_CENTS),
    ),
    model.RetencionLocal: _rows(
        ("ImpLocRetenido", "imp_loc_retenido", Text(1000, keeps_space=True)),
        ("TasadeRetencion", "tasa_de_retencion", SIGNED_CENTS),
        ("Importe", "importe", SIGNED_CENTS),
    ),
    model.TrasladoLocal: _rows(
        ("ImpLocTrasladado", "imp_loc_trasladado", Text(1000, keeps_space=True)),
        ("TasadeTraslado", "tasa_de_traslado", SIGNED_CENTS),
        ("Importe", "importe", SIGNED_CENTS),
    ),
    model.TimbreFiscalDigital: _rows(
        ("UUID", "uuid", UUID),
        ("FechaTimbrado", "fecha_timbrado", MOMENT),
        ("RfcProvCertif", "rfc_prov_certif", RFC_COMPANY),
        ("Leyenda?", "leyenda", Text(150, 12)),
        ("SelloCFD", "sello_cfd", BLOB),
        ("NoCertificadoSAT", "no_certificado_sat", SERIAL),
        ("SelloSAT", "sello_sat", BLOB),
    ),
    model.TotalesPagos: _rows(
        ("TotalRetencionesIVA?", "total_retenciones_iva", CENTS),
        ("TotalRetencionesISR?", "total_retenciones_isr", CENTS),
        ("TotalRetencionesIEPS?", "total_retenciones_ieps", CENTS),
        ("TotalTrasladosBaseIVA16?", "total_traslados_base_iva16", CENTS),
        ("TotalTrasladosImpuestoIVA16?", "total_traslados_impuesto_iva16", CENTS),
        ("TotalTrasladosBaseIVA8?", "total_traslados_base_iva8", CENTS),
        ("TotalTrasladosImpuestoIVA8?", "total_traslados_impuesto_iva8", CENTS),
        ("TotalTrasladosBaseIVA0?", "total_traslados_base_iva0", CENTS),
        ("TotalTrasladosImpuestoIVA0?", "total_traslados_impuesto_iva0", CENTS),
        ("TotalTrasladosBaseIVAExento?", "total_traslados_base_iva_exento", CENTS),
        ("MontoTotalPagos", "monto_total_pagos", CENTS),
    ),
    model.Pagos: (),
    model.Pago: _rows(
        ("FechaPago", "fecha_pago", MOMENT),
        ("FormaDePagoP", "forma_de_pago_p", CODE),
        ("MonedaP", "moneda_p", CODE),
        ("TipoCambioP?", "tipo_cambio_p", BASE),
        ("Monto", "monto", AMOUNT),
        ("NumOperacion?", "num_operacion", Text(100, keeps_space=True)),
        ("RfcEmisorCtaOrd?", "rfc_emisor_cta_ord", Text(13, 12, _BANK_RFC)),
        ("NomBancoOrdExt?", "nom_banco_ord_ext", Text(300)),
        ("CtaOrdenante?", "cta_ordenante", ACCOUNT),
        ("RfcEmisorCtaBen?", "rfc_emisor_cta_ben", RFC_COMPANY),
        ("CtaBeneficiario?", "cta_beneficiario", ACCOUNT),
        ("TipoCadPago?", "tipo_cad_pago", CODE),
        ("CertPago?", "cert_pago", BLOB),
        ("CadPago?", "cad_pago", Text(8192)),
        ("SelloPago?", "sello_pago", BLOB),
    ),
    model.DoctoRelacionado: _rows(
        ("IdDocumento", "id_documento", Text(36, 16, _DOCUMENT_ID)),
        ("Serie?", "serie", Text(25)),
        ("Folio?", "folio", Text(40)),
        ("MonedaDR", "moneda_dr", CODE),
        ("EquivalenciaDR?", "equivalencia_dr", Number(decimals=10, least=Decimal("0.0000000001"))),
        ("NumParcialidad", "num_parcialidad", Integer(1, 999)),
        ("ImpSaldoAnt", "imp_saldo_ant", AMOUNT),
        ("ImpPagado", "imp_pagado", AMOUNT),
        ("ImpSaldoInsoluto", "imp_saldo_insoluto", AMOUNT),
        ("ObjetoImpDR", "objeto_imp_dr", CODE),
    ),
    model.RetencionDR: _rows(
        ("BaseDR", "base_dr", BASE),
        ("ImpuestoDR", "impuesto_dr", CODE),
        ("TipoFactorDR", "tipo_factor_dr", CODE),
        ("TasaOCuotaDR", "tasa_o_cuota_dr", AMOUNT),
        ("ImporteDR", "importe_dr", AMOUNT),
    ),
    model.TrasladoDR: _rows(
        ("BaseDR", "base_dr", BASE),
        ("ImpuestoDR", "impuesto_dr", CODE),
        ("TipoFactorDR", "tipo_factor_dr", CODE),
        ("TasaOCuotaDR?", "tasa_o_cuota_dr", AMOUNT),
        ("ImporteDR?", "importe_dr", AMOUNT),
    ),
    model.RetencionP: _rows(("ImpuestoP", "impuesto_p", CODE), ("ImporteP", "importe_p", AMOUNT)),
    model.TrasladoP: _rows(
        ("BaseP", "base_p", AMOUNT),
        ("ImpuestoP", "impuesto_p", CODE),
        ("TipoFactorP", "tipo_factor_p", CODE),
        ("TasaOCuotaP?", "tasa_o_cuota_p", AMOUNT),
        ("ImporteP?", "importe_p", AMOUNT),
    ),
}


def values_of(fields: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """All these fields of an object at once, as a tuple also when there is one or none."""
    if len(fields) > 1:
        return attrgetter(*fields)
    return lambda node: tuple(getattr(node, field) for field in fields)


# the values of a node of each class, in the order of its rows
VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    cls: values_of(tuple(row.field for row in rows)) for cls, rows in NODES.items()
}

# nodes whose only attribute is the value itself
RELATED_UUID = Attribute("UUID", "uuids", UUID)
CUSTOMS_NUMBER = Attribute("NumeroPedimento", "informacion_aduanera", PEDIMENTO, code="CFDI40194")
PART_CUSTOMS_NUMBER = Attribute("NumeroPedimento", "informacion_aduanera", PEDIMENTO, code="CFDI40199")
PROPERTY_ACCOUNT = Attribute("Numero", "cuenta_predial", PREDIAL)
