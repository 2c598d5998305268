"""Texts about what Odoo's records lack for a document of DIAN, or hold and no document can show."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_TRIBUTE = _lt("Review tribute, kind and computation of the tax.")
_BY_HAND = _lt("Restore the amount that Odoo calculates; a discount or charge belongs into a line.")

MESSAGES = {
    "CO-CONF-01": Text(
        _lt("The company %(company)s has no NIT."),
        _lt("Enter the NIT in the company's contact."), "company"),
    "CO-CONF-02": Text(
        _lt("%(company)s has no software registered at DIAN."),
        _lt("Enter the Software ID under Settings > Invoicing > Electronic invoicing."), "settings"),
    "CO-CONF-03": Text(
        _lt("The journal %(journal)s has no numbering range that is valid today and has numbers left."),
        _lt("Load the numbering ranges from DIAN and choose the range of the journal."), "journal"),
    "CO-CONF-05": Text(
        _lt("Documents of DIAN are in Colombian pesos; the company keeps its books in %(currency)s."),
        _lt("Invoice in pesos, or keep the company's books in pesos.")),
    "CO-CONF-06": Text(
        _lt("The PIN of the software of %(company)s is missing. Every document is hashed with it."),
        _lt("Enter the PIN under Settings > Invoicing > Electronic invoicing."), "settings"),
    "CO-PARTY-10": Text(
        _lt("The document has no buyer."),
        _lt("Choose the customer; of a sale to somebody unknown, the final consumer."), "move"),
    "CO-RATE-01": Text(
        _lt("The currency %(currency)s has no exchange rate, so it would count like the peso."),
        _lt("Enter the rate of the day (TRM) in the currency."), "currency"),
    "CO-TEXT-01": Text(
        _lt("%(attribute)s has %(length)s characters; the end is cut off after %(longest)s."),
        _lt("Shorten the text if its end matters.")),
    "CO-REF-04": Text(
        _lt("DIAN has not accepted %(number)s yet, so no note can refer to it."),
        _lt("Send that document first and wait until it is valid."), "related"),
    "CO-LINE-02": Text(
        _lt("The document has no line with a positive amount."),
        _lt("Add what was sold; to take something back, make a credit note.")),
    "CO-LINE-03": Text(
        _lt("The line \"%(line)s\" takes %(amount)s off, and no document can show it."),
        _lt(
            "Use a discount of the lines. A line of its own may lower others when its quantity is positive, its taxes "
            "are exactly theirs, and they are worth more; what is returned needs a credit note.")),
    "CO-LINE-04": Text(
        _lt("The discount for early payment lowers the taxes at once, and no document can show that."),
        _lt("Let the payment term lower the taxes on early payment only, or never."), "move"),
    "CO-GIFT-02": Text(
        _lt("The gift is subject to IVA on its value, and the invoice charges none."),
        _lt(
            "Book the IVA on gifts in a journal entry; or charge it to the customer by adding it to the IVA in the "
            "totals of the invoice.")),
    "CO-TAX-03": Text(
        _lt("The tax \"%(tax)s\" is a withholding, and Odoo adds it instead of deducting it."),
        _lt("Give the tax a negative rate."), "tax"),
    "CO-TAX-04": Text(
        _lt("The tax \"%(tax)s\" is calculated neither as a percentage nor by unit."), _TRIBUTE, "tax"),
    "CO-TAX-05": Text(
        _lt("The amount of %(tribute)s is not base by rate."), _BY_HAND, "move"),
    "CO-TAX-06": Text(
        _lt("The tax \"%(tax)s\" is deducted, and is no withholding."), _TRIBUTE, "tax"),
    "CO-TAX-07": Text(
        _lt("The withheld IVA \"%(tax)s\" stands on a line without IVA, of which it would be a part."),
        _lt("Remove it from the line, or add the IVA."), "tax"),
    "CO-TAX-08": Text(
        _lt(
            "%(tribute)s of %(value)s pesos was rounded in the invoice's currency; base by rate is %(expected)s. The "
            "document shows that, and the difference as rounding."),
        _lt("To avoid it, let the company round taxes globally (Settings > Invoicing > Taxes).")),
    "CO-TOTAL-01": Text(
        _lt("The document comes to %(total)s before withholdings, the invoice to %(booked)s."),
        _lt(
            "Look for amounts that were changed by hand in taxes or journal items. If there are none, send this text "
            "to whoever looks after your system."), "move"),
    "CO-TOTAL-02": Text(
        _lt("Taxes of %(amount)s change what is paid, and never stand in a document."), _TRIBUTE, "tax"),
}
