"""Journals whose numbers DIAN decides about: invoices from authorised ranges, notes from series of their own."""
from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..core.dian import series
from .numbering_range import USABLE, colombian_today

CREDIT, DEBIT, INVOICE = "credit", "debit", "invoice"
# what the prefixes of notes begin with where nobody chose one; of support documents (purchases) only refunds are notes
NOTE_PREFIXES = {"sale": {CREDIT: "NC", DEBIT: "ND"}, "purchase": {CREDIT: "NA"}}


class AccountJournal(models.Model):
    _inherit = "account.journal"

    l10n_mx_co_edi_range_ids = fields.One2many(
        "l10n_mx_co_edi.numbering.range", "journal_id", "Numbering Ranges", readonly=True,
        groups="l10n_mx_co_edi.group_viewer",
        help="Numbers that DIAN authorised. When one range is used up or expires, the next invoice goes on with "
             "another one of this journal.")
    l10n_mx_co_edi_credit_prefix = fields.Char(
        "Prefix of Credit Notes", size=4, copy=False,
        help="Credit notes are numbered without authorisation of DIAN: this prefix and 1, 2, 3 and so on. Each journal "
             "of the company needs another one. Empty: it is chosen with the first range.")
    l10n_mx_co_edi_debit_prefix = fields.Char(
        "Prefix of Debit Notes", size=4, copy=False,
        help="Debit notes are numbered without authorisation of DIAN: this prefix and 1, 2, 3 and so on. Each journal "
             "of the company needs another one. Empty: it is chosen with the first range.")

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("l10n_mx_co_edi_credit_prefix", "l10n_mx_co_edi_debit_prefix")
    def _check_l10n_mx_co_edi_note_prefixes(self):
        for journal in self:
            own = [journal[name] for name in _PREFIX_FIELDS.values() if journal[name]]
            for prefix in own:
                if not series.is_note_prefix(prefix):
                    raise ValidationError(_(
                        "\"%(prefix)s\" cannot be in front of the numbers of notes. Use one to four capital letters "
                        "and digits, the last one a letter, such as NC.", prefix=prefix))
            if len(set(own)) < len(own) or journal._l10n_mx_co_edi_taken_prefixes() & set(own):
                raise ValidationError(_(
                    "Another series of the company has the prefix %(prefixes)s already: two documents would have the "
                    "same number. Use another one for the notes of the journal %(journal)s.",
                    prefixes=" / ".join(own), journal=journal.display_name))

    def _l10n_mx_co_edi_taken_prefixes(self):
        """Return the prefixes of notes that the other journals of the company (of one NIT) have."""
        self.ensure_one()
        others = self.sudo().with_context(active_test=False).search([
            ("id", "not in", self.ids), ("company_id", "child_of", self.company_id.sudo().root_id.id)])
        return frozenset(journal[name] for journal in others for name in _PREFIX_FIELDS.values() if journal[name])

    # ------------------------------------------------------------------
    # Series
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_numbers(self):
        """Tell whether DIAN decides about the numbers of this journal's documents."""
        self.ensure_one()
        company = self.company_id.sudo()  # somebody of a branch may use the journal of the company above it
        is_ours = self.type == "sale" or (self.type == "purchase" and self.l10n_mx_co_edi_support_document)
        return is_ours and company.account_fiscal_country_id.code == "CO" and bool(
            company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)

    def _l10n_mx_co_edi_start_numbering(self):
        """Give the notes of these journals their series, once: a prefix that no other journal of the company has."""
        for journal in self.sudo():
            for kind, base in NOTE_PREFIXES.get(journal.type, {}).items():
                name = _PREFIX_FIELDS[kind]
                if not journal[name]:
                    journal[name] = series.free_prefix(base, journal._l10n_mx_co_edi_taken_prefixes())
            journal._l10n_mx_co_edi_split_again()

    def _l10n_mx_co_edi_split_again(self):
        """Split the numbers that the journal gave before it had its series: Odoo takes FE2015 as FE and 2015."""
        moves = self.env["account.move"].sudo()
        ours = [row._series() for row in self.l10n_mx_co_edi_range_ids]
        ours += [numbers for kind in _PREFIX_FIELDS if (numbers := self._l10n_mx_co_edi_note_series(kind))]
        for prefix in {numbers.prefix for numbers in ours if numbers.prefix}:
            wrong = moves.search([
                ("journal_id", "=", self.id), ("name", "=like", f"{prefix}%"), ("sequence_prefix", "!=", prefix)])
            for name in ("sequence_prefix", "sequence_number"):
                self.env.add_to_compute(moves._fields[name], wrong)

    def _l10n_mx_co_edi_note_series(self, kind):
        """Return the series of credit or debit notes, None before they have a prefix."""
        self.ensure_one()
        prefix = self.sudo()[_PREFIX_FIELDS[kind]]
        return series.Series(prefix) if prefix else None

    def _l10n_mx_co_edi_ranges(self):
        """Return the journal's ranges in the environment that its company issues in."""
        self.ensure_one()
        environment = self.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
        return self.sudo().l10n_mx_co_edi_range_ids.filtered(lambda row: row.environment == environment)

    def _l10n_mx_co_edi_range(self, day, number=None, exhausted=()):
        """Return the range of a document of `day`.

        :param day: the day of issue, in Colombia
        :param number: the whole number (FE201), to get the range that it belongs to, whether or not that is valid
        :param exhausted: ids of ranges that are known to have no number left
        :return: without `number` the range of the next invoice: the one in use, else the one that ends first; empty
            if no range is valid or all are used up
        """
        self.ensure_one()
        ranges = self._l10n_mx_co_edi_ranges()
        if number is not None:
            ranges = ranges.filtered(lambda row: row._series().number_of(number) is not None)
            return ranges.sorted(lambda row: (row._covers(day), row.enabled, row.valid_to or day, row.id))[-1:]
        used = {row: row._last_number_used() for row in ranges if row.id not in exhausted and row._gives_numbers(day)}
        ranges = ranges.filtered(lambda row: row in used and row._numbers_left(used[row]) > 0)
        return ranges.sorted(lambda row: (not row.has_key, not used[row], row.valid_to or day, row.id))[:1]

    def _l10n_mx_co_edi_successor(self, numbering):
        """Return a range of this journal that invoices can go on with after `numbering`."""
        today = colombian_today(self.env)
        return (self._l10n_mx_co_edi_ranges() - numbering).filtered(
            lambda row: row.enabled and row._numbers_left() > 0 and (
                row.state in USABLE or (row.valid_from and row.valid_from > today)))[:1]

    def _l10n_mx_co_edi_last_number(self, numbers, without=()):
        """Return the highest number of the series `numbers` that a confirmed document of this journal has, else 0.

        :param without: ids of moves that do not count
        """
        self.ensure_one()
        moves = self.env["account.move"].sudo()
        for chunk in numbers.chunks():
            move = moves.search([
                ("journal_id", "=", self.id), ("sequence_prefix", "=", chunk.prefix),
                ("sequence_number", ">=", chunk.low), ("sequence_number", "<=", chunk.high),
                ("posted_before", "=", True), ("id", "not in", list(without))],
                order="sequence_number desc", limit=1)
            if move:
                return numbers.number_in(chunk.prefix, move.sequence_number) or 0
        return 0


_PREFIX_FIELDS = {CREDIT: "l10n_mx_co_edi_credit_prefix", DEBIT: "l10n_mx_co_edi_debit_prefix"}
