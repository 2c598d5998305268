"""Step 1 of the assistant: the company's data as in its RUT, corrected right there, and the RUT itself."""
from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..core.dian import evidence
from ..core.findings import Finding, Severity
from . import partner_findings_dian
from .finding_texts import alerts
from .numbering_range import colombian_today
from .pdf_evidence import checked, text_of


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_mx_co_edi_rut_pdf = fields.Binary("RUT (PDF)", attachment=True, groups="l10n_mx_co_edi.group_officer")
    l10n_mx_co_edi_rut_filename = fields.Char("File of the RUT", groups="l10n_mx_co_edi.group_officer")
    l10n_mx_co_edi_rut_nit = fields.Char("NIT in the RUT", readonly=True, groups="l10n_mx_co_edi.group_officer")
    l10n_mx_co_edi_rut_date = fields.Date("RUT Attached On", readonly=True, groups="l10n_mx_co_edi.group_officer")


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    partner_id = fields.Many2one(
        "res.partner", "Company's Contact", compute="_compute_partner_id", search="_search_partner_id",
        compute_sudo=True)
    company_findings = fields.Json("Review of the Company", compute="_compute_company_findings")

    # as in the RUT; of the company's contact
    vat = fields.Char(related="partner_id.vat", readonly=False, string="NIT")
    person = fields.Selection(related="partner_id.l10n_mx_co_edi_dian_person", readonly=False)
    regime = fields.Selection(related="partner_id.l10n_mx_co_edi_dian_regime", readonly=False)
    tribute = fields.Selection(related="partner_id.l10n_mx_co_edi_dian_tribute", readonly=False)
    is_o13 = fields.Boolean(related="partner_id.l10n_mx_co_edi_dian_o13", readonly=False)
    is_o15 = fields.Boolean(related="partner_id.l10n_mx_co_edi_dian_o15", readonly=False)
    is_o23 = fields.Boolean(related="partner_id.l10n_mx_co_edi_dian_o23", readonly=False)
    is_o47 = fields.Boolean(related="partner_id.l10n_mx_co_edi_dian_o47", readonly=False)
    trade_name = fields.Char(related="partner_id.l10n_mx_co_edi_trade_name", readonly=False)
    ciiu = fields.Char(related="partner_id.l10n_mx_co_edi_ciiu", readonly=False)
    matricula = fields.Char(related="partner_id.l10n_mx_co_edi_matricula", readonly=False)
    street = fields.Char(related="partner_id.street", readonly=False, string="Street of the Company")
    city = fields.Char(related="partner_id.city", readonly=False, string="City of the Company")
    state_id = fields.Many2one(
        related="partner_id.state_id", readonly=False, string="Department", domain=[("country_id.code", "=", "CO")])
    municipality = fields.Char(related="partner_id.l10n_mx_co_edi_municipality", readonly=False)
    municipality_name = fields.Char(related="partner_id.l10n_mx_co_edi_municipality_name")
    mailbox = fields.Char(
        related="partner_id.l10n_mx_co_edi_reception_mailbox", readonly=False,
        help="The e-mail that vendors send their electronic invoices to. It is registered in DIAN's portal. Empty "
             "means the company's e-mail.")

    has_certificate = fields.Boolean("Certificate", compute="_compute_has_certificate")

    rut_pdf = fields.Binary("RUT", compute="_compute_rut", inverse="_inverse_rut", help="The company's RUT as a PDF.")
    rut_filename = fields.Char("File", compute="_compute_rut", inverse="_inverse_rut_filename")
    rut_date = fields.Date("Attached On", compute="_compute_rut")
    rut_note = fields.Char("NIT in It", compute="_compute_rut")
    is_rut_of_another = fields.Boolean("RUT of Another Taxpayer", compute="_compute_rut")

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_partner_id(self):
        for test_set in self:
            company = test_set.company_id
            test_set.partner_id = company._l10n_mx_co_edi_issuer().partner_id if company else False

    @api.model
    def _search_partner_id(self, operator, value):
        """Whose company, or one above it, has this contact; Odoo asks when a contact changes."""
        companies = self.env["res.company"].sudo().search([("partner_id", operator, value)])
        return [("company_id", "child_of", companies.ids)]

    @api.depends("company_id")
    def _compute_has_certificate(self):
        for test_set in self:
            test_set.has_certificate = bool(test_set.company_id.sudo().l10n_mx_co_edi_dian_certificate_id)

    @api.depends(
        "company_id", "vat", "person", "regime", "tribute", "trade_name", "ciiu", "matricula", "street", "city",
        "state_id", "municipality", "mailbox")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_company_findings(self):
        for test_set in self:
            test_set.company_findings = alerts(self.env, test_set._company_findings(), test_set)

    def _company_findings(self):
        """Return what is to be corrected or chosen; each finding names the contact, so that a link leads there."""
        partner = self.partner_id
        if not partner:
            return []
        return [
            Finding(finding.code, finding.severity, finding.where,
                    {**finding.params, "partner_id": partner._origin.id})
            for finding in partner_findings_dian.check(partner)]

    def _lacking_company(self):
        # EXTENDS: the company's data and its RUT
        # advice (a missing CIIU) keeps nobody: DIAN takes documents without it
        count = sum(finding.severity is not Severity.INFO for finding in self._company_findings())
        return [
            *([_("corrections of the company's data: %(count)s", count=count)] if count else []),
            *([] if self.rut_filename else [_("the RUT as a PDF")]),
            *([_("the RUT of this company; the one attached is another's")] if self.is_rut_of_another else [])]

    def action_upload_certificate(self):
        """Open the upload of the certificate that signs for this company."""
        self.ensure_one()
        settings = self.env["res.config.settings"].with_company(self.company_id).create({})
        return settings.action_l10n_mx_co_edi_upload_p12()

    # ------------------------------------------------------------------
    # RUT
    # ------------------------------------------------------------------

    @api.depends("vat", *(f"company_id.l10n_mx_co_edi_rut_{name}" for name in ("pdf", "filename", "nit", "date")))
    @api.depends_context("lang", "bin_size")
    def _compute_rut(self):
        for test_set in self:
            company = test_set.company_id.sudo()
            nit, own = company.l10n_mx_co_edi_rut_nit, company and company._l10n_mx_co_edi_nit()
            test_set.rut_pdf = company.l10n_mx_co_edi_rut_pdf
            test_set.rut_filename = company.l10n_mx_co_edi_rut_filename
            test_set.rut_date = company.l10n_mx_co_edi_rut_date
            test_set.is_rut_of_another = bool(nit and own and nit != own)
            test_set.rut_note = test_set._rut_note(nit, own) if test_set.rut_filename else False

    def _rut_note(self, nit, own):
        if not nit:
            return _("The NIT in the file could not be read; see that it is this company's RUT.")
        if nit == own:
            return _("It names the company's NIT %(nit)s.", nit=nit)
        return _(
            "It names the NIT %(nit)s, but the company's is %(own)s. Attach the right RUT, or correct the NIT.",
            nit=nit, own=own or "?")

    @api.onchange("rut_pdf")
    def _onchange_rut_pdf(self):
        """Refuse a wrong file as soon as it is chosen."""
        company = self.company_id.sudo()
        if not self.rut_pdf or self.rut_pdf == company.l10n_mx_co_edi_rut_pdf:
            return None
        try:
            checked(self.env, self.rut_pdf, _("the RUT"))
        except ValidationError as error:
            self.rut_pdf, self.rut_filename = company.l10n_mx_co_edi_rut_pdf, company.l10n_mx_co_edi_rut_filename
            return {"warning": {"title": _("This file is not taken"), "message": str(error)}}
        return None

    def _inverse_rut(self):
        for test_set in self:
            test_set._check_role(administrator=True)
            company = test_set.company_id.sudo()
            if not test_set.rut_pdf:
                company.write({f"l10n_mx_co_edi_rut_{name}": False for name in ("pdf", "filename", "nit", "date")})
                test_set._message_log(body=_("The RUT was taken away."))
            else:
                test_set._keep_rut(company, checked(self.env, test_set.rut_pdf, _("the RUT")))

        # while they are written Odoo keeps them as they were typed
        self.invalidate_recordset([
            "rut_pdf", "rut_filename", "rut_date", "rut_note", "is_rut_of_another", "step", "steps", "steps_done"])

    def _keep_rut(self, company, content):
        name = self.rut_filename or "RUT.pdf"
        company.write({
            "l10n_mx_co_edi_rut_pdf": self.rut_pdf, "l10n_mx_co_edi_rut_filename": name,
            "l10n_mx_co_edi_rut_nit": evidence.nit_in(text_of(content), company._l10n_mx_co_edi_nit()) or False,
            "l10n_mx_co_edi_rut_date": colombian_today(self.env)})
        self._message_log(body=_("The RUT was attached: %(name)s", name=name))

    def _inverse_rut_filename(self):
        for test_set in self.filtered("rut_filename"):
            company = test_set.company_id.sudo()
            if company.l10n_mx_co_edi_rut_date:  # else it comes with its file
                company.l10n_mx_co_edi_rut_filename = test_set.rut_filename


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_l10n_mx_co_edi_get_ready(self):
        """Open the assistant of the company."""
        self.ensure_one()
        return self.env["l10n_mx_co_edi.test.set"].with_company(self.company_id).action_get_ready()
