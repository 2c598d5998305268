"""The demo's Colombian company gets ready to issue through the assistant: test set, probe, verdict, numbering.

Its administrator types, its accountant runs the set; what happens in DIAN's portals the sandbox is told.
"""
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
_IDENTIFIER = "00000000-0000-4000-8000-0000000000bb"
# DIAN's public test range, the same for every company
_TEST_RANGE = {
    "resolution": "18760000001", "prefix": "SETP", "first": 990000000, "last": 995000000,
    "valid_from": "2019-01-19", "valid_to": "2030-01-19", "resolution_date": "2019-01-19",
    "technical_key": "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"}
_SIZE = {"invoice_count": 2, "credit_count": 1, "debit_count": 1}
_PATIENCE = 300  # seconds until DIAN has to have its verdict


@dataclass(frozen=True)
class Portal:
    """What DIAN's portals know of the company, entered into the sandbox when it happens there."""

    authority: Authority
    nit: str
    software: str
    pin: str

    def register(self, kind: str, row: dict) -> None:
        """Enter one row."""
        self.authority.post("dian/register", {"kind": kind, "row": row})

    def choose_own_software(self, size: int) -> None:
        """The operation mode: DIAN names the software, its test range and a set of `size` documents."""
        self.register("software", {"id": self.software, "nit": self.nit, "pin": self.pin})
        self.register("range", {**_TEST_RANGE, "nit": self.nit, "software": self.software})
        self.register("test_set", {
            "id": _IDENTIFIER, "nit": self.nit, "software": self.software, "needed": size})

    def authorise(self, resolution: str, prefix: str, technical_key: str) -> None:
        """MUISCA's numbering request, signed, and its prefix associated with the software."""
        year = datetime.date.today().year
        self.register("range", {
            "resolution": resolution, "nit": self.nit, "software": self.software, "prefix": prefix, "first": 1,
            "last": 5000, "valid_from": f"{year - 1}-01-01", "valid_to": f"{year + 1}-12-31",
            "resolution_date": f"{year - 1}-01-01", "technical_key": technical_key})


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

    def documents(self) -> list[dict]:
        """The list of the test documents."""
        return self.officer.search_read(
            _DOCUMENT, [["set_id", "=", self.id]], ["name", "is_probe", "state", "uuid"], order="id",
            context=self.context)


def pass_the_test_set(assistant: Assistant, portal: Portal) -> Trial:
    """From the Software ID to DIAN's verdict.

    :raise Problem: with what DIAN, or the assistant, says
    """
    portal.choose_own_software(sum(_SIZE.values()))
    say.step("Colombian company: DIAN's test set, with Software ID, PIN, Test Set ID and numbering as the portal shows")
    assistant.type({
        "environment": "sandbox", "software": portal.software, "pin": portal.pin, "identifier": _IDENTIFIER,
        "credit_prefix": "NCP", "debit_prefix": "NDP", **_SIZE})
    assistant.press("action_fetch_range", as_admin=True)
    _probe(assistant)
    assistant.press("action_generate")
    assistant.press("action_send_all")
    wait_until(lambda: _decided(assistant), timeout=_PATIENCE, what="DIAN's verdict about the test set")
    shown = assistant.read("state", "verdict", "problem")
    if shown["state"] != "accepted":
        raise say.Problem(f"DIAN did not accept the test set: {shown['verdict'] or shown['problem']}")
    rows = assistant.documents()
    sent = [row for row in rows if row["state"] == "accepted"]
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


def get_numbers(assistant: Assistant, portal: Portal, keys: dict[str, str]) -> dict[str, int]:
    """Numbering is requested in MUISCA and associated; the ranges come from DIAN. Return them by prefix.

    :param keys: the technical key of each prefix
    """
    for turn, (prefix, key) in enumerate(keys.items(), start=1):
        portal.authorise(f"1876400000{turn}", prefix, key)
    shown = assistant.admin.call(_RANGE, "action_fetch", [], context=assistant.context)
    assistant.admin.call("l10n_mx_co_edi.range.review", "action_store", [shown["res_id"]], context=assistant.context)
    rows = assistant.admin.search_read(
        _RANGE, [["prefix", "in", list(keys)], ["company_id", "=", assistant.company]], ["prefix", "display_name"],
        context=assistant.context)
    say.step(f"Colombian company: numbering fetched: {', '.join(row['display_name'] for row in rows)}")
    return {row["prefix"]: row["id"] for row in rows}
