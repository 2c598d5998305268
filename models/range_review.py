"""What the service answered about the numbering ranges, held against what is known here, before anything is stored.

A person sees what is new, what changed and what is not named any more, says what each range is for, chooses its
journal, and only then stores it. Nothing that is known here is ever deleted: what DIAN does not name any more is only
shown.
"""
from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.dian import series
from ..core.transports.base import Refused
from ..core.transports.dian_answers import NumberingRange, NumberingRanges
from .document import ENVIRONMENTS
from .numbering_range import TECHNICAL_KEY, colombian_today
from .numbering_range_kind import INVOICE, KINDS

NEW, CHANGED, SAME, GONE = "new", "changed", "same", "gone"
CHANGES = [(NEW, "New"), (CHANGED, "Changed"), (SAME, "Unchanged"), (GONE, "Not Named Any More")]
_IDENTITY = ("resolution", "prefix", "first")
_COMPARED = ("resolution_date", "last", "valid_from", "valid_to")
_DATES = ("resolution_date", "valid_from", "valid_to")


class RangeReview(models.Model):
    """One answer of the service. There is one for each company and environment: a newer answer takes its place."""
    _name = "l10n_mx_co_edi.range.review"
    _description = "Answer About Numbering Ranges"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    environment = fields.Selection(ENVIRONMENTS, required=True, readonly=True)
    source = fields.Char(required=True, readonly=True)
    asked_at = fields.Datetime("Asked On", required=True, readonly=True, default=fields.Datetime.now)
    stored_at = fields.Datetime("Stored On", readonly=True)
    stored_by_id = fields.Many2one("res.users", "Stored By", readonly=True)
    line_ids = fields.One2many("l10n_mx_co_edi.range.review.line", "review_id", "Ranges")
    has_gone = fields.Boolean(compute="_compute_has_gone")

    @api.depends("company_id", "environment")
    def _compute_display_name(self):
        for review in self:
            review.display_name = _("Numbering ranges of %(company)s", company=review.company_id.name)

    @api.depends("line_ids.change")
    def _compute_has_gone(self):
        for review in self:
            review.has_gone = GONE in review.line_ids.mapped("change")

    # ------------------------------------------------------------------
    # From the answer
    # ------------------------------------------------------------------

    @api.model
    def _note(self, company, environment, source, answer):
        """Keep an answer and how it differs from what is known; return it, or nothing where it names no range."""
        reviews = self.sudo()
        former = reviews.search([("company_id", "=", company.id), ("environment", "=", environment)])
        if isinstance(answer, Refused) or not answer.ranges:
            return reviews.browse()
        former.line_ids._forget_keys()
        former.unlink()
        review = reviews.create({"company_id": company.id, "environment": environment, "source": source})
        for row in answer.ranges:
            review.line_ids._add(review, row)
        review._add_gone()
        return review

    @api.model
    def _open_of(self, company, environment):
        """Return the answer that waits for a person, if there is one."""
        return self.sudo().search([
            ("company_id", "=", company.id), ("environment", "=", environment), ("stored_at", "=", False)], limit=1)

    def _add_gone(self):
        """Add what is known here, still valid, and came from the service, but was not named this time."""
        self.ensure_one()
        today = colombian_today(self.env)
        ranges = self.env["l10n_mx_co_edi.numbering.range"].sudo().search([
            ("company_id", "=", self.company_id.id), ("environment", "=", self.environment),
            ("source", "!=", "typed"), ("id", "not in", self.line_ids.range_id.ids)])
        tests = self.env["l10n_mx_co_edi.test.set"].sudo().search([
            ("company_id", "=", self.company_id.id), ("environment", "=", self.environment)])
        of_tests = {(row.resolution, row.prefix) for row in tests}  # their software is another one than production's
        for known in ranges.filtered(lambda row: not row.valid_to or row.valid_to >= today):
            if (known.resolution, known.prefix) in of_tests:
                continue
            self.line_ids.create({
                "review_id": self.id, "change": GONE, "range_id": known.id, "kind": known.kind,
                "kind_confirmed": known.kind_confirmed, "journal_id": known.journal_id.id,
                "key_length": known.key_length, **{name: known[name] for name in _IDENTITY + _COMPARED}})

    def _decides_nothing(self):
        """Tell whether a person has nothing to look at: all is known, with its kind, and nothing is missing."""
        self.ensure_one()
        return all(line.change == SAME and line.kind_confirmed for line in self.line_ids)

    # ------------------------------------------------------------------
    # Storing
    # ------------------------------------------------------------------

    def action_store(self):
        """Store what the person saw, with the kinds and journals that were chosen; all of it or nothing."""
        self.ensure_one()
        self.env["l10n_mx_co_edi.numbering.range"]._check_administrator()
        self._store()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _store(self):
        if self.stored_at:
            raise UserError(_("This answer is stored already. Ask again to see what has changed since."))
        review = self.sudo()
        if review != review.search([
                ("company_id", "=", review.company_id.id), ("environment", "=", review.environment)], limit=1):
            raise UserError(_("There is a newer answer about the ranges. Close this one and look at the newer one."))
        named = review.line_ids.filtered(lambda line: line.change != GONE)
        rows = {line: line._row() for line in named}
        self.env["l10n_mx_co_edi.numbering.range"].sudo()._store_answer(
            review.company_id, review.environment, NumberingRanges(ranges=tuple(rows.values())), review.source)
        for line, row in rows.items():
            line._settle(row)
        review.line_ids._forget_keys()
        review.write({"stored_at": fields.Datetime.now(), "stored_by_id": self.env.uid})

    def _action_open(self):
        """Return the action that shows it to a person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": _("Numbering Ranges: What Changes"), "res_model": self._name,
            "res_id": self.id, "views": [(False, "form")], "target": "new",
            "context": {"dialog_size": "extra-large"}}


class RangeReviewLine(models.Model):
    """One range of the answer. Its technical key waits in the vault, under this line, until it is stored."""
    _name = "l10n_mx_co_edi.range.review.line"
    _description = "Numbering Range of an Answer"
    _order = "change_order, id"

    review_id = fields.Many2one("l10n_mx_co_edi.range.review", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    stored_at = fields.Datetime(related="review_id.stored_at")
    change = fields.Selection(CHANGES, required=True, readonly=True)
    change_order = fields.Integer(compute="_compute_change_order", store=True)
    range_id = fields.Many2one("l10n_mx_co_edi.numbering.range", "Known As", readonly=True, ondelete="cascade")
    resolution = fields.Char("Authorisation", readonly=True)
    resolution_date = fields.Date("Authorised On", readonly=True)
    prefix = fields.Char(readonly=True)
    first = fields.Char("From", readonly=True)
    last = fields.Char("To", readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date("Valid Until", readonly=True)
    key_length = fields.Integer(readonly=True)
    is_other_key = fields.Boolean("Another Key", readonly=True)
    differences = fields.Text("What Changes", compute="_compute_differences")
    kind = fields.Selection(KINDS, "For", help="What the numbers were requested for, as form 1876 says it.")
    kind_confirmed = fields.Boolean(
        "Confirmed", help="You have compared the kind with form 1876. Without it the range gets no journal.")
    journal_id = fields.Many2one(
        "account.journal", "Journal", compute="_compute_journal_id", store=True, readonly=False,
        domain="[('company_id', 'child_of', company_id), '|', ('type', '=', 'sale'), "
               "('l10n_mx_co_edi_support_document', '=', True)]",
        help="The journal whose documents take their numbers from this range.")
    make_journal = fields.Boolean(
        "Make One", help="Create a journal of this kind for the range, when the answer is stored.")
    problem = fields.Text(compute="_compute_problem")

    @api.depends("change")
    def _compute_change_order(self):
        order = [key for key, _label in CHANGES]
        for line in self:
            line.change_order = order.index(line.change) if line.change else 0

    @api.depends("range_id", "change")
    @api.depends_context("lang")
    def _compute_differences(self):
        for line in self:
            texts = []
            if line.change == CHANGED and not line.stored_at:
                texts = [_(
                    "%(field)s: %(old)s → %(new)s", field=line._fields[name]._description_string(self.env),
                    old=line._shown(name, line.range_id), new=line._shown(name, line))
                    for name in _COMPARED if line[name] != line.range_id[name]]
            if line.is_other_key:
                texts.append(_("Another technical key. What is signed already keeps the key that it was signed with."))
            if line.change == GONE:
                texts.append(_("It stays here. Look whether its prefix is still associated with your software."))
            line.differences = "\n".join(texts) or False

    def _shown(self, name, record):
        value = record[name]
        return (format_date(self.env, value) if name in _DATES else value) or _("nothing")

    @api.depends("kind")
    def _compute_journal_id(self):
        """Propose the journal that the numbers of this prefix go to already, else the only one of the kind."""
        ranges = self.env["l10n_mx_co_edi.numbering.range"].sudo()
        for line in self:
            company = line.review_id.company_id
            if not line.kind or (line.journal_id and line.journal_id._l10n_mx_co_edi_range_kind() == line.kind):
                continue
            before = line.range_id.journal_id or ranges.search([
                ("company_id", "=", company.id), ("environment", "=", line.review_id.environment),
                ("prefix", "=", line.prefix), ("journal_id", "!=", False)], limit=1).journal_id
            found = before or company._l10n_mx_co_edi_journals_of(line.kind)
            fits = len(found) == 1 and found._l10n_mx_co_edi_range_kind() == line.kind
            line.journal_id = found if fits else False

    @api.depends("kind", "kind_confirmed", "journal_id", "make_journal", "key_length", "change")
    @api.depends_context("lang")
    def _compute_problem(self):
        ranges = self.env["l10n_mx_co_edi.numbering.range"]
        for line in self:
            texts = []
            if line.change != GONE and (line.kind or INVOICE) == INVOICE and line.key_length != series.KEY_LENGTH:
                texts.append(_(
                    "Its technical key came with %(length)s of 40 characters; it is not taken.",
                    length=line.key_length) if line.key_length else _("It came without a technical key."))
            if line.kind and line.journal_id and not line.make_journal:
                texts.append(ranges._kind_conflict(line.kind, line._label(), line.journal_id.sudo()))
            if line.make_journal and line.kind == "equivalent":
                texts.append(ranges._kind_conflict(line.kind, line._label(), self.env["account.journal"]))
            line.problem = "\n".join(text for text in texts if text) or False

    def _label(self):
        return f"{self.prefix or ''} {self.first} – {self.last}".strip()

    # ------------------------------------------------------------------
    # From the answer, and into the ranges
    # ------------------------------------------------------------------

    def _add(self, review, row):
        """Add one range of the answer, and put its key into the vault."""
        ranges = self.env["l10n_mx_co_edi.numbering.range"].sudo()
        known = ranges._known(review.company_id, review.environment, row)
        values = {
            "resolution": row.resolution, "resolution_date": row.resolution_date or False,
            "prefix": row.prefix or False, "first": str(row.first), "last": str(row.last),
            "valid_from": row.valid_from or False, "valid_to": row.valid_to or False}
        is_whole = series.is_technical_key(row.technical_key)
        is_other_key = bool(known and is_whole and known.has_key and known._technical_key() != row.technical_key)
        differs = is_other_key or any(known[name] != values[name] for name in _COMPARED) or (
            is_whole and not known.has_key)
        line = self.create({
            **values, "review_id": review.id, "range_id": known.id, "key_length": len(row.technical_key),
            "change": NEW if not known else CHANGED if differs else SAME, "is_other_key": is_other_key,
            "kind": known.kind or self._guess(review, row), "kind_confirmed": known.kind_confirmed,
            **({"journal_id": known.journal_id.id} if known.journal_id else {})})
        if is_whole:
            self.env["l10n_mx_co_edi.secret"]._store(
                review.company_id, TECHNICAL_KEY, row.technical_key, res_model=self._name, res_id=line.id)
        return line

    def _guess(self, review, row):
        """Return what a new range is probably for: as the one with its prefix before, else invoices if it has a key."""
        before = self.env["l10n_mx_co_edi.numbering.range"].sudo().search([
            ("company_id", "=", review.company_id.id), ("environment", "=", review.environment),
            ("prefix", "=", row.prefix or False), ("kind_confirmed", "=", True)], limit=1)
        return before.kind or (INVOICE if series.is_technical_key(row.technical_key) else False)

    def _key(self):
        """Return the technical key that waits in the vault, empty when none came or it was not whole."""
        secret = self._secret()
        return secret._reveal().decode() if secret else ""

    def _secret(self):
        self.ensure_one()
        return self.env["l10n_mx_co_edi.secret"].sudo()._find(self.company_id, TECHNICAL_KEY, self._name, self.id)

    def _forget_keys(self):
        for line in self:
            line._secret().unlink()

    def _row(self):
        """Return the range as the service named it, with its key if that came whole."""
        self.ensure_one()
        return NumberingRange(
            resolution=self.resolution, resolution_date=self.resolution_date or None, prefix=self.prefix or "",
            first=int(self.first), last=int(self.last), valid_from=self.valid_from or None,
            valid_to=self.valid_to or None, technical_key=self._key())

    def _settle(self, row):
        """Give the range that was just stored what the person chose for it."""
        review = self.review_id
        numbering = self.env["l10n_mx_co_edi.numbering.range"].sudo()._known(
            review.company_id, review.environment, row)
        numbering.key_length = self.key_length
        if self.kind_confirmed and not self.kind:
            raise UserError(_("Choose first what %(range)s is for.", range=self._label()))
        if self.kind and self.kind != numbering.kind:
            numbering.write({"kind": self.kind, "kind_confirmed": False})
        if self.kind_confirmed and not numbering.kind_confirmed:
            numbering.kind_confirmed = True
        if self.make_journal and self.kind_confirmed:
            self.write({"journal_id": self._made_journal(numbering).id, "make_journal": False})
        if self.kind_confirmed and self.journal_id != numbering.journal_id:
            numbering.journal_id = self.journal_id
        self.range_id = numbering

    def _made_journal(self, numbering):
        """Return a new journal of the kind; that of support documents has taken the range itself, where it could."""
        company = self.review_id.company_id
        return numbering.journal_id or company._l10n_mx_co_edi_create_journal_of(self.kind)
