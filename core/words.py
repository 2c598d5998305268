"""The total in Spanish words, as it is printed on invoices."""

from decimal import Decimal

from .money import round_half_up

_UNITS = (
    "CERO UNO DOS TRES CUATRO CINCO SEIS SIETE OCHO NUEVE DIEZ ONCE DOCE TRECE CATORCE QUINCE DIECISÉIS DIECISIETE "
    "DIECIOCHO DIECINUEVE VEINTE VEINTIUNO VEINTIDÓS VEINTITRÉS VEINTICUATRO VEINTICINCO VEINTISÉIS VEINTISIETE "
    "VEINTIOCHO VEINTINUEVE"
)
_TENS = "TREINTA CUARENTA CINCUENTA SESENTA SETENTA OCHENTA NOVENTA"
_HUNDREDS = "CIENTO DOSCIENTOS TRESCIENTOS CUATROCIENTOS QUINIENTOS SEISCIENTOS SETECIENTOS OCHOCIENTOS NOVECIENTOS"
_SMALL, _TEN, _HUNDRED = tuple(_UNITS.split()), tuple(_TENS.split()), tuple(_HUNDREDS.split())

# long scale: a million millions is a billón
_SCALES = (("MILLÓN", "MILLONES"), ("BILLÓN", "BILLONES"), ("TRILLÓN", "TRILLONES"))

# singular, plural; feminine ones change the number too (DOSCIENTAS LIBRAS)
_CURRENCIES = {
    "MXN": ("PESO", "PESOS"),
    "USD": ("DÓLAR", "DÓLARES"),
    "CAD": ("DÓLAR", "DÓLARES"),
    "EUR": ("EURO", "EUROS"),
    "GBP": ("LIBRA", "LIBRAS"),
    "JPY": ("YEN", "YENES"),
    "CHF": ("FRANCO", "FRANCOS"),
    "CNY": ("YUAN", "YUANES"),
    "COP": ("PESO", "PESOS"),
    "ARS": ("PESO", "PESOS"),
    "CLP": ("PESO", "PESOS"),
    "UYU": ("PESO", "PESOS"),
    "BRL": ("REAL", "REALES"),
    "PEN": ("SOL", "SOLES"),
    "GTQ": ("QUETZAL", "QUETZALES"),
}
_FEMININE = {"GBP"}


def amount_in_words(total: Decimal, moneda: str, *, closing: str = "") -> str:
    """For example (CIENTO DIECISÉIS PESOS 00/100 M.N.), with "USD" and its like in place of M.N. for other currencies.

    Hundredths are rounded half up; amounts up to 10^24 - 1. A negative amount starts with MENOS.

    :param closing: the words at the end where a country has its own, such as M/CTE in Colombia.
    """
    cents = int(round_half_up(abs(total), 2).scaleb(2))
    whole, hundredths = divmod(cents, 100)
    singular, plural = _CURRENCIES.get(moneda, ("", ""))
    words = _cardinal(whole, is_feminine=moneda in _FEMININE)
    noun = singular if whole == 1 else plural
    # "UN MILLÓN DE PESOS": the preposition only after a round million
    link = "DE" if noun and whole and whole % 10**6 == 0 else ""
    sign = "MENOS" if total < 0 else ""
    closing = closing or ("M.N." if moneda == "MXN" else moneda)
    return "(" + " ".join(filter(None, (sign, words, link, noun, f"{hundredths:02}/100", closing))) + ")"


def _cardinal(number: int, *, is_feminine: bool = False) -> str:
    """The number before a noun (UN, VEINTIÚN)."""
    if not number:
        return _SMALL[0]
    words = []
    for power in range(len(_SCALES), 0, -1):
        count, number = divmod(number, 10 ** (6 * power))
        if count:
            singular, plural = _SCALES[power - 1]
            words.append(f"{_below_million(count)} {singular if count == 1 else plural}")
    if number:
        words.append(_below_million(number, is_feminine=is_feminine))
    return " ".join(words)


def _below_million(number: int, *, is_feminine: bool = False) -> str:
    thousands, rest = divmod(number, 1000)
    words = []
    if thousands:
        words.append("MIL" if thousands == 1 else f"{_below_thousand(thousands, is_feminine=is_feminine)} MIL")
    if rest:
        words.append(_below_thousand(rest, is_feminine=is_feminine))
    return " ".join(words)


def _below_thousand(number: int, *, is_feminine: bool) -> str:
    if number == 100:
        return "CIEN"
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        word = _HUNDRED[hundreds - 1]
        words.append(word.replace("CIENTOS", "CIENTAS").replace("QUINIENTOS", "QUINIENTAS") if is_feminine else word)
    if rest:
        words.append(_below_hundred(rest, is_feminine=is_feminine))
    return " ".join(words)


def _below_hundred(number: int, *, is_feminine: bool) -> str:
    one = "UNA" if is_feminine else "UN"
    if number == 1:
        return one
    if number == 21:
        return "VEINTIUNA" if is_feminine else "VEINTIÚN"
    if number < 30:
        return _SMALL[number]
    tens, units = divmod(number, 10)
    word = _TEN[tens - 3]
    if not units:
        return word
    return f"{word} Y {one if units == 1 else _SMALL[units]}"
