"""What the printed document adds: verification address, expression, amount in words."""

from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import words
from core.cfdi import expression
from core.errors import InvalidDocument
from tests_core.cfdi_models import an_invoice
from tests_core.test_cfdi_read_write import a_stamp

D = Decimal
STAMPED = an_invoice(timbre=a_stamp(), sello="AbCd" * 85 + "oIr6Lw==")


def test_the_address_names_the_document_in_sats_order():
    assert expression.qr_url(STAMPED) == (
        "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
        "?id=5fb2822e-396d-4725-8521-cda4bdd20ccf&re=EKU9003173C9&rr=URE180429TM6&tt=232.0&fe=oIr6Lw=="
    )


def test_an_rfc_with_signs_survives_the_address():
    issuer = replace(STAMPED, emisor=replace(STAMPED.emisor, rfc="Ñ&E951128469"))
    assert parse_qs(urlsplit(expression.qr_url(issuer)).query)["re"] == ["Ñ&E951128469"]
    assert expression.printed_expression(issuer).startswith("?re=Ñ&amp;E951128469&rr=")


def test_the_question_for_the_status_service():
    assert expression.printed_expression(STAMPED) == (
        "?re=EKU9003173C9&rr=URE180429TM6&tt=232.0&id=5fb2822e-396d-4725-8521-cda4bdd20ccf&fe=oIr6Lw=="
    )


@pytest.mark.parametrize(
    ("total", "text"),
    [("116", "116.0"), ("116.50", "116.5"), ("0", "0.0"), ("1.234567", "1.234567"), ("1E+3", "1000.0")],
)
def test_the_total_has_one_decimal_at_least_and_no_trailing_zeros(total, text):
    assert expression.total_text(D(total)) == text


def test_a_document_without_stamp_or_seal_has_no_address():
    for document in (an_invoice(), an_invoice(timbre=a_stamp())):
        with pytest.raises(InvalidDocument):
            expression.qr_url(document)


@pytest.mark.parametrize(
    ("total", "moneda", "text"),
    [
        ("116", "MXN", "(CIENTO DIECISÉIS PESOS 00/100 M.N.)"),
        ("1", "MXN", "(UN PESO 00/100 M.N.)"),
        ("0.99", "MXN", "(CERO PESOS 99/100 M.N.)"),
        ("21.5", "USD", "(VEINTIÚN DÓLARES 50/100 USD)"),
        ("100", "EUR", "(CIEN EUROS 00/100 EUR)"),
        ("31", "MXN", "(TREINTA Y UN PESOS 00/100 M.N.)"),
        ("555.555", "MXN", "(QUINIENTOS CINCUENTA Y CINCO PESOS 56/100 M.N.)"),
        ("1000", "MXN", "(MIL PESOS 00/100 M.N.)"),
        ("21000", "MXN", "(VEINTIÚN MIL PESOS 00/100 M.N.)"),
        ("101001", "MXN", "(CIENTO UN MIL UN PESOS 00/100 M.N.)"),
        ("1000000", "MXN", "(UN MILLÓN DE PESOS 00/100 M.N.)"),
        ("1000001.01", "MXN", "(UN MILLÓN UN PESOS 01/100 M.N.)"),
        ("21000000", "USD", "(VEINTIÚN MILLONES DE DÓLARES 00/100 USD)"),
        ("1500000000000", "MXN", "(UN BILLÓN QUINIENTOS MIL MILLONES DE PESOS 00/100 M.N.)"),
        ("201", "GBP", "(DOSCIENTAS UNA LIBRAS 00/100 GBP)"),
        ("2500", "ZAR", "(DOS MIL QUINIENTOS 00/100 ZAR)"),
        ("5000", "JPY", "(CINCO MIL YENES 00/100 JPY)"),
        ("-2", "MXN", "(MENOS DOS PESOS 00/100 M.N.)"),
    ],
)
def test_amounts_are_written_as_spanish_wants(total, moneda, text):
    assert words.amount_in_words(D(total), moneda) == text


# an own reading of Spanish numbers, to check the writer against
_VALUES = dict(
    zip(
        [
            "UN",
            "DOS",
            "TRES",
            "CUATRO",
            "CINCO",
            "SEIS",
            "SIETE",
            "OCHO",
            "NUEVE",
            "DIEZ",
            "ONCE",
            "DOCE",
            "TRECE",
            "CATORCE",
            "QUINCE",
            "DIECISÉIS",
            "DIECISIETE",
            "DIECIOCHO",
            "DIECINUEVE",
            "VEINTE",
            "VEINTIÚN",
            "VEINTIDÓS",
            "VEINTITRÉS",
            "VEINTICUATRO",
            "VEINTICINCO",
            "VEINTISÉIS",
            "VEINTISIETE",
            "VEINTIOCHO",
            "VEINTINUEVE",
            "TREINTA",
            "CUARENTA",
            "CINCUENTA",
            "SESENTA",
            "SETENTA",
            "OCHENTA",
            "NOVENTA",
            "CIEN",
            "CIENTO",
            "DOSCIENTOS",
            "TRESCIENTOS",
            "CUATROCIENTOS",
            "QUINIENTOS",
            "SEISCIENTOS",
            "SETECIENTOS",
            "OCHOCIENTOS",
            "NOVECIENTOS",
        ],
        [*range(1, 30), *range(30, 91, 10), 100, *range(100, 901, 100)],
        strict=True,
    )
)


def value_of(text: str) -> int:
    total = millions = group = 0
    for word in text.split():
        if word == "MIL":
            group = (group or 1) * 1000
        elif word in ("MILLÓN", "MILLONES"):
            millions, group = millions + group * 10**6, 0
        elif word in ("BILLÓN", "BILLONES"):
            total, group = total + group * 10**12, 0
        elif word not in ("Y", "CERO"):
            value = _VALUES[word]
            group = group + value
    return total + millions + group


@given(number=st.one_of(st.integers(0, 10**6), st.integers(0, 10**18 - 1)))
def test_every_number_reads_back(number):
    text = words.amount_in_words(D(number), "XXX").removeprefix("(").removesuffix(" 00/100 XXX)")
    assert value_of(text) == number
