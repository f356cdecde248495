"""Notes on what Redocly respect reads otherwise; each construct here was run there."""

from pathlib import Path

import pytest

from harness.resources import shipped
from harness.workflow.document import parse
from harness.workflow.document.model import Severity
from harness.workflow.lint.check import lint
from harness.workflow.lint.portability import notes
from tests.unit.workflow.conftest import Bench

DOCUMENT = """\
workflows:
  - workflowId: w
    inputs: {type: object, properties: {s: {type: string}, n: {type: integer}, l: {type: array}}}
    steps:
      - stepId: s
        operationId: listThings
        STEP
"""


def told(bench: Bench, step: str) -> list[str]:
    """Return what is noted on a step, without the words that all notes begin with."""
    found = notes(bench.book(DOCUMENT.replace("STEP", step)))
    return [each.title.removeprefix("Redocly respect reads this otherwise: ") for each in found]


def of_criterion(bench: Bench, kind: str, condition: str) -> list[str]:
    context = "" if kind == "simple" else "context: $response.body, "
    return told(bench, f'successCriteria: [{{{context}type: {kind}, condition: "{condition}"}}]')


@pytest.mark.parametrize(
    ("kind", "condition", "word"),
    [
        ("simple", "($statusCode == 200)", "parentheses"),
        ("simple", "!$response.body#/gone", "parentheses"),
        ("simple", "$response.body.a == 1", "pointer"),
        ("simple", "$response.body#/a == null", "not null"),
        ("simple", "$response.body#/files == $inputs.l", "mere text"),
        ("regex", "^{$inputs.s}$", "does not replace"),
        ("regex", "(?i)up", "no flags"),
        ("jsonpath", "$.a", "into an array"),
        ("jsonpath", "$[?@.a == 1]", "into an array"),
        ("jsonpath", "$[?count(@.a[*]) == 1]", "into an array"),
        ("jsonpath", "$..[?$.a == 1]", "into an array"),
        ("jsonpath", "$..[?@.a == '{$inputs.s}']", "quotes of its own"),
        ("jsonpath", "$..[?match('{$inputs.s}', @.a)]", "quotes of its own"),
        ("jsonpath", "$..[?search(@.a, '{$inputs.s}')]", "quotes of its own"),
        ("xpath", "//a", "no XPath"),
    ],
)
def test_a_condition_that_is_read_otherwise_is_noted(
    bench: Bench, kind: str, condition: str, word: str
) -> None:
    found = of_criterion(bench, kind, condition)

    assert len(found) == 1
    assert word in found[0]


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("simple", "$statusCode == 200 || $statusCode != 201"),
        ("simple", "$response.body#/a == 'a (b) ! $response.body.c'"),
        ("regex", "^(a|b){2}$"),
        ("jsonpath", "$..[?@.a == 1]"),
        ("jsonpath", "$..items[?@.a == 1]"),
        ("jsonpath", "$[?count($..a) == 1]"),
        ("jsonpath", "$[?count($..a[?match(@, '[A-Z]@$')]) == 1]"),
        ("jsonpath", "$..[?@.a == 'x{$inputs.n}']"),
        ("jsonpath", "$..[?@.a == {$inputs.s}]"),
        ("jsonpath", "$..[?match(@.a, '[a-z]') && search('{$inputs.s}', @.a)]"),
        ("jsonpath", "$..[?search('{$inputs.l}', @.a)]"),
    ],
)
def test_a_condition_that_is_read_alike_is_not(bench: Bench, kind: str, condition: str) -> None:
    assert of_criterion(bench, kind, condition) == []


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ("outputs: {a: {context: $response.body, type: jsonpath, selector: $..a}}", "Selector"),
        ("outputs: {a: $request.body#/files}", "mere text"),
        ("parameters: [{name: page, in: query, value: {context: $inputs.s, type: regex, selector: a}}]", "Selector"),
        ("requestBody: {contentType: multipart/form-data, payload: {a: {b: 1}}}", "many parts"),
        ("requestBody: {contentType: multipart/form-data, payload: {a: b}, replacements: [{target: /a, value: 1}]}", "replace nothing"),
        ("onSuccess: [{name: a, type: end, criteria: [{condition: $inputs.n == 1}]}]", "no inputs"),
    ],
)  # fmt: skip
def test_a_part_of_a_step_that_is_read_otherwise_is_noted(
    bench: Bench, step: str, word: str
) -> None:
    found = told(bench, step)

    assert len(found) == 1
    assert word in found[0]


def test_what_stands_under_keys_of_our_own_is_not(bench: Bench) -> None:
    step = "x-successCriteria: [{condition: ($response.body#/files == null)}]"

    assert told(bench, step) == []


def test_a_format_that_ends_the_run_is_noted_where_it_stands(bench: Bench) -> None:
    text = DOCUMENT.replace("STEP", "").replace("{type: string}", "{type: string, format: date}")

    book = bench.book(text)

    assert [(each.source.line, each.severity) for each in notes(book)] == [(7, Severity.NOTE)]


def test_a_step_id_of_two_workflows_is_noted_at_both(bench: Bench) -> None:
    first = DOCUMENT.replace("STEP", "")
    second = first.partition("\n")[2].replace("workflowId: w", "workflowId: v")

    assert len(notes(bench.book(first + second))) == 2


def test_a_literal_in_another_case_than_the_schema_has_is_a_note(bench: Bench) -> None:
    step = "{stepId: s, operationId: getThing, parameters: [{name: id, in: path, value: x}], successCriteria: [{condition: $response.body#/status == 'up'}]}"

    found = lint(bench.book(f"workflows: [{{workflowId: w, steps: [{step}]}}]\n"))

    assert [(each.rule, each.severity) for each in found] == [("portability", Severity.NOTE)]


@pytest.mark.parametrize("path", sorted(shipped("workflows").glob("*.arazzo.yaml")))
def test_the_documents_that_ship_give_no_note(path: Path) -> None:
    assert notes(parse.load(path)) == ()
