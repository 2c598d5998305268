"""Why DIAN takes a test document, or a whole set, not: the causes that a person removes in DIAN's portal or in the set.

Beside the rules that are about the content of a document, which are explained like those of any other.
"""

import re
from dataclasses import dataclass

UNKNOWN_SET, WRONG_PIN, OTHER_SENDER, UNKNOWN_ISSUER, UNKNOWN_SOFTWARE, OTHER_RANGE, WRONG_KEY, WRONG_CERTIFICATE = (
    f"CO-SET-{number:02}" for number in range(1, 9)
)
_RULE = re.compile(r"(?P<group>[FCDN]S?)(?P<rule>[A-Z]{2}\d\d[a-e]?)", re.ASCII)
_BY_RULE = {
    "AB27b": WRONG_PIN,
    "AB19b": UNKNOWN_SOFTWARE,
    "AB24b": UNKNOWN_SOFTWARE,
    **dict.fromkeys(("AB05b", "AB07b", "AB08b", "AB10b", "AB11b", "AB12b"), OTHER_RANGE),
}
_CERTIFICATE_RULE = re.compile(r"ZE03", re.ASCII)
_UNKNOWN_SET = re.compile(
    r"set\s+de\s+prueba.*(no\s+(existe|encontrad|corresponde|es\s+para)|inv[aá]lid)", re.I | re.S
)
_NOT_AUTHORISED = re.compile(
    r"NIT\s+(?P<sender>\d+)\s+no\s+autorizado.*?(emisor\s+con\s+NIT\s+(?P<issuer>\d+))?\s*\.?\s*$", re.I | re.S
)
# CUFE, CUDE, CUDS; of an invoice it is made with the key of the range, else with the PIN
_HASH = "AD06"
_KEYED = ("01", "02", "04")


@dataclass(frozen=True, slots=True)
class Cause:
    """`code` of our own texts; the NITs where DIAN names them."""

    code: str
    sender: str = ""
    issuer: str = ""


def cause(code: str, message: str, type_code: str) -> Cause | None:
    """What has to be put right outside the document, None where the rule is about the document itself.

    :param code: of DIAN's rule, empty where it gave only words.
    :param type_code: of the document that was sent.
    """
    if found := _NOT_AUTHORISED.search(message):
        return Cause(OTHER_SENDER, sender=found["sender"], issuer=found["issuer"] or "")
    if _UNKNOWN_SET.search(message):
        return Cause(UNKNOWN_SET)
    if _CERTIFICATE_RULE.fullmatch(code):
        return Cause(WRONG_CERTIFICATE)
    rule = _RULE.fullmatch(code)
    if rule is None:
        return None
    if rule["rule"] == _HASH:
        return Cause(WRONG_KEY if type_code in _KEYED else WRONG_PIN)
    issuing = "AK44a" if rule["group"] in ("DS", "NS") else "AJ44a"
    known = UNKNOWN_ISSUER if rule["rule"] == issuing else _BY_RULE.get(rule["rule"])
    return Cause(known) if known else None
