import re

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from . import catalog_selection


class ProductTemplate(models.Model):
    _inherit = "product.template"

    l10n_mx_co_edi_clave_prod_serv = fields.Char(
        "SAT Product Code", size=8,
        help="Clave de producto o servicio (c_ClaveProdServ): eight digits of SAT's catalogue. Empty means 01010101, "
             "\"does not exist in the catalogue\", which SAT accepts but customers often do not.")
    l10n_mx_co_edi_clave_prod_serv_name = fields.Char(
        "Description of the SAT Product Code", compute="_compute_l10n_mx_co_edi_clave_prod_serv_name",
        help="SAT's description of the product code.")
    l10n_mx_co_edi_objeto_imp = fields.Selection(
        catalog_selection.objeto_imp, "Subject to Tax",
        help="Objeto de impuesto. Empty means automatic: 02 when the invoice line has taxes, 01 when it has none. "
             "Set it only for the special cases that SAT lists.")

    @api.depends("l10n_mx_co_edi_clave_prod_serv")
    def _compute_l10n_mx_co_edi_clave_prod_serv_name(self):
        items = self.env["l10n_mx_co_edi.catalog.item"]
        for product in self:
            product.l10n_mx_co_edi_clave_prod_serv_name = items._describe(
                "clave_prod_serv", product.l10n_mx_co_edi_clave_prod_serv)

    @api.onchange("l10n_mx_co_edi_clave_prod_serv")
    def _onchange_l10n_mx_co_edi_clave_prod_serv(self):
        if self.l10n_mx_co_edi_clave_prod_serv:
            self.l10n_mx_co_edi_clave_prod_serv = re.sub(r"\s", "", self.l10n_mx_co_edi_clave_prod_serv)

    @api.constrains("l10n_mx_co_edi_clave_prod_serv")
    def _check_l10n_mx_co_edi_clave_prod_serv(self):
        for product in self:
            code = product.l10n_mx_co_edi_clave_prod_serv
            if code and not re.fullmatch(r"[0-9]{8}", code):
                raise ValidationError(_(
                    "The SAT product code of %(product)s is \"%(code)s\", but SAT's codes have exactly eight digits. "
                    "Look the code up in SAT's catalogue, or leave it empty to use 01010101.",
                    product=product.display_name, code=code))
