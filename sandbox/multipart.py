"""One part out of a multipart/form-data body, byte for byte."""

from __future__ import annotations

import re

BOUNDARY = re.compile(r'boundary="?([^";]{1,200})"?', re.IGNORECASE)


def part(body: bytes, content_type: str, name: str) -> bytes | None:
    """The content of the part ``name``; None when the body has none, or is not multipart/form-data."""
    kind, _separator, _parameters = content_type.partition(";")
    boundary = BOUNDARY.search(content_type)
    if kind.strip().lower() != "multipart/form-data" or boundary is None:
        return None
    delimiter = b"\r\n--" + boundary.group(1).encode("utf-8")
    pieces = (b"\r\n" + body).split(delimiter)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        return None
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        if separator and re.search(rb'[;\s]name="?' + re.escape(name.encode()) + rb'"?\s*(;|\r\n|$)', head):
            return content
    return None
