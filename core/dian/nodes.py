"""One dataclass and one piece of XML: rows of a table say which element holds which field, in the order of the schema.

The same rows write (see `text`), read and check the shape, so that the three cannot disagree. A row's path may lead
through elements that hold nothing of their own; neighbours with the same path share them, the values of a tuple do not.
"""

from collections.abc import Callable, Iterator
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import Any

from lxml import etree

from ..errors import InvalidDocument
from ..values import Problem
from . import names, text
from .kinds import MISSING, WRONG_TYPE, Kind, Text, attribute_problem


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


Values = Callable[[Any], tuple[Any, ...]]
Check = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Spec:
    """A class of the model and its rows; `values` gives all their fields of an object at once.

    `writers` and `checks` have a function for each row, made once, so that nothing is decided again at each value.
    """

    cls: type
    rows: tuple[Row, ...]
    values: Values
    writers: tuple[text.Writer, ...]
    checks: tuple[tuple[bool, Check], ...]


def spec(cls: type, *rows: Row) -> Spec:
    return of_rows(cls, *(_required(cls, row) for row in rows))


def of_rows(cls: type, *rows: Row) -> Spec:
    """A specification of rows that are known already, such as a part of another one's."""
    writers, checks = tuple(_writer(row) for row in rows), tuple(_check(row) for row in rows)
    return Spec(cls, rows, _values([row.field for row in rows]), writers, checks)


def _values(fields_of_rows: list[str]) -> Values:
    if len(fields_of_rows) > 1:
        return attrgetter(*fields_of_rows)
    return lambda source: tuple(getattr(source, name) for name in fields_of_rows)


def _writer(row: Row) -> text.Writer:
    if type(row) is Node:
        return text.of_node(row.path, row.tag, row.is_many, row.spec)
    attributes = [(name, field, "") for name, field in row.attributes]
    attributes += [(name, "", constant) for name, constant in row.constants]
    return text.of_value(row.path, row.tag, row.is_many, row.kind, attributes, row.text if type(row) is Value else "")


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


# --- reading ---------------------------------------------------------------------------------------------------------

Seen = Callable[[etree._Element], object]


def read(element: etree._Element, of: Spec, where: str, seen: Seen, **given: Any) -> Any:
    """An instance of the class; `seen` is told every element whose content was taken.

    :raises InvalidDocument: a value is missing that the class needs, or is not of its kind.
    """
    children = _children(element)
    for row in of.rows:
        if row.field in given:
            continue
        found = _find(children, row)
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


_NEW_STS, _OLD_STS = f"{{{names.STS}}}", f"{{{names.OLD_STS}}}"


