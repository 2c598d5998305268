"""The authority itself: takes a sealed document and stamps it, finds its earlier stamp, or says why not."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, localcontext
from pathlib import Path
from zoneinfo import ZoneInfo

from . import stamping
from .ca import CertificateAuthority
from .calls import CallLog
from .catalogues import CENTRAL, Catalogues
from .checks import dates, seal
from .checks.context import Authorities, Rule
from .checks.context import Context as Examination
from .checks.rules import RULES
from .checks.schema import schema
from .clock import Clock
from .document import Received
from .ledger import Entry, Ledger, NoCreditsLeft
from .official import Official
from .problems import Problem
from .register import Account, Register
from .sat_register import SatRegister
from .scripts import Scripts
from .settings import Settings
from .store import Store

# digits of a product of two amounts of 24 digits each, with room
EXACT = 80

NO_CREDITS = Problem("718", "La cuenta no tiene timbres disponibles.")


@dataclass
class Verdict:
    """What became of one document: ``entry`` is set when it is stamped, now (``is_new``) or earlier."""

    entry: Entry | None = None
    is_new: bool = False
    problems: list[Problem] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Authority:
    def __init__(self, state_dir: Path, xsd_dir: Path | None = None, light: bool = False, seed: int = 0) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self.light = light
        self.clock = Clock()
        self.store = Store(state_dir / "sandbox.sqlite")
        self.settings = Settings(self.store)
        self.ca = CertificateAuthority(self.store, self.clock)
        self.register = Register(self.store)
        self.ledger = Ledger(self.store)
        self.sat = SatRegister(self.store)
        self.official = Official(xsd_dir)
        self.catalogues = Catalogues()
        self.scripts = Scripts(seed)
        self.calls = CallLog()
        self._authorities = Authorities(self.ca, self.register, self.official, self.catalogues)
        if not light:
            self.official.preload()

    def close(self) -> None:
        self.store.close()

    def find(self, document: Received, pac: str) -> Entry | None:
        """The earlier stamp that ``pac`` gave these bytes, or the same sealed content in other bytes.

        A changed document under an old seal is not the old document: it has to hear 302, never 307.
        """
        entry = self.ledger.find(pac, document.sha256, document.seal_sha256)
        if entry is None or entry.sha256 == document.sha256:
            return entry
        broken = next(seal.seal(self._examination(document)), None)
        return entry if broken is None else None

    def stamp(self, document: Received, account: Account, pac: str, custom_id: str = "") -> Verdict:
        """Everything but the transport: account, earlier stamp, rules, stamp, ledger."""
        problem = self._refused_at_the_door(document, account)
        if problem is not None:
            return Verdict(problems=[problem])
        known = self.find(document, pac)
        if known is not None:
            return Verdict(entry=known)
        if account.credits == 0 or self.has_expired(account):
            return Verdict(problems=[NO_CREDITS])
        examination = self._examination(document)
        verdict = Verdict(
            problems=self._examine(examination),
            checked=examination.checked,
            not_checked=examination.not_checked,
            warnings=examination.warnings,
        )
        if not verdict.problems:
            self._stamp_now(document, account, verdict, pac, custom_id)
        return verdict

    @staticmethod
    def _refused_at_the_door(document: Received, account: Account) -> Problem | None:
        if account.suspended:
            return Problem("703", "La cuenta se encuentra suspendida.")
        if document.has_stamp:
            return Problem("707", "El CFDI ya contiene un Timbre Fiscal Digital.", "Complemento")
        if not account.serves(document.issuer):
            return Problem("702", "El RFC del emisor no está registrado en la cuenta.", document.issuer)
        return None

    def _examination(self, document: Received) -> Examination:
        return Examination(
            document,
            self._authorities,
            self.clock.now(),
            open_register=self.settings.open_register,
            strict_limits=self.settings.strict_limits,
        )

    def _examine(self, examination: Examination) -> list[Problem]:
        """Stage by stage; a stage is only entered when the ones before found nothing."""
        stages: list[tuple[str, list[Rule]]]
        if self.light:
            examination.skip("everything but the seal (light mode)")
            stages = [("seal", [seal.seal])]
        else:
            stages = [
                ("schema", [schema]),
                ("certificate", [seal.certificate]),
                ("seal", [seal.seal]),
                ("date", [dates.date]),
                ("rules", RULES),
            ]
        with localcontext(Context(prec=EXACT)):
            for name, rules in stages:
                problems = [problem for rule in rules for problem in rule(examination)]
                examination.checked.append(name)
                if problems:
                    return problems
        return []

    def has_expired(self, account: Account) -> bool:
        return bool(account.expires) and account.expires < self.local_now().date().isoformat()

    def _stamp_now(self, document: Received, account: Account, verdict: Verdict, pac: str, custom_id: str) -> None:
        stamp, signature = self.make_stamp(document["Sello"])
        entry = Entry(
            uuid=stamp.uuid,
            sha256=document.sha256,
            seal_sha256=document.seal_sha256,
            time=self.clock.real().isoformat(timespec="milliseconds"),
            pac=pac,
            account=account.username,
            rfc=document.issuer,
            receiver=document.receiver,
            kind=document["TipoDeComprobante"],
            serie=document["Serie"],
            folio=document["Folio"],
            total=document["Total"],
            currency=document["Moneda"],
            issued=document["Fecha"],
            stamped_at=stamp.date,
            sat_seal=base64.b64encode(signature).decode("ascii"),
            stamped=stamping.insert(document.data, stamp.element(signature)),
            custom_id=custom_id,
        )
        try:
            verdict.entry, verdict.is_new = self.ledger.append(entry)
        except NoCreditsLeft:
            verdict.problems.append(NO_CREDITS)

    def make_stamp(self, document_seal: str) -> tuple[stamping.Stamp, bytes]:
        date = stamping.local_text(self.local_now())
        stamp = stamping.Stamp(stamping.new_uuid(), date, document_seal, self.ca.pac_serial, self.settings.stamp_legend)
        return stamp, self.ca.sign_as_pac(stamp.original_string())

    def local_now(self) -> datetime:
        """FechaTimbrado is central Mexico's time, wherever the issuer is."""
        return self.clock.now().astimezone(ZoneInfo(CENTRAL))
