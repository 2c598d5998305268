"""Numbering ranges that DIAN authorised: from its service, or typed where it has none; their keys are in the vault."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core import clock
from ..core.dian import series
from ..core.dian.model import InvoiceControl
from ..core.transports.base import Refused
from .document import ENVIRONMENTS

TECHNICAL_KEY = "technical_key"
KEY_LENGTH = series.KEY_LENGTH
SOON_DAYS, SOON_NUMBERS = 30, 100
USABLE = ("ready", "soon", "no_key")


def colombian_today(env):
    """Return today in Colombia, whatever the user's zone: DIAN counts its days there."""
    return fields.Date.context_today(
        env["res.company"].with_context(tz="America/Bogota"), clock.utc_now().replace(tzinfo=None))


class NumberingRange(models.Model):
    """One authorised range of invoice numbers. DIAN's answer decides what it says; people choose the journal."""
    _name = "l10n_mx_co_edi.numbering.range"
    _inherit = ["mail.thread"]
    _description = "Numbering Range of DIAN"
    _order = "company_id, valid_to desc, prefix, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company)
    environment = fields.Selection(
        ENVIRONMENTS, required=True,
        default=lambda self: self.env.company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)
    resolution = fields.Char(required=True, tracking=True, help="Number of DIAN's authorisation.")
    resolution_date = fields.Date("Authorised On")
    prefix = fields.Char(help="At most four letters and digits. It may be empty, and it may end in a digit.")
    # numbers have up to ten digits: more than a database integer holds
    first = fields.Char("From", required=True, help="First number, without the prefix.")
    last = fields.Char("To", required=True, tracking=True, help="Last number, without the prefix.")
    valid_from = fields.Date(tracking=True)
    valid_to = fields.Date("Valid Until", tracking=True)
    fetched_at = fields.Datetime("Last Seen at DIAN", readonly=True)
    has_key = fields.Boolean("With Technical Key", compute="_compute_has_key", compute_sudo=True)
    key_length = fields.Integer(
        readonly=True, help="Characters of the technical key in DIAN's last answer; a whole one has 40.")
    journal_id = fields.Many2one(
        "account.journal", "Journal", index="btree_not_null", tracking=True,
        domain="[('company_id', 'child_of', company_id), '|', ('type', '=', 'sale'), "
               "('l10n_mx_co_edi_support_document', '=', True)]",
        help="The journal whose invoices take their numbers from this range. It may have several: when one is used up "
             "or expires, the next invoice goes on with another.")
    start = fields.Char(
        "First Number Here", help="Where the numbers begin in Odoo, if another program used some of the range before. "
                                  "Empty means the first number of the range.")
    used = fields.Char("Last Number Used", compute="_compute_state")
    left = fields.Char("Numbers Left", compute="_compute_state")
    state = fields.Selection(
        [("ready", "Ready"), ("soon", "Ends Soon"), ("future", "Not Yet Valid"), ("expired", "Expired"),
         ("used_up", "Used Up"), ("no_key", "Without Key"), ("disabled", "Disabled")], compute="_compute_state")

    _one_per_authorisation = models.UniqueIndex(
        "(company_id, environment, resolution, COALESCE(prefix, ''), first)", "This range is already known.")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("resolution", "prefix")
    def _compute_display_name(self):
        for numbering in self:
            if not numbering.resolution:
                numbering.display_name = _("New")
                continue
            numbering.display_name = _(
                "%(prefix)s %(first)s to %(last)s (authorisation %(resolution)s)", prefix=numbering.prefix or "",
                first=numbering.first, last=numbering.last, resolution=numbering.resolution).strip()

    @api.depends("fetched_at")
    def _compute_has_key(self):
        secrets = self.env["l10n_mx_co_edi.secret"]
        for numbering in self:
            # the settings and an unsaved form show records that have no id of their own
            kept = numbering._origin
            numbering.has_key = bool(kept) and secrets._has(kept.company_id, TECHNICAL_KEY, self._name, kept.id)

    @api.depends("first", "last", "prefix", "start", "journal_id", "valid_from", "valid_to", "fetched_at", "kind",
                 "enabled")
    def _compute_state(self):
        today = colombian_today(self.env)
        for numbering in self:
            used = numbering._last_number_used()
            numbering.used = str(used) if used else False
            numbering.left = str(numbering._numbers_left(used))
            numbering.state = numbering._state_on(today, int(numbering.left))

    def _state_on(self, today, left):
        """Return the state on the Colombian day `today` with `left` numbers."""
        self.ensure_one()
        if not self.enabled:
            return "disabled"
        if self.valid_to and self.valid_to < today:
            return "expired"
        if self.valid_from and self.valid_from > today:
            return "future"
        if left <= 0:
            return "used_up"
        if not self.has_key and self._needs_key():
            return "no_key"
        ends_soon = self.valid_to and (self.valid_to - today).days <= SOON_DAYS
        return "soon" if ends_soon or left <= SOON_NUMBERS else "ready"

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    def _series(self):
        """Return the authorised numbers."""
        self.ensure_one()
        return series.Series(self.prefix or "", int(self.first or 0), int(self.last or 0))

    def _covers(self, day):
        """Tell whether the authorisation is in force on the Colombian day `day`."""
        self.ensure_one()
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)

    def _gives_numbers(self, day):
        """Tell whether an invoice of `day` may get a number of this range, as far as validity goes."""
        return self.enabled and self._covers(day)

    def _covers_all(self, day):
        """Tell whether this is a range, in force on `day`."""
        return bool(self) and all(numbering._covers(day) for numbering in self)

    def _control(self):
        """Return the range as documents repeat it (InvoiceControl)."""
        self.ensure_one()
        return InvoiceControl(
            invoice_authorization=self.resolution, start_date=self.valid_from or None, end_date=self.valid_to or None,
            prefix=self.prefix or None, from_number=int(self.first), to_number=int(self.last))

    def _technical_key(self):
        """Return the key that every CUFE of this range is made with, empty when DIAN has not given a whole one."""
        self.ensure_one()
        secrets = self.env["l10n_mx_co_edi.secret"].sudo()
        secret = secrets._find(self.company_id, TECHNICAL_KEY, self._name, self.id)
        return secret._reveal().decode() if secret else ""

    def _last_number_used(self):
        """Return the highest number of this range that a confirmed invoice of the journal has, 0 when there is none."""
        self.ensure_one()
        if not self.journal_id:
            return 0
        return self.journal_id._l10n_mx_co_edi_last_number(self._series())

    def _first_number_here(self):
        return max(int(self.start or 0), int(self.first or 0))

    def _numbers_left(self, used=None):
        """Return how many numbers may still be given, after `used` (looked up when it is not given)."""
        used = self._last_number_used() if used is None else used
        return max(int(self.last or 0) - max(used, self._first_number_here() - 1), 0)

    def _next_number(self):
        """Return the number that the next invoice gets."""
        return max(self._last_number_used(), self._first_number_here() - 1) + 1

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("journal_id", "company_id")
    def _check_journal(self):
        for numbering in self.filtered("journal_id"):
            journal = numbering.journal_id.sudo()
            company = numbering.company_id.sudo()
            if company not in journal.company_id.parent_ids and journal.company_id not in company.parent_ids:
                raise ValidationError(_(
                    "The journal %(journal)s belongs to another company than the range.", journal=journal.display_name))

    @api.constrains("journal_id", "first", "last", "prefix")
    def _check_overlap(self):
        for numbering in self.filtered("journal_id"):
            others = self.sudo().search([
                ("id", "!=", numbering.id), ("journal_id", "!=", False), ("environment", "=", numbering.environment),
                ("company_id", "child_of", numbering.company_id.sudo().root_id.id)])
            for other in others:
                same_range = (other.prefix, other.journal_id) == (numbering.prefix, numbering.journal_id)
                if not same_range and numbering._series().meets(other._series()):
                    raise ValidationError(_(
                        "The ranges %(one)s and %(other)s have numbers in common. Invoices of two journals, or of two "
                        "prefixes, would then have the same number.",
                        one=numbering.display_name, other=other.display_name))

    @api.constrains("start", "first", "last")
    def _check_start(self):
        for numbering in self.filtered("start"):
            if not numbering.start.isascii() or not numbering.start.isdigit() or not (
                    int(numbering.first) <= int(numbering.start) <= int(numbering.last)):
                raise ValidationError(_(
                    "The first number here is one of the range, between %(first)s and %(last)s, without the prefix.",
                    first=numbering.first, last=numbering.last))

    def write(self, vals):
        if "journal_id" in vals:
            for numbering in self.filtered("journal_id"):
                if numbering.journal_id.id != vals["journal_id"] and numbering._last_number_used():
                    raise UserError(_(
                        "Invoices of the journal %(journal)s have numbers of this range, so it stays with that "
                        "journal.", journal=numbering.journal_id.display_name))
        result = super().write(vals)
        if vals.get("journal_id"):
            self.journal_id._l10n_mx_co_edi_start_numbering()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        ranges = super().create(vals_list)
        ranges.journal_id._l10n_mx_co_edi_start_numbering()
        return ranges

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if any(numbering._last_number_used() for numbering in self):
            raise UserError(_("A range that invoices were numbered from is kept as evidence."))

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def _store_answer(self, company, environment, answer, source="dian"):
        """Add or refresh the ranges of an answer; what is not named any more is kept.

        :param source: who answered, "dian" or "provider"
        """
        if isinstance(answer, Refused):
            return
        for row in answer.ranges:
            self._store_row(company, environment, row, source)

    @api.model
    def _known(self, company, environment, row):
        """Return the range of `row`, which is one of DIAN's answer; empty when it is new."""
        return self.search([
            ("company_id", "=", company.id), ("environment", "=", environment), ("resolution", "=", row.resolution),
            ("prefix", "=", row.prefix or False), ("first", "=", str(row.first))], limit=1)

    @api.model
    def _store_row(self, company, environment, row, source):
        """Add or refresh one range as the service names it, and return it."""
        known = self._known(company, environment, row)
        values = {
            "company_id": company.id, "environment": environment, "resolution": row.resolution,
            "resolution_date": row.resolution_date, "prefix": row.prefix or False, "first": str(row.first),
            "last": str(row.last), "valid_from": row.valid_from, "valid_to": row.valid_to,
            "source": source, "key_length": len(row.technical_key), "fetched_at": fields.Datetime.now(),
        }
        if known:
            known.write(values)
        else:
            known = self.create(values)
        # a key of another length is a truncated one: every CUFE made with it would be refused (FAD06)
        if series.is_technical_key(row.technical_key):
            known._keep_key(row.technical_key)
        return known

    def _keep_key(self, key):
        self.ensure_one()
        self.env["l10n_mx_co_edi.secret"]._store(
            self.company_id, TECHNICAL_KEY, key, res_model=self._name, res_id=self.id)
        self.invalidate_recordset(["has_key", "state"])

    def action_fetch(self):
        """Ask DIAN for the ranges of the current company, as an administrator's button; show what changes."""
        if not self.env.user.has_group("l10n_mx_co_edi.group_administrator"):
            raise UserError(_("Only an administrator of electronic invoicing may fetch numbering ranges."))
        return self.env.company._l10n_mx_co_edi_show_ranges()
