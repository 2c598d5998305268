"""Proposals, overrides and checks of the fields that an accountant fills in, as a billing clerk."""
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import sql

from ..models.column_guard import add_empty_columns
from ..models.uom import STANDARD_CODES
from .common import MxCoEdiCommon


def codes(alerts):
    """Return the codes in the value of a findings field."""
    return {key.rsplit("_", 1)[0] for key in alerts or {}}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInvoiceProposals(MxCoEdiCommon):

    def test_invoice_due_this_month_is_paid_now(self):
        move = self.a_draft_invoice(invoice_date="2026-03-05", invoice_date_due="2026-03-31")
        self.assertEqual(
            (move.l10n_mx_co_edi_metodo_pago, move.l10n_mx_co_edi_forma_pago), ("PUE", "03"))
        self.assertEqual(move.l10n_mx_co_edi_exportacion, "01")

    def test_invoice_due_next_month_is_paid_later_with_form_99(self):
        move = self.a_draft_invoice(invoice_date="2026-03-31", invoice_date_due="2026-04-01")
        self.assertEqual(
            (move.l10n_mx_co_edi_metodo_pago, move.l10n_mx_co_edi_forma_pago), ("PPD", "99"))

    def test_invoice_due_next_january_is_paid_later(self):
        move = self.a_draft_invoice(invoice_date="2026-12-31", invoice_date_due="2027-01-02")
        self.assertEqual(move.l10n_mx_co_edi_metodo_pago, "PPD")

    def test_instalments_in_one_month_are_paid_later(self):
        term = self.env["account.payment.term"].sudo().create({"name": "two halves", "line_ids": [
            Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (1, 5)]})
        move = self.a_draft_invoice(invoice_date="2026-03-05", invoice_payment_term_id=term.id)
        self.assertEqual((move.invoice_date_due.month, move.l10n_mx_co_edi_metodo_pago), (3, "PPD"))

    def test_payment_method_follows_the_due_date_until_a_person_decides(self):
        move = self.a_draft_invoice(invoice_date="2026-03-05", invoice_date_due="2026-03-20")
        move.invoice_date_due = "2026-04-20"
        self.assertEqual(move.l10n_mx_co_edi_metodo_pago, "PPD")
        with Form(move) as form:
            form.l10n_mx_co_edi_metodo_pago = "PUE"
            form.invoice_date_due = "2026-05-20"
        self.assertEqual(move.l10n_mx_co_edi_metodo_pago, "PUE")
        self.assertTrue(move.l10n_mx_co_edi_metodo_pago_manual)
        self.assertEqual(move.l10n_mx_co_edi_forma_pago, "03")
        move.action_l10n_mx_co_edi_metodo_pago_automatic()
        self.assertEqual(
            (move.l10n_mx_co_edi_metodo_pago, move.l10n_mx_co_edi_forma_pago), ("PPD", "99"))

    def test_payment_method_given_by_a_program_is_a_decision_too(self):
        move = self.a_draft_invoice(
            invoice_date="2026-03-05", invoice_date_due="2026-03-20", l10n_mx_co_edi_metodo_pago="PPD")
        move.invoice_date = "2026-03-06"
        self.assertEqual(
            (move.l10n_mx_co_edi_metodo_pago, move.l10n_mx_co_edi_forma_pago), ("PPD", "99"))

    def test_form_of_payment_comes_from_the_customer(self):
        self.customer.l10n_mx_co_edi_forma_pago = "01"
        self.assertEqual(self.a_draft_invoice().l10n_mx_co_edi_forma_pago, "01")

    def test_use_comes_from_the_customer(self):
        self.customer.l10n_mx_co_edi_uso_cfdi = "I04"
        self.assertEqual(self.a_draft_invoice().l10n_mx_co_edi_uso_cfdi, "I04")

    def test_use_that_the_regime_forbids_becomes_s01(self):
        # 605 (salaries) accepts no G03, and the RFC is an individual's
        employee = self._create_customer(
            vat="CACX7605101P8", l10n_mx_co_edi_regimen_fiscal="605", l10n_mx_co_edi_uso_cfdi=False)
        move = self.a_draft_invoice(partner_id=employee.id)
        self.assertEqual(move.l10n_mx_co_edi_uso_cfdi, "S01")

    def test_public_customer_gets_s01(self):
        public = self._create_customer(
            vat="XAXX010101000", name="VENTA", l10n_mx_co_edi_regimen_fiscal="616", l10n_mx_co_edi_uso_cfdi=False)
        self.assertEqual(self.a_draft_invoice(partner_id=public.id).l10n_mx_co_edi_uso_cfdi, "S01")

    def test_credit_note_of_a_paid_invoice_repeats_its_form(self):
        move = self.an_invoice(l10n_mx_co_edi_forma_pago="04")
        refund = move._reverse_moves()
        self.assertEqual(
            (refund.l10n_mx_co_edi_uso_cfdi, refund.l10n_mx_co_edi_metodo_pago, refund.l10n_mx_co_edi_forma_pago),
            ("G02", "PUE", "04"))

    def test_credit_note_of_an_unpaid_invoice_is_a_waiver(self):
        move = self.an_invoice(l10n_mx_co_edi_metodo_pago="PPD")
        refund = move._reverse_moves()
        self.assertEqual((refund.l10n_mx_co_edi_metodo_pago, refund.l10n_mx_co_edi_forma_pago), ("PUE", "15"))

    def test_vendor_bill_proposes_nothing(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice", "partner_id": self.customer.id})
        self.assertFalse(
            bill.l10n_mx_co_edi_uso_cfdi or bill.l10n_mx_co_edi_metodo_pago or bill.l10n_mx_co_edi_exportacion)

    def test_stamped_invoice_keeps_its_values_whatever_is_recomputed(self):
        move = self.a_stamped_invoice(l10n_mx_co_edi_metodo_pago="PUE")
        before = (move.l10n_mx_co_edi_uso_cfdi, move.l10n_mx_co_edi_metodo_pago, move.l10n_mx_co_edi_forma_pago)
        self.customer.write({"l10n_mx_co_edi_uso_cfdi": "I01", "l10n_mx_co_edi_forma_pago": "01"})
        fields_ = [move._fields[f"l10n_mx_co_edi_{name}"] for name in ("uso_cfdi", "metodo_pago", "forma_pago")]
        for field in fields_:
            self.env.add_to_compute(field, move)
        move.flush_recordset()
        after = (move.l10n_mx_co_edi_uso_cfdi, move.l10n_mx_co_edi_metodo_pago, move.l10n_mx_co_edi_forma_pago)
        self.assertEqual(after, before)
        with self.assertRaises(UserError):
            move.l10n_mx_co_edi_uso_cfdi = "I01"

    def test_review_of_an_invoice_names_the_record_to_correct(self):
        self.customer.vat = False
        move = self.a_draft_invoice()
        found = move.l10n_mx_co_edi_alerts
        self.assertIn("MX-PARTNER-08", codes(found))
        (alert,) = [alert for key, alert in found.items() if key.startswith("MX-PARTNER-08")]
        self.assertEqual((alert["level"], alert["action"]["res_model"]), ("danger", "res.partner"))
        self.assertEqual(alert["action"]["res_id"], self.customer.id)
        self.assertIn(self.customer.name, alert["message"])

    def test_unsent_filter_finds_what_waits_for_sixty_hours(self):
        with self.provider_at("http://127.0.0.1:9"):
            move = self.an_invoice()
            move._l10n_mx_co_edi_send(synchronously=True)
        domain = [("l10n_mx_co_edi_unsent_too_long", "=", True), ("id", "=", move.id)]
        self.assertEqual(move.l10n_mx_co_edi_state, "ready")
        self.assertFalse(self.env["account.move"].search(domain))
        self.env.cr.execute(
            "UPDATE l10n_mx_co_edi_document SET issued_at = issued_at - interval '61 hours' WHERE move_id = %s",
            [move.id])
        self.env.invalidate_all()
        self.assertEqual(self.env["account.move"].search(domain), move)
        self.assertTrue(move.l10n_mx_co_edi_unsent_too_long)

    def test_to_stamp_filter_shows_fresh_invoices_of_ours_only(self):
        arch = self.env["account.move"].get_view(
            self.env.ref("account.view_account_invoice_filter").id, "search")["arch"]
        self.assertIn("l10n_mx_co_edi_to_stamp", arch)
        fresh = self.an_invoice()
        domain = [
            ("state", "=", "posted"), ("l10n_mx_co_edi_applies", "=", True), ("l10n_mx_co_edi_state", "=", False),
            ("invoice_date", ">=", "today -4d")]
        self.assertIn(fresh, self.env["account.move"].search(domain))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMasterData(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.sudo().group_ids += cls.admin_env.ref("base.group_partner_manager")

    def test_rfc_is_normalised_while_typing(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "Nuevo"
            form.country_id = self.env.ref("base.mx")
            form.vat = " icv-060329 by0"
        self.assertEqual(form.record.vat, "ICV060329BY0")

    def test_rfc_is_normalised_when_imported(self):
        partner = self.env["res.partner"].create({
            "name": "Importado", "country_id": self.env.ref("base.mx").id, "vat": "icv-060329by0"})
        self.assertEqual(partner.vat, "ICV060329BY0")

    def test_tax_number_of_another_country_is_left_alone(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "Foreign"
            form.country_id = self.env.ref("base.us")
            form.vat = "12-3456789"
        self.assertEqual(form.record.vat, "12-3456789")

    def test_legal_name_and_postal_code_fall_back_to_name_and_address(self):
        partner = self.env["res.partner"].create({"name": "Pedro  Páramo ", "zip": "45600"})
        self.assertEqual(partner._l10n_mx_co_edi_legal_name(), "PEDRO PÁRAMO")
        self.assertEqual(partner._l10n_mx_co_edi_postal_code(), "45600")
        partner.write({"l10n_mx_co_edi_fiscal_name": "PEDRO PARAMO", "l10n_mx_co_edi_fiscal_postal_code": "28000"})
        self.assertEqual(
            (partner._l10n_mx_co_edi_legal_name(), partner._l10n_mx_co_edi_postal_code()), ("PEDRO PARAMO", "28000"))

    def test_contacts_share_the_fiscal_data_of_their_company(self):
        contact = self.env["res.partner"].create({"name": "Compras", "parent_id": self.customer.id})
        self.customer.write({"l10n_mx_co_edi_fiscal_name": "OTRO NOMBRE", "l10n_mx_co_edi_regimen_fiscal": "603"})
        self.assertEqual(contact.l10n_mx_co_edi_regimen_fiscal, "603")
        self.assertEqual(contact._l10n_mx_co_edi_legal_name(), "OTRO NOMBRE")

    def test_hints_about_a_customer(self):
        cases = [
            ({"vat": "URE180429TM6", "l10n_mx_co_edi_regimen_fiscal": "601"}, set()),
            ({"vat": False}, {"MX-PARTNER-01"}),
            ({"vat": "URE180429TM7"}, {"MX-PARTNER-03"}),
            ({"l10n_mx_co_edi_regimen_fiscal": False}, {"MX-PARTNER-05"}),
            ({"l10n_mx_co_edi_regimen_fiscal": "612"}, {"CFDI40158"}),
            ({"l10n_mx_co_edi_uso_cfdi": "D01"}, {"CFDI40161"}),
            ({"zip": False}, {"MX-PARTNER-06"}),
            ({"zip": "00001"}, {"CFDI40147"}),
            ({"vat": "XAXX010101000", "l10n_mx_co_edi_regimen_fiscal": "601"}, {"CFDI40159"}),
            ({"name": "ACME SA DE CV"}, {"MX-PARTNER-04"}),
            ({"name": "ACME, S.A. de C.V."}, {"MX-PARTNER-04"}),
            ({"name": "ACME S. DE R.L. DE C.V."}, {"MX-PARTNER-04"}),
            ({"name": "DISCO"}, set()),
        ]
        for values, expected in cases:
            with self.subTest(values=values):
                customer = self._create_customer(**values)
                self.assertEqual(codes(customer.l10n_mx_co_edi_findings), expected)

    def test_name_hint_never_blocks(self):
        customer = self._create_customer(name="ACME SA DE CV")
        (alert,) = customer.l10n_mx_co_edi_findings.values()
        self.assertEqual(alert["level"], "info")
        self.assertIn("SA DE CV", alert["message"])

    def test_product_code_has_eight_digits(self):
        self.product.sudo().l10n_mx_co_edi_clave_prod_serv = "01010101"
        for wrong in ("123", "1234567A"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                self.product.sudo().l10n_mx_co_edi_clave_prod_serv = wrong

    def test_standard_units_have_their_code(self):
        unit = self.env.ref("uom.product_uom_hour")
        self.assertEqual(unit.l10n_mx_co_edi_clave_unidad, "HUR")
        self.assertEqual(self.env.ref("uom.product_uom_unit").l10n_mx_co_edi_clave_unidad, "H87")
        missing = [xmlid for xmlid in STANDARD_CODES if not self.env.ref(xmlid, raise_if_not_found=False)]
        self.assertFalse(missing, "units that Odoo no longer ships")

    def test_standard_codes_never_overwrite_a_choice(self):
        units = self.env["uom.uom"].sudo()
        hour, day = units.env.ref("uom.product_uom_hour"), units.env.ref("uom.product_uom_day")
        hour.l10n_mx_co_edi_clave_unidad = "E48"
        day.l10n_mx_co_edi_clave_unidad = False
        units._l10n_mx_co_edi_fill_standard_codes()
        self.assertEqual((hour.l10n_mx_co_edi_clave_unidad, day.l10n_mx_co_edi_clave_unidad), ("E48", "DAY"))

    def test_unit_code_is_two_or_three_letters_or_digits(self):
        unit = self.env.ref("uom.product_uom_hour").sudo()
        for wrong in ("H", "H 7", "Ñ8"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                unit.l10n_mx_co_edi_clave_unidad = wrong

    def test_journal_shows_the_place_of_issue_or_warns(self):
        journal = self.company_data["default_journal_sale"].sudo()
        self.assertEqual(journal._l10n_mx_co_edi_issuing_postal_code(), self.company.zip)
        self.assertIn("Tiempo del Centro", journal.l10n_mx_co_edi_place)
        journal.l10n_mx_co_edi_postal_code = "22000"
        self.assertIn("Tiempo del Noroeste", journal.l10n_mx_co_edi_place)
        self.assertFalse(journal.l10n_mx_co_edi_findings)
        journal.l10n_mx_co_edi_postal_code = "00001"
        self.assertEqual(codes(journal.l10n_mx_co_edi_findings), {"CFDI40126"})
        journal.l10n_mx_co_edi_postal_code = False
        self.company.zip = False
        self.assertEqual(codes(journal.l10n_mx_co_edi_findings), {"MX-PLACE-01"})

    def test_series_has_no_blanks_and_no_pipe(self):
        journal = self.company_data["default_journal_sale"].sudo()
        journal.l10n_mx_co_edi_serie = "FAC-A"
        for wrong in ("A B", "A|B"):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                journal.l10n_mx_co_edi_serie = wrong

    def test_tax_that_l10n_mx_takes_for_vat_is_pointed_out(self):
        tax = self.iva16.sudo().copy({"name": "ISR 10%", "amount": -10, "type_tax_use": "sale"})
        self.assertEqual(codes(tax.l10n_mx_co_edi_findings), {"MX-TAX-01"})
        tax.l10n_mx_tax_type = "isr"
        self.assertFalse(tax.l10n_mx_co_edi_findings)
        tax.write({"l10n_mx_factor_type": "Exento"})
        self.assertEqual(codes(tax.l10n_mx_co_edi_findings), {"MX-TAX-04"})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInstallation(MxCoEdiCommon):

    def test_installing_computes_nothing_for_existing_invoices(self):
        """Take the columns away, let the add-on create them again, and see that no value is due or written."""
        move_model = self.admin_env["account.move"]
        self.an_invoice()
        names = [
            name for name, field in move_model._fields.items()
            if name.startswith("l10n_mx_co_edi_") and field.store and field.column_type and (
                field.compute or field.default)]
        self.assertIn("l10n_mx_co_edi_metodo_pago", names)
        self.assertIn("l10n_mx_co_edi_state", names)
        self.env.flush_all()
        for name in names:
            self.env.cr.execute(f"ALTER TABLE account_move DROP COLUMN {name}")
        self.env.invalidate_all()
        self.registry.init_models(self.env.cr, ["account.move"], {"module": "l10n_mx_co_edi"}, install=False)
        for name in names:
            self.assertTrue(sql.column_exists(self.env.cr, "account_move", name), name)
            self.env.cr.execute(f"SELECT count({name}) FROM account_move")
            self.assertEqual(self.env.cr.fetchone()[0], 0, name)

    def test_column_guard_keeps_what_is_there(self):
        move = self.an_invoice()
        move.flush_recordset()
        add_empty_columns(self.admin_env["account.move"], "l10n_mx_co_edi_metodo_pago")
        move.invalidate_recordset()
        self.assertEqual(move.l10n_mx_co_edi_metodo_pago, "PUE")
