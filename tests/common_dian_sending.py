"""What the tests of sending to DIAN stand on: a company that is complete, a customer, and a day that does not end."""
import base64
import os
from contextlib import contextmanager
from datetime import datetime, time
from unittest.mock import patch

from odoo import Command

from ..core import clock
from ..tests_process.dian_samples import BOGOTA, BUYER, BUYER_NAME, PIN, RANGE, SELLER, SELLER_NAME, SOFTWARE
from .common_dian import DianCommon


class DianSending(DianCommon):
    """Documents of a Colombian company, from the draft to DIAN's answer, as a billing clerk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = datetime.now(BOGOTA).date()
        # noon, here and at DIAN: no test depends on when Bogotá's midnight passes
        cls.noon = datetime.combine(cls.today, time(12), BOGOTA)
        cls.enterClassContext(clock.frozen(cls.noon))
        cls._at_dian()
        cls._complete_company()
        cls.iva19 = cls.env["account.chart.template"].ref("l10n_co_tax_8")
        cls.customer = cls.env["res.partner"].create({
            "name": BUYER_NAME, "vat": f"{BUYER}-8", "is_company": True, "street": "Calle 3 # 4-5",
            "email": "compras@example.invalid", "l10n_latam_identification_type_id": cls.env.ref("l10n_co.rut").id,
            **cls._place(), **cls._fiscal()})
        cls.product = cls.env["product.product"].create({
            "name": "Servicio inventado", "type": "service", "default_code": "SRV-1", "list_price": 100000.0,
            "taxes_id": [Command.set(cls.iva19.ids)]})
        cls.env = cls.env(user=cls.clerk)

    def setUp(self):
        super().setUp()
        self._at_dian()
        self.sent_before = len(self.sandbox.ledger())

    # ------------------------------------------------------------------
    # The company
    # ------------------------------------------------------------------

    @classmethod
    def _at_dian(cls):
        """Let the sandbox's DIAN know the company, and have noon."""
        cls.sandbox.control("clock", {"now": cls.noon.isoformat()})
        for kind, row in (
            ("taxpayer", {"nit": SELLER, "name": SELLER_NAME, "mailbox": "recepcion@example.co"}),
            ("taxpayer", {"nit": BUYER, "name": BUYER_NAME, "mailbox": "compras@example.co"}),
            ("software", {"id": SOFTWARE, "nit": SELLER, "pin": PIN}),
            ("range", RANGE),
        ):
            cls.sandbox.control("dian/register", {"kind": kind, "row": row})

    @classmethod
    def _complete_company(cls):
        cls.company.partner_id.write({
            "street": "Carrera 1 # 2-3", "email": "facturas@example.invalid", **cls._place(), **cls._fiscal()})
        issued = cls.sandbox.control("dian/issue", {"nit": SELLER, "name": SELLER_NAME})
        cls.certificate = cls.env["l10n_mx_co_edi.certificate"]._import_p12(
            cls.company, base64.b64decode(issued["p12"]), issued["password"])
        cls.journal = cls.company_data["default_journal_sale"]

    @classmethod
    def _place(cls):
        return {
            "city": "Bogotá, D.C.", "zip": "110111", "state_id": cls.env.ref("base.state_co_11").id,
            "country_id": cls.env.ref("base.co").id}

    @classmethod
    def _fiscal(cls):
        return {
            "l10n_mx_co_edi_dian_responsibilities": "R-99-PN", "l10n_mx_co_edi_dian_regime": "48",
            "l10n_mx_co_edi_dian_tribute": "01", "l10n_mx_co_edi_municipality": "11001"}

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    def a_draft(self, price=100000.0, quantity=1.0, **values):
        return self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "quantity": quantity, "price_unit": price,
                "tax_ids": [Command.set(self.iva19.ids)]})],
            **values})

    def an_invoice(self, **values):
        move = self.a_draft(**values)
        move.action_post()
        return move

    def a_valid_invoice(self, **values):
        move = self.an_invoice(**values)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_error or document.last_message)
        return move

    def validated(self):
        """Return the rows of what DIAN has validated in this test."""
        return self.sandbox.ledger()[self.sent_before:]

    @contextmanager
    def dian_at(self, url):
        """Let the sandbox's address be another one, for example one where nobody listens."""
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_SANDBOX_URL": url}):
            yield
