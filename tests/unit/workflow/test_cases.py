import pytest

from harness.errors import DocumentError, UnknownName
from harness.workflow import cases
from tests.unit.workflow.conftest import Bench

INPUTS = """\
    inputs:
      type: object
      required: [payer]
      properties:
        payer: {type: string, enum: [A, B, C, D]}
        count: {type: integer, minimum: 1, default: 1}
        urgent: {type: boolean}
    steps: [{stepId: s, operationId: listThings}]
"""


def flow(rows: str) -> str:
    indented = "".join(f"      {line}\n" for line in rows.strip("\n").split("\n"))
    return (
        f"workflows:\n  - workflowId: flow\n    summary: A flow\n    x-cases:\n{indented}{INPUTS}"
    )


def ids(bench: Bench, rows: str) -> list[str]:
    return [case.id for case in cases.expand(bench.book(flow(rows)))]


def test_a_matrix_gives_every_combination(bench: Bench) -> None:
    assert ids(bench, "matrix: {payer: [A, B], count: [1, 2]}") == [
        "flow/A-1",
        "flow/A-2",
        "flow/B-1",
        "flow/B-2",
    ]


def test_an_axis_with_one_value_is_not_named(bench: Bench) -> None:
    assert ids(bench, "matrix: {payer: [A, B], count: [2]}") == ["flow/A", "flow/B"]


def test_rows_are_added_and_combinations_taken_out(bench: Bench) -> None:
    rows = "matrix: {payer: [A, B], count: [1, 2]}\nexclude: [{payer: A}, {payer: B, count: 1}]\ninclude: [{id: special, payer: C}]"

    assert ids(bench, rows) == ["flow/B-2", "flow/special"]


def test_an_id_can_be_made_of_the_row(bench: Bench) -> None:
    assert ids(bench, "id: 'api/{payer}/{count}'\nrows: [{payer: A}, {payer: B, count: 3}]") == [
        "api/A/1",
        "api/B/3",
    ]


def test_a_row_carries_what_the_test_run_needs(bench: Bench) -> None:
    rows = """\
title: 'For {payer}'
requirements: [R1]
rows:
  - {id: x, payer: A, marks: [slow], skip: later, xfail: known, requirements: [R2]}
"""

    case = cases.expand(bench.book(flow(rows)))[0]

    assert (case.id, case.title, case.requirements) == ("flow/x", "For A", ("R1", "R2"))
    assert (case.marks, case.skip, case.xfail) == (("slow",), "later", "known")
    assert case.inputs == {"payer": "A"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.yaml", "- {payer: A, count: 2}\n- {payer: B}\n"),
        ("rows.yaml", "rows:\n  - {payer: A, count: 2}\n  - {payer: B}\n"),
        ("rows.json", '[{"payer": "A", "count": 2}, {"payer": "B"}]'),
        ("rows.csv", "payer,count\nA,2\nB,\n"),
    ],
)
def test_rows_can_stand_in_a_file(bench: Bench, name: str, content: str) -> None:
    (bench.folder / name).write_text(content, encoding="utf-8")

    found = cases.expand(bench.book(flow(f"file: {name}")))

    assert [case.inputs for case in found] == [{"payer": "A", "count": 2}, {"payer": "B"}]


@pytest.mark.parametrize(
    ("rows", "problem", "line"),
    [
        ("rows: [{payr: A, payer: A}]", "have no 'payr'", 9),
        ("rows: [{payer: Z}]", "'Z' is not one of", 9),
        ("rows:\n  - {payer: A}\n  - {payer: B, count: 0}", "less than the minimum", 11),
        ("rows: [{count: 1}]", "'payer' is a required property", 9),
        ("matrix: {payer: [A, Q]}", "'Q' is not one of", 9),
        ("rows: [{payer: A}, {payer: A}]", "two cases are called 'flow/A'", 9),
        ("rowz: []", "x-cases has no 'rowz'", 9),
        ("rows: {payer: A}", "must be an array", 9),
        ("rows: [A]", "must be an object", 9),
        ("matrix: {payer: []}", "with values", 9),
        ("id: '{nope}'\nrows: [{payer: A}]", "no row value is called 'nope'", 10),
        ("rows: []", "gives no row", 6),
        ("file: gone.yaml", "there is no file", 9),
        ("file: ../outside.yaml", "lies outside", 9),
    ],
)
def test_what_is_wrong_with_a_row_has_its_line(
    bench: Bench, rows: str, problem: str, line: int
) -> None:
    book = bench.book(flow(rows))

    with pytest.raises(DocumentError) as caught:
        cases.expand(book)

    assert any(problem in each.title for each in cases.problems(book))
    assert caught.value.source is not None
    assert caught.value.source.line == line


def test_a_file_of_rows_is_blamed_at_its_own_line(bench: Bench) -> None:
    (bench.folder / "rows.csv").write_text("payer,count\nA,2\nZ,1\n", encoding="utf-8")

    source = cases.problems(bench.book(flow("file: rows.csv")))[0].source

    assert source.path.endswith("rows.csv")
    assert source.line == 3


def test_a_matrix_is_bounded(bench: Bench) -> None:
    axes = ", ".join(f"{name}: {list(range(200))}" for name in ("payer", "count", "urgent"))

    assert (
        "more than 10,000 rows" in cases.problems(bench.book(flow(f"matrix: {{{axes}}}")))[0].title
    )


def test_without_rows_there_is_one_case(bench: Bench) -> None:
    text = f"workflows:\n  - workflowId: flow\n{INPUTS}"

    assert [(case.id, dict(case.inputs)) for case in cases.expand(bench.book(text))] == [
        ("flow", {})
    ]


SERVANTS = """\
workflows:
  - {workflowId: token, x-scope: session, steps: [{stepId: s, operationId: listThings}]}
  - {workflowId: needed, steps: [{stepId: s, operationId: listThings}]}
  - {workflowId: clean, steps: [{stepId: s, operationId: listThings}]}
  - {workflowId: main, dependsOn: [needed], x-teardown: clean, steps: [{stepId: s, workflowId: called}]}
  - {workflowId: called, steps: [{stepId: s, operationId: listThings}]}
"""


def test_workflows_that_serve_others_make_no_cases(bench: Bench) -> None:
    assert [case.id for case in cases.expand(bench.book(SERVANTS))] == ["main"]


def test_any_workflow_can_be_chosen(bench: Bench) -> None:
    assert [case.id for case in cases.expand(bench.book(SERVANTS), "clean")] == ["clean"]


def test_a_workflow_that_does_not_exist_is_refused(bench: Bench) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'clean'"):
        cases.expand(bench.book(SERVANTS), "cleen")
