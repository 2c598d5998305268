"""One element and one dataclass: attributes by the table of the class, read strictly and written in order."""

from typing import Any

from lxml import etree

from ..errors import InvalidDocument
from . import names
from .tables import NODES, VALUES, Attribute

# schemaLocation and its like say nothing about the content
_IGNORED = (f"{{{names.XSI}}}", "{http://www.w3.org/XML/1998/namespace}")


# names, how each value is written, and how all of them are read from a node
_WRITERS = {
    cls: (tuple(row.name for row in rows), tuple(row.kind.write for row in rows), VALUES[cls])
    for cls, rows in NODES.items()
}


def written(node: Any) -> dict[str, str]:
    """Name and written value of every attribute that a node of the model has, in the order of writing."""
    names_, writers, values_of_node = _WRITERS[type(node)]
    values = values_of_node(node)
    return {name: write(value) for name, write, value in zip(names_, writers, values, strict=True) if value is not None}


def fields(element: etree._Element, cls: type, where: str, *, constants: tuple[str, ...] = ()) -> dict[str, Any]:
    """Keyword arguments for `cls` from the attributes of `element`; `constants` are checked by the caller.

    :raises InvalidDocument: a required attribute is missing, one is unknown, or a value is not of its kind.
    """
    read: dict[str, Any] = {}
    attrib = dict(element.attrib)
    for name in constants:
        attrib.pop(name, None)
    for row in NODES[cls]:
        text = attrib.pop(row.name, None)
        if text is not None:
            read[row.field] = value_of(row, text, where)
        elif row.is_required:
            raise InvalidDocument(path(where, row.name), "missing")
    for name in attrib:
        if not name.startswith(_IGNORED):
            raise InvalidDocument(path(where, name), "unknown attribute")
    return read


def value_of(row: Attribute, text: str, where: str) -> Any:
    """The value of one attribute."""
    try:
        return row.kind.read(text)
    except ValueError as error:
        raise InvalidDocument(path(where, row.name), str(error)) from None


def values(elements: list[etree._Element], row: Attribute, where: str) -> tuple[Any, ...]:
    """The values of elements that are nothing but one attribute."""
    read = []
    for index, element in enumerate(elements):
        here = f"{where}.{etree.QName(element).localname}[{index}]"
        children(element, here)
        attrib = dict(element.attrib)
        text = attrib.pop(row.name, None)
        if text is None:
            raise InvalidDocument(path(here, row.name), "missing")
        if any(not name.startswith(_IGNORED) for name in attrib):
            raise InvalidDocument(here, "unknown attribute")
        read.append(value_of(row, text, here))
    return tuple(read)


def children(element: etree._Element, where: str, *tags: str) -> dict[str, list[etree._Element]]:
    """The children by tag, in document order, with an entry for each of `tags`.

    :raises InvalidDocument: a child that is none of `tags`.
    """
    found: dict[str, list[etree._Element]] = {tag: [] for tag in tags}
    for node in element.iterchildren("*"):
        if node.tag not in found:
            raise InvalidDocument(path(where, etree.QName(node).localname), "unexpected element")
        found[node.tag].append(node)
    return found


def only_child(found: dict[str, list[etree._Element]], tag: str) -> etree._Element | None:
    """The one child with this tag, if any.

    :raises InvalidDocument: more than one.
    """
    nodes = found[tag]
    if len(nodes) > 1:
        raise InvalidDocument(etree.QName(nodes[1]).localname, "more than once")
    return nodes[0] if nodes else None


def rows(groups: dict[str, list[etree._Element]], group: str, tag: str, cls: type, where: str) -> tuple[Any, ...]:
    """The rows of a container (Traslados -> Traslado ...), as instances of `cls`."""
    container = only_child(groups, group)
    if container is None:
        return ()
    base = f"{where}.{etree.QName(container).localname}"
    read = []
    for index, node in enumerate(children(container, base, tag)[tag]):
        here = f"{base}[{index}]"
        children(node, here)
        read.append(cls(**fields(node, cls, here)))
    return tuple(read)


def path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
