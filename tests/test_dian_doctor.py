"""The certificate doctor: one button, one report, a verdict and a remedy for each line, and no secret."""
import os
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..core import clock
from ..tests_process import provider_samples
from ..tests_process.dian_samples import BUYER, PIN, RANGE, SELLER, SOFTWARE, TECHNICAL_KEY
from .common_dian import DianCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianDoctor(DianCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.admin_env, "co_officer", groups="base.group_user,l10n_mx_co_edi.group_officer",
            company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)])

    def check(self):
        return self.env["l10n_mx_co_edi.dian.doctor"].with_user(self.officer)._check(self.company)

    def lines(self, check, *verdicts):
        return [line["code"] for line in check.lines if line["verdict"] in (verdicts or ("look", "wrong"))]

    def test_a_company_in_order(self):
        self.with_certificate()
        self.admin_env["l10n_mx_co_edi.test.set"].create({"company_id": self.company.id}).state = "accepted"
        check = self.check()
        self.assertEqual(self.lines(check), [])
        self.assertEqual(check.verdict, "good")
        for code in ("CO-DOC-01", "CO-DOC-02", "CO-DOC-03", "CO-DOC-04", "CO-DOC-05", "CO-DOC-09", "CO-DOC-11",
                     "CO-DOC-14", "CO-DOC-30", "CO-DOC-32", "CO-DOC-45", "CO-DOC-47", "CO-DOC-50", "CO-DOC-54",
                     "CO-DOC-57"):
            self.assertIn(code, self.lines(check, "good"))
        self.assertEqual([call["operation"] for call in self.sandbox.calls()], ["GetNumberingRange"])

    def test_the_report_as_a_page_holds_no_secret(self):
        self.with_certificate()
        check = self.check()
        page = self.env["ir.actions.report"].sudo()._render_qweb_html(
            "l10n_mx_co_edi.report_dian_doctor", check.ids)[0].decode()
        for text in (self.company.name, "What to do", SOFTWARE):
            self.assertIn(text, page)
        for secret in (PIN, TECHNICAL_KEY, "12345678a"):
            self.assertNotIn(secret, page)
        self.assertIn("background-color", check.report)

    def test_a_clock_that_is_ten_minutes_off(self):
        self.with_certificate()
        with clock.frozen(clock.utc_now() + timedelta(minutes=10)):
            check = self.check()
        wrong = {line["code"]: line for line in check.lines if line["verdict"] == "wrong"}
        self.assertIn("CO-DOC-20", wrong)
        self.assertIn("10 minutes", wrong["CO-DOC-20"]["what"])
        self.assertIn("NTP", wrong["CO-DOC-20"]["fix"])

    def test_a_dead_line_names_the_host(self):
        self.with_certificate()
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_SANDBOX_URL": "http://127.0.0.1:9"}):
            check = self.check()
        [line] = [line for line in check.lines if line["topic"] == "line"]
        self.assertEqual((line["verdict"], line["code"]), ("wrong", "CO-DOC-17"))
        self.assertIn("127.0.0.1", line["what"])
        self.assertIn("CO-DOC-13", self.lines(check, "look"))

    def test_the_certificate_of_another_company_and_an_expired_one(self):
        certificates = self.admin_env["l10n_mx_co_edi.certificate"]
        foreign = certificates._import_p12(self.company, *self.a_p12(nit=BUYER))
        self.assertIn("CO-CERT-10", self.lines(self.check(), "look"))
        foreign.active = False
        certificates._import_p12(self.company, *self.a_p12(days_valid=20))
        with clock.frozen(clock.utc_now() + timedelta(days=40)):
            check = self.check()
        self.assertIn("CO-CERT-06", self.lines(check, "wrong"))
        self.assertIn("CO-DOC-59", self.lines(check, "wrong"), "and so nothing can be asked")

    def test_nothing_is_there_yet(self):
        self.company.l10n_mx_co_edi_dian_software = False
        self.admin_env["l10n_mx_co_edi.secret"]._find(self.company, "dian_software_pin").unlink()
        check = self.check()
        for code in ("CO-CERT-12", "CO-DOC-46", "CO-DOC-48", "CO-DOC-59"):
            self.assertIn(code, self.lines(check, "wrong"))
        self.assertIn("CO-DOC-56", self.lines(check, "look"))
        self.assertEqual(self.sandbox.calls(), [])

    def test_without_software_the_line_is_tried_with_another_harmless_question(self):
        self.with_certificate()
        self.company.l10n_mx_co_edi_dian_software = False
        check = self.check()
        self.assertEqual([call["operation"] for call in self.sandbox.calls()], ["GetStatus"])
        self.assertIn("CO-DOC-14", self.lines(check, "good"))

    def test_no_range_for_the_software_is_a_line(self):
        self.with_certificate()
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | {
            "software": "11111111-0000-4000-8000-000000000000"}})
        self.assertIn("CO-DOC-52", self.lines(self.check(), "look"))

    def test_without_the_master_key_nothing_opens_and_that_is_said(self):
        self.with_certificate()
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": ""}):
            check = self.check()
        for code in ("CO-DOC-58", "CO-DOC-49"):
            self.assertIn(code, self.lines(check, "wrong"))

    def test_with_a_provider_its_access_is_tried_and_no_certificate_is_missed(self):
        provider_samples.open_cadena(self.sandbox)
        self.company.l10n_mx_co_edi_dian_service = "cadena"
        self.assertIn("CO-DOC-59", self.lines(self.check(), "wrong"), "no access is stored")
        self.company._l10n_mx_co_edi_store_provider_access("cadena", token=provider_samples.TOKEN)
        check = self.check()
        for code in ("CO-DOC-44", "CO-DOC-14", "CO-DOC-11", "CO-DOC-60"):
            self.assertIn(code, self.lines(check, "good"))
        self.assertFalse([code for code in self.lines(check, "wrong") if code.startswith("CO-CERT")])
        self.company._l10n_mx_co_edi_store_provider_access("cadena", token="00000000-0000-4000-8000-0000000000ff")
        wrong = self.check()
        self.assertIn("CO-DOC-61", self.lines(wrong, "wrong"))
        self.assertNotIn("0000000000ff", str(wrong.lines))

    def test_a_clerk_and_a_foreign_company_are_told(self):
        with self.assertRaisesRegex(UserError, "officers"):
            self.env["l10n_mx_co_edi.dian.doctor"].with_user(self.clerk)._check(self.company)
        mexican = self.admin_env["res.company"].create(
            {"name": "Otra", "country_id": self.env.ref("base.mx").id})
        self.officer.company_ids += mexican
        with self.assertRaisesRegex(UserError, "Colombian"):
            self.env["l10n_mx_co_edi.dian.doctor"].with_user(self.officer).with_context(
                allowed_company_ids=mexican.ids)._check(mexican)

    def test_the_buttons_open_the_report(self):
        self.with_certificate()
        settings = self.admin_env["res.config.settings"].with_company(self.company).create({})
        action = settings.action_l10n_mx_co_edi_check_everything()
        self.assertEqual((action["res_model"], action["target"]), ("l10n_mx_co_edi.dian.doctor", "new"))
        test_set = self.admin_env["l10n_mx_co_edi.test.set"].create({"company_id": self.company.id})
        again = self.env["l10n_mx_co_edi.dian.doctor"].with_user(self.officer).browse(
            test_set.with_user(self.officer).action_check_everything()["res_id"])
        self.assertEqual(again.company_id.vat, f"{SELLER}-0")
        self.assertEqual(again.action_print()["report_name"], "l10n_mx_co_edi.report_dian_doctor")
