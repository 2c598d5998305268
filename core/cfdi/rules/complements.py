"""Documents that need a complement which this program does not write: refused before a stamp is spent.

What the law asks for is dated; the lists are short on purpose: nobody is refused who is in the right. Our codes:

    MX-COMP-01 freight without Carta Porte (RMF 2.7.7.1); a warning where it depends on the road that was taken
    MX-COMP-02 a sale to a political party without INE (Reglamento de Fiscalización del INE, 46)
    MX-COMP-03 a donation without Donatarias (CFF 29-A V b; RMF 2.7.1.7)
    MX-COMP-04 a payment or a payroll without its own complement
    MX-COMP-05 tuition without the school's data (decree of 2013-12-26, 1.10): a warning, only the deduction is lost
"""

from collections.abc import Iterator
from datetime import date

from ...findings import Finding
from ...rfc import GENERIC_FOREIGN
from ..model import Comprobante
from .common import is_sale
from .registry import rule

DEFINITIVE_EXPORT = "02"
# HidroYPetro, RMF 2.7.1.48: its catalogues are in force since this day
FUEL_FROM = date(2026, 4, 24)
FUELS = frozenset({"15101505", "15101514", "15101515"})
IVA = "002"

FREIGHT = ("781015", "781016", "781017", "781018", "781019")
# descriptions of the catalogue that say: local, rented out, moving, packets, pipelines, armoured cars, agents
PERHAPS_FREIGHT = ("781021", "781022", "78121603", "78141500", "78141501", "84121806", "9212180")
SURELY_NOT_FEDERAL = frozenset({"78101604", "78101605", "78101606", "78101801", "78101804", "78101805"})

PARTY_NAMES = frozenset(
    {
        "PARTIDO ACCION NACIONAL",
        "PARTIDO REVOLUCIONARIO INSTITUCIONAL",
        "PARTIDO DEL TRABAJO",
        "PARTIDO VERDE ECOLOGISTA DE MEXICO",
        "PARTIDO DE LA REVOLUCION DEMOCRATICA",
        "MOVIMIENTO CIUDADANO",
        "MORENA",
    }
)
DONATION_USE, DONATION_KEY, NON_PROFIT = "D04", "84101600", "603"
TUITION_USE, EDUCATION = "D10", "8612"


def _is_export(c: Comprobante) -> bool:
    """Foreign trade and a definitive export (02) are one and the same by CCE104 to CCE106."""
    return c.exportacion == DEFINITIVE_EXPORT


@rule("CFDI40155")
def exported_to_a_foreigner_with_a_number(c: Comprobante) -> Iterator[Finding]:
    if _is_export(c) and c.receptor.rfc == GENERIC_FOREIGN and c.receptor.num_reg_id_trib is None:
        yield Finding.error("CFDI40155", "Receptor.NumRegIdTrib")


@rule("CFDI40195", "CFDI40200")
def exported_goods_name_no_import(c: Comprobante) -> Iterator[Finding]:
    if not _is_export(c):
        return
    for index, line in enumerate(c.conceptos):
        if line.informacion_aduanera:
            yield Finding.error("CFDI40195", f"Conceptos[{index}].InformacionAduanera")
        for number, part in enumerate(line.partes):
            if part.informacion_aduanera:
                yield Finding.error("CFDI40200", f"Conceptos[{index}].Parte[{number}].InformacionAduanera")


@rule("CFDI40163", valid_from=FUEL_FROM)
def fuel_states_its_permit(c: Comprobante) -> Iterator[Finding]:
    if is_sale(c):
        for index, line in enumerate(c.conceptos):
            if line.clave_prod_serv in FUELS:
                where = f"Conceptos[{index}].ClaveProdServ"
                yield Finding.error("CFDI40163", where, value=line.clave_prod_serv, complement="HidroYPetro")


@rule("CFDI40164")
def fuel_is_sold_with_iva(c: Comprobante) -> Iterator[Finding]:
    """LIVA 1: fuels have no other treatment. A warning, as SAT's column of compulsory taxes is empty for them."""
    if not is_sale(c):
        return
    for index, line in enumerate(c.conceptos):
        if line.clave_prod_serv in FUELS and not any(tax.impuesto == IVA for tax in line.traslados):
            where = f"Conceptos[{index}].ClaveProdServ"
            yield Finding.warning("CFDI40164", where, value=line.clave_prod_serv, tax="IVA")


@rule("MX-COMP-01", valid_from=date(2022, 1, 1))
def freight_travels_with_its_letter(c: Comprobante) -> Iterator[Finding]:
    """For the carrier's invoice (I): the goods' own transfer (T) has no freight among its lines."""
    if c.tipo_de_comprobante != "I":
        return
    for index, line in enumerate(c.conceptos):
        key = line.clave_prod_serv
        if key.startswith(FREIGHT) and key not in SURELY_NOT_FEDERAL:
            yield Finding.error("MX-COMP-01", f"Conceptos[{index}].ClaveProdServ", value=key)
        elif key.startswith(PERHAPS_FREIGHT) or key in SURELY_NOT_FEDERAL:
            yield Finding.warning("MX-COMP-01", f"Conceptos[{index}].ClaveProdServ", value=key)


@rule("MX-COMP-02")
def sales_to_parties_are_told_to_the_ine(c: Comprobante) -> Iterator[Finding]:
    if is_sale(c) and c.receptor.nombre in PARTY_NAMES:
        yield Finding.error("MX-COMP-02", "Receptor.Nombre", value=c.receptor.nombre)


@rule("MX-COMP-03")
def donations_name_their_authorisation(c: Comprobante) -> Iterator[Finding]:
    if not is_sale(c):
        return
    if c.receptor.uso_cfdi == DONATION_USE:
        yield Finding.error("MX-COMP-03", "Receptor.UsoCFDI", value=c.receptor.uso_cfdi)
    if c.emisor.regimen_fiscal == NON_PROFIT:
        for index, line in enumerate(c.conceptos):
            if line.clave_prod_serv == DONATION_KEY:
                yield Finding.error("MX-COMP-03", f"Conceptos[{index}].ClaveProdServ", value=line.clave_prod_serv)


@rule("MX-COMP-04")
def payments_and_payrolls_have_their_complement(c: Comprobante) -> Iterator[Finding]:
    """The model has no payroll, so a document of type N is never complete here."""
    if c.tipo_de_comprobante == "N" or (c.tipo_de_comprobante == "P" and c.pagos is None):
        yield Finding.error("MX-COMP-04", "Complemento", tipo=c.tipo_de_comprobante)


@rule("MX-COMP-05")
def tuition_names_the_pupil(c: Comprobante) -> Iterator[Finding]:
    if c.tipo_de_comprobante != "I" or c.receptor.uso_cfdi != TUITION_USE:
        return
    for index, line in enumerate(c.conceptos):
        if line.clave_prod_serv.startswith(EDUCATION):
            yield Finding.warning("MX-COMP-05", f"Conceptos[{index}].ClaveProdServ", value=line.clave_prod_serv)
