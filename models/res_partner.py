from odoo import _, api, fields, models

from ..core import rfc
from . import catalog_selection, partner_findings, place_findings
from .finding_texts import alerts

PUBLIC_NAME = "PUBLICO EN GENERAL"
COMMERCIAL_FIELDS = [
    "l10n_mx_co_edi_fiscal_name", "l10n_mx_co_edi_regimen_fiscal", "l10n_mx_co_edi_uso_cfdi",
    "l10n_mx_co_edi_forma_pago", "l10n_mx_co_edi_fiscal_postal_code", "l10n_mx_co_edi_foreign_tax_id",
    "l10n_mx_co_edi_ieps_breakdown", "l10n_mx_co_edi_csf_date"]


class ResPartner(models.Model):
    """What SAT's register knows about a taxpayer, apart from how people call and address it.

    The values come from the Constancia de Situación Fiscal (CSF); SAT compares them with its register when an invoice
    is stamped. They belong to the commercial entity and are shared with its contacts.
    """
    _inherit = "res.partner"

    l10n_mx_co_edi_show = fields.Boolean(
        "Mexican Electronic Invoicing", compute="_compute_l10n_mx_co_edi_show",
        help="Whether a company that works here invoices in Mexico; decides which fields are shown.")
    l10n_mx_co_edi_fiscal_name = fields.Char(
        "Fiscal Name", size=300,
        help="Name exactly as SAT registered it: copy it from the Constancia de Situación Fiscal, in capitals and "
             "without the kind of company (\"S.A. DE C.V.\"). Leave it empty if the contact's name is already that "
             "name. A different name is refused with code CFDI40145.")
    l10n_mx_co_edi_regimen_fiscal = fields.Selection(
        catalog_selection.regimen_fiscal, "Tax Regime",
        help="Régimen fiscal in the Constancia de Situación Fiscal. When there are several, choose the one under "
             "which this purchase is deducted. Customers without an RFC of their own always use 616.")
    l10n_mx_co_edi_uso_cfdi = fields.Selection(
        catalog_selection.uso_cfdi, "Use of the CFDI",
        help="Uso CFDI proposed on new invoices: what the customer will do with the purchase. SAT only accepts "
             "some uses for each tax regime.")
    l10n_mx_co_edi_forma_pago = fields.Selection(
        catalog_selection.forma_pago, "Form of Payment",
        help="Forma de pago proposed on invoices that are paid at once (PUE). Empty means electronic transfer (03).")
    l10n_mx_co_edi_fiscal_postal_code = fields.Char(
        "Fiscal Postal Code", size=5,
        help="Postal code of the tax domicile in the Constancia de Situación Fiscal. Leave it empty if the postal "
             "code of the address is the same. A different one is refused with code CFDI40148.")
    l10n_mx_co_edi_csf_date = fields.Date(
        "Date of the Constancia",
        help="Day of the Constancia de Situación Fiscal that name, regime and postal code were copied from. Invoices "
             "warn when these data differ from those that SAT accepted the last time, unless the Constancia is newer.")
    l10n_mx_co_edi_foreign_tax_id = fields.Char(
        "Foreign Tax Number", size=40,
        help="Tax number of a foreign customer in its own country (NumRegIdTrib). Only for customers without a "
             "Mexican RFC; they are invoiced with the generic RFC XEXX010101000.")
    l10n_mx_co_edi_ieps_breakdown = fields.Boolean(
        "Show IEPS Separately",
        help="Tick it only for a customer who pays IEPS on the same goods and asks for it. For all others the law "
             "(LIEPS, article 19, II) puts the tax into the price: the CFDI then has no IEPS, and charges VAT on the "
             "price with IEPS. What the customer pays is the same. Global invoices to the general public always "
             "show it.")
    l10n_mx_co_edi_fiscal_name_hint = fields.Char("Name in Capitals", compute="_compute_l10n_mx_co_edi_placeholders")
    l10n_mx_co_edi_postal_code_hint = fields.Char(
        "Postal Code of the Address", compute="_compute_l10n_mx_co_edi_placeholders")
    l10n_mx_co_edi_place = fields.Char(
        "Place", compute="_compute_l10n_mx_co_edi_place",
        help="Municipality, state and border region that SAT's catalogue gives for the fiscal postal code.")
    l10n_mx_co_edi_findings = fields.Json("Fiscal Data Review", compute="_compute_l10n_mx_co_edi_findings")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_l10n_mx_co_edi_show(self):
        for partner in self:
            companies = partner.company_id or self.env.companies
            partner.l10n_mx_co_edi_show = "MX" in companies.mapped("account_fiscal_country_id.code")

    @api.depends("name", "zip")
    def _compute_l10n_mx_co_edi_placeholders(self):
        for partner in self:
            partner.l10n_mx_co_edi_fiscal_name_hint = (partner.name or "").upper()
            partner.l10n_mx_co_edi_postal_code_hint = partner.zip

    @api.depends(
        "name", "vat", "zip", "country_id", "l10n_mx_co_edi_fiscal_name", "l10n_mx_co_edi_regimen_fiscal",
        "l10n_mx_co_edi_uso_cfdi", "l10n_mx_co_edi_fiscal_postal_code", "l10n_mx_co_edi_foreign_tax_id",
        "l10n_mx_co_edi_csf_date")
    @api.depends_context("lang", "company")
    def _compute_l10n_mx_co_edi_findings(self):
        for partner in self:
            partner.l10n_mx_co_edi_findings = (
                partner.l10n_mx_co_edi_show and alerts(self.env, partner_findings.check(partner)))

    @api.depends("zip", "l10n_mx_co_edi_fiscal_postal_code", "country_id")
    @api.depends_context("lang")
    def _compute_l10n_mx_co_edi_place(self):
        for partner in self:
            mexican = partner.l10n_mx_co_edi_show and partner.country_code in (False, "MX")
            partner.l10n_mx_co_edi_place = mexican and place_findings.describe_place(
                self.env, partner._l10n_mx_co_edi_postal_code())

    @api.depends_context("allowed_company_ids")
    @api.depends("l10n_latam_identification_type_id", "company_id")
    def _compute_partner_vat_placeholder(self):
        # EXTENDS account: its hint is a tax number, ours puts it back into the form; other kinds of number have none
        super()._compute_partner_vat_placeholder()
        for partner in self.filtered(lambda partner: "LATAMID" in (partner.fiscal_country_group_codes or [])):
            partner.partner_vat_placeholder = _("Number")

    # ------------------------------------------------------------------
    # Onchange
    # ------------------------------------------------------------------

    @api.onchange("vat")
    def _onchange_l10n_mx_co_edi_vat(self):
        if self.vat and self.l10n_mx_co_edi_show and self.country_code in (False, "MX"):
            number = rfc.normalise(self.vat)
            if rfc.is_well_formed(number) or self.country_code == "MX":
                self.vat = number

    @api.onchange("l10n_mx_co_edi_fiscal_name")
    def _onchange_l10n_mx_co_edi_fiscal_name(self):
        if self.l10n_mx_co_edi_fiscal_name:
            self.l10n_mx_co_edi_fiscal_name = " ".join(self.l10n_mx_co_edi_fiscal_name.split()).upper()

    @api.onchange("l10n_mx_co_edi_fiscal_postal_code")
    def _onchange_l10n_mx_co_edi_fiscal_postal_code(self):
        if self.l10n_mx_co_edi_fiscal_postal_code:
            self.l10n_mx_co_edi_fiscal_postal_code = self.l10n_mx_co_edi_fiscal_postal_code.strip()

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def format_vat_mx(self, vat):
        """Called by Odoo's tax number check for Mexican contacts before the number is stored."""
        return rfc.normalise(vat)

    @api.model
    def _commercial_fields(self):
        # EXTENDS account
        return super()._commercial_fields() + COMMERCIAL_FIELDS

    def _l10n_mx_co_edi_legal_name(self):
        """Return the name as SAT registered it: the fiscal name, else the contact's name, in capitals."""
        partner = self.commercial_partner_id
        return " ".join((partner.l10n_mx_co_edi_fiscal_name or partner.name or "").split()).upper()

    def _l10n_mx_co_edi_postal_code(self):
        """Return the postal code of the tax domicile: the fiscal one, else that of the address."""
        partner = self.commercial_partner_id
        return (partner.l10n_mx_co_edi_fiscal_postal_code or partner.zip or "").strip()

    def _l10n_mx_co_edi_shows_ieps(self):
        """Tell whether a CFDI for this customer has IEPS as a tax of its own (LIEPS 19 II; RMF 2.7.1.21)."""
        partner = self.commercial_partner_id
        is_public = rfc.normalise(partner.vat or "") == rfc.GENERIC_NATIONAL
        return partner.l10n_mx_co_edi_ieps_breakdown or (
            is_public and partner._l10n_mx_co_edi_legal_name() == PUBLIC_NAME)
