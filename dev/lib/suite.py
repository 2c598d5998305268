"""All tests, as continuous integration runs them: `dev/test`."""
import argparse
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from . import environment, results, say, system
from .odoo import EVENTS_VARIABLE, Odoo
from .paths import MODULE, ROOT
from .process import Interrupted, Run, tail
from .results import OdooEvents, Report, Test
from .stage import open_stage

PARTS = ("core", "odoo", "process")
_LIMITS = {"core": 1800, "odoo": 3600, "process": 3600, "sandbox": 3600}  # a hang, not slowness: machines are noisy
_LONG_FACTOR = 8
_SLOWEST = 10


def main() -> int:
    """Parse the command line, run the parts, print the verdict; the exit code says whether all is well."""
    options = _options()
    try:
        with Run(signals=True, keep=options.keep) as run:
            return Suite(run, options).play()
    except Interrupted as interrupted:
        say.step(f"interrupted by {interrupted}")
        return interrupted.exit_code
    except say.Problem as problem:
        say.step(f"cannot go on: {problem}")
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev/test", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part only (may be repeated)")
    parser.add_argument("--long", action="store_true", help="add storms, fuzzing and the big searches")
    parser.add_argument("--keep", action="store_true", help="keep logs, configuration and files of the run")
    parser.add_argument("--pg", metavar="URL", help="use this PostgreSQL server instead of a private cluster")
    parser.add_argument("--tags", default=f"/{MODULE}", help="Odoo's --test-tags (default: all of ours)")
    parser.add_argument("pytest", nargs="*", help="with --only core or process: files and options for pytest")
    return parser.parse_args()


