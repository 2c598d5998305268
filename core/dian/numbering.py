"""Names of the files that go to DIAN (annex 1.9, 6.5.7; support document 1.1, 5.5).

A name is kind, NIT, provider, year and a counter of the company that begins at 1 every January. A wrong name leaves
a test set waiting for ever, without an answer.
"""

import re
from datetime import date
from enum import Enum

from ..errors import InvalidDocument

OWN_SOFTWARE, FREE_SOLUTION = "000", "001"
MOST_FILES = 0xFFFFFFFF
_NIT = re.compile(r"[0-9]{1,10}", re.ASCII)
_PROVIDER = re.compile(r"[0-9]{3}", re.ASCII)
_NAME = re.compile(r"(fv|nc|nd|ds|nas|ar|ad)([0-9]{10}[0-9]{3}[0-9]{2}[0-9A-F]{8})\.xml", re.ASCII)


class FileKind(Enum):
    """What a file holds; the value is how its name begins."""

    INVOICE = "fv"
    CREDIT_NOTE = "nc"
    DEBIT_NOTE = "nd"
    SUPPORT_DOCUMENT = "ds"
    SUPPORT_ADJUSTMENT = "nas"
    APPLICATION_RESPONSE = "ar"
    ATTACHED_DOCUMENT = "ad"


_KINDS = {
    "91": FileKind.CREDIT_NOTE,
    "92": FileKind.DEBIT_NOTE,
    "05": FileKind.SUPPORT_DOCUMENT,
    "95": FileKind.SUPPORT_ADJUSTMENT,
    **dict.fromkeys(("01", "02", "03", "04"), FileKind.INVOICE),
}


def file_kind(type_code: str) -> FileKind:
    """Of a document type (01, 91, 05 ...).

    :raises InvalidDocument: a type that has no name here.
    """
    if type_code not in _KINDS:
        raise InvalidDocument("InvoiceTypeCode", f"no file name for {type_code[:10]}")
    return _KINDS[type_code]


def xml_name(kind: FileKind, nit: str, day: date, counter: int, *, provider: str = OWN_SOFTWARE) -> str:
    """The name of the XML, such as fv0800197268000260000000B.xml.

    :param nit: of the company, without check digit.
    :param day: its year counts; take the day of Colombia.
    :param counter: of the company and the year, from 1 (hexadecimal in the name).
    :param provider: 000 own software, 001 DIAN's free one, else the technology provider's code.
    :raises InvalidDocument: `where` says which part is wrong.
    """
    if not _NIT.fullmatch(nit):
        raise InvalidDocument("NIT", "not 1 to 10 digits")
    if not _PROVIDER.fullmatch(provider):
        raise InvalidDocument("provider", "not three digits")
    if not 1 <= counter <= MOST_FILES:
        raise InvalidDocument("counter", "not between 1 and FFFFFFFF")
    return f"{kind.value}{nit:0>10}{provider}{day.year % 100:02}{counter:08X}.xml"


def zip_name(xml: str) -> str:
    """The name of the ZIP around one XML: z and the same characters.

    :raises InvalidDocument: not such a name.
    """
    found = _NAME.fullmatch(xml)
    if found is None:
        raise InvalidDocument("file name", xml[:60])
    return f"z{found[2]}.zip"
