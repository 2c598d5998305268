"""SOAP document/literal calls (1.1 here, 1.2 in `wsse`): zeep writes and reads the messages, the rest is ours.

zeep never touches the network: the WSDL files are our own and lie beside this module, the envelope goes through
`HttpClient`, and an answer reaches zeep only as a tree that the hardened parser accepted. zeep reads leniently: a field
that a service adds one day must not turn its answers into doubt.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from ..errors import InDoubt, Misconfigured, TransportError, XmlRefused
from ..xmlio.parse import Limits, parse_untrusted
from .http import MAX_ANSWER_BYTES, HttpAnswer, HttpClient, throttled, verdict_on_status
from .record import Call

WSDL_FOLDER = Path(__file__).parent / "wsdl"
ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
# A stamped document travels as one text node
ANSWER_LIMITS = Limits(size=MAX_ANSWER_BYTES, text=MAX_ANSWER_BYTES)
_SHOWN_FAULT = 500  # characters of a fault text that reach a message


class SoapService:
    """One WSDL at one address."""

    envelope_ns = ENVELOPE_NS

    def __init__(self, wsdl: str, endpoint: str, http: HttpClient) -> None:
        self._wsdl = wsdl
        self._http = http
        self.endpoint = endpoint

    def call(self, call: Call, operation: str, **parameters: object) -> Any:
        """The result element of the answer as a zeep object, or `Refused` when a limiter asked to come back later.

        :raises NotSent, InDoubt, Misconfigured: InDoubt also for a SOAP fault and for any answer that is not readable.
        """
        action = _operation(self._wsdl, operation)
        body, headers = self._prepare(action.create(**parameters))
        answer = self._http.post(self.endpoint, body, headers, call)
        refused = throttled(answer)
        if refused:
            return refused
        if answer.status != 200:
            raise self._verdict(answer, call)
        return self._read(action, operation, answer, call)

    def _prepare(self, message: Any) -> tuple[bytes, dict[str, str]]:
        """The bytes and HTTP headers of a message of zeep's."""
        body = etree.tostring(message.content, encoding="utf-8", xml_declaration=True)
        return body, {**message.headers, "Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"}

    def _verdict(self, answer: HttpAnswer, call: Call) -> TransportError:
        """What an answer that is not 200 means."""
        return verdict_on_status(answer, self._note_fault(call, self._content_or_none(answer.body)))

    def _fault(self, content: etree._Element) -> tuple[str, str]:
        """Code and text of a fault."""
        texts = {etree.QName(child).localname: (child.text or "").strip() for child in content}
        return texts.get("faultcode", ""), texts.get("faultstring", "")

    def _read(self, action: Any, operation: str, answer: HttpAnswer, call: Call) -> Any:
        content = self._content(answer.body)
        if etree.QName(content).localname == "Fault":
            raise InDoubt(reason="fault", http_status=answer.status, detail=self._note_fault(call, content))
        if etree.QName(content).localname != f"{operation}Response":
            raise InDoubt(reason="unknown_answer", http_status=answer.status)
        if len(content) and all(etree.QName(child).localname != f"{operation}Result" for child in content):
            raise InDoubt(reason="unknown_answer", http_status=answer.status)
        result = _deserialize(action, content)
        if result is None:
            raise InDoubt(reason="empty_answer", http_status=answer.status)
        return result

    def _note_fault(self, call: Call, content: etree._Element | None) -> str:
        """What a fault says, also noted in the call. Finkok's faults carry raw program errors as text."""
        if content is None or content.tag != f"{{{self.envelope_ns}}}Fault":
            return ""
        code, text = self._fault(content)
        call.authority_code, call.authority_message = code[:_SHOWN_FAULT], text[:_SHOWN_FAULT]
        return call.authority_message

    def _content_or_none(self, body: bytes) -> etree._Element | None:
        try:
            return self._content(body)
        except InDoubt:
            return None

    def _content(self, body: bytes) -> etree._Element:
        """The one element inside the envelope's body.

        :raises InDoubt: not XML, refused by the hardened parser, or not an envelope with exactly one content.
        """
        try:
            root = parse_untrusted(body, limits=ANSWER_LIMITS)
        except XmlRefused as error:
            raise InDoubt(reason="unreadable", detail=error.reason) from error
        bodies = root.findall(f"{{{self.envelope_ns}}}Body")
        if root.tag != f"{{{self.envelope_ns}}}Envelope" or len(bodies) != 1 or len(bodies[0]) != 1:
            raise InDoubt(reason="unknown_answer", detail="not a SOAP answer")
        return bodies[0][0]


def _deserialize(action: Any, content: etree._Element) -> Any:
    from zeep.exceptions import Error

    try:
        return action.process_reply(content.getroottree().getroot())
    except (Error, LookupError, AttributeError, TypeError, ValueError) as error:
        # zeep answers unexpected structures with whatever its own code runs into
        raise InDoubt(reason="unknown_answer", detail=type(error).__name__) from error


def _operation(wsdl: str, name: str) -> Any:
    return next(iter(_definition(wsdl).bindings.values())).get(name)


@lru_cache(maxsize=16)
def _definition(wsdl: str) -> Any:
    """The parsed WSDL, once per process (15 ms): zeep's objects are not changed by use, so threads share them.

    :raises Misconfigured: zeep is not installed.
    """
    try:
        import zeep
        from zeep.wsdl import Document
    except ImportError as error:
        raise Misconfigured(reason="library", name="zeep") from error

    class LocalFiles(zeep.Transport):
        """Reads our WSDL folder and nothing else."""

        def __init__(self) -> None:
            """Not the one of zeep, which would prepare a network session."""
            self._close_session = False

        def load(self, url: str) -> bytes:
            path = Path(url)
            if path.parent != WSDL_FOLDER:
                raise Misconfigured(reason="wsdl", name=str(url))
            return path.read_bytes()

    settings = zeep.Settings(strict=False, forbid_dtd=True, forbid_entities=True, xsd_ignore_sequence_order=True)
    return Document(str(WSDL_FOLDER / wsdl), LocalFiles(), settings=settings)
