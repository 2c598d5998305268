"""What users, keys and exports may bring along (bad input, rows 77 to 84)."""
import csv
import io
import json
import os
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from ..core.xmlio.parse import parse_untrusted
from .common import MxCoEdiCommon
from .common_print import a_cfdi, a_line
from .test_report import PrintCase, build

FORMULAS = ("=HYPERLINK(\"HTTP://EXAMPLE.INVALID\")", "@SUM(1+1)", "+1+1", "-1+1")
SCRIPT = "<script>alert(1)</script>"
BREAKS = "</text></span><t t-esc=\"7919*7919\"/>{{ 7919*7919 }}${7919*7919}<!--"
# 7919 * 7919: what would stand there if one of them were calculated
CALCULATED = "62710561"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestExports(MxCoEdiCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.sudo().group_ids += cls.admin_env.ref("base.group_allow_export")

    def setUp(self):
        super().setUp()
        documents = self.env["l10n_mx_co_edi.document"].sudo()
        for number, name in enumerate(FORMULAS):
            documents += documents.create({
                "kind": "mx_cfdi_i", "company_id": self.company.id, "environment": "sandbox", "service": "finkok",
                "move_id": self.an_invoice().id, "name": f"F{number}", "receiver_name": name})
        self.documents = documents
        self.env.flush_all()
        self.authenticate("mxco_clerk", "mxco_clerk")

    def exported(self, kind, **params):
        return self.url_open(f"/web/export/{kind}", {"csrf_token": Request.csrf_token(self), "data": json.dumps({
            "model": "l10n_mx_co_edi.document", "ids": self.documents.ids, "domain": [], "import_compat": False,
            "fields": [{"name": "receiver_name", "label": "Receiver", "type": "char"}], **params})})

    def test_77_a_csv_of_documents_holds_no_formula(self):
        rows = list(csv.reader(io.StringIO(self.exported("csv").content.decode("utf-8-sig"))))
        self.assertEqual(sorted(row[0] for row in rows[1:]), sorted(f"'{name}" for name in FORMULAS))

    def test_77_a_workbook_of_documents_holds_no_formula(self):
        with zipfile.ZipFile(io.BytesIO(self.exported("xlsx").content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            texts = book.read("xl/sharedStrings.xml").decode()
        self.assertNotIn("<f>", sheet)
        self.assertIn("'=HYPERLINK", texts)
        self.assertIn("'@SUM", texts)

    def test_77_every_list_of_ours_is_exported_as_text(self):
        for model in ("document", "exchange", "stamp.balance", "catalog.item"):
            with self.subTest(model):
                record = self.env[f"l10n_mx_co_edi.{model}"]
                with patch.object(type(record), "_export_rows", lambda _self, _fields: [["=1", 1.5, False, "-"]]):
                    self.assertEqual(record.export_data(["id"]), {"datas": [["'=1", 1.5, False, "'-"]]})
                    again = record.with_context(import_compat=True).export_data(["id"])
                    self.assertEqual(again, {"datas": [["=1", 1.5, False, "-"]]})

    def test_77_the_export_of_contacts_is_odoos_own(self):
        """Documented in docs/bad-input.md: Odoo writes a contact that is called like a formula as a formula."""
        partner = self._create_customer(name='=HYPERLINK("http://example.invalid")')
        self.env.flush_all()
        answer = self.exported("xlsx", model="res.partner", ids=partner.ids, fields=[
            {"name": "name", "label": "Name", "type": "char"}])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            self.assertIn("<f>", book.read("xl/worksheets/sheet1.xml").decode())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMarkup(PrintCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.admin_env, "mxco_portal", groups="base.group_portal", email="portal@example.invalid",
            company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)])
        cls.portal_user.partner_id.parent_id = cls.customer

    def setUp(self):
        super().setUp()
        xml = build.to_xml(a_cfdi(a_line(SCRIPT), a_line(BREAKS), condiciones_de_pago=SCRIPT))
        self.move = self.an_invoice()
        self.move.invoice_line_ids.sudo().name = f"{SCRIPT} {BREAKS}"
        self.a_printable(xml, environment="production", move=self.move)
        self.env.flush_all()

    def assertHarmless(self, text, is_there=True):
        self.assertNotIn(SCRIPT, text)
        self.assertNotIn(CALCULATED, text)
        self.assertEqual("&lt;script&gt;alert(1)" in text, is_there)

    def test_78_79_the_print_shows_markup_as_text(self):
        text = "".join(self.pages_of(self.move))
        self.assertIn(SCRIPT, text)
        self.assertIn("7919*7919", text)
        self.assertNotIn(CALCULATED, text)
        shown, kind = self.env["ir.actions.report"]._render_qweb_html("account.account_invoices", self.move.ids)
        self.assertEqual(kind, "html")
        self.assertHarmless(shown.decode())

    def test_78_79_the_portal_shows_markup_as_text(self):
        self.authenticate("mxco_portal", "mxco_portal")
        self.assertHarmless(self.url_open(self.move.sudo().get_portal_url(report_type="html")).text)
        page = self.url_open(f"/my/invoices/{self.move.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(SCRIPT, page.text)
        self.assertNotIn(CALCULATED, page.text)

    def test_78_a_finding_in_chatter_and_activities_is_text(self):
        partner = self._create_customer(name=f"A<B & {SCRIPT}", vat=False)
        move = self.a_draft_invoice(partner_id=partner.id)
        move._post(soft=True)
        note = move.activity_ids.note
        self.assertHarmless(note)
        self.assertIn("A&lt;B &amp; ", note, "nothing of the name is lost")
        for message in move.message_ids:
            self.assertNotIn(SCRIPT, message.body)

    def test_78_79_markup_is_stamped_as_it_was_typed(self):
        move = self.a_draft_invoice()
        move.invoice_line_ids.name = f"{SCRIPT} {BREAKS}"
        move.action_post()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        line = parse_untrusted(document._stamped_bytes()).find(".//{*}Concepto")
        self.assertEqual(line.get("Descripcion"), f"{SCRIPT} {BREAKS}")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReach(MxCoEdiCommon):

    def test_82_a_document_goes_nowhere_but_to_the_providers_and_this_machine(self):
        for address in (
            "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "http://10.0.0.1",
            "http://[::ffff:a9fe:a9fe]", "https://127.0.0.1.example.invalid", "http://localhost@example.invalid",
            "gopher://127.0.0.1", "//127.0.0.1",
        ):
            with self.subTest(address), self.provider_at(address):
                move = self.an_invoice()
                document = move._l10n_mx_co_edi_send(synchronously=True)
                self.assertEqual(document.state, "ready", "nothing left")
                self.assertFalse(document.exchange_ids.filtered("http_status"))
                document._withdraw_each()
            with self.subTest(address), patch.dict(os.environ, {"L10N_MX_CO_EDI_ENDPOINT_FINKOK": address}), \
                    self.assertRaisesRegex(UserError, "reason=address"):
                self.company.sudo()._l10n_mx_co_edi_stamper("finkok", "production")
        self.assertEqual(len(self.sandbox.ledger()), self.stamped_before)

    def test_82_no_address_is_a_setting_of_the_database(self):
        for model in ("res.company", "res.config.settings"):
            ours = [name for name in self.env[model]._fields if name.startswith("l10n_mx_co_edi_")]
            self.assertGreater(len(ours), 5)
            asked = [name for name in ours if any(word in name for word in ("url", "host", "endpoint", "wsdl"))]
            self.assertEqual(asked, [])

    def test_83_a_catalogue_with_formulas_is_text_and_a_spoilt_one_is_refused(self):
        catalogs = self.admin_env["l10n_mx_co_edi.catalog"]
        for content in (b"", b"=cmd|' /C calc'!A0", b"PK\x03\x04", b"\xff\xfe=\x00", b"a\tb\n" * 1_000, bytes(100)):
            with self.subTest(content[:20]), self.assertRaises(UserError):
                catalogs._load_file(content)
        item = self.admin_env["l10n_mx_co_edi.catalog.item"].create({
            "catalog": "clave_prod_serv", "code": "99999990", "name": "=1+1"})
        self.assertEqual(item.export_data(["name"]), {"datas": [["'=1+1"]]})

    def assertRefused(self, search):
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            search()
        self.assertIsInstance(caught.exception, (UserError, ValueError), "refused by Odoo, not by the database")

    def test_84_domains_and_orders_of_a_client_reach_nothing_hidden(self):
        self.a_stamped_invoice()
        documents = self.env["l10n_mx_co_edi.document"]
        for order in ("id; DROP TABLE res_users", "id desc, (SELECT 1)", "sealed_by --", "nothing"):
            with self.subTest(order):
                self.assertRefused(lambda order=order: documents.search([], order=order))
        for name in ("'; DROP TABLE res_users; --", "%' OR 1=1", "x" * 100_000):
            with self.subTest(name[:20]):
                self.assertFalse(documents.search([("receiver_name", "=", name)]))
                self.assertFalse(documents.search([("receiver_name", "=like", name)]))
        for domain in (
            [("certificate_id.secret_id.ciphertext", "!=", False)],
            [("company_id.partner_id.user_ids.password", "!=", 0)],
            [("nothing.at.all", "=", 1)],
        ):
            with self.subTest(domain):
                self.assertRefused(lambda domain=domain: documents.search(domain))
        with self.assertRaises(AccessError):
            self.env["l10n_mx_co_edi.secret"].search([("ciphertext", "!=", False)])

    def test_84_the_search_for_keys_takes_anything(self):
        items = self.env["l10n_mx_co_edi.catalog.item"]
        self.assertTrue(items.suggest("clave_unidad", "pieza"))
        for text in (
            "'; DROP TABLE res_users; --", "%_%' OR 1=1", "\x00", "(" * 500, "a " * 100_000, "\\", 7, ["x"], None,
        ):
            with self.subTest(str(text)[:20]):
                self.assertIsInstance(items.suggest("clave_unidad", text), list)
        for limit in (-1, 10**9, "x", None, [1]):
            with self.subTest(limit):
                self.assertLessEqual(len(items.suggest("clave_unidad", "a", limit)), 50)
        for catalog in ("'; --", "nothing", "../../../etc/hosts", None, 5):
            with self.subTest(catalog):
                self.assertFalse(items.suggest(catalog, "a"))
