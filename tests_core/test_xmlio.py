"""XML in and out: hostile input is a typed error at a bounded price, what is written is what was given."""

import json
import random
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from lxml import etree

from core.errors import InvalidDocument, XmlRefused
from core.findings import Severity
from core.xmlio import schema
from core.xmlio.parse import CFDI_LIMITS, Limits, parse_untrusted
from core.xmlio.write import child, clean_text, element, legal, to_bytes
from tests_core.hostile_xml import CASES, reason_of

MAX_MILLISECONDS = 200
MAX_MEGABYTES = 64


@pytest.fixture(scope="module")
def prices(project_root) -> dict[str, dict]:
    """Every case in a process of its own, measured there."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests_core.hostile_xml"], cwd=project_root, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    return {row["name"]: row for row in map(json.loads, ran.stdout.splitlines())}


@pytest.mark.parametrize("name", CASES)
def test_hostile_xml_is_refused_for_its_reason_at_a_bounded_price(prices, name):
    price = prices[name]
    assert price["reason"] == CASES[name][1]
    # a full document of the largest size is no attack: it is read to its end
    assert price["ms"] <= MAX_MILLISECONDS * (2 if price["reason"] == "accepted" else 1)
    assert price["mb"] <= MAX_MEGABYTES


class _Counter(BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self):
        type(self).hits += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!ENTITY x 'fetched'>")

    def log_message(self, *args):
        pass


def test_nothing_is_ever_fetched(tmp_path):
    server = HTTPServer(("127.0.0.1", 0), _Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/x"
    (tmp_path / "secret").write_text("SECRET")
    for text in (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{address}">]><a>&x;</a>',
        f'<!DOCTYPE a SYSTEM "{address}"><a/>',
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{tmp_path}/secret">]><a>&x;</a>',
        f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{address}"/></a>',
    ):
        with pytest.raises(XmlRefused) as caught:
            parse_untrusted(text.encode())
        assert "SECRET" not in str(caught.value)
    root = parse_untrusted(
        f'<?xml-stylesheet href="{address}"?><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="u {address}"/>'.encode()
    )
    server.shutdown()
    server.server_close()
    assert root.tag == "a"
    assert _Counter.hits == 0


def test_processing_instructions_and_comments_are_gone_and_do_not_split_text():
    root = parse_untrusted(b'<?xml-stylesheet href="x.xsl"?><!-- c --><a>one<!-- c -->two<?pi x?>three<b/></a><!-- -->')
    assert root.text == "onetwothree"
    assert to_bytes(root).endswith(b"<a>onetwothree<b/></a>")
    assert root.getprevious() is None and root.getnext() is None


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 64 + b"</a>" * 64,
        b"<a>" + b"<c/>" * 19_999 + b"</a>",
        b"<a " + b" ".join(b'a%d="="' % n for n in range(200)) + b"/>",
        b"<a>" + b"x" * 65_536 + b"</a>",
        b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a>\xc3\xb1</a>",
        b"<a><![CDATA[" + b"<x y='1'/>" * 30_000 + b"]]></a>",
        b'<a b="' + b"=" * 5_000 + b'"/>',
        b"<a>" + b"x=1 " * 5_000 + b"</a>",
        b'<a b="x > y"/>',
        b"<a>" + b'&lt;x y="1" z="2"/&gt;' * 1_000 + b"</a>",
        b"<a b='>'>" + b'&lt;x y="1" z="2"/>' * 1_000 + b"</a>",
        b"<a>" + b'x="1" ' * 201 + b"<b c='2'/></a>",
    ],
    ids=[
        "depth", "elements", "attributes", "text", "BOM", "CDATA", "signs in a value", "signs in text", "angle",
        "a document in a text", "a document in a text after an angle", "attributes in a text",
    ],
)
def test_what_is_within_the_limits_is_accepted(data):
    limits = Limits(text=400_000) if b"CDATA" in data else CFDI_LIMITS
    assert parse_untrusted(data, limits=limits).tag == "a"


@pytest.mark.parametrize(
    ("limits", "data", "reason"),
    [
        (Limits(size=10), b"<a>1234</a>", "too_large"),
        (Limits(depth=1), b"<a><b/></a>", "too_deep"),
        (Limits(elements=2), b"<a><b/><b/></a>", "too_many_elements"),
        (Limits(attributes=1), b'<a b="" c=""/>', "too_many_attributes"),
        (Limits(attributes=1), b'<a b="" xmlns:c="u"/>', "too_many_attributes"),
        (Limits(all_attributes=1), b'<a b=""><c d=""/></a>', "too_many_attributes"),
        (Limits(text=3), b"<a>1234</a>", "text_too_long"),
        (Limits(text=3), b'<a b="1234"/>', "text_too_long"),
        (Limits(text=3), b"<a><b/>1234</a>", "text_too_long"),
    ],
)
def test_each_limit_is_the_callers(limits, data, reason):
    with pytest.raises(XmlRefused) as caught:
        parse_untrusted(data, limits=limits)
    assert caught.value.reason == reason
    parse_untrusted(data)


SEED = (
    '<?xml version="1.0" encoding="UTF-8"?><cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" '
    'Fecha="2026-01-02T03:04:05" Total="116.00"><cfdi:Conceptos><cfdi:Concepto Descripcion="Café &amp; té" '
    'Cantidad="1"/></cfdi:Conceptos><cfdi:Addenda><![CDATA[x]]></cfdi:Addenda></cfdi:Comprobante>'
).encode()
_SPICE = [b"<", b">", b'"', b"'", b"&", b"\0", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE", b"\xff\xfe", b"&#0;", b"="]


def _mutated(chance: random.Random) -> bytes:
    data = bytearray(SEED)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 30)]
        elif kind == 2:
            data[at:at] = chance.choice(_SPICE) * chance.randint(1, 5)
        else:
            data[at:at] = data[at : at + chance.randint(1, 60)] * chance.randint(1, 20)
        data = data or bytearray(b"<")
    return bytes(data)


def _fuzz(rounds: int) -> set[str]:
    chance = random.Random(20260101)
    return {reason_of(_mutated(chance)) for _ in range(rounds)}


def test_mutated_documents_give_a_root_or_a_typed_error():
    reasons = _fuzz(1_500)
    assert {"accepted", "malformed", "encoding"} <= reasons


@pytest.mark.long
def test_fifty_thousand_mutated_documents_give_a_root_or_a_typed_error():
    assert "accepted" in _fuzz(50_000)


# --- writing ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t\r\n b\u00a0\u00a0c ", "a b c"),
        ("", ""),
        ("\u00a0", ""),
        ("Ñandú & <b> 'x' \"y\" ☕ 😀", "Ñandú & <b> 'x' \"y\" ☕ 😀"),
    ],
)
def test_white_space_collapses_and_nothing_else_changes(text, expected):
    assert clean_text(text) == expected


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\x0b", "\ufffe", "\uffff", "\ud800"])
def test_characters_that_no_xml_can_hold_are_a_typed_error_everywhere(bad):
    for write in (
        lambda: clean_text(f"a{bad}b"),
        lambda: to_bytes(element("a", [("b", bad)])),
        lambda: to_bytes(element("a", text=bad)),
        lambda: legal(bad),
    ):
        with pytest.raises(XmlRefused) as caught:
            write()
        assert caught.value.reason == "control_character"
    root = element("a")
    child(root, "b", [("c", bad)])
    with pytest.raises(XmlRefused):
        to_bytes(root)


def test_attributes_stand_in_the_order_given_and_none_is_absent():
    root = element("{urn:a}r", [("z", "1"), ("a", None), ("b", ""), ("{urn:b}c", "é")], {"p": "urn:a", "q": "urn:b"})
    child(root, "{urn:a}s", [("n", "<&\">'")], text="x & y")
    assert to_bytes(root) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<p:r xmlns:p="urn:a" xmlns:q="urn:b" z="1" b="" q:c="\xc3\xa9">'
        b'<p:s n="&lt;&amp;&quot;&gt;\'">x &amp; y</p:s></p:r>'
    )


@pytest.mark.parametrize(
    "value",
    [
        *("<", ">", "<>", "><", '"', '""', '"="', '" b="', '"/><b c="', "&", "&amp;", "&#1;", "]]>", "'", "{x}", "="),
        *("\x85", "\ud7ff", "\ue000", "\ufffd", "\uff01", "\t", "\r\n"),
    ],
)
@pytest.mark.parametrize("text", [None, "", "t", "<", '"'])
def test_no_value_is_taken_for_markup(value, text):
    """Whatever stands beside it: texts, values and elements of others are counted together."""
    root = element("{urn:a}r", [("a", value), ("b", "plain")], {"p": "urn:a"})
    child(root, "{urn:a}s", [("c", value)], text=text)
    root.append(etree.fromstring("<x><!-- y --></x>"))
    again = etree.fromstring(to_bytes(root))
    assert dict(again.attrib) == {"a": value, "b": "plain"}
    assert [node.tag for node in again] == ["{urn:a}s", "x"]
    assert dict(again[0].attrib) == {"c": value}
    assert (again[0].text or "") == (text or "")


def test_what_was_written_is_read_back_unchanged():
    values = ["a  b", "tab\there", "line\nbreak", "<&>\"'", "ñ☕😀", " edge "]
    root = element("r", [(f"a{n}", value) for n, value in enumerate(values)], text="\n t \t")
    again = parse_untrusted(to_bytes(root))
    assert list(again.attrib.values()) == values
    assert again.text == "\n t \t"
    assert to_bytes(again) == to_bytes(root)


# --- schemas ---

_TYPES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns="urn:t">
<xs:simpleType name="code"><xs:restriction base="xs:string"><xs:enumeration value="A"/></xs:restriction></xs:simpleType>
</xs:schema>"""
_MAIN = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:m" xmlns:t="urn:t">
<xs:import namespace="urn:t" schemaLocation="http://sat.example.mx/cat/types.xsd"/>
<xs:element name="r"><xs:complexType><xs:attribute name="c" type="t:code" use="required"/></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture
def schema_folder(tmp_path):
    types = tmp_path / "sat.example.mx" / "cat" / "types.xsd"
    types.parent.mkdir(parents=True)
    types.write_text(_TYPES)
    main = tmp_path / "sat.example.mx" / "cfd" / "main.xsd"
    main.parent.mkdir()
    main.write_text(_MAIN)
    return tmp_path / "sat.example.mx"


