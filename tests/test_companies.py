"""One company, a branch, a foreign company: what applies is decided by the company that issues."""
from odoo import Command
from odoo.tests import tagged

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
