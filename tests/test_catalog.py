"""SAT's large catalogues in the database: loading, searching, rows of an administrator, and what the checks see."""
import base64
import time
from contextlib import closing
from datetime import date
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.sql_db import db_connect
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from ..core import clock
from ..core.cfdi import keys
from ..core.findings import Severity
from ..models import catalog as catalog_module
from ..models.catalog import LOCK
from ..models.catalog_item import CATALOGS
from ..models.finding_texts import describe
from .common import MxCoEdiCommon

HEAD = """# l10n_mx_co_edi catalogue 1
# catalogue: {catalog}
# title: c_ClaveUnidad (SAT, CFDI 4.0)
# date: {date}
# rows: {count}
code\tname\tvalid_from\tvalid_to\twords
"""


def a_file(*rows, catalog="clave_unidad", day="2027-01-01"):
    text = HEAD.format(catalog=catalog, date=day, count=len(rows)) + "".join(f"{row}\n" for row in rows)
    return base64.b64encode(text.encode())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCatalog(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogs = cls.env["l10n_mx_co_edi.catalog"]
        cls.items = cls.env["l10n_mx_co_edi.catalog.item"]
        cls.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog_item")
        cls.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog")
        cls.env.registry.clear_cache()
        start = time.monotonic()
        cls.catalogs._load_shipped(dict(CATALOGS))
        cls.seconds = time.monotonic() - start
        cls.clerk = new_test_user(cls.env, "catalog_clerk", groups="account.group_account_invoice")
        cls.administrator = new_test_user(
            cls.env, "catalog_admin", groups="base.group_user,l10n_mx_co_edi.group_administrator")

    def codes(self, catalog, text, **options):
        return [found["code"] for found in self.items.with_user(self.clerk).suggest(catalog, text, **options)]

    # ------------------------------------------------------------------
    # Loading
    # ------------------------------------------------------------------

    def test_everything_is_loaded_in_seconds(self):
        self.assertLess(self.seconds, 60)
        counts = {row.catalog: row.item_count for row in self.catalogs.search([])}
        self.assertEqual(counts["clave_prod_serv"], len(keys.shipped("clave_prod_serv")))
        self.assertEqual(counts["clave_unidad"], 2419)
        self.assertEqual(counts["codigo_postal"], 95749)
        self.assertEqual(sum(counts.values()), self.items.search_count([]))
        self.assertEqual(set(self.items.search([]).mapped("source")), {"shipped"})

    def test_the_date_of_each_catalogue_is_known(self):
        for row in self.catalogs.search([]):
            self.assertEqual(row.date, keys.date_of_shipped(row.catalog))
            self.assertTrue(row.title and row.digest and row.loaded_at)

    def test_loading_again_touches_nothing(self):
        before = self.items.search([], order="id", limit=1).id
        self.catalogs._load_shipped(dict(CATALOGS))
        self.assertEqual(self.items.search([], order="id", limit=1).id, before)

    def test_a_changed_file_is_loaded_again_and_own_rows_stay(self):
        own = self.items.create({"catalog": "clave_unidad", "code": "QQQ", "name": "Nueva"})
        row = self.catalogs.search([("catalog", "=", "clave_unidad")])
        row.digest = "of an older file"
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog_item WHERE code = 'E48'")
        others = self.items.search([("catalog", "=", "codigo_postal")], limit=1)
        self.catalogs._load_shipped(dict(CATALOGS))
        self.assertTrue(self.items.search([("catalog", "=", "clave_unidad"), ("code", "=", "E48")]))
        self.assertTrue(own.exists())
        self.assertTrue(others.exists())

    def test_companies_of_other_countries_load_nothing(self):
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog_item")
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog")
        mexico = self.env.ref("base.mx")
        companies = self.env["res.company"].search([("account_fiscal_country_id", "=", mexico.id)])
        companies.account_fiscal_country_id = self.env.ref("base.co")
        self.catalogs._refresh()
        self.assertFalse(self.items.search_count([]))
        self.env.company.account_fiscal_country_id = mexico
        self.catalogs._refresh()
        self.assertTrue(self.items.search_count([("catalog", "=", "clave_prod_serv")]))
        self.assertFalse(self.items.search_count([("catalog", "=", "codigo_postal")]), "nobody asked for them yet")
        self.assertIn("22000", self.codes("codigo_postal", "22000"))

    def test_switching_electronic_invoicing_on_loads_in_the_background(self):
        cron = self.env.ref("l10n_mx_co_edi.ir_cron_catalogs")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.env.company.l10n_mx_co_edi_environment = "sandbox"
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers)

    def test_the_first_question_loads_what_is_missing(self):
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog_item")
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog")
        self.assertIn("E48", self.codes("clave_unidad", "servicio"))
        self.assertEqual(self.catalogs.search([]).mapped("catalog"), ["clave_unidad"])

    def test_who_asks_while_another_loads_is_told_so(self):
        self.env.cr.execute("DELETE FROM l10n_mx_co_edi_catalog")
        # another number than LOCK, which this transaction holds since it loaded the catalogues
        lock = (LOCK[0], LOCK[1] + 1)
        with patch.object(catalog_module, "LOCK", lock), closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock)
            self.assertTrue(other.fetchone()[0])
            self.assertIsNone(self.items.suggest("clave_unidad", "servicio"))
            with self.assertRaisesRegex(UserError, "are being loaded"):
                self.upload(a_file("ABC\tNueva")).action_load()
        self.assertTrue(self.items.suggest("clave_unidad", "servicio"))

    # ------------------------------------------------------------------
    # Searching
    # ------------------------------------------------------------------

    def test_words_are_found_without_accents_capitals_and_plurals(self):
        for text in ("consultoria", "CONSULTORÍA", "consultorías de negocios"):
            self.assertIn("80101500", self.codes("clave_prod_serv", text), text)
        self.assertIn("84111506", self.codes("clave_prod_serv", "facturacion"))
        self.assertIn("E48", self.codes("clave_unidad", "unidad servicio"))

    def test_keys_are_found_by_their_beginning(self):
        self.assertEqual(self.codes("clave_prod_serv", "84111506"), ["84111506"])
        self.assertTrue(all(code.startswith("841115") for code in self.codes("clave_prod_serv", "841115")))
        self.assertEqual(self.codes("clave_unidad", "kgm")[0], "KGM")

    def test_everyday_words_and_beginnings_of_words_come_first(self):
        found = self.codes("clave_prod_serv", "renta")
        self.assertTrue(all(code.startswith("801315") for code in found[:4]), found)
        self.assertIn("78101802", self.codes("clave_prod_serv", "flete"))
        self.assertEqual(self.codes("clave_unidad", "pieza")[0], "H87")

    def test_what_nobody_knows_is_found_nowhere(self):
        self.assertEqual(self.codes("clave_prod_serv", "xyzzy"), [])
        self.assertEqual(self.codes("clave_prod_serv", "100%_'"), self.codes("clave_prod_serv", "100"))

    def test_without_words_the_usual_keys_are_offered(self):
        self.assertEqual(self.codes("clave_unidad", "")[:3], ["H87", "E48", "ACT"])
        self.env["product.template"].create(
            [{"name": f"P{number}", "l10n_mx_co_edi_clave_prod_serv": "81112500"} for number in range(50)])
        self.env.flush_all()
        self.assertIn("81112500", self.codes("clave_prod_serv", ""))

    def test_some_words_are_better_than_none(self):
        self.assertFalse(self.items.search([("display_name", "ilike", "tornillo xyzzy")]))
        self.assertTrue(self.codes("clave_prod_serv", "tornillo xyzzy"))

    def test_the_number_of_answers_is_bounded(self):
        self.assertEqual(len(self.codes("clave_prod_serv", "servicio", limit=10**6)), 50)

    def test_searching_is_fast(self):
        start = time.monotonic()
        for text in ("consultoria", "servicio de mantenimiento", "841", "tornillo acero"):
            self.codes("clave_prod_serv", text)
        self.assertLess(time.monotonic() - start, 10)

    def test_the_list_searches_like_the_field(self):
        found = self.items.search(
            [("catalog", "=", "clave_prod_serv"), ("display_name", "ilike", "CONSULTORÍA negocio")])
        self.assertIn("80101500", found.mapped("code"))

    # ------------------------------------------------------------------
    # Rows of an administrator
    # ------------------------------------------------------------------

    def test_an_administrator_adds_a_key_that_is_found_at_once(self):
        self.items.with_user(self.administrator).create(
            {"catalog": "clave_prod_serv", "code": "99999901", "name": "Servicio de telepatía", "words": "mental"})
        self.assertEqual(self.codes("clave_prod_serv", "telepatia"), ["99999901"])
        self.assertEqual(self.codes("clave_prod_serv", "mental telepatia"), ["99999901"])

    def test_an_own_row_goes_before_the_shipped_one(self):
        self.items.with_user(self.administrator).create({
            "catalog": "clave_prod_serv", "code": "80101500", "name": "Servicios de consultoría de negocios",
            "valid_to": "2026-01-31"})
        self.assertNotIn("80101500", self.codes("clave_prod_serv", "consultoria"))

    def test_a_key_of_the_future_is_not_offered_yet(self):
        self.items.create({
            "catalog": "clave_unidad", "code": "QQQ", "name": "Zurcido", "valid_from": "2999-01-01"})
        self.assertEqual(self.codes("clave_unidad", "zurcido"), [])

    def test_a_clerk_reads_and_writes_nothing(self):
        items = self.items.with_user(self.clerk)
        row = items.search([("code", "=", "E48")])
        self.assertEqual(row.name, "Unidad de servicio")
        with self.assertRaises(AccessError):
            items.create({"catalog": "clave_unidad", "code": "QQQ", "name": "x"})
        own = self.items.create({"catalog": "clave_unidad", "code": "QQQ", "name": "x"}).with_user(self.clerk)
        with self.assertRaises(AccessError):
            own.name = "y"
        with self.assertRaises(AccessError):
            own.unlink()
        with self.assertRaises(AccessError):
            self.env["l10n_mx_co_edi.catalog.upload"].with_user(self.clerk).create({"file": a_file("ABC\tNueva")})

    def test_rows_of_sat_cannot_be_changed_by_anybody(self):
        row = self.items.with_user(self.administrator).search([("code", "=", "E48")])
        with self.assertRaises(UserError):
            row.name = "x"
        with self.assertRaises(UserError):
            row.unlink()
        made = self.items.with_user(self.administrator).create(
            {"catalog": "clave_unidad", "code": "QQQ", "name": "x", "source": "shipped"})
        self.assertEqual(made.source, "administrator")
        made.source = "shipped"
        self.assertEqual(made.source, "administrator")

    def test_a_wrong_key_is_refused_with_words(self):
        for catalog, code in (
                ("clave_prod_serv", "1234567"), ("clave_unidad", "H-7"), ("codigo_postal", "1234"),
                ("tasa_o_cuota", "IEPS 32%"), ("tasa_o_cuota", "003 Tasa 0.5-0.3")):
            with self.assertRaisesRegex(ValidationError, "is not a key of the catalogue"):
                self.items.create({"catalog": catalog, "code": code, "name": "x"})
        with self.assertRaisesRegex(ValidationError, "before its first day"):
            self.items.create({"catalog": "clave_unidad", "code": "QQQ", "name": "x", "valid_from": "2026-02-01",
                               "valid_to": "2026-01-01"})

    def test_the_rates_of_2026_are_there_with_their_first_day(self):
        for value in ("2.000000", "1.000000", "0.320000"):
            row = self.items.search([("catalog", "=", "tasa_o_cuota"), ("code", "=", f"003 Tasa {value} TR")])
            self.assertEqual(row.valid_from, date(2026, 1, 1))

    # ------------------------------------------------------------------
    # A newer file
    # ------------------------------------------------------------------

    def upload(self, content):
        return self.env["l10n_mx_co_edi.catalog.upload"].with_user(self.administrator).create({"file": content})

    def test_a_newer_file_replaces_the_rows_but_not_the_own_ones(self):
        own = self.items.create({"catalog": "clave_unidad", "code": "QQQ", "name": "Mía"})
        upload = self.upload(a_file("ABC\tNueva", "E48\tServicio\t\t2026-12-31"))
        self.assertTrue(upload.is_usable)
        self.assertIn("2027-01-01", upload.summary)
        upload.action_load()
        row = self.catalogs.search([("catalog", "=", "clave_unidad")])
        self.assertEqual((row.source, row.item_count, row.date), ("file", 2, date(2027, 1, 1)))
        self.assertEqual(
            set(self.items.search([("catalog", "=", "clave_unidad")]).mapped("code")), {"ABC", "E48", "QQQ"})
        self.assertTrue(own.exists())
        self.catalogs._load_shipped(dict(CATALOGS))
        self.assertEqual(row.source, "file", "an update with older rows keeps the newer file")

    def test_an_older_file_is_refused(self):
        upload = self.upload(a_file("ABC\tNueva", day="2020-01-01"))
        with self.assertRaisesRegex(UserError, "already"):
            upload.action_load()
        self.assertEqual(self.catalogs.search([("catalog", "=", "clave_unidad")]).source, "shipped")

    def test_what_is_no_catalogue_is_refused_with_the_reason(self):
        for content, words in (
                (base64.b64encode(b"code,name"), "not a file of a catalogue"),
                (base64.b64encode(b"\xff\xfe"), "not a text file"),
                (a_file("H87\tPieza", "ABC\tNueva"), "Row 2 is not in the order"),
                (a_file("H87\tPieza\tmañana"), "Row 1 has a date"),
                (a_file("12\tx", catalog="colonias"), "not one of those")):
            upload = self.upload(content)
            self.assertFalse(upload.is_usable)
            self.assertIn(words, upload.summary)
            with self.assertRaisesRegex(UserError, words):
                upload.action_load()

    # ------------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------------

    def test_the_description_follows_the_key(self):
        product = self.env["product.template"].create({"name": "P"})
        self.assertFalse(product.l10n_mx_co_edi_clave_prod_serv_name)
        product.l10n_mx_co_edi_clave_prod_serv = "84111506"
        self.assertEqual(product.l10n_mx_co_edi_clave_prod_serv_name, "Servicios de facturación")
        product.l10n_mx_co_edi_clave_prod_serv = "99999999"
        self.assertIn("Not in the catalogue of", product.l10n_mx_co_edi_clave_prod_serv_name)
        self.items.create({
            "catalog": "clave_prod_serv", "code": "99999999", "name": "Vieja", "valid_to": "2026-01-31"})
        product.invalidate_recordset()
        self.assertRegex(product.l10n_mx_co_edi_clave_prod_serv_name, r"^Vieja \(ended on .*2026")

    def test_unit_codes_keep_the_small_letters_that_sat_writes(self):
        self.env.company.account_fiscal_country_id = self.env.ref("base.mx")
        with Form(self.env["uom.uom"]) as form:
            form.name = "Ohm"
            for typed, kept in (("Ohm", "Ohm"), ("kgm", "KGM"), ("x1W", "X1W"), ("X1w", "X1w")):
                form.l10n_mx_co_edi_clave_unidad = typed
                self.assertEqual(form.l10n_mx_co_edi_clave_unidad, kept)
            self.assertEqual(form.l10n_mx_co_edi_clave_unidad_name, keys.find("clave_unidad", "X1w").name)

    def test_the_units_of_odoo_have_keys_of_the_catalogue(self):
        for unit in self.env["uom.uom"].with_context(active_test=False).search(
                [("l10n_mx_co_edi_clave_unidad", "!=", False)]):
            self.assertTrue(keys.find("clave_unidad", unit.l10n_mx_co_edi_clave_unidad), unit.name)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCatalogFindings(MxCoEdiCommon):
    """The checks of an invoice know what this database knows."""

    def found(self, code):
        return [finding for finding in self.a_draft_invoice()._l10n_mx_co_edi_findings() if finding.code == code]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin_items = cls.admin_env["l10n_mx_co_edi.catalog.item"]
        cls.product_template = cls.product.sudo().product_tmpl_id

    def test_an_unknown_key_warns_until_an_administrator_adds_it(self):
        self.product_template.l10n_mx_co_edi_clave_prod_serv = "99999999"
        [finding] = self.found("CFDI40162")
        self.assertEqual(finding.severity, Severity.WARNING)
        self.assertIn(
            f"the catalogue here is of {keys.date_of('clave_prod_serv')}", describe(self.env, finding)["message"])
        row = self.admin_items.create({"catalog": "clave_prod_serv", "code": "99999999", "name": "Nueva"})
        self.assertFalse(self.found("CFDI40162"))
        row.valid_to = "2024-12-31"
        [finding] = self.found("CFDI40162")
        self.assertEqual(finding.severity, Severity.ERROR)
        self.assertIn("\"99999999\" ended on 2024-12-31", describe(self.env, finding)["message"])
        row.unlink()
        self.assertEqual([finding.severity for finding in self.found("CFDI40162")], [Severity.WARNING])

    def test_an_unknown_unit_warns_and_an_ended_one_blocks(self):
        self.product.sudo().uom_id.l10n_mx_co_edi_clave_unidad = "QQQ"
        self.assertEqual([finding.severity for finding in self.found("CFDI40165")], [Severity.WARNING])
        self.admin_items.create(
            {"catalog": "clave_unidad", "code": "QQQ", "name": "Nueva", "valid_from": "2999-01-01"})
        self.assertEqual([finding.severity for finding in self.found("CFDI40165")], [Severity.ERROR])

    def test_known_keys_say_nothing(self):
        self.assertFalse(self.found("CFDI40162") + self.found("CFDI40165"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPostalCodes(MxCoEdiCommon):
    """Found by words, shown with what they decide, added by an administrator, and the town with its own clock."""

    def setUp(self):
        super().setUp()
        self.items = self.admin_env["l10n_mx_co_edi.catalog.item"]
        self.journal = self.company_data["default_journal_sale"].sudo()

    def add(self, code="00001", **values):
        return self.items.create({"catalog": "codigo_postal", "code": code, "name": "Colonia nueva", **values})

    def codes(self, move):
        return [finding.code for finding in move._l10n_mx_co_edi_findings()]

    def local(self, now, zone):
        return now.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()

    def test_they_are_found_by_municipality_state_and_town_in_any_order(self):
        clerk = self.env["l10n_mx_co_edi.catalog.item"]
        for words, start in (("juarez chihuahua", "32"), ("tijuana", "22"), ("actopan hidalgo", "425"),
                             ("Álvaro Obregón ciudad de méxico", "01")):
            with self.subTest(words):
                found = clerk.suggest("codigo_postal", words)
                self.assertTrue(found)
                self.assertTrue(any(row["code"].startswith(start) for row in found), found)
        [exact, *_others] = clerk.suggest("codigo_postal", "32000")
        self.assertEqual(exact["code"], "32000")
        for word in ("Juárez", "Chihuahua", "frontera norte", "Frontera"):
            self.assertIn(word, exact["name"])

    def test_forms_show_place_state_border_and_zone(self):
        self.journal.l10n_mx_co_edi_postal_code = "22000"
        self.customer.l10n_mx_co_edi_fiscal_postal_code = "77000"
        self.company.zip = "32000"
        settings = self.admin_env["res.config.settings"].with_company(self.company).create({})
        for text, words in (
                (self.journal.l10n_mx_co_edi_place, ("Tijuana", "Baja California", "northern border", "Noroeste")),
                (self.customer.l10n_mx_co_edi_place, ("Othón P. Blanco", "Quintana Roo", "southern border")),
                (settings.l10n_mx_co_edi_place, ("Juárez", "Chihuahua", "northern border", "Centro en Frontera"))):
            for word in words:
                self.assertIn(word, text)
        self.customer.l10n_mx_co_edi_fiscal_postal_code = "00001"
        self.assertFalse(self.customer.l10n_mx_co_edi_place)

    def test_an_added_postal_code_is_a_place_of_issue_with_the_zone_of_its_row(self):
        self.journal.l10n_mx_co_edi_postal_code = "00001"
        move = self.a_draft_invoice()
        self.assertIn("MX-CONF-03", self.codes(move))
        row = self.add()
        self.assertIn("MX-CONF-03", self.codes(move), "its zone is not known")
        self.journal.invalidate_recordset()
        self.assertIn("MX-PLACE-02", str(self.journal.l10n_mx_co_edi_findings))
        row.write({"zone_label": "Tiempo del Noroeste", "border": "north",
                   "state_id": self.admin_env.ref("base.state_mx_bc").id})
        self.journal.invalidate_recordset()
        self.assertFalse(self.journal.l10n_mx_co_edi_findings)
        self.assertIn("Baja California, northern border, Tiempo del Noroeste", self.journal.l10n_mx_co_edi_place)
        now = clock.utc_now().replace(microsecond=0)
        with clock.frozen(now):
            self.assertFalse({"MX-CONF-03", "CFDI40126"} & set(self.codes(move)))
            move.action_post()
            document = move._l10n_mx_co_edi_prepare()
        self.assertIn(f'Fecha="{self.local(now, "America/Tijuana")}"', document._signed_bytes().decode())
        self.assertEqual(document.issued_at, now.replace(tzinfo=None))

    def test_an_added_postal_code_of_a_customer_raises_no_doubt_until_it_ends(self):
        self.customer.l10n_mx_co_edi_fiscal_postal_code = "00001"
        move = self.a_draft_invoice()
        self.assertIn("CFDI40147", self.codes(move))
        self.assertIn("CFDI40147", str(self.customer.l10n_mx_co_edi_findings))
        row = self.add()
        self.customer.invalidate_recordset()
        self.assertNotIn("CFDI40147", self.codes(move))
        self.assertFalse(self.customer.l10n_mx_co_edi_findings)
        row.valid_to = "2020-01-01"
        self.customer.invalidate_recordset()
        [finding] = [one for one in move._l10n_mx_co_edi_findings() if one.code == "CFDI40147"]
        self.assertEqual((str(finding.severity), finding.params["valid_to"]), ("error", "2020-01-01"))
        self.assertIn("2020-01-01", str(self.customer.l10n_mx_co_edi_findings))

    def test_a_shipped_postal_code_can_be_given_its_last_day(self):
        self.add("42501", zone_label="Tiempo del Centro", valid_to="2020-01-01")
        self.assertIn("CFDI40126", self.codes(self.a_draft_invoice()))
        self.journal.invalidate_recordset()
        self.assertIn("CFDI40126", str(self.journal.l10n_mx_co_edi_findings))

    def test_a_shipped_rate_can_be_given_its_last_day(self):
        move = self.a_draft_invoice()
        self.assertNotIn("CFDI40179", self.codes(move))
        self.items.create({"catalog": "tasa_o_cuota", "code": "002 Tasa 0.160000 T", "name": "IVA 16 %",
                           "valid_to": "2020-01-01"})
        [finding] = [one for one in move._l10n_mx_co_edi_findings() if one.code == "CFDI40179"]
        self.assertEqual((str(finding.severity), finding.params["valid_to"]), ("error", "2020-01-01"))

    def test_the_clock_of_ciudad_juarez_is_a_choice_and_off_by_default(self):
        self.assertFalse(self.company.l10n_mx_co_edi_town_clock)
        settings = self.admin_env["res.config.settings"].with_company(self.company)
        self.assertFalse(settings.create({}).l10n_mx_co_edi_has_town_clock)
        self.journal.l10n_mx_co_edi_postal_code = "32000"
        self.assertTrue(settings.create({}).l10n_mx_co_edi_has_town_clock)
        now = clock.utc_now().replace(microsecond=0)
        for on, zone in ((False, "America/Matamoros"), (True, "America/Ciudad_Juarez")):
            with self.subTest(on=on), clock.frozen(now):
                settings.create({"l10n_mx_co_edi_town_clock": on})
                document = self.an_invoice()._l10n_mx_co_edi_prepare()
                self.assertIn(f'Fecha="{self.local(now, zone)}"', document._signed_bytes().decode())
                self.assertEqual(document.issued_at, now.replace(tzinfo=None))
