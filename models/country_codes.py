"""Country codes of three letters (ISO 3166-1 alpha-3), which the SAT uses and Odoo does not store."""
from babel.core import get_global

# Babel also knows the codes of states that no longer exist; they would hide today's
_RETIRED = {"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD"}
_ALPHA3 = {
    territories[0]: alpha3
    for alpha3, territories in get_global("territory_aliases").items()
    if len(alpha3) == 3 and alpha3.isalpha() and len(territories) == 1 and alpha3 not in _RETIRED
}


def alpha3(country) -> str:
    """Return the three-letter code of a `res.country`, empty for none."""
    return _ALPHA3.get(country.code or "", "")
