"""Every rule of the authority refuses the one document that breaks it, and only for that reason."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests_process.cfdi_samples import (
    BUYER,
    ISSUER,
    PERSON,
    Answer,
    both,
    change,
    invoice,
    schemas,
    set_on,
    tag,
)
from tests_process.sandbox_client import ROOT, SandboxProcess

LINE = "cfdi:Conceptos/cfdi:Concepto"
TRANSFER = f"{LINE}/cfdi:Impuestos/cfdi:Traslados/cfdi:Traslado"
SUMMARY = "cfdi:Impuestos/cfdi:Traslados/cfdi:Traslado"
CCE = "http://www.sat.gob.mx/ComercioExterior20"


def add(parent: str, name: str, **attributes: str):
    """An edit that appends a node of the CFDI's own namespace at the place where the schema wants it."""

    def edit(root: etree._Element) -> None:
        place = root if parent == "." else root.find(parent, {"cfdi": root.nsmap["cfdi"]})
        node = etree.SubElement(place, tag(name))
        change(node, **attributes)

    return edit


def drop(path: str):
    def edit(root: etree._Element) -> None:
        node = root.find(path, {"cfdi": root.nsmap["cfdi"]})
        node.getparent().remove(node)

    return edit


def global_node(**attributes: str):
    """InformacionGlobal is the first node of all."""

    def edit(root: etree._Element) -> None:
        node = etree.Element(tag("InformacionGlobal"))
        values = {"Periodicidad": "04", "Meses": "01", "Año": root.get("Fecha")[:4]} | attributes
        change(node, **values)
        root.insert(0, node)

    return edit


def to_public(**receiver: str):
    values = {
        "Rfc": "XAXX010101000",
        "Nombre": "PUBLICO EN GENERAL",
        "DomicilioFiscalReceptor": "42501",
        "RegimenFiscalReceptor": "616",
        "UsoCFDI": "S01",
    }
    return set_on("cfdi:Receptor", **values | receiver)


def to_foreigner(**receiver: str):
    return to_public(**{"Rfc": "XEXX010101000", "Nombre": "FOREIGN BUYER LLC"} | receiver)


def to_person(**receiver: str):
    values = {
        "Rfc": PERSON["rfc"],
        "Nombre": PERSON["name"],
        "DomicilioFiscalReceptor": PERSON["postal_code"],
        "RegimenFiscalReceptor": "612",
    }
    return set_on("cfdi:Receptor", **values | receiver)


def withholding(line_amount: str = "80.000000", summary: str | None = "80.00", whole: str | None = "80.00", **more):
    """ISR of 10 % on the first line, with its summary and total."""

    def edit(root: etree._Element) -> None:
        line = root.find(f"{LINE}/cfdi:Impuestos", {"cfdi": root.nsmap["cfdi"]})
        node = etree.SubElement(etree.SubElement(line, tag("Retenciones")), tag("Retencion"))
        values = {"Base": "800.000000", "Impuesto": "001", "TipoFactor": "Tasa", "TasaOCuota": "0.100000"}
        change(node, **values | {"Importe": line_amount} | more)
        taxes = root.find(tag("Impuestos"))
        change(taxes, TotalImpuestosRetenidos=whole)
        if summary is not None:
            group = etree.Element(tag("Retenciones"))
            change(etree.SubElement(group, tag("Retencion")), Impuesto="001", Importe=summary)
            taxes.insert(0, group)

    return edit


def exempt_second_line(**summary: str | None):
    """The second line exempt; its own row in the summary as given."""

    def edit(root: etree._Element) -> None:
        nodes = root.findall(TRANSFER, {"cfdi": root.nsmap["cfdi"]})
        change(nodes[1], TipoFactor="Exento", TasaOCuota=None, Importe=None)
        rows = root.find("cfdi:Impuestos/cfdi:Traslados", {"cfdi": root.nsmap["cfdi"]})
        change(rows[0], Base="800.00", Importe="128.00")
        change(root.find(tag("Impuestos")), TotalImpuestosTrasladados="128.00")
        values = {"Base": "200.00", "Impuesto": "002", "TipoFactor": "Exento"} | summary
        change(etree.SubElement(rows, tag("Traslado")), **values)
        change(root, Total="1128.00")

    return edit


