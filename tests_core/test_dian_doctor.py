"""The doctor of a Colombian company: what is right is said, and what is wrong is named."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from test_dian_certificate import _KEYS, AUTHORITY, NIT, NOW, issued

from core.certificates import RsaSigner
from core.dian import doctor
from core.findings import Severity
from core.transports.base import Exchange

ROOT_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AC RAIZ DE PRUEBA")])


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def a_root(start=-1000, days=4000):
    """A certificate that is signed by itself."""
    return (
        x509.CertificateBuilder().subject_name(ROOT_NAME).issuer_name(ROOT_NAME).public_key(_KEYS[2048].public_key())
        .serial_number(77).not_valid_before(NOW + timedelta(days=start))
        .not_valid_after(NOW + timedelta(days=start + days)).sign(_KEYS[2048], hashes.SHA256())
    )


ROOT = a_root()
GOOD = issued(by=(ROOT, _KEYS[2048]))


def judged(made, *chain, nit=NIT, at=NOW):
    return doctor.certificate(der(made[0]), [der(one) for one in chain], at=at, nit=nit)


def codes(findings):
    return [finding.code for finding in findings]


RIGHT = ["CO-DOC-01", "CO-DOC-02", "CO-DOC-03", "CO-DOC-04", "CO-DOC-05"]


def test_a_right_certificate_is_said_to_be_right():
    found = judged(GOOD, ROOT)
    assert codes(found) == RIGHT
    assert {finding.severity for finding in found} == {Severity.INFO}


@pytest.mark.parametrize(("made", "place", "code"), [
    (issued(start=-500, days=300, by=(ROOT, _KEYS[2048])), 0, "CO-CERT-06"),
    (issued(start=5, by=(ROOT, _KEYS[2048])), 0, "CO-CERT-07"),
    (issued(start=-100, days=120, by=(ROOT, _KEYS[2048])), 0, "CO-CERT-08"),
    (issued("901002488", by=(ROOT, _KEYS[2048])), 1, "CO-CERT-10"),
    (issued(key=1024, by=(ROOT, _KEYS[2048])), 2, "CO-CERT-05"),
    (issued(key="ec", by=(ROOT, _KEYS[2048])), 2, "CO-CERT-05"),
    (issued(usage=False, by=(ROOT, _KEYS[2048])), 3, "CO-CERT-09"),
], ids=["expired", "future", "soon", "another NIT", "1024 bits", "EC", "usage"])
def test_each_fault_of_a_certificate_is_one_line(made, place, code):
    assert codes(judged(made, ROOT)) == [*RIGHT[:place], code, *RIGHT[place + 1:]]


def test_without_a_nit_to_compare_with_there_is_no_line_about_it():
    assert codes(judged(GOOD, ROOT, nit="")) == [RIGHT[0], *RIGHT[2:]]


def test_the_chain():
    middle = issued("NIT 800000003", name="AC SUBORDINADA", by=(ROOT, _KEYS[2048]))
    under = issued(by=middle)
    assert codes(judged(under, middle[0], ROOT))[-1] == "CO-DOC-05"
    assert codes(judged(under, middle[0]))[-1] == "CO-DOC-06", "the root is missing"
    assert codes(judged(under))[-1] == "CO-CERT-11", "nothing above it"
    stranger = issued(by=AUTHORITY, key="ec", name="AC AJENA")
    assert codes(judged(under, stranger[0]))[-1] == "CO-DOC-07", "signed by somebody else"
    assert codes(judged(GOOD, a_root(start=-1000, days=900)))[-1] == "CO-DOC-08", "the root is over"


def test_no_certificate_at_all():
    assert codes(doctor.certificate(b"x", [], at=NOW, nit=NIT)) == ["CO-DOC-10"]


class _Liar:
    """Signs something else than it was asked to."""

    certificate_der = der(GOOD[0])

    def sign(self, data):
        return RsaSigner(self.certificate_der, GOOD[1]).sign(data + b"x")


def test_a_trial_signature_is_made_and_verified():
    signer = RsaSigner(der(GOOD[0]), GOOD[1])
    assert codes(doctor.signature(signer, [der(ROOT)], at=NOW)) == ["CO-DOC-09"]
    [wrong] = doctor.signature(_Liar(), [der(ROOT)], at=NOW)
    assert (wrong.code, wrong.severity) == ("CO-DOC-10", Severity.ERROR)


def an_exchange(**values):
    return replace(Exchange(
        operation="GetNumberingRange", endpoint="https://dian.invalid/x", started=NOW, duration_ms=400,
        http_status=200, authority_code="", authority_message="", request_sha256="", request=b"", response=b"",
        outcome="answered", date=format_datetime(NOW, usegmt=True)), **values)


@pytest.mark.parametrize(("seconds", "code", "difference"), [
    (0, "CO-DOC-11", None), (45, "CO-DOC-11", None), (-45, "CO-DOC-11", None),
    (120, "CO-DOC-12", "-120"), (-120, "CO-DOC-12", "+120"),
    (600, "CO-DOC-20", "-600"), (-600, "CO-DOC-20", "+600"),
])
def test_the_clock(seconds, code, difference):
    theirs = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    found = doctor.clock(an_exchange(date=theirs))
    assert (found.code, found.params.get("difference")) == (code, difference)


def test_the_clock_without_the_header_is_read_from_the_security_header():
    body = b"<o:Security><u:Timestamp><u:Created>2026-11-20T15:10:00.123Z</u:Created></u:Timestamp></o:Security>"
    found = doctor.clock(an_exchange(date="", response=body))
    assert (found.code, found.params["minutes"], found.params["difference"]) == ("CO-DOC-20", "10", "-600")


@pytest.mark.parametrize(("date", "body"), [("", b""), ("ayer", b"<u:Created>x</u:Created>"), ("", b"<Created>1</C")])
def test_an_answer_without_time_says_so(date, body):
    assert doctor.clock(an_exchange(date=date, response=body)).code == "CO-DOC-13"
    assert doctor.clock(None).code == "CO-DOC-13"


@pytest.mark.parametrize(("outcome", "code"), [
    ("answered", "CO-DOC-14"), ("not_found", "CO-DOC-14"), ("refused:content", "CO-DOC-14"),
    ("not_sent:dns", "CO-DOC-15"), ("not_sent:tls", "CO-DOC-16"), ("not_sent:refused", "CO-DOC-17"),
    ("not_sent:connect_timeout", "CO-DOC-17"), ("in_doubt:read_timeout", "CO-DOC-18"),
    ("in_doubt:http_503", "CO-DOC-18"), ("misconfigured:security", "CO-DOC-19"),
    ("misconfigured:http_403", "CO-DOC-18"), ("crashed", "CO-DOC-18"),
])
def test_the_line(outcome, code):
    found = doctor.line(an_exchange(outcome=outcome))
    assert (found.code, found.params["host"]) == (code, "dian.invalid")


def test_this_machine():
    assert doctor.libraries().code == "CO-DOC-30"
    assert "lxml" in doctor.libraries().params["names"]
    assert doctor.zones().code == "CO-DOC-32"


def test_a_library_that_is_missing_or_too_old(monkeypatch):
    monkeypatch.setattr(doctor, "_NEEDED", (("lxml", (99,)), ("no-such-library", (1,))))
    found = doctor.libraries()
    assert found.code == "CO-DOC-31"
    assert "lxml" in found.params["names"] and "no-such-library - < 1" in found.params["names"]

