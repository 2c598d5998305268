"""The rows that need no Odoo: one document from model to seal, and the judge of its form.

Runs in the environment of the tests: `python -m lib.bench_core FILE ID…`.
"""
import dataclasses
import datetime
import itertools
import json
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from core.certificates import RsaSigner
from core.cfdi import amounts, cadena, keys, rules, seal, structure
from core.cfdi.model import Comprobante, Concepto, TrasladoConcepto
from core.findings import blocking
from lib import bench_dian
from lib.measure import Row, absolute, clock, compared, in_turns
from tests_core import official, test_cfdi_structure
from tests_core.cfdi_models import KEMPER, ROBOTICA
from tests_core.conftest import Pair, make_certificate

LINES = 10
MUTANTS = 10_000
LARGE, SMALLER = 5_000, 500
_WHEN = datetime.datetime(2026, 3, 2, 12)


@cache
def pair() -> Pair:
    return make_certificate()


@cache
def signer() -> RsaSigner:
    return RsaSigner(pair().cer, pair().private_key)


@cache
def product_keys(count: int) -> tuple[tuple[str, str], ...]:
    """ClaveProdServ of goods from all over the catalogue, as a shop with many things has them, and ClaveUnidad."""
    goods = [key.code for key in keys.shipped(keys.CLAVE_PROD_SERV) if key.code < "70" and key.valid_to is None]
    units = itertools.cycle(("H87", "KGM", "LTR", "MTR", "XBX"))
    return tuple((goods[(2 * at + 1) * len(goods) // (2 * count)], next(units)) for at in range(count))


def line(at: int, code: str, unit: str) -> Concepto:
    tax = TrasladoConcepto(
        base=Decimal("200.000000"), impuesto="002", tipo_factor="Tasa", tasa_o_cuota=Decimal("0.160000"),
        importe=Decimal("32.000000"))
    return Concepto(
        clave_prod_serv=code, no_identificacion=f"P-{at}", cantidad=Decimal("2.000000"), clave_unidad=unit,
        unidad="Pieza", descripcion=f"Producto número {at} de la lista", valor_unitario=Decimal("100.000000"),
        importe=Decimal("200.000000"), objeto_imp="02", traslados=(tax,))


def invoice(lines: int) -> Comprobante:
    """A plain invoice with IVA, added up by the core."""
    codes = product_keys(min(lines, 1000))
    conceptos = tuple(line(at, *codes[at % len(codes)]) for at in range(lines))
    impuestos = amounts.summary(conceptos, 2)
    totals = amounts.totals(conceptos, impuestos, 2)
    return Comprobante(
        serie="F", folio="1", fecha=_WHEN, forma_pago="03", sub_total=totals.sub_total, moneda="MXN",
        total=totals.total, tipo_de_comprobante="I", exportacion="01", metodo_pago="PUE", lugar_expedicion="26015",
        emisor=KEMPER, receptor=ROBOTICA, conceptos=conceptos, impuestos=impuestos)


def sealed(comprobante: Comprobante) -> bytes:
    """The way of every document: rules, then XML, original string and seal."""
    if blocking(rules.check(comprobante)):
        raise AssertionError("the sample breaks a rule")
    return seal.seal(comprobante, signer())


# -- rows ----------------------------------------------------------------------------------------------------------


def chain() -> list[Row]:
    document = invoice(LINES)
    text = cadena.original_string(sealed(document)).encode()
    key = pair().private_key
    pairs = in_turns(
        lambda: sealed(document), lambda: key.sign(text, padding.PKCS1v15(), hashes.SHA256()),
        rounds=60, ours_times=10, anchor_times=10)
    return [compared(
        "chain", f"rules, XML, original string and seal of {LINES} lines, to one RSA-2048 signature", pairs, "<= 3.5")]


def satcfdi() -> list[Row]:
    """Both build their document from the same values. Like with like: without any check, then with every check."""
    theirs = _satcfdi()
    fast = in_turns(lambda: seal.seal(invoice(LINES), signer()), lambda: theirs().xml_bytes(), rounds=40,
                    ours_times=10, anchor_times=5)
    slow = in_turns(lambda: sealed(invoice(LINES)), lambda: theirs().xml_bytes(validate=True), rounds=7,
                    ours_times=20)
    return [
        compared("satcfdi", f"values to sealed XML of {LINES} lines without checks, to satcfdi", fast, ">= 2.5"),
        compared("satcfdi-validating", "the same with every rule, to satcfdi with validation", slow, ">= 150"),
    ]


def _satcfdi():
    from satcfdi.create.cfd import cfdi40
    from satcfdi.models import Signer

    owner = Signer.load(certificate=pair().cer, key=pair().key, password=pair().password)
    codes = product_keys(LINES)

    def build():
        tax = {"impuesto": "002", "tipo_factor": "Tasa", "tasa_o_cuota": Decimal("0.160000")}
        lines = [
            cfdi40.Concepto(
                clave_prod_serv=code, no_identificacion=f"P-{at}", cantidad=Decimal("2.000000"), clave_unidad=unit,
                unidad="Pieza", descripcion=f"Producto número {at} de la lista", valor_unitario=Decimal("100.000000"),
                impuestos=cfdi40.Impuestos(traslados=cfdi40.Traslado(**tax)))
            for at, (code, unit) in enumerate(codes)]
        receiver = cfdi40.Receptor(
            rfc=ROBOTICA.rfc, nombre=ROBOTICA.nombre, uso_cfdi="G03", regimen_fiscal_receptor="601",
            domicilio_fiscal_receptor=ROBOTICA.domicilio_fiscal_receptor)
        document = cfdi40.Comprobante(
            emisor=cfdi40.Emisor(rfc=KEMPER.rfc, nombre=KEMPER.nombre, regimen_fiscal="601"), receptor=receiver,
            lugar_expedicion="26015", metodo_pago="PUE", forma_pago="03", serie="F", folio="1", fecha=_WHEN,
            conceptos=lines)
        document.sign(owner)
        return document

    return build


def verdict() -> list[Row]:
    different, valid = test_cfdi_structure.disagreements(seed=2026, count=MUTANTS)
    agreed = MUTANTS - len(different)
    return [Row("xsd-verdict", f"spoilt documents judged as SAT's schema judges them ({valid} of them valid)", agreed,
                MUTANTS, "documents", agreed / MUTANTS, ">= 1", 1, agreed == MUTANTS)]


def judge() -> list[Row]:
    schema = official.schema()
    rows = []
    for lines, times, rounds in ((3, 100, 20), (10, 50, 20), (100, 10, 10)):
        root = etree.fromstring(sealed(invoice(lines)))
        if not (structure.is_valid(root) and schema.validate(root)):
            raise AssertionError("the sample has not the form")
        pairs = in_turns(lambda root=root: structure.is_valid(root), lambda root=root: schema.validate(root),
                         rounds=rounds, ours_times=times, anchor_times=2)
        rows.append(compared(f"xsd-speed-{lines}", f"verdict on the form of {lines} lines, to SAT's schema", pairs,
                             ">= 50"))
    return rows


def large() -> list[Row]:
    documents = invoice(LARGE), invoice(SMALLER)
    pairs = in_turns(*(lambda document=document: sealed(document) for document in documents), rounds=5)
    seconds = sorted(ours for ours, _anchor in pairs)[len(pairs) // 2]
    per_line = [(ours / LARGE, anchor / SMALLER) for ours, anchor in pairs]
    return [
        absolute("large", f"rules, XML, original string and seal of {LARGE} lines", seconds, "<= 1.5", unit="s",
                 rounds=len(pairs)),
        compared("large-linear", f"one of {LARGE} lines, to one of {SMALLER}", per_line, "<= 1.3", unit="µs",
                 scale=1_000_000),
    ]


ROWS = {
    "chain": chain, "satcfdi": satcfdi, "satcfdi-validating": satcfdi, "xsd-verdict": verdict,
    "xsd-speed-3": judge, "xsd-speed-10": judge, "xsd-speed-100": judge, "large": large, "large-linear": large,
    **bench_dian.ROWS,
}


def main() -> None:
    """Write the rows asked for as JSON."""
    file, *wanted = sys.argv[1:]
    warm_up = invoice(LINES)
    clock(lambda: sealed(warm_up), 20)
    rows = [row for play in dict.fromkeys(ROWS[name] for name in wanted) for row in play()]
    chosen = [dataclasses.asdict(row) for row in rows if row.id in wanted]
    Path(file).write_text(json.dumps(chosen), encoding="utf-8")


if __name__ == "__main__":
    main()
