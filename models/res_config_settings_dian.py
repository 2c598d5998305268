from odoo import api, fields, models

from odoo.addons.base.models.res_users import check_identity

from .company_dian import SOFTWARE_PIN
from .finding_texts import alerts


class ResConfigSettings(models.TransientModel):
    """The block "Electronic invoicing (Colombia)" of the settings. The PIN can be written but never read."""
    _inherit = "res.config.settings"

    l10n_mx_co_edi_dian_vat = fields.Char("NIT", related="company_id.vat", readonly=False)
    l10n_mx_co_edi_municipality = fields.Char(
        "Municipality", related="company_id.partner_id.l10n_mx_co_edi_municipality", readonly=False)
    l10n_mx_co_edi_municipality_name = fields.Char(
        related="company_id.partner_id.l10n_mx_co_edi_municipality_name", string="Name of the Municipality")
    l10n_mx_co_edi_ciiu = fields.Char(
        "Economic Activities (CIIU)", related="company_id.partner_id.l10n_mx_co_edi_ciiu", readonly=False)
    l10n_mx_co_edi_matricula = fields.Char(
        "Matrícula Mercantil", related="company_id.partner_id.l10n_mx_co_edi_matricula", readonly=False)
    l10n_mx_co_edi_rut_findings = fields.Json(
        related="company_id.partner_id.l10n_mx_co_edi_dian_findings", string="Review of the Company")
    l10n_mx_co_edi_dian_software = fields.Char(
        "Software ID", related="company_id.l10n_mx_co_edi_dian_software", readonly=False)
    l10n_mx_co_edi_dian_key_name = fields.Selection(
        related="company_id.l10n_mx_co_edi_dian_key_name", readonly=False)
    l10n_mx_co_edi_dian_pin = fields.Char(
        "PIN", compute="_compute_l10n_mx_co_edi_dian_pin", inverse="_inverse_l10n_mx_co_edi_dian_pin",
        help="PIN of the software, as chosen in DIAN's portal. Stored encrypted; leave it empty to keep the one that "
             "is stored.")
    l10n_mx_co_edi_dian_pin_status = fields.Char("PIN Stored", compute="_compute_l10n_mx_co_edi_dian_pin")
    l10n_mx_co_edi_dian_certificate_ids = fields.Many2many(
        "l10n_mx_co_edi.certificate", compute="_compute_l10n_mx_co_edi_dian_certificate_ids",
        string="Certificates for DIAN")
    l10n_mx_co_edi_dian_certificate_id = fields.Many2one(related="company_id.l10n_mx_co_edi_dian_certificate_id")
    l10n_mx_co_edi_dian_certificate_alerts = fields.Json(
        "Notices about the Certificate", compute="_compute_l10n_mx_co_edi_dian_certificate_ids")
    l10n_mx_co_edi_range_ids = fields.Many2many(
        "l10n_mx_co_edi.numbering.range", compute="_compute_l10n_mx_co_edi_range_ids", string="Numbering Ranges")
    l10n_mx_co_edi_support_journal_ids = fields.Many2many(
        "account.journal", compute="_compute_l10n_mx_co_edi_support_journal_ids",
        string="Journals of Support Documents")

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_dian_pin(self):
        for settings in self:
            settings.l10n_mx_co_edi_dian_pin = False
            settings.l10n_mx_co_edi_dian_pin_status = settings._l10n_mx_co_edi_stored(SOFTWARE_PIN)

    def _inverse_l10n_mx_co_edi_dian_pin(self):
        self._l10n_mx_co_edi_store_secret("l10n_mx_co_edi_dian_pin", SOFTWARE_PIN)
        self.invalidate_recordset(["l10n_mx_co_edi_dian_pin_status"])

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_dian_certificate_ids(self):
        for settings in self:
            owner = settings.company_id._l10n_mx_co_edi_owner_of_dian_certificate()
            settings.l10n_mx_co_edi_dian_certificate_ids = self.env["l10n_mx_co_edi.certificate"].search(
                [("company_id", "=", owner.id), ("kind", "=", "dian")])
            settings.l10n_mx_co_edi_dian_certificate_alerts = alerts(
                self.env, settings.company_id._l10n_mx_co_edi_dian_certificate_findings())

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_range_ids(self):
        for settings in self:
            settings.l10n_mx_co_edi_range_ids = self.env["l10n_mx_co_edi.numbering.range"].search(
                [("company_id", "=", settings.company_id.id)])

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_support_journal_ids(self):
        for settings in self:
            settings.l10n_mx_co_edi_support_journal_ids = settings.company_id._l10n_mx_co_edi_support_journals()

    def action_l10n_mx_co_edi_create_support_journal(self):
        """Make the journal of support documents, once, and open it: it shows its range, or that it needs one."""
        self.ensure_one()
        company = self.company_id
        journal = company._l10n_mx_co_edi_support_journals()[:1] or company._l10n_mx_co_edi_create_support_journal()
        return journal._get_records_action()

    def action_l10n_mx_co_edi_open_rut(self):
        """Open the company's contact, where responsibilities, regime and address are."""
        partner = self.company_id.partner_id
        return {
            "type": "ir.actions.act_window", "name": partner.name, "res_model": "res.partner", "res_id": partner.id,
            "views": [(False, "form")],
        }

    @check_identity
    def action_l10n_mx_co_edi_upload_p12(self):
        """Open the upload, once the user has typed the password: nobody else may replace the company's signature."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_mx_co_edi.action_certificate_dian_upload")
        return {**action, "context": {"default_company_id": self.company_id.id}}

    def action_l10n_mx_co_edi_fetch_ranges(self):
        """Ask for the company's numbering ranges, which also shows that certificate and software are right.

        :raise UserError: what is wrong and what to do
        """
        self.ensure_one()
        return self.company_id._l10n_mx_co_edi_show_ranges()
