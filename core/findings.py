"""What a check has to say: coded findings, never exceptions.

`code` is SAT's or DIAN's own when they publish one for the rule ("CFDI40108"), else ours ("MX-AREA-NN"), never reused.
`where` is a path like "Conceptos[0].Impuestos.Traslados[1].Importe". Texts and the fix action belong to the Odoo edge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .enums import TextEnum


class Severity(TextEnum):
    """ERROR blocks; WARNING and INFO never do."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation. Hashable and comparable, so that sets and snapshots of findings work.

    `pairs` holds the parameters of the text in the order given; a mapping is accepted too. Read them as `params`.
    """

    code: str
    severity: Severity
    where: str = ""
    pairs: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        items = self.pairs.items() if isinstance(self.pairs, Mapping) else self.pairs
        object.__setattr__(self, "pairs", tuple((str(name), str(value)) for name, value in items))

    @property
    def params(self) -> dict[str, str]:
        return dict(self.pairs)

    @classmethod
    def error(cls, code: str, where: str = "", **params: object) -> "Finding":
        return cls(code, Severity.ERROR, where, params)  # type: ignore[arg-type]

    @classmethod
    def warning(cls, code: str, where: str = "", **params: object) -> "Finding":
        return cls(code, Severity.WARNING, where, params)  # type: ignore[arg-type]

    @classmethod
    def info(cls, code: str, where: str = "", **params: object) -> "Finding":
        return cls(code, Severity.INFO, where, params)  # type: ignore[arg-type]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a document."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
