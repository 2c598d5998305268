"""The rules of the source tree that nobody should have to remember. Each rule is shown to bite on an example."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STDLIB = frozenset(sys.stdlib_module_names)
ODOO_SIDE = ("models", "wizards", "controllers", "report")
MAX_LINES, MAX_FUNCTION_LINES = 450, 60

# What each part of the core may import besides the standard library; "." is the core itself, by relative import.
BASICS = frozenset(
    {
        *("enums", "errors", "findings", "states", "money", "clock", "snapshot"),
        *("rfc", "der", "vault", "certificates", "signature", "values"),
    }
)
THIRD_PARTY_OF = {
    "": {"cryptography", "qrcode"},
    "xmlio": {"lxml"},
    "cfdi": {"lxml", "cryptography", "num2words", "qrcode"},
    "dian": {"lxml", "cryptography", "xmlsec", "num2words", "qrcode"},
    "transports": {"lxml", "cryptography", "xmlsec", "zeep", "requests", "urllib3"},
}
CORE_OF = {
    "": set(),
    "xmlio": set(),
    "cfdi": {"xmlio"},
    "dian": {"xmlio"},
    "transports": {"xmlio"},
}

Checker = Callable[[Path, ast.Module], Iterator[str]]


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(level, dotted name) of every import; for `from . import x` the name is x, for `from ..core import x` core.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module and node.module != "core":
                yield node.level, node.module
            else:
                prefix = f"{node.module}." if node.module else ""
                yield from ((node.level, prefix + alias.name) for alias in node.names)


def core_imports(path: Path, tree: ast.Module) -> Iterator[str]:
    package = path.relative_to(ROOT / "core").parent.parts
    part = package[0] if package else ""
    for level, name in imports(tree):
        if level == 0:
            if name.split(".")[0] not in STDLIB | THIRD_PARTY_OF[part]:
                yield f"imports {name}"
        elif level > len(package) + 1:
            yield f"reaches out of the core: {'.' * level}{name}"
        else:
            target = [*package[: len(package) + 1 - level], *name.split(".")][0]
            if target not in BASICS | CORE_OF[part] | ({part} if part else set()):
                yield f"imports {'.' * level}{name}"


def sandbox_imports(path: Path, tree: ast.Module) -> Iterator[str]:
    depth = len(path.relative_to(ROOT / "sandbox").parts)
    for level, name in imports(tree):
        if name.split(".")[0] in ("core", "odoo", "satcfdi") and level == 0:
            yield f"imports {name}"
        if level > depth:
            yield f"reaches out of the sandbox: {'.' * level}{name}"


def model_imports(path: Path, tree: ast.Module) -> Iterator[str]:
    for level, name in imports(tree):
        if level == 0 and name.split(".")[0] in ("lxml", "requests", "zeep", "xmlsec", "cryptography", "sandbox"):
            yield f"imports {name}"


def edge_imports(path: Path, tree: ast.Module) -> Iterator[str]:
    """Wizards, controllers and reports use the models; of the core, findings, typed errors and the clock."""
    yield from model_imports(path, tree)
    for level, name in imports(tree):
        if level > 1 and name.startswith("core") and name not in ("core.findings", "core.errors", "core.clock"):
            yield f"imports {'.' * level}{name}"


def floats(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"line {node.lineno}: the float {node.value!r}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield f"line {node.lineno}: float()"


_PARSERS = {"fromstring", "parse", "XML", "iterparse", "fromstringlist", "XMLPullParser", "HTML", "parseString"}
_XML_NAMES = ("etree", "minidom", "ElementTree", "ET")
_XML_MODULES = ("xml.etree", "xml.dom", "xml.sax", "lxml.html", "lxml.objectify", "defusedxml")


def raw_parsing(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _PARSERS and _last_name(node.value) in _XML_NAMES:
            yield f"line {node.lineno}: {_last_name(node.value)}.{node.attr}"
        if isinstance(node, ast.ImportFrom) and node.module == "lxml.etree":
            yield from (f"imports {alias.name}" for alias in node.names if alias.name in _PARSERS)
        if isinstance(node, ast.Attribute) and node.attr == "extractall":
            yield f"line {node.lineno}: extractall"
    yield from (f"imports {name}" for _, name in imports(tree) if name.startswith(_XML_MODULES))


def broad_excepts(path: Path, tree: ast.Module) -> Iterator[str]:
    """`except Exception` may stand only where the handler ends by raising again."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        is_broad = any(kind is None or _last_name(kind) in ("Exception", "BaseException") for kind in kinds)
        if is_broad and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None):
            yield f"line {node.lineno}: broad except"


