"""What an invoice proposes for the CFDI when nobody says otherwise. Proposals only: every value can be changed.

Payment method: RMF 2.7.1.39. Uses: c_UsoCFDI by tax regime.
"""
from odoo import fields

from ..core import rfc
from ..core.cfdi import catalogs

PAID_NOW = "PUE"
PAID_LATER = "PPD"
FORM_TO_BE_DEFINED = "99"
FORM_TRANSFER = "03"
FORM_WAIVER = "15"
USE_GENERAL_EXPENSES = "G03"
USE_RETURNS = "G02"
USE_NO_TAX_EFFECTS = "S01"
NO_EXPORT = "01"


def metodo_pago(move):
    """Return PPD if the invoice is due in a later month than it is issued in, or in instalments; else PUE.

    A credit note is always settled at once (PUE).
    """
    if move.move_type != "out_invoice":
        return PAID_NOW
    if len(move.invoice_payment_term_id.line_ids) > 1:
        return PAID_LATER
    issued = move.invoice_date or fields.Date.context_today(move)
    due = move.invoice_date_due or issued
    return PAID_LATER if (due.year, due.month) > (issued.year, issued.month) else PAID_NOW


def forma_pago(move, metodo):
    """Return 99 for PPD; for a credit note the form of the invoice it corrects; else the customer's usual form."""
    if metodo == PAID_LATER:
        return FORM_TO_BE_DEFINED
    if move.move_type == "out_refund" and move.reversed_entry_id:
        original = move.reversed_entry_id.l10n_mx_co_edi_forma_pago
        # an amount that was never paid is not paid back either: the customer is let off it
        return FORM_WAIVER if original == FORM_TO_BE_DEFINED else original or FORM_TRANSFER
    return move.commercial_partner_id.l10n_mx_co_edi_forma_pago or FORM_TRANSFER


def uso_cfdi(move):
    """Return G02 for a credit note, the customer's own use or G03 for an invoice; S01 where these are not allowed."""
    partner = move.commercial_partner_id
    number = rfc.normalise(partner.vat)
    regimen = partner.l10n_mx_co_edi_regimen_fiscal
    if move.move_type == "out_refund":
        wanted = USE_RETURNS
    elif number in rfc.GENERIC:
        wanted = USE_NO_TAX_EFFECTS
    else:
        wanted = partner.l10n_mx_co_edi_uso_cfdi or USE_GENERAL_EXPENSES
    allowed = not regimen or use_allowed(wanted, regimen, rfc.person_type(number))
    return wanted if allowed else USE_NO_TAX_EFFECTS


def use_allowed(use, regimen, person):
    """Tell whether c_UsoCFDI allows the use for the receiver's regime and person ('F', 'M' or '' if unknown)."""
    entry = catalogs.find(catalogs.USO_CFDI, use)
    return bool(entry) and (not person or person in entry.persons) and regimen in catalogs.REGIMES_OF_USE[use]


def regime_allowed(regimen, person):
    """Tell whether a person of this kind ('F', 'M' or '' if unknown) may have the regime."""
    entry = catalogs.find(catalogs.REGIMEN_FISCAL, regimen)
    return bool(entry) and (not person or person in entry.persons)
