"""Texts for SAT's codes about the head, the issuer and the receiver of a CFDI (official matrix of errors, CFDI 4.0)."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_REPORT = _lt("Nothing in your data causes this. Send this text and the XML to whoever looks after your system.")
_FROM_CSF = _lt(
    "Ask the customer for the Constancia de Situación Fiscal and copy the name letter by letter: in capitals and "
    "without the kind of company (S.A. DE C.V., S. DE R.L. and so on).")

HEAD = {
    "CFDI40101": Text(
        _lt("The date of the CFDI is not the local time of the place of issue."),
        _lt("Check the issuing postal code of the journal, then send the invoice again."), "journal"),
    "CFDI40102": Text(
        _lt("The seal does not match the content of the CFDI."),
        _lt("Reset the invoice to draft, confirm it again and send it; if it happens again, upload the CSD again."),
        "certificates"),
    "CFDI40103": Text(_lt("This type of CFDI must not state a form of payment."), _REPORT),
    "CFDI40104": Text(
        _lt("The form of payment is not in SAT's catalogue."),
        _lt("Choose the form of payment on the tab CFDI of the invoice."), "move"),
    "CFDI40105": Text(
        _lt("An invoice to be paid later (PPD) must state the form of payment 99."),
        _lt("Set the form of payment to 99 on the tab CFDI, or the payment method to PUE if it is paid now."), "move"),
    "CFDI40106": Text(
        _lt("The certificate in the CFDI cannot be read."),
        _lt("Upload the CSD of the company again."), "certificates"),
    "CFDI40107": Text(_lt("The subtotal has more decimals than the currency allows."), _REPORT),
    "CFDI40108": Text(
        _lt("The subtotal is not the sum of the lines."),
        _lt("Review the quantities and prices of the lines, mostly those with many decimals."), "move"),
    "CFDI40109": Text(_lt("This type of CFDI must have a subtotal of zero."), _REPORT),
    "CFDI40110": Text(
        _lt("The discount is larger than the subtotal."),
        _lt("Review the discounts and the lines with a negative price."), "move"),
    "CFDI40111": Text(_lt("The total discount is not the sum of the discounts of the lines."), _REPORT),
    "CFDI40112": Text(_lt("The discount has more decimals than the currency allows."), _REPORT),
    "CFDI40113": Text(
        _lt("The currency is not in SAT's catalogue."),
        _lt("Invoice in a currency with an ISO code of three letters, such as MXN, USD or EUR."), "move"),
    "CFDI40114": Text(
        _lt("An invoice in Mexican pesos must have the exchange rate 1."),
        _lt("Review the rate of the Mexican peso."), "move"),
    "CFDI40115": Text(
        _lt("An invoice in a foreign currency needs its exchange rate."),
        _lt("Enter the rate of the invoice's day (Banco de México, FIX) for the currency."), "move"),
    "CFDI40116": Text(_lt("A CFDI without a currency (XXX) must not state an exchange rate."), _REPORT),
    "CFDI40117": Text(
        _lt("The exchange rate is not a number with up to six decimals."),
        _lt("Review the rate of the currency on the day of the invoice."), "move"),
    "CFDI40118": Text(
        _lt("The exchange rate is far from the one SAT expects."),
        _lt("Review the rate. If it is right, ask the provider for a confirmation code."), "move"),
    "CFDI40119": Text(
        _lt("The total is not subtotal minus discount plus taxes minus withholdings."),
        _lt("Review taxes that were changed by hand in the totals of the invoice."), "move"),
    "CFDI40120": Text(
        _lt("The total is above the limit SAT accepts without confirmation."),
        _lt("Review the amounts. If they are right, ask the provider for a confirmation code."), "move"),
    "CFDI40121": Text(_lt("The type of CFDI is not in SAT's catalogue."), _REPORT),
    "CFDI40122": Text(
        _lt("A definitive export (02) needs the foreign trade complement, which this invoice does not have."),
        _lt("Set Export to 01 if the goods do not leave Mexico, or to 04 for a definitive export without sale."),
        "move"),
    "CFDI40123": Text(
        _lt("The kind of export is not in SAT's catalogue."),
        _lt("Choose the kind of export on the tab CFDI."), "move"),
    "CFDI40124": Text(
        _lt("The payment method is not in SAT's catalogue."),
        _lt("Choose PUE (paid now) or PPD (paid later) on the tab CFDI."), "move"),
    "CFDI40125": Text(_lt("This type of CFDI must not state a payment method."), _REPORT),
    "CFDI40126": Text(
        _lt("The issuing postal code is not in SAT's catalogue."),
        _lt("Correct the issuing postal code of the journal, or the postal code of the company."), "journal"),
    "CFDI40127": Text(_lt("A confirmation code was sent although none is needed."), _REPORT),
    "CFDI40128": Text(_lt("The confirmation code does not exist."), _lt("Ask the provider for a new one.")),
    "CFDI40129": Text(_lt("The confirmation code was used before."), _lt("Ask the provider for a new one.")),
    "CFDI40130": Text(
        _lt("A sale to PUBLICO EN GENERAL must belong to a global invoice with its period."),
        _lt("Both ways are legal: for a single sale to somebody without RFC, give the customer (XAXX010101000) another "
            "fiscal name; for the sales of a period, issue a global invoice."), "partner"),
    "CFDI40131": Text(_lt("The period of the global invoice is not in SAT's catalogue."), _REPORT),
    "CFDI40132": Text(
        _lt("Only taxpayers of the regime 621 may issue two-monthly global invoices."),
        _lt("Use the monthly period."), "company"),
    "CFDI40133": Text(_lt("The month of the global invoice is not in SAT's catalogue."), _REPORT),
    "CFDI40134": Text(_lt("The month of the global invoice does not fit its period."), _REPORT),
    "CFDI40135": Text(_lt("A two-monthly global invoice needs a pair of months (13 to 18)."), _REPORT),
    "CFDI40136": Text(
        _lt("The year of the global invoice is neither this year nor one of the five before."),
        _lt("Review the period of the global invoice."), "move"),
    "CFDI40137": Text(
        _lt("The kind of relation to other CFDI is not in SAT's catalogue."),
        _lt("Choose the kind of relation again."), "move"),
}

ISSUER = {
    "CFDI40138": Text(
        _lt("SAT does not know the name of your company."),
        _lt("Copy the fiscal name of your company from its Constancia de Situación Fiscal, in capitals and without "
            "the kind of company."), "company"),
    "CFDI40139": Text(
        _lt("The name of your company is not the one SAT registered for its RFC."),
        _lt("Copy the fiscal name of your company from its Constancia de Situación Fiscal, in capitals and without "
            "the kind of company."), "company"),
    "CFDI40140": Text(
        _lt("The tax regime of your company is missing or not in SAT's catalogue."),
        _lt("Choose the tax regime of the company in the settings."), "settings"),
    "CFDI40141": Text(
        _lt("The tax regime of your company is not one for its kind of person."),
        _lt("An RFC of 12 characters is a company (persona moral), one of 13 an individual (persona física): choose a "
            "regime of that kind."), "settings"),
    "CFDI40142": Text(_lt("The operation number of the acquirer is not valid."), _REPORT),
}

RECEIVER = {
    "CFDI40143": Text(
        _lt("The customer's RFC is not in SAT's list of taxpayers."),
        _lt("Compare it with the customer's Constancia de Situación Fiscal; one letter is often wrong. A customer "
            "without RFC is invoiced with XAXX010101000."), "partner"),
    "CFDI40144": Text(_lt("SAT does not know the customer's name."), _FROM_CSF, "partner"),
    "CFDI40145": Text(
        _lt("The customer's name is not the one SAT registered for its RFC."), _FROM_CSF, "partner"),
    "CFDI40146": Text(
        _lt("The name PUBLICO EN GENERAL may only be used with the RFC XAXX010101000."),
        _lt("Enter the customer's own fiscal name, or the generic RFC."), "partner"),
    "CFDI40147": Text(
        _lt("The customer's fiscal postal code is missing or not in SAT's catalogue."),
        _lt("Copy the postal code of the tax domicile from the Constancia de Situación Fiscal."), "partner"),
    "CFDI40148": Text(
        _lt("The customer's fiscal postal code is not the one SAT registered for its RFC."),
        _lt("Copy the postal code of the tax domicile from the Constancia de Situación Fiscal; it is often not the "
            "delivery address."), "partner"),
    "CFDI40149": Text(
        _lt("With a generic RFC the customer's postal code must be the issuing postal code."),
        _lt("Leave the fiscal postal code of the customer empty, or review the issuing postal code."), "partner"),
    "CFDI40150": Text(
        _lt("The customer's country of tax residence is not in SAT's catalogue."),
        _lt("Correct the country of the customer."), "partner"),
    "CFDI40151": Text(
        _lt("A customer with a Mexican RFC must not have a foreign tax residence."),
        _lt("Use the generic RFC XEXX010101000 for foreign customers, or set the country to Mexico."), "partner"),
    "CFDI40152": Text(
        _lt("The foreign tax residence must not be Mexico."),
        _lt("Correct the country of the customer, or use its Mexican RFC."), "partner"),
    "CFDI40153": Text(
        _lt("A foreign customer with a foreign tax number needs its country of tax residence."),
        _lt("Set the country of the customer."), "partner"),
    "CFDI40154": Text(
        _lt("A customer with a Mexican RFC must not have a foreign tax number."),
        _lt("Empty the foreign tax number of the customer."), "partner"),
    "CFDI40155": Text(
        _lt("The tax number of the foreign customer is missing."),
        _lt("Enter its foreign tax number."), "partner"),
    "CFDI40156": Text(
        _lt("The foreign tax number does not have the form of the customer's country."),
        _lt("Compare it with a document of the customer; write it without blanks and hyphens."), "partner"),
    "CFDI40157": Text(
        _lt("The customer's tax regime is missing or not in SAT's catalogue."),
        _lt("Choose the tax regime from the customer's Constancia de Situación Fiscal."), "partner"),
    "CFDI40158": Text(
        _lt("The customer's tax regime is not one for its kind of person."),
        _lt("An RFC of 12 characters is a company (persona moral), one of 13 an individual (persona física): choose a "
            "regime of that kind."), "partner"),
    "CFDI40159": Text(
        _lt("A customer with a generic RFC must have the tax regime 616 (no tax obligations)."),
        _lt("Set the tax regime of the customer to 616."), "partner"),
    "CFDI40160": Text(
        _lt("The use of the CFDI is missing or not in SAT's catalogue."),
        _lt("Choose the use on the tab CFDI of the invoice."), "move"),
    "CFDI40161": Text(
        _lt("The use of the CFDI is not allowed for the customer's tax regime."),
        _lt("Ask the customer for another use, or choose S01 (no tax effects), which every regime accepts."), "move"),
}

MESSAGES = {**HEAD, **ISSUER, **RECEIVER}
