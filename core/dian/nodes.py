"""One dataclass and one piece of XML: rows of a table say which element holds which field, in the order of the schema.

The same rows write, read and check the shape, so that the three cannot disagree. A row's path may lead through elements
that hold nothing of their own; neighbours with the same path share them, the values of a tuple do not.
"""

from collections.abc import Callable, Iterator
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, fields, replace
from typing import Any

from lxml import etree

from ..errors import InvalidDocument
from ..xmlio.write import Element, child
from . import names
from .kinds import MISSING, WRONG_TYPE, Kind, Problem, Text


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with a text: one value, or a tuple of them. `attributes` are (name, field) of the same object."""

    path: tuple[str, ...]
    tag: str
    field: str
    kind: Kind
    attributes: tuple[tuple[str, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    is_many: bool = False
    is_required: bool = False
    takes_none: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """An element with an object, or several with a tuple of them."""

    path: tuple[str, ...]
    tag: str
    field: str
    spec: "Spec"
    is_many: bool = False
    is_required: bool = False
    takes_none: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """An element whose text and attributes are one object (an identification with its type)."""

    path: tuple[str, ...]
    tag: str
    field: str
    cls: type
    text: str
    kind: Kind
    attributes: tuple[tuple[str, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    is_many: bool = False
    is_required: bool = False
    takes_none: bool = False


Row = Leaf | Node | Value


@dataclass(frozen=True, slots=True)
class Spec:
    """A class of the model and its rows."""

    cls: type
    rows: tuple[Row, ...]


def spec(cls: type, *rows: Row) -> Spec:
    return Spec(cls, tuple(_required(cls, row) for row in rows))


def _required(cls: type, row: Row) -> Row:
    """The row, knowing whether the model has a default for its field, and whether the field may be None."""
    field = next(field for field in fields(cls) if field.name == row.field)
    return replace(row, is_required=field.default is NO_DEFAULT, takes_none=field.default is None)


def _steps(path: str) -> tuple[tuple[str, ...], str]:
    *wrappers, last = (names.clark(step) for step in path.split("/"))
    return tuple(wrappers), last


def leaf(path: str, field: str, kind: Kind, many: bool = False, constants: Any = (), **attributes: str) -> Leaf:
    """`attributes`: XML name = field."""
    return Leaf(*_steps(path), field, kind, tuple(attributes.items()), tuple(constants), many)


def node(path: str, field: str, of: Spec, many: bool = False) -> Node:
    return Node(*_steps(path), field, of, many)


def value(path: str, field: str, cls: type, text: str, kind: Kind, constants: Any = (), **attributes: str) -> Value:
    return Value(*_steps(path), field, cls, text, kind, tuple(attributes.items()), tuple(constants))


# --- writing ---------------------------------------------------------------------------------------------------------


def write(parent: Element, of: Spec, source: Any, currency: str) -> None:
    """Hang the elements of `source` into `parent`."""
    path: tuple[str, ...] = ()
    holders = [parent]
    for row in of.rows:
        content = getattr(source, row.field)
        if content is None or content == ():
            continue
        if row.path != path:
            common = 0
            for old, new in zip(path, row.path, strict=False):
                if old != new:
                    break
                common += 1
            del holders[common + 1 :]
            for tag in row.path[common:]:
                holders.append(child(holders[-1], tag, {}))
            path = row.path
        holder = holders[-1]
        is_shared = not (row.is_many and path)
        if not is_shared:  # each of several values has a wrapper of its own: AddressLine/Line
            del holders[-2].children[-1], holders[-1]
            path = path[:-1]
        for one in content if row.is_many else (content,):
            if not is_shared:
                holder = child(holders[-1], row.path[-1], {})
            if type(row) is Leaf:
                child(holder, row.tag, _attributes(row, source, currency), text=row.kind.write(one))
            elif type(row) is Value:
                child(holder, row.tag, _attributes(row, one, currency), text=row.kind.write(getattr(one, row.text)))
            else:
                write(child(holder, row.tag, {}), row.spec, one, currency)


def _attributes(row: Leaf | Value, source: Any, currency: str) -> dict[str, str]:
    if row.kind.is_amount:
        return {"currencyID": currency}
    if not row.attributes and not row.constants:
        return {}
    written = {name: text for name, field in row.attributes if (text := getattr(source, field)) is not None}
    written.update(row.constants)
    return written


# --- reading ---------------------------------------------------------------------------------------------------------

Seen = Callable[[etree._Element], object]


def read(element: etree._Element, of: Spec, where: str, seen: Seen, **given: Any) -> Any:
    """An instance of the class; `seen` is told every element whose content was taken.

    :raises InvalidDocument: a value is missing that the class needs, or is not of its kind.
    """
    for row in of.rows:
        if row.field in given:
            continue
        found = _find(element, row)
        if not row.is_many:
            found = found[:1]
        if not found:
            if row.is_required:
                given[row.field] = _absent(row, where)
            continue
        here = path_of(where, row)
        values = [
            _one(one, row, f"{here}[{index}]" if row.is_many else here, seen, given) for index, one in enumerate(found)
        ]
        given[row.field] = tuple(values) if row.is_many else values[0]
    return of.cls(**given)


def _find(element: etree._Element, row: Row) -> list[etree._Element]:
    holders = [element]
    for tag in row.path:
        holders = [below for holder in holders for below in holder.iterchildren(*_tags(tag))]
        if not row.is_many:
            holders = holders[:1]
    return [below for holder in holders for below in holder.iterchildren(*_tags(row.tag))]


def _tags(tag: str) -> tuple[str, ...]:
    """The tag, and the one of 2019 for DIAN's own elements."""
    namespace, _brace, local = tag[1:].partition("}")
    return (tag, f"{{{names.OLD_STS}}}{local}") if namespace == names.STS else (tag,)


