"""The content of the print of a DIAN document: what the law asks for, from the signed XML and DIAN's answer alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.dian import build, identity, response
from core.dian.model import (
    AllowanceCharge,
    Document,
    ExchangeRate,
    Identification,
    LegalEntity,
    PaymentMeans,
    Period,
    PrepaidPayment,
    PricingReference,
    TaxScheme,
)
from core.errors import InvalidDocument
from tests_core.dian_models import (
    FOREIGNER,
    ISSUER,
    KEY,
    NIT_A,
    NIT_B,
    PIN,
    a_document,
    a_line,
    a_tax,
    at_home,
    bags,
)
from tests_core.printing import load

D = Decimal
printing, text = load("dian_print"), load("dian_print_text")
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>1</cbc:ID>
<cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:IssueTime>{time}</cbc:IssueTime><cac:DocumentResponse><cac:Response>
<cbc:ResponseCode>02</cbc:ResponseCode><cbc:Description>Documento validado por la DIAN</cbc:Description></cac:Response>
<cac:DocumentReference><cbc:ID>SETP990000123</cbc:ID><cbc:UUID>{key}</cbc:UUID></cac:DocumentReference>
</cac:DocumentResponse></ApplicationResponse>"""


def issued(document: Document) -> Document:
    return identity.identify(document, pin=PIN, technical_key=KEY)


def page_of(document: Document, time: str = ""):
    document = issued(document)
    answer = ANSWER.format(key=document.uuid, time=time).encode() if time else b""
    return printing.printed(build.to_xml(document), answer)


def values(labels) -> dict[str, str]:
    return {label.name: label.value for label in labels}


def steps(rows) -> list[tuple[str, str, str]]:
    def plain(text):
        return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")

    return [(plain(row.name), plain(row.note), plain(row.value)) for row in rows]


@pytest.mark.parametrize(("type_code", "title", "key_name"), [
    ("01", "Factura electrónica de venta", "CUFE"),
    ("02", "Factura electrónica de venta de exportación", "CUFE"),
    ("03", "Factura electrónica de venta, transcripción de contingencia", "CUDE"),
    ("04", "Factura electrónica de venta en contingencia", "CUFE"),
    ("91", "Nota crédito electrónica", "CUDE"),
    ("92", "Nota débito electrónica", "CUDE"),
    ("05", "Documento soporte en adquisiciones efectuadas a no obligados a facturar", "CUDS"),
    ("95", "Nota de ajuste al documento soporte en adquisiciones efectuadas a no obligados a facturar", "CUDS"),
])
def test_every_type_has_its_legal_name_its_key_and_its_qr_text(type_code, title, key_name):
    page = page_of(a_document(type_code))
    document = issued(a_document(type_code))
    assert (page.title, page.number, page.key_name, page.key) == (title, document.id, key_name, document.uuid)
    assert page.qr_text == identity.qr_text(document)
    assert page.qr_text.splitlines()[-2:] == [
        f"{key_name}: {document.uuid}",
        f"https://catalogo-vpfe-hab.dian.gov.co/document/searchqr?documentkey={document.uuid}"]


def test_the_issuer_with_the_qualities_that_the_law_wants_to_see():
    issuer = replace(
        ISSUER, names=("TIENDAS INVENTADAS",), industry_classification_code="4711;4719",
        tax_level_code="O-13;O-23;O-47",
        legal_entity=replace(ISSUER.legal_entity, registration_name_id="123456"))
    page = page_of(a_document(supplier=issuer))
    assert page.party_titles == ("Emisor", "Adquirente")
    assert (page.issuer_name, page.issuer_nit) == ("COMERCIAL INVENTADA SAS", "NIT 901002487-0")
    assert values(page.issuer) == {
        "NIT": "901002487-0", "Nombre comercial": "TIENDAS INVENTADAS", "Tipo de persona": "Persona Jurídica",
        "Responsabilidades":
            "O-13 – Gran contribuyente; O-23 – Agente de retención IVA; O-47 – Régimen simple de tributación",
        "Régimen": "48 – Responsable del impuesto sobre las ventas - IVA", "Tributo": "01 – IVA",
        "Actividad (CIIU)": "4711;4719", "Matrícula mercantil": "123456", "Dirección": "Calle 1 # 2-3",
        "Municipio": "Bogotá, D.C., Bogotá, C.P. 110111, Colombia", "Correo electrónico": "recepcion@example.com"}


