"""What the tests said, from every runner, in one form."""
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

_MODULE_LOGGER = "odoo.addons.l10n_mx_co_edi"
_MODULE = "l10n_mx_co_edi"
# A browser or PDF test that is skipped in continuous integration would be green for ever.
_MUST_RUN = re.compile(r"chrom|devtools|websocket|browser|tour|wkhtmltopdf|\bpdf", re.IGNORECASE)


@dataclass
class Test:
    """One test: `outcome` is passed, failed or skipped, `seconds` how long it took, `text` why it failed."""

    part: str
    name: str
    outcome: str = "passed"
    seconds: float = 0
    text: str = ""


@dataclass
class Report:
    """The tests of one part (core, odoo, process …)."""

    part: str
    tests: list[Test] = field(default_factory=list)

    def add(self, name: str, outcome: str = "passed", seconds: float = 0, text: str = "") -> Test:
        test = Test(self.part, name, outcome, seconds, text)
        self.tests.append(test)
        return test

    def count(self, outcome: str) -> int:
        return sum(test.outcome == outcome for test in self.tests)

    def __str__(self) -> str:
        return ", ".join(f"{self.count(outcome)} {outcome}" for outcome in ("passed", "failed", "skipped"))


def forbid_skips(report: Report) -> None:
    """Turn skipped browser and PDF tests into failures."""
    for test in report.tests:
        if test.outcome == "skipped" and _MUST_RUN.search(f"{test.name} {test.text}"):
            test.outcome = "failed"
            test.text = f"must not be skipped here: {test.text}"


def from_junit(part: str, file: Path, exit_code: int, output: str) -> Report:
    """Read pytest's XML; a run that broke without a failing test counts as one failure."""
    report = Report(part)
    if file.exists():
        for case in ElementTree.parse(file).iter("testcase"):
            _add_case(report, case)
    if not report.tests:
        report.add(f"{part} ran no test", "failed", text=output)
    elif exit_code and not report.count("failed"):
        report.add(f"{part} ended with exit code {exit_code}", "failed", text=output)
    return report


def _add_case(report: Report, case: ElementTree.Element) -> None:
    name = f"{case.get('classname', '')}::{case.get('name')}".strip(":")
    outcome, text = "passed", ""
    for child in case:
        if child.tag in ("failure", "error"):
            outcome, text = "failed", child.text or child.get("message", "")
        elif child.tag == "skipped" and outcome == "passed":
            outcome, text = "skipped", child.get("message", "")
    report.add(name, outcome, float(case.get("time", "0")), text)


class OdooEvents:
    """Reads the events that our launcher records while Odoo runs its tests."""

    def __init__(self, report: Report):
        self.report = report
        self._tests: dict[str, Test] = {}
        self._running: tuple[Test, float] | None = None
        self._rest = ""

    def feed(self, text: str) -> list[Test]:
        """Take what was written since the last call; return the tests that have just failed."""
        *lines, self._rest = (self._rest + text).split("\n")
        handlers = {"start": self._start, "skip": self._skip, "failure": self._failure, "log": self._log}
        rows = map(json.loads, lines)
        return [failed for row in rows if (failed := handlers[row["event"]](row))]

    def finish(self, time: float) -> None:
        """Odoo has ended at this time: the last test ran until then."""
        self._stop(time)

    def _start(self, row: dict) -> None:
        self._stop(row["time"])
        self._running = (self._named(row, row["args"][0]), row["time"])

    def _stop(self, time: float) -> None:
        if self._running:
            test, since = self._running
            test.seconds = max(test.seconds, time - since)
        self._running = None

    def _skip(self, row: dict) -> None:
        test = self._named(row, row["args"][0])
        if test.outcome == "passed":
            test.outcome, test.text = "skipped", row["args"][1]

    def _failure(self, row: dict) -> Test:
        test = self._named(row, row["args"][1])
        test.outcome = "failed"
        test.text += row["args"][2]
        return test

    def _log(self, row: dict) -> Test | None:
        """A warning or an error of ours in the log is a failure of its own."""
        if not (row["logger"].startswith(_MODULE_LOGGER) or _MODULE in row["text"]):
            return None
        return self.report.add(f"{row['level']} in the log ({row['logger']})", "failed", text=row["text"])

    def _named(self, row: dict, description: str) -> Test:
        """A subtest counts as its test; errors of a class or module count under their own name."""
        if description.startswith("Subtest "):
            description = description.split()[1]
        name = f"{row['logger'].removeprefix('odoo.addons.')}.{description}"
        if name not in self._tests:
            self._tests[name] = self.report.add(name)
        return self._tests[name]
