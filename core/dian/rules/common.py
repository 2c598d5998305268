"""Small questions that several rules ask."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from .. import catalogs, names
from ..catalogs import DocumentType
from ..model import Document, Line

ZERO = Decimal(0)
_LINES = {names.INVOICE: "InvoiceLine", names.CREDIT_NOTE: "CreditNoteLine", names.DEBIT_NOTE: "DebitNoteLine"}
_TOTALS = {names.DEBIT_NOTE: "RequestedMonetaryTotal"}
SALES = frozenset({"01", "02", "03", "04"})
NOTES = frozenset({"91", "92"})


def kind_of(document: Document) -> DocumentType | None:
    return catalogs.DOCUMENT_TYPE.get(document.type_code)


def is_support(document: Document) -> bool:
    """A support document or its adjustment: its issuer is the customer."""
    kind = kind_of(document)
    return kind is not None and kind.is_support


def numbered(document: Document) -> Iterator[tuple[str, Line]]:
    """Each line with its path."""
    return zip(_line_paths(_LINES[document.root], len(document.lines)), document.lines, strict=True)


@lru_cache(maxsize=64)  # fifteen rules walk the same lines
def _line_paths(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}[{index}]" for index in range(count))


def totals_path(document: Document, name: str) -> str:
    return f"{_TOTALS.get(document.root, 'LegalMonetaryTotal')}.{name}"
