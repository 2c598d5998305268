"""The screens in a real browser: an administrator sets the company up, a billing clerk does the daily work."""
import base64
import json

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ISSUER, MxCoEdiCommon
from .common_dian_sending import DianSending

TIMEOUT = 240  # seconds for a tour: a hang, not slowness
CLERK_GROUPS = "account.group_account_invoice,base.group_partner_manager"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTours(MxCoEdiCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        groups = CLERK_GROUPS
        if cls.admin_env.ref("product.group_product_manager", raise_if_not_found=False):
            groups += ",product.group_product_manager"
        cls.tour_clerk = new_test_user(cls.admin_env, "mxco_tour_clerk", groups=groups, **values)
        cls.tour_admin = new_test_user(
            cls.admin_env, "mxco_tour_admin", groups="base.group_system,account.group_account_manager", **values)

    def test_set_up_the_company(self):
        self.company.partner_id.write({"vat": False, "zip": False, "l10n_mx_co_edi_regimen_fiscal": False})
        self.admin_env["l10n_mx_co_edi.secret"]._find(self.company, "pac_password").sudo().ciphertext = False
        issued = self.sandbox.issue_csd(ISSUER["rfc"], ISSUER["name"])
        self.admin_env["ir.attachment"].create({"name": "tour_csd.json", "raw": json.dumps({
            "cer": base64.b64encode(issued.cer).decode(), "key": base64.b64encode(issued.key).decode(),
            "password": issued.password})})
        self.start_tour("/odoo/settings", "l10n_mx_co_edi_settings", login="mxco_tour_admin",
                        timeout=TIMEOUT)
        self.assertEqual(self.company.l10n_mx_co_edi_csd_certificate_id.serial_number, issued.serial)
        self.assertEqual(self.company.partner_id._l10n_mx_co_edi_legal_name(), ISSUER["name"])

    def test_fill_in_a_customer(self):
        self.start_tour("/odoo/customers/new", "l10n_mx_co_edi_partner", login="mxco_tour_clerk",
                        timeout=TIMEOUT)
        partner = self.env["res.partner"].search([("l10n_mx_co_edi_fiscal_name", "=", "UNIVERSIDAD ROBOTICA ESPAÑOLA")])
        self.assertEqual(
            (partner.vat, partner.l10n_mx_co_edi_regimen_fiscal, partner.l10n_mx_co_edi_uso_cfdi),
            ("URE180429TM6", "601", "G03"))

    def test_fill_in_a_product(self):
        self.tour_clerk.sudo().group_ids += self.admin_env.ref("account.group_account_manager")
        self.start_tour("/odoo/action-account.product_product_action_sellable/new", "l10n_mx_co_edi_product",
                        login="mxco_tour_clerk", timeout=TIMEOUT)
        product = self.env["product.template"].search([("name", "=", "Curso")])
        self.assertEqual(
            (product.l10n_mx_co_edi_clave_prod_serv, product.l10n_mx_co_edi_objeto_imp), ("86101700", "02"))

    def test_issue_an_invoice(self):
        self.start_tour("/odoo/customer-invoices/new", "l10n_mx_co_edi_invoice", login="mxco_tour_clerk",
                        timeout=TIMEOUT)
        move = self.env["account.move"].search(
            [("partner_id", "=", self.customer.id), ("move_type", "=", "out_invoice")], limit=1)
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        self.assertEqual(len(self.ledger_of(move)), 1)
        xml = move.l10n_mx_co_edi_document_id.sudo()._stamped_bytes()
        self.assertIn(b'UUID="5B0C1D6E-0000-4000-8000-000000000001"', xml)

    def test_correct_what_was_refused(self):
        """Refused: the reason is read, its link followed, the customer corrected, the same number sent again."""
        self.customer.sudo().l10n_mx_co_edi_fiscal_postal_code = "06000"
        move = self.an_invoice()
        name = move.name
        self.start_tour(f"/odoo/customer-invoices/{move.id}", "l10n_mx_co_edi_rejected", login="mxco_tour_clerk",
                        timeout=TIMEOUT)
        self.assertEqual((move.l10n_mx_co_edi_state, move.name), ("valid", name))
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_credit_a_stamped_invoice(self):
        """The credit note of the form's own button is sent and printed, and names the invoice in its XML."""
        move = self.a_stamped_invoice()
        self.start_tour(f"/odoo/customer-invoices/{move.id}", "l10n_mx_co_edi_credit_note", login="mxco_tour_clerk",
                        timeout=TIMEOUT)
        credit_note = move.reversal_move_ids
        self.assertEqual(credit_note.l10n_mx_co_edi_state, "valid")
        xml = self.sandbox.file(f"document/{credit_note.l10n_mx_co_edi_uuid}.xml").decode()
        self.assertIn(move.l10n_mx_co_edi_uuid.upper(), xml.upper())
        self.assertIn('TipoDeComprobante="E"', xml)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianTours(DianSending, HttpCase):

    def test_issue_an_invoice_and_annul_it(self):
        """Confirmed with a finding, mended by its link, sent, and annulled by the credit note of its own button."""
        new_test_user(
            self.admin_env, "co_tour_clerk", groups=CLERK_GROUPS, company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)], email="tour@example.invalid")
        self.customer.sudo().vat = False
        self.start_tour("/odoo/customer-invoices/new", "l10n_mx_co_edi_dian_invoice", login="co_tour_clerk",
                        timeout=TIMEOUT)
        note, move = self.env["account.move"].search([("partner_id", "=", self.customer.id)], order="id desc")
        self.assertEqual((move.l10n_mx_co_edi_state, note.l10n_mx_co_edi_state), ("valid", "valid"))
        self.assertEqual(move.l10n_mx_co_edi_dian_payment_means, "10")
        self.assertEqual([row["uuid"] for row in self.validated()], [
            move.l10n_mx_co_edi_uuid, note.l10n_mx_co_edi_uuid])
        self.assertIn(move.l10n_mx_co_edi_uuid.encode(), note.l10n_mx_co_edi_document_id.sudo()._stamped_bytes())
