"""How values of a CFDI are written on paper: Mexican notation, always in Spanish, exact to the digit of the XML."""
from datetime import datetime
from decimal import Decimal

from babel import Locale
from babel.core import get_global

from ..core.cfdi import catalogs

LOCALE = Locale("es", "MX")
NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"


def amount(value: Decimal | None, decimals: int) -> str:
    """Write an amount with at least `decimals` decimals, and more only where the XML has more: 33.333333, 1,000.00."""
    if value is None:
        return ""
    whole, _point, fraction = f"{value:,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole


def quantity(value: Decimal | None) -> str:
    return amount(value, 0)


def short(value: str, limit: int) -> str:
    """Cut a text for a place that cannot grow; only where the whole of it stands elsewhere on the page."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def moment(value: datetime) -> str:
    """Write a legal local time as day, month, year and time."""
    return value.strftime("%d/%m/%Y %H:%M:%S")


def percent(value: Decimal) -> str:
    return f"{amount(value, 0)}{NBSP}%"


def rate(tipo_factor: str, tasa_o_cuota: Decimal | None) -> str:
    """Write a rate as people say it: 0.160000 is 16 %, a quota is an amount for each unit, exempt is a word."""
    if tasa_o_cuota is None:
        return tipo_factor
    if tipo_factor == "Tasa":
        return percent(tasa_o_cuota * 100)
    return f"{tipo_factor} {amount(tasa_o_cuota, 2)}"


def described(catalogue: catalogs.Catalogue, code: str | None) -> str:
    """Write a code with SAT's own words for it; a code that the catalogue does not have stands alone."""
    entry = catalogs.find(catalogue, code)
    return f"{code} {DASH} {entry.spanish}" if entry else code or ""


def tax_name(impuesto: str) -> str:
    entry = catalogs.find(catalogs.IMPUESTO, impuesto)
    return entry.spanish if entry else impuesto


def currency(code: str) -> str:
    """Write a currency with its name; XXX and unknown ones stand alone."""
    name = LOCALE.currencies.get(code)
    return f"{code} {DASH} {name[0].upper()}{name[1:]}" if name and code != "XXX" else code


def country(code: str | None) -> str:
    """Write a country of c_Pais (three letters) with its name."""
    territory = (get_global("territory_aliases").get(code) or [""])[0]
    name = LOCALE.territories.get(territory)
    return f"{code} {DASH} {name}" if name else code or ""