def _absent(row: Row, where: str) -> Any:
    """An absent text is an empty one, so that a rule can say what is missing."""
    if row.is_many:
        return ()
    if type(row) is Leaf and isinstance(row.kind, Text):
        return ""
    raise InvalidDocument(path_of(where, row), "missing")


def _one(element: etree._Element, row: Row, where: str, seen: Seen, given: dict[str, Any]) -> Any:
    seen(element)
    if type(row) is Node:
        return read(element, row.spec, where, seen)
    text = _text(element, row.kind, where)
    if type(row) is Value:
        attributes = {field: element.get(name) for name, field in row.attributes}
        return row.cls(**{row.text: text, **attributes})
    for name, field in row.attributes:
        if element.get(name) is not None:
            given[field] = element.get(name)
    return text


def _text(element: etree._Element, kind: Kind, where: str) -> Any:
    try:
        return kind.read(element.text or "")
    except ValueError as error:
        raise InvalidDocument(where, str(error)) from None


# --- shapes ----------------------------------------------------------------------------------------------------------


def problems(of: Spec, source: Any, where: str) -> Iterator[tuple[str, Problem]]:
    """Every value that cannot stand, with its path."""
    if type(source) is not of.cls:
        yield where, WRONG_TYPE
        return
    for row in of.rows:
        content = getattr(source, row.field)
        here = path_of(where, row)
        if content is None:
            if not row.takes_none:
                yield here, WRONG_TYPE
            continue
        if row.is_many and not isinstance(content, tuple):
            yield here, WRONG_TYPE
            continue
        if row.is_many and row.is_required and not content:
            yield here, MISSING
        for index, one in enumerate(content if row.is_many else (content,)):
            yield from _problems(row, one, source, f"{here}[{index}]" if row.is_many else here)


def _problems(row: Row, one: Any, source: Any, where: str) -> Iterator[tuple[str, Problem]]:
    if type(row) is Node:
        yield from problems(row.spec, one, where)
        return
    holder = source
    if type(row) is Value:
        if type(one) is not row.cls:
            yield where, WRONG_TYPE
            return
        holder, one = one, getattr(one, row.text)
    problem = row.kind.problem(one)
    if problem is not None:
        yield where, problem
    for name, field in row.attributes:
        text = getattr(holder, field)
        if text is not None and not isinstance(text, str):
            yield f"{where}.{name}", WRONG_TYPE


def path_of(where: str, row: Row) -> str:
    """A path such as AccountingSupplierParty.Party.Contact.ElectronicMail."""
    return ".".join(filter(None, (where, *(tag.rpartition("}")[2] for tag in (*row.path, row.tag)))))
