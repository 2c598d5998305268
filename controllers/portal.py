"""What customers see of invoices: never one of a test environment, and the XML of the others beside the print."""
from odoo import _, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PortalCfdi(CustomerPortal):

    def _document_check_access(self, model_name, document_id, access_token=None):
        # EXTENDS portal: a link with a token opens what record rules would hide
        document = super()._document_check_access(model_name, document_id, access_token=access_token)
        if model_name == "account.move" and request.env.user.share and document._l10n_mx_co_edi_is_trial():
            raise AccessError(_("This invoice is not available."))
        return document

    @http.route("/my/invoices/<int:invoice_id>/cfdi", type="http", auth="public", website=True)
    def portal_my_invoice_cfdi(self, invoice_id, access_token=None):
        """Send the legal XML of an invoice: the stamped CFDI; of a Colombian document its container."""
        try:
            invoice = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        document = invoice._l10n_mx_co_edi_printable_document()
        if not document:
            raise request.not_found()
        name, content = document._buyer_file()
        return request.make_response(content, headers=[
            ("Content-Type", "application/xml"),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
        ])
