"""The files that the buyer of a Colombian document gets: which they are, what they are called, what they say."""
from odoo import _, models
from odoo.exceptions import UserError

from ..core.dian import container, identity, read
from ..core.xmlio.parse import OWN_LIMITS
from .account_move_print import SUPPORT_KINDS


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_mx_co_edi_is_packed(self):
        """Tell whether this invoice leaves as a ZIP with its container: an invoice or note of Colombia."""
        self.ensure_one()
        return self._l10n_mx_co_edi_is_dian() and self.is_sale_document()

    def _l10n_mx_co_edi_package(self, added=None):
        """Return name and bytes of the ZIP: the signed container, the print, and the files `added` by name.

        :raise UserError: it cannot be made, or is larger than may be mailed
        """
        self.ensure_one()
        document = self._l10n_mx_co_edi_printable_document()
        pdf = self._get_invoice_legal_documents("pdf", allow_fallback=True)
        return document._package({**(added or {}), pdf["filename"]: pdf["content"]})

    def _l10n_mx_co_edi_mail_subject(self):
        """Return the subject that the buyer's robot reads, empty while there is no valid document."""
        self.ensure_one()
        document = self._l10n_mx_co_edi_printable_document() if self._l10n_mx_co_edi_is_packed() else None
        if not document:
            return ""
        content = read.parse(document._stamped_bytes(), limits=OWN_LIMITS)
        issuer = identity.issuer(content)
        return container.mail_subject(
            identity.number_of(issuer), issuer.registration_name or "", content.id, content.type_code,
            issuer.names[0] if issuer.names else "")

    # ------------------------------------------------------------------
    # Support documents
    # ------------------------------------------------------------------

    def action_l10n_mx_co_edi_mail_vendor(self):
        """Mail the print of a support document to its vendor; outside production to the test address only.

        :raise UserError: DIAN has not validated it, or there is no address
        """
        self.ensure_one()
        self.check_access("write")
        document = self._l10n_mx_co_edi_printable_document()
        if not document or document.kind not in SUPPORT_KINDS:
            raise UserError(_(
                "DIAN has not validated %(name)s as a support document, so there is nothing to mail.", name=self.name))
        is_trial = document.environment != "production"
        partner = self.company_id._l10n_mx_co_edi_test_partner() if is_trial else self.partner_id
        if not partner.email:
            raise UserError(_(
                "Enter the test address first, under Settings > Invoicing > Electronic invoicing: outside production "
                "documents are mailed there only.") if is_trial else _(
                "%(name)s has no e-mail address. Enter it on the contact.", name=self.partner_id.display_name))
        pdf = self._get_invoice_legal_documents("pdf", allow_fallback=True)
        letter = self.with_context(lang=partner.lang or self.env.lang, l10n_mx_co_edi_only_recipients=partner.ids)
        letter.message_post(
            message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=partner.ids,
            subject=letter.env._(
                "%(company)s: support document %(number)s", company=self.company_id.name, number=document.name),
            body=letter.env._(
                "Please find attached the support document %(number)s of your sale to %(company)s, as DIAN has "
                "validated it.", number=document.name, company=self.company_id.name),
            attachments=[(pdf["filename"], pdf["content"])])
        return True
