"""The wheel: built from a clone of any name, with the add-on in it and nothing else, and Odoo installs it."""
import ast
import shutil
import subprocess
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from lib.paths import MODULE

PREFIX = f"odoo/addons/{MODULE}/"
ONLY_IN_A_CLONE = {
    "dev", "tests", "tests_core", "tests_process", ".ci", ".gitignore", "requirements-dev.txt", "pyproject.toml",
}


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory) -> Path:
    """The working tree as git sees it, in a folder of another name."""
    target = tmp_path_factory.mktemp("w") / "otro nombre"
    for file in tracked(root):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, target / file)
    return target


@pytest.fixture(scope="module")
def wheel(clone, tools, tmp_path_factory) -> Path:
    """The wheel that pip builds from that folder."""
    target = tmp_path_factory.mktemp("wheel")
    argv = [tools.python, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", target, clone]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(target.glob("*.whl"))


def tracked(root: Path) -> list[str]:
    argv = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in names if name and (root / name).is_file()]


def test_it_carries_the_add_ons_name_whatever_the_clone_is_called(wheel):
    assert wheel.name.startswith(f"odoo_addon_{MODULE}-19.0.")


def test_it_holds_the_add_on_and_the_sandbox_and_nothing_of_the_workshop(wheel, root):
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    expected = {name for name in tracked(root) if name.split("/")[0] not in ONLY_IN_A_CLONE}
    assert packed == expected
    assert {"__manifest__.py", "core/states.py", "models/document.py"} <= packed
    assert all(name.startswith((PREFIX, f"odoo_addon_{MODULE}-")) for name in names)


def test_its_metadata_name_licence_odoo_and_the_libraries_that_the_manifest_asks_for(wheel, root):
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = HeaderParser().parsestr(archive.read(name).decode())
    requires = metadata.get_all("Requires-Dist")
    assert metadata["Name"].replace("-", "_") == f"odoo_addon_{MODULE}"
    assert "LGPL-3" in metadata["License"]
    wanted = ast.literal_eval((root / "__manifest__.py").read_text())["external_dependencies"]["python"]
    assert "lxml>=6.1" in wanted
    assert set(wanted) <= {entry.replace(" ", "") for entry in requires}
    assert any(entry.startswith("odoo") and "19" in entry for entry in requires)


def test_odoo_installs_it_from_the_wheel(wheel, stage, tools, tmp_path):
    argv = [tools.python, "-m", "pip", "install", "-q", "--no-deps", "--target", tmp_path, wheel]
    subprocess.run(argv, check=True)
    database = stage.database("wheel")
    addons = [*tools.odoo.addons, tmp_path / "odoo" / "addons"]
    stage.install(database, MODULE, ours=False, settings={"addons_path": ",".join(map(str, addons))})
    state = stage.postgres.sql(database, f"SELECT state FROM ir_module_module WHERE name = '{MODULE}'")
    assert state == "installed"
    stage.drop(database)
