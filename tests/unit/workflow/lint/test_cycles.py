import pytest

from harness.workflow.document.model import Severity
from tests.unit.workflow.conftest import Bench

STEP = "{stepId: s, operationId: listThings}"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        pytest.param(
            f"workflows: [{{workflowId: a, dependsOn: [a], steps: [{STEP}]}}]",
            "a -> a",
            id="itself",
        ),
        pytest.param(
            f"workflows: [{{workflowId: a, dependsOn: [b], steps: [{STEP}]}},"
            f" {{workflowId: b, dependsOn: [a], steps: [{STEP}]}}]",
            "a -> b -> a",
            id="each-other",
        ),
        pytest.param(
            "workflows: [{workflowId: a, steps: [{stepId: c, workflowId: b}]},"
            f" {{workflowId: b, dependsOn: [a], steps: [{STEP}]}}]",
            "a -> b -> a",
            id="call",
        ),
    ],
)
def test_workflows_that_need_each_other_are_told(bench: Bench, text: str, way: str) -> None:
    found = [each for each in bench.lint(text) if each.rule == "cycle"]

    assert found[0].title == f"workflow 'a' needs itself: {way}"
    assert {each.severity for each in found} == {Severity.ERROR}


def test_a_call_that_a_condition_may_prevent_is_no_cycle(bench: Bench) -> None:
    last = "onSuccess: [{name: e, type: end, criteria: [{condition: $statusCode == 201}]}]"
    text = (
        "workflows: [{workflowId: a, steps: "
        f"[{{stepId: s, operationId: listThings, {last}}}, {{stepId: c, workflowId: a}}]}}]"
    )

    assert bench.lint(text) == ()


INNER = """\
arazzo: 1.0.1
info: {title: I, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: ./openapi.yaml}]
workflows:
  - workflowId: inner
    steps: [{stepId: s, operationId: listThngs}]
"""
OUTER = """\
arazzo: 1.0.1
info: {title: O, version: '1'}
sourceDescriptions: [{name: in, type: arazzo, url: ./inner.arazzo.yaml}]
workflows:
  - workflowId: outer
    steps: [{stepId: c, workflowId: $sourceDescriptions.in.inner}]
"""


def test_an_error_of_an_included_document_is_told_with_its_place(bench: Bench) -> None:
    bench.write(INNER, "inner.arazzo.yaml")

    (found,) = bench.lint(OUTER)

    assert found.title == "there is no operation 'listThngs'"
    assert found.source.path.endswith("inner.arazzo.yaml")
    assert found.source.line == 6


def test_documents_that_include_each_other_are_told(bench: Bench) -> None:
    bench.write(OUTER.replace("inner.arazzo", "flow.arazzo"), "inner.arazzo.yaml")

    titles = [each.title for each in bench.lint(OUTER)]

    assert "the source 'in' cannot be used: it includes itself" in titles


def test_a_workflow_that_nothing_runs_before_cannot_be_referred_to(bench: Bench) -> None:
    text = (
        "workflows: [{workflowId: a, steps: [{stepId: s, operationId: getThing,"
        " parameters: [{name: id, in: path, value: $workflows.b.outputs.x}]}]},"
        " {workflowId: b, steps: [{stepId: s, operationId: listThings, outputs: {x: $statusCode}}],"
        " outputs: {x: $steps.s.outputs.x}}]"
    )

    (found,) = bench.lint(text)

    assert (found.rule, found.severity) == ("not-run", Severity.ERROR)


def test_a_step_dependency_is_written_as_the_specification_has_it(bench: Bench) -> None:
    text = (
        f"workflows: [{{workflowId: a, steps: [{STEP},"
        " {stepId: t, operationId: listThings, dependsOn: [$steps.s]}]}]"
    )

    (found,) = bench.lint(text)

    assert found.title == "'$steps.s' is no step"
