"""The technology provider's part of the settings: its access can be written but never read."""
from odoo import _, api, fields, models

from .company_provider import PASSWORD_HASH, TOKEN, USERNAME
from .company_service import secret_name

# field of the settings -> part of the access as it is kept, and as it is typed
TYPED = {
    "l10n_mx_co_edi_provider_token": ("cadena", TOKEN, "token"),
    "l10n_mx_co_edi_provider_username": ("facturatech", USERNAME, "username"),
    "l10n_mx_co_edi_provider_password": ("facturatech", PASSWORD_HASH, "password"),
}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_mx_co_edi_dian_service = fields.Selection(related="company_id.l10n_mx_co_edi_dian_service", readonly=False)
    l10n_mx_co_edi_provider_nit = fields.Char(related="company_id.l10n_mx_co_edi_provider_nit", readonly=False)
    l10n_mx_co_edi_cadena_partner = fields.Char(related="company_id.l10n_mx_co_edi_cadena_partner", readonly=False)
    l10n_mx_co_edi_layout_form = fields.Selection(related="company_id.l10n_mx_co_edi_layout_form", readonly=False)
    l10n_mx_co_edi_provider_token = fields.Char(
        "Token", compute="_compute_l10n_mx_co_edi_provider_access", inverse="_inverse_l10n_mx_co_edi_provider_token",
        help="efacturaAuthorizationToken that CADENA gave you; it has one for tests and one for production. Stored "
             "encrypted; leave it empty to keep the one that is stored.")
    l10n_mx_co_edi_provider_token_status = fields.Char(
        "Token of the Provider Stored", compute="_compute_l10n_mx_co_edi_provider_access")
    l10n_mx_co_edi_provider_username = fields.Char(
        "Web Service User", compute="_compute_l10n_mx_co_edi_provider_access",
        inverse="_inverse_l10n_mx_co_edi_provider_username",
        help="User of Facturatech's web service. Stored encrypted; leave it empty to keep the one that is stored.")
    l10n_mx_co_edi_provider_username_status = fields.Char(
        "User of the Provider Stored", compute="_compute_l10n_mx_co_edi_provider_access")
    l10n_mx_co_edi_provider_password = fields.Char(
        "Web Service Password", compute="_compute_l10n_mx_co_edi_provider_access",
        inverse="_inverse_l10n_mx_co_edi_provider_password",
        help="Password of Facturatech's web service; that of its portal is another one. Only its SHA-256 is kept, "
             "encrypted, because that is what goes with every call; leave it empty to keep the one that is stored.")
    l10n_mx_co_edi_provider_password_status = fields.Char(
        "Password of the Provider Stored", compute="_compute_l10n_mx_co_edi_provider_access")

    # ------------------------------------------------------------------
    # Access
    # ------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_l10n_mx_co_edi_provider_access(self):
        secrets = self.env["l10n_mx_co_edi.secret"]
        for settings in self:
            for name, (service, part, _typed) in TYPED.items():
                settings[name] = False
                settings[f"{name}_status"] = settings._l10n_mx_co_edi_stored_as(
                    secrets._find(settings.company_id, secret_name(service, part)))

    def _inverse_l10n_mx_co_edi_provider_token(self):
        self._l10n_mx_co_edi_take_access("l10n_mx_co_edi_provider_token")

    def _inverse_l10n_mx_co_edi_provider_username(self):
        self._l10n_mx_co_edi_take_access("l10n_mx_co_edi_provider_username")

    def _inverse_l10n_mx_co_edi_provider_password(self):
        self._l10n_mx_co_edi_take_access("l10n_mx_co_edi_provider_password")

    def _l10n_mx_co_edi_take_access(self, field_name):
        service, _part, typed = TYPED[field_name]
        for settings in self.filtered(field_name):
            settings.company_id._l10n_mx_co_edi_store_provider_access(service, **{typed: settings[field_name]})
        # what was typed must not travel back to the browser with the saved form
        self.invalidate_recordset([field_name, f"{field_name}_status"])

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_l10n_mx_co_edi_check_provider(self):
        """Make one harmless call with the stored access.

        :raise UserError: what is wrong and what to do
        """
        self.ensure_one()
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "success", "title": _("Technology provider"),
                "message": self.company_id._l10n_mx_co_edi_check_provider(),
            },
        }
