"""What identifies a document: hashes of the whole model, the QR code."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from core.dian import cufe, identity
from core.dian.model import AllowanceCharge, Identification, TaxScheme
from tests_core.dian_models import CONSUMER, KEY, NIT_A, PERSON, PIN, SOFTWARE, a_document, a_line, a_tax

D = Decimal
OUR_VECTOR = "bf737dec84c47ddbc5f8932f78320f3864500982da0244e124f172313ad184e40abbd54d0eacb11eb659d759de09dc2e"


def test_an_invoice_gets_the_cufe_of_its_key_and_the_code_of_its_software():
    """The vector of test_dian_cufe as a whole document: 100,000.00 with IVA 19 % to the final consumer."""
    line = a_line(price_amount=D("50000.00"), line_extension_amount=D("100000.00"), tax_totals=(a_tax("100000.00"),))
    supplier = replace(a_document().supplier, company_id=Identification(number="900373076", scheme_name="31"))
    document = a_document(lines=(line,), supplier=supplier, customer=CONSUMER)
    done = identity.identify(document, pin=PIN, technical_key=KEY)
    assert done.uuid == OUR_VECTOR
    assert (done.uuid_scheme_id, done.uuid_scheme_name) == ("2", "CUFE-SHA384")
    assert done.extensions.software_security_code == cufe.software_security_code(SOFTWARE, PIN, "SETP990000123")
    assert done.extensions.qr_code == (
        "https://catalogo-vpfe-hab.dian.gov.co/document/searchqr?documentkey=" + done.uuid)
    assert identity.search_address("x", "1") == "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey=x"


@pytest.mark.parametrize("code", ["03", "91", "92"])
def test_the_pin_takes_the_place_of_the_key(code):
    document = a_document(code)
    done = identity.identify(document, pin=PIN, technical_key=KEY)
    assert done.uuid_scheme_name == "CUDE-SHA384"
    assert done.uuid == cufe.cude(
        number=document.id, issue_date=date(2026, 11, 20), issue_time=time(9, 30, 15), line_extension="200.00",
        taxes={"01": "38.00"}, payable="238.00", supplier=document.supplier.company_id.number,
        customer=document.customer.company_id.number, pin=PIN, environment="2")


@pytest.mark.parametrize("code", ["05", "95"])
def test_a_support_document_has_a_cuds_from_seller_to_buyer(code):
    document = a_document(code)
    done = identity.identify(document, pin=PIN)
    assert done.uuid_scheme_name == "CUDS-SHA384"
    assert done.uuid == cufe.cuds(
        number=document.id, issue_date=date(2026, 11, 20), issue_time=time(9, 30, 15), value="200.00", iva="38.00",
        total="238.00", seller=PERSON.company_id.number, buyer=NIT_A, pin=PIN, environment="2")
    assert identity.issuer(document) is document.customer
    assert identity.issuer(a_document()).company_id.number == NIT_A


def test_every_rate_of_iva_counts_and_withholdings_do_not():
    lines = (
        a_line(tax_totals=(a_tax(), a_tax("200.00", "8.00", TaxScheme(id="04", name="INC")))),
        a_line(id="2", tax_totals=(a_tax("200.00", "5.00"),),
               withholding_tax_totals=(a_tax("10.00", "15.00", TaxScheme(id="05", name="ReteIVA")),)),
    )
    document = a_document(lines=lines)
    assert identity.tax_amount(document, "01") == D("48.00")
    assert identity.tax_amount(document, "05") == 0
    assert document.monetary_total.payable_amount == D("464.00")


def test_the_qr_code_says_what_the_annex_asks_for():
    tip = AllowanceCharge(id="1", charge_indicator=True, reason_code="03", reason="Propina", amount=D("10.00"))
    inc = a_tax("200.00", "8.00", TaxScheme(id="04", name="INC"))
    document = a_document(lines=(a_line(tax_totals=(a_tax(), inc)),), allowance_charges=(tip,))
    document = identity.identify(document, pin=PIN, technical_key=KEY)
    assert identity.qr_text(document).split("\n") == [
        "NumFac: SETP990000123", "FecFac: 2026-11-20", "HorFac: 09:30:15-05:00", "NitFac: 901002487",
        "DocAdq: 901002511", "ValFac: 200.00", "ValIva: 38.00", "ValOtroIm: 16.00", "ValTolFac: 264.00",
        f"CUFE: {document.uuid}", document.extensions.qr_code]
    support = identity.identify(a_document("05"), pin=PIN)
    assert identity.qr_text(support).split("\n") == [
        "NumDS: SETP990000123", "FecDS: 2026-11-20", "HorDS: 09:30:15-05:00", "NumSNO: 1020", "DocABS: 901002487",
        "ValDS: 200.00", "ValIva: 38.00", "ValTolDS: 238.00", f"CUDS: {support.uuid}", support.extensions.qr_code]