def untaxed(code: str, taxes=None):
    """The second line with another ObjetoImp and the taxes given; totals follow, except what is wanted wrong."""

    def edit(root: etree._Element) -> None:
        line = root.findall(LINE, {"cfdi": root.nsmap["cfdi"]})[1]
        line.set("ObjetoImp", code)
        line.remove(line[0])
        for kind, tax, rate, amount in taxes or ():
            group, name = ("Traslados", "Traslado") if kind == "T" else ("Retenciones", "Retencion")
            holder = line.find(tag("Impuestos"))
            holder = etree.SubElement(line, tag("Impuestos")) if holder is None else holder
            node = etree.SubElement(etree.SubElement(holder, tag(group)), tag(name))
            change(node, Base="200", Impuesto=tax, TipoFactor="Tasa", TasaOCuota=rate, Importe=amount)
        rows = root.find("cfdi:Impuestos/cfdi:Traslados", {"cfdi": root.nsmap["cfdi"]})
        change(rows[0], Base="800.00", Importe="128.00")
        whole = 128
        for kind, tax, rate, amount in taxes or ():
            if kind == "T":
                row = etree.SubElement(rows, tag("Traslado"))
                change(row, Base="200.00", Impuesto=tax, TipoFactor="Tasa", TasaOCuota=rate, Importe=amount)
                whole += int(float(amount))
        change(root.find(tag("Impuestos")), TotalImpuestosTrasladados=f"{whole}.00")
        change(root, Total=f"{1000 + whole}.00")

    return edit


def third_party(**attributes: str):
    """Between Impuestos and whatever follows it in the first line."""

    def edit(root: etree._Element) -> None:
        line = root.find(LINE, {"cfdi": root.nsmap["cfdi"]})
        values = {
            "RfcACuentaTerceros": PERSON["rfc"],
            "NombreACuentaTerceros": PERSON["name"],
            "RegimenFiscalACuentaTerceros": "612",
            "DomicilioFiscalACuentaTerceros": PERSON["postal_code"],
        }
        change(etree.SubElement(line, tag("ACuentaTerceros")), **values | attributes)

    return edit


def foreign_trade(root: etree._Element) -> None:
    """Only its presence matters here; its own schema is another matter, so the sandbox is run without it."""
    etree.SubElement(etree.SubElement(root, tag("Complemento")), f"{{{CCE}}}ComercioExterior")


def payment_like(**header: str | None):
    """The frame of a payment document, which carries no amounts."""

    def edit(root: etree._Element) -> None:
        for name in ("Impuestos", "Conceptos"):
            root.remove(root.find(tag(name)))
        line = etree.SubElement(etree.SubElement(root, tag("Conceptos")), tag("Concepto"))
        change(line, ClaveProdServ="84111506", Cantidad="1", ClaveUnidad="ACT", Descripcion="Pago")
        change(line, ValorUnitario="0", Importe="0", ObjetoImp="01")
        set_on("cfdi:Receptor", UsoCFDI="CP01")(root)
        values = {"TipoDeComprobante": "P", "Moneda": "XXX", "SubTotal": "0", "Total": "0"}
        nothing = {"Descuento": None, "FormaPago": None, "MetodoPago": None}
        change(root, **values | nothing | header)

    return edit


PART = {"ClaveProdServ": "43211500", "Cantidad": "1", "Descripcion": "Parte", "ValorUnitario": "10", "Importe": "10"}

GOOD = {
    "discount and two lines": None,
    "withholding": both(withholding(), set_on(".", Total="1080.00")),
    "exempt line beside a taxed one": exempt_second_line(),
    "no object of tax": untaxed("01"),
    "key 06 without any tax": untaxed("06"),
    "key 07 with excise only": untaxed("07", [("T", "003", "0.080000", "16.00")]),
    "public": both(to_public(), global_node()),
    "nominative without RFC": to_public(Nombre="JUANA PEREZ"),
    "foreigner": to_foreigner(),
    "foreigner with residence": to_foreigner(ResidenciaFiscal="USA", NumRegIdTrib="123456789"),
    "natural person with personal use": to_person(UsoCFDI="D01"),
    "dollars": set_on(".", Moneda="USD", TipoCambio="18.123456"),
    "third party": third_party(),
    "foreign third party": third_party(
        RfcACuentaTerceros="EXT990101NI1",
        RegimenFiscalACuentaTerceros="616",
        DomicilioFiscalACuentaTerceros="42501",
        NombreACuentaTerceros="OFERENTE EXTRANJERO",
    ),
    "part of a set": add(LINE, "Parte", **PART),
    "payment frame": payment_like(),
    "deferred payment": set_on(".", MetodoPago="PPD", FormaPago="99"),
}

