"""The control API: JSON over ``/control/``, for tests, demos and people."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from . import asked
from .authority import Authority
from .ca import KINDS
from .certificates import Holder
from .dian.control import DianControl
from .dian.validation import Validation
from .problems import SandboxError
from .register import UNLIMITED, Account, Taxpayer, password_hash, taxpayer_from_request
from .reply import Reply, Request
from .sat_register import CANCELLABLE, REQUESTS
from .settings import DEFAULTS as SETTINGS
from .sw_tokens import Tokens

PREFIX = "/control/"
MAX_CALLS = 1000
CLEARABLE = ("ledger", "scripts", "clock", "calls", "settings", "taxpayers", "accounts", "lco")
CLEARED_BY_DEFAULT = ("ledger", "scripts", "clock", "calls", "settings")


class Control:
    def __init__(self, authority: Authority, validation: Validation) -> None:
        self._authority = authority
        self._dian = validation.register
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("POST", "issue"): self._issue,
            ("POST", "revoke"): self._revoke,
            ("POST", "taxpayers"): self._save_taxpayers,
            ("GET", "taxpayers"): self._taxpayers,
            ("POST", "lco"): self._lco,
            ("POST", "accounts"): self._save_account,
            ("GET", "accounts"): self._accounts,
            ("POST", "token"): self._infinite_token,
            ("POST", "script"): self._add_script,
            ("GET", "script"): self._scripts,
            ("DELETE", "script"): self._remove_scripts,
            ("POST", "clock"): self._set_clock,
            ("GET", "clock"): self._clock,
            ("POST", "settings"): self._change_settings,
            ("GET", "settings"): lambda _query: self._authority.settings.all(),
            ("GET", "calls"): self._calls,
            ("GET", "status"): self._status,
            ("POST", "reset"): self._reset,
            ("POST", "sat/standing"): self._order_standing,
            **DianControl(authority, validation).routes,
        }

    def handle(self, request: Request) -> Reply | None:
        if not request.path.startswith(PREFIX):
            return None
        name = request.path[len(PREFIX) :].strip("/")
        if request.method == "GET":
            file = self._file(name)
            if file is not None:
                return file
        route = self._routes.get((request.method, name))
        if route is None:
            return _json(404, {"error": f"no {request.method} {PREFIX}{name}"})
        try:
            argument = request.query if request.method == "GET" else _body(request)
            return _json(200, route(argument))
        except SandboxError as error:
            return _json(400, {"error": str(error)})

    def _file(self, name: str) -> Reply | None:
        ca = self._authority.ca
        if name == "ledger.csv":
            return Reply(200, self._authority.ledger.csv().encode(), "text/csv; charset=utf-8")
        if name in ("pac.cer", "ca.cer"):
            certificate = ca.pac if name == "pac.cer" else ca.root
            return Reply(200, certificate.public_bytes(Encoding.DER), "application/pkix-cert")
        if name.startswith("document/") and name.endswith(".xml"):
            key = name[len("document/") : -len(".xml")]
            entry, kept = self._authority.ledger.by_uuid(key), self._dian.by_key(key)
            data = entry.stamped if entry else kept.document if kept else None
            return _json(404, {"error": "no such document"}) if data is None else Reply(200, data)
        return None

    # -- certificates

    def _issue(self, data: dict[str, Any]) -> dict[str, str]:
        asked.only(
            data,
            [
                "rfc",
                "name",
                "kind",
                "days_valid",
                "not_before",
                "password",
                "curp",
                "branch",
                "representative_rfc",
                "email",
                "listed_after_hours",
            ],
        )
        rfc, name = asked.text(data, "rfc").upper(), asked.text(data, "name")
        kind = data.get("kind", "csd")
        if kind not in KINDS:
            raise SandboxError(f"'kind' must be one of {', '.join(KINDS)}")
        person = rfc if len(rfc) == 13 else str(data.get("representative_rfc") or "VADA800927DJ3")
        holder = Holder(
            rfc,
            name,
            person,
            str(data.get("curp") or f"{person[:10]}HDFNNN01"),
            str(data.get("branch") or "MATRIZ") if kind == "csd" else None,
            str(data.get("email") or Holder.email),
        )
        validity = asked.validity(data, self._authority.clock.now())
        issued = self._authority.ca.issue(holder, str(data.get("password") or "12345678a"), validity)
        self._enrol(rfc, name, kind)
        wait = asked.number(data, "listed_after_hours", 0)
        if wait and kind == "csd":
            self._list_from(issued.serial, wait)
        return {
            "serial": issued.serial,
            "kind": issued.kind,
            "cer": base64.b64encode(issued.cer).decode("ascii"),
            "key": base64.b64encode(issued.key).decode("ascii"),
            "password": issued.password,
        }

    def _enrol(self, rfc: str, name: str, kind: str) -> None:
        """Who asks for a certificate exists, and who gets a CSD may invoice; what is known is not overwritten."""
        register = self._authority.register
        if register.taxpayer(rfc) is None:
            register.save_taxpayer(Taxpayer(rfc, name))
        if kind == "csd" and not register.obligations(rfc):
            register.list_in_lco(rfc, 1)

    def _list_from(self, serial: str, hours: float) -> None:
        if not 0 <= hours <= asked.CENTURY * 24:
            raise SandboxError("hours are between 0 and a century")
        moment = self._authority.clock.now() + timedelta(hours=hours) if hours else None
        if not self._authority.ca.list_from(serial, moment):
            raise SandboxError(f"no certificate {serial} was issued here")

    def _revoke(self, data: dict[str, Any]) -> dict[str, Any]:
        asked.only(data, ["serial", "revoked"])
        serial, revoked = asked.text(data, "serial"), bool(data.get("revoked", True))
        if not self._authority.ca.revoke(serial, revoked):
            raise SandboxError(f"no certificate {serial} was issued here")
        return {"serial": serial, "revoked": revoked}

    # -- register

    def _save_taxpayers(self, data: Any) -> dict[str, int]:
        rows = [taxpayer_from_request(row) for row in (data if isinstance(data, list) else [data])]
        for taxpayer in rows:
            self._authority.register.save_taxpayer(taxpayer)
        return {"saved": len(rows)}

    def _taxpayers(self, _query: Any) -> list[dict[str, Any]]:
        return [vars(taxpayer) for taxpayer in self._authority.register.taxpayers()]

    def _lco(self, data: dict[str, Any]) -> dict[str, Any]:
        """The list of issuers: a taxpayer's obligations, or from when it has a certificate."""
        asked.only(data, ["rfc", "obligations", "serial", "listed_after_hours"])
        if "serial" in data:
            serial, hours = asked.text(data, "serial"), asked.number(data, "listed_after_hours", 0)
            self._list_from(serial, hours)
            return {"serial": serial, "listed_after_hours": hours}
        rfc, obligations = asked.text(data, "rfc").upper(), int(asked.number(data, "obligations", 1))
        self._authority.register.list_in_lco(rfc, obligations)
        return {"rfc": rfc, "obligations": obligations}

    def _forget_lco(self) -> None:
        self._authority.register.forget_lco()
        self._authority.ca.list_all()

    def _save_account(self, data: dict[str, Any]) -> dict[str, Any]:
        asked.only(data, ["username", "password", "credits", "rfcs", "suspended", "expires"])
        username, known = asked.text(data, "username"), self._authority.register.account(str(data.get("username")))
        secret = known.password_hash if known else ""
        if data.get("password") or not known:
            secret = password_hash(asked.text(data, "password"))
        rfcs = data.get("rfcs", known.rfcs if known else None)
        if rfcs is not None and not isinstance(rfcs, (list, tuple)):
            raise SandboxError("'rfcs' must be a list or null")
        before = known.credits if known else 0
        credits = int(asked.number(data, "credits", known.credits if known else UNLIMITED))
        account = Account(
            username,
            secret,
            credits,
            known.used if known else 0,
            None if rfcs is None else tuple(str(rfc) for rfc in rfcs),
            bool(data.get("suspended", known.suspended if known else False)),
            asked.day(data.get("expires", known.expires if known else "")),
            credits - before if credits > before >= 0 else known.bought if known else 0,
            self._today() if credits > before >= 0 else known.bought_on if known else "",
        )
        self._authority.register.save_account(account)
        return _account(account)

    def _accounts(self, _query: Any) -> list[dict[str, Any]]:
        return [_account(account) for account in self._authority.register.accounts()]

    def _infinite_token(self, data: dict[str, Any]) -> dict[str, str]:
        """A token of SW that never expires, as a customer gets it from the provider's site."""
        asked.only(data, ["username"])
        username = asked.text(data, "username")
        if self._authority.register.account(username) is None:
            raise SandboxError(f"no account {username}")
        return {"token": Tokens(self._authority).issue(username, None)}

    def _today(self) -> str:
        return self._authority.local_now().date().isoformat()

    def _order_standing(self, data: dict[str, Any]) -> dict[str, str]:
        """What happened to a stamped CFDI at SAT; answers with the words that its status service has from now on."""
        asked.only(data, ["uuid", "cancellable", "efos", "request"])
        authority, now = self._authority, self._authority.clock.now()
        entry = authority.ledger.by_uuid(asked.text(data, "uuid"))
        if entry is None:
            raise SandboxError("no such document")
        given = {name: asked.text(data, name) if name in data else "" for name in ("cancellable", "efos", "request")}
        for name, known in (("cancellable", CANCELLABLE), ("request", REQUESTS)):
            if given[name] and given[name] not in known:
                raise SandboxError(f"'{name}' must be one of {', '.join(known)}")
        authority.sat.order(entry, now, **given)
        return vars(authority.sat.shown(entry, now))

    # -- behaviour

    def _add_script(self, data: dict[str, Any]) -> dict[str, Any]:
        asked.only(data, ["match", "action", "times", "skip", "probability"])
        return vars(self._authority.scripts.add(data))

    def _scripts(self, _query: Any) -> dict[str, Any]:
        scripts = self._authority.scripts
        return {"scripts": scripts.all(), "faults": dict(scripts.faults)}

    def _remove_scripts(self, data: dict[str, Any]) -> dict[str, int]:
        asked.only(data, ["number"])
        number = int(asked.number(data, "number", 0))
        return {"removed": self._authority.scripts.remove(number or None)}

    def _set_clock(self, data: dict[str, Any]) -> dict[str, Any]:
        asked.only(data, ["offset_seconds", "now", "reset"])
        if len(data) != 1:
            raise SandboxError("exactly one of 'offset_seconds', 'now', 'reset'")
        if "offset_seconds" in data:
            seconds = asked.number(data, "offset_seconds", 0)
            if abs(seconds) > asked.CENTURY * 86400:
                raise SandboxError("the clock moves within a century")
            self._authority.clock.shift(seconds)
        elif "now" in data:
            moment = asked.moment(data["now"])
            if not 1950 <= moment.year <= 2200:
                raise SandboxError("the clock moves within 1950 and 2200")
            self._authority.clock.set(moment)
        else:
            self._authority.clock.reset()
        return self._clock(None)

    def _clock(self, _query: Any) -> dict[str, Any]:
        clock = self._authority.clock
        return {"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds}

    def _change_settings(self, data: dict[str, Any]) -> dict[str, Any]:
        asked.only(data, list(SETTINGS))
        return self._authority.settings.change(data)

    # -- looking at it

    def _calls(self, query: dict[str, str]) -> list[dict[str, Any]]:
        limit, since = asked.whole(query.get("limit", "100")), asked.whole(query.get("since", "0"))
        return self._authority.calls.last(min(limit, MAX_CALLS), since)

    def _status(self, _query: Any) -> dict[str, Any]:
        authority = self._authority
        return {
            "light": authority.light,
            "stamped": authority.ledger.count(),
            "validated": self._dian.count(),
            "verdicts": dict(authority.calls.verdicts),
            "faults": dict(authority.scripts.faults),
            "schema": authority.official.folder is not None,
            "stylesheet": authority.official.has_stylesheet,
            "catalogues": authority.catalogues.installed,
            "pac_serial": authority.ca.pac_serial,
        } | self._clock(None)

    def _reset(self, data: dict[str, Any]) -> dict[str, Any]:
        """Clears ledger, scripts, clock, calls and settings; ``{"what": [...]}`` chooses."""
        asked.only(data, ["what"])
        what = data.get("what", list(CLEARED_BY_DEFAULT))
        if not isinstance(what, list) or any(name not in CLEARABLE for name in what):
            raise SandboxError(f"'what' must be a list of: {', '.join(CLEARABLE)}")
        authority = self._authority
        cleaners: dict[str, Callable[[], Any]] = {
            "ledger": self._clear_ledgers,
            "scripts": authority.scripts.clear,
            "clock": authority.clock.reset,
            "calls": authority.calls.clear,
            "settings": authority.settings.reset,
            "taxpayers": self._forget_taxpayers,
            "accounts": authority.register.forget_accounts,
            "lco": self._forget_lco,
        }
        for name in what:
            cleaners[name]()
        return {"cleared": what}

    def _clear_ledgers(self) -> None:
        self._authority.ledger.clear()
        self._authority.sat.clear()
        self._dian.clear_documents()

    def _forget_taxpayers(self) -> None:
        self._authority.register.forget_taxpayers()
        self._dian.clear_register()


def _account(account: Account) -> dict[str, Any]:
    return {name: value for name, value in vars(account).items() if name != "password_hash"}


def _json(status: int, value: Any) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def _body(request: Request) -> Any:
    if not request.body:
        return {}
    try:
        data = json.loads(request.body)
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()  # no NaN and no half characters
    except (ValueError, RecursionError) as error:
        raise SandboxError(f"not JSON: {error}") from error
    if not isinstance(data, (dict, list)):
        raise SandboxError("a JSON object or list is expected")
    return data
