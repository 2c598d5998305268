"""More of a test set, for the class of `test_dian_test_set`: what DIAN refuses it for, its numbers, lists and files."""
import io
from unittest.mock import patch

import openpyxl

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..tests_process.dian_samples import BUYER, PIN, RANGE, SELLER, SOFTWARE

SET = "0f3c1d2e-aaaa-4bbb-8ccc-0123456789ab"
SUPPORT = {
    "resolution": "18760000002", "prefix": "SEDS", "first": 984000000, "last": 985000000, "technical_key": "",
    "kind": "support"}


class Explained:
    """Each cause that is not in the documents is told with its remedy, in English and Spanish."""

    def said(self, spanish=False):
        shown = self.test_set.with_context(lang="es_CO" if spanish else "en_US")
        shown.invalidate_recordset(["problem"])
        return shown.problem or ""

    def assert_told(self, *english_and_spanish):
        english, spanish = english_and_spanish
        for words in english:
            self.assertIn(words, self.said(), self._what_happened())
        for words in spanish:
            self.assertIn(words, self.said(spanish=True))

    def test_a_wrong_test_set_id_is_explained(self):
        self.set_up.write({"identifier": SET.replace("0", "9"), "credit_count": 0, "debit_count": 0})
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assert_told(("no test set with this Test Set ID", "copy the Test Set ID", "no existe"),
                         ("ningún set de pruebas con este TestSetId", "copie el TestSetId"))
        self.assertEqual(self._of("01").state, "signed")  # no number was used up

    def test_a_wrong_pin_is_explained_and_the_way_on_is_open(self):
        self.set_up.pin = "11111"
        self.test_set.action_probe()
        self.assert_told(("The PIN is not the one", "type it in the set", "FAB27b"),
                         ("El PIN no es el que este software tiene en la DIAN", "escríbalo en el set"))
        self.set_up.pin = PIN
        self.test_set.action_probe()
        self.assertEqual((self.test_set.state, self.test_set.problem), ("running", False))

    def test_a_certificate_of_another_nit_is_explained(self):
        self.certificate.active = False
        self.admin_env["l10n_mx_co_edi.certificate"]._import_p12(self.company, *self.a_p12(nit=BUYER))
        self.test_set.action_probe()
        self.assert_told((f"belongs to the NIT {BUYER}, which may not send for the NIT {SELLER}", "upload the cert"),
                         (f"es del NIT {BUYER}, que no puede enviar por el NIT {SELLER}", "suba el certificado"))

    def test_an_unknown_issuer_software_and_range_are_explained(self):
        for code, english, spanish in (
                ("FAJ44a", "does not know the NIT of the issuer", "no conoce el NIT del emisor"),
                ("FAB24b", "no software with this Software ID", "ningún software con este SoftwareID"),
                ("FAB05b", "associate the prefix with the software", "asocie el prefijo al software"),
                ("FAD06", "another technical key", "otra clave técnica"),
                ("ZE03", "belongs to another NIT", "es de otro NIT")):
            self.sandbox.script({"refuse": {"code": code, "message": "DIAN said so"}}, operation="SendBillSync")
            self.test_set.action_probe()
            self.assert_told((english, code, "DIAN said so"), (spanish,))

    def test_a_closed_set_is_told_and_asks_for_nothing_or_for_another(self):
        self.set_up.write({"credit_count": 0, "debit_count": 0})
        self._set_at_dian(SET, state="Aceptado")
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual((self.test_set.state, self._of("01").state), ("accepted", "unused"))
        self.assertIn("se encuentra Aceptado", self.test_set.verdict)
        self.assertEqual((self.test_set.progress, self.test_set.problem), (100, False))


