"""The withholding of the simplified regime (RESICO): LISR 113-J, CFDI140224 and CFDI140225.

Which of the two applies is a mark in SAT's list of taxpayers that nobody outside can read. The law's ordinary case is
the withholding, so its absence is worth a warning; a withholding that the mark forbids is found out by SAT alone.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ...findings import Finding
from ...rfc import person_type
from ..model import Comprobante
from .registry import rule

SIMPLIFIED = "626"
ISR = "001"
RATE = Decimal("0.0125")


@rule("CFDI140225", valid_from=date(2022, 1, 1))
def companies_withhold_from_the_simplified_regime(c: Comprobante) -> Iterator[Finding]:
    """An individual (626) who invoices a company: 1.25 % of ISR, and no other rate."""
    if c.tipo_de_comprobante != "I" or c.emisor.regimen_fiscal != SIMPLIFIED:
        return
    if person_type(c.emisor.rfc) != "F" or person_type(c.receptor.rfc) != "M":
        return
    held = [tax for line in c.conceptos for tax in line.retenciones if tax.impuesto == ISR]
    if not any(tax.tasa_o_cuota == RATE for tax in held):
        yield Finding.warning("CFDI140225", "Conceptos", value=held[0].tasa_o_cuota if held else "")
