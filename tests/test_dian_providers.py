"""Documents that a technology provider signs (CADENA): sent, lost, found, refused, and never twice."""
import base64
import re
from datetime import timedelta

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from ..core.dian import build, identity, read
from ..models.co_job import BuyersEvents
from ..models.co_provider_job import OTHER_DOCUMENT
from ..tests_process import provider_samples as samples
from ..tests_process.dian_samples import PIN, RANGE, SOFTWARE
from .common_providers import ProviderSending


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianProviders(ProviderSending):

    # ------------------------------------------------------------------
    # Sent
    # ------------------------------------------------------------------

    def test_an_invoice_goes_unsigned_and_comes_back_signed_in_its_container(self):
        document = self.a_valid_invoice(price=1234.5, quantity=3).l10n_mx_co_edi_document_id
        self.assertEqual((document.service, document.provider), ("cadena", "CADENA S.A."))
        sent, signed = document._signed_bytes(), document._stamped_bytes()
        self.assertNotIn(b"SignatureValue", sent)
        self.assertIn(b"SignatureValue", signed)
        [row] = self.validated()
        self.assertEqual((row["pac"], row["uuid"], row["sha256"]), ("cadena", document.uuid, document.sha256))
        for text in (samples.CADENA, samples.CADENA_SOFTWARE):
            self.assertIn(text.encode(), signed)
        self.assertFalse(document.certificate_id)
        self.assertIn(document.uuid.encode(), document._answer_bytes())
        self.assertIn(b"AttachedDocument", base64.b64decode(document.with_context(bin_size=False).container_xml))
        self.assertRegex(document.container_name, r"^ad\d{10}000\d{2}[0-9A-F]{8}\.xml$")
        self.assertEqual(self.outcomes(document), ["send provider_signed"])
        self.assertEqual(document.xml_name, f"{document.name}.xml")

    def test_the_print_and_the_page_speak_of_what_the_provider_signed(self):
        move = self.a_valid_invoice()
        html = self.env["ir.actions.report"]._render_qweb_html("account.account_invoices", move.ids)[0].decode()
        self.assertIn(move.l10n_mx_co_edi_uuid[:20], re.sub(r"\s|<wbr/?>", "", html))
        self.assertEqual(move.l10n_mx_co_edi_dian_provider, "CADENA S.A.")
        self.assertFalse(move.l10n_mx_co_edi_dian_without_container)

    def test_nothing_secret_is_in_the_record_of_a_call(self):
        document = self.a_valid_invoice().l10n_mx_co_edi_document_id
        rows = self.admin_env["l10n_mx_co_edi.exchange"].browse(document.exchange_ids.ids)
        kept = b"".join(base64.b64decode(row[side] or b"") for row in rows for side in ("request", "response"))
        for secret in (samples.TOKEN, samples.CADENA_PIN):
            self.assertNotIn(secret.encode(), kept)

    # ------------------------------------------------------------------
    # Lost
    # ------------------------------------------------------------------

    def test_a_lost_answer_is_looked_up_by_the_number_and_never_sent_again(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-PT-04"))
        with self.assertRaises(UserError):
            move.button_draft()
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.calls_to("send")), 1)
        self.assertEqual(self.outcomes(document), ["send in_doubt", "find provider_signed"])

    def test_what_never_arrived_waits_a_day_of_look_ups_and_goes_after_one_more(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "in_doubt")
        with clock.frozen(self.noon + timedelta(minutes=1)):
            document.action_look_up()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-PT-09"))
        self.assertEqual(len(self.calls_to("send")), 1, "a number that is not known yet is not uploaded again")
        tomorrow = self.noon + timedelta(hours=25)
        self.sandbox.control("clock", {"now": tomorrow.isoformat()})
        with clock.frozen(tomorrow):
            document.action_look_up()
            self.assertEqual(document.state, "ready", document.last_error)
            document.action_send_now()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(move.invoice_date, tomorrow.date())
        [row] = self.validated()
        self.assertEqual(row["sha256"], document.sha256)
        self.assertEqual(self.outcomes(document)[-2:], ["find not_found", "send provider_signed"])

    def test_unreachable_leaves_it_ready_and_the_retry_looks_first(self):
        move = self.an_invoice()
        with self.dian_at("http://127.0.0.1:9"):
            document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "CO-PT-03"))
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(self.outcomes(document), ["send not_sent", "find not_found", "send provider_signed"])

    def test_a_page_in_place_of_an_answer_is_a_doubt(self):
        move = self.an_invoice()
        self.sandbox.script({"html_page": True, "after_stamp": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "in_doubt")
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_dian_works_on_it_and_the_provider_is_asked(self):
        move = self.an_invoice()
        self.sandbox.script({"in_progress": True}, times=2)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        states = [document.state]
        document._send_claimable()
        states.append(document.state)
        document._send_claimable()
        self.assertEqual(document.state, "valid", f"{states} {document.last_error}")
        self.assertNotIn("ready", states)
        self.assertEqual(len(self.calls_to("send")), 1)

    def test_409_with_the_document_is_a_success_of_before(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_prepare()
        # somebody's copy of the same bytes arrives first
        told = samples.post(self.sandbox, document._signed_bytes())
        self.assertEqual(told.status, 200, told.content)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_another_document_under_the_number_is_never_adopted(self):
        move = self.an_invoice(price=200.0)
        other = self.an_invoice(price=100.0)
        document, stranger = move._l10n_mx_co_edi_prepare(), other._l10n_mx_co_edi_prepare()
        # the other one was issued elsewhere, with the number of this one
        sent = stranger._signed_bytes().replace(other.name.encode(), move.name.encode())
        told = self._issued_elsewhere(sent)
        self.assertEqual(told.status, 200, told.content)
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", OTHER_DOCUMENT))
        self.assertIn("PayableAmount", document.last_error)
        self.assertFalse(document.stamped_xml)
        with self.assertRaises(UserError):
            document.action_taken_by_another()  # a clerk may not decide this
        document.with_user(self.admin_env.user).action_taken_by_another()
        self.assertEqual((document.state, move.l10n_mx_co_edi_state), ("rejected", "rejected"))
        self.assertIn("CO-FREE-02", document.last_error)

    def _issued_elsewhere(self, xml):
        """Post a document with the hashes of what it says, as another system would."""
        content = read.parse(xml)
        content = identity.identify(content, pin=samples.CADENA_PIN, technical_key=RANGE["technical_key"])
        return samples.post(self.sandbox, build.to_xml(content))

    def test_a_file_that_its_signature_does_not_cover_is_fetched_again(self):
        move = self.an_invoice()
        self.sandbox.script({"altered_file": True}, times=2)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-PT-16"), document.last_error)
        self.assertIn("(document)", document.last_error)
        document.action_look_up()
        self.assertEqual((document.state, bool(document.stamped_xml), document.is_taken_by_another),
                         ("in_doubt", False, False))
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertNotIn(b"Otro ", document._stamped_bytes())
        self.assertEqual(self.outcomes(document), ["send provider_signed"] + 2 * ["find provider_signed"])

    def test_the_verdict_of_a_test_set_says_nothing_of_a_document(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="send", times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        words = "Set de prueba con identificador 0a1b se encuentra Aceptado."
        self.sandbox.script({"refuse": {"code": "2", "message": words}}, operation="find", times=1)
        document.action_look_up()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-WS-02"), document.last_error)
        self.assertEqual(self.outcomes(document), ["send in_doubt", "find set_closed"])
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)

    # ------------------------------------------------------------------
    # Refused
    # ------------------------------------------------------------------

    def test_a_refusal_shows_every_rule_and_can_be_corrected(self):
        move = self.an_invoice()
        self.sandbox.control("dian/register", {"kind": "range", "row": {
            **RANGE, "software": samples.CADENA_SOFTWARE, "valid_to": "2020-01-19"}})
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "rejected", document.last_error)
        codes = {row["code"] for row in document.rejections}
        self.assertGreater(len(codes), 1, document.rejections)
        for code in codes:
            self.assertIn(code, document.last_error)
        self.assertIn("CO-FREE-01", document.last_error)
        self._at_dian()
        move.button_draft()
        move.action_post()
        self.assertEqual(move._l10n_mx_co_edi_send(synchronously=True), document)
        self.assertEqual(document.state, "valid", document.last_error)

    def test_a_wrong_token_waits_for_a_person_and_goes_on_once_it_is_corrected(self):
        self.company._l10n_mx_co_edi_store_provider_access("cadena", token="00000000-0000-4000-8000-0000000000ff")
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "CO-PT-05"))
        self.assertGreater(document.next_attempt_at, fields.Datetime.now() + timedelta(minutes=10))
        settings = self.admin_env["res.config.settings"].with_company(self.company)
        with self.assertRaisesRegex(UserError, "token"):
            settings.create({}).action_l10n_mx_co_edi_check_provider()
        self.company._l10n_mx_co_edi_store_provider_access("cadena", token=samples.TOKEN)
        self.assertIn("works", settings.create({}).action_l10n_mx_co_edi_check_provider()["params"]["message"])
        self.assertLessEqual(document.next_attempt_at, fields.Datetime.now())
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual(document.state, "valid", document.last_error)

    def test_what_is_missing_is_said_before_a_number_is_taken(self):
        self.admin_env["l10n_mx_co_edi.secret"]._find(self.company, "cadena_token").unlink()
        with self.assertRaisesRegex(UserError, "CO-PT-01"):
            self.a_draft().action_post()

    # ------------------------------------------------------------------
    # Another service
    # ------------------------------------------------------------------

    def test_a_document_stays_with_its_service_after_a_switch(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "in_doubt")
        self.certificate.active = True
        self.company.l10n_mx_co_edi_dian_service = "dian"
        self.take_software(SOFTWARE, PIN)
        document.action_look_up()
        self.assertEqual((document.state, document.service), ("valid", "cadena"), document.last_error)
        self.sandbox.control("dian/associate", {"nit": samples.SELLER, "prefix": "SETP", "software": SOFTWARE})
        direct = self.a_valid_invoice().l10n_mx_co_edi_document_id
        self.assertEqual((direct.service, direct._stamped_bytes()), ("dian", direct._signed_bytes()))
        self.assertEqual([row["pac"] for row in self.validated()], ["cadena", "dian"])

    def test_what_is_at_dian_stays_there_while_the_company_goes_to_a_provider_and_back(self):
        self._go_direct()
        lost, waiting = self.an_invoice(), self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="SendBillSync", times=1)
        at_dian = lost._l10n_mx_co_edi_send(synchronously=True)
        prepared = waiting._l10n_mx_co_edi_prepare()
        kept = [(row.sha256, row.service) for row in (at_dian, prepared)]
        self.assertEqual((at_dian.state, prepared.state), ("in_doubt", "ready"))
        # a provider needs no certificate: what is at DIAN waits for one, and goes nowhere else
        self._go_through_cadena()
        self.certificate.active = False
        for document in at_dian, prepared:
            document._send_claimable()
        self.assertEqual((at_dian.state, prepared.state), ("in_doubt", "ready"))
        by_cadena = self.a_valid_invoice().l10n_mx_co_edi_document_id
        self.certificate.active = True
        self._associate(SOFTWARE)  # else DIAN refuses what was made with it
        for document in at_dian, prepared:
            document.next_attempt_at = False
            document._send_claimable()
            self.assertEqual(document.state, "valid", document.last_error)
        self._go_direct()
        again = self.a_valid_invoice().l10n_mx_co_edi_document_id
        self.assertEqual([(row.sha256, row.service) for row in (at_dian, prepared)], kept)
        self.assertEqual((by_cadena.service, again.service), ("cadena", "dian"))
        self.assertEqual([row["pac"] for row in self.validated()], ["dian", "cadena", "dian", "dian"])
        self.assertEqual(self.calls_to("find"), [])

    def _go_direct(self):
        self.certificate.active = True
        self.company.l10n_mx_co_edi_dian_service = "dian"
        self.take_software(SOFTWARE, PIN)
        self._associate(SOFTWARE)

    def _go_through_cadena(self):
        self.company.l10n_mx_co_edi_dian_service = "cadena"
        self.take_software(samples.CADENA_SOFTWARE, samples.CADENA_PIN)
        self._associate(samples.CADENA_SOFTWARE)

    def _associate(self, software):
        self.sandbox.control("dian/associate", {"nit": samples.SELLER, "prefix": "SETP", "software": software})

    def test_the_other_kinds_go_the_same_way(self):
        for document in self.the_other_kinds(samples.CADENA_SOFTWARE):
            self.assertIn(document.uuid.encode(), document._stamped_bytes())

    def test_a_note_goes_the_same_way(self):
        invoice = self.a_valid_invoice()
        note = invoice._reverse_moves([{"invoice_date": self.today, "l10n_mx_co_edi_dian_concept": "2"}])
        note.action_post()
        document = note._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.kind), ("valid", "co_dian_91"), document.last_error)
        self.assertIn(invoice.l10n_mx_co_edi_uuid.encode(), document._stamped_bytes())

    def test_a_support_document_goes_the_same_way_and_has_no_container_for_anybody(self):
        bill = self.a_support_document(samples.CADENA_SOFTWARE)
        document = bill._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.kind), ("valid", "co_dian_05"), document.last_error)
        self.assertFalse(document._has_container() or bill.l10n_mx_co_edi_dian_without_container)
        [row] = self.validated()
        self.assertEqual((row["pac"], row["uuid"]), ("cadena", document.uuid))

    def test_after_the_buyers_acceptance_no_note_goes_where_dian_can_be_asked(self):
        invoice = self.a_valid_invoice()
        self.certificate.active = True
        for code in ("030", "032", "033"):
            self.sandbox.control("dian/event", {"key": invoice.l10n_mx_co_edi_uuid, "code": code})
        note = invoice._reverse_moves([{"invoice_date": self.today, "l10n_mx_co_edi_dian_concept": "2"}])
        note.action_post()
        document = note._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("rejected", "CO-NOTE-12"), document.last_error)
        self.assertEqual(len(self.calls_to("send")), 1)

    # ------------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------------

    def test_dian_s_silence_about_events_is_no_trouble_of_the_provider(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare().sudo()
        self.certificate.active = True
        with self.dian_at("http://127.0.0.1:9"):
            outcome = BuyersEvents(document.company_id._l10n_mx_co_edi_dian("sandbox"), ("0" * 96,)).refusal()
        document._tell_gates({document: outcome})
        gates = self.env["l10n_mx_co_edi.service.gate"].sudo().search([("failures", ">", 0)])
        self.assertEqual(gates.mapped("service"), ["dian"])

    def test_what_a_provider_signed_survives_an_uninstallation(self):
        document = self.a_valid_invoice().l10n_mx_co_edi_document_id
        kept = {name: document[name] for name in ("uuid", "sha256", "track_id", "service")}
        files = document._signed_bytes(), document._stamped_bytes()
        adopted = self._leave()._adopt()
        self.assertEqual((adopted.state, {name: adopted[name] for name in kept}), ("valid", kept))
        self.assertEqual((adopted._signed_bytes(), adopted._stamped_bytes()), files)
        self.assertTrue(adopted.container_xml)

    def test_a_changed_file_is_looked_up_again(self):
        move = self.a_valid_invoice()
        archive = self._leave()
        stamped = archive.env["ir.attachment"].search([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "=", f"{move.name}.xml")])
        stamped.raw = stamped.raw.replace(b"119000.00", b"119001.00")
        with self.assertLogs("odoo.addons.l10n_mx_co_edi.models.archive_adopt", "WARNING"):
            document = archive._adopt()
        self.assertEqual((document.state, document.stamped_xml), ("in_doubt", False))
        move.l10n_mx_co_edi_document_id.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)

    def _leave(self):
        """Uninstall, as far as documents are concerned; return what takes them back."""
        archive = self.admin_env(user=SUPERUSER_ID, su=True)["l10n_mx_co_edi.archive"]
        archive._leave()
        self.env.flush_all()
        for table in ("exchange", "document_source", "document"):
            self.env.cr.execute(f"DELETE FROM l10n_mx_co_edi_{table}")
        self.env.invalidate_all()
        return archive
