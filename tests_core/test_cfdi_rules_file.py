"""Rules about a document as a file, about the day, and about what SAT accepted before."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.certificates import RsaSigner
from core.cfdi import build, seal
from core.cfdi.rules.accepted import differences
from core.cfdi.rules.file import FOREIGN_TRADE, check_file
from core.cfdi.rules.window import window
from core.findings import Severity
from tests_core.cfdi_models import ROBOTICA, a_line, an_invoice

NOW = datetime(2026, 3, 5, 12, 0)
EMPTY = b"<cfdi:Impuestos/>"
TRADE = b'<cfdi:Complemento><c:ComercioExterior xmlns:c="http://www.sat.gob.mx/ComercioExterior20"/></cfdi:Complemento>'


def codes(xml: bytes) -> list[str]:
    return [finding.code for finding in check_file(xml)]


def without_taxes() -> bytes:
    return build.to_xml(an_invoice(conceptos=(a_line(traslados=(), objeto_imp="01"),)))


def with_foreign_trade(exportacion: str) -> bytes:
    xml = build.to_xml(an_invoice(exportacion=exportacion))
    return xml.replace(b"</cfdi:Comprobante>", TRADE + b"</cfdi:Comprobante>")


@pytest.fixture
def sealed(certificate) -> bytes:
    pair = certificate()
    return seal.seal(an_invoice(), RsaSigner(pair.cer, pair.private_key))


def test_an_empty_tax_node_is_found():
    xml = without_taxes()
    start = xml.index(b"<cfdi:Concepto ")
    end = xml.index(b"/>", start)
    empty = xml[:end] + b">" + EMPTY + b"</cfdi:Concepto>" + xml[end + 2 :]
    assert codes(empty) == ["CFDI40173"]


def test_no_tax_node_is_right():
    assert codes(without_taxes()) == []
    assert codes(build.to_xml(an_invoice())) == []


@pytest.mark.parametrize("exportacion", ["01", "03"])
def test_foreign_trade_without_definitive_export_is_found(exportacion):
    assert codes(with_foreign_trade(exportacion)) == ["CFDI40222", "MX-COMP-06"]


def test_foreign_trade_with_definitive_export_is_right():
    assert codes(with_foreign_trade("02")) == ["MX-COMP-06"]
    assert FOREIGN_TRADE.startswith("{http://www.sat.gob.mx/ComercioExterior20}")


def test_a_changed_document_has_a_wrong_seal(sealed):
    assert "CFDI40102" in codes(sealed.replace(b'Descripcion="Cigarros"', b'Descripcion="Puros"'))


def test_a_sealed_document_is_right(sealed):
    assert codes(sealed) == []


@pytest.mark.parametrize("xml", [b"", b"<a/>", b"<!DOCTYPE a []><a/>", b'<Comprobante Version="3.3"/>'])
def test_what_is_no_cfdi_is_said_and_not_raised(xml):
    assert codes(xml) == ["MX-XSD-01"]


def test_a_document_without_receiver_is_said_and_not_raised():
    xml = build.to_xml(an_invoice())
    start, end = xml.index(b"<cfdi:Receptor"), xml.index(b"<cfdi:Conceptos")
    assert codes(xml[:start] + xml[end:]) == ["MX-XSD-01"]


# --- the day -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fecha", "code"), [(datetime(2026, 3, 2, 11, 59, 59), "MX-DATE-01"), (datetime(2026, 3, 6), "MX-DATE-02")]
)
def test_a_day_that_sat_does_not_take_is_found(fecha, code):
    assert [(finding.code, finding.severity) for finding in window(fecha, NOW)] == [(code, Severity.ERROR)]


@pytest.mark.parametrize("fecha", [datetime(2026, 3, 2, 12), NOW, datetime(2026, 3, 5, 23, 59, 59)])
def test_the_last_72_hours_are_right(fecha):
    assert window(fecha, NOW) == []


# --- what was accepted ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"nombre": "UNIVERSIDAD ROBOTICA"}, "MX-SEEN-01", "Receptor.Nombre"),
        ({"domicilio_fiscal_receptor": "65000"}, "MX-SEEN-02", "Receptor.DomicilioFiscalReceptor"),
        ({"regimen_fiscal_receptor": "603"}, "MX-SEEN-03", "Receptor.RegimenFiscalReceptor"),
    ],
)
def test_a_change_since_the_last_stamp_is_found(change, code, where):
    [finding] = differences(replace(ROBOTICA, **change), ROBOTICA, "2026-03-02")
    assert (finding.code, finding.where, finding.severity) == (code, where, Severity.WARNING)
    assert finding.params["value"] in change.values()
    assert finding.params["accepted"] not in change.values()
    assert finding.params["day"] == "2026-03-02"


def test_what_is_empty_is_no_change():
    empty = replace(ROBOTICA, nombre="", domicilio_fiscal_receptor="", regimen_fiscal_receptor="")
    assert differences(empty, ROBOTICA) == []


def test_the_same_receiver_and_another_one_are_right():
    assert differences(replace(ROBOTICA, uso_cfdi="S01"), ROBOTICA) == []
    assert differences(replace(ROBOTICA, rfc="WATM640917J45", nombre="X"), ROBOTICA) == []
