"""The UBL that Facturatech makes of its vocabulary, with an empty place for its signature.

What the layout lacks is missing in the document: it is for DIAN's rules to say so. Written for this sandbox alone,
from the annex and from the fields that the groups are known to have.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from ..dian.bill import Bill, NotANumber
from ..dian.names import AGENCY_NAME, CAC, CBC, DIAN_CHECK_DIGIT, DIAN_NIT, DS, EXT, STS, UBL, XADES
from ..dian.rules import header
from ..dian.rules.context import check_digit
from ..problems import Problem
from . import ubl_amounts
from .layout import Group
from .write import around, tag

SHAPES = {"91": "CreditNote", "95": "CreditNote", "92": "DebitNote"}
SUPPORT = ("05", "95")
NOTES = ("91", "92", "95")
AGENCY = f'schemeAgencyID="195" schemeAgencyName={quoteattr(AGENCY_NAME)}'
KINDS = {"INVOIC": ("01", "02", "03", "04"), "NC": ("91", "95"), "ND": ("92",), "DS": ("05",)}
QR = "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey="
NATURAL, NIT = "2", "31"
# what the provider has on file of its customers: where they are
ON_FILE = Group("DFE", {1: "11001", 2: "11", 3: "CO", 5: "Colombia", 6: "Bogotá", 7: "Bogotá, D.C.", 8: "Calle 1"})


@dataclass(frozen=True)
class Maker:
    """Who makes it: the provider with its software, and where the technical key of a range is to be had."""

    nit: str
    software: str
    pin: str
    technical_key: str = ""


def kind_of(layout: Group) -> str | Problem:
    """The document type of the annex, which root, ENC_1 and ENC_9 agree about."""
    head = layout.one("ENC")
    kind = head[9] or {"NC": "91", "ND": "92", "DS": "05"}.get(head[1], "")
    if kind not in KINDS.get(head[1], ()):
        return Problem("409", f"ENC_1 {head[1][:20]!r} y ENC_9 {head[9][:20]!r} no son un tipo de documento.")
    roots = ("DOCUMENTO_SOPORTE",) if kind in SUPPORT else ("NOTA",) if kind in NOTES else ("FACTURA",)
    if layout.name not in (*roots, *(("NOTA", "FACTURA") if kind in SUPPORT else ())):
        return Problem("409", f"Un documento de tipo {kind} no empieza por {layout.name}.")
    return kind


def build(layout: Group, kind: str, maker: Maker) -> bytes | Problem:
    """The document with its CUFE, CUDE or CUDS."""
    draft = Bill.read(_document(layout, kind, maker, ""))
    if isinstance(draft, Problem):
        return draft
    name = header.HASH_NAMES.get(kind, "CUDE")
    try:
        key = header.hashed(draft, name, maker.technical_key if name == "CUFE" else maker.pin)
    except NotANumber as error:
        return Problem("ZB01", f"Fallo en el esquema XML del archivo: {error} no es un número.")
    return _document(layout, kind, maker, key)


def _document(layout: Group, kind: str, maker: Maker, key: str) -> bytes:
    head, shape = layout.one("ENC"), SHAPES.get(kind, "Invoice")
    name = header.HASH_NAMES.get(kind, "CUDE")
    time = head[8] if head[8].endswith("-05:00") or not head[8] else f"{head[8]}-05:00"
    type_code = {"Invoice": tag("InvoiceTypeCode", kind), "CreditNote": tag("CreditNoteTypeCode", kind)}.get(shape, "")
    notes = "".join(tag("Note", group[1]) for group in layout.all("NOT"))
    period = around("InvoicePeriod", tag("StartDate", head[11]) + tag("EndDate", head[12]))
    parts = (
        _extensions(layout, kind, maker, key),
        tag("UBLVersionID", "UBL 2.1"), tag("CustomizationID", head[21]), tag("ProfileID", header.PROFILES[kind]),
        tag("ProfileExecutionID", head[20]), tag("ID", head[6]),
        tag("UUID", key or "0", f'schemeID={quoteattr(head[20])} schemeName="{name}-SHA384"'),
        tag("IssueDate", head[7]), tag("IssueTime", time),
        tag("DueDate", head[16]) if shape == "Invoice" else "", type_code, notes,
        tag("DocumentCurrencyCode", head[10]), tag("LineCountNumeric", head[15]), period,
        _reasons(layout, kind), around("OrderReference", tag("ID", layout.one("ORC")[1])), _reference(layout, kind),
        *_parties(layout, kind), _payment(layout),
        ubl_amounts.after_parties(layout, shape), ubl_amounts.lines(layout, shape),
    )
    space = f"{UBL}{shape}-2"
    declared = f'xmlns="{space}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}" xmlns:ext="{EXT}" xmlns:sts="{STS}"'
    opened = f'<{shape} {declared} xmlns:ds="{DS}" xmlns:xades="{XADES}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opened}{"".join(parts)}</{shape}>'.encode()


def _extensions(layout: Group, kind: str, maker: Maker, key: str) -> str:
    head, numbering = layout.one("ENC"), layout.one("DRF")
    code = hashlib.sha384(f"{maker.software}{maker.pin}{head[6]}".encode()).hexdigest()
    period = tag("StartDate", numbering[2]) + tag("EndDate", numbering[3])
    bounds = "".join(
        tag(name, numbering[position], prefix="sts") for name, position in (("Prefix", 4), ("From", 5), ("To", 6))
    )
    control = (
        f"<sts:InvoiceControl>{tag('InvoiceAuthorization', numbering[1], prefix='sts')}"
        f"<sts:AuthorizationPeriod>{period}</sts:AuthorizationPeriod><sts:AuthorizedInvoices>{bounds}</sts:AuthorizedInvoices></sts:InvoiceControl>"
        if kind in header.WITH_RANGE and numbering.fields else ""
    )
    source = (
        '<sts:InvoiceSource><cbc:IdentificationCode listAgencyID="6" '
        'listAgencyName="United Nations Economic Commission for Europe" '
        'listSchemeURI="urn:oasis:names:specification:ubl:codelist:gc:CountryIdentificationCode-2.1">CO'
        "</cbc:IdentificationCode></sts:InvoiceSource>"
    )
    of_nit = f'schemeID="{check_digit(maker.nit)}" schemeName="31" {AGENCY}'
    software = (
        f"<sts:SoftwareProvider>{tag('ProviderID', maker.nit, of_nit, 'sts')}"
        f"{tag('SoftwareID', maker.software, AGENCY, 'sts')}</sts:SoftwareProvider>"
        f"{tag('SoftwareSecurityCode', code, AGENCY, 'sts')}"
    )
    of_dian = f'schemeID="{DIAN_CHECK_DIGIT}" schemeName="31" {AGENCY}'
    authority = tag("AuthorizationProviderID", DIAN_NIT, of_dian, "sts")
    return (
        "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><sts:DianExtensions>"
        f"{control}{source}{software}<sts:AuthorizationProvider>{authority}</sts:AuthorizationProvider>"
        f"{tag('QRCode', QR + key, prefix='sts')}</sts:DianExtensions></ext:ExtensionContent></ext:UBLExtension>"
        "<ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
    )


def _reasons(layout: Group, kind: str) -> str:
    """Why a note is written; an adjustment note's group has its words one group further in."""
    if kind not in NOTES:
        return ""
    number = layout.one("REF")[2]
    said = ""
    for group in layout.all("CDN"):
        code, words = (group[2], group.one("DCN")[1]) if kind == "95" else (group[1], group[2])
        inside = tag("ReferenceID", number) + tag("ResponseCode", code) + tag("Description", words)
        said += around("DiscrepancyResponse", inside)
    return said


