"""Every rule of the sandbox's DIAN over its service: one kind of document for each, as a caller gets it told.

All kinds of documents, without the service, are in tests_core/test_dian_refusals.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from core.certificates import RsaSigner
from core.dian import build, identity, xades_sign
from core.transports.base import Refused
from core.transports.dian import Dian
from core.transports.dian_answers import AlreadyProcessed, Validated
from sandbox import certificates
from sandbox.dian.rules import codes
from tests_core.dian_models import KEY, NIT_A, NIT_B, PIN
from tests_core.dian_refusals import (
    ACCEPTED,
    CASES,
    LITTLE,
    NAME_A,
    SOFTWARE_CASES,
    WHOLE,
    Case,
    Sheet,
    base,
    colombian_now,
    register_rows,
    spoilt,
)
from tests_process import dian_shop
from tests_process.dian_samples import Event, packed
from tests_process.sandbox_client import EVERYTHING

pytestmark = pytest.mark.timeout(120)
NOW = colombian_now()
ZIP_NAME = f"z0{NIT_A}000260000000B.zip"
AR_NAME = f"ar0{NIT_A}000260000000B.xml"
# what is said of files, certificates and senders, and of events, by other tests of this folder
ELSEWHERE = {*codes.BEFORE_RULES, *codes.OF_EVENTS}


@pytest.fixture(scope="module")
def ours(authority_process):
    return dian_shop.signer_of(authority_process, NIT_A, NAME_A)


@pytest.fixture(scope="module")
def buyer(authority_process):
    return dian_shop.signer_of(authority_process, NIT_B, "COMPRAS INVENTADAS SAS")


@pytest.fixture(scope="module")
def service(authority_process, ours):
    """The client of a DIAN that has validated the documents which notes speak of, and their CUFE."""
    authority_process.control("reset", {"what": EVERYTHING})
    for kind, row in register_rows(NOW.date()):
        authority_process.control("dian/register", {"kind": kind, "row": row})
    client = Dian(authority_process.url, ours)
    references = {}
    for key, number, price in ((WHOLE, 1, "99999.00"), (LITTLE, 2, "1.00"), (ACCEPTED, 3, "99999.00")):
        document = base("F", f"price {price}", NOW)
        means = replace(document.payment_means[0], id="2", payment_due_date=NOW.date())
        document = replace(document, id=f"SETP99000000{number}", payment_means=(means,))
        document = identity.identify(document, pin=PIN, technical_key=KEY)
        xml = xades_sign.sign(build.to_xml(document), ours, signing_time=NOW)
        validated = client.send_bill(ZIP_NAME, packed(xml), xml)
        assert isinstance(validated, Validated), validated
        references[key] = validated.key
    authority_process.control("dian/event", {"key": references[ACCEPTED], "code": "033"})
    return client, references


def told(result) -> set[str]:
    assert isinstance(result, Refused | Validated), result
    return {incident.code for incident in result.incidents}


def of_one_kind() -> list[tuple[Case, str]]:
    """Each rule once; a notification only where it is one."""
    chosen: dict[str, tuple[Case, str]] = {}
    for case in CASES:
        chosen.setdefault(case.rest, (case, case.wanted[0]))
    return list(chosen.values())


@pytest.mark.parametrize(("case", "kind"), of_one_kind(), ids=[case.code(kind) for case, kind in of_one_kind()])
def test_each_rule_names_its_code_alone(service, ours, case, kind):
    client, references = service
    if is_notified(case, kind):
        case = replace(case, change=numbered_anew(case))
    xml = spoilt(case, kind, NOW, ours, references)
    result = client.send_bill(ZIP_NAME, packed(xml), xml)
    assert told(result) == case.expected(kind)
    assert isinstance(result, Validated) == is_notified(case, kind)


def is_notified(case: Case, kind: str) -> bool:
    return case.rest in codes.TABLE and kind in codes.TABLE[case.rest].notices


_numbers = iter(range(990000500, 990000600))


def numbered_anew(case: Case):
    """What is only notified is validated, and takes a number."""

    def change(sheet: Sheet) -> None:
        case.change(sheet)
        sheet.put("cbc:ID", f"SETP{next(_numbers)}" if sheet.kind in codes.RANGED else f"NC{next(_numbers)}")

    return change


@pytest.mark.parametrize("case", SOFTWARE_CASES, ids=[f"A{case.rest}" for case in SOFTWARE_CASES])
def test_the_software_of_an_event_is_looked_at_too(authority_process, service, buyer, case):
    _client, references = service
    event = Event("030", references[WHOLE], document="SETP990000001", moment=NOW, sender=NIT_B, receiver=NIT_A)
    sheet = Sheet(codes.EVENT, event.xml())
    case.change(sheet)
    xml = xades_sign.sign(etree.tostring(sheet.root), buyer, signing_time=NOW)
    result = Dian(authority_process.url, buyer).send_event(packed(xml, names=(AR_NAME,)), xml)
    assert told(result) == {f"A{case.rest}"}


# --- what is said before any rule -----------------------------------------------------------------------------------


@pytest.fixture
def right(service, ours) -> bytes:
    """A signed document of a number that nobody has."""
    return spoilt(Case("AD01", numbered_anew(Case("AD01", lambda _sheet: None))), "F", NOW, ours)


def refused(service, *files: bytes) -> set[str]:
    return told(service[0].send_bill(ZIP_NAME, packed(*files), files[0]))


def test_what_is_no_document_is_refused_as_a_file(service, right):
    assert refused(service, right.replace(b"</Invoice>", b"<!--" + b"x" * 512_000 + b"--></Invoice>")) == {"ZA01"}
    assert refused(service, b"<Invoice") == {"ZB02"}
    assert refused(service, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') == {"ZB02"}
    assert refused(service, b"<Invoice/>") == {"ZB01"}
    assert refused(service, right.replace(b"cbc:LineCountNumeric", b"cbc:CountOfLines")) == {"ZB01"}


def test_a_document_without_signature_is_refused(service, right):
    root = etree.fromstring(right)
    signature = root.find(".//{http://www.w3.org/2000/09/xmldsig#}Signature")
    signature.getparent().replace(signature, etree.Element("{urn:x}nothing"))
    assert refused(service, etree.tostring(root)) == {"ZE01"}


def test_a_changed_document_is_refused(service, right):
    assert refused(service, right.replace(b"Tornillo", b"Tuerca")) == {"ZE02"}


def test_certificates_are_judged(authority_process, service):
    """Of an unknown authority, expired, revoked, of somebody else."""
    now = datetime.now(timezone.utc)
    past = {"not_before": (now - timedelta(days=9)).isoformat(), "days_valid": 5}
    expired = dian_shop.signer_of(authority_process, NIT_A, NAME_A, **past)
    assert refused(service, signed_by(expired)) == {"ZD02"}
    revoked = dian_shop.signer_of(authority_process, NIT_A, NAME_A)
    serial = certificates.serial_digits(x509.load_der_x509_certificate(revoked.certificate_der))
    authority_process.control("revoke", {"serial": serial})
    assert refused(service, signed_by(revoked)) == {"ZD05"}
    assert refused(service, signed_by(stranger(now))) == {"ZD01"}
    other = dian_shop.signer_of(authority_process, "901002527", "OTRA INVENTADA SAS")
    assert refused(service, signed_by(other)) == {"ZE03"}


def signed_by(signer: RsaSigner) -> bytes:
    return spoilt(Case("AD01", numbered_anew(Case("AD01", lambda _sheet: None))), "F", NOW, signer)


def stranger(now: datetime) -> RsaSigner:
    """A certificate with the right NIT, of an authority that nobody accredited."""
    authority, key = certificates.new_key(), certificates.new_key()
    validity = certificates.Validity(now - timedelta(days=1), now + timedelta(days=9))
    root = certificates.self_signed_authority(authority, "30001000000500003416", validity)
    made = certificates.issue_for_signatures(
        root, authority, NIT_A, NAME_A, key.public_key(), "30001000000500003417", validity
    )
    return RsaSigner(made.public_bytes(Encoding.DER), key)


def test_the_same_number_twice_is_rule_90(service, ours):
    client, _references = service
    document = base("F", "plain", NOW)
    document = identity.identify(replace(document, id="SETP990000001"), pin=PIN, technical_key=KEY)
    xml = xades_sign.sign(build.to_xml(document), ours, signing_time=NOW)
    assert isinstance(client.send_bill(ZIP_NAME, packed(xml), xml), AlreadyProcessed)


def test_every_code_of_the_sandbox_is_tried_somewhere():
    tried = {case.code(kind) for case in CASES for kind in case.wanted}
    assert tried | ELSEWHERE == codes.every_code()
