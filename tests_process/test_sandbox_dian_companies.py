"""Two companies at one DIAN: every kind of document, each with the range that is for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.dian import build, identity, names, xades_sign
from core.dian.model import BillingReference, DocumentReference
from core.transports.dian import Dian
from core.transports.dian_answers import Validated
from tests_core.dian_models import ISSUER, KEY, RANGE, a_document, nit
from tests_core.dian_refusals import colombian_now
from tests_process import dian_shop
from tests_process.dian_samples import packed
from tests_process.dian_shop import rules

pytestmark = pytest.mark.timeout(120)
NOW = colombian_now()
NIT, NAME, OWN_SOFTWARE, OWN_PIN, OWN_KEY = "901002495", "SEGUNDA INVENTADA SAS", "segunda", "11111", KEY[::-1]
# by kind of range: resolution and prefix
RANGES = {"invoice": ("18760000101", "FE"), "support": ("18760000102", "SEDS"), "contingency": ("18760000103", "PAP")}
DAY = {"issue_date": NOW.date(), "issue_time": NOW.timetz()}


class Company:
    """The second company, with a software of its own and a range of each kind."""

    def __init__(self, dian) -> None:
        self.signer = dian_shop.signer_of(dian, NIT, NAME)
        self.client = Dian(dian.url, self.signer)
        rows = [
            ("taxpayer", {"nit": NIT, "name": NAME, "mailbox": "a@example.co"}),
            ("software", {"id": OWN_SOFTWARE, "nit": NIT, "pin": OWN_PIN}),
        ]
        for kind, (resolution, prefix) in RANGES.items():
            days = {"valid_from": RANGE.start_date.isoformat(), "valid_to": RANGE.end_date.isoformat()}
            bounds = {"prefix": prefix, "first": 1, "last": 5000, **days}
            key = OWN_KEY if kind == "invoice" else ""
            owner = {"nit": NIT, "software": OWN_SOFTWARE, "kind": kind, "technical_key": key}
            rows.append(("range", {"resolution": resolution, **bounds, **owner}))
        for kind, row in rows:
            dian.control("dian/register", {"kind": kind, "row": row})

    def issue(self, code: str, range_kind: str = "", number: str = "", **changes):
        """Send a document of this type, with a number of that range or, for notes, without one."""
        document = a_document(code, **DAY, **changes)
        resolution, prefix = RANGES.get(range_kind, ("", "NC"))
        entity = replace(ISSUER.legal_entity, registration_name=NAME, company_id=nit(NIT), registration_prefix=prefix)
        party = replace(ISSUER, names=(NAME,), registration_name=NAME, company_id=nit(NIT), legal_entity=entity)
        control = replace(RANGE, prefix=prefix, invoice_authorization=resolution, from_number=1, to_number=5000)
        software = {"provider": nit(NIT), "software_id": OWN_SOFTWARE}
        extensions = replace(document.extensions, invoice_control=control if range_kind else None, **software)
        side = "customer" if code in ("05", "95") else "supplier"
        document = replace(document, id=number or f"{prefix}{int(code)}", extensions=extensions, **{side: party})
        document = identity.identify(document, pin=OWN_PIN, technical_key=OWN_KEY)
        xml = xades_sign.sign(build.to_xml(document), self.signer, signing_time=NOW)
        return self.client.send_bill(f"z0{NIT}000260000000B.zip", packed(xml), xml)

    def transcribe(self, range_kind: str):
        paper = replace(a_document("03").additional_document_references[0], issue_date=NOW.date())
        return self.issue("03", range_kind, additional_document_references=(paper,))

    def buy(self, range_kind: str):
        line = a_document("05").lines[0]
        return self.issue("05", range_kind, lines=(replace(line, period=replace(line.period, start_date=NOW.date())),))


@pytest.fixture
def second(dian) -> Company:
    return Company(dian)


def about(key: str, scheme: str) -> dict:
    named = DocumentReference(id="X1", uuid=key, uuid_scheme_name=scheme, issue_date=NOW.date())
    return {"billing_references": (BillingReference(invoice=named),)}


def test_every_kind_is_issued(dian, second):
    results = {"01": second.issue("01", "invoice"), "03": second.transcribe("contingency"), "05": second.buy("support")}
    for code in ("91", "92"):
        results[code] = second.issue(code, **about(results["01"].key, names.CUFE))
    results["95"] = second.issue("95", **about(results["05"].key, names.CUDS))
    for code, result in results.items():
        assert isinstance(result, Validated) and result.incidents == (), (code, result)
    assert [(row["kind"], row["rfc"], row["uuid"]) for row in dian.ledger()] == [
        (code, NIT, result.key) for code, result in results.items()
    ]


@pytest.mark.parametrize(("issue", "code"), [
    (lambda company: company.issue("01", "support"), "FAB05b"),
    (lambda company: company.transcribe("invoice"), "FAB05b"),
    (lambda company: company.buy("invoice"), "DSAB05b"),
], ids=["invoice", "paper", "purchase"])
def test_a_range_is_for_its_kind_of_documents(second, issue, code):
    assert rules(issue(second)) == [code]


def test_notes_take_no_more_than_is_left(second):
    """The first takes all, a debit note puts as much back."""
    sold = second.issue("01", "invoice")
    reference = about(sold.key, names.CUFE)
    assert isinstance(second.issue("91", number="NC1", **reference), Validated)
    assert rules(second.issue("91", number="NC2", **reference)) == ["SALDO"]
    assert isinstance(second.issue("92", number="ND1", **reference), Validated)
    assert isinstance(second.issue("91", number="NC2", **reference), Validated)


def test_ranges_are_told_to_their_company_only(second):
    found = second.client.numbering_ranges(NIT, NIT, OWN_SOFTWARE).ranges
    assert {row.prefix: bool(row.technical_key) for row in found} == {"FE": True, "SEDS": False, "PAP": False}
    assert second.client.numbering_ranges("901002487", NIT, OWN_SOFTWARE).ranges == ()
