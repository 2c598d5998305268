"""Send & Print of invoices that become electronic documents.

One rule decides everything here: an invoice that is not valid yet never leaves, neither as PDF nor by mail. The wish to
send it is kept on its document and carried out when it becomes valid.
"""
from odoo import SUPERUSER_ID, _, api, models
from odoo.exceptions import UserError

from .finding_texts import describe

CFDI_KEY = "mx_co_edi_cfdi"
DIAN_KEY = "mx_co_edi_dian"
# Settings of account.move.send that name records, by model: stored as ids while the wish waits.
RECORD_SETTINGS = {"pdf_report": "ir.actions.report", "mail_template": "mail.template"}
PLAIN_SETTINGS = (
    "sending_methods", "invoice_edi_format", "extra_edis", "author_user_id", "author_partner_id", "mail_lang",
    "mail_body", "mail_subject", "mail_partner_ids", "mail_attachments_widget")


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    # ------------------------------------------------------------------
    # What the wizard shows
    # ------------------------------------------------------------------

    @api.model
    def _get_all_extra_edis(self):
        # EXTENDS account
        return {
            **super()._get_all_extra_edis(),
            CFDI_KEY: {
                "label": _("CFDI (SAT)"),
                "is_applicable": lambda move: move._l10n_mx_co_edi_is_cfdi(),
                "help": _("Seal the invoice, have it stamped, and attach the XML."),
            },
            DIAN_KEY: {
                "label": _("DIAN"),
                "is_applicable": lambda move: move._l10n_mx_co_edi_is_dian(),
                "help": _("Sign the document, have DIAN validate it, and attach the XML."),
            },
        }

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS account
        ours = moves.filtered("l10n_mx_co_edi_applies")
        alerts = {**super()._get_alerts(moves, moves_data), **self._l10n_mx_co_edi_environment_alert(ours, moves_data)}
        if len(moves) == 1 and ours and not ours._l10n_mx_co_edi_is_valid():
            alerts.update(self._l10n_mx_co_edi_finding_alerts(ours))
        return alerts

    @api.model
    def _l10n_mx_co_edi_finding_alerts(self, move):
        """Return what the authority would refuse, each with the record where it is put right."""
        document = move.sudo().l10n_mx_co_edi_document_id
        if document.state in ("sending", "awaiting", "in_doubt"):
            return {"l10n_mx_co_edi_doubt": {"level": "warning", "message": document._state_sentence()}}
        texts = [describe(self.env, finding, move) for finding in move._l10n_mx_co_edi_findings()]
        return {
            f"l10n_mx_co_edi_{number}": {
                "level": text["level"], "message": text["message"],
                "action_text": text["action_text"], "action": text["action"]}
            for number, text in enumerate(texts)}

    @api.model
    def _l10n_mx_co_edi_environment_alert(self, moves, moves_data):
        """Say before anything is mailed that documents outside production go to the test address only."""
        mailed = moves.filtered(lambda move: "email" in moves_data[move]["sending_methods"])
        settings = mailed[:1].company_id._l10n_mx_co_edi_settings() if mailed else None
        if not settings or settings.l10n_mx_co_edi_environment == "production":
            return {}
        address = settings.l10n_mx_co_edi_test_email
        message = _(
            "This is a test without fiscal validity. It is mailed to %(address)s only, not to the customer.",
            address=address) if address else _(
            "This is a test without fiscal validity. It is not mailed, because no test address is set.")
        return {"l10n_mx_co_edi_environment": {"level": "info", "message": message}}

    def _get_placeholder_mail_attachments_data(self, move, invoice_edi_format=None, extra_edis=None, pdf_report=None):
        # EXTENDS account
        placeholders = super()._get_placeholder_mail_attachments_data(
            move, invoice_edi_format=invoice_edi_format, extra_edis=extra_edis, pdf_report=pdf_report)
        if not move.l10n_mx_co_edi_applies or self._l10n_mx_co_edi_xml(move):
            return placeholders
        name = f"{move.name.replace('/', '_')}.xml"
        return [*placeholders, {
            "id": f"placeholder_{name}", "name": name, "mimetype": "application/xml", "placeholder": True}]

    @api.model
    def _get_invoice_extra_attachments(self, move):
        # EXTENDS account
        return super()._get_invoice_extra_attachments(move) + self._l10n_mx_co_edi_xml(move)

    @api.model
    def _l10n_mx_co_edi_xml(self, move):
        """Return the copy of the legal XML that is attached to the invoice, empty while there is none."""
        document = move._l10n_mx_co_edi_printable_document()
        if not document:
            return self.env["ir.attachment"]
        return self.env["ir.attachment"].sudo().search([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "=", document.xml_name)], limit=1)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _generate_and_send_invoices(self, moves, from_cron=False, allow_raising=True, allow_fallback_pdf=False,
                                    **custom_settings):
        """Hold back what is not valid yet; the others leave as always, without a fallback PDF."""
        # EXTENDS account
        held = moves.filtered(lambda move: move.l10n_mx_co_edi_applies and not move._l10n_mx_co_edi_is_valid())
        if len(moves) == 1 and held:
            self._l10n_mx_co_edi_queue(held, from_cron, allow_raising, custom_settings)
        elif held:
            self._l10n_mx_co_edi_queue_all(held, from_cron, custom_settings)
        ours = (moves - held).filtered("l10n_mx_co_edi_applies")
        attachments = super()._generate_and_send_invoices(
            moves - held, from_cron=from_cron, allow_raising=allow_raising,
            allow_fallback_pdf=allow_fallback_pdf and not ours, **custom_settings)
        ours.sudo().l10n_mx_co_edi_document_id._delivered()
        return attachments

    @api.model
    def _l10n_mx_co_edi_queue(self, move, from_cron, allow_raising, custom_settings):
        """Put an invoice into the outbox with the wish to deliver it; a person is told why it cannot be sealed."""
        wish = self._l10n_mx_co_edi_wish(move, from_cron, custom_settings)
        try:
            with self.env.cr.savepoint():
                move._l10n_mx_co_edi_send(synchronously=False, delivery=wish)
        except UserError as error:
            if allow_raising and not from_cron:
                raise
            move._l10n_mx_co_edi_ask_person(move._l10n_mx_co_edi_unsealed_summary(), str(error))
        move.sudo().sending_data = False

    @api.model
    def _l10n_mx_co_edi_queue_all(self, moves, from_cron, custom_settings):
        """The same for several: one that cannot be sealed never holds up the others."""
        bulk = moves._l10n_mx_co_edi_queue_many(
            {move: self._l10n_mx_co_edi_wish(move, from_cron, custom_settings) for move in moves})
        for move, error in bulk.refused.items():
            move._l10n_mx_co_edi_ask_person(move._l10n_mx_co_edi_unsealed_summary(), str(error))
        moves.sudo().sending_data = False

    @api.model
    def _l10n_mx_co_edi_wish(self, move, from_cron, custom_settings):
        """Return the settings of this send as JSON: who wants it sent, how, to whom, with which words."""
        settings = self._get_default_sending_settings(move, from_cron=from_cron, **custom_settings)
        wish = {name: settings[name] for name in PLAIN_SETTINGS if name in settings}
        for name in ("sending_methods", "extra_edis"):
            wish[name] = sorted(wish.get(name) or [])
        # what Odoo would have attached is only known once the PDF exists; keep what a person added
        wish["mail_attachments_widget"] = [
            attachment for attachment in wish.get("mail_attachments_widget") or [] if not attachment.get("placeholder")]
        wish["mail_body"] = str(wish.get("mail_body") or "")
        for name in RECORD_SETTINGS:
            wish[name] = settings[name].id if settings.get(name) else False
        wish["user_id"] = settings.get("author_user_id") or self.env.uid
        return wish

    @api.model
    def _l10n_mx_co_edi_settings_of(self, wish):
        """Return the settings that `_l10n_mx_co_edi_wish` stored, as `_generate_and_send_invoices` takes them."""
        settings = {name: wish[name] for name in PLAIN_SETTINGS if name in wish}
        for name, model in RECORD_SETTINGS.items():
            if wish.get(name):
                settings[name] = self.env[model].browse(wish[name]).exists()
        return settings

    # ------------------------------------------------------------------
    # The PDF
    # ------------------------------------------------------------------

    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        # OVERRIDES account_edi_ubl_cii for our documents: it would embed a Factur-X, another country's tax document,
        # into the legal print of a CFDI. The hook of `account` itself is empty.
        if not invoice.l10n_mx_co_edi_applies:
            super()._hook_invoice_document_after_pdf_report_render(invoice, invoice_data)

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------

    @api.model
    def _get_mail_params(self, move, move_data):
        # EXTENDS account
        params = super()._get_mail_params(move, move_data)
        document = move.sudo().l10n_mx_co_edi_document_id
        if not params or not move.l10n_mx_co_edi_applies:
            return params
        params = self._l10n_mx_co_edi_with_xml(move, params)
        if document.environment == "production":
            return params
        partner = move.company_id._l10n_mx_co_edi_test_partner()
        return {**params, "partner_ids": partner.ids} if partner else {}

    @api.model
    def _l10n_mx_co_edi_with_xml(self, move, params):
        """Mail the XML as XML: of name and bytes Odoo would make plain text, unless an administrator sends it.

        It is a copy, because Odoo moves what it mails from the invoice to the message.
        """
        xml = self._l10n_mx_co_edi_xml(move)
        others = [attachment for attachment in params["attachments"] if attachment[0] != xml.name]
        if not xml or len(others) == len(params["attachments"]):
            return params
        copy = self.env["ir.attachment"].with_user(SUPERUSER_ID).create({
            "name": xml.name, "raw": xml.raw, "mimetype": "application/xml", "description": xml.description})
        return {**params, "attachments": others, "attachment_ids": copy.ids}

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        # EXTENDS account
        document = move.sudo().l10n_mx_co_edi_document_id
        if move.l10n_mx_co_edi_applies and document.environment != "production":
            # the customer follows the invoice and would be notified beside the recipients
            move = move.with_context(l10n_mx_co_edi_only_recipients=kwargs.get("partner_ids") or [])
        return super()._send_mail(move, mail_template, **kwargs)
