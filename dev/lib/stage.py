"""A stage to play on: PostgreSQL, a database with Odoo's own modules, and the folders of one run.

Installing Odoo's modules takes a minute, so a cluster that has them is made once per version and kept; each run gets
a copy of it. On a server that is not ours nothing is kept: everything is installed into the new database.
"""
import ast
import os
import shutil
import subprocess
from pathlib import Path

from . import say, system
from .environment import Environment, master_key
from .odoo import Odoo
from .paths import MODULE, READY, ROOT, cache, keep_used, key, locked
from .postgres import BASE, Cluster, Postgres, Server, data_parent, give, new_data_folder, owner
from .process import Run
from .sandbox import Sandbox

# installed beforehand, so that our own translations are loaded with the add-on; the first is everybody's default
LANGUAGES = ("en_US", "es_MX", "es_CO")


class Stage:
    """PostgreSQL and what Odoo needs around it, for the length of one run; `open_stage` makes one."""

    def __init__(self, run: Run, environment: Environment, postgres: Postgres, data_dir: Path):
        self.run = run
        self.environment = environment
        self.postgres = postgres
        self.data_dir = data_dir
        self.key_file = run.folder / "master.key"
        self.sandbox: Sandbox | None = None
        self._made: list[str] = []
        if not self.key_file.exists():
            master_key(run.folder)

    def close(self) -> None:
        """Drop what we made on a server that stays."""
        if not self.postgres.private:
            for name in self._made:
                self.postgres.drop(name)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *exc_info) -> None:
        self.close()

    def start_sandbox(self, **options) -> Sandbox:
        """Start the local authority; every Odoo started later talks to it."""
        self.sandbox = Sandbox(self.run, self.environment, **options)
        self.sandbox.start()
        return self.sandbox

    def database(self, name: str, *, copy_of: str = BASE) -> str:
        """Make a database with Odoo's own modules, or a copy of another one with its files; return its name."""
        name = self._unique(name)
        known = self.postgres.private or copy_of in self._made
        self._made.append(name)
        if known:
            self.postgres.create(name, copy_of)
        else:
            self.postgres.create(name)
            say.step(f"installing Odoo's own modules into {name} (about a minute)")
            self.install(name, *dependencies(), languages=LANGUAGES, ours=False)
        source = self.data_dir / "filestore" / copy_of
        if source.is_dir():
            shutil.copytree(source, self.data_dir / "filestore" / name)
        return name

    def _unique(self, name: str) -> str:
        """On a server that others use too, names carry the run's name."""
        return name if self.postgres.private else f"{MODULE}_{name}_{self.run.name}"

    def drop(self, database: str) -> None:
        """Remove a database and its files; what is connected to it is disconnected."""
        self.postgres.drop(database)
        shutil.rmtree(self.data_dir / "filestore" / database, ignore_errors=True)
        self._made.remove(database)

    def odoo(self, database: str, **options) -> Odoo:
        """An Odoo for this database; nothing is started yet."""
        return Odoo(self, database, **options)

    def install(self, database: str, *modules: str, languages: tuple[str, ...] = (), log: Path | None = None,
                **options) -> None:
        """Install modules, and languages, into a database.

        :raise Problem: with the end of the log
        """
        log = log or self.run.folder / f"install-{database}.log"
        odoo = self.odoo(database, **options)
        argv = odoo.command("-i", ",".join(modules), "--stop-after-init", "--no-http", "--max-cron-threads=0",
                            *([f"--load-language={','.join(languages)}"] if languages else []))
        self.run.check(argv, log=log, what=f"installing {', '.join(modules)}", env=odoo.variables())


def open_stage(run: Run, environment: Environment, *, server: str | None = None) -> Stage:
    """Start a private PostgreSQL with a copy of the kept database, or use a server (address or PGHOST…)."""
    data_dir = run.scratch("odoo-")
    if server or os.environ.get("PGHOST"):
        postgres = Server(environment, server)
        say.step(f"using the PostgreSQL server at {postgres.host}:{postgres.port}")
        return Stage(run, environment, postgres, data_dir)
    try:
        return _private_stage(run, environment, data_dir)
    except say.Problem as problem:
        # the folder lies where systems remove old files: what is left of it may not start any more
        say.step(f"the kept cluster does not start and is made again ({str(problem).splitlines()[0]})")
        shutil.rmtree(_template_folder(environment), ignore_errors=True)
        return _private_stage(run, environment, data_dir)


def _private_stage(run: Run, environment: Environment, data_dir: Path) -> Stage:
    template = _template(run, environment)
    cluster = Cluster(environment, run, new_data_folder(run))
    say.step("starting a private PostgreSQL")
    _copy(template / "data", cluster.data)
    _copy(template / "filestore", data_dir / "filestore")
    cluster.start()
    return Stage(run, environment, cluster, data_dir)


def dependencies() -> list[str]:
    """The Odoo modules that our manifest names."""
    return ast.literal_eval((ROOT / "__manifest__.py").read_text())["depends"]


def _template_folder(environment: Environment) -> Path:
    binaries = system.postgresql_binaries()
    version = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    user = owner()
    name = key(version, environment.odoo.key, sorted(dependencies()), LANGUAGES, user.pw_name if user else "")
    parent = data_parent() / f"{MODULE}-{os.getuid()}" if user else cache() / "clusters"
    parent.mkdir(parents=True, exist_ok=True)
    _must_be_ours(parent)
    return parent / name


def _must_be_ours(folder: Path) -> None:
    """Anybody may write to /var/tmp: a folder that somebody else put there is not used."""
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise say.Problem(f"{folder} belongs to somebody else; remove it")
    folder.chmod(0o711)


def _template(run: Run, environment: Environment) -> Path:
    """The kept cluster with Odoo's own modules, made when it is not there yet."""
    folder = _template_folder(environment)
    with locked("cluster", folder.parent):
        if not (folder / READY).exists():
            _build_template(run, environment, folder)
        keep_used(folder)
    return folder


def _build_template(run: Run, environment: Environment, target: Path) -> None:
    say.step("preparing a database with Odoo's own modules (once per version, about a minute)")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    target.chmod(0o711)
    data = target / "data"
    data.mkdir()
    give(data)
    cluster = Cluster(environment, run, data)
    cluster.initialise()
    cluster.start()
    stage = Stage(run, environment, cluster, run.scratch("template-"))
    cluster.create(BASE)
    stage.install(BASE, *dependencies(), languages=LANGUAGES, ours=False)
    cluster.stop()
    filestore = stage.data_dir / "filestore"
    filestore.mkdir(exist_ok=True)
    _copy(filestore, target / "filestore")
    (target / READY).touch()


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with owners and modes, sharing blocks where the file system can."""
    target.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", f"{source}/.", str(target)], check=True)
