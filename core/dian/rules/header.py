"""Rules about the head and DIAN's extension (FAB, FAD)."""

import re
from collections.abc import Iterator
from datetime import timedelta

from ...findings import Finding
from .. import catalogs, names, nit
from ..model import Document, InvoiceControl
from .common import NOTES, kind_of
from .registry import error, rule, warning

_NUMBER = re.compile(r"([A-Za-z0-9]*?)([0-9]+)", re.ASCII)
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{96}", re.ASCII)
_UTC_OFFSET = timedelta(hours=-5)
_EXTENSION = "DianExtensions"
_CONTROL = f"{_EXTENSION}.InvoiceControl"
_LONGEST_PREFIX = 4


def _range(document: Document) -> InvoiceControl | None:
    """The range of a document that needs one."""
    kind = kind_of(document)
    return document.extensions.invoice_control if kind is not None and kind.has_range else None


@rule("FAB05a")
def resolution_is_there(document: Document) -> Iterator[Finding]:
    kind, control = kind_of(document), document.extensions.invoice_control
    if kind is not None and kind.has_range and (
        control is None or not _DIGITS.fullmatch(control.invoice_authorization)
    ):
        value = control.invoice_authorization if control else ""
        yield error(document, "FAB05a", f"{_CONTROL}.InvoiceAuthorization", value=value)


@rule("FAB07a", "FAB08a", "FAB11a", "FAB12a")
def range_is_complete(document: Document) -> Iterator[Finding]:
    control = _range(document)
    if control is None:
        return
    for code, value, name in (
        ("FAB07a", control.start_date, "AuthorizationPeriod.StartDate"),
        ("FAB08a", control.end_date, "AuthorizationPeriod.EndDate"),
        ("FAB11a", control.from_number, "AuthorizedInvoices.From"),
        ("FAB12a", control.to_number, "AuthorizedInvoices.To"),
    ):
        if value is None:
            yield error(document, code, f"{_CONTROL}.{name}")


@rule("FAB10a", "FAB10b")
def prefix_is_that_of_the_number(document: Document) -> Iterator[Finding]:
    control = _range(document)
    if control is None or not _ALPHANUMERIC.fullmatch(document.id):  # FAD05a
        return
    where = f"{_CONTROL}.AuthorizedInvoices.Prefix"
    if not control.prefix and not document.id.isdigit():
        yield error(document, "FAB10a", where, number=document.id)
    elif control.prefix and (
        not document.id.startswith(control.prefix)
        or not _DIGITS.fullmatch(document.id[len(control.prefix) :])
        or len(control.prefix) > _LONGEST_PREFIX
    ):
        yield error(document, "FAB10b", where, value=control.prefix, number=document.id)


@rule("FAB19a", "FAB22", "FAB23")
def provider_is_identified(document: Document) -> Iterator[Finding]:
    provider, where = document.extensions.provider, f"{_EXTENSION}.SoftwareProvider.ProviderID"
    if not provider.number:
        yield error(document, "FAB19a", where)
        return
    expected = nit.check_digit(provider.number)
    if provider.scheme_id != expected:
        yield error(document, "FAB22", f"{where}.schemeID", value=provider.scheme_id or "", expected=expected)
    if provider.scheme_name != catalogs.NIT:
        yield error(document, "FAB23", f"{where}.schemeName", value=provider.scheme_name or "", expected=catalogs.NIT)


@rule("FAB24a")
def software_is_named(document: Document) -> Iterator[Finding]:
    if not document.extensions.software_id:
        yield error(document, "FAB24a", f"{_EXTENSION}.SoftwareProvider.SoftwareID")


@rule("FAB31", "FAB35")
def authority_is_dian(document: Document) -> Iterator[Finding]:
    authority = document.extensions.authorization_provider
    where = f"{_EXTENSION}.AuthorizationProvider.AuthorizationProviderID"
    if authority.number != nit.DIAN:
        yield error(document, "FAB31", where, value=authority.number, expected=nit.DIAN)
    if authority.scheme_id != nit.check_digit(nit.DIAN):
        yield error(document, "FAB35", where, value=authority.scheme_id or "", expected=nit.check_digit(nit.DIAN))


@rule("FAB27a", "FAB36", is_final=True)
def codes_are_filled(document: Document) -> Iterator[Finding]:
    if not _HASH.fullmatch(document.extensions.software_security_code):
        yield error(document, "FAB27a", f"{_EXTENSION}.SoftwareSecurityCode")
    if not document.extensions.qr_code:
        yield error(document, "FAB36", f"{_EXTENSION}.QRCode")


