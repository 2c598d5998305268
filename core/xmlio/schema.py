"""Validation against XSD files, where an installation has them; nothing is ever fetched.

SAT's schemas import one another by http address. An address is answered by the file that lies under the same path
(host included) beside or above the schema: `.../www.sat.gob.mx/sitio_internet/cfd/catalogos/catCFDI.xsd`.
"""

from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from ..errors import InvalidDocument
from ..findings import Finding
from .parse import load_trusted, parse_untrusted


class _OfflineResolver(etree.Resolver):
    def __init__(self, schema: Path) -> None:
        super().__init__()
        self._folders = schema.resolve().parents
        self.missing = ""

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        address = urlsplit(system_url or "")
        if address.scheme not in ("http", "https"):
            return None  # relative imports between files
        relative = f"{address.netloc}{address.path}".lstrip("/")
        for folder in self._folders:
            candidate = folder / relative
            if candidate.is_file():
                return self.resolve_filename(str(candidate), context)
        self.missing = system_url
        return self.resolve_empty(context)


def load_schema(path: Path | str) -> etree.XMLSchema:
    """A compiled schema; costly (seconds for SAT's catalogues), so keep it.

    :raises InvalidDocument: the file is no schema, or an import has no file.
    """
    resolver = _OfflineResolver(Path(path))
    try:
        return etree.XMLSchema(load_trusted(Path(path), resolver))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        problem = f"no file for {resolver.missing}" if resolver.missing else str(error)[:300]
        raise InvalidDocument(Path(path).name, problem) from None


def errors(schema: etree.XMLSchema, xml: bytes) -> list[Finding]:
    """MX-XSD-01 per violation, `where` is the path of the node.

    :raises XmlRefused:
    """
    root = parse_untrusted(xml)
    if schema.validate(root):
        return []
    return [
        Finding.error("MX-XSD-01", entry.path or "", message=entry.message, line=entry.line)
        for entry in schema.error_log
    ]
