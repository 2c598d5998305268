"""The large catalogues: the packed files, how fast they are, and the rules that read them."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.cfdi import keys, packed, rules
from core.cfdi.catalogs import Rate
from core.cfdi.keys import CLAVE_PROD_SERV, CLAVE_UNIDAD, CODIGO_POSTAL, Additions
from core.cfdi.model import Parte
from core.cfdi.packed import Key
from core.errors import CatalogueInvalid
from core.findings import Severity
from tests_core.cfdi_models import a_line, an_invoice, summed

HEAD = (
    "# l10n_mx_co_edi catalogue 1\n# catalogue: clave_unidad\n# title: c_ClaveUnidad\n# date: 2026-11-01\n# rows: {}\n"
)
COLUMNS = "code\tname\tvalid_from\tvalid_to\twords\n"


def a_file(*rows: str, count: int | None = None) -> bytes:
    lines = "".join(f"{row}\n" for row in rows)
    return (HEAD.format(len(rows) if count is None else count) + COLUMNS + lines).encode()


# --- the shipped files ----------------------------------------------------------------------------------------------


def test_the_shipped_catalogues_have_the_keys_of_every_day():
    assert len(keys.shipped(CLAVE_PROD_SERV)) == 52514
    assert len(keys.shipped(CLAVE_UNIDAD)) == 2419
    assert keys.find(CLAVE_PROD_SERV, "84111506").name == "Servicios de facturación"
    assert keys.find(CLAVE_PROD_SERV, "01010101").name == "No existe en el catálogo"
    assert keys.find(CLAVE_UNIDAD, "E48").name == "Unidad de servicio"
    assert keys.find(CLAVE_UNIDAD, "H87").name == "Pieza"


@pytest.mark.parametrize("catalogue", [CLAVE_PROD_SERV, CLAVE_UNIDAD])
def test_every_shipped_key_is_found_under_its_own_code_and_no_other(catalogue):
    shipped = keys.shipped(catalogue)
    for key in shipped:
        assert shipped.find(key.code) == key
        assert key.name == key.name.strip() and key.name


NO_KEYS = ["", "8411150", "841115066", "84111599", "8411150x", "84 11506", "8\uff14111506", "+4111506"]


@pytest.mark.parametrize("code", NO_KEYS)
def test_what_is_no_key_is_not_found(code):
    assert keys.find(CLAVE_PROD_SERV, code) is None


def test_capitals_count_in_unit_keys():
    assert keys.find(CLAVE_UNIDAD, "Ohm") and keys.find(CLAVE_UNIDAD, "X1w")
    assert keys.find(CLAVE_UNIDAD, "OHM") is None and keys.find(CLAVE_UNIDAD, "e48") is None


def test_shipped_files_are_as_strict_as_files_from_outside():
    for catalogue in (CLAVE_PROD_SERV, CLAVE_UNIDAD):
        data = keys.shipped_path(catalogue).read_bytes()
        assert len(packed.read_untrusted(data)) == len(keys.shipped(catalogue))


def test_everyday_words_lead_to_keys():
    assert "timbrado" in keys.find(CLAVE_PROD_SERV, "84111506").words
    assert keys.find(CLAVE_PROD_SERV, "10101501").words == ""


def test_reading_is_fast_and_looking_up_again_is_nothing():
    path = keys.shipped_path(CLAVE_PROD_SERV)
    cold = min(_seconds(lambda: packed.read(path)) for _ in range(5))
    assert cold < 0.2
    keys.find(CLAVE_PROD_SERV, "84111506")

    def hot():
        for _ in range(10_000):
            keys.find(CLAVE_PROD_SERV, "84111506")

    assert min(_seconds(hot) for _ in range(5)) / 10_000 < 2e-6


def _seconds(call) -> float:
    """Of the processor, so that other programs beside the tests do not count."""
    start = time.thread_time()
    call()
    return time.thread_time() - start


def test_the_packed_files_are_what_the_command_makes(project_root, tmp_path):
    pytest.importorskip("satcfdi", reason="the catalogues' source is not installed")
    command = [sys.executable, str(project_root / "dev" / "update-catalogs"), "--out", str(tmp_path)]
    assert subprocess.run(command, capture_output=True).returncode == 0
    for name in ("clave_prod_serv.tsv", "clave_unidad.tsv"):
        assert (tmp_path / name).read_bytes() == (project_root / "core" / "data" / name).read_bytes()


# --- a file from outside --------------------------------------------------------------------------------------------


def test_a_file_may_hold_dates_and_words():
    made = packed.read_untrusted(a_file("ABC\tNueva\t2026-11-01\t2027-01-31\tpalabra", "H87\tPieza"))
    assert list(made) == [Key("ABC", "Nueva", date(2026, 11, 1), date(2027, 1, 31), "palabra"), Key("H87", "Pieza")]
    assert (made.catalogue, made.date) == (CLAVE_UNIDAD, date(2026, 11, 1))
    assert [packed.write_row(key) for key in made] == ["ABC\tNueva\t2026-11-01\t2027-01-31\tpalabra", "H87\tPieza"]


def test_a_file_that_was_edited_on_windows_is_read():
    data = b"\xef\xbb\xbf" + a_file("ABC\tNueva", "H87\tPieza").replace(b"\n", b"\r\n")
    assert [key.name for key in packed.read_untrusted(data)] == ["Nueva", "Pieza"]


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"", "format", None),
        (b"PK\x03\x04\xff a spreadsheet", "encoding", None),
        (b"code,name\nH87,Pieza\n", "format", None),
        (HEAD.encode(), "format", None),
        (a_file("H87\tPieza").replace(b"# date: 2026-11-01\n", b""), "head", None),
        (a_file("H87\tPieza").replace(b"# rows: 1", b"# rows: many"), "head", None),
        (a_file("H87\tPieza").replace(b"2026-11-01", b"yesterday"), "date", "0"),
        (a_file("H87\tPieza", count=2), "rows", None),
        (a_file("H87\tPieza", "ABC\tNueva"), "order", "2"),
        (a_file("H87\tPieza", "H87\tPieza"), "order", "2"),
        (a_file("ABC\tNueva", "H 8\tPieza"), "code", "2"),
        (a_file("ABC\tNueva", "H_8\tPieza"), "code", "2"),
        (a_file("ABC\tNueva", "H87"), "code", "2"),
        (a_file("ABC\tNueva", "H87\t "), "code", "2"),
        (a_file("H87\tPieza\t2026-13-01"), "date", "1"),
        (a_file("H87\tPieza").replace(b"Pieza", b"Pi\xe9za"), "encoding", None),
    ],
    ids=range(16),
)
def test_a_wrong_file_is_refused_with_the_reason(data, reason, line):
    with pytest.raises(CatalogueInvalid) as caught:
        packed.read_untrusted(data)
    assert caught.value.params["reason"] == reason
    assert caught.value.params.get("line") == line


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(CatalogueInvalid) as caught:
        packed.read_untrusted(b"#" * (packed.MAX_BYTES + 1))
    assert caught.value.params["reason"] == "too_large"


# --- what an installation adds --------------------------------------------------------------------------------------


def test_additions_go_before_the_shipped_rows_and_end_with_their_block():
    mine = Key("84111506", "Mía")
    with keys.also(Additions(keys={(CLAVE_PROD_SERV, "84111506"): mine}, dates={CLAVE_PROD_SERV: date(2027, 1, 1)})):
        assert keys.find(CLAVE_PROD_SERV, "84111506") is mine
        assert keys.date_of(CLAVE_PROD_SERV) == date(2027, 1, 1)
        assert keys.date_of(CLAVE_UNIDAD) == keys.shipped(CLAVE_UNIDAD).date
    assert keys.find(CLAVE_PROD_SERV, "84111506").name == "Servicios de facturación"
    assert keys.date_of(CLAVE_PROD_SERV) == keys.shipped(CLAVE_PROD_SERV).date


def test_additions_belong_to_the_thread_that_made_them():
    seen = []
    with keys.also(Additions(keys={(CLAVE_UNIDAD, "QQQ"): Key("QQQ", "x")})):
        thread = threading.Thread(target=lambda: seen.append(keys.find(CLAVE_UNIDAD, "QQQ")))
        thread.start()
        thread.join()
        assert keys.find(CLAVE_UNIDAD, "QQQ")
    assert seen == [None]


# --- the rules ------------------------------------------------------------------------------------------------------


def with_line(**changes):
    return summed(an_invoice(conceptos=(replace(a_line(), **changes),)))


def with_part(code):
    part = Parte(clave_prod_serv=code, cantidad=Decimal("1.000000"), descripcion="Parte")
    return with_line(partes=(part,))


UNKNOWN = [
    ("CFDI40162", "Conceptos[0].ClaveProdServ", with_line(clave_prod_serv="99999999"), CLAVE_PROD_SERV),
    ("CFDI40165", "Conceptos[0].ClaveUnidad", with_line(clave_unidad="QQQ"), CLAVE_UNIDAD),
    ("CFDI40196", "Conceptos[0].Parte[0].ClaveProdServ", with_part("99999999"), CLAVE_PROD_SERV),
]
KNOWN = [with_line(clave_prod_serv="84111506"), with_line(clave_unidad="E48"), with_part("84111506")]


@pytest.mark.parametrize(("code", "where", "wrong", "catalogue"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_an_unknown_key_is_a_warning_with_the_day_of_the_catalogue(code, where, wrong, catalogue):
    [finding] = rules.check(wrong)
    assert (finding.code, finding.where, finding.severity) == (code, where, Severity.WARNING)
    assert finding.params["catalogue_date"] == str(keys.shipped(catalogue).date)
    assert finding.params["value"] in ("99999999", "QQQ")


@pytest.mark.parametrize("right", KNOWN, ids=[row[0] for row in UNKNOWN])
def test_a_known_key_is_no_finding(right):
    assert rules.check(right) == []


@pytest.mark.parametrize(("code", "where", "wrong", "catalogue"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_a_key_that_the_administrator_added_is_judged_by_its_dates(code, where, wrong, catalogue):
    value = "QQQ" if catalogue == CLAVE_UNIDAD else "99999999"
    day = wrong.fecha.date()
    cases = [
        (Key(value, "open"), None),
        (Key(value, "first and last day", day, day), None),
        (Key(value, "ended", None, date(2026, 3, 1)), ("valid_to", "2026-03-01")),
        (Key(value, "not yet", date(2026, 3, 3), None), ("valid_from", "2026-03-03")),
    ]
    for key, expected in cases:
        with keys.also(Additions(keys={(catalogue, value): key})):
            found = rules.check(wrong)
        if expected is None:
            assert found == []
        else:
            [finding] = found
            assert (finding.code, finding.where, finding.severity) == (code, where, Severity.ERROR)
            assert expected in finding.params.items()


@pytest.mark.parametrize(
    ("changes", "code"), [({"clave_prod_serv": "1234"}, "CFDI40162"), ({"clave_unidad": "H-7"}, "CFDI40165")]
)
def test_a_key_of_the_wrong_form_is_one_error_and_no_warning_besides(changes, code):
    found = rules.check(with_line(**changes))
    assert [(finding.code, finding.severity) for finding in found] == [(code, Severity.ERROR)]


def test_a_postal_code_that_is_not_here_is_a_warning_until_it_is_added():
    wrong = an_invoice(receptor=replace(an_invoice().receptor, domicilio_fiscal_receptor="00001"))
    [finding] = rules.check(wrong)
    assert (finding.code, finding.severity) == ("CFDI40147", Severity.WARNING)
    assert finding.params["catalogue_date"] == str(keys.date_of(CODIGO_POSTAL))
    with keys.also(Additions(keys={(CODIGO_POSTAL, "00001"): Key("00001", "nuevo")})):
        assert rules.check(wrong) == []


# --- rates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["2.000000", "1.000000", "0.320000"])
def test_the_rates_of_the_law_of_2026_are_there_from_its_first_day(rate):
    def allowed(day):
        return keys.rate_allowed("003", "Tasa", Decimal(rate), retencion=False, day=day)

    assert allowed(date(2026, 1, 1)) and not allowed(date(2025, 12, 31))


def test_a_rate_can_be_added():
    mine = Rate("003", "Tasa", Decimal("0.77"), Decimal("0.77"), True, False, date(2026, 7, 1))
    asked = {"retencion": False, "day": date(2026, 7, 1)}
    assert not keys.rate_allowed("003", "Tasa", Decimal("0.770000"), **asked)
    with keys.also(Additions(rates=(mine,))):
        assert keys.rate_allowed("003", "Tasa", Decimal("0.770000"), **asked)
        assert not keys.rate_allowed("003", "Tasa", Decimal("0.770000"), retencion=True, day=date(2026, 7, 1))
