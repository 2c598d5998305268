"""Takes our columns and filters out of lists and searches for people who do not work for a Mexican company.

A form hides a field by the country of its record; a column or a filter belongs to no record, so it is decided by the
companies that are active when the view is read.
"""
from odoo import api, models

OURS = "l10n_mx_co_edi_"


def _works_here(env):
    return "MX" in env.companies.mapped("account_fiscal_country_id.code")


class CountryViews(models.AbstractModel):
    _name = "l10n_mx_co_edi.country.views"
    _description = "Views without Columns of Other Countries"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # EXTENDS base
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, _works_here(self.env)) if view_type in ("list", "search", "kanban") else key

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS base
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("list", "search", "kanban") and not _works_here(self.env):
            for node in arch.xpath(f"//*[starts-with(@name, '{OURS}') or starts-with(@name, 'action_{OURS}')]"):
                node.getparent().remove(node)
        return arch, view


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "l10n_mx_co_edi.country.views"]


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "l10n_mx_co_edi.country.views"]


class UomUom(models.Model):
    _name = "uom.uom"
    _inherit = ["uom.uom", "l10n_mx_co_edi.country.views"]


class AccountInvoiceReport(models.Model):
    _name = "account.invoice.report"
    _inherit = ["account.invoice.report", "l10n_mx_co_edi.country.views"]
