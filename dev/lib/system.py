"""Debian packages of the machine: installed only when missing, named, and only when we are root."""
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from . import say


def in_ci() -> bool:
    """Continuous integration: what would be skipped on a laptop is a failure there."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def is_root() -> bool:
    return os.geteuid() == 0


def find_program(name: str, *patterns: str) -> Path | None:
    """A program on PATH, else the newest match of the glob patterns (below the file system's root)."""
    found = shutil.which(name)
    if found:
        return Path(found)
    for pattern in patterns:
        matches = sorted(Path("/").glob(pattern.lstrip("/")), key=_version_in)
        if matches:
            return matches[-1]
    return None


def _version_in(path: Path) -> list[int]:
    return [int(part) for part in path.parts if part.isdigit()]


def install(packages: list[str], *, why: str) -> None:
    """Install Debian packages.

    :raise Problem: with the command to type when we may not, or when apt fails
    """
    names = " ".join(packages)
    command = f"apt-get install --no-install-recommends {names}"
    if not shutil.which("apt-get"):
        raise say.Problem(f"Missing for {why}: {names}. Install them with this system's package manager.")
    if not is_root():
        raise say.Problem(f"Missing for {why}: {names}. Install them with:\n    sudo {command}")
    say.step(f"installing Debian packages for {why}: {names}")
    arguments = ["apt-get", "-q", "-y", "-o", "Dpkg::Options::=--force-confold", "install",
                 "--no-install-recommends", *packages]
    if _apt(arguments).returncode:
        _apt(["apt-get", "-q", "update"])
        done = _apt(arguments)
        if done.returncode:
            raise say.Problem(f"{command} failed:\n{done.stdout[-2000:]}")


def _apt(arguments: list[str]) -> subprocess.CompletedProcess:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        arguments, env=env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False,
    )


def ensure_venv_module() -> None:
    """Debian keeps `ensurepip` apart from Python."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        install(["python3-venv"], why="the virtual environment")


def postgresql_binaries() -> Path:
    """The folder with `initdb` and `postgres`; Debian keeps them off PATH."""
    found = find_program("initdb", "/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb")
    if not found:
        _install_postgresql()
        found = find_program("initdb", "/usr/lib/postgresql/*/bin/initdb")
    if not found:
        raise say.Problem("PostgreSQL was installed, but its initdb cannot be found")
    return found.resolve().parent


def _install_postgresql() -> None:
    """Install Debian's package without the cluster that it would create and start."""
    if is_root() and shutil.which("apt-get"):
        install(["postgresql-common"], why="the database")
        conf = Path("/etc/postgresql-common/createcluster.conf")
        old = conf.read_text() if conf.exists() else ""
        if "\ncreate_main_cluster" not in "\n" + old:
            conf.write_text(f"{old.rstrip()}\ncreate_main_cluster = false\n".lstrip())
    install(["postgresql"], why="the database")


CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def chromium(*, required: bool) -> Path | None:
    """Chromium for the tours, by one of the names that Odoo looks for; None when it may be missing."""
    return _optional(_find_chromium, lambda: install(["chromium"], why="browser tests"), "browser tests", required)


def _find_chromium() -> Path | None:
    return next(filter(None, map(find_program, CHROMIUM)), None)


def pdf_renderer() -> Path:
    """The program that makes pictures of PDF pages.

    :raise Problem: when it is missing and may not be installed
    """
    found = find_program("pdftoppm")
    if not found:
        install(["poppler-utils"], why="pictures of PDF pages")
        found = find_program("pdftoppm")
    return found


def _optional(find, add, what: str, required: bool) -> Path | None:
    found = find()
    if found:
        return found
    try:
        add()
    except say.Problem as problem:
        if required:
            raise
        say.step(f"{what} will be skipped: {problem}")
    return find()


def ensure_pdf_libraries(works) -> None:
    """What the wkhtmltopdf binary links to, and fonts for it."""
    if not works():
        install(["libxrender1", "libxext6", "libx11-6", "libfontconfig1", "libfreetype6", "fontconfig"],
                why="the PDF print")
    if not _has_fonts():
        install(["fontconfig", "fonts-dejavu-core", "fonts-liberation"], why="the PDF print")


def _has_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list"], capture_output=True, check=False).stdout.strip())