def _reference(layout: Group, kind: str) -> str:
    said = ""
    for group in layout.all("REF") if kind in NOTES else ():
        scheme = group[5] or ("CUDS-SHA384" if kind == "95" else "CUFE-SHA384")
        inside = tag("ID", group[2]) + tag("UUID", group[4], f"schemeName={quoteattr(scheme)}")
        inside += tag("IssueDate", group[3])
        said += around("BillingReference", around("InvoiceDocumentReference", inside))
    return said


def _payment(layout: Group) -> str:
    return "".join(
        around("PaymentMeans", tag("ID", row[2]) + tag("PaymentMeansCode", row[1]) + tag("PaymentDueDate", row[3]))
        for row in layout.all("MEP")
    )


# -- parties


def _parties(layout: Group, kind: str) -> tuple[str, str]:
    if kind in SUPPORT:  # of the buyer, who is the customer, there are only names; the rest is on file
        seller, buyer = layout.one("PRO" if layout.all("PRO") else "EMI"), layout.one("ADQ")
        return _party("Supplier", seller, "TAC", "", "GTE"), _party("Customer", buyer, "TCR", "", "GTA", ON_FILE)
    seller, buyer = layout.one("EMI"), layout.one("ADQ")
    return _party("Supplier", seller, "TAC", "CDE", "GTE"), _party("Customer", buyer, "TCR", "CDA", "GTA")


