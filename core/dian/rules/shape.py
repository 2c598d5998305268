"""Shapes: what the schema and the annex say about each value, before any rule calculates with it."""

from collections.abc import Iterator

from ...findings import Finding
from ...values import Problem
from .. import nodes, tables, tables_documents
from ..kinds import WRONG_TYPE
from ..model import Document, Line
from .registry import error

_BY_FIELD = {row.field: row for spec in tables_documents.DOCUMENTS.values() for row in spec.rows}
_BY_LINE_FIELD = {row.field: row for row in tables_documents.INVOICE_LINE.rows}
_FIELDS = {root: {row.field for row in spec.rows} for root, spec in tables_documents.DOCUMENTS.items()}
_LINE_FIELDS = {
    "Invoice": {row.field for row in tables_documents.INVOICE_LINE.rows},
    "CreditNote": {row.field for row in tables_documents.CREDIT_NOTE_LINE.rows},
    "DebitNote": {row.field for row in tables_documents.DEBIT_NOTE_LINE.rows},
}
# the fields that a root, or its lines, have no element for
_REST = {
    root: nodes.of_rows(Document, *(row for field, row in _BY_FIELD.items() if field not in known))
    for root, known in _FIELDS.items()
}
_LINE_REST = {
    root: nodes.of_rows(Line, *(row for field, row in _BY_LINE_FIELD.items() if field not in known))
    for root, known in _LINE_FIELDS.items()
}
# a missing text that has a rule of its own: the rule speaks
_SPOKEN_FOR = frozenset(
    {
        "UBLVersionID", "CustomizationID", "ProfileID", "ProfileExecutionID", "ID", "UUID", "InvoiceTypeCode",
        "DianExtensions.SoftwareProvider.SoftwareID", "DianExtensions.SoftwareSecurityCode", "DianExtensions.QRCode",
        "DianExtensions.InvoiceControl.InvoiceAuthorization", "DianExtensions.SoftwareProvider.ProviderID",
    }
)  # fmt: skip
_SPOKEN_FOR_ENDS = (".CompanyID", ".Party.PartyIdentification.ID", ".Item.Description[0]")


def check_shape(document: Document) -> tuple[list[Finding], bool]:
    """Findings about single values, and whether the model may be calculated with."""
    if type(document) is not Document:
        return [Finding.error(WRONG_TYPE.code, "")], False
    if not isinstance(document.type_code, str):
        return [Finding.error(WRONG_TYPE.code, "InvoiceTypeCode")], False
    findings: list[Finding] = []
    is_usable = True
    for where, problem in _problems(document):
        if problem.code == "CO-FORM-01" and _has_a_rule(where):
            continue
        findings.append(Finding.error(problem.code, where, **dict(problem.params)))
        is_usable = is_usable and not problem.is_unusable
    if is_usable:
        findings += _without_a_place(document)
    return findings, is_usable


def _has_a_rule(where: str) -> bool:
    return where in _SPOKEN_FOR or where.endswith(_SPOKEN_FOR_ENDS)


def _problems(document: Document) -> Iterator[tuple[str, Problem]]:
    yield from nodes.problems(tables.EXTENSIONS, document.extensions, "DianExtensions")
    yield from nodes.problems(tables_documents.DOCUMENTS[document.root], document, "")
    # what has no place here is looked at all the same, as rules may calculate with it
    yield from nodes.problems(_REST[document.root], document, "")
    if not isinstance(document.lines, tuple):
        return
    rest = _LINE_REST[document.root]
    for index, line in enumerate(document.lines if rest.rows else ()):
        yield from nodes.problems(rest, line, f"{document.root}Line[{index}]")


def _without_a_place(document: Document) -> Iterator[Finding]:
    """ZB01: what this root has no element for would be left out, such as a withholding in a note."""
    for field in sorted(row.field for row in _REST[document.root].rows if row.field != "type_code"):
        if getattr(document, field) not in (None, ()):
            yield error(document, "ZB01", field, message=f"{field} has no place in {document.root}")
    for index, line in enumerate(document.lines):
        for field in sorted(row.field for row in _LINE_REST[document.root].rows):
            if getattr(line, field) not in (None, ()):
                message = f"{field} has no place in {document.root}"
                yield error(document, "ZB01", f"{document.root}Line[{index}]", message=message)
