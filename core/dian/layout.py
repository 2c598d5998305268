"""Facturatech's own vocabulary, from which it builds the UBL: groups of numbered fields (ENC_6, EMI/TAC/TAC_1 ...).

There is no official sheet to be had, and clients differ in some positions. So the map is data: one row for each field
says its group, its position and which value of the document it holds. The shipped rows (`default_fields`) are the ones
that working clients agree on; a company corrects them where its own sheet says otherwise.

The same map gives both forms: XML, and one line of text for the operation that takes it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ..errors import InvalidDocument, XmlRefused
from ..findings import Finding
from ..xmlio.write import legal
from . import catalogs
from .layout_sources import DOCUMENT, SOURCES, Items, Source, around, parts
from .model import Document

__all__ = ["SOURCES", "LayoutField", "Source", "check", "default_fields", "root_of", "to_text", "to_xml"]

FILE = Path(__file__).parent.parent / "data" / "facturatech_layout.tsv"
MOST_FIELDS = 1_000
CONSTANT = "="  # a source that begins with it is the text behind it
_GROUP = re.compile(r"[A-Z][A-Z0-9]{2,5}(/[A-Z][A-Z0-9]{2,5}){0,3}", re.ASCII)
_MOST_POSITION = 99
_MOST_CONSTANT = 200  # characters
_ROOTS = {"91": "NOTA", "92": "NOTA", "05": "DOCUMENTO_SOPORTE", "95": "DOCUMENTO_SOPORTE"}
_CURRENCY = "document.currency"
# what would end a value, a field or a group in the text form
_BRACKETS = re.compile(r"[(\[](/?[A-Z_]{3,20})[)\]]", re.ASCII)
_IN_TEXT = str.maketrans({";": ",", ":": ".", "\n": " ", "\r": " ", "\t": " "})
_IN_CODE = str.maketrans({";": ",", "\n": " ", "\r": " ", "\t": " "})
_IN_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


@dataclass(frozen=True, slots=True)
class LayoutField:
    """One row of the map: `group` is a path as EMI/TAC, the field's name is the last group and `position` (TAC_1).

    :param source: a name in SOURCES, or "=" and a fixed text.
    :param kinds: the types of document (01, 91 ...) that have the field; none means all.
    """

    group: str
    position: int
    source: str
    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.group.rpartition('/')[2]}_{self.position}"

    @property
    def is_constant(self) -> bool:
        return self.source.startswith(CONSTANT)

    @property
    def constant(self) -> str:
        """The fixed text, empty for a value of the document."""
        return self.source[len(CONSTANT) :].strip() if self.is_constant else ""

    def is_for(self, type_code: str) -> bool:
        return not self.kinds or type_code in self.kinds


@dataclass(slots=True)
class _Group:
    """A group of one type of document: its fields by position, the groups inside it in the order of the map."""

    name: str
    scope: str = DOCUMENT
    fields: list[LayoutField] = field(default_factory=list)
    groups: dict[str, "_Group"] = field(default_factory=dict)


@dataclass(slots=True)
class _Written:
    """A group with its values."""

    name: str
    values: list[tuple[str, str, bool]] = field(default_factory=list)  # name, text, whether people wrote it
    groups: list["_Written"] = field(default_factory=list)


@lru_cache(maxsize=1)
def default_fields() -> tuple[LayoutField, ...]:
    """The map as it is shipped."""
    fields = []
    for row in FILE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            group, position, source, kinds = (row.split("\t") + [""] * 3)[:4]
            fields.append(LayoutField(group, int(position), source, tuple(kinds.split())))
    return tuple(fields)


def root_of(type_code: str) -> str:
    """FACTURA, NOTA, or of a support document and its adjustment DOCUMENTO_SOPORTE."""
    return _ROOTS.get(type_code, "FACTURA")


def to_xml(document: Document, fields: Sequence[LayoutField] | None = None) -> bytes:
    """The layout as XML (uploadInvoiceFile); values that are empty are left out, and so are groups without any.

    :param fields: the map; the shipped one when None.
    :raises InvalidDocument: the map has errors (see `check`), or a value holds a sign that XML cannot.
    """
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write_xml(_filled(document, fields), pieces)
    return "".join(pieces).encode("utf-8")


def to_text(document: Document, fields: Sequence[LayoutField] | None = None) -> str:
    """The layout as one line (uploadInvoiceFileLayout): [FACTURA](ENC)ENC_1:INVOIC;...(/ENC)...[/FACTURA].

    What the form cannot hold is replaced: ";" by ",", ":" of people's texts by "." (a time keeps it: readers split a
    field at its first colon), line breaks by blanks, and what looks like the mark of a group loses its brackets.

    :raises InvalidDocument: as `to_xml`.
    """
    whole = _filled(document, fields)
    inner = "".join(_text_of(group) for group in whole.groups)
    return f"[{whole.name}]{inner}[/{whole.name}]"


def check(fields: Iterable[LayoutField]) -> list[Finding]:
    """What is wrong with a map, for each type of document. Errors make it unusable.

    CO-LAYOUT-01 no such value and no fixed text, 02 no name of a group or position, 03 two rows for one field,
    04 values of a group that repeat differently, 05 an unknown type of document, 06 too many rows or none.
    """
    rows = list(fields)
    findings = []
    if not 0 < len(rows) <= MOST_FIELDS:
        return [Finding.error("CO-LAYOUT-06", "layout", rows=len(rows), most=MOST_FIELDS)]
    for index, row in enumerate(rows):
        findings += _row_findings(row, f"layout[{index}]")
    if findings:
        return findings
    for kind in catalogs.DOCUMENT_TYPE:
        seen: dict[tuple[str, int], int] = {}
        for index, row in enumerate(rows):
            if not row.is_for(kind):
                continue
            if (row.group, row.position) in seen:
                findings.append(Finding.error("CO-LAYOUT-03", f"layout[{index}]", field=row.name, type=kind))
            seen[row.group, row.position] = index
        findings += _scope_findings(rows, kind)
    return list({(found.code, found.where): found for found in findings}.values())


# --- findings --------------------------------------------------------------------------------------------------------


def _row_findings(row: LayoutField, where: str) -> Iterator[Finding]:
    if not (_is_constant_text(row.constant) if row.is_constant else row.source in SOURCES):
        yield Finding.error("CO-LAYOUT-01", where, field=row.name, source=row.source[:60])
    if not _GROUP.fullmatch(row.group) or not 1 <= row.position <= _MOST_POSITION:
        yield Finding.error("CO-LAYOUT-02", where, field=row.name[:60])
    for kind in row.kinds:
        if kind not in catalogs.DOCUMENT_TYPE:
            yield Finding.error("CO-LAYOUT-05", where, field=row.name, type=kind[:10])


def _scope_findings(rows: Sequence[LayoutField], kind: str) -> Iterator[Finding]:
    try:
        _tree(rows, kind)
    except _ScopesDisagree as error:
        yield Finding.error("CO-LAYOUT-04", f"layout[{rows.index(error.row)}]", field=error.row.name, type=kind)


def _is_constant_text(text: str) -> bool:
    return bool(text) and text.isprintable() and len(text) <= _MOST_CONSTANT


class _ScopesDisagree(Exception):
    """A field whose value repeats otherwise than the rest of its group."""

    def __init__(self, row: LayoutField) -> None:
        super().__init__(row.name)
        self.row = row


# --- the map as a tree -----------------------------------------------------------------------------------------------


def _tree(rows: Iterable[LayoutField], kind: str) -> _Group:
    """The groups of one type of document.

    :raises _ScopesDisagree: a group cannot repeat in two ways.
    """
    root = _Group(root_of(kind))
    for row in rows:
        if row.is_for(kind):
            group = root
            for name in row.group.split("/"):
                group = group.groups.setdefault(name, _Group(name))
            group.fields.append(row)
    _find_scopes(root)
    return root


def _find_scopes(group: _Group) -> None:
    group.fields.sort(key=lambda row: row.position)
    for row in group.fields:
        scope = _scope_of(row)
        if _is_inside(scope, group.scope):
            group.scope = scope
        elif not _is_inside(group.scope, scope):
            raise _ScopesDisagree(row)
    for inner in group.groups.values():
        inner.scope = group.scope
        _find_scopes(inner)


def _scope_of(row: LayoutField) -> str:
    return DOCUMENT if row.is_constant else SOURCES[row.source].scope


def _is_inside(scope: str, outer: str) -> bool:
    return outer == DOCUMENT or scope == outer or scope.startswith(f"{outer}.")


# --- a document in it ------------------------------------------------------------------------------------------------


def _filled(document: Document, fields: Sequence[LayoutField] | None) -> _Written:
    """The groups of the map with the document's values.

    :raises InvalidDocument: the map has errors, or a value cannot stand in any form.
    """
    rows = default_fields() if fields is None else tuple(fields)
    tree = _checked_tree(rows, document.type_code)
    try:
        return next(_instances(tree, DOCUMENT, document, ()))[0]
    except XmlRefused as error:
        raise InvalidDocument("layout", error.reason) from error


@lru_cache(maxsize=32)
def _checked_tree(rows: tuple[LayoutField, ...], kind: str) -> _Group:
    errors = check(rows)
    if errors:
        raise InvalidDocument(errors[0].where, f"{errors[0].code} {errors[0].params.get('field', '')}".strip())
    return _tree(rows, kind)


def _instances(group: _Group, outer: str, document: Document, items: Items) -> Iterator[tuple[_Written, bool]]:
    """The group once for each part that it is about, and whether anything of the document is in it."""
    for mine in _each(group.scope, outer, document, items):
        written, is_told = _Written(group.name), False
        for row in group.fields:
            text, is_free = _value(row, document, mine)
            if text:
                written.values.append((row.name, text, is_free))
                is_told = is_told or not (row.is_constant or row.source == _CURRENCY)
        for inner in group.groups.values():
            for child, has_content in _instances(inner, group.scope, document, mine):
                if has_content:
                    written.groups.append(child)
                    is_told = True
        yield written, is_told


def _each(scope: str, outer: str, document: Document, items: Items) -> Iterator[Items]:
    """The parts of `scope` within the one part of `outer` that `items` stands for."""
    if scope == outer:
        yield items
        return
    for around_it in _each(around(scope), outer, document, items):
        for part in parts(scope, document, around_it):
            yield (*around_it, part)


def _value(row: LayoutField, document: Document, items: Items) -> tuple[str, bool]:
    """:raises XmlRefused: a sign that cannot stand in XML."""
    if row.is_constant:
        return row.constant, False
    source = SOURCES[row.source]
    depth = len(source.scope.split(".")) if source.scope else 0
    return legal(source.read(document, items[:depth])).strip(), source.is_free


def _write_xml(group: _Written, pieces: list[str]) -> None:
    pieces.append(f"<{group.name}>")
    for name, text, _is_free in group.values:
        pieces.append(f"<{name}>{text.translate(_IN_XML)}</{name}>")
    for inner in group.groups:
        _write_xml(inner, pieces)
    pieces.append(f"</{group.name}>")


def _text_of(group: _Written) -> str:
    values = "".join(f"{name}:{_plain(text, is_free)};" for name, text, is_free in group.values)
    return f"({group.name}){values}{''.join(map(_text_of, group.groups))}(/{group.name})"


def _plain(text: str, is_free: bool) -> str:
    before, text = "", text.translate(_IN_TEXT if is_free else _IN_CODE)
    while before != text:  # brackets may stand in brackets
        before, text = text, _BRACKETS.sub(r"\1", text)
    return text
