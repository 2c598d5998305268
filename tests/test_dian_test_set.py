"""DIAN's test set from the screen, against the sandbox's DIAN: an administrator sets it up, an officer runs it."""
import base64
import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.l10n_mx_co_edi.core import clock

from ..tests_process.dian_samples import PIN, SELLER, SOFTWARE, TECHNICAL_KEY
from .common_dian_sending import DianSending
from .dian_test_set_cases import SET, Explained, Lists, Numbers, SupportDocuments
from .dian_test_set_provider_cases import ThroughAProvider

OTHER_SET = "1f3c1d2e-aaaa-4bbb-8ccc-0123456789ab"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianTestSet(ThroughAProvider, Explained, Numbers, Lists, SupportDocuments, DianSending, HttpCase):
    """One class, as preparing a Colombian company takes longer than all of its tests."""

    with_range = False
    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin_env["res.lang"]._activate_lang("es_CO")
        cls.officer = new_test_user(
            cls.admin_env, "co_officer", groups="account.group_account_manager", company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)])

    def setUp(self):
        super().setUp()
        self._set_at_dian(SET)
        self.set_up = self.admin_env["l10n_mx_co_edi.test.set"].with_company(self.company).create({
            "company_id": self.company.id, "environment": "sandbox", "software": SOFTWARE, "identifier": f" {SET} ",
            "invoice_count": 1, "credit_count": 1, "debit_count": 1})
        self.set_up.action_public_range()
        self.test_set = self.set_up.with_user(self.officer)

    def _set_at_dian(self, identifier, needed=99, **more):
        row = {"id": identifier, "nit": SELLER, "software": SOFTWARE, "needed": needed}
        self.sandbox.control("dian/register", {"kind": "test_set", "row": row | more})

    def _of(self, kind):
        return self.test_set.document_ids.filtered(lambda row: row.kind == kind and not row.is_probe)

    def _what_happened(self):
        return [(row.name, row.state, row.last_code, row.last_message) for row in self.test_set.document_ids]

    def _operations(self):
        return [call["operation"] for call in self.sandbox.calls()]

    # ------------------------------------------------------------------
    # Setting up
    # ------------------------------------------------------------------

    def test_the_administrator_sets_it_up_and_the_officer_does_not(self):
        self.assertEqual((self.set_up.identifier, self.set_up.prefix, self.set_up.has_pin, self.set_up.has_key),
                         (SET, "SETP", True, True))
        with self.assertRaises(AccessError):
            self.test_set.identifier = OTHER_SET
        with self.assertRaises(UserError):
            self.test_set.action_public_range()
        for name in ("action_probe", "action_generate", "action_send_all", "action_ask"):
            with self.assertRaises(UserError, msg=name):  # AccessError is one
                getattr(self.set_up.with_user(self.clerk), name)()
        self.assertEqual(self.sandbox.calls(), [])

    def test_identifiers_and_keys_are_checked_and_secrets_never_come_back(self):
        for values in ({"identifier": SET[:-1]}, {"software": "mi software"}, {"key": TECHNICAL_KEY[:38]},
                       {"credit_prefix": "SETP"}, {"last": "1"}, {"invoice_count": -1}):
            with self.assertRaises(ValidationError, msg=str(values)):
                self.set_up.write(values)
                self.env.flush_all()
        saved = self.set_up.web_save({"pin": "canary", "key": "a" * 40}, {"pin": {}, "key": {}, "has_key": {}})
        self.assertFalse("canary" in str(saved) or "aaaa" in str(saved))
        self.assertEqual((self.set_up._secret("dian_software_pin"), self.set_up._secret("technical_key")),
                         ("canary", "a" * 40))

    def test_only_colombian_companies_have_one(self):
        other = self.admin_env["res.company"].create({"name": "Other", "country_id": self.env.ref("base.us").id})
        with self.assertRaises(ValidationError):
            self.admin_env["l10n_mx_co_edi.test.set"].create({"company_id": other.id, "environment": "test"})

    def test_the_range_comes_from_dian(self):
        self.set_up.write({"resolution": False, "first": False, "last": False})
        with self.assertRaisesRegex(UserError, "test range"):
            self.test_set.action_probe()
        self.set_up.action_fetch_range()
        self.assertEqual((self.set_up.first, self.set_up.last), ("990000000", "995000000"))
        self.assertEqual(self._operations(), ["GetNumberingRange"])

    # ------------------------------------------------------------------
    # The probe
    # ------------------------------------------------------------------

    def test_the_probe_shows_the_real_errors_and_its_number_is_spent(self):
        self.admin_env["l10n_mx_co_edi.secret"]._store(self.company, "dian_software_pin", "11111")
        self.test_set.action_probe()
        first = self.test_set.document_ids
        self.assertEqual((first.state, first.number, self.test_set.state), ("rejected", "990000000", "probe"))
        self.assertIn("FAB27b", self.test_set.problem)
        self.admin_env["l10n_mx_co_edi.secret"]._store(self.company, "dian_software_pin", PIN)
        self.test_set.action_probe()
        second = self.test_set.document_ids - first
        self.assertEqual((second.state, second.number, self.test_set.state), ("accepted", "990000001", "running"))
        self.assertFalse(self.test_set.problem)
        self.assertEqual(self._operations(), ["SendBillSync", "SendBillSync"])

    def test_what_the_company_lacks_is_said_before_anything_is_sent(self):
        self.company.partner_id.write({"l10n_mx_co_edi_municipality": False, "city": False, "street": False})
        with self.assertRaises(UserError):
            self.test_set.action_probe()
        self.assertEqual(self.sandbox.calls(), [])

    # ------------------------------------------------------------------
    # The set
    # ------------------------------------------------------------------

    def test_all_of_it_until_dian_accepts_the_set(self):
        entries = self.env["account.move"].sudo().search_count([])
        self._set_at_dian(SET, needed=3)
        self.set_up.invoice_count = 2
        self.test_set.action_generate()
        self.test_set.action_generate()  # there is nothing more to make
        self.assertEqual(sorted(self.test_set.document_ids.mapped("name")),
                         ["NC1", "ND1", "SETP990000000", "SETP990000001"])
        self.test_set.action_send_all()
        self.assertEqual((self.test_set.state, self.test_set.is_running), ("accepted", False), self._what_happened())
        self.assertIn("Aceptado", self.test_set.verdict)
        self.assertEqual(self._of("01").mapped("state"), ["accepted", "accepted"])
        self.assertEqual((self._of("91").state, self._of("92").state), ("accepted", "unused"))
        self.assertEqual(self._of("91").invoice_id.state, "accepted")
        self.assertEqual(self.env["account.move"].sudo().search_count([]), entries)
        self.assertFalse(self.admin_env["l10n_mx_co_edi.document"].search([("company_id", "=", self.company.id)]))
        for document in self._of("01"):
            outcomes = document.exchange_ids.sorted("id").mapped("outcome")
            self.assertEqual(outcomes, ["in_progress", "validated"])
            self.assertTrue(document.answer_xml)

    def test_a_set_of_just_the_right_size_ends_by_itself(self):
        self._set_at_dian(SET, needed=3)
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual(self.test_set.document_ids.mapped("state"), ["accepted"] * 3, self._what_happened())
        self.assertEqual((self.test_set.state, self.test_set.is_running), ("accepted", False))
        self.assertIn("Aceptado", self.test_set.verdict)
        self.assertEqual(self._operations(), ["SendTestSetAsync", "GetStatusZip"] * 3 + ["GetStatusZip"])

    def test_what_was_taken_before_the_verdict_gets_its_answer(self):
        self.set_up.write({"invoice_count": 2, "credit_count": 0, "debit_count": 0})
        self._set_at_dian(SET, needed=1)
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual((self.test_set.state, self._of("01").mapped("state")), ("accepted", ["accepted", "unused"]))

    def test_what_was_signed_with_other_data_is_not_sent(self):
        self.set_up.write({"credit_count": 0, "debit_count": 0, "identifier": OTHER_SET})
        self.test_set.action_generate()
        old = self._of("01")
        old.action_process()
        self.set_up.write({"identifier": SET, "first": "990000000"})  # neither is in what was signed, or changes it
        self.assertEqual(old.state, "signed")
        self.set_up.pin = PIN
        self.assertEqual((old.state, self.test_set.count_missing), ("unused", 1))
        self.test_set.action_generate()
        self.assertEqual((self._of("01") - old).number, "990000001")

    def test_notes_wait_for_their_invoice_also_with_all(self):
        self.test_set.action_generate()
        self.sandbox.script({"in_progress": True}, times=-1, operation="GetStatusZip")
        with self.assertRaisesRegex(UserError, "waits"):
            self._of("91").action_process()
        self.test_set.action_send_all()
        self.assertEqual((self._of("01").state, self._of("91").state, self._of("92").state),
                         ("sent", "pending", "pending"))
        self.assertEqual(self._operations(), ["SendTestSetAsync", "GetStatusZip"])
        self.assertEqual((self.test_set.count_sent, self.test_set.count_pending), (1, 2))
        self.assertTrue(self.test_set.is_running)
        self.sandbox.control("script", method="DELETE")
        self._of("01").sudo().next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
        with clock.overridden(backoff_first=0, backoff_cap=0):
            for _round in range(3):
                self.test_set.sudo()._cron_run()
        self.assertEqual(self.test_set.count_accepted, 3, self._what_happened())
        self.assertEqual((self.test_set.state, self.test_set.is_running), ("running", False))

    def test_what_dian_refuses_is_replaced_under_another_number(self):
        self.set_up.write({"credit_count": 0, "debit_count": 0})
        self.test_set.action_generate()
        refused = self._of("01")
        self.sandbox.script({"refuse": {"code": "FAJ24", "message": "NIT"}}, operation="SendTestSetAsync")
        refused.action_process()
        refused.action_process()
        self.assertEqual(refused.state, "rejected")
        self.assertIn("FAJ24", self.test_set.problem)
        with self.assertRaises(UserError):
            refused.unlink()
        self.test_set.action_generate()
        self.assertEqual((self._of("01") - refused).number, "990000001")
        (self._of("01") - refused).action_process()
        self.test_set.action_ask()
        self.assertEqual((self.test_set.count_accepted, self.test_set.count_rejected), (1, 1))

    def test_a_lost_answer_is_looked_up_and_the_same_bytes_are_kept(self):
        self.test_set.action_generate()
        invoice = self._of("01")
        self.sandbox.script({"drop_after_stamp": True}, operation="SendTestSetAsync")
        invoice.action_process()
        self.assertEqual(invoice.state, "doubt")
        kept = invoice.sha256
        invoice.action_process()
        self.assertEqual((invoice.state, invoice.sha256, self._operations()),
                         ("accepted", kept, ["SendTestSetAsync", "GetStatus"]))
        with self.assertRaises(UserError):
            invoice.sudo().signed_xml = base64.b64encode(b"other")

    def test_what_never_arrived_goes_again_with_the_same_bytes(self):
        self.test_set.action_generate()
        invoice = self._of("01")
        self.sandbox.script({"drop_before": True}, operation="SendTestSetAsync")
        invoice.action_process()
        self.assertEqual(invoice.state, "doubt")
        kept = invoice.sha256
        for _turn in range(3):
            invoice.action_process()
        self.assertEqual((invoice.state, invoice.sha256), ("accepted", kept))
        self.assertEqual(self._operations(), ["SendTestSetAsync", "GetStatus", "SendTestSetAsync", "GetStatusZip"])
        sent = {call["sha256"] for call in self.sandbox.calls() if call["operation"] == "SendTestSetAsync"} - {""}
        self.assertLessEqual(len(sent), 1)

    def test_what_a_dead_process_left_is_looked_up_before_it_goes_again(self):
        self.test_set.action_generate()
        invoice = self._of("01")
        invoice.sudo()._sign()
        invoice.sudo().write({"state": "sending", "lease_until": fields.Datetime.now() + timedelta(minutes=1)})
        invoice.action_process()
        self.assertEqual((invoice.state, self._operations()), ("sending", []))
        invoice.sudo().lease_until = fields.Datetime.now() - timedelta(seconds=1)
        invoice.action_process()
        self.assertEqual((invoice.state, self._operations()), ("signed", ["GetStatus"]))
        self.test_set.action_send_all()
        self.assertEqual(self.test_set.count_accepted, 3)
        self.assertEqual(self._operations()[1:3], ["SendTestSetAsync", "GetStatusZip"])

    def test_a_wrong_identifier_spends_no_document(self):
        self.set_up.write({"identifier": OTHER_SET, "credit_count": 0, "debit_count": 0})
        self.test_set.action_generate()
        self.test_set.action_send_all()
        invoice = self._of("01")
        self.assertEqual((invoice.state, self.test_set.state), ("signed", "running"))
        self.assertIn("no existe", self.test_set.problem)
        for _round in range(3):  # it does not go on for ever with what only a person can correct
            self.test_set.sudo()._cron_run()
        self.assertFalse(self.test_set.is_running)
        self.assertEqual(self._operations(), ["SendTestSetAsync"] * 3)
        self.set_up.identifier = SET
        self.test_set.action_send_all()
        self.assertEqual(invoice.state, "accepted")

    def test_a_rejected_set_goes_on_with_a_new_identifier_and_new_numbers(self):
        self.set_up.write({"credit_count": 0, "debit_count": 0, "invoice_count": 2})
        self.test_set.action_generate()
        self._of("01")[0].action_process()
        self._set_at_dian(SET, state="Rechazado")
        self.test_set.action_send_all()
        self.assertEqual(self.test_set.state, "rejected")
        self.assertIn("Rechazado", self.test_set.verdict)
        with self.assertRaises(UserError):
            self.test_set.action_generate()
        self._set_at_dian(OTHER_SET)
        self.set_up.identifier = OTHER_SET
        self.assertEqual((self.test_set.state, self.test_set.verdict), ("running", False))
        self.test_set.action_generate()
        self.assertEqual(sorted(self.test_set._live().mapped("number")), ["990000002", "990000003"])
        self.test_set.action_send_all()
        self.assertEqual(self.test_set._live().mapped("state"), ["accepted", "accepted"])

    def test_another_set_of_the_company_goes_on_with_the_numbers(self):
        self.test_set.action_generate()
        other = self.set_up.copy({"identifier": OTHER_SET})
        other._keep_secret("technical_key", TECHNICAL_KEY)
        other.action_generate()
        self.assertEqual(sorted(other.document_ids.mapped("name")), ["NC2", "ND2", "SETP990000001"])

    def test_what_was_signed_yesterday_is_not_sent_but_replaced(self):
        self.set_up.write({"credit_count": 0, "debit_count": 0, "identifier": OTHER_SET})
        self.test_set.action_generate()
        old = self._of("01")
        old.action_process()
        self.assertEqual(old.state, "signed")
        old.sudo().issued_at -= timedelta(days=1)
        self.set_up.identifier = SET
        self.test_set.action_send_all()
        self.assertEqual((old.state, (self._of("01") - old).number, (self._of("01") - old).state),
                         ("unused", "990000001", "accepted"))

    def test_exchanges_hold_no_secret(self):
        self.test_set.action_probe()
        for exchange in self.test_set.document_ids.exchange_ids.sudo():
            for content in (exchange.request, exchange.response):
                self.assertNotIn(TECHNICAL_KEY.encode(), base64.b64decode(content))
        self.assertNotIn(TECHNICAL_KEY, json.dumps(self.set_up.read(), default=str))
