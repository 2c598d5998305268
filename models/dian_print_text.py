"""How values of a DIAN document are written on paper: Colombian notation, always in Spanish, exact to the digit."""
from datetime import date, datetime
from decimal import Decimal

from babel import Locale

from ..core.dian import catalogs
from ..core.dian.cufe import COLOMBIA
from ..core.dian.model import Address, Identification, TaxSubtotal

LOCALE = Locale("es", "CO")
NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
# What the annex calls the operations (13.1.5); a code that is not here stands alone
OPERATIONS = {
    "09": "AIU", "10": "Estándar", "11": "Mandatos", "12": "Transporte", "13": "Cambiario",
    "20": "Nota crédito que referencia una factura electrónica",
    "22": "Nota crédito sin referencia a facturas",
    "30": "Nota débito que referencia una factura electrónica",
    "32": "Nota débito sin referencia a facturas",
}
SUPPORT_OPERATIONS = {"10": "Residente", "11": "No residente"}
_SWAPPED = str.maketrans(",.", ".,")


def amount(value: Decimal | None, decimals: int = 2) -> str:
    """Write a number with at least `decimals` decimals, and more only where the XML has more: 1.234.567,50."""
    if value is None:
        return ""
    whole, _point, fraction = f"{abs(value):,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    sign = MINUS if value < 0 else ""
    return sign + (f"{whole}.{fraction}" if fraction else whole).translate(_SWAPPED)


def minus(value: Decimal) -> str:
    """Write what is taken away."""
    return amount(-value) if value else amount(value)


def quantity(value: Decimal | None) -> str:
    return amount(value, 0)


def percent(value: Decimal) -> str:
    return f"{amount(value, 0)}{NBSP}%"


def short(value: str, limit: int) -> str:
    """Cut a text for a place that cannot grow; only where the whole of it stands elsewhere on the page."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def moment(value: datetime) -> str:
    """Write a moment as Colombian day, month, year and time."""
    return value.astimezone(COLOMBIA).strftime("%d/%m/%Y %H:%M:%S")


def described(catalogue: catalogs.Catalogue, code: str | None) -> str:
    """Write a code with DIAN's own words for it; a code that the list does not have stands alone."""
    entry = catalogue.get(code or "")
    return f"{code} {DASH} {entry.name}" if entry else code or ""


def named(names: dict[str, str], code: str | None) -> str:
    return f"{code} {DASH} {names[code]}" if code in names else code or ""


def responsibilities(codes: str | None) -> str:
    """Write the qualities of a taxpayer: O-13 – Gran contribuyente; O-15 – Autorretenedor."""
    return "; ".join(described(catalogs.RESPONSIBILITY, code) for code in (codes or "").split(";") if code)


def tribute(row: TaxSubtotal) -> str:
    """Write a tribute as people know it; a figure of its own carries the name that the document gives it."""
    scheme = row.tax_scheme
    entry = None if scheme.id == catalogs.OTHER_TRIBUTE else catalogs.TRIBUTE.get(scheme.id)
    return entry.name if entry else scheme.name or scheme.id


def rate(row: TaxSubtotal) -> str:
    """Write a percentage, or the amount for each unit."""
    if row.percent is not None:
        return percent(row.percent)
    return f"{amount(row.per_unit_amount)} por unidad" if row.per_unit_amount is not None else ""


def base(row: TaxSubtotal) -> str:
    """Write what the rate applies to: money, or units."""
    if row.percent is None and row.base_unit_measure is not None:
        return f"{quantity(row.base_unit_measure)}{NBSP}{unit(row.base_unit_code or '')}".strip()
    return amount(row.taxable_amount)


def identification(party_id: Identification | None) -> tuple[str, str]:
    """Return the kind of a number (NIT, Cédula de ciudadanía) and the number, with its check digit if it has one."""
    if party_id is None:
        return "Identificación", ""
    entry = catalogs.IDENTIFICATION_TYPE.get(party_id.scheme_name or "")
    digit = f"-{party_id.scheme_id}" if party_id.scheme_name == catalogs.NIT and party_id.scheme_id else ""
    return entry.name if entry else "Identificación", f"{party_id.number}{digit}"


def place(address: Address | None) -> str:
    """Write municipality, department, postal code and country in one line."""
    if address is None:
        return ""
    department = address.country_subentity
    town = [address.city_name, department if department != address.city_name else None,
            address.postal_zone and f"C.P. {address.postal_zone}", address.country_name or address.country_code]
    return ", ".join(filter(None, town))


def street(address: Address | None) -> str:
    return ", ".join(filter(None, address.lines)) if address else ""


def unit(code: str) -> str:
    """Write a unit by the name that nearly every line needs; others stand as their code."""
    return {"94": "Unidad", "NIU": "Unidad", "KGM": "Kilogramo", "LTR": "Litro", "MTR": "Metro", "HUR": "Hora",
            "DAY": "Día", "MON": "Mes", "GRM": "Gramo", "MLT": "Mililitro", "MTK": "Metro cuadrado",
            "MTQ": "Metro cúbico", "TNE": "Tonelada", "GLL": "Galón", "DZN": "Docena", "SET": "Juego",
            "KWH": "Kilovatio hora", "ZZ": "Mutuamente definido", "BX": "Caja", "PR": "Par"}.get(code, code)


def currency(code: str) -> str:
    """Write a currency with its name; unknown ones stand alone."""
    name = LOCALE.currencies.get(code)
    return f"{code} {DASH} {name[0].upper()}{name[1:]}" if name else code
