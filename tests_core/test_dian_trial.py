"""Documents for DIAN's test set."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core.dian import identity, trial, trial_parties
from core.dian.model import DocumentReference, TaxScheme
from core.dian.rules import check
from tests_core.dian_models import CONSUMER, ISSUER, KEY, PIN, RANGE, SOFTWARE

MOMENT = datetime(2026, 11, 21, 4, 30, 5, 17, tzinfo=timezone.utc)
INVOICE = DocumentReference(
    id="SETP990000001", uuid="a" * 96, uuid_scheme_name="CUFE-SHA384", issue_date=date(2026, 11, 20)
)


def a_trial(kind, supplier=ISSUER, **more):
    prefix = {"91": "NC", "92": "ND"}.get(kind, "SETP")
    supplier = replace(supplier, legal_entity=replace(supplier.legal_entity, registration_prefix=prefix))
    found = trial.document(
        kind, number=f"{prefix}990000002", moment=MOMENT, software_id=SOFTWARE, environment="2",
        supplier=supplier, customer=CONSUMER, control=RANGE, invoice=INVOICE, **more,
    )  # fmt: skip
    return identity.identify(found, pin=PIN, technical_key=KEY)


@pytest.mark.parametrize("kind", trial.KINDS)
def test_every_kind_is_valid_and_dated_in_colombia(kind):
    document = a_trial(kind)
    assert check(document, is_final=True) == []
    assert (document.issue_date, document.issue_time.hour) == (date(2026, 11, 20), 23)


def a_support_trial(kind, turn=1):
    found = trial.document(
        kind, number="SEDS984000002", moment=MOMENT, software_id=SOFTWARE, environment="2",
        supplier=trial_parties.seller(turn), customer=replace(ISSUER, legal_entity=None),
        control=replace(RANGE, prefix="SEDS", from_number=984000000, to_number=985000000),
        invoice=replace(INVOICE, id="SEDS984000001", uuid_scheme_name="CUDS-SHA384"), turn=turn,
    )  # fmt: skip
    return identity.identify(found, pin=PIN)


@pytest.mark.parametrize("kind", trial.FAMILIES["support"])
@pytest.mark.parametrize("turn", range(4))
def test_support_documents_are_valid_and_hashed_with_the_pin(kind, turn):
    document = a_support_trial(kind, turn)
    assert check(document, is_final=True) == []
    assert (document.uuid_scheme_name, document.extensions.provider.number) == ("CUDS-SHA384", "901002487")
    assert document.tax_totals == ()  # who is not obliged to invoice charges no IVA
    assert document.uuid != identity.uuid(document, "another PIN")


def test_an_adjustment_names_its_support_document_which_says_when_it_was_bought():
    assert a_support_trial("95").billing_references[0].invoice.id == "SEDS984000001"
    assert a_support_trial("05").lines[0].period.start_date == date(2026, 11, 20)
    assert [trial.first_of(kind) for kind in ("01", "91", "92", "05", "95")] == ["01", "01", "01", "05", "05"]


def test_the_software_of_a_provider_is_named_with_its_nit():
    document = a_trial("01", provider="890930534")
    assert (document.extensions.provider.number, document.extensions.provider.scheme_id) == ("890930534", "0")
    assert check(document, is_final=True) == []


@pytest.mark.parametrize("buyer", trial_parties.BUYERS, ids=lambda buyer: buyer.registration_name)
def test_invented_buyers_are_good_ones_and_nobody_s(buyer):
    found = trial.document(
        "01", number="SETP990000002", moment=MOMENT, software_id=SOFTWARE, environment="2",
        supplier=ISSUER, customer=buyer, control=RANGE,
    )  # fmt: skip
    assert check(identity.identify(found, pin=PIN, technical_key=KEY), is_final=True) == []
    assert len(buyer.company_id.number) == 12  # no identity card has more than ten digits


def test_a_note_names_its_invoice_and_an_invoice_none():
    assert a_trial("91").billing_references[0].invoice == INVOICE
    assert a_trial("92").discrepancy_responses[0].reference_id == INVOICE.id
    assert a_trial("01").billing_references == ()


def test_who_charges_no_iva_writes_none():
    without = replace(ISSUER, tax_scheme=TaxScheme(id="ZZ", name="No aplica"), tax_level_list="49")
    document = a_trial("01", supplier=without)
    assert document.tax_totals == ()
    assert [found for found in check(document, is_final=True) if found.severity == "error"] == []


def test_amounts_of_a_set_differ():
    assert len({a_trial("01", turn=turn).monetary_total.payable_amount for turn in range(1, 51)}) == 50
    assert a_trial("01", turn=1).monetary_total.payable_amount == Decimal("119119.00")


def test_one_invoice_has_room_for_all_notes_of_a_set():
    notes = [a_trial("91", turn=turn).monetary_total.payable_amount for turn in range(1, 501)]
    assert sum(notes) <= a_trial("01", turn=1).monetary_total.payable_amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0f3c1d2e-aaaa-4bbb-8ccc-0123456789ab", True),
        ("0F3C1D2E-AAAA-4BBB-8CCC-0123456789AB", True),
        ("0f3c1d2eaaaa4bbb8ccc0123456789ab", False),
        ("0f3c1d2e-aaaa-4bbb-8ccc-0123456789a", False),
        (" 0f3c1d2e-aaaa-4bbb-8ccc-0123456789ab", False),
        ("", False),
    ],
)
def test_the_shape_of_an_identifier(text, expected):
    assert trial.is_identifier(text) is expected
