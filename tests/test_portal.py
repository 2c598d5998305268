"""What a customer sees in the portal: production documents with print and XML, never one of a test environment."""
import io
import re
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_print import UUID, stamped_xml
from .test_report import NO_CFDI, PrintCase

OTHER = {"uuid": "0BE0F1A2-7C3E-4E09-9D8E-5C31F0A20C11", "folio": "1043"}
STEM = f"EKU9003173C9_A_1042_{UUID}"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortal(PrintCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.admin_env, "mxco_portal", groups="base.group_portal", email="portal@example.invalid",
            company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)])
        cls.portal_user.partner_id.parent_id = cls.customer

    def setUp(self):
        super().setUp()
        self.production = self.a_printable(stamped_xml(), environment="production")
        self.trial = self.a_printable(stamped_xml(), environment="sandbox")
        self.plain = self.an_invoice()
        self.env.flush_all()
        self.authenticate("mxco_portal", "mxco_portal")

    def link(self, move, **values):
        """Return the address that a mail to the customer holds: it opens without login."""
        return move.sudo().get_portal_url(**values)

    def file_of(self, answer, ending):
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return archive.read(f"{STEM}.{ending}")

    # ------------------------------------------------------------------
    # Trials
    # ------------------------------------------------------------------

    def test_the_list_has_no_trial(self):
        page = self.url_open("/my/invoices").text
        shown = {int(number) for number in re.findall(r"/my/invoices/(\d+)\?", page)}
        self.assertIn(self.production.id, shown)
        self.assertIn(self.plain.id, shown, "an invoice without any document is Odoo's own affair")
        self.assertNotIn(self.trial.id, shown)

    def test_nobody_outside_the_company_opens_or_downloads_a_trial(self):
        addresses = (
            f"/my/invoices/{self.trial.id}", f"/my/invoices/{self.trial.id}/cfdi",
            f"/my/invoices/{self.trial.id}?report_type=pdf&download=1", self.link(self.trial),
            self.link(self.trial, report_type="pdf", download=True), self.link(self.trial, report_type="html"),
            self.link(self.trial, suffix="/cfdi"))
        for login in ("mxco_portal", None):
            self.authenticate(login, login)
            for address in addresses:
                with self.subTest(login=login, address=address):
                    answer = self.url_open(address)
                    self.assertRegex(answer.url, r"/my(/home)?$|/web/login")
                    self.assertNotIn(UUID, answer.text)

    def test_the_model_itself_hides_trials_from_customers(self):
        moves = (self.production | self.trial | self.plain).with_user(self.portal_user)
        self.assertEqual(moves.search([("id", "in", moves.ids)]), moves - self.trial.with_user(self.portal_user))
        with self.assertRaises(AccessError):
            self.trial.with_user(self.portal_user).read(["name"])
        self.assertEqual(len(moves.with_user(self.clerk).search([("id", "in", moves.ids)])), 3)

    def test_people_of_the_company_preview_a_trial(self):
        self.authenticate("mxco_clerk", "mxco_clerk")
        answer = self.url_open(self.link(self.trial, report_type="html"))
        self.assertIn(UUID, answer.text)
        self.assertIn("SIN VALIDEZ FISCAL", answer.text)

    def test_a_stamp_of_production_makes_a_trial_an_invoice(self):
        self.a_printable(stamped_xml(), environment="production", move=self.trial, **OTHER)
        self.env.flush_all()
        self.assertIn(f"/my/invoices/{self.trial.id}?", self.url_open("/my/invoices").text)

    # ------------------------------------------------------------------
    # Production
    # ------------------------------------------------------------------

    def test_the_page_offers_print_and_xml(self):
        page = self.url_open(f"/my/invoices/{self.production.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(f"/my/invoices/{self.production.id}/cfdi?", page.text)
        self.assertNotIn("/cfdi?", self.url_open(f"/my/invoices/{self.plain.id}").text)

    def test_the_download_holds_print_and_xml(self):
        for address in (
            f"/my/invoices/{self.production.id}?report_type=pdf&download=1",
            self.link(self.production, report_type="pdf", download=True),
        ):
            answer = self.url_open(address)
            self.assertEqual(self.file_of(answer, "xml"), stamped_xml())
            self.assertIn(UUID.encode(), self.file_of(answer, "pdf"))

    def test_the_xml_alone(self):
        for login in ("mxco_portal", None):
            self.authenticate(login, login)
            answer = self.url_open(self.link(self.production, suffix="/cfdi"))
            self.assertEqual(answer.content, stamped_xml())
            self.assertEqual(answer.headers["Content-Type"], "application/xml")
            self.assertIn(f"{STEM}.xml", answer.headers["Content-Disposition"])

    def test_no_xml_of_what_is_not_stamped_or_not_theirs(self):
        self.assertEqual(self.url_open(self.link(self.plain, suffix="/cfdi")).status_code, 404)
        stranger = self.an_invoice(partner_id=self._create_customer(name="OTRA EMPRESA", vat="XIA190128J61").id)
        self.a_printable(stamped_xml(), environment="production", move=stranger, **OTHER)
        self.env.flush_all()
        for address in (f"/my/invoices/{stranger.id}/cfdi", f"/my/invoices/{stranger.id}/cfdi?access_token=guessed"):
            self.assertNotIn(UUID, self.url_open(address).text)

    def test_the_preview_shows_the_cfdi_and_says_what_is_none(self):
        shown = self.url_open(self.link(self.production, report_type="html")).text
        self.assertIn(UUID, shown)
        self.assertNotIn("SIN VALIDEZ", shown)
        self.assertIn(NO_CFDI, self.url_open(self.link(self.plain, report_type="html")).text)
