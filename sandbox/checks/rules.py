"""The list of business rules in the order of the published matrix."""

from __future__ import annotations

from . import complements, concepts, global_invoice, header, parties, summary, taxes
from .context import Rule

RULES: list[Rule] = [
    header.form_of_payment,
    header.subtotal,
    header.discount,
    header.exchange_rate,
    header.grand_total,
    header.export,
    header.place_of_issue,
    header.confirmation,
    global_invoice.information,
    parties.issuer,
    parties.receiver,
    parties.foreign_receiver,
    parties.use,
    concepts.amounts,
    concepts.object_of_tax,
    concepts.fuel_permits,
    taxes.transfers,
    taxes.withholdings,
    taxes.simplified_regime,
    concepts.third_parties,
    concepts.customs,
    summary.presence,
    summary.withheld_total,
    summary.transferred_total,
    summary.withheld_rows,
    summary.transferred_rows,
    complements.unchecked,
]
