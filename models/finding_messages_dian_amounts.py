"""Texts about lines, taxes and totals of DIAN's documents (annex 1.9, FAS to FBE)."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_NEGATIVE = _lt("Use a discount, or a credit note, instead of a negative line.")
_TAXES = _lt("Review the taxes of the lines: each tribute once, with its rate; excluded lines have none.")
_TAX = _lt("Review the tax, and amounts of taxes that were changed by hand.")
_HELD = _lt("Review the withholdings of the lines; notes have none.")
_REPORT = _lt("Nothing in your data causes this. Send this text and the XML to whoever looks after your system.")
_LINES = _lt("Review quantities, prices and discounts of the lines.")
_CHARGE = _lt("Complete reason, amount and base of the discount or charge.")
_NOTE = _lt("Write it in the notes of the line.")
_PRODUCT = _lt("Complete it in the product.")
_OPERATION = _lt("Choose the operation type of the document that fits what was sold.")

MESSAGES = {
    "VLR01": Text(
        _lt("%(attribute)s is negative."), _NEGATIVE, "move"),
    "FAX01": Text(
        _lt("The taxes of the line are not grouped as prescribed."), _TAXES, "move"),
    "FAX04": Text(
        _lt("The taxes of the line are not grouped as prescribed."), _TAXES, "move"),
    "FAX05": Text(
        _lt("The taxes of the line are not grouped as prescribed."), _TAXES, "move"),
    "FAX02": Text(
        _lt("The tax of the line is not the sum of its rates."), _TAX, "move"),
    "FAX07": Text(
        _lt("The tax of the line is not base by rate."), _TAX, "move"),
    "FAY05": Text(
        _lt("The base of the withheld IVA is not the IVA."), _HELD, "move"),
    "FAY10": Text(
        _lt("The withholding of the line does not agree."), _HELD, "move"),
    "FAS01a": Text(
        _lt("The taxes of the document are not grouped as prescribed."), _TAXES, "move"),
    "FAS04": Text(
        _lt("The taxes of the document are not grouped as prescribed."), _TAXES, "move"),
    "FAS01b": Text(
        _lt("The taxes of the document are not those of the lines."), _TAXES, "move"),
    "FAS05": Text(
        _lt("The taxes of the document are not those of the lines."), _TAXES, "move"),
    "FAS02": Text(
        _lt("The tax of the document is not the sum of its rates."), _TAX, "move"),
    "FAS07": Text(
        _lt("The tax of the document is too far from base by rate."), _TAX, "move"),
    "FAT01": Text(
        _lt("The withholdings of the document are not those of the lines."), _HELD, "move"),
    "FAT04": Text(
        _lt("The withholdings of the document are not those of the lines."), _HELD, "move"),
    "FAT05": Text(
        _lt("The withholdings of the document are not those of the lines."), _HELD, "move"),
    "FAT02": Text(
        _lt("The withholding of the document is not what its base and rate give."), _HELD, "move"),
    "FAT07": Text(
        _lt("The withholding of the document is not what its base and rate give."), _HELD, "move"),
    "FAU01": Text(
        _lt("The document has no totals."), _REPORT),
    "FAU02": Text(
        _lt("The gross amount is not the sum of the lines."), _LINES, "move"),
    "FAU04": Text(
        _lt("The base is not the sum of the bases of the lines."), _TAXES, "move"),
    "FAU06": Text(
        _lt("The amount with taxes is not the gross amount plus taxes."), _TAX, "move"),
    "FAU08": Text(
        _lt("The total of the discounts is not the sum of the discounts."), _CHARGE, "move"),
    "FAU10": Text(
        _lt("The total of the charges is not the sum of the charges."), _CHARGE, "move"),
    "FAU14": Text(
        _lt(
            "The amount to pay is not the total less discounts plus charges, before "
            "withholdings and advances."), _LINES, "move"),
    "CO-PREPAID-01": Text(
        _lt("The total of the advances is not the sum of the advances."), _LINES, "move"),
    "CO-ALLOW-01": Text(
        _lt("A discount or charge is incomplete or does not add up (%(attribute)s)."), _CHARGE, "move"),
    "FBE01": Text(
        _lt("A discount or charge is incomplete or does not add up (%(attribute)s)."), _CHARGE, "move"),
    "CO-ALLOW-02": Text(
        _lt("A tip is a charge, not a discount."), _CHARGE, "move"),
    "CO-LINE-01": Text(
        _lt("Two lines have the same number."), _REPORT),
    "FAV03": Text(
        _lt(
            "The line of the administration (AIU) has to say: Contrato de servicios AIU por "
            "concepto de: … (up to 5,000 characters)."), _NOTE, "move"),
    "FAV04b": Text(
        _lt("The quantity is not positive."), _LINES, "move"),
    "FAV06": Text(
        _lt("The amount of the line is not price by quantity less discounts plus charges."), _LINES, "move"),
    "CO-GIFT-01": Text(
        _lt("A gift needs a price of reference, by which its IVA is calculated."), _LINES, "move"),
    "FBB05": Text(
        _lt("The price of reference does not say of which kind it is."), _LINES, "move"),
    "FAZ02": Text(
        _lt("The article has no description."), _PRODUCT, "product"),
    "FAZ09": Text(
        _lt("The article has no code (UNSPSC, GTIN, tariff or own)."), _PRODUCT, "product"),
    "CO-EXP-02": Text(
        _lt("An exported article needs its brand and model."), _PRODUCT, "product"),
    "CO-EXP-03": Text(
        _lt("An exported article needs its tariff code (partida arancelaria)."), _PRODUCT, "product"),
    "CO-MAND-01": Text(
        _lt("A mandate has to name for whom is sold."), _OPERATION, "move"),
}
