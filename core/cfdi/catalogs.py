"""The small catalogues of CFDI 4.0 as dated data (SAT, catCFDI, as of the matrix of 2024-12-13).

Codes and Spanish descriptions are SAT's; the English ones are ours. The large catalogues (ClaveProdServ, ClaveUnidad,
CodigoPostal) are packed elsewhere. Dates are inclusive; None means open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .catalog_codes import MONEDA as MONEDA
from .catalog_codes import PAIS as PAIS

# first day of CFDI 4.0
_START = date(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a catalogue. `persons`: F (física), M (moral) or both, where the catalogue says so."""

    code: str
    english: str
    spanish: str
    valid_from: date | None = _START
    valid_to: date | None = None
    persons: str = "FM"

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


Catalogue = tuple[Entry, ...]


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def find(catalogue: Iterable[Entry], code: str | None, day: date | None = None) -> Entry | None:
    """The entry with this code, in force on `day` when one is given."""
    for entry in catalogue:
        if entry.code == code and (day is None or entry.in_force(day)):
            return entry
    return None


TIPO_DE_COMPROBANTE: Catalogue = (
    Entry("I", "Income", "Ingreso"),
    Entry("E", "Credit note", "Egreso"),
    Entry("T", "Transfer of goods", "Traslado"),
    Entry("N", "Payroll", "Nómina"),
    Entry("P", "Payment", "Pago"),
)

EXPORTACION: Catalogue = (
    Entry("01", "Not an export", "No aplica"),
    Entry("02", "Definitive, customs key A1", "Definitiva con clave A1"),
    Entry("03", "Temporary", "Temporal"),
    Entry(
        "04",
        "Definitive, other key or no sale",
        "Definitiva con clave distinta a A1 o cuando no existe enajenación en términos del CFF",
    ),
)

METODO_PAGO: Catalogue = (
    Entry("PUE", "Paid in one go", "Pago en una sola exhibición"),
    Entry("PPD", "Paid in instalments or later", "Pago en parcialidades o diferido"),
)

FORMA_PAGO: Catalogue = (
    Entry("01", "Cash", "Efectivo"),
    Entry("02", "Cheque to a named person", "Cheque nominativo"),
    Entry("03", "Bank transfer", "Transferencia electrónica de fondos"),
    Entry("04", "Credit card", "Tarjeta de crédito"),
    Entry("05", "Electronic purse", "Monedero electrónico"),
    Entry("06", "Electronic money", "Dinero electrónico"),
    Entry("08", "Food vouchers", "Vales de despensa"),
    Entry("12", "Giving in payment", "Dación en pago"),
    Entry("13", "Payment by subrogation", "Pago por subrogación"),
    Entry("14", "Payment by consignment", "Pago por consignación"),
    Entry("15", "Debt forgiven", "Condonación"),
    Entry("17", "Set-off", "Compensación"),
    Entry("23", "Novation", "Novación"),
    Entry("24", "Merger of debtor and creditor", "Confusión"),
    Entry("25", "Debt remitted", "Remisión de deuda"),
    Entry("26", "Prescription or expiry", "Prescripción o caducidad"),
    Entry("27", "To the satisfaction of the creditor", "A satisfacción del acreedor"),
    Entry("28", "Debit card", "Tarjeta de débito"),
    Entry("29", "Service card", "Tarjeta de servicios"),
    Entry("30", "Application of advances", "Aplicación de anticipos"),
    Entry("31", "Payment intermediary", "Intermediario pagos"),
    Entry("99", "To be defined", "Por definir"),
)

