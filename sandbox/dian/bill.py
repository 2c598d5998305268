"""A document as DIAN reads it: its tree, and the facts that the checks ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import ClassVar, TypeVar

from lxml import etree

from ..document import Unreadable, parse
from ..problems import Problem
from .names import PREFIXES, UBL

# by root element: the monetary total, the line, its quantity
SHAPES = {
    "Invoice": ("LegalMonetaryTotal", "InvoiceLine", "InvoicedQuantity"),
    "CreditNote": ("LegalMonetaryTotal", "CreditNoteLine", "CreditedQuantity"),
    "DebitNote": ("RequestedMonetaryTotal", "DebitNoteLine", "DebitedQuantity"),
}
SUPPORT = ("05", "95")
ZERO = Decimal(0)
LARGEST = 20  # digits before the point, within what sums to the cent can hold
P = TypeVar("P", bound="Paper")


class NotANumber(Exception):
    """A number that is missing or is none; the argument is its path."""


@dataclass(frozen=True, eq=False)
class Paper:
    """Any document: its exact bytes and its tree."""

    data: bytes
    root: etree._Element

    shapes: ClassVar[Collection[str]] = ()

    @classmethod
    def read(cls: type[P], data: bytes) -> P | Problem:
        try:
            root = parse(data)
        except Unreadable as error:
            return Problem("ZB02", f"El archivo XML no se puede leer: {error}")
        name = etree.QName(root)
        if name.localname not in cls.shapes or name.namespace != f"{UBL}{name.localname}-2":
            return Problem("ZB01", f"Fallo en el esquema XML del archivo: la raíz {root.tag} no es un documento.")
        return cls(data, root)

    def text(self, path: str, node: etree._Element | None = None) -> str:
        """The text at ``path`` (XPath below the root, or below ``node``), '' when there is none."""
        found = (self.root if node is None else node).xpath(path, namespaces=PREFIXES)
        if not found:
            return ""
        first = found[0]
        return (first if isinstance(first, str) else "".join(first.itertext())).strip()

    def raw(self, path: str) -> str:
        """As `text`, with the blanks at its ends."""
        found = self.root.xpath(path, namespaces=PREFIXES)
        return "".join(found[0].itertext()) if found else ""

    def nodes(self, path: str, node: etree._Element | None = None) -> list[etree._Element]:
        return (self.root if node is None else node).xpath(path, namespaces=PREFIXES)

    def number_at(self, path: str, node: etree._Element | None = None, default: Decimal | None = None) -> Decimal:
        """:raises NotANumber: nothing there (and no ``default``), or no number that can be summed."""
        text = self.text(path, node)
        if not text and default is not None:
            return default
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise NotANumber(path) from None
        if not value.is_finite() or value.adjusted() > LARGEST:
            raise NotANumber(path)
        return value

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def number(self) -> str:
        return self.text("cbc:ID")

    @cached_property
    def key(self) -> str:
        return self.text("cbc:UUID").lower()


class Bill(Paper):
    """An invoice, a note or a support document."""

    shapes = SHAPES

    @property
    def shape(self) -> str:
        return etree.QName(self.root).localname

    @property
    def total_path(self) -> str:
        return f"cac:{SHAPES[self.shape][0]}"

    @property
    def line_path(self) -> str:
        return f"cac:{SHAPES[self.shape][1]}"

    @property
    def quantity_path(self) -> str:
        return f"cbc:{SHAPES[self.shape][2]}"

    @cached_property
    def kind(self) -> str:
        """The document type of the annex; a debit note has no element for it."""
        if self.shape == "DebitNote":
            return "92"
        return self.text("cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode")

    @property
    def is_support(self) -> bool:
        return self.kind in SUPPORT

    @property
    def prefix(self) -> str:
        """First letters of the rule codes for this kind of document."""
        if self.is_support:
            return "DS" if self.kind == "05" else "NS"
        return {"Invoice": "F", "CreditNote": "C", "DebitNote": "D"}[self.shape]

    @cached_property
    def issuer(self) -> str:
        """The NIT that answers for the document: of a support document it is the buyer's."""
        party = "Customer" if self.is_support else "Supplier"
        return self.text(f"cac:Accounting{party}Party/cac:Party/cac:PartyTaxScheme/cbc:CompanyID")

    @cached_property
    def other(self) -> str:
        """The other party's number, of its tax scheme or its identification."""
        party = "Supplier" if self.is_support else "Customer"
        party_path = f"cac:Accounting{party}Party/cac:Party"
        return self.text(f"{party_path}/cac:PartyTaxScheme/cbc:CompanyID") or self.text(
            f"{party_path}/cac:PartyIdentification/cbc:ID"
        )

    @cached_property
    def reference(self) -> str:
        """The key of the document that a note is about, '' for none."""
        names = ("Invoice", "CreditNote", "DebitNote")
        paths = " | ".join(f"cac:BillingReference/cac:{name}DocumentReference/cbc:UUID" for name in names)
        return self.text(paths).lower()

    @property
    def lines(self) -> list[etree._Element]:
        return self.nodes(self.line_path)

    def tax(self, tribute: str) -> Decimal:
        """What the header says of one tribute (01, 04, 03)."""
        path = f"cac:TaxTotal[cac:TaxSubtotal/cac:TaxCategory/cac:TaxScheme/cbc:ID = '{tribute}']"
        return sum((self.number_at("cbc:TaxAmount", node) for node in self.nodes(path)), ZERO)
