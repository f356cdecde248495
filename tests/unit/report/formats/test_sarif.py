import json
from dataclasses import replace

import pytest

from harness.outcome import Attribution, Check, Outcome, Status
from harness.report.formats.sarif import render
from harness.report.report_data import report_data
from tests.unit.report.samples import failed, plan, record, sample

CASE = "dental/create/answer"
CHECK = Check(
    "document.example", Status.FAIL, "a date", "yesterday", "/info", 0, "specs/x y.yaml:412:9"
)


def results(check: Check, status: Status = Status.FAIL) -> list[dict[str, object]]:
    outcome = Outcome(CASE, status, (replace(check, attribution=Attribution.DOCUMENT),))
    found = sample(record((plan(CASE),), (outcome,), ()))
    log = json.loads(render(report_data(found.record, found.verdict)))
    assert log["version"] == "2.1.0"
    listed: list[dict[str, object]] = log["runs"][0]["results"]
    return listed


def test_a_defect_of_a_document_is_told_with_its_place() -> None:
    (result,) = results(CHECK)

    assert (result["ruleId"], result["level"]) == ("document.example", "error")
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "specs/x%20y.yaml"},
                "region": {"startLine": 412, "startColumn": 9},
            },
            "logicalLocations": [{"fullyQualifiedName": "/info"}],
        }
    ]
    assert result["message"] == {"text": f"{CASE}: expected a date, got yesterday"}
    assert "harness/v1" in result["partialFingerprints"]  # type: ignore[operator]  # JSON


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("a.yaml:7:1", 7, id="whole"),
        pytest.param("a.yaml:7", 7, id="line"),
        pytest.param("a.yaml", 1, id="file"),
        pytest.param("", 1, id="nothing"),
    ],
)
def test_a_place_is_read_as_far_as_it_goes(source: str, line: int) -> None:
    (result,) = results(replace(CHECK, source=source))

    place = result["locations"][0]["physicalLocation"]  # type: ignore[index]  # JSON
    assert place["region"]["startLine"] == line


def test_a_waived_one_is_suppressed() -> None:
    outcome = Outcome(CASE, Status.FAIL, (replace(CHECK, attribution=Attribution.DOCUMENT),))
    found = sample(record((plan(CASE),), (outcome,), ()))
    waived = replace(found.verdict.judged[0], status=Status.WAIVED, waiver="WVR-1")
    verdict = replace(found.verdict, judged=(waived,), findings=())

    (result,) = json.loads(render(report_data(found.record, verdict)))["runs"][0]["results"]

    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "WVR-1"}
    ]
    assert "partialFingerprints" not in result


def test_what_the_api_does_wrong_is_no_code_finding() -> None:
    found = sample(record((plan(CASE),), (failed(CASE),), ()))

    log = json.loads(render(report_data(found.record, found.verdict)))

    assert log["runs"][0]["results"] == []


def test_a_document_that_passes_is_left_out() -> None:
    assert results(replace(CHECK, status=Status.PASS), Status.PASS) == []