REGIMEN_FISCAL: Catalogue = (
    Entry("601", "General regime of companies", "General de Ley Personas Morales", persons="M"),
    Entry("603", "Non-profit companies", "Personas Morales con Fines no Lucrativos", persons="M"),
    Entry("605", "Salaries", "Sueldos y Salarios e Ingresos Asimilados a Salarios", persons="F"),
    Entry("606", "Rental income", "Arrendamiento", persons="F"),
    Entry("607", "Sale or purchase of goods", "Régimen de Enajenación o Adquisición de Bienes", persons="F"),
    Entry("608", "Other income", "Demás ingresos", persons="F"),
    Entry(
        "610",
        "Residents abroad without establishment in Mexico",
        "Residentes en el Extranjero sin Establecimiento Permanente en México",
    ),
    Entry("611", "Dividends", "Ingresos por Dividendos (socios y accionistas)", persons="F"),
    Entry(
        "612",
        "Individuals with business and professional activities",
        "Personas Físicas con Actividades Empresariales y Profesionales",
        persons="F",
    ),
    Entry("614", "Interest", "Ingresos por intereses", persons="F"),
    Entry("615", "Prizes", "Régimen de los ingresos por obtención de premios", persons="F"),
    Entry("616", "Without tax obligations", "Sin obligaciones fiscales", persons="F"),
    Entry(
        "620",
        "Production cooperatives that defer their income",
        "Sociedades Cooperativas de Producción que optan por diferir sus ingresos",
        persons="M",
    ),
    Entry("621", "Fiscal incorporation", "Incorporación Fiscal", persons="F"),
    Entry(
        "622",
        "Farming, cattle, forestry and fishing",
        "Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras",
        persons="M",
    ),
    Entry("623", "Optional regime for groups of companies", "Opcional para Grupos de Sociedades", persons="M"),
    Entry("624", "Coordinated", "Coordinados", persons="M"),
    Entry(
        "625",
        "Income through technological platforms",
        "Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas",
        persons="F",
    ),
    Entry("626", "Simplified regime of trust (RESICO)", "Régimen Simplificado de Confianza"),
)

_DEDUCTIONS_SPANISH = (
    "Honorarios médicos, dentales y gastos hospitalarios",
    "Gastos médicos por incapacidad o discapacidad",
    "Gastos funerales",
    "Donativos",
    "Intereses reales efectivamente pagados por créditos hipotecarios (casa habitación)",
    "Aportaciones voluntarias al SAR",
    "Primas por seguros de gastos médicos",
    "Gastos de transportación escolar obligatoria",
    "Depósitos en cuentas para el ahorro, primas que tengan como base planes de pensiones",
    "Pagos por servicios educativos (colegiaturas)",
)
_DEDUCTIONS_ENGLISH = (
    "Medical, dental and hospital fees",
    "Medical expenses for incapacity or disability",
    "Funeral expenses",
    "Donations",
    "Real interest paid on home mortgages",
    "Voluntary contributions to the retirement fund",
    "Premiums of health insurance",
    "Compulsory school transport",
    "Savings accounts and pension plans",
    "Education services (tuition)",
)

USO_CFDI: Catalogue = (
    Entry("G01", "Purchase of goods", "Adquisición de mercancías"),
    Entry("G02", "Returns, discounts or rebates", "Devoluciones, descuentos o bonificaciones"),
    Entry("G03", "General expenses", "Gastos en general"),
    Entry("I01", "Constructions", "Construcciones"),
    Entry("I02", "Office furniture and equipment", "Mobiliario y equipo de oficina por inversiones"),
    Entry("I03", "Transport equipment", "Equipo de transporte"),
    Entry("I04", "Computers and accessories", "Equipo de computo y accesorios"),
    Entry("I05", "Dies, moulds and tools", "Dados, troqueles, moldes, matrices y herramental"),
    Entry("I06", "Telephone communications", "Comunicaciones telefónicas"),
    Entry("I07", "Satellite communications", "Comunicaciones satelitales"),
    Entry("I08", "Other machinery and equipment", "Otra maquinaria y equipo"),
    *(
        Entry(f"D{number:02}", english, spanish, persons="F")
        for number, (english, spanish) in enumerate(zip(_DEDUCTIONS_ENGLISH, _DEDUCTIONS_SPANISH, strict=True), start=1)
    ),
    Entry("S01", "Without tax effects", "Sin efectos fiscales"),
    Entry("CP01", "Payments", "Pagos"),
    Entry("CN01", "Payroll", "Nómina", persons="F"),
)

_BUSINESS = _codes("601 603 606 612 620 621 622 623 624 625 626")
_INDIVIDUAL = _codes("605 606 607 608 611 612 614 615 625")
_ANYONE = _BUSINESS | _INDIVIDUAL | {"610", "616"}

