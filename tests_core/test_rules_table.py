"""The list of `dev/rules`: complete, and every test that it names exists."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> list[dict[str, str]]:
    target = tmp_path_factory.mktemp("rules") / "rules.json"
    subprocess.run([sys.executable, ROOT / "dev" / "rules", "--json", target], check=True, timeout=60)
    return json.loads(target.read_text(encoding="utf-8"))["rows"]


@pytest.fixture(scope="module")
def tests() -> set[str]:
    """The node ids of the modules that the list names, as pytest itself collects them."""
    modules = (
        "test_cfdi_rules", "test_cfdi_rules_file", "test_cfdi_seal_stamp", "test_certificates", "test_dian_rules",
        "test_dian_xades", "test_dian_certificate",
    )  # fmt: skip
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--rootdir=.", "-c", "tests_core/pytest.ini"]
    answer = subprocess.run(
        [*command, *(f"tests_core/{module}.py" for module in modules)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {line.strip() for line in answer.stdout.splitlines() if "::" in line}


def test_every_code_that_can_be_known_offline_has_its_function(rows):
    plain = [row for row in rows if row["section"] in ("stamping", "cfdi") and row["offline"] == "Y"]
    assert len(plain) > 110
    assert [row["code"] for row in plain if not row["status"].startswith("core.")] == []


def test_every_code_of_dian_that_can_be_known_offline_has_its_function(rows):
    """Or is about a document that is not issued, or about the ZIP."""
    colombian = [row for row in rows if row["country"] == "CO" and row["offline"] == "Y"]
    found = [row["code"] for row in colombian if row["status"].startswith("core.")]
    assert len(found) > 120
    assert {row["status"] for row in colombian if row["code"] not in found} == {"out of scope"}
    assert [row["code"] for row in colombian if row["code"] in found and not (row["fix"] and row["fix_es"])] == []


def test_every_function_exists(rows):
    for name in {row["status"] for row in rows if row["status"].startswith("core.")}:
        module, _dot, function = name.rpartition(".")
        __import__(module)
        assert callable(getattr(sys.modules[module], function)), name


def test_every_named_test_exists(rows, tests):
    for row in rows:
        if row["status"].startswith("core."):
            for name in (row["failing_test"], row["passing_test"]):
                # a parametrised test may be named as a whole
                assert name in tests or any(test.startswith(f"{name}[") for test in tests), (row["code"], name)


def test_what_is_not_found_here_says_why(rows):
    for row in rows:
        if row["status"].startswith("core."):
            assert row["severity"] in ("error", "warning")
        else:
            assert row["status"] in ("remote", "out of scope")
            assert row["reason"].endswith("."), row["code"]


def test_every_code_has_words_in_both_languages(rows):
    assert [row["code"] for row in rows if not row["en"] or not row["es"]] == []
    plain = [row for row in rows if row["section"] in ("stamping", "cfdi") and row["code"] != "CFDI3307"]
    assert [row["code"] for row in plain if not row["fix"] or not row["fix_es"]] == []


def test_the_list_is_the_published_one(rows):
    codes = [row["code"] for row in rows]
    assert len({(row["section"], row["code"]) for row in rows}) == len(rows)
    for first, last, prefix in ((40101, 40222, "CFDI"), (20101, 20123, "CRP"), (101, 172, "CCE"), (101, 204, "CP")):
        assert {f"{prefix}{number}" for number in range(first, last + 1)} <= set(codes)
    assert {"CFDI140223", "CFDI140227", "CRP20279", "Reten20136", "205", "N-602", "5011"} <= set(codes)
    colombian = {row["code"]: row for row in rows if row["country"] == "CO"}
    assert {"FAD06", "FAB05a", "FAB21", "FAT09", "ZD07", "HTTP-503"} <= set(colombian)
    told = {code: row["status"] for code, row in colombian.items() if row["offline"] == "P"}
    outside = {code for code, status in told.items() if status != "remote"}
    assert outside == {"AEP1005", "AEP1006", "LGC", "LGC01"}
    # what is left to DIAN says why it is
    assert not {code for code, row in colombian.items() if row["reason"].startswith("Only DIAN can say it")}


def test_the_table_can_be_read(rows):
    answer = subprocess.run([sys.executable, ROOT / "dev" / "rules"], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0
    found = sum(row["status"].startswith("core.") for row in rows)
    assert answer.stdout.rstrip().endswith(f"{found} of {len(rows)} codes are found before a document is sent.")
