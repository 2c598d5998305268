"""The virtual environment for Odoo, the add-on and the tests, keyed by Python's version and the requirements."""
import os
import subprocess
import sys
from pathlib import Path

from . import say, system
from .paths import READY, ROOT, cache, fresh, keep_used, key, locked

REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt", ROOT / "dev" / "requirements-odoo.txt")
WITHOUT_DEPENDENCIES = ROOT / "dev" / "requirements-nodeps.txt"


def ensure() -> Path:
    """Return the environment's Python, building the environment if it is not there yet.

    :raise Problem: when pip fails (it uses the machine's own pip configuration)
    """
    name = key(sys.version, sys.base_prefix, *REQUIREMENTS, WITHOUT_DEPENDENCIES)
    folder = cache() / "venv" / f"py{sys.version_info.major}.{sys.version_info.minor}-{name}"
    python = folder / "bin" / "python"
    with locked("venv"):
        if not (folder / READY).exists():
            _build(folder, python)
            (folder / READY).touch()
        keep_used(folder)
    return python


def _build(folder: Path, python: Path) -> None:
    system.ensure_venv_module()
    say.step(f"creating the virtual environment {folder.name}")
    fresh(folder)
    _run([sys.executable, "-m", "venv", str(folder)], "python -m venv")
    say.step("installing Odoo's and the tests' requirements (pip)")
    options = [arg for file in REQUIREMENTS for arg in ("-r", str(file))]
    pip(python, "install", "-q", *options)
    pip(python, "install", "-q", "--no-deps", "-r", str(WITHOUT_DEPENDENCIES))
    done = subprocess.run(
        [str(python), "-c", "import lxml.etree, xmlsec, psycopg2, zeep"], capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise say.Problem(f"the installed packages do not fit together:\n{done.stderr[-1500:]}")


def pip(python: Path, *arguments: str) -> None:
    """Run pip with the machine's own configuration (mirrors, proxies, certificates)."""
    _run([str(python), "-m", "pip", "--disable-pip-version-check", *arguments], f"pip {arguments[0]}")


def _run(argv: list[str], what: str) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        argv, text=True, env=env, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise say.Problem(f"{what} failed:\n{done.stdout[-3000:]}")
