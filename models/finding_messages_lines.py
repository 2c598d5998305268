"""Texts for SAT's codes about the lines and taxes of a CFDI (official matrix of errors, CFDI 4.0)."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_REPORT = _lt("Nothing in your data causes this. Send this text and the XML to whoever looks after your system.")
_MANUAL_TAX = _lt("Review taxes that were changed by hand in the totals of the invoice.")
_TAX_RECORD = _lt("Review the tax: its amount, its kind of computation and the fields SAT tax type and factor.")

LINES = {
    "CFDI40162": Text(
        _lt("The SAT product code is not in SAT's catalogue, or not on the day of the invoice."),
        _lt("Correct the SAT product code of the product. If SAT has just published it, an administrator can add it "
            "to SAT's catalogues."), "product"),
    "CFDI40163": Text(
        _lt("The SAT product code of a line calls for the complement %(complement)s, which this program does not write "
            "yet."),
        _lt("Issue this sale with a program that writes it (for fuels with the permit of the CNE), or correct the SAT "
            "product code."), "product"),
    "CFDI40164": Text(
        _lt("The SAT product code of a line calls for a tax that the line does not have (%(tax)s)."),
        _lt("Review the taxes of the line, or the SAT product code of the product."), "product"),
    "CFDI40165": Text(
        _lt("The SAT unit code is not in SAT's catalogue, or not on the day of the invoice."),
        _lt("Correct the SAT unit code of the unit of measure. If SAT has just published it, an administrator can add "
            "it to SAT's catalogues."), "uom"),
    "CFDI40166": Text(
        _lt("A line has the price zero."),
        _lt("Give the line a price, or delete it. For a gift, enter the price and a discount of 100 percent, and "
            "remove its taxes."), "move"),
    "CFDI40167": Text(
        _lt("The amount of a line is not quantity times price."),
        _lt("Review the quantity and price of the line; prices with more than six decimals cannot be invoiced."),
        "move"),
    "CFDI40168": Text(_lt("The discount of a line has more decimals than its amount."), _REPORT),
    "CFDI40169": Text(
        _lt("The discount of a line is larger than its amount."), _lt("Review the discount of the line."), "move"),
    "CFDI40170": Text(
        _lt("The tax object of a line is not in SAT's catalogue."),
        _lt("Empty the field Subject to Tax of the product, so that it is set automatically."), "product"),
    "CFDI40171": Text(
        _lt("A line is declared as subject to tax (02) but has no taxes."),
        _lt("Add the taxes of the line, or empty the field Subject to Tax of the product."), "product"),
    "CFDI40172": Text(
        _lt("A line is declared as not subject to tax or without breakdown, but it has taxes."),
        _lt("Remove the taxes of the line, or empty the field Subject to Tax of the product."), "product"),
    "CFDI40173": Text(_lt("The taxes of a line are empty."), _REPORT),
    "CFDI40174": Text(
        _lt("The base of a tax is zero or negative."),
        _lt("A line without a price, or with a discount of 100 percent, cannot have taxes: remove them."), "move"),
    "CFDI40175": Text(_lt("A tax of a line is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40176": Text(_lt("The kind of rate of a tax is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40177": Text(_lt("An exempt tax must not have a rate or an amount."), _TAX_RECORD, "tax"),
    "CFDI40178": Text(_lt("A tax with a rate or a quota has no rate or no amount."), _TAX_RECORD, "tax"),
    "CFDI40179": Text(
        _lt("The rate of a tax is not in SAT's catalogue."),
        _lt("Use a tax with a rate that SAT accepts: for VAT 16, 8 (border region) or 0 percent."), "tax"),
    "CFDI40180": Text(_lt("The amount of a tax of a line is not base times rate."), _MANUAL_TAX, "move"),
    "CFDI40181": Text(
        _lt("The base of a withholding is zero or negative."),
        _lt("Remove the withholding from lines without amount."), "move"),
    "CFDI40182": Text(_lt("A withholding is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40183": Text(_lt("The kind of rate of a withholding is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40184": Text(_lt("A withholding cannot be exempt."), _TAX_RECORD, "tax"),
    "CFDI40185": Text(
        _lt("The rate of a withholding is outside the range that SAT accepts."),
        _lt("Review the rate: VAT withheld 0 to 16 percent, ISR withheld 0 to 35 percent."), "tax"),
    "CFDI40186": Text(_lt("The amount of a withholding is not base times rate."), _MANUAL_TAX, "move"),
    "CFDI40187": Text(
        _lt("The RFC of the third party is not in SAT's list of taxpayers."), _lt("Correct the third party's RFC.")),
    "CFDI40188": Text(
        _lt("The third party is the issuer or the receiver itself."), _lt("Choose another third party.")),
    "CFDI40189": Text(
        _lt("SAT does not know the name of the third party."),
        _lt("Copy it from the third party's Constancia de Situación Fiscal.")),
    "CFDI40190": Text(
        _lt("The name of the third party is not the one SAT registered for its RFC."),
        _lt("Copy it from the third party's Constancia de Situación Fiscal.")),
    "CFDI40191": Text(
        _lt("The tax regime of the third party is not in SAT's catalogue."), _lt("Correct the third party's regime.")),
    "CFDI40192": Text(
        _lt("SAT does not know the postal code of the third party."),
        _lt("Copy it from the third party's Constancia de Situación Fiscal.")),
    "CFDI40193": Text(
        _lt("The postal code of the third party is not the one SAT registered."),
        _lt("Copy it from the third party's Constancia de Situación Fiscal.")),
    "CFDI40194": Text(
        _lt("The number of the customs document is not valid."),
        _lt("Write it with its 21 characters, as \"15  48  3009  0001234\": two blanks between the groups."), "move"),
    "CFDI40195": Text(_lt("A customs document cannot be stated together with foreign trade."), _REPORT),
    "CFDI40196": Text(
        _lt("The SAT product code of a part is not in SAT's catalogue."), _lt("Correct the code of the part.")),
    "CFDI40197": Text(_lt("A part has the price zero."), _lt("Give the part a price.")),
    "CFDI40198": Text(_lt("The amount of a part is not quantity times price."), _lt("Review the part.")),
    "CFDI40199": Text(
        _lt("The number of the customs document of a part is not valid."),
        _lt("Write it with its 21 characters, as \"15  48  3009  0001234\": two blanks between the groups.")),
    "CFDI40200": Text(_lt("A part cannot state a customs document together with foreign trade."), _REPORT),
    "CFDI140223": Text(_lt("A foreign third party must have the tax regime 616."), _lt("Correct the third party.")),
    "CFDI140224": Text(
        _lt("SAT's list says that this customer must not withhold income tax (ISR) from you."),
        _lt("Remove the ISR withholding, for example by the customer's fiscal position."), "partner"),
    "CFDI140225": Text(
        _lt("A company must withhold 1.25 percent of income tax (ISR) from a person of the simplified regime (626)."),
        _lt("Give the customer a fiscal position that begins with \"Sales: RESICO\", or add the withholding of 1.25 "
            "percent to the lines. Only who is marked otherwise in SAT's list goes without."), "partner"),
    "CFDI140226": Text(
        _lt("The tax object 06 or 08 does not allow VAT or IEPS on the line."),
        _lt("Remove these taxes from the line, or empty the field Subject to Tax of the product."), "product"),
    "CFDI140227": Text(
        _lt("The tax object 07 calls for IEPS and does not allow VAT on the line."),
        _lt("Correct the taxes of the line, or empty the field Subject to Tax of the product."), "product"),
}

TOTALS = {
    "CFDI40201": Text(_lt("This type of CFDI must not have tax totals."), _REPORT),
    "CFDI40202": Text(_lt("The total of withholdings has more decimals than the currency allows."), _REPORT),
    "CFDI40203": Text(_lt("The total of withholdings is not the sum of its rows."), _MANUAL_TAX, "move"),
    "CFDI40204": Text(_lt("The total of taxes has more decimals than the currency allows."), _REPORT),
    "CFDI40205": Text(_lt("The total of taxes is not the sum of its rows."), _MANUAL_TAX, "move"),
    "CFDI40206": Text(_lt("The total of withholdings is missing."), _REPORT),
    "CFDI40207": Text(_lt("A withholding in the summary is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40208": Text(_lt("A withholding appears twice in the summary."), _REPORT),
    "CFDI40209": Text(_lt("The summary of withholdings is missing."), _REPORT),
    "CFDI40210": Text(_lt("A withholding in the summary has more decimals than the currency allows."), _REPORT),
    "CFDI40211": Text(
        _lt("A withholding in the summary is not the sum of the lines."), _MANUAL_TAX, "move"),
    "CFDI40212": Text(_lt("The summary of taxes is missing."), _REPORT),
    "CFDI40213": Text(_lt("An exempt tax in the summary must not have a rate or an amount."), _REPORT),
    "CFDI40214": Text(_lt("The base of a tax in the summary has more decimals than the currency allows."), _REPORT),
    "CFDI40215": Text(
        _lt("The base of a tax in the summary is not the sum of the lines."), _MANUAL_TAX, "move"),
    "CFDI40216": Text(_lt("The base of an exempt tax in the summary is missing."), _REPORT),
    "CFDI40217": Text(_lt("A tax in the summary is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40218": Text(_lt("A tax with the same rate appears twice in the summary."), _REPORT),
    "CFDI40219": Text(_lt("The rate of a tax in the summary is not in SAT's catalogue."), _TAX_RECORD, "tax"),
    "CFDI40220": Text(_lt("A tax in the summary has more decimals than the currency allows."), _REPORT),
    "CFDI40221": Text(_lt("A tax in the summary is not the sum of the lines."), _MANUAL_TAX, "move"),
    "CFDI40222": Text(
        _lt("An invoice with foreign trade must state a definitive export."),
        _lt("Set Export on the tab CFDI."), "move"),
    "CFDI40999": Text(
        _lt("SAT refused the CFDI without naming the reason."),
        _lt("Read the detail of the provider in the timeline, and review the customer's fiscal data first.")),
}

MESSAGES = {**LINES, **TOTALS}
