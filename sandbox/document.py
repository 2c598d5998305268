"""What arrived: hardened reading, and the few facts every part of the sandbox asks for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from . import names
from .problems import Problem

MAX_DOCUMENT = 4 * 1024 * 1024
MAX_ENVELOPE = 8 * 1024 * 1024


class Unreadable(Exception):
    """The bytes are not XML that we are willing to read."""


def parse(data: bytes, limit: int = MAX_DOCUMENT) -> etree._Element:
    """Entities, DTDs, network and huge trees are off; what is refused here never reaches another parser."""
    if not data.strip():
        raise Unreadable("vacío")
    if len(data) > limit:
        raise Unreadable(f"más de {limit} bytes")
    if b"\0" in data:  # UTF-16 or UTF-32, in which the next line would be blind
        raise Unreadable("no es UTF-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable("contiene una DTD")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("no es UTF-8") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(str(error)) from error
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise Unreadable("declara otra codificación que UTF-8")
    return root


@dataclass(frozen=True, eq=False)
class Received:
    """A CFDI 4.0 as received: its exact bytes and its tree."""

    data: bytes
    root: etree._Element

    @classmethod
    def read(cls, data: bytes) -> Received | Problem:
        """Code 705 is the provider's word for a structure it cannot even begin to check."""
        try:
            root = parse(data)
        except Unreadable as error:
            return Problem("705", "XML Estructura inválida", str(error))
        if root.tag != f"{{{names.CFDI}}}Comprobante":
            return Problem("705", "XML Estructura inválida", f"raíz {root.tag}")
        return cls(data, root)

    def __getitem__(self, attribute: str) -> str:
        return self.root.get(attribute, "").strip()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def seal_sha256(self) -> str:
        """Identity of the sealed document however its bytes were laid out; the issuer keeps seals of two apart.

        A document without seal has no identity but its bytes.
        """
        seal = "".join(self["Sello"].split())
        return hashlib.sha256(f"{self.issuer}|{seal}".encode()).hexdigest() if seal else self.sha256

    def child(self, name: str) -> etree._Element | None:
        return self.root.find(f"{{{names.CFDI}}}{name}")

    def _of(self, element: str, attribute: str) -> str:
        node = self.child(element)
        return "" if node is None else node.get(attribute, "").strip()

    @cached_property
    def issuer(self) -> str:
        return self._of("Emisor", "Rfc")

    @cached_property
    def receiver(self) -> str:
        return self._of("Receptor", "Rfc")

    @property
    def has_stamp(self) -> bool:
        return self.root.find(f".//{{{names.TFD}}}TimbreFiscalDigital") is not None
