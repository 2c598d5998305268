"""What `dev/shots` shows of the way to production: a screen of each step, directly at DIAN and through a provider."""
import functools

from .authority import Authority
from .demo_company_co import check_digit
from .demo_ready_co import SALE_PREFIX, Assistant, Portal, pass_the_test_set
from .rpc import Client
from .shots_colombia import chart, fiscal_data
from .shots_screens import COLOMBIAN, ENGLISH, Screen

_P = "l10n_mx_co_edi_"


def _step(name: str, record: str, step: str, seen: str, more: tuple[str, ...] = (), shown: str = "",
          company: str = "") -> Screen:
    """A step of the assistant; `more` is pressed there before `shown` is seen."""
    container = f".o_form_sheet[data-co-step={step}] [name=step_{step}]"
    return Screen(
        f"habilitacion-{name}", f"/odoo/action-l10n_mx_co_edi.action_test_set/{{hab_{record}}}", ".o_co_stepper",
        f"hab_{company or record}", shown=shown or f"{container} {seen}", languages=(COLOMBIAN, ENGLISH),
        steps=(f".o_co_stepper [data-step={step}]", *(f"{container} {one}" for one in more)))


HABILITACION = (
    Screen("habilitacion-empty", "/odoo/action-l10n_mx_co_edi.action_test_set", ".o_view_nocontent",
           "colombian_newcomer", languages=(COLOMBIAN, ENGLISH)),
    Screen("habilitacion-new", "/odoo/action-l10n_mx_co_edi.action_test_set/new", ".o_co_stepper",
           "colombian_newcomer", shown="[name=step_company]", languages=(COLOMBIAN, ENGLISH)),
    _step("company", "begun", "company", "[name=company_findings]", company="waiting"),
    _step("issuer", "begun", "issuer", "[name=box_issuer]", company="waiting"),
    _step("software", "begun", "software", "[name=identifier]", company="waiting"),
    _step("probe", "refused", "probe", ".alert-warning", company="waiting"),
    _step("documents", "running", "documents", "[name=document_ids]", company="waiting"),
    _step("verdict", "waiting", "verdict", ".alert-success"),
    _step("golive", "waiting", "golive", "[name=golive_date]"),
    _step("numbering", "waiting", "numbering", "[name=request_ids]"),
    _step("request", "waiting", "numbering", "", (".o_kanban_record button[name=action_open]",),
          ".modal [name=form_1876]"),
    _step("too-early", "waiting", "production", "[name=production_missing]"),
    _step("ranges", "answered", "production", "", ("button[name=action_review_production]",), ".modal [name=line_ids]"),
    _step("production", "ready", "production", ".alert-success"),
    *(_step(f"{provider}-{step}", provider, step, seen) for provider in ("cadena", "facturatech") for step, seen in (
        ("issuer", "[name=provider_name]"), ("software", "[name=identifier]"), ("documents", "[name=document_buttons]"),
        ("production", "button"))),
)