class Numbers:

    def test_an_invoice_never_gets_a_number_of_the_set(self):
        self.test_set.action_probe()
        self.test_set.action_generate()
        numbering = self.a_range(self.journal)
        self.assertEqual((numbering._next_number(), numbering.left), (990000002, str(995000000 - 990000001)))
        invoice = self.an_invoice()
        self.assertEqual((invoice.name, invoice.made_sequence_gap), ("SETP990000002", False))
        self.assertFalse(numbering._last_number_used() > 990000002)
        note = invoice._reverse_moves([{"invoice_date": self.today}])
        self.journal.sudo().l10n_mx_co_edi_credit_prefix = "NC"
        note.sudo()._post()
        self.assertEqual(note.name, "NC2")

    def test_nor_the_set_one_of_a_confirmed_invoice(self):
        self.a_range(self.journal)
        self.assertEqual(self.an_invoice().name, "SETP990000000")
        self.test_set.action_generate()
        self.assertEqual(self._of("01").name, "SETP990000001")
        self.assertEqual(self.an_invoice().name, "SETP990000002")

    def test_production_does_not_care_about_tests(self):
        self.test_set.action_generate()
        numbering = self.a_range(self.journal, environment="production")
        self.assertEqual(numbering._next_number(), 990000000)

    def test_numbers_and_files_survive_an_uninstallation(self):
        self.set_up.write({"invoice_count": 2, "credit_count": 1, "debit_count": 0})
        self.test_set.action_generate()
        first = self._of("01")[0]
        for _turn in range(2):
            first.action_process()
        before = {row.name: (row.state, row.uuid, row.customer) for row in self.test_set.document_ids}
        bytes_before, calls = first._bytes(), len(first.exchange_ids)
        self.assertEqual(before["SETP990000000"][0], "accepted")
        self.leave()
        archive = self.system["l10n_mx_co_edi.archive"]
        archive._adopt()
        archive._adopt()  # what is here is not taken twice
        adopted = self.system["l10n_mx_co_edi.test.set"].search([("company_id", "=", self.company.id)])
        self.assertEqual((len(adopted), adopted.identifier, adopted.has_key, adopted.has_pin), (1, SET, False, False))
        after = {row.name: (row.state, row.uuid, row.customer) for row in adopted.document_ids}
        unsent = {name: ("unused", *rest) for name, (state, *rest) in before.items() if state == "pending"}
        self.assertEqual(after, before | unsent)
        first = adopted.document_ids.filtered(lambda row: row.state == "accepted")
        self.assertEqual((first._bytes(), len(first.exchange_ids), bool(first.answer_xml)), (bytes_before, calls, True))
        self.assertEqual(adopted.document_ids._highest(self.company, "sandbox", SELLER, "SETP"), 990000001)

    def test_a_file_that_was_changed_meanwhile_is_not_sent(self):
        self.set_up.write({"credit_count": 0, "debit_count": 0})
        self.test_set.action_generate()
        self.sandbox.script({"in_progress": True}, times=-1, operation="GetStatusZip")
        self._of("01").action_process()
        self.assertEqual(self._of("01").state, "sent")
        self.leave()
        self.system["ir.attachment"].search([("name", "=", "prueba_SETP990000000.xml")]).raw = b"<other/>"
        self.system["l10n_mx_co_edi.archive"]._adopt()
        document = self.system["l10n_mx_co_edi.test.document"].search([("number", "=", "990000000")])
        self.assertEqual((document.state, document._bytes()), ("unused", b""))

    def leave(self):
        """What the hook does, and what dropping our tables does to the sets."""
        self.system = self.admin_env(user=SUPERUSER_ID, su=True)
        self.system["l10n_mx_co_edi.archive"]._leave()
        self.env.flush_all()
        for table in ("exchange", "test_document", "test_set"):
            self.env.cr.execute(f"DELETE FROM l10n_mx_co_edi_{table}")
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_secret WHERE name IN ('technical_key', 'dian_software_pin')")
        self.env.invalidate_all()


