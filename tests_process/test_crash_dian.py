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
