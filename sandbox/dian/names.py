"""Namespaces and literals of the service and of its documents."""

from __future__ import annotations

from ..names import DIAN_NIT as DIAN_NIT

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"
EXT = f"{UBL}CommonExtensionComponents-2"
STS = "dian:gov:co:facturaelectronica:Structures-2-1"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
PREFIXES = {"cac": CAC, "cbc": CBC, "ext": EXT, "sts": STS, "ds": DS, "xades": XADES}

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
SERVICE = "http://wcf.dian.colombia"
ACTION = f"{SERVICE}/IWcfDianCustomerServices/"
CONTRACTS = "http://schemas.datacontract.org/2004/07/"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
PATH = "/WcfDianCustomerServices.svc"

DIAN_CHECK_DIGIT = "4"
DIAN_NAME = "Unidad Especial Dirección de Impuestos y Aduanas Nacionales"
AGENCY_NAME = "CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)"
FINAL_CONSUMER = "222222222222"
