"""The password is asked for once more before a CSD is uploaded and before production is switched on."""
import json

from odoo.tests import HttpCase, new_test_user, tagged

from .common import MxCoEdiCommon

SETTINGS = "res.config.settings"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestIdentity(MxCoEdiCommon, HttpCase):

    def setUp(self):
        super().setUp()
        self.keeper = new_test_user(
            self.admin_env, "mxco_identity", groups="base.group_system,account.group_account_manager",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)])
        self.authenticate("mxco_identity", "mxco_identity")

    def call(self, model, method, *args, **kwargs):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}}),
            headers={"Content-Type": "application/json"}).json()
        self.assertNotIn("error", answer, str(answer.get("error"))[:500])
        return answer["result"]

    def confirm(self, action):
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        return self.call(
            action["res_model"], "run_check", [action["res_id"]], context={"password": "mxco_identity"})

    def save(self, **values):
        settings = self.call(SETTINGS, "create", [values])
        return self.call(SETTINGS, "execute", settings)

    def environment(self):
        self.company.invalidate_recordset()
        return self.company.l10n_mx_co_edi_environment

    def test_a_csd_is_uploaded_by_somebody_who_typed_the_password(self):
        action = self.call("l10n_mx_co_edi.certificate", "action_upload", [])
        opened = self.confirm(action)
        self.assertEqual(opened["res_model"], "l10n_mx_co_edi.certificate.upload")
        self.assertEqual(opened["context"]["default_company_id"], self.company.id)
        again = self.call("l10n_mx_co_edi.certificate", "action_upload", [])
        self.assertEqual(again["res_model"], "l10n_mx_co_edi.certificate.upload", "not asked again for a while")

    def test_a_colombian_certificate_is_uploaded_by_somebody_who_typed_the_password(self):
        page = self.call(SETTINGS, "create", [{}])
        opened = self.confirm(self.call(SETTINGS, "action_l10n_mx_co_edi_upload_p12", page))
        self.assertEqual(opened["res_model"], "l10n_mx_co_edi.certificate.dian.upload")

    def test_production_is_switched_on_by_somebody_who_typed_the_password(self):
        action = self.save(l10n_mx_co_edi_environment="production", l10n_mx_co_edi_test_email="a@example.invalid")
        self.assertEqual(self.environment(), "sandbox")
        self.assertEqual(self.company.l10n_mx_co_edi_test_email, "a@example.invalid", "the rest is saved")
        self.assertEqual(self.confirm(action)["tag"], "reload")
        self.assertEqual(self.environment(), "production")
        self.assertTrue(self.company._l10n_mx_co_edi_may_send("production"))

    def test_who_does_not_know_the_password_changes_nothing(self):
        action = self.save(l10n_mx_co_edi_environment="production")
        answer = self.url_open(
            "/web/dataset/call_kw/res.users.identitycheck/run_check",
            json.dumps({"params": {
                "model": action["res_model"], "method": "run_check", "args": [[action["res_id"]]],
                "kwargs": {"context": {"password": "wrong"}}}}),
            headers={"Content-Type": "application/json"}).json()
        self.assertIn("Incorrect Password", answer["error"]["data"]["message"])
        self.assertEqual(self.environment(), "sandbox")

    def test_other_settings_are_saved_without_being_asked(self):
        action = self.save(l10n_mx_co_edi_environment="test")
        self.assertEqual((action or {}).get("res_model"), None)
        self.assertEqual(self.environment(), "test")

    def test_programs_are_not_asked(self):
        self.admin_env[SETTINGS].with_company(self.company).create({"l10n_mx_co_edi_environment": "production"})
        self.assertEqual(self.environment(), "production")
