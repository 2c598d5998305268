from odoo import _, api, fields, models
from odoo.exceptions import UserError


class Redate(models.TransientModel):
    """Gives an invoice that the SAT would refuse for its date a new one, and says what else changes with it."""
    _name = "l10n_mx_co_edi.redate"
    _description = "Change the Date of an Invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="move_id.company_id")
    old_date = fields.Date("Present Date", related="move_id.invoice_date")
    new_date = fields.Date(
        compute="_compute_new_date", store=True, readonly=False,
        help="The SAT accepts today and the last 72 hours, in the local time of the place of issue.")
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
        move, old, new = self.move_id, self.old_date, self.new_date
        effects = []
        if old and (old.year, old.month) != (new.year, new.month):
            effects.append(_(
                "The sale moves to another month: it enters the books, the VAT return and the income of %(month)s.",
                month=fields.Date.to_date(new).strftime("%m/%Y")))
        if old and old.year != new.year:
            effects.append(_("The sale moves to another fiscal year."))
        if move.currency_id != move.company_currency_id:
            effects.append(self._rate_effect(old or new, new))
        if old and move.invoice_payment_term_id:
            effects.append(_("The due date is computed anew from the payment terms."))
        lock = move.company_id._get_user_fiscal_lock_date(move.journal_id)
        if new <= lock:
            effects.append(_("The new date lies in a period that is locked until %(date)s.", date=lock))
        return effects or [_("Only the date changes: same month, same rates, same number.")]

    def _rate_effect(self, old, new):
        rate = self.env["res.currency"]._get_conversion_rate
        move = self.move_id
        before, after = (
            rate(move.currency_id, move.company_currency_id, move.company_id, day) for day in (old, new))
        return _(
            "The exchange rate changes from %(before).6f to %(after).6f, and with it the amounts in %(currency)s.",
            before=before, after=after, currency=move.company_currency_id.name)

    def action_apply(self):
        """Change the date; a posted invoice is reset, re-dated and posted again with its number."""
        self.ensure_one()
        if self.new_date > self._today():
            raise UserError(_("The new date is in the future at the place of issue. The SAT does not accept that."))
        move = self.move_id
        posted = move.state == "posted"
        if posted:
            move.button_draft()
        move.invoice_date = self.new_date
        if posted:
            move.action_post()
        return {"type": "ir.actions.act_window_close"}
