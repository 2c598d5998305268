"""Colombian documents made by hand, without any code of the product; invented parties only."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

BOGOTA = timezone(timedelta(hours=-5))
SELLER, SELLER_NAME = "901002487", "COMERCIAL INVENTADA SAS"  # check digit 0
BUYER, BUYER_NAME = "901002488", "CLIENTE INVENTADO SAS"
SOFTWARE, PIN = "00000000-0000-4000-8000-0000000000aa", "75315"
TECHNICAL_KEY = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"
RESOLUTION = "18760000001"
RANGE = {
    "resolution": RESOLUTION, "nit": SELLER, "software": SOFTWARE, "prefix": "SETP", "first": 990000000,
    "last": 995000000, "valid_from": "2019-01-19", "valid_to": "2030-01-19", "technical_key": TECHNICAL_KEY,
    "resolution_date": "2019-01-19",
}
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_AGENCY = 'schemeAgencyID="195" schemeAgencyName="CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)"'


def check_digit(number: str) -> str:
    weights = (3, 7, 13, 17, 19, 23, 29, 37, 41)
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(number), weights)) % 11  # noqa: B905
    return str(rest if rest < 2 else 11 - rest)


def party(role: str, nit: str, name: str, prefix: str = "", digit: str = "") -> str:
    address = """<cac:Address><cbc:ID>11001</cbc:ID><cbc:CityName>Bogotá, D.C.</cbc:CityName>
<cbc:CountrySubentity>Bogotá</cbc:CountrySubentity><cbc:CountrySubentityCode>11</cbc:CountrySubentityCode>
<cac:AddressLine><cbc:Line>Calle 1</cbc:Line></cac:AddressLine><cac:Country>
<cbc:IdentificationCode>CO</cbc:IdentificationCode><cbc:Name languageID="es">Colombia</cbc:Name></cac:Country>
</cac:Address>"""
    company = f'<cbc:CompanyID schemeID="{digit or check_digit(nit)}" schemeName="31" {_AGENCY}>{nit}</cbc:CompanyID>'
    scheme = f"<cac:CorporateRegistrationScheme><cbc:ID>{prefix}</cbc:ID></cac:CorporateRegistrationScheme>"
    return f"""<cac:Accounting{role}Party><cbc:AdditionalAccountID>1</cbc:AdditionalAccountID><cac:Party>
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName><cac:PhysicalLocation>{address}</cac:PhysicalLocation>
<cac:PartyTaxScheme><cbc:RegistrationName>{name}</cbc:RegistrationName>{company}
<cbc:TaxLevelCode listName="48">R-99-PN</cbc:TaxLevelCode>
{address.replace("cac:Address>", "cac:RegistrationAddress>")}<cac:TaxScheme><cbc:ID>01</cbc:ID><cbc:Name>IVA</cbc:Name>
</cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>{company}
{scheme if prefix else ""}</cac:PartyLegalEntity>
<cac:Contact><cbc:ElectronicMail>recepcion@example.co</cbc:ElectronicMail></cac:Contact></cac:Party></cac:Accounting{role}Party>"""


def iva(tax: str, base: str, percent: str = "19.00") -> str:
    return f"""<cac:TaxTotal><cbc:TaxAmount currencyID="COP">{tax}</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="COP">{base}</cbc:TaxableAmount><cbc:TaxAmount currencyID="COP">{tax}</cbc:TaxAmount>