# column "Régimen Fiscal Receptor" of c_UsoCFDI
REGIMES_OF_USE: dict[str, frozenset[str]] = {
    **dict.fromkeys(_codes("G01 G03 I01 I02 I03 I04 I05 I06 I07 I08"), _BUSINESS),
    "G02": _BUSINESS | {"616"},
    **dict.fromkeys(_codes("D01 D02 D03 D04 D05 D06 D07 D08 D09 D10"), _INDIVIDUAL),
    "S01": _ANYONE,
    "CP01": _ANYONE,
    "CN01": frozenset({"605"}),
}

OBJETO_IMP: Catalogue = (
    Entry("01", "Not subject to tax", "No objeto de impuesto"),
    Entry("02", "Subject to tax", "Sí objeto de impuesto"),
    Entry("03", "Subject to tax, no breakdown required", "Sí objeto del impuesto y no obligado al desglose"),
    Entry("04", "Subject to tax, no tax caused", "Sí objeto del impuesto y no causa impuesto", date(2022, 10, 7)),
    Entry("05", "Subject to tax, IVA credit PODEBI", "Sí objeto del impuesto, IVA crédito PODEBI", date(2023, 12, 6)),
    Entry("06", "Subject to IVA, IVA not charged", "Sí objeto del IVA, No traslado IVA", date(2024, 12, 13)),
    Entry("07", "IVA not charged, IEPS broken down", "No traslado del IVA, Sí desglose IEPS", date(2024, 12, 13)),
    Entry("08", "IVA not charged, IEPS not broken down", "No traslado del IVA, No desglose IEPS", date(2024, 12, 13)),
)

TIPO_RELACION: Catalogue = (
    Entry("01", "Credit note", "Nota de crédito de los documentos relacionados"),
    Entry("02", "Debit note", "Nota de débito de los documentos relacionados"),
    Entry("03", "Return of goods", "Devolución de mercancía sobre facturas o traslados previos"),
    Entry("04", "Substitution", "Sustitución de los CFDI previos"),
    Entry("05", "Transfer of goods invoiced before", "Traslados de mercancías facturados previamente"),
    Entry("06", "Invoice of earlier transfers", "Factura generada por los traslados previos"),
    Entry("07", "Application of an advance", "CFDI por aplicación de anticipo"),
)

PERIODICIDAD: Catalogue = (
    Entry("01", "Daily", "Diario"),
    Entry("02", "Weekly", "Semanal"),
    Entry("03", "Fortnightly", "Quincenal"),
    Entry("04", "Monthly", "Mensual"),
    Entry("05", "Bimonthly", "Bimestral"),
)

MESES: Catalogue = (
    *(
        Entry(f"{number:02}", english, spanish)
        for number, (english, spanish) in enumerate(
            (
                ("January", "Enero"),
                ("February", "Febrero"),
                ("March", "Marzo"),
                ("April", "Abril"),
                ("May", "Mayo"),
                ("June", "Junio"),
                ("July", "Julio"),
                ("August", "Agosto"),
                ("September", "Septiembre"),
                ("October", "Octubre"),
                ("November", "Noviembre"),
                ("December", "Diciembre"),
                ("January-February", "Enero-Febrero"),
                ("March-April", "Marzo-Abril"),
                ("May-June", "Mayo-Junio"),
                ("July-August", "Julio-Agosto"),
                ("September-October", "Septiembre-Octubre"),
                ("November-December", "Noviembre-Diciembre"),
            ),
            start=1,
        )
    ),
)

IMPUESTO: Catalogue = (
    Entry("001", "Income tax", "ISR"),
    Entry("002", "Value added tax", "IVA"),
    Entry("003", "Special tax on production and services", "IEPS"),
)

TIPO_FACTOR: Catalogue = (
    Entry("Tasa", "Rate", "Tasa"),
    Entry("Cuota", "Quota", "Cuota"),
    Entry("Exento", "Exempt", "Exento"),
)

