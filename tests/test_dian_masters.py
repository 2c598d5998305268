"""Master data of a Colombian company: contacts, taxes, products and units as DIAN's documents need them."""
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..core.dian import tax_names
from ..core.dian.model import Identification
from ..models import partner_findings_dian
from ..models.adapt_co_item import item_of, unit_code_of
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
        cls.clerk = new_test_user(
            cls.env, "masters_clerk", groups="account.group_account_invoice,base.group_partner_manager",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)], email="clerk@example.invalid")

    def a_partner(self, **values):
        return self.env(user=self.clerk)["res.partner"].create({
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

    def a_tax(self, name, amount, **values):
        return self.env["account.tax"].create({
            "name": name, "amount": amount, "type_tax_use": "sale", "amount_type": "percent",
            "company_id": self.company.id, "country_id": self.colombia.id, **values})

    def found(self, tax):
        return sorted(finding.code for finding in tax._l10n_mx_co_edi_check_dian())

    def test_what_contradicts_itself_is_found(self):
        chart = self.env["account.chart.template"].with_company(self.company)
        for xmlid in ("8", "9", "10", "11", "12", "56", "53", "57", "59", "covered_goods"):
            tax = chart.ref(f"l10n_co_tax_{xmlid}")
            self.assertFalse(self.found(tax), tax.name)
        cases = (
            ("Recargo", 3, {}, ["CO-TRIB-01"]),
            ("IVA 19", 19, {"l10n_mx_co_edi_tribute": "04"}, ["CO-TRIB-02", "CO-TRIB-10"]),
            ("ReteIVA 15", -2.85, {"l10n_mx_co_edi_tribute_kind": "percent"}, ["CO-TRIB-03"]),
            ("ReteICA", 0.966, {}, ["CO-TRIB-04"]),
            ("IVA al revés", -19, {}, ["CO-TRIB-05"]),
            ("Bolsa", 60, {}, ["CO-TRIB-06"]),
            ("IVA excluido 5", 5, {}, ["CO-TRIB-07"]),
            ("IVA exento", 0, {"l10n_mx_co_edi_tribute_kind": "excluded"}, ["CO-TRIB-08"]),
            ("IVA no gravado excluido", 0, {"l10n_mx_co_edi_tribute_kind": "percent", "l10n_mx_co_edi_tribute": "01"},
             ["CO-TRIB-09"]),
            ("IVA raro", 12, {}, ["CO-TRIB-10"]),
            ("Bolsas", 60, {"amount_type": "fixed"}, []),
            ("Autorretención", -0.55, {}, []),
        )
        for name, amount, values, codes in cases:
            with self.subTest(name=name):
                self.assertEqual(self.found(self.a_tax(name, amount, **values)), codes)

    def test_who_had_the_chart_before_gets_the_tributes_and_keeps_what_was_chosen(self):
        chart = self.env["account.chart.template"].with_company(self.company)
        iva, exempt = chart.ref("l10n_co_tax_8"), chart.ref("l10n_co_tax_10")
        iva.write({"l10n_mx_co_edi_tribute": False, "l10n_mx_co_edi_tribute_kind": False})
        exempt.write({"l10n_mx_co_edi_tribute": "01", "l10n_mx_co_edi_tribute_kind": "excluded"})
        chart._l10n_mx_co_edi_prepare_colombia()
        self.assertEqual((iva.l10n_mx_co_edi_tribute, iva.l10n_mx_co_edi_tribute_kind), ("01", "percent"))
        self.assertEqual(exempt.l10n_mx_co_edi_tribute_kind, "excluded")

    def test_a_group_has_no_tribute_of_its_own(self):
        group = self.env["account.chart.template"].with_company(self.company).ref("l10n_co_tax_49")
        self.assertEqual(group._l10n_mx_co_edi_tribute_of(), ("", ""))
        self.assertFalse(self.found(group))


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

    def test_the_final_consumer_is_ready_and_literal(self):
        consumer = self.env.ref("l10n_mx_co_edi.partner_final_consumer")
        self.assertEqual((consumer.name, consumer.vat), ("consumidor final", "222222222222"))
        party, findings = party_of(consumer.with_user(self.clerk))
        self.assertFalse(findings)
        self.assertEqual(
            (party.company_id, party.identification, party.additional_account_id, party.tax_level_code,
             party.tax_level_list, party.tax_scheme.id, party.tax_scheme.name, party.registration_address,
             party.contact),
            (Identification(number="222222222222", scheme_name="13"),
             Identification(number="222222222222", scheme_name="13"), "2", "R-99-PN", "No aplica", "ZZ", "No aplica",
             None, None))
        self.assertFalse(self.codes(consumer))
        other = self.a_partner(name="Cliente de mostrador", l10n_latam_identification_type_id=self.card.id,
                               vat="222.222.222.222", l10n_mx_co_edi_dian_tribute="01")
        self.assertEqual(party_of(other)[0], party, "under another name it is nobody else")

    def test_a_foreigner_has_a_city_and_no_code(self):
        partner = self.a_partner(
            name="Invented Inc", vat="X-55", country_id=self.env.ref("base.us").id, city="Miami", zip="33101",
            state_id=False, l10n_latam_identification_type_id=self.env.ref("l10n_co.external_id").id)
        party, findings = party_of(partner)
        self.assertFalse(findings)
        self.assertEqual(party.company_id, Identification(number="X-55", scheme_name="50"))
        self.assertEqual(
            (party.additional_account_id, party.tax_level_list, party.tax_scheme.id, party.tax_level_code),
            ("1", "No aplica", "ZZ", "R-99-PN"))
        address = party.registration_address
        self.assertEqual((address.id, address.country_subentity_code, address.postal_zone, address.city_name,
                          address.country_code), (None, None, None, "Miami", "US"))
        partner.city = False
        party, findings = party_of(partner)
        self.assertEqual([finding.code for finding in findings], ["CO-PARTNER-05"])
        self.assertIsNone(party.registration_address)

    def test_odoo_s_own_kind_of_number_is_a_nit_at_home_and_another_one_abroad(self):
        plain = self.env.ref("l10n_latam_base.it_vat")
        partner = self.a_partner(l10n_latam_identification_type_id=plain.id)
        self.assertEqual(party_of(partner)[0].company_id.scheme_name, "31")
        foreign = self.a_partner(vat="123456789", country_id=self.env.ref("base.us").id, state_id=False,
                                 l10n_latam_identification_type_id=plain.id)
        self.assertEqual(party_of(foreign)[0].company_id, Identification(number="123456789", scheme_name="50"))

    def test_an_unknown_municipality_costs_the_address_and_is_said(self):
        partner = self.a_partner(city="Rionegro", state_id=False)
        party, findings = party_of(partner)
        self.assertEqual([finding.code for finding in findings], ["CO-PARTNER-02"])
        self.assertIsNone(party.physical_location)
        partner.state_id = self.env.ref("base.state_co_21")
        self.assertEqual(party_of(partner)[0].physical_location.id, "68615", "the department tells which one")
        partner.l10n_mx_co_edi_municipality = "05615"
        self.assertEqual(party_of(partner)[0].physical_location.country_subentity, "Antioquia", "the choice counts")
        partner.write({"l10n_mx_co_edi_municipality": "05999", "zip": "5001"})
        party, findings = party_of(partner)
        self.assertEqual([finding.code for finding in findings], ["CO-PARTNER-04", "CO-PARTNER-09"])
        self.assertEqual((party.physical_location.id, party.physical_location.postal_zone), ("05999", None))

    def test_without_e_mail_somebody_is_told(self):
        party, findings = party_of(self.a_partner(email=False))
        self.assertEqual([finding.code for finding in findings], ["CO-PARTNER-03"])
        self.assertIsNone(party.contact)

    def test_a_contact_speaks_for_its_company(self):
        company = self.a_partner()
        contact = self.env["res.partner"].create({"name": "Persona Inventada", "parent_id": company.id})
        self.assertEqual(party_of(contact)[0], party_of(company)[0])

    def test_what_only_the_issuer_has(self):
        partner = self.company.partner_id
        partner.write({
            "name": "Comercial Inventada SAS", "vat": "901002487-0", "country_id": self.colombia.id,
            "l10n_latam_identification_type_id": self.nit.id, "city": "Bogotá", "street": "Calle 1",
            "l10n_mx_co_edi_ciiu": "4690;6201", "l10n_mx_co_edi_matricula": "12345678"})
        party, _findings = party_of(partner.with_user(self.clerk), is_issuer=True, range_prefix="SETP")
        self.assertEqual(
            (party.industry_classification_code, party.legal_entity.registration_prefix,
             party.legal_entity.registration_name_id, party.registration_address.id),
            ("4690;6201", "SETP", "12345678", "11001"))
        as_buyer, _findings = party_of(partner)
        self.assertIsNone(as_buyer.legal_entity.registration_name_id)

    def test_the_form_says_what_is_missing_and_keeps_check_boxes_and_codes_together(self):
        partner = self.a_partner(vat=False, email=False, l10n_mx_co_edi_dian_regime="49",
                                 l10n_mx_co_edi_dian_tribute="01")
        self.assertEqual(self.codes(partner), {"CO-PARTNER-03", "CO-PARTNER-06", "CO-PARTNER-08"})
        form = Form(partner)
        form.l10n_mx_co_edi_dian_o15 = form.l10n_mx_co_edi_dian_o47 = True
        form.save()
        self.assertEqual(partner.l10n_mx_co_edi_dian_responsibilities, "O-15;O-47")
        partner.l10n_mx_co_edi_dian_responsibilities = "O-13"
        self.assertTrue(partner.l10n_mx_co_edi_dian_o13)
        self.assertFalse(partner.l10n_mx_co_edi_dian_o15)
        self.assertFalse(self.codes(self.a_partner(vat=False, email=False)), "nothing was entered yet")
        own = self.codes(self.company.partner_id)
        self.assertLessEqual({"CO-COMPANY-01", "CO-COMPANY-02", "CO-COMPANY-04"}, own)

    def test_municipalities_are_offered_by_name(self):
        found = self.env(user=self.clerk)["l10n_mx_co_edi.catalog.item"].suggest("municipality", "rionegro sant")
        self.assertEqual(found, [{"code": "68615", "name": "Rionegro, Santander"}])


@tagged("post_install", "-at_install", "post_install_l10n")
class TestDianItems(MastersCommon):

    def a_line(self, **values):
        product = self.env["product.product"].create({"name": "Tornillo", "default_code": "T-1", **values})
        move = self.env(user=self.clerk)["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.a_partner().id,
            "invoice_line_ids": [Command.create({"product_id": product.id, "price_unit": 100})]})
        return move.invoice_line_ids

    def code(self, is_export=False, **values):
        line = self.a_line(**values)
        item, findings = item_of(line, is_export=is_export)
        line.product_id.sudo().barcode = False  # the next product has it
        code = item.standard_item_id
        return code.scheme_id, code.number, [finding.code for finding in findings]

    def test_the_code_is_the_best_that_there_is(self):
        self.assertEqual(self.code(), ("999", "T-1", []))
        self.assertEqual(self.code(barcode="4006381333931"), ("010", "4006381333931", []))
        self.assertEqual(self.code(barcode="4006381333932"), ("999", "T-1", []), "no GTIN, and nobody said so")
        self.assertEqual(self.code(barcode="4006381333931", l10n_mx_co_edi_unspsc="31161500"), ("001", "31161500", []))
        self.assertEqual(
            self.code(barcode="4006381333931", l10n_mx_co_edi_item_scheme="999"), ("999", "T-1", []))
        self.assertEqual(
            self.code(barcode="4006381333932", l10n_mx_co_edi_item_scheme="010"), ("999", "T-1", ["CO-ITEM-01"]))
        tariff = {"l10n_mx_co_edi_tariff_code": "7318150000", "barcode": "4006381333931"}
        self.assertEqual(self.code(is_export=True, **tariff), ("020", "7318150000", []))
        self.assertEqual(self.code(**{**tariff, "barcode": "96385074"}), ("010", "96385074", []))

    def test_brand_model_and_unit(self):
        line = self.a_line(l10n_mx_co_edi_brand="Inventada", l10n_mx_co_edi_model="M1")
        item, _findings = item_of(line, is_export=True)
        self.assertEqual((item.brand_names, item.model_names, item.sellers_item_id), (("Inventada",), ("M1",), "T-1"))
        self.assertEqual(unit_code_of(line), "94")
        line.product_uom_id.sudo().l10n_mx_co_edi_dian_unit = "NIU"
        self.assertEqual(unit_code_of(line), "NIU")

    def test_a_line_without_product_has_a_code_all_the_same(self):
        line = self.a_line()
        line.write({"product_id": False, "name": "Asesoría"})
        item, findings = item_of(line, is_export=False)
        self.assertEqual((item.descriptions, item.standard_item_id.scheme_id, bool(item.standard_item_id.number)),
                         (("Asesoría",), "999", True))
        self.assertFalse(findings)
        self.assertEqual(unit_code_of(line), "94")

    def test_nothing_is_cut_off_in_silence(self):
        line = self.a_line()
        line.name = "Tornillo " * 50
        item, findings = item_of(line, is_export=False)
        self.assertEqual(len(item.descriptions[0]), 300)
        self.assertEqual([finding.code for finding in findings], ["CO-TEXT-01"])
        with self.assertRaises(ValidationError):
            self.env["product.template"].create({"name": "Malo", "l10n_mx_co_edi_unspsc": "311615001"})

    def test_wrong_codes_are_refused_with_their_shape(self):
        for values in ({"l10n_mx_co_edi_unspsc": "123"}, {"l10n_mx_co_edi_tariff_code": "12"}):
            with self.assertRaises(ValidationError):
                self.env["product.template"].create({"name": "Malo", **values})
        with self.assertRaises(ValidationError):
            self.env.ref("uom.product_uom_unit").l10n_mx_co_edi_dian_unit = "a?"
