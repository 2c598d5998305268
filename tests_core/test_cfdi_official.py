"""Whatever the rules accept is accepted by SAT's own schema, style sheet and by OpenSSL."""

import base64
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, given, settings

from core.certificates import RsaSigner
from core.cfdi import build, cadena, read, rules, seal
from core.cfdi.model import Comprobante
from core.findings import blocking
from tests_core import official
from tests_core.cfdi_models import an_invoice, comprobantes

ordinary = settings(
    max_examples=official.examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def pair(certificate):
    return certificate()


@pytest.fixture(scope="module")
def signer(pair):
    return RsaSigner(pair.cer, pair.private_key)


@pytest.fixture(scope="module")
def public_pem(pair) -> bytes:
    return pair.private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@ordinary
@given(comprobante=comprobantes())
def test_what_the_rules_accept_the_authority_accepts(comprobante, signer, public_pem):
    assert blocking(rules.check(comprobante)) == []
    sealed = seal.seal(comprobante, signer)

    assert official.schema_errors(sealed) == []
    text = official.original_string(sealed)
    assert cadena.original_string(sealed) == text
    signature = base64.b64decode(re.search(rb' Sello="([^"]+)"', sealed)[1])
    assert official.openssl_verifies(public_pem, signature, text.encode())
    assert seal.verify(sealed) == []


@ordinary
@given(comprobante=comprobantes())
def test_reading_gives_back_what_was_written(comprobante, signer):
    assert read.parse(build.to_xml(comprobante)) == comprobante
    sealed = read.parse(seal.seal(comprobante, signer))
    assert sealed == replace(
        comprobante, sello=sealed.sello, certificado=sealed.certificado, no_certificado=sealed.no_certificado
    )
    assert blocking(rules.check(sealed)) == []


def test_the_judges_do_judge(signer, public_pem):
    """A changed document is refused by schema, style sheet and OpenSSL alike."""
    sealed = seal.seal(an_invoice(), signer)
    changed = sealed.replace(b'Total="232.00"', b'Total="233.00"')
    assert official.original_string(changed) != official.original_string(sealed)
    signature = base64.b64decode(re.search(rb' Sello="([^"]+)"', sealed)[1])
    assert not official.openssl_verifies(public_pem, signature, official.original_string(changed).encode())
    assert official.schema_errors(sealed.replace(b'Moneda="MXN"', b'Moneda="MXX"'))


@pytest.mark.parametrize(
    "change",
    [
        {"fecha": None},
        {"lugar_expedicion": "2601"},
        {"serie": "X" * 26},
        {"folio": ""},
        {"condiciones_de_pago": "a|b"},
        {"confirmacion": "12"},
        {"moneda": "MXX"},
        {"forma_pago": "07"},
        {"metodo_pago": "PDD"},
        {"exportacion": "05"},
        {"tipo_de_comprobante": "X"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_the_schema_refuses_the_rules_refuse(change, signer):
    wrong: Comprobante = replace(an_invoice(), **change)
    assert blocking(rules.check(wrong))
    if wrong.fecha is not None:
        assert official.schema_errors(seal.seal(wrong, signer))
