"""Which answers before the last one count, when a retry has made a step good."""

import pytest

from harness.exchange import Response
from harness.outcome import Status
from harness.workflow.engine.reports import ContractChecks
from tests.unit.workflow.conftest import Bench, answer

POLL = """\
workflows:
  - workflowId: main
    steps:
      - stepId: get
        operationId: getThing
        parameters: [{name: id, in: path, value: 1}]
        successCriteria: [{condition: $response.body#/status == 'UP'}]
        onFailure: [{name: again, type: retry, retryLimit: 3}]
"""
UP = answer(200, b'{"id": "1", "status": "UP"}')


def test_a_polled_answer_whose_body_breaks_the_contract_fails_the_case(bench: Bench) -> None:
    run = bench.run(POLL, [answer(200, b'{"id": 1, "status": "DOWN"}'), UP])

    assert len(run.requests) == 2
    assert run.report.status is Status.FAIL
    assert "contract.schema" in run.report.message


@pytest.mark.parametrize(
    ("mode", "expected"), [(ContractChecks.WARN, Status.WARN), (ContractChecks.OFF, Status.PASS)]
)
def test_it_is_told_or_not_as_asked(bench: Bench, mode: ContractChecks, expected: Status) -> None:
    answers = [answer(200, b'{"id": 1, "status": "DOWN"}'), UP]

    assert bench.run(POLL, answers, contract_checks=mode).report.status is expected


@pytest.mark.parametrize(
    "early",
    [
        pytest.param(answer(404), id="undocumented"),
        pytest.param(answer(429), id="busy"),
        pytest.param(answer(503, b"<p>later</p>", "text/html"), id="gateway"),
    ],
)
def test_what_a_gateway_says_or_nobody_has_documented_is_only_told(
    bench: Bench, early: Response
) -> None:
    openapi = bench.folder / "openapi.yaml"
    busy = "'503': {description: busy, content: {application/json: {}}}"
    openapi.write_text(openapi.read_text().replace("'503': {description: busy}", busy))

    run = bench.run(POLL, [early, UP])

    assert run.report.status is Status.WARN


def test_a_polled_answer_that_keeps_the_contract_is_as_good_as_none(bench: Bench) -> None:
    run = bench.run(POLL, [answer(200, b'{"id": "1", "status": "DOWN"}'), UP])

    assert run.report.status is Status.PASS
