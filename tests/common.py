"""What the flow tests stand on: a Mexican company, a billing clerk, and a real sandbox process behind real HTTP."""
import atexit
import base64
import itertools
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..tests_process.sandbox_client import SandboxProcess

ISSUER = {"rfc": "EKU9003173C9", "name": "ESCUELA KEMPER URGATE", "postal_code": "42501", "regimes": ["601"]}
CUSTOMER = {"rfc": "URE180429TM6", "name": "UNIVERSIDAD ROBOTICA ESPAÑOLA", "postal_code": "86991", "regimes": ["601"]}
ACCOUNT = {"username": "facturas@example.invalid", "password": "canary-pac-password", "credits": -1}
MASTER_KEY = base64.b64encode(secrets.token_bytes(32)).decode()

_shared = {}
_counter = itertools.count(1)


def shared_sandbox() -> SandboxProcess:
    """Return the sandbox of this test run: one state, one process for each test class, as Odoo ends them all."""
    if "sandbox" not in _shared:
        state = Path(tempfile.mkdtemp(prefix="mxco-sandbox-"))
        atexit.register(shutil.rmtree, state, ignore_errors=True)
        _shared["sandbox"] = SandboxProcess(state)
    return _shared["sandbox"]


class MxCoEdiCommon(AccountTestInvoicingCommon):
    """A Mexican company that issues in the sandbox; tests run as a billing clerk, never as administrator."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("mx")
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = shared_sandbox().start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.startClassPatcher(patch.dict(os.environ, {
            "L10N_MX_CO_EDI_KEK": MASTER_KEY, "L10N_MX_CO_EDI_KEK_FILE": "",
            "L10N_MX_CO_EDI_SANDBOX_URL": cls.sandbox.url}))
        cls.admin_env = cls.env
        cls.env.user.group_ids += cls.env.ref("base.group_system")
        cls.company = cls.company_data["company"]
        cls._configure_company()
        cls.customer = cls._create_customer()
        cls.iva16 = cls.env["account.chart.template"].ref("tax12")
        cls.product = cls.env["product.product"].create({
            "name": "Consultoría", "type": "service", "list_price": 100.0,
            "uom_id": cls.env.ref("uom.product_uom_hour").id,
            "l10n_mx_co_edi_clave_prod_serv": "84111506", "taxes_id": [Command.set(cls.iva16.ids)]})
        cls.clerk = new_test_user(
            cls.env, "mxco_clerk", groups="account.group_account_invoice", company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)], email="clerk@example.invalid")
        cls.env = cls.env(user=cls.clerk)

    def setUp(self):
        super().setUp()
        self.sandbox.control("script", method="DELETE")
        self.sandbox.control("clock", {"reset": True})
        # folios start again with each test, as its transaction is undone; the sandbox keeps what earlier tests sent
        self.stamped_before = len(self.sandbox.ledger())

    @classmethod
    def _configure_company(cls):
        cls.sandbox.register(ISSUER, CUSTOMER)
        cls.sandbox.control("accounts", ACCOUNT)
        cls.company.partner_id.write({
            "name": ISSUER["name"], "vat": ISSUER["rfc"], "zip": ISSUER["postal_code"],
            "country_id": cls.env.ref("base.mx").id})
        cls.company.write({
            "l10n_mx_co_edi_environment": "sandbox", "l10n_mx_co_edi_regimen_fiscal": "601",
            "l10n_mx_co_edi_pac": "finkok"})
        secret = cls.env["l10n_mx_co_edi.secret"]
        secret._store(cls.company, "pac_username", ACCOUNT["username"])
        secret._store(cls.company, "pac_password", ACCOUNT["password"])
        csd = cls.sandbox.issue_csd(ISSUER["rfc"], ISSUER["name"])
        cls.csd = cls.env["l10n_mx_co_edi.certificate"]._import_csd(
            cls.company, csd.cer, csd.key, csd.password)

    @classmethod
    def _create_customer(cls, **values):
        return cls.admin_env["res.partner"].create({
            "name": CUSTOMER["name"], "vat": CUSTOMER["rfc"], "zip": CUSTOMER["postal_code"], "is_company": True,
            "country_id": cls.env.ref("base.mx").id, "email": "cliente@example.invalid",
            "l10n_mx_co_edi_regimen_fiscal": "601", "l10n_mx_co_edi_uso_cfdi": "G03", **values})

    # ------------------------------------------------------------------
    # Builders
    # ------------------------------------------------------------------

    def a_draft_invoice(self, price=100.0, quantity=1.0, **values):
        return self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "quantity": quantity, "price_unit": price,
                # tests start at the same folio, often in the same second: without this two would be the same bytes
                "name": f"Consultoría {next(_counter)}",
                "tax_ids": [Command.set(self.iva16.ids)]})],
            **values,
        })

    def an_invoice(self, **values):
        move = self.a_draft_invoice(**values)
        move.action_post()
        return move

    def a_stamped_invoice(self, **values):
        move = self.an_invoice(**values)
        move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(move.l10n_mx_co_edi_state, "valid", move.l10n_mx_co_edi_document_id.sudo().last_message)
        return move

    def send_wizard(self, move, **values):
        return self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=move.ids).create(values)

    # ------------------------------------------------------------------
    # The sandbox as judge
    # ------------------------------------------------------------------

    def ledger_of(self, move):
        """Return the sandbox's own rows of this test for the serie and folio of the invoice's document."""
        document = move.l10n_mx_co_edi_document_id.sudo()
        return [row for row in self.sandbox.ledger()[self.stamped_before:] if (row["serie"], row["folio"]) == (
            document.serie or "", document.folio or "")]

    @contextmanager
    def provider_at(self, url):
        """Let the sandbox environment point to another address, for example one where nobody listens."""
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_SANDBOX_URL": url}):
            yield
