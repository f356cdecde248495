import pytest

from harness.errors import DocumentError, UnknownName
from harness.workflow.cases import case_list as cases
from harness.workflow.document import parse
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
        ("id: '{nope}'\nrows: [{payer: A}]", "no input of 'flow' is called 'nope'", 9),
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


STEPS = "inputs: {type: object, properties: {v: {type: string}}}, steps: [{stepId: s, operationId: listThings}]"
ROW = "  - {{workflowId: {0}, x-cases: {{id: '{1}', rows: [{{v: {2}}}]}}, {3}}}\n"


def two(first: tuple[str, str], second: tuple[str, str]) -> str:
    rows = (ROW.format(name, *each, STEPS) for name, each in (("one", first), ("two", second)))
    return "workflows:\n" + "".join(rows)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (two(("{v}", "x"), ("{v}", "x")), "x"),
        (two(("{v}", "a b"), ("{v}", "a_b")), "a_b"),
        (two(("two/x", "x"), ("", "x")), "two/x"),
        (two(("{v}", "y" * 250), ("{v}", "y" * 251)), "y" * 200),
        (
            two(("{v}", "three"), ("{v}", "other")) + f"  - {{workflowId: three, {STEPS}}}\n",
            "three",
        ),
    ],
)
def test_two_workflows_of_a_document_never_share_a_case_id(
    bench: Bench, text: str, name: str
) -> None:
    book = bench.book(text)

    with pytest.raises(DocumentError) as caught:
        cases.expand(book)

    found = cases.problems(book)
    assert [f"two cases are called '{name}'" in each.title for each in found] == [True]
    assert caught.value.source == found[0].source
    assert f"flow.arazzo.yaml:{found[0].source.line}:" in str(caught.value)
    assert f"the other stands at {bench.folder}/flow.arazzo.yaml:6:" in str(caught.value)


def test_an_id_that_cleaning_changed_is_shown_as_it_was_written(bench: Bench) -> None:
    found = cases.problems(bench.book(two(("{v}", "a b"), ("{v}", "a_b"))))

    assert "two cases are called 'a_b' (written 'a b')" in found[0].title


def test_cases_of_two_documents_never_share_an_id(bench: Bench) -> None:
    text = f"workflows:\n  - {{workflowId: w, {STEPS}}}\n"
    first = cases.expand(parse.load(bench.write(text, "a.arazzo.yaml")))
    second = cases.expand(parse.load(bench.write(text, "b.arazzo.yaml")))

    with pytest.raises(DocumentError, match=r"b\.arazzo\.yaml:6:.*a\.arazzo\.yaml:6:"):
        cases.refuse_shared_ids((*first, *second))


@pytest.mark.parametrize("template", ["$inputs.payer", "{$inputs.payer}", "{payer}"])
def test_an_input_can_be_named_in_any_spelling(bench: Bench, template: str) -> None:
    rows = f"id: '{template}'\ntitle: '{template}'\nrows: [{{payer: A}}, {{payer: B}}]"

    found = cases.expand(bench.book(flow(rows)))

    assert [(each.id, each.title) for each in found] == [("A", "A"), ("B", "B")]


@pytest.mark.parametrize("template", ["{nope}", "$inputs.nope", "x/{$inputs.nope}"])
def test_a_slot_that_names_nothing_is_told_once(bench: Bench, template: str) -> None:
    found = bench.lint(flow(f"id: '{template}'\nrows: [{{payer: A}}, {{payer: B}}]"))

    assert [each.title for each in found] == ["no input of 'flow' is called 'nope'"]


@pytest.mark.parametrize("template", ["$steps.s.outputs.x", "{$response.body#/id}", "$statusCode"])
def test_an_id_cannot_wait_for_the_run(bench: Bench, template: str) -> None:
    found = bench.lint(flow(f"id: '{template}'\nrows: [{{payer: A}}, {{payer: B}}]"))

    assert [each.title for each in found] == [f"'{template.strip('{}')}' is not known before a run"]
