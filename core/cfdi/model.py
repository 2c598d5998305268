"""The legal content of a CFDI 4.0 as frozen dataclasses (Anexo 20; Pagos 2.0; implocal 1.0; Timbre Fiscal Digital 1.1).

Fields carry the name of the legal attribute in snake_case. None means that the attribute or node is absent; an empty
text or a zero is written. A Decimal is written with the decimals it has: Decimal("10.00") is not Decimal("10").
`fecha` and its like are naive: legal local time. The classes check nothing: that is the task of `rules`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .. import snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class InformacionGlobal:
    """Period of an invoice to the general public (`anio` is the attribute Año)."""

    periodicidad: str
    meses: str
    anio: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CfdiRelacionados:
    """One node for each TipoRelacion, with one or more UUIDs in the order written."""

    tipo_relacion: str
    uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emisor:
    rfc: str
    nombre: str
    regimen_fiscal: str
    fac_atr_adquirente: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receptor:
    rfc: str
    nombre: str
    domicilio_fiscal_receptor: str
    residencia_fiscal: str | None = None
    num_reg_id_trib: str | None = None
    regimen_fiscal_receptor: str
    uso_cfdi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrasladoConcepto:
    """Tax charged on a line; Exento has neither rate nor amount."""

    base: Decimal
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None = None
    importe: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetencionConcepto:
    """Tax withheld on a line."""

    base: Decimal
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal
    importe: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ACuentaTerceros:
    """The third party for whom the line is charged."""

    rfc_a_cuenta_terceros: str
    nombre_a_cuenta_terceros: str
    regimen_fiscal_a_cuenta_terceros: str
    domicilio_fiscal_a_cuenta_terceros: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parte:
    """Component of a line; `informacion_aduanera` holds customs document numbers of 21 characters."""

    clave_prod_serv: str
    no_identificacion: str | None = None
    cantidad: Decimal
    unidad: str | None = None
    descripcion: str
    valor_unitario: Decimal | None = None
    importe: Decimal | None = None
    informacion_aduanera: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepto:
    """One line. `importe` is before `descuento` and without taxes.

    `informacion_aduanera` holds NumeroPedimento texts ("15  48  3009  0001234", double blanks are part of them),
    `cuenta_predial` the Numero of each CuentaPredial.
    """

    clave_prod_serv: str
    no_identificacion: str | None = None
    cantidad: Decimal
    clave_unidad: str
    unidad: str | None = None
    descripcion: str
    valor_unitario: Decimal
    importe: Decimal
    descuento: Decimal | None = None
    objeto_imp: str
    traslados: tuple[TrasladoConcepto, ...] = ()
    retenciones: tuple[RetencionConcepto, ...] = ()
    a_cuenta_terceros: ACuentaTerceros | None = None
    informacion_aduanera: tuple[str, ...] = ()
    cuenta_predial: tuple[str, ...] = ()
    partes: tuple[Parte, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retencion:
    """Summary row: one for each Impuesto."""

    impuesto: str
    importe: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Traslado:
    """Summary row: one for each (Impuesto, TipoFactor, TasaOCuota)."""

    base: Decimal
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None = None
    importe: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impuestos:
    """Summary of the taxes of all lines."""

    total_impuestos_retenidos: Decimal | None = None
    total_impuestos_trasladados: Decimal | None = None
    retenciones: tuple[Retencion, ...] = ()
    traslados: tuple[Traslado, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetencionLocal:
    """State or municipal tax withheld; `tasa_de_retencion` in percent."""

    imp_loc_retenido: str
    tasa_de_retencion: Decimal
    importe: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrasladoLocal:
    """State or municipal tax charged (lodging, cedular ...); `tasa_de_traslado` in percent."""

    imp_loc_trasladado: str
    tasa_de_traslado: Decimal
    importe: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpuestosLocales:
    """Complement implocal 1.0; its totals enter Total."""

    total_de_retenciones: Decimal
    total_de_traslados: Decimal
    retenciones: tuple[RetencionLocal, ...] = ()
    traslados: tuple[TrasladoLocal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetencionDR:
    base_dr: Decimal
    impuesto_dr: str
    tipo_factor_dr: str
    tasa_o_cuota_dr: Decimal
    importe_dr: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrasladoDR:
    base_dr: Decimal
    impuesto_dr: str
    tipo_factor_dr: str
    tasa_o_cuota_dr: Decimal | None = None
    importe_dr: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctoRelacionado:
    """An invoice that a payment covers; amounts in `moneda_dr`, `equivalencia_dr` = units of MonedaDR per MonedaP."""

    id_documento: str
    serie: str | None = None
    folio: str | None = None
    moneda_dr: str
    equivalencia_dr: Decimal | None = None
    num_parcialidad: int
    imp_saldo_ant: Decimal
    imp_pagado: Decimal
    imp_saldo_insoluto: Decimal
    objeto_imp_dr: str
    retenciones_dr: tuple[RetencionDR, ...] = ()
    traslados_dr: tuple[TrasladoDR, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetencionP:
    impuesto_p: str
    importe_p: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrasladoP:
    base_p: Decimal
    impuesto_p: str
    tipo_factor_p: str
    tasa_o_cuota_p: Decimal | None = None
    importe_p: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pago:
    """One payment received; amounts in `moneda_p`."""

    fecha_pago: datetime
    forma_de_pago_p: str
    moneda_p: str
    tipo_cambio_p: Decimal | None = None
    monto: Decimal
    num_operacion: str | None = None
    rfc_emisor_cta_ord: str | None = None
    nom_banco_ord_ext: str | None = None
    cta_ordenante: str | None = None
    rfc_emisor_cta_ben: str | None = None
    cta_beneficiario: str | None = None
    tipo_cad_pago: str | None = None
    cert_pago: str | None = None
    cad_pago: str | None = None
    sello_pago: str | None = None
    documentos: tuple[DoctoRelacionado, ...]
    retenciones_p: tuple[RetencionP, ...] = ()
    traslados_p: tuple[TrasladoP, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalesPagos:
    """pago20:Totales, all in MXN with two decimals."""

    total_retenciones_iva: Decimal | None = None
    total_retenciones_isr: Decimal | None = None
    total_retenciones_ieps: Decimal | None = None
    total_traslados_base_iva16: Decimal | None = None
    total_traslados_impuesto_iva16: Decimal | None = None
    total_traslados_base_iva8: Decimal | None = None
    total_traslados_impuesto_iva8: Decimal | None = None
    total_traslados_base_iva0: Decimal | None = None
    total_traslados_impuesto_iva0: Decimal | None = None
    total_traslados_base_iva_exento: Decimal | None = None
    monto_total_pagos: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagos:
    """Complement Pagos 2.0 of a document of type P."""

    totales: TotalesPagos
    pagos: tuple[Pago, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimbreFiscalDigital:
    """The stamp (TFD 1.1) that a PAC puts into the document; `fecha_timbrado` is the PAC's local time."""

    uuid: str
    fecha_timbrado: datetime
    rfc_prov_certif: str
    leyenda: str | None = None
    sello_cfd: str
    no_certificado_sat: str
    sello_sat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprobante:
    """A CFDI 4.0 of any type (I, E, P, T, N). Amounts in `moneda`; `fecha` is local time of `lugar_expedicion`.

    `sello`, `no_certificado` and `certificado` are empty until `seal.seal` has written the document; `timbre` is
    there when a PAC has stamped it. `addenda` is the XML inside cfdi:Addenda: self-contained elements in canonical
    form; it is neither sealed nor checked by the authority.
    """

    serie: str | None = None
    folio: str | None = None
    fecha: datetime
    sello: str = field(default="", repr=False)
    forma_pago: str | None = None
    no_certificado: str = ""
    certificado: str = field(default="", repr=False)
    condiciones_de_pago: str | None = None
    sub_total: Decimal
    descuento: Decimal | None = None
    moneda: str
    tipo_cambio: Decimal | None = None
    total: Decimal
    tipo_de_comprobante: str
    exportacion: str
    metodo_pago: str | None = None
    lugar_expedicion: str
    confirmacion: str | None = None
    informacion_global: InformacionGlobal | None = None
    cfdi_relacionados: tuple[CfdiRelacionados, ...] = ()
    emisor: Emisor
    receptor: Receptor
    conceptos: tuple[Concepto, ...]
    impuestos: Impuestos | None = None
    impuestos_locales: ImpuestosLocales | None = None
    pagos: Pagos | None = None
    timbre: TimbreFiscalDigital | None = None
    addenda: str | None = None


# A stored snapshot outlives every release: a change of these classes needs a new version and a migration.
snapshot.register("cfdi.Comprobante", 1, Comprobante)
