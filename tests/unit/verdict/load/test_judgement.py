"""A run under load is met, not met, or inconclusive; it is never met without evidence."""

import json

import pytest

from harness.verdict.load.judgement import Circumstances, Conclusion, Limits, judge
from harness.verdict.load.tally import (
    MOST_SENTENCES,
    OTHERS,
    Ending,
    Sample,
    Tally,
    Visit,
    tally_from,
)

FINE = Circumstances(users=1, started=1)
FAILURE = "step create: The answer has status 500; 201 is promised."


def sample(seconds: float = 0.1, failure: str = "", *, is_answered: bool = True) -> Sample:
    return Sample(
        "POST /things", seconds, 10, is_answered=is_answered, failure=failure, kind=failure
    )


def tally(*visits: Visit) -> Tally:
    found = Tally()
    for each in visits:
        found.add(each)
    return found


PASSED = Visit(Ending.PASSED, 0.2, (sample(),))
FAILED = Visit(Ending.FAILED, 0.2, (sample(failure=FAILURE),))
SILENT = Visit(Ending.UNJUDGED, 0.2, (sample(failure="There is no answer.", is_answered=False),))


def test_runs_that_pass_within_the_limits_meet_them() -> None:
    found = judge(tally(PASSED), Limits(((95, 0.5),)), FINE)

    assert (found.conclusion, found.conclusion.exit_code, found.reasons) == (Conclusion.MET, 0, ())
    assert [each.name for each in found.gates] == ["failures", "p95 of POST /things"]


def test_a_failed_step_is_not_met_and_told_with_its_sentence() -> None:
    found = judge(tally(PASSED, FAILED), Limits(), FINE)

    assert (found.conclusion, found.conclusion.exit_code) == (Conclusion.NOT_MET, 1)
    assert found.reasons == (
        "50.00% of the runs failed, 0.00% may",
        f"most often: POST /things: {FAILURE}",
    )


def test_as_many_may_fail_as_the_limit_allows() -> None:
    assert judge(tally(PASSED, FAILED), Limits(failures=0.5), FINE).conclusion is Conclusion.MET


def test_a_percentile_beyond_its_limit_is_not_met() -> None:
    found = judge(tally(PASSED), Limits(((50, 0.05),)), FINE)

    assert found.conclusion is Conclusion.NOT_MET
    assert found.reasons[0] == "p50 of POST /things is 100 ms, at most 50 ms was asked for"


@pytest.mark.parametrize(
    ("found", "circumstances", "reason"),
    [
        pytest.param(tally(), FINE, "no request was sent", id="nothing"),
        pytest.param(
            tally(Visit(Ending.CUT, 0.1, (sample(),))),
            FINE,
            "no user came to the end of a workflow",
            id="nothing-finished",
        ),
        pytest.param(
            tally(SILENT), FINE, "no user came to the end of a workflow", id="nothing-answered"
        ),
        pytest.param(
            tally(PASSED, SILENT), FINE, "1 of 2 runs could not be judged", id="not-judged"
        ),
        pytest.param(
            tally(PASSED),
            Circumstances(1, 1, is_interrupted=True),
            "it was interrupted",
            id="interrupted",
        ),
        pytest.param(
            tally(PASSED), Circumstances(4, 3), "only 3 of 4 users were started", id="few"
        ),
        pytest.param(
            tally(PASSED),
            Circumstances(1, 1, "it has stopped answering."),
            "it has stopped answering.",
            id="problem",
        ),
    ],
)
def test_without_evidence_it_is_inconclusive_and_never_met(
    found: Tally, circumstances: Circumstances, reason: str
) -> None:
    judgement = judge(found, Limits(failures=0.1), circumstances)

    assert judgement.conclusion is Conclusion.INCONCLUSIVE
    assert judgement.conclusion.exit_code == 3
    assert judgement.reasons[0] == reason


def test_a_broken_limit_outranks_what_could_not_be_judged() -> None:
    found = judge(tally(FAILED, SILENT), Limits(), Circumstances(1, 1, is_interrupted=True))

    assert found.conclusion is Conclusion.NOT_MET


def test_an_unanswered_request_counts_with_the_time_that_was_waited() -> None:
    slow = Visit(Ending.UNJUDGED, 30.0, (sample(30.0, "There is no answer.", is_answered=False),))

    found = tally(PASSED, slow).operations["POST /things"]

    assert (found.requests, found.unanswered, found.latencies.percentile(99)) == (2, 1, 30.0)


def test_a_tally_goes_through_json_and_adds_up() -> None:
    one, other = tally(PASSED, FAILED), tally(FAILED, SILENT)

    one.take(tally_from(json.loads(json.dumps(other.as_json()))))

    assert one.as_json() == tally(PASSED, FAILED, FAILED, SILENT).as_json()
    assert (one.requests, one.finished, one.ended) == (4, 3, 4)


def test_kinds_of_failure_without_end_are_told_together() -> None:
    found = tally(
        *(Visit(Ending.FAILED, 0.1, (sample(failure=f"failure {each}"),)) for each in range(300))
    )

    assert len(found.failures) == MOST_SENTENCES + 1
    assert found.failures[OTHERS].count == 200