BAD = [
    # codes, edit
    (["CFDI40103"], payment_like(FormaPago="03")),
    (["CFDI40104"], set_on(".", FormaPago="77")),
    (["CFDI40105"], set_on(".", MetodoPago="PPD")),
    (["CFDI40107", "CFDI40108", "CFDI40119"], set_on(".", SubTotal="1100.001")),
    (["CFDI40108", "CFDI40119"], set_on(".", SubTotal="1100.01")),
    (["CFDI40109", "CFDI40119"], payment_like(SubTotal="1")),
    (["CFDI40110", "CFDI40111", "CFDI40119"], set_on(".", Descuento="1200.00")),
    (["CFDI40111"], set_on(".", Descuento=None, Total="1260.00")),
    (["CFDI40111", "CFDI40119"], set_on(".", Descuento="99.99")),
    (["CFDI40112"], set_on(".", Descuento="100.000")),
    (["CFDI40113"], set_on(".", Moneda="ABC")),
    (["CFDI40114"], set_on(".", TipoCambio="2")),
    (["CFDI40115"], set_on(".", Moneda="USD")),
    (["CFDI40116"], payment_like(TipoCambio="1")),
    (["CFDI40119"], set_on(".", Total="1160.01")),
    (["CFDI40121"], set_on(".", TipoDeComprobante="X")),
    (["CFDI40122"], set_on(".", Exportacion="02")),
    (["CFDI40123"], set_on(".", Exportacion="09")),
    (["CFDI40124"], set_on(".", MetodoPago="XXX")),
    (["CFDI40125"], payment_like(MetodoPago="PUE")),
    (["CFDI40126"], set_on(".", LugarExpedicion="00001")),
    (["CFDI40127"], set_on(".", Confirmacion="ABC12")),
    (["CFDI40130"], to_public()),
    (["CFDI40131"], both(to_public(), global_node(Periodicidad="09"))),
    (["CFDI40132"], both(to_public(), global_node(Periodicidad="05", Meses="13"))),
    (["CFDI40133"], both(to_public(), global_node(Meses="19"))),
    (["CFDI40132", "CFDI40135"], both(to_public(), global_node(Periodicidad="05", Meses="01"))),
    (["CFDI40134"], both(to_public(), global_node(Meses="13"))),
    (["CFDI40136"], both(to_public(), global_node(Año="2019"))),
    (["CFDI40137"], lambda root: root.insert(0, _related("99"))),
    (["CFDI40139"], set_on("cfdi:Emisor", Nombre="ESCUELA KEMPER URGATE SA DE CV")),
    (["CFDI40140"], set_on("cfdi:Emisor", RegimenFiscal="699")),
    (["CFDI40141"], set_on("cfdi:Emisor", RegimenFiscal="603")),
    (["CFDI40141", "CFDI40141"], set_on("cfdi:Emisor", RegimenFiscal="612")),
    (["CFDI40143"], set_on("cfdi:Receptor", Rfc="AAA010101AAA")),
    (["CFDI40145"], set_on("cfdi:Receptor", Nombre="UNIVERSIDAD ROBOTICA ESPANOLA")),
    (["CFDI40145", "CFDI40146"], set_on("cfdi:Receptor", Nombre="PUBLICO EN GENERAL")),
    (["CFDI40147", "CFDI40148"], set_on("cfdi:Receptor", DomicilioFiscalReceptor="00001")),
    (["CFDI40148"], set_on("cfdi:Receptor", DomicilioFiscalReceptor="42501")),
    (["CFDI40149"], both(to_public(DomicilioFiscalReceptor="86991"), global_node())),
    (["CFDI40150"], to_foreigner(ResidenciaFiscal="AAA", NumRegIdTrib="1")),
    (["CFDI40151"], set_on("cfdi:Receptor", ResidenciaFiscal="USA")),
    (["CFDI40152"], to_foreigner(ResidenciaFiscal="MEX", NumRegIdTrib="1")),
    (["CFDI40153"], to_foreigner(NumRegIdTrib="123456789")),
    (["CFDI40154"], set_on("cfdi:Receptor", NumRegIdTrib="123456789")),
    (["CFDI40156"], to_foreigner(ResidenciaFiscal="USA", NumRegIdTrib="12-3456789")),
    (["CFDI40157"], set_on("cfdi:Receptor", RegimenFiscalReceptor="699")),
    (["CFDI40158"], set_on("cfdi:Receptor", RegimenFiscalReceptor="603")),
    (["CFDI40158", "CFDI40158"], to_person(RegimenFiscalReceptor="601")),
    (["CFDI40159"], both(to_public(RegimenFiscalReceptor="601"), global_node())),
    (["CFDI40160"], set_on("cfdi:Receptor", UsoCFDI="G99")),
    (["CFDI40161"], set_on("cfdi:Receptor", UsoCFDI="D01")),
    (["CFDI40161"], to_person(UsoCFDI="CN01")),
    (["CFDI40161"], both(to_public(UsoCFDI="G02"), global_node())),
    (["CFDI40162"], set_on(LINE, ClaveProdServ="99999999")),
    (["CFDI40163"], set_on(LINE, ClaveProdServ="15101514")),
    (["CFDI40165"], set_on(LINE, ClaveUnidad="???")),
    (["CFDI40166", "CFDI40167"], set_on(LINE, ValorUnitario="0.000000")),
    (["CFDI40167"], set_on(LINE, ValorUnitario="301.000000", Cantidad="3.000000")),
    (["CFDI40168"], set_on(LINE, Importe="900.00")),
    (["CFDI40110", "CFDI40111", "CFDI40119", "CFDI40169"], both(
        set_on(LINE, Descuento="901.000000"), set_on(".", Descuento="1200.00"))),
    (["CFDI40170"], set_on(LINE, ObjetoImp="99")),
    (["CFDI40171"], untaxed("02")),
    (["CFDI40172"], set_on(LINE, ObjetoImp="01")),
    (["CFDI40173"], both(untaxed("02"), lambda root: etree.SubElement(_second_line(root), tag("Impuestos")))),
    (["CFDI140226"], untaxed("06", [("T", "003", "0.080000", "16.00")])),
    (["CFDI140227"], untaxed("07", [("T", "002", "0.080000", "16.00")])),
    (["CFDI40175"], set_on(TRANSFER, Impuesto="009")),
    (["CFDI40176"], set_on(TRANSFER, TipoFactor="Otro")),
    (["CFDI40177"], both(exempt_second_line(), lambda root: _transfers(root)[1].set("TasaOCuota", "0.000000"))),
    (["CFDI40178"], set_on(TRANSFER, Importe=None)),
    (["CFDI40179"], set_on(TRANSFER, TasaOCuota="0.150000", Importe="120.000000")),
    (["CFDI40180"], set_on(TRANSFER, Importe="128.020000")),
    (["CFDI40182"], withholding(Impuesto="009")),
    (["CFDI40183"], withholding(TipoFactor="Otro")),
    (["CFDI40184"], withholding(TipoFactor="Exento")),
    (["CFDI40185"], withholding(TasaOCuota="0.400000", line_amount="320.000000", summary="320.00", whole="320.00")),
    (["CFDI40186"], withholding(line_amount="80.020000", summary="80.02", whole="80.02")),
    (["CFDI40187"], third_party(RfcACuentaTerceros="AAA010101AAA")),
    (["CFDI40188"], third_party(
        RfcACuentaTerceros=ISSUER["rfc"], NombreACuentaTerceros=ISSUER["name"],
        DomicilioFiscalACuentaTerceros="42501")),
    (["CFDI40190"], third_party(NombreACuentaTerceros="OTRO NOMBRE")),
    (["CFDI40191"], third_party(RegimenFiscalACuentaTerceros="699")),
    (["CFDI40193"], third_party(DomicilioFiscalACuentaTerceros="42501")),
    (["CFDI140223"], third_party(
        RfcACuentaTerceros="EXT990101NI1", NombreACuentaTerceros="X", DomicilioFiscalACuentaTerceros="42501")),
    (["CFDI40196"], add(LINE, "Parte", **PART | {"ClaveProdServ": "99999999"})),
    (["CFDI40197"], add(LINE, "Parte", **PART | {"ValorUnitario": "0", "Importe": "0"})),
    (["CFDI40198"], add(LINE, "Parte", **PART | {"Cantidad": "2.000000", "ValorUnitario": "10.000000"})),
    (["CFDI40201"], both(payment_like(), add(".", "Impuestos"))),
    (["CFDI40202"], both(withholding(whole="80.000"), set_on(".", Total="1080.00"))),
    (["CFDI40203"], both(withholding(whole="80.01"), set_on(".", Total="1079.99"))),
    (["CFDI40204"], set_on("cfdi:Impuestos", TotalImpuestosTrasladados="160.000")),
    (["CFDI40205"], both(
        set_on("cfdi:Impuestos", TotalImpuestosTrasladados="160.01"), set_on(".", Total="1160.01"))),
    (["CFDI40206"], both(withholding(whole=None))),
    (["CFDI40207"], both(withholding(), lambda root: _row(root, "Retenciones").set("Impuesto", "009"))),
    (["CFDI40208"], both(withholding(), lambda root: _repeat(root, "Retenciones"))),
    (["CFDI40210"], both(withholding(summary="80.000"), set_on(".", Total="1080.00"))),
    (["CFDI40211"], both(withholding(summary="80.01", whole="80.01"), set_on(".", Total="1079.99"))),
    (["CFDI40212"], both(set_on("cfdi:Impuestos", TotalImpuestosTrasladados=None), set_on(".", Total="1000.00"))),
    (["CFDI40213"], exempt_second_line(Importe="0.00")),
    (["CFDI40214"], set_on(SUMMARY, Base="1000.000")),
    (["CFDI40215"], set_on(SUMMARY, Base="1000.01")),
    (["CFDI40215"], both(exempt_second_line(), lambda root: _drop_last_row(root))),
    (["CFDI40216", "CFDI40221"], set_on(SUMMARY, TasaOCuota="0.080000")),
    (["CFDI40217"], set_on(SUMMARY, Impuesto="009")),
    (["CFDI40218"], lambda root: _repeat(root, "Traslados")),
    (["CFDI40220"], set_on(SUMMARY, Importe="160.000")),
    (["CFDI40221"], both(
        set_on(SUMMARY, Importe="160.01"), set_on("cfdi:Impuestos", TotalImpuestosTrasladados="160.01"),
        set_on(".", Total="1160.01"))),
]  # fmt: skip

