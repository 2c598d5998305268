"""The content of prints without Odoo: `models/*_print.py` are plain modules, only their package needs it."""

import sys
from importlib import import_module
from types import ModuleType

from tests_core.test_purity import ROOT

_PACKAGE = "edi_without_odoo"


def load(name: str) -> ModuleType:
    """Import `models/<name>.py` beside a core of its own, without the package's other modules."""
    for package, folder in ((_PACKAGE, ROOT), (f"{_PACKAGE}.models", ROOT / "models")):
        if package not in sys.modules:
            module = ModuleType(package)
            module.__path__ = [str(folder)]
            sys.modules[package] = module
    return import_module(f"{_PACKAGE}.models.{name}")
