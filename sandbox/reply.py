"""An HTTP answer, and the ways in which it may fail to reach the caller."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Damage:
    """What the server does to the connection instead of sending the answer properly.

    ``kept`` bytes of the body are sent of what was announced; ``drip`` sends that many bytes every ``every`` seconds.
    """

    drop: bool = False
    reset: bool = False
    kept: int | None = None
    drip: int = 0
    every: float = 1.0


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "text/xml; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False
    damage: Damage | None = None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    base_url: str = ""


LOGIN_PAGE = """<!DOCTYPE html><html><head><title>Iniciar sesión</title></head><body><h1>Iniciar sesión</h1>
<form><input name="usuario"><input name="clave" type="password"></form><br></body></html>"""

ERROR_PAGE = """<html><head><title>{status}</title></head>
<body><center><h1>{status}</h1></center><hr>nginx<br></body></html>"""

XML_BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">{entities}]>
<senv:Envelope xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/"><senv:Body>&{last};</senv:Body></senv:Envelope>"""


def login_page() -> Reply:
    return Reply(200, LOGIN_PAGE.encode(), "text/html; charset=utf-8", close=True)


def error_page(status: int, retry_after: int | None = None) -> Reply:
    headers = (("Retry-After", str(retry_after)),) if retry_after is not None else ()
    return Reply(status, ERROR_PAGE.format(status=status).encode(), "text/html; charset=utf-8", headers, close=True)


def xml_bomb() -> Reply:
    letters = "abcdefghij"
    pairs = pairwise(letters)
    entities = "".join(f'<!ENTITY {next_} "{f"&{one};" * 10}">' for one, next_ in pairs)
    return Reply(200, XML_BOMB.format(entities=entities, last=letters[-1]).encode(), close=True)
