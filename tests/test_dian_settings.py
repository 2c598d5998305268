"""Preparing a Colombian company: certificate, software, numbering ranges, and buyers' data from DIAN."""
import base64
import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import sql

from ..tests_process.dian_samples import BUYER, BUYER_NAME, RANGE, SELLER, SELLER_NAME, TECHNICAL_KEY
from .common_dian import DianCommon

UPLOAD = "l10n_mx_co_edi.certificate.dian.upload"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianSettings(DianCommon):
    """One class, as preparing a Colombian company takes longer than all of its tests."""

    with_range = False

    def setUp(self):
        super().setUp()
        self.with_certificate()
        self.settings = self.admin_env["res.config.settings"].with_company(self.company).create({})

    # ------------------------------------------------------------------
    # Certificate
    # ------------------------------------------------------------------

    def _upload(self, data, password):
        form = Form(self.admin_env[UPLOAD].with_context(default_company_id=self.company.id))
        form.file = base64.b64encode(data)
        form.password = password
        return form

    def test_the_upload_shows_what_the_file_holds_and_keeps_only_the_certificate(self):
        data, password = self.a_p12()
        form = self._upload(data, password)
        self.assertTrue(form.is_usable)
        self.assertEqual(form.holder_name, SELLER_NAME)
        upload = form.save()
        certificate = upload.certificate_id
        self.assertEqual((certificate.kind, certificate.tax_id, certificate.has_key), ("dian", SELLER, True))
        self.assertEqual(self.company.l10n_mx_co_edi_dian_certificate_id, certificate)
        self.assertEqual(len(certificate._chain_der()), 1)
        for name in ("file", "password", "is_usable", "verdict"):
            self.assertFalse(sql.column_exists(self.env.cr, "l10n_mx_co_edi_certificate_dian_upload", name), name)
        self.assertEqual(certificate._signer().certificate_der, base64.b64decode(certificate.content))

    def test_the_verdict_says_what_is_wrong_in_words(self):
        data, password = self.a_p12()
        for given, typed, code in ((data, "otra", "CO-CERT-02"), (b"x" * 200, password, "CO-CERT-01")):
            form = self._upload(given, typed)
            self.assertFalse(form.is_usable)
            self.assertIn(code, str(form.verdict))
            with self.assertRaises(UserError):
                form.save()

    def test_another_company_s_certificate_is_a_warning_that_names_both(self):
        form = self._upload(*self.a_p12(nit="901002488"))
        self.assertTrue(form.is_usable)
        self.assertIn("901002488", str(form.verdict))
        self.assertIn(SELLER, str(form.verdict))

    def test_an_expired_one_is_refused(self):
        past = fields.Datetime.now() - timedelta(days=40)
        data, password = self.a_p12(days_valid=30, not_before=past.isoformat())
        with self.assertRaises(UserError):
            self.admin_env["l10n_mx_co_edi.certificate"]._import_p12(self.company, data, password)

    def test_a_clerk_may_not_upload(self):
        with self.assertRaises(AccessError):
            self.admin_env[UPLOAD].with_user(self.clerk).create({"company_id": self.company.id})

    def test_a_second_upload_of_the_same_file_is_the_same_certificate(self):
        data, password = self.a_p12()
        certificates = self.admin_env["l10n_mx_co_edi.certificate"]
        first = certificates._import_p12(self.company, data, password)
        self.assertEqual(certificates._import_p12(self.company, data, password), first)

    # ------------------------------------------------------------------
    # Numbering ranges
    # ------------------------------------------------------------------

    def _ranges(self):
        return self.admin_env["l10n_mx_co_edi.numbering.range"].search([("company_id", "=", self.company.id)])

    def _fetch(self):
        """Press the button, and store what it shows."""
        action = self.settings.action_l10n_mx_co_edi_fetch_ranges()
        review = self.admin_env["l10n_mx_co_edi.range.review"].browse(action["res_id"])
        review.action_store()
        return review

    def test_ranges_come_from_dian_and_their_keys_go_to_the_vault(self):
        action = self.settings.action_l10n_mx_co_edi_fetch_ranges()
        self.assertEqual((action["res_model"], self._ranges().ids), ("l10n_mx_co_edi.range.review", []))
        self.admin_env[action["res_model"]].browse(action["res_id"]).action_store()
        numbering = self._ranges()
        self.assertEqual(
            (numbering.prefix, numbering.first, numbering.last, str(numbering.valid_to), numbering.state),
            ("SETP", "990000000", "995000000", "2030-01-19", "ready"))
        secrets = self.admin_env["l10n_mx_co_edi.secret"]
        secret = secrets._find(self.company, "technical_key", numbering._name, numbering.id)
        self.assertEqual(secret._reveal().decode(), TECHNICAL_KEY)
        exchange = self.admin_env["l10n_mx_co_edi.exchange"].search([("operation", "=", "GetNumberingRange")])
        self.assertEqual((exchange.outcome, exchange.service), ("answered", "dian"))
        self.assertNotIn(TECHNICAL_KEY.encode(), base64.b64decode(exchange.response))

    def test_fetching_again_refreshes_and_keeps_the_journal(self):
        self._fetch()
        journal = self.company_data["default_journal_sale"]
        self._ranges().journal_id = journal
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | {"valid_to": "2031-01-19"}})
        self._fetch()
        self.assertEqual((str(self._ranges().valid_to), self._ranges().journal_id), ("2031-01-19", journal))

    def test_what_has_not_changed_is_said_at_once(self):
        self._fetch()
        self._ranges().action_confirm_kind()
        action = self.settings.action_l10n_mx_co_edi_fetch_ranges()
        self.assertEqual((action["tag"], action["params"]["type"]), ("display_notification", "success"))
        self.assertIn("SETP", action["params"]["message"])

    def test_a_truncated_key_is_not_taken(self):
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | {"technical_key": TECHNICAL_KEY[:38]}})
        self._fetch()
        self.assertEqual((self._ranges().state, self._ranges().key_length), ("no_key", 38))

    def test_no_range_says_what_to_do_at_dian(self):
        self.company.l10n_mx_co_edi_dian_software = "11111111-0000-4000-8000-000000000000"
        with self.assertRaisesRegex(UserError, "MUISCA"):
            self.settings.action_l10n_mx_co_edi_fetch_ranges()
        self.assertFalse(self._ranges())

    def test_what_is_missing_is_said_before_dian_is_asked(self):
        self.company.l10n_mx_co_edi_dian_software = False
        with self.assertRaisesRegex(UserError, "Software ID"):
            self.settings.action_l10n_mx_co_edi_fetch_ranges()
        self.admin_env["l10n_mx_co_edi.certificate"].search([("kind", "=", "dian")]).active = False
        self.company.l10n_mx_co_edi_dian_software = RANGE["software"]
        with self.assertRaisesRegex(UserError, "p12"):
            self.settings.action_l10n_mx_co_edi_fetch_ranges()
        self.assertEqual(self.sandbox.calls(), [])

    def test_a_wrong_clock_is_explained(self):
        self.sandbox.control("clock", {"offset_seconds": 7200})
        with self.assertRaisesRegex(UserError, "clock"):
            self.settings.action_l10n_mx_co_edi_fetch_ranges()

    def test_both_forms_of_the_signed_message_are_taken(self):
        self.company.l10n_mx_co_edi_dian_key_name = "thumbprint"
        self._fetch()
        self.assertTrue(self._ranges())

    def test_an_unreachable_dian_is_explained(self):
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_SANDBOX_URL": "http://127.0.0.1:9"}), \
                self.assertRaisesRegex(UserError, "could not be reached"):
            self.settings.action_l10n_mx_co_edi_fetch_ranges()

    def test_a_journal_may_go_on_with_another_prefix(self):
        self._fetch()
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | {"prefix": "SETT"}})
        self._fetch()
        journal = self.company_data["default_journal_sale"]
        self._ranges().journal_id = journal
        self.assertEqual(set(journal.l10n_mx_co_edi_range_ids.mapped("prefix")), {"SETP", "SETT"})

    def test_the_pin_never_comes_back(self):
        saved = self.admin_env["res.config.settings"].with_company(self.company).web_save(
            {"l10n_mx_co_edi_dian_pin": "canary-pin"},
            {"l10n_mx_co_edi_dian_pin": {}, "l10n_mx_co_edi_dian_pin_status": {}})
        self.assertNotIn("canary-pin", str(saved))
        self.assertEqual(
            self.admin_env["l10n_mx_co_edi.secret"]._reveal_text(self.company, "dian_software_pin"), "canary-pin")

    def test_a_clerk_sees_ranges_but_does_not_change_them(self):
        self._fetch()
        numbering = self._ranges().with_user(self.clerk)
        self.assertEqual(numbering.prefix, "SETP")
        with self.assertRaises(AccessError):
            numbering.journal_id = self.company_data["default_journal_sale"]
        with self.assertRaises(UserError):
            numbering.action_fetch()

    # ------------------------------------------------------------------
    # Buyers
    # ------------------------------------------------------------------

    def _a_buyer(self, **values):
        return self.env["res.partner"].with_user(self.clerk).create({
            "name": "?", "vat": f"{BUYER}-8", "country_id": self.env.ref("base.co").id,
            "l10n_latam_identification_type_id": self.env.ref("l10n_co.rut").id, **values})

    def test_name_and_mailbox_come_from_dian(self):
        buyer = self._a_buyer()
        self.assertTrue(buyer.l10n_mx_co_edi_can_ask_dian)
        buyer.action_l10n_mx_co_edi_ask_dian()
        self.assertEqual((buyer.name, buyer.email), (BUYER_NAME, "compras@example.co"))
        call = self.sandbox.calls()[-1]
        self.assertEqual(call["operation"], "GetAcquirer")

    def test_the_mailbox_of_dian_leaves_a_persons_address_alone(self):
        buyer = self._a_buyer(email="ana@example.co", l10n_mx_co_edi_reception_mailbox="old@example.co")
        buyer.action_l10n_mx_co_edi_ask_dian()
        self.assertEqual(
            (buyer.email, buyer.l10n_mx_co_edi_reception_mailbox), ("ana@example.co", "compras@example.co"))

    def test_an_unknown_buyer_keeps_what_was_typed(self):
        buyer = self._a_buyer(
            vat="1020304050", l10n_latam_identification_type_id=self.env.ref("l10n_co.national_citizen_id").id)
        with self.assertRaisesRegex(UserError, "1020304050"):
            buyer.action_l10n_mx_co_edi_ask_dian()
        self.assertEqual(buyer.name, "?")

    def test_without_number_nothing_is_asked(self):
        with self.assertRaises(UserError):
            self._a_buyer(vat=False).action_l10n_mx_co_edi_ask_dian()
        self.assertEqual(self.sandbox.calls(), [])

    def test_a_company_of_another_country_is_not_offered_it(self):
        other = self.admin_env["res.company"].create({"name": "Other", "country_id": self.env.ref("base.us").id})
        self.assertFalse(self._a_buyer().sudo().with_company(other).l10n_mx_co_edi_can_ask_dian)
