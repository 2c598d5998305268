"""The rows that need a real Odoo and a real PostgreSQL: a company that sells, prepared through the screens."""
import json
import time

from . import demo_company, demo_orders, say, shots_colombia
from .authority import Authority
from .environment import Environment
from .measure import compared
from .odoo import Odoo
from .paths import MODULE, ROOT
from .process import Run
from .rpc import Client
from .stage import Stage, open_stage

ODOO_ROWS = ("odoo-prepare", "odoo-pdf")
COLOMBIAN_ROWS = ("dian-prepare",)
_PREPARE_ROUNDS, _BATCH, _LINES = 3, 100, 10
_PRINT_ROUNDS = 12
_STOCK_REPORT = "account.report_invoice_with_payments"
_SHELL = """
import sys
sys.path.insert(0, {dev!r})
from lib import {module}
print("RESULT", {module}.{call})
"""


def odoo_rows(run: Run, tools: Environment, wanted: list[str], *, server: str | None) -> list[dict]:
    """The rows asked for, as dictionaries."""
    if not wanted:
        return []
    with open_stage(run, tools, server=server) as stage:
        odoo, rows = None, []
        for name in wanted:
            if name in COLOMBIAN_ROWS:
                rows.append(_prepare(colombian_shop(stage), name, "co"))
                continue
            odoo = odoo or shop(stage)
            rows.append(_prepare(odoo, name, "mx") if name == "odoo-prepare" else _print(odoo))
        return rows


def shop(stage: Stage) -> Odoo:
    """A Mexican company with certificate, customer and product; its Odoo is stopped."""
    database = stage.database("bench")
    say.step("installing the add-on")
    stage.install(database, MODULE)
    authority = Authority(stage.start_sandbox().url)
    book = demo_orders.load()
    orders = tuple(order for order in book.orders if order.id == "iva-16")
    customers = {order.customer: book.customers[order.customer] for order in orders}
    odoo = stage.odoo(database, crons=0).start()
    demo_company.set_up(odoo.client(), authority, demo_orders.Book(orders, customers, book.issuer), odoo.url)
    odoo.stop()
    return odoo


def colombian_shop(stage: Stage) -> Odoo:
    """A Colombian company with certificate, range, customer and product; its Odoo is stopped."""
    database = stage.database("bench_co")
    say.step("installing the add-on for the Colombian company")
    stage.install(database, MODULE)
    authority = Authority(stage.start_sandbox().url)
    odoo = stage.odoo(database, crons=0).start()
    shots_colombia.seller(odoo.client(), authority)
    odoo.stop()
    return odoo


def in_odoo(odoo: Odoo, call: str, *, module: str = "bench_odoo"):
    """Call a function of a module of this folder in a shell of this database."""
    output = odoo.shell(_SHELL.format(dev=str(ROOT / "dev"), module=module, call=call), timeout=1800)
    return json.loads(output.rpartition("RESULT ")[2].splitlines()[0])


def _prepare(odoo: Odoo, name: str, country: str) -> dict:
    say.step(f"measuring {name}: {_PREPARE_ROUNDS} batches of {_BATCH} invoices of {_LINES} lines")
    pairs = in_odoo(odoo, f"prepare(env, {_PREPARE_ROUNDS}, {_BATCH}, {_LINES}, {country!r})")
    what = f"preparing a posted invoice of {_LINES} lines in batches of {_BATCH}, to Odoo's own create and post"
    return vars(compared(name, what, pairs, "<= 0.143"))


def _print(odoo: Odoo) -> dict:
    """Both prints come from the server over HTTP, as a person gets them; the stock one from an invoice not stamped."""
    say.step("measuring odoo-pdf")
    stamped, plain = in_odoo(odoo, f"two_invoices(env, {_LINES})")
    odoo.start()
    client = odoo.client()
    for name in ("web.base.url", "report.url"):
        client.call("ir.config_parameter", "set_param", name, odoo.url)
    client.call("ir.config_parameter", "set_param", "report.print_delay", "0")
    pairs = [(_seconds(client, stamped), _seconds(client, plain)) for _ in range(_PRINT_ROUNDS + 1)][1:]
    odoo.stop()
    return vars(compared("odoo-pdf", "print of a stamped invoice of 10 lines, to Odoo's own of the same", pairs,
                         "<= 1.5"))


def _seconds(client: Client, move: int) -> float:
    started = time.perf_counter()
    data = client.download(f"/report/pdf/{_STOCK_REPORT}/{move}")
    if not data.startswith(b"%PDF"):
        raise say.Problem("Odoo's answer is no PDF")
    return time.perf_counter() - started
