"""Master data of a Colombian company: contacts, taxes, products and units as DIAN's documents need them."""
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..core.dian import tax_names
from ..core.dian.model import Identification
from ..models import partner_findings_dian
from ..models.adapt_co_party import party_of


class MastersCommon(AccountTestInvoicingCommon):

    @classmethod
    @AccountTestInvoicingCommon.setup_country("co")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.nit = cls.env.ref("l10n_co.rut")
        cls.card = cls.env.ref("l10n_co.national_citizen_id")
        cls.colombia = cls.env.ref("base.co")

    def a_partner(self, **values):
        return self.env["res.partner"].create({
            "name": "Cliente Inventado SAS", "is_company": True, "country_id": self.colombia.id,
            "l10n_latam_identification_type_id": self.nit.id, "vat": "901002488-8", "email": "compras@example.com",
            "street": "Calle 1 # 2-3", "city": "Medellín", "state_id": self.env.ref("base.state_co_01").id, **values})

    def codes(self, partner):
        return {finding.code for finding in partner_findings_dian.check(partner)}


@tagged("post_install", "-at_install", "post_install_l10n")
class TestDianTaxes(MastersCommon):

    def test_every_tax_of_the_chart_has_its_tribute(self):
        chart = self.env["account.chart.template"].with_company(self.company)
        own = chart._parse_csv("co", "account.tax", module="l10n_co")
        taxes = {xmlid: chart.ref(xmlid) for xmlid, values in own.items() if values["amount_type"] != "group"}
        self.assertGreater(len(taxes), 60)
        for xmlid, tax in taxes.items():
            with self.subTest(tax=tax.name):
                self.assertEqual(tax._l10n_mx_co_edi_tribute_of(), tax_names.CHART[xmlid])
                self.assertTrue(tax.l10n_mx_co_edi_tribute_kind, "stored with the chart, not guessed")

    def test_the_words_of_the_chart_tell_the_same_tribute(self):
        """What is proposed for a tax that somebody made by hand, shown on those whose tribute is known."""
        chart = self.env["account.chart.template"].with_company(self.company)
        for xmlid, pair in tax_names.CHART.items():
            tax = chart.ref(xmlid)
            if pair[1] == tax_names.NONE or xmlid in ("l10n_co_tax_5", "l10n_co_tax_covered_goods"):
                continue
            with self.subTest(tax=tax.name, words=tax._l10n_mx_co_edi_words()):
                self.assertEqual(tax._l10n_mx_co_edi_proposed_tribute(), pair)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestDianParties(MastersCommon):

    def test_a_nit_is_taken_with_and_without_its_digit(self):
        for typed in ("901002488", "901002488-8", "9010024888", "901.002.488-8", "NIT 901002488"):
            with self.subTest(typed=typed):
                partner = self.a_partner(vat=typed)
                self.assertEqual(partner.vat, "901002488-8")
                party, findings = party_of(partner)
                self.assertEqual(party.company_id, Identification(number="901002488", scheme_id="8", scheme_name="31"))
                self.assertFalse(findings)
        self.assertEqual(self.a_partner(vat="1020304050").vat, "1020304050-8", "a person's NIT is the cédula")

    def test_a_nit_with_a_wrong_digit_is_refused_or_found(self):
        with self.assertRaises(ValidationError):
            self.a_partner(vat="901002488-1")
        partner = self.a_partner(vat=False)
        partner.with_context(no_vat_validation=True).vat = "901002488-1"
        self.assertIn("FAK24", self.codes(partner))
        self.assertEqual(party_of(partner)[0].company_id.scheme_id, "1", "the rules have to see it")

    def test_a_cedula_with_a_digit_typed_in_is_found_and_nothing_is_cut_off(self):
        partner = self.a_partner(name="Persona Inventada", is_company=False,
                                 l10n_latam_identification_type_id=self.card.id, vat="1020304050")
        party, findings = party_of(partner)
        self.assertFalse(findings)
        self.assertEqual(party.company_id, Identification(number="1020304050", scheme_name="13"))
        self.assertEqual(party.identification, party.company_id)
        for typed in ("1020304050-8", "10203040508"):
            partner.vat = typed
            party, findings = party_of(partner)
            self.assertEqual([finding.code for finding in findings], ["CO-PARTNER-01"])
            self.assertEqual(party.company_id.number, typed)
            self.assertIn("CO-PARTNER-01", self.codes(partner))

    def test_a_company_has_what_the_annex_asks(self):
        party, findings = party_of(self.a_partner(
            l10n_mx_co_edi_dian_o13=True, l10n_mx_co_edi_dian_o23=True, l10n_mx_co_edi_trade_name="La Invención",
            l10n_mx_co_edi_reception_mailbox="recepcion@example.com", zip="050001"))
        self.assertFalse(findings)
        self.assertEqual(
            (party.additional_account_id, party.tax_level_code, party.tax_level_list, party.tax_scheme.id, party.names,
             party.registration_name, party.contact.electronic_mail, party.identification),
            ("1", "O-13;O-23", "48", "01", ("La Invención",), "Cliente Inventado SAS", "recepcion@example.com", None))
        address = party.registration_address
        self.assertEqual(
            (address.id, address.city_name, address.country_subentity, address.country_subentity_code,
             address.postal_zone, address.lines, address.country_code, address.country_name),
            ("05001", "Medellín", "Antioquia", "05", "050001", ("Calle 1 # 2-3",), "CO", "Colombia"))
