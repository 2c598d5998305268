"""Numbers of test documents are spent: no invoice, note or support document of the same environment gets one of them.

DIAN counts the numbers of a NIT, whoever gave them: a journal with the prefix of a test set, in the environment of the
tests, goes on after the set; a set goes on after the journal. In production there are no test documents.
"""
from odoo import api, models
from odoo.tools import SQL

from ..core.dian import series
from .account_journal_numbering import CREDIT, DEBIT

PRODUCTION = "production"
MOST = 9_999_999_999  # DIAN's numbers have at most ten digits


class TestDocument(models.Model):
    _inherit = "l10n_mx_co_edi.test.document"

    @api.model
    def _highest_given(self, company, environment, numbers):
        """Return the highest number of the series `numbers` that a test document of the company's NIT had, else 0."""
        if not environment or environment == PRODUCTION:
            return 0
        self.flush_model(["environment", "nit", "prefix", "number"])
        self.env.cr.execute(SQL(
            "SELECT max(number::bigint) FROM l10n_mx_co_edi_test_document WHERE environment = %s AND nit = %s "
            "AND COALESCE(prefix, '') = %s AND number::bigint BETWEEN %s AND %s",
            environment, company._l10n_mx_co_edi_nit(), numbers.prefix, numbers.first, numbers.last))
        return self.env.cr.fetchone()[0] or 0

    @api.model
    def _highest(self, company, environment, nit, prefix):
        # EXTENDS: a journal may have confirmed invoices that were not sent yet
        highest = super()._highest(company, environment, nit, prefix)
        if company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment != environment:
            return highest
        numbers = series.Series(prefix, 1, MOST)
        journals = self.env["account.journal"].sudo().with_context(active_test=False).search([
            ("company_id", "child_of", company.root_id.id), "|", "|",
            ("l10n_mx_co_edi_range_ids.prefix", "=", prefix or False),
            ("l10n_mx_co_edi_credit_prefix", "=", prefix), ("l10n_mx_co_edi_debit_prefix", "=", prefix)])
        return max([highest, *(journal._l10n_mx_co_edi_last_number(numbers) for journal in journals)])


class NumberingRange(models.Model):
    _inherit = "l10n_mx_co_edi.numbering.range"

    def _first_number_here(self):
        # EXTENDS: what test documents used is skipped
        tested = self.env["l10n_mx_co_edi.test.document"].sudo()._highest_given(
            self.company_id, self.environment, self._series())
        return max(super()._first_number_here(), tested + 1)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_next_series(self):
        # EXTENDS: so are the numbers that notes of a test set had
        numbers, first = super()._l10n_mx_co_edi_next_series()
        if numbers is None or self._l10n_mx_co_edi_series_kind() not in (CREDIT, DEBIT):
            return numbers, first
        company = self.journal_id.company_id.sudo()
        environment = company._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
        tested = self.env["l10n_mx_co_edi.test.document"].sudo()._highest_given(company, environment, numbers)
        return numbers, max(first, tested + 1)
