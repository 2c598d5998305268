"""What a rule may look at, and where it notes what it could not check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ..ca import CertificateAuthority
from ..catalogues import Catalogues
from ..document import Received
from ..official import Official
from ..problems import Problem
from ..register import Register


@dataclass(frozen=True)
class Authorities:
    """Everything that outlives one document."""

    ca: CertificateAuthority
    register: Register
    official: Official
    catalogues: Catalogues


@dataclass
class Context:
    """One document before the authority; ``now`` is the sandbox clock's UTC time."""

    document: Received
    authorities: Authorities
    now: datetime
    open_register: bool = False
    strict_limits: bool = False
    checked: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def register(self) -> Register:
        return self.authorities.register

    @property
    def catalogues(self) -> Catalogues:
        return self.authorities.catalogues

    @cached_property
    def decimals(self) -> int:
        """Decimals of the document's currency; two, and a note, when there is no catalogue."""
        found = self.catalogues.decimals(self.document["Moneda"])
        if found is None:
            self.skip("decimals of the currency (no catalogue)")
        return 2 if found is None else found

    def skip(self, what: str) -> None:
        if what not in self.not_checked:
            self.not_checked.append(what)


Rule = Callable[[Context], Iterator[Problem]]
