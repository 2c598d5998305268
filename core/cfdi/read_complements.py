"""The complements that can be read: local taxes, Pagos 2.0 and the stamp."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from ..errors import InvalidDocument
from . import model, names
from .cadena import normalized
from .nodes import children, fields, only_child, rows


def read_timbre(element: etree._Element) -> model.TimbreFiscalDigital:
    """The stamp.

    :raises InvalidDocument: not a TFD 1.1.
    """
    where = "Complemento.TimbreFiscalDigital"
    _require_version(element, "Version", names.TFD_VERSION, where)
    children(element, where)
    return model.TimbreFiscalDigital(**fields(element, model.TimbreFiscalDigital, where, constants=("Version",)))


def read_local_taxes(element: etree._Element) -> model.ImpuestosLocales:
    where = "Complemento.ImpuestosLocales"
    _require_version(element, "version", names.IMPLOCAL_VERSION, where)
    held_tag, charged_tag = (f"{{{names.IMPLOCAL}}}{name}" for name in ("RetencionesLocales", "TrasladosLocales"))
    found = children(element, where, held_tag, charged_tag)
    return model.ImpuestosLocales(
        **fields(element, model.ImpuestosLocales, where, constants=("version",)),
        retenciones=_leaves(found[held_tag], model.RetencionLocal, f"{where}.RetencionesLocales"),
        traslados=_leaves(found[charged_tag], model.TrasladoLocal, f"{where}.TrasladosLocales"),
    )


def read_pagos(element: etree._Element) -> model.Pagos:
    where = "Complemento.Pagos"
    _require_version(element, "Version", names.PAGOS_VERSION, where)
    children_by_tag = children(element, where, _pagos("Totales"), _pagos("Pago"))
    totals = only_child(children_by_tag, _pagos("Totales"))
    if totals is None:
        raise InvalidDocument(f"{where}.Totales", "missing")
    return model.Pagos(
        **fields(element, model.Pagos, where, constants=("Version",)),
        totales=_leaves([totals], model.TotalesPagos, f"{where}.Totales")[0],
        pagos=tuple(_pago(node, f"{where}.Pago[{i}]") for i, node in enumerate(children_by_tag[_pagos("Pago")])),
    )


def _pago(element: etree._Element, where: str) -> model.Pago:
    found = children(element, where, _pagos("DoctoRelacionado"), _pagos("ImpuestosP"))
    held, charged = _taxes(found, "P", model.RetencionP, model.TrasladoP, where)
    return model.Pago(
        **fields(element, model.Pago, where),
        documentos=tuple(
            _documento(node, f"{where}.DoctoRelacionado[{index}]")
            for index, node in enumerate(found[_pagos("DoctoRelacionado")])
        ),
        retenciones_p=held,
        traslados_p=charged,
    )


def _documento(element: etree._Element, where: str) -> model.DoctoRelacionado:
    found = children(element, where, _pagos("ImpuestosDR"))
    held, charged = _taxes(found, "DR", model.RetencionDR, model.TrasladoDR, where)
    return model.DoctoRelacionado(
        **fields(element, model.DoctoRelacionado, where),
        retenciones_dr=held,
        traslados_dr=charged,
    )


def _taxes(
    found: dict[str, list[etree._Element]], suffix: str, held_cls: type, charged_cls: type, where: str
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Withheld and charged taxes of ImpuestosP or ImpuestosDR."""
    container = only_child(found, _pagos(f"Impuestos{suffix}"))
    if container is None:
        return (), ()
    where = f"{where}.Impuestos{suffix}"
    held, charged = _pagos(f"Retenciones{suffix}"), _pagos(f"Traslados{suffix}")
    groups = children(container, where, held, charged)
    return (
        rows(groups, held, _pagos(f"Retencion{suffix}"), held_cls, where),
        rows(groups, charged, _pagos(f"Traslado{suffix}"), charged_cls, where),
    )


def _leaves(elements: list[etree._Element], cls: type, where: str) -> tuple[Any, ...]:
    read = []
    for index, element in enumerate(elements):
        here = f"{where}[{index}]"
        children(element, here)
        read.append(cls(**fields(element, cls, here)))
    return tuple(read)


def _require_version(element: etree._Element, attribute: str, version: str, where: str) -> None:
    if normalized(element.get(attribute, "")) != version:
        raise InvalidDocument(f"{where}.{attribute}", f"not {version}")


def _pagos(name: str) -> str:
    return f"{{{names.PAGOS}}}{name}"


READERS: dict[str, tuple[str, Callable[[etree._Element], Any]]] = {
    names.TIMBRE: ("timbre", read_timbre),
    f"{{{names.IMPLOCAL}}}ImpuestosLocales": ("impuestos_locales", read_local_taxes),
    _pagos("Pagos"): ("pagos", read_pagos),
}
