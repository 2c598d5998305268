"""What people type, paste and import wrongly: a finding or a clear error, no number, no stamp, nothing lost."""
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..core.cfdi import read
from ..core.findings import blocking
from ..core.xmlio.parse import OWN_LIMITS
from ..models.finding_texts import describe
from .common import CUSTOMER, MxCoEdiCommon


class BadInputCommon(MxCoEdiCommon):

    def a_second_line(self, move, price=10.0, quantity=1.0, **values):
        move.write({"invoice_line_ids": [Command.create({
            "product_id": self.product.id, "name": "Segunda", "price_unit": price, "quantity": quantity,
            "tax_ids": [Command.set(self.iva16.ids)], **values})]})
        return move

    def a_customer_with(self, **columns):
        """A contact as an import by SQL or an older release left it: nothing normalised or checked."""
        partner = self._create_customer()
        for name, value in columns.items():
            self.env.cr.execute(SQL(
                "UPDATE res_partner SET %s = %s WHERE id = %s", SQL.identifier(name), value, partner.id))
        partner.invalidate_recordset()
        return partner

    def errors(self, move):
        return blocking(move._l10n_mx_co_edi_findings())

    def assertRefused(self, move, code, opens=None, words="."):
        """One error is given, posting stops with it, and nothing at all happened."""
        found = self.errors(move)
        self.assertEqual([finding.code for finding in found], [code])
        described = describe(self.env, found[0], move)
        self.assertRegex(described["message"], words)
        self.assertTrue(described["fix"])
        if opens:
            self.assertEqual((described["action"] or {}).get("res_model"), opens)
        with self.assertRaisesRegex(UserError, rf"\[{code}\]"), self.env.cr.savepoint():
            move.action_post()
        self.assertUntouched(move)

    def assertUntouched(self, move):
        self.assertEqual(move.state, "draft")
        self.assertIn(move.name, (False, "/"))
        self.assertFalse(move.l10n_mx_co_edi_document_ids)
        self.assertEqual(len(self.sandbox.ledger()), self.stamped_before, "no stamp was spent")
        move.ref = "still editable"

    def assertStamped(self, move):
        """It is posted and stamped by the sandbox, which judges it by rules of its own; return what was stamped."""
        move.action_post()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        self.assertEqual(len(self.sandbox.ledger()), self.stamped_before + 1)
        return read.parse(document._stamped_bytes(), limits=OWN_LIMITS)

    def assertManyLines(self, count):
        lines = [Command.create({
            "product_id": self.product.id, "name": f"Renglón {number}", "quantity": 1, "price_unit": 10 + number % 7,
            "tax_ids": [Command.set(self.iva16.ids)]}) for number in range(count)]
        move = self.a_draft_invoice(invoice_line_ids=lines)
        content = self.assertStamped(move)
        self.assertEqual(len(content.conceptos), count)
        self.assertEqual(float(content.total), move.amount_total)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadParties(BadInputCommon):

    def test_an_rfc_is_stored_and_written_without_what_people_type_around_it(self):
        for typed in ("ure180429tm6", " URE 180429 TM6 ", "URE-180429-TM6", "MXURE180429TM6"):
            with self.subTest(typed):
                self.assertEqual(self._create_customer(vat=typed).vat, CUSTOMER["rfc"])
                move = self.a_draft_invoice(partner_id=self.a_customer_with(vat=typed).id)
                move.action_post()
                document = move._l10n_mx_co_edi_prepare()
                self.assertEqual(read.parse(document._signed_bytes()).receptor.rfc, CUSTOMER["rfc"])

    def test_an_rfc_that_was_imported_in_lower_case_is_stamped(self):
        partner = self.a_customer_with(vat=" ure-180429-tm6 ")
        self.assertEqual(
            self.assertStamped(self.a_draft_invoice(partner_id=partner.id)).receptor.rfc, CUSTOMER["rfc"])

    def test_what_is_no_rfc_is_refused_when_it_is_saved_and_when_it_was_imported(self):
        for typed in ("URE180429TM", "URE181329TM6", "ÚRE180429TM6", "\u0421RE180429TM6", "XXX"):
            with self.subTest(typed):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._create_customer(vat=typed)
                move = self.a_draft_invoice(partner_id=self.a_customer_with(vat=typed).id)
                self.assertRefused(move, "MX-RFC-03", "res.partner", "three or four letters")

    def test_an_rfc_with_a_day_that_does_not_exist_is_refused(self):
        move = self.a_draft_invoice(partner_id=self.a_customer_with(vat="URE180230TM6").id)
        self.assertRefused(move, "MX-RFC-02", "res.partner", "URE180230TM6")

    def test_a_stroke_for_no_tax_number_is_no_rfc(self):
        move = self.a_draft_invoice(partner_id=self._create_customer(vat="/").id)
        self.assertRefused(move, "MX-PARTNER-08", None, "XAXX010101000")

    def test_an_empty_name_is_refused(self):
        for name in ("", "   ", "\u200b", "\t\n"):
            with self.subTest(name):
                move = self.a_draft_invoice(partner_id=self.a_customer_with(name=name).id)
                self.assertRefused(move, "MX-FORM-01", "res.partner", "Nombre")

    def test_no_customer_is_refused_in_words(self):
        move = self.a_draft_invoice(partner_id=False)
        self.assertRefused(move, "MX-PARTNER-07")
        with self.assertRaises(UserError) as caught:
            move.action_post()
        self.assertNotIn("False", str(caught.exception))

    def test_a_picture_in_the_name_is_refused_and_the_fiscal_name_is_the_way_out(self):
        partner = self._create_customer(name=f"{CUSTOMER['name']} 😀")
        move = self.a_draft_invoice(partner_id=partner.id)
        self.assertRefused(move, "MX-NAME-01", "res.partner", "😀")
        partner.l10n_mx_co_edi_fiscal_name = CUSTOMER["name"]
        self.assertStamped(move)

    def test_what_nobody_sees_in_a_name_does_not_reach_the_sat(self):
        """Pasted from a PDF: zero-width blanks, a mark of direction, an escape, letters in two parts."""
        name = "UNIVERSIDAD\u200b ROBO\x1bTICA \u202aESPAN\u0303OLA\ufeff\u00a0"
        partner = self._create_customer(name=name)
        self.assertEqual(
            self.assertStamped(self.a_draft_invoice(partner_id=partner.id)).receptor.nombre, CUSTOMER["name"])

    def test_a_name_that_is_too_long_is_told(self):
        move = self.a_draft_invoice(partner_id=self._create_customer(name="N" * 1001).id)
        [told] = [finding for finding in move._l10n_mx_co_edi_findings() if finding.code == "MX-TEXT-01"]
        self.assertEqual((told.where, told.params["length"]), ("Receptor.Nombre", "1001"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadLines(BadInputCommon):

    def test_no_lines_are_refused(self):
        self.assertRefused(self.a_draft_invoice(invoice_line_ids=[]), "MX-LINE-02", None, "no lines")
        note = [Command.create({"display_type": "line_note", "name": "Gracias"})]
        self.assertRefused(self.a_draft_invoice(invoice_line_ids=note), "MX-LINE-02", None, "no lines")

    def test_a_price_of_zero_is_refused(self):
        move = self.a_draft_invoice(price=0)
        self.assertEqual({finding.code for finding in self.errors(move)}, {"CFDI40166", "CFDI40174"})
        with self.assertRaisesRegex(UserError, r"100 percent, and remove its taxes.*\[CFDI40166\]"):
            move.action_post()
        self.assertUntouched(move)

    def test_a_quantity_of_zero_is_refused(self):
        self.assertRefused(self.a_draft_invoice(quantity=0), "MX-AMT-01", None, "quantity above zero")

    def test_a_gift_needs_a_price_and_no_taxes(self):
        move = self.a_second_line(self.a_draft_invoice(), discount=100)
        self.assertRefused(move, "CFDI40174", None, "remove them")
        move.invoice_line_ids[1].tax_ids = False
        gift = self.assertStamped(move).conceptos[1]
        self.assertEqual((gift.importe, gift.descuento, gift.objeto_imp), (10, 10, "01"))

    def test_an_invoice_given_away_as_a_whole_is_stamped_with_a_total_of_zero(self):
        move = self.a_draft_invoice()
        move.invoice_line_ids.write({"discount": 100, "tax_ids": False})
        self.assertEqual(self.assertStamped(move).total, 0)

    def test_a_negative_line_is_refused_once_with_what_to_do(self):
        """The way in which Odoo's users, and its wizard for discounts, write a discount."""
        for values in ({"price": -10.0}, {"quantity": -1.0}):
            with self.subTest(values):
                move = self.a_second_line(self.a_draft_invoice(), **values)
                self.assertRefused(move, "MX-AMT-01", None, r"Line 2.*discount as a percentage.*credit note")
        move.invoice_line_ids[1].unlink()
        move.invoice_line_ids.discount = 10
        content = self.assertStamped(move)
        self.assertEqual((content.sub_total, content.descuento), (100, 10))

    def test_a_discount_beyond_a_hundred_or_below_zero_is_refused(self):
        for discount in (150, -10):
            with self.subTest(discount):
                move = self.a_second_line(self.a_draft_invoice(), discount=discount)
                self.assertRefused(move, "MX-LINE-03", None, rf"Line 2.*{discount}.*between 0 and 100")

    def test_other_mistakes_are_still_told_beside_a_negative_line(self):
        move = self.a_second_line(self.a_draft_invoice(), price=-10.0)
        move.partner_id = self.a_customer_with(vat="XXX")
        self.assertEqual({finding.code for finding in self.errors(move)}, {"MX-AMT-01", "MX-RFC-03"})

    def test_a_tax_that_no_catalogue_has_is_refused(self):
        tax = self.admin_env["account.tax"].create({
            "name": "Contribución 3%", "amount": 3, "amount_type": "percent", "type_tax_use": "sale",
            "company_id": self.company.id})
        move = self.a_draft_invoice()
        move.invoice_line_ids.tax_ids = [Command.link(tax.id)]
        self.assertRefused(move, "CFDI40179", None, r"0\.030000")

    def test_a_currency_without_a_rate_is_refused(self):
        currency = self.admin_env["res.currency"].with_context(active_test=False).search([("name", "=", "JPY")])
        currency.active = True
        currency.rate_ids.unlink()
        move = self.a_draft_invoice(currency_id=currency.id)
        self.assertRefused(move, "MX-RATE-01", "res.currency", "JPY")
        move.write({"invoice_date": fields.Date.today(), "invoice_currency_rate": 8.0})
        self.assertEqual(self.assertStamped(move).tipo_cambio, Decimal("0.125"))

    def test_a_currency_that_is_none_is_refused(self):
        currency = self.admin_env["res.currency"].create({
            "name": "ZZZ", "symbol": "z", "rate_ids": [Command.create({"rate": 2})]})
        self.assertRefused(self.a_draft_invoice(currency_id=currency.id), "CFDI40113", None, "ISO")

    def test_control_characters_and_pictures_reach_the_cfdi_as_they_are_seen(self):
        self.product.sudo().default_code = "A\x01-\u200b7|😀"
        term = self.admin_env["account.payment.term"].create({"name": "30\x1f días | \x7fneto"})
        move = self.a_draft_invoice(
            ref="ref\x02 😀", payment_reference="pago\x03", narration="<p>nota\x04 😀</p>",
            invoice_payment_term_id=term.id)
        move.invoice_line_ids.name = "Servicio\x08 \u2028de 👩\u200d💻 ☕\x1b[31m\x85y\ufffe té|café"
        content = self.assertStamped(move)
        [line] = content.conceptos
        self.assertEqual(line.descripcion, "Servicio de 👩\u200d💻 ☕[31m y té/café")
        self.assertEqual(line.no_identificacion, "A-7/😀")
        self.assertEqual(content.condiciones_de_pago, "30 días / neto")

    def test_a_text_of_1001_characters_is_cut_and_told(self):
        self.product.sudo().default_code = "C" * 1001
        term = self.admin_env["account.payment.term"].create({"name": "T" * 1001})
        move = self.a_draft_invoice(ref="R" * 1001, invoice_payment_term_id=term.id)
        move.invoice_line_ids.name = "D" * 1001
        told = {finding.where: finding.params["longest"] for finding in move._l10n_mx_co_edi_findings()
                if finding.code == "MX-TEXT-01"}
        self.assertEqual(told, {
            "Conceptos[0].Descripcion": "1000", "Conceptos[0].NoIdentificacion": "100", "CondicionesDePago": "1000"})
        content = self.assertStamped(move)
        self.assertEqual(content.conceptos[0].descripcion, "D" * 1000)
        self.assertEqual(move.invoice_line_ids.name, "D" * 1001, "the invoice keeps the whole text")

    def test_a_refused_invoice_leaves_no_gap(self):
        refused = self.a_second_line(self.a_draft_invoice(), price=-10.0)
        self.assertRefused(refused, "MX-AMT-01")
        self.assertEqual(self.an_invoice().sequence_number, 1)
        refused.invoice_line_ids[1].unlink()
        refused.action_post()
        self.assertEqual(refused.sequence_number, 2)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBadBatches(BadInputCommon):

    def send_batch(self, moves):
        """Press the button of Send & Print for several invoices, then run what the two scheduled actions run.

        :return: what the screen that opens says
        """
        action = moves.env["account.move.send.batch.wizard"].with_context(
            active_model="account.move", active_ids=moves.ids).create({}).action_send_and_print()
        wanted = self.admin_env["account.move"].search([("sending_data", "!=", False), ("state", "=", "posted")])
        self.assertEqual(wanted.ids, moves.filtered(lambda move: not move.l10n_mx_co_edi_applies).ids)
        if wanted:
            self.admin_env["account.move.send"]._generate_and_send_invoices(wanted, from_cron=True)
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        moves.invalidate_recordset()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_what_a_machine_posted_is_not_sealed(self):
        move = self.a_second_line(self.a_draft_invoice(), price=-10.0)
        move._post(soft=True)
        self.assertEqual(move.state, "posted")
        with self.assertRaisesRegex(UserError, r"\[MX-AMT-01\]"), self.env.cr.savepoint():
            move._l10n_mx_co_edi_send(synchronously=True)
        self.assertFalse(move.l10n_mx_co_edi_document_ids.filtered("signed_xml"))
        self.assertEqual(len(self.sandbox.ledger()), self.stamped_before)
        move.button_draft()
        self.assertEqual(move.state, "draft")

    def test_a_batch_of_two_companies_sends_each_with_its_own(self):
        branch = self.admin_env["res.company"].sudo().create({
            "name": "Sucursal Mérida", "parent_id": self.company.id, "country_id": self.company.country_id.id,
            "zip": "97000"})
        other = self.admin_env["res.company"].sudo().create(
            {"name": "US company", "country_id": self.admin_env.ref("base.us").id})
        self.admin_env["account.chart.template"].sudo().try_loading("generic_coa", company=other, install_demo=False)
        self.env.cr.precommit.run()
        self.clerk.sudo().write({"company_ids": [Command.link(branch.id), Command.link(other.id)]})
        allowed = self.env["account.move"].with_context(allowed_company_ids=[self.company.id, branch.id, other.id])
        moves = allowed.browse()
        for company in (self.company, branch, other):
            taxes = [] if company == other else self.iva16.ids
            moves += allowed.with_company(company).create({
                "move_type": "out_invoice", "company_id": company.id, "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create({
                    "product_id": self.product.id, "name": f"Servicio de {company.name}", "quantity": 1,
                    "price_unit": 100, "tax_ids": [Command.set(taxes)]})]})
        moves.action_post()
        self.send_batch(moves)
        self.assertEqual(moves.mapped("l10n_mx_co_edi_state"), ["valid", "valid", False])
        documents = moves.l10n_mx_co_edi_document_id
        self.assertEqual(documents.company_id, self.company | branch)
        self.assertEqual(len(self.sandbox.ledger()), self.stamped_before + 2)

    def test_one_bad_invoice_does_not_stop_the_batch(self):
        self.company.sudo().l10n_mx_co_edi_block_posting = False
        good = self.an_invoice()
        bad = self.a_second_line(self.a_draft_invoice(), price=-10.0)
        bad.action_post()
        said = self.send_batch(bad | good)
        self.assertEqual(good.l10n_mx_co_edi_state, "valid")
        self.assertNotEqual(bad.l10n_mx_co_edi_state, "valid")
        refused = said.line_ids.filtered(lambda line: line.outcome == "refused")
        self.assertEqual(refused.move_id, bad)
        self.assertIn("MX-AMT-01", refused.reason)
        self.assertEqual(len(self.sandbox.ledger()), self.stamped_before + 1)

    def test_an_invoice_of_many_lines_comes_back_from_the_provider(self):
        self.assertManyLines(60)


@tagged("post_install_l10n", "post_install", "-at_install", "long")
class TestManyLines(BadInputCommon):

    def test_five_thousand_lines_are_stamped(self):
        self.assertManyLines(5_000)
