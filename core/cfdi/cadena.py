"""The original string (cadena original): the text that Sello and SelloSAT sign.

A walk of our own that gives, character by character, what SAT's cadenaoriginal_4_0.xslt and cadenaoriginal_TFD_1_1.xslt
give. The plans below are those style sheets as data: the order of attributes and children is the legal one, not that of
the schema. "Serie?" is left out when absent; any other attribute leaves an empty field then. The stamp and the Addenda
are no part of the string. A complement without a plan is an error: guessing would make a wrong string that looks right.
"""

import re
from dataclasses import dataclass, replace

from lxml import etree

from ..errors import InvalidDocument, UnknownComplement
from ..values import is_tidy
from ..xmlio import write
from ..xmlio.parse import CFDI_LIMITS, Limits, parse_untrusted
from . import names

# parsed, about to be written, or written already
Element = etree._Element | write.Element | write.Ready

# normalize-space() of XPath: these four characters only, a no-break space stays
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class _Each:
    """Children at the end of `path`, in document order, each with its own plan."""

    path: tuple[str, ...]
    plan: "Plan"


@dataclass(frozen=True, slots=True)
class _Deep:
    """Descendants at any depth (`.//` in the style sheet)."""

    tag: str
    plan: "Plan"


@dataclass(frozen=True, slots=True)
class _Complements:
    """Children that stand for other schemas: a plan for each known tag, () to leave it out."""

    path: str
    plans: dict[str, "Plan"]


Plan = tuple["str | _Each | _Deep | _Complements", ...]
# the same as it is walked: some attributes, as names and what stands for each when it is absent (None: nothing), then
# the tag to look for among the children and what to do with them
Walk = tuple["tuple[tuple[str, ...], tuple[str | None, ...], str, _Each | _Deep | _Complements | None]", ...]


def _each(namespace: str, path: str, *plan: "str | _Each | _Deep | _Complements") -> _Each:
    return _Each(tuple(f"{{{namespace}}}{step}" for step in path.split("/")), plan)


_CUSTOMS = _each(names.CFDI, "InformacionAduanera", "NumeroPedimento")
_TAX = ("Base", "Impuesto", "TipoFactor", "TasaOCuota?", "Importe?")

_CONCEPTO: Plan = (
    "ClaveProdServ",
    "NoIdentificacion?",
    "Cantidad",
    "ClaveUnidad",
    "Unidad?",
    "Descripcion",
    "ValorUnitario",
    "Importe",
    "Descuento?",
    "ObjetoImp",
    _each(names.CFDI, "Impuestos/Traslados/Traslado", *_TAX),
    _each(names.CFDI, "Impuestos/Retenciones/Retencion", "Base", "Impuesto", "TipoFactor", "TasaOCuota", "Importe"),
    _each(
        names.CFDI,
        "ACuentaTerceros",
        "RfcACuentaTerceros",
        "NombreACuentaTerceros",
        "RegimenFiscalACuentaTerceros",
        "DomicilioFiscalACuentaTerceros",
    ),
    _CUSTOMS,
    _each(names.CFDI, "CuentaPredial", "Numero"),
    _Complements(names.cfdi("ComplementoConcepto"), {}),
    _Deep(
        names.cfdi("Parte"),
        (
            "ClaveProdServ",
            "NoIdentificacion?",
            "Cantidad",
            "Unidad?",
            "Descripcion",
            "ValorUnitario?",
            "Importe?",
            _Deep(names.cfdi("InformacionAduanera"), ("NumeroPedimento",)),
        ),
    ),
)

_TAX_DR = ("BaseDR", "ImpuestoDR", "TipoFactorDR")
_PAGOS: Plan = (
    "Version",
    _each(
        names.PAGOS,
        "Totales",
        "TotalRetencionesIVA?",
        "TotalRetencionesISR?",
        "TotalRetencionesIEPS?",
        "TotalTrasladosBaseIVA16?",
        "TotalTrasladosImpuestoIVA16?",
        "TotalTrasladosBaseIVA8?",
        "TotalTrasladosImpuestoIVA8?",
        "TotalTrasladosBaseIVA0?",
        "TotalTrasladosImpuestoIVA0?",
        "TotalTrasladosBaseIVAExento?",
        "MontoTotalPagos",
    ),
    _each(
        names.PAGOS,
        "Pago",
        "FechaPago",
        "FormaDePagoP",
        "MonedaP",
        "TipoCambioP?",
        "Monto",
        "NumOperacion?",
        "RfcEmisorCtaOrd?",
        "NomBancoOrdExt?",
        "CtaOrdenante?",
        "RfcEmisorCtaBen?",
        "CtaBeneficiario?",
        "TipoCadPago?",
        "CertPago?",
        "CadPago?",
        "SelloPago?",
        _each(
            names.PAGOS,
            "DoctoRelacionado",
            "IdDocumento",
            "Serie?",
            "Folio?",
            "MonedaDR",
            "EquivalenciaDR?",
            "NumParcialidad",
            "ImpSaldoAnt",
            "ImpPagado",
            "ImpSaldoInsoluto",
            "ObjetoImpDR",
            _each(names.PAGOS, "ImpuestosDR/RetencionesDR/RetencionDR", *_TAX_DR, "TasaOCuotaDR", "ImporteDR"),
            _each(names.PAGOS, "ImpuestosDR/TrasladosDR/TrasladoDR", *_TAX_DR, "TasaOCuotaDR?", "ImporteDR?"),
        ),
        _each(
            names.PAGOS,
            "ImpuestosP",
            _each(names.PAGOS, "RetencionesP/RetencionP", "ImpuestoP", "ImporteP"),
            _each(
                names.PAGOS,
                "TrasladosP/TrasladoP",
                "BaseP",
                "ImpuestoP",
                "TipoFactorP",
                "TasaOCuotaP?",
                "ImporteP?",
            ),
        ),
    ),
)

