from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.outcome import Status
from harness.report.formats.junit import render, write
from harness.report.report_data import ReportData, report_data
from tests.unit.report.runs import hostile_run, waived_run
from tests.unit.report.samples import (
    CREATE,
    ended,
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
    sample,
)

CASE = "dental/create/npi-checksum"


def one(status: Status) -> ReportData:
    found = sample(
        record((plan(CASE, "D112"),), (ended(CASE, status, "the reason"),), (exchange(1, CASE),)),
        (requirement("D112"),),
    )
    return report_data(found.record, found.verdict)


def parsed(found: ReportData) -> ET.Element:
    return ET.fromstring(render(found))


@pytest.mark.parametrize(
    ("status", "tag", "message"),
    [
        pytest.param(Status.FAIL, "failure", "the reason", id="fail"),
        pytest.param(Status.ERROR, "error", "the reason", id="error"),
        pytest.param(Status.SKIP, "skipped", "skip: the reason", id="skip"),
        pytest.param(Status.OMIT, "skipped", "omit: the reason", id="omit"),
        pytest.param(Status.REVIEW, "skipped", "review: the reason", id="review"),
        pytest.param(Status.NOT_RUN, "skipped", "not run: the reason", id="not_run"),
    ],
)
def test_every_status_has_its_place(status: Status, tag: str, message: str) -> None:
    found = parsed(one(status)).find(f".//testcase/{tag}")

    assert found is not None
    assert found.get("message") == message


def test_a_pass_says_nothing() -> None:
    case = parsed(one(Status.PASS)).find(".//testcase")

    assert case is not None
    assert [child.tag for child in case] == ["properties"]


def test_a_warning_passes_with_a_word() -> None:
    plans = (plan(CASE, strength="SHOULD"),)
    found = sample(record(plans, (failed(CASE, exchange=1),), (exchange(1, CASE),)))

    root = parsed(report_data(found.record, found.verdict))

    assert root.get("failures") == "0"
    assert root.find(".//property[@name='level']").get("value") == "warn"  # type: ignore[union-attr]
    assert "expected: DENTATT_009" in (root.findtext(".//system-out") or "")


def test_a_waived_case_is_skipped_with_its_end() -> None:
    skipped = parsed(waived_run()).find(".//skipped")

    assert skipped is not None
    assert skipped.get("message") == "waived WVR-7 until 2026-12-01"


def test_a_failure_without_a_check_says_what_it_knows() -> None:
    failure = parsed(one(Status.FAIL)).find(".//failure")

    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("the reason", "failure")


def test_a_failure_carries_requirement_operation_and_command() -> None:
    plans = (plan(CASE, "D112", "D113"),)
    found = sample(record(plans, (failed(CASE, exchange=1),), (exchange(1, CASE),)))

    root = parsed(report_data(found.record, found.verdict))

    pairs = [(p.get("name"), p.get("value")) for p in root.iterfind(".//testcase//property")]
    assert ("requirement", "D112") in pairs
    assert ("requirement", "D113") in pairs
    assert ("operation", CREATE) in pairs
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "error.code: expected DENTATT_009, got 201"
    assert "curl -sS -i" in (failure.text or "")


def test_cases_keep_the_order_of_the_plan_and_appear_once() -> None:
    names = ["dental/create/b", "dental/create/a", "medical/status/TESTEP01"]
    plans = [plan(name) for name in names]
    found = sample(record(plans, [passed(n) for n in reversed(names)], (exchange(1, CASE),)))

    root = parsed(report_data(found.record, found.verdict))

    assert [case.get("name") for case in root.iter("testcase")] == names
    assert [suite.get("name") for suite in root.iter("testsuite")] == ["dental", "medical"]
    assert (root.get("tests"), root.get("failures")) == ("3", "0")


def test_control_characters_do_not_break_the_document() -> None:
    found = hostile_run("]]>\x00\x1b[31m<evil>&\ufffe\ud800")

    assert "<evil>&" in (parsed(found).findtext(".//failure") or "")


def test_the_verdict_stands_in_every_suite(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"

    write(one(Status.ERROR), path)

    assert '<property name="verdict" value="INCONCLUSIVE"' in path.read_text(encoding="utf-8")
