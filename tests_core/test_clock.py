"""Time: zones of every postal code, Fecha, and the delays that ship."""

import importlib.util
import io
import pickle
import sqlite3
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from core import clock
from core.errors import SettingsInvalid, UnknownPostalCode

# Noon on days when the clocks of Mexico differed in the past and those of the border differ today: winter; after the
# change of the United States in March; summer; between the old Mexican change and the one of the border.
FOUR_DATES = [
    datetime(2026, month, day, 18, tzinfo=timezone.utc) for month, day in ((1, 15), (3, 20), (7, 1), (10, 28))
]

# Hours from UTC in winter and summer per label, from the columns "Diferencia_Horaria" of the catalogue and the law of
# time zones (DOF 28-10-2022), not from any zone database.
HOURS_OF_LABEL = {
    "Tiempo del Centro": (-6, -6),
    "Tiempo del Centro en Frontera": (-6, -5),
    "Tiempo del Pacífico": (-7, -7),
    "Tiempo del Noroeste": (-8, -7),
    "Tiempo del Sureste": (-5, -5),
}


def _is_border_summer(moment: datetime) -> bool:
    """From the second Sunday of March to the first Sunday of November, as the United States."""
    day, year = moment.date(), moment.year
    march = date(year, 3, 1) + timedelta(days=(6 - date(year, 3, 1).weekday()) % 7 + 7)
    november = date(year, 11, 1) + timedelta(days=(6 - date(year, 11, 1).weekday()) % 7)
    return march <= day < november


def _expected(label: str, moment: datetime) -> timedelta:
    return timedelta(hours=HOURS_OF_LABEL[label][_is_border_summer(moment)])


def _catalogue() -> list[tuple[str, list[str]]]:
    spec = importlib.util.find_spec("satcfdi")
    if spec is None or spec.origin is None:
        pytest.skip("the catalogue of SAT is not installed (satcfdi)")
    source = Path(spec.origin).parent / "catalogs" / "catalogs.db"
    connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    rows = connection.execute("SELECT key, value FROM C756_c_CodigoPostal").fetchall()
    connection.close()
    return [tuple(pickle.load(io.BytesIO(cell)) for cell in row) for row in rows]


def test_every_postal_code_has_the_clock_of_its_label_on_four_dates():
    rows = _catalogue()
    assert len(rows) == 95_749
    expected = {(label, moment): _expected(label, moment) for label in HOURS_OF_LABEL for moment in FOUR_DATES}
    wrong = [
        (code, label, moment.date())
        for code, (*_, label) in rows
        for zone in (clock.zone_for_postal_code(code),)
        for moment in FOUR_DATES
        if moment.astimezone(zone).utcoffset() != expected[label, moment]
    ]
    assert wrong == []


def test_state_and_border_of_every_postal_code_are_those_of_the_catalogue():
    words = {"0": "", "1": "north", "2": "south"}
    for code, (state, _municipality, _locality, incentive, label) in _catalogue():
        found = clock.postal_code(code)
        assert (found.code, found.state, found.incentive, found.zone_label) == (code, state, words[incentive], label)
        assert found.border is (incentive != "0")


def test_no_code_exists_that_the_catalogue_does_not_hold():
    known = {code for code, _ in _catalogue()}
    for number in range(100_000):
        code = f"{number:05d}"
        if code not in known:
            with pytest.raises(UnknownPostalCode):
                clock.postal_code(code)


def test_the_packed_file_holds_as_many_codes_as_it_says():
    found = 0
    for number in range(100_000):
        try:
            clock.postal_code(f"{number:05d}")
        except UnknownPostalCode:
            continue
        found += 1
    assert found == 95_749


