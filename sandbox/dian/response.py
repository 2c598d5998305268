"""DIAN's own word about a document: the ApplicationResponse, signed with DIAN's key (annex 1.9, 6.4)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from xml.sax.saxutils import escape

from ..ca import Identity
from ..problems import Problem
from . import sign
from .bill import Bill, Paper
from .names import CAC, CBC, DIAN_CHECK_DIGIT, DIAN_NAME, DIAN_NIT, DS, EXT, STS, UBL
from .register import Kept, KeptEvent
from .rules.context import BOGOTA

VALIDATED = "02"
PROCESSED = "0000"
EVENT_SCHEME = "CUDE-SHA384"
VALIDATED_TEXT = "Documento validado por la DIAN"
NAMES = {
    "030": "Acuse de recibo de Factura Electrónica de Venta",
    "031": "Reclamo de la Factura Electrónica de Venta",
    "032": "Recibo del bien y/o prestación del servicio",
    "033": "Aceptación expresa",
    "034": "Aceptación Tácita",
}


class ApplicationResponse(Paper):
    """A word of DIAN's that is read again."""

    shapes = ("ApplicationResponse",)


def build(bill: Bill, notices: list[Problem], now: datetime, identity: Identity) -> bytes:
    """DIAN's word about a validated document; unsigned when signxml is not installed."""
    said = _validated(bill, bill.text("cbc:UUID/@schemeName"), notices)
    receiver = (bill.issuer, _name_of_issuer(bill))
    return _word(bill.key, bill.text("cbc:ProfileExecutionID"), receiver, said, now, identity)


def of_event(paper: Paper, receiver: tuple[str, str], now: datetime, identity: Identity) -> bytes:
    """DIAN's word about an event that it registered; ``receiver`` is NIT and name."""
    said = _validated(paper, EVENT_SCHEME, [])
    return _word(paper.key, paper.text("cbc:ProfileExecutionID"), receiver, said, now, identity)


def of_events(kept: Kept, environment: str, events: list[KeptEvent], now: datetime, identity: Identity) -> bytes:
    """All events of one document: a DocumentResponse for each (GetStatusEvent)."""
    said = "".join(
        _response(
            event.code, NAMES.get(event.code, ""), event.number, event.key, EVENT_SCHEME, [],
            datetime.fromisoformat(event.time).astimezone(BOGOTA),
        )
        for event in events
    )
    return _word(kept.key, environment, (kept.issuer, ""), said, now, identity)


def _word(
    key: str, environment: str, receiver: tuple[str, str], said: str, now: datetime, identity: Identity
) -> bytes:
    moment = now.astimezone(BOGOTA)
    day, time = moment.date().isoformat(), moment.strftime("%H:%M:%S-05:00")
    own = hashlib.sha384(f"{key}{day}{time}{said}".encode()).hexdigest()
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="{UBL}ApplicationResponse-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}" xmlns:ext="{EXT}"
 xmlns:sts="{STS}" xmlns:ds="{DS}"><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><sts:DianExtensions>
<sts:InvoiceSource><cbc:IdentificationCode>CO</cbc:IdentificationCode></sts:InvoiceSource>
<sts:SoftwareProvider><sts:ProviderID schemeID="{DIAN_CHECK_DIGIT}" schemeName="31">{DIAN_NIT}</sts:ProviderID>
<sts:SoftwareID>sandbox</sts:SoftwareID></sts:SoftwareProvider>
<sts:SoftwareSecurityCode>{own}</sts:SoftwareSecurityCode><sts:AuthorizationProvider>
<sts:AuthorizationProviderID schemeID="{DIAN_CHECK_DIGIT}" schemeName="31">{DIAN_NIT}</sts:AuthorizationProviderID>
</sts:AuthorizationProvider></sts:DianExtensions></ext:ExtensionContent></ext:UBLExtension>
<ext:UBLExtension><ext:ExtensionContent><ds:Signature Id="placeholder"/></ext:ExtensionContent></ext:UBLExtension>
</ext:UBLExtensions><cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID><cbc:CustomizationID>1</cbc:CustomizationID>
<cbc:ProfileID>DIAN 2.1</cbc:ProfileID><cbc:ProfileExecutionID>{environment}</cbc:ProfileExecutionID>
<cbc:ID>{int(own[:12], 16)}</cbc:ID><cbc:UUID schemeName="CUDE-SHA384">{own}</cbc:UUID>
<cbc:IssueDate>{day}</cbc:IssueDate><cbc:IssueTime>{time}</cbc:IssueTime>
{_party("Sender", DIAN_NAME, DIAN_NIT, DIAN_CHECK_DIGIT)}
{_party("Receiver", receiver[1], receiver[0], "")}
{said}</ApplicationResponse>"""
    return sign.signed(document.encode("utf-8"), identity, now)


def _validated(paper: Paper, scheme: str, notices: list[Problem]) -> str:
    lines = [Problem(PROCESSED, VALIDATED_TEXT), *notices]
    return _response(VALIDATED, VALIDATED_TEXT, paper.number, paper.key, scheme, lines)


def _response(
    code: str, text: str, number: str, key: str, scheme: str, lines: list[Problem], moment: datetime | None = None
) -> str:
    effective = (
        f"<cbc:EffectiveDate>{moment.date().isoformat()}</cbc:EffectiveDate>"
        f"<cbc:EffectiveTime>{moment.strftime('%H:%M:%S-05:00')}</cbc:EffectiveTime>"
        if moment else ""
    )
    rows = "".join(_line(number, problem) for number, problem in enumerate(lines, 1))
    return f"""<cac:DocumentResponse><cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode>
<cbc:Description>{escape(text)}</cbc:Description>{effective}</cac:Response>
<cac:DocumentReference><cbc:ID>{escape(number)}</cbc:ID>
<cbc:UUID schemeName="{escape(scheme)}">{key}</cbc:UUID></cac:DocumentReference>{rows}</cac:DocumentResponse>"""


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
