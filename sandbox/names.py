"""Namespaces, codes and fixed texts of the published specifications."""

CFDI = "http://www.sat.gob.mx/cfd/4"
TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
TFD_SCHEMA = "http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PAGOS = "http://www.sat.gob.mx/Pagos20"
IMPLOCAL = "http://www.sat.gob.mx/implocal"
FOREIGN_TRADE = "http://www.sat.gob.mx/ComercioExterior20"
FUEL = "http://www.sat.gob.mx/hidrocarburospetroliferos"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"

GENERIC_NATIONAL = "XAXX010101000"
GENERIC_FOREIGN = "XEXX010101000"
GENERIC_THIRD_PARTY = "EXT990101NI1"
PUBLIC_NAME = "PUBLICO EN GENERAL"

PAC_RFC = "SAN010101AB1"
PAC_NAME = "PROVEEDOR DE PRUEBAS LOCAL"

DIAN_NIT = "800197268"
DIAN_NAME = "UNIDAD ESPECIAL DIRECCION DE IMPUESTOS Y ADUANAS NACIONALES"