_IMPLOCAL: Plan = (
    "version",
    "TotaldeRetenciones",
    "TotaldeTraslados",
    _each(names.IMPLOCAL, "RetencionesLocales", "ImpLocRetenido", "TasadeRetencion", "Importe"),
    _each(names.IMPLOCAL, "TrasladosLocales", "ImpLocTrasladado", "TasadeTraslado", "Importe"),
)

_COMPROBANTE: Plan = (
    "Version",
    "Serie?",
    "Folio?",
    "Fecha",
    "FormaPago?",
    "NoCertificado",
    "CondicionesDePago?",
    "SubTotal",
    "Descuento?",
    "Moneda",
    "TipoCambio?",
    "Total",
    "TipoDeComprobante",
    "Exportacion",
    "MetodoPago?",
    "LugarExpedicion",
    "Confirmacion?",
    _each(names.CFDI, "InformacionGlobal", "Periodicidad", "Meses", "Año"),
    _each(names.CFDI, "CfdiRelacionados", "TipoRelacion", _each(names.CFDI, "CfdiRelacionado", "UUID")),
    _each(names.CFDI, "Emisor", "Rfc", "Nombre", "RegimenFiscal", "FacAtrAdquirente?"),
    _each(
        names.CFDI,
        "Receptor",
        "Rfc",
        "Nombre",
        "DomicilioFiscalReceptor",
        "ResidenciaFiscal?",
        "NumRegIdTrib?",
        "RegimenFiscalReceptor",
        "UsoCFDI",
    ),
    _each(names.CFDI, "Conceptos/Concepto", *_CONCEPTO),
    _each(
        names.CFDI,
        "Impuestos",
        _each(names.CFDI, "Retenciones/Retencion", "Impuesto", "Importe"),
        "TotalImpuestosRetenidos?",
        _each(names.CFDI, "Traslados/Traslado", *_TAX),
        "TotalImpuestosTrasladados?",
    ),
    _Complements(
        names.COMPLEMENTO,
        {f"{{{names.PAGOS}}}Pagos": _PAGOS, f"{{{names.IMPLOCAL}}}ImpuestosLocales": _IMPLOCAL, names.TIMBRE: ()},
    ),
)

_TIMBRE: Plan = (
    "Version",
    "UUID",
    "FechaTimbrado",
    "RfcProvCertif",
    "Leyenda?",
    "SelloCFD",
    "NoCertificadoSAT",
)


def _walk_of(plan: Plan) -> Walk:
    """The plan as it is walked, so that a name is looked at once and not for every element."""
    steps = []
    attributes: list[str] = []
    for step in (*plan, None):
        if isinstance(step, str):
            attributes.append(step)
            continue
        if step is not None or attributes:
            absent = tuple(None if name[-1] == "?" else "" for name in attributes)
            names_only = tuple(name.rstrip("?") for name in attributes)
            steps.append((names_only, absent, *_with_walk(step)))
        attributes = []
    return tuple(steps)


def _with_walk(step: "_Each | _Deep | _Complements | None") -> tuple:
    """The tag that announces a step, and the step with the walks of what is below."""
    if step is None:
        return "", None
    if isinstance(step, _Complements):
        return step.path, replace(step, plans={tag: _walk_of(plan) for tag, plan in step.plans.items()})
    tag = step.tag if isinstance(step, _Deep) else step.path[0]
    return tag, replace(step, plan=_walk_of(step.plan))


_COMPROBANTE_WALK, _TIMBRE_WALK, _CONCEPTO_WALK = _walk_of(_COMPROBANTE), _walk_of(_TIMBRE), _walk_of(_CONCEPTO)


