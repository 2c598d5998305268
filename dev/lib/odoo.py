"""One Odoo process: its configuration file, its start, its end by request or by SIGKILL."""
import configparser
import subprocess
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

from . import say
from .environment import free_port
from .paths import MODULE, addons_folder
from .process import tail, wait_until
from .rpc import Client

if TYPE_CHECKING:
    from .stage import Stage

_LAUNCHER = Path(__file__).parent / "launch" / "odoo_main.py"
ODOO_VARIABLE = "L10N_MX_CO_EDI_ODOO_FOLDER"
EVENTS_VARIABLE = "L10N_MX_CO_EDI_EVENTS"


class Odoo:
    """An Odoo on a stage. `start`, `stop`, `kill` and `start` again as often as needed.

    :param workers: 0 is one process with threads
    :param crons: threads for scheduled actions
    :param settings: more options of odoo.conf
    :param module: options of the section `[l10n_mx_co_edi]`
    :param env: more environment variables
    :param ours: whether this clone is in the addons path
    """

    def __init__(self, stage: "Stage", database: str, *, workers: int = 0, crons: int = 1, ours: bool = True,
                 settings: dict | None = None, module: dict | None = None, env: dict | None = None):
        self.stage = stage
        self.run = stage.run
        self.database = database
        self.port = free_port()
        self.workers = workers
        self.process: subprocess.Popen | None = None
        self.log = self.run.folder / f"odoo-{database}.log"
        self._crons = crons
        self._ours = ours
        self._settings = settings or {}
        self._module = module or {}
        self._env = env or {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # -- configuration -----------------------------------------------------------------------------------------

    def configuration(self) -> Path:
        """Write odoo.conf for this process (readable by its owner only) and return its path."""
        file = self.run.folder / f"odoo-{self.database}-{self.port}.conf"
        parser = configparser.RawConfigParser()
        parser["options"] = self._options()
        parser[MODULE] = self._our_options()
        file.touch(mode=0o600)
        with file.open("w") as handle:
            parser.write(handle)
        return file

    def _options(self) -> dict[str, str]:
        addons = [*self.stage.environment.odoo.addons, *([addons_folder()] if self._ours else [])]
        options = {
            "data_dir": self.stage.data_dir, "db_name": self.database, "list_db": False,
            "http_interface": "127.0.0.1", "http_port": self.port, "gevent_port": free_port(),
            "workers": self.workers, "max_cron_threads": self._crons, "with_demo": False, "db_maxconn": 32,
            "server_wide_modules": "base,rpc,web", "limit_time_real": 600, "limit_time_cpu": 600,
        }
        if addons:
            options["addons_path"] = ",".join(map(str, addons))
        return {name: str(value) for name, value in {**options, **self.stage.postgres.options(),
                                                     **self._settings}.items()}

    def _our_options(self) -> dict[str, str]:
        options = {"kek_file": str(self.stage.key_file)}
        if self.stage.sandbox:
            options["sandbox_url"] = self.stage.sandbox.url
        return {**options, **self._module}

    def command(self, *arguments: str) -> list:
        """The command line of Odoo with these arguments."""
        return [self.stage.environment.python, _LAUNCHER, "-c", self.configuration(), *arguments]

    def variables(self, **more: str) -> dict[str, str | None]:
        """Environment variables of the process."""
        stage = self.stage
        return {
            "PATH": stage.environment.path, ODOO_VARIABLE: str(stage.environment.odoo.folder),
            "PYTHONPATH": None, "PYTHONNOUSERSITE": "1", "ODOO_RC": None, "PGHOST": None, "PGPASSWORD": None,
            **self._env, **more,
        }

    # -- life --------------------------------------------------------------------------------------------------

    def start(self, *, timeout: float = 180) -> "Odoo":
        """Start the server and wait until it answers with the registry loaded.

        :raise Problem: with the end of its log
        """
        with self.log.open("ab") as log:
            self.process = self.run.spawn(self.command(), stdout=log, stderr=log, env=self.variables())
        wait_until(self._answers, timeout=timeout, what=f"Odoo at {self.url}", pause=0.2)
        return self

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise say.Problem(f"Odoo ended (exit code {self.process.returncode}):\n{tail(self.log)}")
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        """Ask the server to end, as a service manager does."""
        if self.process:
            self.run.end(self.process, grace=20)

    def kill(self) -> None:
        """SIGKILL to the server and its workers: nothing is rolled back but by PostgreSQL."""
        self.run.kill(self.process)

    def restart(self) -> "Odoo":
        """Start again after `kill` or `stop`, on the same port."""
        return self.start()

    def client(self, login: str = "admin", password: str = "admin") -> Client:
        """A logged-in session, as a browser has it."""
        return Client(self.url, self.database, login, password)

    def shell(self, code: str, *, timeout: float = 300) -> str:
        """Run Python in `odoo shell` (with `env`) in a process of its own; return what it prints.

        :raise Problem: when the code fails; nothing is committed unless the code does
        """
        argv = self.command()
        argv = [argv[0], argv[1], "shell", *argv[2:], "--no-http", "--log-level=error"]
        process = self.run.spawn(
            argv, env=self.variables(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        output, errors = process.communicate(code, timeout=timeout)
        if process.returncode:
            raise say.Problem(f"odoo shell failed:\n{errors[-3000:]}")
        return output
