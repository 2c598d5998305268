"""Every kind of tax through the demo, judged by what SAT publishes: schema, style sheet, and the seal by OpenSSL."""
import base64
import json
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from lxml import etree

from lib import demo_orders
from tests_core import official
from tests_process.test_commands import Demo

ORDERS = Path(__file__).resolve().parents[1] / "dev" / "orders-taxes.json"
CFDI = {"c": "http://www.sat.gob.mx/cfd/4", "l": "http://www.sat.gob.mx/implocal"}
# order -> (Traslado or Retencion, Impuesto, TipoFactor, TasaOCuota) of all its lines, and their ObjetoImp
IVA16, IVA0 = ("Traslado", "002", "Tasa", "0.160000"), ("Traslado", "002", "Tasa", "0.000000")
EXEMPT = ("Traslado", "002", "Exento", None)
IEPS8, IEPS53 = ("Traslado", "003", "Tasa", "0.080000"), ("Traslado", "003", "Tasa", "0.530000")
ISR10, ISR_RESICO = ("Retencion", "001", "Tasa", "0.100000"), ("Retencion", "001", "Tasa", "0.012500")
HELD = ("Retencion", "002", "Tasa", "0.106667")
WANTED = {
    "iva-16": ({IVA16}, {"02"}),
    "iva-8": ({("Traslado", "002", "Tasa", "0.080000")}, {"02"}),
    "iva-0": ({IVA0}, {"02"}),
    "iva-exempt": ({EXEMPT}, {"02"}),
    "no-object": (set(), {"01"}),
    "not-due": (set(), {"04"}),
    "ieps-rate": ({IEPS8, IVA0, IEPS53, IVA16}, {"02"}),
    "ieps-quota": (
        {("Traslado", "003", "Cuota", "3.081800"), ("Traslado", "003", "Cuota", "1.500000"), IVA16}, {"02"}),
    "ieps-in-price": ({IVA0, IVA16}, {"02"}),
    "fees": ({IVA16, ISR10, HELD}, {"02"}),
    "rent": ({IVA16, ISR10, HELD}, {"02"}),
    "resico": ({IVA16, IVA0, ISR_RESICO}, {"02"}),
    "freight": ({IVA16, ("Retencion", "002", "Tasa", "0.040000")}, {"02"}),
    "staff": ({IVA16, ("Retencion", "002", "Tasa", "0.060000")}, {"02"}),
    "local-charged": ({IVA16}, {"02"}),
    "local-withheld": ({IVA16}, {"02"}),
    "mixed": ({IVA16, EXEMPT, IVA0, IEPS53, ISR10, HELD}, {"01", "02"}),
    "mixed-usd": ({IVA16, ISR_RESICO, HELD}, {"02"}),
}


@pytest.fixture(scope="module")
def sold(root, tools, stage, tmp_path_factory):
    """What `dev/demo --once --orders dev/orders-taxes.json` leaves: order -> (its row in summary.json, its XML)."""
    folder = tmp_path_factory.mktemp("orders")
    demo = Demo(root, folder, json.loads(ORDERS.read_text()), "--once", "--out", str(folder / "out"))
    assert demo.process.wait(1800) == 0, demo.text()
    assert demo.gone()
    summary = json.loads((folder / "out" / "summary.json").read_text())
    return {row["order"]: (row, (folder / "out" / row["xml"]).read_bytes()) for row in summary["documents"]}


def test_every_order_becomes_a_valid_document(sold):
    assert set(sold) == set(WANTED)
    assert {row["state"] for row, _xml in sold.values()} == {"valid"}


def test_the_official_artefacts_accept_every_document(sold):
    for order, (_row, xml) in sold.items():
        assert official.schema_errors(xml) == [], order
        root = etree.fromstring(xml)
        certificate = load_der_x509_certificate(base64.b64decode(root.get("Certificado")))
        key = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        text = official.original_string(xml).encode()
        assert official.openssl_verifies(key, base64.b64decode(root.get("Sello")), text), order


def test_the_xml_has_the_taxes_of_the_order_and_the_total_of_odoo(sold):
    for order, (row, xml) in sold.items():
        root = etree.fromstring(xml)
        nodes = root.xpath("c:Conceptos//c:Traslado | c:Conceptos//c:Retencion", namespaces=CFDI)
        taxes = {
            (etree.QName(node).localname, *map(node.get, ("Impuesto", "TipoFactor", "TasaOCuota"))) for node in nodes}
        objects = set(root.xpath("c:Conceptos/c:Concepto/@ObjetoImp", namespaces=CFDI))
        assert (taxes, objects) == WANTED[order], order
        assert Decimal(root.get("Total")) == Decimal(row["total"]), order


def test_local_taxes_are_in_their_complement(sold):
    names = {
        order: etree.fromstring(xml).xpath("//@ImpLocTrasladado | //@ImpLocRetenido", namespaces=CFDI)
        for order, (_row, xml) in sold.items()}
    named = {order: found for order, found in names.items() if found}
    assert set(named) == {"local-charged", "local-withheld", "mixed"}
    assert all("ISH" in found[0] or "vigilancia" in found[0] for found in named.values())


def test_the_customer_who_sees_no_ieps_pays_the_same(sold):
    """The price has it: subtotal less discount is more than price by quantity, the total is that of the order."""
    root = etree.fromstring(sold["ieps-in-price"][1])
    [order] = [order for order in demo_orders.load(ORDERS).orders if order.id == "ieps-in-price"]
    net = ieps = iva = Decimal(0)
    for line in order.lines:
        amount = line.price * line.quantity * (1 - line.discount / 100)
        [tax] = [tax for tax in line.taxes if tax.kind == "ieps"]
        own = tax.amount * line.quantity if tax.per_unit else amount * tax.amount / 100
        [rate] = [tax.amount for tax in line.taxes if tax.kind == "iva"]
        net, ieps, iva = net + amount, ieps + own, iva + (amount + own) * rate / 100
    assert abs(Decimal(root.get("SubTotal")) - Decimal(root.get("Descuento")) - net - ieps) < Decimal("0.02")
    assert abs(Decimal(root.get("Total")) - net - ieps - iva) < Decimal("0.03")
