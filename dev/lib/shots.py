"""Every screen of ours in Chromium, every PDF page as a picture, and what is wrong on them: `dev/shots`."""
import argparse
import html
import json
import subprocess
from pathlib import Path

from . import environment, say, system
from .authority import Authority
from .odoo import Odoo
from .paths import MODULE, ROOT
from .process import Interrupted, Run, tail
from .rpc import RpcError
from .shots_habilitacion import HABILITACION
from .shots_scenes import Scenes
from .shots_screens import PRINTS, SCREENS
from .stage import open_stage

_REPORT = "account.account_invoices"
_DOTS_PER_INCH = 100
# nothing waits for a provider that does not answer
_DELAYS = {"connect_timeout": 2, "read_timeout": 4, "total_timeout": 4.5, "lease": 5.5, "lookup_attempts": 2,
           "lookup_pause": 0.3}


def main() -> int:
    """Parse the command line and photograph; the exit code says whether nothing is wrong."""
    options = _options()
    try:
        with Run(signals=True, keep=options.keep) as run:
            return _play(run, options)
    except Interrupted as interrupted:
        say.step(f"interrupted by {interrupted}")
        return interrupted.exit_code
    except (say.Problem, RpcError) as problem:
        say.step(f"cannot go on: {problem}")
        return 2


def _options() -> argparse.Namespace:
    names = [screen.name for screen in (*SCREENS, *HABILITACION)] + [name for name, _ids in PRINTS]
    parser = argparse.ArgumentParser(prog="dev/shots", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="where pictures and index.html go")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=names, help=f"these only, of: {', '.join(names)}")
    parser.add_argument("--pg", metavar="URL", help="use this PostgreSQL server instead of a private cluster")
    parser.add_argument("--keep", action="store_true", help="keep logs and configuration of the run")
    return parser.parse_args()


def _play(run: Run, options: argparse.Namespace) -> int:
    tools = environment.prepare(browser=True)
    if not tools.chromium:
        raise say.Problem("there is no Chromium")
    renderer = system.pdf_renderer()
    with open_stage(run, tools, server=options.pg) as stage:
        database = stage.database("shots")
        say.step("installing the add-on")
        stage.install(database, MODULE)
        sandbox = stage.start_sandbox()
        # people, not scheduled actions, decide here what becomes of an invoice
        odoo = stage.odoo(database, crons=0, module={"endpoint_finkok": sandbox.url},
                          env={"L10N_MX_CO_EDI_DELAYS": json.dumps(_DELAYS)}).start()
        scenes = Scenes(odoo, Authority(sandbox.url))
        options.out.mkdir(parents=True, exist_ok=True)
        screens = [screen for screen in (*SCREENS, *HABILITACION) if not options.only or screen.name in options.only]
        prints = [one for one in PRINTS if not options.only or one[0] in options.only]
        if any("{legal" in text for text in [*(s.path for s in screens), *(ids for _name, ids in prints)]):
            scenes["legal"]  # first: production is not left or entered while something is on its way
        rows = print_files(scenes, prints, options.out, renderer)
        say.step(f"making what {len(screens)} screens show")
        shown = [{**screen.row(), "path": screen.path.format_map(scenes)} for screen in screens]
        if shown:
            logins = scenes.logins({screen["role"] for screen in shown})
            rows += photograph(run, tools, odoo, logins, shown, options.out)
    return verdict(options.out, rows)


def photograph(run: Run, tools: environment.Environment, odoo: Odoo, logins: dict, screens: list[dict],
               out: Path) -> list[dict]:
    """Take the pictures of these screens; return one row for each, with its troubles.

    :param logins: login and password by role and language
    :param screens: `Screen.row()` of each, with records in place of the words in its path
    :raise Problem: when the camera itself breaks
    """
    plan = {"site": odoo.url, "database": odoo.database, "chromium": str(tools.chromium), "out": str(out.resolve()),
            "logins": logins, "screens": screens,
            "words": [str(ROOT / "i18n" / f"{name}.po") for name in ("es", "es_MX")]}
    file, log = run.folder / "shots-plan.json", run.folder / "shots.log"
    file.write_text(json.dumps(plan), encoding="utf-8")
    with log.open("wb") as errors:
        process = run.spawn([tools.python, "-m", "lib.shots_camera", file], cwd=ROOT / "dev", stderr=errors,
                            env={"PYTHONPATH": str(ROOT / "dev"), "PYTHONDONTWRITEBYTECODE": "1"})
    if process.wait():
        raise say.Problem(f"the camera broke:\n{tail(log)}")
    return json.loads((out / "shots.json").read_text(encoding="utf-8"))


def print_files(scenes: Scenes, prints: list[tuple[str, str]], out: Path, renderer: Path) -> list[dict]:
    """Print these PDF files as the clerk does, with a picture of every page."""
    rows = []
    for name, ids in prints:
        file = out / f"{name}.pdf"
        report, _slash, records = ids.format_map(scenes).rpartition("/")
        reader = scenes.admin if "{co_" in ids else scenes.clerk  # the clerk works in Mexico
        file.write_bytes(reader.download(f"/report/pdf/{report or _REPORT}/{records}"))
        subprocess.run([renderer, "-r", str(_DOTS_PER_INCH), "-png", file, out / name], check=True)
        pages = sorted(out.glob(f"{name}-*.png"))
        say.step(f"{file.name}: {len(pages)} pages")
        rows += [{"file": page.name, "screen": name, "language": "", "width": 0, "troubles": []} for page in pages]
    return rows


def verdict(out: Path, rows: list[dict]) -> int:
    """Write the index and say what is wrong; 0 when nothing is and there is something."""
    (out / "shots.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "index.html").write_text(_index(rows), encoding="utf-8")
    bad = [row for row in rows if row["troubles"]]
    for row in bad:
        say.plain(f"\n{row['file']}")
        for trouble in row["troubles"]:
            say.plain(f"    {trouble}")
    say.plain()
    say.step(f"{len(rows)} pictures in {out}, {len(bad)} with something wrong")
    return 1 if bad or not rows else 0


def _index(rows: list[dict]) -> str:
    parts = ["<!DOCTYPE html><meta charset='utf-8'><title>Screens</title>"
             "<style>body{font:14px sans-serif} figure{display:inline-block;margin:8px;vertical-align:top}"
             "img{max-height:520px;max-width:700px;border:1px solid #999} .bad{color:#b00}</style>"]
    for row in rows:
        name, troubles = html.escape(row["file"]), "<br>".join(map(html.escape, row["troubles"]))
        parts.append(f"<figure><figcaption>{name}<div class='bad'>{troubles}</div></figcaption>"
                     f"<a href='{name}'><img loading='lazy' src='{name}' alt='{name}'></a></figure>")
    return "\n".join(parts) + "\n"
