"""Whoever takes the database and the filestore, but not the master key, can neither sign nor log in anywhere."""
import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.postgres import as_owner
from lib.say import Problem

pytestmark = pytest.mark.timeout(300)

REVEAL = """
import base64
for secret in env["l10n_mx_co_edi.secret"].search([]):
    print(secret.name, base64.b64encode(secret._reveal()).decode())
"""


@pytest.fixture(scope="module")
def secrets(open_shop) -> dict[str, bytes]:
    """What the vault holds, opened with the master key; an invoice was sealed and sent with it before."""
    open_shop.send(open_shop.an_invoice())
    lines = open_shop.odoo.shell(REVEAL).split("\n")
    found = {name: base64.b64decode(value) for name, _, value in (line.partition(" ") for line in lines) if value}
    assert {"private_key", "pac_username", "pac_password"} <= set(found)
    return found


def spellings(secret: bytes) -> list[bytes]:
    """How a secret could lie in a dump: as it is, or a part of it in the encodings that databases and files use."""
    middle = secret[len(secret) // 3:][:96] if len(secret) > 96 else secret
    encoded = base64.b64encode(secret)
    part = encoded[len(encoded) // 3:][:96] if len(encoded) > 96 else encoded.rstrip(b"=")
    return [middle, middle.hex().encode(), middle.hex().upper().encode(), part]


def dump(shop, folder: Path) -> bytes:
    """The whole database as `pg_dump` writes it."""
    postgres = shop.stage.postgres
    found = shutil.which("pg_dump") or str(Path(postgres.binaries) / "pg_dump")
    target = folder / "dump.sql"
    arguments = [found, "-h", str(postgres.host), "-p", str(postgres.port), "-U", postgres.user, shop.database]
    with target.open("wb") as output:
        subprocess.run(arguments, stdout=output, check=True, env={**os.environ}, **as_owner())
    return target.read_bytes()


def test_neither_dump_nor_filestore_holds_a_secret(open_shop, secrets, tmp_path):
    stolen = {"dump.sql": dump(open_shop, tmp_path)}
    assert len(stolen["dump.sql"]) > 1_000_000
    filestore = open_shop.stage.data_dir / "filestore" / open_shop.database
    stolen.update({file.name: file.read_bytes() for file in filestore.rglob("*") if file.is_file()})
    assert len(stolen) > 5, "the filestore was found"
    for name, secret in secrets.items():
        if name in ("pac_username", "production_database"):
            continue  # not worth anything
        for spelling in spellings(secret):
            assert not [place for place, content in stolen.items() if spelling in content], name


def test_no_log_holds_a_secret(open_shop, secrets):
    log = open_shop.odoo.log.read_bytes()
    assert log
    for name in ("private_key", "pac_password"):
        for spelling in spellings(secrets[name]):
            assert spelling not in log, name


def test_without_the_master_key_the_copy_opens_nothing(open_shop, secrets):
    thief = open_shop.another_odoo(module={"kek_file": ""})
    with pytest.raises(Problem, match="master key"):
        thief.shell(REVEAL)
