"""Everything that can be said about a CFDI as a file: also what the model cannot hold.

For documents that somebody else wrote, and for those that a provider refused without naming the reason (301, 705,
CFDI40999): what is found here are the suspects.
"""

from collections.abc import Iterator

from lxml import etree

from ...errors import InvalidDocument, UnknownComplement, XmlRefused
from ...findings import Finding
from ...xmlio.parse import CFDI_LIMITS, Limits, parse_untrusted
from .. import names, seal
from ..cadena import require_comprobante
from ..read import parse_tree

FOREIGN_TRADE = "{http://www.sat.gob.mx/ComercioExterior20}ComercioExterior"
NOT_DEFINITIVE = ("01", "03")


def check_file(xml: bytes, *, limits: Limits = CFDI_LIMITS) -> list[Finding]:
    """Form, rules and seal of a document; never raises.

    MX-XSD-01: no CFDI 4.0 at all. MX-COMP-06 (warning): a complement that is not known here; the rest was not checked.
    """
    from . import check

    try:
        root = parse_untrusted(xml, limits=limits)
        require_comprobante(root)
    except (XmlRefused, InvalidDocument) as error:
        return [Finding.error("MX-XSD-01", message=str(error))]
    found = [*empty_tax_nodes(root), *foreign_trade_without_export(root)]
    if root.get("Sello"):
        found += [finding for finding in seal.verify_tree(root) if finding.code != "MX-SEAL-02"]
    try:
        return [*found, *check(parse_tree(root))]
    except InvalidDocument as error:
        return [*found, Finding.error("MX-XSD-01", message=str(error))]
    except UnknownComplement as error:
        return [*found, Finding.warning("MX-COMP-06", "Complemento", name=error.name, namespace=error.namespace)]


def empty_tax_nodes(root: etree._Element) -> Iterator[Finding]:
    """CFDI40173: a line's Impuestos holds a charged or a withheld tax. The model leaves an empty node out."""
    for index, line in enumerate(root.iterfind(f"{names.cfdi('Conceptos')}/{names.cfdi('Concepto')}")):
        taxes = line.find(names.cfdi("Impuestos"))
        if taxes is not None and not any(len(group) for group in taxes.iterchildren("*")):
            yield Finding.error("CFDI40173", f"Conceptos[{index}].Impuestos")


def foreign_trade_without_export(root: etree._Element) -> Iterator[Finding]:
    """CFDI40222: foreign trade stands beside a definitive export only."""
    has_trade = any(holder.find(FOREIGN_TRADE) is not None for holder in root.iterfind(names.COMPLEMENTO))
    if has_trade and root.get("Exportacion") in NOT_DEFINITIVE:
        yield Finding.error("CFDI40222", "Exportacion", value=root.get("Exportacion", ""))
