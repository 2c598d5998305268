"""Whether DIAN's signed answer validates our document, and whether what DIAN hands out is what we signed."""

from datetime import datetime, timedelta, timezone

import pytest

from core.certificates import RsaSigner
from core.dian import answer, xades_sign
from tests_process.dian_samples import SELLER, Sample

AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=timezone(timedelta(hours=-5)))
KEY = "ab" * 48
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


@pytest.fixture(scope="module")
def signer(certificate):
    pair = certificate(rfc="NIT 800197268-4", name="DIAN INVENTADA")
    return RsaSigner(pair.cer, pair.private_key)


@pytest.fixture(scope="module")
def word(signer):
    """A signed ApplicationResponse about the document KEY."""
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="{_UBL}ApplicationResponse-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2" xmlns:ext="{_UBL}CommonExtensionComponents-2"><ext:UBLExtensions>
<ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:IssueTime>09:30:20-05:00</cbc:IssueTime><cac:DocumentResponse>
<cac:Response><cbc:ResponseCode>CODE</cbc:ResponseCode></cac:Response><cac:DocumentReference><cbc:ID>SETP1</cbc:ID>
<cbc:UUID>{KEY.upper()}</cbc:UUID></cac:DocumentReference></cac:DocumentResponse></ApplicationResponse>"""

    def make(code="02"):
        return xades_sign.sign(xml.replace("CODE", code).encode(), signer, signing_time=AT)

    return make


def codes(findings):
    return [finding.code for finding in findings]


def test_an_answer_about_our_key_belongs_however_the_key_is_written(word):
    assert answer.belongs(word(), KEY) == []
    assert answer.belongs(word(), KEY.upper()) == []


def test_the_answer_to_another_document_does_not_belong(word):
    assert codes(answer.belongs(word(), "cd" * 48)) == ["CO-ANS-02"]
    assert codes(answer.belongs(word(), "")) == ["CO-ANS-02"]


def test_an_answer_that_rejects_validates_nothing(word):
    assert codes(answer.belongs(word("04"), KEY)) == ["CO-ANS-03"]


def test_an_answer_that_was_changed_after_its_signature_is_not_taken(word):
    changed = word("04").replace(b">04<", b">02<")
    assert set(codes(answer.belongs(changed, KEY))) == {"CO-ANS-04"}


@pytest.mark.parametrize("data", [b"", b"<html/>", b"no xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_anything_else_is_no_answer(data):
    assert codes(answer.belongs(data, KEY)) == ["CO-ANS-01"]


def test_an_unsigned_answer_is_taken_as_it_cannot_be_wrong_for_its_signature(word):
    """What a service without a key of its own hands out came over a verified connection."""
    unsigned = word().partition(b"<ds:Signature")[0] + word().partition(b"</ds:Signature>")[2]
    assert answer.belongs(unsigned, KEY) == []


def test_the_same_document_is_known_in_other_white_space_and_another_one_is_not(certificate):
    pair = certificate(rfc=f"NIT {SELLER}-0", name="COMERCIAL INVENTADA SAS")
    signer = RsaSigner(pair.cer, pair.private_key)
    ours = xades_sign.sign(Sample(moment=AT).xml(), signer, signing_time=AT)
    again = xades_sign.sign(Sample(moment=AT).xml(), signer, signing_time=AT + timedelta(seconds=1))
    assert answer.is_same_document(ours, ours)
    assert answer.is_same_document(ours, ours.replace(b"<cac:Party>", b"<cac:Party>\n"))
    assert not answer.is_same_document(ours, again)
    assert not answer.is_same_document(ours, b"<html/>")
    assert not answer.is_same_document(ours, b"")
