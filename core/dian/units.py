"""Units of measure: DIAN's list has the plain codes of UN/ECE recommendation 20, and those of packages without "X".

c_ClaveUnidad, from which units already have a code, is the same recommendation with a few codes of its own liking.
"""

UNIT = "94"
# what DIAN's list has under another code (kilometres), or not at all: a piece, a service, a job count as units
_OTHER = {**dict.fromkeys(("H87", "E48", "E51", "E54", "ACT", "C62", "XUN", "IE"), UNIT), "KMT": "KTM"}
_PACKAGE = 3


def from_recommendation(code: str | None) -> str:
    """DIAN's code for one of c_ClaveUnidad; a unit without code is counted in pieces."""
    code = (code or "").strip().upper()
    if not code:
        return UNIT
    if code in _OTHER:
        return _OTHER[code]
    # recommendation 21: SAT writes X in front of the package, DIAN does not
    return code[1:] if len(code) == _PACKAGE and code.startswith("X") else code
