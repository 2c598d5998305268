"""From a contact to issuer, buyer or seller of a DIAN document.

It decides nothing that the annex decides: `core.dian.rules` judges what is made here. Its findings are what the rules
cannot see, because a part was left out or guessed.
"""
import re

from ..core.dian import catalogs
from ..core.dian.identification import has_check_digit
from ..core.dian.model import Address, Contact, Identification, LegalEntity, Party, TaxScheme
from ..core.dian.municipalities import find
from ..core.dian.nit import check_digit
from ..core.findings import Finding
from .adapt_co_texts import clean, shortened

LONGEST_NAME, LONGEST_LINE = 450, 300
POSTAL_ZONE = re.compile(r"[0-9]{6}", re.ASCII)
LANGUAGES = ("es_CO", "es_419", "es")


def party_of(partner, *, is_issuer=False, range_prefix=None) -> tuple[Party, list[Finding]]:
    """Return the contact's commercial entity as a party, and what could not be said of it.

    :param is_issuer: with what only the issuer has: economic activities, matrícula and the prefix of the range
    :param range_prefix: prefix of the range, or of a note's own sequence
    """
    partner = partner.commercial_partner_id
    if partner._l10n_mx_co_edi_is_consumer() and not is_issuer:
        return consumer(), []
    identity, findings = identity_of(partner)
    name = clean(partner.name, LONGEST_NAME)
    person = partner._l10n_mx_co_edi_person()
    address, doubts = address_of(partner)
    scheme = catalogs.PARTY_TAX_SCHEME[partner._l10n_mx_co_edi_scheme()]
    party = Party(
        additional_account_id=person,
        industry_classification_code=_activities(partner) if is_issuer else None,
        identification=identity if person == catalogs.NATURAL_PERSON else None,
        names=(clean(partner.l10n_mx_co_edi_trade_name, LONGEST_LINE) or name,),
        physical_location=address,
        registration_name=name,
        company_id=identity,
        tax_level_code=partner.l10n_mx_co_edi_dian_responsibilities or catalogs.NO_RESPONSIBILITY,
        tax_level_list=partner._l10n_mx_co_edi_regime_of(),
        registration_address=address,
        tax_scheme=TaxScheme(id=scheme.code, name=scheme.name),
        legal_entity=LegalEntity(
            registration_name=name, company_id=identity,
            registration_prefix=range_prefix or None if is_issuer else None,
            registration_name_id=partner.l10n_mx_co_edi_matricula or None if is_issuer else None),
        contact=_contact(partner),
    )
    findings += shortened(partner.name, LONGEST_NAME, "Party.PartyTaxScheme.RegistrationName")
    if not is_issuer and not partner._l10n_mx_co_edi_mailbox():
        findings.append(_warning("CO-PARTNER-03", partner))
    return party, [*findings, *doubts]


def consumer() -> Party:
    """The final consumer, with the literals of the annex: no address, no e-mail."""
    identity = Identification(number=catalogs.CONSUMER_NUMBER, scheme_name=catalogs.CITIZEN_CARD)
    nothing = catalogs.PARTY_TAX_SCHEME[catalogs.OTHER_TRIBUTE]
    return Party(
        additional_account_id=catalogs.NATURAL_PERSON,
        identification=identity,
        names=(catalogs.CONSUMER_NAME,),
        registration_name=catalogs.CONSUMER_NAME,
        company_id=identity,
        tax_level_code=catalogs.NO_RESPONSIBILITY,
        tax_level_list=catalogs.NOT_APPLICABLE,
        tax_scheme=TaxScheme(id=nothing.code, name=nothing.name),
        legal_entity=LegalEntity(registration_name=catalogs.CONSUMER_NAME, company_id=identity),
    )


def identity_of(partner) -> tuple[Identification, list[Finding]]:
    """Return number, type and check digit; the digit that is stored is kept, so that a wrong one is found."""
    scheme, number, digit = partner._l10n_mx_co_edi_identification()
    if scheme == catalogs.NIT:
        return Identification(number=number, scheme_id=digit or check_digit(number) or None, scheme_name=scheme), []
    found = [_error("CO-PARTNER-01", partner, value=partner.vat)] if has_check_digit(scheme, partner.vat) else []
    return Identification(number=number, scheme_name=scheme or None), found


def address_of(partner) -> tuple[Address | None, list[Finding]]:
    """Return the address, None where it cannot be written: at home that takes the municipality, abroad the city."""
    lines = tuple(line for line in (clean(partner.street, LONGEST_LINE), clean(partner.street2, LONGEST_LINE)) if line)
    if partner._l10n_mx_co_edi_is_abroad():
        return _address_abroad(partner, lines)
    code = partner._l10n_mx_co_edi_municipality_code()
    place, department = find(code), catalogs.DEPARTMENT.get(code[:2])
    if not code:
        return None, [_warning("CO-PARTNER-02", partner, city=partner.city or "")]
    zone, findings = (partner.zip or "").strip(), []
    if zone and not POSTAL_ZONE.fullmatch(zone):
        findings.append(_warning("CO-PARTNER-04", partner, value=zone))
        zone = ""
    if place is None:
        findings.append(_warning("CO-PARTNER-09", partner, value=code))
    return Address(
        id=code,
        city_name=place.name if place else clean(partner.city, LONGEST_LINE) or None,
        postal_zone=zone or None,
        country_subentity=department.name if department else None,
        country_subentity_code=code[:2],
        lines=lines,
        country_code=catalogs.COLOMBIA,
        country_name=catalogs.COLOMBIA_NAME,
        country_language="es",
    ), findings


def _address_abroad(partner, lines):
    city = clean(partner.city, LONGEST_LINE)
    if not city:
        return None, [_warning("CO-PARTNER-05", partner, country=partner.country_id.name)]
    installed = dict(partner.env["res.lang"].get_installed())
    spanish = next((code for code in LANGUAGES if code in installed), None)
    country = partner.country_id.with_context(lang=spanish) if spanish else partner.country_id
    return Address(
        city_name=city, lines=lines, country_code=country.code, country_name=country.name, country_language="es",
    ), []


def _activities(partner):
    return partner.l10n_mx_co_edi_ciiu or None


def _contact(partner):
    mailbox = clean(partner._l10n_mx_co_edi_mailbox(), LONGEST_LINE) or None
    telephone = clean(partner.phone, LONGEST_LINE) or None
    return Contact(telephone=telephone, electronic_mail=mailbox) if mailbox or telephone else None


def _warning(code, partner, **params):
    return Finding.warning(code, "", partner=partner.name, partner_id=partner.id, **params)


def _error(code, partner, **params):
    return Finding.error(code, "", partner=partner.name, partner_id=partner.id, **params)
