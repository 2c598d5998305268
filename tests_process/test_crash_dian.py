"""Whatever dies between Odoo and DIAN: one CUFE for one invoice, and it is the one that Odoo has."""

import base64
import hashlib
from dataclasses import replace

import pytest

from lib import demo_company_co, demo_orders, demo_sales_co
from lib.authority import Authority
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


def test_odoo_is_killed_between_dians_answer_and_the_commit_and_there_is_one_cufe(stage, sandbox, installed):
    shop = ShopCo(stage, stage.database("crash_dian", copy_of=installed), sandbox)
    try:
        shop.set_up().open()
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
    finally:
        shop.close()
