"""A waiver that names a cause lifts all that the cause shows, and nothing beside it."""

from dataclasses import replace

import pytest

from harness import document
from harness.errors import DocumentError
from harness.openapi.requirements import Method
from harness.outcome import Check, Outcome, Status
from harness.record import Record
from harness.report.formats.console import render
from harness.report.report_data import report_data
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Conclusion, Verdict
from harness.verdict.waivers import parse
from harness.verdict.write import to_json
from tests.unit.report.samples import (
    TODAY,
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
)
from tests.unit.verdict.judging import gate

ONE, TWO, OTHER = "dental/create/one", "dental/model/two", "dental/create/other"
CAUSE = "c" * 12
TEXT = """\
- id: WVR-1
  match: {requirement: D001, cause: "%s"}
  reason: the vendor mends it in March
  owner: Jo Sample
  approved_by: board
  created: 2026-11-01
  expires: 2026-12-31
"""


def run_of(*outcomes: Outcome, requirements: tuple[tuple[str, ...], ...]) -> Record:
    plans = tuple(
        plan(each.case, *named) for each, named in zip(outcomes, requirements, strict=True)
    )
    calls = (exchange(number, each.case) for number, each in enumerate(outcomes, start=1))
    return record(plans, outcomes, tuple(calls))


def judged(found: Record, cause: str = "", text: str = TEXT) -> Verdict:
    known = (
        *(requirement(name) for name in ("D001", "D002", "D003")),
        requirement("D009", how=Method.SECURITY),
    )
    waivers = parse(document.parse(text.replace("%s", cause), "w.yaml"), known) if cause else ()
    return judge(found, known, PROFILES["ci"], waivers=waivers, today=TODAY)


def same_mistake() -> Record:
    """Two cases of two requirements that fail by one mistake."""
    return run_of(
        failed(ONE, exchange=1), failed(TWO, exchange=2), requirements=(("D001",), ("D002",))
    )


def test_all_findings_of_the_cause_are_lifted_whichever_requirement_they_verify() -> None:
    (cause,) = judged(same_mistake()).causes

    verdict = judged(same_mistake(), cause.id)

    assert verdict.conclusion is Conclusion.CONFORMANT_WITH_WAIVERS
    assert verdict.exit_code == 0
    assert (verdict.waivers[0].state, verdict.waivers[0].cases) == ("active", (ONE, TWO))
    assert gate(verdict, "max_waivers")[1] == 1
    assert to_json(verdict)["waivers"][0]["cause"] == cause.id  # type: ignore[index]  # a list of waivers
    told = render(report_data(same_mistake(), verdict))
    assert f"lifts 2 cases, D001, cause {cause.id}: the vendor mends it" in told


def test_another_cause_in_the_same_case_keeps_it_failing() -> None:
    bad = failed(ONE, exchange=1)
    second = Check("contract.schema", Status.FAIL, "type string", "1 is not a string", exchange=1)
    both = replace(bad, checks=(*bad.checks, second))
    found = run_of(both, failed(TWO, exchange=2), requirements=(("D001",), ("D002",)))
    (cause,) = judged(found).causes

    verdict = judged(found, cause.id)

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert [each.status for each in verdict.judged] == [Status.FAIL, Status.WAIVED]


@pytest.mark.parametrize(
    ("first", "other", "lifted"),
    [
        pytest.param(("error.code", "X_9", "201"), ("status", "4xx", "201"), True, id="accepted"),
        pytest.param(
            ("part.size", "9", "8"), ("part.sha256", "a" * 64, "b" * 64), True, id="digest"
        ),
        pytest.param(("error.code", "X_9", "X_8"), ("status", "400", "401"), False, id="refused"),
        pytest.param(("error.code", "X_9", "201"), ("schema", "a", "b"), False, id="schema"),
    ],
)
def test_what_a_check_leaves_no_choice_but_to_fail_is_lifted_with_it(
    first: tuple[str, str, str], other: tuple[str, str, str], *, lifted: bool
) -> None:
    bad = tuple(
        Check(name, Status.FAIL, expected, actual, "/a", 1)
        for name, expected, actual in (first, other)
    )
    found = run_of(Outcome(ONE, Status.FAIL, bad), requirements=(("D001",),))
    (cause,) = judged(found).causes

    verdict = judged(found, cause.id)

    assert (verdict.conclusion is Conclusion.CONFORMANT_WITH_WAIVERS) is lifted
    assert verdict.waivers[0].state == ("active" if lifted else "not_exercised")


