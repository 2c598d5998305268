"""What `dev/shots` photographs: a company, its records, and an invoice in every state a person can meet."""
import datetime
import functools
from dataclasses import replace

from . import demo_company, demo_orders, shots_colombia, shots_habilitacion, shots_providers
from .authority import Authority
from .demo_company import CLERK, Company
from .demo_sales import Sale, sell
from .odoo import Odoo
from .rpc import Client, RpcError
from .shots_screens import COLOMBIAN, ENGLISH, SPANISH

_P = "l10n_mx_co_edi_"
_PASSWORD = "shots-password"
_ORDERS = ("iva-16", "exempt", "withholdings", "usd", "public", "credit-note")
_GROUPS = {
    "clerk": ("base.group_user", "account.group_account_invoice", "base.group_partner_manager"),
    "admin": ("base.group_system", "account.group_account_manager"),
    "newcomer": ("base.group_user", "account.group_account_invoice"),
    "portal": ("base.group_portal",),
    "colombian": ("base.group_system", "account.group_account_manager"),
    "colombian_clerk": ("base.group_user", "account.group_account_invoice", "base.group_partner_manager"),
    "colombian_newcomer": ("base.group_system", "account.group_account_manager"),
    "provider": ("base.group_system", "account.group_account_manager"),
}
# a name that no taxpayer of the authority's register has
_STRANGER = ("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "76343")


class Scenes(shots_habilitacion.HabilitacionScenes, shots_colombia.ColombianScenes, shots_providers.ProviderScenes,
             dict):
    """Records by the words in the screens' paths, each made when it is first asked for.

    A word is the name of a method; its answer is an id, or a piece of an address.
    """

    def __init__(self, odoo: Odoo, authority: Authority):
        super().__init__()
        self.odoo = odoo
        self.authority = authority
        whole = demo_orders.load()
        orders = tuple(order for order in whole.orders if order.id in _ORDERS)
        self.book = replace(whole, orders=orders)
        self.admin: Client = odoo.client()
        self.company: Company = demo_company.set_up(self.admin, authority, self.book, odoo.url)
        self.clerk = odoo.client(CLERK, self.company.password)

    def __missing__(self, name: str):
        self[name] = str(getattr(self, f"_{name}")())
        return self[name]

    # -- people ------------------------------------------------------------------------------------------------

    def logins(self, roles: set[str]) -> dict[str, dict[str, tuple[str, str]]]:
        """Login and password of each of the roles in each language."""
        return {role: {language: self._user(role, language) for language in (SPANISH, ENGLISH, COLOMBIAN)}
                for role in sorted(roles)}

    def _user(self, role: str, language: str) -> tuple[str, str]:
        login = f"{role}-{language}"
        names = {"clerk": "Fernanda Facturación", "admin": "Andrea Administradora", "newcomer": "Nora Nueva",
                 "portal": "Pablo Portal", "colombian": "Catalina Contadora", "colombian_clerk": "Camila Cartera",
                 "colombian_newcomer": "Natalia Nueva", "provider": "Paula Proveedora"}
        company = {"newcomer": lambda: self._empty_company, "colombian": lambda: int(self["colombia"]),
                   "colombian_clerk": lambda: int(self["colombia"]),
                   "colombian_newcomer": lambda: int(self["colombia_new"]),
                   "provider": lambda: int(self["facturatech"])}.get(
            role, lambda: self.hab_company(role) if role.startswith("hab_") else self.company.id)()
        user = self.admin.create("res.users", {
            "name": names.get(role, "Natalia Nueva"), "login": login, "password": _PASSWORD, "lang": language,
            "tz": "America/Mexico_City", "email": f"{login}@empresa.example", "company_id": company,
            "company_ids": [[6, 0, [company]]],
            "group_ids": [[6, 0, [self.admin.ref(group) for group in _GROUPS.get(role, _GROUPS["colombian"])]]],
        })
        if role == "portal":
            [row] = self.admin.read("res.users", [user], ["partner_id"])
            self.admin.call("res.partner", "write", [row["partner_id"][0]], {"parent_id": int(self["customer"])})
        return login, _PASSWORD

    @functools.cached_property
    def _empty_company(self) -> int:
        """A Mexican company that has just begun."""
        return self.admin.create("res.company", {
            "name": "Empresa Nueva", "country_id": self.admin.ref("base.mx"),
            "currency_id": self.admin.ref("base.MXN")})

    # -- master data -------------------------------------------------------------------------------------------

    def _customer(self) -> int:
        return self.company.partners["universidad"]

    def _poor_customer(self) -> int:
        return self.admin.create("res.partner", {
            "name": "Comercializadora del Norte, S.A. de C.V.", "is_company": True, "vat": "ICV060329BY0",
            "country_id": self.admin.ref("base.mx"), "zip": "99999", f"{_P}uso_cfdi": "D01", "lang": SPANISH})

    def _product_product(self) -> int:
        return next(product for line, product in self.company.products.items() if line.unit_code == "E48")

    def _product(self) -> int:
        """The form that the menu opens is the template's."""
        [row] = self.admin.read("product.product", [self._product_product()], ["product_tmpl_id"])
        return row["product_tmpl_id"][0]

    def _unit(self) -> int:
        return self.admin.ref("uom.product_uom_hour")

    def _tax(self) -> int:
        return next(record for tax, record in self.company.taxes.items() if tax.kind == "iva" and not tax.withheld)

    def _poor_tax(self) -> int:
        """What Odoo's chart has wrong when nobody looks: a withholding of income tax without its kind."""
        good = self.admin.read("account.tax", [int(self["tax"])], ["tax_group_id"])[0]
        return self.admin.create("account.tax", {
            "name": "IEPS 11%", "amount": 11, "type_tax_use": "sale", "company_id": self.company.id,
            "country_id": self.admin.ref("base.mx"), "tax_group_id": good["tax_group_id"][0],
            "l10n_mx_tax_type": "ieps", "l10n_mx_factor_type": "Tasa"})

    def _fiscal_position(self) -> int:
        """Professional fees to a company: what it withholds comes on top of the IVA."""
        return self.admin.search(
            "account.fiscal.position", [["name", "=", "Sales: professional fees to a company"]], limit=1,
            context={"lang": ENGLISH})[0]

    def _journal(self) -> int:
        return self.company.journals[""]

    def _certificate(self) -> int:
        """Beside the one in use, one that ends soon."""
        issuer = self.book.issuer
        csd = self.authority.issue(issuer.rfc, issuer.name, password=_PASSWORD, days_valid=12)
        upload = self.admin.create("l10n_mx_co_edi.certificate.upload", {
            "company_id": self.company.id, "cer": csd["cer"], "key": csd["key"], "password": csd["password"]})
        self.admin.button("l10n_mx_co_edi.certificate.upload", "action_save", [upload])
        return self.admin.search("l10n_mx_co_edi.certificate", [], order="not_after", limit=1)[0]

    def _own_key(self) -> int:
        return self.admin.create("l10n_mx_co_edi.catalog.item", {
            "catalog": "clave_prod_serv", "code": "84111599", "name": "Servicios de contabilidad a distancia",
            "valid_from": self.company.today})

    def _balance(self) -> str:
        page = self.admin.create("res.config.settings", {})
        self.admin.button("res.config.settings", "action_l10n_mx_co_edi_test_connection", [page])
        return "balance=1"

    # -- invoices ----------------------------------------------------------------------------------------------

    @functools.cached_property
    def sales(self) -> dict[str, Sale]:
        """The plain day: everything sold becomes valid."""
        sales = {sale.order.id: sale for sale in sell(self.clerk, self.company)}
        bad = [f"{name}: {sale.trouble}" for name, sale in sales.items() if not sale.ok]
        if bad:
            raise RpcError({"message": "; ".join(bad)})
        return sales

    def _valid(self) -> int:
        return self.sales["iva-16"].move

    def _credit_note(self) -> int:
        return self.sales["credit-note"].move

    def _foreign(self) -> int:
        return self.sales["usd"].move

    def _withheld(self) -> int:
        return self.sales["withholdings"].move

    def _public(self) -> int:
        return self.sales["public"].move

    def _legal(self) -> int:
        """An invoice of production: the service's address is the local authority's."""
        self._environment("production")
        [move] = [sale.move for sale in sell(self.clerk, replace(self.company, book=replace(
            self.book, orders=self.book.orders[:1])))]
        self._environment("sandbox")
        return move

    def _legal_for_portal(self) -> int:
        """That invoice; the customer's people follow it."""
        return int(self["legal"])

    def _environment(self, name: str) -> None:
        page = self.admin.create("res.config.settings", {f"{_P}environment": name})
        answer = self.admin.button("res.config.settings", "execute", [page])
        if isinstance(answer, dict) and answer.get("res_model") == "res.users.identitycheck":
            self.admin.button("res.users.identitycheck", "run_check", [answer["res_id"]], {"password": "admin"})

    def _draft(self, partner: int | None = None, days_ago: int = 0, **values) -> int:
        date = (datetime.date.fromisoformat(self.company.today) - datetime.timedelta(days=days_ago)).isoformat()
        return self.clerk.create("account.move", {
            "move_type": "out_invoice", "partner_id": partner or self.company.partners["universidad"],
            "invoice_date": date, "invoice_date_due": date, f"{_P}forma_pago": "03",
            "invoice_line_ids": [[0, 0, {"product_id": self._product_product(), "quantity": 2, "price_unit": 1250}]],
            **values})

    def _poor_draft(self) -> int:
        """Everything that a clerk can forget."""
        product = self.admin.create("product.product", {"name": "Servicio sin clave", "list_price": 300})
        return self._draft(int(self["poor_customer"]), invoice_line_ids=[
            [0, 0, {"product_id": product, "quantity": 1, "price_unit": 300}],
            [0, 0, {"name": "Sin producto ni impuesto", "quantity": 1, "price_unit": 100, "tax_ids": [[6, 0, []]]}]])

    def _related_draft(self) -> int:
        """An invoice that replaces one of ours, and names one of another system."""
        related = [[0, 0, {"tipo_relacion": "04", "related_move_id": int(self["valid"])}],
                   [0, 0, {"tipo_relacion": "04", "uuid": "5B0C1D6E-0000-4000-8000-000000000001"}]]
        return self._draft(**{f"{_P}relation_ids": related})

    def _another_posted(self, **values) -> int:
        move = self._draft(**values)
        self.clerk.button("account.move", "action_post", [move])
        return move

    def _posted(self) -> int:
        return self._another_posted()

    def _stale(self) -> int:
        """Confirmed, then forgotten for longer than SAT allows."""
        self._settings_block(False)
        move = self._another_posted(days_ago=5)
        self._settings_block(True)
        return move

    def _settings_block(self, block: bool) -> None:
        page = self.admin.create("res.config.settings", {f"{_P}block_posting": block})
        self.admin.button("res.config.settings", "execute", [page])

    def _send(self, move: int, *faults: dict) -> int:
        for fault in faults:
            self.authority.post("script", {"times": -1, **fault})
        self.clerk.button("account.move", "action_l10n_mx_co_edi_send_now", [move])
        if faults:
            self.authority.delete("script")
        return move

    def _ready(self) -> int:
        """The provider cannot be reached."""
        move = self._another_posted()
        sandbox = self.odoo.stage.sandbox
        sandbox.stop()
        try:
            return self._send(move)
        finally:
            sandbox.start()

    def _in_doubt(self) -> int:
        """Stamped, the answer lost, and the provider does not find it yet."""
        lost = {"match": {"operation": "*stamp"}, "action": {"drop_after_stamp": True}}
        hidden = {"match": {"operation": "stamped"}, "action": {"lookup_603": 3600}}
        return self._send(self._another_posted(), lost, hidden)

    def _rejected(self) -> int:
        """The customer's data are in order but are not those of the register."""
        rfc, name, postal_code = _STRANGER
        self.authority.post("taxpayers", [
            {"rfc": rfc, "name": name, "postal_code": postal_code, "regimes": ["601"]}])
        partner = self.admin.create("res.partner", {
            "name": name.title(), "is_company": True, "vat": rfc, "zip": "06000", f"{_P}fiscal_name": name,
            f"{_P}regimen_fiscal": "601", f"{_P}uso_cfdi": "G03", "country_id": self.admin.ref("base.mx")})
        return self._send(self._another_posted(partner=partner))

    def _all_invoices(self) -> str:
        for name in ("valid", "credit_note", "posted", "draft", "poor_draft", "ready", "rejected", "in_doubt"):
            self[name]
        return "all=1"

    # -- the outbox --------------------------------------------------------------------------------------------

    def _all_documents(self) -> str:
        return self["all_invoices"]

    def _document(self, state: str) -> int:
        [row] = self.admin.read("account.move", [int(self[state])], [f"{_P}document_id"])
        return row[f"{_P}document_id"][0]

    def _ready_document(self) -> int:
        return self._document("ready")

    def _rejected_document(self) -> int:
        return self._document("rejected")

    def _in_doubt_document(self) -> int:
        return self._document("in_doubt")

    def _valid_document(self) -> int:
        """With SAT's answer about it."""
        document = self._document("valid")
        self.admin.call("l10n_mx_co_edi.document", "action_ask_sat", [document])
        return document

    def _exchange(self) -> int:
        return self.admin.search("l10n_mx_co_edi.exchange", [["document_id", "=", int(self["rejected_document"])]],
                                 limit=1)[0]
