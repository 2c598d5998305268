"""The authority is down, says nothing, or says nonsense: what the person is told, and what becomes of the document."""

import pytest

from tests_process.shop import DELAYS

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def shop(open_shop):
    """Nobody is killed here: one Odoo serves all of these tests, and each leaves nothing in flight."""
    open_shop.forget()
    yield open_shop
    open_shop.authority.control("script", method="DELETE")
    open_shop.drain_until_quiet()




def test_an_authority_that_is_down_leaves_the_invoice_waiting_and_correctable(shop):
    waiting, corrected = shop.an_invoice(), shop.an_invoice()
    shop.sandbox.stop()
    try:
        told = shop.send(waiting)
        assert "goes by itself" in told, told
        shop.send(corrected)
        assert shop.document(waiting)["state"] == "ready"
        assert [(row["outcome"], row["reason"]) for row in shop.exchanges(waiting)] == [("not_sent", "refused")]
        shop.clerk.button("account.move", "button_draft", [corrected])
        assert shop.move(corrected)["state"] == "draft"
        for _ in range(3):
            shop.drain()
        assert shop.document(waiting)["state"] == "ready"
    finally:
        shop.sandbox.start()
    shop.drain_until(waiting, "valid")
    shop.judge(waiting)
    assert shop.move(waiting)["invoice_pdf_report_id"], "the print was made when the invoice became valid"


# What happens to the answer after the stamp was made, by the reason that the timeline gives for the doubt
LOST = {
    "drop_after_stamp": {"drop_after_stamp": True},
    "reset": {"reset_mid_answer": True},
    "truncated": {"truncate": True},
    "html": {"html_page": True, "after_stamp": True},
    "bomb": {"xml_bomb": True, "after_stamp": True},
    "fault": {"senv_fault": True, "after_stamp": True},
    "gateway": {"http_status": 502, "after_stamp": True},
    "drip": {"slow_drip": {"bytes": 1, "every_ms": 100}},
    "silence": {"delay_after_stamp": (DELAYS["read_timeout"] + 2) * 1000},
    "no stamp inside": {"no_tfd": True},
    "malformed UUID": {"bad_uuid": True},
    "stamp of another document": {"wrong_tfd": True},
    # the last one: nothing goes to a service that asked to wait
    "busy": {"http_status": {"status": 503, "retry_after": 1}, "after_stamp": True},
}


def test_every_way_of_losing_an_answer_ends_with_the_first_stamp(shop):
    shop.send_now(shop.an_invoice())  # the other document, whose stamp one of the answers will carry
    moves = {}
    for name, action in LOST.items():
        shop.authority.script(action, operation="stamp")
        moves[name] = shop.an_invoice()
        shop.send_now(moves[name])
        assert (name, shop.document(moves[name])["state"]) == (name, "in_doubt")
    assert sum(shop.authority.faults().values()) == len(LOST)
    shop.drain_to_the_end(list(moves.values()))
    rows = {row["sha256"]: row["uuid"].upper() for row in shop.stamps()}
    assert len(rows) == len(shop.stamps()) == len(LOST) + 1
    for name, move in moves.items():
        document = shop.document(move)
        assert (name, document["uuid"].upper()) == (name, rows[document["sha256"]])
        assert (name, len(shop.outcomes(move))) == (name, 2), "one call that was lost, one look-up"
    calls = [call["sha256"] for call in shop.calls("stamp")]
    assert len(calls) == len(set(calls)) == len(LOST) + 1, "none of them was sent again"


def test_a_lost_answer_locks_the_invoice_until_its_stamp_is_found(shop):
    move = shop.an_invoice()
    shop.authority.script({"drop_after_stamp": True}, operation="stamp")
    shop.authority.script({"senv_fault": True}, operation="stamped", times=-1)
    told = shop.send(move)
    assert "answer was lost" in told, told
    document = shop.document(move)
    assert document["state"] == "in_doubt"
    for button in ("button_draft", "button_cancel"):
        assert shop.refused(lambda button=button: shop.clerk.button("account.move", button, [move]))
    assert shop.refused(lambda: shop.clerk.button("l10n_mx_co_edi.document", "action_withdraw", [document["id"]]))
    for _ in range(4):
        shop.drain()
    assert shop.document(move)["state"] == "in_doubt", "a look-up that fails proves nothing"
    assert shop.document(move)["sha256"] == document["sha256"]
    shop.authority.control("script", method="DELETE")
    shop.drain_until(move, "valid")
    shop.judge(move)


def test_an_answer_lost_before_the_stamp_ends_with_one_stamp_of_the_same_bytes(shop):
    move = shop.an_invoice()
    shop.authority.script({"drop_before": True}, operation="stamp")
    shop.send(move)
    before = shop.document(move)
    assert (before["state"], shop.stamps()) == ("in_doubt", [])
    shop.drain_until(move, "valid")
    shop.judge(move)
    assert {call["sha256"] for call in shop.calls("stamp")} == {before["sha256"]}
    assert len(shop.calls("stamp")) == 2


def test_a_duplicate_whose_stamp_is_not_handed_out_is_neither_refused_nor_made_again(shop):
    move = shop.an_invoice()
    shop.authority.script({"drop_after_stamp": True}, operation="stamp")
    shop.send(move)
    shop.authority.script({"empty_307": 3600}, times=-1, operation="stamp")
    shop.authority.script({"lookup_603": 3600}, times=-1, operation="stamped")
    for _ in range(3):
        shop.drain()
    assert shop.document(move)["state"] == "in_doubt"
    assert len(shop.stamps()) == 1
    shop.authority.control("script", method="DELETE")
    shop.drain_until(move, "valid")
    shop.judge(move)


def test_a_wrong_password_is_told_and_not_tried_again_and_again(shop):
    move = shop.an_invoice()
    shop.authority.script({"refuse": {"code": "300", "message": "El usuario o contraseña son inválidos"}}, times=-1)
    told = shop.send(move)
    assert "user and password" in told, told
    for _ in range(4):
        shop.drain()
    assert shop.document(move)["state"] == "ready"
    assert len(shop.calls("stamp")) == 1
    shop.authority.control("script", method="DELETE")
    assert shop.send(move) == "", "a person may try at once after correcting the settings"
    shop.judge(move)


def test_a_refusal_is_told_and_the_corrected_invoice_keeps_its_number(shop):
    move = shop.an_invoice()
    shop.authority.script({"refuse": {"code": "CFDI40145", "message": "El nombre no corresponde"}})
    told = shop.refused(lambda: shop.send(move))
    assert told, told
    number = shop.move(move)["name"]
    assert shop.document(move)["state"] == "rejected"
    shop.clerk.button("account.move", "button_draft", [move])
    shop.clerk.button("account.move", "action_post", [move])
    assert shop.send(move) == ""
    assert shop.move(move)["name"] == number
    shop.judge(move)
