"""Finds Odoo 19: one that is already there, else Debian's package unpacked into the cache, else a clone."""
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import debian, say
from .paths import READY, cache, fresh, key, locked

SERIES = "19.0"
PACKAGE = "odoo-19"
PUBLIC_REPOSITORY = "https://github.com/odoo/odoo.git"
# The package leaves this third-party library out although an asset bundle names it: every page would log an error.
_LEFT_OUT = Path("addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")


@dataclass(frozen=True)
class OdooSource:
    """Where Odoo lies: `folder` holds the package `odoo`, `addons` what else goes into the addons path."""

    folder: Path
    addons: tuple[Path, ...]
    version: str
    origin: str

    @property
    def key(self) -> str:
        """Changes with the version; an unreleased copy of somebody else's is known by its place."""
        return key(self.version, str(self.folder) if self.version == SERIES else "")


def find() -> OdooSource:
    """The Odoo to use.

    :raise Problem: when ODOO_PATH names none, or when there is none and none can be fetched
    """
    for candidate in (_from_path, _importable):
        found = candidate()
        if found:
            return found
    with locked("odoo"):
        return _kept() or _fetch()


# -- an Odoo of the machine ----------------------------------------------------------------------------------------

def _from_path() -> OdooSource | None:
    given = os.environ.get("ODOO_PATH")
    if not given:
        return None
    folder = Path(given).expanduser().resolve()
    if folder.name == "odoo" and (folder / "release.py").exists():
        folder = folder.parent
    if release(folder) != SERIES:
        raise say.Problem(f"ODOO_PATH={given} is not Odoo {SERIES} (found: {release(folder) or 'no Odoo'})")
    return _describe(folder, f"ODOO_PATH ({folder})")


def _importable() -> OdooSource | None:
    spec = importlib.util.find_spec("odoo")
    places = [Path(place).parent for place in (spec.submodule_search_locations or [])] if spec else []
    for folder in [*places, Path("/usr/lib/python3/dist-packages")]:
        found = release(folder)
        if found == SERIES:
            return _describe(folder, f"installed in {folder}")
        if found:
            say.step(f"the Odoo in {folder} is {found}, not {SERIES}: not used")
    return None


def release(folder: Path) -> str | None:
    """The series of the Odoo in a folder, read without importing it."""
    file = folder / "odoo" / "release.py"
    if not file.exists():
        return None
    found = re.search(r"version_info\s*=\s*\(\s*'?([^,']+)'?\s*,\s*(\d+)", file.read_text())
    return f"{found.group(1)}.{found.group(2)}" if found else None


def _describe(folder: Path, origin: str, version: str = SERIES) -> OdooSource:
    folder = _mended(folder)
    extra = folder / "addons"
    addons = (extra,) if (extra / "account" / "views").is_dir() else ()
    return OdooSource(folder, addons, version, origin)


def _mended(folder: Path) -> Path:
    """A tree that lacks the library is not ours to change: a farm of links to it is, and has the file."""
    package = folder / "odoo"
    if not (package / "addons" / "mail").is_dir() or (package / _LEFT_OUT).exists():
        return folder
    if cache() in folder.parents:
        mend(package)
        return folder
    farm = cache() / "odoo" / f"links-{key(folder)}"
    with locked("odoo"):
        if not (farm / READY).exists():
            say.step(f"linking {package} into the cache (a file is missing there)")
            fresh(farm)
            subprocess.run(["cp", "-rs", str(package), str(farm / "odoo")], check=True)
            mend(farm / "odoo")
            (farm / READY).touch()
    return farm


def mend(package: Path) -> None:
    """Put an empty file where the package left a library out."""
    missing = package / _LEFT_OUT
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.touch()


# -- an Odoo in the cache ------------------------------------------------------------------------------------------

def _kept() -> OdooSource | None:
    for marker in sorted((cache() / "odoo").glob(f"*/{READY}"), reverse=True):
        if marker.parent.name.startswith("links-"):
            continue
        folder, version = marker.read_text().splitlines()
        if release(marker.parent / folder) == SERIES:
            return _describe(marker.parent / folder, "cache", version)
    return None


def _fetch() -> OdooSource:
    troubles = []
    for fetch in (_fetch_package, _fetch_clone):
        try:
            return fetch()
        except (say.Problem, OSError, subprocess.CalledProcessError) as trouble:
            troubles.append(str(trouble))
    raise say.Problem(
        f"No Odoo {SERIES} here and none could be fetched; set ODOO_PATH to a checkout.\n" + "\n".join(troubles)
    )


def _fetch_package() -> OdooSource:
    folder = fresh(cache() / "odoo" / "apt")
    suite = debian.Suite("sid", folder)
    say.step(f"looking for Debian's package {PACKAGE} (private apt configuration, nothing is installed)")
    suite.open()
    version = suite.version(PACKAGE)
    if not version or not version.startswith(SERIES):
        raise say.Problem(f"Debian's unstable suite offers no {PACKAGE} {SERIES} (found: {version})")
    say.step(f"found {PACKAGE} {version}; downloading and unpacking it (about 120 MB)")
    target = fresh(cache() / "odoo" / f"debian-{version}")
    suite.unpack([PACKAGE, *suite.depends(PACKAGE, r"fonts-|libjs-|gsfonts$")], target)
    place = "usr/lib/python3/dist-packages"
    mend(target / place / "odoo")
    for link in debian.relink(target):
        _replace_dangling(link, target / place / "odoo")
    (target / READY).write_text(f"{place}\n{version}\n")
    shutil.rmtree(folder)
    return _describe(target / place, f"Debian package {version}", version)


def _replace_dangling(link: Path, package: Path) -> None:
    """Some fonts' packages dropped formats that Odoo's package links to: use the copy that it carries, if any."""
    twins = [path for path in package.glob(f"addons/*/static/src/libs/*/fonts/{link.name}") if path.exists()]
    if twins:
        link.unlink()
        link.symlink_to(os.path.relpath(twins[0], link.parent))


def _fetch_clone() -> OdooSource:
    if not shutil.which("git"):
        raise say.Problem("git is missing, so Odoo's public repository cannot be cloned")
    target = fresh(cache() / "odoo" / f"clone-{SERIES}")
    say.step(f"cloning Odoo {SERIES} from its public repository (takes minutes)")
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", "--branch", SERIES, "--single-branch", PUBLIC_REPOSITORY, str(target)],
        check=True, stdin=subprocess.DEVNULL,
    )
    done = subprocess.run(
        ["git", "-C", str(target), "log", "-1", "--format=%cs"], capture_output=True, text=True, check=True,
    )
    version = f"{SERIES}-{done.stdout.strip()}"
    (target / READY).write_text(f".\n{version}\n")
    return _describe(target, "clone", version)
