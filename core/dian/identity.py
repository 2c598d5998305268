"""What identifies a finished document: its CUFE, CUDE or CUDS, the security code, the address of its QR code.

They depend on the content and on a secret (technical key or PIN), so they come last, before the signature.
"""

from dataclasses import replace
from decimal import Decimal

from . import catalogs, cufe, names
from .catalogs import DOCUMENT_TYPE
from .model import Document, Party

PRODUCTION, TEST = "1", "2"
_SEARCH = {
    PRODUCTION: "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey=",
    TEST: "https://catalogo-vpfe-hab.dian.gov.co/document/searchqr?documentkey=",
}


def needs_technical_key(type_code: str) -> bool:
    """Whether the hash is a CUFE, which takes the range's key; the others take the software's PIN."""
    kind = DOCUMENT_TYPE.get(type_code)
    return kind is not None and kind.hash_name == names.CUFE


def identify(document: Document, *, pin: str, technical_key: str = "") -> Document:
    """The document with UUID, its scheme, SoftwareSecurityCode and QRCode.

    :param technical_key: of the range; for the types 01, 02 and 04 only.
    """
    kind = DOCUMENT_TYPE.get(document.type_code)
    value = uuid(document, technical_key if needs_technical_key(document.type_code) else pin)
    return replace(
        document,
        uuid=value,
        uuid_scheme_id=document.profile_execution_id,
        uuid_scheme_name=kind.hash_name if kind else "",
        extensions=replace(
            document.extensions,
            software_security_code=cufe.software_security_code(document.extensions.software_id, pin, document.id),
            qr_code=search_address(value, document.profile_execution_id),
        ),
    )


def uuid(document: Document, secret: str) -> str:
    """CUFE, CUDE or CUDS of the document; `secret` is the technical key or the PIN, as its type asks."""
    total = document.monetary_total
    gross, payable = (total.line_extension_amount, total.payable_amount) if total else (Decimal(0), Decimal(0))
    supplier, customer = number_of(document.supplier), number_of(document.customer)
    kind = DOCUMENT_TYPE.get(document.type_code)
    if kind is not None and kind.is_support:
        return cufe.cuds(
            number=document.id,
            issue_date=document.issue_date,
            issue_time=document.issue_time,
            value=gross,
            iva=tax_amount(document, cufe.IVA),
            total=payable,
            seller=supplier,
            buyer=customer,
            pin=secret,
            environment=document.profile_execution_id,
        )
    return cufe.cufe(
        number=document.id,
        issue_date=document.issue_date,
        issue_time=document.issue_time,
        line_extension=gross,
        taxes={code: tax_amount(document, code) for code in cufe.HASHED_TAXES},
        payable=payable,
        supplier=supplier,
        customer=customer,
        technical_key=secret,
        environment=document.profile_execution_id,
    )


def tax_amount(document: Document, tribute: str) -> Decimal:
    """The sum of a tribute's groups in the header."""
    return sum(
        (
            total.tax_amount
            for total in document.tax_totals
            if total.subtotals and total.subtotals[0].tax_scheme.id == tribute
        ),
        Decimal(0),
    )


def number_of(party: Party) -> str:
    """The identification of a party without check digit."""
    return party.company_id.number if party.company_id else ""


def issuer(document: Document) -> Party:
    """Who issues and signs: of a support document the buyer."""
    kind = DOCUMENT_TYPE.get(document.type_code)
    return document.customer if kind is not None and kind.is_support else document.supplier


def search_address(key: str, environment: str) -> str:
    """The page of DIAN that shows the document; it is the content of QRCode in the XML."""
    return _SEARCH.get(environment, _SEARCH[PRODUCTION]) + key


def qr_text(document: Document) -> str:
    """What the printed QR code says (annex 1.9, 11.7; support document 1.1, 7.5), one `Name: value` on each line."""
    total = document.monetary_total
    amounts = [
        cufe.amount(value)
        for value in ((total.line_extension_amount, total.payable_amount) if total else (Decimal(0), Decimal(0)))
    ]
    kind = DOCUMENT_TYPE.get(document.type_code)
    is_support = kind is not None and kind.is_support
    end, buyer, seller = ("DS", "DocABS", "NumSNO") if is_support else ("Fac", "DocAdq", "NitFac")
    rows = [
        (f"Num{end}", document.id),
        (f"Fec{end}", document.issue_date.isoformat()),
        (f"Hor{end}", cufe.clock_time(document.issue_time)),
        (seller, number_of(document.supplier)),
        (buyer, number_of(document.customer)),
        (f"Val{end}", amounts[0]),
        ("ValIva", cufe.amount(tax_amount(document, cufe.IVA))),
    ]
    if not is_support:
        rows.append(("ValOtroIm", cufe.amount(_other_taxes(document))))
    rows.append((f"ValTol{end}", amounts[1]))
    rows.append(((kind.hash_name if kind else names.CUFE).partition("-")[0], document.uuid))
    lines = [f"{name}: {value}" for name, value in rows]
    return "\n".join([*lines, search_address(document.uuid, document.profile_execution_id)])


def _other_taxes(document: Document) -> Decimal:
    whole = sum((total.tax_amount for total in document.tax_totals), Decimal(0))
    return whole - tax_amount(document, catalogs.IVA)
