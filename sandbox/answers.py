"""The content of Finkok's results, member by member in the order of its schema."""

from __future__ import annotations

import re
from datetime import datetime

from .ledger import Entry
from .problems import Problem
from .register import Account
from .soap import member

BAD_CREDENTIALS = Problem("300", "El usuario o contraseña son inválidos")
NO_EARLIER_STAMP = Problem("603", "El CFDI no contiene un timbre previo")
EARLIER_STAMP = Problem("307", "El CFDI contiene un timbre previo")
DONE = "Comprobante timbrado satisfactoriamente"
DONE_BEFORE = "Comprobante timbrado previamente"
UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def local(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def age_seconds(entry: Entry, now: datetime) -> float:
    return (now - datetime.fromisoformat(entry.time)).total_seconds()


def stamped(entry: Entry, pac: str) -> str:
    return _receipt(entry, DONE, "", pac)


def already_stamped(entry: Entry, with_xml: bool, pac: str) -> str:
    """Code 307; within the first seconds the real service often has neither XML nor UUID at hand."""
    incident = _incident(EARLIER_STAMP, entry.rfc, entry.stamped_at, entry.uuid if with_xml else "")
    if with_xml:
        return _receipt(entry, DONE_BEFORE, incident, pac)
    return (
        f"{member('xml', '')}{member('UUID', '')}{member('CodEstatus', '')}<s0:Incidencias>{incident}</s0:Incidencias>"
    )


def refused(problems: list[Problem], rfc: str, now: str) -> str:
    incidents = "".join(_incident(problem, rfc, now) for problem in problems)
    return f"{member('xml', '')}<s0:Incidencias>{incidents}</s0:Incidencias>"


def _receipt(entry: Entry, status: str, incidents: str, pac: str) -> str:
    return (
        member("xml", entry.stamped.decode("utf-8"))
        + member("UUID", entry.uuid)
        + member("Fecha", entry.stamped_at)
        + member("CodEstatus", status)
        + member("SatSeal", entry.sat_seal)
        + f"<s0:Incidencias>{incidents}</s0:Incidencias>"
        + member("NoCertificadoSAT", pac)
    )


def _incident(problem: Problem, rfc: str, now: str, uuid: str = "") -> str:
    """The two literal placeholders occur in the real service's answers."""
    return (
        "<s0:Incidencia>"
        + member("IdIncidencia", "ID_incidencia")
        + member("RfcEmisor", rfc)
        + member("Uuid", uuid)
        + member("CodigoError", problem.code)
        + member("WorkProcessId", "WorkProcessId")
        + member("MensajeIncidencia", problem.message)
        + member("ExtraInfo", problem.where)
        + member("NoCertificadoPac", "")
        + member("FechaRegistro", now)
        + "</s0:Incidencia>"
    )


def pending(uuid: str, entry: Entry | None) -> str:
    if not UUID.fullmatch(uuid):
        return member("error", "UUID con formato invalido")
    if entry is None:
        return member("error", f"UUID {uuid} No Encontrado")
    return (
        member("status", "F")
        + member("xml", entry.stamped.decode("utf-8"))
        + member("uuid", entry.uuid)
        + member("uuid_status", "")
        + member("attempts", "1")
        + member("date", entry.stamped_at)
    )


def balance(account: Account, rfc: str, used: int) -> str:
    """``credit`` -1 means stamps on demand."""
    status = "S" if account.suspended else "A"
    user = (
        member("status", status)
        + member("counter", str(used))
        + member("taxpayer_id", rfc)
        + member("credit", str(account.credits))
    )
    return f"{member('message', '')}<s0:users><s0:ResellerUser>{user}</s0:ResellerUser></s0:users>"


def credit_report(account: Account, now: datetime) -> str:
    if account.credits < 0:
        return "<s0:result/>"
    row = member("credit", str(account.credits)) + member("date", local(now))
    return f"<s0:result><s0:ReportTotalCredit>{row}</s0:ReportTotalCredit></s0:result>"
