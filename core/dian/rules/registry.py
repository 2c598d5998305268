"""How a rule is declared: one small function, the codes that it can give, the days on which it is in force.

DIAN numbers the same rule for each type of document: FAU02 of an invoice is CAU02 of a credit note, DAU02 of a debit
note, DSAU02 of a support document and NSAU02 of its adjustment. Rules are declared with the invoice's code, and `error`
and `warning` make the code that belongs to the document.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ...findings import Finding
from ..model import Document

Check = Callable[[Document], Iterable[Finding]]

PREFIXES = {"91": "C", "92": "D", "05": "DS", "95": "NS"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered check; dates inclusive, None is open. `is_final`: of a document that is ready to be signed."""

    codes: tuple[str, ...]
    check: Check
    valid_from: date | None
    valid_to: date | None
    is_final: bool = False

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def name(self) -> str:
        """Dotted name of the function, for the list of rules."""
        return f"{self.check.__module__}.{self.check.__qualname__}"


RULES: list[Rule] = []


def rule(
    *codes: str, valid_from: date | None = None, valid_to: date | None = None, is_final: bool = False
) -> Callable[[Check], Check]:
    """Register a check that yields findings with these codes (those of an invoice)."""

    def register(check: Check) -> Check:
        RULES.append(Rule(codes, check, valid_from, valid_to, is_final))
        return check

    return register


def code_for(type_code: str, code: str) -> str:
    """The code of an invoice's rule in a document of this type; our own codes and those of files stay."""
    prefix = PREFIXES.get(type_code)
    return prefix + code[1:] if prefix and code.startswith(("FA", "FB")) else code


def error(document: Document, code: str, where: str = "", **params: object) -> Finding:
    return Finding.error(code_for(document.type_code, code), where, **params)


def warning(document: Document, code: str, where: str = "", **params: object) -> Finding:
    return Finding.warning(code_for(document.type_code, code), where, **params)
