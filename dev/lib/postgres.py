"""PostgreSQL: a private cluster that lives as long as the run, or a server that is already there.

The private cluster listens on a socket in a short temporary path only. PostgreSQL refuses to run as root, so for root
the data lies below /var/tmp in a folder of an unprivileged user.
"""
import os
import pwd
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from . import say, system
from .environment import Environment
from .paths import MODULE
from .process import Run, tail, wait_until

USER = "odoo"
BASE = "base"
_SETTINGS = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "200",
    "shared_buffers": "256MB", "max_wal_size": "2GB", "autovacuum_naptime": "300", "log_min_messages": "warning",
    "jit": "off",
}
_SQL = "import psycopg2, sys; c = psycopg2.connect(sys.argv[1]); c.autocommit = True; r = c.cursor(); " \
       "r.execute(sys.argv[2]); print('\\n'.join('\\t'.join(map(str, row)) for row in r) if r.description else '')"


class Postgres:
    """A server and the way to reach it; `host` may be the folder of a socket."""

    host = ""
    port = 5432
    user = USER
    password = ""

    def __init__(self, environment: Environment):
        self.environment = environment

    def sql(self, database: str, statement: str) -> str:
        """Run one statement outside any transaction; the rows as tab separated lines.

        :raise Problem: with PostgreSQL's message
        """
        settings = {"host": self.host, "port": self.port, "user": self.user, "dbname": database}
        address = " ".join(f"{name}='{value}'" for name, value in settings.items() if value)
        env = {**os.environ, **({"PGPASSWORD": self.password} if self.password else {})}
        done = subprocess.run(
            [str(self.environment.python), "-c", _SQL, address, statement],
            env=env, capture_output=True, text=True, check=False,
        )
        if done.returncode:
            raise say.Problem(f"PostgreSQL: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        return done.stdout.strip()

    def create(self, database: str, template: str = "template0") -> None:
        """Create a database as a copy of another one."""
        how = "" if template == "template0" else " STRATEGY file_copy"
        version = int(self.sql("postgres", "SHOW server_version_num"))
        self.sql("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{template}"{how if version >= 150000 else ""}')

    def drop(self, database: str) -> None:
        """Remove a database and whoever is connected to it."""
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def databases(self) -> set[str]:
        """Names of the databases on this server."""
        return set(self.sql("postgres", "SELECT datname FROM pg_database").split())

    def options(self) -> dict[str, str]:
        """Odoo's options for this server."""
        found = {"db_host": self.host, "db_port": str(self.port), "db_user": self.user, "db_password": self.password}
        return {name: value for name, value in found.items() if value}


class Server(Postgres):
    """A server that is already there: our databases get their own names and are dropped at the end."""

    private = False

    def __init__(self, environment: Environment, address: str | None):
        super().__init__(environment)
        parts = urlsplit(address or "")
        self.host = parts.hostname or os.environ.get("PGHOST", "")
        self.port = parts.port or int(os.environ.get("PGPORT", "5432"))
        self.user = parts.username or os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name
        self.password = parts.password or os.environ.get("PGPASSWORD", "")


class Cluster(Postgres):
    """A private cluster: made or copied, started and ended by a run."""

    private = True

    def __init__(self, environment: Environment, run: Run, data: Path):
        super().__init__(environment)
        self.run = run
        self.data = data
        self.binaries = system.postgresql_binaries()
        self.process: subprocess.Popen | None = None
        self._socket = run.scratch("pg-", parent="/tmp")
        self._log = run.folder / "postgresql.log"
        self.host = str(self._socket)
        give(self._socket)

    def initialise(self) -> None:
        """Make an empty cluster in the data folder."""
        argv = [self.binaries / "initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        self.run.check(argv, log=self._log, what="initdb", **as_owner())

    def start(self) -> None:
        """Start the server and wait until it answers.

        :raise Problem: with the end of its log
        """
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        argv = [self.binaries / "postgres", "-D", self.data, "-k", self._socket, *settings]
        with self._log.open("ab") as log:
            self.process = self.run.spawn(argv, stdout=log, stderr=log, env=_without_pg(),
                                          ended_by=signal.SIGINT, **as_owner())
        wait_until(self._answers, timeout=60, what="PostgreSQL")

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise say.Problem(f"PostgreSQL did not start:\n{tail(self._log)}")
        done = subprocess.run(
            [self.binaries / "pg_isready", "-q", "-h", self.host, "-U", USER, "-d", "postgres"], check=False,
        )
        return done.returncode == 0

    def stop(self) -> None:
        """Shut down in order ("fast": clients are disconnected, data are written)."""
        self.run.end(self.process, grace=60)

    def kill(self) -> None:
        """SIGKILL, as a machine that loses power; `start` recovers."""
        self.run.kill(self.process)
        (self.data / "postmaster.pid").unlink(missing_ok=True)


def owner() -> pwd.struct_passwd | None:
    """The unprivileged user who runs PostgreSQL when we are root."""
    if not system.is_root():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise say.Problem("as root a user `postgres` or `nobody` is needed to run PostgreSQL")


def as_owner() -> dict:
    """Options of `subprocess.Popen` that change to the unprivileged user."""
    user = owner()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"} if user else {}


def give(folder: Path) -> None:
    """Give an empty folder to the user who runs PostgreSQL."""
    folder.chmod(0o700)
    user = owner()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def data_parent() -> Path | None:
    """Where data folders go: /var/tmp is a disk, and root's HOME cannot be entered by the unprivileged user."""
    return Path("/var/tmp") if Path("/var/tmp").is_dir() else None


def _without_pg() -> dict[str, None]:
    return {name: None for name in os.environ if name.startswith("PG")}


def new_data_folder(run: Run) -> Path:
    """An empty folder for a cluster that disappears with the run."""
    folder = run.scratch(f"{MODULE}-pg-", parent=data_parent())
    give(folder)
    return folder
