"""Texts about numbers that end, and about what DIAN's answers say of a range."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_NEXT_RANGE = _lt(
    "Request the next range in MUISCA (form 1876), associate its prefix with your software in DIAN's portal, fetch it "
    "some hours later and choose the same journal: invoices then go on with it by themselves.")
_ASSOCIATE = _lt(
    "Look in DIAN's portal whether the prefix is still associated with your software, associate it again, and fetch "
    "the ranges some hours later.")

MESSAGES = {
    "CO-WATCH-01": Text(
        _lt("The range %(range)s has no number left, and the journal has no other one."), _NEXT_RANGE, "ranges"),
    "CO-WATCH-02": Text(
        _lt("The range %(range)s has %(left)s numbers left. At %(per_day)s a day they last until about %(date)s, and "
            "the journal has no other range."), _NEXT_RANGE, "ranges"),
    "CO-WATCH-03": Text(
        _lt("The range %(range)s expired on %(date)s, and the journal has no other one."), _NEXT_RANGE, "ranges"),
    "CO-WATCH-04": Text(
        _lt("The range %(range)s expires on %(date)s (days left: %(days)s), and the journal has no other one."),
        _NEXT_RANGE, "ranges"),
    "CO-WATCH-05": Text(
        _lt("DIAN does not name the range %(range)s any more, although it did before: its prefix may no longer be "
            "associated with the software, and invoices would be refused."), _ASSOCIATE, "ranges"),
    "CO-WATCH-06": Text(
        _lt("DIAN gave the technical key of the range %(range)s with %(length)s characters instead of 40. An earlier "
            "whole key is kept; every CUFE made with a cut one would be refused (FAD06)."), _ASSOCIATE, "ranges"),
}
