"""The commands: whatever ends them, nothing of theirs survives, and two of them do not disturb each other."""
import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from lib.process import RUNS_VARIABLE, marked, wait_until

ONE_ORDER = {
    "customers": [{"id": "u", "name": "UNIVERSIDAD ROBOTICA ESPAÑOLA", "rfc": "URE180429TM6", "regime": "601",
                   "postal_code": "86991", "use": "G03"}],
    "orders": [{"customer": "u", "lines": [
        {"description": "Silla", "price": 100.10, "quantity": 3, "discount": 5, "taxes": ["iva 16"],
         "product_code": "56112102", "unit_code": "H87"}]}],
}


class Command:
    """A running command, known by a mark of its own in the environment of all its processes."""

    def __init__(self, folder: Path, *argv: object):
        self.mark = secrets.token_hex(8)
        self.log = folder / f"{self.mark}.log"
        self.scratch = folder / f"{self.mark}.tmp"
        self.scratch.mkdir()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(word) for word in argv], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, RUNS_VARIABLE: self.mark, "TMPDIR": str(self.scratch)},
            )

    def text(self) -> str:
        return self.log.read_text()

    def data_folders(self) -> set[Path]:
        """Where its PostgreSQL keeps its data, from the command line of the server."""
        found = set()
        for pid in marked(self.mark):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
                found |= {Path(word) for word in words if word.startswith("/var/tmp/l10n_mx_co_edi-pg-")}
        return found

    def gone(self) -> bool:
        wait_until(lambda: not marked(self.mark), timeout=60, what=f"the end of {marked(self.mark)}")
        return True


class Demo(Command):
    """`dev/demo` with these orders."""

    def __init__(self, root: Path, folder: Path, orders: dict, *options: str):
        file = folder / f"{secrets.token_hex(4)}.json"
        file.write_text(json.dumps(orders))
        super().__init__(folder, root / "dev" / "demo", "--orders", file, *options)

    def address(self) -> str:
        """Where its Odoo listens, once it is open."""
        def said():
            assert self.process.poll() is None, self.text()
            lines = [line for line in self.text().splitlines() if line.startswith("Odoo      http")]
            return lines and lines[0].split()[1]
        return wait_until(said, timeout=300, what="the demo's address")


@pytest.fixture
def two_demos(root, tools, stage, tmp_path):
    """Two demos at once (`stage` has made sure that the kept database exists)."""
    demos = [Demo(root, tmp_path, ONE_ORDER) for _ in range(2)]
    yield demos
    for demo in demos:
        if demo.process.poll() is None:
            demo.process.send_signal(signal.SIGTERM)
            demo.process.wait(60)


def test_two_demos_run_at_once_and_leave_nothing_after_sigint_and_sigkill(two_demos):
    addresses = [demo.address() for demo in two_demos]
    assert len(set(addresses)) == 2
    for address in addresses:
        with urllib.request.urlopen(f"{address}/web/login", timeout=30) as page:
            assert page.status == 200
    folders = set().union(*(demo.data_folders() for demo in two_demos))
    assert len(folders) == 2
    assert all(list(demo.scratch.iterdir()) for demo in two_demos)

    two_demos[0].process.send_signal(signal.SIGINT)
    assert two_demos[0].process.wait(60) == 0
    two_demos[1].process.kill()
    two_demos[1].process.wait(10)

    assert all(demo.gone() for demo in two_demos)
    wait_until(lambda: not any(folder.exists() for folder in folders), timeout=30, what="the end of the data folders")
    for demo in two_demos:
        wait_until(lambda demo=demo: not list(demo.scratch.iterdir()), timeout=30, what=f"the end of {demo.scratch}")


def test_sigterm_during_the_set_up_of_a_demo_leaves_nothing(root, tools, stage, tmp_path):
    demo = Demo(root, tmp_path, ONE_ORDER)
    wait_until(lambda: "installing the add-on" in demo.text(), timeout=60, what="the installation")
    time.sleep(1)
    assert len(marked(demo.mark)) > 2
    demo.process.terminate()
    assert demo.process.wait(60) == 128 + signal.SIGTERM
    assert demo.gone()
    assert list(demo.scratch.iterdir()) == []


def test_sigterm_during_tests_of_real_processes_leaves_nothing(root, tools, stage, tmp_path):
    command = Command(tmp_path, root / "dev" / "test", "--only", "process", "--", "test_wheel.py", "-k", "installs")
    [data] = wait_until(command.data_folders, timeout=120, what="the PostgreSQL of the inner tests")
    command.process.terminate()
    assert command.process.wait(90) == 128 + signal.SIGTERM
    assert command.gone()
    wait_until(lambda: not data.exists(), timeout=30, what=f"the end of {data}")
    assert list(command.scratch.iterdir()) == []


def test_a_demo_with_a_refused_order_says_so_and_ends_with_an_error(root, tools, stage, tmp_path):
    orders = json.loads(json.dumps(ONE_ORDER))
    orders["orders"][0]["use"] = "D01"  # doctors' fees: for natural persons only
    out = tmp_path / "out"
    demo = Demo(root, tmp_path, orders, "--once", "--out", str(out))
    assert demo.process.wait(300) == 1
    assert demo.gone()
    assert "0 of 1 documents are valid" in demo.text()
    summary = json.loads((out / "summary.json").read_text())
    assert all(row["state"] != "valid" for row in summary["documents"])


def test_an_orders_file_with_a_mistake_names_the_place_before_anything_starts(root, tmp_path):
    orders = json.loads(json.dumps(ONE_ORDER))
    orders["orders"][0]["lines"][0]["taxes"] = ["vat 16"]
    demo = Demo(root, tmp_path, orders)
    assert demo.process.wait(30) == 2
    assert "orders[0].lines[0].taxes[0]" in demo.text()
