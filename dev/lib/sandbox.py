"""The local authority (`python -m sandbox`) as a process of a run."""
import subprocess
import threading
from pathlib import Path

from . import say
from .environment import Environment
from .paths import ROOT
from .process import Run, tail

_READY = "sandbox ready "


class Sandbox:
    """A sandbox on a port of its own; `state` keeps its ledger and its authority's keys.

    :param port: 0 is any free port
    :param light: without schemas and original strings, for load
    """

    def __init__(self, run: Run, environment: Environment, *, port: int = 0, light: bool = False,
                 state: Path | None = None):
        self.run = run
        self.environment = environment
        self.state = state or run.scratch("sandbox-")
        self.url = ""
        self.log = run.folder / "sandbox.log"
        self.process: subprocess.Popen | None = None
        self._port = port
        self._light = light

    def start(self, *, timeout: float = 60) -> "Sandbox":
        """Start it and wait for the line that says where it listens.

        :raise Problem: with the end of its log
        """
        argv = [self.environment.python, "-m", "sandbox", "--port", self._port, "--state-dir", self.state]
        with self.log.open("ab") as log:
            self.process = self.run.spawn(
                argv + (["--light"] if self._light else []), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True,
                env={"PYTHONPATH": None, "PYTHONUNBUFFERED": "1"},
            )
        timer = threading.Timer(timeout, self.process.kill)
        timer.start()
        try:
            self._read_address()
        finally:
            timer.cancel()
        threading.Thread(target=self._drain, daemon=True).start()
        return self

    def _read_address(self) -> None:
        for line in self.process.stdout:
            if line.startswith(_READY):
                self.url = line.removeprefix(_READY).strip().rstrip("/")
                self._port = int(self.url.rsplit(":", 1)[1])
                return
        raise say.Problem(f"the sandbox did not start:\n{tail(self.log)}")

    def _drain(self) -> None:
        with self.log.open("a") as log:
            for line in self.process.stdout:
                log.write(line)

    def stop(self) -> None:
        """End it; `start` again keeps port and state."""
        self.run.end(self.process)

    def kill(self) -> None:
        """SIGKILL."""
        self.run.kill(self.process)
