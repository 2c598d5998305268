"""The ZIP that carries documents, and the names that the annex gives to both (annex 1.9, 6.5.7)."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile

from ..problems import Problem

MAX_FILES = 50
MAX_XML = 500 * 1024
# type, NIT, provider code, year, hexadecimal counter
XML_NAME = re.compile(r"(fv|nc|nd|ds|nas|ncs|ar|ad)\d{10}\d{3}\d{2}[0-9A-Fa-f]{8}\.xml")
ZIP_NAME = re.compile(r"z\d{10}\d{3}\d{2}[0-9A-Fa-f]{8}\.zip", re.IGNORECASE)
REFUSED_FILE = "89"


def unpack(name: str, content: str, limit: int) -> list[tuple[str, bytes]] | Problem:
    """The XML files of a ZIP in base64, at most ``limit`` of them; a Problem with code 89 or ZA01 otherwise."""
    try:
        data = base64.b64decode("".join(content.split()), validate=True)
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (binascii.Error, ValueError, zipfile.BadZipFile):
        return Problem(REFUSED_FILE, "Error descomprimiendo el archivo ZIP: el archivo no es válido.")
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if name and not ZIP_NAME.fullmatch(name):
        return Problem(REFUSED_FILE, f"Nombre de archivo {name} no cumple con el estándar.")
    if not entries:
        return Problem(REFUSED_FILE, "Error descomprimiendo el archivo ZIP: no contiene archivos.")
    if len(entries) > limit:
        single = "El método síncrono solo puede recibir un documento."
        return Problem(REFUSED_FILE, single if limit == 1 else f"Encontrados mas de {limit} XML en el archivo ZIP.")
    files = []
    for entry in entries:
        if not XML_NAME.fullmatch(entry.filename):
            return Problem(REFUSED_FILE, f"Nombre de archivo {entry.filename} no cumple con el estándar.")
        if entry.flag_bits & 1:
            return Problem(REFUSED_FILE, "Error descomprimiendo el archivo ZIP: está cifrado.")
        with archive.open(entry) as file:
            xml = file.read(MAX_XML + 1)
        if len(xml) > MAX_XML:
            return Problem("ZA01", "El archivo supera el tamaño máximo de 500 KB.", entry.filename)
        files.append((entry.filename, xml))
    return files
