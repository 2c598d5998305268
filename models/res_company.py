from odoo import api, fields, models

from ..core.transports import registry
from .document import ENVIRONMENTS


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_mx_co_edi_environment = fields.Selection(
        ENVIRONMENTS, "Electronic Invoicing Environment",
        help="Where documents are sent. Empty: invoices are not made into electronic documents; a branch then uses "
             "the settings of the company above it. Each document keeps the environment it was made in.")
    l10n_mx_co_edi_regimen_fiscal = fields.Selection(
        string="Tax Regime", related="partner_id.l10n_mx_co_edi_regimen_fiscal", readonly=False,
        help="Régimen fiscal of the company in its Constancia de Situación Fiscal; written in every CFDI.")
    l10n_mx_co_edi_pac = fields.Selection(
        "_selection_l10n_mx_co_edi_pac", "Authorised Provider (PAC)", default="finkok",
        help="Provider authorised by SAT (PAC) that stamps the invoices. You need a contract with it for the "
             "production environment.")
    l10n_mx_co_edi_block_posting = fields.Boolean(
        "Check Before Confirming", default=True,
        help="An invoice with an error that SAT would refuse cannot be confirmed: it is shown what is wrong before "
             "a number is used. Invoices made by machines (point of sale, online shop) are never stopped.")
    l10n_mx_co_edi_stamp_warning = fields.Integer(
        "Warn Below", default=50,
        help="Invoices show a warning when fewer stamps than this are left at the provider. 0 never warns.")
    l10n_mx_co_edi_town_clock = fields.Boolean(
        "Clock of the Town",
        help="Ciudad Juárez and its neighbours keep mountain time since 2022, but SAT's catalogue gives their postal "
             "codes the time of the centre, and providers judge the date of a CFDI by that. Leave it off unless your "
             "provider says otherwise: invoices are then dated one hour earlier, which SAT accepts too.")
    l10n_mx_co_edi_test_email = fields.Char(
        "Test E-mail Address",
        help="Outside production, electronic invoices are mailed only to this address, never to customers. Empty "
             "means that they are not mailed at all.")
    l10n_mx_co_edi_csd_certificate_id = fields.Many2one(
        "l10n_mx_co_edi.certificate", "Certificate in Use (CSD)", compute="_compute_l10n_mx_co_edi_csd_certificate_id",
        help="The newest valid seal certificate of the company, or of the nearest company above it that has one.")

    @api.model
    def _selection_l10n_mx_co_edi_pac(self):
        return [(code, service.label) for code, service in registry.SERVICES.items()]

    @api.depends_context("uid")
    def _compute_l10n_mx_co_edi_csd_certificate_id(self):
        for company in self:
            company.l10n_mx_co_edi_csd_certificate_id = self.env["l10n_mx_co_edi.certificate"]._current_csd(company)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("l10n_mx_co_edi_environment"):
            self.env["l10n_mx_co_edi.catalog"]._refresh_soon()
        if "account_fiscal_country_id" in vals:
            # which menus somebody sees depends on it, and the list of menus is cached for each user
            self.env.registry.clear_cache()
        return result
