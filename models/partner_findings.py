"""What can be said about a contact's fiscal data before it is invoiced, without asking anybody.

Hints for the form of the contact: nothing here blocks. What blocks an invoice is decided by `core.cfdi.rules`.
"""
import re

from ..core import rfc
from ..core.findings import Finding
from . import mx_doubts, place_findings
from .cfdi_defaults import regime_allowed, use_allowed

KIND_OF_COMPANY = re.compile(
    r"[\s,]+((S\.?\s?A\.?|S\.?\s?DE\s?R\.?\s?L\.?|S\.?\s?A\.?\s?P\.?\s?I\.?|S\.?\s?A\.?\s?S\.?|S\.?\s?C\.?|A\.?\s?C\.?)"
    r"([\s,]*DE\s?C\.?\s?V\.?)?)$", re.IGNORECASE)


def check(partner):
    """Return the findings about the fiscal data of a contact, empty if nothing was entered yet."""
    if not (partner.vat or partner.l10n_mx_co_edi_regimen_fiscal or partner.l10n_mx_co_edi_fiscal_name):
        return []
    return [*_number(partner), *_name(partner), *_place(partner), *_regime(partner), *_seen(partner)]


def _number(partner):
    if not partner.vat:
        return [Finding.warning("MX-PARTNER-01")]
    problem = rfc.rfc_problem(rfc.normalise(partner.vat))
    if partner.country_code not in (False, "MX") or not problem:
        return []
    return [Finding.warning("MX-PARTNER-03" if problem == "check_digit" else "MX-PARTNER-02")]


def _seen(partner):
    """What the SAT accepted the last time is the nearest thing to its register."""
    company = (partner.company_id or partner.env.company).sudo()
    if not company._l10n_mx_co_edi_issues_cfdi():
        return []
    return mx_doubts.of_partner(partner, company)


def _name(partner):
    match = KIND_OF_COMPANY.search(partner._l10n_mx_co_edi_legal_name())
    # "SC" may be part of a name: a remark, and nothing is cut off
    return [Finding.info("MX-PARTNER-04", suffix=match.group(1))] if match and partner.is_company else []


def _place(partner):
    if rfc.normalise(partner.vat) in rfc.GENERIC or partner.country_code not in (False, "MX"):
        return []
    code = partner._l10n_mx_co_edi_postal_code()
    if not code:
        return [Finding.warning("MX-PARTNER-06")]
    if place_findings.place_of(partner.env, code) is None:
        return [Finding.warning("CFDI40147")]
    return place_findings.ended(partner.env, code, "CFDI40147")


def _regime(partner):
    number = rfc.normalise(partner.vat)
    regime = partner.l10n_mx_co_edi_regimen_fiscal
    if not regime:
        return [Finding.warning("MX-PARTNER-05")]
    if number in rfc.GENERIC:
        return [] if regime == "616" else [Finding.warning("CFDI40159")]
    person = rfc.person_type(number)
    if not regime_allowed(regime, person):
        return [Finding.warning("CFDI40158")]
    use = partner.l10n_mx_co_edi_uso_cfdi
    if use and not use_allowed(use, regime, person):
        return [Finding.warning("CFDI40161")]
    return []
