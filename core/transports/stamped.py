"""What every PAC hands over: a document with its stamp. Only its shape is looked at here, not whose it is."""

import re

from lxml import etree

from ..errors import InDoubt, XmlRefused
from ..xmlio.parse import Limits, parse_untrusted
from .http import MAX_ANSWER_BYTES

TFD = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_LIMITS = Limits(size=MAX_ANSWER_BYTES, text=MAX_ANSWER_BYTES, elements=200_000)  # it exists: read it if we can


def stamp_uuid(xml: bytes, announced: str = "") -> str:
    """The UUID of the one stamp in `xml`, which may be the stamp alone.

    :raises InDoubt: no document, not exactly one stamp, malformed UUID, or another one than `announced`.
    """
    try:
        stamps: list[etree._Element] = list(parse_untrusted(xml, limits=_LIMITS).iter(TFD))
    except XmlRefused as error:
        raise InDoubt(reason="unreadable_stamp", detail=error.reason) from error
    uuid = stamps[0].get("UUID", "") if len(stamps) == 1 else ""
    if not UUID.fullmatch(uuid) or (announced and announced.lower() != uuid.lower()):
        raise InDoubt(reason="no_valid_stamp", detail=f"{len(stamps)} stamps")
    return uuid
