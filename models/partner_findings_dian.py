"""What can be said about a contact's data for DIAN before it is invoiced, without asking anybody.

Hints for the form of the contact: nothing here blocks. What blocks a document is decided by `core.dian.rules`.
"""
import re

from ..core.dian import catalogs
from ..core.dian.nit import check_digit
from ..core.findings import Finding, Severity
from . import adapt_co_party

CIIU = re.compile(r"[0-9]{4}(;[0-9]{4})*", re.ASCII)
MATRICULA = re.compile(r"[0-9]{6,12}", re.ASCII)
ENTERED = (
    "vat", "l10n_mx_co_edi_dian_person", "l10n_mx_co_edi_dian_responsibilities", "l10n_mx_co_edi_dian_regime",
    "l10n_mx_co_edi_dian_tribute", "l10n_mx_co_edi_municipality", "l10n_mx_co_edi_reception_mailbox")


def check(partner):
    """Return the findings about a contact's data, empty if nothing was entered yet."""
    is_own = is_own_company(partner)
    if partner._l10n_mx_co_edi_is_consumer() or not (is_own or any(partner[name] for name in ENTERED)):
        return []
    _identity, numbers = adapt_co_party.identity_of(partner)
    _address, places = adapt_co_party.address_of(partner)
    found = [*numbers, *_number(partner), *places, *_taxes(partner), *_mailbox(partner)]
    if is_own:
        found += _own(partner)
    # the form is no place to stop anybody
    return [finding if finding.severity is not Severity.ERROR
            else Finding.warning(finding.code, finding.where, **finding.params) for finding in found]


def is_own_company(partner):
    """Tell whether the contact is one of the Colombian companies that work here."""
    return partner._origin.id in partner.env.companies.filtered(
        lambda company: company.account_fiscal_country_id.code == "CO").sudo().partner_id.ids


def _number(partner):
    scheme, number, digit = partner._l10n_mx_co_edi_identification()
    if not number:
        return [Finding.warning("CO-PARTNER-06")]
    if not scheme:
        return [Finding.warning("CO-PARTNER-07", kind=partner.l10n_latam_identification_type_id.name)]
    if scheme != catalogs.NIT:
        return []
    if not number.isdecimal():
        return [Finding.warning("CO-ID-02", value=number)]
    expected = check_digit(number)
    return [Finding.warning("FAK24", value=digit, expected=expected)] if digit and digit != expected else []


def _mailbox(partner):
    return [] if partner._l10n_mx_co_edi_mailbox() else [Finding.warning("CO-PARTNER-03", partner=partner.name)]


def _taxes(partner):
    """What contradicts itself; a chosen regime without IVA and a tax scheme with it."""
    if partner.l10n_mx_co_edi_dian_regime and partner.l10n_mx_co_edi_dian_tribute:
        has_iva = partner.l10n_mx_co_edi_dian_tribute in (catalogs.IVA, "ZA")
        if has_iva != (partner.l10n_mx_co_edi_dian_regime == "48"):
            return [Finding.warning("CO-PARTNER-08")]
    return []


def _own(partner):
    """What a company must or should have to issue."""
    if not partner.street:
        yield Finding.warning("CO-COMPANY-01")
    if not partner.l10n_mx_co_edi_ciiu:
        yield Finding.info("CO-COMPANY-02")
    elif not CIIU.fullmatch(partner.l10n_mx_co_edi_ciiu):
        yield Finding.warning("CO-COMPANY-03", value=partner.l10n_mx_co_edi_ciiu)
    if partner.l10n_mx_co_edi_matricula and not MATRICULA.fullmatch(partner.l10n_mx_co_edi_matricula):
        yield Finding.warning("FAJ51", value=partner.l10n_mx_co_edi_matricula)
    if not partner.l10n_mx_co_edi_dian_regime or not partner.l10n_mx_co_edi_dian_tribute:
        yield Finding.info("CO-COMPANY-04")
