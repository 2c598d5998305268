"""What the buyer of a Colombian document gets by mail and in the portal: one ZIP with the signed container."""
import io
import random
import zipfile

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import email_normalize

from odoo.addons.mail.tests.common import MockEmail

from ..core.dian import container, read, xades
from ..tests_process.dian_samples import SELLER, SELLER_NAME
from .common_dian_sending import DianSending

TEST_ADDRESS = "pruebas@example.invalid"
MAILBOX = "recepcion@example.invalid"
BUYER_ADDRESS = "compras@example.invalid"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianMail(MockEmail, DianSending):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().l10n_mx_co_edi_test_email = TEST_ADDRESS
        cls.admin_env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:9")

    # ------------------------------------------------------------------
    # Tools
    # ------------------------------------------------------------------

    def send_wizard(self, move, **values):
        return self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=move.ids).create(values)

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
        """Let the answer to the invoice be one of production."""
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        move.l10n_mx_co_edi_document_ids.sudo().environment = "production"
        self.env.flush_all()
        move.invalidate_recordset()
        return move

    def unpacked(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    # ------------------------------------------------------------------
    # The container
    # ------------------------------------------------------------------

    def test_the_container_is_signed_once_and_holds_both_byte_by_byte(self):
        move = self.a_valid_invoice()
        document = move.l10n_mx_co_edi_document_id.sudo()
        name, content = document._container()
        self.assertRegex(name, rf"^ad0{SELLER}000{self.today.year % 100:02}[0-9A-F]{{8}}\.xml$")
        self.assertEqual(xades.verify(content), [])
        self.assertEqual(container.contents(content), (document._stamped_bytes(), document._answer_bytes()))
        self.assertEqual(document._container(), (name, content))
        copies = self.env["ir.attachment"].search([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "=", name)])
        self.assertEqual((copies.raw, copies.mimetype), (content, "application/xml"))
        self.assertNotEqual(document.sent_as[-12:], name[-12:], "each file has a number of its own")
        with self.assertRaises(UserError):
            document.write({"container_xml": False})

    def test_without_certificate_a_person_is_told_and_it_is_made_later(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_prepare()
        claimed = document._claim()
        claimed._run_claimed()
        self.certificate.sudo().active = False
        claimed._follow_up_moves()
        self.assertEqual((document.state, move.l10n_mx_co_edi_state), ("valid", "valid"))
        self.assertFalse(document.sudo().container_xml)
        self.assertIn("container", move.activity_ids.summary)
        self.assertEqual(document._buyer_file(), (document.xml_name, document._stamped_bytes()))
        self.certificate.sudo().active = True
        self.assertEqual(xades.verify(document._container()[1]), [])

    # ------------------------------------------------------------------
    # The mail
    # ------------------------------------------------------------------

    def test_one_zip_with_container_and_print_and_the_legal_subject(self):
        move = self.an_invoice()
        [mail] = self.mailed(move)
        document = move.l10n_mx_co_edi_document_id.sudo()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(mail["subject"], f"{SELLER};{SELLER_NAME};{move.name};01;{SELLER_NAME}")
        [(name, content, mimetype)] = mail["attachments"]
        inside, signed = document._container()
        self.assertEqual((name, mimetype), (f"z{inside[2:-4]}.zip", "application/zip"))
        files = self.unpacked(content)
        stem = document.sent_as.removesuffix(".xml")
        self.assertEqual(set(files), {inside, f"{stem}.pdf"})
        self.assertEqual(files[inside], signed)
        self.assertEqual(files[f"{stem}.pdf"], move.invoice_pdf_report_id.raw)
        self.assertEqual(self.addresses([mail]), {TEST_ADDRESS}, "outside production nothing leaves to the buyer")

    def test_the_wizard_announces_the_zip_and_the_subject(self):
        move = self.an_invoice()
        wizard = self.send_wizard(move, sending_methods=["email"])
        self.assertEqual(
            [(entry["mimetype"], entry["placeholder"]) for entry in wizard.mail_attachments_widget],
            [("application/zip", True)])
        move._l10n_mx_co_edi_send(synchronously=True)
        wizard = self.send_wizard(move, sending_methods=["email"])
        self.assertEqual(wizard.subject, f"{SELLER};{SELLER_NAME};{move.name};01;{SELLER_NAME}")
        self.assertEqual([entry["mimetype"] for entry in wizard.mail_attachments_widget], ["application/zip"])

    def test_it_goes_to_the_registered_mailbox_else_to_the_buyer(self):
        move, other = self.a_valid_invoice(), self.a_valid_invoice()
        self.in_production(move + other)
        self.assertEqual(self.addresses(self.mailed(move)), {BUYER_ADDRESS})
        self.customer.sudo().l10n_mx_co_edi_reception_mailbox = MAILBOX
        self.clerk.sudo().group_ids -= self.env.ref("base.group_partner_manager")
        self.company.partner_id.sudo().l10n_mx_co_edi_reception_mailbox = "mia@example.invalid"
        self.assertEqual(self.send_wizard(other, sending_methods=["email"]).mail_partner_ids.email, MAILBOX)
        [mail] = self.mailed(other)
        self.assertEqual(self.addresses([mail]), {MAILBOX})
        self.assertEqual(email_normalize(mail["reply_to"]), "mia@example.invalid")

    def test_a_mailbox_that_was_taken_out_gets_it_all_the_same(self):
        move = self.in_production(self.a_valid_invoice())
        self.customer.sudo().l10n_mx_co_edi_reception_mailbox = MAILBOX
        mails = self.mailed(move, mail_partner_ids=[(6, 0, self.customer.ids)])
        self.assertEqual(self.addresses(mails), {MAILBOX, BUYER_ADDRESS})

    def test_what_a_person_adds_is_in_the_zip(self):
        move = self.a_valid_invoice()
        added = self.env["ir.attachment"].create({"name": "orden.txt", "raw": b"orden 7"})
        wizard = self.send_wizard(move, sending_methods=["email"])
        wizard.mail_attachments_widget = [*wizard.mail_attachments_widget, {
            "id": added.id, "name": added.name, "mimetype": added.mimetype, "placeholder": False, "manual": True}]
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
            self.env.flush_all()
        [mail] = self._mails
        [(_name, content, _mimetype)] = mail["attachments"]
        self.assertEqual(self.unpacked(content)["orden.txt"], b"orden 7")

    def test_what_is_too_large_is_explained_and_not_mailed(self):
        move = self.a_valid_invoice()
        added = self.env["ir.attachment"].create({
            "name": "foto.bin", "raw": random.Random(1).randbytes(container.MAX_PACKAGE)})
        wizard = self.send_wizard(move, sending_methods=["email"])
        wizard.mail_attachments_widget = [*wizard.mail_attachments_widget, {
            "id": added.id, "name": added.name, "mimetype": added.mimetype, "placeholder": False, "manual": True}]
        with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "2 MB"):
            wizard.action_send_and_print()
        self.assertFalse(self._mails)

    def test_nothing_leaves_before_it_is_valid(self):
        move = self.an_invoice()
        with self.dian_at("http://127.0.0.1:9"):
            self.assertFalse(self.mailed(move))
        document = move.l10n_mx_co_edi_document_id.sudo()
        document.next_attempt_at = False
        with self.mock_mail_gateway():
            self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
            self.env.flush_all()
        self.assertEqual(document.state, "valid", document.last_error)
        [mail] = self._mails
        self.assertEqual(self.addresses([mail]), {TEST_ADDRESS})
        self.assertEqual([mimetype for _name, _content, mimetype in mail["attachments"]], ["application/zip"])

    # ------------------------------------------------------------------
    # Downloads
    # ------------------------------------------------------------------

    def test_the_download_holds_print_and_container(self):
        move = self.a_valid_invoice()
        document = move.l10n_mx_co_edi_document_id.sudo()
        pdf, xml = move.with_context(force_report_rendering=True)._get_invoice_legal_documents_all(allow_fallback=True)
        self.assertEqual(pdf["filename"], f"{document.sent_as.removesuffix('.xml')}.pdf")
        self.assertTrue(pdf["content"].startswith(b"%PDF"))
        self.assertEqual((xml["filename"], xml["content"]), document._container())
        content = read.parse(document._stamped_bytes())
        self.assertIn(content.uuid.encode(), xml["content"])

    # ------------------------------------------------------------------
    # Leaving and coming back
    # ------------------------------------------------------------------

    def test_answer_and_container_survive_an_uninstallation(self):
        move = self.a_valid_invoice()
        names = ["state", "uuid", "sent_as", "container_name", "stamped_xml", "answer_xml", "container_xml"]
        [before] = move.l10n_mx_co_edi_document_id.sudo().read(names)
        self.assertTrue(all(before.values()))
        archive = self.env(user=SUPERUSER_ID, su=True)["l10n_mx_co_edi.archive"]
        archive._leave()
        self.env.flush_all()
        for table in ("exchange", "document_source", "document"):
            self.env.cr.execute(f"DELETE FROM l10n_mx_co_edi_{table}")
        self.env.invalidate_all()
        [after] = archive._adopt().read(names)
        self.assertEqual({**after, "id": 0}, {**before, "id": 0})
