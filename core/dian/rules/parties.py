"""Rules about issuer, buyer and seller (FAJ, FAK, FAM).

What the annex asks of the issuer is asked of who issues: of a support document that is the customer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...findings import Finding
from .. import catalogs, nit
from ..model import Address, Document, Party
from .common import SALES, is_support
from .registry import error, rule, warning

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_MUNICIPALITY = re.compile(r"[0-9]{5}", re.ASCII)
_POSTAL_ZONE = re.compile(r"[0-9]{6}", re.ASCII)
_TRADE_REGISTER = re.compile(r"[0-9]{6,12}", re.ASCII)
_MAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
_NIT_AND_DIGIT = 10


@dataclass(frozen=True, slots=True)
class _Side:
    """A party with its group of rules: AJ or AK; `where` is its path."""

    party: Party
    group: str
    path: str
    is_issuer: bool

    def code(self, number: str) -> str:
        return f"F{self.group}{number}"

    def where(self, name: str) -> str:
        return f"{self.path}.{name}"


_COMPANY_ID = "Party.PartyTaxScheme.CompanyID"


def _sides(document: Document) -> tuple[_Side, _Side]:
    support = is_support(document)
    return (
        _Side(document.supplier, "AJ", "AccountingSupplierParty", not support),
        _Side(document.customer, "AK", "AccountingCustomerParty", support),
    )


def _addresses(side: _Side) -> Iterator[tuple[str, str, Address]]:
    """Path, number of the first rule of its group, address."""
    if side.party.physical_location is not None:
        yield side.where("Party.PhysicalLocation.Address"), "09", side.party.physical_location
    if side.party.registration_address is not None:
        yield side.where("Party.PartyTaxScheme.RegistrationAddress"), "29", side.party.registration_address


@rule("CO-PARTY-01", "CO-PARTY-02")
def party_has_name_and_kind(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        if not (side.party.registration_name or "").strip():
            yield error(document, "CO-PARTY-01", side.where("Party.PartyTaxScheme.RegistrationName"))
        if side.party.additional_account_id not in catalogs.ORGANIZATION:
            value = side.party.additional_account_id or ""
            yield error(document, "CO-PARTY-02", side.where("AdditionalAccountID"), value=value)


@rule("FAJ20", "FAJ21", "FAK20", "FAK21")
def party_is_identified(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        identity, where = side.party.company_id, side.where(_COMPANY_ID)
        if identity is None or not identity.number.strip():
            yield error(document, side.code("20"), where)
        elif catalogs.IDENTIFICATION_TYPE.find(identity.scheme_name, document.issue_date) is None:
            yield error(document, side.code("21"), f"{where}.schemeName", value=identity.scheme_name or "")
        elif side.is_issuer and identity.scheme_name != catalogs.NIT:
            yield error(document, side.code("21"), f"{where}.schemeName", value=identity.scheme_name)


@rule("FAJ24", "FAK24", "CO-ID-01", "CO-ID-02", "CO-ID-03")
def check_digit_is_right(document: Document) -> Iterator[Finding]:
    """Only a NIT has one; the last digit of a cédula belongs to the number."""
    for side in _sides(document):
        identity, where = side.party.company_id, side.where(_COMPANY_ID)
        if identity is None or not identity.number:
            continue
        if identity.scheme_name != catalogs.NIT:
            if identity.scheme_id:
                yield error(document, "CO-ID-01", f"{where}.schemeID", value=identity.scheme_id)
            continue
        if not _DIGITS.fullmatch(identity.number):
            yield error(document, "CO-ID-02", where, value=identity.number)
            continue
        expected = nit.check_digit(identity.number)
        if identity.scheme_id != expected:
            yield error(
                document, side.code("24"), f"{where}.schemeID", value=identity.scheme_id or "", expected=expected
            )
        is_company = side.party.additional_account_id == catalogs.LEGAL_PERSON
        if is_company and len(identity.number) == _NIT_AND_DIGIT and (
            nit.check_digit(identity.number[:-1]) == identity.number[-1]
        ):
            yield warning(document, "CO-ID-03", where, value=identity.number, expected=identity.number[:-1])


@rule("FAJ26", "FAK26")
def responsibilities_are_in_the_list(document: Document) -> Iterator[Finding]:
    """A rejection for the issuer, a notification for the other side."""
    for side in _sides(document):
        codes = (side.party.tax_level_code or "").split(";")
        is_known = all(catalogs.RESPONSIBILITY.find(code, document.issue_date) for code in codes)
        is_alone = catalogs.NO_RESPONSIBILITY not in codes or len(codes) == 1
        regime = side.party.tax_level_list
        is_regime = regime is None or regime in catalogs.REGIME or regime == catalogs.NOT_APPLICABLE
        if not (is_known and is_alone and is_regime):
            say = error if side.is_issuer else warning
            value = side.party.tax_level_code or ""
            yield say(document, side.code("26"), side.where("Party.PartyTaxScheme.TaxLevelCode"), value=value)


@rule("FAJ40", "FAJ41", "FAK40", "FAK41")
def tax_scheme_is_a_known_pair(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        scheme, where = side.party.tax_scheme, side.where("Party.PartyTaxScheme.TaxScheme")
        entry = catalogs.PARTY_TAX_SCHEME.find(scheme.id, document.issue_date) if scheme else None
        if scheme is None or entry is None:
            yield error(document, side.code("40"), f"{where}.ID", value=scheme.id if scheme else "")
        elif scheme.name != entry.name:
            yield error(document, side.code("41"), f"{where}.Name", value=scheme.name, expected=entry.name)


@rule("FAJ09", "FAJ28", "FAK09")
def issuer_has_its_addresses(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        if side.is_issuer and side.party.physical_location is None:
            yield error(document, side.code("09"), side.where("Party.PhysicalLocation"))
        if side.is_issuer and side.party.registration_address is None:
            yield error(document, side.code("28"), side.where("Party.PartyTaxScheme.RegistrationAddress"))


@rule(*(f"F{group}{number}" for group in ("AJ", "AK") for number in ("09", "10", "11", "12", "29", "30", "31", "32")))
def address_is_in_the_lists(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        for where, first, address in _addresses(side):
            if address.country_code in (None, catalogs.COLOMBIA):
                yield from _colombian(document, side, where, int(first), address)
            elif address.id or address.country_subentity_code:
                yield error(document, side.code(first), f"{where}.ID", value=address.id or "")
            elif not address.city_name:
                yield error(document, side.code(f"{int(first) + 1:02}"), f"{where}.CityName")


def _colombian(document: Document, side: _Side, where: str, first: int, address: Address) -> Iterator[Finding]:
    codes = [side.code(f"{number:02}") for number in range(first, first + 4)]
    department = catalogs.DEPARTMENT.find(address.country_subentity_code, document.issue_date)
    municipality = address.id or ""
    if not _MUNICIPALITY.fullmatch(municipality) or not municipality.startswith(address.country_subentity_code or ""):
        yield error(document, codes[0], f"{where}.ID", value=municipality)
    if not address.city_name:
        yield error(document, codes[1], f"{where}.CityName")
    if department is None:
        yield error(document, codes[3], f"{where}.CountrySubentityCode", value=address.country_subentity_code or "")
    elif address.country_subentity != department.name:
        yield error(
            document, codes[2], f"{where}.CountrySubentity", value=address.country_subentity or "",
            expected=department.name,
        )  # fmt: skip


@rule("FAJ16", "FAJ17", "FAK17")
def country_is_spelled_as_in_the_list(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        for where, _first, address in _addresses(side):
            if side.is_issuer and address.country_code != catalogs.COLOMBIA:
                yield error(document, side.code("16"), f"{where}.Country.IdentificationCode",
                            value=address.country_code or "", expected=catalogs.COLOMBIA)  # fmt: skip
            elif address.country_code == catalogs.COLOMBIA and address.country_name != catalogs.COLOMBIA_NAME:
                yield error(document, side.code("17"), f"{where}.Country.Name",
                            value=address.country_name or "", expected=catalogs.COLOMBIA_NAME)  # fmt: skip


@rule("CO-PARTY-04")
def postal_zone_has_six_digits(document: Document) -> Iterator[Finding]:
    """A seller in Colombia of a support document has to have one."""
    for side in _sides(document):
        for where, _first, address in _addresses(side):
            is_needed = is_support(document) and not side.is_issuer and document.customization_id == "10"
            is_home = address.country_code in (None, catalogs.COLOMBIA)
            if is_home and (is_needed or address.postal_zone) and not _POSTAL_ZONE.fullmatch(address.postal_zone or ""):
                yield error(document, "CO-PARTY-04", f"{where}.PostalZone", value=address.postal_zone or "")


@rule("FAJ49", "FAJ50", "FAJ51")
def register_repeats_the_prefix(document: Document) -> Iterator[Finding]:
    if document.type_code not in SALES:
        return
    entity, control = document.supplier.legal_entity, document.extensions.invoice_control
    where = "AccountingSupplierParty.Party.PartyLegalEntity.CorporateRegistrationScheme"
    found, expected = entity.registration_prefix if entity else None, control.prefix if control else None
    if expected and not found:
        yield error(document, "FAJ49", f"{where}.ID", expected=expected)
    elif (found or None) != (expected or None):
        yield error(document, "FAJ50", f"{where}.ID", value=found or "", expected=expected or "")
    number = entity.registration_name_id if entity else None
    if number is not None and not _TRADE_REGISTER.fullmatch(number):
        yield warning(document, "FAJ51", f"{where}.Name", value=number)


@rule("FAJ71", "FAK55")
def mailboxes_are_mailboxes(document: Document) -> Iterator[Finding]:
    for side in _sides(document):
        mail = side.party.contact.electronic_mail if side.party.contact else None
        where = side.where("Party.Contact.ElectronicMail")
        if side.is_issuer and not mail:
            yield warning(document, side.code("71"), where)
        elif mail and not _MAIL.fullmatch(mail):
            yield warning(document, side.code("55"), where, value=mail)


@rule("FAK61", "FAK62")
def natural_person_has_an_identification(document: Document) -> Iterator[Finding]:
    buyer = document.customer
    if is_support(document) or buyer.additional_account_id != catalogs.NATURAL_PERSON:
        return
    where = "AccountingCustomerParty.Party.PartyIdentification.ID"
    if buyer.identification is None or not buyer.identification.number:
        yield error(document, "FAK61", where)
    elif buyer.identification.scheme_name not in catalogs.IDENTIFICATION_TYPE:
        yield error(document, "FAK62", f"{where}.schemeName", value=buyer.identification.scheme_name or "")


@rule("CO-PARTY-03")
def final_consumer_is_the_literal_one(document: Document) -> Iterator[Finding]:
    """222222222222 stands for nobody in particular: a citizen's card, a natural person, no responsibility."""
    buyer = document.customer
    if buyer.company_id is None or buyer.company_id.number != catalogs.CONSUMER_NUMBER:
        return
    found = (
        buyer.company_id.scheme_name,
        buyer.additional_account_id,
        buyer.tax_level_code,
        buyer.tax_scheme.id if buyer.tax_scheme else None,
    )
    if found != (catalogs.CITIZEN_CARD, catalogs.NATURAL_PERSON, catalogs.NO_RESPONSIBILITY, "ZZ"):
        yield error(document, "CO-PARTY-03", f"AccountingCustomerParty.{_COMPANY_ID}")


@rule("FAM02a", "FAM02b")
def delivery_address_is_in_the_lists(document: Document) -> Iterator[Finding]:
    address = document.delivery.address if document.delivery else None
    if address is None or address.country_code not in (None, catalogs.COLOMBIA):
        return
    where = "Delivery.DeliveryAddress"
    department = catalogs.DEPARTMENT.find(address.country_subentity_code, document.issue_date)
    municipality = address.id or ""
    if not _MUNICIPALITY.fullmatch(municipality) or not municipality.startswith(address.country_subentity_code or ""):
        yield error(document, "FAM02a", f"{where}.ID", value=municipality)
    if department is None or address.country_subentity != department.name:
        yield error(document, "FAM02b", f"{where}.CountrySubentity", value=address.country_subentity or "")
