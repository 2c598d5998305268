"""From the invoice to DIAN's signed answer and back, through the sandbox's DIAN, as a billing clerk."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from ..models import strategy
from ..tests_process.dian_samples import RANGE
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
        note = invoice._reverse_moves([{"invoice_date": self.today, "l10n_mx_co_edi_dian_concept": "2"}])
        note.action_post()
        document = note._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("draft", "CO-NOTE-10"))
        self.assertIn(invoice.name, document._state_sentence())
        invoice._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(invoice.l10n_mx_co_edi_state, "valid")
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual(document.kind, "co_dian_91")