# what the schema would catch first, or what needs a complement with a schema of its own
BARE = [
    (["CFDI40101"], set_on(".", Fecha="ayer")),
    (["CFDI40117"], set_on(".", Moneda="USD", TipoCambio="18.1234567")),
    (["CFDI40155"], both(to_foreigner(), foreign_trade)),
    (["CFDI40174"], set_on(TRANSFER, Base="0")),
    (["CFDI40181"], withholding(Base="0")),
    (["CFDI40195"], both(add(LINE, "InformacionAduanera", NumeroPedimento="21  47  3807  8003832"), foreign_trade)),
    (["CFDI40222"], foreign_trade),
]
# told by other tests: certificate, unknown issuer, withholding marks of the register
ELSEWHERE = {"CFDI40106", "CFDI40138", "CFDI140224", "CFDI140225"}


def _related(kind: str) -> etree._Element:
    node = etree.Element(tag("CfdiRelacionados"))
    node.set("TipoRelacion", kind)
    etree.SubElement(node, tag("CfdiRelacionado")).set("UUID", "5B0C1D6E-0000-4000-8000-000000000001")
    return node


def _second_line(root: etree._Element) -> etree._Element:
    return root.findall(LINE, {"cfdi": root.nsmap["cfdi"]})[1]


def _transfers(root: etree._Element) -> list[etree._Element]:
    return root.findall(TRANSFER, {"cfdi": root.nsmap["cfdi"]})


