"""Mail: print and XML with their legal names and types, and no test document to anybody but the test address."""
from odoo.tests import tagged
from odoo.tools import email_normalize

from odoo.addons.mail.tests.common import MockEmail

from .common import MxCoEdiCommon

TEST_ADDRESS = "pruebas@example.invalid"
CUSTOMER_ADDRESS = "cliente@example.invalid"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMail(MockEmail, MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().l10n_mx_co_edi_test_email = TEST_ADDRESS

    def mailed(self, move, **values):
        """Send the invoice by mail as a person does; return the mails that left."""
        wizard = self.send_wizard(move, sending_methods=["email"], **values)
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
            self.env.flush_all()
        return self._mails

    def addresses(self, mails):
        return {email_normalize(address) for mail in mails for address in mail["email_to"]}

    def in_production(self, move):
        """Let the stamp of the invoice be one of production."""
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        move.l10n_mx_co_edi_document_ids.sudo().environment = "production"
        self.env.flush_all()
        move.invalidate_recordset()
        return move

    def test_print_and_xml_are_attached_as_what_they_are(self):
        move = self.an_invoice()
        [mail] = self.mailed(move)
        document = move.l10n_mx_co_edi_document_id.sudo()
        stem = f"EKU9003173C9_{document.serie}_{document.folio}_{document.uuid}"
        attachments = {name: (content, mimetype) for name, content, mimetype in mail["attachments"]}
        self.assertEqual(set(attachments), {f"{stem}.pdf", f"{stem}.xml"})
        self.assertEqual(attachments[f"{stem}.pdf"][1], "application/pdf")
        self.assertEqual(attachments[f"{stem}.xml"], (document._stamped_bytes(), "application/xml"))

    def test_the_invoice_keeps_its_files_after_the_mail(self):
        move = self.an_invoice()
        self.mailed(move)
        files = self.env["account.move.send"]._get_invoice_extra_attachments(move)
        self.assertEqual(sorted(files.mapped("mimetype")), ["application/pdf", "application/xml"])
        self.assertEqual(files.mapped("res_model"), ["account.move"] * 2)
        message = move.message_ids.filtered("attachment_ids")
        self.assertEqual(len(message.attachment_ids), 2)
        self.assertFalse(message.attachment_ids & files)

    def test_the_wizard_announces_what_it_will_attach(self):
        move = self.an_invoice()
        before = self.send_wizard(move, sending_methods=["email"]).mail_attachments_widget
        self.assertEqual(
            [(entry["mimetype"], entry["placeholder"]) for entry in before],
            [("application/pdf", True), ("application/xml", True)])
        self.mailed(move)
        after = self.send_wizard(move, sending_methods=["email"]).mail_attachments_widget
        self.assertEqual(
            sorted((entry["mimetype"], entry["placeholder"]) for entry in after),
            [("application/pdf", False), ("application/xml", False)])
        self.assertTrue(all(move.l10n_mx_co_edi_uuid in entry["name"] for entry in after))

    def test_a_trial_goes_to_the_test_address_only(self):
        move = self.an_invoice()
        follower = self.admin_env["res.partner"].create({"name": "Seguidor", "email": "seguidor@example.invalid"})
        move.message_subscribe(partner_ids=(self.customer | follower).ids)
        self.assertEqual(self.addresses(self.mailed(move)), {TEST_ADDRESS})
        self.assertIn(self.customer, move.message_partner_ids)

    def test_a_trial_stays_here_without_a_test_address(self):
        self.company.sudo().l10n_mx_co_edi_test_email = False
        move = self.an_invoice()
        move.message_subscribe(partner_ids=self.customer.ids)
        self.assertFalse(self.mailed(move))
        self.assertTrue(move.invoice_pdf_report_id)

    def test_a_trial_that_waited_goes_to_the_test_address_only(self):
        move = self.an_invoice()
        move.message_subscribe(partner_ids=self.customer.ids)
        with self.provider_at("http://127.0.0.1:9"):
            self.assertFalse(self.mailed(move))
        document = move.l10n_mx_co_edi_document_id.sudo()
        document.next_attempt_at = False
        with self.mock_mail_gateway():
            self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
            self.env.flush_all()
        self.assertEqual(document.state, "valid")
        [mail] = self._mails
        self.assertEqual(self.addresses([mail]), {TEST_ADDRESS})
        types = sorted(mimetype for _name, _content, mimetype in mail["attachments"])
        self.assertEqual(types, ["application/pdf", "application/xml"])

    def test_subscribers_of_the_journal_get_no_trial(self):
        move = self.an_invoice()
        move.journal_id.sudo().incoming_einvoice_notification_email = "contador@example.invalid"
        self.assertEqual(self.addresses(self.mailed(move)), {TEST_ADDRESS})

    def test_a_production_document_goes_to_the_customer_and_subscribers(self):
        move = self.in_production(self.a_stamped_invoice())
        move.journal_id.sudo().incoming_einvoice_notification_email = "contador@example.invalid"
        mails = self.mailed(move)
        self.assertEqual(self.addresses(mails), {CUSTOMER_ADDRESS, "contador@example.invalid"})
        for mail in mails:
            self.assertEqual(len(mail["attachments"]), 2, mail["email_to"])
