"""What is known to be wrong before an invoice is sealed: complements, taxes, what the SAT accepted before."""
import base64
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from ..core.findings import Severity
from ..models.finding_texts import describe
from .common import MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMxFindings(MxCoEdiCommon):

    def codes(self, move):
        return {finding.code for finding in move._l10n_mx_co_edi_findings()}

    def a_tax(self, name, amount=0.0, kind="iva", factor="Tasa", **values):
        return self.admin_env["account.tax"].create({
            "name": name, "amount": amount, "amount_type": "percent", "type_tax_use": "sale",
            "company_id": self.company.id, "l10n_mx_tax_type": kind, "l10n_mx_factor_type": factor, **values})

    def an_invoice_with(self, tax):
        move = self.a_draft_invoice()
        move.invoice_line_ids.tax_ids = [Command.link(tax.id)]
        return move

    # ------------------------------------------------------------------
    # Complements
    # ------------------------------------------------------------------

    def test_fuel_is_refused_before_a_number_is_taken(self):
        self.product.sudo().l10n_mx_co_edi_clave_prod_serv = "15101514"
        move = self.a_draft_invoice()
        with self.assertRaisesRegex(UserError, r"HidroYPetro.*\[CFDI40163\]"):
            move.action_post()
        self.assertFalse(move.l10n_mx_co_edi_document_id)
        self.product.sudo().l10n_mx_co_edi_clave_prod_serv = "84111506"
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_freight_is_refused_and_the_way_out_is_named(self):
        self.product.sudo().l10n_mx_co_edi_clave_prod_serv = "78101802"
        with self.assertRaisesRegex(UserError, r"Carta Porte.*78101801.*\[MX-COMP-01\]"):
            self.a_draft_invoice().action_post()
        self.product.sudo().l10n_mx_co_edi_clave_prod_serv = "78101801"
        self.a_draft_invoice().action_post()

    def test_an_export_is_refused(self):
        move = self.a_draft_invoice(l10n_mx_co_edi_exportacion="02")
        with self.assertRaisesRegex(UserError, r"\[CFDI40122\]"):
            move.action_post()

    # ------------------------------------------------------------------
    # Taxes
    # ------------------------------------------------------------------

    def test_taxes_that_contradict_themselves_are_named_on_the_invoice(self):
        for code, values in {
            "MX-TAX-01": {"name": "Ret ISR 10%", "amount": -10},
            "MX-TAX-02": {"name": "IEPS 8%", "amount": 8},
            "MX-TAX-03": {"name": "IEPS por litro", "amount": 1.5, "amount_type": "fixed", "kind": "ieps"},
            "MX-TAX-05": {"name": "IVA exento"},
            "MX-TAX-06": {"name": "IVA 0%", "factor": "Exento"},
            "MX-TAX-07": {"name": "IEPS 8 %", "amount": 8, "kind": "ieps", "factor": False},
            "MX-TAX-08": {"name": "Retención IVA 4%", "amount": 4},
            "MX-TAX-10": {"name": "IEPS 25%", "amount": 25, "kind": "ieps", "factor": "Cuota"},
            "MX-TAX-11": {"name": "IVA 16", "amount": 16, "kind": "ieps"},
        }.items():
            with self.subTest(code):
                tax = self.a_tax(**values)
                move = self.an_invoice_with(tax)
                own = [finding for finding in move._l10n_mx_co_edi_findings() if finding.code.startswith("MX-TAX")]
                self.assertEqual([(finding.code, finding.where) for finding in own], [(code, "Conceptos[0].Impuestos")])
                self.assertIn(code, {key.split("_")[0] for key in tax.l10n_mx_co_edi_findings})
                described = describe(self.env, own[0], move)
                self.assertIn(tax.name, described["message"])
                action = described["action"]
                self.assertEqual((action["res_model"], action["res_id"]), ("account.tax", tax.id))

    def test_isr_that_would_be_called_iva_blocks_until_the_tax_is_put_right(self):
        tax = self.a_tax("Ret ISR 10%", -10)
        move = self.an_invoice_with(tax)
        with self.assertRaisesRegex(UserError, r"Ret ISR 10%.*\[MX-TAX-01\]"):
            move.action_post()
        tax.l10n_mx_tax_type = "isr"
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_an_exempt_tax_that_says_zero_is_a_doubt(self):
        move = self.an_invoice_with(self.a_tax("IVA exento"))
        move.invoice_line_ids.tax_ids -= self.iva16
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_taxes_that_are_right_have_nothing_to_say(self):
        for values in (
            {"name": "Ret ISR 1.25%", "amount": -1.25, "kind": "isr"}, {"name": "IVA exento", "factor": "Exento"},
            {"name": "IVA 0 %"}, {"name": "IEPS 8% más IVA", "amount": 8, "kind": "ieps"},
            {"name": "IVA Ret 10.6667%", "amount": -10.6667}, {"name": "Cedular 1%", "amount": -1, "kind": "local"},
            {"name": "IVA 10.0% de más", "amount": 8}, {"name": "IEPS l", "amount": 3.08, "amount_type": "fixed",
             "kind": "ieps", "factor": "Cuota"},
        ):
            with self.subTest(values["name"]):
                self.assertFalse(self.a_tax(**values)._l10n_mx_co_edi_check())

    def test_a_tax_without_kind_blocks(self):
        tax = self.a_tax("Derecho 2%", 2)
        tax.l10n_mx_tax_type = False
        with self.assertRaisesRegex(UserError, r"Derecho 2%.*\[MX-TAX-09\]"):
            self.an_invoice_with(tax).action_post()

    def test_a_rate_that_sat_does_not_have_is_shown_on_the_tax(self):
        tax = self.a_tax("IVA 15%", 15)
        self.assertIn("CFDI40179_0", tax.l10n_mx_co_edi_findings)
        tax.amount = 8
        self.assertFalse(tax.l10n_mx_co_edi_findings)

    def test_the_taxes_of_the_chart_have_nothing_to_say(self):
        taxes = self.admin_env["account.tax"].with_context(active_test=False).search([
            ("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("country_id.code", "=", "MX")])
        self.assertGreater(len(taxes), 5)
        found = {tax.name: [finding.code for finding in tax._l10n_mx_co_edi_check()] for tax in taxes}
        self.assertEqual({name: codes for name, codes in found.items() if codes}, {})

    # ------------------------------------------------------------------
    # What the SAT accepted before
    # ------------------------------------------------------------------

    def test_what_differs_from_the_last_stamp_is_a_doubt(self):
        accepted = self.a_stamped_invoice()
        move = self.a_draft_invoice()
        self.assertFalse(self.codes(move) & {"MX-SEEN-01", "MX-SEEN-02"})
        self.customer.sudo().write({"name": "UNIVERSIDAD ROBOTICA", "zip": "42501"})
        seen = {finding.code: finding for finding in move._l10n_mx_co_edi_findings() if "SEEN" in finding.code}
        self.assertEqual(set(seen), {"MX-SEEN-01", "MX-SEEN-02"})
        self.assertEqual({finding.severity for finding in seen.values()}, {Severity.WARNING})
        self.assertEqual(seen["MX-SEEN-01"].params["accepted"], "UNIVERSIDAD ROBOTICA ESPAÑOLA")
        described = describe(self.env, seen["MX-SEEN-02"], move)
        self.assertIn("86991", described["message"])
        self.assertEqual(described["action"]["res_id"], self.customer.id)
        self.assertFalse([code for code in self.codes(accepted) if "SEEN" in code])
        move.action_post()  # a doubt does not block

    def test_the_contact_shows_the_same_doubt_until_a_newer_constancia_settles_it(self):
        self.a_stamped_invoice()
        move = self.a_draft_invoice()
        self.assertNotIn("SEEN", str(self.customer.l10n_mx_co_edi_findings))
        self.customer.sudo().l10n_mx_co_edi_regimen_fiscal = "603"
        self.customer.sudo().l10n_mx_co_edi_fiscal_postal_code = "42501"
        self.assertIn("MX-SEEN-02", str(self.customer.l10n_mx_co_edi_findings))
        self.assertIn("MX-SEEN-03", str(self.customer.l10n_mx_co_edi_findings))
        self.assertLessEqual({"MX-SEEN-02", "MX-SEEN-03"}, self.codes(move))
        today = clock.utc_now().date()
        for date, doubted in ((today - timedelta(days=30), True), (today + timedelta(days=2), False)):
            with self.subTest(date=date):
                self.customer.sudo().l10n_mx_co_edi_csf_date = date
                self.assertEqual("SEEN" in str(self.customer.l10n_mx_co_edi_findings), doubted)
                self.assertEqual("MX-SEEN-02" in self.codes(move), doubted)

    def test_the_simplified_regime_expects_its_withholding(self):
        self.company.partner_id.sudo().vat = "CACX7605101P8"
        self.company.sudo().l10n_mx_co_edi_regimen_fiscal = "626"
        move = self.a_draft_invoice()
        [finding] = [finding for finding in move._l10n_mx_co_edi_findings() if finding.code == "CFDI140225"]
        self.assertEqual(finding.severity, Severity.WARNING)
        fix = describe(self.env, finding, move)["action"]
        self.assertEqual((fix["res_model"], fix["res_id"]), ("res.partner", self.customer.id))
        position = self.admin_env["account.chart.template"].with_company(self.company).ref(
            "l10n_mx_co_edi_position_resico")
        self.customer.sudo().property_account_position_id = position
        self.assertNotIn("CFDI140225", self.codes(self.a_draft_invoice(invoice_line_ids=[Command.create({
            "product_id": self.product.id})])))
        move.action_post()  # a doubt does not block

    # ------------------------------------------------------------------
    # The general public
    # ------------------------------------------------------------------

    def test_the_general_public_is_told_both_ways(self):
        public = self._create_customer(name="PUBLICO EN GENERAL", vat="XAXX010101000", is_company=False)
        move = self.a_draft_invoice(partner_id=public.id)
        [told] = [finding for finding in move._l10n_mx_co_edi_findings() if finding.code == "MX-GLOBAL-01"]
        self.assertEqual(told.severity, Severity.INFO)
        self.assertIn("another fiscal name", describe(self.env, told, move)["message"])
        public.name = "VENTA DE MOSTRADOR"
        self.assertNotIn("MX-GLOBAL-01", self.codes(move))
        [told] = [finding for finding in move._l10n_mx_co_edi_findings() if finding.code == "MX-GLOBAL-02"]
        self.assertEqual(told.severity, Severity.INFO)
        described = describe(self.env, told, move)
        self.assertIn("Both ways are legal", described["message"])
        self.assertEqual(described["action"]["res_id"], public.id)
        self.assertNotIn("CFDI40130", self.codes(move))

    # ------------------------------------------------------------------
    # Refusals without a reason
    # ------------------------------------------------------------------

    def test_a_refusal_without_a_reason_gets_our_own_suspects(self):
        self.sandbox.control("script", {
            "match": {}, "times": 1, "action": {"refuse": {"code": "CFDI40999", "message": "No clasificado"}}})
        move = self.an_invoice()
        move._l10n_mx_co_edi_send(synchronously=True)
        document = move.l10n_mx_co_edi_document_id.sudo()
        self.assertEqual((document.state, document.last_code), ("rejected", "CFDI40999"))
        self.assertEqual(document.last_error.count("["), 1)
        damaged = document._signed_bytes().replace("Consultoría".encode(), b"Consejo")
        document.env.cr.execute(
            "UPDATE l10n_mx_co_edi_document SET signed_xml = %s WHERE id = %s",
            [base64.b64encode(damaged), document.id])
        document.invalidate_recordset()
        self.assertIn("[CFDI40102]", document.last_error)
