"""Who sells and who buys, how it is paid."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ...problems import Problem
from ..names import FINAL_CONSUMER
from .context import Examination, check_digit

RESPONSIBILITIES = {"O-13", "O-15", "O-23", "O-47", "R-99-PN"}
SCHEMES = {("01", "IVA"), ("04", "INC"), ("ZA", "IVA e INC"), ("ZZ", "No aplica")}
ID_TYPES = {"11", "12", "13", "21", "22", "31", "41", "42", "47", "48", "50", "91"}
NIT = "31"


def issuer(examination: Examination) -> Iterator[Problem]:
    """The party that answers for the document, as its RUT says."""
    bill = examination.bill
    side = "Customer" if bill.is_support else "Supplier"
    party, = bill.nodes(f"cac:Accounting{side}Party/cac:Party")[:1] or (None,)
    if party is None:
        yield examination.wrong("AJ01", "No se encuentra el grupo del emisor.")
        return
    known = examination.register.get("taxpayer", bill.issuer)
    if known is None:
        yield examination.wrong("AJ44a", f"El NIT {bill.issuer} no está registrado en el RUT.")
    elif bill.text("cac:PartyTaxScheme/cbc:RegistrationName", party) != known.get("name"):
        yield examination.notice("AJ43a", "El nombre informado no corresponde al registrado en el RUT.")
    if known is not None and not known.get("mailbox"):
        yield examination.notice("AJ73", "El emisor no tiene buzón de recepción registrado.")
    if bill.text("cac:PartyTaxScheme/cbc:CompanyID/@schemeID", party) != check_digit(bill.issuer or "0"):
        yield examination.wrong("AJ24", "El DV del NIT del emisor no está correctamente calculado.")
    yield from _address(examination, party, "AJ")
    yield from _scheme(examination, party, "AJ")
    if _responsibilities(examination, party) - RESPONSIBILITIES:
        yield examination.wrong("AJ26", "Responsabilidad informada no válida según la lista.")


def buyer(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    side = "Supplier" if bill.is_support else "Customer"
    party, = bill.nodes(f"cac:Accounting{side}Party/cac:Party")[:1] or (None,)
    if party is None or not bill.other:
        yield examination.wrong("AK20", "No se informó la identificación del adquiriente.")
        return
    path = "cac:PartyTaxScheme/cbc:CompanyID" if bill.nodes("cac:PartyTaxScheme/cbc:CompanyID", party) else (
        "cac:PartyIdentification/cbc:ID"
    )
    kind, digit = bill.text(f"{path}/@schemeName", party), bill.text(f"{path}/@schemeID", party)
    if kind not in ID_TYPES:
        yield examination.wrong("AK25", "El tipo de identificación del adquiriente no está en la lista.")
    if kind == NIT and (not bill.other.isdecimal() or digit != check_digit(bill.other)):
        yield examination.wrong("AK24", "El DV del NIT del adquiriente no está correctamente calculado.")
    natural = bill.text(f"cac:Accounting{side}Party/cbc:AdditionalAccountID") == "2"
    if natural and not bill.nodes("cac:PartyIdentification/cbc:ID[@schemeName]", party) and not bill.is_support:
        yield examination.wrong("AK61", "La persona natural no tiene el grupo PartyIdentification.")
    if bill.other == FINAL_CONSUMER and kind != "13":
        yield examination.wrong("AK26", "El consumidor final se identifica con tipo 13.")
    yield from _scheme(examination, party, "AK")
    if bill.nodes("cac:PhysicalLocation/cac:Address", party):
        yield from _address(examination, party, "AK")
    if _responsibilities(examination, party) - RESPONSIBILITIES:
        yield examination.notice("AK26", "Responsabilidad informada por receptor no válida según la lista.")


def _responsibilities(examination: Examination, party: etree._Element) -> set[str]:
    text = examination.bill.text("cac:PartyTaxScheme/cbc:TaxLevelCode", party)
    return set(text.split(";")) - {""}


def _scheme(examination: Examination, party: etree._Element, group: str) -> Iterator[Problem]:
    bill = examination.bill
    path = "cac:PartyTaxScheme/cac:TaxScheme/cbc:"
    pair = (bill.text(f"{path}ID", party), bill.text(f"{path}Name", party))
    if pair not in SCHEMES:
        yield examination.wrong(f"{group}41", "El tributo del participante no corresponde a la lista (código, nombre).")


def _address(examination: Examination, party: etree._Element, group: str) -> Iterator[Problem]:
    """Municipality and department by DIVIPOLA for an address in Colombia."""
    bill = examination.bill
    address = "cac:PhysicalLocation/cac:Address/"
    country = bill.text(f"{address}cac:Country/cbc:IdentificationCode", party)
    if group == "AJ" and country != "CO":
        yield examination.wrong("AJ16", "El país del emisor no es Colombia.")
    if country != "CO":
        return
    municipality = bill.text(f"{address}cbc:ID", party)
    department = bill.text(f"{address}cbc:CountrySubentityCode", party)
    if not (municipality.isdecimal() and len(municipality) == 5):
        yield examination.wrong(f"{group}09", "El código del municipio no corresponde a la lista.")
    if department != municipality[:2]:
        yield examination.wrong(f"{group}12", "El código del departamento no corresponde al municipio.")


def payment(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    means = bill.nodes("cac:PaymentMeans")
    if not means:
        yield examination.wrong("AN01", "No se informó el grupo de medios de pago.")
    for node in means:
        form = bill.text("cbc:ID", node)
        if form not in ("1", "2"):
            yield examination.wrong("AN02", "La forma de pago no es 1 (contado) ni 2 (crédito).")
        if form == "2" and not bill.text("cbc:PaymentDueDate", node):
            yield examination.wrong("AN03", "No se informó la fecha de vencimiento de la operación a crédito.")
