from odoo import _, api, fields, models
from odoo.exceptions import UserError


class Redate(models.TransientModel):
    """Gives an invoice that the authority would refuse for its date a new one, and says what else changes with it."""
    _name = "l10n_mx_co_edi.redate"
    _description = "Change the Date of an Invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="move_id.company_id")
    old_date = fields.Date("Present Date", related="move_id.invoice_date")
    new_date = fields.Date(
        compute="_compute_new_date", store=True, readonly=False,
        help="In the local time of the place of issue. The SAT accepts today and the last 72 hours, DIAN only today.")
    effects = fields.Text("What Changes With It", compute="_compute_effects")

    @api.depends("move_id")
    def _compute_new_date(self):
        for wizard in self:
            wizard.new_date = wizard._today()

    def _today(self):
        """Return today at the place of issue, which may be another day than the user's."""
        self.ensure_one()
        return self.move_id._l10n_mx_co_edi_today() or fields.Date.context_today(self)

    @api.depends("new_date", "move_id")
    def _compute_effects(self):
        for wizard in self:
            wizard.effects = "\n".join(wizard._effects()) if wizard.new_date and wizard.move_id else False

    def _effects(self):
        """Return one sentence for each thing that changes: period, VAT, exchange rate, due date, number."""
        self.ensure_one()
        return self.move_id._l10n_mx_co_edi_effects_of(self.new_date) or [
            _("Only the date changes: same month, same rates, same number.")]

    def action_apply(self):
        """Change the date; a posted invoice is reset, re-dated and posted again with its number."""
        self.ensure_one()
        if self.move_id._l10n_mx_co_edi_is_dian() and self.new_date != self._today():
            raise UserError(_("DIAN takes a document only on the day on which it is signed: today in Colombia."))
        if self.new_date > self._today():
            raise UserError(_("The new date is in the future at the place of issue. The SAT does not accept that."))
        self.move_id._l10n_mx_co_edi_change_date(self.new_date)
        return {"type": "ir.actions.act_window_close"}
