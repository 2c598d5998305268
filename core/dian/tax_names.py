"""Which tribute of DIAN a tax is, by the words that accountants and Odoo's chart of accounts use for it."""

import re

from . import catalogs

PERCENT, UNIT, WITHHELD, EXCLUDED, NONE = "percent", "unit", "withheld", "excluded", "none"
SELF_WITHHELD = re.compile(r"AUTO-?\s?R?RETE|AUTO-?\s?RTE")
_HELD = r"(RETEN\w*|RETE|RTE|RET|R|WH|WITHH\w*)[\s.]*(DE |DEL |EN LA |EN |POR )?(EL )?"
# the first that fits: a withheld IVA is no IVA, a bag is no other consumption
_WORDS = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (rf"\b{_HELD}(IVA|VAT)\b", "05"),
        (rf"\b{_HELD}ICA\b", "07"),
        (rf"\b{_HELD}(FTE|FUENTE|RENTA|REN|ISR)\b", "06"),
        (r"\bRETEN|\bRETE|\bRTE", "06"),
        (r"\bBOLSAS?\b|\bPLASTIC BAGS?\b", "22"),
        (r"\bIBUA\b|AZUCARAD|\bSUGARY\b", "34"),
        (r"\bICUI\b|ULTRA-?PROCES", "35"),
        (r"\bICL\b|\bLICORES\b", "32"),
        (r"\bADV\b|AD[- ]?VALOREM", "36"),
        (r"\bINPP\b", "33"),
        (r"\bSORDICOM\b", "26"),
        (r"\bSOBRETASA\b", "25"),
        (r"\bINCARBONO\b|\bCARBONO\b", "23"),
        (r"\bINCOMBUSTIBLES?\b|COMBUSTIBLES?\b", "24"),
        (r"\bTIMBRE\b", "21"),
        (r"HORT[IO]F?R?U?T?I?CULTURA", "20"),
        (r"\bIC DATOS\b", "30"),
        (r"\bIC PORCENTUAL\b", "08"),
        (r"\bINC\b|\bCONSUMO\b|\bCONSUMPTION\b", "04"),
        (r"\bIC\b", "02"),
        (r"\bICA\b", "03"),
        (r"\bIVA\b|\bVAT\b|\bEXCLUI|\bEXENT|\bNO GRAVAD", "01"),
    )
)
_EXCLUDED = re.compile(r"\bEXC(L\w*)?\b|\bNO GRAVAD")


def proposal(*texts: str, is_fixed: bool) -> tuple[str, str]:
    """Tribute and kind that the words of a tax tell, ("", "") when they tell nothing.

    :param texts: name, description and group of the tax: the first that says anything counts
    :param is_fixed: whether the tax is an amount for each unit
    """
    for text in map(str.upper, texts):
        if SELF_WITHHELD.search(text):
            return "", NONE
        code = next((code for pattern, code in _WORDS if pattern.search(text)), "")
        if code == catalogs.IVA and any(_EXCLUDED.search(other.upper()) for other in texts):
            return code, EXCLUDED
        if code:
            return code, kind_of(code, is_fixed=is_fixed)
    return "", ""


def kind_of(code: str, *, is_fixed: bool) -> str:
    """How a tribute is written unless somebody says otherwise."""
    if code in catalogs.WITHHOLDING:
        return WITHHELD
    return UNIT if is_fixed or code in catalogs.PER_UNIT else PERCENT


# Odoo's chart of accounts for Colombia (l10n_co), by the end of the external identifier
_CHART = {
    ("01", PERCENT): "0 1 2 4 7 8 9 10 covered_goods",
    ("01", EXCLUDED): "5 6 11",
    ("04", PERCENT): "59 60 61 62 63 64",
    ("05", WITHHELD): "12 13 55 56",
    # what the buyer of a simplified regime kept for itself; it only balances the books
    ("05", NONE): "14 15",
    ("06", WITHHELD): f"{' '.join(str(number) for number in range(16, 43))} 53 54",
    ("07", WITHHELD): "43 44 45 46 47 48 57 58",
}
CHART = {f"l10n_co_tax_{end}": pair for pair, ends in _CHART.items() for end in ends.split()}
