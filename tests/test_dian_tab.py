"""What a Colombian invoice proposes for DIAN and shows about it, as a billing clerk works with it."""
from datetime import date, datetime, timedelta, timezone

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..core import clock
from ..tests_process.dian_samples import SELLER, SELLER_NAME
from .common_dian_sending import DianSending


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianTab(DianSending):
    """One class, as preparing a Colombian company takes longer than all of its tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls.env["res.partner"].create({
            "name": "Invented Buyer Inc", "is_company": True, "country_id": cls.env.ref("base.us").id})

    def a_draft(self, **values):
        return self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({"product_id": self.product.id, "price_unit": 100.0})], **values})

    # ------------------------------------------------------------------
    # Proposals
    # ------------------------------------------------------------------

    def test_a_sale_proposes_what_nearly_every_sale_is(self):
        move = self.a_draft()
        self.assertEqual(
            (move.l10n_mx_co_edi_dian_code, move.l10n_mx_co_edi_dian_type, move.l10n_mx_co_edi_dian_operation,
             move.l10n_mx_co_edi_dian_payment_form, move.l10n_mx_co_edi_dian_payment_means,
             move.l10n_mx_co_edi_dian_concept),
            ("01", "01", "10", "1", "1", False))

    def test_goods_to_another_country_are_an_export(self):
        move = self.a_draft(partner_id=self.abroad.id)
        self.assertEqual((move.l10n_mx_co_edi_dian_type, move.l10n_mx_co_edi_dian_operation), ("02", "10"))
        move.partner_id = self.customer
        self.assertEqual(move.l10n_mx_co_edi_dian_type, "01")
        move.l10n_mx_co_edi_dian_type = "04"
        move.partner_id = self.abroad
        self.assertEqual(move.l10n_mx_co_edi_dian_type, "04", "contingency is somebody's decision")

    def test_what_is_due_later_is_credit_until_somebody_says_otherwise(self):
        today = fields.Date.today()
        move = self.a_draft(invoice_date=today, invoice_date_due=today + timedelta(days=30))
        self.assertEqual(move.l10n_mx_co_edi_dian_payment_form, "2")
        move.l10n_mx_co_edi_dian_payment_form = "1"
        self.assertTrue(move.l10n_mx_co_edi_dian_payment_form_manual)
        move.invoice_date_due = today + timedelta(days=60)
        self.assertEqual(move.l10n_mx_co_edi_dian_payment_form, "1")
        move.action_l10n_mx_co_edi_dian_payment_form_automatic()
        self.assertEqual(move.l10n_mx_co_edi_dian_payment_form, "2")

    def test_instalments_are_credit(self):
        term = self.env["account.payment.term"].sudo().create({"name": "Halves", "line_ids": [
            Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
            Command.create({"value": "percent", "value_amount": 50, "nb_days": 0})]})
        self.assertEqual(self.a_draft(invoice_payment_term_id=term.id).l10n_mx_co_edi_dian_payment_form, "2")

    def test_means_of_payment_come_from_the_last_invoice_of_the_customer(self):
        self.a_draft(l10n_mx_co_edi_dian_payment_means="42")
        self.env.flush_all()
        self.assertEqual(self.a_draft().l10n_mx_co_edi_dian_payment_means, "42")
        self.assertEqual(self.a_draft(partner_id=self.abroad.id).l10n_mx_co_edi_dian_payment_means, "1")

    def test_a_payment_method_of_the_customer_goes_before(self):
        self.a_draft(l10n_mx_co_edi_dian_payment_means="42")
        self.env.flush_all()
        for journal, means in (("default_journal_cash", "10"), ("default_journal_bank", "47")):
            line = self.company_data[journal].inbound_payment_method_line_ids[0]
            move = self.a_draft(preferred_payment_method_line_id=line.id)
            self.assertEqual(move.l10n_mx_co_edi_dian_payment_means, means)

    def test_a_credit_note_of_the_whole_invoice_annuls_it(self):
        move = self.a_draft(l10n_mx_co_edi_dian_payment_means="42")
        move.action_post()
        whole = move._reverse_moves()
        self.assertEqual(
            (whole.l10n_mx_co_edi_dian_code, whole.l10n_mx_co_edi_dian_operation, whole.l10n_mx_co_edi_dian_concept,
             whole.l10n_mx_co_edi_dian_credit_concept, whole.l10n_mx_co_edi_dian_type,
             whole.l10n_mx_co_edi_dian_payment_means),
            ("91", "20", "2", "2", False, "42"))
        whole.l10n_mx_co_edi_dian_credit_concept = "4"
        self.assertEqual(whole.l10n_mx_co_edi_dian_concept, "4")

    def test_a_credit_note_of_nothing_refers_to_nothing(self):
        note = self.a_draft(move_type="out_refund")
        self.assertEqual((note.l10n_mx_co_edi_dian_operation, note.l10n_mx_co_edi_dian_concept), ("22", "1"))

    def test_a_debit_note_has_its_own_concepts(self):
        move = self.a_draft()
        move.action_post()
        note = self.a_draft(debit_origin_id=move.id)
        self.assertEqual(
            (note.l10n_mx_co_edi_dian_code, note.l10n_mx_co_edi_dian_operation, note.l10n_mx_co_edi_dian_concept,
             note.l10n_mx_co_edi_dian_debit_concept, note.l10n_mx_co_edi_dian_credit_concept),
            ("92", "30", "4", "4", False))

    def test_other_entries_and_other_countries_propose_nothing(self):
        names = ("type", "operation", "payment_form", "payment_means", "concept", "code")
        elsewhere = self.admin_env["res.company"].create({"name": "Other", "country_id": self.env.ref("base.us").id})
        entry = self.admin_env["account.move"].with_company(self.company).create({"move_type": "entry"})
        foreign = self.admin_env["account.move"].with_company(elsewhere).new({
            "move_type": "out_invoice", "partner_id": self.customer.id, "company_id": elsewhere.id})
        for move in (entry, foreign):
            self.assertFalse([name for name in names if move[f"l10n_mx_co_edi_dian_{name}"]])

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------

    def test_the_form_follows_the_customer(self):
        self.a_draft(l10n_mx_co_edi_dian_payment_means="42")
        self.env.flush_all()
        form = Form(self.env["account.move"].with_context(default_move_type="out_invoice"))
        form.partner_id = self.abroad
        self.assertEqual((form.l10n_mx_co_edi_dian_type, form.l10n_mx_co_edi_dian_payment_means), ("02", "1"))
        form.partner_id = self.customer
        self.assertEqual((form.l10n_mx_co_edi_dian_type, form.l10n_mx_co_edi_dian_payment_means), ("01", "42"))
        form.l10n_mx_co_edi_dian_payment_form = "2"
        move = form.save()
        self.assertEqual(
            (move.l10n_mx_co_edi_dian_payment_form, move.l10n_mx_co_edi_dian_payment_form_manual), ("2", True))

    def test_only_the_operations_of_the_type_are_offered(self):
        move = self.a_draft()
        self.assertIn("09", move.l10n_mx_co_edi_dian_operations)
        self.assertNotIn("20", move.l10n_mx_co_edi_dian_operations)
        move.l10n_mx_co_edi_dian_operation = "09"
        move.l10n_mx_co_edi_dian_type = "02"
        self.assertEqual((move.l10n_mx_co_edi_dian_operation, move.l10n_mx_co_edi_dian_operations), ("10", ["10"]))

    def test_a_duplicate_keeps_the_operation_and_a_note_of_it_does_not(self):
        move = self.a_draft(l10n_mx_co_edi_dian_operation="12")
        self.assertEqual(move.copy().l10n_mx_co_edi_dian_operation, "12")
        self.assertEqual(move._reverse_moves().l10n_mx_co_edi_dian_operation, "20")

    def test_the_key_has_the_name_that_its_type_gives_it(self):
        move = self.a_draft()
        for code, name in (("01", "CUFE"), ("03", "CUDE"), ("04", "CUFE")):
            move.l10n_mx_co_edi_dian_type = code
            self.assertEqual(move.l10n_mx_co_edi_dian_key_name, name)
        self.assertEqual(self.a_draft(move_type="out_refund").l10n_mx_co_edi_dian_key_name, "CUDE")

    def test_what_dian_has_not_accepted_is_not_annulled(self):
        move = self.a_draft()
        move.action_post()
        with self.assertRaisesRegex(UserError, "nothing to annul"):
            move.action_l10n_mx_co_edi_dian_annul()

    # ------------------------------------------------------------------
    # Notes
    # ------------------------------------------------------------------

    def reversal_of(self, move):
        return Form(self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids, active_id=move.id))

    def a_posted(self, **values):
        move = self.a_draft(**values)
        move.action_post()
        return move

    def test_the_credit_note_wizard_asks_for_the_concept(self):
        wizard = self.reversal_of(self.a_posted())
        self.assertEqual((wizard.l10n_mx_co_edi_dian_code, wizard.l10n_mx_co_edi_dian_operation), ("91", "20"))
        self.assertTrue(wizard.l10n_mx_co_edi_dian_waits)
        with self.assertRaisesRegex(AssertionError, "credit_concept"):
            wizard.save()
        wizard.l10n_mx_co_edi_dian_credit_concept = "4"
        wizard.reason = "Precio acordado"
        note = self.env["account.move"].browse(wizard.save().refund_moves()["res_id"])
        self.assertEqual(
            (note.l10n_mx_co_edi_dian_concept, note.l10n_mx_co_edi_dian_operation, note.l10n_mx_co_edi_dian_reason),
            ("4", "20", "Precio acordado"))

    def test_a_note_without_reference_has_a_period_and_annuls_nothing(self):
        move = self.a_posted()
        wizard = self.reversal_of(move)
        wizard.l10n_mx_co_edi_dian_operation = "22"
        wizard.l10n_mx_co_edi_dian_credit_concept = "2"
        wizard.l10n_mx_co_edi_dian_period_start = date(2026, 1, 31)
        wizard.l10n_mx_co_edi_dian_period_end = date(2026, 1, 1)
        with self.assertRaisesRegex(UserError, "period"):
            wizard.save().refund_moves()
        wizard.l10n_mx_co_edi_dian_period_start = date(2026, 1, 1)
        wizard.l10n_mx_co_edi_dian_period_end = date(2026, 1, 31)
        with self.assertRaisesRegex(UserError, "annulment"):
            wizard.save().refund_moves()
        wizard.l10n_mx_co_edi_dian_credit_concept = "1"
        note = self.env["account.move"].browse(wizard.save().refund_moves()["res_id"])
        self.assertEqual(
            (note.l10n_mx_co_edi_dian_operation, str(note.l10n_mx_co_edi_dian_period_start),
             str(note.l10n_mx_co_edi_dian_period_end)), ("22", "2026-01-01", "2026-01-31"))

    def test_a_note_is_of_today_in_colombia_and_never_waits_for_that_day(self):
        move = self.a_draft(invoice_date="2026-03-01")
        move.sudo()._post()  # of another time, as a machine brought it in
        with clock.frozen(datetime(2026, 3, 11, 3, 30, tzinfo=timezone.utc)):
            self.assertEqual(str(self.reversal_of(move).date), "2026-03-10")
        tomorrow = datetime.now(timezone.utc) + timedelta(days=3)
        with clock.frozen(tomorrow):
            wizard = self.reversal_of(move)
            wizard.l10n_mx_co_edi_dian_credit_concept = "1"
            note = self.env["account.move"].browse(wizard.save().refund_moves()["res_id"])
        self.assertEqual(note.auto_post, "no")

    def test_the_debit_note_wizard_asks_for_its_own_concept(self):
        move = self.a_posted()
        wizard = Form(self.env["account.debit.note"].with_context(
            active_model="account.move", active_ids=move.ids, active_id=move.id))
        self.assertEqual((wizard.l10n_mx_co_edi_dian_code, wizard.l10n_mx_co_edi_dian_operation), ("92", "30"))
        with self.assertRaisesRegex(AssertionError, "debit_concept"):
            wizard.save()
        wizard.l10n_mx_co_edi_dian_debit_concept = "1"
        wizard.reason = "Mora"
        note = self.env["account.move"].browse(wizard.save().create_debit()["res_id"])
        self.assertEqual(
            (note.l10n_mx_co_edi_dian_code, note.l10n_mx_co_edi_dian_concept, note.l10n_mx_co_edi_dian_operation,
             note.l10n_mx_co_edi_dian_reason), ("92", "1", "30", "Mora"))

    def test_vendor_bills_and_credit_notes_are_no_business_of_the_wizards(self):
        bill = self.a_posted(move_type="in_invoice", invoice_date=fields.Date.today())
        wizard = self.reversal_of(bill)
        self.assertFalse(wizard.l10n_mx_co_edi_dian_code or wizard.l10n_mx_co_edi_dian_operation)
        refund = self.env["account.move"].browse(wizard.save().refund_moves()["res_id"])
        self.assertFalse(refund.l10n_mx_co_edi_dian_concept)

    # ------------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------------

    def _arch(self, view, view_type, companies):
        model = self.env.ref(view).sudo().model
        return self.env[model].with_context(allowed_company_ids=companies.ids).get_view(
            self.env.ref(view).id, view_type)["arch"]

    def test_lists_speak_of_dian_where_only_colombians_work(self):
        mexican = self.admin_env["res.company"].create({"name": "MX", "country_id": self.env.ref("base.mx").id})
        self.clerk.sudo().write({"company_ids": [Command.link(mexican.id)]})
        listing, search = "account.view_out_invoice_tree", "account.view_account_invoice_filter"
        for companies, in_list, filters, absent in (
                (self.company, ("DIAN State", "CUFE", "Send to DIAN"), ("dian_rejected",), ("in_doubt",)),
                (mexican, ("CFDI State", "UUID", "Send to SAT"), ("in_doubt",), ("dian_rejected",)),
                (self.company | mexican, ("Electronic Document", "UUID or CUFE", "Send to the Authority"),
                 ("dian_rejected", "in_doubt"), ())):
            arch = self._arch(listing, "list", companies)
            for label in in_list:
                self.assertIn(f'string="{label}"', arch, companies.mapped("name"))
            arch = self._arch(search, "search", companies)
            for name in filters:
                self.assertIn(f'name="l10n_mx_co_edi_{name}"', arch)
            for name in absent:
                self.assertNotIn(f'name="l10n_mx_co_edi_{name}"', arch)

    # ------------------------------------------------------------------
    # What DIAN answered
    # ------------------------------------------------------------------

    def test_an_accepted_invoice_shows_its_key_its_answer_and_what_dian_remarked(self):
        self.sandbox.control("dian/register", {"kind": "taxpayer", "row": {"nit": SELLER, "name": SELLER_NAME}})
        move = self.a_valid_invoice()
        self.assertTrue(move.l10n_mx_co_edi_dian_has_answer)
        [remark] = move.l10n_mx_co_edi_dian_notifications.values()
        self.assertEqual(remark["level"], "warning")
        self.assertIn("FAJ73", remark["message"])
        self.assertFalse(move.l10n_mx_co_edi_dian_address, "the sandbox has no page of DIAN")
        with self.assertRaises(UserError):
            move.l10n_mx_co_edi_dian_payment_means = "42"
        self._at_dian()
        self.assertFalse(self.a_valid_invoice().l10n_mx_co_edi_dian_notifications)
        remarked = self.env["account.move"].search([
            ("l10n_mx_co_edi_document_ids", "any", [("state", "=", "valid"), ("notifications", "!=", False)])])
        self.assertEqual(remarked, move)
        answer = move.action_l10n_mx_co_edi_dian_download_answer()
        self.assertIn(f"/{move.l10n_mx_co_edi_document_id.id}/answer_xml", answer["url"])

    def test_the_page_at_dian_is_that_of_the_environment(self):
        move = self.a_valid_invoice()
        document = move.l10n_mx_co_edi_document_id.sudo()
        for environment, host in (("test", "catalogo-vpfe-hab"), ("production", "catalogo-vpfe.")):
            document.environment = environment
            move.company_id.sudo().l10n_mx_co_edi_environment = environment
            move.invalidate_recordset()
            self.assertIn(host, move.l10n_mx_co_edi_dian_address)
            self.assertTrue(move.l10n_mx_co_edi_dian_address.endswith(f"={move.l10n_mx_co_edi_uuid}"))

    def test_what_dian_accepted_is_annulled_by_a_note_of_the_whole(self):
        move = self.a_valid_invoice()
        for action in (move.action_l10n_mx_co_edi_dian_annul(), move.button_request_cancel()):
            wizard = Form(self.env[action["res_model"]].with_context(**action["context"]))
            self.assertEqual(wizard.l10n_mx_co_edi_dian_credit_concept, "2")
            self.assertFalse(wizard.l10n_mx_co_edi_dian_waits)
        wizard.reason = "Desistimiento"
        note = self.env["account.move"].browse(wizard.save().refund_moves()["res_id"])
        self.assertEqual(note.amount_total, move.amount_total)
        note.action_post()
        document = note._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.kind, document.state), ("co_dian_91", "valid"), document.last_error)
        self.assertEqual((document.key_name, move.l10n_mx_co_edi_document_id.key_name), ("CUDE", "CUFE"))
        self.assertIn(b"Desistimiento", document._stamped_bytes())
        self.assertIn("CUDE: ", document._state_sentence())
        with self.assertRaisesRegex(UserError, "another note"):
            note.action_l10n_mx_co_edi_dian_annul()

    def test_a_viewer_sees_the_page_and_may_not_send(self):
        move = self.a_valid_invoice()
        viewer = new_test_user(
            self.admin_env, "co_viewer", groups="account.group_account_readonly", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        seen = move.with_user(viewer)
        arch = seen.get_view(self.env.ref("account.view_move_form").id, "form")["arch"]
        self.assertIn("l10n_mx_co_edi_dian_payment_means", arch)
        self.assertNotIn('name="action_l10n_mx_co_edi_dian_annul"', arch)
        self.assertIn("answer_xml", seen.action_l10n_mx_co_edi_dian_download_answer()["url"])
        self.assertEqual(seen.l10n_mx_co_edi_dian_key_name, "CUFE")
        with self.assertRaises(AccessError):
            seen.action_l10n_mx_co_edi_send_now()
