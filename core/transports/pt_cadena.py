"""CADENA S.A. (efacturacadena): REST, one token in a header, the unsigned UBL as base64 text; CADENA signs.

Nothing of its answers is published but what clients use of them: `statusCode`, `document` (base64 of what was signed),
`uuid`. So a success is a document that is there, whatever the codes say: 409 comes with it too, for a number that was
processed before. Of a refusal every text in the JSON is shown, because nobody knows under which name the reason stands.
"""

import base64
import urllib.parse
from collections.abc import Callable, Mapping
from typing import TypeVar

from ..errors import InDoubt, Misconfigured
from . import cadena_answers as answers
from .base import Credentials, Exchange, NotFound, Refused
from .cadena_answers import Answer
from .dian_answers import AlreadyProcessed, InProgress, NumberingRanges, SetClosed
from .http import HttpAnswer, HttpClient, check_address, throttled, verdict_on_status
from .provider import (
    UBL,
    AccessWorks,
    Asked,
    ProviderCapabilities,
    ProviderOptions,
    ProviderSigned,
    check_header_value,
    repeated,
)
from .record import Call, Journal, Redactor

CAPABILITIES = ProviderCapabilities(payload=UBL, has_ranges=True)
HOSTS = {
    "production": "https://apivp.efacturacadena.com",
    "test": "https://apivp.efacturacadena.com",  # another path and another token
}
NIT = "890930534"
_PRODUCTION = "production"

ResultT = TypeVar("ResultT")


class Cadena:
    """See `provider.Provider`.

    :param environment: production goes to the route `v1`, everything else to `staging`.
    """

    capabilities = CAPABILITIES

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        environment: str,
        options: ProviderOptions,
        secrets: tuple[str, ...] = (),
    ) -> None:
        check_address(base_url)
        if not credentials.token:
            raise Misconfigured(reason="credentials_missing")
        check_header_value(credentials.token, "token_malformed")
        for value in (options.partner, options.test_set):
            check_header_value(value, "header_malformed")
        self._token = credentials.token
        self._options = options
        self._journal = Journal(Redactor((credentials.token, *secrets)))
        self._http = HttpClient()
        self._host = base_url.rstrip("/")
        self._stage = "v1" if environment == _PRODUCTION else "staging"

    @property
    def exchanges(self) -> list[Exchange]:
        return self._journal.exchanges

    def send(
        self, payload: bytes, *, asked: Asked
    ) -> ProviderSigned | InProgress | AlreadyProcessed | SetClosed | Refused:
        url = self._upload_address()
        headers = {**self._headers(), "Content-Type": "text/plain"}
        if self._options.test_set:
            headers["Set-Test-Id"] = self._options.test_set
        with self._journal.call("send", url, payload) as call:
            answer = self._http.post(url, base64.b64encode(payload), headers, call)
            read = throttled(answer) or self._read(answer, call)
            return call.conclude(read if isinstance(read, Refused) else answers.upload(read))

    def follow(self, track_id: str, *, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        """An upload has no number of its own here: its document is looked up."""
        return self.find(asked)

    def find(self, asked: Asked) -> ProviderSigned | InProgress | SetClosed | NotFound | Refused:
        query = {
            "nit_emisor": asked.nit,
            "id_documento": asked.name,
            "codigo_tipo_documento": asked.type_code,
            "prefijo": asked.prefix,
        }
        address = self._lookup_address(query)
        return repeated(lambda: self._get("find", address, answers.lookup), self._options.waits)

    def check(self) -> AccessWorks | Refused:
        """Asks for a document that nobody has: an answer that there is none came past the token."""
        query = {
            "nit_emisor": self._options.partner or self._options.provider_nit or NIT,
            "id_documento": "0",
            "codigo_tipo_documento": "01",
            "prefijo": "",
        }
        return self._get("check", self._lookup_address(query), answers.access)

    def numbering_ranges(self, nit: str, software_id: str) -> NumberingRanges | Refused:
        """As `provider.Provider.numbering_ranges`; only the production route is known, and used in every environment.

        The secret keys of the ranges are masked in the exchange.
        """
        vendor = self._options.provider_nit or NIT
        query = {"softwareCode": software_id, "accountCodeVendor": vendor, "accountCode": nit}
        url = f"{self._host}/v1/vp/consulta/rango-numeracion?{urllib.parse.urlencode(query)}"
        return self._get("numbering_ranges", url, self._ranges)

    def _ranges(self, answer: Answer) -> NumberingRanges | Refused:
        for key in answers.technical_keys(answer):
            self._journal.redactor.learn(key)
        return answers.ranges(answer)

    def _get(self, operation: str, url: str, reader: Callable[[Answer], ResultT]) -> ResultT | Refused:
        with self._journal.call(operation, url) as call:
            answer = self._http.get(url, self._headers(), call)
            read = throttled(answer) or self._read(answer, call)
            return call.conclude(read if isinstance(read, Refused) else reader(read))

    def _lookup_address(self, query: Mapping[str, str]) -> str:
        return f"{self._host}/{self._stage}/vp/consulta/documentos?{urllib.parse.urlencode(query)}"

    def _upload_address(self) -> str:
        """Own documents or a partner's; the set of test documents is known as a partner's route only."""
        if self._options.test_set and self._stage != "v1":
            return f"{self._host}/staging/vp-hab/documentos/proceso/alianzas"
        way = "alianzas" if self._options.partner else "sincrono"
        return f"{self._host}/{self._stage}/vp/documentos/proceso/{way}"

    def _headers(self) -> dict[str, str]:
        headers = {"efacturaAuthorizationToken": self._token, "Accept": "application/json"}
        if self._options.partner:
            headers["Partnership-Id"] = self._options.partner
        return headers

    def _read(self, answer: HttpAnswer, call: Call) -> Answer:
        """:raises InDoubt, Misconfigured: no JSON object, or an answer of the server and not of the service"""
        read = answers.read(answer, self._journal.redactor)
        if read is None or answer.status >= 500 or 300 <= answer.status < 400:
            if answer.status != 200:
                raise verdict_on_status(answer, read.message if read else "")
            raise InDoubt(reason="unreadable", http_status=answer.status)
        call.authority_code, call.authority_message = read.code, read.message
        return read
