"""`x-successCriteria`, `x-outputs` and `x-replacements`: read as the key they are named after."""

import pytest

from harness.outcome import Status
from harness.workflow.cases import case_list as cases
from harness.workflow.cases.plan import plan
from tests.unit.workflow.conftest import Bench, OneStep, answer

FORM = """\
workflows:
  - workflowId: w
    inputs: {type: object, properties: {id: {type: string, default: seven}, fax: {type: string}}}
    steps:
      - stepId: s
        operationId: sendFiles
        requestBody:
          contentType: multipart/form-data
          payload:
            request: '{"id": 1, "inner": {"list": [1, 2]}}'
            note: plain
          x-replacements: [REPLACEMENT]
"""


@pytest.mark.parametrize(("status", "expected"), [(200, Status.PASS), (202, Status.FAIL)])
def test_a_criterion_of_our_own_is_judged_like_any_other(
    one_step: OneStep, status: int, expected: Status
) -> None:
    run = one_step(
        "successCriteria: [{condition: $statusCode < 300}]\n"
        "x-successCriteria: [{condition: $statusCode == 200}]",
        answer(status, b"[]"),
    )

    assert run.report.status is expected
    assert [check.name for check in run.report.checks if check.name.startswith("s: $")] == [
        "s: $statusCode < 300",
        "s: $statusCode == 200",
    ]


def test_an_output_of_our_own_stands_in_for_the_one_of_its_name(bench: Bench) -> None:
    run = bench.run(
        """\
workflows:
  - workflowId: w
    steps:
      - stepId: s
        operationId: listThings
        outputs: {id: $response.body#/0/id, page: $statusCode}
        x-outputs: {id: {context: $response.body#/1/id, type: regex, selector: '[^_]+$'}}
    outputs: {id: $steps.s.outputs.id, page: $steps.s.outputs.page}
""",
        [answer(body=b'[{"id": "a_b"}, {"id": "c_d"}]')],
    )

    assert run.report.outputs == {"id": "d", "page": 200}


@pytest.mark.parametrize(
    ("replacement", "sent"),
    [
        ("{target: /request/id, value: $inputs.id}", b'{"id":"seven","inner":{"list":[1,2]}}'),
        ("{target: /request/inner/list/1, value: 3}", b'{"id":1,"inner":{"list":[1,3]}}'),
        ("{target: /request/fax, value: $inputs.fax}", b'{"id": 1, "inner": {"list": [1, 2]}}'),
        ("{target: /request, value: {id: 2}}", b'{"id":2}'),
        ("{target: /note, value: other}", b"other"),
    ],
)
def test_a_replacement_reaches_into_a_part_of_a_form(
    bench: Bench, replacement: str, sent: bytes
) -> None:
    run = bench.run(FORM.replace("REPLACEMENT", replacement), [answer()])

    assert run.report.status is Status.PASS
    assert b"\r\n\r\n" + sent + b"\r\n--" in run.requests[0].body
    assert b"Content-Type: application/json" in run.requests[0].body


@pytest.mark.parametrize(
    ("replacement", "told"),
    [
        ("{target: /nothing/id, value: 1}", "/nothing/id is no JSON pointer to a part of the form"),
        ("{target: $.request.id, targetSelectorType: jsonpath, value: 1}", "is no JSON pointer"),
        ("{target: /note/id, value: 1}", "the payload is not JSON"),
        ("{target: /request/no/way, value: 1}", "/no/way leads nowhere in the payload"),
    ],
)
def test_a_replacement_that_leads_nowhere_is_an_error(
    bench: Bench, replacement: str, told: str
) -> None:
    run = bench.run(FORM.replace("REPLACEMENT", replacement))

    assert run.report.status is Status.ERROR
    assert told in run.report.checks[0].actual
    assert run.requests == []


@pytest.mark.parametrize(
    ("written", "rule", "title"),
    [
        ("x-succesCriteria: []", "unknown-key", "'x-succesCriteria' is not an extension"),
        ("x-successCriteria: [{conditon: 1 == 1}]", "unknown-key", "a criterion has no 'conditon'"),
        ("x-successCriteria: [{condition: $steps.no.outputs.x == 1}]", "unknown-step", "'no'"),
        ("x-outputs: {id: 5}", "schema", "an output must be an expression"),
        ("x-replacements: []", "unknown-key", "'x-replacements' has no meaning on a step"),
    ],
)
def test_keys_of_our_own_are_linted_like_the_standard_ones(
    bench: Bench, written: str, rule: str, title: str
) -> None:
    step = f"{{stepId: s, operationId: listThings, {written}}}"

    found = bench.lint(f"workflows: [{{workflowId: w, steps: [{step}]}}]\n")

    assert [each.rule for each in found if title in each.title] == [rule]


def test_the_plan_leaves_out_the_replacements_that_nobody_gave_a_value(bench: Bench) -> None:
    two = "{target: /request/id, value: $inputs.id}, {target: /request/fax, value: $inputs.fax}"

    lines = plan(cases.expand(bench.book(FORM.replace("REPLACEMENT", two)))[0], {}, {})

    assert [line.strip() for line in lines if "with /" in line] == ["with /request/id = seven"]
