"""SAT's schemas of the CFDI and the complements that are known here, written from the tables of the writer.

What the tables say for good reasons more leniently than the schema is put right in `_STRICT`. The keys of the three
large catalogues are plain texts here: `structure` looks them up. Complements are judged each by its own schema.
"""

import re
from collections.abc import Iterable

from lxml import etree

from ..values import Kind
from . import catalogs, model, names, retired_codes
from .attributes import Blob, Integer, Moment, Number, Text
from .tables import (
    AMOUNT,
    BASE,
    CENTS,
    CODE,
    CUSTOMS_NUMBER,
    MOMENT,
    NODES,
    PART_CUSTOMS_NUMBER,
    PROPERTY_ACCOUNT,
    RELATED_UUID,
    SERIAL,
    Attribute,
)

_XS = "http://www.w3.org/2001/XMLSchema"
_ONE, _MAYBE, _ANY, _MANY = ("1", "1"), ("0", "1"), ("0", "unbounded"), ("1", "unbounded")

Facets = tuple[tuple[str, str], ...]
_COLLAPSE = ("whiteSpace", "collapse")
# the point is any character in SAT's patterns, too
_AMOUNT_PATTERN = ("pattern", "[0-9]{1,18}(.[0-9]{1,6})?")
_CENTS_PATTERN = ("pattern", "[0-9]{1,18}(.[0-9]{1,2})?")
_MOMENT_PATTERN = (
    "pattern",
    "(20[1-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])",
)
_LEGEND_PATTERN = "([A-Z]|[a-z]|[0-9]| |Ñ|ñ|!|\"|%|&|'|´|-|:|;|>|=|<|@|_|,|\\{|\\}|`|~|á|é|í|ó|ú|Á|É|Í|Ó|Ú|ü|Ü){1,150}"

_PLAIN: tuple[str, Facets] = ("string", (_COLLAPSE,))
_BASE64: tuple[str, Facets] = ("base64Binary", (_COLLAPSE,))


def _codes(catalogue: Iterable[catalogs.Entry], retired: Iterable[str] = ()) -> tuple[str, ...]:
    return (*dict.fromkeys(entry.code for entry in catalogue), *retired)


_ENUMERATIONS = {
    "FormaPago": _codes(catalogs.FORMA_PAGO),
    "FormaDePagoP": _codes(catalogs.FORMA_PAGO),
    "MetodoPago": _codes(catalogs.METODO_PAGO),
    "Moneda": tuple(catalogs.MONEDA),
    "MonedaP": tuple(catalogs.MONEDA),
    "MonedaDR": tuple(catalogs.MONEDA),
    "TipoDeComprobante": _codes(catalogs.TIPO_DE_COMPROBANTE),
    "Exportacion": _codes(catalogs.EXPORTACION),
    "Periodicidad": _codes(catalogs.PERIODICIDAD),
    "Meses": _codes(catalogs.MESES),
    "TipoRelacion": _codes(catalogs.TIPO_RELACION, retired_codes.TIPO_RELACION),
    "RegimenFiscal": _codes(catalogs.REGIMEN_FISCAL, retired_codes.REGIMEN_FISCAL),
    "RegimenFiscalReceptor": _codes(catalogs.REGIMEN_FISCAL, retired_codes.REGIMEN_FISCAL),
    "RegimenFiscalACuentaTerceros": _codes(catalogs.REGIMEN_FISCAL, retired_codes.REGIMEN_FISCAL),
    "ResidenciaFiscal": tuple(sorted(catalogs.PAIS)),
    "UsoCFDI": _codes(catalogs.USO_CFDI, retired_codes.USO_CFDI),
    "ObjetoImp": _codes(catalogs.OBJETO_IMP),
    "ObjetoImpDR": _codes(catalogs.OBJETO_IMP),
    **dict.fromkeys(("Impuesto", "ImpuestoP", "ImpuestoDR"), _codes(catalogs.IMPUESTO)),
    **dict.fromkeys(("TipoFactor", "TipoFactorP", "TipoFactorDR"), _codes(catalogs.TIPO_FACTOR)),
    "TipoCadPago": ("01",),
}

