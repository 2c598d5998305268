"""Finkok's SOAP services: stamp, quick_stamp, stamped, query_pending, the account's balance."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import answers, faults, soap
from .authority import Authority
from .calls import Call
from .document import Received
from .ledger import Entry
from .problems import Problem
from .register import Account
from .reply import Reply, Request
from .scripts import Facts, Plan
from .soap import SoapCall, SoapFault
from .wsdl import Service, document

PAC = "finkok"
PREFIX = "/servicios/soap/"
_SENT = ("xml", "username", "password")
_RESELLER = ("reseller_username", "reseller_password", "taxpayer_id")

SERVICES = {
    "stamp": Service(
        "stamp",
        "StampSOAP",
        {
            "stamp": _SENT,
            "quick_stamp": _SENT,
            "stamped": _SENT,
            "query_pending": ("username", "password", "uuid"),
        },
        {
            "stamp": "AcuseRecepcionCFDI",
            "quick_stamp": "AcuseRecepcionCFDI",
            "stamped": "AcuseRecepcionCFDI",
            "query_pending": "QueryPendingResult",
        },
    ),
    "registration": Service("registration", "RegistrationSOAP", {"get": _RESELLER}, {"get": "RegistrationResult"}),
    "utilities": Service(
        "utilities",
        "UtilitiesSOAP",
        {
            "report_credit": ("username", "password", "taxpayer_id"),
            "datetime": ("username", "password", "zipcode"),
            "get_xml": ("username", "password", "uuid", "taxpayer_id", "invoice_type"),
        },
        {"report_credit": "ReportCreditResult", "datetime": "DateTimeResult", "get_xml": "GetXmlResult"},
    ),
}


@dataclass
class _Turn:
    """One call on its way through: what was asked, by whom, about which document, and the fault it will meet."""

    service: Service
    call: SoapCall
    log: Call
    account: Account | None
    received: Received | Problem
    plan: Plan


class Finkok:
    def __init__(self, authority: Authority, stopping: threading.Event) -> None:
        self._authority = authority
        self._stopping = stopping

    def handle(self, request: Request) -> Reply | None:
        """None when the path is not one of the provider's."""
        if not request.path.startswith(PREFIX):
            return None
        name = request.path[len(PREFIX) :].removesuffix(".wsdl")
        service = SERVICES.get(name)
        if service is None:
            return None
        if request.method == "GET":
            address = f"{request.base_url}{PREFIX}{name}"
            return Reply(200, document(service, address), close=True)
        started = time.monotonic()
        log = Call(f"finkok {name}", "?", self._authority.clock.real().isoformat(timespec="milliseconds"))
        try:
            reply = self._answer(service, request, log)
        except SoapFault as error:
            log.verdict, reply = "fault", soap.fault(str(error))
            log.problems = [Problem("SOAP", str(error)).as_dict()]
        log.http_status = reply.status
        log.milliseconds = round((time.monotonic() - started) * 1000)
        self._authority.calls.add(log)
        return reply

    def _answer(self, service: Service, request: Request, log: Call) -> Reply:
        action = request.headers.get("soapaction")
        call = soap.read_call(request.body, action, service.namespace, service.operations)
        turn = self._open(service, call, log)
        early = faults.before(turn.plan, self._stopping)
        if early is not None:
            log.verdict = "no_answer" if early.damage else "fault"
            return early
        operations: dict[str, Callable[[_Turn], Reply]] = {
            "stamp": self._stamp,
            "quick_stamp": self._stamp,
            "stamped": self._stamped,
            "query_pending": self._query_pending,
            "get": self._balance,
            "report_credit": self._report_credit,
            "datetime": self._datetime,
            "get_xml": self._get_xml,
        }
        reply = operations[call.operation](turn)
        damaged = faults.after(turn.plan, reply, self._stopping)
        if damaged.damage and damaged.damage.drop:
            log.verdict = f"{log.verdict}, no_answer"
        return damaged

    def _open(self, service: Service, call: SoapCall, log: Call) -> _Turn:
        parameters = call.parameters
        username = parameters.get("username") or parameters.get("reseller_username") or ""
        password = parameters.get("password") or parameters.get("reseller_password") or ""
        log.operation, log.account = call.operation, username
        received = _received(parameters.get("xml", ""))
        facts = Facts(call.operation, username, service=PAC)
        if isinstance(received, Received):
            log.rfc, log.serie, log.folio = received.issuer, received["Serie"], received["Folio"]
            log.sha256 = received.sha256
            known = self._authority.find(received, PAC) is not None
            facts = Facts(
                call.operation, username, log.serie, log.folio, log.rfc, received.receiver, log.sha256, known, PAC
            )
        plan = self._authority.scripts.take(facts)
        log.script, log.injected = plan.script, sorted(plan.action)
        account = self._authority.register.login(username, password)
        return _Turn(service, call, log, account, received, plan)

    # -- stamp.wsdl

    def _stamp(self, turn: _Turn) -> Reply:
        if turn.account is None:
            return self._refuse(turn, [answers.BAD_CREDENTIALS])
        planned = faults.refusal(turn.plan)
        if planned is not None:
            return self._refuse(turn, [planned])
        if isinstance(turn.received, Problem):
            return self._refuse(turn, [turn.received])
        verdict = self._authority.stamp(turn.received, turn.account, PAC)
        turn.log.checked, turn.log.not_checked = verdict.checked, verdict.not_checked
        turn.log.warnings = verdict.warnings
        if verdict.entry is None:
            return self._refuse(turn, verdict.problems)
        turn.log.uuid = verdict.entry.uuid
        if verdict.is_new:
            return self._stamped_now(turn, verdict.entry)
        turn.log.verdict = "duplicate"
        bare = turn.call.operation == "quick_stamp" or self._younger(verdict.entry, turn.plan.number("empty_307"))
        return self._reply(turn, answers.already_stamped(verdict.entry, with_xml=not bare, pac=self._pac))

    def _stamped_now(self, turn: _Turn, entry: Entry) -> Reply:
        turn.log.verdict = "stamped"
        entry = faults.spoiled(turn.plan, entry, self._authority)
        return self._reply(turn, answers.stamped(entry, self._pac))

    def _stamped(self, turn: _Turn) -> Reply:
        if turn.account is None:
            return self._refuse(turn, [answers.BAD_CREDENTIALS])
        planned = faults.refusal(turn.plan)
        if planned is not None:
            return self._refuse(turn, [planned])
        if isinstance(turn.received, Problem):
            return self._refuse(turn, [turn.received])
        entry = self._authority.find(turn.received, PAC)
        if entry is None or self._younger(entry, turn.plan.number("lookup_603")):
            reply = self._refuse(turn, [answers.NO_EARLIER_STAMP])
            turn.log.verdict = "not_found"
            return reply
        turn.log.verdict, turn.log.uuid = "found", entry.uuid
        entry = faults.spoiled(turn.plan, entry, self._authority)
        return self._reply(turn, answers.stamped(entry, self._pac))

    def _query_pending(self, turn: _Turn) -> Reply:
        uuid = turn.call.parameters.get("uuid", "").strip()
        if turn.account is None:
            return self._reply(turn, soap.member("error", answers.BAD_CREDENTIALS.message))
        entry = self._authority.ledger.by_uuid(uuid, PAC)
        turn.log.verdict, turn.log.uuid = ("found" if entry else "not_found"), uuid
        return self._reply(turn, answers.pending(uuid, entry))

    # -- registration.wsdl and utilities.wsdl

    def _balance(self, turn: _Turn) -> Reply:
        rfc = turn.call.parameters.get("taxpayer_id", "").strip()
        if turn.account is None:
            return self._reply(turn, soap.member("message", answers.BAD_CREDENTIALS.message))
        if not rfc:
            return self._reply(turn, soap.member("message", "RFC Invalido"))
        if not turn.account.serves(rfc):
            return self._reply(turn, soap.member("message", "RFC no encontrado"))
        return self._reply(turn, answers.balance(turn.account, rfc, self._authority.ledger.count(rfc, PAC)))

    def _report_credit(self, turn: _Turn) -> Reply:
        if turn.account is None:
            return self._reply(turn, soap.member("error", answers.BAD_CREDENTIALS.message))
        return self._reply(turn, answers.credit_report(turn.account, self._authority.local_now()))

    def _datetime(self, turn: _Turn) -> Reply:
        if turn.account is None:
            return self._reply(turn, soap.member("error", answers.BAD_CREDENTIALS.message))
        place = self._authority.catalogues.place(turn.call.parameters.get("zipcode", "").strip())
        moment = self._authority.local_now()
        moment = moment.astimezone(place.zone) if place else moment
        return self._reply(turn, soap.member("datetime", answers.local(moment)))

    def _get_xml(self, turn: _Turn) -> Reply:
        if turn.account is None:
            return self._reply(turn, soap.member("error", answers.BAD_CREDENTIALS.message))
        uuid, rfc = (turn.call.parameters.get(name, "").strip() for name in ("uuid", "taxpayer_id"))
        entry = self._authority.ledger.by_uuid(uuid, PAC)
        if entry is None or entry.rfc != rfc:
            turn.log.verdict = "not_found"
            return self._reply(turn, soap.member("error", f"UUID {uuid} No Encontrado"))
        turn.log.verdict, turn.log.uuid = "found", entry.uuid
        return self._reply(turn, soap.member("xml", entry.stamped.decode("utf-8")))

    # -- shared

    @property
    def _pac(self) -> str:
        return self._authority.ca.pac_serial

    def _younger(self, entry: Entry, seconds: float) -> bool:
        if not seconds:
            return False
        return answers.age_seconds(entry, self._authority.clock.real()) < seconds

    def _refuse(self, turn: _Turn, problems: list[Problem]) -> Reply:
        turn.log.verdict = "refused"
        turn.log.problems = [problem.as_dict() for problem in problems]
        now = answers.local(self._authority.local_now())
        return self._reply(turn, answers.refused(problems, turn.log.rfc, now))

    def _reply(self, turn: _Turn, result: str) -> Reply:
        return soap.answer(turn.service.namespace, turn.call.operation, result)


def _received(text: str) -> Received | Problem:
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return Problem("705", "XML Estructura inválida", "xml no es base64")
    return Received.read(data)
