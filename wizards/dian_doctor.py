from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

VERDICTS = ("wrong", "look", "good")


class DianDoctor(models.TransientModel):
    """The report of the certificate doctor: on the screen, and as a PDF for whoever helps. It has no secret in it."""
    _name = "l10n_mx_co_edi.dian.doctor"
    _description = "Check of Everything for DIAN"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    environment = fields.Char(readonly=True)
    checked_at = fields.Datetime("Checked On", readonly=True)
    lines = fields.Json(readonly=True)
    verdict = fields.Selection(
        [("wrong", "Something Is Wrong"), ("look", "Worth a Look"), ("good", "Everything Is Right")],
        compute="_compute_verdict")
    report = fields.Html(compute="_compute_report", sanitize=False)

    @api.depends("lines")
    def _compute_verdict(self):
        for check in self:
            found = {line["verdict"] for line in check.lines or ()}
            check.verdict = next((verdict for verdict in VERDICTS if verdict in found), "good")

    @api.depends("lines")
    @api.depends_context("lang")
    def _compute_report(self):
        for check in self:
            check.report = self.env["ir.qweb"]._render("l10n_mx_co_edi.dian_doctor_lines", {"check": check})

    # ------------------------------------------------------------------
    # For the template
    # ------------------------------------------------------------------

    def _by_topic(self):
        """Return [(name of the topic, its lines)], in the order of the report."""
        self.ensure_one()
        names = {
            "company": _("Company"), "certificate": _("Certificate"), "signature": _("Signature"),
            "software": _("Software"), "line": _("Connection"), "clock": _("Clock"), "numbering": _("Numbering"),
            "test_set": _("Test Set"), "server": _("Server")}
        topics = {}
        for line in self.lines or ():
            topics.setdefault(names[line["topic"]], []).append(line)
        return list(topics.items())

    def _verdict_names(self):
        return {"good": _("Good"), "look": _("Look"), "wrong": _("Wrong")}

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    @api.model
    def _check(self, company):
        """Check everything of `company` and return the report.

        :raise UserError: not a Colombian company, or the user may not
        """
        if not self.env.user.has_group("l10n_mx_co_edi.group_officer"):
            raise UserError(_("Only officers of electronic invoicing may check everything."))
        if company not in self.env.companies:
            raise AccessError(_("Switch to the company %(company)s to check it.", company=company.sudo().name))
        if company.account_fiscal_country_id.code != "CO":
            raise UserError(_("This check is for Colombian companies."))
        return self.create({"company_id": company.id, **self._looked_at(company)})

    @api.model
    def _looked_at(self, company):
        lines = company.sudo()._l10n_mx_co_edi_check_everything()
        settings = company.sudo()._l10n_mx_co_edi_settings()
        labels = dict(settings._fields["l10n_mx_co_edi_environment"]._description_selection(self.env))
        return {
            "lines": lines, "checked_at": fields.Datetime.now(),
            "environment": labels.get(settings.l10n_mx_co_edi_environment, "")}

    def action_again(self):
        """Check once more and show the report in place of the old one."""
        self.ensure_one()
        return self._check(self.company_id)._open()

    def action_print(self):
        """Return the report as a PDF."""
        return self.env.ref("l10n_mx_co_edi.action_report_dian_doctor").report_action(self)

    def _open(self):
        return {
            "type": "ir.actions.act_window", "name": _("Check Everything"), "res_model": self._name,
            "res_id": self.id, "views": [(False, "form")], "target": "new"}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_l10n_mx_co_edi_check_everything(self):
        """Check everything that the company needs to send to DIAN."""
        return self.env["l10n_mx_co_edi.dian.doctor"]._check(self.company_id)._open()


class TestSet(models.Model):
    _inherit = "l10n_mx_co_edi.test.set"

    def action_check_everything(self):
        """Check everything that the company of this set needs to send to DIAN."""
        self.ensure_one()
        return self.env["l10n_mx_co_edi.dian.doctor"]._check(self.company_id)._open()
