"""A minimal reader of DER, for certificates whose names a strict library refuses to show.

Old certificates of SAT hold names in the wrong string type or with characters that the type forbids. They are valid
for SAT, so their holder must be readable. This reads structure and text; it checks no signature and trusts nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

SEQUENCE = 0x30
INTEGER = 0x02
OBJECT_IDENTIFIER = 0x06
OCTET_STRING = 0x04
BIT_STRING = 0x03
T61_STRING = 0x14
_BMP_STRING = 0x1E
_UNIVERSAL_STRING = 0x1C
_MAX_DEPTH = 12


class Node(NamedTuple):
    """One element: its tag byte, its content, and where tag and content start in the data that were read."""

    tag: int
    content: bytes
    tag_at: int = 0
    content_at: int = 0

    def children(self) -> list["Node"]:
        """The elements inside a constructed one.

        :raises ValueError: the content is not DER.
        """
        return list(_elements(self.content, self.content_at))


def read(data: bytes) -> Node:
    """The single element that `data` is.

    :raises ValueError: not DER, or something follows.
    """
    nodes = list(_elements(data, 0))
    if len(nodes) != 1:
        raise ValueError("not one DER element")
    return nodes[0]


def integers(node: Node, depth: int = 0) -> Iterator[int]:
    """Every INTEGER inside, however deep."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    if node.tag == INTEGER:
        yield int.from_bytes(node.content, "big", signed=True)
    elif node.tag & 0x20:
        for inner in node.children():
            yield from integers(inner, depth + 1)


def name_attributes(name: Node) -> list[tuple[str, Node]]:
    """(dotted OID, value) of every attribute of an X.501 Name, in order.

    :raises ValueError: not a Name.
    """
    found = []
    for relative in name.children():
        for attribute in relative.children():
            parts = attribute.children()
            if len(parts) != 2 or parts[0].tag != OBJECT_IDENTIFIER:
                raise ValueError("not an attribute of a name")
            found.append((dotted(parts[0].content), parts[1]))
    return found


def dotted(content: bytes) -> str:
    """The content of an OBJECT IDENTIFIER in dotted form."""
    arcs, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    top = min(arcs[0] // 40, 2)
    return ".".join(map(str, (top, arcs[0] - 40 * top, *arcs[1:])))


def text(node: Node) -> str:
    """The text of any string type; what is not UTF-8 is read as Latin-1, which never fails."""
    if node.tag == _BMP_STRING:
        return node.content.decode("utf-16-be", "replace")
    if node.tag == _UNIVERSAL_STRING:
        return node.content.decode("utf-32-be", "replace")
    content = node.content[1:] if node.tag == BIT_STRING else node.content
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _elements(data: bytes, base: int) -> Iterator[Node]:
    offset = 0
    while offset < len(data):
        start = offset
        if len(data) - offset < 2 or data[offset] & 0x1F == 0x1F:
            raise ValueError("not DER")
        tag, length, offset = data[offset], data[offset + 1], offset + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("not DER: indefinite or huge length")
            length, offset = int.from_bytes(data[offset : offset + size], "big"), offset + size
        if offset + length > len(data):
            raise ValueError("DER is cut short")
        yield Node(tag, data[offset : offset + length], base + start, base + offset)
        offset += length
