"""Upgrading with documents on their way: nothing is lost, nothing is stamped twice, what was frozen stays readable.

The version before is that of the newest tag below the present commit, where there is one and its files are at hand;
else the present files under a lower version number, so that Odoo runs everything that an upgrade runs.
"""
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from lib.paths import MODULE, ROOT
from tests_process.shop import DOCUMENT, Shop, open_company

pytestmark = pytest.mark.timeout(900)

LOWER = "19.0.0.0.1"
VERSION = re.compile(r'("version": ")([^"]+)')
# Everything that the outbox stands on, to be the same before and after
FROZEN = ("state", "snapshot", "signed_xml", "sha256", "stamped_xml", "uuid", "attempts", "serie", "folio", "issued_at",
          "lease_epoch", "environment", "service")
RESTORE = """
from odoo.addons.l10n_mx_co_edi.core import snapshot
documents = env["l10n_mx_co_edi.document"].search([("snapshot", "!=", False)])
print(len([snapshot.load(document.snapshot) for document in documents]))
"""


def git(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False)


def earlier_version(folder: Path) -> Path:
    """An add-ons folder with the version before this one."""
    module = folder / MODULE
    module.mkdir(parents=True)
    tag = shutil.which("git") and git("describe", "--tags", "--abbrev=0", "--match", "19.0.*", "HEAD")
    if tag and tag.returncode == 0:
        archive = folder / "earlier.tar"
        archive.write_bytes(git("archive", tag.stdout.decode().strip()).stdout)
        with tarfile.open(archive) as packed:
            packed.extractall(module)
        return folder
    for name in ("__init__.py", "hooks.py"):
        (module / name).write_bytes((ROOT / name).read_bytes())
    for name in ("controllers", "core", "data", "demo", "i18n", "models", "report", "sandbox", "security", "static",
                 "views", "wizards"):
        (module / name).symlink_to(ROOT / name, target_is_directory=True)
    manifest = (ROOT / "__manifest__.py").read_text(encoding="utf-8")
    (module / "__manifest__.py").write_text(VERSION.sub(rf"\g<1>{LOWER}", manifest), encoding="utf-8")
    return folder


class EarlierShop(Shop):
    """The company's Odoo with the earlier version of the add-on."""

    addons: Path

    def another_odoo(self, **options):
        path = [*self.stage.environment.odoo.addons, self.addons]
        settings = {"addons_path": ",".join(map(str, path))}
        return super().another_odoo(ours=False, settings=settings, **options)


def installed_version(shop) -> str:
    return shop.sql(f"SELECT latest_version FROM ir_module_module WHERE name = '{MODULE}'")


@pytest.fixture
def earlier(stage, sandbox, tmp_path):
    """A company that works with the earlier version, in a database that was made by it."""
    EarlierShop.addons = earlier_version(tmp_path / "addons")
    name = stage.database("upgraded")
    shop = EarlierShop(stage, name, sandbox)
    odoo = shop.another_odoo()
    argv = odoo.command("-i", MODULE, "--stop-after-init", "--no-http")
    stage.run.check(argv, log=tmp_path / "install.log", what="installing the earlier version", env=odoo.variables())
    open_company(shop.another_odoo(), sandbox)
    shop.forget()
    yield shop.open()
    shop.close()


def test_an_upgrade_with_documents_on_their_way_loses_none(stage, sandbox, earlier, tmp_path):
    moves = {name: earlier.an_invoice() for name in ("valid", "rejected", "doubt", "sending", "ready")}
    assert earlier.send(moves["valid"]) == ""
    earlier.authority.script({"refuse": {"code": "CFDI40145", "message": "El nombre no corresponde"}})
    earlier.refused(lambda: earlier.send(moves["rejected"]))
    earlier.authority.script({"drop_after_stamp": True}, operation="stamp", times=2)
    earlier.authority.script({"senv_fault": True}, operation="stamped", times=-1)
    for name in ("doubt", "sending"):
        earlier.send_now(moves[name])
    # as a process leaves it that died while it sent
    earlier.sql(
        "UPDATE l10n_mx_co_edi_document SET state = 'sending', lease_until = now() at time zone 'utc'"
        f" WHERE move_id = {moves['sending']}")
    earlier.fill_the_outbox([moves["ready"]])
    before = {name: {key: earlier.document(move)[key] for key in FROZEN} for name, move in moves.items()}
    assert {name: row["state"] for name, row in before.items()} == {
        "valid": "valid", "rejected": "rejected", "doubt": "in_doubt", "sending": "sending", "ready": "ready"}
    assert installed_version(earlier)
    earlier.odoo.stop()

    shop = Shop(stage, earlier.database, sandbox)
    argv = shop.odoo.command("-u", MODULE, "--stop-after-init", "--no-http")
    stage.run.check(argv, log=tmp_path / "upgrade.log", what="upgrading", env=shop.odoo.variables())
    assert installed_version(shop) == VERSION.search((ROOT / "__manifest__.py").read_text(encoding="utf-8"))[2]
    assert shop.odoo.shell(RESTORE).split()[-1] == str(len(moves))
    shop.open()
    try:
        for name, move in moves.items():
            assert (name, {key: shop.document(move)[key] for key in FROZEN}) == (name, before[name])
        assert "uniqu" in shop.sql("SELECT indexdef FROM pg_indexes WHERE indexname LIKE '%issued_once'").lower()
        shop.authority.control("script", method="DELETE")
        for name in ("doubt", "sending", "ready"):
            shop.drain_until(moves[name], "valid")
        for name in ("valid", "doubt", "sending", "ready"):
            shop.judge(moves[name])
        shop.clerk.button("account.move", "button_draft", [moves["rejected"]])
        shop.clerk.button("account.move", "action_post", [moves["rejected"]])
        assert shop.send(moves["rejected"]) == ""
        shop.judge(moves["rejected"])
        assert len(shop.stamps()) == len(moves), "each of them once"
        assert shop.admin.call(DOCUMENT, "search_count", [["state", "!=", "valid"]]) == 0
    finally:
        shop.odoo.stop()
