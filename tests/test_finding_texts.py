"""Every code that the product can give has words, in English and Spanish, that never fail."""
import re

from odoo.tests import tagged

from ..core import findings
from ..core.cfdi import rules
from ..core.dian import catalogs as dian_catalogs
from ..core.dian import rules as dian_rules
from ..core.dian.rules.registry import code_for
from ..core.findings import Finding
from ..core.transports import codes
from ..models.finding_texts import LEVELS, TEXTS, alerts, describe, text_of
from .common import MxCoEdiCommon

CODE = re.compile(r"^(CFDI\d{4,6}|AU\d{4}|C[CO]\d{4}|(MX|CO)-[A-Z]+-\d\d|Z[A-Z]\d\d|F[AB][A-Z]\d\d[a-e]?|VLR01|\d{3})$")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFindingTexts(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin_env["res.lang"]._activate_lang("es_MX")

    def test_every_rule_has_words(self):
        given = {code for rule in rules.RULES for code in rule.codes}
        self.assertGreater(len(given), 60)
        self.assertFalse(sorted(code for code in given if not text_of(code)))

    def test_every_code_of_the_services_has_words(self):
        known = {*codes.SAT_CODES, *codes.FINKOK_CODES, *codes.SW_CODES}
        self.assertFalse(sorted(code for code in known if not text_of(code)))

    def test_codes_of_certificates_seals_and_stamps_have_words(self):
        for area, last in (("CERT", 13), ("TFD", 8), ("SEAL", 3), ("FORM", 5)):
            for number in range(1, last + 1):
                self.assertTrue(text_of(f"MX-{area}-{number:02}"), f"MX-{area}-{number:02}")

    def test_codes_of_the_colombian_certificate_and_signature_have_words(self):
        for area, last in (("CERT", 11), ("XAD", 7)):
            for number in range(1, last + 1):
                self.assertTrue(text_of(f"CO-{area}-{number:02}"), f"CO-{area}-{number:02}")
        self.assertTrue(all(text_of(code) for code in ("ZE01", "ZE02", "ZE03")))

    def test_every_rule_of_dian_has_words_in_every_type_of_document(self):
        declared = {code for rule in dian_rules.RULES for code in rule.codes}
        given = {code_for(kind, code) for kind in dian_catalogs.DOCUMENT_TYPE for code in declared}
        self.assertGreater(len(given), 400)
        self.assertFalse(sorted(code for code in given if not text_of(code)))
        compared = ("FAB05b", "FAB07b", "FAB08b", "FAB10b", "FAB11b", "FAB12b", "FAB19b", "FAB24b", "FAB27b", "CAD06",
                    "FAD09e", "NSAD09e", "ZA01", "ZB01", "ZB02", "FAA02", "FAB20", "FAB21", "FAB25", "FAB26", "VLR01",
                    "CO-FORM-01", "CO-FORM-02", "CO-FORM-03", "CO-FORM-04", "CO-FORM-05")
        self.assertFalse([code for code in compared if not text_of(code)])

    def test_a_finding_of_dian_names_its_line_and_opens_whose_data_are_wrong(self):
        move = self.a_draft_invoice()
        described = describe(self.env, Finding.error("DAU02", "DebitNoteLine[1].Price"), move)
        self.assertTrue(described["message"].startswith("Line 2:"))
        buyer = Finding.error("CO-PARTY-01", "AccountingCustomerParty.Party.PartyTaxScheme.RegistrationName")
        self.assertEqual(describe(self.env, buyer, move)["action"]["res_id"], move.commercial_partner_id.id)
        issuer = Finding.error("CO-PARTY-01", "AccountingSupplierParty.Party.PartyTaxScheme.RegistrationName")
        self.assertEqual(describe(self.env, issuer, move)["action"]["res_id"], move.company_id.partner_id.id)

    def test_codes_are_well_formed(self):
        self.assertFalse([code for code in TEXTS if not CODE.match(code)])

    def test_no_text_fails_without_parameters_in_any_language(self):
        for lang in ("en_US", "es_MX"):
            env = self.env(context={"lang": lang})
            for code in TEXTS:
                with self.subTest(code=code, lang=lang):
                    described = describe(env, Finding.error(code))
                    self.assertIn(described["what"], described["message"])
                    self.assertIn(f"[{code}]", described["message"])
                    self.assertTrue(described["fix"])

    def test_every_text_is_translated_to_spanish(self):
        spanish = self.env(context={"lang": "es_MX"})
        same = [
            code for code, text in TEXTS.items()
            for part in (text.what, text.fix) if spanish._(part) == part._source]
        self.assertFalse(same)

    def test_detail_shows_what_was_found_and_expected(self):
        finding = Finding.error("CFDI40119", "Total", value="116.01", expected="116.00")
        self.assertIn("It says 116.01 instead of 116.00.", describe(self.env, finding)["message"])

    def test_unknown_code_shows_the_words_of_the_authority(self):
        finding = Finding.error("CFDI49999", message="Regla nueva del SAT")
        self.assertEqual(describe(self.env, finding)["message"], "Regla nueva del SAT [CFDI49999]")
        self.assertIn("CFDI49999", describe(self.env, Finding.error("CFDI49999"))["message"])

    def test_line_finding_names_the_line_and_opens_its_product(self):
        move = self.a_draft_invoice()
        described = describe(
            self.env, Finding.error("CFDI40162", "Conceptos[0].ClaveProdServ", value="99999999"), move)
        self.assertTrue(described["message"].startswith("Line 1 (Consultoría):"))
        self.assertEqual(
            (described["action"]["res_model"], described["action"]["res_id"]), ("product.product", self.product.id))

    def test_settings_are_offered_to_administrators_only(self):
        finding = Finding.error("300")
        self.assertIsNone(describe(self.env, finding)["action"])
        self.assertTrue(describe(self.admin_env, finding)["action"])

    def test_alerts_keep_every_finding_with_its_level(self):
        found = [Finding.error("CFDI40119"), Finding.warning("CFDI40119"), Finding.info("MX-PARTNER-04", suffix="SC")]
        levels = [alert["level"] for alert in alerts(self.env, found).values()]
        self.assertEqual(levels, ["danger", "warning", "info"])
        self.assertFalse(alerts(self.env, []))
        self.assertEqual(set(LEVELS), set(findings.Severity))
