"""What the tests of technology providers stand on: a company without certificate, and its accounts in the sandbox."""
from odoo import Command

from ..tests_process import provider_samples as samples
from ..tests_process.dian_samples import RANGE
from .common_dian_sending import DianSending


class ProviderSending(DianSending):
    """Documents of a Colombian company that a technology provider signs; tests run as a billing clerk."""
    service = "cadena"

    @classmethod
    def _complete_company(cls):
        super()._complete_company()
        # no certificate is needed with a provider
        cls.certificate.active = False
        cls.with_cadena()
        cls.company.l10n_mx_co_edi_dian_service = cls.service

    @classmethod
    def with_cadena(cls):
        cls.company._l10n_mx_co_edi_store_provider_access("cadena", token=samples.TOKEN)
        cls.take_software(samples.CADENA_SOFTWARE, samples.CADENA_PIN)

    @classmethod
    def take_software(cls, software, pin):
        cls.company.l10n_mx_co_edi_dian_software = software
        cls.admin_env["l10n_mx_co_edi.secret"]._store(cls.company, "dian_software_pin", pin)

    @classmethod
    def _at_dian(cls):
        super()._at_dian()
        samples.open_cadena(cls.sandbox)

    def calls_to(self, operation):
        """Return the calls of this kind that the sandbox's provider got in this test."""
        return [call for call in self.sandbox.calls(limit=1000)
                if call["service"] == self.service and call["operation"] == operation]

    def setUp(self):
        super().setUp()
        self.sandbox.control("reset", {"what": ["calls"]})

    def outcomes(self, document):
        return document.exchange_ids.sorted("id").mapped(lambda row: f"{row.operation} {row.outcome}")

    def a_support_document(self, software):
        """Return a confirmed bill of somebody who does not have to invoice, in a journal with a range of its own."""
        journal = self.company.with_env(self.admin_env)._l10n_mx_co_edi_create_support_journal()
        known = {"prefix": "SEDS", "resolution": "18760000002"}
        self.a_range(journal, key="", first="984000000", last="985000000", **known)
        self.sandbox.control("dian/register", {"kind": "range", "row": {
            **RANGE, **known, "first": 984000000, "last": 985000000, "technical_key": "", "software": software,
            "kind": "support"}})
        seller = self.admin_env["res.partner"].create({
            "name": "María Inventada", "vat": "1020304050", "street": "Calle 1 # 2-3",
            "l10n_latam_identification_type_id": self.env.ref("l10n_co.national_citizen_id").id,
            "l10n_mx_co_edi_municipality": "11001", "email": "maria@example.invalid", **self._place()})
        bill = self.env["account.move"].create({
            "move_type": "in_invoice", "partner_id": seller.id, "journal_id": journal.id, "invoice_date": self.today,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "quantity": 2, "price_unit": 100000.0,
                "tax_ids": [Command.clear()]})]})
        self.assertEqual([finding.code for finding in bill._l10n_mx_co_edi_findings()], [])
        bill.action_post()
        return bill

    def the_other_kinds(self, software):
        """Return a valid debit note, support document and adjustment note: 92, 05, 95."""
        origin = self.an_invoice()
        self._is_valid(origin)
        wizard = self.env["account.debit.note"].with_context(
            active_model="account.move", active_ids=origin.ids).create({"date": self.today, "copy_lines": True})
        debit = self.env["account.move"].browse(wizard.create_debit()["res_id"])
        debit.action_post()
        documents = [self._is_valid(debit)]
        bill = self.a_support_document(software)
        documents.append(self._is_valid(bill))
        adjustment = bill._reverse_moves([{"invoice_date": self.today}])
        adjustment.action_post()
        documents.append(self._is_valid(adjustment))
        self.assertEqual([document.kind for document in documents], ["co_dian_92", "co_dian_05", "co_dian_95"])
        self.assertEqual({row["pac"] for row in self.validated()}, {self.service})
        self.assertEqual([row["uuid"] for row in self.validated()][1:], [document.uuid for document in documents])
        return documents

    def _is_valid(self, move):
        """Return the document of a move, sent and asked for."""
        document = move._l10n_mx_co_edi_send(synchronously=True)
        document._send_claimable()
        self.assertEqual(document.state, "valid", document.last_error or document.last_message)
        return document
