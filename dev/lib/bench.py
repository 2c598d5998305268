"""How fast the add-on is, next to what it has to be compared with: `dev/bench`."""
import argparse
import json
import os
import platform
import subprocess
from pathlib import Path

from . import environment, say
from .bench_rival import RIVAL_ROW, rival_row
from .bench_shop import COLOMBIAN_ROWS, ODOO_ROWS, odoo_rows
from .paths import ROOT
from .process import Interrupted, Run, tail

CORE_ROWS = (
    "chain", "satcfdi", "satcfdi-validating", "xsd-verdict", "xsd-speed-3", "xsd-speed-10", "xsd-speed-100", "large",
    "large-linear", "dian-chain", "xades-signxml", "xades-xmlsec",
)


def main() -> int:
    """Parse the command line, measure, write the table; the exit code says whether every goal was met."""
    options = _options()
    try:
        with Run(signals=True, keep=options.keep) as run:
            return _play(run, options)
    except Interrupted as interrupted:
        say.step(f"interrupted by {interrupted}")
        return interrupted.exit_code
    except say.Problem as problem:
        say.step(f"cannot go on: {problem}")
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev/bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine, commit and rows there")
    parser.add_argument("--only", nargs="+", metavar="ID", choices=(*CORE_ROWS, *ODOO_ROWS, *COLOMBIAN_ROWS, RIVAL_ROW),
                        help="these rows only")
    parser.add_argument("--rival", type=Path, metavar="DIR",
                        help="measure the other add-on in this folder, too (docs/bench.md)")
    parser.add_argument("--pg", metavar="URL", help="use this PostgreSQL server instead of a private cluster")
    parser.add_argument("--keep", action="store_true", help="keep logs and configuration of the run")
    options = parser.parse_args()
    if options.rival is None and RIVAL_ROW in (options.only or ()):
        parser.error(f"{RIVAL_ROW} needs --rival DIR")
    return options


def _play(run: Run, options: argparse.Namespace) -> int:
    tools = environment.prepare()
    wanted = options.only or [*CORE_ROWS, *ODOO_ROWS, *COLOMBIAN_ROWS, RIVAL_ROW]
    rows = [
        *_core_rows(run, tools, [name for name in CORE_ROWS if name in wanted]),
        *odoo_rows(run, tools, [name for name in (*ODOO_ROWS, *COLOMBIAN_ROWS) if name in wanted], server=options.pg),
    ]
    if options.rival and RIVAL_ROW in wanted:
        rows.append(rival_row(run, tools, options.rival.resolve(), server=options.pg))
    _show(rows)
    if options.json:
        table = {"machine": machine(), "commit": commit(), "rows": rows}
        options.json.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if all(row["ok"] for row in rows) else 1


def _core_rows(run: Run, tools: environment.Environment, wanted: list[str]) -> list[dict]:
    """Measured in the tests' environment, one row after the other so that progress can be seen."""
    file, log, rows = run.folder / "core.json", run.folder / "bench-core.log", []
    while wanted:
        together = [name for name in wanted if name.split("-")[:1] == wanted[0].split("-")[:1]]
        wanted = [name for name in wanted if name not in together]
        say.step(f"measuring {', '.join(together)}")
        with log.open("ab") as out:
            process = run.spawn(
                [tools.python, "-m", "lib.bench_core", file, *together], cwd=ROOT / "dev", stdout=out, stderr=out,
                env={"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "dev"))), "PYTHONDONTWRITEBYTECODE": "1"})
        if process.wait():
            raise say.Problem(f"{', '.join(together)} could not be measured:\n{tail(log)}")
        rows += json.loads(file.read_text(encoding="utf-8"))
    return rows


def _show(rows: list[dict]) -> None:
    say.plain()
    say.table(
        ["id", "ours", "anchor", "unit", "ratio", "goal", "", "what"],
        [[row["id"], row["ours"], row["anchor"], row["unit"], row["ratio"], row["goal"],
          "ok" if row["ok"] else "MISSED", row["what"]] for row in rows])
    met = sum(row["ok"] for row in rows)
    say.plain(f"\n{met} of {len(rows)} goals met")


def machine() -> str:
    """Processor, number of cores, Python."""
    model = platform.processor() or platform.machine()
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        lines = (line.partition(":") for line in facts.read_text().splitlines())
        model = next((value.strip() for name, _colon, value in lines if name.strip() == "model name"), model)
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def commit() -> str:
    """The commit of the clone, with "+" when files differ from it; empty outside a clone."""
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
