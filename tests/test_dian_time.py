"""Midnight in Bogotá: what certainly never reached DIAN is dated anew, what may have reached it keeps its bytes."""
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from .common_dian_sending import DianSending

NOWHERE = "http://127.0.0.1:9"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianTime(DianSending):

    def later(self, **delta):
        """Enter a block in which it is so much after noon, here and at DIAN."""
        moment = self.noon + timedelta(**delta)
        self.sandbox.control("clock", {"now": moment.isoformat()})
        return clock.frozen(moment)

    def refuse_for_the_date(self, times):
        self.sandbox.script(
            {"refuse": {"code": "FAD09e", "message": "La fecha no es la de la firma."}}, times=times,
            operation="SendBillSync")

    def test_what_was_never_delivered_is_dated_and_signed_anew_with_its_number(self):
        move = self.an_invoice()
        with self.dian_at(NOWHERE):
            document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "ready")
        number, file_name, bytes_before = move.name, document.sent_as, document.sha256
        with self.later(hours=12, minutes=5):  # seen from UTC and from Europe the day began long before
            self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual(document.state, "valid", document.last_error)
        tomorrow = self.today + timedelta(days=1)
        self.assertEqual((move.name, move.invoice_date, move.date), (number, tomorrow, tomorrow))
        self.assertIn(f"<cbc:IssueDate>{tomorrow}<", document._stamped_bytes().decode())
        self.assertNotEqual((document.sent_as, document.sha256), (file_name, bytes_before))
        self.assertEqual(len(self.validated()), 1)
        self.assertIn(str(tomorrow), str(move.message_ids.mapped("body")))

    def test_a_person_who_sends_late_sends_it_with_todays_date(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=False)
        with self.later(days=1):
            document.action_send_now()
        self.assertEqual((document.state, move.invoice_date), ("valid", self.today + timedelta(days=1)))

    def test_before_midnight_nothing_is_signed_again(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=False)
        signed = document.sha256
        with self.later(hours=11, minutes=55):  # in UTC the next day began five hours ago
            document._sign_again_where_needed()
        self.assertEqual((document.sha256, move.invoice_date), (signed, self.today))

    def test_in_doubt_keeps_its_bytes_until_dian_has_not_known_it_for_a_day(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        signed = document.sha256
        self.refuse_for_the_date(times=3)
        for hours in (13, 30):
            with self.later(hours=hours):
                document.action_look_up()
            self.assertEqual((document.state, document.sha256), ("in_doubt", signed), hours)
            self.assertEqual(document.last_code, "FAD09e", "the same bytes, refused for their day")
        with self.later(hours=38):
            document.action_look_up()
            self.assertEqual((document.state, document.sha256), ("ready", signed), "DIAN does not have it")
            self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual((document.state, move.invoice_date), ("valid", self.today + timedelta(days=2)))
        self.assertEqual(len(self.validated()), 1)

    def test_a_refusal_for_the_date_alone_is_mended_by_itself(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=False)
        claimed = document._claim()
        self.refuse_for_the_date(times=1)
        with self.later(days=1):  # the call was on its way when the day ended
            claimed._run_claimed()
            self.assertEqual(document.rejections[0]["code"], "FAD09e")
            claimed._follow_up_moves()
            self.assertEqual((document.state, move.invoice_date), ("ready", self.today + timedelta(days=1)))
            document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error)

    def test_a_locked_period_leaves_it_to_a_person(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=False)
        self.company.sudo().fiscalyear_lock_date = self.today
        with self.later(days=1):
            document._sign_again_where_needed()
        self.assertEqual((document.state, move.state, move.invoice_date), ("draft", "posted", self.today))
        self.assertTrue(move.activity_ids)

    def test_the_wizard_dates_today_and_says_what_changes(self):
        move = self.an_invoice()
        with self.later(days=70):
            wizard = self.env["l10n_mx_co_edi.redate"].create({"move_id": move.id})
            self.assertEqual(wizard.new_date, self.today + timedelta(days=70))
            self.assertIn("VAT period", wizard.effects)
            wizard.new_date = self.today
            with self.assertRaises(UserError):
                wizard.action_apply()
