"""Where things lie: the clone, and the user's cache folder keyed by versions."""
import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from pathlib import Path

from . import say

MODULE = "l10n_mx_co_edi"
READY = ".ready"
_MONTH = 30 * 24 * 3600
ROOT = Path(__file__).resolve().parents[2]


def cache() -> Path:
    """The folder for everything that is fetched or built once; deleting it costs time, never data."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / MODULE
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key(*parts: object) -> str:
    """A short name for a combination of versions and file contents."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) and part.is_file() else str(part).encode()
        digest.update(content)
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def fresh(folder: Path) -> Path:
    """An empty folder at this place, whatever an interrupted run left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def keep_used(folder: Path) -> None:
    """Note that a prepared folder is in use, and remove its siblings that nobody has used for a month."""
    (folder / READY).touch()
    for marker in folder.parent.glob(f"*/{READY}"):
        if time.time() - marker.stat().st_mtime > _MONTH:
            shutil.rmtree(marker.parent, ignore_errors=True)


@contextlib.contextmanager
def locked(name: str, folder: Path | None = None):
    """Let one command at a time prepare a part of the cache; the others wait and find it ready."""
    folder = folder or cache() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.step(f"waiting for another command that prepares: {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def addons_folder() -> Path:
    """A folder for Odoo's addons path that holds this clone under the module's name.

    The clone may be called anything; the folder is keyed by its path so that two clones do not fight.
    """
    folder = cache() / "clones" / key(ROOT) / "addons"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / MODULE
    if not link.is_symlink() or link.readlink() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT)
    return folder
