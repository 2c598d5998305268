"""The one door for ZIP files that others made: mass downloads of the SAT, containers of DIAN, what people upload.

Whatever the directory of the file says is only believed where it refuses something; sizes are counted while reading.
Nothing is ever written to disk.
"""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import ArchiveRefused

_LOCAL, _DIRECTORY_ROW = b"PK\x03\x04", b"PK\x01\x02"
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f]")
_ENCRYPTED = 0x1 | 0x40
_PIECE = 64 * 1024
_UNIX = 3  # the system that made the entry: its attributes tell links
# what the standard library runs into, reading directories and streams that lie
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
    OverflowError, RuntimeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What a ZIP may cost: bytes of all entries unpacked, entries, bytes that come out of one byte."""

    total: int = 100 * 1024 * 1024
    entries: int = 5_000
    ratio: int = 100


ARCHIVE_LIMITS = ArchiveLimits()


def read_zip(data: bytes, *, limits: ArchiveLimits = ARCHIVE_LIMITS) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file in a ZIP, one after the other; folders are left out.

    All names are judged before the first content is given, but a content can be refused when others were given
    already: take a `list` of them where nothing may be done by halves.

    :raises ArchiveRefused: see its reasons; never any other exception for any bytes.
    """
    if not data.startswith(_LOCAL):
        raise ArchiveRefused("not_a_zip")
    if data.count(_DIRECTORY_ROW) > limits.entries:  # reading a long directory is what costs
        raise ArchiveRefused("too_many_entries", limit=limits.entries)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise ArchiveRefused("damaged", type(error).__name__) from None
    with archive:
        rows = archive.infolist()
        _check_directory(rows, limits)
        if sum(row.compress_size for row in rows) > len(data):  # entries that share their bytes, or lie
            raise ArchiveRefused("damaged", "size")
        left = limits.total
        for row in rows:
            if not row.is_dir():
                content = _content(archive, row, left, limits)
                left -= len(content)
                yield row.filename, content


def _check_directory(rows: list[zipfile.ZipInfo], limits: ArchiveLimits) -> None:
    if not rows:
        raise ArchiveRefused("empty")
    seen: set[str] = set()
    for row in rows:
        name = unicodedata.normalize("NFC", row.filename).casefold().replace("\\", "/").rstrip("/")
        if not name or len(row.filename) > 255 or _UNSAFE_NAME.search(row.orig_filename):
            raise ArchiveRefused("name", repr(row.orig_filename[:60]))
        if name in seen:
            raise ArchiveRefused("duplicate", repr(row.orig_filename[:60]))
        seen.add(name)
        mode = row.external_attr >> 16
        if row.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ArchiveRefused("link", repr(row.filename[:60]))
        if row.flag_bits & _ENCRYPTED:
            raise ArchiveRefused("encrypted")
        if row.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveRefused("compression", str(row.compress_type))
        if row.file_size > _most(row, limits):
            raise ArchiveRefused("ratio", limit=limits.ratio)
    if sum(row.file_size for row in rows) > limits.total:
        raise ArchiveRefused("too_large", limit=limits.total)


def _most(row: zipfile.ZipInfo, limits: ArchiveLimits) -> int:
    """How many bytes may come out of an entry; a small file of blanks is no bomb."""
    return max(_PIECE, row.compress_size * limits.ratio)


def _content(archive: zipfile.ZipFile, row: zipfile.ZipInfo, left: int, limits: ArchiveLimits) -> bytes:
    parts: list[bytes] = []
    size, most = 0, _most(row, limits)
    try:
        with archive.open(row) as stream:
            while piece := stream.read(_PIECE):
                parts.append(piece)
                size += len(piece)
                if size > left:
                    raise ArchiveRefused("too_large", limit=limits.total)
                if size > most:
                    raise ArchiveRefused("ratio", limit=limits.ratio)
    except _DAMAGE as error:
        raise ArchiveRefused("damaged", type(error).__name__) from None
    if size != row.file_size:
        raise ArchiveRefused("damaged", "size")
    if parts and parts[0].startswith(_LOCAL):
        raise ArchiveRefused("nested", repr(row.filename[:60]))
    return b"".join(parts)
