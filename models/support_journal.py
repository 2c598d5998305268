"""The journal of support documents: purchases from those who are not obliged to invoice, numbered by DIAN's ranges."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

COLOMBIA = "CO"


class AccountJournal(models.Model):
    _inherit = "account.journal"

    l10n_mx_co_edi_support_document = fields.Boolean(
        "Support Documents (DIAN)", copy=False,
        help="The bills of this journal become support documents (documento soporte): purchases from sellers who are "
             "not obliged to invoice. Their numbers come from a range of your own, and refunds become adjustment "
             "notes.")

    @api.constrains("l10n_mx_co_edi_support_document", "type")
    def _check_l10n_mx_co_edi_support_document(self):
        for journal in self.filtered("l10n_mx_co_edi_support_document"):
            if journal.type != "purchase" or journal.company_id.account_fiscal_country_id.code != COLOMBIA:
                raise ValidationError(_("Only a purchase journal of a Colombian company can have support documents."))

    def write(self, vals):
        if "l10n_mx_co_edi_support_document" in vals:
            for journal in self:
                changes = journal.l10n_mx_co_edi_support_document != bool(vals["l10n_mx_co_edi_support_document"])
                if changes and self.env["account.move"].sudo().search_count(
                        [("journal_id", "=", journal.id), ("posted_before", "=", True)], limit=1):
                    raise UserError(_(
                        "The journal %(journal)s has confirmed bills, which would become something else. Use a journal "
                        "of its own for support documents.", journal=journal.display_name))
        return super().write(vals)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_support_journals(self):
        """Return the journals of support documents of this company."""
        self.ensure_one()
        return self.env["account.journal"].search([
            *self.env["account.journal"]._check_company_domain(self), ("l10n_mx_co_edi_support_document", "=", True)])

    def _l10n_mx_co_edi_create_support_journal(self):
        """Create the journal, after the usual ones, and give it the only range that can be its own.

        A range of support documents has no technical key; where several are free, a person chooses.
        """
        self.ensure_one()
        journals = self.env["account.journal"].with_company(self)
        usual = journals.search([*journals._check_company_domain(self), ("type", "=", "purchase")], limit=1)
        taken = set(journals.with_context(active_test=False).search(
            [*journals._check_company_domain(self)]).mapped("code"))
        code = next(code for code in ("DS", *(f"DS{number}" for number in range(2, 1000))) if code not in taken)
        journal = journals.create({
            "name": _("Support Documents"), "code": code, "type": "purchase", "company_id": self.id,
            "l10n_mx_co_edi_support_document": True, "refund_sequence": True, "sequence": 50,
            "default_account_id": usual.default_account_id.id})
        free = self.env["l10n_mx_co_edi.numbering.range"].search([
            ("company_id", "=", self.id), ("journal_id", "=", False),
            ("environment", "=", self._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment)]).filtered(
                lambda row: row._may_be_of_support())
        if len(free) == 1:
            free.journal_id = journal
        return journal


class AccountMove(models.Model):
    _inherit = "account.move"

    def _search_default_journal(self):
        # EXTENDS account: the menu of support documents makes them
        if self.env.context.get("l10n_mx_co_edi_support_document") and self.is_purchase_document():
            journal = (self.company_id or self.env.company)._l10n_mx_co_edi_support_journals()[:1]
            if journal:
                return journal
        return super()._search_default_journal()
