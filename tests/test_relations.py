"""Related CFDI as records: made by Odoo's own notes, typed by people, judged before they are written, then frozen."""
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.finding_texts import describe
from .common import MxCoEdiCommon

ELSEWHERE = "5B0C1D6E-0000-4000-8000-000000000001"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRelations(MxCoEdiCommon):

    def related(self, move, *rows):
        return self.env["l10n_mx_co_edi.relation"].create([{"move_id": move.id, **row} for row in rows])

    def findings(self, move):
        return {finding.code: finding for finding in move._l10n_mx_co_edi_findings() if "-REL-" in finding.code}

    def stamped_xml(self, move):
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        return document._stamped_bytes().decode()

    # ------------------------------------------------------------------
    # Rows that come by themselves
    # ------------------------------------------------------------------

    def test_a_credit_note_has_the_invoice_as_a_row(self):
        invoice = self.a_stamped_invoice()
        [row] = self._reverse_invoice(invoice).l10n_mx_co_edi_relation_ids
        self.assertEqual((row.tipo_relacion, row.related_move_id), ("01", invoice))
        self.assertEqual((row.uuid, row.related_state), (invoice.l10n_mx_co_edi_uuid, "valid"))
        self.assertEqual(row.related_folio, invoice.name)
        self.assertEqual((row.related_receiver, row.related_total), (self.customer.name, invoice.amount_total))

    def test_a_debit_note_has_the_invoice_as_a_row(self):
        invoice = self.a_stamped_invoice()
        wizard = self.env["account.debit.note"].with_context(
            active_model="account.move", active_ids=invoice.ids).create({"copy_lines": True})
        note = self.env["account.move"].browse(wizard.create_debit()["res_id"])
        [row] = note.l10n_mx_co_edi_relation_ids
        self.assertEqual((row.tipo_relacion, row.related_move_id), ("02", invoice))
        note.action_post()
        self.assertIn('TipoRelacion="02"', self.stamped_xml(note))

    def test_what_a_person_changes_stays_changed(self):
        refund = self._reverse_invoice(self.a_stamped_invoice())
        refund.l10n_mx_co_edi_relation_ids.tipo_relacion = "03"
        refund.action_post()
        xml = self.stamped_xml(refund)
        self.assertIn('TipoRelacion="03"', xml)
        self.assertNotIn('TipoRelacion="01"', xml)

    def test_a_removed_row_does_not_come_back_and_is_asked_for(self):
        refund = self._reverse_invoice(self.a_stamped_invoice())
        refund.l10n_mx_co_edi_relation_ids.unlink()
        refund.action_post()
        self.assertEqual(self.findings(refund)["MX-REL-09"].severity, "warning")
        self.assertNotIn("CfdiRelacionados", self.stamped_xml(refund))

    def test_a_copy_has_no_row(self):
        refund = self._reverse_invoice(self.a_stamped_invoice())
        self.assertTrue(refund.l10n_mx_co_edi_relation_ids)
        self.assertFalse(refund.copy().l10n_mx_co_edi_relation_ids)

    def test_who_has_no_role_of_ours_still_makes_the_row(self):
        invoice = self.a_stamped_invoice()
        self.admin_env.ref("account.group_account_invoice").implied_ids -= (
            self.admin_env.ref("l10n_mx_co_edi.group_issuer"))
        self.admin_env.ref("account.group_account_readonly").implied_ids -= (
            self.admin_env.ref("l10n_mx_co_edi.group_viewer"))
        other = new_test_user(
            self.admin_env, "mxco_no_role", groups="account.group_account_invoice", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        self.assertFalse(other.has_group("l10n_mx_co_edi.group_viewer"))
        refund = invoice.with_user(other)._reverse_moves([{}])
        self.assertEqual(refund.sudo().l10n_mx_co_edi_relation_ids.related_move_id, invoice)

    # ------------------------------------------------------------------
    # Rows that a person adds
    # ------------------------------------------------------------------

    def test_several_kinds_are_several_nodes_with_their_uuids_in_order(self):
        first, second = self.a_stamped_invoice(), self.a_stamped_invoice()
        move = self.a_draft_invoice()
        self.related(
            move, {"tipo_relacion": "04", "related_move_id": first.id}, {"tipo_relacion": "07", "uuid": ELSEWHERE},
            {"tipo_relacion": "04", "related_move_id": second.id})
        move.action_post()
        xml = self.stamped_xml(move)
        self.assertEqual(xml.count("<cfdi:CfdiRelacionados "), 2)
        places = [xml.index(part) for part in (
            'TipoRelacion="04"', first.l10n_mx_co_edi_uuid, second.l10n_mx_co_edi_uuid, 'TipoRelacion="07"', ELSEWHERE)]
        self.assertEqual(places, sorted(places))

    def test_a_pasted_uuid_of_ours_finds_its_invoice(self):
        invoice = self.a_stamped_invoice()
        with Form(self.a_draft_invoice()) as form:
            with form.l10n_mx_co_edi_relation_ids.new() as row:
                self.assertEqual(row.tipo_relacion, "04")
                row.uuid = f" {{{invoice.l10n_mx_co_edi_uuid.lower()}}} "
                self.assertEqual(row.related_move_id, invoice)
                self.assertEqual(row.related_total, invoice.amount_total)
            with form.l10n_mx_co_edi_relation_ids.new() as row:
                row.uuid = ELSEWHERE.lower()
                self.assertFalse(row.related_move_id)
        ours, other = form.record.l10n_mx_co_edi_relation_ids
        self.assertEqual((ours.related_move_id, ours.typed_uuid), (invoice, False))
        self.assertEqual((other.uuid, other.typed_uuid), (ELSEWHERE, ELSEWHERE))
        self.assertFalse(other.related_state)
        with self.assertRaises(UserError):
            other.action_open_related()
        other.related_move_id = invoice
        self.assertEqual(other.uuid, invoice.l10n_mx_co_edi_uuid)
        other.uuid = ELSEWHERE
        self.assertFalse(other.related_move_id, "a typed UUID takes the place of the invoice")

    # ------------------------------------------------------------------
    # What is wrong is told before anything is sealed
    # ------------------------------------------------------------------

    def test_an_invoice_that_is_not_stamped_cannot_be_named(self):
        refund = self._reverse_invoice(self.an_invoice())
        finding = self.findings(refund)["MX-REL-01"]
        self.assertEqual(finding.severity, "error")
        action = describe(self.env, finding, refund)["action"]
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", refund.reversed_entry_id.id))
        with self.assertRaises(UserError):
            refund.action_post()
        refund.l10n_mx_co_edi_relation_ids.uuid = ELSEWHERE
        self.assertFalse(self.findings(refund), "another system stamped it")

    def test_rows_without_a_uuid_block(self):
        move = self.a_draft_invoice()
        row = self.related(move, {"tipo_relacion": "04"})
        self.assertEqual(self.findings(move)["MX-REL-03"].severity, "error")
        row.uuid = "5B0C1D6E-0000"
        self.assertEqual(self.findings(move)["MX-REL-02"].severity, "error")
        self.assertIn("5B0C1D6E-0000", describe(self.env, self.findings(move)["MX-REL-02"], move)["message"])
        row.uuid = ELSEWHERE
        self.assertFalse(self.findings(move))

    def test_the_same_uuid_twice_is_written_once(self):
        move = self.a_draft_invoice()
        self.related(move, *[{"tipo_relacion": "04", "uuid": ELSEWHERE}] * 2)
        self.assertEqual(self.findings(move)["MX-REL-05"].severity, "warning")
        move.action_post()
        self.assertEqual(self.stamped_xml(move).count(ELSEWHERE), 1)

    def test_another_customer_s_invoice_is_doubted(self):
        invoice = self.a_stamped_invoice()
        refund = self.a_draft_invoice(move_type="out_refund", partner_id=self._create_customer(
            name="OTRA EMPRESA", vat="XIA190128J61", zip="76343").id)
        row = self.related(refund, {"tipo_relacion": "01", "related_move_id": invoice.id})
        finding = self.findings(refund)["MX-REL-07"]
        self.assertEqual((finding.severity, finding.params["receiver"]), ("warning", self.customer.vat))
        self.assertEqual(describe(self.env, finding, refund)["action"]["res_id"], invoice.id)
        row.tipo_relacion = "04"
        self.assertNotIn("MX-REL-07", self.findings(refund), "a substitution may correct the customer")

    def test_a_cancelled_cfdi_is_doubted(self):
        invoice = self.a_stamped_invoice()
        refund = self._reverse_invoice(invoice)
        invoice.l10n_mx_co_edi_document_id.sudo().state = "cancelled"
        self.assertEqual(self.findings(refund)["MX-REL-08"].severity, "warning")

    def test_a_test_document_is_none_in_production(self):
        invoice, refund = self.a_stamped_invoice(), self.a_draft_invoice(move_type="out_refund")
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        self.related(refund, {"tipo_relacion": "01", "uuid": invoice.l10n_mx_co_edi_uuid})
        self.assertEqual(self.findings(refund)["MX-REL-04"].severity, "error")

    def test_a_cfdi_of_another_company_is_doubted(self):
        invoice, refund = self.a_stamped_invoice(), self.a_draft_invoice(move_type="out_refund")
        uuid = invoice.l10n_mx_co_edi_uuid
        other = self.admin_env["res.company"].sudo().create({
            "name": "Otra", "vat": "URE180429TM6", "country_id": self.company.country_id.id})
        invoice.l10n_mx_co_edi_document_id.sudo().company_id = other
        row = self.related(refund, {"tipo_relacion": "01", "uuid": uuid})
        self.assertFalse(row.related_folio or row.related_move_id, "what others invoice is not shown")
        self.assertEqual(self.findings(refund)["MX-REL-06"].severity, "warning")

    def test_a_kind_of_relation_that_does_not_fit_is_doubted(self):
        move = self.a_draft_invoice()
        row = self.related(move, {"tipo_relacion": "01", "uuid": ELSEWHERE})
        self.assertEqual(self.findings(move)["MX-REL-10"].severity, "warning")
        row.tipo_relacion = "07"
        self.assertFalse(self.findings(move))

    # ------------------------------------------------------------------
    # Who may, and until when
    # ------------------------------------------------------------------

    def test_rows_are_frozen_with_the_seal_and_free_again_when_it_is_taken_back(self):
        refund = self._reverse_invoice(self.a_stamped_invoice())
        refund.action_post()
        row = refund.l10n_mx_co_edi_relation_ids
        row.tipo_relacion = "03"  # confirmed, not sealed
        refund._l10n_mx_co_edi_send(synchronously=False)
        self.assertTrue(refund.l10n_mx_co_edi_sealed)
        for act in (
            lambda: row.write({"tipo_relacion": "01"}), lambda: row.write({"uuid": ELSEWHERE}), row.unlink,
            lambda: self.related(refund, {"tipo_relacion": "04", "uuid": ELSEWHERE}),
            lambda: refund.write({"l10n_mx_co_edi_relation_ids": [Command.clear()]}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                act()
        refund.l10n_mx_co_edi_document_id.action_withdraw()
        row.tipo_relacion = "01"
        refund._l10n_mx_co_edi_send(synchronously=True)
        with self.assertRaises(UserError):
            row.tipo_relacion = "03"
        free = self.a_draft_invoice()
        mine = self.related(free, {"tipo_relacion": "04", "uuid": ELSEWHERE})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.move_id = refund

    def test_viewers_read_and_strangers_see_nothing(self):
        refund = self._reverse_invoice(self.a_stamped_invoice())
        row = refund.l10n_mx_co_edi_relation_ids
        viewer = new_test_user(
            self.admin_env, "mxco_viewer", groups="account.group_account_readonly", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        self.assertEqual(row.with_user(viewer).tipo_relacion, "01")
        with self.assertRaises(AccessError):
            row.with_user(viewer).write({"tipo_relacion": "03"})
        other = self.admin_env["res.company"].sudo().create({"name": "Otra", "country_id": self.company.country_id.id})
        stranger = new_test_user(
            self.admin_env, "mxco_stranger", groups="account.group_account_invoice", company_id=other.id,
            company_ids=[Command.set(other.ids)])
        with self.assertRaises(AccessError):
            row.with_user(stranger).with_company(other).read(["tipo_relacion"])

    def test_another_country_s_credit_note_has_no_row(self):
        us = self.admin_env["res.company"].sudo().create(
            {"name": "US company", "country_id": self.admin_env.ref("base.us").id})
        self.admin_env["account.chart.template"].sudo().try_loading("generic_coa", company=us, install_demo=False)
        self.clerk.sudo().write({"company_ids": [Command.link(us.id)]})
        invoice = self.env["account.move"].with_context(allowed_company_ids=us.ids).create({
            "move_type": "out_invoice", "partner_id": self.customer.id, "company_id": us.id,
            "invoice_line_ids": [Command.create({"name": "x", "quantity": 1, "price_unit": 5, "tax_ids": []})]})
        invoice.action_post()
        self.assertFalse(invoice._reverse_moves([{}]).l10n_mx_co_edi_relation_ids)
