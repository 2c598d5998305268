"""Writing XML in a fixed order: what is given is what is written, absent is absent.

The elements here are our own: a document of ten lines is built, walked and written in a third of the time that lxml
needs, which spends most of it on names and namespaces that a writer knows beforehand. Whatever comes from outside is
parsed by lxml (see `parse`) and may be hung into such a tree as it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from lxml import etree

from ..errors import XmlRefused

# XML 1.0 production [2] Char, negated; tab, line feed and carriage return are legal characters
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"[ \t\n\r\u00a0]+")
_IN_ATTRIBUTE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_IN_TEXT = {character: _IN_ATTRIBUTE[character] for character in "&<>\r"}
_ATTRIBUTE_TABLE, _TEXT_TABLE = str.maketrans(_IN_ATTRIBUTE), str.maketrans(_IN_TEXT)
_CONTROLS = bytes(range(0x20))
# of surrogates, of U+FFFE and U+FFFF, and of some that are legal; a search for one byte costs nothing
_FIRST_OF_ILLEGAL = (b"\xed", b"\xef")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'

Attributes = Mapping[str, str] | Iterable[tuple[str, str | None]]
Prefixes = Mapping[str | None, str]
_NOTHING: Prefixes = {}


class Element:
    """An element to be written, with as much of lxml's interface as a walk needs; names in Clark notation."""

    __slots__ = ("attrib", "children", "nsmap", "tag", "text")

    def __init__(self, tag: str, attrib: dict[str, str], nsmap: Prefixes = _NOTHING, text: str | None = None) -> None:
        self.tag = tag
        self.attrib = attrib
        self.nsmap = nsmap
        self.text = text
        self.children: list[Element | Ready | etree._Element] = []

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.attrib.get(name, default)

    def set(self, name: str, value: str) -> None:
        self.attrib[name] = value

    def append(self, node: "Element | Ready | etree._Element") -> None:
        self.children.append(node)

    def __iter__(self) -> "Iterator[Element | etree._Element]":
        return iter(self.children)

    def __len__(self) -> int:
        return len(self.children)

    def iterchildren(self, *tags: str) -> "Iterator[Element | etree._Element]":
        """The children, or those with one of `tags` ("*" is any)."""
        return (node for node in self.children if not tags or "*" in tags or node.tag in tags)


class Ready:
    """An element that is written already, with what it gives to the original string."""

    __slots__ = ("string", "tag", "xml")

    def __init__(self, tag: str, xml: str, string: str) -> None:
        self.tag = tag
        self.xml = xml
        self.string = string


def clean_text(text: str) -> str:
    """Text as Anexo 20 wants it: white space (no-break space too) collapsed to one blank, none at the ends.

    :raises XmlRefused: control_character, when a character cannot stand in XML at all.
    """
    return _SPACE.sub(" ", legal(text)).strip(" ")


def element(tag: str, attrs: Attributes = (), nsmap: Prefixes | None = None, text: str | None = None) -> Element:
    """A new element; `tag` and attribute names in Clark notation, attributes in the order given (None = absent).

    Values are written as they are (no cleaning), so that what was read can be written again. Every namespace in use has
    to be declared, here or further up, with a prefix; the prefix None is the default namespace, for elements only.
    """
    return Element(tag, _present(attrs), nsmap or _NOTHING, text)


def child(
    parent: Element, tag: str, attrs: Attributes = (), nsmap: Prefixes | None = None, text: str | None = None
) -> Element:
    """The same as `element`, appended to `parent`."""
    node = Element(tag, attrs if type(attrs) is dict else _present(attrs), nsmap or _NOTHING, text)
    parent.children.append(node)
    return node


def to_bytes(root: Element | etree._Element) -> bytes:
    """UTF-8 with declaration, no indentation: the bytes that are hashed, signed and sent.

    :raises XmlRefused: control_character, when a value cannot stand in XML at all.
    """
    if not isinstance(root, Element):
        return _DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    parts: list[str] = []
    tags, quotes = _write(root, {}, parts, _as_it_is)
    data = "".join(parts).encode("utf-8", "surrogatepass")
    if not _is_plain(data, tags=tags, quotes=quotes):
        data = to_text(root, {}).encode("utf-8")
    return _DECLARATION + data


