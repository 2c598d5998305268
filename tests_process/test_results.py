"""How dev/test counts: a test that could not fail is no test, and neither is a suite whose failures are not seen."""
import json

import pytest

from lib.results import OdooEvents, Report, forbid_skips, from_junit

LOGGER = "odoo.addons.l10n_mx_co_edi.tests.test_send"


def event(kind: str, *args: str, time: float = 0, logger: str = LOGGER, level: str = "INFO", text: str = "") -> str:
    row = {"time": time, "event": kind, "level": level, "logger": logger, "args": args, "text": text}
    return json.dumps(row) + "\n"


@pytest.fixture
def odoo() -> OdooEvents:
    return OdooEvents(Report("odoo"))


def outcomes(report: Report) -> dict[str, str]:
    return {test.name.removeprefix("l10n_mx_co_edi.tests.test_send."): test.outcome for test in report.tests}


def test_tests_are_counted_once_with_the_time_until_the_next_one(odoo):
    odoo.feed(event("start", "TestSend.test_a", time=10) + event("start", "TestSend.test_b", time=12.5))
    odoo.finish(13)
    assert outcomes(odoo.report) == {"TestSend.test_a": "passed", "TestSend.test_b": "passed"}
    assert [test.seconds for test in odoo.report.tests] == [2.5, 0.5]


def test_several_failing_subtests_are_one_failed_test(odoo):
    odoo.feed(event("start", "TestSend.test_a"))
    for number in (1, 2):
        odoo.feed(event("failure", "FAIL", f"Subtest TestSend.test_a (i={number})", f"AssertionError: {number}"))
    assert outcomes(odoo.report) == {"TestSend.test_a": "failed"}
    assert "AssertionError: 1" in odoo.report.tests[0].text
    assert "AssertionError: 2" in odoo.report.tests[0].text


def test_a_class_that_cannot_be_set_up_is_a_failure(odoo):
    failed = odoo.feed(event("failure", "ERROR", "setUpClass (TestSend)", "ValueError", logger="odoo.tests.suite"))
    assert [test.outcome for test in failed] == ["failed"]
    assert odoo.report.count("failed") == 1


def test_a_line_that_is_half_written_is_read_when_it_is_whole(odoo):
    line = event("start", "TestSend.test_a")
    odoo.feed(line[:20])
    assert not odoo.report.tests
    odoo.feed(line[20:])
    assert outcomes(odoo.report) == {"TestSend.test_a": "passed"}


@pytest.mark.parametrize(("logger", "text", "counts"), [
    ("odoo.addons.l10n_mx_co_edi.models.document", "something is odd", True),
    ("odoo.registry", "The model l10n_mx_co_edi.document has no access rules", True),
    ("odoo.addons.account.models.account_move", "something is odd there", False),
])
def test_a_warning_of_ours_in_the_log_is_a_failure_and_those_of_others_are_not(odoo, logger, text, counts):
    odoo.feed(event("log", logger=logger, level="WARNING", text=text))
    assert odoo.report.count("failed") == int(counts)


@pytest.mark.parametrize(("reason", "outcome"), [
    ("Chrome executable not found", "failed"),
    ("websocket-client module is not installed", "failed"),
    ("wkhtmltopdf is not installed", "failed"),
    ("long: dev/test --long", "skipped"),
])
def test_skipped_browser_and_pdf_tests_fail_in_continuous_integration(odoo, reason, outcome):
    odoo.feed(event("start", "TestSend.test_a") + event("skip", "TestSend.test_a", reason))
    assert outcomes(odoo.report) == {"TestSend.test_a": "skipped"}
    forbid_skips(odoo.report)
    assert outcomes(odoo.report) == {"TestSend.test_a": outcome}


def test_pytest_results_are_counted_with_errors_and_skips(tmp_path):
    file = tmp_path / "junit.xml"
    file.write_text(
        '<testsuites><testsuite><testcase classname="m" name="a" time="0.5"/>'
        '<testcase classname="m" name="b"><failure message="x">trace</failure></testcase>'
        '<testcase classname="m" name="c"><error message="x">trace</error></testcase>'
        '<testcase classname="m" name="d"><skipped message="no"/></testcase></testsuite></testsuites>')
    report = from_junit("core", file, 1, "")
    assert [report.count(outcome) for outcome in ("passed", "failed", "skipped")] == [1, 2, 1]


@pytest.mark.parametrize("content", [None, "<testsuites><testsuite/></testsuites>"])
def test_a_part_in_which_no_test_ran_has_failed(tmp_path, content):
    file = tmp_path / "junit.xml"
    if content:
        file.write_text(content)
    assert from_junit("core", file, 5, "collected nothing").count("failed") == 1


def test_a_run_that_broke_without_a_failing_test_has_failed(tmp_path):
    file = tmp_path / "junit.xml"
    file.write_text('<testsuites><testsuite><testcase classname="m" name="a"/></testsuite></testsuites>')
    assert from_junit("core", file, 3, "INTERNALERROR").count("failed") == 1
