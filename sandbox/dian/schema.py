"""DIAN's own XSD files, where they are installed.

They lie in the ``facho`` distribution, whose files are read and whose code is never imported or run. Without it the
sandbox works, and says in every answer's log that the schema was not checked.
"""

from __future__ import annotations

import importlib.util
import threading
from functools import cached_property
from pathlib import Path

from lxml import etree

DISTRIBUTION = "facho"
FOLDER = Path("fe", "data", "dian", "XSD", "maindoc")
SHAPES = ("Invoice", "CreditNote", "DebitNote", "ApplicationResponse", "AttachedDocument")


def installed_folder() -> Path | None:
    found = importlib.util.find_spec(DISTRIBUTION)
    places = list(found.submodule_search_locations or ()) if found else []
    folder = Path(places[0]) / FOLDER if places else None
    return folder if folder is not None and folder.is_dir() else None


class Schemas:
    """One schema for each kind of document, loaded when it is needed first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: dict[str, etree.XMLSchema] = {}

    @cached_property
    def folder(self) -> Path | None:
        return installed_folder()

    def first_error(self, root: etree._Element) -> str | None:
        """The first violation, '' when there is none, None when nothing can be checked."""
        shape = etree.QName(root).localname
        if self.folder is None or shape not in SHAPES:
            return None
        with self._lock:
            schema = self._loaded.get(shape)
            if schema is None:
                parser = etree.XMLParser(no_network=True, resolve_entities=False)
                schema = etree.XMLSchema(etree.parse(str(self.folder / f"UBL-{shape}-2.1.xsd"), parser))
                self._loaded[shape] = schema
            if schema.validate(root):
                return ""
            return str(schema.error_log[0].message)
