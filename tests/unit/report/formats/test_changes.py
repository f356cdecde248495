import json
from dataclasses import replace

from harness.report.formats.changes import Pair, as_json, conclusion, markdown, text
from harness.verdict.compare import Comparison, Latency
from tests.unit.report.samples import run

SLOW = Latency("POST /dental/attachments", 0.010, 0.011, 0.020, 0.200, slower=True)
BASE, HEAD = run(run_id="base"), run(run_id="head")


def pair(**changes: object) -> Pair:
    return Pair(BASE, HEAD, replace(Comparison(), **changes))  # type: ignore[arg-type]  # names are checked at run time


def test_a_regression_is_the_last_line_and_named_case_by_case() -> None:
    told = text(pair(new_failure=("dental/a", "dental/b"), test_removed=("dental/c",)))

    assert told.splitlines()[-1] == "WORSE: 2 new failures, 1 removed test."
    assert "new failure (2)\n  dental/a\n  dental/b\n" in told
    assert "test removed (1)\n  dental/c\n" in told


def test_each_conclusion_is_one_sentence() -> None:
    assert conclusion(pair()) == "NO WORSE: no new failure and no removed test."
    assert conclusion(pair(waiver_expired=("a",))) == "WORSE: 1 new failure, 0 removed tests."
    assert conclusion(pair(no_longer_judged=("a",))) == (
        "UNCLEAR: 1 case could be judged before and not now."
    )
    assert conclusion(pair(latency=(SLOW,))) == (
        "NO WORSE: no new failure and no removed test; 1 operation slower."
    )


def test_a_slower_operation_is_told_with_both_percentiles() -> None:
    assert "POST /dental/attachments: p50 10 ms to 11 ms, p95 20 ms to 200 ms" in text(
        pair(latency=(SLOW,))
    )


def test_a_long_list_is_cut_for_people_and_whole_in_json() -> None:
    many = tuple(f"dental/{number:03}" for number in range(50))

    told, whole = text(pair(fixed=many)), json.loads(as_json(pair(fixed=many)))

    assert "  and 30 more" in told
    assert len(whole["fixed"]) == 50


def test_json_has_every_category() -> None:
    whole = json.loads(as_json(pair(latency=(SLOW,))))

    assert set(whole) == {
        *("version", "base", "head", "regression", "conclusion", "latency", "causes"),
        *("new_failure", "fixed", "still_failing", "newly_waived", "waiver_expired"),
        *("test_added", "test_removed", "no_longer_judged"),
        *("requirement_set_changed", "document_changed"),
    }
    assert whole["latency"] == [
        {"operation": "POST /dental/attachments", "slower": True}
        | {"base_p50_seconds": 0.010, "head_p50_seconds": 0.011}
        | {"base_p95_seconds": 0.020, "head_p95_seconds": 0.200}
    ]
    assert whole["base"]["run_id"] == "base"


def test_markdown_cannot_be_broken_by_a_case_id() -> None:
    told = markdown(pair(new_failure=("dental/<b>|*x*",), latency=(SLOW,)))

    assert "- dental/\\<b\\>\\|\\*x\\*" in told
    assert "| operation | p50 before |" in told
    assert told.startswith("## WORSE: 1 new failure")
