"""What looks after itself in a Colombian company: its certificate's end, its numbering ranges."""
from datetime import datetime, timedelta, timezone

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..core import clock
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
        move = self.init_invoice("out_invoice", partner=self.partner_a, amounts=[100.0])
        for days, code, severity in ((70, None, None), (45, "CO-CERT-14", "info"), (20, "CO-CERT-14", "warning"),
                                     (-1, "CO-CERT-13", "error")):
            with self.subTest(days=days), clock.frozen(self.days_before_the_end(days)):
                found = self.company._l10n_mx_co_edi_dian_certificate_findings()
                self.assertEqual(
                    [(one.code, str(one.severity)) for one in found], [(code, severity)] if code else [])
        self.certificate.active = False
        self.assertEqual(
            [one.code for one in self.company._l10n_mx_co_edi_dian_certificate_findings()], ["CO-CERT-12"])
        self.assertEqual(move.state, "draft")
