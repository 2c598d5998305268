"""Hostile and broken XML, one builder per kind of attack. Run as a program it measures what each one costs.

    python -m tests_core.hostile_xml        one JSON line per case: name, reason, CPU milliseconds, extra megabytes
"""

import json
import os
import resource
import tempfile
import time
from collections.abc import Callable

from core.errors import XmlRefused
from core.xmlio.parse import parse_untrusted

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'


def _entities(levels: int, where: str) -> bytes:
    lines = ['<!ENTITY e0 "lol">']
    lines += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels)]
    body = f'<a b="&e{levels - 1};"/>' if where == "attribute" else f"<a>&e{levels - 1};</a>"
    return f"<!DOCTYPE a [{''.join(lines)}]>{body}".encode()


def _dtd(declaration: str, body: str = "<a>&x;</a>") -> bytes:
    return f"<!DOCTYPE a [{declaration}]>{body}".encode()


# name -> (builder, the reason that the parser must give)
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "01 billion laughs in an attribute": (lambda: _entities(10, "attribute"), "doctype"),
    "02 billion laughs in a text": (lambda: _entities(10, "text"), "doctype"),
    "03 entity of 300 kB": (lambda: _dtd(f'<!ENTITY x "{"A" * 300_000}">'), "doctype"),
    "04 quadratic blow-up": (
        lambda: _dtd(f'<!ENTITY x "{"A" * 50_000}">', f"<a>{'&x;' * 50_000}</a>"),
        "doctype",
    ),
    "05 external entity, file": (lambda: _dtd('<!ENTITY x SYSTEM "file:///etc/hostname">'), "doctype"),
    "06 external entity, http": (lambda: _dtd('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'), "doctype"),
    "07 external DTD": (lambda: b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "doctype"),
    "08 parameter entity": (lambda: _dtd('<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;', "<a/>"), "doctype"),
    "09 XInclude": (
        lambda: (
            b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file:///etc/hostname"/></a>'
        ),
        "malformed",
    ),
    "10 depth of 100,000": (lambda: b"<a>" * 100_000 + b"</a>" * 100_000, "too_deep"),
    "11 depth of 65": (lambda: b"<a>" * 65 + b"</a>" * 65, "too_deep"),
    "12 attribute of 20 MB": (lambda: b'<a b="' + b"x" * 20_000_000 + b'"/>', "too_large"),
    "12b attribute of 4 MB": (lambda: b'<a b="' + b"x" * 4_000_000 + b'"/>', "text_too_long"),
    "12c text of 4 MB": (lambda: b"<a>" + b"x" * 4_000_000 + b"</a>", "text_too_long"),
    "12d text of 4 MB after an element": (lambda: b"<a><b/>" + b"x" * 4_000_000 + b"</a>", "text_too_long"),
    "12e text of 4 MB in pieces": (
        lambda: b"<a>" + (b"x" * 40_000 + b"<!-- -->" + b"<![CDATA[" + b"y" * 40_000 + b"]]><?p?>") * 40 + b"</a>",
        "text_too_long",
    ),
    "13 a million empty Conceptos": (lambda: b"<a>" + b"<c/>" * 1_000_000 + b"</a>", "too_many_elements"),
    "14 200,000 attributes": (
        lambda: b"<a " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b"/>",
        "too_many_attributes",
    ),
    "14b 200,000 attributes with blanks around the sign": (
        lambda: b"<a " + b" ".join(b"a%d = '1'" % n for n in range(200_000)) + b"/>",
        "too_many_attributes",
    ),
    "14c 190 attributes on each of 1,500 elements": (
        lambda: b"<a>" + (b"<c " + b" ".join(b'a%d=""' % n for n in range(190)) + b"/>") * 1_500 + b"</a>",
        "too_many_attributes",
    ),
    "14d the same attribute 199,000 times": (lambda: b"<a " + b'x="1" ' * 199_000 + b"/>", "too_many_attributes"),
    "14e 200,000 name spaces": (
        lambda: b"<a " + b" ".join(b'xmlns:n%d="u"' % n for n in range(200_000)) + b"/>",
        "too_many_attributes",
    ),
    "15 20,001 elements": (lambda: b"<a>" + b"<c/>" * 20_000 + b"</a>", "too_many_elements"),
    "16 NUL": (lambda: b"<a>x\0y</a>", "control_character"),
    "16b control character": (lambda: b"<a b='\x1b'/>", "control_character"),
    "16c control character by reference": (lambda: b"<a>&#27;</a>", "malformed"),
    "17 two roots": (lambda: b"<a/><a/>", "malformed"),
    "18 truncated": (lambda: _DECLARATION + b'<a b="1"><c>', "malformed"),
    "19 UTF-16 with BOM": (lambda: '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "encoding"),
    "19b UTF-16 without BOM": (lambda: "<a/>".encode("utf-16-le"), "encoding"),
    "19c UTF-32": (lambda: "<a/>".encode("utf-32"), "encoding"),
    "20 UTF-7 declared": (lambda: b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>', "encoding"),
    "20b EBCDIC declared": (lambda: b'<?xml version="1.0" encoding="cp037"?><a/>', "encoding"),
    "21 declared ISO-8859-1 with UTF-8 bytes": (
        lambda: '<?xml version="1.0" encoding="ISO-8859-1"?><a>ñ</a>'.encode(),
        "encoding",
    ),
    "21b declared UTF-8 with ISO-8859-1 bytes": (lambda: _DECLARATION + "<a>ñ</a>".encode("latin-1"), "encoding"),
    "22 overlong UTF-8": (lambda: b"<a>\xc0\xbcb/\xc0\xbe</a>", "encoding"),
    "22b surrogate in UTF-8": (lambda: b"<a>\xed\xa0\x80</a>", "encoding"),
    "23 BOM and garbage": (lambda: b"\xef\xbb\xbf%PDF-1.7 garbage", "malformed"),
    "23a BOM in the middle": (lambda: b"<a/>\xef\xbb\xbf", "malformed"),
    "23b binary": (lambda: bytes(range(256)) * 50, "encoding"),
    "24 empty": (lambda: b"", "empty"),
    "24b white space": (lambda: b" \r\n\t ", "empty"),
    "24c BOM alone": (lambda: b"\xef\xbb\xbf", "empty"),
    "25 HTML page of a gateway": (
        lambda: b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><hr></body></html>",
        "doctype",
    ),
    "25b HTML page without doctype": (lambda: b"<html><body><hr>502<br></body></html>", "malformed"),
    "26 a DTD in lower case": (lambda: b"<!doctype a [<!entity x 'y'>]><a/>", "doctype"),
    "26b undefined entity": (lambda: b"<a>&x;</a>", "malformed"),
    "26c unfinished comment of 4 MB": (lambda: b"<!--" + b"-" * 4_000_000, "malformed"),
    "26d unfinished tags": (lambda: b"<a " * 1_300_000, "malformed"),
    "26e quotes without end": (lambda: b"<a b='" + b'="' * 1_900_000, "too_many_attributes"),
    "26f a tag of equal signs": (lambda: b"<a" + b"=" * 4_000_000, "malformed"),
    "26g processing instruction without end": (lambda: b"<?xml " + b"encoding=" * 400_000, "malformed"),
    "27 the largest that is accepted": (
        lambda: b"<a>" + (b'<c a="1" b="2" c="3" d="4" e="5" f="6" g="7" h="8" i="9">' + b"x" * 140 + b"</c>") * 19_999
        + b"</a>",
        "accepted",
    ),
    "27b name spaces of its own on every element": (
        lambda: b"<a>" + b'<c xmlns:p="u" xmlns:q="v" xmlns:r="w" p:x="1" q:x="1" r:x="1"/>' * 19_999 + b"</a>",
        "accepted",
    ),
}


def reason_of(data: bytes) -> str:
    try:
        parse_untrusted(data)
    except XmlRefused as error:
        return error.reason
    return "accepted"


def _measure(name: str, path: str) -> None:
    with open(path, "rb") as file:
        data = file.read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    reason = reason_of(data)
    spent = time.process_time() - start
    extra = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    cost = {"ms": round(spent * 1000, 1), "mb": round(extra / 1024, 1)}
    print(json.dumps({"name": name, "reason": reason, **cost}), flush=True)


def _build(name: str, path: str) -> None:
    with open(path, "wb") as file:
        file.write(CASES[name][0]())


def _in_child(step: Callable[[str, str], None], name: str, path: str) -> None:
    """A fork has its own high-water mark of memory, and what it allocates is gone afterwards."""
    child = os.fork()
    if child == 0:
        step(name, path)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        print(json.dumps({"name": name, "reason": f"killed {status}", "ms": 0, "mb": 0}), flush=True)


def main() -> None:
    reason_of(b"<a/>")  # imports and first use are not the attack's cost
    with tempfile.TemporaryDirectory() as folder:
        for name in CASES:
            _in_child(_build, name, f"{folder}/case")
            _in_child(_measure, name, f"{folder}/case")


if __name__ == "__main__":
    main()
