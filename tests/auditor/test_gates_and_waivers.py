"""Try to pass a gate that nobody set, and to have a failure lifted that nobody may lift."""

from dataclasses import replace
from datetime import date

import pytest

from harness import document
from harness.errors import DocumentError, UnknownName
from harness.openapi.requirements import Method, Requirement, Strength
from harness.outcome import Check, Outcome, Status
from harness.record import Record
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Gate, Verdict
from harness.verdict.waivers import parse
from harness.verdict.write import sentence
from tests.unit.report.samples import TODAY, exchange, failed, passed, plan, record, requirement
from tests.unit.verdict.judging import CASE, OTHER, judged, two

WAIVER = """\
- id: WVR-1
  match: {requirement: D001, case: dental/create/npi-checksum}
  reason: mended in March
  owner: Jo Sample
  approved_by: Certification board
  created: 2026-11-01
  expires: 2026-12-31
"""
FAILING = record(
    [plan(CASE, "D001"), plan(OTHER, "D002")],
    [failed(CASE, exchange=1), passed(OTHER, exchange=2)],
    [exchange(1, CASE), exchange(2, OTHER)],
)
KNOWN = (requirement("D001"), requirement("D002"))


def gate(verdict: Verdict, name: str) -> Gate:
    return next(each for each in verdict.gates if each.name == name)


def waived(
    text: str = WAIVER,
    found: Record = FAILING,
    *known: Requirement,
    today: date = TODAY,
    profile: str = "ci",
) -> Verdict:
    requirements = known or KNOWN
    waivers = parse(document.parse(text, "w.yaml"), requirements)
    return judge(found, requirements, PROFILES[profile], waivers=waivers, today=today)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "should_pass_rate",
            "Not set: no share of the recommendations is asked for; 100 % were kept.",
        ),
        (
            "requirement_coverage_min",
            "Not set: no share of the SHALL requirements is asked for; 0 % have a result.",
        ),
        (
            "operation_coverage_min",
            "Not set: no share of the operations is asked for; 25 % were reached.",
        ),
        ("new_failures_vs_baseline", "Not set: no baseline was given to find new failures."),
    ],
)
def test_a_gate_that_nobody_set_is_not_shown_as_met(name: str, words: str) -> None:
    found = gate(judged(two(passed(OTHER))), name)

    assert (found.state, sentence(found)) == ("not set", words)


def test_a_set_gate_is_met_or_not_and_names_both_figures() -> None:
    found = gate(judged(two(failed(OTHER))), "shall_failures")

    assert found.state == "not met"
    assert sentence(found) == "At most 0 cases may break what a SHALL requirement promises; 1 did."


def test_nearly_all_is_never_rounded_up_to_all() -> None:
    known = [requirement(f"D{number:04}") for number in range(1, 2001)]
    plans = [plan(f"dental/create/r-{each.id}", each.id) for each in known[:-1]]
    outcomes = [passed(each.case, exchange=1) for each in plans]
    found = record(plans, outcomes, [exchange(1, plans[0].case)], profile="onboarding")

    verdict = judged(found, *known, profile="onboarding")

    assert gate(verdict, "requirement_coverage_min").actual == 0.9995
    assert gate(verdict, "requirement_coverage_min").state == "not met"
    assert verdict.conclusion == "INCONCLUSIVE"


def test_files_that_nobody_searched_are_not_free_of_secrets() -> None:
    verdict = judge(two(passed(OTHER)), (), PROFILES["ci"], today=TODAY, leaks=None)

    assert gate(verdict, "leak_scan").state == "not met"
    assert (verdict.conclusion, verdict.exit_code) == ("CONFORMANT", 1)


def test_a_case_is_gone_only_where_it_was_selected() -> None:
    base = two(passed(OTHER))
    head = record(
        [plan(CASE, "D001")], [passed(CASE, exchange=1)], [exchange(1, CASE)], selection=CASE
    )
    lost = replace(head, run=replace(head.run, selection="dental/create/*"))

    narrow, wide = (
        judge(each, (), PROFILES["regression"], today=TODAY, baseline=base) for each in (head, lost)
    )

    assert (narrow.exit_code, gate(narrow, "removed_cases_vs_baseline").actual) == (0, 0)
    assert (wide.exit_code, gate(wide, "removed_cases_vs_baseline").actual) == (1, 1)


def test_the_waiver_that_the_others_are_broken_from_lifts_the_failure() -> None:
    verdict = waived()

    assert (verdict.conclusion, verdict.exit_code) == ("CONFORMANT_WITH_WAIVERS", 0)
    assert verdict.reason == "2 cases ran, and every failure is waived (1 case)."


