"""Try to have a run called conformant that shows nothing, or something else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness import record as records
from harness.errors import DocumentError
from harness.events import CaseFinished, CasesCounted, RunFinished
from harness.openapi.requirements import Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record, RecordWriter
from tests.unit.report.samples import ended, exchange, failed, passed, plan, record, requirement
from tests.unit.session.folders import run_folder
from tests.unit.verdict.judging import CASE, OTHER, judged, two

WHOLE = two(passed(OTHER, exchange=1))


def test_the_run_that_the_others_are_broken_from_is_conformant() -> None:
    verdict = judged(WHOLE)

    assert (verdict.conclusion, verdict.exit_code) == ("CONFORMANT", 0)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (two(ended(OTHER, Status.ERROR)), "1 case could not be judged (1 error)."),
        (two(ended(OTHER, Status.SKIP)), "1 case could not be judged (1 skip)."),
        (two(ended(OTHER, Status.REVIEW)), "1 case could not be judged (1 review)."),
        (replace(WHOLE, outcomes=WHOLE.outcomes[:1]), "1 case could not be judged (1 not run)."),
        (replace(WHOLE, planned=WHOLE.planned[:1]), "1 case ran that nobody planned."),
        (replace(WHOLE, finished=None), "The run was cut off before its end."),
        (
            replace(WHOLE, finished=RunFinished("2026-11-22T10:00:09Z", 1.0, interrupted=True)),
            "The run was interrupted.",
        ),
        (replace(WHOLE, exchanges=()), "Not one request was sent."),
        (record((), (), ()), "No case was planned; not one request was sent."),
        (
            record(
                [plan(CASE), plan(OTHER)],
                [ended(CASE, Status.OMIT), ended(OTHER, Status.OMIT)],
                [exchange(1, "run/token")],
            ),
            "Every case was omitted.",
        ),
    ],
    ids=[
        *("error", "skip", "review", "stopped", "unplanned", "cut_off", "interrupted", "silent"),
        *("empty", "omitted"),
    ],
)
def test_no_evidence_is_never_a_pass(found: Record, sentence: str) -> None:
    verdict = judged(found)

    assert verdict.conclusion == "INCONCLUSIVE"
    assert verdict.exit_code in (3, 5)
    assert verdict.reason == sentence


def test_a_pass_that_its_own_check_contradicts_is_a_failure() -> None:
    check = Check("status", Status.FAIL, "400", "201", exchange=1)

    verdict = judged(two(replace(passed(OTHER), checks=(check,))))

    assert (verdict.conclusion, verdict.exit_code) == ("NON_CONFORMANT", 1)


def test_a_case_cannot_soften_what_its_requirement_demands() -> None:
    found = two(failed(OTHER))
    softer = replace(found.planned[1], strength="OBSERVE")

    verdict = judged(replace(found, planned=(found.planned[0], softer)), requirement("D002"))

    assert verdict.conclusion == "NON_CONFORMANT"


def test_a_recommendation_that_is_not_kept_is_no_failure_and_no_pass() -> None:
    verdict = judged(two(failed(OTHER)), requirement("D002", Strength.SHOULD))

    assert verdict.conclusion == "CONFORMANT"
    assert [each.case for each in verdict.observations] == [OTHER]


def written(folder: Path, change: Callable[[RecordWriter], None]) -> Path:
    run_folder(folder)
    writer = RecordWriter(folder / "record.jsonl")
    change(writer)
    writer.close()
    return folder / "record.jsonl"


def test_a_second_word_on_a_case_does_not_take_back_the_first(tmp_path: Path) -> None:
    path = written(
        tmp_path / "run",
        lambda record: record.write(CaseFinished(Outcome("dental/create/npi", Status.PASS))),
    )

    with pytest.raises(DocumentError):
        records.read(path)


def test_a_suite_cannot_be_made_smaller_by_counting_it_again(tmp_path: Path) -> None:
    path = written(tmp_path / "run", lambda record: record.write(CasesCounted(1)))

    assert records.read(path).cases_total == 3


def test_an_unwaived_failure_outweighs_everything_that_passed() -> None:
    plans = [plan(f"dental/create/rule-{number}") for number in range(2_000)]
    outcomes = [passed(each.case, exchange=1) for each in plans[:-1]]
    last = plans[-1].case

    verdict = judged(record(plans, [*outcomes, failed(last, exchange=1)], [exchange(1, last)]))

    assert (verdict.conclusion, verdict.exit_code) == ("NON_CONFORMANT", 1)
    assert verdict.reason == "1 of 2,000 cases shows the API breaking its contract."
