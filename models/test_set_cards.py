"""Steps 2 and 7 of the assistant: what a person does in DIAN's portals, ticked with name and time."""
from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..core.transports import registry
from .numbering_range import colombian_today

CARDS = ("card_issuer", "card_mode", "card_date", "card_sync")


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    ticks = fields.Json(readonly=True, copy=False)
    card_issuer_note = fields.Char("Registration Ticked", compute="_compute_card_notes")
    card_mode_note = fields.Char("Operation Mode Ticked", compute="_compute_card_notes")
    card_date_note = fields.Char("Go-Live Date Ticked", compute="_compute_card_notes")
    card_sync_note = fields.Char("Change to Production Ticked", compute="_compute_card_notes")

    # what is typed in the portal
    nit = fields.Char("NIT without Check Digit", compute="_compute_to_type")
    mailbox_to_type = fields.Char("E-mail for Reception", compute="_compute_to_type")
    software_name = fields.Char(
        "Name of the Software", default="Odoo",
        help="As it is called in DIAN's portal: your choice for your own software, else the provider's name for it.")
    provider_name = fields.Char("Technology Provider", compute="_compute_provider")
    provider_nit = fields.Char("NIT of the Provider", compute="_compute_provider")

    golive_date = fields.Date(
        "Date to Begin", copy=False, tracking=True,
        help="The day from which the company issues electronically, as it is entered in DIAN's portal.")
    golive_proposal = fields.Date("Proposed Date", compute="_compute_golive_proposal")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("ticks", *CARDS)
    @api.depends_context("lang", "tz")
    def _compute_card_notes(self):
        for test_set in self:
            for card in CARDS:
                test_set[f"{card}_note"] = test_set[card] and test_set._note_of((test_set.ticks or {}).get(card))

    def _note_of(self, tick):
        """Return who ticked a card and when, in words."""
        if not tick:
            return _("Done")
        moment = format_datetime(self.env, fields.Datetime.to_datetime(tick["at"]), dt_format="short")
        return _("Done by %(user)s on %(date)s", user=tick["by"], date=moment)

    @api.depends("partner_id", "vat", "mailbox")
    def _compute_to_type(self):
        for test_set in self:
            test_set.nit = test_set.company_id and test_set.company_id._l10n_mx_co_edi_nit()
            test_set.mailbox_to_type = test_set.partner_id and test_set.partner_id._l10n_mx_co_edi_mailbox()

    @api.depends("service", "company_id")
    def _compute_provider(self):
        for test_set in self:
            provider = registry.PROVIDERS.get(test_set.service)
            test_set.provider_name = provider and provider.label
            test_set.provider_nit = provider and provider.nit

    def _compute_golive_proposal(self):
        self.golive_proposal = colombian_today(self.env) + relativedelta(months=1, day=1)

    # ------------------------------------------------------------------
    # Ticking
    # ------------------------------------------------------------------

    def _ticked(self, vals):
        """Return `vals` with who ticked which card now, and without whoever had ticked one that is free again."""
        changed = {card for card in CARDS if card in vals and bool(vals[card]) != self[card]}
        if not changed or "ticks" in vals:
            return vals
        ticks = {card: tick for card, tick in (self.ticks or {}).items() if card not in changed}
        now = {"by": self.env.user.name, "at": fields.Datetime.to_string(fields.Datetime.now())}
        return {**vals, "ticks": {**ticks, **{card: now for card in changed if vals[card]}}}

    def write(self, vals):
        if "golive_date" in vals and vals.get("card_date", True):
            date = fields.Date.to_date(vals["golive_date"])
            self.filtered(lambda test_set: (test_set.golive_date or None) != date)._check_date_is_free()
        if not vals.keys() & set(CARDS):
            return super().write(vals)
        for test_set in self:
            super(TestSet, test_set).write(test_set._ticked(vals))
        return True

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self.browse()._ticked(vals) for vals in vals_list])

    def _card(self):
        card = self.env.context.get("card")
        if card not in CARDS:
            raise UserError(_("This card is not known."))
        return card

    def action_tick(self):
        """Tick the card of the context: what it asks for was done in DIAN's portal."""
        self.ensure_one()
        self._check_role()
        card = self._card()
        if card == "card_date" and not self.golive_date:
            raise UserError(_("Enter the date first that was chosen in DIAN's portal."))
        self.sudo().write({card: True})

    def action_untick(self):
        """It was not done after all, or has to be done once more."""
        self.ensure_one()
        self._check_role()
        self.sudo().write({self._card(): False})

    # ------------------------------------------------------------------
    # Go-live date
    # ------------------------------------------------------------------

    def action_take_proposal(self):
        """Take the proposed date; it only counts once it is entered in the portal."""
        self.ensure_one()
        self._check_role()
        self.sudo().golive_date = self.golive_proposal

    def _check_date_is_free(self):
        if any(test_set.card_date for test_set in self):
            raise UserError(_(
                "DIAN does not let the date be changed. If it was only typed wrong here, open the card again first."))

    def _lacking_golive(self):
        # EXTENDS: also the date itself
        return [
            *([] if self.golive_date else [_("the date to begin")]), *super()._lacking_golive()]
