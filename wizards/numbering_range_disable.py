from odoo import _, fields, models
from odoo.exceptions import UserError


class NumberingRangeDisable(models.TransientModel):
    """Disables ranges (inhabilitar): they give no more numbers, and their history says why."""
    _name = "l10n_mx_co_edi.range.disable"
    _description = "Disable Numbering Ranges"

    range_ids = fields.Many2many(
        "l10n_mx_co_edi.numbering.range", "l10n_mx_co_edi_range_disable_rel", string="Ranges", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Disable them with the reason."""
        self.ensure_one()
        self.range_ids._check_administrator()
        if not (self.reason or "").strip():
            raise UserError(_("Say why the range is disabled; its history shows it."))
        self.range_ids._disable(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
