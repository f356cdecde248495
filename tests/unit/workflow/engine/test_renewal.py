"""Session tokens are renewed a minute before they expire, and once after a 401."""

from collections.abc import Callable
from dataclasses import replace

from harness.exchange import Exchange, Request, Response
from harness.outcome import Status
from harness.workflow.cases import case_list as cases
from harness.workflow.engine import execute as engine
from harness.workflow.engine.reports import CaseReport, Context
from harness.workflow.engine.session import SessionCache
from tests.unit.workflow.conftest import Bench

BOOK = """\
workflows:
  - workflowId: token
    x-scope: session
    steps:
      - stepId: ask
        operationId: createThing
        requestBody: {contentType: application/json, payload: {}}
        successCriteria: [{condition: $statusCode == 201}]
        outputs: {token: $response.body#/id}
    outputs: {token: $steps.ask.outputs.token}
  - workflowId: use
    dependsOn: [token]
    parameters:
      - {name: Authorization, in: header, value: 'Bearer {$workflows.token.outputs.token}'}
    steps:
      - stepId: read
        operationId: listThings
        successCriteria: [{condition: $statusCode == 200}]
        onFailure:
          - {name: wait, type: retry, retryAfter: 3550, retryLimit: 1, criteria: [{condition: $statusCode == 503}]}
"""

Answers = Callable[[Request, int], Response]


def ok(status: int, body: bytes) -> Response:
    return Response(status, (("Content-Type", "application/json"),), body)


def run(bench: Bench, reads: list[int], lifetime: int = 3600) -> tuple[CaseReport, list[str]]:
    """Run `use` against a server whose n-th token is `tn`; return the tokens that were sent."""
    calls: list[str] = []
    script = iter(reads)

    def send(request: Request) -> Exchange:
        if request.method == "POST":
            calls.append("POST")
            number = calls.count("POST")
            body = b'{"id":"t%d","expires_in":%d}' % (number, lifetime)
            return Exchange(len(calls), request, ok(201, body))
        calls.append(dict(request.headers)["Authorization"])
        return Exchange(len(calls), request, ok(next(script), b"[]"))

    context = bench.context([])
    case = next(each for each in cases.expand(bench.book(BOOK)) if each.id == "use")
    limits = replace(context.limits, deadline_seconds=10_000, retry_after_cap_seconds=4_000)
    context = replace(context, send=send, limits=limits, session=SessionCache())
    return engine.run(case, context), calls


def test_a_token_is_asked_for_again_when_it_is_about_to_expire(bench: Bench) -> None:
    report, calls = run(bench, [503, 200])

    assert calls == ["POST", "Bearer t1", "POST", "Bearer t2"]
    assert report.status in (Status.PASS, Status.WARN)


def test_a_token_that_lives_longer_is_kept(bench: Bench) -> None:
    _, calls = run(bench, [503, 200], lifetime=7200)

    assert calls == ["POST", "Bearer t1", "Bearer t1"]


def test_a_401_in_the_middle_is_answered_by_one_renewal_and_told(bench: Bench) -> None:
    report, calls = run(bench, [401, 200])

    assert calls == ["POST", "Bearer t1", "POST", "Bearer t2"]
    assert report.status is Status.WARN
    told = next(each for each in report.checks if each.name == "read: token")
    assert told.actual == "401; token was run again"


def test_a_second_401_is_the_answer(bench: Bench) -> None:
    report, calls = run(bench, [401, 401])

    assert calls == ["POST", "Bearer t1", "POST", "Bearer t2"]
    assert report.status is Status.FAIL


def test_a_token_that_another_case_has_renewed_is_not_asked_for_again() -> None:
    cache: SessionCache[str] = SessionCache()
    cache.once("token", lambda: "old", keep=lambda _: True)
    cache.once("token", lambda: "new", keep=lambda _: True, is_stale=lambda found: found == "old")

    found = cache.once(
        "token", lambda: "newer", keep=lambda _: True, is_stale=lambda found: found == "old"
    )

    assert found == ("new", False)


def test_a_stopped_case_comes_to_its_teardown(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: main
    x-teardown: clean
    steps:
      - {stepId: one, operationId: listThings, successCriteria: [{condition: $statusCode == 200}]}
      - {stepId: two, operationId: listThings, successCriteria: [{condition: $statusCode == 200}]}
  - workflowId: clean
    steps:
      - {stepId: three, operationId: listThings, successCriteria: [{condition: $statusCode == 200}]}
"""
    answers = [ok(200, b"[]")] * 3

    def is_stopped() -> bool:
        return bool(bench.requests)

    report = bench.run(text, answers, is_stopped=is_stopped).report

    assert len(bench.requests) == 2
    assert report.status is Status.ERROR
    assert "the run was stopped" in report.message
    assert report.teardown is not None
    assert report.teardown.status is Status.PASS


def test_a_wait_ends_when_the_run_is_stopped(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: main
    steps:
      - stepId: one
        operationId: listThings
        successCriteria: [{condition: $statusCode == 201}]
        onFailure: [{name: again, type: retry, retryAfter: 100, retryLimit: 5}]
"""

    def is_stopped() -> bool:
        return len(bench.waits) > 3

    report = bench.run(text, [ok(200, b"[]")] * 6, is_stopped=is_stopped).report

    assert sum(bench.waits) == 1.0
    assert report.status is Status.ERROR
    assert "the run was stopped" in report.message


def test_contexts_that_cannot_be_stopped_wait_in_one_piece(bench: Bench) -> None:
    context: Context = bench.context([])

    assert context.is_stopped is None
