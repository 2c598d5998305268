"""Who sells and who buys, where they are, how it is paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ...problems import Problem
from ..bill import ZERO
from ..names import FINAL_CONSUMER
from .context import Examination, check_digit

RESPONSIBILITIES = {"O-13", "O-15", "O-23", "O-47", "R-99-PN"}
ALONE = "R-99-PN"
REGIMES = {"", "48", "49", "No aplica"}
SCHEMES = {"01": "IVA", "04": "INC", "ZA": "IVA e INC", "ZZ": "No aplica"}
ID_TYPES = {"11", "12", "13", "21", "22", "31", "41", "42", "47", "48", "50", "91"}
NIT, CITIZEN = "31", "13"
NATURAL = "2"
# UN/ECE 4461 as DIAN lists it
MEANS = {str(code) for code in (*range(1, 54), *range(60, 68), 70, *range(74, 79), *range(91, 98))} | {"ZZZ"}
CREDIT = "2"
# departments by their code (DANE)
DEPARTMENTS = {
    "05": "Antioquia", "08": "Atlántico", "11": "Bogotá", "13": "Bolívar", "15": "Boyacá", "17": "Caldas",
    "18": "Caquetá", "19": "Cauca", "20": "Cesar", "23": "Córdoba", "25": "Cundinamarca", "27": "Chocó", "41": "Huila",
    "44": "La Guajira", "47": "Magdalena", "50": "Meta", "52": "Nariño", "54": "Norte de Santander", "63": "Quindío",
    "66": "Risaralda", "68": "Santander", "70": "Sucre", "73": "Tolima", "76": "Valle del Cauca", "81": "Arauca",
    "85": "Casanare", "86": "Putumayo", "88": "San Andrés y Providencia", "91": "Amazonas", "94": "Guainía",
    "95": "Guaviare", "97": "Vaupés", "99": "Vichada",
}  # fmt: skip
REGISTERED_NAME = "cac:PartyTaxScheme/cbc:RegistrationName"
ADDRESSES = (("cac:PhysicalLocation/cac:Address", 9), ("cac:PartyTaxScheme/cac:RegistrationAddress", 29))
_COMPANY_ID = "cac:PartyTaxScheme/cbc:CompanyID"
_IDENTIFICATION = "cac:PartyIdentification/cbc:ID"
_REGISTRATION = "cac:PartyLegalEntity/cac:CorporateRegistrationScheme/cbc:"


@dataclass(frozen=True)
class Side:
    """A party with the letters of its group of rules."""

    examination: Examination
    node: etree._Element
    group: str
    is_issuer: bool

    def say(self, number: str, detail: object = "") -> Iterator[Problem]:
        return self.examination.say(f"{self.group}{number}", detail)

    def text(self, path: str) -> str:
        return self.examination.bill.text(path, self.node)

    @property
    def number(self) -> str:
        return self.text(_COMPANY_ID)

    @property
    def is_natural(self) -> bool:
        return self.examination.bill.text("../cbc:AdditionalAccountID", self.node) == NATURAL


def _sides(examination: Examination) -> Iterator[Side]:
    bill = examination.bill
    for group, name in (("AJ", "Supplier"), ("AK", "Customer")):
        for node in bill.nodes(f"cac:Accounting{name}Party/cac:Party")[:1]:
            yield Side(examination, node, group, (name == "Customer") == bill.is_support)


def identified(examination: Examination) -> Iterator[Problem]:
    """Number, type and check digit of both parties."""
    for side in _sides(examination):
        kind, digit = side.text(f"{_COMPANY_ID}/@schemeName"), side.text(f"{_COMPANY_ID}/@schemeID")
        if not side.number:
            yield from side.say("20")
            continue
        is_consumer = side.number == FINAL_CONSUMER
        if kind not in ID_TYPES or (side.is_issuer and kind != NIT) or (is_consumer and kind != CITIZEN):
            yield from side.say("21", kind)
        elif kind == NIT and digit != check_digit(side.number):
            yield from side.say("24")
        if side.is_natural and not side.is_issuer and side.group == "AK":
            yield from _natural_person(side)


def _natural_person(side: Side) -> Iterator[Problem]:
    if not side.text(_IDENTIFICATION):
        yield from side.say("61")
    elif side.text(f"{_IDENTIFICATION}/@schemeName") not in ID_TYPES:
        yield from side.say("62")


def registered(examination: Examination) -> Iterator[Problem]:
    """What the register of taxpayers (RUT) says about them."""
    for side in _sides(examination):
        if not side.number:
            continue
        known = examination.register.get("taxpayer", side.number)
        letter = "a" if side.is_issuer else "b"
        is_cancelled = known is not None and bool(known.get("cancelled"))
        if is_cancelled or (known is None and side.is_issuer):
            yield from side.say(f"44{letter}", side.number)
        elif known is not None and known.get("name", "") not in ("", side.text(REGISTERED_NAME)):
            yield from side.say(f"43{letter}")
        if side.is_issuer and known is not None and not known.get("mailbox"):
            yield from side.say("73")
        mail = side.text("cac:Contact/cbc:ElectronicMail")
        if side.is_issuer and not mail:
            yield from side.say("71")
        elif not side.is_issuer and mail and not re.fullmatch(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+", mail):
            yield from side.say("55")


def qualities(examination: Examination) -> Iterator[Problem]:
    """Responsibilities, regime, tribute, and the issuer's entry in the trade register."""
    for side in _sides(examination):
        codes = side.text("cac:PartyTaxScheme/cbc:TaxLevelCode").split(";")
        regime = side.text("cac:PartyTaxScheme/cbc:TaxLevelCode/@listName")
        if set(codes) - RESPONSIBILITIES or (ALONE in codes and len(codes) > 1) or regime not in REGIMES:
            yield from side.say("26", ";".join(codes))
        code, name = (side.text(f"cac:PartyTaxScheme/cac:TaxScheme/cbc:{part}") for part in ("ID", "Name"))
        if code not in SCHEMES:
            yield from side.say("40", code)
        elif SCHEMES[code] != name:
            yield from side.say("41", name)
        if side.group == "AJ":
            yield from _trade_register(examination, side)


