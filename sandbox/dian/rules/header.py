"""Literals, number, dates, numbering range, software, and the hash that everything hangs on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_DOWN, Decimal

from ...problems import Problem
from ..bill import Bill
from ..names import DIAN_CHECK_DIGIT, DIAN_NIT
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
_EXTENSION = "ext:UBLExtensions//"
SOFTWARE_ID = f"{_EXTENSION}sts:SoftwareID"


def literals(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    if bill.kind not in PROFILES:
        yield examination.wrong("AD12", f"Tipo de documento {bill.kind} inválido.")
        return
    if bill.text("cbc:UBLVersionID") != "UBL 2.1":
        yield examination.wrong("AD01", "UBLVersionID no contiene el literal UBL 2.1.")
    allowed = OPERATIONS.get(bill.kind, INVOICE_OPERATIONS)
    if bill.text("cbc:CustomizationID") not in allowed:
        yield examination.wrong("AD02", "CustomizationID no indica un tipo de operación permitido.")
    if bill.text("cbc:ProfileID") != PROFILES[bill.kind]:
        text = f"ProfileID no contiene el literal {PROFILES[bill.kind]!r}."
        is_notice = bill.kind in ("91", "92")
        yield examination.notice("AD03", text) if is_notice else examination.wrong("AD03", text)
    environment = "1" if examination.production else "2"
    if bill.text("cbc:ProfileExecutionID") != environment or bill.text("cbc:UUID/@schemeID") != environment:
        yield examination.wrong("AD04", "ProfileExecutionID no corresponde al ambiente de destino.")
    if bill.text("cbc:DocumentCurrencyCode") != "COP":
        yield examination.wrong("AD15a", "La divisa del documento no es COP.")
    if bill.text("cbc:LineCountNumeric") != str(len(bill.lines)):
        yield examination.wrong("AD16", "LineCountNumeric no es igual al número de líneas.")


def number(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", bill.number):
        yield examination.wrong("AD05a", "El número contiene caracteres adicionales como espacios o guiones.")
    if bill.kind not in WITH_RANGE:
        return
    control = f"{_EXTENSION}sts:InvoiceControl/"
    known = examination.range
    if known and known.get("kind") not in (None, "", RANGE_KINDS.get(bill.kind, "invoice")):
        known = None
    if known is None:
        if not bill.text(f"{control}sts:InvoiceAuthorization"):
            yield examination.wrong("AB05a", "No se encuentra el número de la autorización.")
        else:
            yield examination.wrong("AB05b", "La autorización no corresponde a este emisor y prefijo.")
        return
    for rest, path, field in (
        ("AB07b", "sts:AuthorizationPeriod/cbc:StartDate", "valid_from"),
        ("AB08b", "sts:AuthorizationPeriod/cbc:EndDate", "valid_to"),
        ("AB11b", "sts:AuthorizedInvoices/sts:From", "first"),
        ("AB12b", "sts:AuthorizedInvoices/sts:To", "last"),
    ):
        if bill.text(control + path) != str(known[field]):
            yield examination.wrong(rest, f"{path} no corresponde a lo autorizado: {known[field]}.")
    if known.get("software") and known["software"] != bill.text(SOFTWARE_ID):
        yield examination.wrong("AD05e", "El prefijo no está asociado al software que envía.")
    yield from _place_in_range(examination, str(known.get("prefix", "")), int(known["first"]), int(known["last"]))
    day = bill.text("cbc:IssueDate")
    if day < str(known["valid_from"]):
        yield examination.wrong("AD09a", "La fecha de emisión es anterior a la vigencia del rango.")
    if day > str(known["valid_to"]):
        yield examination.wrong("AD09b", "La fecha de emisión es posterior a la vigencia del rango.")


def _place_in_range(examination: Examination, prefix: str, first: int, last: int) -> Iterator[Problem]:
    digits = examination.bill.number.removeprefix(prefix)
    if not examination.bill.number.startswith(prefix) or not digits.isdecimal():
        yield examination.wrong("AB10b", "El prefijo no corresponde al del número del documento.")
    elif int(digits) < first:
        yield examination.wrong("AD05b", "El número es inferior al rango autorizado.")
    elif int(digits) > last:
        yield examination.wrong("AD05c", "El número es superior al rango autorizado.")


def dates(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    day, time = bill.text("cbc:IssueDate"), bill.text("cbc:IssueTime")
    if not re.fullmatch(r"\d\d:\d\d:\d\d-05:00", time):
        yield examination.wrong("AD10", "La hora de emisión no está en la zona horaria de Colombia (-05:00).")
    signed = bill.text(f"{_EXTENSION}xades:SigningTime")
    if signed[:10] != day:
        yield examination.wrong("AD09e", "La fecha de emisión no es igual a la fecha de firma del documento.")
    try:
        issued = date.fromisoformat(day)
    except ValueError:
        return
    today = examination.now.astimezone(BOGOTA).date()
    if abs((today - issued).days) > 10:
        yield examination.wrong("AD09c", "La fecha de emisión está fuera del plazo permitido.")


def software(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    provider = f"{_EXTENSION}sts:SoftwareProvider/sts:ProviderID"
    nit = bill.text(provider)
    if bill.text(f"{provider}/@schemeID") != (check_digit(nit) if nit.isdecimal() else "?"):
        yield examination.wrong("AB22b", "El DV del NIT del prestador no está correctamente calculado.")
    identity = bill.text(SOFTWARE_ID)
    known = examination.register.get("software", identity)
    if known is None or nit not in (known["nit"], known.get("provider")):
        yield examination.wrong("AB24b", "El identificador del software no corresponde a un software autorizado.")
        return
    code = hashlib.sha384(f"{identity}{known['pin']}{bill.number}".encode()).hexdigest()
    if bill.text(f"{_EXTENSION}sts:SoftwareSecurityCode").lower() != code:
        yield examination.wrong("AB27b", "Huella no corresponde a un software autorizado para este OFE.")
    authority = f"{_EXTENSION}sts:AuthorizationProvider/sts:AuthorizationProviderID"
    if bill.text(authority) != DIAN_NIT:
        yield examination.wrong("AB31", "El NIT del proveedor de autorización no es el de la DIAN.")
    if bill.text(f"{authority}/@schemeID") != DIAN_CHECK_DIGIT:
        yield examination.wrong("AB35", "El DV del proveedor de autorización no es 4.")
    if not bill.text(f"{_EXTENSION}sts:QRCode"):
        yield examination.wrong("AB36", "El código QR no fue informado.")


def fingerprint(examination: Examination) -> Iterator[Problem]:
    """CUFE, CUDE or CUDS, composed again from the document and from what only DIAN and the issuer know."""
    bill = examination.bill
    name = HASH_NAMES.get(bill.kind, "CUDE")
    secret = _secret(examination, name)
    if secret is None:
        return
    if bill.text("cbc:UUID/@schemeName") != f"{name}-SHA384" or bill.key != hashed(bill, name, secret):
        yield examination.wrong("AD06", f"Valor del {name} no está calculado correctamente.")


def _secret(examination: Examination, name: str) -> str | None:
    """The technical key of the range, or the PIN of the software; None when it is unknown, which is said elsewhere."""
    if name == "CUFE":
        known = examination.range
        return None if known is None else str(known.get("technical_key", ""))
    software = examination.register.get("software", examination.bill.text(SOFTWARE_ID))
    return None if software is None else str(software["pin"])


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


def references(examination: Examination) -> Iterator[Problem]:
    """A note names the invoice that it changes, which DIAN knows, or the period that it is about."""
    bill = examination.bill
    if bill.kind not in ("91", "92", "95"):
        return
    named = bill.text("cac:BillingReference/cac:InvoiceDocumentReference/cbc:UUID").lower()
    operation = bill.text("cbc:CustomizationID")
    period = [bill.text(f"cac:InvoicePeriod/cbc:{name}Date") for name in ("Start", "End")]
    if bill.kind != "95" and bool(named) != (operation in ("20", "30")):
        yield examination.wrong("BF03a", "CustomizationID no corresponde con la referencia a la factura.")
    if operation in ("22", "32") and not all(period):
        yield examination.wrong("AE02", "No se informó el periodo de la nota sin referencia.")
    if named and examination.register.by_key(named) is None:
        yield examination.wrong("BG04a", "La factura referenciada no existe en los registros de la DIAN.")
    if not bill.nodes("cac:DiscrepancyResponse"):
        yield examination.wrong("BF01", "No se informó la naturaleza de la corrección.")
