"""Everything that can be said about a document of DIAN as a file: also what the model cannot hold.

For what we are about to send, as a last look, and for what others sent.
"""

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from ...errors import InvalidDocument, XmlRefused
from ...findings import Finding
from ...xmlio.parse import Limits, parse_untrusted
from .. import build, names, xades
from ..cufe import COLOMBIA
from ..model import Document
from ..read import parse_tree
from ..xades_names import ds
from ..xades_names import xades as xa
from .registry import error

LARGEST = 500 * 1024  # bytes
# what signature, key and security code add at most, with the certificates above the signer's
_ROOM = 16 * 1024
# Fewer lines and shorter notes cannot come to that size: a line has less than 6 KB.
_MANY_LINES, _LONG_NOTES = 50, 100_000
_EXTENSIONS = names.clark("ext:UBLExtensions")
_AGENCIES = (
    ("ProviderID", "FAB20", "FAB21"),
    ("SoftwareID", "FAB25", "FAB26"),
)


def check_file(
    xml: bytes, *, limits: Limits = xades.DIAN_LIMITS, judged: Document | None = None
) -> list[Finding]:
    """Form, rules and signature of a document; never raises. An unsigned one is judged as ready to be signed.

    :param judged: a document that was checked as final already: a file that says exactly the same keeps the same rules.

    ZA01: larger than 500 KB. ZB01: no such document. ZB02: not UTF-8, or refused as XML.
    """
    from . import check

    found = too_large(xml)
    try:
        root = parse_untrusted(xml, limits=limits)
    except XmlRefused as refused:
        return [*found, Finding.error("ZB02", message=str(refused))]
    try:
        document = parse_tree(root)
    except InvalidDocument as invalid:
        return [*found, Finding.error("ZB01", invalid.where, message=str(invalid))]
    found += [*_extensions(document, root), *_agencies(document, root)]
    if document != judged:
        found += check(document, is_final=True)
    if root.find(f".//{ds('Signature')}") is not None:
        found += xades.verify(xml, limits=limits)
        found += _signing_day(document, root)
    return found


def check_size(document: Document) -> list[Finding]:
    """ZA01 about a document that is not signed yet, so that no number is taken for what DIAN would not accept."""
    notes = sum(map(len, document.notes)) + sum(len(note) for line in document.lines for note in line.notes)
    if len(document.lines) <= _MANY_LINES and notes <= _LONG_NOTES:
        return []
    size = len(build.to_xml(document)) + _ROOM
    return [Finding.error("ZA01", value=size, expected=LARGEST)] if size > LARGEST else []


def too_large(xml: bytes) -> list[Finding]:
    """ZA01 of a file of more than 500 KB."""
    return [Finding.error("ZA01", value=len(xml), expected=LARGEST)] if len(xml) > LARGEST else []


def _extensions(document: Document, root: etree._Element) -> Iterator[Finding]:
    holder = root.find(_EXTENSIONS)
    count = 0 if holder is None else len(holder)
    if count < 2:
        yield error(document, "FAA02", "UBLExtensions", value=count, expected=2)


def _agencies(document: Document, root: etree._Element) -> Iterator[Finding]:
    """The agency and its name beside the numbers of provider and software; our own documents always have them."""
    for local, code_id, code_name in _AGENCIES:
        node = next(root.iter(f"{{{names.STS}}}{local}", f"{{{names.OLD_STS}}}{local}"), None)
        if node is None:
            continue
        where = f"DianExtensions.SoftwareProvider.{local}"
        for code, name, expected in (
            (code_id, "schemeAgencyID", names.AGENCY_ID),
            (code_name, "schemeAgencyName", names.AGENCY_NAME),
        ):
            if node.get(name) != expected:
                yield error(document, code, f"{where}.{name}", value=node.get(name, ""), expected=expected)


def _signing_day(document: Document, root: etree._Element) -> Iterator[Finding]:
    """FAD09e: IssueDate is the day of the signature in Colombia."""
    node = root.find(f".//{xa('SigningTime')}")
    try:
        moment = datetime.fromisoformat((node.text or "").strip().replace("Z", "+00:00")) if node is not None else None
    except ValueError:
        moment = None
    if moment is None:
        return
    day = (moment.astimezone(COLOMBIA) if moment.tzinfo else moment).date()
    if day != document.issue_date:
        yield error(document, "FAD09e", "IssueDate", value=document.issue_date, expected=day)
