"""Documents that Facturatech builds from its own layout: the map, its preview, and what becomes of what was sent."""
import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..core.dian import layout
from ..tests_process import layout_samples as samples
from ..tests_process.dian_samples import RANGE
from .common_providers import ProviderSending


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianFacturatech(ProviderSending):
    service = "facturatech"

    @classmethod
    def _complete_company(cls):
        super()._complete_company()
        cls.company._l10n_mx_co_edi_store_provider_access(
            "facturatech", username=samples.USER, password=samples.PASSWORD)
        # neither software nor PIN: the provider writes its own
        cls.take_software(False, "")

    @classmethod
    def take_software(cls, software, pin):
        cls.company.l10n_mx_co_edi_dian_software = software
        secrets = cls.admin_env["l10n_mx_co_edi.secret"]
        if pin:
            secrets._store(cls.company, "dian_software_pin", pin)
        else:
            secrets._find(cls.company, "dian_software_pin").unlink()

    @classmethod
    def _at_dian(cls):
        super(ProviderSending, cls)._at_dian()
        samples.open_facturatech(cls.sandbox)

    # ------------------------------------------------------------------
    # Sent
    # ------------------------------------------------------------------

    def test_an_invoice_goes_as_layout_and_comes_back_signed(self):
        move = self.an_invoice(price=1234.5, quantity=3)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error or document.last_message)
        self.assertTrue(document._signed_bytes().startswith(b"<?xml"))
        self.assertIn(b"<FACTURA>", document._signed_bytes())
        self.assertIn(b"SignatureValue", document._stamped_bytes())
        [row] = self.validated()
        self.assertEqual((row["pac"], row["uuid"]), ("facturatech", document.uuid))
        self.assertTrue(document.track_id)

    def test_processing_is_followed_by_its_transaction(self):
        move = self.an_invoice()
        self.sandbox.script({"in_progress": True}, operation="documentStatusFile", times=2)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("awaiting", "CO-PT-06"))
        self.assertTrue(document.track_id)
        with self.assertRaises(UserError):
            move.button_draft()
        for _times in range(3):
            document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.calls_to("uploadInvoiceFile")), 1)

    def test_a_lost_answer_is_looked_up_by_the_number(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="uploadInvoiceFile", times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.track_id), ("in_doubt", False))
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.calls_to("uploadInvoiceFile")), 1)

    def test_a_refused_number_that_the_look_up_refuses_too_goes_again_once_it_is_corrected(self):
        move = self.an_invoice()
        self.sandbox.script(
            {"refuse": {"code": "409", "message": "Falta el correo."}}, operation="uploadInvoiceFile", times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("rejected", "CO-PT-12"), document.last_error)
        self.assertIn("Falta el correo.", document.last_error)
        self.sandbox.script(
            {"refuse": {"code": "409", "message": "Documento rechazado."}}, operation="downloadXMLFile", times=1)
        move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(self.outcomes(document)[1], "downloadXMLFile refused")
        self.assertEqual(len(self.validated()), 1)

    def test_without_a_container_the_signed_xml_goes_to_the_buyer(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertFalse(document._has_container())
        self.assertTrue(move.l10n_mx_co_edi_dian_without_container)
        name, content = document._buyer_file()
        self.assertEqual((name, content), (f"{move.name}.xml", document._stamped_bytes()))
        name, package = document._package({"print.pdf": b"%PDF-1.7"})
        self.assertEqual(name, f"{move.name}.zip")
        self.assertIn(f"{move.name}.xml".encode(), package)

    def test_a_support_document_goes_as_xml_whatever_form_the_invoices_have(self):
        self.company.l10n_mx_co_edi_layout_form = "text"
        bill = self.a_support_document(samples.SOFTWARE)
        document = bill._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual((document.state, document.kind), ("valid", "co_dian_05"), document.last_error)
        self.assertIn(b"<DOCUMENTO_SOPORTE>", document._signed_bytes())
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertTrue(document._signed_bytes().startswith(b"[FACTURA]"))

    def test_the_other_kinds_go_the_same_way_and_sales_as_text(self):
        self.company.l10n_mx_co_edi_layout_form = "text"
        sent = [document._signed_bytes()[:20] for document in self.the_other_kinds(samples.SOFTWARE)]
        self.assertEqual([data.startswith(b"<") for data in sent], [False, True, True])
        self.assertTrue(sent[0].startswith(b"[NOTA]"), sent[0])

    def test_an_altered_file_is_not_adopted_and_nothing_is_sent_twice(self):
        move = self.an_invoice()
        self.sandbox.script({"altered_file": True}, operation="downloadXMLFile", times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-PT-15"), document.last_error)
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.calls_to("uploadInvoiceFile")), 1)

    def test_a_wrong_password_waits_for_a_person(self):
        self.company._l10n_mx_co_edi_store_provider_access("facturatech", password="otra")
        document = self.an_invoice()._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "CO-PT-05"), document.last_error)

    def test_a_range_without_key_is_enough(self):
        numbering = self.admin_env["l10n_mx_co_edi.numbering.range"].search([("company_id", "=", self.company.id)])
        self.admin_env["l10n_mx_co_edi.secret"]._find(
            self.company, "technical_key", numbering._name, numbering.id).unlink()
        numbering.invalidate_recordset()
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)

    def test_what_is_missing_is_said_before_a_number_is_taken(self):
        self.admin_env["l10n_mx_co_edi.secret"]._find(self.company, "facturatech_username").unlink()
        with self.assertRaisesRegex(UserError, "CO-PT-02"):
            self.a_draft().action_post()

    def test_only_the_hash_of_the_password_is_kept(self):
        secrets = self.admin_env["l10n_mx_co_edi.secret"]
        kept = secrets._reveal_text(self.company, "facturatech_password_hash")
        self.assertRegex(kept, r"^[0-9a-f]{64}$")
        self.assertNotIn(samples.PASSWORD, kept)

    # ------------------------------------------------------------------
    # Layout
    # ------------------------------------------------------------------

    def _lines(self):
        action = self.admin_env["l10n_mx_co_edi.layout.line"].with_company(self.company).action_open_layout()
        return self.admin_env["l10n_mx_co_edi.layout.line"].search(action["domain"])

    def _preview(self, move):
        action = move.action_l10n_mx_co_edi_dian_preview_layout()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_the_preview_of_a_draft_shows_both_forms_and_the_number_it_would_get(self):
        draft = self.a_draft()
        preview = self._preview(draft)
        number = f"{RANGE['prefix']}{RANGE['first']}"
        self.assertIn(f"<ENC_6>{number}</ENC_6>", preview.xml)
        self.assertIn(f"ENC_6:{number};", preview.text)
        self.assertNotIn("\n", preview.text)
        self.assertEqual(base64.b64decode(preview.xml_file).decode().replace("><", ">\n<"), preview.xml)
        self.assertFalse(draft.name and draft.name != "/", "nothing is taken")

    def test_a_changed_field_is_in_the_next_layout_until_the_map_is_restored(self):
        lines = self._lines()
        self.assertEqual(len(lines), len(layout.default_fields()))
        self.assertFalse(any(lines.mapped("is_changed")))
        line = lines.filtered(lambda row: row.name == "ENC_5")
        line.constant = "DIAN 2.2"
        self.assertTrue(line.is_changed)
        draft = self.a_draft()
        self.assertIn("<ENC_5>DIAN 2.2</ENC_5>", self._preview(draft).xml)
        self.admin_env["l10n_mx_co_edi.layout.line"].with_company(self.company).action_reset()
        self.assertIn("<ENC_5>DIAN 2.1</ENC_5>", self._preview(draft).xml)

    def test_a_map_that_cannot_work_is_refused(self):
        line = self._lines()[:1]
        for values in ({"group": "enc"}, {"kinds": "77"}, {"position": 2}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                line.write(values)

    def test_a_clerk_sees_the_preview_and_changes_nothing(self):
        line = self._lines()[:1]
        self.assertTrue(self._preview(self.a_draft()).xml)
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).constant = "x"
        with self.assertRaises(UserError):
            self.env["l10n_mx_co_edi.layout.line"].action_reset()
