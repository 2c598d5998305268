"""Real documents of other programs, where a folder with them lies beside the repository."""

import csv
import hashlib
from pathlib import Path

import pytest

from core.cfdi import build, cadena, read, rules, seal, stamp
from core.errors import UnknownComplement

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "mx" / "cfdi"
INDEX = FOLDER / "index.csv"
KNOWN = {"Pagos2.0", "ImpuestosLocales1.0", "TimbreFiscalDigital1.1"}


def _rows() -> list[dict[str, str]]:
    if not INDEX.is_file():
        return []
    with INDEX.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["tipo"] in ("I", "E", "P", "T", "N")]


ROWS = _rows()
pytestmark = pytest.mark.skipif(not ROWS, reason="no folder of real documents beside the repository")


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_real_document_is_understood_or_refused(row):
    xml = (FOLDER / row["file"]).read_bytes()
    if not set(row["complementos"].split()) <= KNOWN:
        for attempt in (cadena.original_string, read.parse):
            with pytest.raises(UnknownComplement):
                attempt(xml)
        assert (seal.verify(xml) == []) is False
        return
    text = cadena.original_string(xml)
    assert hashlib.sha256(text.encode()).hexdigest() == row["cadena_sha256"]
    assert (seal.verify(xml) == []) is (row["sello_ok"] == "1")
    assert (stamp.read(xml) is not None) is (row["tfd"] == "1")

    content = read.parse(xml)
    again = build.to_xml(content)
    assert cadena.original_string(again) == text
    assert read.parse(again) == content
    assert content.tipo_de_comprobante == row["tipo"]
    rules.check(content)
