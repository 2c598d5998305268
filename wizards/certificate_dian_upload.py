from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.findings import blocking
from ..models.finding_texts import alerts
from .certificate_upload import _bytes_of, _naive

SECRET_FIELDS = ("file", "password")


class CertificateDianUpload(models.TransientModel):
    """Takes a Colombian company's certificate (.p12 and password) and says at once whether it can be used.

    The file and the password never reach this model's table: their fields have no column, the verdict is made from
    what the form sends, and `create` hands them to the vault and forgets them.
    """
    _name = "l10n_mx_co_edi.certificate.dian.upload"
    _description = "Upload of a Certificate for DIAN"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company)
    company_tax_id = fields.Char("NIT of the Company", related="company_id.vat")
    file = fields.Binary(
        "Certificate (.p12)", store=False, attachment=False,
        help="The file that ends in .p12 or .pfx. It holds the private key, which is stored encrypted and never shown "
             "again.")
    file_name = fields.Char("Name of the File", store=False)
    password = fields.Char(
        "Password", store=False,
        help="The password that came with the certificate. It is used once and not kept.")
    certificate_id = fields.Many2one("l10n_mx_co_edi.certificate", readonly=True)

    holder_name = fields.Char("Holder", store=False, readonly=True)
    tax_id = fields.Char("Numbers in It", store=False, readonly=True)
    issuer = fields.Char("Issued By", store=False, readonly=True)
    not_before = fields.Datetime("Valid From", store=False, readonly=True)
    not_after = fields.Datetime("Valid Until", store=False, readonly=True)
    verdict = fields.Json("Verdict", store=False, readonly=True)
    is_usable = fields.Boolean("Usable", store=False, readonly=True)

    @api.onchange(*SECRET_FIELDS)
    def _onchange_file(self):
        data = _bytes_of(self.file)
        # a wrong password is only worth telling once somebody typed one
        if not data or not self.password:
            self.update({
                "holder_name": False, "tax_id": False, "issuer": False, "not_before": False, "not_after": False,
                "verdict": False, "is_usable": False})
            return
        report = self.env["l10n_mx_co_edi.certificate"]._inspect_p12(self.company_id, data, self.password)
        self.update({
            "holder_name": report.holder_name,
            "tax_id": ", ".join(sorted(report.numbers)),
            "issuer": report.issuer,
            "not_before": _naive(report.not_before),
            "not_after": _naive(report.not_after),
            "verdict": alerts(self.env, report.findings),
            "is_usable": not blocking(report.findings),
        })

    @api.model_create_multi
    def create(self, vals_list):
        """Import the certificate and keep nothing of the file but the certificate's id.

        :raise UserError: something is missing, or the certificate cannot be used
        """
        uploads = []
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            uploads.append({
                "company_id": company.id,
                "certificate_id": self._import(
                    company, vals["file"], vals.get("password")).id if vals.get("file") else False})
        return super().create(uploads)

    def _import(self, company, file, password):
        if company not in self.env.companies:
            raise AccessError(_(
                "Switch to the company %(company)s to upload its certificate.", company=company.sudo().name))
        return self.env["l10n_mx_co_edi.certificate"]._import_p12(company, _bytes_of(file), password)

    def action_save(self):
        """Close the dialog; the certificate was imported when the form was saved."""
        self.ensure_one()
        if not self.certificate_id:
            raise UserError(_("Choose the certificate (.p12) and type its password."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": _("The certificate of %(holder)s is ready to sign documents.",
                             holder=self.certificate_id.holder_name),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