def test_another_cause_of_the_same_requirement_is_not_lifted() -> None:
    status = Check("status", Status.FAIL, "201", "500", exchange=3)
    other = Outcome(OTHER, Status.FAIL, (status,))
    found = run_of(
        failed(ONE, exchange=1),
        failed(TWO, exchange=2),
        other,
        requirements=(("D001",), ("D002",), ("D001",)),
    )
    first = next(each for each in judged(found).causes if each.check == "error.code")

    verdict = judged(found, first.id)

    assert [each.case for each in verdict.findings] == [OTHER]
    assert verdict.waivers[0].cases == (ONE, TWO)


def test_a_case_that_guards_access_is_not_lifted_for_a_requirement_that_it_does_not_verify() -> (
    None
):
    found = run_of(
        failed(ONE, exchange=1), failed(TWO, exchange=2), requirements=(("D001",), ("D009",))
    )
    (cause,) = judged(found).causes

    verdict = judged(found, cause.id)

    assert verdict.conclusion is Conclusion.NON_CONFORMANT
    assert [each.case for each in verdict.findings] == [TWO]


def test_a_requirement_that_the_cause_does_not_concern_lifts_nothing() -> None:
    (cause,) = judged(same_mistake()).causes

    verdict = judged(same_mistake(), cause.id, TEXT.replace("D001", "D003"))

    assert verdict.conclusion is Conclusion.NON_CONFORMANT


def test_a_cause_is_known_by_any_of_its_findings() -> None:
    """Which finding stands for a cause depends on what else ran, and the waiver must not."""
    alone = run_of(failed(TWO, exchange=1, check="body.code"), requirements=(("D002",),))
    (cause,) = judged(alone).causes
    found = run_of(
        failed(ONE, exchange=1),
        failed("dental/create/three", exchange=2),
        failed(TWO, exchange=3, check="body.code"),
        requirements=(("D001",), ("D001",), ("D002",)),
    )
    (whole,) = judged(found).causes

    verdict = judged(found, cause.id)

    assert whole.id != cause.id
    assert verdict.conclusion is Conclusion.CONFORMANT_WITH_WAIVERS


@pytest.mark.parametrize(
    ("run", "state"),
    [
        pytest.param({}, "stale", id="whole-run"),
        pytest.param({"shard": "1/2"}, "not_exercised", id="shard"),
        pytest.param({"selection": "dental/create/*"}, "not_exercised", id="selection"),
    ],
)
def test_a_cause_that_is_gone_makes_its_waiver_stale(run: dict[str, str], state: str) -> None:
    (cause,) = judged(same_mistake()).causes
    mended = run_of(passed(ONE, exchange=1), requirements=(("D001",),))

    part = replace(mended.run, **run)  # type: ignore[arg-type]  # names are checked at run time
    verdict = judged(replace(mended, run=part), cause.id)

    assert verdict.waivers[0].state == state
    assert gate(verdict, "stale_waivers")[2] is (state != "stale")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('cause: "%s"', "cause: 12345", "without wildcards", id="number"),
        pytest.param('cause: "%s"', "cause: soon", "is not the id of a cause", id="no-id"),
        pytest.param('cause: "%s"', 'cause: "*"', "without wildcards", id="wildcard"),
        pytest.param("requirement: D001, ", "", "matches too much", id="no-requirement"),
        pytest.param(
            "  reason: the vendor mends it in March\n", "", "has no reason", id="no-reason"
        ),
        pytest.param("  expires: 2026-12-31\n", "", "has no expires", id="no-end"),
        pytest.param(
            "reason:", "expect: warn\n  reason:", "there are no causes", id="observations"
        ),
    ],
)
def test_what_a_reviewer_must_not_accept_of_a_cause_is_refused(
    old: str, new: str, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        judged(same_mistake(), CAUSE, TEXT.replace(old, new))


def test_causes_of_two_products_without_a_check_have_ids_of_their_own() -> None:
    broken = [Outcome(f"{api}/a/b", Status.ERROR, (), "no token") for api in ("dental", "medical")]

    first, second = judged(run_of(*broken, requirements=((), ()))).causes

    assert first.id != second.id
