"""What SAT says of a stamped CFDI, asked by a billing clerk at the sandbox's status service."""
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSatStatus(MxCoEdiCommon):

    def setUp(self):
        super().setUp()
        self.document = self.a_stamped_invoice().l10n_mx_co_edi_document_id

    def _order(self, **what):
        self.sandbox.control("sat/standing", {"uuid": self.document.uuid, **what})

    def test_the_answer_is_kept_in_words_and_the_call_is_in_the_timeline(self):
        self._order(cancellable="Cancelable con aceptación", request="requested")
        self.document.action_ask_sat()
        self.assertIn("it is valid", self.document.sat_words)
        self.assertIn("waits for the customer", self.document.sat_words)
        self.assertTrue(self.document.sat_asked_at)
        self.assertIn("Consulta", self.document.exchange_ids.mapped("operation"))

    def test_what_sat_does_not_know_yet_is_no_alarm(self):
        self.sandbox.control("settings", {"sat_lag_seconds": 3600})
        self.addCleanup(self.sandbox.control, "settings", {"sat_lag_seconds": 0})
        self.document.action_ask_sat()
        self.assertIn("does not know it yet", self.document.sat_words)
        self.assertFalse(self.document.sat_contradicts)

    def test_a_cancellation_that_nobody_asked_for_is_shown_and_changes_no_state(self):
        self._order(cancellable="Cancelable sin aceptación", request="requested", efos="100")
        self.document.action_ask_sat()
        self.assertTrue(self.document.sat_contradicts)
        self.assertIn("69-B", self.document.sat_words)
        self.assertEqual(self.document.state, "valid")

    def test_without_an_answer_the_last_one_stays_and_the_person_is_told(self):
        self.document.action_ask_sat()
        words = self.document.sat_words
        self.sandbox.script({"http_status": 503}, service="sat")
        with self.assertRaisesRegex(UserError, "try again"):
            self.document.action_ask_sat()
        self.assertEqual(self.document.sat_words, words)
        self.assertEqual(self.document.exchange_ids.sorted("id")[-1].outcome, "in_doubt")

    def test_only_issuers_ask_and_only_for_what_is_stamped(self):
        viewer = new_test_user(
            self.admin_env, "sat_viewer", groups="account.group_account_readonly", company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.document.with_user(viewer).action_ask_sat()
        waiting = self.an_invoice()._l10n_mx_co_edi_prepare()
        with self.assertRaisesRegex(UserError, "stamped"):
            waiting.action_ask_sat()
