"""What a failure says was expected and what came."""

import pytest

from harness.exchange import Response
from harness.outcome import Status
from harness.workflow.language.conditions import condition
from harness.workflow.language.criteria import explain
from harness.workflow.language.scope import Received, Scope
from tests.unit.workflow.conftest import OneStep, answer

SCOPE = Scope(
    inputs={"code": "06", "limit": 5},
    received=Received(
        Response(200, (("Content-Type", "application/json"),), b'{"code":"99","n":7,"no":false}')
    ),
)


@pytest.mark.parametrize(
    ("text", "expected", "actual"),
    [
        ("$response.body#/code == $inputs.code", "'06' ($inputs.code)", "'99'"),
        ("$statusCode == 201", "201", "200"),
        ("201 == $statusCode", "201", "200"),
        ("$statusCode != 200", "other than 200", "200"),
        ("$response.body#/n < $inputs.limit", "less than 5 ($inputs.limit)", "7"),
        ("5 > $response.body#/n", "less than 5", "7"),
        ("$response.body#/nope == 'x'", "'x'", "did not resolve: /nope of $response.body"),
        ("$statusCode == 200 && $response.body#/n == 8", "8", "7"),
        ("$response.body#/no", "a true value", "$response.body#/no is false"),
        (
            "$statusCode == 201 || $statusCode == 202",
            "$statusCode == 201 || $statusCode == 202",
            "$statusCode is 200",
        ),
    ],
)
def test_the_comparison_that_decided_is_told(text: str, expected: str, actual: str) -> None:
    assert explain(condition(text), SCOPE, text) == (expected, actual)


def test_the_condition_stays_the_name_of_the_check(one_step: OneStep) -> None:
    run = one_step("successCriteria: [{condition: $statusCode == 201}]", answer(200, b"[]"))

    check = run.report.checks[0]
    assert check.status is Status.FAIL
    assert (check.name, check.expected, check.actual) == ("s: $statusCode == 201", "201", "200")


def test_a_failure_tells_attempts_waits_and_the_exchange_in_fifteen_lines(
    one_step: OneStep,
) -> None:
    run = one_step(
        "successCriteria: [{condition: $statusCode == 201}]\n"
        "onFailure: [{name: again, type: retry, retryAfter: 2, retryLimit: 2}]",
        *[answer(200, b"[]")] * 3,
        show=lambda number: (f"  request: number {number}", "  curl: curl x"),
    )

    lines = run.report.message.split("\n")
    assert len(lines) <= 15
    assert lines[0] == "fail: s: $statusCode == 201"
    assert lines[3].endswith(" ^")
    assert lines[4:] == [
        "  expected: 201",
        "  actual: 200",
        "  attempt: 3 of 3, waited 4 s; retries exhausted: again",
        "  request: number 3",
        "  curl: curl x",
    ]
