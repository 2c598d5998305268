"""Texts about support documents: what was bought from whom, and when."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

MESSAGES = {
    "CO-DS-11": Text(
        _lt("The purchase of %(value)s is later than the support document of %(issued)s."),
        _lt("Correct the date of the purchase, or issue the support document on that day."), "move"),
    "CO-DS-12": Text(
        _lt("The lines were bought on different days, from %(first)s to %(last)s, but the support document is of one "
            "operation."),
        _lt("Choose \"Operations of a week\" on the page DIAN, or make one support document for each purchase."),
        "move"),
    "CO-DS-13": Text(
        _lt("The purchases from %(first)s to %(last)s are of more than one week."),
        _lt("Make one support document for each week."), "move"),
    "CO-DS-14": Text(
        _lt("The week of these purchases ended on %(until)s: a weekly support document is issued before that."),
        _lt("Send it all the same, and issue the next ones within the week; your accountant decides whether the "
            "expense is deductible."), "move"),
    "CO-DS-15": Text(
        _lt("%(seller)s is responsible for IVA, and who is has to invoice."),
        _lt("Ask the seller for an electronic invoice, or correct the regime of the contact: a support document is for "
            "sellers who are not obliged to invoice."), "partner"),
}