class Lists:

    def test_the_figures_are_those_of_the_present_set_and_are_told_to_the_screens(self):
        told = []

        def send(_bus, _channel, kind, message):
            told.append((kind, message))

        with patch.object(type(self.env["bus.bus"]), "_sendone", send):
            self.test_set.action_generate()
            self._of("01").action_process()
        self.assertIn(("l10n_mx_co_edi/test_set", {"id": self.test_set.id}), told)
        test_set = self.test_set
        self.assertEqual((test_set.count_wanted, test_set.count_sent, test_set.count_pending, test_set.progress),
                         (3, 1, 2, 0))
        test_set.action_send_all()
        self.assertEqual((test_set.count_accepted, test_set.progress, test_set.count_missing), (3, 100, 0))
        test_set.sudo()._restart()
        self.assertEqual((test_set.count_accepted, test_set.progress, test_set.count_missing), (0, 0, 3))

    def test_documents_have_customers_of_many_names(self):
        self.set_up.write({"invoice_count": 4})
        self.test_set.action_generate()
        self.assertEqual(len(set(self._of("01").mapped("customer"))), 4)
        self._of("01")[1].action_process()
        self._of("01")[1].action_process()
        self.assertEqual((self._of("01")[1].state, self._of("01")[1].acceptance), ("accepted", "accepted"),
                         self._what_happened())
        found = self.test_set.document_ids.search([
            ("set_id", "=", self.test_set.id), ("customer", "ilike", self._of("01")[1].customer), ("kind", "=", "01")])
        self.assertEqual(found, self._of("01")[1])

    def test_the_list_is_a_spreadsheet_for_those_who_may_export(self):
        self.test_set.action_generate()
        self._of("01").sudo().last_message = "=HYPERLINK(1)"
        self._of("01").sudo().last_code = "CO-NET-02"
        self.officer.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaises(UserError):
            self.test_set.document_ids.action_xlsx()
        self.officer.group_ids += self.env.ref("base.group_allow_export")
        domain = [("set_id", "=", self.test_set.id), ("kind", "in", ["01", "91"])]
        action = self.test_set.document_ids.browse().with_context(active_domain=domain).action_xlsx()
        self.authenticate("co_officer", "co_officer")
        answer = self.url_open(action["url"])
        self.assertEqual(answer.status_code, 200)
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
        self.assertEqual([row[0] for row in rows[1:]], ["SETP990000000", "NC1"])
        self.assertEqual(rows[0][:3], ("Number with Prefix", "Kind", "Customer"))

    def test_two_people_who_press_at_once_make_no_document_twice(self):
        again = new_test_user(
            self.admin_env, "co_officer_2", groups="account.group_account_manager", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        self.test_set.action_generate()
        self.set_up.with_user(again).action_generate()
        self.assertEqual(len(self.test_set.document_ids), 3)
        with self.assertQueryCount(1):  # a change, so that whoever waits for it is asked anew by Odoo
            self.test_set.sudo()._lock()

    def test_a_set_can_be_stopped_in_the_middle_and_is_never_read_as_a_whole(self):
        self.set_up.write({"invoice_count": 60, "credit_count": 0, "debit_count": 0})
        self.test_set.action_generate()
        documents, done = type(self.test_set.document_ids), []
        advance = documents._advance

        def counted(document):
            done.append(len(document._fields["state"]._get_cache(document.env)))
            if len(done) == 3:
                document.set_id.sudo().is_running = False  # as somebody's "Stop" does
            return advance(document)

        with patch.object(documents, "_advance", counted):
            self.test_set.action_send_all()
        self.assertEqual((len(done), self.test_set.is_running), (3, False))
        self.assertLess(max(done), 3)
        self.assertEqual(self.test_set.count_pending, 57)


class SupportDocuments:

    def a_support_set(self, **values):
        self.sandbox.control("dian/register", {"kind": "range", "row": RANGE | SUPPORT})
        set_up = self.set_up.create({
            "company_id": self.company.id, "environment": "sandbox", "software": SOFTWARE, "identifier": SET,
            "family": "support", "support_count": 2, "adjustment_count": 1, "resolution": SUPPORT["resolution"],
            "first": str(SUPPORT["first"]), "last": str(SUPPORT["last"]), "valid_from": RANGE["valid_from"],
            "valid_to": RANGE["valid_to"], **values})
        return set_up.with_user(self.officer)

    def test_a_set_of_support_documents_needs_no_technical_key(self):
        self.test_set = self.a_support_set()
        self.assertEqual((self.test_set.prefix, self.test_set.has_key), ("SEDS", False))
        self.test_set.action_probe()
        self.assertEqual((self.test_set.document_ids.name, self.test_set.state), ("SEDS984000000", "running"),
                         self._what_happened())
        self.test_set.action_generate()
        self.test_set.action_send_all()
        self.assertEqual((self._of("05").mapped("state"), self._of("95").state), (["accepted"] * 2, "accepted"),
                         self._what_happened())
        self.assertEqual(self._of("95").name, "NAS1")
        self.assertEqual(self._of("95").invoice_id, self._of("05")[0])
        self.assertEqual(self._of("95").customer, self._of("05")[0].customer)
        self.assertNotEqual(*self._of("05").mapped("customer"))

    def test_its_range_is_the_one_without_a_key(self):
        self.test_set = self.a_support_set(resolution=False, first=False, last=False)
        set_up = self.test_set.with_user(self.env.ref("base.user_admin")).sudo()
        with self.assertRaisesRegex(UserError, "for invoices"):
            set_up.action_public_range()
        set_up.action_fetch_range()
        self.assertEqual((set_up.prefix, set_up.first), ("SEDS", "984000000"))
        self.set_up.action_fetch_range()
        self.assertEqual(self.set_up.prefix, "SETP")
