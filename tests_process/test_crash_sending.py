"""Whatever dies between Odoo and the authority: nothing is lost, nothing is stamped twice; the ledger is the judge."""

import signal

import pytest

from tests_process.shop import under_way, until, wait_out_the_lease

pytestmark = pytest.mark.timeout(300)
# long enough to kill somebody in, shorter than the read time-out
HOLD = 2500  # milliseconds


def test_odoo_is_killed_between_the_stamp_and_the_commit_and_the_next_run_adopts_that_stamp(shop):
    move = shop.an_invoice()
    shop.authority.script({"delay_after_stamp": HOLD}, operation="stamp")
    with under_way(lambda: shop.send(move)) as clicked:
        [stamp] = until(shop.stamps, "the stamp")
        shop.odoo.kill()
    assert "error" in clicked

    shop.reopen()
    document = shop.document(move)
    assert (document["state"], document["uuid"]) == ("sending", False)
    assert shop.outcomes(move) == ["stamp started"]

    wait_out_the_lease()
    shop.drain_until(move, "valid")
    assert shop.judge(move).upper() == stamp["uuid"].upper()
    assert shop.outcomes(move) == ["stamp lost", "stamped stamped"]
    assert len(shop.calls("stamp")) == 1
    assert shop.authority.faults() == {"delay_after_stamp": 1}
    assert shop.move(move)["invoice_pdf_report_id"], "the wish to print survived the crash"


def test_odoo_is_killed_with_several_documents_in_flight_and_each_keeps_its_first_stamp(shop):
    moves = [shop.an_invoice() for _ in range(3)]
    shop.queue(moves)
    shop.authority.script({"delay_after_stamp": HOLD}, operation="stamp", times=-1)
    with under_way(shop.drain):
        until(lambda: len(shop.stamps()) == 3, "three stamps")
        shop.odoo.kill()
    stamps = {row["uuid"].upper() for row in shop.stamps()}
    shop.authority.control("script", method="DELETE")

    shop.reopen()
    wait_out_the_lease()
    for move in moves:
        shop.drain_until(move, "valid")
    assert {shop.judge(move).upper() for move in moves} == stamps
    assert len(shop.calls("stamp")) == len(shop.stamps()) == 3


def test_odoo_is_killed_while_the_request_waits_at_the_authority_which_stamps_it_later(shop):
    """The bytes have left; the authority reads them when their sender is long dead."""
    move = shop.an_invoice()
    shop.sandbox.process.send_signal(signal.SIGSTOP)
    try:
        with under_way(lambda: shop.send(move)):
            until(lambda: shop.sql("SELECT count(*) FROM l10n_mx_co_edi_exchange") == "1", "the attempt row")
            until(lambda: shop.unread_bytes() > 4000, "the request at the authority's door")
            shop.odoo.kill()
    finally:
        shop.sandbox.process.send_signal(signal.SIGCONT)
    [stamp] = until(shop.stamps, "the stamp of a dead sender's document")

    shop.reopen()
    wait_out_the_lease()
    shop.drain_until(move, "valid")
    assert shop.judge(move).upper() == stamp["uuid"].upper()
    assert len(shop.calls("stamp")) == 1


def test_odoo_is_killed_before_anything_was_sent_and_the_same_bytes_go_out_later(shop):
    move = shop.an_invoice()
    shop.sandbox.stop()
    shop.send(move)
    before = shop.document(move)
    assert (before["state"], shop.outcomes(move)) == ("ready", ["stamp not_sent"])
    shop.odoo.kill()
    shop.sandbox.start()

    shop.reopen()
    shop.drain_until(move, "valid")
    shop.judge(move)
    assert shop.document(move)["sha256"] == before["sha256"]
    assert len(shop.calls("stamp")) == 1


def test_a_server_that_was_frozen_answers_too_late_and_is_not_listened_to(shop):
    """The lease of the frozen server ends, another one takes over; the late answer is only recorded."""
    move = shop.an_invoice()
    other = shop.another_odoo()
    shop.authority.script({"delay_after_stamp": HOLD}, operation="stamp")
    with under_way(lambda: shop.send(move)) as clicked:
        [stamp] = until(shop.stamps, "the stamp")
        shop.odoo.process.send_signal(signal.SIGSTOP)
        try:
            other.start()
            wait_out_the_lease()
            shop.drain_until(move, "valid", client=other.client())
            taken_over = shop.sql("SELECT lease_epoch, stamped_at FROM l10n_mx_co_edi_document")
        finally:
            shop.odoo.process.send_signal(signal.SIGCONT)
    other.stop()
    assert shop.judge(move).upper() == stamp["uuid"].upper()
    assert shop.sql("SELECT lease_epoch, stamped_at FROM l10n_mx_co_edi_document") == taken_over
    assert taken_over.startswith("2\t")
    assert clicked.keys() == {"result"}, "the person is told the truth by the server that came back"
    assert len(shop.calls("stamp")) == 1


def test_two_servers_work_on_one_queue_and_every_document_is_sent_once(shop):
    """One runs the scheduled action while a person at the other one sends the very same documents."""
    moves = [shop.an_invoice() for _ in range(10)]
    shop.fill_the_outbox(moves)
    other = shop.another_odoo().start()
    second = other.client()
    documents = [shop.document(move)["id"] for move in moves]
    shop.authority.script({"delay_after_stamp": 300}, operation="stamp", times=-1)
    with under_way(lambda: second.button("l10n_mx_co_edi.document", "action_send_now", documents)) as theirs:
        shop.drain()
    assert theirs.keys() == {"result"}
    shop.drain_to_the_end(moves)
    other.stop()
    assert len(shop.calls("stamp")) == len(shop.stamps()) == len({row["uuid"] for row in shop.stamps()}) == 10
    assert {tuple(shop.outcomes(move)) for move in moves} == {("stamp not_sent", "stamp stamped")}


def test_the_database_drops_every_connection_while_the_answer_is_awaited(shop):
    move = shop.an_invoice()
    shop.authority.script({"delay_after_stamp": HOLD}, operation="stamp")
    with under_way(lambda: shop.send(move)):
        [stamp] = until(shop.stamps, "the stamp")
        shop.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_out_the_lease()
    shop.drain_until(move, "valid")
    assert shop.judge(move).upper() == stamp["uuid"].upper()
    assert len(shop.stamps()) == 1


def test_the_database_loses_power_while_the_answer_is_awaited(shop):
    if not shop.stage.postgres.private:
        pytest.skip("the PostgreSQL server is not ours to kill")
    move = shop.an_invoice()
    shop.authority.script({"delay_after_stamp": HOLD}, operation="stamp")
    with under_way(lambda: shop.send(move)):
        [stamp] = until(shop.stamps, "the stamp")
        shop.stage.postgres.kill()
        shop.stage.postgres.start()
    shop.odoo.kill()
    shop.reopen()
    wait_out_the_lease()
    shop.drain_until(move, "valid")
    assert shop.judge(move).upper() == stamp["uuid"].upper()
    assert len(shop.stamps()) == 1


def test_two_people_press_the_button_at_once_and_one_stamp_is_made(shop):
    move = shop.an_invoice()
    shop.authority.script({"delay_after_stamp": 1000}, operation="stamp")
    with under_way(lambda: shop.send(move, shop.admin)):
        until(shop.stamps, "the stamp of the first")
        shop.send(move, shop.clerk)
    assert shop.document(move)["state"] == "valid"
    shop.judge(move)
    assert len(shop.calls("stamp")) == 1
