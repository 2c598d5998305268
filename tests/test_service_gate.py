"""The circuit breaker and the token bucket of each service, through a real sandbox."""
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core import clock
from ..models.document_queue import DRAINS
from .common import MxCoEdiCommon

QUEUE_LOGGER = "odoo.addons.l10n_mx_co_edi.models.document_queue"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestServiceGate(MxCoEdiCommon):

    def setUp(self):
        super().setUp()
        self.called_before = len(self.sandbox.calls(limit=1000))
        self.queue = self.admin_env["l10n_mx_co_edi.document"]
        self.gates = self.admin_env["l10n_mx_co_edi.service.gate"]

    def _documents(self, count):
        return self.env["l10n_mx_co_edi.document"].union(*(
            self.an_invoice()._l10n_mx_co_edi_prepare() for _number in range(count)))

    def _gate(self):
        return self.gates.search([("service", "=", "finkok"), ("environment", "=", "sandbox")])

    def _asked(self, *operations):
        calls = self.sandbox.calls(limit=1000)[self.called_before:]
        return len([call for call in calls if not operations or call["operation"] in operations])

    def _stamps_asked(self):
        return self._asked("stamp")

    def _interrupted(self, documents=None):
        """A service that has not answered three calls in a row, with documents that wait."""
        documents = documents or self._documents(4)
        self.sandbox.script({"http_status": 503}, times=-1)
        with clock.overridden(breaker_failures=3, threads=3, backoff_first=0, backoff_cap=0):
            self.queue._cron_drain()
        self.assertEqual(self._gate().state, "interrupted")
        return documents

    def test_a_service_that_answers_is_known_and_working(self):
        self.a_stamped_invoice()
        self.assertEqual((self._gate().state, self._gate().failures, self._gate().words), ("working", 0, ""))

    def test_after_some_calls_without_answer_nothing_more_is_attempted(self):
        documents = self._interrupted()
        asked = self._asked()
        attempts = documents.mapped("attempts")
        self.queue._cron_drain()
        documents[-1:].action_send_now()
        self.assertEqual(self._asked(), asked)
        self.assertEqual(documents.mapped("attempts"), attempts)
        self.assertIn("safe", documents[-1:].last_error)
        self.assertIn("safe", documents[-1:].action_send_now()["params"]["message"])

    def test_one_document_probes_and_its_answer_lets_everything_go(self):
        documents = self._interrupted()
        asked = self._asked()
        with clock.frozen(clock.utc_now() + timedelta(seconds=16)):
            self.queue._cron_drain()
            self.assertEqual(self._asked(), asked + 1)
        self.sandbox.control("script", {}, method="DELETE")
        with clock.frozen(clock.utc_now() + timedelta(seconds=40)), clock.overridden(lookup_attempts=1):
            self.queue._cron_drain()
        self.assertEqual(set(documents.mapped("state")), {"valid"})
        self.assertEqual(self._gate().state, "working")
        self.assertEqual(len(self.sandbox.ledger()[self.stamped_before:]), len(set(documents.mapped("uuid"))))

    def test_the_row_of_another_service_does_not_stop_this_one(self):
        self.gates.sudo().create({"service": "sw", "environment": "sandbox", "state": "interrupted",
                           "next_probe_at": fields.Datetime.now() + timedelta(hours=1)})
        documents = self._documents(2)
        self.queue._cron_drain()
        self.assertEqual(set(documents.mapped("state")), {"valid"})

    def test_a_probe_is_noted_by_who_sends_one_and_goes_before_the_others(self):
        gate = self.gates.sudo().create({"service": "sw", "environment": "sandbox", "state": "interrupted"})
        first, probe = self._documents(2)
        first._claim()
        self.assertFalse(gate.next_probe_at)
        first.sudo().write({"state": "ready", "lease_until": False})
        probe.sudo().service = "sw"
        self.assertEqual(self.queue._claim_batch(1), probe.sudo())
        self.assertTrue(gate.next_probe_at)
        self.assertEqual(self.queue._claim_batch(1), first.sudo())

    def test_an_interruption_for_which_nothing_waits_is_no_news(self):
        gate = self.gates.sudo().create({
            "service": "dian", "environment": "sandbox", "state": "interrupted",
            "interrupted_at": fields.Datetime.now() - timedelta(hours=2)})
        self.gates.sudo()._tell_administrators()
        self.assertEqual((gate.told, gate.name), (False, "DIAN"))

    def test_a_refusal_is_an_answer(self):
        documents = self._documents(3)
        self.sandbox.script({"refuse": {"code": "CFDI40999", "message": "no"}}, times=-1)
        with clock.overridden(breaker_failures=2):
            self.queue._cron_drain()
        self.assertEqual(set(documents.mapped("state")), {"rejected"})
        self.assertEqual((self._gate().state, self._gate().failures), ("working", 0))

    def test_who_asks_to_wait_is_left_alone_for_so_long(self):
        documents = self._documents(2)
        self.sandbox.script({"http_status": {"status": 429, "retry_after": 600}}, times=1)
        with clock.overridden(threads=1):
            self.queue._cron_drain()
        self.assertEqual(self._stamps_asked(), 1)
        self.assertIn("asked to wait", documents[-1:].last_error)
        with clock.frozen(clock.utc_now() + timedelta(seconds=590)):
            self.queue._cron_drain()
            self.assertEqual(self._stamps_asked(), 1)
        documents.sudo().next_attempt_at = False
        with clock.frozen(clock.utc_now() + timedelta(seconds=610)):
            self.queue._cron_drain()
        self.assertEqual(set(documents.mapped("state")), {"valid"})

    def test_no_more_are_sent_than_the_contract_allows(self):
        self.a_stamped_invoice()
        self._gate().write({"per_second": 0.1, "burst": 2})
        documents = self._documents(5)
        self.queue._cron_drain()
        self.assertEqual(documents.mapped("state").count("valid"), 2)
        with clock.frozen(clock.utc_now() + timedelta(seconds=11)):
            self.queue._cron_drain()
            self.assertEqual(documents.mapped("state").count("valid"), 3)
        with clock.frozen(clock.utc_now() + timedelta(seconds=300)):
            self.queue._cron_drain()
            self.assertEqual(documents.mapped("state").count("valid"), 5)
        self._gate().write({"per_second": 0.001, "tokens": 0})
        self.an_invoice()._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(self._stamps_asked(), 7)  # a person does not wait for the rate
        with self.assertRaises(ValidationError):
            self._gate().burst = 0

    def test_administrators_are_told_after_an_hour_and_once(self):
        self._interrupted()
        messages = self.admin_env["mail.message"]
        told = [("model", "=", "l10n_mx_co_edi.service.gate"), ("res_id", "=", self._gate().id)]
        self.queue._cron_drain()
        self.assertFalse(messages.search_count(told))
        with clock.frozen(clock.utc_now() + timedelta(minutes=61)):
            self.queue._cron_drain()
            self.queue._cron_drain()
        self.assertEqual(messages.search_count(told), 1)

    def test_a_person_who_knows_better_lets_it_be_tried(self):
        documents = self._interrupted()
        with self.assertRaises(AccessError):
            self._gate().with_user(self.clerk).action_try_now()
        self.sandbox.control("script", {}, method="DELETE")
        self._gate().action_try_now()
        with clock.overridden(lookup_attempts=1):
            self.queue._cron_drain()
        self.assertEqual(set(documents.mapped("state")), {"valid"})

    def test_a_document_over_which_processes_die_is_set_aside(self):
        document, other = self._documents(2)
        for state in ("sending", "in_doubt", "in_doubt"):  # once it dies while it sends, then while it looks up
            self.assertEqual(document._claim(), document.sudo())
            self.assertEqual(document.state, state)
            document.sudo().lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(document._claim())
        self.assertTrue(document.hold)
        self.assertIn("set aside", document.hold_reason)
        self.assertIn("set aside", document.move_id.activity_ids.mapped("summary")[0])
        self.queue._cron_drain()
        self.assertEqual((document.state, other.state), ("in_doubt", "valid"))
        document.action_send_now()
        self.assertEqual(document.state, "valid")

    @mute_logger(QUEUE_LOGGER)
    def test_a_fault_of_our_own_loses_nobody_elses_answer(self):
        broken, fine = self._documents(2)
        claimed = (broken | fine)._claim()
        jobs, _failed = claimed._jobs(None)
        jobs[broken.sudo()].client = None  # whatever goes wrong in there
        self.patch(type(self.queue), "_jobs", lambda records, wait: (jobs, {}))
        claimed._run_claimed()
        self.assertEqual((broken.state, fine.state), ("sending", "valid"))

    def test_the_actions_that_send_help_each_other_and_leave_the_slot(self):
        self.assertEqual(len(self.queue._drain_crons()), DRAINS)
        documents = self._documents(2)
        self.admin_env["ir.cron"].search([]).nextcall = fields.Datetime.now() + timedelta(hours=1)
        waiting = self.admin_env.ref("l10n_mx_co_edi.ir_cron_catalogs")
        waiting.nextcall = fields.Datetime.now() - timedelta(hours=1)
        self.env.flush_all()
        self.queue._cron_help_drain()
        self.assertEqual(set(documents.mapped("state")), {"ready"})
        waiting.nextcall = fields.Datetime.now() + timedelta(hours=1)
        self.env.flush_all()
        self.queue._cron_help_drain()
        self.assertEqual(set(documents.mapped("state")), {"valid"})
