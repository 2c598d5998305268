"""Namespaces, prefixes and schema locations of CFDI 4.0 and the complements that are known here."""

from functools import cache

CFDI = "http://www.sat.gob.mx/cfd/4"
PAGOS = "http://www.sat.gob.mx/Pagos20"
IMPLOCAL = "http://www.sat.gob.mx/implocal"
TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

PREFIXES = {CFDI: "cfdi", PAGOS: "pago20", IMPLOCAL: "implocal", TFD: "tfd", XSI: "xsi"}

_SITE = "http://www.sat.gob.mx/sitio_internet/cfd"
SCHEMAS = {
    CFDI: f"{_SITE}/4/cfdv40.xsd",
    PAGOS: f"{_SITE}/Pagos/Pagos20.xsd",
    IMPLOCAL: f"{_SITE}/implocal/implocal.xsd",
    TFD: f"{_SITE}/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd",
}
SCHEMA_LOCATION = f"{{{XSI}}}schemaLocation"

COMPROBANTE = f"{{{CFDI}}}Comprobante"
COMPLEMENTO = f"{{{CFDI}}}Complemento"
ADDENDA = f"{{{CFDI}}}Addenda"
TIMBRE = f"{{{TFD}}}TimbreFiscalDigital"

VERSION = "4.0"
PAGOS_VERSION = "2.0"
IMPLOCAL_VERSION = "1.0"
TFD_VERSION = "1.1"


@cache
def cfdi(name: str) -> str:
    """Clark notation of an element of the CFDI namespace; few names, each the same object every time."""
    return f"{{{CFDI}}}{name}"


def schema_location(*namespaces: str) -> str:
    """Value of xsi:schemaLocation for these namespaces."""
    return " ".join(f"{namespace} {SCHEMAS[namespace]}" for namespace in namespaces)
