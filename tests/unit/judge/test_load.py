import re

import pytest

from harness import document
from harness.judge.load import Known, lint
from harness.judge.operations import Route
from harness.openapi.requirements import Method as How
from harness.openapi.requirements import Requirement, Strength

REQUIREMENT = Requirement(
    "C001", "s", "d", Strength.SHALL, (), ("judge",), How.WORKFLOW, product="a"
)
KNOWN = Known((REQUIREMENT,), (Route("POST", re.compile("/a"), "create", "POST /a", True),), {})
CALLED = "- called: {operation: create, times: 1}"
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


REFERS = "- echoes: {operation: create, value: VALUE}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("times: 1", "times: two", "is not valid under any"),
        ("times: 1", "at_most: 0", "expects silence alone"),
        (
            "times: 1}",
            "times: 1}\n        strength: OBSERVE",
            "expects silence alone",
        ),
        ("times: 1", "at_least: 300", "can never be met: the client is ended after 200"),
        (CALLED, "- waited: {operation: create, calls: [1], at_least: 1}", "too short"),
        (
            CALLED,
            "- waited: {operation: create, calls: [1, 2], at_least: 90}",
            "can never be met within the limit of 60 s",
        ),
        (CALLED, "- member: {operation: create, at: /a, matches: '('}", "no regular expression"),
        (CALLED, REFERS.replace("VALUE", "$answer.nobody.1/a"), "does not exist"),
        (CALLED, REFERS.replace("VALUE", "$input/a"), "refers to no input"),
        (CALLED, REFERS.replace("VALUE", "$inputs/a"), "refers to nothing"),
        (
            CALLED,
            CALLED + "\n    forbid:\n      - called: {operation: create}",
            "is expected as well",
        ),
        (CALLED, CALLED + "\n    faults: [none-such]", "there is no behaviour 'none-such'"),
        (
            CALLED,
            CALLED + "\n    script:\n      - {on: create, from: 5, to: 2}",
            "no call is from 5 to 2",
        ),
        (
            CALLED,
            CALLED + "\n    limit_seconds: 5\n    script:\n      - {on: create, delay_seconds: 9}",
            "comes too late for the limit of 5 s",
        ),
        ("a/b/c", "x/b/c", "does not begin with 'a/'"),
    ],
)
def test_what_is_of_no_use_is_refused_at_its_place(old: str, new: str, said: str) -> None:
    (found,) = problems(GOOD.replace(old, new))

    assert found.startswith("s.yaml:")
    assert said in found


def test_the_same_id_twice_in_one_file_is_refused() -> None:
    found = problems(GOOD + GOOD.partition("\n")[2])

    assert found == ["s.yaml:9:15: 'a/b/c' exists already, at s.yaml:2:15."]
