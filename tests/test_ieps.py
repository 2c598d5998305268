"""IEPS in the price (LIEPS 19 II): no node of it, IVA on the price with it, and the totals of the books to the cent."""
import random
from decimal import Decimal

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from ..core import findings
from ..core.cfdi import rules
from ..core.money import to_decimal
from ..models.adapt_mx import MoveAdapter
from ..tests_core.official import schema_errors
from .common import MxCoEdiCommon

IEPS, IVA = "003", "002"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestIeps(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.admin_env["account.chart.template"].with_company(cls.company)
        cls.iva0 = chart.ref("tax9")
        cls.ieps8, cls.ieps53, cls.drinks, cls.isr = (chart.ref(name) for name in (
            "ieps_8_sale", "ieps_53_sale", "l10n_mx_co_edi_ieps_drinks_sale", "l10n_mx_co_edi_isr_ret_10_sale"))
        (cls.ieps8 + cls.ieps53 + cls.drinks).active = True

    def a_move(self, *lines, **values):
        """`lines` are (price, quantity, discount, taxes)."""
        return self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "name": f"Botana {number}", "price_unit": price,
                "quantity": quantity, "discount": discount, "tax_ids": [Command.set([tax.id for tax in taxes])],
            }) for number, (price, quantity, discount, taxes) in enumerate(lines, 1)],
            **values})

    def comprobante(self, move):
        comprobante, found = MoveAdapter(move).comprobante()
        self.assertFalse(findings.blocking([*found, *rules.check(comprobante)]))
        self.assertEqual(comprobante.total, to_decimal(move.amount_total, 2))
        return comprobante

    def shown(self, comprobante):
        return {tax.impuesto for line in comprobante.conceptos for tax in line.traslados}

    # ------------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------------

    def test_it_is_in_the_price_unless_the_customer_asks_for_it(self):
        move = self.a_move((100, 10, 0, [self.ieps8, self.iva16]))
        hidden = self.comprobante(move)
        [line] = hidden.conceptos
        self.assertEqual((line.valor_unitario, line.importe, line.objeto_imp), (Decimal(108), Decimal(1080), "02"))
        [iva] = line.traslados
        self.assertEqual((iva.impuesto, iva.base, iva.importe), (IVA, Decimal(1080), Decimal("172.8")))
        self.assertEqual((hidden.sub_total, hidden.total), (Decimal(1080), Decimal("1252.80")))

        self.customer.sudo().l10n_mx_co_edi_ieps_breakdown = True
        shown = self.comprobante(move)
        self.assertEqual(self.shown(shown), {IEPS, IVA})
        self.assertEqual((shown.sub_total, shown.total), (Decimal(1000), hidden.total))

    def test_the_contacts_of_a_company_follow_it(self):
        contact = self._create_customer(name="Compras", vat=False, is_company=False, parent_id=self.customer.id)
        self.customer.sudo().l10n_mx_co_edi_ieps_breakdown = True
        move = self.a_move((100, 10, 0, [self.ieps8, self.iva16]), partner_id=contact.id)
        self.assertIn(IEPS, self.shown(self.comprobante(move)))

    def test_a_global_invoice_shows_it(self):
        """RMF 2.7.1.21: the general public's invoice has IVA and IEPS apart."""
        public = self._create_customer(name="PUBLICO EN GENERAL", vat="XAXX010101000", is_company=False)
        move = self.a_move((100, 10, 0, [self.ieps8, self.iva16]), partner_id=public.id)
        self.assertIn(IEPS, self.shown(self.comprobante(move)))

    # ------------------------------------------------------------------
    # The amounts
    # ------------------------------------------------------------------

    def test_discounts_quotas_and_withholdings(self):
        move = self.a_move(
            (48.5, 24, 10, [self.ieps8, self.iva0]), (17.77, 12.5, 3.33, [self.drinks, self.iva16]),
            (620, 6, 0, [self.ieps53, self.drinks, self.iva16]), (9999.99, 1, 0, [self.iva16, self.isr]))
        comprobante = self.comprobante(move)
        self.assertEqual(self.shown(comprobante), {IVA})
        food = comprobante.conceptos[0]
        self.assertEqual(food.valor_unitario, Decimal("52.38"))  # 48.50 and 8 %
        self.assertAlmostEqual(food.descuento / food.importe, Decimal("0.1"), 4)

    def test_a_line_with_nothing_else_to_show(self):
        comprobante = self.comprobante(self.a_move((100, 3, 0, [self.ieps8])))
        self.assertEqual(comprobante.conceptos[0].objeto_imp, "03")
        self.assertEqual(comprobante.conceptos[0].importe, Decimal(324))
        self.assertIsNone(comprobante.impuestos)

    def test_the_product_that_charges_ieps_only(self):
        self.product.sudo().l10n_mx_co_edi_objeto_imp = "07"
        move = self.a_move((100, 3, 0, [self.ieps8]))
        [line] = self.comprobante(move).conceptos
        self.assertEqual((line.objeto_imp, line.traslados), ("08", ()))
        self.customer.sudo().l10n_mx_co_edi_ieps_breakdown = True
        [line] = self.comprobante(move).conceptos
        self.assertEqual((line.objeto_imp, len(line.traslados)), ("07", 1))

    def test_prices_with_tax_included(self):
        included = self.iva16.copy({"name": "IVA 16% incluido", "price_include_override": "tax_included"})
        ieps = self.ieps8.copy({"name": "IEPS 8% incluido", "price_include_override": "tax_included"})
        comprobante = self.comprobante(self.a_move((99.99, 3, 0, [ieps, included]), (19.9, 7, 5, [ieps, included])))
        self.assertEqual(self.shown(comprobante), {IVA})

    def test_any_invoice_closes_to_the_cent(self):
        """Prices, quantities and discounts as they come; the same ones in every run."""
        draw = random.Random(20261121)
        sets = [[self.ieps8, self.iva16], [self.ieps8, self.iva0], [self.ieps53, self.iva16], [self.drinks, self.iva16],
                [self.ieps53, self.drinks, self.iva16], [self.iva16], [self.ieps8]]
        for example in range(40):
            method = ("round_globally", "round_per_line")[example % 2]
            self.company.sudo().tax_calculation_rounding_method = method
            lines = [
                (round(10 ** draw.uniform(-1, 4), 2), draw.choice([1, 3, 12.5, 144, round(draw.uniform(0.1, 50), 2)]),
                 draw.choice([0, 0, 3.33, 10, 50]), draw.choice(sets))
                for _ in range(draw.choice([1, 1, 2, 5, 20]))]
            with self.subTest(lines=[(*line[:3], [tax.name for tax in line[3]]) for line in lines], method=method):
                comprobante = self.comprobante(self.a_move(*lines))
                self.assertNotIn(IEPS, self.shown(comprobante))

    # ------------------------------------------------------------------
    # What is sent and printed
    # ------------------------------------------------------------------

    def test_xml_and_print_show_no_ieps(self):
        move = self.a_move((48.5, 24, 0, [self.ieps8, self.iva0]), (33.33, 3, 10, [self.ieps53, self.iva16]))
        move.action_post()
        move._l10n_mx_co_edi_send(synchronously=True)
        document = move.l10n_mx_co_edi_document_id.sudo()
        self.assertEqual(document.state, "valid", document.last_message)
        xml = document._stamped_bytes()
        self.assertEqual(schema_errors(xml), [])
        self.assertFalse(etree.fromstring(xml).xpath("//*[@Impuesto='003']"))
        html = self.env["ir.actions.report"]._render_qweb_html("account.report_invoice", move.ids)[0].decode()
        self.assertNotIn("IEPS", html)
        self.assertIn("52.38", html)
