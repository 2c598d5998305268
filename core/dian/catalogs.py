"""DIAN's small code lists (annex 1.9, chapter 13; its text wins over the older genericode files).

Each list is a mapping of code to the literal that goes into the document; what came or went later carries its days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from . import names


@dataclass(frozen=True, slots=True)
class Entry:
    """One code with the name that DIAN prints; days inclusive, None is open."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Catalogue(Mapping[str, Entry]):
    """Entries by code, in the order of the annex."""

    def __init__(self, *entries: Entry | tuple[str, str]) -> None:
        found = (entry if isinstance(entry, Entry) else Entry(*entry) for entry in entries)
        self._entries = MappingProxyType({entry.code: entry for entry in found})

    def __getitem__(self, code: str) -> Entry:
        return self._entries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, code: str | None, day: date) -> Entry | None:
        """The entry that is in force on `day`, if any."""
        entry = self._entries.get(code or "")
        return entry if entry is not None and entry.in_force(day) else None


@dataclass(frozen=True, slots=True)
class DocumentType:
    """What belongs to a type of document. `profile_id` is its literal ProfileID, `hash_name` UUID/@schemeName."""

    code: str
    name: str
    profile_id: str
    hash_name: str
    operations: tuple[str, ...]
    has_range: bool
    is_support: bool = False


_FE = "DIAN 2.1: Factura Electrónica de Venta"
_HEALTH = ("SS-CUFE", "SS-CUDE", "SS-POS", "SS-SNum", "SS-Recaudo", "SS-Reporte", "SS-SinAporte")
_SALES = ("10", "09", "11", "12", "13", "14", "15", "16", *_HEALTH)
_SUPPORT = ("10", "11")  # resident seller, non-resident seller

DOCUMENT_TYPE: Mapping[str, DocumentType] = MappingProxyType(
    {
        row.code: row
        for row in (
            DocumentType("01", "Factura electrónica de venta", _FE, names.CUFE, _SALES, True),
            DocumentType("02", "Factura electrónica de venta - exportación", _FE, names.CUFE, ("10",), True),
            DocumentType(
                "03", "Instrumento electrónico de transmisión - tipo 03", _FE, names.CUDE, (*_SALES, "20-REG"), True
            ),
            DocumentType("04", "Factura electrónica de venta - tipo 04", _FE, names.CUFE, _SALES, True),
            DocumentType(
                "91", "Nota crédito", "DIAN 2.1: Nota Crédito de Factura Electrónica de Venta", names.CUDE,
                ("20", "22", "23"), False,
            ),
            DocumentType(
                "92", "Nota débito", "DIAN 2.1: Nota Débito de Factura Electrónica de Venta", names.CUDE,
                ("30", "32", "33"), False,
            ),
            DocumentType(
                "05", "Documento soporte en adquisiciones efectuadas a no obligados a facturar",
                "DIAN 2.1: documento soporte en adquisiciones efectuadas a no obligados a facturar.", names.CUDS,
                _SUPPORT, True, True,
            ),
            DocumentType(
                "95", "Nota de ajuste al documento soporte",
                "DIAN 2.1: Nota de ajuste al documento soporte en adquisiciones efectuadas a sujetos no obligados a "
                "expedir factura o documento equivalente", names.CUDS, _SUPPORT, False, True,
            ),
        )
    }
)  # fmt: skip
# operations that were allowed for some days only (Res. 000011 of 2026: type 03 with 20-REG)
OPERATION_DAYS: Mapping[str, tuple[date | None, date | None]] = MappingProxyType(
    {"20-REG": (date(2026, 4, 23), date(2026, 4, 30))}
)
WITHOUT_REFERENCE = frozenset({"22", "32"})
WITH_REFERENCE = frozenset({"20", "30"})

ENVIRONMENT = Catalogue(("1", "Producción"), ("2", "Pruebas"))

IDENTIFICATION_TYPE = Catalogue(
    ("11", "Registro civil"), ("12", "Tarjeta de identidad"), ("13", "Cédula de ciudadanía"),
    ("21", "Tarjeta de extranjería"), ("22", "Cédula de extranjería"), ("31", "NIT"), ("41", "Pasaporte"),
    ("42", "Documento de identificación extranjero"), ("47", "PEP (Permiso Especial de Permanencia)"),
    ("48", "PPT (Permiso Protección Temporal)"), ("50", "NIT de otro país"), ("91", "NUIP"),
)  # fmt: skip
NIT = "31"
FOREIGN_IDENTIFICATIONS = frozenset({"41", "42", "50"})

ORGANIZATION = Catalogue(("1", "Persona Jurídica"), ("2", "Persona Natural"))
LEGAL_PERSON, NATURAL_PERSON = "1", "2"

