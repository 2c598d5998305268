"""A company that sells, in a database of the test's own, with real processes that may be killed at any moment."""
import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from lib import demo_company, demo_orders
from lib.authority import Authority
from lib.process import tail, wait_until
from lib.rpc import Client, RpcError
from tests_process.sandbox_client import SandboxProcess

# Short enough for a test, in the same proportions as the shipped ones; seconds. See core/clock.py. Many answers in a
# row are lost here on purpose: what a service that does not answer leads to is tested in tests/test_service_gate.py.
DELAYS = {
    "connect_timeout": 2, "read_timeout": 4, "total_timeout": 4.5, "lease": 5.5, "backoff_first": 1, "backoff_cap": 3,
    "lookup_attempts": 3, "lookup_pause": 0.3, "drain_wait": 0, "breaker_probe": 0.5, "breaker_failures": 100,
}
ORDERS = ("iva-16",)
DOCUMENT = "l10n_mx_co_edi.document"
EXCHANGE = "l10n_mx_co_edi.exchange"


def book() -> demo_orders.Book:
    """The issuer and one plain order of the demo."""
    whole = demo_orders.load()
    orders = tuple(order for order in whole.orders if order.id in ORDERS)
    customers = {order.customer: whole.customers[order.customer] for order in orders}
    return demo_orders.Book(orders, customers, whole.issuer)


def open_company(odoo, sandbox) -> None:
    """Set the company up through the screens, so that its database can be copied."""
    odoo.start()
    admin = odoo.client()
    demo_company.set_up(admin, Authority(sandbox.url), book(), odoo.url)
    clerk = admin.search("res.users", [["login", "=", demo_company.CLERK]])
    admin.call("res.users", "write", clerk, {"lang": "en_US"})
    odoo.stop()


