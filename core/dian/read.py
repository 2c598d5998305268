"""XML -> Document, for what we issue and for what others sent: signed or not, alone or taken out of its container.

UBL has thousands of elements and DIAN accepts most of them. What has a place in the model is read, what has none is
left to `unread`, so that nobody has to wonder whether something was dropped. What is read is not yet right: `rules`
and `xades` say what is wrong with it.
"""

from typing import Any

from lxml import etree

from ..errors import InvalidDocument
from ..xmlio.parse import Limits, parse_untrusted
from . import names, nodes, tables, tables_documents
from .model import Document
from .xades import DIAN_LIMITS
from .xades_names import ds

_ROOTS = {names.root(name): name for name in tables_documents.DOCUMENTS}
_EXTENSION = tuple(names.clark(f"ext:{name}") for name in ("UBLExtensions", "UBLExtension", "ExtensionContent"))
_DIAN_EXTENSIONS = (names.clark("sts:DianExtensions"), f"{{{names.OLD_STS}}}DianExtensions")


def parse(xml: bytes, *, limits: Limits = DIAN_LIMITS) -> Document:
    """The content of an Invoice, CreditNote or DebitNote of DIAN.

    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: another root, no DianExtensions, a value missing or not of its kind; `where` is the path.
    """
    return parse_tree(parse_untrusted(xml, limits=limits))


def parse_tree(root: etree._Element) -> Document:
    """The same for a parsed document."""
    return _read(root, set())


def unread(xml: bytes, *, limits: Limits = DIAN_LIMITS) -> list[str]:
    """Paths of the elements with a text that the model has no place for; the signature is not looked at.

    :raises XmlRefused: as `parse`. :raises InvalidDocument: as `parse`.
    """
    root = parse_untrusted(xml, limits=limits)
    seen: set[etree._Element] = set()
    _read(root, seen)
    return [
        root.getroottree().getelementpath(node)
        for node in root.iter("*")
        if not len(node) and (node.text or "").strip() and node not in seen and not _is_signature(node)
    ]


def _read(root: etree._Element, seen: set[etree._Element]) -> Document:
    name = _ROOTS.get(root.tag)
    if name is None:
        raise InvalidDocument(etree.QName(root).localname, "not an Invoice, CreditNote or DebitNote")
    extensions = nodes.read(_dian_extensions(root), tables.EXTENSIONS, "DianExtensions", seen.add)
    given: dict[str, Any] = {"extensions": extensions}
    if name == names.DEBIT_NOTE:  # the one root without an element for its type
        given["type_code"] = "92"
    return nodes.read(root, tables_documents.DOCUMENTS[name], "", seen.add, **given)


def _dian_extensions(root: etree._Element) -> etree._Element:
    holders = [root]
    for tag in _EXTENSION:
        holders = [below for holder in holders for below in holder.iterchildren(tag)]
    for holder in holders:
        for found in holder.iterchildren(*_DIAN_EXTENSIONS):
            return found
    raise InvalidDocument("UBLExtensions", "no DianExtensions")


def _is_signature(node: etree._Element) -> bool:
    return next(node.iterancestors(ds("Signature")), None) is not None
