"""Reading the PDF files that a person attaches as evidence: refused with the reason, or read as far as possible."""
import base64
import binascii
import io
import logging
import struct
import zlib

from odoo.exceptions import ValidationError
from odoo.tools.pdf import PdfReader, PdfReadError

from ..core.dian import evidence

_logger = logging.getLogger(__name__)

# what the libraries for PDF raise on files that others wrote
UNREADABLE = (
    PdfReadError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError,
    NotImplementedError, struct.error, zlib.error)


def checked(env, value, what):
    """Return the bytes of an uploaded PDF.

    :param value: the file in base64, as a binary field has it
    :param what: what the file should be, in words
    :raise ValidationError: why it is none
    """
    try:
        content = base64.b64decode(value or b"", validate=False)
    except binascii.Error:
        content = b"?"
    reasons = {
        "empty": env._("The file for %(what)s is empty. Choose it once more.", what=what),
        "too_large": env._(
            "The file for %(what)s has %(size)s MB; at most %(most)s MB are taken. Download the PDF from DIAN instead "
            "of scanning it.", what=what, size=len(content) // (1024 * 1024),
            most=evidence.MOST_BYTES // (1024 * 1024)),
        "not_pdf": env._(
            "The file for %(what)s is no PDF. Download it from DIAN as a PDF; a photo or a spreadsheet is not taken.",
            what=what),
        "cut_off": env._(
            "The file for %(what)s ends in the middle, as a download that was interrupted. Download it once more.",
            what=what),
    }
    found = evidence.problem(content)
    if found:
        raise ValidationError(reasons[found])
    return content


def text_of(content):
    """Return the text of the first page of a PDF, empty where it cannot be read (a scan, a password)."""
    try:
        pages = PdfReader(io.BytesIO(content)).pages
        return pages[0].extract_text() or "" if len(pages) else ""
    except UNREADABLE as error:
        _logger.info("a PDF could not be read: %s", type(error).__name__)
        return ""
