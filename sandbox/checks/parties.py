"""Issuer and receiver against the register: CFDI40138 to CFDI40161."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .. import names
from ..problems import Problem
from ..register import Taxpayer, is_generic
from .context import Context
from .reading import complement, is_kind

MORAL_ONLY = frozenset(["601", "603", "620", "622", "623", "624"])
NATURAL_ONLY = frozenset(["605", "606", "607", "608", "611", "612", "614", "615", "616", "621", "625"])
NO_OBLIGATIONS = "616"

_ORDINARY = frozenset(["601", "603", "606", "612", "620", "621", "622", "623", "624", "625", "626"])
_PERSONAL = frozenset(["605", "606", "607", "608", "611", "612", "614", "615", "625"])
_ALL = _ORDINARY | _PERSONAL | {"610", "616"}
USES: dict[str, tuple[str, frozenset[str]]] = {
    **dict.fromkeys(["G01", "G03", "I01", "I02", "I03", "I04", "I05", "I06", "I07", "I08"], ("FM", _ORDINARY)),
    "G02": ("FM", _ORDINARY | {"616"}),
    **{f"D{index:02d}": ("F", _PERSONAL) for index in range(1, 11)},
    "S01": ("FM", _ALL),
    "CP01": ("FM", _ALL),
    "CN01": ("F", frozenset({"605"})),
}


def person(rfc: str) -> str:
    return "M" if len(rfc) == 12 else "F"


def fits_person(rfc: str, regime: str) -> bool:
    return regime not in (NATURAL_ONLY if person(rfc) == "M" else MORAL_ONLY)


def issuer(context: Context) -> Iterator[Problem]:
    node = context.document.child("Emisor")
    if node is None:
        return
    rfc, regime = node.get("Rfc", ""), node.get("RegimenFiscal", "")
    if not fits_person(rfc, regime):
        message = "El RegimenFiscal del emisor no corresponde con el tipo de persona."
        yield Problem("CFDI40141", message, "Emisor.RegimenFiscal")
    known = context.register.taxpayer(rfc)
    if known is None:
        if not context.open_register:
            message = "El Nombre del emisor no se encuentra en la lista de RFC inscritos no cancelados."
            yield Problem("CFDI40138", message, "Emisor.Nombre")
        return
    if known.name and node.get("Nombre", "") != known.name:
        message = "El Nombre del emisor no es el asociado al RFC registrado."
        yield Problem("CFDI40139", message, f"Emisor.Nombre ≠ {known.name}")
    if known.regimes and regime not in known.regimes:
        message = "El RegimenFiscal no es de los registrados para el RFC del emisor."
        yield Problem("CFDI40141", message, "Emisor.RegimenFiscal")


def receiver(context: Context) -> Iterator[Problem]:
    node = context.document.child("Receptor")
    if node is None:
        return
    rfc, name = node.get("Rfc", ""), node.get("Nombre", "")
    if name == names.PUBLIC_NAME and rfc != names.GENERIC_NATIONAL:
        message = "Con el nombre PUBLICO EN GENERAL el RFC debe ser XAXX010101000."
        yield Problem("CFDI40146", message, "Receptor.Rfc")
    if is_generic(rfc):
        yield from _generic(context, node)
        return
    known = context.register.taxpayer(rfc)
    if known is not None:
        yield from _registered(node, known)
    elif not context.open_register:
        message = "El RFC del receptor no está en la lista de RFC inscritos no cancelados en el SAT."
        yield Problem("CFDI40143", message, "Receptor.Rfc")
    postal_code = node.get("DomicilioFiscalReceptor", "")
    if context.catalogues.installed and context.catalogues.place(postal_code) is None:
        message = "El DomicilioFiscalReceptor no se encuentra en la lista de RFC inscritos."
        yield Problem("CFDI40147", message, "Receptor.DomicilioFiscalReceptor")


def _generic(context: Context, node: etree._Element) -> Iterator[Problem]:
    if node.get("DomicilioFiscalReceptor") != context.document["LugarExpedicion"]:
        message = "Con RFC genérico el DomicilioFiscalReceptor debe ser igual al LugarExpedicion."
        yield Problem("CFDI40149", message, "Receptor.DomicilioFiscalReceptor")
    if node.get("RegimenFiscalReceptor") != NO_OBLIGATIONS:
        message = "Con RFC genérico el RegimenFiscalReceptor debe ser 616."
        yield Problem("CFDI40159", message, "Receptor.RegimenFiscalReceptor")


def _registered(node: etree._Element, known: Taxpayer) -> Iterator[Problem]:
    if known.name and node.get("Nombre", "") != known.name:
        message = "El Nombre del receptor no es el asociado al RFC registrado."
        yield Problem("CFDI40145", message, f"Receptor.Nombre ≠ {known.name}")
    if known.postal_code and node.get("DomicilioFiscalReceptor", "") != known.postal_code:
        message = "El DomicilioFiscalReceptor no es el asociado al RFC del receptor."
        yield Problem("CFDI40148", message, "Receptor.DomicilioFiscalReceptor")
    if known.regimes and node.get("RegimenFiscalReceptor", "") not in known.regimes:
        message = "El RegimenFiscalReceptor no es de los registrados para el RFC del receptor."
        yield Problem("CFDI40158", message, "Receptor.RegimenFiscalReceptor")


def foreign_receiver(context: Context) -> Iterator[Problem]:
    node = context.document.child("Receptor")
    if node is None:
        return
    residence, tax_id = node.get("ResidenciaFiscal"), node.get("NumRegIdTrib")
    if node.get("Rfc") != names.GENERIC_FOREIGN:
        if residence is not None:
            message = "La ResidenciaFiscal no debe existir con un receptor nacional."
            yield Problem("CFDI40151", message, "Receptor.ResidenciaFiscal")
        if tax_id is not None:
            message = "El NumRegIdTrib no debe existir con un receptor nacional."
            yield Problem("CFDI40154", message, "Receptor.NumRegIdTrib")
        return
    if residence == "MEX":
        yield Problem("CFDI40152", "La ResidenciaFiscal no puede ser MEX.", "Receptor.ResidenciaFiscal")
    has_foreign_trade = complement(context, names.FOREIGN_TRADE) is not None
    if residence is None and (has_foreign_trade or tax_id is not None):
        yield Problem("CFDI40153", "Falta la ResidenciaFiscal.", "Receptor.ResidenciaFiscal")
    if tax_id is None and has_foreign_trade:
        yield Problem("CFDI40155", "Falta el NumRegIdTrib.", "Receptor.NumRegIdTrib")
    if tax_id is not None and residence in ("USA", "CAN") and not (len(tax_id) == 9 and tax_id.isdigit()):
        message = "El NumRegIdTrib no cumple con el patrón del país."
        yield Problem("CFDI40156", message, "Receptor.NumRegIdTrib")


def use(context: Context) -> Iterator[Problem]:
    """Regime by person, and the published matrix of use by person and regime."""
    node = context.document.child("Receptor")
    if node is None:
        return
    rfc, regime, code = node.get("Rfc", ""), node.get("RegimenFiscalReceptor", ""), node.get("UsoCFDI", "")
    if not is_generic(rfc) and not fits_person(rfc, regime):
        message = "El RegimenFiscalReceptor no corresponde con el tipo de persona."
        yield Problem("CFDI40158", message, "Receptor.RegimenFiscalReceptor")
    if code not in USES:
        yield Problem("CFDI40160", "El UsoCFDI no está en el catálogo c_UsoCFDI.", "Receptor.UsoCFDI")
        return
    persons, regimes = USES[code]
    allowed = is_generic(rfc) or person(rfc) in persons
    if is_generic(rfc) and is_kind(context, "I") and code != "S01":
        allowed = False
    if not allowed or regime not in regimes:
        message = "El UsoCFDI no corresponde con el tipo de persona y el régimen del receptor."
        yield Problem("CFDI40161", message, f"Receptor.UsoCFDI {code}, régimen {regime}")
