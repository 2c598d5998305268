"""What DIAN's ApplicationResponse says: of which document, with which verdict, when (annex 1.9, 6.4).

Nothing is verified here: whose signature it bears is the task of `xades`.
"""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from ..errors import InvalidDocument
from ..xmlio.parse import OWN_LIMITS, Limits, parse_untrusted
from . import kinds
from .cufe import COLOMBIA
from .names import CAC, CBC

VALIDATED = "02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`key` is the CUFE, CUDE or CUDS of document `number`; `at` is aware; `code` 02 is validated."""

    key: str
    number: str
    code: str
    description: str
    at: datetime


def read(xml: bytes, *, limits: Limits = OWN_LIMITS) -> Response:
    """The answer about one document.

    :raises InvalidDocument: not an ApplicationResponse, or it names no document, verdict or moment.
    :raises XmlRefused: not acceptable as XML.
    """
    root = parse_untrusted(xml, limits=limits)
    if etree.QName(root).localname != "ApplicationResponse":
        raise InvalidDocument(etree.QName(root).localname, "not an ApplicationResponse")
    about = f"{{{CAC}}}DocumentResponse/"
    reference, verdict = f"{about}{{{CAC}}}DocumentReference/{{{CBC}}}", f"{about}{{{CAC}}}Response/{{{CBC}}}"
    return Response(
        key=_text(root, f"{reference}UUID").lower(),
        number=_text(root, f"{reference}ID"),
        code=_text(root, f"{verdict}ResponseCode"),
        description=(root.findtext(f"{verdict}Description") or "").strip(),
        at=_moment(_text(root, f"{{{CBC}}}IssueDate"), _text(root, f"{{{CBC}}}IssueTime")),
    )


def _moment(day: str, time: str) -> datetime:
    """DIAN's date and time; without a zone they are Colombia's."""
    try:
        moment = datetime.combine(kinds.DAY.read(day), kinds.HOUR.read(time))
    except ValueError as error:
        raise InvalidDocument("IssueTime", str(error)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=COLOMBIA)


def _text(root: etree._Element, path: str) -> str:
    text = (root.findtext(path) or "").strip()
    if not text:
        raise InvalidDocument(etree.QName(path.rpartition("/")[2]).localname, "missing")
    return text
