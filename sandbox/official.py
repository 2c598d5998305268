"""SAT's own XSD and XSLT, where they are installed.

They are found among the files of the ``satcfdi`` distribution (located, never imported: the sandbox runs no code of
it) or in a directory given at start. Without them the sandbox still works, and says in every answer's log what it
could not check.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from functools import cached_property
from pathlib import Path

from lxml import etree

from . import names

DISTRIBUTION = "satcfdi"
CFD_FOLDER = "www.sat.gob.mx/sitio_internet/cfd"
SCHEMA = "4/cfdv40.xsd"
STYLESHEET = "4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt"
TFD_SCHEMA = "TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"


def installed_folder() -> Path | None:
    """Folder of the installed distribution, without running any of its code."""
    found = importlib.util.find_spec(DISTRIBUTION)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def find_cfd_folder(given: Path | None) -> Path | None:
    """The folder that holds ``4/cfdv40.xsd``; a given directory may be it or lie above it."""
    installed = installed_folder()
    starts = [given] if given else [installed / "transform" / "schemas"] if installed else []
    for start in starts:
        for folder in (start, start / CFD_FOLDER, start / "schemas" / CFD_FOLDER):
            if (folder / SCHEMA).is_file():
                return folder
    return None


class Official:
    """Schema and stylesheet, each loaded once; the schema holds 5 MB of catalogues, so it is loaded on the side."""

    def __init__(self, xsd_dir: Path | None = None) -> None:
        self.folder = find_cfd_folder(xsd_dir)
        self._lock = threading.Lock()
        self._schema_lock = threading.Lock()
        self.schema_problem = "no official XSD"

    def preload(self) -> None:
        if self.folder is not None:
            threading.Thread(target=lambda: self.schema, name="schema", daemon=True).start()

    @property
    def schema(self) -> etree.XMLSchema | None:
        with self._lock:
            return self._schema

    @cached_property
    def _schema(self) -> etree.XMLSchema | None:
        """CFDI 4.0 with every complement that lies beside it: the complements' place is a strict wildcard."""
        if self.folder is None:
            return None
        imports = []
        seen = set()
        for path in [self.folder / SCHEMA, *self._complement_schemas(), self.folder / TFD_SCHEMA]:
            namespace = _target_namespace(path) if path.is_file() else None
            if namespace and namespace not in seen:
                seen.add(namespace)
                imports.append(f'<xs:import namespace="{namespace}" schemaLocation="{path.as_uri()}"/>')
        driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{"".join(imports)}</xs:schema>'
        try:
            return etree.XMLSchema(etree.fromstring(driver, _parser()))
        except etree.XMLSchemaParseError as error:
            self.schema_problem = f"the XSD files do not load: {error}"
            return None

    def _complement_schemas(self) -> list[Path]:
        """Those that the official stylesheet knows; each has its schema under the same name."""
        if self.folder is None:
            return []
        stylesheet = self.folder / STYLESHEET
        text = stylesheet.read_text(encoding="utf-8") if stylesheet.is_file() else ""
        hrefs = re.findall(r'<xsl:include href="\.\./\.\./([^"]+)\.xslt"', text)
        return [self.folder / f"{href}.xsd" for href in hrefs]

    @cached_property
    def has_stylesheet(self) -> bool:
        return self.folder is not None and (self.folder / STYLESHEET).is_file()

    @cached_property
    def _stylesheet(self) -> etree.XSLT:
        if self.folder is None:
            raise RuntimeError("no stylesheet")
        access = etree.XSLTAccessControl(read_file=True, write_file=False, read_network=False, write_network=False)
        return etree.XSLT(etree.parse(str(self.folder / STYLESHEET), _parser()), access_control=access)

    def original_string(self, root: etree._Element) -> str | None:
        """By SAT's own stylesheet; None when it is not installed."""
        if not self.has_stylesheet:
            return None
        with self._lock:
            transform = self._stylesheet
        return str(transform(root))

    def schema_errors(self, root: etree._Element) -> list[etree._LogEntry] | None:
        """None when there is no schema. The Addenda is not part of what is validated."""
        schema = self.schema
        if schema is None:
            return None
        root = _without_addenda(root)
        with self._schema_lock:  # one error log per schema object
            return [] if schema.validate(root) else list(schema.error_log)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(huge_tree=True, no_network=True, resolve_entities=False)


def _target_namespace(path: Path) -> str | None:
    return etree.parse(str(path), _parser()).getroot().get("targetNamespace")


def _without_addenda(root: etree._Element) -> etree._Element:
    addenda = f"{{{names.CFDI}}}Addenda"
    if root.find(addenda) is None:
        return root
    copy = etree.fromstring(etree.tostring(root))
    for node in copy.findall(addenda):
        copy.remove(node)
    return copy
