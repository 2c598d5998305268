"""DIAN's own service (WcfDianCustomerServices): prior validation of documents, numbering, register.

`send_bill` answers within the call. Whatever is lost can be asked for by the document's key, which is known before it
is sent (CUFE, CUDE, CUDS): `status` looks, rule 90 on sending again says that it was validated before. DIAN refuses a
second document with a number that it has validated, so the same bytes may always go again.
"""

from ..errors import InDoubt
from ..signature import Signer
from .base import Capabilities, Exchange, NotFound, Refused
from .dian_answers import (
    Acquirer,
    AlreadyProcessed,
    DianResult,
    Downloaded,
    Events,
    InProgress,
    NumberingRanges,
    SetClosed,
    Validated,
    decoded,
    read_events,
    read_ranges,
    read_response,
    read_upload,
    text,
)
from .http import HttpClient, check_address
from .record import Journal, Redactor
from .wsse import KeyName, SecuredService

CAPABILITIES = Capabilities(recover_by_uuid=True, same_bytes_idempotent=True)
HOSTS = {
    "production": "https://vpfe.dian.gov.co",
    "test": "https://vpfe-hab.dian.gov.co",
}
NAMESPACE = "http://wcf.dian.colombia"
PATH = "/WcfDianCustomerServices.svc"


