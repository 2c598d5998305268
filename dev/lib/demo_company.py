"""Sets up the demo's company the way its people do: settings, certificate upload, contacts, products, taxes, users."""
import base64
import datetime
import secrets
from dataclasses import dataclass
from decimal import Decimal

from . import say
from .authority import Authority
from .demo_orders import GENERIC_FOREIGN, GENERIC_NATIONAL, Book, Customer, Line, Tax
from .rpc import Client

CLERK = "facturacion"
_MODULE = "l10n_mx_co_edi"
_PREFIX = f"{_MODULE}_"
_PRECISIONS = {"Product Price": "price", "Product Unit": "quantity", "Discount": "discount"}


@dataclass
class Company:
    """The company's records by what the orders call them."""

    admin: Client
    book: Book
    id: int
    certificate: bytes
    password: str
    partners: dict[str, int]
    journals: dict[str, int]
    taxes: dict[Tax, int]
    units: dict[str, int]
    products: dict[Line, int]
    currencies: dict[str, int]
    today: str


def set_up(admin: Client, authority: Authority, book: Book, url: str) -> Company:
    """Make the company of the book, known to the authority, with everything the orders need."""
    say.step("company: Mexican chart of accounts, fiscal data, users")
    company = _fiscal_data(admin, book)
    addresses(admin, url)
    say.step("company: provider's account and seal certificate (CSD) through the settings")
    certificate = connect(admin, authority, book, company)
    _register(authority, book)
    say.step("company: customers, products, taxes, currencies")
    password = _clerk(admin, company)
    made = Company(admin, book, company, certificate, password, {}, {}, {}, {}, {}, {}, _today())
    made.partners = {customer.id: _partner(admin, customer) for customer in book.customers.values()}
    made.journals = {code: _journal(admin, company, code) for code in {order.postal_code for order in book.orders}}
    _fill(made)
    return made


def _fill(made: Company) -> None:
    admin, lines = made.admin, [line for order in made.book.orders for line in order.lines]
    for name, column in _PRECISIONS.items():
        digits = max([2, *(-getattr(line, column).as_tuple().exponent for line in lines)])
        ids = admin.search("decimal.precision", [["name", "=", name]])
        admin.call("decimal.precision", "write", ids, {"digits": min(digits, 6)})
    for tax in dict.fromkeys(tax for line in lines for tax in line.taxes):
        made.taxes[tax] = _tax(admin, made.id, tax)
    for code in dict.fromkeys(line.unit_code for line in lines):
        made.units[code] = _unit(admin, code)
    for line in lines:
        made.products[line] = _product(made, line)
    for order in made.book.orders:
        made.currencies[order.currency] = currency(admin, made.id, order.currency, order.rate)


def _fiscal_data(admin: Client, book: Book) -> int:
    issuer = book.issuer
    [company] = admin.search("res.company", [], limit=1, order="id")
    admin.call("res.company", "write", [company], {
        "name": issuer.name.title(), "country_id": admin.ref("base.mx"), "vat": issuer.rfc, "zip": issuer.postal_code,
        "street": "Av. Demostración 100", "city": "Ciudad de prueba", "email": "facturas@empresa.example",
    })
    settings(admin, {"chart_template": "mx"})
    # a new session knows the company's new country
    [partner] = admin.read("res.company", [company], ["partner_id"])
    admin.call("res.partner", "write", [partner["partner_id"][0]], {
        f"{_PREFIX}fiscal_name": issuer.name, f"{_PREFIX}regimen_fiscal": issuer.regime, "lang": "es_MX",
    })
    return company


def settings(admin: Client, values: dict, context: dict | None = None) -> None:
    """Save the settings page, as its button does."""
    page = admin.create("res.config.settings", values, context=context)
    admin.button("res.config.settings", "execute", [page], context)


def addresses(admin: Client, url: str) -> None:
    """Where links and the print's styles come from; frozen, so that no login changes it."""
    for name, value in {"web.base.url": url, "web.base.url.freeze": "True", "report.url": url}.items():
        admin.call("ir.config_parameter", "set_param", name, value)


def connect(
    admin: Client, authority: Authority, book: Book, company: int, username: str = "demo@empresa.example",
) -> bytes:
    """Open an account at the provider and have a seal certificate issued, and enter both; return the certificate."""
    password = secrets.token_urlsafe(12)
    authority.post("accounts", {"username": username, "password": password, "credits": -1})
    settings(admin, {
        f"{_PREFIX}environment": "sandbox", f"{_PREFIX}pac": "finkok",
        f"{_PREFIX}pac_username": username, f"{_PREFIX}pac_password": password,
        f"{_PREFIX}test_email": "pruebas@empresa.example",
    })
    csd = authority.issue(book.issuer.rfc, book.issuer.name, password=secrets.token_urlsafe(9))
    upload = admin.create(f"{_MODULE}.certificate.upload", {
        "company_id": company, "cer": csd["cer"], "key": csd["key"], "password": csd["password"],
    })
    admin.button(f"{_MODULE}.certificate.upload", "action_save", [upload])
    return base64.b64decode(csd["cer"])


def _register(authority: Authority, book: Book) -> None:
    """Enter everybody into the authority's register of taxpayers, as the law has them there already."""
    known = [book.issuer, *book.customers.values()]
    authority.post("taxpayers", [
        {"rfc": one.rfc, "name": one.name, "postal_code": one.postal_code, "regimes": [one.regime]}
        for one in known if one.rfc and one.rfc not in (GENERIC_NATIONAL, GENERIC_FOREIGN)
    ])


