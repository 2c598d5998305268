"""The end of a CSD, and what SAT says about one: not yet listed, restricted, without effect, expired."""
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..core import clock
from .common import ACCOUNT, ISSUER, MxCoEdiCommon

TYPE = "l10n_mx_co_edi.mail_activity_type_certificate"


class CsdCommon(MxCoEdiCommon):
    service = "finkok"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        secret = cls.admin_env["l10n_mx_co_edi.secret"]
        secret._store(cls.company, "sw_pac_username", ACCOUNT["username"])
        secret._store(cls.company, "sw_pac_password", ACCOUNT["password"])
        cls.company.l10n_mx_co_edi_pac = cls.service
        cls.keeper = new_test_user(
            cls.admin_env, "mxco_keeper", groups="base.group_user,l10n_mx_co_edi.group_administrator",
            company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)], lang="en_US")
        cls.csd.active = False

    def setUp(self):
        super().setUp()
        self.queue = self.admin_env["l10n_mx_co_edi.document"]
        self.addCleanup(self.sandbox.control, "lco", {"rfc": ISSUER["rfc"], "obligations": 1})

    def a_csd(self, age=timedelta(days=300), days_valid=1460, **values):
        """Issue and upload a CSD whose validity began `age` ago."""
        issued = self.sandbox.issue_csd(
            ISSUER["rfc"], ISSUER["name"], not_before=(clock.utc_now() - age).isoformat(),
            days_valid=days_valid, **values)
        certificates = self.admin_env["l10n_mx_co_edi.certificate"]
        return certificates._import_csd(self.company, issued.cer, issued.key, issued.password)

    def send(self, move):
        return move._l10n_mx_co_edi_send(synchronously=True)

    def drain(self, document):
        self.queue._cron_drain()
        document.invalidate_recordset()
        return document.state

    def codes(self, move):
        return [finding.code for finding in move._l10n_mx_co_edi_findings()]

    def activities(self, certificate):
        kind = self.admin_env.ref(TYPE)
        return certificate.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCsdStanding(CsdCommon):

    def test_a_new_csd_that_the_list_does_not_have_yet_is_tried_again_until_it_has(self):
        certificate = self.a_csd(age=timedelta(hours=2), listed_after_hours=40)
        first, second = self.an_invoice(), self.an_invoice()
        document = self.send(first)
        sealed = document.sha256
        self.assertEqual((document.state, document.last_code), ("ready", "MX-CSD-03"), document.last_message)
        self.assertIn("72", document.last_error)
        self.assertEqual((certificate.standing, certificate.status), ("waiting", "waiting"))
        self.assertIn("MX-CSD-03", self.codes(second))
        self.assertIn(self.keeper, self.activities(certificate).user_id)
        self.assertEqual(first.activity_ids.user_id, self.clerk)

        held = self.send(second)
        self.assertEqual((held.state, held.signed_xml, held.attempts), ("draft", False, 0))
        calls = len(self.sandbox.calls(limit=1000))
        self.assertEqual((self.drain(document), self.drain(held)), ("ready", "draft"))
        self.assertEqual(len(self.sandbox.calls(limit=1000)), calls, "nothing is asked before its time")

        self.sandbox.control("lco", {"serial": certificate.serial_number, "listed_after_hours": 40})
        certificate.next_try = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual((self.drain(document), held.state), ("ready", "draft"), "one try is made")
        self.assertEqual(document.attempts, 2)
        self.assertGreater(certificate.next_try, fields.Datetime.now())
        self.sandbox.control("lco", {"serial": certificate.serial_number})
        certificate.next_try = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.drain(document), "valid", document.last_message)
        self.assertEqual(document.sha256, sealed, "the same bytes went")
        self.assertEqual(self.drain(held), "valid", held.last_message)
        self.assertFalse(certificate.standing)
        self.assertFalse(self.activities(certificate))

    def test_an_older_csd_seals_until_the_list_has_the_new_one(self):
        older = self.a_csd()
        newer = self.a_csd(age=timedelta(hours=2), listed_after_hours=40)
        document = self.send(self.an_invoice())
        self.assertEqual((document.state, newer.standing), ("ready", "waiting"))
        self.assertEqual(self.drain(document), "valid", document.last_message)
        self.assertEqual(document.certificate_id, older)
        self.assertEqual(self.send(self.an_invoice()).certificate_id, older)

    def test_after_72_hours_the_same_answer_means_that_the_company_may_not_issue(self):
        certificate = self.a_csd()
        self.sandbox.control("lco", {"rfc": ISSUER["rfc"], "obligations": 0})
        move, other = self.an_invoice(), self.an_invoice()
        document = self.send(move)
        self.assertEqual((document.state, document.last_code), ("ready", "MX-CSD-04"))
        self.assertIn("17-H Bis", document.last_error)
        self.assertEqual((certificate.standing, certificate.status), ("restricted", "restricted"))
        activity = self.activities(certificate).filtered(lambda one: one.user_id == self.keeper)
        self.assertEqual(len(activity), 1)
        self.assertIn("17-H Bis", activity.note)
        held = self.send(other)
        self.assertEqual((held.state, held.attempts, held.waits_for_certificate), ("draft", 0, True))
        with self.assertRaisesRegex(UserError, "17-H Bis"):
            self.an_invoice()
        calls = len(self.sandbox.calls(limit=1000))
        with clock.frozen(clock.utc_now() + timedelta(hours=5)):
            self.drain(document)
        self.assertEqual(len(self.sandbox.calls(limit=1000)), calls, "nothing is sent while it stands")

        self.sandbox.control("lco", {"rfc": ISSUER["rfc"], "obligations": 1})
        with self.assertRaises(AccessError):
            certificate.with_user(self.clerk).action_cleared()
        certificate.with_user(self.keeper).action_cleared()
        self.assertEqual((self.drain(document), self.drain(held)), ("valid", "valid"), document.last_message)
        self.assertFalse(self.activities(certificate))
        self.assertFalse(move.activity_ids)
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_csd_without_effect_stops_until_a_new_one_is_there_and_what_was_refused_goes_with_it(self):
        certificate = self.a_csd()
        self.sandbox.control("revoke", {"serial": certificate.serial_number})
        move, other = self.an_invoice(), self.an_invoice()
        document = self.send(move)
        self.assertEqual((document.state, document.last_code), ("rejected", "MX-CSD-05"))
        self.assertIn(certificate.serial_number, document.last_error)
        self.assertFalse(move.l10n_mx_co_edi_answer, "told once, among the findings")
        self.assertIn("MX-CSD-05", str(move.l10n_mx_co_edi_alerts))
        held = self.send(other)
        self.assertEqual((held.state, held.attempts), ("draft", 0))
        newer = self.a_csd(age=timedelta(days=10))
        self.assertFalse(self.activities(certificate), "its successor is there")
        self.assertEqual((self.drain(document), self.drain(held)), ("valid", "valid"), document.last_message)
        self.assertEqual((document.certificate_id, held.certificate_id), (newer, newer))
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_queue_that_is_sealed_already_stops_after_one_refusal(self):
        certificate = self.a_csd()
        moves = self.env["account.move"].union(*(self.an_invoice(price=price) for price in (10, 20, 30)))
        for move in moves:
            move._l10n_mx_co_edi_send(synchronously=False)
        documents = moves.l10n_mx_co_edi_document_id.sudo()
        certificate._note_refusal("402")
        calls = len(self.sandbox.calls(limit=1000))
        self.queue._cron_drain()
        documents.invalidate_recordset()
        self.assertEqual(set(documents.mapped("state")), {"ready"})
        self.assertEqual(set(documents.mapped("last_code")), {"MX-CSD-04"})
        self.assertEqual(len(self.sandbox.calls(limit=1000)), calls)
        sealed = documents.mapped("sha256")
        certificate.with_user(self.keeper).action_cleared()
        self.queue._cron_drain()
        documents.invalidate_recordset()
        self.assertEqual(set(documents.mapped("state")), {"valid"})
        self.assertEqual(documents.mapped("sha256"), sealed)

    def test_an_expired_csd_stops_before_sealing_and_says_when_it_ended(self):
        self.a_csd(days_valid=301)
        move = self.an_invoice()
        with clock.frozen(clock.utc_now() + timedelta(days=2)):
            self.assertEqual([code for code in self.codes(move) if "CSD" in code or "CONF" in code], ["MX-CSD-01"])
            with self.assertRaisesRegex(UserError, "expired on"):
                self.a_draft_invoice().action_post()
            document = self.send(move)
            self.assertEqual((document.state, document.signed_xml, document.attempts), ("draft", False, 0))
            self.assertIn("expired on", document.last_error)
            settings = self.admin_env["res.config.settings"].with_company(self.company).create({})
            self.assertIn("MX-CSD-01", str(settings.l10n_mx_co_edi_csd_alerts))
        self.a_csd(age=timedelta(days=3))
        self.assertEqual(self.drain(document), "valid", document.last_message)

    def test_an_invoice_that_is_taken_back_does_not_go_by_itself(self):
        certificate = self.a_csd()
        move = self.an_invoice()
        certificate._note_refusal("304")
        document = self.send(move)
        self.assertTrue(document.waits_for_certificate)
        move.button_draft()
        self.assertFalse(document.waits_for_certificate)
        certificate.action_cleared()
        self.assertEqual(self.drain(document), "draft")

    def test_no_csd_at_all_is_told_apart(self):
        self.assertEqual(self.company._l10n_mx_co_edi_csd_findings(), [])
        self.assertIn("MX-CONF-04", self.codes(self.a_draft_invoice()))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCsdStandingSecondPac(CsdCommon):
    """The same answers in the words of the other provider."""
    service = "sw"

    def test_each_answer_has_its_text(self):
        cases = (
            ("waiting", {"age": timedelta(hours=2), "listed_after_hours": 40}, "ready", "MX-CSD-03"),
            ("restricted", {}, "ready", "MX-CSD-04"),
            ("revoked", {}, "rejected", "MX-CSD-05"),
        )
        for standing, values, state, code in cases:
            with self.subTest(standing):
                certificate = self.a_csd(**values)
                move = self.an_invoice()
                if standing == "restricted":
                    self.sandbox.control("lco", {"rfc": ISSUER["rfc"], "obligations": 0})
                elif standing == "revoked":
                    self.sandbox.control("revoke", {"serial": certificate.serial_number})
                document = self.send(move)
                self.assertEqual((certificate.standing, document.state, document.last_code), (standing, state, code))
                self.sandbox.control("lco", {"rfc": ISSUER["rfc"], "obligations": 1})
                certificate.active = False
        self.a_csd(age=timedelta(days=20))
        documents = self.queue.search([("company_id", "=", self.company.id), ("waits_for_certificate", "=", True)])
        self.assertEqual(len(documents), 3)
        self.queue._cron_drain()
        documents.invalidate_recordset()
        self.assertEqual(set(documents.mapped("state")), {"valid"})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCsdReminders(CsdCommon):

    def remind(self, certificate, days_before):
        """Run the scheduled action so many days before the last day of the CSD, at noon in Mexico."""
        noon = fields.Datetime.to_datetime(certificate._last_day()) + timedelta(hours=18)
        with clock.frozen((noon - timedelta(days=days_before)).replace(tzinfo=clock.utc_now().tzinfo)):
            self.admin_env["l10n_mx_co_edi.certificate"]._cron_remind()
            self.admin_env.invalidate_all()
            return self.activities(certificate).filtered(lambda activity: activity.user_id == self.keeper)

    def test_each_step_is_told_once_however_often_the_action_runs(self):
        certificate = self.a_csd()
        self.assertFalse(self.remind(certificate, 61))
        for days in (60, 30, 15, 7, 1):
            with self.subTest(days=days):
                [activity] = self.remind(certificate, days)
                self.assertIn(f"(days left: {days})", activity.note)
                self.assertEqual(self.remind(certificate, days), activity, "the same one, no second")
                activity.with_user(self.keeper).action_feedback()
                self.assertFalse(self.remind(certificate, days), "who has done it is left in peace")
        [activity] = self.remind(certificate, -1)
        self.assertIn("expired", activity.summary)
        self.assertEqual(self.remind(certificate, -30), activity)

    def test_an_action_that_did_not_run_for_weeks_tells_the_step_that_counts(self):
        certificate = self.a_csd()
        [activity] = self.remind(certificate, 11)
        self.assertIn("(days left: 11)", activity.note)
        self.assertEqual(certificate.reminded, 15)

    def test_nobody_is_reminded_of_a_csd_that_has_a_successor(self):
        certificate = self.a_csd(days_valid=320)
        [activity] = self.remind(certificate, 15)
        self.assertTrue(activity)
        newer = self.a_csd(age=timedelta(hours=2))
        self.assertFalse(self.activities(certificate), "uploading it settles the reminder")
        self.assertFalse(self.remind(certificate, 7))
        self.assertFalse(self.remind(certificate, -1))
        self.assertEqual(len(self.remind(newer, 7)), 1)

    def test_without_administrators_the_officers_are_asked(self):
        officer = new_test_user(
            self.admin_env, "mxco_officer", groups="account.group_account_manager", company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)])
        certificate = self.a_csd()
        administrators = self.admin_env["res.users"].search([
            ("all_group_ids", "in", self.admin_env.ref("l10n_mx_co_edi.group_administrator").id),
            ("company_ids", "in", self.company.id)])
        self.assertEqual(certificate._administrators(), administrators)
        other = self.admin_env["res.company"].create({"name": "Otra"})
        administrators.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertIn(officer, certificate._administrators())
        self.assertFalse(administrators & certificate._administrators())

    def test_invoices_mention_the_end_and_warn_in_the_last_month(self):
        certificate = self.a_csd()
        draft = self.a_draft_invoice()
        last = fields.Datetime.to_datetime(certificate._last_day()) + timedelta(hours=18)
        for days, severity in ((70, None), (45, "info"), (20, "warning")):
            with self.subTest(days=days), clock.frozen(
                    (last - timedelta(days=days)).replace(tzinfo=clock.utc_now().tzinfo)):
                found = [finding for finding in draft._l10n_mx_co_edi_findings() if finding.code == "MX-CSD-02"]
                self.assertEqual([str(finding.severity) for finding in found], [severity] if severity else [])
                settings = self.admin_env["res.config.settings"].with_company(self.company).create({})
                self.assertEqual(bool(settings.l10n_mx_co_edi_csd_alerts), bool(severity))

    def test_words_are_in_the_language_of_the_reader(self):
        self.admin_env["res.lang"]._activate_lang("es_MX")
        self.admin_env["ir.module.module"]._load_module_terms(["l10n_mx_co_edi"], ["es_MX"])
        self.keeper.lang = "es_MX"
        [activity] = self.remind(self.a_csd(), 7)
        self.assertIn("vence", activity.note)
        self.assertEqual(activity.summary, "El CSD vence pronto")
