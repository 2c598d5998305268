"""Whether an XML has the form that SAT's schemas prescribe, decided without SAT's files and much faster.

SAT's own schema holds the keys of the large catalogues as lists of up to 95,749 values, which libxml2 compares one by
one for every attribute. Here libxml2 judges everything else, by a schema that is written from the tables of the writer
(`structure_schema`), and the keys are looked up. The verdict is that of SAT's schema: elements, their order and number,
attributes, formats, keys.

The rules (`rules.check`) say more and in SAT's own words; `check` is for XML that did not come out of this writer.
What stands in an Addenda is not looked at.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml import etree

from ..findings import Finding
from ..values import collapsed
from ..xmlio.parse import CFDI_LIMITS, Limits, parse_untrusted
from . import keys, names, retired_codes, structure_schema

_CONCEPTOS, _CONCEPTO, _PARTE = (names.cfdi(name) for name in ("Conceptos", "Concepto", "Parte"))
_COMPLEMENTO_CONCEPTO = names.cfdi("ComplementoConcepto")
_SCHEMAS = {
    names.COMPROBANTE: structure_schema.comprobante,
    f"{{{names.PAGOS}}}Pagos": structure_schema.pagos,
    f"{{{names.IMPLOCAL}}}ImpuestosLocales": structure_schema.local_taxes,
    names.TIMBRE: structure_schema.stamp,
}
_CONTAINERS = {"Conceptos", "Traslados", "Retenciones"}
_ATTRIBUTE = re.compile(r"attribute '([^']+)'")
_STEP = re.compile(r"(?:[^/:]*:)?([^/\[]+)(?:\[([0-9]+)\])?$")


def check(xml: bytes, *, limits: Limits = CFDI_LIMITS) -> list[Finding]:
    """MX-XSD-01 for each deviation from the schema; `message` says it in the words of libxml2.

    :raises XmlRefused: not acceptable as XML.
    """
    return check_tree(parse_untrusted(xml, limits=limits))


def check_tree(root: etree._Element) -> list[Finding]:
    """The same for a parsed document."""
    return list(_element("", root))


def is_valid(root: etree._Element) -> bool:
    """The bare verdict, for who needs no reasons."""
    return next(_element("", root), None) is None


@lru_cache(maxsize=len(_SCHEMAS))
def _schema(tag: str) -> etree.XMLSchema:
    return etree.XMLSchema(_SCHEMAS[tag]())


def _element(where: str, root: etree._Element) -> Iterator[Finding]:
    """A document, or a complement by its own schema."""
    if root.tag not in _SCHEMAS:
        yield Finding.error("MX-XSD-01", where or "Comprobante", message=f"{root.tag} is not known")
        return
    schema = _schema(root.tag)
    if not schema.validate(root):
        for entry in schema.error_log:
            yield Finding.error("MX-XSD-01", _joined(where, _path(entry)), message=entry.message)
    if root.tag == names.COMPROBANTE:
        yield from _unknown_keys(where, root)
        yield from _complements(where, root)


def _unknown_keys(where: str, root: etree._Element) -> Iterator[Finding]:
    place = collapsed(root.get("LugarExpedicion", ""))
    if place and not keys.is_known_postal_code(place):
        yield _not_a_key(_joined(where, "LugarExpedicion"), "c_CodigoPostal", place)
    for index, line in enumerate(_lines(root)):
        here = _joined(where, f"Conceptos[{index}]")
        yield from _unknown(here, line, "ClaveProdServ", _is_product)
        yield from _unknown(here, line, "ClaveUnidad", _is_unit)
        for number, part in enumerate(line.iterchildren(_PARTE)):
            yield from _unknown(f"{here}.Parte[{number}]", part, "ClaveProdServ", _is_product)


def _unknown(where: str, node: etree._Element, name: str, is_known: Callable[[str], bool]) -> Iterator[Finding]:
    code = node.get(name)
    if code is not None and not is_known(collapsed(code)):
        yield _not_a_key(f"{where}.{name}", f"c_{name}", collapsed(code))


def _not_a_key(where: str, catalogue: str, code: str) -> Finding:
    return Finding.error("MX-XSD-01", where, message=f"The value '{code[:40]}' is not an element of {catalogue}.")


def _is_product(code: str) -> bool:
    return keys.find(keys.CLAVE_PROD_SERV, code) is not None or code in retired_codes.CLAVE_PROD_SERV


def _is_unit(code: str) -> bool:
    return keys.find(keys.CLAVE_UNIDAD, code) is not None and code not in retired_codes.CLAVE_UNIDAD_NOT_IN_SCHEMA


def _complements(where: str, root: etree._Element) -> Iterator[Finding]:
    for holder in root.iterchildren(names.COMPLEMENTO):
        for node in holder.iterchildren("*"):
            yield from _element(_joined(where, f"Complemento.{etree.QName(node).localname}"), node)
    for index, line in enumerate(_lines(root)):
        for holder in line.iterchildren(_COMPLEMENTO_CONCEPTO):
            for node in holder.iterchildren("*"):
                here = f"Conceptos[{index}].ComplementoConcepto.{etree.QName(node).localname}"
                yield from _element(_joined(where, here), node)


def _lines(root: etree._Element) -> Iterator[etree._Element]:
    for conceptos in root.iterchildren(_CONCEPTOS):
        yield from conceptos.iterchildren(_CONCEPTO)


def _joined(where: str, name: str) -> str:
    return ".".join(filter(None, (where, name)))


def _path(entry: etree._LogEntry) -> str:
    """libxml2's path as ours: /cfdi:Comprobante/cfdi:Conceptos/cfdi:Concepto[2] is Conceptos[1]."""
    steps: list[str] = []
    for step in (entry.path or "").strip("/").split("/")[1:]:
        name, number = _STEP.match(step).groups()
        index = f"[{int(number) - 1}]" if number else ""
        if steps and steps[-1] in _CONTAINERS:
            steps[-1] += index or "[0]"
        else:
            steps.append(name + index)
    attribute = _ATTRIBUTE.search(entry.message)
    return ".".join([*steps, attribute[1]] if attribute else steps)