def to_text(node: Element, prefixes: dict[str, str]) -> str:
    """A node as it stands in a document where the namespaces (keys) have these prefixes.

    :raises XmlRefused: control_character, when a value cannot stand in XML at all.
    """
    parts: list[str] = []
    _write(node, dict(prefixes), parts, _escaped)
    return "".join(parts)


def _is_plain(data: bytes, *, tags: int, quotes: int) -> bool:
    """Whether no value held a character that has to be written in another way, or cannot be written at all.

    One look at the whole costs less than one at each value. Markup shows in the numbers of tags and quotes: nothing
    that is written makes them less.
    """
    return (
        data.count(b"<") == tags == data.count(b">")
        and data.count(b'"') == quotes
        and b"&" not in data
        and len(data.translate(None, _CONTROLS)) == len(data)
        and not any(first in data for first in _FIRST_OF_ILLEGAL)
    )


def _as_it_is(attrib: dict[str, str]) -> dict[str, str]:
    return attrib


def _escaped(attrib: dict[str, str]) -> dict[str, str]:
    return {name: legal(value).translate(_ATTRIBUTE_TABLE) for name, value in attrib.items()}


def _write(
    node: Element | Ready | etree._Element,
    names: dict[str, str],
    parts: list[str],
    values: Callable[[dict[str, str]], dict[str, str]],
) -> tuple[int, int]:
    """Append a node; the number of tags and of quotes that it needs itself.

    `names` are the prefixes in scope by namespace, and every name written so far by its Clark notation.
    """
    if not isinstance(node, Element):
        xml = node.xml if isinstance(node, Ready) else etree.tostring(node, encoding="unicode")
        parts.append(xml)
        return xml.count("<"), xml.count('"')
    declared = ""
    if node.nsmap:
        declared = "".join([f' xmlns{":" * bool(prefix)}{prefix or ""}="{uri}"' for prefix, uri in node.nsmap.items()])
        names = {uri: prefix for uri, prefix in names.items() if uri[0] != "{"}
        names.update({uri: prefix or "" for prefix, uri in node.nsmap.items()})
    name = names.get(node.tag) or _name(node.tag, names)
    attributes = _attributes(values(node.attrib), names) if node.attrib else ""
    quotes = 2 * (len(node.attrib) + len(node.nsmap))
    if not node.children and node.text is None:
        parts.append(f"<{name}{declared}{attributes}/>")
        return 1, quotes
    text = legal(node.text).translate(_TEXT_TABLE) if node.text is not None else ""
    parts.append(f"<{name}{declared}{attributes}>{text}")
    tags = 2
    for below in node.children:
        more_tags, more_quotes = _write(below, names, parts, values)
        tags += more_tags
        quotes += more_quotes
    parts.append(f"</{name}>")
    return tags, quotes


def _attributes(attrib: dict[str, str], names: dict[str, str]) -> str:
    written = "".join([f' {name}="{value}"' for name, value in attrib.items()])
    if "{" not in written:
        return written
    return "".join([f' {_name(name, names)}="{value}"' for name, value in attrib.items()])


def _name(tag: str, names: dict[str, str]) -> str:
    """The name with its prefix, remembered."""
    uri, _brace, local = tag.rpartition("}")
    prefix = names[uri[1:]] if uri else ""
    names[tag] = f"{prefix}:{local}" if prefix else local
    return names[tag]


def _present(attrs: Attributes) -> dict[str, str]:
    if isinstance(attrs, dict):
        return attrs
    pairs = attrs.items() if isinstance(attrs, Mapping) else attrs
    return {name: value for name, value in pairs if value is not None}


def legal(text: str) -> str:
    """The text itself.

    :raises XmlRefused: control_character, when a character cannot stand in XML at all.
    """
    # whatever Python calls printable may stand there, and nearly everything is
    illegal = None if text.isprintable() else ILLEGAL.search(text)
    if illegal:
        raise XmlRefused("control_character", f"U+{ord(illegal.group()):04X}")
    return text