def test_a_schema_finds_its_http_imports_among_the_files(schema_folder):
    compiled = schema.load_schema(schema_folder / "cfd" / "main.xsd")
    assert schema.errors(compiled, b'<r xmlns="urn:m" c="A"/>') == []
    (finding,) = schema.errors(compiled, b'<r xmlns="urn:m" c="B"/>')
    assert (finding.code, finding.severity) == ("MX-XSD-01", Severity.ERROR)
    assert "'B'" in finding.params["message"]
    assert len(schema.errors(compiled, b'<r xmlns="urn:m" x="1"/>')) == 2


def test_an_import_without_file_is_named_and_not_fetched(schema_folder):
    (schema_folder / "cat" / "types.xsd").unlink()
    with pytest.raises(InvalidDocument, match=r"http://sat\.example\.mx/cat/types\.xsd"):
        schema.load_schema(schema_folder / "cfd" / "main.xsd")


@pytest.mark.parametrize("content", ["", "no xml", "<a/>"])
def test_a_file_that_is_no_schema_is_a_typed_error(tmp_path, content):
    (tmp_path / "x.xsd").write_text(content)
    with pytest.raises(InvalidDocument):
        schema.load_schema(tmp_path / "x.xsd")
    with pytest.raises(InvalidDocument):
        schema.load_schema(tmp_path / "missing.xsd")


def test_hostile_xml_stays_hostile_for_the_validator(schema_folder):
    compiled = schema.load_schema(schema_folder / "cfd" / "main.xsd")
    with pytest.raises(XmlRefused):
        schema.errors(compiled, b"<!DOCTYPE r><r/>")


def test_the_library_is_recent_enough():
    """Below 6.1 iterparse resolved external entities (CVE-2026-41066)."""
    assert etree.LXML_VERSION >= (6, 1)


def test_the_default_namespace_is_written_without_prefix():
    root = element("{urn:a}Root", nsmap={None: "urn:a", "b": "urn:b"})
    child(root, "{urn:a}Inner", {"{urn:b}at": "1", "plain": "2"}, text="x")
    child(root, "{urn:b}Other", {})
    data = to_bytes(root)
    assert data.partition(b"\n")[2] == (
        b'<Root xmlns="urn:a" xmlns:b="urn:b"><Inner b:at="1" plain="2">x</Inner><b:Other/></Root>'
    )
