"""The trace id of an upload is found in the attachment id, and in a header whose name is not published."""

from dataclasses import replace

import pytest

from harness.exchange import Headers, Request, Response
from harness.jsonvalue import Json, compact
from harness.outcome import Check
from harness.products.medical.rules.baseline import documents, submission
from harness.products.medical.rules.requests import Receipt, upload
from harness.products.medical.rules.upload import rules
from harness.rules.target import Target
from harness.rules.trial import try_rule
from tests.unit.products.medical.rules.fakes import EFFORT, TRACE_ID, target_of

RULE = next(rule for rule in rules() if rule.id == "medical/upload/trace-header")
ATTACHMENT = {"status": "success", "attachmentId": f"{TRACE_ID}_TESTEP06_999898"}
OTHER = "ffffffff-0000-4000-8000-000000000001"


def target(body: Json, *headers: tuple[str, str], configured: str = "") -> Target:
    def answer(_: Request) -> Response:
        named: Headers = (("content-type", "application/json"), *headers)
        return Response(200, named, compact(body).encode())

    found = target_of(answer)
    return replace(found, environment=replace(found.environment, trace_header=configured))


def receipt(found: Target) -> Receipt:
    return upload(found, submission(), documents(1))


def judged(found: Target) -> Check:
    return try_rule(RULE, found, EFFORT)[0]


@pytest.mark.parametrize("name", ["x-trace-id", "X-CHC-TraceId", "trace_id"])
def test_a_header_named_like_a_trace_id_is_discovered_and_told(name: str) -> None:
    check = judged(target(ATTACHMENT, (name, TRACE_ID.upper())))

    assert check.status.value == "pass"
    assert check.actual == f"{name} and attachmentId"


def test_a_configured_header_is_the_one_that_counts() -> None:
    headers = (("x-trace-id", OTHER), ("x-correlation", TRACE_ID))

    probe_capabilities = judged(target(ATTACHMENT, *headers))
    configured = judged(target(ATTACHMENT, *headers, configured="X-Correlation"))

    assert (probe_capabilities.status.value, probe_capabilities.actual) == (
        "fail",
        "x-trace-id with another value and attachmentId",
    )
    assert (configured.status.value, configured.actual) == (
        "pass",
        "x-correlation and attachmentId",
    )


def test_without_an_attachment_id_the_header_gives_the_trace_id() -> None:
    found = target({"status": "success"}, ("x-trace-id", TRACE_ID))

    assert receipt(found).trace_id == TRACE_ID
    assert judged(found).actual == "x-trace-id and no attachmentId"


def test_without_either_there_is_none() -> None:
    found = target({"status": "success"})

    assert receipt(found).trace_id == ""
    assert judged(found).actual == "no header and no attachmentId"
