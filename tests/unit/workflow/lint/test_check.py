import pytest

from harness.workflow.document.model import Severity
from harness.workflow.engine import render
from tests.unit.workflow.conftest import HEAD, Bench

GOOD = """\
workflows:
  - workflowId: w
    inputs: {type: object, properties: {id: {type: string, default: x}}}
    steps:
      - stepId: list
        operationId: listThings
        outputs: {id: $response.body#/0/id}
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: $steps.list.outputs.id}]
        successCriteria: [{condition: $response.body#/status == 'UP'}]
        onFailure: [{name: again, type: retry}]
    outputs: {id: $steps.list.outputs.id}
"""


def test_a_good_document_has_no_findings(bench: Bench) -> None:
    assert bench.lint(GOOD) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "advice"),
    [
        ("successCriteria:", "sucessCriteria:", "unknown-key", "Did you mean 'successCriteria'?"),
        ("stepId: list", "stepID: list", "unknown-key", "Did you mean 'stepId'?"),
        ("operationId: listThings", "operationId: listThngs", "unknown-operation", "Did you mean 'listThings'?"),
        ("operationId: listThings", "operationId: $sourceDescriptions.thngs.listThings", "unknown-operation", "Did you mean 'things'?"),
        ("operationId: listThings", "operationPath: '{$sourceDescriptions.things.url}#/paths/~1nope/get'", "unknown-operation", "Did you mean"),
        ("operationId: listThings", "workflowId: nope", "unknown-workflow", "Known: w."),
        ("operationId: listThings", "description: nothing", "schema", "It has none of them."),
        ("operationId: listThings", "operationId: listThings\n        workflowId: w", "schema", "operationId and workflowId"),
        ("$steps.list.outputs.id}]", "$steps.lst.outputs.id}]", "unknown-step", "Did you mean 'list'?"),
        ("$steps.list.outputs.id}]", "$steps.list.outputs.idd}]", "unknown-output", "Did you mean 'id'?"),
        ("$steps.list.outputs.id}]", "$inputs.idd}]", "unknown-input", "Did you mean 'id'?"),
        ("$steps.list.outputs.id}]", "$input.id}]", "expression", ""),
        ("$steps.list.outputs.id}]", "$response.body#/id}]", "no-response", ""),
        ("$steps.list.outputs.id}]", "$steps.get.outputs.x}]", "unknown-output", ""),
        ("$steps.list.outputs.id}]", "$workflows.zz.outputs.id}]", "unknown-workflow", "Known: w."),
        ("$steps.list.outputs.id}]", "$components.parameters.x}]", "unknown-component", ""),
        ("name: id, in: path", "name: ident, in: path", "missing-parameter", "Add a parameter"),
        ("name: id, in: path", "name: ident, in: path", "unknown-parameter", "Known: id."),
        ("name: id, in: path", "name: id", "schema", "Add 'in: query'"),
        ("name: id, in: path", "name: id, in: body", "schema", ""),
        ("type: retry", "type: retri", "schema", "Did you mean 'retry'?"),
        ("type: retry", "type: goto", "schema", ""),
        ("type: retry", "type: goto, stepId: lst", "unknown-step", "Did you mean 'list'?"),
        ("type: retry", "type: retry, retryLimit: -1", "schema", ""),
        ("type: retry", "type: retry, retryAfter: soon", "schema", ""),
        ("type: retry", "type: retry, x-pol: {}", "unknown-key", "Did you mean 'x-poll'?"),
        ("type: retry", "type: retry, x-poll: {backof: 2}", "schema", "Known: backoff"),
        ("== 'UP'", "= 'UP'", "condition", ""),
        ("$response.body#/status == 'UP'", "$.status, type: jsonpath", "schema", "Add 'context"),
        ("== 'UP'", "== 'UPP'", "literal", "Did you mean 'UP'?"),
        ("    steps:", "    dependsOn: [ww]\n    steps:", "unknown-workflow", "Did you mean 'w'?"),
        ("    steps:", "    x-env: {idd: ID}\n    steps:", "unknown-input", "Did you mean 'id'?"),
        ("    steps:", "    x-cases: {matrix: {id: [a]}, exclude: [{idd: a}]}\n    steps:", "cases", "Did you mean 'id'?"),
        ("    steps:", "    x-cases: {rows: [{id: a, skip: true}]}\n    steps:", "cases", ""),
        ("    steps:", "    x-cases: {rows: [{id: a, mark: [b]}]}\n    steps:", "cases", "Did you mean 'marks'?"),
        ("successCriteria:", "requestBody: {x-files: {f: {pth: a}}}\n        successCriteria:", "schema", "Did you mean 'path'?"),
        ("successCriteria:", "requestBody: {x-files: {f: 7}}\n        successCriteria:", "schema", ""),
        ("$response.body#/status == 'UP'", "'$.[', context: $response.body, type: jsonpath", "condition", ""),
        ("$response.body#/status == 'UP'", "'(', context: $response.body, type: regex", "condition", ""),
        ("$response.body#/status == 'UP'", "'((', context: $response.body, type: xpath", "condition", ""),
        ("$response.body#/status == 'UP'", "x, context: $response.bdy, type: regex", "condition", ""),
        ("outputs: {id: $steps.list", "outputs: {no: constant, id: $steps.list", "expression", ""),
        ("workflowId: w\n", "workflowId: w\n    dependsOn: [q]\n", "unknown-workflow", "Known: w."),
        ("workflowId: w\n", "workflowId: w\n    x-teardown: q\n", "unknown-workflow", ""),
        ("workflowId: w\n", "workflowId: w\n    x-scope: global\n", "schema", ""),
        ("workflowId: w\n", "workflowId: w\n    x-env: {nope: VAR}\n", "unknown-input", ""),
        ("workflowId: w\n", "workflowId: w\n    x-cases: {rows: [{idd: 1}]}\n", "cases", "Did you mean 'id'?"),
        ("workflowId: w\n", "workflowId: w\n    x-arazo: 1\n    x-poll: {}\n", "unknown-key", "failure action"),
        ("type: object, properties", "type: objct, properties", "inputs", ""),
        ("stepId: get", "stepId: list", "schema", "another name"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_its_line(
    bench: Bench, old: str, new: str, rule: str, advice: str
) -> None:
    assert old in GOOD

    found = [each for each in bench.lint(GOOD.replace(old, new, 1)) if each.rule == rule]

    assert found
    assert any(advice in each.advice for each in found)
    assert all(each.source.line > 4 and each.line for each in found)
    assert found[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("#/status == 'UP'", "#/staus == 'UP'", "pointer"),
        ("#/status == 'UP'", "#/status/deep == 'UP'", "pointer"),
        ("== 'UP'", "== 'UPP' || $statusCode == 503", "literal"),
        ("$response.body#/0/id", "'$response.body[0].id'", "pointer"),
        ("$response.body#/status == 'UP'", "'$[?@.status == ''UP'']', context: $response.body, type: jsonpath", "jsonpath"),
        ("$response.body#/status == 'UP'", "'$[?count(@.items) > 0]', context: $response.body, type: jsonpath", "jsonpath"),
        ("outputs: {id: $response.body#/0/id}", "onSuccess: [{name: e, type: end}]\n        outputs: {id: $response.body#/0/id}", "unreachable"),
        ("in: path, value", "in: path, x-oai-x: 1, value", "reserved"),
        ("parameters: [{name: id", "parameters: [{name: zz, in: query, value: 1}, {name: id", "unknown-parameter"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_a_warning(bench: Bench, old: str, new: str, rule: str) -> None:
    assert old in GOOD

    found = [each for each in bench.lint(GOOD.replace(old, new, 1)) if each.rule == rule]

    assert found
    assert {each.severity for each in found} == {Severity.WARNING}


def test_a_forward_reference_is_found(bench: Bench) -> None:
    text = GOOD.replace(
        "operationId: listThings",
        "operationId: listThings\n        parameters: [{name: page, in: query, value: $steps.get.outputs.x}]",
    )
    text = text.replace("onFailure: [{name: again, type: retry}]", "outputs: {x: $statusCode}")

    assert "forward-reference" in {each.rule for each in bench.lint(text)}


def test_a_missing_body_is_found(bench: Bench) -> None:
    text = "workflows: [{workflowId: w, steps: [{stepId: s, operationId: createThing}]}]"

    assert [each.rule for each in bench.lint(text)] == ["missing-body"]


def test_a_payload_that_looks_like_an_expression_is_noted(bench: Bench) -> None:
    text = "workflows: [{workflowId: w, steps: [{stepId: s, operationId: createThing, requestBody: {payload: {a: $input.x}}}]}]"

    found = bench.lint(text)

    assert [(each.rule, each.severity) for each in found] == [("literal", Severity.WARNING)]


def test_a_file_that_is_not_there_is_found(bench: Bench) -> None:
    text = "workflows: [{workflowId: w, steps: [{stepId: s, operationId: sendFiles, requestBody: {x-files: {f: gone.pdf}}}]}]"

    assert [each.rule for each in bench.lint(text)] == ["file"]


def test_inputs_of_a_called_workflow_are_checked(bench: Bench) -> None:
    text = """\
workflows:
  - {workflowId: a, steps: [{stepId: s, workflowId: b, parameters: [{name: idd, value: 1}]}]}
  - workflowId: b
    inputs: {type: object, required: [id], properties: {id: {type: integer}}}
    steps: [{stepId: s, operationId: listThings}]
"""

    assert {each.rule for each in bench.lint(text)} == {"unknown-input", "missing-input"}


def test_a_source_that_cannot_be_used_is_found(bench: Bench) -> None:
    for url, problem in (
        ("./gone.yaml", "there is no file"),
        ("https://example.test/openapi.yaml", "from which nothing is fetched"),
        ("../../outside.yaml", "lies outside the project"),
        ("./flow.arazzo.yaml", "names no version"),
    ):
        text = (HEAD + GOOD).replace("./openapi.yaml", url)
        found = [each for each in bench.lint(text) if each.rule == "source"]
        assert problem in found[0].title


def test_everything_is_found_at_once(bench: Bench) -> None:
    text = (
        GOOD.replace("listThings", "listThngs")
        .replace("== 'UP'", "= 'UP'")
        .replace("type: retry", "type: retri")
    )

    assert {"unknown-operation", "condition", "schema"} <= {each.rule for each in bench.lint(text)}


def test_a_finding_is_shown_with_its_line_and_a_caret(bench: Bench) -> None:
    found = bench.lint(GOOD.replace("listThings", "listThngs"))[0]

    assert render.finding(found).split("\n")[2:] == [
        "  |         operationId: listThngs",
        "  |                      ^",
        "  advice: Did you mean 'listThings'?",
    ]
    assert render.finding(found).startswith("error: there is no operation 'listThngs'\n  --> ")


def test_a_message_has_at_most_fifteen_lines(bench: Bench) -> None:
    run = bench.run(GOOD, [])

    assert 0 < len(run.report.message.split("\n")) <= 15


@pytest.mark.parametrize("place", ["info", "workflow", "step"])
def test_words_for_readers_may_be_empty(bench: Bench, place: str) -> None:
    """They are strings in the specification, and nothing else; what names something is not."""
    words = {each: ", description: ''" if each == place else "" for each in ("workflow", "step")}
    info = "{title: '', summary: '', description: '', version: ''}"
    text = HEAD.replace("{title: T, version: '1'}", info) if place == "info" else HEAD
    step = f"{{stepId: s, operationId: listThings{words['step']}}}"

    found = bench.lint(f"{text}workflows: [{{workflowId: w, steps: [{step}]{words['workflow']}}}]")

    assert found == ()


ECHOING = """\
workflows:
  - workflowId: w
    inputs: {type: object, required: [name], properties: {name: {type: string}}}
    x-cases: {rows: [{name: a}, {name: b}]}
    steps:
      - stepId: make
        operationId: createThing
        requestBody: {contentType: application/json, payload: {name: $inputs.name}}
        successCriteria: [{condition: $statusCode == 201}]
        outputs: {id: $response.body#/id}
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: $steps.make.outputs.id}]
    outputs: {id: $steps.make.outputs.id}
  - workflowId: other
    dependsOn: [w]
    steps:
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: $workflows.w.outputs.id}]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("in: path, value: $steps", "in: pth, value: $steps"),
        ("in: path, value: $steps", "in: body, value: $steps"),
        ("name: id, in: path, value: $steps", "nme: id, in: path, value: $steps"),
        ("stepId: make", "stepId: get"),
        ("stepId: make", "stpId: make"),
        ("stepId: make", "stepId: mke"),
        ("workflowId: other", "workflowId: w"),
        ("workflowId: w", "workfowId: w"),
        ("operationId: createThing", "operatonId: createThing"),
        ("operationId: createThing", "operationId: createThng"),
        ("condition: $statusCode", "conditon: $statusCode"),
        ("outputs: {id: $response", "output: {id: $response"),
        ("properties: {name:", "properties: {nam:"),
        ("inputs: {type", "input: {type"),
        ("dependsOn: [w]", "dependsOn: [v]"),
        ("requestBody:", "requestBdy:"),
        ("parameters: [{name: id, in: path, value: $steps", "parameter: [{name: id, in: path, value: $steps"),
        ("steps:\n      - stepId: make", "step:\n      - stepId: make"),
        ("x-cases: {rows: [{name: a}, {name: b}]}", "x-cases: {id: '{x}', rows: [{name: a}, {name: b}]}"),
    ],
)  # fmt: skip
def test_one_mistake_gives_one_message(bench: Bench, old: str, new: str) -> None:
    assert old in ECHOING

    found = bench.lint(ECHOING.replace(old, new, 1))

    assert [each.title for each in found if each.severity is Severity.ERROR] == [found[0].title]
    assert len(found) == 1


def test_what_is_there_twice_is_shown_at_both_places(bench: Bench) -> None:
    found = bench.lint(ECHOING.replace("stepId: get", "stepId: make", 1))

    assert found[0].source.line == 15
    assert "the other stands at" in found[0].title
    assert found[0].title.endswith("flow.arazzo.yaml:10:9")


def test_what_is_unknown_is_told_once_with_its_other_places(bench: Bench) -> None:
    found = bench.lint(ECHOING.replace("stepId: make", "stepId: mke", 1))

    assert found[0].advice == "Did you mean 'mke'? The same in line 18."


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param("[{name: q, in: querystring, value: a=1}]", [], id="alone"),
        pytest.param(
            "[{name: q, in: querystring, value: a=1}, {name: h, in: header, value: b}]",
            [],
            id="with-a-header",
        ),
        pytest.param(
            "[{name: page, in: query, value: 1}, {name: q, in: querystring, value: a=1}]",
            ["a querystring excludes query parameters"],
            id="with-a-query",
        ),
        pytest.param(
            "[{name: q, in: querystring, value: a=1}, {name: r, in: querystring, value: b=1}]",
            ["there can be one querystring alone"],
            id="twice",
        ),
    ],
)
def test_a_querystring_is_the_whole_of_a_query(
    bench: Bench, parameters: str, expected: list[str]
) -> None:
    text = (
        "workflows: [{workflowId: w, steps: [{stepId: s, operationId: listThings,"
        f" parameters: {parameters}}}]}}]\n"
    )

    found = bench.lint(text)

    assert [each.title for each in found if each.severity is Severity.ERROR] == expected
