"""A test set through a technology provider, for the class of `test_dian_test_set`: the same states and care."""
import base64
from datetime import timedelta

from lxml import etree

from odoo.exceptions import UserError
from odoo.tools.safe_eval import safe_eval

from ..tests_process import layout_samples, provider_samples
from .dian_test_set_cases import SET


class ThroughAProvider:

    def by_cadena(self, needed=99, **values):
        """Let the set of this test go through CADENA, which the sandbox's DIAN knows with its software."""
        provider_samples.open_cadena(self.sandbox)
        self._set_at_dian(SET, needed=needed, software=provider_samples.CADENA_SOFTWARE)
        self.company.with_env(self.admin_env)._l10n_mx_co_edi_store_provider_access(
            "cadena", token=provider_samples.TOKEN)
        self.set_up.write({
            "service": "cadena", "software": provider_samples.CADENA_SOFTWARE, "pin": provider_samples.CADENA_PIN,
            **values})
        self.certificate.active = False  # the provider signs

    def by_facturatech(self, **values):
        layout_samples.open_facturatech(self.sandbox)
        self.company.with_env(self.admin_env)._l10n_mx_co_edi_store_provider_access(
            "facturatech", username=layout_samples.USER, password=layout_samples.PASSWORD)
        self.set_up.write({"service": "facturatech", "identifier": False, "software": False, **values})
        self.certificate.active = False

    def test_without_access_to_the_provider_nothing_is_tried(self):
        self.set_up.service = "cadena"
        with self.assertRaisesRegex(UserError, "access to the technology provider"):
            self.test_set.action_probe()
        self.assertFalse(self.test_set.document_ids)

    def test_a_set_through_cadena_from_the_probe_to_the_verdict(self):
        self.by_cadena(needed=4, resolution=False, first=False, last=False)
        self.set_up.action_fetch_range()
        self.assertEqual((self.test_set.prefix, self.test_set.first), ("SETP", "990000000"))
        self.test_set.action_probe()
        probe = self.test_set.document_ids
        self.assertEqual((probe.state, self.test_set.state), ("accepted", "running"), self._what_happened())
        self.assertIn(b"<ds:Signature", self.decoded(probe, "stamped_xml"))
        self.assertNotIn(b"<ds:Signature", probe._bytes())
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual(self._of("01").filtered("stamped_xml").state, "accepted", self._what_happened())
        self.assertEqual((self._of("91").state, self._of("92").state), ("accepted", "accepted"))
        self.assertEqual(self._of("91").invoice_id, self._of("01").filtered("stamped_xml"))
        # one more document brings the provider's 409 with DIAN's verdict, and is not needed
        self.assertEqual((self.test_set.state, self.test_set.is_running), ("accepted", False), self._what_happened())
        self.assertIn("Aceptado", self.test_set.verdict)
        self.assertEqual((self.test_set.document_ids - probe).mapped("state").count("unused"), 1)
        sent = [call for call in self.sandbox.calls() if call["operation"] == "send"]
        self.assertEqual({call["service"] for call in sent}, {"cadena"})

    def test_what_the_provider_works_on_is_looked_up(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        self.sandbox.script({"in_progress": True}, operation="send")
        self._of("01").action_process()
        self.assertEqual(self._of("01").state, "doubt", self._what_happened())  # 202 names no document
        self._of("01").action_process()
        self.assertEqual(self._of("01").state, "accepted", self._what_happened())
        self.assertEqual(self._operations(), ["send", "find"])

    def test_a_lost_answer_is_looked_up_by_number_and_never_sent_twice(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        self.sandbox.script({"drop_after_stamp": True}, operation="send")
        invoice = self._of("01")
        invoice.action_process()
        self.assertEqual(invoice.state, "doubt")
        kept = invoice.sha256
        invoice.action_process()
        self.assertEqual((invoice.state, invoice.sha256, self._operations()), ("accepted", kept, ["send", "find"]))

    def test_a_lost_answer_is_found_after_an_uninstallation_too(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_probe()
        self.test_set.action_generate()
        self.sandbox.script({"drop_after_stamp": True}, operation="send")
        self._of("01").action_process()
        self.leave()
        self.system["l10n_mx_co_edi.archive"]._adopt()
        adopted = self.system["l10n_mx_co_edi.test.set"].search([("company_id", "=", self.company.id)])
        probe = adopted.document_ids.filtered("is_probe")
        self.assertIn(b"<ds:Signature", self.decoded(probe, "stamped_xml"))
        lost = adopted.document_ids - probe
        self.assertEqual(lost.state, "doubt")
        adopted.write({"pin": provider_samples.CADENA_PIN})
        adopted.action_public_range()
        lost._advance()
        self.assertEqual((lost.state, bool(lost.stamped_xml)), ("accepted", True), lost.last_message)

    def test_what_never_arrived_goes_again_after_enough_look_ups(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        self.sandbox.script({"drop_before": True}, operation="send")
        invoice = self._of("01")
        invoice.action_process()
        for _turn in range(4):
            invoice.action_process()
        self.assertEqual(invoice.state, "doubt")  # it is too early
        invoice.sudo().sent_at -= timedelta(minutes=2)
        for _turn in range(2):
            invoice.action_process()
        self.assertEqual(invoice.state, "accepted", self._what_happened())
        operations = self._operations()
        self.assertEqual((operations.count("send"), operations.count("find")), (2, 5))

    def test_what_a_dead_process_left_is_looked_up_at_the_provider(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        invoice = self._of("01")
        invoice.sudo()._sign()
        invoice.sudo().write({"state": "sending", "sent_at": self.noon.replace(tzinfo=None)})
        invoice.action_process()
        self.assertEqual((invoice.state, self._operations()), ("doubt", ["find"]))

    def test_another_document_under_the_number_is_not_taken_for_ours(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        self.sandbox.script({"drop_after_stamp": True}, operation="send")
        invoice = self._of("01")
        invoice.action_process()
        changed = invoice.sudo().snapshot.replace("111111111101", "111111111109")
        invoice.sudo().snapshot = changed if changed != invoice.sudo().snapshot else changed.replace(
            "1111111111", "1111111119")
        invoice.action_process()
        self.assertEqual((invoice.state, invoice.last_code, bool(invoice.stamped_xml)), ("doubt", "CO-PROOF-02", False))

    def test_a_wrong_pin_and_a_wrong_set_are_explained(self):
        self.by_cadena(pin="11111", credit_count=0, debit_count=0)
        self.test_set.action_probe()
        self.assert_told(("The PIN is not the one", "AB27b"), ("El PIN no es el que este software tiene",))
        self.set_up.write({"pin": provider_samples.CADENA_PIN, "identifier": SET.replace("0", "9")})
        self.test_set.action_probe()
        self.test_set.action_generate()
        self._of("01").action_process()
        self.assertEqual(self._of("01").state, "signed", self._what_happened())
        self.assert_told(("no test set with this Test Set ID", "copy the Test Set ID"), ("copie el TestSetId",))

    def test_a_set_through_facturatech_ends_with_a_person_s_word(self):
        self.by_facturatech(debit_count=0)
        with self.assertRaisesRegex(UserError, "does not tell numbering ranges"):
            self.set_up.action_fetch_range()
        self.test_set.action_probe()
        self.assertEqual(self.test_set.state, "running", self._what_happened())
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual((set(self._of("01").mapped("state")), self._of("91").state), ({"accepted"}, "accepted"),
                         self._what_happened())
        self.assertIn("Look in DIAN's portal", self.test_set.problem)
        self.test_set.action_portal_accepted()
        self.assertEqual((self.test_set.state, self.test_set.problem), ("accepted", False))
        self.assertIn(self.officer.name, self.test_set.verdict)
        with self.assertRaises(UserError):
            self.test_set.action_portal_rejected()

    def test_that_one_more_number_is_taken_for_the_verdict_is_said_before(self):
        arch = etree.fromstring(self.test_set.get_view(view_type="form")["arch"])
        plain, one_more = arch.xpath("//button[@name='action_ask']")
        self.assertIn("takes a number of the test range", one_more.get("confirm"))
        shown = {"count_accepted": 1, "state": "running"}
        for service, waiting, expected in (
                ("cadena", 0, (False, True)), ("cadena", 1, (True, False)), ("dian", 0, (True, False)),
                ("facturatech", 0, (True, False))):
            values = {**shown, "service": service, "count_sent": waiting}
            self.assertEqual(
                tuple(not safe_eval(button.get("invisible"), dict(values)) for button in (plain, one_more)), expected,
                (service, waiting))
        [paragraph] = arch.xpath("//p[@name='one_more_document']")
        self.assertTrue(safe_eval(paragraph.get("invisible"), {**shown, "service": "dian"}))

    def test_a_set_through_facturatech_goes_as_text_with_every_kind(self):
        self.company.with_env(self.admin_env).l10n_mx_co_edi_layout_form = "text"
        self.by_facturatech()
        self.test_set.action_generate()
        self.test_set.action_send_all()
        documents = self._of("01") | self._of("91") | self._of("92")
        self.assertEqual(len(documents), 3)
        self.assertEqual(set(documents.mapped("state")), {"accepted"}, self._what_happened())
        self.assertEqual({document._bytes()[:1] for document in documents}, {b"["})

    def test_support_documents_go_through_facturatech_as_xml(self):
        self.company.with_env(self.admin_env).l10n_mx_co_edi_layout_form = "text"
        self.test_set = self.a_support_set()
        self.set_up = self.test_set.with_env(self.admin_env)
        self.by_facturatech()
        self.sandbox.control("dian/associate", {
            "nit": self.test_set.company_id._l10n_mx_co_edi_nit(), "prefix": "SEDS",
            "software": layout_samples.SOFTWARE})
        self.test_set.action_generate()
        self.test_set.action_send_all()
        documents = self._of("05") | self._of("95")
        self.assertEqual(set(documents.mapped("state")), {"accepted"}, self._what_happened())
        self.assertEqual({document._bytes()[:1] for document in documents}, {b"<"})

    def test_the_verdict_in_place_of_a_look_up_closes_the_set_and_not_the_document(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        self.sandbox.script({"drop_after_stamp": True}, operation="send")
        invoice = self._of("01")
        invoice.action_process()
        words = f"Set de prueba con identificador {SET} se encuentra Aceptado."
        self.sandbox.script({"refuse": {"code": "2", "message": words}}, operation="find")
        invoice.action_process()
        self.assertEqual((self.test_set.state, invoice.state), ("accepted", "doubt"), self._what_happened())
        self.assertIn("Aceptado", self.test_set.verdict)
        invoice.action_process()
        self.assertEqual(invoice.state, "accepted", self._what_happened())

    def test_a_file_that_its_signature_does_not_cover_is_no_success(self):
        self.by_cadena(credit_count=0, debit_count=0)
        self.test_set.action_generate()
        self.sandbox.script({"altered_file": True}, operation="send")
        invoice = self._of("01")
        invoice.action_process()
        self.assertEqual((invoice.state, invoice.last_code, bool(invoice.stamped_xml)), ("doubt", "CO-PROOF-08", False))
        self.assertIn("signature", invoice.problem)
        invoice.action_process()
        self.assertEqual((invoice.state, self._operations()), ("accepted", ["send", "find"]), self._what_happened())

    def test_the_verdict_of_dian_itself_is_nobody_s_word(self):
        with self.assertRaises(UserError):
            self.test_set.action_portal_accepted()

    def test_support_documents_go_through_cadena_too(self):
        self.test_set = self.a_support_set()
        set_up = self.test_set.with_env(self.admin_env)
        provider_samples.open_cadena(self.sandbox)
        self.sandbox.control("dian/associate", {
            "nit": self.test_set.company_id._l10n_mx_co_edi_nit(), "prefix": "SEDS",
            "software": provider_samples.CADENA_SOFTWARE})
        self._set_at_dian(SET, software=provider_samples.CADENA_SOFTWARE, family="support")
        self.company.with_env(self.admin_env)._l10n_mx_co_edi_store_provider_access(
            "cadena", token=provider_samples.TOKEN)
        set_up.write({
            "service": "cadena", "software": provider_samples.CADENA_SOFTWARE, "pin": provider_samples.CADENA_PIN})
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual(set(self._of("05")[:2].mapped("state")), {"accepted"}, self._what_happened())
        self.assertEqual(self._of("95").state, "accepted", self._what_happened())

    def decoded(self, record, name):
        return base64.b64decode(record.sudo().with_context(bin_size=False)[name] or b"")
