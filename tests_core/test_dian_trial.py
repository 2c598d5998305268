"""Documents for DIAN's test set."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core.dian import identity, trial, trial_answers, trial_parties
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


SAID = "DIAN said so"


@pytest.mark.parametrize(
    ("code", "message", "kind", "expected"),
    [
        ("", "Set de prueba con identificador 0f3c no existe.", "01", trial_answers.UNKNOWN_SET),
        ("", "Set de prueba con identificador 0f3c no corresponde al software x.", "01", trial_answers.UNKNOWN_SET),
        ("", "Set de prueba con identificador 0f3c no es para documentos de tipo 05.", "05", trial_answers.UNKNOWN_SET),
        ("FAB27b", SAID, "01", trial_answers.WRONG_PIN),
        ("DSAB27b", SAID, "05", trial_answers.WRONG_PIN),
        ("FAD06", SAID, "01", trial_answers.WRONG_KEY),
        ("CAD06", SAID, "91", trial_answers.WRONG_PIN),
        ("DSAD06", SAID, "05", trial_answers.WRONG_PIN),
        ("FAB24b", SAID, "01", trial_answers.UNKNOWN_SOFTWARE),
        ("FAB19b", SAID, "01", trial_answers.UNKNOWN_SOFTWARE),
        ("FAB05b", SAID, "01", trial_answers.OTHER_RANGE),
        ("FAJ44a", SAID, "01", trial_answers.UNKNOWN_ISSUER),
        ("DSAK44a", SAID, "05", trial_answers.UNKNOWN_ISSUER),
        ("ZE03", SAID, "01", trial_answers.WRONG_CERTIFICATE),
    ],
)
def test_what_only_a_person_can_put_right_is_recognised(code, message, kind, expected):
    assert trial_answers.cause(code, message, kind).code == expected


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("FAJ24", SAID), ("FAK44b", SAID), ("DSAJ44a", SAID), ("CO-WS-89", ""), ("", ""),
        ("", "Set de prueba con identificador 0f3c se encuentra Aceptado."),
    ],
)  # fmt: skip
def test_what_is_about_the_document_is_not(code, message):
    assert trial_answers.cause(code, message, "01") is None


def test_who_may_not_send_is_named():
    message = "NIT 901002488 no autorizado a enviar documentos para emisor con NIT 901002487."
    found = trial_answers.cause("", message, "01")
    assert (found.code, found.sender, found.issuer) == (trial_answers.OTHER_SENDER, "901002488", "901002487")
    assert trial_answers.cause("", "NIT 901002488 no autorizado.", "01").issuer == ""
