import base64
import binascii

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.findings import blocking
from ..models.finding_texts import alerts

SECRET_FIELDS = ("cer", "key", "password")


class CertificateUpload(models.TransientModel):
    """Takes a CSD (.cer, .key, password) and says at once, in plain words, whether it can be used.

    The key and the password never reach this model's table: their fields have no column, the verdict is made from
    what the form sends, and `create` hands them to the vault and forgets them. Only the certificate is kept.
    """
    _name = "l10n_mx_co_edi.certificate.upload"
    _description = "Upload of a Seal Certificate"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company)
    company_tax_id = fields.Char("RFC of the Company", related="company_id.vat")
    cer = fields.Binary(
        "Certificate (.cer)", store=False, attachment=False,
        help="The file that ends in .cer, of the Certificado de Sello Digital (CSD).")
    cer_name = fields.Char("Name of the Certificate File", store=False)
    key = fields.Binary(
        "Private Key (.key)", store=False, attachment=False,
        help="The file that ends in .key, of the same CSD. It is stored encrypted and never shown again.")
    key_name = fields.Char("Name of the Key File", store=False)
    password = fields.Char(
        "Password of the Key", store=False,
        help="The password that was chosen when the CSD was requested from SAT. It is used once and not kept.")
    certificate_id = fields.Many2one("l10n_mx_co_edi.certificate", readonly=True)

    holder_name = fields.Char("Holder", store=False, readonly=True)
    tax_id = fields.Char("RFC", store=False, readonly=True)
    serial_number = fields.Char("Certificate Number", store=False, readonly=True)
    not_before = fields.Datetime("Valid From", store=False, readonly=True)
    not_after = fields.Datetime("Valid Until", store=False, readonly=True)
    verdict = fields.Json("Verdict", store=False, readonly=True)
    is_usable = fields.Boolean("Usable", store=False, readonly=True)

    # ------------------------------------------------------------------
    # Verdict while typing
    # ------------------------------------------------------------------

    @api.onchange(*SECRET_FIELDS)
    def _onchange_files(self):
        cer = _bytes_of(self.cer)
        if not cer:
            self.update({
                "holder_name": False, "tax_id": False, "serial_number": False, "not_before": False,
                "not_after": False, "verdict": False, "is_usable": False})
            return
        key = _bytes_of(self.key)
        # a wrong password is only worth telling once somebody typed one
        pair = (key, self.password) if key and self.password else (None, None)
        report = self.env["l10n_mx_co_edi.certificate"]._inspect_csd(self.company_id, cer, *pair)
        self.update({
            "holder_name": report.holder_name,
            "tax_id": report.rfc,
            "serial_number": report.serial_number,
            "not_before": _naive(report.not_before),
            "not_after": _naive(report.not_after),
            "verdict": alerts(self.env, report.findings),
            "is_usable": bool(key and self.password) and not blocking(report.findings),
        })

    # ------------------------------------------------------------------
    # Saving
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Import the CSD and keep nothing of it but the certificate's id.

        :raise UserError: a file is missing, or the CSD cannot be used
        """
        uploads = []
        for vals in vals_list:
            secrets = {name: vals.get(name) for name in SECRET_FIELDS}
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            uploads.append({
                "company_id": company.id,
                "certificate_id": self._import(company, **secrets).id if secrets["cer"] else False})
        return super().create(uploads)

    def _import(self, company, cer, key, password):
        if company not in self.env.companies:
            raise AccessError(_("Switch to the company %(company)s to upload its CSD.", company=company.sudo().name))
        if not (key and password):
            raise UserError(_("Choose the private key (.key) and type its password."))
        return self.env["l10n_mx_co_edi.certificate"]._import_csd(
            company, _bytes_of(cer), _bytes_of(key), password)

    def action_save(self):
        """Close the dialog; the CSD was imported when the form was saved."""
        self.ensure_one()
        if not self.certificate_id:
            raise UserError(_("Choose the certificate (.cer), the private key (.key) and type its password."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": _("The certificate %(number)s is ready to seal invoices.",
                             number=self.certificate_id.serial_number),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _bytes_of(value):
    """Return the bytes of an uploaded file as the web client sends it, empty for anything that is none."""
    try:
        return base64.b64decode(value or b"", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _naive(moment):
    return moment and moment.replace(tzinfo=None)
