"""CUFE, CUDE, CUDS, the CUDE of an event and the software's security code: SHA-384 of concatenated texts.

Annex 1.9 (11.1, 11.2), annex of the support document 1.1, annex RADIAN 1.1. Amounts stand with two decimals, what is
beyond is cut off; identifications stand without check digit and punctuation, which is the caller's task; a tax that the
document does not have counts as 0.00.

Errata of the annex: the printed CUDE of the debit note ND1001 (b9483dc2...) is not the hash of the printed text, which
is 3fa73a86...; DIAN's sample of a support document hashes only the part of the IVA at 19 percent, while the rule says
the whole IVA.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, time, timedelta, timezone
from decimal import Decimal

from ..money import truncate

COLOMBIA = timezone(timedelta(hours=-5))
IVA, INC, ICA = "01", "04", "03"
HASHED_TAXES = (IVA, INC, ICA)  # in the order of the formula
_NOTHING = Decimal(0)

Amount = Decimal | int | str
Day = date | str
Hour = time | str


def cufe(
    *,
    number: str,
    issue_date: Day,
    issue_time: Hour,
    line_extension: Amount,
    taxes: Mapping[str, Amount],
    payable: Amount,
    supplier: str,
    customer: str,
    technical_key: str,
    environment: str,
) -> str:
    """CUFE of an invoice (types 01, 02, 04), 96 lower-case hexadecimal digits.

    :param number: prefix and number, as in cbc:ID.
    :param issue_date: a date, or its ISO text.
    :param issue_time: a time of Colombia, or its text with "-05:00".
    :param line_extension: LegalMonetaryTotal/LineExtensionAmount.
    :param taxes: TaxAmount by tribute code; only 01, 04 and 03 are part of the hash.
    :param payable: LegalMonetaryTotal/PayableAmount.
    :param supplier: the issuer's NIT.
    :param customer: the buyer's identification.
    :param technical_key: of the numbering range, 40 hexadecimal digits.
    :param environment: 1 production, 2 test.
    :raises InvalidAmount: an amount is no finite number.
    """
    return _sha384(
        number,
        *_moment(issue_date, issue_time),
        amount(line_extension),
        *(part for code in HASHED_TAXES for part in (code, amount(taxes.get(code, _NOTHING)))),
        amount(payable),
        supplier,
        customer,
        technical_key,
        environment,
    )


def cude(
    *,
    number: str,
    issue_date: Day,
    issue_time: Hour,
    line_extension: Amount,
    taxes: Mapping[str, Amount],
    payable: Amount,
    supplier: str,
    customer: str,
    pin: str,
    environment: str,
) -> str:
    """CUDE of a credit note 91, a debit note 92 or a transcription 03: the CUFE with the software's PIN as the key.

    `payable` of a debit note is RequestedMonetaryTotal/PayableAmount; the rest as for `cufe`.
    """
    return cufe(
        number=number,
        issue_date=issue_date,
        issue_time=issue_time,
        line_extension=line_extension,
        taxes=taxes,
        payable=payable,
        supplier=supplier,
        customer=customer,
        technical_key=pin,
        environment=environment,
    )


def cuds(
    *,
    number: str,
    issue_date: Day,
    issue_time: Hour,
    value: Amount,
    iva: Amount,
    total: Amount,
    seller: str,
    buyer: str,
    pin: str,
    environment: str,
) -> str:
    """CUDS of a support document 05 or its adjustment 95.

    :param value: LineExtensionAmount. `iva`: the whole IVA of the document. `total`: PayableAmount.
    :param seller: identification of who is not obliged to invoice; `buyer`: NIT of who issues the document.
    :raises InvalidAmount: an amount is no finite number.
    """
    return _sha384(
        number,
        *_moment(issue_date, issue_time),
        amount(value),
        IVA,
        amount(iva),
        amount(total),
        seller,
        buyer,
        pin,
        environment,
    )


def event_cude(
    *,
    number: str,
    issue_date: Day,
    issue_time: Hour,
    sender: str,
    receiver: str,
    response_code: str,
    document_number: str,
    document_type: str,
    pin: str,
) -> str:
    """CUDE of an event (ApplicationResponse). The environment is not part of it.

    :param response_code: 030 to 034 and the like. `document_number`, `document_type`: of the invoice it speaks of.
    """
    return _sha384(
        number,
        *_moment(issue_date, issue_time),
        sender,
        receiver,
        response_code,
        document_number,
        document_type,
        pin,
    )


def software_security_code(software_id: str, pin: str, number: str) -> str:
    """SoftwareSecurityCode of the document with this number (FAB27b)."""
    return _sha384(software_id, pin, number)


def amount(value: Amount) -> str:
    """An amount as the hashes want it: two decimals, the others cut off."""
    return format(truncate(value, 2), "f")  # type: ignore[arg-type]


def clock_time(value: Hour) -> str:
    """HH:MM:SS-05:00; a time without zone is Colombia's."""
    if isinstance(value, str):
        return value
    return value.replace(tzinfo=value.tzinfo or COLOMBIA, microsecond=0).isoformat()


def _moment(day: Day, hour: Hour) -> tuple[str, str]:
    return (day if isinstance(day, str) else day.isoformat()[:10]), clock_time(hour)


def _sha384(*parts: str) -> str:
    return hashlib.sha384("".join(map(str, parts)).encode("utf-8")).hexdigest()
