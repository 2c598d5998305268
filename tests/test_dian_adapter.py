"""From an invoice of a Colombian company to the frozen document of DIAN: what the rules accept and the books show."""
import os
from datetime import datetime, timedelta
from decimal import Decimal

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from ..core import clock
from ..core.dian import build, rules, xades_sign
from ..core.dian.cufe import COLOMBIA
from ..core.dian.identity import identify
from ..core.findings import blocking
from ..models.adapt_co import DianAdapter
from ..models.finding_texts import describe
from ..sandbox.dian.schema import Schemas
from ..tests_process.dian_samples import SELLER
from .common_dian import DianCommon

D = Decimal


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianAdapter(DianCommon):
    """One class, as preparing a Colombian company takes longer than its tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.at = clock.utc_now()
        cls.day = cls.at.astimezone(COLOMBIA).date()
        place = {"street": "Calle 1 # 2-3", "city": "Medellín", "state_id": cls.env.ref("base.state_co_01").id}
        cls.company.partner_id.write({"email": "a@example.com", **place})
        cls._prepare_taxes()
        cls.customer = cls.env["res.partner"].create({
            "name": "Cliente Inventado SAS", "vat": "901002488-8", "is_company": True, "email": "b@example.com",
            "country_id": cls.env.ref("base.co").id, **place,
            "l10n_latam_identification_type_id": cls.env.ref("l10n_co.rut").id})
        cls.product = cls.env["product.product"].create({"name": "Tornillo", "lst_price": 100.0, "taxes_id": False})
        cls.env = cls.env(user=cls.clerk)

    @classmethod
    def _prepare_taxes(cls):
        chart = cls.env["account.chart.template"].with_company(cls.company)
        cls.tax = {name: chart.ref(f"l10n_co_tax_{number}") for name, number in {
            "iva19": 8, "iva5": 9, "exempt": 10, "excluded": 11, "inc8": 60, "rete_renta": 53, "rete_iva": 56,
            "rete_ica": 58,
        }.items()}
        cls.tax["included"] = cls.tax["iva19"].copy({"name": "19% IVA incl", "price_include_override": "tax_included"})
        cls.tax["inc8base"] = cls.tax["inc8"].copy({"name": "8% INC base", "include_base_amount": True, "sequence": 0})
        cls.tax["icui"] = cls.tax["iva19"].copy({
            "name": "ICUI 20%", "amount": 20.0, "l10n_mx_co_edi_tribute": "35",
            "l10n_mx_co_edi_tribute_kind": "percent"})
        cls.tax["bags"] = cls.tax["iva19"].copy({
            "name": "INC Bolsas 70", "amount_type": "fixed", "amount": 70.0, "l10n_mx_co_edi_tribute": "22",
            "l10n_mx_co_edi_tribute_kind": "unit"})

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def a_line(self, price=100.0, quantity=1.0, taxes="iva19", **values):
        chosen = [self.tax[name].id for name in taxes.split()]
        return Command.create({
            "product_id": self.product.id, "name": "Tornillo", "price_unit": price, "quantity": quantity,
            "tax_ids": [Command.set(chosen)], **values})

    def a_move(self, *lines, **values):
        return self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.customer.id, "invoice_date": self.day,
            "invoice_line_ids": list(lines or [self.a_line()]), **values})

    def adapted(self, move):
        """Return the document and the codes of what is wrong with it, by adapter and rules."""
        adapter = DianAdapter(move, self.at)
        self.assertEqual(adapter.configuration_findings(), [])
        document, findings = adapter.document()
        return document, blocking([*findings, *rules.check(document)])

    def accepted(self, move):
        """Return the document, which nothing blocks and whose total is that of the books before withholdings."""
        document, problems = self.adapted(move)
        self.assertEqual([(problem.code, problem.where, problem.params) for problem in problems], [])
        held = sum(abs(line.amount_currency) for line in move.line_ids if line.tax_line_id.amount < 0)
        self.assertEqual(
            document.monetary_total.payable_amount, D(str(round(move.amount_total + held, 2))).quantize(D("0.01")))
        return document

    def problems(self, move):
        return {problem.code for problem in self.adapted(move)[1]}

    # ------------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------------

    def test_a_plain_invoice(self):
        document = self.accepted(self.a_move(self.a_line(price=100000.0, quantity=2)))
        self.assertEqual((document.type_code, document.customization_id, document.id[:4]), ("01", "10", "SETP"))
        self.assertEqual(document.monetary_total.payable_amount, D("238000.00"))
        self.assertEqual(document.issue_date, self.day)
        self.assertEqual(document.extensions.provider.number, SELLER)
        self.assertEqual(document.supplier.legal_entity.registration_prefix, "SETP")

    def test_awkward_amounts_come_to_the_total_of_the_books(self):
        """Lines, decimals, discounts and rates that the books round and DIAN cuts; both ways of rounding in Odoo."""
        cases = {
            "half cents": [(10.55, 1.5, 0, "iva19")] * 3,
            "three decimals and thirds": [(33.33, 3.333, 33.33, "iva19"), (0.07, 999.999, 0, "iva5")],
            "rates of one tribute": [(99.99, 7, 12.5, "iva19"), (1234.56, 0.123, 0, "iva5"), (5.05, 3, 0, "exempt")],
            "IVA and INC": [(17.77, 1.111, 0, "iva19 inc8"), (8.88, 2, 5, "inc8")],
            "INC in the base of IVA, ICUI": [(17.77, 1.111, 0, "inc8base iva19"), (8.88, 2, 5, "iva19 icui")],
            "excluded beside taxed": [(10.01, 3, 0, "excluded"), (10.01, 3, 0, "iva19"), (7.77, 1, 0, "")],
            "tax included": [(119.00, 1, 0, "included"), (21.53, 2, 0, "included"), (9.99, 3, 33.33, "included")],
            "bags": [(1500.5, 3, 0, "iva19 bags"), (10, 2, 10, "bags")],
            "withheld": [(333.33, 3, 0, "iva19 rete_iva rete_renta rete_ica"), (77.77, 1.7, 3.3, "iva19 rete_renta")],
            "many": [(0.05 + number / 7, 1 + number / 9, number % 4 * 7.77, "iva19") for number in range(12)],
            "gross of very many units": [(1.23, 123456.78, 0, "iva19"), (0.17, 98765.43, 7.7, "iva5")],
        }
        together = {"all of them": [row for name, rows in cases.items() if name != "many" for row in rows]}
        for method, chosen in (("round_globally", cases), ("round_per_line", together)):
            self.company.sudo().tax_calculation_rounding_method = method
            for name, rows in chosen.items():
                with self.subTest(name, method=method):
                    self.accepted(self.a_move(*(
                        self.a_line(price, quantity, taxes, discount=discount)
                        for price, quantity, discount, taxes in rows)))

    def test_all_three_withholdings_on_one_invoice(self):
        """They stand beside the total: what the customer pays less is known to the books only."""
        move = self.a_move(self.a_line(1000.0, 1, "iva19 rete_iva rete_renta rete_ica"))
        document = self.accepted(move)
        found = {
            total.subtotals[0].tax_scheme.id: (total.subtotals[0].taxable_amount, total.subtotals[0].percent,
                                               total.tax_amount)
            for total in document.withholding_tax_totals}
        self.assertEqual(found, {
            "05": (D("190.00"), D("15.00"), D("28.50")),
            "06": (D("1000.00"), D("2.50"), D("25.00")),
            "07": (D("1000.00"), D("0.966"), D("9.66"))})
        self.assertEqual(document.lines[0].withholding_tax_totals, document.withholding_tax_totals)
        total = document.monetary_total
        self.assertEqual((total.tax_inclusive_amount, total.payable_amount), (D("1190.00"), D("1190.00")))
        self.assertEqual(move.amount_total, 1126.84)

    def test_what_is_excluded_has_no_group_and_what_is_exempt_has_one_of_zero(self):
        document = self.accepted(self.a_move(self.a_line(taxes="excluded"), self.a_line(taxes="exempt")))
        excluded, exempt = document.lines
        self.assertEqual(excluded.tax_totals, ())
        self.assertEqual(exempt.tax_totals[0].subtotals[0].percent, D("0.00"))
        self.assertEqual(document.monetary_total.tax_exclusive_amount, D("100.00"))

    def test_an_amount_for_each_unit(self):
        document = self.accepted(self.a_move(self.a_line(1000.0, 3, "iva19 bags")))
        row = document.lines[0].tax_totals[1].subtotals[0]
        self.assertEqual(
            (row.tax_scheme.id, row.base_unit_measure, row.per_unit_amount, row.tax_amount, row.percent),
            ("22", D("3.000000"), D("70.00"), D("210.00"), None))

    def test_a_discount_of_the_line_keeps_the_agreed_price(self):
        document = self.accepted(self.a_move(self.a_line(99.99, 3, discount=33.33)))
        (line,), (row,) = document.lines, document.lines[0].allowance_charges
        self.assertEqual((line.price_amount, row.reason_code, row.multiplier_factor_numeric), (
            D("99.99"), "00", D("33.33")))

    def test_a_global_discount_with_the_taxes_of_the_lines_becomes_theirs(self):
        document = self.accepted(self.a_move(
            self.a_line(100.0), self.a_line(200.0), self.a_line(50.0, 1, "excluded"),
            self.a_line(-30.0, 1, name="Descuento de cliente")))
        self.assertEqual([line.line_extension_amount for line in document.lines], [D("90.00"), D("180.00"), D("50.00")])
        self.assertEqual(document.lines[0].allowance_charges[0].reason, "Descuento de cliente")
        self.assertEqual(document.allowance_charges, ())

    def test_a_discount_without_taxes_is_one_of_the_document(self):
        document = self.accepted(self.a_move(self.a_line(100.0), self.a_line(-10.0, 1, "", name="Pronto pago")))
        (row,) = document.allowance_charges
        self.assertEqual((row.charge_indicator, row.amount, row.reason_code), (False, D("10.00"), "01"))
        self.assertEqual(document.monetary_total.payable_amount, D("109.00"))
        self.assertEqual(document.monetary_total.tax_exclusive_amount, D("100.00"))

    def test_a_negative_line_that_no_document_can_show_is_named(self):
        for name, lines in {
            "taxes of no other line": [self.a_line(100.0), self.a_line(-10.0, 1, "iva5")],
            "more than the lines": [self.a_line(100.0), self.a_line(-100.01)],
            "a return": [self.a_line(100.0), self.a_line(10.0, -1)],
            "nothing else": [self.a_line(-10.0)],
        }.items():
            with self.subTest(name):
                move = self.a_move(*lines)
                self.assertIn("CO-LINE-03", self.problems(move))

    def test_a_tip_is_a_charge_of_the_document(self):
        document = self.accepted(self.a_move(self.a_line(100.0), self.a_line(10.0, 1, "", name="Propina")))
        (row,) = document.allowance_charges
        self.assertEqual((row.charge_indicator, row.amount, row.reason), (True, D("10.00"), "Propina"))
        self.assertEqual((len(document.lines), document.monetary_total.payable_amount), (1, D("129.00")))

    def test_a_gift_shows_what_it_is_worth(self):
        document = self.accepted(self.a_move(
            self.a_line(100.0), self.a_line(0.0, 2, "excluded"), self.a_line(80.0, 1, "excluded", discount=100)))
        for line, worth in zip(document.lines[1:], ("100.00", "80.00"), strict=True):
            self.assertTrue(line.free_of_charge_indicator)
            self.assertEqual((line.price_amount, line.line_extension_amount), (D("0.00"), D("0.00")))
            self.assertEqual(line.pricing_reference.price_amount, D(worth))

    def test_the_iva_of_a_gift_that_is_charged_is_based_on_its_worth(self):
        """People add it to the IVA in the totals of the invoice; else they are told of it."""
        move = self.a_move(self.a_line(100.0), self.a_line(0.0, 2))
        _document, findings = DianAdapter(move, self.at).document()
        self.assertEqual([finding.where for finding in findings if finding.code == "CO-GIFT-02"], ["InvoiceLine[1]"])
        self.change_tax(move, 57.0)
        document = self.accepted(move)
        self.assertEqual(document.lines[1].tax_totals[0].subtotals[0].taxable_amount, D("200.00"))
        self.assertEqual(document.monetary_total.payable_amount, D("157.00"))
        _document, findings = DianAdapter(move, self.at).document()
        self.assertNotIn("CO-GIFT-02", {finding.code for finding in findings})

    def change_tax(self, move, amount):
        """Write another amount into the only tax of the invoice, as the totals of the form let people do."""
        tax_line = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        total = move.amount_untaxed + amount
        move.with_context(check_move_validity=False).write({"line_ids": [
            Command.update(tax_line.id, {"amount_currency": -amount, "balance": -amount}),
            Command.update(term.id, {"amount_currency": total, "balance": total})]})

    def test_a_gift_without_a_value_is_named(self):
        self.product.sudo().lst_price = 0
        self.assertIn("CO-GIFT-01", self.problems(self.a_move(self.a_line(100.0), self.a_line(0.0))))

    def test_cash_rounding_stands_beside_the_taxes(self):
        for strategy in ("add_invoice_line", "biggest_tax"):
            with self.subTest(strategy):
                method = self.env["account.cash.rounding"].sudo().create({
                    "name": "Al peso", "rounding": 1.0, "rounding_method": "HALF-UP", "strategy": strategy,
                    "profit_account_id": self.company_data["default_account_revenue"].id,
                    "loss_account_id": self.company_data["default_account_expense"].id})
                move = self.a_move(self.a_line(100.23), invoice_cash_rounding_id=method.id)
                document = self.accepted(move)
                self.assertEqual(document.monetary_total.payable_rounding_amount, D("-0.27"))
                self.assertEqual(document.monetary_total.payable_amount, D("119.00"))

    # ------------------------------------------------------------------
    # Header
    # ------------------------------------------------------------------

    def test_credit_has_a_due_date(self):
        document = self.accepted(self.a_move(invoice_date_due=self.day + timedelta(days=30)))
        (means,) = document.payment_means
        self.assertEqual((means.id, means.payment_due_date), ("2", self.day + timedelta(days=30)))

    def test_what_was_paid_before_is_said_and_lowers_nothing(self):
        self.with_certificate()
        payment = self.env["account.payment"].create({
            "payment_type": "inbound", "partner_type": "customer", "partner_id": self.customer.id, "amount": 50.0,
            "date": self.day, "journal_id": self.company_data["default_journal_bank"].id})
        payment.sudo().outstanding_account_id = self.company_data["default_account_receivable"].copy(
            {"code": "139999", "account_type": "asset_current"})
        payment.action_post()
        move = self.a_move(self.a_line(100.0))
        move.action_post()
        (move.line_ids + payment.move_id.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable").reconcile()
        document = self.accepted(move)
        (advance,) = document.prepaid_payments
        self.assertEqual((advance.paid_amount, advance.received_date), (D("50.00"), self.day))
        total = document.monetary_total
        self.assertEqual((total.prepaid_amount, total.payable_amount), (D("50.00"), D("119.00")))

    def test_notes_stand_where_people_wrote_them(self):
        note = {"display_type": "line_note", "product_id": False}
        document = self.accepted(self.a_move(
            Command.create({"display_type": "line_note", "name": "Arriba", "sequence": 1}),
            self.a_line(sequence=2), Command.create({**note, "name": "De la línea", "sequence": 3}),
            Command.create({"display_type": "line_section", "name": "Otros", "sequence": 4}),
            Command.create({**note, "name": "De la siguiente", "sequence": 5}), self.a_line(sequence=6),
            narration="<p>Gracias <b>por</b> su compra</p>", ref="OC-77"))
        self.assertEqual(document.notes, ("Arriba", "Gracias por su compra"))
        self.assertEqual([line.notes for line in document.lines], [("De la línea",), ("De la siguiente",)])
        self.assertEqual(document.order_reference.id, "OC-77")

    def test_a_contract_of_administration_and_utility(self):
        """Only the utility bears IVA; the annex's words stand below the line of the administration."""
        words = "Contrato de servicios AIU por concepto de: Aseo de oficinas"
        lines = [self.a_line(1000.0, 1, "", sequence=1), self.a_line(100.0, 1, "", sequence=2),
                 self.a_line(50.0, 1, sequence=4)]
        bare = self.a_move(*lines, l10n_mx_co_edi_dian_operation="09")
        self.assertIn("FAV03", self.problems(bare))
        note = Command.create({"display_type": "line_note", "name": words, "sequence": 3})
        document = self.accepted(self.a_move(*lines, note, l10n_mx_co_edi_dian_operation="09"))
        self.assertEqual(document.lines[1].notes, (words,))
        self.assertEqual(document.monetary_total.tax_exclusive_amount, D("50.00"))

    def test_a_foreign_currency_is_written_in_pesos_with_its_rate(self):
        dollar = self.env.ref("base.USD")
        dollar.sudo().active = True
        self.env["res.currency.rate"].sudo().create({
            "currency_id": dollar.id, "company_id": self.company.id, "name": self.day - timedelta(days=1),
            "inverse_company_rate": 4123.45})
        move = self.a_move(
            self.a_line(10.55, 1.5, discount=10), self.a_line(7.77, 3), currency_id=dollar.id)
        document, problems = self.adapted(move)
        self.assertEqual(problems, [])
        rate = document.payment_exchange_rate
        self.assertEqual((rate.source_currency_code, rate.target_currency_code, rate.calculation_rate, rate.day), (
            "COP", "USD", D("4123.450000"), self.day))
        self.assertEqual(document.document_currency_code, "COP")
        self.assertEqual(document.monetary_total.payable_amount, D(str(move.amount_total_signed)).quantize(D("0.01")))
        self.assertIn(f"Total en USD: {move.amount_total:.2f}", document.notes)

    def test_taxes_rounded_in_dollars_are_base_by_rate_in_pesos_and_the_rest_is_a_rounding(self):
        """What a cent of a dollar is worth cannot be a tax; the document comes to the total of the books all the same.
        """
        dollar = self.env.ref("base.USD")
        dollar.sudo().active = True
        self.env["res.currency.rate"].sudo().create({
            "currency_id": dollar.id, "company_id": self.company.id, "name": self.day, "inverse_company_rate": 4000})
        self.company.sudo().tax_calculation_rounding_method = "round_per_line"
        move = self.a_move(self.a_line(33.33), self.a_line(0.15), currency_id=dollar.id)
        adapter = DianAdapter(move, self.at)
        document, findings = adapter.document()
        self.assertEqual(blocking([*findings, *rules.check(document)]), [])
        self.assertEqual([finding.code for finding in findings if finding.code.startswith("CO-TAX")], ["CO-TAX-08"])
        (tax,) = document.tax_totals
        self.assertEqual(tax.tax_amount, D("25444.80"))  # of 33.33 and 0.15 at 4000
        self.assertEqual(document.monetary_total.payable_rounding_amount, D("-4.80"))
        self.assertEqual(document.monetary_total.payable_amount, D("159360.00"))
        self.assertEqual(move.amount_total_signed, 159360.0)

    def test_a_currency_without_rate_is_named(self):
        euro = self.env.ref("base.EUR")
        euro.sudo().active = True
        euro.sudo().rate_ids.unlink()
        self.assertIn("CO-RATE-01", self.problems(self.a_move(currency_id=euro.id)))

    def test_an_export_says_who_bears_the_risk(self):
        abroad = self.admin_env["res.partner"].create({
            "name": "Invented Buyer Inc", "is_company": True, "vat": "X-55", "street": "1 Main St", "city": "Miami",
            "country_id": self.env.ref("base.us").id,
            "l10n_latam_identification_type_id": self.env.ref("l10n_latam_base.it_fid").id})
        move = self.a_move(
            self.a_line(taxes="exempt"), partner_id=abroad.id,
            invoice_incoterm_id=self.env.ref("account.incoterm_FOB").id, incoterm_location="Cartagena")
        document = self.accepted(move)
        self.assertEqual(document.type_code, "02")
        self.assertEqual((document.delivery_terms.loss_risk_responsibility_code, document.delivery_terms.special_terms),
                         ("FOB", "Cartagena"))

    def test_paper_of_a_contingency_is_named_by_the_reference(self):
        yesterday = self.day - timedelta(days=1)
        journal = self.company.with_env(self.admin_env)._l10n_mx_co_edi_create_journal_of("contingency")
        self.a_range(journal, key="", prefix="CONT", resolution="18760000009")
        document = self.accepted(self.a_move(journal_id=journal.id, ref="P-17", invoice_date=yesterday))
        self.assertEqual((document.type_code, document.id[:4]), ("03", "CONT"))
        (paper,) = document.additional_document_references
        self.assertEqual((paper.id, paper.issue_date, document.issue_date), ("P-17", yesterday, self.day))
        self.assertEqual(document.order_reference, None)

    # ------------------------------------------------------------------
    # Notes
    # ------------------------------------------------------------------

    def a_valid_invoice(self, *lines, **values):
        """An invoice that DIAN has accepted, as the archive holds it."""
        self.with_certificate()
        move = self.a_move(*lines, **values)
        move.action_post()
        self.admin_env["l10n_mx_co_edi.document"].sudo().create({
            "name": move.name, "kind": "co_dian_01", "company_id": self.company.id, "environment": "sandbox",
            "move_id": move.id, "state": "valid", "uuid": f"{move.id:096x}",
            "issued_at": self.at.replace(tzinfo=None)})
        return move

    def reversed(self, move, **values):
        return move._reverse_moves([{"invoice_date": self.day, **values}])

    def debited(self, move):
        wizard = self.env["account.debit.note"].with_context(active_model="account.move", active_ids=move.ids).create(
            {"date": self.day, "copy_lines": True})
        return self.env["account.move"].browse(wizard.create_debit()["res_id"])

    def test_a_note_names_its_invoice_and_why(self):
        origin = self.a_valid_invoice(self.a_line(1000.0, 1, "iva19 rete_iva rete_renta"))
        for type_code, note, operation, concept in (
                ("91", self.reversed(origin), "20", "2"), ("92", self.debited(origin), "30", "4")):
            with self.subTest(type_code):
                note.l10n_mx_co_edi_dian_reason = "Se devolvió todo"
                document = self.accepted(note)
                (reference,), (reason,) = document.billing_references, document.discrepancy_responses
                self.assertEqual((document.type_code, document.customization_id), (type_code, operation))
                self.assertEqual(
                    (reference.invoice.id, reference.invoice.uuid, reference.invoice.issue_date),
                    (origin.name, f"{origin.id:096x}", self.day))
                self.assertEqual((reason.reference_id, reason.response_code, reason.descriptions), (
                    origin.name, concept, ("Se devolvió todo",)))
                self.assertEqual(document.withholding_tax_totals, ())
                self.assertEqual(document.lines[0].withholding_tax_totals, ())
                self.assertEqual(document.monetary_total.payable_amount, D("1190.00"))
                self.assertIsNone(document.order_reference)

    def test_a_note_waits_until_its_invoice_is_valid(self):
        self.with_certificate()
        origin = self.a_move()
        origin.action_post()
        note = self.reversed(origin)
        (found,) = (problem for problem in self.adapted(note)[1] if problem.code == "CO-REF-04")
        self.assertEqual(describe(self.env, found, note)["action"]["res_id"], origin.id)

    def test_a_note_never_names_an_invoice_of_another_environment(self):
        note = self.reversed(self.a_valid_invoice())
        self.company.l10n_mx_co_edi_environment = "test"
        self.env.invalidate_all()
        self.assertIn("CO-REF-04", [problem.code for problem in self.adapted(note)[1]])

    def test_a_note_without_invoice_names_its_period(self):
        for type_code, operation, values in (
                ("91", "22", {"move_type": "out_refund"}),):
            note = self.a_move(
                l10n_mx_co_edi_dian_period_start=self.day.replace(day=1), l10n_mx_co_edi_dian_period_end=self.day,
                **values)
            document = self.accepted(note)
            self.assertEqual((document.type_code, document.customization_id), (type_code, operation))
            self.assertEqual(document.invoice_period.end_date, self.day)
            note.l10n_mx_co_edi_dian_period_end = False
            self.assertEqual(self.problems(note), {"CAE04"})

    def test_a_debit_note_for_a_period(self):
        note = self.debited(self.a_valid_invoice())
        note.write({
            "l10n_mx_co_edi_dian_operation": "32", "l10n_mx_co_edi_dian_period_start": self.day.replace(day=1),
            "l10n_mx_co_edi_dian_period_end": self.day})
        document = self.accepted(note)
        self.assertEqual((document.customization_id, document.billing_references), ("32", ()))

    def test_dian_s_schema_accepts_what_the_rules_accept(self):
        """The schema wants a signed document; it lies in a package that only tests have."""
        signer, schemas = self.with_certificate()._signer(), Schemas()
        if schemas.folder is None and os.environ.get("CI") != "true":
            self.skipTest("DIAN's schemas are not here")
        origin = self.a_valid_invoice()
        everything = self.a_move(
            self.a_line(99.99, 3.333, "iva19 inc8 rete_iva rete_renta rete_ica", discount=33.33),
            self.a_line(-10.0, 1, "iva19 inc8 rete_iva rete_renta rete_ica", name="Descuento"),
            self.a_line(0.0, 1, "excluded"), self.a_line(10.0, 2, "iva5 bags"), self.a_line(1.0, 1, "exempt"),
            self.a_line(-5.0, 1, "", name="Pronto pago"), self.a_line(3.0, 1, "", name="Propina"),
            Command.create({"display_type": "line_note", "name": "Una nota"}), narration="Gracias", ref="OC-1",
            invoice_date_due=self.day + timedelta(days=3))
        note = self.a_move(
            self.a_line(10.55, 1.5), move_type="out_refund", l10n_mx_co_edi_dian_period_start=self.day.replace(day=1),
            l10n_mx_co_edi_dian_period_end=self.day)
        for move in (everything, note, self.reversed(origin), self.debited(origin)):
            document = identify(self.accepted(move), pin="75315", technical_key="a" * 40)
            with self.subTest(document.type_code, operation=document.customization_id):
                moment = datetime.combine(document.issue_date, document.issue_time)
                signed = xades_sign.sign(build.to_xml(document), signer, signing_time=moment)
                self.assertEqual(schemas.first_error(etree.fromstring(signed)), "")

    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------

    def test_what_cannot_stand_in_a_document_is_named_with_its_line(self):
        iva = self.tax["iva19"]
        odd = iva.copy({"name": "Otro", "l10n_mx_co_edi_tribute": False, "l10n_mx_co_edi_tribute_kind": False,
                        "tax_group_id": self.tax["exempt"].tax_group_id.copy({"name": "Otros"}).id, "description": ""})
        wrong = self.tax["rete_renta"].copy({"name": "2.5% RteFte plus", "amount": 2.5})
        for code, line in {
            "FAV04b": self.a_line(100.0, 0),
            "CO-TRIB-01": self.a_line(tax_ids=[Command.set(odd.ids)]),
            "CO-TAX-03": self.a_line(tax_ids=[Command.set(wrong.ids)]),
            "CO-TAX-07": self.a_line(taxes="rete_iva"),
        }.items():
            with self.subTest(code):
                move = self.a_move(self.a_line(), line)
                found = [problem for problem in self.adapted(move)[1] if problem.code == code]
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0].where.startswith("InvoiceLine[1]"), found[0].where)
                described = describe(self.env, found[0], move)
                self.assertTrue(described["message"].startswith("Line 2 (Tornillo)"), described["message"])
                self.assertFalse(move.sequence_number)

    def test_the_tax_opens_from_its_finding(self):
        odd = self.tax["iva19"].copy({"name": "Otro", "l10n_mx_co_edi_tribute": "05"})
        move = self.a_move(self.a_line(taxes="iva19", tax_ids=[Command.set((self.tax["iva19"] + odd).ids)]))
        (found,) = (problem for problem in self.adapted(move)[1] if problem.code == "CO-TRIB-03")
        self.assertEqual(describe(self.env, found, move)["action"]["res_id"], odd.id)

    def test_amounts_changed_by_hand_are_named(self):
        move = self.a_move(self.a_line(100.0))
        self.change_tax(move, 25.0)
        self.assertIn("CO-TAX-05", self.problems(move))

    def test_a_discount_for_early_payment_that_lowers_the_taxes_at_once_is_named(self):
        term = self.env["account.payment.term"].sudo().create({
            "name": "2/10", "early_discount": True, "discount_percentage": 2, "discount_days": 10,
            "early_pay_discount_computation": "mixed", "line_ids": [Command.create({"value": "percent",
            "value_amount": 100, "nb_days": 30})]})
        self.assertIn("CO-LINE-04", self.problems(self.a_move(invoice_payment_term_id=term.id)))

    def test_the_day_of_signing_is_that_of_the_books(self):
        self.assertIn("FAD09e", self.problems(self.a_move(invoice_date=self.day - timedelta(days=1))))

    def test_what_the_company_lacks_is_named_before_anything_is_built(self):
        self.admin_env["l10n_mx_co_edi.numbering.range"].sudo().search([]).journal_id = False
        self.company.sudo().l10n_mx_co_edi_dian_software = False
        found = {finding.code for finding in DianAdapter(self.a_move(), self.at).configuration_findings()}
        self.assertEqual(found, {"CO-CONF-02", "CO-NUM-01"})
