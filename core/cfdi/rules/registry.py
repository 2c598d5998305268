"""How a rule is declared: one small function, the codes that it can give, the days on which it is in force."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ...findings import Finding
from ..model import Comprobante

Check = Callable[[Comprobante], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered check; dates inclusive, None is open."""

    codes: tuple[str, ...]
    check: Check
    valid_from: date | None
    valid_to: date | None

    def in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def name(self) -> str:
        """Dotted name of the function, for the list of rules."""
        return f"{self.check.__module__}.{self.check.__qualname__}"


RULES: list[Rule] = []

# codes that never block: the rule can only guess, or the law asks for what SAT does not enforce
DOUBTS = frozenset(
    {
        "CFDI140225",
        "CFDI40147",
        "CFDI40164",
        "MX-COMP-05",
        "MX-PAY-01",
        "MX-PAY-02",
        "MX-RFC-01",
    }
)


def rule(*codes: str, valid_from: date | None = None, valid_to: date | None = None) -> Callable[[Check], Check]:
    """Register a check that yields findings with these codes."""

    def register(check: Check) -> Check:
        RULES.append(Rule(codes, check, valid_from, valid_to))
        return check

    return register
