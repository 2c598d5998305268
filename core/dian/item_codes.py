"""Codes of articles (annex 1.9, 13.3.5): UNSPSC, GTIN, customs tariff; what is none of them is the seller's own."""

import re

UNSPSC, GTIN, TARIFF, OWN = "001", "010", "020", "999"
_SHAPES = {
    UNSPSC: re.compile(r"[0-9]{8}", re.ASCII),
    GTIN: re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII),
    TARIFF: re.compile(r"[0-9]{6}|[0-9]{8}|[0-9]{10}", re.ASCII),
    OWN: re.compile(r"\S(.{0,48}\S)?"),
}
_GTIN_SIZE = 14
# GS1 leaves these to each shop: prefixes 02, 04 and 20 to 29 of a GTIN-13 are no code of an article anywhere else
_IN_STORE = re.compile(r"0(02|04|2[0-9])")


def compact(scheme: str, text: str | None) -> str:
    """The code as it is written: numbers without the dots and blanks that people type ("8471.30.00.00")."""
    text = (text or "").strip()
    return text if scheme == OWN else re.sub(r"[\s.-]", "", text)


def problem(scheme: str, code: str) -> str:
    """Why the code cannot be one of this standard: "shape", "check_digit", "in_store", or "" when it can."""
    shape = _SHAPES.get(scheme)
    if shape is None or not shape.fullmatch(code):
        return "shape"
    if scheme != GTIN:
        return ""
    if not _gtin_digit_is_right(code):
        return "check_digit"
    return "in_store" if _IN_STORE.match(code.zfill(_GTIN_SIZE)) and len(code) != 8 else ""


def _gtin_digit_is_right(code: str) -> bool:
    """Weights 3 and 1 from the right, the check digit having 1 (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0
