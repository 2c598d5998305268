"""A document against what its company knows and DIAN has: the range, the software, the secrets, the day of signing.

These are the rules that the document alone cannot show: FAB05b to FAB12b, FAB19b, FAB24b, FAB27b, FAD04, FAD06, FAD09e;
FAR03 and FBE01 where a company has found out what DIAN wants, as the annex contradicts itself.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ...findings import Finding
from .. import cufe, identity
from ..model import Document, InvoiceControl
from .common import numbered
from .registry import error

_CONTROL = "DianExtensions.InvoiceControl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What a company knows; an empty text or None means unknown, and is not compared.

    `range` is the one that DIAN's GetNumberingRange gives, `provider` the NIT of the software's owner without check
    digit, `signing_day` the day in Colombia on which the document is signed.
    """

    range: InvoiceControl | None = None
    provider: str = ""
    software_id: str = ""
    pin: str = field(default="", repr=False)
    technical_key: str = field(default="", repr=False)
    environment: str = ""
    signing_day: date | None = None
    source_base_rate: Decimal | None = None
    needs_line_allowances: bool = False


def differences(document: Document, company: Company) -> list[Finding]:
    """Findings where the document differs; hashes only when the document has them already."""
    return [
        *_range(document, company.range),
        *_software(document, company),
        *_hashes(document, company),
        *_signing_day(document, company.signing_day),
        *_source_base_rate(document, company.source_base_rate),
        *(_line_allowances(document) if company.needs_line_allowances else ()),
    ]


def _range(document: Document, known: InvoiceControl | None) -> Iterator[Finding]:
    control = document.extensions.invoice_control
    if control is None or known is None:
        return
    for code, name, value, expected in (
        ("FAB05b", "InvoiceAuthorization", control.invoice_authorization, known.invoice_authorization),
        ("FAB07b", "AuthorizationPeriod.StartDate", control.start_date, known.start_date),
        ("FAB08b", "AuthorizationPeriod.EndDate", control.end_date, known.end_date),
        ("FAB10b", "AuthorizedInvoices.Prefix", control.prefix or "", known.prefix or ""),
        ("FAB11b", "AuthorizedInvoices.From", control.from_number, known.from_number),
        ("FAB12b", "AuthorizedInvoices.To", control.to_number, known.to_number),
    ):
        if value != expected:
            yield error(document, code, f"{_CONTROL}.{name}", value=value, expected=expected)


def _software(document: Document, company: Company) -> Iterator[Finding]:
    where = "DianExtensions.SoftwareProvider"
    provider, software = document.extensions.provider.number, document.extensions.software_id
    if company.provider and provider != company.provider:
        yield error(document, "FAB19b", f"{where}.ProviderID", value=provider, expected=company.provider)
    if company.software_id and software != company.software_id:
        yield error(document, "FAB24b", f"{where}.SoftwareID", value=software, expected=company.software_id)
    if company.environment and document.profile_execution_id != company.environment:
        yield error(
            document, "FAD04", "ProfileExecutionID", value=document.profile_execution_id, expected=company.environment
        )


def _hashes(document: Document, company: Company) -> Iterator[Finding]:
    """The expected values are not told: they are made of secrets."""
    code = document.extensions.software_security_code
    if code and company.pin:
        expected = cufe.software_security_code(document.extensions.software_id, company.pin, document.id)
        if not hmac.compare_digest(code.encode(), expected.encode()):
            yield error(document, "FAB27b", "DianExtensions.SoftwareSecurityCode")
    secret = company.technical_key if identity.needs_technical_key(document.type_code) else company.pin
    if document.uuid and secret:
        expected = identity.uuid(document, secret)
        if not hmac.compare_digest(document.uuid.encode(), expected.encode()):
            yield error(document, "FAD06", "UUID", value=document.uuid)


def _signing_day(document: Document, day: date | None) -> Iterator[Finding]:
    if day is not None and document.issue_date != day:
        yield error(document, "FAD09e", "IssueDate", value=document.issue_date, expected=day)


def _source_base_rate(document: Document, expected: Decimal | None) -> Iterator[Finding]:
    rate = document.payment_exchange_rate
    if rate is not None and expected is not None and rate.source_currency_base_rate != expected:
        yield error(
            document, "FAR03", "PaymentExchangeRate.SourceCurrencyBaseRate",
            value=rate.source_currency_base_rate or "", expected=expected,
        )  # fmt: skip


def _line_allowances(document: Document) -> Iterator[Finding]:
    for where, line in numbered(document):
        if not line.allowance_charges:
            yield error(document, "FBE01", f"{where}.AllowanceCharge")
