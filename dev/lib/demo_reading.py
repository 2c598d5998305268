"""JSON to dataclasses, strictly: a typing error in an orders file says where it is."""
from decimal import Decimal, InvalidOperation

from . import say


def only(row: object, where: str, known: set[str] | None = None) -> dict:
    if not isinstance(row, dict):
        raise say.Problem(f"{where} is not an object")
    unknown = set(row) - (known or set(row))
    if unknown:
        raise say.Problem(f"{where}: unknown {', '.join(sorted(unknown))}")
    return row


def listed(value: object, where: str) -> list:
    if not isinstance(value, list):
        raise say.Problem(f"{where} is not a list")
    return value


def build(cls: type, values: dict, where: str):
    """Make a dataclass of a JSON object: unknown and missing keys and numbers that are none are said by name."""
    fields = cls.__dataclass_fields__
    only(values, where, set(fields))
    converted = {name: _value(fields[name].type, value, f"{where}.{name}") for name, value in values.items()}
    try:
        return cls(**converted)
    except TypeError as error:
        raise say.Problem(f"{where}: {str(error).split('()')[-1].strip()}") from error


def _value(kind: object, value: object, where: str) -> object:
    if kind in (Decimal, Decimal | None):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise say.Problem(f"{where}: {value!r} is not a number") from None
    if kind is str:
        return "" if value is None else str(value).strip()
    return value


def objects(row: dict, name: str, where: str = "") -> list[tuple[object, str]]:
    """The rows below a key, each with its place, such as `colombia.orders[2]`."""
    place = f"{where}.{name}" if where else name
    return [(one, f"{place}[{number}]") for number, one in enumerate(listed(row.get(name, []), place))]
