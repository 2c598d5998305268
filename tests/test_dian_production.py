"""The last step of the assistant: DIAN's ranges of production, their kinds and journals, and the switch."""
import os
from contextlib import contextmanager
from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from odoo.addons.l10n_mx_co_edi.core import clock

from ..tests_process import layout_samples, provider_samples
from ..tests_process.dian_samples import PIN, RANGE, SELLER, SOFTWARE
from .common_dian_sending import DianSending

OTHER_SOFTWARE = "0f3c1d2e-0000-4000-8000-0123456789ab"
KEY, NEXT_KEY = "a1" * 20, "b2" * 20
DONE = "Se ha realizado el Paso a PRODUCTIVO exitosamente."


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianProduction(DianSending):
    """A company whose test set DIAN accepted; the sandbox stands in for production."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.admin_env, "co_officer", groups="account.group_account_manager", company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)], email="officer@example.invalid")
        cls.days = {"valid_from": str(cls.today - timedelta(days=30)), "valid_to": str(cls.today + timedelta(days=500))}

    def setUp(self):
        super().setUp()
        self.sandbox.control("dian/register", {
            "kind": "software", "row": {"id": OTHER_SOFTWARE, "nit": SELLER, "pin": "54321"}})
        self.set_up = self.admin_env["l10n_mx_co_edi.test.set"].with_company(self.company).create({
            "company_id": self.company.id, "environment": "sandbox", "software": OTHER_SOFTWARE})
        self.set_up.action_public_range()
        self.set_up.pin = "54321"
        self.set_up.sudo().state = "accepted"
        self.test_set = self.set_up.with_user(self.officer)
        self.ranges = self.admin_env["l10n_mx_co_edi.numbering.range"]

    def at_dian(self, prefix="FE", key=KEY, software=OTHER_SOFTWARE, **values):
        """Let DIAN authorise a range, and associate it with the software."""
        row = {**RANGE, "resolution": "18764000000001", "prefix": prefix, "first": 1, "last": 5000,
               "software": software, "technical_key": key, **self.days, **values}
        self.sandbox.control("dian/register", {"kind": "range", "row": row})

    def range_of(self, prefix, **values):
        domain = [("company_id", "=", self.company.id), ("prefix", "=", prefix)]
        return self.ranges.search(domain + [(name, "=", value) for name, value in values.items()])

    def answer(self):
        """Ask, and return what a person is shown."""
        self.test_set.action_ask_production()
        return self.set_up.production_review_id.with_env(self.admin_env)

    def line(self, review, prefix):
        return review.line_ids.filtered(lambda line: line.prefix == prefix)

    def confirm(self, review, *prefixes):
        for prefix in prefixes:
            self.line(review, prefix).kind_confirmed = True
        review.action_store()

    def asked(self):
        return [call["operation"] for call in self.sandbox.calls()].count("GetNumberingRange")

    @contextmanager
    def at(self, moment):
        """Let it be another time, here and at DIAN."""
        self.sandbox.control("clock", {"now": moment.isoformat()})
        with clock.frozen(moment):
            yield

    # ------------------------------------------------------------------
    # Before DIAN knows anything
    # ------------------------------------------------------------------

    def test_each_missing_step_is_named(self):
        self.test_set.action_ask_production()
        self.assertEqual((self.test_set.production_code, self.test_set.production_review_id.ids), ("302", []))
        for name, words in (("card_date", "go-live"), ("card_sync", "Sincronizar"), ("card_numbering", "MUISCA"),
                            ("card_prefix", "Associate"), (None, "two hours")):
            self.assertIn(words, self.test_set.production_missing)
            if name:
                self.set_up[name] = True
        self.set_up.sudo().production_code = "404"
        self.assertIn("definitive", self.test_set.production_missing)

    def test_it_is_asked_again_by_itself_until_there_is_an_answer(self):
        self.test_set.action_ask_production()
        self.assertEqual(
            self.test_set.production_next_at - self.test_set.production_asked_at, timedelta(minutes=10))
        sets = self.admin_env["l10n_mx_co_edi.test.set"].sudo()
        sets._cron_ask_production()
        self.assertEqual(self.asked(), 1)  # not yet
        self.at_dian()
        with self.at(self.noon + timedelta(minutes=11)):
            sets._cron_ask_production()
            sets._cron_ask_production()
        self.assertEqual(self.asked(), 2)
        self.assertFalse(self.test_set.production_next_at)
        self.assertEqual(self.test_set.production_review_id.line_ids.mapped("prefix"), ["FE"])
        self.assertEqual(self.test_set.activity_ids.user_id, self.officer)
        self.assertFalse(self.range_of("FE"))  # nothing is stored by itself

    def test_asking_ends_after_some_days_and_somebody_is_told(self):
        self.test_set.action_ask_production()
        sets, turns = self.admin_env["l10n_mx_co_edi.test.set"].sudo(), 0
        while self.test_set.production_next_at:
            turns += 1
            self.assertLess(turns, 60)
            with self.at(self.test_set.production_next_at.replace(tzinfo=timezone.utc)):
                sets._cron_ask_production()
        self.assertLess(self.test_set.production_asked_at, self.test_set.production_since + timedelta(days=5, hours=1))
        self.assertIn("for days", self.test_set.activity_ids.summary)

    def test_a_person_may_stop_it_and_an_unreachable_dian_is_tried_again(self):
        with self.dian_at("http://127.0.0.1:9"):
            self.test_set.action_ask_production()
        self.assertIn("could not be reached", self.test_set.production_missing)
        self.assertTrue(self.test_set.production_next_at)
        self.test_set.action_stop_asking()
        self.assertFalse(self.test_set.production_next_at)

    def test_who_may_do_what(self):
        self.at_dian()
        with self.assertRaises(UserError):
            self.set_up.with_user(self.clerk).action_ask_production()
        review = self.answer()
        with self.assertRaises(UserError):
            review.with_user(self.officer).action_store()
        with self.assertRaises(AccessError):
            self.line(review, "FE").with_user(self.officer).kind = "support"
        with self.assertRaises(AccessError):
            review.with_user(self.clerk).line_ids.mapped("prefix")
        with self.assertRaises(UserError):
            self.test_set.action_go_to_production()
        self.assertNotIn(KEY, str(review.line_ids.read()))

    # ------------------------------------------------------------------
    # What changes is shown before it is stored
    # ------------------------------------------------------------------

    def test_new_changed_and_not_named_any_more(self):
        self.at_dian()
        self.at_dian("FX", resolution="18764000000002")
        self.confirm(self.answer(), "FE", "FX")
        self.at_dian("FX", resolution="18764000000002", software=SOFTWARE)  # associated with another one now
        self.at_dian(last=9000, key=NEXT_KEY)
        self.at_dian("FY", key="", resolution="18764000000003")
        review = self.answer()
        self.assertEqual({line.prefix: line.change for line in review.line_ids},
                         {"FE": "changed", "FY": "new", "FX": "gone"})
        changed = self.line(review, "FE")
        self.assertIn("5000 → 9000", changed.differences)
        self.assertTrue(changed.is_other_key)
        self.assertEqual((self.range_of("FE").last, self.range_of("FE")._technical_key()), ("5000", KEY))
        review.action_store()
        self.assertEqual((self.range_of("FE").last, self.range_of("FE")._technical_key()), ("9000", NEXT_KEY))
        self.assertTrue(self.range_of("FX") and self.range_of("FY"))
        self.assertFalse(self.range_of("FY").kind_confirmed)
        self.assertFalse(self.admin_env["l10n_mx_co_edi.secret"].sudo().search([
            ("res_model", "=", "l10n_mx_co_edi.range.review.line")]))
        with self.assertRaisesRegex(UserError, "stored already"):
            review.action_store()

    def test_a_kind_needs_a_journal_of_its_own_which_can_be_made(self):
        self.at_dian()
        self.at_dian("CON", key="", resolution="18764000000002", kind="contingency")
        self.at_dian("DSE", key="", resolution="18764000000003", kind="support")
        review = self.answer()
        invoices, paper, support = (self.line(review, prefix) for prefix in ("FE", "CON", "DSE"))
        self.assertEqual((invoices.kind, invoices.journal_id, paper.kind), ("invoice", self.journal, False))
        paper.write({"kind": "contingency", "kind_confirmed": True, "journal_id": self.journal.id})
        self.assertIn("Contingency", paper.problem)
        with self.assertRaisesRegex(ValidationError, "of the kind"), self.env.cr.savepoint():
            review.action_store()
        self.assertFalse(self.range_of("FE"))  # all of it or nothing
        paper.make_journal = True
        support.write({"kind": "support", "kind_confirmed": True, "make_journal": True})
        self.confirm(review, "FE")
        made = {prefix: self.range_of(prefix).journal_id for prefix in ("FE", "CON", "DSE")}
        self.assertEqual(made["FE"], self.journal)
        self.assertTrue(made["CON"].l10n_mx_co_edi_contingency)
        self.assertTrue(made["DSE"].l10n_mx_co_edi_support_document)

    def test_a_truncated_key_is_shown_and_the_whole_one_is_kept(self):
        self.at_dian()
        self.confirm(self.answer(), "FE")
        self.at_dian(key=KEY[:38])
        review = self.answer()
        self.assertIn("38 of 40", self.line(review, "FE").problem)
        review.action_store()
        self.assertEqual((self.range_of("FE")._technical_key(), self.range_of("FE").key_length), (KEY, 38))

    # ------------------------------------------------------------------
    # Production
    # ------------------------------------------------------------------

    def test_what_is_missing_is_said_before_the_switch(self):
        with self.assertRaisesRegex(UserError, "Electronic Invoices"):
            self.set_up.action_go_to_production()
        self.at_dian(key="")
        review = self.answer()
        self.line(review, "FE").write({"kind": "invoice", "kind_confirmed": True})
        review.action_store()
        with self.assertRaisesRegex(UserError, "technical key"):
            self.set_up.action_go_to_production()
        self.at_dian()
        self.confirm(self.answer(), "FE")
        self.set_up.sudo().state = "running"
        with self.assertRaisesRegex(UserError, "has not accepted"):
            self.set_up.action_go_to_production()
        self.set_up.sudo().state = "accepted"
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": ""}), self.assertRaisesRegex(UserError, "master key"):
            self.set_up.action_go_to_production()
        self.assertFalse(self.set_up.production_done_at)

    def test_the_journal_moves_from_the_test_numbers_to_those_of_production(self):
        self.assertIn("Electronic Invoices", str(self.test_set.steps[-1]["lacking"]))
        before = self.a_valid_invoice()
        self.assertTrue(before.name.startswith("SETP"))
        self.at_dian()
        self.confirm(self.answer(), "FE")
        self.set_up.action_go_to_production()
        self.assertEqual(
            (self.test_set.production_verdict, self.test_set.production_done_by_id, self.test_set.production_lacking),
            (DONE, self.admin_env.user, False))
        self.assertIn(DONE, self.test_set.message_ids[0].body)
        self.assertEqual((self.test_set.steps[-1]["key"], self.test_set.steps[-1]["state"]), ("production", "done"))
        self.assertEqual(self.company.l10n_mx_co_edi_dian_software, OTHER_SOFTWARE)
        secrets = self.admin_env["l10n_mx_co_edi.secret"]
        self.assertEqual(secrets._reveal_text(self.company, "dian_software_pin"), "54321")
        self.assertEqual(self.range_of("SETP").state, "disabled")
        after = self.a_valid_invoice()
        self.assertEqual((after.name, before.name), ("FE1", "SETP990000000"))
        self.assertFalse(after.made_sequence_gap)

    def test_from_the_test_environment_to_production(self):
        self.company.l10n_mx_co_edi_environment = "test"
        self.range_of("SETP").sudo().environment = "test"
        self.set_up.environment = "test"
        numbered = self.a_draft()
        numbered.sudo()._post()
        self.at_dian()
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_ENDPOINT_DIAN": self.sandbox.url}):
            self.confirm(self.answer(), "FE")
        self.assertEqual(self.range_of("FE").environment, "production")
        self.set_up.action_go_to_production()
        self.assertEqual(self.company.l10n_mx_co_edi_environment, "production")
        self.assertTrue(self.company._l10n_mx_co_edi_may_send("production"))
        draft = self.a_draft()
        draft.sudo()._post()
        self.assertEqual((numbered.name, draft.name), ("SETP990000000", "FE1"))
        self.assertEqual(self.range_of("SETP").state, "ready")

    def test_what_was_signed_with_the_former_key_keeps_it(self):
        self.at_dian(last=10, software=SOFTWARE)
        self.set_up.software = SOFTWARE
        self.set_up.pin = PIN
        self.confirm(self.answer(), "FE")
        self.set_up.action_go_to_production()
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        signed = document.sha256
        self.assertEqual((move.name, document.state), ("FE1", "in_doubt"))
        self.at_dian(first=11, last=5000, key=NEXT_KEY, software=SOFTWARE, resolution="18764000000009")
        self.confirm(self.answer(), "FE")
        old, new = self.range_of("FE", first="1"), self.range_of("FE", first="11")
        self.assertEqual((old._technical_key(), new._technical_key()), (KEY, NEXT_KEY))
        self.assertEqual((new.kind, new.journal_id), ("invoice", self.journal))
        document.action_look_up()
        self.assertEqual((document.state, document.sha256), ("valid", signed), document.last_error)
        old._disable("Renovado")
        renewed = self.a_valid_invoice()
        self.assertEqual(renewed.name, "FE11")
        self.assertEqual(self.a_draft()._l10n_mx_co_edi_next_number(), ("FE", 12))

    # ------------------------------------------------------------------
    # The day, and technology providers
    # ------------------------------------------------------------------

    def test_the_go_live_date_is_waited_for(self):
        self.set_up.golive_date = self.today + timedelta(days=10)
        begin = self.noon.replace(hour=0) + timedelta(days=10)
        self.test_set.action_ask_production()
        for words in (format_date(self.env, self.set_up.golive_date), "by itself on that day"):
            self.assertIn(words, self.test_set.production_missing)
        self.assertEqual(self.test_set.production_next_at.replace(tzinfo=timezone.utc), begin)
        self.at_dian()
        self.confirm(self.answer(), "FE")
        with self.assertRaisesRegex(UserError, f"{format_date(self.env, self.set_up.golive_date)}, is still to come"):
            self.set_up.action_go_to_production()
        self.at_dian(software=SOFTWARE)  # not associated any more: nothing is named
        self.test_set.action_ask_production()
        sets, asked = self.admin_env["l10n_mx_co_edi.test.set"].sudo(), self.asked()
        with self.at(begin):
            sets._cron_ask_production()
            self.assertEqual(self.asked(), asked + 1)
            self.assertTrue(self.test_set.production_next_at)  # the days count from the go-live date
            self.test_set.invalidate_recordset()
            self.assertNotIn("go-live", str(self.test_set.production_lacking))
            self.set_up.action_go_to_production()
        self.assertEqual(self.test_set.production_verdict, DONE)

    def test_cadena_tells_the_ranges_and_the_company_goes_to_production_with_it(self):
        provider_samples.open_cadena(self.sandbox)
        self.sandbox.control("dian/associate", {"nit": SELLER, "prefix": "SETP", "software": OTHER_SOFTWARE})
        self.company._l10n_mx_co_edi_store_provider_access("cadena", token=provider_samples.TOKEN)
        software = provider_samples.CADENA_SOFTWARE
        self.set_up.write({"service": "cadena", "software": software, "pin": provider_samples.CADENA_PIN})
        self.certificate.active = False
        self.test_set.action_ask_production()
        self.assertEqual((self.test_set.production_code, self.test_set.production_review_id.ids), ("302", []))
        self.assertTrue(self.test_set.production_next_at)
        self.at_dian(software=software)
        self.confirm(self.answer(), "FE")
        self.assertEqual((self.range_of("FE").source, self.range_of("FE")._technical_key()), ("provider", KEY))
        self.set_up.action_go_to_production()
        calls = [(call["service"], call["operation"]) for call in self.sandbox.calls()]
        self.assertEqual(calls, [("cadena", "ranges")] * 2)
        self._is_in_production_with("cadena")
        self.assertEqual(self.company.l10n_mx_co_edi_dian_software, software)
        self.assertIn(software.encode(), self.a_valid_invoice().l10n_mx_co_edi_document_id._stamped_bytes())

    def test_the_range_of_a_provider_that_does_not_tell_it_is_typed(self):
        layout_samples.open_facturatech(self.sandbox)
        self.company._l10n_mx_co_edi_store_provider_access(
            "facturatech", username=layout_samples.USER, password=layout_samples.PASSWORD)
        self.set_up.write({"service": "facturatech", "identifier": False, "software": False})
        self.certificate.active = False
        self.assertTrue(self.test_set.production_by_hand)
        with self.assertRaisesRegex(UserError, "form 1876"):
            self.test_set.action_ask_production()
        self.assertFalse(self.test_set.production_next_at)
        with self.assertRaisesRegex(UserError, "Electronic Invoices"):
            self.set_up.action_go_to_production()
        self.at_dian(software=layout_samples.SOFTWARE)
        self.ranges.create({  # form 1876 does not show the technical key
            "company_id": self.company.id, "environment": "sandbox", "resolution": "18764000000001", "prefix": "FE",
            "first": "1", "last": "5000", "kind": "invoice", "journal_id": self.journal.id, **self.days})
        self.set_up.action_go_to_production()
        self._is_in_production_with("facturatech")
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual((move.name, document.state, document.service), ("FE1", "valid", "facturatech"),
                         document.last_error)

    def _is_in_production_with(self, service):
        self.assertEqual((self.test_set.production_verdict, self.test_set.production_lacking), (DONE, False))
        self.assertIn(DONE, self.test_set.message_ids[0].body)
        self.assertEqual((self.test_set.steps[-1]["key"], self.test_set.steps[-1]["state"]), ("production", "done"))
        self.assertEqual(self.company.l10n_mx_co_edi_dian_service, service)
        self.assertEqual(self.range_of("SETP").state, "disabled")
