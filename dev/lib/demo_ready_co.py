"""The demo's Colombian company gets ready to issue through the assistant: test set, probe, verdict, production.

Its administrator types, its accountant runs the set; what happens in DIAN's portals the sandbox is told.
"""
import base64
import datetime
from dataclasses import dataclass, field

from . import say
from .authority import Authority
from .process import wait_until
from .rpc import Client

SALE_PREFIX, SUPPORT_PREFIX = "FV", "DS"
OFFICER, OFFICER_PASSWORD = "contadora.co", "contadora"
_SET = "l10n_mx_co_edi.test.set"
_DOCUMENT = "l10n_mx_co_edi.test.document"
_RANGE = "l10n_mx_co_edi.numbering.range"
_REQUEST = "l10n_mx_co_edi.numbering.request"
_REVIEW = "l10n_mx_co_edi.range.review"
_LINE = f"{_REVIEW}.line"
# DIAN's public test range, the same for every company
_TEST_RANGE = {
    "resolution": "18760000001", "prefix": "SETP", "first": 990000000, "last": 995000000,
    "valid_from": "2019-01-19", "valid_to": "2030-01-19", "resolution_date": "2019-01-19",
    "technical_key": "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"}
SIZE = {"invoice_count": 2, "credit_count": 1, "debit_count": 1}
_RESOLUTIONS = {"invoice": "18764000001", "support": "18764000002"}
_BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))
PAPER = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()  # what stands for the RUT and form 1876
_PATIENCE = 300  # seconds until DIAN has to have its verdict


@dataclass(frozen=True)
class Portal:
    """What DIAN's portals know of the company, entered into the sandbox when it happens there."""

    authority: Authority
    nit: str
    name: str
    software: str
    pin: str
    identifier: str = "00000000-0000-4000-8000-0000000000bb"

    def register(self, kind: str, row: dict) -> None:
        """Enter one row."""
        self.authority.post("dian/register", {"kind": kind, "row": row})

    def open(self) -> None:
        """DIAN knows the taxpayer, who is not in production; this one sandbox is both of DIAN's services."""
        self.authority.post("settings", {"dian_both": True})
        self.register("taxpayer", {
            "nit": self.nit, "name": self.name, "mailbox": "recepcion@empresa.example", "production": False})

    def choose_own_software(self, size: int) -> None:
        """The operation mode: DIAN names the software, its test range and a set of `size` documents."""
        self.register("software", {"id": self.software, "nit": self.nit, "pin": self.pin})
        self.register("range", {**_TEST_RANGE, "nit": self.nit, "software": self.software, "environment": "2"})
        self.register("test_set", {
            "id": self.identifier, "nit": self.nit, "software": self.software, "needed": size, "family": "invoice"})

    def synchronise(self) -> None:
        """The taxpayer goes to production; DIAN refuses it while no set is accepted."""
        self.authority.post("dian/synchronize", {"nit": self.nit})

    def authorise(self, resolution: str, prefix: str, kind: str, technical_key: str) -> None:
        """MUISCA's numbering request, signed."""
        year = datetime.date.today().year
        self.register("range", {
            "resolution": resolution, "nit": self.nit, "software": "", "prefix": prefix, "first": 1, "last": 5000,
            "valid_from": f"{year - 1}-01-01", "valid_to": f"{year + 1}-12-31", "kind": kind,
            "resolution_date": f"{year - 1}-01-01", "technical_key": technical_key})

    def associate(self, prefix: str) -> None:
        """The prefix is associated with the software."""
        self.authority.post("dian/associate", {"nit": self.nit, "prefix": prefix, "software": self.software})


@dataclass
class Trial:
    """What was sent before the company could issue: CUFE or CUDE of each document that DIAN took."""

    verdict: str = ""
    keys: set[str] = field(default_factory=set)


