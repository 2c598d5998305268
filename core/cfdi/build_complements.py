"""The complements that can be written: local taxes, Pagos 2.0 and the stamp."""

from typing import Any

from ..xmlio.write import Element, child
from . import model, names
from .nodes import written


def used_namespaces(comprobante: model.Comprobante) -> tuple[str, ...]:
    """Namespaces to declare at the root; the stamp declares its own, as PACs write it."""
    used = []
    if comprobante.impuestos_locales:
        used.append(names.IMPLOCAL)
    if comprobante.pagos:
        used.append(names.PAGOS)
    return tuple(used)


def add_complements(parent: Element, comprobante: model.Comprobante) -> None:
    """Fill cfdi:Complemento; the stamp is the last one."""
    if comprobante.impuestos_locales:
        _add_local_taxes(parent, comprobante.impuestos_locales)
    if comprobante.pagos:
        _add_pagos(parent, comprobante.pagos)
    if comprobante.timbre:
        child(
            parent,
            names.TIMBRE,
            {
                names.SCHEMA_LOCATION: names.schema_location(names.TFD),
                "Version": names.TFD_VERSION,
                **written(comprobante.timbre),
            },
            nsmap={names.PREFIXES[names.TFD]: names.TFD},
        )


def _add(parent: Element, namespace: str, name: str, node: Any) -> Element:
    return child(parent, f"{{{namespace}}}{name}", written(node))


def _add_local_taxes(parent: Element, taxes: model.ImpuestosLocales) -> None:
    node = child(
        parent, f"{{{names.IMPLOCAL}}}ImpuestosLocales", {"version": names.IMPLOCAL_VERSION, **written(taxes)}
    )
    for held in taxes.retenciones:
        _add(node, names.IMPLOCAL, "RetencionesLocales", held)
    for charged in taxes.traslados:
        _add(node, names.IMPLOCAL, "TrasladosLocales", charged)


def _add_pagos(parent: Element, pagos: model.Pagos) -> None:
    node = child(parent, f"{{{names.PAGOS}}}Pagos", {"Version": names.PAGOS_VERSION})
    _add(node, names.PAGOS, "Totales", pagos.totales)
    for pago in pagos.pagos:
        _add_pago(node, pago)


def _add_pago(parent: Element, pago: model.Pago) -> None:
    node = _add(parent, names.PAGOS, "Pago", pago)
    for documento in pago.documentos:
        related = _add(node, names.PAGOS, "DoctoRelacionado", documento)
        if documento.retenciones_dr or documento.traslados_dr:
            taxes = child(related, f"{{{names.PAGOS}}}ImpuestosDR")
            _add_group(taxes, "RetencionesDR", "RetencionDR", documento.retenciones_dr)
            _add_group(taxes, "TrasladosDR", "TrasladoDR", documento.traslados_dr)
    if pago.retenciones_p or pago.traslados_p:
        taxes = child(node, f"{{{names.PAGOS}}}ImpuestosP")
        _add_group(taxes, "RetencionesP", "RetencionP", pago.retenciones_p)
        _add_group(taxes, "TrasladosP", "TrasladoP", pago.traslados_p)


def _add_group(parent: Element, group: str, name: str, rows: tuple[Any, ...]) -> None:
    if rows:
        container = child(parent, f"{{{names.PAGOS}}}{group}")
        for row in rows:
            _add(container, names.PAGOS, name, row)