def _row(root: etree._Element, group: str) -> etree._Element:
    return root.find(f"{tag('Impuestos')}/{tag(group)}")[0]


def _repeat(root: etree._Element, group: str) -> None:
    row = _row(root, group)
    row.getparent().append(etree.fromstring(etree.tostring(row)))


def _drop_last_row(root: etree._Element) -> None:
    rows = root.find(f"{tag('Impuestos')}/{tag('Traslados')}")
    rows.remove(rows[-1])


@pytest.fixture
def everybody(market) -> SandboxProcess:
    market.control("lco", {"rfc": PERSON["rfc"]})
    return market


@pytest.mark.parametrize("name", GOOD)
def test_what_keeps_the_rules_is_stamped(everybody, csd, name):
    answer = Answer(everybody.send(invoice(csd, GOOD[name])))
    assert (answer.codes, answer.where) == ([], "")
    assert answer.uuid


@pytest.mark.parametrize(("codes", "edit"), BAD, ids=[f"{index}-{'-'.join(row[0])}" for index, row in enumerate(BAD)])
def test_what_breaks_a_rule_is_refused_with_its_code(everybody, csd, codes, edit):
    answer = Answer(everybody.send(invoice(csd, edit)))
    assert set(codes) <= set(answer.codes), (answer.codes, answer.where)
    assert everybody.ledger() == []
    # one mistake in a line also breaks the sums above it, but never touches the parties or the header's catalogues
    follow = {"CFDI40111", "CFDI40119", "CFDI40205", "CFDI40203", "CFDI40211", "CFDI40215", "CFDI40216", "CFDI40221"}
    assert set(answer.codes) - set(codes) <= follow, answer.codes


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A sandbox without SAT's files, as on a machine that has none."""
    nothing = tmp_path_factory.mktemp("no-xsd")
    with SandboxProcess(tmp_path_factory.mktemp("bare"), xsd_dir=nothing) as process:
        process.register(ISSUER, BUYER, PERSON)
        yield process


