"""What Odoo's own records say against a CFDI, beside the rules of `core`: taxes set up wrongly, receivers that changed.
"""
from dataclasses import replace

from ..core import snapshot
from ..core.cfdi.model import Receptor
from ..core.cfdi.rules.accepted import differences
from ..core.errors import SnapshotError
from ..core.findings import Finding
from ..core.rfc import GENERIC, normalise
from ..core.states import State

# what the SAT has seen and taken; a document that was cancelled later had a right receiver, too
ACCEPTED = (
    State.VALID, State.CANCEL_SENDING, State.CANCEL_PENDING, State.CANCEL_IN_DOUBT, State.CANCELLED)


def of_taxes(move) -> list[Finding]:
    """Return what is wrong with the taxes of the lines, each finding once, at the first line that has it."""
    found, seen = [], set()
    for number, line in enumerate(move._l10n_mx_co_edi_concept_lines()):
        for tax in line.tax_ids:
            if tax.id not in seen:
                seen.add(tax.id)
                for leaf in tax.flatten_taxes_hierarchy():
                    found.extend(leaf._l10n_mx_co_edi_check(f"Conceptos[{number}].Impuestos"))
    return found


def of_receiver(move, receiver: Receptor) -> list[Finding]:
    """Return how `receiver` differs from the one of the last document for its RFC that the SAT accepted."""
    accepted = _accepted(move.company_id, receiver.rfc)
    if not accepted or accepted[1].move_id == move:
        return []
    return _doubts(move.commercial_partner_id, receiver, *accepted)


def of_partner(partner, company) -> list[Finding]:
    """Return the same about a contact, before it is invoiced by `company`."""
    partner = partner.commercial_partner_id
    accepted = _accepted(company, normalise(partner.vat))
    if not accepted:
        return []
    receiver = replace(
        accepted[0], nombre=partner._l10n_mx_co_edi_legal_name(),
        domicilio_fiscal_receptor=partner._l10n_mx_co_edi_postal_code(),
        regimen_fiscal_receptor=partner.l10n_mx_co_edi_regimen_fiscal or "")
    return _doubts(partner, receiver, *accepted)


def _doubts(partner, receiver: Receptor, accepted: Receptor, document) -> list[Finding]:
    """A Constancia of a later day than the stamp knows better than the stamp."""
    day = document.issued_at.date()
    constancia = partner.l10n_mx_co_edi_csf_date
    if constancia and constancia > day:
        return []
    return differences(receiver, accepted, day=str(day))


def _accepted(company, rfc):
    """Return (Receptor, document) of the last document of `company` for this RFC that the SAT took, or None."""
    if not rfc or rfc in GENERIC:
        return None
    document = company.env["l10n_mx_co_edi.document"].sudo().search([
        ("company_id", "=", company.id), ("receiver_tax_id", "=", rfc), ("state", "in", ACCEPTED),
        ("environment", "=", company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment),
        ("snapshot", "!=", False),
    ], order="id desc", limit=1)
    if not document:
        return None
    try:
        return snapshot.load(document.snapshot).receptor, document
    except SnapshotError:
        return None  # of a later release: nothing can be learnt from it
