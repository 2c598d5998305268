"""The assistant from nothing to production: its steps as facts change, the cards, the RUT, the requests for numbers."""
import base64
import io
from datetime import date, datetime, timezone

from reportlab.pdfgen.canvas import Canvas

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.l10n_mx_co_edi.core import clock

from ..tests_process.dian_samples import BUYER, SELLER, SOFTWARE
from .common_dian_sending import DianSending

SET = "2f3c1d2e-aaaa-4bbb-8ccc-0123456789ab"
SHORTEST = base64.b64encode(b"%PDF-1.4\n%%EOF\n")  # a PDF that no library can read


def a_rut(nit, digit):
    """Return a PDF (base64) with the NIT in boxes, a digit in each, as the form of the RUT has it."""
    buffer = io.BytesIO()
    page = Canvas(buffer)
    page.drawString(50, 750, "5. Número de Identificación Tributaria (NIT)")
    page.drawString(50, 730, " ".join(nit) + f"   {digit}")
    page.save()
    return base64.b64encode(buffer.getvalue())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHabilitacionSteps(DianSending):
    with_range = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.admin_env, "co_steps", groups="account.group_account_manager", company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)])
        cls.company.partner_id.write({
            "l10n_mx_co_edi_ciiu": "6920", "l10n_mx_co_edi_dian_regime": "48", "l10n_mx_co_edi_dian_tribute": "01"})
        cls.sets = cls.admin_env["l10n_mx_co_edi.test.set"].with_company(cls.company)
        cls.assistant = cls.sets.create({"company_id": cls.company.id, "environment": "sandbox", "software": False})
        cls.as_officer = cls.assistant.with_user(cls.officer)

    def _lacking(self, key):
        [step] = [row for row in self.assistant.steps if row["key"] == key]
        return step["lacking"]

    def _states(self):
        self.assistant.invalidate_recordset()
        return {row["key"]: row["state"] for row in self.assistant.steps}

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def test_it_begins_at_the_first_step_and_goes_on_as_facts_come(self):
        self.assertEqual((self.assistant.step, self.assistant.steps_done), ("company", 0))
        self.assertEqual(set(self._states().values()), {"now", "waiting"})
        self.assistant.write({"rut_pdf": a_rut(SELLER, "0"), "rut_filename": "rut.pdf"})
        self.assertEqual(self.assistant.step, "issuer", self._lacking("company"))
        self.as_officer.with_context(card="card_issuer").action_tick()
        self.as_officer.with_context(card="card_mode").action_tick()
        self.assertEqual(self._states()["issuer"], "done")
        self.assertEqual(self.assistant.step, "software")
        self.assistant.write({"software": SOFTWARE, "identifier": SET, "invoice_count": 1})
        self.assistant.action_public_range()
        self.assertEqual(self._lacking("software"), [])
        self.assertEqual(self.assistant.step, "probe")

    def test_forms_1876_stay_after_an_uninstallation_and_belong_to_no_other_request(self):
        request = self.admin_env["l10n_mx_co_edi.numbering.request"].create({
            "set_id": self.assistant.id, "prefix": "FE", "form_1876": SHORTEST, "form_name": "1876 FE.pdf"})
        self.admin_env(user=SUPERUSER_ID, su=True)["l10n_mx_co_edi.archive"]._leave()
        kept = self.admin_env["ir.attachment"].sudo().search([("name", "=", "1876 FE.pdf")])
        self.assertEqual((kept.res_model, kept.res_id), ("res.company", self.company.id))
        self.assertEqual(kept.raw, base64.b64decode(SHORTEST))
        request.invalidate_recordset()
        self.assertFalse(request.form_1876)

    def test_a_step_comes_undone_with_its_facts_and_locks_none_of_the_others(self):
        self.assistant.write({"rut_pdf": a_rut(SELLER, "0"), "card_issuer": True, "card_mode": True})
        self.assertEqual(self.assistant.step, "software")
        self.company.partner_id.street = False
        self.assertEqual(self._states()["company"], "now")
        self.assertEqual((self._states()["issuer"], self.assistant.step), ("done", "company"))
        self.assertTrue(self.assistant.company_findings)
        action = next(iter(self.assistant.company_findings.values()))["action"]
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.company.partner_id.id))

    def test_the_verdict_stands_for_probe_and_documents(self):
        self.assertTrue(self._lacking("probe") and self._lacking("documents") and self._lacking("verdict"))
        self.assistant.sudo().state = "accepted"
        self.assertEqual([self._states()[key] for key in ("probe", "documents", "verdict")], ["done"] * 3)

    def test_a_document_that_waits_keeps_its_step_open(self):
        values = {"set_id": self.assistant.id, "environment": "sandbox", "nit": SELLER, "kind": "01", "prefix": "SETP"}
        documents = self.env["l10n_mx_co_edi.test.document"].sudo()
        probe = documents.create({**values, "number": "990000100", "is_probe": True, "state": "rejected"})
        self.assertEqual(self._states()["probe"], "waiting")
        probe.state = "accepted"
        self.assertEqual(self._states()["probe"], "done")
        self.assistant.invoice_count = 1
        one = documents.create({**values, "number": "990000101", "state": "sent"})
        self.assertEqual(self._states()["documents"], "waiting")
        one.state = "accepted"
        self.assertEqual(self._states()["documents"], "done")

    def test_the_menu_opens_the_only_assistant_and_begins_one_where_there_is_none(self):
        action = self.as_officer.with_company(self.company).action_get_ready()
        self.assertEqual((action["res_id"], action["views"]), (self.assistant.id, [(False, "form")]))
        self.assistant.unlink()
        self.assertEqual(self.sets.action_get_ready()["views"], [(False, "form")])
        self.assertNotEqual(self.sets.with_user(self.officer).action_get_ready()["views"], [(False, "form")])

    # ------------------------------------------------------------------
    # Company and RUT
    # ------------------------------------------------------------------

    def test_company_data_are_corrected_right_there(self):
        self.assistant.write({"trade_name": "INVENTOS", "is_o15": True, "mailbox": "buzon@example.co"})
        partner = self.company.partner_id
        self.assertEqual(
            (partner.l10n_mx_co_edi_trade_name, partner.l10n_mx_co_edi_dian_responsibilities), ("INVENTOS", "O-15"))
        self.assertEqual((self.assistant.nit, self.assistant.mailbox_to_type), (SELLER, "buzon@example.co"))

    def test_advice_keeps_nobody_in_the_first_step(self):
        self.assistant.write({"rut_pdf": a_rut(SELLER, "0"), "rut_filename": "rut.pdf", "ciiu": False})
        self.assertIn("CIIU", str(self.assistant.company_findings))  # said, and not counted
        self.assertEqual((self._lacking("company"), self._states()["company"]), ([], "done"))
        self.assistant.ciiu = "69"
        self.assertEqual((len(self._lacking("company")), self._states()["company"]), (1, "now"))

    def test_what_is_no_pdf_is_refused_with_the_reason(self):
        for content, words in (
                (b"PK\x03\x04 a spreadsheet", "no PDF"), (b"%PDF-1.7\nhalf of it", "ends in the middle"),
                (b"%PDF-1.7\n" + b"0" * (10 * 1024 * 1024) + b"%%EOF", "at most 10 MB")):
            with self.assertRaisesRegex(ValidationError, words):
                self.assistant.write({"rut_pdf": base64.b64encode(content), "rut_filename": "rut.pdf"})
            self.assistant.invalidate_recordset()
        self.assertFalse(self.company.sudo().l10n_mx_co_edi_rut_pdf)
        draft = self.sets.new({"company_id": self.company.id, "rut_pdf": base64.b64encode(b"photo")})
        self.assertIn("no PDF", draft._onchange_rut_pdf()["warning"]["message"])
        self.assertFalse(draft.rut_pdf)

    def test_the_nit_of_the_rut_is_told_and_another_s_does_not_count(self):
        self.assistant.write({"rut_pdf": a_rut(BUYER, "8"), "rut_filename": "rut.pdf"})
        self.assertTrue(self.assistant.is_rut_of_another)
        self.assertIn(BUYER, self.assistant.rut_note)
        self.assertTrue(self._lacking("company"))
        self.assistant.write({"rut_pdf": SHORTEST, "rut_filename": "scan.pdf"})
        self.assertFalse(self.assistant.is_rut_of_another)
        self.assertIn("could not be read", self.assistant.rut_note)
        self.assistant.write({"rut_pdf": a_rut(SELLER, "0"), "rut_filename": "rut.pdf"})
        self.assertIn(SELLER, self.assistant.rut_note)
        self.assertEqual((self._lacking("company"), self.assistant.rut_filename), ([], "rut.pdf"))
        self.assistant.write({"rut_filename": "otro.pdf"})  # the name alone leaves the file as it is
        self.assertEqual(self.company.sudo().l10n_mx_co_edi_rut_pdf, a_rut_of(self.assistant))
        self.assistant.write({"rut_pdf": False, "rut_filename": False})
        self.assertTrue(self._lacking("company"))

    # ------------------------------------------------------------------
    # Cards and the date
    # ------------------------------------------------------------------

    def test_officers_tick_cards_and_change_nothing_else(self):
        self.as_officer.with_context(card="card_issuer").action_tick()
        self.assertEqual(self.assistant.ticks["card_issuer"]["by"], self.officer.name)
        self.assertIn(self.officer.name, self.assistant.card_issuer_note)
        self.as_officer.with_context(card="card_issuer").action_untick()
        self.assertFalse(self.assistant.card_issuer or self.assistant.ticks)
        with self.assertRaises(AccessError):
            self.as_officer.write({"card_mode": True})
        with self.assertRaises(UserError):
            self.as_officer.with_context(card="state").action_tick()
        with self.assertRaises(UserError):  # AccessError is one
            self.assistant.with_user(self.clerk).with_context(card="card_issuer").action_tick()
        with self.assertRaises(UserError):
            self.as_officer.sudo(False).write({"rut_pdf": SHORTEST})

    def test_the_date_is_proposed_by_the_colombian_day_and_stays_once_it_is_ticked(self):
        # 31 January in Bogotá, February already in UTC
        with clock.frozen(datetime(2027, 2, 1, 3, tzinfo=timezone.utc)):
            self.assistant.invalidate_recordset()
            self.assertEqual(self.assistant.golive_proposal, date(2027, 2, 1))
            with self.assertRaisesRegex(UserError, "date first"):
                self.as_officer.with_context(card="card_date").action_tick()
            self.as_officer.action_take_proposal()
        self.as_officer.with_context(card="card_date").action_tick()
        with self.assertRaisesRegex(UserError, "does not let"):
            self.assistant.golive_date = "2027-03-01"
        self.assertEqual((self.assistant.golive_date, self._states()["golive"]), (date(2027, 2, 1), "waiting"))
        self.assistant.card_sync = True
        self.assertEqual(self._states()["golive"], "done")
        self.as_officer.with_context(card="card_date").action_untick()
        self.assistant.golive_date = "2027-03-01"

    # ------------------------------------------------------------------
    # Requests for numbers
    # ------------------------------------------------------------------

    def _request(self, **values):
        requests = self.env["l10n_mx_co_edi.numbering.request"].with_user(self.officer)
        return requests.create({"set_id": self.assistant.id, "prefix": "fe", **values})

    def test_a_request_goes_from_the_draft_to_the_associated_prefix(self):
        request = self._request()
        self.assertEqual((request.prefix, self._states()["numbering"]), ("FE", "waiting"))
        for too_early in (request.action_signed, request.action_associated):
            with self.assertRaises(UserError):
                too_early()
        request.action_definitive()
        request.action_signed()
        with self.assertRaises(UserError):
            request.prefix = "FV"
        with self.assertRaisesRegex(ValidationError, "no PDF"):
            request.form_1876 = base64.b64encode(b"a photo")
        request.write({"form_1876": SHORTEST, "form_name": "1876.pdf"})
        self.assertEqual((request.missing, self.assistant.card_numbering, self.assistant.card_prefix),
                         ("associating the prefix with the software", True, False))
        request.action_associated()
        self.assertFalse(request.missing)
        self.assertIn(self.officer.name, request.associated_note)
        self.assertEqual(self._states()["numbering"], "done")
        with self.assertRaises(UserError):
            request.unlink()
        draft = self._request(kind="contingency", prefix="CT")
        self.assertEqual(self._states()["numbering"], "waiting")
        draft.unlink()

    def test_prefix_and_numbers_are_checked(self):
        for values in ({"prefix": "FACTU"}, {"prefix": "F-1"}, {"first": "0"}, {"first": "9", "last": "8"},
                       {"last": "12345678901"}, {"first": "uno"}):
            with self.assertRaises(ValidationError, msg=str(values)):
                self._request(**values)
        with self.assertRaises(AccessError):
            self.env["l10n_mx_co_edi.numbering.request"].with_user(self.clerk).create({"set_id": self.assistant.id})


def a_rut_of(assistant):
    """Return the company's RUT as the assistant shows it."""
    assistant.invalidate_recordset()
    return assistant.rut_pdf