# where the table is more lenient, or says less, than the schema
_STRICT: dict[tuple[type, str], tuple[str, Facets] | Kind] = {
    (model.Comprobante, "NoCertificado"): SERIAL,
    (model.Comprobante, "LugarExpedicion"): _PLAIN,
    (model.Concepto, "ClaveProdServ"): _PLAIN,
    (model.Concepto, "ClaveUnidad"): _PLAIN,
    (model.Parte, "ClaveProdServ"): _PLAIN,
    (model.TrasladoConcepto, "Base"): BASE,
    (model.RetencionConcepto, "Base"): BASE,
    (model.Receptor, "NumRegIdTrib"): ("string", (_COLLAPSE, ("minLength", "1"), ("maxLength", "40"))),
    (model.RetencionLocal, "ImpLocRetenido"): ("string", ()),
    (model.TrasladoLocal, "ImpLocTrasladado"): ("string", ()),
    (model.TimbreFiscalDigital, "Leyenda"): Text(150, 12, re.compile(_LEGEND_PATTERN)),
    (model.Pago, "CadPago"): ("string", (_COLLAPSE, ("minLength", "1"), ("maxLength", "8192"))),
    (model.Pago, "CertPago"): _BASE64,
    (model.Pago, "SelloPago"): _BASE64,
    (model.DoctoRelacionado, "NumParcialidad"): ("integer", (_COLLAPSE, ("pattern", "[1-9][0-9]{0,2}"))),
}


def _restriction(cls: type, row: Attribute) -> tuple[str, Facets]:
    """Base type and facets of an attribute."""
    kind = _STRICT.get((cls, row.name), row.kind)
    if isinstance(kind, tuple):
        return kind
    if kind is CODE:
        return "string", (_COLLAPSE, *(("enumeration", code) for code in _ENUMERATIONS[row.name]))
    if isinstance(kind, Text):
        return "string", _text_facets(kind)
    if isinstance(kind, Number):
        return "decimal", _number_facets(row.name, kind)
    if isinstance(kind, Integer):
        return "short", (_COLLAPSE, ("minInclusive", str(kind.least)))
    if kind is MOMENT or isinstance(kind, Moment):
        return "dateTime", (_COLLAPSE, _MOMENT_PATTERN)
    if isinstance(kind, Blob):
        return _PLAIN
    raise TypeError(type(kind).__name__)


def _text_facets(kind: Text) -> Facets:
    pattern = kind.pattern.pattern if kind.pattern else "[^|]*"
    space = () if kind.keeps_space else (_COLLAPSE,)
    return (*space, ("minLength", str(kind.shortest)), ("maxLength", str(kind.longest)), ("pattern", pattern))


def _number_facets(name: str, kind: Number) -> Facets:
    facets = [_COLLAPSE, ("fractionDigits", str(kind.decimals))]
    if kind.least > -1:
        facets.append(("minInclusive", format(kind.least, "f")))
    if kind is CENTS:
        facets.append(_CENTS_PATTERN)
    elif kind is AMOUNT and not name.startswith("TasaOCuota"):
        facets.append(_AMOUNT_PATTERN)
    return tuple(facets)


# -- the trees -----------------------------------------------------------------------------------------------------


