from odoo import api, fields, models


class LayoutPreview(models.TransientModel):
    """What a provider would get of an invoice now, in both forms of its layout, to read, copy or download."""
    _name = "l10n_mx_co_edi.layout.preview"
    _description = "Preview of a Provider's Layout"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True, ondelete="cascade")
    findings = fields.Json(compute="_compute_layout")
    xml = fields.Text("XML", compute="_compute_layout")
    text = fields.Text(compute="_compute_layout")
    xml_file = fields.Binary("XML File", compute="_compute_layout")
    text_file = fields.Binary("Text File", compute="_compute_layout")
    xml_name = fields.Char(compute="_compute_layout")
    text_name = fields.Char(compute="_compute_layout")

    @api.depends("move_id")
    @api.depends_context("lang")
    def _compute_layout(self):
        for preview in self:
            preview.update(preview.move_id._l10n_mx_co_edi_layout_shown())
