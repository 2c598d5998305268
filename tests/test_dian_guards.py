"""What changes between signature and DIAN, or beside a document: certificates, currencies, branches, the archive."""
import base64
import os
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from ..core.findings import Finding
from ..models.finding_texts import describe
from ..tests_process.dian_samples import SELLER, SELLER_NAME, TECHNICAL_KEY
from .common_dian_sending import DianSending


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDianGuards(DianSending):

    def renew(self):
        issued = self.sandbox.control("dian/issue", {"nit": SELLER, "name": SELLER_NAME})
        return self.admin_env["l10n_mx_co_edi.certificate"]._import_p12(
            self.company, base64.b64decode(issued["p12"]), issued["password"])

    def test_what_waits_is_signed_again_with_the_new_certificate(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=False).sudo()
        number, old = move.name, document.sha256
        renewed = self.renew()
        self.assertNotEqual(renewed, document.certificate_id)
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual((document.state, document.certificate_id, move.name), ("valid", renewed, number))
        self.assertNotEqual(document.sha256, old)

    def test_a_file_that_is_uploaded_again_brings_its_chain(self):
        issued = self.sandbox.control("dian/issue", {"nit": SELLER, "name": SELLER_NAME})
        certificates = self.admin_env["l10n_mx_co_edi.certificate"]
        given = self.company, base64.b64decode(issued["p12"]), issued["password"]
        certificate = certificates._import_p12(*given)
        chain = certificate._chain_der()
        certificate.chain = False  # as it comes back after an uninstallation
        self.assertTrue(certificates._import_p12(*given)._chain_der() == chain != [])

    def test_a_sale_in_dollars_is_annulled_whatever_the_rate_is_then(self):
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        self.env["res.currency.rate"].sudo().search([("currency_id", "=", dollar.id)]).unlink()
        self.env["res.currency.rate"].sudo().create({
            "currency_id": dollar.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 1 / 4000})
        move = self.a_valid_invoice(currency_id=dollar.id, price=100.0)
        rate = self.env["res.currency.rate"].sudo().create({
            "currency_id": dollar.id, "company_id": self.company.id, "name": self.today, "rate": 1 / 4100})
        note = move._reverse_moves([{"invoice_date": self.today}])
        self.assertTrue(rate)
        self.assertEqual(note.amount_total_signed, -move.amount_total_signed, "in pesos, too")
        self.assertEqual([f.code for f in note._l10n_mx_co_edi_findings() if f.severity == "error"], [])
        note.action_post()
        self.assertEqual(note._l10n_mx_co_edi_send(synchronously=True).state, "valid")
        again = move._reverse_moves([{"invoice_date": self.today}])
        [problem] = [row for row in again._l10n_mx_co_edi_findings() if row.severity == "error"]
        self.assertEqual(problem.code, "CO-NOTE-11", "nothing is left")
        self.assertEqual(problem.params["left"], "0.00")

    def test_a_branch_issues_with_its_ancestors_certificate_nit_and_range(self):
        branch = self.admin_env["res.company"].sudo().create({
            "name": "Sucursal inventada", "parent_id": self.company.id, "country_id": self.company.country_id.id})
        self.env.cr.precommit.run()  # gives the branch its chart of accounts
        self.clerk.sudo().write({"company_ids": [Command.link(branch.id)]})
        move = self.env["account.move"].with_context(allowed_company_ids=[branch.id]).with_company(branch).create({
            "move_type": "out_invoice", "company_id": branch.id, "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "quantity": 1, "price_unit": 100000.0,
                "tax_ids": [Command.set(self.iva19.ids)]})]})
        self.assertEqual((move.company_id, move.journal_id.company_id), (branch, self.company))
        self.assertEqual([f.code for f in move._l10n_mx_co_edi_findings() if f.severity == "error"], [])
        self.assertTrue(move.l10n_mx_co_edi_dian_code)
        move.action_post()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertEqual((document.company_id, document.certificate_id.sudo().company_id), (branch, self.company))
        self.assertEqual(
            describe(self.env, Finding.error("FAJ24", "AccountingSupplierParty.Party"), move)["action"]["res_id"],
            self.company.partner_id.id, "who stands in the document")
        note = move._reverse_moves()
        note.action_post()
        self.assertEqual(note._l10n_mx_co_edi_send(synchronously=True).state, "valid")

    def leave_and_come_back(self, move, changed):
        """Uninstall and install again; meanwhile somebody changed the files of the invoice with that ending."""
        system = self.env(user=SUPERUSER_ID, su=True)
        system["l10n_mx_co_edi.archive"]._leave()
        self.env.flush_all()
        for table in ("exchange", "document_source", "document"):
            self.env.cr.execute(f"DELETE FROM l10n_mx_co_edi_{table}")
        self.env.invalidate_all()
        for attachment in system["ir.attachment"].search([
                ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "=like", f"%{changed}")]):
            attachment.raw = attachment.raw + b" "
        return system["l10n_mx_co_edi.archive"]._adopt()

    def test_an_answer_that_was_changed_meanwhile_is_fetched_again(self):
        move = self.a_valid_invoice()
        with self.assertLogs("odoo.addons.l10n_mx_co_edi.models.archive_adopt", "WARNING"):
            document = self.leave_and_come_back(move, ".answer.xml")
        self.assertEqual((document.state, document.answer_xml), ("in_doubt", False))
        document.with_user(self.clerk).action_look_up()
        self.assertEqual(document.state, "valid", document.last_error)
        self.assertIn(document.uuid.encode(), document._answer_bytes())
        self.assertTrue(document._container()[1])

    def test_a_container_that_was_changed_meanwhile_is_made_anew(self):
        move = self.a_valid_invoice()
        before = move.l10n_mx_co_edi_document_id.sudo().container_name
        document = self.leave_and_come_back(move, ".container.xml")
        self.assertEqual((document.state, document.container_name), ("valid", False))
        name, content = document._container()
        self.assertIn(document.uuid.encode(), content)
        self.assertTrue(name > before, "another file has another name")

    def test_no_column_of_the_database_holds_a_secret_in_clear(self):
        self.company._l10n_mx_co_edi_fetch_ranges()
        self.a_valid_invoice()
        self.env.flush_all()
        key = self.certificate.sudo().secret_id._reveal()
        self.env.cr.execute("""
            SELECT table_name, column_name, data_type FROM information_schema.columns
            WHERE table_schema = current_schema AND data_type IN ('text', 'character varying', 'bytea', 'jsonb')
            AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')""")
        for table, column, kind in self.env.cr.fetchall():
            for secret in (TECHNICAL_KEY.encode(), key[200:260]):
                content = f'"{column}"' if kind == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
                self.env.cr.execute(
                    f'SELECT count(*) FROM "{table}" WHERE position(%s::bytea in {content}) > 0', [secret])
                self.assertFalse(self.env.cr.fetchone()[0], f"{table}.{column}")

    def test_a_paid_invoice_that_is_dated_anew_stays_paid(self):
        move = self.an_invoice()
        with self.dian_at("http://127.0.0.1:9"):
            move._l10n_mx_co_edi_send(synchronously=True)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids).create({}).action_create_payments()
        paid = move.payment_state
        self.assertIn(paid, ("paid", "in_payment"))
        moment = self.noon + timedelta(days=1)
        self.sandbox.control("clock", {"now": moment.isoformat()})
        with clock.frozen(moment):
            self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        self.assertEqual((move.l10n_mx_co_edi_document_id.state, move.payment_state), ("valid", paid))

    def test_a_colombian_company_uploads_its_own_kind_of_certificate(self):
        action = self.admin_env["l10n_mx_co_edi.certificate"]._upload_action(self.company)
        self.assertEqual(action["res_model"], "l10n_mx_co_edi.certificate.dian.upload")
        self.assertEqual(action["context"]["default_company_id"], self.company.id)

    def test_without_the_master_key_an_invoice_can_be_read_and_not_signed(self):
        draft, move = self.a_draft(), self.an_invoice()
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": ""}):
            self.assertFalse(draft.l10n_mx_co_edi_alerts)
            with self.assertRaisesRegex(UserError, "master key"):
                move._l10n_mx_co_edi_send(synchronously=True)
        self.assertFalse(self.validated())

    def test_a_missing_pin_stops_it_before_a_number_is_taken(self):
        self.admin_env["l10n_mx_co_edi.secret"].sudo()._find(self.company, "dian_software_pin").unlink()
        draft = self.a_draft()
        with self.assertRaisesRegex(UserError, "CO-CONF-06"):
            draft.action_post()
        self.assertIn(draft.name, (False, "/"))

    def test_an_expired_certificate_waits_for_the_next_one(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=False).sudo()
        self.certificate.sudo().not_after = self.noon.replace(tzinfo=None) - timedelta(days=1)
        document.with_user(self.clerk).action_send_now()
        self.assertEqual((document.state, document.last_code), ("ready", "CO-CONF-10"))
        renewed = self.renew()
        document.with_user(self.clerk).action_send_now()
        self.assertEqual((document.state, document.certificate_id), ("valid", renewed), document.last_error)
        self.assertEqual(len(self.validated()), 1)

    def test_what_is_too_large_is_found_before_a_number_is_taken(self):
        draft = self.a_draft()
        draft.invoice_line_ids = [
            Command.create({"display_type": "line_note", "name": "x" * 5000, "sequence": 20}) for _row in range(105)]
        with self.assertRaisesRegex(UserError, "ZA01"):
            draft.action_post()
        self.assertIn(draft.name, (False, "/"))
