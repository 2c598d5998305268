"""One mistake, one finding: what only follows from a mistake that is named already is left out."""
from ..core.findings import Finding

# lines that no CFDI can have; every sum they are part of is wrong with them
CAUSES = ("MX-AMT-01", "MX-LINE-02", "MX-LINE-03")
SUMS = ("Conceptos", "SubTotal", "Descuento", "Total", "Impuestos")


def without_consequences(found: list[Finding]) -> list[Finding]:
    """Return `found` without what is said about spoilt lines, and about the sums over them, beside the cause itself."""
    spoilt = {finding.where for finding in found if finding.code in CAUSES}
    if not spoilt:
        return found
    named = set()
    return [finding for finding in found if _is_worth_saying(finding, spoilt, named)]


def _is_worth_saying(finding: Finding, spoilt: set[str], named: set[str]) -> bool:
    if finding.code not in CAUSES:
        return not any(finding.where == where or finding.where.startswith(f"{where}.") for where in spoilt) and (
            finding.where.split(".")[0] not in SUMS)
    if finding.where in named:  # a negative discount is a negative amount, too
        return False
    named.add(finding.where)
    return True