def _clerk(admin: Client, company: int) -> str:
    """A billing clerk without any administrator's right."""
    password = "facturacion"
    admin.create("res.users", {
        "name": "Fernanda Facturación", "login": CLERK, "password": password, "lang": "es_MX",
        "tz": "America/Mexico_City", "email": "fernanda@empresa.example",
        "company_id": company, "company_ids": [[6, 0, [company]]],
        "group_ids": [[6, 0, [admin.ref("base.group_user"), admin.ref("account.group_account_invoice")]]],
    })
    return password


def _partner(admin: Client, customer: Customer) -> int:
    country = admin.search("res.country", [["code", "=", customer.country]])
    values = {
        "name": customer.name.title(), "is_company": len(customer.rfc) != 13, "country_id": country[0],
        "zip": customer.postal_code, "email": customer.email, "lang": "es_MX" if customer.country == "MX" else "en_US",
        f"{_PREFIX}fiscal_name": customer.name, f"{_PREFIX}regimen_fiscal": customer.regime,
        f"{_PREFIX}fiscal_postal_code": customer.postal_code, f"{_PREFIX}uso_cfdi": customer.use or False,
        f"{_PREFIX}foreign_tax_id": customer.tax_number, f"{_PREFIX}ieps_breakdown": customer.ieps == "separate",
    }
    if customer.rfc:
        values["vat"] = customer.rfc
    return admin.create("res.partner", values)


def _journal(admin: Client, company: int, postal_code: str) -> int:
    """The sales journal, or one of its own for another place of issue."""
    domain = [["type", "=", "sale"], ["company_id", "=", company]]
    if not postal_code:
        return admin.search("account.journal", domain, limit=1)[0]
    return admin.create("account.journal", {
        "name": f"Sucursal {postal_code}", "code": f"S{postal_code[:4]}", "type": "sale", "company_id": company,
        f"{_PREFIX}postal_code": postal_code, f"{_PREFIX}serie": "S",
    })


def _tax(admin: Client, company: int, tax: Tax) -> int:
    """A tax of the chart if there is one that says the same, else a new one as an accountant would make it."""
    same = [["type_tax_use", "=", "sale"], ["company_id", "=", company], ["l10n_mx_tax_type", "=", tax.kind],
            ["l10n_mx_factor_type", "=", tax.factor], ["amount_type", "=", "fixed" if tax.per_unit else "percent"],
            ["active", "in", [True, False]]]
    # rates are compared here: a domain on a float would depend on its last bits
    rows = admin.search_read("account.tax", same, ["amount", "active"], order="active desc, id")
    for row in rows:
        if not tax.name and abs(Decimal(str(row["amount"])) - tax.signed) < Decimal("0.00005"):
            if not row["active"]:
                admin.call("account.tax", "write", [row["id"]], {"active": True})
            return row["id"]
    group = admin.create("account.tax.group", {
        "name": tax.label, "company_id": company, "country_id": admin.ref("base.mx")})
    return admin.create("account.tax", {
        "name": tax.label, "amount": float(tax.signed), "amount_type": "fixed" if tax.per_unit else "percent",
        "type_tax_use": "sale", "company_id": company, "country_id": admin.ref("base.mx"), "tax_group_id": group,
        "l10n_mx_tax_type": tax.kind, "l10n_mx_factor_type": tax.factor, "invoice_label": tax.label,
        # IVA is charged on the price with IEPS
        "include_base_amount": tax.kind == "ieps" and not tax.withheld, "sequence": 0 if tax.kind == "ieps" else 30,
    })


def _unit(admin: Client, code: str) -> int:
    if not code:
        return admin.ref("uom.product_uom_unit")
    found = admin.search("uom.uom", [[f"{_PREFIX}clave_unidad", "=", code]], limit=1)
    return found[0] if found else admin.create("uom.uom", {"name": code, f"{_PREFIX}clave_unidad": code})


def _product(made: Company, line: Line) -> int:
    return made.admin.create("product.product", {
        "name": line.description, "type": "service" if line.unit_code in ("E48", "HUR", "ACT") else "consu",
        "default_code": line.reference or False, "uom_id": made.units[line.unit_code],
        "list_price": float(line.price), "taxes_id": [[6, 0, [made.taxes[tax] for tax in line.taxes]]],
        f"{_PREFIX}clave_prod_serv": line.product_code, f"{_PREFIX}objeto_imp": line.tax_object or False,
    })


def _today() -> str:
    """The date in Mexico's westernmost zone: nowhere in the country it is in the future."""
    west = datetime.timezone(datetime.timedelta(hours=-8))
    return datetime.datetime.now(west).date().isoformat()


def currency(admin: Client, company: int, name: str, rate: Decimal | None) -> int:
    """Activate a currency, with a rate in pesos for one unit; return its id."""
    [currency] = admin.search("res.currency", [["name", "=", name], ["active", "in", [True, False]]])
    admin.call("res.currency", "write", [currency], {"active": True})
    domain = [["currency_id", "=", currency], ["company_id", "=", company]]
    if rate and not admin.search("res.currency.rate", domain):
        admin.create("res.currency.rate", {
            "currency_id": currency, "company_id": company, "name": "2000-01-01", "inverse_company_rate": float(rate),
        })
    return currency
