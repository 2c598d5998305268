"""Rules about Emisor and Receptor (CFDI40130, CFDI40140 to CFDI40161)."""

import re
import unicodedata
from collections.abc import Iterator

from ...findings import Finding
from ...rfc import GENERIC_FOREIGN, GENERIC_NATIONAL, person_type, rfc_problem
from ..catalogs import PAIS, REGIMEN_FISCAL, TAX_ID_PATTERNS, USO_CFDI, find, regime_allowed, use_allowed
from ..model import Comprobante
from .common import day, is_generic, postal_code_doubts
from .registry import rule

GENERAL_PUBLIC = "PUBLICO EN GENERAL"
NO_OBLIGATIONS = "616"
# categories of Unicode that no registered name holds: pictures, joiners, private and unassigned characters
_NO_LETTERS = ("So", "Sk", "Cf", "Co", "Cn")


@rule("MX-RFC-01", "MX-RFC-02")
def taxpayer_numbers_can_exist(c: Comprobante) -> Iterator[Finding]:
    """Length and characters are the shape's; SAT itself gave out numbers with a wrong check digit."""
    numbers = [("Emisor.Rfc", c.emisor.rfc), ("Receptor.Rfc", c.receptor.rfc)]
    numbers += [
        (f"Conceptos[{index}].ACuentaTerceros.RfcACuentaTerceros", line.a_cuenta_terceros.rfc_a_cuenta_terceros)
        for index, line in enumerate(c.conceptos)
        if line.a_cuenta_terceros
    ]
    for where, rfc in numbers:
        problem = rfc_problem(rfc)
        if problem == "check_digit":
            yield Finding.warning("MX-RFC-01", where, rfc=rfc)
        elif problem == "date":
            yield Finding.error("MX-RFC-02", where, rfc=rfc)


@rule("CFDI40140", "CFDI40141")
def issuer_regime_fits(c: Comprobante) -> Iterator[Finding]:
    regime = c.emisor.regimen_fiscal
    if find(REGIMEN_FISCAL, regime, day(c)) is None:
        yield Finding.error("CFDI40140", "Emisor.RegimenFiscal", value=regime)
    elif person_type(c.emisor.rfc) and not regime_allowed(regime, person_type(c.emisor.rfc)):
        yield Finding.error("CFDI40141", "Emisor.RegimenFiscal", value=regime, rfc=c.emisor.rfc)


@rule("MX-NAME-01")
def receiver_name_can_be_registered(c: Comprobante) -> Iterator[Finding]:
    """SAT compares the name with its register (CFDI40145), unless the number is a generic one."""
    name = c.receptor.nombre
    if is_generic(c.receptor.rfc) or name.isascii():
        return
    odd = {character for character in name if character > "\xff" and unicodedata.category(character) in _NO_LETTERS}
    if odd:
        yield Finding.error("MX-NAME-01", "Receptor.Nombre", characters=" ".join(sorted(odd)))


@rule("CFDI40130", "CFDI40146")
def general_public_is_written_as_the_law_wants(c: Comprobante) -> Iterator[Finding]:
    if c.receptor.nombre != GENERAL_PUBLIC:
        return
    if c.receptor.rfc != GENERIC_NATIONAL:
        yield Finding.error("CFDI40146", "Receptor.Rfc", rfc=c.receptor.rfc)
    elif c.tipo_de_comprobante == "I" and c.informacion_global is None:
        yield Finding.error("CFDI40130", "InformacionGlobal")


@rule("CFDI40147")
def receiver_postal_code_is_known(c: Comprobante) -> Iterator[Finding]:
    """A warning: only SAT knows the code of the taxpayer, and the packed catalogue ages."""
    code = c.receptor.domicilio_fiscal_receptor
    if code != c.lugar_expedicion:
        yield from postal_code_doubts(c, "CFDI40147", "Receptor.DomicilioFiscalReceptor", code)


