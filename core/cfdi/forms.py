"""Lines of the usual form, written at once.

A line mostly has the same attributes as the line before. What such a line looks like, in XML and in the original
string, is asked of the ordinary writer and of the ordinary walk, once for each form, with a mark in place of each
value; the marks then give way to the values. So order and presence are decided in one place only. A line that has more
than attributes and taxes, or a value that cannot be taken as it is, goes the ordinary way.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

from ..values import is_tidy
from ..xmlio.write import Element, Ready, to_text
from . import cadena, model, names
from .tables import NODES, VALUES

_LINE, _CHARGED, _HELD = model.Concepto, model.TrasladoConcepto, model.RetencionConcepto
_values_of_line, _values_of_charged, _values_of_held = VALUES[_LINE], VALUES[_CHARGED], VALUES[_HELD]
_WIDTH = {cls: len(NODES[cls]) for cls in (_LINE, _CHARGED, _HELD)}

Writer = Callable[[model.Concepto], Element]


@dataclass(frozen=True, slots=True)
class _Form:
    """`xml` and `string` with %s for each value; `numbers` and `order` pick the values that are numbers, or all of them
    in the order of the original string.
    """

    xml: str
    string: str
    numbers: Callable[[Sequence[str]], tuple[str, ...]]
    order: Callable[[Sequence[str]], tuple[str, ...]]


def ready(line: model.Concepto, writer: Writer) -> Ready | None:
    """What `writer` would give, written already; None when only `writer` can write it."""
    if line.a_cuenta_terceros or line.informacion_aduanera or line.cuenta_predial or line.partes:
        return None
    values = _values_of_line(line)
    for charged in line.traslados:
        values += _values_of_charged(charged)
    for held in line.retenciones:
        values += _values_of_held(held)
    form = _form(writer, len(line.traslados), tuple(map(type, values)))
    if form is None:
        return None
    texts = [str(value) for value in values if value is not None]
    if not "".join(form.numbers(texts)).replace(".", "").isdigit():  # a sign, an exponent, no number at all
        return None
    string = form.string % form.order(texts)
    if not _is_plain(string):
        return None
    return Ready(names.cfdi("Concepto"), form.xml % tuple(texts), string)


def _is_plain(string: str) -> bool:
    """Whether all values can stand in XML and in the original string as they are."""
    return (
        is_tidy(string)
        and " |" not in string
        and "| " not in string
        and not ("&" in string or "<" in string or ">" in string or '"' in string)
    )


@lru_cache(maxsize=256)
def _form(writer: Writer, charged: int, types: tuple[type, ...]) -> _Form | None:
    """The form of the lines whose values, and those of their taxes, have these types."""
    if not {str, Decimal, type(None)}.issuperset(types) or Decimal not in types:
        return None
    marked = [kind and _MARKS[kind](number) for number, kind in enumerate(_without_none(types))]
    element = writer(_line(marked, charged))
    xml, string = to_text(element, {names.CFDI: names.PREFIXES[names.CFDI]}), "|".join(cadena.line_parts(element))
    given = [number for number, kind in enumerate(types) if kind is not type(None)]
    in_xml, in_string = _numbers(xml), _numbers(string)
    if in_xml != given or sorted(in_string) != given:  # a value that is left out, or written twice
        return None
    kinds = [types[number] for number in given]
    return _Form(
        _MARK.sub("%s", xml.replace("%", "%%")),
        _MARK.sub("%s", string.replace("%", "%%")),
        _picker([place for place, kind in enumerate(kinds) if kind is Decimal]),
        _picker([given.index(number) for number in in_string]),
    )


# texts that survive the writer, and that nothing else in a document looks like
_MARK = re.compile("9090909([0-9]{4})")
_MARKS: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"9090909{number:04}",
    Decimal: lambda number: Decimal(f"9090909{number:04}"),
}


def _without_none(types: tuple[type, ...]) -> list[type | None]:
    return [None if kind is type(None) else kind for kind in types]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _MARK.findall(text)]


def _line(values: list[Any], charged: int) -> model.Concepto:
    """A line, with so many taxes charged, from its values in the order of `ready`."""
    own, rest = _fields(_LINE, values), values[_WIDTH[_LINE] :]
    taxes = rest[: charged * _WIDTH[_CHARGED]]
    held = rest[len(taxes) :]
    return _LINE(
        **own,
        traslados=tuple(_CHARGED(**_fields(_CHARGED, taxes[at:])) for at in range(0, len(taxes), _WIDTH[_CHARGED])),
        retenciones=tuple(_HELD(**_fields(_HELD, held[at:])) for at in range(0, len(held), _WIDTH[_HELD])),
    )


def _fields(cls: type, values: list[Any]) -> dict[str, Any]:
    return {row.field: value for row, value in zip(NODES[cls], values, strict=False)}


def _picker(places: list[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """These items of a sequence as a tuple, also when there is only one."""
    if len(places) == 1:
        return lambda texts: (texts[places[0]],)
    return itemgetter(*places)