class Shop:
    """One company's Odoo and the local authority; `judge` is what the authority's ledger says."""

    def __init__(self, stage, database: str, sandbox):
        self.stage = stage
        self.database = database
        self.authority = SandboxProcess(sandbox.state)
        self.authority.url = sandbox.url
        self.sandbox = sandbox
        self.odoo = self.another_odoo()

    # -- processes ---------------------------------------------------------------------------------------------

    def another_odoo(self, **options):
        """One more server for the same database, not started yet; without scheduled actions unless asked for."""
        options = {"crons": 0, **options}
        return self.stage.odoo(self.database, env={"L10N_MX_CO_EDI_DELAYS": json.dumps(DELAYS)}, **options)

    def open(self) -> "Shop":
        self.odoo.start()
        self.admin = self.odoo.client()
        for name in ("web.base.url", "report.url"):
            self.admin.call("ir.config_parameter", "set_param", name, self.odoo.url)
        self.clerk = self.odoo.client(demo_company.CLERK, demo_company.CLERK)
        return self

    def forget(self) -> None:
        """Empty the ledger and take back every scripted fault and every setting."""
        self.authority.control("reset", {"what": ["ledger", "scripts", "clock", "calls", "settings"]})

    def close(self) -> None:
        """End and remove everything; a test that failed shows the end of the log."""
        print(tail(self.odoo.log, 60))
        self.odoo.stop()
        self.stage.drop(self.database)

    def reopen(self) -> "Shop":
        """After a crash: the same database, a new process, new sessions."""
        return self.open()

    # -- what people do ----------------------------------------------------------------------------------------

    def an_invoice(self) -> int:
        """A posted invoice, not sent."""
        order = book().orders[0]
        clerk, today = self.clerk, demo_company._today()
        [partner] = clerk.search("res.partner", [["vat", "=", book().customers[order.customer].rfc]], limit=1)
        lines = []
        for line in order.lines:
            [product] = clerk.search("product.product", [["name", "=", line.description]], limit=1)
            values = {"product_id": product, "quantity": float(line.quantity), "price_unit": float(line.price)}
            lines.append([0, 0, values])
        move = clerk.create("account.move", {
            "move_type": "out_invoice", "partner_id": partner, "invoice_date": today, "invoice_date_due": today,
            "invoice_line_ids": lines, "l10n_mx_co_edi_forma_pago": "03",
        })
        clerk.button("account.move", "action_post", [move])
        return move

    def send(self, move: int, client: Client | None = None) -> str:
        """Press "Send & Print"; returns what the person is told, empty when everything was delivered.

        :raise RpcError: what the person sees in a dialog
        """
        client = client or self.clerk
        context = {"active_model": "account.move", "active_ids": [move], "active_id": move}
        wizard = client.create(
            "account.move.send.wizard", {"move_id": move, "sending_methods": ["manual"]}, context=context)
        answer = client.button("account.move.send.wizard", "action_send_and_print", [wizard], context)
        told = isinstance(answer, dict) and answer.get("tag") == "display_notification"
        return answer["params"]["message"] if told else ""

    def send_now(self, move: int) -> str:
        """Press "Send Now" on the CFDI tab, which prints nothing; returns what the person is told."""
        return self.clerk.button("account.move", "action_l10n_mx_co_edi_send_now", [move])["params"]["message"]

    def drain_until_quiet(self) -> None:
        """Until nothing is on its way any more."""
        def quiet():
            self.drain()
            return self.sql(
                "SELECT count(*) FROM l10n_mx_co_edi_document WHERE state IN ('ready', 'sending', 'in_doubt')"
                " AND next_attempt_at < now() at time zone 'utc' + interval '1 minute'") == "0"
        wait_until(quiet, timeout=60, what="an empty outbox", pause=0.3)

    def fill_the_outbox(self, moves: list[int]) -> None:
        """Send while the authority is down: the documents wait, with no wish to print them."""
        self.sandbox.stop()
        for move in moves:
            self.send_now(move)
        self.sandbox.start()

    def drain(self, client: Client | None = None) -> None:
        """Run the scheduled action once, by its button "Run Manually"."""
        client = client or self.admin
        client.button("ir.cron", "method_direct_trigger", [client.ref("l10n_mx_co_edi.ir_cron_drain")])

    def drain_until(self, move: int, state: str, timeout: float = 60, client: Client | None = None) -> None:
        """Run the scheduled action again and again until the document is in `state`."""
        def reached():
            self.drain(client)
            return self.sql(f"SELECT state FROM l10n_mx_co_edi_document WHERE move_id = {move}") == state
        wait_until(reached, timeout=timeout, what=f"state {state}", pause=0.3)

    def drain_to_the_end(self, moves: list[int], timeout: float = 120) -> None:
        """Until all of them are valid."""
        def reached():
            self.drain()
            ids = ",".join(map(str, moves))
            return self.sql(
                "SELECT count(*) FROM l10n_mx_co_edi_document"
                f" WHERE move_id IN ({ids}) AND state = 'valid'") == str(len(moves))
        wait_until(reached, timeout=timeout, what="all documents valid", pause=0.3)

    def queue(self, moves: list[int]) -> None:
        """Choose several invoices in the list and press "Send & Print": they are sent in the background."""
        context = {"active_model": "account.move", "active_ids": moves}
        wizard = self.clerk.create("account.move.send.batch.wizard", {"move_ids": [[6, 0, moves]]}, context=context)
        self.clerk.button("account.move.send.batch.wizard", "action_send_and_print", [wizard], context)
        self.admin.button("ir.cron", "method_direct_trigger", [self.admin.ref("account.ir_cron_account_move_send")])

    # -- what can be seen --------------------------------------------------------------------------------------

    def document(self, move: int) -> dict:
        [row] = self.admin.search_read(
            DOCUMENT, [["move_id", "=", move]], [], context={"bin_size": False}, order="id desc", limit=1)
        return row

    def signed(self, move: int) -> bytes:
        return base64.b64decode(self.document(move)["signed_xml"])

    def exchanges(self, move: int) -> list[dict]:
        """The timeline, oldest first."""
        fields = ["operation", "outcome", "reason", "authority_code", "request_sha256", "http_status"]
        return self.admin.search_read(EXCHANGE, [["document_id.move_id", "=", move]], fields, order="id")

    def outcomes(self, move: int) -> list[str]:
        return [f"{row['operation']} {row['outcome']}" for row in self.exchanges(move)]

    def move(self, move: int) -> dict:
        names = ["name", "state", "l10n_mx_co_edi_state", "l10n_mx_co_edi_uuid", "invoice_pdf_report_id"]
        [row] = self.admin.read("account.move", [move], names)
        return row

    def sql(self, statement: str) -> str:
        """What PostgreSQL says, past any server of Odoo."""
        return self.stage.postgres.sql(self.database, statement).strip()

    def unread_bytes(self) -> int:
        """How much has arrived at the authority's door that it has not read (Linux)."""
        port = f":{int(self.sandbox.url.rsplit(':', 1)[1]):04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(int(row[4].split(":")[1], 16) for row in rows if row[1].endswith(port) and row[3] == "01")

    def refused(self, act) -> str:
        """What the person is told when `act` is not allowed."""
        try:
            act()
        except RpcError as error:
            return str(error)
        raise AssertionError("it was allowed")

    # -- the judge ---------------------------------------------------------------------------------------------

    def stamps(self) -> list[dict[str, str]]:
        """The ledger's rows of this test."""
        return self.authority.ledger()

    def calls(self, operation: str) -> list[dict]:
        return [call for call in self.authority.calls() if call["operation"] == operation]

    def judge(self, move: int) -> str:
        """Assert the promise for one invoice: stamped exactly once, and that stamp is the one that Odoo has.

        Returns the UUID.
        """
        document = self.document(move)
        number = (document["serie"] or "", document["folio"])
        [row] = [row for row in self.stamps() if (row["serie"], row["folio"]) == number]
        signed = base64.b64decode(document["signed_xml"])
        assert document["state"] == "valid"
        assert document["uuid"].upper() == row["uuid"].upper()
        assert row["sha256"] == document["sha256"] == hashlib.sha256(signed).hexdigest()
        assert self.authority.file(f"document/{row['uuid']}.xml") == base64.b64decode(document["stamped_xml"])
        assert self.move(move)["l10n_mx_co_edi_state"] == "valid"
        assert [e for e in self.exchanges(move) if e["outcome"] == "started"] == []
        return document["uuid"]


@contextmanager
def under_way(act):
    """Run `act` in a thread while the block runs; whatever it raises (the server may be killed) is kept."""
    outcome: dict = {}

    def work():
        try:
            outcome["result"] = act()
        except (OSError, ValueError, RpcError) as error:
            outcome["error"] = error

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield outcome
    finally:
        thread.join(60)
        print("under way:", outcome)
        assert not thread.is_alive()


def until(condition, what: str, timeout: float = 90):
    return wait_until(condition, timeout=timeout, what=what, pause=0.05)


def wait_out_the_lease() -> None:
    time.sleep(DELAYS["lease"] + 1)
