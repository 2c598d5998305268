import re

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

# Odoo's and l10n_mx's own units of measure with their code in c_ClaveUnidad (UN/ECE recommendation 20 and 21)
STANDARD_CODES = {
    "uom.product_uom_unit": "H87",
    "uom.product_uom_pack_6": "XPK",
    "uom.product_uom_dozen": "DZN",
    "uom.product_uom_hour": "HUR",
    "uom.product_uom_day": "DAY",
    "uom.product_uom_minute": "MIN",
    "uom.product_uom_millimeter": "MMT",
    "uom.product_uom_cm": "CMT",
    "uom.product_uom_meter": "MTR",
    "uom.product_uom_km": "KMT",
    "uom.product_uom_square_meter": "MTK",
    "uom.product_uom_milliliter": "MLT",
    "uom.product_uom_litre": "LTR",
    "uom.product_uom_cubic_meter": "MTQ",
    "uom.product_uom_gram": "GRM",
    "uom.product_uom_kgm": "KGM",
    "uom.product_uom_ton": "TNE",
    "uom.product_uom_oz": "ONZ",
    "uom.product_uom_lb": "LBR",
    "uom.product_uom_inch": "INH",
    "uom.product_uom_foot": "FOT",
    "uom.product_uom_yard": "YRD",
    "uom.product_uom_mile": "SMI",
    "uom.product_uom_square_foot": "FTK",
    "uom.product_uom_floz": "OZA",
    "uom.product_uom_qt": "QT",
    "uom.product_uom_gal": "GLL",
    "uom.product_uom_cubic_inch": "INQ",
    "uom.product_uom_cubic_foot": "FTQ",
    "uom.product_uom_kwh": "KWH",
    "l10n_mx.product_uom_service_unit": "E48",
    "l10n_mx.product_uom_activity": "ACT",
    "l10n_mx.product_uom_job": "E51",
}


class UomUom(models.Model):
    _inherit = "uom.uom"

    l10n_mx_co_edi_clave_unidad = fields.Char(
        "SAT Unit Code", size=3,
        help="Clave de unidad (c_ClaveUnidad): H87 piece, E48 service, KGM kilogram, ACT activity and so on. "
             "Without a code the unit is invoiced as H87 for goods and E48 for services.")

    l10n_mx_co_edi_clave_unidad_name = fields.Char(
        "Description of the SAT Unit Code", compute="_compute_l10n_mx_co_edi_clave_unidad_name",
        help="SAT's description of the unit code.")

    @api.depends("l10n_mx_co_edi_clave_unidad")
    def _compute_l10n_mx_co_edi_clave_unidad_name(self):
        items = self.env["l10n_mx_co_edi.catalog.item"]
        for unit in self:
            unit.l10n_mx_co_edi_clave_unidad_name = items._describe("clave_unidad", unit.l10n_mx_co_edi_clave_unidad)

    @api.onchange("l10n_mx_co_edi_clave_unidad")
    def _onchange_l10n_mx_co_edi_clave_unidad(self):
        if self.l10n_mx_co_edi_clave_unidad:
            code = self.l10n_mx_co_edi_clave_unidad.strip()
            # eight of SAT's codes have small letters ("Ohm", "X1w"); all others are typed as people please
            known = self.env["l10n_mx_co_edi.catalog.item"]._keys("clave_unidad", [code])
            self.l10n_mx_co_edi_clave_unidad = code if known else code.upper()

    @api.constrains("l10n_mx_co_edi_clave_unidad")
    def _check_l10n_mx_co_edi_clave_unidad(self):
        for unit in self:
            code = unit.l10n_mx_co_edi_clave_unidad
            if code and not re.fullmatch(r"[A-Za-z0-9]{2,3}", code):
                raise ValidationError(_(
                    "The SAT unit code of %(unit)s is \"%(code)s\", but SAT's codes are two or three capital letters "
                    "or digits, such as H87 (piece) or E48 (service).", unit=unit.display_name, code=code))

    @api.model
    def _l10n_mx_co_edi_fill_standard_codes(self):
        """Give the units that Odoo ships their SAT code; a code that somebody already set stays."""
        for xmlid, code in STANDARD_CODES.items():
            unit = self.env.ref(xmlid, raise_if_not_found=False)
            if unit and not unit.l10n_mx_co_edi_clave_unidad:
                unit.l10n_mx_co_edi_clave_unidad = code
