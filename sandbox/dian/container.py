"""The container that a buyer gets: the signed document and DIAN's word about it in one file (annex 1.9, 6.6)."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from lxml import etree

from ..ca import Identity
from . import sign
from .bill import Bill
from .names import CAC, CBC, DS, EXT, UBL
from .register import Kept
from .response import VALIDATED
from .rules.context import BOGOTA


def build(bill: Bill, kept: Kept, now: datetime, identity: Identity) -> bytes:
    """An AttachedDocument, signed by whoever hands it out."""
    moment = now.astimezone(BOGOTA)
    day, time = moment.date().isoformat(), moment.strftime("%H:%M:%S-05:00")
    scheme = escape(bill.text("cbc:UUID/@schemeName"))
    sides = ("Supplier", "Customer") if not bill.is_support else ("Customer", "Supplier")
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
<AttachedDocument xmlns="{UBL}AttachedDocument-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}" xmlns:ext="{EXT}" xmlns:ds="{DS}">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><ds:Signature Id="placeholder"/></ext:ExtensionContent>
</ext:UBLExtension></ext:UBLExtensions><cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID>
<cbc:CustomizationID>Documentos adjuntos</cbc:CustomizationID>
<cbc:ProfileID>Factura Electrónica de Venta</cbc:ProfileID>
<cbc:ProfileExecutionID>{escape(bill.text("cbc:ProfileExecutionID"))}</cbc:ProfileExecutionID>
<cbc:ID>{escape(kept.number)}</cbc:ID><cbc:IssueDate>{day}</cbc:IssueDate><cbc:IssueTime>{time}</cbc:IssueTime>
<cbc:DocumentType>Contenedor de Factura Electrónica</cbc:DocumentType>
<cbc:ParentDocumentID>{escape(kept.number)}</cbc:ParentDocumentID>
{_party(bill, "Sender", sides[0])}{_party(bill, "Receiver", sides[1])}{_attachment(kept.document)}
<cac:ParentDocumentLineReference><cbc:LineID>1</cbc:LineID><cac:DocumentReference>
<cbc:ID>{escape(kept.number)}</cbc:ID><cbc:UUID schemeName="{scheme}">{kept.key}</cbc:UUID>
<cbc:IssueDate>{day}</cbc:IssueDate><cbc:DocumentType>ApplicationResponse</cbc:DocumentType>
{_attachment(kept.response)}<cac:ResultOfVerification>
<cbc:ValidatorID>Unidad Especial Dirección de Impuestos y Aduanas Nacionales</cbc:ValidatorID>
<cbc:ValidationResultCode>{VALIDATED}</cbc:ValidationResultCode><cbc:ValidationDate>{day}</cbc:ValidationDate>
<cbc:ValidationTime>{time}</cbc:ValidationTime></cac:ResultOfVerification></cac:DocumentReference>
</cac:ParentDocumentLineReference></AttachedDocument>"""
    return _with_cdata(sign.signed(document.encode("utf-8"), identity, now))


def _with_cdata(document: bytes) -> bytes:
    """The enclosed files as CDATA, as everybody writes them; the signature covers the same text either way."""
    root = etree.fromstring(document)
    for node in root.iter(f"{{{CBC}}}Description"):
        if "]]>" not in (node.text or ""):
            node.text = etree.CDATA(node.text or "")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _attachment(data: bytes) -> str:
    return (
        "<cac:Attachment><cac:ExternalReference><cbc:MimeCode>text/xml</cbc:MimeCode>"
        f"<cbc:EncodingCode>UTF-8</cbc:EncodingCode><cbc:Description>{escape(data.decode('utf-8'))}</cbc:Description>"
        "</cac:ExternalReference></cac:Attachment>"
    )


def _party(bill: Bill, role: str, side: str) -> str:
    path = f"cac:Accounting{side}Party/cac:Party/cac:PartyTaxScheme/"
    identity = f"{path}cbc:CompanyID"
    number = bill.text(identity) or bill.other
    kind, digit = bill.text(f"{identity}/@schemeName") or "31", bill.text(f"{identity}/@schemeID")
    given = f' schemeID="{escape(digit)}"' if digit else ""
    name, level = (escape(bill.text(f"{path}cbc:{one}")) for one in ("RegistrationName", "TaxLevelCode"))
    return (
        f"<cac:{role}Party><cac:PartyTaxScheme><cbc:RegistrationName>{name}</cbc:RegistrationName>"
        f'<cbc:CompanyID{given} schemeName="{escape(kind)}" schemeAgencyID="195">{escape(number)}'
        f"</cbc:CompanyID><cbc:TaxLevelCode>{level}</cbc:TaxLevelCode>"
        "<cac:TaxScheme><cbc:ID>01</cbc:ID><cbc:Name>IVA</cbc:Name></cac:TaxScheme></cac:PartyTaxScheme>"
        f"</cac:{role}Party>"
    )
