"""Shapes: what the XML schema says about each attribute, before any rule calculates with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import XmlRefused
from ...findings import Finding
from ...values import Problem
from ...xmlio.parse import parse_untrusted
from .. import model
from ..attributes import MISSING, WRONG_TYPE
from ..tables import (
    CUSTOMS_NUMBER,
    NODES,
    PART_CUSTOMS_NUMBER,
    PROPERTY_ACCOUNT,
    RELATED_UUID,
    VALUES,
    Attribute,
    values_of,
)


def check_shape(comprobante: model.Comprobante) -> tuple[list[Finding], bool]:
    """Findings about single values, and whether the model may be calculated with."""
    findings: list[Finding] = []
    is_usable = True
    for where, row, problem in _problems(comprobante):
        own_code = row.code if row and problem is not WRONG_TYPE else ""
        findings.append(Finding.error(own_code or problem.code, where, **dict(problem.params)))
        is_usable = is_usable and not problem.is_unusable
    return findings, is_usable


Found = tuple[str, Attribute | None, Problem]


def _problems(comprobante: model.Comprobante) -> Iterator[Found]:
    found: list[Found] = []
    _node(_ROOT, comprobante, model.Comprobante, found)
    yield from found
    if isinstance(comprobante, model.Comprobante) and comprobante.addenda is not None:
        yield from _addenda(comprobante.addenda)


@dataclass(frozen=True, slots=True)
class _Child:
    """A field that holds a node or a tuple of nodes: its class, or the one attribute that its nodes consist of."""

    path: str
    field: str
    content: type | Attribute
    is_tuple: bool = True
    is_required: bool = False
    absent: tuple[()] | None = ()


_MUST_BE_LOOKED_AT = object()


def _one(path: str, field: str, cls: type, *, is_required: bool = False) -> _Child:
    return _Child(path, field, cls, is_tuple=False, is_required=is_required, absent=None)


_CHILDREN: dict[type, tuple[_Child, ...]] = {
    model.Comprobante: (
        _one("InformacionGlobal", "informacion_global", model.InformacionGlobal),
        _Child("CfdiRelacionados", "cfdi_relacionados", model.CfdiRelacionados),
        _one("Emisor", "emisor", model.Emisor, is_required=True),
        _one("Receptor", "receptor", model.Receptor, is_required=True),
        _Child("Conceptos", "conceptos", model.Concepto, is_required=True),
        _one("Impuestos", "impuestos", model.Impuestos),
        _one("Complemento.ImpuestosLocales", "impuestos_locales", model.ImpuestosLocales),
        _one("Complemento.Pagos", "pagos", model.Pagos),
        _one("Complemento.TimbreFiscalDigital", "timbre", model.TimbreFiscalDigital),
    ),
    model.CfdiRelacionados: (_Child("CfdiRelacionado", "uuids", RELATED_UUID, is_required=True),),
    model.Concepto: (
        _Child("Impuestos.Traslados", "traslados", model.TrasladoConcepto),
        _Child("Impuestos.Retenciones", "retenciones", model.RetencionConcepto),
        _one("ACuentaTerceros", "a_cuenta_terceros", model.ACuentaTerceros),
        _Child("InformacionAduanera", "informacion_aduanera", CUSTOMS_NUMBER),
        _Child("CuentaPredial", "cuenta_predial", PROPERTY_ACCOUNT),
        _Child("Parte", "partes", model.Parte),
    ),
    model.Parte: (_Child("InformacionAduanera", "informacion_aduanera", PART_CUSTOMS_NUMBER),),
    model.Impuestos: (
        _Child("Retenciones", "retenciones", model.Retencion),
        _Child("Traslados", "traslados", model.Traslado),
    ),
    model.ImpuestosLocales: (
        _Child("RetencionesLocales", "retenciones", model.RetencionLocal),
        _Child("TrasladosLocales", "traslados", model.TrasladoLocal),
    ),
    model.Pagos: (
        _one("Totales", "totales", model.TotalesPagos, is_required=True),
        _Child("Pago", "pagos", model.Pago, is_required=True),
    ),
    model.Pago: (
        _Child("DoctoRelacionado", "documentos", model.DoctoRelacionado, is_required=True),
        _Child("ImpuestosP.RetencionesP", "retenciones_p", model.RetencionP),
        _Child("ImpuestosP.TrasladosP", "traslados_p", model.TrasladoP),
    ),
    model.DoctoRelacionado: (
        _Child("ImpuestosDR.RetencionesDR", "retenciones_dr", model.RetencionDR),
        _Child("ImpuestosDR.TrasladosDR", "traslados_dr", model.TrasladoDR),
    ),
}
# where a node stands: the place of the node above, its own path from there, its number among its like (None: the only
# one); written out for a finding only, as a document has hundreds of places and hardly ever one
_Place = tuple["_Place | None", str, int | None]
_ROOT: _Place = (None, "", None)

_CHECKS = {cls: tuple((row, row.kind.problem, row.absence) for row in rows) for cls, rows in NODES.items()}
# each child with what its field holds when there is nothing to look at
_PARTS = {
    cls: tuple((_MUST_BE_LOOKED_AT if part.is_required else part.absent, part) for part in parts)
    for cls, parts in _CHILDREN.items()
}
_CONTENTS = {cls: values_of(tuple(part.field for part in parts)) for cls, parts in _CHILDREN.items()}


def _node(place: _Place, node: Any, cls: type, found: list[Found]) -> None:
    """The attributes of one node, then what is below it."""
    if type(node) is not cls:
        found.append((_path(place), None, WRONG_TYPE))
        return
    for (row, check, absence), value in zip(_CHECKS[cls], VALUES[cls](node), strict=True):
        problem = check(value) if value is not None else absence
        if problem is not None:
            found.append((_path((place, row.name, None)), row, problem))
    if cls in _PARTS:
        for (absent, part), content in zip(_PARTS[cls], _CONTENTS[cls](node), strict=True):
            if content is not absent:
                _below((place, part.path, None), content, part, found)


def _below(place: _Place, nodes: Any, part: _Child, found: list[Found]) -> None:
    if not part.is_tuple:
        _node(place, nodes, part.content, found)
        return
    if not isinstance(nodes, tuple):
        found.append((_path(place), None, WRONG_TYPE))
        return
    if part.is_required and not nodes:
        found.append((_path(place), None, MISSING))
    above, path, _number = place
    look = _value if isinstance(part.content, Attribute) else _node
    for index, node in enumerate(nodes):
        look((above, path, index), node, part.content, found)


def _value(place: _Place, value: Any, row: Attribute, found: list[Found]) -> None:
    """A node that is nothing but one attribute."""
    problem = row.kind.problem(value)
    if problem is not None:
        found.append((_path((place, row.name, None)), row, problem))


def _path(place: _Place) -> str:
    """Conceptos[0].Impuestos.Traslados[1].Importe"""
    above, path, number = place
    here = path if number is None else f"{path}[{number}]"
    before = _path(above) if above else ""
    return f"{before}.{here}" if before else here


def _addenda(addenda: Any) -> Iterator[Found]:
    if not isinstance(addenda, str):
        yield "Addenda", None, WRONG_TYPE
        return
    try:
        parse_untrusted(f"<Addenda>{addenda}</Addenda>".encode("utf-8", "surrogatepass"))
    except XmlRefused as error:
        yield "Addenda", None, Problem("MX-ADD-01", (("reason", error.reason),))
