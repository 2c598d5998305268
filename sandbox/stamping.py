"""Makes a Timbre Fiscal Digital 1.1 and puts it into the document without touching any other byte."""

from __future__ import annotations

import base64
import uuid as uuid_module
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from . import names


class NoPlace(Exception):
    """The document has no place for a stamp (it should have been refused before)."""


@dataclass(frozen=True)
class Stamp:
    """The stamp's own data; ``date`` is naive local time of central Mexico, as the standard wants it."""

    uuid: str
    date: str
    seal: str
    pac_serial: str
    legend: str = ""

    def original_string(self) -> str:
        parts = ["1.1", self.uuid, self.date, names.PAC_RFC, self.legend, self.seal, self.pac_serial]
        return "||" + "|".join(part for part in parts if part) + "||"

    def element(self, signature: bytes) -> str:
        attributes = {
            "xmlns:tfd": names.TFD,
            "xmlns:xsi": names.XSI,
            "xsi:schemaLocation": f"{names.TFD} {names.TFD_SCHEMA}",
            "Version": "1.1",
            "UUID": self.uuid,
            "FechaTimbrado": self.date,
            "RfcProvCertif": names.PAC_RFC,
            "Leyenda": self.legend,
            "SelloCFD": self.seal,
            "NoCertificadoSAT": self.pac_serial,
            "SelloSAT": base64.b64encode(signature).decode("ascii"),
        }
        text = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items() if value)
        return f"<tfd:TimbreFiscalDigital {text}/>"


def find_stamp(stamped: bytes) -> tuple[int, int]:
    """Start and end of the stamp that ``insert`` put there; it is always one empty element."""
    start = stamped.index(b"<tfd:TimbreFiscalDigital ")
    return start, _tag_end(stamped, start) + 1


def new_uuid() -> str:
    return str(uuid_module.uuid4()).upper()


def local_text(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


class _Finder:
    """Byte positions of the root's Complemento, its Addenda and its end tag."""

    def __init__(self) -> None:
        self.depth = 0
        self.prefix = ""
        self.complement_start: int | None = None
        self.complement_end: int | None = None
        self.addenda: int | None = None
        self.root_end: int | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.namespace_prefixes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def run(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise NoPlace(str(error)) from error

    def _doctype(self, *_ignored: object) -> None:
        raise NoPlace("DTD")

    def _start(self, name: str, _attributes: object) -> None:
        self.depth += 1
        namespace, local, prefix = [*name.split(" "), "", ""][:3]
        if self.depth == 1:
            self.prefix = f"{prefix}:" if prefix else ""
        if self.depth != 2 or namespace != names.CFDI:
            return
        if local == "Complemento" and self.complement_start is None:
            self.complement_start = self._parser.CurrentByteIndex
        elif local == "Addenda":
            self.addenda = self._parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        if self.depth == 1:
            self.root_end = self._parser.CurrentByteIndex
        elif self.depth == 2 and name.startswith(f"{names.CFDI} Complemento") and self.complement_end is None:
            self.complement_end = self._parser.CurrentByteIndex
        self.depth -= 1


def insert(data: bytes, stamp: str) -> bytes:
    """``data`` with the stamp inside ``cfdi:Complemento``, which is made when missing, before any Addenda."""
    finder = _Finder()
    finder.run(data)
    piece = stamp.encode("utf-8")
    if finder.complement_start is not None and finder.complement_end is not None:
        tag_end = _tag_end(data, finder.complement_start)
        if data[tag_end - 1 : tag_end + 1] == b"/>":
            name = data[finder.complement_start + 1 : tag_end].split()[0].rstrip(b"/")
            return data[: tag_end - 1] + b">" + piece + b"</" + name + b">" + data[tag_end + 1 :]
        return data[: finder.complement_end] + piece + data[finder.complement_end :]
    place = finder.addenda if finder.addenda is not None else finder.root_end
    if place is None or data[place : place + 1] != b"<":
        raise NoPlace("Comprobante")
    name = f"{finder.prefix}Complemento".encode()
    return data[:place] + b"<" + name + b">" + piece + b"</" + name + b">" + data[place:]


def _tag_end(data: bytes, start: int) -> int:
    """Index of the ``>`` that closes the tag; quoted attribute values may contain one."""
    quote = 0
    for index in range(start, len(data)):
        byte = data[index]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in (0x22, 0x27):
            quote = byte
        elif byte == 0x3E:
            return index
    raise NoPlace("Complemento")
