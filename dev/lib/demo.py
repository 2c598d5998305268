"""The demo: an independent authority and an Odoo start, a Mexican company sells, everything is shown: `dev/demo`."""
import argparse
import csv
import io
import json
import signal
import time
from pathlib import Path

from . import demo_company, demo_orders, environment, say
from .authority import Authority
from .demo_company import CLERK, Company
from .demo_sales import Sale, sell
from .odoo import Odoo
from .paths import MODULE
from .process import Interrupted, Run
from .rpc import RpcError
from .stage import Stage, open_stage


def main() -> int:
    """Parse the command line and play; the exit code says whether every order became valid."""
    options = _options()
    try:
        book = demo_orders.load(options.orders)
        with Run(signals=True, keep=options.keep) as run:
            return _play(run, options, book)
    except Interrupted as interrupted:
        say.step(f"interrupted by {interrupted}; everything has been ended")
        return interrupted.exit_code
    except (say.Problem, RpcError) as problem:
        say.step(f"cannot go on: {problem}")
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev/demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end when the files are written, instead of staying open")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where files and summary.json go (with --once)")
    parser.add_argument("--orders", type=Path, metavar="FILE", help="sell these orders (docs/orders.md)")
    parser.add_argument("--pg", metavar="URL", help="use this PostgreSQL server instead of a private cluster")
    parser.add_argument("--keep", action="store_true", help="keep logs and configuration of the run")
    options = parser.parse_args()
    if options.once and not options.out:
        parser.error("--once needs --out DIR")
    return options


def _play(run: Run, options: argparse.Namespace, book: demo_orders.Book) -> int:
    tools = environment.prepare()
    with open_stage(run, tools, server=options.pg) as stage:
        say.step("starting the sandbox: a local tax authority and provider")
        authority = Authority(stage.start_sandbox().url)
        odoo = _start_odoo(stage)
        company = demo_company.set_up(odoo.client(), authority, book, odoo.url)
        sales = sell(odoo.client(CLERK, company.password), company)
        _show(sales)
        if options.out:
            _write(options.out, sales, company, authority)
        failed = [sale for sale in sales if not sale.ok]
        say.step(f"{len(sales) - len(failed)} of {len(sales)} documents are valid and printed")
        if options.keep:
            say.plain(f"Logs: {run.folder}")
        if not options.once:
            _stay_open(odoo, stage, company)
        return 1 if failed else 0


def _start_odoo(stage: Stage) -> Odoo:
    database = stage.database("demo")
    say.step("installing the add-on")
    stage.install(database, MODULE)
    say.step("starting Odoo")
    return stage.odoo(database).start()


def _show(sales: list[Sale]) -> None:
    say.plain()
    say.table(
        ["order", "number", "customer", "type", "total", "", "state", "UUID", "seconds"],
        [[sale.order.id, sale.number or "-", sale.customer[:28], sale.kind, sale.total, sale.currency,
          sale.state or "-", sale.uuid or "-", f"{sale.seconds:.1f}"] for sale in sales],
    )
    for sale in sales:
        if sale.trouble:
            say.plain(f"\n{sale.order.id}: {sale.trouble}")
    say.plain()


def _stay_open(odoo: Odoo, stage: Stage, company: Company) -> None:
    say.plain(f"""
Odoo      {odoo.url}/odoo
          billing clerk   {CLERK} / {company.password}
          administrator   admin / admin
Sandbox   {stage.sandbox.url}/control/status
Log       {odoo.log}

Press Ctrl-C to end everything.""")
    try:
        while odoo.process.poll() is None and stage.sandbox.process.poll() is None:
            time.sleep(0.5)
    except Interrupted as interrupted:
        say.step(f"ending ({interrupted})")
        if interrupted.exit_code == 128 + signal.SIGINT:
            return
        raise
    raise say.Problem(f"a process ended by itself; see {odoo.log} and {stage.sandbox.log}")


# -- files ---------------------------------------------------------------------------------------------------------

def _write(folder: Path, sales: list[Sale], company: Company, authority: Authority) -> None:
    """Write every file and `summary.json`; only files of an earlier demo are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = [_document(folder, sale) for sale in sales if sale.move]
    ledger = authority.get("ledger.csv")
    extra = {"pac.cer": ("certificate", authority.get("pac.cer")), "ca.cer": ("certificate", authority.get("ca.cer")),
             "csd.cer": ("certificate", company.certificate), "ledger.csv": ("report", ledger)}
    for name, (_kind, data) in extra.items():
        (folder / name).write_bytes(data)
    files = [{"kind": kind, "path": name} for name, (kind, _data) in extra.items()]
    summary = {"documents": documents, "files": files}
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    stamps = sum(1 for _row in csv.DictReader(io.StringIO(ledger.decode())))
    say.step(f"wrote {folder}/summary.json and its files; the authority's ledger has {stamps} stamps")


def _document(folder: Path, sale: Sale) -> dict:
    paths = {}
    for suffix, data in sale.files.items():
        paths[suffix] = f"{sale.number.replace('/', '-')}.{suffix}"
        (folder / paths[suffix]).write_bytes(data)
    row = {
        "country": "MX", "kind": sale.kind, "number": sale.number, "state": sale.state, "uuid": sale.uuid,
        "total": sale.total, "currency": sale.currency, "move": sale.move,
        "xml": paths.get("xml"), "pdf": paths.get("pdf"), "seconds": round(sale.seconds, 2), "order": sale.order.id,
    }
    return {**row, "trouble": sale.trouble} if sale.trouble else row
