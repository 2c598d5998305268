"""Sets up the demo's Colombian company the way its people do: certificate, habilitación, ranges, contacts, taxes."""
import base64
import secrets
from dataclasses import dataclass
from decimal import Decimal

from . import say
from .authority import Authority
from .demo_company import addresses, currency, settings
from .demo_orders_co import CONSUMER, FOREIGN, NIT, SUPPORT, Book, Issuer, Line, Party, Tax
from .demo_ready_co import (
    OFFICER,
    OFFICER_PASSWORD,
    Assistant,
    Portal,
    Trial,
    go_to_production,
    pass_the_test_set,
)
from .odoo import Odoo
from .rpc import Client

CLERK = "facturacion.co"
_MODULE = "l10n_mx_co_edi"
_PREFIX = f"{_MODULE}_"
_SOFTWARE = "00000000-0000-4000-8000-0000000000aa"
_IDENTIFICATION = {"13": "national_citizen_id", NIT: "rut", "41": "passport", FOREIGN: "external_id"}
_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


@dataclass
class CompanyCo:
    """The company's records by what the orders call them; the two secrets are known because the demo is DIAN, too."""

    admin: Client
    book: Book
    id: int
    certificate: bytes
    technical_key: str
    pin: str
    password: str
    trial: Trial
    journals: dict[str, int]
    parties: dict[str, int]
    taxes: dict[tuple[Tax, str], int]
    units: dict[str, int]
    products: dict[Line, int]
    currencies: dict[str, int]


def set_up(admin: Client, authority: Authority, book: Book, odoo: Odoo) -> CompanyCo:
    """Make the company of the book, ready to issue before the local DIAN, with everything the orders need.

    :raise Problem: DIAN did not let it
    """
    say.step("Colombian company: chart of accounts, fiscal data, certificate, people")
    key, issuer = secrets.token_hex(20), book.issuer
    portal = Portal(authority, issuer.nit, issuer.name, _SOFTWARE, f"{secrets.randbelow(90_000) + 10_000}")
    company = _company(admin, issuer)
    addresses(admin, odoo.url)
    here = _Here(admin, company)
    _register(authority, book)
    certificate, password = _certificate(here, authority, issuer), _people(here)
    assistant = Assistant(admin, odoo.client(OFFICER, OFFICER_PASSWORD), company)
    trial = pass_the_test_set(assistant, portal)
    journals = go_to_production(assistant, portal, key)
    here.write("account.journal", [journals["invoice"]], {"refund_sequence": True, "debit_sequence": True})
    settings(admin, {f"{_PREFIX}test_email": "pruebas@empresa.example"}, here.context)
    say.step("Colombian company: customers, sellers, products, taxes")
    made = CompanyCo(
        admin, book, company, certificate, key, portal.pin, password, trial,
        {"sale": journals["invoice"], "purchase": journals["support"]}, {}, {}, {}, {}, {})
    for party in book.parties.values():
        made.parties[party.id] = _partner(here, party)
    for order in book.orders:
        use = "purchase" if order.kind == SUPPORT else "sale"
        for line in order.lines:
            for tax in line.charged():
                if (tax, use) not in made.taxes:
                    made.taxes[tax, use] = _tax(here, tax, use)
            made.products[line] = _product(here, made, line, use)
        made.currencies[order.currency] = currency(admin, company, order.currency, order.rate)
    return made


class _Here:
    """The administrator, working in the Colombian company."""

    def __init__(self, admin: Client, company: int):
        self.admin = admin
        self.company = company
        self.context = {"allowed_company_ids": [company]}

    def create(self, model: str, values: dict) -> int:
        return self.admin.create(model, values, context=self.context)

    def write(self, model: str, ids: list[int], values: dict) -> None:
        self.admin.call(model, "write", ids, values, context=self.context)

    def search_read(self, model: str, domain: list, fields: list[str], **options) -> list[dict]:
        return self.admin.search_read(model, domain, fields, context=self.context, **options)


def check_digit(nit: str) -> str:
    """The NIT's check digit (DV): the sum of the digits by prime weights, modulo 11."""
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(nit), _WEIGHTS, strict=False)) % 11
    return str(rest if rest < 2 else 11 - rest)


def _company(admin: Client, issuer: Issuer) -> int:
    company = admin.create("res.company", {
        "name": issuer.name.title(), "country_id": admin.ref("base.co"), "currency_id": admin.ref("base.COP"),
        "street": "Carrera 7 # 71-21", "city": "Bogotá, D.C.", "zip": "110231", "phone": "601 555 0100",
        "email": "facturacion@empresa.example"})
    admin.call("res.users", "write", [admin.uid], {"company_ids": [[4, company]]})
    here = _Here(admin, company)
    settings(admin, {"chart_template": "co"}, here.context)
    [row] = admin.read("res.company", [company], ["partner_id"])
    here.write("res.partner", [row["partner_id"][0]], {
        "vat": f"{issuer.nit}-{check_digit(issuer.nit)}", "is_company": True, "lang": "es_CO",
        "l10n_latam_identification_type_id": admin.ref("l10n_co.rut"),
        f"{_PREFIX}municipality": issuer.municipality, f"{_PREFIX}dian_responsibilities": issuer.responsibilities,
        f"{_PREFIX}dian_regime": "48", f"{_PREFIX}dian_tribute": "01", f"{_PREFIX}ciiu": issuer.ciiu,
        f"{_PREFIX}matricula": issuer.matricula,
    })
    return company


