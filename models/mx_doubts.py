"""What Odoo's own records say against a CFDI, beside the rules of `core`: taxes set up wrongly, receivers that changed.
"""
from ..core import snapshot
from ..core.cfdi.model import Receptor
from ..core.cfdi.rules.accepted import differences
from ..core.errors import SnapshotError
from ..core.findings import Finding
from ..core.rfc import GENERIC
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
    if receiver.rfc in GENERIC:
        return []
    document = move.env["l10n_mx_co_edi.document"].sudo().search([
        ("company_id", "=", move.company_id.id), ("receiver_tax_id", "=", receiver.rfc), ("state", "in", ACCEPTED),
        ("environment", "=", move.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment),
        ("snapshot", "!=", False),
    ], order="id desc", limit=1)
    if not document or document.move_id == move:
        return []
    try:
        accepted = snapshot.load(document.snapshot).receptor
    except SnapshotError:
        return []  # of a later release: nothing can be learnt from it
    return differences(receiver, accepted, day=str(document.issued_at.date()))
