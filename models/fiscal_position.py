from odoo import api, models


class AccountFiscalPosition(models.Model):
    _inherit = "account.fiscal.position"

    @api.depends("tax_ids.amount", "tax_ids.type_tax_use", "tax_ids.country_code", "tax_ids.original_tax_ids")
    def _compute_tax_map(self):
        """What a customer withholds comes on top of the tax that is charged; it never takes its place.

        Odoo lets every tax of a position replace others. To stay, the IVA would have to be among its own replacements,
        which changes the company's taxes and does not work for one that replaces others already (the 0 % of exports).
        """
        super()._compute_tax_map()
        for position in self:
            held = {tax.id for tax in position.tax_ids if tax._l10n_mx_co_edi_is_withholding()}
            if held:
                position.tax_map = {
                    source: taxes if set(taxes) - held else [source, *taxes]
                    for source, taxes in position.tax_map.items()}