class Dian:
    """One object serves one thread; every call appends one `Exchange`, also when it raises.

    :param signer: the certificate that DIAN knows; it signs the header of every call.
    :param secrets: what must not reach an exchange (PIN, technical keys).
    """

    capabilities = CAPABILITIES

    def __init__(
        self, base_url: str, signer: Signer, *, key_name: KeyName = KeyName.REFERENCE, secrets: tuple[str, ...] = ()
    ) -> None:
        check_address(base_url)
        self._journal = Journal(Redactor(secrets))
        self._service = SecuredService(
            "dian.wsdl", base_url.rstrip("/") + PATH, HttpClient(), signer=signer, key_name=key_name, body_ns=NAMESPACE,
        )

    @property
    def exchanges(self) -> list[Exchange]:
        return self._journal.exchanges

    def send_bill(
        self, file_name: str, package: bytes, document: bytes
    ) -> Validated | AlreadyProcessed | InProgress | SetClosed | Refused:
        """SendBillSync: one document, validated at once.

        :param file_name: of the ZIP `package`, which holds `document` alone.
        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("SendBillSync", self._service.endpoint, document) as call:
            answer = self._service.call(call, "SendBillSync", fileName=file_name, contentFile=package)
            result = _read(answer)
            if isinstance(result, NotFound):
                raise InDoubt(reason="unknown_answer", detail=f"{result.code} {result.message}")
            return call.conclude(result)

    def send_bills(
        self, file_name: str, package: bytes
    ) -> InProgress | SetClosed | AlreadyProcessed | Refused:
        """SendBillAsync: up to 50 documents in one ZIP; `status_of_package` tells what became of them.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        return self._upload("SendBillAsync", package, fileName=file_name, contentFile=package)

    def send_test_set(
        self, file_name: str, package: bytes, test_set_id: str
    ) -> InProgress | SetClosed | AlreadyProcessed | Refused:
        """SendTestSetAsync: one document for the set of test documents of the registration.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        return self._upload(
            "SendTestSetAsync", package, fileName=file_name, contentFile=package, testSetId=test_set_id
        )

    def send_event(self, package: bytes, document: bytes) -> DianResult:
        """SendEventUpdateStatus: one ApplicationResponse.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("SendEventUpdateStatus", self._service.endpoint, document) as call:
            return call.conclude(_read(self._service.call(call, "SendEventUpdateStatus", contentFile=package)))

    def status(self, key: str) -> DianResult:
        """GetStatus: the document with this key (CUFE, CUDE, CUDS).

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetStatus", self._service.endpoint) as call:
            return call.conclude(_read(self._service.call(call, "GetStatus", trackId=key), track_id=key))

    def status_event(self, key: str) -> Events | InProgress | NotFound | Refused:
        """GetStatusEvent: the events of the invoice with this CUFE; after 033 and 034 it admits no note.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetStatusEvent", self._service.endpoint) as call:
            answer = self._service.call(call, "GetStatusEvent", trackId=key)
            return call.conclude(answer if isinstance(answer, Refused) else read_events(answer, track_id=key))

    def status_of_package(self, zip_key: str) -> tuple[DianResult, ...]:
        """GetStatusZip: one result for each document of a ZIP.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetStatusZip", self._service.endpoint) as call:
            answer = self._service.call(call, "GetStatusZip", trackId=zip_key)
            if isinstance(answer, Refused):
                return (call.conclude(answer),)
            rows = [row for row in answer if row is not None]  # zeep hands out the array itself
            if not rows:
                raise InDoubt(reason="empty_answer")
            results = tuple(read_response(row, track_id=zip_key) for row in rows)
            call.conclude(results[0])
            return results

    def download(self, key: str) -> Downloaded | NotFound | Refused:
        """GetXmlByDocumentKey: the document as DIAN has it.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetXmlByDocumentKey", self._service.endpoint) as call:
            answer = self._service.call(call, "GetXmlByDocumentKey", trackId=key)
            if isinstance(answer, Refused):
                return call.conclude(answer)
            data, code, message = decoded(answer.XmlBytesBase64), text(answer.Code), text(answer.Message)
            if data:
                return call.conclude(Downloaded(data=data, code=code, message=message))
            return call.conclude(NotFound(code=code, message=message))

    def numbering_ranges(self, issuer: str, software_owner: str, software_id: str) -> NumberingRanges | Refused:
        """GetNumberingRange: the ranges that are associated with a software; NIT without check digit.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetNumberingRange", self._service.endpoint) as call:
            answer = self._service.call(
                call, "GetNumberingRange", accountCode=issuer, accountCodeT=software_owner, softwareCode=software_id
            )
            if isinstance(answer, Refused):
                return call.conclude(answer)
            found = read_ranges(answer)
            for row in found.ranges:
                self._journal.redactor.learn(row.technical_key)
            return call.conclude(found)

    def reception_mailboxes(self) -> Downloaded | NotFound | Refused:
        """GetExchangeEmails: the mailboxes that issuers have registered, as CSV.

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetExchangeEmails", self._service.endpoint) as call:
            answer = self._service.call(call, "GetExchangeEmails")
            if isinstance(answer, Refused):
                return call.conclude(answer)
            data, code, message = decoded(answer.CsvBase64Bytes), text(answer.StatusCode), text(answer.Message)
            if data:
                return call.conclude(Downloaded(data=data, code=code, message=message))
            return call.conclude(NotFound(code=code, message=message))

    def acquirer(self, identification_type: str, number: str) -> Acquirer | NotFound | Refused:
        """GetAcquirer: name and mailbox of one buyer (Resolución 000202 of 2025; one by one only).

        :raises NotSent, InDoubt, Misconfigured: nothing else.
        """
        with self._journal.call("GetAcquirer", self._service.endpoint) as call:
            answer = self._service.call(
                call, "GetAcquirer", identificationType=identification_type, identificationNumber=number
            )
            if isinstance(answer, Refused):
                return call.conclude(answer)
            name, code = text(answer.ReceiverName), text(answer.StatusCode)
            if name:
                return call.conclude(Acquirer(name=name, email=text(answer.ReceiverEmail)))
            return call.conclude(NotFound(code=code, message=text(answer.Message)))

    def _upload(
        self, operation: str, package: bytes, **parameters: object
    ) -> InProgress | SetClosed | AlreadyProcessed | Refused:
        with self._journal.call(operation, self._service.endpoint, package) as call:
            answer = self._service.call(call, operation, **parameters)
            return call.conclude(answer if isinstance(answer, Refused) else read_upload(answer))


def _read(answer: object, *, track_id: str = "") -> DianResult:
    return answer if isinstance(answer, Refused) else read_response(answer, track_id=track_id)

