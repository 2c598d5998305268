"""Mailing a Colombian invoice or note: one ZIP to the mailbox that the buyer registered (annex 1.9, 15.1)."""
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    # ------------------------------------------------------------------
    # What the wizard shows
    # ------------------------------------------------------------------

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        # EXTENDS account
        legal = self._l10n_mx_co_edi_reception_contact(move)
        return legal or super()._get_default_mail_partner_ids(move, mail_template, mail_lang)

    @api.model
    def _get_default_mail_subject(self, move, mail_template, mail_lang):
        # EXTENDS account
        subject = move._l10n_mx_co_edi_mail_subject()
        return subject or super()._get_default_mail_subject(move, mail_template, mail_lang)

    def _get_placeholder_mail_attachments_data(self, move, invoice_edi_format=None, extra_edis=None, pdf_report=None):
        # EXTENDS account
        placeholders = super()._get_placeholder_mail_attachments_data(
            move, invoice_edi_format=invoice_edi_format, extra_edis=extra_edis, pdf_report=pdf_report)
        if not move._l10n_mx_co_edi_is_packed():
            return placeholders
        name = f"{move.name.replace('/', '_')}.zip"
        return [{"id": f"placeholder_{name}", "name": name, "mimetype": "application/zip", "placeholder": True}]

    @api.model
    def _get_invoice_extra_attachments_data(self, move):
        # EXTENDS account: print and XML leave inside the ZIP only
        return [] if move._l10n_mx_co_edi_is_packed() else super()._get_invoice_extra_attachments_data(move)

    @api.model
    def _l10n_mx_co_edi_reception_contact(self, move):
        """Return the contact whose address is the buyer's registered mailbox, empty where there is none."""
        mailbox = move._l10n_mx_co_edi_is_packed() and move.commercial_partner_id.l10n_mx_co_edi_reception_mailbox
        if not mailbox:
            return self.env["res.partner"]
        # whoever sends need not be allowed to make contacts
        found = move.sudo()._partner_find_from_emails_single([mailbox], no_create=False)
        return self.env["res.partner"].browse(found.ids)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _generate_invoice_documents(self, invoices_data, allow_fallback_pdf=False):
        # EXTENDS account: what cannot be packed is told like any other error, and holds up no other invoice
        super()._generate_invoice_documents(invoices_data, allow_fallback_pdf=allow_fallback_pdf)
        for move, move_data in invoices_data.items():
            if move_data.get("error") or "email" not in move_data["sending_methods"]:
                continue
            if move._l10n_mx_co_edi_is_packed():
                try:
                    move._l10n_mx_co_edi_package(self._l10n_mx_co_edi_added_files(move_data))
                except UserError as error:
                    move_data["error"] = {"error_title": str(error)}

    @api.model
    def _l10n_mx_co_edi_added_files(self, move_data):
        """Return what a person or the template adds to the mail, by name; it goes into the ZIP."""
        ids = [entry["id"] for entry in move_data.get("mail_attachments_widget") or []
               if not entry.get("skip") and str(entry["id"]).isdigit()]
        attachments = self.env["ir.attachment"].browse([int(identity) for identity in ids]).exists()
        return {attachment.name: attachment.raw for attachment in attachments}

    @api.model
    def _get_mail_params(self, move, move_data):
        # EXTENDS account
        params = super()._get_mail_params(move, move_data)
        if not params or not move._l10n_mx_co_edi_is_packed():
            return params
        name, content = move._l10n_mx_co_edi_package(self._l10n_mx_co_edi_added_files(move_data))
        package = self.env["ir.attachment"].with_user(SUPERUSER_ID).create({
            "name": name, "raw": content, "mimetype": "application/zip"})
        params = {
            **params, "subject": move._l10n_mx_co_edi_mail_subject(), "attachments": [],
            "attachment_ids": package.ids}
        if not move._l10n_mx_co_edi_is_trial():
            legal = self._l10n_mx_co_edi_reception_contact(move)
            params["partner_ids"] = list(dict.fromkeys([*legal.ids, *params["partner_ids"]]))
        mailbox = move.company_id.partner_id.l10n_mx_co_edi_reception_mailbox
        return {**params, "reply_to": mailbox} if mailbox else params
