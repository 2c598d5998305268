"""Who exists: taxpayers, who may invoice (LCO), and the provider's customer accounts."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from dataclasses import asdict, dataclass, replace

from . import names
from .problems import SandboxError
from .store import Store

UNLIMITED = -1
DEFAULT_ACCOUNT = "sandbox"


@dataclass(frozen=True)
class Taxpayer:
    """``postal_code`` empty or ``regimes`` empty means: not known here, not checked.

    ``resico_mark`` is the register's withholding mark for the simplified regime (0 none, 1 must not, 2 must).
    """

    rfc: str
    name: str
    postal_code: str = ""
    regimes: tuple[str, ...] = ()
    resico_mark: int = 0

    @property
    def person(self) -> str:
        return "M" if len(self.rfc) == 12 else "F"


@dataclass(frozen=True)
class Account:
    """A customer of the providers. ``credits`` -1 is unlimited; ``rfcs`` None allows every issuer.

    ``expires`` is the last day of the package (ISO date, empty: none), ``bought`` and ``bought_on`` its last top-up.
    """

    username: str
    password_hash: str
    credits: int
    used: int = 0
    rfcs: tuple[str, ...] | None = None
    suspended: bool = False
    expires: str = ""
    bought: int = 0
    bought_on: str = ""

    def serves(self, rfc: str) -> bool:
        return self.rfcs is None or rfc in self.rfcs


def password_hash(password: str) -> str:
    """Only so that the state directory is not a list of passwords; these accounts protect nothing."""
    return hashlib.sha256(password.encode("utf-8")).hexdigest()


class Register:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._taxpayers: dict[str, Taxpayer] = {}
        self._lco: dict[str, int] = {}
        for row in store.query("SELECT data FROM taxpayers"):
            self._remember(_taxpayer(json.loads(row["data"])))
        for row in store.query("SELECT rfc, obligations FROM lco"):
            self._lco[row["rfc"]] = row["obligations"]
        if not store.query("SELECT 1 FROM accounts"):
            self.forget_accounts()

    # -- taxpayers

    def _remember(self, taxpayer: Taxpayer) -> None:
        with self._lock:
            self._taxpayers[taxpayer.rfc] = taxpayer

    def taxpayer(self, rfc: str) -> Taxpayer | None:
        return self._taxpayers.get(rfc)

    def taxpayers(self) -> list[Taxpayer]:
        with self._lock:
            return sorted(self._taxpayers.values(), key=lambda taxpayer: taxpayer.rfc)

    def knows_name(self, name: str) -> bool:
        return any(taxpayer.name == name for taxpayer in self.taxpayers())

    def save_taxpayer(self, taxpayer: Taxpayer) -> None:
        data = json.dumps(asdict(taxpayer))
        self._store.execute("INSERT OR REPLACE INTO taxpayers (rfc, data) VALUES (?, ?)", (taxpayer.rfc, data))
        self._remember(taxpayer)

    def forget_taxpayers(self) -> None:
        self._store.execute("DELETE FROM taxpayers")
        with self._lock:
            self._taxpayers.clear()

    # -- list of issuers with obligations

    def obligations(self, rfc: str) -> int:
        """0: not in the list or without obligations, 1 and more: may issue. Whoever was issued a CSD is listed."""
        return self._lco.get(rfc, 0)

    def list_in_lco(self, rfc: str, obligations: int) -> None:
        self._store.execute("INSERT OR REPLACE INTO lco (rfc, obligations) VALUES (?, ?)", (rfc, obligations))
        self._lco[rfc] = obligations

    def forget_lco(self) -> None:
        self._store.execute("DELETE FROM lco")
        self._lco.clear()

    # -- accounts

    def forget_accounts(self) -> None:
        """Only the one account remains that every sandbox starts with."""
        self._store.execute("DELETE FROM accounts")
        self.save_account(Account(DEFAULT_ACCOUNT, password_hash(DEFAULT_ACCOUNT), UNLIMITED))

    def save_account(self, account: Account) -> None:
        rfcs = None if account.rfcs is None else json.dumps(account.rfcs)
        values = {**vars(account), "rfcs": rfcs}
        names, places = ", ".join(values), ", ".join("?" for _name in values)
        self._store.execute(f"INSERT OR REPLACE INTO accounts ({names}) VALUES ({places})", tuple(values.values()))

    def account(self, username: str) -> Account | None:
        rows = self._store.query("SELECT * FROM accounts WHERE username = ?", (username,))
        return _account(rows[0]) if rows else None

    def accounts(self) -> list[Account]:
        return [_account(row) for row in self._store.query("SELECT * FROM accounts ORDER BY username")]

    def login(self, username: str, password: str) -> Account | None:
        account = self.account(username)
        if account is None or account.password_hash != password_hash(password):
            return None
        return account


def _account(row: sqlite3.Row) -> Account:
    values = dict(row)
    rfcs = values["rfcs"]
    values["rfcs"] = None if rfcs is None else tuple(json.loads(rfcs))
    values["suspended"] = bool(values["suspended"])
    return Account(**values)


def _taxpayer(data: dict[str, object]) -> Taxpayer:
    taxpayer = Taxpayer(**data)  # type: ignore[arg-type]
    return replace(taxpayer, regimes=tuple(taxpayer.regimes))


def taxpayer_from_request(data: object) -> Taxpayer:
    """Reads one object of ``POST /control/taxpayers``."""
    if not isinstance(data, dict) or not isinstance(data.get("rfc"), str) or not data["rfc"].strip():
        raise SandboxError("a taxpayer needs at least 'rfc' and 'name'")
    unknown = set(data) - {"rfc", "name", "postal_code", "regimes", "resico_mark"}
    if unknown:
        raise SandboxError(f"unknown keys: {', '.join(sorted(unknown))}")
    regimes, mark = data.get("regimes") or (), data.get("resico_mark") or 0
    if not isinstance(regimes, (list, tuple)) or mark not in (0, 1, 2):
        raise SandboxError("'regimes' must be a list and 'resico_mark' 0, 1 or 2")
    return Taxpayer(
        rfc=data["rfc"].strip().upper(),
        name=str(data.get("name") or "").strip(),
        postal_code=str(data.get("postal_code") or "").strip(),
        regimes=tuple(str(regime) for regime in regimes),
        resico_mark=int(mark),
    )


def is_generic(rfc: str) -> bool:
    return rfc in (names.GENERIC_NATIONAL, names.GENERIC_FOREIGN)
