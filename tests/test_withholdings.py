"""What customers withhold: taxes and fiscal positions of the chart, in invoices that SAT's rules and schema accept."""
import itertools
from decimal import Decimal

from lxml import etree

from odoo import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .. import hooks
from ..core import findings
from ..core.cfdi import rules
from ..core.money import to_decimal
from ..models.adapt_mx import MoveAdapter
from ..tests_core.official import schema_errors
from .common import MxCoEdiCommon

ISR, IVA, IEPS = "001", "002", "003"
POSITIONS = {
    "fees": {(ISR, "0.100000"), (IVA, "0.106667")},
    "rent": {(ISR, "0.100000"), (IVA, "0.106667")},
    "freight": {(IVA, "0.040000")},
    "resico": {(ISR, "0.012500")},
    "resico_fees": {(ISR, "0.012500"), (IVA, "0.106667")},
    "resico_freight": {(ISR, "0.012500"), (IVA, "0.040000")},
}
TAXES = {
    "isr_ret_10_sale": (ISR, "0.100000"), "mx_wh_1_25_sale": (ISR, "0.012500"),
    "iva_ret_10_6667_sale": (IVA, "0.106667"), "iva_ret_4_sale": (IVA, "0.040000"),
    "iva_ret_6_sale": (IVA, "0.060000"),
}
QUOTAS = {"drinks": "3.081800", "sweeteners": "1.500000", "cigarettes": "0.851600"}
# tests start at the same folio, often in the same second: without this two would be the same bytes
_counter = itertools.count(1)
AWKWARD = ((8333.33, 1, 0), (0.07, 333, 3.33), (17.77, 1.5, 0), (99999.99, 3, 12.5))


