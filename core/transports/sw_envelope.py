"""The JSON in which SW Sapien answers everything: data, message, messageDetail, status.

A code stands at the start of the message ("307. El comprobante...", "AU2000 - ..."), alone in it, or nowhere: some
refusals come in words only and get here the code that says the same.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ..errors import InDoubt
from . import codes
from .http import HttpAnswer, verdict_on_status
from .record import Redactor

_SHOWN = 2_000  # characters of a foreign text that are handed on; the whole answer is in the exchange
_LEADING_CODE = re.compile(r"\s*((?:[A-Z]{1,10})?\d{2,6})(?![0-9A-Za-z])")
_IN_WORDS = (
    (re.compile(r"token\b.*(3 partes|expir|inv[aá]lid|venci|vac[ií]o)", re.IGNORECASE), codes.BAD_LOGIN),
    (re.compile(r"contrase|autentica", re.IGNORECASE), codes.BAD_LOGIN),
    (re.compile(r"customid", re.IGNORECASE), codes.BAD_KEY),
    (re.compile(r"xml .*no proporcionado", re.IGNORECASE), "301"),
    (re.compile(r"\bLCO\b"), codes.NOT_LISTED),
    (re.compile(r"certificado .*(revocad|caduc)", re.IGNORECASE), codes.WITHOUT_EFFECT),
    (
        re.compile(r"(saldo|timbres).*(insuficient|agotad|disponible|expir|venc)|sin (saldo|timbres)", re.IGNORECASE),
        codes.NO_STAMPS_LEFT,
    ),
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One answer; texts are redacted, `data` is as it came. `code` is empty where none is said in any way."""

    http_status: int
    is_success: bool
    code: str
    message: str
    detail: str
    data: Mapping[str, object] = field(repr=False)

    def text(self, name: str) -> str:
        """A text of `data`, empty where there is none."""
        value = self.data.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A whole number of `data`, or None."""
        value = self.data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def read(answer: HttpAnswer, redactor: Redactor) -> Envelope:
    """:raises Misconfigured, InDoubt: not an envelope; by the HTTP status where that says more."""
    try:
        content = json.loads(answer.body.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        if answer.status != 200:
            raise verdict_on_status(answer) from error
        raise InDoubt(reason="unreadable", http_status=answer.status) from error
    if not isinstance(content, dict) or content.get("status") not in ("success", "error"):
        if answer.status != 200:
            raise verdict_on_status(answer)
        raise InDoubt(reason="unknown_answer", http_status=answer.status)
    message, detail = (_text(content.get(name), redactor) for name in ("message", "messageDetail"))
    data = content.get("data")
    return Envelope(
        http_status=answer.status,
        is_success=content["status"] == "success",
        code=_code(message, detail),
        message=message,
        detail=detail,
        data=data if isinstance(data, dict) else {},
    )


def _text(value: object, redactor: Redactor) -> str:
    return redactor.text(value.strip())[:_SHOWN] if isinstance(value, str) else ""


def _code(message: str, detail: str) -> str:
    for text in (message, detail):
        leading = _LEADING_CODE.match(text)
        if leading:
            return codes.finding_code(leading.group(1))
    return next((code for words, code in _IN_WORDS if words.search(f"{message} {detail}")), "")
