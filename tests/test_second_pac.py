"""The second provider: stamped, lost, refused, and never confused with the first; and what its stamps decide."""
import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import clock
from ..core.transports.sw_token import TOKENS
from .common import ACCOUNT, MxCoEdiCommon


class SecondPacCommon(MxCoEdiCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        secret = cls.admin_env["l10n_mx_co_edi.secret"]
        secret._store(cls.company, "sw_pac_username", ACCOUNT["username"])
        secret._store(cls.company, "sw_pac_password", ACCOUNT["password"])
        cls.company.l10n_mx_co_edi_pac = "sw"

    def setUp(self):
        super().setUp()
        TOKENS.clear()
        self.sandbox.control("accounts", {**ACCOUNT, "expires": ""})

    def providers_of(self, move):
        return [row["pac"] for row in self.ledger_of(move)]

    def calls_to(self, service, operation="stamp"):
        return [call for call in self.sandbox.calls(limit=1000) if call["service"].startswith(service)
                and call["operation"] == operation]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecondPac(SecondPacCommon):

    def test_an_invoice_is_stamped_by_the_provider_that_was_chosen(self):
        move = self.a_stamped_invoice(price=1234.5)
        document = move.l10n_mx_co_edi_document_id
        self.assertEqual(document.service, "sw")
        [row] = self.ledger_of(move)
        self.assertEqual((row["pac"], row["sha256"]), ("sw", document.sha256))
        self.assertEqual(row["uuid"].upper(), move.l10n_mx_co_edi_uuid)
        self.assertEqual(set(document.exchange_ids.mapped("outcome")), {"logged_in", "stamped"})

    def test_a_lost_answer_is_in_doubt_and_then_adopted(self):
        move = self.an_invoice()
        with clock.overridden(read_timeout=10, total_timeout=15):
            self.sandbox.script({"drop_after_stamp": True}, operation="stamp")
            document = move._l10n_mx_co_edi_send(synchronously=True)
            self.assertEqual(document.state, "in_doubt")
            self.assertEqual(len(self.ledger_of(move)), 1)
            document.action_look_up()
        self.assertEqual(document.state, "valid", document.last_message)
        [row] = self.ledger_of(move)
        self.assertEqual(row["uuid"].upper(), document.uuid)
        self.assertIn("already_stamped", document.exchange_ids.mapped("outcome"))

    def test_a_connection_dropped_before_the_stamp_is_sent_again_with_the_same_bytes(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        sealed = document.sha256
        self.assertEqual(document.state, "in_doubt")
        document.action_look_up()
        self.assertEqual((document.state, document.sha256), ("valid", sealed))
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_lost_login_keeps_the_document_ready(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, operation="authenticate")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "MX-NET-01"))
        document._send_claimable()
        self.assertEqual(document.state, "valid")

    def test_a_refusal_is_explained_and_can_be_corrected(self):
        stranger = self._create_customer(name="OTRA EMPRESA", vat="XIA190128J61", zip="76343")
        move = self.an_invoice(partner_id=stranger.id)
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("rejected", "CFDI40143"))
        self.assertIn("RFC", document.last_error)
        move.button_draft()
        move.partner_id = self.customer
        move.action_post()
        self.assertEqual(move._l10n_mx_co_edi_send(synchronously=True), document)
        self.assertEqual(document.state, "valid")

    def test_a_refusal_on_content_is_no_evidence_for_a_document_in_doubt(self):
        """This provider cannot be asked about a document, so nothing proves that it has no stamp."""
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.sandbox.script({"refuse": {"code": "CFDI40102", "message": "x"}}, operation="stamp")
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "CFDI40102"))
        document._send_claimable()
        self.assertEqual(document.state, "valid")
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_duplicate_without_its_stamp_stays_in_doubt_until_it_comes(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.sandbox.script({"empty_307": 600}, operation="stamp")
        document._send_claimable()
        self.assertEqual((document.state, document.last_code), ("in_doubt", "MX-STAMP-02"))
        document._send_claimable()
        self.assertEqual(document.state, "valid")

    def test_a_stamp_of_another_document_is_never_adopted(self):
        self.a_stamped_invoice()
        move = self.an_invoice()
        self.sandbox.script({"wrong_tfd": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.stamped_xml), ("in_doubt", False))
        document._send_claimable()
        self.assertEqual(document.state, "valid")

    def test_a_token_that_ends_on_the_way_is_renewed(self):
        self.a_stamped_invoice()
        move = self.an_invoice()
        self.sandbox.script({"expire_token": True}, operation="stamp")
        move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        self.assertEqual(len(self.ledger_of(move)), 1)

    def test_a_change_of_provider_never_touches_a_document_in_doubt(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(document.state, "in_doubt")
        self.company.sudo().l10n_mx_co_edi_pac = "finkok"
        before = len(self.calls_to("finkok"))
        document._send_claimable()
        self.assertEqual((document.state, document.service), ("valid", "sw"))
        self.assertEqual(len(self.calls_to("finkok")), before)
        self.assertEqual(self.providers_of(move), ["sw"])
        other = self.a_stamped_invoice()
        self.assertEqual(self.providers_of(other), ["finkok"])

    def test_what_waits_for_the_former_provider_still_goes_there(self):
        self.company.sudo().l10n_mx_co_edi_pac = "finkok"
        move = self.an_invoice()
        self.sandbox.script({"drop_before": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.company.sudo().l10n_mx_co_edi_pac = "sw"
        document._send_claimable()
        self.assertEqual((document.state, self.providers_of(move)), ("valid", ["finkok"]))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecondPacSettings(SecondPacCommon):

    def _save(self, **values):
        return self.admin_env["res.config.settings"].with_company(self.company).create(values)

    def test_each_provider_keeps_credentials_of_its_own(self):
        secrets = self.admin_env["l10n_mx_co_edi.secret"]
        self._save(l10n_mx_co_edi_pac="sw", l10n_mx_co_edi_pac_username="otro", l10n_mx_co_edi_pac_password="otra")
        self.assertEqual(secrets._reveal_text(self.company, "sw_pac_username"), "otro")
        self.assertEqual(secrets._reveal_text(self.company, "pac_username"), ACCOUNT["username"])
        self._save(l10n_mx_co_edi_pac="finkok", l10n_mx_co_edi_pac_username="primero")
        self.assertEqual(secrets._reveal_text(self.company, "sw_pac_username"), "otro")
        self.assertEqual(secrets._reveal_text(self.company, "pac_username"), "primero")
        self.assertFalse(self._save().l10n_mx_co_edi_pac_takes_token)

    def test_a_token_stands_in_for_user_and_password_until_it_is_removed(self):
        token = self.sandbox.control("token", {"username": ACCOUNT["username"]})["token"]
        self._save(l10n_mx_co_edi_pac_username="wrong", l10n_mx_co_edi_pac_password="wrong")
        with self.assertRaises(UserError):
            self._save().action_l10n_mx_co_edi_test_connection()
        saved = self.admin_env["res.config.settings"].with_company(self.company).web_save(
            {"l10n_mx_co_edi_pac_token": f" {token}\n"},
            {"l10n_mx_co_edi_pac_token": {}, "l10n_mx_co_edi_pac_token_status": {}, "l10n_mx_co_edi_pac_has_token": {}})
        self.assertNotIn(token, str(saved))
        self.assertTrue(saved[0]["l10n_mx_co_edi_pac_has_token"])
        settings = self._save()
        settings.action_l10n_mx_co_edi_test_connection()
        move = self.a_stamped_invoice()
        self.assertEqual(move.l10n_mx_co_edi_document_id.exchange_ids.mapped("outcome"), ["stamped"])
        settings.action_l10n_mx_co_edi_forget_token()
        with self.assertRaises(UserError):
            self._save().action_l10n_mx_co_edi_test_connection()

    def test_the_connection_test_shows_and_keeps_the_balance(self):
        self.sandbox.control("accounts", {"username": ACCOUNT["username"], "credits": 30, "expires": "2031-12-31"})
        settings = self._save()
        self.assertFalse(settings.l10n_mx_co_edi_stamp_balance)
        action = settings.action_l10n_mx_co_edi_test_connection()
        self.assertIn("30", action["params"]["message"])
        settings = self._save()
        self.assertIn("30", settings.l10n_mx_co_edi_stamp_balance)
        self.assertIn("2031", settings.l10n_mx_co_edi_stamp_balance)
        self.assertEqual(settings.l10n_mx_co_edi_stamp_state, "low")
        self.assertTrue(settings.l10n_mx_co_edi_stamp_checked)
        self._save(l10n_mx_co_edi_stamp_warning=10)
        self.assertEqual(self._save().l10n_mx_co_edi_stamp_state, "enough")

    def test_a_token_that_cannot_be_used_stops_nobody_else(self):
        self._save(l10n_mx_co_edi_pac_token="ñandú.ñandú.ñandú")
        with self.assertRaises(UserError):
            self._save().action_l10n_mx_co_edi_test_connection()
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "MX-CONF-10"))
        self.assertNotIn("ñandú", document.last_error)

    def test_no_secret_reaches_the_archive_of_calls(self):
        move = self.a_stamped_invoice()
        self._save().action_l10n_mx_co_edi_test_connection()
        token = TOKENS._tokens and next(iter(TOKENS._tokens.values())).text
        self.assertEqual(len(token.split(".")), 3)
        self.env.flush_all()
        self.env.cr.execute("SELECT string_agg(row_to_json(x)::text, '') FROM l10n_mx_co_edi_exchange x")
        archive = self.env.cr.fetchone()[0]
        exchanges = move.l10n_mx_co_edi_document_id.sudo().exchange_ids
        archive += "".join(
            (part or b"").decode() for exchange in exchanges for part in (exchange.request, exchange.response))
        decoded = b"".join(
            base64.b64decode(part or b"")
            for exchange in exchanges for part in (exchange.request, exchange.response))
        for secret in (token, ACCOUNT["password"], ACCOUNT["username"]):
            self.assertNotIn(secret, archive)
            self.assertNotIn(secret.encode(), decoded)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestStampBalance(SecondPacCommon):

    def setUp(self):
        super().setUp()
        self.balances = self.admin_env["l10n_mx_co_edi.stamp.balance"]

    def _account(self, **values):
        self.sandbox.control("accounts", {"username": ACCOUNT["username"], **values})

    def _check(self):
        self.balances._cron_check()
        return self.balances._of(self.company)

    def test_the_scheduled_action_asks_every_account_in_use(self):
        self._account(credits=0)
        self._account(credits=80, expires="2031-12-31")
        balance = self._check()
        self.assertEqual((balance.service, balance.environment, balance.credits), ("sw", "sandbox", 80))
        self.assertEqual((balance.bought, str(balance.expires), balance.state), (80, "2031-12-31", "enough"))
        self.company.sudo().l10n_mx_co_edi_pac = "finkok"
        self.assertEqual(self._check().service, "finkok")
        self.assertEqual(self._check().credits, 80)

    def test_nothing_is_asked_to_show_a_balance(self):
        self._check()
        before = len(self.sandbox.calls(limit=1000))
        move = self.an_invoice()
        move.l10n_mx_co_edi_alerts  # noqa: B018 - reading is the point
        document = move._l10n_mx_co_edi_prepare()
        self.assertTrue(document.stamp_balance)
        self.assertEqual(len(self.sandbox.calls(limit=1000)), before)

    def test_few_stamps_are_a_warning_that_stops_nothing(self):
        self._account(credits=3)
        self._check()
        move = self.an_invoice()
        self.assertIn("MX-STAMPS-02", [finding.code for finding in move._l10n_mx_co_edi_findings()])
        move._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")

    def test_used_up_or_expired_stops_before_sealing_and_resumes_by_itself(self):
        yesterday = (fields.Date.today() - timedelta(days=2)).isoformat()
        for account, word in (({"credits": 0}, "used up"), ({"credits": 9, "expires": yesterday}, "expired")):
            with self.subTest(word):
                self._account(**account)
                self._check()
                move = self.an_invoice()
                self.assertEqual(move.state, "posted", "posting is not stopped")
                calls = len(self.calls_to("sw"))
                document = move._l10n_mx_co_edi_send(synchronously=True, delivery={"sending_methods": []})
                self.assertEqual((document.state, document.signed_xml, document.attempts), ("draft", False, 0))
                self.assertIn(word, document.last_error)
                self.assertIn("SW Sapien", document.last_error)
                self.assertEqual(len(self.calls_to("sw")), calls)
                self._check()
                self.assertEqual(document.state, "draft")
                self._account(credits=20, expires="")
                self._check()
                self.assertEqual((document.state, document.waits_for_stamps), ("ready", False))
                self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
                self.assertEqual(document.state, "valid", document.last_message)
                self.assertEqual(len(self.ledger_of(move)), 1)

    def test_the_queue_is_kept_and_goes_when_stamps_are_bought(self):
        moves = self.env["account.move"].union(*(self.an_invoice(price=price) for price in (10, 20, 30)))
        for move in moves:
            move._l10n_mx_co_edi_send(synchronously=False)
        documents = moves.l10n_mx_co_edi_document_id.sudo()
        sealed = documents.mapped("sha256")
        self._account(credits=0)
        self._check()
        calls = len(self.calls_to("sw"))
        queue = self.admin_env["l10n_mx_co_edi.document"]
        queue._cron_drain()
        documents.invalidate_recordset()
        self.assertEqual((set(documents.mapped("state")), sum(documents.mapped("attempts"))), ({"ready"}, 0))
        self.assertEqual(len(self.calls_to("sw")), calls)
        self.assertIn("SW Sapien", documents[0].last_error)
        self._account(credits=10)
        self._check()
        queue._cron_drain()
        documents.invalidate_recordset()
        self.assertEqual(set(documents.mapped("state")), {"valid"})
        self.assertEqual(documents.mapped("sha256"), sealed)

    def test_a_refusal_for_want_of_stamps_stops_the_next_invoice_before_sealing(self):
        self._account(credits=0)
        first, second = self.an_invoice(), self.an_invoice()
        document = first._l10n_mx_co_edi_send(synchronously=True)
        self.assertEqual((document.state, document.last_code), ("ready", "718"))
        self.assertEqual(second._l10n_mx_co_edi_send(synchronously=True).state, "draft")
        self._account(credits=10)
        self._check()
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        moves = first | second
        moves.l10n_mx_co_edi_document_id.invalidate_recordset()
        self.assertEqual(set(moves.l10n_mx_co_edi_document_id.mapped("state")), {"valid"})

    def test_a_document_in_doubt_is_looked_up_even_without_stamps(self):
        move = self.an_invoice()
        self.sandbox.script({"drop_after_stamp": True}, operation="stamp")
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self._account(credits=0)
        self._check()
        document.sudo().next_attempt_at = fields.Datetime.now()
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        document.invalidate_recordset()
        self.assertEqual(document.state, "valid")

    def test_an_invoice_that_is_taken_back_does_not_go_by_itself(self):
        self._account(credits=0)
        self._check()
        move = self.an_invoice()
        document = move._l10n_mx_co_edi_send(synchronously=True)
        self.assertTrue(document.waits_for_stamps)
        move.button_draft()
        self.assertFalse(document.waits_for_stamps)
        move.action_post()
        self._account(credits=5)
        self._check()
        self.assertEqual(document.state, "draft")

    def test_the_wizard_says_that_it_waits_and_the_wish_is_carried_out_later(self):
        self._account(credits=0)
        self._check()
        move = self.an_invoice()
        action = self.send_wizard(move, sending_methods=["manual"]).action_send_and_print()
        self.assertIn("SW Sapien", action["params"]["message"])
        self.assertFalse(move.invoice_pdf_report_id)
        self.assertEqual(len(move.activity_ids), 1)
        self._account(credits=5)
        self._check()
        self.admin_env["l10n_mx_co_edi.document"]._cron_drain()
        move.invalidate_recordset()
        self.assertEqual(move.l10n_mx_co_edi_state, "valid")
        self.assertTrue(move.invoice_pdf_report_id)
        self.assertFalse(move.activity_ids)

    def test_what_was_said_long_ago_stops_nothing(self):
        self._account(credits=0)
        balance = self._check()
        self._account(credits=5)
        balance.checked_at = fields.Datetime.now() - timedelta(hours=4)
        self.a_stamped_invoice()

    def test_a_provider_that_does_not_answer_leaves_the_last_balance(self):
        self._account(credits=40)
        self._check()
        with self.provider_at("http://127.0.0.1:9"):
            TOKENS.clear()
            balance = self._check()
        self.assertEqual(balance.credits, 40)
        self.assertTrue(balance.problem)
        self.assertFalse(self._check().problem)

    def test_a_branch_shares_the_account_of_its_company(self):
        branch = self.admin_env["res.company"].create({
            "name": "Sucursal", "parent_id": self.company.id, "country_id": self.admin_env.ref("base.mx").id})
        balance = self._check()
        self.assertEqual(self.balances._of(branch), balance)
        self.assertIn(branch, balance._companies())

    def test_viewers_see_the_balance_and_only_administrators_ask(self):
        balance = self._check()
        self.assertTrue(balance.with_env(self.env).credits >= 0)
        self.assertFalse(balance.with_env(self.env).has_access("write"))
        with self.assertRaises(UserError):
            balance.with_env(self.env).action_ask()
        balance.with_env(self.admin_env).action_ask()
