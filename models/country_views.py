"""Takes our columns and filters out of lists and searches for people who do not work for a company of their country.

A form hides a field by the country of its record; a column or a filter belongs to no record, so it is decided by the
companies that are active when the view is read. What both countries share is called by the name that its readers know.
"""
from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

OURS = "l10n_mx_co_edi_"
MEXICO, COLOMBIA = "MX", "CO"
# what begins like this is Colombia's, the rest is Mexico's
OF_COLOMBIA = ("dian_", "tribute", "support_document", "unspsc")
# what both have, and how each calls it, in its own lists and where both meet; the order does not matter
SHARED = {
    "state": (_lt("CFDI State"), _lt("DIAN State"), _lt("Electronic Document")),
    "group_state": (_lt("CFDI State"), _lt("DIAN State"), _lt("Electronic Document")),
    "uuid": (_lt("UUID"), _lt("CUFE"), _lt("UUID or CUFE")),
    "send_many": (_lt("Send to SAT"), _lt("Send to DIAN"), _lt("Send to the Authority")),
}
# also vendor bills become documents of DIAN
_COLOMBIAN_LISTS = (
    "context.get('default_move_type') not in ('out_invoice', 'out_refund', 'in_invoice', 'in_refund')")


def _countries(env):
    """Return which of our countries the active companies are in."""
    return frozenset({MEXICO, COLOMBIA} & set(env.companies.mapped("account_fiscal_country_id.code")))


class CountryViews(models.AbstractModel):
    _name = "l10n_mx_co_edi.country.views"
    _description = "Views without Columns of Other Countries"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # EXTENDS base
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, _countries(self.env)) if view_type in ("list", "search", "kanban") else key

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS base
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("list", "search", "kanban"):
            countries = _countries(self.env)
            for node in arch.xpath(f"//*[starts-with(@name, '{OURS}') or starts-with(@name, 'action_{OURS}')]"):
                self._l10n_mx_co_edi_fit(node, countries)
        return arch, view

    def _l10n_mx_co_edi_fit(self, node, countries):
        """Take the node out, or call it as people in `countries` do."""
        name = node.get("name").removeprefix("action_").removeprefix(OURS)
        if name not in SHARED:
            if (COLOMBIA if name.startswith(OF_COLOMBIA) else MEXICO) not in countries:
                node.getparent().remove(node)
            return
        if not countries:
            node.getparent().remove(node)
            return
        mexican, colombian, both = SHARED[name]
        label = both if len(countries) == 2 else colombian if COLOMBIA in countries else mexican
        node.set("string", self.env._(label))
        if COLOMBIA in countries and node.tag == "field" and node.get("column_invisible"):
            node.set("column_invisible", _COLOMBIAN_LISTS)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "l10n_mx_co_edi.country.views"]


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "l10n_mx_co_edi.country.views"]


class AccountTax(models.Model):
    _name = "account.tax"
    _inherit = ["account.tax", "l10n_mx_co_edi.country.views"]


class UomUom(models.Model):
    _name = "uom.uom"
    _inherit = ["uom.uom", "l10n_mx_co_edi.country.views"]


class AccountInvoiceReport(models.Model):
    _name = "account.invoice.report"
    _inherit = ["account.invoice.report", "l10n_mx_co_edi.country.views"]
