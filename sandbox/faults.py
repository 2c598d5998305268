"""Carries out the planned misbehaviour of one call."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from dataclasses import replace

from . import reply as replies
from . import soap, stamping
from .authority import NO_CREDITS, Authority
from .ledger import Entry
from .problems import Problem
from .reply import Damage, Reply
from .scripts import Plan

Fault = Callable[[str], Reply]

NOTHING = Reply(200, b"", damage=Damage(drop=True))
FAULT_TEXT = "Timeout value connect was Timeout(connect=30, read=None, total=None), but it must be an int or float."
OTHER_SEAL = base64.b64encode(b"the seal of a document that is not this one" * 6).decode("ascii")


def before(plan: Plan, stopping: threading.Event, fault: Fault = soap.fault) -> Reply | None:
    """Waits, and answers in the place of the service when the plan says so; ``fault`` writes its own errors."""
    _wait(plan.number("delay_before"), stopping)
    if "drop_before" in plan:
        return NOTHING
    return None if "after_stamp" in plan else _substitute(plan, fault)


def after(plan: Plan, reply: Reply, stopping: threading.Event, fault: Fault = soap.fault) -> Reply:
    """What is sent in the end, once the document has been processed."""
    _wait(plan.number("delay_after_stamp"), stopping)
    if "drop_after_stamp" in plan:
        return replace(reply, damage=Damage(drop=True))
    if "after_stamp" in plan:
        reply = _substitute(plan, fault) or reply
    return replace(reply, damage=_damage(plan, reply))


def _damage(plan: Plan, reply: Reply) -> Damage | None:
    half = len(reply.body) // 2
    if "reset_mid_answer" in plan:
        return Damage(reset=True, kept=half)
    if "truncate" in plan:
        kept = plan.get("truncate")
        return Damage(kept=half if kept is True else int(kept))
    if "slow_drip" in plan:
        drip = plan.get("slow_drip")
        drip = drip if isinstance(drip, dict) else {}
        return Damage(drip=int(drip.get("bytes", 1)), every=float(drip.get("every_ms", 1000)) / 1000)
    return None


def _substitute(plan: Plan, fault: Fault) -> Reply | None:
    if "http_status" in plan:
        wanted = plan.get("http_status")
        if isinstance(wanted, dict):
            return replies.error_page(int(wanted.get("status", 503)), wanted.get("retry_after"))
        return replies.error_page(int(wanted))
    if "html_page" in plan:
        return replies.login_page()
    if "xml_bomb" in plan:
        return replies.xml_bomb()
    if "senv_fault" in plan:
        message = plan.get("senv_fault")
        return fault(FAULT_TEXT if message is True else str(message))
    return None


def refusal(plan: Plan) -> Problem | None:
    if "no_credits" in plan:
        return NO_CREDITS
    if "refuse" in plan:
        refuse = plan.get("refuse")
        return Problem(str(refuse["code"]), str(refuse.get("message", "")), str(refuse.get("where", "")))
    return None


def spoiled(plan: Plan, entry: Entry, authority: Authority) -> Entry:
    """The entry as this answer shows it; the ledger keeps the true one."""
    if "wrong_tfd" in plan:
        stamp, signature = authority.make_stamp(OTHER_SEAL)
        foreign = stamp.element(signature).encode("utf-8")
        return replace(
            entry,
            uuid=stamp.uuid,
            stamped_at=stamp.date,
            sat_seal=base64.b64encode(signature).decode("ascii"),
            stamped=_with_stamp(entry.stamped, foreign),
        )
    if "no_tfd" in plan:
        return replace(entry, stamped=_with_stamp(entry.stamped, b""))
    if "bad_uuid" in plan:
        broken = entry.uuid[:-1]
        return replace(entry, uuid=broken, stamped=entry.stamped.replace(entry.uuid.encode(), broken.encode()))
    if "bad_sat_seal" in plan:
        good = entry.sat_seal
        bad = ("B" if good[0] != "B" else "C") + good[1:]
        return replace(entry, sat_seal=bad, stamped=entry.stamped.replace(good.encode(), bad.encode()))
    return entry


def _with_stamp(stamped: bytes, element: bytes) -> bytes:
    start, end = stamping.find_stamp(stamped)
    return stamped[:start] + element + stamped[end:]


def _wait(milliseconds: float, stopping: threading.Event) -> None:
    if milliseconds > 0:
        stopping.wait(milliseconds / 1000)
