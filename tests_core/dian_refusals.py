"""For every rule of the sandbox's DIAN a document that breaks this rule alone, for each kind of document it is for.

A case changes the XML of a right document; what depends on the change (UUID, security code) is made again, by the
sandbox's own code.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from core.certificates import RsaSigner
from core.dian import build, identity, names, xades_sign
from core.dian.cufe import COLOMBIA
from core.dian.model import (
    BillingReference,
    Delivery,
    Document,
    DocumentReference,
    ExchangeRate,
    Period,
    PricingReference,
)
from sandbox.dian.bill import Bill
from sandbox.dian.names import PREFIXES
from sandbox.dian.rules import codes, header
from tests_core.dian_models import (
    BOGOTA,
    BUYER,
    KEY,
    NIT_A,
    PERSON,
    PIN,
    RANGE,
    SOFTWARE,
    a_document,
    a_tax,
    check_digit,
    company,
)
from tests_core.dian_strategies import DISCOUNT, RETE_IVA, TIP

D = Decimal
TYPES = {"F": "01", "C": "91", "D": "92", "DS": "05", "NS": "95"}
NAME_A = "COMERCIAL INVENTADA SAS"
# not in the register; cancelled in it; without mailbox in it
NIT_UNKNOWN, NIT_CANCELLED, NIT_SILENT = "901002519", "901002527", "901002534"
OTHER_SOFTWARE = "00000000-0000-4000-8000-0000000000bb"
LATER, EARLIER = "18760000003", "18760000004"  # ranges that are not in force yet, and no more
# keys of documents that notes speak of: with all of it left, with 1.00 left, accepted
WHOLE, LITTLE, ACCEPTED = "a" * 96, "c" * 96, "e" * 96
SELLER, CUSTOMER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
CONTROL, PROVIDER = "//sts:InvoiceControl", "//sts:SoftwareProvider"


class Sheet:
    """An unsigned document while it is spoilt. Paths may name {T} totals, {L} first line, {Q} quantity."""

    def __init__(self, kind: str, xml: bytes) -> None:
        self.kind = kind
        self.root = etree.fromstring(xml)
        bill = Bill(xml, self.root)
        self._places = {}
        if kind != codes.EVENT:
            self._places = {"T": bill.total_path, "L": f"{bill.line_path}[1]", "Q": bill.quantity_path}
        self.number = bill.number
        self.signed_days_ago = 0
        self.is_hashed = True

    def find(self, path: str) -> etree._Element:
        found = self.root.xpath(path.format(**self._places), namespaces=PREFIXES)
        if not found:
            raise LookupError(f"{self.kind}: nothing at {path}")
        return found[0]

    def put(self, path: str, text: object) -> None:
        """A text, or an attribute (``path/@name``)."""
        path, _mark, attribute = path.partition("/@")
        node = self.find(path)
        if attribute:
            node.set(attribute, str(text))
        else:
            node.text = str(text)

    def drop(self, *paths: str) -> None:
        for path in paths:
            node = self.find(path)
            node.getparent().remove(node)

    def drop_all(self, path: str) -> None:
        for node in self.root.xpath(path.format(**self._places), namespaces=PREFIXES):
            node.getparent().remove(node)

    def add(self, amount: str, *paths: str) -> None:
        """Add to amounts."""
        for path in paths:
            self.put(path, D(self.find(path).text) + D(amount))

    def after(self, path: str, name: str, text: str) -> None:
        """A new element behind another."""
        prefix, _colon, local = name.partition(":")
        new = etree.Element(f"{{{PREFIXES[prefix]}}}{local}")
        new.text = text
        self.find(path).addnext(new)

    def halve(self, path: str) -> None:
        """Two subtotals of the same rate in place of one."""
        row = self.find(path)
        for name in ("cbc:TaxableAmount", "cbc:TaxAmount"):
            cell = row.find(name, PREFIXES)
            cell.text = str(D(cell.text) / 2)
        row.addnext(etree.fromstring(etree.tostring(row)))

    def xml(self) -> bytes:
        """As it stands, with UUID and security code that fit, unless the case spoilt them."""
        bill = Bill(b"", self.root)
        if bill.number != self.number:
            code = f"{bill.text(header.SOFTWARE_ID)}{PIN}{bill.number}"
            self.put("//sts:SoftwareSecurityCode", hashlib.sha384(code.encode()).hexdigest())
        if self.is_hashed:
            name = header.HASH_NAMES.get(bill.kind, "CUDE")
            self.put("cbc:UUID", header.hashed(bill, name, KEY if name == "CUFE" else PIN))
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)


Change = Callable[[Sheet], None]


@dataclass(frozen=True)
class Case:
    """`also`: what cannot be kept apart from it (kind, last letters); `stays`: the change is made after signing."""

    rest: str
    change: Change
    base: str = "plain"
    also: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    stays: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        return self.kinds or codes.TABLE[self.rest].kinds

    def code(self, kind: str) -> str:
        return self.rest if self.rest in codes.PLAIN else f"{kind}{self.rest}"

    def expected(self, kind: str) -> set[str]:
        return {self.code(kind), *(f"{other}{rest}" for other, rest in self.also if other == kind)}


def base(kind: str, name: str, moment: datetime, references: dict[str, str] | None = None) -> Document:
    """A right document of this kind and variant, identified.

    :param references: CUFE by the keys above, where they are others.
    """
    code, day = TYPES[kind], moment.date()
    changes: dict[str, object] = {"issue_date": day, "issue_time": moment.timetz().replace(microsecond=0)}
    line = a_document(code).lines[0]
    if line.period is not None:
        line = replace(line, period=replace(line.period, start_date=day))
    changes["lines"] = (line,)
    if kind in codes.SUPPORT:
        changes |= {"supplier": BUYER, "customer": company(NIT_A, NAME_A)}
    if kind in (*codes.NOTES, codes.NS):
        key = {"little": LITTLE, "accepted": ACCEPTED}.get(name, WHOLE)
        scheme = names.CUDS if kind == codes.NS else names.CUFE
        named = DocumentReference(
            id="SETP990000122", uuid=(references or {}).get(key, key), uuid_scheme_name=scheme, issue_date=day
        )
        changes["billing_references"] = (BillingReference(invoice=named),)
    changes |= _variant(kind, name, line, day)
    document = a_document(code, **changes)
    return identity.identify(document, pin=PIN, technical_key=KEY)


def _variant(kind: str, name: str, line, day: date) -> dict[str, object]:
    if name.startswith("price "):
        price = D(name.removeprefix("price "))
        one = {"quantity": D("1.000000"), "base_quantity": D("1.000000"), "price_amount": price}
        return {"lines": (replace(line, line_extension_amount=price, tax_totals=(), **one),)}
    if name == "withheld":
        return {"lines": (replace(line, withholding_tax_totals=(a_tax("38.00", "15.00", RETE_IVA),)),)}
    if name == "two lines":
        return {"lines": (line, replace(line, id="2")), "line_count_numeric": 2}
    if name == "exempt":
        return {"lines": (replace(line, tax_totals=(a_tax(percent="0.00"),)),)}
    if name == "discount":
        return {"allowance_charges": (DISCOUNT, TIP)}
    if name == "line discount":
        changes = {"line_extension_amount": D("180.00"), "tax_totals": (a_tax("180.00"),)}
        return {"lines": (replace(line, allowance_charges=(DISCOUNT,), **changes),)}
    if name == "gift":
        reference = PricingReference(price_amount=D("100.00"), price_type_code="01")
        return {"lines": (replace(line, pricing_reference=reference),)}
    if name == "aiu":
        operation = {"customization_id": "09"} if kind == codes.F else {}
        return {"lines": (replace(line, notes=("Contrato de servicios AIU por concepto de: aseo",)),), **operation}
    if name == "rate":
        rate = ExchangeRate(
            source_currency_code="COP", source_currency_base_rate=D("1.00"), target_currency_code="USD",
            target_currency_base_rate=D("1.00"), calculation_rate=D("4012.55"), day=day,
        )  # fmt: skip
        return {"payment_exchange_rate": rate}
    if name == "person":
        return {"customer": PERSON}
    if name == "delivery":
        return {"delivery": Delivery(address=BOGOTA)}
    if name == "period" and kind in codes.NOTES:
        operation = {"C": "22", "D": "32"}[kind]
        period = Period(start_date=day, end_date=day)
        return {"billing_references": (), "customization_id": operation, "invoice_period": period}
    return {}


@lru_cache(maxsize=200)
def _written(kind: str, name: str, moment: datetime, references: tuple[tuple[str, str], ...]) -> bytes:
    return build.to_xml(base(kind, name, moment, dict(references)))


def spoilt(
    case: Case, kind: str, moment: datetime, signer: RsaSigner | None = None, references: dict[str, str] | None = None
) -> bytes:
    """The document of a case, unsigned without `signer`."""
    sheet = Sheet(kind, _written(kind, case.base, moment, tuple((references or {}).items())))
    if case.stays and signer is not None:
        signed = Sheet(kind, xades_sign.sign(sheet.xml(), signer, signing_time=moment))
        signed.is_hashed = False
        case.change(signed)
        return signed.xml()
    case.change(sheet)
    if signer is None:
        return sheet.xml()
    return xades_sign.sign(sheet.xml(), signer, signing_time=moment - timedelta(days=sheet.signed_days_ago))


# --- the changes -----------------------------------------------------------------------------------------------------


def put(path: str, text: object) -> Change:
    return lambda sheet: sheet.put(path, text)


def drop(*paths: str) -> Change:
    return lambda sheet: sheet.drop(*paths)


def raised(amount: str, *paths: str) -> Change:
    return lambda sheet: sheet.add(amount, *paths)


def both(*changes: Change) -> Change:
    def change(sheet: Sheet) -> None:
        for one in changes:
            one(sheet)

    return change


def unhashed(change: Change) -> Change:
    def unhashing(sheet: Sheet) -> None:
        sheet.is_hashed = False
        change(sheet)

    return unhashing


def only_of(kind: str, change: Change) -> Change:
    return lambda sheet: change(sheet) if sheet.kind == kind else None


def with_prefix(prefix: str | None) -> Change:
    """Another prefix in the range, and the same in the trade register of who sells."""
    scheme = f"{SELLER}/cac:PartyLegalEntity/cac:CorporateRegistrationScheme"
    if prefix is None:
        return both(drop(f"{CONTROL}//sts:Prefix"), only_of("F", drop(scheme)))
    return both(put(f"{CONTROL}//sts:Prefix", prefix), only_of("F", put(f"{scheme}/cbc:ID", prefix)))


def numbered(digits: str) -> Change:
    return lambda sheet: sheet.put("cbc:ID", f"SETP{digits}")


def in_range(resolution: str, start: int, end: int) -> Change:
    """Another range: first and last day, counted from today."""

    def change(sheet: Sheet) -> None:
        today = date.fromisoformat(sheet.find("cbc:IssueDate").text)
        sheet.put(f"{CONTROL}/sts:InvoiceAuthorization", resolution)
        sheet.put(f"{CONTROL}//cbc:StartDate", today + timedelta(days=start))
        sheet.put(f"{CONTROL}//cbc:EndDate", today + timedelta(days=end))

    return change


def signed_before(days: int, *, dated: bool) -> Change:
    def change(sheet: Sheet) -> None:
        sheet.signed_days_ago = days
        if dated:
            today = date.fromisoformat(sheet.find("cbc:IssueDate").text)
            sheet.put("cbc:IssueDate", today - timedelta(days=days))

    return change


def issued_by(nit: str) -> Change:
    """Another issuer; the provider of the software stays."""

    def change(sheet: Sheet) -> None:
        path = f"{CUSTOMER if sheet.kind in codes.SUPPORT else SELLER}/cac:PartyTaxScheme/cbc:CompanyID"
        sheet.put(path, nit)
        sheet.put(f"{path}/@schemeID", check_digit(nit))

    return change


def with_separator(sheet: Sheet) -> None:
    sheet.put("cbc:ID", f"{sheet.number[:2]}-{sheet.number[2:]}")


def other_software(sheet: Sheet) -> None:
    sheet.put(f"{PROVIDER}/sts:SoftwareID", OTHER_SOFTWARE)
    code = f"{OTHER_SOFTWARE}{PIN}{sheet.number}"
    sheet.put("//sts:SoftwareSecurityCode", hashlib.sha384(code.encode()).hexdigest())


def without_tax(sheet: Sheet) -> None:
    sheet.drop_all("cac:TaxTotal")
    gross = sheet.find("{T}/cbc:LineExtensionAmount").text
    sheet.put("{T}/cbc:TaxInclusiveAmount", gross)
    sheet.put("{T}/cbc:PayableAmount", gross)


def prepaid(sheet: Sheet) -> None:
    node = sheet.find("{T}/cbc:PayableAmount")
    new = etree.Element(f"{{{PREFIXES['cbc']}}}PrepaidAmount", currencyID="COP")
    new.text = "-5.00"
    node.addprevious(new)


INCLUSIVE, PAYABLE, GROSS = "{T}/cbc:TaxInclusiveAmount", "{T}/cbc:PayableAmount", "{T}/cbc:LineExtensionAmount"
HEAD, HEAD_ROW = "cac:TaxTotal", "cac:TaxTotal/cac:TaxSubtotal"
LINE, LINE_ROW = "{L}/cac:TaxTotal", "{L}/cac:TaxTotal/cac:TaxSubtotal"
HELD, HELD_ROW = "cac:WithholdingTaxTotal", "cac:WithholdingTaxTotal/cac:TaxSubtotal"
LINE_HELD, LINE_HELD_ROW = f"{{L}}/{HELD}", f"{{L}}/{HELD_ROW}"
TAX, BASE, SCHEME_NAME = "/cbc:TaxAmount", "/cbc:TaxableAmount", "/cac:TaxCategory/cac:TaxScheme/cbc:Name"


# without its issuer a document has no range, and an adjustment speaks of somebody else's document
NO_ISSUER = (("F", "AB05b"), ("DS", "AB05b"), ("NS", "BG04a"))


def _of_party(group: str) -> list[Case]:
    """The rules of one side."""
    party = SELLER if group == "AJ" else CUSTOMER
    scheme = f"{party}/cac:PartyTaxScheme"
    issuing = codes.SALES if group == "AJ" else codes.SUPPORT
    other = codes.SUPPORT if group == "AJ" else codes.SALES
    company_id = f"{scheme}/cbc:CompanyID"
    rows = [
        Case(f"{group}16", put(f"{party}/cac:PhysicalLocation//cbc:IdentificationCode", "US")),
        Case(f"{group}17", put(f"{party}/cac:PhysicalLocation//cac:Country/cbc:Name", "COLOMBIA")),
        Case(f"{group}20", put(company_id, ""), base="period", also=NO_ISSUER, kinds=issuing),
        Case(f"{group}20", put(company_id, ""), kinds=other),
        Case(f"{group}21", put(f"{company_id}/@schemeName", "99")),
        Case(f"{group}24", put(f"{company_id}/@schemeID", "9")),
        Case(f"{group}26", put(f"{scheme}/cbc:TaxLevelCode", "O-48")),
        Case(f"{group}28", drop(f"{scheme}/cac:RegistrationAddress")),
        Case(f"{group}40", put(f"{scheme}/cac:TaxScheme/cbc:ID", "ZY")),
        Case(f"{group}41", put(f"{scheme}/cac:TaxScheme/cbc:Name", "Otro")),
        Case(f"{group}43a", put(f"{scheme}/cbc:RegistrationName", "OTRO NOMBRE")),
        Case(f"{group}43b", put(f"{scheme}/cbc:RegistrationName", "OTRO NOMBRE")),
        Case(f"{group}44a", issued_by(NIT_UNKNOWN), base="period", also=NO_ISSUER[2:]),
        Case(f"{group}44b", both(
            put(company_id, NIT_CANCELLED), put(f"{company_id}/@schemeID", check_digit(NIT_CANCELLED)))),
        Case(f"{group}55", put(f"{party}/cac:Contact/cbc:ElectronicMail", "a@b; c@d.co")),
        Case(f"{group}71", drop(f"{party}/cac:Contact")),
        Case(f"{group}73", issued_by(NIT_SILENT), base="period", also=NO_ISSUER[2:]),
    ]
    for place, first in ((f"{party}/cac:PhysicalLocation/cac:Address", 9), (f"{scheme}/cac:RegistrationAddress", 29)):
        rows += [
            Case(f"{group}{first:02}", put(f"{place}/cbc:ID", "1100")),
            Case(f"{group}{first + 1:02}", drop(f"{place}/cbc:CityName")),
            Case(f"{group}{first + 2:02}", put(f"{place}/cbc:CountrySubentity", "BOGOTA")),
            Case(f"{group}{first + 3:02}", both(
                put(f"{place}/cbc:CountrySubentityCode", "01"), put(f"{place}/cbc:ID", "01001"))),
        ]
    return rows


def _of_software() -> list[Case]:
    provider, software = f"{PROVIDER}/sts:ProviderID", f"{PROVIDER}/sts:SoftwareID"
    authority = "//sts:AuthorizationProviderID"
    return [
        Case("AB19a", put(provider, "")),
        Case("AB19b", both(put(provider, NIT_UNKNOWN), put(f"{provider}/@schemeID", check_digit(NIT_UNKNOWN)))),
        Case("AB22", put(f"{provider}/@schemeID", "9")),
        Case("AB23", put(f"{provider}/@schemeName", "13")),
        Case("AB24a", put(software, "")),
        Case("AB24b", put(software, "00000000-0000-4000-8000-0000000000cc")),
        Case("AB25", put(f"{software}/@schemeAgencyID", "9")),
        Case("AB26", put(f"{software}/@schemeAgencyName", "DIAN")),
        Case("AB27a", put("//sts:SoftwareSecurityCode", "")),
        Case("AB27b", put("//sts:SoftwareSecurityCode", "0" * 96)),
        Case("AB31", put(authority, NIT_A)),
        Case("AB35", put(f"{authority}/@schemeID", "5")),
        Case("AB36", put("//sts:QRCode", "")),
    ]


SOFTWARE_CASES = _of_software()
CASES: list[Case] = [
    Case("AA02", drop("ext:UBLExtensions/ext:UBLExtension[2]"), stays=True),
    Case("AB05a", both(
        drop(CONTROL), only_of("F", drop(f"{SELLER}/cac:PartyLegalEntity/cac:CorporateRegistrationScheme")))),
    Case("AB05b", put(f"{CONTROL}/sts:InvoiceAuthorization", "18760000009")),
    Case("AB07a", drop(f"{CONTROL}//cbc:StartDate")),
    Case("AB07b", put(f"{CONTROL}//cbc:StartDate", "2019-01-18")),
    Case("AB08a", drop(f"{CONTROL}//cbc:EndDate")),
    Case("AB08b", put(f"{CONTROL}//cbc:EndDate", "2030-01-18")),
    Case("AB10a", with_prefix(None)),
    Case("AB10b", with_prefix("FE")),
    Case("AB11b", put(f"{CONTROL}//sts:From", "1")),
    Case("AB12b", put(f"{CONTROL}//sts:To", "999999999")),
    *SOFTWARE_CASES,
    Case("AD01", put("cbc:UBLVersionID", "2.1")),
    Case("AD02", put("cbc:CustomizationID", "20")),
    Case("AD02a", put("cbc:CustomizationID", "10")),
    Case("AD03", put("cbc:ProfileID", "DIAN 2.1")),
    Case("AD04", both(put("cbc:ProfileExecutionID", "1"), put("cbc:UUID/@schemeID", "1"))),
    Case("AD05a", with_separator),
    Case("AD05b", numbered("1")),
    Case("AD05c", numbered("995000001")),
    Case("AD05e", other_software),
    Case("AD06", unhashed(put("cbc:UUID", "0" * 96))),
    Case("AD09a", in_range(LATER, 5, 10)),
    Case("AD09b", in_range(EARLIER, -10, -5)),
    Case("AD09c", signed_before(11, dated=True)),
    Case("AD09e", signed_before(1, dated=False)),
    Case("AD10", put("cbc:IssueTime", "09:30:15-06:00")),
    Case("AD12", unhashed(lambda sheet: sheet.put(
        "cbc:InvoiceTypeCode" if sheet.kind == "F" else "cbc:CreditNoteTypeCode", "20"))),
    Case("AD15a", put("cbc:DocumentCurrencyCode", "USD")),
    Case("AD16", put("cbc:LineCountNumeric", "7")),
    Case("AE02", drop("cac:InvoicePeriod/cbc:StartDate"), base="period"),
    Case("AE04", drop("cac:InvoicePeriod/cbc:EndDate"), base="period"),
    Case("BF01", drop("cac:DiscrepancyResponse")),
    Case("BF03a", lambda sheet: sheet.put("cbc:CustomizationID", {"C": "20", "D": "30"}[sheet.kind]), base="period"),
    Case("BG04a", put("cac:BillingReference//cbc:UUID", "b" * 96)),
    *_of_party("AJ"),
    *_of_party("AK"),
    Case("AJ49", drop(f"{SELLER}/cac:PartyLegalEntity/cac:CorporateRegistrationScheme")),
    Case("AJ50", put(f"{SELLER}/cac:PartyLegalEntity/cac:CorporateRegistrationScheme/cbc:ID", "FE")),
    Case("AJ51", lambda sheet: sheet.after(
        f"{SELLER}/cac:PartyLegalEntity/cac:CorporateRegistrationScheme/cbc:ID", "cbc:Name", "12-34")),
    Case("AK61", drop(f"{CUSTOMER}/cac:PartyIdentification"), base="person"),
    Case("AK62", put(f"{CUSTOMER}/cac:PartyIdentification/cbc:ID/@schemeName", "99"), base="person"),
    Case("AM02a", put("cac:Delivery/cac:DeliveryAddress/cbc:ID", "1101"), base="delivery"),
    Case("AM02b", put("cac:Delivery/cac:DeliveryAddress/cbc:CountrySubentity", "Cauca"), base="delivery"),
    Case("AN01", drop("cac:PaymentMeans")),
    Case("AN02", put("cac:PaymentMeans/cbc:ID", "3")),
    Case("AN03", put("cac:PaymentMeans/cbc:PaymentMeansCode", "54")),
    Case("AN04", put("cac:PaymentMeans/cbc:ID", "2")),
    Case("AR02", put("cac:PaymentExchangeRate/cbc:SourceCurrencyCode", "USD"), base="rate"),
    Case("AR03", drop("cac:PaymentExchangeRate/cbc:SourceCurrencyBaseRate"), base="rate"),
    Case("AR04", put("cac:PaymentExchangeRate/cbc:TargetCurrencyCode", "COP"), base="rate"),
    Case("AR05", put("cac:PaymentExchangeRate/cbc:TargetCurrencyBaseRate", "2.00"), base="rate"),
    Case("AR06", drop("cac:PaymentExchangeRate/cbc:CalculationRate"), base="rate"),
    Case("AR07", drop("cac:PaymentExchangeRate/cbc:Date"), base="rate"),
    Case("AS01a", put(HEAD_ROW + SCHEME_NAME, "Otro")),
    Case("AS01b", without_tax),
    Case("AS02", raised("1.00", HEAD + TAX, INCLUSIVE, PAYABLE)),
    Case("AS04", lambda sheet: sheet.halve(HEAD_ROW)),
    Case("AS05", raised("-0.01", HEAD_ROW + BASE)),
    Case("AS07", both(
        *(raised("1.90", f"*[cbc:ID='{number}' and cac:Item]/cac:TaxTotal{row}{TAX}")
          for number in (1, 2) for row in ("", "/cac:TaxSubtotal")),
        raised("5.70", HEAD + TAX, HEAD_ROW + TAX, INCLUSIVE, PAYABLE)), base="two lines"),
    Case("AT01", put(HELD_ROW + SCHEME_NAME, "Otro"), base="withheld"),
    Case("AT02", raised("1.00", HELD + TAX), base="withheld"),
    Case("AT04", lambda sheet: sheet.halve(HELD_ROW), base="withheld"),
    Case("AT05", raised("-0.01", HELD_ROW + BASE), base="withheld"),
    Case("AT07", both(
        raised("1.50", LINE_HELD + TAX, LINE_HELD_ROW + TAX), raised("3.00", HELD + TAX, HELD_ROW + TAX)),
         base="withheld"),
    Case("AU02", raised("1.00", GROSS, INCLUSIVE, PAYABLE)),
    Case("AU04", put("{T}/cbc:TaxExclusiveAmount", "0.00")),
    Case("AU06", raised("1.00", INCLUSIVE, PAYABLE)),
    Case("AU08", both(raised("1.00", "{T}/cbc:AllowanceTotalAmount"), raised("-1.00", PAYABLE)), base="discount"),
    Case("AU10", raised("1.00", "{T}/cbc:ChargeTotalAmount", PAYABLE), base="discount"),
    Case("AU14", raised("1.00", PAYABLE)),
    Case("AV03", put("{L}/cbc:Note", "Contrato de servicios AIU por concepto de:"), base="aiu"),
    Case("AV04b", put("{L}/{Q}", "0.000000")),
    Case("AV06", put("{L}/cac:Price/cbc:PriceAmount", "150.00")),
    Case("AX01", put(LINE_ROW + SCHEME_NAME, "Otro")),
    Case("AX02", raised("1.00", LINE + TAX)),
    Case("AX04", lambda sheet: sheet.halve(LINE_ROW)),
    Case("AX05", both(drop(LINE_ROW + BASE), put(HEAD_ROW + BASE, "0.00"), put("{T}/cbc:TaxExclusiveAmount", "0.00")),
         base="exempt"),
    Case("AX07", raised(
        "3.00", LINE + TAX, LINE_ROW + TAX, HEAD + TAX, HEAD_ROW + TAX, INCLUSIVE, PAYABLE)),
    Case("AY05", both(
        raised("-1.00", LINE_HELD_ROW + BASE, HELD_ROW + BASE),
        raised("-0.15", LINE_HELD + TAX, LINE_HELD_ROW + TAX, HELD + TAX, HELD_ROW + TAX)), base="withheld"),
    Case("AY10", put(LINE_HELD_ROW + SCHEME_NAME, "Otro"), base="withheld"),
    Case("AZ02", drop("{L}/cac:Item/cbc:Description")),
    Case("AZ09", drop("{L}/cac:Item/cac:StandardItemIdentification")),
    Case("BB05", put("{L}/cac:PricingReference//cbc:PriceTypeCode", "09"), base="gift"),
    Case("BE01", drop("{L}/cac:AllowanceCharge/cbc:BaseAmount"), base="line discount"),
    Case("VLR01", prepaid, kinds=codes.ALL),
    Case("SALDO", lambda _sheet: None, base="little", kinds=("C", "NS")),
    Case("ACEPTADA", lambda _sheet: None, base="accepted", kinds=("C", "D", "NS")),
]  # fmt: skip


def of_cases() -> list[tuple[Case, str]]:
    """Every case with every kind that it is for; those about the software of events are judged where events are."""
    return [(case, kind) for case in CASES for kind in case.wanted if kind != codes.EVENT]


def register_rows(today: date) -> list[tuple[str, dict[str, object]]]:
    """What DIAN knows: `(kind, row)`."""
    ranges = [(RANGE.invoice_authorization, NIT_A, RANGE.start_date, RANGE.end_date)]
    for nit in (NIT_UNKNOWN, NIT_SILENT):
        ranges.append((RANGE.invoice_authorization, nit, RANGE.start_date, RANGE.end_date))
    for resolution, start, end in ((LATER, 5, 10), (EARLIER, -10, -5)):
        ranges.append((resolution, NIT_A, today + timedelta(days=start), today + timedelta(days=end)))
    return [
        ("taxpayer", {"nit": NIT_A, "name": NAME_A, "mailbox": "recepcion@example.com"}),
        ("taxpayer", {"nit": BUYER.company_id.number, "name": BUYER.registration_name}),
        ("taxpayer", {"nit": NIT_SILENT, "name": ""}),
        ("taxpayer", {"nit": NIT_CANCELLED, "name": "", "cancelled": True}),
        ("software", {"id": SOFTWARE, "nit": NIT_A, "pin": PIN}),
        ("software", {"id": OTHER_SOFTWARE, "nit": NIT_A, "pin": PIN}),
        *(
            ("range", {
                "resolution": resolution, "nit": nit, "software": SOFTWARE, "prefix": RANGE.prefix,
                "first": RANGE.from_number, "last": RANGE.to_number, "valid_from": start.isoformat(),
                "valid_to": end.isoformat(), "technical_key": KEY,
            })
            for resolution, nit, start, end in ranges
        ),
    ]  # fmt: skip


def colombian_now() -> datetime:
    return datetime.now(COLOMBIA).replace(microsecond=0)