@pytest.mark.parametrize(
    ("old", "new", "today"),
    [
        ("expires: 2026-12-31", "expires: 2026-11-21", TODAY),
        ("created: 2026-11-01", "created: 2026-11-23", TODAY),
        ("case: dental/create/npi-checksum", "check: status", TODAY),
        ("case: dental/create/npi-checksum", "operation: GET /elsewhere", TODAY),
        ("case: dental/create/npi-checksum", "fingerprint: a3f8c21b9d04", TODAY),
        ("requirement: D001", "requirement: D002", TODAY),
        ("{requirement: D001,", "{environment: [sandbox], requirement: D001,", TODAY),
        ("reason: mended", "expect: warn\n  reason: mended", TODAY),
        ("id: WVR-1", "id: WVR-1", date(2027, 1, 1)),
    ],
    ids=[
        *("expired", "not_yet", "check", "operation", "fingerprint", "requirement"),
        *("environment", "expectation", "later"),
    ],
)
def test_a_waiver_of_something_else_lifts_nothing(old: str, new: str, today: date) -> None:
    assert old in WAIVER

    verdict = waived(WAIVER.replace(old, new), today=today)

    assert (verdict.conclusion, verdict.exit_code) == ("NON_CONFORMANT", 1)


def test_a_waiver_of_one_check_does_not_lift_the_other() -> None:
    bad = failed(CASE, exchange=1)
    second = Check("status", Status.FAIL, "400", "201", exchange=1)
    outcome = replace(bad, checks=(*bad.checks, second))
    found = replace(FAILING, outcomes=(outcome, *FAILING.outcomes[1:]))

    verdict = waived(WAIVER.replace("case: dental/create/npi-checksum", "check: error.code"), found)

    assert verdict.conclusion == "NON_CONFORMANT"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Certification board", "Jo Sample", "'Jo Sample' owns the waiver and approves it."),
        ("Certification board", " jo  SAMPLE ", "owns the waiver and approves it."),
        ("Certification board", "\uff2ao Sample", "owns the waiver and approves it."),
        ("expires: 2026-12-31", "expires: 2027-12-31", "must end within 90 days"),
        ("expires: 2026-12-31", "expires: never", "'never' is not a date"),
        ("npi-checksum", "npi-*", "'case' must be written out, without wildcards"),
        (", case: dental/create/npi-checksum", "", "the waiver matches too much"),
    ],
    ids=["same", "spelt", "fullwidth", "long", "endless", "wildcard", "wide"],
)
def test_no_reviewer_is_asked_to_accept_this(old: str, new: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        waived(WAIVER.replace(old, new))

    assert message in str(caught.value)


def test_access_is_never_waived() -> None:
    guarded = requirement("D001", Strength.SHALL, how=Method.SECURITY)

    with pytest.raises(DocumentError, match="is a security requirement and cannot be waived"):
        waived(WAIVER, FAILING, guarded)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        waived("- {id: WVR-1, reason: r}")

    assert str(caught.value) == (
        "w.yaml:1:3: the waiver has no match, no owner, no approved_by, no created, no expires. "
        "Add `match:`, `owner:`, `approved_by:`, `created:`, `expires:`; docs/waivers.md shows a "
        "whole one."
    )


def test_a_misspelt_member_is_named_before_what_it_leaves_missing() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean 'approved_by'\?"):
        waived(WAIVER.replace("approved_by", "approvedBy"))


@pytest.mark.parametrize(
    ("run", "case", "state"),
    [
        ({}, "dental/create/gone", "stale"),
        ({"selection": "dental/create"}, "dental/create/gone", "stale"),
        ({"selection": "dental/create"}, "dental/search/date", "not_exercised"),
        ({"apis": ("dental",)}, "medical/status/TESTEP06", "not_exercised"),
        ({"shard": "1/2"}, "dental/create/gone", "stale"),
        ({"shard": "2/2"}, "dental/create/gone", "not_exercised"),
    ],
    ids=["whole", "selected", "not_selected", "other_product", "own_shard", "other_shard"],
)
def test_only_what_was_selected_can_be_stale(run: dict[str, object], case: str, state: str) -> None:
    found = replace(FAILING, run=replace(FAILING.run, **run))  # type: ignore[arg-type]  # names are checked at run time
    text = WAIVER.replace("dental/create/npi-checksum", case)

    known = (*KNOWN, requirement("A001"))

    assert [each.state for each in waived(text, found, *known).waivers] == [state]


def test_a_waiver_of_no_known_requirement_is_stale_wherever_it_runs() -> None:
    found = replace(FAILING, run=replace(FAILING.run, selection="medical/status"))
    text = WAIVER.replace("D001", "D999")

    verdict = waived(text, found)

    assert [each.state for each in verdict.waivers] == ["stale"]
    assert gate(verdict, "stale_waivers").state == "not met"


def test_more_waivers_than_a_profile_allows_are_too_many() -> None:
    plans = [plan(f"dental/create/r-{number}", "D001") for number in range(11)]
    outcomes: list[Outcome] = [failed(each.case, exchange=1) for each in plans]
    found = record(plans, outcomes, [exchange(1, plans[0].case)], profile="onboarding")
    text = "".join(
        WAIVER.replace("WVR-1", f"WVR-{number}").replace("npi-checksum", f"r-{number}")
        for number in range(11)
    )

    verdict = waived(text, found, requirement("D001"), profile="onboarding")

    assert (verdict.conclusion, verdict.exit_code) == ("CONFORMANT_WITH_WAIVERS", 1)
    assert sentence(gate(verdict, "max_waivers")) == "At most 10 waivers may be in use; 11 are."
