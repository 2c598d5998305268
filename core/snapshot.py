"""The immutable snapshot of a document: frozen dataclasses as stable, versioned JSON, and back.

Two equal objects give the same text. Every class that may be a root is registered under a name and a version; an older
text is lifted by the migrations of its name before the object is built, so that every released version stays readable.
A field added with a default needs no migration.
"""

import dataclasses
import hashlib
import json
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .errors import SnapshotError

Migration = Callable[[dict[str, Any]], dict[str, Any]]


@dataclasses.dataclass(frozen=True, slots=True)
class _Format:
    name: str
    version: int
    cls: type
    migrations: Mapping[int, Migration]


_BY_NAME: dict[str, _Format] = {}
_BY_CLASS: dict[type, _Format] = {}


def register(name: str, version: int, cls: type, migrations: Mapping[int, Migration] | None = None) -> None:
    """Make `cls` a root. `migrations[n]` turns the data of version n into that of version n + 1.

    :raises SnapshotError: the name belongs to another class, or a migration is missing.
    """
    steps = dict(migrations or {})
    known = _BY_NAME.get(name)
    if known is not None and known.cls.__qualname__ != cls.__qualname__:
        raise SnapshotError("The format name is taken.", format=name)
    if set(steps) != set(range(min(steps, default=version), version)):
        raise SnapshotError("The migrations have a gap.", format=name, version=version)
    _BY_NAME[name] = _BY_CLASS[cls] = _Format(name, version, cls, steps)


def dump(obj: object) -> str:
    """The object as JSON text: keys sorted, Decimal as text with its exponent, dates in ISO form, tuples as lists.

    :raises SnapshotError: the class is not registered, or a value (a float, for one) has no exact form.
    """
    form = _BY_CLASS.get(type(obj))
    if form is None:
        raise SnapshotError("The class has no registered format.", cls=type(obj).__name__)
    document = {"format": form.name, "version": form.version, "data": _plain(obj, form.name)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Any:
    """The object that `dump` wrote, by this or an earlier version.

    :raises SnapshotError: not such a text, a later version, or data that do not fit the class.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise SnapshotError("The snapshot is not JSON.") from None
    if not isinstance(document, dict) or set(document) != {"format", "version", "data"}:
        raise SnapshotError("The snapshot has no format, version and data.")
    form = _BY_NAME.get(document["format"]) if isinstance(document["format"], str) else None
    if form is None:
        raise SnapshotError("The format is unknown.", format=document["format"])
    return _build(form.cls, _migrated(form, document["version"], document["data"]), form.name)


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _migrated(form: _Format, version: object, data: Any) -> Any:
    if not isinstance(version, int) or isinstance(version, bool) or version > form.version:
        raise SnapshotError("The snapshot was written by a later version.", format=form.name, version=version)
    for step in range(version, form.version):
        if step not in form.migrations:
            raise SnapshotError("The version can no longer be read.", format=form.name, version=version)
        try:
            data = form.migrations[step](data)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise SnapshotError("The data do not fit their version.", format=form.name, version=step) from None
    return data


def _plain(value: object, where: str) -> Any:
    if value is None or isinstance(value, (bool, int)) or type(value) is str:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{where}[{key}]") for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name), f"{where}.{f.name}") for f in dataclasses.fields(value)}
    raise SnapshotError("The value has no exact form.", where=where, type=type(value).__name__)


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(kind: Any, data: Any, where: str) -> Any:
    """`data` as an instance of the annotation `kind`; the type must fit exactly, nothing is coerced by guess."""
    origin = get_origin(kind)
    if kind is Any:
        return data
    if origin in (Union, types.UnionType):
        return _build_optional(kind, data, where)
    if origin is tuple:
        return _build_tuple(get_args(kind), data, where)
    if origin in (dict, Mapping):
        _expect(isinstance(data, dict), where, "an object")
        return {key: _build(get_args(kind)[1], item, f"{where}[{key}]") for key, item in data.items()}
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, data, where)
    return _build_scalar(kind, data, where)


def _build_optional(kind: Any, data: Any, where: str) -> Any:
    choices = [choice for choice in get_args(kind) if choice is not type(None)]
    if data is None and len(choices) < len(get_args(kind)):
        return None
    _expect(len(choices) == 1, where, "a class with one type per field")
    return _build(choices[0], data, where)


def _build_tuple(kinds: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    _expect(isinstance(data, list), where, "a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(data)
    _expect(len(kinds) == len(data), where, f"{len(kinds)} items")
    return tuple(
        _build(kind, item, f"{where}[{index}]") for index, (kind, item) in enumerate(zip(kinds, data, strict=True))
    )


def _build_dataclass(cls: type, data: Any, where: str) -> Any:
    _expect(isinstance(data, dict), where, "an object")
    known = {field.name: field for field in dataclasses.fields(cls)}
    for name in data:
        _expect(name in known, f"{where}.{name}", "a known field")
    for name, field in known.items():
        has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        _expect(name in data or has_default, f"{where}.{name}", "a value")
    hints = _hints(cls)
    return cls(**{name: _build(hints[name], item, f"{where}.{name}") for name, item in data.items()})


def _build_scalar(kind: Any, data: Any, where: str) -> Any:
    if kind in (str, int, bool, type(None)):
        _expect(type(data) is kind, where, kind.__name__)
        return data
    _expect(isinstance(kind, type), where, "a supported type")
    try:
        if issubclass(kind, Enum):
            return kind(data)
        _expect(isinstance(data, str), where, "text")
        if kind is Decimal:
            number = Decimal(data)
            _expect(number.is_finite(), where, "a finite number")
            return number
        if kind in (datetime, date, time):
            return kind.fromisoformat(data)
    except (ValueError, InvalidOperation):
        raise SnapshotError("The value does not fit.", where=where, expected=kind.__name__) from None
    raise SnapshotError("The type of the field is not supported.", where=where, expected=kind.__name__)


def _expect(condition: bool, where: str, expected: str) -> None:
    if not condition:
        raise SnapshotError("The value does not fit.", where=where, expected=expected)