def xmlid(name):
    return name if name.startswith("mx_wh") else f"l10n_mx_co_edi_{name}"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWithholdings(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chart = cls.admin_env["account.chart.template"].with_company(cls.company)

    def a_position(self, name):
        return self.chart.ref(f"l10n_mx_co_edi_position_{name}")

    def a_draft(self, lines=AWKWARD, taxes=None, **values):
        """Lines as the form makes them: the product brings its taxes, the fiscal position maps them."""
        return self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "name": f"Servicio {number} {next(_counter)}", "price_unit": price,
                "quantity": quantity, "discount": discount,
                **({} if taxes is None else {"tax_ids": [Command.set(taxes.ids)]}),
            }) for number, (price, quantity, discount) in enumerate(lines, 1)],
            **values})

    def assertExact(self, move):
        """Rules, schema and books agree about the CFDI of a posted invoice, to the cent."""
        comprobante, found = MoveAdapter(move).comprobante()
        self.assertFalse(findings.blocking([*found, *rules.check(comprobante)]))
        self.assertEqual(comprobante.total, to_decimal(move.amount_total, 2))
        self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0, 6)
        move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(move.l10n_mx_co_edi_state, "valid", move.l10n_mx_co_edi_document_id.sudo().last_message)
        self.assertEqual(schema_errors(move.l10n_mx_co_edi_document_id.sudo()._stamped_bytes()), [])
        return comprobante

    # ------------------------------------------------------------------
    # Taxes
    # ------------------------------------------------------------------

    def test_each_withholding_becomes_its_node(self):
        for name, wanted in TAXES.items():
            with self.subTest(name):
                tax = self.chart.ref(xmlid(name))
                tax.active = True
                self.assertFalse(tax.l10n_mx_co_edi_findings)
                move = self.a_draft(taxes=self.iva16 + tax)
                move.action_post()
                comprobante = self.assertExact(move)
                for concepto in comprobante.conceptos:
                    [held] = concepto.retenciones
                    self.assertEqual((held.impuesto, str(held.tasa_o_cuota)), wanted)
                    self.assertEqual([tax.impuesto for tax in concepto.traslados], [IVA])

    def test_each_quota_is_charged_by_unit_and_bears_iva(self):
        self.customer.sudo().l10n_mx_co_edi_ieps_breakdown = True
        for name, rate in QUOTAS.items():
            with self.subTest(name):
                tax = self.chart.ref(xmlid(f"ieps_{name}_sale"))
                tax.active = True
                self.assertFalse(tax.l10n_mx_co_edi_findings)
                move = self.a_draft(taxes=tax + self.iva16)
                move.action_post()
                for concepto in self.assertExact(move).conceptos:
                    iva, ieps = sorted(concepto.traslados, key=lambda tax: tax.impuesto)
                    self.assertEqual((ieps.impuesto, ieps.tipo_factor, str(ieps.tasa_o_cuota)), (IEPS, "Cuota", rate))
                    self.assertEqual(ieps.base, concepto.cantidad)
                    net = concepto.importe - (concepto.descuento or 0)
                    self.assertLess(abs(iva.base - net - ieps.importe), Decimal("0.01"))

    def test_the_books_keep_what_was_withheld(self):
        """ISR is an asset from the invoice on; IVA waits for the payment where the charged IVA waits, too."""
        move = self.a_draft(((10000, 1, 0),), fiscal_position_id=self.a_position("fees").id)
        move.action_post()
        booked = {line.account_id: line.balance for line in move.line_ids if line.tax_line_id.amount < 0}
        isr, iva_waiting, iva_paid = (self.chart.ref(name) for name in (
            "cuenta113_02_02", "cuenta209_01", "cuenta208_01"))
        self.assertEqual(booked, {isr: 1000.0, iva_waiting: 1066.67})
        self.assertEqual(move.amount_total, 9533.33)
        self.admin_env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids).create({})._create_payments()
        basis = move.tax_cash_basis_created_move_ids
        paid = basis.line_ids.filtered(lambda line: line.account_id == iva_paid)
        self.assertAlmostEqual(sum(paid.mapped("balance")), -1600 + 1066.67)

    # ------------------------------------------------------------------
    # Fiscal positions
    # ------------------------------------------------------------------

    def test_each_position_adds_its_withholdings(self):
        for name, wanted in POSITIONS.items():
            with self.subTest(name):
                position = self.a_position(name)
                self.customer.sudo().property_account_position_id = position
                move = self.a_draft()
                self.assertEqual(move.fiscal_position_id, position)
                move.action_post()
                for concepto in self.assertExact(move).conceptos:
                    held = {(tax.impuesto, str(tax.tasa_o_cuota)) for tax in concepto.retenciones}
                    self.assertEqual(held, wanted)
                    self.assertEqual([str(tax.tasa_o_cuota) for tax in concepto.traslados], ["0.160000"])

    def test_a_credit_note_gives_the_withholdings_back(self):
        move = self.a_draft(((10000, 1, 0),), fiscal_position_id=self.a_position("resico_fees").id)
        move.action_post()
        self.assertExact(move)
        refund = move._reverse_moves()
        refund.action_post()
        self.assertEqual({tax.impuesto for tax in self.assertExact(refund).impuestos.retenciones}, {ISR, IVA})

    def test_a_simplified_seller_of_food_is_withheld_too(self):
        """The 0 % of l10n_mx is a replacement itself: it has to stay what it is."""
        position = self.a_position("resico")
        mapped = position.map_tax(self.chart.ref("tax9"))
        self.assertEqual(mapped, self.chart.ref("tax9") + self.chart.ref("mx_wh_1_25_sale"))

    def test_the_form_does_not_say_that_a_withholding_replaces_the_iva(self):
        arch = etree.fromstring(self.admin_env["account.tax"].get_view(view_type="form")["arch"])
        stock, own = arch.xpath("//field[@name='original_tax_ids']")
        values = {"country_code": "MX", "type_tax_use": "sale", "amount": -10, "display_alternative_taxes_field": True}
        self.assertEqual([safe_eval(field.get("invisible"), values) for field in (stock, own)], [True, False])
        values["amount"] = 16
        self.assertEqual([safe_eval(field.get("invisible"), values) for field in (stock, own)], [False, True])

    def test_no_position_is_the_domestic_one_or_applies_by_itself(self):
        self.assertEqual(self.company.domestic_fiscal_position_id, self.chart.ref("l10n_mx_domestic_fiscal_position"))
        move = self.a_draft()
        self.assertEqual(move.invoice_line_ids.tax_ids, self.iva16)
        self.assertFalse(any(self.a_position(name).auto_apply for name in POSITIONS))
        self.assertTrue(self.iva16.is_domestic)

    def test_positions_map_nothing_once_the_addon_has_gone(self):
        self.chart._l10n_mx_co_edi_release_positions()
        self.assertEqual(self.a_position("fees").map_tax(self.iva16), self.iva16)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOlderCharts(MxCoEdiCommon):
    """Companies that had their chart of accounts before the add-on was installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chart = cls.admin_env["account.chart.template"].with_company(cls.company)
        cls.positions = cls._refs(f"position_{name}" for name in POSITIONS)
        cls.resico = cls.chart.ref("mx_wh_1_25_sale")
        cls.taxes = cls._refs(
            [*(name for name in TAXES if name[:2] != "mx"), *(f"ieps_{name}_sale" for name in QUOTAS)])
        # as before the add-on
        cls.resico.write({"active": False, "fiscal_position_ids": False, "original_tax_ids": False})
        cls.taxes.unlink()
        cls.positions.unlink()

    @classmethod
    def _refs(cls, names):
        records = [cls.chart.ref(f"l10n_mx_co_edi_{name}") for name in names]
        return records[0].browse([record.id for record in records])

    def complete(self):
        hooks.post_init(self.chart.env)

    def snapshot(self):
        chart = self.chart.with_context(active_test=False)
        domain = [("company_id", "=", self.company.id)]
        taxes = chart.env["account.tax"].search(domain).read(
            ["name", "amount", "active", "fiscal_position_ids", "original_tax_ids", "repartition_line_ids"])
        positions = chart.env["account.fiscal.position"].search(domain).read(["name", "tax_ids", "sequence"])
        return {("tax", row["id"]): row for row in taxes} | {("position", row["id"]): row for row in positions}

    def test_they_get_everything_once_and_keep_what_they_have(self):
        before = self.snapshot()
        self.complete()
        after = self.snapshot()
        changed = {key for key, row in before.items() if after[key] != row}
        self.assertEqual(changed, {("tax", self.resico.id)})
        self.assertEqual(len(after) - len(before), len(POSITIONS) + len(TAXES) - 1 + len(QUOTAS))
        for name, wanted in POSITIONS.items():
            mapped = self.chart.ref(f"l10n_mx_co_edi_position_{name}").map_tax(self.iva16)
            self.assertEqual(mapped[0], self.iva16)
            rates = {str(to_decimal(-tax.amount / 100, 6)) for tax in mapped[1:]}
            self.assertEqual(rates, {rate for _impuesto, rate in wanted})
        self.complete()
        self.assertEqual(self.snapshot(), after)

    def test_a_withholding_in_use_stays_among_the_usual_taxes(self):
        self.resico.active = True
        self.complete()
        self.assertTrue(self.resico.is_domestic)

    def test_a_changed_withholding_is_left_alone_with_its_positions(self):
        self.resico.write({"amount": -2, "active": True})
        before = self.snapshot()
        self.complete()
        after = self.snapshot()
        self.assertEqual({key: after[key] for key in before}, before)
        self.assertFalse(self.chart.ref("l10n_mx_co_edi_position_resico", raise_if_not_found=False))
        self.assertTrue(self.chart.ref("l10n_mx_co_edi_position_freight"))

    def test_a_name_that_is_taken_is_no_obstacle(self):
        own = self.admin_env["account.tax"].create({
            "name": "4% VAT WH", "amount": -4, "type_tax_use": "sale", "company_id": self.company.id})
        self.complete()
        self.assertFalse(self.chart.ref("l10n_mx_co_edi_iva_ret_4_sale", raise_if_not_found=False))
        self.assertFalse(self.chart.ref("l10n_mx_co_edi_position_freight", raise_if_not_found=False))
        self.assertFalse(own.fiscal_position_ids)
        self.assertTrue(self.chart.ref("l10n_mx_co_edi_position_fees"))

    def test_deleted_accounts_take_only_their_taxes_along(self):
        data = self.admin_env["ir.model.data"].search([
            ("module", "=", "account"), ("name", "=", f"{self.company.id}_cuenta113_02_02")])
        data.unlink()
        self.complete()
        self.assertFalse(self.chart.ref("l10n_mx_co_edi_isr_ret_10_sale", raise_if_not_found=False))
        self.assertFalse(self.chart.ref("l10n_mx_co_edi_position_fees", raise_if_not_found=False))
        self.assertTrue(self.chart.ref("l10n_mx_co_edi_position_freight"))

    def test_a_deleted_position_comes_back_whole_with_a_new_installation(self):
        self.complete()
        self.chart.ref("l10n_mx_co_edi_position_resico_fees").unlink()
        self.complete()
        mapped = self.chart.ref("l10n_mx_co_edi_position_resico_fees").map_tax(self.iva16)
        self.assertEqual(len(mapped), 3)
