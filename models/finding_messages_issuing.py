"""Texts for what is found while an invoice is turned into a CFDI, sent, and answered."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

MESSAGES = {
    "MX-CONF-01": Text(
        _lt("The company %(company)s has no RFC."), _lt("Enter its RFC in the company's contact (Tax ID)."), "company"),
    "MX-CONF-02": Text(
        _lt("The company %(company)s has no tax regime."),
        _lt("Choose the régimen fiscal of its Constancia de Situación Fiscal in the settings."), "settings"),
    "MX-CONF-03": Text(
        _lt("The place of issue of the journal %(journal)s is unknown, and with it the local time of the CFDI."),
        _lt("Enter the issuing postal code of the journal, or the postal code of the company."), "journal"),
    "MX-CONF-04": Text(
        _lt("The company %(company)s has no valid CSD to seal with."),
        _lt("Upload the CSD in the settings. If one is there, it has expired or is not valid yet."), "certificates"),
    "MX-CONF-10": Text(
        _lt("The document cannot be sent: %(message)s"),
        _lt("It is safe and goes by itself once this is corrected."), "settings"),
    "MX-PARTNER-07": Text(_lt("The invoice has no customer."), _lt("Choose the customer."), "move"),
    "MX-PARTNER-08": Text(
        _lt("The customer %(partner)s has no RFC."),
        _lt("Enter the RFC of the customer's Constancia de Situación Fiscal as Tax ID. For a sale to somebody who "
            "gives none, enter the generic RFC XAXX010101000."), "partner"),
    "MX-DATE-01": Text(
        _lt("The invoice is dated %(date)s; the SAT accepts a date for 72 hours only (today is %(today)s)."),
        _lt("Use \"Change the date\", which shows what a new date changes."), "redate"),
    "MX-DATE-02": Text(
        _lt("The invoice is dated %(date)s, which is in the future at the place of issue (today is %(today)s there)."),
        _lt("Wait until that day, or use \"Change the date\"."), "redate"),
    "MX-TOTAL-01": Text(
        _lt("The CFDI would show a total of %(total)s, the invoice shows %(booked)s."),
        _lt("Look for a tax whose SAT tax type or factor is wrong, or a tax amount that was changed by hand."), "move"),
    "MX-LINE-01": Text(
        _lt("The invoice has a line of cash rounding, which a CFDI cannot contain."),
        _lt("Remove the cash rounding method from the invoice."), "move"),
    "MX-LINE-02": Text(
        _lt("The invoice has no lines, and a CFDI needs at least one."), _lt("Add what was sold."), "move"),
    "MX-LINE-03": Text(
        _lt("The discount of a line is %(discount)s percent; it has to be between 0 and 100."),
        _lt("Correct the discount. To charge more, raise the price."), "move"),
    "MX-TEXT-01": Text(
        _lt("%(attribute)s has %(length)s characters; the CFDI shows the first %(longest)s of them."),
        _lt("Shorten it if the end matters. The invoice itself keeps the whole text."), "by_place"),
    "MX-RATE-01": Text(
        _lt("The currency %(currency)s has no exchange rate, so the CFDI would take one peso for one of it."),
        _lt("Enter the rate of the day in the currency, or on the invoice once it has a date."), "currency"),
    "MX-REL-01": Text(
        _lt("The invoice %(origin)s that this document names is not stamped yet."),
        _lt("Send that invoice first: its UUID has to be named here. If another system stamped it, type its UUID in "
            "the page CFDI instead."), "related"),
    "MX-REL-02": Text(
        _lt("The related CFDI \"%(uuid)s\" is not a UUID: 32 digits or letters from A to F, in five groups."),
        _lt("Copy the folio fiscal from the XML or the print of that CFDI."), "move"),
    "MX-REL-03": Text(
        _lt("A row of the related CFDI names none."),
        _lt("Choose the invoice or type the UUID in the page CFDI, or remove the row."), "move"),
    "MX-REL-04": Text(
        _lt("The related CFDI %(uuid)s was issued in another environment: here the SAT does not have it."),
        _lt("Choose a CFDI of the present environment, or remove the row in the page CFDI."), "related"),
    "MX-REL-05": Text(
        _lt("The CFDI %(uuid)s is named twice with the same kind of relation. It is written once."),
        _lt("Remove one of the rows in the page CFDI."), "move"),
    "MX-REL-06": Text(
        _lt("The related CFDI %(uuid)s was issued by another company than this one."),
        _lt("Compare the UUID with the CFDI that is meant."), "move"),
    "MX-REL-07": Text(
        _lt("The related CFDI %(uuid)s was issued to %(receiver)s, which is another customer."),
        _lt("Compare it with the CFDI that is meant."), "related"),
    "MX-REL-08": Text(
        _lt("The related CFDI %(uuid)s is cancelled, or its cancellation was requested."),
        _lt("A document that corrects a cancelled CFDI corrects nothing; name the one that took its place."),
        "related"),
    "MX-REL-09": Text(
        _lt("This credit note names no CFDI that it corrects. The SAT's guide asks for it."),
        _lt("Add the invoice, or the UUID of what another system issued, to the related CFDI in the page CFDI."),
        "move"),
    "MX-REL-10": Text(
        _lt("The relation %(relation)s is not meant for a CFDI of type %(kind)s."),
        _lt("Credit notes use 01, 03 or 07, debit notes 02, substitutions 04; choose the relation again in the page "
            "CFDI."), "move"),
    "MX-AMT-01": Text(
        _lt("A line of a CFDI needs a quantity above zero and cannot have a negative amount."),
        _lt("Give the discount as a percentage of the lines that it belongs to, and remove the negative line. Goods "
            "that came back and advances are credited by a credit note."),
        "move"),
    "MX-NET-01": Text(
        _lt("The provider could not be reached. Nothing was sent."),
        _lt("There is nothing to do: the invoice goes by itself as soon as the connection works.")),
    "MX-NET-02": Text(
        _lt("The connection broke before the answer came. The provider may have stamped the invoice."),
        _lt("There is nothing to do: it is looked up by itself, and is never stamped twice.")),
    "MX-NET-03": Text(
        _lt("The connection to the provider is not set up correctly."),
        _lt("Check the environment and the credentials in the settings, and test the connection."), "settings"),
    "MX-STAMP-01": Text(
        _lt("The provider answered with a stamp that does not belong to this invoice. It was not adopted."),
        _lt("It is looked up again by itself. If this stays, send this text to the provider's support.")),
    "MX-STAMP-02": Text(
        _lt("The provider says that the invoice is already stamped, but its stamp is not available yet."),
        _lt("There is nothing to do: it is looked up again by itself.")),
}
