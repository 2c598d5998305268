"""Another date for an invoice: what changes with it, said before it happens, and the books following it."""
from odoo import _, fields, models
from odoo.exceptions import UserError

MONTHS_OF_VAT = 2  # of the shorter of Colombia's two VAT periods (Estatuto Tributario, art. 600)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_effects_of(self, new):
        """Return one sentence for each thing that changes with the date `new`: period, VAT, rate, due date, range."""
        self.ensure_one()
        old = self.invoice_date
        effects = []
        if old and (old.year, old.month) != (new.year, new.month):
            effects.append(_(
                "The sale moves to another month: it enters the books, the VAT return and the income of %(month)s.",
                month=new.strftime("%m/%Y")))
        if old and self._l10n_mx_co_edi_is_dian() and _vat_period(old) != _vat_period(new):
            effects.append(_("It belongs to another two-month VAT period."))
        if old and old.year != new.year:
            effects.append(_("The sale moves to another fiscal year."))
        if self.currency_id != self.company_currency_id:
            effects.append(self._l10n_mx_co_edi_rate_effect(old or new, new))
        if old and self.invoice_payment_term_id:
            effects.append(_("The due date is computed anew from the payment terms."))
        if self._l10n_mx_co_edi_range_ends_before(new):
            effects.append(_("The numbering range of %(name)s is not valid on that day.", name=self.name))
        lock = self.company_id._get_user_fiscal_lock_date(self.journal_id)
        if new <= lock:
            effects.append(_("The new date lies in a period that is locked until %(date)s.", date=lock))
        return effects

    def _l10n_mx_co_edi_rate_effect(self, old, new):
        rate = self.env["res.currency"]._get_conversion_rate
        before, after = (
            rate(self.currency_id, self.company_currency_id, self.company_id, day) for day in (old, new))
        return _(
            "The exchange rate changes from %(before).6f to %(after).6f, and with it the amounts in %(currency)s.",
            before=before, after=after, currency=self.company_currency_id.name)

    def _l10n_mx_co_edi_range_ends_before(self, day):
        """Tell whether the number of this Colombian invoice may not be used on `day` any more."""
        if not (self._l10n_mx_co_edi_is_dian() and self._l10n_mx_co_edi_dian_number()):
            return False
        numbering = self.journal_id._l10n_mx_co_edi_range(day, self.name)
        return bool(numbering) and not numbering._covers(day)

    def _l10n_mx_co_edi_change_date(self, new):
        """Give this invoice the date `new`; a posted one is reset, re-dated and posted again with its number.

        :raise UserError: the books do not allow it (locked period, hash, reconciled payments), or it got another number
        """
        self.ensure_one()
        name, posted = self.name, self.state == "posted"
        if posted:
            locked = self._get_violated_lock_dates(new, bool(self.line_ids.tax_ids))
            if locked:
                raise UserError(_("The date %(date)s lies in a locked period.", date=fields.Date.to_string(new)))
            self.button_draft()
        self.invoice_date = new
        if not self.invoice_payment_term_id and self.invoice_date_due and self.invoice_date_due < new:
            self.invoice_date_due = new
        if posted:
            self.action_post()
            if self.name != name:
                raise UserError(_(
                    "%(name)s would get another number with the date %(date)s.", name=name,
                    date=fields.Date.to_string(new)))


def _vat_period(day):
    return day.year, (day.month - 1) // MONTHS_OF_VAT