MOTIVO_CANCELACION: Catalogue = (
    Entry("01", "Issued with errors, replaced by another", "Comprobante emitido con errores con relación"),
    Entry("02", "Issued with errors, not replaced", "Comprobante emitido con errores sin relación"),
    Entry("03", "The operation did not take place", "No se llevó a cabo la operación"),
    Entry(
        "04",
        "Named operation that is part of a global invoice",
        "Operación nominativa relacionada en una factura global",
    ),
)


@dataclass(frozen=True, slots=True)
class Rate:
    """A row of c_TasaOCuota: the only value (`low` == `high`) or the range allowed."""

    impuesto: str
    tipo_factor: str
    low: Decimal
    high: Decimal
    traslado: bool
    retencion: bool
    valid_from: date = _START
    valid_to: date | None = None

    def allows(self, impuesto: str, tipo_factor: str, rate: Decimal, *, retencion: bool, day: date) -> bool:
        in_force = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return in_force and self.covers(impuesto, tipo_factor, rate, retencion=retencion)

    def covers(self, impuesto: str, tipo_factor: str, rate: Decimal, *, retencion: bool) -> bool:
        """Whether the row is about this rate, in force or not."""
        return (
            self.impuesto == impuesto
            and self.tipo_factor == tipo_factor
            and (self.retencion if retencion else self.traslado)
            and self.low <= rate <= self.high
        )

    def replaces(self, other: "Rate", *, retencion: bool) -> bool:
        """Whether this is a row for the same value or range, on that side, so that its dates go before the other's."""
        return (self.impuesto, self.tipo_factor, self.low, self.high) == (
            other.impuesto,
            other.tipo_factor,
            other.low,
            other.high,
        ) and (self.retencion if retencion else self.traslado)


def _fixed(impuesto: str, rate: str, *, retencion: bool, valid_from: date = _START) -> Rate:
    return Rate(impuesto, "Tasa", Decimal(rate), Decimal(rate), True, retencion, valid_from)


# the catalogue that the rows were compared with
TASA_O_CUOTA_DATE = date(2026, 8, 6)
TASA_O_CUOTA: tuple[Rate, ...] = (
    *(_fixed("002", rate, retencion=False) for rate in ("0", "0.08", "0.16")),
    Rate("002", "Tasa", Decimal(0), Decimal("0.16"), False, True),
    Rate("001", "Tasa", Decimal(0), Decimal("0.35"), False, True),
    *(
        _fixed("003", rate, retencion=True)
        for rate in ("0.265", "0.3", "0.53", "0.5", "1.6", "0.304", "0.25", "0.09", "0.08", "0.07", "0.06")
    ),
    *(_fixed("003", rate, retencion=False) for rate in ("0.03", "0")),
    # Ley del IEPS 2026: cigarettes 200 %, other products with nicotine 100 %, hand-made tobacco 32 %. The law uses
    # them although the catalogue of August 2026 does not have the rows.
    *(_fixed("003", rate, retencion=True, valid_from=date(2026, 1, 1)) for rate in ("2", "1", "0.32")),
    Rate("003", "Cuota", Decimal(0), Decimal("72.160500"), True, True),
)


def rate_allowed(impuesto: str, tipo_factor: str, rate: Decimal, *, retencion: bool, day: date) -> bool:
    """Whether c_TasaOCuota has this rate on that day; the factor Cuota of IEPS is a range in pesos per unit."""
    return any(row.allows(impuesto, tipo_factor, rate, retencion=retencion, day=day) for row in TASA_O_CUOTA)


# column "Formato de registro de identidad tributaria" of c_Pais, where it is a plain pattern
TAX_ID_PATTERNS = {"USA": "[0-9]{9}", "CAN": "[0-9]{9}"}


def regime_allowed(regime: str, person: str) -> bool:
    """Whether a person of this kind (F or M) can have the regime; False for an unknown regime."""
    entry = find(REGIMEN_FISCAL, regime)
    return entry is not None and person in entry.persons and person != ""


def use_allowed(use: str, regime: str, person: str) -> bool:
    """Whether c_UsoCFDI lets a receiver of this regime and kind of person (F or M) take the use."""
    entry = find(USO_CFDI, use)
    return entry is not None and person in entry.persons and person != "" and regime in REGIMES_OF_USE[use]
