"""A Colombian company that sends through a technology provider, for `dev/shots`."""
from .authority import Authority
from .rpc import Client
from .shots_colombia import NAME, chart, fiscal_data

_P = "l10n_mx_co_edi_"
NIT, DIGIT = "901002493", "5"
PROVIDER, SOFTWARE, PIN = "901002491", "00000000-0000-4000-8000-0000000000f1", "13579"
USER, PASSWORD = "inventada", "clave inventada"
_RANGE = {
    "resolution": "18760000009", "prefix": "FT", "first": 1, "last": 5000, "valid_from": "2024-01-19",
    "valid_to": "2030-01-19"}


class ProviderScenes:
    """Records of that company; each method is a word in the screens' paths, see `shots_scenes.Scenes`."""

    admin: Client
    authority: Authority

    def _ft_here(self) -> dict:
        return {"context": {"allowed_company_ids": [int(self["facturatech"])], "lang": "es_CO"}}

    def _facturatech(self) -> int:
        """The company: no certificate, no software of its own, a range that somebody typed."""
        self._ft_register()
        company = self.admin.create("res.company", {
            "name": f"{NAME} 2", "country_id": self.admin.ref("base.co"), "currency_id": self.admin.ref("base.COP")})
        [row] = self.admin.read("res.company", [company], ["partner_id"])
        self.admin.call("res.partner", "write", [row["partner_id"][0]], {
            "vat": f"{NIT}-{DIGIT}", "l10n_latam_identification_type_id": self.admin.ref("l10n_co.rut"),
            "street": "Carrera 1 # 2-3", "email": "facturas@empresa.example", **fiscal_data(self.admin)})
        self.admin.call("res.users", "write", [self.admin.uid], {"company_ids": [[4, company]]})
        here = {"context": {"allowed_company_ids": [company]}}
        self.admin.call("res.company", "write", [company], {
            f"{_P}environment": "sandbox", f"{_P}dian_service": "facturatech"})
        self.admin.create("res.config.settings", {
            f"{_P}provider_username": USER, f"{_P}provider_password": PASSWORD}, **here)
        chart(self.admin, here)
        [journal] = self.admin.search("account.journal", [["type", "=", "sale"], ["company_id", "=", company]], limit=1)
        self.admin.create("l10n_mx_co_edi.numbering.range", {
            **_RANGE, "first": str(_RANGE["first"]), "last": str(_RANGE["last"]), "company_id": company,
            "environment": "sandbox", "journal_id": journal}, **here)
        return company

    def _ft_register(self) -> None:
        for kind, row in (
            ("taxpayer", {"nit": NIT, "name": f"{NAME} 2", "mailbox": "recepcion@example.co"}),
            ("provider", {
                "service": "facturatech", "nit": PROVIDER, "name": "PROVEEDOR DE PRUEBAS", "software": SOFTWARE,
                "pin": PIN, "username": USER, "password": PASSWORD, "customer": NIT}),
            ("range", {
                **_RANGE, "nit": NIT, "software": SOFTWARE, "technical_key": "0123456789" * 4,
                "resolution_date": _RANGE["valid_from"]}),
        ):
            self.authority.post("dian/register", {"kind": kind, "row": row})

    def _ft_draft(self, price: int = 125000) -> int:
        return self._co_draft("facturatech", price)

    def _ft_send(self, price: int, times: int = 2) -> int:
        move = self._ft_draft(price)
        self.admin.button("account.move", "action_post", [move], **self._ft_here())
        self.admin.button("account.move", f"action_{_P}send_now", [move], **self._ft_here())
        for _again in range(times - 1):
            self.admin.button("account.move", f"action_{_P}look_up", [move], **self._ft_here())
        return move

    def _ft_valid(self) -> int:
        return self._ft_send(130000)

    def _ft_in_doubt(self) -> int:
        """The answer was lost, and the look-up does not know the number yet."""
        for operation, action in (("uploadInvoiceFile", {"drop_after_stamp": True}), ("*", {"storage_lag": 3600})):
            self.authority.post("script", {"match": {"operation": operation}, "action": action, "times": -1})
        move = self._ft_send(140000)
        self.authority.delete("script")
        return move

    def _ft_valid_document(self) -> int:
        [row] = self.admin.read("account.move", [int(self["ft_valid"])], [f"{_P}document_id"], **self._ft_here())
        return row[f"{_P}document_id"][0]
