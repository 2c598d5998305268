"""Elements as text; what is empty is not written."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr


def tag(name: str, text: str, attributes: str = "", prefix: str = "cbc") -> str:
    return f"<{prefix}:{name}{' ' if attributes else ''}{attributes}>{escape(text)}</{prefix}:{name}>" if text else ""


def money(name: str, amount: str, currency: str) -> str:
    return tag(name, amount, f"currencyID={quoteattr(currency)}")


def around(name: str, inside: str) -> str:
    return f"<cac:{name}>{inside}</cac:{name}>" if inside else ""