def sleeps(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "sleep" and _last_name(node.value) == "time":
            yield f"line {node.lineno}: time.sleep"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from ("imports time.sleep" for alias in node.names if alias.name == "sleep")


_CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")


def own_clocks(path: Path, tree: ast.Module) -> Iterator[str]:
    """Only core.clock asks for the time of day; a monotonic clock measures durations and is free."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and f"{_last_name(node.value)}.{node.attr}" in _CLOCKS:
            yield f"line {node.lineno}: {_last_name(node.value)}.{node.attr}"


def asserts(path: Path, tree: ast.Module) -> Iterator[str]:
    """`assert` disappears under -O; a promise that a program relies on is an if."""
    yield from (f"line {node.lineno}: assert" for node in ast.walk(tree) if isinstance(node, ast.Assert))


def long_functions(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name}: {lines} lines"


def _last_name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def offences(checker: Checker, paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        found += [f"{path.relative_to(ROOT)}: {offence}" for offence in checker(path, tree)]
    return found


CORE = sources("core")
ODOO = [*sources(*ODOO_SIDE), *(ROOT / name for name in ("__init__.py", "hooks.py") if (ROOT / name).is_file())]
PRODUCT = CORE + ODOO
RULES: list[tuple[str, Checker, list[Path]]] = [
    ("the core imports what it may", core_imports, CORE),
    ("the sandbox stands alone", sandbox_imports, sources("sandbox")),
    ("models leave XML, HTTP and keys to the core", model_imports, sources("models")),
    ("the edge imports models", edge_imports, sources("wizards", "controllers", "report")),
    ("no float in legal content", floats, [*sources("core/cfdi", "core/dian"), ROOT / "core/snapshot.py"]),
    ("one door for XML", raw_parsing, [path for path in PRODUCT if path != ROOT / "core/xmlio/parse.py"]),
    ("no broad except", broad_excepts, PRODUCT),
    ("no sleep", sleeps, PRODUCT),
    ("one clock", own_clocks, [path for path in CORE if path != ROOT / "core/clock.py"]),
    ("no assert", asserts, PRODUCT),
    ("short functions", long_functions, PRODUCT + sources("sandbox", "dev")),
]


@pytest.mark.parametrize(("checker", "paths"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_the_rule_holds_everywhere(checker, paths):
    assert paths
    assert offences(checker, paths) == []


BITES = [
    (core_imports, "core/money.py", "import odoo"),
    (core_imports, "core/money.py", "from odoo.tools import x"),
    (core_imports, "core/money.py", "import requests"),
    (core_imports, "core/money.py", "from .cfdi import model"),
    (core_imports, "core/money.py", "from .xmlio.parse import parse_untrusted"),
    (core_imports, "core/money.py", "from ..models import x"),
    (core_imports, "core/cfdi/build.py", "import core.money"),
    (core_imports, "core/cfdi/build.py", "import requests"),
    (core_imports, "core/cfdi/build.py", "from ..dian import rules"),
    (core_imports, "core/cfdi/build.py", "from ..transports.base import x"),
    (core_imports, "core/transports/http.py", "from ..cfdi import build"),
    (core_imports, "core/cfdi/build.py", "from ...models import x"),
    (core_imports, "core/cfdi/rules/taxes.py", "from ...dian import x"),
    (core_imports, "core/cfdi/rules/taxes.py", "from ...transports.base import x"),
    (core_imports, "core/cfdi/rules/taxes.py", "from ....models import x"),
    (core_imports, "core/xmlio/write.py", "import cryptography"),
    (sandbox_imports, "sandbox/x.py", "from core.money import x"),
    (sandbox_imports, "sandbox/x.py", "from ..core import money"),
    (sandbox_imports, "sandbox/x.py", "import odoo"),
    (model_imports, "models/x.py", "from lxml import etree"),
    (model_imports, "models/x.py", "import requests"),
    (edge_imports, "wizards/x.py", "from ..core.vault import Vault"),
    (edge_imports, "wizards/x.py", "from ..core import certificates, findings"),
    (edge_imports, "report/x.py", "from lxml import etree"),
    (floats, "core/cfdi/x.py", "rate = 0.16"),
    (floats, "core/cfdi/x.py", "rate = -1e3"),
    (floats, "core/cfdi/x.py", "rate = float('1')"),
    (raw_parsing, "core/x.py", "etree.fromstring(b'')"),
    (raw_parsing, "core/x.py", "lxml.etree.parse('x')"),
    (raw_parsing, "core/x.py", "from lxml.etree import fromstring"),
    (raw_parsing, "core/x.py", "import xml.dom.minidom"),
    (raw_parsing, "core/x.py", "from xml.etree import ElementTree"),
    (raw_parsing, "core/x.py", "archive.extractall()"),
    (broad_excepts, "core/x.py", "try:\n    pass\nexcept Exception:\n    pass"),
    (broad_excepts, "core/x.py", "try:\n    pass\nexcept:\n    pass"),
    (broad_excepts, "core/x.py", "try:\n    pass\nexcept (KeyError, BaseException) as error:\n    log(error)"),
    (sleeps, "core/x.py", "time.sleep(1)"),
    (sleeps, "core/x.py", "from time import sleep"),
    (own_clocks, "core/x.py", "datetime.datetime.now()"),
    (own_clocks, "core/x.py", "date.today()"),
    (asserts, "core/x.py", "assert x"),
    (long_functions, "core/x.py", "def f():\n" + "    x = 1\n" * 60),
]
PASSES = [
    (core_imports, "core/cfdi/build.py", "from ..money import plain\nfrom .model import Comprobante\nimport lxml"),
    (core_imports, "core/cfdi/rules/taxes.py", "from ...money import plain\nfrom ..model import x\nfrom . import y"),
    (core_imports, "core/money.py", "import re\nfrom .errors import InvalidAmount\nfrom . import der"),
    (core_imports, "core/transports/http.py", "import requests\nfrom ..clock import delays\nfrom . import base"),
    (sandbox_imports, "sandbox/x.py", "from .ca import y\nfrom . import z\nimport lxml"),
    (edge_imports, "wizards/x.py", "import odoo\nfrom ..core.findings import Finding\nfrom ..core import clock"),
    (floats, "core/cfdi/x.py", "rate = Decimal('0.16'); x = 16"),
    (raw_parsing, "core/x.py", "etree.tostring(x); json.parse(y); urllib.parse.quote('x')"),
    (broad_excepts, "core/x.py", "try:\n    pass\nexcept Exception:\n    rollback()\n    raise"),
    (broad_excepts, "core/x.py", "try:\n    pass\nexcept (KeyError, ValueError):\n    pass"),
    (sleeps, "core/x.py", "event.wait(1); time.monotonic()"),
    (long_functions, "core/x.py", "def f():\n" + "    x = 1\n" * 59),
]


@pytest.mark.parametrize(("checker", "name", "source"), BITES, ids=range(len(BITES)))
def test_the_rule_bites(checker, name, source):
    assert list(checker(ROOT / name, ast.parse(source)))


@pytest.mark.parametrize(("checker", "name", "source"), PASSES, ids=range(len(PASSES)))
def test_the_rule_lets_good_code_pass(checker, name, source):
    assert list(checker(ROOT / name, ast.parse(source))) == []


def test_files_stay_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in PRODUCT + sources("sandbox", "dev")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_LINES
    }
    assert long == {}


def _tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a clone")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if b"\0" not in data[:8000]:
                yield name, data.decode("utf-8", "replace")


# written so that this file does not contain what it looks for
_MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:wo" + r"rk|op" + r"t/(?:e|odoo19)|ro" + r"ot|home/\w+)/[\w.]")


def test_no_file_knows_the_machine_it_was_written_on():
    found = [f"{name}: {match.group()}" for name, text in _tracked_texts() for match in _MACHINE_PATH.finditer(text)]
    assert found == []


def test_the_core_loads_without_odoo_and_without_its_optional_libraries():
    """The basics, in a process where Odoo, zeep, xmlsec and requests cannot be imported."""
    program = (
        "import sys\n"
        "for name in ('odoo', 'zeep', 'xmlsec', 'requests'): sys.modules[name] = None\n"
        "from core import certificates, clock, errors, findings, money, rfc, snapshot, states, vault\n"
        "from core.xmlio import parse, schema, write\n"
        "import core.cfdi\n"
        "print('loaded')"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.strip() == "loaded", ran.stderr