class Suite:
    """One run of the tests."""

    def __init__(self, run: Run, options: argparse.Namespace):
        self.run = run
        self.options = options
        self.reports: list[Report] = []
        self.tools: environment.Environment | None = None
        self.temporary = run.scratch("tmp-")

    def play(self) -> int:
        """Run what was asked for; 0 when tests ran and none failed."""
        parts = self.options.only or list(PARTS)
        self.tools = environment.prepare(browser="odoo" in parts or "process" in parts)
        # Two rows of parts side by side: they wait for programs more than they compute. A daemon: when the main thread
        # is interrupted it does not wait, and the run ends every process.
        front, back = self._rows(parts)
        beside = threading.Thread(target=self._play_row, args=(back,), daemon=True)
        beside.start()
        self._play_row(front)
        beside.join()
        for name in {*front, *back} - {report.part for report in self.reports}:
            self.reports.append(Report(name))
            self.reports[-1].add(f"the thread that ran {name} died", "failed")
        return self._verdict()

    def _rows(self, parts: list[str]) -> tuple[dict[str, Callable[[], Report]], dict[str, Callable[[], Report]]]:
        """What runs one after the other in this thread, and what beside it; about the same time for both."""
        if self.options.only:
            plays = {"core": self._core, "process": self._process}
            return ({name: plays[name] for name in plays if name in parts},
                    {"odoo": self._odoo} if "odoo" in parts else {})
        return ({"lint": self._lint, "core": self._core, "process": partial(self._process, odoo="only")},
                {"odoo": self._odoo, "sandbox": partial(self._process, odoo="never", part="sandbox")})

    def _play_row(self, row: dict[str, Callable[[], Report]]) -> None:
        for name, play in row.items():
            self._part(name, play)

    def _part(self, name: str, play: Callable[[], Report]) -> None:
        say.step(f"{name}: running")
        started = time.monotonic()
        try:
            report = play()
        except say.Problem as problem:
            report = Report(name)
            report.add(f"{name} could not run", "failed", text=str(problem))
        if system.in_ci():
            results.forbid_skips(report)
        say.step(f"{name}: {report} in {time.monotonic() - started:.0f} s")
        self.reports.append(report)

    def _verdict(self) -> int:
        tests = [test for report in self.reports for test in report.tests]
        counts = {outcome: sum(t.outcome == outcome for t in tests) for outcome in ("passed", "failed", "skipped")}
        say.plain(f"\nThe {_SLOWEST} slowest:")
        for test in sorted(tests, key=lambda t: -t.seconds)[:_SLOWEST]:
            say.plain(f"  {test.seconds:7.2f} s  {test.part}: {test.name}")
        _list_tests("Skipped", [test for test in tests if test.outcome == "skipped"], 1)
        _list_tests("Failed", [test for test in tests if test.outcome == "failed"], 40)
        if self.options.keep:
            say.plain(f"\nLogs and files: {self.run.folder}")
        say.step("all parts have run")
        say.plain("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
        return 1 if counts["failed"] or not counts["passed"] else 0

    # -- the parts ---------------------------------------------------------------------------------------------

    def _lint(self) -> Report:
        report = Report("lint")
        log = self.run.folder / "ruff.log"
        scripts = [file for file in (ROOT / "dev").iterdir() if file.is_file() and _is_python(file)]
        code = self.run.call([self.tools.python, "-m", "ruff", "check", "--no-cache", ROOT, *scripts],
                             log=log, cwd=ROOT)
        report.add("ruff check", "failed" if code else "passed", text=tail(log, 100))
        return report

    def _core(self) -> Report:
        return self._pytest("core", ROOT / "tests_core")

    def _process(self, odoo: str = "also", part: str = "process") -> Report:
        return self._pytest(part, ROOT / "tests_process", f"--odoo={odoo}")

    def _pytest(self, part: str, folder: Path, *more: str) -> Report:
        """pytest with the folder's own configuration: the root's `__init__.py` imports Odoo, so it is never a root."""
        xml, log = self.run.folder / f"{part}.xml", self.run.folder / f"{part}.log"
        argv = [self.tools.python, "-m", "pytest", f"--rootdir={folder}", "--import-mode=importlib",
                "-c", folder / "pytest.ini", f"--junitxml={xml}", "-p", "no:cacheprovider", "-v",
                *more, *([] if self.options.long else ["-m", "not long"]), *(self.options.pytest or [folder])]
        env = {"PYTHONPATH": str(ROOT), "PATH": self.tools.path, "PYTHONUNBUFFERED": "1", **self._mode()}
        with log.open("wb") as out:
            # at SIGINT pytest ends its fixtures, and with them the processes that they started
            process = self.run.spawn(argv, cwd=folder, stdout=out, stderr=out, env=env, ended_by=signal.SIGINT)
        self._follow(process, part, lambda: _pytest_progress(log))
        return results.from_junit(part, xml, process.returncode, tail(log, 60))

    def _mode(self) -> dict[str, str]:
        """What the tests are told, and a place where what they and their browsers leave behind goes with the run."""
        long = {"L10N_MX_CO_EDI_LONG": "1"} if self.options.long else {}
        server = {"L10N_MX_CO_EDI_PG": self.options.pg} if self.options.pg else {}
        return {**long, **server, "TMPDIR": str(self.temporary)}

    def _odoo(self) -> Report:
        report = Report("odoo")
        with open_stage(self.run, self.tools, server=self.options.pg) as stage:
            # no master key in odoo.conf: tests say themselves which key there is, or that there is none
            odoo = stage.odoo(stage.database("test"), crons=0, module={"kek_file": ""})
            self._run_odoo_tests(odoo, report)
        return report

    def _run_odoo_tests(self, odoo: Odoo, report: Report) -> None:
        events = self.run.folder / "odoo-events.jsonl"
        events.touch()
        tags = self.options.tags if self.options.long else f"{self.options.tags},-long"
        argv = odoo.command("-i", MODULE, "--test-tags", tags, "--stop-after-init",
                            f"--screenshots={self.run.folder / 'screenshots'}")
        with odoo.log.open("wb") as log:
            env = odoo.variables(**{EVENTS_VARIABLE: str(events)}, **self._mode())
            process = self.run.spawn(argv, stdout=log, stderr=log, env=env)
        reader = OdooEvents(report)
        with events.open() as lines:
            self._follow(process, "odoo", lambda: _take(lines, reader))
            _take(lines, reader)
        reader.finish(time.time())
        if process.returncode and not report.count("failed"):
            report.add(f"Odoo ended with exit code {process.returncode}", "failed", text=tail(odoo.log, 60))
        if not report.tests:
            report.add("no Odoo test ran", "failed", text=tail(odoo.log, 60))

    def _follow(self, process, part: str, progress: Callable[[], str]) -> None:
        """Wait for a runner, with a line now and then; a runner that hangs is ended and fails."""
        limit = _LIMITS[part] * (_LONG_FACTOR if self.options.long else 1)
        started = said = time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            now, text = time.monotonic(), progress()
            if now - said > 15:
                say.step(f"{part}: {text}")
                said = now
            if now - started > limit:
                self.run.kill(process)
                raise say.Problem(f"{part} did not end within {limit} s; last: {text}")
        self.run.kill(process)


def _is_python(file: Path) -> bool:
    with file.open("rb") as handle:
        line = handle.readline()
    return line.startswith(b"#!") and b"python" in line


def _take(lines, reader: OdooEvents) -> str:
    for failed in reader.feed(lines.read()):
        say.step(f"FAILED {failed.name}")
    tests = reader.report.tests
    return f"{len(tests)} tests so far, now {tests[-1].name}" if tests else "installing"


def _pytest_progress(log: Path) -> str:
    last = tail(log, 1)
    return last[-100:] or "collecting"


def _list_tests(title: str, tests: list[Test], lines: int) -> None:
    if not tests:
        return
    say.plain(f"\n{title}:")
    for test in tests:
        say.plain(f"  {test.part}: {test.name}")
        for line in test.text.strip().splitlines()[-lines:]:
            say.plain(f"      {line}")
