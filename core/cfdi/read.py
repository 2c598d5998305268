"""XML -> Comprobante, for every type of CFDI 4.0, ours or a vendor's.

Nothing is dropped in silence: an unknown attribute or element is an error, an unknown complement one of its own. What
is read is not yet right; `rules`, `seal` and `stamp` say what is wrong with it.
"""

from typing import Any

from lxml import etree

from ..errors import InvalidDocument, UnknownComplement
from ..xmlio.parse import CFDI_LIMITS, Limits, parse_untrusted
from . import model, names
from .cadena import require_comprobante
from .nodes import children, fields, only_child, rows, values
from .read_complements import READERS
from .tables import CUSTOMS_NUMBER, PART_CUSTOMS_NUMBER, PROPERTY_ACCOUNT, RELATED_UUID


def parse(xml: bytes, *, limits: Limits = CFDI_LIMITS) -> model.Comprobante:
    """The content of a CFDI 4.0; `OWN_LIMITS` for documents that we issued.

    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: not a CFDI 4.0, or with parts that no CFDI 4.0 has; `where` is the path.
    :raises UnknownComplement: it holds a complement, also of a line, that has no model here.
    """
    return parse_tree(parse_untrusted(xml, limits=limits))


def parse_tree(root: etree._Element) -> model.Comprobante:
    """The same for a parsed document."""
    require_comprobante(root)
    found = children(
        root,
        "Comprobante",
        *(
            names.cfdi(name)
            for name in (
                "InformacionGlobal",
                "CfdiRelacionados",
                "Emisor",
                "Receptor",
                "Conceptos",
                "Impuestos",
                "Complemento",
                "Addenda",
            )
        ),
    )
    general = only_child(found, names.cfdi("InformacionGlobal"))
    summary = only_child(found, names.cfdi("Impuestos"))
    return model.Comprobante(
        **fields(root, model.Comprobante, "", constants=("Version",)),
        informacion_global=None if general is None else _leaf(general, model.InformacionGlobal, "InformacionGlobal"),
        cfdi_relacionados=tuple(
            _related(node, f"CfdiRelacionados[{index}]")
            for index, node in enumerate(found[names.cfdi("CfdiRelacionados")])
        ),
        emisor=_leaf(_required(found, "Emisor"), model.Emisor, "Emisor"),
        receptor=_leaf(_required(found, "Receptor"), model.Receptor, "Receptor"),
        conceptos=_conceptos(_required(found, "Conceptos")),
        impuestos=None if summary is None else _summary(summary),
        **_complements(found[names.COMPLEMENTO]),
        addenda=_addenda(only_child(found, names.ADDENDA)),
    )


def _required(found: dict[str, list[etree._Element]], name: str) -> etree._Element:
    node = only_child(found, names.cfdi(name))
    if node is None:
        raise InvalidDocument(name, "missing")
    return node


def _leaf(element: etree._Element, cls: type, where: str) -> Any:
    children(element, where)
    return cls(**fields(element, cls, where))


def _related(element: etree._Element, where: str) -> model.CfdiRelacionados:
    found = children(element, where, names.cfdi("CfdiRelacionado"))
    return model.CfdiRelacionados(
        **fields(element, model.CfdiRelacionados, where),
        uuids=values(found[names.cfdi("CfdiRelacionado")], RELATED_UUID, where),
    )


def _conceptos(element: etree._Element) -> tuple[model.Concepto, ...]:
    found = children(element, "Conceptos", names.cfdi("Concepto"))
    return tuple(_concepto(node, f"Conceptos[{index}]") for index, node in enumerate(found[names.cfdi("Concepto")]))


_CONCEPTO_CHILDREN = tuple(
    names.cfdi(name)
    for name in (
        "Impuestos",
        "ACuentaTerceros",
        "InformacionAduanera",
        "CuentaPredial",
        "ComplementoConcepto",
        "Parte",
    )
)


def _concepto(element: etree._Element, where: str) -> model.Concepto:
    found = children(element, where, *_CONCEPTO_CHILDREN)
    for holder in found[names.cfdi("ComplementoConcepto")]:
        for node in holder.iterchildren("*"):
            name = etree.QName(node)
            raise UnknownComplement(name.namespace or "", name.localname)
    taxes = only_child(found, names.cfdi("Impuestos"))
    third_party = only_child(found, names.cfdi("ACuentaTerceros"))
    charged: tuple[Any, ...] = ()
    held: tuple[Any, ...] = ()
    if taxes is not None:
        path = f"{where}.Impuestos"
        groups = children(taxes, path, names.cfdi("Traslados"), names.cfdi("Retenciones"))
        charged = rows(groups, names.cfdi("Traslados"), names.cfdi("Traslado"), model.TrasladoConcepto, path)
        held = rows(groups, names.cfdi("Retenciones"), names.cfdi("Retencion"), model.RetencionConcepto, path)
    return model.Concepto(
        **fields(element, model.Concepto, where),
        traslados=charged,
        retenciones=held,
        a_cuenta_terceros=(
            None if third_party is None else _leaf(third_party, model.ACuentaTerceros, f"{where}.ACuentaTerceros")
        ),
        informacion_aduanera=values(found[names.cfdi("InformacionAduanera")], CUSTOMS_NUMBER, where),
        cuenta_predial=values(found[names.cfdi("CuentaPredial")], PROPERTY_ACCOUNT, where),
        partes=tuple(_parte(node, f"{where}.Parte[{index}]") for index, node in enumerate(found[names.cfdi("Parte")])),
    )


def _parte(element: etree._Element, where: str) -> model.Parte:
    found = children(element, where, names.cfdi("InformacionAduanera"))
    return model.Parte(
        **fields(element, model.Parte, where),
        informacion_aduanera=values(found[names.cfdi("InformacionAduanera")], PART_CUSTOMS_NUMBER, where),
    )


def _summary(element: etree._Element) -> model.Impuestos:
    groups = children(element, "Impuestos", names.cfdi("Retenciones"), names.cfdi("Traslados"))
    return model.Impuestos(
        **fields(element, model.Impuestos, "Impuestos"),
        retenciones=rows(groups, names.cfdi("Retenciones"), names.cfdi("Retencion"), model.Retencion, "Impuestos"),
        traslados=rows(groups, names.cfdi("Traslados"), names.cfdi("Traslado"), model.Traslado, "Impuestos"),
    )


def _complements(holders: list[etree._Element]) -> dict[str, Any]:
    """Field of the model -> complement; the schema allows several holders, the law one complement of each kind."""
    read: dict[str, Any] = {}
    for holder in holders:
        for node in holder.iterchildren("*"):
            if node.tag not in READERS:
                name = etree.QName(node)
                raise UnknownComplement(name.namespace or "", name.localname)
            field, reader = READERS[node.tag]
            if field in read:
                raise InvalidDocument(f"Complemento.{etree.QName(node).localname}", "more than once")
            read[field] = reader(node)
    return read


def _addenda(element: etree._Element | None) -> str | None:
    """Each element of the Addenda in exclusive canonical form: it stands alone, whatever prefixes were around it."""
    if element is None:
        return None
    parts = [_escaped(element.text)]
    for node in element.iterchildren("*"):
        parts.append(etree.tostring(node, method="c14n", exclusive=True, with_tail=False).decode())
        parts.append(_escaped(node.tail))
    return "".join(parts)


def _escaped(text: str | None) -> str:
    if not text or not text.strip():
        return ""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