RESPONSIBILITY = Catalogue(
    ("O-13", "Gran contribuyente"), ("O-15", "Autorretenedor"), ("O-23", "Agente de retención IVA"),
    ("O-47", "Régimen simple de tributación"), ("R-99-PN", "No aplica - Otros"),
)  # fmt: skip
NO_RESPONSIBILITY = "R-99-PN"
REGIME = Catalogue(("48", "Responsable del impuesto sobre las ventas - IVA"), ("49", "No responsable de IVA"))
NOT_APPLICABLE = "No aplica"

PARTY_TAX_SCHEME = Catalogue(("01", "IVA"), ("04", "INC"), ("ZA", "IVA e INC"), ("ZZ", NOT_APPLICABLE))

TRIBUTE = Catalogue(
    ("01", "IVA"), ("02", "IC"), ("03", "ICA"), ("04", "INC"), ("05", "ReteIVA"), ("06", "ReteRenta"),
    ("07", "ReteICA"), ("08", "IC Porcentual"), ("20", "FtoHorticultura"), ("21", "Timbre"), ("22", "INC Bolsas"),
    ("23", "INCarbono"), ("24", "INCombustibles"), ("25", "Sobretasa Combustibles"), ("26", "Sordicom"),
    ("30", "IC Datos"), ("32", "ICL"), ("33", "INPP"), ("34", "IBUA"), ("35", "ICUI"), ("36", "ADV"),
    ("ZZ", "Nombre de la figura tributaria"),
)  # fmt: skip
OTHER_TRIBUTE = "ZZ"
# names of the same tribute in official files, beside the one above
TRIBUTE_ALIASES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"06": frozenset({"ReteFuente"}), "22": frozenset({"Bolsas"}), "08": frozenset({"IC porcentual"})}
)
IVA, RETE_IVA = "01", "05"
WITHHOLDING = frozenset({"05", "06", "07"})
PER_UNIT = frozenset({"02", "22", "32", "34"})  # an amount for each unit, no percentage

PAYMENT_FORM = Catalogue(("1", "Contado"), ("2", "Crédito"))
CASH, CREDIT = "1", "2"

_BANK_MEANS = (
    "Instrumento no definido", "Crédito ACH", "Débito ACH", "Reversión débito de demanda ACH",
    "Reversión crédito de demanda ACH", "Crédito de demanda ACH", "Débito de demanda ACH", "Mantener",
    "Clearing Nacional o Regional", "Efectivo", "Reversión Crédito Ahorro", "Reversión Débito Ahorro",
    "Crédito Ahorro", "Débito Ahorro", "Bookentry Crédito", "Bookentry Débito",
    "Concentración de la demanda en efectivo / Desembolso Crédito (CCD)",
    "Concentración de la demanda en efectivo / Desembolso (CCD) débito", "Crédito Pago negocio corporativo (CTP)",
    "Cheque", "Proyecto bancario", "Proyecto bancario certificado", "Cheque bancario",
    "Nota cambiaria esperando aceptación", "Cheque certificado", "Cheque Local",
    "Débito Pago Negocio Corporativo (CTP)", "Crédito Negocio Intercambio Corporativo (CTX)",
    "Débito Negocio Intercambio Corporativo (CTX)", "Transferencia Crédito", "Transferencia Débito",
    "Concentración Efectivo / Desembolso Crédito plus (CCD+)",
    "Concentración Efectivo / Desembolso Débito plus (CCD+)", "Pago y depósito pre acordado (PPD)",
    "Concentración efectivo ahorros / Desembolso Crédito (CCD)",
    "Concentración efectivo ahorros / Desembolso Débito (CCD)", "Pago Negocio Corporativo Ahorros Crédito (CTP)",
    "Pago Negocio Corporativo Ahorros Débito (CTP)", "Crédito Negocio Intercambio Corporativo (CTX)",
    "Débito Negocio Intercambio Corporativo (CTX)", "Concentración efectivo / Desembolso Crédito plus (CCD+)",
    "Consignación bancaria", "Concentración efectivo / Desembolso Débito plus (CCD+)", "Nota cambiaria",
    "Transferencia Crédito Bancario", "Transferencia Débito Interbancario", "Transferencia Débito Bancaria",
    "Tarjeta Crédito", "Tarjeta Débito", "Postgiro", "Telex estándar bancario francés", "Pago comercial urgente",
    "Pago Tesorería Urgente",
)  # fmt: skip
PAYMENT_MEANS = Catalogue(
    *((str(number), name) for number, name in enumerate(_BANK_MEANS, 1)),
    ("60", "Nota promisoria"), ("61", "Nota promisoria firmada por el acreedor"),
    ("62", "Nota promisoria firmada por el acreedor, avalada por el banco"),
    ("63", "Nota promisoria firmada por el acreedor, avalada por un tercero"),
    ("64", "Nota promisoria firmada por el banco"),
    ("65", "Nota promisoria firmada por un banco avalada por otro banco"), ("66", "Nota promisoria firmada"),
    ("67", "Nota promisoria firmada por un tercero avalada por un banco"),
    ("70", "Retiro de nota por el acreedor"), ("74", "Retiro de nota por el acreedor sobre un banco"),
    ("75", "Retiro de nota por el acreedor, avalada por otro banco"),
    ("76", "Retiro de nota por el acreedor, sobre un banco avalada por un tercero"),
    ("77", "Retiro de una nota por el acreedor sobre un tercero"),
    ("78", "Retiro de una nota por el acreedor sobre un tercero avalada por un banco"),
    ("91", "Nota bancaria transferible"), ("92", "Cheque local transferible"), ("93", "Giro referenciado"),
    ("94", "Giro urgente"), ("95", "Giro formato abierto"), ("96", "Método de pago solicitado no usado"),
    ("97", "Clearing entre partners"), ("ZZZ", "Acuerdo mutuo"),
)  # fmt: skip

