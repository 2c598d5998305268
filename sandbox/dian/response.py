"""DIAN's own word about a document: the ApplicationResponse, signed with DIAN's key (annex 1.9, 6.4)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree

from ..problems import Problem
from .bill import Bill
from .names import CAC, CBC, DIAN_CHECK_DIGIT, DIAN_NAME, DIAN_NIT, DS, EXT, STS, UBL
from .rules.context import BOGOTA
from .signature import POLICY, POLICY_SHA256

VALIDATED, REJECTED = "02", "04"


def build(
    bill: Bill, notices: list[Problem], now: datetime, identity: tuple[RSAPrivateKey, x509.Certificate]
) -> bytes:
    """The signed response; unsigned when signxml is not installed."""
    moment = now.astimezone(BOGOTA)
    day, time = moment.date().isoformat(), moment.strftime("%H:%M:%S-05:00")
    key = hashlib.sha384(f"{bill.key}{day}{time}{VALIDATED}".encode()).hexdigest()
    environment = bill.text("cbc:ProfileExecutionID")
    lines = "".join(_line(number, notice) for number, notice in enumerate(notices, 2))
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="{UBL}ApplicationResponse-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}" xmlns:ext="{EXT}"
 xmlns:sts="{STS}" xmlns:ds="{DS}"><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><sts:DianExtensions>
<sts:InvoiceSource><cbc:IdentificationCode>CO</cbc:IdentificationCode></sts:InvoiceSource>
<sts:SoftwareProvider><sts:ProviderID schemeID="{DIAN_CHECK_DIGIT}" schemeName="31">{DIAN_NIT}</sts:ProviderID>
<sts:SoftwareID>sandbox</sts:SoftwareID></sts:SoftwareProvider>
<sts:SoftwareSecurityCode>{key}</sts:SoftwareSecurityCode><sts:AuthorizationProvider>
<sts:AuthorizationProviderID schemeID="{DIAN_CHECK_DIGIT}" schemeName="31">{DIAN_NIT}</sts:AuthorizationProviderID>
</sts:AuthorizationProvider></sts:DianExtensions></ext:ExtensionContent></ext:UBLExtension>
<ext:UBLExtension><ext:ExtensionContent><ds:Signature Id="placeholder"/></ext:ExtensionContent></ext:UBLExtension>
</ext:UBLExtensions><cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID><cbc:CustomizationID>1</cbc:CustomizationID>
<cbc:ProfileID>DIAN 2.1</cbc:ProfileID><cbc:ProfileExecutionID>{environment}</cbc:ProfileExecutionID>
<cbc:ID>{int(key[:12], 16)}</cbc:ID><cbc:UUID schemeName="CUDE-SHA384">{key}</cbc:UUID>
<cbc:IssueDate>{day}</cbc:IssueDate><cbc:IssueTime>{time}</cbc:IssueTime>
{_party("Sender", DIAN_NAME, DIAN_NIT, DIAN_CHECK_DIGIT)}
{_party("Receiver", _name_of_issuer(bill), bill.issuer, "")}
<cac:DocumentResponse><cac:Response><cbc:ResponseCode>{VALIDATED}</cbc:ResponseCode>
<cbc:Description>Documento validado por la DIAN</cbc:Description></cac:Response>
<cac:DocumentReference><cbc:ID>{escape(bill.number)}</cbc:ID>
<cbc:UUID schemeName="{escape(bill.text("cbc:UUID/@schemeName"))}">{bill.key}</cbc:UUID></cac:DocumentReference>
{_line(1, Problem("0000", "Documento validado por la DIAN"))}{lines}</cac:DocumentResponse></ApplicationResponse>"""
    return _signed(document.encode("utf-8"), identity)


def _party(role: str, name: str, nit: str, digit: str) -> str:
    return (
        f"<cac:{role}Party><cac:PartyTaxScheme><cbc:RegistrationName>{escape(name)}</cbc:RegistrationName>"
        f'<cbc:CompanyID schemeID="{digit}" schemeName="31">{escape(nit)}</cbc:CompanyID>'
        "<cac:TaxScheme><cbc:ID>01</cbc:ID><cbc:Name>IVA</cbc:Name></cac:TaxScheme></cac:PartyTaxScheme>"
        f"</cac:{role}Party>"
    )


def _name_of_issuer(bill: Bill) -> str:
    side = "Customer" if bill.is_support else "Supplier"
    return bill.text(f"cac:Accounting{side}Party/cac:Party/cac:PartyTaxScheme/cbc:RegistrationName")


def _line(number: int, problem: Problem) -> str:
    return (
        f"<cac:LineResponse><cac:LineReference><cbc:LineID>{number}</cbc:LineID></cac:LineReference><cac:Response>"
        f"<cbc:ResponseCode>{escape(problem.code)}</cbc:ResponseCode>"
        f"<cbc:Description>{escape(problem.message)}</cbc:Description></cac:Response></cac:LineResponse>"
    )


def _signed(document: bytes, identity: tuple[RSAPrivateKey, x509.Certificate]) -> bytes:
    root = etree.fromstring(document)
    try:
        from signxml import CanonicalizationMethod, DigestAlgorithm
        from signxml.xades import XAdESSignaturePolicy, XAdESSigner
    except ImportError:
        return document
    signer = XAdESSigner(
        signature_policy=XAdESSignaturePolicy(
            Identifier=POLICY, Description="Política de firma", DigestMethod=DigestAlgorithm.SHA256,
            DigestValue=POLICY_SHA256,
        ),
        claimed_roles=["third party"],
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    key, certificate = identity
    signed = signer.sign(root, key=key, cert=[certificate])
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)