def _party(role: str, group: Group, levels: str, contact: str, tribute: str, on_file: Group | None = None) -> str:
    """Groups of one party by the names that they have in it."""
    is_issuer = group.name == "EMI"
    legal, registration = group.one("DFE" if is_issuer else "DFA"), group.one("ICC" if is_issuer else "ICR")
    if on_file is not None and not group[10]:
        place = fiscal = _fiscal(on_file)
    else:
        place, fiscal = _place(group), _fiscal(legal) if legal.fields else _place(group)
    digit = f"schemeID={quoteattr(group[22])} " if group[3] == NIT and group[22] else ""
    identity = tag("CompanyID", group[2], f"{digit}schemeName={quoteattr(group[3])} {AGENCY}")
    regime = f"listName={quoteattr(group[4])}" if group[4] else ""
    scheme = group.one(tribute)
    tax_scheme = around("TaxScheme", tag("ID", scheme[1]) + tag("Name", scheme[2]))
    entry = around("CorporateRegistrationScheme", tag("ID", registration[9]) + tag("Name", registration[1]))
    person = group.one(contact) if contact else Group("")
    said_person = tag("Name", person[2]) + tag("Telephone", person[3]) + tag("ElectronicMail", person[4])
    named = tag("ID", group[2], f"{digit}schemeName={quoteattr(group[3])}") if group[1] == NATURAL else ""
    inside = (
        around("PartyIdentification", named),
        around("PartyName", tag("Name", group[7] or group[6])),
        around("PhysicalLocation", around("Address", place)),
        around("PartyTaxScheme", "".join((
            tag("RegistrationName", group[6]), identity,
            # in the one-line form the usual separator of the list ends a field
            tag("TaxLevelCode", group.one(levels)[1].replace(",", ";"), regime),
            around("RegistrationAddress", fiscal), tax_scheme,
        ))),
        around("PartyLegalEntity", tag("RegistrationName", group[6]) + identity + entry),
        around("Contact", said_person),
    )
    account = tag("AdditionalAccountID", group[1])
    return around(f"Accounting{role}Party", account + around("Party", "".join(inside)))


def _place(group: Group) -> str:
    """The address that the party's own fields say."""
    return _address(group[23], group[13], group[14], group[19], group[11], group[10], group[15], group[21])


def _fiscal(group: Group) -> str:
    """Clients put the fiscal address in two orders: the municipality first, or the country first."""
    municipality, country, postal = (
        (group[4], group[1], group[3]) if group[1].isalpha() else (group[1], group[3], group[4])
    )
    return _address(municipality, group[7], postal, group[6], group[2], group[8], country, group[5])


def _address(
    municipality: str, city: str, postal: str, name: str, code: str, line: str, country: str, spelled: str
) -> str:
    said_country = around("Country", tag("IdentificationCode", country) + tag("Name", spelled, 'languageID="es"'))
    return "".join((
        tag("ID", municipality), tag("CityName", city), tag("PostalZone", postal), tag("CountrySubentity", name),
        tag("CountrySubentityCode", code), around("AddressLine", tag("Line", line)), said_country,
    ))
