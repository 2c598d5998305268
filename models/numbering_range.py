"""Numbering ranges that DIAN authorised: from its service, never typed, with their technical key in the vault."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core import clock
from ..core.transports.base import Refused
from .document import ENVIRONMENTS

TECHNICAL_KEY = "technical_key"
KEY_LENGTH = 40
SOON_DAYS, SOON_NUMBERS = 30, 100


class NumberingRange(models.Model):
    """One authorised range of invoice numbers. DIAN's answer decides what it says; people choose the journal."""
    _name = "l10n_mx_co_edi.numbering.range"
    _description = "Numbering Range of DIAN"
    _order = "company_id, valid_to desc, prefix, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    resolution = fields.Char(required=True, readonly=True, help="Number of DIAN's authorisation.")
    resolution_date = fields.Date("Authorised On", readonly=True)
    prefix = fields.Char(readonly=True)
    # numbers have up to ten digits: more than a database integer holds
    first = fields.Char("From", required=True, readonly=True)
    last = fields.Char("To", required=True, readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date("Valid Until", readonly=True)
    fetched_at = fields.Datetime("Last Seen at DIAN", readonly=True)
    has_key = fields.Boolean("With Technical Key", compute="_compute_has_key", compute_sudo=True)
    journal_id = fields.Many2one(
        "account.journal", "Journal", check_company=True, domain="[('type', '=', 'sale')]",
        help="The sales journal whose invoices take their numbers from this range. The journal's numbers start with "
             "the prefix.")
    used = fields.Char("Last Number Used", compute="_compute_state")
    left = fields.Char("Numbers Left", compute="_compute_state")
    state = fields.Selection(
        [("ready", "Ready"), ("soon", "Ends Soon"), ("future", "Not Yet Valid"), ("expired", "Expired"),
         ("used_up", "Used Up"), ("no_key", "Without Key")], compute="_compute_state")

    _one_per_authorisation = models.UniqueIndex(
        "(company_id, environment, resolution, COALESCE(prefix, ''), first)", "This range is already known.")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("resolution", "prefix")
    def _compute_display_name(self):
        for numbering in self:
            numbering.display_name = _(
                "%(prefix)s %(first)s to %(last)s (authorisation %(resolution)s)", prefix=numbering.prefix or "",
                first=numbering.first, last=numbering.last, resolution=numbering.resolution).strip()

    @api.depends("fetched_at")
    def _compute_has_key(self):
        secrets = self.env["l10n_mx_co_edi.secret"]
        for numbering in self:
            numbering.has_key = secrets._has(numbering.company_id, TECHNICAL_KEY, self._name, numbering.id)

    @api.depends("first", "last", "prefix", "journal_id", "valid_from", "valid_to", "fetched_at")
    def _compute_state(self):
        today = fields.Date.context_today(self.with_context(tz="America/Bogota"), clock.utc_now().replace(tzinfo=None))
        for numbering in self:
            used = numbering._last_number_used()
            left = int(numbering.last or 0) - max(used, int(numbering.first or 0) - 1)
            numbering.used = str(used) if used else False
            numbering.left = str(max(left, 0))
            numbering.state = numbering._state_on(today, left)

    def _state_on(self, today, left):
        """Return the state on the Colombian day `today` with `left` numbers."""
        self.ensure_one()
        if self.valid_to and self.valid_to < today:
            return "expired"
        if self.valid_from and self.valid_from > today:
            return "future"
        if left <= 0:
            return "used_up"
        if not self.has_key:
            return "no_key"
        ends_soon = self.valid_to and (self.valid_to - today).days <= SOON_DAYS
        return "soon" if ends_soon or left <= SOON_NUMBERS else "ready"

    def _last_number_used(self):
        """Return the highest number of this range that an invoice of the journal has, 0 when there is none."""
        self.ensure_one()
        if not self.journal_id:
            return 0
        moves = self.env["account.move"].sudo().search([
            ("journal_id", "=", self.journal_id.id), ("sequence_prefix", "=", self.prefix or ""),
            ("sequence_number", ">=", int(self.first)), ("sequence_number", "<=", int(self.last)),
            ("posted_before", "=", True)], order="sequence_number desc", limit=1)
        return moves.sequence_number or 0

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("journal_id", "valid_from", "valid_to", "first", "last")
    def _check_journal(self):
        for numbering in self.filtered("journal_id"):
            others = self.sudo().search([
                ("id", "!=", numbering.id), ("journal_id", "=", numbering.journal_id.id),
                ("environment", "=", numbering.environment), ("prefix", "!=", numbering.prefix)])
            if others:
                raise ValidationError(_(
                    "The journal %(journal)s has a range with the prefix %(prefix)s already. Use one journal for each "
                    "prefix.", journal=numbering.journal_id.display_name, prefix=others[0].prefix))

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if any(numbering._last_number_used() for numbering in self):
            raise UserError(_("A range that invoices were numbered from is kept as evidence."))

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def _store_answer(self, company, environment, answer):
        """Add or refresh the ranges of DIAN's answer; what DIAN does not name any more is kept."""
        if isinstance(answer, Refused):
            return
        for row in answer.ranges:
            known = self.search([
                ("company_id", "=", company.id), ("environment", "=", environment),
                ("resolution", "=", row.resolution), ("prefix", "=", row.prefix or False),
                ("first", "=", str(row.first))], limit=1)
            values = {
                "company_id": company.id, "environment": environment, "resolution": row.resolution,
                "resolution_date": row.resolution_date, "prefix": row.prefix or False, "first": str(row.first),
                "last": str(row.last), "valid_from": row.valid_from, "valid_to": row.valid_to,
                "fetched_at": fields.Datetime.now(),
            }
            if known:
                known.write(values)
            else:
                known = self.create(values)
            # a key of another length is a truncated one: every CUFE made with it would be refused (FAD06)
            if len(row.technical_key) == KEY_LENGTH:
                self.env["l10n_mx_co_edi.secret"]._store(
                    company, TECHNICAL_KEY, row.technical_key, res_model=self._name, res_id=known.id)

    def action_fetch(self):
        """Ask DIAN for the ranges of the current company, as an administrator's button."""
        if not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may fetch numbering ranges."))
        self.env.company._l10n_mx_co_edi_fetch_ranges()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