CREDIT_CONCEPT = Catalogue(
    ("1", "Devolución parcial de los bienes y/o no aceptación parcial del servicio"),
    ("2", "Anulación de factura electrónica"), ("3", "Rebaja o descuento parcial o total"), ("4", "Ajuste de precio"),
    ("5", "Descuento comercial por pronto pago"), ("6", "Descuento comercial por volumen de ventas"),
)  # fmt: skip
ANNULMENT = "2"
DEBIT_CONCEPT = Catalogue(
    ("1", "Intereses"), ("2", "Gastos por cobrar"), ("3", "Cambio del valor"), ("4", "Otros"))
SUPPORT_CONCEPT = Catalogue(
    ("1", "Devolución parcial de los bienes y/o no aceptación parcial del servicio"),
    ("2", "Anulación del documento soporte en adquisiciones efectuadas a sujetos no obligados a expedir factura de "
          "venta o documento equivalente"),
    ("3", "Rebaja o descuento parcial o total"), ("4", "Ajuste de precio"), ("5", "Otros"),
)  # fmt: skip
SUPPORT_PERIOD = Catalogue(("1", "Por operación"), ("2", "Acumulado semanal"))

ALLOWANCE_REASON = Catalogue(
    ("00", "Descuento no condicionado"), ("01", "Descuento condicionado"), ("02", "Recargo no condicionado"),
    ("03", "Recargo condicionado"),
)  # fmt: skip
TIP = "Propina"
REFERENCE_PRICE = Catalogue(("01", "Valor comercial"), ("02", "Valor en inventarios"), ("03", "Otro valor"))

ITEM_CODE = Catalogue(
    ("001", "UNSPSC"), ("010", "GTIN"), ("020", "Partida Arancelarias"),
    ("999", "Estándar de adopción del contribuyente"),
)  # fmt: skip
ITEM_AGENCY: Mapping[str, str] = MappingProxyType({"001": "10", "010": "9", "020": "195"})
OWN_CODE, TARIFF_CODE = "999", "020"

_INCOTERMS = ("CFR", "CIF", "CIP", "CPT", "DAP", "DAT", "DDP", "EXW", "FAS", "FCA", "FOB")
INCOTERM = Catalogue(*((code, code) for code in _INCOTERMS))

DEPARTMENT = Catalogue(
    ("05", "Antioquia"), ("08", "Atlántico"), ("11", "Bogotá"), ("13", "Bolívar"), ("15", "Boyacá"), ("17", "Caldas"),
    ("18", "Caquetá"), ("19", "Cauca"), ("20", "Cesar"), ("23", "Córdoba"), ("25", "Cundinamarca"), ("27", "Chocó"),
    ("41", "Huila"), ("44", "La Guajira"), ("47", "Magdalena"), ("50", "Meta"), ("52", "Nariño"),
    ("54", "Norte de Santander"), ("63", "Quindío"), ("66", "Risaralda"), ("68", "Santander"), ("70", "Sucre"),
    ("73", "Tolima"), ("76", "Valle del Cauca"), ("81", "Arauca"), ("85", "Casanare"), ("86", "Putumayo"),
    ("88", "San Andrés y Providencia"), ("91", "Amazonas"), ("94", "Guainía"), ("95", "Guaviare"), ("97", "Vaupés"),
    ("99", "Vichada"),
)  # fmt: skip
COLOMBIA, COLOMBIA_NAME = "CO", "Colombia"

CONSUMER_NUMBER, CONSUMER_NAME, CITIZEN_CARD = "222222222222", "consumidor final", "13"