class Assistant:
    """The test set's form, as the administrator and the accountant of one company have it."""

    def __init__(self, admin: Client, officer: Client, company: int):
        self.admin = admin
        self.officer = officer
        self.company = company
        self.context = {"allowed_company_ids": [company]}
        self.id = 0

    def type(self, values: dict) -> None:
        """The administrator creates the set, or types into it."""
        if self.id:
            self.admin.call(_SET, "write", [self.id], values, context=self.context)
        else:
            self.id = self.admin.create(_SET, {"company_id": self.company, **values}, context=self.context)

    def press(self, name: str, *, as_admin: bool = False) -> None:
        """One of the form's buttons."""
        (self.admin if as_admin else self.officer).button(_SET, name, [self.id], self.context)

    def read(self, *names: str) -> dict:
        """What the form shows the accountant."""
        return self.officer.read(_SET, [self.id], list(names), context=self.context)[0]

    def tick(self, card: str) -> None:
        """A card: what it asks for was done in a portal."""
        self.officer.button(_SET, "action_tick", [self.id], {**self.context, "card": card})

    def documents(self) -> list[dict]:
        """The list of the test documents."""
        return self.officer.search_read(
            _DOCUMENT, [["set_id", "=", self.id]], ["name", "is_probe", "state", "uuid"], order="id",
            context=self.context)

    def register(self, portal: Portal) -> None:
        """Steps 1 and 2: the RUT is attached, the company registered with its own software."""
        self.type({"environment": "sandbox", "rut_pdf": PAPER, "rut_filename": "RUT.pdf"})
        self.tick("card_issuer")
        portal.choose_own_software(sum(SIZE.values()))
        self.type({"pin": portal.pin})
        self.tick("card_mode")

    def go_live(self, portal: Portal) -> None:
        """Step 7: the day to begin, and "Sincronizar contribuyente a producción"."""
        self.type({"golive_date": datetime.datetime.now(_BOGOTA).date().isoformat()})
        self.tick("card_date")
        portal.synchronise()
        self.tick("card_sync")

    def request(self, portal: Portal, prefix: str, kind: str, technical_key: str) -> int:
        """Step 8: numbers are requested in MUISCA and signed; return the request."""
        request = self.officer.create(_REQUEST, {
            "set_id": self.id, "kind": kind, "prefix": prefix, "form_1876": PAPER}, context=self.context)
        self.officer.button(_REQUEST, "action_definitive", [request], self.context)
        portal.authorise(_RESOLUTIONS[kind], prefix, kind, technical_key)
        self.officer.button(_REQUEST, "action_signed", [request], self.context)
        return request

    def associate(self, portal: Portal, request: int, prefix: str) -> None:
        """Step 8, hours later: the prefix belongs to the software."""
        portal.associate(prefix)
        self.officer.button(_REQUEST, "action_associated", [request], self.context)

    def store_ranges(self) -> dict[str, int]:
        """Step 9: look at what changes, confirm what each range is for; return the journals by kind."""
        [review] = self.read("production_review_id")["production_review_id"][:1]
        lines = self.admin.search_read(
            _LINE, [["review_id", "=", review]], ["prefix", "change", "key_length"], context=self.context)
        said = ", ".join(f"{line['prefix']} ({line['change']})" for line in lines)
        say.step(f"Colombian company: DIAN names {said}; each range is confirmed and gets its journal")
        for line in lines:
            is_support = not line["key_length"]
            self.admin.call(_LINE, "write", [line["id"]], {
                "kind": "support" if is_support else "invoice", "kind_confirmed": True, "make_journal": is_support},
                context=self.context)
        self.admin.button(_REVIEW, "action_store", [review], self.context)
        rows = self.admin.search_read(
            _RANGE, [["company_id", "=", self.company], ["prefix", "in", [line["prefix"] for line in lines]]],
            ["kind", "journal_id"], context=self.context)
        return {row["kind"]: row["journal_id"][0] for row in rows}


def pass_the_test_set(assistant: Assistant, portal: Portal) -> Trial:
    """Steps 1 to 6, from the RUT to DIAN's verdict.

    :raise Problem: with what DIAN, or the assistant, says
    """
    portal.open()
    assistant.register(portal)
    say.step("Colombian company: registered in DIAN's portal; Software ID, PIN, Test Set ID and test range typed")
    assistant.type({
        "software": portal.software, "identifier": portal.identifier, "credit_prefix": "NCP", "debit_prefix": "NDP",
        **SIZE})
    assistant.press("action_public_range", as_admin=True)
    _probe(assistant)
    assistant.press("action_generate")
    assistant.press("action_send_all")
    wait_until(lambda: _decided(assistant), timeout=_PATIENCE, what="DIAN's verdict about the test set")
    shown = assistant.read("state", "verdict", "problem")
    if shown["state"] != "accepted":
        raise say.Problem(f"DIAN did not accept the test set: {shown['verdict'] or shown['problem']}")
    sent = [row for row in assistant.documents() if row["state"] == "accepted"]
    names = ", ".join(row["name"] for row in sent if not row["is_probe"])
    say.step(f"Colombian company: DIAN accepted {names}. {shown['verdict']}")
    return Trial(shown["verdict"], {row["uuid"] for row in sent})


def _probe(assistant: Assistant) -> None:
    assistant.press("action_probe")
    probe = next(row for row in assistant.documents() if row["is_probe"])
    if probe["state"] != "accepted":
        raise say.Problem(f"DIAN did not accept the probe {probe['name']}: {assistant.read('problem')['problem']}")
    say.step(f"Colombian company: the probe {probe['name']} alone: accepted")


def _decided(assistant: Assistant) -> bool:
    """Ask as often as DIAN has not decided; what a click cannot do goes on by itself."""
    if assistant.read("state")["state"] in ("accepted", "rejected"):
        return True
    assistant.press("action_ask")
    return False


def go_to_production(assistant: Assistant, portal: Portal, technical_key: str) -> dict[str, int]:
    """Steps 7 to 9: numbers are requested and associated, the company switched; return its journals by kind.

    :raise Problem: what keeps it from production
    """
    assistant.go_live(portal)
    keys = {"invoice": (SALE_PREFIX, technical_key), "support": (SUPPORT_PREFIX, "")}
    requests = {prefix: assistant.request(portal, prefix, kind, key) for kind, (prefix, key) in keys.items()}
    assistant.press("action_ask_production")
    shown = assistant.read("production_code", "production_missing")
    say.step(f"Colombian company: too early, DIAN answers {shown['production_code']}: {shown['production_missing']}")
    for prefix, request in requests.items():
        assistant.associate(portal, request, prefix)
    assistant.press("action_ask_production")
    journals = assistant.store_ranges()
    assistant.press("action_go_to_production", as_admin=True)
    shown = assistant.read("production_verdict", "steps_done", "steps")
    say.step(f"Colombian company: {shown['production_verdict']} ({shown['steps_done']} of {len(shown['steps'])} steps)")
    if lacking := [words for step in shown["steps"] for words in step["lacking"]]:
        raise say.Problem(f"the assistant still lacks: {'; '.join(lacking)}")
    return journals
