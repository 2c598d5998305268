"""From the invoice to the stamp and back, through a real sandbox, as a billing clerk."""
import base64
import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core import clock
from .common import CUSTOMER, ISSUER, MxCoEdiCommon

QUEUE_LOGGER = "odoo.addons.l10n_mx_co_edi.models.document_queue"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSend(MxCoEdiCommon):

    def test_an_invoice_is_sealed_stamped_and_valid(self):
        move = self.an_invoice(price=1234.5, quantity=3)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        [row] = self.ledger_of(move)
        self.assertEqual(row["uuid"].upper(), move.l10n_mx_co_edi_uuid)
        self.assertEqual(row["sha256"], document.sha256)
        self.assertEqual(document.receiver_tax_id, CUSTOMER["rfc"])
        self.assertEqual(document.total, move.amount_total)
        self.assertEqual(document.exchange_ids.mapped("outcome"), ["stamped"])

    def test_the_xml_is_copied_to_the_invoice_under_its_legal_name(self):
        move = self.a_stamped_invoice()
        document = move.l10n_mx_co_edi_document_id
        attachment = self.env["ir.attachment"].search([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "=like", "%.xml")])
        self.assertEqual(attachment.name, f"{ISSUER['rfc']}_{document.serie}_{document.folio}_{document.uuid}.xml")
        self.assertEqual(attachment.mimetype, "application/xml")
        self.assertEqual(attachment.raw, document._stamped_bytes())

    def test_sending_twice_finds_the_document_and_calls_nobody(self):
        move = self.a_stamped_invoice()
        calls = len(self.sandbox.calls())
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document, move.l10n_mx_co_edi_document_id)
        self.assertEqual(len(self.sandbox.calls()), calls)

    def test_a_lost_answer_is_in_doubt_and_then_adopted(self):
        move = self.an_invoice()
        with clock.overridden(read_timeout=10, total_timeout=15):
            self.sandbox.script({"drop_after_stamp": True}, times=1)
            document = move._l10n_mx_co_edi_send(synchronously=True)
            self.assertEqual(document.state, "in_doubt")
            self.assertEqual(len(self.ledger_of(move)), 1)
            document.action_look_up()
        self.assertEqual(document.state, "valid")
        [row] = self.ledger_of(move)
        self.assertEqual(row["uuid"].upper(), document.uuid)

    def test_a_dropped_connection_before_the_stamp_is_sent_again_with_the_same_bytes(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        sealed = document.sha256
        self.assertEqual(document.state, "in_doubt")
        document.action_look_up()
        self.assertEqual(document.state, "valid")
        self.assertEqual(document.sha256, sealed)
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_refused_date_proves_nothing_about_a_document_in_doubt(self):
        document = self.a_document_in_doubt()
        self.sandbox.script({"refuse": {"code": "401", "message": "Fecha fuera de rango"}}, operation="stamp")
        document.action_look_up()
        self.assertEqual(document.state, "in_doubt")
        document.action_look_up()
        self.assertEqual(document.state, "valid")

    def test_the_same_bytes_refused_for_their_content_end_the_doubt(self):
        document = self.a_document_in_doubt()
        self.sandbox.script({"refuse": {"code": "CFDI40145", "message": "Nombre"}}, operation="stamp")
        document.action_look_up()
        self.assertEqual((document.state, document.last_code), ("rejected", "CFDI40145"))
        self.assertFalse(self.ledger_of(document.move_id))

    def test_a_busy_provider_leaves_the_document_ready(self):
        move = self.an_invoice()
        self.sandbox.script({"refuse": {"code": "799", "message": "Demasiadas solicitudes"}}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "799"))
        self.assertFalse(document.hold_reason, "nobody has to act")
        document._send_claimable()
        self.assertEqual(document.state, "valid")

    def test_a_refused_look_up_teaches_nothing(self):
        document = self.a_document_in_doubt()
        self.sandbox.script({"refuse": {"code": "300", "message": "Usuario"}}, operation="stamped")
        document.action_look_up()
        self.assertEqual(document.state, "in_doubt")
        self.assertFalse(self.ledger_of(document.move_id), "nothing was sent again")

    def a_document_in_doubt(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "in_doubt")
        return document

    def test_an_unavailable_provider_keeps_the_document_ready(self):
        move = self.an_invoice()
        with self.provider_at("http://127.0.0.1:9"):
            document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "ready")
        self.assertEqual(document.last_code, "MX-NET-01")
        self.assertEqual(document._state_sentence().count("by itself"), 1, "said once")
        self.assertTrue(document.next_attempt_at)
        document._send_claimable()
        self.assertEqual(document.state, "valid")

    def test_a_refusal_is_explained_and_can_be_corrected(self):
        stranger = self._create_customer(name="OTRA EMPRESA", vat="XIA190128J61", zip="76343")
        move = self.an_invoice(partner_id=stranger.id)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "rejected")
        self.assertEqual(document.last_code, "CFDI40143")
        self.assertIn("RFC", document.last_error)
        self.assertTrue(move.activity_ids)
        move.button_draft()
        move.partner_id = self.customer
        move.action_post()
        self.assertEqual(move._l10n_mx_co_edi_send(synchronously=True), document)
        self.assertEqual(document.state, "valid")
        self.assertFalse(move.activity_ids, "what a person was asked to mend is settled")
        self.assertEqual(set(document.exchange_ids.mapped("outcome")), {"refused", "stamped"})

    def test_no_credits_pause_without_sealing_again(self):
        move = self.an_invoice()
        self.sandbox.script({"no_credits": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        sealed = document.signed_xml
        self.assertEqual(document.state, "ready")
        self.assertTrue(document.hold_reason)
        self.assertTrue(move.activity_ids)
        document._send_claimable()
        self.assertEqual(document.state, "valid")
        self.assertEqual(document.signed_xml, sealed)

    def test_a_stamp_of_another_document_is_never_adopted(self):
        other = self.a_stamped_invoice()
        move = self.an_invoice()
        self.sandbox.script({"wrong_tfd": True}, times=1)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "in_doubt")
        self.assertFalse(document.stamped_xml)
        document._send_claimable()
        self.assertEqual(document.state, "valid")
        self.assertNotEqual(document.uuid, other.l10n_mx_co_edi_uuid)

    @mute_logger(QUEUE_LOGGER)
    def test_a_dead_worker_leaves_the_document_in_doubt_never_ready(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_prepare()
        document._claim()
        self.assertEqual(document.state, "sending")
        self.assertFalse(document._claim(), "the lease protects it")
        document.sudo().lease_until = "2020-01-01"
        claimed = document._claim()
        self.assertEqual((claimed, document.state), (document, "in_doubt"))
        self.assertIn("lost", document.exchange_ids.mapped("outcome"))

    @mute_logger(QUEUE_LOGGER)
    def test_a_late_answer_of_an_old_taker_does_not_overwrite(self):
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_prepare()
        claimed = document._claim()
        outcome = claimed._jobs(None)[0][claimed].run()
        old_epoch = claimed.lease_epoch
        claimed.sudo().lease_epoch += 1
        claimed._store_outcome(outcome, old_epoch)
        self.assertEqual(document.state, "sending")
        self.assertFalse(document.stamped_xml)

    def test_the_drain_sends_what_is_due(self):
        moves = self.env["account.move"].union(*(self.an_invoice(price=price) for price in (10, 20, 30)))
        for move in moves:
            move._l10n_mx_co_edi_send(synchronously=False)
        self.assertEqual(set(moves.mapped("l10n_mx_co_edi_state")), {"ready"})
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        moves.invalidate_recordset()
        self.assertEqual(set(moves.mapped("l10n_mx_co_edi_state")), {"valid"})
        for move in moves:
            self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_credit_note_names_the_invoice_it_corrects(self):
        invoice = self.a_stamped_invoice()
        refund = self._reverse_invoice(invoice)
        refund.action_post()
        document = refund._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid", document.last_message)
        self.assertEqual(document.kind, "mx_cfdi_e")
        xml = document._stamped_bytes().decode()
        self.assertIn(f'UUID="{invoice.l10n_mx_co_edi_uuid}"', xml)
        self.assertIn('TipoRelacion="01"', xml)

    def test_a_withdrawn_document_can_be_corrected_and_sent(self):
        move = self.an_invoice()
        move._l10n_mx_co_edi_send(synchronously=False)
        document = move.l10n_mx_co_edi_document_id
        first = document.sudo().sha256
        move.button_draft()
        self.assertEqual(document.state, "draft")
        self.assertFalse(document.sudo().signed_xml)
        move.invoice_line_ids.price_unit = 77
        move.action_post()
        move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "valid")
        self.assertNotEqual(document.sha256, first)
        self.assertEqual(move.l10n_mx_co_edi_document_ids, document)

    def test_the_wizard_prints_and_mails_only_what_is_valid(self):
        move = self.an_invoice()
        wizard = self.send_wizard(move, sending_methods=["manual"])
        with self.provider_at("http://127.0.0.1:9"):
            action = wizard.action_send_and_print()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(move.invoice_pdf_report_id)
        self.assertFalse(move.is_move_sent)
        document = move.l10n_mx_co_edi_document_id.sudo()
        self.assertEqual(document.delivery["sending_methods"], ["manual"])
        document.next_attempt_at = False
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        move.invalidate_recordset()
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        self.assertTrue(move.invoice_pdf_report_id)
        self.assertFalse(document.delivery)

    def test_an_unstamped_invoice_does_not_leave_without_its_cfdi(self):
        wizard = self.send_wizard(self.an_invoice(), sending_methods=["manual"], extra_edis=[])
        with self.assertRaises(UserError):
            wizard.action_send_and_print()

    def test_send_and_print_shows_what_the_sat_would_refuse(self):
        self.company.sudo().l10n_mx_co_edi_block_posting = False
        move = self.an_invoice(partner_id=self._create_customer(l10n_mx_co_edi_regimen_fiscal=False).id)
        wizard = self.send_wizard(move, sending_methods=["email"])
        levels = [alert["level"] for alert in wizard.alerts.values()]
        self.assertIn("danger", levels)
        self.assertIn("info", levels, "a sandbox document says where it is mailed to")
        with self.assertRaises(UserError):
            wizard.action_send_and_print()
        self.assertFalse(self.ledger_of(move))

    def test_a_person_is_told_after_60_hours(self):
        move = self.an_invoice()
        with self.provider_at("http://127.0.0.1:9"):
            document = move._l10n_mx_co_edi_send(synchronously=True)
        queue = self.admin_env["l10n_mx_co_edi.document"]
        document.issued_at = fields.Datetime.now() - timedelta(hours=59)
        queue._warn_unsent()
        self.assertFalse(move.activity_ids)
        document.issued_at = fields.Datetime.now() - timedelta(hours=61)
        queue._warn_unsent()
        queue._warn_unsent()
        self.assertEqual(len(move.activity_ids), 1)

    def test_a_wish_that_waits_is_never_overtaken_by_a_proforma(self):
        move = self.an_invoice()
        with self.provider_at("http://127.0.0.1:9"):
            self.env["account.move.send"]._generate_and_send_invoices(
                move, allow_fallback_pdf=True, sending_methods=["manual"])
        self.assertEqual(move.l10n_mx_co_edi_state, "ready")
        self.assertFalse(self.env["ir.attachment"].search_count([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("mimetype", "=", "application/pdf")]))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestGuards(MxCoEdiCommon):

    def test_a_valid_invoice_cannot_be_reset_cancelled_changed_or_deleted(self):
        move = self.a_stamped_invoice()
        for act in (
            move.button_draft,
            move.button_cancel,
            lambda: move.write({"name": "OTHER/1"}),
            lambda: move.write({"partner_id": self._create_customer(name="OTRO").id}),
            lambda: move.invoice_line_ids.write({"price_unit": 1}),
            lambda: move.invoice_line_ids.unlink(),
            lambda: self.env["account.move.line"].create({
                "move_id": move.id, "name": "x", "quantity": 1, "price_unit": 0, "display_type": "product"}),
            move.unlink,
        ):
            with self.assertRaises(UserError):
                act()
        self.assertTrue(move.need_cancel_request)

    def test_nobody_writes_or_deletes_documents_and_exchanges(self):
        move = self.a_stamped_invoice()
        document = move.l10n_mx_co_edi_document_id
        for record in (document, document.exchange_ids, document.source_ids):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.has_access(operation), (record._name, operation))
        with self.assertRaises(UserError):
            document.sudo().unlink()
        with self.assertRaises(UserError):
            document.sudo().write({"stamped_xml": base64.b64encode(b"<x/>")})
        with self.assertRaises(UserError):
            document.exchange_ids[:1].sudo().write({"outcome": "refused"})

    def test_a_second_live_document_for_the_same_invoice_is_impossible(self):
        move = self.a_stamped_invoice()
        source = move.l10n_mx_co_edi_document_id.sudo().source_ids
        with self.assertRaises(Exception) as caught, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            source.copy({"live": True}).flush_recordset()
        self.assertIn("issued_once", str(caught.exception) + str(caught.exception.__cause__))

    def test_a_blocking_finding_stops_posting_before_a_number_is_taken(self):
        move = self.a_draft_invoice(partner_id=self._create_customer(vat=False).id)
        with self.assertRaises(UserError) as caught:
            move.action_post()
        self.assertIn("RFC", str(caught.exception))
        self.assertEqual(move.state, "draft")
        self.assertFalse(move.name and move.name != "/")

    def test_a_soft_post_is_never_stopped(self):
        move = self.a_draft_invoice(partner_id=self._create_customer(vat=False).id)
        move._post(soft=True)
        self.assertEqual(move.state, "posted")
        self.assertIn("RFC", move.activity_ids.note)

    def test_the_environment_stays_while_a_document_is_in_doubt(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, times=1)
        move._l10n_mx_co_edi_send(synchronously=True)
        with self.assertRaises(UserError):
            self.company.sudo().l10n_mx_co_edi_environment = "production"
        move.l10n_mx_co_edi_document_id._send_claimable()
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        move.l10n_mx_co_edi_document_id.invalidate_recordset()
        move.invalidate_recordset()
        self.assertFalse(move.l10n_mx_co_edi_document_id, "a sandbox document is none in production")

    def test_a_legal_document_stays_legal_when_the_company_tries_something_in_the_sandbox(self):
        self.company.sudo().l10n_mx_co_edi_environment = "production"
        with patch.dict(os.environ, {"L10N_MX_CO_EDI_ENDPOINT_FINKOK": self.sandbox.url}):
            move = self.a_stamped_invoice()
        self.company.sudo().l10n_mx_co_edi_environment = "sandbox"
        move.invalidate_recordset()
        self.assertTrue(move._l10n_mx_co_edi_is_valid())
        with self.assertRaises(UserError):
            move.button_draft()
        self.assertEqual(move._l10n_mx_co_edi_send(synchronously=True).environment, "production")

    def test_a_company_of_another_country_is_left_alone(self):
        other = self.admin_env["res.company"].sudo().create(
            {"name": "US company", "country_id": self.admin_env.ref("base.us").id})
        move = self.admin_env["account.move"].with_company(other).new(
            {"move_type": "out_invoice", "company_id": other.id})
        self.assertFalse(move.l10n_mx_co_edi_applies)
