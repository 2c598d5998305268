"""Whether a file that a technology provider hands out is the document that we sent it.

The provider builds or signs the file itself, so its bytes cannot be compared with ours. What makes a document the same
one is compared instead: who issued it, its number, type, day, currency, amounts, buyer and lines; and its CUFE, CUDE or
CUDS is computed again from the file, which ties all of that to the secret of the range or of the software. The time of
issue may be the provider's. Whether the signature in it covers it is a question of its own (`uncovered`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..errors import InvalidAmount, InvalidDocument, XmlRefused
from ..findings import Finding, blocking
from ..xmlio.archive import ArchiveLimits, read_zip
from ..xmlio.parse import parse_untrusted
from . import container, identity, names, response, xades
from .model import Document, MonetaryTotal
from .read import parse

_ROOTS = {names.root(name) for name in (names.INVOICE, names.CREDIT_NOTE, names.DEBIT_NOTE)}
_ZIP = b"PK\x03\x04"
_ZIP_LIMITS = ArchiveLimits(total=20 * 1024 * 1024, entries=20)
_KEY = re.compile(r"[0-9a-f]{96}", re.ASCII)
_SPACE = re.compile(r"\s+")
_SHOWN = 60
_BUILT_OTHERWISE = "ZE01"  # of `xades.verify`


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`document` is the signed document, `container` the AttachedDocument that it came in and `application_response`
    DIAN's answer from there, both b"" where there was none; all byte by byte.
    """

    document: bytes = field(repr=False)
    container: bytes = field(default=b"", repr=False)
    application_response: bytes = field(default=b"", repr=False)


def unpack(data: bytes) -> Unpacked:
    """The signed document in a provider's file: alone, in its container, or either of them in a ZIP.

    :raises XmlRefused, ArchiveRefused: the hardened readers refuse it.
    :raises InvalidDocument: something else, several XML files, a container that contradicts itself, or one whose answer
        of DIAN refuses the document.
    """
    if data.startswith(_ZIP):
        data = _only_xml(data)
    tag = _root_tag(data)
    if tag in _ROOTS:
        return Unpacked(data)
    document, answer = container.contents(data, needs_answer=False)
    if _root_tag(document) not in _ROOTS:
        raise InvalidDocument("Attachment", "not an Invoice, CreditNote or DebitNote")
    if answer and _refuses(answer):
        raise InvalidDocument("ApplicationResponse", "DIAN refused the document")
    return Unpacked(document, data, answer)


def belongs(sent: Document, signed: bytes, *, technical_key: str = "", pin: str = "") -> list[Finding]:
    """Why `signed` is not what was made of `sent`; no errors mean that it is.

    CO-PROOF-01 the file cannot be read, 02 another document, 03 other amounts, 04 other lines, 05 its key is not that
    of its content; as warnings 06 the key was not proven, as its secret is not known here, 07 other words.

    :param technical_key: of the range, for the types 01, 02 and 04.
    :param pin: of the software, for the others; a provider that uses its own software does not tell it.
    """
    try:
        found = parse(signed)
    except (XmlRefused, InvalidDocument) as error:
        return [Finding.error("CO-PROOF-01", "", problem=error.message, detail=_shown(error.args[-1]))]
    secret = technical_key if identity.needs_technical_key(sent.type_code) else pin
    return [*_identity(sent, found), *_amounts(sent, found), *_lines(sent, found), *_key(found, secret)]


def uncovered(signed: bytes, *, is_validated: bool) -> list[Finding]:
    """Why `signed` is no legal file whatever it says: its signature does not cover it (annex 1.9, chapter 10).

    CO-PROOF-08 with what is wrong. A file without signature, or one that was changed after it was signed, is none
    whoever vouches for it. A signature that is only built in a way that is not known here is taken where DIAN's own
    answer validates the document (`is_validated`): DIAN has checked it. One that cannot be checked here is not wrong.
    """
    try:
        found = xades.verify(signed)
    except XmlRefused as error:
        return [Finding.error("CO-PROOF-08", "Signature", problem=str(error))]
    wrong = [finding for finding in blocking(found) if not (is_validated and finding.code == _BUILT_OTHERWISE)]
    return [
        Finding.error(
            "CO-PROOF-08", "Signature", problem=finding.params.get("part") or finding.params.get("problem") or "-"
        )
        for finding in wrong
    ]


def _only_xml(data: bytes) -> bytes:
    files = [content for name, content in list(read_zip(data, limits=_ZIP_LIMITS)) if name.lower().endswith(".xml")]
    if len(files) != 1:
        raise InvalidDocument("ZIP", f"{len(files)} XML files instead of one")
    return files[0]


def _refuses(answer: bytes) -> bool:
    """Whether DIAN's answer says that the document is not valid; one that cannot be read says nothing."""
    try:
        return response.read(answer).code != response.VALIDATED
    except (InvalidDocument, XmlRefused):
        return False


def _root_tag(data: bytes) -> str:
    return str(parse_untrusted(data, limits=container.LIMITS).tag)