def _register(authority: Authority, book: Book) -> None:
    """Enter everybody else into DIAN's register, as the law has them there already."""
    for party in book.parties.values():
        if party.document_type == NIT:
            authority.post("dian/register", {"kind": "taxpayer", "row": {
                "nit": party.document, "name": party.name, "mailbox": party.email}})


def _certificate(here: _Here, authority: Authority, issuer: Issuer) -> bytes:
    """The certificate through its upload; return its public part."""
    issued = authority.post("dian/issue", {"nit": issuer.nit, "name": issuer.name})
    upload = here.create(f"{_MODULE}.certificate.dian.upload", {
        "company_id": here.company, "file": issued["p12"], "password": issued["password"]})
    here.admin.button(f"{_MODULE}.certificate.dian.upload", "action_save", [upload], here.context)
    [row] = here.search_read(f"{_MODULE}.certificate", [["company_id", "=", here.company]], ["content"])
    return base64.b64decode(row["content"])


def _people(here: _Here) -> str:
    """A billing clerk without any administrator's right, and the accountant who runs the test set."""
    admin, password = here.admin, "facturacion"
    for name, login, word, group in (
            ("Camila Cartera", CLERK, password, "account.group_account_invoice"),
            ("Catalina Contadora", OFFICER, OFFICER_PASSWORD, "account.group_account_manager")):
        here.create("res.users", {
            "name": name, "login": login, "password": word, "lang": "es_CO", "tz": "America/Bogota",
            "email": f"{name.split()[0].lower()}@empresa.example", "company_id": here.company,
            "company_ids": [[6, 0, [here.company]]],
            "group_ids": [[6, 0, [admin.ref("base.group_user"), admin.ref(group)]]]})
    return password


def _partner(here: _Here, party: Party) -> int:
    """A contact; the number of a NIT with its check digit, as people type it."""
    admin = here.admin
    number = party.document
    if party.document_type == NIT:
        number = f"{number}-{check_digit(number)}"
    [country] = admin.search("res.country", [["code", "=", party.country]])
    return here.create("res.partner", {
        "name": party.name, "is_company": party.document_type in (NIT, FOREIGN), "country_id": country,
        "vat": number, "street": party.address, "city": party.city, "zip": party.postal_code, "email": party.email,
        "lang": "es_CO" if party.country == "CO" else "en_US", "company_id": here.company,
        "l10n_latam_identification_type_id": admin.ref(f"l10n_co.{_IDENTIFICATION[party.document_type]}"),
        f"{_PREFIX}municipality": party.municipality or False,
        f"{_PREFIX}dian_responsibilities": party.responsibilities,
        f"{_PREFIX}dian_regime": party.regime or ("49" if party.document == CONSUMER else "48"),
        f"{_PREFIX}dian_tribute": party.tribute, f"{_PREFIX}reception_mailbox": party.email or False,
    })


def _tax(here: _Here, tax: Tax, use: str) -> int:
    """A tax of the chart if one says the same, else a new one as an accountant would make it."""
    domain = [["type_tax_use", "=", use], ["active", "in", [True, False]], ["amount_type", "!=", "group"],
              [f"{_PREFIX}tribute", "=", tax.tribute], [f"{_PREFIX}tribute_kind", "=", tax.kind]]
    signed = -(tax.amount or Decimal(0)) if tax.kind == "withheld" else tax.amount or Decimal(0)
    for row in here.search_read("account.tax", domain, ["amount", "active"], order="active desc, id"):
        if abs(Decimal(str(row["amount"])) - signed) < Decimal("0.00005"):
            if not row["active"]:
                here.write("account.tax", [row["id"]], {"active": True})
            return row["id"]
    country = here.admin.ref("base.co")
    group = here.create("account.tax.group", {"name": tax.label, "company_id": here.company, "country_id": country})
    return here.create("account.tax", {
        "name": tax.label, "amount": float(signed), "amount_type": "fixed" if tax.per_unit else "percent",
        "type_tax_use": use, "company_id": here.company, "country_id": country, "tax_group_id": group,
        "invoice_label": tax.label, f"{_PREFIX}tribute": tax.tribute, f"{_PREFIX}tribute_kind": tax.kind})


def _product(here: _Here, made: CompanyCo, line: Line, use: str) -> int:
    taxes = [[6, 0, [made.taxes[tax, use] for tax in line.charged()]]]
    return here.create("product.product", {
        "name": line.description, "type": "consu", "default_code": line.reference or False,
        "company_id": here.company, "list_price": float(line.price), "uom_id": _unit(here.admin, line.unit_code),
        f"{_PREFIX}unspsc": line.product_code or False, f"{_PREFIX}brand": line.brand or False,
        f"{_PREFIX}model": line.model or False,
        **({"taxes_id": taxes} if use == "sale" else {"supplier_taxes_id": taxes, "taxes_id": False})})


def _unit(admin: Client, code: str) -> int:
    """A unit of measure of Odoo that DIAN's documents name by this UN/ECE code."""
    if code in ("", "94"):
        return admin.ref("uom.product_uom_unit")
    [found] = admin.search("uom.uom", [[f"{_PREFIX}clave_unidad", "=", code]], limit=1)
    return found
