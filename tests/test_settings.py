"""Setting a company up: credentials that can only be written, a CSD whose key is never kept, screens by country."""
import base64
import os
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import sql

from .common import ISSUER, MxCoEdiCommon

UPLOAD = "l10n_mx_co_edi.certificate.upload"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCredentials(MxCoEdiCommon):

    def _save(self, **values):
        return self.admin_env["res.config.settings"].with_company(self.company).create(values)

    def test_credentials_go_to_the_vault_and_never_come_back(self):
        secrets = self.admin_env["l10n_mx_co_edi.secret"]
        saved = self.admin_env["res.config.settings"].with_company(self.company).web_save(
            {"l10n_mx_co_edi_pac_username": "alguien", "l10n_mx_co_edi_pac_password": "canary-typed"},
            {"l10n_mx_co_edi_pac_username": {}, "l10n_mx_co_edi_pac_password": {},
             "l10n_mx_co_edi_pac_password_status": {}})
        self.assertNotIn("canary-typed", str(saved))
        self.assertIn(self.admin_env.user.name, saved[0]["l10n_mx_co_edi_pac_password_status"])
        self.assertEqual(secrets._reveal_text(self.company, "pac_password"), "canary-typed")
        self.assertEqual(secrets._reveal_text(self.company, "pac_username"), "alguien")

    def test_settings_have_no_column_for_credentials(self):
        for name in ("pac_username", "pac_password"):
            self.assertFalse(sql.column_exists(self.env.cr, "res_config_settings", f"l10n_mx_co_edi_{name}"))
            self.assertFalse(sql.column_exists(self.env.cr, "res_company", f"l10n_mx_co_edi_{name}"))

    def test_empty_credentials_keep_what_is_stored(self):
        self._save(l10n_mx_co_edi_pac_password="first")
        self._save(l10n_mx_co_edi_pac_password=False, l10n_mx_co_edi_pac_username="")
        secret = self.admin_env["l10n_mx_co_edi.secret"]
        self.assertEqual(secret._reveal_text(self.company, "pac_password"), "first")
        self.assertTrue(secret._has(self.company, "pac_username"))

    def test_test_connection_shows_the_balance(self):
        settings = self._save()
        action = settings.action_l10n_mx_co_edi_test_connection()
        self.assertEqual((action["tag"], action["params"]["type"]), ("display_notification", "success"))

    def test_test_connection_says_what_is_wrong(self):
        settings = self._save(l10n_mx_co_edi_pac_password="wrong")
        with self.assertRaises(UserError):
            settings.action_l10n_mx_co_edi_test_connection()

    def test_company_settings_are_saved_for_the_company(self):
        self._save(
            l10n_mx_co_edi_fiscal_name="ESCUELA", l10n_mx_co_edi_regimen_fiscal="603",
            l10n_mx_co_edi_test_email="pruebas@example.invalid", l10n_mx_co_edi_block_posting=False)
        self.assertEqual(self.company.partner_id._l10n_mx_co_edi_legal_name(), "ESCUELA")
        self.assertEqual(self.company.l10n_mx_co_edi_regimen_fiscal, "603")
        self.assertEqual(self.company.l10n_mx_co_edi_test_email, "pruebas@example.invalid")
        self.assertFalse(self.company.l10n_mx_co_edi_block_posting)

    def test_missing_master_key_is_told_before_anything_is_typed(self):
        self.assertFalse(self._save().l10n_mx_co_edi_key_problem)
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": "too short"}):
            self.assertIn("kek_file", self._save().l10n_mx_co_edi_key_problem)

    def test_copied_database_has_to_be_confirmed_for_production(self):
        self.company.l10n_mx_co_edi_environment = "production"
        self.assertTrue(self._save().l10n_mx_co_edi_database_confirmed)
        self.admin_env["ir.config_parameter"].set_param("database.uuid", "a-copy")
        settings = self._save()
        self.assertFalse(settings.l10n_mx_co_edi_database_confirmed)
        settings.action_l10n_mx_co_edi_confirm_database()
        self.assertTrue(self._save().l10n_mx_co_edi_database_confirmed)

    def test_branch_shows_whose_settings_it_uses(self):
        branch = self.admin_env["res.company"].create({
            "name": "Sucursal", "parent_id": self.company.id, "country_id": self.admin_env.ref("base.mx").id})
        self.admin_env.user.company_ids += branch
        settings = self.admin_env["res.config.settings"].with_company(branch).create({})
        self.assertEqual(settings.l10n_mx_co_edi_inherits_from, self.company.name)

    def test_clerk_may_not_open_the_settings(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].create({})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCertificateUpload(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new_csd = cls.sandbox.issue_csd(ISSUER["rfc"], ISSUER["name"])
        cls.other_csd = cls.sandbox.issue_csd("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA")

    def _wizard(self, issued, key=None, password=None):
        """Return the upload form as an administrator fills it in, not saved yet."""
        form = Form(self.admin_env[UPLOAD].with_company(self.company))
        form.cer = base64.b64encode(issued.cer)
        if key is not False:
            form.key = base64.b64encode(key or issued.key)
            form.password = password or issued.password
        return form

    def _codes(self, form):
        return {key.rsplit("_", 1)[0] for key in form.verdict or {}}

    def test_fitting_csd_is_usable_and_saved(self):
        form = self._wizard(self.new_csd)
        self.assertEqual((form.tax_id, form.serial_number), (ISSUER["rfc"], self.new_csd.serial))
        self.assertFalse(form.verdict)
        self.assertTrue(form.is_usable)
        certificate = form.save().certificate_id
        self.assertEqual(certificate.serial_number, self.new_csd.serial)
        self.assertTrue(certificate.has_key)
        self.assertEqual(self.company.l10n_mx_co_edi_csd_certificate_id.serial_number, self.new_csd.serial)

    def test_certificate_alone_is_shown_but_not_usable(self):
        form = self._wizard(self.new_csd, key=False)
        self.assertEqual(form.holder_name, ISSUER["name"])
        self.assertFalse(form.is_usable)
        with self.assertRaises(UserError):
            form.save()

    def test_wrong_password(self):
        form = self._wizard(self.new_csd, password="otra")
        self.assertEqual((self._codes(form), form.is_usable), ({"MX-CERT-03"}, False))
        with self.assertRaises(UserError):
            form.save()

    def test_key_of_another_certificate(self):
        form = self._wizard(self.new_csd, key=self.other_csd.key, password=self.other_csd.password)
        self.assertEqual((self._codes(form), form.is_usable), ({"MX-CERT-04"}, False))

    def test_csd_of_another_company(self):
        form = self._wizard(self.other_csd)
        self.assertEqual((self._codes(form), form.is_usable), ({"MX-CERT-07"}, False))

    def test_efirma_instead_of_csd(self):
        efirma = self.sandbox.issue_efirma(ISSUER["rfc"], ISSUER["name"])
        form = self._wizard(efirma)
        self.assertEqual((self._codes(form), form.is_usable), ({"MX-CERT-02"}, False))
        self.assertIn("e.firma", next(iter(form.verdict.values()))["message"])

    def test_expired_and_not_yet_valid(self):
        now = datetime.now(timezone.utc)
        for days, code in ((-30, "MX-CERT-05"), (30, "MX-CERT-06")):
            with self.subTest(code):
                issued = self.sandbox.issue_csd(
                    ISSUER["rfc"], ISSUER["name"], not_before=(now + timedelta(days=days)).isoformat(), days_valid=10)
                form = self._wizard(issued)
                self.assertEqual((self._codes(form), form.is_usable), ({code}, False))

    def test_files_that_are_no_certificate(self):
        form = Form(self.admin_env[UPLOAD].with_company(self.company))
        form.cer = base64.b64encode(b"%PDF-1.7 not a certificate")
        self.assertEqual((self._codes(form), form.is_usable), ({"MX-CERT-01"}, False))

    def test_neither_key_nor_password_reach_the_table(self):
        columns = set(sql.table_columns(self.env.cr, "l10n_mx_co_edi_certificate_upload"))
        self.assertEqual(
            columns, {"id", "company_id", "certificate_id", "create_uid", "create_date", "write_uid", "write_date"})

    def test_answer_to_the_browser_holds_no_secret(self):
        values = {
            "cer": base64.b64encode(self.new_csd.cer).decode(), "key": base64.b64encode(self.new_csd.key).decode(),
            "password": self.new_csd.password}
        wizard = self.admin_env[UPLOAD].with_company(self.company).create(values)
        answer = wizard.web_read({"key": {}, "password": {}, "cer": {}})
        self.assertFalse(answer[0]["key"] or answer[0]["password"])

    def test_clerk_may_not_upload(self):
        with self.assertRaises(AccessError):
            self.env[UPLOAD].create({})

    def test_upload_for_a_company_that_is_not_active_is_refused(self):
        other = self.admin_env["res.company"].create({"name": "Otra"})
        with self.assertRaises(AccessError):
            self.admin_env[UPLOAD].with_context(allowed_company_ids=self.company.ids).create({
                "company_id": other.id, "cer": base64.b64encode(self.new_csd.cer),
                "key": base64.b64encode(self.new_csd.key), "password": self.new_csd.password})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOtherCountries(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.us = cls.admin_env["res.company"].create({
            "name": "US Inc", "country_id": cls.admin_env.ref("base.us").id})
        cls.admin_env["account.chart.template"].try_loading("generic_coa", cls.us, install_demo=False)
        cls.admin_env.user.company_ids += cls.us
        cls.us_clerk = new_test_user(
            cls.admin_env, "us_clerk", groups="account.group_account_invoice,base.group_partner_manager",
            company_id=cls.us.id, company_ids=[Command.set(cls.us.ids)])

    def test_lists_and_searches_have_no_column_of_ours(self):
        views = [("account.move", "account.view_invoice_tree", "list"),
                 ("account.move", "account.view_account_invoice_filter", "search"),
                 ("product.template", "product.product_template_tree_view", "list"),
                 ("uom.uom", "uom.product_uom_tree_view", "list")]
        for model, view, view_type in views:
            with self.subTest(view):
                view_id = self.admin_env.ref(view).id
                ours = self.env[model].get_view(view_id, view_type)["arch"]
                theirs = self.env[model].with_user(self.us_clerk).with_company(self.us).get_view(
                    view_id, view_type)["arch"]
                self.assertIn("l10n_mx_co_edi_", ours)
                self.assertNotIn("l10n_mx_co_edi_", theirs)

    def test_menus_follow_the_countries_of_the_user(self):
        ours = self.admin_env.ref("l10n_mx_co_edi.menu_document")
        menus = self.admin_env["ir.ui.menu"]
        self.assertIn(ours.id, menus.with_user(self.clerk).load_menus(False))
        self.assertNotIn(ours.id, menus.with_user(self.us_clerk).load_menus(False))
        self.us.account_fiscal_country_id = self.admin_env.ref("base.mx")
        self.assertIn(ours.id, menus.with_user(self.us_clerk).load_menus(False))

    def test_invoice_of_another_country_has_no_proposals_and_no_findings(self):
        move = self.admin_env["account.move"].with_company(self.us).create({
            "move_type": "out_invoice", "partner_id": self.customer.id})
        self.assertEqual(move.company_id, self.us)
        self.assertFalse(move.l10n_mx_co_edi_applies)
        self.assertFalse(
            move.l10n_mx_co_edi_uso_cfdi or move.l10n_mx_co_edi_metodo_pago or move.l10n_mx_co_edi_forma_pago
            or move.l10n_mx_co_edi_alerts or move.l10n_mx_co_edi_environment)

    def test_contact_shows_fiscal_fields_only_to_mexican_companies(self):
        as_us = self.customer.with_user(self.us_clerk).with_context(allowed_company_ids=self.us.ids)
        self.assertFalse(as_us.l10n_mx_co_edi_show)
        self.assertFalse(as_us.l10n_mx_co_edi_findings)
        self.assertTrue(self.customer.with_context(allowed_company_ids=self.company.ids).l10n_mx_co_edi_show)
