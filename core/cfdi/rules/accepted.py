"""What SAT accepted the last time, as the nearest thing to its register of names and postal codes.

CFDI40143 to CFDI40148 compare a receiver with a list that only SAT has. But a stamp proves that RFC, name, postal code
and regime were in that list on its day; who changes one of them afterwards has a reason, or a typing error.
"""

from ...findings import Finding
from ..model import Receptor

_FIELDS = (
    ("MX-SEEN-01", "nombre", "Nombre"),
    ("MX-SEEN-02", "domicilio_fiscal_receptor", "DomicilioFiscalReceptor"),
    ("MX-SEEN-03", "regimen_fiscal_receptor", "RegimenFiscalReceptor"),
)


def differences(receiver: Receptor, accepted: Receptor, day: str = "") -> list[Finding]:
    """Warnings where `receiver` differs from the `accepted` one of a stamped document of `day`; [] for another RFC.

    What is empty is no change: that it is missing is said by a finding of its own.
    """
    if receiver.rfc != accepted.rfc:
        return []
    return [
        Finding.warning(code, f"Receptor.{name}", value=new, accepted=old, day=day)
        for code, field, name in _FIELDS
        if (new := getattr(receiver, field)) and new != (old := getattr(accepted, field))
    ]
