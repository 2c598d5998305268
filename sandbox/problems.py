"""What the authority found wrong with a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One refusal: published ``code``, Spanish ``message`` as a provider would word it, and where it was seen."""

    code: str
    message: str
    where: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "where": self.where}


class SandboxError(Exception):
    """A request to the sandbox itself that makes no sense (control API, start-up options)."""
