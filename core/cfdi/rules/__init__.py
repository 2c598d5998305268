"""What is wrong with a CFDI that can be known without asking anybody.

`check` is pure and never raises: it takes any instance of the model, sealed or not. Codes are SAT's ("CFDI40108" of the
matrix of 2024-12-13, "CFDI140226") or ours:

    MX-FORM-01 missing                          MX-RFC-01 wrong check digit (warning)
    MX-FORM-02 too long or too short            MX-RFC-02 a date that does not exist
    MX-FORM-03 characters that are not allowed  MX-PAY-01 no FormaPago or MetodoPago (warning)
    MX-FORM-04 number out of range              MX-PAY-02 PUE with FormaPago 99 (warning)
    MX-FORM-05 no value of this kind at all     MX-LOC-01 totals of the local taxes
    MX-ADD-01 the Addenda is no XML             MX-COMP-01 to 05 see `complements`
    MX-RFC-03 no RFC at all                     MX-NAME-01 characters that no registered name has

A document as a file, with its seal and with what the model cannot hold: `file.check_file`. What only SAT knows is
approached by `accepted.differences`, which compares a receiver with the one that SAT stamped the last time.
"""

from datetime import date
from functools import lru_cache

from ...findings import Finding
from ..model import Comprobante
from . import catalogue, complements, customs, header, lines, parties, related, simplified, summary, taxes
from .registry import RULES, Check
from .registry import Rule as Rule
from .shape import check_shape


def check(comprobante: Comprobante) -> list[Finding]:
    """All findings: shapes first; when a value is unusable (no number, wrong type) only those are given."""
    findings, is_usable = check_shape(comprobante)
    if not is_usable:
        return findings
    in_force = _in_force(comprobante.fecha.date())
    return findings + [finding for check_one in in_force for finding in check_one(comprobante)]


@lru_cache(maxsize=32)
def _in_force(day: date) -> tuple[Check, ...]:
    return tuple(rule.check for rule in RULES if rule.in_force(day))
