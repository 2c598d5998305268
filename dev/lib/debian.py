"""Packages of another Debian suite, unpacked into the cache: the machine itself stays as it is.

apt is run with a private configuration (own sources, lists and cache) that points at the mirror which the machine
already uses, so that proxies, mirrors and keys keep working and no host is named here.
"""
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import say

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Suite:
    """A suite of the machine's own mirror, with its own lists below `folder`."""

    def __init__(self, name: str, folder: Path):
        self.name = name
        self.folder = folder
        self._conf = folder / "apt.conf"

    def open(self) -> None:
        """Read the suite's index from the first of the machine's mirrors that has it.

        :raise Problem: when no mirror has it
        """
        if not (shutil.which("apt-get") and shutil.which("dpkg")):
            raise say.Problem("this machine has no apt")
        trouble = "apt names no mirror"
        for mirror in mirrors():
            self._configure(mirror)
            done = self._apt("apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any")
            if done.returncode == 0:
                return
            trouble = done.stdout.strip()[-500:]
        raise say.Problem(f"no mirror of this machine offers the suite {self.name}: {trouble}")

    def _configure(self, mirror: str) -> None:
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        sources = self.folder / "private.sources"
        signed = f"Signed-By: {_KEYRING}\n" if _KEYRING.exists() else ""
        sources.write_text(f"Types: deb\nURIs: {mirror}\nSuites: {self.name}\nComponents: main\n{signed}")
        self._conf.write_text("\n".join([
            f'Dir::Etc::sourcelist "{sources}";',
            'Dir::Etc::sourceparts "-";',
            'Dir::Etc::preferences "-";',
            'Dir::Etc::preferencesparts "-";',
            f'Dir::State::lists "{self.folder}/lists";',
            f'Dir::Cache "{self.folder}/cache";',
            'Acquire::Languages "none";',
            'APT::Default-Release "";',
            'APT::Sandbox::User "";',
            # mirrors that are kept at a date are fine here: the signature is checked, nothing gets installed
            'Acquire::Check-Valid-Until "false";',
        ]) + "\n")

    def version(self, package: str) -> str | None:
        """The package's version in this suite."""
        found = re.search(r"^Version: (.+)$", self._show(package), re.MULTILINE)
        return found.group(1) if found else None

    def depends(self, package: str, pattern: str) -> list[str]:
        """The first alternative of each dependency whose name matches the pattern."""
        found = re.search(r"^Depends: (.+)$", self._show(package), re.MULTILINE)
        names = [entry.split("|")[0].split()[0] for entry in (found.group(1).split(",") if found else [])]
        return [name for name in names if re.match(pattern, name)]

    def _show(self, package: str) -> str:
        return self._apt("apt-cache", "--no-all-versions", "show", package).stdout

    def missing(self, package: str) -> list[str]:
        """The packages that installing this one would add to the machine, itself included.

        :raise Problem: when apt cannot tell
        """
        done = self._apt("apt-get", "-s", "--no-install-recommends", "install", package)
        names = re.findall(r"^Inst (\S+)", done.stdout, re.MULTILINE)
        if done.returncode or not names:
            raise say.Problem(f"apt cannot install {package}: {done.stdout.strip()[-500:]}")
        return names

    def unpack(self, packages: list[str], target: Path) -> None:
        """Download the packages (apt checks their hashes) and unpack all of them into one folder.

        :raise Problem: when apt or dpkg fails
        """
        downloads = self.folder / "downloads"
        downloads.mkdir(exist_ok=True)
        done = self._apt("apt-get", "-q", "download", *packages, cwd=downloads)
        if done.returncode:
            raise say.Problem(f"apt-get download failed: {done.stdout[-800:]}")
        for archive in sorted(downloads.glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(archive), str(target)], check=True, stdin=subprocess.DEVNULL)

    def _apt(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
        env = {**os.environ, "APT_CONFIG": str(self._conf), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            arguments, cwd=cwd, env=env, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )


def mirrors() -> list[str]:
    """The mirrors in the machine's apt sources that serve its own Debian suite, best guess first."""
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["apt-get", "update", "--print-uris"], env=env, text=True, capture_output=True, check=False,
        stdin=subprocess.DEVNULL,
    )
    pairs = re.findall(r"'(\S+?)/dists/([^/']+)/InRelease'", done.stdout)
    wanted = {codename(), "stable", "oldstable", "testing", "unstable", "sid"}
    found = dict.fromkeys(uri for uri, suite in pairs if suite in wanted)
    return sorted(found, key=lambda uri: not uri.rstrip("/").endswith("/debian"))


def codename() -> str:
    """The name of the machine's own Debian release, empty where it is none."""
    text = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    found = re.search(r'^VERSION_CODENAME="?([^"\n]+)', text, re.MULTILINE)
    return found.group(1) if found else ""


def relink(root: Path) -> list[Path]:
    """Make absolute links below an unpacked tree point into it; return the links that still lead nowhere."""
    dangling = []
    for folder, _folders, files in os.walk(root):
        for name in files:
            link = Path(folder) / name
            if not link.is_symlink():
                continue
            target = os.readlink(link)
            if target.startswith("/") and (root / target.lstrip("/")).exists():
                link.unlink()
                link.symlink_to(os.path.relpath(root / target.lstrip("/"), folder))
            if not link.exists():
                dangling.append(link)
    return dangling
