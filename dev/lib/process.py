"""Processes that never outlive the command that started them.

Each one gets a session of its own, and an environment variable that names the run. Whatever ends the command
(success, failure, SIGINT, SIGTERM), the run ends its processes in reverse order and then looks for any that still
carries its name; if the command itself is killed, a watchdog does the same.
"""
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import say
from .paths import MODULE

RUNS_VARIABLE = "L10N_MX_CO_EDI_RUNS"
_WATCHDOG = Path(__file__).parent / "launch" / "watchdog.py"


class Interrupted(BaseException):
    """A signal asked the command to end."""

    def __init__(self, number: int):
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Run:
    """One command's processes and its scratch folder; use it as a context manager.

    :param signals: take over SIGINT, SIGTERM and SIGHUP (commands do, a test session does not)
    :param keep: leave the scratch folder (logs, configuration, files) where it is; databases go in any case
    """

    def __init__(self, *, signals: bool = False, keep: bool = False):
        self.name = secrets.token_hex(8)
        self.keep = keep
        self.folder = Path(tempfile.mkdtemp(prefix=f"{MODULE}-"))
        self._signals = signals
        self._processes: list[subprocess.Popen] = []
        self._folders = [self.folder]
        self._watchdog: subprocess.Popen | None = None
        self._lock = threading.RLock()  # of the watchdog, and of what is started while the run ends
        self._closed = False

    def __enter__(self) -> "Run":
        if self._signals:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, self._interrupt)
        self._watch()
        return self

    def __exit__(self, *exc_info) -> None:
        if self._signals and threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
        self.close()

    @staticmethod
    def _interrupt(number, frame):
        raise Interrupted(number)

    # -- folders -----------------------------------------------------------------------------------------------

    def scratch(self, prefix: str, *, parent: str | Path | None = None) -> Path:
        """A new folder that disappears with the run."""
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent or self.folder))
        if parent:
            with self._lock:
                self._folders.append(folder)
                self._watch()
        return folder

    # -- processes ---------------------------------------------------------------------------------------------

    def environment(self, extra: dict[str, str | None] | None = None) -> dict[str, str]:
        """Our own environment, marked with the run's name; None in `extra` removes a variable."""
        env = dict(os.environ)
        env[RUNS_VARIABLE] = ":".join(filter(None, [env.get(RUNS_VARIABLE), self.name]))
        for name, value in (extra or {}).items():
            if value is None:
                env.pop(name, None)
            else:
                env[name] = value
        return env

    def spawn(self, argv: list, *, env: dict[str, str | None] | None = None, ended_by: int = signal.SIGTERM,
              **options) -> subprocess.Popen:
        """Start a process in a session of its own; `options` as for `subprocess.Popen`.

        :param ended_by: the signal that asks it to end in order
        :raise Problem: the run has ended
        """
        options.setdefault("stdin", subprocess.DEVNULL)
        with self._lock:
            if self._closed:
                raise say.Problem("the run has ended")
            process = subprocess.Popen(
                [str(arg) for arg in argv], env=self.environment(env), start_new_session=True, **options
            )
            process.ended_by = ended_by
            self._processes.append(process)
        return process

    def call(self, argv: list, *, log: Path, env: dict[str, str | None] | None = None, **options) -> int:
        """Run a process to its end with its output in a file; return the exit code."""
        with log.open("ab") as out:
            process = self.spawn(argv, env=env, stdout=out, stderr=subprocess.STDOUT, **options)
        return process.wait()

    def check(self, argv: list, *, log: Path, what: str, env: dict[str, str | None] | None = None, **options) -> None:
        """As `call`.

        :raise Problem: with the last lines of the output when the process fails
        """
        code = self.call(argv, log=log, env=env, **options)
        if code:
            raise say.Problem(f"{what} failed (exit code {code}):\n{tail(log)}")

    def end(self, process: subprocess.Popen, *, grace: float = 30) -> None:
        """End a process and its group: the polite signal, then SIGKILL after `grace` seconds."""
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(process.ended_by)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace)
        self.kill(process)

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL the whole group, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process in self._processes:
            self._processes.remove(process)

    def close(self) -> None:
        """End everything that this run started and remove its folders."""
        with self._lock:
            self._closed = True
        for process in reversed(self._processes[:]):
            self.end(process)
        sweep(self.name)
        for folder in self._removable():
            shutil.rmtree(folder, ignore_errors=True)
        if self._watchdog:
            self._watchdog.stdin.close()
            self._watchdog.wait()

    def _removable(self) -> list[Path]:
        return self._folders[1:] if self.keep else self._folders

    def _watch(self) -> None:
        """(Re)start the process that cleans up should this one be killed.

        It carries no mark, of this run or of one around it: nobody may end it before it has done its work.
        """
        if self._watchdog:
            self._watchdog.kill()
            self._watchdog.wait()
        self._watchdog = subprocess.Popen(
            [sys.executable, str(_WATCHDOG), self.name, *map(str, self._removable())],
            env={name: value for name, value in os.environ.items() if name != RUNS_VARIABLE},
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )


def marked(name: str) -> list[int]:
    """Ids of the living processes whose environment carries this run's name (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if name.encode() in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def sweep(name: str, *, grace: float = 3) -> None:
    """End every process that carries this run's name: SIGTERM first, SIGKILL after `grace` seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in marked(name):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        deadline = time.monotonic() + grace
        while marked(name) and time.monotonic() < deadline:
            time.sleep(0.1)


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log file."""
    if not log.exists():
        return "(no output)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def wait_until(condition, *, timeout: float, what: str, pause: float = 0.1):
    """Return the first true value of `condition()`.

    :raise Problem: when it has none within `timeout` seconds
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    raise say.Problem(f"waited {timeout:.0f} s in vain for: {what}")
