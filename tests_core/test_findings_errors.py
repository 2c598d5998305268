"""Findings and typed errors: what the rest of the product relies on."""

import pickle

import pytest

from core import errors
from core.findings import Finding, Severity, blocking


def test_a_finding_carries_its_params_in_order_as_text():
    finding = Finding.error("CFDI40108", "Conceptos[0].Importe", expected=10, found="9.99")
    assert finding.params == {"expected": "10", "found": "9.99"}
    assert list(finding.params) == ["expected", "found"]
    assert finding.severity is Severity.ERROR == "error"


def test_equal_findings_are_one_in_a_set_and_cannot_be_changed():
    one, two = Finding.warning("MX-A-01", "x", a=1), Finding("MX-A-01", Severity.WARNING, "x", {"a": 1})
    assert len({one, two}) == 1
    with pytest.raises(AttributeError):
        one.code = "other"
    one.params["a"] = "changed"
    assert one.params == {"a": "1"}


def test_only_errors_block():
    found = [Finding.info("A"), Finding.error("B"), Finding.warning("C"), Finding.error("D")]
    assert [finding.code for finding in blocking(found)] == ["B", "D"]


def test_every_error_has_its_own_stable_code():
    classes = [
        member
        for name, member in vars(errors).items()
        if isinstance(member, type) and issubclass(member, errors.CoreError) and not name.startswith("_")
    ]
    codes = [member.code for member in classes]
    assert len(classes) >= 18
    assert len(set(codes)) == len(codes)


def test_transport_trouble_is_exactly_three():
    assert set(errors.TransportError.__subclasses__()) == {errors.NotSent, errors.InDoubt, errors.Misconfigured}


@pytest.mark.parametrize(
    "error",
    [
        errors.XmlRefused("doctype", "line 1"),
        errors.UnknownComplement("http://example.mx", "Cosa"),
        errors.InvalidDocument("Comprobante.Total", "is missing"),
        errors.CertificateError("MX-CERT-03"),
        errors.NotSent("The connection was refused.", host="127.0.0.1"),
        errors.UnknownPostalCode(code="00001"),
    ],
)
def test_an_error_reads_as_a_sentence_with_its_params_and_survives_a_process_border(error):
    text = str(error)
    assert text.startswith(("The ", "A "))
    for value in error.params.values():
        assert not value or str(value) in text
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.params) == (type(error), text, error.params)


def test_an_unknown_postal_code_is_a_key_error_without_the_quotes_of_one():
    assert isinstance(errors.UnknownPostalCode(code="1"), KeyError)
    assert str(errors.UnknownPostalCode(code="1")) == "The postal code is not in the catalogue. (code=1)"
