"""Build backend: whool on a staged copy, so that the clone may have any name and only the add-on is packed.

whool takes the add-on's name from the folder and packs every file that git knows. The wheel gets the add-on and the
sandbox (people rehearse with it where the add-on is installed), but neither the commands of `dev/` nor any tests:
they start processes and compare with files that only a clone has. The source distribution gets everything.
"""
import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from whool import buildapi

ADDON = "l10n_mx_co_edi"
NOT_IN_WHEEL = ("dev", "tests", "tests_core", "tests_process", ".ci", ".gitignore", "requirements-dev.txt")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None) -> str:
    """PEP 517: the wheel."""
    target = Path(wheel_directory).resolve()
    with _staged(NOT_IN_WHEEL):
        return buildapi.build_wheel(str(target), config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None) -> str:
    """PEP 517: the source distribution."""
    target = Path(sdist_directory).resolve()
    with _staged(()):
        return buildapi.build_sdist(target, config_settings)


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None) -> str:
    """PEP 517: the metadata alone."""
    target = Path(metadata_directory).resolve()
    with _staged(NOT_IN_WHEEL):
        return buildapi.prepare_metadata_for_build_wheel(str(target), config_settings)


@contextlib.contextmanager
def _staged(left_out: tuple[str, ...]) -> Iterator[None]:
    """Work inside a copy that carries the add-on's name and lies outside any git repository."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name) / ADDON
        for file in _files(here):
            if file.parts[0] not in left_out:
                (stage / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(here / file, stage / file)
        ceiling = os.environ.get("GIT_CEILING_DIRECTORIES")
        os.environ["GIT_CEILING_DIRECTORIES"] = name
        os.chdir(stage)
        try:
            yield
        finally:
            os.chdir(here)
            if ceiling is None:
                del os.environ["GIT_CEILING_DIRECTORIES"]
            else:
                os.environ["GIT_CEILING_DIRECTORIES"] = ceiling


def _files(root: Path) -> list[Path]:
    """What git knows or would add; every file where there is no git (an unpacked source distribution)."""
    if (root / ".git").exists():
        argv = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(argv, capture_output=True, check=True).stdout.decode().split("\0")
        files = [Path(name) for name in names if name]
    else:
        files = [file.relative_to(root) for file in root.rglob("*")]
    return [file for file in files if (root / file).is_file()]
