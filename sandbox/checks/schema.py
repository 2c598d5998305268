"""The official schema; a value missing in a catalogue gets the matrix's own code, the rest is 705."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ..problems import Problem
from .context import Context

SHOWN = 10
LONGEST = 300
ENUMERATION = "SCHEMAV_CVC_ENUMERATION_VALID"
WHAT = re.compile(r"Element '\{[^}]*\}(?P<element>\w+)', attribute '(?P<attribute>\w+)'")

CATALOGUE_CODES = {
    ("Comprobante", "FormaPago"): "CFDI40104",
    ("Comprobante", "Moneda"): "CFDI40113",
    ("Comprobante", "TipoDeComprobante"): "CFDI40121",
    ("Comprobante", "Exportacion"): "CFDI40123",
    ("Comprobante", "MetodoPago"): "CFDI40124",
    ("Comprobante", "LugarExpedicion"): "CFDI40126",
    ("InformacionGlobal", "Periodicidad"): "CFDI40131",
    ("InformacionGlobal", "Meses"): "CFDI40133",
    ("CfdiRelacionados", "TipoRelacion"): "CFDI40137",
    ("Emisor", "RegimenFiscal"): "CFDI40140",
    ("Receptor", "ResidenciaFiscal"): "CFDI40150",
    ("Receptor", "RegimenFiscalReceptor"): "CFDI40157",
    ("Receptor", "UsoCFDI"): "CFDI40160",
    ("Concepto", "ClaveProdServ"): "CFDI40162",
    ("Concepto", "ClaveUnidad"): "CFDI40165",
    ("Concepto", "ObjetoImp"): "CFDI40170",
    ("ACuentaTerceros", "RegimenFiscalACuentaTerceros"): "CFDI40191",
    ("Parte", "ClaveProdServ"): "CFDI40196",
    ("Concepto/Traslado", "Impuesto"): "CFDI40175",
    ("Concepto/Traslado", "TipoFactor"): "CFDI40176",
    ("Concepto/Retencion", "Impuesto"): "CFDI40182",
    ("Concepto/Retencion", "TipoFactor"): "CFDI40183",
    ("Traslado", "Impuesto"): "CFDI40217",
    ("Retencion", "Impuesto"): "CFDI40207",
}


def schema(context: Context) -> Iterator[Problem]:
    errors = context.authorities.official.schema_errors(context.document.root)
    if errors is None:
        context.skip(f"schema ({context.authorities.official.schema_problem})")
        return
    told: set[str] = set()
    for error in errors:
        match = WHAT.match(error.message)
        place = f"{error.path}/@{match['attribute']}" if match else f"{error.path} línea {error.line}"
        if place in told:  # the schema's library repeats itself for every layer of a type
            continue
        told.add(place)
        if len(told) > SHOWN:
            return
        yield _problem(error, match)


def _problem(error: etree._LogEntry, match: re.Match[str] | None) -> Problem:
    text = f"{error.message[:LONGEST]} (línea {error.line})"
    if match is None or error.type_name != ENUMERATION:
        return Problem("705", "XML Estructura inválida", text)
    element, attribute = match["element"], match["attribute"]
    if element in ("Traslado", "Retencion") and "Concepto" in str(error.path):
        element = f"Concepto/{element}"
    code = CATALOGUE_CODES.get((element, attribute))
    if code is None:
        return Problem("705", "XML Estructura inválida", text)
    return Problem(code, f"El campo {attribute} no contiene un valor del catálogo.", text)
