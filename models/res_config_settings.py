from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..core import clock
from . import place_findings
from .company_service import PAC_PASSWORD, PAC_USERNAME
from .finding_texts import alerts


class ResConfigSettings(models.TransientModel):
    """The block "Electronic invoicing (Mexico)" of the settings.

    User and password of the provider can be written but never read: their fields have no column, are empty whenever
    the page is opened, and go straight to the vault. What is shown is who stored them and when.
    """
    _inherit = "res.config.settings"

    # Company
    l10n_mx_co_edi_environment = fields.Selection(
        related="company_id.l10n_mx_co_edi_environment", readonly=False)
    l10n_mx_co_edi_vat = fields.Char("RFC", related="company_id.vat", readonly=False)
    l10n_mx_co_edi_fiscal_name = fields.Char(
        related="company_id.partner_id.l10n_mx_co_edi_fiscal_name", readonly=False)
    l10n_mx_co_edi_fiscal_name_hint = fields.Char(
        related="company_id.partner_id.l10n_mx_co_edi_fiscal_name_hint")
    l10n_mx_co_edi_regimen_fiscal = fields.Selection(
        related="company_id.l10n_mx_co_edi_regimen_fiscal", readonly=False)
    l10n_mx_co_edi_zip = fields.Char("Postal Code", related="company_id.zip", readonly=False)
    l10n_mx_co_edi_place = fields.Char("Place", compute="_compute_l10n_mx_co_edi_place")
    l10n_mx_co_edi_has_town_clock = fields.Boolean("Town Has Its Own Clock", compute="_compute_l10n_mx_co_edi_place")
    l10n_mx_co_edi_town_clock = fields.Boolean(related="company_id.l10n_mx_co_edi_town_clock", readonly=False)
    l10n_mx_co_edi_findings = fields.Json(related="company_id.partner_id.l10n_mx_co_edi_findings")

    l10n_mx_co_edi_inherits_from = fields.Char(
        "Settings Of", compute="_compute_l10n_mx_co_edi_state",
        help="The company above whose environment this one uses while it has none of its own.")
    l10n_mx_co_edi_key_problem = fields.Char("Master Key Problem", compute="_compute_l10n_mx_co_edi_state")
    l10n_mx_co_edi_database_confirmed = fields.Boolean(
        "Database Confirmed", compute="_compute_l10n_mx_co_edi_state",
        help="Production only works in the database that an administrator confirmed, never in a copy of it.")

    # Provider
    l10n_mx_co_edi_pac = fields.Selection(related="company_id.l10n_mx_co_edi_pac", readonly=False)
    l10n_mx_co_edi_pac_username = fields.Char(
        "Provider User", compute="_compute_l10n_mx_co_edi_credentials", inverse="_inverse_l10n_mx_co_edi_username",
        help="User of the provider's web service. Stored encrypted; leave it empty to keep the one that is stored.")
    l10n_mx_co_edi_pac_password = fields.Char(
        "Provider Password", compute="_compute_l10n_mx_co_edi_credentials",
        inverse="_inverse_l10n_mx_co_edi_password",
        help="Password of the provider's web service. Stored encrypted; leave it empty to keep the one that is stored.")
    l10n_mx_co_edi_pac_username_status = fields.Char(
        "Provider User Stored", compute="_compute_l10n_mx_co_edi_credentials")
    l10n_mx_co_edi_pac_password_status = fields.Char(
        "Provider Password Stored", compute="_compute_l10n_mx_co_edi_credentials")

    # Certificates
    l10n_mx_co_edi_certificate_ids = fields.Many2many(
        "l10n_mx_co_edi.certificate", compute="_compute_l10n_mx_co_edi_certificate_ids", string="Certificates")
    l10n_mx_co_edi_csd_certificate_id = fields.Many2one(related="company_id.l10n_mx_co_edi_csd_certificate_id")
    l10n_mx_co_edi_csd_alerts = fields.Json(
        "Notices about the CSD", compute="_compute_l10n_mx_co_edi_certificate_ids")

    l10n_mx_co_edi_catalog_ids = fields.Many2many(
        "l10n_mx_co_edi.catalog", compute="_compute_l10n_mx_co_edi_catalog_ids", string="SAT's Catalogues")

    # Behaviour
    l10n_mx_co_edi_block_posting = fields.Boolean(
        related="company_id.l10n_mx_co_edi_block_posting", readonly=False)
    l10n_mx_co_edi_test_email = fields.Char(related="company_id.l10n_mx_co_edi_test_email", readonly=False)

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_credentials(self):
        for settings in self:
            settings.l10n_mx_co_edi_pac_username = False
            settings.l10n_mx_co_edi_pac_password = False
            settings.l10n_mx_co_edi_pac_username_status = settings._l10n_mx_co_edi_stored(PAC_USERNAME)
            settings.l10n_mx_co_edi_pac_password_status = settings._l10n_mx_co_edi_stored(PAC_PASSWORD)

    @api.depends("company_id", "l10n_mx_co_edi_zip")
    def _compute_l10n_mx_co_edi_place(self):
        now = clock.utc_now()
        for settings in self:
            journals = self.env["account.journal"].search([
                ("company_id", "=", settings.company_id.id), ("l10n_mx_co_edi_postal_code", "!=", False)])
            codes = {settings.l10n_mx_co_edi_zip, *journals.mapped("l10n_mx_co_edi_postal_code")}
            settings.l10n_mx_co_edi_place = place_findings.describe_place(self.env, settings.l10n_mx_co_edi_zip)
            settings.l10n_mx_co_edi_has_town_clock = any(
                place_findings.has_clock_of_its_own(code, now) for code in codes)

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_certificate_ids(self):
        certificates = self.env["l10n_mx_co_edi.certificate"]
        for settings in self:
            owner = settings.company_id._l10n_mx_co_edi_owner_of_csd()
            settings.l10n_mx_co_edi_certificate_ids = certificates.search(
                [("company_id", "=", owner.id), ("kind", "=", "csd")])
            settings.l10n_mx_co_edi_csd_alerts = alerts(
                self.env, settings.company_id._l10n_mx_co_edi_csd_findings())

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_state(self):
        for settings in self:
            company = settings.company_id
            owner = company._l10n_mx_co_edi_settings()
            settings.l10n_mx_co_edi_inherits_from = owner != company and owner.name
            settings.l10n_mx_co_edi_key_problem = self._l10n_mx_co_edi_find_key_problem()
            settings.l10n_mx_co_edi_database_confirmed = bool(
                settings.l10n_mx_co_edi_key_problem
                or company._l10n_mx_co_edi_may_send(owner.l10n_mx_co_edi_environment))

    def _l10n_mx_co_edi_find_key_problem(self):
        """Return why passwords and private keys cannot be stored on this server, False if they can."""
        try:
            self.env["l10n_mx_co_edi.secret"]._vault()
        except UserError as error:
            return str(error)
        return False

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_catalog_ids(self):
        self.l10n_mx_co_edi_catalog_ids = self.env["l10n_mx_co_edi.catalog"].search([])

    def _l10n_mx_co_edi_stored(self, name):
        """Return who stored a secret and when, never the secret itself."""
        return self._l10n_mx_co_edi_stored_as(self.env["l10n_mx_co_edi.secret"]._find(self.company_id, name))

    def _l10n_mx_co_edi_stored_as(self, secret):
        """Return who stored `secret` and when."""
        if not secret.ciphertext:
            return _("Not set")
        moment = format_datetime(self.env, secret.write_date, dt_format="short")
        return _("Set on %(date)s by %(user)s", date=moment, user=secret.write_uid.name)

    # ------------------------------------------------------------------
    # Inverse
    # ------------------------------------------------------------------

    def _inverse_l10n_mx_co_edi_username(self):
        self._l10n_mx_co_edi_store_secret("l10n_mx_co_edi_pac_username", PAC_USERNAME)

    def _inverse_l10n_mx_co_edi_password(self):
        self._l10n_mx_co_edi_store_secret("l10n_mx_co_edi_pac_password", PAC_PASSWORD)

    def _l10n_mx_co_edi_store_secret(self, field_name, name):
        for settings in self:
            if settings[field_name]:
                self.env["l10n_mx_co_edi.secret"]._store(settings.company_id, name, settings[field_name])
        # what was typed must not travel back to the browser with the saved form
        self.invalidate_recordset([
            field_name, "l10n_mx_co_edi_pac_username_status", "l10n_mx_co_edi_pac_password_status"])

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_l10n_mx_co_edi_confirm_database(self):
        """An administrator's word that this database, and no copy of it, is the one that issues from now on."""
        self.ensure_one()
        self.company_id.action_l10n_mx_co_edi_confirm_database()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_l10n_mx_co_edi_open_catalogs(self):
        """Open the list of SAT's catalogues; the first time they are loaded, which takes some seconds."""
        return self.env["l10n_mx_co_edi.catalog"].sudo().action_open_catalogs()

    def action_l10n_mx_co_edi_test_connection(self):
        """Ask the provider for the balance and show the answer.

        :raise UserError: what is wrong and what to do
        """
        self.ensure_one()
        sentence = self.company_id._l10n_mx_co_edi_test_pac_connection()
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {"type": "success", "message": sentence},
        }
