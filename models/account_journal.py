import re

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from . import place_findings
from .finding_texts import alerts


class AccountJournal(models.Model):
    """The place an invoice is issued at: it decides the local time of the CFDI (Fecha) and its series."""
    _inherit = "account.journal"

    l10n_mx_co_edi_postal_code = fields.Char(
        "Issuing Postal Code", size=5,
        help="Postal code of the place where this journal's invoices are issued (LugarExpedicion). The date and time "
             "of the CFDI are the local time of this place. Empty means the postal code of the company.")
    l10n_mx_co_edi_serie = fields.Char(
        "CFDI Series", size=25,
        help="Series written in the CFDI (Serie). Empty means the letters in front of the invoice number.")
    l10n_mx_co_edi_postal_code_hint = fields.Char("Postal Code of the Company", compute="_compute_l10n_mx_co_edi_place")
    l10n_mx_co_edi_place = fields.Char(
        "Local Time of", compute="_compute_l10n_mx_co_edi_place",
        help="State and time zone that SAT's catalogue gives for the issuing postal code.")
    l10n_mx_co_edi_findings = fields.Json("Issuing Place Review", compute="_compute_l10n_mx_co_edi_place")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("l10n_mx_co_edi_postal_code", "company_id.partner_id.zip", "type")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_place(self):
        for journal in self:
            journal.l10n_mx_co_edi_postal_code_hint = journal.company_id.zip
            mexican_sales = journal.type == "sale" and journal.country_code == "MX"
            code = mexican_sales and journal._l10n_mx_co_edi_issuing_postal_code()
            journal.l10n_mx_co_edi_place = code and place_findings.describe_place(self.env, code)
            journal.l10n_mx_co_edi_findings = mexican_sales and alerts(
                self.env, place_findings.check(self.env, code))

    # ------------------------------------------------------------------
    # Onchange and constraints
    # ------------------------------------------------------------------

    @api.onchange("l10n_mx_co_edi_postal_code")
    def _onchange_l10n_mx_co_edi_postal_code(self):
        if self.l10n_mx_co_edi_postal_code:
            self.l10n_mx_co_edi_postal_code = self.l10n_mx_co_edi_postal_code.strip()

    @api.constrains("l10n_mx_co_edi_serie")
    def _check_l10n_mx_co_edi_serie(self):
        for journal in self:
            serie = journal.l10n_mx_co_edi_serie
            if serie and not re.fullmatch(r"[^|\s]{1,25}", serie):
                raise ValidationError(_(
                    "The CFDI series of the journal %(journal)s is \"%(serie)s\". A series has up to 25 characters, "
                    "without blanks and without the character |.", journal=journal.display_name, serie=serie))

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    def _l10n_mx_co_edi_issuing_postal_code(self):
        """Return the postal code the invoices of this journal are issued at (LugarExpedicion), '' if unknown."""
        self.ensure_one()
        return (self.l10n_mx_co_edi_postal_code or self.company_id.zip or "").strip()
