"""Everything that a command needs from the machine, found or fetched once."""
import os
import secrets
import socket
import time
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, say, system, venv, wkhtmltopdf
from .odoo_source import OdooSource


@dataclass(frozen=True)
class Environment:
    """Paths of the tools; None where a tool is missing and may be."""

    python: Path
    odoo: OdooSource
    wkhtmltopdf: Path | None
    chromium: Path | None

    @property
    def path(self) -> str:
        """PATH with our wkhtmltopdf in front."""
        extra = [str(self.wkhtmltopdf.parent)] if self.wkhtmltopdf else []
        return os.pathsep.join([*extra, os.environ.get("PATH", os.defpath)])


def prepare(*, browser: bool = False) -> Environment:
    """Find or fetch Odoo and the tools.

    :param browser: tours will run
    :raise Problem: when something that cannot be skipped is missing
    """
    started = time.monotonic()
    strict = system.in_ci()
    python = venv.ensure()
    odoo = odoo_source.find()
    pdf = wkhtmltopdf.ensure(python, required=strict)
    chromium = system.chromium(required=strict) if browser else None
    say.step(f"Odoo {odoo.version} ({odoo.origin}); set-up took {time.monotonic() - started:.0f} s")
    return Environment(python, odoo, pdf, chromium)


def free_port() -> int:
    """A TCP port of the loopback interface that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def master_key(folder: Path) -> Path:
    """Write a new master key to a file that only its owner can read; it never enters a database."""
    file = folder / "master.key"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(b64encode(secrets.token_bytes(32)).decode() + "\n")
    return file
