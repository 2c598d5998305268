"""The document on its way to SW Sapien and back: a part of a form there; with or without stamp and Addenda here."""

import hashlib
import re

from ..errors import InDoubt, XmlRefused
from ..xmlio.parse import parse_untrusted
from .stamped import TFD, stamp_uuid
from .sw_envelope import Envelope

_SPACE = re.compile(r"\s+")


def multipart(xml: bytes) -> tuple[bytes, str]:
    """Body with one part `xml`, and its content type. The same document is the same body."""
    boundary = f"cfdi-{hashlib.sha256(xml).hexdigest()}"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="xml"; filename="xml"\r\n'
    body = head.encode() + b"Content-Type: text/xml\r\n\r\n" + xml + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def stamped_document(sent: bytes, envelope: Envelope) -> tuple[bytes | None, str]:
    """The stamped document of an answer and its UUID; nothing, where the answer holds no stamp.

    :raises InDoubt: what is there cannot be read, or is the stamp of another document
    """
    tfd, cfdi = _bytes(envelope.text("tfd")), _bytes(envelope.text("cfdi"))
    uuid = stamp_uuid(tfd) if tfd else ""
    if cfdi:
        stamped = with_addenda(cfdi, sent)
        return stamped, stamp_uuid(stamped, uuid)
    if not tfd:
        return None, ""
    if not _is_of(tfd, sent):
        raise InDoubt(reason="another_stamp", detail=f"{envelope.code} {uuid}".strip())
    stamped = _with_stamp(sent, tfd)
    return stamped, stamp_uuid(stamped, uuid)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # JSON can spell half a character; the XML parser refuses it


def _is_of(tfd: bytes, sent: bytes) -> bool:
    """Whether the stamp names the seal of the document that was sent.

    :raises InDoubt: one of both cannot be read
    """
    try:
        stamp = next(parse_untrusted(tfd).iter(TFD))
        seal = parse_untrusted(sent).get("Sello", "")
    except XmlRefused as error:
        raise InDoubt(reason="unreadable_stamp", detail=error.reason) from error
    return bool(seal) and _SPACE.sub("", stamp.get("SelloCFD", "")) == _SPACE.sub("", seal)


def _with_stamp(sent: bytes, tfd: bytes) -> bytes:
    """The document as it was sent with the stamp in its place, for an answer that holds the stamp alone.

    :raises InDoubt: the document is not spelled as ours are
    """
    element = tfd[tfd.index(b"<tfd:") :] if b"<tfd:" in tfd else b""
    for place, before, after in (
        (b"</cfdi:Complemento>", b"", b""),
        (b"<cfdi:Addenda", b"<cfdi:Complemento>", b"</cfdi:Complemento>"),
        (b"</cfdi:Comprobante>", b"<cfdi:Complemento>", b"</cfdi:Complemento>"),
    ):
        start = sent.find(place)
        if element and start >= 0:
            return sent[:start] + before + element + after + sent[start:]
    raise InDoubt(reason="stamp_not_available", detail="stamp without document")


def with_addenda(stamped: bytes, sent: bytes) -> bytes:
    """An earlier stamp comes without the Addenda that was sent: put it back (it is not part of what is sealed)."""
    start, end = sent.rfind(b"<cfdi:Addenda"), sent.rfind(b"</cfdi:Comprobante>")
    close = stamped.rfind(b"</cfdi:Comprobante>")
    if min(start, end, close) < 0 or start > end or b"<cfdi:Addenda" in stamped:
        return stamped
    return stamped[:close] + sent[start:end] + stamped[close:]
