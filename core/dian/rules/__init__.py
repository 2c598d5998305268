"""What is wrong with a document of DIAN that can be known without asking anybody.

`check` is pure and never raises. Codes are DIAN's (annex 1.9) or ours:

    CO-FORM-01 missing                       CO-REF-01 to 03 the reference to another document
    CO-FORM-02 too long or too short         CO-NOTE-01 to 03 the concept of a note
    CO-FORM-03 characters                    CO-PARTY-01 to 04, CO-ID-01 to 03 parties and identifications
    CO-FORM-04 number out of range           CO-DS-01, 02 support documents; CO-CONT-01 contingency
    CO-FORM-05 no value of this kind         CO-LINE-01, CO-GIFT-01, CO-EXP-01 to 03, CO-MAND-01 lines
    CO-UUID-01 scheme of the UUID            CO-ALLOW-01, 02, CO-PREPAID-01 discounts, charges, advances

What only the company knows (range, PIN, environment) is compared by `against.differences`; a document as a file is
judged by `file.check_file`.
"""

from datetime import date
from functools import lru_cache

from ...findings import Finding
from ..model import Document
from . import header, lines, money, parties, references, taxes
from .registry import RULES, Check
from .registry import Rule as Rule
from .shape import check_shape


def check(document: Document, *, is_final: bool = False) -> list[Finding]:
    """All findings: shapes first; when a value is unusable (no number, wrong type) only those are given.

    :param is_final: the document is ready to be signed, so CUFE, security code and QR have to be there.
    """
    findings, is_usable = check_shape(document)
    if not is_usable:
        return findings
    for check_one in _in_force(document.issue_date, is_final):
        findings.extend(check_one(document))
    return findings


@lru_cache(maxsize=32)
def _in_force(day: date, is_final: bool) -> tuple[Check, ...]:
    return tuple(rule.check for rule in RULES if rule.in_force(day) and (is_final or not rule.is_final))
