"""Texts about the numbers that DIAN authorises."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_ASK_AND_FETCH = _lt(
    "Request a range in MUISCA, associate its prefix with your software in DIAN's portal, fetch it and choose the "
    "journal for it.")
_GIVE_ANOTHER = _lt(
    "Choose a range that is in force for the journal. If this invoice was numbered but never sent, reset it to draft, "
    "empty its number and confirm it again: it gets the next number.")

MESSAGES = {
    "CO-NUM-01": Text(
        _lt("No numbering range of DIAN is chosen for the journal %(journal)s."), _ASK_AND_FETCH, "ranges"),
    "CO-NUM-02": Text(
        _lt("The range %(range)s expired on %(date)s."), _GIVE_ANOTHER, "ranges"),
    "CO-NUM-03": Text(
        _lt("The range %(range)s is only in force from %(date)s on."),
        _lt("Confirm the invoice on that day, or choose another range for the journal."), "ranges"),
    "CO-NUM-04": Text(
        _lt("The range %(range)s is used up: it has no number left."), _ASK_AND_FETCH, "ranges"),
    "CO-NUM-05": Text(
        _lt("The number %(number)s is outside of what DIAN authorised for the journal %(journal)s: %(allowed)s."),
        _lt("Empty the number of the draft, so that the invoice gets the next one, or correct it."), "ranges"),
    "CO-NUM-06": Text(
        _lt("DIAN gave no technical key for the range %(range)s, and without it there is no CUFE."),
        _lt("Associate the prefix with your software in DIAN's portal and fetch the ranges again; it can take some "
            "hours. A range for contingency or for support documents has no key and belongs to another journal."),
        "ranges"),
    "CO-NUM-07": Text(
        _lt("The technical key of the range %(range)s has %(length)s characters instead of 40: DIAN gave it cut off, "
            "and every CUFE made with it would be refused (FAD06)."),
        _lt("Fetch the ranges again. If the key stays short, associate the prefix with the software again in DIAN's "
            "portal."), "ranges"),
    "CO-NUM-08": Text(
        _lt("The range %(range)s ends soon: %(left)s numbers are left, until %(until)s."),
        _lt("Request the next range in MUISCA in time, fetch it and choose the same journal: invoices then go on with "
            "it by themselves."), "ranges"),
    "CO-NUM-09": Text(
        _lt("The number %(number)s does not begin with a prefix of the journal %(journal)s; allowed is %(allowed)s."),
        _lt("Empty the number of the draft, so that the invoice gets the next one, or correct it."), "journal"),
    "CO-NUM-10": Text(
        _lt("DIAN does not accept the number %(number)s of this note: letters and digits only, allowed is "
            "%(allowed)s."),
        _lt("Reset the note to draft, empty its number and confirm it again: it gets the next number of its series."),
        "journal"),
    "CO-NUM-11": Text(
        _lt("The range %(range)s is disabled: %(reason)s"),
        _lt("Enable it again, or choose another range for the journal; a draft with one of its numbers gets another "
            "one when its number is emptied."), "ranges"),
    "CO-NUM-12": Text(
        _lt("An invoice on paper (contingency, type 03) cannot be numbered from %(range)s, which is for electronic "
            "invoices: DIAN would refuse it (FAB05b)."),
        _lt("Use a journal for contingency, whose range was requested for it, or choose another type of invoice."),
        "journal"),
    "CO-NUM-13": Text(
        _lt("The journal %(journal)s is for contingency: its range %(range)s is only good for invoices that were "
            "first written on paper (type 03)."),
        _lt("Use another sales journal, or choose the type 03 and the number of the paper invoice."), "journal"),
}
