"""Every kind of Colombian document through the demo, judged by DIAN's schema, xmlsec, and hashlib."""
import base64
import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest
import xmlsec
from lxml import etree

from sandbox.dian.schema import Schemas
from tests_process.test_commands import Demo

ORDERS = Path(__file__).resolve().parents[1] / "dev" / "orders.json"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {
    "cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2",
    "sts": "dian:gov:co:facturaelectronica:Structures-2-1", "ds": "http://www.w3.org/2000/09/xmldsig#",
}
KINDS = {
    "co-iva-19": "01", "co-mixed": "01", "co-withholdings": "01", "co-bags": "01", "co-export": "02",
    "co-support": "05", "co-credit": "91", "co-annul": "91", "co-debit": "92", "co-adjust": "95",
}
# of Odoo's total, withholdings taken off; the document's PayableAmount is before them
WITHHELD = {"co-withholdings": Decimal("495000.00") + Decimal("128250.00") + Decimal("43470.00")}


@pytest.fixture(scope="module")
def played(root, tools, stage, tmp_path_factory):
    """The folder that `dev/demo --once` leaves of the Colombian orders."""
    folder = tmp_path_factory.mktemp("orders-co")
    orders = {"colombia": json.loads(ORDERS.read_text())["colombia"]}
    demo = Demo(root, folder, orders, "--once", "--out", str(folder / "out"))
    assert demo.process.wait(1800) == 0, demo.text()
    assert demo.gone()
    return folder / "out"


@pytest.fixture(scope="module")
def issued(played):
    """Order -> (its row in summary.json, its XML)."""
    summary = json.loads((played / "summary.json").read_text())
    return {row["order"]: (row, (played / row["xml"]).read_bytes()) for row in summary["documents"]}


def one(root: etree._Element, path: str) -> str:
    return (root.xpath(f"string({path})", namespaces=NS)).strip()


def test_every_order_becomes_a_valid_document_of_its_kind(issued):
    assert {order: row["kind"] for order, (row, _xml) in issued.items()} == KINDS
    assert {row["state"] for row, _xml in issued.values()} == {"valid"}


def test_the_documents_of_the_test_set_stand_apart(played, issued):
    def ledger(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((played / name).read_text().splitlines()))

    assert [row["uuid"] for row in ledger("ledger.csv")] == [row["uuid"] for row, _xml in issued.values()]
    tests = ledger("ledger-test-set.csv")
    assert len(tests) >= 4 and {row["kind"] for row in tests} >= {"01", "91"}, "a probe and the set"
    numbers = {row["folio"] for row in tests}
    assert not numbers & {row["number"] for row, _xml in issued.values()}, "no number twice"
    files = json.loads((played / "summary.json").read_text())["files"]
    assert {"kind": "report", "path": "ledger-test-set.csv"} in files


def test_the_official_schema_accepts_every_document(issued):
    schemas = Schemas()
    for order, (_row, xml) in issued.items():
        assert schemas.first_error(etree.fromstring(xml)) == "", order


def test_xmlsec_verifies_every_signature(issued):
    for order, (_row, xml) in issued.items():
        root = etree.fromstring(xml)
        xmlsec.tree.add_ids(root, ["Id"])
        [signature] = root.iter(f"{{{NS['ds']}}}Signature")
        der = base64.b64decode(one(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate"))
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer, None)
        context.verify(signature)
        assert len(signature.findall("ds:SignedInfo/ds:Reference", NS)) == 3, order


def test_hashlib_makes_the_same_cufe_cude_and_cuds(issued):
    for order, (row, xml) in issued.items():
        root = etree.fromstring(xml)
        total = "//cac:RequestedMonetaryTotal" if root.tag.endswith("}DebitNote") else "//cac:LegalMonetaryTotal"
        taxes = {code: sum((Decimal(node.text) for node in root.xpath(
            f"/*/cac:TaxTotal[cac:TaxSubtotal/cac:TaxCategory/cac:TaxScheme/cbc:ID='{code}']/cbc:TaxAmount",
            namespaces=NS)), Decimal("0.00")) for code in ("01", "04", "03")}
        parts = [one(root, "/*/cbc:ID"), one(root, "/*/cbc:IssueDate"), one(root, "/*/cbc:IssueTime"),
                 one(root, f"{total}/cbc:LineExtensionAmount")]
        codes = ("01",) if row["kind"] in ("05", "95") else ("01", "04", "03")
        parts += [part for code in codes for part in (code, f"{taxes[code]:.2f}")]
        parts += [one(root, f"{total}/cbc:PayableAmount")]
        parts += [one(root, f"/*/cac:Accounting{role}Party//cac:PartyTaxScheme/cbc:CompanyID")
                  for role in ("Supplier", "Customer")]
        parts += [row["secret"], one(root, "/*/cbc:ProfileExecutionID")]
        made = hashlib.sha384("".join(parts).encode()).hexdigest()
        assert made == one(root, "/*/cbc:UUID") == row["uuid"], order


def test_the_documents_have_the_total_of_odoo_before_withholdings(issued):
    for order, (row, xml) in issued.items():
        payable = Decimal(one(etree.fromstring(xml), "//cbc:PayableAmount"))
        total = Decimal(row["total"])
        if row["currency"] == "COP":
            assert payable == total + WITHHELD.get(order, Decimal(0)), order
        else:
            assert payable == total * Decimal("4123.45"), order
