"""DIAN's own word about a document: its signed ApplicationResponse (annex 1.9, 6.4).

`belongs` tells whether one validates a given document. Findings:

    CO-ANS-01 not such a file                  CO-ANS-03 it does not say that the document was validated
    CO-ANS-02 it speaks of another document    CO-ANS-04 signed by DIAN, but changed afterwards

An answer whose signature cannot be checked here is taken: it came over a verified connection, and what cannot be
checked is not wrong (`xades`).
"""

from ..errors import InvalidDocument, XmlRefused
from ..findings import Finding
from ..xmlio.parse import parse_untrusted
from . import names, response, xades
from .xades_names import ds

_CHANGED = "ZE02"


def belongs(answer: bytes, key: str) -> list[Finding]:
    """What speaks against `answer` being DIAN's validation of the document with this CUFE, CUDE or CUDS."""
    try:
        found = response.read(answer, limits=xades.DIAN_LIMITS)
        signature = xades.verify(answer)
    except (InvalidDocument, XmlRefused) as error:
        return [Finding.error("CO-ANS-01", message=str(error))]
    if not key or found.key != key.lower():
        return [Finding.error("CO-ANS-02", value=found.key)]
    if found.code != response.VALIDATED:
        return [Finding.error("CO-ANS-03", value=found.code)]
    changed = [finding for finding in signature if finding.code == _CHANGED]
    return [Finding.error("CO-ANS-04", value=finding.params.get("part", "")) for finding in changed]


def is_same_document(ours: bytes, theirs: bytes) -> bool:
    """Whether what DIAN has is what we signed: the same bytes, or the same signature and key around other white space.
    """
    if ours == theirs:
        return True
    try:
        marks = [_marks(xml) for xml in (ours, theirs)]
    except XmlRefused:
        return False
    return marks[0] == marks[1] and all(marks[0])


def _marks(xml: bytes) -> tuple[str, str]:
    """UUID and SignatureValue without white space, '' where there is none."""
    root = parse_untrusted(xml, limits=xades.DIAN_LIMITS)
    value = next(root.iter(ds("SignatureValue")), None)
    texts = (root.findtext(names.clark("cbc:UUID")), None if value is None else value.text)
    return tuple("".join((text or "").split()) for text in texts)  # type: ignore[return-value]
