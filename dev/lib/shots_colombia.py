"""A Colombian company for `dev/shots`: registered at the local DIAN, with its certificate and numbering ranges."""
import datetime
import zoneinfo

from .authority import Authority
from .rpc import Client

_P = "l10n_mx_co_edi_"

NIT, NAME = "901002487", "COMERCIAL INVENTADA SAS"  # check digit 0
BUYER, BUYER_NAME = "901002488", "CLIENTE INVENTADO SAS"
SOFTWARE, PIN = "00000000-0000-4000-8000-0000000000aa", "75315"
_RANGES = (
    ("18760000001", "SETP", 990000000, 995000000, "2019-01-19", "2030-01-19"),
    ("18764000002", "FE", 1, 5000, "2024-05-02", "2026-05-02"),
    ("18764000003", "SEDS", 984000000, 985000000, "2024-05-02", "2030-05-02"),
)
_SUPPORT = "SEDS"  # a range without technical key


def set_up(admin: Client, authority: Authority) -> int:
    """Make the company and return its id; `admin` then works for it, too."""
    _register(authority)
    company = admin.create("res.company", {
        "name": NAME, "country_id": admin.ref("base.co"), "currency_id": admin.ref("base.COP")})
    [row] = admin.read("res.company", [company], ["partner_id"])
    admin.call("res.partner", "write", [row["partner_id"][0]], {
        "vat": f"{NIT}-0", "l10n_latam_identification_type_id": admin.ref("l10n_co.rut"), "street": "Carrera 1 # 2-3",
        "email": "facturas@empresa.example", f"{_P}ciiu": "6920", **fiscal_data(admin)})
    admin.call("res.users", "write", [admin.uid], {"company_ids": [[4, company]]})
    admin.call("res.company", "write", [company], {
        "l10n_mx_co_edi_environment": "sandbox", "l10n_mx_co_edi_dian_software": SOFTWARE})
    here = {"context": {"allowed_company_ids": [company]}}
    admin.create("res.config.settings", {"l10n_mx_co_edi_dian_pin": PIN}, **here)
    issued = authority.post("dian/issue", {"nit": NIT, "name": NAME})
    admin.create("l10n_mx_co_edi.certificate.dian.upload", {
        "company_id": company, "file": issued["p12"], "password": issued["password"]}, **here)
    chart(admin, here)
    shown = admin.call("l10n_mx_co_edi.numbering.range", "action_fetch", [], **here)
    admin.call("l10n_mx_co_edi.range.review", "action_store", [shown["res_id"]], **here)
    [journal] = admin.search("account.journal", [["type", "=", "sale"], ["company_id", "=", company]], limit=1)
    ranges = admin.search(
        "l10n_mx_co_edi.numbering.range", [["company_id", "=", company], ["prefix", "=", _RANGES[0][1]]])
    admin.call("l10n_mx_co_edi.numbering.range", "write", ranges, {"journal_id": journal})
    return company


def seller(admin: Client, authority: Authority) -> int:
    """The company with a customer and a product of which nothing is missing, for `dev/bench`."""
    company = set_up(admin, authority)
    here = {"context": {"allowed_company_ids": [company]}}
    admin.create("res.partner", {
        "name": BUYER_NAME.title(), "vat": f"{BUYER}-8", "street": "Calle 3 # 4-5", "ref": "bench",
        "email": "compras@empresa.example", "l10n_latam_identification_type_id": admin.ref("l10n_co.rut"),
        **fiscal_data(admin)}, **here)
    admin.create("product.product", {"name": "Producto", "default_code": "bench"}, **here)
    return company


def chart(admin: Client, here: dict) -> None:
    page = admin.create("res.config.settings", {"chart_template": "co"}, **here)
    admin.button("res.config.settings", "execute", [page], **here)


def fiscal_data(admin: Client) -> dict:
    return {
        "is_company": True, "city": "Bogotá, D.C.", "zip": "110111", "country_id": admin.ref("base.co"),
        "state_id": admin.ref("base.state_co_11"), f"{_P}municipality": "11001",
        f"{_P}dian_responsibilities": "R-99-PN", f"{_P}dian_regime": "48", f"{_P}dian_tribute": "01"}