def _trade_register(examination: Examination, side: Side) -> Iterator[Problem]:
    prefix = examination.bill.text("ext:UBLExtensions//sts:AuthorizedInvoices/sts:Prefix")
    said = side.text(f"{_REGISTRATION}ID")
    if prefix and not said:
        yield from side.say("49")
    elif said != prefix:
        yield from side.say("50", said)
    entry = side.text(f"{_REGISTRATION}Name")
    if entry and not re.fullmatch(r"\d{6,12}", entry):
        yield from side.say("51", entry)


def addresses(examination: Examination) -> Iterator[Problem]:
    """Those of the issuer have to be there; whatever is there is in the lists of Colombia, or of another country.

    The second number is that of the first rule about this address.
    """
    for side in _sides(examination):
        for path, first in ADDRESSES:
            found = examination.bill.nodes(path, side.node)
            if found:
                yield from _address(side, found[0], first)
            elif side.is_issuer:
                yield from side.say("09" if first == 9 else "28")


def _address(side: Side, node: etree._Element, first: int) -> Iterator[Problem]:
    bill = side.examination.bill
    place, city, name, code, country, spelled = (
        bill.text(path, node)
        for path in (
            *("cbc:ID", "cbc:CityName", "cbc:CountrySubentity", "cbc:CountrySubentityCode"),
            *("cac:Country/cbc:IdentificationCode", "cac:Country/cbc:Name"),
        )
    )
    if country not in ("", "CO"):
        if side.is_issuer:
            yield from side.say("16", country)
        elif place or code:
            yield from side.say(f"{first:02}", place or code)
        return
    if not country and side.is_issuer:
        yield from side.say("16")
    elif country and spelled != "Colombia":
        yield from side.say("17", spelled)
    if not _is_municipality(place, code):
        yield from side.say(f"{first:02}", place)
    if not city:
        yield from side.say(f"{first + 1:02}")
    if code not in DEPARTMENTS:
        yield from side.say(f"{first + 3:02}", code)
    elif DEPARTMENTS[code] != name:
        yield from side.say(f"{first + 2:02}", name)


def _is_municipality(place: str, department: str) -> bool:
    return place.isdecimal() and len(place) == 5 and place.startswith(department)


def delivery(examination: Examination) -> Iterator[Problem]:
    bill = examination.bill
    for node in bill.nodes("cac:Delivery/cac:DeliveryAddress"):
        if bill.text("cac:Country/cbc:IdentificationCode", node) not in ("", "CO"):
            continue
        code = bill.text("cbc:CountrySubentityCode", node)
        if not _is_municipality(bill.text("cbc:ID", node), code):
            yield from examination.say("AM02a")
        if DEPARTMENTS.get(code) != bill.text("cbc:CountrySubentity", node):
            yield from examination.say("AM02b")


def payment(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    means = bill.nodes("cac:PaymentMeans")
    if not means:
        yield from say("AN01")
    for node in means:
        form = bill.text("cbc:ID", node)
        if form not in ("1", "2"):
            yield from say("AN02", form)
        if bill.text("cbc:PaymentMeansCode", node) not in MEANS:
            yield from say("AN03")
        if form == CREDIT and not bill.text("cbc:PaymentDueDate", node):
            yield from say("AN04")


def exchange(examination: Examination) -> Iterator[Problem]:
    bill, say = examination.bill, examination.say
    for node in bill.nodes("cac:PaymentExchangeRate"):
        target = bill.text("cbc:TargetCurrencyCode", node)
        if bill.text("cbc:SourceCurrencyCode", node) != "COP":
            yield from say("AR02")
        if not bill.number_at("cbc:SourceCurrencyBaseRate", node, default=ZERO):
            yield from say("AR03")
        if target == "COP" or not re.fullmatch(r"[A-Z]{3}", target):
            yield from say("AR04", target)
        if bill.number_at("cbc:TargetCurrencyBaseRate", node, default=ZERO) != 1:
            yield from say("AR05")
        if not bill.number_at("cbc:CalculationRate", node, default=ZERO):
            yield from say("AR06")
        if not bill.text("cbc:Date", node):
            yield from say("AR07")
