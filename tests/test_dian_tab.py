"""What a Colombian invoice proposes for DIAN and shows about it, as a billing clerk works with it."""
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common_dian import DianCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianTab(DianCommon):
    """One class, as preparing a Colombian company takes longer than all of its tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({
            "name": "Cliente Inventado SAS", "vat": "901002488-8", "is_company": True,
            "country_id": cls.env.ref("base.co").id,
            "l10n_latam_identification_type_id": cls.env.ref("l10n_co.rut").id})
        cls.abroad = cls.env["res.partner"].create({
            "name": "Invented Buyer Inc", "is_company": True, "country_id": cls.env.ref("base.us").id})
        cls.product = cls.product_a
        cls.env = cls.env(user=cls.clerk)

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
