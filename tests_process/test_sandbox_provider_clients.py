"""The product's clients of technology providers, its layout and its proof, with the sandbox's providers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from core.dian import layout, provider_proof
from core.dian.cufe import COLOMBIA
from core.dian.model import AllowanceCharge, BillingReference, DocumentReference, TaxScheme
from core.errors import InDoubt
from core.transports import registry
from core.transports.base import Credentials, NotFound, Refused
from core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed
from core.transports.provider import Asked, ProviderOptions, ProviderSigned, facturatech_password_hash
from tests_core import dian_models as models
from tests_process import dian_shop
from tests_process import layout_samples as ftech
from tests_process import provider_samples as cadena
from tests_process.dian_samples import SELLER, TECHNICAL_KEY, Sample
from tests_process.dian_shop import new_number

pytestmark = pytest.mark.timeout(120)
D = Decimal
INC, RETE_IVA = TaxScheme(id="04", name="INC"), TaxScheme(id="05", name="ReteIVA")
ASKED = Asked(nit=SELLER, prefix="SETP", number=990000123, type_code="01")


@pytest.fixture
def providers(authority_process):
    """Both of them; the test range is Facturatech's."""
    dian_shop.open_dian(authority_process)
    cadena.open_cadena(authority_process)
    ftech.open_facturatech(authority_process)
    return authority_process


def facturatech(sandbox, password: str = ftech.PASSWORD, **options):
    login = Credentials(username=ftech.USER, password=facturatech_password_hash(password))
    return registry.provider(
        "facturatech", "sandbox", credentials=login, options=ProviderOptions(**options), base_url_override=sandbox.url
    )


def cadenas(sandbox, token: str = cadena.TOKEN, **options):
    sandbox.control("dian/associate", {"nit": SELLER, "prefix": "SETP", "software": cadena.CADENA_SOFTWARE})
    return registry.provider(
        "cadena", "sandbox", credentials=Credentials(token=token), options=ProviderOptions(**options),
        base_url_override=sandbox.url,
    )


def document(kind: str = "01", **changes):
    """One of today, with a number of its own."""
    made, now, number = models.a_document(kind, **changes), datetime.now(COLOMBIA), new_number()
    means = replace(models.CASH, payment_due_date=now.date())
    name = number if made.extensions.invoice_control else number.replace("SETP", "NC")
    return replace(
        made, id=name, issue_date=now.date(), issue_time=now.timetz().replace(microsecond=0), payment_means=(means,)
    )


def asked(made) -> Asked:
    prefix = "SETP" if made.id.startswith("SETP") else "NC"
    return Asked(nit=SELLER, prefix=prefix, number=int(made.id.removeprefix(prefix)), type_code=made.type_code)


def discount(amount: str, base: str, percent: str) -> AllowanceCharge:
    return AllowanceCharge(
        id="1", charge_indicator=False, reason="Descuento comercial", reason_code="11", amount=D(amount),
        base_amount=D(base), multiplier_factor_numeric=D(percent),
    )


MADE = {
    "consumer": lambda: document(customer=models.CONSUMER),
    "person": lambda: document(customer=models.PERSON),
    "foreigner": lambda: document("02", customer=models.FOREIGNER),
    "line discount": lambda: document(lines=(models.a_line(
        line_extension_amount=D("180.00"), allowance_charges=(discount("20.00", "200.00", "10.00"),),
        tax_totals=(models.a_tax("180.00"),),
    ),)),
    "discount": lambda: document(allowance_charges=(discount("10.00", "200.00", "5.00"),)),
    "rates": lambda: document(
        lines=(
            models.a_line(), models.a_line(id="2", tax_totals=(models.a_tax(percent="8.00", scheme=INC),)),
            models.a_line(id="3", tax_totals=()),
        ),
        line_count_numeric=3,
    ),
    "withheld": lambda: document(
        lines=(models.a_line(withholding_tax_totals=(models.a_tax("38.00", "15.00", RETE_IVA),)),)
    ),
    "support": lambda: document("05"),
}


@pytest.mark.parametrize("name", list(MADE))
def test_what_facturatech_makes_of_our_layout_is_our_document(providers, name):
    made, client = MADE[name](), facturatech(providers)
    taken = client.send(layout.to_xml(made), asked=asked(made))
    assert isinstance(taken, InProgress), taken
    signed = client.follow(taken.track_id, asked=asked(made))
    found = provider_proof.unpack(signed.document).document
    assert provider_proof.belongs(made, found, technical_key=TECHNICAL_KEY, pin=ftech.PIN) == []


