import re

from harness import document
from harness.judge.load import Known, lint
from harness.judge.operations import Route
from harness.openapi.requirements import Method as How
from harness.openapi.requirements import Requirement, Strength

REQUIREMENT = Requirement(
    "C001", "s", "d", Strength.SHALL, (), ("judge",), How.WORKFLOW, product="a"
)
KNOWN = Known((REQUIREMENT,), (Route("POST", re.compile("/a"), "create", "POST /a", True),), {})
GOOD = """\
scenarios:
  - scenario: a/b/c
    title: t
    verifies: [C001]
    action: health
    instruct: do it
    expect:
      - called: {operation: create, times: 1}
"""


def problems(text: str) -> list[str]:
    return [str(each) for each in lint(document.parse(text, "s.yaml"), "a", KNOWN)]


def test_a_sound_file_has_no_problem() -> None:
    assert problems(GOOD) == []


def test_a_misspelt_key_is_named_at_its_place() -> None:
    assert problems(GOOD.replace("instruct", "instuct"))[0].startswith("s.yaml:")
    assert any(
        "Did you mean 'instruct'?" in each for each in problems(GOOD.replace("instruct", "instuct"))
    )


def test_an_unknown_operation_and_requirement_are_named() -> None:
    found = problems(GOOD.replace("create", "creat").replace("C001", "C002"))

    assert found == [
        "s.yaml:2:15: there is no requirement 'C002'. Did you mean 'C001'?",
        "s.yaml:8:9: there is no operation 'creat'. Did you mean 'create'?",
    ]


def test_what_can_never_be_met_is_refused() -> None:
    found = problems(GOOD.replace("times: 1", "at_least: 3, at_most: 2"))

    assert found == ["s.yaml:8:9: at least 3 and at most 2 can never be met."]


def test_silence_without_a_control_is_refused() -> None:
    found = problems(GOOD.replace("expect:", "expect: []\n    forbid:"))

    assert found == [
        "s.yaml:2:15: a/b/c expects silence alone, which a dead client keeps too. "
        "Add a control, or expect a call."
    ]