def original_string(xml: bytes, *, limits: Limits = CFDI_LIMITS) -> str:
    """The original string of a CFDI 4.0 of any type.

    :raises XmlRefused: not acceptable as XML.
    :raises InvalidDocument: not a CFDI 4.0.
    :raises UnknownComplement: it holds a complement, also of a line, that has no plan here.
    """
    return original_string_of(parse_untrusted(xml, limits=limits))


def original_string_of(root: Element) -> str:
    """The same for a document that is parsed, or still a tree of the writer."""
    require_comprobante(root)
    return _string(root, _COMPROBANTE_WALK)


def line_parts(concepto: Element) -> list[str]:
    """What one line gives to the original string, value by value."""
    parts: list[str] = []
    _walk(concepto, _CONCEPTO_WALK, parts)
    return parts


def tfd_string(xml: bytes, *, limits: Limits = CFDI_LIMITS) -> str:
    """The original string of the stamp (TFD 1.1) in a stamped document.

    :raises InvalidDocument: no stamp, or more than one.
    """
    stamps = stamps_of(parse_untrusted(xml, limits=limits))
    if len(stamps) != 1:
        raise InvalidDocument("Complemento.TimbreFiscalDigital", "stamped more than once" if stamps else "not stamped")
    return tfd_string_of(stamps[0])


def tfd_string_of(timbre: etree._Element) -> str:
    """The same for the element of the stamp."""
    return _string(timbre, _TIMBRE_WALK)


def stamps_of(root: etree._Element) -> list[etree._Element]:
    """Every stamp that stands where a stamp belongs: in a Complemento of the document itself."""
    require_comprobante(root)
    return [timbre for node in root.iterchildren(names.COMPLEMENTO) for timbre in node.iterchildren(names.TIMBRE)]


def require_comprobante(root: Element) -> None:
    """:raises InvalidDocument: the root is not a Comprobante of version 4.0."""
    if root.tag != names.COMPROBANTE:
        raise InvalidDocument("Comprobante", "not a CFDI 4.0")
    if normalized(root.get("Version", "")) != names.VERSION:
        raise InvalidDocument("Comprobante.Version", "not 4.0")


def normalized(text: str) -> str:
    """XPath's normalize-space()."""
    return text if is_tidy(text) else _SPACE.sub(" ", text).strip(" ")


def _string(root: Element, walk: Walk) -> str:
    parts: list[str] = []
    _walk(root, walk, parts)
    text = "|".join(parts)
    # hardly any document has surplus white space: one look at the whole instead of one at each value
    if not is_tidy(text) or " |" in text or "| " in text:
        text = "|".join(map(normalized, parts))
    return f"||{text}||"


def _walk(element: Element, walk: Walk, parts: list[str]) -> None:
    is_ours = type(element) is write.Element
    if type(element) is write.Ready:
        parts.append(element.string)
        return
    attrib = element.attrib if is_ours else dict(element.attrib)
    below = _by_tag(element) if len(element) else _NOTHING
    for attributes, absent, tag, step in walk:
        if attributes:
            parts += [value for value in map(attrib.get, attributes, absent) if value is not None]
        if tag in below:
            _STEPS[type(step)](element, below, step, parts)
        elif type(step) is _Deep and not is_ours:
            _walk_deep(element, below, step, parts)


def _walk_each(_element: Element, below: "_ByTag", step: _Each, parts: list[str]) -> None:
    nodes = below[step.path[0]]
    for tag in step.path[1:]:
        nodes = [child for node in nodes for child in node if child.tag == tag]
    for node in nodes:
        _walk(node, step.plan, parts)


def _walk_deep(element: Element, below: "_ByTag", step: _Deep, parts: list[str]) -> None:
    # the writer has put them where they belong; in what others wrote they may be anywhere
    is_ours = type(element) is write.Element
    for node in below[step.tag] if is_ours else element.iterdescendants(step.tag):
        _walk(node, step.plan, parts)


def _walk_complements(_element: Element, below: "_ByTag", step: _Complements, parts: list[str]) -> None:
    for holder in below[step.path]:
        for node in holder.iterchildren("*"):
            if node.tag not in step.plans:
                name = etree.QName(node)
                raise UnknownComplement(name.namespace or "", name.localname)
            _walk(node, step.plans[node.tag], parts)


_STEPS = {_Each: _walk_each, _Deep: _walk_deep, _Complements: _walk_complements}
_ByTag = dict[str, list[Element]]
_NOTHING: _ByTag = {}


def _by_tag(element: Element) -> _ByTag:
    """The children, looked at once; comments and the like have a tag that no plan names."""
    found: _ByTag = {}
    for node in element:
        if node.tag in found:
            found[node.tag].append(node)
        else:
            found[node.tag] = [node]
    return found