@rule("CFDI40149", "CFDI40159")
def generic_receiver_lives_at_the_place_of_issue(c: Comprobante) -> Iterator[Finding]:
    if not is_generic(c.receptor.rfc):
        return
    if c.receptor.domicilio_fiscal_receptor != c.lugar_expedicion:
        yield Finding.error(
            "CFDI40149",
            "Receptor.DomicilioFiscalReceptor",
            value=c.receptor.domicilio_fiscal_receptor,
            expected=c.lugar_expedicion,
        )
    if c.receptor.regimen_fiscal_receptor != NO_OBLIGATIONS:
        yield Finding.error(
            "CFDI40159",
            "Receptor.RegimenFiscalReceptor",
            value=c.receptor.regimen_fiscal_receptor,
            expected=NO_OBLIGATIONS,
        )


@rule("CFDI40150", "CFDI40151", "CFDI40152", "CFDI40153")
def residence_is_a_foreigners(c: Comprobante) -> Iterator[Finding]:
    country, where = c.receptor.residencia_fiscal, "Receptor.ResidenciaFiscal"
    if country is None:
        is_asked_for = c.receptor.num_reg_id_trib is not None or c.exportacion == "02"
        if is_asked_for and c.receptor.rfc == GENERIC_FOREIGN:
            yield Finding.error("CFDI40153", where)
        return
    if country not in PAIS:
        yield Finding.error("CFDI40150", where, value=country)
    if c.receptor.rfc != GENERIC_FOREIGN:
        yield Finding.error("CFDI40151", where, value=country, rfc=c.receptor.rfc)
    if country == "MEX":
        yield Finding.error("CFDI40152", where)


@rule("CFDI40154", "CFDI40156")
def foreign_tax_number_fits(c: Comprobante) -> Iterator[Finding]:
    number, where = c.receptor.num_reg_id_trib, "Receptor.NumRegIdTrib"
    if number is None:
        return
    if c.receptor.rfc != GENERIC_FOREIGN:
        yield Finding.error("CFDI40154", where, value=number, rfc=c.receptor.rfc)
    pattern = TAX_ID_PATTERNS.get(c.receptor.residencia_fiscal or "")
    if pattern and not re.fullmatch(pattern, number):
        yield Finding.error("CFDI40156", where, value=number, country=c.receptor.residencia_fiscal)


def _person(c: Comprobante) -> str:
    """The kind of person of the receiver, '' where the RFC is no RFC: that is said of the RFC and of nothing else."""
    return person_type(c.receptor.rfc)


@rule("CFDI40157", "CFDI40158")
def receiver_regime_fits(c: Comprobante) -> Iterator[Finding]:
    regime, where = c.receptor.regimen_fiscal_receptor, "Receptor.RegimenFiscalReceptor"
    if find(REGIMEN_FISCAL, regime, day(c)) is None:
        yield Finding.error("CFDI40157", where, value=regime)
    elif _person(c) and not is_generic(c.receptor.rfc) and not regime_allowed(regime, _person(c)):
        yield Finding.error("CFDI40158", where, value=regime, rfc=c.receptor.rfc)


@rule("CFDI40160", "CFDI40161")
def use_fits_the_receiver(c: Comprobante) -> Iterator[Finding]:
    use, regime = c.receptor.uso_cfdi, c.receptor.regimen_fiscal_receptor
    if find(USO_CFDI, use, day(c)) is None:
        yield Finding.error("CFDI40160", "Receptor.UsoCFDI", value=use)
    elif (_person(c) and not use_allowed(use, regime, _person(c))) or (
        # the generic numbers buy without tax effects; a credit note may be a return (G02)
        is_generic(c.receptor.rfc) and c.tipo_de_comprobante == "I" and use != "S01"
    ):
        yield Finding.error("CFDI40161", "Receptor.UsoCFDI", value=use, regime=regime, rfc=c.receptor.rfc)
