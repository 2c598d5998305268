"""Documents that are spoilt at random, one to three things at a time, as bytes: for judges that must agree on them."""

import copy
import random
from collections.abc import Callable, Iterator

from lxml import etree

from core.cfdi import catalogs, retired_codes

CFDI = "http://www.sat.gob.mx/cfd/4"
_OTHERS = (CFDI, "http://www.sat.gob.mx/Pagos20", "http://www.sat.gob.mx/implocal", "http://www.sat.gob.mx/cfd/3", "")
_ATTRIBUTES = ("Importe", "Base", "Serie", "Version", "Descuento", "UUID", "Total", "Nombre", "Numero", "Desconocido")
_CODES = (
    *(entry.code for table in (catalogs.USO_CFDI, catalogs.REGIMEN_FISCAL, catalogs.FORMA_PAGO) for entry in table),
    *retired_codes.USO_CFDI, *retired_codes.REGIMEN_FISCAL, *retired_codes.TIPO_RELACION, "PUE", "PPD", "PUe", "MXN",
    "MXX", "XXX", "I", "T", "002", "004", "Tasa", "tasa", "Exento", "01", "1", "00", "09", "18", "19", "USA", "MEX",
    "H87", "h87", "Dx", "DX", "E48", "E4", "50211502", "50211599", "11131601", "5021150", "26015", "00000", "99999",
)
_NUMBERS = (
    "0", "0.00", "-0.00", "-1", "+1", ".5", "5.", "1e3", "1E3", "NaN", "INF", "1.1234567", "0.0000001", "0.000001",
    "123456789012345678", "1234567890123456789", "12345678901234567890", "123456789012345678.123456", "007", "1,5",
    "1 5", "٣", "12.30", "99999", "32767", "32768", "2018", "2019", "1.12345678901", "100.00", "0x1",
)
_MOMENTS = (
    "2026-03-02T12:00:00Z", "2026-03-02T12:00:00.5", "2026-03-02T24:00:00", "2026-02-30T12:00:00",
    "2009-12-31T23:59:59",
    "2010-01-01T00:00:00", "2100-01-01T00:00:00", "2099-12-31T23:59:59",
    "2026-3-2T1:2:3", "2026-03-02 12:00:00",
)
_TEXTS = (
    "", " ", "|", "a|b", "a", "ñ", "\u00a0", "😀", "a\tb", "a\nb", "  a  b  ", "x" * 20, "x" * 21, "x" * 25, "x" * 26,
    "x" * 40, "x" * 41, "x" * 100, "x" * 101, "x" * 300, "x" * 301, "x" * 1000, "x" * 1001, "ñ" * 300, "😀" * 300,
    "12345", "1234567890", "0" * 20, "XAXX010101000", "EKU9003173C9", "EKU9013173C9", "eku9003173c9", "Ñ&A010101AAA",
    "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000", "15  48  3009  0001234",
    "15 48 3009 0001234", "QUJD", "QUJ", "áéí óú", "a" * 12, "001-01-123456789",
)
_VALUES = (*_CODES, *_NUMBERS, *_MOMENTS, *_TEXTS)


def mutants(documents: list[bytes], seed: int, count: int) -> Iterator[bytes]:
    """`count` spoilt copies of `documents`, the same ones for the same seed; about one in five stays harmless."""
    chance = random.Random(seed)
    roots = [etree.fromstring(document) for document in documents]
    for _ in range(count):
        root = copy.deepcopy(chance.choice(roots))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            chance.choices(_MUTATIONS, _WEIGHTS)[0](root, chance)
        yield etree.tostring(root, encoding="UTF-8")