@pytest.mark.parametrize(("codes", "edit"), BARE, ids=[row[0][0] for row in BARE])
def test_rules_that_the_schema_hides_hold_without_it(bare, codes, edit):
    csd = bare.issue_csd(ISSUER["rfc"], ISSUER["name"])
    answer = Answer(bare.send(invoice(csd, edit)))
    assert set(codes) <= set(answer.codes), (answer.codes, answer.where)


def test_without_the_official_files_the_log_says_what_was_not_checked(bare):
    csd = bare.issue_csd(ISSUER["rfc"], ISSUER["name"])
    assert Answer(bare.send(invoice(csd))).codes == []
    notes = bare.calls()[-1]["not_checked"]
    assert "schema (no official XSD)" in notes
    assert "seal (no official stylesheet)" in notes


def test_a_schema_that_does_not_load_is_told_in_the_log(tmp_path):
    folder = tmp_path / "xsd" / "4"
    folder.mkdir(parents=True)
    text = (schemas() / "4" / "cfdv40.xsd").read_text(encoding="utf-8")
    (folder / "cfdv40.xsd").write_text(text, encoding="utf-8")  # without the catalogues that it imports
    with SandboxProcess(tmp_path / "state", xsd_dir=tmp_path / "xsd") as process:
        process.register(ISSUER, BUYER)
        csd = process.issue_csd(ISSUER["rfc"], ISSUER["name"])
        assert Answer(process.send(invoice(csd))).codes == []
        assert process.calls()[-1]["not_checked"][0].startswith("schema (the XSD files do not load")


def test_every_code_that_the_rules_can_answer_has_a_document_that_provokes_it():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sandbox" / "checks").glob("*.py"))
    provoked = {code for codes, _edit in [*BAD, *BARE] for code in codes} | ELSEWHERE
    # the module texts name ranges, not answers
    answered = set(re.findall(r'"(CFDI1?4\d{4})"', source))
    assert answered <= provoked, sorted(answered - provoked)


def test_an_unregistered_issuer_or_receiver_passes_only_an_open_register(authority, csd):
    authority.control("lco", {"rfc": ISSUER["rfc"]})
    refused = Answer(authority.send(invoice(csd)))
    assert refused.codes == ["CFDI40138", "CFDI40143"]
    authority.control("settings", {"open_register": True})
    assert Answer(authority.send(invoice(csd))).codes == []


def test_a_line_amount_within_the_currency_only_is_refused_by_the_strict_setting(market, csd):
    """1.5 at 133.33 is 199.995: 200.00 lies within the limits at two decimals, not at six."""

    def near(root):
        change(_second_line(root), Cantidad="1.500000", ValorUnitario="133.330000")

    assert Answer(market.send(invoice(csd, near))).codes == []
    assert "Conceptos[1].Importe" in market.calls()[-1]["warnings"][0]
    market.control("settings", {"strict_limits": True})
    assert Answer(market.send(invoice(csd, near))).codes == ["CFDI40167"]


@pytest.mark.parametrize(("mark", "withheld", "codes"), [
    (0, False, []), (0, True, []), (1, False, []), (1, True, ["CFDI140224"]),
    (2, False, ["CFDI140225"]), (2, True, []),
])
def test_the_mark_of_the_simplified_regime_decides_about_the_withholding(market, mark, withheld, codes):
    market.register(PERSON | {"regimes": ["626"], "resico_mark": mark})
    csd = market.issue_csd(PERSON["rfc"], PERSON["name"])
    as_person = set_on("cfdi:Emisor", Rfc=PERSON["rfc"], Nombre=PERSON["name"], RegimenFiscal="626")
    rate = withholding(TasaOCuota="0.012500", line_amount="10.000000", summary="10.00", whole="10.00")
    taxed = both(as_person, rate, set_on(".", Total="1150.00")) if withheld else as_person
    assert Answer(market.send(invoice(csd, taxed))).codes == codes
