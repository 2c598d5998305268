"""A provider's file is the document that was sent, or it is told what it is not."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.certificates import RsaSigner
from core.dian import build, container, identity, provider_proof, xades_sign
from core.dian.cufe import COLOMBIA
from core.dian.model import Identification, MonetaryTotal
from core.dian.provider_proof import Unpacked, belongs, uncovered, unpack
from core.errors import ArchiveRefused, CoreError, InvalidDocument, XmlRefused
from core.findings import Severity
from tests_core.dian_models import KEY, NIT_B, PIN, D, a_document, a_line, a_tax
from tests_core.dian_strategies import documents
from tests_core.hostile_xml import CASES
from tests_core.official import examples

KINDS = ("01", "02", "03", "04", "05", "91", "92", "95")
PATIENT = settings(deadline=None)
AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=COLOMBIA)


def identified(document, *, technical_key=KEY, pin=PIN):
    return identity.identify(document, pin=pin, technical_key=technical_key)


def signed(document):
    return build.to_xml(identified(document))


def errors(sent, data, **secrets):
    found = belongs(sent, data, **(secrets or {"technical_key": KEY, "pin": PIN}))
    return {(finding.code, finding.where) for finding in found if finding.severity is Severity.ERROR}


def answer(key, code="02"):
    return (
        f'<ApplicationResponse xmlns="{container.UBL}ApplicationResponse-2" xmlns:cac="{container.UBL}'
        f'CommonAggregateComponents-2" xmlns:cbc="{container.UBL}CommonBasicComponents-2"><cbc:ID>1</cbc:ID>'
        "<cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:IssueTime>09:30:20-05:00</cbc:IssueTime><cac:DocumentResponse>"
        f"<cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode></cac:Response><cac:DocumentReference>"
        f"<cbc:ID>1</cbc:ID><cbc:UUID>{key}</cbc:UUID></cac:DocumentReference></cac:DocumentResponse></ApplicationResponse>"
    ).encode()


def contained(document, response=None):
    key = identified(document).uuid
    return container.attached_document(signed(document), response or answer(key), identity="A1", issued=AT)


def without_answer(outer):
    start, end = outer.index(b"<cac:ParentDocumentLineReference>"), outer.index(b"</AttachedDocument>")
    return outer[:start] + outer[end:]


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


# --- what belongs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document_belongs(kind):
    document = a_document(kind)
    assert belongs(document, signed(document), technical_key=KEY, pin=PIN) == []


def test_a_signed_file_at_another_time_belongs(certificate):
    pair = certificate(rfc="NIT 901002487-0", name="PROVEEDOR INVENTADO SAS")
    document = a_document()
    later = replace(document, issue_time=time(23, 59, 59, tzinfo=COLOMBIA))
    data = xades_sign.sign(signed(later), RsaSigner(pair.cer, pair.private_key), signing_time=AT)
    assert belongs(document, data, technical_key=KEY) == []


def test_other_software_and_provider_are_no_matter():
    document = a_document()
    other = replace(document.extensions, software_id="other", provider=Identification(number=NIT_B, scheme_name="31"))
    assert errors(document, signed(replace(document, extensions=other))) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_secret_the_key_is_not_proven(kind):
    document = a_document(kind)
    (finding,) = belongs(document, signed(document))
    assert (finding.code, finding.severity) == ("CO-PROOF-06", Severity.WARNING)
    wrong = {"technical_key": PIN} if identity.needs_technical_key(kind) else {"technical_key": KEY, "pin": "0"}
    assert errors(document, signed(document), **wrong) == {("CO-PROOF-05", "UUID")}


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_every_document_belongs_to_itself(document):
    assert belongs(document, signed(document), technical_key=KEY, pin=PIN) == []


# --- what does not ---------------------------------------------------------------------------------------------------

OTHERS = {
    "another number": ({"id": "SETP990000124"}, "ID"),
    "another day": ({"issue_date": date(2026, 11, 21)}, "IssueDate"),
    "another environment": ({"profile_execution_id": "1"}, "ProfileExecutionID"),
    "another currency": ({"document_currency_code": "USD"}, "DocumentCurrencyCode"),
    "a contingency": ({"type_code": "04"}, "InvoiceTypeCode"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_document_does_not_belong(name):
    changes, where = OTHERS[name]
    document = a_document()
    assert ("CO-PROOF-02", where) in errors(document, signed(replace(document, **changes)))


@pytest.mark.parametrize("role", ["supplier", "customer"])
@pytest.mark.parametrize("kind", ["01", "91", "05"])
def test_another_party_does_not_belong(role, kind):
    document = a_document(kind)
    party = getattr(document, role)
    other = replace(party, company_id=Identification(number="901009999", scheme_name="31"))
    where = {"supplier": "AccountingSupplierParty", "customer": "AccountingCustomerParty"}[role]
    found = errors(document, signed(replace(document, **{role: other})))
    assert found == {("CO-PROOF-02", f"{where}.Party.PartyTaxScheme.CompanyID")}


def test_a_check_digit_and_points_are_no_other_party():
    document = a_document()
    written = replace(document.customer, company_id=Identification(number="901.002.511", scheme_name="31"))
    found = errors(document, signed(replace(document, customer=written)))
    assert found == set()


@pytest.mark.parametrize("name", [field for field in MonetaryTotal.__slots__ if field != "prepaid_amount"])
def test_other_totals_do_not_belong(name):
    document = a_document()
    total = replace(document.monetary_total, **{name: D("1.00")})
    codes = {code for code, _where in errors(document, signed(replace(document, monetary_total=total)))}
    assert codes == {"CO-PROOF-03"}


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": D("3")},
        {"line_extension_amount": D("200.01")},
        {"tax_totals": (a_tax("200.00", "5.00"),)},
        {"tax_totals": ()},
    ],
)
def test_an_altered_line_does_not_belong(changes):
    document = a_document()
    altered = replace(document, lines=(replace(document.lines[0], **changes),))
    (found,) = errors(document, signed(altered))
    assert found[0] == "CO-PROOF-04" and found[1].startswith("InvoiceLine[0].")


def test_more_lines_do_not_belong():
    document = a_document()
    more = replace(document, lines=(*document.lines, a_line(id="2")))
    assert errors(document, signed(more)) == {("CO-PROOF-04", "LineCountNumeric")}


def test_other_words_are_a_warning():
    document = a_document()
    line = document.lines[0]
    same = replace(line, item=replace(line.item, descriptions=(f"  {line.item.descriptions[0]}\n",)))
    assert belongs(document, signed(replace(document, lines=(same,))), technical_key=KEY) == []
    other = replace(line, item=replace(line.item, descriptions=("Otra cosa",)))
    (finding,) = belongs(document, signed(replace(document, lines=(other,))), technical_key=KEY)
    assert (finding.code, finding.severity) == ("CO-PROOF-07", Severity.WARNING)
    assert finding.params == {"value": "Otra cosa", "expected": line.item.descriptions[0]}


def test_a_note_about_another_invoice_does_not_belong():
    document = a_document("91")
    reference = document.billing_references[0]
    other = replace(reference, invoice=replace(reference.invoice, uuid="b" * 96))
    found = errors(document, signed(replace(document, billing_references=(other,))))
    assert found == {("CO-PROOF-02", "BillingReference")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_that_is_not_of_the_content_is_found_out(kind):
    document = a_document(kind)
    forged = replace(identified(document), uuid="a" * 96)
    assert errors(document, build.to_xml(forged)) == {("CO-PROOF-05", "UUID")}
    for uuid in ("", "x", "A" * 95):
        shapeless = build.to_xml(replace(identified(document), uuid=uuid))
        assert errors(document, shapeless, technical_key="", pin="") == {("CO-PROOF-05", "UUID")}


def test_a_changed_tax_is_told_even_if_the_key_fits():
    document = a_document()
    lines, taxes = (a_line(tax_totals=(a_tax("200.00", "5.00"),)),), (a_tax("200.00", "5.00"),)
    codes = errors(document, signed(a_document(lines=lines, tax_totals=taxes)))
    assert ("CO-PROOF-03", "TaxTotal[01].TaxAmount") in codes and ("CO-PROOF-05", "UUID") not in codes


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"<Invoice/>", b"PK\x03\x04", b"<!DOCTYPE a><a/>", signed(a_document())[:-9]]
)
def test_a_file_that_cannot_be_read_does_not_belong(data):
    assert {code for code, _where in errors(a_document(), data)} == {"CO-PROOF-01"}


# --- unpacking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["01", "91", "92", "05", "95"])
def test_a_document_comes_out_of_everything_it_is_packed_in(kind):
    document = a_document(kind)
    bare, outer = signed(document), contained(document)
    response = answer(identified(document).uuid)
    assert unpack(bare) == unpack(zipped(a_xml=bare, b_pdf=b"%PDF")) == Unpacked(bare)
    assert unpack(outer) == unpack(zipped(ad_XML=outer)) == Unpacked(bare, outer, response)
    assert unpack(b"\xef\xbb\xbf" + bare).document.endswith(bare)


def test_a_container_may_come_before_the_answer_of_dian():
    found = unpack(without_answer(contained(a_document())))
    assert (found.document, found.application_response) == (signed(a_document()), b"")


def test_a_container_in_which_dian_refuses_is_no_success():
    document = a_document()
    with pytest.raises(InvalidDocument):
        unpack(contained(document, answer(identified(document).uuid, code="04")))


def test_a_foreign_container_is_a_foreign_document():
    found = unpack(contained(a_document(id="SETP990000999")))
    assert ("CO-PROOF-02", "ID") in errors(a_document(), found.document)


def test_a_container_whose_answer_is_about_another_document_is_refused():
    document = a_document()
    outer, key = contained(document), f"<cbc:UUID>{identified(document).uuid}</cbc:UUID>".encode()
    assert outer.count(key) == 1  # our own builder would not make the other one
    with pytest.raises(InvalidDocument):
        unpack(outer.replace(key, b"<cbc:UUID>" + b"c" * 96 + b"</cbc:UUID>"))


def test_a_container_in_a_container_is_refused():
    for outer in (contained(a_document()), without_answer(contained(a_document()))):
        nested = outer.replace(signed(a_document()), outer.replace(b"]]>", b"]]]]><![CDATA[>"), 1)
        assert nested != outer
        with pytest.raises(InvalidDocument):
            unpack(nested)


def test_two_documents_in_one_container_are_refused():
    outer = contained(a_document())
    start, end = outer.index(b"<cac:Attachment>"), outer.index(b"</cac:Attachment>") + len(b"</cac:Attachment>")
    with pytest.raises(InvalidDocument):
        unpack(outer[:end] + outer[start:end] + outer[end:])


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", XmlRefused),
        (b"<html>", XmlRefused),
        (b"<a/>", InvalidDocument),
        (b"%PDF-1.7", XmlRefused),
        (b'<Invoice xmlns="urn:x"/>', InvalidDocument),
        (b"<Invoice/>", InvalidDocument),
        (zipped(a_pdf=b"%PDF"), InvalidDocument),
        (zipped(a_xml=signed(a_document()), b_xml=signed(a_document())), InvalidDocument),
        (zipped(a_xml=b"0" * 5_000_000), ArchiveRefused),
        (zipped(a_xml=zipped(a_xml=b"<a/>")), ArchiveRefused),
        (zipped(**{f"f{number}_pdf": b"" for number in range(30)}), ArchiveRefused),
        (b"PK\x03\x04" + b"\0" * 50, ArchiveRefused),
        (signed(a_document()).decode().encode("utf-16"), XmlRefused),
    ],
)
def test_whatever_is_no_document_is_refused_with_a_typed_error(data, error):
    with pytest.raises(error):
        unpack(data)


# every way to refuse once; the parser's own tests have all of them
HOSTILE = list({reason: name for name, (_make, reason) in CASES.items()}.values())


@pytest.mark.parametrize("name", [name for name, (_make, reason) in CASES.items() if reason == "doctype"] + HOSTILE)
def test_hostile_xml_is_refused(name):
    data = CASES[name][0]()
    with pytest.raises((XmlRefused, InvalidDocument)):
        unpack(data)
    assert {code for code, _where in errors(a_document(), data)} == {"CO-PROOF-01"}


WHOLE = contained(a_document())


PUT = st.binary(max_size=8) | st.sampled_from([b"<!ENTITY", b"]]>"])


@PATIENT
@given(cut=st.integers(0, len(WHOLE)), drop=st.integers(0, 40), put=PUT)
def test_a_damaged_container_is_refused_or_still_the_document(cut, drop, put):
    data = WHOLE[:cut] + put + WHOLE[cut + drop :]
    try:
        found = unpack(data)
    except CoreError:
        return
    for finding in belongs(a_document(), found.document, technical_key=KEY):
        assert finding.code.startswith("CO-PROOF-")


@PATIENT
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data):
    for prefix in (b"", b"PK\x03\x04", b"<Invoice>"):
        with pytest.raises(CoreError):
            unpack(prefix + data)
    assert provider_proof.belongs(a_document(), data)[0].code == "CO-PROOF-01"


def test_a_file_that_its_signature_does_not_cover_is_no_legal_file(certificate):
    pair = certificate(rfc="NIT 901002487-0", name="PROVEEDOR INVENTADO SAS")
    good = xades_sign.sign(signed(a_document()), RsaSigner(pair.cer, pair.private_key), signing_time=AT)
    changed = good.replace(b"<cbc:Description>", b"<cbc:Description>Otro ", 1)
    twice = good.replace(b"</ext:ExtensionContent>", b"<x/></ext:ExtensionContent>", 1)
    assert changed != good != twice
    assert errors(a_document(), changed) == set(), "the key covers no descriptions"
    for is_validated in (True, False):
        assert uncovered(good, is_validated=is_validated) == []
        for wrong in (changed, twice, signed(a_document()), b"<Invoice"):
            assert [row.code for row in uncovered(wrong, is_validated=is_validated)][:1] == ["CO-PROOF-08"]


def test_a_signature_that_is_built_otherwise_is_taken_where_dian_has_checked_it(certificate):
    pair = certificate(rfc="NIT 901002487-0", name="PROVEEDOR INVENTADO SAS")
    good = xades_sign.sign(signed(a_document()), RsaSigner(pair.cer, pair.private_key), signing_time=AT)
    strange = good.replace(b'Type="http://uri.etsi.org/01903#SignedProperties"', b'Type="http://example.invalid/"')
    assert strange != good
    [finding] = uncovered(strange, is_validated=False)
    assert (finding.code, finding.params["problem"]) == (
        "CO-PROOF-08", "the type of the reference to the signed properties")
    assert uncovered(strange, is_validated=True) == []
