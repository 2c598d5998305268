"""Photographs the screens of a plan and judges them; `shots.py` starts it in the tests' environment.

    python -m lib.shots_camera PLAN.json

PLAN has `site`, `database`, `chromium`, `out`, `logins` ({role: {language: [login, password]}}), `screens` and
`words` (PO files); it leaves `shots.json` in `out`: one row per picture with what is wrong on it.
"""
import json
import sys
from pathlib import Path

from .say import step
from .shots_browser import Browser, Page, PageError
from .shots_screens import SHORT
from .shots_words import Words

# Odoo's own elements that scroll sideways by design where there is little room
BY_DESIGN = ", ".join((
    ".o_notebook_headers", ".o_statusbar_status", ".o_cp_buttons", ".o_control_panel_actions", ".o_menu_sections",
    ".settings_tab", ".o-mail-Chatter-topbar", ".o_searchview_input_container", ".breadcrumb", ".o_kanban_renderer",
    "#wrap .table-responsive",
    # the print's preview: paper is wider than a telephone, its lines scroll in a box of their own
    ".ediprint .scroll",
))


def main(plan_file: str) -> None:
    """Play the plan."""
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    words, rows = Words(*map(Path, plan["words"])), []
    with Browser(plan["chromium"]) as browser:
        page = browser.page()
        for role, language in _visits(plan):
            login, password = plan["logins"][role][language]
            page.login(plan["site"], plan["database"], login, password, language)
            for screen in plan["screens"]:
                if screen["role"] == role and language in screen["languages"]:
                    rows += [_shoot(page, plan, screen, language, width, words) for width in screen["widths"]]
    (Path(plan["out"]) / "shots.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False), encoding="utf-8")


def _visits(plan: dict) -> list[tuple[str, str]]:
    """Each role in each language once: logging in takes longer than a picture."""
    pairs = [(screen["role"], language) for screen in plan["screens"] for language in screen["languages"]]
    return list(dict.fromkeys(sorted(pairs)))


def _shoot(page: Page, plan: dict, screen: dict, language: str, width: int, words: Words) -> dict:
    file = f"{screen['name']}-{SHORT[language]}-{width}.png"
    row = {"file": file, "screen": screen["name"], "language": language, "width": width, "troubles": []}
    page.console.clear()
    page.resize(width)
    try:
        password = plan["logins"][screen["role"]][language][1]
        _visit(page, plan["site"] + screen["path"], screen, password)
        row["troubles"] += [f"side scroll: {text}" for text in page.ask("tooWide", width, BY_DESIGN)]
        row["troubles"] += [f"not translated: {text}" for text in words.untranslated(page.ask("texts"), language)]
    except PageError as error:
        row["troubles"].append(f"cannot be shown: {error}")
    page.settle()
    row["troubles"] += [f"console: {text}" for text in dict.fromkeys(page.console)]
    try:
        picture = page.picture(screen["crop"])
    except PageError:
        picture = page.picture()
    (Path(plan["out"]) / file).write_bytes(picture)
    step(f"{file}{': ' if row['troubles'] else ''}{'; '.join(row['troubles'])[:200]}")
    return row


def _visit(page: Page, address: str, screen: dict, password: str) -> None:
    page.open(address)
    page.wait_for(screen["ready"])
    page.settle()
    for action in screen["steps"]:
        if isinstance(action, str):
            page.click(action)
            _confirm_identity(page, password)
        else:
            page.type(*action)
    if screen["shown"]:
        page.wait_for(screen["shown"])
    page.settle()


def _confirm_identity(page: Page, password: str) -> None:
    """Odoo asks for the password before some buttons, once in ten minutes."""
    if page.seen(".modal button[name=run_check]"):
        page.type(".modal [name=password] input", password)
        page.click(".modal button[name=run_check]")


if __name__ == "__main__":
    main(sys.argv[1])
