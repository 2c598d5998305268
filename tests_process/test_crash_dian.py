"""Whatever dies between Odoo and DIAN: one CUFE for one invoice, and it is the one that Odoo has."""

import base64
import hashlib
from dataclasses import replace

import pytest

from lib import demo_company_co, demo_orders, demo_ready_co, demo_sales_co
from lib.authority import Authority
from lib.demo_company import settings
from tests_process import provider_samples
from tests_process.shop import Shop, under_way, until, wait_out_the_lease

pytestmark = pytest.mark.timeout(400)
HOLD = 2500  # milliseconds; shorter than the read time-out


class ShopCo(Shop):
    """A Colombian company with one order of the demo."""

    def set_up(self) -> "ShopCo":
        """Through the screens, with time-outs as they are shipped."""
        patient = self.stage.odoo(self.database, crons=0)
        patient.start()
        book = demo_orders.load().colombia
        order = next(order for order in book.orders if order.kind == "01")
        parties = {order.party: book.parties[order.party]}
        book = replace(book, orders=(order,), parties=parties)
        self.order = order
        self.company = demo_company_co.set_up(patient.client(), Authority(self.authority.url), book, patient)
        patient.stop()
        self.forget()  # the documents of its test set
        return self

    def open(self) -> "ShopCo":
        self.odoo.start()
        self.admin = self.odoo.client()
        self.clerk = self.odoo.client(demo_company_co.CLERK, self.company.password)
        return self

    def assistant(self, test_set: int = 0) -> demo_ready_co.Assistant:
        """A test set of the company, as its two people have it on their screens."""
        officer = self.odoo.client(demo_company_co.OFFICER, demo_company_co.OFFICER_PASSWORD)
        assistant = demo_ready_co.Assistant(self.admin, officer, self.company.id)
        assistant.id = test_set
        return assistant

    def an_invoice(self) -> int:
        move = self.clerk.create("account.move", demo_sales_co._move(self.company, self.order))
        self.clerk.button("account.move", "action_post", [move])
        return move

    def judge(self, move: int) -> str:
        """Assert the promise for one invoice: validated exactly once, and Odoo has those bytes and DIAN's answer."""
        document = self.document(move)
        [row] = self.authority.ledger()
        signed = base64.b64decode(document["signed_xml"])
        assert (document["state"], document["uuid"]) == ("valid", row["uuid"])
        assert row["sha256"] == document["sha256"] == hashlib.sha256(signed).hexdigest()
        assert base64.b64decode(document["stamped_xml"]) == signed
        assert document["uuid"].encode() in base64.b64decode(document["answer_xml"])
        return document["uuid"]


    def go_through_cadena(self) -> None:
        """The company changes to a technology provider, which has its own software and no need of a certificate."""
        here = {"allowed_company_ids": [self.company.id]}
        nit = self.company.book.issuer.nit
        self.authority.control("dian/register", {"kind": "provider", "row": {
            "service": "cadena", "nit": provider_samples.CADENA, "name": provider_samples.CADENA_NAME,
            "software": provider_samples.CADENA_SOFTWARE, "pin": provider_samples.CADENA_PIN, "customer": nit,
            "token": provider_samples.TOKEN}})
        self.authority.control("dian/associate", {
            "nit": nit, "prefix": demo_ready_co.SALE_PREFIX, "software": provider_samples.CADENA_SOFTWARE})
        settings(self.admin, {
            "l10n_mx_co_edi_dian_service": "cadena", "l10n_mx_co_edi_provider_token": provider_samples.TOKEN,
            "l10n_mx_co_edi_dian_software": provider_samples.CADENA_SOFTWARE,
            "l10n_mx_co_edi_dian_pin": provider_samples.CADENA_PIN}, here)


@pytest.fixture(scope="module")
def shop(stage, sandbox, installed):
    """One company for both: its way to production takes longer than what is asked here."""
    shop = ShopCo(stage, stage.database("crash_dian", copy_of=installed), sandbox)
    try:
        shop.forget()
        yield shop.set_up().open()
    finally:
        shop.close()


