import base64
import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import certificates, clock
from ..core.dian import certificate as dian_certificate
from ..core.findings import blocking
from .certificate import KEY_FIELD
from .finding_texts import describe

_logger = logging.getLogger(__name__)


class Certificate(models.Model):
    """The certificate that signs a Colombian company's documents and its calls to DIAN."""
    _inherit = "l10n_mx_co_edi.certificate"

    chain = fields.Binary(
        "Certificates Above", attachment=False, readonly=True,
        help="The certifier's certificates as they came in the file, the nearest first, one base64 line each.")

    @api.model
    def _inspect_p12(self, company, data, password):
        """Return the core's report on an uploaded PKCS#12 file of `company` as it is now; never raises for any bytes.
        """
        return dian_certificate.inspect(
            data, password, at=clock.utc_now(), nit=company.sudo()._l10n_mx_co_edi_nit())

    @api.model
    def _import_p12(self, company, data, password):
        """Register the certificate of `company` in a PKCS#12 file; the key goes to the vault.

        :return: the certificate
        :raise UserError: the inspector found something that makes it unusable, with every reason
        """
        report = self._inspect_p12(company, data, password)
        problems = blocking(report.findings)
        if problems:
            raise UserError("\n".join(describe(self.env, problem)["message"] for problem in problems))
        nit = company.sudo()._l10n_mx_co_edi_nit()
        fingerprint = hashlib.sha256(report.certificate).hexdigest()
        certificate = self.sudo().with_context(active_test=False).search(
            [("company_id", "=", company.id), ("fingerprint", "=", fingerprint)], limit=1)
        certificate = certificate or self.sudo().create({
            "company_id": company.id,
            "kind": "dian",
            "content": base64.b64encode(report.certificate),
            "holder_name": report.holder_name,
            "tax_id": nit if nit in report.numbers else ", ".join(sorted(report.numbers)),
            "serial_number": report.serial_number,
            "issuer": report.issuer,
            "not_before": report.not_before.replace(tzinfo=None),
            "not_after": report.not_after.replace(tzinfo=None),
            "fingerprint": fingerprint,
        })
        chain = b"\n".join(base64.b64encode(above) for above in report.chain)
        certificate.write({
            "active": True,
            "chain": base64.b64encode(chain) or False,  # an uninstallation leaves the certificate alone
            "secret_id": self.env["l10n_mx_co_edi.secret"]._store(
                company, KEY_FIELD, certificates.export_unencrypted_der(report.private_key),
                res_model=self._name, res_id=certificate.id).id,
        })
        _logger.info("DIAN certificate %s registered for company %s", certificate.serial_number, company.id)
        return certificate

    @api.model
    def _current_dian(self, company, at=None):
        """Return the certificate that signs for the Colombian `company` at the aware moment `at`, or nothing."""
        at = (at or clock.utc_now()).replace(tzinfo=None)
        owner = company._l10n_mx_co_edi_owner_of_dian_certificate()
        return self.sudo().search([
            ("company_id", "=", owner.id), ("kind", "=", "dian"), ("secret_id", "!=", False),
            ("not_before", "<=", at), ("not_after", ">", at)], order="not_before desc, id desc", limit=1)

    def _chain_der(self):
        """Return the certifier's certificates (DER), the nearest first."""
        self.ensure_one()
        return [base64.b64decode(line) for line in base64.b64decode(
            self.with_context(bin_size=False).chain or b"").splitlines()]
