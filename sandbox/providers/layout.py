"""Facturatech's vocabulary as it arrives: groups of numbered fields (ENC_6, EMI/TAC/TAC_1), as XML or as one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ..document import Unreadable, parse
from ..problems import Problem

ROOTS = ("FACTURA", "NOTA", "DOCUMENTO_SOPORTE")
UNREADABLE = "409"
MOST_GROUPS = 20_000
DEEPEST = 6
_FIELD = re.compile(r"(?P<group>[A-Z][A-Z0-9]{1,5})_(?P<position>[0-9]{1,3})")
_GROUP = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_TOKEN = re.compile(
    r"[(\[](?P<mark>/?[A-Z][A-Z0-9_]{1,19})[)\]]|(?P<name>[A-Z][A-Z0-9]{1,5}_[0-9]{1,3}):(?P<value>[^;]*);|(?P<blank>\s+)"
)


@dataclass
class Group:
    """One group: its fields by position, and the groups inside it in their order."""

    name: str
    fields: dict[int, str] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    def __getitem__(self, position: int) -> str:
        return self.fields.get(position, "")

    def all(self, name: str) -> list[Group]:
        return [group for group in self.groups if group.name == name]

    def one(self, path: str) -> Group:
        """The first group at ``EMI/TAC``; an empty one where there is none."""
        found = self
        for name in path.split("/"):
            found = next(iter(found.all(name)), Group(name))
        return found

    def walk(self) -> Iterator[Group]:
        yield self
        for group in self.groups:
            yield from group.walk()


def from_xml(data: bytes) -> Group | Problem:
    try:
        root = parse(data)
    except Unreadable as error:
        return Problem(UNREADABLE, f"El XML no se puede leer: {error}")
    if root.tag not in ROOTS:
        return Problem(UNREADABLE, f"La raíz {root.tag} no es {', '.join(ROOTS)}.")
    try:
        return _group(root, 0)
    except _Misplaced as error:
        return Problem(UNREADABLE, str(error))


class _Misplaced(Exception):
    """A field or group that is not where it belongs; the text is the service's."""


def _group(node: etree._Element, depth: int) -> Group:
    """:raises _Misplaced:"""
    found = Group(str(node.tag))
    if depth > DEEPEST:
        raise _Misplaced(f"El grupo {found.name} está demasiado adentro.")
    for child in node.iterchildren("*"):
        name = str(child.tag)
        if is_field := _FIELD.fullmatch(name):
            _put(found, is_field["group"], int(is_field["position"]), "".join(child.itertext()))
        elif _GROUP.fullmatch(name):
            found.groups.append(_group(child, depth + 1))
        else:
            raise _Misplaced(f"El elemento {name[:40]} no es un grupo ni un campo.")
    return found


def _put(group: Group, owner: str, position: int, value: str) -> None:
    """:raises _Misplaced: the field is another group's, or stands twice."""
    if owner != group.name:
        raise _Misplaced(f"El campo {owner}_{position} no pertenece al grupo {group.name}.")
    if position in group.fields:
        raise _Misplaced(f"El campo {owner}_{position} está repetido.")
    if value.strip():
        group.fields[position] = value.strip()


def from_text(text: str) -> Group | Problem:
    """The one-line form."""
    try:
        return _read_text(text.strip())
    except _Misplaced as error:
        return Problem(UNREADABLE, str(error))


def _read_text(text: str) -> Group:
    """:raises _Misplaced:"""
    stack, done, position, groups = [Group("")], None, 0, 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or (done is not None and token["blank"] is None):
            raise _Misplaced(f"El layout no se entiende en {text[position:position + 30]!r}.")
        position = token.end()
        if token["name"]:
            owner, _mark, number = token["name"].partition("_")
            _put(stack[-1], owner, int(number), token["value"])
        elif token["mark"] and token["mark"].startswith("/"):
            if stack[-1].name != token["mark"][1:]:
                raise _Misplaced(f"({token['mark']}) cierra el grupo {stack[-1].name}.")
            done = stack.pop() if len(stack) == 2 else (stack.pop(), None)[1]
        elif token["mark"]:
            groups += 1
            is_root = len(stack) == 1
            if is_root != (token["mark"] in ROOTS) or len(stack) > DEEPEST + 1 or groups > MOST_GROUPS:
                raise _Misplaced(f"El grupo {token['mark']} no está en su lugar.")
            opened = Group(token["mark"])
            stack[-1].groups.append(opened)
            stack.append(opened)
    if done is None:
        raise _Misplaced("El layout no está completo.")
    return done