@rule("FAD06", "CO-UUID-01", is_final=True)
def hash_is_filled(document: Document) -> Iterator[Finding]:
    """Whether it is the right one can only be said with the key: `against`."""
    kind = kind_of(document)
    if not _HASH.fullmatch(document.uuid):
        yield error(document, "FAD06", "UUID", value=document.uuid)
    if document.uuid_scheme_id != document.profile_execution_id:
        yield error(
            document, "CO-UUID-01", "UUID.schemeID", value=document.uuid_scheme_id,
            expected=document.profile_execution_id,
        )  # fmt: skip
    if kind is not None and document.uuid_scheme_name != kind.hash_name:
        yield error(
            document, "CO-UUID-01", "UUID.schemeName", value=document.uuid_scheme_name, expected=kind.hash_name
        )


@rule("FAD01")
def version_is_ubl_2_1(document: Document) -> Iterator[Finding]:
    if document.ubl_version_id != names.UBL_VERSION:
        yield error(document, "FAD01", "UBLVersionID", value=document.ubl_version_id, expected=names.UBL_VERSION)


@rule("FAD02", "CAD02a")
def operation_is_allowed(document: Document) -> Iterator[Finding]:
    kind, operation = kind_of(document), document.customization_id
    if kind is None:
        return
    first, last = catalogs.OPERATION_DAYS.get(operation, (None, None))
    is_in_time = (first is None or first <= document.issue_date) and (last is None or document.issue_date <= last)
    if operation not in kind.operations or not is_in_time:
        code = "FAD02a" if document.type_code in NOTES else "FAD02"
        yield error(document, code, "CustomizationID", value=operation)


@rule("FAD03")
def profile_is_the_literal(document: Document) -> Iterator[Finding]:
    """Only a notification for notes."""
    kind = kind_of(document)
    if kind is not None and document.profile_id != kind.profile_id:
        say = warning if document.type_code in NOTES else error
        yield say(document, "FAD03", "ProfileID", value=document.profile_id, expected=kind.profile_id)


@rule("FAD04")
def environment_is_known(document: Document) -> Iterator[Finding]:
    if document.profile_execution_id not in catalogs.ENVIRONMENT:
        yield error(document, "FAD04", "ProfileExecutionID", value=document.profile_execution_id)


@rule("FAD05a")
def number_has_no_separators(document: Document) -> Iterator[Finding]:
    if not _NUMBER.fullmatch(document.id):
        yield error(document, "FAD05a", "ID", value=document.id)


@rule("FAD05b", "FAD05c")
def number_is_in_the_range(document: Document) -> Iterator[Finding]:
    control = _range(document)
    if control is None or not document.id.startswith(control.prefix or ""):  # FAB10b
        return
    digits = document.id[len(control.prefix or "") :]
    if not _DIGITS.fullmatch(digits):
        return
    if control.from_number is not None and int(digits) < control.from_number:
        yield error(document, "FAD05b", "ID", value=document.id, expected=control.from_number)
    if control.to_number is not None and int(digits) > control.to_number:
        yield error(document, "FAD05c", "ID", value=document.id, expected=control.to_number)


@rule("FAD09a", "FAD09b")
def date_is_in_the_validity_of_the_range(document: Document) -> Iterator[Finding]:
    control = _range(document)
    if control is None:
        return
    if control.start_date is not None and document.issue_date < control.start_date:
        yield error(document, "FAD09a", "IssueDate", value=document.issue_date, expected=control.start_date)
    if control.end_date is not None and document.issue_date > control.end_date:
        yield error(document, "FAD09b", "IssueDate", value=document.issue_date, expected=control.end_date)


@rule("FAD10")
def time_is_that_of_colombia(document: Document) -> Iterator[Finding]:
    if document.issue_time.utcoffset() != _UTC_OFFSET:
        yield error(document, "FAD10", "IssueTime", value=document.issue_time.isoformat())


@rule("FAD12")
def type_is_known(document: Document) -> Iterator[Finding]:
    if kind_of(document) is None:
        yield error(document, "FAD12", "InvoiceTypeCode", value=document.type_code)


@rule("FAD15a")
def currency_is_the_peso(document: Document) -> Iterator[Finding]:
    if document.document_currency_code != names.COP:
        yield error(
            document, "FAD15a", "DocumentCurrencyCode", value=document.document_currency_code, expected=names.COP
        )


@rule("FAD16")
def lines_are_counted(document: Document) -> Iterator[Finding]:
    if document.line_count_numeric != len(document.lines):
        yield error(
            document, "FAD16", "LineCountNumeric", value=document.line_count_numeric, expected=len(document.lines)
        )
