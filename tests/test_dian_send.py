"""From the invoice to DIAN's signed answer and back, through the sandbox's DIAN, as a billing clerk."""
import base64
from datetime import timedelta

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from ..models import strategy
from ..models.file_counter import drop_counters, next_counter
from ..tests_process.dian_samples import RANGE, SELLER, SELLER_NAME
from .common_dian_sending import DianSending


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianSend(DianSending):

    def test_an_invoice_is_signed_sent_and_valid(self):
        move = self.an_invoice(price=1234.5, quantity=3)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_error or document.last_message)
        self.assertEqual((document.kind, document.service), ("co_dian_01", "dian"))
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        self.assertEqual(len(move.l10n_mx_co_edi_uuid), 96)
        [row] = self.validated()
        self.assertEqual((row["uuid"], row["sha256"]), (document.uuid, document.sha256))
        self.assertEqual(document._stamped_bytes(), document._signed_bytes())
        self.assertIn(document.uuid.encode(), document._answer_bytes())
        self.assertEqual(document.exchange_ids.mapped("outcome"), ["validated"])
        self.assertEqual(document.xml_name, f"fv0901002487000{self.today.year % 100:02}00000001.xml")

    def test_a_lost_answer_is_in_doubt_and_then_found(self):
        move = self.an_invoice()
        with clock.overridden(read_timeout=10, total_timeout=15):
            self.sandbox.script({"drop_after_stamp": True}, times=1)
            document = move._l10n_mx_co_edi_send(synchronously=True)
            self.assertEqual(document.state, "in_doubt")
            with self.assertRaises(UserError):
                move.button_draft()
            document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.validated()), 1)
        self.assertEqual(document._stamped_bytes(), document._signed_bytes())

    def test_what_never_arrived_goes_again_as_it_was_signed(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        signed = document.sha256
        self.assertEqual(document.state, "in_doubt")
        document.action_look_up()
        self.assertEqual((document.state, document.sha256), ("valid", signed), document.last_error)
        self.assertEqual([row["sha256"] for row in self.validated()], [signed])

    def test_rule_90_recovers_what_an_earlier_call_delivered(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_prepare()
        # somebody's copy of the same bytes arrives first
        strategy.for_kind(document.kind).job(document.sudo())._deliver()
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(
            document.exchange_ids.sorted("id").mapped("outcome"), ["already_processed", "validated", "answered"])
        self.assertEqual(len(self.validated()), 1)

    def test_a_refusal_shows_every_rule_and_can_be_corrected(self):
        move = self.an_invoice()
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | {"valid_to": "2020-01-19"}})
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "rejected")
        codes = {row["code"] for row in document.rejections}
        self.assertGreater(len(codes), 1, document.rejections)
        for code in codes:
            self.assertIn(code, str(move.l10n_mx_co_edi_answer))
            self.assertIn(code, document.last_error)
        move.button_draft()
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE})
        number = move.name
        move.action_post()
        self.assertEqual(move._l10n_mx_co_edi_send(synchronously=True), document)
        self.assertEqual((document.state, move.name), ("valid", number), document.last_error)

    def test_unreachable_leaves_the_document_ready(self):
        move = self.an_invoice()
        with self.dian_at("http://127.0.0.1:9"):
            document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "CO-NET-01"))
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)

    def test_a_note_waits_for_its_invoice(self):
        invoice = self.an_invoice()
        note = self.a_note(invoice)
        document = note._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("draft", "CO-NOTE-10"))
        self.assertIn(invoice.name, document._state_sentence())
        invoice._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(invoice.l10n_mx_co_edi_state, "valid")
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(document.kind, "co_dian_91")

    def test_dian_works_on_it_and_is_asked_until_it_has_decided(self):
        move = self.an_invoice()
        self.sandbox.script({"in_progress": True}, times=2)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "awaiting")
        with self.assertRaises(UserError):
            move.button_draft()
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("awaiting", "CO-NET-04"))
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_what_dian_worked_on_may_be_refused_in_the_end(self):
        move = self.an_invoice()
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | {"valid_to": "2020-01-19"}})
        self.sandbox.script({"in_progress": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "awaiting")
        document._send_claimable()
        self.assertEqual(document.state, "rejected", document.last_message)
        self.assertTrue(document.rejections)
        self.assertFalse(self.validated())

    def test_what_dian_no_longer_knows_is_in_doubt_and_goes_again(self):
        move = self.an_invoice()
        self.sandbox.script({"in_progress": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.sandbox.script({"status_lag": 3600}, times=1, operation="GetStatus")
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-WS-66"))
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_a_look_up_that_lags_behind_never_makes_a_second_document(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.sandbox.script({"status_lag": 3600}, times=2, operation="GetStatus")
        document.action_look_up()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-WS-90"))
        document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_a_refused_account_waits_and_tells_somebody(self):
        move = self.an_invoice()
        self.sandbox.script({"security_fault": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "CO-NET-03"))
        self.assertTrue(document.hold_reason)
        self.assertTrue(move.activity_ids)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertFalse(move.activity_ids)

    # ------------------------------------------------------------------
    # Notes
    # ------------------------------------------------------------------

    def a_note(self, invoice, **values):
        note = invoice._reverse_moves([{
            "invoice_date": self.today, "l10n_mx_co_edi_dian_concept": "2", **values}])
        note.action_post()
        return note

    def test_after_the_buyers_acceptance_no_note_is_sent(self):
        invoice = self.a_valid_invoice()
        self.sandbox.control("dian/event", {"key": invoice.l10n_mx_co_edi_uuid, "code": "030"})
        first = self.a_note(invoice)
        first.button_draft()
        self.sandbox.control("dian/event", {"key": invoice.l10n_mx_co_edi_uuid, "code": "033"})
        first.action_post()
        document = first._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("rejected", "CO-NOTE-12"))
        self.assertNotIn("SendBillSync", document.exchange_ids.mapped("operation"))
        self.assertEqual(len(self.validated()), 1, "the invoice alone")

    def test_a_note_is_never_for_more_than_is_left(self):
        invoice = self.a_valid_invoice(price=1000, quantity=3)
        note = self.a_note(invoice)
        self.assertEqual(note._l10n_mx_co_edi_send(synchronously=True).state, "valid")
        second = invoice._reverse_moves([{"invoice_date": self.today, "l10n_mx_co_edi_dian_concept": "1"}])
        with self.assertRaisesRegex(UserError, "CO-NOTE-11"):
            second.action_post()

    def test_a_confirmed_note_counts_before_it_is_sent(self):
        invoice = self.a_valid_invoice(price=1000, quantity=3)
        first = self.a_note(invoice)
        second = invoice._reverse_moves([{"invoice_date": self.today, "l10n_mx_co_edi_dian_concept": "1"}])
        with self.assertRaisesRegex(UserError, "CO-NOTE-11"):
            second.action_post()
        self.assertEqual(first._l10n_mx_co_edi_send(synchronously=True).state, "valid", "the first is not held up")

    # ------------------------------------------------------------------
    # Guards
    # ------------------------------------------------------------------

    def test_a_valid_invoice_is_annulled_by_a_credit_note_only(self):
        move = self.a_valid_invoice()
        self.assertTrue(move.need_cancel_request)
        for forbidden in (
            move.button_draft, move.button_cancel, move.unlink,
            lambda: move.write({"invoice_date": "2020-01-01"}), lambda: move.write({"name": "SETP1"}),
            lambda: move.invoice_line_ids.write({"price_unit": 1}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                forbidden()
        action = move.button_request_cancel()
        self.assertEqual(action["res_model"], "account.move.reversal")

    def test_what_blocks_stops_a_person_before_a_number_is_taken(self):
        draft = self.a_draft()
        draft.partner_id = self.admin_env["res.partner"].create({"name": "Sin Datos", "is_company": True})
        with self.assertRaisesRegex(UserError, "Nothing was numbered"):
            draft.action_post()
        self.assertIn(draft.name, (False, "/"))
        self.assertEqual(self.an_invoice().name, "SETP990000000")

    def test_send_and_print_signs_sends_and_attaches(self):
        move = self.an_invoice()
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=move.ids).create({"sending_methods": ["manual"]})
        self.assertIn("mx_co_edi_dian", wizard.extra_edis)
        wizard.action_send_and_print()
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        names = self.env["ir.attachment"].search([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id)]).mapped("name")
        self.assertIn(move.l10n_mx_co_edi_document_id.xml_name, names)

    # ------------------------------------------------------------------
    # Who has to act
    # ------------------------------------------------------------------

    def refuse(self, code, message="Motivo inventado", times=1):
        self.sandbox.script({"refuse": {"code": code, "message": message}}, times=times, operation="SendBillSync")

    def test_a_refusal_goes_to_whoever_has_to_act(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        signed = document.sha256
        for code, person_is_told in (("SIGNPLGNS", False), ("ZE02", True), ("FAB24b", True)):
            self.refuse(code)
            document._send_claimable()
            self.assertEqual((document.state, document.last_code, document.sha256), ("ready", code, signed))
            self.assertEqual(bool(document.move_id.activity_ids), person_is_told, code)
        self.refuse("FAK24")
        document._send_claimable()
        self.assertEqual((document.state, document.rejections), (
            "rejected", [{"code": "FAK24", "message": "Motivo inventado"}]))
        self.assertIn(f"The number {document.name} is free", document.last_error)

    def test_the_same_bytes_refused_and_not_known_end_the_doubt(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.refuse("FAK24")
        document.action_look_up()
        self.assertEqual((document.state, document.last_code), ("rejected", "FAK24"))
        self.assertEqual(document.exchange_ids.sorted("id").mapped("operation")[-3:], [
            "GetStatus", "SendBillSync", "GetStatus"])

    def test_a_number_that_another_document_has_is_said_to_be_taken_after_a_day(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        strategy.for_kind(document.kind).job(document.sudo())._deliver()
        document._withdraw()  # somebody signs the number a second time, as a copy of the database would
        with clock.frozen(self.noon + timedelta(minutes=1)):
            document.move_id._l10n_mx_co_edi_prepare()
            document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-WS-90"))
        with clock.overridden(absence_hours=0):
            document.action_look_up()
        self.assertEqual((document.state, document.last_code), ("rejected", "CO-ANS-06"))
        self.assertIn("not free", document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_a_document_that_is_not_ours_is_never_adopted(self):
        """The same second, number and amounts give the same CUFE, whatever the lines say."""
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        ours = strategy.for_kind(document.kind).job(document.sudo())
        ours._deliver()
        document._withdraw()
        document.move_id.invoice_line_ids.with_context(skip_readonly_check=True).name = "Otra cosa"
        document.move_id._l10n_mx_co_edi_prepare()
        again = strategy.for_kind(document.kind).job(document.sudo())
        self.assertEqual(again.key, ours.key)
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CO-ANS-05"))
        self.assertFalse(document.stamped_xml)

    def test_a_new_certificate_signs_what_waits(self):
        move = self.an_invoice()
        self.refuse("ZE02")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        first = document.certificate_id
        self.assertEqual((document.state, document.last_code), ("ready", "ZE02"))
        issued = self.sandbox.control("dian/issue", {"nit": SELLER, "name": SELLER_NAME})
        newer = self.admin_env["l10n_mx_co_edi.certificate"]._import_p12(
            self.company, base64.b64decode(issued["p12"]), issued["password"])
        self.assertNotEqual(newer, first)
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual((document.state, document.certificate_id), ("valid", newer), document.last_error)

    def test_uninstalling_leaves_dians_answer_and_the_name_of_the_file(self):
        document = self.a_valid_invoice().l10n_mx_co_edi_document_id.sudo()
        archive = self.admin_env(user=SUPERUSER_ID)["l10n_mx_co_edi.archive"]
        archive._leave_document(document)
        left = self.admin_env["ir.attachment"].search([
            ("res_model", "=", "account.move"), ("res_id", "=", document.move_id.id)])
        [answer] = left.filtered(lambda attachment: attachment.name.endswith(".answer.xml") and (
            attachment.raw == document._answer_bytes()))
        self.assertTrue(answer)
        [record] = left.filtered(lambda attachment: attachment.name.endswith(".l10n_mx_co_edi.json"))
        judged = archive._judged(record, archive._content(record))
        self.assertEqual(base64.b64decode(judged["answer_xml"]), document._answer_bytes())
        self.assertEqual(archive._content(record)["values"]["sent_as"], document.sent_as)

    def test_file_names_count_for_each_nit_and_year_and_go_on_after_what_the_archive_holds(self):
        def draw(nit, day):
            return next_counter(self.admin_env, "sandbox", nit, day)

        day, next_year = self.today, self.today.replace(year=self.today.year + 1, month=1, day=1)
        self.assertEqual([draw("901002487", day), draw("901002487", day)], [1, 2])
        self.assertEqual(draw("901002488", day), 1)
        self.assertEqual(draw("901002487", next_year), 1)
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        self.assertEqual(document.sent_as, f"fv0901002487000{day.year % 100:02}00000003.xml")
        document.sudo().sent_as = f"fv0901002487000{day.year % 100:02}0000000F.xml"
        self.env.flush_all()
        drop_counters(self.admin_env)  # as an uninstallation does; the archive brings the names back
        self.assertEqual(draw("901002487", day), 16)
