"""Many invoices at once: the right ones go, the others are named with their reason, and nothing raises."""
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..core import clock
from ..models import account_move_bulk
from .common import MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendMany(MxCoEdiCommon):

    def send(self, moves):
        action = moves.action_l10n_mx_co_edi_send_many()
        return self.env[action["res_model"]].browse(action["res_id"])

    def drain(self, moves):
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        moves.invalidate_recordset()

    def a_wrong_invoice(self):
        self.company.sudo().l10n_mx_co_edi_block_posting = False
        return self.an_invoice(partner_id=self._create_customer(l10n_mx_co_edi_regimen_fiscal=False).id)

    def a_foreign_invoice(self):
        us = self.admin_env["res.company"].sudo().create(
            {"name": "US company", "country_id": self.admin_env.ref("base.us").id})
        self.admin_env["account.chart.template"].sudo().try_loading("generic_coa", company=us, install_demo=False)
        self.clerk.sudo().write({"company_ids": [Command.link(us.id)]})
        move = self.env["account.move"].with_context(allowed_company_ids=us.ids).create({
            "move_type": "out_invoice", "partner_id": self.customer.id, "company_id": us.id,
            "invoice_line_ids": [Command.create({"name": "x", "quantity": 1, "price_unit": 5, "tax_ids": []})]})
        move.action_post()
        return move

    def test_all_are_queued_and_drained_each_once(self):
        moves = self.env["account.move"].union(*(self.an_invoice(price=price) for price in range(1, 31)))
        with patch.object(account_move_bulk, "BATCH", 8):
            result = self.send(moves)
        self.assertEqual((result.queued, result.refused, result.skipped, result.left), (30, 0, 0, 0))
        self.assertFalse(result.line_ids)
        self.assertEqual(set(moves.mapped("l10n_mx_co_edi_state")), {"ready"})
        self.assertIn("30 on their way", result.progress)
        self.drain(moves)
        self.assertEqual(set(moves.mapped("l10n_mx_co_edi_state")), {"valid"})
        [(total, count)] = self.env["account.invoice.report"].sudo()._read_group(
            [("move_id", "in", moves.ids), ("l10n_mx_co_edi_state", "=", "valid")], [],
            ["price_subtotal:sum", "move_id:count_distinct"])
        self.assertEqual((total, count), (sum(range(1, 31)), 30), "the analysis knows it")
        result.invalidate_recordset()
        self.assertIn("30 valid", result.progress)
        self.assertEqual(len(self.sandbox.ledger()) - self.stamped_before, 30)
        self.assertEqual(self.env["account.move"].search(result.action_show_queued()["domain"]), moves)

    def test_one_that_is_refused_holds_up_nobody_and_says_why(self):
        wrong, *right = [self.a_wrong_invoice(), *(self.an_invoice() for _number in range(3))]
        right = self.env["account.move"].union(*right)
        with patch.object(type(wrong), "_l10n_mx_co_edi_prepare", side_effect=AssertionError("one by one")):
            result = self.send(right | wrong)
        self.assertEqual((result.queued, result.refused, result.skipped), (3, 1, 0))
        self.assertEqual((result.line_ids.move_id, set(result.line_ids.mapped("outcome"))), (wrong, {"refused"}))
        line = result.line_ids[:1]
        self.assertIn("[CFDI", line.reason)
        action = line.action_fix()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", wrong.partner_id.id))
        self.assertEqual(line.action_open()["res_id"], wrong.id)
        self.assertFalse(wrong.l10n_mx_co_edi_document_ids, "left as it was")
        self.drain(right)
        self.assertEqual(set(right.mapped("l10n_mx_co_edi_state")), {"valid"})
        self.assertEqual(len(self.sandbox.ledger()) - self.stamped_before, 3, "no stamp for what was refused")
        wrong.partner_id.sudo().l10n_mx_co_edi_regimen_fiscal = "601"
        action = result.action_go_on()
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).queued, 1)

    def test_where_the_database_refuses_one_the_others_go_singly(self):
        taken, other = self.an_invoice(), self.an_invoice()
        first = taken._l10n_mx_co_edi_prepare()
        # somebody else's live document holds the folio of the second invoice
        first.sudo().folio = str(other.sequence_number)
        first.flush_recordset()
        third = self.an_invoice()
        with mute_logger("odoo.sql_db"):
            result = self.send(other | third)
        self.assertEqual((result.queued, result.refused), (1, 1))
        self.assertEqual(third.l10n_mx_co_edi_state, "ready")
        self.assertFalse(other.l10n_mx_co_edi_state)
        self.assertEqual(result.line_ids.move_id, other)
        self.assertTrue(result.line_ids.reason)

    def test_what_there_is_nothing_to_send_of_is_skipped_with_its_reason(self):
        valid, queued, draft = self.a_stamped_invoice(), self.an_invoice(), self.a_draft_invoice()
        queued._l10n_mx_co_edi_send(synchronously=False)
        cancelled = self.a_draft_invoice()
        cancelled.button_cancel()
        entry = self.env["account.move"].create({"move_type": "entry"})
        foreign = self.a_foreign_invoice()
        good = self.an_invoice()
        calls = len(self.sandbox.calls())
        moves = (valid | queued | draft | cancelled | entry | foreign | good).with_context(
            allowed_company_ids=[self.company.id, foreign.company_id.id])
        result = self.send(moves)
        self.assertEqual((result.queued, result.refused, result.skipped), (1, 0, 6))
        reasons = {line.move_id: line.reason for line in result.line_ids}
        self.assertEqual(set(result.line_ids.mapped("outcome")), {"skipped"})
        for move, words in ((valid, "stamped already"), (queued, "on its way"), (draft, "not confirmed"),
                            (cancelled, "cancelled"), (entry, "not a customer invoice"), (foreign, "US company")):
            self.assertIn(words, reasons[move])
        self.assertEqual(len(self.sandbox.calls()), calls, "the queue calls, not the button")
        self.assertFalse(foreign.l10n_mx_co_edi_document_ids)

    def test_two_companies_are_sent_each_with_its_own_seal(self):
        branch = self.admin_env["res.company"].sudo().create({
            "name": "Sucursal Tijuana", "parent_id": self.company.id, "country_id": self.company.country_id.id,
            "zip": "22000"})
        self.env.cr.precommit.run()
        self.clerk.sudo().write({"company_ids": [Command.link(branch.id)]})
        both = [branch.id, self.company.id]
        there = self.env["account.move"].with_context(allowed_company_ids=both).with_company(branch).create({
            "move_type": "out_invoice", "company_id": branch.id, "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({
                "product_id": self.product.id, "name": "Servicio de la sucursal", "quantity": 1, "price_unit": 100,
                "tax_ids": [Command.set(self.iva16.ids)]})]})
        there.action_post()
        moves = (there | self.an_invoice() | self.an_invoice()).with_context(allowed_company_ids=both)
        sizes = []
        batch = type(moves)._l10n_mx_co_edi_queue_batch
        with patch.object(
                type(moves), "_l10n_mx_co_edi_queue_batch",
                lambda self, *args: (sizes.append((self.company_id, len(self))), batch(self, *args))):
            self.assertEqual(self.send(moves).queued, 3)
        self.assertEqual(sorted(size for _company, size in sizes), [1, 2])
        self.assertEqual(moves.l10n_mx_co_edi_document_id.mapped("company_id"), self.company | branch)

    def test_what_time_is_not_left_for_is_offered_again(self):
        moves = self.an_invoice() | self.an_invoice() | self.an_invoice()
        with patch.object(account_move_bulk, "BATCH", 1), clock.frozen(clock.utc_now()):
            bulk = moves._l10n_mx_co_edi_queue_many(deadline=clock.utc_now())
            self.assertEqual((len(bulk.queued), len(bulk.left)), (3, 0), "not past the deadline yet")
        more = self.an_invoice() | self.an_invoice()
        bulk = more._l10n_mx_co_edi_queue_many(deadline=clock.utc_now().replace(year=2020))
        self.assertEqual((len(bulk.queued), bulk.left), (0, more))
        result = self.env["l10n_mx_co_edi.send.many"].create({"left": 2, "left_ids": more.ids})
        action = result.action_go_on()
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).queued, 2)

    def test_without_stamps_they_wait_not_sealed(self):
        moves = self.an_invoice() | self.an_invoice()
        with patch.object(type(self.env["l10n_mx_co_edi.stamp.balance"]), "_is_blocking", lambda balance: True):
            self.env["l10n_mx_co_edi.stamp.balance"]._of(self.company, create=True)
            result = self.send(moves)
        self.assertEqual((result.queued, result.waiting), (0, 2))
        self.assertEqual(set(result.line_ids.mapped("outcome")), {"waiting"})
        self.assertFalse(moves.l10n_mx_co_edi_document_id.sudo().filtered("signed_xml"))

    def test_odoo_s_send_and_print_of_several_queues_them_and_delivers_when_valid(self):
        moves = self.an_invoice() | self.an_invoice()
        wrong = self.a_wrong_invoice()
        wizard = self.env["account.move.send.batch.wizard"].create({"move_ids": [Command.set((moves | wrong).ids)]})
        action = wizard.action_send_and_print()
        result = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((result.queued, result.refused), (2, 1))
        self.assertFalse(moves.invoice_pdf_report_id)
        self.drain(moves)
        self.assertEqual(set(moves.mapped("l10n_mx_co_edi_state")), {"valid"})
        self.assertEqual(len(moves.invoice_pdf_report_id), 2)

    def test_odoo_s_own_queue_of_several_is_not_stopped_by_one(self):
        moves = self.an_invoice() | self.an_invoice()
        wrong = self.a_wrong_invoice()
        (moves | wrong).sudo().sending_data = {
            "author_user_id": self.clerk.id, "author_partner_id": self.clerk.partner_id.id}
        self.admin_env["account.move.send"]._generate_and_send_invoices(moves | wrong, from_cron=True)
        self.assertEqual(moves.mapped("l10n_mx_co_edi_state"), ["ready", "ready"])
        self.assertFalse((moves | wrong).sudo().filtered("sending_data"))
        self.assertIn("CFDI", wrong.activity_ids.note)

    def test_viewers_may_not(self):
        viewer = new_test_user(
            self.admin_env, "mxco_viewer", groups="account.group_account_readonly", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        with self.assertRaises(AccessError):
            self.an_invoice().with_user(viewer).action_l10n_mx_co_edi_send_many()

    def test_the_result_opens_as_a_form(self):
        result = self.send(self.a_wrong_invoice() | self.an_invoice())
        with Form(result) as form:
            self.assertEqual((form.queued, form.refused), (1, 1))
