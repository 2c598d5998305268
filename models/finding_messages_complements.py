"""Texts for sales that need more than a plain CFDI, and for what differs from the last time."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_ELSEWHERE = _lt(
    "Nothing was sealed or sent. Issue this sale with a program that writes the complement, and cancel this draft.")

COMPLEMENTS = {
    "MX-COMP-01": Text(
        _lt("Freight (%(value)s) that goes over federal roads, by rail, sea or air needs the complement Carta Porte, "
            "which this program does not write yet."),
        _lt("Issue it with a program that writes Carta Porte. Freight within one town has its own SAT product code, "
            "78101801, and needs no complement."), "product"),
    "MX-COMP-02": Text(
        _lt("The customer %(value)s is a political party: its supplier's invoice needs the complement INE, which this "
            "program does not write yet."),
        _ELSEWHERE, "partner"),
    "MX-COMP-03": Text(
        _lt("A deductible donation needs the complement Donatarias with the authorisation of the donee, which this "
            "program does not write yet."),
        _lt("Issue it with a program that writes Donatarias. If it is no donation, choose another use of the CFDI or "
            "another SAT product code."), "move"),
    "MX-COMP-04": Text(
        _lt("A CFDI of type %(tipo)s needs its own complement, which this one does not have."), _ELSEWHERE),
    "MX-COMP-05": Text(
        _lt("The customer wants to deduct tuition (D10), but the invoice cannot name the pupil and the school: the "
            "complement IEDU is not written yet."),
        _lt("The invoice is valid, but the customer cannot deduct it. Issue it with a program that writes IEDU, or "
            "agree on another use of the CFDI."), "move"),
    "MX-COMP-06": Text(
        _lt("The CFDI has a complement (%(name)s) that this program does not know, so only a part was checked."),
        _lt("Check it on SAT's site.")),
}

SEEN = {
    "MX-SEEN-01": Text(
        _lt("On %(day)s the SAT accepted this customer's RFC with the name \"%(accepted)s\", now it is \"%(value)s\"."),
        _lt("If nobody changed it on purpose, write it as before: it must be letter by letter the one of the "
            "Constancia de Situación Fiscal. If the Constancia is newer, enter its date."), "partner"),
    "MX-SEEN-02": Text(
        _lt("On %(day)s the SAT accepted this customer with the postal code %(accepted)s, now it is %(value)s."),
        _lt("If the customer did not move its tax domicile, write it as before; a delivery address is another matter. "
            "If there is a newer Constancia, enter its date."), "partner"),
    "MX-SEEN-03": Text(
        _lt("On %(day)s the SAT accepted this customer with the tax regime %(accepted)s, now it is %(value)s."),
        _lt("Compare it with the customer's Constancia de Situación Fiscal, and enter its date if it is newer."),
        "partner"),
    "MX-GLOBAL-01": Text(
        _lt("The customer is PUBLICO EN GENERAL, so this is written as a global invoice of month %(month)s of "
            "%(year)s."),
        _lt("Both ways are legal: leave it if it sums up the sales of its day; for a single sale to somebody without "
            "RFC, give the customer (XAXX010101000) another fiscal name."), "partner"),
    "MX-GLOBAL-02": Text(
        _lt("The customer %(name)s has the generic RFC, so this is written as a single sale to somebody without RFC."),
        _lt("Both ways are legal: leave it for a single sale; if it sums up the sales of its day, give the customer "
            "the fiscal name PUBLICO EN GENERAL, and it becomes a global invoice."), "partner"),
}

TAXES = {
    "MX-TAX-05": Text(
        _lt("The name of the tax %(tax)s says exempt, but its factor type is not Exento: the CFDI would state a rate "
            "of 0 percent, which the law treats differently."),
        _lt("Set the factor type to Exento."), "tax"),
    "MX-TAX-06": Text(
        _lt("The name of the tax %(tax)s says 0 percent, but its factor type is Exento, which the law treats "
            "differently."),
        _lt("Set the factor type to Tasa."), "tax"),
    "MX-TAX-07": Text(
        _lt("The tax %(tax)s (IEPS) has no factor type, so the CFDI takes it for a rate."),
        _lt("Choose the factor type: Tasa for a percentage, Cuota for an amount per unit."), "tax"),
    "MX-TAX-08": Text(
        _lt("The tax %(tax)s is a withholding, but its amount is positive: the CFDI would charge it."),
        _lt("Enter its amount with a minus sign."), "tax"),
    "MX-TAX-09": Text(
        _lt("The tax %(tax)s has no SAT tax type, so it cannot be written in the CFDI."),
        _lt("Choose its SAT tax type: ISR, IVA, IEPS or Local."), "tax"),
    "MX-TAX-10": Text(
        _lt("The tax %(tax)s is a percentage, but its factor type is Cuota, an amount per unit."),
        _lt("Set the factor type to Tasa, or the computation to a fixed amount."), "tax"),
    "MX-TAX-11": Text(
        _lt("The name of the tax %(tax)s says IVA, but its SAT tax type is another one."),
        _lt("Set the SAT tax type to IVA."), "tax"),
}

MESSAGES = {**COMPLEMENTS, **SEEN, **TAXES}
