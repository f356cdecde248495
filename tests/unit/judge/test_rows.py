import re

import pytest

from harness import document
from harness.errors import UnknownName
from harness.jsonvalue import items, members
from harness.judge.load import Known, lint, written_out
from harness.judge.operations import Route
from harness.openapi.requirements import Method as How
from harness.openapi.requirements import Requirement, Strength

FILE = """\
scenarios:
  - scenario: $main.product/x/$row.id
    title: t
    verifies: [C001]
    action: health
    instruct: do it
    rows:
      - {id: one, most: 1}
      - {id: two, most: 2}
    expect:
      - called: {operation: create, at_least: 1, at_most: $row.most}
"""
MAIN = {"product": "a"}
KNOWN = Known(
    (Requirement("C001", "s", "d", Strength.SHALL, (), ("judge",), How.WORKFLOW, product="a"),),
    (Route("POST", re.compile("/a"), "create", "POST /a", True),),
    {},
    main=MAIN,
)


def test_a_scenario_is_written_out_once_a_row_with_values_of_their_own_type() -> None:
    whole = written_out(document.parse(FILE, "s.yaml"), MAIN)

    found = [members(each) for each in items(members(whole.data)["scenarios"])]
    assert [each["scenario"] for each in found] == ["a/x/one", "a/x/two"]
    assert found[1]["expect"] == [{"called": {"operation": "create", "at_least": 1, "at_most": 2}}]


def test_a_mistake_is_shown_where_it_was_written() -> None:
    text = FILE.replace("operation: create", "operation: creat")

    problems = lint(document.parse(text, "s.yaml"), "a", KNOWN)

    assert [str(each) for each in problems] == [
        "s.yaml:11:9: there is no operation 'creat'. Did you mean 'create'?"
    ]


def test_a_name_that_no_row_has_is_refused() -> None:
    text = FILE.replace("$row.most", "$row.mots")

    with pytest.raises(UnknownName, match="mots"):
        written_out(document.parse(text, "s.yaml"), MAIN)
    assert "Did you mean 'most'?" in str(lint(document.parse(text, "s.yaml"), "a", KNOWN)[0])
