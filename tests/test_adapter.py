"""Invoices as accountants write them become CFDI that add up to what the books show, to the cent."""
import dataclasses
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import Command, fields
from odoo.tests import tagged

from ..core import clock, findings
from ..core.cfdi import rules
from ..models.adapt_mx import MoveAdapter
from .common import MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAdapter(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chart = cls.admin_env["account.chart.template"]
        cls.iva8, cls.iva0, cls.exempt = (chart.ref(name) for name in ("tax17", "tax9", "tax19"))
        cls.ret_isr = cls._create_tax("Ret ISR 10%", -10, "isr")
        cls.ret_iva = cls._create_tax("Ret IVA 10.6667%", -10.6667, "iva")
        cls.ieps8 = cls._create_tax("IEPS 8%", 8, "ieps", include_base_amount=True, sequence=0)
        cls.ieps_quota = cls._create_tax("IEPS cuota", 1.5, "ieps", amount_type="fixed", factor="Cuota")
        cls.cedular = cls._create_tax("Cedular 1%", -1, "local")
        cls.customer.l10n_mx_co_edi_ieps_breakdown = True  # without: test_ieps

    @classmethod
    def _create_tax(cls, name, amount, kind, amount_type="percent", factor="Tasa", **values):
        return cls.admin_env["account.tax"].create({
            "name": name, "amount": amount, "amount_type": amount_type, "type_tax_use": "sale",
            "company_id": cls.company.id, "l10n_mx_tax_type": kind, "l10n_mx_factor_type": factor, **values})

    def an_invoice_of(self, *lines, **values):
        """`lines` are (price, quantity, discount, taxes)."""
        move = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "name": f"Artículo {number}", "price_unit": price,
                "quantity": quantity, "discount": discount, "tax_ids": [Command.set([tax.id for tax in taxes])],
            }) for number, (price, quantity, discount, taxes) in enumerate(lines, 1)],
            **values})
        move.action_post()
        return move

    def assertExact(self, move):
        """The CFDI breaks no rule and shows the totals of the books."""
        comprobante, found = MoveAdapter(move).comprobante()
        self.assertFalse(findings.blocking([*found, *rules.check(comprobante)]))
        self.assertEqual(comprobante.total, Decimal(repr(move.amount_total)))
        self.assertEqual(
            comprobante.sub_total - (comprobante.descuento or 0), Decimal(repr(move.amount_untaxed)))
        return comprobante

    # ------------------------------------------------------------------
    # Taxes
    # ------------------------------------------------------------------

    def test_every_rate_of_iva_in_one_invoice(self):
        move = self.an_invoice_of(
            (100, 3, 0, [self.iva16]), (33.33, 7, 0, [self.iva8]), (12.5, 2, 0, [self.iva0]),
            (9.99, 1, 0, [self.exempt]))
        comprobante = self.assertExact(move)
        kinds = {(row.tipo_factor, row.tasa_o_cuota) for row in comprobante.impuestos.traslados}
        self.assertEqual(kinds, {
            ("Tasa", Decimal("0.160000")), ("Tasa", Decimal("0.080000")), ("Tasa", Decimal("0.000000")),
            ("Exento", None)})

    def test_withholdings_of_a_professional_fee(self):
        move = self.an_invoice_of((8333.33, 1, 0, [self.iva16, self.ret_isr, self.ret_iva]))
        comprobante = self.assertExact(move)
        self.assertEqual({row.impuesto for row in comprobante.impuestos.retenciones}, {"001", "002"})
        self.assertEqual(comprobante.conceptos[0].retenciones[1].tasa_o_cuota, Decimal("0.106667"))

    def test_iva_on_top_of_ieps(self):
        comprobante = self.assertExact(self.an_invoice_of((75, 11, 0, [self.ieps8, self.iva16])))
        ieps, iva = sorted(comprobante.conceptos[0].traslados, key=lambda tax: tax.impuesto, reverse=True)
        self.assertEqual(iva.base, ieps.base + ieps.importe)

    def test_a_quota_is_charged_by_unit(self):
        comprobante = self.assertExact(self.an_invoice_of((20, 24, 0, [self.ieps_quota])))
        [tax] = comprobante.conceptos[0].traslados
        self.assertEqual((tax.tipo_factor, tax.base), ("Cuota", Decimal("24.000000")))
        self.assertEqual(tax.importe, Decimal("36.000000"))

    def test_a_local_tax_leaves_the_concept_for_its_complement(self):
        comprobante = self.assertExact(self.an_invoice_of((1000, 1, 0, [self.iva16, self.cedular])))
        self.assertEqual(comprobante.impuestos_locales.total_de_retenciones, Decimal("10.00"))
        self.assertEqual(len(comprobante.conceptos[0].traslados), 1)
        self.assertFalse(comprobante.conceptos[0].retenciones)

    def test_a_line_without_taxes_is_no_object_of_tax(self):
        comprobante = self.assertExact(self.an_invoice_of((50, 1, 0, [])))
        self.assertEqual(comprobante.conceptos[0].objeto_imp, "01")
        self.assertIsNone(comprobante.impuestos)

    def test_tax_included_prices_show_no_discount(self):
        included = self._create_tax("IVA 16% incluido", 16, "iva", price_include_override="tax_included")
        comprobante = self.assertExact(self.an_invoice_of((99.99, 3, 0, [included]), (19.9, 7, 0, [included])))
        self.assertIsNone(comprobante.descuento)

    def test_discounts_with_awkward_decimals(self):
        lines = [(100.01, 3, 3.33, [self.iva16]), (0.07, 1000, 10, [self.iva16]), (17.77, 1.5, 0, [self.iva16])]
        comprobante = self.assertExact(self.an_invoice_of(*lines))
        self.assertIsNone(comprobante.conceptos[2].descuento)
        self.assertTrue(comprobante.descuento)

    def test_hundred_lines_rounded_line_by_line(self):
        self.company.sudo().tax_calculation_rounding_method = "round_per_line"
        self.assertExact(self.an_invoice_of(*(
            (10 + number / 7, 1 + number % 3, number % 4, [self.iva16]) for number in range(100))))

    # ------------------------------------------------------------------
    # Header
    # ------------------------------------------------------------------

    def test_a_foreign_currency_carries_its_rate(self):
        usd = self.admin_env.ref("base.USD")
        usd.active = True
        self.admin_env["res.currency.rate"].create({
            "currency_id": usd.id, "company_id": self.company.id, "name": fields.Date.today(),
            "inverse_company_rate": 18.4567})
        comprobante = self.assertExact(self.an_invoice_of((250, 2, 0, [self.iva16]), currency_id=usd.id))
        self.assertEqual((comprobante.moneda, comprobante.tipo_cambio), ("USD", Decimal("18.456700")))

    def test_a_foreigner_gets_the_generic_rfc(self):
        foreigner = self.admin_env["res.partner"].create({
            "name": "Acme Inc", "country_id": self.admin_env.ref("base.us").id, "vat": "12-3456789",
            "is_company": True})
        comprobante = self.assertExact(self.an_invoice_of((100, 1, 0, [self.iva0]), partner_id=foreigner.id))
        receptor = comprobante.receptor
        self.assertEqual((receptor.rfc, receptor.residencia_fiscal, receptor.num_reg_id_trib),
                         ("XEXX010101000", "USA", "123456789"))
        self.assertEqual(receptor.domicilio_fiscal_receptor, comprobante.lugar_expedicion)

    def test_the_general_public_is_invoiced_for_its_day(self):
        public = self.admin_env["res.partner"].create({
            "name": "Publico en General", "country_id": self.admin_env.ref("base.mx").id, "vat": "XAXX010101000"})
        comprobante = self.assertExact(self.an_invoice_of((100, 1, 0, [self.iva16]), partner_id=public.id))
        self.assertEqual(comprobante.informacion_global.periodicidad, "01")
        self.assertEqual(comprobante.informacion_global.anio, comprobante.fecha.year)

    def test_serie_and_folio_never_repeat_over_the_years(self):
        move = self.an_invoice_of((100, 1, 0, [self.iva16]))
        adapter = MoveAdapter(move)
        self.assertEqual(adapter._serie_and_folio(), (f"INV{move.date.year}", str(move.sequence_number)))
        move.journal_id.sudo().l10n_mx_co_edi_serie = "FA"
        self.assertEqual(adapter._serie_and_folio(), ("FA", f"{move.date.year}{move.sequence_number:05}"))

    def test_another_add_on_completes_the_content_before_it_is_sealed(self):
        addenda = '<pedido xmlns="http://example.invalid/addenda" numero="4711"></pedido>'
        self.patch(
            self.env.registry["account.move"], "_l10n_mx_co_edi_complete",
            lambda move, comprobante: dataclasses.replace(comprobante, addenda=addenda))
        document = self.an_invoice_of((100, 1, 0, [self.iva16]))._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        self.assertIn(b'numero="4711"', document._stamped_bytes())

    def test_pipes_and_blanks_never_reach_the_original_string(self):
        move = self.an_invoice_of((100, 1, 0, [self.iva16]))
        move.invoice_line_ids.name = "  Tornillo |  1/4\n\tgalvanizado  "
        self.assertEqual(
            MoveAdapter(move).comprobante()[0].conceptos[0].descripcion, "Tornillo / 1/4 galvanizado")

    # ------------------------------------------------------------------
    # Fecha
    # ------------------------------------------------------------------

    def dated(self, move, day):
        move.invoice_date = day
        return MoveAdapter(move)._fecha()

    def test_fecha_of_today_is_the_moment_of_sealing_in_local_time(self):
        move = self.a_draft_invoice()
        with clock.frozen(datetime(2026, 7, 15, 3, 30, tzinfo=timezone.utc)):
            for code, expected in (("42501", datetime(2026, 7, 14, 21, 30)), ("22000", datetime(2026, 7, 14, 20, 30))):
                move.journal_id.sudo().l10n_mx_co_edi_postal_code = code
                fecha, found = self.dated(move, expected.date())
                self.assertEqual((fecha, found), (expected, []))

    def test_an_undated_invoice_is_dated_where_it_is_issued(self):
        self.company.sudo().l10n_mx_co_edi_block_posting = False  # no CSD was valid on that day
        move = self.a_draft_invoice().with_context(tz="UTC")
        with clock.frozen(datetime(2026, 7, 15, 3, 30, tzinfo=timezone.utc)):
            move.action_post()
        self.assertEqual(str(move.invoice_date), "2026-07-14")

    def test_a_day_within_72_hours_keeps_its_date_and_an_older_one_is_a_finding(self):
        move = self.a_draft_invoice()
        now = datetime(2026, 7, 15, 18, 0, tzinfo=timezone.utc)
        with clock.frozen(now):
            today = clock.local_fecha("42501", now).date()
            fecha, found = self.dated(move, today - timedelta(days=2))
            self.assertEqual((fecha.date(), found), (today - timedelta(days=2), []))
            self.assertEqual([item.code for item in self.dated(move, today - timedelta(days=4))[1]], ["MX-DATE-01"])
            self.assertEqual([item.code for item in self.dated(move, today + timedelta(days=1))[1]], ["MX-DATE-02"])

    def test_redating_says_what_changes_and_keeps_the_number(self):
        self.company.sudo().l10n_mx_co_edi_block_posting = False
        move = self.a_draft_invoice(invoice_date=fields.Date.today() - timedelta(days=40))
        move.action_post()
        name = move.name
        wizard = self.env["l10n_mx_co_edi.redate"].create({"move_id": move.id})
        self.assertEqual(wizard.new_date, wizard._today())
        self.assertIn("another month", wizard.effects)
        wizard.action_apply()
        self.assertEqual((move.state, move.invoice_date), ("posted", wizard._today()))
        if move.date.year == (fields.Date.today() - timedelta(days=40)).year:
            self.assertEqual(move.name, name)
        self.assertEqual(move._l10n_mx_co_edi_send(synchronously=True).state, "valid")
