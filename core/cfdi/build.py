"""Comprobante -> XML: one explicit writer, so that order, presence and written form are decided here and nowhere else.

Attributes come from `tables` in that order; children stand in the order of cfdv40.xsd. Only namespaces in use are
declared. The writer checks nothing except that every character may stand in XML.
"""

from collections.abc import Iterable
from typing import Any

from ..xmlio.parse import parse_untrusted
from ..xmlio.write import Element, child, element, to_bytes
from . import model, names
from .build_complements import add_complements, used_namespaces
from .forms import ready
from .nodes import written
from .tables import (
    CUSTOMS_NUMBER,
    PART_CUSTOMS_NUMBER,
    PROPERTY_ACCOUNT,
    RELATED_UUID,
    Attribute,
)


def to_xml(comprobante: model.Comprobante) -> bytes:
    """The document as UTF-8 bytes with declaration, unsealed when `sello` is empty.

    :raises XmlRefused: a character that cannot stand in XML, or an Addenda that is no XML.
    """
    return to_bytes(to_tree(comprobante))


def to_tree(comprobante: model.Comprobante) -> Element:
    """The same as an element that can be walked, for who goes on working with it (sealing)."""
    c = comprobante
    complements = used_namespaces(c)
    declared = (names.CFDI, *complements)
    root = element(
        names.COMPROBANTE,
        {names.SCHEMA_LOCATION: names.schema_location(*declared), "Version": names.VERSION, **written(c)},
        nsmap={names.PREFIXES[namespace]: namespace for namespace in (*declared, names.XSI)},
    )
    if c.informacion_global:
        _add(root, "InformacionGlobal", c.informacion_global)
    for related in c.cfdi_relacionados:
        node = _add(root, "CfdiRelacionados", related)
        _add_values(node, "CfdiRelacionado", RELATED_UUID, related.uuids)
    _add(root, "Emisor", c.emisor)
    _add(root, "Receptor", c.receptor)
    lines = child(root, names.cfdi("Conceptos"))
    for concepto in c.conceptos:
        lines.append(ready(concepto, _concepto) or _concepto(concepto))
    if c.impuestos:
        _add_summary(root, c.impuestos)
    if complements or c.timbre:
        add_complements(child(root, names.COMPLEMENTO), c)
    if c.addenda is not None:
        _add_addenda(root, c.addenda)
    return root


def _add(parent: Element, name: str, node: Any) -> Element:
    element = Element(names.cfdi(name), written(node))
    parent.children.append(element)
    return element


def _add_values(parent: Element, name: str, row: Attribute, values: Iterable[str]) -> None:
    for value in values:
        child(parent, names.cfdi(name), {row.name: row.kind.write(value)})


def _concepto(concepto: model.Concepto) -> Element:
    line = Element(names.cfdi("Concepto"), written(concepto))
    if concepto.traslados or concepto.retenciones:
        taxes = child(line, names.cfdi("Impuestos"))
        _add_group(taxes, "Traslados", "Traslado", concepto.traslados)
        _add_group(taxes, "Retenciones", "Retencion", concepto.retenciones)
    if concepto.a_cuenta_terceros:
        _add(line, "ACuentaTerceros", concepto.a_cuenta_terceros)
    if concepto.informacion_aduanera:
        _add_values(line, "InformacionAduanera", CUSTOMS_NUMBER, concepto.informacion_aduanera)
    if concepto.cuenta_predial:
        _add_values(line, "CuentaPredial", PROPERTY_ACCOUNT, concepto.cuenta_predial)
    for parte in concepto.partes:
        part = _add(line, "Parte", parte)
        _add_values(part, "InformacionAduanera", PART_CUSTOMS_NUMBER, parte.informacion_aduanera)
    return line


def _add_summary(root: Element, impuestos: model.Impuestos) -> None:
    summary = _add(root, "Impuestos", impuestos)
    _add_group(summary, "Retenciones", "Retencion", impuestos.retenciones)
    _add_group(summary, "Traslados", "Traslado", impuestos.traslados)


def _add_group(parent: Element, group: str, name: str, rows: tuple[Any, ...]) -> None:
    """A container that exists only when it has rows."""
    if rows:
        container = child(parent, names.cfdi(group))
        for row in rows:
            _add(container, name, row)


def _add_addenda(root: Element, addenda: str) -> None:
    """Other people's XML: it goes through the hardened door and keeps its own namespaces."""
    content = parse_untrusted(f"<Addenda>{addenda}</Addenda>".encode())
    node = child(root, names.ADDENDA, text=content.text)
    for below in content:
        node.append(below)
