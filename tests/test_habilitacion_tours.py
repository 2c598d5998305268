"""The way from nothing to production in a real browser: what a person clicks, and what is said on the way."""
import base64
import io
import json
from datetime import datetime, time
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..core import clock
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

    software = SOFTWARE

    def choose_the_mode(self):
        """DIAN's portal names the software, its test range and its set; the probe counts towards the set."""
        self.register("software", id=SOFTWARE, nit=SELLER, pin=PIN)
        self.register("range", **RANGE | {"environment": "2", "software": self.software})
        return self.register("test_set", id=SET, nit=SELLER, software=self.software, needed=5, family="invoice")

    def sign_the_request(self):
        year = self.noon.year
        return self.register(
            "range", software="", kind="invoice", resolution_date=f"{year - 1}-01-01", valid_from=f"{year - 1}-01-01",
            valid_to=f"{year + 1}-12-31", **AUTHORISED)

    def walk(self, tour):
        issued = self.sandbox.control("dian/issue", {"nit": SELLER, "name": SELLER_NAME})
        self.env["ir.attachment"].create({"name": "habilitacion_tour.json", "raw": json.dumps({
            **issued, "rut": a_pdf(f"Formulario del RUT. NIT {SELLER} - 0"), "form": a_pdf("Formulario 1876")})})
        self.start_tour(
            "/odoo/action-l10n_mx_co_edi.action_test_set", tour, login="co_tour_admin", timeout=TIMEOUT)
        return self.env["l10n_mx_co_edi.test.set"].search([("company_id", "=", self.company.id)])

    def test_direct(self):
        test_set = self.walk("l10n_mx_co_edi_habilitacion")
        self.assertEqual((test_set.state, test_set.steps_done), ("accepted", 9))
        self.assertEqual(self.company.l10n_mx_co_edi_dian_software, SOFTWARE)
        [numbering] = test_set.production_range_ids
        self.assertEqual((numbering.prefix, numbering.has_key, numbering.journal_id.type), ("FV", True, "sale"))
        self.assertEqual(
            [(row["kind"], row["folio"]) for row in self.sandbox.ledger()],
            [("01", "SETP990000001"), ("01", "SETP990000002"), ("01", "SETP990000003"), ("91", "NC1"), ("92", "ND1")])
