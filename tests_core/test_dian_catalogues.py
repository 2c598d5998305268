"""Our lists against DIAN's genericode files (wheel facho, never imported); where the annex differs, it wins."""

import importlib.util
import os
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from core.dian import catalogs


def official(name: str) -> dict[str, str]:
    spec = importlib.util.find_spec("facho")
    folder = Path(spec.origin).parent / "fe" / "data" / "dian" / "codelist" if spec and spec.origin else None
    if not folder or not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("DIAN's lists are not here (wheel facho)")
        pytest.skip("DIAN's lists are not here (wheel facho)")
    rows = etree.parse(str(folder / f"{name}-2.1.gc")).iter("Row")
    return {cells[0]: cells[1] for cells in (["".join(cell.itertext()).strip() for cell in row] for row in rows)}


# our list, file, codes that only the annex has
LISTS = {
    "payment means": (catalogs.PAYMENT_MEANS, "MediosPago", set()),
    "identification types": (catalogs.IDENTIFICATION_TYPE, "TipoIdFiscal", {"47", "48"}),
    "tributes": (catalogs.TRIBUTE, "TipoImpuesto", {"30", "32", "33", "34", "35", "36"}),
    "responsibilities": (catalogs.RESPONSIBILITY, "TipoResponsabilidad", {"R-99-PN"}),
    "departments": (catalogs.DEPARTMENT, "Departamentos", set()),
    "delivery terms": (catalogs.INCOTERM, "TipoEntrega", set()),
    "reference prices": (catalogs.REFERENCE_PRICE, "CodigoPrecioReferencia", set()),
    "item codes": (catalogs.ITEM_CODE, "TipoCodigoProducto", {"020"}),
    "payment forms": (catalogs.PAYMENT_FORM, "FormasPago", set()),
    "debit concepts": (catalogs.DEBIT_CONCEPT, "ConceptoNotaDebito", set()),
    "credit concepts": (catalogs.CREDIT_CONCEPT, "ConceptoNotaCredito", {"6"}),
    "reasons of discounts": (catalogs.ALLOWANCE_REASON, "CodigoDescuento", {"02", "03"}),
    "environments": (catalogs.ENVIRONMENT, "TipoAmbiente", set()),
    "kinds of persons": (catalogs.ORGANIZATION, "TipoOrganizacion", set()),
}


@pytest.mark.parametrize(("ours", "file", "more"), LISTS.values(), ids=LISTS)
def test_the_codes_are_dians(ours, file, more):
    assert set(ours) == set(official(file)) | more


def test_the_names_of_departments_are_dians():
    assert {code: entry.name for code, entry in catalogs.DEPARTMENT.items()} == official("Departamentos")


def test_an_entry_knows_its_days():
    entry = catalogs.Entry("x", "X", date(2026, 1, 1), date(2026, 12, 31))
    found = catalogs.Catalogue(entry, ("y", "Y"))
    assert found.find("x", date(2026, 12, 31)) is entry
    assert found.find("x", date(2027, 1, 1)) is None
    assert found.find("x", date(2025, 12, 31)) is None
    assert found.find(None, date(2026, 1, 1)) is None
    assert found.find("y", date(1900, 1, 1)).name == "Y"
    assert list(found) == ["x", "y"]
    assert len(found) == 2