<cac:TaxCategory><cbc:Percent>{percent}</cbc:Percent><cac:TaxScheme><cbc:ID>01</cbc:ID><cbc:Name>IVA</cbc:Name>
</cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"""


@dataclass
class Sample:
    """One invoice of 100,000 COP plus IVA; every field may be given wrong."""

    number: str = "SETP990000123"
    moment: datetime = field(default_factory=lambda: datetime.now(BOGOTA))
    environment: str = "2"
    tax: str = "19000.00"
    payable: str = "119000.00"
    quantity: str = "2.000000"
    pin: str = PIN
    technical_key: str = TECHNICAL_KEY
    seller: str = SELLER
    buyer: str = BUYER
    buyer_digit: str = ""
    resolution: str = RESOLUTION
    payment_form: str = "1"

    @property
    def day(self) -> str:
        return self.moment.date().isoformat()

    @property
    def hour(self) -> str:
        return self.moment.strftime("%H:%M:%S-05:00")

    @property
    def cufe(self) -> str:
        parts = (
            self.number, self.day, self.hour, "100000.00", "01", self.tax, "04", "0.00", "03", "0.00", self.payable,
            self.seller, self.buyer, self.technical_key, self.environment,
        )
        return hashlib.sha384("".join(parts).encode()).hexdigest()

    def xml(self) -> bytes:
        """The document with an empty place for its signature."""
        code = hashlib.sha384(f"{SOFTWARE}{self.pin}{self.number}".encode()).hexdigest()
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" xmlns:cbc="{_UBL}CommonBasicComponents-2"
 xmlns:ext="{_UBL}CommonExtensionComponents-2" xmlns:sts="dian:gov:co:facturaelectronica:Structures-2-1"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"><ext:UBLExtensions>
<ext:UBLExtension><ext:ExtensionContent><sts:DianExtensions><sts:InvoiceControl>
<sts:InvoiceAuthorization>{self.resolution}</sts:InvoiceAuthorization><sts:AuthorizationPeriod>
<cbc:StartDate>2019-01-19</cbc:StartDate><cbc:EndDate>2030-01-19</cbc:EndDate></sts:AuthorizationPeriod>
<sts:AuthorizedInvoices><sts:Prefix>SETP</sts:Prefix><sts:From>990000000</sts:From><sts:To>995000000</sts:To>
</sts:AuthorizedInvoices></sts:InvoiceControl><sts:InvoiceSource><cbc:IdentificationCode listAgencyID="6"
 listAgencyName="United Nations Economic Commission for Europe"
 listSchemeURI="urn:oasis:names:specification:ubl:codelist:gc:CountryIdentificationCode-2.1">CO</cbc:IdentificationCode>
</sts:InvoiceSource><sts:SoftwareProvider>
<sts:ProviderID schemeID="{check_digit(self.seller)}" schemeName="31" {_AGENCY}>{self.seller}</sts:ProviderID>
<sts:SoftwareID {_AGENCY}>{SOFTWARE}</sts:SoftwareID></sts:SoftwareProvider>
<sts:SoftwareSecurityCode {_AGENCY}>{code}</sts:SoftwareSecurityCode><sts:AuthorizationProvider>
<sts:AuthorizationProviderID schemeID="4" schemeName="31" {_AGENCY}>800197268</sts:AuthorizationProviderID>
</sts:AuthorizationProvider><sts:QRCode>https://example.invalid/{self.cufe}</sts:QRCode></sts:DianExtensions>
</ext:ExtensionContent></ext:UBLExtension><ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent>
</ext:UBLExtension></ext:UBLExtensions><cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID>
<cbc:CustomizationID>10</cbc:CustomizationID><cbc:ProfileID>DIAN 2.1: Factura Electrónica de Venta</cbc:ProfileID>
<cbc:ProfileExecutionID>{self.environment}</cbc:ProfileExecutionID><cbc:ID>{self.number}</cbc:ID>
<cbc:UUID schemeID="{self.environment}" schemeName="CUFE-SHA384">{self.cufe}</cbc:UUID>
<cbc:IssueDate>{self.day}</cbc:IssueDate><cbc:IssueTime>{self.hour}</cbc:IssueTime>
<cbc:InvoiceTypeCode>01</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>COP</cbc:DocumentCurrencyCode>
<cbc:LineCountNumeric>1</cbc:LineCountNumeric>{party("Supplier", self.seller, SELLER_NAME, "SETP")}
{party("Customer", self.buyer, BUYER_NAME, digit=self.buyer_digit)}
<cac:PaymentMeans><cbc:ID>{self.payment_form}</cbc:ID><cbc:PaymentMeansCode>10</cbc:PaymentMeansCode>
<cbc:PaymentDueDate>{self.day}</cbc:PaymentDueDate></cac:PaymentMeans>{iva(self.tax, "100000.00")}
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="COP">100000.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="COP">100000.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="COP">119000.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="COP">{self.payable}</cbc:PayableAmount></cac:LegalMonetaryTotal><cac:InvoiceLine>
<cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="94">{self.quantity}</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="COP">100000.00</cbc:LineExtensionAmount>{iva("19000.00", "100000.00")}<cac:Item>
<cbc:Description>Servicio</cbc:Description><cac:StandardItemIdentification>
<cbc:ID schemeID="999" schemeName="Estándar de adopción del contribuyente">S1</cbc:ID></cac:StandardItemIdentification>
</cac:Item><cac:Price><cbc:PriceAmount currencyID="COP">50000.00</cbc:PriceAmount>
<cbc:BaseQuantity unitCode="94">2.000000</cbc:BaseQuantity></cac:Price></cac:InvoiceLine></Invoice>""".encode()


