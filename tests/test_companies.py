"""One company, a branch, a foreign company: what applies is decided by the company that issues."""
from datetime import datetime, timezone

from odoo import Command
from odoo.tests import tagged

from ..core import clock
from ..models.adapt_mx import MoveAdapter
from .common import ISSUER, MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCompanies(MxCoEdiCommon):

    def a_branch(self):
        branch = self.admin_env["res.company"].sudo().create({
            "name": "Sucursal Tijuana", "parent_id": self.company.id, "country_id": self.company.country_id.id,
            "zip": "22000"})
        self.env.cr.precommit.run()  # gives the branch its chart of accounts
        self.clerk.sudo().write({"company_ids": [Command.link(branch.id)]})
        return branch

    def test_a_branch_issues_with_its_ancestor_s_seal_provider_and_rfc(self):
        branch = self.a_branch()
        move = self.env["account.move"].with_context(
            allowed_company_ids=[branch.id, self.company.id]).with_company(branch).create({
                "move_type": "out_invoice", "company_id": branch.id, "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create({
                    "product_id": self.product.id, "name": "Servicio de la sucursal", "quantity": 1,
                    "price_unit": 100, "tax_ids": [Command.set(self.iva16.ids)]})]})
        self.assertEqual(move.company_id, branch)
        self.assertTrue(move.l10n_mx_co_edi_applies)
        move.action_post()
        comprobante = MoveAdapter(move).comprobante()[0]
        self.assertEqual(comprobante.emisor.rfc, ISSUER["rfc"])
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        self.assertEqual(document.company_id, branch)
        self.assertEqual(document.certificate_id.sudo().company_id, self.company)

    def test_a_company_without_an_environment_issues_nothing(self):
        self.company.sudo().l10n_mx_co_edi_environment = False
        move = self.an_invoice(partner_id=self._create_customer(vat=False).id)
        self.assertFalse(move.l10n_mx_co_edi_applies)
        self.assertEqual(move.state, "posted")
        self.assertFalse(move.l10n_mx_co_edi_document_ids)
        self.assertFalse(self.send_wizard(move, sending_methods=["manual"]).extra_edis)

    def test_a_foreign_company_sees_nothing_and_sends_as_always(self):
        other = self.admin_env["res.company"].sudo().create(
            {"name": "US company", "country_id": self.admin_env.ref("base.us").id})
        self.admin_env["account.chart.template"].sudo().try_loading("generic_coa", company=other, install_demo=False)
        self.clerk.sudo().write({"company_ids": [Command.link(other.id)]})
        move = self.env["account.move"].with_context(allowed_company_ids=other.ids).create({
            "move_type": "out_invoice", "partner_id": self.customer.id, "company_id": other.id,
            "invoice_line_ids": [Command.create({"name": "x", "quantity": 1, "price_unit": 5, "tax_ids": []})]})
        move.action_post()
        self.assertFalse(move.l10n_mx_co_edi_applies)
        self.assertFalse(move.l10n_mx_co_edi_alerts)
        self.assertFalse(move.l10n_mx_co_edi_metodo_pago)
        move.button_draft()
        self.assertEqual(move.state, "draft")

    def test_a_journal_is_a_branch_office_with_its_own_serie_place_and_clock(self):
        tijuana = self.company_data["default_journal_sale"].copy({
            "name": "Sucursal Tijuana", "code": "TIJ", "l10n_mx_co_edi_serie": "TIJ",
            "l10n_mx_co_edi_postal_code": "22000"})
        here, there = self.a_draft_invoice(), self.a_draft_invoice(journal_id=tijuana.id)
        with clock.frozen(datetime(2026, 7, 15, 3, 30, tzinfo=timezone.utc)):
            for move, place, moment in (
                    (here, "42501", datetime(2026, 7, 14, 21, 30)), (there, "22000", datetime(2026, 7, 14, 20, 30))):
                comprobante = MoveAdapter(move).comprobante()[0]
                self.assertEqual((comprobante.lugar_expedicion, comprobante.fecha), (place, moment))
        (here | there).action_post()
        document = there._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.serie), ("valid", "TIJ"), document.last_message)
        self.assertIn(b'LugarExpedicion="22000"', document._stamped_bytes())
        self.assertNotEqual(here._l10n_mx_co_edi_send(synchronously=True).serie, "TIJ")

    def test_lists_follow_the_companies_that_are_active(self):
        us = self.admin_env["res.company"].sudo().create(
            {"name": "US company", "country_id": self.admin_env.ref("base.us").id})
        self.clerk.sudo().write({"company_ids": [Command.link(us.id)]})
        for companies, ours in ((us, False), (us | self.company, True), (self.company, True)):
            moves = self.env["account.move"].with_context(allowed_company_ids=companies.ids)
            for view, view_type, name in (
                    ("account.view_out_invoice_tree", "list", "action_l10n_mx_co_edi_send_many"),
                    ("account.view_out_invoice_tree", "list", "l10n_mx_co_edi_state"),
                    ("account.view_account_invoice_filter", "search", "l10n_mx_co_edi_to_stamp"),
                    ("account.view_account_invoice_report_search", "search", "l10n_mx_co_edi_valid")):
                arch = moves.env[self.env.ref(view).sudo().model].get_view(
                    self.env.ref(view).id, view_type)["arch"]
                self.assertEqual(f'name="{name}"' in arch, ours, (companies.mapped("name"), name))
                self.assertTrue(ours or "l10n_mx_co_edi" not in arch)
