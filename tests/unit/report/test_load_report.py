"""What a run under load came to, as lines, as JSON and as a page."""

import json
from dataclasses import replace

import pytest

from harness.report.html.pages import render_load
from harness.report.load_report import (
    BUSY,
    FailureRow,
    GateRow,
    LoadRun,
    OperationRow,
    Runs,
    Setup,
    as_json,
    lines,
    milliseconds,
)

SETUP = Setup("book.arazzo.yaml", "", "mock", "http://127.0.0.1:1", 1, 2, 5.0, 3)
RUN = LoadRun(
    run="20261130T100000Z-load",
    started="2026-11-30T10:00:00Z",
    harness_version="0.2.0",
    setup=SETUP,
    users_started=2,
    workers=0,
    seconds=1.5,
    busy=0.2,
    late=0.002,
    requests=6,
    runs=Runs(5, 1, 0, 0, 0.1, 0.25, 0.25),
    operations=(OperationRow("POST /things", 6, 1, 0, 4.0, 0.0123, 0.25, 0.25, 0.25, 60),),
    failures=(FailureRow("POST /things", "step create: The answer has status 500.", 1),),
    reasons=(),
    gates=(
        GateRow("failures", 0.0, 1 / 6, is_met=False, is_share=True),
        GateRow("p95 of POST /things", 0.5, 0.25, is_met=True, is_share=False),
    ),
    conclusion="LIMITS_NOT_MET",
    because=("16.67% of the runs failed, 0.00% may", "one more.", "a third", "a fourth"),
    locust={"requests": 6, "failures": 1},
)


def test_the_lines_tell_each_operation_what_failed_and_each_limit() -> None:
    assert list(lines(RUN)) == [
        "operation       requests    failed     req/s       p50       p95       p99",
        "POST /things           6         1       4.0   12.3 ms    250 ms    250 ms",
        "",
        "      1 x POST /things: step create: The answer has status 500.",
        "runs      5 passed, 1 failed; p95 250 ms",
        "limit     not met failures: 16.67%, at most 0.00%",
        "limit     met     p95 of POST /things: 250 ms, at most 500 ms",
    ]


def test_the_verdict_says_why_in_a_few_reasons_and_about_what() -> None:
    assert RUN.verdict == (
        "LIMITS NOT MET: 16.67% of the runs failed, 0.00% may; one more; a third; and 1 more. "
        "6 requests in 6 finished runs by 2 users in 1.5 s against mock (http://127.0.0.1:1)."
    )


def test_a_verdict_without_reasons_is_its_scope() -> None:
    run = replace(RUN, conclusion="LIMITS_MET", because=())

    assert run.verdict.startswith("LIMITS MET: 6 requests in 6 finished runs")


def test_who_sends_at_his_limit_is_told_so() -> None:
    for run in (replace(RUN, busy=0.95), replace(RUN, late=0.03)):
        assert list(lines(run))[-1].startswith(f"note      {BUSY} It was late by ")
    assert BUSY.capitalize() in render_load(replace(RUN, busy=0.95))


def test_many_kinds_of_failure_are_counted() -> None:
    rows = tuple(FailureRow("", f"reason {each}", 1) for each in range(8))

    assert "          and 4 further kinds of failure, in the report" in lines(
        replace(RUN, reasons=rows)
    )


def test_what_was_cut_off_or_not_judged_is_told() -> None:
    run = replace(RUN, runs=replace(RUN.runs, unjudged=2, cut=1))

    assert (
        "runs      5 passed, 1 failed, 2 could not be judged, 1 cut off at the end; p95 250 ms"
        in lines(run)
    )


def test_the_json_has_a_version_and_goes_back_and_forth() -> None:
    told = json.loads(as_json(RUN))

    assert told["version"] == 1
    assert (told["setup"]["users"], told["operations"][0]["p95"]) == (2, 0.25)


def test_the_page_escapes_what_came_from_outside_and_shows_the_verdict() -> None:
    row = FailureRow("GET /<b>", "<script>alert(1)</script>", 1)

    page = render_load(replace(RUN, failures=(row,)))

    assert "<h1>Limits not met</h1>" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_page_without_any_request_can_be_rendered() -> None:
    nothing = replace(
        RUN,
        operations=(),
        failures=(),
        gates=(GateRow("failures", 0.0, None, is_met=False, is_share=True),),
        conclusion="INCONCLUSIVE",
        runs=Runs(0, 0, 0, 0, None, None, None),
    )

    assert "<h1>Inconclusive</h1>" in render_load(nothing)
    assert "limit     not met failures: -, at most 0.00%" in lines(nothing)


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(None, "-"), (0.00123, "1.23 ms"), (0.25, "250 ms"), (2.5, "2,500 ms"), (12.0, "12.0 s")],
    ids=["none", "small", "usual", "long", "very-long"],
)
def test_a_duration_is_as_short_as_it_may_be(seconds: float | None, wanted: str) -> None:
    assert milliseconds(seconds) == wanted
