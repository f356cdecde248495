"""Read the words: no verdict without its scope, and no figure in a sentence that is not counted."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.progress import Progress
from harness.events import CaseFinished, CasePlanned, ExchangeDone
from harness.exchange import Response
from harness.outcome import Outcome, Status
from harness.report.formats import console, ctrf, junit, summary
from harness.report.html import report_page
from harness.report.report_data import ReportData, report_data
from harness.report.wording import next_step
from harness.session.reporting.verdict_inputs import Settled, load_inputs
from harness.verdict.write import to_json
from tests.unit.report.runs import whole_run
from tests.unit.report.samples import ended, exchange, passed, plan, record, run, sample
from tests.unit.session.folders import WAIVER, run_folder
from tests.unit.verdict.judging import CASE, OTHER, judged, two


def omitting() -> ReportData:
    """Return a run of ten cases, two of which do not apply, in a suite of forty."""
    plans = [plan(f"dental/create/rule-{number}") for number in range(10)]
    outcomes = [passed(each.case, exchange=1) for each in plans[:8]]
    outcomes += [ended(each.case, Status.OMIT, "no such capability") for each in plans[8:]]
    found = record(plans, outcomes, [exchange(1, plans[0].case)], selection="dental/create")
    part = replace(found, cases_total=40)
    return report_data(part, sample(part).verdict)


SENTENCE = (
    "Scope: 8 of 40 cases (only dental/create), dental, medical and prior-auth, against mock at "
    "http://127.0.0.1:40001, profile ci; 0 of 0 requirements tested."
)


def junit_text(found: ReportData, folder: Path) -> str:
    junit.write(found, folder / "junit.xml")
    return (folder / "junit.xml").read_text()


@pytest.mark.parametrize(
    "render",
    [
        lambda found, _: console.render(found).splitlines()[-1],
        lambda found, _: summary.render_summary(found).replace("\\", ""),
        lambda found, _: report_page.render(found),
        junit_text,
        lambda found, _: ctrf.render(found),
        lambda found, _: json.dumps(to_json(sample(found.record).verdict)),
    ],
    ids=["console", "summary", "page", "junit", "ctrf", "json"],
)
def test_no_report_shows_a_verdict_without_its_scope(
    render: Callable[[ReportData, Path], str], tmp_path: Path
) -> None:
    assert SENTENCE in render(omitting(), tmp_path)


def test_what_was_omitted_is_not_said_to_have_run() -> None:
    found = omitting()

    assert found.verdict.reason == ("8 cases ran and no contract was broken; 2 cases were omitted.")
    assert next_step(found.verdict) == (
        "Keep record.jsonl: the verdict can be recomputed from it. "
        "It says nothing of the 30 other cases of the suite."
    )


@pytest.mark.parametrize("passing", [True, False])
def test_every_figure_of_the_last_line_is_counted(passing: bool) -> None:
    found = whole_run(passing=passing, cases=200)
    told = to_json(sample(found.record).verdict)
    counts, scope = told["cases"], told["scope"]
    assert isinstance(counts, dict)
    assert isinstance(scope, dict)
    figures = (*counts.values(), *scope.values(), counts["executed"] - counts["omit"])
    allowed = {each for each in figures if isinstance(each, int)}

    last = console.render(found).splitlines()[-1].partition(" against ")[0]

    assert {int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", last)} <= allowed


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 case ran and no contract was broken."), (2, "2 cases ran and no contract was broken.")],
)
def test_one_is_singular(count: int, words: str) -> None:
    plans = [plan(f"dental/create/r-{number}") for number in range(count)]
    outcomes = [passed(each.case, exchange=1) for each in plans]

    assert judged(record(plans, outcomes, [exchange(1, plans[0].case)])).reason == words


@pytest.mark.parametrize("verdict", ["whole", "part"])
def test_no_report_says_that_nothing_is_left_to_do(verdict: str) -> None:
    found = omitting() if verdict == "part" else whole_run(passing=True, cases=100)

    assert "Nothing is left" not in console.render(found) + summary.render_summary(found)


def test_the_mock_is_named_as_what_it_is_by_whatever_url_it_was_reached() -> None:
    answer = Response(201, (("X-Harness-Mock", "0.1.0"),), b"{}")
    own = replace(exchange(1, CASE), response=answer)
    found = record(
        [plan(CASE)], [passed(CASE, exchange=1)], [own], environment="staging", like="sandbox"
    )

    scope = judged(found).scope

    assert scope.is_mock
    assert scope.target_words == (
        "staging at http://127.0.0.1:40001, which is the mock that ships with the program"
    )


def test_a_waived_case_is_not_shouted_out_as_a_failure(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(WAIVER.replace("D001", "D112"))
    lines: list[str] = []
    progress = Progress(lines.append, settled=Settled(tmp_path / "w.yaml"))
    bad = next(
        each
        for each in load_inputs(run_folder(tmp_path / "run", {CASE: Status.FAIL})).record.outcomes
    )

    progress(run())
    progress(CasePlanned(CASE, "t", "dental", "create", ("D112",)))
    progress(ExchangeDone(exchange(1, CASE)))
    progress(CaseFinished(Outcome(CASE, Status.FAIL, bad.checks, "expected DENTATT_009, got 201")))

    assert f"  WAIVED {CASE}: WVR-1: expected DENTATT_009, got 201" in lines
    assert not any("FAIL" in line for line in lines)
    assert lines[-1].endswith("   ok")


def test_a_verdict_that_a_gate_spoils_names_the_gate() -> None:
    verdict = judged(two(passed(OTHER)), profile="deep")

    assert (verdict.conclusion, verdict.exit_code) == ("CONFORMANT", 1)
    assert verdict.reason == (
        "2 cases ran and no contract was broken, but the gate operation_coverage_min was not met."
    )
