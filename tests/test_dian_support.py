"""Support documents: vendor bills from who is not obliged to invoice, as a billing clerk makes them."""
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..core.dian import rules
from ..core.dian.identity import identify
from ..models.adapt_co import DianAdapter
from ..models.numbering_range import colombian_today
from ..tests_process.dian_samples import PIN, SELLER
from .common_dian import DianCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianSupport(DianCommon):
    """One class, as preparing a Colombian company takes longer than all of its tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = colombian_today(cls.env)
        cls.company.partner_id.write({
            "street": "Carrera 7 # 8-9", "zip": "110111", "city": "Bogotá", "l10n_mx_co_edi_municipality": "11001",
            "email": "recepcion@example.co"})
        cls.journal = cls.company._l10n_mx_co_edi_create_support_journal()
        cls.numbering = cls.a_range(
            cls.journal, key="", prefix="SEDS", first="984000000", last="985000000", resolution="18760000002")
        cls.seller = cls.env["res.partner"].create({
            "name": "María Inventada", "vat": "1020304050", "zip": "110111", "street": "Calle 1 # 2-3",
            "city": "Bogotá", "country_id": cls.env.ref("base.co").id,
            "l10n_latam_identification_type_id": cls.env.ref("l10n_co.national_citizen_id").id,
            "l10n_mx_co_edi_municipality": "11001", "email": "maria@example.invalid"})
        cls.product = cls.env["product.product"].create({
            "name": "Flete", "type": "service", "default_code": "FL-1", "standard_price": 1000.0,
            "supplier_taxes_id": [Command.clear()]})
        cls.env = cls.env(user=cls.clerk)

    def a_bill(self, move_type="in_invoice", partner=None, lines=1, **values):
        return self.env["account.move"].create({
            "move_type": move_type, "partner_id": (partner or self.seller).id, "journal_id": self.journal.id,
            "invoice_date": self.today, "invoice_line_ids": [
                Command.create({"product_id": self.product.id, "quantity": 1, "price_unit": 1000.0, "tax_ids": False})
                for _line in range(lines)], **values})

    def document(self, move):
        """Return the document that the bill becomes, after its findings were looked through."""
        adapter = DianAdapter(move)
        self.assertEqual([finding.code for finding in adapter.configuration_findings()], [])
        document, found = adapter.document()
        return identify(document, pin=PIN), [finding.code for finding in found]

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

    def test_a_resident_s_bill_is_a_document_that_dian_s_rules_accept(self):
        bill = self.a_bill(l10n_mx_co_edi_dian_purchase_date=self.today - timedelta(days=3))
        bill.sudo()._post()
        document, found = self.document(bill)
        self.assertEqual(found, [])
        self.assertEqual((document.type_code, document.customization_id, document.id), ("05", "10", "SEDS984000000"))
        self.assertEqual(document.supplier.company_id.number, "1020304050")
        self.assertEqual(document.customer.company_id.number, SELLER)
        period = document.lines[0].period
        self.assertEqual((period.start_date, period.description_code, period.description), (
            self.today - timedelta(days=3), "1", "Por operación"))
        self.assertEqual(document.uuid_scheme_name, "CUDS-SHA384")
        self.assertEqual([finding.code for finding in rules.check(document)], [])

    def test_a_week_has_lines_of_several_days(self):
        bill = self.a_bill(lines=2, l10n_mx_co_edi_dian_generation="2")
        first, second = bill.invoice_line_ids
        first.l10n_mx_co_edi_dian_purchase_date = self.today - timedelta(days=6)
        self.assertIn(self.codes(bill), ([], ["CO-DS-14"]))
        document, _found = self.document(bill)
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