def _any(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice(list(root.iter("*")))


def _below(root: etree._Element, chance: random.Random) -> etree._Element:
    """Any element but the root."""
    nodes = [node for node in root.iter("*") if node is not root]
    return chance.choice(nodes) if nodes else etree.SubElement(root, f"{{{CFDI}}}Emisor")


def _with_attributes(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice([node for node in root.iter("*") if node.attrib] or [root])


def _drop_element(root: etree._Element, chance: random.Random) -> None:
    node = _below(root, chance)
    node.getparent().remove(node)


def _repeat_element(root: etree._Element, chance: random.Random) -> None:
    node = _below(root, chance)
    node.addnext(copy.deepcopy(node))


def _swap_siblings(root: etree._Element, chance: random.Random) -> None:
    node = _below(root, chance)
    other = node.getnext()
    if other is not None:
        other.addnext(node)


def _move_element(root: etree._Element, chance: random.Random) -> None:
    _any(root, chance).append(copy.deepcopy(_below(root, chance)))


def _rename_element(root: etree._Element, chance: random.Random) -> None:
    _any(root, chance).tag = chance.choice((_any(root, chance).tag, f"{{{CFDI}}}Otro"))


def _other_namespace(root: etree._Element, chance: random.Random) -> None:
    node, namespace = _any(root, chance), chance.choice(_OTHERS)
    local = etree.QName(node).localname
    node.tag = f"{{{namespace}}}{local}" if namespace else local


def _add_text(root: etree._Element, chance: random.Random) -> None:
    _any(root, chance).text = chance.choice((" ", "\n\t", "x", ""))


def _add_comment(root: etree._Element, chance: random.Random) -> None:
    _any(root, chance).insert(0, chance.choice((etree.Comment("c"), etree.ProcessingInstruction("p", "i"))))


def _drop_attribute(root: etree._Element, chance: random.Random) -> None:
    node = _with_attributes(root, chance)
    if node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]


def _add_attribute(root: etree._Element, chance: random.Random) -> None:
    name = chance.choice((*_ATTRIBUTES, *_with_attributes(root, chance).attrib, f"{{{CFDI}}}Total"))
    _any(root, chance).set(name, chance.choice(_VALUES))


def _rename_attribute(root: etree._Element, chance: random.Random) -> None:
    node = _with_attributes(root, chance)
    if node.attrib:
        name = chance.choice(list(node.attrib))
        value = node.attrib.pop(name)
        node.set(chance.choice((name.lower(), name + "s", f"{{{CFDI}}}{etree.QName(name).localname}")), value)


def _other_value(root: etree._Element, chance: random.Random) -> None:
    _change_value(root, chance, lambda value: chance.choice(_VALUES))


def _value_of_another(root: etree._Element, chance: random.Random) -> None:
    values = [value for node in root.iter("*") for value in node.attrib.values()] or [""]
    _change_value(root, chance, lambda value: chance.choice(values))


def _edit_value(root: etree._Element, chance: random.Random) -> None:
    """One character lost, doubled or another."""

    def edit(value: str) -> str:
        if not value:
            return "x"
        at = chance.randrange(len(value))
        return value[:at] + chance.choice(("", value[at] * 2, chance.choice("0aA.- |ñ"))) + value[at + 1 :]

    _change_value(root, chance, edit)


def _surround_value(root: etree._Element, chance: random.Random) -> None:
    """White space around a value, which the schema takes away from most."""
    blanks = (" ", "  ", "\t", "\n", "\r\n", "\u00a0")
    _change_value(root, chance, lambda value: chance.choice(("", *blanks)) + value + chance.choice(blanks))


def _change_value(root: etree._Element, chance: random.Random, change: Callable[[str], str]) -> None:
    node = _with_attributes(root, chance)
    if node.attrib:
        name = chance.choice(list(node.attrib))
        node.set(name, change(node.get(name)))


_MUTATIONS, _WEIGHTS = zip(*(
    (_drop_element, 2), (_repeat_element, 2), (_swap_siblings, 2), (_move_element, 1), (_rename_element, 1),
    (_other_namespace, 1), (_add_text, 1), (_add_comment, 1), (_drop_attribute, 4), (_add_attribute, 2),
    (_rename_attribute, 1), (_other_value, 10), (_value_of_another, 6), (_edit_value, 6), (_surround_value, 6),
), strict=True)