class HabilitacionScenes:
    """Companies on their way to production, each at another place; see `shots_scenes.Scenes`."""

    admin: Client
    authority: Authority

    def hab_company(self, role: str) -> int:
        """The company that the user of this role works in."""
        self[role]
        return self._hab[role].company

    @functools.cached_property
    def _hab(self) -> dict[str, Assistant]:
        return {}

    @functools.cached_property
    def _requests(self) -> dict[int, int]:
        return {}

    def _hab_assistant(self, role: str, nit: str, name: str) -> tuple[Assistant, Portal]:
        """A company that is complete, known at DIAN, and not in production."""
        admin = self.admin
        company = admin.create("res.company", {
            "name": name, "country_id": admin.ref("base.co"), "currency_id": admin.ref("base.COP")})
        here = {"context": {"allowed_company_ids": [company]}}
        admin.call("res.users", "write", [admin.uid], {"company_ids": [[4, company]]})
        chart(admin, here)
        [row] = admin.read("res.company", [company], ["partner_id"])
        admin.call("res.partner", "write", [row["partner_id"][0]], {
            "vat": f"{nit}-{check_digit(nit)}", "l10n_latam_identification_type_id": admin.ref("l10n_co.rut"),
            "street": "Carrera 1 # 2-3", "email": "facturas@empresa.example", **fiscal_data(admin)})
        issued = self.authority.post("dian/issue", {"nit": nit, "name": name.upper()})
        admin.create("l10n_mx_co_edi.certificate.dian.upload", {
            "company_id": company, "file": issued["p12"], "password": issued["password"]}, **here)
        self._hab[role] = Assistant(admin, admin, company)
        return self._hab[role], Portal(self.authority, nit, name.upper(), _uuid("a", nit), "75315", _uuid("b", nit))

    def _hab_accepted(self, role: str, nit: str, name: str) -> tuple[Assistant, Portal]:
        """DIAN accepted its set; its numbers are requested and their prefix is not associated."""
        assistant, portal = self._hab_assistant(role, nit, name)
        pass_the_test_set(assistant, portal)
        assistant.go_live(portal)
        self._requests[assistant.company] = assistant.request(portal, SALE_PREFIX, "invoice", "0123456789" * 4)
        return assistant, portal

    def _hab_waiting(self) -> int:
        """It was asked for its ranges too early."""
        assistant, _portal = self._hab_accepted("hab_waiting", "901002492", "Comercial Paciente SAS")
        assistant.press("action_ask_production")
        return assistant.id

    def _hab_answered(self) -> int:
        """Its ranges are known, nobody has looked at them."""
        assistant, portal = self._hab_accepted("hab_answered", "901002493", "Comercial Atenta SAS")
        assistant.associate(portal, self._requests[assistant.company], SALE_PREFIX)
        assistant.press("action_ask_production")
        return assistant.id

    def _hab_ready(self) -> int:
        """It is in production."""
        assistant, portal = self._hab_accepted("hab_ready", "901002494", "Comercial Lista SAS")
        assistant.associate(portal, self._requests[assistant.company], SALE_PREFIX)
        assistant.press("action_ask_production")
        assistant.store_ranges()
        assistant.press("action_go_to_production", as_admin=True)
        return assistant.id

    def _another(self, **values) -> Assistant:
        """Another set of the company that waits."""
        self["hab_waiting"]
        waiting = self._hab["hab_waiting"]
        assistant = Assistant(self.admin, self.admin, waiting.company)
        assistant.type({"environment": "sandbox", **values})
        return assistant

    def _hab_begun(self) -> int:
        return self._another().id

    def _hab_refused(self) -> int:
        """The probe, with another PIN than the software's."""
        nit = "901002492"
        assistant = self._another(software=_uuid("a", nit), identifier=_uuid("c", nit), pin="11111", invoice_count=2,
                                  credit_prefix="NCR", debit_prefix="NDR")
        assistant.press("action_public_range")
        assistant.press("action_probe")
        return assistant.id

    def _hab_running(self) -> int:
        """One invoice was refused, the others are on their way."""
        nit = "901002492"
        self.authority.post("dian/register", {"kind": "test_set", "row": {
            "id": _uuid("d", nit), "nit": nit, "software": _uuid("a", nit), "needed": 99}})
        assistant = self._another(software=_uuid("a", nit), identifier=_uuid("d", nit), pin="75315", invoice_count=3,
                                  credit_count=1, debit_count=1, credit_prefix="NCS", debit_prefix="NDS")
        assistant.press("action_public_range")
        assistant.press("action_generate")
        self.authority.post("script", {"match": {"operation": "SendTestSetAsync"}, "action": {
            "refuse": {"code": "FAK24", "message": "El DV del adquirente no es correcto."}}})
        self.authority.post("script", {
            "match": {"operation": "GetStatusZip"}, "action": {"in_progress": True}, "skip": 2, "times": -1})
        assistant.press("action_send_all")
        self.authority.delete("script")
        return assistant.id

    def _hab_cadena(self) -> int:
        return self._hab_provider("hab_cadena", "901002495", "Comercial Delegada SAS", "cadena")

    def _hab_facturatech(self) -> int:
        return self._hab_provider("hab_facturatech", "901002496", "Comercial Apoyada SAS", "facturatech")

    def _hab_provider(self, role: str, nit: str, name: str, service: str) -> int:
        """A company that sends through a technology provider, at the beginning of its way."""
        assistant, _portal = self._hab_assistant(role, nit, name)
        self.admin.call("res.company", "write", [assistant.company], {f"{_P}dian_service": service})
        assistant.type({"environment": "sandbox", "service": service, "identifier": _uuid("b", nit),
                        "software": _uuid("e", nit), "invoice_count": 2, "credit_count": 1, "debit_count": 1})
        assistant.press("action_public_range")
        return assistant.id


def _uuid(kind: str, nit: str) -> str:
    return f"{kind * 8}-0000-4000-8000-000{nit}"
