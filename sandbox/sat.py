"""SAT's ConsultaCFDIService: what the register says of one stamped CFDI, by its printed expression."""

from __future__ import annotations

import re
import threading
import time
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from lxml import etree

from . import faults, names, soap
from .authority import Authority
from .calls import Call
from .document import MAX_ENVELOPE, Unreadable, parse
from .ledger import Entry
from .reply import Reply, Request
from .sat_register import Shown
from .scripts import Facts, Plan
from .soap import SoapFault
from .stamping import find_stamp

PATH = "/ConsultaCFDIService.svc"
NAMESPACE = "http://tempuri.org/"
ACTION = f"{NAMESPACE}IConsultaCFDIService/Consulta"
MEMBERS = "http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio"
FOUND = "S - Comprobante obtenido satisfactoriamente."
MALFORMED = "N - 601: La expresión impresa proporcionada no es válida."
UNKNOWN = "N - 602: Comprobante no encontrado."
ABSENT = Shown("No Encontrado", "", "", "")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_RFC = re.compile(r"[A-Z&Ñ]{3,4}\d{6}[A-Z0-9]{3}")
_TOTAL = re.compile(r"\d{1,18}(\.\d{1,6})?")
_SEAL = re.compile(rb'\sSello="([^"]*)"')


class SatStatus:
    def __init__(self, authority: Authority, stopping: threading.Event) -> None:
        self._authority = authority
        self._stopping = stopping

    def handle(self, request: Request) -> Reply | None:
        """None when the path is not this service's."""
        if request.path != PATH or request.method != "POST":
            return None
        started = time.monotonic()
        log = Call("sat", "Consulta", self._authority.clock.real().isoformat(timespec="milliseconds"))
        try:
            reply = self._answer(request, log)
        except SoapFault as error:
            log.verdict, reply = "fault", soap.fault(str(error))
        log.http_status = reply.status
        log.milliseconds = round((time.monotonic() - started) * 1000)
        self._authority.calls.add(log)
        return reply

    def _answer(self, request: Request, log: Call) -> Reply:
        asked = _expression(_question(request))
        log.uuid, log.rfc = asked.get("id", "").upper(), asked.get("re", "")
        plan = self._authority.scripts.take(
            Facts(log.operation, rfc=log.rfc, receiver=asked.get("rr", ""), service="sat"))
        log.script, log.injected = plan.script, sorted(plan.action)
        early = faults.before(plan, self._stopping)
        if early is not None:
            log.verdict = "no_answer" if early.damage else "fault"
            return early
        code, shown = self._judge(asked, plan)
        log.verdict = "found" if code == FOUND else "not_found"
        return faults.after(plan, _reply(code, shown), self._stopping)

    def _judge(self, asked: dict[str, str], plan: Plan) -> tuple[str, Shown]:
        if not _is_expression(asked):
            return MALFORMED, ABSENT
        entry = self._authority.ledger.by_uuid(asked["id"])
        if entry is None or not _matches(entry, asked) or self._is_late(entry, plan):
            return UNKNOWN, ABSENT
        return FOUND, self._authority.sat.shown(entry, self._authority.clock.now())

    def _is_late(self, entry: Entry, plan: Plan) -> bool:
        """SAT's register follows the providers: by the setting, or as long as a script says."""
        lag = max(self._authority.settings.sat_lag_seconds, plan.number("status_lag"))
        stamped = datetime.fromisoformat(entry.stamped_at).replace(tzinfo=self._authority.local_now().tzinfo)
        return self._authority.local_now() - stamped < timedelta(seconds=lag)


def _question(request: Request) -> str:
    if (request.headers.get("soapaction") or "").strip().strip('"') != ACTION:
        raise SoapFault(f"SOAPAction is not {ACTION}")
    try:
        root = parse(request.body, MAX_ENVELOPE)
    except Unreadable as error:
        raise SoapFault(f"Unreadable envelope: {error}") from error
    operations = root.findall(f"{{{names.SOAP11}}}Body/{{{NAMESPACE}}}Consulta")
    if root.tag != f"{{{names.SOAP11}}}Envelope" or len(operations) != 1:
        raise SoapFault("Consulta is expected")
    return operations[0].findtext(f"{{{NAMESPACE}}}expresionImpresa") or ""


def _expression(text: str) -> dict[str, str]:
    """The parts of ``?re=…&rr=…&tt=…&id=…&fe=…`` in any order; an RFC's ``&`` comes as ``&amp;``."""
    pairs = parse_qsl(text.strip().lstrip("?").replace("&amp;", "%26").replace("+", "%2B"), keep_blank_values=True)
    asked = {name: value.strip() for name, value in pairs}
    return asked if len(asked) == len(pairs) else {}


def _is_expression(asked: dict[str, str]) -> bool:
    return bool(
        _UUID.fullmatch(asked.get("id", ""))
        and _RFC.fullmatch(asked.get("re", "").upper())
        and _RFC.fullmatch(asked.get("rr", "").upper())
        and _TOTAL.fullmatch(asked.get("tt", ""))
    )


def _matches(entry: Entry, asked: dict[str, str]) -> bool:
    """All that was asked is the document's; the end of the seal only if it was given."""
    try:
        same_total = Decimal(asked["tt"]) == Decimal(entry.total)
    except InvalidOperation:
        return False
    same_parties = (asked["re"].upper(), asked["rr"].upper()) == (entry.rfc, entry.receiver)
    return same_total and same_parties and ("fe" not in asked or asked["fe"] == _seal(entry)[-8:])


def _seal(entry: Entry) -> str:
    start, _end = find_stamp(entry.stamped)
    found = _SEAL.search(entry.stamped, 0, start)
    return found[1].decode() if found else ""


def _reply(code: str, shown: Shown) -> Reply:
    namespaces = {"s": names.SOAP11}
    envelope = etree.Element(f"{{{names.SOAP11}}}Envelope", nsmap=namespaces)
    body = etree.SubElement(envelope, f"{{{names.SOAP11}}}Body")
    response = etree.SubElement(body, f"{{{NAMESPACE}}}ConsultaResponse", nsmap={None: NAMESPACE})
    result = etree.SubElement(response, f"{{{NAMESPACE}}}ConsultaResult", nsmap={"a": MEMBERS})
    for name, value in (
        ("CodigoEstatus", code), ("EsCancelable", shown.cancellable), ("Estado", shown.state),
        ("EstatusCancelacion", shown.cancellation), ("ValidacionEFOS", shown.efos),
    ):
        etree.SubElement(result, f"{{{MEMBERS}}}{name}").text = value or None
    return Reply(200, etree.tostring(envelope, encoding="utf-8"), close=True)
