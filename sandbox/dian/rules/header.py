"""Literals, number, dates, numbering range, software, and the hash that everything hangs on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from ...problems import Problem
from ..bill import Bill
from ..names import AGENCY_NAME, DIAN_CHECK_DIGIT, DIAN_NIT
from .context import BOGOTA, Examination, check_digit

PROFILES = {
    "01": "DIAN 2.1: Factura Electrónica de Venta",
    "02": "DIAN 2.1: Factura Electrónica de Venta",
    "03": "DIAN 2.1: Factura Electrónica de Venta",
    "04": "DIAN 2.1: Factura Electrónica de Venta",
    "91": "DIAN 2.1: Nota Crédito de Factura Electrónica de Venta",
    "92": "DIAN 2.1: Nota Débito de Factura Electrónica de Venta",
    "05": "DIAN 2.1: documento soporte en adquisiciones efectuadas a no obligados a facturar.",
    "95": "DIAN 2.1: Nota de ajuste al documento soporte en adquisiciones efectuadas a sujetos no obligados a expedir "
    "factura o documento equivalente",
}
OPERATIONS = {
    "91": {"20", "22", "23"},
    "92": {"30", "32", "33"},
    "05": {"10", "11"},
    "95": {"10", "11"},
}
INVOICE_OPERATIONS = {
    *("09", "10", "11", "12", "13", "14", "15", "16"),
    *("SS-CUFE", "SS-CUDE", "SS-POS", "SS-SNum", "SS-Recaudo", "SS-Reporte", "SS-SinAporte"),
}
# the kind of range that a type needs, where the register tells kinds apart
RANGE_KINDS = {"03": "contingency", "05": "support"}
WITH_RANGE = ("01", "02", "03", "04", "05")
HASH_NAMES = {"01": "CUFE", "02": "CUFE", "04": "CUFE", "05": "CUDS", "95": "CUDS"}
# days that a document may be away from today
FARTHEST = 10
_EXTENSION = "ext:UBLExtensions//"
SOFTWARE_ID = f"{_EXTENSION}sts:SoftwareID"
_CONTROL = f"{_EXTENSION}sts:InvoiceControl"
_PREFIX = f"{_CONTROL}/sts:AuthorizedInvoices/sts:Prefix"


def extensions(examination: Examination) -> Iterator[Problem]:
    if len(examination.bill.nodes("ext:UBLExtensions/ext:UBLExtension")) < 2:
        yield from examination.say("AA02")


def literals(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    if bill.kind not in PROFILES:
        yield from say("AD12", bill.kind)
        return
    if bill.text("cbc:UBLVersionID") != "UBL 2.1":
        yield from say("AD01")
    operation = bill.text("cbc:CustomizationID")
    if operation not in OPERATIONS.get(bill.kind, INVOICE_OPERATIONS):
        yield from say("AD02", operation)
        yield from say("AD02a", operation)
    if bill.raw("cbc:ProfileID") != PROFILES[bill.kind]:
        yield from say("AD03", repr(PROFILES[bill.kind]))
    environment = examination.environment
    if bill.text("cbc:ProfileExecutionID") != environment or bill.text("cbc:UUID/@schemeID") != environment:
        yield from say("AD04")
    if bill.text("cbc:DocumentCurrencyCode") != "COP":
        yield from say("AD15a")
    if bill.text("cbc:LineCountNumeric") != str(len(bill.lines)):
        yield from say("AD16")


def number(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    is_plain = bool(re.fullmatch(r"[A-Za-z0-9]{1,20}", bill.number))
    if not is_plain:
        yield from say("AD05a")
    if bill.kind not in WITH_RANGE:
        return
    if not bill.text(f"{_CONTROL}/sts:InvoiceAuthorization"):
        yield from say("AB05a")
        return
    if not bill.text(_PREFIX) and not bill.number.isdecimal():
        yield from say("AB10a")
        return
    known = examination.range
    if known is None:
        yield from say("AB10b" if examination.is_known_resolution else "AB05b")
        return
    if not _is_for(known, bill.kind):
        yield from say("AB05b", known["kind"])
        return
    yield from _period_and_bounds(examination, known)
    software = bill.text(SOFTWARE_ID)
    if known.get("software", software) != software and examination.register.get("software", software):
        yield from say("AD05e")
    if is_plain:
        yield from _place_in_range(examination, str(known.get("prefix", "")), int(known["first"]), int(known["last"]))


def _is_for(known: dict[str, Any], kind: str) -> bool:
    """Whether a range is for this kind of document; one that does not say so is for all."""
    return known.get("kind") in (None, "", RANGE_KINDS.get(kind, "invoice"))


def _period_and_bounds(examination: Examination, known: dict[str, Any]) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    for rest, path, field in (
        ("AB07", "sts:AuthorizationPeriod/cbc:StartDate", "valid_from"),
        ("AB08", "sts:AuthorizationPeriod/cbc:EndDate", "valid_to"),
        ("AB11", "sts:AuthorizedInvoices/sts:From", "first"),
        ("AB12", "sts:AuthorizedInvoices/sts:To", "last"),
    ):
        said = bill.text(f"{_CONTROL}/{path}")
        if said != str(known[field]):
            yield from say(f"{rest}b" if said else f"{rest}a", known[field])
    day = bill.text("cbc:IssueDate")
    if day < str(known["valid_from"]):
        yield from say("AD09a")
    if day > str(known["valid_to"]):
        yield from say("AD09b")


def _place_in_range(examination: Examination, prefix: str, first: int, last: int) -> Iterator[Problem]:
    digits = examination.bill.number.removeprefix(prefix)
    if not examination.bill.number.startswith(prefix) or not digits.isdecimal():
        yield from examination.say("AB10b")
    elif int(digits) < first:
        yield from examination.say("AD05b")
    elif int(digits) > last:
        yield from examination.say("AD05c")


def dates(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    day, time = bill.text("cbc:IssueDate"), bill.text("cbc:IssueTime")
    if not re.fullmatch(r"\d\d:\d\d:\d\d-05:00", time):
        yield from say("AD10")
    if bill.text(f"{_EXTENSION}xades:SigningTime")[:10] != day:
        yield from say("AD09e")
    try:
        issued = date.fromisoformat(day)
    except ValueError:
        return
    if abs((examination.now.astimezone(BOGOTA).date() - issued).days) > FARTHEST:
        yield from say("AD09c")


def software(examination: Examination) -> Iterator[Problem]:
    yield from _provider(examination)
    yield from _security_code(examination)
    yield from _authority(examination)


def _provider(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    path = f"{_EXTENSION}sts:SoftwareProvider/sts:ProviderID"
    nit = bill.text(path)
    if not nit:
        yield from say("AB19a")
        return
    if examination.register.get("taxpayer", nit) is None:
        yield from say("AB19b", nit)
    if bill.text(f"{path}/@schemeID") != check_digit(nit):
        yield from say("AB22")
    if bill.text(f"{path}/@schemeName") != "31":
        yield from say("AB23")


def _security_code(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    identity = bill.text(SOFTWARE_ID)
    nit = bill.text(f"{_EXTENSION}sts:SoftwareProvider/sts:ProviderID")
    if not identity:
        yield from say("AB24a")
        return
    if bill.text(f"{SOFTWARE_ID}/@schemeAgencyID") != "195":
        yield from say("AB25")
    if bill.text(f"{SOFTWARE_ID}/@schemeAgencyName") != AGENCY_NAME:
        yield from say("AB26")
    known = examination.register.get("software", identity)
    is_a_provider = examination.register.get("taxpayer", nit) is not None  # else AB19b
    if known is None or (is_a_provider and nit not in (known["nit"], known.get("provider"))):
        yield from say("AB24b")
        return
    said = bill.text(f"{_EXTENSION}sts:SoftwareSecurityCode").lower()
    if not said:
        yield from say("AB27a")
    elif said != hashlib.sha384(f"{identity}{known['pin']}{bill.number}".encode()).hexdigest():
        yield from say("AB27b")


def _authority(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    authority = f"{_EXTENSION}sts:AuthorizationProvider/sts:AuthorizationProviderID"
    if bill.text(authority) != DIAN_NIT:
        yield from say("AB31")
    if bill.text(f"{authority}/@schemeID") != DIAN_CHECK_DIGIT:
        yield from say("AB35")
    if not bill.text(f"{_EXTENSION}sts:QRCode"):
        yield from say("AB36")


def fingerprint(examination: Examination) -> Iterator[Problem]:
    """CUFE, CUDE or CUDS, composed again from the document and from what only DIAN and the issuer know."""
    bill = examination.bill
    name = HASH_NAMES.get(bill.kind, "CUDE")
    secret = _secret(examination, name)
    if secret is None or bill.kind not in PROFILES:
        return
    if bill.text("cbc:UUID/@schemeName") != f"{name}-SHA384" or bill.key != hashed(bill, name, secret):
        yield from examination.say("AD06", name)


def _secret(examination: Examination, name: str) -> str | None:
    """The technical key of the range, or the PIN of the software; None when it is unknown, which is said elsewhere."""
    if name == "CUFE":
        known = examination.range
        is_usable = known is not None and _is_for(known, examination.bill.kind)
        return str(known.get("technical_key", "")) if is_usable else None
    known = examination.register.get("software", examination.bill.text(SOFTWARE_ID))
    return None if known is None else str(known["pin"])


def hashed(bill: Bill, name: str, secret: str) -> str:
    """The hash of annex 1.9, 11.1 (support document annex 1.1, 11.1): amounts truncated to cents, no separators."""
    total = bill.number_at(f"{bill.total_path}/cbc:PayableAmount")
    gross = bill.number_at(f"{bill.total_path}/cbc:LineExtensionAmount")
    parts = [bill.number, bill.text("cbc:IssueDate"), bill.text("cbc:IssueTime"), _cents(gross)]
    tributes = ("01",) if name == "CUDS" else ("01", "04", "03")
    for tribute in tributes:
        parts += [tribute, _cents(bill.tax(tribute))]
    parties = [bill.other, bill.issuer] if name == "CUDS" else [bill.issuer, bill.other]
    parts += [_cents(total), *parties, secret, bill.text("cbc:ProfileExecutionID")]
    return hashlib.sha384("".join(parts).encode()).hexdigest()


def _cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_DOWN))
