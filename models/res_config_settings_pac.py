"""The provider's part of the settings: a token in place of user and password, and what is left of the stamps."""
from odoo import _, api, fields, models
from odoo.tools import format_datetime

from ..core.transports import registry
from .company_service import PAC_TOKEN, secret_name


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_mx_co_edi_pac_takes_token = fields.Boolean(
        "Provider Takes a Token", compute="_compute_l10n_mx_co_edi_pac_takes_token")
    l10n_mx_co_edi_pac_token = fields.Char(
        "Provider Token", compute="_compute_l10n_mx_co_edi_credentials", inverse="_inverse_l10n_mx_co_edi_token",
        help="Token of the provider that never expires, in place of user and password. Stored encrypted; leave it "
             "empty to keep the one that is stored.")
    l10n_mx_co_edi_pac_token_status = fields.Char("Token Stored", compute="_compute_l10n_mx_co_edi_credentials")
    l10n_mx_co_edi_pac_has_token = fields.Boolean(
        "Token Is Stored", compute="_compute_l10n_mx_co_edi_credentials")
    l10n_mx_co_edi_stamp_warning = fields.Integer(related="company_id.l10n_mx_co_edi_stamp_warning", readonly=False)
    l10n_mx_co_edi_stamp_balance = fields.Char("Stamps", compute="_compute_l10n_mx_co_edi_stamp_balance")
    l10n_mx_co_edi_stamp_state = fields.Char("Stamp State", compute="_compute_l10n_mx_co_edi_stamp_balance")
    l10n_mx_co_edi_stamp_checked = fields.Char("Last Check", compute="_compute_l10n_mx_co_edi_stamp_balance")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("l10n_mx_co_edi_pac")
    def _compute_l10n_mx_co_edi_pac_takes_token(self):
        for settings in self:
            service = registry.SERVICES.get(settings.l10n_mx_co_edi_pac)
            settings.l10n_mx_co_edi_pac_takes_token = bool(service and service.takes_token)

    @api.depends("l10n_mx_co_edi_pac")
    def _compute_l10n_mx_co_edi_credentials(self):
        # EXTENDS res_config_settings
        super()._compute_l10n_mx_co_edi_credentials()
        secrets = self.env["l10n_mx_co_edi.secret"]
        for settings in self:
            settings.l10n_mx_co_edi_pac_token = False
            settings.l10n_mx_co_edi_pac_token_status = settings._l10n_mx_co_edi_stored(PAC_TOKEN)
            settings.l10n_mx_co_edi_pac_has_token = secrets._has(
                settings.company_id, secret_name(settings.l10n_mx_co_edi_pac, PAC_TOKEN))

    @api.depends("company_id", "l10n_mx_co_edi_pac", "l10n_mx_co_edi_environment")
    def _compute_l10n_mx_co_edi_stamp_balance(self):
        """Read what is stored; nobody is asked here."""
        for settings in self:
            balance = self.env["l10n_mx_co_edi.stamp.balance"]._of(
                settings.company_id, settings.l10n_mx_co_edi_pac, settings.l10n_mx_co_edi_environment)
            checked = balance.checked_at and format_datetime(self.env, balance.checked_at)
            settings.l10n_mx_co_edi_stamp_balance = balance._sentence() if balance else False
            settings.l10n_mx_co_edi_stamp_state = balance.state or "unknown"
            settings.l10n_mx_co_edi_stamp_checked = checked and _("Checked on %(date)s", date=checked)

    # ------------------------------------------------------------------
    # Credentials of the provider that is chosen
    # ------------------------------------------------------------------

    def _inverse_l10n_mx_co_edi_token(self):
        for settings in self.filtered("l10n_mx_co_edi_pac_token"):
            settings.l10n_mx_co_edi_pac_token = "".join(settings.l10n_mx_co_edi_pac_token.split())
        self._l10n_mx_co_edi_store_secret("l10n_mx_co_edi_pac_token", PAC_TOKEN)
        self.invalidate_recordset(["l10n_mx_co_edi_pac_token_status", "l10n_mx_co_edi_pac_has_token"])

    def _l10n_mx_co_edi_stored(self, name):
        # EXTENDS res_config_settings: each provider has credentials of its own
        return super()._l10n_mx_co_edi_stored(secret_name(self.l10n_mx_co_edi_pac, name))

    def _l10n_mx_co_edi_store_secret(self, field_name, name):
        # EXTENDS res_config_settings: each provider has credentials of its own
        for settings in self:
            super(ResConfigSettings, settings)._l10n_mx_co_edi_store_secret(
                field_name, secret_name(settings.l10n_mx_co_edi_pac, name))

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_l10n_mx_co_edi_forget_token(self):
        """Remove the stored token, so that user and password are used again."""
        self.ensure_one()
        self.check_access("write")
        self.env["l10n_mx_co_edi.secret"]._find(
            self.company_id, secret_name(self.l10n_mx_co_edi_pac, PAC_TOKEN)).unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
