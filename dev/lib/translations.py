"""Reads every translatable text of the add-on out of an Odoo and merges it into i18n/: `dev/update-translations`.

Translations that exist are kept, texts that are gone are dropped, new ones are added empty and listed; es.po has to be
complete (a test says so), the regional files hold only what differs from it.
"""
import argparse
import json

from . import environment, say
from .paths import MODULE, ROOT
from .process import Interrupted, Run
from .stage import open_stage

MARK = "untranslated:"
# Runs inside `odoo shell`, where polib and the registry are.
_MERGE = """
import io, json, polib
from pathlib import Path
from odoo.tools.translate import trans_export

folder = Path({folder!r})
buffer = io.BytesIO()
trans_export(False, [{module!r}], buffer, "po", env)
fresh = polib.pofile(buffer.getvalue().decode(), wrapwidth=78)
header = {{"Project-Id-Version": "Odoo Server 19.0", "Report-Msgid-Bugs-To": "", "MIME-Version": "1.0",
          "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
          "Plural-Forms": "nplurals=2; plural=(n != 1);"}}

def write(name, language, texts, partial):
    catalogue = polib.POFile(wrapwidth=78)
    catalogue.header = fresh.header
    catalogue.metadata = {{**header, **({{"Language": language}} if language else {{}})}}
    for entry in fresh:
        text = texts.get(entry.msgid, "")
        if text or not partial:
            catalogue.append(polib.POEntry(
                msgid=entry.msgid, msgstr=text, comment=entry.comment, tcomment=entry.tcomment,
                occurrences=entry.occurrences, flags=entry.flags))
    catalogue.save(str(folder / name))

def known(name):
    file = folder / name
    return {{entry.msgid: entry.msgstr for entry in polib.pofile(str(file))}} if file.exists() else {{}}

write({module!r} + ".pot", "", {{}}, False)
spanish = known("es.po")
write("es.po", "es", spanish, False)
for language in ("es_MX", "es_CO"):
    write(language + ".po", language, known(language + ".po"), True)
print({mark!r} + json.dumps(sorted(entry.msgid for entry in fresh if not spanish.get(entry.msgid))))
"""


def main() -> int:
    """Update i18n/; exit code 1 while a text has no Spanish translation."""
    parser = argparse.ArgumentParser(prog="dev/update-translations", description=__doc__)
    parser.parse_args()
    try:
        with Run(signals=True) as run, open_stage(run, environment.prepare()) as stage:
            missing = _update(stage)
    except Interrupted as interrupted:
        return interrupted.exit_code
    except say.Problem as problem:
        say.step(f"cannot go on: {problem}")
        return 2
    for text in missing:
        print(json.dumps(text, ensure_ascii=False))
    say.step(f"{len(missing)} texts without a Spanish translation" if missing else "Spanish is complete")
    return 1 if missing else 0


def _update(stage) -> list[str]:
    database = stage.database("translations")
    stage.install(database, MODULE)
    code = _MERGE.format(folder=str(ROOT / "i18n"), module=MODULE, mark=MARK)
    # the shell reads line by line: one compiled text keeps its blocks together
    output = stage.odoo(database).shell(f"exec(compile({code!r}, 'translations', 'exec'))\n")
    (line,) = [line for line in output.splitlines() if line.startswith(MARK)]
    return json.loads(line.removeprefix(MARK))
