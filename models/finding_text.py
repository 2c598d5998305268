"""The shape of one entry in the tables of texts for finding codes."""
from typing import NamedTuple

from odoo.tools.translate import LazyGettext


class Text(NamedTuple):
    """What happened and what to do, in words of an accountant, and the kind of record where it is done.

    `target` is one of partner, contact (the one that the finding names), company, product, uom, journal, tax, move,
    related (the related invoice that the finding names), redate, settings, certificates, by_place (the part of the CFDI
    decides), or empty where nobody can do anything in Odoo. Both texts may use the parameters of the finding as
    %(name)s; a literal percent sign is written as the word.
    """
    what: LazyGettext
    fix: LazyGettext
    target: str = ""
