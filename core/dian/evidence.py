"""Papers of DIAN that a person attaches (RUT, form 1876): whether the file is one, and whose RUT it is."""

import re

from .nit import check_digit

MOST_BYTES = 10 * 1024 * 1024
_HEAD, _TAIL = 1024, 2048  # where a reader looks for the marks of a PDF
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ .\u00a0]+(?=[0-9])")
_RUN = re.compile(r"[0-9]{9,}", re.ASCII)


def problem(content: bytes) -> str:
    """Why a file is refused: empty, too_large, not_pdf or cut_off; an empty text if it is a PDF."""
    if not content:
        return "empty"
    if len(content) > MOST_BYTES:
        return "too_large"
    if b"%PDF-" not in content[:_HEAD]:
        return "not_pdf"
    return "" if b"%%EOF" in content[-_TAIL:] else "cut_off"


def nit_in(text: str, own: str) -> str:
    """The NIT (without check digit) that the text of a RUT is about: `own` if it is there, else the first number with a
    right check digit; an empty text if there is none.

    The form has a box for each digit, so that its text may have blanks between them; the check digit follows in a box
    of its own.
    """
    runs = _RUN.findall(_BETWEEN_DIGITS.sub("", text))
    if own and any(run in (own, own + check_digit(own)) for run in runs):
        return own
    for run in runs:
        if 10 <= len(run) <= 11 and check_digit(run[:-1]) == run[-1]:
            return run[:-1]
    return ""
