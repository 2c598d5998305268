"""SAT's status service (ConsultaCFDIService): SOAP 1.1, no login, one question about one document (protocols.md 6.1).

What the words of an answer mean is read by `core.cfdi.status`.
"""

from dataclasses import dataclass
from typing import ClassVar

from .base import Exchange, Refused
from .http import HttpClient, check_address
from .record import Journal, Redactor
from .soap import SoapService

HOSTS = {
    "production": "https://consultaqr.facturaelectronica.sat.gob.mx",
    # the host of SAT's test service changed before; the sandbox is the better place to try things
    "test": "https://pruebacfdiconsultaqr.cloudapp.net",
}
PATH = "/ConsultaCFDIService.svc"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAnswer:
    """The five fields of an Acuse in SAT's own words, without the blanks around them."""

    outcome: ClassVar[str] = "answered"

    code: str
    state: str
    cancellable: str = ""
    cancellation: str = ""
    efos: str = ""


class SatStatusService:
    """One object serves one thread; every call appends one `Exchange`, also when it raises."""

    def __init__(self, base_url: str) -> None:
        check_address(base_url)
        self._journal = Journal(Redactor(()))
        self._service = SoapService("sat_status.wsdl", base_url.rstrip("/") + PATH, HttpClient())

    @property
    def exchanges(self) -> list[Exchange]:
        return self._journal.exchanges

    def ask(self, expression: str) -> StatusAnswer | Refused:
        """What SAT knows of the document.

        :param expression: `core.cfdi.expression.printed_expression`
        :raises NotSent, InDoubt, Misconfigured: nothing else; nothing was learned about the document.
        """
        with self._journal.call("Consulta", self._service.endpoint) as call:
            answer = self._service.call(call, "Consulta", expresionImpresa=expression)
            if isinstance(answer, Refused):
                return call.conclude(answer)
            return call.conclude(
                StatusAnswer(
                    code=_text(answer.CodigoEstatus),
                    state=_text(answer.Estado),
                    cancellable=_text(answer.EsCancelable),
                    cancellation=_text(answer.EstatusCancelacion),
                    efos=_text(answer.ValidacionEFOS),
                )
            )


def _text(value: object) -> str:
    return str(value or "").strip()
