"""The share of constraints that a run exercised from both sides, as figures and as a gate."""

from dataclasses import replace

import pytest

from harness.events import ConstraintsExercised, RunFinished, RunStarted
from harness.record import Record, fold
from harness.report.formats import summary
from harness.report.html.report_page import render
from harness.report.report_data import report_data
from harness.report.view import shares, steps, tree
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Verdict
from harness.verdict.write import sentence, to_json
from tests.unit.report.samples import CREATE, TODAY, passed
from tests.unit.verdict.judging import OTHER, gate, two

LINES = (
    ConstraintsExercised(
        "own", CREATE, (("/a/type", "both"), ("/a/pattern", "within"), ("/a/enum", "beyond"))
    ),
    ConstraintsExercised("own", "GET /b", (("/b/type", "both"),)),
    ConstraintsExercised("own", "GET /c", (("/c/type", ""),)),
)


def run_of(least: float = 0.0, exercised: tuple[ConstraintsExercised, ...] = LINES) -> Record:
    base = two(passed(OTHER))
    run = replace(base.run, min_keyword_coverage=least)
    return replace(base, run=run, exercised=exercised)


def verdict_of(found: Record) -> Verdict:
    return judge(found, (), PROFILES["ci"], today=TODAY)


@pytest.mark.parametrize(("least", "is_met", "code"), [(0.4, True, 0), (0.41, False, 1)])
def test_a_share_that_is_asked_for_is_a_gate(least: float, is_met: bool, code: int) -> None:
    verdict = verdict_of(run_of(least))

    assert gate(verdict, "keyword_coverage_min") == (least, 0.4, is_met)
    assert verdict.exit_code == code


def test_a_profile_may_ask_for_a_share() -> None:
    profile = replace(PROFILES["ci"], keyword_coverage_min=0.5)

    assert judge(run_of(), (), profile, today=TODAY).exit_code == 1


def test_where_nothing_was_exercised_no_share_is_met() -> None:
    verdict = verdict_of(run_of(0.1, ()))

    assert gate(verdict, "keyword_coverage_min") == (0.1, 0.0, False)
    assert verdict.exit_code == 1


def test_where_nobody_asks_the_share_is_told_and_decides_nothing() -> None:
    found = next(each for each in verdict_of(run_of()).gates if each.name == "keyword_coverage_min")

    assert found.state == "not set"
    assert sentence(found).endswith("40 % were exercised from both sides.")


def test_a_run_without_documents_has_no_such_gate() -> None:
    names = [each.name for each in verdict_of(run_of(0.0, ())).gates]

    assert "keyword_coverage_min" not in names


def test_sides_that_shards_and_sittings_saw_add_up() -> None:
    base = two(passed(OTHER)).run
    assert isinstance(base, RunStarted)
    one = ConstraintsExercised("own", CREATE, (("/a", "within"), ("/b", ""), ("/c", "both")))
    other = ConstraintsExercised("own", CREATE, (("/a", "beyond"), ("/b", "within"), ("/c", "")))

    found = fold((base, one, other, RunFinished("2026-01-01T00:00:00Z", 1.0)))

    assert found.exercised == (
        ConstraintsExercised("own", CREATE, (("/a", "both"), ("/b", "within"), ("/c", "both"))),
    )


def test_the_document_names_what_is_missing_of_each_operation() -> None:
    found = to_json(verdict_of(run_of()))["constraints"]

    assert isinstance(found, dict)
    assert (found["total"], found["exercised"]) == (5, 2)
    assert found["operations"][0] == {
        "operation": CREATE,
        "total": 3,
        "exercised": 1,
        "missing": [
            {"pointer": "/a/pattern", "seen": "within"},
            {"pointer": "/a/enum", "seen": "beyond"},
        ],
    }


def test_the_lowest_share_is_told_first() -> None:
    assert [(each.operation, each.result) for each in shares(verdict_of(run_of()).constraints)] == [
        ("GET /c", "none"),
        (CREATE, "some"),
        ("GET /b", "all"),
    ]


@pytest.mark.parametrize(
    ("pointer", "names"),
    [
        ("/paths/~1things/put/parameters/0/schema/type", ["parameters", "0", "type"]),
        ("/paths/~1things~1{id}/parameters/0/schema/type", ["parameters", "0", "type"]),
        ("/components/schemas/Thing/properties/type/enum", ["Thing", "type", "enum"]),
        (
            "/paths/~1a/post/requestBody/content/application~1json/schema/properties/properties/type",
            ["requestBody", "application/json", "properties", "type"],
        ),
        ("/components/schemas/Thing/required/1", ["Thing", "required 1"]),
    ],
)
def test_a_pointer_becomes_the_way_to_a_keyword(pointer: str, names: list[str]) -> None:
    assert steps(pointer) == names


def test_branches_count_what_is_below_them() -> None:
    line = ConstraintsExercised(
        "own",
        CREATE,
        (("/components/schemas/T/type", "both"), ("/components/schemas/T/properties/a/type", "")),
    )
    constraints = verdict_of(run_of(0.0, (line,))).constraints

    assert tree(constraints) == [
        [
            "T",
            "",
            2,
            1,
            [["type", "both", 1, 1, []], ["a", "", 1, 0, [["type", "nothing", 1, 0, []]]]],
        ]
    ]


def test_page_and_summary_show_the_share() -> None:
    found = run_of()
    made = report_data(found, verdict_of(found))

    assert (
        "2 of 5 constraints on requests were exercised from both sides"
        in summary.render_summary(made)
    )
    page = render(made)
    assert 'id="constraint-list"' in page
    assert '"constraints":[["GET /c","none",0,1,' in page


def test_a_run_without_documents_shows_no_share() -> None:
    found = run_of(0.0, ())
    made = report_data(found, verdict_of(found))

    assert "Constraints" not in summary.render_summary(made)
    assert 'id="constraint-list"' not in render(made)