# --- what makes it the same document ---------------------------------------------------------------------------------

_SAME: tuple[tuple[str, Callable[[Document], object]], ...] = (
    ("InvoiceTypeCode", lambda d: d.type_code),
    ("ID", lambda d: d.id),
    ("IssueDate", lambda d: d.issue_date),
    ("DocumentCurrencyCode", lambda d: d.document_currency_code),
    ("ProfileExecutionID", lambda d: d.profile_execution_id),
    ("AccountingSupplierParty.Party.PartyTaxScheme.CompanyID", lambda d: _digits(identity.number_of(d.supplier))),
    ("AccountingCustomerParty.Party.PartyTaxScheme.CompanyID", lambda d: _digits(identity.number_of(d.customer))),
    ("BillingReference", lambda d: _references(d)),
)
_TOTALS: tuple[tuple[str, str], ...] = (
    ("LineExtensionAmount", "line_extension_amount"),
    ("TaxExclusiveAmount", "tax_exclusive_amount"),
    ("TaxInclusiveAmount", "tax_inclusive_amount"),
    ("AllowanceTotalAmount", "allowance_total_amount"),
    ("ChargeTotalAmount", "charge_total_amount"),
    ("PayableRoundingAmount", "payable_rounding_amount"),
    ("PayableAmount", "payable_amount"),
)


def _identity(sent: Document, found: Document) -> Iterator[Finding]:
    for where, of in _SAME:
        yield from _compared("CO-PROOF-02", where, of(found), of(sent))


def _amounts(sent: Document, found: Document) -> Iterator[Finding]:
    for where, name in _TOTALS:
        values = (_of_total(document.monetary_total, name) for document in (found, sent))
        yield from _compared("CO-PROOF-03", f"LegalMonetaryTotal.{where}", *values)
    ours, theirs = _tributes(sent), _tributes(found)
    for tribute in sorted({*ours, *theirs}):
        where = f"TaxTotal[{tribute}].TaxAmount"
        yield from _compared("CO-PROOF-03", where, theirs.get(tribute, Decimal(0)), ours.get(tribute, Decimal(0)))


def _lines(sent: Document, found: Document) -> Iterator[Finding]:
    if len(sent.lines) != len(found.lines):
        yield from _compared("CO-PROOF-04", "LineCountNumeric", len(found.lines), len(sent.lines))
        return
    for index, (ours, theirs) in enumerate(zip(sent.lines, found.lines, strict=True)):
        where = f"InvoiceLine[{index}]"
        for name, of in _OF_LINE:
            yield from _compared("CO-PROOF-04", f"{where}.{name}", of(theirs), of(ours))
        words = [_SPACE.sub(" ", " ".join(line.item.descriptions)).strip() for line in (theirs, ours)]
        if words[0] != words[1]:
            yield Finding.warning(
                "CO-PROOF-07", f"{where}.Item.Description", value=_shown(words[0]), expected=_shown(words[1])
            )


_OF_LINE: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("InvoicedQuantity", lambda line: line.quantity),
    ("LineExtensionAmount", lambda line: line.line_extension_amount),
    ("TaxAmount", lambda line: sum((total.tax_amount for total in line.tax_totals), Decimal(0))),
)


def _key(found: Document, secret: str) -> Iterator[Finding]:
    key = found.uuid.lower()
    if not _KEY.fullmatch(key):
        yield Finding.error("CO-PROOF-05", "UUID", value=_shown(found.uuid))
    elif not secret:
        yield Finding.warning("CO-PROOF-06", "UUID")
    elif _computed(found, secret) != key:
        yield Finding.error("CO-PROOF-05", "UUID", value=_shown(key))


def _computed(found: Document, secret: str) -> str:
    """The key of the content, "" where there is none to compute."""
    try:
        return identity.uuid(found, secret)
    except InvalidAmount:
        return ""


def _compared(code: str, where: str, value: object, expected: object) -> Iterator[Finding]:
    if value != expected:
        yield Finding.error(code, where, value=_shown(value), expected=_shown(expected))


def _of_total(total: MonetaryTotal | None, name: str) -> Decimal:
    """An amount that is absent counts as zero."""
    return getattr(total, name, None) or Decimal(0)


def _tributes(document: Document) -> dict[str, Decimal]:
    """The tax of each tribute; what is withheld is not part of the amounts."""
    codes = {total.subtotals[0].tax_scheme.id for total in document.tax_totals if total.subtotals}
    return {code: identity.tax_amount(document, code) for code in codes}


def _references(document: Document) -> tuple[tuple[str, str], ...]:
    """Numbers and keys of the documents that a note corrects."""
    return tuple(
        (found.id, (found.uuid or "").lower())
        for reference in document.billing_references
        for found in (reference.invoice, reference.credit_note, reference.debit_note)
        if found is not None
    )


def _digits(number: str) -> str:
    return re.sub(r"[.\s-]", "", number).upper()


def _shown(value: object) -> str:
    return str(value)[:_SHOWN]
