"""The product's clients against the sandbox's providers: what is sent comes back as the same document."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.dian import answer, build, identity, layout, provider_proof, xades
from core.dian.model import (
    BillingReference,
    DiscrepancyResponse,
    Document,
    DocumentReference,
    Identification,
    Period,
)
from core.dian.read import parse
from core.errors import InDoubt
from core.transports import registry
from core.transports.base import Category, Credentials, NotFound, Refused
from core.transports.dian_answers import AlreadyProcessed, InProgress, SetClosed
from core.transports.provider import AccessWorks, Asked, ProviderOptions, ProviderSigned
from tests_process import dian_shop
from tests_process import layout_samples as ftech
from tests_process import provider_samples as cadena
from tests_process.dian_samples import SELLER, TECHNICAL_KEY, Sample, check_digit

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def with_facturatech(authority_process):
    """The sandbox, whose seller sends through Facturatech; a prefix belongs to one software."""
    dian_shop.open_dian(authority_process)
    ftech.open_facturatech(authority_process)
    return authority_process


@pytest.fixture
def with_cadena(authority_process):
    dian_shop.open_dian(authority_process)
    cadena.open_cadena(authority_process)
    return authority_process


def facturatech(sandbox, password=ftech.HASH, **options):
    credentials, options = Credentials(ftech.USER, password), ProviderOptions(**options)
    return registry.provider("facturatech", "sandbox", credentials=credentials, options=options,
                             base_url_override=sandbox.url)


def of_cadena(sandbox, token=cadena.TOKEN, environment="sandbox", **options):
    return registry.provider("cadena", environment, credentials=Credentials(token=token),
                             options=ProviderOptions(**options), base_url_override=sandbox.url)


def asked(document: Document) -> Asked:
    prefix = document.id.rstrip("0123456789")
    return Asked(SELLER, prefix, int(document.id[len(prefix):]), document.type_code)


def an_invoice(number: str = "") -> Document:
    return parse(Sample(number=number or dian_shop.new_number()).xml())


def a_note(kind: str, invoice: Document, key: str) -> Document:
    """A credit or debit note about all of an invoice."""
    reference = DocumentReference(
        id=invoice.id, uuid=key, uuid_scheme_name="CUFE-SHA384", issue_date=invoice.issue_date)
    plain = an_invoice()
    concept = {"91": ("2", "Anulación"), "92": ("4", "Otros")}[kind]
    return replace(
        plain, type_code=kind, id=plain.id.replace("SETP", "NOTA"), customization_id={"91": "20", "92": "30"}[kind],
        extensions=replace(plain.extensions, invoice_control=None),
        discrepancy_responses=(
            DiscrepancyResponse(reference_id=invoice.id, response_code=concept[0], descriptions=(concept[1],)),),
        billing_references=(BillingReference(invoice=reference),))


def a_support_document() -> Document:
    """Bought from somebody who need not invoice; the sandbox knows the buyer."""
    plain = an_invoice()
    vendor = replace(
        plain.customer, additional_account_id="2", tax_level_list="No aplica", tax_level_code="R-99-PN",
        company_id=Identification(number="1020304050", scheme_name="13"),
        identification=Identification(number="1020304050", scheme_name="13"))
    line = replace(plain.lines[0], period=Period(
        start_date=plain.issue_date, description_code="1", description="Por operación"))
    return replace(plain, type_code="05", supplier=vendor, customer=plain.supplier, lines=(line,))


def sent_and_followed(client, document: Document, payload: bytes | None = None):
    taken = client.send(payload or layout.to_xml(document), asked=asked(document))
    assert isinstance(taken, InProgress), taken
    return client.follow(taken.track_id, asked=asked(document))


def proven(document: Document, result) -> provider_proof.Unpacked:
    """What came back, after everything that the product checks of it."""
    assert isinstance(result, ProviderSigned), result
    found = provider_proof.unpack(result.document)
    findings = provider_proof.belongs(document, found.document, technical_key=TECHNICAL_KEY, pin=ftech.PIN)
    assert findings == [], findings
    assert xades.verify(found.document) == []
    assert parse(found.document).uuid == result.key
    return found


# -- Facturatech


def test_facturatech_makes_the_document_that_was_sent(with_facturatech):
    client = facturatech(with_facturatech)
    invoice = an_invoice()
    signed = sent_and_followed(client, invoice)
    proven(invoice, signed)
    for kind in ("91", "92"):
        note = a_note(kind, invoice, signed.key)
        proven(note, sent_and_followed(client, note))
    support = a_support_document()
    proven(support, sent_and_followed(client, support))
    assert [row["kind"] for row in with_facturatech.ledger()] == ["01", "91", "92", "05"]


@pytest.mark.parametrize("form", ["text", "text64"])
def test_the_one_line_form_is_the_same_document(with_facturatech, form):
    client, invoice = facturatech(with_facturatech, layout_form=form), an_invoice()
    proven(invoice, sent_and_followed(client, invoice, layout.to_text(invoice).encode()))


def test_a_lost_answer_of_facturatech_is_found_by_its_number(with_facturatech):
    with_facturatech.script({"drop_after_stamp": True}, service="facturatech", operation="upload*")
    client, invoice = facturatech(with_facturatech), an_invoice()
    assert isinstance(client.find(asked(invoice)), NotFound)
    with pytest.raises(InDoubt):
        client.send(layout.to_xml(invoice), asked=asked(invoice))
    found = client.find(asked(invoice))
    assert found.recovered
    proven(invoice, found)
    assert isinstance(client.send(layout.to_xml(invoice), asked=asked(invoice)), AlreadyProcessed)
    assert len(with_facturatech.ledger()) == 1


def test_a_total_that_is_wrong_is_refused_with_dians_rule(with_facturatech):
    invoice = an_invoice()
    wrong = replace(invoice, monetary_total=replace(invoice.monetary_total, payable_amount=Decimal("119001.00")))
    refused = facturatech(with_facturatech).send(layout.to_xml(wrong), asked=asked(wrong))
    assert isinstance(refused, Refused) and refused.category is Category.CONTENT
    assert "FAU14" in {incident.code for incident in refused.incidents}


def test_the_access_to_facturatech(with_facturatech):
    works = facturatech(with_facturatech).check()
    assert isinstance(works, AccessWorks) and works.credits
    assert facturatech(with_facturatech, password="0" * 64).check().category is Category.CREDENTIALS


# -- CADENA


def as_cadena_wants_it(document: Document) -> Document:
    """With CADENA as the owner of the software, and the security code of its PIN."""
    extensions = replace(
        document.extensions, software_id=cadena.CADENA_SOFTWARE,
        provider=Identification(
            number=cadena.CADENA, scheme_id=check_digit(cadena.CADENA), scheme_name="31"))
    return identity.identify(
        replace(document, extensions=extensions), pin=cadena.CADENA_PIN, technical_key=TECHNICAL_KEY)


def test_cadena_signs_the_document_that_was_sent(with_cadena):
    client, invoice = of_cadena(with_cadena), as_cadena_wants_it(an_invoice())
    payload = build.to_xml(invoice)
    signed = client.send(payload, asked=asked(invoice))
    found = proven(invoice, signed)
    assert found.container and answer.belongs(found.application_response, signed.key) == []
    again = client.send(payload, asked=asked(invoice))
    assert again.recovered
    proven(invoice, again)
    looked_up = client.find(asked(invoice))
    assert (looked_up.key, looked_up.recovered) == (invoice.uuid, True)
    assert isinstance(client.find(asked(an_invoice())), NotFound)
    assert len(with_cadena.ledger()) == 1


def test_a_lost_answer_of_cadena_is_found_by_its_number(with_cadena):
    with_cadena.script({"drop_after_stamp": True}, service="cadena", operation="send")
    client, invoice = of_cadena(with_cadena), as_cadena_wants_it(an_invoice())
    with pytest.raises(InDoubt):
        client.send(build.to_xml(invoice), asked=asked(invoice))
    proven(invoice, client.find(asked(invoice)))


def test_cadena_ends_a_test_set(with_cadena):
    row = {"id": "set-c", "nit": SELLER, "software": cadena.CADENA_SOFTWARE, "needed": 1}
    with_cadena.control("dian/register", {"kind": "test_set", "row": row})
    client = of_cadena(with_cadena, cadena.PARTNER_TOKEN, partner=cadena.PARTNER, test_set="set-c")
    results = [client.send(build.to_xml(as_cadena_wants_it(document)), asked=asked(document))
               for document in (an_invoice(), an_invoice())]
    assert isinstance(results[0], ProviderSigned | InProgress)
    assert results[1] == SetClosed(
        accepted=True, message="Set de prueba con identificador set-c se encuentra Aceptado")


def test_the_ranges_and_the_access_of_cadena(with_cadena):
    client = of_cadena(with_cadena)
    row, = client.numbering_ranges(SELLER, cadena.CADENA_SOFTWARE).ranges
    assert (row.prefix, row.first, row.technical_key) == ("SETP", 990000000, TECHNICAL_KEY)
    assert client.numbering_ranges(SELLER, cadena.SOFTWARE).code == "302"
    assert not [exchange for exchange in client.exchanges if TECHNICAL_KEY.encode() in exchange.response]
    assert isinstance(client.check(), AccessWorks)
    assert of_cadena(with_cadena, token="x").check().category is Category.CREDENTIALS