def test_a_foreign_buyer_has_no_check_digit_and_no_department():
    page = page_of(a_document("02", customer=FOREIGNER))
    found = values(page.receiver)
    assert found["NIT de otro país"] == "X-55"
    assert (found["Dirección"], found["Municipio"]) == ("1 Main St", "Miami, Estados Unidos")


def test_a_support_document_is_issued_by_the_buyer():
    page = page_of(a_document("05"))
    assert page.party_titles == ("Adquirente", "Vendedor no obligado a facturar")
    assert page.issuer_nit == "NIT 901002487-0"
    assert page.receiver_name == "María Inventada" and values(page.receiver)["Cédula de ciudadanía"] == "1020"
    assert values(page.lines[0].labels)["Fecha de la operación"] == "20/11/2026, Por operación"


def test_range_dates_and_payment():
    credit = PaymentMeans(id="2", payment_means_code="47", payment_due_date=date(2026, 12, 20))
    page = page_of(a_document(payment_means=(credit,), due_date=date(2026, 12, 20)), time="14:30:22Z")
    assert values(page.authorization)["Autorización de numeración"] == (
        "Autorización de numeración de la DIAN n.º 18760000001, vigente desde 19/01/2019 hasta 19/01/2030, "
        "prefijo SETP, del 990000000 al 995000000")
    found = values(page.document)
    assert found["Fecha y hora de generación"] == "20/11/2026 09:30:15"
    assert found["Fecha y hora de validación"] == "20/11/2026 09:30:22"
    assert found["Fecha de vencimiento"] == "20/12/2026"
    assert found["Forma de pago"] == "2 – Crédito"
    assert found["Medio de pago"] == "47 – Transferencia Débito Bancaria"
    assert found["Tipo de operación"] == "10 – Estándar"
    assert page.legend == "Representación gráfica de un documento electrónico validado por la DIAN"


def test_without_an_answer_nothing_says_validated():
    page = page_of(a_document("04"))
    assert "Fecha y hora de validación" not in values(page.document)
    assert "validado" not in page.legend


def test_the_answer_to_another_document_is_refused():
    xml = build.to_xml(issued(a_document()))
    with pytest.raises(Exception, match="another document"):
        printing.printed(xml, ANSWER.format(key="b" * 96, time="09:30:22-05:00").encode())
    with pytest.raises(Exception, match="not an issued document"):
        printing.printed(build.to_xml(a_document()))


def test_payable_then_withholdings_then_net():
    """ReteIVA's base is the IVA; what is withheld is no part of what is to be paid."""
    held = (
        a_tax("38.00", "15.00", TaxScheme(id="05", name="ReteIVA")),
        a_tax("200.00", "2.50", TaxScheme(id="06", name="ReteRenta")),
        a_tax("200.00", "0.966", TaxScheme(id="07", name="ReteICA"), amount="1.93"))
    page = page_of(a_document(lines=(a_line(withholding_tax_totals=held),)))
    assert (page.total_name, page.total, page.currency) == ("Total a pagar", "238,00", "COP")
    assert steps(page.after_total) == [
        ("ReteIVA 15 %", "base 38,00", "-5,70"),
        ("ReteRenta 2,5 %", "base 200,00", "-5,00"),
        ("ReteICA 0,966 %", "base 200,00", "-1,93"),
        ("Neto después de retenciones", "", "225,37")]
    assert page.words == "(DOSCIENTOS TREINTA Y OCHO PESOS 00/100 M/CTE)"