def _children(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The elements below by their tag, in their order; DIAN's own of 2019 under their present name."""
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        tag = child.tag
        if type(tag) is str:  # a comment has none
            found.setdefault(_NEW_STS + tag[len(_OLD_STS):] if tag.startswith(_OLD_STS) else tag, []).append(child)
    return found


def _find(children: dict[str, list[etree._Element]], row: Row) -> list[etree._Element]:
    """What a row is read from, among the children of its element."""
    first, *others = (*row.path, row.tag)
    found = children.get(first, [])
    for tag in others:
        holders = found if row.is_many else found[:1]
        found = [below for holder in holders for below in holder.iterchildren(*_tags(tag))]
    return found


@cache
def _tags(tag: str) -> tuple[str, ...]:
    """The tag, and the one of 2019 for DIAN's own elements."""
    return (tag, _OLD_STS + tag[len(_NEW_STS):]) if tag.startswith(_NEW_STS) else (tag,)


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
    content = _text(element, row.kind, where)
    if type(row) is Value:
        attributes = {field: element.get(name) for name, field in row.attributes}
        return row.cls(**{row.text: content, **attributes})
    for name, field in row.attributes:
        if element.get(name) is not None:
            given[field] = element.get(name)
    return content


def _text(element: etree._Element, kind: Kind, where: str) -> Any:
    try:
        return kind.read(element.text or "")
    except ValueError as error:
        raise InvalidDocument(where, str(error)) from None


# --- shapes ----------------------------------------------------------------------------------------------------------


def problems(of: Spec, source: Any, where: str) -> Iterator[tuple[str, Problem]]:
    """Every value that cannot stand, with its path."""
    found: list[tuple[str, Problem]] = []
    if not _fits(of, source):  # paths cost more than the values, and nearly every document is right
        _look(of, source, where, found)
    return iter(found)


def _fits(of: Spec, source: Any) -> bool:
    """Whether there is no problem anywhere; it says the same as `_look`, without paths."""
    if type(source) is not of.cls:
        return False
    for (takes_none, check), content in zip(of.checks, of.values(source), strict=True):
        if content is None and takes_none:
            continue
        if not check(content, source):
            return False
    return True


def _check(row: Row) -> tuple[bool, Check]:
    """Whether None is surely right, and the function that says whether a content is."""
    one, is_required = _check_one(row), row.is_required
    if row.is_many:

        def each(content: Any, source: Any) -> bool:
            if not content:
                return content == () and not is_required
            return isinstance(content, tuple) and all(map(one, content, repeat(source)))

        return row.takes_none, each
    if type(row) is Leaf and row.attributes and row.takes_none:
        attributes = row.attributes
        return False, lambda content, source: (
            _are_attributes(attributes, source, is_present=False) if content is None else one(content, source)
        )
    return row.takes_none, one


def _check_one(row: Row) -> Check:
    if type(row) is Node:
        of = row.spec
        return lambda content, _source: _fits(of, content)
    problem, attributes = row.kind.problem, row.attributes
    if type(row) is Value:
        cls, number = row.cls, row.text
        return lambda content, _source: (
            type(content) is cls and problem(getattr(content, number)) is None and _are_attributes(attributes, content)
        )
    if attributes:
        return lambda content, source: problem(content) is None and _are_attributes(attributes, source)
    return lambda content, _source: problem(content) is None


def _are_attributes(attributes: tuple[tuple[str, str], ...], source: Any, *, is_present: bool = True) -> bool:
    for name, field in attributes:
        if attribute_problem(name, getattr(source, field), is_present=is_present) is not None:
            return False
    return True


def _look(of: Spec, source: Any, where: str, found: list[tuple[str, Problem]]) -> None:
    if type(source) is not of.cls:
        found.append((where, WRONG_TYPE))
        return
    for row, content in zip(of.rows, of.values(source), strict=True):
        if content is None:
            if not row.takes_none:
                found.append((path_of(where, row), WRONG_TYPE))
            elif type(row) is Leaf and row.attributes:
                _look_at_attributes(row, source, where, "", found, is_present=False)
        elif not row.is_many:
            _look_at(row, content, source, where, "", found)
        elif not isinstance(content, tuple):
            found.append((path_of(where, row), WRONG_TYPE))
        else:
            if row.is_required and not content:
                found.append((path_of(where, row), MISSING))
            for index, one in enumerate(content):
                _look_at(row, one, source, where, f"[{index}]", found)


def _look_at(row: Row, one: Any, source: Any, where: str, index: str, found: list[tuple[str, Problem]]) -> None:
    """One value; its path is put together only when it is needed."""
    if type(row) is Node:
        _look(row.spec, one, path_of(where, row) + index, found)
        return
    if type(row) is Value:
        if type(one) is not row.cls:
            found.append((path_of(where, row) + index, WRONG_TYPE))
            return
        source, one = one, getattr(one, row.text)
    problem = row.kind.problem(one)
    if problem is not None:
        found.append((path_of(where, row) + index, problem))
    if row.attributes:
        _look_at_attributes(row, source, where, index, found)


def _look_at_attributes(
    row: Leaf | Value, source: Any, where: str, index: str, found: list[tuple[str, Problem]], *, is_present: bool = True
) -> None:
    for name, field in row.attributes:
        problem = attribute_problem(name, getattr(source, field), is_present=is_present)
        if problem is not None:
            found.append((f"{path_of(where, row)}{index}.{name}", problem))


def path_of(where: str, row: Row) -> str:
    """A path such as AccountingSupplierParty.Party.Contact.ElectronicMail."""
    return ".".join(filter(None, (where, *(tag.rpartition("}")[2] for tag in (*row.path, row.tag)))))
