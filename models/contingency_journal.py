"""The journal of contingency: invoices that were first written on paper, with numbers of a range for contingency."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .numbering_range_kind import CONTINGENCY, INVOICE, SUPPORT


class AccountJournal(models.Model):
    _inherit = "account.journal"

    l10n_mx_co_edi_contingency = fields.Boolean(
        "Contingency (DIAN)", copy=False,
        help="The invoices of this journal were first written on paper, because the company could not issue them "
             "electronically (type 03). Their numbers come from a range for contingency.")

    @api.constrains("l10n_mx_co_edi_contingency", "type")
    def _check_l10n_mx_co_edi_contingency(self):
        for journal in self.filtered("l10n_mx_co_edi_contingency"):
            if journal.type != "sale" or journal.company_id.account_fiscal_country_id.code != "CO":
                raise ValidationError(_("Only a sales journal of a Colombian company can be for contingency."))

    def _l10n_mx_co_edi_range_kind(self):
        """Return the kind of range that the documents of this journal need, empty if they need none."""
        self.ensure_one()
        if self.type == "purchase":
            return SUPPORT if self.l10n_mx_co_edi_support_document else ""
        if self.type != "sale":
            return ""
        return CONTINGENCY if self.l10n_mx_co_edi_contingency else INVOICE

    def write(self, vals):
        if "l10n_mx_co_edi_contingency" in vals:
            for journal in self:
                changes = journal.l10n_mx_co_edi_contingency != bool(vals["l10n_mx_co_edi_contingency"])
                if changes and journal.sudo().l10n_mx_co_edi_range_ids:
                    raise UserError(_(
                        "The journal %(journal)s has numbering ranges of its kind. Use a journal of its own for the "
                        "contingency.", journal=journal.display_name))
        return super().write(vals)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_mx_co_edi_journals_of(self, kind):
        """Return the journals of this company whose documents take ranges of `kind`."""
        self.ensure_one()
        journals = self.env["account.journal"]
        found = journals.search([*journals._check_company_domain(self), ("type", "in", ("sale", "purchase"))])
        return found.filtered(lambda journal: journal._l10n_mx_co_edi_range_kind() == kind)

    def _l10n_mx_co_edi_create_journal_of(self, kind):
        """Create a journal for ranges of `kind`: another one of sales, of support documents, or of contingency."""
        self.ensure_one()
        if kind == SUPPORT:
            return self._l10n_mx_co_edi_create_support_journal()
        if kind not in (INVOICE, CONTINGENCY):
            raise UserError(_("No journal issues documents of this kind yet."))
        journals = self.env["account.journal"].with_company(self)
        usual = journals.search([*journals._check_company_domain(self), ("type", "=", "sale")], limit=1)
        taken = set(journals.with_context(active_test=False).search(
            [*journals._check_company_domain(self)]).mapped("code"))
        base, name = ("CONT", _("Contingency (paper)")) if kind == CONTINGENCY else ("FE", _("Electronic Invoices"))
        code = next(code for code in (base, *(f"{base[:3]}{number}" for number in range(2, 99))) if code not in taken)
        return journals.create({
            "name": name, "code": code, "type": "sale", "company_id": self.id, "refund_sequence": True,
            "l10n_mx_co_edi_contingency": kind == CONTINGENCY, "sequence": 50,
            "default_account_id": usual.default_account_id.id})