def test_tributes_discounts_charges_and_advances():
    lines = (
        a_line(tax_totals=(a_tax(), bags("2", "70.00"))),
        a_line(id="2", tax_totals=(a_tax(percent="5.00"),)),
        a_line(id="3", tax_totals=(a_tax(percent="0.00"),)),
        a_line(id="4", tax_totals=()))
    adjustments = (
        AllowanceCharge(id="1", charge_indicator=False, reason_code="00", reason="Descuento comercial",
                        multiplier_factor_numeric=D("10.00"), amount=D("80.00"), base_amount=D("800.00")),
        AllowanceCharge(id="2", charge_indicator=True, reason_code="03", reason="Propina", amount=D("12.50")))
    advance = PrepaidPayment(id="1", paid_amount=D("100.00"), received_date=date(2026, 11, 1))
    page = page_of(a_document(lines=lines, allowance_charges=adjustments, prepaid_payments=(advance,)))
    assert steps(page.totals) == [
        ("Subtotal", "", "800,00"), ("Base gravable", "", "600,00"),
        ("IVA 19 %", "base 200,00", "38,00"), ("IVA 5 %", "base 200,00", "10,00"),
        ("IVA 0 %", "base 200,00", "0,00"), ("INC Bolsas 70,00 por unidad", "base 2 Unidad", "140,00"),
        ("Total con tributos", "", "988,00"), ("Descuento", "Descuento comercial 10 %", "-80,00"),
        ("Recargo", "Propina", "12,50")]
    assert page.total == "920,50"
    assert steps(page.after_total) == [("Anticipo", "01/11/2026", "100,00")]


def test_a_line_shows_code_quantity_unit_price_discount_and_taxes():
    discount = AllowanceCharge(
        id="1", charge_indicator=False, reason_code="00", reason="Promoción", multiplier_factor_numeric=D("5.00"),
        amount=D("61.73"), base_amount=D("1234.57"))
    line = a_line(
        quantity=D("1234.500000"), base_quantity=D("1234.500000"), price_amount=D("1.000054"),
        allowance_charges=(discount,), line_extension_amount=D("1172.83"), tax_totals=(a_tax("1172.83"),),
        notes=("Lote 7",))
    [shown] = page_of(a_document(lines=(line,))).lines
    assert (shown.product_code, shown.number, shown.description) == ("T-1", "", "Tornillo")
    assert (shown.quantity, shown.unit_code) == ("1.234,5", "Unidad")
    assert (shown.unit_price, shown.discount, shown.amount) == ("1,000054", "61,73", "1.172,83")
    assert [(tax.name, tax.rate, tax.base, tax.amount) for tax in shown.taxes] == [
        ("IVA", "19\xa0%", "1.172,83", "222,84")]
    assert [(label.name, label.value) for label in shown.labels] == [
        ("Descuento", "Promoción 5\xa0% 61,73"), ("Nota", "Lote 7")]


def test_a_gift_shows_what_it_is_worth_and_a_mandate_for_whom():
    gift = a_line(
        line_extension_amount=D("0.00"), price_amount=D("0.00"), free_of_charge_indicator=True,
        pricing_reference=PricingReference(price_amount=D("1500.00"), price_type_code="01"))
    mandate = a_line(id="2")
    mandate = replace(mandate, item=replace(
        mandate.item, mandator=Identification(number="901002511", scheme_id="8", scheme_name="31"),
        brand_names=("ACME",), model_names=("X1",)))
    first, second = page_of(a_document(lines=(gift, mandate), customization_id="11")).lines
    assert values(first.labels) == {"Sin costo, valor de referencia": "01 – Valor comercial 1.500,00"}
    assert values(second.labels) == {"Marca": "ACME", "Modelo": "X1", "Mandante": "NIT 901002511-8"}


@pytest.mark.parametrize(("type_code", "name", "key_name", "concept"), [
    ("91", "Factura referenciada", "CUFE",
     "1 – Devolución parcial de los bienes y/o no aceptación parcial del servicio: Devolución parcial"),
    ("92", "Factura referenciada", "CUFE", "1 – Intereses: Devolución parcial"),
    ("95", "Documento soporte referenciado", "CUDS",
     "1 – Devolución parcial de los bienes y/o no aceptación parcial del servicio: Devolución parcial"),
])
def test_a_note_names_its_invoice_and_its_concept(type_code, name, key_name, concept):
    page = page_of(a_document(type_code))
    assert values(page.related) == {
        name: f"SETP990000122, del 19/11/2026, {key_name} {'a' * 96}", "Concepto de la corrección": concept}
    assert not page.authorization


