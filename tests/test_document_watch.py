"""What waits for long, who is told, and what officers may do about it."""
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..core import clock
from .common import MxCoEdiCommon

DOUBT = "It is not known yet whether the document was accepted"
PENDING = "Electronic documents have been waiting for some time"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDocumentWatch(MxCoEdiCommon):

    def setUp(self):
        super().setUp()
        self.queue = self.admin_env["l10n_mx_co_edi.document"].sudo()

    def _a_while_ago(self, documents):
        documents.sudo().waiting_since = fields.Datetime.now() - timedelta(minutes=11)

    def _told(self, document):
        return document.move_id.activity_ids.mapped("summary")

    def test_waiting_begins_with_the_seal_and_ends_with_the_answer(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        since = document.waiting_since
        self.assertTrue(since)
        self.sandbox.script({"refuse": {"code": "703", "message": "Cuenta suspendida"}}, times=1)
        document.action_send_now()
        self.assertEqual((document.state, document.waiting_since), ("ready", since))
        document.action_send_now()
        self.assertEqual((document.state, document.waiting_since), ("valid", False))

    def test_each_document_in_doubt_is_told_and_only_once(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        self._a_while_ago(document)
        self.sandbox.script({"drop_after_stamp": True}, times=1)
        document.action_send_now()
        self.assertEqual(document.state, "in_doubt")
        self.queue._watch_waiting()
        self.assertNotIn(DOUBT, self._told(document), "the doubt has just begun")
        self._a_while_ago(document)
        self.queue._watch_waiting()
        self.queue._watch_waiting()
        self.assertEqual(self._told(document).count(DOUBT), 1)
        with clock.overridden(lookup_attempts=1):
            document.action_look_up()
        self.assertEqual((document.state, self._told(document)), ("valid", []))

    def test_of_those_that_wait_the_oldest_is_told(self):
        older, newer = (self.an_invoice()._l10n_mx_co_edi_prepare() for _number in range(2))
        self._a_while_ago(older | newer)
        older.sudo().waiting_since -= timedelta(minutes=1)
        self.queue._watch_waiting()
        self.queue._watch_waiting()
        self.assertEqual((self._told(older), self._told(newer)), ([PENDING], []))

    def test_what_is_held_does_not_go_until_an_officer_releases_it(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        with self.assertRaises(AccessError):
            document.action_hold()
        officer = new_test_user(
            self.admin_env, "watch_officer", groups="account.group_account_manager", company_id=self.company.id)
        theirs = document.with_user(officer)
        theirs.action_hold()
        self.assertIn("watch_officer", document.hold_reason)
        self._a_while_ago(document)
        self.queue._cron_drain()
        self.assertEqual((document.state, self._told(document)), ("ready", []))
        with self.assertRaises(UserError):
            theirs.action_hold()
        theirs.action_release()
        self.queue._cron_drain()
        self.assertEqual(document.state, "valid")

    def test_a_document_is_handed_to_a_person(self):
        document = self.an_invoice()._l10n_mx_co_edi_prepare()
        action = document.action_hand_over()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({
            "summary": "Please call the provider", "activity_user_id": self.clerk.id})
        wizard.action_schedule_activities()
        self.assertEqual(document.move_id.activity_ids.summary, "Please call the provider")
