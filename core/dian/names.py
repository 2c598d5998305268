"""Namespaces, roots and fixed texts of DIAN's documents (annex 1.9, 6.2 and 6.3)."""

from functools import cache

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{_UBL}CommonAggregateComponents-2"
CBC = f"{_UBL}CommonBasicComponents-2"
EXT = f"{_UBL}CommonExtensionComponents-2"
STS = "dian:gov:co:facturaelectronica:Structures-2-1"  # targetNamespace of DIAN_UBL_Structures.xsd
# of 2019, still seen in documents that DIAN accepted; read, never written
OLD_STS = "http://www.dian.gov.co/contratos/facturaelectronica/v1/Structures"
PREFIXES = {"cac": CAC, "cbc": CBC, "ext": EXT, "sts": STS}

INVOICE, CREDIT_NOTE, DEBIT_NOTE = "Invoice", "CreditNote", "DebitNote"

UBL_VERSION = "UBL 2.1"
COP = "COP"
AGENCY_ID, AGENCY_NAME = "195", "CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)"
SOURCE_AGENCY_NAME = "United Nations Economic Commission for Europe"
SOURCE_SCHEME = "urn:oasis:names:specification:ubl:codelist:gc:CountryIdentificationCode-2.1"

CUFE, CUDE, CUDS = "CUFE-SHA384", "CUDE-SHA384", "CUDS-SHA384"


@cache
def clark(name: str) -> str:
    """Clark notation of a name with prefix, such as cbc:ID."""
    prefix, _colon, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"


@cache
def root(name: str) -> str:
    """Clark notation of a root: Invoice, CreditNote, DebitNote."""
    return f"{{{_UBL}{name}-2}}{name}"
