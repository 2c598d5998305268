"""Model -> XML text: a function for each row of the tables, made once; what it writes is canonical (C14N 1.0).

Start and end of an element are always two tags, attributes stand in the order of their names, and characters are
escaped as C14N does it. The signature's digest is then made of the bytes as they are (see `xades_sign`), and a document
of ten lines costs a third of what a tree of elements would.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from ..xmlio.write import legal
from . import names
from .kinds import Kind, Text

_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)
_PREFIX = {uri: prefix for prefix, uri in names.PREFIXES.items()}

# parts, one value, the object that holds it, the end of the start tag of an amount
Put = Callable[[list[str], Any, Any, str], None]
Path = tuple[str, ...]


class Writer(NamedTuple):
    """How one row is written: the elements around it, and the function for one value."""

    path: Path
    is_many: bool
    put: Put


class Table(Protocol):
    """A class of the model with its rows (see `nodes.Spec`)."""

    @property
    def values(self) -> Callable[[Any], tuple[Any, ...]]: ...

    @property
    def writers(self) -> tuple[Writer, ...]: ...


def write(parts: list[str], of: Table, source: Any, currency: str) -> None:
    """Append the elements of `source`.

    :raises XmlRefused: a character that cannot stand in XML.
    """
    _write(parts, of, source, f' currencyID="{_in_attribute(currency)}">')


def root_tag(tag: str) -> str:
    """The start tag of a root (Clark notation) with all namespaces of a document, in canonical order."""
    uri, _brace, local = tag[1:].partition("}")
    return f'<{local} xmlns="{uri}"' + "".join(f' xmlns:{name}="{names.PREFIXES[name]}"' for name in _SORTED) + ">"


_SORTED = sorted(names.PREFIXES)


def _write(parts: list[str], of: Table, source: Any, money: str) -> None:
    path: Path = ()
    for (around, is_many, put), content in zip(of.writers, of.values(source), strict=True):
        if content is None or (not content and content == ()):
            continue
        if around is not path:
            parts.append(_way(path, around))
            path = around
        if not is_many:
            put(parts, content, source, money)
        elif not path:
            for one in content:
                put(parts, one, source, money)
        else:  # each of several values has a wrapper of its own: AddressLine/Line
            again = _end(path[-1]) + _start(path[-1])
            for index, one in enumerate(content):
                if index:
                    parts.append(again)
                put(parts, one, source, money)
            parts.append(_end(path[-1]))
            path = path[:-1]
    if path:
        parts.append(_way(path, ()))


@cache  # as many pairs as the tables have neighbours
def _way(old: Path, new: Path) -> str:
    """The tags between two elements: those that end, then those that begin."""
    common = 0
    for before, step in zip(old, new, strict=False):
        if before != step:
            break
        common += 1
    return "".join([*map(_end, reversed(old[common:])), *map(_start, new[common:])])


def of_node(path: Path, tag: str, is_many: bool, table: Table) -> Writer:
    """The row of an object with rows of its own."""
    start, end = _start(tag), _end(tag)

    def put(parts: list[str], one: Any, _source: Any, money: str) -> None:
        parts.append(start)
        _write(parts, table, one, money)
        parts.append(end)

    return Writer(path, is_many, put)


def of_value(
    path: Path, tag: str, is_many: bool, kind: Kind, attributes: Sequence[tuple[str, str, str]], number: str
) -> Writer:
    """The row of an element with a text.

    :param attributes: name, field, and the constant where there is no field.
    :param number: the field with the text, of an object that stands for the element; '' where the value is the text.
    """
    text = _plain if isinstance(kind, Text) else kind.write
    if kind.is_amount:
        return Writer(path, is_many, _amount(tag, text))
    if not attributes:
        return Writer(path, is_many, _bare(tag, text))
    return Writer(path, is_many, _with_attributes(tag, text, attributes, number))


def _amount(tag: str, text: Callable[[Any], str]) -> Put:
    start, end = _start(tag)[:-1], _end(tag)

    def put(parts: list[str], one: Any, _source: Any, money: str) -> None:
        parts.append(f"{start}{money}{text(one)}{end}")

    return put


def _bare(tag: str, text: Callable[[Any], str]) -> Put:
    start, end = _start(tag), _end(tag)

    def put(parts: list[str], one: Any, _source: Any, _money: str) -> None:
        parts.append(f"{start}{text(one)}{end}")

    return put


def _with_attributes(
    tag: str, text: Callable[[Any], str], attributes: Sequence[tuple[str, str, str]], number: str
) -> Put:
    start, end = _start(tag)[:-1], _end(tag)
    # constants are written beforehand; the order is that of the names, as C14N wants it
    rows = tuple(
        (f' {name}="', field) if field else (f' {name}="{_in_attribute(constant)}"', "")
        for name, field, constant in sorted(attributes)
    )

    def put(parts: list[str], one: Any, source: Any, _money: str) -> None:
        if number:
            source, one = one, getattr(one, number)
        written = start
        for piece, field in rows:
            if not field:
                written += piece
            elif (value := getattr(source, field)) is not None:
                written += f'{piece}{_in_attribute(value)}"'
        parts.append(f"{written}>{text(one)}{end}")

    return put


def _plain(value: str) -> str:
    return value if value.isalnum() else legal(value).translate(_IN_TEXT)


def _in_attribute(value: str) -> str:
    return value if value.isalnum() else legal(value).translate(_IN_ATTRIBUTE)


def _name(tag: str) -> str:
    uri, _brace, local = tag[1:].partition("}")
    return f"{_PREFIX[uri]}:{local}"


def _start(tag: str) -> str:
    return f"<{_name(tag)}>"


def _end(tag: str) -> str:
    return f"</{_name(tag)}>"