@dataclass
class Event:
    """One event about an invoice: what its buyer says (030 to 033), or its seller (034)."""

    code: str
    cufe: str
    document: str = "SETP990000123"
    number: str = ""
    moment: datetime = field(default_factory=lambda: datetime.now(BOGOTA))
    sender: str = BUYER
    sender_name: str = BUYER_NAME
    receiver: str = SELLER
    receiver_name: str = SELLER_NAME
    environment: str = "2"
    profile: str = "DIAN 2.1: ApplicationResponse de la Factura Electrónica de Venta"
    operation: str = "1"
    version: str = "UBL 2.1"
    concept: str = ""
    pin: str = PIN
    software: str = SOFTWARE
    key: str = ""

    @property
    def cude(self) -> str:
        parts = (
            self.number or self.code, self.moment.date().isoformat(), self.moment.strftime("%H:%M:%S-05:00"),
            self.sender, self.receiver, self.code, self.document, "01", self.pin,
        )
        return self.key or hashlib.sha384("".join(parts).encode()).hexdigest()

    def xml(self) -> bytes:
        """The event with an empty place for its signature."""
        number = self.number or self.code
        security = hashlib.sha384(f"{self.software}{self.pin}{number}".encode()).hexdigest()
        concept = f' listID="{self.concept}" name="Reclamo"' if self.concept else ""
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="{_UBL}ApplicationResponse-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2" xmlns:ext="{_UBL}CommonExtensionComponents-2"
 xmlns:sts="dian:gov:co:facturaelectronica:Structures-2-1" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
 xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"><ext:UBLExtensions>
<ext:UBLExtension><ext:ExtensionContent><sts:DianExtensions><sts:InvoiceSource>
<cbc:IdentificationCode listAgencyID="6" listAgencyName="United Nations Economic Commission for Europe"
 listSchemeURI="urn:oasis:names:specification:ubl:codelist:gc:CountryIdentificationCode-2.1">CO</cbc:IdentificationCode>
</sts:InvoiceSource><sts:SoftwareProvider>
<sts:ProviderID schemeID="{check_digit(SELLER)}" schemeName="31" {_AGENCY}>{SELLER}</sts:ProviderID>
<sts:SoftwareID {_AGENCY}>{self.software}</sts:SoftwareID></sts:SoftwareProvider>
<sts:SoftwareSecurityCode {_AGENCY}>{security}</sts:SoftwareSecurityCode><sts:AuthorizationProvider>
<sts:AuthorizationProviderID schemeID="4" schemeName="31" {_AGENCY}>800197268</sts:AuthorizationProviderID>
</sts:AuthorizationProvider><sts:QRCode>https://example.invalid/{self.cude}</sts:QRCode></sts:DianExtensions>
</ext:ExtensionContent></ext:UBLExtension><ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent>
</ext:UBLExtension></ext:UBLExtensions><cbc:UBLVersionID>{self.version}</cbc:UBLVersionID>
<cbc:CustomizationID>{self.operation}</cbc:CustomizationID><cbc:ProfileID>{self.profile}</cbc:ProfileID>
<cbc:ProfileExecutionID>{self.environment}</cbc:ProfileExecutionID><cbc:ID>{number}</cbc:ID>
<cbc:UUID schemeID="{self.environment}" schemeName="CUDE-SHA384">{self.cude}</cbc:UUID>
<cbc:IssueDate>{self.moment.date().isoformat()}</cbc:IssueDate>
<cbc:IssueTime>{self.moment.strftime("%H:%M:%S-05:00")}</cbc:IssueTime>
{_side("Sender", self.sender, self.sender_name)}{_side("Receiver", self.receiver, self.receiver_name)}
<cac:DocumentResponse><cac:Response><cbc:ResponseCode{concept}>{self.code}</cbc:ResponseCode>
<cbc:Description>Evento</cbc:Description></cac:Response><cac:DocumentReference><cbc:ID>{self.document}</cbc:ID>
<cbc:UUID schemeName="CUFE-SHA384">{self.cufe}</cbc:UUID><cbc:DocumentTypeCode>01</cbc:DocumentTypeCode>
</cac:DocumentReference></cac:DocumentResponse></ApplicationResponse>""".encode()


def _side(role: str, nit: str, name: str) -> str:
    return f"""<cac:{role}Party><cac:PartyTaxScheme><cbc:RegistrationName>{name}</cbc:RegistrationName>
<cbc:CompanyID schemeID="{check_digit(nit)}" schemeName="31" {_AGENCY}>{nit}</cbc:CompanyID><cac:TaxScheme>
<cbc:ID>01</cbc:ID><cbc:Name>IVA</cbc:Name></cac:TaxScheme></cac:PartyTaxScheme></cac:{role}Party>"""


def packed(*documents: bytes, names: tuple[str, ...] = ()) -> bytes:
    """A ZIP of documents under legal names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, document in enumerate(documents):
            name = names[number] if names else f"fv0{SELLER}00026{number + 11:08X}.xml"
            archive.writestr(name, document)
    return out.getvalue()


ZIP_NAME = f"z0{SELLER}000260000000B.zip"


def p12_bytes(issued: dict[str, str]) -> tuple[bytes, bytes]:
    """The file and its password, as the control API hands them out."""
    return base64.b64decode(issued["p12"]), issued["password"].encode()
