"""What an invoice proposes for DIAN when nobody says otherwise. Proposals only: every value can be changed."""
from odoo.tools import SQL

from ..core.dian import catalogs
from ..core.dian.catalogs import DOCUMENT_TYPE
from . import dian_selection

SALE, EXPORT, PAPER = "01", "02", "03"
CREDIT_NOTE, DEBIT_NOTE, SUPPORT, ADJUSTMENT = "91", "92", "05", "95"
INVOICES = ("01", "02", "03", "04")
NOTES = (CREDIT_NOTE, DEBIT_NOTE, ADJUSTMENT)
ANNULMENT = catalogs.ANNULMENT
BY_HAND_ONLY = ("03", "04")  # contingency is somebody's decision
PARTIAL_RETURN, OTHER_DEBIT = "1", "4"
MEANS_NOT_DEFINED, MEANS_CASH, MEANS_TRANSFER = "1", "10", "47"
_MEANS_OF_JOURNAL = {"cash": MEANS_CASH, "bank": MEANS_TRANSFER, "credit": "48"}


def type_code(move):
    """Return DIAN's type of document that this entry of a Colombian company becomes, empty for any other entry."""
    if not move.company_id or move.company_id.account_fiscal_country_id.code != "CO":
        return ""
    if move.move_type == "out_invoice":
        return DEBIT_NOTE if move.debit_origin_id else move.l10n_mx_co_edi_dian_type or SALE
    if move.move_type == "out_refund":
        return CREDIT_NOTE
    journal = move.journal_id
    if "l10n_mx_co_edi_support_document" in journal._fields and journal.l10n_mx_co_edi_support_document:
        return {"in_invoice": SUPPORT, "in_refund": ADJUSTMENT}.get(move.move_type, "")
    return ""


def invoice_type(move):
    """Return 02 for what goes to another country, else 01; contingency (03, 04) stays where somebody decided it.

    Who uses the journal of contingency writes down an invoice on paper (03): its numbers are good for nothing else.
    """
    if move.move_type != "out_invoice" or move.debit_origin_id or not type_code(move):
        return False
    if move.journal_id.l10n_mx_co_edi_contingency:
        return PAPER
    if move.l10n_mx_co_edi_dian_type in BY_HAND_ONLY:
        return move.l10n_mx_co_edi_dian_type
    country = move.partner_shipping_id.country_id or move.commercial_partner_id.country_id
    return EXPORT if country and country.code != catalogs.COLOMBIA else SALE


def operation(move):
    """Return the operation (CustomizationID): what somebody chose if the type allows it, else the usual one."""
    code = type_code(move)
    kind = DOCUMENT_TYPE.get(code)
    if not kind:
        return False
    if kind.is_support:
        country = move.commercial_partner_id.country_id
        return "11" if country and country.code != catalogs.COLOMBIA else "10"
    allowed = operations(move)
    chosen = move.l10n_mx_co_edi_dian_operation
    return chosen if chosen in allowed else allowed[0]


def operations(move):
    """Return the operations that the document may have, the proposed one first; a note without an invoice names none.
    """
    code = type_code(move)
    allowed = dian_selection.operations_of(code)
    if code in (CREDIT_NOTE, DEBIT_NOTE) and not (move.reversed_entry_id or move.debit_origin_id):
        return tuple(operation for operation in allowed if operation in catalogs.WITHOUT_REFERENCE)
    return allowed


def payment_form(move):
    """Return 2 (credit) for what is due after its date or in instalments, else 1 (cash)."""
    if not type_code(move):
        return False
    if move.move_type in ("out_invoice", "in_invoice") and len(move.invoice_payment_term_id.line_ids) > 1:
        return catalogs.CREDIT
    issued = move.invoice_date or dian_selection.today()
    return catalogs.CREDIT if move.invoice_date_due and move.invoice_date_due > issued else catalogs.CASH


def payment_means(moves):
    """Return the means of payment of each invoice: its payment method's, else the customer's last; else "not defined".
    """
    ours = moves.filtered(type_code)
    last = _last_means(ours)
    found = {}
    for move in ours:
        journal = move.preferred_payment_method_line_id.journal_id
        found[move] = (
            _MEANS_OF_JOURNAL.get(journal.type)
            or move.reversed_entry_id.l10n_mx_co_edi_dian_payment_means
            or last.get((move.partner_id._origin.id, move.company_id.id)) or MEANS_NOT_DEFINED)
    return found


def _last_means(moves):
    """Return {(partner, company): means of the newest invoice}; what this transaction has not written is not seen."""
    pairs = {(move.partner_id._origin.id, move.company_id.id) for move in moves if move.partner_id._origin.id}
    if not pairs:
        return {}
    partners, companies = zip(*sorted(pairs), strict=True)
    moves.env.cr.execute(SQL("""
        SELECT pair.partner, pair.company, newest.means
          FROM unnest(%s, %s) AS pair(partner, company)
         CROSS JOIN LATERAL (
            SELECT l10n_mx_co_edi_dian_payment_means AS means
              FROM account_move
             WHERE partner_id = pair.partner AND company_id = pair.company
               AND l10n_mx_co_edi_dian_payment_means IS NOT NULL
             ORDER BY id DESC LIMIT 1) AS newest
        """, list(partners), list(companies)))
    return {(partner, company): means for partner, company, means in moves.env.cr.fetchall()}


def concept(move):
    """Return why a note is made: what somebody chose if its list has it, else a return, of a debit note "other".

    That the whole of an invoice is annulled is known to whoever reverses it (`_reverse_moves`), not to its lines.
    """
    code = type_code(move)
    chosen = move.l10n_mx_co_edi_dian_concept
    if chosen in dian_selection.concepts_of(code):
        return chosen
    return {CREDIT_NOTE: PARTIAL_RETURN, ADJUSTMENT: PARTIAL_RETURN, DEBIT_NOTE: OTHER_DEBIT}.get(code, False)
