"""What the core writes, judged by the sandbox's DIAN, which knows nothing of the core and was written apart from it."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings

from core.certificates import RsaSigner
from core.dian import build, identity, xades_sign
from core.dian.cufe import COLOMBIA
from core.dian.model import Document
from sandbox.dian.bill import Bill
from sandbox.dian.register import DianRegister, Kept
from sandbox.dian.rules.context import NOTIFICATION, Examination
from sandbox.dian.rules.totals import guarded
from sandbox.dian.validation import RULES
from sandbox.store import Store
from tests_core.dian_models import CONSUMER, KEY, NIT_A, PERSON, PIN, RANGE, SOFTWARE, a_document
from tests_core.dian_strategies import documents
from tests_core.official import examples
from tests_core.test_dian_read_write import SCENARIOS

NOW = datetime(2026, 11, 20, 9, 31, tzinfo=COLOMBIA)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """DIAN's register with our company, its software and range, and the document that the notes speak of."""
    store = Store(tmp_path_factory.mktemp("dian") / "sandbox.sqlite")
    register = DianRegister(store)
    register.save("taxpayer", {"nit": NIT_A, "name": "COMERCIAL INVENTADA SAS", "mailbox": "recepcion@example.com"})
    register.save("software", {"id": SOFTWARE, "nit": NIT_A, "pin": PIN})
    register.save("range", {
        "resolution": RANGE.invoice_authorization, "nit": NIT_A, "software": SOFTWARE, "prefix": RANGE.prefix,
        "first": RANGE.from_number, "last": RANGE.to_number, "valid_from": RANGE.start_date.isoformat(),
        "valid_to": RANGE.end_date.isoformat(), "technical_key": KEY,
    })  # fmt: skip
    for kind in ("01", "05"):
        register.keep(Kept(
            key={"01": "a", "05": "b"}[kind] * 96, issuer=NIT_A, kind=kind, number="SETP990000122", sha256="", time="",
            total="99999999999.00", currency="COP", receiver="901002511", document=b"", response=b"",
        ))  # fmt: skip
    yield register
    store.close()


@pytest.fixture(scope="module")
def judge(register, certificate):
    """Codes of what the sandbox's rules refuse in a document, finished with this key and signed."""
    pair = certificate(rfc=f"NIT {NIT_A}-0", name="COMERCIAL INVENTADA SAS", days=900)
    signer = RsaSigner(pair.cer, pair.private_key)

    def refusals(document: Document, key: str = KEY) -> list[str]:
        done = identity.identify(document, pin=PIN, technical_key=key)
        moment = datetime.combine(done.issue_date, done.issue_time)
        bill = Bill.read(xades_sign.sign(build.to_xml(done), signer, signing_time=moment))
        assert isinstance(bill, Bill), bill
        examination = Examination(bill, register, NOW, False)
        found = [problem for check in RULES for problem in guarded(check, examination)]
        return [problem.code for problem in found if problem.where != NOTIFICATION]

    return refusals


DOCUMENTS = {
    **{code: a_document(code) for code in ("01", "03", "04", "05", "91", "92", "95")},
    "consumer": a_document(customer=CONSUMER),
    "person": a_document(customer=PERSON),
    **SCENARIOS,
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_sandbox_accepts_what_the_core_writes(document, judge):
    assert judge(document) == []


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents())
def test_the_sandbox_accepts_any_document_that_the_rules_accept(document, judge):
    assert judge(document) == []


def test_the_sandbox_refuses_a_wrong_sum_and_a_wrong_key(judge):
    document = a_document()
    total = replace(document.monetary_total, payable_amount=document.lines[0].line_extension_amount)
    assert judge(replace(document, monetary_total=total)) == ["FAU14"]
    assert judge(document, KEY[:-1] + "0") == ["FAD06"]
