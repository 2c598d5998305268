"""What looks after itself in a Colombian company: its certificate's end, its numbering ranges."""
import os
from datetime import datetime, time, timedelta, timezone
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..core import clock
from ..models.numbering_range import colombian_today
from ..tests_process import provider_samples
from ..tests_process.dian_samples import BOGOTA, RANGE
from .common_dian import DianCommon


class SentinelCommon(DianCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.admin_env, "co_keeper", groups="base.group_user,l10n_mx_co_edi.group_administrator",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)], lang="en_US")

    def activities(self, record):
        kind = self.admin_env.ref(record._activity_type())
        return record.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind and activity.user_id == self.keeper)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianCertificateReminders(SentinelCommon):

    def setUp(self):
        super().setUp()
        self.certificate = self.with_certificate()

    def days_before_the_end(self, days):
        """Return the moment so many days before the certificate's last day, at noon in Colombia."""
        noon = datetime.combine(self.certificate._last_day(), datetime.min.time(), timezone.utc) + timedelta(hours=17)
        return noon - timedelta(days=days)

    def remind(self, days):
        with clock.frozen(self.days_before_the_end(days)):
            self.admin_env["l10n_mx_co_edi.certificate"]._cron_remind()
            self.admin_env.invalidate_all()
            return self.activities(self.certificate)

    def test_each_step_is_told_once_however_often_the_action_runs(self):
        self.assertFalse(self.remind(61))
        for days in (60, 30, 15, 7, 1):
            with self.subTest(days=days):
                [activity] = self.remind(days)
                self.assertIn(f"(days left: {days})", activity.note)
                self.assertEqual(activity.summary, "The certificate for DIAN expires soon")
                self.assertEqual(self.remind(days), activity, "the same one, no second")
                activity.with_user(self.keeper).action_feedback()
                self.assertFalse(self.remind(days), "who has done it is left in peace")
        [activity] = self.remind(-1)
        self.assertEqual(activity.summary, "The certificate for DIAN has expired")

    def test_a_new_certificate_settles_it(self):
        self.assertTrue(self.remind(15))
        newer = self.admin_env["l10n_mx_co_edi.certificate"]._import_p12(self.company, *self.a_p12(days_valid=4000))
        self.assertGreater(newer.not_after, self.certificate.not_after)
        self.assertFalse(self.activities(self.certificate))
        self.assertFalse(self.remind(7))

    def test_invoices_and_settings_say_it_before_and_after_the_end(self):
        for days, code, severity in ((70, None, None), (45, "CO-CERT-14", "info"), (20, "CO-CERT-14", "warning"),
                                     (-1, "CO-CERT-13", "error")):
            with self.subTest(days=days), clock.frozen(self.days_before_the_end(days)):
                found = self.company._l10n_mx_co_edi_dian_certificate_findings()
                self.assertEqual(
                    [(one.code, str(one.severity)) for one in found], [(code, severity)] if code else [])
                settings = self.admin_env["res.config.settings"].with_company(self.company).create({})
                self.assertEqual(bool(settings.l10n_mx_co_edi_dian_certificate_alerts), bool(code), code)
        self.company.l10n_mx_co_edi_dian_service = "cadena"
        with clock.frozen(self.days_before_the_end(-1)):
            self.assertEqual(self.company._l10n_mx_co_edi_dian_certificate_findings(), [], "the provider signs")
        self.assertFalse(self.remind(1))
        self.company.l10n_mx_co_edi_dian_service = "dian"
        self.certificate.active = False
        self.assertEqual(
            [one.code for one in self.company._l10n_mx_co_edi_dian_certificate_findings()], ["CO-CERT-12"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNumberingSentinel(SentinelCommon):
    with_range = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data["default_journal_sale"]
        noon = datetime.combine(datetime.now(BOGOTA).date(), time(12), BOGOTA)
        cls.enterClassContext(clock.frozen(noon))
        cls.noon = noon
        cls.today = colombian_today(cls.env)
        cls.watches = cls.admin_env["l10n_mx_co_edi.numbering.watch"]
        cls.ranges = cls.admin_env["l10n_mx_co_edi.numbering.range"]
        cls.certificates = cls.admin_env["l10n_mx_co_edi.certificate"]

    def a_range(self, last=1000, **values):
        return super().a_range(self.journal, **{
            "prefix": "FE", "first": "1", "last": str(last), "valid_from": self.today - timedelta(days=100),
            "valid_to": self.today + timedelta(days=300), **values})

    def used(self, numbering, count, first=1, days_ago=0):
        """Confirmed invoices of the journal with numbers of the range, as a database holds them."""
        day = self.today - timedelta(days=days_ago)
        moves = self.admin_env["account.move"].create([{
            "move_type": "out_invoice", "journal_id": self.journal.id, "partner_id": self.partner_a.id,
            "invoice_date": day, "date": day} for _number in range(count)])
        for number, move in enumerate(moves, first):
            move.write({"name": f"FE{number}", "posted_before": True})
        moves.flush_recordset()
        return moves

    def review(self, days=0):
        with clock.frozen(self.noon + timedelta(days=days)):
            self.ranges.invalidate_model()
            self.ranges._review(self.company)

    def codes(self, numbering):
        return [code for _step, code in numbering._notices()]

    # ------------------------------------------------------------------
    # Forecast
    # ------------------------------------------------------------------

    def test_the_pace_tells_when_the_last_number_goes_and_people_in_time(self):
        numbering = self.a_range(last=50)
        self.used(numbering, 14, days_ago=2)
        self.review()
        self.assertEqual((numbering.left, numbering.per_day), ("36", 2.0))
        self.assertEqual(numbering.forecast_day, self.today + timedelta(days=18))
        [activity] = self.activities(numbering)
        self.assertIn("run out", activity.summary)
        self.assertIn("36 numbers left", activity.note)
        self.assertIn("MUISCA", activity.note)
        self.assertIn("action-l10n_mx_co_edi.action_test_set", activity.note)
        self.review()
        self.assertEqual(self.activities(numbering), activity, "told once")
        activity.with_user(self.keeper).action_feedback()
        self.review()
        self.assertFalse(self.activities(numbering), "who has done it is left in peace")
        self.used(numbering, 14, first=15)
        self.review()
        self.assertTrue(self.activities(numbering), "it became urgent")
        self.assertLess(numbering.forecast_day, self.today + timedelta(days=7))

        heir = self.a_range(last=2000, first="1001", valid_to=self.today + timedelta(days=600))
        self.assertEqual(heir.state, "ready")
        self.review()
        self.assertFalse(self.activities(numbering))
        self.assertFalse(self.codes(numbering))

    def test_many_numbers_and_nothing_used_is_no_news(self):
        numbering = self.a_range(last=5_000_000)
        self.review()
        self.assertFalse(numbering.forecast_day)
        self.used(numbering, 3)
        self.review()
        self.assertFalse(numbering.forecast_day)
        self.assertFalse(self.activities(numbering))

    def test_invoice_and_dashboard_warn_while_numbers_are_left(self):
        numbering = self.a_range(last=300)
        self.used(numbering, 120, days_ago=1)
        self.review()
        self.assertEqual((numbering.state, numbering.left), ("ready", "180"))
        draft = self.init_invoice("out_invoice", partner=self.partner_a, amounts=[100.0])
        found = {finding.code: str(finding.severity) for finding in draft._l10n_mx_co_edi_numbering_findings()}
        self.assertEqual(found, {"CO-WATCH-02": "warning"})
        card = self.journal.with_user(self.clerk)._get_journal_dashboard_data_batched()[self.journal.id]
        self.assertEqual(card["l10n_mx_co_edi_numbering"]["level"], "warning")
        self.assertIn("run out", card["l10n_mx_co_edi_numbering"]["text"])
        self.assertEqual(
            self.journal.with_user(self.clerk).action_l10n_mx_co_edi_open_ranges()["res_model"], numbering._name)
        self.company.l10n_mx_co_edi_environment = False
        card = self.journal.with_user(self.clerk)._get_journal_dashboard_data_batched()[self.journal.id]
        self.assertFalse(card["l10n_mx_co_edi_numbering"])

    def test_a_journal_without_range_says_so_on_its_card(self):
        card = self.journal._get_journal_dashboard_data_batched()[self.journal.id]
        self.assertEqual(card["l10n_mx_co_edi_numbering"]["level"], "danger")

    # ------------------------------------------------------------------
    # Expiry, key
    # ------------------------------------------------------------------

    def test_the_end_is_told_once_at_each_step(self):
        numbering = self.a_range(valid_to=self.today + timedelta(days=61))
        self.review()
        self.assertFalse(self.activities(numbering))
        for days in (60, 30, 15, 7, 1):
            with self.subTest(days=days):
                self.review(days=61 - days)
                [activity] = self.activities(numbering)
                self.assertIn(f"(days left: {days})", activity.note)
                self.review(days=61 - days)
                self.assertEqual(self.activities(numbering), activity)
        self.review(days=62)
        [activity] = self.activities(numbering)
        self.assertIn("expired", activity.summary)
        numbering.valid_to = self.today + timedelta(days=900)
        self.assertFalse(self.activities(numbering), "withdrawn at once")

    def test_two_ranges_that_end_together_do_not_silence_each_other(self):
        one = self.a_range(valid_to=self.today + timedelta(days=7))
        other = self.a_range(first="2001", last=3000, valid_to=self.today + timedelta(days=7))
        self.review()
        self.assertEqual([self.codes(one), self.codes(other)], [[], ["CO-WATCH-04"]])

    def test_an_empty_range_is_no_news_where_another_has_numbers(self):
        empty = self.a_range(last=2, valid_to=self.today + timedelta(days=500))
        self.used(empty, 2)
        self.assertEqual(self.codes(empty), ["CO-WATCH-01"])
        other = self.a_range(first="2001", last=3000, valid_to=self.today + timedelta(days=400))
        self.assertEqual([self.codes(empty), self.codes(other)], [[], []])
        (empty | other).with_context(tracking_disable=True).enabled = False
        card = self.journal._get_journal_dashboard_data_batched()[self.journal.id]
        self.assertEqual(card["l10n_mx_co_edi_numbering"]["level"], "danger")

    def test_a_key_of_another_length_is_told(self):
        numbering = self.a_range(key_length=38)
        self.review()
        [activity] = self.activities(numbering)
        self.assertIn("38 characters", activity.note)

    # ------------------------------------------------------------------
    # DIAN's answers
    # ------------------------------------------------------------------

    def look(self, nights):
        """The scheduled action of so many nights, at the company's own minute."""
        self.addCleanup(self.sandbox.control, "clock", {"reset": True})
        watch = self.watches._of(self.company)
        for _night in range(nights):
            moment = watch.next_at.replace(tzinfo=timezone.utc)
            self.sandbox.control("clock", {"now": moment.isoformat()})
            with clock.frozen(moment):
                self.watches._cron_look()
        self.admin_env.invalidate_all()
        return watch

    def at_dian(self, **values):
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | values})

    def test_every_night_dian_is_asked_once_and_nothing_is_deleted(self):
        self.with_certificate()
        watch = self.look(1)
        [numbering] = self.ranges.search([("company_id", "=", self.company.id)])
        self.assertEqual((numbering.prefix, numbering.has_key), ("SETP", True))
        calls = len(self.sandbox.calls())
        self.watches._cron_look()
        self.assertEqual(len(self.sandbox.calls()), calls, "its night has not come")
        self.assertGreater(watch.next_at, watch.asked_at)
        local = watch.next_at.replace(tzinfo=timezone.utc).astimezone(BOGOTA)
        self.assertIn(local.hour, (1, 2, 3, 4))

    def test_a_range_that_two_answers_do_not_name_is_lost_until_one_names_it_again(self):
        self.with_certificate()
        self.look(1)
        [numbering] = self.ranges.search([("company_id", "=", self.company.id)])
        numbering.journal_id = self.journal
        self.at_dian(software="11111111-0000-4000-8000-000000000000")
        watch = self.look(1)
        self.assertEqual((numbering.unnamed, watch.failures, self.codes(numbering)), (1, 0, []))
        self.look(1)
        self.assertEqual((numbering.unnamed, self.codes(numbering)), (2, ["CO-WATCH-05"]))
        [activity] = self.activities(numbering)
        self.assertIn("no longer names", activity.summary)
        self.assertTrue(numbering.has_key)
        self.at_dian()
        self.look(1)
        self.assertEqual((numbering.unnamed, len(self.activities(numbering))), (0, 0))

    def test_two_answers_of_one_minute_are_one(self):
        numbering = self.a_range()
        numbering._note_named(False)
        numbering._note_named(False)
        self.assertEqual(numbering.unnamed, 1)

    def test_a_dead_line_is_told_after_some_nights_and_stops_nobody(self):
        self.with_certificate()
        numbering = self.a_range(valid_to=self.today + timedelta(days=7))
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_SANDBOX_URL": "http://127.0.0.1:9"}):
            watch = self.look(1)
            self.assertEqual(self.codes(numbering), ["CO-WATCH-04"], "what ends is seen all the same")
            self.assertTrue(self.activities(numbering))
            self.look(1)
            self.assertEqual((watch.failures, len(self.activities(watch))), (2, 0))
            self.look(2)
        [activity] = self.activities(watch)
        self.assertIn("could not be reached", activity.note)
        self.assertEqual(watch.failures, 4)
        self.look(1)
        self.assertEqual((watch.failures, watch.problem, len(self.activities(watch))), (0, False, 0))

    def test_what_a_service_said_is_no_markup_in_an_activity(self):
        watch = self.admin_env["l10n_mx_co_edi.numbering.watch"].sudo()._of(self.company)
        watch.problem = "<a href='https://example.invalid'>Log in</a>"
        watch._ask_administrators()
        self.assertIn("&lt;a href", watch.activity_ids[:1].note)

    def test_nobody_is_asked_without_certificate_or_software(self):
        self.with_certificate().active = False
        self.look(3)
        self.certificates.with_context(active_test=False).search([("company_id", "=", self.company.id)]).active = True
        self.company.l10n_mx_co_edi_dian_software = False
        watch = self.look(1)
        self.assertEqual((self.sandbox.calls(), watch.failures, len(self.activities(watch))), ([], 0, 0))

    def test_a_provider_that_has_ranges_is_asked_in_dian_s_place(self):
        provider_samples.open_cadena(self.sandbox)
        self.company.write({
            "l10n_mx_co_edi_dian_service": "cadena", "l10n_mx_co_edi_dian_software": provider_samples.CADENA_SOFTWARE})
        self.look(1)
        self.assertEqual(self.sandbox.calls(), [], "no access yet, and so nobody is bothered")
        self.company._l10n_mx_co_edi_store_provider_access("cadena", token=provider_samples.PRODUCTION_TOKEN)
        watch = self.look(1)
        [numbering] = self.ranges.search([("company_id", "=", self.company.id)])
        self.assertEqual((numbering.prefix, numbering.source, numbering.has_key), ("SETP", "provider", True))
        self.assertEqual(watch.failures, 0)
        self.company.l10n_mx_co_edi_dian_service = "facturatech"
        with self.assertRaisesRegex(UserError, "types them"):
            self.company._l10n_mx_co_edi_fetch_ranges()

    def test_companies_have_minutes_of_their_own(self):
        others = self.admin_env["res.company"].create([{"name": f"Otra {number}"} for number in range(8)])
        minutes = {self.watches._of(company).next_at.replace(day=1, month=1) for company in others}
        self.assertGreater(len(minutes), 2)