def _xs(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", attributes)


class _Type:
    """The content of an element under construction: a sequence of children, then attributes."""

    def __init__(self, parent: etree._Element, name: str, occurs: tuple[str, str] | None) -> None:
        bounds = {} if occurs is None else {"minOccurs": occurs[0], "maxOccurs": occurs[1]}
        self._type = _xs(_xs(parent, "element", name=name, **bounds), "complexType")
        self._sequence: etree._Element | None = None

    def repeated(self) -> "_Type":
        """The sequence itself may come again and again (implocal)."""
        self._sequence = _xs(self._type, "sequence", maxOccurs="unbounded")
        return self

    def below(self, name: str, occurs: tuple[str, str]) -> "_Type":
        if self._sequence is None:
            self._sequence = _xs(self._type, "sequence")
        return _Type(self._sequence, name, occurs)

    def anything(self, occurs: tuple[str, str]) -> None:
        sequence = _xs(self._type, "sequence")
        _xs(sequence, "any", minOccurs=occurs[0], maxOccurs=occurs[1], processContents="skip")

    def leaf(self, name: str, occurs: tuple[str, str], cls: type) -> None:
        self.below(name, occurs).attributes(cls)

    def group(self, name: str, item: str, cls: type) -> None:
        """An optional container of at least one item."""
        self.below(name, _MAYBE).leaf(item, _MANY, cls)

    def value(self, name: str, occurs: tuple[str, str], row: Attribute) -> None:
        """An element that is nothing but one attribute."""
        self.below(name, occurs).attribute(type(None), row)

    def attributes(self, cls: type) -> None:
        """The attributes of the class; call it after the children."""
        for row in NODES[cls]:
            self.attribute(cls, row)

    def attribute(self, cls: type, row: Attribute) -> None:
        node = _xs(self._type, "attribute", name=row.name, use="required" if row.is_required else "optional")
        base, facets = _restriction(cls, row)
        restriction = _xs(_xs(node, "simpleType"), "restriction", base=f"xs:{base}")
        for name, value in facets:
            _xs(restriction, name, value=value)

    def version(self, name: str, value: str, *, is_collapsed: bool = True) -> None:
        node = _xs(self._type, "attribute", name=name, use="required", fixed=value)
        if is_collapsed:
            _xs(_xs(_xs(node, "simpleType"), "restriction", base="xs:string"), "whiteSpace", value="collapse")


def _document(namespace: str, name: str) -> tuple[etree._Element, _Type]:
    root = etree.Element(
        f"{{{_XS}}}schema", {"targetNamespace": namespace, "elementFormDefault": "qualified"}, {"xs": _XS}
    )
    return root, _Type(root, name, None)


def comprobante() -> etree._Element:
    """cfdv40.xsd; what stands in Complemento, ComplementoConcepto and Addenda is not looked at."""
    root, top = _document(names.CFDI, "Comprobante")
    top.leaf("InformacionGlobal", _MAYBE, model.InformacionGlobal)
    related = top.below("CfdiRelacionados", _ANY)
    related.value("CfdiRelacionado", _MANY, RELATED_UUID)
    related.attributes(model.CfdiRelacionados)
    top.leaf("Emisor", _ONE, model.Emisor)
    top.leaf("Receptor", _ONE, model.Receptor)
    _concepto(top.below("Conceptos", _ONE).below("Concepto", _MANY))
    summary = top.below("Impuestos", _MAYBE)
    summary.group("Retenciones", "Retencion", model.Retencion)
    summary.group("Traslados", "Traslado", model.Traslado)
    summary.attributes(model.Impuestos)
    top.below("Complemento", _MAYBE).anything(_ANY)
    top.below("Addenda", _MAYBE).anything(_MANY)
    top.version("Version", names.VERSION)
    top.attributes(model.Comprobante)
    return root


def _concepto(line: _Type) -> None:
    taxes = line.below("Impuestos", _MAYBE)
    taxes.group("Traslados", "Traslado", model.TrasladoConcepto)
    taxes.group("Retenciones", "Retencion", model.RetencionConcepto)
    line.leaf("ACuentaTerceros", _MAYBE, model.ACuentaTerceros)
    line.value("InformacionAduanera", _ANY, CUSTOMS_NUMBER)
    line.value("CuentaPredial", _ANY, PROPERTY_ACCOUNT)
    line.below("ComplementoConcepto", _MAYBE).anything(_MANY)
    part = line.below("Parte", _ANY)
    part.value("InformacionAduanera", _ANY, PART_CUSTOMS_NUMBER)
    part.attributes(model.Parte)
    line.attributes(model.Concepto)


def pagos() -> etree._Element:
    """Pagos20.xsd."""
    root, top = _document(names.PAGOS, "Pagos")
    top.leaf("Totales", _ONE, model.TotalesPagos)
    pago = top.below("Pago", _MANY)
    paid = pago.below("DoctoRelacionado", _MANY)
    paid_taxes = paid.below("ImpuestosDR", _MAYBE)
    paid_taxes.group("RetencionesDR", "RetencionDR", model.RetencionDR)
    paid_taxes.group("TrasladosDR", "TrasladoDR", model.TrasladoDR)
    paid.attributes(model.DoctoRelacionado)
    taxes = pago.below("ImpuestosP", _MAYBE)
    taxes.group("RetencionesP", "RetencionP", model.RetencionP)
    taxes.group("TrasladosP", "TrasladoP", model.TrasladoP)
    pago.attributes(model.Pago)
    top.version("Version", names.PAGOS_VERSION)
    return root


def local_taxes() -> etree._Element:
    """implocal.xsd."""
    root, top = _document(names.IMPLOCAL, "ImpuestosLocales")
    rows = top.repeated()
    rows.leaf("RetencionesLocales", _MAYBE, model.RetencionLocal)
    rows.leaf("TrasladosLocales", _MAYBE, model.TrasladoLocal)
    top.version("version", names.IMPLOCAL_VERSION, is_collapsed=False)
    top.attributes(model.ImpuestosLocales)
    return root


def stamp() -> etree._Element:
    """TimbreFiscalDigitalv11.xsd."""
    root, top = _document(names.TFD, "TimbreFiscalDigital")
    top.version("Version", names.TFD_VERSION, is_collapsed=False)
    top.attributes(model.TimbreFiscalDigital)
    return root