def test_a_note_for_a_period():
    page = page_of(at_home(a_document("91"), Period(start_date=date(2026, 10, 1), end_date=date(2026, 10, 31))))
    assert values(page.document)["Periodo"] == "01/10/2026 a 31/10/2026"
    assert values(page.document)["Tipo de operación"] == "22 – Nota crédito sin referencia a facturas"


def test_foreign_currency_with_its_rate():
    rate = ExchangeRate(
        source_currency_code="COP", source_currency_base_rate=D("1.00"), target_currency_code="USD",
        target_currency_base_rate=D("1.00"), calculation_rate=D("4123.450000"), day=date(2026, 11, 20))
    line = a_line(
        price_amount=D("4123450.00"), line_extension_amount=D("8246900.00"), tax_totals=(a_tax("8246900.00"),))
    page = page_of(a_document("02", lines=(line,), payment_exchange_rate=rate))
    assert page.currency == "COP" and page.total == "9.813.811,00"
    assert values(page.exchange) == {
        "Moneda de la negociación": "USD – Dólar estadounidense", "Tasa de cambio (TRM)": "1 USD = 4.123,45 COP",
        "Fecha de la tasa": "20/11/2026", "Subtotal en USD": "2.000,00 USD", "Tributos en USD": "380,00 USD",
        "Total a pagar en USD": "2.380,00 USD"}


def test_who_made_the_software():
    own = page_of(a_document()).software
    assert own.endswith("Fabricante del software: COMERCIAL INVENTADA SAS, NIT 901002487-0")
    extensions = replace(a_document().extensions, provider=Identification(
        number=NIT_B, scheme_id="8", scheme_name="31"))
    assert page_of(a_document(extensions=extensions)).software.endswith(
        f"Fabricante del software: NIT {NIT_B}-8. Proveedor tecnológico: NIT {NIT_B}-8")
    assert "Odoo" in own and NIT_A in own


@pytest.mark.parametrize(("time", "shown"), [
    ("09:30:22-05:00", "2026-11-20T09:30:22-05:00"), ("09:30:22", "2026-11-20T09:30:22-05:00"),
    ("14:30:22Z", "2026-11-20T14:30:22+00:00")])
def test_what_dian_answered(time, shown):
    answer = response.read(ANSWER.format(key="AB" * 48, time=time).encode())
    assert (answer.key, answer.number, answer.code) == ("ab" * 48, "SETP990000123", response.VALIDATED)
    assert (answer.at.isoformat(), answer.description) == (shown, "Documento validado por la DIAN")


@pytest.mark.parametrize("old", ["ApplicationResponse", "UUID>{key}</cbc:UUID", "02<", "{time}"])
def test_an_answer_that_does_not_say_of_what_when_or_how_is_refused(old):
    new = {"ApplicationResponse": "Application", "02<": "<", "{time}": "noon"}.get(old, "Key>k</cbc:Key")
    with pytest.raises(InvalidDocument):
        response.read(ANSWER.replace(old, new).format(key="ab" * 48, time="09:30:22").encode())


@pytest.mark.parametrize(("number", "decimals", "shown"), [
    ("1234567.5", 2, "1.234.567,50"), ("0.966", 0, "0,966"), ("3", 0, "3"), ("-2.5", 2, "\N{MINUS SIGN}2,50"),
    ("1.000054", 2, "1,000054"), ("1E+3", 2, "1.000,00"),
])
def test_numbers_are_colombian_and_exact(number, decimals, shown):
    assert text.amount(D(number), decimals) == shown


def test_what_is_absent_leaves_no_label():
    bare = replace(ISSUER, contact=None, physical_location=None, registration_address=None, tax_level_list="No aplica",
                   legal_entity=LegalEntity(registration_name="X", company_id=ISSUER.company_id))
    found = values(page_of(a_document(supplier=bare)).issuer)
    assert set(found) == {"NIT", "Tipo de persona", "Responsabilidades", "Régimen", "Tributo"}
