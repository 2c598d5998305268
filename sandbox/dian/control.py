"""What the control API has for DIAN: certificates, the register, events that the other party made."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from .. import asked
from ..authority import Authority
from ..problems import SandboxError
from .register import FIELDS, KeptEvent
from .validation import Validation

Route = Callable[[Any], Any]


class DianControl:
    def __init__(self, authority: Authority, validation: Validation) -> None:
        self._authority = authority
        self._validation = validation
        self._register = validation.register
        self.routes: dict[tuple[str, str], Route] = {
            ("POST", "dian/issue"): self._issue,
            ("POST", "dian/register"): self._save,
            ("GET", "dian/register"): lambda _query: {kind: self._register.all(kind) for kind in FIELDS},
            ("POST", "dian/event"): self._order_event,
            ("GET", "dian/event"): lambda _query: [_shown(event) for event in self._register.events()],
        }

    def _issue(self, data: dict[str, Any]) -> dict[str, str]:
        """A company's PKCS#12 file with its NIT; what is known about the company is not overwritten."""
        asked.only(data, ["nit", "name", "password", "days_valid", "not_before"])
        nit, name = asked.text(data, "nit"), asked.text(data, "name")
        password = str(data.get("password") or "12345678a")
        validity = asked.validity(data, self._authority.clock.now())
        p12 = self._authority.ca.issue_for_signatures(nit, name, password, validity)
        if self._register.get("taxpayer", nit) is None:
            self._register.save("taxpayer", {"nit": nit, "name": name})
        return {"p12": base64.b64encode(p12).decode("ascii"), "password": password}

    def _save(self, data: dict[str, Any]) -> dict[str, Any]:
        """One row of the register: ``{"kind": "range", "row": {...}}``."""
        asked.only(data, ["kind", "row"])
        if not isinstance(data.get("row"), dict):
            raise SandboxError("'row' must be an object")
        return self._register.save(asked.text(data, "kind"), data["row"])

    def _order_event(self, data: dict[str, Any]) -> dict[str, str]:
        """What the other party did: ``{"key": CUFE, "code": "033", "who": NIT}``; ``who`` is its usual sender."""
        asked.only(data, ["key", "code", "who"])
        who = asked.text(data, "who") if "who" in data else ""
        return _shown(self._validation.order_event(asked.text(data, "key"), asked.text(data, "code"), who))


def _shown(event: KeptEvent) -> dict[str, str]:
    return {name: value for name, value in vars(event).items() if isinstance(value, str)}
