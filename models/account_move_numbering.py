"""Numbers of Colombian invoices and notes: from DIAN's ranges, found and split by them and never by their letters.

Odoo's own mechanism gives the numbers (`sequence.mixin`: the unique index makes two posts at once take two numbers);
here it is told which series a number belongs to, where the next one begins and when a range has ended.
"""
from odoo import _, api, models
from odoo.exceptions import UserError, ValidationError

from ..core import findings as core_findings
from ..core.dian import identity
from ..core.findings import Finding
from . import dian_defaults
from .account_journal_numbering import CREDIT, DEBIT, INVOICE
from .finding_texts import describe
from .numbering_range import KEY_LENGTH, colombian_today

NUMBERED = ("out_invoice", "out_refund", "in_invoice", "in_refund")
EXHAUSTED = "l10n_mx_co_edi.exhausted"
FORMAT = "{prefix1}{seq}"
# what Odoo's code expects beside the two parts of the format
NO_DATES = {"suffix": "", "year": 0, "month": 0, "year_end": 0, "year_length": 0, "year_end_length": 0}


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------------
    # Series
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_is_numbered(self):
        """Tell whether DIAN decides about the number of this move."""
        return len(self) == 1 and self.move_type in NUMBERED and bool(
            self.journal_id) and self.journal_id._l10n_mx_co_edi_numbers()

    def _l10n_mx_co_edi_series_kind(self):
        """Return which numbers it gets: those of a range (invoice), or of its journal's credit or debit notes."""
        if self.move_type in ("out_refund", "in_refund"):
            return CREDIT
        # what is added to a support document is another support document
        return DEBIT if self.debit_origin_id and self.move_type == "out_invoice" else INVOICE

    def _l10n_mx_co_edi_day(self):
        """Return the day in Colombia that the range has to be valid on: that of the signature, so never before today.

        The date of an invoice is the day it is signed (FAD09e); only a later one can still come.
        """
        today = colombian_today(self.env)
        return max(self.invoice_date or today, today)

    def _l10n_mx_co_edi_series_of(self, text):
        """Return the series that `text` is a number of, None if there is none; in every environment of the company."""
        journal = self.journal_id
        if not text or text == "/" or not self._l10n_mx_co_edi_is_numbered():
            return None
        kind = self._l10n_mx_co_edi_series_kind()
        if kind != INVOICE:
            numbers = journal._l10n_mx_co_edi_note_series(kind)
            return numbers if numbers and numbers.number_of(text) is not None else None
        for numbering in journal._l10n_mx_co_edi_ranges() | journal.sudo().l10n_mx_co_edi_range_ids:
            numbers = numbering._series()
            if numbers.number_of(text) is not None:
                return numbers
        return None

    def _l10n_mx_co_edi_next_range(self):
        exhausted = self.env.cr.precommit.data.get(EXHAUSTED, ())
        return self.journal_id._l10n_mx_co_edi_range(self._l10n_mx_co_edi_day(), exhausted=exhausted)

    def _l10n_mx_co_edi_next_series(self):
        """Return the series of the next number and what its first number is here; (None, 0) if there is none."""
        kind = self._l10n_mx_co_edi_series_kind()
        if kind != INVOICE:
            return self.journal_id._l10n_mx_co_edi_note_series(kind), 1
        numbering = self._l10n_mx_co_edi_next_range()
        return (numbering._series(), numbering._first_number_here()) if numbering else (None, 0)

    def _l10n_mx_co_edi_dian_number(self):
        """Return (prefix, number) of a numbered invoice or note, None without a number that DIAN would accept."""
        self.ensure_one()
        numbers = self._l10n_mx_co_edi_series_of(self.name)
        return (numbers.prefix, numbers.number_of(self.name)) if numbers else None

    def _l10n_mx_co_edi_next_number(self):
        """Return (prefix, number) that this draft would get now, None if there is none; nothing is taken."""
        self.ensure_one()
        numbers, first = self._l10n_mx_co_edi_next_series()
        if numbers is None:
            return None
        return numbers.prefix, max(self._l10n_mx_co_edi_last_of(numbers), first - 1) + 1

    def _l10n_mx_co_edi_last_of(self, numbers):
        return self.journal_id._l10n_mx_co_edi_last_number(numbers, without=self._origin.ids)

    # ------------------------------------------------------------------
    # Odoo's sequence mechanism
    # ------------------------------------------------------------------

    def _compute_split_sequence(self):
        # EXTENDS account sequence.mixin
        others = self.browse()
        for move in self:
            numbers = move._l10n_mx_co_edi_series_of(move.name)
            if numbers:
                move.sequence_prefix, move.sequence_number = numbers.columns(numbers.number_of(move.name))
            else:
                others += move
        return super(AccountMove, others)._compute_split_sequence()

    def _deduce_sequence_number_reset(self, name):
        # EXTENDS account sequence.mixin
        if self._l10n_mx_co_edi_series_of(name):
            return "never"
        return super()._deduce_sequence_number_reset(name)

    def _get_sequence_format_param(self, previous):
        # EXTENDS account sequence.mixin
        numbers = self._l10n_mx_co_edi_series_of(previous)
        if not numbers:
            return super()._get_sequence_format_param(previous)
        return FORMAT, {
            **NO_DATES, "prefix1": numbers.prefix, "seq": numbers.number_of(previous), "seq_length": 1}

    def _get_last_sequence(self, relaxed=False, with_prefix=None):
        # EXTENDS account sequence.mixin
        if not self._l10n_mx_co_edi_is_numbered():
            return super()._get_last_sequence(relaxed=relaxed, with_prefix=with_prefix)
        own = with_prefix is not None and self._l10n_mx_co_edi_series_of(self.name)
        if with_prefix is not None and not own:
            return super()._get_last_sequence(relaxed=relaxed, with_prefix=with_prefix)
        numbers = own or self._l10n_mx_co_edi_next_series()[0]
        last = numbers and self._l10n_mx_co_edi_last_of(numbers)
        return numbers.text(last) if last else None

    def _get_starting_sequence(self):
        # EXTENDS account sequence.mixin
        numbers, first = self._l10n_mx_co_edi_next_series() if self._l10n_mx_co_edi_is_numbered() else (None, 0)
        return numbers.text(first) if numbers else super()._get_starting_sequence()

    def _get_next_sequence_format(self):
        # EXTENDS account sequence.mixin
        if not self._l10n_mx_co_edi_is_numbered():
            return super()._get_next_sequence_format()
        if self._l10n_mx_co_edi_series_kind() != INVOICE:
            self.journal_id._l10n_mx_co_edi_start_numbering()
        numbers, first = self._l10n_mx_co_edi_next_series()
        if numbers is None:
            raise UserError(describe(self.env, self._l10n_mx_co_edi_why_no_range(), self)["message"])
        last = max(self._l10n_mx_co_edi_last_of(numbers), first - 1)
        cache = self._get_sequence_cache()
        key = (numbers.text(0), self.journal_id)
        if cache.get(key, last) != last:
            del cache[key]  # of an earlier range with this prefix, or of an invoice that is gone
        return FORMAT, {**NO_DATES, "prefix1": numbers.prefix, "seq": last}

    def _set_next_sequence(self):
        # EXTENDS account sequence.mixin
        super()._set_next_sequence()
        if not self._l10n_mx_co_edi_is_numbered() or self._l10n_mx_co_edi_series_kind() != INVOICE:
            return
        # somebody else may have taken the last number while this transaction waited for it
        journal, day = self.journal_id, self._l10n_mx_co_edi_day()
        while not journal._l10n_mx_co_edi_range(day, self.name)._covers_all(day):
            ended = journal._l10n_mx_co_edi_ranges().filtered(
                lambda row, name=self.name: row._series().has_prefix_of(name))
            exhausted = self.env.cr.precommit.data.setdefault(EXHAUSTED, set())
            if not set(ended.ids) - exhausted:
                raise UserError(describe(self.env, self._l10n_mx_co_edi_why_no_range(), self)["message"])
            exhausted.update(ended.ids)
            super()._set_next_sequence()

    def _compute_name_placeholder(self):
        # EXTENDS account
        ours = self.filtered(lambda move: move._l10n_mx_co_edi_is_numbered())
        for move in ours:
            is_free = not move.name or move.name == "/"
            numbers, first = move._l10n_mx_co_edi_next_series() if is_free and move.date else (None, 0)
            is_first = numbers and not move._l10n_mx_co_edi_last_of(numbers)
            move.name_placeholder = numbers.text(first) if is_first else False
        return super(AccountMove, self - ours)._compute_name_placeholder()

    def _compute_made_sequence_gap(self):
        # EXTENDS account
        super()._compute_made_sequence_gap()
        for move in self.filtered(lambda move: move.made_sequence_gap and move.state == "posted"):
            if move._l10n_mx_co_edi_is_numbered() and move._l10n_mx_co_edi_is_first_number():
                move.made_sequence_gap = False

    def _l10n_mx_co_edi_is_first_number(self):
        """Tell whether nothing is missing before this number, because its range begins there."""
        return any(
            row._series().number_of(self.name) == row._first_number_here()
            for row in self.journal_id.sudo().l10n_mx_co_edi_range_ids)

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    @api.constrains("name", "journal_id")
    def _check_l10n_mx_co_edi_number(self):
        """A number that was given stays within what DIAN authorised, whoever renames or resequences."""
        for move in self.filtered(lambda move: move.posted_before and move.name and move.name != "/"):
            if move._l10n_mx_co_edi_is_numbered() and not move._l10n_mx_co_edi_series_of(move.name):
                raise ValidationError(_(
                    "%(name)s is not a number that DIAN authorised for the journal %(journal)s. Allowed: %(allowed)s.",
                    name=move.name, journal=move.journal_id.display_name,
                    allowed=move._l10n_mx_co_edi_allowed_numbers()))

    def _l10n_mx_co_edi_allowed_numbers(self):
        """Return in words which numbers the journal's documents of this kind may have."""
        kind = self._l10n_mx_co_edi_series_kind()
        if kind == INVOICE:
            all_series = [row._series() for row in self.journal_id._l10n_mx_co_edi_ranges()]
            return ", ".join(self.env._(
                "%(first)s to %(last)s", first=numbers.text(numbers.first), last=numbers.text(numbers.last))
                for numbers in all_series) or _("none, as the journal has no range")
        numbers = self.journal_id._l10n_mx_co_edi_note_series(kind)
        return _("%(prefix)s and a number without zeros in front", prefix=numbers.prefix) if numbers else "?"

    def _post(self, soft=True):
        # EXTENDS account
        left_out = self._l10n_mx_co_edi_without_number(soft)
        if not soft and not self._l10n_mx_co_edi_is_machine():
            # what is wrong with one of them alone is said by its findings, together with everything else
            crowded = left_out.filtered(lambda move: move._l10n_mx_co_edi_next_range())
            if crowded:
                raise UserError(_(
                    "The ranges of the journal %(journal)s have too few numbers left: %(count)s of these invoices "
                    "would get none. Nothing was numbered. Fetch a new range from DIAN, or confirm fewer invoices. "
                    "Without a number: %(names)s", journal=crowded[0].journal_id.display_name, count=len(crowded),
                    names=", ".join((move.partner_id.display_name or "?") for move in crowded[:10])))
            left_out = self.browse()
        reasons = {move: core_findings.blocking(move._l10n_mx_co_edi_numbering_findings()) or [
            move._l10n_mx_co_edi_why_no_range()] for move in left_out}  # the others of the batch get the last numbers
        reasons |= (self - left_out)._l10n_mx_co_edi_unacceptable(soft)
        for move, found in reasons.items():
            move._l10n_mx_co_edi_ask_person(
                _("The invoice stays a draft"),
                "\n".join(describe(self.env, finding, move)["message"] for finding in found))
        to_post = self - self.browse(move.id for move in reasons)
        return super(AccountMove, to_post)._post(soft) if to_post or not self else to_post

    def _l10n_mx_co_edi_unacceptable(self, soft):
        """Return what DIAN would refuse of many drafts that a person confirms together, with why; they stay drafts.

        What a program posts (point of sale, shop) is waited for: it is posted, and held with an activity.
        """
        if not soft or self.env.su or self._l10n_mx_co_edi_is_machine():
            return {}
        ours = self.filtered(lambda move: move._l10n_mx_co_edi_is_dian())
        found = {move: core_findings.blocking(move._l10n_mx_co_edi_findings()) for move in ours}
        return {move: problems for move, problems in found.items() if problems}

    def _l10n_mx_co_edi_without_number(self, soft):
        """Return which of these drafts would find no number when all are posted in Odoo's order; they stay drafts."""
        today = colombian_today(self.env)
        waiting = self.filtered(
            lambda move: move._l10n_mx_co_edi_is_numbered() and move._l10n_mx_co_edi_series_kind() == INVOICE
            and (not move.name or move.name == "/") and not (soft and move.date and move.date > today))
        left, without = {}, waiting.browse()
        for move in waiting.sorted(lambda move: (move.date or today, move.ref or "", move.id)):
            ranges = move.journal_id._l10n_mx_co_edi_ranges()
            for numbering in ranges - ranges.browse(list(left)):
                left[numbering.id] = numbering._numbers_left()
            day = move._l10n_mx_co_edi_day()
            numbering = ranges.filtered(lambda row, day=day: row._gives_numbers(day) and left[row.id] > 0)[:1]
            if numbering:
                left[numbering.id] -= 1
            else:
                without += move
        return without

    # ------------------------------------------------------------------
    # Findings
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_numbering_findings(self):
        """Return what is wrong with the number that this invoice has or would get; nothing is taken."""
        self.ensure_one()
        if not self._l10n_mx_co_edi_is_numbered():
            return []
        has_number = bool(self.name) and self.name != "/"
        if self._l10n_mx_co_edi_series_kind() != INVOICE:
            wrong = has_number and not self._l10n_mx_co_edi_series_of(self.name)
            return [Finding.error(
                "CO-NUM-10", "ID", number=self.name, allowed=self._l10n_mx_co_edi_allowed_numbers())] if wrong else []
        day = self._l10n_mx_co_edi_day()
        numbering = self.journal_id._l10n_mx_co_edi_range(day, self.name if has_number else None)
        if not numbering:
            return [self._l10n_mx_co_edi_why_no_range()]
        found = [] if numbering._covers(day) else [self._l10n_mx_co_edi_not_in_force(numbering, day)]
        if not numbering.enabled and not self.posted_before:  # a number that was given before stays good
            found.append(Finding.error(
                "CO-NUM-11", "DianExtensions.InvoiceControl", range=numbering.display_name,
                reason=numbering.disabled_reason or ""))
        return [
            *found, *self._l10n_mx_co_edi_kind_findings(numbering), *self._l10n_mx_co_edi_key_findings(numbering),
            *self._l10n_mx_co_edi_end_findings(numbering)]

    def _l10n_mx_co_edi_kind_findings(self, numbering):
        """DIAN refuses an invoice on paper (03) with a range for invoices, and any other with one for contingency."""
        is_paper = self.l10n_mx_co_edi_dian_code == dian_defaults.PAPER
        if self.move_type == "out_invoice" and is_paper != (numbering.kind == "contingency"):
            yield Finding.error(
                "CO-NUM-12" if is_paper else "CO-NUM-13", "DianExtensions.InvoiceControl",
                range=numbering.display_name, journal=self.journal_id.display_name)

    def _l10n_mx_co_edi_key_findings(self, numbering):
        if not identity.needs_technical_key(self.l10n_mx_co_edi_dian_code) or numbering.has_key:
            return
        if not numbering._needs_key():  # it is of another kind, which is said instead
            return
        is_cut = numbering.key_length not in (0, KEY_LENGTH)
        yield Finding.error(
            "CO-NUM-07" if is_cut else "CO-NUM-06", "DianExtensions.InvoiceControl", range=numbering.display_name,
            length=numbering.key_length)

    def _l10n_mx_co_edi_end_findings(self, numbering):
        if numbering.state == "soon" and not self.journal_id._l10n_mx_co_edi_successor(numbering):
            yield Finding.warning(
                "CO-NUM-08", "DianExtensions.InvoiceControl", range=numbering.display_name, left=numbering.left,
                until=numbering.valid_to or "")

    def _l10n_mx_co_edi_not_in_force(self, numbering, day):
        is_over = numbering.valid_to and numbering.valid_to < day
        return Finding.error(
            "CO-NUM-02" if is_over else "CO-NUM-03", "DianExtensions.InvoiceControl", range=numbering.display_name,
            date=(numbering.valid_to if is_over else numbering.valid_from) or "", day=day)

    def _l10n_mx_co_edi_why_no_range(self):
        """Return the finding that says why there is no range for this invoice, or for the number that it has."""
        ranges, day = self.journal_id._l10n_mx_co_edi_ranges(), self._l10n_mx_co_edi_day()
        where, journal = "DianExtensions.InvoiceControl", self.journal_id.display_name
        if not ranges:
            return Finding.error("CO-NUM-01", where, journal=journal)
        name = self.name
        if name and name != "/" and not ranges.filtered(lambda row: row._series().number_of(name) is not None):
            known = ranges.filtered(lambda row: row._series().has_prefix_of(name))
            return Finding.error(
                "CO-NUM-05" if known else "CO-NUM-09", where, number=name, journal=journal,
                allowed=self._l10n_mx_co_edi_allowed_numbers())
        covering = ranges.filtered(lambda row: row._covers(day))
        in_force = covering.filtered("enabled")
        if covering and not in_force:
            return Finding.error(
                "CO-NUM-11", where, range=covering[-1].display_name, reason=covering[-1].disabled_reason or "")
        if in_force:
            return Finding.error("CO-NUM-04", where, range=in_force[-1].display_name)
        future = ranges.filtered(lambda row: row.valid_from and row.valid_from > day)
        return self._l10n_mx_co_edi_not_in_force((future or ranges.sorted("valid_to"))[-1], day)
