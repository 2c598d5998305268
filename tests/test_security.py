"""The key never leaves, a stolen database opens nothing, and other companies see nothing."""
import base64
import binascii
import os
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user, tagged

from .common import ACCOUNT, MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurity(MxCoEdiCommon):

    def all_secrets(self):
        return self.admin_env["l10n_mx_co_edi.secret"].sudo().search([("company_id", "=", self.company.id)])

    def system_user(self):
        return new_test_user(
            self.admin_env, "mxco_system", groups="base.group_system,account.group_account_manager",
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)])

    def test_no_column_of_the_database_holds_a_secret_in_clear(self):
        self.a_stamped_invoice()
        self.env.flush_all()
        key = self.csd.sudo().secret_id._reveal()
        self.env.cr.execute("""
            SELECT table_name, column_name, data_type FROM information_schema.columns
            WHERE table_schema = current_schema AND data_type IN ('text', 'character varying', 'bytea', 'jsonb')
            AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')""")
        for table, column, kind in self.env.cr.fetchall():
            for secret in (ACCOUNT["password"].encode(), key[200:260]):
                content = f'"{column}"' if kind == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
                self.env.cr.execute(
                    f'SELECT count(*) FROM "{table}" WHERE position(%s::bytea in {content}) > 0', [secret])
                self.assertFalse(self.env.cr.fetchone()[0], f"{table}.{column}")

    def test_without_the_master_key_nothing_opens(self):
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": ""}):
            for secret in self.all_secrets():
                with self.assertRaises(UserError):
                    secret._reveal()

    def test_another_master_key_opens_nothing(self):
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": "11" * 16 + "22" * 16}):
            for secret in self.all_secrets():
                with self.assertRaises(UserError):
                    secret._reveal()

    def test_a_ciphertext_moved_to_another_record_does_not_open(self):
        first, second = self.all_secrets()[:2]
        second.ciphertext = first.ciphertext
        with self.assertRaises(UserError):
            second._reveal()

    def test_nobody_reads_a_secret_over_rpc(self):
        system = self.system_user()
        for user in (self.clerk, system):
            secret = self.all_secrets()[:1].with_user(user)
            with self.assertRaises(AccessError):
                secret.read(["ciphertext"])
        with self.assertRaises(AccessError):
            self.all_secrets()[:1].with_user(self.clerk).read(["name"])
        with self.assertRaises(AccessError):
            self.csd.with_user(system).read(["secret_id"])

    def test_exchanges_hold_no_credentials(self):
        move = self.a_stamped_invoice()
        for exchange in move.l10n_mx_co_edi_document_id.exchange_ids.sudo():
            for name in ("request", "response", "endpoint", "authority_message"):
                text = exchange[name] or b""
                text = text if isinstance(text, bytes) else text.encode()
                for secret in (ACCOUNT["password"], ACCOUNT["username"]):
                    self.assertNotIn(secret.encode(), text + _decoded(text))

    def test_a_clerk_of_another_company_sees_nothing(self):
        move = self.a_stamped_invoice()
        other = self.admin_env["res.company"].sudo().create({"name": "Otra", "country_id": self.company.country_id.id})
        stranger = new_test_user(
            self.admin_env, "mxco_stranger", groups="account.group_account_invoice", company_id=other.id,
            company_ids=[Command.set(other.ids)])
        document = move.l10n_mx_co_edi_document_id
        for record in (document, document.exchange_ids, document.source_ids, self.csd):
            found = record.with_user(stranger).with_company(other).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)
            with self.assertRaises(AccessError):
                record.with_user(stranger).with_company(other).read(["display_name"])

    def test_groups_follow_odoo_s_accounting_groups(self):
        def role(groups):
            user = new_test_user(self.admin_env, f"mxco_{groups[-12:]}", groups=groups)
            return [user.has_group(f"l10n_mx_co_edi.group_{name}") for name in (
                "viewer", "issuer", "officer", "administrator")]

        self.assertEqual(role("account.group_account_readonly"), [True, False, False, False])
        self.assertEqual(role("account.group_account_invoice"), [True, True, False, False])
        self.assertEqual(role("account.group_account_manager"), [True, True, True, False])
        self.assertEqual(role("base.group_system"), [True, True, True, True])

    def test_a_neutralised_copy_can_neither_sign_nor_send(self):
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        self.env.flush_all()
        queries = list(get_neutralization_queries(["l10n_mx_co_edi"]))
        self.assertTrue(queries)
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(self.company.l10n_mx_co_edi_environment, "sandbox")
        self.assertFalse(any(secret.ciphertext for secret in self.all_secrets()))

    def test_production_needs_a_master_key(self):
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_KEK": ""}), self.assertRaises(UserError):
            self.company.sudo().l10n_mx_co_edi_environment = "production"

    def test_a_copy_of_the_production_database_sends_nothing(self):
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        move = self.an_invoice()
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_ENDPOINT_FINKOK": self.sandbox.url}):
            # what a copy under another name finds: production was switched on in the database it was copied from
            self.admin_env["l10n_mx_co_edi.secret"]._store(
                self.company, "production_database", "the-original/database")
            document = move._l10n_mx_co_edi_send(synchronously=True)
            self.assertEqual(document.state, "ready")
            self.assertTrue(document.hold)
            self.assertFalse(self.ledger_of(move))
            self.company.with_user(self.system_user()).action_l10n_mx_co_edi_confirm_database()
            document.action_send_now()
        self.assertEqual(document.state, "valid")


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
