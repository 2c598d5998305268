"""What a request to the control API asks for: typed values, or a mistake that says what is expected."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from .certificates import Validity
from .problems import SandboxError

FOUR_YEARS = 1460
CENTURY = 36500
LARGEST = 10**12


def only(data: Any, known: list[str]) -> None:
    if not isinstance(data, dict):
        raise SandboxError("a JSON object is expected")
    unknown = set(data) - set(known)
    if unknown:
        raise SandboxError(f"unknown keys: {', '.join(sorted(unknown))}; known: {', '.join(known)}")


def text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise SandboxError(f"'{key}' must be a text")
    return value.strip()


def number(data: dict[str, Any], key: str, default: float) -> float:
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -LARGEST <= value <= LARGEST:
        raise SandboxError(f"'{key}' must be a number")
    return value


def whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 12:
        raise SandboxError(f"{text!r} is not a whole number")
    return int(text)


def moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError as error:
        raise SandboxError(f"{text!r} is not a date and time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def day(value: Any) -> str:
    """An ISO date, or empty for none."""
    if value in (None, ""):
        return ""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise SandboxError(f"{value!r} is not a date") from error


def validity(data: dict[str, Any], now: datetime) -> Validity:
    """``not_before`` (default yesterday) and ``days_valid`` of a certificate."""
    start = moment(data["not_before"]) if data.get("not_before") else now - timedelta(days=1)
    days = number(data, "days_valid", FOUR_YEARS)
    if not (0 < days <= CENTURY and 1950 <= start.year <= 2200):
        raise SandboxError("the validity must be within 1950 and 2300")
    return Validity(start, start + timedelta(days=days))