class ColombianScenes:
    """Records of the Colombian company; each method is a word in the screens' paths, see `shots_scenes.Scenes`."""

    admin: Client
    authority: Authority

    def _colombia(self) -> int:
        return set_up(self.admin, self.authority)

    def _colombian_buyer(self) -> int:
        return buyer(self.admin)

    def _colombian_contact(self) -> int:
        return contact(self.admin)

    def _colombian_company(self) -> int:
        """The company's own contact, as somebody finds it who opens it from the settings."""
        [row] = self.admin.read("res.company", [int(self["colombia"])], ["partner_id"])
        return int(row["partner_id"][0])

    def _colombian_tax(self) -> int:
        """A tax that somebody made by hand, with another tribute than its name says and the wrong sign."""
        return self.admin.create("account.tax", {
            "name": "ReteIVA 15% especial", "amount": 2.85, "amount_type": "percent", "type_tax_use": "sale",
            "company_id": int(self["colombia"]), "country_id": self.admin.ref("base.co"),
            "l10n_mx_co_edi_tribute": "06"}, **self._here())

    def _colombian_product(self) -> int:
        """A product whose barcode is no GTIN although its code should be one."""
        return self.admin.create("product.template", {
            "name": "Computador portátil", "default_code": "PC-1", "barcode": "1234567890123",
            "l10n_mx_co_edi_item_scheme": "010", "l10n_mx_co_edi_tariff_code": "8471300000"})

    def _here(self, company: str = "colombia") -> dict:
        return {"context": {"allowed_company_ids": [int(self[company])], "lang": "es_CO"}}

    def _co_customer(self) -> int:
        """Somebody of whom nothing is missing."""
        return self.admin.create("res.partner", {
            "name": BUYER_NAME.title(), "vat": f"{BUYER}-8", "street": "Calle 3 # 4-5", "lang": "es_CO",
            "email": "compras@empresa.example", "l10n_latam_identification_type_id": self.admin.ref("l10n_co.rut"),
            **fiscal_data(self.admin)})

    def _co_draft(self, company: str = "colombia", price: int = 125000, **values) -> int:
        today = datetime.datetime.now(zoneinfo.ZoneInfo("America/Bogota")).date()
        return self.admin.create("account.move", {
            "move_type": "out_invoice", "partner_id": int(self["co_customer"]), "invoice_date": today.isoformat(),
            "invoice_date_due": (today + datetime.timedelta(days=30)).isoformat(),
            "invoice_line_ids": [[0, 0, {"name": "Asesoría contable", "quantity": 2, "price_unit": price}]],
            **values}, **self._here(company))

    def _co_poor_draft(self) -> int:
        """Everything that a clerk can forget."""
        stranger = self.admin.create("res.partner", {
            "name": "Ferretería Inventada", "is_company": True, "country_id": self.admin.ref("base.co"),
            "l10n_latam_identification_type_id": self.admin.ref("l10n_co.rut")})
        return self._co_draft(partner_id=stranger, invoice_line_ids=[
            [0, 0, {"name": "Sin cantidad", "quantity": 0, "price_unit": 300}],
            [0, 0, {"name": "Regalo", "quantity": 1, "price_unit": -100}]])

    def _co_journal(self) -> int:
        self["co_posted"]
        return self.admin.search(
            "account.journal", [["company_id", "=", int(self["colombia"])], ["type", "=", "sale"]], limit=1)[0]

    def _co_range_ending(self) -> int:
        """The only range of a journal, which ends in some days."""
        end = datetime.datetime.now(zoneinfo.ZoneInfo("America/Bogota")).date() + datetime.timedelta(days=12)
        self.authority.post("dian/register", {"kind": "range", "row": {
            "resolution": "18764000009", "nit": NIT, "software": SOFTWARE, "prefix": "TDA", "first": 1, "last": 800,
            "valid_from": "2024-05-02", "valid_to": end.isoformat(), "technical_key": "0123456789" * 4,
            "resolution_date": "2024-05-02"}})
        seen = self.admin.call("l10n_mx_co_edi.numbering.range", "action_fetch", [], **self._here())
        self.admin.call("l10n_mx_co_edi.range.review", "action_store", [seen["res_id"]], **self._here())
        journal = self.admin.create("account.journal", {
            "name": "Tienda", "code": "TDA", "type": "sale", "company_id": int(self["colombia"])}, **self._here())
        ranges = self.admin.search("l10n_mx_co_edi.numbering.range", [
            ["company_id", "=", int(self["colombia"])], ["prefix", "=", "TDA"]])
        self.admin.call("l10n_mx_co_edi.numbering.range", "write", ranges, {"journal_id": journal})
        return ranges[0]

    def _co_doctor(self) -> int:
        page = self.admin.create("res.config.settings", {}, **self._here())
        answer = self.admin.button(
            "res.config.settings", f"action_{_P}check_everything", [page], **self._here())
        return answer["res_id"]

    def _co_journal_cards(self) -> str:
        self["co_range_ending"]
        return "all=1"

    def _support_journal(self) -> int:
        """The journal as the settings make it: with the only range that can be its own."""
        page = self.admin.create("res.config.settings", {}, **self._here())
        self.admin.button(
            "res.config.settings", "action_l10n_mx_co_edi_create_support_journal", [page], **self._here())
        return self.admin.search("account.journal", [["l10n_mx_co_edi_support_document", "=", True]], limit=1)[0]

    def _support_document(self) -> int:
        """Two purchases of a week from a person who is not obliged to invoice."""
        today = datetime.datetime.now(zoneinfo.ZoneInfo("America/Bogota")).date()
        lines = [{"name": name, "price_unit": price, f"{_P}dian_purchase_date": day.isoformat(), "tax_ids": []}
                 for name, price, day in (("Transporte", 80000, today), ("Cargue", 30000, today))]
        return self.admin.create("account.move", {
            "move_type": "in_invoice", "partner_id": int(self["colombian_contact"]), "invoice_date": today.isoformat(),
            "journal_id": int(self["support_journal"]), f"{_P}dian_generation": "2",
            "invoice_line_ids": [[0, 0, line] for line in lines]}, **self._here())

    def _support_documents(self) -> str:
        self["support_document"]
        return "all=1"

    def _co_note_draft(self) -> int:
        """Of no invoice in particular: it asks for the period."""
        return self._co_draft(move_type="out_refund", price=20000)

    def _co_another(self, price: int) -> int:
        move = self._co_draft(price=price)
        self.admin.button("account.move", "action_post", [move], **self._here())
        return move

    def _co_send(self, move: int, *faults: dict) -> int:
        for fault in faults:
            self.authority.post("script", {"times": -1, **fault})
        self.admin.button("account.move", "action_l10n_mx_co_edi_send_now", [move], **self._here())
        if faults:
            self.authority.delete("script")
        return move

    def _co_posted(self) -> int:
        return self._co_another(130000)

    def _co_valid(self) -> int:
        return self._co_send(self._co_another(135000))

    def _co_remarked(self) -> int:
        """DIAN knows no reception mailbox of the company, which it only remarks."""
        move = self._co_another(140000)  # which registers the company first
        self.authority.post("dian/register", {"kind": "taxpayer", "row": {"nit": NIT, "name": NAME}})
        self._co_send(move)
        _register(self.authority)
        return move

    def _co_rejected(self) -> int:
        """DIAN has withdrawn the range."""
        refuse = {"refuse": {"code": "FAB05b", "message": "El número de autorización no corresponde al emisor."}}
        return self._co_send(self._co_another(145000), {"match": {"operation": "SendBillSync"}, "action": refuse})

    def _co_in_doubt(self) -> int:
        """DIAN has it, the answer was lost, and the look-up does not know it yet."""
        lost = {"match": {"operation": "SendBillSync"}, "action": {"drop_after_stamp": True}}
        hidden = {"match": {"operation": "GetStatus"}, "action": {"status_lag": 3600}}
        return self._co_send(self._co_another(150000), lost, hidden)

    def _co_credit_note(self) -> int:
        """The whole of a valid invoice is annulled."""
        invoice = self._co_send(self._co_another(155000))
        [row] = self.admin.read("account.move", [invoice], ["journal_id"], **self._here())
        wizard = self.admin.create("account.move.reversal", {
            "journal_id": row["journal_id"][0], f"{_P}dian_credit_concept": "2",
            "reason": "El cliente desistió de la compra"}, context={
                **self._here()["context"], "active_model": "account.move", "active_ids": [invoice]})
        answer = self.admin.button("account.move.reversal", "refund_moves", [wizard], **self._here())
        self.admin.button("account.move", "action_post", [answer["res_id"]], **self._here())
        return self._co_send(answer["res_id"])

    def _co_support(self) -> int:
        """A bill of somebody who does not have to invoice, in the journal that the settings make for it."""
        page = self.admin.create("res.config.settings", {}, **self._here())
        self.admin.button("res.config.settings", f"action_{_P}create_support_journal", [page], **self._here())
        [journal] = self.admin.search("account.journal", [
            [f"{_P}support_document", "=", True], ["company_id", "=", int(self["colombia"])]], limit=1)
        seller = self.admin.create("res.partner", {
            "name": "Vendedora Inventada", "vat": "1020304050", "street": "Calle 5 # 6-7",
            "l10n_latam_identification_type_id": self.admin.ref("l10n_co.national_citizen_id"),
            **fiscal_data(self.admin), "is_company": False})
        return self._co_draft(move_type="in_invoice", partner_id=seller, journal_id=journal)

    def _co_invoices(self) -> str:
        for name in ("co_draft", "co_posted", "co_valid", "co_remarked", "co_rejected", "co_in_doubt"):
            self[name]
        return "all=1"

    def _co_document(self, scene: str) -> int:
        [row] = self.admin.read("account.move", [int(self[scene])], [f"{_P}document_id"], **self._here())
        return row[f"{_P}document_id"][0]

    def _co_remarked_document(self) -> int:
        return self._co_document("co_remarked")

    def _co_rejected_document(self) -> int:
        return self._co_document("co_rejected")

    def _co_test_set(self) -> int:
        """DIAN refused one invoice of the set; it works on the other."""
        return self._co_set(
            {"match": {"operation": "SendTestSetAsync"},
             "action": {"refuse": {"code": "FAK24", "message": "El DV del adquirente no es correcto."}}},
            {"match": {"operation": "GetStatusZip"}, "action": {"in_progress": True}, "skip": 1, "times": -1})

    def _co_test_set_accepted(self) -> int:
        return self._co_set(needed=1)

    def _co_test_set_new(self) -> int:
        return self._co_set(size=(0, 0, 0))

    def _co_set(self, *scripts: dict, needed: int = 99, size: tuple[int, int, int] = (2, 1, 1)) -> int:
        identity = f"{len(scripts)}{needed % 10}{sum(size)}00000-aaaa-4bbb-8ccc-0123456789ab"
        row = {"id": identity, "nit": NIT, "software": SOFTWARE, "needed": needed}
        self.authority.post("dian/register", {"kind": "test_set", "row": row})
        values = dict(zip(("invoice_count", "credit_count", "debit_count"), size, strict=True))
        model, here = "l10n_mx_co_edi.test.set", {"context": {"allowed_company_ids": [int(self["colombia"])]}}
        test_set = self.admin.create(model, {
            "company_id": int(self["colombia"]), "environment": "sandbox", "identifier": identity,
            "software": SOFTWARE, "card_issuer": True, "card_mode": True, **values}, **here)
        self.admin.button(model, "action_fetch_range", [test_set], **here)
        if any(size):
            self.admin.button(model, "action_generate", [test_set], **here)
            for script in scripts:
                self.authority.post("script", script)
            self.admin.button(model, "action_send_all", [test_set], **here)
            self.authority.delete("script")
        return test_set

    def _colombia_new(self) -> int:
        """A company that has just begun."""
        company = self.admin.create("res.company", {
            "name": "Empresa Nueva SAS", "country_id": self.admin.ref("base.co"),
            "currency_id": self.admin.ref("base.COP")})
        self.admin.call("res.users", "write", [self.admin.uid], {"company_ids": [[4, company]]})
        chart(self.admin, {"context": {"allowed_company_ids": [company]}})
        return company

    def _co_first_draft(self) -> int:
        return self._co_draft("colombia_new")


