"""The demo: independent authorities and an Odoo start, two companies sell, everything is shown: `dev/demo`."""
import argparse
import csv
import io
import json
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import demo_company, demo_company_co, demo_orders, demo_sales, demo_sales_co, environment, say
from .authority import Authority
from .demo_ready_co import Trial
from .demo_sales import Sale
from .odoo import Odoo
from .paths import MODULE
from .process import Interrupted, Run
from .rpc import RpcError
from .stage import Stage, open_stage

# what else comes with a Colombian document, by the end of its file's name
_KINDS = {"answer.xml": "answer", "zip": "container"}


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
        say.step("starting the sandbox: local tax authorities and a provider")
        authority = Authority(stage.start_sandbox().url)
        odoo = _start_odoo(stage)
        played = _sell(odoo, authority, book)
        sales = played.sales
        _show(sales)
        if options.out:
            _write(options.out, played, authority)
        failed = [sale for sale in sales if not sale.ok]
        say.step(f"{len(sales) - len(failed)} of {len(sales)} documents are valid and printed")
        if options.keep:
            say.plain(f"Logs: {run.folder}")
        if not options.once:
            _stay_open(odoo, stage, played)
        return 1 if failed else 0


@dataclass
class Played:
    """What both companies did; `certificates` are their own by file name, `clerks` passwords by login.

    `trial` is what the Colombian one sent before it could issue.
    """

    sales: list[Sale] = field(default_factory=list)
    certificates: dict[str, bytes] = field(default_factory=dict)
    clerks: dict[str, str] = field(default_factory=dict)
    trial: Trial = field(default_factory=Trial)


def _sell(odoo: Odoo, authority: Authority, book: demo_orders.Book) -> Played:
    """Set up and play each country that the book has orders of."""
    played = Played()
    admin = odoo.client()
    if book.orders:
        company = demo_company.set_up(admin, authority, book, odoo.url)
        played.sales += demo_sales.sell(odoo.client(demo_company.CLERK, company.password), company)
        played.certificates["csd.cer"] = company.certificate
        played.clerks[demo_company.CLERK] = company.password
    if book.colombia:
        company_co = demo_company_co.set_up(admin, authority, book.colombia, odoo)
        played.sales += demo_sales_co.sell(odoo.client(demo_company_co.CLERK, company_co.password), company_co)
        played.certificates["dian.cer"] = company_co.certificate
        played.clerks[demo_company_co.CLERK] = company_co.password
        played.trial = company_co.trial
    return played


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


def _stay_open(odoo: Odoo, stage: Stage, played: Played) -> None:
    clerks = "\n".join(f"          billing clerk   {login} / {password}" for login, password in played.clerks.items())
    say.plain(f"""
Odoo      {odoo.url}/odoo
{clerks}
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

def _write(folder: Path, played: Played, authority: Authority) -> None:
    """Write every file and `summary.json`; only files of an earlier demo are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    sales = [sale for sale in played.sales if sale.move]
    documents = [_document(folder, sale) for sale in sales]
    ledger = authority.get("ledger.csv")
    certificates = {"pac.cer": authority.get("pac.cer"), "ca.cer": authority.get("ca.cer"), **played.certificates}
    ledger, trial = _apart(ledger, played.trial.keys)
    extra = {**{name: ("certificate", data) for name, data in certificates.items()}, "ledger.csv": ("report", ledger)}
    if played.trial.keys:
        extra["ledger-test-set.csv"] = ("report", trial)
    for name, (_kind, data) in extra.items():
        (folder / name).write_bytes(data)
    files = [{"kind": kind, "path": name} for name, (kind, _data) in extra.items()]
    files += [{"kind": _KINDS[suffix], "path": _path(sale, suffix)}
              for sale in sales for suffix in sale.files if suffix in _KINDS]
    summary = {"documents": documents, "files": files}
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    stamps = sum(1 for _row in csv.DictReader(io.StringIO(ledger.decode())))
    say.step(f"wrote {folder}/summary.json and its files; the authority's ledger has {stamps} stamps")


def _apart(ledger: bytes, keys: set[str]) -> tuple[bytes, bytes]:
    """The authority's ledger without the documents of the test set, and those alone, as its other register has them."""
    [head, *rows] = ledger.decode().splitlines(keepends=True)
    tests = [row for row in rows if row.partition(",")[0] in keys]
    return "".join([head, *(row for row in rows if row not in tests)]).encode(), "".join([head, *tests]).encode()


def _path(sale: Sale, suffix: str) -> str:
    return f"{sale.number.replace('/', '-')}.{suffix}"


def _document(folder: Path, sale: Sale) -> dict:
    paths = {}
    for suffix, data in sale.files.items():
        paths[suffix] = _path(sale, suffix)
        (folder / paths[suffix]).write_bytes(data)
    row = {
        "country": sale.country, "kind": sale.kind, "number": sale.number, "state": sale.state, "uuid": sale.uuid,
        "total": sale.total, "currency": sale.currency, "move": sale.move,
        "xml": paths.get("xml"), "pdf": paths.get("pdf"), "seconds": round(sale.seconds, 2), "order": sale.order.id,
    }
    if sale.secret:
        row["secret"] = sale.secret
    return {**row, "trouble": sale.trouble} if sale.trouble else row
