"""`dev/shots`: it takes its pictures, and what is wrong on a screen makes it fail."""
import json
import subprocess
from dataclasses import replace

import pytest
from PIL import Image

from lib import shots
from lib.demo_company import CLERK
from lib.shots_screens import SPANISH, Screen

PLANTS = {
    "console": '<img src="/nowhere-at-all.png" alt="x" width="9" height="9"/>',
    "side scroll": '<div style="width: 200px; overflow-x: auto"><div style="width: 900px">x</div></div>',
    "not translated": "<p>Proposed on Invoices</p>",
}
FORM = Screen("form", "/odoo/customer-invoices/new", ".o_form_view .o_form_sheet", languages=(SPANISH,))


def test_the_command_takes_pictures_of_what_it_is_asked_for(root, tools, stage, tmp_path):
    out = tmp_path / "out"
    done = subprocess.run([root / "dev" / "shots", "--out", out, "--only", "certificates", "stamps"],
                          capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    rows = json.loads((out / "shots.json").read_text())
    assert {row["file"] for row in rows} == {
        f"{screen}-{language}-{width}.png"
        for screen in ("certificates", "stamps") for language in ("es_MX", "en") for width in (1400, 390)}
    for row in rows:
        with Image.open(out / row["file"]) as picture:
            assert picture.width == row["width"] and picture.height >= 600
            assert len(picture.convert("RGB").getcolors(1 << 24)) > 50, "an empty page"
        assert row["file"] in (out / "index.html").read_text()


@pytest.fixture(scope="module")
def photographed(open_shop, run, tools, tmp_path_factory):
    """Photographs a form into which something may be planted; returns what is wrong on it, and the exit code."""
    admin = open_shop.admin
    admin.call("res.users", "write", admin.search("res.users", [["login", "=", CLERK]]), {"lang": SPANISH})

    def take(plant: str = "", widths=(1400,)) -> tuple[list[str], int]:
        view = admin.create("ir.ui.view", {
            "name": "planted", "model": "account.move", "inherit_id": admin.ref("account.view_move_form"),
            "arch": f'<sheet position="before"><div>{plant}</div></sheet>'})
        out = tmp_path_factory.mktemp("shots")
        rows = shots.photograph(run, tools, open_shop.odoo, {"clerk": {SPANISH: (CLERK, CLERK)}},
                                [replace(FORM, widths=widths).row()], out)
        admin.call("ir.ui.view", "unlink", [view])
        assert all((out / row["file"]).stat().st_size for row in rows)
        return [trouble for row in rows for trouble in row["troubles"]], shots.verdict(out, rows)

    return take


def test_nothing_is_wrong_where_nothing_is_planted(photographed):
    assert photographed(widths=(1400, 390)) == ([], 0)


@pytest.mark.parametrize("kind", PLANTS)
def test_what_is_wrong_on_a_screen_is_found(photographed, kind):
    troubles, code = photographed(PLANTS[kind])
    assert code == 1
    assert [trouble.partition(":")[0] for trouble in troubles] == [kind], troubles


def test_a_screen_that_does_not_come_is_found(run, tools, open_shop, tmp_path):
    screen = replace(FORM, ready=".never_there", languages=("en_US",), widths=(390,))
    [row] = shots.photograph(run, tools, open_shop.odoo, {"clerk": {"en_US": (CLERK, CLERK)}}, [screen.row()], tmp_path)
    assert row["troubles"][0].startswith("cannot be shown: not seen: .never_there")