def buyer(admin: Client) -> int:
    """A contact that DIAN knows better."""
    return admin.create("res.partner", {
        "name": "Cliente", "vat": f"{BUYER}-8", "country_id": admin.ref("base.co"), "is_company": True,
        "l10n_latam_identification_type_id": admin.ref("l10n_co.rut")})


def contact(admin: Client) -> int:
    """A buyer with everything that can be wrong."""
    return admin.create("res.partner", {
        "name": "María Inventada", "vat": "1020304050-8", "country_id": admin.ref("base.co"), "zip": "5001",
        "city": "Rionegro", "street": "Calle 1 # 2-3", "is_company": False,
        "l10n_latam_identification_type_id": admin.ref("l10n_co.national_citizen_id")})


def _register(authority: Authority) -> None:
    rows = [
        ("taxpayer", {"nit": NIT, "name": NAME, "mailbox": "recepcion@example.co"}),
        ("software", {"id": SOFTWARE, "nit": NIT, "pin": PIN}),
        ("acquirer", {"type": "31", "number": BUYER, "name": BUYER_NAME, "email": "compras@example.co"}),
    ]
    for resolution, prefix, first, last, valid_from, valid_to in _RANGES:
        rows.append(("range", {
            "resolution": resolution, "nit": NIT, "software": SOFTWARE, "prefix": prefix, "first": first,
            "last": last, "valid_from": valid_from, "valid_to": valid_to,
            "technical_key": "" if prefix == _SUPPORT else "0123456789" * 4,
            "resolution_date": valid_from}))
    for kind, row in rows:
        authority.post("dian/register", {"kind": kind, "row": row})