@pytest.mark.parametrize("form", ["text", "text64"])
def test_the_one_line_form_is_the_same_document(providers, form):
    made, client = document(), facturatech(providers, layout_form=form)
    taken = client.send(layout.to_text(made).encode(), asked=asked(made))
    assert isinstance(taken, InProgress), taken
    signed = client.find(asked(made))
    assert provider_proof.belongs(made, signed.document, technical_key=TECHNICAL_KEY, pin=ftech.PIN) == []


@pytest.mark.parametrize(("of", "kind"), [("01", "91"), ("01", "92"), ("05", "95")])
def test_notes_about_what_facturatech_made(providers, of, kind):
    first, client = document(of), facturatech(providers)
    client.send(layout.to_xml(first), asked=asked(first))
    key = client.find(asked(first)).key
    scheme = "CUDS-SHA384" if kind == "95" else "CUFE-SHA384"
    named = DocumentReference(id=first.id, uuid=key, uuid_scheme_name=scheme, issue_date=first.issue_date)
    note = replace(document(kind), billing_references=(BillingReference(invoice=named),))
    assert isinstance(client.send(layout.to_xml(note), asked=asked(note)), InProgress)
    assert provider_proof.belongs(note, client.find(asked(note)).document, pin=ftech.PIN) == []


def test_facturatechs_ways_to_say_no(providers):
    made, client = document(), facturatech(providers)
    payload = layout.to_xml(made)
    wrong = client.send(layout.to_xml(replace(made, line_count_numeric=2)), asked=asked(made))
    assert isinstance(wrong, Refused)
    assert [incident.code for incident in wrong.incidents] == ["FAD16"]
    assert isinstance(client.find(asked(made)), NotFound)
    assert facturatech(providers, "another").check().category.value == "credentials"
    providers.script({"drop_after_stamp": True}, service="facturatech", operation="upload*")
    with pytest.raises(InDoubt):
        client.send(payload, asked=asked(made))
    assert isinstance(client.find(asked(made)), ProviderSigned)
    assert isinstance(client.send(payload, asked=asked(made)), AlreadyProcessed)


def test_facturatech_works_on_it(providers):
    made, client = document(), facturatech(providers)
    taken = client.send(layout.to_xml(made), asked=asked(made))
    providers.script({"in_progress": True}, service="facturatech", operation="documentStatusFile")
    assert isinstance(client.follow(taken.track_id, asked=asked(made)), InProgress)
    providers.script({"batch_pending": 600}, service="facturatech", operation="download*")
    assert isinstance(client.find(asked(made)), InProgress)
    assert isinstance(client.follow(taken.track_id, asked=asked(made)), ProviderSigned)


def test_cadena_from_upload_to_look_up(providers):
    client, sample = cadenas(providers), Sample()
    assert isinstance(client.find(ASKED), NotFound)
    sent = client.send(cadena.unsigned(sample), asked=ASKED)
    assert (sent.key, sent.recovered) == (sample.cufe, False)
    unpacked = provider_proof.unpack(sent.document)
    assert unpacked.document == providers.file(f"document/{sample.cufe}.xml")
    assert unpacked.container == sent.document
    assert b"02</" in unpacked.application_response
    again, found = client.send(cadena.unsigned(sample), asked=ASKED), client.find(ASKED)
    assert again.recovered
    assert again.document == found.document == sent.document


def test_cadenas_ways_to_say_no(providers):
    client = cadenas(providers)
    refused = client.send(cadena.unsigned(Sample(payable="119001.00")), asked=ASKED)
    assert "FAU14" in [incident.code for incident in refused.incidents]
    assert cadenas(providers, token="x").check().category.value == "credentials"
    providers.control("dian/register", {"kind": "test_set", "row": {"id": "s", "nit": SELLER, "state": "Aceptado"}})
    closed = cadenas(providers, test_set="s").send(cadena.unsigned(Sample()), asked=ASKED)
    assert isinstance(closed, SetClosed)
    assert closed.accepted
    providers.script({"http_status": 502, "after_stamp": True}, service="cadena", operation="send")
    with pytest.raises(InDoubt):
        client.send(cadena.unsigned(Sample()), asked=ASKED)
    assert isinstance(client.find(ASKED), ProviderSigned)


def test_cadenas_ranges(providers):
    client = cadenas(providers)
    told = client.numbering_ranges(SELLER, cadena.CADENA_SOFTWARE)
    assert [(row.prefix, row.technical_key) for row in told.ranges] == [("SETP", TECHNICAL_KEY)]
    assert client.numbering_ranges(SELLER, cadena.SOFTWARE).ranges == ()
