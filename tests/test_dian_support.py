"""Support documents: vendor bills from who is not obliged to invoice, as a billing clerk makes them."""
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..core import snapshot
from ..models.adapt_co import DianAdapter
from ..tests_process.dian_samples import RANGE, SELLER
from .common_dian_sending import DianSending

SUPPORT_RANGE = RANGE | {
    "prefix": "SEDS", "first": 984000000, "last": 985000000, "resolution": "18760000002", "technical_key": "",
    "kind": "support"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianSupport(DianSending):
    """One class, as preparing a Colombian company takes longer than all of its tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company.with_env(cls.admin_env)._l10n_mx_co_edi_create_support_journal()
        cls.numbering = cls.a_range(
            cls.journal, key="", prefix="SEDS", first="984000000", last="985000000", resolution="18760000002")
        cls.chart = cls.admin_env["account.chart.template"].with_company(cls.company)
        cls.seller = cls.admin_env["res.partner"].create({
            "name": "María Inventada", "vat": "1020304050", "street": "Calle 1 # 2-3",
            "l10n_latam_identification_type_id": cls.env.ref("l10n_co.national_citizen_id").id,
            "l10n_mx_co_edi_municipality": "11001", "email": "maria@example.invalid", **cls._place()})
        cls.abroad = cls.admin_env["res.partner"].create({
            "name": "Invented Cloud Inc", "vat": "X-55", "is_company": True, "street": "1 Main St", "city": "Miami",
            "country_id": cls.env.ref("base.us").id, "email": "cloud@example.invalid",
            "l10n_latam_identification_type_id": cls.env.ref("l10n_latam_base.it_fid").id})
        cls.freight = cls.admin_env["product.product"].create({
            "name": "Flete", "type": "service", "default_code": "FL-1", "standard_price": 1000.0,
            "supplier_taxes_id": [Command.clear()]})

    def setUp(self):
        super().setUp()
        self.sandbox.control("dian/register", {"kind": "range", "row": SUPPORT_RANGE})

    def a_bill(self, move_type="in_invoice", partner=None, lines=1, taxes=(), **values):
        chosen = [self.chart.ref(f"l10n_co_tax_{number}").id for number in taxes]
        return self.env["account.move"].create({
            "move_type": move_type, "partner_id": (partner or self.seller).id, "journal_id": self.journal.id,
            "invoice_date": self.today, "invoice_line_ids": [
                Command.create({"product_id": self.freight.id, "quantity": 2, "price_unit": 100000.0,
                                "tax_ids": [Command.set(chosen)]})
                for _line in range(lines)], **values})

    def sent(self, move):
        """Confirm and send the bill, and return what DIAN has validated."""
        self.assertEqual([finding.code for finding in move._l10n_mx_co_edi_findings()], [])
        move.action_post()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_error or document.last_message)
        return snapshot.load(document.sudo().snapshot)

    def codes(self, move):
        return [finding.code for finding in move._l10n_mx_co_edi_support_findings()]

    # ------------------------------------------------------------------
    # Journal
    # ------------------------------------------------------------------

    def test_the_journal_is_made_in_one_step_with_the_range_that_can_only_be_its_own(self):
        self.journal.sudo().write({"l10n_mx_co_edi_support_document": False, "l10n_mx_co_edi_credit_prefix": False})
        self.numbering.journal_id = False
        settings = self.admin_env["res.config.settings"].with_company(self.company).create({})
        action = settings.action_l10n_mx_co_edi_create_support_journal()
        journal = self.admin_env["account.journal"].browse(action["res_id"])
        self.assertEqual((journal.type, journal.code, journal.l10n_mx_co_edi_range_ids), (
            "purchase", "DS2", self.numbering))
        self.assertEqual(journal.l10n_mx_co_edi_credit_prefix, "NA")
        self.assertEqual(self.numbering.state, "ready")
        self.assertEqual(settings.l10n_mx_co_edi_support_journal_ids, journal)
        self.assertEqual(settings.action_l10n_mx_co_edi_create_support_journal()["res_id"], journal.id)

    def test_usual_bills_keep_their_journal_and_odoo_s_numbers(self):
        bill = self.env["account.move"].create({
            "move_type": "in_invoice", "partner_id": self.seller.id, "invoice_date": self.today,
            "invoice_line_ids": [Command.create({"name": "x", "price_unit": 10, "tax_ids": False})]})
        self.assertNotEqual(bill.journal_id, self.journal)
        self.assertFalse(bill.l10n_mx_co_edi_dian_code)
        bill.action_post()
        self.assertIn("/", bill.name)

    def test_the_menu_makes_support_documents(self):
        form = Form(self.env["account.move"].with_context(
            default_move_type="in_invoice", l10n_mx_co_edi_support_document=True))
        self.assertEqual(form.journal_id, self.journal)
        self.assertEqual(form.l10n_mx_co_edi_dian_code, "05")

    def test_a_journal_with_bills_does_not_become_something_else(self):
        usual = self.company_data["default_journal_purchase"]
        bill = self.a_bill(journal_id=usual.id)
        bill.sudo()._post()
        with self.assertRaisesRegex(UserError, "confirmed bills"):
            usual.l10n_mx_co_edi_support_document = True
        with self.assertRaises(ValidationError):
            self.company_data["default_journal_sale"].l10n_mx_co_edi_support_document = True

    def test_who_has_none_of_our_groups_opens_a_bill_all_the_same(self):
        groups = self.admin_env.ref("account.group_account_invoice") | self.admin_env.ref(
            "account.group_account_readonly")
        groups.write({"implied_ids": [
            Command.unlink(self.admin_env.ref(f"l10n_mx_co_edi.group_{name}").id) for name in ("issuer", "viewer")]})
        other = new_test_user(
            self.admin_env, "co_without", groups="account.group_account_invoice", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        self.assertFalse(other.has_group("l10n_mx_co_edi.group_viewer"))
        with Form(self.env["account.move"].with_user(other).with_context(default_move_type="in_invoice")) as form:
            form.partner_id = self.seller
            with form.invoice_line_ids.new() as line:
                line.name = "x"
        self.assertTrue(form.record.id)

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    def test_the_number_is_ours_and_needs_no_technical_key(self):
        bill = self.a_bill()
        self.assertEqual(bill._l10n_mx_co_edi_numbering_findings(), [])
        bill.sudo()._post()
        self.assertEqual(bill.name, "SEDS984000000")
        adjustment = self.a_bill("in_refund", reversed_entry_id=bill.id)
        adjustment.sudo()._post()
        self.assertEqual(adjustment.name, "NA1")
        self.assertEqual(adjustment._l10n_mx_co_edi_dian_number(), ("NA", 1))

    def test_without_a_range_no_support_document_is_numbered(self):
        self.numbering.journal_id = False
        bill = self.a_bill()
        self.assertEqual([finding.code for finding in bill._l10n_mx_co_edi_numbering_findings()], ["CO-NUM-01"])

    # ------------------------------------------------------------------
    # Content
    # ------------------------------------------------------------------

    def test_a_resident_s_bill_becomes_a_valid_document(self):
        bill = self.a_bill(l10n_mx_co_edi_dian_purchase_date=self.today - timedelta(days=3))
        document = self.sent(bill)
        self.assertEqual((document.type_code, document.customization_id, document.id), ("05", "10", "SEDS984000000"))
        self.assertEqual(document.supplier.company_id.number, "1020304050")
        self.assertEqual(document.customer.company_id.number, SELLER)
        period = document.lines[0].period
        self.assertEqual((period.start_date, period.description_code, period.description), (
            self.today - timedelta(days=3), "1", "Por operación"))
        self.assertEqual((document.uuid_scheme_name, document.uuid), ("CUDS-SHA384", bill.l10n_mx_co_edi_uuid))
        self.assertTrue(bill.l10n_mx_co_edi_document_id.xml_name.startswith("ds0901002487000"))

    def test_a_seller_abroad(self):
        document = self.sent(self.a_bill(partner=self.abroad))
        self.assertEqual((document.customization_id, document.supplier.physical_location.country_code), ("11", "US"))

    def test_what_is_withheld_stands_in_the_document_and_not_in_its_total(self):
        bill = self.a_bill(taxes=(1, 12, 18, 48))  # IVA 19 %, ReteIVA 15 % of it, ReteFuente 10 %, ReteICA 0.966 %
        document = self.sent(bill)
        self.assertEqual(str(document.monetary_total.payable_amount), "238000.00")
        self.assertEqual(
            {(total.subtotals[0].tax_scheme.id, str(total.subtotals[0].taxable_amount), str(total.tax_amount))
             for total in document.withholding_tax_totals},
            {("05", "38000.00", "5700.00"), ("06", "200000.00", "20000.00"), ("07", "200000.00", "1932.00")})
        self.assertEqual(bill.amount_total, 238000 - 5700 - 20000 - 1932)

    def test_an_adjustment_names_its_document_and_concept(self):
        bill = self.a_bill()
        first = self.sent(bill)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bill.ids).create({"journal_id": bill.journal_id.id})
        adjustment = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        adjustment.invoice_date = self.today
        self.assertEqual(adjustment.l10n_mx_co_edi_dian_concept, "2")
        document = self.sent(adjustment)
        self.assertEqual((document.type_code, document.id, document.root), ("95", "NA1", "CreditNote"))
        reference = document.billing_references[0].invoice
        self.assertEqual((reference.id, reference.uuid), (first.id, first.uuid))
        self.assertEqual(document.discrepancy_responses[0].response_code, "2")

    def test_another_document_made_from_it_does_not_raise_what_may_be_adjusted(self):
        bill, other = self.a_bill(), self.a_bill()
        other.debit_origin_id = bill
        for one in (bill, other):
            self.sent(one)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bill.ids).create({"journal_id": bill.journal_id.id})
        adjustment = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        adjustment.invoice_date = self.today
        self.assertEqual([finding.code for finding in adjustment._l10n_mx_co_edi_findings()], [])
        adjustment.invoice_line_ids[0].price_unit *= 1.5
        self.assertIn("CO-NOTE-11", [finding.code for finding in adjustment._l10n_mx_co_edi_findings()])

    def test_a_valid_one_is_locked_as_an_invoice_is(self):
        bill = self.a_bill()
        self.sent(bill)
        for change in (
            lambda: bill.button_draft(),
            lambda: bill.write({"l10n_mx_co_edi_dian_generation": "2"}),
            lambda: bill.write({"l10n_mx_co_edi_dian_purchase_date": self.today - timedelta(days=1)}),
            lambda: bill.invoice_line_ids.write({"l10n_mx_co_edi_dian_purchase_date": self.today}),
            lambda: bill.write({"name": "SEDS984000077"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_an_undated_bill_is_of_today_and_another_day_is_said(self):
        bill = self.a_bill(invoice_date=False)
        self.assertEqual(self.sent(bill).issue_date, self.today)
        late = self.a_bill(invoice_date=self.today - timedelta(days=1))
        self.assertIn("DSAD09e", [finding.code for finding in late._l10n_mx_co_edi_findings()])

    def test_a_week_has_lines_of_several_days(self):
        bill = self.a_bill(lines=2, l10n_mx_co_edi_dian_generation="2")
        first, second = bill.invoice_line_ids
        first.l10n_mx_co_edi_dian_purchase_date = self.today - timedelta(days=6)
        self.assertIn(self.codes(bill), ([], ["CO-DS-14"]))
        document, _found = DianAdapter(bill).document()
        self.assertEqual(
            [(line.period.start_date, line.period.description_code) for line in document.lines],
            [(self.today - timedelta(days=6), "2"), (self.today, "2")])
        second.l10n_mx_co_edi_dian_purchase_date = self.today + timedelta(days=1)
        self.assertIn("CO-DS-11", self.codes(bill))
        second.l10n_mx_co_edi_dian_purchase_date = False
        first.l10n_mx_co_edi_dian_purchase_date = self.today - timedelta(days=7)
        self.assertEqual(self.codes(bill), ["CO-DS-13"])

    def test_who_must_invoice_is_pointed_out(self):
        self.seller.sudo().l10n_mx_co_edi_dian_regime = "48"
        self.assertEqual(self.codes(self.a_bill()), ["CO-DS-15"])

    def test_a_bill_covers_one_operation_until_somebody_says_otherwise(self):
        bill = self.a_bill()
        self.assertEqual(bill.l10n_mx_co_edi_dian_generation, "1")
        bill.l10n_mx_co_edi_dian_generation = "2"
        bill.partner_id = self.seller
        self.assertEqual(bill.l10n_mx_co_edi_dian_generation, "2")
        self.assertFalse(self.a_bill("in_refund").l10n_mx_co_edi_dian_generation)
