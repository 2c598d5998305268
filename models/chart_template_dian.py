"""What a Colombian company gets with its chart of accounts: the tribute of each tax, and the final consumer."""
from odoo import api, models

from odoo.addons.account.models.chart_template import template

from ..core.dian import catalogs, tax_names

CONSUMER = "l10n_mx_co_edi.partner_final_consumer"


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("co", "account.tax")
    def _get_l10n_mx_co_edi_dian_tax(self):
        return {
            xmlid: {"l10n_mx_co_edi_tribute": code, "l10n_mx_co_edi_tribute_kind": kind}
            for xmlid, (code, kind) in tax_names.CHART.items()
        }

    def _post_load_data(self, template_code, company, template_data):
        # EXTENDS account
        super()._post_load_data(template_code, company, template_data)
        if template_code == "co":
            self._l10n_mx_co_edi_create_consumer()

    @api.model
    def _l10n_mx_co_edi_prepare_colombia(self):
        """Do for the Colombian companies that exist what new ones get with their chart of accounts."""
        self.env["account.tax"]._l10n_mx_co_edi_fill_tributes()
        if self.env["res.company"].sudo().search_count([("account_fiscal_country_id.code", "=", "CO")], limit=1):
            self._l10n_mx_co_edi_create_consumer()

    @api.model
    def _l10n_mx_co_edi_create_consumer(self):
        """Create the contact of the final consumer, unless there is one."""
        data = self.env["ir.model.data"].sudo()
        module, name = CONSUMER.split(".")
        if data.search_count([("module", "=", module), ("name", "=", name)], limit=1):
            return
        same = self.env["res.partner"].sudo().with_context(active_test=False).search(
            [("vat", "=", catalogs.CONSUMER_NUMBER)], limit=1)
        partner = same or self.env["res.partner"].sudo().create({
            "name": catalogs.CONSUMER_NAME,
            "vat": catalogs.CONSUMER_NUMBER,
            "l10n_latam_identification_type_id": self.env.ref("l10n_co.national_citizen_id").id,
            "country_id": self.env.ref("base.co").id,
        })
        data.create({
            "module": module, "name": name, "model": "res.partner", "res_id": partner.id, "noupdate": True})
