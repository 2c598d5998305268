"""The one door for XML that others wrote.

Order matters: everything that can be decided on the bytes is decided before libxml2 sees them, so that no input costs
more than a few times its own size. Comments and processing instructions are dropped; nothing is ever fetched.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from ..errors import XmlRefused

_BOM = b"\xef\xbb\xbf"
_FOREIGN_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?\?>")
_DECLARED_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r")
_SEGMENT = re.compile(rb"<[^<]*")
_QUOTED = re.compile(rb"""=\s*(?:"[^"]*"|'[^']*')""")
_INCLUDES = etree.XPath("boolean(//xi:*)", namespaces={"xi": "http://www.w3.org/2001/XInclude"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a document may cost. Bytes for `size`, characters for `text` (texts and attribute values), else counts."""

    size: int = 4 * 1024 * 1024
    depth: int = 64
    elements: int = 20_000
    attributes: int = 200  # of one element
    all_attributes: int = 200_000  # of the document: 64 MB of memory hold about 300,000
    text: int = 64 * 1024


CFDI_LIMITS = Limits()
# What we made, sent or keep ourselves may be larger: an invoice of 5,000 lines has 20,010 elements.
OWN_LIMITS = Limits(size=32 * 1024 * 1024, elements=200_000, all_attributes=1_000_000)


def parse_untrusted(
    data: bytes, *, limits: Limits = CFDI_LIMITS, keep_instructions: bool = False
) -> etree._Element:
    """The root element of UTF-8 XML without DTD, within `limits`.

    :param keep_instructions: keep processing instructions, which a signature over canonical XML covers.
    :raises XmlRefused: see its reasons; never any other exception for any bytes.
    """
    _check_size(data, limits)
    _check_encoding(data)
    if _DOCTYPE.search(data):
        raise XmlRefused("doctype")
    _check_counts(data, limits)
    root = _parse(data, keep_instructions)
    _check_tree(root, limits, check_text=len(data) > limits.text)
    return root


def parse_own(data: bytes) -> etree._Element:
    """The root element of what we wrote ourselves a moment ago: the same reader, without limits.

    :raises XmlRefused: malformed, or with a DTD.
    """
    return _parse(data, keep_instructions=True)


def load_trusted(path: Path, resolver: etree.Resolver | None = None) -> etree._ElementTree:
    """A file that the installation itself holds (a schema, a style sheet): no limits, but no network either."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    if resolver is not None:
        parser.resolvers.add(resolver)
    return etree.parse(str(path), parser)


def _check_size(data: bytes, limits: Limits) -> None:
    if len(data) > limits.size:
        raise XmlRefused("too_large", size=len(data), limit=limits.size)
    if not data.strip() or data.strip() == _BOM:
        raise XmlRefused("empty")


def _check_encoding(data: bytes) -> None:
    """UTF-8 only: every scan of this module would be blind in another encoding."""
    if data.startswith(_FOREIGN_BOMS) or data[:4].count(0) >= 2:
        raise XmlRefused("encoding", "not UTF-8")
    declaration = _DECLARATION.match(data.removeprefix(_BOM))
    declared = _DECLARED_ENCODING.search(declaration.group()) if declaration else None
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8"):
        raise XmlRefused("encoding", "declared as " + declared.group(1)[:20].decode("ascii", "replace"))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise XmlRefused("encoding", f"not UTF-8 at byte {error.start}") from None
    if len(data.translate(None, _CONTROL)) != len(data):  # ten times faster than a search for them
        raise XmlRefused("control_character")


def _check_counts(data: bytes, limits: Limits) -> None:
    """Refuse floods of elements and attributes before a tree of them exists.

    `<` never stands inside a tag, so one tag lies between two of them. Counting signs is an upper bound and free; only
    a document above it is counted exactly.
    """
    if data.count(b"=") > limits.attributes:
        for segment in _SEGMENT.finditer(data):
            tag = segment.group()
            if tag.count(b"=") <= limits.attributes:
                continue
            if _has_more_attributes(tag, limits.attributes):
                raise XmlRefused("too_many_attributes", limit=limits.attributes)
    if data.count(b"<") - data.count(b"</") > limits.elements or data.count(b"=") > limits.all_attributes:
        _feed(etree.XMLParser(target=_Counter(limits), resolve_entities=False, no_network=True, load_dtd=False), data)


def _has_more_attributes(tag: bytes, limit: int) -> bool:
    """Whether a tag, which the text behind it follows here, has more than `limit` attributes.

    The text may hold a whole document whose signs are escaped, as in the answers of a PAC: it begins at the first ">"
    that no quotes surround.
    """
    count = end = 0
    for attribute in _QUOTED.finditer(tag):
        if tag.find(b">", end, attribute.start()) >= 0:
            return False
        count, end = count + 1, attribute.end()
        if count > limit:
            return True
    return False


class _Counter:
    """Counts while libxml2 reads, without a tree; raising stops the reader at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._elements = 0
        self._attributes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._attributes += len(attributes)
        if self._elements > self._limits.elements:
            raise XmlRefused("too_many_elements")
        if self._attributes > self._limits.all_attributes:
            raise XmlRefused("too_many_attributes")

    def close(self) -> None:
        return None


def _feed(parser: etree.XMLParser, data: bytes) -> etree._Element:
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = "too_deep" if "depth" in str(error.msg) else "malformed"
        raise XmlRefused(reason, str(error.msg)[:200]) from None


def _parse(data: bytes, keep_instructions: bool) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=not keep_instructions,
        remove_comments=True,
        recover=False,
        collect_ids=False,
    )
    root = _feed(parser, data)
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("doctype")
    return root


@lru_cache(maxsize=16)
def _deeper_than(depth: int) -> etree.XPath:
    return etree.XPath("boolean(" + "/*" * (depth + 1) + ")")


def _check_tree(root: etree._Element, limits: Limits, *, check_text: bool) -> None:
    """What only the tree shows. XPath, because a walk in Python costs ten times as much on a large document."""
    if _deeper_than(limits.depth)(root):
        raise XmlRefused("too_deep", limit=limits.depth)
    if _INCLUDES(root):
        raise XmlRefused("malformed", "XInclude is not allowed")
    for values in ("//text()", "//@*") if check_text else ():
        if root.xpath(f"boolean({values}[string-length() > $limit])", limit=limits.text):
            raise XmlRefused("text_too_long", limit=limits.text)