@pytest.mark.parametrize(
    ("town", "code", "state", "border", "winter", "summer"),
    [
        ("Tijuana", "22000", "BCN", True, -8, -7),
        ("Mexicali", "21000", "BCN", True, -8, -7),
        ("Hermosillo", "83000", "SON", False, -7, -7),
        ("San Luis Río Colorado", "83449", "SON", True, -7, -7),
        ("La Paz", "23000", "BCS", False, -7, -7),
        ("Mazatlán", "82000", "SIN", False, -7, -7),
        ("Tepic", "63000", "NAY", False, -7, -7),
        ("Bahía de Banderas", "63732", "NAY", False, -6, -6),
        ("Chihuahua", "31000", "CHH", False, -6, -6),
        ("Ciudad Juárez", "32000", "CHH", True, -6, -5),  # by SAT's label; the town itself keeps another clock
        ("Ojinaga", "32881", "CHH", True, -6, -6),
        ("Nuevo Laredo", "88000", "TAM", True, -6, -5),
        ("Piedras Negras", "26000", "COA", True, -6, -5),
        ("Ciudad de México", "01000", "CMX", False, -6, -6),
        ("Mérida", "97000", "YUC", False, -6, -6),
        ("Cancún", "77500", "ROO", False, -5, -5),
        ("Chetumal", "77000", "ROO", True, -5, -5),
    ],
)
def test_towns_that_others_get_wrong(town, code, state, border, winter, summer):
    place = clock.postal_code(code)
    hours = [int(moment.astimezone(place.zone).utcoffset().total_seconds() // 3600) for moment in FOUR_DATES]
    assert (place.state, place.border, hours) == (state, border, [winter, summer, summer, summer])


@pytest.mark.parametrize("code", ["", "2200", "220000", "20640", "99 99", "٢٢٠٠٠", "-1000", "0x100", None, 22000])
def test_a_code_that_is_none_is_a_typed_error(code):
    with pytest.raises(UnknownPostalCode):
        clock.zone_for_postal_code(code)
    with pytest.raises(KeyError):
        clock.postal_code(code)


def test_fecha_is_local_naive_and_in_whole_seconds():
    now = datetime(2026, 3, 8, 9, 59, 59, 999_999, tzinfo=timezone.utc)
    assert clock.local_fecha("22000", now) == datetime(2026, 3, 8, 1, 59, 59)
    assert clock.local_fecha("22000", now + timedelta(seconds=1)) == datetime(2026, 3, 8, 3, 0, 0)
    assert clock.local_fecha("01000", now) == datetime(2026, 3, 8, 3, 59, 59)
    assert clock.local_fecha("01000", now).tzinfo is None


def test_fecha_of_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        clock.local_fecha("01000", datetime(2026, 1, 1))


def test_the_zone_data_of_this_machine_know_that_summer_time_ended():
    assert clock.zone_findings() == []


def test_outdated_zone_data_are_found(tmp_path):
    """Run with a zone folder in which Mexico City still has summer time (a copy of Chicago's clock)."""
    zones = tmp_path / "America"
    zones.mkdir()
    source = next(
        folder / "America"
        for folder in map(Path, ("/usr/share/zoneinfo", *map(str, _tzdata_folders())))
        if (folder / "America" / "Chicago").is_file()
    )
    for name in ("Mexico_City", "Mazatlan", "Tijuana", "Matamoros"):
        (zones / name).write_bytes((source / ("Chicago" if name == "Mexico_City" else name)).read_bytes())
    program = "from core.clock import zone_findings as f; print([(x.code, x.where) for x in f()])"
    root = Path(__file__).resolve().parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env={"PYTHONTZPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert ran.stdout.strip() == "[('MX-TIME-01', 'America/Mexico_City')]", ran.stderr


def _tzdata_folders() -> list[Path]:
    spec = importlib.util.find_spec("tzdata")
    return [Path(spec.origin).parent / "zoneinfo"] if spec and spec.origin else []


def test_now_is_aware_and_can_be_moved_for_every_thread():
    before = clock.utc_now()
    assert before.tzinfo is timezone.utc
    moment = datetime(2026, 5, 1, 6, tzinfo=timezone(timedelta(hours=-6)))
    seen = []
    with clock.frozen(moment):
        thread = threading.Thread(target=lambda: seen.append(clock.utc_now()))
        thread.start()
        thread.join()
        with clock.frozen(moment + timedelta(days=1)):
            assert clock.utc_now().day == 2
        assert clock.utc_now() == moment
    assert seen == [moment] and seen[0].tzinfo is timezone.utc
    assert clock.utc_now() >= before


def test_a_naive_moment_cannot_be_frozen():
    with pytest.raises(ValueError, match="zone"), clock.frozen(datetime(2026, 1, 1)):
        pass


def test_the_shipped_delays(monkeypatch):
    monkeypatch.delenv(clock.DELAYS_VARIABLE, raising=False)
    assert asdict(clock.delays()) == {
        "connect_timeout": 10,
        "read_timeout": 60,
        "total_timeout": 90,
        "lease": 120,
        "crashes": 3,
        "backoff_first": 2,
        "backoff_cap": 900,
        "lookup_attempts": 5,
        "lookup_pause": 2,
        "breaker_failures": 5,
        "breaker_probe": 15,
        "retry_after_cap": 3600,
        "tell_interrupted": 3600,
        "stamp_window_hours": 72,
        "warn_unsent_hours": 60,
        "tell_waiting": 600,
        "absence_hours": 24,
        "absence_register_hours": 72,
        "key_cache": 900,
        "lco_hours": 72,
        "lco_retry": 1800,
        "pac_clock_tolerance": 300,
        "drain_wait": 45,
        "drain_limit": 50,
        "threads": 8,
        "wsse_lifetime": 600,
    }
    assert clock.delays().stale_after == 120
    assert clock.delays().lease > clock.delays().total_timeout > clock.delays().read_timeout


def test_delays_can_be_overridden_by_blocks_and_by_the_environment(monkeypatch):
    monkeypatch.setenv(clock.DELAYS_VARIABLE, '{"lease": 5, "threads": 2, "lookup_pause": 0.05}')
    assert (clock.delays().lease, clock.delays().stale_after, clock.delays().lookup_pause) == (5, 5, 0.05)
    with clock.overridden(lease=1):
        with clock.overridden(threads=1):
            assert (clock.delays().lease, clock.delays().threads) == (1, 1)
        assert (clock.delays().lease, clock.delays().threads) == (1, 2)
    assert clock.delays().lease == 5


@pytest.mark.parametrize("text", ["{", "[]", "1", '{"leas": 1}', '{"lease": "1"}', '{"lease": -1}', '{"lease": true}'])
def test_delays_that_cannot_be_understood_are_a_typed_error(monkeypatch, text):
    monkeypatch.setenv(clock.DELAYS_VARIABLE, text)
    with pytest.raises(SettingsInvalid):
        clock.delays()


def test_a_block_with_an_unknown_delay_is_refused():
    with pytest.raises(SettingsInvalid), clock.overridden(no_such_delay=1):
        pass


def test_the_packed_file_is_what_the_command_makes_of_the_catalogue(project_root, tmp_path):
    _catalogue()  # skips where it is not installed
    command = [sys.executable, str(project_root / "dev" / "update-catalogs"), "--out", str(tmp_path)]
    first = subprocess.run(command, capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    assert "95749 rows" in first.stdout
    for name in ("postal_codes.tsv", "postal_places.tsv", "zone_exceptions.tsv"):
        assert (tmp_path / name).read_bytes() == (project_root / "core" / "data" / name).read_bytes()
    made = tmp_path / "postal_codes.tsv"
    assert subprocess.run([*command, "--check"], capture_output=True).returncode == 0
    made.write_text("stale")
    assert subprocess.run([*command, "--check"], capture_output=True).returncode == 1
    assert made.read_text() == "stale"


def test_the_command_refuses_a_catalogue_that_holds_code(project_root, tmp_path):
    source = tmp_path / "catalogs.db"
    connection = sqlite3.connect(source)
    connection.execute("CREATE TABLE C756_c_CodigoPostal (key BLOB PRIMARY KEY, value BLOB)")
    connection.execute(
        "INSERT INTO C756_c_CodigoPostal VALUES (?, ?)", (pickle.dumps("01000"), pickle.dumps(Path("x")))
    )
    connection.commit()
    connection.close()
    command = [sys.executable, str(project_root / "dev" / "update-catalogs"), "--source", str(source)]
    ran = subprocess.run([*command, "--out", str(tmp_path)], capture_output=True, text=True)
    assert ran.returncode != 0
    assert "UnpicklingError" in ran.stderr
    assert not (tmp_path / "postal_codes.tsv").exists()
