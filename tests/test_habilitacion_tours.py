"""The way from nothing to production in a real browser: what a person clicks, and what is said on the way."""
import base64
import io
import json
from datetime import date, datetime, time
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..core import clock
from ..tests_process import layout_samples, provider_samples
from ..tests_process.dian_samples import BOGOTA, PIN, RANGE, SELLER, SELLER_NAME, SOFTWARE
from ..tests_process.sandbox_client import EVERYTHING
from .common_dian import DianCommon

TIMEOUT = 900  # seconds for a tour: a hang, not slowness
SET = "0f3c1d2e-aaaa-4bbb-8ccc-0123456789ab"
AUTHORISED = {  # what MUISCA authorises once it was asked for
    "resolution": "18764000001", "nit": SELLER, "prefix": "FV", "first": 1, "last": 5000,
    "technical_key": "0123456789" * 4}


def a_pdf(text):
    """Return a PDF with one page that says `text`, in base64."""
    content = io.BytesIO()
    canvas = Canvas(content)
    canvas.drawString(100, 700, text)
    canvas.save()
    return base64.b64encode(content.getvalue()).decode()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHabilitacionTours(DianCommon, HttpCase):
    """An administrator of a Colombian company of which nothing is known but its name and its chart of accounts."""

    with_range = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # noon, here and at DIAN: no test depends on when Bogotá's midnight passes
        cls.noon = datetime.combine(datetime.now(BOGOTA).date(), time(12), BOGOTA)
        cls.enterClassContext(clock.frozen(cls.noon))
        cls.company.partner_id.vat = False
        cls.company.tax_exigibility = True  # Odoo's tests bring such taxes; without it the settings open with a dialog
        cls.company.write({"l10n_mx_co_edi_environment": False, "l10n_mx_co_edi_dian_software": False})
        cls.env["l10n_mx_co_edi.secret"]._find(cls.company, "dian_software_pin").sudo().unlink()
        new_test_user(
            cls.env, "co_tour_admin", email="tour@example.invalid", company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            groups="base.group_system,base.group_partner_manager,account.group_account_manager")

    def setUp(self):
        super().setUp()
        self.sandbox.control("reset", {"what": EVERYTHING})
        self.sandbox.control("clock", {"now": self.noon.isoformat()})
        self.sandbox.control("settings", {"dian_both": True})  # one address is habilitación and production
        self.register("taxpayer", nit=SELLER, name=SELLER_NAME, mailbox="recepcion@example.co", production=False)
        # a person walks to DIAN's portal between two clicks: the tours call this by its name
        self.startPatcher(patch.object(
            self.registry["l10n_mx_co_edi.test.set"], "in_the_portal",
            lambda _sets, what: bool(self.portal()[what]()), create=True))

    def register(self, what, /, **row):
        return self.sandbox.control("dian/register", {"kind": what, "row": row})

    def portal(self):
        """What happens in DIAN's portals and in MUISCA, by what the tours call it."""
        return {
            "choose the operation mode": self.choose_the_mode,
            "synchronise": lambda: self.sandbox.control("dian/synchronize", {"nit": SELLER}),
            "sign the request": self.sign_the_request,
            "associate the prefix": lambda: self.sandbox.control(
                "dian/associate", {"nit": SELLER, "prefix": "FV", "software": self.software}),
        }

    software = SOFTWARE  # that the company chose as its operation mode

    def choose_the_mode(self):
        """DIAN's portal names the set of the software; the probe counts towards it."""
        return self.register("test_set", id=SET, nit=SELLER, software=self.software, needed=5, family="invoice")

    def sign_the_request(self):
        self.register("range", software="", kind="invoice", **self.days(str), **AUTHORISED)
        return True

    def days(self, written):
        """The days of the authorised range, each as `written` says it."""
        year = self.noon.year
        since = date(year - 1, 1, 1)
        return {name: written(day) for name, day in (
            ("resolution_date", since), ("valid_from", since), ("valid_to", date(year + 1, 12, 31)))}

    def walk(self, tour, start, **typed):
        """Let the tour begin at the page `start`; `typed` is what it types besides."""
        self.env["ir.attachment"].create({"name": "habilitacion_tour.json", "raw": json.dumps({
            **typed, **self.days(lambda day: day.strftime("%m/%d/%Y")), "technical_key": AUTHORISED["technical_key"],
            "rut": a_pdf(f"Formulario del RUT. NIT {SELLER} - 0"), "form": a_pdf("Formulario 1876")})})
        self.start_tour(start, tour, login="co_tour_admin", timeout=TIMEOUT)
        return self.env["l10n_mx_co_edi.test.set"].search([("company_id", "=", self.company.id)])

    def assert_in_production(self, test_set):
        self.assertEqual((test_set.state, test_set.steps_done), ("accepted", 9))
        [numbering] = test_set.production_range_ids
        self.assertEqual((numbering.prefix, numbering.has_key, numbering.journal_id.type), ("FV", True, "sale"))
        self.assertEqual((self.company.l10n_mx_co_edi_dian_service, self.company.l10n_mx_co_edi_environment),
                         (test_set.service, "sandbox"))

    def assert_validated(self, through, probe=990000000):
        """The sandbox's DIAN accepted the probe with this number and then the set, all of it from `through`."""
        invoices = [("01", f"SETP{number}") for number in range(probe, probe + 3)]
        self.assertEqual(
            [(row["pac"], row["kind"], row["folio"]) for row in self.sandbox.ledger()],
            [(through, *row) for row in (*invoices, ("91", "NC1"), ("92", "ND1"))])

    def test_direct(self):
        self.register("software", id=SOFTWARE, nit=SELLER, pin=PIN)
        self.register("range", **RANGE | {"environment": "2", "software": SOFTWARE})
        issued = self.sandbox.control("dian/issue", {"nit": SELLER, "name": SELLER_NAME})
        test_set = self.walk(
            "l10n_mx_co_edi_habilitacion", "/odoo/action-l10n_mx_co_edi.action_test_set", **issued)
        self.assert_in_production(test_set)
        self.assertEqual(self.company.l10n_mx_co_edi_dian_software, SOFTWARE)
        self.assert_validated("dian", probe=990000001)  # the first one was refused

    def test_through_cadena(self):
        self.software = provider_samples.CADENA_SOFTWARE
        self.register("range", **RANGE | {"environment": "2", "software": ""})
        provider_samples.open_cadena(self.sandbox)
        test_set = self.walk(
            "l10n_mx_co_edi_habilitacion_cadena", "/odoo/settings", token=provider_samples.TOKEN,
            software=self.software, pin=provider_samples.CADENA_PIN)
        self.assert_in_production(test_set)
        self.assertEqual(self.company.l10n_mx_co_edi_dian_software, self.software)
        self.assert_validated("cadena")

    def test_through_facturatech(self):
        self.software = layout_samples.SOFTWARE
        self.register("range", **RANGE | {"environment": "2", "software": ""})
        layout_samples.open_facturatech(self.sandbox, test_set=SET)
        test_set = self.walk(
            "l10n_mx_co_edi_habilitacion_facturatech", "/odoo/settings", username=layout_samples.USER,
            password=layout_samples.PASSWORD)
        self.assert_in_production(test_set)
        self.assert_validated("facturatech")