def test_odoo_is_killed_between_dians_answer_and_the_commit_and_there_is_one_cufe(shop):
    shop.forget()
    move = shop.an_invoice()
    shop.authority.script({"delay_after_stamp": HOLD}, operation="SendBillSync")
    with under_way(lambda: shop.send_now(move)):
        [validated] = until(shop.authority.ledger, "DIAN's validation")
        shop.odoo.kill()
    shop.reopen()
    assert (shop.document(move)["state"], shop.outcomes(move)) == ("sending", ["send started"])

    wait_out_the_lease()
    shop.drain_until(move, "valid")
    assert shop.judge(move) == validated["uuid"]
    assert shop.outcomes(move)[0] == "send lost"
    assert len(shop.calls("SendBillSync")) == 1, "it was looked up, not sent again"


def test_a_set_of_two_who_press_at_once_survives_a_kill_and_each_number_is_sent_once(shop):
    shop.forget()
    portal = demo_ready_co.Portal(
        Authority(shop.authority.url), shop.company.book.issuer.nit, shop.company.book.issuer.name,
        demo_company_co._SOFTWARE, shop.company.pin, "00000000-0000-4000-8000-0000000000cc")
    size = sum(demo_ready_co.SIZE.values())
    portal.choose_own_software(size)
    assistant = shop.assistant()
    assistant.type({
        "environment": "sandbox", "software": portal.software, "pin": portal.pin, "identifier": portal.identifier,
        "credit_prefix": "NCP", "debit_prefix": "NDP", **demo_ready_co.SIZE})
    assistant.press("action_public_range", as_admin=True)

    both_press(assistant, "action_generate")
    names = [row["name"] for row in assistant.documents()]
    assert (len(names), len(set(names))) == (size, size)

    shop.authority.script({"delay_after_stamp": HOLD}, operation="SendTestSetAsync")
    with under_way(lambda: assistant.press("action_send_all")):
        until(shop.authority.ledger, "DIAN's validation")
        shop.odoo.kill()
    assistant = shop.reopen().assistant(assistant.id)
    [sending] = [row for row in assistant.documents() if row["state"] == "sending"]

    wait_out_the_lease()
    both_press(assistant, "action_send_all")
    until(lambda: demo_ready_co._decided(assistant), "DIAN's verdict")
    assert assistant.read("state")["state"] == "accepted", assistant.read("verdict", "problem")
    rows = {row["name"]: row for row in assistant.documents()}
    assert sorted(rows) == sorted(names) and {row["state"] for row in rows.values()} == {"accepted"}
    validated = [row["uuid"] for row in shop.authority.ledger()]
    assert sorted(validated) == sorted(row["uuid"] for row in rows.values())
    assert validated[0] == rows[sending["name"]]["uuid"]
    assert len(shop.calls("SendTestSetAsync")) == size, "each was sent once; what was lost was looked up"


def both_press(assistant, name: str) -> None:
    """Two people press the button in one moment; none of them gets an error."""
    with under_way(lambda: assistant.press(name, as_admin=True)) as other:
        assistant.press(name)
    assert "error" not in other


def test_odoo_is_killed_before_the_providers_answer_and_what_it_signed_is_fetched(shop):
    shop.forget()
    shop.go_through_cadena()
    move = shop.an_invoice()
    shop.authority.script({"delay_after_stamp": HOLD}, service="cadena", operation="send")
    with under_way(lambda: shop.send_now(move)):
        [validated] = until(shop.authority.ledger, "DIAN's validation")
        shop.odoo.kill()
    shop.reopen()
    assert (shop.document(move)["state"], shop.outcomes(move)) == ("sending", ["send started"])

    wait_out_the_lease()
    shop.drain_until(move, "valid")
    document = shop.document(move)
    assert (document["uuid"], document["sha256"]) == (validated["uuid"], validated["sha256"])
    assert shop.outcomes(move) == ["send lost", "find provider_signed"]
    assert len(shop.calls("send")) == 1, "it was looked up by its number, not sent again"
