"""Every code with which the sandbox's DIAN refuses or notifies, by a document that earns it alone; and whether our own
rules say the same before anything is sent.
"""

from contextlib import suppress

import pytest

from core.certificates import RsaSigner
from core.dian.read import parse
from core.dian.rules import against, file
from core.errors import InvalidDocument
from sandbox.dian.bill import Bill
from sandbox.dian.register import DianRegister, Kept, KeptEvent
from sandbox.dian.rules import codes
from sandbox.dian.rules.context import Examination
from sandbox.dian.rules.header import extensions
from sandbox.dian.rules.totals import guarded
from sandbox.dian.schema import Schemas
from sandbox.dian.validation import RULES
from sandbox.store import Store
from tests_core.dian_models import KEY, NIT_A, NIT_B, PIN, RANGE, SOFTWARE
from tests_core.dian_refusals import (
    ACCEPTED,
    CASES,
    LITTLE,
    NAME_A,
    TYPES,
    WHOLE,
    Case,
    colombian_now,
    of_cases,
    register_rows,
    spoilt,
)

pytestmark = pytest.mark.timeout(120)
NOW = colombian_now()
SCHEMAS = Schemas()
OURS = against.Company(
    range=RANGE, provider=NIT_A, software_id=SOFTWARE, pin=PIN, technical_key=KEY, environment="2",
    signing_day=NOW.date(),
)
# by the last letters of DIAN's code: what our rules call otherwise, and what they cannot know
DIFFERENCES = {
    "AD05e": {"FAB24b", "DSAB24b"},  # another software than the company's
    "AD09c": {"FAD09e", "CAD09e", "DAD09e", "DSAD09e", "NSAD09e", "CO-REF-02"},
    "AD12": {"FAD12", "ZB01"},  # of a credit note: the kind is what names the rule
    "BF01": {"CO-NOTE-01"},
}
ONLY_DIAN = {
    *("BG04a", "SALDO", "ACEPTADA"),
    *(f"{group}{number}" for group in ("AJ", "AK") for number in ("43a", "43b", "44a", "44b", "73")),
}


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("refusals") / "sandbox.sqlite")
    register = DianRegister(store)
    for kind, row in register_rows(NOW.date()):
        register.save(kind, row)
    for key, total in ((WHOLE, "99999.00"), (LITTLE, "1.00"), (ACCEPTED, "99999.00")):
        register.keep(Kept(
            key=key, issuer=NIT_A, kind="01", number=key[:9], sha256="", time="", total=total, currency="COP",
            receiver=NIT_B, document=b"", response=b"",
        ))  # fmt: skip
    register.keep_event(KeptEvent("f" * 96, ACCEPTED, "033", "1", NIT_B, NIT_A, NOW.isoformat()))
    yield register
    store.close()


@pytest.fixture(scope="module")
def signer(certificate):
    pair = certificate(rfc=f"NIT {NIT_A}-0", name=NAME_A, days=900)
    return RsaSigner(pair.cer, pair.private_key)


@pytest.fixture(scope="module")
def judge(register):
    def codes_of(xml: bytes) -> set[str]:
        bill = Bill.read(xml)
        assert isinstance(bill, Bill), bill
        examination = Examination(bill, register, NOW, False)
        checks = (extensions,) if len(bill.nodes("ext:UBLExtensions/ext:UBLExtension")) < 2 else RULES
        return {problem.code for check in checks for problem in guarded(check, examination)}

    return codes_of


@pytest.mark.parametrize("base", sorted({case.base for case in CASES} - {"little", "accepted"}))
@pytest.mark.parametrize("kind", TYPES)
def test_the_documents_before_the_change_are_right(kind, base, judge, signer):
    if (base == "withheld" and kind not in codes.RANGED) or (base in ("person", "delivery") and kind in codes.SUPPORT):
        return
    xml = spoilt(Case("AD01", lambda _sheet: None, base=base), kind, NOW, signer)
    assert judge(xml) == set()
    assert SCHEMAS.first_error(Bill.read(xml).root) == ""
    assert [finding.code for finding in [*file.check_file(xml), *against.differences(parse(xml), OURS)]] == []


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rest}-{'-'.join(case.wanted)}" for case in CASES])
def test_each_code_is_said_alone(case, judge, signer):
    kinds = [kind for kind in case.wanted if kind != codes.EVENT]
    assert {kind: judge(spoilt(case, kind, NOW, signer)) for kind in kinds} == {
        kind: case.expected(kind) for kind in kinds
    }


def test_every_code_has_its_document():
    tried = {case.code(kind) for case in CASES for kind in case.wanted}
    assert tried == codes.of_rules()




def ours(xml: bytes, wanted: str) -> set[str]:
    """Of the file, and of what the company knows where the file alone does not show it."""
    found = {finding.code for finding in file.check_file(xml)}
    if wanted not in found:
        with suppress(InvalidDocument):  # check_file has said so
            found |= {finding.code for finding in against.differences(parse(xml), OURS)}
    return found


def test_our_own_rules_say_the_same_before_anything_is_sent(signer):
    """All but what is listed; the list holds nothing that has become superfluous."""
    others: dict[str, set[str]] = {}
    for case, kind in of_cases():
        found = ours(spoilt(case, kind, NOW, signer if case.rest == "AD09e" else None), case.code(kind))
        if case.code(kind) not in found:
            others.setdefault(case.rest, set()).update(found)
    assert {rest for rest, found in others.items() if not found} == ONLY_DIAN
    assert {rest: found for rest, found in others.items() if found} == DIFFERENCES
