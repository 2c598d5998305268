"""What stays of documents when the add-on goes, and what is believed of it when it comes back."""
import json

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MxCoEdiCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestArchive(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = cls.admin_env(user=SUPERUSER_ID, su=True)
        cls.archive = cls.system["l10n_mx_co_edi.archive"]

    def leave(self):
        """What the hook does, and what dropping our tables does to the documents."""
        self.archive._leave()
        self.env.flush_all()
        for table in ("exchange", "document_source", "document", "secret", "certificate"):
            if table == "secret":
                self.env.cr.execute("UPDATE l10n_mx_co_edi_certificate SET secret_id = NULL")
            self.env.cr.execute(f"DELETE FROM l10n_mx_co_edi_{table}")
        self.env.cr.execute("UPDATE account_move SET l10n_mx_co_edi_state = NULL, l10n_mx_co_edi_uuid = NULL, "
                            "l10n_mx_co_edi_metodo_pago = NULL")
        self.env.invalidate_all()

    def adopt_what_is_not_whole(self):
        """Take back what somebody touched; it is told in the log."""
        with self.assertLogs("odoo.addons.l10n_mx_co_edi.models.archive_adopt", "WARNING"):
            return self.archive._adopt()

    def files(self, move, ending):
        return self.system["ir.attachment"].search([
            ("res_model", "=", "account.move"), ("res_id", "=", move.id), ("name", "=like", f"%{ending}")], order="id")

    def test_a_document_comes_back_as_it_was(self):
        move = self.a_stamped_invoice()
        before = move.l10n_mx_co_edi_document_id.sudo().read([
            "state", "uuid", "sha256", "signed_xml", "stamped_xml", "snapshot", "total", "issued_at", "environment"])[0]
        method, fingerprint = move.l10n_mx_co_edi_metodo_pago, self.csd.fingerprint
        self.leave()
        self.assertFalse(move.l10n_mx_co_edi_document_id)
        adopted = self.archive._adopt()
        self.assertEqual(move.l10n_mx_co_edi_document_id.sudo(), adopted)
        after = adopted.read(list(before))[0]
        self.assertEqual({**after, "id": 0}, {**before, "id": 0})
        self.assertEqual((move.l10n_mx_co_edi_state, move.l10n_mx_co_edi_uuid), ("valid", before["uuid"]))
        self.assertEqual(move.l10n_mx_co_edi_metodo_pago, method)
        self.assertEqual(adopted.certificate_id.fingerprint, fingerprint)
        self.assertFalse(adopted.certificate_id.has_key)
        self.assertTrue(adopted.source_ids.live)
        with self.assertRaises(UserError):
            move.button_draft()
        self.assertEqual(move._l10n_mx_co_edi_prepare().sudo(), adopted)
        self.assertFalse(self.archive._adopt() - adopted, "what is here is not taken twice")

    def test_leaving_again_keeps_one_file_of_each(self):
        move = self.a_stamped_invoice()
        self.leave()
        first = self.files(move, ".xml")
        self.archive._adopt()
        self.leave()
        self.assertEqual(self.files(move, ".xml"), first)
        self.assertEqual(len(self.files(move, ".l10n_mx_co_edi.json")), 1)

    def test_a_changed_stamp_is_looked_up_and_not_believed(self):
        move = self.a_stamped_invoice()
        uuid = move.l10n_mx_co_edi_uuid
        self.leave()
        stamped = self.files(move, f"{uuid}.xml")
        stamped.raw = stamped.raw.replace(b'Total="', b'Total="9')
        document = self.adopt_what_is_not_whole()
        self.assertEqual((document.state, document.uuid, document.hold), ("in_doubt", False, False))
        self.assertTrue(document.signed_xml and not document.stamped_xml)
        self.assertIn(uuid, document.last_message)
        with self.assertRaises(UserError):
            move.button_draft()

    def test_without_any_whole_file_the_invoice_stays_locked_and_nothing_is_sent(self):
        move = self.a_stamped_invoice()
        self.leave()
        self.files(move, ".xml").unlink()
        document = self.adopt_what_is_not_whole()
        self.assertEqual((document.state, document.hold), ("in_doubt", True))
        self.assertTrue(document.hold_reason)
        stamps = len(self.sandbox.ledger())
        document.with_user(self.clerk).action_send_now()
        self.assertEqual((document.state, len(self.sandbox.ledger())), ("in_doubt", stamps))
        self.assertIn("lost", document.last_message)

    def test_a_record_that_somebody_edited_is_not_believed(self):
        move = self.a_stamped_invoice()
        self.leave()
        record = self.files(move, ".l10n_mx_co_edi.json")
        content = json.loads(record.raw)
        content["values"]["state"] = "cancelled"
        record.with_user(self.clerk).sudo().raw = json.dumps(content).encode()
        self.env.flush_all()
        self.assertEqual(self.adopt_what_is_not_whole().state, "in_doubt")

    def test_a_record_that_somebody_uploaded_is_ignored(self):
        stamped, victim = self.a_stamped_invoice(), self.an_invoice()
        self.leave()
        record = self.files(stamped, ".l10n_mx_co_edi.json")
        content, name = {**json.loads(record.raw), "move": victim.id}, record.name
        record.unlink()
        self.env["ir.attachment"].create({
            "name": name, "res_model": "account.move", "res_id": victim.id,
            "raw": json.dumps(content).encode(), "mimetype": "application/json"})
        self.assertFalse(self.archive._adopt())

    def test_a_refusal_is_remembered(self):
        self.sandbox.script({"refuse": {"code": "CFDI40145", "message": "El nombre no corresponde"}})
        move = self.an_invoice()
        move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(move.l10n_mx_co_edi_state, "rejected")
        self.leave()
        self.assertIn(b"CFDI40145", b"".join(self.files(move, ".answer.xml").mapped("raw")))
        document = self.archive._adopt()
        self.assertEqual((document.state, document.last_code), ("rejected", "CFDI40145"))
        self.assertFalse(document.source_ids.live)
        self.assertEqual(document.exchange_ids.mapped("outcome"), ["refused"])

    def test_nobody_leaves_while_a_document_is_open(self):
        move = self.an_invoice()
        move._l10n_mx_co_edi_prepare()
        module = self.admin_env["ir.module.module"].search([("name", "=", "l10n_mx_co_edi")])
        wizard = self.admin_env["base.module.uninstall"].create({"module_ids": module.ids})
        self.assertIn(move.name, wizard.l10n_mx_co_edi_unsettled)
        # also where what we stand on is uninstalled
        for name in ("l10n_mx_co_edi", "l10n_mx"):
            with self.assertRaisesRegex(UserError, move.name):
                self.admin_env["ir.module.module"].search([("name", "=", name)]).button_uninstall()
        with self.assertRaisesRegex(UserError, move.name):
            self.archive._leave()
        move.l10n_mx_co_edi_document_id.action_withdraw()
        self.archive._check_may_leave()
        self.assertFalse(wizard.browse(wizard.create({"module_ids": module.ids}).id).l10n_mx_co_edi_unsettled)

    def test_other_modules_go_as_always(self):
        self.an_invoice()._l10n_mx_co_edi_prepare()
        ours = self.admin_env["ir.module.module"].search([("name", "=", "l10n_mx_co_edi")])
        free = self.admin_env["ir.module.module"].search([("state", "=", "installed")], order="id desc").filtered(
            lambda module: ours not in module | module.downstream_dependencies())[:1]
        self.assertTrue(free)
        wizard = self.admin_env["base.module.uninstall"].create({"module_ids": free.ids})
        self.assertFalse(wizard.l10n_mx_co_edi_leaving or wizard.l10n_mx_co_edi_unsettled)
        free.button_uninstall()
        self.assertEqual(free.state, "to remove")

    def test_fiscal_data_of_contacts_come_back(self):
        self.env.flush_all()
        self.leave()
        self.env.cr.execute("UPDATE res_partner SET l10n_mx_co_edi_regimen_fiscal = NULL")
        self.env.cr.execute("UPDATE res_company SET l10n_mx_co_edi_environment = NULL")
        self.env.invalidate_all()
        self.archive._adopt()
        self.assertEqual(self.customer.l10n_mx_co_edi_regimen_fiscal, "601")
        self.assertEqual(self.company.l10n_mx_co_edi_environment, "sandbox")
