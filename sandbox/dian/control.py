"""What the control API has for DIAN: certificates, the register, events that the other party made."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from .. import asked
from ..authority import Authority
from ..problems import SandboxError
from ..providers.desk import open_account
from .register import FIELDS, KeptEvent
from .validation import ACCEPTED, Validation

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
            ("POST", "dian/associate"): self._associate,
            ("POST", "dian/synchronize"): self._synchronize,
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
        kind = asked.text(data, "kind")
        if kind == "provider":
            return open_account(self._validation, data["row"])
        return self._register.save(kind, data["row"])

    def _associate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a person does in DIAN's portal: ``{"nit", "prefix", "software"}``; an empty software undoes it."""
        asked.only(data, ["nit", "prefix", "resolution", "software"])
        nit, prefix = asked.text(data, "nit"), str(data.get("prefix") or "")
        rows = [
            row for row in self._register.all("range")
            if (row["nit"], str(row.get("prefix") or "")) == (nit, prefix)
            and data.get("resolution") in (None, row["resolution"])
        ]
        if not rows:
            raise SandboxError(f"NIT {nit} has no range with the prefix {prefix!r}")
        return self._register.save("range", rows[-1] | {"software": str(data.get("software") or "")})

    def _synchronize(self, data: dict[str, Any]) -> dict[str, Any]:
        """'Sincronizar contribuyente a producción': ``{"nit"}``; refused until one of its test sets is accepted."""
        asked.only(data, ["nit", "production"])
        nit, production = asked.text(data, "nit"), data.get("production", True)
        known = self._register.get("taxpayer", nit)
        if known is None:
            raise SandboxError(f"no taxpayer has the NIT {nit}")
        sets = [row for row in self._register.all("test_set") if row.get("nit") == nit]
        if production is True and sets and not any(row.get("state") == ACCEPTED for row in sets):
            raise SandboxError(f"no test set of NIT {nit} is accepted yet")
        return self._register.save("taxpayer", known | {"production": production})

    def _order_event(self, data: dict[str, Any]) -> dict[str, str]:
        """What the other party did: ``{"key": CUFE, "code": "033", "who": NIT}``; ``who`` is its usual sender."""
        asked.only(data, ["key", "code", "who"])
        who = asked.text(data, "who") if "who" in data else ""
        return _shown(self._validation.order_event(asked.text(data, "key"), asked.text(data, "code"), who))


def _shown(event: KeptEvent) -> dict[str, str]:
    return {name: value for name, value in vars(event).items() if isinstance(value, str)}
