from odoo import models

MENUS = (
    "menu_document", "menu_stamp_balance", "menu_configuration", "menu_certificate", "menu_exchange", "menu_catalog")
COUNTRIES = {"MX", "CO"}


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        # EXTENDS base: who works for no company of these countries does not see what concerns only them
        blacklist = super()._load_menus_blacklist()
        if not COUNTRIES & set(self.env.user.company_ids.mapped("account_fiscal_country_id.code")):
            menus = (self.env.ref(f"l10n_mx_co_edi.{name}", raise_if_not_found=False) for name in MENUS)
            blacklist.extend(menu.id for menu in menus if menu)
        return blacklist
