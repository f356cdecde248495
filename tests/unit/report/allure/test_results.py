import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.events import Job, RunFinished
from harness.outcome import Status
from harness.report.allure import results as allure_results
from harness.report.allure.history import categories, config, title
from harness.report.report_data import ReportData, report_data
from harness.verdict.scope import Scope
from tests.unit.report.runs import whole_run
from tests.unit.report.samples import (
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
    run,
    sample,
)

BAD = "dental/create/npi-checksum"
GOOD = "dental/create/tooth"
LEFT = "dental/create/left"


def made(**changes: object) -> ReportData:
    plans = (plan(BAD, "D112"), plan(GOOD, "D113"), plan(LEFT))
    outcomes = (failed(BAD, exchange=1), passed(GOOD))
    found = record(plans, outcomes, (exchange(1, BAD), exchange(2, GOOD)))
    kept = sample(replace(found, **changes), (requirement("D112"), requirement("D113")))  # type: ignore[arg-type]  # names are checked at run time
    return report_data(kept.record, kept.verdict)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def results(folder: Path) -> Mapping[str, Mapping[str, object]]:
    found = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    return {each["name"]: each for each in found}


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        allure_results.write(made(), tmp_path / name)

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_every_planned_case_has_one_result_also_what_never_ran(tmp_path: Path) -> None:
    allure_results.write(made(), tmp_path)

    found = results(tmp_path)
    assert {name: each["status"] for name, each in found.items()} == {
        BAD: "failed",
        GOOD: "passed",
        LEFT: "skipped",
    }
    assert len({str(each["historyId"]) for each in found.values()}) == 3


def test_every_attachment_that_is_named_is_there(tmp_path: Path) -> None:
    allure_results.write(made(), tmp_path)

    named = [
        each["source"]
        for found in results(tmp_path).values()
        for step in found["steps"]  # type: ignore[attr-defined]  # JSON
        for each in step["attachments"]
    ]
    assert len(named) == 2
    assert len(list(tmp_path.glob("*-attachment.txt"))) == len(set(named)) == 2
    assert all((tmp_path / source).is_file() for source in named)


def test_evidence_is_attached_to_the_run_as_a_whole(tmp_path: Path) -> None:
    verdict, har = tmp_path / "verdict.json", tmp_path / "evidence.har"
    verdict.write_text("{}", encoding="utf-8")
    har.write_bytes(b" " * 2_000_001)
    folder = tmp_path / "allure-results"
    folder.mkdir()
    broken = RunFinished("2026-11-22T10:00:09Z", 9.8, error="collection failed")

    allure_results.write(made(finished=broken), folder, (verdict, har))

    told = json.loads(next(folder.glob("*-globals.json")).read_text(encoding="utf-8"))
    assert [each["name"] for each in told["attachments"]] == ["verdict.json", "evidence.har.gz"]
    sources = [folder / each["source"] for each in told["attachments"]]
    assert sources[0].read_text(encoding="utf-8") == "{}"
    assert gzip.decompress(sources[1].read_bytes()) == har.read_bytes()
    assert [each["message"] for each in told["errors"]] == ["collection failed"]


def test_properties_are_one_line_each() -> None:
    text = allure_results.environment(run(base_url="http://a\nEvil = 1\\ü"))

    assert "Target = http://a Evil = 1\\\\\\xfc\n" in text


def test_the_executor_is_the_ci_job_where_there_is_one() -> None:
    job = Job("GitHub Actions", "contract", "7", "https://ci.example/7")

    assert allure_results.executor(run(job=job)) == {
        "name": "GitHub Actions",
        "type": "github",
        "buildName": "contract #7",
        "buildOrder": 7,
        "buildUrl": "https://ci.example/7",
        "reportName": "mock: http://127.0.0.1:40001",
    }
    assert allure_results.executor(run())["type"] == "harness"


def test_latency_is_told_by_operation() -> None:
    told = allure_results.performance(made())

    assert [each["key"] for each in told] == [
        "POST /dental/attachments/v1/attachments/documents p50 ms",
        "POST /dental/attachments/v1/attachments/documents p95 ms",
    ]
    assert [each["value"] for each in told] == [11.0, 12.0]


def test_every_outcome_but_a_pass_has_a_category() -> None:
    named = [each["matchers"][0]["labels"]["outcome"] for each in categories()]  # type: ignore[index]  # JSON

    assert {name.strip("^$") for name in named} == {str(each) for each in Status} - {"pass"}


def test_the_page_is_named_by_the_verdict() -> None:
    told = config(
        title(run(), "NON_CONFORMANT", Scope(cases=8, cases_total=40)), Path("history.jsonl")
    )

    assert str(told["name"]).startswith("NON_CONFORMANT: 8 of 40 cases, mock, ci, ")
    assert (told["historyPath"], told["historyLimit"]) == ("history.jsonl", 10)


def test_a_waiver_links_its_issue_only_where_it_is_an_address() -> None:
    assert [each.url for each in allure_results.links_of("WVR-1", "https://issues.example/7")] == [
        "https://issues.example/7"
    ]
    assert allure_results.links_of("WVR-1", "javascript:alert(1)") == ()


def test_nothing_is_dated_1970(tmp_path: Path) -> None:
    allure_results.write(whole_run(passing=False, cases=200), tmp_path)

    assert all(int(str(each["start"])) > 1_700_000_000_000 for each in results(tmp_path).values())
    measured = json.loads((tmp_path / "performance.json").read_text())
    assert all(each["start"] > 1_700_000_000_000 for each in measured)


def test_the_evidence_of_a_cause_is_attached_to_its_first_cases(tmp_path: Path) -> None:
    names = [f"dental/create/rule-{number}" for number in range(30)]
    found = sample(
        record(
            [plan(name) for name in names],
            [failed(name, exchange=number) for number, name in enumerate(names, start=1)],
            [exchange(number, name) for number, name in enumerate(names, start=1)],
        )
    )

    allure_results.write(report_data(found.record, found.verdict), tmp_path)

    assert len(list(tmp_path.glob("*-attachment.txt"))) == 1 + allure_results.MAX_EVIDENCE


def test_the_properties_tell_our_counts_and_the_gates(tmp_path: Path) -> None:
    allure_results.write(made(), tmp_path)

    told = (tmp_path / "environment.properties").read_text()
    assert "Cases = 1 passed, 1 failed, 1 not run\n" in told
    assert "; not met: " in told
