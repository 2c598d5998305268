"""The words of the add-on's findings, read from its source and its translations, without Odoo."""
import ast
import re
from dataclasses import dataclass
from pathlib import Path

from .paths import ROOT

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Message:
    """What happened and what to do, as the source has it (English)."""
    what: str
    fix: str


def messages(folder: Path = ROOT / "models") -> dict[str, Message]:
    """Return the text of each code in the tables `finding_messages_*.py`."""
    found: dict[str, Message] = {}
    for file in sorted(folder.glob("finding_messages_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {
            node.targets[0].id: _text(node.value, {}) for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                found.update(_entries(node, names))
    return found


def _entries(table: ast.Dict, names: dict[str, str]) -> dict[str, Message]:
    found = {}
    for key, value in zip(table.keys, table.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(value, ast.Call) and _name(value.func) == "Text":
            what, fix = (_text(argument, names) for argument in value.args[:2])
            found[key.value] = Message(what, fix)
    return found


def _text(node: ast.expr, names: dict[str, str]) -> str:
    """The text of `_lt("…")`, also over several lines, or of a name that stands for one."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Call) and _name(node.func) == "_lt" and isinstance(node.args[0], ast.Constant):
        return node.args[0].value
    return ""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def translations(file: Path = ROOT / "i18n" / "es.po") -> dict[str, str]:
    """Return English -> Spanish of one translation file (gettext's format; plural forms are not used here)."""
    found, key, parts = {}, "", {"msgid": "", "msgstr": ""}
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith(("msgid ", "msgstr ")):
            key, line = line.split(" ", 1)
            parts[key] = ""
        if key and line.startswith('"'):
            parts[key] += _unescaped(_STRING.fullmatch(line)[1])
        elif not line and key:
            found[parts["msgid"]] = parts["msgstr"]
            key, parts = "", {"msgid": "", "msgstr": ""}
    found.pop("", None)
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)
