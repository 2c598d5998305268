"""Codes of articles and units of measure as DIAN's documents want them."""
import re

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..core.dian import catalogs, item_codes, units
from . import adapt_co_item
from .finding_texts import alerts


class ProductTemplate(models.Model):
    _inherit = "product.template"

    l10n_mx_co_edi_item_scheme = fields.Selection(
        lambda self: [(entry.code, f"{entry.code} - {entry.name}") for entry in catalogs.ITEM_CODE.values()],
        "Product Code Standard",
        help="Which code of the product DIAN's documents show. Empty means automatic: the tariff code on exports, else "
             "UNSPSC if it is there, else the barcode if it is a GTIN, else your internal reference (999).")
    l10n_mx_co_edi_unspsc = fields.Char(
        "UNSPSC Code", help="United Nations Standard Products and Services Code: eight digits.")
    l10n_mx_co_edi_tariff_code = fields.Char(
        "Tariff Code",
        help="Partida arancelaria of the customs tariff: six to ten digits. Export invoices show it.")
    l10n_mx_co_edi_brand = fields.Char("Brand", help="Marca. DIAN asks for it on export invoices.")
    l10n_mx_co_edi_model = fields.Char("Model", help="Modelo. DIAN asks for it on export invoices.")

    l10n_mx_co_edi_dian_findings = fields.Json(
        "Review for DIAN", compute="_compute_l10n_mx_co_edi_dian_findings")

    @api.depends(
        "barcode", "default_code", "l10n_mx_co_edi_item_scheme", "l10n_mx_co_edi_unspsc", "l10n_mx_co_edi_tariff_code")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_l10n_mx_co_edi_dian_findings(self):
        for product in self:
            product.l10n_mx_co_edi_dian_findings = "CO" in (product.fiscal_country_codes or "").split(",") and alerts(
                self.env, adapt_co_item.code_of(product, is_export=False)[2])

    @api.onchange("l10n_mx_co_edi_unspsc", "l10n_mx_co_edi_tariff_code")
    def _onchange_l10n_mx_co_edi_item_codes(self):
        for name, scheme in (
            ("l10n_mx_co_edi_unspsc", item_codes.UNSPSC), ("l10n_mx_co_edi_tariff_code", item_codes.TARIFF),
        ):
            self[name] = item_codes.compact(scheme, self[name]) or False

    @api.constrains("l10n_mx_co_edi_unspsc", "l10n_mx_co_edi_tariff_code")
    def _check_l10n_mx_co_edi_item_codes(self):
        for product in self:
            code = product.l10n_mx_co_edi_unspsc
            if code and item_codes.problem(item_codes.UNSPSC, item_codes.compact(item_codes.UNSPSC, code)):
                raise ValidationError(_(
                    "The UNSPSC code of %(product)s is \"%(code)s\", but these codes have exactly eight digits.",
                    product=product.display_name, code=code))
            code = product.l10n_mx_co_edi_tariff_code
            if code and item_codes.problem(item_codes.TARIFF, item_codes.compact(item_codes.TARIFF, code)):
                raise ValidationError(_(
                    "The tariff code of %(product)s is \"%(code)s\", but these codes have six, eight or ten digits.",
                    product=product.display_name, code=code))


class UomUom(models.Model):
    _inherit = "uom.uom"

    l10n_mx_co_edi_dian_unit = fields.Char(
        "DIAN Unit Code",
        help="Unit of measure of DIAN's list (UN/ECE recommendation 20): 94 unit, KGM kilogram, HUR hour and so on. "
             "Empty means automatic: the same code as in the other list of units, 94 where there is none.")

    l10n_mx_co_edi_dian_unit_hint = fields.Char(
        "Automatic Unit Code", compute="_compute_l10n_mx_co_edi_dian_unit_hint",
        help="The code that documents show when none is chosen.")

    @api.depends("l10n_mx_co_edi_clave_unidad")
    def _compute_l10n_mx_co_edi_dian_unit_hint(self):
        for unit in self:
            unit.l10n_mx_co_edi_dian_unit_hint = units.from_recommendation(unit.l10n_mx_co_edi_clave_unidad)

    @api.onchange("l10n_mx_co_edi_dian_unit")
    def _onchange_l10n_mx_co_edi_dian_unit(self):
        if self.l10n_mx_co_edi_dian_unit:
            self.l10n_mx_co_edi_dian_unit = self.l10n_mx_co_edi_dian_unit.strip().upper()

    @api.constrains("l10n_mx_co_edi_dian_unit")
    def _check_l10n_mx_co_edi_dian_unit(self):
        for unit in self:
            code = unit.l10n_mx_co_edi_dian_unit
            if code and not re.fullmatch(r"[A-Z0-9]{2,3}", code):
                raise ValidationError(_(
                    "The DIAN unit code of %(unit)s is \"%(code)s\", but these codes are two or three capital letters "
                    "or digits, such as 94 (unit) or KGM (kilogram).", unit=unit.display_name, code=code))

    def _l10n_mx_co_edi_unece(self):
        """Return the code of UN/ECE recommendation 20 that DIAN's documents show; 94 for no unit at all."""
        return self.l10n_mx_co_edi_dian_unit or units.from_recommendation(self.l10n_mx_co_edi_clave_unidad)
