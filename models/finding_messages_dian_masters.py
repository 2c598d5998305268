"""Texts about the data of contacts, the own company, taxes and products for DIAN; these codes are ours."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

MESSAGES = {
    "CO-PARTNER-01": Text(
        _lt("A check digit was typed behind a number that has none: only a NIT has one."),
        _lt("Remove the last digit with its dash, or choose NIT as the kind of identification."), "contact"),
    "CO-PARTNER-02": Text(
        _lt("The municipality cannot be told from the city of the address, so documents show no address."),
        _lt("Choose the municipality in the contact; type its name to find it."), "contact"),
    "CO-PARTNER-03": Text(
        _lt("%(partner)s has no e-mail, so documents cannot be sent."),
        _lt("Enter the reception mailbox or the e-mail, or hand the documents over in print."), "contact"),
    "CO-PARTNER-04": Text(
        _lt("The postal code does not have six digits, so documents show none."),
        _lt("Correct the postal code of the address, or leave it empty."), "contact"),
    "CO-PARTNER-05": Text(
        _lt("The address abroad has no city, so documents show no address."),
        _lt("Enter the city."), "contact"),
    "CO-PARTNER-06": Text(
        _lt("The number of identification is missing."),
        _lt("Choose the kind of identification and enter its number."), "contact"),
    "CO-PARTNER-07": Text(
        _lt("\"%(kind)s\" is no kind of identification that DIAN knows."),
        _lt("Choose NIT, Cédula de ciudadanía or another Colombian kind of identification."), "contact"),
    "CO-PARTNER-08": Text(
        _lt("VAT regime and tax scheme contradict each other: who is responsible for IVA (48) has IVA, others do not."),
        _lt("Choose both as they stand in the RUT, or leave them empty."), "contact"),
    "CO-PARTNER-09": Text(
        _lt("The list of municipalities does not have this code."),
        _lt("Choose the municipality by its name. If the code is newer than the list, it can stay."), "contact"),
    "CO-COMPANY-01": Text(
        _lt("The company has no street in its address."),
        _lt("Enter the address as it stands in the RUT."), "contact"),
    "CO-COMPANY-02": Text(
        _lt("The economic activities (CIIU) of the company are not entered; documents will not show them."),
        _lt("Enter the codes of four digits of the RUT."), "contact"),
    "CO-COMPANY-03": Text(
        _lt("The economic activities (CIIU) are not codes of four digits joined by a semicolon."),
        _lt("Enter them as in 6201;6202."), "contact"),
    "CO-COMPANY-04": Text(
        _lt("VAT regime and tax scheme of the company were not chosen; documents show what is usual."),
        _lt("Choose both as they stand in the RUT."), "contact"),
    "CO-ITEM-01": Text(
        _lt(
            "%(product)s has no usable code of the standard %(standard)s, so documents show the internal reference."),
        _lt("Enter the code in the product, or choose another standard there."), "product"),
    "CO-TRIB-01": Text(
        _lt("Nothing tells which tribute of DIAN the tax %(tax)s is."),
        _lt("Choose the tribute in the tax, or that it is not part of documents."), "tax"),
    "CO-TRIB-02": Text(
        _lt("The tax is called %(tax)s, but documents show it as %(tribute)s."),
        _lt("Choose the tribute that the tax is, or give it another name."), "tax"),
    "CO-TRIB-03": Text(
        _lt("%(tax)s is %(tribute)s: ReteIVA, ReteRenta and ReteICA are withheld by the buyer, all others are not."),
        _lt("Choose the tribute, or how it is written, again."), "tax"),
    "CO-TRIB-04": Text(
        _lt("%(tax)s is withheld, but adds %(rate)s to what the customer pays."),
        _lt("Give the tax a negative amount."), "tax"),
    "CO-TRIB-05": Text(
        _lt("%(tax)s is %(tribute)s, but takes %(rate)s off what the customer pays."),
        _lt("Choose the withheld tribute, or give the tax a positive amount."), "tax"),
    "CO-TRIB-06": Text(
        _lt("%(tax)s is not calculated as it is written: by unit needs a fixed amount, all others a percentage."),
        _lt("Correct the computation of the tax, or how it is written."), "tax"),
    "CO-TRIB-07": Text(
        _lt("Only IVA of 0 can be excluded; %(tax)s is %(tribute)s with %(rate)s."),
        _lt("Choose another way of writing it, or correct the amount."), "tax"),
    "CO-TRIB-08": Text(
        _lt("%(tax)s is called exempt but written as excluded, which means without any group of IVA."),
        _lt("Exempt goods have IVA at 0: choose percentage. Excluded goods have none."), "tax"),
    "CO-TRIB-09": Text(
        _lt("%(tax)s is called excluded but written as exempt, which means IVA at 0."),
        _lt("Excluded goods have no group of IVA: choose excluded. Exempt goods have IVA at 0."), "tax"),
    "CO-TRIB-10": Text(
        _lt("%(tribute)s has no rate of %(rate)s in the law."),
        _lt("Check rate and tribute of the tax. IVA is 19, 5 or 0; INC is 16, 8, 4 or 2."), "tax"),
}
