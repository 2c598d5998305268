"""What is asked for the password once more: uploading a certificate and switching production on.

Whoever finds an unlocked screen must not replace the company's seal or start issuing real invoices. Programs that use
the external interface are not asked: they have no screen, and log in with each call.
"""
import time

from odoo import api, fields, models
from odoo.http import request

from odoo.addons.base.models.res_users import check_identity

PRODUCTION = "production"
FRESH_SECONDS = 10 * 60  # as `check_identity` counts


def _must_ask():
    """Tell whether a person at a browser has not typed the password lately."""
    in_browser = bool(request) and request.httprequest.path.startswith("/web/")
    return in_browser and request.session.get("identity-check-last", 0) <= time.time() - FRESH_SECONDS


class Certificate(models.Model):
    _inherit = "l10n_mx_co_edi.certificate"

    @api.model
    @check_identity
    def action_upload(self, company_id=None):
        """Open the upload of the company's certificate, once the user has typed the password: its CSD, or its .p12."""
        return self._upload_action(self.env["res.company"].browse(company_id) if company_id else self.env.company)

    @api.model
    def _upload_action(self, company):
        of_country = "dian_" if company.account_fiscal_country_id.code == "CO" else ""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"l10n_mx_co_edi.action_certificate_{of_country}upload")
        return {**action, "context": {"default_company_id": company.id}}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_mx_co_edi_goes_live = fields.Boolean(
        "Wants Production", readonly=True, help="Production was chosen and waits for the user's password.")

    def action_l10n_mx_co_edi_upload_csd(self):
        return self.env["l10n_mx_co_edi.certificate"].action_upload(self.company_id.id)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._l10n_mx_co_edi_hold_production(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._l10n_mx_co_edi_hold_production(vals))

    def _l10n_mx_co_edi_hold_production(self, vals):
        """Take production out of what is saved: the page saves before anybody could be asked for the password."""
        if vals.get("l10n_mx_co_edi_environment") != PRODUCTION or not _must_ask():
            return vals
        company = self.env["res.company"].browse(vals.get("company_id")) or self[:1].company_id or self.env.company
        if company.l10n_mx_co_edi_environment == PRODUCTION:
            return vals
        kept = {name: value for name, value in vals.items() if name != "l10n_mx_co_edi_environment"}
        return {**kept, "l10n_mx_co_edi_goes_live": True}

    def execute(self):
        # EXTENDS base
        result = super().execute()
        return self.l10n_mx_co_edi_go_live() if self.l10n_mx_co_edi_goes_live else result

    @check_identity
    def l10n_mx_co_edi_go_live(self):
        """Switch production on, once the user has typed the password."""
        self.ensure_one()
        if not self.l10n_mx_co_edi_goes_live:
            return False
        self.l10n_mx_co_edi_goes_live = False
        self.check_access("write")
        self.company_id.l10n_mx_co_edi_environment = PRODUCTION
        return {"type": "ir.actions.client", "tag": "reload"}
