from odoo import models

BOTH, MEXICO, COLOMBIA = {"MX", "CO"}, {"MX"}, {"CO"}
MENUS = {
    "menu_document": BOTH,
    "menu_configuration": BOTH,
    "menu_certificate": BOTH,
    "menu_exchange": BOTH,
    "menu_stamp_balance": MEXICO,
    "menu_catalog": MEXICO,
    "menu_numbering_range": COLOMBIA,
    "menu_layout": COLOMBIA,
    "menu_support_document": COLOMBIA,
    "menu_test_set": COLOMBIA,
}


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        # EXTENDS base: who works for no company of a country does not see what concerns only it
        blacklist = super()._load_menus_blacklist()
        countries = set(self.env.user.company_ids.mapped("account_fiscal_country_id.code"))
        for name, concerned in MENUS.items():
            menu = self.env.ref(f"l10n_mx_co_edi.{name}", raise_if_not_found=False)
            if menu and not concerned & countries:
                blacklist.append(menu.id)
        kinds = self.env.ref("l10n_latam_base.menu_l10n_latam_identification_type", raise_if_not_found=False)
        if kinds and not self._l10n_mx_co_edi_uses_kinds_of_number():
            blacklist.append(kinds.id)
        return blacklist

    def _l10n_mx_co_edi_uses_kinds_of_number(self):
        """Tell whether a company of the user is in a country whose contacts have kinds of identification number, which
        came with the Colombian chart of accounts.
        """
        return any(
            "LATAMID" in (company.account_fiscal_country_group_codes or []) for company in self.env.user.company_ids)
