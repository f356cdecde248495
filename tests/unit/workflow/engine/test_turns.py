"""Who runs a shared workflow, whichever thread is faster."""

from dataclasses import replace
from pathlib import Path

from harness.workflow.cases.case_list import expand
from harness.workflow.document.parse import load
from harness.workflow.engine.turns import turns

BOOK = """\
arazzo: 1.0.1
info: {title: Turns, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: things.yaml}]
workflows:
  - {workflowId: key, x-scope: session, steps: [{stepId: k, operationId: get}]}
  - {workflowId: token, x-scope: session, dependsOn: [key], steps: [{stepId: t, operationId: get}]}
  - {workflowId: room, dependsOn: [token], steps: [{stepId: r, operationId: get}]}
  - {workflowId: alone, x-cases: {rows: [{}]}, steps: [{stepId: a, operationId: get}]}
  - {workflowId: first, x-cases: {matrix: {n: [1, 2]}}, dependsOn: [key], inputs: {properties: {n: {type: integer}}}, steps: [{stepId: f, operationId: get}]}
  - {workflowId: second, x-cases: {matrix: {n: [1, 2]}}, dependsOn: [room], inputs: {properties: {n: {type: integer}}}, steps: [{stepId: s, operationId: get}]}
"""
THINGS = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: 'http://127.0.0.1:1'}]
paths: {/things: {get: {operationId: get, responses: {'200': {description: ok}}}}}
"""


def test_the_first_of_all_that_share_a_workflow_runs_it(tmp_path: Path) -> None:
    (tmp_path / "book.arazzo.yaml").write_text(BOOK)
    (tmp_path / "things.yaml").write_text(THINGS)
    cases = expand(load(tmp_path / "book.arazzo.yaml"))
    alone, one, other, token, last = (case.id for case in cases)

    assert turns(cases) == {
        alone: frozenset(),
        one: frozenset(),
        other: frozenset({one}),
        token: frozenset({one}),
        last: frozenset({one, token}),
    }


def test_a_case_that_is_skipped_runs_nothing_for_others(tmp_path: Path) -> None:
    (tmp_path / "book.arazzo.yaml").write_text(BOOK)
    (tmp_path / "things.yaml").write_text(THINGS)
    alone, one, other, *_ = expand(load(tmp_path / "book.arazzo.yaml"))

    assert turns((alone, replace(one, skip="not now"), other)) == {
        alone.id: frozenset(),
        other.id: frozenset(),
    }
