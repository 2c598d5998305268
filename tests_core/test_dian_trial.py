"""Documents for DIAN's test set."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core.dian import identity, trial
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
